//! The writer: a page becomes an OFD package with one seal signature.
//!
//! What is the same on every copy is compiled once into a [`Plate`]: parts with their compressed bytes, sums and
//! digests; what copies of one series share, into parts that the plate keeps. [`Plate::prepare`] adds what is one
//! copy's own and gives the digest to sign; [`Prepared::finish`] puts the signature's value in. The same inputs
//! give the same bytes.
//!
//! The page is laid of up to four template pages and its own content, in the order of drawing: what is static and
//! lies under, the series' watermark, what is static and lies over, the series' labels, what differs. Parts of a copy are stored, not
//! deflated: that costs more than it saves. The signature covers every part but itself and its value,
//! `Signatures.xml` included, so that nothing can be added, not even another signature.

mod canvas;
mod document;
mod emit;
mod error;
mod font;
mod picture;
mod plate;
mod prepare;
mod seal_picture;
mod series;
mod shape;
mod signature;
#[cfg(test)]
mod tests;
mod zip;

pub use document::CustomData;
pub use error::Error;
pub use plate::{Plate, PlateSpec, Provider};
pub use prepare::{CopySpec, Prepared};
pub use seal_picture::seal_picture;
pub use signature::CivilTime;

pub use crate::layout::SIGNATURE_PATH;

/// A finished package, for the reader's tests.
#[cfg(test)]
pub(crate) use tests::sample;

//! The writer: a page becomes a signed PDF in one revision.
//!
//! What is the same on every copy is compiled once into a [`Plate`]; [`Plate::prepare`] appends what differs
//! and gives the digest to sign; [`Prepared::finish`] puts the signature in. The same inputs give the same
//! bytes. Layout, in file order: head (catalog, page, seal, fixed content and fonts), fixed-number objects of
//! the copy, further objects of the copy, the signature dictionary last, one classic cross-reference table.
//!
//! Tagged and with an output intent, so that PDF/A-2a and PDF/UA-1 need only be claimed; they are not yet.

mod canvas;
mod emit;
mod error;
mod font;
mod form;
mod icc;
mod picture;
mod plate;
mod prepare;
mod structure;
#[cfg(test)]
mod tests;
mod xmp;

pub use emit::PdfDate;
pub use error::Error;
pub use picture::jpeg;
pub use plate::{Plate, PlateSpec, SealAppearance};
pub use prepare::{CopySpec, Prepared};

/// A finished file, for the reader's tests.
#[cfg(test)]
pub(crate) use tests::sample;

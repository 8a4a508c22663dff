//! The writer: a page becomes a signed PDF in one revision.
//!
//! What is the same on every copy is compiled once into a [`Plate`], and with it what copies of one series share;
//! [`Plate::prepare`] appends what is the copy's own and gives the digest to sign; [`Prepared::finish`] puts the
//! signature in. The same inputs give the same bytes. Layout, in file order: head (catalog, page, seal, fixed content
//! and fonts), the series (its content, resources, structure), metadata, content, font and pictures of the
//! copy, the signature dictionary last, one classic cross-reference table.
//!
//! Files are PDF/A-2a and PDF/UA-1, and say so.

mod canvas;
mod dss;
mod emit;
mod error;
mod font;
mod form;
mod icc;
mod objects;
mod picture;
mod plate;
mod prepare;
mod series;
mod structure;
#[cfg(test)]
mod tests;
mod update;
mod xmp;

pub use dss::SecurityStore;
pub use emit::PdfDate;
pub use error::Error;
pub use picture::jpeg;
pub use plate::{Plate, PlateSpec, SealAppearance};
pub use prepare::{CopySpec, Prepared};
pub(crate) use update::has_store;
pub use update::{Extended, add_stamp, add_store};

/// A finished file, for the reader's tests.
#[cfg(test)]
pub(crate) use tests::sample;

//! Neutral page model, fonts, glyph pool, text layout and QR. No IO, and no knowledge of any document
//! format or of certificates.
//!
//! Lengths are millimetres, the origin is the top left corner of the page, y grows downwards. Format
//! crates (`pdf`, `ofd`, `raster`) translate; templates (`face`) produce.

mod cff;
mod charstring;
mod cluster;
pub mod draw;
mod error;
pub mod font;
mod glyf;
pub mod pool;
pub mod qr;
mod shape;
pub mod simplify;
#[cfg(any(test, feature = "test-font"))]
pub mod test_font;
pub mod text;

#[cfg(test)]
mod tests;

pub use cff::CffSubset;
pub use error::Error;
pub use pool::GlyphPool;
/// The small string of [`draw::PlacedGlyph`], so that producers need no dependency of their own.
pub use smol_str::SmolStr;

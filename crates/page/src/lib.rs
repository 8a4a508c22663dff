//! Neutral page model, fonts, glyph pool and QR. No IO, and no knowledge of any document format.
//!
//! Lengths are millimetres, the origin is the top left corner of the page, y grows downwards. Format
//! crates (`pdf`, `ofd`, `raster`) translate; templates (`face`) produce.

pub mod draw;

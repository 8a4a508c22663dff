//! Pages and drawings as PNG pictures (ISO/IEC 15948): what a browser shows where it cannot show a document, and the
//! raster form of a seal.
//!
//! Knows nothing of certificates. No IO: bytes come out. The same page gives the same bytes.

mod canvas;
mod encode;
mod error;
mod palette;
mod path;
mod samples;

#[cfg(test)]
mod tests;

use tiny_skia::Pixmap;
use yinxin_page::GlyphPool;
use yinxin_page::draw::{Draw, Layer, Page};

use canvas::Canvas;
pub use error::Error;

/// Points of the largest picture.
pub const MAX_POINTS: u64 = 40_000_000;

/// Draws a page on white paper. `parts` are drawn as one page of the first's size: all their lower sheets beneath all
/// their upper ones. `stamp` is printed upon them, fills, strokes and repeats of them: what lies under its ink shines through,
/// as in documents (blend mode Multiply, ISO 32000-1 §11.3.5.2).
///
/// # Errors
/// [`Error::TooLarge`] beyond [`MAX_POINTS`], or where nothing is left; others where a part cannot be drawn.
pub fn page(parts: &[&Page], stamp: &[Draw], pool: &GlyphPool, dpi: u32) -> Result<Vec<u8>, Error> {
    encode::opaque(&sheet(parts, stamp, pool, dpi)?, dpi)
}

/// The same in a few dozen colours: a fifth of the bytes, for those who look at it over a network.
///
/// # Errors
/// As [`page`].
pub fn preview(parts: &[&Page], stamp: &[Draw], pool: &GlyphPool, dpi: u32) -> Result<Vec<u8>, Error> {
    encode::few_colors(&sheet(parts, stamp, pool, dpi)?, dpi)
}

fn sheet(parts: &[&Page], stamp: &[Draw], pool: &GlyphPool, dpi: u32) -> Result<Pixmap, Error> {
    let (width, height) = parts.first().map_or((0.0, 0.0), |page| (page.width, page.height));
    let mut canvas = Canvas::new(width, height, dpi)?;
    canvas.whiten();
    for layer in [Layer::Under, Layer::Over] {
        let blocks = parts.iter().flat_map(|part| &part.blocks).filter(|block| block.layer == layer);
        for draw in blocks.flat_map(|block| &block.draws) {
            canvas.draw(draw, pool)?;
        }
    }
    stamp.iter().try_for_each(|draw| canvas.stamp(draw))?;
    Ok(canvas.into_pixmap())
}

/// Draws fills, strokes and repeats of them on nothing, `width` by `height` millimetres: what is not drawn on is
/// transparent. A drawing in one colour, as seals are, becomes a picture of that colour in 16 degrees, a quarter of
/// the bytes.
///
/// # Errors
/// As [`page`]; [`Error::NotVector`] for text, pictures and codes.
pub fn drawing(draws: &[Draw], width: f64, height: f64, dpi: u32) -> Result<Vec<u8>, Error> {
    let mut canvas = Canvas::new(width, height, dpi)?;
    for draw in draws {
        canvas.vector(draw)?;
    }
    let pixmap = canvas.into_pixmap();
    match path::only_color(draws) {
        Some(color) => encode::one_color(&pixmap, color, dpi),
        None => encode::transparent(pixmap, dpi),
    }
}

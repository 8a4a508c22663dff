//! A TrueType font for a handful of glyphs: quadratic outlines with a character map (ISO/IEC 14496-22).
//!
//! Glyph i of the subset is GID i+1; 0 is `.notdef`, which is empty. For formats whose readers want `glyf`
//! outlines and look characters up themselves. Each glyph's description is made once and kept in the pool, so
//! that a subset is little more than their concatenation. Knows no document format.

mod cmap;
mod outline;
mod sfnt;
#[cfg(test)]
mod tests;

use crate::draw::GlyphRef;
use crate::{Error, GlyphPool};

pub(crate) use outline::Program;

/// Units an em in every font: a hundredth of a millimetre in letters five millimetres high. Finer ones are bytes that
/// nobody sees, in every package.
const UNITS: u16 = 500;
/// The most glyphs a font can number, besides `.notdef`.
const MAX_GLYPHS: usize = 65_534;

/// One glyph with what a font says of it beside its outline.
#[derive(Clone, Copy)]
struct Entry<'a> {
    program: &'a Program,
    /// In the font's units.
    advance: u16,
    /// The character that the map leads from; none for a base with its variation selector.
    character: Option<char>,
}

impl GlyphPool {
    /// A TrueType font file of these glyphs: glyph i of the slice is GID i+1, 500 units an em. The character
    /// map leads from every glyph's character to it; where two glyphs stand for one character, to the first.
    /// Glyphs that stand for a base with its variation selector are reached by GID alone. Depends on nothing
    /// but the name, the glyphs and their order. The name should be ASCII without spaces.
    ///
    /// # Errors
    /// [`Error::ForeignGlyph`], [`Error::TooManyGlyphs`] (65,534 are the most).
    pub fn glyf_subset(&self, name: &str, glyphs: &[GlyphRef]) -> Result<Vec<u8>, Error> {
        if glyphs.len() > MAX_GLYPHS {
            return Err(Error::TooManyGlyphs { max: MAX_GLYPHS });
        }
        let entries = glyphs
            .iter()
            .map(|&glyph| {
                let program = self.quadratic(glyph).ok_or(Error::ForeignGlyph { index: glyph.0 })?;
                let mut text = self.text(glyph).chars();
                let character = text.next().filter(|_| text.next().is_none());
                Ok(Entry { program, advance: self.advance(glyph).div_ceil(2), character })
            })
            .collect::<Result<Vec<_>, Error>>()?;
        Ok(sfnt::font(name, &entries))
    }
}

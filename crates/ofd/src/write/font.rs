//! Fonts in a package: one file for each style of letters that a part of the page uses, so that in each font a
//! character has one shape and readers find it by the font's own map.

use rustc_hash::FxHashMap;
use yinxin_page::GlyphPool;
use yinxin_page::draw::GlyphRef;
use yinxin_page::pool::StyleId;

use super::Error;
use super::emit;
use super::shape::Ids;
use crate::layout;

/// Glyphs of one style; the i-th is GID i+1.
struct Font {
    id: u32,
    style: StyleId,
    glyphs: Vec<GlyphRef>,
}

/// A glyph's font, by its number in the document, and its place there.
pub(super) type Place = (u32, u16);

/// The fonts that one part of the page brings.
#[derive(Default)]
pub(super) struct Fonts {
    fonts: Vec<Font>,
    places: FxHashMap<GlyphRef, Place>,
}

/// Glyphs that the plate's fonts hold, by their number in the pool, with the character that the font's map leads from. Looked
/// into for every letter of a copy, so it is no map.
#[derive(Default)]
pub(super) struct Shared(Vec<Option<(Place, Option<char>)>>);

impl Shared {
    pub(super) fn find(&self, glyph: GlyphRef) -> Option<(Place, Option<char>)> {
        *self.0.get(glyph.0 as usize)?
    }
}

/// The character of a text that is nothing else, if readers can look it up: many count UTF-16 units.
pub(super) fn plain(text: &str) -> Option<char> {
    let mut characters = text.chars();
    characters.next().filter(|c| *c <= '\u{FFFF}' && characters.as_str().is_empty())
}

impl Fonts {
    /// With room for what a copy mostly brings.
    pub(super) fn with_room(glyphs: usize) -> Self {
        Self {
            fonts: Vec::with_capacity(3),
            places: FxHashMap::with_capacity_and_hasher(glyphs, Default::default()),
        }
    }

    pub(super) fn take(&mut self, pool: &GlyphPool, glyph: GlyphRef, ids: &mut Ids) -> Result<Place, Error> {
        if let Some(place) = self.places.get(&glyph) {
            return Ok(*place);
        }
        let style = pool.style_of(glyph).ok_or(yinxin_page::Error::ForeignGlyph { index: glyph.0 })?;
        let index = match self.fonts.iter().position(|font| font.style == style) {
            Some(index) => index,
            None => {
                self.fonts.push(Font { id: ids.take(), style, glyphs: Vec::with_capacity(32) });
                self.fonts.len() - 1
            }
        };
        const MAX: usize = 65_534;
        let full = Error::TooMany { what: "glyphs", max: MAX };
        let Some(font) = self.fonts.get_mut(index).filter(|font| font.glyphs.len() < MAX) else {
            return Err(full);
        };
        font.glyphs.push(glyph);
        let place = (font.id, u16::try_from(font.glyphs.len()).map_err(|_| full)?);
        self.places.insert(glyph, place);
        Ok(place)
    }

    pub(super) fn share(&self, pool: &GlyphPool) -> Shared {
        let last = self.places.keys().map(|glyph| glyph.0 as usize).max();
        let mut shared = vec![None; last.map_or(0, |last| last + 1)];
        for (glyph, place) in &self.places {
            if let Some(slot) = shared.get_mut(glyph.0 as usize) {
                *slot = Some((*place, plain(pool.text(*glyph))));
            }
        }
        Shared(shared)
    }

    /// `<ofd:Fonts>`, or nothing.
    pub(super) fn push_resources(&self, out: &mut Vec<u8>, pool: &GlyphPool) -> Result<(), Error> {
        if self.fonts.is_empty() {
            return Ok(());
        }
        out.extend_from_slice(b"<ofd:Fonts>");
        for font in &self.fonts {
            out.extend_from_slice(b"<ofd:Font");
            emit::attribute(out, "ID", font.id);
            out.extend_from_slice(b" FontName=\"");
            emit::text(out, &name(pool, font))?;
            out.extend_from_slice(b"\"><ofd:FontFile>f");
            emit::int(out, font.id);
            out.extend_from_slice(b".ttf</ofd:FontFile></ofd:Font>");
        }
        out.extend_from_slice(b"</ofd:Fonts>");
        Ok(())
    }

    /// The font files, each as path and bytes.
    pub(super) fn files(&self, pool: &GlyphPool) -> Result<Vec<(String, Vec<u8>)>, Error> {
        self.fonts
            .iter()
            .map(|font| {
                let path = format!("{}f{}.ttf", layout::RESOURCES, font.id);
                Ok((path, pool.glyf_subset(&name(pool, font), &font.glyphs)?))
            })
            .collect()
    }
}

/// Differs between the fonts of a package: readers keep fonts by name.
fn name(pool: &GlyphPool, font: &Font) -> String {
    format!("{}-{}", pool.style_name(font.style), font.id)
}

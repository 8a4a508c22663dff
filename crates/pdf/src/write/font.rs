//! Fonts in a file: which glyphs a part of the page uses, and the five objects of a composite font
//! (§9.7: Type0 over CIDFontType0C, Identity-H).
//!
//! A glyph that stands for two texts gets two CIDs, so that extraction always gives the text that was meant.

use rustc_hash::FxHashMap;
use yinxin_page::GlyphPool;
use yinxin_page::draw::GlyphRef;

use super::Error;
use super::emit;
use super::form;
use super::objects::Objects;

/// The glyphs that one font of the file holds; CID i+1 is the i-th.
pub(super) struct Used<'a> {
    cids: FxHashMap<(GlyphRef, &'a str), u16>,
    glyphs: Vec<GlyphRef>,
    texts: Vec<&'a str>,
    widths: Vec<u16>,
}

/// Glyphs that the plate's own font holds, so that copies need not bring them: at the glyph's number in its pool, the CID,
/// the advance and the one character they stand for there. Looked into for every letter of a copy, so it is no map.
#[derive(Default)]
pub(super) struct Shared(Vec<Option<(u16, u16, char)>>);

impl Shared {
    pub(super) fn find(&self, glyph: GlyphRef, text: &str) -> Option<(u16, u16)> {
        let (cid, advance, meant) = (*self.0.get(glyph.0 as usize)?)?;
        (single(text) == Some(meant)).then_some((cid, advance))
    }
}

/// The character of a text that is nothing else.
fn single(text: &str) -> Option<char> {
    let mut characters = text.chars();
    characters.next().filter(|_| characters.as_str().is_empty())
}

/// The numbers of a font's objects; the first is what resources name.
pub(super) struct FontObjects {
    pub(super) font: u32,
    pub(super) descendant: u32,
    pub(super) descriptor: u32,
    pub(super) program: u32,
    pub(super) to_unicode: u32,
}

impl FontObjects {
    pub(super) fn from(first: u32) -> Self {
        Self {
            font: first,
            descendant: first + 1,
            descriptor: first + 2,
            program: first + 3,
            to_unicode: first + 4,
        }
    }

    pub(super) fn end(&self) -> u32 {
        self.to_unicode + 1
    }

    /// `/F0 12 0 R`
    pub(super) fn push_name(&self, out: &mut Vec<u8>, name: &[u8]) {
        out.extend_from_slice(name);
        emit::reference(out, self.font);
    }
}

impl<'a> Used<'a> {
    /// With room for what a page uses, so that nothing is moved while it grows.
    pub(super) fn with_room(glyphs: usize) -> Self {
        Self {
            cids: FxHashMap::with_capacity_and_hasher(glyphs, Default::default()),
            glyphs: Vec::with_capacity(glyphs),
            texts: Vec::with_capacity(glyphs),
            widths: Vec::with_capacity(glyphs),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.glyphs.is_empty()
    }

    /// The CID and advance (1/1000 em) of a glyph that stands for `text`.
    pub(super) fn take(
        &mut self,
        pool: &GlyphPool,
        glyph: GlyphRef,
        text: &'a str,
    ) -> Result<(u16, u16), Error> {
        if let Some(cid) = self.cids.get(&(glyph, text)) {
            let width = self.widths.get(usize::from(*cid) - 1).copied().unwrap_or_default();
            return Ok((*cid, width));
        }
        let cid = u16::try_from(self.glyphs.len() + 1).ok().filter(|cid| *cid < u16::MAX);
        let cid = cid.ok_or(Error::TooMany { what: "glyphs", max: usize::from(u16::MAX) - 1 })?;
        let width = pool.advance(glyph);
        self.cids.insert((glyph, text), cid);
        self.glyphs.push(glyph);
        self.texts.push(text);
        self.widths.push(width);
        Ok((cid, width))
    }

    /// What copies may use of this font.
    pub(super) fn share(&self) -> Shared {
        let last = self.glyphs.iter().map(|glyph| glyph.0 as usize).max();
        let mut shared = vec![None; last.map_or(0, |last| last + 1)];
        let glyphs = self.glyphs.iter().zip(&self.texts).zip(&self.widths);
        for (cid, ((glyph, text), width)) in (1..).zip(glyphs) {
            if let (Some(slot @ None), Some(meant)) = (shared.get_mut(glyph.0 as usize), single(text)) {
                *slot = Some((cid, *width, meant));
            }
        }
        Shared(shared)
    }

    /// Writes the five objects. The subset tag is drawn from the texts: two fonts of one file must differ in it, and the
    /// same font must not.
    pub(super) fn put(
        &self,
        objects: &mut Objects,
        pool: &GlyphPool,
        font: &FontObjects,
        salt: u8,
        deflate: bool,
    ) -> Result<(), Error> {
        let subset = pool.cff_subset(&self.glyphs)?;
        let base = self.base_font(salt);

        objects.begin(font.font);
        let out = &mut objects.out;
        out.extend_from_slice(b"<</Type/Font/Subtype/Type0/Encoding/Identity-H/BaseFont/");
        out.extend_from_slice(&base);
        out.extend_from_slice(b"/DescendantFonts[");
        emit::reference(out, font.descendant);
        out.extend_from_slice(b"]/ToUnicode ");
        emit::reference(out, font.to_unicode);
        out.extend_from_slice(b">>");
        objects.end();

        objects.begin(font.descendant);
        let out = &mut objects.out;
        out.extend_from_slice(b"<</Type/Font/Subtype/CIDFontType0/BaseFont/");
        out.extend_from_slice(&base);
        out.extend_from_slice(b"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>");
        out.extend_from_slice(b"/FontDescriptor ");
        emit::reference(out, font.descriptor);
        out.extend_from_slice(b"/DW 1000");
        push_widths(out, &subset.widths);
        out.extend_from_slice(b">>");
        objects.end();

        objects.begin(font.descriptor);
        let out = &mut objects.out;
        out.extend_from_slice(b"<</Type/FontDescriptor/FontName/");
        out.extend_from_slice(&base);
        out.extend_from_slice(b"/Flags 4/FontBBox[");
        for bound in subset.bounds {
            emit::int(out, bound);
            out.push(b' ');
        }
        // Of the ideographic em box; readers only use them to guess at a substitute.
        out.extend_from_slice(b"]/ItalicAngle 0/Ascent 880/Descent -120/CapHeight 733/StemV 80");
        out.extend_from_slice(b"/FontFile3 ");
        emit::reference(out, font.program);
        out.extend_from_slice(b">>");
        objects.end();

        objects.begin(font.program);
        form::put_stream(&mut objects.out, b"/Subtype/CIDFontType0C", &subset.bytes, deflate);
        objects.end();
        objects.begin(font.to_unicode);
        form::put_stream(&mut objects.out, b"", &self.to_unicode(), deflate);
        objects.end();
        Ok(())
    }

    fn base_font(&self, salt: u8) -> Vec<u8> {
        let mut state = 0xcbf2_9ce4_8422_2325_u64 ^ u64::from(salt);
        for byte in self.texts.iter().flat_map(|text| text.bytes()) {
            state = (state ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        let mut out = Vec::with_capacity(20);
        for _ in 0..6 {
            out.push(b'A' + (state % 26) as u8);
            state /= 26;
        }
        out.extend_from_slice(b"+YinxinSubset");
        out
    }

    /// The map from CIDs to text (§9.10.3). At most 100 mappings a block.
    fn to_unicode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(400 + 15 * self.texts.len());
        out.extend_from_slice(
            b"/CIDInit/ProcSet findresource begin 12 dict begin begincmap\n\
              /CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def\n\
              /CMapName/Adobe-Identity-UCS def/CMapType 2 def\n\
              1 begincodespacerange<0000><ffff>endcodespacerange\n",
        );
        let mut cid = 0_u16;
        for block in self.texts.chunks(100) {
            emit::size(&mut out, block.len());
            out.extend_from_slice(b" beginbfchar\n");
            for text in block {
                cid += 1;
                out.push(b'<');
                emit::hex16(&mut out, cid);
                out.extend_from_slice(b"><");
                emit::utf16_hex(&mut out, text);
                out.extend_from_slice(b">\n");
            }
            out.extend_from_slice(b"endbfchar\n");
        }
        out.extend_from_slice(b"endcmap CMapName currentdict/CMap defineresource pop end end");
        out
    }
}

/// The widths that are not the default (§9.7.4.3): glyphs of one em need none.
fn push_widths(out: &mut Vec<u8>, widths: &[u16]) {
    out.extend_from_slice(b"/W[");
    for (index, width) in widths.iter().enumerate().filter(|(_, width)| **width != 1000) {
        emit::size(out, index + 1);
        out.push(b'[');
        emit::int(out, *width);
        out.push(b']');
    }
    out.push(b']');
}

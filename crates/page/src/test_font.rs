//! A font of a few hundred bytes, made here, for tests that must not depend on what a machine has installed.
//!
//! Ideographs and punctuation are boxes of one em, letters and digits narrower round shapes. It covers the
//! Basic Multilingual Plane and planes 2 and 3; emoji it lacks, so that "no glyph" can be tested, and it has a
//! shape for some private-use code points, which must not be used. 葛 has a second form under U+E0100.
//! TrueType (ISO/IEC 14496-22) with cmap formats 13 and 14.

use std::sync::Arc;

use crate::font::{FontChain, FontSource};
use crate::pool::GlyphPool;

/// A pool whose every named style is the test font.
pub fn pool(styles: &[&str]) -> GlyphPool {
    GlyphPool::new(
        styles.iter().map(|&style| (style.into(), FontChain::from(vec![source("test font")]))).collect(),
    )
}

/// The test font as a source.
pub fn source(name: &str) -> FontSource {
    FontSource { name: name.to_owned(), family: None, index: 0, load: Box::new(|| Ok(Arc::from(bytes()))) }
}

const UNITS: u16 = 2048;

/// The font file.
pub fn bytes() -> Vec<u8> {
    let glyphs = [
        Vec::new(),
        ring(2048, &[1; 8]),
        // Every other point is a control point: quadratic curves.
        ring(1200, &[1, 0, 1, 0, 1, 0, 1, 0]),
        Vec::new(),
        Vec::new(),
        ring(1800, &[1, 1, 1, 0, 1, 1, 1, 0]),
    ];
    let advances: [u16; 6] = [2048, 2048, 1200, 600, 2048, 2048];

    let mut loca = Vec::new();
    let mut glyf = Vec::new();
    for glyph in &glyphs {
        loca.extend(be32(glyf.len()));
        glyf.extend_from_slice(glyph);
    }
    loca.extend(be32(glyf.len()));
    let hmtx: Vec<u8> = advances.iter().flat_map(|advance| words(&[*advance, 0])).collect();
    let maxp = [be32(0x0001_0000).to_vec(), words(&[6]), vec![0; 26]].concat();
    let hhea = [be32(0x0001_0000).to_vec(), words(&[1802, 246]), vec![0; 26], words(&[6])].concat();
    let head = [
        be32(0x0001_0000).to_vec(),
        vec![0; 8],
        be32(0x5F0F_3CF5).to_vec(),
        words(&[0, UNITS]),
        vec![0; 16],
        words(&[0, 0, 2048, 2048, 0, 8, 2, 1, 0]),
    ]
    .concat();
    sfnt(&[
        (*b"cmap", cmap()),
        (*b"glyf", glyf),
        (*b"head", head),
        (*b"hhea", hhea),
        (*b"hmtx", hmtx),
        (*b"loca", loca),
        (*b"maxp", maxp),
    ])
}

/// A closed contour of eight points on a frame of the given width, padded to a multiple of four bytes.
fn ring(width: u16, on_curve: &[u8; 8]) -> Vec<u8> {
    let (l, m, r) = (100, width / 2, width - 100);
    let (b, h, t) = (0, 750, 1500);
    let points = [(l, b), (l, h), (l, t), (m, t), (r, t), (r, h), (r, b), (m, b)];
    let mut out = words(&[1, l, b, r, t, 7, 0]);
    out.extend(on_curve);
    for axis in [0, 1] {
        let mut last = 0;
        for (x, y) in points {
            let value = if axis == 0 { x } else { y };
            out.extend(value.wrapping_sub(last).to_be_bytes());
            last = value;
        }
    }
    out.resize(out.len().next_multiple_of(4), 0);
    out
}

fn cmap() -> Vec<u8> {
    let groups: [(u32, u32, u32); 10] = [
        (0x20, 0x20, 3),
        (0x21, 0x7E, 2),
        (0xA0, 0xA0, 3),
        (0xA1, 0x2FFF, 2),
        (0x3000, 0x3000, 4),
        (0x3001, 0xD7FF, 1),
        (0xE000, 0xE0FF, 1),
        (0xF900, 0xFFEE, 1),
        (0x20000, 0x2FFFD, 1),
        (0x30000, 0x323AF, 1),
    ];
    let mut many = words(&[13, 0]);
    many.extend(be32(16 + groups.len() * 12));
    many.extend(be32(0));
    many.extend(be32(groups.len()));
    for (first, last, glyph) in groups {
        many.extend([first, last, glyph].iter().flat_map(|v| v.to_be_bytes()));
    }
    // One selector with one non-default form.
    let mut variants = words(&[14]);
    variants.extend(be32(10 + 11 + 4 + 5));
    variants.extend(be32(1));
    variants.extend([0x0E, 0x01, 0x00]);
    variants.extend(be32(0));
    variants.extend(be32(10 + 11));
    variants.extend(be32(1));
    variants.extend([0x00, 0x84, 0x5B, 0x00, 0x05]);

    let mut out = words(&[0, 2]);
    out.extend(words(&[0, 5]));
    out.extend(be32(20 + many.len()));
    out.extend(words(&[3, 10]));
    out.extend(be32(20));
    out.extend(many);
    out.extend(variants);
    out
}

/// Tables with a directory before them. Nobody here checks the sums.
fn sfnt(tables: &[([u8; 4], Vec<u8>)]) -> Vec<u8> {
    let mut out = be32(0x0001_0000).to_vec();
    out.extend(words(&[u16::try_from(tables.len()).unwrap_or_default(), 0, 0, 0]));
    let mut at = 12 + tables.len() * 16;
    for (tag, data) in tables {
        out.extend(tag);
        out.extend(be32(0));
        out.extend(be32(at));
        out.extend(be32(data.len()));
        at += data.len().next_multiple_of(4);
    }
    for (_, data) in tables {
        out.extend(data);
        out.resize(out.len().next_multiple_of(4), 0);
    }
    out
}

fn words(values: &[u16]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_be_bytes()).collect()
}

fn be32(value: usize) -> [u8; 4] {
    u32::try_from(value).unwrap_or_default().to_be_bytes()
}

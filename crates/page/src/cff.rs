//! A bare, CID-keyed CFF table for a handful of glyphs (Adobe Technical Note 5176).
//!
//! Glyph i of the subset is both CID and GID i+1; 0 is `.notdef`. Charstrings come ready made, so a subset
//! is little more than their concatenation. Knows no document format: the tag that a format puts before a
//! subset's name is the format's business.

use crate::Error;
use crate::charstring::DEFAULT_WIDTH;

/// An embeddable font program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CffSubset {
    /// A bare CFF table, ROS `Adobe-Identity-0`, 1000 units an em.
    pub bytes: Vec<u8>,
    /// Advance widths in 1/1000 em, in the order of the glyphs asked for (CID 1 first).
    pub widths: Vec<u16>,
    /// `[min x, min y, max x, max y]` in 1/1000 em, y upwards, as the font program itself says.
    pub bounds: [i16; 4],
}

/// One glyph, ready to be written.
#[derive(Clone, Copy)]
pub(crate) struct Program<'a> {
    pub charstring: &'a [u8],
    pub advance: u16,
    pub bounds: Option<[i16; 4]>,
}

/// The most glyphs a subset can number, besides `.notdef`.
const MAX_GLYPHS: usize = 65_534;
const FONT_NAME: &[u8] = b"YinxinSubset";
/// `.notdef` draws nothing and has the default width: a character without a glyph never gets this far.
const NOTDEF: &[u8] = &[14];
/// The first two strings that are not standard ones.
const REGISTRY: (u16, &[u8]) = (391, b"Adobe");
const ORDERING: (u16, &[u8]) = (392, b"Identity");

/// Where the parts lie that dictionaries point at, from the beginning of the table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Offsets {
    charset: usize,
    fd_select: usize,
    fd_array: usize,
    private: usize,
    private_len: usize,
    charstrings: usize,
}

/// Joins programs to a font.
pub(crate) fn subset(programs: &[Program<'_>]) -> Result<CffSubset, Error> {
    let count = u16::try_from(programs.len())
        .ok()
        .filter(|count| usize::from(*count) <= MAX_GLYPHS)
        .ok_or(Error::TooManyGlyphs { max: MAX_GLYPHS })?;
    let bounds = programs
        .iter()
        .filter_map(|program| program.bounds)
        .reduce(|[a, b, c, d], [e, f, g, h]| [a.min(e), b.min(f), c.max(g), d.max(h)])
        .unwrap_or_default();

    // Numbers in dictionaries are written in one fixed length each, so that the first pass, which knows no
    // offsets yet, finds them and the second writes them.
    let (_, offsets) = head(count, bounds, Offsets::default());
    let (mut bytes, _) = head(count, bounds, offsets);

    let data: usize = NOTDEF.len() + programs.iter().map(|p| p.charstring.len()).sum::<usize>();
    bytes.reserve(3 + (programs.len() + 2) * 4 + data);
    index(&mut bytes, data, std::iter::once(NOTDEF).chain(programs.iter().map(|program| program.charstring)));
    Ok(CffSubset { bytes, widths: programs.iter().map(|program| program.advance).collect(), bounds })
}

/// All that comes before the charstrings, given where everything lies; and where everything does lie.
fn head(count: u16, bounds: [i16; 4], at: Offsets) -> (Vec<u8>, Offsets) {
    let mut out = Vec::with_capacity(256);
    let mut found = Offsets::default();

    out.extend([1, 0, 4, 4]);
    small_index(&mut out, &[FONT_NAME]);
    small_index(&mut out, &[&top_dict(count, bounds, at)]);
    small_index(&mut out, &[REGISTRY.1, ORDERING.1]);
    out.extend([0, 0]); // no global subroutines

    found.charset = out.len();
    // Format 2, one range: CIDs 1 to `count`. An empty subset has an empty format 0.
    match count.checked_sub(1) {
        Some(left) => {
            out.extend([2, 0, 1]);
            out.extend(left.to_be_bytes());
        }
        None => out.push(0),
    }
    found.fd_select = out.len();
    // Format 3, one range: every glyph is in font dictionary 0.
    out.extend([3, 0, 1, 0, 0, 0]);
    out.extend((count + 1).to_be_bytes());

    let mut private = Vec::new();
    short(&mut private, DEFAULT_WIDTH.cast_signed());
    private.push(20);
    short(&mut private, 0);
    private.push(21);
    found.private_len = private.len();

    found.fd_array = out.len();
    let mut font_dict = Vec::new();
    long(&mut font_dict, at.private_len);
    long(&mut font_dict, at.private);
    font_dict.push(18);
    small_index(&mut out, &[&font_dict]);

    found.private = out.len();
    out.extend(private);
    found.charstrings = out.len();
    (out, found)
}

fn top_dict(count: u16, bounds: [i16; 4], at: Offsets) -> Vec<u8> {
    let mut dict = Vec::with_capacity(64);
    short(&mut dict, REGISTRY.0.cast_signed());
    short(&mut dict, ORDERING.0.cast_signed());
    short(&mut dict, 0);
    dict.extend([12, 30]); // ROS, which must come first
    for value in bounds {
        short(&mut dict, value);
    }
    dict.push(5); // FontBBox
    long(&mut dict, usize::from(count) + 1);
    dict.extend([12, 34]); // CIDCount
    long(&mut dict, at.charset);
    dict.push(15);
    long(&mut dict, at.charstrings);
    dict.push(17);
    long(&mut dict, at.fd_array);
    dict.extend([12, 36]);
    long(&mut dict, at.fd_select);
    dict.extend([12, 37]);
    dict
}

/// A dictionary integer in its three-byte form.
fn short(out: &mut Vec<u8>, value: i16) {
    out.push(28);
    out.extend(value.to_be_bytes());
}

/// A dictionary integer in its five-byte form; everything here is far below 2^31.
fn long(out: &mut Vec<u8>, value: usize) {
    out.push(29);
    out.extend(u32::try_from(value).unwrap_or(u32::MAX).to_be_bytes());
}

fn small_index(out: &mut Vec<u8>, items: &[&[u8]]) {
    let data = items.iter().map(|item| item.len()).sum();
    index(out, data, items.iter().copied());
}

/// An INDEX of at least one item; `data` is the sum of the items' lengths.
fn index<'a>(out: &mut Vec<u8>, data: usize, items: impl Iterator<Item = &'a [u8]> + Clone) {
    let size: usize = match data + 1 {
        0..=0xFF => 1,
        0x100..=0xFFFF => 2,
        0x1_0000..=0xFF_FFFF => 3,
        _ => 4,
    };
    let count = u16::try_from(items.clone().count()).unwrap_or(u16::MAX);
    out.extend(count.to_be_bytes());
    out.extend(u8::try_from(size));
    let mut offset = 1;
    let write = |out: &mut Vec<u8>, value: usize| {
        let bytes = u32::try_from(value).unwrap_or(u32::MAX).to_be_bytes();
        out.extend(bytes.iter().skip(4 - size));
    };
    write(out, offset);
    for item in items.clone() {
        offset += item.len();
        write(out, offset);
    }
    for item in items {
        out.extend_from_slice(item);
    }
}

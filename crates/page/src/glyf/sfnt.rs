//! The font file around the outlines: the ten tables that readers ask for, and their directory.

use super::{Entry, UNITS, cmap};

/// Of the ideographic em box; what readers make of lines that they set themselves.
const ASCENT: i16 = 440;
const DESCENT: i16 = -60;

struct Facts {
    /// `.notdef` included.
    count: u16,
    bounds: [i16; 4],
    max_points: u16,
    max_contours: u16,
    max_advance: u16,
    sum_advance: u64,
    min_left: i16,
    min_right: i16,
    max_extent: i16,
    /// Offsets in `loca` are four bytes wide.
    long: bool,
    first: u16,
    last: u16,
}

/// A font file of these glyphs.
pub(super) fn font(name: &str, entries: &[Entry]) -> Vec<u8> {
    let mut map: Vec<(char, u16)> =
        (1..).zip(entries).filter_map(|(gid, entry)| Some((entry.character?, gid))).collect();
    // Stable, so that of two glyphs for one character the first stays.
    map.sort_by_key(|(character, _)| *character);
    map.dedup_by_key(|(character, _)| *character);
    let facts = facts(entries, &map);
    let tables: [(&[u8; 4], Vec<u8>); 10] = [
        (b"OS/2", os2(&facts)),
        (b"cmap", cmap::table(&map)),
        (b"glyf", glyf(entries)),
        (b"head", head(&facts)),
        (b"hhea", hhea(&facts)),
        (b"hmtx", hmtx(entries)),
        (b"loca", loca(entries, facts.long)),
        (b"maxp", maxp(&facts)),
        (b"name", names(name)),
        (b"post", post()),
    ];
    assemble(&tables)
}

fn facts(entries: &[Entry], map: &[(char, u16)]) -> Facts {
    let inked = || entries.iter().filter(|entry| !entry.program.bytes.is_empty());
    let size: usize = entries.iter().map(|entry| entry.program.bytes.len()).sum();
    let basic = |c: &(char, u16)| u16::try_from(u32::from(c.0)).unwrap_or(u16::MAX);
    let right = |entry: &Entry| i32::from(entry.advance) - i32::from(entry.program.bounds[2]);
    Facts {
        count: u16::try_from(entries.len() + 1).unwrap_or(u16::MAX),
        bounds: inked()
            .map(|entry| entry.program.bounds)
            .reduce(|[a, b, c, d], [e, f, g, h]| [a.min(e), b.min(f), c.max(g), d.max(h)])
            .unwrap_or_default(),
        max_points: entries.iter().map(|entry| entry.program.points).max().unwrap_or(0),
        max_contours: entries.iter().map(|entry| entry.program.contours).max().unwrap_or(0),
        max_advance: entries.iter().map(|entry| entry.advance).max().unwrap_or(0).max(UNITS),
        sum_advance: entries.iter().map(|entry| u64::from(entry.advance)).sum(),
        min_left: inked().map(|entry| entry.program.bounds[0]).min().unwrap_or(0),
        min_right: inked().map(right).min().and_then(|least| i16::try_from(least).ok()).unwrap_or(0),
        max_extent: inked().map(|entry| entry.program.bounds[2]).max().unwrap_or(0),
        long: size > 2 * usize::from(u16::MAX),
        first: map.first().map_or(0, basic),
        last: map.last().map_or(0, basic),
    }
}

fn glyf(entries: &[Entry]) -> Vec<u8> {
    let size = entries.iter().map(|entry| entry.program.bytes.len()).sum();
    let mut out = Vec::with_capacity(size);
    for entry in entries {
        out.extend_from_slice(&entry.program.bytes);
    }
    out
}

fn loca(entries: &[Entry], long: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity((entries.len() + 2) * 4);
    let mut at = 0_usize;
    let mut push = |at: usize| {
        if long {
            out.extend(u32::try_from(at).unwrap_or(u32::MAX).to_be_bytes());
        } else {
            out.extend(u16::try_from(at / 2).unwrap_or(u16::MAX).to_be_bytes());
        }
    };
    push(0); // `.notdef` is empty
    push(0);
    for entry in entries {
        at += entry.program.bytes.len();
        push(at);
    }
    out
}

fn hmtx(entries: &[Entry]) -> Vec<u8> {
    let mut out = Vec::with_capacity((entries.len() + 1) * 4);
    out.extend(words(&[UNITS, 0]));
    for entry in entries {
        out.extend(words(&[entry.advance, entry.program.bounds[0].cast_unsigned()]));
    }
    out
}

fn head(facts: &Facts) -> Vec<u8> {
    let mut out = words(&[1, 0, 1, 0, 0, 0, 0x5F0F, 0x3CF5]);
    // Baseline at 0, left side bearing at 0. No dates: a font of the same glyphs is the same font.
    out.extend(words(&[0b11, UNITS, 0, 0, 0, 0, 0, 0, 0, 0]));
    out.extend(facts.bounds.iter().flat_map(|bound| bound.to_be_bytes()));
    out.extend(words(&[0, 8, 2, u16::from(facts.long), 0]));
    out
}

fn hhea(facts: &Facts) -> Vec<u8> {
    let mut out = words(&[1, 0, ASCENT.cast_unsigned(), DESCENT.cast_unsigned(), 0, facts.max_advance]);
    out.extend([facts.min_left, facts.min_right, facts.max_extent].iter().flat_map(|v| v.to_be_bytes()));
    out.extend(words(&[1, 0, 0, 0, 0, 0, 0, 0, facts.count]));
    out
}

fn maxp(facts: &Facts) -> Vec<u8> {
    words(&[1, 0, facts.count, facts.max_points, facts.max_contours, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0])
}

fn os2(facts: &Facts) -> Vec<u8> {
    let mean = facts.sum_advance / u64::from(facts.count.max(2) - 1);
    let mut out = words(&[4, u16::try_from(mean).unwrap_or(UNITS), 400, 5, 0]);
    // Places of sub- and superscripts and of strike-through, as fonts mostly have them.
    out.extend(words(&[325, 300, 0, 37, 325, 300, 0, 175, 25, 130, 0]));
    out.extend([0; 10]); // panose
    // Unicode ranges: CJK ideographs and punctuation.
    for range in [0_u32, 1 << 27 | 1 << 16, 0, 0] {
        out.extend(range.to_be_bytes());
    }
    out.extend(b"YNXN");
    out.extend(words(&[0x40, facts.first, facts.last]));
    out.extend([ASCENT, DESCENT, 0].iter().flat_map(|v| v.to_be_bytes()));
    out.extend(words(&[ASCENT.unsigned_abs(), DESCENT.unsigned_abs()]));
    for code_page in [1_u32 << 18, 0] {
        out.extend(code_page.to_be_bytes());
    }
    out.extend(words(&[250, 366, 0, 32, 1]));
    out
}

/// Family, style, unique name, full name, PostScript name, for Windows in English. All but the style are one text,
/// which is written once.
fn names(name: &str) -> Vec<u8> {
    const STYLE: &str = "Regular";
    let utf16 = |text: &str| text.encode_utf16().take(63).flat_map(u16::to_be_bytes).collect::<Vec<u8>>();
    let (style, name) = (utf16(STYLE), utf16(name));
    let place = |own: &[u8], at: usize| [own.len(), at].map(|value| u16::try_from(value).unwrap_or(u16::MAX));
    let (named, styled) = (place(&name, style.len()), place(&style, 0));
    let texts = [(1_u16, named), (2, styled), (3, named), (4, named), (6, named)];
    let mut out = words(&[0, 5, 6 + 5 * 12]);
    for (id, [length, at]) in texts {
        out.extend(words(&[3, 1, 0x409, id, length, at]));
    }
    out.extend(style);
    out.extend(name);
    out
}

/// Format 3: no glyph names.
fn post() -> Vec<u8> {
    let mut out = words(&[3, 0, 0, 0, 0xFFCE, 25]);
    out.extend([0; 20]);
    out
}

/// Tables behind their directory, with the sums that the standard asks for.
fn assemble(tables: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    const HEAD: usize = 12;
    const ENTRY: usize = 16;
    let count = tables.len();
    let floor = count.ilog2();
    let range = 16 << floor;
    let size = tables.iter().map(|(_, data)| data.len().next_multiple_of(4)).sum::<usize>();
    let mut out = Vec::with_capacity(HEAD + count * ENTRY + size);
    out.extend([0, 1, 0, 0]);
    for value in [count, range, floor as usize, count * 16 - range] {
        out.extend(u16::try_from(value).unwrap_or(u16::MAX).to_be_bytes());
    }
    let mut at = HEAD + count * ENTRY;
    let mut head = 0;
    let mut sum = 0_u32;
    for (tag, data) in tables {
        let own = checksum(data);
        sum = sum.wrapping_add(own);
        if *tag == b"head" {
            head = at;
        }
        out.extend_from_slice(*tag);
        out.extend(own.to_be_bytes());
        out.extend(u32::try_from(at).unwrap_or(u32::MAX).to_be_bytes());
        out.extend(u32::try_from(data.len()).unwrap_or(u32::MAX).to_be_bytes());
        at += data.len().next_multiple_of(4);
    }
    sum = sum.wrapping_add(checksum(&out));
    for (_, data) in tables {
        out.extend_from_slice(data);
        out.resize(out.len().next_multiple_of(4), 0);
    }
    if let Some(slot) = out.get_mut(head + 8..head + 12) {
        slot.copy_from_slice(&0xB1B0_AFBA_u32.wrapping_sub(sum).to_be_bytes());
    }
    out
}

/// The sum of the big-endian words of `data`, padded with zeros.
fn checksum(data: &[u8]) -> u32 {
    let (whole, rest) = data.as_chunks::<4>();
    let mut last = [0; 4];
    for (slot, byte) in last.iter_mut().zip(rest) {
        *slot = *byte;
    }
    whole.iter().fold(u32::from_be_bytes(last), |sum, word| sum.wrapping_add(u32::from_be_bytes(*word)))
}

fn words(values: &[u16]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_be_bytes()).collect()
}

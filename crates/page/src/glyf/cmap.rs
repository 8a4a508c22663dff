//! The character map (ISO/IEC 14496-22, 5.2): format 4 for the Basic Multilingual Plane, and format 12 for
//! everything where there is something beyond it.

/// A `cmap` table; `map` is sorted by character and has each once.
pub(super) fn table(map: &[(char, u16)]) -> Vec<u8> {
    let basic: Vec<(u16, u16)> =
        map.iter().filter_map(|&(c, gid)| Some((u16::try_from(u32::from(c)).ok()?, gid))).collect();
    let beyond = basic.len() < map.len();
    let four = format_4(&basic);
    // Platform, encoding: Unicode and Windows.
    let mut records = vec![(0_u16, 3_u16, false), (3, 1, false)];
    if beyond {
        records = vec![(0, 3, false), (0, 4, true), (3, 1, false), (3, 10, true)];
    }
    let head = 4 + records.len() * 8;
    let mut out = Vec::with_capacity(head + four.len() + 16 + map.len() * 12);
    out.extend([0, 0]);
    push16(&mut out, records.len());
    for (platform, encoding, full) in records {
        out.extend(platform.to_be_bytes());
        out.extend(encoding.to_be_bytes());
        push32(&mut out, if full { head + four.len() } else { head });
    }
    out.extend(four);
    if beyond {
        push_format_12(&mut out, map);
    }
    out
}

/// Stretches of neighbouring characters with neighbouring glyphs.
fn stretches(map: &[(u32, u16)]) -> Vec<(u32, u32, u16)> {
    map.chunk_by(|a, b| a.0 + 1 == b.0 && u32::from(a.1) + 1 == u32::from(b.1))
        .filter_map(|run| Some((run.first()?.0, run.last()?.0, run.first()?.1)))
        .collect()
}

fn format_4(map: &[(u16, u16)]) -> Vec<u8> {
    let wide: Vec<_> =
        map.iter().filter(|(c, _)| *c < u16::MAX).map(|&(c, gid)| (u32::from(c), gid)).collect();
    let mut segments = stretches(&wide);
    // The last segment must end the table and leads nowhere.
    segments.push((0xFFFF, 0xFFFF, 0));
    let count = segments.len();
    let floor = count.ilog2();
    let range = 2 << floor;
    let mut out = Vec::with_capacity(16 + count * 8);
    for value in [4, 16 + count * 8, 0, count * 2, range, floor as usize, count * 2 - range] {
        push16(&mut out, value);
    }
    for (_, last, _) in &segments {
        push16(&mut out, *last as usize);
    }
    out.extend([0, 0]);
    for (first, _, _) in &segments {
        push16(&mut out, *first as usize);
    }
    for (first, _, gid) in &segments {
        out.extend(gid.wrapping_sub(*first as u16).to_be_bytes());
    }
    out.resize(out.len() + count * 2, 0);
    out
}

fn push_format_12(out: &mut Vec<u8>, map: &[(char, u16)]) {
    let wide: Vec<_> = map.iter().map(|&(c, gid)| (u32::from(c), gid)).collect();
    let groups = stretches(&wide);
    out.extend([0, 12, 0, 0]);
    push32(out, 16 + groups.len() * 12);
    push32(out, 0);
    push32(out, groups.len());
    for (first, last, gid) in groups {
        for value in [first, last, u32::from(gid)] {
            out.extend(value.to_be_bytes());
        }
    }
}

/// Sizes here are bounded by the number of glyphs; a map too long for its length field saturates it.
fn push16(out: &mut Vec<u8>, value: usize) {
    out.extend(u16::try_from(value).unwrap_or(u16::MAX).to_be_bytes());
}

fn push32(out: &mut Vec<u8>, value: usize) {
    out.extend(u32::try_from(value).unwrap_or(u32::MAX).to_be_bytes());
}

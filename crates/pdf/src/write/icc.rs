//! A small sRGB profile (ICC.1:2004, version 4.2) for the output intent: three primaries adapted to D50 and
//! the parametric curve of IEC 61966-2-1.

/// The profile's bytes; about 500.
pub(super) fn srgb() -> Vec<u8> {
    let tags: [(&[u8; 4], Vec<u8>); 9] = [
        (b"desc", localized("sRGB")),
        (b"cprt", localized("CC0")),
        (b"wtpt", xyz([0xF6D6, 0x10000, 0xD32D])),
        (b"chad", adaptation()),
        (b"rXYZ", xyz([0x6FA2, 0x38F5, 0x0390])),
        (b"gXYZ", xyz([0x6299, 0xB785, 0x18DA])),
        (b"bXYZ", xyz([0x24A0, 0x0F84, 0xB6CF])),
        (b"rTRC", curve()),
        (b"gTRC", Vec::new()),
    ];
    let count = tags.len() as u32 + 1;
    let mut table = count.to_be_bytes().to_vec();
    let mut data = Vec::new();
    let start = 128 + 4 + 12 * count;
    let mut last = (0_u32, 0_u32);
    for (tag, bytes) in tags.iter().map(|(tag, bytes)| (*tag, bytes)).chain([(b"bTRC", &Vec::new())]) {
        // The three curves are one: an empty value shares the place of the one before.
        if !bytes.is_empty() {
            last = (start + data.len() as u32, bytes.len() as u32);
            data.extend_from_slice(bytes);
            data.resize(data.len().next_multiple_of(4), 0);
        }
        table.extend_from_slice(tag);
        table.extend_from_slice(&last.0.to_be_bytes());
        table.extend_from_slice(&last.1.to_be_bytes());
    }
    let mut out = header(start + data.len() as u32);
    out.extend_from_slice(&table);
    out.extend_from_slice(&data);
    out
}

fn header(size: u32) -> Vec<u8> {
    let mut out = size.to_be_bytes().to_vec();
    out.extend_from_slice(&[0; 4]);
    out.extend_from_slice(&0x0420_0000_u32.to_be_bytes());
    out.extend_from_slice(b"mntrRGB XYZ ");
    // A fixed date of making, so that the bytes are fixed: 2026-01-01.
    for part in [2026_u16, 1, 1, 0, 0, 0] {
        out.extend_from_slice(&part.to_be_bytes());
    }
    out.extend_from_slice(b"acsp");
    // Platform, flags, device, attributes, intent: none.
    out.extend_from_slice(&[0; 28]);
    out.extend_from_slice(&triple([0xF6D6, 0x10000, 0xD32D]));
    out.resize(128, 0);
    out
}

/// s15Fixed16 numbers.
fn triple(values: [i32; 3]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_be_bytes()).collect()
}

fn xyz(values: [i32; 3]) -> Vec<u8> {
    [b"XYZ \0\0\0\0".to_vec(), triple(values)].concat()
}

/// Bradford adaptation from D65 to D50.
fn adaptation() -> Vec<u8> {
    let rows = [[0x10C42, 0x05DE, -0x0CDB], [0x0793, 0xFD90, -0x045F], [-0x025E, 0x03DC, 0xC06E]];
    [b"sf32\0\0\0\0".to_vec(), rows.into_iter().flat_map(triple).collect()].concat()
}

/// Type 3: ((x + 0.055) / 1.055)^2.4 above 0.04045, x / 12.92 below.
fn curve() -> Vec<u8> {
    let parameters: [i32; 5] = [0x26666, 0xF2A7, 0x0D59, 0x13D0, 0x0A5B];
    let mut out = b"para\0\0\0\0\0\x03\0\0".to_vec();
    out.extend(parameters.iter().flat_map(|value| value.to_be_bytes()));
    out
}

/// One record of a multi-localized string.
fn localized(text: &str) -> Vec<u8> {
    let mut out = b"mluc\0\0\0\0\0\0\0\x01\0\0\0\x0CenUS".to_vec();
    out.extend_from_slice(&(2 * text.len() as u32).to_be_bytes());
    out.extend_from_slice(&28_u32.to_be_bytes());
    out.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
    out
}

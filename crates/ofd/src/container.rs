//! The ZIP archive as our packages have it (PKWARE APPNOTE): no dates, no comments, no extra fields, sizes before
//! the data. Shared by the writer, and by the reader that knows its own.

const LOCAL: u32 = 0x0403_4B50;
const CENTRAL: u32 = 0x0201_4B50;
const END: u32 = 0x0605_4B50;
/// Version 2.0: deflate and folders.
const VERSION: u16 = 20;
/// Names are UTF-8.
const FLAGS: u16 = 1 << 11;
/// The first day that a ZIP archive can tell: 1980-01-01.
const DATE: u16 = 0x21;

pub(crate) const STORED: u16 = 0;
pub(crate) const DEFLATED: u16 = 8;
/// Bytes of a local header before the name.
pub(crate) const LOCAL_HEADER: usize = 30;
/// Where the sum and the two sizes stand in a local header.
pub(crate) const LOCAL_SUMS: std::ops::Range<usize> = 14..26;
/// Where the local header's place stands in a directory entry.
pub(crate) const CENTRAL_PLACE: std::ops::Range<usize> = 42..46;

/// How a part's bytes lie in the archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Facts {
    pub(crate) method: u16,
    pub(crate) crc: u32,
    pub(crate) packed: u32,
    pub(crate) size: u32,
}

/// A part's own header. Our paths are far shorter than a header can hold.
pub(crate) fn push_local(out: &mut Vec<u8>, path: &str, facts: &Facts) {
    out.extend_from_slice(&LOCAL.to_le_bytes());
    push_common(out, path, facts);
    out.extend_from_slice(path.as_bytes());
}

/// A part's entry in the directory.
pub(crate) fn push_central(out: &mut Vec<u8>, path: &str, facts: &Facts, place: u32) {
    out.extend_from_slice(&CENTRAL.to_le_bytes());
    out.extend_from_slice(&VERSION.to_le_bytes());
    push_common(out, path, facts);
    // No comment, first disk, no attributes.
    out.extend_from_slice(&[0; 10]);
    out.extend_from_slice(&place.to_le_bytes());
    out.extend_from_slice(path.as_bytes());
}

/// The directory's end.
pub(crate) fn push_end(out: &mut Vec<u8>, count: u16, length: u32, place: u32) {
    out.extend_from_slice(&END.to_le_bytes());
    out.extend_from_slice(&[0; 4]);
    out.extend_from_slice(&count.to_le_bytes());
    out.extend_from_slice(&count.to_le_bytes());
    out.extend_from_slice(&length.to_le_bytes());
    out.extend_from_slice(&place.to_le_bytes());
    out.extend_from_slice(&[0; 2]);
}

/// From the version needed to the length of the extra field, which is none.
fn push_common(out: &mut Vec<u8>, path: &str, facts: &Facts) {
    for value in [VERSION, FLAGS, facts.method, 0, DATE] {
        out.extend_from_slice(&value.to_le_bytes());
    }
    for value in [facts.crc, facts.packed, facts.size] {
        out.extend_from_slice(&value.to_le_bytes());
    }
    out.extend_from_slice(&u16::try_from(path.len()).unwrap_or(u16::MAX).to_le_bytes());
    out.extend_from_slice(&[0; 2]);
}

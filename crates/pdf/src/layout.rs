//! The fixed pieces of our own files, shared by the writer and by the strict reader of what it wrote.

/// The header, with the comment of high bytes that marks the file as binary (§7.5.2). They are 印信: so a piece
/// of a copy is known as ours although the signature is cut off.
pub(crate) const HEADER: &[u8] = b"%PDF-1.7\n%\xE5\x8D\xB0\xE4\xBF\xA1\n";

/// How copies began before the mark.
pub(crate) const EARLIER_HEADER: &[u8] = b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n";

/// What stands between the signature's other entries and its byte range.
pub(crate) const BYTE_RANGE: &[u8] = b"/ByteRange [0 ";

/// Each of the three numbers behind that is written with so many digits, so that it can be filled in later.
pub(crate) const BYTE_RANGE_DIGITS: usize = 10;

/// Between the byte range's numbers and the value of /Contents.
pub(crate) const CONTENTS: &[u8] = b"]/Contents ";

/// Behind the value of /Contents: the signature is the last object of the file.
pub(crate) const AFTER_CONTENTS: &[u8] = b">>\nendobj\nxref\n0 ";

pub(crate) const SUB_FILTER: &str = "ETSI.CAdES.detached";

pub(crate) const STAMP_SUB_FILTER: &str = "ETSI.RFC3161";

/// Bytes of one line of a cross-reference table (§7.5.4).
pub(crate) const XREF_LINE: usize = 20;

/// Writes a byte range's three numbers over what stands at the beginning of `slot`.
pub(crate) fn put_byte_range(slot: &mut [u8], numbers: [usize; 3]) {
    let mut range = Vec::with_capacity(3 * BYTE_RANGE_DIGITS + 2);
    for (index, value) in numbers.into_iter().enumerate() {
        if index > 0 {
            range.push(b' ');
        }
        push_fixed(&mut range, value, BYTE_RANGE_DIGITS);
    }
    for (byte, written) in slot.iter_mut().zip(range) {
        *byte = written;
    }
}

/// Writes `value` as `digits` decimal digits.
pub(crate) fn push_fixed(out: &mut Vec<u8>, value: usize, digits: usize) {
    let start = out.len();
    out.resize(start + digits, b'0');
    let mut left = value;
    for slot in out.get_mut(start..).unwrap_or_default().iter_mut().rev() {
        *slot = b'0' + (left % 10) as u8;
        left /= 10;
    }
}

/// The empty field for a document time stamp, up to its page's number. F 132: printed, locked. Its `/TU` is
/// [`STAMP_NAME`], for those who hear the page.
pub(crate) const STAMP_FIELD: &[u8] = b"<</Type/Annot/Subtype/Widget/FT/Sig/T(DocTS1)\
/TU<feff65f695f46233>/Rect[0 0 0 0]/F 132/P ";

/// What that field is called to people: time stamp.
pub(crate) const STAMP_NAME: &str = "时间戳";

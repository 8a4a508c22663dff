//! The one thing that is ever added to a signed file, before anybody has it: a document time stamp, as an incremental
//! update (ISO 32000-1 §7.5.6, ETSI EN 319 142-1 §5.4.3) that fills the empty field of the plate.
//!
//! Works from the file's bytes alone, so that the strict reader can have the same update written anew and compare.
//! New objects are numbered from the previous /Size on: readers take a number below it for a changed object.

use std::ops::Range;

use yinxin_crypto::hash::{Sha256, sha256};

use super::{Error, emit};
use crate::layout;

/// A signed file with a document time stamp behind it that lacks nothing but its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extended {
    bytes: Vec<u8>,
    /// The value of /Contents, with its brackets.
    gap: Range<usize>,
    digest: [u8; 32],
}

impl Extended {
    /// SHA-256 over all but the value of /Contents: the time stamp's imprint.
    pub fn digest(&self) -> &[u8; 32] {
        &self.digest
    }

    /// Puts the token in; the rest of its room stays zero.
    pub fn finish(mut self, token: &[u8]) -> Result<Vec<u8>, Error> {
        let room = self.gap.len().saturating_sub(2) / 2;
        let start = self.gap.start + 1;
        let slot = self.bytes.get_mut(start..start + 2 * token.len()).filter(|_| token.len() <= room);
        emit::hex_into(slot.ok_or(Error::SignatureTooLarge { size: token.len(), room })?, token);
        Ok(self.bytes)
    }

    /// The bytes as they are before [`Self::finish`], and where the value goes.
    pub(crate) fn unfinished(&self) -> (&[u8], &Range<usize>) {
        (&self.bytes, &self.gap)
    }
}

/// Adds the update to `file`, which [`super::Plate`] wrote, whose empty field is object `widget`; `room` bytes are kept
/// for the token.
pub fn extend(file: Vec<u8>, widget: u32, room: usize) -> Result<Extended, Error> {
    let base = Base::read(&file, widget).ok_or(Error::NotExtendable)?;
    let (field, id, size, previous) = (base.field.to_vec(), base.id, base.size, base.xref);
    let mut bytes = file;
    bytes.reserve(2 * room + field.len() + 640);
    let field_at = bytes.len();
    emit::int(&mut bytes, widget);
    bytes.extend_from_slice(b" 0 obj\n");
    bytes.extend_from_slice(&field);
    bytes.extend_from_slice(b"/V ");
    emit::reference(&mut bytes, size);
    bytes.extend_from_slice(b">>\nendobj\n");

    let stamp_at = bytes.len();
    emit::int(&mut bytes, size);
    bytes.extend_from_slice(b" 0 obj\n<</Type/DocTimeStamp/Filter/Adobe.PPKLite/SubFilter/");
    bytes.extend_from_slice(layout::STAMP_SUB_FILTER.as_bytes());
    let range_at = bytes.len() + layout::BYTE_RANGE.len();
    bytes.extend_from_slice(layout::BYTE_RANGE);
    bytes.resize(range_at + 3 * layout::BYTE_RANGE_DIGITS + 2, b' ');
    bytes.extend_from_slice(layout::CONTENTS);
    let start = bytes.len();
    bytes.push(b'<');
    bytes.resize(start + 1 + 2 * room, b'0');
    bytes.push(b'>');
    let gap = start..bytes.len();
    bytes.extend_from_slice(b">>\nendobj\n");

    let xref = bytes.len();
    bytes.extend_from_slice(b"xref\n");
    for (number, at) in [(widget, field_at), (size, stamp_at)] {
        emit::int(&mut bytes, number);
        bytes.extend_from_slice(b" 1\n");
        layout::push_fixed(&mut bytes, at, 10);
        bytes.extend_from_slice(b" 00000 n \n");
    }
    push_trailer(&mut bytes, size + 1, previous, &id, xref);
    let tail = bytes.len() - gap.end;
    let slot = bytes.get_mut(range_at..).ok_or(Error::NotExtendable)?;
    layout::put_byte_range(slot, [gap.start, gap.end, tail]);
    let mut state = Sha256::new();
    state.update(bytes.get(..gap.start).unwrap_or_default());
    state.update(bytes.get(gap.end..).unwrap_or_default());
    Ok(Extended { bytes, gap, digest: state.finish() })
}

/// The first identifier stays, the second names this state of the file (§14.4).
fn push_trailer(out: &mut Vec<u8>, size: u32, previous: usize, id: &[u8; 32], xref: usize) {
    out.extend_from_slice(b"trailer\n<</Size ");
    emit::int(out, size);
    out.extend_from_slice(b"/Root 1 0 R/Prev ");
    emit::size(out, previous);
    out.extend_from_slice(b"/ID[<");
    out.extend_from_slice(id);
    out.extend_from_slice(b"><");
    let state = sha256(&[&id[..], &xref.to_be_bytes()].concat());
    emit::hex(out, state.get(..16).unwrap_or_default());
    out.extend_from_slice(b">]>>\nstartxref\n");
    emit::size(out, xref);
    out.extend_from_slice(b"\n%%EOF\n");
}

/// What an update needs to know of the file before it.
struct Base<'a> {
    xref: usize,
    /// One more than the highest object number.
    size: u32,
    /// Hexadecimal digits of the first identifier.
    id: [u8; 32],
    /// The empty field's dictionary without its closing brackets.
    field: &'a [u8],
}

impl<'a> Base<'a> {
    fn read(file: &'a [u8], widget: u32) -> Option<Self> {
        const TAIL: &[u8] = b"\n%%EOF\n";
        let before = file.strip_suffix(TAIL)?;
        let digits = before.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
        let (before, digits) = before.split_at_checked(before.len() - digits)?;
        let before = before.strip_suffix(b">]>>\nstartxref\n")?;
        let xref = decimal(digits)?;
        let id = before.get(before.len().checked_sub(32)?..)?.try_into().ok()?;

        let table = file.get(xref..)?.strip_prefix(b"xref\n0 ")?;
        let digits = table.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let size = decimal(table.get(..digits)?)?;
        let line = usize::try_from(widget).ok().filter(|number| *number < size)?;
        let line = table.get(digits + 1..)?.get(line.checked_mul(layout::XREF_LINE)?..)?;
        let object = file.get(decimal(line.get(..10)?)?..xref)?;
        let header = format!("{widget} 0 obj\n");
        let body = object.strip_prefix(header.as_bytes())?;
        // The page's number and a key follow, no more.
        let near = body.get(..body.len().min(layout::STAMP_FIELD.len() + 64))?;
        let end = near.windows(10).position(|window| window == b">>\nendobj\n")?;
        let field = near.get(..end).filter(|field| field.starts_with(layout::STAMP_FIELD))?;
        Some(Self { xref, size: u32::try_from(size).ok()?, id, field })
    }
}

fn decimal(digits: &[u8]) -> Option<usize> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

//! What is added to a signed file before anybody has it: one incremental update (ISO 32000-1 §7.5.6). It names the
//! document security store that stands in the plate's head (ETSI EN 319 142-1 §5.4.2), since validators look for it
//! behind the signature, and fills the empty field with a document time stamp (§5.4.3) where the plate has one.
//!
//! Works from the file's bytes alone, so that the strict reader can have the same update written anew and compare.
//! New objects are numbered from the previous /Size on: readers take a number below it for a changed object.

use std::ops::Range;

use yinxin_crypto::hash::{Sha256, sha256};

use super::plate::CATALOG;
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

/// Adds the update to `file`, which [`super::Plate`] wrote with a security store and without a field for a time stamp.
pub fn add_store(file: Vec<u8>) -> Result<Vec<u8>, Error> {
    let mut update = Update::begin(file, STORE_UPDATE)?;
    if !update.put_catalog() {
        return Err(Error::NotExtendable);
    }
    let size = update.size;
    Ok(update.close(size))
}

/// Whether `file`, up to and with the signature, has a security store that its catalog does not name.
pub(crate) fn lacks_store(file: &[u8]) -> bool {
    Catalog::read(file).is_some_and(|catalog| catalog.store.is_some())
}

/// Adds the update to `file`, which [`super::Plate`] wrote, whose empty field is object `widget`; `room` bytes are kept
/// for the token.
pub fn add_stamp(file: Vec<u8>, widget: u32, room: usize) -> Result<Extended, Error> {
    let mut update = Update::begin(file, 2 * room + STAMP_UPDATE)?;
    update.put_catalog();
    let stamp = update.size;
    update.put_field(widget, stamp)?;

    update.begin_object(stamp);
    let bytes = &mut update.bytes;
    bytes.extend_from_slice(b"<</Type/DocTimeStamp/Filter/Adobe.PPKLite/SubFilter/");
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

    let mut bytes = update.close(stamp + 1);
    let tail = bytes.len() - gap.end;
    let slot = bytes.get_mut(range_at..).ok_or(Error::NotExtendable)?;
    layout::put_byte_range(slot, [gap.start, gap.end, tail]);
    let mut state = Sha256::new();
    state.update(bytes.get(..gap.start).unwrap_or_default());
    state.update(bytes.get(gap.end..).unwrap_or_default());
    Ok(Extended { bytes, gap, digest: state.finish() })
}

/// Bytes of an update, about.
const STORE_UPDATE: usize = 1024;
const STAMP_UPDATE: usize = 2048;

/// An update that is being written behind a file.
struct Update {
    bytes: Vec<u8>,
    /// Where the file ends.
    end: usize,
    places: Vec<(u32, usize)>,
    /// Of the file's table and trailer.
    xref: usize,
    size: u32,
    id: [u8; 32],
}

impl Update {
    fn begin(file: Vec<u8>, reserve: usize) -> Result<Self, Error> {
        let Tail { xref, size, id } = Tail::read(&file).ok_or(Error::NotExtendable)?;
        let (end, mut bytes) = (file.len(), file);
        bytes.reserve(reserve);
        Ok(Self { bytes, end, places: Vec::with_capacity(3), xref, size, id })
    }

    fn begin_object(&mut self, number: u32) {
        self.places.push((number, self.bytes.len()));
        emit::int(&mut self.bytes, number);
        self.bytes.extend_from_slice(b" 0 obj\n");
    }

    /// The catalog anew, with the store that it did not name. `false`: there is none.
    fn put_catalog(&mut self) -> bool {
        let found = Catalog::read(&self.bytes).and_then(|it| Some((it.entries.to_vec(), it.store?)));
        let Some((entries, store)) = found else { return false };
        self.begin_object(CATALOG);
        self.bytes.extend_from_slice(&entries);
        self.bytes.extend_from_slice(b"/DSS ");
        emit::reference(&mut self.bytes, store);
        self.bytes.extend_from_slice(b">>\nendobj\n");
        true
    }

    /// The empty field anew, with object `value` as its value.
    fn put_field(&mut self, widget: u32, value: u32) -> Result<(), Error> {
        let file = self.bytes.get(..self.end).unwrap_or_default();
        let entries = stamp_field(file, self.xref, widget).ok_or(Error::NotExtendable)?.to_vec();
        self.begin_object(widget);
        self.bytes.extend_from_slice(&entries);
        self.bytes.extend_from_slice(b"/V ");
        emit::reference(&mut self.bytes, value);
        self.bytes.extend_from_slice(b">>\nendobj\n");
        Ok(())
    }

    /// Table and trailer; `size` is one more than the highest number now.
    fn close(mut self, size: u32) -> Vec<u8> {
        let xref = self.bytes.len();
        self.bytes.extend_from_slice(b"xref\n");
        for (number, at) in self.places {
            emit::int(&mut self.bytes, number);
            self.bytes.extend_from_slice(b" 1\n");
            layout::push_fixed(&mut self.bytes, at, 10);
            self.bytes.extend_from_slice(b" 00000 n \n");
        }
        push_trailer(&mut self.bytes, size, self.xref, &self.id, xref);
        self.bytes
    }
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

/// What an update needs to know of the end of the file before it.
struct Tail {
    xref: usize,
    /// One more than the highest object number.
    size: u32,
    /// Hexadecimal digits of the first identifier.
    id: [u8; 32],
}

impl Tail {
    fn read(file: &[u8]) -> Option<Self> {
        const END: &[u8] = b"\n%%EOF\n";
        let before = file.strip_suffix(END)?;
        let digits = before.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
        let (before, digits) = before.split_at_checked(before.len() - digits)?;
        let before = before.strip_suffix(b">]>>\nstartxref\n")?;
        let xref = decimal(digits)?;
        let id = before.get(before.len().checked_sub(32)?..)?.try_into().ok()?;
        let size = table_size(file.get(xref..)?)?.0;
        Some(Self { xref, size: u32::try_from(size).ok()?, id })
    }
}

/// The first object of a plate.
struct Catalog<'a> {
    /// Its dictionary without the closing brackets.
    entries: &'a [u8],
    /// The number of the store, which stands right behind a catalog that does not name it.
    store: Option<u32>,
}

impl<'a> Catalog<'a> {
    fn read(file: &'a [u8]) -> Option<Self> {
        const END: &[u8] = b">>\nendobj\n";
        /// More than any catalog of ours has.
        const MAX: usize = 1024;
        let body = file.strip_prefix(layout::HEADER)?.strip_prefix(b"1 0 obj\n")?;
        let near = body.get(..body.len().min(MAX))?;
        let end = near.windows(END.len()).position(|window| window == END)?;
        let entries = near.get(..end)?;
        let next = near.get(end + END.len()..)?;
        let digits = next.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let is_store = next.get(digits..).is_some_and(|rest| rest.starts_with(layout::STORE_OBJECT));
        let store = next.get(..digits).filter(|_| is_store).and_then(decimal);
        Some(Self { entries, store: store.and_then(|number| u32::try_from(number).ok()) })
    }
}

/// Number of lines of a table from object 0 on, and the lines.
fn table_size(table: &[u8]) -> Option<(usize, &[u8])> {
    let table = table.strip_prefix(b"xref\n0 ")?;
    let digits = table.iter().take_while(|byte| byte.is_ascii_digit()).count();
    Some((decimal(table.get(..digits)?)?, table.get(digits + 1..)?))
}

/// The dictionary of the empty field, without its closing brackets.
fn stamp_field(file: &[u8], xref: usize, widget: u32) -> Option<&[u8]> {
    let (size, lines) = table_size(file.get(xref..)?)?;
    let line = usize::try_from(widget).ok().filter(|number| *number < size)?;
    let line = lines.get(line.checked_mul(layout::XREF_LINE)?..)?;
    let object = file.get(decimal(line.get(..10)?)?..xref)?;
    let header = format!("{widget} 0 obj\n");
    let body = object.strip_prefix(header.as_bytes())?;
    // The page's number and a key follow, no more.
    let near = body.get(..body.len().min(layout::STAMP_FIELD.len() + 64))?;
    let end = near.windows(10).position(|window| window == b">>\nendobj\n")?;
    near.get(..end).filter(|field| field.starts_with(layout::STAMP_FIELD))
}

fn decimal(digits: &[u8]) -> Option<usize> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

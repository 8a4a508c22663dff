//! What is added to a signed file before anybody has it: one incremental update (ISO 32000-1 §7.5.6). It says
//! which of the document security store of the plate's head belongs to the signature (ETSI EN 319 142-1 §5.4.2.3), since
//! EU DSS counts no store that was there before the signature, and fills the empty field with a document time stamp
//! (§5.4.3) where the plate has one.
//!
//! Works from the file's bytes alone, so that the strict reader can have the same update written anew and compare.
//! New objects are numbered from the previous /Size on: readers take a number below it for a changed object.

use std::ops::Range;

use yinxin_crypto::hash::{Sha256, sha1, sha256};

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
    if !update.put_store()? {
        return Err(Error::NotExtendable);
    }
    Ok(update.close())
}

/// Whether `file`, up to and with the signature, has a security store: then there is an update behind it.
pub(crate) fn has_store(file: &[u8]) -> bool {
    Catalog::read(file).is_some()
}

/// Adds the update to `file`, which [`super::Plate`] wrote, whose empty field is object `widget`; `room` bytes are kept
/// for the token.
pub fn add_stamp(file: Vec<u8>, widget: u32, room: usize) -> Result<Extended, Error> {
    let mut update = Update::begin(file, 2 * room + STAMP_UPDATE)?;
    update.put_store()?;
    let stamp = update.size;
    update.put_field(widget, stamp)?;
    update.begin_new();
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

    let mut bytes = update.close();
    let tail = bytes.len() - gap.end;
    let slot = bytes.get_mut(range_at..).ok_or(Error::NotExtendable)?;
    layout::put_byte_range(slot, [gap.start, gap.end, tail]);
    let mut state = Sha256::new();
    state.update(bytes.get(..gap.start).unwrap_or_default());
    state.update(bytes.get(gap.end..).unwrap_or_default());
    Ok(Extended { bytes, gap, digest: state.finish() })
}

/// Bytes of an update, about.
const STORE_UPDATE: usize = 2048;
const STAMP_UPDATE: usize = 3072;

/// More than a catalog of ours has, and a store with any number of certificates that one may have.
const MAX_CATALOG: usize = 1024;
const MAX_STORE: usize = 8192;

const DSS: &[u8] = b"/DSS ";
const STORE: &[u8] = b"<</Type/DSS";

/// An update that is being written behind a file.
struct Update {
    bytes: Vec<u8>,
    /// Where the file ends.
    end: usize,
    places: Vec<(u32, usize)>,
    /// Of the file's table and trailer.
    xref: usize,
    id: [u8; 32],
    /// One more than the highest object number so far.
    size: u32,
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

    /// A new object.
    fn begin_new(&mut self) -> u32 {
        let number = self.size;
        self.size += 1;
        self.begin_object(number);
        number
    }

    fn file(&self) -> &[u8] {
        self.bytes.get(..self.end).unwrap_or_default()
    }

    /// The store anew, with an entry for the signature, and the catalog with it. `false`: there is none.
    fn put_store(&mut self) -> Result<bool, Error> {
        let Some(Catalog { entries, store }) = Catalog::read(self.file()) else { return Ok(false) };
        let entries = entries.to_vec();
        let store =
            dictionary(self.file(), self.xref, store, MAX_STORE).ok_or(Error::NotExtendable)?.to_vec();
        let values = store.strip_prefix(STORE).ok_or(Error::NotExtendable)?;
        let digest = sha1(&signature_value(self.file()).ok_or(Error::NotExtendable)?);

        let number = self.begin_new();
        self.bytes.extend_from_slice(&store);
        self.bytes.extend_from_slice(b"/VRI<</");
        for byte in digest {
            self.bytes.extend_from_slice(format!("{byte:02X}").as_bytes());
        }
        self.bytes.extend_from_slice(b"<<");
        // The same lists by their other names.
        for part in values.split_inclusive(|byte| *byte == b'[') {
            let name = part.strip_suffix(b"s[");
            self.bytes.extend_from_slice(name.unwrap_or(part));
            if name.is_some() {
                self.bytes.push(b'[');
            }
        }
        self.bytes.extend_from_slice(b">>>>>>\nendobj\n");

        self.begin_object(CATALOG);
        self.bytes.extend_from_slice(&entries);
        self.bytes.extend_from_slice(DSS);
        emit::reference(&mut self.bytes, number);
        self.bytes.extend_from_slice(b">>\nendobj\n");
        Ok(true)
    }

    /// The empty field anew, with object `value` as its value.
    fn put_field(&mut self, widget: u32, value: u32) -> Result<(), Error> {
        // The page's number and a key follow what is known, no more.
        let field = dictionary(self.file(), self.xref, widget, layout::STAMP_FIELD.len() + 64);
        let entries = field.filter(|field| field.starts_with(layout::STAMP_FIELD));
        let entries = entries.ok_or(Error::NotExtendable)?.to_vec();
        self.begin_object(widget);
        self.bytes.extend_from_slice(&entries);
        self.bytes.extend_from_slice(b"/V ");
        emit::reference(&mut self.bytes, value);
        self.bytes.extend_from_slice(b">>\nendobj\n");
        Ok(())
    }

    /// Table and trailer.
    fn close(mut self) -> Vec<u8> {
        let xref = self.bytes.len();
        self.places.sort_unstable();
        self.bytes.extend_from_slice(b"xref\n");
        for (number, at) in self.places {
            emit::int(&mut self.bytes, number);
            self.bytes.extend_from_slice(b" 1\n");
            layout::push_fixed(&mut self.bytes, at, 10);
            self.bytes.extend_from_slice(b" 00000 n \n");
        }
        push_trailer(&mut self.bytes, self.size, self.xref, &self.id, xref);
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

/// The first object of a plate, where it names a security store.
struct Catalog<'a> {
    /// Its dictionary up to that.
    entries: &'a [u8],
    store: u32,
}

impl<'a> Catalog<'a> {
    fn read(file: &'a [u8]) -> Option<Self> {
        let body = file.strip_prefix(layout::HEADER)?.strip_prefix(b"1 0 obj\n")?;
        let all = until_end(body, MAX_CATALOG)?;
        let at = all.windows(DSS.len()).rposition(|window| window == DSS)?;
        let (entries, store) = all.split_at_checked(at)?;
        let store = decimal(store.strip_prefix(DSS)?.strip_suffix(b" 0 R")?)?;
        Some(Self { entries, store: u32::try_from(store).ok()? })
    }
}

/// Number of lines of a table from object 0 on, and the lines.
fn table_size(table: &[u8]) -> Option<(usize, &[u8])> {
    let table = table.strip_prefix(b"xref\n0 ")?;
    let digits = table.iter().take_while(|byte| byte.is_ascii_digit()).count();
    Some((decimal(table.get(..digits)?)?, table.get(digits + 1..)?))
}

/// The dictionary that object `number` is, without its closing brackets, in at most `max` bytes.
fn dictionary(file: &[u8], xref: usize, number: u32, max: usize) -> Option<&[u8]> {
    let (size, lines) = table_size(file.get(xref..)?)?;
    let line = usize::try_from(number).ok().filter(|number| *number < size)?;
    let line = lines.get(line.checked_mul(layout::XREF_LINE)?..)?;
    let object = file.get(decimal(line.get(..10)?)?..xref)?;
    let header = format!("{number} 0 obj\n");
    until_end(object.strip_prefix(header.as_bytes())?, max)
}

/// What is before the end of an object that is a dictionary.
fn until_end(body: &[u8], max: usize) -> Option<&[u8]> {
    const END: &[u8] = b">>\nendobj\n";
    let near = body.get(..body.len().min(max))?;
    near.get(..near.windows(END.len()).position(|window| window == END)?)
}

/// The seal's signature with its padding, as /Contents has it.
fn signature_value(file: &[u8]) -> Option<Vec<u8>> {
    let end =
        file.windows(layout::AFTER_CONTENTS.len()).rposition(|window| window == layout::AFTER_CONTENTS)?;
    let digits = file.get(..end)?.strip_suffix(b">")?;
    let start = digits.iter().rposition(|byte| *byte == b'<')? + 1;
    // Whether they are digits, the strict reader asks; other bytes only give another digest.
    let digit = |byte: u8| (byte & 15) + 9 * (byte >> 6 & 1);
    let pairs = digits.get(start..)?.chunks_exact(2);
    Some(pairs.map(|pair| pair.iter().fold(0, |value: u8, byte| value << 4 | digit(*byte))).collect())
}

fn decimal(digits: &[u8]) -> Option<usize> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

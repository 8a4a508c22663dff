//! The archive's directory, and what it says of each part compared with what stands before the part itself.
//!
//! Programs read one or the other, and forgers live on the difference.

use super::issue::Issues;
use super::limits::Budget;
use super::{Error, Issue, Limits};

pub(super) const LOCAL: &[u8] = b"PK\x03\x04";
const CENTRAL: &[u8] = b"PK\x01\x02";
const END: &[u8] = b"PK\x05\x06";
const DESCRIPTOR: &[u8] = b"PK\x07\x08";
pub(super) const LOCAL_SIZE: usize = 30;
pub(super) const CENTRAL_SIZE: usize = 46;
pub(super) const END_SIZE: usize = 22;
/// The longest comment behind the end record.
const MAX_COMMENT: usize = 0xFFFF;

/// Bytes of memory that a part takes beside its path.
const ENTRY: usize = 384;

/// What the directory says of one part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Record {
    /// As it is written, without a leading stroke.
    pub(super) name: String,
    pub(super) safe: bool,
    pub(super) method: u16,
    pub(super) crc: u32,
    pub(super) size: usize,
    /// Where its local header begins, and its packed data.
    pub(super) header: usize,
    pub(super) data: std::ops::Range<usize>,
    /// Behind the data and what may follow it.
    end: usize,
}

/// A position with little-endian numbers to be read.
#[derive(Clone, Copy)]
pub(super) struct Fields<'a>(pub(super) &'a [u8]);

impl Fields<'_> {
    pub(super) fn u16(self, at: usize) -> u16 {
        let two = self.0.get(at..).and_then(|rest| rest.first_chunk());
        two.map_or(0, |bytes| u16::from_le_bytes(*bytes))
    }

    pub(super) fn u32(self, at: usize) -> u32 {
        let four = self.0.get(at..).and_then(|rest| rest.first_chunk());
        four.map_or(0, |bytes| u32::from_le_bytes(*bytes))
    }

    pub(super) fn size(self, at: usize) -> usize {
        usize::try_from(self.u32(at)).unwrap_or(usize::MAX)
    }
}

/// Reads the directory.
pub(super) fn records(
    bytes: &[u8],
    limits: &Limits,
    budget: &Budget,
    issues: &mut Issues,
) -> Result<Vec<Record>, Error> {
    if !bytes.starts_with(b"PK") {
        let at = bytes.get(..1024.min(bytes.len())).unwrap_or_default();
        if !at.windows(4).any(|window| window == LOCAL) {
            return Err(Error::NotOfd { looks_like: looks_like(bytes) });
        }
    }
    let end = end_record(bytes)?;
    let is_whole = reaches_the_end(bytes, end);
    let fields = Fields(bytes.get(end..).unwrap_or_default());
    let (disk, first_disk, here, count) = (fields.u16(4), fields.u16(6), fields.u16(8), fields.u16(10));
    let (length, start) = (fields.size(12), fields.size(16));
    // Of what was cut off, what looks like an end is that of a seal's picture, which is a package itself.
    let leads_nowhere = bytes.get(start..).is_none_or(|rest| !rest.starts_with(CENTRAL));
    if !is_whole && leads_nowhere && bytes.starts_with(LOCAL) {
        return Err(Error::Truncated);
    }
    if count == u16::MAX || length == u32::MAX as usize || start == u32::MAX as usize {
        return Err(Error::Unsupported { feature: "ZIP64" });
    }
    if disk != 0 || first_disk != 0 || here != count {
        return Err(Error::Unsupported { feature: "an archive in several volumes" });
    }
    if usize::from(count) > limits.entries {
        return Err(Error::LimitExceeded { limit: "entries" });
    }
    let behind = end + END_SIZE;
    if behind < bytes.len() {
        issues.add(Issue::TrailingBytes { at: behind, len: bytes.len() - behind });
    }
    let Some(directory_end) = start.checked_add(length).filter(|at| *at <= end) else {
        return Err(Error::Archive { at: end + 12, expected: "a directory before its end record" });
    };
    let mut records = Vec::with_capacity(usize::from(count));
    let mut at = start;
    for _ in 0..count {
        let (record, next) = record(bytes, at, directory_end, limits, issues)?;
        // A path stands here, in the list of parts and twice in the indexes of paths.
        budget.keep(ENTRY + 4 * record.name.len())?;
        records.push(record);
        at = next;
    }
    if at != end {
        issues.add(Issue::HiddenBytes { at, len: end - at });
    }
    gaps(&records, start, issues);
    Ok(records)
}

/// Where the end record stands: the last one whose comment reaches to the end of the file, else the last one.
fn end_record(bytes: &[u8]) -> Result<usize, Error> {
    // Nearly always there is no comment, and nothing can come later than this.
    let bare = bytes.len().saturating_sub(END_SIZE);
    let last = bytes.get(bare..).unwrap_or_default();
    if last.starts_with(END) && last.ends_with(&[0, 0]) && last.len() == END_SIZE {
        return Ok(bare);
    }
    let from = bytes.len().saturating_sub(END_SIZE + MAX_COMMENT);
    let tail = bytes.get(from..).unwrap_or_default();
    let found: Vec<usize> = tail
        .windows(END_SIZE)
        .enumerate()
        .filter(|(_, window)| window.starts_with(END))
        .map(|(at, _)| from + at)
        .collect();
    let end = found.iter().rev().find(|at| reaches_the_end(bytes, **at)).or(found.last());
    let begins = bytes.starts_with(LOCAL);
    end.copied().ok_or(match begins {
        // A part at the beginning, and no directory behind: who fetched it did not get all of it.
        true => Error::Truncated,
        false => Error::Archive { at: bytes.len(), expected: "the end of a ZIP directory" },
    })
}

/// Whether the end record at `at`, with its comment, is the last thing in the file.
fn reaches_the_end(bytes: &[u8], at: usize) -> bool {
    let comment = Fields(bytes.get(at..).unwrap_or_default()).u16(20);
    at + END_SIZE + usize::from(comment) == bytes.len()
}

fn record(
    bytes: &[u8],
    at: usize,
    directory_end: usize,
    limits: &Limits,
    issues: &mut Issues,
) -> Result<(Record, usize), Error> {
    let malformed = |at, expected| Error::Archive { at, expected };
    let head = bytes.get(at..directory_end).filter(|head| head.starts_with(CENTRAL));
    let head = head.filter(|head| head.len() >= CENTRAL_SIZE).ok_or(malformed(at, "a directory entry"))?;
    let fields = Fields(head);
    let [name, extra, comment] = [28, 30, 32].map(|at| usize::from(fields.u16(at)));
    let next = at + CENTRAL_SIZE + name + extra + comment;
    if next > directory_end {
        return Err(malformed(at + 28, "a name within the directory"));
    }
    if name > limits.path {
        return Err(Error::LimitExceeded { limit: "path" });
    }
    let raw = head.get(CENTRAL_SIZE..CENTRAL_SIZE + name).unwrap_or_default();
    let flags = fields.u16(8);
    // Encrypted, strongly encrypted, directory encrypted.
    if flags & (1 | 1 << 6 | 1 << 13) != 0 {
        return Err(Error::Encrypted);
    }
    let (packed, size, header) = (fields.size(20), fields.size(24), fields.size(42));
    if [packed, size, header].contains(&(u32::MAX as usize)) {
        return Err(Error::Unsupported { feature: "ZIP64" });
    }
    // A link of a Unix file system.
    let link = fields.u16(4) >> 8 == 3 && fields.u32(38) >> 28 == 0o12;
    let text = String::from_utf8_lossy(raw).into_owned();
    let safe = !link && std::str::from_utf8(raw).is_ok() && is_safe(&text);
    if !safe {
        issues.add(Issue::UnsafeName { path: text.clone() });
    }
    let data = local(bytes, header, raw, fields, issues, &text)?;
    let end = data.end.saturating_add(descriptor(bytes, data.end, flags));
    let name = text.trim_start_matches('/').to_owned();
    let record = Record { name, safe, method: fields.u16(10), crc: fields.u32(16), size, header, data, end };
    Ok((record, next))
}

/// Compares with the local header; gives where the packed data lies.
fn local(
    bytes: &[u8],
    header: usize,
    name: &[u8],
    central: Fields,
    issues: &mut Issues,
    path: &str,
) -> Result<std::ops::Range<usize>, Error> {
    let head = bytes.get(header..).filter(|head| head.starts_with(LOCAL) && head.len() >= LOCAL_SIZE);
    let head = head.ok_or(Error::Archive { at: header, expected: "a part's header" })?;
    let fields = Fields(head);
    let own_name = usize::from(fields.u16(26));
    let start = header + LOCAL_SIZE + own_name + usize::from(fields.u16(28));
    let data = start..start.saturating_add(central.size(20));
    if data.end > bytes.len() {
        return Err(Error::Archive { at: header, expected: "a part within the file" });
    }
    let same_name = head.get(LOCAL_SIZE..LOCAL_SIZE + own_name) == Some(name);
    let streamed = fields.u16(6) & (1 << 3) != 0;
    // Written as a stream: sum and sizes stand behind the data, and zeros here.
    let same_sums = [(14, 16), (18, 20), (22, 24)].iter().all(|(here, there)| {
        let own = fields.u32(*here);
        own == central.u32(*there) || (streamed && own == 0)
    });
    let same_kind = fields.u16(8) == central.u16(10) && fields.u16(6) == central.u16(8);
    if !(same_name && same_sums && same_kind) {
        issues.add(Issue::LocalMismatch { path: path.to_owned() });
    }
    Ok(data)
}

/// How long the sums behind streamed data are.
fn descriptor(bytes: &[u8], at: usize, flags: u16) -> usize {
    if flags & (1 << 3) == 0 {
        return 0;
    }
    let signed = bytes.get(at..).is_some_and(|rest| rest.starts_with(DESCRIPTOR));
    if signed { 16 } else { 12 }
}

/// Every byte before the directory must belong to exactly one part.
fn gaps(records: &[Record], directory: usize, issues: &mut Issues) {
    let mut order: Vec<&Record> = records.iter().collect();
    order.sort_by_key(|record| record.header);
    let mut at = 0;
    let mut before = "";
    for record in order {
        if record.header > at {
            let len = record.header - at;
            issues.add(if at == 0 { Issue::LeadingBytes { len } } else { Issue::HiddenBytes { at, len } });
        } else if record.header < at {
            let (first, second) = (before.to_owned(), record.name.clone());
            issues.add(Issue::OverlappingEntries { first, second });
        }
        at = at.max(record.end);
        before = &record.name;
    }
    if directory > at {
        issues.add(Issue::HiddenBytes { at, len: directory - at });
    } else if directory < at {
        issues.add(Issue::OverlappingEntries { first: before.to_owned(), second: String::new() });
    }
}

/// A path that means the same everywhere and stays within the package.
fn is_safe(name: &str) -> bool {
    let name = name.strip_suffix('/').unwrap_or(name);
    let odd = |c: char| c.is_control() || matches!(c, '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|');
    !name.is_empty()
        && !name.contains(odd)
        && name.split('/').all(|step| {
            !step.is_empty() && step != "." && step != ".." && !step.ends_with('.') && step.trim() == step
        })
}

fn looks_like(bytes: &[u8]) -> &'static str {
    const KINDS: [(&[u8], &str); 7] = [
        (b"%PDF-", "a PDF file"),
        (b"\x89PNG", "a PNG picture"),
        (b"\xFF\xD8\xFF", "a JPEG picture"),
        (b"<?xml", "an XML file"),
        (b"<!DOCTYPE", "a web page"),
        (b"<html", "a web page"),
        (b"Rar!", "a RAR archive"),
    ];
    if bytes.is_empty() {
        return "an empty file";
    }
    let known = KINDS.iter().find(|(magic, _)| bytes.starts_with(magic));
    known.map_or("an unknown kind of file", |(_, kind)| kind)
}

//! Parts by path: unpacked within the budget, summed up and digested once.

use std::collections::BTreeMap;

use flate2::{Decompress, FlushDecompress, Status};
use yinxin_crypto::hash::Sm3;

use super::directory::{self, Record};
use super::issue::Issues;
use super::known::KnownParts;
use super::limits::Budget;
use super::{Error, Issue, Limits};

/// Bytes unpacked at a time.
const PIECE: usize = 64 << 10;
const STORED: u16 = 0;
const DEFLATED: u16 = 8;

/// One part of a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// From the root, e.g. `/Doc_0/Document.xml`.
    pub path: String,
    /// Bytes when unpacked.
    pub size: usize,
    /// SM3 of the unpacked bytes; none where they cannot be read.
    pub sm3: Option<[u8; 32]>,
    /// The signatures whose digest of this part is right: indices into [`super::Package::signatures`].
    pub covered_by: Vec<usize>,
}

pub(super) struct Archive<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) limits: &'a Limits,
    pub(super) budget: Budget,
    /// All of the directory, folders too.
    pub(super) records: Vec<Record>,
    /// Each with its place in `records`.
    entries: Vec<Entry>,
    places: Vec<usize>,
    /// Path to place in `entries`; of two parts of one path the first.
    by_path: BTreeMap<String, usize>,
}

impl std::fmt::Debug for Archive<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Archive").field("entries", &self.entries).finish_non_exhaustive()
    }
}

impl<'a> Archive<'a> {
    pub(super) fn open(
        bytes: &'a [u8],
        limits: &'a Limits,
        known: Option<&KnownParts>,
        issues: &mut Issues,
    ) -> Result<Self, Error> {
        let budget = Budget::new(limits, bytes.len());
        let records = directory::records(bytes, limits, &budget, issues)?;
        let mut archive = Self {
            bytes,
            limits,
            budget,
            records,
            entries: Vec::new(),
            places: Vec::new(),
            by_path: BTreeMap::new(),
        };
        archive.index(issues);
        archive.digest(known, issues)?;
        Ok(archive)
    }

    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    pub(super) fn entries_mut(&mut self) -> &mut [Entry] {
        &mut self.entries
    }

    pub(super) fn place(&self, path: &str) -> Option<usize> {
        self.by_path.get(path).copied()
    }

    pub(super) fn has(&self, path: &str) -> bool {
        self.by_path.contains_key(path)
    }

    /// The bytes of a part.
    pub(super) fn read(&self, path: &str) -> Result<Option<Vec<u8>>, Error> {
        let record = self.place(path).and_then(|place| self.places.get(place));
        let Some(record) = record.and_then(|place| self.records.get(*place)) else { return Ok(None) };
        let size = self.place(path).and_then(|place| self.entries.get(place)).map_or(0, |entry| entry.size);
        let mut out = Vec::with_capacity(size);
        let outcome = self.unpack(record, &mut |piece| out.extend_from_slice(piece))?;
        Ok(outcome.readable.then_some(out))
    }

    /// The same of a part of XML, which is not too large to be read as a whole.
    pub(super) fn read_xml(&self, path: &str) -> Result<Option<Vec<u8>>, Error> {
        let entry = self.place(path).and_then(|place| self.entries.get(place));
        if entry.is_some_and(|entry| entry.size > self.limits.xml_part) {
            return Err(Error::LimitExceeded { limit: "xml_part" });
        }
        self.read(path)
    }

    /// The same of a part that is kept, and taken apart into pieces that are kept too.
    pub(super) fn read_value(&self, path: &str) -> Result<Option<Vec<u8>>, Error> {
        let size = self.place(path).and_then(|place| self.entries.get(place)).map_or(0, |entry| entry.size);
        self.budget.keep(size.saturating_mul(4))?;
        self.read(path)
    }

    fn index(&mut self, issues: &mut Issues) {
        let mut folded = BTreeMap::new();
        for (place, record) in self.records.iter().enumerate() {
            if record.name.ends_with('/') && record.size == 0 && record.data.is_empty() {
                continue;
            }
            let path = format!("/{}", record.name);
            if self.by_path.contains_key(&path) {
                issues.add(Issue::DuplicateEntry { path: path.clone() });
            } else {
                if folded.insert(path.to_lowercase(), ()).is_some() {
                    issues.add(Issue::CaseDuplicate { path: path.clone() });
                }
                self.by_path.insert(path.clone(), self.entries.len());
            }
            self.places.push(place);
            self.entries.push(Entry { path, size: 0, sm3: None, covered_by: Vec::new() });
        }
    }

    /// Unpacks every part once, to sum and digest it.
    fn digest(&mut self, known: Option<&KnownParts>, issues: &mut Issues) -> Result<(), Error> {
        let mut entries = std::mem::take(&mut self.entries);
        for (entry, place) in entries.iter_mut().zip(&self.places) {
            let Some(record) = self.records.get(*place) else { continue };
            let packed = self.bytes.get(record.data.clone()).unwrap_or_default();
            if let Some(sm3) = known.and_then(|known| known.find(record, packed)) {
                self.budget.spend_inflated(record.size)?;
                (entry.size, entry.sm3) = (record.size, Some(sm3));
                continue;
            }
            let (mut sum, mut digest) = (crc32fast::Hasher::new(), Sm3::new());
            let outcome = self.unpack(record, &mut |piece| {
                sum.update(piece);
                digest.update(piece);
            })?;
            entry.size = outcome.size;
            if !outcome.readable {
                issues.add(Issue::UnreadablePart { path: entry.path.clone() });
                continue;
            }
            if outcome.unused > 0 {
                let at = record.data.end.saturating_sub(outcome.unused);
                issues.add(Issue::HiddenBytes { at, len: outcome.unused });
            }
            let sm3 = digest.finish();
            if outcome.size != record.size || sum.finalize() != record.crc {
                issues.add(Issue::SumMismatch { path: entry.path.clone() });
            } else if let Some(known) = known.filter(|_| outcome.unused == 0) {
                known.keep(record, packed, sm3);
            }
            entry.sm3 = Some(sm3);
        }
        self.entries = entries;
        Ok(())
    }

    /// Hands out a part's bytes piece by piece.
    fn unpack(&self, record: &Record, take: &mut dyn FnMut(&[u8])) -> Result<Outcome, Error> {
        let packed = self.bytes.get(record.data.clone()).unwrap_or_default();
        match record.method {
            STORED => {
                self.budget.spend_inflated(packed.len())?;
                take(packed);
                Ok(Outcome { readable: true, size: packed.len(), unused: 0 })
            }
            DEFLATED => self.inflate(packed, take),
            _ => Ok(Outcome { readable: false, size: 0, unused: 0 }),
        }
    }

    fn inflate(&self, packed: &[u8], take: &mut dyn FnMut(&[u8])) -> Result<Outcome, Error> {
        let mut state = Decompress::new(false);
        let mut piece = vec![0; PIECE];
        let (mut read, mut size) = (0_usize, 0_usize);
        loop {
            let (before_in, before_out) = (state.total_in(), state.total_out());
            let rest = packed.get(read..).unwrap_or_default();
            let Ok(status) = state.decompress(rest, &mut piece, FlushDecompress::None) else {
                return Ok(Outcome { readable: false, size, unused: 0 });
            };
            let taken = usize::try_from(state.total_in() - before_in).unwrap_or(usize::MAX);
            let made = usize::try_from(state.total_out() - before_out).unwrap_or(usize::MAX);
            read = read.saturating_add(taken);
            size = size.saturating_add(made);
            self.budget.spend_inflated(made)?;
            take(piece.get(..made).unwrap_or_default());
            if status == Status::StreamEnd {
                return Ok(Outcome { readable: true, size, unused: packed.len().saturating_sub(read) });
            }
            // Nothing more comes of what is there: the data is cut short.
            if taken == 0 && made == 0 {
                return Ok(Outcome { readable: false, size, unused: 0 });
            }
        }
    }
}

struct Outcome {
    readable: bool,
    size: usize,
    /// Packed bytes behind the end of the data.
    unused: usize,
}

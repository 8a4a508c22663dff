//! The package as an archive that grows part by part: each is summed up and digested as it goes in.

use std::io::Write;

use yinxin_crypto::hash::{Sm3, sm3};

use super::Error;
use super::signature;
use crate::container::{self, CENTRAL_PLACE, DEFLATED, Facts, LOCAL_HEADER, LOCAL_SUMS, STORED};

/// A part that many packages share: ready to be copied.
pub(super) struct Part {
    /// Local header, name, data.
    local: Vec<u8>,
    central: Vec<u8>,
    /// Its entry in a signature's list.
    reference: Vec<u8>,
}

impl Part {
    /// Digests, sums up and, where that makes it smaller, deflates.
    pub(super) fn new(path: &str, content: &[u8]) -> Result<Self, Error> {
        let deflated = deflated(content);
        let data = deflated.as_deref().unwrap_or(content);
        let facts = Facts {
            method: if deflated.is_some() { DEFLATED } else { STORED },
            crc: crc32fast::hash(content),
            packed: size(data.len())?,
            size: size(content.len())?,
        };
        let mut local = Vec::with_capacity(LOCAL_HEADER + path.len() + data.len());
        container::push_local(&mut local, path, &facts);
        local.extend_from_slice(data);
        let mut central = Vec::new();
        container::push_central(&mut central, path, &facts, 0);
        let mut reference = Vec::new();
        signature::push_reference(&mut reference, path, &sm3(content));
        Ok(Self { local, central, reference })
    }

    pub(super) fn reference(&self) -> &[u8] {
        &self.reference
    }
}

/// The beginning that one part has in many packages, digested.
pub(super) struct Opening {
    bytes: Vec<u8>,
    state: Sm3,
}

impl Opening {
    pub(super) fn new(bytes: Vec<u8>) -> Self {
        let mut state = Sm3::new();
        state.update(&bytes);
        Self { bytes, state }
    }
}

/// An archive that grows part by part.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Archive {
    out: Vec<u8>,
    central: Vec<u8>,
    count: u16,
    /// For the signature's list, of all parts so far but those whose entries are kept elsewhere.
    references: Vec<u8>,
}

/// Where a part that is being written begins.
pub(super) struct Open {
    header: usize,
    content: usize,
    /// Of what lies before `digested`.
    state: Sm3,
    digested: usize,
}

impl Archive {
    pub(super) fn with_room(bytes: usize) -> Self {
        Self {
            out: Vec::with_capacity(bytes),
            central: Vec::with_capacity(2 << 10),
            count: 0,
            references: Vec::with_capacity(1 << 10),
        }
    }

    /// The list of the parts so far, which begins afresh.
    pub(super) fn take_references(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.references)
    }

    /// Copies a part that is ready, and lists it for the signature.
    pub(super) fn add_listed(&mut self, part: &Part) -> Result<(), Error> {
        self.references.extend_from_slice(&part.reference);
        self.add(part)
    }

    /// Copies a part that is ready.
    pub(super) fn add(&mut self, part: &Part) -> Result<(), Error> {
        let offset = size(self.out.len())?;
        self.out.extend_from_slice(&part.local);
        let start = self.central.len();
        self.central.extend_from_slice(&part.central);
        if let Some(slot) = self.central.get_mut(start..).and_then(|entry| entry.get_mut(CENTRAL_PLACE)) {
            slot.copy_from_slice(&offset.to_le_bytes());
        }
        self.counted()
    }

    /// Begins a part, whose content is then appended to what this hands out.
    pub(super) fn begin(&mut self, path: &str) -> Result<(Open, &mut Vec<u8>), Error> {
        let header = self.out.len();
        container::push_local(&mut self.out, path, &Facts { method: STORED, crc: 0, packed: 0, size: 0 });
        let content = self.out.len();
        Ok((Open { header, content, state: Sm3::new(), digested: content }, &mut self.out))
    }

    /// Begins a part with what is digested already.
    pub(super) fn begin_with(
        &mut self,
        path: &str,
        opening: &Opening,
    ) -> Result<(Open, &mut Vec<u8>), Error> {
        let (open, out) = self.begin(path)?;
        out.extend_from_slice(&opening.bytes);
        Ok((Open { state: opening.state.clone(), digested: out.len(), ..open }, out))
    }

    /// Ends the part that was begun last, stored as it is, and lists it for the signature.
    pub(super) fn end(&mut self, path: &str, open: &Open) -> Result<(), Error> {
        let digest = self.digest(open);
        signature::push_reference(&mut self.references, path, &digest);
        self.end_unlisted(path, open)
    }

    /// SM3 of the part that was begun last, as far as it goes.
    pub(super) fn digest(&self, open: &Open) -> [u8; 32] {
        let mut state = open.state.clone();
        state.update(self.out.get(open.digested..).unwrap_or_default());
        state.finish()
    }

    /// Ends the part that was begun last without listing it.
    pub(super) fn end_unlisted(&mut self, path: &str, open: &Open) -> Result<(), Error> {
        let content = self.out.get(open.content..).unwrap_or_default();
        let length = size(content.len())?;
        let facts = Facts { method: STORED, crc: crc32fast::hash(content), packed: length, size: length };
        if let Some(slot) = self.out.get_mut(open.header..).and_then(|header| header.get_mut(LOCAL_SUMS)) {
            for (slot, value) in slot.chunks_exact_mut(4).zip([facts.crc, facts.packed, facts.size]) {
                slot.copy_from_slice(&value.to_le_bytes());
            }
        }
        container::push_central(&mut self.central, path, &facts, size(open.header)?);
        self.counted()
    }

    /// Writes the directory.
    pub(super) fn finish(mut self) -> Result<Vec<u8>, Error> {
        let at = size(self.out.len())?;
        let length = size(self.central.len())?;
        self.out.extend_from_slice(&self.central);
        container::push_end(&mut self.out, self.count, length, at);
        Ok(self.out)
    }

    fn counted(&mut self) -> Result<(), Error> {
        const MAX: u16 = u16::MAX - 1;
        self.count = self
            .count
            .checked_add(1)
            .filter(|count| *count <= MAX)
            .ok_or(Error::TooMany { what: "parts", max: MAX.into() })?;
        Ok(())
    }
}

/// A length or place; beyond this a ZIP archive needs extensions that our readers would have to know.
fn size(value: usize) -> Result<u32, Error> {
    const MAX: usize = 1 << 30;
    u32::try_from(value).ok().filter(|_| value <= MAX).ok_or(Error::TooMany { what: "bytes", max: MAX })
}

/// `None` where the data would not become smaller.
fn deflated(data: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    // Writing to memory cannot fail; were it to, the data would go in as it is.
    encoder.write_all(data).ok()?;
    encoder.finish().ok().filter(|out| out.len() < data.len())
}

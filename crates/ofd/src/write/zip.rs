//! The package as an archive that grows part by part: each is summed up and digested as it goes in.

use std::io::Write;

use yinxin_crypto::hash::sm3;

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

/// An archive that grows part by part.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Archive {
    out: Vec<u8>,
    central: Vec<u8>,
    count: u16,
    /// Of every part so far, for the signature's list.
    references: Vec<u8>,
}

/// Where a part that is being written begins.
pub(super) struct Open {
    header: usize,
    content: usize,
}

impl Archive {
    pub(super) fn with_room(bytes: usize) -> Self {
        Self {
            out: Vec::with_capacity(bytes),
            central: Vec::with_capacity(2 << 10),
            count: 0,
            references: Vec::with_capacity(4 << 10),
        }
    }

    pub(super) fn references(&self) -> &[u8] {
        &self.references
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
        self.references.extend_from_slice(&part.reference);
        self.counted()
    }

    /// Begins a part, whose content is then appended to what this hands out.
    pub(super) fn begin(&mut self, path: &str) -> Result<(Open, &mut Vec<u8>), Error> {
        let header = self.out.len();
        container::push_local(&mut self.out, path, &Facts { method: STORED, crc: 0, packed: 0, size: 0 });
        Ok((Open { header, content: self.out.len() }, &mut self.out))
    }

    /// Ends the part that was begun last, stored as it is, and lists it for the signature.
    pub(super) fn end(&mut self, path: &str, open: &Open) -> Result<(), Error> {
        let digest = self.digest(open);
        signature::push_reference(&mut self.references, path, &digest);
        self.end_unlisted(path, open)
    }

    /// SM3 of the part that was begun last, as far as it goes.
    pub(super) fn digest(&self, open: &Open) -> [u8; 32] {
        sm3(self.out.get(open.content..).unwrap_or_default())
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

//! The package as a ZIP archive (GB/T 33190, 7.2; PKWARE APPNOTE): no dates, no comments, no extra fields, sizes
//! before the data. So the same parts give the same bytes.

use std::io::Write;

use yinxin_crypto::hash::sm3;

use super::Error;
use super::signature;

const LOCAL: u32 = 0x0403_4B50;
const CENTRAL: u32 = 0x0201_4B50;
const END: u32 = 0x0605_4B50;
/// Version 2.0: deflate and folders.
const VERSION: u16 = 20;
/// Names are UTF-8.
const FLAGS: u16 = 1 << 11;
/// The first day that a ZIP archive can tell: 1980-01-01.
const DATE: u16 = 0x21;
const LOCAL_HEADER: usize = 30;

/// How a part's bytes lie in the archive.
struct Facts {
    deflated: bool,
    crc: u32,
    packed: u32,
    size: u32,
}

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
            deflated: deflated.is_some(),
            crc: crc32fast::hash(content),
            packed: size(data.len())?,
            size: size(content.len())?,
        };
        let mut local = Vec::with_capacity(LOCAL_HEADER + path.len() + data.len());
        push_local(&mut local, path, &facts)?;
        local.extend_from_slice(data);
        let mut central = Vec::new();
        push_central(&mut central, path, &facts, 0)?;
        let mut reference = Vec::new();
        signature::push_reference(&mut reference, path, &sm3(content));
        Ok(Self { local, central, reference })
    }

    pub(super) fn reference(&self) -> &[u8] {
        &self.reference
    }
}

/// An archive that grows part by part.
#[derive(Clone, Debug, PartialEq, Eq)]
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
        if let Some(slot) = self.central.get_mut(start + 42..start + 46) {
            slot.copy_from_slice(&offset.to_le_bytes());
        }
        self.references.extend_from_slice(&part.reference);
        self.counted()
    }

    /// Begins a part, whose content is then appended to what this hands out.
    pub(super) fn begin(&mut self, path: &str) -> Result<(Open, &mut Vec<u8>), Error> {
        let header = self.out.len();
        push_local(&mut self.out, path, &Facts { deflated: false, crc: 0, packed: 0, size: 0 })?;
        Ok((Open { header, content: self.out.len() }, &mut self.out))
    }

    /// Ends the part that was begun last, stored as it is, and lists it for the signature.
    pub(super) fn end(&mut self, path: &str, open: &Open) -> Result<(), Error> {
        let digest = self.end_unlisted(path, open)?;
        signature::push_reference(&mut self.references, path, &digest);
        Ok(())
    }

    /// The same without listing it; gives its digest.
    pub(super) fn end_unlisted(&mut self, path: &str, open: &Open) -> Result<[u8; 32], Error> {
        let content = self.out.get(open.content..).unwrap_or_default();
        let length = size(content.len())?;
        let facts = Facts { deflated: false, crc: crc32fast::hash(content), packed: length, size: length };
        let digest = sm3(content);
        if let Some(slot) = self.out.get_mut(open.header + 14..open.header + 26) {
            for (slot, value) in slot.chunks_exact_mut(4).zip([facts.crc, facts.packed, facts.size]) {
                slot.copy_from_slice(&value.to_le_bytes());
            }
        }
        push_central(&mut self.central, path, &facts, size(open.header)?)?;
        self.counted()?;
        Ok(digest)
    }

    /// Writes the directory.
    pub(super) fn finish(mut self) -> Result<Vec<u8>, Error> {
        let at = size(self.out.len())?;
        let length = size(self.central.len())?;
        self.out.extend_from_slice(&self.central);
        self.out.extend_from_slice(&END.to_le_bytes());
        self.out.extend_from_slice(&[0; 4]);
        self.out.extend_from_slice(&self.count.to_le_bytes());
        self.out.extend_from_slice(&self.count.to_le_bytes());
        self.out.extend_from_slice(&length.to_le_bytes());
        self.out.extend_from_slice(&at.to_le_bytes());
        self.out.extend_from_slice(&[0; 2]);
        Ok(self.out)
    }

    fn counted(&mut self) -> Result<(), Error> {
        const MAX: u16 = u16::MAX - 1;
        self.count = self.count.checked_add(1).filter(|count| *count <= MAX).ok_or(too_many_parts(MAX))?;
        Ok(())
    }
}

fn too_many_parts(max: u16) -> Error {
    Error::TooMany { what: "parts", max: max.into() }
}

/// A length or place; beyond this a ZIP archive needs extensions that our readers would have to know.
fn size(value: usize) -> Result<u32, Error> {
    const MAX: usize = 1 << 30;
    u32::try_from(value).ok().filter(|_| value <= MAX).ok_or(Error::TooMany { what: "bytes", max: MAX })
}

fn push_local(out: &mut Vec<u8>, path: &str, facts: &Facts) -> Result<(), Error> {
    out.extend_from_slice(&LOCAL.to_le_bytes());
    push_common(out, path, facts)?;
    out.extend_from_slice(path.as_bytes());
    Ok(())
}

fn push_central(out: &mut Vec<u8>, path: &str, facts: &Facts, offset: u32) -> Result<(), Error> {
    out.extend_from_slice(&CENTRAL.to_le_bytes());
    out.extend_from_slice(&VERSION.to_le_bytes());
    push_common(out, path, facts)?;
    // No comment, first disk, no attributes.
    out.extend_from_slice(&[0; 10]);
    out.extend_from_slice(&offset.to_le_bytes());
    out.extend_from_slice(path.as_bytes());
    Ok(())
}

/// From the version needed to the length of the extra field, which is none.
fn push_common(out: &mut Vec<u8>, path: &str, facts: &Facts) -> Result<(), Error> {
    let name = u16::try_from(path.len()).map_err(|_| too_many_parts(u16::MAX))?;
    for value in [VERSION, FLAGS, if facts.deflated { 8 } else { 0 }, 0, DATE] {
        out.extend_from_slice(&value.to_le_bytes());
    }
    for value in [facts.crc, facts.packed, facts.size] {
        out.extend_from_slice(&value.to_le_bytes());
    }
    out.extend_from_slice(&name.to_le_bytes());
    out.extend_from_slice(&[0; 2]);
    Ok(())
}

/// `None` where the data would not become smaller.
fn deflated(data: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    // Writing to memory cannot fail; were it to, the data would go in as it is.
    encoder.write_all(data).ok()?;
    encoder.finish().ok().filter(|out| out.len() < data.len())
}

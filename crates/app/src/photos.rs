//! Photos in a zip beside the roster. Bounded: the zip comes from outside.

use crate::error::{Error, Result};
use std::collections::HashMap;
use std::io::{Cursor, Read};

/// A passport photo has 20–100 KB.
const LARGEST_PHOTO: u64 = 500_000;
const MOST_ENTRIES: usize = 200_000;

/// An opened zip: file names without folders, each once.
pub struct Photos {
    archive: zip::ZipArchive<Cursor<Vec<u8>>>,
    /// Name → index; `None` where a name stands twice.
    by_name: HashMap<String, Option<usize>>,
}

impl Photos {
    pub fn open(bytes: &[u8]) -> Result<Self> {
        let bad = |reason: &str| Error::invalid("photos_unreadable").with("reason", reason);
        let archive = zip::ZipArchive::new(Cursor::new(bytes.to_vec())).map_err(|e| bad(&e.to_string()))?;
        // The reader keeps one entry of each name; the directory's own count tells that there were more.
        if entries_listed(bytes).is_some_and(|listed| listed != archive.len()) {
            return Err(bad("a file name stands twice"));
        }
        if archive.len() > MOST_ENTRIES {
            return Err(bad("too many files"));
        }
        let mut by_name = HashMap::new();
        for index in 0..archive.len() {
            let Some(Ok(name)) = archive.name_for_index(index) else { continue };
            let base = name.rsplit(['/', '\\']).next().unwrap_or_default();
            if !base.is_empty() {
                by_name.entry(base.to_owned()).and_modify(|at| *at = None).or_insert(Some(index));
            }
        }
        Ok(Self { archive, by_name })
    }

    /// The broken rule, if the photo is not there, not once, too large or no JPEG that a page can bear.
    pub fn check(&mut self, name: &str) -> std::result::Result<(), &'static str> {
        let bytes = self.bytes(name)?;
        if yinxin_seal::photo(&bytes).is_some() { Ok(()) } else { Err("photo_not_jpeg") }
    }

    pub fn read(&mut self, name: &str) -> Result<Vec<u8>> {
        self.bytes(name).map_err(|rule| Error::invalid(rule).with("photo", name))
    }

    fn bytes(&mut self, name: &str) -> std::result::Result<Vec<u8>, &'static str> {
        let index = self.by_name.get(name).ok_or("photo_missing")?.ok_or("photo_twice")?;
        let file = self.archive.by_index(index).map_err(|_| "photo_unreadable")?;
        let mut bytes = Vec::new();
        // The size in the zip's directory is a claim; what is read is bounded all the same.
        file.take(LARGEST_PHOTO + 1).read_to_end(&mut bytes).map_err(|_| "photo_unreadable")?;
        if bytes.len() as u64 > LARGEST_PHOTO { Err("photo_too_large") } else { Ok(bytes) }
    }
}

/// How many entries the zip's end record counts (APPNOTE 4.3.16); `None` where a Zip64 record counts them.
fn entries_listed(bytes: &[u8]) -> Option<usize> {
    let end = bytes.windows(4).rposition(|window| window == b"PK\x05\x06")?;
    let count = bytes.get(end + 10..end + 12)?;
    let listed = u16::from_le_bytes(count.try_into().ok()?);
    (listed != u16::MAX).then_some(usize::from(listed))
}

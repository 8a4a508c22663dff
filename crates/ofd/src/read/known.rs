//! Digests of parts that many packages share: whoever checks each of many copies need not unpack and digest the same
//! template, fonts and seal again and again.

use std::sync::{PoisonError, RwLock};

use rustc_hash::{FxHashMap, FxHashSet};

use super::directory::Record;
use crate::container::DEFLATED;

/// Bytes kept before the memo begins afresh, and of one part.
const MAX_BYTES: usize = 16 << 20;
const MAX_PART: usize = 256 << 10;

/// Sums remembered of parts that were seen once.
const MAX_SEEN: usize = 4096;

/// Parts seen before, by their packed bytes. Only answers for the very same bytes, so that what a reader finds does not
/// depend on it. A part is kept when it is seen again, so that strangers' files leave nothing but sums.
#[derive(Default)]
pub struct KnownParts(RwLock<Kept>);

#[derive(Default)]
struct Kept {
    /// By sum and packed length.
    parts: FxHashMap<(u32, usize), Part>,
    bytes: usize,
    seen: FxHashSet<(u32, usize)>,
}

/// A part whose sum and size were found right.
struct Part {
    packed: Box<[u8]>,
    size: usize,
    sm3: [u8; 32],
}

impl std::fmt::Debug for KnownParts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KnownParts").finish_non_exhaustive()
    }
}

impl KnownParts {
    /// The digest of the part, if it is deflated and known.
    pub(super) fn find(&self, record: &Record, packed: &[u8]) -> Option<[u8; 32]> {
        let kept = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let part = kept.parts.get(&(record.crc, packed.len()))?;
        let same = record.method == DEFLATED && part.size == record.size && *part.packed == *packed;
        same.then_some(part.sm3)
    }

    /// Remembers a part that agrees with what the directory says of it.
    pub(super) fn keep(&self, record: &Record, packed: &[u8], sm3: [u8; 32]) {
        if record.method != DEFLATED || packed.len() > MAX_PART {
            return;
        }
        let key = (record.crc, packed.len());
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if kept.seen.len() >= MAX_SEEN {
            kept.seen.clear();
        }
        if kept.seen.insert(key) || kept.parts.contains_key(&key) {
            return;
        }
        if kept.bytes.saturating_add(packed.len()) > MAX_BYTES {
            *kept = Kept::default();
        }
        kept.bytes += packed.len();
        kept.parts.insert(key, Part { packed: packed.into(), size: record.size, sm3 });
    }
}

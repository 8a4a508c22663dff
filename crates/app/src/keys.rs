//! The secrets in `DATA/keys/vault.toml`: the register's keys and the passphrase of the signing keys' files.
//!
//! Hex of 32 random bytes each; the first key of a list is the one in use. Owner only; lose it and every name in
//! the register is lost, so back it up apart from the database.

use crate::error::{Error, Result};
use crate::home::{self, Home, Secrecy};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt;
use std::sync::{Arc, Mutex, PoisonError};
use yinxin_model::Instant;
use yinxin_model::ports::{Clock, Entropy, random};
use yinxin_store::{KeyBytes, KeySource, VaultKeys};
use zeroize::Zeroizing;

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyFile {
    /// Opens `keys/*.p8`.
    passphrase: Zeroizing<String>,
    data: Vec<Key>,
    index: Vec<Key>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Key {
    id: u32,
    key: Zeroizing<String>,
}

/// Which list a key belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyUse {
    Data,
    Index,
}

impl KeyUse {
    /// The name that the register has for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Data => "data",
            Self::Index => "index",
        }
    }
}

impl KeyFile {
    pub fn make(entropy: &dyn Entropy) -> Self {
        let key = || vec![Key { id: 1, key: fresh(entropy) }];
        Self { passphrase: fresh(entropy), data: key(), index: key() }
    }

    pub fn read(home: &Home) -> Result<Self> {
        let path = home.vault_keys();
        let bytes = Zeroizing::new(home::read(&path).map_err(|e| match e.kind {
            crate::error::Kind::NotFound => Error::conflict("key_missing").with("path", path.display()),
            _ => e,
        })?);
        let text = std::str::from_utf8(&bytes).map_err(|_| damaged())?;
        // The parser's message could quote a key; only where it stands is told.
        toml::from_str(text).map_err(|_| damaged().with("path", path.display()))
    }

    pub fn write_new(&self, home: &Home) -> Result<()> {
        home::write_new(&home.vault_keys(), self.text()?.as_bytes(), Secrecy::OwnerOnly)
    }

    pub fn replace(&self, home: &Home) -> Result<()> {
        home::replace(&home.vault_keys(), self.text()?.as_bytes(), Secrecy::OwnerOnly)
    }

    pub fn passphrase(&self) -> &[u8] {
        self.passphrase.as_bytes()
    }

    /// Puts a fresh key in use before the others; they stay readable.
    pub fn add(&mut self, which: KeyUse, entropy: &dyn Entropy) -> u32 {
        let list = self.list_mut(which);
        let id = list.iter().map(|k| k.id).max().unwrap_or(0) + 1;
        list.insert(0, Key { id, key: fresh(entropy) });
        id
    }

    /// Drops all keys but the one in use.
    pub fn keep_first(&mut self, which: KeyUse) -> Vec<u32> {
        let list = self.list_mut(which);
        let dropped = list.iter().skip(1).map(|k| k.id).collect();
        list.truncate(1);
        dropped
    }

    pub fn ids(&self, which: KeyUse) -> Vec<u32> {
        let list = match which {
            KeyUse::Data => &self.data,
            KeyUse::Index => &self.index,
        };
        list.iter().map(|k| k.id).collect()
    }

    pub fn vault_keys(&self) -> Result<VaultKeys> {
        let read = |list: &[Key]| list.iter().map(Key::bytes).collect::<Result<Vec<_>>>();
        Ok(VaultKeys { data: read(&self.data)?, index: read(&self.index)? })
    }

    fn list_mut(&mut self, which: KeyUse) -> &mut Vec<Key> {
        match which {
            KeyUse::Data => &mut self.data,
            KeyUse::Index => &mut self.index,
        }
    }

    fn text(&self) -> Result<Zeroizing<String>> {
        toml::to_string(self).map(Zeroizing::new).map_err(|_| damaged())
    }
}

/// The key file as a running process follows it: a rotation in another process is noticed at the next value sealed, a
/// second later at most, and at once by the first value that names a key not seen before.
pub struct FollowedKeys {
    home: Home,
    clock: Arc<dyn Clock>,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    at: Option<Instant>,
    file: Option<FileMark>,
    /// When each missing key was last looked for.
    missing: BTreeMap<u32, Instant>,
}

/// Inode, modification time in seconds and nanoseconds: a file that was replaced differs.
type FileMark = (u64, i64, i64);

/// How long what was seen of the file is good for, in milliseconds.
const LOOK_MS: i64 = 1_000;

impl FollowedKeys {
    /// To be made before the file is read for the first time.
    pub fn new(home: Home, clock: Arc<dyn Clock>) -> Self {
        let seen = Seen { file: mark(&home), at: Some(clock.now()), ..Seen::default() };
        Self { home, clock, seen: Mutex::new(seen) }
    }
}

impl KeySource for FollowedKeys {
    fn changed(&self, missing: Option<u32>) -> Option<VaultKeys> {
        let now = self.clock.now();
        let recent = |at: Option<&Instant>| at.is_some_and(|at| (now.0 - at.0).abs() < LOOK_MS);
        {
            let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
            match missing {
                Some(key) if recent(seen.missing.get(&key)) => return None,
                Some(key) => {
                    seen.missing.insert(key, now);
                }
                None if recent(seen.at.as_ref()) => return None,
                None => {
                    seen.at = Some(now);
                    if mark(&self.home) == seen.file {
                        return None;
                    }
                }
            }
        }
        // Before it is read: what replaces it meanwhile differs, and a file that could not be read is tried again.
        let file = mark(&self.home);
        let keys = KeyFile::read(&self.home).and_then(|file| file.vault_keys()).ok()?;
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).file = file;
        Some(keys)
    }
}

fn mark(home: &Home) -> Option<FileMark> {
    let found = std::fs::metadata(home.vault_keys()).ok()?;
    Some((found.ino(), found.mtime(), found.mtime_nsec()))
}

impl Key {
    fn bytes(&self) -> Result<KeyBytes> {
        let read = Zeroizing::new(crate::unhex(&self.key).ok_or_else(damaged)?);
        let bytes = Zeroizing::new(read.as_slice().try_into().map_err(|_| damaged())?);
        Ok(KeyBytes { id: self.id, bytes })
    }
}

fn damaged() -> Error {
    Error::internal("key_file_damaged")
}

fn fresh(entropy: &dyn Entropy) -> Zeroizing<String> {
    let bytes = Zeroizing::new(random::<32>(entropy));
    Zeroizing::new(bytes.iter().map(|b| format!("{b:02x}")).collect())
}

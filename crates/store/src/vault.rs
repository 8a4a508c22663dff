//! Encryption at rest and the blind indexes.
//!
//! A sealed value is an envelope: version, algorithm, key id (4 bytes), nonce (12 bytes), AES-256-GCM ciphertext, tag
//! (16 bytes). Its place (table, column, row key) is authenticated with it, so that a value moved to another row does not
//! open. Keys come as bytes from the caller; the database holds only a check value of each. Nonces are random: at 2^32
//! values a key must be replaced, which is far beyond a nation's register.

use crate::args;
use crate::db::{Tx, statements};
use crate::error::{Error, Result};
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::hmac;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use yinxin_model::ports::{Entropy, random};
use yinxin_model::{DocumentNumber, Id, Identity, Instant};
use zeroize::Zeroizing;

const VERSION: u8 = 1;
const AES_256_GCM_ID: u8 = 1;
const HEAD: usize = 2 + 4 + 12;
const TAG: usize = 16;
/// Begins whatever is hashed under an index key.
const DOMAIN: &[u8] = b"yinxin 1 ";
/// Octets of the document part and of the name part of an [`IdentityIndex`].
pub const DOCUMENT_INDEX: usize = 16;
pub const NAME_INDEX: usize = 8;

/// Number of a key, unique within its kind.
pub type KeyId = u32;

/// One key as the caller read it.
pub struct KeyBytes {
    pub id: KeyId,
    pub bytes: Zeroizing<[u8; 32]>,
}

/// All keys of a register. The first of each list is the one in use; the others still open or find older values.
pub struct VaultKeys {
    pub data: Vec<KeyBytes>,
    pub index: Vec<KeyBytes>,
}

/// Where a running process finds the keys of a rotation that began after it.
pub trait KeySource: Send + Sync {
    /// All keys, if they may have changed since the last call. Asked before every value is sealed, and with the number of a
    /// key that a value names and the vault lacks; how seldom it really looks is its own affair.
    fn changed(&self, missing: Option<KeyId>) -> Option<VaultKeys>;
}

/// Seals, opens and indexes. Share it as `Arc<Vault>`.
pub struct Vault {
    data: RwLock<Arc<DataKeys>>,
    index: IndexKey,
    older_index: Vec<IndexKey>,
    entropy: Arc<dyn Entropy>,
    source: Option<Box<dyn KeySource>>,
}

struct DataKeys {
    active: KeyId,
    by_id: BTreeMap<KeyId, DataKey>,
}

#[derive(Clone)]
struct DataKey {
    key: Arc<LessSafeKey>,
    check: [u8; 8],
}

struct IndexKey {
    id: KeyId,
    key: hmac::Key,
    check: [u8; 8],
}

/// Blind index of (document type, document number).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocumentIndex(pub [u8; DOCUMENT_INDEX]);

/// Blind index of (document type, document number, name key). Its document part is the [`DocumentIndex`], so that one
/// ordered table answers both look-ups.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdentityIndex {
    pub document: DocumentIndex,
    pub name: [u8; NAME_INDEX],
}

/// Where a sealed value stands.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    pub table: &'a str,
    pub column: &'a str,
    pub row: &'a [u8],
}

statements! {
    KEYS = "SELECT kind, key_id, check_value FROM vault_key";
    ADD_KEY = "INSERT INTO vault_key (kind, key_id, check_value, made_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (kind, key_id) DO NOTHING";
    MADE_AT = "SELECT made_at FROM vault_key WHERE kind = 'data' AND key_id = $1";
    FORGET_KEY = "DELETE FROM vault_key WHERE kind = $1 AND key_id = $2";
}

impl Vault {
    /// `Err` where a list is empty or a key id stands twice: a fault of the key directory.
    pub fn new(keys: VaultKeys, entropy: Arc<dyn Entropy>) -> Result<Self> {
        let data = RwLock::new(Arc::new(DataKeys::new(&keys.data)?));
        let mut index = keys.index.iter().map(IndexKey::new);
        let first = index.next().ok_or(Error::KeyMissing { kind: "index", key_id: 0 })?;
        let older_index = index.collect();
        Ok(Self { data, index: first, older_index, entropy, source: None })
    }

    /// With a source of keys that are made while the process runs.
    pub fn following(self, source: impl KeySource + 'static) -> Self {
        Self { source: Some(Box::new(source)), ..self }
    }

    /// Encrypts for `place` with the key in use.
    pub fn seal(&self, place: Place<'_>, plain: &[u8]) -> Result<Vec<u8>> {
        let broken = || Error::SealBroken { place: place.to_string() };
        self.refresh(None);
        let keys = self.data_keys();
        let key = keys.by_id.get(&keys.active).ok_or_else(broken)?;
        let nonce: [u8; 12] = random(self.entropy.as_ref());
        let mut out = Vec::with_capacity(HEAD + plain.len() + TAG);
        out.extend_from_slice(&[VERSION, AES_256_GCM_ID]);
        out.extend_from_slice(&keys.active.to_be_bytes());
        out.extend_from_slice(&nonce);
        out.extend_from_slice(plain);
        let (_, body) = out.split_at_mut_checked(HEAD).ok_or_else(broken)?;
        let nonce = Nonce::assume_unique_for_key(nonce);
        let tag = key.key.seal_in_place_separate_tag(nonce, place.aad(), body).map_err(|_| broken())?;
        out.extend_from_slice(tag.as_ref());
        Ok(out)
    }

    /// Opens what was sealed for `place`, with whichever key it names.
    pub fn open(&self, place: Place<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        let broken = || Error::SealBroken { place: place.to_string() };
        let key_id = key_id_of(sealed).ok_or_else(broken)?;
        let mut keys = self.data_keys();
        if !keys.by_id.contains_key(&key_id) {
            self.refresh(Some(key_id));
            keys = self.data_keys();
        }
        let key = keys.by_id.get(&key_id).ok_or(Error::KeyMissing { kind: "data", key_id })?;
        let (head, body) = sealed.split_at_checked(HEAD).ok_or_else(broken)?;
        let nonce =
            head.get(6..).and_then(|n| Nonce::try_assume_unique_for_key(n).ok()).ok_or_else(broken)?;
        let mut body = Zeroizing::new(body.to_vec());
        let length = key.key.open_in_place(nonce, place.aad(), &mut body).map_err(|_| broken())?.len();
        body.truncate(length);
        Ok(body)
    }

    /// Opens a sealed text.
    pub fn open_text(&self, place: Place<'_>, sealed: &[u8]) -> Result<String> {
        let plain = self.open(place, sealed)?;
        std::str::from_utf8(&plain)
            .map(str::to_owned)
            .map_err(|_| Error::SealBroken { place: place.to_string() })
    }

    /// Seals an object that is kept outside of the database, under its name there.
    pub fn seal_blob(&self, name: &str, plain: &[u8]) -> Result<Vec<u8>> {
        self.seal(Place::blob(name), plain)
    }

    pub fn open_blob(&self, name: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        self.open(Place::blob(name), sealed)
    }

    /// Takes over a key that was made meanwhile, as sealing a value would.
    pub fn follow(&self) {
        self.refresh(None);
    }

    /// The data key that new values are sealed with.
    pub fn active_key(&self) -> KeyId {
        self.data_keys().active
    }

    /// Since when the register knows the data key that is in use.
    pub async fn in_use_since(&self, tx: &mut Tx) -> Result<Option<Instant>> {
        tx.opt(MADE_AT, args![self.active_key()]).await?.map(|row| row.get(0)).transpose()
    }

    /// The data key that a value was sealed with.
    pub fn key_of(&self, sealed: &[u8]) -> Option<KeyId> {
        key_id_of(sealed)
    }

    /// The index key that look-ups use.
    pub fn index_key(&self) -> KeyId {
        self.index.id
    }

    /// A new id, for rows that are made within this crate.
    pub fn new_id(&self, now: Instant) -> Id {
        Id::new(now, self.entropy.as_ref())
    }

    pub fn document_index(&self, document: &DocumentNumber) -> DocumentIndex {
        DocumentIndex(self.index.mac(b"document", &[document.kind().code(), document.number()]))
    }

    pub fn identity_index(&self, identity: &Identity) -> IdentityIndex {
        let document = &identity.document;
        let parts = [document.kind().code(), document.number(), identity.name.key()];
        IdentityIndex { document: self.document_index(document), name: self.index.mac(b"identity", &parts) }
    }

    /// An index under which nobody stands, for look-ups that must take as long as any other.
    pub fn no_identity(&self) -> IdentityIndex {
        IdentityIndex {
            document: DocumentIndex(self.index.mac(b"nobody", &[])),
            name: self.index.mac(b"nobody", &[]),
        }
    }

    /// Keyed hash of a short code that a person types, e.g. a query number: such codes are too short for a plain hash.
    pub fn code_hash(&self, purpose: &str, code: &str) -> [u8; 20] {
        self.index.mac(b"code", &[purpose, code])
    }

    /// Keyed hash of what is only remembered by this process, such as what was asked of it.
    pub fn mark(&self, parts: &[&str]) -> [u8; 20] {
        self.index.mac(b"mark", parts)
    }

    /// Stops where a key is missing or is another one than the database was written with; remembers keys it has not
    /// seen. Call it before anything is read.
    pub async fn check(&self, tx: &mut Tx, now: Instant) -> Result<()> {
        let mut known = Vec::new();
        let keys = self.data_keys();
        for row in tx.all(KEYS, &[]).await? {
            let (kind, id, check) = (row.get::<String>(0)?, row.get::<u32>(1)?, row.get::<Vec<u8>>(2)?);
            let (kind, ours) = match kind.as_str() {
                "data" => ("data", keys.by_id.get(&id).map(|k| k.check)),
                _ => ("index", self.index_keys().find(|k| k.id == id).map(|k| k.check)),
            };
            let ours = ours.ok_or(Error::KeyMissing { kind, key_id: id })?;
            if check != ours {
                return Err(Error::KeyMismatch { kind, key_id: id });
            }
            known.push((kind, id));
        }
        let data = keys.by_id.iter().map(|(id, key)| ("data", *id, key.check));
        let index = self.index_keys().map(|key| ("index", key.id, key.check));
        for (kind, id, check) in data.chain(index).filter(|(kind, id, _)| !known.contains(&(*kind, *id))) {
            tx.exec(ADD_KEY, args![kind, id, &check, now]).await?;
        }
        Ok(())
    }

    /// Forgets a key that nothing is sealed with any more; its file may then be destroyed.
    pub async fn forget(&self, tx: &mut Tx, kind: &'static str, key: KeyId) -> Result<bool> {
        if (kind == "data" && key == self.active_key()) || (kind == "index" && key == self.index.id) {
            return Ok(false);
        }
        Ok(tx.exec(FORGET_KEY, args![kind, key]).await? > 0)
    }

    fn data_keys(&self) -> Arc<DataKeys> {
        self.data.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes over data keys that were made meanwhile. A source with other index keys is of another register, or in the
    /// middle of a maintenance run that nobody may use the register in: nothing is taken from it.
    fn refresh(&self, missing: Option<KeyId>) {
        let Some(found) = self.source.as_ref().and_then(|source| source.changed(missing)) else { return };
        let same = found.index.first().map(IndexKey::new).is_some_and(|key| key.check == self.index.check);
        let Ok(mut fresh) = DataKeys::new(&found.data) else { return };
        let mut data = self.data.write().unwrap_or_else(PoisonError::into_inner);
        let altered =
            |(id, key): (&KeyId, &DataKey)| fresh.by_id.get(id).is_some_and(|f| f.check != key.check);
        if !same || data.by_id.iter().any(altered) {
            return;
        }
        // What is retired stays readable to whoever has it.
        for (id, key) in &data.by_id {
            fresh.by_id.entry(*id).or_insert_with(|| key.clone());
        }
        *data = Arc::new(fresh);
    }

    fn index_keys(&self) -> impl Iterator<Item = &IndexKey> {
        std::iter::once(&self.index).chain(&self.older_index)
    }
}

impl DataKeys {
    fn new(keys: &[KeyBytes]) -> Result<Self> {
        let active = keys.first().ok_or(Error::KeyMissing { kind: "data", key_id: 0 })?.id;
        let mut by_id = BTreeMap::new();
        for key in keys {
            let check = check_value("data", key);
            let mismatch = Error::KeyMismatch { kind: "data", key_id: key.id };
            let unbound =
                UnboundKey::new(&AES_256_GCM, key.bytes.as_slice()).map_err(|_| mismatch.clone())?;
            let data = DataKey { key: Arc::new(LessSafeKey::new(unbound)), check };
            if by_id.insert(key.id, data).is_some() {
                return Err(mismatch);
            }
        }
        Ok(Self { active, by_id })
    }
}

/// Whether a stored envelope was sealed with another data key than `active`.
pub(crate) fn is_older(sealed: &[u8], active: KeyId) -> bool {
    key_id_of(sealed) != Some(active)
}

fn key_id_of(sealed: &[u8]) -> Option<KeyId> {
    match sealed.first_chunk::<6>()? {
        [VERSION, AES_256_GCM_ID, id @ ..] => Some(KeyId::from_be_bytes(*id)),
        _ => None,
    }
}

fn check_value(kind: &str, key: &KeyBytes) -> [u8; 8] {
    let hmac_key = hmac::Key::new(hmac::HMAC_SHA256, key.bytes.as_slice());
    mac(&hmac_key, b"key check", &[kind, &key.id.to_string()])
}

impl IndexKey {
    fn new(key: &KeyBytes) -> Self {
        let hmac_key = hmac::Key::new(hmac::HMAC_SHA256, key.bytes.as_slice());
        Self { id: key.id, key: hmac_key, check: check_value("index", key) }
    }

    fn mac<const N: usize>(&self, domain: &[u8], parts: &[&str]) -> [u8; N] {
        mac(&self.key, domain, parts)
    }
}

/// HMAC-SHA-256 over the domain and the length-prefixed parts, cut to `N` octets.
fn mac<const N: usize>(key: &hmac::Key, domain: &[u8], parts: &[&str]) -> [u8; N] {
    // Put together first: each piece that is handed over costs as much as a few dozen octets more.
    let length = parts.iter().map(|part| part.len() + 8).sum::<usize>();
    let mut message = Zeroizing::new(Vec::with_capacity(DOMAIN.len() + domain.len() + length));
    message.extend_from_slice(DOMAIN);
    message.extend_from_slice(domain);
    for part in parts {
        message.extend_from_slice(&(part.len() as u64).to_be_bytes());
        message.extend_from_slice(part.as_bytes());
    }
    let tag = hmac::sign(key, &message);
    let mut out = [0; N];
    out.iter_mut().zip(tag.as_ref()).for_each(|(to, from)| *to = *from);
    out
}

impl<'a> Place<'a> {
    pub fn new(table: &'a str, column: &'a str, row: &'a [u8]) -> Self {
        Self { table, column, row }
    }

    fn blob(name: &'a str) -> Self {
        Self::new("blob", "bytes", name.as_bytes())
    }

    /// `table/column/row key`; neither name holds a slash.
    fn aad(&self) -> Aad<Vec<u8>> {
        let mut aad = Vec::with_capacity(self.table.len() + self.column.len() + self.row.len() + 2);
        aad.extend_from_slice(self.table.as_bytes());
        aad.push(b'/');
        aad.extend_from_slice(self.column.as_bytes());
        aad.push(b'/');
        aad.extend_from_slice(self.row);
        Aad::from(aad)
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.table, self.column)
    }
}

impl IdentityIndex {
    /// Document part, then name part: what [`yinxin_model::Subject::Holder`] carries.
    pub fn to_bytes(&self) -> Vec<u8> {
        [self.document.0.as_slice(), &self.name].concat()
    }

    /// `None` where the length is another.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (document, name) = bytes.split_at_checked(DOCUMENT_INDEX)?;
        Some(Self { document: DocumentIndex(document.try_into().ok()?), name: name.try_into().ok()? })
    }
}

impl fmt::Debug for IdentityIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.document.fmt(f)
    }
}

impl fmt::Debug for DocumentIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().take(4).try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Vault(data key {}, index key {})", self.active_key(), self.index.id)
    }
}

#[cfg(test)]
mod tests;

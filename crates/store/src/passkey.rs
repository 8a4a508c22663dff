//! Passkeys of holders, and which log-ins with one have come back.
//!
//! A key is found by the digest of the id that its device gave it. What verifies it, and what its holder calls it, is
//! sealed; this module does not know what is in it.

use crate::account;
use crate::args;
use crate::audit::{self, Act, Object};
use crate::db::{Row, Tx, statements};
use crate::error::{Error, Result};
use crate::message::{self, Values};
use crate::vault::{DocumentIndex, IdentityIndex, Place, Vault};
use serde_json::json;
use yinxin_model::states::MessageKind;
use yinxin_model::{Id, Instant};

/// A key that a device has just made.
#[derive(Clone, Debug)]
pub struct NewPasskey {
    /// Random.
    pub id: Id,
    /// SHA-256 of the id that its device gave it.
    pub credential_digest: [u8; 32],
    /// By what devices know the account.
    pub handle: [u8; 16],
    pub content: Content,
}

/// What is sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// What its holder calls it.
    pub name: String,
    /// JSON of the caller: public key, counter.
    pub key: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passkey {
    pub id: Id,
    pub index: IdentityIndex,
    pub handle: [u8; 16],
    pub content: Content,
    pub made_at: Instant,
    pub used_at: Option<Instant>,
    /// As stored, so that of two changes at once one counts.
    sealed: Vec<u8>,
}

/// What became of a new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Put {
    Made,
    /// The account has as many as it may.
    TooMany,
    /// The device's id is taken.
    Known,
    /// The account was closed meanwhile.
    NoAccount,
}

statements! {
    PUT = "INSERT INTO passkey (id, document_index, name_index, credential_digest, handle, content, made_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (credential_digest) DO NOTHING";
    COUNT = "SELECT count(*) FROM passkey WHERE document_index = $1 AND name_index = $2";
    LIST = "SELECT id, document_index, name_index, handle, content, made_at, used_at FROM passkey
        WHERE document_index = $1 AND name_index = $2 ORDER BY made_at, id";
    BY_CREDENTIAL = "SELECT id, document_index, name_index, handle, content, made_at, used_at FROM passkey
        WHERE credential_digest = $1";
    SET = "UPDATE passkey SET content = $3 WHERE id = $1 AND content = $2";
    USE = "UPDATE passkey SET content = $3, used_at = $4 WHERE id = $1 AND content = $2";
    DELETE = "DELETE FROM passkey WHERE id = $1 AND document_index = $2 AND name_index = $3";
    DELETE_ALL = "DELETE FROM passkey WHERE document_index = $1 AND name_index = $2";
    TAKE = "INSERT INTO passkey_attempt (digest, expires_at) VALUES ($1, $2) ON CONFLICT (digest) DO NOTHING";
    FORGET = "DELETE FROM passkey_attempt WHERE expires_at <= $1";
}

/// Adds a key to an account that has fewer than `most`.
pub async fn put(
    tx: &mut Tx,
    vault: &Vault,
    act: &Act,
    index: &IdentityIndex,
    new: &NewPasskey,
    most: i64,
) -> Result<Put> {
    if !account::hold(tx, index).await? {
        return Ok(Put::NoAccount);
    }
    let (document, name) = (&index.document.0, &index.name);
    if tx.one(COUNT, args![document, name]).await?.get::<i64>(0)? >= most {
        return Ok(Put::TooMany);
    }
    let sealed = seal(vault, &new.id, &new.content)?;
    let values = args![&new.id, document, name, &new.credential_digest, &new.handle, &sealed, act.at];
    if tx.exec(PUT, values).await? == 0 {
        return Ok(Put::Known);
    }
    tell(tx, vault, act, index, MessageKind::PasskeyAdded, &new.content.name).await?;
    note(tx, act, "passkey_added", index, &new.id).await?;
    Ok(Put::Made)
}

/// An account's keys, the oldest first.
pub async fn list(tx: &mut Tx, vault: &Vault, index: &IdentityIndex) -> Result<Vec<Passkey>> {
    let rows = tx.all(LIST, args![&index.document.0, &index.name]).await?;
    rows.iter().map(|row| read(vault, row)).collect()
}

/// Whosever it is: its device has still to prove that it holds the key.
pub async fn by_credential(
    tx: &mut Tx,
    vault: &Vault,
    credential_digest: &[u8; 32],
) -> Result<Option<Passkey>> {
    let row = tx.opt(BY_CREDENTIAL, args![credential_digest]).await?;
    row.map(|row| read(vault, &row)).transpose()
}

/// Another name. False where it was changed or removed meanwhile.
pub async fn rename(tx: &mut Tx, vault: &Vault, act: &Act, of: &Passkey, name: &str) -> Result<bool> {
    let content = Content { name: name.to_owned(), key: of.content.key.clone() };
    let sealed = seal(vault, &of.id, &content)?;
    if tx.exec(SET, args![&of.id, &of.sealed, &sealed]).await? == 0 {
        return Ok(false);
    }
    note(tx, act, "passkey_renamed", &of.index, &of.id).await?;
    Ok(true)
}

/// It lets nobody in any more. False where it is gone.
pub async fn remove(tx: &mut Tx, vault: &Vault, act: &Act, of: &Passkey) -> Result<bool> {
    if tx.exec(DELETE, args![&of.id, &of.index.document.0, &of.index.name]).await? == 0 {
        return Ok(false);
    }
    tell(tx, vault, act, &of.index, MessageKind::PasskeyRemoved, &of.content.name).await?;
    note(tx, act, "passkey_removed", &of.index, &of.id).await?;
    Ok(true)
}

/// Its device has proved that it holds the key; `key` is what is known of it now. False where it was changed or removed
/// meanwhile: a counter counts once.
pub async fn used(tx: &mut Tx, vault: &Vault, act: &Act, of: &Passkey, key: &str) -> Result<bool> {
    let content = Content { name: of.content.name.clone(), key: key.to_owned() };
    let sealed = if content == of.content { of.sealed.clone() } else { seal(vault, &of.id, &content)? };
    if tx.exec(USE, args![&of.id, &of.sealed, &sealed, act.at]).await? == 0 {
        return Ok(false);
    }
    note(tx, act, "passkey_used", &of.index, &of.id).await?;
    Ok(true)
}

/// Its device has proved that it holds the key, and yet it was not let in: there may be a copy of the key.
pub async fn suspected(tx: &mut Tx, vault: &Vault, act: &Act, of: &Passkey) -> Result<()> {
    tell(tx, vault, act, &of.index, MessageKind::PasskeySuspected, &of.content.name).await?;
    note(tx, act, "passkey_suspected", &of.index, &of.id).await
}

/// An account goes, and its keys with it.
pub(crate) async fn delete(tx: &mut Tx, index: &IdentityIndex) -> Result<u64> {
    tx.exec(DELETE_ALL, args![&index.document.0, &index.name]).await
}

/// Takes a log-in that came back, and forgets those that are too old to. False where it was taken before.
pub async fn take(tx: &mut Tx, digest: &[u8; 32], expires_at: Instant, now: Instant) -> Result<bool> {
    tx.exec(FORGET, args![now]).await?;
    Ok(tx.exec(TAKE, args![digest, expires_at]).await? > 0)
}

async fn tell(
    tx: &mut Tx,
    vault: &Vault,
    act: &Act,
    index: &IdentityIndex,
    kind: MessageKind,
    name: &str,
) -> Result<()> {
    let values: Values = [("device".to_owned(), name.to_owned())].into();
    message::tell(tx, vault, index, kind, &values, act.at).await.map(|_| ())
}

async fn note(tx: &mut Tx, act: &Act, action: &'static str, index: &IdentityIndex, id: &Id) -> Result<()> {
    let actor = account::actor(index);
    let object = Object { kind: "account", id: &actor };
    audit::record(tx, act, action, object, json!({ "passkey": id.to_string() })).await
}

fn place(id: &Id) -> Place<'_> {
    Place::new("passkey", "content", &id.0)
}

fn seal(vault: &Vault, id: &Id, content: &Content) -> Result<Vec<u8>> {
    vault.seal(place(id), json!([content.name, content.key]).to_string().as_bytes())
}

fn read(vault: &Vault, row: &Row) -> Result<Passkey> {
    let mut f = row.fields();
    let id: Id = f.take()?;
    let index = IdentityIndex { document: DocumentIndex(f.take()?), name: f.take()? };
    let (handle, sealed): (_, Vec<u8>) = (f.take()?, f.take()?);
    let plain = vault.open(place(&id), &sealed)?;
    let (name, key) =
        serde_json::from_slice(&plain).map_err(|_| Error::SealBroken { place: place(&id).to_string() })?;
    let content = Content { name, key };
    let (made_at, used_at) = (f.take()?, f.take()?);
    Ok(Passkey { id, index, handle, content, made_at, used_at, sealed })
}

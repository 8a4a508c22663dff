//! Sessions: who is logged in, from which device. A token is known by its SHA-256 alone.
//!
//! A session belongs to an account or, before the identity is proved, to a registration; the latter opens nothing.

use crate::account;
use crate::args;
use crate::audit::{self, Act, Object};
use crate::db::{Row, Tx, statements};
use crate::error::{Error, Result};
use crate::message;
use crate::record;
use crate::vault::{DocumentIndex, IdentityIndex, Place, Vault};
use serde_json::json;
use yinxin_model::{Id, Identity, Instant, Subject};

/// Whose a session is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owner {
    Registration(Id),
    Account(IdentityIndex),
}

/// A session that is about to begin.
#[derive(Clone, Debug)]
pub struct NewSession {
    pub id: Id,
    pub token_digest: [u8; 32],
    pub owner: Owner,
    /// What the holder will recognise it by.
    pub device: String,
    /// Ends then, however much it is used.
    pub expires_at: Instant,
}

/// A session in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    pub id: Id,
    pub owner: Owner,
    pub identity: Identity,
    pub device: String,
    pub started_at: Instant,
    pub seen_at: Instant,
    /// The newest version of the service notice that its account has agreed to.
    pub agreed: Option<u32>,
    /// The newest version there is.
    pub notice: Option<u32>,
    /// Messages that its account has not read.
    pub unread: u64,
}

/// One of an account's sessions, as its holder sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub id: Id,
    pub device: String,
    pub started_at: Instant,
    pub seen_at: Instant,
}

statements! {
    INSERT = "INSERT INTO session (token_digest, id, document_index, name_index, registration, device, started_at,
        seen_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8)";
    FIND = "SELECT s.id, s.document_index, s.name_index, s.registration, s.device, s.started_at, s.seen_at,
        coalesce(a.identity, r.identity),
        (SELECT max(c.notice) FROM consent c WHERE c.document_index = s.document_index AND c.name_index = s.name_index),
        (SELECT max(n.version) FROM service_notice n),
        (SELECT count(*) FROM message m WHERE m.document_index = s.document_index AND m.name_index = s.name_index
            AND m.read_at IS NULL)
        FROM session s
        LEFT JOIN account a ON a.document_index = s.document_index AND a.name_index = s.name_index
        LEFT JOIN registration r ON r.id = s.registration AND r.expires_at > $2
        WHERE s.token_digest = $1 AND s.expires_at > $2 AND s.seen_at > $3";
    TOUCH = "UPDATE session SET seen_at = $2 WHERE token_digest = $1 AND seen_at < $2";
    END = "DELETE FROM session WHERE token_digest = $1 RETURNING id, document_index, name_index";
    LIST = "SELECT id, device, started_at, seen_at FROM session WHERE document_index = $1 AND name_index = $2
        AND expires_at > $3 AND seen_at > $4 ORDER BY seen_at DESC, id DESC LIMIT 200";
    END_ONE = "DELETE FROM session WHERE id = $1 AND document_index = $2 AND name_index = $3";
    END_OTHERS = "DELETE FROM session WHERE document_index = $1 AND name_index = $2 AND id <> $3";
    SWEEP = "DELETE FROM session WHERE token_digest IN (SELECT token_digest FROM session WHERE expires_at <= $1
        OR seen_at <= $2 ORDER BY expires_at LIMIT $3)";
}

/// Begins a session. That of an account is noted; a registration's is part of the registration.
pub async fn begin(tx: &mut Tx, vault: &Vault, act: &Act, new: &NewSession) -> Result<()> {
    let sealed = vault.seal(device_place(&new.id), new.device.as_bytes())?;
    let (document, name, registration) = match &new.owner {
        Owner::Account(index) => (Some(&index.document.0), Some(&index.name), None),
        Owner::Registration(id) => (None, None, Some(id)),
    };
    let (digest, until) = (&new.token_digest, new.expires_at);
    tx.exec(INSERT, args![digest, &new.id, document, name, registration, &sealed, act.at, until]).await?;
    match &new.owner {
        Owner::Account(index) => {
            message::tell_of_device(tx, vault, index, &new.device, act.at).await?;
            note(tx, act, "session_started", &new.id, index).await
        }
        Owner::Registration(_) => Ok(()),
    }
}

/// The session of a token, unless its time is over. `unseen_since`: one that was not used since then is over, too.
pub async fn find(
    tx: &mut Tx,
    vault: &Vault,
    token_digest: &[u8; 32],
    now: Instant,
    unseen_since: Instant,
) -> Result<Option<Session>> {
    let row = tx.opt(FIND, args![token_digest, now, unseen_since]).await?;
    row.map(|row| read(vault, &row)).transpose().map(Option::flatten)
}

/// Notes that it was used.
pub async fn touch(tx: &mut Tx, token_digest: &[u8; 32], now: Instant) -> Result<()> {
    tx.exec(TOUCH, args![token_digest, now]).await.map(|_| ())
}

/// Ends the session of a token. False where there is none.
pub async fn end(tx: &mut Tx, act: &Act, token_digest: &[u8; 32]) -> Result<bool> {
    let Some(row) = tx.opt(END, args![token_digest]).await? else { return Ok(false) };
    let (id, document, name): (Id, Option<_>, Option<_>) = (row.get(0)?, row.get(1)?, row.get(2)?);
    if let (Some(document), Some(name)) = (document, name) {
        let index = IdentityIndex { document: DocumentIndex(document), name };
        note(tx, act, "session_ended", &id, &index).await?;
    }
    Ok(true)
}

/// An account's sessions in force, the last used first.
pub async fn list(
    tx: &mut Tx,
    vault: &Vault,
    index: &IdentityIndex,
    now: Instant,
    unseen_since: Instant,
) -> Result<Vec<Listed>> {
    let rows = tx.all(LIST, args![&index.document.0, &index.name, now, unseen_since]).await?;
    let listed = |row: &Row| {
        let id: Id = row.get(0)?;
        let device = vault.open_text(device_place(&id), &row.get::<Vec<u8>>(1)?)?;
        Ok(Listed { id, device, started_at: row.get(2)?, seen_at: row.get(3)? })
    };
    rows.iter().map(listed).collect()
}

/// Ends one of the account's own sessions. False where it has no such session.
pub async fn end_one(tx: &mut Tx, act: &Act, index: &IdentityIndex, id: &Id) -> Result<bool> {
    if tx.exec(END_ONE, args![id, &index.document.0, &index.name]).await? == 0 {
        return Ok(false);
    }
    note(tx, act, "session_ended", id, index).await?;
    Ok(true)
}

/// Ends all of an account's sessions, but for `keep`; says how many.
pub async fn end_all(tx: &mut Tx, act: &Act, index: &IdentityIndex, keep: Option<&Id>) -> Result<u64> {
    let nobody = Id([0; 16]);
    let kept = keep.unwrap_or(&nobody);
    let ended = tx.exec(END_OTHERS, args![&index.document.0, &index.name, kept]).await?;
    if ended > 0 {
        let actor = account::actor(index);
        let object = Object { kind: "account", id: &actor };
        audit::record(tx, act, "sessions_ended", object, json!({ "sessions": ended })).await?;
    }
    Ok(ended)
}

/// Deletes up to `limit` sessions whose time was over at `now`, or that nobody has used since `unseen_since`.
pub async fn sweep(tx: &mut Tx, now: Instant, unseen_since: Instant, limit: u32) -> Result<u64> {
    tx.exec(SWEEP, args![now, unseen_since, limit]).await
}

async fn note(tx: &mut Tx, act: &Act, action: &'static str, id: &Id, index: &IdentityIndex) -> Result<()> {
    let actor = account::actor(index);
    let object = Object { kind: "account", id: &actor };
    audit::record(tx, act, action, object, json!({ "session": id.to_string() })).await
}

/// `None` where neither its account nor its registration is left.
fn read(vault: &Vault, row: &Row) -> Result<Option<Session>> {
    let mut f = row.fields();
    let id: Id = f.take()?;
    let (document, name, registration): (Option<_>, Option<_>, Option<Id>) =
        (f.take()?, f.take()?, f.take()?);
    let device = vault.open_text(device_place(&id), &f.take::<Vec<u8>>()?)?;
    let (started_at, seen_at): (Instant, Instant) = (f.take()?, f.take()?);
    let Some(sealed) = f.take::<Option<Vec<u8>>>()? else { return Ok(None) };
    let (owner, row_key, table) = match (document, name, registration) {
        (Some(document), Some(name), _) => {
            let index = IdentityIndex { document: DocumentIndex(document), name };
            let row = index.to_bytes();
            (Owner::Account(index), row, "account")
        }
        (_, _, Some(id)) => (Owner::Registration(id), id.0.to_vec(), "registration"),
        _ => return Ok(None),
    };
    let place = Place::new(table, "identity", &row_key);
    let plain = vault.open(place, &sealed)?;
    let identity = record::decode_identity(&plain).ok_or(Error::SealBroken { place: place.to_string() })?;
    let (agreed, notice, unread) = (f.take()?, f.take()?, f.take()?);
    Ok(Some(Session { id, owner, identity, device, started_at, seen_at, agreed, notice, unread }))
}

impl Owner {
    /// As whom the session asks: below a proved identity, as anybody.
    pub fn subject(&self) -> Subject {
        match self {
            Self::Account(index) => account::holder(index),
            Self::Registration(_) => Subject::Public,
        }
    }
}

fn device_place(id: &Id) -> Place<'_> {
    Place::new("session", "device", &id.0)
}

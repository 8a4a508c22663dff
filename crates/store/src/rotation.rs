//! Key rotation. What is under an older key is what is left to do, so that an interrupted run is simply begun again.
//!
//! Data keys: while the register is in use, value by value; a value that changes meanwhile is sealed with the new key
//! by whoever changes it. Index keys: in one maintenance run, since a look-up finds only what is under one key.

use crate::args;
use crate::db::{Arg, Cell, FromCell, Row, Sql, Tx, statements};
use crate::error::{Error, Result};
use crate::job;
use crate::message;
use crate::record;
use crate::vault::{DocumentIndex, IdentityIndex, Place, Vault, is_older};
use yinxin_model::Id;

/// Where a run stands; the default is its beginning.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cursor {
    stage: usize,
    after: Vec<Part>,
}

/// What one chunk did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chunk {
    /// Values or rows that were under another key.
    pub done: u64,
    /// `None`: nothing is left.
    pub next: Option<Cursor>,
}

/// One column of a row's key.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Int(i64),
    Blob(Vec<u8>),
}

/// A sealed column and how its place is named.
struct Target {
    table: &'static str,
    column: &'static str,
    page: Sql,
    put: Sql,
    /// Before the first key.
    start: &'static [Start],
    /// The row key that the value is sealed for, from the columns of the key.
    row: fn(&[Part]) -> Vec<u8>,
}

#[derive(Clone, Copy)]
enum Start {
    Int,
    Blob,
}

macro_rules! page {
    ($table:literal, $column:literal, $a:literal) => {
        concat!(
            "SELECT ",
            $column,
            ", ",
            $a,
            " FROM ",
            $table,
            " WHERE ",
            $a,
            " > $1 AND ",
            $column,
            " IS NOT NULL ORDER BY ",
            $a,
            " LIMIT $2"
        )
    };
    ($table:literal, $column:literal, $a:literal, $b:literal) => {
        concat!(
            "SELECT ",
            $column,
            ", ",
            $a,
            ", ",
            $b,
            " FROM ",
            $table,
            " WHERE (",
            $a,
            ", ",
            $b,
            ") > ($1, $2) AND ",
            $column,
            " IS NOT NULL ORDER BY ",
            $a,
            ", ",
            $b,
            " LIMIT $3"
        )
    };
    ($table:literal, $column:literal, $a:literal, $b:literal, $c:literal) => {
        concat!(
            "SELECT ",
            $column,
            ", ",
            $a,
            ", ",
            $b,
            ", ",
            $c,
            " FROM ",
            $table,
            " WHERE (",
            $a,
            ", ",
            $b,
            ", ",
            $c,
            ") > ($1, $2, $3) AND ",
            $column,
            " IS NOT NULL ORDER BY ",
            $a,
            ", ",
            $b,
            ", ",
            $c,
            " LIMIT $4"
        )
    };
}

/// Only where the value is still the one that was read.
macro_rules! put {
    ($table:literal, $column:literal, $a:literal $(, $b:literal $(, $c:literal)?)?) => {
        concat!("UPDATE ", $table, " SET ", $column, " = $1 WHERE ", $column, " = $2 AND ", $a, " = $3"
            $(, " AND ", $b, " = $4" $(, " AND ", $c, " = $5")?)?)
    };
}

statements! {
    CERTIFICATE_PAGE = (page!("certificate", "holder", "id", "version"));
    CERTIFICATE_PUT = (put!("certificate", "holder", "id", "version"));
    VERSION_PAGE = (page!("certificate_version", "holder", "certificate_id", "version"));
    VERSION_PUT = (put!("certificate_version", "holder", "certificate_id", "version"));
    ACCOUNT_PAGE = (page!("account", "identity", "document_index", "name_index"));
    ACCOUNT_PUT = (put!("account", "identity", "document_index", "name_index"));
    CONSENT_PAGE = (page!("consent", "origin", "document_index", "name_index", "notice"));
    CONSENT_PUT = (put!("consent", "origin", "document_index", "name_index", "notice"));
    ADDITION_PAGE = (page!("endorsement", "addition", "certificate_id", "id"));
    ADDITION_PUT = (put!("endorsement", "addition", "certificate_id", "id"));
    ON_BEHALF_PAGE = (page!("endorsement", "on_behalf", "certificate_id", "id"));
    ON_BEHALF_PUT = (put!("endorsement", "on_behalf", "certificate_id", "id"));
    TOKEN_PAGE = (page!("endorsement", "token", "certificate_id", "id"));
    TOKEN_PUT = (put!("endorsement", "token", "certificate_id", "id"));
    STATEMENT_PAGE = (page!("endorsement", "statement", "certificate_id", "id"));
    STATEMENT_PUT = (put!("endorsement", "statement", "certificate_id", "id"));
    INTENT_PAGE = (page!("intent", "token", "copy_id", "seq"));
    INTENT_PUT = (put!("intent", "token", "copy_id", "seq"));
    INTENT_STATEMENT_PAGE = (page!("intent", "statement", "copy_id", "seq"));
    INTENT_STATEMENT_PUT = (put!("intent", "statement", "copy_id", "seq"));
    CHANGE_PAGE = (page!("change_request", "payload", "id"));
    CHANGE_PUT = (put!("change_request", "payload", "id"));
    BATCH_PAGE = (page!("batch", "file_name", "id"));
    BATCH_PUT = (put!("batch", "file_name", "id"));
    REASON_PAGE = (page!("query_number", "on_behalf", "hash"));
    REASON_PUT = (put!("query_number", "on_behalf", "hash"));
    SHARE_PAGE = (page!("share", "content", "certificate_id", "id"));
    SHARE_PUT = (put!("share", "content", "certificate_id", "id"));
    SHARE_VIEW_PAGE = (page!("share_view", "origin", "certificate_id", "id"));
    SHARE_VIEW_PUT = (put!("share_view", "origin", "certificate_id", "id"));
    JOB_PAGE = (page!("job", "payload", "id"));
    JOB_PUT = (put!("job", "payload", "id"));
    OUTBOX_PAGE = (page!("outbox", "payload", "id"));
    OUTBOX_PUT = (put!("outbox", "payload", "id"));
    MESSAGE_PAGE = (page!("message", "payload", "document_index", "name_index", "id"));
    MESSAGE_PUT = (put!("message", "payload", "document_index", "name_index", "id"));
    REGISTRANT_PAGE = (page!("registration", "identity", "id"));
    REGISTRANT_PUT = (put!("registration", "identity", "id"));
    SECRET_PAGE = (page!("registration", "secret", "id"));
    SECRET_PUT = (put!("registration", "secret", "id"));
    DEVICE_PAGE = (page!("session", "device", "id"));
    DEVICE_PUT = (put!("session", "device", "id"));
    PASSWORD_PAGE = (page!("credential", "password", "id"));
    PASSWORD_PUT = (put!("credential", "password", "id"));
    CONTACT_PAGE = (page!("credential", "contact", "id"));
    CONTACT_PUT = (put!("credential", "contact", "id"));
    TOTP_PAGE = (page!("credential", "totp", "id"));
    TOTP_PUT = (put!("credential", "totp", "id"));
    RECOVERY_PAGE = (page!("credential", "recovery", "id"));
    RECOVERY_PUT = (put!("credential", "recovery", "id"));
    PASSKEY_PAGE = (page!("passkey", "content", "id"));
    PASSKEY_PUT = (put!("passkey", "content", "id"));
    CHALLENGE_PAGE = (page!("challenge", "payload", "id"));
    CHALLENGE_PUT = (put!("challenge", "payload", "id"));
    INDEX_SENDINGS = "SELECT id, payload FROM job WHERE kind = $1 AND state = 'waiting' AND id > $2 ORDER BY id LIMIT $3";
    IDENTITY = "SELECT identity FROM account WHERE document_index = $1 AND name_index = $2";
    INDEX_CERTIFICATES = "SELECT id, version, holder, document_index, name_index FROM certificate
        WHERE id > $1 ORDER BY id LIMIT $2";
    INDEX_CERTIFICATE = "UPDATE certificate SET document_index = $2, name_index = $3 WHERE id = $1";
    UNINDEX_HOLDER = "DELETE FROM holder_index WHERE document_index = $1 AND name_index = $2 AND certificate_id = $3";
    INDEX_HOLDER = "INSERT INTO holder_index (document_index, name_index, certificate_id) VALUES ($1, $2, $3)
        ON CONFLICT (document_index, name_index, certificate_id) DO NOTHING";
    INDEX_VERSIONS = "SELECT certificate_id, version, holder, document_index, name_index FROM certificate_version
        WHERE (certificate_id, version) > ($1, $2) ORDER BY certificate_id, version LIMIT $3";
    INDEX_VERSION = "UPDATE certificate_version SET document_index = $3, name_index = $4
        WHERE certificate_id = $1 AND version = $2";
    INDEX_ACCOUNTS = "SELECT document_index, name_index, identity FROM account
        WHERE (document_index, name_index) > ($1, $2) ORDER BY document_index, name_index LIMIT $3";
    INDEX_ACCOUNT = "UPDATE account SET document_index = $3, name_index = $4, identity = $5
        WHERE document_index = $1 AND name_index = $2";
    CONSENTS = "SELECT notice, origin FROM consent WHERE document_index = $1 AND name_index = $2";
    INDEX_CONSENT = "UPDATE consent SET document_index = $4, name_index = $5, origin = $6
        WHERE document_index = $1 AND name_index = $2 AND notice = $3";
    INDEX_CREDENTIAL = "UPDATE credential SET document_index = $3, name_index = $4
        WHERE document_index = $1 AND name_index = $2";
    INDEX_SESSIONS = "UPDATE session SET document_index = $3, name_index = $4
        WHERE document_index = $1 AND name_index = $2";
    INDEX_PASSKEYS = "UPDATE passkey SET document_index = $3, name_index = $4
        WHERE document_index = $1 AND name_index = $2";
    FORGET_CHALLENGES = "DELETE FROM challenge";
    FORGET_ATTEMPTS = "DELETE FROM attempt";
    INDEX_MESSAGES = "UPDATE message SET document_index = $3, name_index = $4
        WHERE document_index = $1 AND name_index = $2";
    INDEX_CHOICE = "UPDATE message_choice SET document_index = $3, name_index = $4
        WHERE document_index = $1 AND name_index = $2";
    FORGET_QUERY_NUMBERS = "DELETE FROM query_number";
}

const ONE: &[Start] = &[Start::Blob];
const TWO: &[Start] = &[Start::Blob, Start::Blob];
/// An id and a number that counts beside it.
const NUMBERED: &[Start] = &[Start::Blob, Start::Int];
const THREE: &[Start] = &[Start::Blob, Start::Blob, Start::Int];
const THREE_BLOBS: &[Start] = &[Start::Blob, Start::Blob, Start::Blob];

fn targets() -> [Target; 27] {
    let target = |table, column, page, put, start, row| Target { table, column, page, put, start, row };
    [
        target("certificate", "holder", CERTIFICATE_PAGE, CERTIFICATE_PUT, NUMBERED, version_row),
        // A superseded version keeps the place it was sealed for.
        target("certificate", "holder", VERSION_PAGE, VERSION_PUT, NUMBERED, version_row),
        target("account", "identity", ACCOUNT_PAGE, ACCOUNT_PUT, TWO, index_row),
        target("consent", "origin", CONSENT_PAGE, CONSENT_PUT, THREE, index_row),
        target("endorsement", "addition", ADDITION_PAGE, ADDITION_PUT, TWO, second_row),
        target("endorsement", "on_behalf", ON_BEHALF_PAGE, ON_BEHALF_PUT, TWO, second_row),
        target("endorsement", "token", TOKEN_PAGE, TOKEN_PUT, TWO, second_row),
        target("endorsement", "statement", STATEMENT_PAGE, STATEMENT_PUT, TWO, second_row),
        target("intent", "statement", INTENT_STATEMENT_PAGE, INTENT_STATEMENT_PUT, NUMBERED, first_row),
        target("intent", "token", INTENT_PAGE, INTENT_PUT, NUMBERED, first_row),
        target("change_request", "payload", CHANGE_PAGE, CHANGE_PUT, ONE, first_row),
        target("batch", "file_name", BATCH_PAGE, BATCH_PUT, ONE, first_row),
        target("query_number", "on_behalf", REASON_PAGE, REASON_PUT, ONE, first_row),
        target("share", "content", SHARE_PAGE, SHARE_PUT, TWO, second_row),
        target("share_view", "origin", SHARE_VIEW_PAGE, SHARE_VIEW_PUT, TWO, second_row),
        target("job", "payload", JOB_PAGE, JOB_PUT, ONE, first_row),
        target("outbox", "payload", OUTBOX_PAGE, OUTBOX_PUT, ONE, first_row),
        target("message", "payload", MESSAGE_PAGE, MESSAGE_PUT, THREE_BLOBS, third_row),
        target("registration", "identity", REGISTRANT_PAGE, REGISTRANT_PUT, ONE, first_row),
        target("registration", "secret", SECRET_PAGE, SECRET_PUT, ONE, first_row),
        target("session", "device", DEVICE_PAGE, DEVICE_PUT, ONE, first_row),
        target("credential", "password", PASSWORD_PAGE, PASSWORD_PUT, ONE, first_row),
        target("credential", "contact", CONTACT_PAGE, CONTACT_PUT, ONE, first_row),
        target("credential", "totp", TOTP_PAGE, TOTP_PUT, ONE, first_row),
        target("credential", "recovery", RECOVERY_PAGE, RECOVERY_PUT, ONE, first_row),
        target("passkey", "content", PASSKEY_PAGE, PASSKEY_PUT, ONE, first_row),
        target("challenge", "payload", CHALLENGE_PAGE, CHALLENGE_PUT, ONE, first_row),
    ]
}

/// Seals up to `limit` values with the key in use, those that another key sealed.
pub async fn data_chunk(tx: &mut Tx, vault: &Vault, cursor: &Cursor, limit: u32) -> Result<Chunk> {
    let targets = targets();
    let Some(target) = targets.get(cursor.stage) else { return Ok(Chunk { done: 0, next: None }) };
    let start: Vec<Part> = target.start.iter().map(|s| s.part()).collect();
    let after = if cursor.after.is_empty() { &start } else { &cursor.after };
    let limit_arg = Arg::from(limit);
    let args: Vec<Arg<'_>> = after.iter().map(Part::arg).chain([limit_arg]).collect();
    let rows = tx.all(target.page, &args).await?;
    let mut done = 0;
    let mut last = None;
    for row in &rows {
        let key: Vec<Part> = (1..=target.start.len()).map(|column| row.get(column)).collect::<Result<_>>()?;
        let sealed: Vec<u8> = row.get(0)?;
        if is_older(&sealed, vault.active_key()) {
            let row_key = (target.row)(&key);
            let place = Place::new(target.table, target.column, &row_key);
            let fresh = vault.seal(place, &vault.open(place, &sealed)?)?;
            let args: Vec<Arg<'_>> = [Arg::from(&fresh), Arg::from(&sealed)]
                .into_iter()
                .chain(key.iter().map(Part::arg))
                .collect();
            done += tx.exec(target.put, &args).await?;
        }
        last = Some(key);
    }
    let full = rows.len() as u64 == u64::from(limit);
    Ok(Chunk { done, next: next(cursor.stage, targets.len(), last.filter(|_| full)) })
}

/// Makes up to `limit` rows' blind indexes anew. Nobody else may use the register until the run is through; query
/// numbers, codes that were sent and counted guesses, all of them short-lived, are forgotten at its end.
pub async fn index_chunk(tx: &mut Tx, vault: &Vault, cursor: &Cursor, limit: u32) -> Result<Chunk> {
    let (done, last) = match cursor.stage {
        // Before the accounts: they are still found by what the jobs say.
        0 => index_sendings(tx, vault, &cursor.after, limit).await?,
        1 => index_certificates(tx, vault, &cursor.after, limit).await?,
        2 => index_versions(tx, vault, &cursor.after, limit).await?,
        3 => index_accounts(tx, vault, &cursor.after, limit).await?,
        _ => {
            for forget in [FORGET_QUERY_NUMBERS, FORGET_CHALLENGES, FORGET_ATTEMPTS] {
                tx.exec(forget, &[]).await?;
            }
            (0, None)
        }
    };
    Ok(Chunk { done, next: next(cursor.stage, 5, last) })
}

/// The rest of this stage, the next one, or nothing.
fn next(stage: usize, stages: usize, last: Option<Vec<Part>>) -> Option<Cursor> {
    match last {
        Some(after) => Some(Cursor { stage, after }),
        None => Some(Cursor { stage: stage + 1, after: Vec::new() }).filter(|next| next.stage < stages),
    }
}

/// Messages that wait to be sent name the account by its index. One that was indexed anew by an interrupted run names an
/// account that is not there yet, and is left alone; so is one that cannot be opened.
async fn index_sendings(
    tx: &mut Tx,
    vault: &Vault,
    after: &[Part],
    limit: u32,
) -> Result<(u64, Option<Vec<Part>>)> {
    let first = Part::Blob(Vec::new());
    let after = after.first().unwrap_or(&first).arg();
    let rows = tx.all(INDEX_SENDINGS, &[Arg::from(message::SEND), after, Arg::from(limit)]).await?;
    let (mut done, mut last) = (0, None);
    for row in &rows {
        let (id, sealed): (Id, Vec<u8>) = (row.get(0)?, row.get(1)?);
        last = Some(vec![Part::Blob(id.0.to_vec())]);
        let place = job::place(&id);
        let named = vault.open_text(place, &sealed).ok().and_then(|text| message::recipient_of(&text));
        let Some(old) = named else { continue };
        let Some(account) = tx.opt(IDENTITY, args![&old.document.0, &old.name]).await? else { continue };
        let old_row = old.to_bytes();
        let plain = vault.open(Place::new("account", "identity", &old_row), &account.get::<Vec<u8>>(0)?)?;
        let identity =
            record::decode_identity(&plain).ok_or(Error::SealBroken { place: place.to_string() })?;
        let new = vault.identity_index(&identity);
        if new != old {
            let fresh = vault.seal(place, message::recipient(&new).as_bytes())?;
            done += tx.exec(JOB_PUT, args![&fresh, &sealed, &id]).await?;
        }
    }
    Ok((done, last.filter(|_| rows.len() as u64 == u64::from(limit))))
}

async fn index_certificates(
    tx: &mut Tx,
    vault: &Vault,
    after: &[Part],
    limit: u32,
) -> Result<(u64, Option<Vec<Part>>)> {
    let first = Part::Blob(Vec::new());
    let rows = tx.all(INDEX_CERTIFICATES, &[after.first().unwrap_or(&first).arg(), Arg::from(limit)]).await?;
    let (mut done, mut last) = (0, None);
    for row in &rows {
        let (id, _, old, new) = both_indexes(vault, row)?;
        if old != new {
            tx.exec(INDEX_CERTIFICATE, args![&id, &new.document.0, &new.name]).await?;
            tx.exec(UNINDEX_HOLDER, args![&old.document.0, &old.name, &id]).await?;
            tx.exec(INDEX_HOLDER, args![&new.document.0, &new.name, &id]).await?;
            done += 1;
        }
        last = Some(vec![Part::Blob(id.0.to_vec())]);
    }
    Ok((done, last.filter(|_| rows.len() as u64 == u64::from(limit))))
}

async fn index_versions(
    tx: &mut Tx,
    vault: &Vault,
    after: &[Part],
    limit: u32,
) -> Result<(u64, Option<Vec<Part>>)> {
    let start = [Part::Blob(Vec::new()), Part::Int(-1)];
    let after = if after.is_empty() { &start } else { after };
    let args: Vec<Arg<'_>> = after.iter().map(Part::arg).chain([Arg::from(limit)]).collect();
    let rows = tx.all(INDEX_VERSIONS, &args).await?;
    let (mut done, mut last) = (0, None);
    for row in &rows {
        let (id, version, old, new) = both_indexes(vault, row)?;
        if old != new {
            done += tx.exec(INDEX_VERSION, args![&id, version, &new.document.0, &new.name]).await?;
        }
        last = Some(vec![Part::Blob(id.0.to_vec()), Part::Int(version.into())]);
    }
    Ok((done, last.filter(|_| rows.len() as u64 == u64::from(limit))))
}

/// An account's key is its index, so that the row moves. One that moves behind the cursor is met again, and left alone.
async fn index_accounts(
    tx: &mut Tx,
    vault: &Vault,
    after: &[Part],
    limit: u32,
) -> Result<(u64, Option<Vec<Part>>)> {
    let start = [Part::Blob(Vec::new()), Part::Blob(Vec::new())];
    let after = if after.is_empty() { &start } else { after };
    let args: Vec<Arg<'_>> = after.iter().map(Part::arg).chain([Arg::from(limit)]).collect();
    let rows = tx.all(INDEX_ACCOUNTS, &args).await?;
    let (mut done, mut last) = (0, None);
    for row in &rows {
        let old = IdentityIndex { document: DocumentIndex(row.get(0)?), name: row.get(1)? };
        let (old_row, sealed) = (old.to_bytes(), row.get::<Vec<u8>>(2)?);
        let place = Place::new("account", "identity", &old_row);
        let plain = vault.open(place, &sealed)?;
        let identity =
            record::decode_identity(&plain).ok_or(Error::SealBroken { place: place.to_string() })?;
        let new = vault.identity_index(&identity);
        if old != new {
            let new_row = new.to_bytes();
            let fresh = vault.seal(Place::new("account", "identity", &new_row), &plain)?;
            let (from, to) = ((&old.document.0, &old.name), (&new.document.0, &new.name));
            tx.exec(INDEX_ACCOUNT, args![from.0, from.1, to.0, to.1, &fresh]).await?;
            tx.exec(INDEX_MESSAGES, args![from.0, from.1, to.0, to.1]).await?;
            tx.exec(INDEX_CHOICE, args![from.0, from.1, to.0, to.1]).await?;
            for consent in tx.all(CONSENTS, args![from.0, from.1]).await? {
                let (notice, sealed): (u32, Vec<u8>) = (consent.get(0)?, consent.get(1)?);
                let origin = vault.open(Place::new("consent", "origin", &old_row), &sealed)?;
                let fresh = vault.seal(Place::new("consent", "origin", &new_row), &origin)?;
                tx.exec(INDEX_CONSENT, args![from.0, from.1, notice, to.0, to.1, &fresh]).await?;
            }
            tx.exec(INDEX_CREDENTIAL, args![from.0, from.1, to.0, to.1]).await?;
            tx.exec(INDEX_SESSIONS, args![from.0, from.1, to.0, to.1]).await?;
            tx.exec(INDEX_PASSKEYS, args![from.0, from.1, to.0, to.1]).await?;
            done += 1;
        }
        last = Some(vec![Part::Blob(old.document.0.to_vec()), Part::Blob(old.name.to_vec())]);
    }
    Ok((done, last.filter(|_| rows.len() as u64 == u64::from(limit))))
}

/// Certificate, version, the index as stored and as the key in use makes it.
fn both_indexes(vault: &Vault, row: &Row) -> Result<(Id, u32, IdentityIndex, IdentityIndex)> {
    let mut f = row.fields();
    let (id, version): (Id, u32) = (f.take()?, f.take()?);
    let sealed: Vec<u8> = f.take()?;
    let old = IdentityIndex { document: DocumentIndex(f.take()?), name: f.take()? };
    let holder = record::open_holder(vault, &id, version, &sealed)?;
    Ok((id, version, old, vault.identity_index(&holder.identity)))
}

fn version_row(key: &[Part]) -> Vec<u8> {
    match key {
        [Part::Blob(id), Part::Int(version)] => {
            [id.as_slice(), &u32::try_from(*version).unwrap_or_default().to_be_bytes()].concat()
        }
        _ => Vec::new(),
    }
}

fn index_row(key: &[Part]) -> Vec<u8> {
    [first_row(key), second_row(key)].concat()
}

fn first_row(key: &[Part]) -> Vec<u8> {
    key.first().map(Part::bytes).unwrap_or_default()
}

fn second_row(key: &[Part]) -> Vec<u8> {
    key.get(1).map(Part::bytes).unwrap_or_default()
}

fn third_row(key: &[Part]) -> Vec<u8> {
    key.get(2).map(Part::bytes).unwrap_or_default()
}

impl Start {
    fn part(self) -> Part {
        match self {
            Self::Int => Part::Int(-1),
            Self::Blob => Part::Blob(Vec::new()),
        }
    }
}

impl Part {
    fn arg(&self) -> Arg<'_> {
        match self {
            Self::Int(v) => Arg::from(*v),
            Self::Blob(v) => Arg::from(v),
        }
    }

    fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Int(v) => v.to_be_bytes().to_vec(),
            Self::Blob(v) => v.clone(),
        }
    }
}

impl FromCell for Part {
    const EXPECTED: &'static str = "a column of a key";
    fn from_cell(cell: Cell<'_>) -> Option<Self> {
        match cell {
            Cell::Int(v) => Some(Self::Int(v)),
            Cell::Blob(v) => Some(Self::Blob(v.to_vec())),
            Cell::Null | Cell::Text(_) => None,
        }
    }
}

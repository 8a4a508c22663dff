//! Accounts and consents. An account is keyed by the blind index of its identity: whoever corrects his identity has
//! another account, and the old one no longer sees the certificate.

use crate::args;
use crate::audit::{self, Act, Object};
use crate::db::{Row, Tx, statements};
use crate::error::{Error, Result};
use crate::record;
use crate::vault::{DocumentIndex, IdentityIndex, Place, Vault};
use serde_json::json;
use yinxin_model::states::Assurance;
use yinxin_model::{Identity, Instant, Subject};

/// A registered holder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    pub index: IdentityIndex,
    pub identity: Identity,
    pub assurance: Assurance,
    pub proved_by: Option<String>,
    pub proved_at: Option<Instant>,
    pub made_at: Instant,
}

/// That a version of the service notice was agreed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    pub notice: u32,
    pub agreed_at: Instant,
    /// From where, e.g. an address.
    pub origin: String,
}

statements! {
    INSERT = "INSERT INTO account (document_index, name_index, identity, assurance, made_at)
        VALUES ($1, $2, $3, $4, $5) ON CONFLICT (document_index, name_index) DO NOTHING";
    PROVE = "UPDATE account SET assurance = $3, proved_by = $4, proved_at = $5
        WHERE document_index = $1 AND name_index = $2";
    GET = "SELECT document_index, name_index, identity, assurance, proved_by, proved_at, made_at FROM account
        WHERE document_index = $1 AND name_index = $2";
    KNOWN = "SELECT (SELECT count(*) FROM holder_index WHERE document_index = $1 AND name_index = $2),
        (SELECT count(*) FROM account WHERE document_index = $1 AND name_index = $2)";
    OTHER_NAMES = "SELECT count(*) FROM account WHERE document_index = $1 AND name_index <> $2";
    AGREE = "INSERT INTO consent (document_index, name_index, notice, agreed_at, origin) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (document_index, name_index, notice) DO NOTHING";
    CONSENTS = "SELECT notice, agreed_at, origin FROM consent WHERE document_index = $1 AND name_index = $2
        ORDER BY notice";
    AGREED = "SELECT max(notice) FROM consent WHERE document_index = $1 AND name_index = $2";
    /// Locks the row until the transaction ends, on either engine.
    HOLD = "UPDATE account SET assurance = assurance WHERE document_index = $1 AND name_index = $2";
    CLOSE = "DELETE FROM account WHERE document_index = $1 AND name_index = $2";
    CLOSE_QUERY_NUMBERS = "DELETE FROM query_number WHERE certificate_id IN
        (SELECT certificate_id FROM holder_index WHERE document_index = $1 AND name_index = $2)";
    CLOSE_PASSES = "DELETE FROM pass WHERE certificate_id IN
        (SELECT certificate_id FROM holder_index WHERE document_index = $1 AND name_index = $2)";
    CLOSE_CONSENTS = "DELETE FROM consent WHERE document_index = $1 AND name_index = $2";
}

/// Registers an identity, unproved. False where it is registered already.
pub async fn register(tx: &mut Tx, vault: &Vault, act: &Act, identity: &Identity) -> Result<bool> {
    let index = vault.identity_index(identity);
    let row = index.to_bytes();
    let sealed = vault.seal(Place::new("account", "identity", &row), &record::encode_identity(identity))?;
    let (document, name) = (&index.document.0, &index.name);
    if tx.exec(INSERT, args![document, name, &sealed, Assurance::Claimed, act.at]).await? == 0 {
        return Ok(false);
    }
    record_act(tx, act, "account_registered", &row, json!({})).await?;
    Ok(true)
}

/// Notes that `proved_by` has proved the identity. False where there is no such account.
pub async fn prove(tx: &mut Tx, act: &Act, index: &IdentityIndex, proved_by: &str) -> Result<bool> {
    let (document, name) = (&index.document.0, &index.name);
    if tx.exec(PROVE, args![document, name, Assurance::Verified, proved_by, act.at]).await? == 0 {
        return Ok(false);
    }
    record_act(tx, act, "account_proved", &index.to_bytes(), json!({ "proved_by": proved_by })).await?;
    Ok(true)
}

/// Makes whoever else changes how its holder comes in wait until this transaction ends: what is read after it is what is
/// changed. False where there is no such account.
pub async fn hold(tx: &mut Tx, index: &IdentityIndex) -> Result<bool> {
    Ok(tx.exec(HOLD, args![&index.document.0, &index.name]).await? > 0)
}

/// The subject's own account, or for the system anybody's.
pub async fn get(
    tx: &mut Tx,
    vault: &Vault,
    asking: &Subject,
    index: &IdentityIndex,
) -> Result<Option<Account>> {
    let own = matches!(asking, Subject::Holder { identity_index } if *identity_index == index.to_bytes());
    if !own && *asking != Subject::System {
        return Ok(None);
    }
    let row = tx.opt(GET, args![&index.document.0, &index.name]).await?;
    row.map(|row| read(vault, &row)).transpose()
}

/// What the register has under an identity. For those who look for the right one of several: whoever asks is not told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    pub certificates: bool,
    pub account: bool,
}

pub async fn known(tx: &mut Tx, index: &IdentityIndex) -> Result<Known> {
    let row = tx.one(KNOWN, args![&index.document.0, &index.name]).await?;
    Ok(Known { certificates: row.get::<i64>(0)? > 0, account: row.get::<i64>(1)? > 0 })
}

/// Whether the same document is registered under another name; says nothing of that name.
pub async fn registered_under_another_name(tx: &mut Tx, index: &IdentityIndex) -> Result<bool> {
    let others: i64 = tx.one(OTHER_NAMES, args![&index.document.0, &index.name]).await?.get(0)?;
    Ok(others > 0)
}

/// Records the agreement to a version of the service notice, once. `origin`: from where, e.g. an address.
pub async fn agree(
    tx: &mut Tx,
    vault: &Vault,
    act: &Act,
    index: &IdentityIndex,
    notice: u32,
    origin: &str,
) -> Result<()> {
    let row = index.to_bytes();
    let sealed = vault.seal(Place::new("consent", "origin", &row), origin.as_bytes())?;
    let (document, name) = (&index.document.0, &index.name);
    if tx.exec(AGREE, args![document, name, notice, act.at, &sealed]).await? > 0 {
        record_act(tx, act, "service_notice_agreed", &row, json!({ "version": notice })).await?;
    }
    Ok(())
}

/// What an account agreed to, the earliest version first.
pub async fn consents(tx: &mut Tx, vault: &Vault, index: &IdentityIndex) -> Result<Vec<Consent>> {
    let row_key = index.to_bytes();
    let rows = tx.all(CONSENTS, args![&index.document.0, &index.name]).await?;
    let read = rows.iter().map(|row| {
        let mut f = row.fields();
        let (notice, agreed_at) = (f.take()?, f.take()?);
        let place = Place::new("consent", "origin", &row_key);
        Ok(Consent { notice, agreed_at, origin: vault.open_text(place, &f.take::<Vec<u8>>()?)? })
    });
    read.collect()
}

/// The newest version agreed to.
pub async fn agreed_notice(tx: &mut Tx, index: &IdentityIndex) -> Result<Option<u32>> {
    tx.one(AGREED, args![&index.document.0, &index.name]).await?.get(0)
}

/// Closes an account: the identity, what lets its holder in, his consents and his sessions go, and so do the query numbers
/// and links by which others read his certificates; certificates stay with the register, and the identity may register
/// again. False where there is none.
pub async fn close(tx: &mut Tx, act: &Act, index: &IdentityIndex) -> Result<bool> {
    if tx.exec(CLOSE, args![&index.document.0, &index.name]).await? == 0 {
        return Ok(false);
    }
    tx.exec(CLOSE_CONSENTS, args![&index.document.0, &index.name]).await?;
    for shut in [CLOSE_QUERY_NUMBERS, CLOSE_PASSES] {
        tx.exec(shut, args![&index.document.0, &index.name]).await?;
    }
    tx.changes_answers();
    crate::credential::delete(tx, index).await?;
    crate::passkey::delete(tx, index).await?;
    crate::session::end_all(tx, act, index, None).await?;
    record_act(tx, act, "account_closed", &index.to_bytes(), json!({})).await?;
    Ok(true)
}

/// The subject that a proved holder asks as.
pub fn holder(index: &IdentityIndex) -> Subject {
    Subject::Holder { identity_index: index.to_bytes() }
}

/// How the audit names an account.
pub(crate) fn actor(index: &IdentityIndex) -> String {
    holder(index).actor()
}

async fn record_act(
    tx: &mut Tx,
    act: &Act,
    action: &'static str,
    row: &[u8],
    detail: serde_json::Value,
) -> Result<()> {
    let actor = Subject::Holder { identity_index: row.to_vec() }.actor();
    audit::record(tx, act, action, Object { kind: "account", id: &actor }, detail).await
}

fn read(vault: &Vault, row: &Row) -> Result<Account> {
    let mut f = row.fields();
    let index = IdentityIndex { document: DocumentIndex(f.take()?), name: f.take()? };
    let key = index.to_bytes();
    let sealed: Vec<u8> = f.take()?;
    let place = Place::new("account", "identity", &key);
    let plain = vault.open(place, &sealed)?;
    Ok(Account {
        index,
        identity: record::decode_identity(&plain).ok_or(Error::SealBroken { place: place.to_string() })?,
        assurance: f.take()?,
        proved_by: f.take()?,
        proved_at: f.take()?,
        made_at: f.take()?,
    })
}

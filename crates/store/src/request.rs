//! Repeats and short-lived codes: effects kept under their idempotency key, query numbers, the list of blobs.

use crate::args;
use crate::audit::{self, Act, Object};
use crate::db::{Row, Tx, statements};
use crate::endorsement;
use crate::error::Result;
use crate::vault::{KeyId, Place, Vault};
use serde_json::json;
use yinxin_model::{Day, Id, Instant, Subject};

/// An object that is kept outside of the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blob {
    pub name: String,
    /// `copy`, `photo`, `roster`
    pub kind: String,
    pub size: u64,
    /// Of the plain bytes.
    pub sha256: [u8; 32],
    /// The data key that it is sealed with.
    pub key: KeyId,
    pub made_at: Instant,
}

/// A query number, without the number, which the register does not know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryNumber {
    /// Names it; opens nothing.
    pub hash: [u8; 20],
    pub made_at: Instant,
    pub expires_on: Day,
    /// Why staff made it in the holder's place.
    pub on_behalf: Option<String>,
}

statements! {
    EFFECT = "SELECT effect FROM request_key WHERE scope = $1 AND idempotency_key = $2";
    REMEMBER = "INSERT INTO request_key (scope, idempotency_key, effect, made_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (scope, idempotency_key) DO NOTHING";
    FORGET = "DELETE FROM request_key WHERE made_at < $1";
    QUERY_PUT = "INSERT INTO query_number (hash, certificate_id, made_at, expires_on, on_behalf)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (hash) DO UPDATE SET certificate_id = excluded.certificate_id, made_at = excluded.made_at,
            expires_on = excluded.expires_on, on_behalf = excluded.on_behalf
        WHERE query_number.expires_on < $6";
    QUERY_LIST = "SELECT hash, made_at, expires_on, on_behalf FROM query_number
        WHERE certificate_id = $1 AND expires_on >= $2 ORDER BY made_at, hash";
    QUERY_END = "DELETE FROM query_number WHERE certificate_id = $1 AND hash = $2";
    QUERY_CLEAN = "DELETE FROM query_number WHERE expires_on < $1";
    BLOB_PUT = "INSERT INTO blob (name, kind, size, sha256, key_id, made_at) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (name) DO UPDATE SET size = excluded.size, sha256 = excluded.sha256, key_id = excluded.key_id";
    BLOB_GET = "SELECT name, kind, size, sha256, key_id, made_at FROM blob WHERE name = $1";
    BLOB_OLDER = "SELECT name, kind, size, sha256, key_id, made_at FROM blob WHERE name > $1 AND key_id <> $2
        ORDER BY name LIMIT $3";
    /// A copy that was never recorded is listed all the same; photos and rosters are named after what they belong to.
    BLOB_REFERENCED = "SELECT b.name FROM blob b WHERE b.name = $1
        AND (b.kind <> 'copy' OR EXISTS (SELECT 1 FROM copy_digest d WHERE d.sha256 = b.sha256))";
    BLOB_RESEALED = "UPDATE blob SET key_id = $2 WHERE name = $1";
    BLOB_DELETE = "DELETE FROM blob WHERE name = $1";
}

/// The effect of an earlier request with this key, as JSON.
pub async fn effect(tx: &mut Tx, scope: &str, key: &str) -> Result<Option<String>> {
    tx.opt(EFFECT, args![scope, key]).await?.map(|row| row.get(0)).transpose()
}

/// Keeps the effect in the transaction that makes it. `Some`: another transaction was first; undo this one and answer
/// with that effect.
pub async fn remember(
    tx: &mut Tx,
    scope: &str,
    key: &str,
    effect: &str,
    at: Instant,
) -> Result<Option<String>> {
    if tx.exec(REMEMBER, args![scope, key, effect, at]).await? > 0 {
        return Ok(None);
    }
    self::effect(tx, scope, key).await
}

/// Forgets what nobody repeats any more.
pub async fn forget_before(tx: &mut Tx, before: Instant) -> Result<u64> {
    tx.exec(FORGET, args![before]).await
}

/// Makes `code` the query number of a certificate until the end of `expires_on`. `on_behalf`: why staff does it in the
/// holder's place. False where the certificate is not the subject's, or the code is in use: draw another.
pub async fn put_query_number(
    tx: &mut Tx,
    vault: &Vault,
    act: &Act,
    certificate: &Id,
    code: &str,
    expires_on: Day,
    on_behalf: Option<&str>,
) -> Result<bool> {
    if !endorsement::visible(tx, &act.by, certificate).await? {
        return Ok(false);
    }
    let hash = query_hash(vault, code);
    let reason = on_behalf.map(|text| vault.seal(reason_place(&hash), text.as_bytes())).transpose()?;
    let (at, today) = (act.at, act.at.day());
    let args = args![&hash, certificate, at, expires_on, reason.as_ref(), today];
    if tx.exec(QUERY_PUT, args).await? == 0 {
        return Ok(false);
    }
    let id = certificate.to_string();
    let detail = json!({ "expires_on": expires_on.to_string(), "on_behalf": on_behalf.is_some() });
    audit::record(tx, act, "query_number_made", Object { kind: "certificate", id: &id }, detail).await?;
    Ok(true)
}

/// The query numbers of a certificate that are valid on `today`, oldest first.
pub async fn query_numbers(
    tx: &mut Tx,
    vault: &Vault,
    asking: &Subject,
    certificate: &Id,
    today: Day,
) -> Result<Vec<QueryNumber>> {
    if !endorsement::visible(tx, asking, certificate).await? {
        return Ok(Vec::new());
    }
    let rows = tx.all(QUERY_LIST, args![certificate, today]).await?;
    let made = rows.iter().map(|row| {
        let mut f = row.fields();
        let (hash, made_at, expires_on): ([u8; 20], _, _) = (f.take()?, f.take()?, f.take()?);
        let sealed: Option<Vec<u8>> = f.take()?;
        let on_behalf = sealed.map(|sealed| vault.open_text(reason_place(&hash), &sealed)).transpose()?;
        Ok(QueryNumber { hash, made_at, expires_on, on_behalf })
    });
    made.collect()
}

/// Ends a query number at once: nothing of it is kept but the audit. False where the certificate, which the subject
/// must be allowed to see, has none of this hash.
pub async fn end_query_number(tx: &mut Tx, act: &Act, certificate: &Id, hash: &[u8; 20]) -> Result<bool> {
    if !endorsement::visible(tx, &act.by, certificate).await?
        || tx.exec(QUERY_END, args![certificate, hash]).await? == 0
    {
        return Ok(false);
    }
    tx.changes_answers();
    let id = certificate.to_string();
    audit::record(tx, act, "query_number_ended", Object { kind: "certificate", id: &id }, json!({})).await?;
    Ok(true)
}

/// Deletes expired query numbers.
pub async fn clean_query_numbers(tx: &mut Tx, today: Day) -> Result<u64> {
    tx.exec(QUERY_CLEAN, args![today]).await
}

/// Lists an object before it is referred to.
pub async fn put_blob(tx: &mut Tx, blob: &Blob) -> Result<()> {
    let size = i64::try_from(blob.size).unwrap_or(i64::MAX);
    let args = args![&blob.name, &blob.kind, size, &blob.sha256, blob.key, blob.made_at];
    tx.exec(BLOB_PUT, args).await.map(|_| ())
}

pub async fn blob(tx: &mut Tx, name: &str) -> Result<Option<Blob>> {
    tx.opt(BLOB_GET, args![name]).await?.map(|row| read(&row)).transpose()
}

/// Objects that are not sealed with `active`, in the order of names, for a rotation.
pub async fn blobs_under_other_keys(
    tx: &mut Tx,
    active: KeyId,
    after: &str,
    limit: u32,
) -> Result<Vec<Blob>> {
    tx.all(BLOB_OLDER, args![after, active, limit]).await?.iter().map(read).collect()
}

/// Those of `names` that no row refers to.
pub async fn unreferenced(tx: &mut Tx, names: &[String]) -> Result<Vec<String>> {
    let asked: Vec<_> = names.iter().map(|name| args![name].to_vec()).collect();
    let found = tx.each(BLOB_REFERENCED, &asked).await?;
    let missing = names.iter().zip(found).filter(|(_, rows)| rows.is_empty());
    Ok(missing.map(|(name, _)| name.clone()).collect())
}

pub async fn mark_blob_resealed(tx: &mut Tx, name: &str, key: KeyId) -> Result<()> {
    tx.exec(BLOB_RESEALED, args![name, key]).await.map(|_| ())
}

pub async fn delete_blob(tx: &mut Tx, name: &str) -> Result<bool> {
    Ok(tx.exec(BLOB_DELETE, args![name]).await? > 0)
}

/// Under which a query number is found.
pub fn query_hash(vault: &Vault, code: &str) -> [u8; 20] {
    vault.code_hash("query number", code)
}

fn reason_place(hash: &[u8]) -> Place<'_> {
    Place::new("query_number", "on_behalf", hash)
}

fn read(row: &Row) -> Result<Blob> {
    let mut f = row.fields();
    Ok(Blob {
        name: f.take()?,
        kind: f.take()?,
        size: f.take()?,
        sha256: f.take()?,
        key: f.take()?,
        made_at: f.take()?,
    })
}

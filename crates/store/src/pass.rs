//! Links that download one copy once, without a session. Whoever holds the token may ask; the token is kept nowhere, only
//! its digest, so that who reads the database has none.

use crate::args;
use crate::audit::{self, Act, Object};
use crate::db::{Row, Tx, statements};
use crate::endorsement;
use crate::error::Result;
use aws_lc_rs::digest::{Digest, SHA256, digest};
use serde_json::json;
use yinxin_model::{Id, Instant};

/// What a link leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pass {
    pub certificate: Id,
    /// `None`: a direct copy.
    pub endorsement: Option<Id>,
    pub format: String,
    pub made_at: Instant,
    /// The first instant at which it opens nothing any more.
    pub expires_at: Instant,
}

statements! {
    INSERT = "INSERT INTO pass (token_digest, certificate_id, endorsement_id, format, made_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6)";
    FIND = "SELECT certificate_id, endorsement_id, format, made_at, expires_at FROM pass
        WHERE token_digest = $1 AND used_at IS NULL AND expires_at > $2";
    USE = "UPDATE pass SET used_at = $2 WHERE token_digest = $1 AND used_at IS NULL AND expires_at > $2
        RETURNING certificate_id, endorsement_id, format, made_at, expires_at";
    FORGET = "DELETE FROM pass WHERE expires_at <= $1";
    FORGET_OF = "DELETE FROM pass WHERE certificate_id = $1";
}

/// Keeps a new link, and forgets those whose time is over. False where the certificate is not the subject's.
pub async fn put(tx: &mut Tx, act: &Act, token: &str, pass: &Pass) -> Result<bool> {
    if !endorsement::visible(tx, &act.by, &pass.certificate).await? {
        return Ok(false);
    }
    tx.exec(FORGET, args![act.at]).await?;
    let (certificate, endorsement) = (&pass.certificate, pass.endorsement.as_ref());
    let (format, made_at, expires_at) = (&pass.format, pass.made_at, pass.expires_at);
    let key = token_digest(token);
    tx.exec(INSERT, args![key.as_ref(), certificate, endorsement, format, made_at, expires_at]).await?;
    record_act(tx, act, "pass_made", pass).await?;
    Ok(true)
}

/// What an unused link leads to at `now`. `None` whether it was used, has expired or never was.
pub async fn find(tx: &mut Tx, token: &str, now: Instant) -> Result<Option<Pass>> {
    let row = tx.opt(FIND, args![token_digest(token).as_ref(), now]).await?;
    row.map(|row| read(&row)).transpose()
}

/// Uses it up: of all who come at once one gets it.
pub async fn consume(tx: &mut Tx, act: &Act, token: &str) -> Result<Option<Pass>> {
    let row = tx.opt(USE, args![token_digest(token).as_ref(), act.at]).await?;
    let Some(pass) = row.map(|row| read(&row)).transpose()? else { return Ok(None) };
    record_act(tx, act, "pass_used", &pass).await?;
    Ok(Some(pass))
}

/// Unused links to what belongs to somebody else now.
pub async fn forget_of(tx: &mut Tx, certificate: &Id) -> Result<()> {
    tx.exec(FORGET_OF, args![certificate]).await.map(|_| ())
}

/// The subject of the entry is what was handed out.
async fn record_act(tx: &mut Tx, act: &Act, action: &'static str, pass: &Pass) -> Result<()> {
    let (kind, id) = match &pass.endorsement {
        Some(endorsement) => ("endorsement", endorsement.to_string()),
        None => ("certificate", pass.certificate.to_string()),
    };
    audit::record(tx, act, action, Object { kind, id: &id }, json!({ "format": pass.format })).await
}

/// A token has 256 random bits, so that a plain hash tells nothing.
fn token_digest(token: &str) -> Digest {
    digest(&SHA256, token.as_bytes())
}

fn read(row: &Row) -> Result<Pass> {
    let mut f = row.fields();
    Ok(Pass {
        certificate: f.take()?,
        endorsement: f.take()?,
        format: f.take()?,
        made_at: f.take()?,
        expires_at: f.take()?,
    })
}

//! Attempts to log in by an outside identity provider, so that each counts once, in whichever process it comes back.

use crate::args;
use crate::db::{Tx, statements};
use crate::error::Result;
use yinxin_model::Instant;

statements! {
    TAKE = "INSERT INTO oidc_attempt (digest, expires_at) VALUES ($1, $2) ON CONFLICT (digest) DO NOTHING";
    FORGET = "DELETE FROM oidc_attempt WHERE expires_at <= $1";
}

/// Takes an attempt, and forgets those that are too old to come back. False where it was taken before.
pub async fn take(tx: &mut Tx, digest: &[u8; 32], expires_at: Instant, now: Instant) -> Result<bool> {
    tx.exec(FORGET, args![now]).await?;
    Ok(tx.exec(TAKE, args![digest, expires_at]).await? > 0)
}

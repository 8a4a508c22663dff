//! Codes that were sent and wait to be typed, and how often somebody may guess.
//!
//! A code is known by its keyed hash; a try is counted in the statement that reads it, so that guesses in parallel are
//! counted, too.

use crate::args;
use crate::db::{Tx, statements};
use crate::error::Result;
use crate::vault::{Place, Vault};
use yinxin_model::{Id, Instant};

/// What is asked for.
#[derive(Clone, Debug)]
pub struct NewChallenge {
    /// Random: whoever knows it may try.
    pub id: Id,
    pub purpose: &'static str,
    /// JSON of the caller.
    pub payload: String,
    pub code_hash: [u8; 20],
    pub tries: u32,
    pub sends: u32,
    pub expires_at: Instant,
}

/// What is being asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    pub id: Id,
    pub payload: String,
    /// Left.
    pub tries: u32,
    /// Left.
    pub sends: u32,
    pub sent_at: Instant,
    pub expires_at: Instant,
}

/// What became of a try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tried {
    /// Right, and taken: it works once.
    Right {
        payload: String,
    },
    Wrong {
        left: u32,
    },
    /// No such challenge, or no try left, or its time is over.
    Over,
}

statements! {
    PUT = "INSERT INTO challenge (id, purpose, payload, code_hash, tries, sends, sent_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    GET = "SELECT payload, tries, sends, sent_at, expires_at FROM challenge
        WHERE id = $1 AND purpose = $2 AND expires_at > $3";
    TRY = "UPDATE challenge SET tries = tries - 1 WHERE id = $1 AND purpose = $2 AND expires_at > $3 AND tries > 0
        RETURNING payload, code_hash, tries";
    RESEND = "UPDATE challenge SET code_hash = $3, payload = $4, sends = sends - 1, sent_at = $5
        WHERE id = $1 AND purpose = $2 AND sends > 0 AND expires_at > $5 AND sent_at <= $6";
    TAKE = "DELETE FROM challenge WHERE id = $1";
    SWEEP = "DELETE FROM challenge WHERE id IN (SELECT id FROM challenge WHERE expires_at <= $1
        ORDER BY expires_at LIMIT $2)";
    /// A target that rests is not counted on; one that was left alone for long begins anew.
    ATTEMPT = "INSERT INTO attempt (target, count, wait_until, touched_at) VALUES ($1, 1, 0, $2)
        ON CONFLICT (target) DO UPDATE SET touched_at = excluded.touched_at,
            count = CASE WHEN attempt.touched_at < $3 THEN 1 ELSE attempt.count + 1 END
        WHERE attempt.wait_until <= $2 RETURNING count";
    WAIT = "UPDATE attempt SET wait_until = $2 WHERE target = $1";
    WAITING = "SELECT wait_until FROM attempt WHERE target = $1";
    FORGIVE = "DELETE FROM attempt WHERE target = $1";
    SWEEP_ATTEMPTS = "DELETE FROM attempt WHERE touched_at < $1";
}

pub async fn put(tx: &mut Tx, vault: &Vault, new: &NewChallenge, now: Instant) -> Result<()> {
    let sealed = vault.seal(place(&new.id), new.payload.as_bytes())?;
    let (id, purpose, hash) = (&new.id, new.purpose, &new.code_hash);
    let values = args![id, purpose, &sealed, hash, new.tries, new.sends, now, new.expires_at];
    tx.exec(PUT, values).await.map(|_| ())
}

/// One that still waits.
pub async fn get(
    tx: &mut Tx,
    vault: &Vault,
    id: &Id,
    purpose: &str,
    now: Instant,
) -> Result<Option<Challenge>> {
    let Some(row) = tx.opt(GET, args![id, purpose, now]).await? else { return Ok(None) };
    let mut f = row.fields();
    let payload = vault.open_text(place(id), &f.take::<Vec<u8>>()?)?;
    let (tries, sends, sent_at, expires_at) = (f.take()?, f.take()?, f.take()?, f.take()?);
    Ok(Some(Challenge { id: *id, payload, tries, sends, sent_at, expires_at }))
}

/// Tries a code. The count stands whatever comes of it, as long as the transaction is not undone.
pub async fn try_code(
    tx: &mut Tx,
    vault: &Vault,
    id: &Id,
    purpose: &str,
    code_hash: &[u8; 20],
    now: Instant,
) -> Result<Tried> {
    let Some(row) = tx.opt(TRY, args![id, purpose, now]).await? else { return Ok(Tried::Over) };
    let (sealed, expected): (Vec<u8>, [u8; 20]) = (row.get(0)?, row.get(1)?);
    // Keyed hashes: how far two of them agree tells nothing of the code.
    if expected != *code_hash {
        return Ok(Tried::Wrong { left: row.get(2)? });
    }
    let payload = vault.open_text(place(id), &sealed)?;
    take(tx, id).await?;
    Ok(Tried::Right { payload })
}

/// Another code in its place. False where none may be sent: too many, too soon, or too late.
pub async fn resend(
    tx: &mut Tx,
    vault: &Vault,
    new: (&Id, &str),
    code_hash: &[u8; 20],
    payload: &str,
    now: Instant,
    sent_before: Instant,
) -> Result<bool> {
    let (id, purpose) = new;
    let sealed = vault.seal(place(id), payload.as_bytes())?;
    Ok(tx.exec(RESEND, args![id, purpose, code_hash, &sealed, now, sent_before]).await? > 0)
}

/// It is answered, or nobody waits for it any more.
pub async fn take(tx: &mut Tx, id: &Id) -> Result<bool> {
    Ok(tx.exec(TAKE, args![id]).await? > 0)
}

/// Deletes up to `limit` challenges whose time was over at `now`, and targets left alone since `quiet_since`.
pub async fn sweep(tx: &mut Tx, now: Instant, quiet_since: Instant, limit: u32) -> Result<u64> {
    let challenges = tx.exec(SWEEP, args![now, limit]).await?;
    Ok(challenges + tx.exec(SWEEP_ATTEMPTS, args![quiet_since]).await?)
}

/// Counts an attempt at `target` before it is made, so that attempts at once are counted too. `Err`: from when on the
/// next one may be made. `pause`: milliseconds of rest after so many; `forgotten_after`: a target last touched before
/// that begins anew.
pub async fn attempt(
    tx: &mut Tx,
    target: &[u8; 20],
    now: Instant,
    forgotten_before: Instant,
    pause: fn(u32) -> i64,
) -> Result<std::result::Result<u32, Instant>> {
    let Some(row) = tx.opt(ATTEMPT, args![target, now, forgotten_before]).await? else {
        return Ok(Err(tx.one(WAITING, args![target]).await?.get(0)?));
    };
    let count: u32 = row.get(0)?;
    let rest = pause(count);
    if rest > 0 {
        tx.exec(WAIT, args![target, Instant(now.0 + rest)]).await?;
    }
    Ok(Ok(count))
}

/// The target proved to be who he said.
pub async fn forgive(tx: &mut Tx, target: &[u8; 20]) -> Result<()> {
    tx.exec(FORGIVE, args![target]).await.map(|_| ())
}

fn place(id: &Id) -> Place<'_> {
    Place::new("challenge", "payload", &id.0)
}

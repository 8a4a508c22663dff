//! Work to be done later: leased, with a heartbeat, and done again when its worker died.

use crate::args;
use crate::db::{Tx, statements};
use crate::error::Result;
use crate::vault::{Place, Vault};
use yinxin_model::{Id, Instant};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    pub id: Id,
    pub kind: String,
    /// What it is about: one job of a kind for one thing.
    pub subject: String,
    /// JSON, or by its code why it cannot be opened, which must not keep the others waiting.
    pub payload: std::result::Result<String, &'static str>,
    /// This attempt included.
    pub attempts: u32,
}

/// Due jobs, those first that have been for longest.
macro_rules! lease {
    ($of_kind:literal, $locked:literal) => {
        concat!(
            "UPDATE job SET lease_until = $2, lease_by = $3, attempts = attempts + 1
            WHERE id IN (SELECT id FROM job WHERE state = 'waiting'",
            $of_kind,
            " AND run_at <= $1 AND (lease_until IS NULL OR lease_until < $1) ORDER BY run_at LIMIT $4",
            $locked,
            ") RETURNING id, kind, subject_key, payload, attempts"
        )
    };
}

statements! {
    /// A job that was done or given up may be asked for again.
    PUT = "INSERT INTO job (id, kind, subject_key, payload, run_at, attempts, state)
        VALUES ($1, $2, $3, $4, $5, 0, 'waiting')
        ON CONFLICT (kind, subject_key) DO UPDATE SET id = excluded.id, payload = excluded.payload,
            run_at = excluded.run_at, attempts = 0, state = 'waiting', lease_until = NULL, last_error = NULL
        WHERE job.state <> 'waiting'";
    /// Workers of several nodes must not wait for each other's leases; SQLite has one writer.
    LEASE = { sqlite: lease!("", ""), postgres: lease!("", " FOR UPDATE SKIP LOCKED") };
    LEASE_KIND = {
        sqlite: lease!(" AND kind = $5", ""),
        postgres: lease!(" AND kind = $5", " FOR UPDATE SKIP LOCKED")
    };
    BEAT = "UPDATE job SET lease_until = $3 WHERE id = $1 AND lease_by = $2 AND state = 'waiting'";
    DONE = "UPDATE job SET state = 'done', lease_until = NULL WHERE id = $1 AND lease_by = $2 AND state = 'waiting'";
    FORGET = "DELETE FROM job WHERE id = $1 AND lease_by = $2 AND state = 'waiting'";
    RETRY = "UPDATE job SET run_at = $3, lease_until = NULL, last_error = $4
        WHERE id = $1 AND lease_by = $2 AND state = 'waiting'";
    FAIL = "UPDATE job SET state = 'failed', lease_until = NULL, last_error = $3, payload = $4
        WHERE id = $1 AND lease_by = $2 AND state = 'waiting'";
    DUE = "SELECT 1 FROM job WHERE state = 'waiting' AND run_at <= $1 AND (lease_until IS NULL OR lease_until < $1) LIMIT 1";
    KNOWN = "SELECT 1 FROM job WHERE kind = $1 AND subject_key = $2";
    SWEEP = "DELETE FROM job WHERE id IN (SELECT id FROM job WHERE state <> 'waiting' AND run_at < $1 LIMIT $2)";
    FAILED = "SELECT kind, last_error, count(*) FROM job WHERE state = 'failed' GROUP BY kind, last_error
        ORDER BY kind, last_error";
    AHEAD = "SELECT count(*) FROM job WHERE state = 'waiting' AND kind = $1
        AND run_at < (SELECT run_at FROM job WHERE kind = $1 AND subject_key = $2 AND state = 'waiting')";
}

/// False where such a job waits already.
pub async fn put(
    tx: &mut Tx,
    vault: &Vault,
    kind: &str,
    subject: &str,
    payload: &str,
    now: Instant,
    run_at: Instant,
) -> Result<bool> {
    let id = vault.new_id(now);
    let sealed = vault.seal(place(&id), payload.as_bytes())?;
    Ok(tx.exec(PUT, args![&id, kind, subject, &sealed, run_at]).await? > 0)
}

/// Takes up to `limit` due jobs for `worker` until `until`, of `kind` or of any; those whose lease has run out count as due.
pub async fn lease(
    tx: &mut Tx,
    vault: &Vault,
    kind: Option<&str>,
    worker: &str,
    now: Instant,
    until: Instant,
    limit: u32,
) -> Result<Vec<Job>> {
    let mut jobs = Vec::new();
    let leased = match kind {
        Some(kind) => tx.all(LEASE_KIND, args![now, until, worker, limit, kind]).await?,
        None => tx.all(LEASE, args![now, until, worker, limit]).await?,
    };
    for row in leased {
        let mut f = row.fields();
        let (id, kind, subject): (Id, String, String) = (f.take()?, f.take()?, f.take()?);
        let payload = vault.open_text(place(&id), &f.take::<Vec<u8>>()?).map_err(|error| error.code());
        jobs.push(Job { id, kind, subject, payload, attempts: f.take()? });
    }
    Ok(jobs)
}

/// Prolongs a lease. False where another worker has taken the job over: stop working on it.
pub async fn beat(tx: &mut Tx, id: &Id, worker: &str, until: Instant) -> Result<bool> {
    Ok(tx.exec(BEAT, args![id, worker, until]).await? > 0)
}

pub async fn done(tx: &mut Tx, id: &Id, worker: &str) -> Result<bool> {
    Ok(tx.exec(DONE, args![id, worker]).await? > 0)
}

/// Done, and not to be remembered.
pub async fn forget(tx: &mut Tx, id: &Id, worker: &str) -> Result<bool> {
    Ok(tx.exec(FORGET, args![id, worker]).await? > 0)
}

/// To be tried again at `run_at`. `error`: a code, no personal data.
pub async fn retry(tx: &mut Tx, id: &Id, worker: &str, run_at: Instant, error: &str) -> Result<bool> {
    Ok(tx.exec(RETRY, args![id, worker, run_at, error]).await? > 0)
}

/// Given up for good: that it was is remembered, and not what it said.
pub async fn fail(tx: &mut Tx, vault: &Vault, id: &Id, worker: &str, error: &str) -> Result<bool> {
    let nothing = vault.seal(place(id), b"{}")?;
    Ok(tx.exec(FAIL, args![id, worker, error, &nothing]).await? > 0)
}

/// Whether any job is due: a read, so that looking for work costs nothing where there is none.
pub async fn is_due(tx: &mut Tx, now: Instant) -> Result<bool> {
    Ok(tx.opt(DUE, args![now]).await?.is_some())
}

/// Whether such a job waits, or was done and not forgotten yet.
pub async fn is_known(tx: &mut Tx, kind: &str, subject: &str) -> Result<bool> {
    Ok(tx.opt(KNOWN, args![kind, subject]).await?.is_some())
}

/// Forgets up to `limit` jobs that were done or given up, and had been due before `before`.
pub async fn sweep(tx: &mut Tx, before: Instant, limit: u32) -> Result<u64> {
    tx.exec(SWEEP, args![before, limit]).await
}

/// Jobs of a kind that were given up for the same reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed {
    pub kind: String,
    /// A code.
    pub error: Option<String>,
    pub count: u64,
}

/// What was given up and is not forgotten yet.
pub async fn failed(tx: &mut Tx) -> Result<Vec<Failed>> {
    let mut failed = Vec::new();
    for row in tx.all(FAILED, &[]).await? {
        let mut f = row.fields();
        failed.push(Failed { kind: f.take()?, error: f.take()?, count: f.take()? });
    }
    Ok(failed)
}

/// How many jobs of the kind stand before this one (证书生成中, position).
pub async fn ahead(tx: &mut Tx, kind: &str, subject: &str) -> Result<u64> {
    tx.one(AHEAD, args![kind, subject]).await?.get(0)
}

pub(crate) fn place(id: &Id) -> Place<'_> {
    Place::new("job", "payload", &id.0)
}

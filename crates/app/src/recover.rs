//! What a crash left half-done is finished or undone here, by the functions that do it in the first place. Called
//! before everything that writes; with nothing to do it costs a few reads.

use crate::error::Result;
use crate::making;
use crate::system::System;
use crate::{audit, batch, blobs, import, trust};
use serde::Serialize;
use yinxin_model::{Id, Instant, Subject};
use yinxin_store::copy::{self, Intent};
use yinxin_store::{batch as batches, scope};

/// Intents taken up at a time.
const CHUNK: u32 = 500;

#[derive(Debug, Default, Serialize)]
pub struct Recovered {
    /// Imports that were interrupted and are undone.
    pub imports_rolled_back: usize,
    /// Publications that were interrupted and are finished.
    pub publications_finished: usize,
    /// Copies that were granted and are sealed now.
    pub copies_finished: usize,
    /// Copies whose sealing failed again; they stay in the queue.
    pub copies_left: usize,
    /// Copies whose time is over and whose bytes were deleted.
    pub copies_deleted: usize,
    /// Objects that nothing refers to and that were deleted.
    pub orphans_deleted: usize,
    pub audit_entries_chained: u64,
}

pub async fn recover(system: &System) -> Result<Recovered> {
    let mut recovered = Recovered::default();
    if !system.world.shifted {
        trust::renew_due(system).await?;
    }
    // Whoever holds the lock knows that no import is running, hence that an `importing` batch is a dead one.
    if let Ok(_lock) = import::lock(system) {
        let stale =
            system.db.read(|tx| Box::pin(async move { batches::stale(tx, Instant(i64::MAX)).await })).await?;
        for id in stale {
            roll_back(system, id).await?;
            recovered.imports_rolled_back += 1;
        }
        for id in system.db.read(|tx| Box::pin(async move { batches::uncleared(tx).await })).await? {
            batch::clear(system, id).await?;
        }
    }
    for id in system.db.read(|tx| Box::pin(async move { batches::unpublished(tx).await })).await? {
        batch::publish_rest(system, &Subject::System, id, 0, &|_, _| {}).await?;
        recovered.publications_finished += 1;
    }
    (recovered.copies_finished, recovered.copies_left) = finish_copies(system).await?;
    recovered.audit_entries_chained = audit::chain(system).await?;
    Ok(recovered)
}

/// Recovery, and what has come due: bytes of copies that expired long ago are deleted. Not part of every start,
/// because a clock that is wrong must not delete anything.
pub async fn maintain(system: &System) -> Result<Recovered> {
    let mut recovered = recover(system).await?;
    if system.world.shifted {
        return Ok(recovered);
    }
    for name in blobs::orphans(system).await? {
        blobs::delete(system, &name).await?;
        recovered.orphans_deleted += 1;
    }
    recovered.copies_deleted = delete_due(system).await?;
    Ok(recovered)
}

/// Deletes the bytes of copies that expired long ago; how many.
pub(crate) async fn delete_due(system: &System) -> Result<usize> {
    let (today, mut deleted) = (system.today(), 0);
    loop {
        let due =
            system.db.read(move |tx| Box::pin(async move { copy::due_for_deletion(tx, today, CHUNK).await }));
        let due = due.await?;
        for found in &due {
            blobs::delete(system, &found.blob).await?;
            let (act, certificate, id) = (system.act(&Subject::System), found.certificate, found.id);
            let marked = system.db.write(move |tx| {
                Box::pin(async move { copy::mark_deleted(tx, &act, &certificate, &id).await })
            });
            marked.await?;
            deleted += 1;
        }
        if due.is_empty() {
            return Ok(deleted);
        }
    }
}

/// Undoes an import that did not finish.
pub(crate) async fn roll_back(system: &System, id: Id) -> Result<()> {
    batch::clear(system, id).await?;
    let act = system.act(&Subject::System);
    system.db.write(move |tx| Box::pin(async move { batches::forget(tx, &act, &id).await })).await?;
    blobs::delete(system, &format!("rosters/{id}")).await
}

/// How much there is to do.
pub(crate) async fn pending(system: &System) -> Result<u64> {
    let counts = system.db.read(|tx| Box::pin(async move { scope::counts(tx).await })).await?;
    Ok(counts.intents_open + counts.batches_importing)
}

async fn finish_copies(system: &System) -> Result<(usize, usize)> {
    let first = finish_but(system, "").await?;
    // The oldest may all be of the format whose authority for time stamps does not answer. The other format has another.
    let [format] = &first.unstamped[..] else { return Ok((first.finished, first.left.len())) };
    let others = finish_but(system, format).await?;
    let waiting = first.left.iter().filter(|left| *left == format).count();
    Ok((first.finished + others.finished, waiting + others.left.len()))
}

/// What became of open copies.
#[derive(Default)]
struct Finished {
    finished: usize,
    /// The formats of those that are still to be made.
    left: Vec<String>,
    /// Formats that cannot be stamped now.
    unstamped: Vec<String>,
}

/// Finishes copies of all formats but one.
async fn finish_but(system: &System, but: &str) -> Result<Finished> {
    let mut done = Finished::default();
    loop {
        let open = open_intents(system, but).await?;
        let before = done.finished;
        done.left.clear();
        for intent in &open {
            let format = &intent.inputs.format;
            if done.unstamped.contains(format) {
                done.left.push(format.clone());
                continue;
            }
            match making::resume(system, intent.clone()).await {
                Ok(()) => done.finished += 1,
                Err(error) => {
                    tracing::warn!(copy = %intent.inputs.copy, code = error.code, "a copy is still to be made");
                    done.left.push(format.clone());
                    // It would keep each of the others of the format waiting as long, and the command that comes after them.
                    if error.code == "time_stamp_unavailable" {
                        done.unstamped.push(format.clone());
                    }
                }
            }
        }
        // Another round only while rounds get somewhere: what failed now will fail again at once.
        if open.len() < CHUNK as usize || done.finished == before || !done.unstamped.is_empty() {
            return Ok(done);
        }
    }
}

/// The oldest that are not of this format.
async fn open_intents(system: &System, but: &str) -> Result<Vec<Intent>> {
    let (vault, but) = (system.vault.clone(), but.to_owned());
    let read = system
        .db
        .read(move |tx| Box::pin(async move { copy::open_intents_but(tx, &vault, &but, CHUNK).await }));
    Ok(read.await?)
}

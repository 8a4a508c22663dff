//! Batches: listed, shown, submitted, approved or rejected by another, published, cancelled.

use crate::error::{Error, Result};
use crate::import::Report;
use crate::system::{System, require};
use serde::Serialize;
use serde_json::json;
use yinxin_model::states::{BatchState, Role};
use yinxin_model::{Id, Subject};
use yinxin_store::audit::{self, Object};
use yinxin_store::batch::{self, Batch};
use yinxin_store::certificate;

/// Certificates published in one transaction.
const CHUNK: u32 = 5_000;
/// Drafts deleted in one transaction.
const CLEAR: u32 = 5_000;

/// A batch as staff see it.
#[derive(Debug, Serialize)]
pub struct View {
    pub batch: Id,
    pub state: BatchState,
    pub organisation: String,
    pub rows: u64,
    pub file_name: String,
    pub maker: String,
    pub made_at: String,
    pub submitted_by: Option<String>,
    pub decided_by: Option<String>,
    pub decided_at: Option<String>,
    pub closed_at: Option<String>,
}

/// What a person may do with a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    Submit,
    Approve,
    Reject { reason: String },
    Cancel,
}

impl From<Batch> for View {
    fn from(batch: Batch) -> Self {
        Self {
            batch: batch.id,
            state: batch.state,
            organisation: batch.organisation,
            rows: batch.rows,
            file_name: batch.file_name,
            maker: batch.maker,
            made_at: batch.made_at.rfc3339(),
            submitted_by: batch.submitted_by,
            decided_by: batch.decided_by,
            decided_at: batch.decided_at.map(|t| t.rfc3339()),
            closed_at: batch.closed_at.map(|t| t.rfc3339()),
        }
    }
}

/// Newest first, older than `before`.
pub async fn list(system: &System, by: &Subject, before: Option<Id>, limit: u32) -> Result<Vec<View>> {
    let (vault, subject) = (system.vault.clone(), by.clone());
    let read = system.db.read(move |tx| {
        Box::pin(async move { batch::list(tx, &vault, &subject, None, before, limit).await })
    });
    Ok(read.await?.into_iter().map(View::from).collect())
}

pub async fn show(system: &System, by: &Subject, id: Id) -> Result<View> {
    let (vault, subject) = (system.vault.clone(), by.clone());
    let read = system.db.read(move |tx| Box::pin(async move { batch::get(tx, &vault, &subject, &id).await }));
    read.await?.map(View::from).ok_or_else(|| Error::not_found("batch_not_found").with("batch", id))
}

pub async fn step(system: &System, by: &Subject, id: Id, step: Step) -> Result<View> {
    require(by, if matches!(step, Step::Submit | Step::Cancel) { Role::Clerk } else { Role::Approver })?;
    let (vault, act, taken) = (system.vault.clone(), system.act(by), step.clone());
    let done = system.db.write(move |tx| {
        Box::pin(async move {
            match taken {
                Step::Submit => batch::submit(tx, &vault, &act, &id).await,
                Step::Approve => batch::decide(tx, &vault, &act, &id, true).await,
                Step::Reject { reason } => {
                    let decided = batch::decide(tx, &vault, &act, &id, false).await?;
                    if matches!(decided, batch::Step::Done(_)) && !reason.is_empty() {
                        let object = Object { kind: "batch", id: &id.to_string() };
                        audit::record(
                            tx,
                            &act,
                            "batch_rejection_reason",
                            object,
                            json!({ "reason": reason }),
                        )
                        .await?;
                    }
                    Ok(decided)
                }
                Step::Cancel => batch::cancel(tx, &vault, &act, &id).await,
            }
        })
    });
    let view = settled(id, done.await?)?;
    if matches!(step, Step::Reject { .. } | Step::Cancel) {
        clear(system, id).await?;
    }
    Ok(view)
}

/// Puts an approved batch online, chunk by chunk; a start-up goes on with one that was interrupted.
pub async fn publish(system: &System, by: &Subject, id: Id, report: Report<'_>) -> Result<View> {
    require(by, Role::Clerk)?;
    let (vault, act) = (system.vault.clone(), system.act(by));
    let begun = system
        .db
        .write(move |tx| Box::pin(async move { batch::start_publishing(tx, &vault, &act, &id).await }));
    let view = settled(id, begun.await?)?;
    publish_rest(system, by, id, view.rows, report).await
}

/// The same for a batch that is `publishing` already.
pub(crate) async fn publish_rest(
    system: &System,
    by: &Subject,
    id: Id,
    rows: u64,
    report: Report<'_>,
) -> Result<View> {
    let (mut done, mut after) = (0, None);
    loop {
        let (vault, act) = (system.vault.clone(), system.act(by));
        let chunk = system.db.write(move |tx| {
            Box::pin(async move { certificate::publish(tx, &vault, &act, &id, after, CHUNK).await })
        });
        let chunk = chunk.await?;
        done += chunk.published;
        report(done, rows);
        after = chunk.next;
        if after.is_none() {
            break;
        }
    }
    let (vault, act) = (system.vault.clone(), system.act(by));
    let finished = system
        .db
        .write(move |tx| Box::pin(async move { batch::finish_publishing(tx, &vault, &act, &id).await }));
    settled(id, finished.await?)
}

/// Deletes the drafts of a batch that will not be published, so that their numbers are free again.
pub(crate) async fn clear(system: &System, id: Id) -> Result<()> {
    loop {
        let cleared =
            system.db.write(move |tx| Box::pin(async move { certificate::clear(tx, &id, CLEAR).await }));
        if cleared.await? == 0 {
            return Ok(());
        }
    }
}

fn settled(id: Id, step: batch::Step) -> Result<View> {
    match step {
        batch::Step::Done(batch) => Ok(batch.into()),
        batch::Step::NotFound => Err(Error::not_found("batch_not_found").with("batch", id)),
        batch::Step::WrongState(state) => {
            Err(Error::conflict("batch_state").with("batch", id).with("state", state.as_str()))
        }
        batch::Step::SamePerson => Err(Error::forbidden("maker_is_approver").with("batch", id)),
    }
}

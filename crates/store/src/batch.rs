//! Imports: from upload to publication. While rows are loaded a batch is `importing`; a start-up rolls such a batch
//! back, so that there is never half of one.

use crate::args;
use crate::audit::{self, Act, Object};
use crate::db::{Row, Tx, statements};
use crate::error::Result;
use crate::vault::{Place, Vault};
use serde_json::json;
use yinxin_model::states::BatchState;
use yinxin_model::{Id, Instant, Subject};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    pub id: Id,
    /// The importing organisation.
    pub organisation: String,
    pub state: BatchState,
    /// SHA-256 of the uploaded file.
    pub roster_digest: Vec<u8>,
    pub rows: u64,
    pub file_name: String,
    /// Name of the blob that keeps the uploaded file.
    pub roster_blob: Option<String>,
    pub maker: String,
    pub made_at: Instant,
    /// Heartbeat while rows are loaded.
    pub touched_at: Instant,
    pub submitted_by: Option<String>,
    pub submitted_at: Option<Instant>,
    pub decided_by: Option<String>,
    pub decided_at: Option<Instant>,
    pub closed_at: Option<Instant>,
}

/// What an import begins with.
#[derive(Clone, Debug)]
pub struct NewBatch {
    pub id: Id,
    pub organisation: String,
    pub roster_digest: [u8; 32],
    pub file_name: String,
    pub roster_blob: Option<String>,
}

#[allow(clippy::large_enum_variant, reason = "one a request")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Begun {
    New,
    /// The same bytes from the same organisation are there, in a batch that was not cancelled. It may still be
    /// `importing`: then another import is at work, or one was interrupted.
    Repeated(Batch),
}

/// What became of a step.
#[allow(clippy::large_enum_variant, reason = "one a request")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    Done(Batch),
    /// There is none that the subject may act on.
    NotFound,
    /// The state it is in does not allow the step.
    WrongState(BatchState),
    /// Whoever made or submitted it cannot decide it.
    SamePerson,
}

macro_rules! columns {
    () => {
        "id, organisation, state, roster_digest, rows, file_name, roster_blob, maker, made_at, touched_at, \
         submitted_by, submitted_at, decided_by, decided_at, closed_at"
    };
}

statements! {
    INSERT = "INSERT INTO batch (id, organisation, state, roster_digest, rows, file_name, roster_blob, maker, made_at,
        touched_at) VALUES ($1, $2, 'importing', $3, 0, $4, $5, $6, $7, $7)
        ON CONFLICT (organisation, roster_digest) WHERE state <> 'cancelled' DO NOTHING";
    BY_DIGEST = (concat!("SELECT ", columns!(), " FROM batch
        WHERE organisation = $1 AND roster_digest = $2 AND state <> 'cancelled'"));
    GET = (concat!("SELECT ", columns!(), " FROM batch
        WHERE id = $1 AND (CAST($2 AS TEXT) IS NULL OR organisation = $2)"));
    LIST = (concat!("SELECT ", columns!(), " FROM batch
        WHERE id < $1 AND (CAST($2 AS TEXT) IS NULL OR organisation = $2)
        AND (CAST($3 AS TEXT) IS NULL OR state = $3) ORDER BY id DESC LIMIT $4"));
    STALE = "SELECT id FROM batch WHERE state = 'importing' AND touched_at < $1 ORDER BY id";
    UNCLEARED = "SELECT b.id FROM batch b WHERE b.state IN ('cancelled', 'rejected')
        AND EXISTS (SELECT 1 FROM certificate c WHERE c.batch_id = b.id)";
    UNPUBLISHED = "SELECT id FROM batch WHERE state = 'publishing' ORDER BY id";
    TOUCH = "UPDATE batch SET rows = rows + $2, touched_at = $3 WHERE id = $1 AND state = 'importing'";
    FINISH = "UPDATE batch SET state = 'checked', touched_at = $2 WHERE id = $1 AND state = 'importing'";
    FORGET = "DELETE FROM batch WHERE id = $1 AND state = 'importing'";
    SUBMIT = "UPDATE batch SET state = 'submitted', submitted_by = $2, submitted_at = $3
        WHERE id = $1 AND state = 'checked' AND (CAST($4 AS TEXT) IS NULL OR organisation = $4)";
    /// Four eyes are a condition of the statement itself.
    DECIDE = "UPDATE batch SET state = $2, decided_by = $3, decided_at = $4
        WHERE id = $1 AND state = 'submitted' AND maker <> $3 AND submitted_by <> $3
        AND (CAST($5 AS TEXT) IS NULL OR organisation = $5)";
    START_PUBLISHING = "UPDATE batch SET state = 'publishing', published_by = $2
        WHERE id = $1 AND state = 'approved' AND (CAST($3 AS TEXT) IS NULL OR organisation = $3)";
    PUBLISHED = "UPDATE batch SET state = 'published', closed_at = $2 WHERE id = $1 AND state = 'publishing'";
    CANCEL = "UPDATE batch SET state = 'cancelled', closed_at = $2
        WHERE id = $1 AND state IN ('checked', 'submitted', 'approved', 'rejected')
        AND (CAST($3 AS TEXT) IS NULL OR organisation = $3)";
}

/// Opens a batch for loading, unless the same file is there already.
pub async fn begin(tx: &mut Tx, vault: &Vault, act: &Act, new: &NewBatch) -> Result<Begun> {
    let file_name = vault.seal(Place::new("batch", "file_name", &new.id.0), new.file_name.as_bytes())?;
    let (maker, blob) = (act.name(), new.roster_blob.as_deref());
    let args = args![&new.id, &new.organisation, &new.roster_digest, &file_name, blob, &maker, act.at];
    if tx.exec(INSERT, args).await? == 0 {
        let row = tx.one(BY_DIGEST, args![&new.organisation, &new.roster_digest]).await?;
        return Ok(Begun::Repeated(read(vault, &row)?));
    }
    record(tx, act, "batch_import_begun", &new.id, json!({ "organisation": new.organisation })).await?;
    Ok(Begun::New)
}

/// The batch of that file, if the organisation imported it and did not cancel it.
pub async fn by_digest(
    tx: &mut Tx,
    vault: &Vault,
    organisation: &str,
    digest: &[u8],
) -> Result<Option<Batch>> {
    tx.opt(BY_DIGEST, args![organisation, digest]).await?.map(|row| read(vault, &row)).transpose()
}

/// All rows are in: `importing` → `checked`. False where the batch was rolled back meanwhile.
pub async fn finish(tx: &mut Tx, act: &Act, id: &Id) -> Result<bool> {
    if tx.exec(FINISH, args![id, act.at]).await? == 0 {
        return Ok(false);
    }
    record(tx, act, "batch_imported", id, json!({})).await?;
    Ok(true)
}

/// Batches left `importing` whose last heartbeat lies before `before`, for [`forget`] after their rows are cleared.
pub async fn stale(tx: &mut Tx, before: Instant) -> Result<Vec<Id>> {
    tx.all(STALE, args![before]).await?.iter().map(|row| row.get(0)).collect()
}

/// Cancelled and rejected batches that still have rows.
pub async fn uncleared(tx: &mut Tx) -> Result<Vec<Id>> {
    tx.all(UNCLEARED, &[]).await?.iter().map(|row| row.get(0)).collect()
}

/// Batches whose publication was interrupted.
pub async fn unpublished(tx: &mut Tx) -> Result<Vec<Id>> {
    tx.all(UNPUBLISHED, &[]).await?.iter().map(|row| row.get(0)).collect()
}

/// Removes an interrupted import; its rows must have been cleared.
pub async fn forget(tx: &mut Tx, act: &Act, id: &Id) -> Result<bool> {
    if tx.exec(FORGET, args![id]).await? == 0 {
        return Ok(false);
    }
    record(tx, act, "batch_import_rolled_back", id, json!({})).await?;
    Ok(true)
}

pub async fn submit(tx: &mut Tx, vault: &Vault, act: &Act, id: &Id) -> Result<Step> {
    let by = act.name();
    let done = tx.exec(SUBMIT, args![id, &by, act.at, own_only(&act.by)]).await?;
    settle(tx, vault, act, id, "batch_submitted", BatchState::Submitted, done).await
}

pub async fn decide(tx: &mut Tx, vault: &Vault, act: &Act, id: &Id, approve: bool) -> Result<Step> {
    let (state, action) = match approve {
        true => (BatchState::Approved, "batch_approved"),
        false => (BatchState::Rejected, "batch_rejected"),
    };
    let by = act.name();
    let done = tx.exec(DECIDE, args![id, state, &by, act.at, own_only(&act.by)]).await?;
    settle(tx, vault, act, id, action, state, done).await
}

/// `approved` → `publishing`; the certificates follow in chunks ([`crate::certificate::publish`]).
pub async fn start_publishing(tx: &mut Tx, vault: &Vault, act: &Act, id: &Id) -> Result<Step> {
    let by = act.name();
    let done = tx.exec(START_PUBLISHING, args![id, &by, own_only(&act.by)]).await?;
    settle(tx, vault, act, id, "batch_publication_begun", BatchState::Publishing, done).await
}

/// `publishing` → `published`, once no draft is left.
pub async fn finish_publishing(tx: &mut Tx, vault: &Vault, act: &Act, id: &Id) -> Result<Step> {
    let done = tx.exec(PUBLISHED, args![id, act.at]).await?;
    settle(tx, vault, act, id, "batch_published", BatchState::Published, done).await
}

/// Before publication; its rows are cleared afterwards ([`crate::certificate::clear`]), so that the same numbers may be
/// imported again.
pub async fn cancel(tx: &mut Tx, vault: &Vault, act: &Act, id: &Id) -> Result<Step> {
    let done = tx.exec(CANCEL, args![id, act.at, own_only(&act.by)]).await?;
    settle(tx, vault, act, id, "batch_cancelled", BatchState::Cancelled, done).await
}

pub async fn get(tx: &mut Tx, vault: &Vault, asking: &Subject, id: &Id) -> Result<Option<Batch>> {
    if !is_staff(asking) {
        return Ok(None);
    }
    tx.opt(GET, args![id, own_only(asking)]).await?.map(|row| read(vault, &row)).transpose()
}

/// Newest first, before the batch `before`.
pub async fn list(
    tx: &mut Tx,
    vault: &Vault,
    asking: &Subject,
    state: Option<BatchState>,
    before: Option<Id>,
    limit: u32,
) -> Result<Vec<Batch>> {
    if !is_staff(asking) {
        return Ok(Vec::new());
    }
    let before = before.unwrap_or(Id([0xff; 16]));
    let rows = tx.all(LIST, args![&before, own_only(asking), state.map(BatchState::as_str), limit]).await?;
    rows.iter().map(|row| read(vault, row)).collect()
}

/// Counts loaded rows and shows that the import lives. False where the batch was rolled back meanwhile.
pub(crate) async fn touch(tx: &mut Tx, id: &Id, rows: u32, now: Instant) -> Result<bool> {
    Ok(tx.exec(TOUCH, args![id, rows, now]).await? > 0)
}

/// The organisation that a member of staff is limited to.
pub(crate) fn own_only(subject: &Subject) -> Option<&str> {
    match subject {
        Subject::Staff { organisation, .. } => organisation.as_deref(),
        Subject::System | Subject::Public | Subject::Holder { .. } => None,
    }
}

pub(crate) fn is_staff(subject: &Subject) -> bool {
    matches!(subject, Subject::Staff { .. } | Subject::System)
}

async fn settle(
    tx: &mut Tx,
    vault: &Vault,
    act: &Act,
    id: &Id,
    action: &'static str,
    state: BatchState,
    done: u64,
) -> Result<Step> {
    let Some(batch) = get(tx, vault, &act.by, id).await? else { return Ok(Step::NotFound) };
    if done == 0 {
        // The state would have allowed it, so that only the four eyes can have refused.
        return Ok(if batch.state.allows(state) { Step::SamePerson } else { Step::WrongState(batch.state) });
    }
    record(tx, act, action, id, json!({ "organisation": batch.organisation })).await?;
    Ok(Step::Done(batch))
}

async fn record(
    tx: &mut Tx,
    act: &Act,
    action: &'static str,
    id: &Id,
    detail: serde_json::Value,
) -> Result<()> {
    audit::record(tx, act, action, Object { kind: "batch", id: &id.to_string() }, detail).await
}

fn read(vault: &Vault, row: &Row) -> Result<Batch> {
    let mut f = row.fields();
    let id: Id = f.take()?;
    Ok(Batch {
        organisation: f.take()?,
        state: f.take()?,
        roster_digest: f.take()?,
        rows: f.take()?,
        file_name: vault.open_text(Place::new("batch", "file_name", &id.0), &f.take::<Vec<u8>>()?)?,
        roster_blob: f.take()?,
        maker: f.take()?,
        made_at: f.take()?,
        touched_at: f.take()?,
        submitted_by: f.take()?,
        submitted_at: f.take()?,
        decided_by: f.take()?,
        decided_at: f.take()?,
        closed_at: f.take()?,
        id,
    })
}

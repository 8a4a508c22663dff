//! Requests for corrections, revocations and reinstatements, decided by another member of staff than made them.
//! Carrying an approved request out is the caller's next step in the same transaction.

use crate::args;
use crate::audit::{self, Act, Object};
use crate::batch::{is_staff, own_only};
use crate::db::{Row, Tx, statements};
use crate::endorsement;
use crate::error::Result;
use crate::vault::{Place, Vault};
use serde_json::json;
use yinxin_model::states::{ChangeKind, ChangeState, RevocationReason};
use yinxin_model::{Day, Id, Instant, Subject};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeRequest {
    pub id: Id,
    pub certificate: Id,
    /// The organisation that imported the certificate.
    pub importer: String,
    pub kind: ChangeKind,
    /// What a correction sets, in the caller's own form.
    pub payload: Option<String>,
    pub basis: String,
    pub reason: Option<RevocationReason>,
    pub effective_on: Option<Day>,
    pub maker: String,
    pub made_at: Instant,
    pub decided_by: Option<String>,
    pub decided_at: Option<Instant>,
    pub state: ChangeState,
}

#[derive(Clone, Debug)]
pub struct NewChange {
    pub id: Id,
    pub certificate: Id,
    pub kind: ChangeKind,
    pub payload: Option<String>,
    pub basis: String,
    pub reason: Option<RevocationReason>,
    pub effective_on: Option<Day>,
}

/// What became of a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    Made(Box<ChangeRequest>),
    NotFound,
    SamePerson,
    AlreadyDecided(ChangeState),
}

macro_rules! columns {
    () => {
        "id, certificate_id, importer, kind, payload, basis, reason, effective_on, maker, made_at, decided_by, \
         decided_at, state"
    };
}

statements! {
    INSERT = "INSERT INTO change_request (id, certificate_id, importer, kind, payload, basis, reason, effective_on, maker,
        made_at, state) SELECT $1, id, importer, CAST($3 AS TEXT), $4, CAST($5 AS TEXT), CAST($6 AS TEXT), $7,
        CAST($8 AS TEXT), $9, 'open' FROM certificate WHERE id = $2";
    DECIDE = "UPDATE change_request SET state = $2, decided_by = $3, decided_at = $4
        WHERE id = $1 AND state = 'open' AND maker <> $3 AND (CAST($5 AS TEXT) IS NULL OR importer = $5)";
    GET = (concat!("SELECT ", columns!(), " FROM change_request
        WHERE id = $1 AND (CAST($2 AS TEXT) IS NULL OR importer = $2)"));
    LIST = (concat!("SELECT ", columns!(), " FROM change_request WHERE id < $1
        AND (CAST($2 AS TEXT) IS NULL OR importer = $2) AND (CAST($3 AS TEXT) IS NULL OR state = $3)
        ORDER BY id DESC LIMIT $4"));
}

/// False where there is no such certificate for the subject.
pub async fn propose(tx: &mut Tx, vault: &Vault, act: &Act, new: &NewChange) -> Result<bool> {
    if !is_staff(&act.by) || !endorsement::visible(tx, &act.by, &new.certificate).await? {
        return Ok(false);
    }
    let payload =
        new.payload.as_deref().map(|text| vault.seal(place(&new.id), text.as_bytes())).transpose()?;
    let maker = act.name();
    let args = args![
        &new.id,
        &new.certificate,
        new.kind,
        payload.as_ref(),
        &new.basis,
        new.reason,
        new.effective_on,
        &maker,
        act.at,
    ];
    tx.exec(INSERT, args).await?;
    let detail = json!({ "kind": new.kind.as_str(), "certificate": new.certificate.to_string() });
    record_act(tx, act, "change_requested", &new.id, detail).await?;
    Ok(true)
}

/// Approves or rejects; never by whoever made it.
pub async fn decide(tx: &mut Tx, vault: &Vault, act: &Act, id: &Id, approve: bool) -> Result<Decision> {
    let (state, action) = match approve {
        true => (ChangeState::Approved, "change_approved"),
        false => (ChangeState::Rejected, "change_rejected"),
    };
    let by = act.name();
    let done = tx.exec(DECIDE, args![id, state, &by, act.at, own_only(&act.by)]).await?;
    let Some(request) = get(tx, vault, &act.by, id).await? else { return Ok(Decision::NotFound) };
    if done == 0 {
        return Ok(match request.state {
            ChangeState::Open => Decision::SamePerson,
            decided => Decision::AlreadyDecided(decided),
        });
    }
    record_act(tx, act, action, id, json!({ "certificate": request.certificate.to_string() })).await?;
    Ok(Decision::Made(Box::new(request)))
}

pub async fn get(tx: &mut Tx, vault: &Vault, asking: &Subject, id: &Id) -> Result<Option<ChangeRequest>> {
    if !is_staff(asking) {
        return Ok(None);
    }
    tx.opt(GET, args![id, own_only(asking)]).await?.map(|row| read(vault, &row)).transpose()
}

/// Newest first, before the request `before`.
pub async fn list(
    tx: &mut Tx,
    vault: &Vault,
    asking: &Subject,
    state: Option<ChangeState>,
    before: Option<Id>,
    limit: u32,
) -> Result<Vec<ChangeRequest>> {
    if !is_staff(asking) {
        return Ok(Vec::new());
    }
    let before = before.unwrap_or(Id([0xff; 16]));
    let rows = tx.all(LIST, args![&before, own_only(asking), state.map(ChangeState::as_str), limit]).await?;
    rows.iter().map(|row| read(vault, row)).collect()
}

async fn record_act(
    tx: &mut Tx,
    act: &Act,
    action: &'static str,
    id: &Id,
    detail: serde_json::Value,
) -> Result<()> {
    audit::record(tx, act, action, Object { kind: "change_request", id: &id.to_string() }, detail).await
}

fn place(id: &Id) -> Place<'_> {
    Place::new("change_request", "payload", &id.0)
}

fn read(vault: &Vault, row: &Row) -> Result<ChangeRequest> {
    let mut f = row.fields();
    let id: Id = f.take()?;
    Ok(ChangeRequest {
        certificate: f.take()?,
        importer: f.take()?,
        kind: f.take()?,
        payload: f
            .take::<Option<Vec<u8>>>()?
            .map(|sealed| vault.open_text(place(&id), &sealed))
            .transpose()?,
        basis: f.take()?,
        reason: f.take()?,
        effective_on: f.take()?,
        maker: f.take()?,
        made_at: f.take()?,
        decided_by: f.take()?,
        decided_at: f.take()?,
        state: f.take()?,
        id,
    })
}

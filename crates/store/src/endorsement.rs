//! Endorsements 加注: granted within the quota, exactly once a submission.
//!
//! The quota is decided by one statement on one row, which is also the lock that corrections and revocations of the
//! same certificate take first. So nothing here needs explicit locks, and all of it stays on one shard.

pub(crate) mod granting;

use crate::args;
use crate::audit::{self, Act, Object};
use crate::batch::own_only;
use crate::copy;
use crate::db::{Row, Step, Tx, statements};
use crate::error::{Error, Result};
use crate::vault::{DocumentIndex, IdentityIndex, Place, Vault};
pub use granting::{Application, Grant, NewEndorsement, grant};
use serde_json::json;
use yinxin_model::policy::Policy;
use yinxin_model::quota::Quota;
use yinxin_model::states::{CertificateState, EndorsementState, VoidReason};
use yinxin_model::{Day, Id, Instant, Subject};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endorsement {
    pub id: Id,
    pub certificate: Id,
    pub idempotency_key: String,
    /// The version of the certificate that it endorses.
    pub version: u32,
    pub scenario: String,
    pub addition: Option<String>,
    /// The operator's reason, where he applied on the holder's behalf.
    pub on_behalf: Option<String>,
    pub days: i32,
    pub applied_on: Day,
    pub valid_until: Day,
    pub state: EndorsementState,
    pub void_reason: Option<VoidReason>,
    pub copy_number: String,
    pub token: String,
    /// What the QR code of each of its copies states, as signed.
    pub statement: Option<Vec<u8>>,
    /// The time that is printed on every copy of this endorsement.
    pub made_at: Instant,
    pub granted_at: Instant,
    /// Since when it is ready, void or withdrawn.
    pub closed_at: Option<Instant>,
}

/// An endorsement whose copy can be used now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ready {
    pub id: Id,
    pub certificate: Id,
    /// Last day, inclusive.
    pub valid_until: Day,
}

/// What became of a withdrawal or a voiding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Closed {
    Done,
    NotFound,
    WrongState(EndorsementState),
}

macro_rules! columns {
    () => {
        "certificate_id, id, idempotency_key, version, scenario, addition, on_behalf, days, applied_on, valid_until, \
         state, void_reason, copy_number, token, statement, made_at, granted_at, closed_at"
    };
}

statements! {
    LOCK = "INSERT INTO quota (certificate_id, d1, d2, d3) VALUES ($1, NULL, NULL, NULL)
        ON CONFLICT (certificate_id) DO UPDATE SET certificate_id = excluded.certificate_id";
    COUNTED = "SELECT applied_on FROM endorsement WHERE certificate_id = $1 AND state <> 'voided' AND applied_on >= $2";
    LAST_THREE = "SELECT applied_on FROM endorsement WHERE certificate_id = $1 AND state <> 'voided'
        ORDER BY applied_on DESC LIMIT 3";
    SET_QUOTA = "UPDATE quota SET d1 = $2, d2 = $3, d3 = $4 WHERE certificate_id = $1";
    STANDING = "SELECT state, version FROM certificate WHERE id = $1";
    OWNER = "SELECT document_index, name_index, importer FROM certificate WHERE id = $1";
    BY_KEY = (concat!("SELECT ", columns!(), " FROM endorsement WHERE certificate_id = $1 AND idempotency_key = $2"));
    LOCATED = "SELECT certificate_id FROM endorsement_locator WHERE id = $1";
    GET = (concat!("SELECT ", columns!(), " FROM endorsement WHERE certificate_id = $1 AND id = $2"));
    LIST = (concat!("SELECT ", columns!(), " FROM endorsement WHERE certificate_id = $1 AND id < $2
        ORDER BY id DESC LIMIT $3"));
    LIST_ALL = (concat!("SELECT ", columns!(), " FROM endorsement WHERE id < $1 ORDER BY id DESC LIMIT $2"));
    READY_OF = "SELECT e.id, e.certificate_id, e.valid_until FROM holder_index h
        JOIN endorsement e ON e.certificate_id = h.certificate_id
        WHERE h.document_index = $1 AND h.name_index = $2 AND e.state = 'ready' AND e.valid_until >= $3
        ORDER BY e.id DESC";
    VOID_ALL = "UPDATE endorsement SET state = 'voided', void_reason = $2, closed_at = $3
        WHERE certificate_id = $1 AND state IN ('granted', 'ready') RETURNING id";
    VOID = "UPDATE endorsement SET state = 'voided', void_reason = $3, closed_at = $4
        WHERE certificate_id = $1 AND id = $2 AND state IN ('granted', 'ready')";
    WITHDRAW = "UPDATE endorsement SET state = 'withdrawn', closed_at = $3
        WHERE certificate_id = $1 AND id = $2 AND state IN ('granted', 'ready')";
    READY = "UPDATE endorsement SET state = 'ready', closed_at = CASE WHEN state = 'granted' THEN $3 ELSE closed_at END
        WHERE certificate_id = $1 AND id = $2 AND state IN ('granted', 'ready')";
}

/// Where the certificate stands on `today`. A read: nothing is promised.
pub async fn quota(tx: &mut Tx, policy: &Policy, certificate: &Id, today: Day) -> Result<Quota> {
    Ok(policy.quota(&counted(tx, policy, certificate, today).await?, today))
}

/// By its id, if the subject may see it.
pub async fn get(tx: &mut Tx, vault: &Vault, asking: &Subject, id: &Id) -> Result<Option<Endorsement>> {
    let Some(row) = tx.opt(LOCATED, args![id]).await? else { return Ok(None) };
    let certificate: Id = row.get(0)?;
    if !visible(tx, asking, &certificate).await? {
        return Ok(None);
    }
    load(tx, vault, &certificate, id).await
}

/// Those of one certificate, newest first, before the endorsement `before`.
pub async fn list(
    tx: &mut Tx,
    vault: &Vault,
    asking: &Subject,
    certificate: &Id,
    before: Option<Id>,
    limit: u32,
) -> Result<Vec<Endorsement>> {
    if !visible(tx, asking, certificate).await? {
        return Ok(Vec::new());
    }
    let before = before.unwrap_or(Id([0xff; 16]));
    let rows = tx.all(LIST, args![certificate, &before, limit]).await?;
    rows.iter().map(|row| read(vault, row)).collect()
}

/// Those of all certificates, newest first; for the platform's own staff.
pub async fn list_all(
    tx: &mut Tx,
    vault: &Vault,
    asking: &Subject,
    before: Option<Id>,
    limit: u32,
) -> Result<Vec<Endorsement>> {
    let platform = matches!(asking, Subject::System | Subject::Staff { organisation: None, .. });
    if !platform {
        return Ok(Vec::new());
    }
    let before = before.unwrap_or(Id([0xff; 16]));
    tx.all(LIST_ALL, args![&before, limit]).await?.iter().map(|row| read(vault, row)).collect()
}

/// Those of the holder who asks that can be used on `today`, of all his certificates, newest first.
pub async fn ready(tx: &mut Tx, asking: &Subject, today: Day) -> Result<Vec<Ready>> {
    let Subject::Holder { identity_index } = asking else { return Ok(Vec::new()) };
    let Some(index) = IdentityIndex::from_bytes(identity_index) else { return Ok(Vec::new()) };
    let rows = tx.all(READY_OF, args![&index.document.0, &index.name, today]).await?;
    let ready = |row: &Row| {
        let mut f = row.fields();
        Ok(Ready { id: f.take()?, certificate: f.take()?, valid_until: f.take()? })
    };
    rows.iter().map(ready).collect()
}

/// By the holder (or staff on his behalf): keeps its place in the quota.
pub async fn withdraw(tx: &mut Tx, vault: &Vault, act: &Act, id: &Id) -> Result<Closed> {
    let Some(found) = get(tx, vault, &act.by, id).await? else { return Ok(Closed::NotFound) };
    if tx.exec(WITHDRAW, args![&found.certificate, id, act.at]).await? == 0 {
        return Ok(Closed::WrongState(found.state));
    }
    tx.changes_answers();
    copy::close_intents(tx, &found.certificate, Some(id), "withdrawn").await?;
    record_act(tx, act, "endorsement_withdrawn", id, json!({})).await?;
    Ok(Closed::Done)
}

/// By the system, e.g. because sealing failed for good: gives its place back.
pub async fn void(tx: &mut Tx, act: &Act, id: &Id, reason: VoidReason) -> Result<Closed> {
    let Some(row) = tx.opt(LOCATED, args![id]).await? else { return Ok(Closed::NotFound) };
    let certificate: Id = row.get(0)?;
    lock(tx, &certificate).await?;
    if tx.exec(VOID, args![&certificate, id, reason, act.at]).await? == 0 {
        return Ok(Closed::NotFound);
    }
    tx.changes_answers();
    copy::close_intents(tx, &certificate, Some(id), reason.as_str()).await?;
    settle_quota(tx, &certificate).await?;
    record_act(tx, act, "endorsement_voided", id, json!({ "reason": reason.as_str() })).await?;
    Ok(Closed::Done)
}

/// Voids what is granted or ready, closes the intents and gives the places back. The caller holds the lock.
pub(crate) async fn void_all(
    tx: &mut Tx,
    act: &Act,
    certificate: &Id,
    reason: VoidReason,
) -> Result<Vec<Id>> {
    let rows = tx.all(VOID_ALL, args![certificate, reason, act.at]).await?;
    tx.changes_answers();
    let voided: Vec<Id> = rows.iter().map(|row| row.get(0)).collect::<Result<_>>()?;
    copy::close_intents(tx, certificate, None, reason.as_str()).await?;
    settle_quota(tx, certificate).await?;
    for id in &voided {
        record_act(tx, act, "endorsement_voided", id, json!({ "reason": reason.as_str() })).await?;
    }
    Ok(voided)
}

/// `granted` → `ready`; stays `ready` for a second format. False where it is void or withdrawn by now.
pub(crate) async fn mark_ready(tx: &mut Tx, certificate: &Id, id: &Id, at: Instant) -> Result<bool> {
    Ok(tx.exec(READY, args![certificate, id, at]).await? > 0)
}

/// Takes the certificate's quota row, and with it the right to change the certificate's standing.
pub(crate) async fn lock(tx: &mut Tx, certificate: &Id) -> Result<()> {
    tx.exec(LOCK, args![certificate]).await.map(|_| ())
}

fn lock_step(certificate: &Id) -> Step<'_> {
    (LOCK, args![certificate].to_vec())
}

/// State and version of a certificate. Read under [`lock`], nothing can change them before the transaction ends.
pub(crate) async fn standing(tx: &mut Tx, certificate: &Id) -> Result<Option<(CertificateState, u32)>> {
    let row = tx.opt(STANDING, args![certificate]).await?;
    row.map(|row| Ok((row.get(0)?, row.get(1)?))).transpose()
}

/// Whether the subject may see what belongs to this certificate.
pub(crate) async fn visible(tx: &mut Tx, asking: &Subject, certificate: &Id) -> Result<bool> {
    let Some(row) = tx.opt(OWNER, args![certificate]).await? else { return Ok(false) };
    sees(asking, &row, 0)
}

/// Whether the subject may see the certificate whose owner (document index, name index, importer) `row` has from column
/// `first` on.
fn sees(asking: &Subject, row: &Row, first: usize) -> Result<bool> {
    let document = DocumentIndex(row.get(first)?);
    let index = IdentityIndex { document, name: row.get(first + 1)? };
    let importer: String = row.get(first + 2)?;
    Ok(match asking {
        Subject::System => true,
        Subject::Public => false,
        Subject::Holder { identity_index } => *identity_index == index.to_bytes(),
        Subject::Staff { .. } => own_only(asking).is_none_or(|own| own == importer),
    })
}

pub(crate) async fn load(
    tx: &mut Tx,
    vault: &Vault,
    certificate: &Id,
    id: &Id,
) -> Result<Option<Endorsement>> {
    tx.opt(GET, args![certificate, id]).await?.map(|row| read(vault, &row)).transpose()
}

/// The application days that count, and the newest one even where the clock says that it is still to come.
async fn counted(tx: &mut Tx, policy: &Policy, certificate: &Id, today: Day) -> Result<Vec<Day>> {
    let rows = tx.all(COUNTED, args![certificate, policy.window_start(today)]).await?;
    rows.iter().map(|row| row.get(0)).collect()
}

/// Writes the quota row anew from the endorsements that count. The caller holds the lock.
async fn settle_quota(tx: &mut Tx, certificate: &Id) -> Result<()> {
    let rows = tx.all(LAST_THREE, args![certificate]).await?;
    let mut days: Vec<Option<Day>> = rows.iter().map(|row| row.get(0).map(Some)).collect::<Result<_>>()?;
    days.resize(3, None);
    match days.as_slice() {
        [d3, d2, d1] => tx.exec(SET_QUOTA, args![certificate, *d1, *d2, *d3]).await.map(|_| ()),
        _ => Err(Error::Shape { column: 0, expected: "three days" }),
    }
}

/// The endorsement that a submission with this key was granted, for whoever repeats it.
pub async fn by_key(tx: &mut Tx, vault: &Vault, certificate: &Id, key: &str) -> Result<Option<Endorsement>> {
    tx.opt(BY_KEY, args![certificate, key]).await?.map(|row| read(vault, &row)).transpose()
}

async fn record_act(
    tx: &mut Tx,
    act: &Act,
    action: &'static str,
    id: &Id,
    detail: serde_json::Value,
) -> Result<()> {
    audit::record(tx, act, action, Object { kind: "endorsement", id: &id.to_string() }, detail).await
}

/// What the holder added to the purpose.
pub(crate) fn open_addition(vault: &Vault, id: &Id, sealed: Option<Vec<u8>>) -> Result<Option<String>> {
    sealed.map(|sealed| vault.open_text(place("addition", id), &sealed)).transpose()
}

fn place<'a>(column: &'a str, id: &'a Id) -> Place<'a> {
    Place::new("endorsement", column, &id.0)
}

fn read(vault: &Vault, row: &Row) -> Result<Endorsement> {
    let mut f = row.fields();
    let (certificate, id): (Id, Id) = (f.take()?, f.take()?);
    let open = |column, sealed: Option<Vec<u8>>| {
        sealed.map(|sealed| vault.open_text(place(column, &id), &sealed)).transpose()
    };
    Ok(Endorsement {
        idempotency_key: f.take()?,
        version: f.take()?,
        scenario: f.take()?,
        addition: open_addition(vault, &id, f.take()?)?,
        on_behalf: open("on_behalf", f.take()?)?,
        days: f.take()?,
        applied_on: f.take()?,
        valid_until: f.take()?,
        state: f.take()?,
        void_reason: f.take()?,
        copy_number: f.take()?,
        token: vault.open_text(place("token", &id), &f.take::<Vec<u8>>()?)?,
        statement: f
            .take::<Option<Vec<u8>>>()?
            .map(|sealed| Ok(vault.open(place("statement", &id), &sealed)?.to_vec()))
            .transpose()?,
        made_at: f.take()?,
        granted_at: f.take()?,
        closed_at: f.take()?,
        certificate,
        id,
    })
}

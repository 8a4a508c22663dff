//! Certificates: loaded as drafts, published, looked up, corrected, revoked.
//!
//! The current version stands in `certificate`; a correction moves it to `certificate_version` and never overwrites it.
//! What is asked for by number or by identity goes through narrow tables that are keyed by just that.

pub(crate) mod loading;

use crate::args;
use crate::audit::{self, Act, Object};
use crate::batch::{is_staff, own_only};
use crate::db::{Arg, Fields, Tx, statements};
use crate::endorsement;
use crate::error::Result;
use crate::record::{self, Record, record_columns};
use crate::vault::{DocumentIndex, IdentityIndex, Vault};
use serde_json::json;
use yinxin_model::states::{CertificateState, RevocationReason, VoidReason};
use yinxin_model::{Day, Id, Instant, ManagementNumber, Subject};

pub use loading::{PublishedChunk, SealedDraft, clear, existing, load, publish, same_attainment};

/// A certificate with its current version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    pub id: Id,
    pub number: String,
    pub state: CertificateState,
    pub version: u32,
    pub batch: Id,
    /// The organisation that imported it.
    pub importer: String,
    pub index: IdentityIndex,
    pub record: Record,
    /// The batch or the change request that this version comes from.
    pub recorded_by: Id,
    pub recorded_at: Instant,
    pub published_at: Option<Instant>,
}

/// A version that a correction has replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Superseded {
    pub version: u32,
    pub index: IdentityIndex,
    pub record: Record,
    pub recorded_by: Id,
    pub recorded_at: Instant,
    pub superseded_at: Instant,
}

/// What the register says to name + document + management number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Match {
    Current(Box<Certificate>),
    /// It was so until a correction.
    Superseded {
        certificate: Id,
        since: Instant,
    },
    Nothing,
}

/// One certificate under a document number, without saying whose name it bears.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    pub certificate: Id,
    pub state: CertificateState,
    pub same_name: bool,
    pub issuer: String,
    pub importer: String,
}

/// What became of a correction, a revocation or a reinstatement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Changed {
    Done {
        voided: Vec<Id>,
    },
    NotFound,
    WrongState(CertificateState),
    /// Another correction came first.
    WrongVersion(u32),
}

/// A revocation, reinstated or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revocation {
    pub id: Id,
    pub reason: RevocationReason,
    pub basis: String,
    pub revoked_on: Day,
    pub recorded_at: Instant,
    pub reinstated_at: Option<Instant>,
    pub reinstatement_basis: Option<String>,
}

/// Which certificates a list shows.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub batch: Option<Id>,
    pub state: Option<CertificateState>,
}

macro_rules! columns {
    () => {
        concat!(
            "id, number, state, version, batch_id, importer, recorded_by, recorded_at, published_at, ",
            crate::record::record_columns!()
        )
    };
}

statements! {
    GET = (concat!("SELECT ", columns!(), " FROM certificate WHERE id = $1"));
    BY_NUMBER = "SELECT certificate_id FROM management_number WHERE number = $1";
    HOLDER = "SELECT document_index, name_index FROM certificate WHERE id = $1";
    OF_IDENTITY = "SELECT certificate_id FROM holder_index WHERE document_index = $1 AND name_index = $2
        AND certificate_id > $3 ORDER BY certificate_id LIMIT $4";
    OF_DOCUMENT = "SELECT c.id, c.state, h.name_index, c.issuer, c.importer FROM holder_index h
        JOIN certificate c ON c.id = h.certificate_id WHERE h.document_index = $1 ORDER BY c.id LIMIT 200";
    LIST = (concat!("SELECT ", columns!(), " FROM certificate WHERE id > $1
        AND (CAST($2 AS TEXT) IS NULL OR importer = $2) AND (CAST($3 AS TEXT) IS NULL OR state = $3)
        ORDER BY id LIMIT $4"));
    LIST_BATCH = (concat!("SELECT ", columns!(), " FROM certificate WHERE batch_id = $5 AND id > $1
        AND (CAST($2 AS TEXT) IS NULL OR importer = $2) AND (CAST($3 AS TEXT) IS NULL OR state = $3)
        ORDER BY id LIMIT $4"));
    VERSIONS = (concat!("SELECT version, recorded_by, recorded_at, superseded_at, ", record_columns!(), "
        FROM certificate_version WHERE certificate_id = $1 ORDER BY version"));
    SUPERSEDED_SO = "SELECT superseded_at FROM certificate_version
        WHERE certificate_id = $1 AND document_index = $2 AND name_index = $3 ORDER BY version DESC LIMIT 1";
    DELETE_HOLDER = "DELETE FROM holder_index WHERE document_index = $1 AND name_index = $2 AND certificate_id = $3";
    SUPERSEDE = (concat!("INSERT INTO certificate_version (certificate_id, version, recorded_by, recorded_at,
        superseded_at, ", record_columns!(), ") SELECT id, version, recorded_by, recorded_at, $2, ",
        record_columns!(), " FROM certificate WHERE id = $1"));
    REPLACE = "UPDATE certificate SET version = version + 1, recorded_by = $2, recorded_at = $3, document_index = $4,
        name_index = $5, holder = $6, qualification = $7, level = $8, speciality = $9, issuer = $10, approved_on = $11,
        approval_precision = $12, made_on = $13, year = $14, half = $15, region = $16, seal = $17, licence = $18,
        photo = $19 WHERE id = $1";
    ADD_HOLDER = "INSERT INTO holder_index (document_index, name_index, certificate_id) VALUES ($1, $2, $3)
        ON CONFLICT (document_index, name_index, certificate_id) DO NOTHING";
    SET_STATE = "UPDATE certificate SET state = $2 WHERE id = $1";
    REVOKE = "INSERT INTO revocation (certificate_id, id, reason, basis, revoked_on, recorded_at)
        VALUES ($1, $2, $3, $4, $5, $6)";
    REINSTATE = "UPDATE revocation SET reinstated_at = $2, reinstatement_basis = $3
        WHERE certificate_id = $1 AND reinstated_at IS NULL";
    REVOCATIONS = "SELECT id, reason, basis, revoked_on, recorded_at, reinstated_at, reinstatement_basis
        FROM revocation WHERE certificate_id = $1 ORDER BY id";
}

/// By id, if the subject may see it.
pub async fn get(tx: &mut Tx, vault: &Vault, asking: &Subject, id: &Id) -> Result<Option<Certificate>> {
    let row = tx.opt(GET, args![id]).await?;
    let certificate = row.map(|row| read(vault, &mut row.fields())).transpose()?;
    Ok(certificate.filter(|c| may_see(asking, c)))
}

/// Whose a certificate is now, of whom nothing is told but the index.
pub async fn holder(tx: &mut Tx, id: &Id) -> Result<Option<IdentityIndex>> {
    let row = tx.opt(HOLDER, args![id]).await?;
    row.map(|row| Ok(IdentityIndex { document: DocumentIndex(row.get(0)?), name: row.get(1)? })).transpose()
}

/// By management number, if the subject may see it.
pub async fn by_number(
    tx: &mut Tx,
    vault: &Vault,
    asking: &Subject,
    number: &ManagementNumber,
) -> Result<Option<Certificate>> {
    match tx.opt(BY_NUMBER, args![number.as_str()]).await? {
        Some(row) => get(tx, vault, asking, &row.get(0)?).await,
        None => Ok(None),
    }
}

/// All of one identity that the subject may see, in the order of their making.
pub async fn of_identity(
    tx: &mut Tx,
    vault: &Vault,
    asking: &Subject,
    index: &IdentityIndex,
    after: Option<Id>,
    limit: u32,
) -> Result<Vec<Certificate>> {
    let after = after.unwrap_or(Id([0; 16]));
    let rows = tx.all(OF_IDENTITY, args![&index.document.0, &index.name, &after, limit]).await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in &rows {
        found.extend(get(tx, vault, asking, &row.get(0)?).await?);
    }
    Ok(found)
}

/// Traces under a document number whatever the name: for the diagnosis of an empty list, which must not tell names.
/// A holder may ask for his own document only.
pub async fn of_document(tx: &mut Tx, asking: &Subject, index: &IdentityIndex) -> Result<Vec<Trace>> {
    let own = matches!(asking, Subject::Holder { identity_index } if *identity_index == index.to_bytes());
    if !own && !is_staff(asking) {
        return Ok(Vec::new());
    }
    let mut traces = Vec::new();
    for row in tx.all(OF_DOCUMENT, args![&index.document.0]).await? {
        let mut f = row.fields();
        traces.push(Trace {
            certificate: f.take()?,
            state: f.take()?,
            same_name: f.take::<Vec<u8>>()? == index.name,
            issuer: f.take()?,
            importer: f.take()?,
        });
    }
    Ok(traces)
}

/// For verification by fields: whoever knows all of them may know whether they agree. Drafts are nothing.
pub async fn matching(
    tx: &mut Tx,
    vault: &Vault,
    number: &ManagementNumber,
    index: &IdentityIndex,
) -> Result<Match> {
    // A number that nobody has is asked about as often as one that is somebody else's: numbers are made by rules, and how
    // long a miss takes must not tell which there are.
    let row = tx.opt(BY_NUMBER, args![number.as_str()]).await?;
    let id = row.map(|row| row.get(0)).transpose()?.unwrap_or(Id([0; 16]));
    let certificate = get(tx, vault, &Subject::System, &id).await?;
    let certificate = certificate.filter(|c| c.state != CertificateState::Draft);
    let superseded = tx.opt(SUPERSEDED_SO, args![&id, &index.document.0, &index.name]).await?;
    Ok(match (certificate, superseded) {
        (Some(certificate), _) if certificate.index == *index => Match::Current(Box::new(certificate)),
        (Some(certificate), Some(row)) => {
            Match::Superseded { certificate: certificate.id, since: row.get(0)? }
        }
        _ => Match::Nothing,
    })
}

/// In the order of ids, after `after`. Staff of an institution see what it imported.
pub async fn list(
    tx: &mut Tx,
    vault: &Vault,
    asking: &Subject,
    filter: &Filter,
    after: Option<Id>,
    limit: u32,
) -> Result<Vec<Certificate>> {
    if !is_staff(asking) {
        return Ok(Vec::new());
    }
    let after = after.unwrap_or(Id([0; 16]));
    let state = filter.state.map(CertificateState::as_str);
    let rows = match &filter.batch {
        Some(batch) => tx.all(LIST_BATCH, args![&after, own_only(asking), state, limit, batch]).await?,
        None => tx.all(LIST, args![&after, own_only(asking), state, limit]).await?,
    };
    rows.iter().map(|row| read(vault, &mut row.fields())).collect()
}

/// The versions that corrections have replaced, oldest first; staff only.
pub async fn versions(tx: &mut Tx, vault: &Vault, asking: &Subject, id: &Id) -> Result<Vec<Superseded>> {
    if !is_staff(asking) || get(tx, vault, asking, id).await?.is_none() {
        return Ok(Vec::new());
    }
    let mut versions = Vec::new();
    for row in tx.all(VERSIONS, args![id]).await? {
        let mut f = row.fields();
        let version = f.take()?;
        let (recorded_by, recorded_at, superseded_at) = (f.take()?, f.take()?, f.take()?);
        let (index, record) = record::read(vault, &mut f, id, version)?;
        versions.push(Superseded { version, index, record, recorded_by, recorded_at, superseded_at });
    }
    Ok(versions)
}

/// Replaces version `from` by a new one and voids the endorsements of the old. `by`: the change request.
pub async fn correct(
    tx: &mut Tx,
    vault: &Vault,
    act: &Act,
    id: &Id,
    from: u32,
    record: &Record,
    by: &Id,
) -> Result<Changed> {
    endorsement::lock(tx, id).await?;
    let Some(old) = get(tx, vault, &Subject::System, id).await? else { return Ok(Changed::NotFound) };
    if old.version != from {
        return Ok(Changed::WrongVersion(old.version));
    }
    if old.state == CertificateState::Draft {
        return Ok(Changed::WrongState(old.state));
    }
    let sealed = record::seal(vault, id, from + 1, &record.holder)?;
    tx.exec(SUPERSEDE, args![id, act.at]).await?;
    let mut args = Vec::with_capacity(3 + record::COLUMNS);
    args.extend([Arg::from(id), Arg::from(by), Arg::from(act.at)]);
    record::push(&mut args, record, &sealed);
    tx.exec(REPLACE, &args).await?;
    tx.changes_answers();
    if sealed.index != old.index {
        tx.exec(DELETE_HOLDER, args![&old.index.document.0, &old.index.name, id]).await?;
        tx.exec(ADD_HOLDER, args![&sealed.index.document.0, &sealed.index.name, id]).await?;
    }
    let voided = endorsement::void_all(tx, act, id, VoidReason::Correction).await?;
    let detail = json!({ "version": from + 1, "request": by.to_string(), "voided": voided.len() });
    record_act(tx, act, "certificate_corrected", id, detail).await?;
    Ok(Changed::Done { voided })
}

/// `online` → `revoked`; voids the endorsements. `revocation`: an id for the record of it.
pub async fn revoke(
    tx: &mut Tx,
    act: &Act,
    id: &Id,
    revocation: &Id,
    reason: RevocationReason,
    basis: &str,
    on: Day,
) -> Result<Changed> {
    if let Some(refused) = wrong_state(tx, id, CertificateState::Online).await? {
        return Ok(refused);
    }
    tx.exec(SET_STATE, args![id, CertificateState::Revoked]).await?;
    tx.changes_answers();
    tx.exec(REVOKE, args![id, revocation, reason, basis, on, act.at]).await?;
    let voided = endorsement::void_all(tx, act, id, VoidReason::Revocation).await?;
    let detail = json!({ "reason": reason.as_str(), "on": on.to_string(), "voided": voided.len() });
    record_act(tx, act, "certificate_revoked", id, detail).await?;
    Ok(Changed::Done { voided })
}

/// `revoked` → `online`. Endorsements that were voided stay void.
pub async fn reinstate(tx: &mut Tx, act: &Act, id: &Id, basis: &str) -> Result<Changed> {
    if let Some(refused) = wrong_state(tx, id, CertificateState::Revoked).await? {
        return Ok(refused);
    }
    tx.exec(SET_STATE, args![id, CertificateState::Online]).await?;
    tx.changes_answers();
    tx.exec(REINSTATE, args![id, act.at, basis]).await?;
    record_act(tx, act, "certificate_reinstated", id, json!({})).await?;
    Ok(Changed::Done { voided: Vec::new() })
}

/// Oldest first. Public: 已撤销 shows its reason and date.
pub async fn revocations(tx: &mut Tx, id: &Id) -> Result<Vec<Revocation>> {
    let mut found = Vec::new();
    for row in tx.all(REVOCATIONS, args![id]).await? {
        let mut f = row.fields();
        found.push(Revocation {
            id: f.take()?,
            reason: f.take()?,
            basis: f.take()?,
            revoked_on: f.take()?,
            recorded_at: f.take()?,
            reinstated_at: f.take()?,
            reinstatement_basis: f.take()?,
        });
    }
    Ok(found)
}

async fn wrong_state(tx: &mut Tx, id: &Id, wanted: CertificateState) -> Result<Option<Changed>> {
    endorsement::lock(tx, id).await?;
    Ok(match endorsement::standing(tx, id).await? {
        None => Some(Changed::NotFound),
        Some((state, _)) if state != wanted => Some(Changed::WrongState(state)),
        Some(_) => None,
    })
}

/// A holder sees what bears exactly his identity and is published; staff of an institution what it imported.
fn may_see(asking: &Subject, certificate: &Certificate) -> bool {
    match asking {
        Subject::System => true,
        Subject::Public => false,
        Subject::Holder { identity_index } => {
            certificate.state != CertificateState::Draft && *identity_index == certificate.index.to_bytes()
        }
        Subject::Staff { organisation, .. } => {
            organisation.as_ref().is_none_or(|o| *o == certificate.importer)
        }
    }
}

async fn record_act(
    tx: &mut Tx,
    act: &Act,
    action: &'static str,
    id: &Id,
    detail: serde_json::Value,
) -> Result<()> {
    audit::record(tx, act, action, Object { kind: "certificate", id: &id.to_string() }, detail).await
}

/// Reads the columns of [`columns`].
pub(crate) fn read(vault: &Vault, f: &mut Fields<'_>) -> Result<Certificate> {
    let (id, number, state): (Id, String, CertificateState) = (f.take()?, f.take()?, f.take()?);
    let version: u32 = f.take()?;
    let (batch, importer): (Id, String) = (f.take()?, f.take()?);
    let (recorded_by, recorded_at, published_at) = (f.take()?, f.take()?, f.take()?);
    let (index, record) = record::read(vault, f, &id, version)?;
    Ok(Certificate {
        id,
        number,
        state,
        version,
        batch,
        importer,
        index,
        record,
        recorded_by,
        recorded_at,
        published_at,
    })
}

//! Certificates: loaded as drafts, published, looked up, corrected, revoked.
//!
//! The current version stands in `certificate`; a correction moves it to `certificate_version` and never overwrites it.
//! What is asked for by number or by identity goes through narrow tables that are keyed by just that.

use crate::args;
use crate::audit::{self, Act, Object};
use crate::batch::{is_staff, own_only};
use crate::db::sql::bulk;
use crate::db::{Arg, Row, Tx, statements};
use crate::error::Result;
use crate::record::{self, Record, SealedRecord, record_columns};
use crate::vault::{DocumentIndex, IdentityIndex, Vault};
use crate::{batch, endorsement, outbox, scope};
use serde_json::json;
use yinxin_model::draft::Draft;
use yinxin_model::states::{CertificateState, RevocationReason, VoidReason};
use yinxin_model::{Day, Id, Instant, ManagementNumber, Subject};

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

/// A draft ready to be loaded: made without the database, on any thread.
#[derive(Clone, Debug)]
pub struct SealedDraft {
    id: Id,
    number: String,
    record: Record,
    sealed: SealedRecord,
}

/// What the register says to name + document + management number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Match {
    Current(Box<Certificate>),
    /// It was so until a correction.
    Superseded {
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

/// One chunk of a publication.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedChunk {
    pub published: u64,
    /// Cursor for the next chunk; `None` when no draft is left.
    pub next: Option<Id>,
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
            record_columns!()
        )
    };
}

bulk! {
    CERTIFICATES: certificate (
        id blob, number text, state text, version int, batch_id blob, importer text, recorded_by blob,
        recorded_at int, document_index blob, name_index blob, holder blob, qualification text, level text,
        speciality text, issuer text, approved_on day, approval_precision text, made_on day, year day, half text,
        region text, seal text, licence text, photo text
    );
    NUMBERS: management_number (number text, certificate_id blob);
    HOLDERS: holder_index (document_index blob, name_index blob, certificate_id blob);
}

statements! {
    GET = (concat!("SELECT ", columns!(), " FROM certificate WHERE id = $1"));
    BY_NUMBER = "SELECT certificate_id FROM management_number WHERE number = $1";
    /// A set cannot be handed to both engines in one form.
    EXISTING = {
        sqlite: "SELECT number FROM management_number WHERE number IN (SELECT value FROM json_each($1))",
        postgres: "SELECT number FROM management_number WHERE number = ANY($1)"
    };
    OF_IDENTITY = "SELECT certificate_id FROM holder_index WHERE document_index = $1 AND name_index = $2
        AND certificate_id > $3 ORDER BY certificate_id LIMIT $4";
    OF_DOCUMENT = "SELECT c.id, c.state, h.name_index, c.issuer, c.importer FROM holder_index h
        JOIN certificate c ON c.id = h.certificate_id WHERE h.document_index = $1 ORDER BY c.id LIMIT 200";
    SAME_ATTAINMENT = "SELECT c.number FROM holder_index h JOIN certificate c ON c.id = h.certificate_id
        WHERE h.document_index = $1 AND h.name_index = $2 AND c.qualification = $3 AND c.approved_on = $4 LIMIT 1";
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
    CLEARABLE = "SELECT id, number, document_index, name_index FROM certificate
        WHERE batch_id = $1 AND state = 'draft' ORDER BY id LIMIT $2";
    DELETE_NUMBER = "DELETE FROM management_number WHERE number = $1 AND certificate_id = $2";
    DELETE_HOLDER = "DELETE FROM holder_index WHERE document_index = $1 AND name_index = $2 AND certificate_id = $3";
    DELETE_DRAFT = "DELETE FROM certificate WHERE id = $1 AND state = 'draft'";
    PUBLISH = "UPDATE certificate SET state = 'online', made_on = coalesce(made_on, $3), published_at = $4
        WHERE id IN (SELECT id FROM certificate WHERE batch_id = $1 AND id > $2 AND state = 'draft'
            ORDER BY id LIMIT $5)
        RETURNING id, qualification, level, year, region, document_index, name_index";
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

impl SealedDraft {
    /// `photo`: the name of the blob that holds it.
    pub fn seal(
        vault: &Vault,
        id: Id,
        draft: Draft,
        licence: Option<String>,
        photo: Option<String>,
    ) -> Result<Self> {
        let record = Record {
            holder: record::Holder { identity: draft.holder, sex: draft.sex, birth_date: draft.birth_date },
            qualification: draft.qualification,
            level: draft.level,
            speciality: draft.speciality,
            issuer: draft.issuer,
            approved_on: draft.approved_on,
            approval_precision: draft.approval_precision,
            made_on: draft.made_on,
            year: draft.year,
            half: draft.half,
            region: draft.region,
            seal: draft.seal,
            licence,
            photo,
        };
        let sealed = record::seal(vault, &id, 1, &record.holder)?;
        Ok(Self { id, number: draft.number.as_str().to_owned(), record, sealed })
    }

    pub fn id(&self) -> Id {
        self.id
    }
}

/// Loads drafts into a batch that is `importing`. A number that exists already is [`crate::Error::Conflict`]. False where the
/// batch was rolled back meanwhile.
pub async fn load(
    tx: &mut Tx,
    batch: &Id,
    organisation: &str,
    drafts: &[SealedDraft],
    now: Instant,
) -> Result<bool> {
    let rows = u32::try_from(drafts.len()).unwrap_or(u32::MAX);
    if !batch::touch(tx, batch, rows, now).await? {
        return Ok(false);
    }
    let rows: Vec<Loading<'_>> =
        drafts.iter().map(|draft| Loading { draft, batch, organisation, now }).collect();
    tx.insert_many(CERTIFICATES, &rows, push_certificate).await?;
    // In the order of the key, each page of the tree is visited once.
    let mut order: Vec<&SealedDraft> = drafts.iter().collect();
    order.sort_unstable_by(|a, b| a.number.cmp(&b.number));
    tx.insert_many(NUMBERS, &order, |d, args| args.extend([Arg::from(&d.number), Arg::from(&d.id)])).await?;
    order.sort_unstable_by_key(|d| (d.sealed.index, d.id));
    tx.insert_many(HOLDERS, &order, |d, args| {
        let index = &d.sealed.index;
        args.extend([Arg::from(&index.document.0), Arg::from(&index.name), Arg::from(&d.id)]);
    })
    .await?;
    Ok(true)
}

struct Loading<'a> {
    draft: &'a SealedDraft,
    batch: &'a Id,
    organisation: &'a str,
    now: Instant,
}

fn push_certificate<'a>(row: &'a Loading<'_>, args: &mut Vec<Arg<'a>>) {
    let draft = row.draft;
    args.extend([
        Arg::from(&draft.id),
        Arg::from(&draft.number),
        Arg::from(CertificateState::Draft),
        Arg::from(1),
        Arg::from(row.batch),
        Arg::from(row.organisation),
        Arg::from(row.batch),
        Arg::from(row.now),
    ]);
    record::push(args, &draft.record, &draft.sealed);
}

/// Deletes up to `limit` drafts of a batch that is rolled back or cancelled; 0 = none is left.
pub async fn clear(tx: &mut Tx, batch: &Id, limit: u32) -> Result<u64> {
    let rows = tx.all(CLEARABLE, args![batch, limit]).await?;
    let mut drafts = Vec::with_capacity(rows.len());
    for row in &rows {
        let mut f = row.fields();
        drafts.push((f.take::<Id>()?, f.take::<String>()?, f.take::<Vec<u8>>()?, f.take::<Vec<u8>>()?));
    }
    let numbers: Vec<Vec<Arg<'_>>> =
        drafts.iter().map(|(id, number, _, _)| args![number, id].to_vec()).collect();
    tx.each(DELETE_NUMBER, &numbers).await?;
    let holders: Vec<Vec<Arg<'_>>> = drafts.iter().map(|(id, _, d, n)| args![d, n, id].to_vec()).collect();
    tx.each(DELETE_HOLDER, &holders).await?;
    let ids: Vec<Vec<Arg<'_>>> = drafts.iter().map(|(id, ..)| args![id].to_vec()).collect();
    tx.each(DELETE_DRAFT, &ids).await?;
    Ok(drafts.len() as u64)
}

/// Those of `numbers` that the register has already.
pub async fn existing(tx: &mut Tx, numbers: &[&str]) -> Result<Vec<String>> {
    tx.all(EXISTING, args![numbers]).await?.iter().map(|row| row.get(0)).collect()
}

/// For each (identity, qualification, approval day): the number of a certificate that says the same.
pub async fn same_attainment(
    tx: &mut Tx,
    asked: &[(IdentityIndex, &str, Day)],
) -> Result<Vec<Option<String>>> {
    let many: Vec<Vec<Arg<'_>>> = asked
        .iter()
        .map(|(index, q, day)| args![&index.document.0, &index.name, *q, *day].to_vec())
        .collect();
    let found = tx.each(SAME_ATTAINMENT, &many).await?;
    found.iter().map(|rows| rows.first().map(|row| row.get(0)).transpose()).collect()
}

/// Publishes the next drafts of a batch that is `publishing`: online, made on `today` where the roster does not say,
/// counted in the scope, and a notice in the outbox for every holder who has an account.
pub async fn publish(
    tx: &mut Tx,
    vault: &Vault,
    act: &Act,
    batch: &Id,
    after: Option<Id>,
    limit: u32,
) -> Result<PublishedChunk> {
    let after = after.unwrap_or(Id([0; 16]));
    let rows = tx.all(PUBLISH, args![batch, &after, act.at.day(), act.at, limit]).await?;
    let mut last = None;
    let mut counted = scope::Additions::default();
    let mut holders = Vec::with_capacity(rows.len());
    for row in &rows {
        let mut f = row.fields();
        let id: Id = f.take()?;
        last = last.max(Some(id));
        counted.add(f.take()?, f.take()?, f.take()?, f.take()?);
        holders.push((id, IdentityIndex { document: DocumentIndex(f.take()?), name: f.take()? }));
    }
    scope::add(tx, counted).await?;
    outbox::notify_online(tx, vault, &holders, act.at).await?;
    let published = rows.len() as u64;
    if published > 0 {
        let id = batch.to_string();
        let detail = json!({ "certificates": published });
        audit::record(tx, act, "certificates_published", Object { kind: "batch", id: &id }, detail).await?;
    }
    Ok(PublishedChunk { published, next: last.filter(|_| published == u64::from(limit)) })
}

/// By id, if the subject may see it.
pub async fn get(tx: &mut Tx, vault: &Vault, asking: &Subject, id: &Id) -> Result<Option<Certificate>> {
    let row = tx.opt(GET, args![id]).await?;
    let certificate = row.map(|row| read(vault, &row)).transpose()?;
    Ok(certificate.filter(|c| may_see(asking, c)))
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
    let certificate = by_number(tx, vault, &Subject::System, number).await?;
    let Some(certificate) = certificate.filter(|c| c.state != CertificateState::Draft) else {
        return Ok(Match::Nothing);
    };
    if certificate.index == *index {
        return Ok(Match::Current(Box::new(certificate)));
    }
    let row = tx.opt(SUPERSEDED_SO, args![&certificate.id, &index.document.0, &index.name]).await?;
    match row {
        Some(row) => Ok(Match::Superseded { since: row.get(0)? }),
        None => Ok(Match::Nothing),
    }
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
    rows.iter().map(|row| read(vault, row)).collect()
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

fn read(vault: &Vault, row: &Row) -> Result<Certificate> {
    let mut f = row.fields();
    let (id, number, state): (Id, String, CertificateState) = (f.take()?, f.take()?, f.take()?);
    let version: u32 = f.take()?;
    let (batch, importer): (Id, String) = (f.take()?, f.take()?);
    let (recorded_by, recorded_at, published_at) = (f.take()?, f.take()?, f.take()?);
    let (index, record) = record::read(vault, &mut f, &id, version)?;
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

//! Corrections, revocations and reinstatements: asked for by one member of staff, decided by another. Carrying an
//! approved request out is part of the transaction that approves it.

use crate::certificate as certificates;
use crate::error::{Error, Result};
use crate::inbox;
use crate::system::{System, require};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeMap;
use yinxin_model::calendar::parse_roster_date;
use yinxin_model::catalogue::{Catalogue, SealQuestion};
use yinxin_model::states::{CertificateState, ChangeKind, ChangeState, RevocationReason, Role};
use yinxin_model::{Day, DocumentNumber, DocumentType, Half, Id, PersonName, Precision, Sex, Subject};
use yinxin_store::audit::{self, Object};
use yinxin_store::certificate::{self, Certificate, Changed};
use yinxin_store::change::{self, ChangeRequest, NewChange};
use yinxin_store::record::Record;
use yinxin_store::{Tx, Vault};

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    Correction { fields: Vec<(String, String)>, basis: String },
    Revocation { reason: String, basis: String, on: Option<Day> },
    Reinstatement { basis: String },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    Approve,
    Reject { reason: String },
}

#[derive(Debug, Serialize)]
pub struct FieldChange {
    pub field: String,
    pub from: String,
    pub to: String,
}

/// What a correction sets, as it is kept (sealed) with its request.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Payload {
    /// The version that the clerk had before him.
    version: u32,
    set: Vec<(String, String)>,
}

#[derive(Debug, Serialize)]
pub struct View {
    pub request: Id,
    pub kind: ChangeKind,
    pub state: ChangeState,
    pub management_number: String,
    /// Names of the fields that a correction sets.
    pub fields: Vec<String>,
    /// Only where one request is shown: what each field says now and would say then.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<FieldChange>,
    pub reason: Option<RevocationReason>,
    pub basis: String,
    pub effective_on: Option<Day>,
    pub maker: String,
    pub made_at: String,
    pub decided_by: Option<String>,
    /// Endorsements that the change voided.
    pub voided: Option<usize>,
}

/// Fields that a correction may set; the names are those of rosters.
pub const FIELDS: [&str; 13] = [
    "name",
    "document_type",
    "document_number",
    "sex",
    "birth_date",
    "level",
    "speciality",
    "approval_date",
    "made_on",
    "year",
    "half",
    "region",
    "qualification",
];

pub async fn request(system: &System, by: &Subject, number: &str, change: Change) -> Result<View> {
    require(by, Role::Clerk)?;
    let found = certificates::find(system, by, number).await?;
    let new = checked(system, &found, change)?;
    let (vault, act, id) = (system.vault.clone(), system.act(by), new.id);
    let proposed = system.db.write(move |tx| {
        Box::pin(async move {
            change::propose(tx, &vault, &act, &new).await?;
            change::get(tx, &vault, &act.by, &id).await
        })
    });
    let request =
        proposed.await?.ok_or_else(|| Error::not_found("certificate_not_found").with("number", number))?;
    Ok(view(request, found.number))
}

/// Newest first, older than `before`.
pub async fn list(system: &System, by: &Subject, before: Option<Id>, limit: u32) -> Result<Vec<View>> {
    let (vault, subject) = (system.vault.clone(), by.clone());
    let read = system.db.read(move |tx| {
        Box::pin(async move {
            let mut listed = Vec::new();
            for request in change::list(tx, &vault, &subject, None, before, limit).await? {
                let found = certificate::get(tx, &vault, &subject, &request.certificate).await?;
                listed.push((request, found.map(|c| c.number).unwrap_or_default()));
            }
            Ok(listed)
        })
    });
    Ok(read.await?.into_iter().map(|(request, number)| view(request, number)).collect())
}

/// One request with what it would change, so that whoever decides sees what he decides.
pub async fn show(system: &System, by: &Subject, id: Id) -> Result<View> {
    let (vault, subject, act) = (system.vault.clone(), by.clone(), system.act(by));
    let read = system.db.write(move |tx| {
        Box::pin(async move {
            let Some(request) = change::get(tx, &vault, &subject, &id).await? else { return Ok(None) };
            let found = certificate::get(tx, &vault, &subject, &request.certificate).await?;
            // Personal data are shown in full: that somebody looked is kept.
            let object = Object { kind: "change_request", id: &id.to_string() };
            audit::record(tx, &act, "change_request_shown", object, json!({})).await?;
            Ok(found.map(|found| (request, found)))
        })
    });
    let missing = || Error::not_found("request_not_found").with("request", id);
    let (request, found) = read.await?.ok_or_else(missing)?;
    system.accesses.count_staff(system.today(), by, "change", found.id);
    let set = payload(&request).set;
    let changes =
        set.into_iter().map(|(field, to)| FieldChange { from: current(&found.record, &field), field, to });
    Ok(View { changes: changes.collect(), ..view(request, found.number) })
}

/// Approves, which carries the change out at once, or rejects.
pub async fn decide(system: &System, by: &Subject, id: Id, decision: Decision) -> Result<View> {
    require(by, Role::Approver)?;
    let (approve, why) = match decision {
        Decision::Approve => (true, String::new()),
        Decision::Reject { reason } => (false, reason),
    };
    let (vault, act, catalogue) = (system.vault.clone(), system.act(by), system.catalogue.clone());
    let (revocation, today) = (Id::new(system.now(), system.entropy()), system.today());
    // An approval that cannot be carried out is no approval: the refusal undoes it.
    let decided = system.transact(move |tx| {
        Box::pin(async move {
            let request = match change::decide(tx, &vault, &act, &id, approve).await? {
                change::Decision::Made(request) => *request,
                other => return Ok(Err(undecided(id, &other))),
            };
            let found = certificate::get(tx, &vault, &act.by, &request.certificate).await?;
            let Some(found) = found else { return Ok(Err(undecided(id, &change::Decision::NotFound))) };
            let number = found.number.clone();
            if !approve {
                if !why.is_empty() {
                    let object = Object { kind: "change_request", id: &id.to_string() };
                    audit::record(tx, &act, "change_rejection_reason", object, json!({ "reason": why }))
                        .await?;
                }
                return Ok(Ok(view(request, number)));
            }
            let carrying = Carrying { vault: &vault, act: &act, catalogue: &catalogue, revocation, today };
            Ok(match carrying.out(tx, &request, found).await? {
                Ok(Changed::Done { voided }) => {
                    Ok(View { voided: Some(voided.len()), ..view(request, number) })
                }
                // The certificate has changed since the request was made.
                Ok(other) => Err(impossible(&other)),
                Err(refused) => Err(refused),
            })
        })
    });
    decided.await
}

fn undecided(id: Id, decision: &change::Decision) -> Error {
    let error = match decision {
        change::Decision::SamePerson => Error::forbidden("maker_is_approver"),
        change::Decision::AlreadyDecided(state) => {
            Error::conflict("request_not_open").with("state", state.as_str())
        }
        change::Decision::NotFound | change::Decision::Made(_) => Error::not_found("request_not_found"),
    };
    error.with("request", id)
}

struct Carrying<'a> {
    vault: &'a Vault,
    act: &'a yinxin_store::audit::Act,
    catalogue: &'a Catalogue,
    revocation: Id,
    today: Day,
}

impl Carrying<'_> {
    async fn out(
        &self,
        tx: &mut Tx,
        request: &ChangeRequest,
        found: Certificate,
    ) -> yinxin_store::Result<std::result::Result<Changed, Error>> {
        let id = &found.id;
        let changed = match request.kind {
            ChangeKind::Correction => {
                let payload = payload(request);
                if payload.version != found.version {
                    return Ok(Err(Error::conflict("certificate_changed").with("version", found.version)));
                }
                let record = match corrected(self.catalogue, &found, &payload.set, self.today) {
                    Ok(record) => record,
                    Err(refused) => return Ok(Err(refused)),
                };
                certificate::correct(tx, self.vault, self.act, id, found.version, &record, &request.id)
                    .await?
            }
            ChangeKind::Revocation => {
                let reason = request.reason.unwrap_or(RevocationReason::Other);
                let on = request.effective_on.unwrap_or(self.today);
                certificate::revoke(tx, self.act, id, &self.revocation, reason, &request.basis, on).await?
            }
            ChangeKind::Reinstatement => certificate::reinstate(tx, self.act, id, &request.basis).await?,
        };
        if matches!(changed, Changed::Done { .. }) {
            inbox::tell_of_change(tx, self.vault, self.act, request.kind, &found).await?;
        }
        Ok(Ok(changed))
    }
}

/// Checks now what can be checked now, so that the clerk and not the approver hears of it.
fn checked(system: &System, found: &Certificate, change: Change) -> Result<NewChange> {
    let new = |kind, basis: String| NewChange {
        id: Id::new(system.now(), system.entropy()),
        certificate: found.id,
        kind,
        payload: None,
        basis,
        reason: None,
        effective_on: None,
    };
    match change {
        Change::Correction { fields, basis } => {
            if found.state == CertificateState::Draft {
                return Err(Error::conflict("certificate_not_online").with("number", &found.number));
            }
            corrected(&system.catalogue, found, &fields, system.today())?;
            let payload = Payload { version: found.version, set: fields };
            let payload =
                serde_json::to_string(&payload).map_err(|e| Error::internal("internal").because(e))?;
            Ok(NewChange { payload: Some(payload), ..new(ChangeKind::Correction, basis) })
        }
        Change::Revocation { reason, basis, on } => {
            let unknown =
                || Error::invalid("reason_unknown").with("reason", &reason).with("accepted", reasons());
            let parsed = RevocationReason::parse(&reason).ok_or_else(unknown)?;
            if found.state != CertificateState::Online {
                return Err(impossible(&Changed::WrongState(found.state)));
            }
            let on = on.unwrap_or(system.today());
            if on > system.today() {
                return Err(Error::invalid("date_in_future").with("on", on));
            }
            if on < found.record.approved_on {
                return Err(Error::invalid("date_before_approval").with("on", on));
            }
            let new = new(ChangeKind::Revocation, required(basis)?);
            Ok(NewChange { reason: Some(parsed), effective_on: Some(on), ..new })
        }
        Change::Reinstatement { basis } => {
            if found.state != CertificateState::Revoked {
                return Err(Error::conflict("certificate_not_revoked").with("number", &found.number));
            }
            Ok(new(ChangeKind::Reinstatement, required(basis)?))
        }
    }
}

/// The record with `fields` set, by the rules that rosters are read by.
fn corrected(
    catalogue: &Catalogue,
    found: &Certificate,
    fields: &[(String, String)],
    today: Day,
) -> Result<Record> {
    let mut record = found.record.clone();
    let fields: BTreeMap<&str, &str> = fields.iter().map(|(n, v)| (n.as_str(), v.trim())).collect();
    if let Some(unknown) = fields.keys().find(|name| !FIELDS.contains(name)) {
        return Err(Error::invalid("field_unknown")
            .with("field", unknown)
            .with("accepted", FIELDS.join(", ")));
    }
    set_identity(&mut record, &fields, today)?;
    set_attainment(&mut record, catalogue, &fields, today)?;
    if record == found.record {
        return Err(Error::invalid("nothing_to_correct"));
    }
    let version = u16::try_from(found.version + 1).unwrap_or(u16::MAX);
    record.licence =
        crate::import::licence(catalogue, &record.qualification, &record.issuer, &found.number, version);
    Ok(record)
}

fn set_identity(record: &mut Record, fields: &BTreeMap<&str, &str>, today: Day) -> Result<()> {
    let holder = &mut record.holder;
    if let Some(name) = fields.get("name") {
        holder.identity.name =
            PersonName::parse(name).map_err(|e| Error::invalid(e.rule()).with("reason", &e))?;
    }
    let kind = match fields.get("document_type") {
        None => holder.identity.document.kind(),
        Some(text) => DocumentType::parse(text).ok_or_else(|| {
            Error::invalid("document_type_unknown").with("accepted", DocumentType::accepted())
        })?,
    };
    let number = fields.get("document_number").copied().unwrap_or(holder.identity.document.number());
    let document = DocumentNumber::parse(kind, number, today)
        .map_err(|e| Error::invalid(e.rule()).with("reason", &e))?;
    if document != holder.identity.document {
        // Another number tells another birth date and sex, unless the correction sets them.
        (holder.birth_date, holder.sex) = document.birth_and_sex().unzip();
    }
    if let Some(text) = fields.get("sex") {
        holder.sex = Some(Sex::parse(text).ok_or_else(|| Error::invalid("sex_unknown"))?);
    }
    if let Some(text) = fields.get("birth_date") {
        holder.birth_date = Some(exact_day(text, "birth_date_form")?);
    }
    if let Some((birth, sex)) = document.birth_and_sex() {
        if holder.sex.is_some_and(|s| s != sex) {
            return Err(Error::invalid("sex_disagrees"));
        }
        if holder.birth_date.is_some_and(|b| b != birth) {
            return Err(Error::invalid("birth_date_disagrees"));
        }
    }
    if holder.birth_date.is_some_and(|b| b > today) {
        return Err(Error::invalid("birth_date_in_future"));
    }
    holder.identity.document = document;
    Ok(())
}

fn set_attainment(
    record: &mut Record,
    catalogue: &Catalogue,
    fields: &BTreeMap<&str, &str>,
    today: Day,
) -> Result<()> {
    if let Some(text) = fields.get("qualification") {
        let found =
            catalogue.find_qualification(text).ok_or_else(|| Error::invalid("qualification_unknown"))?;
        record.qualification = found.code.clone();
    }
    let qualification = catalogue
        .qualification(&record.qualification)
        .ok_or_else(|| Error::invalid("qualification_unknown"))?;
    if let Some(text) = fields.get("level") {
        record.level = if text.is_empty() {
            String::new()
        } else {
            qualification.find_level(text).ok_or_else(|| Error::invalid("level_unknown"))?.code.clone()
        };
    }
    let known = qualification.levels.iter().any(|l| l.code == record.level);
    if !(known || qualification.levels.is_empty() && record.level.is_empty()) {
        return Err(Error::invalid("level_unknown"));
    }
    if let Some(text) = fields.get("speciality") {
        if text.chars().count() > 100 || text.chars().any(char::is_control) {
            return Err(Error::invalid("text_too_long"));
        }
        record.speciality = (*text).to_owned();
    }
    if let Some(text) = fields.get("region") {
        if text.chars().count() > 20 || text.chars().any(char::is_control) {
            return Err(Error::invalid("text_too_long"));
        }
        record.region = (*text).to_owned();
    }
    if let Some(text) = fields.get("approval_date") {
        let parsed = parse_roster_date(text).ok_or_else(|| Error::invalid("approval_date_form"))?;
        (record.approved_on, record.approval_precision) = parsed;
    }
    if let Some(text) = fields.get("made_on") {
        record.made_on = Some(exact_day(text, "made_on_form")?);
    }
    if record.approved_on > today || record.made_on.is_some_and(|day| day > today) {
        return Err(Error::invalid("date_in_future"));
    }
    // The seal rule and the waiver of endorsement go by this day: it must not lie before what it certifies.
    if record.made_on.is_some_and(|day| day < record.approved_on) {
        return Err(Error::invalid("made_on_before_approval"));
    }
    if let Some(text) = fields.get("half") {
        record.half = match *text {
            "" => None,
            "first" | "1" | "上半年" => Some(Half::First),
            "second" | "2" | "下半年" => Some(Half::Second),
            _ => return Err(Error::invalid("half_unknown")),
        };
    }
    if let Some(text) = fields.get("year") {
        let year = text.parse().ok().filter(|y| (1950..=today.year()).contains(y));
        record.year = year.ok_or_else(|| Error::invalid("year_form"))?;
    }
    let question = SealQuestion {
        qualification: &record.qualification,
        level: &record.level,
        year: record.year,
        half: record.half,
        made_on: record.made_on.unwrap_or(today),
    };
    let seal = catalogue.seal_for(&question).ok_or_else(|| Error::invalid("qualification_not_made_here"))?;
    if seal.organisation != record.issuer {
        return Err(Error::invalid("issuer_not_for_qualification"));
    }
    record.seal = seal.code.clone();
    Ok(())
}

fn payload(request: &ChangeRequest) -> Payload {
    request.payload.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}

/// What a field says now, in the form in which a correction would set it.
fn current(record: &Record, field: &str) -> String {
    let identity = &record.holder.identity;
    match field {
        "name" => identity.name.display(),
        "document_type" => identity.document.kind().code().to_owned(),
        "document_number" => identity.document.number().to_owned(),
        "sex" => record.holder.sex.map(|s| s.as_str().to_owned()).unwrap_or_default(),
        "birth_date" => record.holder.birth_date.map(|d| d.to_string()).unwrap_or_default(),
        "qualification" => record.qualification.clone(),
        "level" => record.level.clone(),
        "speciality" => record.speciality.clone(),
        "approval_date" => certificates::approval_date(record.approved_on, record.approval_precision),
        "made_on" => record.made_on.map(|d| d.to_string()).unwrap_or_default(),
        "year" => record.year.to_string(),
        "half" => record.half.map(|h| h.to_string()).unwrap_or_default(),
        "region" => record.region.clone(),
        _ => String::new(),
    }
}

fn exact_day(text: &str, rule: &'static str) -> Result<Day> {
    match parse_roster_date(text) {
        Some((day, Precision::Day)) => Ok(day),
        _ => Err(Error::invalid(rule)),
    }
}

fn required(basis: String) -> Result<String> {
    let basis = basis.trim().to_owned();
    match basis.chars().count() {
        0 => Err(Error::invalid("basis_missing")),
        1..=500 => Ok(basis),
        _ => Err(Error::invalid("text_too_long")),
    }
}

fn reasons() -> String {
    RevocationReason::ALL.iter().map(|r| r.as_str()).collect::<Vec<_>>().join(", ")
}

fn impossible(changed: &Changed) -> Error {
    match changed {
        Changed::WrongState(CertificateState::Revoked) => Error::conflict("certificate_revoked"),
        Changed::WrongState(CertificateState::Online) => Error::conflict("certificate_not_revoked"),
        Changed::WrongState(CertificateState::Draft) => Error::conflict("certificate_not_online"),
        Changed::WrongVersion(_) => Error::conflict("certificate_changed"),
        Changed::NotFound | Changed::Done { .. } => Error::not_found("certificate_not_found"),
    }
}

fn view(request: ChangeRequest, management_number: String) -> View {
    let payload = payload(&request);
    View {
        request: request.id,
        kind: request.kind,
        state: request.state,
        management_number,
        fields: payload.set.into_iter().map(|(name, _)| name).collect(),
        changes: Vec::new(),
        reason: request.reason,
        basis: request.basis,
        effective_on: request.effective_on,
        maker: request.maker,
        made_at: request.made_at.rfc3339(),
        decided_by: request.decided_by,
        voided: None,
    }
}

//! Certificates as shown: to staff, and to a holder with an explanation where the list is empty.

pub mod mine;

use crate::error::{Error, Result};
use crate::system::System;
use serde::Serialize;
use yinxin_model::catalogue::{Contact, SealFamily};
use yinxin_model::document::BadDocument;
use yinxin_model::policy::electronic_since;
use yinxin_model::quota::Quota;
use yinxin_model::states::CertificateState;
use yinxin_model::{
    Day, DocumentNumber, DocumentType, Id, Identity, Instant, ManagementNumber, PersonName, Precision,
    Subject,
};
use yinxin_store::account::{self, Known};
use yinxin_store::certificate::{self, Certificate, Filter, Revocation, Superseded, Trace};
use yinxin_store::endorsement;
use yinxin_store::record::Record;
use yinxin_store::request::{self, QueryNumber};

/// More than anybody holds.
const MOST_OF_A_PERSON: u32 = 1_000;

/// How somebody names a certificate: by what is printed on it, or by its id, which stands in addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which {
    Number(String),
    Id(Id),
}

impl From<&str> for Which {
    fn from(number: &str) -> Self {
        Self::Number(number.to_owned())
    }
}

impl From<&String> for Which {
    fn from(number: &String) -> Self {
        Self::Number(number.clone())
    }
}

impl From<Id> for Which {
    fn from(id: Id) -> Self {
        Self::Id(id)
    }
}

impl Which {
    /// Puts the name that the asker gave himself into a refusal.
    pub(crate) fn told_in(&self, error: Error) -> Error {
        match self {
            Self::Number(number) => error.with("number", number),
            Self::Id(id) => error.with("certificate", id),
        }
    }
}

/// One certificate in a list.
#[derive(Debug, Serialize)]
pub struct Item {
    pub id: Id,
    pub management_number: String,
    pub state: CertificateState,
    pub holder: String,
    pub qualification: String,
    pub level: String,
    pub speciality: String,
    pub approval_date: String,
    pub issuer: String,
    pub seal_family: Option<SealFamily>,
}

/// One certificate in full.
#[derive(Debug, Serialize)]
pub struct View {
    pub id: Id,
    pub management_number: String,
    pub state: CertificateState,
    pub version: u32,
    pub batch: Id,
    pub importer: String,
    #[serde(flatten)]
    pub content: Content,
    pub seal_name: String,
    pub seal_family: Option<SealFamily>,
    pub needs_endorsement: bool,
    pub quota: Quota,
    pub recorded_at: String,
    pub published_at: Option<String>,
    pub issuer_contact: Option<Contact>,
    pub revocations: Vec<RevocationView>,
    /// Those in force: to staff such as staff made in the holder's place, to the holder all.
    pub query_numbers: Vec<QueryNumberView>,
    /// Versions that corrections have replaced, oldest first.
    pub versions: Vec<VersionView>,
}

/// What a version states.
#[derive(Debug, Serialize)]
pub struct Content {
    pub holder: HolderView,
    pub qualification: String,
    pub qualification_name: String,
    pub level: String,
    pub level_name: String,
    pub speciality: String,
    pub approval_date: String,
    /// The same for whoever writes dates his own way.
    #[serde(skip)]
    pub approved: (Day, Precision),
    pub made_on: Option<Day>,
    pub year: i32,
    pub half: Option<yinxin_model::Half>,
    pub region: String,
    pub issuer: String,
    pub issuer_name: String,
    pub seal: String,
    pub licence_identifier: Option<String>,
    pub photo: bool,
}

#[derive(Debug, Serialize)]
pub struct HolderView {
    pub name: String,
    pub document_type: &'static str,
    /// Masked.
    pub document_number: String,
    pub sex: Option<yinxin_model::Sex>,
    pub birth_date: Option<Day>,
}

#[derive(Debug, Serialize)]
pub struct VersionView {
    pub version: u32,
    #[serde(flatten)]
    pub content: Content,
    pub recorded_at: String,
    pub superseded_at: String,
}

#[derive(Debug, Serialize)]
pub struct RevocationView {
    pub reason: yinxin_model::states::RevocationReason,
    pub basis: String,
    pub revoked_on: Day,
    pub reinstated_at: Option<String>,
    pub reinstatement_basis: Option<String>,
}

/// A query number that was made: when and until when, and not the number, which is the holder's to give.
#[derive(Debug, Serialize)]
pub struct QueryNumberView {
    /// Names it to whoever ends it.
    #[serde(skip)]
    pub reference: String,
    pub made_at: String,
    /// The same for whoever writes times his own way.
    #[serde(skip)]
    pub made: Instant,
    /// Last day, inclusive.
    pub expires_on: Day,
    /// Why staff made it in the holder's place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_behalf: Option<String>,
}

/// What a person finds under an identity.
#[derive(Debug, Serialize)]
pub struct OfPerson {
    /// Masked: what was searched with.
    pub identity: String,
    pub certificates: Vec<Item>,
    /// Empty where there are certificates.
    pub diagnosis: Vec<Cause>,
}

/// A reason why the list may be empty (DOMAIN §2.9).
#[derive(Debug, Serialize)]
pub struct Cause {
    pub code: &'static str,
    pub applies: Applies,
    /// Whom to ask.
    pub contact: Option<NamedContact>,
}

#[derive(Debug, Serialize)]
pub struct NamedContact {
    pub organisation: String,
    #[serde(flatten)]
    pub contact: Contact,
}

/// What the system can say of this very person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Applies {
    Yes,
    No,
    Maybe,
}

/// In the order of ids.
pub async fn list(system: &System, by: &Subject, after: Option<Id>, limit: u32) -> Result<Vec<Item>> {
    let (vault, subject) = (system.vault.clone(), by.clone());
    let read = system.db.read(move |tx| {
        Box::pin(
            async move { certificate::list(tx, &vault, &subject, &Filter::default(), after, limit).await },
        )
    });
    Ok(read.await?.iter().map(|c| item(system, c)).collect())
}

/// The certificates that one identity sees; an empty list explains itself. Without a document type, those of every type
/// that has numbers of this form.
pub async fn of_person(
    system: &System,
    by: &Subject,
    name: &str,
    document_type: Option<&str>,
    document: &str,
) -> Result<OfPerson> {
    let identities = identities(system, name, document_type, document)?;
    let masked = identities.first().map(|i| format!("{} {}", i.name.masked(), i.document.masked()));
    let (mut seen, mut traces) = (Vec::new(), Vec::new());
    for identity in &identities {
        let index = system.vault.identity_index(identity);
        let (vault, subject) = (system.vault.clone(), by.clone());
        let read = system.db.read(move |tx| {
            Box::pin(async move {
                let found =
                    certificate::of_identity(tx, &vault, &subject, &index, None, MOST_OF_A_PERSON).await?;
                Ok((found, certificate::of_document(tx, &subject, &index).await?))
            })
        });
        let (found, more) = read.await?;
        let online = found.iter().filter(|c| c.state != CertificateState::Draft);
        seen.extend(online.map(|c| item(system, c)));
        traces.extend(more);
    }
    let diagnosis = if seen.is_empty() { diagnose(system, &traces) } else { Vec::new() };
    Ok(OfPerson { identity: masked.unwrap_or_default(), certificates: seen, diagnosis })
}

pub async fn show(system: &System, by: &Subject, which: impl Into<Which>) -> Result<View> {
    let found = find(system, by, which).await?;
    system.accesses.count_staff(system.today(), by, "shown", found.id);
    let (vault, subject, id) = (system.vault.clone(), by.clone(), found.id);
    let (policy, today) = (system.config.policy, system.today());
    let read = system.db.read(move |tx| {
        Box::pin(async move {
            let versions = certificate::versions(tx, &vault, &subject, &id).await?;
            let revocations = certificate::revocations(tx, &id).await?;
            let numbers = request::query_numbers(tx, &vault, &subject, &id, today).await?;
            Ok((versions, revocations, numbers, endorsement::quota(tx, &policy, &id, today).await?))
        })
    });
    let (versions, revocations, mut numbers, quota) = read.await?;
    if matches!(by, Subject::Staff { .. }) {
        numbers.retain(|made| made.on_behalf.is_some());
    }
    let issuer = system.catalogue.organisation(&found.record.issuer);
    let seal = system.catalogue.seal(&found.record.seal);
    Ok(View {
        id: found.id,
        management_number: found.number.clone(),
        state: found.state,
        version: found.version,
        batch: found.batch,
        importer: found.importer.clone(),
        content: content(system, &found.record),
        seal_name: seal.map(|s| seal_name(system, &s.name)).unwrap_or_default(),
        seal_family: seal.map(|s| s.family),
        needs_endorsement: needs_endorsement(system, &found.record),
        quota,
        recorded_at: found.recorded_at.rfc3339(),
        published_at: found.published_at.map(Instant::rfc3339),
        issuer_contact: issuer.map(|o| o.contact.clone()),
        revocations: revocations.into_iter().map(revocation).collect(),
        query_numbers: numbers.into_iter().map(query_number).collect(),
        versions: versions.iter().map(|v| version(system, v)).collect(),
    })
}

fn query_number(number: QueryNumber) -> QueryNumberView {
    QueryNumberView {
        reference: crate::hex(&number.hash),
        made_at: number.made_at.rfc3339(),
        made: number.made_at,
        expires_on: number.expires_on,
        on_behalf: number.on_behalf,
    }
}

/// If `by` may see it: what is somebody else's is not there.
pub(crate) async fn find(system: &System, by: &Subject, which: impl Into<Which>) -> Result<Certificate> {
    let which = which.into();
    let missing = || which.told_in(Error::not_found("certificate_not_found"));
    let (vault, subject) = (system.vault.clone(), by.clone());
    let found = match &which {
        Which::Number(number) => {
            let parsed = ManagementNumber::parse(number).map_err(|_| missing())?;
            let read = system.db.read(move |tx| {
                Box::pin(async move { certificate::by_number(tx, &vault, &subject, &parsed).await })
            });
            read.await?
        }
        Which::Id(id) => {
            let id = *id;
            let read = system
                .db
                .read(move |tx| Box::pin(async move { certificate::get(tx, &vault, &subject, &id).await }));
            read.await?
        }
    };
    found.ok_or_else(missing)
}

/// The identities that somebody may have meant: of the type he named, else of every type whose rules the number keeps.
pub(crate) fn identities(
    system: &System,
    name: &str,
    document_type: Option<&str>,
    document: &str,
) -> Result<Vec<Identity>> {
    let names = PersonName::meant(name).map_err(|e| Error::invalid(e.rule()).with("reason", &e))?;
    let parse = |kind| DocumentNumber::typed(kind, document, system.today());
    let refused = |e: BadDocument| Error::invalid(e.rule()).with("reason", &e);
    let documents = match document_type {
        Some(text) => {
            let unknown =
                || Error::invalid("document_type_unknown").with("accepted", DocumentType::accepted());
            vec![parse(DocumentType::parse(text).ok_or_else(unknown)?).map_err(refused)?]
        }
        None => DocumentType::ALL.into_iter().filter_map(|kind| parse(kind).ok()).collect(),
    };
    if documents.is_empty() {
        // Most people mean a resident card: its rule is the one worth naming.
        parse(DocumentType::ResidentId).map_err(refused)?;
    }
    let of = |document: DocumentNumber| {
        names.iter().map(move |name| Identity { name: name.clone(), document: document.clone() })
    };
    Ok(documents.into_iter().flat_map(of).collect())
}

/// Of those that somebody may have meant the one of which the register has more by `rank`, the first of equals. All are looked
/// up, whatever is found.
pub(crate) async fn likeliest(
    system: &System,
    meant: Vec<Identity>,
    rank: fn(Known) -> (bool, bool),
) -> Result<Identity> {
    let mut meant = meant.into_iter();
    let mut likeliest = meant.next().ok_or_else(|| Error::internal("internal"))?;
    if meant.len() == 0 {
        return Ok(likeliest);
    }
    let known = async |identity: &Identity| {
        let index = system.vault.identity_index(identity);
        system.db.read(move |tx| Box::pin(async move { account::known(tx, &index).await })).await
    };
    let mut best = rank(known(&likeliest).await?);
    for other in meant {
        let found = rank(known(&other).await?);
        if found > best {
            (likeliest, best) = (other, found);
        }
    }
    Ok(likeliest)
}

/// For who is to have an account: first where there are certificates to see.
pub(crate) fn by_certificates(known: Known) -> (bool, bool) {
    (known.certificates, known.account)
}

/// For who says that he has one.
pub(crate) fn by_account(known: Known) -> (bool, bool) {
    (known.account, known.certificates)
}

/// No endorsement is needed if and only if the seal is of the association family and the certificate was made
/// before 2021-12-17 (DOMAIN §2.8, §3).
pub(crate) fn needs_endorsement(system: &System, record: &Record) -> bool {
    let family = system.catalogue.seal(&record.seal).map(|s| s.family);
    let early = record.made_on.is_some_and(|day| day < electronic_since());
    !(family == Some(SealFamily::Association) && early)
}

pub(crate) fn approval_date(on: Day, precision: Precision) -> String {
    match precision {
        Precision::Day => on.to_string(),
        Precision::Month => {
            let (year, month, _) = on.civil();
            format!("{year:04}-{month:02}")
        }
    }
}

/// On a demo no seal goes without its test mark.
fn seal_name(system: &System, name: &str) -> String {
    if system.instance.demo { crate::init::test_name(name) } else { name.to_owned() }
}

fn item(system: &System, certificate: &Certificate) -> Item {
    let record = &certificate.record;
    let qualification = system.catalogue.qualification(&record.qualification);
    Item {
        id: certificate.id,
        management_number: certificate.number.clone(),
        state: certificate.state,
        holder: record.holder.identity.name.masked(),
        qualification: qualification.map(|q| q.name.clone()).unwrap_or_default(),
        level: qualification.map(|q| q.level_name(&record.level).to_owned()).unwrap_or_default(),
        speciality: record.speciality.clone(),
        approval_date: approval_date(record.approved_on, record.approval_precision),
        issuer: record.issuer.clone(),
        seal_family: system.catalogue.seal(&record.seal).map(|s| s.family),
    }
}

fn content(system: &System, record: &Record) -> Content {
    let qualification = system.catalogue.qualification(&record.qualification);
    let identity = &record.holder.identity;
    Content {
        holder: HolderView {
            name: identity.name.display(),
            document_type: identity.document.kind().code(),
            document_number: identity.document.masked(),
            sex: record.holder.sex,
            birth_date: record.holder.birth_date,
        },
        qualification: record.qualification.clone(),
        qualification_name: qualification.map(|q| q.name.clone()).unwrap_or_default(),
        level: record.level.clone(),
        level_name: qualification.map(|q| q.level_name(&record.level).to_owned()).unwrap_or_default(),
        speciality: record.speciality.clone(),
        approval_date: approval_date(record.approved_on, record.approval_precision),
        approved: (record.approved_on, record.approval_precision),
        made_on: record.made_on,
        year: record.year,
        half: record.half,
        region: record.region.clone(),
        issuer: record.issuer.clone(),
        issuer_name: system
            .catalogue
            .organisation(&record.issuer)
            .map(|o| o.name.clone())
            .unwrap_or_default(),
        seal: record.seal.clone(),
        licence_identifier: record.licence.clone(),
        photo: record.photo.is_some(),
    }
}

fn version(system: &System, superseded: &Superseded) -> VersionView {
    VersionView {
        version: superseded.version,
        content: content(system, &superseded.record),
        recorded_at: superseded.recorded_at.rfc3339(),
        superseded_at: superseded.superseded_at.rfc3339(),
    }
}

fn revocation(revocation: Revocation) -> RevocationView {
    RevocationView {
        reason: revocation.reason,
        basis: revocation.basis,
        revoked_on: revocation.revoked_on,
        reinstated_at: revocation.reinstated_at.map(Instant::rfc3339),
        reinstatement_basis: revocation.reinstatement_basis,
    }
}

/// The published causes, those first that the register can rule in for this person.
pub(crate) fn diagnose(system: &System, traces: &[Trace]) -> Vec<Cause> {
    let contact = |code: &str| {
        let organisation = system.catalogue.organisation(code)?;
        Some(NamedContact { organisation: organisation.name.clone(), contact: organisation.contact.clone() })
    };
    let known = |found: Option<&Trace>| if found.is_some() { Applies::Yes } else { Applies::No };
    let draft = traces.iter().find(|t| t.same_name && t.state == CertificateState::Draft);
    let renamed = traces.iter().find(|t| !t.same_name && t.state != CertificateState::Draft);
    let open = if draft.is_some() || renamed.is_some() { Applies::No } else { Applies::Maybe };
    let mut causes = vec![
        Cause {
            code: "not_online_yet",
            applies: known(draft),
            contact: draft.and_then(|t| contact(&t.importer)),
        },
        Cause {
            code: "identity_corrected",
            applies: known(renamed),
            contact: renamed.and_then(|t| contact(&t.importer)),
        },
        Cause { code: "none_attained", applies: open, contact: None },
        Cause { code: "not_made_here", applies: open, contact: None },
        Cause { code: "earlier_than_online", applies: open, contact: None },
    ];
    causes.sort_by_key(|cause| match cause.applies {
        Applies::Yes => 0,
        Applies::Maybe => 1,
        Applies::No => 2,
    });
    causes
}

//! 加注: a holder applies for an endorsement; the copy is sealed in the same request, or by recovery.

mod draft;

pub use draft::Draft;

use crate::certificate::{self as certificates, Which};
use crate::error::{Error, Result};
use crate::fields::purpose;
use crate::inbox;
use crate::making::{self, Draw, Endorsing, Made};
use crate::seals;
use crate::system::System;
use serde::Serialize;
use yinxin_model::catalogue::Addition;
use yinxin_model::ports::random;
use yinxin_model::quota::Quota;
use yinxin_model::states::{CertificateState, EndorsementState, EndorsementView, Role, VoidReason};
use yinxin_model::{Day, Id, Instant, Subject};
use yinxin_store::certificate::Certificate;
use yinxin_store::copy;
pub use yinxin_store::endorsement::Ready;
use yinxin_store::endorsement::{self, Application, Closed, Endorsement, Grant, NewEndorsement};

/// Longest addition to a purpose, in characters: it must fit its line on the copy.
const LONGEST_ADDITION: usize = 40;

#[derive(Clone, Debug)]
pub struct Request {
    pub certificate: Which,
    pub scenario: String,
    pub addition: String,
    pub days: i32,
    /// One submission, one key; without one every call is a submission of its own.
    pub idempotency_key: Option<String>,
    /// An operator's reason for acting in the holder's place.
    pub on_behalf: Option<String>,
}

#[derive(Debug, Serialize)]
pub struct View {
    pub endorsement: Id,
    #[serde(skip)]
    pub certificate: Id,
    pub management_number: String,
    pub scenario: String,
    pub purpose: String,
    pub applied_on: Day,
    pub days: i32,
    /// Last day, inclusive.
    pub valid_until: Day,
    pub state: EndorsementView,
    pub void_reason: Option<VoidReason>,
    pub copy_number: String,
    #[serde(serialize_with = "rfc3339")]
    pub made_at: Instant,
    pub on_behalf: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quota: Option<Quota>,
    /// The submission was granted before; nothing was granted now.
    pub repeated: bool,
    /// While the copy is being made: how many are before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<usize>,
}

/// What an application would be granted, as far as a read can tell.
#[derive(Debug)]
pub struct Preview {
    pub purpose: String,
    pub days: i32,
    /// Last day, inclusive.
    pub valid_until: Day,
    pub quota: Quota,
}

/// Checks an application and changes nothing.
pub async fn preview(system: &System, by: &Subject, request: &Request) -> Result<Preview> {
    let found = certificates::find(system, by, request.certificate.clone()).await?;
    check(system, &found, request)?;
    let (valid_until, quota) = place_left(system, &found, request.days).await?;
    Ok(Preview {
        purpose: purpose(system, &request.scenario, Some(request.addition.trim())),
        days: request.days,
        valid_until,
        quota,
    })
}

/// How many days an endorsement applied for today has if `last` is its last.
pub fn days_until(system: &System, last: Day) -> i32 {
    last.0.saturating_sub(system.today().0).saturating_add(1)
}

pub async fn endorse(system: &System, by: &Subject, request: Request) -> Result<View> {
    let found = certificates::find(system, by, request.certificate.clone()).await?;
    let actor = actor(system, by, &found, request.on_behalf.as_deref())?;
    check(system, &found, &request)?;
    let key = request.idempotency_key.clone().unwrap_or_else(|| crate::hex(&random::<16>(system.entropy())));
    if key.is_empty() || key.len() > 100 || key.chars().any(char::is_control) {
        return Err(Error::invalid("idempotency_key_form"));
    }
    let granted = match repeated(system, &found, &key).await? {
        Some(earlier) => Grant::Repeated(Box::new(earlier)),
        None => grant(system, &actor, &found, &request, key).await?,
    };
    match granted {
        Grant::Granted(granted) => answer(system, &found, granted.id, false).await,
        Grant::Repeated(earlier) => {
            let same = earlier.scenario == request.scenario
                && earlier.days == request.days
                && earlier.addition.as_deref().unwrap_or_default() == request.addition.trim();
            if !same {
                return Err(Error::conflict("idempotency_mismatch").with("endorsement", earlier.id));
            }
            answer(system, &found, earlier.id, true).await
        }
        Grant::Refused(refusal) => Err(refusal.into()),
        Grant::NotEndorsable { state: CertificateState::Online, .. } => {
            Err(Error::conflict("certificate_changed"))
        }
        Grant::NotEndorsable { state, .. } => Err(not_online(state)),
        Grant::NotFound => Err(request.certificate.told_in(Error::not_found("certificate_not_found"))),
    }
}

/// The newest copy of one of the asking holder's certificates that can be used now.
pub async fn ready(system: &System, by: &Subject, certificate: Id) -> Result<Option<Ready>> {
    let (subject, today) = (by.clone(), system.today());
    let read =
        system.db.read(move |tx| Box::pin(async move { endorsement::ready(tx, &subject, today).await }));
    Ok(read.await?.into_iter().find(|one| one.certificate == certificate))
}

/// Those of one certificate or, for the platform's staff, of all; newest first.
pub async fn list(
    system: &System,
    by: &Subject,
    which: Option<Which>,
    before: Option<Id>,
    limit: u32,
) -> Result<Vec<View>> {
    let certificate = match which {
        Some(which) => Some(certificates::find(system, by, which).await?.id),
        None => None,
    };
    let (vault, subject) = (system.vault.clone(), by.clone());
    let read = system.db.read(move |tx| {
        Box::pin(async move {
            let found = match certificate {
                Some(id) => endorsement::list(tx, &vault, &subject, &id, before, limit).await?,
                None => endorsement::list_all(tx, &vault, &subject, before, limit).await?,
            };
            let mut listed = Vec::with_capacity(found.len());
            for endorsement in found {
                let of =
                    yinxin_store::certificate::get(tx, &vault, &Subject::System, &endorsement.certificate);
                listed.push((of.await?.map(|c| c.number).unwrap_or_default(), endorsement));
            }
            Ok(listed)
        })
    });
    Ok(read.await?.into_iter().map(|(number, e)| view(system, number, e)).collect())
}

pub async fn show(system: &System, by: &Subject, id: Id) -> Result<View> {
    let (endorsement, certificate) = find(system, by, id).await?;
    let mut shown = view(system, certificate.number, endorsement);
    if shown.state == EndorsementView::Granted {
        shown.position = Some(position(system, id).await?);
    }
    Ok(shown)
}

/// The holder's act, or an operator's with a stated reason; it keeps its place in the quota.
pub async fn withdraw(system: &System, by: &Subject, id: Id, on_behalf: Option<&str>) -> Result<View> {
    let (endorsement, certificate) = find(system, by, id).await?;
    let state = endorsement.state.on(endorsement.valid_until, system.today());
    if !matches!(state, EndorsementView::Granted | EndorsementView::Ready) {
        return Err(not_in_force(state).with("endorsement", id));
    }
    let actor = actor(system, by, &certificate, on_behalf)?;
    let (vault, act) = (system.vault.clone(), system.act(&actor));
    let closed = system
        .db
        .write(move |tx| Box::pin(async move { endorsement::withdraw(tx, &vault, &act, &id).await }));
    match closed.await? {
        Closed::Done => show(system, by, id).await,
        Closed::NotFound => Err(Error::not_found("endorsement_not_found").with("endorsement", id)),
        Closed::WrongState(state) => Err(not_in_force(state.on(Day(i32::MAX), system.today()))),
    }
}

/// An endorsement with its certificate, if `by` may see them.
pub(crate) async fn find(system: &System, by: &Subject, id: Id) -> Result<(Endorsement, Certificate)> {
    let missing = || Error::not_found("endorsement_not_found").with("endorsement", id);
    let (vault, subject) = (system.vault.clone(), by.clone());
    let read = system.db.read(move |tx| {
        Box::pin(async move {
            let Some(endorsement) = endorsement::get(tx, &vault, &subject, &id).await? else {
                return Ok(None);
            };
            let certificate = endorsement.certificate;
            let found = yinxin_store::certificate::get(tx, &vault, &subject, &certificate).await?;
            Ok(found.map(|certificate| (endorsement, certificate)))
        })
    });
    read.await?.ok_or_else(missing)
}

/// Why an endorsement gives no copy.
pub(crate) fn not_in_force(state: EndorsementView) -> Error {
    Error::conflict(match state {
        EndorsementView::Expired => "endorsement_expired",
        EndorsementView::Voided => "endorsement_void",
        EndorsementView::Withdrawn => "endorsement_withdrawn",
        EndorsementView::Granted | EndorsementView::Ready => "endorsement_not_ready",
    })
}

pub(crate) fn not_online(state: CertificateState) -> Error {
    Error::conflict(match state {
        CertificateState::Revoked => "certificate_revoked",
        CertificateState::Draft | CertificateState::Online => "certificate_not_online",
    })
}

/// On a demo the command line stands for the holder; elsewhere an operator acts with a stated reason.
pub(crate) fn actor(
    system: &System,
    by: &Subject,
    found: &Certificate,
    on_behalf: Option<&str>,
) -> Result<Subject> {
    match by {
        Subject::Staff { .. } if on_behalf.is_some_and(|reason| !reason.trim().is_empty()) => {
            crate::system::require(by, Role::Operator).map(|()| by.clone())
        }
        Subject::Staff { .. } if system.instance.demo && on_behalf.is_none() => {
            Ok(yinxin_store::account::holder(&found.index))
        }
        Subject::Staff { .. } => Err(Error::forbidden("on_behalf_needed")),
        other => Ok(other.clone()),
    }
}

fn check(system: &System, found: &Certificate, request: &Request) -> Result<()> {
    let unknown = || Error::invalid("scenario_unknown").with("scenario", &request.scenario);
    let scenario = system.catalogue.scenario(&request.scenario).ok_or_else(unknown)?;
    let addition = request.addition.trim();
    match scenario.addition {
        Addition::None if !addition.is_empty() => return Err(Error::invalid("addition_not_taken")),
        Addition::Required if addition.is_empty() => return Err(Error::invalid("addition_missing")),
        _ => {}
    }
    if addition.chars().count() > LONGEST_ADDITION || addition.chars().any(char::is_control) {
        return Err(Error::invalid("text_too_long").with("longest", LONGEST_ADDITION));
    }
    if found.state != CertificateState::Online {
        return Err(not_online(found.state).with("number", &found.number));
    }
    if !certificates::needs_endorsement(system, &found.record) {
        return Err(Error::conflict("endorsement_not_needed").with("number", &found.number));
    }
    Ok(())
}

async fn repeated(system: &System, found: &Certificate, key: &str) -> Result<Option<Endorsement>> {
    let (vault, id, key) = (system.vault.clone(), found.id, key.to_owned());
    let read =
        system.db.read(move |tx| Box::pin(async move { endorsement::by_key(tx, &vault, &id, &key).await }));
    Ok(read.await?)
}

/// Checks with a read first (a refusal costs as much as a grant), prepares the copy, grants with its intent, and seals.
async fn grant(
    system: &System,
    by: &Subject,
    found: &Certificate,
    request: &Request,
    key: String,
) -> Result<Grant> {
    place_left(system, found, request.days).await?;
    let (granted, sealing) = grant_unsealed(system, by, found, request, key).await?;
    if let Some((prepared, copy, endorsing)) = sealing {
        finish(system, by, prepared, copy, &endorsing).await?;
    }
    Ok(granted)
}

/// Whether there is a place for an application today; the last day that it would be valid on, and the quota.
async fn place_left(system: &System, found: &Certificate, days: i32) -> Result<(Day, Quota)> {
    let (policy, today, id) = (system.config.policy, system.today(), found.id);
    let last = policy.last_valid_day(today, days)?;
    let quota =
        system.db.read(move |tx| Box::pin(async move { endorsement::quota(tx, &policy, &id, today).await }));
    let quota = quota.await?;
    if quota.used >= quota.max {
        return Err(yinxin_model::quota::Refusal::QuotaUsedUp(quota).into());
    }
    Ok((last, quota))
}

/// What is left to do after a grant.
type ToSeal = (yinxin_seal::Prepared, copy::NewCopy, Endorsing);

/// Grants and writes the intent down, without sealing: where a crash would leave it. The demo ends with one such, so
/// that the next start has something to finish.
pub(crate) async fn grant_unsealed(
    system: &System,
    by: &Subject,
    found: &Certificate,
    request: &Request,
    key: String,
) -> Result<(Grant, Option<ToSeal>)> {
    let policy = system.config.policy;
    let valid_until = policy.last_valid_day(system.today(), request.days)?;
    let addition = Some(request.addition.trim().to_owned()).filter(|a| !a.is_empty());
    let endorsing = Endorsing {
        id: Id::new(system.now(), system.entropy()),
        scenario: request.scenario.clone(),
        addition: addition.clone(),
        valid_until,
    };
    // Asked before the quota is touched; asked again before the signature.
    seals::require_usable(system, &found.record.seal, making::FIRST, system.now()).await?;
    let draw = Draw::new(system, found, Some(&endorsing))?;
    let (prepared, copy) = making::prepare(system, found, &draw, Some(&endorsing), making::FIRST).await?;
    let new = NewEndorsement {
        id: endorsing.id,
        idempotency_key: key,
        scenario: request.scenario.clone(),
        addition,
        on_behalf: request.on_behalf.clone(),
        days: request.days,
        valid_until,
        copy: copy.clone(),
    };
    let (vault, act, id) = (system.vault.clone(), system.act(by), found.id);
    let in_place = request.on_behalf.is_some();
    let application = Application::new(&vault, system.act(by), new)?;
    let granted = system.db.write(move |tx| {
        Box::pin(async move {
            let granted = endorsement::grant(tx, &vault, &policy, application).await?;
            if let (true, Grant::Granted(granted)) = (in_place, &granted) {
                inbox::tell_of_endorsement(tx, &vault, &act, &id, &granted.id).await?;
            }
            Ok(granted)
        })
    });
    let granted = granted.await?;
    if in_place {
        system.accesses.count_staff(system.today(), by, "endorsed", found.id);
    }
    let sealing = matches!(granted, Grant::Granted(_)).then_some((prepared, copy, endorsing));
    Ok((granted, sealing))
}

/// Seals at once. What cannot be done now stays granted, and recovery finishes it; what can never be done is void.
async fn finish(
    system: &System,
    by: &Subject,
    prepared: yinxin_seal::Prepared,
    copy: copy::NewCopy,
    endorsing: &Endorsing,
) -> Result<()> {
    let keep_until = making::keep_until(system, Some(endorsing));
    match making::complete(system, by, prepared, copy, FIRST_INTENT, keep_until).await {
        Ok(Made::Stored | Made::Overtaken) => Ok(()),
        Err(error) if making::is_final(&error) => {
            making::void(system, &endorsing.id, &error).await?;
            Err(error)
        }
        Err(error) => {
            tracing::warn!(endorsement = %endorsing.id, code = error.code, "sealing is left for later");
            Ok(())
        }
    }
}

/// The number of the intent that a grant writes.
const FIRST_INTENT: u32 = 1;

async fn answer(system: &System, found: &Certificate, id: Id, repeated: bool) -> Result<View> {
    let (vault, certificate) = (system.vault.clone(), found.id);
    let (policy, today) = (system.config.policy, system.today());
    let read = system.db.read(move |tx| {
        Box::pin(async move {
            let stored = endorsement::get(tx, &vault, &Subject::System, &id).await?;
            Ok((stored, endorsement::quota(tx, &policy, &certificate, today).await?))
        })
    });
    let (stored, quota) = read.await?;
    let stored = stored.ok_or_else(|| Error::not_found("endorsement_not_found").with("endorsement", id))?;
    let pending = stored.state == EndorsementState::Granted;
    let position = if pending { Some(position(system, id).await?) } else { None };
    Ok(View { quota: Some(quota), repeated, position, ..view(system, found.number.clone(), stored) })
}

/// How many copies were to be made before this one.
async fn position(system: &System, id: Id) -> Result<usize> {
    let vault = system.vault.clone();
    let read = system.db.read(move |tx| {
        Box::pin(async move { copy::open_intents(tx, &vault, Instant(i64::MAX), 10_000).await })
    });
    let open = read.await?;
    Ok(open.iter().position(|intent| intent.inputs.endorsement == Some(id)).unwrap_or(0))
}

fn view(system: &System, management_number: String, endorsement: Endorsement) -> View {
    View {
        endorsement: endorsement.id,
        certificate: endorsement.certificate,
        management_number,
        purpose: purpose(system, &endorsement.scenario, endorsement.addition.as_deref()),
        scenario: endorsement.scenario,
        applied_on: endorsement.applied_on,
        days: endorsement.days,
        valid_until: endorsement.valid_until,
        state: endorsement.state.on(endorsement.valid_until, system.today()),
        void_reason: endorsement.void_reason,
        copy_number: endorsement.copy_number,
        made_at: endorsement.made_at,
        on_behalf: endorsement.on_behalf,
        quota: None,
        repeated: false,
        position: None,
    }
}

fn rfc3339<S: serde::Serializer>(at: &Instant, out: S) -> std::result::Result<S::Ok, S::Error> {
    out.serialize_str(&at.rfc3339())
}

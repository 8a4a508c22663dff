//! A holder's certificates: cards, or why there are none; one in full with its endorsements.

use super::facts::{self, Fact};
use crate::error::Result;
use crate::forms::{Asked, Form, Posted};
use crate::portal::Portal;
use crate::routes::{Route, Who};
use crate::session::SignedIn;
use crate::view::{Frame, page};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::Method;
use axum::response::Response;
use axum::routing::{get, post};
use yinxin_app::certificate::mine::{self, Card, Explanation, Listing, Search};
use yinxin_app::certificate::{self, Applies, Cause, RevocationView, View};
use yinxin_app::endorse::{self, Ready};
use yinxin_app::error::Error;
use yinxin_model::Id;
use yinxin_model::catalogue::Catalogue;
use yinxin_model::states::{CertificateState, EndorsementView};

pub const ROUTES: &[Route] = &[
    Route { method: Method::GET, path: "/certificates", who: Who::Agreed, handler: || get(list) },
    Route { method: Method::POST, path: "/certificates", who: Who::Agreed, handler: || post(search) },
    Route { method: Method::GET, path: "/certificates/{id}", who: Who::Agreed, handler: || get(show) },
];

/// Endorsements on a certificate's page.
const HISTORY: u32 = 10;
/// With fewer, nobody searches.
const WORTH_SEARCHING: usize = 6;

/// The id in an address. What is no id is nobody's certificate.
pub(super) fn id(text: &str) -> Result<Id> {
    Ok(text.parse().map_err(|_| Error::not_found("certificate_not_found"))?)
}

#[derive(Template)]
#[template(path = "certificates/list.html")]
struct List {
    frame: Frame,
    form: Form,
    cards: Vec<CardShown>,
    listing: Listing,
    searchable: bool,
    explanation: Option<Explained>,
}

/// The newest copy that can be used now, so that nobody applies for another in vain.
struct There {
    id: Id,
    until: String,
}

fn there(frame: &Frame, ready: &Ready) -> There {
    There { id: ready.id, until: frame.date(ready.valid_until) }
}

struct CardShown {
    card: Card,
    ready: Option<There>,
    name: String,
    approved: String,
    state: String,
    revoked: bool,
    masked_number: String,
    seal: Option<String>,
}

struct Explained {
    identity: String,
    document: String,
    causes: Vec<CauseShown>,
}

struct CauseShown {
    /// How it applies: `yes`, `no` or `maybe`.
    applies: &'static str,
    verdict: String,
    title: String,
    text: String,
    organisation: String,
    contact: Vec<Fact>,
    /// What to do is to register again.
    register: bool,
    scope: bool,
}

async fn list(
    State(portal): State<Portal>,
    frame: Frame,
    SignedIn(session): SignedIn,
    Asked(form): Asked,
) -> Result<Response> {
    // What is searched for may be a number; it does not belong into an address.
    let form = Form::of(&[("year", form.value("year")), ("after", form.value("after"))]);
    listed(&portal, frame, &session.subject, form).await
}

async fn search(
    State(portal): State<Portal>,
    frame: Frame,
    SignedIn(session): SignedIn,
    Posted(form): Posted,
) -> Result<Response> {
    listed(&portal, frame, &session.subject, form).await
}

async fn listed(portal: &Portal, frame: Frame, by: &yinxin_model::Subject, form: Form) -> Result<Response> {
    let search = Search {
        text: form.value("text").to_owned(),
        year: form.value("year").parse().ok(),
        after: form.value("after").parse().ok(),
    };
    let mut listing = mine::list(&portal.system, by, &search).await?;
    let shown = std::mem::take(&mut listing.cards);
    let cards = shown.into_iter().map(|card| card_shown(portal, &frame, card)).collect();
    let explanation = listing.explanation.take().map(|explanation| explained(&frame, explanation));
    let searchable = listing.total >= WORTH_SEARCHING;
    Ok(page(&List { frame, form, cards, listing, searchable, explanation }))
}

fn card_shown(portal: &Portal, frame: &Frame, card: Card) -> CardShown {
    let catalogue = &portal.system.catalogue;
    let name = facts::qualification(frame, catalogue, &card.qualification, &card.qualification_name);
    CardShown {
        name: facts::with_level(frame, name, &frame.level(&card.level, &card.level_name)),
        approved: facts::approval(frame, card.approved),
        state: state(frame, card.state),
        revoked: card.state == CertificateState::Revoked,
        masked_number: masked(&card.management_number),
        ready: card.ready.as_ref().map(|ready| there(frame, ready)),
        seal: card.seal_family.map(|family| frame.t(&format!("web-certificates-family-{}", family.as_str()))),
        card,
    }
}

fn explained(frame: &Frame, explanation: Explanation) -> Explained {
    let kind = frame.t(&format!("document-type-{}", explanation.document_type.code()));
    Explained {
        identity: explanation.name,
        document: format!("{kind} {}", explanation.document),
        causes: explanation.causes.into_iter().map(|cause| cause_shown(frame, cause)).collect(),
    }
}

fn cause_shown(frame: &Frame, cause: Cause) -> CauseShown {
    let applies = match cause.applies {
        Applies::Yes => "yes",
        Applies::No => "no",
        Applies::Maybe => "maybe",
    };
    let title = frame.t(&format!("web-certificates-cause-{}", cause.code));
    let text = frame.t(&format!("web-certificates-cause-{}-{}", cause.code, applies));
    let (organisation, contact) = match cause.contact {
        Some(named) => (named.organisation, facts::contact(frame, &named.contact)),
        None => (String::new(), Vec::new()),
    };
    let open = cause.applies != Applies::No;
    CauseShown {
        applies,
        verdict: frame.t(&format!("web-certificates-applies-{applies}")),
        title,
        text,
        organisation,
        contact,
        register: open && cause.code == "identity_corrected",
        scope: open && matches!(cause.code, "not_made_here" | "earlier_than_online"),
    }
}

#[derive(Template)]
#[template(path = "certificates/show.html")]
struct Show {
    frame: Frame,
    view: View,
    title: String,
    state: String,
    revoked: bool,
    facts: Vec<Fact>,
    contact: Vec<Fact>,
    corrected: bool,
    revocations: Vec<RevocationShown>,
    endorsements: Vec<EndorsementShown>,
    older: Option<Id>,
    first_page: bool,
    ready: Option<There>,
    /// No further endorsement can be applied for today.
    full: bool,
}

struct RevocationShown {
    on: String,
    reason: String,
    basis: String,
    reinstated: Option<String>,
}

pub(super) struct EndorsementShown {
    pub id: Id,
    pub state: String,
    pub in_force: bool,
    pub purpose: Fact,
    pub applied_on: String,
    pub valid_until: String,
    pub copy_number: String,
}

async fn show(
    State(portal): State<Portal>,
    frame: Frame,
    SignedIn(session): SignedIn,
    Path(asked): Path<String>,
    Asked(form): Asked,
) -> Result<Response> {
    let by = &session.subject;
    let view = certificate::show(&portal.system, by, id(&asked)?).await?;
    let before = form.value("before").parse().ok();
    let mut listed = endorse::list(&portal.system, by, Some(view.id.into()), before, HISTORY + 1).await?;
    let more = listed.len() > HISTORY as usize;
    listed.truncate(HISTORY as usize);
    let older = listed.last().filter(|_| more).map(|last| last.endorsement);
    let catalogue = &portal.system.catalogue;
    let ready = endorse::ready(&portal.system, by, view.id).await?.map(|ready| there(&frame, &ready));
    let endorsements = listed.into_iter().map(|one| shown(&frame, catalogue, one)).collect();
    let (facts, title) = (facts::full(&frame, catalogue, &view), facts::title(&frame, catalogue, &view));
    let contact =
        view.issuer_contact.as_ref().map(|contact| facts::contact(&frame, contact)).unwrap_or_default();
    Ok(page(&Show {
        title,
        state: state(&frame, view.state),
        revoked: view.state == CertificateState::Revoked,
        facts,
        contact,
        corrected: view.version > 1,
        revocations: view.revocations.iter().map(|revocation| revocation_shown(&frame, revocation)).collect(),
        endorsements,
        older,
        first_page: before.is_none(),
        ready,
        full: view.quota.used >= view.quota.max,
        view,
        frame,
    }))
}

fn revocation_shown(frame: &Frame, revocation: &RevocationView) -> RevocationShown {
    RevocationShown {
        on: frame.date(revocation.revoked_on),
        reason: frame.t(&format!("revocation-reason-{}", revocation.reason.as_str())),
        basis: revocation.basis.clone(),
        reinstated: revocation.reinstatement_basis.clone(),
    }
}

pub(super) fn shown(frame: &Frame, catalogue: &Catalogue, endorsement: endorse::View) -> EndorsementShown {
    EndorsementShown {
        id: endorsement.endorsement,
        state: frame.t(&format!("endorsement-state-{}", endorsement.state.as_str())),
        in_force: matches!(endorsement.state, EndorsementView::Ready | EndorsementView::Granted),
        purpose: facts::purpose(frame, catalogue, &endorsement.scenario, endorsement.purpose),
        applied_on: frame.date(endorsement.applied_on),
        valid_until: frame.date(endorsement.valid_until),
        copy_number: endorsement.copy_number,
    }
}

fn state(frame: &Frame, state: CertificateState) -> String {
    frame.t(&format!("certificate-state-{}", state.as_str()))
}

/// The first four and the last two characters: enough to tell one's own apart, not to be read over a shoulder.
fn masked(number: &str) -> String {
    let characters: Vec<char> = number.chars().collect();
    let hidden = characters.len().saturating_sub(6);
    let shown = |(at, c): (usize, &char)| if at < 4 || at >= 4 + hidden { *c } else { '*' };
    characters.iter().enumerate().map(shown).collect()
}

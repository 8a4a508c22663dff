//! 加注: check the details, choose purpose and validity, see the last day, submit.

use super::certificates::{EndorsementShown, id, shown};
use super::facts::{self, Fact};
use crate::error::{Result, status};
use crate::forms::{AGAIN, Asked, Form, Posted};
use crate::portal::Portal;
use crate::routes::{Route, Who};
use crate::session::SignedIn;
use crate::view::{Frame, page, page_with, see_other};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::{Method, StatusCode};
use axum::response::Response;
use axum::routing::{get, post};
use yinxin_app::certificate::{self, View};
use yinxin_app::endorse::{self, Draft, Preview, Request};
use yinxin_app::error::{Error, Kind};
use yinxin_model::catalogue::{Addition, Scenario};
use yinxin_model::states::{CertificateState, EndorsementView};
use yinxin_model::{Day, Subject};

pub const ROUTES: &[Route] = &[
    Route {
        method: Method::GET,
        path: "/certificates/{id}/endorse",
        who: Who::Agreed,
        handler: || get(form),
    },
    Route {
        method: Method::POST,
        path: "/certificates/{id}/endorse/check",
        who: Who::Agreed,
        handler: || post(draw_up),
    },
    Route {
        method: Method::GET,
        path: "/certificates/{id}/endorse/check",
        who: Who::Agreed,
        handler: || get(check),
    },
    Route {
        method: Method::POST,
        path: "/certificates/{id}/endorse",
        who: Who::Agreed,
        handler: || post(submit),
    },
];

/// Endorsements looked through for such as are in force: no quota lets more be granted within the longest validity.
const RECENT: u32 = 20;

#[derive(Template)]
#[template(path = "endorse/form.html")]
struct Apply {
    frame: Frame,
    form: Form,
    view: View,
    title: String,
    facts: Vec<Fact>,
    contact: Vec<Fact>,
    scenarios: Vec<(String, String)>,
    /// Some scenario takes words of the applicant's.
    addition: bool,
    in_force: Vec<EndorsementShown>,
    longest: i32,
    today: Day,
    last: Day,
    possible: bool,
}

async fn form(
    State(portal): State<Portal>,
    frame: Frame,
    SignedIn(session): SignedIn,
    Path(text): Path<String>,
    Asked(asked): Asked,
) -> Result<Response> {
    let (system, by) = (&portal.system, &session.subject);
    let view = certificate::show(system, by, id(&text)?).await?;
    if let Some(elsewhere) = elsewhere(&view) {
        return Ok(elsewhere);
    }
    let mut form = blank(&portal);
    if !asked.value("draft").is_empty() {
        match Draft::open(system, by, view.id, asked.value("draft")) {
            Ok(draft) => form = filled(&draft),
            Err(error) => return again(&portal, frame, by, view, form, error).await,
        }
    }
    apply(&portal, frame, by, view, form, StatusCode::OK).await
}

/// Where one goes with a certificate that cannot be endorsed, or need not be.
fn elsewhere(view: &View) -> Option<Response> {
    if view.state != CertificateState::Online {
        return Some(see_other(&format!("/certificates/{}", view.id)));
    }
    (!view.needs_endorsement).then(|| see_other(&format!("/certificates/{}/copy", view.id)))
}

fn blank(portal: &Portal) -> Form {
    let first = portal.system.catalogue.scenario.first().map_or("", |scenario| scenario.code.as_str());
    let longest = portal.system.config.policy.longest_days.to_string();
    Form::of(&[("scenario", first), ("days", &longest)])
}

fn filled(draft: &Draft) -> Form {
    let Draft { scenario, addition, days, until, .. } = draft;
    Form::of(&[("scenario", scenario), ("addition", addition), ("days", days), ("until", until)])
}

/// The form with whatever is wrong with it.
async fn apply(
    portal: &Portal,
    frame: Frame,
    by: &Subject,
    view: View,
    form: Form,
    status: StatusCode,
) -> Result<Response> {
    let system = &portal.system;
    let recent = endorse::list(system, by, Some(view.id.into()), None, RECENT).await?;
    let in_force = |e: &endorse::View| matches!(e.state, EndorsementView::Ready | EndorsementView::Granted);
    let in_force = recent.into_iter().filter(in_force);
    let in_force = in_force.map(|e| shown(&frame, &system.catalogue, e)).collect();
    let (today, longest) = (system.today(), system.config.policy.longest_days);
    let catalogue = &system.catalogue;
    let contact =
        view.issuer_contact.as_ref().map(|contact| facts::contact(&frame, contact)).unwrap_or_default();
    let shown = Apply {
        title: facts::title(&frame, catalogue, &view),
        facts: facts::brief(&frame, catalogue, &view),
        contact,
        scenarios: catalogue.scenario.iter().map(|s| (s.code.clone(), scenario_name(&frame, s))).collect(),
        addition: catalogue.scenario.iter().any(|s| s.addition != Addition::None),
        in_force,
        longest,
        today,
        last: today.plus(longest - 1),
        possible: view.quota.used < view.quota.max,
        view,
        form,
        frame,
    };
    Ok(page_with(status, &shown))
}

/// Draws the application up, right or wrong. It stands in the address of the page that follows, and its one submission with
/// it: that page may be loaded again, left and come back to, and what was filled in can be read there by nobody.
async fn draw_up(
    State(portal): State<Portal>,
    frame: Frame,
    SignedIn(session): SignedIn,
    Path(text): Path<String>,
    Posted(form): Posted,
) -> Result<Response> {
    let (system, by) = (&portal.system, &session.subject);
    let view = certificate::show(system, by, id(&text)?).await?;
    match Draft::new(system, ["scenario", "addition", "days", "until"].map(|field| form.value(field))) {
        Ok(draft) => {
            let draft = draft.sealed(system, by, view.id)?;
            Ok(see_other(&format!("/certificates/{}/endorse/check?draft={draft}", view.id)))
        }
        Err(error) => again(&portal, frame, by, view, form, error).await,
    }
}

#[derive(Template)]
#[template(path = "endorse/check.html")]
struct Check {
    frame: Frame,
    view: View,
    title: String,
    preview: Preview,
    purpose: Fact,
    today: Day,
    draft: String,
}

/// Shows what would be granted. Nothing is changed, so that the page may be loaded again.
async fn check(
    State(portal): State<Portal>,
    frame: Frame,
    SignedIn(session): SignedIn,
    Path(text): Path<String>,
    Asked(asked): Asked,
) -> Result<Response> {
    let (system, by) = (&portal.system, &session.subject);
    let view = certificate::show(system, by, id(&text)?).await?;
    if let Some(elsewhere) = elsewhere(&view) {
        return Ok(elsewhere);
    }
    let text = asked.value("draft");
    if text.is_empty() {
        let form = blank(&portal);
        return apply(&portal, frame, by, view, form, StatusCode::OK).await;
    }
    let draft = match Draft::open(system, by, view.id, text) {
        Ok(draft) => draft,
        Err(error) => return again(&portal, frame, by, view, blank(&portal), error).await,
    };
    if let Some(made) = draft.granted(system, by, view.id).await? {
        return Ok(see_other(&format!("/endorsements/{made}")));
    }
    let mut form = filled(&draft);
    let Some(request) = request(&portal, &frame, &view, &mut form, &draft) else {
        return apply(&portal, frame, by, view, form, AGAIN).await;
    };
    match endorse::preview(system, by, &request).await {
        Ok(preview) => {
            let (title, today) = (facts::title(&frame, &system.catalogue, &view), system.today());
            let purpose = facts::purpose(&frame, &system.catalogue, &draft.scenario, preview.purpose.clone());
            Ok(page(&Check { frame, view, title, preview, purpose, today, draft: text.to_owned() }))
        }
        Err(error) => again(&portal, frame, by, view, form, error).await,
    }
}

async fn submit(
    State(portal): State<Portal>,
    frame: Frame,
    SignedIn(session): SignedIn,
    Path(asked): Path<String>,
    Posted(sent): Posted,
) -> Result<Response> {
    let (system, by) = (&portal.system, &session.subject);
    let view = certificate::show(system, by, id(&asked)?).await?;
    let draft = match Draft::open(system, by, view.id, sent.value("draft")) {
        Ok(draft) => draft,
        Err(error) => return again(&portal, frame, by, view, blank(&portal), error).await,
    };
    // Sent before, and maybe on another day: what it was granted then is what it is granted.
    if let Some(made) = draft.granted(system, by, view.id).await? {
        return Ok(see_other(&format!("/endorsements/{made}")));
    }
    let mut form = filled(&draft);
    let Some(request) = request(&portal, &frame, &view, &mut form, &draft) else {
        return apply(&portal, frame, by, view, form, AGAIN).await;
    };
    match endorse::endorse(system, by, request).await {
        Ok(granted) => Ok(see_other(&format!("/endorsements/{}", granted.endorsement))),
        Err(error) => again(&portal, frame, by, view, form, error).await,
    }
}

/// A refusal that the applicant can do something about, above the form; others are pages of their own.
async fn again(
    portal: &Portal,
    frame: Frame,
    by: &Subject,
    view: View,
    mut form: Form,
    error: Error,
) -> Result<Response> {
    if !matches!(error.kind, Kind::Invalid | Kind::Conflict) || error.code.starts_with("certificate_") {
        return Err(error.into());
    }
    let field = match error.code {
        "scenario_unknown" => "scenario",
        "addition_missing" | "addition_not_taken" | "text_too_long" => "addition",
        "validity_out_of_range" => "days",
        _ => "",
    };
    form.refuse(field, frame.says(&error));
    let status = status(error.kind);
    apply(portal, frame, by, view, form, status).await
}

/// What was filled in, or what is wrong with it. A date that is given counts, whatever the days say.
fn request(portal: &Portal, frame: &Frame, view: &View, form: &mut Form, draft: &Draft) -> Option<Request> {
    let days = match form.value("until") {
        "" => match form.typed::<i32>("days") {
            Some(days) => Some(days.saturating_sub(portal.system.today().0 - draft.made_on().0)),
            None => {
                let longest = portal.system.config.policy.longest_days;
                form.refuse("days", frame.t1("web-certificates-days-form", "longest", longest));
                None
            }
        },
        text => match typed(text) {
            Some(last) => within(portal, frame, form, last),
            None => {
                form.refuse("until", frame.t("web-certificates-until-form"));
                None
            }
        },
    };
    Some(Request {
        certificate: view.id.into(),
        scenario: form.value("scenario").to_owned(),
        addition: form.value("addition").to_owned(),
        days: days?,
        idempotency_key: Some(draft.key().to_owned()),
        on_behalf: None,
    })
}

/// The days until a last day, where one may be asked for that ends then.
fn within(portal: &Portal, frame: &Frame, form: &mut Form, last: Day) -> Option<i32> {
    let days = endorse::days_until(&portal.system, last);
    let (today, longest) = (portal.system.today(), portal.system.config.policy.longest_days);
    if (1..=longest).contains(&days) {
        return Some(days);
    }
    let (first, last) = (frame.date(today), frame.date(today.plus(longest - 1)));
    form.refuse("until", frame.t2("web-certificates-until-range", "first", first, "last", last));
    None
}

/// A date as browsers send it, or as people type it where there is no calendar.
fn typed(text: &str) -> Option<Day> {
    yinxin_model::calendar::parse_roster_date(text)
        .filter(|(_, precision)| *precision == yinxin_model::Precision::Day)
        .map(|(day, _)| day)
}

fn scenario_name(frame: &Frame, scenario: &Scenario) -> String {
    if frame.english() { scenario.name_en.clone() } else { scenario.name.clone() }
}

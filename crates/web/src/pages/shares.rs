//! What a holder gives to others: shares with their logs, and query numbers.

mod query_number;
mod received;

use super::facts::{self, Fact};
use crate::error::Result;
use crate::forms::{AGAIN, Asked, Form, Posted};
use crate::portal::Portal;
use crate::routes::{Route, Who};
use crate::session::SignedIn;
use crate::view::{Frame, page, page_with, see_other};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::Method;
use axum::response::Response;
use axum::routing::{get, post};
use yinxin_app::error::{Error, Kind};
use yinxin_app::share::{self, Candidate, Given, Line, Offer, Standing, Title, View};
use yinxin_model::{Day, Id};

pub const ROUTES: &[Route] = &[
    Route { method: Method::GET, path: "/shares", who: Who::Agreed, handler: || get(list) },
    Route { method: Method::GET, path: "/shares/new", who: Who::Agreed, handler: || get(new) },
    Route { method: Method::POST, path: "/shares/new", who: Who::Agreed, handler: || post(make) },
    Route { method: Method::GET, path: "/shares/{id}", who: Who::Agreed, handler: || get(show) },
    Route { method: Method::GET, path: "/shares/{id}/recall", who: Who::Agreed, handler: || get(ask_recall) },
    Route { method: Method::POST, path: "/shares/{id}/recall", who: Who::Agreed, handler: || post(recall) },
    Route {
        method: Method::GET,
        path: "/shares/query-number",
        who: Who::Agreed,
        handler: || get(query_number::choose),
    },
    Route { method: Method::GET, path: QUERY_NUMBER, who: Who::Agreed, handler: || get(query_number::ask) },
    Route {
        method: Method::POST,
        path: QUERY_NUMBER,
        who: Who::Agreed,
        handler: || post(query_number::make),
    },
    Route {
        method: Method::GET,
        path: "/certificates/{id}/end-query-number",
        who: Who::Agreed,
        handler: || get(query_number::ask_end),
    },
    Route {
        method: Method::POST,
        path: "/certificates/{id}/end-query-number",
        who: Who::Agreed,
        handler: || post(query_number::end),
    },
    Route {
        method: Method::GET,
        path: "/certificates/{id}/query-number/{submission}",
        who: Who::Agreed,
        handler: || get(query_number::made),
    },
    Route { method: Method::GET, path: "/s/{token}", who: Who::Anybody, handler: || get(received::landing) },
    Route { method: Method::POST, path: "/s/{token}", who: Who::Anybody, handler: || post(received::open) },
    Route {
        method: Method::GET,
        path: "/s/{token}/{view}",
        who: Who::Anybody,
        handler: || get(received::shown),
    },
    Route {
        method: Method::GET,
        path: "/s/{token}/{view}/page.png",
        who: Who::Anybody,
        handler: || get(received::picture),
    },
    Route {
        method: Method::GET,
        path: "/s/{token}/{view}/copy.pdf",
        who: Who::Anybody,
        handler: || get(received::pdf),
    },
    Route {
        method: Method::GET,
        path: "/s/{token}/{view}/copy.ofd",
        who: Who::Anybody,
        handler: || get(received::ofd),
    },
];

const QUERY_NUMBER: &str = "/certificates/{id}/query-number";
/// Enough for one who looks twice and shows it to a colleague.
const VIEWS: &str = "3";

fn id(text: &str) -> Result<Id> {
    Ok(text.parse().map_err(|_| Error::not_found("share_not_found"))?)
}

fn name(portal: &Portal, frame: &Frame, title: &Title) -> String {
    let catalogue = &portal.system.catalogue;
    let name = facts::qualification(frame, catalogue, &title.qualification, &title.qualification_name);
    let name = facts::with_level(frame, name, &frame.level(&title.level, &title.level_name));
    if title.speciality.is_empty() { name } else { format!("{name} · {}", title.speciality) }
}

// ---- the list and one of them --------------------------------------------------------------------------------------

#[derive(Template)]
#[template(path = "shares/list.html")]
struct List {
    frame: Frame,
    rows: Vec<Row>,
    older: Option<Id>,
    later: bool,
}

struct Row {
    view: View,
    name: String,
    state: Tag,
}

/// A state as it is shown.
struct Tag {
    words: String,
    look: &'static str,
}

fn state(frame: &Frame, view: &View) -> Tag {
    let look = match view.standing {
        Standing::Open => "good",
        Standing::Locked | Standing::Ended => "warn",
        Standing::Recalled | Standing::Expired | Standing::UsedUp => "off",
    };
    Tag { words: frame.t(&format!("web-verify-share-state-{}", view.standing.as_str())), look }
}

async fn list(
    State(portal): State<Portal>,
    frame: Frame,
    SignedIn(session): SignedIn,
    Asked(asked): Asked,
) -> Result<Response> {
    let before: Option<Id> = asked.value("before").parse().ok();
    let found = share::list(&portal.system, &session.subject, before).await?;
    let row =
        |view: View| Row { name: name(&portal, &frame, &view.title), state: state(&frame, &view), view };
    let rows = found.shares.into_iter().map(row).collect();
    Ok(page(&List { frame, rows, older: found.older, later: before.is_some() }))
}

#[derive(Template)]
#[template(path = "shares/show.html")]
struct Show {
    frame: Frame,
    view: View,
    name: String,
    state: Tag,
    log: Vec<Line>,
    open: bool,
}

async fn show(
    State(portal): State<Portal>,
    frame: Frame,
    SignedIn(session): SignedIn,
    Path(text): Path<String>,
) -> Result<Response> {
    let id = id(&text)?;
    let view = share::show(&portal.system, &session.subject, id).await?;
    let log = share::log(&portal.system, &session.subject, id).await?;
    let open = view.standing == Standing::Open;
    let (name, state) = (name(&portal, &frame, &view.title), state(&frame, &view));
    Ok(page(&Show { frame, view, name, state, log, open }))
}

// ---- a new one -----------------------------------------------------------------------------------------------------

#[derive(Template)]
#[template(path = "shares/choose.html")]
struct Choose {
    frame: Frame,
    choices: Vec<Choice>,
}

struct Choice {
    candidate: Candidate,
    name: String,
    purpose: Option<Fact>,
    path: String,
}

#[derive(Template)]
#[template(path = "shares/new.html")]
struct New {
    frame: Frame,
    form: Form,
    name: String,
    purpose: Option<Fact>,
    first: Day,
    latest: Day,
}

/// What the address or the form says is to be given.
fn given(form: &Form) -> Option<Given> {
    let endorsement = form.value("endorsement").parse().ok().map(Given::Endorsement);
    endorsement.or_else(|| form.value("certificate").parse().ok().map(Given::Certificate))
}

fn purpose(portal: &Portal, frame: &Frame, candidate: &Candidate) -> Option<Fact> {
    let (scenario, printed) = candidate.purpose.as_ref()?;
    Some(facts::purpose(frame, &portal.system.catalogue, scenario, printed.clone()))
}

impl New {
    async fn of(
        portal: &Portal,
        frame: Frame,
        by: &yinxin_model::Subject,
        form: Form,
    ) -> Result<Option<Self>> {
        let Some(wanted) = given(&form) else { return Ok(None) };
        let candidates = share::candidates(&portal.system, by).await?;
        let found = candidates.into_iter().find(|candidate| candidate.given == wanted);
        let Some(found) = found else { return Err(Error::not_found("share_not_found").into()) };
        let (first, latest) = (portal.system.today(), found.latest);
        let name = name(portal, &frame, &found.title);
        let purpose = purpose(portal, &frame, &found);
        Ok(Some(Self { frame, form, name, purpose, first, latest }))
    }
}

async fn new(
    State(portal): State<Portal>,
    frame: Frame,
    SignedIn(session): SignedIn,
    Asked(asked): Asked,
) -> Result<Response> {
    let mut form = Form::of(&[("views", VIEWS), ("pin", "yes")]);
    for field in ["endorsement", "certificate"] {
        form.put(field, asked.value(field));
    }
    if let Some(mut new) = New::of(&portal, frame.clone(), &session.subject, form).await? {
        new.form.put("last-day", &new.latest.to_string());
        return Ok(page(&new));
    }
    let choices = share::candidates(&portal.system, &session.subject).await?.into_iter().map(|candidate| {
        let path = match candidate.given {
            Given::Endorsement(id) => format!("/shares/new?endorsement={id}"),
            Given::Certificate(id) => format!("/shares/new?certificate={id}"),
        };
        let purpose = purpose(&portal, &frame, &candidate);
        Choice { name: name(&portal, &frame, &candidate.title), purpose, path, candidate }
    });
    Ok(page(&Choose { choices: choices.collect(), frame }))
}

async fn make(
    State(portal): State<Portal>,
    frame: Frame,
    SignedIn(session): SignedIn,
    Posted(mut form): Posted,
) -> Result<Response> {
    let Some(given) = given(&form) else { return Ok(see_other("/shares/new")) };
    let offer = offer(&frame, &mut form, given);
    if let Some(offer) = offer {
        portal.asking.limits.account(&portal.system, &session.subject).map_err(Error::from)?;
        match share::make(&portal.system, &session.subject, offer).await {
            Ok(view) => return Ok(see_other(&format!("/shares/{}", view.id))),
            Err(error) if error.kind == Kind::Invalid || error.code == "share_too_many" => {
                let field = match error.details.get("field").map(String::as_str) {
                    Some("recipient") => "recipient",
                    Some("purpose") => "purpose",
                    _ if error.code == "share_views" => "views",
                    _ if error.code == "share_last_day" => "last-day",
                    _ => "",
                };
                form.refuse(field, frame.says(&error));
            }
            Err(error) => return Err(error.into()),
        }
    }
    match New::of(&portal, frame, &session.subject, form).await? {
        Some(again) => Ok(page_with(AGAIN, &again)),
        None => Ok(see_other("/shares/new")),
    }
}

/// What the form says, or what is wrong with it.
fn offer(frame: &Frame, form: &mut Form, given: Given) -> Option<Offer> {
    for field in ["recipient", "purpose"] {
        if form.value(field).is_empty() {
            form.refuse(field, frame.t(&format!("web-verify-share-{field}-missing")));
        }
    }
    let expires_on: Option<Day> = form.typed("last-day");
    if expires_on.is_none() {
        form.refuse("last-day", frame.t("web-verify-share-day-missing"));
    }
    let most_views: Option<u32> = form.typed("views");
    if most_views.is_none() {
        form.refuse("views", frame.t1("web-verify-share-views-missing", "most", share::MOST_VIEWS));
    }
    if !form.is_good() {
        return None;
    }
    Some(Offer {
        given,
        recipient: form.value("recipient").to_owned(),
        purpose: form.value("purpose").to_owned(),
        expires_on: expires_on?,
        most_views: most_views?,
        pin: form.chosen("pin", "yes"),
    })
}

// ---- recalling one ---------------------------------------------------------------------------------------------------

#[derive(Template)]
#[template(path = "shares/recall.html")]
struct Recall {
    frame: Frame,
    view: View,
    name: String,
}

async fn ask_recall(
    State(portal): State<Portal>,
    frame: Frame,
    SignedIn(session): SignedIn,
    Path(text): Path<String>,
) -> Result<Response> {
    let view = share::show(&portal.system, &session.subject, id(&text)?).await?;
    Ok(page(&Recall { name: name(&portal, &frame, &view.title), frame, view }))
}

async fn recall(
    State(portal): State<Portal>,
    SignedIn(session): SignedIn,
    Path(text): Path<String>,
    Posted(_): Posted,
) -> Result<Response> {
    let view = share::recall(&portal.system, &session.subject, id(&text)?).await?;
    Ok(see_other(&format!("/shares/{}", view.id)))
}

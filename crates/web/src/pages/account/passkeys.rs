//! 通行密钥: the holder's own, a new one by his device, and the log-in with one.
//!
//! The device is asked by a script (`passkey.js`), which puts its answer into the form and sends it like any other. Where
//! there is no script, or the portal's address is none that browsers have passkeys for, the pages say so in a sentence.

use super::{challenge, count, counted, enter, hex, log_in, next_of, refuse};
use crate::client::Client;
use crate::error::{Result, WebError};
use crate::forms::{Asked, Form, Posted};
use crate::portal::Portal;
use crate::routes::{Route, Who};
use crate::session::{SignedIn, Visit, device};
use crate::view::{Frame, page, page_with, see_other};
use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::json;
use yinxin_app::account::{self, Again};
use yinxin_app::error::Error;
use yinxin_app::limits::Way;
use yinxin_app::passkey::{self, MOST, Own};
use yinxin_app::session as sessions;
use yinxin_app::session::Session;
use yinxin_model::Id;

const PATH: &str = "/me/security/passkeys";

pub const ROUTES: &[Route] = &[
    Route { method: Method::POST, path: "/login/passkey", who: Who::Anybody, handler: || post(come_in) },
    Route {
        method: Method::POST,
        path: "/login/passkey/options",
        who: Who::Anybody,
        handler: || post(ask_anybody),
    },
    Route { method: Method::GET, path: PATH, who: Who::Agreed, handler: || get(list) },
    Route {
        method: Method::GET,
        path: "/me/security/passkeys/new",
        who: Who::Agreed,
        handler: || get(ask_new),
    },
    Route {
        method: Method::POST,
        path: "/me/security/passkeys/new",
        who: Who::Agreed,
        handler: || post(begin),
    },
    Route {
        method: Method::GET,
        path: "/me/security/passkeys/key",
        who: Who::Agreed,
        handler: || get(ask_key),
    },
    Route {
        method: Method::POST,
        path: "/me/security/passkeys/key",
        who: Who::Agreed,
        handler: || post(finish),
    },
    Route {
        method: Method::GET,
        path: "/me/security/passkeys/rename",
        who: Who::Agreed,
        handler: || get(ask_name),
    },
    Route {
        method: Method::POST,
        path: "/me/security/passkeys/rename",
        who: Who::Agreed,
        handler: || post(rename),
    },
    Route {
        method: Method::GET,
        path: "/me/security/passkeys/remove",
        who: Who::Agreed,
        handler: || get(ask_removal),
    },
    Route {
        method: Method::POST,
        path: "/me/security/passkeys/remove",
        who: Who::Agreed,
        handler: || post(remove),
    },
];

#[derive(Template)]
#[template(path = "account/passkeys.html")]
struct ListPage {
    frame: Frame,
    passkeys: Vec<Own>,
    /// Whether browsers have passkeys for the portal's address.
    offered: bool,
    /// Whether there are as many as there may be, and how many that is.
    full: bool,
    most: usize,
    done: Option<String>,
}

/// The holder shows once more that it is he.
#[derive(Template)]
#[template(path = "account/passkey-new.html")]
struct NewPage {
    frame: Frame,
    form: Form,
    password: bool,
    log_in_again: bool,
}

/// His device is asked.
#[derive(Template)]
#[template(path = "account/passkey-key.html")]
struct KeyPage {
    frame: Frame,
    form: Form,
    options: String,
}

#[derive(Template)]
#[template(path = "account/passkey-rename.html")]
struct RenamePage {
    frame: Frame,
    form: Form,
}

#[derive(Template)]
#[template(path = "account/passkey-remove.html")]
struct RemovePage {
    frame: Frame,
    passkey: Own,
}

async fn list(
    State(portal): State<Portal>,
    SignedIn(own): SignedIn,
    frame: Frame,
    Asked(asked): Asked,
) -> Result<Response> {
    let passkeys = passkey::list(&portal.system, &own).await?;
    let done = match asked.value("done") {
        done @ ("added" | "renamed" | "removed") => {
            Some(frame.t(&format!("web-account-passkey-done-{done}")))
        }
        _ => None,
    };
    let offered = passkey::offered(&portal.system);
    let full = passkeys.len() >= MOST;
    Ok(page(&ListPage { frame, passkeys, offered, full, most: MOST, done }))
}

async fn ask_new(State(portal): State<Portal>, SignedIn(own): SignedIn, frame: Frame) -> Result<Response> {
    if !passkey::offered(&portal.system) {
        return Ok(see_other(PATH));
    }
    new_page(&portal, &own, frame, Form::default(), StatusCode::OK).await
}

async fn new_page(
    portal: &Portal,
    own: &Session,
    frame: Frame,
    form: Form,
    status: StatusCode,
) -> Result<Response> {
    let again = account::again(&portal.system, own).await?;
    let (password, log_in_again) = (again == Again::Password, again == Again::LogIn);
    Ok(page_with(status, &NewPage { frame, form, password, log_in_again }))
}

async fn begin(
    State(portal): State<Portal>,
    SignedIn(own): SignedIn,
    client: Client,
    frame: Frame,
    Posted(mut form): Posted,
) -> Result<Response> {
    let begun = passkey::begin(&portal.system, &own, form.raw("current"));
    match counted(&portal, Way::LogIn, &client, begun).await {
        Ok(question) => Ok(see_other(&format!("{PATH}/key?c={}", hex(&question)))),
        Err(error) => {
            let status = refuse(&frame, &mut form, error)?;
            new_page(&portal, &own, frame, form, status).await
        }
    }
}

async fn ask_key(
    State(portal): State<Portal>,
    SignedIn(own): SignedIn,
    client: Client,
    headers: HeaderMap,
    frame: Frame,
    Asked(asked): Asked,
) -> Result<Response> {
    let question = challenge(&asked)?;
    let mut form = Form::of(&[("c", &hex(&question))]);
    // What the device is called in the list of devices is a good beginning; where it is does not belong to it.
    let here = device(&headers, &client);
    form.put("name", here.rsplit_once(" · ").map_or("", |(machine, _)| machine));
    key_page(&portal, &own, frame, form, question, StatusCode::OK).await
}

async fn key_page(
    portal: &Portal,
    own: &Session,
    frame: Frame,
    form: Form,
    question: Id,
    status: StatusCode,
) -> Result<Response> {
    let options = passkey::options(&portal.system, own, &question).await?;
    let options = options.ok_or_else(|| Error::not_found("passkey_over"))?.to_string();
    Ok(page_with(status, &KeyPage { frame, form, options }))
}

async fn finish(
    State(portal): State<Portal>,
    SignedIn(own): SignedIn,
    client: Client,
    frame: Frame,
    Posted(mut form): Posted,
) -> Result<Response> {
    let question = challenge(&form)?;
    let (answer, name) = (form.raw("answer"), form.value("name"));
    let kept = passkey::finish(&portal.system, &own, &question, answer, name);
    match counted(&portal, Way::LogIn, &client, kept).await {
        Ok(()) => Ok(see_other(&format!("{PATH}?done=added"))),
        Err(error) => {
            // A name is mended, and a pause waited for, without asking the device again: it would make another key.
            if !matches!(error.code, "passkey_name_length" | "rate_limited") {
                form.put("answer", "");
            }
            let status = refuse(&frame, &mut form, error)?;
            key_page(&portal, &own, frame, form, question, status).await
        }
    }
}

async fn ask_name(
    State(portal): State<Portal>,
    SignedIn(own): SignedIn,
    frame: Frame,
    Asked(asked): Asked,
) -> Result<Response> {
    let found = find(&portal, &own, &asked).await?;
    let form = Form::of(&[("id", &hex(&found.id)), ("name", &found.name)]);
    Ok(page(&RenamePage { frame, form }))
}

async fn rename(
    State(portal): State<Portal>,
    SignedIn(own): SignedIn,
    frame: Frame,
    Posted(mut form): Posted,
) -> Result<Response> {
    let id = named(&form)?;
    portal.asking.limits.account(&portal.system, &own.subject).map_err(Error::from)?;
    match passkey::rename(&portal.system, &own, &id, form.value("name")).await {
        Ok(()) => Ok(see_other(&format!("{PATH}?done=renamed"))),
        Err(error) => {
            let status = refuse(&frame, &mut form, error)?;
            Ok(page_with(status, &RenamePage { frame, form }))
        }
    }
}

async fn ask_removal(
    State(portal): State<Portal>,
    SignedIn(own): SignedIn,
    frame: Frame,
    Asked(asked): Asked,
) -> Result<Response> {
    let passkey = find(&portal, &own, &asked).await?;
    Ok(page(&RemovePage { frame, passkey }))
}

async fn remove(
    State(portal): State<Portal>,
    SignedIn(own): SignedIn,
    Posted(form): Posted,
) -> Result<Response> {
    passkey::remove(&portal.system, &own, &named(&form)?).await?;
    Ok(see_other(&format!("{PATH}?done=removed")))
}

/// What the script asks the device with.
async fn ask_anybody(
    State(portal): State<Portal>,
    visit: Visit,
    client: Client,
    Posted(_): Posted,
) -> Result<Response> {
    count(&portal, Way::LogIn, &client)?;
    let asked = passkey::ask(&portal.system, visit.token())?;
    let body = json!({ "options": asked.options, "attempt": asked.attempt }).to_string();
    Ok(([(header::CONTENT_TYPE, "application/json")], body).into_response())
}

/// The device's answer, at the log-in page.
async fn come_in(
    State(portal): State<Portal>,
    visit: Visit,
    client: Client,
    headers: HeaderMap,
    frame: Frame,
    Posted(form): Posted,
) -> Result<Response> {
    let (attempt, answer) = (form.raw("attempt"), form.raw("answer"));
    let here = device(&headers, &client);
    let entered = passkey::log_in(&portal.system, visit.token(), attempt, answer, &here);
    match counted(&portal, Way::LogIn, &client, entered).await {
        Ok(token) => {
            // A session is never taken over from before: what this browser had ends.
            sessions::end(&portal.system, visit.token()).await?;
            Ok(enter(&portal, &token, next_of(&form).unwrap_or(super::HOME)))
        }
        Err(error) => {
            let mut again = log_in::fresh(next_of(&form));
            let status = refuse(&frame, &mut again, error)?;
            Ok(log_in::again(&portal, frame, again, status))
        }
    }
}

async fn find(portal: &Portal, own: &Session, form: &Form) -> Result<Own> {
    let id = named(form)?;
    let found = passkey::list(&portal.system, own).await?.into_iter().find(|found| found.id == id);
    Ok(found.ok_or_else(|| Error::not_found("passkey_unknown"))?)
}

fn named(form: &Form) -> Result<Id> {
    form.value("id").parse().map_err(|_| WebError::from(Error::not_found("passkey_unknown")))
}

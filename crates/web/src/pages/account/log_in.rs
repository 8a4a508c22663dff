//! 登录: number and password, the queue where there is one, the second step, and out again.

use super::{
    DOCUMENT_MISSING, HOME, PASSWORD_MISSING, asked_next, challenge, counted, document_types, enter, hex,
    next_of, onward, refuse, second_step,
};
use crate::client::Client;
use crate::error::Result;
use crate::forms::{AGAIN, Asked, Filled, Form, Posted, STALE};
use crate::pages::oidc;
use crate::portal::Portal;
use crate::routes::{Route, Who};
use crate::session::{self, Visit, device};
use crate::view::{Frame, page, page_with, see_other};
use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::Response;
use axum::routing::{get, post};
use yinxin_app::account::{self, LogIn, Step};
use yinxin_app::limits::Way;
use yinxin_app::passkey;
use yinxin_app::session::{self as sessions, Standing};

pub const ROUTES: &[Route] = &[
    Route { method: Method::GET, path: "/login", who: Who::Anybody, handler: || get(form) },
    Route { method: Method::POST, path: "/login", who: Who::Anybody, handler: || post(log_in) },
    Route { method: Method::GET, path: "/login/queue", who: Who::Anybody, handler: || get(queue) },
    Route { method: Method::GET, path: "/login/totp", who: Who::Anybody, handler: || get(ask_second_step) },
    Route {
        method: Method::POST,
        path: "/login/totp",
        who: Who::Anybody,
        handler: || post(take_second_step),
    },
    Route { method: Method::POST, path: "/logout", who: Who::Anybody, handler: || post(log_out) },
];

#[derive(Template)]
#[template(path = "account/login.html")]
struct LogInPage {
    frame: Frame,
    form: Form,
    document_types: Vec<(String, String)>,
    /// An outside identity provider, where there is one, and the way there.
    provider: Option<(String, String)>,
    /// Whether the script may offer a passkey.
    passkeys: bool,
    /// The password was just set anew, or somebody has just logged out.
    done: Option<String>,
}

#[derive(Template)]
#[template(path = "account/queue.html")]
struct QueuePage {
    frame: Frame,
    /// The reader's own place: those before, and himself.
    place: u64,
    /// This page again.
    again: String,
}

#[derive(Template)]
#[template(path = "account/totp.html")]
struct SecondStepPage {
    frame: Frame,
    form: Form,
}

async fn form(State(portal): State<Portal>, visit: Visit, frame: Frame, asked: Asked) -> Response {
    let next = asked_next(&asked);
    if visit.session.as_ref().is_some_and(|own| own.standing != Standing::Claimed) {
        return see_other(if next.is_empty() { HOME } else { &next });
    }
    let done = match asked.0.value("done") {
        "recovered" => Some(frame.t("web-account-recovered")),
        "out" => Some(frame.t("web-account-logged-out")),
        _ => None,
    };
    page(&log_in_page(&portal, frame, fresh(Some(&next)), done))
}

/// The form before anybody filled it in.
pub fn fresh(next: Option<&str>) -> Form {
    Form::of(&[("document_type", "111"), ("next", next.unwrap_or_default())])
}

/// The page once more, with what was wrong.
pub fn again(portal: &Portal, frame: Frame, form: Form, status: StatusCode) -> Response {
    page_with(status, &log_in_page(portal, frame, form, None))
}

fn log_in_page(portal: &Portal, frame: Frame, form: Form, done: Option<String>) -> LogInPage {
    let way = || format!("/login/oidc{}", onward(next_of(&form)).replacen('&', "?", 1));
    let provider = oidc::provider(portal, &frame).map(|provider| (provider, way()));
    let passkeys = passkey::offered(&portal.system);
    LogInPage { document_types: document_types(&frame), provider, passkeys, done, frame, form }
}

async fn log_in(
    State(portal): State<Portal>,
    visit: Visit,
    client: Client,
    headers: HeaderMap,
    frame: Frame,
    Filled { mut form, stale }: Filled,
) -> Result<Response> {
    if stale {
        form.refuse_stale(&frame);
        return Ok(again(&portal, frame, form, STALE));
    }
    form.want(&frame, &[("document", DOCUMENT_MISSING)]);
    if form.raw("password").is_empty() {
        form.refuse("password", frame.t(PASSWORD_MISSING));
    }
    if !form.is_good() {
        return Ok(again(&portal, frame, form, AGAIN));
    }
    let request = LogIn {
        document_type: form.value("document_type").to_owned(),
        document: form.value("document").to_owned(),
        password: form.raw("password").to_owned().into(),
        device: device(&headers, &client),
        form: visit.form_token(),
    };
    let begun = account::log_in(&portal.system, request);
    match counted(&portal, Way::LogIn, &client, begun).await {
        Ok(step) => onwards(&portal, &visit, step, next_of(&form)).await,
        Err(error) => {
            let status = refuse(&frame, &mut form, error)?;
            Ok(again(&portal, frame, form, status))
        }
    }
}

/// The page of who waits, until it is his turn.
async fn queue(
    State(portal): State<Portal>,
    visit: Visit,
    frame: Frame,
    Asked(asked): Asked,
) -> Result<Response> {
    let next = next_of(&asked);
    match account::resume(&portal.system, asked.value("t"), &visit.form_token()).await {
        Ok(Step::Waiting(waiting)) => {
            let again = queue_path(&waiting.ticket, next);
            Ok(page(&QueuePage { frame, place: waiting.ahead + 1, again }))
        }
        Ok(step) => onwards(&portal, &visit, step, next).await,
        Err(error) => {
            let mut form = fresh(next);
            // Asked twice for the same result, or too late: whoever got in is in, everybody else logs in again.
            if error.code == "log_in_over" {
                return Ok(see_other(if visit.session.is_some() { next.unwrap_or(HOME) } else { "/login" }));
            }
            let status = refuse(&frame, &mut form, error)?;
            Ok(again(&portal, frame, form, status))
        }
    }
}

async fn onwards(portal: &Portal, visit: &Visit, step: Step, next: Option<&str>) -> Result<Response> {
    match step {
        Step::In(token) => {
            // A session is never taken over from before: what this browser had ends.
            sessions::end(&portal.system, visit.token()).await?;
            Ok(enter(portal, &token, next.unwrap_or(HOME)))
        }
        Step::SecondStep(id) => Ok(see_other(&second_step(&id, next))),
        Step::Waiting(waiting) => Ok(see_other(&queue_path(&waiting.ticket, next))),
    }
}

fn queue_path(ticket: &str, next: Option<&str>) -> String {
    format!("/login/queue?t={ticket}{}", onward(next))
}

async fn ask_second_step(frame: Frame, Asked(asked): Asked) -> Result<Response> {
    challenge(&asked)?;
    Ok(page(&SecondStepPage { frame, form: asked }))
}

async fn take_second_step(
    State(portal): State<Portal>,
    visit: Visit,
    client: Client,
    frame: Frame,
    Posted(mut form): Posted,
) -> Result<Response> {
    let id = challenge(&form)?;
    let browser = visit.form_token();
    let entered = account::second_step(&portal.system, &id, form.value("code"), &browser);
    match counted(&portal, Way::LogIn, &client, entered).await {
        Ok(token) => onwards(&portal, &visit, Step::In(token), next_of(&form)).await,
        Err(error) if error.code == "log_in_over" => Ok(see_other("/login")),
        Err(error) => {
            let status = refuse(&frame, &mut form, error)?;
            form.put("c", &hex(&id));
            Ok(page_with(status, &SecondStepPage { frame, form }))
        }
    }
}

async fn log_out(State(portal): State<Portal>, visit: Visit, Posted(_): Posted) -> Result<Response> {
    sessions::end(&portal.system, visit.token()).await?;
    let mut response = see_other("/login?done=out");
    if let Some(cookie) = session::end(&portal) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

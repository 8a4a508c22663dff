//! 账号安全: password, contact, second step. Each change asks for the password.

use super::{CodePage, NEW_PASSWORD_MISSING, challenge, counted, enter, hex, now, refuse};
use crate::client::Client;
use crate::error::{Result, WebError};
use crate::forms::{AGAIN, Asked, Form, Posted};
use crate::portal::Portal;
use crate::routes::{Route, Who};
use crate::session::SignedIn;
use crate::view::{Frame, page, page_with, see_other};
use askama::Template;
use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::Response;
use axum::routing::{get, post};
use yinxin_app::account::{self, QrDrawing, Security, TotpKey};
use yinxin_app::error::Error;
use yinxin_app::limits::Way;
use yinxin_app::passkey;
use yinxin_app::session::Session;
use yinxin_model::Id;

const PATH: &str = "/me/security";
const TOTP_IS_ON: &str = "/me/security?done=totp-on";

pub const ROUTES: &[Route] = &[
    Route { method: Method::GET, path: PATH, who: Who::Agreed, handler: || get(overview) },
    Route {
        method: Method::GET,
        path: "/me/security/password",
        who: Who::Agreed,
        handler: || get(ask_password),
    },
    Route {
        method: Method::POST,
        path: "/me/security/password",
        who: Who::Agreed,
        handler: || post(password),
    },
    Route {
        method: Method::GET,
        path: "/me/security/contact",
        who: Who::Agreed,
        handler: || get(ask_contact),
    },
    Route { method: Method::POST, path: "/me/security/contact", who: Who::Agreed, handler: || post(contact) },
    Route {
        method: Method::GET,
        path: "/me/security/contact/code",
        who: Who::Agreed,
        handler: || get(ask_code),
    },
    Route {
        method: Method::POST,
        path: "/me/security/contact/code",
        who: Who::Agreed,
        handler: || post(code),
    },
    Route {
        method: Method::POST,
        path: "/me/security/contact/resend",
        who: Who::Agreed,
        handler: || post(resend),
    },
    Route { method: Method::GET, path: "/me/security/totp", who: Who::Agreed, handler: || get(ask_totp) },
    Route { method: Method::POST, path: "/me/security/totp", who: Who::Agreed, handler: || post(begin_totp) },
    Route {
        method: Method::GET,
        path: "/me/security/totp/code",
        who: Who::Agreed,
        handler: || get(ask_totp_code),
    },
    Route {
        method: Method::POST,
        path: "/me/security/totp/code",
        who: Who::Agreed,
        handler: || post(totp_code),
    },
    Route {
        method: Method::GET,
        path: "/me/security/totp/off",
        who: Who::Agreed,
        handler: || get(ask_totp_off),
    },
    Route {
        method: Method::POST,
        path: "/me/security/totp/off",
        who: Who::Agreed,
        handler: || post(totp_off),
    },
];

#[derive(Template)]
#[template(path = "account/security.html")]
struct SecurityPage {
    frame: Frame,
    /// `None`: whoever comes in by an identity provider alone has nothing to change here.
    security: Option<Security>,
    passkeys: usize,
    done: Option<String>,
}

/// One change, behind the password.
#[derive(Template)]
#[template(path = "account/change.html")]
struct ChangePage {
    frame: Frame,
    form: Form,
    title: String,
    lead: String,
    action: &'static str,
    button: String,
    /// How the button looks.
    kind: &'static str,
    new_password: bool,
    new_contact: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    Password,
    Contact,
    TotpOn,
    TotpOff,
}

#[derive(Template)]
#[template(path = "account/totp-key.html")]
struct TotpKeyPage {
    frame: Frame,
    form: Form,
    key: String,
    uri: String,
    qr: Option<QrDrawing>,
}

impl TotpKeyPage {
    fn new(frame: Frame, form: Form, key: &TotpKey) -> Self {
        Self { frame, form, key: key.text(), uri: key.uri(), qr: key.qr() }
    }
}

#[derive(Template)]
#[template(path = "account/recovery-codes.html")]
struct RecoveryCodesPage {
    frame: Frame,
    codes: Vec<String>,
}

async fn overview(
    State(portal): State<Portal>,
    SignedIn(own): SignedIn,
    frame: Frame,
    Asked(asked): Asked,
) -> Result<Response> {
    let security = known(&portal, &own).await?;
    let done = match asked.value("done") {
        done @ ("password" | "contact" | "totp-on" | "totp-off") => {
            Some(frame.t(&format!("web-account-done-{done}")))
        }
        _ => None,
    };
    let passkeys = passkey::list(&portal.system, &own).await?.len();
    Ok(page(&SecurityPage { frame, security, passkeys, done }))
}

/// What can be changed here; nothing for whoever has no account.
async fn known(portal: &Portal, own: &Session) -> Result<Option<Security>> {
    match account::security(&portal.system, own).await {
        Err(error) if error.code == "account_not_found" => Ok(None),
        found => Ok(Some(found?)),
    }
}

fn change_page(frame: Frame, form: Form, what: What) -> ChangePage {
    let (name, action) = match what {
        What::Password => ("password", "/me/security/password"),
        What::Contact => ("contact", "/me/security/contact"),
        What::TotpOn => ("totp-on", "/me/security/totp"),
        What::TotpOff => ("totp-off", "/me/security/totp/off"),
    };
    let said = |part: &str| frame.t(&format!("web-account-change-{name}-{part}"));
    let (title, lead, button) = (said("title"), said("lead"), said("button"));
    let kind = if what == What::TotpOff { "danger" } else { "" };
    let (new_password, new_contact) = (what == What::Password, what == What::Contact);
    ChangePage { frame, form, title, lead, action, button, kind, new_password, new_contact }
}

/// Whether nothing was left empty; what was is said of each field.
fn is_filled_in(frame: &Frame, form: &mut Form, what: What) -> bool {
    let more = match what {
        What::Password => Some(("password", NEW_PASSWORD_MISSING)),
        What::Contact => Some(("contact", "web-account-contact-missing")),
        What::TotpOn | What::TotpOff => None,
    };
    let wanted = std::iter::once(("current", "web-account-current-missing")).chain(more);
    for (field, sentence) in wanted {
        if form.raw(field).is_empty() {
            form.refuse(field, frame.t(sentence));
        }
    }
    form.is_good()
}

async fn ask_password(frame: Frame) -> Response {
    page(&change_page(frame, Form::default(), What::Password))
}

async fn password(
    State(portal): State<Portal>,
    SignedIn(own): SignedIn,
    client: Client,
    frame: Frame,
    Posted(mut form): Posted,
) -> Result<Response> {
    if !is_filled_in(&frame, &mut form, What::Password) {
        return Ok(page_with(AGAIN, &change_page(frame, form, What::Password)));
    }
    let changed = account::change_password(&portal.system, &own, form.raw("current"), form.raw("password"));
    match counted(&portal, Way::LogIn, &client, changed).await {
        Ok(token) => Ok(enter(&portal, &token, "/me/security?done=password")),
        Err(error) => again(frame, form, error, What::Password),
    }
}

async fn ask_contact(frame: Frame) -> Response {
    page(&change_page(frame, Form::default(), What::Contact))
}

async fn contact(
    State(portal): State<Portal>,
    SignedIn(own): SignedIn,
    client: Client,
    frame: Frame,
    Posted(mut form): Posted,
) -> Result<Response> {
    if !is_filled_in(&frame, &mut form, What::Contact) {
        return Ok(page_with(AGAIN, &change_page(frame, form, What::Contact)));
    }
    let begun = account::begin_contact(&portal.system, &own, form.raw("current"), form.value("contact"));
    match counted(&portal, Way::LogIn, &client, begun).await {
        Ok(sent) => Ok(see_other(&format!("/me/security/contact/code?c={}", hex(&sent.challenge)))),
        Err(error) => again(frame, form, error, What::Contact),
    }
}

async fn ask_code(
    State(portal): State<Portal>,
    SignedIn(own): SignedIn,
    frame: Frame,
    Asked(asked): Asked,
) -> Result<Response> {
    let id = challenge(&asked)?;
    code_page(&portal, &own, frame, asked, id, StatusCode::OK).await
}

async fn code_page(
    portal: &Portal,
    own: &Session,
    frame: Frame,
    form: Form,
    id: Id,
    status: StatusCode,
) -> Result<Response> {
    let pending = account::pending_contact(&portal.system, own, &id).await?;
    let pending = pending.ok_or_else(|| Error::not_found("code_over"))?;
    let page = CodePage {
        title: frame.t("web-account-change-contact-title"),
        steps: Vec::new(),
        action: "/me/security/contact/code",
        resend: "/me/security/contact/resend",
        back: "/me/security/contact",
        wait: CodePage::wait(&pending, now(portal)),
        pending,
        password: false,
        button: frame.t("web-account-confirm"),
        frame,
        form,
    };
    Ok(page_with(status, &page))
}

async fn code(
    State(portal): State<Portal>,
    SignedIn(own): SignedIn,
    client: Client,
    frame: Frame,
    Posted(mut form): Posted,
) -> Result<Response> {
    let id = challenge(&form)?;
    let confirmed = account::confirm_contact(&portal.system, &own, &id, form.value("code"));
    match counted(&portal, Way::LogIn, &client, confirmed).await {
        Ok(()) => Ok(see_other("/me/security?done=contact")),
        Err(error) => {
            let status = refuse(&frame, &mut form, error)?;
            code_page(&portal, &own, frame, form, id, status).await
        }
    }
}

async fn resend(
    State(portal): State<Portal>,
    SignedIn(own): SignedIn,
    client: Client,
    frame: Frame,
    Posted(mut form): Posted,
) -> Result<Response> {
    let id = challenge(&form)?;
    let sent = account::resend_contact(&portal.system, &own, &id);
    match counted(&portal, Way::Message, &client, sent).await {
        Ok(()) => Ok(see_other(&format!("/me/security/contact/code?c={}", hex(&id)))),
        Err(error) => {
            let status = refuse(&frame, &mut form, error)?;
            code_page(&portal, &own, frame, form, id, status).await
        }
    }
}

async fn ask_totp(State(portal): State<Portal>, SignedIn(own): SignedIn, frame: Frame) -> Result<Response> {
    if is_totp_on(&portal, &own).await? {
        return Ok(see_other(TOTP_IS_ON));
    }
    Ok(page(&change_page(frame, Form::default(), What::TotpOn)))
}

async fn is_totp_on(portal: &Portal, own: &Session) -> Result<bool> {
    Ok(known(portal, own).await?.is_some_and(|security| security.second_step))
}

async fn begin_totp(
    State(portal): State<Portal>,
    SignedIn(own): SignedIn,
    client: Client,
    frame: Frame,
    Posted(mut form): Posted,
) -> Result<Response> {
    if !is_filled_in(&frame, &mut form, What::TotpOn) {
        return Ok(page_with(AGAIN, &change_page(frame, form, What::TotpOn)));
    }
    let begun = account::begin_totp(&portal.system, &own, form.raw("current"));
    match counted(&portal, Way::LogIn, &client, begun).await {
        Ok(id) => Ok(see_other(&format!("/me/security/totp/code?c={}", hex(&id)))),
        Err(error) => again(frame, form, error, What::TotpOn),
    }
}

async fn ask_totp_code(
    State(portal): State<Portal>,
    SignedIn(own): SignedIn,
    frame: Frame,
    Asked(asked): Asked,
) -> Result<Response> {
    let key = match challenge(&asked) {
        Ok(id) => totp_key(&portal, &own, id).await,
        Err(error) => Err(error),
    };
    match key {
        Ok(key) => Ok(page(&TotpKeyPage::new(frame, asked, &key))),
        Err(error) => turned_on(&portal, &own, error).await,
    }
}

/// Answers with the recovery codes themselves: they are shown this once, and stand nowhere to be fetched again.
async fn totp_code(
    State(portal): State<Portal>,
    SignedIn(own): SignedIn,
    client: Client,
    frame: Frame,
    Posted(mut form): Posted,
) -> Result<Response> {
    let id = challenge(&form)?;
    let confirmed = account::confirm_totp(&portal.system, &own, &id, form.value("code"));
    match counted(&portal, Way::LogIn, &client, confirmed).await {
        Ok(codes) => Ok(page(&RecoveryCodesPage { frame, codes })),
        Err(error) if error.code == "code_over" => turned_on(&portal, &own, error.into()).await,
        Err(error) => {
            // There are no recovery codes yet of which the error's own sentence could speak.
            let status = if error.code == "second_step_wrong" {
                form.refuse("code", frame.t("web-account-totp-first-wrong"));
                AGAIN
            } else {
                refuse(&frame, &mut form, error)?
            };
            let key = totp_key(&portal, &own, id).await?;
            Ok(page_with(status, &TotpKeyPage::new(frame, form, &key)))
        }
    }
}

/// Whoever reloads the page of the recovery codes sends a challenge that is over: it was what turned the second step on.
async fn turned_on(portal: &Portal, own: &Session, over: WebError) -> Result<Response> {
    if is_totp_on(portal, own).await? { Ok(see_other(TOTP_IS_ON)) } else { Err(over) }
}

async fn totp_key(portal: &Portal, own: &Session, id: Id) -> Result<TotpKey> {
    let key = account::pending_totp(&portal.system, own, &id).await?;
    Ok(key.ok_or_else(|| Error::not_found("code_over"))?)
}

async fn ask_totp_off(frame: Frame) -> Response {
    page(&change_page(frame, Form::default(), What::TotpOff))
}

async fn totp_off(
    State(portal): State<Portal>,
    SignedIn(own): SignedIn,
    client: Client,
    frame: Frame,
    Posted(mut form): Posted,
) -> Result<Response> {
    if !is_filled_in(&frame, &mut form, What::TotpOff) {
        return Ok(page_with(AGAIN, &change_page(frame, form, What::TotpOff)));
    }
    let off = account::drop_totp(&portal.system, &own, form.raw("current"));
    match counted(&portal, Way::LogIn, &client, off).await {
        Ok(()) => Ok(see_other("/me/security?done=totp-off")),
        Err(error) => again(frame, form, error, What::TotpOff),
    }
}

fn again(frame: Frame, mut form: Form, error: Error, what: What) -> Result<Response> {
    let status = refuse(&frame, &mut form, error)?;
    Ok(page_with(status, &change_page(frame, form, what)))
}

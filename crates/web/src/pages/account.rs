//! Coming in: registration, log-in, recovery, the service notice; and what a holder changes about it.
//!
//! What is refused is said beside the field it is about, and nothing here says whether somebody has an account.

pub mod devices;
pub mod log_in;
pub mod notice;
pub mod passkeys;
pub mod recover;
pub mod register;
pub mod security;

use crate::client::Client;
use crate::error::{Result, WebError, status};
use crate::forms::{Asked, Form};
use crate::gate::own_path;
use crate::portal::Portal;
use crate::session;
use crate::view::{Frame, see_other};
use askama::Template;
use axum::http::{StatusCode, header};
use axum::response::Response;
use yinxin_app::account::Pending;
use yinxin_app::error::Error;
use yinxin_app::limits::Way;
use yinxin_app::session::SessionToken;
use yinxin_model::{DocumentType, Id, Instant};

/// Where one goes who wanted nowhere else.
const HOME: &str = "/certificates";

/// What is said of fields that were left empty.
const DOCUMENT_MISSING: &str = "web-verify-document-missing";
const PASSWORD_MISSING: &str = "web-account-password-missing";
const NEW_PASSWORD_MISSING: &str = "web-account-new-password-missing";

/// The page of the second step, for whoever has come by another way than the password.
pub fn second_step(id: &Id, next: Option<&str>) -> String {
    format!("/login/totp?c={}{}", hex(id), onward(next))
}

/// A code that was sent is asked for; a new password with it, where `password` says so.
#[derive(Template)]
#[template(path = "account/code.html")]
struct CodePage {
    frame: Frame,
    form: Form,
    title: String,
    /// The steps of the whole way, and which is the present one; none where it is no way of several.
    steps: Vec<(String, bool)>,
    action: &'static str,
    resend: &'static str,
    back: &'static str,
    pending: Pending,
    /// Seconds until another one may be asked for.
    wait: i64,
    password: bool,
    button: String,
}

impl CodePage {
    fn wait(pending: &Pending, now: Instant) -> i64 {
        (pending.resend_at.0 - now.0 + 999).max(0).div_euclid(1_000)
    }
}

/// Says a refusal beside the field it is about. What no field can help is an error of the page.
fn refuse(frame: &Frame, form: &mut Form, error: Error) -> Result<StatusCode> {
    let field = match error.code {
        code if code.starts_with("name_") => "name",
        "passkey_name_length" => "name",
        "document_type_unknown" => "document_type",
        code if code.starts_with("document_number_") => "document",
        "contact_invalid" | "sms_not_set_up" | "mail_not_set_up" => "contact",
        "code_form" | "code_wrong" | "second_step_wrong" => "code",
        "password_wrong" => "current",
        code if code.starts_with("password_") => "password",
        "code_sent_recently"
        | "message_not_sent"
        | "log_in_failed"
        | "log_in_paused"
        | "login_queue_full"
        | "log_in_again"
        | "passkey_refused"
        | "passkey_over"
        | "passkey_not_made"
        | "passkey_not_discoverable"
        | "passkeys_too_many"
        | "proof_paused"
        | "identity_proof_unavailable"
        | "rate_limited" => "",
        _ => return Err(WebError::from(error)),
    };
    form.refuse(field, frame.says(&error));
    Ok(match error.code {
        "rate_limited" | "log_in_paused" | "code_sent_recently" | "proof_paused" => {
            StatusCode::TOO_MANY_REQUESTS
        }
        _ => status(error.kind),
    })
}

/// Counts what somebody does against what his network may.
fn count(portal: &Portal, way: Way, client: &Client) -> std::result::Result<(), Error> {
    Ok(portal.asking.limits.network(&portal.system, way, client.ip)?)
}

/// The same, and then the work, which is not begun where it was too often.
async fn counted<T>(
    portal: &Portal,
    way: Way,
    client: &Client,
    work: impl Future<Output = std::result::Result<T, Error>>,
) -> std::result::Result<T, Error> {
    count(portal, way, client)?;
    work.await
}

/// The kinds of identity documents, with their names.
fn document_types(frame: &Frame) -> Vec<(String, String)> {
    let option =
        |kind: DocumentType| (kind.code().to_owned(), frame.t(&format!("document-type-{}", kind.code())));
    DocumentType::ALL.into_iter().map(option).collect()
}

/// Begins a session: its cookie, and on to where somebody wanted to go.
fn enter(portal: &Portal, token: &SessionToken, to: &str) -> Response {
    let mut response = see_other(to);
    if let Some(cookie) = session::begin(portal, token) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// Ids of challenges stand in addresses and forms as 32 hex digits.
fn hex(id: &Id) -> String {
    id.to_string().replace('-', "")
}

/// The challenge that an address or a form names.
fn challenge(form: &Form) -> Result<Id> {
    form.value("c").parse().map_err(|_| WebError::from(Error::not_found("code_over")))
}

/// `&next=…` where somebody wanted to go somewhere.
fn onward(next: Option<&str>) -> String {
    let Some(next) = next.and_then(own_path) else { return String::new() };
    let next: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
    format!("&next={next}")
}

fn next_of(form: &Form) -> Option<&str> {
    own_path(form.value("next"))
}

fn asked_next(Asked(asked): &Asked) -> String {
    next_of(asked).unwrap_or_default().to_owned()
}

fn now(portal: &Portal) -> Instant {
    portal.system.now()
}

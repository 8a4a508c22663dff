//! Log-in by an outside identity provider: the page before one leaves, and what happens when one comes back.
//!
//! One leaves by a link, not by a form: a form could only be sent on to other sites by a policy that allows forms to be sent
//! there, and nobody knows over how many sites a provider leads its people. Nothing is written until somebody comes back,
//! so that opening the page, or following a link to it, does nothing.

use crate::client::Client;
use crate::cookies;
use crate::error::{Result, WebError, status};
use crate::forms::{Asked, Form};
use crate::gate::own_path;
use crate::pages::account::register;
use crate::portal::Portal;
use crate::routes::{Route, Who};
use crate::session::{self, SignedIn, Visit};
use crate::view::{Frame, page, page_with, see_other};
use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::response::Response;
use axum::routing::get;
use yinxin_app::account::{self, Step};
use yinxin_app::error::{Error, Kind};
use yinxin_app::limits::Way;
use yinxin_app::oidc::{self, Errand, Return};
use yinxin_app::session::Standing;

pub const ROUTES: &[Route] = &[
    Route { method: Method::GET, path: "/login/oidc", who: Who::Anybody, handler: || get(leave) },
    Route { method: Method::GET, path: PROOF, who: Who::Session, handler: || get(leave_to_prove) },
    Route { method: Method::GET, path: oidc::RETURN_PATH, who: Who::Anybody, handler: || get(come_back) },
];

/// The page before one leaves to prove who one is, in the middle of a registration.
pub const PROOF: &str = "/prove/oidc";

/// Where one wanted to go before logging in, while one is away: hex of a path.
const NEXT: &str = "login-next";
/// As long as a log-in there may take.
const NEXT_AGE: u32 = 600;
/// Where one goes otherwise.
const HOME: &str = "/certificates";

/// The provider, as the log-in page names it on a link to [`ROUTES`]; `None` where there is none.
pub fn provider(portal: &Portal, frame: &Frame) -> Option<String> {
    let offer = oidc::offer(&portal.system)?;
    Some(if frame.english() { offer.title_en } else { offer.title })
}

#[derive(Template)]
#[template(path = "oidc/leave.html")]
struct Leave {
    frame: Frame,
    provider: String,
    host: String,
    address: String,
    /// To prove who one is, not to log in.
    proof: bool,
}

#[derive(Template)]
#[template(path = "oidc/failed.html")]
struct Failed {
    frame: Frame,
    reason: String,
    /// One was away to prove who one is.
    proof: bool,
}

async fn leave(
    State(portal): State<Portal>,
    visit: Visit,
    client: Client,
    frame: Frame,
    Asked(asked): Asked,
) -> Result<Response> {
    let (Some(provider), Some(offer)) = (provider(&portal, &frame), oidc::offer(&portal.system)) else {
        return Err(Error::not_found("oidc_not_offered").into());
    };
    let next = own_path(asked.value("next"));
    if is_proved(&visit) {
        return Ok(see_other(next.unwrap_or(HOME)));
    }
    // Each departure may ask the provider.
    portal.asking.limits.network(&portal.system, Way::LogIn, client.ip).map_err(Error::from)?;
    let address = match oidc::depart(&portal.system, visit.token(), Errand::LogIn).await {
        Ok(address) => address,
        Err(error) => return failed(frame, error, false),
    };
    let mut response = page(&Leave { frame, provider, host: offer.host, address, proof: false });
    if let Some(next) = next {
        let hex: String = next.bytes().map(|byte| format!("{byte:02x}")).collect();
        add(&mut response, cookies::set(NEXT, &hex, portal.secure, Some(NEXT_AGE)));
    }
    Ok(response)
}

async fn leave_to_prove(
    State(portal): State<Portal>,
    visit: Visit,
    SignedIn(own): SignedIn,
    client: Client,
    frame: Frame,
) -> Result<Response> {
    if own.standing != Standing::Claimed {
        return Ok(see_other(HOME));
    }
    let offer = oidc::offer(&portal.system).filter(|_| account::proved_elsewhere(&portal.system));
    let (Some(provider), Some(offer)) = (provider(&portal, &frame), offer) else {
        return Err(Error::not_found("oidc_not_offered").into());
    };
    // Nobody is sent away who would have to be sent back.
    if !account::registering(&portal.system, &own).await?.is_some_and(|own| own.has_password) {
        return Ok(see_other("/prove"));
    }
    portal.asking.limits.network(&portal.system, Way::LogIn, client.ip).map_err(Error::from)?;
    match oidc::depart(&portal.system, visit.token(), Errand::Proof).await {
        Ok(address) => Ok(page(&Leave { frame, provider, host: offer.host, address, proof: true })),
        Err(error) => failed(frame, error, true),
    }
}

async fn come_back(
    State(portal): State<Portal>,
    visit: Visit,
    client: Client,
    frame: Frame,
    headers: HeaderMap,
    Asked(asked): Asked,
) -> Result<Response> {
    let back = Return {
        state: asked.raw("state"),
        code: asked.raw("code"),
        issuer: asked.raw("iss"),
        error: asked.raw("error"),
    };
    // Each return asks the provider and writes to the register.
    portal.asking.limits.network(&portal.system, Way::LogIn, client.ip).map_err(Error::from)?;
    let next = cookies::get(&headers, NEXT).and_then(unhex);
    let next = next.as_deref().and_then(own_path);
    if is_proved(&visit) && back.state.is_empty() {
        return Ok(see_other(HOME));
    }
    if let Some(own) = visit.session.as_ref().filter(|_| is_proof(&portal, &visit, &back)) {
        return match account::prove_elsewhere(&portal.system, own, visit.token(), &back).await {
            Err(error) if error.code.starts_with("oidc_") => failed(frame, error, true),
            proved => register::after_proof(&portal, own, frame, &mut Form::default(), proved).await,
        };
    }
    let device = session::device(&headers, &client);
    let mut response = match oidc::arrive(&portal.system, visit.token(), &back, &device).await {
        Ok(Step::In(token)) => {
            // Whatever session this browser had belongs to somebody who is not logged in any more.
            yinxin_app::session::end(&portal.system, visit.token()).await?;
            let mut response = see_other(next.unwrap_or(HOME));
            add(&mut response, session::begin(&portal, &token));
            response
        }
        Ok(Step::SecondStep(id)) => see_other(&crate::pages::account::second_step(&id, next)),
        Ok(Step::Waiting(_)) => return Err(Error::internal("internal").into()),
        Err(error) => return failed(frame, error, false),
    };
    add(&mut response, cookies::set(NEXT, "", portal.secure, Some(0)));
    Ok(response)
}

/// What holders can understand and do something about has its own page; the rest is a fault like any other.
fn failed(frame: Frame, error: Error, proof: bool) -> Result<Response> {
    if !error.code.starts_with("oidc_") || error.kind == Kind::Internal {
        return Err(WebError::from(error));
    }
    let (status, reason) = (status(error.kind), frame.says(&error));
    Ok(page_with(status, &Failed { frame, reason, proof }))
}

/// Whether somebody comes back who left in the middle of his registration.
fn is_proof(portal: &Portal, visit: &Visit, back: &Return<'_>) -> bool {
    oidc::errand(&portal.system, visit.token(), back) == Some(Errand::Proof)
}

fn is_proved(visit: &Visit) -> bool {
    visit.session.as_ref().is_some_and(|session| session.standing != Standing::Claimed)
}

fn add(response: &mut Response, cookie: Option<HeaderValue>) {
    if let Some(cookie) = cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

fn unhex(text: &str) -> Option<String> {
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let bytes: Option<Vec<u8>> = text.as_bytes().chunks(2).map(byte).collect();
    String::from_utf8(bytes?).ok()
}

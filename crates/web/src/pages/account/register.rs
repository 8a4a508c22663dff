//! 注册, a page for each step: who, the code, the password, the proof.

use super::{CodePage, challenge, counted, document_types, enter, hex, now, refuse};
use crate::client::Client;
use crate::error::Result;
use crate::forms::{AGAIN, Asked, Filled, Form, Posted, STALE};
use crate::pages::oidc;
use crate::portal::Portal;
use crate::routes::{Route, Who};
use crate::session::{SignedIn, Visit, device};
use crate::view::{Frame, page, page_with, see_other};
use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;
use axum::routing::{get, post};
use yinxin_app::account::{self, Begin, Proof, Registering};
use yinxin_app::error::Error;
use yinxin_app::limits::Way;
use yinxin_app::session::{self as sessions, Session, Standing};
use yinxin_model::Id;

pub const ROUTES: &[Route] = &[
    Route { method: Method::GET, path: "/register", who: Who::Anybody, handler: || get(form) },
    Route { method: Method::POST, path: "/register", who: Who::Anybody, handler: || post(begin) },
    Route { method: Method::GET, path: "/register/code", who: Who::Anybody, handler: || get(ask_code) },
    Route { method: Method::POST, path: "/register/code", who: Who::Anybody, handler: || post(confirm) },
    Route { method: Method::POST, path: "/register/resend", who: Who::Anybody, handler: || post(resend) },
    Route {
        method: Method::GET,
        path: "/register/password",
        who: Who::Session,
        handler: || get(ask_password),
    },
    Route {
        method: Method::POST,
        path: "/register/password",
        who: Who::Session,
        handler: || post(set_password),
    },
    Route { method: Method::GET, path: "/prove", who: Who::Session, handler: || get(ask_proof) },
    Route { method: Method::POST, path: "/prove", who: Who::Session, handler: || post(prove) },
];

#[derive(Template)]
#[template(path = "account/register.html")]
struct RegisterPage {
    frame: Frame,
    form: Form,
    document_types: Vec<(String, String)>,
    steps: Vec<(String, bool)>,
}

#[derive(Template)]
#[template(path = "account/password.html")]
struct PasswordPage {
    frame: Frame,
    form: Form,
    registering: Registering,
    steps: Vec<(String, bool)>,
}

#[derive(Template)]
#[template(path = "account/prove.html")]
struct ProvePage {
    frame: Frame,
    form: Form,
    registering: Registering,
    document_type: String,
    steps: Vec<(String, bool)>,
    /// Name and number do not belong together, was the answer.
    not_matched: bool,
    /// There is an account already: told to who has just proved to be this person.
    taken: bool,
    /// The identity provider that proves it, where one has to go to it.
    provider: Option<String>,
}

/// The way of a registration, and where one is.
fn steps(frame: &Frame, here: &str) -> Vec<(String, bool)> {
    let said = |step: &str| (frame.t(&format!("web-account-step-{step}")), step == here);
    ["who", "code", "password", "prove"].map(said).to_vec()
}

async fn form(frame: Frame) -> Response {
    let form = Form::of(&[("document_type", "111")]);
    register_page(frame, form, StatusCode::OK)
}

fn register_page(frame: Frame, form: Form, status: StatusCode) -> Response {
    let (document_types, steps) = (document_types(&frame), steps(&frame, "who"));
    page_with(status, &RegisterPage { frame, form, document_types, steps })
}

async fn begin(
    State(portal): State<Portal>,
    client: Client,
    frame: Frame,
    Filled { mut form, stale }: Filled,
) -> Result<Response> {
    if stale {
        form.refuse_stale(&frame);
        return Ok(register_page(frame, form, STALE));
    }
    let request = Begin {
        name: form.value("name").to_owned(),
        document_type: form.value("document_type").to_owned(),
        document: form.value("document").to_owned(),
        contact: form.value("contact").to_owned(),
    };
    let problems = request.problems(&portal.system);
    if !problems.is_empty() {
        for problem in problems {
            refuse(&frame, &mut form, problem)?;
        }
        return Ok(register_page(frame, form, AGAIN));
    }
    let begun = account::begin_registration(&portal.system, request);
    match counted(&portal, Way::Message, &client, begun).await {
        Ok(sent) => Ok(see_other(&format!("/register/code?c={}", hex(&sent.challenge)))),
        Err(error) => {
            let status = refuse(&frame, &mut form, error)?;
            Ok(register_page(frame, form, status))
        }
    }
}

async fn ask_code(
    State(portal): State<Portal>,
    visit: Visit,
    frame: Frame,
    Asked(asked): Asked,
) -> Result<Response> {
    let id = challenge(&asked)?;
    if is_further(&visit) && account::pending_registration(&portal.system, &id).await?.is_none() {
        return Ok(see_other("/prove"));
    }
    code_page(&portal, frame, asked, id, StatusCode::OK).await
}

/// Who has come back from a later step: his code is used, and the proof's page knows which step is the present one.
fn is_further(visit: &Visit) -> bool {
    visit.session.is_some()
}

async fn code_page(
    portal: &Portal,
    frame: Frame,
    form: Form,
    id: Id,
    status: StatusCode,
) -> Result<Response> {
    let pending = account::pending_registration(&portal.system, &id).await?;
    let pending = pending.ok_or_else(|| Error::not_found("code_over"))?;
    let page = CodePage {
        title: frame.t("web-account-register"),
        steps: steps(&frame, "code"),
        action: "/register/code",
        resend: "/register/resend",
        back: "/register",
        wait: CodePage::wait(&pending, now(portal)),
        pending,
        password: false,
        button: frame.t("web-account-confirm"),
        frame,
        form,
    };
    Ok(page_with(status, &page))
}

async fn confirm(
    State(portal): State<Portal>,
    visit: Visit,
    client: Client,
    headers: HeaderMap,
    frame: Frame,
    Posted(mut form): Posted,
) -> Result<Response> {
    let id = challenge(&form)?;
    let here = device(&headers, &client);
    let confirmed = account::confirm_registration(&portal.system, &id, form.value("code"), &here);
    match counted(&portal, Way::LogIn, &client, confirmed).await {
        Ok(token) => {
            // Whoever was logged in here is not the one who registers.
            sessions::end(&portal.system, visit.token()).await?;
            Ok(enter(&portal, &token, "/register/password"))
        }
        Err(error) if error.code == "code_over" && is_further(&visit) => Ok(see_other("/prove")),
        Err(error) => {
            let status = refuse(&frame, &mut form, error)?;
            code_page(&portal, frame, form, id, status).await
        }
    }
}

async fn resend(
    State(portal): State<Portal>,
    client: Client,
    frame: Frame,
    Posted(mut form): Posted,
) -> Result<Response> {
    let id = challenge(&form)?;
    let sent = account::resend_registration(&portal.system, &id);
    match counted(&portal, Way::Message, &client, sent).await {
        Ok(()) => Ok(see_other(&format!("/register/code?c={}", hex(&id)))),
        Err(error) => {
            let status = refuse(&frame, &mut form, error)?;
            code_page(&portal, frame, form, id, status).await
        }
    }
}

async fn ask_password(
    State(portal): State<Portal>,
    SignedIn(own): SignedIn,
    frame: Frame,
) -> Result<Response> {
    if own.standing != Standing::Claimed {
        return Ok(see_other(super::HOME));
    }
    let registering = account::registering(&portal.system, &own).await?.ok_or_else(over)?;
    Ok(page(&PasswordPage { steps: steps(&frame, "password"), frame, form: Form::default(), registering }))
}

async fn set_password(
    State(portal): State<Portal>,
    SignedIn(own): SignedIn,
    client: Client,
    frame: Frame,
    Posted(mut form): Posted,
) -> Result<Response> {
    let set = account::set_password(&portal.system, &own, form.raw("password"));
    match counted(&portal, Way::LogIn, &client, set).await {
        Ok(()) => Ok(see_other("/prove")),
        Err(error) => {
            let status = refuse(&frame, &mut form, error)?;
            let registering = account::registering(&portal.system, &own).await?.ok_or_else(over)?;
            Ok(page_with(
                status,
                &PasswordPage { steps: steps(&frame, "password"), frame, form, registering },
            ))
        }
    }
}

async fn ask_proof(State(portal): State<Portal>, SignedIn(own): SignedIn, frame: Frame) -> Result<Response> {
    if own.standing != Standing::Claimed {
        return Ok(see_other(super::HOME));
    }
    let registering = account::registering(&portal.system, &own).await?.ok_or_else(over)?;
    if !registering.has_password {
        return Ok(see_other("/register/password"));
    }
    Ok(page(&prove_page(&portal, frame, Form::default(), registering)))
}

async fn prove(
    State(portal): State<Portal>,
    SignedIn(own): SignedIn,
    frame: Frame,
    Posted(mut form): Posted,
) -> Result<Response> {
    if account::proved_elsewhere(&portal.system) {
        return Ok(see_other(oidc::PROOF));
    }
    let proved = account::prove(&portal.system, &own).await;
    after_proof(&portal, &own, frame, &mut form, proved).await
}

/// What came of a proof, by whichever way.
pub async fn after_proof(
    portal: &Portal,
    own: &Session,
    frame: Frame,
    form: &mut Form,
    proved: std::result::Result<Proof, Error>,
) -> Result<Response> {
    let (status, not_matched, taken) = match proved {
        Ok(Proof::Admitted { token, renamed }) => {
            let to = if renamed { "/notice?renamed=yes" } else { "/notice" };
            return Ok(enter(portal, &token, to));
        }
        Ok(Proof::NotMatched) => (AGAIN, true, false),
        Err(error) if error.code == "identity_registered" => (StatusCode::CONFLICT, false, true),
        Err(error) => (refuse(&frame, form, error)?, false, false),
    };
    let registering = account::registering(&portal.system, own).await?.ok_or_else(over)?;
    let page = ProvePage { not_matched, taken, ..prove_page(portal, frame, form.clone(), registering) };
    Ok(page_with(status, &page))
}

fn prove_page(portal: &Portal, frame: Frame, form: Form, registering: Registering) -> ProvePage {
    let document_type = frame.t(&format!("document-type-{}", registering.document_type.code()));
    let steps = steps(&frame, "prove");
    let provider =
        account::proved_elsewhere(&portal.system).then(|| oidc::provider(portal, &frame)).flatten();
    ProvePage { frame, form, registering, document_type, steps, not_matched: false, taken: false, provider }
}

fn over() -> Error {
    Error::conflict("registration_over")
}

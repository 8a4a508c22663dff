//! 找回密码: who, then a code and the new password. The answer is the same for everybody.

use super::{
    CodePage, DOCUMENT_MISSING, NEW_PASSWORD_MISSING, challenge, counted, document_types, hex, now, refuse,
};
use crate::client::Client;
use crate::error::Result;
use crate::forms::{AGAIN, Asked, Filled, Form, Posted, STALE};
use crate::portal::Portal;
use crate::routes::{Route, Who};
use crate::view::{Frame, page, page_with, see_other};
use askama::Template;
use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::Response;
use axum::routing::{get, post};
use yinxin_app::account;
use yinxin_app::error::Error;
use yinxin_app::limits::Way;
use yinxin_model::Id;

pub const ROUTES: &[Route] = &[
    Route { method: Method::GET, path: "/recover", who: Who::Anybody, handler: || get(form) },
    Route { method: Method::POST, path: "/recover", who: Who::Anybody, handler: || post(begin) },
    Route { method: Method::GET, path: "/recover/code", who: Who::Anybody, handler: || get(ask_code) },
    Route { method: Method::POST, path: "/recover/code", who: Who::Anybody, handler: || post(finish) },
    Route { method: Method::POST, path: "/recover/resend", who: Who::Anybody, handler: || post(resend) },
];

#[derive(Template)]
#[template(path = "account/recover.html")]
struct RecoverPage {
    frame: Frame,
    form: Form,
    document_types: Vec<(String, String)>,
}

async fn form(frame: Frame) -> Response {
    let form = Form::of(&[("document_type", "111")]);
    page(&RecoverPage { document_types: document_types(&frame), frame, form })
}

async fn begin(
    State(portal): State<Portal>,
    client: Client,
    frame: Frame,
    Filled { mut form, stale }: Filled,
) -> Result<Response> {
    if stale {
        form.refuse_stale(&frame);
    } else {
        form.want(&frame, &[("name", "web-verify-name-missing"), ("document", DOCUMENT_MISSING)]);
    }
    if !form.is_good() {
        let status = if stale { STALE } else { AGAIN };
        let document_types = document_types(&frame);
        return Ok(page_with(status, &RecoverPage { document_types, frame, form }));
    }
    let (name, kind, document) = (form.value("name"), form.value("document_type"), form.value("document"));
    let begun = account::begin_recovery(&portal.system, name, kind, document);
    match counted(&portal, Way::Message, &client, begun).await {
        Ok(sent) => Ok(see_other(&format!("/recover/code?c={}", hex(&sent.challenge)))),
        Err(error) => {
            let status = refuse(&frame, &mut form, error)?;
            Ok(page_with(status, &RecoverPage { document_types: document_types(&frame), frame, form }))
        }
    }
}

async fn ask_code(State(portal): State<Portal>, frame: Frame, Asked(asked): Asked) -> Result<Response> {
    let id = challenge(&asked)?;
    code_page(&portal, frame, asked, id, StatusCode::OK).await
}

async fn code_page(
    portal: &Portal,
    frame: Frame,
    form: Form,
    id: Id,
    status: StatusCode,
) -> Result<Response> {
    let pending = account::pending_recovery(&portal.system, &id).await?;
    let pending = pending.ok_or_else(|| Error::not_found("code_over"))?;
    let page = CodePage {
        title: frame.t("web-account-recover"),
        steps: Vec::new(),
        action: "/recover/code",
        resend: "/recover/resend",
        back: "/recover",
        wait: CodePage::wait(&pending, now(portal)),
        pending,
        password: true,
        button: frame.t("web-account-set-password"),
        frame,
        form,
    };
    Ok(page_with(status, &page))
}

async fn finish(
    State(portal): State<Portal>,
    client: Client,
    frame: Frame,
    Posted(mut form): Posted,
) -> Result<Response> {
    let id = challenge(&form)?;
    form.want(&frame, &[("code", "web-account-code-missing")]);
    if form.raw("password").is_empty() {
        form.refuse("password", frame.t(NEW_PASSWORD_MISSING));
    }
    if !form.is_good() {
        return code_page(&portal, frame, form, id, AGAIN).await;
    }
    let (code, password) = (form.value("code"), form.raw("password"));
    let done = account::finish_recovery(&portal.system, &id, code, password);
    match counted(&portal, Way::LogIn, &client, done).await {
        Ok(()) => Ok(see_other("/login?done=recovered")),
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
    let sent = account::resend_recovery(&portal.system, &id);
    match counted(&portal, Way::Message, &client, sent).await {
        Ok(()) => Ok(see_other(&format!("/recover/code?c={}", hex(&id)))),
        Err(error) => {
            let status = refuse(&frame, &mut form, error)?;
            code_page(&portal, frame, form, id, status).await
        }
    }
}

//! 服务须知: the full text, agree or leave.

use super::{HOME, asked_next, next_of};
use crate::client::Client;
use crate::error::Result;
use crate::forms::{AGAIN, Asked, Form, Posted};
use crate::portal::Portal;
use crate::routes::{Route, Who};
use crate::session::SignedIn;
use crate::view::{Frame, page, page_with, see_other};
use askama::Template;
use axum::extract::State;
use axum::http::Method;
use axum::response::Response;
use axum::routing::{get, post};
use yinxin_app::notice::{self, Notice};
use yinxin_app::session::Standing;

pub const ROUTES: &[Route] = &[
    Route { method: Method::GET, path: "/notice", who: Who::Verified, handler: || get(read) },
    Route { method: Method::POST, path: "/notice", who: Who::Verified, handler: || post(agree) },
];

#[derive(Template)]
#[template(path = "account/notice.html")]
struct NoticePage {
    frame: Frame,
    form: Form,
    notice: Notice,
    /// The text's first line, and the paragraphs after it.
    title: String,
    paragraphs: Vec<String>,
    /// It is agreed to already: nothing is asked.
    agreed: bool,
    /// The same document has an account under another name.
    renamed: bool,
}

async fn read(
    State(portal): State<Portal>,
    SignedIn(own): SignedIn,
    frame: Frame,
    asked: Asked,
) -> Result<Response> {
    let agreed = own.standing == Standing::Agreed;
    let renamed = asked.0.chosen("renamed", "yes");
    let form = Form::of(&[("next", &asked_next(&asked))]);
    Ok(page(&notice_page(&portal, frame, form, agreed, renamed).await?))
}

async fn agree(
    State(portal): State<Portal>,
    SignedIn(own): SignedIn,
    client: Client,
    frame: Frame,
    Posted(mut form): Posted,
) -> Result<Response> {
    let version = form.value("version").parse().unwrap_or_default();
    match notice::agree(&portal.system, &own.subject, version, &client.ip.to_string()).await {
        Ok(()) => Ok(see_other(next_of(&form).unwrap_or(HOME))),
        Err(error) if error.code == "service_notice_changed" => {
            form.refuse("", frame.says(&error));
            Ok(page_with(AGAIN, &notice_page(&portal, frame, form, false, false).await?))
        }
        Err(error) => Err(error.into()),
    }
}

async fn notice_page(
    portal: &Portal,
    frame: Frame,
    form: Form,
    agreed: bool,
    renamed: bool,
) -> Result<NoticePage> {
    let notice = notice::current(&portal.system).await?;
    let mut lines = notice.text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned);
    let title = lines.next().unwrap_or_default();
    let paragraphs = lines.collect();
    Ok(NoticePage { frame, form, notice, title, paragraphs, agreed, renamed })
}

//! The recipient's pages: what it is for, then, after he has opened it, the copy for a while.

use crate::client::Client;
use crate::error::Result;
use crate::forms::{AGAIN, Form, Posted};
use crate::pages::facts;
use crate::portal::Portal;
use crate::view::{Frame, page, page_with, see_other};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use yinxin_app::error::{Error, Kind};
use yinxin_app::limits::Way;
use yinxin_app::share::{self, Landing, Shown, VIEW_MINUTES};
use yinxin_model::{Format, Id};

#[derive(Template)]
#[template(path = "shares/landing.html")]
struct LandingPage {
    frame: Frame,
    form: Form,
    token: String,
    landing: Landing,
    minutes: i64,
}

/// A share that opens no more, said to whoever holds its token.
#[derive(Template)]
#[template(path = "shares/shut.html")]
struct ShutPage {
    frame: Frame,
    sentence: String,
    /// It was only this view that is over.
    again: Option<String>,
}

#[derive(Template)]
#[template(path = "shares/shown.html")]
struct ShownPage {
    frame: Frame,
    shown: Shown,
    name: String,
    approved: String,
    path: String,
    minutes: i64,
}

fn within_limits(portal: &Portal, client: Client) -> Result<()> {
    Ok(portal.asking.limits.network(&portal.system, Way::Share, client.ip).map_err(Error::from)?)
}

/// What is told to whoever holds the token; a token that is none is a page that is not there.
fn shut(frame: Frame, token: &str, error: Error) -> Result<Response> {
    if error.kind != Kind::Conflict {
        return Err(error.into());
    }
    let again = (error.code == "share_view_over").then(|| format!("/s/{token}"));
    let sentence = frame.says(&error);
    Ok(page_with(StatusCode::GONE, &ShutPage { frame, sentence, again }))
}

pub(super) async fn landing(
    State(portal): State<Portal>,
    frame: Frame,
    client: Client,
    Path(token): Path<String>,
) -> Result<Response> {
    within_limits(&portal, client)?;
    match share::landing(&portal.system, &token).await {
        Ok(landing) => {
            let form = Form::default();
            Ok(page(&LandingPage { frame, form, token, landing, minutes: VIEW_MINUTES }))
        }
        Err(error) => shut(frame, &token, error),
    }
}

pub(super) async fn open(
    State(portal): State<Portal>,
    frame: Frame,
    client: Client,
    Path(token): Path<String>,
    Posted(mut form): Posted,
) -> Result<Response> {
    within_limits(&portal, client)?;
    let refused = match share::open(&portal.system, &token, form.value("pin"), client.ip).await {
        Ok(view) => return Ok(see_other(&format!("/s/{token}/{view}"))),
        Err(error) if matches!(error.code, "share_pin_wrong" | "share_pin_missing") => error,
        Err(error) => return shut(frame, &token, error),
    };
    form.put("pin", "");
    form.refuse("pin", frame.says(&refused));
    match share::landing(&portal.system, &token).await {
        Ok(landing) => {
            let again = LandingPage { frame, form, token, landing, minutes: VIEW_MINUTES };
            Ok(page_with(AGAIN, &again))
        }
        Err(error) => shut(frame, &token, error),
    }
}

pub(super) async fn shown(
    State(portal): State<Portal>,
    frame: Frame,
    client: Client,
    Path((token, view)): Path<(String, String)>,
) -> Result<Response> {
    within_limits(&portal, client)?;
    let shown = match share::shown(&portal.system, &token, id(&view)?).await {
        Ok(shown) => shown,
        Err(error) => return shut(frame, &token, error),
    };
    let name = super::name(&portal, &frame, &shown.title);
    let approved = facts::approval(&frame, shown.content.approved);
    let path = format!("/s/{token}/{view}");
    Ok(page(&ShownPage { frame, shown, name, approved, path, minutes: VIEW_MINUTES }))
}

pub(super) async fn picture(
    State(portal): State<Portal>,
    client: Client,
    Path((token, view)): Path<(String, String)>,
) -> Result<Response> {
    within_limits(&portal, client)?;
    let png = share::picture(&portal.system, &token, id(&view)?).await?;
    Ok(([(header::CONTENT_TYPE, "image/png")], png).into_response())
}

pub(super) async fn pdf(
    State(portal): State<Portal>,
    frame: Frame,
    client: Client,
    Path((token, view)): Path<(String, String)>,
) -> Result<Response> {
    within_limits(&portal, client)?;
    copy(portal, frame, token, &view, Format::Pdf).await
}

pub(super) async fn ofd(
    State(portal): State<Portal>,
    frame: Frame,
    client: Client,
    Path((token, view)): Path<(String, String)>,
) -> Result<Response> {
    within_limits(&portal, client)?;
    copy(portal, frame, token, &view, Format::Ofd).await
}

async fn copy(portal: Portal, frame: Frame, token: String, view: &str, format: Format) -> Result<Response> {
    let out = match share::copy(&portal.system, &token, id(view)?, format).await {
        Ok(out) => out,
        Err(error) => return shut(frame, &token, error),
    };
    let (kind, ending) = match format {
        Format::Pdf => ("application/pdf", "pdf"),
        Format::Ofd => ("application/ofd", "ofd"),
    };
    // RFC 6266 with RFC 8187; the plain name is for clients that know neither.
    let name: String =
        form_urlencoded::byte_serialize(out.title.as_bytes()).collect::<String>().replace('+', "%20");
    let named =
        format!("attachment; filename=\"{}.{ending}\"; filename*=UTF-8''{name}.{ending}", out.copy_number);
    let headers = [(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, named)];
    Ok((headers, out.bytes).into_response())
}

fn id(text: &str) -> Result<Id> {
    Ok(text.parse().map_err(|_| Error::not_found("share_unknown"))?)
}

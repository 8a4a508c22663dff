//! Copies: their pages, downloads and withdrawal; inside an app that cannot download, a link that works once.

use super::facts::{self, Fact};
use super::viewing::Picture;
use crate::error::Result;
use crate::forms::Posted;
use crate::portal::Portal;
use crate::routes::{Route, Who};
use crate::session::SignedIn;
use crate::view::{Frame, page, page_with, see_other};
use askama::Template;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use yinxin_app::certificate::{self, View};
use yinxin_app::copy::{self, CopyOut, What};
use yinxin_app::endorse;
use yinxin_app::error::{Error, Kind};
use yinxin_app::pass::{self, Waiting};
use yinxin_app::picture;
use yinxin_model::states::{CertificateState, EndorsementView};
use yinxin_model::{Format, Id};

macro_rules! route {
    ($method:ident $path:literal, $who:ident, $handler:expr) => {
        Route { method: Method::$method, path: $path, who: Who::$who, handler: || $handler }
    };
}

pub const ROUTES: &[Route] = &[
    route!(GET "/endorsements/{id}", Agreed, get(endorsed)),
    route!(GET "/endorsements/{id}/withdraw", Agreed, get(ask_to_withdraw)),
    route!(POST "/endorsements/{id}/withdraw", Agreed, post(withdraw)),
    route!(GET "/endorsements/{id}/copy.pdf", Agreed, get(pdf)),
    route!(GET "/endorsements/{id}/copy.ofd", Agreed, get(ofd)),
    route!(POST "/endorsements/{id}/pass", Agreed, post(make_pass)),
    route!(GET "/certificates/{id}/copy", Agreed, get(direct)),
    route!(GET "/certificates/{id}/copy.pdf", Agreed, get(pdf)),
    route!(GET "/certificates/{id}/copy.ofd", Agreed, get(ofd)),
    route!(POST "/certificates/{id}/pass", Agreed, post(make_pass)),
    route!(GET "/p/{token}", Anybody, get(find_pass)),
    route!(POST "/p/{token}", Anybody, post(use_pass)),
];

/// The thing whose copy a path is about: `/endorsements/ID/…` or `/certificates/ID/…`.
pub(super) struct Thing {
    pub id: Id,
    pub endorsed: bool,
}

impl FromRequestParts<Portal> for Thing {
    type Rejection = crate::error::WebError;

    async fn from_request_parts(parts: &mut Parts, _: &Portal) -> Result<Self> {
        let mut steps = parts.uri.path().split('/').skip(1);
        let endorsed = steps.next() == Some("endorsements");
        let missing =
            || Error::not_found(if endorsed { "endorsement_not_found" } else { "certificate_not_found" });
        let id = steps.next().and_then(|text| text.parse().ok()).ok_or_else(missing)?;
        Ok(Self { id, endorsed })
    }
}

impl Thing {
    pub fn what(&self) -> What {
        if self.endorsed { What::Endorsement(self.id) } else { What::Certificate(self.id.into()) }
    }

    /// Where its files lie.
    pub fn base(&self) -> String {
        format!("/{}/{}", if self.endorsed { "endorsements" } else { "certificates" }, self.id)
    }

    /// The page that shows it, or says why it cannot.
    pub fn page(&self) -> String {
        if self.endorsed { self.base() } else { format!("{}/copy", self.base()) }
    }

    /// A copy that cannot be had (any more) is explained on the page; another refusal is its own page.
    pub fn explain(&self, error: Error) -> Result<Response> {
        let known = ["endorsement_", "certificate_"].iter().any(|start| error.code.starts_with(start));
        if error.kind == Kind::Conflict && known { Ok(see_other(&self.page())) } else { Err(error.into()) }
    }
}

#[derive(Template)]
#[template(path = "copies/copy.html")]
struct CopyPage {
    frame: Frame,
    view: View,
    title: String,
    base: String,
    /// `None` where no endorsement is needed.
    endorsement: Option<endorse::View>,
    purpose: Option<Fact>,
    picture: Picture,
    in_app: bool,
}

#[derive(Template)]
#[template(path = "copies/making.html")]
struct Making {
    frame: Frame,
    title: String,
    endorsement: endorse::View,
    purpose: Fact,
    position: usize,
}

#[derive(Template)]
#[template(path = "copies/ended.html")]
struct Ended {
    frame: Frame,
    view: View,
    title: String,
    endorsement: endorse::View,
    purpose: Fact,
    state: String,
    sentence: String,
    /// The certificate can be endorsed again.
    again: bool,
}

async fn endorsed(
    State(portal): State<Portal>,
    frame: Frame,
    SignedIn(session): SignedIn,
    thing: Thing,
    headers: HeaderMap,
) -> Result<Response> {
    let (system, by) = (&portal.system, &session.subject);
    let endorsement = endorse::show(system, by, thing.id).await?;
    let view = certificate::show(system, by, endorsement.certificate).await?;
    let title = facts::title(&frame, &system.catalogue, &view);
    let purpose =
        facts::purpose(&frame, &system.catalogue, &endorsement.scenario, endorsement.purpose.clone());
    Ok(match endorsement.state {
        EndorsementView::Ready => {
            let picture = Picture::of(picture::sides(system, &view.content.seal)?);
            let (base, endorsement, in_app) = (thing.base(), Some(endorsement), in_app(&headers));
            let purpose = Some(purpose);
            page(&CopyPage { frame, view, title, base, endorsement, purpose, picture, in_app })
        }
        EndorsementView::Granted => {
            let position = endorsement.position.unwrap_or(0);
            page(&Making { frame, title, endorsement, purpose, position })
        }
        EndorsementView::Expired | EndorsementView::Voided | EndorsementView::Withdrawn => {
            let again = view.state == CertificateState::Online && view.needs_endorsement;
            let state = frame.t(&format!("endorsement-state-{}", endorsement.state.as_str()));
            let sentence = ended(&frame, &endorsement);
            page(&Ended { frame, view, title, endorsement, purpose, state, sentence, again })
        }
    })
}

fn ended(frame: &Frame, endorsement: &endorse::View) -> String {
    match (endorsement.state, endorsement.void_reason) {
        (EndorsementView::Voided, Some(reason)) => {
            frame.t(&format!("web-certificates-void-{}", reason.as_str()))
        }
        (EndorsementView::Withdrawn, _) => frame.t("web-certificates-withdrawn"),
        _ => frame.t1("web-certificates-expired", "until", frame.date(endorsement.valid_until)),
    }
}

async fn direct(
    State(portal): State<Portal>,
    frame: Frame,
    SignedIn(session): SignedIn,
    thing: Thing,
    headers: HeaderMap,
) -> Result<Response> {
    let view = certificate::show(&portal.system, &session.subject, thing.id).await?;
    if view.state != CertificateState::Online {
        return Ok(see_other(&thing.base()));
    }
    if view.needs_endorsement {
        return Ok(see_other(&format!("{}/endorse", thing.base())));
    }
    let title = facts::title(&frame, &portal.system.catalogue, &view);
    let picture = Picture::of(picture::sides(&portal.system, &view.content.seal)?);
    let (base, in_app) = (thing.base(), in_app(&headers));
    let (endorsement, purpose) = (None, None);
    Ok(page(&CopyPage { frame, view, title, base, endorsement, purpose, picture, in_app }))
}

#[derive(Template)]
#[template(path = "copies/withdraw.html")]
struct Withdraw {
    frame: Frame,
    endorsement: endorse::View,
    purpose: Fact,
    title: String,
    quota: yinxin_model::quota::Quota,
}

async fn ask_to_withdraw(
    State(portal): State<Portal>,
    frame: Frame,
    SignedIn(session): SignedIn,
    thing: Thing,
) -> Result<Response> {
    let (system, by) = (&portal.system, &session.subject);
    let endorsement = endorse::show(system, by, thing.id).await?;
    if !matches!(endorsement.state, EndorsementView::Ready | EndorsementView::Granted) {
        return Ok(see_other(&thing.page()));
    }
    let view = certificate::show(system, by, endorsement.certificate).await?;
    let title = facts::title(&frame, &system.catalogue, &view);
    let purpose =
        facts::purpose(&frame, &system.catalogue, &endorsement.scenario, endorsement.purpose.clone());
    Ok(page(&Withdraw { frame, endorsement, purpose, title, quota: view.quota }))
}

async fn withdraw(
    State(portal): State<Portal>,
    SignedIn(session): SignedIn,
    thing: Thing,
    Posted(_): Posted,
) -> Result<Response> {
    match endorse::withdraw(&portal.system, &session.subject, thing.id, None).await {
        Ok(_) => Ok(see_other(&thing.page())),
        Err(error) => thing.explain(error),
    }
}

async fn pdf(portal: State<Portal>, session: SignedIn, thing: Thing) -> Result<Response> {
    download(portal, session, thing, Format::Pdf).await
}

async fn ofd(portal: State<Portal>, session: SignedIn, thing: Thing) -> Result<Response> {
    download(portal, session, thing, Format::Ofd).await
}

async fn download(
    State(portal): State<Portal>,
    SignedIn(session): SignedIn,
    thing: Thing,
    format: Format,
) -> Result<Response> {
    match copy::copy(&portal.system, &session.subject, thing.what(), format).await {
        Ok(copy) => Ok(attachment(copy)),
        Err(error) => thing.explain(error),
    }
}

fn attachment(copy: CopyOut) -> Response {
    let kind = match copy.format {
        Format::Pdf => "application/pdf",
        Format::Ofd => "application/ofd",
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_DISPOSITION, disposition(&copy)),
    ];
    (headers, copy.bytes).into_response()
}

/// The name in Chinese (RFC 6266, RFC 8187), and one for whoever cannot read it. It holds no name and no number of a
/// person; the copy number tells one file from another.
fn disposition(copy: &CopyOut) -> HeaderValue {
    let ending = copy.format.as_str();
    let plain = format!("certificate-{}.{ending}", copy.copy_number);
    let full = format!("{}-{}.{ending}", copy.title.replace('·', "-"), copy.copy_number);
    let encoded: String = full
        .bytes()
        .map(|byte| match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'.' | b'_' => char::from(byte).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect();
    let text = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}");
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static("attachment"))
}

async fn make_pass(
    State(portal): State<Portal>,
    SignedIn(session): SignedIn,
    thing: Thing,
    Posted(form): Posted,
) -> Result<Response> {
    let format = Format::parse(form.value("format")).unwrap_or(Format::Pdf);
    portal.asking.limits.pass(&portal.system, &session.subject).map_err(Error::from)?;
    match pass::make(&portal.system, &session.subject, &thing.what(), format).await {
        Ok(made) => Ok(see_other(&format!("/p/{}", made.token))),
        Err(error) => thing.explain(error),
    }
}

#[derive(Template)]
#[template(path = "copies/pass.html")]
struct PassPage {
    frame: Frame,
    /// `None`: used, expired or never made.
    waiting: Option<Waiting>,
    /// To be copied.
    address: String,
    token: String,
    in_app: bool,
}

async fn find_pass(
    State(portal): State<Portal>,
    frame: Frame,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> Result<Response> {
    let found = pass::find(&portal.system, &token).await;
    pass_page(&portal, frame, token, found, in_app(&headers))
}

fn pass_page(
    portal: &Portal,
    frame: Frame,
    token: String,
    found: yinxin_app::error::Result<Waiting>,
    in_app: bool,
) -> Result<Response> {
    let waiting = match found {
        Ok(waiting) => Some(waiting),
        Err(error) if error.kind == Kind::NotFound => None,
        Err(error) => return Err(error.into()),
    };
    let status = if waiting.is_some() { StatusCode::OK } else { StatusCode::NOT_FOUND };
    let address = format!("{}/p/{token}", portal.system.config.platform.public_url);
    Ok(page_with(status, &PassPage { frame, waiting, address, token, in_app }))
}

async fn use_pass(
    State(portal): State<Portal>,
    frame: Frame,
    Path(token): Path<String>,
    Posted(_): Posted,
) -> Result<Response> {
    match pass::redeem(&portal.system, &token).await {
        Ok(copy) => Ok(attachment(copy)),
        Err(error) if error.kind == Kind::NotFound => pass_page(&portal, frame, token, Err(error), false),
        Err(error) => Err(error.into()),
    }
}

/// Browsers inside apps, by what they call themselves: many of them neither download nor print.
fn in_app(headers: &HeaderMap) -> bool {
    const APPS: [&str; 9] = [
        "MicroMessenger",
        " QQ/",
        "DingTalk",
        "AlipayClient",
        "Weibo",
        "Lark/",
        "aweme",
        "baiduboxapp",
        "NewsArticle",
    ];
    let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    APPS.iter().any(|app| agent.contains(app))
}

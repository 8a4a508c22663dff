//! Verification by anybody: by data, by query number, by file, by QR code. One answer for every miss, and a verdict first.

mod answer;
mod foreign;

use crate::client::Client;
use crate::error::{Result, WebError};
use crate::forms::{AGAIN, Filled, Form, STALE, Upload};
use crate::portal::Portal;
use crate::routes::{Route, Who};
use crate::view::{Frame, page, page_with};
use answer::Answer;
use askama::Template;
use axum::extract::{DefaultBodyLimit, FromRequestParts, Path, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use axum::routing::{get, post};
use yinxin_app::asking::Pledge;
use yinxin_app::error::{Error, Kind};
use yinxin_app::limits::Way;
use yinxin_app::verify::{self, Fields};
use yinxin_app::{readers, scan};
use yinxin_model::DocumentType;

pub const ROUTES: &[Route] = &[
    Route { method: Method::GET, path: "/verify", who: Who::Anybody, handler: || get(ways) },
    Route { method: Method::GET, path: "/verify/fields", who: Who::Anybody, handler: || get(fields) },
    Route { method: Method::POST, path: "/verify/fields", who: Who::Anybody, handler: || post(by_fields) },
    Route { method: Method::GET, path: "/verify/number", who: Who::Anybody, handler: || get(number) },
    Route { method: Method::POST, path: "/verify/number", who: Who::Anybody, handler: || post(by_number) },
    Route { method: Method::GET, path: "/verify/file", who: Who::Anybody, handler: || get(file) },
    Route {
        method: Method::POST,
        path: "/verify/file",
        who: Who::Anybody,
        handler: || post(by_file).layer(DefaultBodyLimit::max(file_bytes())),
    },
    Route { method: Method::GET, path: "/verify/qr", who: Who::Anybody, handler: || get(qr) },
    Route {
        method: Method::POST,
        path: "/verify/qr",
        who: Who::Anybody,
        handler: || post(by_qr).layer(DefaultBodyLimit::max(PICTURE_BYTES)),
    },
    Route { method: Method::GET, path: "/v/{token}", who: Who::Anybody, handler: || get(by_token) },
];

/// What a form takes beside its file.
const AROUND: usize = 64 * 1024;
const PICTURE_BYTES: usize = scan::LARGEST_PICTURE + AROUND;
/// Of a QR code's text, more than any of ours.
const LONGEST_TEXT: usize = 4_096;

/// How much may be sent to `path`, where it is a file.
pub(crate) fn upload_bytes(path: &str) -> Option<usize> {
    match path {
        "/verify/file" => Some(file_bytes()),
        "/verify/qr" => Some(PICTURE_BYTES),
        _ => None,
    }
}

/// The same without what stands around the file, as people are told it.
pub(crate) fn upload_megabytes(path: &str) -> Option<usize> {
    upload_bytes(path).map(|bytes| (bytes - AROUND) >> 20)
}

fn file_bytes() -> usize {
    readers::largest_file() + AROUND
}

#[derive(Template)]
#[template(path = "verify/ways.html")]
struct Ways {
    frame: Frame,
}

async fn ways(frame: Frame) -> Response {
    page(&Ways { frame })
}

/// A form that is only taken with a proof of work or a ticket.
struct Effort {
    challenge: String,
    ticket: String,
}

impl Effort {
    fn fresh(portal: &Portal) -> Self {
        let (system, pow) = (&portal.system, &portal.asking.pow);
        Self { challenge: pow.challenge(system), ticket: pow.ticket(system) }
    }
}

fn pledge(form: &Form) -> Pledge<'_> {
    Pledge { proof: form.raw("proof"), ticket: form.raw("ticket") }
}

// ---- by data ---------------------------------------------------------------------------------------------------

#[derive(Template)]
#[template(path = "verify/fields.html")]
struct FieldsPage {
    frame: Frame,
    form: Form,
    types: Vec<(String, String)>,
    effort: Effort,
}

impl FieldsPage {
    fn new(portal: &Portal, frame: Frame, form: Form) -> Self {
        let any = (String::new(), frame.t("web-verify-type-any"));
        let known = DocumentType::ALL.into_iter().map(|kind| {
            let code = kind.code();
            (code.to_owned(), frame.t(&format!("document-type-{code}")))
        });
        let types = std::iter::once(any).chain(known).collect();
        Self { frame, form, types, effort: Effort::fresh(portal) }
    }
}

async fn fields(State(portal): State<Portal>, frame: Frame) -> Response {
    page(&FieldsPage::new(&portal, frame, Form::default()))
}

async fn by_fields(
    State(portal): State<Portal>,
    frame: Frame,
    client: Client,
    Filled { mut form, stale }: Filled,
) -> Result<Response> {
    if stale {
        form.refuse_stale(&frame);
        return Ok(page_with(STALE, &FieldsPage::new(&portal, frame, form)));
    }
    filled_in(&frame, &mut form, &["name", "document", "number"]);
    if !form.is_good() {
        return Ok(page_with(AGAIN, &FieldsPage::new(&portal, frame, form)));
    }
    let targets = [form.value("document"), form.value("number")];
    let admitted = portal.asking.admit(&portal.system, Way::Fields, client.ip, pledge(&form), &targets);
    if let Err(error) = admitted {
        let status = refuse(&frame, &mut form, "", error)?;
        return Ok(told_when(&status, page_with(status.0, &FieldsPage::new(&portal, frame, form))));
    }
    let kind = Some(form.value("type")).filter(|kind| !kind.is_empty());
    let asked = Fields {
        name: form.value("name").to_owned(),
        document_type: kind.map(str::to_owned),
        document: form.value("document").to_owned(),
        number: form.value("number").to_owned(),
    };
    let found = verify::by_fields(&portal.system, &asked).await?;
    Ok(page(&Answer::of_data(&portal.system.catalogue, frame, &found, "/verify/fields")))
}

// ---- by query number -----------------------------------------------------------------------------------------------

#[derive(Template)]
#[template(path = "verify/number.html")]
struct NumberPage {
    frame: Frame,
    form: Form,
    effort: Effort,
}

async fn number(State(portal): State<Portal>, frame: Frame) -> Response {
    page(&NumberPage { frame, form: Form::default(), effort: Effort::fresh(&portal) })
}

async fn by_number(
    State(portal): State<Portal>,
    frame: Frame,
    client: Client,
    Filled { mut form, stale }: Filled,
) -> Result<Response> {
    if stale {
        form.refuse_stale(&frame);
        return Ok(page_with(STALE, &NumberPage { frame, form, effort: Effort::fresh(&portal) }));
    }
    filled_in(&frame, &mut form, &["name", "query-number"]);
    if !form.is_good() {
        return Ok(page_with(AGAIN, &NumberPage { frame, form, effort: Effort::fresh(&portal) }));
    }
    let targets = [form.value("query-number")];
    let admitted = portal.asking.admit(&portal.system, Way::QueryNumber, client.ip, pledge(&form), &targets);
    if let Err(error) = admitted {
        let status = refuse(&frame, &mut form, "", error)?;
        let again = NumberPage { frame, form, effort: Effort::fresh(&portal) };
        return Ok(told_when(&status, page_with(status.0, &again)));
    }
    let (name, number) = (form.value("name"), form.value("query-number"));
    let found = verify::by_query_number(&portal.system, name, number).await?;
    Ok(page(&Answer::of_data(&portal.system.catalogue, frame, &found, "/verify/number")))
}

// ---- by file ---------------------------------------------------------------------------------------------------------

#[derive(Template)]
#[template(path = "verify/file.html")]
struct FilePage {
    frame: Frame,
    form: Form,
    megabytes: usize,
    /// What was handed in is a picture: there is another page for it.
    picture: bool,
}

impl FilePage {
    fn new(frame: Frame, form: Form) -> Self {
        Self { frame, form, megabytes: readers::largest_file() >> 20, picture: false }
    }

    /// Once more, with what was wrong with the file.
    fn again(frame: Frame, sentence: &str, picture: bool) -> Response {
        let mut form = Form::default();
        form.refuse("file", frame.t(sentence));
        page_with(AGAIN, &Self { picture, ..Self::new(frame, form) })
    }
}

/// Somebody may hand in a file now. Comes before what he sent is taken apart, and is held until it is answered.
struct MayUpload {
    _room: readers::Room,
}

impl FromRequestParts<Portal> for MayUpload {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, portal: &Portal) -> Result<Self> {
        let Ok(client) = Client::from_request_parts(parts, portal).await;
        portal.asking.limits.network(&portal.system, Way::File, client.ip).map_err(Error::from)?;
        Ok(Self { _room: portal.asking.readers.room().await? })
    }
}

async fn file(frame: Frame) -> Response {
    page(&FilePage::new(frame, Form::default()))
}

async fn by_file(
    State(portal): State<Portal>,
    frame: Frame,
    _held: MayUpload,
    upload: Upload,
) -> Result<Response> {
    let Some(file) = upload.file("file") else {
        let sentence =
            if upload.is_empty_file("file") { "web-verify-file-empty" } else { "web-verify-file-missing" };
        return Ok(FilePage::again(frame, sentence, false));
    };
    if foreign::is_picture(&file.bytes) {
        return Ok(FilePage::again(frame, "web-verify-file-picture", true));
    }
    let name = file.name.clone();
    let found = portal.asking.readers.file(&portal.system, file.bytes.to_vec()).await?;
    if foreign::is_neither(&found) {
        return Ok(FilePage::again(frame, "web-verify-file-foreign", false));
    }
    Ok(page(&Answer::of_file(&portal.system.catalogue, frame, &found, name)))
}

// ---- by QR code --------------------------------------------------------------------------------------------------------

#[derive(Template)]
#[template(path = "verify/qr.html")]
struct QrPage {
    frame: Frame,
    form: Form,
    /// What was handed in may be an electronic certificate: there is another page for it.
    document: bool,
}

impl QrPage {
    /// Once more, with what was wrong with a field.
    fn again(frame: Frame, mut form: Form, field: &str, sentence: &str, document: bool) -> Response {
        form.refuse(field, frame.t(sentence));
        page_with(AGAIN, &Self { frame, form, document })
    }
}

async fn qr(frame: Frame) -> Response {
    page(&QrPage { frame, form: Form::default(), document: false })
}

async fn by_qr(
    State(portal): State<Portal>,
    frame: Frame,
    _held: MayUpload,
    upload: Upload,
) -> Result<Response> {
    let mut form = upload.form.clone();
    let text = match upload.file("picture") {
        Some(picture) if foreign::is_document(&picture.bytes) => {
            return Ok(QrPage::again(frame, form, "picture", "web-verify-qr-document", true));
        }
        Some(picture) => {
            portal.asking.readers.picture(picture.bytes.to_vec()).await.map_err(|e| ("picture", e))
        }
        None if form.value("text").is_empty() => {
            let sentence = if upload.is_empty_file("picture") {
                "web-verify-file-empty"
            } else {
                "web-verify-qr-missing"
            };
            return Ok(QrPage::again(frame, form, "picture", sentence, false));
        }
        None if form.value("text").len() > LONGEST_TEXT => {
            form.put("text", "");
            return Ok(QrPage::again(frame, form, "text", "web-verify-qr-long", false));
        }
        None => Ok(form.value("text").to_owned()),
    };
    match text {
        Ok(text) => {
            let found = verify::by_qr(&portal.system, &text, None).await?;
            Ok(page(&Answer::of_code(&portal.system.catalogue, frame, &found, "/verify/qr")))
        }
        Err((field, error)) => {
            let status = refuse(&frame, &mut form, field, error)?;
            Ok(told_when(&status, page_with(status.0, &QrPage { frame, form, document: false })))
        }
    }
}

/// Where the code on a copy leads. What follows the `#` stays in the browser.
async fn by_token(
    State(portal): State<Portal>,
    frame: Frame,
    client: Client,
    Path(token): Path<String>,
) -> Result<Response> {
    portal.asking.limits.network(&portal.system, Way::Code, client.ip).map_err(Error::from)?;
    let found = verify::by_token(&portal.system, &token).await?;
    Ok(page(&Answer::of_scan(&portal.system.catalogue, frame, &found)))
}

// ---- what is refused -----------------------------------------------------------------------------------------------------

fn filled_in(frame: &Frame, form: &mut Form, fields: &[&str]) {
    for field in fields {
        if form.value(field).is_empty() {
            form.refuse(field, frame.t(&format!("web-verify-{field}-missing")));
        }
    }
}

/// How the form is shown again, and after how many seconds it is worth sending. Other faults are pages of their own.
type Again = (StatusCode, Option<String>);

fn refuse(frame: &Frame, form: &mut Form, field: &str, error: Error) -> Result<Again> {
    let again = match (error.kind, error.code) {
        (Kind::Invalid, _) => (AGAIN, None),
        (_, "rate_limited") => (StatusCode::TOO_MANY_REQUESTS, error.details.get("retry_after").cloned()),
        _ => return Err(error.into()),
    };
    form.refuse(field, frame.says(&error));
    form.put("proof", "");
    Ok(again)
}

fn told_when((_, seconds): &Again, mut response: Response) -> Response {
    if let Some(seconds) = seconds.as_ref().and_then(|seconds| HeaderValue::try_from(seconds).ok()) {
        response.headers_mut().insert(header::RETRY_AFTER, seconds);
    }
    response
}

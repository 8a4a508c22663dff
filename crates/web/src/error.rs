//! What a request could not be given, as status and page.
//!
//! A handler's error travels as an extension of an empty response; the page is drawn around every request
//! ([`crate::edge`]), where language and visitor are known. So are those of the framework (404, 405, 413).

use crate::pages::verify;
use crate::view::{Frame, page_with};
use askama::Template;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::collections::BTreeMap;
use yinxin_app::error::{Error, Kind};

pub type Result<T> = std::result::Result<T, WebError>;

#[derive(Debug)]
pub struct WebError(Error);

impl WebError {
    /// The use case's refusal, for pages that say it beside a field.
    pub fn refusal(&self) -> &Error {
        &self.0
    }
}

impl From<Error> for WebError {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

/// What the page of an error needs.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    code: &'static str,
    details: BTreeMap<&'static str, String>,
}

impl IntoResponse for WebError {
    /// Logs what is a fault of ours, here and nowhere else.
    fn into_response(self) -> Response {
        let error = self.0;
        match error.kind {
            Kind::Internal => tracing::error!(code = error.code, error = ?error, "failed"),
            Kind::Unavailable => tracing::warn!(code = error.code, error = ?error, "unavailable"),
            _ => tracing::debug!(code = error.code, "refused"),
        }
        let status = status_of(&error);
        let fault = Fault { code: error.code, details: error.details };
        (status, axum::Extension(fault)).into_response()
    }
}

/// Too often is not too busy: the one is told to whoever asks too much, the other to everybody.
fn status_of(error: &Error) -> StatusCode {
    if error.code == RATE_LIMITED { StatusCode::TOO_MANY_REQUESTS } else { status(error.kind) }
}

const RATE_LIMITED: &str = "rate_limited";

pub fn status(kind: Kind) -> StatusCode {
    match kind {
        Kind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        Kind::NotFound => StatusCode::NOT_FOUND,
        Kind::Conflict => StatusCode::CONFLICT,
        Kind::Forbidden => StatusCode::FORBIDDEN,
        Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Kind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

#[derive(Template)]
#[template(path = "problem.html")]
struct Problem {
    frame: Frame,
    title: String,
    /// What happened and what to do.
    sentences: Vec<String>,
    retry: bool,
    /// The page of the form that was sent.
    form: Option<String>,
}

/// Seconds after which it is worth trying again.
const RETRY_AFTER: &str = "10";

/// The page of an error, or its JSON for programs. What the framework said besides (`Allow`) stays.
pub(crate) fn draw(frame: Frame, asked: &HeaderMap, bare: Response) -> Response {
    let status = bare.status();
    let fault = bare.extensions().get::<Fault>().cloned();
    let retry_after = fault.as_ref().and_then(|fault| fault.details.get("retry_after").cloned());
    let (title, sentences) = says(&frame, status, fault.as_ref());
    let mut response = if wants_json(asked) {
        let code = fault.map_or_else(|| format!("http_{}", status.as_u16()), |fault| fault.code.to_owned());
        let problem = serde_json::json!({
            "type": "about:blank",
            "title": title,
            "status": status.as_u16(),
            "detail": sentences.join(" "),
            "code": code,
            "request_id": frame.request_id,
        });
        let kind = [(header::CONTENT_TYPE, "application/problem+json")];
        (status, kind, problem.to_string()).into_response()
    } else {
        let retry = status == StatusCode::SERVICE_UNAVAILABLE || status == StatusCode::TOO_MANY_REQUESTS;
        let expired = fault.as_ref().is_some_and(|fault| fault.code == "form_expired");
        let form = (expired || status == StatusCode::PAYLOAD_TOO_LARGE).then(|| frame.path.clone());
        page_with(status, &Problem { frame, title, sentences, retry, form })
    };
    for (name, value) in bare.headers() {
        if name != header::CONTENT_TYPE && name != header::CONTENT_LENGTH {
            response.headers_mut().append(name, value.clone());
        }
    }
    if status == StatusCode::SERVICE_UNAVAILABLE {
        let after = HeaderValue::from_static(RETRY_AFTER);
        response.headers_mut().entry(header::RETRY_AFTER).or_insert(after);
    }
    if let Some(seconds) = retry_after.and_then(|seconds| HeaderValue::try_from(seconds).ok()) {
        response.headers_mut().insert(header::RETRY_AFTER, seconds);
    }
    response
}

/// What is not there and what is another's are said in the same words; a fault of ours is not told in detail.
fn says(frame: &Frame, status: StatusCode, fault: Option<&Fault>) -> (String, Vec<String>) {
    let number = match status.as_u16() {
        known @ (403 | 404 | 405 | 409 | 413 | 422 | 429 | 503) => known,
        400..=499 => 400,
        _ => 500,
    };
    let title = frame.t(&format!("web-problem-{number}-title"));
    let most = verify::upload_megabytes(&frame.path).filter(|_| number == 413);
    let general = match most {
        Some(megabytes) => frame.t1("web-problem-413-file", "megabytes", megabytes),
        None => frame.t(&format!("web-problem-{number}")),
    };
    let told =
        |fault: &&Fault| !matches!(number, 404 | 500) && yinxin_words::has(&format!("error-{}", fault.code));
    let particular = fault.filter(told).map(|fault| frame.refusal(fault.code, &fault.details));
    (title, particular.into_iter().chain([general]).collect())
}

pub(crate) fn wants_json(asked: &HeaderMap) -> bool {
    let accept = asked.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accept.split(',').next().is_some_and(|first| first.contains("json"))
}

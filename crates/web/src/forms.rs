//! What a form sent, kept so that the same form can be shown again with what was wrong, beside the field.
//!
//! Nothing is bound to a structure: a handler takes the fields it knows by name, and what else was sent is nobody's.

use crate::error::{Result, WebError};
use crate::portal::Portal;
use crate::session::Visit;
use crate::view::Frame;
use axum::extract::{FromRequest, FromRequestParts, Multipart, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use std::convert::Infallible;
use std::str::FromStr;
use yinxin_app::error::Error;
use yinxin_model::person::half_width;

/// More than any form of ours has.
const MOST_FIELDS: usize = 64;
const MOST_FILES: usize = 4;
/// The field that carries the form token.
const TOKEN: &str = "_csrf";

#[derive(Clone, Debug, Default)]
pub struct Form {
    fields: Vec<(String, String)>,
    errors: Vec<FieldError>,
}

/// What is wrong with a field, as a sentence. A field of no name is the whole form.
#[derive(Clone, Debug)]
pub struct FieldError {
    pub field: String,
    pub sentence: String,
}

impl Form {
    /// A form before anybody filled it in.
    pub fn of(fields: &[(&str, &str)]) -> Self {
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Self { fields: fields.iter().map(own).collect(), errors: Vec::new() }
    }

    /// What was sent as `name`, without space around it; empty where nothing was.
    pub fn value(&self, name: &str) -> &str {
        self.raw(name).trim()
    }

    /// A number or a date, in whatever width it was typed (３ as well as 3); none where it is none.
    pub fn typed<T: FromStr>(&self, name: &str) -> Option<T> {
        self.value(name).chars().map(half_width).collect::<String>().trim().parse().ok()
    }

    /// As it was sent: for passwords, to which space may belong.
    pub fn raw(&self, name: &str) -> &str {
        self.fields.iter().find(|(found, _)| found == name).map_or("", |(_, value)| value)
    }

    /// Whether `value` was chosen.
    pub fn chosen(&self, name: &str, value: &str) -> bool {
        self.value(name) == value
    }

    pub fn put(&mut self, name: &str, value: &str) {
        self.fields.retain(|(found, _)| found != name);
        self.fields.push((name.to_owned(), value.to_owned()));
    }

    /// Says what is wrong with a field.
    pub fn refuse(&mut self, field: &str, sentence: impl Into<String>) {
        self.errors.push(FieldError { field: field.to_owned(), sentence: sentence.into() });
    }

    pub fn error(&self, field: &str) -> Option<&str> {
        self.errors.iter().find(|error| error.field == field).map(|error| error.sentence.as_str())
    }

    pub fn has_error(&self, field: &str) -> bool {
        self.error(field).is_some()
    }

    pub fn errors(&self) -> &[FieldError] {
        &self.errors
    }

    pub fn is_good(&self) -> bool {
        self.errors.is_empty()
    }

    pub(crate) fn parse(text: &[u8]) -> Result<Self> {
        let mut form = Self::default();
        for (name, value) in form_urlencoded::parse(text) {
            form.take(name.into_owned(), value.into_owned())?;
        }
        Ok(form)
    }

    /// A field that comes twice is somebody's trick: which one counts would depend on who reads it.
    fn take(&mut self, name: String, value: String) -> Result<()> {
        // Each is compared with all before it, so that many of them would cost much.
        if self.fields.len() >= MOST_FIELDS {
            return Err(Error::invalid("too_large").into());
        }
        if self.fields.iter().any(|(found, _)| *found == name) {
            return Err(Error::invalid("field_twice").into());
        }
        self.fields.push((name, value));
        Ok(())
    }

    /// Refuses what was left empty, all of it at once: each field with the key of its sentence.
    pub fn want(&mut self, frame: &Frame, fields: &[(&str, &str)]) {
        for (field, sentence) in fields {
            if self.value(field).is_empty() {
                self.refuse(field, frame.t(sentence));
            }
        }
    }

    /// Refuses a form whose page was open too long.
    pub fn refuse_stale(&mut self, frame: &Frame) {
        self.refuse("", frame.t("web-form-stale"));
    }

    fn check_token(&mut self, visit: &Visit) -> Result<()> {
        let good = visit.is_form_token(self.raw(TOKEN));
        self.fields.retain(|(name, _)| name != TOKEN);
        if good { Ok(()) } else { Err(Error::forbidden("form_expired").into()) }
    }
}

/// A form that was posted, its token checked.
pub struct Posted(pub Form);

/// A form whose token may be of a session that is over. Who sees `stale` does nothing but show the form again with what
/// was filled in: whoever left a page open too long loses no more than a click.
pub struct Filled {
    pub form: Form,
    pub stale: bool,
}

/// What a page was asked for in its address (`?year=2026`). One that comes twice counts once.
pub struct Asked(pub Form);

/// A form with files, its token checked. The route says how large it may be.
pub struct Upload {
    pub form: Form,
    pub files: Vec<File>,
}

pub struct File {
    pub field: String,
    /// As the browser named it: shown to nobody but who sent it.
    pub name: String,
    pub bytes: Bytes,
}

impl Upload {
    /// The file of a field; none where it was left empty.
    pub fn file(&self, field: &str) -> Option<&File> {
        self.files.iter().find(|file| file.field == field && !file.bytes.is_empty())
    }

    /// Whether a file was chosen in which there is nothing: where none was chosen a browser sends one without a name.
    pub fn is_empty_file(&self, field: &str) -> bool {
        self.files.iter().any(|file| file.field == field && !file.name.is_empty() && file.bytes.is_empty())
    }
}

impl FromRequest<Portal> for Posted {
    type Rejection = Response;

    async fn from_request(request: Request, portal: &Portal) -> std::result::Result<Self, Response> {
        let Filled { form, stale } = Filled::from_request(request, portal).await?;
        let expired = || WebError::from(Error::forbidden("form_expired")).into_response();
        if stale { Err(expired()) } else { Ok(Self(form)) }
    }
}

impl FromRequest<Portal> for Filled {
    type Rejection = Response;

    async fn from_request(request: Request, portal: &Portal) -> std::result::Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let refused = |error: WebError| error.into_response();
        let visit = Visit::from_request_parts(&mut parts, portal).await.map_err(refused)?;
        let request = Request::from_parts(parts, body);
        let body = Bytes::from_request(request, portal).await.map_err(|error| error.into_response())?;
        let mut form = Form::parse(&body).map_err(refused)?;
        let stale = form.check_token(&visit).is_err();
        Ok(Self { form, stale })
    }
}

impl FromRequestParts<Portal> for Asked {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Portal) -> std::result::Result<Self, Infallible> {
        let mut form = Form::default();
        let asked = parts.uri.query().unwrap_or_default().as_bytes();
        for (name, value) in form_urlencoded::parse(asked).take(MOST_FIELDS) {
            if form.raw(&name).is_empty() {
                form.put(&name, &value);
            }
        }
        Ok(Self(form))
    }
}

impl FromRequest<Portal> for Upload {
    type Rejection = Response;

    async fn from_request(request: Request, portal: &Portal) -> std::result::Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let refused = |error: WebError| error.into_response();
        let visit = Visit::from_request_parts(&mut parts, portal).await.map_err(refused)?;
        let request = Request::from_parts(parts, body);
        let mut parts =
            Multipart::from_request(request, portal).await.map_err(|error| error.into_response())?;
        let mut upload = Self { form: Form::default(), files: Vec::new() };
        while let Some(field) = parts.next_field().await.map_err(|error| error.into_response())? {
            let Some(name) = field.name().map(str::to_owned) else { continue };
            match field.file_name().map(str::to_owned) {
                Some(file) => {
                    // The token stands before the files, so that nobody's are taken in without it.
                    upload.form.clone().check_token(&visit).map_err(refused)?;
                    if upload.files.len() >= MOST_FILES {
                        return Err(refused(Error::invalid("too_large").into()));
                    }
                    let bytes = field.bytes().await.map_err(|error| error.into_response())?;
                    upload.files.push(File { field: name, name: file, bytes });
                }
                None => {
                    let value = field.text().await.map_err(|error| error.into_response())?;
                    upload.form.take(name, value).map_err(refused)?;
                }
            }
        }
        upload.form.check_token(&visit).map_err(refused)?;
        Ok(upload)
    }
}

/// For a form whose token is of a session that is over.
pub const STALE: StatusCode = StatusCode::FORBIDDEN;
/// For a form that is shown again.
pub const AGAIN: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;

#[cfg(test)]
mod tests;

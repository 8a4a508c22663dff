//! What every page needs around its content, and how a page becomes an answer.
//!
//! A template has a field `frame: Frame` and begins with `{% extends "layout.html" %}`.

use crate::edge::RequestId;
use crate::error::{Result, WebError};
use crate::lang::Display;
use crate::portal::Portal;
use crate::routes;
use crate::session::Visit;
use askama::Template;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::collections::BTreeMap;
use std::fmt::Display as Shown;
use yinxin_app::error::Error;
use yinxin_model::{Day, Instant};
use yinxin_words::{Lang, Value, say};

#[derive(Clone, Debug)]
pub struct Frame {
    pub lang: Lang,
    pub elder: bool,
    /// What every form carries as `_csrf`.
    pub csrf: String,
    /// Masked; who has logged in.
    pub name: Option<String>,
    /// Messages that he has not read.
    pub unread: u64,
    pub demo: bool,
    /// The platform's name, as its operator calls it.
    pub platform: String,
    pub request_id: String,
    /// Path and query without the choice of language. Of a page that a form was answered with: where the form is.
    pub path: String,
}

/// The places of the navigation: path, the key of its words, and what else belongs to it.
const PLACES: [(&str, &str, &str); 5] = [
    ("/", "web-nav-home", ""),
    ("/certificates", "web-nav-certificates", "/endorsements"),
    ("/verify", "web-nav-verify", "/v"),
    ("/scope", "web-nav-scope", ""),
    ("/help", "web-nav-help", ""),
];

impl Frame {
    pub(crate) fn new(
        portal: &Portal,
        visit: Option<&Visit>,
        display: Display,
        id: &RequestId,
        path: &str,
    ) -> Self {
        let session = visit.and_then(|visit| visit.session.as_ref());
        Self {
            lang: display.lang,
            elder: display.elder,
            csrf: visit.map(Visit::form_token).unwrap_or_default(),
            name: session.map(|session| session.name.clone()),
            unread: session.map_or(0, |session| session.unread),
            demo: portal.demo(),
            platform: portal.system.config.platform.name.clone(),
            request_id: id.0.clone(),
            path: without_lang(routes::readable(path)),
        }
    }

    /// The sentence of `key`.
    pub fn t(&self, key: &str) -> String {
        say(self.lang, key, &[])
    }

    /// The sentence of `key` with one value in it. A value that reads as a count can choose a plural.
    pub fn t1(&self, key: &str, name: &str, value: impl Shown) -> String {
        say(self.lang, key, &[(name, as_value(&value))])
    }

    pub fn t2(&self, key: &str, one: &str, first: impl Shown, two: &str, second: impl Shown) -> String {
        say(self.lang, key, &[(one, as_value(&first)), (two, as_value(&second))])
    }

    /// What a use case's refusal says.
    pub fn refusal(&self, code: &str, details: &BTreeMap<&'static str, String>) -> String {
        let values: Vec<(&str, Value)> =
            details.iter().map(|(name, value)| (*name, as_value(value))).collect();
        say(self.lang, &format!("error-{code}"), &values)
    }

    /// The same for an error in one's hands.
    pub fn says(&self, error: &Error) -> String {
        self.refusal(error.code, &error.details)
    }

    /// 2026年11月22日, 22 November 2026.
    pub fn date(&self, day: impl Given<Day>) -> String {
        let day = day.given();
        match self.lang {
            Lang::ZhCn => {
                let (year, month, day) = day.civil();
                format!("{year}年{month}月{day}日")
            }
            Lang::En => english(day),
        }
    }

    /// Day, hour and minute of the Shanghai clock.
    pub fn time(&self, at: impl Given<Instant>) -> String {
        let at = at.given();
        let (hour, minute, _) = at.time();
        format!("{} {hour:02}:{minute:02}", self.date(at.day()))
    }

    /// A level's name. The catalogue names levels in Chinese alone; those that every catalogue has are said in English too.
    pub fn level(&self, code: &str, name: &str) -> String {
        let key = format!("web-level-{code}");
        if self.english() && yinxin_words::has(&key) { self.t(&key) } else { name.to_owned() }
    }

    /// For the `datetime` of a `<time>`.
    pub fn machine_time(&self, at: impl Given<Instant>) -> String {
        at.given().rfc3339()
    }

    pub fn asset(&self, name: &str) -> String {
        crate::assets::url(name)
    }

    pub fn english(&self) -> bool {
        self.lang == Lang::En
    }

    /// What this site is called at the end of a page's title.
    pub fn site(&self) -> String {
        if self.english() { self.t("web-brand-under") } else { self.platform.clone() }
    }

    /// The navigation: path, words, and whether it is where one is.
    pub fn places(&self) -> Vec<(&'static str, String, bool)> {
        let path = self.path.split('?').next().unwrap_or_default();
        let within = |place: &str| path.strip_prefix(place).is_some_and(|rest| rest.starts_with('/'));
        let here = |place: &str, beside: &str| {
            path == place || place != "/" && within(place) || !beside.is_empty() && within(beside)
        };
        PLACES.iter().map(|(place, words, beside)| (*place, self.t(words), here(place, beside))).collect()
    }

    /// This page in the language called `tag`.
    pub fn in_lang(&self, tag: &str) -> String {
        let sign = if self.path.contains('?') { '&' } else { '?' };
        format!("{}{sign}lang={tag}", self.path)
    }
}

/// A small value, or however many references to it a template has at that place.
pub trait Given<T> {
    fn given(self) -> T;
}

macro_rules! given {
    ($($kind:ty),*) => {$(
        impl Given<$kind> for $kind {
            fn given(self) -> $kind {
                self
            }
        }
        impl Given<$kind> for &$kind {
            fn given(self) -> $kind {
                *self
            }
        }
        impl Given<$kind> for &&$kind {
            fn given(self) -> $kind {
                **self
            }
        }
    )*};
}
given!(Day, Instant);

/// A page.
pub fn page<T: Template>(template: &T) -> Response {
    page_with(StatusCode::OK, template)
}

/// A page with another status: 422 where a form is shown again.
pub fn page_with<T: Template>(status: StatusCode, template: &T) -> Response {
    match template.render() {
        Ok(html) => (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response(),
        Err(error) => WebError::from(Error::internal("internal").because(error)).into_response(),
    }
}

/// On to another page of ours after something was done.
pub fn see_other(path: &str) -> Response {
    match HeaderValue::try_from(path) {
        Ok(path) => (StatusCode::SEE_OTHER, [(header::LOCATION, path)]).into_response(),
        Err(error) => WebError::from(Error::internal("internal").because(error)).into_response(),
    }
}

impl FromRequestParts<Portal> for Frame {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, portal: &Portal) -> Result<Self> {
        let display = parts.extensions.get::<Display>().copied().unwrap_or_default();
        let id = parts.extensions.get::<RequestId>().cloned().unwrap_or_else(|| RequestId(String::new()));
        let visit = parts.extensions.get::<Visit>();
        let path = parts.uri.path_and_query().map(|path| path.as_str()).unwrap_or_default();
        Ok(Self::new(portal, visit, display, &id, path))
    }
}

fn as_value(value: &dyn Shown) -> Value {
    let text = value.to_string();
    let count = text.len() <= 9 && (text == "0" || !text.starts_with(['0', '+', '-']));
    text.parse::<i64>().ok().filter(|_| count).map_or(Value::Text(text), Value::Number)
}

fn english(day: Day) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let (year, month, day) = day.civil();
    let month = usize::try_from(month).ok().and_then(|month| MONTHS.get(month.checked_sub(1)?));
    format!("{day} {} {year}", month.unwrap_or(&""))
}

fn without_lang(path: &str) -> String {
    let Some((path, query)) = path.split_once('?') else { return path.to_owned() };
    let rest: Vec<&str> =
        query.split('&').filter(|pair| !pair.starts_with("lang=") && !pair.is_empty()).collect();
    if rest.is_empty() { path.to_owned() } else { format!("{path}?{}", rest.join("&")) }
}

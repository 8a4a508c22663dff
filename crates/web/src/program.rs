//! Verification for programs: the pages' addresses and fields, asked for as JSON (`Accept: application/json`), answered as
//! the command line answers.
//!
//! Nobody is logged in here and no cookie is read, so that there is nothing that another site could abuse; limits, effort and
//! places are the pages'. What is not answered here goes on to the pages.

use crate::answers::Answer;
use crate::client::{Client, Peer};
use crate::edge;
use crate::error::{Result, wants_json};
use crate::forms::Form;
use crate::headers;
use crate::intake::Refused;
use crate::lang::Display;
use crate::portal::Portal;
use crate::private;
use crate::routes::router;
use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, header};
use axum::response::Response;
use bytes::Bytes;
use std::convert::Infallible;
use std::future::Future;
use std::net::{IpAddr, Ipv4Addr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tower::{Service, ServiceExt};
use tracing::Instrument;
use yinxin_app::asking::Pledge;
use yinxin_app::error::Error;
use yinxin_app::limits::Way;
use yinxin_app::verify::{self, Question};
use yinxin_words::Lang;

const TOKEN: &str = "/v/";
const NUMBER: &str = "/verify/number";

/// Counts of this way, made once: it is the one that is asked most.
#[derive(Clone)]
pub(crate) struct Figures {
    answered: metrics::Counter,
    seconds: metrics::Histogram,
}

impl Figures {
    /// After whatever collects them was set up.
    pub fn new() -> Self {
        let labels = [("route", "json"), ("method", "any"), ("status", "200")];
        Self {
            answered: metrics::counter!(private::REQUESTS, &labels),
            seconds: metrics::histogram!(private::SECONDS, "route" => "json"),
        }
    }
}

/// The portal as it is served: look-ups of programs are answered before anything is done that only pages need.
#[derive(Clone)]
pub struct Front {
    // Cloned for every request: one reference is counted up instead of ten.
    portal: Arc<Portal>,
    pages: Router,
}

impl Front {
    pub fn new(portal: Portal) -> Self {
        Self { pages: router(portal.clone()), portal: Arc::new(portal) }
    }
}

impl Service<Request> for Front {
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = std::result::Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<std::result::Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        if asks(&request) {
            let portal = self.portal.clone();
            return Box::pin(async move { Ok(answered(&portal, request).await) });
        }
        Box::pin(self.pages.clone().oneshot(request))
    }
}

fn asks(request: &Request) -> bool {
    let path = request.uri().path();
    let asked = match *request.method() {
        Method::GET => path.starts_with(TOKEN),
        Method::POST => path == NUMBER,
        _ => false,
    };
    asked && wants_json(request.headers())
}

async fn answered(portal: &Portal, request: Request) -> Response {
    let begun = (portal.tick)();
    let (parts, body) = request.into_parts();
    let peer = parts.extensions.get::<Peer>().map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |peer| peer.0);
    let (method, route) = if parts.method == Method::GET { ("GET", "/v/{token}") } else { ("POST", NUMBER) };
    let trace = edge::trace(portal, peer, &parts.headers, method, route);
    let response = match answer(portal, &parts, peer, body).instrument(trace.clone()).await {
        Ok(body) => {
            let took = (portal.tick)().saturating_duration_since(begun);
            portal.figures.seconds.record(took);
            portal.figures.answered.increment(1);
            json(portal, body)
        }
        Err(error) => edge::refused(portal, &parts, (method, route), error),
    };
    edge::end_trace(&trace, response.status());
    response
}

async fn answer(portal: &Portal, parts: &Parts, peer: IpAddr, body: Body) -> Result<Bytes> {
    let system = &portal.system;
    let client = Client::of(peer, &parts.headers, |proxy| portal.trusts(proxy));
    let sent = portal.intake.take(&client, parts.uri.path(), body).await.map_err(refusal)?;
    let Some(_place) = portal.places.take(parts.uri.path()).await else {
        metrics::counter!(private::REFUSED).increment(1);
        return Err(Error::unavailable("portal_busy").into());
    };
    let lang = Display::of(&parts.uri, &parts.headers).lang;
    let write = |found: &verify::Verification| Answer::new(found, lang).to_json();
    let form = match lang {
        Lang::ZhCn => "json zh-CN",
        Lang::En => "json en",
    };
    if let Some(token) = parts.uri.path().strip_prefix(TOKEN) {
        portal.asking.limits.network(system, Way::Code, client.ip).map_err(Error::from)?;
        return Ok(verify::answer(system, Question::Token(token), form, write).await);
    }
    let sent = Form::parse(&sent.bytes)?;
    let (name, number) = (sent.value("name"), sent.value("query-number"));
    for (field, value) in [("name", name), ("query-number", number)] {
        if value.is_empty() {
            return Err(Error::invalid("field_missing").with("field", field).into());
        }
    }
    let pledge = Pledge { proof: sent.raw("proof"), ticket: sent.raw("ticket") };
    portal.asking.admit(system, Way::QueryNumber, client.ip, pledge, &[number])?;
    Ok(verify::answer(system, Question::QueryNumber { name, number }, form, write).await)
}

fn refusal(refused: Refused) -> Error {
    match refused {
        Refused::TooLarge => Error::invalid("too_large"),
        Refused::Busy => Error::unavailable("portal_busy"),
        Refused::TooSlow | Refused::Broken => Error::invalid("body_incomplete"),
    }
}

fn json(portal: &Portal, body: Bytes) -> Response {
    let mut response = Response::new(Body::from(body));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    // The same address answers otherwise as a page.
    headers.insert(header::VARY, HeaderValue::from_static("accept"));
    headers::apply_to_data(headers, portal.secure);
    response
}

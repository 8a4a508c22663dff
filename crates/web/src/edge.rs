//! What is done around every request, whatever its page: number, client, language, a place among the others, the page
//! of an error, and the headers.

use crate::client::{Client, Peer};
use crate::error::{self, WebError};
use crate::gate::is_own;
use crate::headers;
use crate::lang::Display;
use crate::portal::Portal;
use crate::private;
use crate::session::Visit;
use crate::view::Frame;
use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Version, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use metrics::SharedString;
use std::net::{IpAddr, Ipv4Addr};
use std::time::{Duration, Instant};
use tokio::sync::{Semaphore, SemaphorePermit};
use tracing::field::Empty;
use tracing::{Instrument, Span};
use yinxin_app::error::Error;
use yinxin_app::telemetry::{self, TARGET};
use yinxin_model::ports::random;

/// How long a request waits for its place before it is told to come again.
const PATIENCE: Duration = Duration::from_secs(2);
/// W3C Trace Context.
const TRACEPARENT: &str = "traceparent";
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// How many requests are worked on at once. Public verification has places of its own, so that neither a flood of
/// look-ups nor a rush of holders keeps the other out.
pub(crate) struct Places {
    holders: Semaphore,
    verifiers: Semaphore,
}

impl Places {
    /// `all` of them: a third for verification.
    pub fn new(all: u32) -> Self {
        let all = usize::try_from(all).unwrap_or(usize::MAX).clamp(3, Semaphore::MAX_PERMITS);
        let verifiers = all / 3;
        Self { holders: Semaphore::new(all - verifiers), verifiers: Semaphore::new(verifiers) }
    }

    pub async fn take(&self, path: &str) -> Option<SemaphorePermit<'_>> {
        let public = ["/verify", "/v/", "/s/"].iter().any(|start| path.starts_with(start));
        let places = if public { &self.verifiers } else { &self.holders };
        if let Ok(place) = places.try_acquire() {
            return Some(place);
        }
        tokio::time::timeout(PATIENCE, places.acquire()).await.ok()?.ok()
    }
}

/// The number of a request, as the log and the pages of errors say it.
#[derive(Clone, Debug)]
pub(crate) struct RequestId(pub String);

/// Around every route, and around what is none.
pub(crate) async fn around(State(portal): State<Portal>, mut request: Request, next: Next) -> Response {
    let id = RequestId(hex(&random::<8>(portal.system.entropy())));
    let peer = request.extensions().get::<Peer>().map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |peer| peer.0);
    let client = Client::of(peer, request.headers(), |proxy| portal.trusts(proxy));
    let display = Display::of(request.uri(), request.headers());
    let asked = request.headers().clone();
    let extensions = request.extensions_mut();
    extensions.insert(client);
    extensions.insert(display);
    extensions.insert(id.clone());
    // Its page links to itself, which an odd path must not turn into a link to somewhere else.
    let path = request.uri().path_and_query().map(|path| path.as_str()).filter(|path| is_own(path));
    let path = path.unwrap_or("/").to_owned();
    let counted = Counted::begin(&portal, &request);
    let trace = trace(&portal, peer, &asked, counted.method, &counted.route);
    trace.record("yinxin.request_id", id.0.as_str());
    let span = trace.in_scope(|| tracing::info_span!("request", id = %id.0));
    let bare = worked_on(&portal, &client, request, next).instrument(span.clone());
    let bare = bare.instrument(trace.clone()).await;
    let visit = bare.extensions().get::<Visit>().cloned();
    let mut response = if is_bare_error(&bare) {
        let frame = Frame::new(&portal, visit.as_ref(), display, &id, &path);
        error::draw(frame, &asked, bare)
    } else {
        bare
    };
    finish(&portal, &mut response, visit.as_ref(), display, &id);
    span.in_scope(|| counted.end(&portal, response.status()));
    end_trace(&trace, response.status());
    response
}

/// A request as traces know it. What a proxy says of the trace that it belongs to is believed where the proxy is.
pub(crate) fn trace(
    portal: &Portal,
    peer: IpAddr,
    asked: &HeaderMap,
    method: &'static str,
    route: &str,
) -> Span {
    let span = tracing::info_span!(
        target: TARGET,
        "request",
        otel.name = format!("{method} {route}"),
        otel.kind = "server",
        http.request.method = method,
        http.route = route,
        http.response.status_code = Empty,
        otel.status_code = Empty,
        yinxin.request_id = Empty,
    );
    let parent = asked.get(TRACEPARENT).and_then(|value| value.to_str().ok());
    if let Some(parent) = parent.filter(|_| !span.is_disabled() && portal.trusts(peer)) {
        telemetry::continue_from(&span, parent);
    }
    span
}

pub(crate) fn end_trace(span: &Span, status: StatusCode) {
    span.record("http.response.status_code", i64::from(status.as_u16()));
    if status.is_server_error() {
        span.record("otel.status_code", "ERROR");
    }
}

/// First the body, then a place, then the handler.
async fn worked_on(portal: &Portal, client: &Client, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path();
    let taken = portal.intake.take(client, path, body);
    let taken = match taken.instrument(tracing::info_span!(target: TARGET, "take in the body")).await {
        Ok(taken) => taken,
        Err(refused) => return refused.into_response(),
    };
    let place = portal.places.take(path);
    let place = place.instrument(tracing::info_span!(target: TARGET, "wait for a place")).await;
    let Some(_place) = place else {
        metrics::counter!(private::REFUSED).increment(1);
        return WebError::from(Error::unavailable("portal_busy")).into_response();
    };
    let _room = taken.room;
    next.run(Request::from_parts(parts, Body::from(taken.bytes))).await
}

/// A request as it is counted and logged: by the template of its route, which says nothing of anybody.
struct Counted {
    route: SharedString,
    method: &'static str,
    begun: Instant,
    answered: bool,
}

impl Counted {
    fn begin(portal: &Portal, request: &Request) -> Self {
        metrics::gauge!(private::RUNNING).increment(1);
        let matched = request.extensions().get::<MatchedPath>();
        let route = matched.map_or(SharedString::const_str("none"), |path| path.as_str().to_owned().into());
        // Others than these are refused, and a stranger's invention is no name for a figure.
        let method = match *request.method() {
            Method::GET => "GET",
            Method::HEAD => "HEAD",
            Method::POST => "POST",
            _ => "other",
        };
        Self { route, method, begun: (portal.tick)(), answered: false }
    }

    fn end(mut self, portal: &Portal, status: StatusCode) {
        self.answered = true;
        let took = (portal.tick)().saturating_duration_since(self.begun);
        tracing::info!(route = %self.route, method = self.method, status = status.as_u16(), took = ?took, "answered");
        metrics::histogram!(private::SECONDS, "route" => self.route.clone()).record(took.as_secs_f64());
        told(self.route.clone(), self.method, status);
    }
}

impl Drop for Counted {
    /// Also where nobody waits for the answer any more.
    fn drop(&mut self) {
        metrics::gauge!(private::RUNNING).decrement(1);
        if !self.answered {
            tracing::info!(route = %self.route, method = self.method, "broken off");
        }
    }
}

fn told(route: SharedString, method: &'static str, status: StatusCode) {
    let status = status.as_u16().to_string();
    let labels = [("route", route), ("method", method.into()), ("status", status.into())];
    metrics::counter!(private::REQUESTS, &labels).increment(1);
}

/// A refusal of what never came to [`around`].
pub(crate) fn refused(
    portal: &Portal,
    asked: &Parts,
    (method, route): (&'static str, &'static str),
    error: WebError,
) -> Response {
    let id = RequestId(hex(&random::<8>(portal.system.entropy())));
    let display = Display::of(&asked.uri, &asked.headers);
    let frame = Frame::new(portal, None, display, &id, asked.uri.path());
    let mut response = error::draw(frame, &asked.headers, error.into_response());
    finish(portal, &mut response, None, display, &id);
    let status = response.status();
    tracing::info!(id = %id.0, route, method, status = status.as_u16(), "refused");
    told(SharedString::const_str(route), method, status);
    response
}

fn finish(portal: &Portal, response: &mut Response, visit: Option<&Visit>, display: Display, id: &RequestId) {
    let html = is_html(response.headers());
    // Only who gets a page gets cookies: an asset or a file may be kept by others.
    let cookies = [visit.and_then(|visit| visit.cookie(portal)), display.cookie(portal.secure)];
    for cookie in cookies.into_iter().flatten().filter(|_| html) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    if let Ok(id) = HeaderValue::try_from(&id.0) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    headers::apply(response.headers_mut(), portal.secure);
}

/// What no route answers.
pub(crate) async fn nothing_here() -> StatusCode {
    StatusCode::NOT_FOUND
}

/// Pages that nobody logged in for, style and scripts. What holds something of a holder is never compressed beside
/// what an attacker may have put into it (BREACH), and documents are compressed by themselves.
pub(crate) fn may_compress(_: StatusCode, _: Version, headers: &HeaderMap, extensions: &Extensions) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let text = ["text/", "application/javascript", "image/svg"].iter().any(|start| kind.starts_with(start));
    text && extensions.get::<Visit>().is_none_or(|visit| visit.session.is_none())
}

/// An error that has no page yet: ours, or one of the framework, whose text is for programmers.
fn is_bare_error(response: &Response) -> bool {
    let status = response.status();
    (status.is_client_error() || status.is_server_error()) && !is_html(response.headers())
}

fn is_html(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn verification_has_places_of_its_own() {
        let places = Places::new(3);
        let (_one, _two) = (places.take("/certificates").await.unwrap(), places.take("/").await.unwrap());
        assert!(places.take("/login").await.is_none(), "all taken: told so after a while");
        let verifier = places.take("/verify/number").await;
        assert!(verifier.is_some() && places.take("/v/abc").await.is_none());
        drop(verifier);
        assert!(places.take("/s/abc").await.is_some());
    }
}

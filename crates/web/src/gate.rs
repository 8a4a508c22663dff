//! The one gate: who may enter a route, and where those are sent who may not yet.

use crate::error::WebError;
use crate::portal::Portal;
use crate::routes::Who;
use crate::session::Visit;
use crate::view::see_other;
use axum::extract::{Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use yinxin_app::session::Standing;

/// A route's gate.
#[derive(Clone)]
pub struct Door {
    pub portal: Portal,
    pub who: Who,
}

pub async fn enter(State(door): State<Door>, mut request: Request, next: Next) -> Response {
    // Assets are everybody's and the same for everybody: no session is looked up for them.
    if request.uri().path().starts_with("/assets/") {
        return next.run(request).await;
    }
    let visit = match Visit::of(&door.portal, request.headers()).await {
        Ok(visit) => visit,
        Err(error) => return error.into_response(),
    };
    let response = match refusal(door.who, &visit, &request) {
        Some(response) => response,
        None => {
            request.extensions_mut().insert(visit.clone());
            next.run(request).await
        }
    };
    // The page around an error is drawn outside, and names who is logged in.
    (axum::Extension(visit), response).into_response()
}

fn refusal(who: Who, visit: &Visit, request: &Request) -> Option<Response> {
    let standing = visit.session.as_ref().map(|session| &session.standing);
    let to = match (who, standing) {
        (Who::Anybody, _)
        | (Who::Session, Some(_))
        | (Who::Verified, Some(Standing::Verified | Standing::Agreed))
        | (Who::Agreed, Some(Standing::Agreed)) => return None,
        (_, None) => "/login",
        (Who::Agreed, Some(Standing::Verified)) => "/notice",
        (_, Some(_)) => "/prove",
    };
    // What was posted is not sent again: the way goes on where the page of the form was.
    let next = (request.method() == Method::GET)
        .then(|| request.uri().path_and_query().map(|path| path.as_str()))
        .flatten()
        .and_then(own_path);
    Some(match next {
        Some(next) => {
            let next: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
            see_other(&format!("{to}?next={next}"))
        }
        None => see_other(to),
    })
}

/// The longest address that is carried through a log-in.
const LONGEST_NEXT: usize = 1_024;

/// `text` if it is a path of this portal, to be gone to after a log-in; never another site.
pub fn own_path(text: &str) -> Option<&str> {
    Some(text).filter(|text| text.len() <= LONGEST_NEXT && is_own(text))
}

pub(crate) fn is_own(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_graphic() && c != '\\';
    let path = text.split(['?', '#']).next().unwrap_or_default();
    // Browsers take `//` at the beginning for another site, and what leads up or stays for nothing at all.
    let odd = path.contains("//") || path.split('/').any(|part| matches!(part, "." | ".."));
    path.starts_with('/') && !odd && text.chars().all(plain)
}

/// For handlers behind a gate that had nothing to let through.
impl WebError {
    pub(crate) fn forbidden() -> Self {
        yinxin_app::error::Error::forbidden("not_yours").into()
    }
}

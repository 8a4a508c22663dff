//! Every way into the portal, as one table: the routes of each group of pages, one after the other. What is not in it
//! is not there, and `docs/ROUTES.md` lists it.

use crate::portal::Portal;
use crate::{assets, edge, gate, intake, pages};
use axum::Router;
use axum::http::Method;
use axum::middleware::from_fn_with_state;
use axum::routing::MethodRouter;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;

pub struct Route {
    pub method: Method,
    pub path: &'static str,
    pub who: Who,
    /// Makes the handler, with a limit of its own where the body may be large.
    pub handler: fn() -> MethodRouter<Portal>,
}

/// Who may enter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    Anybody,
    /// Who has logged in.
    Session,
    /// Whose identity is proved besides.
    Verified,
    /// Who has agreed to the newest service notice besides.
    Agreed,
}

impl Who {
    pub const ALL: [Self; 4] = [Self::Anybody, Self::Session, Self::Verified, Self::Agreed];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Anybody => "anybody",
            Self::Session => "session",
            Self::Verified => "verified",
            Self::Agreed => "agreed",
        }
    }
}

/// The whole table.
pub fn all() -> impl Iterator<Item = &'static Route> {
    [
        assets::ROUTES,
        pages::home::ROUTES,
        pages::help::ROUTES,
        pages::news::ROUTES,
        pages::scope::ROUTES,
        pages::certificates::ROUTES,
        pages::endorse::ROUTES,
        pages::copies::ROUTES,
        pages::viewing::ROUTES,
        pages::mine::ROUTES,
        pages::shares::ROUTES,
        pages::verify::ROUTES,
        pages::account::register::ROUTES,
        pages::account::log_in::ROUTES,
        pages::account::recover::ROUTES,
        pages::account::notice::ROUTES,
        pages::account::security::ROUTES,
        pages::account::passkeys::ROUTES,
        pages::account::devices::ROUTES,
        pages::oidc::ROUTES,
    ]
    .into_iter()
    .flatten()
}

/// Where the page of `path` can be got: `path` itself, unless forms are posted there and nothing more. Then it is the page
/// above it, without the query.
pub(crate) fn readable(path: &str) -> &str {
    let mut place = path.split('?').next().unwrap_or_default();
    let at =
        |place: &str, method: Method| all().any(|route| route.method == method && is_at(route.path, place));
    if at(place, Method::GET) || !at(place, Method::POST) {
        return path;
    }
    while let Some((above, _)) = place.rsplit_once('/') {
        if at(above, Method::GET) {
            return above;
        }
        place = above;
    }
    "/"
}

/// Whether `path` is one that a route of this template answers.
fn is_at(template: &str, path: &str) -> bool {
    let (mut named, mut given) = (template.split('/'), path.split('/'));
    loop {
        match (named.next(), given.next()) {
            (None, None) => return true,
            (Some(name), Some(step)) if name == step || name.starts_with('{') && !step.is_empty() => {}
            _ => return false,
        }
    }
}

pub fn router(portal: Portal) -> Router {
    let mut router = Router::new();
    for route in all() {
        let door = gate::Door { portal: portal.clone(), who: route.who };
        router =
            router.route(route.path, (route.handler)().route_layer(from_fn_with_state(door, gate::enter)));
    }
    let nothing = gate::Door { portal: portal.clone(), who: Who::Anybody };
    let fallback = axum::routing::any(edge::nothing_here).layer(from_fn_with_state(nothing, gate::enter));
    router
        .fallback_service(fallback.with_state(portal.clone()))
        .layer(axum::extract::DefaultBodyLimit::max(intake::FORM_BYTES))
        .layer(CompressionLayer::new().compress_when(edge::may_compress))
        .layer(same_origin(&portal))
        .layer(from_fn_with_state(portal.clone(), edge::around))
        .with_state(portal)
}

/// What another site sends is refused by what the browser says of its origin; the form token is asked for besides.
fn same_origin(portal: &Portal) -> CsrfLayer {
    let url = &portal.system.config.platform.public_url;
    CsrfLayer::new().add_trusted_origin(url).unwrap_or_else(|error| {
        tracing::warn!(%error, "public_url is no origin: behind a proxy that rewrites Host, forms will be refused");
        CsrfLayer::new()
    })
}

#[cfg(test)]
mod tests {
    use super::readable;

    #[test]
    fn a_page_is_where_it_can_be_got() {
        for (path, place) in [
            ("/verify/number?lang=en", "/verify/number?lang=en"),
            ("/certificates/0a/endorse/check?days=9", "/certificates/0a/endorse/check?days=9"),
            ("/certificates/0a/pass", "/certificates/0a"),
            ("/endorsements/0a/pass", "/endorsements/0a"),
            ("/me/security/contact/resend?x=y", "/me/security/contact"),
            ("/display", "/"),
            ("/nowhere/at/all", "/nowhere/at/all"),
        ] {
            assert_eq!(readable(path), place, "{path}");
        }
    }
}

//! Who is here: the session's cookie, and before any log-in a random one that does the same for forms.
//!
//! The rules of sessions (how long, how they end) are `app`'s. Names with `__Host-` bind a cookie to this very host
//! over https; over plain http on loopback browsers refuse such names, so it is called otherwise there.

use crate::client::Client;
use crate::cookies;
use crate::error::{Result, WebError};
use crate::portal::Portal;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use std::sync::Arc;
use yinxin_app::session::{self, Session, SessionToken};

/// Somebody who looks at a page, logged in or not.
#[derive(Clone)]
pub struct Visit {
    pub session: Option<Arc<Session>>,
    /// The session's own, or the one for forms before any log-in.
    token: Arc<SessionToken>,
    /// The token was made just now and its cookie has still to be set.
    fresh: bool,
}

/// Who has logged in. Only behind a gate that asks for it.
pub struct SignedIn(pub Arc<Session>);

impl Visit {
    /// Reads the cookies. One that belongs to no session (any more) counts as none.
    pub async fn of(portal: &Portal, headers: &HeaderMap) -> Result<Self> {
        let named = |name| cookies::get(headers, name).and_then(SessionToken::parse);
        if let Some(token) = named(session_cookie(portal.secure))
            && let Some(session) = session::find(&portal.system, &token).await?
        {
            return Ok(Self { session: Some(Arc::new(session)), token: Arc::new(token), fresh: false });
        }
        let kept = named(form_cookie(portal.secure));
        let fresh = kept.is_none();
        let token = kept.unwrap_or_else(|| session::token(&portal.system));
        Ok(Self { session: None, token: Arc::new(token), fresh })
    }

    /// What every form of a page carries.
    pub fn form_token(&self) -> String {
        self.token.form_token()
    }

    /// Whether what a form carried is this visitor's.
    pub fn is_form_token(&self, text: &str) -> bool {
        self.token.is_form_token(text)
    }

    /// The session's token, to end it.
    pub fn token(&self) -> &SessionToken {
        &self.token
    }

    /// The cookie that has still to be set.
    pub(crate) fn cookie(&self, portal: &Portal) -> Option<HeaderValue> {
        let name = form_cookie(portal.secure);
        self.fresh.then(|| cookies::set(name, &self.token.to_string(), portal.secure, None)).flatten()
    }
}

/// `Set-Cookie` of a session that has just begun.
pub fn begin(portal: &Portal, token: &SessionToken) -> Option<HeaderValue> {
    cookies::set(session_cookie(portal.secure), &token.to_string(), portal.secure, None)
}

/// `Set-Cookie` of a session that has ended.
pub fn end(portal: &Portal) -> Option<HeaderValue> {
    cookies::set(session_cookie(portal.secure), "", portal.secure, Some(0))
}

/// What somebody recognises a device by: `Firefox · Windows · 203.0.113.0`. The address is that of its net.
pub fn device(headers: &HeaderMap, client: &Client) -> String {
    let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let first = |known: &[(&str, &'static str)]| {
        known.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name)
    };
    // Most browsers say that they are others as well: the particular come first.
    let browser = first(&[
        ("MicroMessenger", "微信"),
        ("AlipayClient", "支付宝"),
        ("DingTalk", "钉钉"),
        ("Edg", "Edge"),
        ("Firefox", "Firefox"),
        ("OPR", "Opera"),
        ("HuaweiBrowser", "HUAWEI Browser"),
        ("MiuiBrowser", "MIUI Browser"),
        ("QQBrowser", "QQ Browser"),
        ("Chrome", "Chrome"),
        ("Safari", "Safari"),
    ]);
    let machine = first(&[
        ("OpenHarmony", "HarmonyOS"),
        ("HarmonyOS", "HarmonyOS"),
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Macintosh", "macOS"),
        ("Linux", "Linux"),
    ]);
    let named = [browser, machine].into_iter().flatten().map(str::to_owned);
    named.chain([client.prefix.to_string()]).collect::<Vec<_>>().join(" · ")
}

pub fn session_cookie(secure: bool) -> &'static str {
    if secure { "__Host-yinxin" } else { "yinxin" }
}

pub fn form_cookie(secure: bool) -> &'static str {
    if secure { "__Host-form" } else { "form" }
}

impl FromRequestParts<Portal> for Visit {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, _: &Portal) -> Result<Self> {
        // The gate has put it there; a route without a gate has no visitors.
        parts.extensions.get::<Self>().cloned().ok_or_else(WebError::forbidden)
    }
}

impl FromRequestParts<Portal> for SignedIn {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, portal: &Portal) -> Result<Self> {
        let visit = Visit::from_request_parts(parts, portal).await?;
        visit.session.map(Self).ok_or_else(WebError::forbidden)
    }
}

//! One installation, its portal, and a browser that keeps cookies.
//!
//! ```ignore
//! let mut site = Site::new().await;
//! let page = site.get("/").await;            // Page { status, headers, text }
//! let page = site.post("/display", &[("size", "elder")]).await;   // the form token is added
//! ```

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, Response, StatusCode, header};
use http_body_util::BodyExt;
use std::collections::BTreeMap;
use std::sync::Arc;
use tower::ServiceExt;
use yinxin_app::home::Home;
use yinxin_app::init;
use yinxin_app::session::SessionToken;
use yinxin_app::system::{System, World};
use yinxin_model::ports::Clock;
use yinxin_testkit::{FixedClock, SeededEntropy, seed, temp_dir};
use yinxin_web::{Portal, router};

/// The day on which a test begins; nine in the morning in Shanghai.
pub const TODAY: &str = "2026-03-01";

pub struct Site {
    pub system: System,
    pub clock: Arc<FixedClock>,
    pub router: Router,
    /// The browser's cookies.
    pub cookies: BTreeMap<String, String>,
    /// Sent with every request, e.g. `accept`.
    pub headers: Vec<(&'static str, String)>,
    _dir: Arc<tempfile::TempDir>,
}

pub struct Page {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
    /// The body as text, where it is one.
    pub text: String,
}

impl Site {
    /// An installation that `init` made, without anybody's certificates.
    pub async fn new() -> Self {
        Self::with_settings("").await
    }

    /// With `yinxin.toml` as given.
    pub async fn with_settings(settings: &str) -> Self {
        let dir = temp_dir("portal");
        let clock = Arc::new(FixedClock::on("2026-01-05"));
        let entropy = Arc::new(SeededEntropy::new(seed()));
        let world = World { clock: clock.clone(), entropy, shifted: false };
        let home = Home::new(dir.path());
        let request = init::Request { production: false, operator: None, database: None };
        init::init(&home, request, &world).await.unwrap();
        if !settings.is_empty() {
            std::fs::write(dir.path().join("yinxin.toml"), settings).unwrap();
        }
        let system = System::open(home, None, world).await.unwrap();
        clock.set(FixedClock::on(TODAY).now());
        let router = router(Portal::new(system.clone(), tick));
        Self { system, clock, router, cookies: BTreeMap::new(), headers: Vec::new(), _dir: Arc::new(dir) }
    }

    /// Another browser at the same portal.
    pub fn beside(&self) -> Self {
        Self {
            system: self.system.clone(),
            clock: self.clock.clone(),
            router: self.router.clone(),
            cookies: BTreeMap::new(),
            headers: Vec::new(),
            _dir: self._dir.clone(),
        }
    }

    pub async fn get(&mut self, path: &str) -> Page {
        self.send(Method::GET, path, None, Body::empty()).await
    }

    /// Posts a form with the token of this browser.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        if self.token().is_none() {
            self.get("/").await;
        }
        let token = self.token().map(|token| token.form_token()).unwrap_or_default();
        let fields: Vec<(&str, &str)> = fields.iter().copied().chain([("_csrf", token.as_str())]).collect();
        self.post_bare(path, &fields).await
    }

    /// Posts exactly these fields.
    pub async fn post_bare(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        // Not kept over the wait: a serializer cannot go with a request to another thread.
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let kind = "application/x-www-form-urlencoded";
        self.send(Method::POST, path, Some(kind), Body::from(body)).await
    }

    /// Posts a form with a file, as a browser would.
    pub async fn upload(&mut self, path: &str, fields: &[(&str, &str)], file: (&str, &str, &[u8])) -> Page {
        if self.token().is_none() {
            self.get("/").await;
        }
        let token = self.token().map(|token| token.form_token()).unwrap_or_default();
        let mut body = Vec::new();
        for (name, value) in [("_csrf", token.as_str())].iter().chain(fields) {
            let part =
                format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend_from_slice(part.as_bytes());
        }
        let (field, name, bytes) = file;
        let disposition = format!("form-data; name=\"{field}\"; filename=\"{name}\"");
        body.extend_from_slice(format!("--edge\r\nContent-Disposition: {disposition}\r\n\r\n").as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n--edge--\r\n");
        self.send(Method::POST, path, Some("multipart/form-data; boundary=edge"), Body::from(body)).await
    }

    /// Follows a 303 as a browser does.
    pub async fn follow(&mut self, page: &Page) -> Page {
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
        let to = page.location().to_owned();
        self.get(&to).await
    }

    pub async fn send(&mut self, method: Method, path: &str, kind: Option<&str>, body: Body) -> Page {
        let mut request = Request::builder().method(method).uri(path).header(header::HOST, "127.0.0.1:8080");
        if let Some(kind) = kind {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        let response = self.router.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        self.keep(&response);
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = response.into_body().collect().await.unwrap().to_bytes().to_vec();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Page { status, headers, bytes, text }
    }

    /// Becomes the browser of this session.
    pub fn carry(&mut self, token: &SessionToken) {
        self.cookies.insert("yinxin".into(), token.to_string());
    }

    fn token(&self) -> Option<SessionToken> {
        let kept = self.cookies.get("yinxin").or_else(|| self.cookies.get("form"));
        kept.and_then(|text| SessionToken::parse(text))
    }

    fn keep(&mut self, response: &Response<Body>) {
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            let text = cookie.to_str().unwrap();
            let (name, value) = text.split(';').next().unwrap().split_once('=').unwrap();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.into(), value.into());
            }
        }
    }
}

impl Page {
    pub fn location(&self) -> &str {
        self.headers.get(header::LOCATION).map_or("", |value| value.to_str().unwrap())
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The page is there and says this.
    #[track_caller]
    pub fn says(&self, text: &str) -> &Self {
        assert!(self.text.contains(text), "no `{text}` in {}:\n{}", self.status, self.text);
        self
    }

    #[track_caller]
    pub fn is(&self, status: u16) -> &Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self
    }
}

/// Spans are not what these tests are about.
pub fn tick() -> std::time::Instant {
    static START: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    #[allow(clippy::disallowed_methods)]
    *START.get_or_init(std::time::Instant::now)
}

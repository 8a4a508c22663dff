//! Routes × roles: who may enter what; what every answer says to the browser; what is refused before any page sees it.

use crate::account::{PASSWORD, person};
use crate::site::Site;
use axum::body::Body;
use axum::http::Method;
use std::collections::BTreeSet;
use std::fmt::Write;
use yinxin_app::account::{self, Proof};
use yinxin_app::notice;
use yinxin_app::session::{self, Standing};
use yinxin_web::{Route, Who, routes};

const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/ROUTES.md");

/// A path of the route: ids and tokens that belong to nobody.
fn some_path(route: &Route) -> String {
    let part = |part: &str| match part {
        "{name}" => "portal.css".to_owned(),
        part if part.starts_with('{') => "00000000000070008000000000000000".to_owned(),
        part => part.to_owned(),
    };
    route.path.split('/').map(part).collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn nobody_enters_what_is_not_for_everybody() {
    let mut site = Site::new().await;
    for route in routes() {
        let path = some_path(route);
        let page = site.send(route.method.clone(), &path, None, Body::empty()).await;
        let to_log_in = page.status.as_u16() == 303 && page.location().starts_with("/login");
        // A page for everybody may send somebody on to log in, but it says so itself.
        assert!(to_log_in || route.who == Who::Anybody, "{} {path}: {}", route.method, page.status);
        assert!(page.status.as_u16() < 500, "{} {path}: {}\n{}", route.method, page.status, page.text);
    }
}

/// Where the gate sends somebody of this standing; `None`: in.
fn sent_to(who: Who, standing: Standing) -> Option<&'static str> {
    match (who, standing) {
        (Who::Anybody | Who::Session, _) | (_, Standing::Agreed) => None,
        (_, Standing::Claimed) => Some("/prove"),
        (Who::Agreed, Standing::Verified) => Some("/notice"),
        (Who::Verified, Standing::Verified) => None,
    }
}

/// Every route as somebody of this standing. What is posted carries no token, so that nothing is changed by it.
async fn try_every_door(site: &mut Site, standing: Standing) {
    for route in routes() {
        let path = some_path(route);
        let page = site.send(route.method.clone(), &path, None, Body::empty()).await;
        let at = format!("{standing:?}: {} {path}: {} {}", route.method, page.status, page.location());
        match sent_to(route.who, standing) {
            Some(to) => assert!(page.status == 303 && page.location().starts_with(to), "{at}"),
            None => {
                assert!(page.status.as_u16() < 500 && !page.location().starts_with("/login?"), "{at}");
                assert!(route.method == Method::GET || page.status.is_client_error(), "{at}");
            }
        }
        assert!(page.header("cache-control") == "no-store" || path.starts_with("/assets/"), "{at}");
        assert!(!page.text.contains('⟦'), "{at}: a sentence is missing\n{}", page.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_comes_as_far_as_the_table_says() {
    let mut site = Site::new().await;
    let system = site.system.clone();
    let who = person(77);
    let begin = account::Begin {
        name: who.name.clone(),
        document_type: who.document_type.code().into(),
        document: who.document_number.clone(),
        contact: who.phone.clone(),
    };
    let sent = account::begin_registration(&system, begin).await.unwrap();
    let pending = account::pending_registration(&system, &sent.challenge).await.unwrap().unwrap();
    let code = pending.demo_code.unwrap();
    let token = account::confirm_registration(&system, &sent.challenge, &code, "Firefox").await.unwrap();
    let own = session::find(&system, &token).await.unwrap().unwrap();
    account::set_password(&system, &own, PASSWORD).await.unwrap();
    site.carry(&token);
    try_every_door(&mut site, Standing::Claimed).await;

    let Proof::Admitted { token, .. } = account::prove(&system, &own).await.unwrap() else {
        panic!("not proved")
    };
    site.carry(&token);
    try_every_door(&mut site, Standing::Verified).await;

    let own = session::find(&system, &token).await.unwrap().unwrap();
    let newest = notice::current(&system).await.unwrap();
    notice::agree(&system, &own.subject, newest.version, "127.0.0.1").await.unwrap();
    try_every_door(&mut site, Standing::Agreed).await;
    site.get("/?lang=en").await;
    try_every_door(&mut site, Standing::Agreed).await;
}

#[tokio::test]
async fn nothing_is_changed_without_the_form_token() {
    let mut site = Site::new().await;
    site.get("/").await;
    for route in routes().filter(|route| route.method == Method::POST && route.who == Who::Anybody) {
        let path = some_path(route);
        for fields in [&[][..], &[("_csrf", "")], &[("_csrf", "00")]] {
            let page = site.post_bare(&path, fields).await;
            assert!(matches!(page.status.as_u16(), 400 | 403 | 404 | 415), "{path}: {}", page.status);
        }
    }
}

#[tokio::test]
async fn another_site_posts_nothing() {
    let mut site = Site::new().await;
    site.get("/").await;
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("origin", "http://evil.127.0.0.1:8080"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        site.headers = vec![(name, value.to_owned())];
        site.post("/display", &[("size", "elder")]).await.is(403);
    }
    site.headers = vec![("origin", "http://127.0.0.1:8080".to_owned())];
    site.post("/display", &[("size", "elder")]).await.is(303);
}

#[tokio::test]
async fn every_answer_has_its_headers() {
    let mut site = Site::new().await;
    let others = ["/nowhere".to_owned(), "/assets/none.css".to_owned()];
    let paths = routes().filter(|route| route.method == Method::GET).map(some_path).chain(others);
    for path in paths {
        let page = site.get(&path).await;
        let policy = page.header("content-security-policy").to_owned();
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{path}");
        assert!(!policy.contains("unsafe") && !policy.contains("http"), "{path}: {policy}");
        assert_eq!(page.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(page.header("referrer-policy"), "same-origin", "{path}");
        assert_eq!(page.header("cross-origin-opener-policy"), "same-origin", "{path}");
        assert_eq!(page.header("x-request-id").len(), 16, "{path}");
        assert!(page.header("strict-transport-security").is_empty(), "{path}: not over http");
        assert!(page.header("cache-control") == "no-store" || path.starts_with("/assets/"), "{path}");
        assert!(page.header("server").is_empty(), "{path}");
        assert!(!page.text.contains('⟦'), "{path}: a sentence is missing\n{}", page.text);
    }
}

#[tokio::test]
async fn no_page_has_anything_from_elsewhere_or_inline() {
    let mut site = Site::new().await;
    for lang in ["zh-CN", "en"] {
        site.get(&format!("/?lang={lang}")).await;
        for route in routes().filter(|route| route.method == Method::GET && route.who == Who::Anybody) {
            let page = site.get(&some_path(route)).await;
            if !page.header("content-type").starts_with("text/html") {
                continue;
            }
            for bad in
                ["src=\"http", "src=\"//", "<style", " style=\"", "onclick=", "javascript:", "<script>"]
            {
                assert!(!page.text.contains(bad), "{}: {bad}\n{}", route.path, page.text);
            }
            page.says(&format!("<html lang=\"{lang}\""));
            assert!(page.bytes.len() < 100_000, "{}: {} bytes", route.path, page.bytes.len());
        }
    }
}

#[tokio::test]
async fn over_https_cookies_and_transport_are_bound() {
    let mut site = Site::with_settings("[platform]\npublic_url = \"https://zs.example.org\"\n").await;
    let page = site.get("/").await;
    assert!(page.header("strict-transport-security").starts_with("max-age="));
    let cookie = page.header("set-cookie");
    for part in ["__Host-form=", "Path=/", "HttpOnly", "SameSite=Lax", "Secure"] {
        assert!(cookie.contains(part), "{cookie}");
    }
}

#[tokio::test]
async fn methods_and_bodies_have_their_bounds() {
    let mut site = Site::new().await;
    site.send(Method::PUT, "/", None, Body::empty()).await.is(405).says("<h1>");
    let long = "a".repeat(70_000);
    site.post("/display", &[("size", &long)]).await.is(413).says("<h1>");
    let page = site.post("/display", &[("size", "elder"), ("size", "normal")]).await;
    page.is(422);
    site.post("/display", &[("size", "elder"), ("status", "approved"), ("organisation", "caa")])
        .await
        .is(303);
    // What a browser would never send.
    site.get("/scope?year=999999999999999999999&qualification=%ff%fe&level[]=1&level=%00").await.is(200);
    let page = site.get("/display").await;
    assert_eq!((page.status.as_u16(), page.header("allow")), (405, "POST"));
}

/// `UPDATE_ROUTES=1` writes the document anew.
#[test]
fn the_document_lists_every_route_once() {
    let mut seen = BTreeSet::new();
    let mut table = String::from("| method | path | who |\n|---|---|---|\n");
    let mut all: Vec<&Route> = routes().collect();
    all.sort_by_key(|route| (route.path, route.method.to_string()));
    for route in all {
        assert!(
            seen.insert((route.method.clone(), route.path)),
            "{} {} is there twice",
            route.method,
            route.path
        );
        writeln!(table, "| {} | `{}` | {} |", route.method, route.path, route.who.as_str()).unwrap();
    }
    let text = std::fs::read_to_string(DOCUMENT).unwrap();
    let begin = text.find("| method |").expect("a table");
    if std::env::var_os("UPDATE_ROUTES").is_some() {
        std::fs::write(DOCUMENT, format!("{}{table}", &text[..begin])).unwrap();
    } else {
        assert_eq!(&text[begin..], table, "docs/ROUTES.md: write it anew with UPDATE_ROUTES=1");
    }
}

//! Leaving for an identity provider and coming back with nothing good. With a good answer: `e2e/tests/oidc.test.mjs`.

use crate::site::Site;
use std::io::{Read, Write};
use std::net::TcpListener;
use yinxin_app::session::SessionToken;

/// A provider that says what it is, and nothing else; with `down` not even that.
fn provider(down: bool) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let issuer = format!("http://{}", listener.local_addr().unwrap());
    let said = format!(
        r#"{{"issuer":"{issuer}","authorization_endpoint":"{issuer}/auth","token_endpoint":"{issuer}/token",
            "jwks_uri":"{issuer}/jwks","response_types_supported":["code"],"subject_types_supported":["public"],
            "id_token_signing_alg_values_supported":["RS256"]}}"#
    );
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, mut asked) = (stream.unwrap(), [0; 4096]);
            let read = stream.read(&mut asked).unwrap();
            let jwks = String::from_utf8_lossy(&asked[..read]).contains("/jwks");
            let body = if jwks { r#"{"keys":[]}"# } else { said.as_str() };
            let status = if down { "503 Service Unavailable" } else { "200 OK" };
            let length = body.len();
            let _ = write!(
                stream,
                "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
            );
        }
    });
    issuer
}

async fn site(issuer: &str) -> Site {
    let settings = format!(
        "[oidc]\nissuer = \"{issuer}\"\ntitle = \"省认证平台\"\ntitle_en = \"Province\"\nclient_id = \"yinxin\"\nproves_identity = true\ntimeout_ms = 60000\n"
    );
    Site::with_settings(&settings).await
}

#[tokio::test]
async fn where_there_is_no_provider_nobody_hears_of_one() {
    let mut site = Site::new().await;
    assert!(!site.get("/login").await.is(200).text.contains("/login/oidc"));
    site.get("/login/oidc").await.is(404);
    site.get("/login/oidc/callback?code=x&state=y").await.is(404);
}

#[tokio::test]
async fn one_leaves_by_a_link_and_the_policy_stays_as_it_is() {
    let issuer = provider(false);
    let mut site = site(&issuer).await;
    site.get("/login?next=/me/inbox").await.is(200).says("/login/oidc").says("省认证平台");
    let page = site.get("/login/oidc?next=/me/inbox").await;
    page.is(200).says("前往省认证平台").says(&format!("{issuer}/auth?"));
    assert!(page.header("content-security-policy").contains("form-action 'self';"));
    assert_eq!(page.header("cache-control"), "no-store");
    for (name, value) in
        [("response_type", "code"), ("client_id", "yinxin"), ("code_challenge_method", "S256")]
    {
        page.says(&format!("{name}={value}"));
    }
    // Nothing that the cookie holds goes out with the address.
    let cookie = site.cookies["form"].clone();
    assert!(SessionToken::parse(&cookie).is_some() && !page.text.contains(&cookie));
    let kept = "/me/inbox".bytes().map(|byte| format!("{byte:02x}")).collect::<String>();
    assert_eq!(site.cookies["login-next"], kept);
    // Another page view is another attempt; nobody else's site is remembered as the way on.
    let other = site.get("/login/oidc?next=//evil.example").await;
    assert!(state(&other.text) != state(&page.text));
    assert_eq!(site.cookies["login-next"], kept);
    site.get("/login/oidc?lang=en").await.says("Go to Province");
}

#[tokio::test]
async fn who_comes_back_with_nothing_good_stays_out_and_is_told_why() {
    let mut site = site(&provider(false)).await;
    let text = site.get("/login/oidc").await.text;
    let state = state(&text);
    let callback = |query: &str| format!("/login/oidc/callback?{query}");
    for query in ["", "code=x", "state=zz&code=x", &format!("code=x&state={}", "0".repeat(112))] {
        site.get(&callback(query)).await.is(409).says("这次登录已经失效").says("请求编号");
    }
    let declined = callback(&format!("state={state}&error=access_denied&error_description=%3Cb%3E"));
    let page = site.get(&declined).await;
    page.is(409).says("取消了登录").says("/login/oidc").says("\"/login\"");
    assert!(!page.text.contains("<b>") && page.header("cache-control") == "no-store");
    site.get(&declined).await.is(409).says("这次登录已经失效");
    assert!(!site.cookies.contains_key("yinxin"));
}

#[tokio::test]
async fn while_the_provider_is_down_number_and_password_are_offered() {
    let mut site = site(&provider(true)).await;
    let page = site.get("/login/oidc").await;
    page.is(503).says("身份认证平台暂时无法使用").says("用证件号码和密码登录");
    site.get("/login").await.is(200).says("name=\"password\"");
}

fn state(text: &str) -> String {
    let rest = text.split("state=").nth(1).unwrap();
    rest.chars().take_while(char::is_ascii_hexdigit).collect()
}

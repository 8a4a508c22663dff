//! Registration, log-in, recovery, notice, security.

use crate::site::{Page, Site};
use yinxin_app::session::SessionToken;
use yinxin_model::{DocumentType, Instant};
use yinxin_testkit::people::{People, Person};

pub const PASSWORD: &str = "一个很长很好记的密码";

pub fn person(seed: u64) -> Person {
    People::new(7_000 + seed).with(DocumentType::ResidentId)
}

/// The code in the demo's box.
fn shown_code(page: &Page) -> String {
    let (_, rest) = page.text.split_once("<strong class=\"mono\">").expect("a code in the page of a demo");
    rest.split('<').next().unwrap().to_owned()
}

fn hidden(page: &Page, name: &str) -> String {
    let (_, rest) = page.text.split_once(&format!("name=\"{name}\" value=\"")).expect(name);
    rest.split('"').next().unwrap().to_owned()
}

/// As far as the proof, which is still to be asked for.
async fn register(site: &mut Site, person: &Person, contact: &str) -> Page {
    let said = [
        ("name", person.name.as_str()),
        ("document_type", "111"),
        ("document", &person.document_number),
        ("contact", contact),
    ];
    let sent = site.post("/register", &said).await;
    let asked = site.follow(&sent).await;
    let (code, id) = (shown_code(&asked), hidden(&asked, "c"));
    let begun = site.post("/register/code", &[("c", &id), ("code", &code)]).await;
    site.follow(&begun).await.says("设置登录密码");
    let set = site.post("/register/password", &[("password", PASSWORD)]).await;
    assert_eq!(set.location(), "/prove");
    site.follow(&set).await
}

pub async fn registered(site: &mut Site, person: &Person, contact: &str) {
    register(site, person, contact).await.is(200);
    let proved = site.post("/prove", &[]).await;
    assert_eq!(proved.location(), "/notice");
    let notice = site.follow(&proved).await;
    let version = hidden(&notice, "version");
    let agreed = site.post("/notice", &[("version", &version)]).await;
    assert_eq!(agreed.location(), "/certificates");
}

async fn log_in(site: &mut Site, person: &Person, password: &str, next: &str) -> Page {
    let fields = [
        ("document_type", "111"),
        ("document", person.document_number.as_str()),
        ("password", password),
        ("next", next),
    ];
    let mut page = site.post("/login", &fields).await;
    while page.location().starts_with("/login/queue") {
        let asked = site.follow(&page).await;
        if asked.status == 200 {
            let (_, rest) = asked.text.split_once("content=\"3;url=").expect("a page that asks again");
            let again = rest.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&");
            page = site.get(&again).await;
        } else {
            page = asked;
        }
    }
    page
}

/// A page without what is another one each time.
fn essence(page: &Page) -> String {
    let mut text = page.text.clone();
    let request = page.header("x-request-id").to_owned();
    text = text.replace(&request, "");
    while let Some((before, rest)) = text.split_once("name=\"_csrf\" value=\"") {
        let (_, after) = rest.split_once('"').unwrap();
        text = format!("{before}{after}");
    }
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn one_comes_in_step_by_step_and_no_further_than_he_has_proved() {
    let mut site = Site::new().await;
    assert_eq!(site.get("/certificates").await.location(), "/login?next=%2Fcertificates");
    let who = person(1);
    register(&mut site, &who, "19900000001").await.says("提交核验").says("身份核验");
    for path in ["/certificates", "/notice", "/me/security", "/me/devices"] {
        assert!(site.get(path).await.location().starts_with("/prove"), "{path}");
    }
    let before = site.cookies["yinxin"].clone();
    let proved = site.post("/prove", &[]).await;
    assert_ne!(site.cookies["yinxin"], before, "the session changes with what it may");
    let notice = site.follow(&proved).await;
    notice.is(200).says("同意并继续");
    for path in ["/certificates", "/me", "/me/security", "/me/devices", "/me/security/passkeys"] {
        assert!(site.get(path).await.location().starts_with("/notice"), "{path}");
    }
    site.post("/notice", &[("version", "99")]).await.is(422).says("刚刚更新");
    let version = hidden(&notice, "version");
    let agreed = site.post("/notice", &[("version", &version), ("next", "/me/devices")]).await;
    site.follow(&agreed).await.is(200).says("本设备");
    site.get("/me/security").await.is(200).says("199****0001").says("未开启");
    // The old cookie is nobody's any more.
    site.cookies.insert("yinxin".into(), before);
    assert!(site.get("/me/security").await.location().starts_with("/login"));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_goes_back_comes_to_the_present_step() {
    let mut site = Site::new().await;
    let who = person(11);
    let said = [
        ("name", who.name.as_str()),
        ("document_type", "111"),
        ("document", &who.document_number),
        ("contact", "19900000011"),
    ];
    let sent = site.post("/register", &said).await;
    let asked = site.follow(&sent).await;
    let (code, id) = (shown_code(&asked), hidden(&asked, "c"));
    site.post("/register/code", &[("c", &id), ("code", &code)]).await.is(303);
    // Back from the password's page, and the same code once more.
    let back = site.get(sent.location()).await;
    assert_eq!(back.location(), "/prove");
    assert_eq!(site.follow(&back).await.location(), "/register/password");
    let again = site.post("/register/code", &[("c", &id), ("code", &code)]).await;
    assert_eq!(again.location(), "/prove");
    // Who has no part in it learns nothing.
    site.beside().get(sent.location()).await.is(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_was_open_too_long_keeps_what_was_filled_in() {
    let mut site = Site::new().await;
    let who = person(12);
    let number = who.document_number.as_str();
    let theirs = SessionToken::parse(&"A".repeat(43)).unwrap().form_token();
    for path in ["/login", "/register", "/recover", "/verify/fields"] {
        let fields = [
            ("_csrf", theirs.as_str()),
            ("document_type", "111"),
            ("document", number),
            ("password", PASSWORD),
        ];
        let page = site.post_bare(path, &fields).await;
        page.is(403).says("刚才没有提交").says(&format!("value=\"{number}\"")).says("<title>有误：");
        assert!(!page.text.contains(PASSWORD), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn all_that_was_left_empty_is_said_at_once() {
    let mut site = Site::new().await;
    site.post("/login", &[("document_type", "111")])
        .await
        .is(422)
        .says("id=\"document-error\"")
        .says("id=\"password-error\"");
    site.post("/recover", &[("document_type", "111")])
        .await
        .is(422)
        .says("id=\"name-error\"")
        .says("id=\"document-error\"");
    registered(&mut site, &person(13), "19900000013").await;
    site.post("/me/security/password", &[])
        .await
        .is(422)
        .says("id=\"current-error\"")
        .says("id=\"password-error\"");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_never_the_one_that_somebody_brought() {
    let mut site = Site::new().await;
    let who = person(2);
    registered(&mut site, &who, "19900000002").await;
    site.post("/logout", &[]).await;
    // A cookie that an attacker put there before the log-in.
    let planted = SessionToken::parse(&"A".repeat(43)).unwrap();
    site.carry(&planted);
    site.cookies.insert("form".into(), planted.to_string());
    site.get("/login").await.is(200);
    let page = log_in(&mut site, &who, PASSWORD, "").await;
    assert_eq!(page.location(), "/certificates");
    let token = site.cookies["yinxin"].clone();
    assert_ne!(token, planted.to_string());
    // After the log-out the same cookie opens nothing.
    let out = site.post("/logout", &[]).await;
    assert_eq!(out.location(), "/login?done=out");
    site.cookies.insert("yinxin".into(), token);
    assert!(site.get("/me/security").await.location().starts_with("/login"));
}

#[tokio::test(flavor = "multi_thread")]
async fn forms_of_others_are_refused() {
    let mut site = Site::new().await;
    let who = person(3);
    registered(&mut site, &who, "19900000003").await;
    let theirs = SessionToken::parse(&"A".repeat(43)).unwrap().form_token();
    for fields in [vec![], vec![("_csrf", "")], vec![("_csrf", theirs.as_str())]] {
        site.post_bare("/logout", &fields).await.is(403);
    }
    site.headers.push(("origin", "https://evil.example".into()));
    site.headers.push(("sec-fetch-site", "cross-site".into()));
    site.post("/logout", &[]).await.is(403);
    site.headers.clear();
    site.get("/me/security").await.is(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_in_leads_to_our_own_pages_alone() {
    let mut site = Site::new().await;
    let who = person(4);
    registered(&mut site, &who, "19900000004").await;
    for (next, to) in [
        ("/me/devices", "/me/devices"),
        ("//evil.example/", "/certificates"),
        ("https://evil.example/", "/certificates"),
        ("/\\evil.example", "/certificates"),
        ("javascript:alert(1)", "/certificates"),
    ] {
        site.post("/logout", &[]).await;
        assert_eq!(log_in(&mut site, &who, PASSWORD, next).await.location(), to, "{next}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_tells_who_has_an_account() {
    let mut site = Site::new().await;
    let (known, unknown) = (person(5), person(6));
    registered(&mut site, &known, "19900000005").await;
    site.post("/logout", &[]).await;
    let mut said = Vec::new();
    for who in [&known, &unknown] {
        // Log-in.
        let refused = log_in(&mut site, who, "not the password", "").await;
        refused.is(422).says("证件号码或密码不正确");
        let refused = essence(&refused).replace(&who.document_number, "");
        // Recovery: the same page, and a code that looks like one.
        let fields =
            [("name", who.name.as_str()), ("document_type", "111"), ("document", &who.document_number)];
        let begun = site.post("/recover", &fields).await;
        let asked = site.follow(&begun).await;
        let (code, id) = (shown_code(&asked), hidden(&asked, "c"));
        let asked = essence(&asked).replace(&code, "").replace(&id, "");
        // Registration, as far as one gets without proof.
        let contact = format!("1990001{:04}", said.len());
        let page = register(&mut site, who, &contact).await;
        let masked = hidden_free(&page, who);
        site.post("/logout", &[]).await;
        said.push((refused, asked, masked));
    }
    assert_eq!(said[0].0, said[1].0);
    assert_eq!(said[0].1, said[1].1);
    assert_eq!(said[0].2, said[1].2);
}

/// A page without what the visitor himself has said.
fn hidden_free(page: &Page, who: &Person) -> String {
    let tail = &who.document_number[who.document_number.len() - 4..];
    let mut text = essence(page).replace(&who.name, "");
    text = text.lines().filter(|line| !line.contains("****") && !line.contains(tail)).collect();
    let first: String = who.name.chars().take(1).collect();
    text.replace(&format!("{first}**"), "").replace(&format!("{first}*"), "")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_said_beside_its_field_and_kept() {
    let mut site = Site::new().await;
    let page = site
        .post(
            "/register",
            &[
                ("name", "张三"),
                ("document_type", "111"),
                ("document", "880101199003070000"),
                ("contact", "19900000006"),
            ],
        )
        .await;
    page.is(422).says("id=\"document-error\"").says("value=\"张三\"").says("href=\"#document\"");
    let page = site
        .post(
            "/register",
            &[
                ("name", "张三"),
                ("document_type", "111"),
                ("document", &person(7).document_number),
                ("contact", "a@b\r\nBcc: x@example.com"),
            ],
        )
        .await;
    page.is(422).says("id=\"contact-error\"");
    site.get("/register/code?c=nonsense").await.is(404);
    site.get("/login/totp?c=00").await.is(404);
    site.get("/login/queue?t=00").await.is(303);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_changed_and_recovered() {
    let mut site = Site::new().await;
    let who = person(8);
    registered(&mut site, &who, "wang@example.com").await;
    let before = site.cookies["yinxin"].clone();
    let wrong = [("current", "not the password"), ("password", "another good phrase")];
    site.post("/me/security/password", &wrong).await.is(422).says("id=\"current-error\"");
    let common = [("current", PASSWORD), ("password", "password123")];
    site.post("/me/security/password", &common).await.is(422).says("id=\"password-error\"");
    let changed = site
        .post("/me/security/password", &[("current", PASSWORD), ("password", "another good phrase")])
        .await;
    site.follow(&changed).await.is(200).says("密码已修改");
    assert_ne!(site.cookies["yinxin"], before);
    site.post("/logout", &[]).await;
    let fields = [("name", who.name.as_str()), ("document_type", "111"), ("document", &who.document_number)];
    let begun = site.post("/recover", &fields).await;
    let asked = site.follow(&begun).await;
    let (code, id) = (shown_code(&asked), hidden(&asked, "c"));
    let set =
        site.post("/recover/code", &[("c", &id), ("code", &code), ("password", "yet another phrase")]).await;
    assert_eq!(set.location(), "/login?done=recovered");
    site.follow(&set).await.says("新密码已设置");
    assert_eq!(log_in(&mut site, &who, "yet another phrase", "").await.location(), "/certificates");
}

#[tokio::test(flavor = "multi_thread")]
async fn recovery_codes_are_shown_once_and_their_page_may_be_reloaded() {
    let mut site = Site::new().await;
    registered(&mut site, &person(11), "19900000011").await;
    site.get("/me/security/totp/code").await.is(404);
    let begun = site.post("/me/security/totp", &[("current", PASSWORD)]).await;
    let page = site.follow(&begun).await;
    let id = hidden(&page, "c");
    let (_, rest) = page.text.split_once("<p class=\"card mono\">").expect("a key to be typed");
    let code = totp(rest.split('<').next().unwrap(), site.system.now());
    let wrong = site.post("/me/security/totp/code", &[("c", &id), ("code", "12345")]).await;
    wrong.is(422).says("id=\"code-error\"");
    assert!(!wrong.text.contains("备用码"), "there are none yet");
    let sent = [("c", id.as_str()), ("code", code.as_str())];
    site.post("/me/security/totp/code", &sent).await.is(200).says("备用码").says("data-print");

    let again = site.post("/me/security/totp/code", &sent).await;
    site.follow(&again).await.is(200).says("两步验证已经开启");
    for path in ["/me/security/totp", "/me/security/totp/code", &format!("/me/security/totp/code?c={id}")] {
        assert_eq!(site.get(path).await.location(), "/me/security?done=totp-on", "{path}");
    }
}

/// RFC 6238, as an authenticator has it: `key` in base 32.
fn totp(key: &str, now: Instant) -> String {
    use aws_lc_rs::hmac;
    let digit = |c| "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".find(c).unwrap();
    let bits: String =
        key.split_whitespace().flat_map(str::chars).map(|c| format!("{:05b}", digit(c))).collect();
    let octets = bits.as_bytes().chunks_exact(8).map(|eight| std::str::from_utf8(eight).unwrap());
    let secret: Vec<u8> = octets.map(|eight| u8::from_str_radix(eight, 2).unwrap()).collect();
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &secret);
    let tag = hmac::sign(&key, &(now.0 / 30_000).to_be_bytes());
    let offset = usize::from(tag.as_ref()[19] & 15);
    let four: [u8; 4] = tag.as_ref()[offset..offset + 4].try_into().unwrap();
    format!("{:06}", (u32::from_be_bytes(four) & 0x7fff_ffff) % 1_000_000)
}

#[tokio::test(flavor = "multi_thread")]
async fn passkeys_are_for_addresses_with_a_name() {
    let mut site = Site::new().await;
    registered(&mut site, &person(9), "19900000009").await;
    site.get("/me/security/passkeys").await.is(200).says("不对数字地址提供");
    assert_eq!(site.get("/me/security/passkeys/new").await.location(), "/me/security/passkeys");
    site.post("/me/security/passkeys/new", &[("current", PASSWORD)]).await.is(404);
    site.post("/logout", &[]).await;
    assert!(!site.get("/login").await.text.contains("passkey"), "nothing is offered");
    site.post("/login/passkey/options", &[]).await.is(404);

    let mut site = Site::with_settings("[platform]\npublic_url = \"http://localhost:8080\"\n").await;
    registered(&mut site, &person(9), "19900000009").await;
    site.get("/me/security/passkeys").await.is(200).says("还没有通行密钥");
    site.post("/me/security/passkeys/new", &[("current", "not the password")]).await.is(422);
    let asked = site.post("/me/security/passkeys/new", &[("current", PASSWORD)]).await;
    let path = asked.location().to_owned();
    let page = site.get(&path).await;
    page.is(200).says("没有启用脚本").says("residentKey");
    let question = hidden(&page, "c");
    let fields = [("c", question.as_str()), ("answer", "{}"), ("name", "电脑")];
    site.post("/me/security/passkeys/key", &fields).await.is(422).says("没有添加通行密钥");
    // Somebody else's question is as unknown as none.
    let mut other = site.beside();
    registered(&mut other, &person(10), "19900000010").await;
    other.get(&path).await.is(404);
    site.get("/me/security/passkeys/remove?id=00").await.is(404);
    site.post("/logout", &[]).await;
    site.get("/login").await.is(200).says("用通行密钥登录");
    let options = site.post("/login/passkey/options", &[]).await;
    assert_eq!(options.header("content-type"), "application/json");
    options.is(200).says("\"userVerification\":\"required\"").says("\"rpId\":\"localhost\"");
    let attempt = options.text.split("\"attempt\":\"").nth(1).unwrap().split('"').next().unwrap();
    let fields = [("attempt", attempt), ("answer", "{}"), ("next", "/me/inbox")];
    let refused = site.post("/login/passkey", &fields).await;
    refused.is(422).says("这个通行密钥不能用于登录");
    assert_eq!(hidden(&refused, "next"), "/me/inbox", "where one wanted to go is kept");
    let fields = [("attempt", "00"), ("answer", "{}")];
    site.post("/login/passkey", &fields).await.is(409).says("已经失效");
}

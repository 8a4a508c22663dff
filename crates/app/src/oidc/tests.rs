//! Log-in by a provider that answers well, badly, late, or with what it gave to somebody else.

mod op;

use super::{Errand, Return, arrive, depart, errand, offer};
use crate::account::{self as accounts, Again, Begin, Proof, Step};
use crate::error::{Error, Kind};
use crate::home::Home;
use crate::init;
use crate::session::{self, Session, SessionToken, Standing};
use crate::system::{System, World};
use op::{CLIENT, CODE, Forge, Op};
use reqwest::Url;
use serde_json::json;
use std::collections::HashMap;
use std::sync::Arc;
use yinxin_model::{DocumentNumber, DocumentType, Identity, PersonName, Subject};
use yinxin_store::{account, credential};
use yinxin_testkit::{FixedClock, SeededEntropy, temp_dir};

const NAME: &str = "欧阳测试";
/// No place has this area code.
const NUMBER: &str = "880105199003071237";

/// An installation and its provider.
struct Place {
    system: System,
    op: Op,
    clock: Arc<FixedClock>,
    /// The token in the cookie of the browser that is used.
    browser: SessionToken,
    _dir: tempfile::TempDir,
}

impl Place {
    async fn new(settings: &str) -> Self {
        let dir = temp_dir("oidc");
        let clock = Arc::new(FixedClock::on("2026-03-01"));
        let world = World { clock: clock.clone(), entropy: Arc::new(SeededEntropy::new(11)), shifted: false };
        let home = Home::new(dir.path());
        let request = init::Request { production: false, operator: None, database: None };
        init::init(&home, request, &world).await.unwrap();
        let op = Op::start(world.clock.now().0 / 1_000);
        let issuer = &op.issuer;
        let text = format!(
            "[oidc]\nissuer = \"{issuer}\"\ntitle = \"统一认证\"\nclient_id = \"{CLIENT}\"\nproves_identity = true\ntimeout_ms = 60000\n{settings}"
        );
        std::fs::write(dir.path().join("yinxin.toml"), text).unwrap();
        let system = System::open(home, None, world).await.unwrap();
        op.set().claims = json!({ "name": NAME, "document_type": "111", "document_number": NUMBER });
        let browser = session::token(&system);
        Self { system, op, clock, browser, _dir: dir }
    }

    /// Leaves, and the provider remembers with what; returns the state.
    async fn leave(&self) -> String {
        self.leave_with(&self.browser, Errand::LogIn).await
    }

    async fn leave_with(&self, browser: &SessionToken, errand: Errand) -> String {
        let address = Url::parse(&depart(&self.system, browser, errand).await.unwrap()).unwrap();
        let asked: HashMap<_, _> = address.query_pairs().into_owned().collect();
        let of = |name: &str| asked[name].clone();
        assert_eq!((of("response_type"), of("client_id")), ("code".into(), CLIENT.into()));
        assert_eq!(of("code_challenge_method"), "S256");
        assert_eq!(of("redirect_uri"), "http://127.0.0.1:8080/login/oidc/callback");
        let mut op = self.op.set();
        (op.nonce, op.challenge) = (of("nonce"), of("code_challenge"));
        of("state")
    }

    async fn come_back(&self, state: &str) -> Result<SessionToken, Error> {
        let back = Return { state, code: CODE, ..Return::default() };
        match arrive(&self.system, &self.browser, &back, "Firefox").await? {
            Step::In(token) => Ok(token),
            other => panic!("{other:?}"),
        }
    }

    async fn log_in(&self) -> Result<SessionToken, Error> {
        let state = self.leave().await;
        self.come_back(&state).await
    }

    /// A whole log-in with an ID token that was forged so.
    async fn forged(&self, forge: Forge) -> Error {
        self.op.set().forge = forge;
        self.log_in().await.unwrap_err()
    }

    /// As far as the proof: the registration's token and session.
    async fn registering(&self) -> (SessionToken, Session) {
        let system = &self.system;
        let begin = Begin {
            name: NAME.into(),
            document_type: "111".into(),
            document: NUMBER.into(),
            contact: "19900000001".into(),
        };
        let sent = accounts::begin_registration(system, begin).await.unwrap();
        let pending = accounts::pending_registration(system, &sent.challenge).await.unwrap().unwrap();
        let typed = pending.demo_code.unwrap();
        let token = accounts::confirm_registration(system, &sent.challenge, &typed, "Firefox").await.unwrap();
        let own = session::find(system, &token).await.unwrap().unwrap();
        accounts::set_password(system, &own, "一个很长很好记的密码").await.unwrap();
        (token, own)
    }

    async fn account(&self) -> Option<account::Account> {
        let document = DocumentNumber::parse(DocumentType::ResidentId, NUMBER, self.system.today()).unwrap();
        let identity = Identity { name: PersonName::parse(NAME).unwrap(), document };
        let (vault, index) = (self.system.vault.clone(), self.system.vault.identity_index(&identity));
        let read = self.system.db.read(move |tx| {
            Box::pin(async move { account::get(tx, &vault, &Subject::System, &index).await })
        });
        read.await.unwrap()
    }
}

fn seconds(claims: &mut serde_json::Value, name: &str, by: i64) {
    claims[name] = json!(claims[name].as_i64().unwrap() + by);
}

#[tokio::test]
async fn who_is_known_there_is_known_here() {
    let place = Place::new("").await;
    let offered = offer(&place.system).unwrap();
    assert_eq!((offered.title_en.as_str(), offered.host.as_str()), ("统一认证", "127.0.0.1"));
    let token = place.log_in().await.unwrap();
    let session = session::find(&place.system, &token).await.unwrap().unwrap();
    assert_eq!((session.standing, session.device.as_str()), (Standing::Verified, "Firefox"));
    assert_eq!(session.name, "欧**");
    let made = place.account().await.unwrap();
    assert_eq!(made.proved_by.unwrap(), format!("oidc:{}", place.op.issuer));
    assert_eq!(made.proved_at, Some(place.system.now()));
    // The second time it is the same account, proved when it was.
    place.clock.advance_ms(60_000);
    let again = place.log_in().await.unwrap();
    assert!(again != token && again != place.browser);
    let again = session::find(&place.system, &again).await.unwrap().unwrap();
    assert_eq!(again.subject, session.subject);
    assert_eq!(place.account().await.unwrap().proved_at, made.proved_at);
}

#[tokio::test]
async fn who_came_from_there_shows_that_it_is_he_by_having_just_come() {
    let place = Place::new("").await;
    let token = place.log_in().await.unwrap();
    let own = session::find(&place.system, &token).await.unwrap().unwrap();
    place.clock.advance_ms(599_999);
    assert_eq!(accounts::again(&place.system, &own).await.unwrap(), Again::Fresh);
    accounts::confirm(&place.system, &own, "").await.unwrap();
    place.clock.advance_ms(1);
    assert_eq!(accounts::again(&place.system, &own).await.unwrap(), Again::LogIn);
    let late = accounts::confirm(&place.system, &own, "whatever was typed").await;
    assert!(late.is_err_and(|e| e.kind == Kind::Forbidden && e.code == "log_in_again"));
}

#[tokio::test]
async fn a_registrant_is_proved_there_and_goes_on_here() {
    let place = Place::new("\n[identity]\nkind = \"oidc\"\n").await;
    assert!(accounts::proved_elsewhere(&place.system));
    let (token, own) = place.registering().await;
    assert!(accounts::prove(&place.system, &own).await.is_err_and(|e| e.code == "proof_elsewhere"));
    let go = async |token: &SessionToken| {
        let state = place.leave_with(token, Errand::Proof).await;
        let back = Return { state: &state, code: CODE, ..Return::default() };
        assert_eq!(errand(&place.system, token, &back), Some(Errand::Proof));
        // What was begun to prove somebody lets nobody in.
        let entered = arrive(&place.system, token, &back, "").await;
        assert!(entered.is_err_and(|e| e.code == "oidc_attempt_over"));
        let answer = accounts::prove_elsewhere(&place.system, &own, token, &back).await;
        let again = accounts::prove_elsewhere(&place.system, &own, token, &back).await;
        assert!(again.is_err_and(|e| e.code == "oidc_attempt_over" || e.code == "registration_over"));
        answer
    };
    // Somebody else there, then another name, then the same document of another type: none of it is told, and none is
    // an account.
    let claims =
        |name: &str, number: &str| json!({ "name": name, "document_type": "111", "document_number": number });
    for other in [claims(NAME, "880105199101018886"), claims("欧阳试测", NUMBER)] {
        place.op.set().claims = other;
        assert!(matches!(go(&token).await.unwrap(), Proof::NotMatched));
    }
    assert_eq!(place.account().await, None);
    // Five may be wrong before it rests; whoever is right never waits.
    for _ in 0..3 {
        assert!(matches!(go(&token).await.unwrap(), Proof::NotMatched));
    }
    assert!(go(&token).await.is_err_and(|e| e.code == "proof_paused"));
    // However the provider sets it apart.
    place.op.set().claims = claims("欧 阳　测试", NUMBER);
    let stranger = session::token(&place.system);
    let state = place.leave_with(&token, Errand::Proof).await;
    let back = Return { state: &state, code: CODE, ..Return::default() };
    let stolen = accounts::prove_elsewhere(&place.system, &own, &stranger, &back).await;
    assert!(stolen.is_err_and(|e| e.code == "oidc_attempt_over"), "in another browser");
    let Proof::Admitted { token, .. } = go(&token).await.unwrap() else { panic!("not proved") };
    let proved = session::find(&place.system, &token).await.unwrap().unwrap();
    assert_eq!(proved.standing, Standing::Verified);
    assert_eq!(place.account().await.unwrap().proved_by.unwrap(), format!("oidc:{}", place.op.issuer));
}

#[tokio::test]
async fn a_token_that_is_not_the_providers_word_to_us_now_lets_nobody_in() {
    let place = Place::new("").await;
    let forgeries: [(&str, Forge); 15] = [
        ("issuer", |_, claims| claims["iss"] = json!("https://other.example")),
        ("audience", |_, claims| claims["aud"] = json!("somebody")),
        ("audience", |_, claims| claims["aud"] = json!([CLIENT, "somebody"])),
        ("authorized_party", |_, claims| claims["azp"] = json!("somebody")),
        ("nonce", |_, claims| claims["nonce"] = json!("0".repeat(64))),
        ("nonce", |_, claims| {
            claims.as_object_mut().unwrap().remove("nonce");
        }),
        ("expired", |_, claims| seconds(claims, "exp", -300)),
        ("expired", |_, claims| seconds(claims, "iat", 301)),
        ("signature", |header, _| header["alg"] = json!("none")),
        ("signature", |header, _| header["alg"] = json!("HS256")),
        ("signature", |header, _| header["alg"] = json!("ES384")),
        ("unknown_key", |header, _| header["kid"] = json!("third")),
        ("unknown_key", |header, _| header["alg"] = json!("RS256")),
        ("token", |header, _| header["crit"] = json!(["exp"])),
        ("access_token", |_, claims| claims["at_hash"] = json!("AAAAAAAAAAAAAAAAAAAAAA")),
    ];
    for (reason, forge) in forgeries {
        let error = place.forged(forge).await;
        assert_eq!((error.code, error.details["reason"].as_str()), ("oidc_answer_refused", reason));
    }
    // Signed by a key of somebody else's that goes by the same name.
    place.op.set().key = "second";
    assert_eq!(place.forged(|header, _| header["kid"] = json!("first")).await.details["reason"], "signature");
    assert_eq!(place.account().await, None);
    place.op.set().key = "first";
    place.op.set().forge = |_, _| ();
    place.log_in().await.unwrap();
}

#[tokio::test]
async fn an_attempt_comes_back_once_in_time_to_the_browser_it_left() {
    let place = Place::new("").await;
    let over =
        |result: Result<SessionToken, Error>| assert_eq!(result.unwrap_err().code, "oidc_attempt_over");
    let state = place.leave().await;
    let other = session::token(&place.system);
    let back = Return { state: &state, code: CODE, ..Return::default() };
    assert_eq!(arrive(&place.system, &other, &back, "").await.unwrap_err().code, "oidc_attempt_over");
    let mut changed = state.clone().into_bytes();
    for at in 0..changed.len() {
        let kept =
            std::mem::replace(&mut changed[at], if state.as_bytes()[at] == b'0' { b'1' } else { b'0' });
        over(place.come_back(std::str::from_utf8(&changed).unwrap()).await);
        changed[at] = kept;
    }
    for none in ["", "0", &state[2..], "ö"] {
        over(place.come_back(none).await);
    }
    assert!(!place.op.set().asked.iter().any(|path| path == "/token"), "nobody was asked for any of these");
    place.come_back(&state).await.unwrap();
    over(place.come_back(&state).await);
    // Too late, and a code of another attempt, whose proof is another.
    let state = place.leave().await;
    place.clock.advance_ms(10 * 60_000);
    over(place.come_back(&state).await);
    let (first, _second) = (place.leave().await, place.leave().await);
    over(place.come_back(&first).await);
    // Of all who come back at once with one state one gets in.
    place.op.set().now_s += 600;
    let state = place.leave().await;
    let mut let_in = 0;
    for result in futures_util::future::join_all((0..8).map(|_| place.come_back(&state))).await {
        let_in += u32::from(result.is_ok());
    }
    assert_eq!(let_in, 1);
}

#[tokio::test]
async fn an_answer_of_another_provider_is_not_shown_to_this_one() {
    let place = Place::new("").await;
    let state = place.leave().await;
    let back = Return { state: &state, code: CODE, issuer: "https://other.example", error: "" };
    let error = arrive(&place.system, &place.browser, &back, "").await.unwrap_err();
    assert_eq!(error.details["reason"], "issuer");
    // One that says that it always names itself is held to it.
    let strict = Place::new("").await;
    strict.op.set().metadata = json!({ "authorization_response_iss_parameter_supported": true });
    assert_eq!(strict.log_in().await.unwrap_err().details["reason"], "issuer");
    let state = strict.leave().await;
    let back = Return { state: &state, code: CODE, issuer: &strict.op.issuer, error: "" };
    arrive(&strict.system, &strict.browser, &back, "").await.unwrap();
    let shown = |place: &Place| place.op.set().asked.iter().filter(|path| *path == "/token").count();
    assert_eq!((shown(&place), shown(&strict)), (0, 1));
}

#[tokio::test]
async fn who_declines_is_told_so() {
    let place = Place::new("").await;
    for (error, code) in [
        ("access_denied", "oidc_declined"),
        ("temporarily_unavailable", "oidc_unavailable"),
        ("<script>", "oidc_unavailable"),
    ] {
        let state = place.leave().await;
        let back = Return { state: &state, error, ..Return::default() };
        assert_eq!(arrive(&place.system, &place.browser, &back, "").await.unwrap_err().code, code);
    }
}

#[tokio::test]
async fn claims_make_an_identity_or_say_what_is_missing() {
    let place = Place::new("").await;
    place.op.set().claims = json!({ "name": NAME, "document_number": " " });
    let error = place.log_in().await.unwrap_err();
    assert_eq!((error.kind, error.code), (Kind::Conflict, "oidc_claims_missing"));
    assert_eq!(error.details["claims"], "document_type, document_number");
    let broken = |claim: &str, value: &str| {
        let mut claims = json!({ "name": NAME, "document_type": "111", "document_number": NUMBER });
        claims[claim] = json!(value);
        claims
    };
    for (claim, value, rule) in [
        ("name", "=1+1", "name_formula"),
        ("document_type", "library card", "document_type_unknown"),
        ("document_number", "880105199003071230", "document_number_checksum"),
    ] {
        place.op.set().claims = broken(claim, value);
        let error = place.log_in().await.unwrap_err();
        assert_eq!((error.code, error.details["rule"].as_str()), ("oidc_claims_unusable", rule));
        assert_eq!(error.details["claim"], claim);
    }
    // What the token does not say may be said elsewhere, of the same person only.
    place.op.set().claims = json!({ "name": NAME });
    let more = |sub: &str| json!({ "sub": sub, "document_type": "居民身份证", "document_number": NUMBER });
    place.op.set().user_info = more("person-2");
    assert_eq!(place.log_in().await.unwrap_err().details["reason"], "user_info");
    place.op.set().user_info = more("person-1");
    place.log_in().await.unwrap();
    assert!(place.account().await.is_some());
}

#[tokio::test]
async fn other_names_of_claims_and_a_provider_that_proves_nothing() {
    let names = "name_claim = \"xm\"\ndocument_number_claim = \"zjhm\"\ndocument_type = \"111\"\n";
    let place = Place::new(names).await;
    place.op.set().claims = json!({ "xm": NAME, "zjhm": NUMBER });
    place.log_in().await.unwrap();
    assert!(place.account().await.is_some());
    let place = Place::new("").await;
    let text = std::fs::read_to_string(place.system.home.dir().join("yinxin.toml")).unwrap();
    let text = text.replace("proves_identity = true", "");
    std::fs::write(place.system.home.dir().join("yinxin.toml"), text).unwrap();
    let system = System::open(place.system.home.clone(), None, place.system.world.clone()).await.unwrap();
    let place = Place { system, ..place };
    assert_eq!(place.log_in().await.unwrap_err().code, "oidc_proves_nothing");
    assert_eq!(place.account().await, None);
}

#[tokio::test]
async fn new_keys_are_fetched_when_a_token_names_one() {
    let place = Place::new("").await;
    place.log_in().await.unwrap();
    {
        let mut op = place.op.set();
        (op.key, op.published) = ("second", vec!["first", "second"]);
    }
    assert_eq!(place.log_in().await.unwrap_err().details["reason"], "unknown_key", "asked for only just now");
    place.clock.advance_ms(30_000);
    place.log_in().await.unwrap();
    let fetched = place.op.set().asked.iter().filter(|path| *path == "/jwks").count();
    assert_eq!(fetched, 2);
}

#[tokio::test]
async fn a_provider_that_is_down_or_odd_is_unavailable() {
    let place = Place::new("").await;
    let code = async || depart(&place.system, &place.browser, Errand::LogIn).await.unwrap_err().code;
    place.op.set().down = true;
    assert_eq!(code().await, "oidc_unavailable");
    place.op.set().down = false;
    assert_eq!(code().await, "oidc_unavailable", "it rests");
    place.clock.advance_ms(5_000);
    let path = "/.well-known/openid-configuration";
    let elsewhere =
        b"HTTP/1.1 302 Found\r\nLocation: /jwks\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    let large = vec![b' '; 300_000];
    let other = json!({ "issuer": "https://other.example" });
    for odd in [
        elsewhere.to_vec(),
        op::ok("application/json", &large),
        op::ok("text/html", b"<html>"),
        op::ok("application/json", b"{}"),
    ] {
        place.op.set().instead.insert(path, odd);
        assert_eq!(code().await, "oidc_unavailable");
        place.clock.advance_ms(5_000);
    }
    place.op.set().instead.clear();
    for metadata in [
        other,
        json!({ "authorization_endpoint": "javascript:alert(1)" }),
        json!({ "jwks_uri": "http://192.0.2.1/" }),
    ] {
        place.op.set().metadata = metadata;
        assert_eq!(code().await, "oidc_unavailable");
        place.clock.advance_ms(5_000);
    }
    place.op.set().metadata = json!({});
    let state = place.leave().await;
    place.op.set().down = true;
    let error = place.come_back(&state).await.unwrap_err();
    assert_eq!((error.kind, error.code), (Kind::Unavailable, "oidc_unavailable"));
    // What is known of it is known for an hour, so that its pages can be reached while it only stumbles.
    depart(&place.system, &place.browser, Errand::LogIn).await.unwrap();
}

#[tokio::test]
async fn a_demo_takes_nobody_who_may_be_real_and_who_wants_a_second_step_is_asked_for_it() {
    let place = Place::new("").await;
    place.op.set().claims =
        json!({ "name": NAME, "document_type": "111", "document_number": "11010519491231002X" });
    assert_eq!(place.log_in().await.unwrap_err().code, "oidc_not_for_demos");
    place.op.set().claims["document_number"] = json!(NUMBER);
    place.log_in().await.unwrap();
    let index = place.account().await.unwrap().index;
    let (vault, act) = (place.system.vault.clone(), place.system.act(&account::holder(&index)));
    let set = place.system.db.write(move |tx| {
        Box::pin(async move {
            credential::put(tx, &vault, &act, &index, "$argon2id$", "tel:13800000000").await?;
            let own = credential::of_account(tx, &vault, &index).await?.unwrap();
            credential::set_totp(tx, &vault, &act, &own, b"secret", &[], 0).await
        })
    });
    set.await.unwrap();
    let state = place.leave().await;
    let back = Return { state: &state, code: CODE, ..Return::default() };
    let step = arrive(&place.system, &place.browser, &back, "").await.unwrap();
    assert!(matches!(step, Step::SecondStep(_)), "{step:?}");
}

#[test]
fn mistakes_in_settings_are_named() {
    let reason = |text: &str| {
        let text = format!("[oidc]\n{text}");
        crate::config::Config::parse(&text).unwrap_err().details["reason"].clone()
    };
    assert!(reason("issuer = \"http://id.example\"").contains("oidc.issuer"));
    assert!(reason("issuer = \"https://id.example/?a=b\"").contains("oidc.issuer"));
    let good = "issuer = \"https://id.example\"\nclient_id = \"x\"\n";
    assert!(reason("issuer = \"https://id.example\"").contains("client_id"));
    assert!(reason(&format!("{good}scopes = [\"profile\"]")).contains("openid"));
    assert!(reason(&format!("{good}document_type_claim = \"\"")).contains("document_type"));
    assert!(reason(&format!("{good}document_type = \"999\"")).contains("111"));
    assert!(reason(&format!("{good}timeout_ms = 1")).contains("timeout_ms"));
    crate::config::Config::parse(&format!("[oidc]\n{good}")).unwrap();
    let proof = "\n[identity]\nkind = \"oidc\"\n";
    assert!(reason(&format!("{good}{proof}")).contains("proves_identity"));
    crate::config::Config::parse(&format!("[oidc]\n{good}proves_identity = true\n{proof}")).unwrap();
}

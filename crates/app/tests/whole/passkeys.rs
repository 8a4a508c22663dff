//! Passkeys: added, used, renamed, removed; and every answer that must let nobody in.

use crate::accounts::{PASSWORD, entered, found, later, outbox, person, registered};
use crate::device::Device;
use crate::fixture::{House, code};
use yinxin_app::account;
use yinxin_app::closing;
use yinxin_app::error::Result;
use yinxin_app::inbox;
use yinxin_app::passkey::{self, MOST};
use yinxin_app::session::{self, Session, SessionToken};
use yinxin_model::states::MessageKind;

const ORIGIN: &str = "http://localhost:8080";

/// An installation at an address that browsers have passkeys for.
async fn at_localhost(mut house: House) -> House {
    assert!(!passkey::offered(&house.system), "an address of numbers");
    let path = house.path().join("yinxin.toml");
    let text = std::fs::read_to_string(&path).unwrap_or_default();
    std::fs::write(&path, format!("{text}\n[platform]\npublic_url = \"{ORIGIN}\"\n")).unwrap();
    house.reopen().await;
    assert!(passkey::offered(&house.system));
    house
}

async fn add(house: &House, own: &Session, device: &mut Device, name: &str) -> Result<()> {
    let question = passkey::begin(&house.system, own, PASSWORD).await?;
    let options = passkey::options(&house.system, own, &question).await.unwrap().unwrap();
    passkey::finish(&house.system, own, &question, &device.make(&options), name).await
}

async fn log_in(house: &House, device: &mut Device) -> Result<SessionToken> {
    let browser = session::token(&house.system);
    let asked = passkey::ask(&house.system, &browser).unwrap();
    let answer = device.sign(&asked.options);
    passkey::log_in(&house.system, &browser, &asked.attempt, &answer, "Firefox").await
}

pub async fn a_passkey_lets_its_holder_in(house: House) {
    let house = at_localhost(house).await;
    let person = person(21);
    let (_, own) = registered(&house, &person, "19900000021").await;
    let mut device = Device::new(ORIGIN);
    assert_eq!(code(passkey::begin(&house.system, &own, "not the password").await), "password_wrong");
    assert_eq!(code(add(&house, &own, &mut device, " ").await), "passkey_name_length");
    let question = passkey::begin(&house.system, &own, PASSWORD).await.unwrap();
    let (_, stranger) = registered(&house, &crate::accounts::person(22), "19900000022").await;
    assert!(passkey::options(&house.system, &stranger, &question).await.unwrap().is_none());
    let options = passkey::options(&house.system, &own, &question).await.unwrap().unwrap();
    assert!(!options.to_string().contains(&person.name), "the whole name stands on no device");
    let answer = device.make(&options);
    passkey::finish(&house.system, &own, &question, &answer, "我的手机").await.unwrap();
    assert_eq!(code(passkey::finish(&house.system, &own, &question, &answer, "又").await), "passkey_over");
    // With it there is no second step, though the account asks for one.
    let totp = account::begin_totp(&house.system, &own, PASSWORD).await.unwrap();
    let key = account::pending_totp(&house.system, &own, &totp).await.unwrap().unwrap();
    let typed = crate::accounts::totp(&key.text(), house.system.now());
    account::confirm_totp(&house.system, &own, &totp, &typed).await.unwrap();
    later(&house, 60);
    let token = log_in(&house, &mut device).await.unwrap();
    assert_eq!(found(&house, &token).await.unwrap().subject, own.subject);
    let listed = passkey::list(&house.system, &own).await.unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!((listed[0].name.as_str(), listed[0].used_at), ("我的手机", Some(house.system.now())));
    assert!(passkey::list(&house.system, &stranger).await.unwrap().is_empty());
    // Another's is as unknown as none.
    let id = listed[0].id;
    assert_eq!(code(passkey::rename(&house.system, &stranger, &id, "我的").await), "passkey_unknown");
    assert_eq!(code(passkey::remove(&house.system, &stranger, &id).await), "passkey_unknown");
    passkey::rename(&house.system, &own, &id, "旧手机").await.unwrap();
    log_in(&house, &mut device).await.unwrap();
    passkey::remove(&house.system, &own, &id).await.unwrap();
    assert_eq!(code(log_in(&house, &mut device).await), "passkey_refused");
    let told = inbox::list(&house.system, &own.subject, None).await.unwrap();
    let of = |kind| told.entries.iter().find(|entry| entry.kind == kind).map(|entry| entry.value("device"));
    assert_eq!(of(MessageKind::PasskeyAdded), Some("我的手机"));
    assert_eq!(of(MessageKind::PasskeyRemoved), Some("旧手机"));
    let texts = outbox(&house, "19900000021").await;
    assert!(["添加了一个通行密钥", "已移除"].iter().all(|said| texts.iter().any(|text| text.contains(said))));
    let done = house.actions().await;
    for action in ["passkey_added", "passkey_used", "passkey_renamed", "passkey_removed"] {
        assert!(done.iter().any(|done| done == action), "{action} is not in {done:?}");
    }
    house.leave().await;
}

pub async fn an_answer_counts_once_in_time_and_in_its_browser(house: House) {
    let house = at_localhost(house).await;
    let (_, own) = registered(&house, &person(23), "19900000023").await;
    let mut device = Device::new(ORIGIN);
    add(&house, &own, &mut device, "电脑").await.unwrap();
    let (browser, other) = (session::token(&house.system), session::token(&house.system));
    let asked = passkey::ask(&house.system, &browser).unwrap();
    let answer = device.sign(&asked.options);
    let come = async |browser: &SessionToken, attempt: &str, answer: &str| {
        passkey::log_in(&house.system, browser, attempt, answer, "").await
    };
    assert_eq!(code(come(&other, &asked.attempt, &answer).await), "passkey_over");
    for broken in ["", "00", "ö", &asked.attempt[2..]] {
        assert_eq!(code(come(&browser, broken, &answer).await), "passkey_over");
    }
    for odd in ["", "{}", "null", &"[".repeat(40_000)] {
        assert_eq!(code(come(&browser, &asked.attempt, odd).await), "passkey_refused");
    }
    // An answer to another question.
    let second = passkey::ask(&house.system, &browser).unwrap();
    assert_eq!(code(come(&browser, &second.attempt, &answer).await), "passkey_refused");
    come(&browser, &asked.attempt, &answer).await.unwrap();
    assert_eq!(code(come(&browser, &asked.attempt, &answer).await), "passkey_over", "replayed");
    let late = passkey::ask(&house.system, &browser).unwrap();
    let answer = device.sign(&late.options);
    later(&house, 300);
    assert_eq!(code(come(&browser, &late.attempt, &answer).await), "passkey_over", "too late");
    // Of eight at once one gets in.
    let asked = passkey::ask(&house.system, &browser).unwrap();
    let answer = device.sign(&asked.options);
    let at_once = (0..8).map(|_| come(&browser, &asked.attempt, &answer));
    let entered = futures_util::future::join_all(at_once).await;
    assert_eq!(entered.iter().filter(|entered| entered.is_ok()).count(), 1);
    house.leave().await;
}

pub async fn a_device_that_lies_lets_nobody_in(house: House) {
    let house = at_localhost(house).await;
    let (_, own) = registered(&house, &person(24), "19900000024").await;
    let mut device = Device::new(ORIGIN);
    let lies: [fn(&mut Device); 4] = [
        |device| device.origin = "http://localhost:8081".into(),
        |device| device.origin = "https://localhost.example".into(),
        |device| device.site = Some("localhost.example".into()),
        |device| device.looks = false,
    ];
    let mend = |device: &mut Device| {
        (device.origin, device.site, device.looks) = (ORIGIN.into(), None, true);
    };
    for lie in lies {
        lie(&mut device);
        assert_eq!(code(add(&house, &own, &mut device, "假的").await), "passkey_not_made");
        mend(&mut device);
    }
    let mut device = Device::new(ORIGIN);
    add(&house, &own, &mut device, "真的").await.unwrap();
    for lie in lies {
        lie(&mut device);
        assert_eq!(code(log_in(&house, &mut device).await), "passkey_refused");
        mend(&mut device);
    }
    log_in(&house, &mut device).await.unwrap();
    // A key that says it is of another account, and another account's key that says it is of this one.
    let (_, stranger) = registered(&house, &crate::accounts::person(25), "19900000025").await;
    let mut theirs = Device::new(ORIGIN);
    add(&house, &stranger, &mut theirs, "别人的").await.unwrap();
    let browser = session::token(&house.system);
    let asked = passkey::ask(&house.system, &browser).unwrap();
    let field = |text: &str, name: &str| {
        let value: serde_json::Value = serde_json::from_str(text).unwrap();
        value["response"][name].as_str().unwrap().to_owned()
    };
    let (mine, other) = (device.sign(&asked.options), theirs.sign(&asked.options));
    let mixed = other.replace(&field(&other, "userHandle"), &field(&mine, "userHandle"));
    let refused = passkey::log_in(&house.system, &browser, &asked.attempt, &mixed, "").await;
    assert_eq!(code(refused), "passkey_refused");
    // A signature of another device under this key's id.
    let asked = passkey::ask(&house.system, &browser).unwrap();
    let (mine, other) = (device.sign(&asked.options), theirs.sign(&asked.options));
    let forged = mine.replace(&field(&mine, "signature"), &field(&other, "signature"));
    let refused = passkey::log_in(&house.system, &browser, &asked.attempt, &forged, "").await;
    assert_eq!(code(refused), "passkey_refused");
    house.leave().await;
}

pub async fn a_counter_that_goes_back_is_told(house: House) {
    let house = at_localhost(house).await;
    let (_, own) = registered(&house, &person(26), "19900000026").await;
    let mut device = Device::new(ORIGIN);
    add(&house, &own, &mut device, "电脑").await.unwrap();
    log_in(&house, &mut device).await.unwrap();
    let told = async || {
        let entries = inbox::list(&house.system, &own.subject, None).await.unwrap().entries;
        entries.iter().filter(|entry| entry.kind == MessageKind::PasskeySuspected).count()
    };
    device.counter -= 1;
    assert_eq!(code(log_in(&house, &mut device).await), "passkey_refused", "the same once more");
    assert_eq!(told().await, 1);
    assert!(outbox(&house, "19900000026").await.iter().any(|text| text.contains("可能已被复制")));
    assert!(house.actions().await.iter().any(|action| action == "passkey_suspected"));
    device.counter += 10;
    log_in(&house, &mut device).await.unwrap();
    // One that does not count, as those do that are kept on several devices.
    let mut synchronised = Device::new(ORIGIN);
    synchronised.counter = 0;
    add(&house, &own, &mut synchronised, "钥匙串").await.unwrap();
    for _ in 0..2 {
        log_in(&house, &mut synchronised).await.unwrap();
    }
    assert_eq!(told().await, 1);
    house.leave().await;
}

pub async fn a_key_asked_for_with_an_old_password_is_not_kept(house: House) {
    let house = at_localhost(house).await;
    let (_, own) = registered(&house, &person(28), "19900000028").await;
    let question = passkey::begin(&house.system, &own, PASSWORD).await.unwrap();
    let options = passkey::options(&house.system, &own, &question).await.unwrap().unwrap();
    let answer = Device::new(ORIGIN).make(&options);
    later(&house, 1);
    account::change_password(&house.system, &own, PASSWORD, "another good phrase").await.unwrap();
    let finished = passkey::finish(&house.system, &own, &question, &answer, "贼的").await;
    assert_eq!(code(finished), "passkey_over");
    assert!(passkey::list(&house.system, &own).await.unwrap().is_empty());
    house.leave().await;
}

pub async fn passkeys_are_the_accounts(house: House) {
    let house = at_localhost(house).await;
    let person = person(27);
    let (_, own) = registered(&house, &person, "19900000027").await;
    let mut devices = Vec::new();
    for number in 0..MOST {
        let mut device = Device::new(ORIGIN);
        add(&house, &own, &mut device, &number.to_string()).await.unwrap();
        devices.push(device);
    }
    let one_more = add(&house, &own, &mut Device::new(ORIGIN), "多了").await;
    assert_eq!(code(one_more), "passkeys_too_many");
    // A new password by a code leaves them.
    let sent =
        account::begin_recovery(&house.system, &person.name, "111", &person.document_number).await.unwrap();
    let pending = account::pending_recovery(&house.system, &sent.challenge).await.unwrap().unwrap();
    let typed = pending.demo_code.unwrap();
    account::finish_recovery(&house.system, &sent.challenge, &typed, "another good phrase").await.unwrap();
    assert!(found(&house, &entered(&house, &person, "another good phrase").await).await.is_some());
    log_in(&house, &mut devices[0]).await.unwrap();
    // An account that is closed takes them along, also when its holder comes again.
    closing::close(&house.system, &own.subject).await.unwrap();
    assert_eq!(code(log_in(&house, &mut devices[0]).await), "passkey_refused");
    let (_, again) = registered(&house, &person, "19900000027").await;
    assert!(passkey::list(&house.system, &again).await.unwrap().is_empty());
    assert_eq!(code(log_in(&house, &mut devices[0]).await), "passkey_refused");
    house.leave().await;
}

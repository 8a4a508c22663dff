//! Coming in: registration, proof, log-in, recovery, second step, devices; and that nothing tells who has an account.

use crate::fixture::{House, code};
use std::collections::BTreeSet;
use yinxin_app::account::{self, Begin, LogIn, Proof, Step};
use yinxin_app::error::Result;
use yinxin_app::notice;
use yinxin_app::session::{self, Session, SessionToken, Standing};
use yinxin_model::{Id, Instant, Subject};
use yinxin_testkit::people::{People, Person};

pub const PASSWORD: &str = "一个很长很好记的密码";
const FORM: &str = "form token of a browser";

pub fn person(seed: u64) -> Person {
    People::new(9_000 + seed).with(yinxin_model::DocumentType::ResidentId)
}

fn saying(person: &Person, contact: &str) -> Begin {
    Begin {
        name: person.name.clone(),
        document_type: person.document_type.code().into(),
        document: person.document_number.clone(),
        contact: contact.into(),
    }
}

/// The code that a demo shows.
async fn registration_code(house: &House, challenge: &Id) -> String {
    let pending = account::pending_registration(&house.system, challenge).await.unwrap().unwrap();
    pending.demo_code.unwrap()
}

pub async fn found(house: &House, token: &SessionToken) -> Option<Session> {
    session::find(&house.system, token).await.unwrap()
}

/// Registered as far as the password, and the session.
async fn registering(house: &House, person: &Person, contact: &str) -> Session {
    let sent = account::begin_registration(&house.system, saying(person, contact)).await.unwrap();
    let typed = registration_code(house, &sent.challenge).await;
    let token =
        account::confirm_registration(&house.system, &sent.challenge, &typed, "Firefox").await.unwrap();
    let own = found(house, &token).await.unwrap();
    account::set_password(&house.system, &own, PASSWORD).await.unwrap();
    own
}

pub async fn registered(house: &House, person: &Person, contact: &str) -> (SessionToken, Session) {
    let own = registering(house, person, contact).await;
    let Proof::Admitted { token, .. } = account::prove(&house.system, &own).await.unwrap() else {
        panic!("not proved")
    };
    let own = found(house, &token).await.unwrap();
    (token, own)
}

async fn log_in(house: &House, person: &Person, password: &str) -> Result<Step> {
    let request = LogIn {
        document_type: person.document_type.code().into(),
        // In groups, as people type it.
        document: format!("{} {}", &person.document_number[..6], &person.document_number[6..]),
        password: password.to_owned().into(),
        device: "Chrome".into(),
        form: FORM.into(),
    };
    let mut step = account::log_in(&house.system, request).await?;
    while let Step::Waiting(waiting) = step {
        step = account::resume(&house.system, &waiting.ticket, FORM).await?;
    }
    Ok(step)
}

pub async fn entered(house: &House, person: &Person, password: &str) -> SessionToken {
    match log_in(house, person, password).await.unwrap() {
        Step::In(token) => token,
        other => panic!("{other:?}"),
    }
}

pub fn later(house: &House, seconds: i64) {
    house.clock.set(Instant(house.system.now().0 + seconds * 1_000));
}

pub async fn an_account_comes_with_its_proof(house: House) {
    let person = person(1);
    let own = registering(&house, &person, "19900000001").await;
    assert_eq!((own.standing, &own.subject), (Standing::Claimed, &Subject::Public));
    // Until the proof there is nobody to log in, and nothing to see.
    assert_eq!(code(log_in(&house, &person, PASSWORD).await), "log_in_failed");
    let Proof::Admitted { token, renamed } = account::prove(&house.system, &own).await.unwrap() else {
        panic!("not proved")
    };
    assert!(!renamed);
    let proved = found(&house, &token).await.unwrap();
    assert_eq!(proved.standing, Standing::Verified);
    assert_ne!(proved.id, own.id, "another session than the one that claimed");
    assert!(matches!(proved.subject, Subject::Holder { .. }));
    let done = house.actions().await;
    for action in
        ["registration_begun", "account_registered", "credential_made", "account_proved", "session_started"]
    {
        assert!(done.iter().any(|done| done == action), "{action} is not in {done:?}");
    }
    // The notice: the version that was read, once.
    let shown = notice::current(&house.system).await.unwrap();
    let old = notice::agree(&house.system, &proved.subject, shown.version + 1, "192.0.2.1").await;
    assert_eq!(code(old), "service_notice_changed");
    notice::agree(&house.system, &proved.subject, shown.version, "192.0.2.1").await.unwrap();
    assert_eq!(found(&house, &token).await.unwrap().standing, Standing::Agreed);
    let operator = Subject::System;
    notice::change(&house.system, &operator, "新的须知").await.unwrap();
    assert_eq!(found(&house, &token).await.unwrap().standing, Standing::Verified, "asked again");
    house.leave().await;
}

pub async fn real_people_are_not_proved_by_a_demo(house: House) {
    let mut real = person(2);
    // A number with an area that some place has, with its check digit.
    real.document_number = "11010519491231002X".into();
    let own = registering(&house, &real, "19900000002").await;
    assert!(matches!(account::prove(&house.system, &own).await.unwrap(), Proof::NotMatched));
    assert_eq!(code(log_in(&house, &real, PASSWORD).await), "log_in_failed");
    house.leave().await;
}

pub async fn one_document_is_asked_about_ten_times(house: House) {
    let mut real = person(31);
    real.document_number = "11010519491231002X".into();
    for contact in ["19900000031", "19900000032"] {
        let own = registering(&house, &real, contact).await;
        for _ in 0..5 {
            assert!(matches!(account::prove(&house.system, &own).await.unwrap(), Proof::NotMatched));
        }
    }
    let own = registering(&house, &real, "19900000033").await;
    assert_eq!(code(account::prove(&house.system, &own).await), "proof_paused", "though it is a third one");
    later(&house, 601);
    assert!(matches!(account::prove(&house.system, &own).await.unwrap(), Proof::NotMatched));
    house.leave().await;
}

pub async fn a_full_queue_spends_no_code(house: House) {
    let person = person(32);
    registered(&house, &person, "19900000034").await;
    let (name, number) = (&person.name, &person.document_number);
    let sent = account::begin_recovery(&house.system, name, "111", number).await.unwrap();
    let pending = account::pending_recovery(&house.system, &sent.challenge).await.unwrap().unwrap();
    let typed = pending.demo_code.unwrap();
    let full = house.system.with_hash_queue(0);
    for _ in 0..6 {
        let refused = account::finish_recovery(&full, &sent.challenge, &typed, "another good phrase").await;
        assert_eq!(code(refused), "login_queue_full", "however often");
    }
    account::finish_recovery(&house.system, &sent.challenge, &typed, "another good phrase").await.unwrap();
    entered(&house, &person, "another good phrase").await;
    house.leave().await;
}

pub async fn a_taken_identity_is_told_to_its_owner_alone(house: House) {
    let person = person(3);
    registered(&house, &person, "19900000003").await;
    // Somebody else goes through all of it, and sees nothing until he has proved to be this person.
    let other = registering(&house, &person, "19900000004").await;
    let refused = account::prove(&house.system, &other).await;
    assert_eq!(code(refused), "identity_registered");
    let told: Vec<String> =
        outbox(&house, "19900000003").await.into_iter().filter(|text| text.contains("没有变化")).collect();
    assert_eq!(told.len(), 1, "the owner is told");
    // The owner's password still is the owner's.
    assert!(matches!(log_in(&house, &person, PASSWORD).await.unwrap(), Step::In(_)));
    house.leave().await;
}

pub async fn a_corrected_identity_registers_again(house: House) {
    let mut person = person(4);
    let (_, before) = registered(&house, &person, "19900000005").await;
    later(&house, 1);
    person.name = "李更正".into();
    let own = registering(&house, &person, "19900000005").await;
    let Proof::Admitted { token, renamed } = account::prove(&house.system, &own).await.unwrap() else {
        panic!("not proved")
    };
    assert!(renamed, "the same document had another name");
    let now = found(&house, &token).await.unwrap();
    assert_ne!(now.subject, before.subject);
    // The number alone leads to the name that was proved last.
    let again = entered(&house, &person, PASSWORD).await;
    assert_eq!(found(&house, &again).await.unwrap().subject, now.subject);
    house.leave().await;
}

pub async fn guesses_are_counted_and_rest(house: House) {
    let (known, unknown) = (person(5), person(6));
    registered(&house, &known, "19900000006").await;
    let mut said = Vec::new();
    for who in [&known, &unknown] {
        let mut answers = Vec::new();
        for _ in 0..6 {
            let error = log_in(&house, who, "not the password").await.unwrap_err();
            answers.push((error.kind, error.code, error.details));
        }
        said.push(answers);
    }
    assert_eq!(said[0], said[1], "an account is answered like none");
    assert_eq!(said[0][4].1, "log_in_failed");
    let noted = house.actions().await.into_iter().filter(|action| action == "log_in_guessed").count();
    assert_eq!(noted, 2, "audited once a row of guesses, whether or not there is an account");
    assert_eq!((said[0][5].1, said[0][5].2["seconds"].as_str()), ("log_in_paused", "31"));
    assert_eq!(code(log_in(&house, &known, PASSWORD).await), "log_in_paused", "the right one waits, too");
    later(&house, 31);
    assert!(matches!(log_in(&house, &known, PASSWORD).await.unwrap(), Step::In(_)));
    // In parallel no more get through than one after the other.
    let third = person(7);
    registered(&house, &third, "19900000007").await;
    let guesses = (0..12).map(|_| log_in(&house, &third, "not the password"));
    let answers = futures_util::future::join_all(guesses).await;
    let tried =
        answers.into_iter().filter(|answer| answer.as_ref().is_err_and(|e| e.code == "log_in_failed"));
    assert_eq!(tried.count(), 5);
    house.leave().await;
}

pub async fn a_code_is_guessed_five_times_whoever_guesses(house: House) {
    let person = person(8);
    let sent = account::begin_registration(&house.system, saying(&person, "19900000008")).await.unwrap();
    let right = registration_code(&house, &sent.challenge).await;
    let wrong = if right == "000000" { "000001" } else { "000000" };
    let guesses = (0..12).map(|_| account::confirm_registration(&house.system, &sent.challenge, wrong, "x"));
    let answers: Vec<&str> = futures_util::future::join_all(guesses).await.into_iter().map(code).collect();
    assert_eq!(answers.iter().filter(|answer| **answer == "code_wrong").count(), 4);
    assert_eq!(answers.iter().filter(|answer| **answer == "code_over").count(), 8);
    let late = account::confirm_registration(&house.system, &sent.challenge, &right, "x").await;
    assert_eq!(code(late), "code_over");
    // Two who have the right one: it works once. A while later, since codes are not sent in a row for ever.
    later(&house, 3_700);
    let sent = account::begin_registration(&house.system, saying(&person, "19900000008")).await.unwrap();
    let right = registration_code(&house, &sent.challenge).await;
    let both = (0..2).map(|_| account::confirm_registration(&house.system, &sent.challenge, &right, "x"));
    let both: Vec<&str> = futures_util::future::join_all(both).await.into_iter().map(code).collect();
    assert_eq!(BTreeSet::from_iter(both), BTreeSet::from(["done", "code_over"]));
    // And not after ten minutes.
    later(&house, 3_700);
    let sent = account::begin_registration(&house.system, saying(&person, "19900000008")).await.unwrap();
    let right = registration_code(&house, &sent.challenge).await;
    later(&house, 600);
    assert_eq!(
        code(account::confirm_registration(&house.system, &sent.challenge, &right, "x").await),
        "code_over"
    );
    house.leave().await;
}

pub async fn recovery_says_the_same_to_everybody(house: House) {
    let (known, unknown) = (person(9), person(10));
    let (token, _) = registered(&house, &known, "wang@example.com").await;
    let begin = |who: &Person| {
        let (name, kind, number) =
            (who.name.clone(), who.document_type.code().to_owned(), who.document_number.clone());
        let system = house.system.clone();
        async move { account::begin_recovery(&system, &name, &kind, &number).await }
    };
    let (there, nowhere) = (begin(&known).await.unwrap(), begin(&unknown).await.unwrap());
    let shown = async |id: &Id| account::pending_recovery(&house.system, id).await.unwrap().unwrap();
    let (first, second) = (shown(&there.challenge).await, shown(&nowhere.challenge).await);
    assert_eq!(
        (first.contact, first.resends, first.resend_at),
        (second.contact, second.resends, second.resend_at)
    );
    let none = account::finish_recovery(
        &house.system,
        &nowhere.challenge,
        &second.demo_code.unwrap(),
        "another good phrase",
    )
    .await;
    assert_eq!(code(none), "code_wrong", "no code is right where there is nobody");
    let right = first.demo_code.unwrap();
    let weak =
        account::finish_recovery(&house.system, &there.challenge, &right, &known.document_number).await;
    assert_eq!(code(weak), "password_personal", "the code is not spent on that");
    account::finish_recovery(&house.system, &there.challenge, &right, "another good phrase").await.unwrap();
    assert!(found(&house, &token).await.is_none(), "every session has ended");
    assert_eq!(code(log_in(&house, &known, PASSWORD).await), "log_in_failed");
    entered(&house, &known, "another good phrase").await;
    house.leave().await;
}

pub async fn a_change_makes_an_older_recovery_worthless(house: House) {
    let person = person(33);
    let (_, own) = registered(&house, &person, "19900000035").await;
    let recovery = async || {
        let (name, number) = (&person.name, &person.document_number);
        let sent = account::begin_recovery(&house.system, name, "111", number).await.unwrap();
        let pending = account::pending_recovery(&house.system, &sent.challenge).await.unwrap().unwrap();
        (sent.challenge, pending.demo_code.unwrap())
    };
    let finish = async |(challenge, typed): (Id, String), new: &str| {
        account::finish_recovery(&house.system, &challenge, &typed, new).await
    };
    // Whoever has the old telephone has a code, and not the account.
    let stolen = recovery().await;
    let sent = account::begin_contact(&house.system, &own, PASSWORD, "new@example.com").await.unwrap();
    let pending = account::pending_contact(&house.system, &own, &sent.challenge).await.unwrap().unwrap();
    let typed = pending.demo_code.unwrap();
    account::confirm_contact(&house.system, &own, &sent.challenge, &typed).await.unwrap();
    assert_eq!(code(finish(stolen, "a phrase of a thief").await), "code_over");
    let stolen = recovery().await;
    later(&house, 1);
    account::change_password(&house.system, &own, PASSWORD, "another good phrase").await.unwrap();
    assert_eq!(code(finish(stolen, "a phrase of a thief").await), "code_over");
    entered(&house, &person, "another good phrase").await;
    finish(recovery().await, "a third good phrase").await.unwrap();
    entered(&house, &person, "a third good phrase").await;
    house.leave().await;
}

pub async fn sessions_end_by_time_by_hand_and_by_a_new_password(house: House) {
    let person = person(11);
    let (token, _) = registered(&house, &person, "19900000011").await;
    later(&house, 29 * 60);
    assert!(found(&house, &token).await.is_some());
    later(&house, 29 * 60);
    assert!(found(&house, &token).await.is_some(), "its use was noted");
    later(&house, 31 * 60);
    assert!(found(&house, &token).await.is_none(), "nobody used it");
    let tokens = [
        entered(&house, &person, PASSWORD).await,
        entered(&house, &person, PASSWORD).await,
        entered(&house, &person, PASSWORD).await,
    ];
    session::end(&house.system, &tokens[2]).await.unwrap();
    assert!(found(&house, &tokens[2]).await.is_none(), "a token does not come back after the log-out");
    let own = found(&house, &tokens[0]).await.unwrap();
    let devices = account::devices(&house.system, &own).await.unwrap();
    assert_eq!(devices.iter().filter(|device| device.here).count(), 1);
    let there = devices.iter().find(|device| !device.here && device.device == "Chrome").unwrap().id;
    // Somebody else's session is as unknown as none.
    let (_, stranger) = registered(&house, &crate::accounts::person(12), "19900000012").await;
    assert_eq!(code(account::end_device(&house.system, &stranger, there).await), "session_not_found");
    account::end_device(&house.system, &own, there).await.unwrap();
    assert!(found(&house, &tokens[1]).await.is_none());
    let refused =
        account::change_password(&house.system, &own, "not the password", "another good phrase").await;
    assert_eq!(code(refused), "password_wrong");
    let fresh = account::change_password(&house.system, &own, PASSWORD, "another good phrase").await.unwrap();
    assert!(found(&house, &tokens[0]).await.is_none(), "the token has been changed, too");
    assert!(found(&house, &fresh).await.is_some());
    house.leave().await;
}

pub async fn the_second_step_is_taken_once(house: House) {
    let person = person(13);
    let (_, own) = registered(&house, &person, "19900000013").await;
    let id = account::begin_totp(&house.system, &own, PASSWORD).await.unwrap();
    let key = account::pending_totp(&house.system, &own, &id).await.unwrap().unwrap();
    let wrong = account::confirm_totp(&house.system, &own, &id, "12345").await;
    assert_eq!(code(wrong), "second_step_wrong");
    let at = |house: &House| totp(&key.text(), house.system.now());
    let codes = account::confirm_totp(&house.system, &own, &id, &at(&house)).await.unwrap();
    assert_eq!(codes.len(), 10);
    let halfway = async |house: &House| match log_in(house, &person, PASSWORD).await.unwrap() {
        Step::SecondStep(id) => id,
        other => panic!("{other:?}"),
    };
    let first = halfway(&house).await;
    let seen = at(&house);
    assert_eq!(
        code(account::second_step(&house.system, &first, &seen, FORM).await),
        "second_step_wrong",
        "taken already"
    );
    later(&house, 30);
    let next = at(&house);
    let stolen = account::second_step(&house.system, &first, &next, "another browser").await;
    assert_eq!(code(stolen), "log_in_over");
    account::second_step(&house.system, &first, &next, FORM).await.unwrap();
    assert_eq!(code(account::second_step(&house.system, &first, &next, FORM).await), "log_in_over");
    // A recovery code, once, however it is typed.
    let second = halfway(&house).await;
    let typed = codes[0].to_lowercase().replace('-', " ");
    account::second_step(&house.system, &second, &typed, FORM).await.unwrap();
    let third = halfway(&house).await;
    assert_eq!(code(account::second_step(&house.system, &third, &codes[0], FORM).await), "second_step_wrong");
    let left = account::security(&house.system, &own).await.unwrap();
    assert_eq!((left.second_step, left.recovery_codes), (true, 9));
    account::drop_totp(&house.system, &own, PASSWORD).await.unwrap();
    entered(&house, &person, PASSWORD).await;
    house.leave().await;
}

pub async fn another_contact_is_confirmed_before_it_counts(house: House) {
    let person = person(14);
    let (_, own) = registered(&house, &person, "19900000014").await;
    let sent = account::begin_contact(&house.system, &own, PASSWORD, "new@example.com").await.unwrap();
    let (_, stranger) = registered(&house, &crate::accounts::person(15), "19900000015").await;
    assert!(account::pending_contact(&house.system, &stranger, &sent.challenge).await.unwrap().is_none());
    let pending = account::pending_contact(&house.system, &own, &sent.challenge).await.unwrap().unwrap();
    assert_eq!(pending.contact.as_deref(), Some("n***@example.com"));
    let before = account::security(&house.system, &own).await.unwrap().contact;
    let typed = pending.demo_code.unwrap();
    account::confirm_contact(&house.system, &own, &sent.challenge, &typed).await.unwrap();
    let after = account::security(&house.system, &own).await.unwrap().contact;
    assert_eq!((before.as_str(), after.as_str()), ("199****0014", "n***@example.com"));
    assert!(
        outbox(&house, "19900000014").await.iter().any(|text| text.contains("已更换")),
        "the old one is told"
    );
    house.leave().await;
}

/// Neither a gateway that is down nor a process that ends between the change and its telling keeps a holder from learning of it.
pub async fn a_change_is_told_when_the_gateway_is_back(mut house: House) {
    let (token, _) = registered(&house, &person(16), "19900000016").await;
    let settings = |text: &str| std::fs::write(house.path().join("yinxin.toml"), text).unwrap();
    settings("[sms]\nkind = \"http\"\nurl = \"http://127.0.0.1:9/\"\n");
    house.reopen().await;
    let own = found(&house, &token).await.unwrap();
    account::change_password(&house.system, &own, PASSWORD, "another good phrase").await.unwrap();
    house.reopen().await;
    assert_eq!(yinxin_app::worker::round(&house.system).await.unwrap().put_off, 1);
    std::fs::write(house.path().join("yinxin.toml"), "").unwrap();
    house.reopen().await;
    later(&house, 60);
    let told = async || {
        outbox(&house, "19900000016").await.iter().filter(|text| text.contains("密码已修改")).count()
    };
    assert_eq!((told().await, told().await), (1, 1));
    house.leave().await;
}

/// What was sent there, and what was only put down before.
pub async fn outbox(house: &House, phone: &str) -> Vec<String> {
    yinxin_app::worker::round(&house.system).await.unwrap();
    let mut texts = Vec::new();
    for entry in std::fs::read_dir(house.path().join("outbox")).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        if text.starts_with(&format!("To: +86{phone}\n")) {
            texts.push(text);
        }
    }
    texts
}

/// RFC 6238, by another hand than the product's: the key as an authenticator is given it.
pub fn totp(key: &str, now: Instant) -> String {
    let bits: String = key
        .chars()
        .filter(|c| *c != ' ')
        .map(|c| format!("{:05b}", "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".find(c).unwrap()))
        .collect();
    let secret: Vec<u8> = bits
        .as_bytes()
        .chunks(8)
        .map(|eight| u8::from_str_radix(std::str::from_utf8(eight).unwrap(), 2).unwrap())
        .collect();
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &secret);
    let tag = aws_lc_rs::hmac::sign(&key, &(now.0 / 30_000).to_be_bytes());
    let offset = usize::from(tag.as_ref()[19] & 15);
    let four: [u8; 4] = tag.as_ref()[offset..offset + 4].try_into().unwrap();
    format!("{:06}", (u32::from_be_bytes(four) & 0x7fff_ffff) % 1_000_000)
}

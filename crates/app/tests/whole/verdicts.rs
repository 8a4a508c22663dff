//! Every verdict at least once, by every way of asking, and what a miss must not tell.

use yinxin_app::verify::{self, Fields, Verification};
use yinxin_app::{certificate, endorse, home::Home, query_number};
use yinxin_model::Id;
use yinxin_model::finding::{Check, Outcome, Verdict};
use yinxin_seal::authority;
use yinxin_seal::x509::{Certificate, RevokedEntry};
use yinxin_store::scope;
use yinxin_testkit::temp_dir;

use crate::fixture::{House, finding};
use crate::messages::registered;

pub async fn a_good_copy_is_valid_by_every_way(house: House) {
    if !house.can_seal() {
        return;
    }
    let holder = house.holder().await;
    let (_, copy) = house.endorsed(&holder.number).await;
    let by_file = house.verify(&copy).await;
    assert_eq!((by_file.verdict, by_file.register), (Verdict::Valid, Outcome::Pass));
    for check in Check::ALL.into_iter().filter(|check| *check != Check::TimeStamp) {
        assert_eq!(finding(&by_file, check).0, Outcome::Pass, "{check:?}");
    }
    let signer = by_file.signer.unwrap();
    assert!(signer["name"].as_str().unwrap().contains("测试专用章"), "{signer}");

    // The token is in the QR code, and in the register only as a digest.
    let found = token_of(&house, &holder.number).await;
    for typed in [found.clone(), found.to_lowercase(), format!(" {}-{} ", &found[..4], &found[4..])] {
        let by_token = verify::by_token(&house.system, &typed).await.unwrap();
        assert_eq!(by_token.verdict, Verdict::Valid, "{typed}");
        let told = by_token.certificate.unwrap();
        let told = serde_json::to_string(&told).unwrap();
        assert!(!told.contains(&holder.person.document_number), "masked");
    }
    assert_eq!(house.verify_fields(&holder.person.name, &holder).await.verdict, Verdict::Valid);
    let made = query_number::make(&house.system, &house.clerk, &holder.number, 7, None).await.unwrap();
    let by_query =
        verify::by_query_number(&house.system, &holder.person.name, &made.query_number).await.unwrap();
    assert_eq!(by_query.verdict, Verdict::Valid);
    house.leave().await;
}

/// The token of the newest intent or copy of a certificate, as its QR code shows it.
async fn token_of(house: &House, number: &str) -> String {
    let listed = endorse::list(&house.system, &house.clerk, Some(number.into()), None, 1).await.unwrap();
    let (vault, id) = (house.system.vault.clone(), listed[0].endorsement);
    let found = house
        .read(move |tx| {
            Box::pin(async move {
                yinxin_store::endorsement::get(tx, &vault, &yinxin_model::Subject::System, &id).await
            })
        })
        .await;
    found.unwrap().token
}

/// What somebody who asks can tell apart.
fn told(verification: &Verification) -> String {
    let parts = (&verification.certificate, &verification.endorsement, &verification.signer);
    format!("{:?} {:?} {:?} {parts:?}", verification.verdict, verification.register, verification.findings)
}

pub async fn every_miss_looks_the_same(house: House) {
    let holders = house.holders(2).await;
    let draft = house.rows(1).remove(0);
    house.take_in("mohrss", std::slice::from_ref(&draft)).await;
    let (right, other) = (&holders[0], &holders[1]);
    let ask = |name: &str, kind: &str, document: &str, number: &str| Fields {
        name: name.into(),
        document_type: Some(kind.into()),
        document: document.into(),
        number: number.into(),
    };
    let kind = right.person.document_type.code();
    let (name, document, number) = (&right.person.name, &right.person.document_number, &right.number);
    let misses = [
        ask(&other.person.name, kind, document, number),
        ask(name, other.person.document_type.code(), &other.person.document_number, number),
        ask(name, kind, document, &other.number),
        ask(name, kind, document, "20990000000000"),
        ask(name, kind, document, "'; DROP TABLE certificate; --"),
        ask(name, kind, "六个汉字号码", number),
        ask(name, "999", document, number),
        ask("", kind, document, number),
        ask("=cmd|' /C calc'!A0", kind, "", ""),
        ask(&draft.name, "111", &draft.document_number, &draft.management_number),
        ask(&"长".repeat(100_000), kind, document, number),
    ];
    let mut answers = Vec::new();
    for fields in &misses {
        let verification = verify::by_fields(&house.system, fields).await.unwrap();
        assert_eq!((verification.verdict, verification.register), (Verdict::NoMatch, Outcome::Fail));
        answers.push(told(&verification));
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:#?}");
    let hit = verify::by_fields(&house.system, &ask(name, kind, document, number)).await.unwrap();
    assert_eq!(hit.verdict, Verdict::Valid);
    // Numbers in groups, and a short name set apart, as they stand on paper.
    let apart = |text: &str| text.chars().map(String::from).collect::<Vec<_>>().join(" ");
    let han = name.chars().all(|c| matches!(c, '\u{4E00}'..='\u{9FFF}'));
    let typed = ask(&if han { apart(name) } else { name.clone() }, kind, &apart(document), &apart(number));
    assert_eq!(verify::by_fields(&house.system, &typed).await.unwrap().verdict, Verdict::Valid);

    let mut answers = Vec::new();
    for token in
        ["", "0", "ZZZZZZZZZZZZZZZZZZZZZZZZZZ", "'; DROP TABLE copy; --", "令牌", &"A".repeat(10_000)]
    {
        let verification = verify::by_token(&house.system, token).await.unwrap();
        assert_eq!(verification.verdict, Verdict::NoMatch);
        answers.push(told(&verification));
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:#?}");
    house.leave().await;
}

/// A look-up waits for no disk; what was counted is written before an orderly end.
pub async fn look_ups_are_counted(house: House) {
    let holder = house.holder().await;
    for _ in 0..3 {
        house.verify_fields(&holder.person.name, &holder).await;
    }
    house.verify_fields("查无此人", &holder).await;
    house.system.close().await;
    house.system.close().await;
    let today = house.system.today();
    let counted = house.system.db.read(move |tx| Box::pin(async move { scope::accesses(tx, today).await }));
    let counted: Vec<_> = counted.await.unwrap().into_iter().map(|a| (a.way, a.outcome, a.count)).collect();
    let line = |outcome: &str, count| ("fields".to_owned(), outcome.to_owned(), count);
    assert_eq!(counted, [line("no_match", 1), line("valid", 3)]);
    house.leave().await;
}

/// Asked about a day before the grant: the register had no such copy then.
pub async fn before_its_first_day_a_copy_is_no_match(house: House) {
    if !house.can_seal() {
        return;
    }
    let holder = house.holder().await;
    house.advance(5).await;
    let (_, copy) = house.endorsed(&holder.number).await;
    house.advance(-1).await;
    let asked = house.verify(&copy).await;
    assert_eq!(asked.verdict, Verdict::NoMatch);
    assert_eq!(finding(&asked, Check::Endorsement), (Outcome::Fail, "endorsement_not_begun"));
    assert!(asked.endorsement.is_none(), "nothing is told of what was not yet there");
    house.advance(1).await;
    assert_eq!(house.verify(&copy).await.verdict, Verdict::Valid);
    house.leave().await;
}

pub async fn query_numbers_end(house: House) {
    let holders = house.holders(2).await;
    let (name, number) = (&holders[0].person.name, &holders[0].number);
    let made = query_number::make(&house.system, &house.clerk, number, 7, None).await.unwrap();
    assert_eq!(made.expires_on.to_string(), "2026-03-07");
    let ask =
        async |name: &str, code: &str| verify::by_query_number(&house.system, name, code).await.unwrap();
    assert_eq!(ask(name, &made.query_number).await.verdict, Verdict::Valid);
    assert_eq!(ask(name, &made.query_number.to_lowercase()).await.verdict, Verdict::Valid);
    let wrong_name = ask(&holders[1].person.name, &made.query_number).await;
    let wrong_code = ask(name, "000000000000").await;
    house.go_to("2026-03-07").await;
    assert_eq!(ask(name, &made.query_number).await.verdict, Verdict::Valid);
    house.go_to("2026-03-08").await;
    let expired = ask(name, &made.query_number).await;
    assert_eq!(expired.verdict, Verdict::NoMatch);
    assert_eq!(told(&expired), told(&wrong_name));
    assert_eq!(told(&expired), told(&wrong_code));
    for days in [0, 31] {
        let refused = query_number::make(&house.system, &house.clerk, number, days, None).await;
        assert_eq!(refused.unwrap_err().code, "validity_out_of_range");
    }
    house.leave().await;
}

pub async fn a_query_number_is_asked_for_once_and_ended_by_its_holder(house: House) {
    let system = &house.system;
    let holders = house.holders(2).await;
    let by = registered(&house, &holders[0].person).await;
    let stranger = registered(&house, &holders[1].person).await;
    let id = certificate::show(system, &house.clerk, &holders[0].number).await.unwrap().id;
    let [one, other] = [[1; 16], [2; 16]].map(Id);
    // However often a form comes, and at once: one number, which its holder alone can look at again.
    let mut clicks = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (system, by) = (system.clone(), by.clone());
        clicks.spawn(async move { query_number::submit(&system, &by, id, 7, one).await.unwrap() });
    }
    clicks.join_all().await;
    let told = query_number::submitted(system, &by, id, one).await.unwrap();
    let again = query_number::submitted(system, &by, id, one).await.unwrap();
    assert_eq!((told.query_number.len(), &told.query_number), (12, &again.query_number));
    assert_eq!(told.expires_on.to_string(), "2026-03-07");
    let code =
        async |by, submission| query_number::submitted(system, by, id, submission).await.unwrap_err().code;
    assert_eq!(code(&stranger, one).await, "certificate_not_found");
    assert_eq!(code(&by, other).await, "query_number_not_found");
    let ask =
        async |code: &str| verify::by_query_number(system, &holders[0].person.name, code).await.unwrap();
    assert_eq!(ask(&told.query_number).await.verdict, Verdict::Valid);

    query_number::submit(system, &by, id, 1, other).await.unwrap();
    let listed = certificate::show(system, &by, id).await.unwrap().query_numbers;
    let days: Vec<String> = listed.iter().map(|made| made.expires_on.to_string()).collect();
    let (wanted, reference) = (["2026-03-07", "2026-03-01"], listed[0].reference.clone());
    assert!(wanted.iter().all(|day| days.contains(&(*day).to_owned())) && days.len() == 2, "{days:?}");
    let reference = if days[0] == wanted[0] { reference } else { listed[1].reference.clone() };
    let to_staff = certificate::show(system, &house.clerk, id).await.unwrap().query_numbers;
    assert!(to_staff.is_empty(), "what a holder makes is no concern of staff's");

    // Ended at once, twice without harm, by nobody else; what was ended does not come back with its form.
    let theirs = query_number::end(system, &stranger, id, &reference).await;
    assert_eq!(theirs.unwrap_err().code, "certificate_not_found");
    for _ in 0..2 {
        query_number::end(system, &by, id, &reference).await.unwrap();
        assert_eq!(ask(&told.query_number).await.verdict, Verdict::NoMatch);
    }
    query_number::submit(system, &by, id, 7, one).await.unwrap();
    assert_eq!(code(&by, one).await, "query_number_not_found");
    assert_eq!(certificate::show(system, &by, id).await.unwrap().query_numbers.len(), 1);
    let ended = house.actions().await.iter().filter(|act| *act == "query_number_ended").count();
    assert_eq!(ended, 1);
    house.leave().await;
}

pub async fn a_file_is_judged_by_what_it_is(house: House) {
    if !house.can_seal() {
        return;
    }
    let number = house.holder().await.number;
    let (_, copy) = house.endorsed(&number).await;
    let verdict = async |bytes: &[u8]| house.verify(bytes).await.verdict;

    for strange in [&b""[..], b"hello", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"PK\x03\x04", b"%PDF-1.7\n%%EOF"] {
        assert_eq!(verdict(strange).await, Verdict::CannotCheck);
    }
    let mut changed = copy.clone();
    let at = changed.len() / 3;
    changed[at] ^= 1;
    let tampered = house.verify(&changed).await;
    assert_eq!(tampered.verdict, Verdict::Tampered);
    assert_eq!(tampered.register, Outcome::NotChecked, "the register has nothing to say of a changed file");
    assert_eq!(verdict(&copy[..copy.len() - 100]).await, Verdict::Tampered);

    // Another installation's seal, and another installation's trust.
    let stranger = House::sqlite().await;
    let theirs = stranger.holder().await.number;
    let (_, foreign) = stranger.endorsed(&theirs).await;
    assert_eq!(verdict(&foreign).await, Verdict::UnknownIssuer);
    let trusting =
        verify::by_file(&house.system, &foreign, Some(&stranger.system.home.trust())).await.unwrap();
    assert_eq!(trusting.verdict, Verdict::NoMatch, "trusted, but the register does not know the copy");
    assert_eq!(finding(&trusting, Check::Register), (Outcome::Fail, "copy_not_in_register"));
    house.leave().await;
}

pub async fn a_revoked_seal_is_invalid(house: House) {
    if !house.can_seal() {
        return;
    }
    let number = house.holder().await.number;
    let (_, copy) = house.endorsed(&number).await;
    let now = house.system.now().0;
    let judge = async |revoked_at: i64, reason: u8| {
        let trust = temp_dir("revoked");
        let home = &house.system.home;
        std::fs::copy(home.trust().join("root.pem"), trust.path().join("root.pem")).unwrap();
        std::fs::write(trust.path().join("authority.crl"), revoking(home, revoked_at, reason, now)).unwrap();
        verify::by_file(&house.system, &copy, Some(trust.path())).await.unwrap()
    };
    let before = judge(now - 1_000, SUPERSEDED).await;
    assert_eq!(before.verdict, Verdict::SealInvalid);
    assert_eq!(finding(&before, Check::SealValidAtSigning), (Outcome::Fail, "seal_revoked"));
    assert_eq!(before.register, Outcome::Pass, "the register still says what it knows");
    // What a time stamp proves to have been sealed before stays believed, a key that was stolen later included.
    assert_eq!(judge(now + 1_000, SUPERSEDED).await.verdict, Verdict::Valid);
    assert_eq!(judge(now - 1_000, KEY_COMPROMISE).await.verdict, Verdict::SealInvalid);
    let after = judge(now + 1_000, KEY_COMPROMISE).await;
    assert_eq!(after.verdict, Verdict::Valid);
    assert_eq!(finding(&after, Check::SealValidAtSigning), (Outcome::Warn, "seal_revoked_later"));
    house.leave().await;
}

/// CRLReason (RFC 5280 §5.3.1).
const KEY_COMPROMISE: u8 = 1;
const SUPERSEDED: u8 = 4;

/// The demo authority's list with the ministry's seal on it.
fn revoking(home: &Home, at_ms: i64, reason: u8, now_ms: i64) -> Vec<u8> {
    let read = |path: std::path::PathBuf| std::fs::read(path).unwrap();
    let issuer = Certificate::from_file(&read(home.authority_certificate())).unwrap().remove(0);
    let seal = Certificate::from_file(&read(home.seal_certificate("mohrss"))).unwrap().remove(0);
    let keys: toml::Table = String::from_utf8(read(home.vault_keys())).unwrap().parse().unwrap();
    let passphrase = keys["passphrase"].as_str().unwrap();
    let entry =
        RevokedEntry { serial: seal.serial().to_vec(), at_ms, reason: Some(reason), invalid_since_ms: None };
    let list =
        authority::renew_list(&issuer, &read(home.key("authority")), passphrase.as_bytes(), &[entry], now_ms);
    list.unwrap().der().to_vec()
}

pub async fn an_outage_is_not_invalidity(house: House) {
    if !house.can_seal() {
        return;
    }
    let holder = house.holder().await;
    let (_, copy) = house.endorsed(&holder.number).await;
    house.tamper("ALTER TABLE certificate RENAME TO certificate_away").await;
    let by_file = house.verify(&copy).await;
    assert_eq!((by_file.verdict, by_file.register), (Verdict::Valid, Outcome::NotChecked));
    assert_eq!(finding(&by_file, Check::Register), (Outcome::NotChecked, "register_unavailable"));
    let by_fields = house.verify_fields(&holder.person.name, &holder).await;
    assert_eq!((by_fields.verdict, by_fields.register), (Verdict::CannotCheck, Outcome::NotChecked));
    house.tamper("ALTER TABLE certificate_away RENAME TO certificate").await;
    assert_eq!(house.verify(&copy).await.register, Outcome::Pass);
    assert_eq!(house.verify_fields(&holder.person.name, &holder).await.verdict, Verdict::Valid);
    house.leave().await;
}

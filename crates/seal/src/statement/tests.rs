use super::*;
use crate::testing::{DAY, Office, now};
use proptest::prelude::*;
use yinxin_crypto::{KeyKind, SoftSigner};
use yinxin_model::Day;
use yinxin_testkit::RepeatingSigner;

const COPY_NUMBER: &str = "7K3WBQ0XN5MTAZ9E";

fn statement() -> Statement {
    Statement {
        holder: "张**".into(),
        management_number: "20211001044000001234".into(),
        qualification: "constructor".into(),
        level: "1".into(),
        scenario: Some("self".into()),
        last_day: Some(now().day().plus(89)),
        copy_number: COPY_NUMBER.into(),
        issuer: Some("mohrss".into()),
    }
}

/// The seal's key of the test office stands for the statement key: a P-256 key below the same root.
fn office(seed: u64) -> (Office, StatementKey, StatementKeys) {
    let office = Office::new(seed);
    let certificate = office.key.certificate().clone();
    let key = StatementKey::new(Arc::new(RepeatingSigner::from_seed(seed + 2)), certificate.clone()).unwrap();
    let file = format!("{}{}", certificate.to_pem().unwrap(), office.issuing.to_pem().unwrap());
    let keys = StatementKeys::from_files([file.as_bytes()]).unwrap();
    (office, key, keys)
}

fn signed(key: &StatementKey, statement: &Statement) -> String {
    letters(&key.sign(statement).unwrap().unwrap())
}

fn codes(report: &StatementReport) -> Vec<&'static str> {
    report.findings.iter().map(|finding| finding.code).collect()
}

#[test]
fn a_statement_says_what_was_signed_in_150_bytes() {
    let (office, key, keys) = office(7);
    let bytes = key.sign(&statement()).unwrap().unwrap();
    assert!(bytes.len() <= LONGEST, "{}", bytes.len());
    let report = keys.verify(&letters(&bytes), &office.trust(), now());
    assert_eq!((report.verdict, report.statement), (Verdict::Valid, Some(statement())));
    assert_eq!(report.signed, Some(bytes.clone()));
    let lower = keys.verify(&letters(&bytes).to_lowercase(), &office.trust(), now());
    assert_eq!(lower.verdict, Verdict::Valid);
    assert_eq!(
        codes(&lower),
        [
            "statement_intact",
            "statement_signed_by",
            "revocation_not_checked",
            "statement_key_valid",
            "stated_in_force"
        ]
    );
}

#[test]
fn what_can_best_be_spared_is_left_out_first() {
    let (office, key, keys) = office(8);
    let said = |statement: &Statement| {
        let bytes = key.sign(statement).unwrap()?;
        assert!(bytes.len() <= LONGEST);
        keys.verify(&letters(&bytes), &office.trust(), now()).statement
    };
    let long =
        Statement { qualification: "safety_engineer".into(), level: "intermediate".into(), ..statement() };
    assert_eq!(said(&long), Some(Statement { issuer: None, scenario: None, ..long }));
    let short = Statement { management_number: "2021100104400000".into(), ..statement() };
    assert_eq!(said(&short), Some(short));
    // Too long by itself: the copy carries the address alone.
    let endless = Statement { qualification: "q".repeat(32), level: "l".repeat(32), ..statement() };
    assert_eq!(said(&endless), None);
}

#[test]
fn numbers_of_any_form_come_back() {
    for number in [
        "0012345678",
        "YX2026ABCDEFGHIJK",
        "99999999999999999999999999999999999999",
        "a-b-c-d-1234",
        "20211001",
    ] {
        let one = Statement { management_number: number.into(), ..statement() };
        assert_eq!(form::read(&form::write(&one)).unwrap(), one);
    }
    for copy_number in [COPY_NUMBER, "older-form-17", "7K3WBQ0XN5MTAZ9"] {
        let one =
            Statement { copy_number: copy_number.into(), last_day: None, scenario: None, ..statement() };
        assert_eq!(form::read(&form::write(&one)).unwrap(), one);
    }
}

#[test]
fn days_and_keys_are_judged() {
    let (office, key, keys) = office(9);
    let text = signed(&key, &statement());
    let last = statement().last_day.unwrap();
    let at = |day: Day| keys.verify(&text, &office.trust(), Instant(day.start().0 + DAY - 1));
    assert_eq!(at(last).verdict, Verdict::Valid);
    assert_eq!(at(last.plus(1)).verdict, Verdict::EndorsementExpired);

    let direct = Statement { last_day: None, scenario: None, ..statement() };
    let report = keys.verify(&signed(&key, &direct), &office.trust(), now());
    assert_eq!(report.verdict, Verdict::Valid);
    assert!(codes(&report).contains(&"not_needed"));

    // Another authority's root, no key of that id, another key of that id's certificate.
    let stranger = Office::new(100);
    let unknown = keys.verify(&text, &stranger.trust(), now());
    assert_eq!((unknown.verdict, unknown.statement), (Verdict::UnknownIssuer, None));
    let nobody = StatementKeys::default().verify(&text, &office.trust(), now());
    assert_eq!(nobody.verdict, Verdict::UnknownIssuer);
    assert_eq!(codes(&nobody), ["statement_key_unknown", "statement_key_unknown"]);
    let revoked = office.trust_with_revocation(now().0 - DAY, 0);
    assert_eq!(keys.verify(&text, &revoked, now()).verdict, Verdict::SealInvalid);
    // A key that expired after the last day signed in time; one that expired before it, perhaps not.
    let later = Instant(now().0 + 12_000 * DAY);
    assert_eq!(keys.verify(&text, &office.trust(), later).verdict, Verdict::EndorsementExpired);
    assert_eq!(keys.verify(&signed(&key, &direct), &office.trust(), later).verdict, Verdict::SealInvalid);
}

#[test]
fn sm2_signs_statements_too() {
    let (signer, _) = SoftSigner::generate(KeyKind::Sm2).unwrap();
    let payload = form::write(&Statement { issuer: None, ..statement() });
    let made = cose::sign1(&payload, &signer).unwrap();
    assert_eq!(Sign1::parse(&made).unwrap().verify(signer.public_key_spki()), Ok(()));
    assert!(made.len() <= LONGEST + 4, "{}", made.len());
}

#[test]
fn scanned_texts_are_taken_apart() {
    fn of(text: &str) -> (Option<&str>, Option<&str>) {
        let scanned = Scanned::of(text);
        (scanned.address, scanned.statement)
    }
    let long = "QSQ".repeat(60);
    assert_eq!(of("HTTP://127.0.0.1:8080/v/0123#AbC"), (Some("HTTP://127.0.0.1:8080/v/0123"), Some("AbC")));
    assert_eq!(of("https://x.cn/v/0123"), (Some("https://x.cn/v/0123"), None));
    assert_eq!(of("https://x.cn/v/0123#"), (Some("https://x.cn/v/0123"), None));
    assert_eq!(of(" 0123456789ABCDEFGHJKMNPQRS\n"), (Some("0123456789ABCDEFGHJKMNPQRS"), None));
    assert_eq!(of(&long), (None, Some(long.as_str())));
    assert_eq!(of(&format!("#{long}")), (None, Some(long.as_str())));
    assert_eq!(of(""), (None, None));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_scanned_is_judged(text in "\\PC{0,300}|[A-Za-z2-7]{0,300}", flips in prop::collection::vec((0_usize..1200, 0_u8..8), 1..4)) {
        let (office, key, keys) = office(10);
        let trust = office.trust();
        let report = keys.verify(&text, &trust, now());
        prop_assert!(report.verdict != Verdict::Valid && report.statement.is_none());
        let mut bytes = key.sign(&statement()).unwrap().unwrap();
        let good = bytes.clone();
        for (at, bit) in flips {
            let at = at % bytes.len();
            bytes[at] ^= 1 << bit;
        }
        let report = keys.verify(&letters(&bytes), &trust, now());
        prop_assert_eq!(report.verdict == Verdict::Valid, bytes == good);
    }

    #[test]
    fn base32_is_its_own_inverse(bytes in prop::collection::vec(any::<u8>(), 0..80), text in "[A-Z2-7]{0,20}") {
        let written = base32::encode(&bytes, base32::RFC_4648);
        prop_assert_eq!(base32::decode(&written, base32::RFC_4648), Some(bytes));
        if let Some(read) = base32::decode(&text, base32::RFC_4648) {
            prop_assert_eq!(base32::encode(&read, base32::RFC_4648), text);
        }
    }

    #[test]
    fn payloads_of_any_bytes_are_read_or_refused(payload in prop::collection::vec(any::<u8>(), 0..120)) {
        let _ = form::read(&payload);
    }
}

use super::*;
use crate::testing::{DAY, Office, fields, now, order, plate};
use crate::{Permit, SealKey};
use proptest::prelude::*;
use yinxin_crypto::x509::{
    CertificateSpec, CrlSpec, DistinguishedName, Profile, RevokedEntry, build_certificate, build_crl,
};
use yinxin_crypto::{KeyKind, SoftSigner};
use yinxin_model::Day;
use yinxin_testkit::RepeatingSigner;

const COPY_NUMBER: &str = "7K3WBQ0XN5MTAZ9E";
const SERIAL: [u8; 4] = [0x55; 4];

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

/// A key for statements below the same root as the seal of the test office.
fn office(seed: u64) -> (Office, StatementKey, StatementKeys) {
    let office = Office::new(seed);
    let signer = RepeatingSigner::from_seed(seed + 4);
    let certificate = certified(&office, &signer);
    let key = StatementKey::new(Arc::new(signer), certificate.clone()).unwrap();
    let file = format!("{}{}", certificate.to_pem().unwrap(), office.issuing.to_pem().unwrap());
    let keys = StatementKeys::from_files([file.as_bytes()]).unwrap();
    (office, key, keys)
}

fn certified(office: &Office, signer: &RepeatingSigner) -> Certificate {
    let spec = CertificateSpec {
        profile: Profile::Statements,
        subject: DistinguishedName { common_name: "测试声明".into(), organization: None, country: None },
        subject_spki: signer.public_key_spki(),
        serial: &SERIAL,
        not_before_ms: now().0 - 1000 * DAY,
        not_after_ms: now().0 + 10_000 * DAY,
    };
    build_certificate(&spec, Some(&office.issuing), &office.issuing_signer).unwrap()
}

/// Trust with a list on which the key for statements is.
fn revoked(office: &Office, at_ms: i64) -> Trust {
    let entry = RevokedEntry { serial: SERIAL.to_vec(), at_ms, reason: Some(0), invalid_since_ms: None };
    let spec =
        CrlSpec { revoked: &[entry], this_update_ms: now().0, next_update_ms: now().0 + DAY, number: 1 };
    let list = build_crl(&spec, &office.issuing, &office.issuing_signer).unwrap();
    Trust::new(vec![office.root.clone()], vec![list])
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
    let revoked = revoked(&office, now().0 - DAY);
    assert_eq!(keys.verify(&text, &revoked, now()).verdict, Verdict::SealInvalid);
    // A key that expired after the last day signed in time; one that expired before it, perhaps not.
    let later = Instant(now().0 + 12_000 * DAY);
    assert_eq!(keys.verify(&text, &office.trust(), later).verdict, Verdict::EndorsementExpired);
    assert_eq!(keys.verify(&signed(&key, &direct), &office.trust(), later).verdict, Verdict::SealInvalid);
}

/// Whoever has the key of a seal cannot state, and whoever has the key for statements cannot seal.
#[test]
fn each_key_does_its_own_work() {
    let (mut office, _, _) = office(11);
    let (seal, signer) = (office.key.certificate().clone(), RepeatingSigner::from_seed(11 + 2));
    let forged = cose::sign1(&form::write(&statement()), &signer).unwrap();
    let refused = StatementKey::new(Arc::new(signer), seal.clone()).err().unwrap();
    assert_eq!(refused.code(), "unsupported");
    let file = format!("{}{}", seal.to_pem().unwrap(), office.issuing.to_pem().unwrap());
    let keys = StatementKeys::from_files([file.as_bytes()]).unwrap();
    let report = keys.verify(&letters(&forged), &office.trust(), now());
    assert_eq!((report.verdict, report.statement.is_none()), (Verdict::UnknownIssuer, true));
    assert!(codes(&report).contains(&"wrong_key_usage"));

    let signer = RepeatingSigner::from_seed(11 + 4);
    let certificate = certified(&office, &signer);
    let chain = vec![office.issuing.clone()];
    office.key = Arc::new(SealKey::new("mohrss", Arc::new(signer), certificate, chain).unwrap());
    let fields = fields("张三");
    let prepared = crate::prepare(&plate(&office), &order(&fields)).unwrap();
    let permit = Permit::new([1; 16], prepared.digest());
    let sealed = prepared.sign(permit, &office.key).unwrap().finish(&office.trust(), now());
    assert!(matches!(sealed.err(), Some(Error::SelfCheck { code: "wrong_key_usage" })));
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

use std::collections::HashSet;

use yinxin_crypto::Signer;
use yinxin_model::document::DocumentNumber;
use yinxin_model::person::PersonName;
use yinxin_model::ports::{Clock, random};
use yinxin_model::{Day, DocumentType};

use super::*;
use crate::people::{People, TELLING_NAMES};
use crate::roster::{CHINESE_HEADINGS, Encoding, Row};

#[test]
fn every_person_passes_the_models_own_rules_and_nobody_repeats() {
    let today: Day = "2026-11-22".parse().unwrap();
    let mut numbers = HashSet::new();
    let mut kinds = HashSet::new();
    for person in People::new(7).take(30_000) {
        let number = DocumentNumber::parse(person.document_type, &person.document_number, today)
            .unwrap_or_else(|why| panic!("{person:?}: {why}"));
        if let Some((birth, sex)) = number.birth_and_sex() {
            assert_eq!((birth, sex), (person.birth, person.sex));
        }
        PersonName::parse(&person.name).unwrap_or_else(|why| panic!("{}: {why}", person.name));
        kinds.insert(person.document_type);
        assert!(numbers.insert((person.document_type, person.document_number)), "a number came twice");
    }
    assert_eq!(kinds.len(), DocumentType::ALL.len());
}

#[test]
fn a_seed_is_a_crowd() {
    let crowd = |seed| People::new(seed).take(50).collect::<Vec<_>>();
    assert_eq!(crowd(1), crowd(1));
    assert_ne!(crowd(1), crowd(2));
    for (name, sex) in TELLING_NAMES {
        let person = People::new(1).named(name, sex);
        assert_eq!(PersonName::parse(&person.name).unwrap().display(), name);
    }
    assert!(crowd(3).iter().all(|person| person.birth.year() >= 1955 && person.birth.year() <= 2003));
}

#[test]
fn entropy_and_clock_repeat() {
    let bytes = |seed| random::<37>(&SeededEntropy::new(seed));
    assert_eq!(bytes(1), bytes(1));
    assert_ne!(bytes(1), bytes(2));
    let clock = FixedClock::on("2026-03-01");
    assert_eq!(clock.now().rfc3339(), "2026-03-01T09:00:00+08:00");
    clock.advance_days(90);
    assert_eq!(clock.now().day().to_string(), "2026-05-30");
}

#[test]
fn the_repeating_signer_repeats_and_its_signatures_hold() {
    let signer = RepeatingSigner::from_seed(1);
    let signature = signer.sign(b"message").unwrap();
    assert_eq!(signature, RepeatingSigner::from_seed(1).sign(b"message").unwrap());
    assert_ne!(signature, RepeatingSigner::from_seed(2).sign(b"message").unwrap());
    let Some(openssl) = judge::Judge::call("openssl") else { return };
    let dir = temp_dir("signer");
    std::fs::write(dir.path().join("key.der"), signer.public_key_spki()).unwrap();
    std::fs::write(dir.path().join("message"), b"message").unwrap();
    std::fs::write(dir.path().join("signature"), &signature).unwrap();
    let opinion = openssl.ask_in(
        dir.path(),
        ["dgst", "-sha256", "-verify", "key.der", "-keyform", "DER", "-signature", "signature", "message"],
    );
    assert!(opinion.is_good(), "{}", opinion.text());
}

#[test]
fn rosters_say_the_same_in_every_encoding() {
    let day: Day = "2021-10-08".parse().unwrap();
    let rows: Vec<Row> = People::new(5).take(20).map(|person| Row::of(&person, "2021-0001", day)).collect();
    let utf8 = roster::text(&CHINESE_HEADINGS, &rows, Encoding::Utf8, b';');
    let bom = roster::text(&CHINESE_HEADINGS, &rows, Encoding::Utf8WithBom, b';');
    let gb = roster::text(&CHINESE_HEADINGS, &rows, Encoding::Gb18030, b';');
    assert_eq!(bom.strip_prefix(b"\xEF\xBB\xBF"), Some(utf8.as_slice()));
    assert_ne!(gb, utf8);
    let (decoded, _, malformed) = encoding_rs::GB18030.decode(&gb);
    assert!(!malformed);
    assert_eq!(decoded.as_bytes(), utf8);
    assert!(roster::xlsx(&["2021年度名册"], &CHINESE_HEADINGS, &rows).starts_with(b"PK"));
}

use super::*;
use crate::testing::national::{NationalOffice, packed, parts};
use crate::testing::*;
use crate::verify::StampKind;
use std::sync::LazyLock;
use yinxin_crypto::tsp::Responder;
use yinxin_model::finding::Check;
use yinxin_testkit::judge::Judge;

static OFFICE: LazyLock<Office> = LazyLock::new(|| Office::new(1));

fn file(level: Level) -> Vec<u8> {
    OFFICE.stamped(level, now()).finish(&OFFICE.trust_with_lists(), now()).unwrap().bytes
}

#[test]
fn each_level_is_reached_and_said() {
    for level in Level::ALL {
        let report = verify(&file(level), &OFFICE.trust_with_lists(), now());
        assert_eq!(report.verdict, Verdict::Valid, "{level:?}: {report:#?}");
        assert_eq!(report.level, Some(level));
        let kinds: Vec<StampKind> = report.time_stamps.iter().map(|stamp| stamp.kind).collect();
        let expected: &[StampKind] = match level {
            Level::Basic => &[],
            Level::Time | Level::LongTerm => &[StampKind::Signature],
            Level::Archive => &[StampKind::Signature, StampKind::Document],
        };
        assert_eq!(kinds, expected);
        let found = report.finding(Check::TimeStamp).unwrap();
        let code = if level == Level::Basic { "no_time_stamp" } else { "time_stamp_good" };
        assert_eq!(found.code, code);
    }
}

#[test]
fn a_long_term_file_is_judged_by_what_it_brings() {
    // Nothing but the root: no lists, years later.
    let later = Instant(now().0 + 3000 * DAY);
    for (level, code) in [(Level::Time, "revocation_not_checked"), (Level::LongTerm, "trusted_root")] {
        let report = verify(&file(level), &OFFICE.trust(), later);
        assert_eq!(report.verdict, Verdict::Valid);
        assert_eq!(report.finding(Check::SealTrusted).unwrap().code, code, "{level:?}");
    }
}

#[test]
fn a_key_stolen_after_the_time_stamp_takes_nothing_back() {
    let judged = |level, at: i64| {
        let report = verify(&file(level), &OFFICE.trust_with_revocation(at, 1), now());
        (report.verdict, report.finding(Check::SealValidAtSigning).unwrap().code)
    };
    let after = now().0 + 1000;
    assert_eq!(judged(Level::Basic, after), (Verdict::SealInvalid, "seal_compromised"));
    assert_eq!(judged(Level::Time, after), (Verdict::Valid, "seal_revoked_later"));
    assert_eq!(judged(Level::Time, now().0 - 1000), (Verdict::SealInvalid, "seal_revoked"));
}

/// A copy with a time stamp of ours on the signature, and one by `outer` over all of it.
fn archived_by(outer: &Office) -> Vec<u8> {
    let fields = fields("张三");
    let prepared = crate::prepare(&plate_at(&OFFICE, Level::Archive), &order(&fields)).unwrap();
    let permit = crate::Permit::new([1; 16], prepared.digest());
    let mut signed = prepared.sign(permit, &OFFICE.key).unwrap();
    for by in [&*OFFICE, outer] {
        let imprint = signed.imprint().unwrap().unwrap();
        let token = by.stamper.stamp(&imprint, None, &[7; 16], now().0).unwrap();
        signed = signed.stamp(&Token::parse(&token).unwrap()).unwrap();
    }
    signed.into_bytes()
}

#[test]
fn a_stolen_time_stamp_authority_proves_nothing_but_what_another_one_saw_before() {
    let stamper = OFFICE.stamper.certificate();
    let (before, after) = (now().0 - 1000, now().0 + 1000);
    let judged = |bytes: &[u8], at, reason| {
        let trust = OFFICE.trust_revoking(&[OFFICE.key.certificate(), stamper], at, reason);
        let other = Office::new(50).root.to_pem().unwrap();
        let report = verify(bytes, &trust.with_stamp_roots([other.as_bytes()]).unwrap(), now());
        let believed: Vec<bool> = report.time_stamps.iter().map(|stamp| stamp.trusted).collect();
        (report.verdict, report.finding(Check::SealValidAtSigning).unwrap().code, believed)
    };
    let invalid = |code, believed: &[bool]| (Verdict::SealInvalid, code, believed.to_vec());
    assert_eq!(judged(&file(Level::Time), after, Some(1)), invalid("seal_compromised", &[false]));
    assert_eq!(judged(&file(Level::Time), after, None), invalid("seal_revoked_unproven", &[false]));
    let superseded = (Verdict::Valid, "seal_revoked_later", vec![true]);
    assert_eq!(judged(&file(Level::Time), after, Some(4)), superseded);
    // The same key over all of it proves no more.
    assert_eq!(judged(&file(Level::Archive), after, Some(1)), invalid("seal_compromised", &[false, false]));
    let archived = archived_by(&Office::new(50));
    assert_eq!(judged(&archived, after, Some(1)), (Verdict::Valid, "seal_revoked_later", vec![true, true]));
    assert_eq!(judged(&archived, before, Some(1)).2, [false, true], "seen by the other one too late");
}

#[test]
fn what_does_not_reach_its_level_is_not_handed_out() {
    let trust = OFFICE.trust_with_lists();
    let code = |signed: Signed, trust: &Trust| signed.finish(trust, now()).unwrap_err().code();
    let fields = fields("张三");
    let prepared = crate::prepare(&plate_at(&OFFICE, Level::Time), &order(&fields)).unwrap();
    let permit = crate::Permit::new([1; 16], prepared.digest());
    assert_eq!(
        code(prepared.sign(permit, &OFFICE.key).unwrap(), &trust),
        "level_not_reached",
        "no time stamp"
    );
    // The lists in the plate are of now; a time stamp long after them is not covered.
    let late = Instant(now().0 + 100 * DAY);
    let signed = OFFICE.stamped(Level::LongTerm, late);
    assert_eq!(signed.finish(&trust, late).unwrap_err().code(), "level_not_reached");
}

#[test]
fn a_time_stamp_of_a_stranger_holds_and_is_not_trusted() {
    let stranger = Office::new(50);
    let fields = fields("张三");
    let prepared = crate::prepare(&plate_at(&OFFICE, Level::Time), &order(&fields)).unwrap();
    let permit = crate::Permit::new([1; 16], prepared.digest());
    let signed = prepared.sign(permit, &OFFICE.key).unwrap();
    let imprint = signed.imprint().unwrap().unwrap();
    let token = stranger.stamper.stamp(&imprint, None, &[7; 16], now().0).unwrap();
    let bytes = signed.stamp(&Token::parse(&token).unwrap()).unwrap().into_bytes();
    let report = verify(&bytes, &OFFICE.trust_with_lists(), now());
    assert_eq!((report.verdict, report.level), (Verdict::Valid, Some(Level::Time)));
    let found = report.finding(Check::TimeStamp).unwrap();
    assert_eq!((found.outcome, found.code), (Outcome::Warn, "time_stamp_not_trusted"));
    assert!(!report.time_stamps[0].trusted);
}

#[test]
fn a_changed_byte_anywhere_in_a_stamped_file_is_tampering() {
    let stranger = Office::new(50).trust();
    for level in [Level::LongTerm, Level::Archive] {
        let file = file(level);
        let contents: Vec<usize> = file
            .windows(11)
            .enumerate()
            .filter(|(_, window)| window.ends_with(b"Contents <"))
            .map(|(at, _)| at)
            .collect();
        let values = contents.iter().flat_map(|at| *at..*at + 7000).step_by(3);
        let update = file.len().saturating_sub(700)..file.len();
        let everywhere = (0..file.len()).step_by(997);
        for at in values.chain(update).chain(everywhere).filter(|at| *at < file.len()) {
            let mut changed = file.clone();
            changed[at] = if changed[at] == b'1' { b'0' } else { b'1' };
            if changed == file {
                continue;
            }
            // Without any root of ours, too.
            for trust in [&OFFICE.trust(), &stranger] {
                let report = verify(&changed, trust, now());
                assert_eq!(report.verdict, Verdict::Tampered, "{level:?} byte {at}: {:?}", report.findings);
            }
        }
    }
}

#[test]
fn a_time_stamp_is_not_taken_from_another_file_and_none_is_taken_away() {
    let first = file(Level::Archive);
    let cut = first.windows(7).position(|window| window == b"%%EOF\n4" || window == b"%%EOF\n5");
    let end = cut
        .map_or_else(|| first.windows(6).position(|window| window == b"%%EOF\n").unwrap() + 6, |at| at + 6);
    let report = verify(&first[..end], &OFFICE.trust_with_lists(), now());
    // What is left is whole; its empty field tells that something belongs there.
    assert_eq!((report.verdict, report.level), (Verdict::Tampered, Some(Level::LongTerm)));
    assert_eq!(report.finding(Check::Intact).unwrap().code, "document_stamp_missing");
    let twice = [&first[..], &first[end..]].concat();
    assert_eq!(verify(&twice, &OFFICE.trust_with_lists(), now()).verdict, Verdict::Tampered);
}

#[test]
fn outside_judges_find_every_level_clean() {
    let dir = yinxin_testkit::temp_dir("seal-levels");
    for level in Level::ALL {
        let path = dir.path().join(format!("{}.pdf", level.as_str()));
        std::fs::write(&path, file(level)).unwrap();
        let path = path.to_str().unwrap();
        if let Some(qpdf) = Judge::call("qpdf") {
            let said = qpdf.ask(["--check", path]);
            assert_eq!(said.code, Some(0), "{level:?} {said:?}");
        }
        if let Some(pdfsig) = Judge::call("pdfsig") {
            let said = pdfsig.ask([path]);
            assert!(said.stdout.contains("Signature is Valid."), "{level:?} {said:?}");
        }
    }
}

/// A package with a time stamp by `by` over what `change` makes of the imprint.
fn stamped_package(office: &NationalOffice, by: &Responder, change: fn(Imprint) -> Imprint) -> Signed {
    let signed = office.to_stamp("张三");
    let imprint = signed.imprint().unwrap().unwrap();
    assert!(matches!(imprint, Imprint::Sm3(_)));
    let token = by.stamp(&change(imprint), None, &[7; 16], now().0 + 1000).unwrap();
    let signed = signed.stamp(&Token::parse(&token).unwrap()).unwrap();
    assert_eq!(signed.imprint().unwrap(), None, "one is all");
    signed
}

#[test]
fn a_package_waits_for_its_time_stamp_and_says_that_it_is_unproven() {
    let office = NationalOffice::new(21);
    let (trust, stamper) = (office.trust(), office.stamper());
    let refused = |signed: Signed| signed.finish(&trust, now()).unwrap_err();
    assert_eq!(refused(office.to_stamp("张三")).code(), "time_stamp_missing");
    let of_other = stamped_package(&office, &stamper, |_| Imprint::Sm3([1; 32]));
    assert!(matches!(refused(of_other), Error::SelfCheck { code: "time_stamp_of_other_data" }));
    let stranger = NationalOffice::new(22).stamper();
    assert_eq!(refused(stamped_package(&office, &stranger, |it| it)).code(), "time_stamp_not_trusted");

    let bytes = stamped_package(&office, &stamper, |it| it).finish(&trust, now()).unwrap().bytes;
    let report = verify(&bytes, &trust, now());
    assert_eq!(report.verdict, Verdict::Valid, "{report:#?}");
    let found = report.finding(Check::TimeStamp).unwrap();
    assert_eq!((found.outcome, found.code), (Outcome::NotChecked, "seal_time_stamp_unproven"));
    let [stamp] = &report.time_stamps[..] else { panic!("{:?}", report.time_stamps) };
    assert_eq!((stamp.kind, stamp.trusted), (StampKind::ElectronicSeal, true));
    assert_eq!(stamp.at, Instant(now().0 + 1000));
    // Proves nothing: a key that was stolen later takes the seal back all the same.
    let stolen = office.revoking(office.key.national().unwrap().certificate(), now().0 + DAY / 2, 1);
    assert_eq!(verify(&bytes, &stolen, now()).verdict, Verdict::SealInvalid);
    every_byte_of_the_stamp_shows(&bytes, &trust);
}

/// It is the authority's word alone that covers it.
fn every_byte_of_the_stamp_shows(bytes: &[u8], trust: &Trust) {
    let whole = parts(bytes);
    let index = whole.iter().position(|(path, _)| path.ends_with("SignedValue.dat")).unwrap();
    let value = &whole[index].1;
    let token = match ses::parse(value).unwrap() {
        ses::SignedValue::Seal(signature) => signature.time_stamp.unwrap().token().len(),
        other => panic!("{other:?}"),
    };
    for at in (value.len() - token - 12..value.len()).step_by(13) {
        let mut changed = whole.clone();
        changed[index].1[at] ^= 1;
        let report = verify(&packed(&changed), trust, now());
        let code = report.finding(Check::Intact).unwrap().code;
        let seen = report.verdict == Verdict::Tampered || code == "time_stamp_not_covered";
        assert!(seen, "byte {at}: {:?}", report.findings);
    }
}

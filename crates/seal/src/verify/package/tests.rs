use crate::testing::national::{NationalOffice, Parts, packed, parts};
use crate::testing::*;
use crate::verify::{Report, verify};
use crate::{Permit, Trust, prepare};
use std::sync::LazyLock;
use yinxin_model::Format;
use yinxin_model::finding::{Check, Outcome, Verdict};

static OFFICE: LazyLock<NationalOffice> = LazyLock::new(|| NationalOffice::new(7));
static SEALED: LazyLock<Vec<u8>> = LazyLock::new(|| OFFICE.sealed("张三"));
const VALUE: &str = "Doc_0/Signs/Sign_0/SignedValue.dat";
const SIGNATURE: &str = "Doc_0/Signs/Sign_0/Signature.xml";
const PAGE: &str = "Doc_0/Pages/Page_0/Content.xml";

fn judged(bytes: &[u8]) -> Report {
    verify(bytes, &OFFICE.trust(), now())
}

fn found(report: &Report, check: Check) -> (Outcome, &'static str) {
    let finding = report.finding(check).unwrap();
    (finding.outcome, finding.code)
}

/// Verdict and first fault of the sample with its parts changed.
fn changed(change: impl FnOnce(&mut Parts)) -> (Verdict, &'static str) {
    let mut parts = parts(&SEALED);
    change(&mut parts);
    let report = judged(&packed(&parts));
    (report.verdict, found(&report, Check::Intact).1)
}

fn part<'a>(parts: &'a mut Parts, path: &str) -> &'a mut Vec<u8> {
    &mut parts.iter_mut().find(|(own, _)| own == path).unwrap().1
}

#[test]
fn a_sealed_package_passes_every_step() {
    let report = judged(&SEALED);
    assert_eq!(report.verdict, Verdict::Valid, "{report:#?}");
    assert_eq!(found(&report, Check::Intact), (Outcome::Pass, "intact"));
    assert_eq!(found(&report, Check::SealTrusted), (Outcome::Pass, "trusted_root"));
    assert_eq!(found(&report, Check::SealValidAtSigning), (Outcome::Pass, "valid_when_used"));
    assert_eq!(found(&report, Check::TimeStamp), (Outcome::NotChecked, "no_time_stamp"));
    assert!(
        report.steps.len() >= 13 && report.steps.iter().all(|step| step.finding.outcome == Outcome::Pass)
    );
    assert_eq!(report.signed_at, Some(now()));
    assert!(report.signer.unwrap().trusted);
}

#[test]
fn the_same_order_gives_the_same_digest_and_another_plate_refuses() {
    let fields = fields("张三");
    let prepared = || prepare(&OFFICE.plate(Format::Ofd), &order(&fields)).unwrap();
    assert_eq!(prepared().digest(), prepared().digest());
    let permit = Permit::new([1; 16], [0; 32]);
    assert_eq!(prepared().sign(permit, &OFFICE.key).unwrap_err().code(), "digest_mismatch");
    let other = NationalOffice::new(8);
    let permit = Permit::new([1; 16], prepared().digest());
    assert_eq!(prepared().sign(permit, &other.key).unwrap_err().code(), "key_mismatch");
    let permit = Permit::new([1; 16], prepared().digest());
    assert_eq!(prepared().sign(permit, &Office::new(1).key).unwrap_err().code(), "seal_not_national");
}

#[test]
fn what_is_changed_added_or_put_together_is_named() {
    let tampered = |code| (Verdict::Tampered, code);
    // How parts are packed says nothing; that this is not the file that was made, the register knows.
    assert_eq!(changed(|_| ()), (Verdict::Valid, "intact"));
    assert_eq!(changed(|parts| parts.rotate_left(1)), tampered("package_not_canonical"));
    assert_eq!(changed(|parts| part(parts, PAGE).push(b' ')), tampered("digest_mismatch"));
    assert_eq!(changed(|parts| parts.push(("a.xml".into(), b"<a/>".into()))), tampered("part_not_covered"));
    assert_eq!(changed(|parts| part(parts, SIGNATURE).push(b' ')), tampered("data_hash_mismatch"));
    assert_eq!(changed(|parts| part(parts, VALUE).clear()), tampered("signature_unreadable"));
    assert_eq!(changed(|parts| parts.retain(|(path, _)| path != VALUE)), tampered("signed_value_missing"));
    // A seal from another document.
    let other = parts(&OFFICE.sealed("李四"));
    let pasted = other.iter().find(|(path, _)| path == VALUE).unwrap().1.clone();
    assert_eq!(changed(|parts| *part(parts, VALUE) = pasted), tampered("data_hash_mismatch"));
    // Another picture in the seal: neither its maker nor the signer signed that.
    let swapped = changed(|parts| {
        let value = part(parts, VALUE);
        let picture = value.windows(4).position(|window| window == b"PK\x03\x04").unwrap();
        value[picture + 60] ^= 1;
    });
    assert_eq!(swapped, tampered("bad_signer_signature"));
}

#[test]
fn a_changed_byte_is_tampering_to_everybody() {
    let stranger = Trust::default();
    for at in (0..SEALED.len()).step_by(211) {
        let mut changed = SEALED.clone();
        changed[at] ^= [0x01, 0x20, 0x80][at % 3];
        for trust in [&OFFICE.trust(), &stranger] {
            let report = verify(&changed, trust, now());
            // A bit that no unpacker reads, behind the end of a packed part, changes nothing that a package says.
            let seen = report.verdict == Verdict::Tampered;
            assert!(seen || parts(&changed) == parts(&SEALED), "byte {at}: {:?}", report.findings);
        }
    }
    for end in [SEALED.len() - 1, SEALED.len() / 2] {
        assert_eq!(judged(&SEALED[..end]).verdict, Verdict::Tampered);
    }
    assert_eq!(judged(&[&SEALED[..], b"\n"].concat()).verdict, Verdict::Tampered);
    assert_eq!(judged(b"PK\x03\x04").verdict, Verdict::CannotCheck);
}

#[test]
fn whom_nobody_knows_sealed_an_intact_package() {
    let report = verify(&SEALED, &NationalOffice::new(8).trust(), now());
    assert_eq!(report.verdict, Verdict::UnknownIssuer);
    assert_eq!(found(&report, Check::Intact), (Outcome::Pass, "intact"));
    assert_eq!(found(&report, Check::SealOwner), (Outcome::Warn, "claimed_by"));
    assert_eq!(found(&report, Check::SealTrusted).0, Outcome::Fail);
}

#[test]
fn revocation_of_signer_and_of_maker_counts() {
    let judged_for = |certificate, at_ms, reason| {
        let report = verify(&SEALED, &OFFICE.revoking(certificate, at_ms, reason), now());
        let failed = report.findings.iter().find(|finding| finding.outcome == Outcome::Fail);
        // A step that failed says the same as the check that it belongs to.
        let steps = report.steps.iter().filter(|step| step.finding.outcome == Outcome::Fail);
        let of_steps: Vec<_> = steps.map(|step| &step.finding).map(|step| (step.check, step.code)).collect();
        assert_eq!(of_steps, failed.iter().map(|failed| (failed.check, failed.code)).collect::<Vec<_>>());
        (report.verdict, failed.map(|finding| finding.code))
    };
    let judge = |certificate, at_ms| judged_for(certificate, at_ms, 4);
    let (signer, maker) = (OFFICE.key.national().unwrap().certificate(), &OFFICE.sm2.maker.certificate);
    let (before, after) = (now().0 - DAY, now().0 + 1000);
    assert_eq!(judge(signer, before), (Verdict::SealInvalid, Some("seal_revoked")));
    assert_eq!(judge(signer, after), (Verdict::Valid, None));
    // What it made before it was revoked stays made.
    assert_eq!(judge(maker, before), (Verdict::Valid, None));
    assert_eq!(judge(maker, 0), (Verdict::SealInvalid, Some("maker_revoked")));
    // A stolen key's word for the time is nobody's.
    assert_eq!(judged_for(signer, after, 1), (Verdict::SealInvalid, Some("seal_compromised")));
    assert_eq!(judged_for(maker, after, 1), (Verdict::SealInvalid, Some("maker_compromised")));
}

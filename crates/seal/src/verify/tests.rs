use super::*;
use crate::testing::*;
use proptest::prelude::*;
use std::sync::LazyLock;
use yinxin_crypto::hash::sha256;
use yinxin_model::finding::{Check, Outcome, Verdict};

static OFFICE: LazyLock<Office> = LazyLock::new(|| Office::new(1));
static SEALED: LazyLock<Vec<u8>> = LazyLock::new(|| sealed(&OFFICE));

fn verdict(bytes: &[u8]) -> Verdict {
    verify(bytes, &OFFICE.trust(), now()).verdict
}

fn outcome(report: &Report, check: Check) -> (Outcome, &'static str) {
    let found = report.finding(check).unwrap();
    (found.outcome, found.code)
}

/// Where the value of /Contents stands, with its brackets.
fn contents(bytes: &[u8]) -> std::ops::Range<usize> {
    let canonical = read::canonical(bytes, &Limits::default()).unwrap();
    canonical.signature.contents.unwrap().span
}

#[test]
fn a_changed_byte_anywhere_is_tampering() {
    let gap = contents(&SEALED);
    let tail = gap.end..SEALED.len();
    let head = 0..200;
    let signature = gap.start - 400..gap.end;
    let everywhere = (0..SEALED.len()).step_by(97);
    for at in head.chain(everywhere).chain(signature).chain(tail) {
        let flip = [0x01, 0x20, 0x80][at % 3];
        let mut changed = SEALED.clone();
        changed[at] ^= flip;
        assert_eq!(verdict(&changed), Verdict::Tampered, "byte {at} ^ {flip:#04x} of {}", SEALED.len());
    }
}

#[test]
fn what_decodes_the_same_inside_contents_is_tampering_too() {
    let gap = contents(&SEALED);
    let letter = gap.clone().find(|at| SEALED[*at].is_ascii_lowercase()).unwrap();
    let padding = gap.end - 2;
    let code = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut changed = SEALED.clone();
        change(&mut changed);
        let report = verify(&changed, &OFFICE.trust(), now());
        assert_eq!(report.verdict, Verdict::Tampered);
        outcome(&report, Check::Intact).1
    };
    assert_eq!(code(&|file| file[letter].make_ascii_uppercase()), "contents_not_lower_hex");
    assert_eq!(code(&|file| file[padding] = b'1'), "contents_padding_not_zero");
    assert_eq!(code(&|file| file[padding] = b' '), "contents_not_lower_hex");
}

#[test]
fn a_changed_embedded_certificate_is_tampering_even_to_strangers() {
    let issuer = OFFICE.issuing.der();
    let hex: String = issuer.iter().map(|byte| format!("{byte:02x}")).collect();
    let at = SEALED.windows(hex.len()).position(|window| window == hex.as_bytes()).unwrap();
    let stranger = Office::new(50).trust();
    for offset in (0..hex.len()).step_by(7) {
        let mut changed = SEALED.clone();
        changed[at + offset] = if changed[at + offset] == b'0' { b'1' } else { b'0' };
        let report = verify(&changed, &stranger, now());
        assert_eq!(report.verdict, Verdict::Tampered, "digit {offset}: {:?}", report.findings);
    }
}

#[test]
fn anything_added_or_cut_is_tampering() {
    let revision = "\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\nxref\n1 1\n0000000001 00000 n \ntrailer\n\
                    <</Size 2/Root 1 0 R>>\nstartxref\n0\n%%EOF\n";
    for added in [revision, "\n", " ", "\0", "%comment\n"] {
        assert_eq!(verdict(&[&SEALED[..], added.as_bytes()].concat()), Verdict::Tampered, "{added:?}");
    }
    assert_eq!(verdict(&[b"GIF89a", &SEALED[..]].concat()), Verdict::Tampered);
    assert_eq!(verdict(&SEALED[..SEALED.len() - 1]), Verdict::Tampered);
    assert_eq!(verdict(&SEALED[..SEALED.len() - 200]), Verdict::Tampered);
}

#[test]
fn an_unknown_root_is_an_unknown_issuer_of_an_intact_file() {
    for trust in [Office::new(50).trust(), Trust::default()] {
        let report = verify(&SEALED, &trust, now());
        assert_eq!(report.verdict, Verdict::UnknownIssuer);
        assert_eq!(outcome(&report, Check::Intact), (Outcome::Pass, "intact"));
        assert_eq!(outcome(&report, Check::SealOwner), (Outcome::Warn, "claimed_by"));
        assert_eq!(outcome(&report, Check::SealTrusted), (Outcome::Fail, "unknown_issuer"));
        assert_eq!(outcome(&report, Check::SealValidAtSigning), (Outcome::NotChecked, "not_reached"));
        assert!(!report.signer.unwrap().trusted);
    }
}

#[test]
fn a_seal_out_of_its_time_is_invalid_and_the_file_intact() {
    let days = |n: i64| now().0 + n * DAY;
    for (from, until, code) in [(-20, -1, "expired"), (1, 20, "not_yet_valid")] {
        let office = Office::with_seal_validity(1, days(from), days(until));
        let fields = fields("张三");
        let prepared = crate::prepare(&plate(&office), &order(&fields)).unwrap();
        let cms = office.key.template().sign(office.key.signer(), &prepared.digest()).unwrap();
        let report = verify(&prepared.into_file(&cms), &office.trust(), now());
        assert_eq!(report.verdict, Verdict::SealInvalid);
        assert_eq!(outcome(&report, Check::Intact).0, Outcome::Pass);
        assert_eq!(outcome(&report, Check::SealTrusted).0, Outcome::Warn);
        assert_eq!(outcome(&report, Check::SealValidAtSigning), (Outcome::Fail, code));
    }
    // A seal that has expired since was valid when it was used.
    let later = Instant(now().0 + 11_000 * DAY);
    assert_eq!(verify(&SEALED, &OFFICE.trust(), later).verdict, Verdict::Valid);
}

#[test]
fn revocation_counts_from_its_day_and_a_stolen_key_from_ever() {
    let judged = |at_ms, reason| {
        let report = verify(&SEALED, &OFFICE.trust_with_revocation(at_ms, reason), now());
        (report.verdict, outcome(&report, Check::SealValidAtSigning))
    };
    let revoked = (Verdict::SealInvalid, (Outcome::Fail, "seal_revoked"));
    assert_eq!(judged(now().0 - DAY, 4), revoked);
    assert_eq!(judged(now().0 + DAY, 4), (Verdict::Valid, (Outcome::Warn, "seal_revoked_later")));
    assert_eq!(judged(now().0 - DAY, 1), revoked);
    // It had not been revoked when it says that it was used; nothing proves that it was used then.
    let compromised = (Verdict::SealInvalid, (Outcome::Fail, "seal_compromised"));
    assert_eq!(judged(now().0 + DAY, 1), compromised);
}

#[test]
fn what_is_no_sealed_pdf_cannot_be_checked() {
    let judged = |bytes: &[u8]| {
        let report = verify(bytes, &OFFICE.trust(), now());
        (report.verdict, report.kind, outcome(&report, Check::Intact))
    };
    let not_pdf = (Verdict::CannotCheck, FileKind::Unknown, (Outcome::NotChecked, "not_pdf"));
    for bytes in [&b""[..], b"hello", &[0xff; 4096]] {
        assert_eq!(judged(bytes), not_pdf);
    }
    let unsigned = plain_pdf(b"");
    let expected = (Verdict::CannotCheck, FileKind::Pdf, (Outcome::NotChecked, "no_signature"));
    assert_eq!(judged(&unsigned), expected);
}

/// A one-page PDF, laid out otherwise than ours, with `signature` as the value of its one signature field.
fn plain_pdf(signature: &[u8]) -> Vec<u8> {
    let mut out = b"%PDF-1.4\n".to_vec();
    let mut offsets = Vec::new();
    let field: &[u8] = if signature.is_empty() { b"" } else { b"/V 5 0 R" };
    let bodies: [&[u8]; 5] = [
        b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]/SigFlags 3>>>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Annots[4 0 R]>>",
        &[b"<</Type/Annot/Subtype/Widget/FT/Sig/T(S)/Rect[0 0 0 0]/P 3 0 R", field, b">>"].concat(),
        if signature.is_empty() { b"null" } else { signature },
    ];
    for (index, body) in bodies.iter().enumerate() {
        offsets.push(out.len());
        out.extend(format!("{} 0 obj\n", index + 1).bytes());
        out.extend_from_slice(body);
        out.extend_from_slice(b"\nendobj\n");
    }
    let xref = out.len();
    out.extend(format!("xref\n0 {}\n0000000000 65535 f \n", bodies.len() + 1).bytes());
    for offset in offsets {
        out.extend(format!("{offset:010} 00000 n \n").bytes());
    }
    out.extend(format!("trailer\n<</Size 6/Root 1 0 R>>\nstartxref\n{xref}\n%%EOF\n").bytes());
    out
}

/// The same, signed by `office` as another program might.
fn foreign_pdf(office: &Office) -> Vec<u8> {
    const ROOM: usize = 3000;
    let dictionary = |range: [usize; 3], value: &str| {
        let [start, end, tail] = range;
        format!(
            "<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/M(D:20260301090000+08'00')\
             /Contents<{value:0<width$}>/ByteRange[0 {start:08} {end:08} {tail:08}]>>",
            width = 2 * ROOM
        )
    };
    let blank = plain_pdf(dictionary([0; 3], "").as_bytes());
    let start = blank.windows(10).position(|window| window == b"/Contents<").unwrap() + 9;
    let end = start + 2 * ROOM + 2;
    let range = [start, end, blank.len() - end];
    let ready = plain_pdf(dictionary(range, "").as_bytes());
    let digest = sha256(&[&ready[..start], &ready[end..]].concat());
    let cms = office.key.template().sign(office.key.signer(), &digest).unwrap();
    let hex: String = cms.iter().map(|byte| format!("{byte:02X}")).collect();
    plain_pdf(dictionary(range, &hex).as_bytes())
}

#[test]
fn an_honest_strangers_file_is_intact_and_its_issuer_unknown() {
    let stranger = Office::new(50);
    let file = foreign_pdf(&stranger);
    let report = verify(&file, &OFFICE.trust(), now());
    assert_eq!(report.verdict, Verdict::UnknownIssuer, "{report:#?}");
    assert_eq!(outcome(&report, Check::Intact).0, Outcome::Pass);
    assert_eq!(report.signed_at, Some(now()));

    let at = file.windows(8).position(|window| window == b"200 200]").unwrap();
    let mut changed = file.clone();
    changed[at] = b'3';
    let report = verify(&changed, &OFFICE.trust(), now());
    assert_eq!((report.verdict, outcome(&report, Check::Intact).1), (Verdict::Tampered, "digest_mismatch"));

    let added = [&file[..], b"\n% more\n"].concat();
    assert_eq!(verdict(&added), Verdict::Tampered);
}

#[test]
fn our_seal_on_another_programs_file_is_tampering() {
    // The key never signs but through our writer; a file laid out otherwise was rebuilt around a signature.
    let report = verify(&foreign_pdf(&OFFICE), &OFFICE.trust(), now());
    assert_eq!(report.verdict, Verdict::Tampered);
    assert!(report.signer.unwrap().trusted);
}

#[test]
fn a_universal_forgery_is_tampering() {
    for dictionary in [
        "<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/Contents<30>>>",
        "<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/Contents<30>/ByteRange null>>",
        "<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/ByteRange[0 10 20 30]>>",
        "<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/Contents<00>/ByteRange[0 10 20 -1]>>",
    ] {
        assert_eq!(verdict(&plain_pdf(dictionary.as_bytes())), Verdict::Tampered, "{dictionary}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn no_mutation_is_valid_and_none_panics(
        edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20),
        cut in proptest::option::of(any::<prop::sample::Index>()),
    ) {
        let mut bytes = SEALED.clone();
        for (at, byte) in edits {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(cut) = cut { bytes.truncate(cut.index(bytes.len())); }
        if bytes != *SEALED {
            let report = verify(&bytes, &OFFICE.trust(), now());
            prop_assert!(matches!(report.verdict, Verdict::Tampered | Verdict::CannotCheck), "{:?}", report.verdict);
        }
    }
}

use super::*;
use crate::testing::*;
use crate::x509::{CrlSpec, Profile, RevokedEntry, build_crl};
use crate::{KeyKind, SoftSigner};
use std::slice::from_ref;

const NOW_AND_THEN: Instants = Instants { at_ms: NOW, now_ms: NOW };

fn at(at_ms: i64) -> Instants {
    Instants { at_ms, now_ms: NOW }
}

fn key() -> Box<SoftSigner> {
    Box::new(SoftSigner::generate(KeyKind::EcP256).unwrap().0)
}

fn trust(pki: &Pki) -> TrustStore {
    TrustStore::with_roots(vec![pki.root.certificate.clone()])
}

fn list(issuer: &Identity, revoked: &[RevokedEntry], this_update_ms: i64, next_update_ms: i64) -> Crl {
    let spec = CrlSpec { revoked, this_update_ms, next_update_ms, number: 1 };
    build_crl(&spec, &issuer.certificate, issuer.signer.as_ref()).unwrap()
}

#[test]
fn a_good_path_names_its_certificates_leaf_first() {
    let pki = pki(KeyKind::EcP256);
    let found =
        validate(&pki.seal.certificate, from_ref(&pki.issuing.certificate), &trust(&pki), NOW_AND_THEN);
    let chain = [&pki.seal, &pki.issuing, &pki.root].map(|one| one.certificate.fingerprint());
    assert_eq!(
        found,
        PathOutcome { chain: chain.to_vec(), problem: None, revocation: Revocation::NotChecked }
    );
}

#[test]
fn without_its_root_or_its_issuer_the_path_ends() {
    let (ours, other) = (pki(KeyKind::EcP256), pki(KeyKind::EcP256));
    let seal = &ours.seal.certificate;
    let problem = |intermediates: &[Certificate], trust: &TrustStore| {
        validate(seal, intermediates, trust, NOW_AND_THEN).problem.map(|problem| problem.code())
    };
    assert_eq!(problem(&[], &trust(&ours)), Some("unknown_issuer"));
    assert_eq!(problem(from_ref(&ours.issuing.certificate), &TrustStore::new()), Some("unknown_issuer"));
    // The other hierarchy has the same names and other keys: key identifiers tell them apart.
    assert_eq!(problem(from_ref(&ours.issuing.certificate), &trust(&other)), Some("unknown_issuer"));
}

#[test]
fn what_is_remembered_makes_no_bad_path_good() {
    let (ours, other) = (pki(KeyKind::EcP256), pki(KeyKind::EcP256));
    let judged = |trust: &TrustStore, when: Instants| {
        let found = validate(&ours.seal.certificate, from_ref(&ours.issuing.certificate), trust, when);
        (found.problem.map(|problem| problem.code()), found.revocation)
    };
    let mut known = trust(&ours);
    known.add_crl(list(&ours.root, &[], NOW - 2 * DAY, NOW + DAY));
    known.add_crl(list(&ours.issuing, &[], NOW - 2 * DAY, NOW + DAY));
    assert_eq!(judged(&known, NOW_AND_THEN), (None, Revocation::Good));
    // Every signature of the path and of the lists is remembered now, and clones share what is.
    assert_eq!(judged(&known, at(UNTIL + 1000)).0, Some("expired"));
    let late = Instants { at_ms: NOW, now_ms: NOW + 2 * DAY };
    assert_eq!(judged(&known, late).1, Revocation::Stale { due_ms: NOW + DAY });
    let mut revoking = known.clone();
    let serial = ours.seal.certificate.serial().to_vec();
    let entry = RevokedEntry { serial, at_ms: NOW - 10 * DAY, reason: Some(4), invalid_since_ms: None };
    revoking.add_crl(list(&ours.issuing, &[entry], NOW - DAY, NOW + DAY));
    assert!(matches!(judged(&revoking, NOW_AND_THEN).1, Revocation::Revoked { .. }));
    // Other roots of the same names.
    let elsewhere = TrustStore { roots: vec![other.root.certificate.clone()], ..known.clone() };
    assert_eq!(judged(&elsewhere, NOW_AND_THEN).0, Some("unknown_issuer"));
    assert_eq!(judged(&known, NOW_AND_THEN), (None, Revocation::Good));
}

#[test]
fn validity_is_asked_for_the_given_instant_and_inclusive() {
    let pki = pki(KeyKind::EcP256);
    let problem = |at_ms| {
        let intermediates = [pki.issuing.certificate.clone()];
        validate(&pki.seal.certificate, &intermediates, &trust(&pki), at(at_ms)).problem.map(|p| p.code())
    };
    assert_eq!(problem(FROM), None);
    assert_eq!(problem(FROM - 1), Some("not_yet_valid"));
    assert_eq!(problem(UNTIL + 999), None);
    assert_eq!(problem(UNTIL + 1000), Some("expired"));
}

#[test]
fn only_authorities_issue_and_only_as_deep_as_they_may() {
    let pki = pki(KeyKind::EcP256);
    let under_seal = issue("伪造", Profile::Seal, key(), Some(&pki.seal), |_| {});
    let all = [pki.seal.certificate.clone(), pki.issuing.certificate.clone()];
    let found = validate(&under_seal.certificate, &all, &trust(&pki), NOW_AND_THEN);
    assert_eq!(found.problem.map(|p| p.code()), Some("not_an_authority"));

    let deeper = issue("二级签发", Profile::IssuingCa { path_len: 0 }, key(), Some(&pki.issuing), |_| {});
    let seal = issue("二级章", Profile::Seal, key(), Some(&deeper), |_| {});
    let all = [deeper.certificate.clone(), pki.issuing.certificate.clone()];
    let found = validate(&seal.certificate, &all, &trust(&pki), NOW_AND_THEN);
    assert_eq!(found.problem.map(|p| p.code()), Some("path_too_long"));

    let as_leaf = validate(&pki.issuing.certificate, &[], &trust(&pki), NOW_AND_THEN);
    assert_eq!(
        as_leaf.problem.map(|p| p.code()),
        Some("wrong_key_usage"),
        "an authority's key seals nothing"
    );
}

#[test]
fn revocation_lists_are_fresh_stale_future_or_foreign() {
    let pki = pki(KeyKind::EcP256);
    let judged = |lists: &[Crl], when: Instants| {
        let mut trust = trust(&pki);
        lists.iter().for_each(|list| trust.add_crl(list.clone()));
        validate(&pki.seal.certificate, from_ref(&pki.issuing.certificate), &trust, when).revocation
    };
    let root = list(&pki.root, &[], NOW - DAY, NOW + DAY);
    let fresh = list(&pki.issuing, &[], NOW - DAY, NOW + DAY);
    assert_eq!(judged(&[root.clone(), fresh.clone()], NOW_AND_THEN), Revocation::Good);
    assert_eq!(judged(&[fresh], NOW_AND_THEN), Revocation::NotChecked, "the root's list is missing");
    let stale = list(&pki.issuing, &[], NOW - 2 * DAY, NOW - DAY);
    assert_eq!(judged(&[root.clone(), stale], NOW_AND_THEN), Revocation::Stale { due_ms: NOW - DAY });
    let future = list(&pki.issuing, &[], NOW + DAY, NOW + 2 * DAY);
    assert_eq!(judged(&[root.clone(), future], NOW_AND_THEN), Revocation::NotChecked);

    let revoked = |at_ms, reason| {
        let serial = pki.seal.certificate.serial().to_vec();
        list(
            &pki.issuing,
            &[RevokedEntry { serial, at_ms, reason, invalid_since_ms: None }],
            NOW - DAY,
            NOW + DAY,
        )
    };
    let certificate = pki.seal.certificate.subject().to_owned();
    let lists = [root.clone(), revoked(NOW - 10 * DAY, Some(4))];
    let expected =
        Revocation::Revoked { certificate: certificate.clone(), at_ms: NOW - 10 * DAY, reason: Some(4) };
    assert_eq!(judged(&lists, NOW_AND_THEN), expected);
    let expected = Revocation::RevokedLater { certificate: certificate.clone(), at_ms: NOW - 10 * DAY };
    assert_eq!(judged(&lists, at(NOW - 11 * DAY)), expected);
    let lists = [root, revoked(NOW - 10 * DAY, Some(1))];
    let expected = Revocation::Revoked { certificate, at_ms: NOW - 10 * DAY, reason: Some(1) };
    assert_eq!(judged(&lists, at(NOW - 11 * DAY)), expected, "a thief can claim any time");
}

/// What is proven to have been there at some instant, asked for an earlier one, and a list with this entry.
fn revoked_for(purpose: Purpose, existed_at_ms: Option<i64>, entry: (i64, Option<u8>, Option<i64>)) -> bool {
    let profile = if purpose == Purpose::TimeStamps { Profile::TimeStampAuthority } else { Profile::Seal };
    let pki = pki(KeyKind::EcP256);
    let leaf = issue("被吊销", profile, key(), Some(&pki.issuing), |_| {});
    let mut trust = trust(&pki);
    let (at_ms, reason, invalid_since_ms) = entry;
    let entry = RevokedEntry { serial: leaf.certificate.serial().to_vec(), at_ms, reason, invalid_since_ms };
    trust.add_crl(list(&pki.root, &[], NOW - DAY, NOW + DAY));
    trust.add_crl(list(&pki.issuing, &[entry], NOW - DAY, NOW + DAY));
    let evidence = Evidence { certificates: from_ref(&pki.issuing.certificate), lists: &[], existed_at_ms };
    let found = validate_with(purpose, &leaf.certificate, evidence, &trust, at(NOW - 20 * DAY));
    assert_eq!(found.problem, None);
    match found.revocation {
        Revocation::Revoked { .. } => true,
        Revocation::RevokedLater { .. } => false,
        other => panic!("{other:?}"),
    }
}

#[test]
fn only_what_is_proven_outlives_a_key_that_may_be_stolen() {
    let (used, later, revoked) = (NOW - 20 * DAY, NOW - 5 * DAY, NOW - 10 * DAY);
    for reason in [None, Some(0), Some(1), Some(2), Some(6)] {
        let entry = (revoked, reason, None);
        assert!(revoked_for(Purpose::Seals, None, entry), "{reason:?}");
        assert!(!revoked_for(Purpose::Seals, Some(used), entry), "{reason:?}");
        // Proven to be older than now, and not older than the theft.
        assert!(revoked_for(Purpose::Seals, Some(later), entry), "{reason:?}");
    }
    for reason in [3, 4, 5, 9].map(Some) {
        assert!(!revoked_for(Purpose::Seals, None, (revoked, reason, None)), "{reason:?}");
        assert!(!revoked_for(Purpose::TimeStamps, Some(later), (revoked, reason, None)), "{reason:?}");
    }
    // RFC 3161 §4: an authority that was not robbed says so, if only by "unspecified".
    assert!(!revoked_for(Purpose::TimeStamps, None, (revoked, Some(0), None)));
    assert!(revoked_for(Purpose::TimeStamps, None, (revoked, None, None)));
    assert!(revoked_for(Purpose::TimeStamps, None, (revoked, Some(1), None)));
    // The key had been stolen before anybody noticed.
    let stolen = Some(NOW - 30 * DAY);
    assert!(revoked_for(Purpose::Seals, Some(used), (revoked, Some(1), stolen)));
    assert!(revoked_for(Purpose::Seals, None, (revoked, Some(5), stolen)));
}

#[test]
fn many_decoys_of_one_name_end_the_search() {
    let pki = pki(KeyKind::EcP256);
    let decoys: Vec<_> = (0..200u8)
        .map(|n| {
            let change =
                |spec: &mut crate::x509::CertificateSpec<'_>| spec.not_before_ms += i64::from(n) * 1000;
            issue("测试签发机构", Profile::IssuingCa { path_len: 0 }, key(), Some(&pki.root), change)
                .certificate
        })
        .collect();
    let found = validate(&pki.seal.certificate, &decoys, &trust(&pki), NOW_AND_THEN);
    assert_eq!(found.problem.map(|p| p.code()), Some("unknown_issuer"));
}

#[test]
fn a_key_for_statements_does_nothing_else_and_no_other_does_its_work() {
    let pki = pki(KeyKind::EcP256);
    let stating = issue("测试声明", Profile::Statements, key(), Some(&pki.issuing), |_| {}).certificate;
    assert_eq!(stating.extended_key_usage(), [crate::x509::STATEMENTS]);
    let evidence = Evidence { certificates: from_ref(&pki.issuing.certificate), ..Evidence::default() };
    let problem = |purpose, leaf: &Certificate| {
        validate_with(purpose, leaf, evidence, &trust(&pki), NOW_AND_THEN).problem.map(|found| found.code())
    };
    assert_eq!(problem(Purpose::Statements, &stating), None);
    assert_eq!(problem(Purpose::Seals, &stating), Some("wrong_key_usage"));
    assert_eq!(problem(Purpose::TimeStamps, &stating), Some("wrong_key_usage"));
    assert_eq!(problem(Purpose::Statements, &pki.seal.certificate), Some("wrong_key_usage"));
}

/// Certificates of other trades under a root that is trusted for seals, as OpenSSL makes them.
#[test]
fn a_certificate_of_another_trade_makes_no_seals() {
    let scratch = Scratch::new("trades");
    let at = |name: &str| scratch.path(name);
    let request =
        ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30"];
    let (root_key, root_file) = (at("root.key"), at("root.pem"));
    let root = [
        "-subj",
        "/CN=root",
        "-keyout",
        &root_key,
        "-out",
        &root_file,
        "-addext",
        "keyUsage=critical,keyCertSign",
    ];
    if openssl(&[&request[..], &root].concat()).is_none() {
        return;
    }
    let read = |path: &str| Certificate::from_file(&std::fs::read(path).unwrap()).unwrap().remove(0);
    let trust = TrustStore::with_roots(vec![read(&root_file)]);
    let problem = |purposes: &str| {
        let (key, file) = (at("leaf.key"), at("leaf.pem"));
        let usage = format!("extendedKeyUsage={purposes}");
        let mut leaf =
            vec!["-CA", &root_file, "-CAkey", &root_key, "-subj", "/CN=leaf", "-keyout", &key, "-out", &file];
        leaf.extend(["-addext", "basicConstraints=critical,CA:FALSE"]);
        if !purposes.is_empty() {
            leaf.extend(["-addext", usage.as_str()]);
        }
        openssl(&[&request[..], &leaf].concat());
        let leaf = read(&file);
        let now_ms = leaf.not_before_ms() + 1_000;
        validate(&leaf, &[], &trust, Instants { at_ms: now_ms, now_ms }).problem.map(|problem| problem.code())
    };
    for good in [
        "",
        "emailProtection",
        "1.3.6.1.5.5.7.3.36",
        "serverAuth,1.3.6.1.4.1.311.10.3.12",
        "1.2.156.10197.99",
    ] {
        assert_eq!(problem(good), None, "{good}");
    }
    for other in
        ["serverAuth", "clientAuth,serverAuth", "codeSigning", "OCSPSigning", "timeStamping,emailProtection"]
    {
        assert_eq!(problem(other), Some("wrong_key_usage"), "{other}");
    }
}

#[test]
fn what_is_embedded_has_its_place_or_was_slipped_in() {
    let pki = pki(KeyKind::EcP256);
    let stranger = issue("旁人", Profile::Root, key(), None, |_| {});
    let [root, issuing, seal] = [&pki.root, &pki.issuing, &pki.seal].map(|one| one.certificate.clone());
    let in_place = |trust: &TrustStore, embedded: &[Certificate]| {
        let path = validate(&seal, embedded, trust, NOW_AND_THEN);
        assert_eq!(path.problem, None);
        trust.all_in_place(embedded, &[], &path.chain)
    };
    let usual = trust(&pki);
    let whole = [seal.clone(), issuing.clone(), root.clone()];
    assert!(in_place(&usual, &whole));
    assert!(!in_place(&usual, &[&whole[..], from_ref(&stranger.certificate)].concat()));
    // Who trusts the issuing authority itself needs no root; that it is there says nothing against the file, whether or not
    // he trusts it too.
    let near = TrustStore::with_roots(vec![issuing.clone()]);
    assert!(in_place(&near, &whole));
    assert!(in_place(&TrustStore::with_roots(vec![issuing.clone(), root.clone()]), &whole));
    assert!(!in_place(&near, &[&whole[..], from_ref(&stranger.certificate)].concat()));
    // Nothing vouches for the bytes of a changed one.
    let mut changed = root.der().to_vec();
    *changed.last_mut().unwrap() ^= 1;
    let changed = Certificate::from_der(&changed).unwrap();
    assert!(!in_place(&near, &[seal.clone(), issuing.clone(), changed]));
    // A cross certificate of the authority: by a root that is trusted, and by one that anybody could have made.
    let spki = pki.issuing.signer.public_key_spki();
    let cross = spec("测试签发机构", Profile::IssuingCa { path_len: 0 }, spki, &[7; 16]);
    let by = |other: &Identity| {
        crate::x509::build_certificate(&cross, Some(&other.certificate), other.signer.as_ref()).unwrap()
    };
    let crossed = [seal.clone(), issuing.clone(), by(&stranger)];
    assert!(!in_place(&usual, &crossed));
    let mut both = usual.clone();
    both.add_root(stranger.certificate.clone());
    assert!(in_place(&both, &crossed));
    // Many of them cost little.
    assert!(!in_place(&usual, &[&whole[..], &vec![stranger.certificate; 5_000]].concat()));
}

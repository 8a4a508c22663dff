use super::*;
use crate::testing::*;
use crate::{KeyKind, Signer, SoftSigner};
use proptest::prelude::*;

#[test]
fn a_built_certificate_reads_back_as_it_was_specified() {
    let pki = pki(KeyKind::EcP256);
    let seal = &pki.seal.certificate;
    assert_eq!(seal.subject(), "CN=测试专用章,O=印信测试,C=CN");
    assert_eq!(seal.issuer_common_name(), Some("测试签发机构"));
    assert_eq!((seal.not_before_ms(), seal.not_after_ms()), (FROM, UNTIL));
    let usage = seal.key_usage().unwrap();
    assert!(usage.digital_signature && usage.non_repudiation && !usage.key_cert_sign && !usage.crl_sign);
    assert!(!seal.is_authority() && pki.issuing.certificate.is_authority());
    assert_eq!(pki.issuing.certificate.authority().unwrap().path_len, Some(0));
    assert_eq!(seal.authority_key_id(), pki.issuing.certificate.subject_key_id());
    assert_eq!(
        Certificate::from_file(seal.to_pem().unwrap().as_bytes()).unwrap(),
        std::slice::from_ref(seal)
    );
    assert_eq!(seal.verify_signed_by(&pki.issuing.certificate), Ok(()));
    assert_eq!(seal.verify_signed_by(&pki.root.certificate), Err(Flaw::Bad));
}

#[test]
fn validity_beyond_2049_is_written_as_generalized_time() {
    // 2050-12-31T15:59:59Z, the last second of the day in Shanghai.
    let until = 2_556_115_199_000;
    let signer = Box::new(SoftSigner::generate(KeyKind::EcP256).unwrap().0);
    let made = issue("根", Profile::Root, signer, None, |spec| spec.not_after_ms = until);
    assert_eq!(made.certificate.not_after_ms(), until);
    assert!(made.certificate.der().windows(15).any(|w| w == b"20501231155959Z"));
}

#[test]
fn what_cannot_be_encoded_is_refused() {
    let (signer, _) = SoftSigner::generate(KeyKind::EcP256).unwrap();
    let (other, _) = SoftSigner::generate(KeyKind::EcP256).unwrap();
    let code = |change: fn(&mut CertificateSpec<'_>), signer: &SoftSigner, spki: &[u8]| {
        let mut spec = spec("根", Profile::Root, spki, &[1]);
        change(&mut spec);
        build_certificate(&spec, None, signer).unwrap_err().code()
    };
    let spki = signer.public_key_spki();
    assert_eq!(code(|s| s.serial = &[0, 0], &signer, spki), "invalid_spec");
    assert_eq!(code(|s| s.serial = &[0xff; 20], &signer, spki), "invalid_spec");
    assert_eq!(code(|s| s.not_after_ms = FROM - 1, &signer, spki), "invalid_spec");
    assert_eq!(code(|s| s.not_before_ms = -1, &signer, spki), "invalid_spec");
    assert_eq!(code(|s| s.subject.common_name = "长".repeat(65), &signer, spki), "invalid_spec");
    assert_eq!(code(|s| s.subject.country = Some("cn".into()), &signer, spki), "invalid_spec");
    assert_eq!(code(|_| {}, &other, spki), "key_mismatch");
}

#[test]
fn a_revocation_list_finds_what_it_lists() {
    let pki = pki(KeyKind::EcP256);
    let seal = &pki.seal.certificate;
    let entry =
        RevokedEntry { serial: seal.serial().to_vec(), at_ms: NOW, reason: Some(5), invalid_since_ms: None };
    let spec = CrlSpec {
        revoked: std::slice::from_ref(&entry),
        this_update_ms: NOW,
        next_update_ms: NOW + DAY,
        number: 300,
    };
    let list = build_crl(&spec, &pki.issuing.certificate, pki.issuing.signer.as_ref()).unwrap();
    assert_eq!(list.find(seal), Some(&entry));
    assert_eq!(list.find(&pki.issuing.certificate), None);
    assert_eq!((list.this_update_ms(), list.next_update_ms()), (NOW, Some(NOW + DAY)));
    assert!(list.verify_signed_by(&pki.root.certificate).is_err());
    assert!(
        build_crl(&spec, &pki.seal.certificate, pki.seal.signer.as_ref()).is_err(),
        "a seal signs no lists"
    );
}

#[test]
fn openssl_accepts_certificates_and_lists() {
    let scratch = Scratch::new("x509");
    for kind in [KeyKind::EcP256, KeyKind::Rsa2048] {
        let pki = pki(kind);
        let root = scratch.write("root.pem", pki.root.certificate.to_pem().unwrap());
        let issuing = scratch.write("issuing.pem", pki.issuing.certificate.to_pem().unwrap());
        let seal = scratch.write("seal.pem", pki.seal.certificate.to_pem().unwrap());
        let at = (NOW / 1000).to_string();
        let verify = ["verify", "-x509_strict", "-attime", &at, "-CAfile", &root, "-untrusted", &issuing];
        if openssl(&[&verify[..], &[seal.as_str()]].concat()).is_none() {
            return;
        }
        let crl_of = |issuer: &Identity| {
            let spec =
                CrlSpec { revoked: &[], this_update_ms: NOW - DAY, next_update_ms: NOW + DAY, number: 1 };
            build_crl(&spec, &issuer.certificate, issuer.signer.as_ref()).unwrap().to_pem().unwrap()
        };
        let lists = scratch.write("lists.pem", crl_of(&pki.root) + &crl_of(&pki.issuing));
        let checked = ["-crl_check_all", "-CRLfile", &lists, &seal];
        openssl(&[&verify[..], &checked].concat());
        let text = openssl(&["crl", "-in", &lists, "-noout", "-text"]).unwrap();
        assert!(text.contains("X509v3 CRL Number"), "{text}");
    }
}

#[test]
fn every_changed_byte_of_a_certificate_shows() {
    let pki = pki(KeyKind::EcP256);
    let der = pki.seal.certificate.der();
    for at in 0..der.len() {
        let mut changed = der.to_vec();
        changed[at] ^= 0x01;
        let still_good = Certificate::from_der(&changed)
            .is_ok_and(|changed| changed.verify_signed_by(&pki.issuing.certificate).is_ok());
        assert!(!still_good, "byte {at}");
    }
    assert!(Certificate::from_der(&[der, &[0]].concat()).is_err(), "trailing byte");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn hostile_bytes_never_panic(at in 0usize..800, byte in any::<u8>(), cut in 0usize..800, noise in proptest::collection::vec(any::<u8>(), 0..200)) {
        static DER: std::sync::LazyLock<Vec<u8>> =
            std::sync::LazyLock::new(|| pki(KeyKind::EcP256).seal.certificate.der().to_vec());
        let mut bytes = DER.clone();
        if let Some(slot) = bytes.get_mut(at) { *slot = byte; }
        bytes.truncate(cut.max(1));
        let _ = Certificate::from_der(&bytes);
        let _ = Crl::from_der(&bytes);
        let _ = Certificate::from_file(&noise);
        let _ = Crl::from_file(&noise);
    }
}

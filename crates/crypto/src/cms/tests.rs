use super::*;
use crate::KeyKind;
use crate::hash::sha256;
use crate::testing::*;
use crate::x509::Profile;
use proptest::prelude::*;
use std::slice::from_ref;

const DOCUMENT: &[u8] = "加注件".as_bytes();

fn sealed(pki: &Pki) -> Vec<u8> {
    let template = Template::new(&pki.seal.certificate, from_ref(&pki.issuing.certificate)).unwrap();
    template.sign(pki.seal.signer.as_ref(), &sha256(DOCUMENT)).unwrap()
}

#[test]
fn what_is_signed_reads_strictly_and_verifies() {
    for kind in [KeyKind::EcP256, KeyKind::Rsa2048, KeyKind::Rsa3072] {
        let pki = pki(kind);
        let bytes = sealed(&pki);
        let template = Template::new(&pki.seal.certificate, from_ref(&pki.issuing.certificate)).unwrap();
        assert!(
            (bytes.len()..bytes.len() + 80).contains(&template.max_len()),
            "{} of {}",
            bytes.len(),
            template.max_len()
        );
        let data = parse_strict(&bytes).unwrap();
        assert_eq!(verify(&data, &sha256(DOCUMENT)), Outcome::Good);
        assert_eq!(verify(&data, &sha256(b"another")), Outcome::DigestMismatch);
        assert_eq!(data.signer_certificate(), Some(&pki.seal.certificate));
        assert!(!data.signer.has_signing_time && data.signer.other_signed.is_empty());
    }
}

#[test]
fn every_changed_byte_shows_and_so_does_every_added_one() {
    let pki = pki(KeyKind::EcP256);
    let bytes = sealed(&pki);
    // Without any root: the embedded issuer is covered too.
    let holds = |bytes: &[u8]| {
        parse_strict(bytes).is_ok_and(|data| verify(&data, &sha256(DOCUMENT)) == Outcome::Good)
    };
    assert!(holds(&bytes));
    for at in 0..bytes.len() {
        for flip in [0x01, 0x80] {
            let mut changed = bytes.clone();
            changed[at] ^= flip;
            assert!(!holds(&changed), "byte {at} ^ {flip:#x}");
        }
    }
    assert!(!holds(&[&bytes[..], &[0]].concat()));
    assert!(!holds(&bytes[..bytes.len() - 1]));
}

#[test]
fn the_other_ecdsa_twin_verifies_and_is_refused_as_ours() {
    let pki = pki(KeyKind::EcP256);
    let data = parse_strict(&sealed(&pki)).unwrap();
    let (r, s) = crate::signer::ecdsa_parts(&data.signer.signature).unwrap();
    let twin: [u8; 32] = {
        use p256::elliptic_curve::ff::PrimeField;
        (-p256::Scalar::from_repr(s.into()).unwrap()).to_bytes().into()
    };
    let twin = sequence(&[&unsigned(&r), &unsigned(&twin)]);
    let template = Template::new(&pki.seal.certificate, from_ref(&pki.issuing.certificate)).unwrap();
    let bytes = template.assemble(&sha256(DOCUMENT), &twin);
    assert_eq!(verify(&parse(&bytes).unwrap(), &sha256(DOCUMENT)), Outcome::Good);
    assert_eq!(parse_strict(&bytes).unwrap_err().code(), "malformed_encoding");
}

#[test]
fn zero_padding_is_cut_and_other_padding_refused() {
    let pki = pki(KeyKind::EcP256);
    let bytes = sealed(&pki);
    let mut room = bytes.clone();
    room.resize(4096, 0);
    assert_eq!(trim_padding(&room).unwrap(), bytes);
    assert!(parse(&room).is_ok());
    assert!(parse_strict(&room).is_err(), "no trailing bytes of any kind");
    room[4095] = 1;
    assert!(trim_padding(&room).is_err());
}

#[test]
fn the_wrong_key_signs_nothing() {
    let pki = pki(KeyKind::EcP256);
    let template = Template::new(&pki.seal.certificate, &[]).unwrap();
    let error = template.sign(pki.issuing.signer.as_ref(), &[0; 32]).unwrap_err();
    assert_eq!(error.code(), "key_mismatch");
}

#[test]
fn another_certificate_of_the_same_key_is_a_mismatch() {
    // A second certificate for the same key, issuer and serial: only the ESS attribute tells them apart.
    let pki = pki(KeyKind::EcP256);
    let spki = pki.seal.signer.public_key_spki();
    let serial = pki.seal.certificate.serial();
    let mut twin = spec("测试专用章", Profile::Seal, spki, serial);
    twin.not_after_ms += DAY;
    let twin =
        crate::x509::build_certificate(&twin, Some(&pki.issuing.certificate), pki.issuing.signer.as_ref());
    let data = parse(&sealed(&pki)).unwrap();
    let swapped = SignedData { certificates: vec![twin.unwrap()], ..data };
    assert_eq!(verify(&swapped, &sha256(DOCUMENT)), Outcome::SigningCertificateMismatch);
    let without = SignedData { certificates: vec![pki.issuing.certificate.clone()], ..swapped };
    assert_eq!(verify(&without, &sha256(DOCUMENT)), Outcome::NoSignerCertificate);
}

#[test]
fn the_same_inputs_give_the_same_bytes() {
    let root = issue("测试根", Profile::Root, Box::new(Repeating::new(1)), None, |_| {});
    let seal = issue("测试专用章", Profile::Seal, Box::new(Repeating::new(2)), Some(&root), |_| {});
    let sign = || {
        let template = Template::new(&seal.certificate, &[]).unwrap();
        template.sign(seal.signer.as_ref(), &sha256(DOCUMENT)).unwrap()
    };
    let golden = "06d7c33c4a493df619ff39d5b19a2b3fac21f79855838013f75d289b80628bb3";
    assert_eq!(sign(), sign());
    assert_eq!(crate::asn1::hex(&sha256(&sign())), golden, "the encoding changed: old copies still verify?");
}

#[test]
fn openssl_verifies_ours() {
    let scratch = Scratch::new("cms-ours");
    for kind in [KeyKind::EcP256, KeyKind::Rsa2048] {
        let pki = pki(kind);
        let cms = scratch.write("cms.der", sealed(&pki));
        let document = scratch.write("document", DOCUMENT);
        let root = scratch.write("root.pem", pki.root.certificate.to_pem().unwrap());
        let at = (NOW / 1000).to_string();
        let arguments = [
            "cms", "-verify", "-inform", "DER", "-in", &cms, "-content", &document, "-CAfile", &root,
            "-binary", "-cades", "-purpose", "any", "-attime", &at,
        ];
        openssl(&arguments);
    }
}

#[test]
fn openssls_own_signatures_are_read_with_their_attributes() {
    let scratch = Scratch::new("cms-theirs");
    let document = scratch.write("document", DOCUMENT);
    let (key, certificate, cms) =
        (scratch.path("key.pem"), scratch.path("cert.pem"), scratch.path("cms.der"));
    let kinds: [(&[&str], &str, &[&str]); 4] = [
        (&["-newkey", "rsa:2048"], "sha256", &[]),
        (
            &["-newkey", "rsa:2048"],
            "sha256",
            &["-keyopt", "rsa_padding_mode:pss", "-keyopt", "rsa_pss_saltlen:digest"],
        ),
        (&["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"], "sha256", &["-cades"]),
        (&["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384"], "sha384", &["-keyid"]),
    ];
    for (new_key, digest, options) in kinds {
        let request =
            ["req", "-x509", "-nodes", "-subj", "/CN=foreign", "-keyout", &key, "-out", &certificate];
        if openssl(&[&request[..], new_key].concat()).is_none() {
            return;
        }
        let sign = ["cms", "-sign", "-binary", "-outform", "DER", "-md", digest, "-signer", &certificate];
        let files = ["-inkey", &key, "-in", &document, "-out", &cms];
        openssl(&[&sign[..], &files, options].concat());
        let data = parse(&std::fs::read(&cms).unwrap()).unwrap();
        let algorithm = *data.signer.digest_algorithm.as_ref().unwrap();
        assert_eq!(verify(&data, &algorithm.digest(&[DOCUMENT])), Outcome::Good, "{new_key:?} {options:?}");
        assert_eq!(verify(&data, &algorithm.digest(&[b"another"])), Outcome::DigestMismatch);
        assert!(data.signer.has_signing_time);
        assert_eq!(data.signer.signing_certificate.is_some(), options == ["-cades"]);
        assert!(parse_strict(&std::fs::read(&cms).unwrap()).is_err(), "not of our making");
    }
}

#[test]
fn a_pss_salt_that_cannot_be_verified_is_unsupported_not_bad() {
    let scratch = Scratch::new("cms-pss");
    let document = scratch.write("document", DOCUMENT);
    let (key, certificate, cms) =
        (scratch.path("key.pem"), scratch.path("cert.pem"), scratch.path("cms.der"));
    let request = ["req", "-x509", "-nodes", "-newkey", "rsa:2048", "-subj", "/CN=foreign", "-keyout", &key];
    if openssl(&[&request[..], &["-out", &certificate]].concat()).is_none() {
        return;
    }
    let sign = ["cms", "-sign", "-binary", "-outform", "DER", "-signer", &certificate, "-inkey", &key];
    let pss = ["-keyopt", "rsa_padding_mode:pss", "-keyopt", "rsa_pss_saltlen:40"];
    openssl(&[&sign[..], &["-md", "sha256", "-in", &document, "-out", &cms], &pss].concat());
    let data = parse(&std::fs::read(&cms).unwrap()).unwrap();
    assert_eq!(verify(&data, &sha256(DOCUMENT)).code(), "unsupported_algorithm");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn hostile_bytes_never_panic(edits in proptest::collection::vec((0usize..2000, any::<u8>()), 0..6), cut in 0usize..2000) {
        static CMS: std::sync::LazyLock<Vec<u8>> = std::sync::LazyLock::new(|| sealed(&pki(KeyKind::EcP256)));
        let mut bytes = CMS.clone();
        for (at, byte) in edits {
            if let Some(slot) = bytes.get_mut(at) { *slot = byte; }
        }
        bytes.truncate(cut.max(1));
        if let Ok(data) = parse(&bytes) { let _ = verify(&data, &[0; 32]); }
        let _ = parse_strict(&bytes);
    }
}

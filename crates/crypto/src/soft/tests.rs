use super::*;
use crate::signature::{self, DigestAlgorithm, Flaw, Scheme};
use crate::testing::{Scratch, openssl};
use p256::elliptic_curve::ff::PrimeField;

fn rounds(n: u32) -> NonZeroU32 {
    NonZeroU32::new(n).unwrap()
}

#[test]
fn every_kind_signs_and_is_verified_by_its_public_key() {
    for (kind, scheme) in [
        (KeyKind::EcP256, Scheme::Ecdsa(DigestAlgorithm::Sha256)),
        (KeyKind::Rsa2048, Scheme::RsaPkcs1(DigestAlgorithm::Sha256)),
        (KeyKind::Rsa3072, Scheme::RsaPkcs1(DigestAlgorithm::Sha256)),
    ] {
        let (signer, pkcs8) = SoftSigner::generate(kind).unwrap();
        let again = SoftSigner::from_pkcs8(&pkcs8).unwrap();
        assert_eq!(signer.public_key_spki(), again.public_key_spki());
        let made = again.sign(b"message").unwrap();
        let spki = signer.public_key_spki();
        assert_eq!(signature::verify(scheme, spki, b"message", &made), Ok(()));
        assert_eq!(signature::verify(scheme, spki, b"massage", &made), Err(Flaw::Bad));
    }
}

#[test]
fn ecdsa_signatures_are_the_low_twin_and_the_other_is_told_apart() {
    let (signer, _) = SoftSigner::generate(KeyKind::EcP256).unwrap();
    for n in 0..32u8 {
        let made = signer.sign(&[n]).unwrap();
        assert!(crate::signer::is_low_s(&made));
        let (r, s) = crate::signer::ecdsa_parts(&made).unwrap();
        let twin = asn1::sequence(&[&asn1::unsigned(&r), &asn1::unsigned(&order_minus(&s))]);
        let scheme = Scheme::Ecdsa(DigestAlgorithm::Sha256);
        assert_eq!(signature::verify(scheme, signer.public_key_spki(), &[n], &twin), Ok(()), "it is valid");
        assert!(!crate::signer::is_low_s(&twin), "but not ours");
    }
}

/// n − s, by another implementation than the one under test.
fn order_minus(s: &[u8; 32]) -> [u8; 32] {
    let scalar = p256::Scalar::from_repr((*s).into()).unwrap();
    (-scalar).to_bytes().into()
}

#[test]
fn an_encrypted_key_opens_with_its_passphrase_only() {
    let (_, pkcs8) = SoftSigner::generate(KeyKind::EcP256).unwrap();
    let file = encrypt_pkcs8(&pkcs8, b"correct horse", &[7; 16], &[9; 16], rounds(2048)).unwrap();
    assert_eq!(*decrypt_pkcs8(file.as_bytes(), b"correct horse").unwrap(), *pkcs8);
    for n in 0..64 {
        let wrong = decrypt_pkcs8(file.as_bytes(), format!("wrong {n}").as_bytes());
        assert_eq!(wrong.unwrap_err().code(), "wrong_passphrase");
    }
}

#[test]
fn a_key_file_that_asks_for_hours_is_refused() {
    let oid = |value: &[u8]| asn1::tlv(asn1::OID, &[value]);
    let octets = |value: &[u8]| asn1::tlv(asn1::OCTET_STRING, &[value]);
    let file = |count: u32| {
        let prf = asn1::sequence(&[&oid(HMAC_SHA256), &[0x05, 0x00]]);
        let kdf = asn1::sequence(&[&octets(&[1; 16]), &asn1::unsigned(&count.to_be_bytes()), &prf]);
        let kdf = asn1::sequence(&[&oid(PBKDF2), &kdf]);
        let cipher = asn1::sequence(&[&oid(AES_256_CBC), &octets(&[2; 16])]);
        let scheme = asn1::sequence(&[&oid(PBES2), &asn1::sequence(&[&kdf, &cipher])]);
        asn1::sequence(&[&scheme, &octets(&[0; 64])])
    };
    assert_eq!(decrypt_pkcs8(&file(1), b"p").unwrap_err().code(), "wrong_passphrase");
    for count in [0, MAX_ROUNDS + 1, u32::MAX] {
        assert_eq!(decrypt_pkcs8(&file(count), b"p").unwrap_err().code(), "unsupported");
    }
}

#[test]
fn openssl_opens_our_files_and_we_open_openssls() {
    let scratch = Scratch::new("pkcs8");
    for kind in [KeyKind::EcP256, KeyKind::Rsa2048] {
        let (signer, pkcs8) = SoftSigner::generate(kind).unwrap();
        let ours = encrypt_pkcs8(&pkcs8, b"secret", &[3; 16], &[4; 16], rounds(10_000)).unwrap();
        let ours = scratch.write("ours.p8", ours);
        let Some(plain) = openssl(&["pkcs8", "-in", &ours, "-passin", "pass:secret"]) else { return };
        let plain = scratch.write("plain.pem", plain);
        let theirs = scratch.path("theirs.p8");
        openssl(&[
            "pkcs8",
            "-topk8",
            "-in",
            &plain,
            "-out",
            &theirs,
            "-passout",
            "pass:other",
            "-v2",
            "aes-256-cbc",
            "-v2prf",
            "hmacWithSHA256",
        ]);
        let back = decrypt_pkcs8(&std::fs::read(theirs).unwrap(), b"other").unwrap();
        assert_eq!(SoftSigner::from_pkcs8(&back).unwrap().public_key_spki(), signer.public_key_spki());
    }
}

use super::*;
use crate::signature::{self, Flaw, Scheme};
use crate::signer::Signer;
use crate::soft::{KeyKind, SoftSigner};
use crate::testing::{Scratch, openssl};
use ::sm2::dsa::SigningKey;
use ::sm2::dsa::signature::hazmat::PrehashSigner;
use ::sm2::elliptic_curve::PrimeField;
use ::sm2::elliptic_curve::ops::Reduce;
use ::sm2::{FieldBytes, Scalar};
use aws_lc_rs::rand::SystemRandom;
use proptest::prelude::*;

/// GB/T 32918.5, appendix A.2.
const D: &str = "3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8";
const E: &str = "F0B43E94BA45ACCAACE692ED534382EB17E6AB5A19CE7B31F4486FDFC0D28640";
const K: &str = "59276E27D506861A16680F3AD9C02DCCEF3CC1FA3CDBE4CE6D54B80DEAC1BC21";
const R: &str = "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3";
const S: &str = "B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA";

fn hex(text: &str) -> [u8; 32] {
    std::array::from_fn(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).unwrap())
}

fn key(d: [u8; 32]) -> PrivateKey {
    private(&d).unwrap()
}

fn private(d: &[u8]) -> Option<PrivateKey> {
    let inner = sequence(&[&asn1::unsigned(&[1]), &asn1::tlv(asn1::OCTET_STRING, &[d])]);
    let octets = asn1::tlv(asn1::OCTET_STRING, &[&inner]);
    PrivateKey::from_pkcs8(&sequence(&[&asn1::unsigned(&[0]), KEY_IDENTIFIER, &octets])).ok().flatten()
}

#[test]
fn the_standards_example_comes_out() {
    let key = key(hex(D));
    let mut state = key.public().hasher();
    state.update(b"message digest");
    assert_eq!(state.finish(), hex(E), "ZA and the message");
    let scalar = |text: &str| Scalar::from_repr(FieldBytes::from(hex(text))).unwrap();
    let (r, s) = key.equation(Scalar::reduce(&FieldBytes::from(hex(E))), scalar(K)).unwrap();
    assert_eq!((<[u8; 32]>::from(r), <[u8; 32]>::from(s)), (hex(R), hex(S)));
    assert!(key.public().verify(b"message digest", &encode(&hex(R), &hex(S))));
    assert!(key.public().verify(b"message digest", &[hex(R), hex(S)].concat()), "64 bytes");
    assert!(PreparedKey::new(key.public().clone()).verify_digest(&hex(E), &encode(&hex(R), &hex(S))));
}

#[test]
fn a_scalar_out_of_range_is_no_key() {
    let n = hex("FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123");
    let minus = |k: u8| {
        let mut d = n;
        d[31] -= k;
        d
    };
    assert!(private(&[0; 32]).is_none() && private(&n).is_none() && private(&[1; 31]).is_none());
    assert!(private(&minus(1)).is_none(), "1 + d would have no inverse");
    assert!(private(&minus(2)).is_some());
}

#[test]
fn a_software_key_keeps_and_signs() {
    let (signer, pkcs8) = SoftSigner::generate(KeyKind::Sm2).unwrap();
    let again = SoftSigner::from_pkcs8(&pkcs8).unwrap();
    let spki = signer.public_key_spki();
    assert_eq!(spki, again.public_key_spki());
    let made = again.sign(b"message").unwrap();
    assert_ne!(made, again.sign(b"message").unwrap(), "nonces are fresh");
    assert_eq!(signature::verify(Scheme::Sm2Sm3, spki, b"message", &made), Ok(()));
    assert_eq!(signature::verify(Scheme::Sm2Sm3, spki, b"massage", &made), Err(Flaw::Bad));
    let (p256, _) = SoftSigner::generate(KeyKind::EcP256).unwrap();
    let crossed = signature::verify(Scheme::Sm2Sm3, p256.public_key_spki(), b"message", &made);
    assert!(matches!(crossed, Err(Flaw::Unsupported(_))));
    assert_eq!(p256.sign_digest(&[0; 32]).unwrap_err().code(), "unsupported");
}

/// The same key, nonce generator and digest give what RustCrypto's own signer gives, whose equation is
/// another than ours; and the three ways to check agree.
#[test]
fn our_equation_is_rustcryptos() {
    proptest!(ProptestConfig::with_cases(24), |(d in any::<[u8; 32]>(), digest in any::<[u8; 32]>(), flip in 0usize..64)| {
        prop_assume!(private(&d).is_some());
        let key = key(d);
        let ours = key.sign_with(&digest, &[]).unwrap();
        let theirs = SigningKey::from_slice(DEFAULT_ID, &d).unwrap().sign_prehash(&digest).unwrap();
        prop_assert_eq!(&ours, &encode(&theirs.r_bytes(), &theirs.s_bytes()));
        let prepared = PreparedKey::new(key.public().clone());
        prop_assert!(key.public().verify_digest(&digest, &ours) && prepared.verify_digest(&digest, &ours));
        let mut raw = theirs.to_vec();
        raw[flip] ^= 1;
        prop_assert!(!key.public().verify_digest(&digest, &raw) && !prepared.verify_digest(&digest, &raw));
    });
}

#[test]
fn signatures_out_of_range_are_refused() {
    let key = key(hex(D));
    let prepared = PreparedKey::new(key.public().clone());
    for bad in [vec![0; 64], vec![0xff; 64], vec![1; 63], vec![1; 65], Vec::new()] {
        assert!(!key.public().verify_digest(&hex(E), &bad) && !prepared.verify_digest(&hex(E), &bad));
    }
}

#[test]
fn openssl_takes_our_keys_and_signatures_and_we_take_openssls() {
    let scratch = Scratch::new("sm2");
    let key = PrivateKey::generate(&SystemRandom::new()).unwrap();
    let mut state = key.public().hasher();
    state.update("一份文件".as_bytes());
    let digest = state.finish();
    let signature = scratch.write("signature", key.sign_digest(&digest, &SystemRandom::new()).unwrap());
    let message = scratch.write("message", "一份文件");
    let private = scratch.write("key.der", key.to_pkcs8());
    let id = format!("distid:{DEFAULT_ID}");
    let theirs = scratch.path("theirs");
    let sign = ["pkeyutl", "-sign", "-rawin", "-digest", "sm3", "-in", &message, "-inkey", &private];
    let sign = [&sign[..], &["-keyform", "DER", "-pkeyopt", &id, "-out", &theirs]].concat();
    if openssl(&sign).is_none() {
        return;
    }
    let verify = ["pkeyutl", "-verify", "-rawin", "-digest", "sm3", "-in", &message, "-inkey", &private];
    openssl(&[&verify[..], &["-keyform", "DER", "-pkeyopt", &id, "-sigfile", &signature]].concat());
    assert!(key.public().verify("一份文件".as_bytes(), &std::fs::read(&theirs).unwrap()));

    let generated = scratch.path("generated.pem");
    let make = ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:SM2", "-out", &generated];
    openssl(&make);
    let plain = scratch.path("generated.der");
    let convert = ["pkcs8", "-topk8", "-nocrypt", "-in", &generated, "-outform", "DER", "-out", &plain];
    openssl(&convert);
    let made = PrivateKey::from_pkcs8(&std::fs::read(&plain).unwrap()).unwrap();
    let shown = ["pkey", "-in", &generated, "-pubout", "-outform", "DER", "-out", &theirs];
    openssl(&shown);
    assert_eq!(made.unwrap().public().spki(), std::fs::read(&theirs).unwrap());
}

/// Link by link, because OpenSSL's `-vfyopt` gives the id to the first certificate only, and takes the empty one for
/// the others and for lists; so it is given a list's bytes to check as a message.
#[test]
fn openssl_accepts_certificates_and_lists_on_sm2() {
    use crate::testing::{DAY, Identity, NOW, pki};
    use crate::x509::{CrlSpec, build_crl};
    let scratch = Scratch::new("sm2-x509");
    let pki = pki(KeyKind::Sm2);
    let pem = |name: &str, identity: &Identity| scratch.write(name, identity.certificate.to_pem().unwrap());
    let (root, issuing, seal) =
        (pem("root.pem", &pki.root), pem("issuing.pem", &pki.issuing), pem("seal.pem", &pki.seal));
    let (at, id) = ((NOW / 1000).to_string(), format!("distid:{DEFAULT_ID}"));
    for (issuer, subject) in [(&root, &issuing), (&issuing, &seal)] {
        let verify = ["verify", "-vfyopt", &id, "-attime", &at, "-x509_strict"];
        if openssl(&[&verify[..], &["-partial_chain", "-trusted", issuer, subject]].concat()).is_none() {
            return;
        }
    }
    let spec = CrlSpec { revoked: &[], this_update_ms: NOW - DAY, next_update_ms: NOW + DAY, number: 1 };
    let list = build_crl(&spec, &pki.issuing.certificate, pki.issuing.signer.as_ref()).unwrap();
    let mut outer = Reader::new(list.der(), Rules::Der, "list");
    let mut inner = outer.enter(asn1::SEQUENCE).unwrap();
    let body = scratch.write("body", inner.next().unwrap().raw);
    inner.next().unwrap();
    let signature = scratch.write("signature", &inner.next().unwrap().value[1..]);
    let verify = ["pkeyutl", "-verify", "-rawin", "-digest", "sm3", "-pkeyopt", &id, "-certin"];
    openssl(&[&verify[..], &["-inkey", &issuing, "-in", &body, "-sigfile", &signature]].concat());
}

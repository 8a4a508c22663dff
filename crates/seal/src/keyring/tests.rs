use super::*;
use crate::Trust;
use crate::authority::{self, SealOrder, SealRequest, Sm2Trust};
use yinxin_crypto::path::{Instants, Revocation, TrustStore, validate};
use yinxin_crypto::ses::{Expected, Finding, Memo, SignedValue, Version};
use yinxin_crypto::x509::RevokedEntry;
use yinxin_crypto::{SoftSigner, soft::decrypt_pkcs8};
use yinxin_model::Instant;
use yinxin_testkit::SeededEntropy;

/// 2026-03-01T00:00:00Z.
const NOW_MS: i64 = 1_772_323_200_000;
const PASSPHRASE: &[u8] = b"passphrase";
const PATH: &str = "/Doc_0/Signs/Sign_0/Signature.xml";

fn demo() -> Sm2Trust {
    let request = |code, name| SealRequest { code, name, organisation: "某某协会" };
    let requests = [request("a", "某某协会甲测试专用章"), request("b", "某某协会乙测试专用章")];
    authority::make_sm2(&requests, PASSPHRASE, NOW_MS, &SeededEntropy::new(1)).unwrap()
}

fn electronic(trust: &Sm2Trust, holder: &Certificate) -> ses::Seal {
    let order = SealOrder {
        version: Version::V4,
        id: "DEMO-a",
        name: holder.subject_name(),
        holder,
        picture_kind: "ofd",
        picture: b"picture",
        width_mm: 42,
        height_mm: 42,
    };
    let Sm2Trust { maker, .. } = trust;
    authority::electronic_seal(&order, &maker.certificate, maker.key_pem.as_bytes(), PASSPHRASE).unwrap()
}

#[test]
fn a_demo_seal_signs_and_its_certificates_lead_to_the_root() {
    let trust = demo();
    let issued = &trust.hierarchy.seals[0];
    let authority = trust.hierarchy.authority.certificate.clone();
    let pkcs8 = decrypt_pkcs8(issued.key_pem.as_bytes(), PASSPHRASE).unwrap();
    let signer: Arc<dyn Signer> = Arc::new(SoftSigner::from_pkcs8(&pkcs8).unwrap());
    let seal = electronic(&trust, &issued.certificate);
    let chain = vec![authority];
    let national = |signer, certificate: &Certificate| {
        NationalSeal::new("a", signer, certificate.clone(), chain.clone(), seal.der())
    };
    let key = national(signer.clone(), &issued.certificate).unwrap();
    let made = key.template(PATH).unwrap().sign(key.signer(), NOW_MS, &[7; 32]).unwrap();
    let SignedValue::Seal(signature) = ses::parse(&made).unwrap() else { panic!("a seal's signature") };
    let expected =
        Expected { data_hash: Some(&[7; 32]), path: Some(PATH), seal_file: Some(key.seal().der()) };
    assert!(ses::verify(&signature, &expected, &Memo::new()).iter().all(Finding::is_good));

    let mut store = TrustStore::with_roots(vec![trust.hierarchy.root.certificate.clone()]);
    trust.hierarchy.lists.iter().for_each(|list| store.add_crl(list.clone()));
    let when = Instants { at_ms: NOW_MS, now_ms: NOW_MS };
    for leaf in [signature.signer.unwrap(), signature.seal.maker.unwrap()] {
        let path = validate(&leaf, key.chain(), &store, when);
        assert_eq!((path.problem, path.revocation), (None, Revocation::Good), "{leaf:?}");
        assert!(leaf.subject_name().contains("测试") || leaf.subject_name().contains("DEMO"));
    }

    let other = &trust.hierarchy.seals[1].certificate;
    assert_eq!(national(signer.clone(), other).unwrap_err().code(), "key_mismatch", "another's certificate");
    let mut forged = seal.der().to_vec();
    *forged.last_mut().unwrap() ^= 1;
    let forged = NationalSeal::new("a", signer, issued.certificate.clone(), chain, &forged);
    assert_eq!(forged.unwrap_err().code(), "self_check_failed");
}

/// What is told of the certificates: who is believed, and from when to when.
#[test]
fn a_pair_is_admitted_only_while_its_certificates_hold() {
    let trust = demo();
    let (issued, hierarchy) = (&trust.hierarchy.seals[0], &trust.hierarchy);
    let pkcs8 = decrypt_pkcs8(issued.key_pem.as_bytes(), PASSPHRASE).unwrap();
    let seal = electronic(&trust, &issued.certificate);
    let certificates = [issued.certificate.clone(), hierarchy.authority.certificate.clone()];
    let admitted = |believed: Trust, now_ms| {
        let signer = Arc::new(SoftSigner::from_pkcs8(&pkcs8).unwrap());
        admit("a", signer, &certificates, seal.der(), &believed, Instant(now_ms))
            .map_err(|unfit| unfit.code())
    };
    let root = || vec![hierarchy.root.certificate.clone()];
    let national = admitted(Trust::new(root(), hierarchy.lists.to_vec()), NOW_MS).unwrap();
    assert_eq!(national.seal_digest(), yinxin_crypto::hash::sha256(seal.der()));
    assert!(admitted(Trust::new(root(), Vec::new()), NOW_MS).is_ok(), "of lists doctor tells");
    let failed = |believed, now_ms| admitted(believed, now_ms).unwrap_err();
    assert_eq!(failed(Trust::default(), NOW_MS), "seal_maker_untrusted");
    let issuer = &hierarchy.authority;
    let revoking = |certificate: &Certificate| {
        let entry = RevokedEntry {
            serial: certificate.serial().to_vec(),
            at_ms: NOW_MS - 1,
            reason: Some(1),
            invalid_since_ms: None,
        };
        let list = authority::renew_list(
            &issuer.certificate,
            issuer.key_pem.as_bytes(),
            PASSPHRASE,
            &[entry],
            NOW_MS,
        );
        Trust::new(root(), vec![list.unwrap()])
    };
    assert_eq!(failed(revoking(&trust.maker.certificate), NOW_MS), "seal_maker_out_of_time");
    assert_eq!(failed(revoking(&issued.certificate), NOW_MS), "sm2_certificate_not_valid");
    let after = issued.certificate.not_after_ms() + 1_000;
    assert_eq!(failed(Trust::new(root(), Vec::new()), after), "sm2_certificate_not_valid");
}

//! A ministry with its seal, and its enemies: keys, certificates and revocation lists of which everything
//! follows from a seed. They are valid for so long that judging a file today or in ten years finds the same.

use std::sync::Arc;

use yinxin_crypto::hash::sha256;
use yinxin_crypto::tsp::{Imprint, Responder};
use yinxin_crypto::x509::{
    Certificate, CertificateSpec, Crl, CrlSpec, DistinguishedName, Profile, RevokedEntry, build_certificate,
    build_crl,
};
use yinxin_crypto::{Signer, cms};
use yinxin_model::Instant;
use yinxin_seal::{Material, SealKey, Trust};

use crate::RepeatingSigner;

const DAY: i64 = 86_400_000;
const YEAR: i64 = 365 * DAY;

/// When the good copies were sealed.
pub fn sealed_at() -> Instant {
    Instant::parse("2026-03-01T09:00:00+08:00").expect("an instant")
}

/// A key with its certificate, and what goes beside it into a signature.
#[derive(Clone)]
pub struct Seal {
    pub signer: Arc<RepeatingSigner>,
    pub certificate: Certificate,
    pub chain: Vec<Certificate>,
}

impl Seal {
    /// A signature over what has this digest, as our writer makes it.
    pub fn sign(&self, digest: &[u8; 32]) -> Vec<u8> {
        let template = cms::Template::new(&self.certificate, &self.chain).expect("a template");
        template.sign(self.signer.as_ref(), digest).expect("a signature")
    }

    pub fn key(&self, code: &str) -> SealKey {
        SealKey::new(code, self.signer.clone(), self.certificate.clone(), self.chain.clone()).expect("a key")
    }
}

/// One root with all that hangs from it.
pub struct Office {
    pub root: Certificate,
    pub issuing: Certificate,
    /// The seal of the good copies.
    pub seal: Seal,
    /// Another seal of the same authority.
    pub other: Seal,
    /// The same seal with earlier, later and revoked certificates.
    pub expired: Seal,
    pub not_yet_valid: Seal,
    pub revoked: Seal,
    pub stamper: Responder,
    pub stamp_key: Arc<RepeatingSigner>,
    pub lists: Vec<Crl>,
}

impl Office {
    /// `name` begins every certificate's name, `seed` gives every key.
    pub fn new(name: &str, seed: u64) -> Self {
        let at = sealed_at().0;
        let long = (at - 6 * YEAR, at + 50 * YEAR);
        let root_key = RepeatingSigner::from_seed(seed);
        let issuing_key = RepeatingSigner::from_seed(seed + 1);
        let root = certify(&format!("{name}测试根"), 1, Profile::Root, &root_key, long, None, &root_key);
        let authority = Profile::IssuingCa { path_len: 0 };
        let issuing =
            certify(&format!("{name}测试签发"), 2, authority, &issuing_key, long, Some(&root), &root_key);
        let seal = |number: u64, of: &str, validity| {
            let signer = RepeatingSigner::from_seed(seed + number);
            let subject = format!("{name}{of}（测试专用章）");
            let certificate =
                certify(&subject, number, Profile::Seal, &signer, validity, Some(&issuing), &issuing_key);
            Seal { signer: Arc::new(signer), certificate, chain: vec![issuing.clone()] }
        };
        let revoked = seal(6, "证书专用章", long);
        let stamp_key = RepeatingSigner::from_seed(seed + 7);
        let stamper = certify(
            &format!("{name}测试时间戳"),
            7,
            Profile::TimeStampAuthority,
            &stamp_key,
            long,
            Some(&issuing),
            &issuing_key,
        );
        let stamp_key = Arc::new(stamp_key);
        let stamper = Responder::new(stamp_key.clone(), stamper, vec![issuing.clone()], "1.2.3.4");
        let entry = RevokedEntry {
            serial: revoked.certificate.serial().to_vec(),
            at_ms: at - YEAR,
            reason: Some(5),
            invalid_since_ms: None,
        };
        let list = |revoked: &[RevokedEntry], issuer: &Certificate, key: &RepeatingSigner| {
            let (this_update_ms, next_update_ms) = (at - DAY, at + 40 * YEAR);
            let spec = CrlSpec { revoked, this_update_ms, next_update_ms, number: 1 };
            build_crl(&spec, issuer, key).expect("a list")
        };
        Self {
            lists: vec![list(&[], &root, &root_key), list(&[entry], &issuing, &issuing_key)],
            seal: seal(2, "证书专用章", long),
            other: seal(3, "合同专用章", long),
            expired: seal(4, "证书专用章", (at - 3 * YEAR, at - DAY)),
            not_yet_valid: seal(5, "证书专用章", (at + 20 * YEAR, at + 30 * YEAR)),
            revoked,
            stamper: stamper.expect("a responder"),
            stamp_key,
            root,
            issuing,
        }
    }

    pub fn trust(&self) -> Trust {
        Trust::new(vec![self.root.clone()], self.lists.clone())
    }

    pub fn material(&self) -> Material {
        let stampers = vec![self.stamper.certificate().clone(), self.issuing.clone()];
        Material::new(self.trust(), stampers, 2048)
    }

    /// A token over what has this digest (SHA-256).
    pub fn token(&self, imprint: &[u8; 32], at: Instant) -> Vec<u8> {
        self.stamper.stamp(&Imprint::Sha256(*imprint), None, &[7; 16], at.0).expect("a token")
    }
}

fn certify(
    name: &str,
    number: u64,
    profile: Profile,
    key: &RepeatingSigner,
    (not_before_ms, not_after_ms): (i64, i64),
    issuer: Option<&Certificate>,
    issuer_key: &RepeatingSigner,
) -> Certificate {
    let serial = sha256(format!("{name} {number}").as_bytes());
    let spec = CertificateSpec {
        profile,
        subject: DistinguishedName {
            common_name: name.to_owned(),
            organization: Some("测试".to_owned()),
            country: Some("CN".to_owned()),
        },
        subject_spki: key.public_key_spki(),
        serial: serial.first_chunk::<16>().expect("32 bytes have 16"),
        not_before_ms,
        not_after_ms,
    };
    build_certificate(&spec, issuer, issuer_key).expect("a certificate")
}

//! A small trust hierarchy for this crate's tests, and the OpenSSL command line as an outside judge.

use crate::signer::{SignatureAlgorithm, Signer};
use crate::x509::{Certificate, CertificateSpec, DistinguishedName, Profile, build_certificate};
use crate::{Error, KeyKind, SoftSigner};
use p256::ecdsa::signature::Signer as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// 2026-03-01T00:00:00Z.
pub const NOW: i64 = 1_772_323_200_000;
pub const DAY: i64 = 86_400_000;
pub const FROM: i64 = NOW - 365 * DAY;
pub const UNTIL: i64 = NOW + 10_000 * DAY;

pub struct Identity {
    pub signer: Box<dyn Signer>,
    pub certificate: Certificate,
}

pub struct Pki {
    pub root: Identity,
    pub issuing: Identity,
    pub seal: Identity,
}

pub fn spec<'a>(name: &str, profile: Profile, spki: &'a [u8], serial: &'a [u8]) -> CertificateSpec<'a> {
    CertificateSpec {
        profile,
        subject: DistinguishedName {
            common_name: name.to_owned(),
            organization: Some("印信测试".to_owned()),
            country: Some("CN".to_owned()),
        },
        subject_spki: spki,
        serial,
        not_before_ms: FROM,
        not_after_ms: UNTIL,
    }
}

pub fn issue(
    name: &str,
    profile: Profile,
    signer: Box<dyn Signer>,
    issuer: Option<&Identity>,
    change: impl FnOnce(&mut CertificateSpec<'_>),
) -> Identity {
    let serial = crate::hash::sha256(name.as_bytes());
    let mut spec = spec(name, profile, signer.public_key_spki(), &serial[..16]);
    change(&mut spec);
    let by = issuer.map_or(signer.as_ref(), |issuer| issuer.signer.as_ref());
    let certificate = build_certificate(&spec, issuer.map(|issuer| &issuer.certificate), by).unwrap();
    Identity { signer, certificate }
}

pub fn pki(kind: KeyKind) -> Pki {
    let new = || Box::new(SoftSigner::generate(kind).unwrap().0);
    let root = issue("测试根", Profile::Root, new(), None, |_| {});
    let issuing = issue("测试签发机构", Profile::IssuingCa { path_len: 0 }, new(), Some(&root), |_| {});
    let seal = issue("测试专用章", Profile::Seal, new(), Some(&issuing), |_| {});
    Pki { root, issuing, seal }
}

/// RFC 6979: the same message gives the same signature. For tests only.
pub struct Repeating {
    key: p256::ecdsa::SigningKey,
    spki: Vec<u8>,
}

impl Repeating {
    pub fn new(seed: u8) -> Self {
        use p256::pkcs8::EncodePublicKey;
        let key = p256::ecdsa::SigningKey::from_slice(&[seed; 32]).unwrap();
        let spki = key.verifying_key().to_public_key_der().unwrap().into_vec();
        Self { key, spki }
    }
}

impl Signer for Repeating {
    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::EcdsaP256Sha256
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        let made: p256::ecdsa::Signature = self.key.sign(message);
        let (r, s) = made.split_bytes();
        Ok(crate::signer::ecdsa_der(&r.into(), &s.into()))
    }

    fn public_key_spki(&self) -> &[u8] {
        &self.spki
    }
}

/// A directory of this test's own; removed when dropped.
pub struct Scratch(pub PathBuf);

impl Scratch {
    pub fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("yinxin-crypto-{name}-{}", std::process::id()));
        // A test that was killed may have had the same number.
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let path = self.0.join(name);
        std::fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    }

    pub fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Standard output of a run of OpenSSL that must succeed; `None` (said loudly) where it is not installed.
pub fn openssl(arguments: &[&str]) -> Option<String> {
    if !Path::new("/usr/bin/openssl").exists() {
        eprintln!("SKIPPED: openssl is not installed");
        return None;
    }
    let run = Command::new("/usr/bin/openssl").args(arguments).output().unwrap();
    let said = String::from_utf8_lossy(&run.stdout).into_owned();
    assert!(run.status.success(), "openssl {arguments:?}: {said}{}", String::from_utf8_lossy(&run.stderr));
    Some(said)
}

//! Checking signatures: which scheme an `AlgorithmIdentifier` names, and whether a signature fits a public
//! key. Accepts what PDF readers accept (RSA PKCS#1 v1.5 and PSS from 2048 bits, ECDSA on P-256, P-384,
//! P-521; SHA-2) and SM2 with SM3 (GB/T 32918), and nothing on SHA-1.

use crate::asn1::{self, Reader, Rules};
use crate::hash::Sm3;
use crate::sm2;
use aws_lc_rs::{digest, signature as primitive};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DigestAlgorithm {
    Sha256,
    Sha384,
    Sha512,
    Sm3,
}

impl DigestAlgorithm {
    /// From the value bytes of its OID.
    pub(crate) fn from_oid(value: &[u8]) -> Option<Self> {
        if value == sm2::SM3 {
            return Some(Self::Sm3);
        }
        match value.strip_prefix(&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02])? {
            [0x01] => Some(Self::Sha256),
            [0x02] => Some(Self::Sha384),
            [0x03] => Some(Self::Sha512),
            _ => None,
        }
    }

    /// From DER `AlgorithmIdentifier`; the error is the name of what was found.
    pub(crate) fn from_identifier(raw: &[u8], rules: Rules) -> Result<Self, String> {
        let (oid, _) = split_identifier(raw, rules).ok_or_else(|| "malformed".to_owned())?;
        Self::from_oid(oid).ok_or_else(|| asn1::dotted(oid))
    }

    fn output_len(self) -> u8 {
        match self {
            Self::Sha256 | Self::Sm3 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }

    /// The digest of the concatenation of `parts`.
    pub fn digest(self, parts: &[&[u8]]) -> Vec<u8> {
        let mut state = digest::Context::new(match self {
            Self::Sha256 => &digest::SHA256,
            Self::Sha384 => &digest::SHA384,
            Self::Sha512 => &digest::SHA512,
            Self::Sm3 => {
                let mut state = Sm3::new();
                parts.iter().for_each(|part| state.update(part));
                return state.finish().to_vec();
            }
        });
        for part in parts {
            state.update(part);
        }
        state.finish().as_ref().to_vec()
    }

    /// The one that belongs to RSA and ECDSA here: SM3 goes with SM2 alone.
    fn of_sha2(self) -> Option<Self> {
        (self != Self::Sm3).then_some(self)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    Ecdsa(DigestAlgorithm),
    RsaPkcs1(DigestAlgorithm),
    RsaPss(DigestAlgorithm),
    /// SM2 with SM3 and the default id.
    Sm2Sm3,
}

/// Why a signature was not accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// The scheme, curve or key size is not one of those that this system judges.
    Unsupported(String),
    /// It does not fit key and message.
    Bad,
}

const RSA_ENCRYPTION: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
const RSA_PKCS1: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01];
const ECDSA_SHA2: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03];
const EC_PUBLIC_KEY: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const MGF1: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x08];

impl Scheme {
    /// Which scheme a DER `AlgorithmIdentifier` names; `digest` completes the bare `rsaEncryption` that CMS
    /// allows.
    pub(crate) fn from_identifier(
        raw: &[u8],
        digest: Option<DigestAlgorithm>,
        rules: Rules,
    ) -> Result<Self, String> {
        let (oid, parameters) = split_identifier(raw, rules).ok_or_else(|| "malformed".to_owned())?;
        if oid == RSA_ENCRYPTION {
            let digest = digest.and_then(DigestAlgorithm::of_sha2);
            return digest.map(Self::RsaPkcs1).ok_or_else(|| asn1::dotted(oid));
        }
        // Parameters are absent or NULL, by authority; nothing hangs on them. GB/T 35275 names key and digest apart.
        if oid == sm2::SM2_WITH_SM3 || oid == sm2::SM2_SIGNING && digest == Some(DigestAlgorithm::Sm3) {
            return Ok(Self::Sm2Sm3);
        }
        let found = match (oid.strip_prefix(RSA_PKCS1), oid.strip_prefix(ECDSA_SHA2)) {
            (Some([11]), _) => Some(Self::RsaPkcs1(DigestAlgorithm::Sha256)),
            (Some([12]), _) => Some(Self::RsaPkcs1(DigestAlgorithm::Sha384)),
            (Some([13]), _) => Some(Self::RsaPkcs1(DigestAlgorithm::Sha512)),
            (Some([10]), _) => {
                pss_digest(parameters, rules).and_then(DigestAlgorithm::of_sha2).map(Self::RsaPss)
            }
            (_, Some([2])) => Some(Self::Ecdsa(DigestAlgorithm::Sha256)),
            (_, Some([3])) => Some(Self::Ecdsa(DigestAlgorithm::Sha384)),
            (_, Some([4])) => Some(Self::Ecdsa(DigestAlgorithm::Sha512)),
            _ => None,
        };
        found.ok_or_else(|| asn1::dotted(oid))
    }
}

/// Checks `signature` over `message` with the key of a DER `SubjectPublicKeyInfo`.
pub fn verify(scheme: Scheme, spki: &[u8], message: &[u8], signature: &[u8]) -> Result<(), Flaw> {
    let key = PublicKey::parse(spki).ok_or_else(|| Flaw::Unsupported("public key".to_owned()))?;
    if let (Family::Sm2, Scheme::Sm2Sm3) = (&key.family, scheme) {
        let key = sm2::PublicKey::from_point(key.bytes)
            .ok_or_else(|| Flaw::Unsupported("point not on the SM2 curve".to_owned()))?;
        return if key.verify(message, signature) { Ok(()) } else { Err(Flaw::Bad) };
    }
    let algorithm = key.verification(scheme)?;
    primitive::UnparsedPublicKey::new(algorithm, key.bytes).verify(message, signature).map_err(|_| Flaw::Bad)
}

enum Family {
    P256,
    P384,
    P521,
    Rsa,
    Sm2,
}

struct PublicKey<'a> {
    family: Family,
    bytes: &'a [u8],
}

impl<'a> PublicKey<'a> {
    fn parse(spki: &'a [u8]) -> Option<Self> {
        let mut outer = Reader::new(spki, Rules::Der, "public key");
        let mut inner = outer.enter(asn1::SEQUENCE).ok()?;
        outer.finish().ok()?;
        let identifier = inner.expect(asn1::SEQUENCE).ok()?;
        let (&unused, bytes) = inner.expect(asn1::BIT_STRING).ok()?.value.split_first()?;
        inner.finish().ok()?;
        if unused != 0 {
            return None;
        }
        let (oid, parameters) = split_identifier(identifier.raw, Rules::Der)?;
        let family = if oid == RSA_ENCRYPTION {
            Family::Rsa
        } else if oid == EC_PUBLIC_KEY {
            let mut curve = Reader::new(parameters, Rules::Der, "curve");
            match curve.expect(asn1::OID).ok()?.value {
                [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07] => Family::P256,
                [0x2b, 0x81, 0x04, 0x00, 0x22] => Family::P384,
                [0x2b, 0x81, 0x04, 0x00, 0x23] => Family::P521,
                sm2::CURVE => Family::Sm2,
                _ => return None,
            }
        } else {
            return None;
        };
        Some(Self { family, bytes })
    }

    fn verification(&self, scheme: Scheme) -> Result<&'static dyn primitive::VerificationAlgorithm, Flaw> {
        use DigestAlgorithm::{Sha256, Sha384, Sha512};
        Ok(match (&self.family, scheme) {
            (Family::P256, Scheme::Ecdsa(Sha256)) => &primitive::ECDSA_P256_SHA256_ASN1,
            (Family::P256, Scheme::Ecdsa(Sha384)) => &primitive::ECDSA_P256_SHA384_ASN1,
            (Family::P256, Scheme::Ecdsa(Sha512)) => &primitive::ECDSA_P256_SHA512_ASN1,
            (Family::P384, Scheme::Ecdsa(Sha256)) => &primitive::ECDSA_P384_SHA256_ASN1,
            (Family::P384, Scheme::Ecdsa(Sha384)) => &primitive::ECDSA_P384_SHA384_ASN1,
            (Family::P384, Scheme::Ecdsa(Sha512)) => &primitive::ECDSA_P384_SHA512_ASN1,
            (Family::P521, Scheme::Ecdsa(Sha256)) => &primitive::ECDSA_P521_SHA256_ASN1,
            (Family::P521, Scheme::Ecdsa(Sha384)) => &primitive::ECDSA_P521_SHA384_ASN1,
            (Family::P521, Scheme::Ecdsa(Sha512)) => &primitive::ECDSA_P521_SHA512_ASN1,
            (Family::Rsa, Scheme::RsaPkcs1(Sha256)) => &primitive::RSA_PKCS1_2048_8192_SHA256,
            (Family::Rsa, Scheme::RsaPkcs1(Sha384)) => &primitive::RSA_PKCS1_2048_8192_SHA384,
            (Family::Rsa, Scheme::RsaPkcs1(Sha512)) => &primitive::RSA_PKCS1_2048_8192_SHA512,
            (Family::Rsa, Scheme::RsaPss(Sha256)) => &primitive::RSA_PSS_2048_8192_SHA256,
            (Family::Rsa, Scheme::RsaPss(Sha384)) => &primitive::RSA_PSS_2048_8192_SHA384,
            (Family::Rsa, Scheme::RsaPss(Sha512)) => &primitive::RSA_PSS_2048_8192_SHA512,
            (_, scheme) => return Err(Flaw::Unsupported(format!("{scheme:?} with a key of another kind"))),
        })
    }
}

/// The OID's value and the raw parameters of a DER `AlgorithmIdentifier`.
pub(crate) fn split_identifier(raw: &[u8], rules: Rules) -> Option<(&[u8], &[u8])> {
    let mut outer = Reader::new(raw, rules, "algorithm");
    let mut inner = outer.enter(asn1::SEQUENCE).ok()?;
    outer.finish().ok()?;
    let oid = inner.expect(asn1::OID).ok()?;
    Some((oid.value, inner.rest()))
}

/// The digest of `RSASSA-PSS-params` (RFC 4055), accepted when hash and MGF1 hash agree and the salt is as
/// long as the digest, which is all that the primitive library verifies. Anything else must show as
/// unsupported, never as bad.
fn pss_digest(parameters: &[u8], rules: Rules) -> Option<DigestAlgorithm> {
    let mut outer = Reader::new(parameters, rules, "PSS parameters");
    let mut inner = outer.enter(asn1::SEQUENCE).ok()?;
    let hash = inner.enter(asn1::context(0)).ok()?;
    let digest = DigestAlgorithm::from_identifier(hash.rest(), rules).ok()?;
    let mask = inner.enter(asn1::context(1)).ok()?;
    let (mgf, mgf_hash) = split_identifier(mask.rest(), rules)?;
    let same = mgf == MGF1 && DigestAlgorithm::from_identifier(mgf_hash, rules).ok()? == digest;
    let salt_len = inner.enter(asn1::context(2)).ok()?.expect(asn1::INTEGER).ok()?.value;
    (same && salt_len == [digest.output_len()]).then_some(digest)
}

/// What a public key can sign with, as far as our own signatures are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyShape {
    P256,
    Rsa { modulus_len: usize },
    Other,
}

impl KeyShape {
    pub fn of(spki: &[u8]) -> Option<Self> {
        let key = PublicKey::parse(spki)?;
        Some(match key.family {
            Family::P256 => Self::P256,
            Family::Rsa => {
                let mut outer = Reader::new(key.bytes, Rules::Der, "RSA key");
                let modulus = outer.enter(asn1::SEQUENCE).ok()?.expect(asn1::INTEGER).ok()?.value;
                Self::Rsa { modulus_len: asn1::strip_zeros(modulus).len() }
            }
            Family::P384 | Family::P521 | Family::Sm2 => Self::Other,
        })
    }
}

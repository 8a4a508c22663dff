//! The one trait behind which every signing key stands: software, token, and later remote devices.

use crate::{Error, asn1};

/// What a key signs with. The digest is part of it: what is handed over is always the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SignatureAlgorithm {
    /// ECDSA over P-256 with SHA-256; the signature is the DER `SEQUENCE { r, s }` with the smaller of the
    /// two valid `s`.
    EcdsaP256Sha256,
    /// RSASSA-PKCS1-v1_5 with SHA-256; the signature is as long as the modulus.
    RsaPkcs1Sha256,
    /// SM2 with SM3 and the default id (GB/T 32918.2); the signature is the DER `SEQUENCE { r, s }`.
    Sm2Sm3,
}

impl SignatureAlgorithm {
    pub fn name(self) -> &'static str {
        match self {
            Self::EcdsaP256Sha256 => "ecdsa-p256-sha256",
            Self::RsaPkcs1Sha256 => "rsa-pkcs1-sha256",
            Self::Sm2Sm3 => "sm2-sm3",
        }
    }

    /// DER `AlgorithmIdentifier`: without parameters for ECDSA (RFC 5758), with NULL for RSA (RFC 4055) and,
    /// as the licensed authorities write it, for SM2.
    pub(crate) fn identifier(self) -> &'static [u8] {
        match self {
            Self::EcdsaP256Sha256 => {
                &[0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02]
            }
            Self::RsaPkcs1Sha256 => {
                &[0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b, 0x05, 0x00]
            }
            Self::Sm2Sm3 => {
                &[0x30, 0x0c, 0x06, 0x08, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x83, 0x75, 0x05, 0x00]
            }
        }
    }
}

/// A signing key. Implementations may block (a token, a network); callers bound how many do at once.
pub trait Signer: Send + Sync {
    fn algorithm(&self) -> SignatureAlgorithm;

    /// Signs `message`, the very bytes (DER of signed attributes, of a certificate to be): hashing is the
    /// signer's.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error>;

    /// Signs what was hashed already, so that the state after a constant beginning can be kept: for SM2 the
    /// `e` of GB/T 32918.2, SM3 of ZA and the message (`sm2::PublicKey::hasher`). Other keys, and devices that
    /// only take messages, refuse it.
    fn sign_digest(&self, _digest: &[u8; 32]) -> Result<Vec<u8>, Error> {
        Err(Error::Unsupported { what: "signing a digest", found: self.algorithm().name().to_owned() })
    }

    /// DER `SubjectPublicKeyInfo` of the key.
    fn public_key_spki(&self) -> &[u8];
}

/// The order of the P-256 group and half of it, big-endian (FIPS 186-5, SEC 2).
const P256_ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc,
    0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];
const P256_HALF_ORDER: [u8; 32] = [
    0x7f, 0xff, 0xff, 0xff, 0x80, 0x00, 0x00, 0x00, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xde,
    0x73, 0x7d, 0x56, 0xd3, 0x8b, 0xcf, 0x42, 0x79, 0xdc, 0xe5, 0x61, 0x7e, 0x31, 0x92, 0xa8,
];

/// DER `SEQUENCE { r, s }` with `s` brought to the lower half of the group's order. Of every ECDSA
/// signature there is a valid twin (r, n−s) that anybody can compute; ours are always the low one, so that
/// a swapped twin is found.
pub(crate) fn ecdsa_der(r: &[u8; 32], s: &[u8; 32]) -> Vec<u8> {
    let low = if *s > P256_HALF_ORDER { order_minus(s) } else { *s };
    asn1::sequence(&[&asn1::unsigned(r), &asn1::unsigned(&low)])
}

/// `(r, s)` of a strictly encoded P-256 signature; `None` when it is anything else.
pub(crate) fn ecdsa_parts(signature: &[u8]) -> Option<([u8; 32], [u8; 32])> {
    let mut outer = asn1::Reader::new(signature, asn1::Rules::Der, "signature");
    let mut inner = outer.enter(asn1::SEQUENCE).ok()?;
    outer.finish().ok()?;
    let r = fixed(inner.expect(asn1::INTEGER).ok()?.value)?;
    let s = fixed(inner.expect(asn1::INTEGER).ok()?.value)?;
    inner.finish().ok()?;
    Some((r, s))
}

/// Whether a P-256 signature is in the one form that our signers write: strict DER, low `s`.
pub(crate) fn is_low_s(signature: &[u8]) -> bool {
    ecdsa_parts(signature).is_some_and(|(r, s)| s <= P256_HALF_ORDER && ecdsa_der(&r, &s) == signature)
}

/// Left-pads the value of a non-negative INTEGER to 32 bytes.
fn fixed(value: &[u8]) -> Option<[u8; 32]> {
    if value.first().is_none_or(|&high| high >= 0x80) {
        return None;
    }
    let significant = asn1::strip_zeros(value);
    let mut out = [0; 32];
    let start = out.len().checked_sub(significant.len())?;
    out.get_mut(start..)?.copy_from_slice(significant);
    Some(out)
}

fn order_minus(s: &[u8; 32]) -> [u8; 32] {
    let mut out = [0; 32];
    let mut borrow = 0i16;
    for ((digit, &n), &s) in out.iter_mut().zip(&P256_ORDER).zip(s).rev() {
        let difference = i16::from(n) - i16::from(s) - borrow;
        borrow = i16::from(difference < 0);
        // Wraps by intention: the borrow carries what is cut off.
        *digit = difference as u8;
    }
    out
}

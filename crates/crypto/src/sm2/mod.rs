//! SM2 signatures (GB/T 32918.2) with SM3 and the default id that GM/T 0009 prescribes. Curve arithmetic is
//! RustCrypto's, constant in time wherever a secret is touched; the signature equation and the encodings
//! around it are here. Knows nothing of certificates or seals.

mod prepared;
mod private;
#[cfg(test)]
mod tests;

pub use prepared::PreparedKey;
pub use private::PrivateKey;

use crate::asn1::{self, Reader, Rules, bits, sequence};
use crate::hash::Sm3;
use crate::signer::ecdsa_parts;
use ::sm2::dsa::signature::hazmat::PrehashVerifier;
use ::sm2::dsa::{Signature, VerifyingKey};
use ::sm2::elliptic_curve::sec1::ToSec1Point;

/// The id that goes into ZA for certificates, seals and signatures alike (GM/T 0009 §10).
pub const DEFAULT_ID: &str = "1234567812345678";
/// Value bytes of the OID of the curve, 1.2.156.10197.1.301.
pub(crate) const CURVE: &[u8] = &[0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x82, 0x2d];
/// Value bytes of the OID of the signature scheme, 1.2.156.10197.1.501.
pub(crate) const SM2_WITH_SM3: &[u8] = &[0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x83, 0x75];
/// 1.2.156.10197.1.301.1, a signature on this curve whose digest is named elsewhere (GB/T 35275).
pub(crate) const SM2_SIGNING: &[u8] = &[0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x82, 0x2d, 0x01];
/// 1.2.156.10197.1.401, SM3 by itself.
pub(crate) const SM3: &[u8] = &[0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x83, 0x11];
/// The longest signature in DER: two integers of 33 bytes.
pub const MAX_SIGNATURE: usize = 72;
/// `SEQUENCE { id-ecPublicKey, curve }`.
const KEY_IDENTIFIER: &[u8] = &[
    0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x81, 0x1c, 0xcf,
    0x55, 0x01, 0x82, 0x2d,
];
/// a, b, xG and yG, as ZA hashes them between the id and the key (GB/T 32918.5).
const CURVE_PARAMETERS: [u8; 128] = *b"\
    \xff\xff\xff\xfe\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xfc\
    \x28\xe9\xfa\x9e\x9d\x9f\x5e\x34\x4d\x5a\x9e\x4b\xcf\x65\x09\xa7\xf3\x97\x89\xf5\x15\xab\x8f\x92\xdd\xbc\xbd\x41\x4d\x94\x0e\x93\
    \x32\xc4\xae\x2c\x1f\x19\x81\x19\x5f\x99\x04\x46\x6a\x39\xc9\x94\x8f\xe3\x0b\xbf\xf2\x66\x0b\xe1\x71\x5a\x45\x89\x33\x4c\x74\xc7\
    \xbc\x37\x36\xa2\xf4\xf6\x77\x9c\x59\xbd\xce\xe3\x6b\x69\x21\x53\xd0\xa9\x87\x7c\xc6\x2a\x47\x40\x02\xdf\x32\xe5\x21\x39\xf0\xa0";

/// A public key, with the SM3 state after ZA.
#[derive(Clone)]
pub struct PublicKey {
    key: VerifyingKey,
    after_za: Sm3,
}

impl PublicKey {
    /// From a DER `SubjectPublicKeyInfo`; `None` where it is no SM2 key or its point is not on the curve.
    pub fn from_spki(spki: &[u8]) -> Option<Self> {
        let mut outer = Reader::new(spki, Rules::Der, "public key");
        let mut inner = outer.enter(asn1::SEQUENCE).ok()?;
        outer.finish().ok()?;
        let identifier = inner.expect(asn1::SEQUENCE).ok()?.raw;
        let (&unused, point) = inner.expect(asn1::BIT_STRING).ok()?.value.split_first()?;
        inner.finish().ok()?;
        (identifier == KEY_IDENTIFIER && unused == 0).then(|| Self::from_point(point)).flatten()
    }

    /// From a point in the encoding of SEC 1.
    pub fn from_point(point: &[u8]) -> Option<Self> {
        Some(Self::new(VerifyingKey::from_sec1_bytes(DEFAULT_ID, point).ok()?))
    }

    fn new(key: VerifyingKey) -> Self {
        let point = key.to_sec1_point(false);
        let mut inner = Sm3::new();
        // ENTL: the id's length in bits.
        inner.update(&[0x00, 0x80]);
        inner.update(DEFAULT_ID.as_bytes());
        inner.update(&CURVE_PARAMETERS);
        inner.update(point.as_bytes().get(1..).unwrap_or(&[]));
        let mut after_za = Sm3::new();
        after_za.update(&inner.finish());
        Self { key, after_za }
    }

    /// DER `SubjectPublicKeyInfo`.
    pub fn spki(&self) -> Vec<u8> {
        sequence(&[KEY_IDENTIFIER, &bits(&self.point())])
    }

    /// The point, uncompressed (SEC 1).
    fn point(&self) -> Vec<u8> {
        self.key.to_sec1_point(false).as_bytes().to_vec()
    }

    /// SM3 with ZA in it already: what is fed to it is the message, what comes out is signed.
    pub fn hasher(&self) -> Sm3 {
        self.after_za.clone()
    }

    /// Whether `signature` is this key's over `message`.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        let mut state = self.hasher();
        state.update(message);
        self.verify_digest(&state.finish(), signature)
    }

    /// The same for a message hashed by `hasher`.
    pub fn verify_digest(&self, digest: &[u8; 32], signature: &[u8]) -> bool {
        let Some((r, s)) = parts(signature) else { return false };
        Signature::from_scalars(r, s)
            .is_ok_and(|signature| self.key.verify_prehash(digest, &signature).is_ok())
    }
}

impl std::fmt::Debug for PublicKey {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "sm2::PublicKey({})", asn1::hex(self.key.to_sec1_point(true).as_bytes()))
    }
}

/// Whether these bytes are a signature and nothing else, in DER or as 64 bytes.
pub(crate) fn is_signature(bytes: &[u8]) -> bool {
    parts(bytes).is_some()
}

/// Whether a signature is in the one form that our keys write.
pub(crate) fn is_der(signature: &[u8]) -> bool {
    to_der(signature).is_some_and(|der| der == signature)
}

/// A signature in the form that our keys write; `None` where it is none.
pub(crate) fn to_der(signature: &[u8]) -> Option<Vec<u8>> {
    parts(signature).map(|(r, s)| encode(&r, &s))
}

/// DER `SEQUENCE { r, s }`.
fn encode(r: &[u8], s: &[u8]) -> Vec<u8> {
    sequence(&[&asn1::unsigned(r), &asn1::unsigned(s)])
}

/// `r` and `s` of a signature in DER or, as one vendor stores it, as 64 bytes.
fn parts(signature: &[u8]) -> Option<([u8; 32], [u8; 32])> {
    ecdsa_parts(signature).or_else(|| {
        let (r, s) = signature.split_first_chunk::<32>()?;
        Some((*r, s.try_into().ok()?))
    })
}

//! The private half: keeping, making, signing.

use super::{CURVE, KEY_IDENTIFIER, PublicKey, encode};
use crate::Error;
use crate::asn1::{self, Reader, Rules, bits, sequence, tlv, unsigned};
use crate::signature::split_identifier;
use ::sm2::dsa::VerifyingKey;
use ::sm2::elliptic_curve::ops::Reduce;
use ::sm2::elliptic_curve::point::AffineCoordinates;
use ::sm2::elliptic_curve::{Curve, Group, PrimeField};
use ::sm2::{FieldBytes, NonZeroScalar, ProjectivePoint, Scalar, Sm2, U256};
use aws_lc_rs::rand::SecureRandom;
use rfc6979::KGenerator;
use zeroize::{Zeroize, Zeroizing};

/// Nonces tried before a signature is given up: one fails with a chance of 2⁻²⁵⁵.
const ATTEMPTS: usize = 4;

/// A private key, with what every signature by it would compute again.
pub struct PrivateKey {
    d: NonZeroScalar,
    /// (1 + d)⁻¹.
    inverse: Scalar,
    public: PublicKey,
}

impl PrivateKey {
    pub fn generate(random: &dyn SecureRandom) -> Result<Self, Error> {
        let failed = Error::Primitive { doing: "generating a key" };
        for _ in 0..ATTEMPTS {
            let mut bytes = Zeroizing::new([0u8; 32]);
            random.fill(&mut *bytes).map_err(|_| Error::Primitive { doing: "generating a key" })?;
            if let Some(key) = Self::from_bytes(&*bytes) {
                return Ok(key);
            }
        }
        Err(failed)
    }

    /// From the scalar, big-endian, within 1 to n−2 (GB/T 32918.1 §6.1).
    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let d = NonZeroScalar::try_from(bytes).ok()?;
        let inverse = Option::<Scalar>::from((*d + Scalar::ONE).invert())?;
        let point = (ProjectivePoint::mul_by_generator(&d)).to_affine();
        let public = PublicKey::new(VerifyingKey::from_affine(super::DEFAULT_ID, point).ok()?);
        Some(Self { d, inverse, public })
    }

    /// From PKCS#8 (RFC 5958 around RFC 5915); `None` where the key is of another kind.
    pub fn from_pkcs8(pkcs8: &[u8]) -> Result<Option<Self>, Error> {
        const WHAT: &str = "private key";
        let mut outer = Reader::new(pkcs8, Rules::Der, WHAT);
        let mut inner = outer.enter(asn1::SEQUENCE)?;
        outer.finish()?;
        inner.expect(asn1::INTEGER)?;
        let identifier = inner.expect(asn1::SEQUENCE)?.raw;
        // Some write explicit parameters beside the curve's name; the name alone decides.
        let curve = split_identifier(identifier, Rules::Der).map(|(_, parameters)| parameters);
        let named = curve.and_then(|curve| Reader::new(curve, Rules::Der, WHAT).expect(asn1::OID).ok());
        if named.is_none_or(|oid| oid.value != CURVE) {
            return Ok(None);
        }
        let mut body = Reader::new(inner.expect(asn1::OCTET_STRING)?.value, Rules::Der, WHAT);
        let mut key = body.enter(asn1::SEQUENCE)?;
        key.expect(asn1::INTEGER)?;
        let d = key.expect(asn1::OCTET_STRING)?.value;
        let refused = || Error::KeyRejected { why: "not a scalar of the SM2 curve".to_owned() };
        Self::from_bytes(d).map(Some).ok_or_else(refused)
    }

    /// PKCS#8 as OpenSSL writes it: without the curve repeated inside, with the public key.
    pub fn to_pkcs8(&self) -> Zeroizing<Vec<u8>> {
        let scalar = Zeroizing::new(self.d.to_repr());
        let point = self.public.point();
        let inner = Zeroizing::new(sequence(&[
            &unsigned(&[1]),
            &Zeroizing::new(tlv(asn1::OCTET_STRING, &[scalar.as_slice()])),
            &tlv(asn1::context(1), &[&bits(&point)]),
        ]));
        let octets = Zeroizing::new(tlv(asn1::OCTET_STRING, &[&inner]));
        Zeroizing::new(sequence(&[&unsigned(&[0]), KEY_IDENTIFIER, &octets]))
    }

    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// Signs a message hashed by the public key's `hasher`. The nonce comes from key, digest and 32 fresh
    /// random bytes together (RFC 6979 §3.6): a generator that fails, or repeats itself, gives no key away, and
    /// nobody learns anything from making the same signature twice.
    pub fn sign_digest(&self, digest: &[u8; 32], random: &dyn SecureRandom) -> Result<Vec<u8>, Error> {
        let mut fresh = Zeroizing::new([0u8; 32]);
        random.fill(&mut *fresh).map_err(|_| Error::Primitive { doing: "signing" })?;
        self.sign_with(digest, &*fresh)
    }

    pub(super) fn sign_with(&self, digest: &[u8; 32], fresh: &[u8]) -> Result<Vec<u8>, Error> {
        let e = Scalar::reduce(&FieldBytes::from(*digest));
        let d = Zeroizing::new(self.d.to_repr());
        let mut nonces = KGenerator::<::sm3::Sm3, U256>::new(&d, &e.to_repr(), fresh, &Sm2::ORDER);
        for _ in 0..ATTEMPTS {
            let mut k = Zeroizing::new(FieldBytes::default());
            nonces.fill_next_k(&mut k);
            if let Some((r, s)) = Option::from(Scalar::from_repr(*k)).and_then(|k| self.equation(e, k)) {
                return Ok(encode(&r, &s));
            }
        }
        Err(Error::Primitive { doing: "signing" })
    }

    /// r and s for one nonce (GB/T 32918.2 §6.1); `None` where the standard wants another one. With
    /// (k − r·d) = (k + r) − r·(1 + d), s is (k + r)·(1 + d)⁻¹ − r.
    pub(super) fn equation(&self, e: Scalar, k: Scalar) -> Option<(FieldBytes, FieldBytes)> {
        let x = ProjectivePoint::mul_by_generator(&k).to_affine().x();
        let r = e + Scalar::reduce(&x);
        let sum = r + k;
        let s = sum * self.inverse - r;
        let unfit = r.is_zero() | sum.is_zero() | s.is_zero();
        (!bool::from(unfit)).then(|| (r.to_repr(), s.to_repr()))
    }
}

impl Drop for PrivateKey {
    fn drop(&mut self) {
        self.d.zeroize();
        self.inverse.zeroize();
    }
}

impl std::fmt::Debug for PrivateKey {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "sm2::PrivateKey(of {:?})", self.public)
    }
}

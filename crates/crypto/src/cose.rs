//! COSE_Sign1 (RFC 9052 §4.2) in one narrow form: untagged, algorithm and a 4-byte key id in the protected header, no
//! unprotected header, payload inside, no external data. Deterministic CBOR throughout, so that every bit either is covered by
//! the signature or has one allowed form.

use crate::cbor::{self, Item, Reader};
use crate::signature::{self, DigestAlgorithm, Flaw, Scheme};
use crate::{Error, SignatureAlgorithm, Signer, asn1, hash, signer};

/// Names a key among few: its holder tries all that share it.
pub type KeyId = [u8; 4];

/// ES256 (RFC 9053 §2.1) as −1 − n.
const ES256: u64 = 6;
/// SM2 with SM3 and the default id (GB/T 32918.2), as −1 − n: −65537, of the range for private use, because the register of
/// COSE algorithms has no number for it.
const SM2_SM3: u64 = 65_536;
const ALGORITHM: u128 = 1;
const KEY_ID: u128 = 4;
const CONTEXT: &str = "Signature1";
/// r ‖ s of a 256-bit curve.
const SIGNATURE: usize = 64;

/// The first four bytes of the SHA-256 of a DER `SubjectPublicKeyInfo`: the same for every certificate of a key.
pub fn key_id(spki: &[u8]) -> KeyId {
    let [a, b, c, d, ..] = hash::sha256(spki);
    [a, b, c, d]
}

/// Refuses kinds of keys whose signatures are too long for this use.
pub fn check(algorithm: SignatureAlgorithm) -> Result<(), Error> {
    number(algorithm).map(|_| ())
}

/// What the envelope adds to a payload of 24 to 255 bytes.
pub fn overhead(algorithm: SignatureAlgorithm) -> usize {
    let header = protected(number(algorithm).unwrap_or_default(), KeyId::default()).len();
    // Array, header and its head, no unprotected header, heads of payload and signature.
    1 + 1 + header + 1 + 2 + 2 + SIGNATURE
}

/// Signs a payload.
///
/// # Errors
/// [`Error::Unsupported`] for a key whose signatures are too long for this use; what the signer says.
pub fn sign1(payload: &[u8], signer: &dyn Signer) -> Result<Vec<u8>, Error> {
    let protected = protected(number(signer.algorithm())?, key_id(signer.public_key_spki()));
    let made = signer.sign(&to_be_signed(&protected, payload))?;
    let (r, s) = signer::ecdsa_parts(&made).ok_or(Error::Primitive { doing: "reading a signature" })?;
    let mut out = Vec::with_capacity(payload.len() + 90);
    cbor::array(&mut out, 4);
    cbor::put(&mut out, Item::Bytes(&protected));
    cbor::map(&mut out, 0);
    cbor::put(&mut out, Item::Bytes(payload));
    cbor::put(&mut out, Item::Bytes([r, s].as_flattened()));
    Ok(out)
}

/// A signed payload that was read, and not yet checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sign1<'a> {
    pub key_id: KeyId,
    pub payload: &'a [u8],
    algorithm: SignatureAlgorithm,
    protected: &'a [u8],
    r: [u8; 32],
    s: [u8; 32],
}

impl<'a> Sign1<'a> {
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(bytes);
        if reader.array()? != 4 {
            return Err(fault("not four items"));
        }
        let protected_header = reader.bytes()?;
        let (algorithm, key_id) = read_protected(protected_header)?;
        if reader.map()? != 0 {
            return Err(fault("an unprotected header"));
        }
        let payload = reader.bytes()?;
        let signature: &[u8; SIGNATURE] =
            reader.bytes()?.try_into().map_err(|_| fault("a signature that is not of 64 bytes"))?;
        reader.finish()?;
        let (r, s) = signature.split_first_chunk::<32>().ok_or_else(|| fault("a signature cut short"))?;
        let s = s.try_into().map_err(|_| fault("a signature cut short"))?;
        Ok(Self { key_id, payload, algorithm, protected: protected_header, r: *r, s })
    }

    /// Checks the signature with the key of a DER `SubjectPublicKeyInfo`.
    pub fn verify(&self, spki: &[u8]) -> Result<(), Flaw> {
        let made = match self.algorithm {
            SignatureAlgorithm::EcdsaP256Sha256 => {
                let low = signer::ecdsa_der(&self.r, &self.s);
                // Of the two signatures that hold, ours is the one with the smaller s.
                (signer::ecdsa_parts(&low) == Some((self.r, self.s))).then_some(low).ok_or(Flaw::Bad)?
            }
            _ => asn1::sequence(&[&asn1::unsigned(&self.r), &asn1::unsigned(&self.s)]),
        };
        let message = to_be_signed(self.protected, self.payload);
        signature::verify(scheme(self.algorithm)?, spki, &message, &made)
    }
}

fn number(algorithm: SignatureAlgorithm) -> Result<u64, Error> {
    match algorithm {
        SignatureAlgorithm::EcdsaP256Sha256 => Ok(ES256),
        SignatureAlgorithm::Sm2Sm3 => Ok(SM2_SM3),
        SignatureAlgorithm::RsaPkcs1Sha256 => Err(unsupported(algorithm.name())),
    }
}

fn algorithm(number: u64) -> Result<SignatureAlgorithm, Error> {
    match number {
        ES256 => Ok(SignatureAlgorithm::EcdsaP256Sha256),
        SM2_SM3 => Ok(SignatureAlgorithm::Sm2Sm3),
        _ => Err(unsupported(&format!("COSE algorithm -{}", u128::from(number) + 1))),
    }
}

fn scheme(algorithm: SignatureAlgorithm) -> Result<Scheme, Flaw> {
    match algorithm {
        SignatureAlgorithm::EcdsaP256Sha256 => Ok(Scheme::Ecdsa(DigestAlgorithm::Sha256)),
        SignatureAlgorithm::Sm2Sm3 => Ok(Scheme::Sm2Sm3),
        SignatureAlgorithm::RsaPkcs1Sha256 => Err(Flaw::Unsupported(algorithm.name().to_owned())),
    }
}

fn unsupported(found: &str) -> Error {
    Error::Unsupported { what: "statement signature", found: found.to_owned() }
}

fn protected(algorithm: u64, key_id: KeyId) -> Vec<u8> {
    let mut out = Vec::with_capacity(16);
    cbor::map(&mut out, 2);
    cbor::put(&mut out, Item::Unsigned(ALGORITHM));
    cbor::put(&mut out, Item::Negative(algorithm));
    cbor::put(&mut out, Item::Unsigned(KEY_ID));
    cbor::put(&mut out, Item::Bytes(&key_id));
    out
}

fn read_protected(header: &[u8]) -> Result<(SignatureAlgorithm, KeyId), Error> {
    let mut reader = Reader::new(header);
    let pairs = reader.map()?;
    let items = (reader.item()?, reader.item()?, reader.item()?, reader.item()?);
    reader.finish()?;
    match (pairs, items) {
        (2, (Item::Unsigned(ALGORITHM), Item::Negative(found), Item::Unsigned(KEY_ID), Item::Bytes(key))) => {
            let key = key.try_into().map_err(|_| fault("a key id that is not of 4 bytes"))?;
            Ok((algorithm(found)?, key))
        }
        _ => Err(fault("a protected header other than algorithm and key id")),
    }
}

/// `Sig_structure` (RFC 9052 §4.4).
fn to_be_signed(protected: &[u8], payload: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(protected.len() + payload.len() + 20);
    cbor::array(&mut out, 4);
    cbor::put(&mut out, Item::Text(CONTEXT));
    cbor::put(&mut out, Item::Bytes(protected));
    cbor::put(&mut out, Item::Bytes(&[]));
    cbor::put(&mut out, Item::Bytes(payload));
    out
}

fn fault(why: &'static str) -> Error {
    Error::Encoding { what: "COSE_Sign1", why }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{KeyKind, SoftSigner};

    #[test]
    fn every_flipped_bit_is_found() {
        for kind in [KeyKind::EcP256, KeyKind::Sm2] {
            every_flipped_bit_is_found_of(kind);
        }
    }

    fn every_flipped_bit_is_found_of(kind: KeyKind) {
        let (key, _) = SoftSigner::generate(kind).unwrap();
        let made = sign1(b"payload", &key).unwrap();
        let spki = key.public_key_spki();
        let read = Sign1::parse(&made).unwrap();
        let long = sign1(&[7; 100], &key).unwrap();
        assert_eq!(long.len(), 100 + overhead(key.algorithm()));
        assert_eq!((read.payload, read.key_id), (&b"payload"[..], key_id(spki)));
        assert_eq!(read.verify(spki), Ok(()));
        for bit in 0..made.len() * 8 {
            let mut changed = made.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            let found = Sign1::parse(&changed).map(|read| read.verify(spki));
            assert!(!matches!(found, Ok(Ok(()))), "bit {bit}");
        }
        for length in 0..made.len() {
            assert!(Sign1::parse(&made[..length]).is_err());
        }
    }

    #[test]
    fn keys_of_long_signatures_are_refused() {
        let (key, _) = SoftSigner::generate(KeyKind::Rsa2048).unwrap();
        assert_eq!(sign1(b"", &key).unwrap_err().code(), "unsupported");
    }
}

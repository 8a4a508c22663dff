//! Keys in software: PKCS#8 in memory, PBES2-encrypted PKCS#8 (RFC 8018) at rest, in the form that
//! `openssl pkcs8` reads. Files are the caller's; so are salt, initialisation vector and passphrase.

use crate::asn1::{self, Reader, Rules};
use crate::signer::{self, SignatureAlgorithm, Signer};
use crate::{Error, pem, sm2};
use aws_lc_rs::cipher::{
    AES_256, DecryptionContext, EncryptionContext, PaddedBlockDecryptingKey, PaddedBlockEncryptingKey,
    UnboundCipherKey,
};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
};
use aws_lc_rs::{iv::FixedLength, pbkdf2, rand::SystemRandom};
use std::num::NonZeroU32;
use zeroize::Zeroizing;

/// PBKDF2 rounds for a passphrase that a person chose (OWASP, 2023). A random passphrase of 128 bits or
/// more needs none of this cost; the count is stored in the file, so each file may have its own.
pub const HUMAN_PASSPHRASE_ROUNDS: u32 = 600_000;
/// A hostile key file could otherwise ask for hours.
const MAX_ROUNDS: u32 = 10_000_000;
const MAX_KEY_FILE: usize = 64 * 1024;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    EcP256,
    Rsa2048,
    Rsa3072,
    Sm2,
}

enum Key {
    Ec(EcdsaKeyPair),
    Rsa(RsaKeyPair),
    Sm2(Box<sm2::PrivateKey>),
}

/// A signing key held in this process's memory.
pub struct SoftSigner {
    key: Key,
    spki: Vec<u8>,
    random: SystemRandom,
}

impl SoftSigner {
    /// From a key as it is kept: PEM of PKCS#8, encrypted under the passphrase.
    pub fn from_encrypted(pem: &[u8], passphrase: &[u8]) -> Result<Self, Error> {
        Self::from_pkcs8(&decrypt_pkcs8(pem, passphrase)?)
    }

    /// From DER PKCS#8: P-256, SM2, or RSA of 2048 bits or more.
    pub fn from_pkcs8(pkcs8: &[u8]) -> Result<Self, Error> {
        if let Some(pair) = sm2::PrivateKey::from_pkcs8(pkcs8)? {
            let spki = pair.public().spki();
            return Ok(Self { key: Key::Sm2(Box::new(pair)), spki, random: SystemRandom::new() });
        }
        let (key, spki) = match EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8) {
            Ok(pair) => {
                let spki: PublicKeyX509Der = pair.public_key().as_der().map_err(|_| encoding_failed())?;
                let spki = spki.as_ref().to_vec();
                (Key::Ec(pair), spki)
            }
            Err(not_ec) => {
                let pair = RsaKeyPair::from_pkcs8(pkcs8).map_err(|not_rsa| Error::KeyRejected {
                    why: format!("as P-256: {not_ec}; as RSA: {not_rsa}"),
                })?;
                let spki: PublicKeyX509Der = pair.public_key().as_der().map_err(|_| encoding_failed())?;
                let spki = spki.as_ref().to_vec();
                (Key::Rsa(pair), spki)
            }
        };
        Ok(Self { key, spki, random: SystemRandom::new() })
    }

    /// A new key and its PKCS#8 (to be encrypted and kept by the caller).
    pub fn generate(kind: KeyKind) -> Result<(Self, Zeroizing<Vec<u8>>), Error> {
        let failed = |_| Error::Primitive { doing: "generating a key" };
        let pkcs8 = match kind {
            KeyKind::EcP256 => {
                let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).map_err(failed)?;
                Zeroizing::new(pair.to_pkcs8v1().map_err(failed)?.as_ref().to_vec())
            }
            KeyKind::Rsa2048 | KeyKind::Rsa3072 => {
                let size = if kind == KeyKind::Rsa2048 {
                    aws_lc_rs::rsa::KeySize::Rsa2048
                } else {
                    aws_lc_rs::rsa::KeySize::Rsa3072
                };
                let pair = RsaKeyPair::generate(size).map_err(failed)?;
                let document: Pkcs8V1Der = pair.as_der().map_err(failed)?;
                Zeroizing::new(document.as_ref().to_vec())
            }
            KeyKind::Sm2 => sm2::PrivateKey::generate(&SystemRandom::new())?.to_pkcs8(),
        };
        Ok((Self::from_pkcs8(&pkcs8)?, pkcs8))
    }
}

impl Signer for SoftSigner {
    fn algorithm(&self) -> SignatureAlgorithm {
        match self.key {
            Key::Ec(_) => SignatureAlgorithm::EcdsaP256Sha256,
            Key::Rsa(_) => SignatureAlgorithm::RsaPkcs1Sha256,
            Key::Sm2(_) => SignatureAlgorithm::Sm2Sm3,
        }
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        let failed = |_| Error::Primitive { doing: "signing" };
        match &self.key {
            Key::Ec(pair) => {
                let made = pair.sign(&self.random, message).map_err(failed)?;
                let (r, s) = signer::ecdsa_parts(made.as_ref())
                    .ok_or(Error::Primitive { doing: "reading a signature" })?;
                Ok(signer::ecdsa_der(&r, &s))
            }
            Key::Rsa(pair) => {
                let mut made = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &self.random, message, &mut made).map_err(failed)?;
                Ok(made)
            }
            Key::Sm2(pair) => {
                let mut state = pair.public().hasher();
                state.update(message);
                pair.sign_digest(&state.finish(), &self.random)
            }
        }
    }

    fn sign_digest(&self, digest: &[u8; 32]) -> Result<Vec<u8>, Error> {
        match &self.key {
            Key::Sm2(pair) => pair.sign_digest(digest, &self.random),
            Key::Ec(_) | Key::Rsa(_) => Err(Error::Unsupported {
                what: "signing a digest",
                found: self.algorithm().name().to_owned(),
            }),
        }
    }

    fn public_key_spki(&self) -> &[u8] {
        &self.spki
    }
}

impl std::fmt::Debug for SoftSigner {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "SoftSigner({})", self.algorithm().name())
    }
}

const PBES2: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0d];
const PBKDF2: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0c];
const HMAC_SHA256: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, 0x09];
const AES_256_CBC: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2a];

/// Encrypts a PKCS#8 key (PBES2: PBKDF2-HMAC-SHA256, AES-256-CBC) into one PEM block. `salt` and `iv` must be
/// fresh random bytes for every file.
pub fn encrypt_pkcs8(
    pkcs8: &[u8],
    passphrase: &[u8],
    salt: &[u8; 16],
    iv: &[u8; 16],
    rounds: NonZeroU32,
) -> Result<String, Error> {
    let failed = |_| Error::Primitive { doing: "encrypting a key" };
    let key = PaddedBlockEncryptingKey::cbc_pkcs7(derive(passphrase, salt, rounds)?).map_err(failed)?;
    let mut body = Zeroizing::new(pkcs8.to_vec());
    key.less_safe_encrypt(&mut *body, EncryptionContext::Iv128(FixedLength::from(iv))).map_err(failed)?;

    let oid = |value: &[u8]| asn1::tlv(asn1::OID, &[value]);
    let null = asn1::tlv(asn1::NULL, &[]);
    let kdf = asn1::sequence(&[
        &oid(PBKDF2),
        &asn1::sequence(&[
            &asn1::tlv(asn1::OCTET_STRING, &[salt]),
            &asn1::unsigned(&rounds.get().to_be_bytes()),
            &asn1::sequence(&[&oid(HMAC_SHA256), &null]),
        ]),
    ]);
    let cipher = asn1::sequence(&[&oid(AES_256_CBC), &asn1::tlv(asn1::OCTET_STRING, &[iv])]);
    let scheme = asn1::sequence(&[&oid(PBES2), &asn1::sequence(&[&kdf, &cipher])]);
    let file = asn1::sequence(&[&scheme, &asn1::tlv(asn1::OCTET_STRING, &[&body])]);
    pem::encode(pem::ENCRYPTED_PRIVATE_KEY, &file)
}

/// Opens what `encrypt_pkcs8` (or `openssl pkcs8 -topk8 -v2 aes-256-cbc -v2prf hmacWithSHA256`) wrote, PEM
/// or DER.
pub fn decrypt_pkcs8(file: &[u8], passphrase: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
    if file.len() > MAX_KEY_FILE {
        return Err(Error::TooLarge { what: "key file", bytes: file.len(), max: MAX_KEY_FILE });
    }
    let blobs = pem::blobs(pem::ENCRYPTED_PRIVATE_KEY, file)?;
    let der = blobs.first().ok_or(Error::Pem { what: pem::ENCRYPTED_PRIVATE_KEY })?;
    let Envelope { salt, rounds, iv, body } = Envelope::parse(der)?;
    let key = PaddedBlockDecryptingKey::cbc_pkcs7(derive(passphrase, salt, rounds)?)
        .map_err(|_| Error::Primitive { doing: "decrypting a key" })?;
    let mut plain = Zeroizing::new(body.to_vec());
    // A wrong passphrase shows as wrong padding, or by chance (1 in 256) as something that is no PKCS#8.
    let opened = key
        .decrypt(&mut plain, DecryptionContext::Iv128(FixedLength::from(iv)))
        .map_err(|_| Error::WrongPassphrase)?;
    let mut shape = Reader::new(opened, Rules::Der, "private key");
    if shape.expect(asn1::SEQUENCE).and_then(|_| shape.finish()).is_err() {
        return Err(Error::WrongPassphrase);
    }
    Ok(Zeroizing::new(opened.to_vec()))
}

struct Envelope<'a> {
    salt: &'a [u8],
    rounds: NonZeroU32,
    iv: &'a [u8; 16],
    body: &'a [u8],
}

impl<'a> Envelope<'a> {
    fn parse(der: &'a [u8]) -> Result<Self, Error> {
        let mut outer = Reader::new(der, Rules::Der, "encrypted private key");
        let mut file = outer.enter(asn1::SEQUENCE)?;
        outer.finish()?;
        let mut scheme = file.enter(asn1::SEQUENCE)?;
        let body = file.expect(asn1::OCTET_STRING)?.value;
        demand(&mut scheme, "key encryption", PBES2)?;
        let mut parameters = scheme.enter(asn1::SEQUENCE)?;
        let mut kdf = parameters.enter(asn1::SEQUENCE)?;
        demand(&mut kdf, "key derivation", PBKDF2)?;
        let mut kdf = kdf.enter(asn1::SEQUENCE)?;
        let salt = kdf.expect(asn1::OCTET_STRING)?.value;
        let count = kdf.expect(asn1::INTEGER)?.value;
        let rounds = match asn1::strip_zeros(count) {
            octets if octets.len() <= 4 => octets.iter().fold(0u32, |sum, &b| (sum << 8) | u32::from(b)),
            _ => u32::MAX,
        };
        let rounds = NonZeroU32::new(rounds)
            .filter(|rounds| rounds.get() <= MAX_ROUNDS)
            .ok_or_else(|| Error::Unsupported { what: "key derivation rounds", found: rounds.to_string() })?;
        kdf.optional(asn1::INTEGER)?;
        let mut prf = kdf.enter(asn1::SEQUENCE)?;
        demand(&mut prf, "key derivation function", HMAC_SHA256)?;
        let mut cipher = parameters.enter(asn1::SEQUENCE)?;
        demand(&mut cipher, "key cipher", AES_256_CBC)?;
        let iv = cipher.expect(asn1::OCTET_STRING)?.value;
        let iv = iv.try_into().map_err(|_| cipher.fault("initialisation vector not of 16 bytes"))?;
        Ok(Self { salt, rounds, iv, body })
    }
}

fn demand(reader: &mut Reader<'_>, what: &'static str, oid: &[u8]) -> Result<(), Error> {
    let found = reader.expect(asn1::OID)?.value;
    if found == oid { Ok(()) } else { Err(Error::Unsupported { what, found: asn1::dotted(found) }) }
}

fn derive(passphrase: &[u8], salt: &[u8], rounds: NonZeroU32) -> Result<UnboundCipherKey, Error> {
    let mut key = Zeroizing::new([0u8; 32]);
    pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, rounds, salt, passphrase, &mut *key);
    UnboundCipherKey::new(&AES_256, &*key).map_err(|_| Error::Primitive { doing: "preparing a key" })
}

fn encoding_failed() -> Error {
    Error::Primitive { doing: "encoding a public key" }
}

#[cfg(test)]
mod tests;

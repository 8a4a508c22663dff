//! A signer whose signatures repeat, for golden files.

use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use p256::pkcs8::EncodePublicKey;
use yinxin_crypto::{Error, SignatureAlgorithm, Signer};

use crate::people::Dice;

/// ECDSA P-256 with the nonce of RFC 6979: the same message yields the same signature. The key comes from a
/// seed, so anybody can have it: never for anything but tests.
pub struct RepeatingSigner {
    key: SigningKey,
    spki: Vec<u8>,
}

impl RepeatingSigner {
    pub fn from_seed(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let key = loop {
            let mut scalar = [0; 32];
            for chunk in scalar.chunks_mut(8) {
                chunk.copy_from_slice(&dice.roll().to_be_bytes());
            }
            // Zero and what exceeds the group's order are no keys; the next throw will do.
            if let Ok(key) = SigningKey::from_slice(&scalar) {
                break key;
            }
        };
        let spki = key.verifying_key().to_public_key_der().expect("a P-256 key has an SPKI").into_vec();
        Self { key, spki }
    }

    /// For signatures that no honest signer makes.
    #[cfg(feature = "corpus")]
    pub(crate) fn key(&self) -> &SigningKey {
        &self.key
    }
}

impl Signer for RepeatingSigner {
    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::EcdsaP256Sha256
    }

    /// With the smaller `s`, as the trait asks.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        let signature: Signature = self.key.sign(message);
        Ok(signature.normalize_s().to_der().as_bytes().to_vec())
    }

    fn public_key_spki(&self) -> &[u8] {
        &self.spki
    }
}

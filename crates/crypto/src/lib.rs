//! Signers, CMS, X.509 and electronic seals. Knows no document format and nothing of certificates of qualification.
//!
//! Randomness: serials, salts and initialisation vectors are parameters. Keys and the nonces of ECDSA and SM2
//! are drawn from AWS-LC, whose own generator is the only right source for them.

mod asn1;
pub mod cbor;
pub mod cms;
pub mod cose;
mod error;
pub mod hash;
pub mod path;
pub mod pem;
#[cfg(feature = "pkcs11")]
pub mod pkcs11;
pub mod ses;
pub mod signature;
pub mod signer;
pub mod sm2;
pub mod soft;
pub mod tsp;
pub mod x509;

pub use error::Error;
#[cfg(feature = "pkcs11")]
pub use pkcs11::Pkcs11Signer;
pub use signer::{SignatureAlgorithm, Signer};
pub use soft::{KeyKind, SoftSigner};

#[cfg(test)]
mod testing;

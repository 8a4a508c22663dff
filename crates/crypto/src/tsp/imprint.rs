//! What a time stamp is to be over: a digest, and by what it was made.

use super::identifier;
use crate::asn1::{self, Reader, sequence, tlv};
use crate::signature::DigestAlgorithm;

/// `MessageImprint` (RFC 3161 §2.4.1), as far as we ask for any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Imprint {
    Sha256([u8; 32]),
    /// For signatures on SM2.
    Sm3([u8; 32]),
}

impl Imprint {
    pub fn algorithm(&self) -> DigestAlgorithm {
        match self {
            Self::Sha256(_) => DigestAlgorithm::Sha256,
            Self::Sm3(_) => DigestAlgorithm::Sm3,
        }
    }

    pub fn digest(&self) -> &[u8; 32] {
        match self {
            Self::Sha256(digest) | Self::Sm3(digest) => digest,
        }
    }

    pub(super) fn to_der(self) -> Vec<u8> {
        let digest = tlv(asn1::OCTET_STRING, &[self.digest()]);
        sequence(&[&identifier::digest(self.algorithm()), &digest])
    }

    /// Reads one as [`Self::to_der`] writes it; `None` for any other.
    pub(super) fn read(mut body: Reader<'_>) -> Option<Self> {
        let algorithm = body.expect(asn1::SEQUENCE).ok()?.raw;
        let digest = body.expect(asn1::OCTET_STRING).ok()?.value.try_into().ok()?;
        body.finish().ok()?;
        let all = [Self::Sha256(digest), Self::Sm3(digest)];
        all.into_iter().find(|imprint| identifier::digest(imprint.algorithm()) == algorithm)
    }
}

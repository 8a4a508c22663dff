//! Whether a signature holds: digest, signed attributes, signing certificate, key. Trust is `path`'s
//! question.

use super::{ID_DATA, SignedData, SigningCertificate};
use crate::signature::{self, Flaw};

/// What was found of one signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Good,
    /// The document is not the one that was signed.
    DigestMismatch,
    /// The signature does not fit the attributes and the certificate's key.
    BadSignature,
    /// The attribute names another certificate than the one whose key signed.
    SigningCertificateMismatch,
    /// The certificate that the signer names is not embedded.
    NoSignerCertificate,
    /// A signed attribute that must be there is not, or says something else.
    BadAttributes {
        attribute: &'static str,
    },
    /// Neither good nor bad: not judged here.
    Unsupported {
        what: String,
    },
}

impl Outcome {
    pub fn code(&self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::DigestMismatch => "digest_mismatch",
            Self::BadSignature => "bad_signature",
            Self::SigningCertificateMismatch => "signing_certificate_mismatch",
            Self::NoSignerCertificate => "no_signer_certificate",
            Self::BadAttributes { .. } => "bad_attributes",
            Self::Unsupported { .. } => "unsupported_algorithm",
        }
    }
}

/// Judges a signature over a document of which `digest` is the digest by `signer.digest_algorithm`.
pub fn verify(data: &SignedData, digest: &[u8]) -> Outcome {
    verify_as(data, ID_DATA, digest)
}

/// The same for content of the type with this OID (value bytes).
pub(crate) fn verify_as(data: &SignedData, content_type: &[u8], digest: &[u8]) -> Outcome {
    let signer = &data.signer;
    if let Err(found) = &signer.digest_algorithm {
        return Outcome::Unsupported { what: found.clone() };
    }
    let scheme = match &signer.scheme {
        Ok(scheme) => *scheme,
        Err(found) => return Outcome::Unsupported { what: found.clone() },
    };
    let Some(certificate) = data.signer_certificate() else { return Outcome::NoSignerCertificate };
    // Without signed attributes the signature covers the content itself, of which only the digest is here.
    let Some(attributes) = &signer.signed_attributes else {
        return Outcome::Unsupported { what: "signature without signed attributes".to_owned() };
    };
    if signer.content_type.as_deref() != Some(content_type) {
        return Outcome::BadAttributes { attribute: "content_type" };
    }
    match &signer.message_digest {
        None => return Outcome::BadAttributes { attribute: "message_digest" },
        Some(signed) if signed.as_slice() != digest => return Outcome::DigestMismatch,
        Some(_) => {}
    }
    match signature::verify(scheme, certificate.public_key_spki(), attributes, &signer.signature) {
        Ok(()) => {}
        Err(Flaw::Bad) => return Outcome::BadSignature,
        Err(Flaw::Unsupported(what)) => return Outcome::Unsupported { what },
    }
    match &signer.signing_certificate {
        Some(SigningCertificate::V2 { algorithm, hash })
            if algorithm.digest(&[certificate.der()]) != *hash =>
        {
            Outcome::SigningCertificateMismatch
        }
        _ => Outcome::Good,
    }
}

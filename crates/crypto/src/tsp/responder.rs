//! A time stamp authority in a function: for demonstrations and tests. A production authority is a licensed one.

use super::token::{Assembly, assemble};
use super::{Imprint, Info, Request, identifier, info, request};
use crate::asn1::{self, sequence, tlv};
use crate::cms::{CONTENT_TYPE, MESSAGE_DIGEST, SIGNING_CERTIFICATE_V2};
use crate::signature::DigestAlgorithm;
use crate::x509::Certificate;
use crate::{Error, SignatureAlgorithm, Signer};
use std::sync::Arc;

/// Makes tokens with one key.
#[derive(Clone)]
pub struct Responder {
    signer: Arc<dyn Signer>,
    certificate: Certificate,
    chain: Vec<Certificate>,
    /// Value bytes of the policy's OID.
    policy: Vec<u8>,
    /// SM3 for a key on SM2, SHA-256 for every other.
    digest: DigestAlgorithm,
    /// The two signed attributes that never change, encoded.
    content_type: Vec<u8>,
    signing_certificate: Vec<u8>,
}

impl Responder {
    /// `chain`: the issuing authorities to embed, nearest first, without the root. `policy`: a dotted OID.
    pub fn new(
        signer: Arc<dyn Signer>,
        certificate: Certificate,
        chain: Vec<Certificate>,
        policy: &str,
    ) -> Result<Self, Error> {
        if signer.public_key_spki() != certificate.public_key_spki() {
            return Err(Error::KeyMismatch { what: "the time stamp authority's certificate" });
        }
        if !certificate.is_for_time_stamps() {
            return Err(Error::InvalidSpec { what: "certificate", why: "is not for time stamps alone" });
        }
        let digest = match signer.algorithm() {
            SignatureAlgorithm::Sm2Sm3 => DigestAlgorithm::Sm3,
            SignatureAlgorithm::EcdsaP256Sha256 | SignatureAlgorithm::RsaPkcs1Sha256 => {
                DigestAlgorithm::Sha256
            }
        };
        let oid = |value: &[u8]| tlv(asn1::OID, &[value]);
        let content_type = sequence(&[&oid(CONTENT_TYPE), &tlv(asn1::SET, &[&info::content_type()])]);
        let ids: Vec<Vec<u8>> =
            std::iter::once(&certificate).chain(&chain).map(|named| certificate_id(named, digest)).collect();
        let ess = sequence(&[&sequence(&[&ids.concat()])]);
        let signing_certificate = sequence(&[&oid(SIGNING_CERTIFICATE_V2), &tlv(asn1::SET, &[&ess])]);
        let policy = request::oid(policy)?.get(2..).unwrap_or_default().to_vec();
        Ok(Self { signer, certificate, chain, policy, digest, content_type, signing_certificate })
    }

    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    pub fn chain(&self) -> &[Certificate] {
        &self.chain
    }

    /// A token over `imprint`, in its normal form. `serial`: fresh random bytes, the first not zero.
    pub fn stamp(
        &self,
        imprint: &Imprint,
        nonce: Option<&[u8]>,
        serial: &[u8; 16],
        at_ms: i64,
    ) -> Result<Vec<u8>, Error> {
        let content = Info::encode(&self.policy, imprint, serial, at_ms, nonce)?;
        let digest = tlv(asn1::OCTET_STRING, &[&self.digest.digest(&[&content])]);
        let message_digest = sequence(&[&tlv(asn1::OID, &[MESSAGE_DIGEST]), &tlv(asn1::SET, &[&digest])]);
        // DER's order of a SET OF: here that of their lengths.
        let mut parts = [&self.content_type[..], &message_digest, &self.signing_certificate];
        parts.sort_unstable();
        let attributes = tlv(asn1::SET, &parts);
        let signature = self.signer.sign(&attributes)?;
        Ok(assemble(&Assembly {
            content: &content,
            certificate: &self.certificate,
            others: &self.chain,
            digest: self.digest,
            scheme: self.signer.algorithm().identifier(),
            attributes: &attributes,
            signature: &signature,
        }))
    }

    /// Answers a `TimeStampReq` with a `TimeStampResp`; what cannot be read or asks for another policy is rejected.
    pub fn respond(&self, asked: &[u8], serial: &[u8; 16], at_ms: i64) -> Result<Vec<u8>, Error> {
        let Ok(asked) = Request::from_der(asked) else { return Ok(request::rejected()) };
        let policy = asn1::dotted(&self.policy);
        if asked.policy.as_ref().is_some_and(|wanted| *wanted != policy) {
            return Ok(request::rejected());
        }
        Ok(request::granted(&self.stamp(&asked.imprint, Some(&asked.nonce), serial, at_ms)?))
    }
}

/// `ESSCertIDv2` (RFC 5035 §4), in which SHA-256 need not be named.
fn certificate_id(named: &Certificate, algorithm: DigestAlgorithm) -> Vec<u8> {
    let hash = tlv(asn1::OCTET_STRING, &[&algorithm.digest(&[named.der()])]);
    match algorithm {
        DigestAlgorithm::Sha256 => sequence(&[&hash]),
        named => sequence(&[&identifier::digest(named), &hash]),
    }
}

impl std::fmt::Debug for Responder {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Responder({:?})", self.certificate)
    }
}

//! Tokens: CMS over a TSTInfo (RFC 3161 §2.4.2).

use super::{ID_TST_INFO, Imprint, Info, identifier, info};
use crate::asn1::{self, sequence, tlv, unsigned};
use crate::cms::{self, ID_SIGNED_DATA, SM2_SIGNED_DATA, SignedData, SigningCertificate};
use crate::signature::{DigestAlgorithm, Scheme};
use crate::x509::Certificate;
use crate::{Error, signer, sm2};

const WHAT: &str = "time stamp token";

/// A parsed token. Nothing is said about its being good.
#[derive(Clone, Debug)]
pub struct Token {
    der: Vec<u8>,
    data: SignedData,
    content: Vec<u8>,
    info: Info,
}

/// Why a token proves nothing about the data before us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is over other data.
    OtherData,
    /// It does not name its authority's certificate, as RFC 3161 demands.
    NoSigningCertificate,
    /// The signature does not hold.
    Signature(cms::Outcome),
}

impl Fault {
    pub fn code(&self) -> &'static str {
        match self {
            Self::OtherData => "time_stamp_of_other_data",
            Self::NoSigningCertificate => "time_stamp_names_no_certificate",
            Self::Signature(cms::Outcome::Unsupported { .. }) => "time_stamp_unsupported",
            Self::Signature(_) => "time_stamp_broken",
        }
    }
}

impl Token {
    /// Reads a token of any honest authority, by RFC 5652 or GB/T 35275. Bytes after it may only be zeros.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        let (data, encapsulated) = cms::parse_any(bytes, &[ID_SIGNED_DATA, SM2_SIGNED_DATA])?;
        let wrong = |why| Error::Encoding { what: WHAT, why };
        if encapsulated.kind != ID_TST_INFO {
            return Err(wrong("not over a TSTInfo"));
        }
        let content = encapsulated.content.ok_or(wrong("without its content"))?.to_vec();
        let info = Info::parse(&content)?;
        let der = cms::trim_padding(bytes)?.to_vec();
        Ok(Self { der, data, content, info })
    }

    pub fn der(&self) -> &[u8] {
        &self.der
    }

    pub fn info(&self) -> &Info {
        &self.info
    }

    /// The authority's certificate, where it is inside.
    pub fn certificate(&self) -> Option<&Certificate> {
        self.data.signer_certificate()
    }

    /// All that are inside.
    pub fn certificates(&self) -> &[Certificate] {
        &self.data.certificates
    }

    /// Whether the token is over `parts` (one after the other) and its signature holds.
    pub fn check(&self, parts: &[&[u8]]) -> Result<(), Fault> {
        let algorithm = self.info.algorithm.as_ref();
        let algorithm =
            algorithm.map_err(|found| Fault::Signature(cms::Outcome::Unsupported { what: found.clone() }))?;
        self.check_if(self.info.imprint == algorithm.digest(parts))
    }

    /// Whether it is over what was asked for, and its signature holds.
    pub fn check_imprint(&self, imprint: &Imprint) -> Result<(), Fault> {
        self.check_if(self.info.is_over(imprint))
    }

    fn check_if(&self, is_over_it: bool) -> Result<(), Fault> {
        if !is_over_it {
            return Err(Fault::OtherData);
        }
        if self.data.signer.signing_certificate.is_none() {
            return Err(Fault::NoSigningCertificate);
        }
        let digest = self.data.signer.digest_algorithm.as_ref().map(|found| found.digest(&[&self.content]));
        match cms::verify_as(&self.data, ID_TST_INFO, digest.as_deref().unwrap_or_default()) {
            cms::Outcome::Good => Ok(()),
            outcome => Err(Fault::Signature(outcome)),
        }
    }

    /// The token as it is kept: what the authority signed byte for byte, and all around it in the one encoding that
    /// this module has for it. Certificates stay, sorted, but for the issuers in `elsewhere` (fingerprints), which the
    /// keeper has beside it; unsigned attributes and revocation lists go.
    pub fn normal(&self, elsewhere: &[[u8; 32]]) -> Result<Vec<u8>, Error> {
        let wrong = |why| Error::Encoding { what: WHAT, why };
        let signer = &self.data.signer;
        let unsupported = |found: &String| Error::Unsupported { what: WHAT, found: found.clone() };
        let scheme = *signer.scheme.as_ref().map_err(unsupported)?;
        let signature = match (scheme, signer::ecdsa_parts(&signer.signature)) {
            (Scheme::Ecdsa(_), Some((r, s))) if self.is_p256() => signer::ecdsa_der(&r, &s),
            // Some write 64 bare bytes.
            (Scheme::Sm2Sm3, _) => sm2::to_der(&signer.signature).ok_or(wrong("its signature is none"))?,
            _ => signer.signature.clone(),
        };
        let attributes = signer.signed_attributes.as_deref().ok_or(wrong("without signed attributes"))?;
        let mut others = self.data.certificates.clone();
        others.retain(|other| !elsewhere.contains(&other.fingerprint()));
        Ok(assemble(&Assembly {
            content: &self.content,
            certificate: self.certificate().ok_or(wrong("without its authority's certificate"))?,
            others: &others,
            digest: *signer.digest_algorithm.as_ref().map_err(unsupported)?,
            scheme: &identifier::scheme(scheme).ok_or(wrong("its signature's kind has no name"))?,
            attributes,
            signature: &signature,
        }))
    }

    /// Whether it is in its normal form already.
    pub fn is_normal(&self) -> bool {
        self.normal(&[]).is_ok_and(|normal| normal == self.der)
    }

    fn is_p256(&self) -> bool {
        use crate::signature::KeyShape;
        self.certificate().is_some_and(|found| KeyShape::of(found.public_key_spki()) == Some(KeyShape::P256))
    }

    /// Whether the ESS attribute was judged, not only there (older tokens carry one on SHA-1).
    pub fn names_certificate(&self) -> bool {
        matches!(self.data.signer.signing_certificate, Some(SigningCertificate::V2 { .. }))
    }
}

/// What a token is put together of.
pub(super) struct Assembly<'a> {
    pub content: &'a [u8],
    pub certificate: &'a Certificate,
    /// To be embedded beside it; it may be among them.
    pub others: &'a [Certificate],
    pub digest: DigestAlgorithm,
    /// DER `AlgorithmIdentifier`.
    pub scheme: &'a [u8],
    /// As they were signed: a SET.
    pub attributes: &'a [u8],
    pub signature: &'a [u8],
}

/// SignedData of version 3 with one signer (RFC 5652 §5.1).
pub(super) fn assemble(parts: &Assembly<'_>) -> Vec<u8> {
    let Assembly { content, certificate, others, digest, scheme, attributes, signature } = *parts;
    let digest = identifier::digest(digest);
    let octets = tlv(asn1::OCTET_STRING, &[content]);
    let encapsulated = sequence(&[&info::content_type(), &tlv(asn1::context(0), &[&octets])]);
    let mut certificates: Vec<&[u8]> = others.iter().map(Certificate::der).collect();
    certificates.push(certificate.der());
    certificates.sort_unstable();
    certificates.dedup();
    let issuer_and_serial =
        sequence(&[certificate.issuer_der(), &tlv(asn1::INTEGER, &[certificate.serial()])]);
    let mut attributes = attributes.to_vec();
    if let Some(tag) = attributes.first_mut() {
        *tag = asn1::context(0);
    }
    let signature = tlv(asn1::OCTET_STRING, &[signature]);
    let signer = sequence(&[&unsigned(&[1]), &issuer_and_serial, &digest, &attributes, scheme, &signature]);
    let data = sequence(&[
        &unsigned(&[3]),
        &tlv(asn1::SET, &[&digest]),
        &encapsulated,
        &tlv(asn1::context(0), &certificates),
        &tlv(asn1::SET, &[&signer]),
    ]);
    sequence(&[&tlv(asn1::OID, &[ID_SIGNED_DATA]), &tlv(asn1::context(0), &[&data])])
}

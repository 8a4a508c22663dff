//! Detached CMS signatures (RFC 5652) with ESS signing-certificate-v2 (RFC 5035), as ETSI EN 319 142-1
//! baseline wants them: one signer, SHA-256, no signing-time attribute. `Template` writes them, `parse` and
//! `parse_strict` read them, `verify` judges them against a digest. What was digested is not known here.

mod parse;
mod stamp;
#[cfg(test)]
mod tests;
mod verify;

pub(crate) use parse::parse_any;
pub use parse::{
    SignedData, SignerId, SignerInfo, SigningCertificate, Unparsed, parse, parse_strict, trim_padding,
};
pub use stamp::{signature_value, stamped, stamped_max_len};
pub(crate) use verify::verify_as;
pub use verify::{Outcome, verify};

use crate::asn1::{self, sequence, tlv, unsigned};
use crate::signer::{SignatureAlgorithm, Signer};
use crate::{Error, x509::Certificate};

pub(crate) const ID_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01];
pub(crate) const ID_SIGNED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
/// signedData of GB/T 35275: the same structure under another name.
pub(crate) const SM2_SIGNED_DATA: &[u8] = &[0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x06, 0x01, 0x04, 0x02, 0x02];
pub(crate) const CONTENT_TYPE: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x03];
pub(crate) const MESSAGE_DIGEST: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x04];
pub(crate) const SIGNING_TIME: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x05];
pub(crate) const SIGNING_CERTIFICATE: &[u8] =
    &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x02, 0x0c];
pub(crate) const SIGNING_CERTIFICATE_V2: &[u8] =
    &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x02, 0x2f];
pub(crate) const TIME_STAMP_TOKEN: &[u8] =
    &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x02, 0x0e];
/// `SEQUENCE { sha256 }`, parameters absent (RFC 5754 §2).
pub(crate) const SHA256_IDENTIFIER: &[u8] =
    &[0x30, 0x0b, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01];
/// The longest ECDSA P-256 signature in DER.
const MAX_ECDSA: usize = 72;

/// Everything of a signature that does not change between documents, encoded once per seal.
#[derive(Clone)]
pub struct Template {
    algorithm: SignatureAlgorithm,
    spki: Vec<u8>,
    /// Inside SignedData, up to the SignerInfos.
    head: Vec<u8>,
    /// Inside SignerInfo, up to the signed attributes.
    signer_head: Vec<u8>,
    /// The signed attributes' value, on both sides of the message digest; in DER's order of a SET OF, which
    /// here is that of their lengths.
    attributes: [Vec<u8>; 2],
    signature_len: usize,
}

impl Template {
    /// `chain`: the certificates to embed beside the signer's own, nearest issuer first; the root may be
    /// left out.
    pub fn new(certificate: &Certificate, chain: &[Certificate]) -> Result<Self, Error> {
        let (algorithm, signature_len) = algorithm_of(certificate.public_key_spki())?;
        let mut others: Vec<&Certificate> = chain.iter().filter(|other| *other != certificate).collect();
        others.sort_unstable_by_key(|other| other.der());
        others.dedup();
        let mut certificates: Vec<&[u8]> = others.iter().map(|other| other.der()).collect();
        certificates.push(certificate.der());
        certificates.sort_unstable();
        let oid = |value: &[u8]| tlv(asn1::OID, &[value]);
        let head = [
            unsigned(&[1]),
            tlv(asn1::SET, &[SHA256_IDENTIFIER]),
            sequence(&[&oid(ID_DATA)]),
            tlv(asn1::context(0), &certificates),
        ]
        .concat();
        let issuer_and_serial =
            sequence(&[certificate.issuer_der(), &tlv(asn1::INTEGER, &[certificate.serial()])]);
        let signer_head = [unsigned(&[1]), issuer_and_serial, SHA256_IDENTIFIER.to_vec()].concat();
        let content_type = sequence(&[&oid(CONTENT_TYPE), &tlv(asn1::SET, &[&oid(ID_DATA)])]);
        // The signer's certificate first, then every other one that is embedded (RFC 5035 §3): so the
        // signature covers them all byte for byte, and a change in one shows even to somebody who does not
        // know the root.
        let ids: Vec<Vec<u8>> = std::iter::once(certificate)
            .chain(others)
            .map(|named| sequence(&[&tlv(asn1::OCTET_STRING, &[&named.fingerprint()])]))
            .collect();
        let ess = sequence(&[&sequence(&[&ids.concat()])]);
        let signing_certificate = sequence(&[&oid(SIGNING_CERTIFICATE_V2), &tlv(asn1::SET, &[&ess])]);
        let digest = tlv(asn1::OCTET_STRING, &[&[0; 32]]);
        let message_digest = sequence(&[&oid(MESSAGE_DIGEST), &tlv(asn1::SET, &[&digest])]);
        let before = message_digest.len().saturating_sub(32);
        let before = [&content_type[..], message_digest.get(..before).unwrap_or(&[])].concat();
        Ok(Self {
            algorithm,
            spki: certificate.public_key_spki().to_vec(),
            head,
            signer_head,
            attributes: [before, signing_certificate],
            signature_len,
        })
    }

    pub fn algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }

    /// The most bytes that `sign` can give: what a document has to make room for.
    pub fn max_len(&self) -> usize {
        let [before, after] = &self.attributes;
        let attributes = before.len() + 32 + after.len();
        // Six headers of at most six bytes around, and the signature's own.
        self.head.len()
            + self.signer_head.len()
            + attributes
            + 15
            + self.signature_len
            + 8 * 6
            + ID_SIGNED_DATA.len()
    }

    /// Signs a document by its digest. The signer's key must be the certificate's.
    pub fn sign(&self, signer: &dyn Signer, digest: &[u8; 32]) -> Result<Vec<u8>, Error> {
        if signer.public_key_spki() != self.spki || signer.algorithm() != self.algorithm {
            return Err(Error::KeyMismatch { what: "the seal's certificate" });
        }
        // What is signed is the attributes as a SET; what is stored has the implicit tag (RFC 5652 §5.4).
        let attributes = self.attributes(asn1::SET, digest);
        let signature = signer.sign(&attributes)?;
        Ok(self.assemble(digest, &signature))
    }

    fn attributes(&self, tag: u8, digest: &[u8; 32]) -> Vec<u8> {
        let [before, after] = &self.attributes;
        tlv(tag, &[before, digest, after])
    }

    /// The one encoding that this signer, digest and signature have.
    fn assemble(&self, digest: &[u8; 32], signature: &[u8]) -> Vec<u8> {
        let attributes = self.attributes(asn1::context(0), digest);
        let identifier = self.algorithm.identifier();
        let signer_len = self.signer_head.len()
            + attributes.len()
            + identifier.len()
            + asn1::header_len(signature.len())
            + signature.len();
        let signers_len = asn1::header_len(signer_len) + signer_len;
        let data_len = self.head.len() + asn1::header_len(signers_len) + signers_len;
        let explicit_len = asn1::header_len(data_len) + data_len;
        let type_len = 2 + ID_SIGNED_DATA.len();
        let content_len = type_len + asn1::header_len(explicit_len) + explicit_len;

        let mut out = Vec::with_capacity(asn1::header_len(content_len) + content_len);
        let header = |out: &mut Vec<u8>, tag: u8, length: usize| {
            out.push(tag);
            asn1::push_length(out, length);
        };
        header(&mut out, asn1::SEQUENCE, content_len);
        header(&mut out, asn1::OID, ID_SIGNED_DATA.len());
        out.extend_from_slice(ID_SIGNED_DATA);
        header(&mut out, asn1::context(0), explicit_len);
        header(&mut out, asn1::SEQUENCE, data_len);
        out.extend_from_slice(&self.head);
        header(&mut out, asn1::SET, signers_len);
        header(&mut out, asn1::SEQUENCE, signer_len);
        out.extend_from_slice(&self.signer_head);
        out.extend_from_slice(&attributes);
        out.extend_from_slice(identifier);
        header(&mut out, asn1::OCTET_STRING, signature.len());
        out.extend_from_slice(signature);
        out
    }
}

/// The algorithm that goes with a public key, and its longest signature in bytes.
fn algorithm_of(spki: &[u8]) -> Result<(SignatureAlgorithm, usize), Error> {
    use crate::signature::KeyShape;
    match KeyShape::of(spki) {
        Some(KeyShape::P256) => Ok((SignatureAlgorithm::EcdsaP256Sha256, MAX_ECDSA)),
        Some(KeyShape::Rsa { modulus_len }) => Ok((SignatureAlgorithm::RsaPkcs1Sha256, modulus_len)),
        Some(KeyShape::Other) | None => Err(Error::Unsupported {
            what: "the certificate's key",
            found: "neither P-256 nor RSA".to_owned(),
        }),
    }
}

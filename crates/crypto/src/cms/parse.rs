//! Reading CMS: leniently for honest foreign writers, strictly for our own signatures.
//!
//! The strict reader has no list of rules that could have a hole: it reads leniently, writes anew what it
//! understood, and demands the same bytes.

use super::{
    CONTENT_TYPE, ID_SIGNED_DATA, MESSAGE_DIGEST, SIGNING_CERTIFICATE, SIGNING_CERTIFICATE_V2, SIGNING_TIME,
    TIME_STAMP_TOKEN, Template, stamped,
};
use crate::asn1::{self, Reader, Rules};
use crate::signature::{DigestAlgorithm, Scheme};
use crate::tsp::Token;
use crate::{Error, signer, x509::Certificate};

/// A signature larger than this is refused unread.
pub const MAX_CMS: usize = 1 << 20;
const MAX_CERTIFICATES: usize = 64;
const MAX_ATTRIBUTES: usize = 64;
const WHAT: &str = "CMS";

/// A detached signature by one signer.
#[derive(Clone, Debug)]
pub struct SignedData {
    /// In the order in which they stand in the file.
    pub certificates: Vec<Certificate>,
    /// Embedded certificates of other kinds, or that could not be read.
    pub unparsed: Unparsed,
    pub signer: SignerInfo,
}

/// What was there and passed over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unparsed {
    pub certificates: usize,
    pub revocation_lists: usize,
}

#[derive(Clone, Debug)]
pub struct SignerInfo {
    pub id: SignerId,
    /// `Err` names what was found.
    pub digest_algorithm: Result<DigestAlgorithm, String>,
    pub scheme: Result<Scheme, String>,
    pub signature: Vec<u8>,
    /// The attributes as the signature covers them (tag SET); `None` where there are none and the signature
    /// covers the content itself.
    pub signed_attributes: Option<Vec<u8>>,
    /// Value bytes of the content type's OID.
    pub content_type: Option<Vec<u8>>,
    pub message_digest: Option<Vec<u8>>,
    pub signing_certificate: Option<SigningCertificate>,
    /// A signing-time attribute is there (PAdES baseline forbids it; older signatures carry it).
    pub has_signing_time: bool,
    /// Dotted OIDs of signed attributes that are none of the above.
    pub other_signed: Vec<String>,
    pub unsigned: Vec<String>,
    /// DER of an RFC 3161 token on this signature.
    pub time_stamp_token: Option<Vec<u8>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignerId {
    /// DER of the issuer's name; value bytes of the serial.
    IssuerAndSerial {
        issuer: Vec<u8>,
        serial: Vec<u8>,
    },
    KeyId(Vec<u8>),
}

/// The ESS attribute: hash of the signer's certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SigningCertificate {
    V2 {
        algorithm: DigestAlgorithm,
        hash: Vec<u8>,
    },
    /// The older attribute, on SHA-1, or a hash not known here: not judged.
    Unjudged,
}

impl SignedData {
    /// The embedded certificate that the signer names.
    pub fn signer_certificate(&self) -> Option<&Certificate> {
        self.certificates.iter().find(|certificate| match &self.signer.id {
            SignerId::IssuerAndSerial { issuer, serial } => {
                certificate.issuer_der() == issuer && certificate.serial() == serial
            }
            SignerId::KeyId(id) => certificate.subject_key_id() == Some(id),
        })
    }
}

/// Cuts the zero padding off a signature that stands in a fixed room. Anything but zeros after it is an
/// error.
pub fn trim_padding(room: &[u8]) -> Result<&[u8], Error> {
    let mut reader = Reader::new(room, Rules::Ber, WHAT);
    let element = reader.expect(asn1::SEQUENCE)?;
    if reader.rest().iter().any(|&b| b != 0) {
        return Err(reader.fault("bytes after the signature"));
    }
    Ok(element.raw)
}

/// What a signature is over, where it is inside.
pub(crate) struct Encapsulated<'a> {
    /// Value bytes of the content type's OID.
    pub kind: &'a [u8],
    pub content: Option<&'a [u8]>,
}

/// Reads a detached signature of any honest writer: definite-length BER, zero padding, attributes and
/// certificates of all kinds.
pub fn parse(bytes: &[u8]) -> Result<SignedData, Error> {
    let (data, encapsulated) = parse_any(bytes, &[ID_SIGNED_DATA])?;
    match encapsulated.content {
        None => Ok(data),
        Some(_) => Err(Error::Encoding { what: WHAT, why: "content is not detached" }),
    }
}

/// The same, whatever is signed, and wherever it is. `names`: what SignedData may be called, value bytes of OIDs.
pub(crate) fn parse_any<'a>(
    bytes: &'a [u8],
    names: &[&[u8]],
) -> Result<(SignedData, Encapsulated<'a>), Error> {
    if bytes.len() > MAX_CMS {
        return Err(Error::TooLarge { what: WHAT, bytes: bytes.len(), max: MAX_CMS });
    }
    let mut outer = Reader::new(trim_padding(bytes)?, Rules::Ber, WHAT);
    let mut content = outer.enter(asn1::SEQUENCE)?;
    if !names.contains(&content.expect(asn1::OID)?.value) {
        return Err(content.fault("not SignedData"));
    }
    let mut data = content.enter(asn1::context(0))?.enter(asn1::SEQUENCE)?;
    data.expect(asn1::INTEGER)?;
    data.expect(asn1::SET)?;
    let mut encapsulated = data.enter(asn1::SEQUENCE)?;
    let kind = encapsulated.expect(asn1::OID)?.value;
    let content = match encapsulated.optional(asn1::context(0))? {
        Some(explicit) => Some(data.inside(explicit).expect(asn1::OCTET_STRING)?.value),
        None => None,
    };
    encapsulated.finish()?;
    let mut unparsed = Unparsed::default();
    let certificates = match data.optional(asn1::context(0))? {
        Some(set) => read_certificates(data.inside(set), &mut unparsed)?,
        None => Vec::new(),
    };
    if let Some(lists) = data.optional(asn1::context(1))? {
        let mut lists = data.inside(lists);
        while !lists.is_empty() {
            lists.next()?;
            unparsed.revocation_lists += 1;
        }
    }
    let mut signers = data.enter(asn1::SET)?;
    let signer = read_signer(signers.enter(asn1::SEQUENCE)?)?;
    signers.finish().map_err(|_| signers.fault("more than one signer"))?;
    Ok((SignedData { certificates, unparsed, signer }, Encapsulated { kind, content }))
}

/// Reads a signature that `Template` wrote: exactly those bytes and no others, ECDSA in its low form, a time stamp
/// in its normal form. No padding. The certificates need no rule of their own: the signed attributes name each by its
/// digest, and outside authorities do sign with a high `s`.
pub fn parse_strict(bytes: &[u8]) -> Result<SignedData, Error> {
    let deviation = |why| Error::Encoding { what: "own CMS", why };
    let data = parse(bytes)?;
    let certificate = data.signer_certificate().ok_or(deviation("the signer's certificate is not there"))?;
    let digest = data.signer.message_digest.as_deref().unwrap_or(&[]);
    let digest: &[u8; 32] = digest.try_into().map_err(|_| deviation("no SHA-256 message digest"))?;
    let bare = Template::new(certificate, &data.certificates)?.assemble(digest, &data.signer.signature);
    let same = match &data.signer.time_stamp_token {
        None => bare == bytes,
        Some(token) => Token::parse(token)?.is_normal() && stamped(&bare, token)? == bytes,
    };
    if !same {
        return Err(deviation("not the canonical encoding"));
    }
    let ecdsa = matches!(data.signer.scheme, Ok(Scheme::Ecdsa(_)));
    if ecdsa && !signer::is_low_s(&data.signer.signature) {
        return Err(deviation("signature not in its canonical form"));
    }
    Ok(data)
}

fn read_certificates(mut set: Reader<'_>, unparsed: &mut Unparsed) -> Result<Vec<Certificate>, Error> {
    let mut certificates = Vec::new();
    while !set.is_empty() {
        let element = set.next()?;
        match Certificate::from_der(element.raw) {
            Ok(certificate) if certificates.len() < MAX_CERTIFICATES => certificates.push(certificate),
            _ => unparsed.certificates += 1,
        }
    }
    Ok(certificates)
}

fn read_signer(mut info: Reader<'_>) -> Result<SignerInfo, Error> {
    info.expect(asn1::INTEGER)?;
    let id = match info.peek_tag() {
        Some(asn1::SEQUENCE) => {
            let mut id = info.enter(asn1::SEQUENCE)?;
            let issuer = id.expect(asn1::SEQUENCE)?.raw.to_vec();
            SignerId::IssuerAndSerial { issuer, serial: id.expect(asn1::INTEGER)?.value.to_vec() }
        }
        _ => SignerId::KeyId(info.expect(asn1::context_primitive(0))?.value.to_vec()),
    };
    let digest_algorithm = DigestAlgorithm::from_identifier(info.expect(asn1::SEQUENCE)?.raw, Rules::Ber);
    let signed = info.optional(asn1::context(0))?;
    let scheme = info.expect(asn1::SEQUENCE)?.raw;
    let scheme = Scheme::from_identifier(scheme, digest_algorithm.as_ref().ok().copied(), Rules::Ber);
    let signature = info.expect(asn1::OCTET_STRING)?.value.to_vec();
    let unsigned = info.optional(asn1::context(1))?;
    info.finish()?;

    let mut read = SignerInfo {
        id,
        digest_algorithm,
        scheme,
        signature,
        signed_attributes: signed.map(|element| asn1::tlv(asn1::SET, &[element.value])),
        content_type: None,
        message_digest: None,
        signing_certificate: None,
        has_signing_time: false,
        other_signed: Vec::new(),
        unsigned: Vec::new(),
        time_stamp_token: None,
    };
    if let Some(signed) = signed {
        for (oid, value) in attributes(info.inside(signed))? {
            read_signed(&mut read, oid, value)?;
        }
    }
    if let Some(unsigned) = unsigned {
        for (oid, value) in attributes(info.inside(unsigned))? {
            if oid == TIME_STAMP_TOKEN && read.time_stamp_token.is_none() {
                read.time_stamp_token = Some(value.rest().to_vec());
            } else {
                read.unsigned.push(asn1::dotted(oid));
            }
        }
    }
    Ok(read)
}

/// Each attribute's OID and the inside of its SET of values. An attribute that occurs twice is refused:
/// which of the two counts would be the reader's choice.
fn attributes(mut list: Reader<'_>) -> Result<Vec<(&[u8], Reader<'_>)>, Error> {
    let mut found: Vec<(&[u8], Reader<'_>)> = Vec::new();
    while !list.is_empty() {
        let mut attribute = list.enter(asn1::SEQUENCE)?;
        let oid = attribute.expect(asn1::OID)?.value;
        let values = attribute.enter(asn1::SET)?;
        attribute.finish()?;
        if found.iter().any(|(known, _)| *known == oid) {
            return Err(list.fault("an attribute occurs twice"));
        }
        if found.len() >= MAX_ATTRIBUTES {
            return Err(list.fault("too many attributes"));
        }
        found.push((oid, values));
    }
    Ok(found)
}

fn read_signed(signer: &mut SignerInfo, oid: &[u8], mut value: Reader<'_>) -> Result<(), Error> {
    match oid {
        CONTENT_TYPE => signer.content_type = Some(value.expect(asn1::OID)?.value.to_vec()),
        MESSAGE_DIGEST => signer.message_digest = Some(value.expect(asn1::OCTET_STRING)?.value.to_vec()),
        SIGNING_CERTIFICATE_V2 => signer.signing_certificate = Some(read_signing_certificate(value)?),
        SIGNING_CERTIFICATE => {
            signer.signing_certificate.get_or_insert(SigningCertificate::Unjudged);
        }
        SIGNING_TIME => signer.has_signing_time = true,
        _ => signer.other_signed.push(asn1::dotted(oid)),
    }
    Ok(())
}

/// The first ESSCertIDv2, which is the signer's (RFC 5035 §3).
fn read_signing_certificate(mut value: Reader<'_>) -> Result<SigningCertificate, Error> {
    let mut id = value.enter(asn1::SEQUENCE)?.enter(asn1::SEQUENCE)?.enter(asn1::SEQUENCE)?;
    let algorithm = match id.optional(asn1::SEQUENCE)? {
        None => Ok(DigestAlgorithm::Sha256),
        Some(identifier) => DigestAlgorithm::from_identifier(identifier.raw, Rules::Ber),
    };
    let hash = id.expect(asn1::OCTET_STRING)?.value.to_vec();
    Ok(match algorithm {
        Ok(algorithm) => SigningCertificate::V2 { algorithm, hash },
        Err(_) => SigningCertificate::Unjudged,
    })
}

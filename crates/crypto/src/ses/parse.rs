//! Reading seals and signatures of all three versions, bounded: nothing is allocated that is longer than
//! what came.

use super::field::{WHAT, bit_string, embedded_time, integer, text, time};
use super::stamp::{self, Stamp};
use super::{HEADER_ID, LIST_OF_CERTIFICATES, LIST_OF_DIGESTS, MAX_BYTES, Version};
use crate::asn1::{self, Element, Reader, Rules};
use crate::cms::{ID_SIGNED_DATA, SM2_SIGNED_DATA};
use crate::{Error, x509::Certificate};

/// Certificates or digests in one seal's list; extensions.
const MAX_LIST: usize = 256;

/// What stands where a document keeps its signature.
#[derive(Clone, Debug)]
pub enum SignedValue {
    /// A signature with a seal.
    Seal(Box<Signature>),
    /// Cryptographic messages of GB/T 35275, or CMS: a signature without a seal.
    Container,
    /// `r` and `s` alone: a signature without seal and certificate.
    Bare,
}

/// A seal: what it says, and the bytes that its maker signed.
#[derive(Clone, Debug)]
pub struct Seal {
    pub version: Version,
    /// What the header says, which should be `version`.
    pub header_version: i64,
    pub vendor: String,
    /// The seal's unique code.
    pub id: String,
    /// Kind of seal; the numbers are the users' (1 official, 2 legal person … are usual).
    pub kind: i64,
    pub name: String,
    pub holders: Holders,
    /// Milliseconds UTC.
    pub created_ms: i64,
    pub valid_from_ms: i64,
    pub valid_until_ms: i64,
    pub picture: Picture,
    pub extensions: Vec<Extension>,
    /// `None` where it cannot be read.
    pub maker: Option<Certificate>,
    /// A time stamp on the seal, as it came.
    pub time_stamp: Option<Stamp>,
    pub(super) raw: Vec<u8>,
    pub(super) proof: Proof,
}

/// Who may use a seal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holders {
    /// DER of whole certificates.
    Certificates(Vec<Vec<u8>>),
    /// The digest's name and value.
    Digests(Vec<(String, Vec<u8>)>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// `png`, `jpg`, `ofd` …; makers write either case.
    pub kind: String,
    pub data: Vec<u8>,
    pub width_mm: i64,
    pub height_mm: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    /// Dotted.
    pub oid: String,
    pub critical: bool,
    pub value: Vec<u8>,
}

/// A signature made with a seal.
#[derive(Clone, Debug)]
pub struct Signature {
    pub version: Version,
    /// What it says of itself, which should be `version`.
    pub own_version: i64,
    pub seal: Seal,
    /// Milliseconds UTC; the signer's word. `None` where it cannot be read, or stands in a token (version 1).
    pub time_ms: Option<i64>,
    pub data_hash: Vec<u8>,
    /// Which file the digest is of.
    pub path: String,
    pub extensions: Vec<Extension>,
    /// `None` where it cannot be read.
    pub signer: Option<Certificate>,
    /// A time stamp on the signature, as it came.
    pub time_stamp: Option<Stamp>,
    pub(super) signer_der: Vec<u8>,
    pub(super) proof: Proof,
}

/// What was signed, how, and the signature.
#[derive(Clone, Debug)]
pub(super) struct Proof {
    pub signed: Vec<u8>,
    /// Value bytes of the algorithm's OID.
    pub algorithm: Vec<u8>,
    pub signature: Vec<u8>,
}

impl Signature {
    /// What a time stamp on it is over: the value inside its BIT STRING.
    pub fn value(&self) -> &[u8] {
        &self.proof.signature
    }
}

impl Seal {
    /// The seal's bytes, as a document carries them.
    pub fn der(&self) -> &[u8] {
        &self.raw
    }
}

/// Reads what a document keeps as its signature.
pub fn parse(bytes: &[u8]) -> Result<SignedValue, Error> {
    bounded(bytes)?;
    if crate::sm2::is_signature(bytes) {
        return Ok(SignedValue::Bare);
    }
    let mut outer = Reader::new(bytes, Rules::Der, WHAT);
    let mut inner = outer.enter(asn1::SEQUENCE)?;
    outer.finish()?;
    if inner.peek_tag() == Some(asn1::OID) {
        let oid = inner.next()?.value;
        return if [SM2_SIGNED_DATA, ID_SIGNED_DATA].contains(&oid) {
            Ok(SignedValue::Container)
        } else {
            Err(Error::Unsupported { what: "signature container", found: asn1::dotted(oid) })
        };
    }
    let to_sign = inner.expect(asn1::SEQUENCE)?;
    let signature = if inner.peek_tag() == Some(asn1::BIT_STRING) {
        first_version(&mut inner, to_sign)?
    } else {
        later_version(&mut inner, to_sign)?
    };
    inner.finish()?;
    Ok(SignedValue::Seal(Box::new(signature)))
}

/// Reads a seal that stands by itself.
pub fn parse_seal(bytes: &[u8]) -> Result<Seal, Error> {
    bounded(bytes)?;
    let mut outer = Reader::new(bytes, Rules::Der, WHAT);
    let element = outer.expect(asn1::SEQUENCE)?;
    outer.finish()?;
    seal(&outer, element)
}

fn bounded(bytes: &[u8]) -> Result<(), Error> {
    if bytes.len() > MAX_BYTES {
        return Err(Error::TooLarge { what: WHAT, bytes: bytes.len(), max: MAX_BYTES });
    }
    Ok(())
}

/// `SES_Signature` of versions 4 and 5, after `toSign`.
fn later_version(inner: &mut Reader<'_>, to_sign: Element<'_>) -> Result<Signature, Error> {
    let mut body = inner.inside(to_sign);
    let own_version = integer(&mut body)?;
    let seal_element = body.expect(asn1::SEQUENCE)?;
    let seal = seal(&body, seal_element)?;
    let time_ms = Some(time(&mut body)?);
    let data_hash = bit_string(&mut body)?.to_vec();
    let path = text(&mut body)?;
    let extensions = extensions(&mut body)?;
    body.finish()?;
    let signer_der = inner.expect(asn1::OCTET_STRING)?.value;
    let algorithm = inner.expect(asn1::OID)?.value.to_vec();
    let signature = bit_string(inner)?.to_vec();
    Ok(Signature {
        version: if seal.version == Version::V5 { Version::V5 } else { Version::V4 },
        own_version,
        seal,
        time_ms,
        data_hash,
        path,
        extensions,
        signer: Certificate::from_der(signer_der).ok(),
        time_stamp: stamp::read(inner)?,
        signer_der: signer_der.to_vec(),
        proof: Proof { signed: to_sign.raw.to_vec(), algorithm, signature },
    })
}

/// `SES_Signature` of version 1: certificate and algorithm stand inside what is signed.
fn first_version(inner: &mut Reader<'_>, to_sign: Element<'_>) -> Result<Signature, Error> {
    let mut body = inner.inside(to_sign);
    let own_version = integer(&mut body)?;
    let seal_element = body.expect(asn1::SEQUENCE)?;
    let seal = seal(&body, seal_element)?;
    let time_ms = embedded_time(bit_string(&mut body)?);
    let data_hash = bit_string(&mut body)?.to_vec();
    let path = text(&mut body)?;
    let signer_der = body.expect(asn1::OCTET_STRING)?.value;
    let algorithm = body.expect(asn1::OID)?.value.to_vec();
    body.finish()?;
    let signature = bit_string(inner)?.to_vec();
    Ok(Signature {
        version: Version::V1,
        own_version,
        seal,
        time_ms,
        data_hash,
        path,
        extensions: Vec::new(),
        signer: Certificate::from_der(signer_der).ok(),
        time_stamp: None,
        signer_der: signer_der.to_vec(),
        proof: Proof { signed: to_sign.raw.to_vec(), algorithm, signature },
    })
}

/// `SESeal`. What the maker signed is `eSealInfo` alone; in version 1 also certificate and algorithm.
fn seal(reader: &Reader<'_>, element: Element<'_>) -> Result<Seal, Error> {
    let mut body = reader.inside(element);
    let info = body.expect(asn1::SEQUENCE)?;
    let first = body.peek_tag() == Some(asn1::SEQUENCE);
    let (maker_der, proof, time_stamp) = if first {
        let mut sign_info = body.enter(asn1::SEQUENCE)?;
        let certificate = sign_info.expect(asn1::OCTET_STRING)?;
        let algorithm = sign_info.expect(asn1::OID)?;
        let signature = bit_string(&mut sign_info)?.to_vec();
        sign_info.finish()?;
        let signed = asn1::sequence(&[info.raw, certificate.raw, algorithm.raw]);
        (certificate.value, Proof { signed, algorithm: algorithm.value.to_vec(), signature }, None)
    } else {
        let certificate = body.expect(asn1::OCTET_STRING)?.value;
        let algorithm = body.expect(asn1::OID)?.value.to_vec();
        let signature = bit_string(&mut body)?.to_vec();
        let signed = info.raw.to_vec();
        (certificate, Proof { signed, algorithm, signature }, stamp::read(&mut body)?)
    };
    body.finish()?;
    let mut info = body.inside(info);
    let (header_version, vendor) = header(&mut info)?;
    let version = match (first, header_version) {
        (true, _) => Version::V1,
        (false, 5) => Version::V5,
        (false, _) => Version::V4,
    };
    let id = text(&mut info)?;
    let mut property = info.enter(asn1::SEQUENCE)?;
    let kind = integer(&mut property)?;
    let name = text(&mut property)?;
    let holders = holders(&mut property, first)?;
    let (created_ms, valid_from_ms, valid_until_ms) =
        (time(&mut property)?, time(&mut property)?, time(&mut property)?);
    property.finish()?;
    let picture = picture(&mut info)?;
    let extensions = extensions(&mut info)?;
    info.finish()?;
    Ok(Seal {
        version,
        header_version,
        vendor,
        id,
        kind,
        name,
        holders,
        created_ms,
        valid_from_ms,
        valid_until_ms,
        picture,
        extensions,
        maker: Certificate::from_der(maker_der).ok(),
        time_stamp,
        raw: element.raw.to_vec(),
        proof,
    })
}

fn header(info: &mut Reader<'_>) -> Result<(i64, String), Error> {
    let mut header = info.enter(asn1::SEQUENCE)?;
    if text(&mut header)? != HEADER_ID {
        return Err(header.fault("header is not that of a seal"));
    }
    let version = integer(&mut header)?;
    let vendor = text(&mut header)?;
    header.finish()?;
    Ok((version, vendor))
}

fn holders(property: &mut Reader<'_>, first: bool) -> Result<Holders, Error> {
    let kind = if first { LIST_OF_CERTIFICATES } else { integer(property)? };
    let mut list = property.enter(asn1::SEQUENCE)?;
    let full = |reader: &Reader<'_>, found: usize| {
        if found < MAX_LIST { Ok(()) } else { Err(reader.fault("list too long")) }
    };
    match kind {
        LIST_OF_CERTIFICATES => {
            let mut certificates = Vec::new();
            while !list.is_empty() {
                full(&list, certificates.len())?;
                certificates.push(list.expect(asn1::OCTET_STRING)?.value.to_vec());
            }
            Ok(Holders::Certificates(certificates))
        }
        LIST_OF_DIGESTS => {
            let mut digests = Vec::new();
            while !list.is_empty() {
                full(&list, digests.len())?;
                let mut entry = list.enter(asn1::SEQUENCE)?;
                digests.push((text(&mut entry)?, entry.expect(asn1::OCTET_STRING)?.value.to_vec()));
                entry.finish()?;
            }
            Ok(Holders::Digests(digests))
        }
        other => Err(Error::Unsupported { what: "list of a seal's holders", found: other.to_string() }),
    }
}

fn picture(info: &mut Reader<'_>) -> Result<Picture, Error> {
    let mut picture = info.enter(asn1::SEQUENCE)?;
    let kind = text(&mut picture)?;
    let data = picture.expect(asn1::OCTET_STRING)?.value.to_vec();
    let (width_mm, height_mm) = (integer(&mut picture)?, integer(&mut picture)?);
    picture.finish()?;
    Ok(Picture { kind, data, width_mm, height_mm })
}

/// Extensions, where there are any: bare in a seal, behind `[0]` in a signature; makers mix them up.
fn extensions(reader: &mut Reader<'_>) -> Result<Vec<Extension>, Error> {
    let mut list = match reader.peek_tag() {
        Some(asn1::SEQUENCE) => reader.enter(asn1::SEQUENCE)?,
        Some(tag) if tag == asn1::context(0) => {
            let mut explicit = reader.enter(tag)?;
            let list = explicit.enter(asn1::SEQUENCE)?;
            explicit.finish()?;
            list
        }
        _ => return Ok(Vec::new()),
    };
    let mut found = Vec::new();
    while !list.is_empty() {
        if found.len() == MAX_LIST {
            return Err(list.fault("list too long"));
        }
        let mut entry = list.enter(asn1::SEQUENCE)?;
        let oid = asn1::dotted(entry.expect(asn1::OID)?.value);
        let critical = entry.optional(asn1::BOOLEAN)?.is_some_and(|flag| flag.value != [0]);
        let value = entry.expect(asn1::OCTET_STRING)?.value.to_vec();
        entry.finish()?;
        found.push(Extension { oid, critical, value });
    }
    Ok(found)
}

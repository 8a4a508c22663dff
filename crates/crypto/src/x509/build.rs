//! Making certificates of five profiles (RFC 5280): root, issuing authority, seal, time stamp authority, key for statements.
//! Whatever stands behind `Signer` signs.

use super::Certificate;
use crate::asn1::{self, Reader, Rules, bits, sequence, tlv, unsigned};
use crate::hash::sha256;
use crate::{Error, Signer};
use std::time::Duration;

/// id-kp-timeStamping.
const TIME_STAMPING: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x08];
/// [`super::STATEMENTS`].
const STATEMENTS: &[u8] = &[
    0x69, 0x81, 0xfd, 0xfc, 0xa1, 0xfd, 0xbc, 0xf6, 0x92, 0x9f, 0xfd, 0xab, 0xb6, 0xed, 0xd1, 0xef, 0xfe,
    0xc7, 0xab, 0x5e, 0x01,
];

/// What a certificate is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// Self-signed authority.
    Root,
    /// Authority below another; `path_len` further authorities may follow it.
    IssuingCa { path_len: u8 },
    /// End entity: keyUsage digitalSignature + nonRepudiation.
    Seal,
    /// End entity: keyUsage digitalSignature, and for time stamps alone (RFC 3161 §2.3).
    TimeStampAuthority,
    /// End entity: keyUsage digitalSignature, and for statements in QR codes alone ([`super::STATEMENTS`]).
    Statements,
}

/// A subject, in the order country, organisation, common name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DistinguishedName {
    pub common_name: String,
    pub organization: Option<String>,
    /// Two letters.
    pub country: Option<String>,
}

/// Everything that a certificate says but its issuer.
#[derive(Clone, Debug)]
pub struct CertificateSpec<'a> {
    pub profile: Profile,
    pub subject: DistinguishedName,
    pub subject_spki: &'a [u8],
    /// Big-endian, at most 20 bytes encoded, not zero; fresh random bytes (64 bits or more) for every
    /// certificate.
    pub serial: &'a [u8],
    /// Milliseconds UTC, cut to the second.
    pub not_before_ms: i64,
    pub not_after_ms: i64,
}

/// Builds and signs a certificate. `issuer` is `None` for a self-signed one. The result is parsed back and
/// its signature checked, so that a faulty device is noticed here.
pub fn build_certificate(
    spec: &CertificateSpec<'_>,
    issuer: Option<&Certificate>,
    signer: &dyn Signer,
) -> Result<Certificate, Error> {
    let issuer_spki = issuer.map_or(spec.subject_spki, Certificate::public_key_spki);
    if issuer_spki != signer.public_key_spki() {
        return Err(Error::KeyMismatch { what: "the issuer's certificate" });
    }
    if spec.not_before_ms > spec.not_after_ms {
        return Err(Error::InvalidSpec { what: "validity", why: "ends before it begins" });
    }
    let subject = name(&spec.subject)?;
    let issuer_name = issuer.map_or(subject.as_slice(), Certificate::subject_der);
    let issuer_key_id = match issuer {
        None => key_id(spec.subject_spki)?,
        Some(issuer) => match issuer.subject_key_id() {
            Some(id) => id.to_vec(),
            None => key_id(issuer.public_key_spki())?,
        },
    };
    let tbs = sequence(&[
        &tlv(asn1::context(0), &[&unsigned(&[2])]),
        &serial(spec.serial)?,
        signer.algorithm().identifier(),
        issuer_name,
        &sequence(&[&time(spec.not_before_ms)?, &time(spec.not_after_ms)?]),
        &subject,
        spec.subject_spki,
        &extensions(spec, &issuer_key_id)?,
    ]);
    let certificate = Certificate::from_der(&sign(&tbs, signer)?)?;
    certificate
        .verify_signed_by(issuer.unwrap_or(&certificate))
        .map_err(|_| Error::Primitive { doing: "checking a certificate just signed" })?;
    Ok(certificate)
}

/// `SEQUENCE { tbs, algorithm, signature }`.
pub(super) fn sign(tbs: &[u8], signer: &dyn Signer) -> Result<Vec<u8>, Error> {
    Ok(sequence(&[tbs, signer.algorithm().identifier(), &bits(&signer.sign(tbs)?)]))
}

pub(super) fn serial(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    let encoded = unsigned(bytes);
    if asn1::strip_zeros(bytes).is_empty() {
        return Err(Error::InvalidSpec { what: "serial", why: "is zero" });
    }
    if encoded.len() > 22 {
        return Err(Error::InvalidSpec { what: "serial", why: "has more than 20 bytes" });
    }
    Ok(encoded)
}

/// UTCTime up to 2049, GeneralizedTime after (RFC 5280 §4.1.2.5).
pub(super) fn time(ms: i64) -> Result<Vec<u8>, Error> {
    let (year, tail) = moment(ms)?;
    if year < 2050 {
        return Ok(tlv(asn1::UTC_TIME, &[format!("{:02}", year % 100).as_bytes(), tail.as_bytes()]));
    }
    generalized_time(ms)
}

pub(super) fn generalized_time(ms: i64) -> Result<Vec<u8>, Error> {
    let (year, tail) = moment(ms)?;
    Ok(tlv(asn1::GENERALIZED_TIME, &[format!("{year:04}").as_bytes(), tail.as_bytes()]))
}

/// The year, and month to second as both kinds of time have them.
fn moment(ms: i64) -> Result<(u16, String), Error> {
    let out_of_range = Error::InvalidSpec { what: "time", why: "not within 1970 to 9999" };
    let Ok(ms) = u64::try_from(ms) else { return Err(out_of_range) };
    let Ok(at) = der::DateTime::from_unix_duration(Duration::from_secs(ms / 1000)) else {
        return Err(out_of_range);
    };
    let tail =
        format!("{:02}{:02}{:02}{:02}{:02}Z", at.month(), at.day(), at.hour(), at.minutes(), at.seconds());
    Ok((at.year(), tail))
}

/// One extension; `value` is the DER inside its OCTET STRING.
pub(super) fn extension(oid: &[u8], critical: bool, value: &[u8]) -> Vec<u8> {
    let critical = if critical { tlv(asn1::BOOLEAN, &[&[0xff]]) } else { Vec::new() };
    sequence(&[&tlv(asn1::OID, &[oid]), &critical, &tlv(asn1::OCTET_STRING, &[value])])
}

pub(super) fn authority_key_id(id: &[u8]) -> Vec<u8> {
    extension(&[0x55, 0x1d, 0x23], false, &sequence(&[&tlv(asn1::context_primitive(0), &[id])]))
}

/// RFC 7093 §2 method 1: the leftmost 160 bits of the SHA-256 of the public key's bits.
pub(super) fn key_id(spki: &[u8]) -> Result<Vec<u8>, Error> {
    let mut outer = Reader::new(spki, Rules::Der, "public key");
    let mut inner = outer.enter(asn1::SEQUENCE)?;
    inner.expect(asn1::SEQUENCE)?;
    let key = inner.expect(asn1::BIT_STRING)?.value;
    let digest = sha256(key.get(1..).unwrap_or(&[]));
    Ok(digest.get(..20).unwrap_or(&digest).to_vec())
}

fn extensions(spec: &CertificateSpec<'_>, issuer_key_id: &[u8]) -> Result<Vec<u8>, Error> {
    let ca = tlv(asn1::BOOLEAN, &[&[0xff]]);
    // KeyUsage: unused bits, then bit 0 digitalSignature, 1 nonRepudiation, 5 keyCertSign, 6 cRLSign.
    let (constraints, usage) = match spec.profile {
        Profile::Root => (Some(sequence(&[&ca])), [0x01, 0b0000_0110]),
        Profile::IssuingCa { path_len } => {
            (Some(sequence(&[&ca, &unsigned(&[path_len])])), [0x01, 0b0000_0110])
        }
        Profile::Seal => (None, [0x06, 0b1100_0000]),
        Profile::TimeStampAuthority | Profile::Statements => (None, [0x07, 0b1000_0000]),
    };
    let purpose = |oid: &[u8]| extension(&[0x55, 0x1d, 0x25], true, &sequence(&[&tlv(asn1::OID, &[oid])]));
    let purpose = match spec.profile {
        Profile::TimeStampAuthority => purpose(TIME_STAMPING),
        Profile::Statements => purpose(STATEMENTS),
        Profile::Root | Profile::IssuingCa { .. } | Profile::Seal => Vec::new(),
    };
    let constraints =
        constraints.map(|value| extension(&[0x55, 0x1d, 0x13], true, &value)).unwrap_or_default();
    let usage = extension(&[0x55, 0x1d, 0x0f], true, &tlv(asn1::BIT_STRING, &[&usage]));
    let subject_key_id = tlv(asn1::OCTET_STRING, &[&key_id(spec.subject_spki)?]);
    let subject_key_id = extension(&[0x55, 0x1d, 0x0e], false, &subject_key_id);
    let list = sequence(&[&constraints, &usage, &purpose, &subject_key_id, &authority_key_id(issuer_key_id)]);
    Ok(tlv(asn1::context(3), &[&list]))
}

fn name(spec: &DistinguishedName) -> Result<Vec<u8>, Error> {
    let part = |oid: u8, tag: u8, text: &str| {
        let attribute = sequence(&[&tlv(asn1::OID, &[&[0x55, 0x04, oid]]), &tlv(tag, &[text.as_bytes()])]);
        tlv(asn1::SET, &[&attribute])
    };
    // Upper bounds of RFC 5280 appendix A, in characters.
    let bounded = |text: &str| {
        if text.is_empty() || text.chars().count() > 64 {
            Err(Error::InvalidSpec { what: "name", why: "a part must have 1 to 64 characters" })
        } else {
            Ok(())
        }
    };
    let mut parts = Vec::new();
    if let Some(country) = &spec.country {
        if country.len() != 2 || !country.bytes().all(|b| b.is_ascii_uppercase()) {
            return Err(Error::InvalidSpec { what: "name", why: "the country must be two capital letters" });
        }
        parts.push(part(6, asn1::PRINTABLE_STRING, country));
    }
    if let Some(organization) = &spec.organization {
        bounded(organization)?;
        parts.push(part(10, asn1::UTF8_STRING, organization));
    }
    bounded(&spec.common_name)?;
    parts.push(part(3, asn1::UTF8_STRING, &spec.common_name));
    Ok(sequence(&parts.iter().map(Vec::as_slice).collect::<Vec<_>>()))
}

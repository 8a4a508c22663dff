//! X.509 certificates and revocation lists (RFC 5280): reading them, and in `build` and `crl` making them.
//! Says what stands in a certificate; whether to trust it is `path`'s business.

mod build;
mod crl;
#[cfg(test)]
mod tests;

pub use build::{CertificateSpec, DistinguishedName, Profile, build_certificate};
pub use crl::{Crl, CrlSpec, RevokedEntry, build_crl};

use crate::asn1::{self, Reader, Rules};
use crate::hash::sha256;
use crate::signature::{self, Flaw, Scheme};
use crate::{Error, pem};
use der::{Decode, Encode};
use std::sync::{Arc, OnceLock};
use x509_cert::ext::pkix::{AuthorityKeyIdentifier, BasicConstraints, KeyUsage, SubjectKeyIdentifier};

/// A certificate larger than this is refused unread.
pub const MAX_CERTIFICATE: usize = 64 * 1024;

/// id-kp-timeStamping (RFC 5280 §4.2.1.12).
const TIME_STAMPING: &str = "1.3.6.1.5.5.7.3.8";
/// Purpose of a key that signs statements in QR codes, and no documents. The arc is this project's own: the UUID
/// 7efc43f5-e762-47fe-ab6d-b68effd1d5de below 2.25, which needs no registration (ITU-T X.667).
pub const STATEMENTS: &str = "2.25.168792564681203289189849442634213479902.1";

/// A parsed certificate; cheap to clone. Equality is equality of bytes.
#[derive(Clone)]
pub struct Certificate(Arc<Contents>);

struct Contents {
    der: Vec<u8>,
    fingerprint: [u8; 32],
    tbs: Vec<u8>,
    scheme: Result<Scheme, String>,
    signature: Vec<u8>,
    subject: NameContents,
    issuer: NameContents,
    serial: Vec<u8>,
    spki: Vec<u8>,
    not_before_ms: i64,
    not_after_ms: i64,
    extensions: Extensions,
}

struct NameContents {
    der: Vec<u8>,
    /// Made when it is first asked for: most certificates of a verification are never shown, and each of a name's
    /// parts is looked up among all names of parts.
    display: OnceLock<String>,
    common_name: Option<String>,
    organization: Option<String>,
}

#[derive(Default)]
struct Extensions {
    authority: Option<Authority>,
    key_usage: Option<Usage>,
    extended_key_usage: Vec<String>,
    extended_key_usage_critical: bool,
    subject_key_id: Option<Vec<u8>>,
    authority_key_id: Option<Vec<u8>>,
    unknown_critical: Option<String>,
}

/// basicConstraints of a certification authority.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Authority {
    pub path_len: Option<u8>,
}

/// The keyUsage bits that this system asks about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage {
    pub digital_signature: bool,
    pub non_repudiation: bool,
    pub key_cert_sign: bool,
    pub crl_sign: bool,
}

impl Certificate {
    /// Parses strict DER without trailing bytes.
    pub fn from_der(der: &[u8]) -> Result<Self, Error> {
        const WHAT: &str = "certificate";
        if der.len() > MAX_CERTIFICATE {
            return Err(Error::TooLarge { what: WHAT, bytes: der.len(), max: MAX_CERTIFICATE });
        }
        let malformed = |_| Error::Encoding { what: WHAT, why: "not an X.509 certificate" };
        let parsed = x509_cert::Certificate::from_der(der).map_err(malformed)?;
        let body = parsed.tbs_certificate();
        if parsed.signature_algorithm() != body.signature() {
            return Err(Error::Encoding { what: WHAT, why: "two different signature algorithms" });
        }
        let Signed { tbs, algorithm, signature } = Signed::cut(der, WHAT)?;
        let millis = |time: x509_cert::time::Time| {
            i64::try_from(time.to_unix_duration().as_millis())
                .map_err(|_| Error::Encoding { what: WHAT, why: "time out of range" })
        };
        Ok(Self(Arc::new(Contents {
            fingerprint: sha256(der),
            tbs: tbs.to_vec(),
            scheme: Scheme::from_identifier(algorithm, None, Rules::Der),
            signature: signature.to_vec(),
            subject: NameContents::read(body.subject())?,
            issuer: NameContents::read(body.issuer())?,
            serial: body.serial_number().as_bytes().to_vec(),
            spki: body.subject_public_key_info().to_der().map_err(malformed)?,
            not_before_ms: millis(body.validity().not_before)?,
            not_after_ms: millis(body.validity().not_after)?,
            extensions: Extensions::read(body.extensions().map_or(&[][..], |list| list.as_slice()))?,
            der: der.to_vec(),
        })))
    }

    /// Every certificate of a file: PEM with any number of blocks, or one DER blob.
    pub fn from_file(bytes: &[u8]) -> Result<Vec<Self>, Error> {
        pem::blobs(pem::CERTIFICATE, bytes)?.iter().map(|der| Self::from_der(der)).collect()
    }

    pub fn der(&self) -> &[u8] {
        &self.0.der
    }

    pub fn to_pem(&self) -> Result<String, Error> {
        pem::encode(pem::CERTIFICATE, self.der())
    }

    /// SHA-256 of the DER.
    pub fn fingerprint(&self) -> [u8; 32] {
        self.0.fingerprint
    }

    /// RFC 4514 form, most specific part first.
    pub fn subject(&self) -> &str {
        self.0.subject.display()
    }

    pub fn issuer(&self) -> &str {
        self.0.issuer.display()
    }

    pub fn subject_common_name(&self) -> Option<&str> {
        self.0.subject.common_name.as_deref()
    }

    /// The common name, or the whole name where there is none: what a person is shown.
    pub fn subject_name(&self) -> &str {
        self.subject_common_name().unwrap_or_else(|| self.subject())
    }

    pub fn subject_organization(&self) -> Option<&str> {
        self.0.subject.organization.as_deref()
    }

    pub fn issuer_common_name(&self) -> Option<&str> {
        self.0.issuer.common_name.as_deref()
    }

    pub fn subject_der(&self) -> &[u8] {
        &self.0.subject.der
    }

    pub fn issuer_der(&self) -> &[u8] {
        &self.0.issuer.der
    }

    /// The serial number's INTEGER value bytes (a leading zero where the first bit would be set).
    pub fn serial(&self) -> &[u8] {
        &self.0.serial
    }

    /// Lower-case hex without leading zero bytes.
    pub fn serial_hex(&self) -> String {
        asn1::hex(asn1::strip_zeros(&self.0.serial))
    }

    pub fn public_key_spki(&self) -> &[u8] {
        &self.0.spki
    }

    /// First instant of validity, milliseconds UTC.
    pub fn not_before_ms(&self) -> i64 {
        self.0.not_before_ms
    }

    /// Last second of validity, milliseconds UTC; inclusive to its end (RFC 5280 §4.1.2.5).
    pub fn not_after_ms(&self) -> i64 {
        self.0.not_after_ms
    }

    pub fn key_usage(&self) -> Option<Usage> {
        self.0.extensions.key_usage
    }

    /// Dotted OIDs; empty where the extension is absent.
    pub fn extended_key_usage(&self) -> &[String] {
        &self.0.extensions.extended_key_usage
    }

    /// Whether it is for time stamps and says so as RFC 3161 §2.3 wants it: that purpose alone, critical.
    pub(crate) fn is_for_time_stamps(&self) -> bool {
        let Extensions { extended_key_usage, extended_key_usage_critical, .. } = &self.0.extensions;
        *extended_key_usage_critical
            && matches!(extended_key_usage.as_slice(), [only] if only == TIME_STAMPING)
    }

    /// Whether time stamps are among what it is for: such a key makes no seals.
    pub(crate) fn names_time_stamps(&self) -> bool {
        self.extended_key_usage().iter().any(|usage| usage == TIME_STAMPING)
    }

    /// Whether statements in QR codes are among what it is for: such a key makes no seals and no time stamps.
    pub fn names_statements(&self) -> bool {
        self.extended_key_usage().iter().any(|usage| usage == STATEMENTS)
    }

    /// Whether its key may sign documents: either nothing is said of what it is for, or something is that is not another
    /// trade's. A web server's certificate under a root that is trusted for seals makes no seals.
    pub fn is_for_documents(&self) -> bool {
        let named = self.extended_key_usage();
        !self.names_time_stamps()
            && !self.names_statements()
            && (named.is_empty() || named.iter().any(|usage| !is_other_trade(usage)))
    }

    pub fn is_authority(&self) -> bool {
        self.0.extensions.authority.is_some()
    }

    pub fn subject_key_id(&self) -> Option<&[u8]> {
        self.0.extensions.subject_key_id.as_deref()
    }

    pub fn authority_key_id(&self) -> Option<&[u8]> {
        self.0.extensions.authority_key_id.as_deref()
    }

    /// Whether subject and issuer are the same name.
    pub fn is_self_issued(&self) -> bool {
        self.subject_der() == self.issuer_der()
    }

    /// Checks this certificate's signature with `issuer`'s key; names and rights are not looked at.
    pub fn verify_signed_by(&self, issuer: &Certificate) -> Result<(), Flaw> {
        let scheme = self.0.scheme.clone().map_err(Flaw::Unsupported)?;
        signature::verify(scheme, issuer.public_key_spki(), &self.0.tbs, &self.0.signature)
    }

    pub(crate) fn authority(&self) -> Option<Authority> {
        self.0.extensions.authority
    }

    /// A critical extension that this crate does not act upon (RFC 5280 §4.2: such a certificate is refused).
    pub(crate) fn unknown_critical(&self) -> Option<&str> {
        self.0.extensions.unknown_critical.as_deref()
    }
}

impl PartialEq for Certificate {
    fn eq(&self, other: &Self) -> bool {
        self.0.der == other.0.der
    }
}

impl Eq for Certificate {}

impl std::fmt::Debug for Certificate {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Certificate({}, serial {})", self.subject(), self.serial_hex())
    }
}

/// Of the purposes that RFC 5280 and Microsoft register, those of documents and of mail are no other trade's. An authority's
/// own purposes are its own word for what it certifies.
fn is_other_trade(usage: &str) -> bool {
    const TRADES: [&str; 2] = ["1.3.6.1.5.5.7.3.", "1.3.6.1.4.1.311."];
    /// emailProtection, documentSigning (RFC 9336), and Microsoft's document signing.
    const DOCUMENTS: [&str; 3] = ["1.3.6.1.5.5.7.3.4", "1.3.6.1.5.5.7.3.36", "1.3.6.1.4.1.311.10.3.12"];
    TRADES.iter().any(|arc| usage.starts_with(arc)) && !DOCUMENTS.contains(&usage)
}

/// `SEQUENCE { to-be-signed, AlgorithmIdentifier, BIT STRING }`, cut without re-encoding: the signature
/// covers the bytes that came.
struct Signed<'a> {
    tbs: &'a [u8],
    algorithm: &'a [u8],
    signature: &'a [u8],
}

impl<'a> Signed<'a> {
    fn cut(der: &'a [u8], what: &'static str) -> Result<Self, Error> {
        let mut outer = Reader::new(der, Rules::Der, what);
        let mut inner = outer.enter(asn1::SEQUENCE)?;
        outer.finish()?;
        let tbs = inner.expect(asn1::SEQUENCE)?.raw;
        let algorithm = inner.expect(asn1::SEQUENCE)?.raw;
        let bits = inner.expect(asn1::BIT_STRING)?.value;
        inner.finish()?;
        match bits.split_first() {
            Some((0, signature)) => Ok(Self { tbs, algorithm, signature }),
            _ => Err(Error::Encoding { what, why: "signature is not whole bytes" }),
        }
    }
}

impl NameContents {
    fn read(name: &x509_cert::name::Name) -> Result<Self, Error> {
        let malformed = |_| Error::Encoding { what: "name", why: "cannot be encoded" };
        Ok(Self {
            der: name.to_der().map_err(malformed)?,
            display: OnceLock::new(),
            common_name: name.common_name().ok().flatten().map(|text| text.value().into_owned()),
            organization: name.organization().ok().flatten().map(|text| text.value().into_owned()),
        })
    }

    fn display(&self) -> &str {
        // What was encoded from a name is one.
        let shown = || x509_cert::name::Name::from_der(&self.der).map(|name| name.to_string());
        self.display.get_or_init(|| shown().unwrap_or_default())
    }
}

impl Extensions {
    fn read(list: &[x509_cert::ext::Extension]) -> Result<Self, Error> {
        const WHAT: &str = "certificate extension";
        let malformed = |_| Error::Encoding { what: WHAT, why: "malformed" };
        let mut found = Self::default();
        let mut seen = Vec::new();
        for extension in list {
            let oid = extension.extn_id.as_bytes();
            if seen.contains(&oid) {
                return Err(Error::Encoding { what: WHAT, why: "occurs twice" });
            }
            seen.push(oid);
            let value = extension.extn_value.as_bytes();
            match oid {
                [0x55, 0x1d, 0x13] => {
                    let constraints = BasicConstraints::from_der(value).map_err(malformed)?;
                    found.authority =
                        constraints.ca.then_some(Authority { path_len: constraints.path_len_constraint });
                }
                [0x55, 0x1d, 0x0f] => {
                    let usage = KeyUsage::from_der(value).map_err(malformed)?;
                    found.key_usage = Some(Usage {
                        digital_signature: usage.digital_signature(),
                        non_repudiation: usage.non_repudiation(),
                        key_cert_sign: usage.key_cert_sign(),
                        crl_sign: usage.crl_sign(),
                    });
                }
                [0x55, 0x1d, 0x25] => {
                    found.extended_key_usage_critical = extension.critical;
                    found.extended_key_usage = purposes(value)?;
                }
                [0x55, 0x1d, 0x0e] => {
                    let id = SubjectKeyIdentifier::from_der(value).map_err(malformed)?;
                    found.subject_key_id = Some(id.0.as_bytes().to_vec());
                }
                [0x55, 0x1d, 0x23] => {
                    let id = AuthorityKeyIdentifier::from_der(value).map_err(malformed)?;
                    found.authority_key_id = id.key_identifier.map(|id| id.as_bytes().to_vec());
                }
                _ if extension.critical && found.unknown_critical.is_none() => {
                    found.unknown_critical = Some(extension.extn_id.to_string());
                }
                _ => {}
            }
        }
        Ok(found)
    }
}

/// Dotted OIDs of an `ExtKeyUsageSyntax` (RFC 5280 §4.2.1.12).
fn purposes(value: &[u8]) -> Result<Vec<String>, Error> {
    let mut outer = Reader::new(value, Rules::Der, "extended key usage");
    let mut list = outer.enter(asn1::SEQUENCE)?;
    outer.finish()?;
    let mut found = Vec::new();
    while !list.is_empty() {
        found.push(asn1::dotted(list.expect(asn1::OID)?.value));
    }
    Ok(found)
}

//! Certificate revocation lists (RFC 5280 §5): complete lists of one issuer. Delta and partitioned lists
//! announce themselves by critical extensions and are refused, because "not on it" would say nothing.

use super::build::{authority_key_id, extension, generalized_time, key_id, serial, sign, time};
use super::{Certificate, Signed};
use crate::asn1::{self, Rules, sequence, tlv, unsigned};
use crate::signature::{self, Flaw, Scheme};
use crate::{Error, Signer, pem};
use der::{Decode, Encode};
use std::collections::HashMap;
use std::sync::Arc;

/// A list larger than this is refused unread.
pub const MAX_CRL: usize = 16 << 20;

/// Extensions of entries: id-ce-cRLReasons and id-ce-invalidityDate.
const REASON: &[u8] = &[0x55, 0x1d, 0x15];
const INVALIDITY_DATE: &[u8] = &[0x55, 0x1d, 0x18];

/// A parsed revocation list; cheap to clone.
#[derive(Clone)]
pub struct Crl(Arc<Contents>);

struct Contents {
    der: Vec<u8>,
    fingerprint: [u8; 32],
    tbs: Vec<u8>,
    scheme: Result<Scheme, String>,
    signature: Vec<u8>,
    issuer_der: Vec<u8>,
    this_update_ms: i64,
    next_update_ms: Option<i64>,
    revoked: HashMap<Vec<u8>, RevokedEntry>,
}

/// One revoked certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevokedEntry {
    /// The INTEGER value bytes, as `Certificate::serial` gives them.
    pub serial: Vec<u8>,
    /// Milliseconds UTC.
    pub at_ms: i64,
    /// CRLReason (RFC 5280 §5.3.1), where one is given: 1 keyCompromise, 2 cACompromise, 3
    /// affiliationChanged, 4 superseded, 5 cessationOfOperation, 6 certificateHold, 9 privilegeWithdrawn.
    pub reason: Option<u8>,
    /// invalidityDate (RFC 5280 §5.3.2): since when the key is known or suspected to have been stolen, or the certificate was
    /// otherwise invalid; milliseconds UTC.
    pub invalid_since_ms: Option<i64>,
}

impl RevokedEntry {
    /// The earlier of the two instants.
    pub fn since_ms(&self) -> i64 {
        self.invalid_since_ms.map_or(self.at_ms, |since| since.min(self.at_ms))
    }
}

/// What a list says.
#[derive(Clone, Debug)]
pub struct CrlSpec<'a> {
    pub revoked: &'a [RevokedEntry],
    pub this_update_ms: i64,
    pub next_update_ms: i64,
    /// Grows with every list of one issuer.
    pub number: u64,
}

impl Crl {
    pub fn from_der(der: &[u8]) -> Result<Self, Error> {
        const WHAT: &str = "revocation list";
        if der.len() > MAX_CRL {
            return Err(Error::TooLarge { what: WHAT, bytes: der.len(), max: MAX_CRL });
        }
        let fault = |why| Error::Encoding { what: WHAT, why };
        let list = x509_cert::crl::CertificateList::<x509_cert::certificate::Rfc5280>::from_der(der)
            .map_err(|_| fault("not a CRL"))?;
        let body = &list.tbs_cert_list;
        if body.signature != list.signature_algorithm {
            return Err(fault("two different signature algorithms"));
        }
        for extension in body.crl_extensions.as_deref().unwrap_or(&[]) {
            if extension.critical {
                let found = format!("critical extension {}", extension.extn_id);
                return Err(Error::Unsupported { what: WHAT, found });
            }
        }
        let millis = |time: &x509_cert::time::Time| {
            i64::try_from(time.to_unix_duration().as_millis()).map_err(|_| fault("time out of range"))
        };
        let mut revoked = HashMap::new();
        for entry in body.revoked_certificates.as_deref().unwrap_or(&[]) {
            let (mut reason, mut invalid_since_ms) = (None, None);
            for extension in entry.crl_entry_extensions.as_deref().unwrap_or(&[]) {
                let value = extension.extn_value.as_bytes();
                match extension.extn_id.as_bytes() {
                    REASON => reason = value.get(2).copied(),
                    INVALIDITY_DATE => {
                        let since = der::asn1::GeneralizedTime::from_der(value);
                        let since = since.map_err(|_| fault("invalidity date"))?;
                        let ms = i64::try_from(since.to_unix_duration().as_millis());
                        invalid_since_ms = Some(ms.map_err(|_| fault("time out of range"))?);
                    }
                    _ if extension.critical => {
                        // certificateIssuer: an indirect list, whose entries are not this issuer's.
                        let found = format!("critical entry extension {}", extension.extn_id);
                        return Err(Error::Unsupported { what: WHAT, found });
                    }
                    _ => {}
                }
            }
            let serial = entry.serial_number.as_bytes().to_vec();
            let at_ms = millis(&entry.revocation_date)?;
            revoked.insert(serial.clone(), RevokedEntry { serial, at_ms, reason, invalid_since_ms });
        }
        let cut = Signed::cut(der, WHAT)?;
        Ok(Self(Arc::new(Contents {
            der: der.to_vec(),
            fingerprint: crate::hash::sha256(der),
            tbs: cut.tbs.to_vec(),
            scheme: Scheme::from_identifier(cut.algorithm, None, Rules::Der),
            signature: cut.signature.to_vec(),
            issuer_der: body.issuer.to_der().map_err(|_| fault("issuer"))?,
            this_update_ms: millis(&body.this_update)?,
            next_update_ms: body.next_update.as_ref().map(millis).transpose()?,
            revoked,
        })))
    }

    /// Every list of a file: PEM with any number of blocks, or one DER blob.
    pub fn from_file(bytes: &[u8]) -> Result<Vec<Self>, Error> {
        pem::blobs(pem::CRL, bytes)?.iter().map(|der| Self::from_der(der)).collect()
    }

    pub fn der(&self) -> &[u8] {
        &self.0.der
    }

    pub fn to_pem(&self) -> Result<String, Error> {
        pem::encode(pem::CRL, self.der())
    }

    /// SHA-256 of the DER.
    pub fn fingerprint(&self) -> [u8; 32] {
        self.0.fingerprint
    }

    pub fn issuer_der(&self) -> &[u8] {
        &self.0.issuer_der
    }

    pub fn this_update_ms(&self) -> i64 {
        self.0.this_update_ms
    }

    pub fn next_update_ms(&self) -> Option<i64> {
        self.0.next_update_ms
    }

    pub fn revoked_len(&self) -> usize {
        self.0.revoked.len()
    }

    pub fn find(&self, certificate: &Certificate) -> Option<&RevokedEntry> {
        self.0.revoked.get(certificate.serial())
    }

    /// Whether `issuer` made this list: its name, its right to sign lists, its signature.
    pub fn verify_signed_by(&self, issuer: &Certificate) -> Result<(), Flaw> {
        let may_sign = issuer.key_usage().is_none_or(|usage| usage.crl_sign);
        if self.issuer_der() != issuer.subject_der() || !may_sign {
            return Err(Flaw::Bad);
        }
        let scheme = self.0.scheme.clone().map_err(Flaw::Unsupported)?;
        signature::verify(scheme, issuer.public_key_spki(), &self.0.tbs, &self.0.signature)
    }
}

impl std::fmt::Debug for Crl {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Crl({} revoked, of {} ms)", self.revoked_len(), self.this_update_ms())
    }
}

/// Builds and signs a complete revocation list of `issuer`.
pub fn build_crl(spec: &CrlSpec<'_>, issuer: &Certificate, signer: &dyn Signer) -> Result<Crl, Error> {
    if issuer.public_key_spki() != signer.public_key_spki() {
        return Err(Error::KeyMismatch { what: "the issuer's certificate" });
    }
    let mut entries = Vec::new();
    for entry in spec.revoked {
        let reason =
            entry.reason.map(|reason| extension(REASON, false, &tlv(asn1::ENUMERATED, &[&[reason]])));
        let since = entry.invalid_since_ms.map(generalized_time).transpose()?;
        let since = since.map(|since| extension(INVALIDITY_DATE, false, &since));
        let said = [reason, since].into_iter().flatten().collect::<Vec<_>>().concat();
        let said = if said.is_empty() { said } else { sequence(&[&said]) };
        entries.extend(sequence(&[&serial(&entry.serial)?, &time(entry.at_ms)?, &said]));
    }
    // RFC 5280 §5.1.2.6: absent, not empty, when nothing is revoked.
    let entries = if entries.is_empty() { entries } else { sequence(&[&entries]) };
    let issuer_key_id = match issuer.subject_key_id() {
        Some(id) => id.to_vec(),
        None => key_id(issuer.public_key_spki())?,
    };
    let number = extension(&[0x55, 0x1d, 0x14], false, &unsigned(&spec.number.to_be_bytes()));
    let tbs = sequence(&[
        &unsigned(&[1]),
        signer.algorithm().identifier(),
        issuer.subject_der(),
        &time(spec.this_update_ms)?,
        &time(spec.next_update_ms)?,
        &entries,
        &tlv(asn1::context(0), &[&sequence(&[&authority_key_id(&issuer_key_id), &number])]),
    ]);
    let list = Crl::from_der(&sign(&tbs, signer)?)?;
    list.verify_signed_by(issuer).map_err(|_| Error::Primitive { doing: "checking a list just signed" })?;
    Ok(list)
}

//! One copy's way: prepared from its plate, signed against a permit, checked, handed out.
//!
//! Each step consumes the one before, so that nothing is signed twice and nothing unchecked gets out:
//! `prepare` → `Prepared::sign(Permit)` → `Signed::finish` → `SealedCopy`.

use crate::verify::verify;
use crate::{Error, SealKey, SealPlate, Trust};
use yinxin_face::Fields;
use yinxin_model::Instant;
use yinxin_model::finding::{Outcome, Verdict};
use yinxin_pdf::write::{self, CopySpec, PdfDate};

/// What makes a copy this copy. All of it belongs to the stored intent: the same order on the same plate
/// gives the same bytes up to the signature.
#[derive(Clone, Copy, Debug)]
pub struct CopyOrder<'a> {
    pub fields: &'a Fields,
    /// The document's title, e.g. 电子证书加注件.
    pub title: &'a str,
    pub subject: &'a str,
    /// Why it is sealed: the purpose of the endorsement.
    pub reason: &'a str,
    pub location: &'a str,
    /// When it is made, which is the signing time that it claims.
    pub made_at: Instant,
    /// Random bytes of the intent; the file's /ID.
    pub document_id: [u8; 16],
}

/// A file that lacks nothing but its signature.
#[derive(Debug)]
pub struct Prepared {
    file: write::Prepared,
    certificate: [u8; 32],
}

/// Leave to sign one digest once, made from an intent that is stored. Not `Clone`, and consumed by use.
#[derive(Debug)]
pub struct Permit {
    intent: [u8; 16],
    digest: [u8; 32],
}

impl Permit {
    /// `digest` is the one stored with the intent, not one computed now: whether they agree is what `sign`
    /// checks.
    pub fn new(intent: [u8; 16], digest: [u8; 32]) -> Self {
        Self { intent, digest }
    }

    pub fn intent(&self) -> [u8; 16] {
        self.intent
    }
}

/// A signed file that nobody has checked.
#[derive(Debug)]
pub struct Signed {
    bytes: Vec<u8>,
    certificate: [u8; 32],
}

/// A sealed copy that verifies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedCopy {
    pub bytes: Vec<u8>,
    pub sha256: [u8; 32],
}

/// Draws a copy and digests it. A character that no font has, or a text that fits nowhere, refuses it here.
pub fn prepare(plate: &SealPlate, order: &CopyOrder<'_>) -> Result<Prepared, Error> {
    let page = yinxin_face::copy(&plate.design, order.fields, &plate.pool)?;
    let spec = CopySpec {
        page: &page,
        title: order.title,
        subject: order.subject,
        document_id: order.document_id,
        created: pdf_date(order.made_at),
        signer_name: &plate.seal_name,
        reason: order.reason,
        location: order.location,
    };
    Ok(Prepared { file: plate.plate.prepare(&spec, &plate.pool)?, certificate: plate.certificate })
}

impl Prepared {
    /// What is to be stored in the intent before it may be signed.
    pub fn digest(&self) -> [u8; 32] {
        *self.file.digest()
    }

    /// Bytes of the finished file.
    pub fn file_len(&self) -> usize {
        self.file.len()
    }

    /// Seals. Refuses another digest than the permit's, and another seal than the plate's.
    pub fn sign(self, permit: Permit, key: &SealKey) -> Result<Signed, Error> {
        if permit.digest != self.digest() {
            return Err(Error::DigestMismatch { intent: permit.intent });
        }
        if key.fingerprint() != self.certificate {
            return Err(Error::KeyMismatch { code: key.code().to_owned() });
        }
        let cms = key.template().sign(key.signer(), &permit.digest)?;
        Ok(Signed { bytes: self.file.finish(&cms)?, certificate: self.certificate })
    }
}

#[cfg(test)]
impl Prepared {
    /// What a signer who asks nobody would make.
    pub(crate) fn into_file(self, cms: &[u8]) -> Vec<u8> {
        self.file.finish(cms).unwrap()
    }
}

impl Signed {
    pub fn file_len(&self) -> usize {
        self.bytes.len()
    }

    /// Hands the file out if the public verification finds nothing against it: the seal of the plate,
    /// trusted, valid now.
    pub fn finish(self, trust: &Trust, now: Instant) -> Result<SealedCopy, Error> {
        let report = verify(&self.bytes, trust, now);
        if report.verdict != Verdict::Valid {
            let failed = report.findings.iter().find(|finding| finding.outcome == Outcome::Fail);
            let code = failed.map_or(report.verdict.as_str(), |finding| finding.code);
            return Err(Error::SelfCheck { code });
        }
        if report.signer.is_none_or(|signer| signer.fingerprint != self.certificate) {
            return Err(Error::SelfCheck { code: "other_signer" });
        }
        Ok(SealedCopy { bytes: self.bytes, sha256: report.sha256 })
    }
}

/// On the Shanghai clock.
fn pdf_date(at: Instant) -> PdfDate {
    let (year, month, day) = at.day().civil();
    let (hour, minute, second) = at.time();
    PdfDate {
        year: i16::try_from(year).unwrap_or(i16::MAX),
        month: u8::try_from(month).unwrap_or(0),
        day: u8::try_from(day).unwrap_or(0),
        hour,
        minute,
        second,
        offset_minutes: 8 * 60,
    }
}

#[cfg(test)]
mod tests;

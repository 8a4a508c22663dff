//! One copy's way: prepared from its plate, signed against a permit, checked, handed out.
//!
//! Each step consumes the one before, so that nothing is signed twice and nothing unchecked gets out:
//! `prepare` → `Prepared::sign(Permit)` → `Signed::stamp` as often as the level wants it → `Signed::finish` →
//! `SealedCopy`.

use crate::signed::{Aim, Signed};
use crate::{Error, SealKey, SealPlate};
use yinxin_face::Fields;
use yinxin_model::Instant;
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
    aim: Aim,
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

/// A sealed copy that verifies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedCopy {
    pub bytes: Vec<u8>,
    pub sha256: [u8; 32],
}

/// Draws a copy and digests it. A character that no font has, or a text that fits nowhere, refuses it here.
pub fn prepare(plate: &SealPlate, order: &CopyOrder<'_>) -> Result<Prepared, Error> {
    let series = plate.series(order.fields)?;
    let page = yinxin_face::own(&plate.design, order.fields, &plate.pool)?;
    let spec = CopySpec {
        series: &series,
        page: &page,
        title: order.title,
        subject: order.subject,
        document_id: order.document_id,
        created: pdf_date(order.made_at),
        signer_name: &plate.seal_name,
        reason: order.reason,
        location: order.location,
    };
    let aim = Aim {
        certificate: plate.certificate,
        level: plate.level,
        token_room: plate.token_room,
        stamp_field: plate.plate.stamp_field(),
        embedded: plate.embedded.clone(),
    };
    Ok(Prepared { file: plate.plate.prepare(&spec, &plate.pool)?, aim })
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
        if key.fingerprint() != self.aim.certificate {
            return Err(Error::KeyMismatch { code: key.code().to_owned() });
        }
        let cms = key.template().sign(key.signer(), &permit.digest)?;
        Signed::new(self.file, cms, self.aim)
    }
}

#[cfg(test)]
impl Prepared {
    /// What a signer who asks nobody would make.
    pub(crate) fn into_file(self, cms: &[u8]) -> Vec<u8> {
        self.file.finish(cms).unwrap()
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

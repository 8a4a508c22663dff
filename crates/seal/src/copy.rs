//! One copy's way: prepared from its plate, signed against a permit, checked, handed out.
//!
//! Each step consumes the one before, so that nothing is signed twice and nothing unchecked gets out:
//! `prepare` → `Prepared::sign(Permit)` → `Signed::stamp` as often as the level wants it → `Signed::finish` →
//! `SealedCopy`.

use crate::plate::{OfdDraft, Press};
use crate::signed::{Aim, Signed};
use crate::{Error, SealKey, SealPlate};
use yinxin_face::Fields;
use yinxin_model::Instant;

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
    /// Random bytes of the intent; the file's /ID, or the document's DocID.
    pub document_id: [u8; 16],
}

/// A file that lacks nothing but its signature.
#[derive(Debug)]
pub struct Prepared {
    draft: Draft,
    /// Fingerprint of the certificate that is to seal it.
    certificate: [u8; 32],
    /// A package is to have a time stamp.
    stamped: bool,
}

/// The same as its format knows it.
#[derive(Debug)]
enum Draft {
    Pdf { file: yinxin_pdf::write::Prepared, aim: Aim },
    Ofd(OfdDraft),
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
    let draft = match &plate.press {
        Press::Pdf(pdf) => {
            Draft::Pdf { file: pdf.prepare(order, &series, &page, &plate.pool)?, aim: pdf.aim() }
        }
        Press::Ofd(ofd) => Draft::Ofd(ofd.prepare(order, &series, &page, &plate.pool)?),
    };
    Ok(Prepared { draft, certificate: plate.certificate, stamped: false })
}

impl Prepared {
    /// The same with a time stamp on the electronic seal's signature. A PDF has its own, as its level wants.
    pub fn with_time_stamp(self) -> Self {
        Self { stamped: true, ..self }
    }

    /// What is to be stored in the intent before it may be signed.
    pub fn digest(&self) -> [u8; 32] {
        match &self.draft {
            Draft::Pdf { file, .. } => *file.digest(),
            Draft::Ofd(draft) => draft.digest(),
        }
    }

    /// Seals. Refuses another digest than the permit's, and another seal than the plate's.
    pub fn sign(self, permit: Permit, key: &SealKey) -> Result<Signed, Error> {
        if permit.digest != self.digest() {
            return Err(Error::DigestMismatch { intent: permit.intent });
        }
        let other = || Error::KeyMismatch { code: key.code().to_owned() };
        let certificate = self.certificate;
        match self.draft {
            Draft::Pdf { .. } if key.fingerprint() != certificate => Err(other()),
            Draft::Pdf { file, aim } => {
                let cms = key.template().sign(key.signer(), &permit.digest)?;
                Signed::pdf(file, cms, certificate, aim)
            }
            Draft::Ofd(draft) => {
                let national = key.require_national()?;
                if national.digest() != draft.national().digest() {
                    return Err(other());
                }
                let signer = national.certificate().clone();
                if self.stamped {
                    let (file, value) = draft.sign_apart(national)?;
                    return Ok(Signed::ofd_to_stamp(file, value, signer));
                }
                Ok(Signed::ofd(draft.sign(national)?, signer))
            }
        }
    }
}

#[cfg(test)]
impl Prepared {
    /// What a signer who asks nobody would make of a PDF.
    pub(crate) fn into_file(self, cms: &[u8]) -> Vec<u8> {
        match self.draft {
            Draft::Pdf { file, .. } => file.finish(cms).unwrap(),
            Draft::Ofd(_) => panic!("not a PDF"),
        }
    }
}

#[cfg(test)]
mod tests;

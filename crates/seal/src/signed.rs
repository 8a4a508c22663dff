//! A signed file on its way to its level: time stamps are put in as they come, and nobody gets it unchecked.

use crate::copy::SealedCopy;
use crate::verify::verify;
use crate::{Error, Trust};
use std::sync::Arc;
use yinxin_crypto::hash::{sha256, sm3};
use yinxin_crypto::tsp::{Imprint, Token};
use yinxin_crypto::x509::Certificate;
use yinxin_crypto::{cms, ses};
use yinxin_model::finding::{Outcome, Verdict};
use yinxin_model::{Instant, Level};
use yinxin_ofd::write as ofd;
use yinxin_pdf::write::{self, Extended};

/// What a PDF is to become.
#[derive(Clone, Debug)]
pub(crate) struct Aim {
    pub level: Level,
    pub token_room: usize,
    /// The object of the empty field for a document time stamp.
    pub stamp_field: Option<u32>,
    /// Fingerprints of the certificates in the file's security store: tokens leave them out.
    pub embedded: Arc<[[u8; 32]]>,
}

/// A signed file that nobody has checked.
#[derive(Debug)]
pub struct Signed {
    stage: Stage,
    /// Fingerprint of the certificate that sealed it.
    certificate: [u8; 32],
}

#[derive(Debug)]
enum Stage {
    Pdf {
        at: PdfStage,
        aim: Aim,
    },
    /// With the certificate, whose key is asked for every copy. Packages have no levels.
    Ofd {
        at: OfdStage,
        signer: Certificate,
        /// It is to have a time stamp.
        stamped: bool,
    },
}

#[derive(Debug)]
enum OfdStage {
    /// The signature is made and wants a time stamp; the package still lacks both.
    Signature {
        file: ofd::Prepared,
        value: Vec<u8>,
    },
    Complete(Vec<u8>),
}

#[derive(Debug)]
enum PdfStage {
    /// The signature is made and wants a time stamp.
    Signature {
        file: write::Prepared,
        cms: Vec<u8>,
    },
    /// All of the file wants a time stamp.
    Document(Extended),
    Complete(Vec<u8>),
}

impl Signed {
    pub(crate) fn pdf(
        file: write::Prepared,
        cms: Vec<u8>,
        certificate: [u8; 32],
        aim: Aim,
    ) -> Result<Self, Error> {
        let at = match aim.level {
            Level::Basic => PdfStage::Complete(file.finish(&cms)?),
            Level::Time | Level::LongTerm | Level::Archive => PdfStage::Signature { file, cms },
        };
        Ok(Self { stage: Stage::Pdf { at, aim }, certificate })
    }

    pub(crate) fn ofd(bytes: Vec<u8>, signer: Certificate) -> Self {
        Self::of_package(OfdStage::Complete(bytes), signer, false)
    }

    /// `value`: the signature's, which is to have a time stamp before it goes into `file`.
    pub(crate) fn ofd_to_stamp(file: ofd::Prepared, value: Vec<u8>, signer: Certificate) -> Self {
        Self::of_package(OfdStage::Signature { file, value }, signer, true)
    }

    fn of_package(at: OfdStage, signer: Certificate, stamped: bool) -> Self {
        Self { certificate: signer.fingerprint(), stage: Stage::Ofd { at, signer, stamped } }
    }

    /// What the next time stamp must be over; `None` when no more of them are wanted.
    pub fn imprint(&self) -> Result<Option<Imprint>, Error> {
        Ok(match &self.stage {
            Stage::Pdf { at: PdfStage::Signature { cms, .. }, .. } => {
                Some(Imprint::Sha256(sha256(cms::signature_value(cms)?)))
            }
            Stage::Pdf { at: PdfStage::Document(extended), .. } => Some(Imprint::Sha256(*extended.digest())),
            Stage::Ofd { at: OfdStage::Signature { value, .. }, .. } => {
                Some(Imprint::Sm3(sm3(ses::signature_value(value)?)))
            }
            Stage::Pdf { at: PdfStage::Complete(_), .. } | Stage::Ofd { at: OfdStage::Complete(_), .. } => {
                None
            }
        })
    }

    /// Puts in the time stamp over [`Self::imprint`], in its normal form.
    pub fn stamp(self, token: &Token) -> Result<Self, Error> {
        let stage = match self.stage {
            Stage::Pdf { at, aim } => Stage::Pdf { at: at.stamp(token, &aim)?, aim },
            Stage::Ofd { at, signer, stamped } => Stage::Ofd { at: at.stamp(token)?, signer, stamped },
        };
        Ok(Self { stage, ..self })
    }

    /// Hands the file out if the public verification finds nothing against it: the seal of the plate, trusted, valid
    /// now, at the level that was wanted.
    pub fn finish(self, trust: &Trust, now: Instant) -> Result<SealedCopy, Error> {
        let (bytes, wanted, to_be_stamped) = match self.stage {
            Stage::Pdf { at: PdfStage::Complete(bytes), aim } => (bytes, Some(aim.level), false),
            Stage::Pdf { aim, .. } => return Err(Error::Level { wanted: aim.level, reached: None }),
            Stage::Ofd { at: OfdStage::Complete(bytes), signer, stamped } => {
                trust.expect(&signer);
                (bytes, None, stamped)
            }
            Stage::Ofd { .. } => return Err(Error::StampMissing),
        };
        let report = verify(&bytes, trust, now);
        if report.verdict != Verdict::Valid {
            let failed = report.findings.iter().find(|finding| finding.outcome == Outcome::Fail);
            let code = failed.map_or(report.verdict.as_str(), |finding| finding.code);
            return Err(Error::SelfCheck { code });
        }
        if report.signer.is_none_or(|signer| signer.fingerprint != self.certificate) {
            return Err(Error::SelfCheck { code: "other_signer" });
        }
        if let Some(wanted) = wanted.filter(|wanted| report.level < Some(*wanted)) {
            return Err(Error::Level { wanted, reached: report.level });
        }
        if to_be_stamped && report.time_stamps.is_empty() {
            return Err(Error::StampMissing);
        }
        if report.time_stamps.iter().any(|stamp| !stamp.trusted) {
            return Err(Error::StampNotTrusted);
        }
        Ok(SealedCopy { bytes, sha256: report.sha256 })
    }
}

impl PdfStage {
    fn stamp(self, token: &Token, aim: &Aim) -> Result<Self, Error> {
        let token = token.normal(&aim.embedded)?;
        Ok(match self {
            Self::Signature { file, cms } => {
                let bytes = file.finish(&cms::stamped(&cms, &token)?)?;
                match aim.stamp_field {
                    Some(field) if aim.level == Level::Archive => {
                        Self::Document(write::add_stamp(bytes, field, aim.token_room)?)
                    }
                    _ if aim.level >= Level::LongTerm => Self::Complete(write::add_store(bytes)?),
                    _ => Self::Complete(bytes),
                }
            }
            Self::Document(extended) => Self::Complete(extended.finish(&token)?),
            complete @ Self::Complete(_) => complete,
        })
    }
}

impl OfdStage {
    /// The token keeps all its certificates: a package has no other place for them.
    fn stamp(self, token: &Token) -> Result<Self, Error> {
        Ok(match self {
            Self::Signature { file, value } => {
                Self::Complete(file.finish(&ses::stamped(&value, &token.normal(&[])?)?)?)
            }
            complete @ Self::Complete(_) => complete,
        })
    }
}

#[cfg(test)]
impl Signed {
    /// What somebody who checks nothing would hand out.
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        match self.stage {
            Stage::Pdf { at: PdfStage::Complete(bytes), .. }
            | Stage::Ofd { at: OfdStage::Complete(bytes), .. } => bytes,
            Stage::Pdf { .. } | Stage::Ofd { .. } => panic!("a time stamp is missing"),
        }
    }
}

#[cfg(test)]
mod tests;

//! A signed file on its way to its level: time stamps are put in as they come, and nobody gets it unchecked.

use crate::copy::SealedCopy;
use crate::verify::verify;
use crate::{Error, Trust};
use std::sync::Arc;
use yinxin_crypto::cms;
use yinxin_crypto::hash::sha256;
use yinxin_crypto::tsp::Token;
use yinxin_crypto::x509::Certificate;
use yinxin_model::finding::{Outcome, Verdict};
use yinxin_model::{Instant, Level};
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
        bytes: Vec<u8>,
        signer: Certificate,
    },
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
        Self { certificate: signer.fingerprint(), stage: Stage::Ofd { bytes, signer } }
    }

    /// What the next time stamp must be over (SHA-256); `None` when the level wants no more of them.
    pub fn imprint(&self) -> Result<Option<[u8; 32]>, Error> {
        let Stage::Pdf { at, .. } = &self.stage else { return Ok(None) };
        Ok(match at {
            PdfStage::Signature { cms, .. } => Some(sha256(cms::signature_value(cms)?)),
            PdfStage::Document(extended) => Some(*extended.digest()),
            PdfStage::Complete(_) => None,
        })
    }

    /// Puts in the time stamp over [`Self::imprint`], in its normal form.
    pub fn stamp(self, token: &Token) -> Result<Self, Error> {
        let certificate = self.certificate;
        let Stage::Pdf { at, aim } = self.stage else { return Ok(self) };
        let token = token.normal(&aim.embedded)?;
        let at = match at {
            PdfStage::Signature { file, cms } => {
                let bytes = file.finish(&cms::stamped(&cms, &token)?)?;
                match aim.stamp_field {
                    Some(field) if aim.level == Level::Archive => {
                        PdfStage::Document(write::add_stamp(bytes, field, aim.token_room)?)
                    }
                    _ if aim.level >= Level::LongTerm => PdfStage::Complete(write::add_store(bytes)?),
                    _ => PdfStage::Complete(bytes),
                }
            }
            PdfStage::Document(extended) => PdfStage::Complete(extended.finish(&token)?),
            complete @ PdfStage::Complete(_) => complete,
        };
        Ok(Self { stage: Stage::Pdf { at, aim }, certificate })
    }

    /// Hands the file out if the public verification finds nothing against it: the seal of the plate, trusted, valid
    /// now, at the level that was wanted.
    pub fn finish(self, trust: &Trust, now: Instant) -> Result<SealedCopy, Error> {
        let (bytes, wanted) = match self.stage {
            Stage::Pdf { at: PdfStage::Complete(bytes), aim } => (bytes, Some(aim.level)),
            Stage::Pdf { aim, .. } => return Err(Error::Level { wanted: aim.level, reached: None }),
            Stage::Ofd { bytes, signer } => {
                trust.expect(&signer);
                (bytes, None)
            }
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
        if report.time_stamps.iter().any(|stamp| !stamp.trusted) {
            return Err(Error::StampNotTrusted);
        }
        Ok(SealedCopy { bytes, sha256: report.sha256 })
    }
}

#[cfg(test)]
impl Signed {
    /// What somebody who checks nothing would hand out.
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        match self.stage {
            Stage::Pdf { at: PdfStage::Complete(bytes), .. } | Stage::Ofd { bytes, .. } => bytes,
            Stage::Pdf { .. } => panic!("a time stamp is missing"),
        }
    }
}

#[cfg(test)]
mod tests;

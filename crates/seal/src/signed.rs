//! A signed file on its way to its level: time stamps are put in as they come, and nobody gets it unchecked.

use crate::copy::SealedCopy;
use crate::verify::verify;
use crate::{Error, Trust};
use std::sync::Arc;
use yinxin_crypto::cms;
use yinxin_crypto::hash::sha256;
use yinxin_crypto::tsp::Token;
use yinxin_model::finding::{Outcome, Verdict};
use yinxin_model::{Instant, Level};
use yinxin_pdf::write::{self, Extended};

/// What a file is to become.
#[derive(Clone, Debug)]
pub(crate) struct Aim {
    /// Fingerprint of the seal's certificate.
    pub certificate: [u8; 32],
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
    aim: Aim,
}

#[derive(Debug)]
enum Stage {
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
    pub(crate) fn new(file: write::Prepared, cms: Vec<u8>, aim: Aim) -> Result<Self, Error> {
        let stage = match aim.level {
            Level::Basic => Stage::Complete(file.finish(&cms)?),
            Level::Time | Level::LongTerm | Level::Archive => Stage::Signature { file, cms },
        };
        Ok(Self { stage, aim })
    }

    /// What the next time stamp must be over (SHA-256); `None` when the level wants no more of them.
    pub fn imprint(&self) -> Result<Option<[u8; 32]>, Error> {
        Ok(match &self.stage {
            Stage::Signature { cms, .. } => Some(sha256(cms::signature_value(cms)?)),
            Stage::Document(extended) => Some(*extended.digest()),
            Stage::Complete(_) => None,
        })
    }

    /// Puts in the time stamp over [`Self::imprint`], in its normal form.
    pub fn stamp(self, token: &Token) -> Result<Self, Error> {
        let Self { stage, aim } = self;
        let token = token.normal(&aim.embedded)?;
        let stage = match stage {
            Stage::Signature { file, cms } => {
                let bytes = file.finish(&cms::stamped(&cms, &token)?)?;
                match aim.stamp_field {
                    Some(field) if aim.level == Level::Archive => {
                        Stage::Document(write::extend(bytes, field, aim.token_room)?)
                    }
                    _ => Stage::Complete(bytes),
                }
            }
            Stage::Document(extended) => Stage::Complete(extended.finish(&token)?),
            complete @ Stage::Complete(_) => complete,
        };
        Ok(Self { stage, aim })
    }

    /// Hands the file out if the public verification finds nothing against it: the seal of the plate, trusted, valid
    /// now, at the level that was wanted.
    pub fn finish(self, trust: &Trust, now: Instant) -> Result<SealedCopy, Error> {
        let wanted = self.aim.level;
        let Stage::Complete(bytes) = self.stage else {
            return Err(Error::Level { wanted, reached: None });
        };
        let report = verify(&bytes, trust, now);
        if report.verdict != Verdict::Valid {
            let failed = report.findings.iter().find(|finding| finding.outcome == Outcome::Fail);
            let code = failed.map_or(report.verdict.as_str(), |finding| finding.code);
            return Err(Error::SelfCheck { code });
        }
        if report.signer.is_none_or(|signer| signer.fingerprint != self.aim.certificate) {
            return Err(Error::SelfCheck { code: "other_signer" });
        }
        if report.level < Some(wanted) {
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
            Stage::Complete(bytes) => bytes,
            Stage::Signature { .. } | Stage::Document(_) => panic!("a time stamp is missing"),
        }
    }
}

#[cfg(test)]
mod tests;

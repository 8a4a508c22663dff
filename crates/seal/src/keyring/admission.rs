//! Whether what an operator brings for OFD belongs together and will be believed: the key, its certificate on SM2, the
//! electronic seal (GB/T 38540) and the paths of signer and maker. Asked before anything is kept, so that what is wrong
//! is told by its name, and not by the first copy that fails its check.

use super::NationalSeal;
use crate::{Error, Trust};
use std::sync::Arc;
use yinxin_crypto::path::{Instants, PathOutcome, PathProblem, Revocation, validate};
use yinxin_crypto::ses::{self, Version};
use yinxin_crypto::x509::Certificate;
use yinxin_crypto::{Signer, sm2};
use yinxin_model::Instant;

/// What is wrong with what was brought. `code()` is stable.
#[derive(Debug, thiserror::Error)]
pub enum Unfit {
    #[error("the file is no electronic seal")]
    NotASeal(#[source] yinxin_crypto::Error),
    #[error("the electronic seal is of version {found}; 4 and 5 can be used")]
    Version { found: i64 },
    #[error("the certificate {certificate} is not for a key on SM2")]
    NotSm2 { certificate: String },
    #[error("the certificate {certificate} is an authority's or may not sign")]
    NotASigner { certificate: String },
    #[error("the key is not that of {certificate}")]
    OtherKey { certificate: String },
    #[error("the electronic seal {seal} does not name {certificate}")]
    OtherHolder { seal: String, certificate: String },
    #[error("the electronic seal {seal} bears the name {name}, and {certificate} is certified as another")]
    OtherName { seal: String, name: String, certificate: String },
    #[error("{maker}, who made the electronic seal {seal}, may use it himself or uses another seal")]
    MakerIsHolder { seal: String, maker: String },
    #[error("the electronic seal {seal} is not as its maker made it: {reason}")]
    NotGenuine { seal: String, reason: &'static str },
    #[error("no trusted root vouches for {maker}, who made the electronic seal: {reason}")]
    MakerUntrusted { maker: String, issuer: String, reason: &'static str },
    #[error("{maker} could not make electronic seals then: {reason}")]
    MakerOutOfTime { maker: String, reason: &'static str },
    #[error("no trusted root vouches for {certificate}: {reason}")]
    Untrusted { certificate: String, issuer: String, reason: &'static str },
    #[error("the certificate {certificate} is not valid now: {reason}")]
    NotValid { certificate: String, reason: &'static str },
    #[error("the electronic seal {seal} is not valid now")]
    SealNotValid { seal: String, from: Instant, until: Instant },
    #[error(transparent)]
    Unusable(#[from] Error),
}

/// The reason where a revocation list names the certificate; the others are those of paths.
const REVOKED: &str = "revoked";

impl Unfit {
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotASeal(_) => "electronic_seal_unreadable",
            Self::Version { .. } => "electronic_seal_version",
            Self::NotSm2 { .. } => "sm2_certificate_needed",
            Self::NotASigner { .. } => "seal_certificate_unfit",
            Self::OtherKey { .. } => "sm2_key_differs",
            Self::OtherHolder { .. } => "electronic_seal_of_another",
            Self::OtherName { .. } => "electronic_seal_named_otherwise",
            Self::MakerIsHolder { .. } => "seal_maker_is_holder",
            Self::NotGenuine { .. } => "electronic_seal_not_genuine",
            Self::MakerUntrusted { .. } => "seal_maker_untrusted",
            Self::MakerOutOfTime { .. } => "seal_maker_out_of_time",
            Self::Untrusted { .. } => "sm2_certificate_untrusted",
            Self::NotValid { .. } => "sm2_certificate_not_valid",
            Self::SealNotValid { .. } => "electronic_seal_not_valid",
            Self::Unusable(error) => error.code(),
        }
    }

    /// What the sentence about it needs.
    pub fn values(&self) -> Vec<(&'static str, String)> {
        let certificate = |name: &String| ("certificate", name.clone());
        match self {
            Self::NotASeal(_) => Vec::new(),
            Self::Version { found } => vec![("found", found.to_string())],
            Self::NotSm2 { certificate: name }
            | Self::NotASigner { certificate: name }
            | Self::OtherKey { certificate: name } => vec![certificate(name)],
            Self::OtherHolder { seal, certificate: name } => {
                vec![("electronic_seal", seal.clone()), certificate(name)]
            }
            Self::OtherName { seal, name, certificate: holder } => {
                vec![("electronic_seal", seal.clone()), ("name", name.clone()), certificate(holder)]
            }
            Self::MakerIsHolder { seal, maker } => {
                vec![("electronic_seal", seal.clone()), ("maker", maker.clone())]
            }
            Self::NotGenuine { seal, reason } => {
                vec![("electronic_seal", seal.clone()), ("reason", (*reason).to_owned())]
            }
            Self::MakerUntrusted { maker, issuer, reason } => {
                vec![("maker", maker.clone()), ("issuer", issuer.clone()), ("reason", (*reason).to_owned())]
            }
            Self::MakerOutOfTime { maker, reason } => {
                vec![("maker", maker.clone()), ("reason", (*reason).to_owned())]
            }
            Self::Untrusted { certificate: name, issuer, reason } => {
                vec![certificate(name), ("issuer", issuer.clone()), ("reason", (*reason).to_owned())]
            }
            Self::NotValid { certificate: name, reason } => {
                vec![certificate(name), ("reason", (*reason).to_owned())]
            }
            Self::SealNotValid { seal, from, until } => {
                vec![("electronic_seal", seal.clone()), ("from", from.rfc3339()), ("until", until.rfc3339())]
            }
            Self::Unusable(error) => error.values(),
        }
    }
}

/// Whether a certificate may be a seal's: no authority's, not for another purpose, and allowed to sign.
pub fn may_seal(certificate: &Certificate) -> bool {
    let signs = certificate.key_usage().is_none_or(|usage| usage.digital_signature);
    signs && !certificate.is_authority() && certificate.is_for_documents()
}

/// Looks at everything and gives the means of sealing. `certificates`: the signer's, then its issuing authorities'
/// without the root; authorities that are needed and not among them must be known to `trust`.
pub fn admit(
    code: &str,
    signer: Arc<dyn Signer>,
    certificates: &[Certificate],
    seal: &[u8],
    trust: &Trust,
    now: Instant,
) -> Result<NationalSeal, Unfit> {
    let none = Error::Crypto(yinxin_crypto::Error::Pem { what: "certificate of a seal" });
    let (certificate, chain) = certificates.split_first().ok_or(Unfit::Unusable(none))?;
    let name = || certificate.subject_name().to_owned();
    if sm2::PublicKey::from_spki(certificate.public_key_spki()).is_none() {
        return Err(Unfit::NotSm2 { certificate: name() });
    }
    if !may_seal(certificate) {
        return Err(Unfit::NotASigner { certificate: name() });
    }
    if signer.public_key_spki() != certificate.public_key_spki() {
        return Err(Unfit::OtherKey { certificate: name() });
    }
    let made = ses::parse_seal(seal).map_err(Unfit::NotASeal)?;
    if trust.names_maker(certificate) {
        return Err(Unfit::MakerIsHolder { seal: made.id, maker: name() });
    }
    genuine(&made)?;
    if !made.lists(certificate) {
        return Err(Unfit::OtherHolder { seal: made.id, certificate: name() });
    }
    if !made.is_named_after(certificate) {
        return Err(Unfit::OtherName { seal: made.id, name: made.name, certificate: name() });
    }
    let known = [chain, trust.intermediates()].concat();
    let lead = |certificate: &Certificate, at_ms: i64| {
        validate(certificate, &known, trust.store(), Instants { at_ms, now_ms: now.0 })
    };
    if let Some(maker) = &made.maker {
        believed_maker(maker, &lead(maker, made.created_ms))?;
    }
    believed_signer(certificate, &lead(certificate, now.0))?;
    let (from, until) = (Instant(made.valid_from_ms), Instant(made.valid_until_ms));
    if now < from || now > until {
        return Err(Unfit::SealNotValid { seal: made.id, from, until });
    }
    Ok(NationalSeal::new(code, signer, certificate.clone(), chain.to_vec(), seal)?)
}

fn genuine(seal: &ses::Seal) -> Result<(), Unfit> {
    let usable = matches!(seal.version, Version::V4 | Version::V5);
    if !usable || seal.header_version != seal.version.number() {
        return Err(Unfit::Version { found: seal.header_version });
    }
    match ses::verify_seal(seal).iter().find(|finding| !finding.is_good()) {
        Some(bad) if bad.step == ses::Step::MakerApart => {
            let maker = seal.maker.as_ref().map_or_else(String::new, |maker| maker.subject_name().to_owned());
            Err(Unfit::MakerIsHolder { seal: seal.id.clone(), maker })
        }
        Some(bad) => Err(Unfit::NotGenuine { seal: seal.id.clone(), reason: bad.code }),
        None => Ok(()),
    }
}

fn believed_maker(maker: &Certificate, path: &PathOutcome) -> Result<(), Unfit> {
    let name = maker.subject_name().to_owned();
    match doubt(path) {
        None => Ok(()),
        Some(Doubt::Untrusted(reason)) => {
            Err(Unfit::MakerUntrusted { maker: name, issuer: issuer(maker), reason })
        }
        Some(Doubt::OutOfTime(reason)) => Err(Unfit::MakerOutOfTime { maker: name, reason }),
    }
}

fn believed_signer(certificate: &Certificate, path: &PathOutcome) -> Result<(), Unfit> {
    let name = certificate.subject_name().to_owned();
    match doubt(path) {
        None => Ok(()),
        Some(Doubt::Untrusted(reason)) => {
            Err(Unfit::Untrusted { certificate: name, issuer: issuer(certificate), reason })
        }
        Some(Doubt::OutOfTime(reason)) => Err(Unfit::NotValid { certificate: name, reason }),
    }
}

enum Doubt {
    Untrusted(&'static str),
    OutOfTime(&'static str),
}

/// A list that is missing or old is none: `doctor` tells of lists.
fn doubt(path: &PathOutcome) -> Option<Doubt> {
    match (&path.problem, &path.revocation) {
        (Some(problem @ (PathProblem::NotYetValid { .. } | PathProblem::Expired { .. })), _) => {
            Some(Doubt::OutOfTime(problem.code()))
        }
        (Some(problem), _) => Some(Doubt::Untrusted(problem.code())),
        (None, Revocation::Revoked { .. }) => Some(Doubt::OutOfTime(REVOKED)),
        (None, _) => None,
    }
}

fn issuer(certificate: &Certificate) -> String {
    certificate.issuer_common_name().unwrap_or(certificate.issuer()).to_owned()
}

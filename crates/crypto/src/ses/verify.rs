//! Judging a signature with a seal, step by step. Each step is a finding of its own, so that a report can say
//! what holds and what does not; none is an `Err`.
//!
//! Left to the caller: whether signer's and maker's certificates lead to a root and were valid then
//! (`path::validate`), and the digest of the file that `path` names.

use super::parse::Proof;
use super::{Extension, Holders, SM3_NAMES, Seal, Signature};
use crate::hash::{sha256, sm3};
use crate::signature::{self, Flaw, Scheme};
use crate::sm2::{self, PreparedKey, PublicKey};
use crate::x509::Certificate;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, PoisonError, RwLock};

/// One thing that was looked at. `code` is stable; for a step that passed it is `ok`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub step: Step,
    pub outcome: Outcome,
    pub code: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    Pass,
    Fail,
    /// Odd, and no reason to disbelieve.
    Warn,
    /// Neither good nor bad: it could not be judged.
    NotChecked,
}

/// What was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// The versions in signature and seal are the same.
    Version,
    /// The seal is as its maker signed it.
    SealSignature,
    /// Neither seal nor signature has a critical extension; none is known here.
    Extensions,
    /// The signature is the signer's, over this seal, time, digest and path.
    SignerSignature,
    /// It is in the one form that the standard's examples have.
    SignatureForm,
    /// The seal names the signer's certificate.
    SignerListed,
    /// The seal bears the signer's name.
    SealName,
    /// Who made the seal may not use it.
    MakerApart,
    /// The seal was valid at the time of signing.
    SealValidity,
    /// The signed digest is the document's.
    DataHash,
    /// The signed path is that of the file digested.
    Path,
    /// The seal in the signature is the one that lies beside it.
    SealFile,
    /// The time stamp on the signature or on the seal.
    TimeStamp,
}

impl Step {
    pub fn name(self) -> &'static str {
        match self {
            Self::Version => "version",
            Self::SealSignature => "seal_signature",
            Self::Extensions => "extensions",
            Self::SignerSignature => "signer_signature",
            Self::SignatureForm => "signature_form",
            Self::SignerListed => "signer_listed",
            Self::SealName => "seal_name",
            Self::MakerApart => "maker_apart",
            Self::SealValidity => "seal_validity",
            Self::DataHash => "data_hash",
            Self::Path => "path",
            Self::SealFile => "seal_file",
            Self::TimeStamp => "time_stamp",
        }
    }
}

impl Finding {
    fn new(step: Step, outcome: Outcome, code: &'static str) -> Self {
        Self { step, outcome, code }
    }

    fn of(step: Step, good: bool, code: &'static str) -> Self {
        if good { Self::new(step, Outcome::Pass, "ok") } else { Self::new(step, Outcome::Fail, code) }
    }

    pub fn is_good(&self) -> bool {
        self.outcome == Outcome::Pass
    }
}

/// What the document says, as far as it is known; what is `None` is not looked at.
#[derive(Clone, Copy, Debug, Default)]
pub struct Expected<'a> {
    /// SM3 of the file that `path` names, as it is stored.
    pub data_hash: Option<&'a [u8; 32]>,
    pub path: Option<&'a str>,
    /// The seal that lies beside the signature.
    pub seal_file: Option<&'a [u8]>,
}

/// What need not be computed twice: seals whose maker's signature held, and keys of one's own seals prepared
/// for checking. What is in it is true for ever.
#[derive(Default)]
pub struct Memo {
    /// SHA-256 of seals.
    seals: RwLock<HashSet<[u8; 32]>>,
    /// By `SubjectPublicKeyInfo`.
    keys: RwLock<HashMap<Vec<u8>, Arc<PreparedKey>>>,
}

/// Strangers' seals must not grow the memory without bound; starting anew costs only time.
const MAX_SEALS: usize = 1024;

impl Memo {
    pub fn new() -> Self {
        Self::default()
    }

    /// Prepares a certificate's key for being asked often: for one's own seals, since each takes 25 KB.
    pub fn expect(&self, certificate: &Certificate) {
        let Some(key) = PublicKey::from_spki(certificate.public_key_spki()) else { return };
        let mut keys = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        let spki = certificate.public_key_spki().to_vec();
        keys.entry(spki).or_insert_with(|| Arc::new(PreparedKey::new(key)));
    }

    fn key(&self, certificate: &Certificate) -> Option<Arc<PreparedKey>> {
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        keys.get(certificate.public_key_spki()).cloned()
    }

    fn seal_holds(&self, seal: &Seal) -> Finding {
        let digest = sha256(seal.der());
        if self.seals.read().unwrap_or_else(PoisonError::into_inner).contains(&digest) {
            return Finding::of(Step::SealSignature, true, "");
        }
        let finding = seal_signature(seal);
        if finding.is_good() {
            let mut seals = self.seals.write().unwrap_or_else(PoisonError::into_inner);
            if seals.len() >= MAX_SEALS {
                seals.clear();
            }
            seals.insert(digest);
        }
        finding
    }
}

/// Judges a signature and the seal in it.
pub fn verify(signature: &Signature, expected: &Expected<'_>, memo: &Memo) -> Vec<Finding> {
    let seal = &signature.seal;
    let mut found = vec![version(signature), memo.seal_holds(seal)];
    found.push(extensions(seal.extensions.iter().chain(&signature.extensions)));
    found.push(signer_signature(signature, memo));
    found.push(if sm2::is_der(&signature.proof.signature) {
        Finding::of(Step::SignatureForm, true, "")
    } else {
        Finding::new(Step::SignatureForm, Outcome::Warn, "signature_not_der")
    });
    found.push(signer_listed(signature));
    found.extend(
        signature
            .signer
            .as_ref()
            .map(|signer| Finding::of(Step::SealName, seal.is_named_after(signer), "seal_name_differs")),
    );
    found.push(maker_apart(seal, signature.signer.as_ref()));
    found.push(seal_validity(signature));
    if let Some(digest) = expected.data_hash {
        found.push(Finding::of(Step::DataHash, signature.data_hash == digest, "data_hash_mismatch"));
    }
    if let Some(path) = expected.path {
        found.push(Finding::of(Step::Path, signature.path == path, "path_mismatch"));
    }
    if let Some(file) = expected.seal_file {
        found.push(Finding::of(Step::SealFile, seal.der() == file, "seal_file_differs"));
    }
    found.extend(time_stamp(signature));
    found
}

/// No vendor's time stamp was ever seen, so that what exactly it covers is not proven, and one that holds proves nothing yet. One
/// that does not hold, or is not over the signature's value, is no time stamp on it.
fn time_stamp(signature: &Signature) -> Option<Finding> {
    let (of_signature, of_seal) = (&signature.time_stamp, &signature.seal.time_stamp);
    let fault = of_signature.as_ref().and_then(|stamp| stamp.fault(signature.value()));
    let unproven = Finding::new(Step::TimeStamp, Outcome::NotChecked, "seal_time_stamp_unproven");
    match fault {
        Some("time_stamp_unsupported") => Some(Finding { code: "time_stamp_unsupported", ..unproven }),
        Some(fault) => Some(Finding::of(Step::TimeStamp, false, fault)),
        None => (of_signature.is_some() || of_seal.is_some()).then_some(unproven),
    }
}

/// Judges a seal by itself: its maker's signature, its extensions, and that its maker may not use it.
pub fn verify_seal(seal: &Seal) -> Vec<Finding> {
    vec![seal_signature(seal), extensions(seal.extensions.iter()), maker_apart(seal, None)]
}

impl Seal {
    /// Whether the seal names this certificate among its holders'.
    pub fn lists(&self, certificate: &Certificate) -> bool {
        self.lists_der(certificate.der()) == Some(true)
    }

    /// Whether the seal's name is what `holder` is certified as: its common name, or its organisation, which the kind of seal
    /// may follow (`…专用章`). Blanks do not count. Who made the seal could write any name; the holder's authority knows whom
    /// it certified.
    pub fn is_named_after(&self, holder: &Certificate) -> bool {
        let bare = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        let name = bare(&self.name);
        let common = holder.subject_common_name().map(bare);
        let organization = holder.subject_organization().map(bare).filter(|name| !name.is_empty());
        let kind = organization.as_deref().and_then(|organization| name.strip_prefix(organization));
        !name.is_empty() && common.as_ref() == Some(&name)
            || kind.is_some_and(|kind| kind.is_empty() || kind.ends_with('章'))
    }

    /// `None` where a digest is of a kind not known here, and none that is known fits.
    fn lists_der(&self, der: &[u8]) -> Option<bool> {
        match &self.holders {
            Holders::Certificates(list) => Some(list.iter().any(|listed| listed == der)),
            Holders::Digests(list) => {
                let fits = list.iter().map(|(name, value)| {
                    SM3_NAMES.contains(&name.as_str()).then(|| sm3(der).as_slice() == value.as_slice())
                });
                let fits: Vec<Option<bool>> = fits.collect();
                if fits.contains(&Some(true)) { Some(true) } else { (!fits.contains(&None)).then_some(false) }
            }
        }
    }
}

fn version(signature: &Signature) -> Finding {
    let expected = signature.version.number();
    let same = signature.own_version == expected && signature.seal.header_version == expected;
    Finding::of(Step::Version, same && signature.seal.version == signature.version, "version_mismatch")
}

fn seal_signature(seal: &Seal) -> Finding {
    let Some(maker) = &seal.maker else {
        return Finding::new(Step::SealSignature, Outcome::Fail, "maker_certificate_unreadable");
    };
    holds(Step::SealSignature, &seal.proof, maker, "bad_seal_signature")
}

fn extensions<'a>(mut all: impl Iterator<Item = &'a Extension>) -> Finding {
    Finding::of(Step::Extensions, !all.any(|extension| extension.critical), "unknown_critical_extension")
}

fn signer_signature(signature: &Signature, memo: &Memo) -> Finding {
    const STEP: Step = Step::SignerSignature;
    let Some(signer) = &signature.signer else {
        return Finding::new(STEP, Outcome::Fail, "signer_certificate_unreadable");
    };
    let proof = &signature.proof;
    match memo.key(signer) {
        Some(key) if proof.algorithm == sm2::SM2_WITH_SM3 => {
            let mut state = key.hasher();
            state.update(&proof.signed);
            let good = key.verify_digest(&state.finish(), &proof.signature);
            Finding::of(STEP, good, "bad_signer_signature")
        }
        _ => holds(STEP, proof, signer, "bad_signer_signature"),
    }
}

fn signer_listed(signature: &Signature) -> Finding {
    match signature.seal.lists_der(&signature.signer_der) {
        Some(listed) => Finding::of(Step::SignerListed, listed, "signer_not_listed"),
        None => Finding::new(Step::SignerListed, Outcome::NotChecked, "signer_digest_unsupported"),
    }
}

/// Otherwise whoever may use some seal could make himself any other.
fn maker_apart(seal: &Seal, signer: Option<&Certificate>) -> Finding {
    let Some(maker) = &seal.maker else {
        return Finding::new(Step::MakerApart, Outcome::Fail, "maker_certificate_unreadable");
    };
    let is_signer = signer.is_some_and(|signer| signer.public_key_spki() == maker.public_key_spki());
    Finding::of(Step::MakerApart, !is_signer && !seal.lists(maker), "maker_is_holder")
}

fn seal_validity(signature: &Signature) -> Finding {
    const STEP: Step = Step::SealValidity;
    let seal = &signature.seal;
    match signature.time_ms {
        None => Finding::new(STEP, Outcome::NotChecked, "time_unreadable"),
        Some(at) if at < seal.valid_from_ms => Finding::of(STEP, false, "seal_not_yet_valid"),
        // The last second is valid to its end, as in certificates.
        Some(at) => Finding::of(STEP, at <= seal.valid_until_ms.saturating_add(999), "seal_expired"),
    }
}

fn holds(step: Step, proof: &Proof, certificate: &Certificate, bad: &'static str) -> Finding {
    if proof.algorithm != sm2::SM2_WITH_SM3 {
        return Finding::new(step, Outcome::NotChecked, "seal_algorithm_unsupported");
    }
    let spki = certificate.public_key_spki();
    match signature::verify(Scheme::Sm2Sm3, spki, &proof.signed, &proof.signature) {
        Ok(()) => Finding::of(step, true, ""),
        Err(Flaw::Bad) => Finding::of(step, false, bad),
        Err(Flaw::Unsupported(_)) => Finding::new(step, Outcome::NotChecked, "seal_algorithm_unsupported"),
    }
}

//! The steps of judging a package, each told by name: an answer for whoever wants to know more than the checks say.

use super::Note;
use yinxin_crypto::ses::{self, Step};
use yinxin_model::finding::{Check, Finding, Outcome};
use yinxin_ofd::read::{Active, Issue};

/// What was looked at in a package, beside the steps of an electronic seal (`ses::Step`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PackageStep {
    /// The archive and its XML can be read in one way only.
    Archive,
    /// Every part that the signature lists is there and has its digest.
    References,
    /// No part is left out.
    Coverage,
    /// The list of signatures is covered, and there is one signature.
    SignatureList,
    /// The place of the seal.
    Stamp,
    /// Nothing in it does more than to be looked at. Not asked of what trusted seals are on: our writer makes no such thing.
    Content,
    /// The signer's certificate leads to a trusted root and was valid.
    SignerPath,
    /// So does, and was, the certificate of the seal's maker.
    MakerPath,
}

impl PackageStep {
    const OF_ISSUES: [PackageStep; 5] =
        [Self::Archive, Self::References, Self::Coverage, Self::SignatureList, Self::Stamp];

    pub fn name(self) -> &'static str {
        match self {
            Self::Archive => "archive",
            Self::References => "references",
            Self::Coverage => "coverage",
            Self::SignatureList => "signature_list",
            Self::Stamp => "stamp",
            Self::Content => "content",
            Self::SignerPath => "signer_path",
            Self::MakerPath => "maker_path",
        }
    }

    fn of(issue: &Issue) -> Self {
        match issue {
            Issue::LeadingBytes { .. }
            | Issue::TrailingBytes { .. }
            | Issue::HiddenBytes { .. }
            | Issue::OverlappingEntries { .. }
            | Issue::DuplicateEntry { .. }
            | Issue::CaseDuplicate { .. }
            | Issue::UnsafeName { .. }
            | Issue::LocalMismatch { .. }
            | Issue::SumMismatch { .. }
            | Issue::UnreadablePart { .. }
            | Issue::XmlMalformed { .. }
            | Issue::XmlDoctype { .. }
            | Issue::RepeatedElement { .. }
            | Issue::PartMissing { .. }
            | Issue::ManyDocuments { .. } => Self::Archive,
            Issue::DigestMismatch { .. }
            | Issue::DigestMethodUnknown { .. }
            | Issue::ReferenceMissing { .. }
            | Issue::ReferenceMalformed { .. }
            | Issue::ReferencedTwice { .. } => Self::References,
            Issue::NotCovered { .. } | Issue::NotCoveredBy { .. } => Self::Coverage,
            Issue::SignaturesUnprotected { .. }
            | Issue::SecondSignature { .. }
            | Issue::UnlistedSignature { .. }
            | Issue::SignedValueMissing { .. } => Self::SignatureList,
            Issue::StampMissing { .. } | Issue::StampPageMissing { .. } | Issue::StampMisplaced { .. } => {
                Self::Stamp
            }
        }
    }
}

/// One step and its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepReport {
    /// A name of [`PackageStep`] or of `ses::Step`.
    pub step: &'static str,
    /// Of the check that the step belongs to; the code is `ok` where it passed.
    pub finding: Finding,
    /// The signature's id in the package; `None` for what concerns the package as a whole.
    pub signature: Option<String>,
    /// Which part.
    pub part: Option<String>,
}

/// The code of a step that passed.
pub(super) const OK: &str = "ok";
/// Issues told one by one; of more only that they are there.
const MAX_TOLD: usize = 100;

/// The steps that look at the package alone. `weight`: what an issue means here.
pub(super) fn of_package(issues: &[Issue], weight: impl Fn(&Issue) -> Outcome) -> Vec<StepReport> {
    let mut steps = Vec::new();
    for step in PackageStep::OF_ISSUES {
        let found: Vec<&Issue> = issues.iter().filter(|issue| PackageStep::of(issue) == step).collect();
        if found.is_empty() {
            steps.push(StepReport::of_package(step, Outcome::Pass, OK));
        }
        steps.extend(found.into_iter().take(MAX_TOLD).map(|issue| StepReport {
            part: issue.path().map(str::to_owned),
            ..StepReport::of_package(step, weight(issue), issue.code())
        }));
    }
    steps
}

/// What in the package does something; `weight`: what that means here.
pub(super) fn of_content(active: &[Active], weight: Outcome) -> Vec<StepReport> {
    if active.is_empty() {
        return vec![StepReport::of_package(PackageStep::Content, Outcome::Pass, OK)];
    }
    let told = active.iter().take(MAX_TOLD).map(|one| StepReport {
        part: Some(one.path.clone()),
        ..StepReport::of_package(PackageStep::Content, weight, Note::ActiveContent.code())
    });
    told.collect()
}

impl StepReport {
    pub(super) fn new(step: PackageStep, finding: Finding) -> Self {
        Self { step: step.name(), finding, signature: None, part: None }
    }

    fn of_package(step: PackageStep, outcome: Outcome, code: &'static str) -> Self {
        Self::new(step, Finding::new(Check::Intact, outcome, code))
    }

    /// A step of the electronic seal on the signature with this id.
    pub(super) fn of_seal(found: &ses::Finding, signature: &str) -> Self {
        let check = match found.step {
            Step::SealSignature | Step::SignerListed | Step::SealName | Step::MakerApart => {
                Check::SealTrusted
            }
            Step::SealValidity => Check::SealValidAtSigning,
            Step::TimeStamp => Check::TimeStamp,
            Step::Version
            | Step::Extensions
            | Step::SignerSignature
            | Step::SignatureForm
            | Step::DataHash
            | Step::Path
            | Step::SealFile => Check::Intact,
        };
        let finding = Finding::new(check, outcome(found.outcome), found.code);
        Self { step: found.step.name(), finding, signature: Some(signature.to_owned()), part: None }
    }
}

/// What a step of an electronic seal came to, in the words of a report.
pub(super) fn outcome(outcome: ses::Outcome) -> Outcome {
    match outcome {
        ses::Outcome::Pass => Outcome::Pass,
        ses::Outcome::Fail => Outcome::Fail,
        ses::Outcome::Warn => Outcome::Warn,
        ses::Outcome::NotChecked => Outcome::NotChecked,
    }
}

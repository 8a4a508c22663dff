//! Packages (OFD) with electronic seals: what a complete verifier asks, each step with an answer of its own
//! (GB/T 33190-2016, 18; GB/T 38540-2020).
//!
//! One reading for all. A package that bears our marks, or whose signer a trusted root vouches for, is held to what our
//! writer makes: whatever is odd there was changed by somebody. Of honest strangers' only what harms counts.

use super::report::Fault;
use super::steps::{self, StepReport};
use super::{FileKind, Note, Report, electronic};
use crate::{Trust, marks};
use yinxin_crypto::ses::{self, Expected, SignedValue, Step};
use yinxin_model::Instant;
use yinxin_model::finding::{Check, Finding, Outcome};
use yinxin_ofd::read::{self, Issue, Limits, Package, Signature};

/// A package with more is not judged.
const MAX_SIGNATURES: usize = 16;

/// Whether the bytes are to be read as a package.
pub(super) fn is_one(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK") || !bytes.starts_with(b"%PDF") && marks::bears_package(bytes)
}

pub(super) fn judge(report: &mut Report, bytes: &[u8], trust: &Trust, now: Instant) {
    report.kind = FileKind::Ofd;
    let marked = marks::bears_package(bytes);
    let limits = Limits::default();
    let package = match read::package_with(bytes, &limits, Some(trust.parts())) {
        Ok(package) => package,
        Err(error) => {
            if !marked && matches!(error, read::Error::NotOfd { .. }) {
                report.kind = FileKind::Unknown;
            }
            let code = error.code();
            return report.fault(if marked { Fault::Tampered(code) } else { Fault::CannotCheck(code) });
        }
    };
    if package.signatures.len() > MAX_SIGNATURES {
        return report.fault(Fault::CannotCheck("too_many_signatures"));
    }
    let issues = relevant(&package);
    for fault in issues.iter().filter_map(|issue| if marked { always(issue) } else { harm(issue) }) {
        report.fault(fault);
    }
    if package.signatures.is_empty() {
        let none = Note::NoSignature.code();
        report.fault(if marked { Fault::Tampered(none) } else { Fault::CannotCheck(none) });
    }
    let mut last = None;
    let mut told = Vec::new();
    for signature in &package.signatures {
        last = examine(report, &mut told, signature, marked, trust);
    }
    if let Some((signature, found)) = &last {
        electronic::judge(report, &mut told, signature, found, trust, now);
    }
    let trusted = report.signer.as_ref().is_some_and(|signer| signer.trusted);
    let strict = marked || trusted;
    if strict {
        // Seals of trusted roots are put on by this system's writer alone, and it makes nothing that is odd.
        issues.iter().filter_map(always).for_each(|fault| report.fault(fault));
        told.iter().filter_map(odd).for_each(|fault| report.fault(fault));
        if let Some(code) = last.and_then(|(signature, _)| electronic::odd_stamp(&signature, trust, now)) {
            report.fault(Fault::Tampered(code));
        }
        if read::canonical(&package).is_some() {
            report.fault(Fault::Tampered(Note::PackageNotCanonical.code()));
        }
        // Only its authority speaks for a time stamp.
        if report.finding(Check::Intact).is_none() && report.time_stamps.iter().any(|it| !it.trusted) {
            report.note(Check::Intact, Outcome::Warn, Note::TimeStampNotCovered);
        }
    }
    if !trusted && report.finding(Check::Intact).is_none() {
        search(report, &mut told, &package, marked);
    }
    let weight = |issue: &Issue| match harm(issue) {
        _ if strict => Outcome::Fail,
        Some(Fault::Tampered(_)) => Outcome::Fail,
        Some(Fault::CannotCheck(_)) => Outcome::NotChecked,
        None => Outcome::Warn,
    };
    report.steps = steps::of_package(&issues, weight);
    report.steps.extend(told);
}

/// Says what a package does beside being looked at. That is signed with the rest, and changes nothing about who signed; whoever
/// opens the file should know it.
fn search(report: &mut Report, told: &mut Vec<StepReport>, package: &Package, marked: bool) {
    let Ok(active) = package.active_content() else {
        return report.note(Check::Intact, Outcome::Warn, Note::ContentNotSearched);
    };
    told.extend(steps::of_content(&active, if marked { Outcome::Fail } else { Outcome::Warn }));
    let Some(first) = active.first() else { return };
    let code = Note::ActiveContent.code();
    if marked {
        return report.fault(Fault::Tampered(code));
    }
    let finding = Finding::new(Check::Intact, Outcome::Warn, code);
    report.add(finding.with("kind", first.kind.name()).with("part", first.path.clone()));
}

/// One signature by itself. Adds its faults and steps; what it says, where it is one of a seal and its signature holds.
fn examine(
    report: &mut Report,
    told: &mut Vec<StepReport>,
    signature: &Signature,
    marked: bool,
    trust: &Trust,
) -> Option<(Box<ses::Signature>, Vec<ses::Finding>)> {
    let unreadable = |code| if marked { Fault::Tampered(code) } else { Fault::CannotCheck(code) };
    let value = signature.value.as_deref()?;
    let parsed = match ses::parse(value) {
        Ok(SignedValue::Seal(parsed)) => parsed,
        Ok(SignedValue::Container | SignedValue::Bare) => {
            report.fault(unreadable(Note::SignatureKindUnsupported.code()));
            return None;
        }
        Err(_) => {
            report.fault(unreadable(Note::SignatureUnreadable.code()));
            return None;
        }
    };
    let expected = Expected {
        data_hash: signature.data_hash.as_ref(),
        path: Some(&signature.path),
        seal_file: signature.seal.as_deref(),
    };
    let found = ses::verify(&parsed, &expected, trust.seals());
    report.claim_seal(&parsed);
    for finding in &found {
        told.push(StepReport::of_seal(finding, &signature.id));
        if let Some(fault) = of_signature(finding) {
            report.fault(fault);
        }
    }
    Some((parsed, found))
}

/// What a step says about whether the document is the signed one. Whether to believe the seal is asked elsewhere.
fn of_signature(finding: &ses::Finding) -> Option<Fault> {
    let of_document =
        matches!(finding.step, Step::SignerSignature | Step::DataHash | Step::Path | Step::SealFile);
    match (finding.outcome, finding.step) {
        (ses::Outcome::Fail, _) if of_document => Some(Fault::Tampered(finding.code)),
        (ses::Outcome::Fail, Step::Version | Step::Extensions) => Some(Fault::CannotCheck(finding.code)),
        (ses::Outcome::NotChecked, Step::SealSignature | Step::SignerSignature) => {
            Some(Fault::CannotCheck(finding.code))
        }
        _ => None,
    }
}

/// A step that our own packages pass. Whether the seal was valid then, and whom to trust, is no question of tampering.
fn odd(step: &StepReport) -> Option<Fault> {
    let elsewhere = ["seal_validity", "signer_path", "maker_path"].contains(&step.step);
    let passed = step.finding.outcome == Outcome::Pass || step.finding.code == electronic::UNPROVEN;
    (!passed && !elsewhere).then_some(Fault::Tampered(step.finding.code))
}

/// The issues without those that mean nothing: a seal beside its signature need not be listed, since it must be the same
/// as the one that was signed.
fn relevant(package: &Package) -> Vec<Issue> {
    let beside: Vec<&str> =
        package.signatures.iter().filter_map(|signature| signature.seal_path.as_deref()).collect();
    let means_nothing = |issue: &&Issue| match issue {
        Issue::NotCovered { path } | Issue::NotCoveredBy { path, .. } => beside.contains(&path.as_str()),
        _ => false,
    };
    package.issues.iter().filter(|issue| !means_nothing(issue)).cloned().collect()
}

fn always(issue: &Issue) -> Option<Fault> {
    Some(Fault::Tampered(issue.code()))
}

/// What an issue means in a stranger's package.
fn harm(issue: &Issue) -> Option<Fault> {
    let code = issue.code();
    match issue {
        Issue::DigestMismatch { .. }
        | Issue::ReferenceMissing { .. }
        | Issue::NotCovered { .. }
        | Issue::UnlistedSignature { covered: false, .. }
        | Issue::SignedValueMissing { .. }
        | Issue::DuplicateEntry { .. }
        | Issue::CaseDuplicate { .. }
        | Issue::UnsafeName { .. }
        | Issue::OverlappingEntries { .. }
        | Issue::LocalMismatch { .. }
        | Issue::SumMismatch { .. } => Some(Fault::Tampered(code)),
        Issue::DigestMethodUnknown { .. }
        | Issue::ReferenceMalformed { .. }
        | Issue::UnreadablePart { .. } => Some(Fault::CannotCheck(code)),
        Issue::LeadingBytes { .. }
        | Issue::TrailingBytes { .. }
        | Issue::HiddenBytes { .. }
        | Issue::XmlMalformed { .. }
        | Issue::XmlDoctype { .. }
        | Issue::RepeatedElement { .. }
        | Issue::PartMissing { .. }
        | Issue::ManyDocuments { .. }
        | Issue::ReferencedTwice { .. }
        | Issue::NotCoveredBy { .. }
        | Issue::SignaturesUnprotected { .. }
        | Issue::SecondSignature { .. }
        | Issue::UnlistedSignature { covered: true, .. }
        | Issue::StampMissing { .. }
        | Issue::StampPageMissing { .. }
        | Issue::StampMisplaced { .. } => None,
    }
}

#[cfg(test)]
mod tests;

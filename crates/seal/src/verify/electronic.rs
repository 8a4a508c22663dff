//! Whose electronic seal it is, whether trusted roots lead to signer and maker, and whether seal and certificates were valid
//! when it was used.

use super::report::SignerReport;
use super::steps::{PackageStep, StepReport};
use super::{Note, Report, signer};
use crate::Trust;
use yinxin_crypto::path::{self, Instants, PathOutcome, Revocation};
use yinxin_crypto::ses::{self, Signature, Step};
use yinxin_crypto::x509::Certificate;
use yinxin_model::Instant;
use yinxin_model::finding::{Check, Finding, Outcome, Verdict};

/// Adds the findings on seal, signer and time. `found`: what the steps of the seal came to.
pub(super) fn judge(
    report: &mut Report,
    told: &mut Vec<StepReport>,
    signature: &Signature,
    found: &[ses::Finding],
    trust: &Trust,
    now: Instant,
) {
    match found.iter().find(|finding| finding.step == Step::TimeStamp) {
        Some(finding) => report.add(Finding::new(Check::TimeStamp, Outcome::NotChecked, finding.code)),
        None => report.note(Check::TimeStamp, Outcome::NotChecked, Note::NoTimeStamp),
    }
    let Some(certificate) = &signature.signer else { return };
    let signed_at = signature.time_ms.map(Instant);
    let lead = |certificate: &Certificate, at: i64| {
        path::validate(
            certificate,
            trust.intermediates(),
            trust.store(),
            Instants { at_ms: at, now_ms: now.0 },
        )
    };
    let by = lead(certificate, signed_at.unwrap_or(now).0);
    let maker = signature.seal.maker.as_ref().map(|maker| (maker, lead(maker, signature.seal.created_ms)));
    told.push(step(PackageStep::SignerPath, &by));
    told.extend(maker.iter().map(|(_, path)| step(PackageStep::MakerPath, path)));

    let trusted = is_trusted(&by) && maker.as_ref().is_some_and(|(_, path)| is_trusted(path));
    report.signer = Some(SignerReport::of(certificate, trusted));
    let (outcome, owner) =
        if trusted { (Outcome::Pass, Note::SealedBy) } else { (Outcome::Warn, Note::ClaimedBy) };
    report.add(Finding::new(Check::SealOwner, outcome, owner.code()).with("seal", &signature.seal.name));

    let paths = std::iter::once((certificate, &by)).chain(maker.iter().map(|(maker, path)| (*maker, path)));
    if let Some((whose, problem)) = paths.into_iter().find_map(|(whose, path)| Some((whose, unknown(path)?)))
    {
        let finding = Finding::new(Check::SealTrusted, Outcome::Fail, problem);
        report.add(finding.with("issuer", whose.issuer_common_name().unwrap_or(whose.issuer())));
        return report.condemn(Verdict::UnknownIssuer);
    }
    if let Some(bad) = genuine(found).or_else(|| maker.as_ref().and_then(|(_, path)| made_in_time(path))) {
        report.add(Finding::new(Check::SealTrusted, Outcome::Fail, bad));
        return report.condemn(Verdict::SealInvalid);
    }
    signer::trusted(report, &by.revocation);
    match found.iter().find(|finding| finding.step == Step::SealValidity) {
        Some(finding) if finding.outcome == ses::Outcome::Fail => {
            let failed = Finding::new(Check::SealValidAtSigning, Outcome::Fail, finding.code);
            report.add(match signed_at {
                Some(at) => failed.with("signed_at", at.rfc3339()),
                None => failed,
            });
            report.condemn(Verdict::SealInvalid);
        }
        _ => signer::valid_at_signing(report, by.problem.as_ref(), &by.revocation, signed_at, now),
    }
}

/// It leads to a root; that it was out of its time is another matter.
fn is_trusted(path: &PathOutcome) -> bool {
    unknown(path).is_none()
}

/// Why no trusted root vouches for it.
fn unknown(path: &PathOutcome) -> Option<&'static str> {
    path.problem.as_ref().filter(|problem| !signer::concerns_time(problem)).map(|problem| problem.code())
}

/// Why the seal is not the maker's, or not the signer's to use.
fn genuine(found: &[ses::Finding]) -> Option<&'static str> {
    let of_seal = |finding: &&ses::Finding| matches!(finding.step, Step::SealSignature | Step::SignerListed);
    found.iter().filter(of_seal).find(|finding| finding.outcome == ses::Outcome::Fail).map(|bad| bad.code)
}

/// Why the maker could not make it then.
fn made_in_time(path: &PathOutcome) -> Option<&'static str> {
    match (&path.problem, &path.revocation) {
        (Some(_), _) => Some(Note::MakerOutOfTime.code()),
        (None, Revocation::Revoked { .. }) => Some(Note::MakerRevoked.code()),
        (None, _) => None,
    }
}

fn step(step: PackageStep, path: &PathOutcome) -> StepReport {
    let (outcome, code) = match (&path.problem, &path.revocation) {
        (Some(problem), _) => (Outcome::Fail, problem.code()),
        (None, Revocation::Revoked { .. }) => (Outcome::Fail, Note::Revoked.code()),
        (None, Revocation::RevokedLater { .. }) => (Outcome::Warn, Note::RevokedLater.code()),
        (None, Revocation::NotChecked) => (Outcome::Warn, Note::RevocationNotChecked.code()),
        (None, Revocation::Stale { .. }) => (Outcome::Warn, Note::RevocationListStale.code()),
        (None, Revocation::Good) => (Outcome::Pass, "ok"),
    };
    StepReport::new(step.name(), outcome, code)
}

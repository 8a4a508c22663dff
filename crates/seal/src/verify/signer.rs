//! Whose seal it is, whether a trusted root leads to it, and whether it was valid when it was used.

use super::{Note, Report, SignerReport};
use crate::Trust;
use yinxin_crypto::cms::SignedData;
use yinxin_crypto::path::{self, Instants, PathProblem, Revocation};
use yinxin_model::Instant;
use yinxin_model::finding::{Check, Finding, Outcome, Verdict};

/// Clocks of honest signers run ahead by no more than this.
const CLOCK_SKEW_MS: i64 = 5 * 60 * 1000;

/// Adds the findings on the signer. Returns the chain that was found, `None` where there is no certificate.
pub(super) fn judge(
    report: &mut Report,
    data: &SignedData,
    trust: &Trust,
    signed_at: Option<Instant>,
    now: Instant,
) -> Option<Vec<[u8; 32]>> {
    let time_stamp =
        if data.signer.time_stamp_token.is_some() { Note::TimeStampNotJudged } else { Note::NoTimeStamp };
    report.note(Check::TimeStamp, Outcome::NotChecked, time_stamp);
    let seal = data.signer_certificate()?;
    let when = Instants { at_ms: signed_at.unwrap_or(now).0, now_ms: now.0 };
    let path = path::validate(seal, &data.certificates, trust.store(), when);
    let in_time = path.problem.as_ref().is_none_or(concerns_time);
    report.signer = Some(SignerReport {
        name: seal.subject_name().to_owned(),
        subject: seal.subject().to_owned(),
        issuer: seal.issuer().to_owned(),
        serial: seal.serial_hex(),
        fingerprint: seal.fingerprint(),
        valid_from: Instant(seal.not_before_ms()),
        valid_until: Instant(seal.not_after_ms()),
        trusted: in_time,
    });
    let (outcome, owner) =
        if in_time { (Outcome::Pass, Note::SealedBy) } else { (Outcome::Warn, Note::ClaimedBy) };
    report.add(Finding::new(Check::SealOwner, outcome, owner.code()).with("seal", seal.subject_name()));

    match &path.problem {
        Some(problem) if !in_time => {
            let finding = Finding::new(Check::SealTrusted, Outcome::Fail, problem.code());
            report.add(finding.with("issuer", seal.issuer_common_name().unwrap_or(seal.issuer())));
            report.condemn(Verdict::UnknownIssuer);
        }
        problem => {
            trusted(report, &path.revocation);
            valid_at_signing(report, problem.as_ref(), &path.revocation, signed_at, now);
        }
    }
    Some(path.chain)
}

/// Problems of a seal that is trusted as such.
fn concerns_time(problem: &PathProblem) -> bool {
    matches!(
        problem,
        PathProblem::NotYetValid { .. } | PathProblem::Expired { .. } | PathProblem::WrongKeyUsage { .. }
    )
}

fn trusted(report: &mut Report, revocation: &Revocation) {
    let finding = match revocation {
        Revocation::NotChecked => {
            Finding::new(Check::SealTrusted, Outcome::Warn, Note::RevocationNotChecked.code())
        }
        Revocation::Stale { due_ms } => {
            Finding::new(Check::SealTrusted, Outcome::Warn, Note::RevocationListStale.code())
                .with("due", Instant(*due_ms).rfc3339())
        }
        _ => Finding::new(Check::SealTrusted, Outcome::Pass, Note::TrustedRoot.code()),
    };
    report.add(finding);
}

fn valid_at_signing(
    report: &mut Report,
    problem: Option<&PathProblem>,
    revocation: &Revocation,
    signed_at: Option<Instant>,
    now: Instant,
) {
    let finding = |outcome, code| Finding::new(Check::SealValidAtSigning, outcome, code);
    let time = |ms: &i64| Instant(*ms).rfc3339();
    let found = match (problem, revocation, signed_at) {
        (Some(PathProblem::NotYetValid { from_ms, .. }), ..) => {
            finding(Outcome::Fail, "not_yet_valid").with("from", time(from_ms))
        }
        (Some(PathProblem::Expired { until_ms, .. }), ..) => {
            finding(Outcome::Fail, "expired").with("until", time(until_ms))
        }
        (Some(problem), ..) => finding(Outcome::Fail, problem.code()),
        (None, Revocation::Revoked { at_ms, .. }, _) => {
            finding(Outcome::Fail, Note::Revoked.code()).with("revoked_at", time(at_ms))
        }
        (None, Revocation::RevokedLater { at_ms, .. }, _) => {
            finding(Outcome::Warn, Note::RevokedLater.code()).with("revoked_at", time(at_ms))
        }
        (None, _, None) => finding(Outcome::Warn, Note::NoSigningTime.code()),
        (None, _, Some(at)) if at.0 > now.0.saturating_add(CLOCK_SKEW_MS) => {
            finding(Outcome::Warn, Note::SigningTimeInFuture.code())
        }
        (None, _, Some(_)) => finding(Outcome::Pass, Note::ValidWhenUsed.code()),
    };
    if found.outcome == Outcome::Fail {
        report.condemn(Verdict::SealInvalid);
    }
    report.add(match signed_at {
        Some(at) => found.with("signed_at", at.rfc3339()),
        None => found,
    });
}

//! Whose electronic seal it is, whether trusted roots lead to signer and maker, and whether seal and certificates were valid
//! when it was used.

use super::report::SignerReport;
use super::signer::Since;
use super::steps::{self, OK, PackageStep, StepReport};
use super::{Note, Report, signer, stamp};
use crate::Trust;
use yinxin_crypto::path::{self, Instants, PathOutcome, Revocation};
use yinxin_crypto::ses::{self, Signature, Step};
use yinxin_crypto::x509::Certificate;
use yinxin_model::Instant;
use yinxin_model::finding::{Check, Finding, Outcome, Verdict};

/// The code of a time stamp that nothing is against (`ses::verify`).
pub(super) const UNPROVEN: &str = "seal_time_stamp_unproven";

/// Adds the findings on seal, signer and time. `found`: what the steps of the seal came to.
pub(super) fn judge(
    report: &mut Report,
    told: &mut Vec<StepReport>,
    signature: &Signature,
    found: &[ses::Finding],
    trust: &Trust,
    now: Instant,
) {
    time_stamp(report, signature, found, trust, now);
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
    told.push(signer_step(certificate, &by, signed_at));
    let created = Instant(signature.seal.created_ms);
    let unnamed = maker.as_ref().and_then(|(maker, _)| not_named(maker, trust));
    told.extend(maker.iter().map(|(maker, path)| maker_step(maker, path, created, unnamed.as_ref())));

    let trusted =
        is_trusted(&by) && maker.as_ref().is_some_and(|(_, path)| is_trusted(path)) && unnamed.is_none();
    report.signer = Some(SignerReport::of(certificate, trusted));
    let owns = trusted && genuine(found).is_none();
    let (outcome, owner) =
        if owns { (Outcome::Pass, Note::SealedBy) } else { (Outcome::Warn, Note::ClaimedBy) };
    report.add(Finding::new(Check::SealOwner, outcome, owner.code()).with("seal", &signature.seal.name));

    let paths = std::iter::once((certificate, &by)).chain(maker.iter().map(|(maker, path)| (*maker, path)));
    if let Some((whose, problem)) = paths.into_iter().find_map(|(whose, path)| Some((whose, unknown(path)?)))
    {
        report.add(untrusted(whose, problem));
        return report.condemn(Verdict::UnknownIssuer);
    }
    let made = || maker.as_ref().and_then(|(_, path)| made_in_time(path, created));
    if let Some(bad) = genuine(found).or_else(made) {
        report.add(Finding::new(Check::SealTrusted, Outcome::Fail, bad));
        return report.condemn(Verdict::SealInvalid);
    }
    if let Some(unnamed) = unnamed {
        report.add(unnamed);
        return report.condemn(Verdict::UnknownIssuer);
    }
    report.add(signer::trusted(&by.revocation));
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

/// What the time stamp on the signature says, and who vouches for it. Where nothing is against it, it proves nothing yet, since
/// nobody has seen how other makers' programs make theirs.
fn time_stamp(
    report: &mut Report,
    signature: &Signature,
    found: &[ses::Finding],
    trust: &Trust,
    now: Instant,
) {
    let Some(step) = found.iter().find(|finding| finding.step == Step::TimeStamp) else {
        return report.note(Check::TimeStamp, Outcome::NotChecked, Note::NoTimeStamp);
    };
    let unproven = Finding::new(Check::TimeStamp, steps::outcome(step.outcome), step.code);
    let stands = unproven.code == UNPROVEN;
    let stamp = signature.time_stamp.as_ref().filter(|_| stands);
    let Some(stamp) = stamp.and_then(|stamp| stamp::on_seal(stamp.token(), trust, now)) else {
        return report.add(unproven);
    };
    let at = stamp.report.at;
    let finding = match stamp.problem {
        Some(problem) => Finding::new(Check::TimeStamp, Outcome::Warn, Note::TimeStampNotTrusted.code())
            .with("problem", problem),
        None if stamp::is_before(at, signature.time_ms.map(Instant)) => {
            Finding::new(Check::TimeStamp, Outcome::Warn, Note::TimeStampBeforeSigning.code())
        }
        None => unproven,
    };
    report.add(finding.with("at", at.rfc3339()).with("authority", stamp.report.authority.clone()));
    report.time_stamps.push(stamp.report);
}

/// What our writer does not do with a time stamp. No signature covers it, so it is held to one form.
pub(super) fn odd_stamp(signature: &Signature, trust: &Trust, now: Instant) -> Option<&'static str> {
    let stamp = signature.time_stamp.as_ref()?;
    if !stamp.is_normal() {
        return Some(Note::SignatureNotCanonical.code());
    }
    let judged = stamp::on_seal(stamp.token(), trust, now)?;
    judged.has_unused.then_some(Note::CertificateUnused.code())
}

/// It leads to a root; that it was out of its time is another matter.
fn is_trusted(path: &PathOutcome) -> bool {
    unknown(path).is_none()
}

/// Why no trusted root vouches for it.
fn unknown(path: &PathOutcome) -> Option<&'static str> {
    path.problem.as_ref().filter(|problem| !signer::concerns_time(problem)).map(|problem| problem.code())
}

/// A path to a root says who somebody is. That he makes seals is said by the folder of trust alone: by the path alone every
/// holder of a seal could make himself every other.
fn not_named(maker: &Certificate, trust: &Trust) -> Option<Finding> {
    let finding = Finding::new(Check::SealTrusted, Outcome::Fail, Note::MakerNotNamed.code());
    (!trust.names_maker(maker)).then(|| finding.with("maker", maker.subject_name()))
}

/// Why the seal is not the maker's, or not the signer's to use.
fn genuine(found: &[ses::Finding]) -> Option<&'static str> {
    let of_seal = |finding: &&ses::Finding| {
        matches!(finding.step, Step::SealSignature | Step::SignerListed | Step::SealName | Step::MakerApart)
    };
    found.iter().filter(of_seal).find(|finding| finding.outcome == ses::Outcome::Fail).map(|bad| bad.code)
}

/// Why the maker could not make it then.
fn made_in_time(path: &PathOutcome, created: Instant) -> Option<&'static str> {
    match (&path.problem, &path.revocation) {
        (Some(_), _) => Some(Note::MakerOutOfTime.code()),
        (None, revoked @ Revocation::Revoked { .. }) => {
            let note = match signer::counts_from_ever(revoked, Some(created)) {
                Some(Since::Compromised) => Note::MakerCompromised,
                Some(Since::Unproven) => Note::MakerRevokedUnproven,
                None => Note::MakerRevoked,
            };
            Some(note.code())
        }
        (None, _) => None,
    }
}

fn untrusted(whose: &Certificate, problem: &'static str) -> Finding {
    let finding = Finding::new(Check::SealTrusted, Outcome::Fail, problem);
    finding.with("issuer", whose.issuer_common_name().unwrap_or(whose.issuer()))
}

fn signer_step(certificate: &Certificate, path: &PathOutcome, signed_at: Option<Instant>) -> StepReport {
    let finding = match unknown(path) {
        Some(problem) => untrusted(certificate, problem),
        None => signer::time_of(path.problem.as_ref(), &path.revocation, signed_at)
            .unwrap_or_else(|| passed(signer::trusted(&path.revocation))),
    };
    StepReport::new(PackageStep::SignerPath, finding)
}

fn maker_step(
    certificate: &Certificate,
    path: &PathOutcome,
    created: Instant,
    unnamed: Option<&Finding>,
) -> StepReport {
    let finding = match (unknown(path), unnamed, made_in_time(path, created), &path.revocation) {
        (Some(problem), ..) => untrusted(certificate, problem),
        (None, Some(unnamed), ..) => unnamed.clone(),
        (None, None, Some(bad), _) => Finding::new(Check::SealTrusted, Outcome::Fail, bad),
        (None, None, None, Revocation::RevokedLater { .. }) => {
            Finding::new(Check::SealTrusted, Outcome::Warn, Note::MakerRevokedLater.code())
        }
        (None, None, None, revocation) => passed(signer::trusted(revocation)),
    };
    StepReport::new(PackageStep::MakerPath, finding)
}

/// Steps that passed have one code.
fn passed(finding: Finding) -> Finding {
    if finding.outcome == Outcome::Pass { Finding { code: OK, ..finding } } else { finding }
}

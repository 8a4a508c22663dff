//! Whose seal it is, whether a trusted root leads to it, and whether it was valid when it was used.

use super::evidence::Evidence;
use super::stamp::{self, Stamp, StampKind};
use super::{Note, Report, SignerReport};
use crate::{Trust, date};
use yinxin_crypto::cms::{SignedData, SigningCertificate};
use yinxin_crypto::path::{self, Instants, PathProblem, Purpose, Revocation};
use yinxin_crypto::x509::Certificate;
use yinxin_model::finding::{Check, Finding, Outcome, Verdict};
use yinxin_model::{Instant, Level};
use yinxin_pdf::read::Signature;

/// Clocks of honest signers run ahead by no more than this.
const CLOCK_SKEW_MS: i64 = 5 * 60 * 1000;

/// A signature that was read, and what came with it.
pub(super) struct Claim<'a> {
    pub data: &'a SignedData,
    pub signature: &'a Signature,
    pub evidence: Evidence,
    /// Those that hold.
    pub stamps: Vec<Stamp>,
}

impl Claim<'_> {
    /// When the signature is proven to have been there: the earliest time stamp of a trusted authority.
    fn proven_at(&self) -> Option<Instant> {
        let proofs = self.stamps.iter().filter(|stamp| stamp.proves(self.signature));
        proofs.map(|stamp| stamp.report.at).min()
    }

    /// The level that the file has by what is in it (ETSI EN 319 142-1 §6.3); whom to trust is another question.
    fn level(&self, seal: &Certificate, trust: &Trust) -> Option<Level> {
        let signer = &self.data.signer;
        let is_baseline = self.signature.sub_filter.as_deref() == Some("ETSI.CAdES.detached")
            && matches!(signer.signing_certificate, Some(SigningCertificate::V2 { .. }))
            && !signer.has_signing_time;
        if !is_baseline {
            return None;
        }
        let of = |kind| self.stamps.iter().filter(move |stamp| stamp.report.kind == kind);
        let Some(first) = of(StampKind::Signature).next() else { return Some(Level::Basic) };
        let at_ms = first.report.at.0;
        if !first.complete || !self.evidence.is_complete(seal, &[], trust.store(), at_ms) {
            return Some(Level::Time);
        }
        let is_archived = of(StampKind::Document).next().is_some();
        Some(if is_archived { Level::Archive } else { Level::LongTerm })
    }
}

/// Adds the findings on the signer and on the time. Returns the chain that was found, `None` where there is no
/// certificate.
pub(super) fn judge(
    report: &mut Report,
    mut claim: Claim<'_>,
    trust: &Trust,
    now: Instant,
) -> Option<Vec<[u8; 32]>> {
    stamp::settle(&mut claim.stamps, &claim.evidence, trust, now);
    let signed_at = claim.signature.claimed_time.as_deref().and_then(date::parse);
    if claim.stamps.is_empty() {
        report.note(Check::TimeStamp, Outcome::NotChecked, Note::NoTimeStamp);
    }
    let Some(seal) = claim.data.signer_certificate() else {
        stamp::conclude(report, claim.stamps, signed_at);
        return None;
    };
    let proven_at = claim.proven_at();
    let when = Instants { at_ms: proven_at.or(signed_at).unwrap_or(now).0, now_ms: now.0 };
    let brought = path::Evidence {
        certificates: &claim.evidence.certificates,
        lists: &claim.evidence.lists,
        existed_at_ms: proven_at.map(|at| at.0),
    };
    let path = path::validate_with(Purpose::Seals, seal, brought, trust.store(), when);
    report.level = claim.level(seal, trust);
    let in_time = path.problem.as_ref().is_none_or(concerns_time);
    report.signer = Some(SignerReport::of(seal, in_time));
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
            report.add(trusted(&path.revocation));
            valid_at_signing(report, problem.as_ref(), &path.revocation, signed_at, now);
        }
    }
    stamp::conclude(report, claim.stamps, signed_at);
    Some(path.chain)
}

/// Problems of a seal that is trusted as such.
pub(super) fn concerns_time(problem: &PathProblem) -> bool {
    matches!(
        problem,
        PathProblem::NotYetValid { .. } | PathProblem::Expired { .. } | PathProblem::WrongKeyUsage { .. }
    )
}

/// The finding on a certificate to which a trusted root leads.
pub(super) fn trusted(revocation: &Revocation) -> Finding {
    match revocation {
        Revocation::NotChecked => {
            Finding::new(Check::SealTrusted, Outcome::Warn, Note::RevocationNotChecked.code())
        }
        Revocation::Stale { due_ms } => {
            Finding::new(Check::SealTrusted, Outcome::Warn, Note::RevocationListStale.code())
                .with("due", Instant(*due_ms).rfc3339())
        }
        _ => Finding::new(Check::SealTrusted, Outcome::Pass, Note::TrustedRoot.code()),
    }
}

/// A revocation that counts although the key is claimed to have been used before it: whoever stole a key can claim any
/// time, and no time stamp proves this one. That it had been revoked then cannot be said.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Since {
    /// The list says that the key was stolen.
    Compromised,
    /// It does not say that it was not.
    Unproven,
}

pub(super) fn counts_from_ever(revocation: &Revocation, claimed: Option<Instant>) -> Option<Since> {
    let Revocation::Revoked { at_ms, reason, .. } = revocation else { return None };
    let before = claimed.is_some_and(|at| at.0 < *at_ms);
    before.then_some(if matches!(reason, Some(1 | 2)) { Since::Compromised } else { Since::Unproven })
}

/// What the path of the seal's certificate says of the time of sealing; `None` where nothing speaks against it.
pub(super) fn time_of(
    problem: Option<&PathProblem>,
    revocation: &Revocation,
    signed_at: Option<Instant>,
) -> Option<Finding> {
    let finding = |outcome, code| Finding::new(Check::SealValidAtSigning, outcome, code);
    let time = |ms: &i64| Instant(*ms).rfc3339();
    Some(match (problem, revocation) {
        (Some(PathProblem::NotYetValid { from_ms, .. }), _) => {
            finding(Outcome::Fail, "not_yet_valid").with("from", time(from_ms))
        }
        (Some(PathProblem::Expired { until_ms, .. }), _) => {
            finding(Outcome::Fail, "expired").with("until", time(until_ms))
        }
        (Some(problem), _) => finding(Outcome::Fail, problem.code()),
        (None, Revocation::Revoked { at_ms, .. }) => {
            let note = match counts_from_ever(revocation, signed_at) {
                Some(Since::Compromised) => Note::Compromised,
                Some(Since::Unproven) => Note::RevokedUnproven,
                None => Note::Revoked,
            };
            finding(Outcome::Fail, note.code()).with("revoked_at", time(at_ms))
        }
        (None, Revocation::RevokedLater { at_ms, .. }) => {
            finding(Outcome::Warn, Note::RevokedLater.code()).with("revoked_at", time(at_ms))
        }
        (None, _) => return None,
    })
}

pub(super) fn valid_at_signing(
    report: &mut Report,
    problem: Option<&PathProblem>,
    revocation: &Revocation,
    signed_at: Option<Instant>,
    now: Instant,
) {
    let by_claim = || {
        let (outcome, note) = match signed_at {
            None => (Outcome::Warn, Note::NoSigningTime),
            Some(at) if at.0 > now.0.saturating_add(CLOCK_SKEW_MS) => {
                (Outcome::Warn, Note::SigningTimeInFuture)
            }
            Some(_) => (Outcome::Pass, Note::ValidWhenUsed),
        };
        Finding::new(Check::SealValidAtSigning, outcome, note.code())
    };
    let found = time_of(problem, revocation, signed_at).unwrap_or_else(by_claim);
    if found.outcome == Outcome::Fail {
        report.condemn(Verdict::SealInvalid);
    }
    report.add(match signed_at {
        Some(at) => found.with("signed_at", at.rfc3339()),
        None => found,
    });
}

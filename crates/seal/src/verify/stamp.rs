//! Time stamps on a signature, on a document and on an electronic seal's signature: do they hold, and who vouches for their authority?
//! Follows RFC 3161 and ETSI EN 319 142-1 §5.3, §5.4.3.
//!
//! The time in a token is its authority's word: whoever stole the authority's key can write any. Where that key was revoked and
//! may have been stolen, only a later time stamp of the document by another, trusted one proves the token older than that.

use super::evidence::Evidence;
use super::{Note, Report};
use crate::Trust;
use yinxin_crypto::path::{self, Instants, PathOutcome, Purpose, Revocation};
use yinxin_crypto::tsp::{Imprint, Token};
use yinxin_crypto::x509::Certificate;
use yinxin_model::Instant;
use yinxin_model::finding::{Check, Finding, Outcome};
use yinxin_pdf::read::{Signature, SignatureKind};

/// Clocks of honest signers and authorities differ by no more than this.
const CLOCK_SKEW_MS: i64 = 5 * 60 * 1000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StampKind {
    /// On the signature: it was there then.
    Signature,
    /// On the document: all of it was there then.
    Document,
    /// On an electronic seal's signature. What other makers' are over was never seen, so that it proves nothing by itself.
    ElectronicSeal,
}

impl StampKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Signature => "signature",
            Self::Document => "document",
            Self::ElectronicSeal => "electronic_seal",
        }
    }
}

/// A time stamp that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeStampReport {
    pub kind: StampKind,
    pub at: Instant,
    /// The authority's name, as its certificate says.
    pub authority: String,
    /// Dotted OID.
    pub policy: String,
    /// Hexadecimal.
    pub serial: String,
    /// It leads to a root that is trusted for time stamps, and was not revoked.
    pub trusted: bool,
}

impl TimeStampReport {
    fn of(kind: StampKind, token: &Token, authority: &Certificate, problem: Option<&str>) -> Self {
        let info = token.info();
        Self {
            kind,
            at: Instant(info.at_ms),
            authority: authority.subject_name().to_owned(),
            policy: info.policy.clone(),
            serial: info.serial.clone(),
            trusted: problem.is_none(),
        }
    }
}

/// One that holds, with what judging it found.
pub(super) struct Stamp {
    pub report: TimeStampReport,
    token: Token,
    certificate: Certificate,
    /// Where in the file ends what it stands in.
    end: usize,
    /// Why it is not trusted.
    problem: Option<&'static str>,
    /// The file has all that it takes to judge it later.
    pub complete: bool,
    /// Something is embedded in it that nothing leads through.
    pub has_unused: bool,
}

impl Stamp {
    /// Whether it proves that `signature` was there: it is over its value, or over all of it.
    pub fn proves(&self, signature: &Signature) -> bool {
        self.report.trusted && (self.report.kind == StampKind::Signature || self.covers(end_of(signature)))
    }

    fn covers(&self, end: usize) -> bool {
        self.report.kind == StampKind::Document && self.end > end
    }

    fn path(&self, evidence: &Evidence, trust: &Trust, existed_at: Option<i64>, now: Instant) -> PathOutcome {
        path_of(&self.token, &self.certificate, evidence, trust, existed_at, now)
    }
}

fn end_of(signature: &Signature) -> usize {
    signature.coverage.as_ref().map_or(usize::MAX, |coverage| coverage.second.end)
}

fn path_of(
    token: &Token,
    certificate: &Certificate,
    evidence: &Evidence,
    trust: &Trust,
    existed_at_ms: Option<i64>,
    now: Instant,
) -> PathOutcome {
    let certificates = evidence.with(token.certificates());
    let brought = path::Evidence { certificates: &certificates, lists: &evidence.lists, existed_at_ms };
    let when = Instants { at_ms: token.info().at_ms, now_ms: now.0 };
    path::validate_with(Purpose::TimeStamps, certificate, brought, trust.store(), when)
}

fn problem_of(path: &PathOutcome) -> Option<&'static str> {
    match (&path.problem, &path.revocation) {
        (Some(problem), _) => Some(problem.code()),
        (None, Revocation::Revoked { .. }) => Some(Note::Revoked.code()),
        (None, _) => None,
    }
}

/// Believes what was not believed by itself, where a later stamp by another key proves it old enough: the outermost first,
/// for each speaks for those that it covers.
pub(super) fn settle(stamps: &mut [Stamp], evidence: &Evidence, trust: &Trust, now: Instant) {
    let mut order: Vec<usize> = (0..stamps.len()).collect();
    order.sort_by_key(|&index| std::cmp::Reverse(stamps.get(index).map(|stamp| stamp.end)));
    for index in order {
        let Some(stamp) = stamps.get(index).filter(|stamp| !stamp.report.trusted) else { continue };
        let is_other =
            |other: &Stamp| other.certificate.public_key_spki() != stamp.certificate.public_key_spki();
        let proofs = stamps.iter().filter(|other| other.report.trusted && other.covers(stamp.end));
        let proven = proofs.filter(|other| is_other(other)).map(|other| other.report.at.0).min();
        let Some(existed_at) = proven else { continue };
        let problem = problem_of(&stamp.path(evidence, trust, Some(existed_at), now));
        if let Some(stamp) = stamps.get_mut(index) {
            stamp.problem = problem;
            stamp.report.trusted = problem.is_none();
        }
    }
}

/// Judges a token over `parts`, by its own digest algorithm of the data, that stands in the signature `on`. `Err`: the code of
/// why it proves nothing.
pub(super) fn judge(
    token: &[u8],
    parts: &[&[u8]],
    on: &Signature,
    evidence: &Evidence,
    trust: &Trust,
    now: Instant,
) -> Result<Stamp, &'static str> {
    let token = Token::parse(token).map_err(|_| Note::TimeStampUnreadable.code())?;
    token.check(parts).map_err(|fault| fault.code())?;
    let certificate = token.certificate().ok_or(Note::TimeStampUnreadable.code())?;
    let at_ms = token.info().at_ms;
    let path = path_of(&token, certificate, evidence, trust, None, now);
    let problem = problem_of(&path);
    let kind = match on.kind {
        SignatureKind::DocTimeStamp => StampKind::Document,
        SignatureKind::Signature => StampKind::Signature,
    };
    Ok(Stamp {
        report: TimeStampReport::of(kind, &token, certificate, problem),
        problem,
        complete: evidence.is_complete(certificate, token.certificates(), trust.store(), at_ms),
        has_unused: has_unused(&token, &path, evidence, trust),
        end: end_of(on),
        certificate: certificate.clone(),
        token,
    })
}

/// One on an electronic seal's signature.
pub(super) struct OnSeal {
    pub report: TimeStampReport,
    /// Why it is not trusted.
    pub problem: Option<&'static str>,
    /// Something is embedded in it that nothing leads through.
    pub has_unused: bool,
}

/// Who vouches for a token that holds on an electronic seal's signature; `None` where it cannot be read.
pub(super) fn on_seal(token: &[u8], trust: &Trust, now: Instant) -> Option<OnSeal> {
    let token = Token::parse(token).ok()?;
    let certificate = token.certificate()?;
    let known = Evidence { certificates: trust.intermediates().to_vec(), lists: Vec::new() };
    let path = path_of(&token, certificate, &known, trust, None, now);
    let problem = problem_of(&path);
    Some(OnSeal {
        report: TimeStampReport::of(StampKind::ElectronicSeal, &token, certificate, problem),
        has_unused: has_unused(&token, &path, &known, trust),
        problem,
    })
}

/// Only where a root was reached can be said what leads through nothing. What the file has elsewhere too, where its signature covers
/// it, was not slipped in.
fn has_unused(token: &Token, path: &PathOutcome, evidence: &Evidence, trust: &Trust) -> bool {
    let elsewhere = |one: &&Certificate| evidence.certificates.contains(one);
    let alone: Vec<Certificate> =
        token.certificates().iter().filter(|one| !elsewhere(one)).cloned().collect();
    path.problem.is_none() && !trust.store().all_in_place(&alone, &evidence.certificates, &path.chain)
}

/// Whether a time stamp is older than its signature claims to be, by more than clocks differ.
pub(super) fn is_before(stamp: Instant, signed_at: Option<Instant>) -> bool {
    signed_at.is_some_and(|at| stamp.0 < at.0 - CLOCK_SKEW_MS)
}

/// Why a token that was just made over `imprint` is not to be taken: it does not hold, its authority is not
/// trusted, or its clock is far from ours. `None` where nothing is against it.
pub fn stamp_problem(token: &Token, imprint: &Imprint, trust: &Trust, now: Instant) -> Option<&'static str> {
    if let Err(fault) = token.check_imprint(imprint) {
        return Some(fault.code());
    }
    let Some(certificate) = token.certificate() else { return Some(Note::TimeStampUnreadable.code()) };
    let at_ms = token.info().at_ms;
    if (at_ms - now.0).abs() > CLOCK_SKEW_MS {
        return Some(Note::TimeStampClock.code());
    }
    let brought = path::Evidence { certificates: token.certificates(), lists: &[], existed_at_ms: None };
    let when = Instants { at_ms, now_ms: now.0 };
    let path = path::validate_with(Purpose::TimeStamps, certificate, brought, trust.store(), when);
    // A copy with it would be called tampered.
    let unused =
        || has_unused(token, &path, &Evidence::default(), trust).then_some(Note::CertificateUnused.code());
    problem_of(&path).or_else(unused)
}

/// Adds the finding on all of them. `signed_at`: when the signer says that he signed.
pub(super) fn conclude(report: &mut Report, stamps: Vec<Stamp>, signed_at: Option<Instant>) {
    if let Some(first) = stamps.first() {
        let finding = |outcome, code| Finding::new(Check::TimeStamp, outcome, code);
        let found = match stamps.iter().find_map(|stamp| stamp.problem) {
            Some(problem) => {
                finding(Outcome::Warn, Note::TimeStampNotTrusted.code()).with("problem", problem)
            }
            None if is_before(first.report.at, signed_at) => {
                finding(Outcome::Warn, Note::TimeStampBeforeSigning.code())
            }
            None => finding(Outcome::Pass, Note::TimeStampGood.code()),
        };
        report.add(
            found
                .with("at", first.report.at.rfc3339())
                .with("authority", first.report.authority.clone())
                .with("level", report.level.map_or("", |level| level.as_str())),
        );
    }
    report.time_stamps = stamps.into_iter().map(|stamp| stamp.report).collect();
}

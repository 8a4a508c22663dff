//! Is this file what was sealed, by whom, may that seal be believed, and was it valid then: the part of
//! verification that needs no register. Pure; the portal, the API and the offline command line ask the same
//! function.
//!
//! Files of our own making are held to strict rules (`pdf::read::canonical`, `cms::parse_strict`): every
//! byte of them is either covered by the signature or has one allowed form. Honest files of strangers are
//! read by the lenient rules of the standards, and no more is said of them than can be known. Follows ISO
//! 32000-1 §12.8 and ETSI EN 319 142-1.

mod electronic;
mod evidence;
mod foreign;
mod package;
mod report;
mod revisions;
mod signer;
mod stamp;
mod steps;

pub use report::{FileKind, Note, Report, SignerReport};
pub use stamp::{StampKind, TimeStampReport, stamp_problem};
pub use steps::{PackageStep, StepReport};

use crate::{Trust, marks};
use evidence::Evidence;
use report::Fault;
use signer::Claim;
use stamp::Stamp;
use yinxin_crypto::cms;
use yinxin_crypto::tsp::Token;
use yinxin_model::Instant;
use yinxin_model::finding::{Check, Outcome};
use yinxin_pdf::read::{self, Canonical, Deviation, Limits};

/// Judges the bytes of a file at the instant `now`.
pub fn verify(bytes: &[u8], trust: &Trust, now: Instant) -> Report {
    let mut report = Report::new(bytes);
    if package::is_one(bytes) {
        package::judge(&mut report, bytes, trust, now);
        report.complete();
        return report;
    }
    match read::canonical(bytes, &Limits::default()) {
        Ok(canonical) => {
            own(&mut report, bytes, &canonical, trust, now);
            // A token is no part of what is signed (RFC 3161 appendix A): only its authority speaks for it.
            if report.finding(Check::Intact).is_none() && report.time_stamps.iter().any(|it| !it.trusted) {
                report.note(Check::Intact, Outcome::Warn, Note::TimeStampNotCovered);
            }
        }
        Err(Deviation::Unreadable(error)) => {
            // A file beyond all measure is not looked through.
            let damaged = bytes.len() <= Limits::default().file_size && marks::bears(bytes);
            if !damaged && matches!(error, read::Error::NotPdf { .. }) {
                report.kind = FileKind::Unknown;
            }
            report.fault(match damaged {
                true if is_cut(bytes) => Fault::Tampered(Note::Truncated.code()),
                true => Fault::Tampered(error.code()),
                false => Fault::CannotCheck(error.code()),
            });
        }
        Err(_) if revisions::judge(&mut report, bytes, trust, now) => {}
        Err(deviation) => foreign::judge(&mut report, bytes, deviation.code(), trust, now),
    }
    report.complete();
    report
}

/// Whether a file lacks its end.
fn is_cut(bytes: &[u8]) -> bool {
    !bytes.trim_ascii_end().ends_with(b"%%EOF")
}

/// A signature of ours fills its room but for this much, unless there is room for a time stamp too.
const LARGEST_SLACK: usize = 1024;

/// A file in our layout: nothing but what our writer makes is intact.
fn own(report: &mut Report, bytes: &[u8], file: &Canonical, trust: &Trust, now: Instant) {
    report.claim(&file.signature);
    let not_canonical = Fault::Tampered(Note::SignatureNotCanonical.code());
    let strict = cms::parse_strict(&file.cms);
    let is_canonical = strict.is_ok();
    let Ok(data) = strict.or_else(|_| cms::parse(&file.cms)) else { return report.fault(not_canonical) };
    let digest = file.signature.sha256(bytes).unwrap_or_default();
    match cms::verify(&data, &digest) {
        cms::Outcome::Good => {}
        outcome => report.fault(Fault::Tampered(outcome.code())),
    }
    // What does not even hold is said first, for it says more.
    if !is_canonical {
        report.fault(not_canonical);
    }
    let store = file.document.security_store.as_ref();
    let evidence = Evidence::new(&data.certificates, store, trust);
    let mut stamps = Vec::new();
    let mut take = |report: &mut Report, judged: Result<Stamp, &'static str>| match judged {
        Ok(stamp) if stamp.has_unused => report.fault(Fault::Tampered(Note::CertificateUnused.code())),
        Ok(stamp) => stamps.push(stamp),
        // What our writer puts in has been checked before anybody got it.
        Err(code) => report.fault(Fault::Tampered(code)),
    };
    if data.signer.time_stamp_token.is_none() && file.room - file.cms.len() > LARGEST_SLACK {
        report.fault(Fault::Tampered(Note::TimeStampMissing.code()));
    }
    if let Some(token) = &data.signer.time_stamp_token {
        let over: &[&[u8]] = &[&data.signer.signature];
        take(report, stamp::judge(token, over, &file.signature, &evidence, trust, now));
    }
    if let Some(archived) = &file.archived {
        let covered = archived.signature.covered(bytes).unwrap_or_default();
        if !Token::parse(&archived.token).is_ok_and(|token| token.is_normal()) {
            report.fault(Fault::Tampered(Note::SignatureNotCanonical.code()));
        }
        take(report, stamp::judge(&archived.token, &covered, &archived.signature, &evidence, trust, now));
    }
    let known = evidence.certificates.clone();
    let claim = Claim { data: &data, signature: &file.signature, evidence, stamps };
    let chain = signer::judge(report, claim, trust, now);
    // The signature names every embedded certificate; for what is each there? Only a trusted chain can tell.
    let trusted = report.signer.as_ref().is_some_and(|signer| signer.trusted);
    if trusted && report.signer.as_ref().map(|signer| &signer.name) != report.signer_name.as_ref() {
        report.fault(Fault::Tampered(Note::SignerNameDiffers.code()));
    }
    let in_place = |chain: Vec<_>| trust.store().all_in_place(&data.certificates, &known, &chain);
    if trusted && chain.is_some_and(|chain| !in_place(chain)) {
        report.fault(Fault::Tampered(Note::CertificateUnused.code()));
    }
}

#[cfg(test)]
mod tests;

//! What came after a signature, by a whitelist: validation data and time stamps change nothing that is seen, and
//! are said; everything else is tampering, by its name. Follows ISO 32000-1 §12.8.2.2 and ETSI EN 319 142-1 §5.4.

use super::report::Fault;
use super::{Note, Report, foreign, own};
use crate::{Trust, marks};
use yinxin_model::Instant;
use yinxin_model::finding::{Check, Outcome};
use yinxin_pdf::read::{self, ChangeKind, Document, Issue, Limits, Revision, Signature, SignatureKind};

/// Whether a change may follow a signature.
pub(super) fn is_harmless(kind: ChangeKind) -> bool {
    matches!(kind, ChangeKind::Dss | ChangeKind::DocTimeStamp)
}

/// The first change of a revision that may not follow a signature, by its name. One that changes nothing has no reason
/// to be there.
pub(super) fn harm(revision: &Revision, harmless: impl Fn(ChangeKind) -> bool) -> Option<&'static str> {
    let worst = revision.changes.iter().map(|change| change.kind).filter(|kind| !harmless(*kind)).min();
    match worst {
        Some(kind) => Some(kind.code()),
        None if revision.changes.is_empty() => Some(ChangeKind::Other.code()),
        None => None,
    }
}

/// A copy of ours that somebody appended to. `false`: it is none.
pub(super) fn judge(report: &mut Report, bytes: &[u8], trust: &Trust, now: Instant) -> bool {
    if !marks::bears(bytes) {
        return false;
    }
    let Ok(document) = read::document(bytes, &Limits::default()) else { return false };
    // A copy has one revision, or two with its document time stamp.
    let ends =
        document.revisions.iter().enumerate().take(2).rev().map(|(index, it)| (index + 1, it.bytes.end));
    for (revisions, end) in ends {
        let Some(copy) = bytes.get(..end).filter(|copy| copy.len() < bytes.len()) else { continue };
        if let Ok(canonical) = read::canonical(copy, &Limits::default()) {
            appended(report, &document, revisions);
            if report.finding(Check::Intact).is_none() {
                stamps(report, bytes, &document, end);
            }
            own(report, copy, &canonical, trust, now);
            if report.finding(Check::Intact).is_none() {
                report.note(Check::Intact, Outcome::Warn, Note::ExtendedAfterSigning);
            }
            return true;
        }
    }
    false
}

/// Adds the fault of what was appended, if it has one.
fn appended(report: &mut Report, document: &Document, ours: usize) {
    if let Some(change) = document.revisions.iter().skip(ours).find_map(|it| harm(it, is_harmless)) {
        return report.changed(CHANGED, change);
    }
    // The copy by itself has no finding: all of these are of what was appended.
    let is_appending =
        |issue: &&Issue| matches!(issue, Issue::ByteRangeShort { .. } | Issue::ChangedAfterSigning { .. });
    if let Some(issue) = document.issues.iter().find(|issue| !is_appending(issue)) {
        report.fault(Fault::Tampered(issue.code()));
    } else if document.revisions.len() == ours {
        // Bytes that are no revision.
        report.fault(Fault::Tampered("trailing_bytes"));
    }
}

/// Document time stamps behind `end` must at least be of this document.
fn stamps(report: &mut Report, bytes: &[u8], document: &Document, end: usize) {
    let is_later = |stamp: &&Signature| {
        stamp.kind == SignatureKind::DocTimeStamp
            && stamp.coverage.as_ref().is_some_and(|it| it.second.end > end)
    };
    for stamp in document.signatures.iter().filter(is_later) {
        if !foreign::covers(bytes, stamp) {
            report.fault(Fault::Tampered("time_stamp_of_other_data"));
        }
    }
}

/// The code of a change that a whitelist does not have.
pub(super) const CHANGED: &str = "changed_after_signing";

//! What came after a signature, by a whitelist: validation data and time stamps change nothing that is seen, and
//! are said; everything else is tampering, by its name. A copy of ours that was so extended is not byte for byte what was
//! released, and is said to be that too. Follows ISO 32000-1 §12.8.2.2 and ETSI EN 319 142-1 §5.4.

use super::report::Fault;
use super::{Note, Report, own};
use crate::{Trust, marks};
use yinxin_crypto::hash::{self, Sha256};
use yinxin_crypto::signature::DigestAlgorithm;
use yinxin_crypto::tsp::{Imprint, Token};
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
            appended(report, &document, revisions, bytes.get(end..).unwrap_or_default());
            if report.finding(Check::Intact).is_none() {
                stamps(report, bytes, &document, end);
            }
            own(report, copy, &canonical, trust, now);
            if report.finding(Check::Intact).is_none() {
                report.released = Some(hash::sha256(copy));
                report.note(Check::Intact, Outcome::Warn, Note::ExtendedAfterRelease);
            }
            return true;
        }
    }
    false
}

/// How the end of an archive begins. One that is looked for from the end of a file may stand in any value.
const ARCHIVE_END: &[u8] = b"PK\x05\x06";

/// Adds the fault of what was appended, if it has one.
fn appended(report: &mut Report, document: &Document, ours: usize, bytes: &[u8]) {
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
    } else if bytes.windows(ARCHIVE_END.len()).any(|window| window == ARCHIVE_END) {
        report.fault(Fault::Tampered(Note::OtherFileInside.code()));
    }
}

/// More document time stamps than a copy gets in its life: each costs a look at the whole file.
const MAX_STAMPS: usize = 16;

/// Document time stamps behind `end` must at least be of this document.
fn stamps(report: &mut Report, bytes: &[u8], document: &Document, end: usize) {
    let is_later = |stamp: &&Signature| {
        stamp.kind == SignatureKind::DocTimeStamp
            && stamp.coverage.as_ref().is_some_and(|it| it.second.end > end)
    };
    let later: Vec<&Signature> = document.signatures.iter().filter(is_later).collect();
    if later.len() > MAX_STAMPS {
        return report.fault(Fault::CannotCheck("too_many_signatures"));
    }
    let mut prefix = Prefix { bytes, state: Sha256::new(), len: 0 };
    if !later.into_iter().all(|stamp| prefix.is_stamped(stamp)) {
        report.fault(Fault::Tampered("time_stamp_of_other_data"));
    }
}

/// The beginning of a file that was hashed already: each time stamp covers what the one before it does.
struct Prefix<'a> {
    bytes: &'a [u8],
    state: Sha256,
    len: usize,
}

impl Prefix<'_> {
    /// Whether a document time stamp is over what it covers.
    fn is_stamped(&mut self, stamp: &Signature) -> bool {
        let (Some(contents), Some(coverage)) = (&stamp.contents, &stamp.coverage) else { return false };
        let Ok(token) = Token::parse(&contents.bytes) else { return false };
        let next = self.bytes.get(self.len..coverage.first.end);
        let (Some(next), Ok(DigestAlgorithm::Sha256)) = (next, &token.info().algorithm) else {
            return stamp.covered(self.bytes).is_some_and(|covered| token.check(&covered).is_ok());
        };
        self.state.update(next);
        self.len = coverage.first.end;
        let mut state = self.state.clone();
        state.update(self.bytes.get(coverage.second.clone()).unwrap_or_default());
        token.check_imprint(&Imprint::Sha256(state.finish())).is_ok()
    }
}

/// The code of a change that a whitelist does not have.
pub(super) const CHANGED: &str = "changed_after_signing";

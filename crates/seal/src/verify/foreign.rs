//! Files that are not laid out as ours: damaged or altered files of ours, and files of strangers.

use super::evidence::Evidence;
use super::report::Fault;
use super::signer::{self, Claim};
use super::stamp::{self, Stamp, StampKind};
use super::{Note, Report};
use crate::{Trust, marks};
use yinxin_crypto::cms::{self, Outcome, SignedData};
use yinxin_model::Instant;
use yinxin_model::finding::{self, Check};
use yinxin_pdf::read::{self, ChangeKind, Document, Issue, Limits, Signature, SignatureKind};

/// A file with more is not judged.
const MAX_SIGNATURES: usize = 16;

/// `deviation`: the code of the first difference from our layout.
pub(super) fn judge(report: &mut Report, bytes: &[u8], deviation: &'static str, trust: &Trust, now: Instant) {
    let document = match read::document(bytes, &Limits::default()) {
        Ok(document) => document,
        Err(error) => return report.fault(Fault::CannotCheck(error.code())),
    };
    // Ours by its marks, and not as our writer lays it out: changed, whatever else holds.
    if marks::bears(bytes) {
        report.fault(Fault::Tampered(deviation));
    }
    let signatures: Vec<(usize, &Signature)> =
        document.signatures.iter().enumerate().filter(|(_, s)| s.kind == SignatureKind::Signature).collect();
    // In the order of what they cover: the last one speaks for the file as it is now.
    let Some((_, outermost)) = signatures.last() else {
        let removed = document
            .issues
            .iter()
            .find(|issue| matches!(issue, Issue::SignatureRemoved { .. } | Issue::UnboundSignature { .. }));
        return report.fault(match removed {
            Some(issue) => Fault::Tampered(issue.code()),
            None => Fault::CannotCheck(Note::NoSignature.code()),
        });
    };
    report.claim(outermost);
    if signatures.len() > MAX_SIGNATURES {
        return report.fault(Fault::CannotCheck("too_many_signatures"));
    }
    let mut last = None;
    for (index, signature) in signatures {
        match examine(bytes, &document, index, signature) {
            Ok(data) => last = Some((signature, data)),
            Err(fault) => {
                report.fault(fault);
                last = None;
            }
        }
    }
    extended(report, &document);
    let Some((signature, data)) = last else { return };
    let evidence = Evidence::new(&data.certificates, document.security_store.as_ref(), trust);
    let stamps = stamps(report, bytes, &document, &data, &evidence, trust, now);
    signer::judge(report, Claim { data: &data, signature, evidence, stamps }, trust, now);
    // Seals of trusted roots are put on by this system's writer alone.
    if report.signer.as_ref().is_some_and(|signer| signer.trusted) {
        report.fault(Fault::Tampered(deviation));
    }
}

/// The time stamps of the signature and of the document. One that does not hold is said and proves nothing; a document
/// that is not the stamped one was changed.
fn stamps(
    report: &mut Report,
    bytes: &[u8],
    document: &Document,
    data: &SignedData,
    evidence: &Evidence,
    trust: &Trust,
    now: Instant,
) -> Vec<Stamp> {
    let mut stamps = Vec::new();
    if let Some(token) = &data.signer.time_stamp_token {
        let over: &[&[u8]] = &[&data.signer.signature];
        match stamp::judge(token, over, StampKind::Signature, evidence, trust, now) {
            Ok(stamp) => stamps.push(stamp),
            Err(code) => report.add(finding::Finding::new(Check::TimeStamp, finding::Outcome::Warn, code)),
        }
    }
    let documents = document.signatures.iter().filter(|found| found.kind == SignatureKind::DocTimeStamp);
    for found in documents.take(MAX_SIGNATURES) {
        let (Some(contents), Some(covered)) = (&found.contents, found.covered(bytes)) else { continue };
        match stamp::judge(&contents.bytes, &covered, StampKind::Document, evidence, trust, now) {
            Ok(stamp) => stamps.push(stamp),
            Err(code @ "time_stamp_of_other_data") => report.fault(Fault::Tampered(code)),
            Err(code) => report.add(finding::Finding::new(Check::TimeStamp, finding::Outcome::Warn, code)),
        }
    }
    stamps
}

/// One signature by itself: is what it covers what was signed?
fn examine(
    bytes: &[u8],
    document: &Document,
    index: usize,
    signature: &Signature,
) -> Result<SignedData, Fault> {
    let own = document.issues.iter().filter(|issue| issue.signature() == Some(index));
    for issue in own {
        // What came after a signature is judged over the whole file.
        if !matches!(issue, Issue::ByteRangeShort { .. } | Issue::ChangedAfterSigning { .. }) {
            return Err(Fault::Tampered(issue.code()));
        }
    }
    if !matches!(signature.sub_filter.as_deref(), Some("ETSI.CAdES.detached" | "adbe.pkcs7.detached")) {
        return Err(Fault::CannotCheck(Note::SignatureKindUnsupported.code()));
    }
    let unreadable = Fault::CannotCheck(Note::SignatureUnreadable.code());
    let contents = signature.contents.as_ref().ok_or(unreadable)?;
    let covered = signature.covered(bytes).ok_or(unreadable)?;
    let data = cms::parse(&contents.bytes).map_err(|_| unreadable)?;
    // An algorithm that is not known is said by `cms::verify`.
    let digest = data.signer.digest_algorithm.as_ref().map(|algorithm| algorithm.digest(&covered));
    match cms::verify(&data, digest.as_deref().unwrap_or(&[])) {
        Outcome::Good => Ok(data),
        outcome @ (Outcome::Unsupported { .. } | Outcome::NoSignerCertificate) => {
            Err(Fault::CannotCheck(outcome.code()))
        }
        outcome => Err(Fault::Tampered(outcome.code())),
    }
}

/// What revisions after the signatures did.
fn extended(report: &mut Report, document: &Document) {
    let beyond_all = document
        .signatures
        .iter()
        .enumerate()
        .filter_map(|(index, signature)| Some((index, signature.coverage.as_ref()?.second.end)))
        .max_by_key(|(_, end)| *end)
        .map(|(index, _)| index);
    let mut extended = false;
    for issue in &document.issues {
        let Issue::ChangedAfterSigning { signature, revision } = issue else { continue };
        extended = true;
        // Under a later signature the change is that signer's; after all of them it is nobody's.
        let seen = document
            .revisions
            .get(*revision)
            .is_none_or(|revision| revision.changes.iter().any(|change| !is_unseen(change.kind)));
        if seen && Some(*signature) == beyond_all {
            report.fault(Fault::Tampered(issue.code()));
        }
    }
    let short = document.issues.iter().find(
        |issue| matches!(issue, Issue::ByteRangeShort { signature, .. } if Some(*signature) == beyond_all),
    );
    match short {
        // Bytes after the last signature that are no revision.
        Some(issue) if !extended => report.fault(Fault::Tampered(issue.code())),
        _ if extended && report.finding(Check::Intact).is_none() => {
            report.note(Check::Intact, finding::Outcome::Warn, Note::ExtendedAfterSigning);
        }
        _ => {}
    }
}

/// Kinds of change that a reader of the page does not see.
fn is_unseen(kind: ChangeKind) -> bool {
    matches!(
        kind,
        ChangeKind::Signature
            | ChangeKind::DocTimeStamp
            | ChangeKind::Dss
            | ChangeKind::Metadata
            | ChangeKind::Catalog
    )
}

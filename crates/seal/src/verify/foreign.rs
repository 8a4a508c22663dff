//! Files that are not laid out as ours: damaged or altered files of ours, and files of strangers.

use super::evidence::Evidence;
use super::report::Fault;
use super::signer::{self, Claim};
use super::stamp::{self, Stamp};
use super::{Note, Report, revisions};
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
    let Some((signature, data)) = last else { return said(report, &document) };
    let evidence = Evidence::new(&data.certificates, document.security_store.as_ref(), trust);
    let stamps = stamps(report, bytes, &document, (signature, &data), &evidence, trust, now);
    signer::judge(report, Claim { data: &data, signature, evidence, stamps }, trust, now);
    // Seals of trusted roots are put on by this system's writer alone.
    if report.signer.as_ref().is_some_and(|signer| signer.trusted) {
        report.fault(Fault::Tampered(deviation));
    }
    said(report, &document);
}

/// The time stamps of the signature and of the document. One that does not hold is said and proves nothing; a document
/// that is not the stamped one was changed.
fn stamps(
    report: &mut Report,
    bytes: &[u8],
    document: &Document,
    (signature, data): (&Signature, &SignedData),
    evidence: &Evidence,
    trust: &Trust,
    now: Instant,
) -> Vec<Stamp> {
    let mut stamps = Vec::new();
    if let Some(token) = &data.signer.time_stamp_token {
        let over: &[&[u8]] = &[&data.signer.signature];
        match stamp::judge(token, over, signature, evidence, trust, now) {
            Ok(stamp) => stamps.push(stamp),
            Err(code) => report.add(finding::Finding::new(Check::TimeStamp, finding::Outcome::Warn, code)),
        }
    }
    let of_document = |found: &&Signature| found.kind == SignatureKind::DocTimeStamp;
    if document.signatures.iter().filter(of_document).count() > MAX_SIGNATURES {
        report.fault(Fault::CannotCheck("too_many_signatures"));
        return stamps;
    }
    for found in document.signatures.iter().filter(of_document) {
        let (Some(contents), Some(covered)) = (&found.contents, found.covered(bytes)) else { continue };
        match stamp::judge(&contents.bytes, &covered, found, evidence, trust, now) {
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
    let ends = document.signatures.iter().enumerate();
    let ends = ends.filter_map(|(index, signature)| Some((index, signature.coverage.as_ref()?.second.end)));
    let Some((outermost, end)) = ends.max_by_key(|(_, end)| *end) else { return };
    let later = |end: usize| document.revisions.iter().filter(move |revision| revision.xref >= end);
    if let Some(change) = later(end).find_map(|revision| revisions::harm(revision, is_unseen)) {
        return report.changed(revisions::CHANGED, change);
    }
    for signature in &document.signatures {
        let Some(coverage) = signature.coverage.as_ref().filter(|_| signature.certifies) else { continue };
        let allowed = |kind| is_unseen(kind) || certifier_allows(signature.doc_mdp, kind);
        if let Some(change) =
            later(coverage.second.end).find_map(|revision| revisions::harm(revision, allowed))
        {
            return report.changed(Note::CertificationViolated.code(), change);
        }
    }
    let short = document
        .issues
        .iter()
        .find(|issue| matches!(issue, Issue::ByteRangeShort { signature, .. } if *signature == outermost));
    let is_extended = later(end).next().is_some();
    match short {
        // Bytes after the last signature that are no revision.
        Some(issue) if !is_extended => report.fault(Fault::Tampered(issue.code())),
        // Who only adds writes a table that can be read, and points to what he wrote.
        _ if document.revisions.len() > 1 => {
            if let Some(issue) = document.issues.iter().find(|issue| is_crooked(issue)) {
                report.fault(Fault::Tampered(issue.code()));
            }
        }
        _ => {}
    }
}

/// Says of a file without a fault what deserves attention: what came after its signatures, what it does beside being looked at.
fn said(report: &mut Report, document: &Document) {
    if report.finding(Check::Intact).is_some() {
        return;
    }
    let after = later(document);
    if after == Some(Note::RevisedBetweenSignatures) {
        return report.note(Check::Intact, finding::Outcome::Warn, Note::RevisedBetweenSignatures);
    }
    let end = document.signatures.iter().filter_map(|it| Some(it.coverage.as_ref()?.second.end)).max();
    let odd = |issue: &&Issue| match issue {
        Issue::ActiveContent { .. } | Issue::SharedSignature { .. } => true,
        // What a signature covers, its signer answers for.
        Issue::LooseBytes { at, .. } => end.is_some_and(|end| *at >= end),
        _ => false,
    };
    // What acts is worse than who else claims a signature.
    let odd = document.issues.iter().filter(odd);
    if let Some(issue) = odd.max_by_key(|issue| matches!(issue, Issue::ActiveContent { .. })) {
        let found = finding::Finding::new(Check::Intact, finding::Outcome::Warn, issue.code());
        return report.add(found);
    }
    if let Some(note) = after {
        report.note(Check::Intact, finding::Outcome::Warn, note);
    }
}

/// What the revisions after signatures that they did not harm are.
fn later(document: &Document) -> Option<Note> {
    let later = document.issues.iter().filter_map(|issue| match issue {
        Issue::ChangedAfterSigning { revision, .. } => document.revisions.get(*revision),
        _ => None,
    });
    let later: Vec<_> = later.collect();
    let allowed = |kind| is_unseen(kind) || kind == ChangeKind::Signature;
    match later.iter().find_map(|revision| revisions::harm(revision, allowed)) {
        _ if later.is_empty() => None,
        Some(_) => Some(Note::RevisedBetweenSignatures),
        None => Some(Note::ExtendedAfterSigning),
    }
}

/// Kinds of change that a reader of the page does not see. Programs that add a time stamp date the metadata.
fn is_unseen(kind: ChangeKind) -> bool {
    revisions::is_harmless(kind) || kind == ChangeKind::Metadata
}

/// What a certifying signature lets others do (ISO 32000-1 table 254).
fn certifier_allows(doc_mdp: Option<i64>, kind: ChangeKind) -> bool {
    match doc_mdp {
        Some(1) => false,
        Some(3) => matches!(kind, ChangeKind::Signature | ChangeKind::FormField | ChangeKind::Annotation),
        _ => matches!(kind, ChangeKind::Signature | ChangeKind::FormField),
    }
}

/// Places where programs read different things.
fn is_crooked(issue: &Issue) -> bool {
    matches!(
        issue,
        Issue::XrefWrongObject { .. }
            | Issue::XrefLoop { .. }
            | Issue::XrefUnreadable { .. }
            | Issue::UnreadableObject { .. }
            | Issue::DuplicateObject { .. }
            | Issue::DuplicateKey { .. }
    )
}

//! What a verification answers, and its own codes. Codes of what the file's structure, signature and
//! certificates showed are those of the crates that saw it.

use super::stamp::TimeStampReport;
use super::steps::StepReport;
use crate::date;
use std::collections::BTreeMap;
use yinxin_crypto::x509::Certificate;
use yinxin_crypto::{hash, ses};
use yinxin_model::finding::{Check, Finding, Outcome, Verdict};
use yinxin_model::{Instant, Level};
use yinxin_pdf::read::Signature;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    Pdf,
    Ofd,
    Unknown,
}

/// The answer on one file.
#[derive(Clone, Debug)]
pub struct Report {
    pub kind: FileKind,
    pub sha256: [u8; 32],
    /// SHA-256 of the copy of ours that this file begins with, where nothing but harmless things were added to it: what a
    /// register may know.
    pub released: Option<[u8; 32]>,
    pub bytes: usize,
    /// Of the file alone; `Valid` when nothing is against it. The register may still say otherwise.
    pub verdict: Verdict,
    /// One for each check that a file alone can be put to, in the order of `Check::ALL`.
    pub findings: Vec<Finding>,
    /// Of a package: each step by itself.
    pub steps: Vec<StepReport>,
    pub signer: Option<SignerReport>,
    /// What is in the file, whoever is trusted; `None` where it is no baseline signature of PAdES.
    pub level: Option<Level>,
    /// Those that hold, the signature's first.
    pub time_stamps: Vec<TimeStampReport>,
    /// Claimed by the signer.
    pub signed_at: Option<Instant>,
    /// As the signature states them; claims, when the file is not intact.
    pub reason: Option<String>,
    pub signer_name: Option<String>,
}

/// Whose signature it is, as the embedded certificate says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignerReport {
    /// Common name: the seal's name.
    pub name: String,
    pub subject: String,
    pub issuer: String,
    /// Hexadecimal.
    pub serial: String,
    /// SHA-256 of the certificate.
    pub fingerprint: [u8; 32],
    pub valid_from: Instant,
    pub valid_until: Instant,
    /// It leads to a trusted root.
    pub trusted: bool,
}

impl SignerReport {
    pub(crate) fn of(certificate: &Certificate, trusted: bool) -> Self {
        Self {
            name: certificate.subject_name().to_owned(),
            subject: certificate.subject().to_owned(),
            issuer: certificate.issuer().to_owned(),
            serial: certificate.serial_hex(),
            fingerprint: certificate.fingerprint(),
            valid_from: Instant(certificate.not_before_ms()),
            valid_until: Instant(certificate.not_after_ms()),
            trusted,
        }
    }
}

/// The codes that only this crate gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Note {
    Intact,
    /// Later revisions added signatures, time stamps or validation data, and nothing that is seen.
    ExtendedAfterSigning,
    /// A copy of ours to which somebody added time stamps or validation data: what was released is all there, and the file
    /// is another one than was released.
    ExtendedAfterRelease,
    /// An archive hides in what was added.
    OtherFileInside,
    /// The time stamp stands outside of what the seal covers, and nobody whom we trust vouches for its authority: another
    /// one could have been put in its place.
    TimeStampNotCovered,
    /// Something in it does more than to be looked at.
    ActiveContent,
    /// It is too large for all of it to be searched for that.
    ContentNotSearched,
    /// What one signature covers was changed before a later one covered it.
    RevisedBetweenSignatures,
    NoSignature,
    /// A kind of signature that is not judged here.
    SignatureKindUnsupported,
    SignatureUnreadable,
    SignatureNotCanonical,
    CertificateUnused,
    /// A package with our marks that is laid out otherwise than ours are.
    PackageNotCanonical,
    /// The maker's certificate was not valid when it made the electronic seal, or had been revoked.
    MakerOutOfTime,
    MakerRevoked,
    /// Its key was compromised, and nothing proves that the seal was made before.
    MakerCompromised,
    /// No reason rules out that its key was stolen, and nothing proves that the seal was made before.
    MakerRevokedUnproven,
    /// Nobody whom this system trusts says that it makes electronic seals.
    MakerNotNamed,
    /// After it had made the seal.
    MakerRevokedLater,
    /// It begins as our files do and does not end as any does.
    Truncated,
    /// The file states another name than its signer's certificate.
    SignerNameDiffers,
    /// There is room for a time stamp, and none.
    TimeStampMissing,
    /// Its certifier allowed no such change.
    CertificationViolated,
    NoTimeStamp,
    TimeStampGood,
    /// It holds, and no trusted root vouches for its authority.
    TimeStampNotTrusted,
    /// Earlier than the signer says that he signed.
    TimeStampBeforeSigning,
    TimeStampUnreadable,
    /// Its authority's clock is far from ours.
    TimeStampClock,
    SealedBy,
    /// Named by a certificate that nobody here vouches for.
    ClaimedBy,
    TrustedRoot,
    RevocationNotChecked,
    RevocationListStale,
    ValidWhenUsed,
    NoSigningTime,
    SigningTimeInFuture,
    Revoked,
    /// A key was compromised, and no time stamp proves that the seal was used before.
    Compromised,
    /// No reason rules out that a key was stolen, and no time stamp proves that the seal was used before.
    RevokedUnproven,
    RevokedLater,
    /// Something earlier failed.
    NotReached,
}

impl Note {
    pub fn code(self) -> &'static str {
        match self {
            Self::Intact => "intact",
            Self::ExtendedAfterSigning => "extended_after_signing",
            Self::ExtendedAfterRelease => "extended_after_release",
            Self::OtherFileInside => "other_file_inside",
            Self::TimeStampNotCovered => "time_stamp_not_covered",
            Self::ActiveContent => "active_content",
            Self::ContentNotSearched => "content_not_searched",
            Self::RevisedBetweenSignatures => "revised_between_signatures",
            Self::NoSignature => "no_signature",
            Self::SignatureKindUnsupported => "signature_kind_unsupported",
            Self::SignatureUnreadable => "signature_unreadable",
            Self::SignatureNotCanonical => "signature_not_canonical",
            Self::CertificateUnused => "certificate_unused",
            Self::PackageNotCanonical => "package_not_canonical",
            Self::MakerOutOfTime => "maker_out_of_time",
            Self::MakerRevoked => "maker_revoked",
            Self::MakerCompromised => "maker_compromised",
            Self::MakerRevokedUnproven => "maker_revoked_unproven",
            Self::MakerNotNamed => "maker_not_named",
            Self::MakerRevokedLater => "maker_revoked_later",
            Self::Truncated => "truncated",
            Self::SignerNameDiffers => "signer_name_differs",
            Self::TimeStampMissing => "time_stamp_missing",
            Self::CertificationViolated => "certification_violated",
            Self::NoTimeStamp => "no_time_stamp",
            Self::TimeStampGood => "time_stamp_good",
            Self::TimeStampNotTrusted => "time_stamp_not_trusted",
            Self::TimeStampBeforeSigning => "time_stamp_before_signing",
            Self::TimeStampUnreadable => "time_stamp_unreadable",
            Self::TimeStampClock => "time_stamp_clock_differs",
            Self::SealedBy => "sealed_by",
            Self::ClaimedBy => "claimed_by",
            Self::TrustedRoot => "trusted_root",
            Self::RevocationNotChecked => "revocation_not_checked",
            Self::RevocationListStale => "revocation_list_stale",
            Self::ValidWhenUsed => "valid_when_used",
            Self::NoSigningTime => "no_signing_time",
            Self::SigningTimeInFuture => "signing_time_in_future",
            Self::Revoked => "seal_revoked",
            Self::Compromised => "seal_compromised",
            Self::RevokedUnproven => "seal_revoked_unproven",
            Self::RevokedLater => "seal_revoked_later",
            Self::NotReached => "not_reached",
        }
    }
}

/// Why a file is not intact, or not to be judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    Tampered(&'static str),
    CannotCheck(&'static str),
}

/// The checks that a file alone can be put to.
const OF_A_FILE: [Check; 5] =
    [Check::Intact, Check::SealOwner, Check::SealTrusted, Check::SealValidAtSigning, Check::TimeStamp];

impl Report {
    pub(super) fn new(bytes: &[u8]) -> Self {
        Self {
            kind: FileKind::Pdf,
            sha256: hash::sha256(bytes),
            released: None,
            bytes: bytes.len(),
            verdict: Verdict::Valid,
            findings: Vec::new(),
            steps: Vec::new(),
            signer: None,
            level: None,
            time_stamps: Vec::new(),
            signed_at: None,
            reason: None,
            signer_name: None,
        }
    }

    pub fn finding(&self, check: Check) -> Option<&Finding> {
        self.findings.iter().find(|finding| finding.check == check)
    }

    /// The same fault with what was changed.
    pub(super) fn changed(&mut self, code: &'static str, change: &'static str) {
        if self.finding(Check::Intact).is_none() {
            self.verdict = Verdict::Tampered;
            self.add(Finding::new(Check::Intact, Outcome::Fail, code).with("change", change));
        }
    }

    /// The first fault of the file counts; later ones may follow from it.
    pub(super) fn fault(&mut self, fault: Fault) {
        let (verdict, outcome, code) = match fault {
            Fault::Tampered(code) => (Verdict::Tampered, Outcome::Fail, code),
            Fault::CannotCheck(code) => (Verdict::CannotCheck, Outcome::NotChecked, code),
        };
        if self.finding(Check::Intact).is_none() {
            self.verdict = verdict;
            self.add(Finding::new(Check::Intact, outcome, code));
        }
    }

    pub(super) fn add(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    pub(super) fn note(&mut self, check: Check, outcome: Outcome, note: Note) {
        self.add(Finding::new(check, outcome, note.code()));
    }

    /// Takes a verdict that comes after the faults of the file.
    pub(super) fn condemn(&mut self, verdict: Verdict) {
        self.verdict = self.verdict.or(verdict);
    }

    pub(super) fn claim(&mut self, signature: &Signature) {
        self.signed_at = signature.claimed_time.as_deref().and_then(date::parse);
        self.reason = signature.reason.clone();
        self.signer_name = signature.name.clone();
    }

    /// The same of an electronic seal's signature.
    pub(super) fn claim_seal(&mut self, signature: &ses::Signature) {
        self.signed_at = signature.time_ms.map(Instant);
        self.signer_name = Some(signature.seal.name.clone());
    }

    /// Every check gets its finding, in order.
    pub(super) fn complete(&mut self) {
        if self.finding(Check::Intact).is_none() {
            self.note(Check::Intact, Outcome::Pass, Note::Intact);
        }
        let mut found: BTreeMap<Check, Finding> =
            std::mem::take(&mut self.findings).into_iter().map(|finding| (finding.check, finding)).collect();
        let missing = |check| Finding::new(check, Outcome::NotChecked, Note::NotReached.code());
        self.findings = OF_A_FILE
            .into_iter()
            .map(|check| found.remove(&check).unwrap_or_else(|| missing(check)))
            .collect();
    }
}

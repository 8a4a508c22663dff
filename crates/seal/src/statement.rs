//! Statements in QR codes: what a copy says of itself, signed once, so that a scanner without a network can check it.
//!
//! A statement is CBOR (RFC 8949) in a COSE_Sign1 envelope (RFC 9052), in base32 behind the `#` of the copy's address, which
//! browsers keep to themselves. It knows no register: it proves what was stated when the copy was made, no more. The format
//! stands in `docs/QR.md`.

mod base32;
mod form;

use crate::{Error, SignerReport, Trust};
use std::sync::Arc;
use yinxin_crypto::cose::{self, Sign1};
use yinxin_crypto::path::{self, Evidence, Instants, PathProblem, Purpose, Revocation};
use yinxin_crypto::signature::Flaw;
use yinxin_crypto::x509::Certificate;
use yinxin_crypto::{Error as CryptoError, Signer};
use yinxin_model::Instant;
use yinxin_model::finding::{Check, Finding, Outcome, Verdict};
use yinxin_model::statement::Statement;

/// With the address before it, this much can still be scanned from a print.
pub const LONGEST: usize = 150;
/// No QR code holds more (ISO/IEC 18004, table 7).
const LONGEST_TEXT: usize = 4_296;
/// Keys that share an id are all tried; by chance there are never so many.
const MOST_TRIED: usize = 16;

/// What statements are signed with.
pub struct StatementKey {
    signer: Arc<dyn Signer>,
    certificate: Certificate,
}

impl StatementKey {
    /// # Errors
    /// [`Error::KeyMismatch`] where the certificate is for another key; a certificate that is not for statements
    /// ([`yinxin_crypto::x509::STATEMENTS`]); kinds of keys whose signatures are too long.
    pub fn new(signer: Arc<dyn Signer>, certificate: Certificate) -> Result<Self, Error> {
        if signer.public_key_spki() != certificate.public_key_spki() {
            return Err(Error::KeyMismatch { code: certificate.subject_name().to_owned() });
        }
        if !certificate.names_statements() {
            let found = certificate.subject_name().to_owned();
            return Err(CryptoError::Unsupported { what: "certificate for statements", found }.into());
        }
        cose::check(signer.algorithm())?;
        Ok(Self { signer, certificate })
    }

    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// Signs a statement, shortened where it must be. `None` where nothing that could be left out makes it short enough.
    pub fn sign(&self, statement: &Statement) -> Result<Option<Vec<u8>>, Error> {
        let around = cose::overhead(self.signer.algorithm());
        let mut shortest = statement.clone();
        loop {
            let payload = form::write(&shortest);
            if payload.len() + around <= LONGEST {
                return Ok(Some(cose::sign1(&payload, self.signer.as_ref())?));
            }
            match shortest.shortened() {
                Some(shorter) => shortest = shorter,
                None => return Ok(None),
            }
        }
    }
}

/// A statement as it stands behind the `#`.
pub fn letters(signed: &[u8]) -> String {
    base32::encode(signed, base32::RFC_4648)
}

/// How statements name the key of a certificate.
pub fn key_id(certificate: &Certificate) -> cose::KeyId {
    cose::key_id(certificate.public_key_spki())
}

/// What a scanner gave: an address, a statement, or both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scanned<'a> {
    pub address: Option<&'a str>,
    pub statement: Option<&'a str>,
}

impl<'a> Scanned<'a> {
    /// Takes the whole address, an address alone, or only what stands behind its `#`.
    pub fn of(text: &'a str) -> Self {
        let text = text.trim();
        let filled = |part: &'a str| Some(part.trim()).filter(|part| !part.is_empty());
        match text.split_once('#') {
            Some((address, statement)) => Self { address: filled(address), statement: filled(statement) },
            // An address has slashes, which no statement has; so do not the few letters of a token.
            None if text.contains('/') || text.len() <= 32 => Self { address: filled(text), statement: None },
            None => Self { address: None, statement: filled(text) },
        }
    }

    /// Whether it can be of one of our codes: somebody else's address, or nothing, is not worth a look-up.
    pub fn may_be_ours(&self) -> bool {
        let ours = |address: &str| !address.contains('/') || address.to_ascii_lowercase().contains("/v/");
        self.address.map_or(self.statement.is_some(), ours)
    }
}

/// The keys by which statements are checked, each with the authorities above it.
#[derive(Clone, Default)]
pub struct StatementKeys(Vec<(Certificate, Vec<Certificate>)>);

/// What a statement alone says.
#[derive(Clone, Debug)]
pub struct StatementReport {
    pub verdict: Verdict,
    pub findings: Vec<Finding>,
    /// Only where its signature holds and a trusted root leads to its key.
    pub statement: Option<Statement>,
    /// The whole of it as signed, where it could be read.
    pub signed: Option<Vec<u8>>,
    pub signer: Option<SignerReport>,
}

impl StatementKeys {
    /// Each file holds a key's certificate and then those above it.
    ///
    /// # Errors
    /// A file that cannot be read: to pass it over would call its statements unknown.
    pub fn from_files<'a>(files: impl IntoIterator<Item = &'a [u8]>) -> Result<Self, CryptoError> {
        let mut keys = Vec::new();
        for file in files {
            let mut certificates = Certificate::from_file(file)?;
            if !certificates.is_empty() {
                let key = certificates.remove(0);
                keys.push((key, certificates));
            }
        }
        Ok(Self(keys))
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The certificate of this public key.
    pub fn certificate_of(&self, spki: &[u8]) -> Option<&Certificate> {
        self.0.iter().map(|(certificate, _)| certificate).find(|found| found.public_key_spki() == spki)
    }

    /// Judges the letters behind the `#`.
    pub fn verify(&self, letters: &str, trust: &Trust, now: Instant) -> StatementReport {
        let mut report = StatementReport {
            verdict: Verdict::Valid,
            findings: Vec::new(),
            statement: None,
            signed: None,
            signer: None,
        };
        let signed = Some(letters).filter(|text| text.len() <= LONGEST_TEXT);
        report.signed = signed.and_then(|text| base32::decode(text, base32::RFC_4648));
        let bytes = report.signed.clone().unwrap_or_default();
        let Ok(envelope) = Sign1::parse(&bytes) else {
            report.unreadable("statement_unreadable");
            return report;
        };
        let named: Vec<_> = self.named(envelope.key_id).take(MOST_TRIED).collect();
        let checks = named.iter().map(|(certificate, _)| envelope.verify(certificate.public_key_spki()));
        let checks: Vec<Result<(), Flaw>> = checks.collect();
        let Some((certificate, chain)) =
            named.iter().zip(&checks).find_map(|(key, check)| check.is_ok().then_some(*key))
        else {
            report.not_signed(&envelope, &checks);
            return report;
        };
        let Ok(statement) = form::read(envelope.payload) else {
            report.unreadable("statement_form_unknown");
            return report;
        };
        report.add(Check::Intact, Outcome::Pass, "statement_intact");
        report.judge_key(certificate, chain, trust, &statement, now);
        report.judge_day(&statement, now);
        if report.signer.as_ref().is_some_and(|signer| signer.trusted) {
            report.statement = Some(statement);
        }
        report
    }

    fn named(&self, id: cose::KeyId) -> impl Iterator<Item = &(Certificate, Vec<Certificate>)> {
        self.0.iter().filter(move |(certificate, _)| key_id(certificate) == id)
    }
}

impl StatementReport {
    fn add(&mut self, check: Check, outcome: Outcome, code: &'static str) {
        self.findings.push(Finding::new(check, outcome, code));
    }

    fn fail(&mut self, verdict: Verdict, finding: Finding) {
        self.verdict = self.verdict.or(verdict);
        self.findings.push(finding);
    }

    fn unreadable(&mut self, code: &'static str) {
        self.fail(Verdict::CannotCheck, Finding::new(Check::Intact, Outcome::NotChecked, code));
    }

    /// No known key made this signature.
    fn not_signed(&mut self, envelope: &Sign1<'_>, checks: &[Result<(), Flaw>]) {
        if checks.contains(&Err(Flaw::Bad)) {
            self.fail(Verdict::Tampered, Finding::new(Check::Intact, Outcome::Fail, "statement_changed"));
            return;
        }
        let key_id: String = envelope.key_id.iter().map(|byte| format!("{byte:02x}")).collect();
        self.add(Check::Intact, Outcome::NotChecked, "statement_key_unknown");
        let finding = Finding::new(Check::SealTrusted, Outcome::Fail, "statement_key_unknown");
        self.fail(Verdict::UnknownIssuer, finding.with("key_id", key_id));
    }

    /// Whose key it is, whether a root leads to it, and whether it was valid. A statement does not say when it was signed, but
    /// not after its last day: the key must have been valid by then at the latest.
    fn judge_key(
        &mut self,
        certificate: &Certificate,
        chain: &[Certificate],
        trust: &Trust,
        statement: &Statement,
        now: Instant,
    ) {
        let end = statement.last_day.map_or(now, |day| Instant(day.plus(1).start().0 - 1));
        let when = Instants { at_ms: end.min(now).0, now_ms: now.0 };
        let brought = Evidence { certificates: chain, ..Evidence::default() };
        let path = path::validate_with(Purpose::Statements, certificate, brought, trust.store(), when);
        let in_time = matches!(
            path.problem,
            None | Some(PathProblem::NotYetValid { .. } | PathProblem::Expired { .. })
        );
        self.signer = Some(SignerReport::of(certificate, in_time));
        let owner = if in_time { Outcome::Pass } else { Outcome::Warn };
        let named = Finding::new(Check::SealOwner, owner, "statement_signed_by");
        self.findings.push(named.with("name", certificate.subject_name()));
        if let Some(problem) = path.problem.as_ref().filter(|_| !in_time) {
            let issuer = certificate.issuer_common_name().unwrap_or(certificate.issuer());
            let finding = Finding::new(Check::SealTrusted, Outcome::Fail, problem.code());
            return self.fail(Verdict::UnknownIssuer, finding.with("issuer", issuer));
        }
        match &path.revocation {
            Revocation::NotChecked => {
                self.add(Check::SealTrusted, Outcome::Warn, "revocation_not_checked");
            }
            Revocation::Stale { due_ms } => {
                let finding = Finding::new(Check::SealTrusted, Outcome::Warn, "revocation_list_stale");
                self.findings.push(finding.with("due", Instant(*due_ms).rfc3339()));
            }
            _ => self.add(Check::SealTrusted, Outcome::Pass, "trusted_root"),
        }
        self.judge_validity(path.problem.as_ref(), &path.revocation);
    }

    fn judge_validity(&mut self, problem: Option<&PathProblem>, revocation: &Revocation) {
        let failed = |code| Finding::new(Check::SealValidAtSigning, Outcome::Fail, code);
        match (problem, revocation) {
            (Some(_), _) => self.fail(Verdict::SealInvalid, failed("statement_key_out_of_time")),
            // Nothing proves that a statement was signed before.
            (None, Revocation::Revoked { at_ms, .. } | Revocation::RevokedLater { at_ms, .. }) => {
                let at = Instant(*at_ms).rfc3339();
                self.fail(Verdict::SealInvalid, failed("statement_key_revoked").with("revoked_at", at));
            }
            (None, _) => self.add(Check::SealValidAtSigning, Outcome::Pass, "statement_key_valid"),
        }
    }

    fn judge_day(&mut self, statement: &Statement, now: Instant) {
        let Some(last_day) = statement.last_day else {
            return self.add(Check::Endorsement, Outcome::Pass, "not_needed");
        };
        let finding = |outcome, code| {
            Finding::new(Check::Endorsement, outcome, code).with("valid_until", last_day.to_string())
        };
        if now.day() > last_day {
            self.fail(Verdict::EndorsementExpired, finding(Outcome::Fail, "endorsement_expired"));
        } else {
            self.findings.push(finding(Outcome::Pass, "stated_in_force"));
        }
    }
}

#[cfg(test)]
mod tests;

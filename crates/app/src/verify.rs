//! Verification: of a file, by data, by query number, by token, by QR code. Findings and one verdict; never an error because
//! something is not genuine, and never "invalid" because something could not be asked.
//!
//! Whoever asks sees nothing that he did not bring himself: names are masked, and every miss looks the same.

mod asked;
mod facts;
mod qr;

pub use asked::{Question, answer};
pub use facts::{CertificateFacts, EndorsementFacts, RevocationFacts};
pub use qr::{by_qr, qr_offline, qr_without_register};

use crate::certificate::identities;
use crate::error::Result;
use crate::home::Home;
use crate::known::Told;
use crate::system::System;
use crate::{hex, token, trust};
use serde_json::{Value, json};
use std::path::Path;
use yinxin_model::finding::{Check, Finding, Outcome, Verdict};
use yinxin_model::person::{name_key, typed_name};
use yinxin_model::states::{CertificateState, EndorsementView, VoidReason};
use yinxin_model::{Id, Instant, Level, ManagementNumber};
use yinxin_seal::{Report, SignerReport, StepReport, TimeStampReport};
use yinxin_store::certificate::{self, Match};
use yinxin_store::copy::{self, Found};
use yinxin_store::standing::{self, Endorsed, Revoked, Shown, Standing};

pub struct Verification {
    pub verdict: Verdict,
    /// The outcome of asking the register.
    pub register: Outcome,
    pub findings: Vec<Finding>,
    /// Of a package: each step of judging it.
    pub steps: Vec<StepReport>,
    pub checked_at: Instant,
    pub signer: Option<Value>,
    /// What is in the file for its long life, whoever is trusted.
    pub level: Option<Level>,
    /// Time stamps that hold.
    pub time_stamps: Vec<Value>,
    pub certificate: Option<CertificateFacts>,
    pub endorsement: Option<EndorsementFacts>,
    /// What a QR code states by itself, once its signature was found good.
    pub statement: Option<Value>,
    /// The certificate that it is about, for its holder's list of who looked.
    found: Option<Id>,
}

/// What somebody has before him.
pub struct Fields {
    pub name: String,
    /// `None`: whatever type has numbers of this form.
    pub document_type: Option<String>,
    pub document: String,
    pub number: String,
}

/// A file without any register: all but the present state.
pub fn offline(bytes: &[u8], home: &Home, trust_dir: Option<&Path>, now: Instant) -> Result<Verification> {
    let trust = trust::load(home, trust_dir)?;
    let mut verification = of_report(yinxin_seal::verify(bytes, &trust, now), now);
    verification.not_asked("offline");
    Ok(verification)
}

/// A file while the register cannot be asked: what it says itself, and that the rest is open.
pub fn without_register(
    bytes: &[u8],
    home: &Home,
    trust_dir: Option<&Path>,
    now: Instant,
) -> Result<Verification> {
    let trust = trust::load(home, trust_dir)?;
    let mut verification = of_report(yinxin_seal::verify(bytes, &trust, now), now);
    verification.not_asked("register_unavailable");
    Ok(verification)
}

/// A file, and what the register knows of it.
pub async fn by_file(system: &System, bytes: &[u8], trust_dir: Option<&Path>) -> Result<Verification> {
    let trust = trust::load(&system.home, trust_dir)?;
    let now = system.now();
    let report = yinxin_seal::verify(bytes, &trust, now);
    // A copy that somebody extended is looked up as what was released; that it is another file, `intact` says.
    let sha256 = report.released.unwrap_or(report.sha256);
    let mut verification = of_report(report, now);
    // Of a file that is not ours, or not whole, the register can say nothing.
    if matches!(verification.verdict, Verdict::Valid | Verdict::SealInvalid) {
        let found = system.db.read(move |tx| Box::pin(async move { copy::by_digest(tx, &sha256).await }));
        match found.await {
            Ok(Some(found)) => {
                verification.add_found(system, &found).await;
                verification.add_statement_of(system, &found, &trust, trust_dir).await?;
            }
            Ok(None) => verification.unknown("copy_not_in_register"),
            Err(error) => verification.unavailable(&error),
        }
    } else {
        verification.not_asked("file_says_enough");
    }
    count(system, "file", &verification);
    Ok(verification)
}

/// Name, document and management number.
pub async fn by_fields(system: &System, fields: &Fields) -> Result<Verification> {
    let mut verification = Verification::new(system.now());
    // What breaks a rule is looked up all the same, as somebody who does not exist: a miss must not tell by its
    // form or its time which of the three was wrong.
    let kind = fields.document_type.as_deref();
    let meant = identities(system, &fields.name, kind, &fields.document).unwrap_or_default();
    let mut indexes: Vec<_> = meant.iter().map(|identity| system.vault.identity_index(identity)).collect();
    if indexes.is_empty() {
        indexes.push(system.vault.no_identity());
    }
    let number: String = fields.number.chars().filter(|c| !c.is_whitespace()).collect();
    let number = ManagementNumber::parse(&number).unwrap_or_else(|_| ManagementNumber::nothing());
    let vault = system.vault.clone();
    let read = system.db.read(move |tx| {
        Box::pin(async move {
            let (mut best, mut revocation) = (Match::Nothing, None);
            for index in &indexes {
                // No early end: a hit must not be told from a miss by its time.
                match certificate::matching(tx, &vault, &number, index).await? {
                    Match::Nothing => {}
                    // The same number as another type of document, which a correction has put right.
                    Match::Superseded { .. } if matches!(best, Match::Current(_)) => {}
                    found => best = found,
                }
            }
            if let Match::Current(found) = &best
                && found.state == CertificateState::Revoked
            {
                let all = certificate::revocations(tx, &found.id).await?;
                revocation = all.into_iter().rev().find(|r| r.reinstated_at.is_none());
            }
            Ok((best, revocation))
        })
    });
    match read.await {
        Ok((Match::Current(found), revocation)) => {
            let found = Shown::from(*found);
            verification.add_certificate(system, &found, found.version, revocation.map(Revoked::from));
        }
        Ok((Match::Superseded { certificate, since }, _)) => {
            verification.found = Some(certificate);
            verification.pass(Check::Register, "once_in_register");
            verification.superseded(since);
        }
        Ok((Match::Nothing, _)) => verification.unknown("no_match"),
        Err(error) => verification.unavailable(&error),
    }
    count(system, "fields", &verification);
    Ok(verification)
}

/// Name and 查询编号.
pub async fn by_query_number(system: &System, name: &str, number: &str) -> Result<Verification> {
    Ok(by_folded_number(system, &name_key(&typed_name(name)), &token::folded(number), system.now()).await)
}

/// The token in a copy's QR code.
pub async fn by_token(system: &System, text: &str) -> Result<Verification> {
    Ok(by_scanned_token(system, &scanned(text), system.now()).await)
}

/// `key`: of the name; `code`: as it was made.
async fn by_folded_number(system: &System, key: &str, code: &str, now: Instant) -> Verification {
    let mut verification = Verification::new(now);
    match standing::by_query_number(&system.db, &system.vault, code, now.day()).await {
        Ok(Some(Standing { certificate: found, revocation, .. }))
            if typed_name(found.holder.name.key()) == key =>
        {
            verification.add_certificate(system, &found, found.version, revocation);
        }
        Ok(_) => verification.unknown("no_match"),
        Err(error) => verification.unavailable(&error),
    }
    count(system, "query_number", &verification);
    verification
}

async fn by_scanned_token(system: &System, token: &str, now: Instant) -> Verification {
    let mut verification = Verification::new(now);
    verification.add_token(system, token).await;
    count(system, "token", &verification);
    verification
}

impl Verification {
    fn new(checked_at: Instant) -> Self {
        Self {
            verdict: Verdict::Valid,
            register: Outcome::NotChecked,
            findings: Vec::new(),
            steps: Vec::new(),
            checked_at,
            signer: None,
            level: None,
            time_stamps: Vec::new(),
            certificate: None,
            endorsement: None,
            statement: None,
            found: None,
        }
    }

    fn pass(&mut self, check: Check, code: &'static str) {
        self.add(Finding::new(check, Outcome::Pass, code));
    }

    fn fail(&mut self, verdict: Verdict, finding: Finding) {
        self.verdict = self.verdict.or(verdict);
        self.add(finding);
    }

    fn add(&mut self, finding: Finding) {
        if finding.check == Check::Register {
            self.register = finding.outcome;
        }
        self.findings.push(finding);
    }

    /// The register was not asked, for a stated reason: what is not known otherwise stays open.
    fn not_asked(&mut self, code: &'static str) {
        for check in [Check::Register, Check::Endorsement, Check::Certificate] {
            if !self.findings.iter().any(|finding| finding.check == check) {
                self.add(Finding::new(check, Outcome::NotChecked, code));
            }
        }
    }

    /// One answer for every miss.
    fn unknown(&mut self, code: &'static str) {
        self.fail(Verdict::NoMatch, Finding::new(Check::Register, Outcome::Fail, code));
    }

    /// An outage is never shown as "invalid": of data alone nothing can be said then, of a file what the file says.
    fn unavailable(&mut self, error: &yinxin_store::Error) {
        tracing::warn!(code = error.code(), "the register cannot be asked");
        if self.findings.is_empty() {
            self.verdict = Verdict::CannotCheck;
        }
        self.not_asked("register_unavailable");
    }

    /// What stands behind a token, as [`scanned`] gives it.
    async fn add_token(&mut self, system: &System, token: &str) -> Option<Found> {
        match standing::by_token(&system.db, &system.vault, token).await {
            Ok(Some((found, standing))) => {
                self.add_standing(system, standing);
                return Some(found);
            }
            Ok(None) => self.unknown("token_unknown"),
            Err(error) => self.unavailable(&error),
        }
        None
    }

    /// The certificate and endorsement behind a copy, as they stand now.
    async fn add_found(&mut self, system: &System, found: &Found) {
        match standing::of_found(&system.db, &system.vault, found).await {
            Ok(Some(standing)) => self.add_standing(system, standing),
            Ok(None) => self.unknown("copy_not_in_register"),
            Err(error) => self.unavailable(&error),
        }
    }

    fn add_standing(&mut self, system: &System, standing: Standing) {
        // Intended and never finished: nobody can have this copy.
        let Some(version) = standing.version else { return self.unknown("copy_not_in_register") };
        match &standing.endorsed {
            Some(endorsed) => self.add_endorsement(system, endorsed),
            None => self.pass(Check::Endorsement, "not_needed"),
        }
        self.add_certificate(system, &standing.certificate, version, standing.revocation);
    }

    fn add_endorsement(&mut self, system: &System, endorsement: &Endorsed) {
        if system.today() < endorsement.applied_on {
            // Asked about a day, or by a clock, before it was granted: on that day the register had no such copy.
            let finding = Finding::new(Check::Endorsement, Outcome::Fail, "endorsement_not_begun");
            let first_day = endorsement.applied_on.to_string();
            return self.fail(Verdict::NoMatch, finding.with("valid_from", first_day));
        }
        let state = endorsement.state.on(endorsement.valid_until, system.today());
        let finding = |outcome, code| {
            Finding::new(Check::Endorsement, outcome, code)
                .with("valid_until", endorsement.valid_until.to_string())
        };
        match state {
            EndorsementView::Ready | EndorsementView::Granted => self.add(finding(Outcome::Pass, "in_force")),
            EndorsementView::Expired => {
                self.fail(Verdict::EndorsementExpired, finding(Outcome::Fail, "endorsement_expired"));
            }
            EndorsementView::Withdrawn => {
                self.fail(Verdict::EndorsementWithdrawn, finding(Outcome::Fail, "endorsement_withdrawn"));
            }
            EndorsementView::Voided => {
                let reason = endorsement.void_reason.map_or("", VoidReason::as_str);
                let finding = finding(Outcome::Fail, "endorsement_void").with("reason", reason);
                self.fail(Verdict::EndorsementVoid, finding);
            }
        }
        self.endorsement = Some(EndorsementFacts::of(system, endorsement, state));
    }

    /// `version`: the one that the asker has before him.
    fn add_certificate(&mut self, system: &System, found: &Shown, version: u32, revocation: Option<Revoked>) {
        match found.state {
            CertificateState::Draft => return self.unknown("no_match"),
            CertificateState::Online => {}
            CertificateState::Revoked => self.revoked(revocation.as_ref()),
        }
        self.pass(Check::Register, "same_as_register");
        if version != found.version {
            self.superseded(found.recorded_at);
        } else if found.state == CertificateState::Online {
            self.pass(Check::Certificate, "in_force");
        }
        self.found = Some(found.id);
        self.certificate = Some(CertificateFacts::of(system, found, revocation));
    }

    fn revoked(&mut self, revocation: Option<&Revoked>) {
        let mut finding = Finding::new(Check::Certificate, Outcome::Fail, "certificate_revoked");
        if let Some(revocation) = revocation {
            finding =
                finding.with("on", revocation.on.to_string()).with("reason", revocation.reason.as_str());
        }
        self.fail(Verdict::Revoked, finding);
    }

    fn superseded(&mut self, since: Instant) {
        let finding = Finding::new(Check::Certificate, Outcome::Fail, "certificate_corrected");
        self.fail(Verdict::Superseded, finding.with("since", since.day().to_string()));
    }
}

fn of_report(report: Report, now: Instant) -> Verification {
    let signer = report.signer.as_ref().map(|s| signer(s, report.signed_at, &report.sha256));
    Verification {
        verdict: report.verdict,
        register: Outcome::NotChecked,
        findings: report.findings,
        steps: report.steps,
        checked_at: now,
        signer,
        level: report.level,
        time_stamps: report.time_stamps.iter().map(time_stamp).collect(),
        certificate: None,
        endorsement: None,
        statement: None,
        found: None,
    }
}

fn time_stamp(stamp: &TimeStampReport) -> Value {
    json!({
        "kind": stamp.kind.as_str(),
        "at": stamp.at.rfc3339(),
        "authority": stamp.authority,
        "policy": stamp.policy,
        "serial": stamp.serial,
        "trusted": stamp.trusted,
    })
}

fn signer(signer: &SignerReport, signed_at: Option<Instant>, sha256: &[u8; 32]) -> Value {
    json!({
        "name": signer.name,
        "subject": signer.subject,
        "issuer": signer.issuer,
        "serial": signer.serial,
        "trusted": signer.trusted,
        "certificate_valid_from": signer.valid_from.rfc3339(),
        "certificate_valid_until": signer.valid_until.rfc3339(),
        "signed_at": signed_at.map(Instant::rfc3339),
        "file_sha256": hex(sha256),
    })
}

/// The token of what a scanner gives: the last part of the address.
fn scanned(text: &str) -> String {
    let path = text.split(['?', '#']).next().unwrap_or_default();
    token::folded(path.rsplit('/').next().unwrap_or_default())
}

/// For the counted access log.
fn count(system: &System, way: &'static str, verification: &Verification) {
    let (day, verdict) = (verification.checked_at.day(), verification.verdict.as_str());
    system.accesses.count(day, way, verdict, verification.found);
}

/// The same of an answer that was known.
fn count_told(system: &System, way: &'static str, told: &Told, now: Instant) {
    system.accesses.count(now.day(), way, told.verdict, told.certificate);
}

//! Verification of what a scanner read from a copy: the statement by itself, and the copy behind the token in the register.

use super::{Verification, count, scanned as token_of, signer};
use crate::catalogue::BESIDE_ROOTS;
use crate::error::{Error, Result};
use crate::home::{self, Home};
use crate::system::System;
use crate::{hex, statement, trust};
use serde_json::{Value, json};
use std::path::Path;
use yinxin_model::catalogue::Catalogue;
use yinxin_model::finding::{Check, Finding, Outcome, Verdict};
use yinxin_model::statement::Statement;
use yinxin_model::{Instant, ManagementNumber, Subject};
use yinxin_seal::statement::{Scanned, letters};
use yinxin_seal::{Trust, sha256};
use yinxin_store::copy::{self, Found};
use yinxin_store::{certificate, endorsement};

/// What a QR code states, without any register.
pub fn qr_offline(text: &str, home: &Home, trust_dir: Option<&Path>, now: Instant) -> Result<Verification> {
    let mut verification = by_itself(text, home, trust_dir, now)?;
    verification.not_asked("offline");
    Ok(verification)
}

/// The same while the register cannot be asked.
pub fn qr_without_register(
    text: &str,
    home: &Home,
    trust_dir: Option<&Path>,
    now: Instant,
) -> Result<Verification> {
    let mut verification = by_itself(text, home, trust_dir, now)?;
    verification.not_asked("register_unavailable");
    Ok(verification)
}

/// What a QR code states, and what the register knows of its token.
pub async fn by_qr(system: &System, text: &str, trust_dir: Option<&Path>) -> Result<Verification> {
    let scanned = Scanned::of(text);
    let mut verification = Verification::new(system.now());
    if !scanned.may_be_ours() {
        verification.not_ours();
        verification.not_asked("code_says_enough");
        return Ok(verification);
    }
    let (signed, stated) = match scanned.statement {
        Some(letters) => {
            verification.add_statement(letters, &system.home, trust_dir, Some(&system.catalogue))?
        }
        None => (None, None),
    };
    match scanned.address {
        // Of a code that was tampered with, the register can say nothing.
        Some(_) if verification.verdict == Verdict::Tampered => verification.not_asked("code_says_enough"),
        address => {
            let found = match (address, &stated) {
                (Some(address), _) => verification.add_token(system, &token_of(address)).await,
                // The address was left out, but what is stated and signed names the copy as well.
                (None, Some(stated)) => verification.add_stated(system, stated).await,
                (None, None) => {
                    verification.not_asked("token_absent");
                    None
                }
            };
            if let (Some(found), Some(signed)) = (found, signed) {
                verification.compare(system, &found, &signed).await;
            }
        }
    }
    if scanned.statement.is_none() {
        verification.add(Finding::new(Check::Intact, Outcome::NotChecked, "statement_absent"));
    }
    if verification.verdict == Verdict::NoMatch {
        // What a code says of an endorsement that the register does not know is worth nothing.
        verification.findings.retain(|finding| finding.check != Check::Endorsement);
    }
    verification.keep_newest_of_endorsement();
    count(system, "qr", &verification);
    Ok(verification)
}

fn by_itself(text: &str, home: &Home, trust_dir: Option<&Path>, now: Instant) -> Result<Verification> {
    let mut verification = Verification::new(now);
    let scanned = Scanned::of(text);
    match scanned.statement {
        _ if !scanned.may_be_ours() => verification.not_ours(),
        Some(letters) => {
            let catalogue = beside_roots(home, trust_dir)?;
            verification.add_statement(letters, home, trust_dir, catalogue.as_ref())?;
        }
        None => {
            verification.verdict = Verdict::CannotCheck;
            verification.add(Finding::new(Check::Intact, Outcome::NotChecked, "statement_absent"));
        }
    }
    Ok(verification)
}

impl Verification {
    /// Judges a statement; gives it as signed, where it could be read, and what it says, where it can be believed.
    fn add_statement(
        &mut self,
        letters: &str,
        home: &Home,
        trust_dir: Option<&Path>,
        catalogue: Option<&Catalogue>,
    ) -> Result<(Option<Vec<u8>>, Option<Statement>)> {
        let trust = trust::load(home, trust_dir)?;
        let keys = statement::keys(trust_dir.unwrap_or(&home.trust()))?;
        let report = keys.verify(letters, &trust, self.checked_at);
        let signed = report.signed;
        self.verdict = self.verdict.or(report.verdict);
        self.findings.extend(report.findings);
        let digest = signed.as_deref().map(sha256).unwrap_or_default();
        self.signer = report.signer.as_ref().map(|key| {
            let mut shown = signer(key, None, &digest);
            // Of a statement there is no file.
            if let Some(fields) = shown.as_object_mut() {
                fields.remove("file_sha256");
                fields.remove("signed_at");
                fields.insert("statement_sha256".into(), hex(&digest).into());
            }
            shown
        });
        if let Some(statement) = &report.statement {
            self.statement = Some(shown(statement, catalogue));
            if catalogue.is_some_and(|catalogue| !knows(catalogue, statement)) {
                self.add(Finding::new(Check::Certificate, Outcome::Warn, "codes_unknown"));
            }
        }
        Ok((signed, report.statement))
    }

    fn not_ours(&mut self) {
        self.verdict = Verdict::CannotCheck;
        self.add(Finding::new(Check::Intact, Outcome::NotChecked, "not_our_code"));
    }

    /// The copy that a statement speaks of, as it stands now.
    async fn add_stated(&mut self, system: &System, stated: &Statement) -> Option<Found> {
        let Ok(number) = ManagementNumber::parse(&stated.management_number) else {
            self.unknown("copy_not_in_register");
            return None;
        };
        let (vault, copy_number) = (system.vault.clone(), stated.copy_number.clone());
        let read = system.db.read(move |tx| {
            Box::pin(async move {
                let of = certificate::by_number(tx, &vault, &Subject::System, &number).await?;
                let Some(of) = of else { return Ok(None) };
                copy::by_copy_number(tx, &of.id, &copy_number).await
            })
        });
        match read.await {
            Ok(Some(found)) => {
                self.add_found(system, &found).await;
                return Some(found);
            }
            Ok(None) => self.unknown("copy_not_in_register"),
            Err(error) => self.unavailable(&error),
        }
        None
    }

    /// Whether the statement is the one that was made for the copy behind the token: a code could be put together from two.
    async fn compare(&mut self, system: &System, found: &Found, signed: &[u8]) {
        match made_for(system, found).await {
            Ok(made) if made.as_deref() == Some(signed) => {}
            Ok(_) => self.statement_of_another(),
            Err(error) => {
                // Each of the two may be right without the other.
                self.verdict = self.verdict.or(Verdict::CannotCheck);
                self.unavailable(&error);
            }
        }
    }

    /// What the QR code on a file of ours states: the file holds it as a picture, the register as it was signed. Only said where
    /// it holds, and compared with what the register says of the copy.
    pub(super) async fn add_statement_of(
        &mut self,
        system: &System,
        found: &Found,
        trust: &Trust,
        trust_dir: Option<&Path>,
    ) -> Result<()> {
        let signed = match made_for(system, found).await {
            Ok(Some(signed)) => signed,
            // Copies of earlier releases, and those whose statement would have been too long, have none.
            Ok(None) => return Ok(()),
            Err(error) => {
                self.unavailable(&error);
                return Ok(());
            }
        };
        let keys = statement::keys(trust_dir.unwrap_or(&system.home.trust()))?;
        let report = keys.verify(&letters(&signed), trust, self.checked_at);
        let Some(statement) = report.statement else { return Ok(()) };
        let of_copy = self.endorsement.as_ref().is_none_or(|own| own.copy_number == statement.copy_number);
        let of_certificate =
            self.certificate.as_ref().is_none_or(|own| own.management_number == statement.management_number);
        if !of_copy || !of_certificate {
            self.statement_of_another();
        }
        self.statement = Some(shown(&statement, Some(&system.catalogue)));
        Ok(())
    }

    fn statement_of_another(&mut self) {
        self.fail(Verdict::Tampered, Finding::new(Check::Register, Outcome::Fail, "statement_not_of_copy"));
    }

    /// Where the register told of the endorsement, it knows better than the statement.
    fn keep_newest_of_endorsement(&mut self) {
        let of_endorsement = |finding: &Finding| finding.check == Check::Endorsement;
        let newest = self.findings.iter().rposition(of_endorsement);
        let mut at = 0..;
        self.findings.retain(|finding| {
            let at = at.next();
            !of_endorsement(finding) || at == newest
        });
    }
}

/// The statement that was made for a copy, as it was signed.
async fn made_for(system: &System, found: &Found) -> yinxin_store::Result<Option<Vec<u8>>> {
    let (vault, wanted) = (system.vault.clone(), *found);
    let read = system.db.read(move |tx| {
        Box::pin(async move {
            let Some(id) = wanted.endorsement else {
                let intents = copy::intents(tx, &vault, &wanted.certificate, &wanted.copy).await?;
                return Ok(intents.into_iter().next_back().and_then(|intent| intent.inputs.statement));
            };
            let found = endorsement::get(tx, &vault, &Subject::System, &id).await?;
            Ok(found.and_then(|endorsement| endorsement.statement))
        })
    });
    read.await
}

fn beside_roots(home: &Home, trust_dir: Option<&Path>) -> Result<Option<Catalogue>> {
    let path = trust_dir.unwrap_or(&home.trust()).join(BESIDE_ROOTS);
    if !path.exists() {
        return Ok(None);
    }
    let invalid = |reason: String| {
        Error::invalid("catalogue_invalid").with("path", path.display()).with("reason", reason)
    };
    let text = String::from_utf8(home::read(&path)?).map_err(|e| invalid(e.to_string()))?;
    Catalogue::parse(&text).map(Some).map_err(|e| invalid(e.to_string()))
}

/// Codes, and beside each its name where a catalogue is at hand.
fn shown(statement: &Statement, catalogue: Option<&Catalogue>) -> Value {
    let qualification = catalogue.and_then(|c| c.qualification(&statement.qualification));
    let level = qualification.map(|q| q.level_name(&statement.level)).filter(|name| !name.is_empty());
    let scenario = statement.scenario.as_deref();
    let scenario_name = catalogue.zip(scenario).and_then(|(c, code)| c.scenario(code));
    let issuer = catalogue.zip(statement.issuer.as_deref()).and_then(|(c, code)| c.organisation(code));
    json!({
        "holder": statement.holder,
        "management_number": statement.management_number,
        "qualification": statement.qualification,
        "qualification_name": qualification.map(|q| q.name.as_str()),
        "level": Some(statement.level.as_str()).filter(|code| !code.is_empty()),
        "level_name": level,
        "scenario": scenario,
        "scenario_name": scenario_name.map(|s| s.name.as_str()),
        "valid_until": statement.last_day,
        "copy_number": statement.copy_number,
        "issuer": statement.issuer,
        "issuer_name": issuer.map(|o| o.name.as_str()),
    })
}

fn knows(catalogue: &Catalogue, statement: &Statement) -> bool {
    let qualification = catalogue.qualification(&statement.qualification);
    let level = qualification.is_some_and(|q| {
        statement.level.is_empty() || q.levels.iter().any(|level| level.code == statement.level)
    });
    let scenario = statement.scenario.as_deref().is_none_or(|code| catalogue.scenario(code).is_some());
    let issuer = statement.issuer.as_deref().is_none_or(|code| catalogue.organisation(code).is_some());
    level && scenario && issuer
}

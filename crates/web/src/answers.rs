//! The answer of a verification as a program reads it: one contract, documented in `docs/CLI.md`, for the command line and for
//! whoever asks the portal for JSON.

use serde::{Serialize, Serializer};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, LazyLock, PoisonError, RwLock};
use yinxin_app::verify::{CertificateFacts, EndorsementFacts, Verification};
use yinxin_model::Level;
use yinxin_model::finding::{Check, Finding, Outcome, Verdict};
use yinxin_words::{Lang, say};

/// Fields in the order in which they are written.
#[derive(Serialize)]
pub struct Answer<'a> {
    verdict: Verdict,
    register: Outcome,
    #[serde(serialize_with = "text")]
    message: Arc<str>,
    checked_at: String,
    findings: Vec<Found<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    steps: Vec<Step<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    level: Option<Level>,
    #[serde(skip_serializing_if = "<[Value]>::is_empty")]
    time_stamps: &'a [Value],
    #[serde(skip_serializing_if = "Option::is_none")]
    signer: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    statement: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    certificate: Option<&'a CertificateFacts>,
    #[serde(skip_serializing_if = "Option::is_none")]
    endorsement: Option<&'a EndorsementFacts>,
}

#[derive(Serialize)]
struct Found<'a> {
    check: Check,
    outcome: Outcome,
    code: &'static str,
    #[serde(serialize_with = "text")]
    message: Arc<str>,
    values: &'a BTreeMap<&'static str, String>,
}

#[derive(Serialize)]
struct Step<'a> {
    step: &'static str,
    #[serde(flatten)]
    found: Found<'a>,
    signature: Option<&'a str>,
    part: Option<&'a str>,
}

impl<'a> Answer<'a> {
    pub fn new(verification: &'a Verification, lang: Lang) -> Self {
        let mut in_order: Vec<&Finding> = verification.findings.iter().collect();
        in_order.sort_by_key(|finding| finding.check);
        let found = |finding, message| Found::new(finding, message);
        let steps = verification.steps.iter().map(|step| Step {
            step: step.step,
            // What was looked at; and where that did not simply pass, what was found instead.
            found: found(
                &step.finding,
                match step.finding.outcome {
                    Outcome::Pass => say(lang, &format!("step-{}", step.step), &[]).into(),
                    _ => sentence(&step.finding, lang),
                },
            ),
            signature: step.signature.as_deref(),
            part: step.part.as_deref(),
        });
        Self {
            verdict: verification.verdict,
            register: verification.register,
            message: say(lang, verdict_key(verification), &[]).into(),
            checked_at: verification.checked_at.rfc3339(),
            findings: in_order.into_iter().map(|one| found(one, sentence(one, lang))).collect(),
            steps: steps.collect(),
            level: verification.level,
            time_stamps: &verification.time_stamps,
            signer: verification.signer.as_ref(),
            statement: verification.statement.as_ref(),
            certificate: verification.certificate.as_ref(),
            endorsement: verification.endorsement.as_ref(),
        }
    }

    /// As bytes of JSON.
    pub fn to_json(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(2_048);
        // Writing to memory what has only texts as keys cannot fail.
        let _ = serde_json::to_writer(&mut out, self);
        out
    }
}

impl<'a> Found<'a> {
    fn new(finding: &'a Finding, message: Arc<str>) -> Self {
        let Finding { check, outcome, code, values } = finding;
        Self { check: *check, outcome: *outcome, code, message, values }
    }
}

fn text<S: Serializer>(text: &Arc<str>, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(text)
}

fn verdict_key(verification: &Verification) -> &'static str {
    let offline = verification.verdict == Verdict::Valid && verification.register == Outcome::NotChecked;
    match verification.verdict {
        Verdict::Valid if offline && verification.statement.is_some() => "verdict-valid-stated",
        Verdict::Valid if offline => "verdict-valid-offline",
        Verdict::CannotCheck => "verdict-cannot-check",
        Verdict::Tampered => "verdict-tampered",
        Verdict::UnknownIssuer => "verdict-unknown-issuer",
        Verdict::SealInvalid => "verdict-seal-invalid",
        Verdict::NoMatch => "verdict-no-match",
        Verdict::Revoked => "verdict-revoked",
        Verdict::Superseded => "verdict-superseded",
        Verdict::EndorsementWithdrawn => "verdict-endorsement-withdrawn",
        Verdict::EndorsementVoid => "verdict-endorsement-void",
        Verdict::EndorsementExpired => "verdict-endorsement-expired",
        Verdict::Valid => "verdict-valid",
    }
}

/// Sentences in which nothing is filled in, of which there are few: most answers consist of the same three or four.
type Said = RwLock<HashMap<(Lang, Check, Outcome, &'static str), Arc<str>>>;

fn sentence(finding: &Finding, lang: Lang) -> Arc<str> {
    static SAID: LazyLock<Said> = LazyLock::new(Said::default);
    if !finding.values.is_empty() {
        return composed(finding, lang).into();
    }
    let key = (lang, finding.check, finding.outcome, finding.code);
    let said = SAID.read().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
    said.unwrap_or_else(|| {
        let made: Arc<str> = composed(finding, lang).into();
        SAID.write().unwrap_or_else(PoisonError::into_inner).insert(key, made.clone());
        made
    })
}

/// The sentence of what was changed, or of the particular code where there is one, else that of the check's outcome.
fn composed(finding: &Finding, lang: Lang) -> String {
    let particular = format!("finding-{}-{}", finding.check.as_str(), finding.code);
    let values: Vec<(&str, yinxin_words::Value)> =
        finding.values.iter().map(|(name, value)| (*name, value.as_str().into())).collect();
    let change = finding.values.get("change").map(|change| format!("finding-change-{change}"));
    let known = change.into_iter().chain([particular]).find(|code| yinxin_words::has(code));
    let general = || format!("check-{}-{}", finding.check.as_str(), finding.outcome.as_str());
    say(lang, &known.unwrap_or_else(general), &values)
}

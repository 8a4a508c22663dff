//! The answer of a verification as a program reads it: one contract, documented in `docs/CLI.md`, for the command line and for
//! whoever asks the portal for JSON.

use serde::{Serialize, Serializer};
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};
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
    message: Part<String>,
    checked_at: String,
    findings: Vec<Part<Found<'a>>>,
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
    message: String,
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
        let steps = verification.steps.iter().map(|step| Step {
            step: step.step,
            // What was looked at; and where that did not simply pass, what was found instead.
            found: Found::new(
                &step.finding,
                match step.finding.outcome {
                    Outcome::Pass => say(lang, &format!("step-{}", step.step), &[]),
                    _ => sentence(&step.finding, lang),
                },
            ),
            signature: step.signature.as_deref(),
            part: step.part.as_deref(),
        });
        let verdict = verdict_key(verification);
        Self {
            verdict: verification.verdict,
            register: verification.register,
            message: once(Key::Verdict(lang, verdict), || say(lang, verdict, &[])),
            checked_at: verification.checked_at.rfc3339(),
            findings: in_order.into_iter().map(|one| Found::part(one, lang)).collect(),
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
        let mut out = Vec::with_capacity(1_536);
        // Writing to memory what has only texts as keys cannot fail.
        let _ = serde_json::to_writer(&mut out, self);
        out
    }
}

impl<'a> Found<'a> {
    fn new(finding: &'a Finding, message: String) -> Self {
        let Finding { check, outcome, code, values } = finding;
        Self { check: *check, outcome: *outcome, code, message, values }
    }

    fn part(finding: &'a Finding, lang: Lang) -> Part<Self> {
        let anew = || Self::new(finding, sentence(finding, lang));
        if !finding.values.is_empty() {
            return Part::Anew(anew());
        }
        once(Key::Finding(lang, finding.check, finding.outcome, finding.code), anew)
    }
}

/// What a part of the answer is known by, in which nothing is filled in. Of these there are few, and most answers consist of the
/// same three or four.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Key {
    Verdict(Lang, &'static str),
    Finding(Lang, Check, Outcome, &'static str),
}

/// A part of the answer: written once for all, or for this one.
#[derive(Serialize)]
#[serde(untagged)]
enum Part<T> {
    Once(Written),
    Anew(T),
}

#[derive(Clone)]
struct Written(Arc<RawValue>);

impl Serialize for Written {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(to)
    }
}

fn once<T: Serialize>(key: Key, make: impl FnOnce() -> T) -> Part<T> {
    static WRITTEN: LazyLock<RwLock<HashMap<Key, Written>>> = LazyLock::new(RwLock::default);
    if let Some(written) = WRITTEN.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
        return Part::Once(written.clone());
    }
    let made = make();
    let Ok(written) = to_raw_value(&made) else { return Part::Anew(made) };
    let written = Written(written.into());
    WRITTEN.write().unwrap_or_else(PoisonError::into_inner).insert(key, written.clone());
    Part::Once(written)
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

/// The sentence of what was changed, or of the particular code where there is one, else that of the check's outcome.
fn sentence(finding: &Finding, lang: Lang) -> String {
    let particular = format!("finding-{}-{}", finding.check.as_str(), finding.code);
    let values: Vec<(&str, yinxin_words::Value)> =
        finding.values.iter().map(|(name, value)| (*name, value.as_str().into())).collect();
    let change = finding.values.get("change").map(|change| format!("finding-change-{change}"));
    let known = change.into_iter().chain([particular]).find(|code| yinxin_words::has(code));
    let general = || format!("check-{}-{}", finding.check.as_str(), finding.outcome.as_str());
    say(lang, &known.unwrap_or_else(general), &values)
}

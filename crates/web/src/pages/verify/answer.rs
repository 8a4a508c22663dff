//! The answer: the verdict in large words, when, what was compared, each check by name. Nothing that was typed in is
//! repeated, so that every miss is the same page, letter for letter.

mod unjudged;

use crate::pages::facts::{Fact, qualification, scenario_in_english};
use crate::view::Frame;
use askama::Template;
use serde_json::Value;
use yinxin_app::verify::Verification;
use yinxin_model::Day;
use yinxin_model::catalogue::Catalogue;
use yinxin_model::finding::{Finding, Outcome, Verdict};
use yinxin_words::{has, say};

#[derive(Template)]
#[template(path = "verify/answer.html")]
pub(super) struct Answer {
    frame: Frame,
    /// `good`, `over`, `bad`, `open`: how the verdict looks. What could not be asked is never bad.
    tone: &'static str,
    /// The verdict in a word or two.
    word: String,
    /// And as a sentence.
    sentence: String,
    /// What the reader does with it.
    advice: String,
    checked_at: String,
    machine_time: String,
    file: Option<String>,
    groups: Vec<Group>,
    checks: Vec<Line>,
    steps: Vec<Line>,
    again: &'static str,
    /// The page was reached by scanning: behind the `#` there may be a statement that only the browser knows.
    scanned: bool,
}

/// Some facts under a heading.
struct Group {
    title: String,
    /// Names are masked in it.
    masked: bool,
    facts: Vec<Fact>,
}

struct Line {
    name: String,
    outcome: &'static str,
    outcome_word: String,
    sentence: String,
}

impl Answer {
    /// By fields or query number.
    pub(super) fn of_data(
        catalogue: &Catalogue,
        frame: Frame,
        found: &Verification,
        again: &'static str,
    ) -> Self {
        let same = found.verdict == Verdict::Valid;
        let mut answer = Self::new(catalogue, frame, found, again);
        if same {
            answer.word = answer.frame.t("web-verify-word-same");
            answer.sentence = answer.frame.t("web-verify-same");
        }
        answer
    }

    pub(super) fn of_file(catalogue: &Catalogue, frame: Frame, found: &Verification, name: String) -> Self {
        let mut answer = Self::new(catalogue, frame, found, "/verify/file");
        answer.file = Some(name).filter(|name| !name.is_empty());
        if found.verdict == Verdict::NoMatch {
            answer.sentence = answer.frame.t("web-verify-no-copy");
        }
        if let Some(kind) = unjudged::file(found) {
            answer.word = answer.frame.t(&format!("web-verify-word-{kind}"));
            answer.sentence = answer.frame.t(&format!("web-verify-{kind}"));
            answer.advice = answer.frame.t("web-verify-advice-not-made-here");
        }
        answer
    }

    pub(super) fn of_code(
        catalogue: &Catalogue,
        frame: Frame,
        found: &Verification,
        again: &'static str,
    ) -> Self {
        let mut answer = Self::new(catalogue, frame, found, again);
        if found.verdict == Verdict::NoMatch {
            answer.sentence = answer.frame.t("web-verify-no-code");
        }
        if unjudged::is_strange_code(found) {
            answer.sentence = answer.frame.t("web-verify-not-our-code");
            answer.advice = answer.frame.t("web-verify-advice-not-our-code");
        }
        answer
    }

    pub(super) fn of_scan(catalogue: &Catalogue, frame: Frame, found: &Verification) -> Self {
        let scanned = found.verdict != Verdict::NoMatch && found.verdict != Verdict::CannotCheck;
        Self { scanned, ..Self::of_code(catalogue, frame, found, "/verify") }
    }

    fn new(catalogue: &Catalogue, frame: Frame, found: &Verification, again: &'static str) -> Self {
        let verdict = found.verdict.as_str();
        let open = found.verdict == Verdict::Valid && found.register == Outcome::NotChecked;
        let (tone, word, sentence) = if open {
            let stated = if found.statement.is_some() { "stated" } else { "offline" };
            ("open", frame.t("web-verify-word-open"), frame.t(&format!("verdict-valid-{stated}")))
        } else {
            let word = frame.t(&format!("web-verify-word-{verdict}"));
            let sentence = match found.verdict {
                Verdict::Valid => frame.t("web-verify-valid"),
                _ => frame.t(&format!("verdict-{verdict}")),
            };
            (tone(found.verdict), word, sentence)
        };
        let advice = if open { "open" } else { verdict };
        let mut in_order: Vec<&Finding> = found.findings.iter().collect();
        in_order.sort_by_key(|finding| finding.check);
        let checks = in_order.into_iter().map(|f| check(&frame, f)).collect();
        let steps = found.steps.iter().map(|step| Line {
            name: match step.finding.outcome {
                Outcome::Pass => frame.t(&format!("step-{}", step.step)),
                _ => sentence_of(&frame, &step.finding),
            },
            sentence: step.part.clone().unwrap_or_default(),
            outcome: mark(step.finding.outcome),
            outcome_word: frame.t(&format!("outcome-{}", step.finding.outcome.as_str())),
        });
        Self {
            tone,
            word,
            sentence,
            advice: frame.t(&format!("web-verify-advice-{advice}")),
            checked_at: frame.time(found.checked_at),
            machine_time: frame.machine_time(found.checked_at),
            file: None,
            groups: groups(catalogue, &frame, found),
            checks,
            steps: steps.collect(),
            again,
            scanned: false,
            frame,
        }
    }
}

fn tone(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Valid => "good",
        Verdict::CannotCheck => "open",
        Verdict::Superseded
        | Verdict::EndorsementWithdrawn
        | Verdict::EndorsementVoid
        | Verdict::EndorsementExpired => "over",
        Verdict::Tampered
        | Verdict::UnknownIssuer
        | Verdict::SealInvalid
        | Verdict::NoMatch
        | Verdict::Revoked => "bad",
    }
}

/// The class of a line, which draws its mark.
fn mark(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::NotChecked => "unchecked",
        other => other.as_str(),
    }
}

fn check(frame: &Frame, finding: &Finding) -> Line {
    Line {
        name: frame.t(&format!("check-{}", finding.check.as_str())),
        outcome: mark(finding.outcome),
        outcome_word: frame.t(&format!("outcome-{}", finding.outcome.as_str())),
        sentence: sentence_of(frame, finding),
    }
}

/// The sentence of what was changed, or of the particular code where there is one, else that of the check's outcome.
fn sentence_of(frame: &Frame, finding: &Finding) -> String {
    let particular = format!("finding-{}-{}", finding.check.as_str(), finding.code);
    let general = format!("check-{}-{}", finding.check.as_str(), finding.outcome.as_str());
    let change = finding.values.get("change").map(|change| format!("finding-change-{change}"));
    let key = change.into_iter().chain([particular]).find(|key| has(key)).unwrap_or(general);
    let values: Vec<(&str, yinxin_words::Value)> =
        finding.values.iter().map(|(name, value)| (*name, readable(frame, value).into())).collect();
    say(frame.lang, &key, &values)
}

/// Days and times as people write them.
fn readable(frame: &Frame, value: &str) -> String {
    if let Ok(day) = value.parse::<Day>() {
        return frame.date(day);
    }
    match value.split_once('T') {
        Some((day, time)) if time.len() >= 5 => match (day.parse::<Day>(), time.get(..5)) {
            (Ok(day), Some(time)) => format!("{} {time}", frame.date(day)),
            _ => value.to_owned(),
        },
        _ => value.to_owned(),
    }
}

/// What the verifier compares with the paper before him. Masked by the use case.
fn groups(catalogue: &Catalogue, frame: &Frame, found: &Verification) -> Vec<Group> {
    // Where the register told of the copy, it says all that the statement does.
    let statement = found.statement.clone().filter(|_| found.certificate.is_none());
    let parts = [
        ("certificate", found.certificate.as_ref().and_then(as_value), CERTIFICATE),
        ("endorsement", found.endorsement.as_ref().and_then(as_value), ENDORSEMENT),
        ("statement", statement, STATEMENT),
        ("signer", found.signer.clone(), SIGNER),
    ];
    let group = |(name, part, fields): (&str, Option<Value>, &[&str])| {
        let part = part?;
        let fact = |field: &&str| {
            let value = text(frame, field, part.get(field)?)?;
            let name = frame.t(&format!("web-verify-fact-{field}"));
            if let Some(english) = in_english(catalogue, frame, found, field, &value) {
                return Some(Fact { name, value: english, register: false, printed: Some(value) });
            }
            Some(Fact { name, value, register: REGISTER.contains(field), printed: None })
        };
        let mut facts: Vec<Fact> = fields.iter().filter_map(fact).collect();
        if let Some(revocation) = part.get("revocation").filter(|value| value.is_object()) {
            let told = ["on", "reason", "basis"].into_iter().filter_map(|field| {
                let value = text(frame, field, revocation.get(field)?)?;
                let name = frame.t(&format!("web-verify-fact-revoked-{field}"));
                Some(Fact { name, value, register: field == "basis", printed: None })
            });
            facts.extend(told);
        }
        let title = frame.t(&format!("web-verify-group-{name}"));
        let masked = part.get("holder").is_some();
        (!facts.is_empty()).then_some(Group { title, masked, facts })
    };
    parts.into_iter().filter_map(group).collect()
}

/// What an English page calls a field's Chinese words, which stand beside it to be compared with the paper.
fn in_english(
    catalogue: &Catalogue,
    frame: &Frame,
    found: &Verification,
    field: &str,
    chinese: &str,
) -> Option<String> {
    let stated = |field: &str| found.statement.as_ref()?.get(field)?.as_str();
    let codes = found.certificate.as_ref().map(|certificate| &certificate.codes);
    let english = match field {
        "qualification" => qualification(frame, catalogue, &codes?.0, chinese),
        "qualification_name" => qualification(frame, catalogue, stated("qualification")?, chinese),
        "level" => frame.level(&codes?.1, chinese),
        "level_name" => frame.level(stated("level")?, chinese),
        "purpose" => scenario_in_english(frame, catalogue, &found.endorsement.as_ref()?.scenario)?,
        "scenario_name" => scenario_in_english(frame, catalogue, stated("scenario")?)?,
        _ => return None,
    };
    (english != chinese).then_some(english)
}

/// By the names that programs read: each has a sentence of its own.
fn as_value(facts: &impl serde::Serialize) -> Option<Value> {
    serde_json::to_value(facts).ok()
}

const CERTIFICATE: &[&str] = &[
    "holder",
    "document_number",
    "qualification",
    "level",
    "speciality",
    "approval_date",
    "management_number",
    "issuer",
    "licence_identifier",
];
const ENDORSEMENT: &[&str] = &["purpose", "applied_on", "valid_until", "made_at", "copy_number"];
const STATEMENT: &[&str] = &[
    "holder",
    "qualification_name",
    "level_name",
    "management_number",
    "issuer_name",
    "scenario_name",
    "valid_until",
    "copy_number",
];
/// What stands in the register or in the file: Chinese, in whatever language the page is.
const REGISTER: &[&str] = &[
    "holder",
    "qualification",
    "qualification_name",
    "level",
    "level_name",
    "speciality",
    "issuer",
    "issuer_name",
    "purpose",
    "scenario_name",
    "name",
];
const SIGNER: &[&str] = &["name", "signed_at", "certificate_valid_until", "file_sha256"];

fn text(frame: &Frame, field: &str, value: &Value) -> Option<String> {
    let text = value.as_str().filter(|text| !text.is_empty())?;
    Some(match field {
        "reason" => frame.t(&format!("revocation-reason-{text}")),
        // Known to the month alone.
        "approval_date" if text.len() == 7 => match format!("{text}-01").parse::<Day>() {
            Ok(day) => super::super::facts::approval(frame, (day, yinxin_model::Precision::Month)),
            Err(_) => text.to_owned(),
        },
        _ => readable(frame, text),
    })
}

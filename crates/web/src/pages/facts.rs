//! What a certificate states, line by line, for the pages that show one.

use crate::view::Frame;
use yinxin_app::certificate::{HolderView, View};
use yinxin_model::catalogue::{Catalogue, Contact};
use yinxin_model::{Day, Precision};

/// One line.
pub(super) struct Fact {
    pub name: String,
    pub value: String,
    /// As it stands in the register: Chinese, in whatever language the page is.
    pub register: bool,
    /// How it is printed on a copy, where the page says it in English.
    pub printed: Option<String>,
}

/// The lines of several, those left out that say nothing.
struct Facts<'a> {
    frame: &'a Frame,
    lines: Vec<Fact>,
}

impl Facts<'_> {
    fn add(&mut self, key: &str, value: impl Into<String>, register: bool) {
        let value = value.into();
        if !value.is_empty() {
            self.lines.push(Fact { name: self.frame.t(key), value, register, printed: None });
        }
    }
}

/// What a holder compares before he applies: who he is, and what he attained.
pub(super) fn brief(frame: &Frame, catalogue: &Catalogue, view: &View) -> Vec<Fact> {
    let mut facts = Facts { frame, lines: Vec::new() };
    holder(&mut facts, &view.content.holder);
    attained(&mut facts, catalogue, view);
    facts.lines
}

/// Everything.
pub(super) fn full(frame: &Frame, catalogue: &Catalogue, view: &View) -> Vec<Fact> {
    let mut facts = Facts { frame, lines: Vec::new() };
    let content = &view.content;
    holder(&mut facts, &content.holder);
    attained(&mut facts, catalogue, view);
    facts.add("web-certificates-licence", content.licence_identifier.as_deref().unwrap_or_default(), false);
    facts.add(
        "web-certificates-made-on",
        content.made_on.map(|day| frame.date(day)).unwrap_or_default(),
        false,
    );
    let half = content.half.map(|half| match half {
        yinxin_model::Half::First => frame.t("half-first"),
        yinxin_model::Half::Second => frame.t("half-second"),
    });
    let half = half.map(|half| format!(" {half}")).unwrap_or_default();
    facts.add("web-certificates-year", format!("{}{half}", content.year), false);
    facts.add("web-certificates-region", content.region.as_str(), true);
    facts.add("web-certificates-seal", view.seal_name.as_str(), true);
    facts.lines
}

fn holder(facts: &mut Facts<'_>, holder: &HolderView) {
    let frame = facts.frame;
    facts.add("web-certificates-name", holder.name.as_str(), true);
    let sex = holder.sex.map(|sex| match sex {
        yinxin_model::Sex::Male => frame.t("sex-male"),
        yinxin_model::Sex::Female => frame.t("sex-female"),
    });
    facts.add("web-certificates-sex", sex.unwrap_or_default(), false);
    facts.add(
        "web-certificates-birth",
        holder.birth_date.map(|day| frame.date(day)).unwrap_or_default(),
        false,
    );
    let kind = frame.t(&format!("document-type-{}", holder.document_type));
    facts.add("web-certificates-document", format!("{kind} {}", holder.document_number), false);
}

fn attained(facts: &mut Facts<'_>, catalogue: &Catalogue, view: &View) {
    let (frame, content) = (facts.frame, &view.content);
    let name = qualification(frame, catalogue, &content.qualification, &content.qualification_name);
    facts.add("web-certificates-qualification", name, !frame.english());
    let level = frame.level(&content.level, &content.level_name);
    let in_chinese = level == content.level_name;
    facts.add("web-certificates-level", level, in_chinese);
    facts.add("web-certificates-speciality", content.speciality.as_str(), true);
    facts.add("web-certificates-approved", approval(frame, content.approved), false);
    facts.add("web-certificates-number", view.management_number.as_str(), false);
    facts.add("web-certificates-issuer", content.issuer_name.as_str(), true);
}

/// How one reaches an organisation.
pub(super) fn contact(frame: &Frame, contact: &Contact) -> Vec<Fact> {
    let mut facts = Facts { frame, lines: Vec::new() };
    facts.add("web-certificates-phone", contact.phone.as_str(), false);
    facts.add("web-certificates-email", contact.email.as_str(), false);
    facts.add("web-certificates-hours", contact.hours.as_str(), true);
    facts.add("web-certificates-address", contact.address.as_str(), true);
    facts.lines
}

/// What an endorsement is for; in English beside the words on its copy.
pub(super) fn purpose(frame: &Frame, catalogue: &Catalogue, scenario: &str, printed: String) -> Fact {
    let name = frame.t("web-certificates-purpose");
    match scenario_in_english(frame, catalogue, scenario) {
        Some(value) => Fact { name, value, register: false, printed: Some(printed) },
        None => Fact { name, value: printed, register: true, printed: None },
    }
}

/// Where the page is English.
pub(super) fn scenario_in_english(frame: &Frame, catalogue: &Catalogue, code: &str) -> Option<String> {
    let english = catalogue.scenario(code).map(|scenario| &scenario.name_en);
    english.filter(|name| frame.english() && !name.is_empty()).cloned()
}

/// The name of a qualification in the page's language.
pub(super) fn qualification(frame: &Frame, catalogue: &Catalogue, code: &str, chinese: &str) -> String {
    let english = catalogue.qualification(code).map(|q| q.name_en.as_str()).filter(|name| !name.is_empty());
    english.filter(|_| frame.english()).unwrap_or(chinese).to_owned()
}

/// A certificate's name: 建造师（一级）.
pub(super) fn title(frame: &Frame, catalogue: &Catalogue, view: &View) -> String {
    let content = &view.content;
    let name = qualification(frame, catalogue, &content.qualification, &content.qualification_name);
    with_level(frame, name, &frame.level(&content.level, &content.level_name))
}

pub(super) fn with_level(frame: &Frame, name: String, level: &str) -> String {
    match level {
        "" => name,
        level if frame.english() => format!("{name} ({level})"),
        level => format!("{name}（{level}）"),
    }
}

/// As exactly as it is known.
pub(super) fn approval(frame: &Frame, (day, precision): (Day, Precision)) -> String {
    match precision {
        Precision::Day => frame.date(day),
        Precision::Month if frame.english() => {
            // A month is known by its first day.
            let date = frame.date(day);
            date.strip_prefix("1 ").map(str::to_owned).unwrap_or(date)
        }
        Precision::Month => {
            let (year, month, _) = day.civil();
            format!("{year}年{month}月")
        }
    }
}

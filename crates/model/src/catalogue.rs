//! The catalogue: qualifications, organisations, seals, seal rules, scenarios, scope. Data, not code.
//!
//! It ships as a seed (`seed/catalogue.toml`) that an operator can edit; the register keeps every version.
//! Reading one checks that all references within it hold.

use crate::calendar::{Day, Half};
use crate::person::half_width;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// The catalogue that a new installation starts with.
pub const SEED: &str = include_str!("../seed/catalogue.toml");

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Catalogue {
    #[serde(default)]
    pub organisation: Vec<Organisation>,
    #[serde(default)]
    pub seal: Vec<Seal>,
    #[serde(default)]
    pub qualification: Vec<Qualification>,
    #[serde(default)]
    pub seal_rule: Vec<SealRule>,
    #[serde(default)]
    pub scenario: Vec<Scenario>,
    #[serde(default)]
    pub scope: Vec<Scope>,
}

/// An issuer 发证机构 or an examination institution 考试机构.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Organisation {
    pub code: String,
    pub name: String,
    #[serde(default)]
    pub aliases: Vec<String>,
    pub kind: OrganisationKind,
    /// Unified social credit code (GB 32100), the issuer code of licence identifiers.
    pub credit_code: String,
    /// Issuers for which it may import rosters.
    pub imports_for: Vec<String>,
    /// Default region of what it imports; empty for national bodies.
    #[serde(default)]
    pub region: String,
    /// Whether a roster may leave 管理号 empty and have one made.
    #[serde(default)]
    pub mints_numbers: bool,
    pub contact: Contact,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OrganisationKind {
    Issuer,
    ExaminationInstitution,
}

/// Shown wherever a screen says 请联系证书发放机构.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    pub phone: String,
    #[serde(default)]
    pub email: String,
    #[serde(default)]
    pub address: String,
    #[serde(default)]
    pub hours: String,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Seal {
    pub code: String,
    pub organisation: String,
    pub name: String,
    pub family: SealFamily,
    /// Face template of the certificates that bear it.
    pub template: String,
}

/// The ministry's seal, or that of an association, society or designated body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SealFamily {
    Ministry,
    Association,
}

impl SealFamily {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ministry => "ministry",
            Self::Association => "association",
        }
    }
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Qualification {
    pub code: String,
    pub name: String,
    pub name_en: String,
    #[serde(default)]
    pub aliases: Vec<String>,
    pub kind: QualificationKind,
    /// Licence type code of GB/T 36904 identifiers; empty where not made here.
    #[serde(default)]
    pub type_code: String,
    #[serde(default)]
    pub levels: Vec<Level>,
    /// Known specialities; others are imported with a warning.
    #[serde(default)]
    pub specialities: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum QualificationKind {
    /// 准入类
    Admission,
    /// 水平评价类
    Proficiency,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Level {
    pub code: String,
    pub name: String,
}

/// Which seal a certificate bears: the first rule that matches. An absent condition matches everything.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct SealRule {
    pub qualification: String,
    #[serde(default)]
    pub levels: Vec<String>,
    pub from_year: Option<i32>,
    pub until_year: Option<i32>,
    pub half: Option<Half>,
    /// Conditions on 制发日期, inclusive.
    pub made_from: Option<Day>,
    pub made_until: Option<Day>,
    pub seal: String,
}

/// 使用场景: what an endorsement is for.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    pub code: String,
    pub name: String,
    pub name_en: String,
    /// Whether the applicant adds words of his own to the purpose.
    #[serde(default)]
    pub addition: Addition,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Addition {
    #[default]
    None,
    Optional,
    Required,
}

/// 证书查询验证范围: what is online.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Scope {
    pub qualification: String,
    /// Level codes; empty for all.
    #[serde(default)]
    pub levels: Vec<String>,
    pub from_year: i32,
    /// `None`: to the present.
    pub until_year: Option<i32>,
    /// Regions; empty for the whole country.
    #[serde(default)]
    pub regions: Vec<String>,
}

/// What the seal rule is asked with.
#[derive(Clone, Copy, Debug)]
pub struct SealQuestion<'a> {
    pub qualification: &'a str,
    pub level: &'a str,
    pub year: i32,
    pub half: Option<Half>,
    pub made_on: Day,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadCatalogue {
    #[error("the catalogue is not valid TOML of the expected form: {0}")]
    Form(String),
    #[error("{kind} `{code}` stands twice in the catalogue")]
    Twice { kind: &'static str, code: String },
    #[error("{place} names the {kind} `{code}`, which the catalogue does not have")]
    Dangling { place: String, kind: &'static str, code: String },
    #[error("`{code}` is not a code: 1–32 of a-z, 0-9, `_`, `-`")]
    Code { code: String },
}

impl Catalogue {
    pub fn parse(text: &str) -> Result<Self, BadCatalogue> {
        let read: Self = toml::from_str(text).map_err(|e| BadCatalogue::Form(e.to_string()))?;
        read.check().map(|()| read)
    }

    pub fn find_organisation(&self, text: &str) -> Option<&Organisation> {
        let wanted = folded(text);
        self.organisation.iter().find(|o| {
            folded(&o.code) == wanted
                || folded(&o.name) == wanted
                || o.aliases.iter().any(|a| folded(a) == wanted)
        })
    }

    pub fn organisation(&self, code: &str) -> Option<&Organisation> {
        self.organisation.iter().find(|o| o.code == code)
    }

    pub fn qualification(&self, code: &str) -> Option<&Qualification> {
        self.qualification.iter().find(|q| q.code == code)
    }

    /// By code, Chinese or English name, or alias.
    pub fn find_qualification(&self, text: &str) -> Option<&Qualification> {
        let wanted = folded(text);
        self.qualification.iter().find(|q| q.is_called(&wanted))
    }

    /// `一级建造师` and `建造师（一级）` name a qualification and its level at once.
    pub fn find_qualification_with_level(&self, text: &str) -> Option<(&Qualification, &Level)> {
        let wanted = folded(text);
        self.qualification.iter().find_map(|q| {
            let level = q.levels.iter().find(|l| {
                let name = folded(&l.name);
                let before = wanted.strip_prefix(&name).is_some_and(|rest| q.is_called(rest));
                let rest = wanted
                    .strip_suffix(')')
                    .and_then(|w| w.strip_suffix(&name))
                    .and_then(|w| w.strip_suffix('('));
                before || rest.is_some_and(|rest| q.is_called(rest))
            })?;
            Some((q, level))
        })
    }

    pub fn scenario(&self, code: &str) -> Option<&Scenario> {
        self.scenario.iter().find(|s| s.code == code)
    }

    pub fn seal(&self, code: &str) -> Option<&Seal> {
        self.seal.iter().find(|s| s.code == code)
    }

    /// The seal that a certificate bears; `None` where the qualification is not made centrally.
    pub fn seal_for(&self, question: &SealQuestion) -> Option<&Seal> {
        self.seal_rule.iter().find(|rule| rule.matches(question)).and_then(|rule| self.seal(&rule.seal))
    }

    /// Whether any rule gives the qualification a seal, i.e. it is made centrally (DOMAIN §7).
    pub fn made_here(&self, qualification: &str) -> bool {
        self.seal_rule.iter().any(|r| r.qualification == qualification)
    }

    /// Whether certificates of this kind are declared online.
    pub fn in_scope(&self, qualification: &str, level: &str, year: i32, region: &str) -> bool {
        self.scope.iter().any(|s| {
            s.qualification == qualification
                && (s.levels.is_empty() || s.levels.iter().any(|l| l == level))
                && year >= s.from_year
                && s.until_year.is_none_or(|until| year <= until)
                && (s.regions.is_empty() || s.regions.iter().any(|r| r == region))
        })
    }

    fn check(&self) -> Result<(), BadCatalogue> {
        unique("organisation", self.organisation.iter().map(|o| &o.code))?;
        unique("seal", self.seal.iter().map(|s| &s.code))?;
        unique("qualification", self.qualification.iter().map(|q| &q.code))?;
        unique("scenario", self.scenario.iter().map(|s| &s.code))?;
        for organisation in &self.organisation {
            for issuer in &organisation.imports_for {
                self.known(self.organisation(issuer).is_some(), &organisation.code, "organisation", issuer)?;
            }
        }
        for seal in &self.seal {
            let known = self.organisation(&seal.organisation).is_some();
            self.known(known, &seal.code, "organisation", &seal.organisation)?;
        }
        for rule in &self.seal_rule {
            self.known(self.seal(&rule.seal).is_some(), "a seal rule", "seal", &rule.seal)?;
            self.check_levels("a seal rule", &rule.qualification, &rule.levels)?;
        }
        self.scope.iter().try_for_each(|s| self.check_levels("a scope", &s.qualification, &s.levels))
    }

    fn check_levels(&self, place: &str, qualification: &str, levels: &[String]) -> Result<(), BadCatalogue> {
        let found = self.qualification(qualification);
        self.known(found.is_some(), place, "qualification", qualification)?;
        levels.iter().try_for_each(|level| {
            let known = found.is_some_and(|q| q.levels.iter().any(|l| l.code == *level));
            self.known(known, place, "level", level)
        })
    }

    fn known(&self, known: bool, place: &str, kind: &'static str, code: &str) -> Result<(), BadCatalogue> {
        let dangling = || BadCatalogue::Dangling { place: place.into(), kind, code: code.into() };
        known.then_some(()).ok_or_else(dangling)
    }
}

impl Qualification {
    fn is_called(&self, folded_text: &str) -> bool {
        let names = [&self.code, &self.name, &self.name_en];
        names.into_iter().chain(&self.aliases).any(|n| folded(n) == folded_text)
    }

    /// By code or name; full-width digits and the usual synonyms are read.
    pub fn find_level(&self, text: &str) -> Option<&Level> {
        let wanted = folded(text);
        self.levels.iter().find(|l| folded(&l.name) == wanted || l.code == wanted)
    }

    pub fn level_name(&self, code: &str) -> &str {
        self.levels.iter().find(|l| l.code == code).map_or("", |l| l.name.as_str())
    }
}

impl SealRule {
    fn matches(&self, q: &SealQuestion) -> bool {
        self.qualification == q.qualification
            && (self.levels.is_empty() || self.levels.iter().any(|l| l == q.level))
            && self.from_year.is_none_or(|from| q.year >= from)
            && self.until_year.is_none_or(|until| q.year <= until)
            && self.half.is_none_or(|half| q.half == Some(half))
            && self.made_from.is_none_or(|from| q.made_on >= from)
            && self.made_until.is_none_or(|until| q.made_on <= until)
    }
}

/// Spaces dropped, full-width ASCII read, case folded, brackets unified: how names in rosters are compared.
fn folded(text: &str) -> String {
    text.chars().map(half_width).filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
}

fn unique<'a>(kind: &'static str, codes: impl Iterator<Item = &'a String>) -> Result<(), BadCatalogue> {
    let mut seen = HashSet::new();
    for code in codes {
        let good = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-';
        if code.is_empty() || code.len() > 32 || !code.bytes().all(good) {
            return Err(BadCatalogue::Code { code: code.chars().take(40).collect() });
        }
        if !seen.insert(code) {
            return Err(BadCatalogue::Twice { kind, code: code.clone() });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seed() -> Catalogue {
        Catalogue::parse(SEED).unwrap()
    }

    #[test]
    fn the_seed_is_the_published_catalogue() {
        let seed = seed();
        let of = |kind| seed.qualification.iter().filter(|q| q.kind == kind).count();
        assert_eq!(of(QualificationKind::Admission), 33);
        assert_eq!(of(QualificationKind::Proficiency), 26);
        for organisation in ["mohrss", "caa", "cctaa", "cba", "bj-rsks", "yn-rsks"] {
            assert!(seed.organisation(organisation).is_some(), "{organisation}");
        }
        for q in seed.qualification.iter().filter(|q| seed.made_here(&q.code)) {
            let id = crate::licence::LicenceIdentifier::mint(&q.type_code, "11430000006122244L", "123456", 1);
            assert!(id.is_ok(), "{} has no usable type code", q.code);
        }
    }

    #[test]
    fn rosters_name_things_in_many_ways() {
        let seed = seed();
        for text in ["建造师", "constructor", " 建 造 师 ", "Constructor"] {
            assert_eq!(seed.find_qualification(text).unwrap().code, "constructor", "{text}");
        }
        for text in ["一级建造师", "建造师（一级）", "建造师(一级)"] {
            let (q, level) = seed.find_qualification_with_level(text).unwrap();
            assert_eq!((q.code.as_str(), level.code.as_str()), ("constructor", "1"), "{text}");
        }
        assert_eq!(seed.find_organisation("人力资源和社会保障部").unwrap().code, "mohrss");
        assert_eq!(seed.find_organisation("MOHRSS").unwrap().code, "mohrss");
        assert!(seed.find_qualification("炼金术士").is_none());
    }

    #[test]
    fn the_seal_is_data() {
        let seed = seed();
        let day = Day::new(2022, 1, 1).unwrap();
        let seal = |qualification, level| {
            let question = SealQuestion { qualification, level, year: 2021, half: None, made_on: day };
            seed.seal_for(&question).map(|s| (s.code.as_str(), s.family))
        };
        assert_eq!(seal("constructor", "1"), Some(("mohrss", SealFamily::Ministry)));
        assert_eq!(seal("auctioneer", ""), Some(("caa", SealFamily::Association)));
        assert_eq!(seal("banking", "intermediate"), Some(("cba", SealFamily::Association)));
        assert_eq!(seal("constructor", "2"), None, "second-level constructors are a province's");
        assert_eq!(seal("teacher", ""), None);
    }

    #[test]
    fn mistakes_are_named() {
        let broken = SEED.replacen("seal = \"cctaa\"", "seal = \"nobody\"", 1);
        assert!(matches!(Catalogue::parse(&broken), Err(BadCatalogue::Dangling { kind: "seal", .. })));
        let twice = format!("{SEED}\n[[scenario]]\ncode = \"self\"\nname = \"x\"\nname_en = \"x\"\n");
        assert!(matches!(Catalogue::parse(&twice), Err(BadCatalogue::Twice { kind: "scenario", .. })));
        assert!(matches!(Catalogue::parse("colour = 1"), Err(BadCatalogue::Form(_))));
    }
}

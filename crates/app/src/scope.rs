//! 证书查询验证范围: what is declared online, and how much of it is.

use crate::error::Result;
use crate::system::System;
use serde::Serialize;
use yinxin_model::catalogue::Scope;
use yinxin_store::scope;

#[derive(Debug, Serialize)]
pub struct Line {
    pub qualification: String,
    pub qualification_name: String,
    /// Empty: all levels of the qualification.
    pub levels: Vec<String>,
    pub from_year: i32,
    /// `None`: to the present.
    pub until_year: Option<i32>,
    /// Empty: the whole country.
    pub regions: Vec<String>,
    /// Certificates of this line in the register.
    pub online: u64,
}

/// What of the scope is looked for; what is not said is not asked.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Codes of the catalogue.
    pub qualification: Option<String>,
    pub level: Option<String>,
    pub year: Option<i32>,
    pub region: Option<String>,
}

/// What can be chosen in a filter.
#[derive(Debug, Default)]
pub struct Choices {
    /// Code, Chinese and English name; those that are in the scope.
    pub qualifications: Vec<(String, String, String)>,
    /// Code and name.
    pub levels: Vec<(String, String)>,
    pub regions: Vec<String>,
    /// The earliest and the latest.
    pub years: (i32, i32),
}

/// One line for each declaration of the catalogue, with what the register counts for it.
pub async fn scope(system: &System) -> Result<Vec<Line>> {
    find(system, &Filter::default()).await
}

/// The lines in which what is looked for may lie, and how much of that is online.
pub async fn find(system: &System, filter: &Filter) -> Result<Vec<Line>> {
    let counted = system.db.read(|tx| Box::pin(async move { scope::list(tx).await })).await?;
    let declared = system.catalogue.scope.iter().filter(|declared| filter.touches(system, declared));
    let lines = declared.map(|declared| {
        let qualification = system.catalogue.qualification(&declared.qualification);
        let within = |line: &&scope::Line| covers(declared, line) && filter.wants(line);
        Line {
            qualification: declared.qualification.clone(),
            qualification_name: qualification.map(|q| q.name.clone()).unwrap_or_default(),
            levels: declared.levels.clone(),
            from_year: declared.from_year,
            until_year: declared.until_year,
            regions: declared.regions.clone(),
            online: counted.iter().filter(within).map(|line| line.online).sum(),
        }
    });
    Ok(lines.collect())
}

/// What the scope holds, each once, in the catalogue's order.
pub fn choices(system: &System) -> Choices {
    let this_year = system.today().year();
    let mut choices = Choices { years: (this_year, this_year), ..Choices::default() };
    for declared in &system.catalogue.scope {
        choices.years.0 = choices.years.0.min(declared.from_year);
        let Some(found) = system.catalogue.qualification(&declared.qualification) else { continue };
        if !choices.qualifications.iter().any(|(code, ..)| *code == found.code) {
            choices.qualifications.push((found.code.clone(), found.name.clone(), found.name_en.clone()));
        }
        for level in &found.levels {
            if !choices.levels.iter().any(|(code, _)| *code == level.code) {
                choices.levels.push((level.code.clone(), level.name.clone()));
            }
        }
    }
    let own = system.catalogue.organisation.iter().map(|organisation| &organisation.region);
    let declared = system.catalogue.scope.iter().flat_map(|declared| &declared.regions);
    choices.regions = own.chain(declared).filter(|region| !region.is_empty()).cloned().collect();
    choices.regions.sort_unstable();
    choices.regions.dedup();
    choices
}

impl Filter {
    /// Whether something that is looked for may lie in what is declared.
    fn touches(&self, system: &System, declared: &Scope) -> bool {
        let has_level = |level: &String| {
            let known = system.catalogue.qualification(&declared.qualification);
            let known = known.is_some_and(|found| found.levels.iter().any(|one| one.code == *level));
            known && (declared.levels.is_empty() || declared.levels.contains(level))
        };
        let in_region = |region: &String| declared.regions.is_empty() || declared.regions.contains(region);
        self.qualification.as_ref().is_none_or(|code| *code == declared.qualification)
            && self.level.as_ref().is_none_or(has_level)
            && self.region.as_ref().is_none_or(in_region)
            && self.year.is_none_or(|year| {
                year >= declared.from_year && declared.until_year.is_none_or(|until| year <= until)
            })
    }

    fn wants(&self, line: &scope::Line) -> bool {
        self.level.as_ref().is_none_or(|level| *level == line.level)
            && self.region.as_ref().is_none_or(|region| *region == line.region)
            && self.year.is_none_or(|year| year == line.year)
    }
}

fn covers(declared: &Scope, line: &scope::Line) -> bool {
    line.qualification == declared.qualification
        && (declared.levels.is_empty() || declared.levels.contains(&line.level))
        && line.year >= declared.from_year
        && declared.until_year.is_none_or(|until| line.year <= until)
        && (declared.regions.is_empty() || declared.regions.contains(&line.region))
}

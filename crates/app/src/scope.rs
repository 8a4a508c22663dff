//! 证书查询验证范围: what is declared online, and how much of it is.

use crate::error::Result;
use crate::system::System;
use serde::Serialize;
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

/// One line for each declaration of the catalogue, with what the register counts for it.
pub async fn scope(system: &System) -> Result<Vec<Line>> {
    let counted = system.db.read(|tx| Box::pin(async move { scope::list(tx).await })).await?;
    let lines = system.catalogue.scope.iter().map(|declared| {
        let qualification = system.catalogue.qualification(&declared.qualification);
        let within = |line: &&scope::Line| {
            line.qualification == declared.qualification
                && (declared.levels.is_empty() || declared.levels.contains(&line.level))
                && line.year >= declared.from_year
                && declared.until_year.is_none_or(|until| line.year <= until)
                && (declared.regions.is_empty() || declared.regions.contains(&line.region))
        };
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

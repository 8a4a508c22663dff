//! The news of the portal: what went online (…证书已生成，可以随时查询打印), and the operator's notices.

use crate::error::Result;
use crate::portal_texts::{self, Text};
use crate::system::System;
use yinxin_model::Day;
use yinxin_store::scope;

/// One piece of news, in one language.
#[derive(Clone, Debug)]
pub struct News {
    pub on: Day,
    pub told: Told,
}

#[derive(Clone, Debug)]
pub enum Told {
    /// Certificates of this kind and year went online.
    Release(Release),
    Notice {
        title: String,
        text: Text,
    },
}

#[derive(Clone, Debug)]
pub struct Release {
    pub qualification: String,
    /// Empty where the qualification has no levels.
    pub level: String,
    pub level_code: String,
    pub year: i32,
    pub certificates: u64,
}

/// Newest first, at most `limit`; of one day notices come before releases. `tag`: of a language.
pub async fn news(system: &System, tag: &str, limit: u32) -> Result<Vec<News>> {
    let today = system.today();
    let found =
        system.db.read(move |tx| Box::pin(async move { scope::releases(tx, today, limit).await })).await?;
    let texts = portal_texts::texts(system);
    let notices = texts.in_language(tag).notices.iter().filter(|notice| notice.on <= today);
    let notices = notices.map(|notice| News {
        on: notice.on,
        told: Told::Notice { title: notice.title.clone(), text: notice.text.clone() },
    });
    let mut all: Vec<News> = notices.collect();
    all.extend(found.into_iter().filter_map(|release| release_of(system, tag, release)));
    all.sort_by_key(|news| std::cmp::Reverse(news.on));
    all.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(all)
}

/// `None`: the catalogue no longer knows what it was.
fn release_of(system: &System, tag: &str, release: scope::Release) -> Option<News> {
    let qualification = system.catalogue.qualification(&release.qualification)?;
    let name = if tag.starts_with("en") { &qualification.name_en } else { &qualification.name };
    let told = Told::Release(Release {
        qualification: name.clone(),
        level: qualification.level_name(&release.level).to_owned(),
        level_code: release.level,
        year: release.year,
        certificates: release.online,
    });
    Some(News { on: release.day, told })
}

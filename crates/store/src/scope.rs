//! What is online, and what the public asked: counters without personal data.

use crate::args;
use crate::db::{Arg, Tx, statements};
use crate::error::Result;
use std::collections::BTreeMap;
use yinxin_model::Day;

/// How many certificates of one kind, year and region have gone online.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub qualification: String,
    pub level: String,
    pub year: i32,
    pub region: String,
    pub online: u64,
}

/// Certificates of one kind and year that went online on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    pub day: Day,
    pub qualification: String,
    pub level: String,
    pub year: i32,
    pub online: u64,
}

/// How often a public way was used on one day, with which outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accesses {
    pub day: Day,
    pub way: String,
    pub outcome: String,
    pub count: u64,
}

/// Row counts that `doctor` shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counts {
    pub online: u64,
    pub intents_open: u64,
    pub jobs_waiting: u64,
    pub jobs_failed: u64,
    pub outbox_waiting: u64,
    pub audit_waiting: u64,
    pub batches_importing: u64,
    pub requests_open: u64,
}

statements! {
    ADD = "INSERT INTO scope_count (qualification, level, year, region, online) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (qualification, level, year, region) DO UPDATE SET online = scope_count.online + excluded.online";
    ADD_RELEASE = "INSERT INTO release_count (day, qualification, level, year, online) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (day, qualification, level, year) DO UPDATE SET online = release_count.online + excluded.online";
    RELEASES = "SELECT day, qualification, level, year, online FROM release_count WHERE day <= $1
        ORDER BY day DESC, year DESC, qualification, level LIMIT $2";
    LIST = "SELECT qualification, level, year, region, online FROM scope_count
        ORDER BY qualification, level, year, region";
    ACCESS = "INSERT INTO access_count (day, way, outcome, count) VALUES ($1, $2, $3, $4)
        ON CONFLICT (day, way, outcome) DO UPDATE SET count = access_count.count + excluded.count";
    ACCESSES = "SELECT day, way, outcome, count FROM access_count WHERE day >= $1 ORDER BY day, way, outcome";
    COUNTS = "SELECT
        (SELECT CAST(coalesce(sum(online), 0) AS BIGINT) FROM scope_count),
        (SELECT count(*) FROM intent WHERE state = 'open'),
        (SELECT count(*) FROM job WHERE state = 'waiting'),
        (SELECT count(*) FROM job WHERE state = 'failed'),
        (SELECT count(*) FROM outbox WHERE state = 'waiting'),
        (SELECT count(*) FROM audit_pending),
        (SELECT count(*) FROM batch WHERE state = 'importing'),
        (SELECT count(*) FROM change_request WHERE state = 'open')";
}

/// What a chunk of a publication adds.
#[derive(Debug, Default)]
pub(crate) struct Additions(BTreeMap<(String, String, i32, String), i64>);

impl Additions {
    pub(crate) fn add(&mut self, qualification: String, level: String, year: i32, region: String) {
        *self.0.entry((qualification, level, year, region)).or_default() += 1;
    }
}

/// In the order of the key, so that two publications cannot wait for each other in a circle. `day`: of publication.
pub(crate) async fn add(tx: &mut Tx, additions: Additions, day: Day) -> Result<()> {
    let mut released: BTreeMap<(&str, &str, i32), i64> = BTreeMap::new();
    for ((qualification, level, year, _), online) in &additions.0 {
        *released.entry((qualification, level, *year)).or_default() += online;
    }
    let many: Vec<Vec<Arg<'_>>> =
        released.iter().map(|((q, level, year), n)| args![day, *q, *level, *year, *n].to_vec()).collect();
    tx.each(ADD_RELEASE, &many).await?;
    let many: Vec<Vec<Arg<'_>>> = additions
        .0
        .iter()
        .map(|((q, level, year, region), n)| args![q, level, *year, region, *n].to_vec())
        .collect();
    tx.each(ADD, &many).await.map(|_| ())
}

/// What went online, newest day first, until `today`.
pub async fn releases(tx: &mut Tx, today: Day, limit: u32) -> Result<Vec<Release>> {
    let mut found = Vec::new();
    for row in tx.all(RELEASES, args![today, limit]).await? {
        let mut f = row.fields();
        found.push(Release {
            day: f.take()?,
            qualification: f.take()?,
            level: f.take()?,
            year: f.take()?,
            online: f.take()?,
        });
    }
    Ok(found)
}

/// The verification scope in figures.
pub async fn list(tx: &mut Tx) -> Result<Vec<Line>> {
    let mut lines = Vec::new();
    for row in tx.all(LIST, &[]).await? {
        let mut f = row.fields();
        lines.push(Line {
            qualification: f.take()?,
            level: f.take()?,
            year: f.take()?,
            region: f.take()?,
            online: f.take()?,
        });
    }
    Ok(lines)
}

/// Adds to a counter. Callers gather counts and must not let its failure fail a look-up.
pub async fn count_access(tx: &mut Tx, day: Day, way: &str, outcome: &str, count: u32) -> Result<()> {
    tx.exec(ACCESS, args![day, way, outcome, count]).await.map(|_| ())
}

pub async fn accesses(tx: &mut Tx, since: Day) -> Result<Vec<Accesses>> {
    let mut found = Vec::new();
    for row in tx.all(ACCESSES, args![since]).await? {
        let mut f = row.fields();
        found.push(Accesses { day: f.take()?, way: f.take()?, outcome: f.take()?, count: f.take()? });
    }
    Ok(found)
}

pub async fn counts(tx: &mut Tx) -> Result<Counts> {
    let row = tx.one(COUNTS, &[]).await?;
    let mut f = row.fields();
    Ok(Counts {
        online: f.take()?,
        intents_open: f.take()?,
        jobs_waiting: f.take()?,
        jobs_failed: f.take()?,
        outbox_waiting: f.take()?,
        audit_waiting: f.take()?,
        batches_importing: f.take()?,
        requests_open: f.take()?,
    })
}

//! `demo`: a country in a minute. Everything in it goes through the use cases that real data would, under a clock that
//! walks through the past half year, so that every case of DOMAIN §2 is there to be tried.

pub mod people;
mod rosters;

use crate::batch::{self, Step};
use crate::change::{self, Change, Decision};
use crate::endorse;
use crate::error::{Error, Result};
use crate::home::Home;
use crate::import::{self, Report};
use crate::init;
use crate::system::{System, World};
use crate::{certificate as certificates, copy};
use rosters::{Country, Row};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use yinxin_model::ports::Clock;
use yinxin_model::{Format, Id, Instant, Subject};
use yinxin_store::{Place, account, catalogue, credential};

const DAY_MS: i64 = 86_400_000;
/// When the demo's story begins, in days before now.
const BEGINNING: i64 = 200;
/// With which the demo's holders log in; told to whoever asks, like everything in it.
const PASSWORD: &str = "yinxin-demo-2026";
/// Where their messages would go: a number that no network has given out.
const CONTACT: &str = "sms:+8619900000000";
/// The mark that the story was told to its end.
const META_COUNTRY: &str = "demo_country";
/// The story names people: synthetic ones, and sealed all the same, so that no name stands in the database in plain.
const STORY: Place<'static> = Place { table: "meta", column: "value", row: META_COUNTRY.as_bytes() };

pub struct Request {
    pub holders: u32,
    pub database: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct Made {
    pub data: String,
    /// The country was there already; nothing was changed.
    pub repeated: bool,
    pub holders: u32,
    pub certificates: u64,
    pub endorsements: BTreeMap<String, u32>,
    /// Somebody for every case, to be tried from the command line.
    pub cases: Vec<Case>,
    /// Holders who can log in to the portal.
    #[serde(default)]
    pub logins: Vec<Login>,
}

/// With what one of the demo's holders logs in.
#[derive(Debug, Serialize, Deserialize)]
pub struct Login {
    /// As in [`Case`].
    pub case: String,
    pub name: String,
    pub document_type: String,
    pub document: String,
    pub password: String,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct Case {
    pub case: String,
    pub name: String,
    pub document_type: String,
    pub document: String,
    pub management_number: String,
    pub endorsement: Option<Id>,
}

/// A clock that the story moves.
struct StoryClock {
    now: AtomicI64,
}

impl Clock for StoryClock {
    /// A millisecond later each time, so that what happens in sequence is ordered.
    fn now(&self) -> Instant {
        Instant(self.now.fetch_add(1, Ordering::Relaxed))
    }
}

pub async fn demo(home: &Home, request: Request, world: &World, report: Report<'_>) -> Result<Made> {
    match home.instance()? {
        Some(instance) if !instance.demo => return Err(Error::forbidden("not_a_demo")),
        Some(_) => {
            let system = System::open(home.clone(), request.database.as_deref(), world.clone()).await?;
            match told(&system).await? {
                Told::Whole(story) => return Ok(Made { repeated: true, ..story }),
                Told::Half => {
                    return Err(Error::conflict("demo_half_made").with("data", home.dir().display()));
                }
                Told::Not => return tell(system, &request, world, report).await,
            }
        }
        None => {}
    }
    let beginning = World { clock: Arc::new(story(world, BEGINNING)), ..world.clone() };
    let made = init::Request { production: false, operator: None, database: request.database.clone() };
    init::init(home, made, &beginning).await?;
    let system = System::open(home.clone(), request.database.as_deref(), world.clone()).await?;
    tell(system, &request, world, report).await
}

enum Told {
    /// What was answered when it was told.
    Whole(Made),
    Half,
    Not,
}

async fn told(system: &System) -> Result<Told> {
    let read = system.db.read(|tx| {
        Box::pin(async move {
            let mark = catalogue::meta(tx, META_COUNTRY).await?;
            let batches = yinxin_store::scope::counts(tx).await?;
            Ok((mark, batches.online))
        })
    });
    Ok(match read.await? {
        (Some(sealed), _) => Told::Whole(recall(system, &sealed)),
        (None, 0) => Told::Not,
        (None, _) => Told::Half,
    })
}

/// The answer of the first telling; without its cases once the key that it was sealed with is retired.
fn recall(system: &System, sealed: &str) -> Made {
    let opened = crate::unhex(sealed).and_then(|sealed| system.vault.open(STORY, &sealed).ok());
    opened.and_then(|plain| serde_json::from_slice(&plain).ok()).unwrap_or_else(|| Made {
        data: system.home.dir().display().to_string(),
        repeated: true,
        holders: 0,
        certificates: 0,
        endorsements: BTreeMap::new(),
        cases: Vec::new(),
        logins: Vec::new(),
    })
}

fn story(world: &World, days_ago: i64) -> StoryClock {
    StoryClock { now: AtomicI64::new(world.clock.now().0 - days_ago * DAY_MS) }
}

async fn tell(system: System, request: &Request, world: &World, report: Report<'_>) -> Result<Made> {
    let clerk = system.staff("clerk").await?;
    let approver = system.staff("approver").await?;
    let country = Country::new(request.holders);
    let mut teller = Teller {
        system,
        world,
        clerk,
        approver,
        endorsements: BTreeMap::new(),
        cases: Vec::new(),
        logins: Vec::new(),
        done: 0,
        steps: u64::from(request.holders) + u64::from(request.holders) / 3,
        report,
    };
    teller.publications(&country).await?;
    teller.endorsements(&country).await?;
    teller.changes(&country).await?;
    teller.accounts(&country).await?;
    teller.unfinished(&country).await?;
    teller.finish(request.holders).await
}

struct Teller<'a> {
    system: System,
    world: &'a World,
    clerk: Subject,
    approver: Subject,
    endorsements: BTreeMap<String, u32>,
    cases: Vec<Case>,
    logins: Vec<Login>,
    done: u64,
    steps: u64,
    report: Report<'a>,
}

impl Teller<'_> {
    /// The system as it was so many days ago.
    fn ago(&self, days: i64) -> System {
        self.system.with_clock(Arc::new(story(self.world, days)))
    }

    fn progress(&mut self, steps: u64) {
        self.done = (self.done + steps).min(self.steps);
        (self.report)(self.done, self.steps);
    }

    /// Rosters of all organisations: imported, approved by another, published.
    async fn publications(&mut self, country: &Country) -> Result<()> {
        for roster in &country.rosters {
            let system = self.ago(BEGINNING - 10);
            let batch = self.import(&system, &roster.organisation, &roster.name, &roster.rows).await?;
            batch::step(&system, &self.clerk, batch, Step::Submit).await?;
            batch::step(&system, &self.approver, batch, Step::Approve).await?;
            batch::publish(&system, &self.clerk, batch, &|_, _| {}).await?;
            self.progress(roster.rows.len() as u64);
        }
        Ok(())
    }

    async fn import(&self, system: &System, organisation: &str, name: &str, rows: &[Row]) -> Result<Id> {
        let request = import::Request {
            bytes: rosters::csv(rows),
            file_name: format!("{name}.csv"),
            organisation: organisation.to_owned(),
            photos: None,
            dry_run: false,
        };
        let imported = import::import(system, &self.clerk, request, &|_, _| {}).await?;
        let wrong = || {
            let first = imported.errors.first().map(|e| format!("{}:{} {}", e.row, e.column, e.rule));
            Error::internal("demo_failed").with("roster", name).with("error", first.unwrap_or_default())
        };
        imported.batch.ok_or_else(wrong)
    }

    /// Of every ten who may, one has an expired endorsement, one has one in force; a few withdrew or used up the quota.
    async fn endorsements(&mut self, country: &Country) -> Result<()> {
        for (i, row) in country.endorsable().enumerate() {
            match i % 20 {
                0 | 10 => {
                    let id = self.endorse(150, row, 30).await?;
                    self.count("expired", 1);
                    self.case_once("expired_endorsement", row, Some(id));
                }
                3 | 13 => {
                    let id = self.endorse(20, row, 90).await?;
                    self.count("ready", 1);
                    self.case_once("endorsement_in_force", row, Some(id));
                }
                7 if i % 100 == 7 => {
                    let id = self.endorse(15, row, 60).await?;
                    endorse::withdraw(&self.ago(14), &self.clerk, id, None).await?;
                    self.count("withdrawn", 1);
                    self.case_once("withdrawn_endorsement", row, Some(id));
                }
                17 if i % 100 == 17 => {
                    for days in [40, 30, 10] {
                        self.endorse(days, row, 5).await?;
                    }
                    self.count("expired", 3);
                    self.case_once("quota_used_up", row, None);
                }
                _ => {}
            }
            if i % 3 == 0 {
                self.progress(1);
            }
        }
        Ok(())
    }

    async fn endorse(&self, days_ago: i64, row: &Row, days: i32) -> Result<Id> {
        let system = self.ago(days_ago);
        let request = endorse::Request {
            certificate: (&row.number).into(),
            scenario: "self".into(),
            addition: String::new(),
            days,
            idempotency_key: Some(format!("demo-{days_ago}")),
            on_behalf: None,
        };
        Ok(endorse::endorse(&system, &self.clerk, request).await?.endorsement)
    }

    /// Corrections and revocations void what is in force; one revocation is reversed.
    async fn changes(&mut self, country: &Country) -> Result<()> {
        let mut rows = country.endorsable().skip(1).step_by(20);
        for row in rows.by_ref().take(3) {
            let id = self.endorse(30, row, 90).await?;
            let fields = vec![("speciality".to_owned(), row.other_speciality())];
            self.change(9, row, Change::Correction { fields, basis: "更正（演示）".into() }).await?;
            self.count("voided", 1);
            self.case_once("corrected_certificate", row, Some(id));
        }
        for (i, row) in rows.by_ref().take(4).enumerate() {
            let id = self.endorse(30, row, 90).await?;
            let basis = "《专业技术人员资格考试违纪违规行为处理规定》（演示）".to_owned();
            let revocation = Change::Revocation { reason: "misconduct".into(), basis, on: None };
            self.change(8, row, revocation).await?;
            self.count("voided", 1);
            if i == 0 {
                self.change(5, row, Change::Reinstatement { basis: "复核后恢复（演示）".into() }).await?;
                self.case_once("reinstated_certificate", row, None);
            } else {
                self.case_once("revoked_certificate", row, Some(id));
            }
        }
        Ok(())
    }

    async fn change(&self, days_ago: i64, row: &Row, change: Change) -> Result<()> {
        let system = self.ago(days_ago);
        let asked = change::request(&system, &self.clerk, &row.number, change).await?;
        change::decide(&system, &self.approver, asked.request, Decision::Approve).await.map(|_| ())
    }

    /// Registered and proved holders: one with both seal families, one whose identity was corrected afterwards, one who
    /// has nothing.
    async fn accounts(&mut self, country: &Country) -> Result<()> {
        for (case, row) in [("both_seal_families", &country.both), ("rare_character", &country.rare)] {
            self.register(row).await?;
            self.case(case, row, None);
        }
        self.login("both_seal_families", &country.both);
        let renamed = &country.renamed;
        self.register(renamed).await?;
        self.login("identity_corrected_old_name", renamed);
        let fields = vec![("name".to_owned(), country.new_name.clone())];
        self.change(4, renamed, Change::Correction { fields, basis: "姓名更正（演示）".into() }).await?;
        self.case("identity_corrected_old_name", renamed, None);
        let again = Row { name: country.new_name.clone(), ..renamed.clone() };
        self.case("identity_corrected_new_name", &again, None);
        self.register(&country.nobody).await?;
        self.login("no_certificate", &country.nobody);
        self.case("no_certificate", &country.nobody, None);
        let direct = country.direct();
        if let Some(row) = direct {
            copy::copy(&self.ago(3), &self.clerk, &row.number, Format::Pdf).await?;
            self.case("direct_copy", row, None);
        }
        Ok(())
    }

    async fn register(&self, row: &Row) -> Result<()> {
        let system = self.ago(12);
        let kind = Some(row.document_type.as_str());
        let identities = certificates::identities(&system, &row.name, kind, &row.document)?;
        let identity = identities.into_iter().next().ok_or_else(|| Error::internal("demo_failed"))?;
        let index = system.vault.identity_index(&identity);
        let act = system.act(&account::holder(&index));
        let vault = system.vault.clone();
        let password = crate::account::hash_password(&system, PASSWORD).await?;
        let registered = system.db.write(move |tx| {
            Box::pin(async move {
                account::register(tx, &vault, &act, &identity).await?;
                account::prove(tx, &act, &index, "demo").await?;
                credential::put(tx, &vault, &act, &index, &password, CONTACT).await?;
                account::agree(tx, &vault, &act, &index, 1, "demo").await
            })
        });
        Ok(registered.await?)
    }

    /// Batches at every station, and one endorsement whose copy the next start will make.
    async fn unfinished(&mut self, country: &Country) -> Result<()> {
        let system = self.ago(2);
        for roster in &country.unfinished {
            let batch = self.import(&system, &roster.organisation, &roster.name, &roster.rows).await?;
            let submit = || batch::step(&system, &self.clerk, batch, Step::Submit);
            match roster.name.as_str() {
                "submitted" => drop(submit().await?),
                "approved" => {
                    submit().await?;
                    batch::step(&system, &self.approver, batch, Step::Approve).await?;
                }
                "rejected" => {
                    submit().await?;
                    let step = Step::Reject { reason: "名单不全（演示）".into() };
                    batch::step(&system, &self.approver, batch, step).await?;
                }
                "cancelled" => drop(batch::step(&system, &self.clerk, batch, Step::Cancel).await?),
                _ => {}
            }
            if let (true, Some(row)) = (roster.name == "checked", roster.rows.first()) {
                self.case("not_online_yet", row, None);
            }
        }
        if let Some(row) = country.endorsable().nth(2) {
            let system = self.ago(0);
            let found = certificates::find(&system, &self.clerk, &row.number).await?;
            let request = endorse::Request {
                certificate: (&row.number).into(),
                scenario: "self".into(),
                addition: String::new(),
                days: 90,
                idempotency_key: None,
                on_behalf: None,
            };
            let holder = account::holder(&found.index);
            endorse::grant_unsealed(&system, &holder, &found, &request, "demo-unsealed".into()).await?;
            self.count("granted", 1);
            self.case("copy_being_made", row, None);
        }
        Ok(())
    }

    async fn finish(mut self, holders: u32) -> Result<Made> {
        let counts =
            self.system.db.read(|tx| Box::pin(async move { yinxin_store::scope::counts(tx).await })).await?;
        let left = self.steps - self.done;
        self.progress(left);
        let made = Made {
            data: self.system.home.dir().display().to_string(),
            repeated: false,
            holders,
            certificates: counts.online,
            endorsements: self.endorsements,
            cases: self.cases,
            logins: self.logins,
        };
        let story = serde_json::to_vec(&made).map_err(|e| Error::internal("internal").because(e))?;
        let story = crate::hex(&self.system.vault.seal(STORY, &story)?);
        let marked = self
            .system
            .db
            .write(move |tx| Box::pin(async move { catalogue::set_meta(tx, META_COUNTRY, &story).await }));
        marked.await?;
        crate::audit::chain(&self.system).await?;
        Ok(made)
    }

    fn count(&mut self, state: &'static str, by: u32) {
        *self.endorsements.entry(state.to_owned()).or_default() += by;
    }

    fn login(&mut self, case: &'static str, row: &Row) {
        self.logins.push(Login {
            case: case.to_owned(),
            name: row.name.clone(),
            document_type: row.document_type.clone(),
            document: row.document.clone(),
            password: PASSWORD.to_owned(),
        });
    }

    fn case_once(&mut self, case: &'static str, row: &Row, endorsement: Option<Id>) {
        if !self.cases.iter().any(|c| c.case == case) {
            self.case(case, row, endorsement);
        }
    }

    fn case(&mut self, case: &'static str, row: &Row, endorsement: Option<Id>) {
        self.cases.push(Case {
            case: case.to_owned(),
            name: row.name.clone(),
            document_type: row.document_type.clone(),
            document: row.document.clone(),
            management_number: row.number.clone(),
            endorsement,
        });
    }
}

//! What `yinxin bench` measures: an installation of its own, and the operations that only this room can reach.
//!
//! Nothing here is timed (the clock belongs to `cli`): each operation does one thing, beside the bare thing that it is compared
//! with, so that the caller can run the two in turn and give their ratio.

mod copies;
mod levels;
mod questions;
mod register;

pub use copies::Copies;
pub use levels::Levels;
pub use questions::{PASSWORD, Question, Visitor};
pub use register::{Applications, Load};

use crate::batch::{self, Step};
use crate::demo::people::People;
use crate::error::{Error, Result};
use crate::home::Home;
use crate::import::{self, Imported};
use crate::system::{System, World};
use crate::{init, verify};
use std::fmt::Write;
use std::path::Path;
use yinxin_model::{Id, ManagementNumber, Subject};
use yinxin_store::{Db, PostgresOptions, certificate, room};

/// Who imports in a measurement, and for whom.
const ORGANISATION: &str = "mohrss";
/// The same people every time.
const SEED: u64 = 20_260_301;

/// A demo installation in a directory that the caller made and removes.
pub struct Ground {
    pub system: System,
    clerk: Subject,
    approver: Subject,
}

impl Ground {
    pub async fn make(dir: &Path, database: Option<&str>, world: &World) -> Result<Self> {
        let home = Home::new(dir);
        let request =
            init::Request { production: false, operator: None, database: database.map(str::to_owned) };
        init::init(&home, request, world).await?;
        let system = System::open(home, database, world.clone()).await?;
        let (clerk, approver) = (system.staff("clerk").await?, system.staff("approver").await?);
        Ok(Self { system, clerk, approver })
    }

    /// The whole import of a roster, as the command line does it. `None` where not every row was taken.
    pub async fn import(&self, roster: &Roster) -> Result<Option<Id>> {
        let request = import::Request {
            bytes: roster.csv.clone(),
            file_name: "bench.csv".into(),
            organisation: ORGANISATION.into(),
            photos: None,
            dry_run: false,
        };
        let Imported { batch, accepted, .. } =
            import::import(&self.system, &self.clerk, request, &|_, _| {}).await?;
        Ok(batch.filter(|_| accepted == u64::from(roster.rows)))
    }

    /// Imports and puts online.
    pub async fn publish(&self, roster: &Roster) -> Result<()> {
        let taken = self.import(roster).await?;
        let batch = taken.ok_or_else(|| Error::internal("internal").with("step", "import"))?;
        batch::step(&self.system, &self.clerk, batch, Step::Submit).await?;
        batch::step(&self.system, &self.approver, batch, Step::Approve).await?;
        batch::publish(&self.system, &self.clerk, batch, &|_, _| {}).await.map(|_| ())
    }

    /// One look-up by management number: found, decrypted, allowed. False where it is not there.
    pub async fn look_up(&self, number: &ManagementNumber) -> Result<bool> {
        let (vault, number, subject) = (self.system.vault.clone(), number.clone(), self.clerk.clone());
        let read = self.system.db.read(move |tx| {
            Box::pin(async move { certificate::by_number(tx, &vault, &subject, &number).await })
        });
        Ok(read.await?.is_some())
    }

    /// One verification by name, document and number, counted in the access log as the public's are.
    pub async fn verify(&self, holder: &Holder) -> Result<bool> {
        let fields = verify::Fields {
            name: holder.name.clone(),
            document_type: Some(holder.document_type.into()),
            document: holder.document.clone(),
            number: holder.number.as_str().to_owned(),
        };
        Ok(verify::by_fields(&self.system, &fields).await?.certificate.is_some())
    }

    /// What the register takes up in its database, indexes included.
    pub async fn bytes(&self) -> Result<u64> {
        Ok(self.system.db.read(|tx| Box::pin(async move { room::bytes(tx).await })).await?)
    }
}

/// Somebody of a roster.
pub struct Holder {
    pub number: ManagementNumber,
    pub name: String,
    pub document_type: &'static str,
    pub document: String,
}

/// A synthetic roster as an institution would upload it.
pub struct Roster {
    csv: Vec<u8>,
    pub rows: u32,
    /// A sample of the people in it, in no order of their numbers.
    pub holders: Vec<Holder>,
}

impl Roster {
    /// People in every kind of document, certificates of one year.
    pub fn new(rows: u32) -> Self {
        const SAMPLE: u32 = 20_000;
        let mut csv = String::with_capacity(rows as usize * 160);
        csv.push_str("管理号,姓名,证件类型,证件号码,性别,出生日期,职业资格,级别,专业,批准日期,发证机构\n");
        let every = rows.div_ceil(SAMPLE).max(1);
        let mut holders = Vec::new();
        for (row, person) in (0..rows).zip(People::new(SEED)) {
            // Numbers do not come in order: institutions sort by name or score.
            let number = format!("20251001{:08}", spread(row, rows));
            let (kind, sex) = (person.document_type.code(), person.sex.chinese());
            let day = 1 + row % 28;
            // Writing to a text cannot fail.
            let _ = writeln!(
                csv,
                "{number},{},{kind},{},{sex},{},建造师,一级,建筑工程,2025-03-{day:02},mohrss",
                person.name, person.document_number, person.birth
            );
            if row % every == 0
                && let Ok(number) = ManagementNumber::parse(&number)
            {
                let (name, document) = (person.name, person.document_number);
                holders.push(Holder { number, name, document_type: kind, document });
            }
        }
        Self { csv: csv.into_bytes(), rows, holders }
    }

    /// Bytes of the file.
    pub fn len(&self) -> usize {
        self.csv.len()
    }

    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }
}

/// A permutation of `0..rows`: steps of a prime that divides no such count come around only at the end.
fn spread(row: u32, rows: u32) -> u64 {
    const STEP: u64 = 2_147_483_647;
    u64::from(row) * STEP % u64::from(rows.max(1))
}

/// A part of a PostgreSQL database that belongs to one measurement: a schema with a name of its own.
pub struct Schema {
    db: Db,
    name: String,
    /// Where [`Ground::make`] finds it.
    pub url: String,
}

impl Schema {
    pub async fn make(url: &str, world: &World) -> Result<Self> {
        let db = Db::open_postgres(url, PostgresOptions::default()).await?;
        let name =
            format!("yinxin_bench_{}", Id::new(world.clock.now(), world.entropy.as_ref())).replace('-', "_");
        let joint = if url.contains('?') { '&' } else { '?' };
        let made = name.clone();
        db.write(move |tx| Box::pin(async move { room::make_schema(tx, &made).await })).await?;
        Ok(Self { db, url: format!("{url}{joint}options=-csearch_path%3D{name}"), name })
    }

    pub async fn remove(self) -> Result<()> {
        let name = self.name;
        Ok(self.db.write(move |tx| Box::pin(async move { room::drop_schema(tx, &name).await })).await?)
    }
}

#[cfg(test)]
mod tests;

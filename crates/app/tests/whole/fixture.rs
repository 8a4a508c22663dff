//! One installation and the people in it.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use yinxin_app::batch::{self, Step};
use yinxin_app::change::{self, Change, Decision};
use yinxin_app::error::Result;
use yinxin_app::home::Home;
use yinxin_app::import::{self, Imported};
use yinxin_app::system::{System, World};
use yinxin_app::verify::{self, Verification};
use yinxin_app::{audit, certificate, copy, endorse, fonts, init, recover};
use yinxin_model::finding::{Check, Outcome};
use yinxin_model::{Day, Format, Id, Instant, Subject};
use yinxin_store::{BoxFuture, Db, PostgresOptions, SqliteOptions};
use yinxin_testkit::people::{People, Person};
use yinxin_testkit::roster::{CHINESE_HEADINGS, Encoding, Row, text};
use yinxin_testkit::{FixedClock, SeededEntropy, judge, postgres, seed, temp_dir};

/// When installations are made; the demo trust has been valid for years.
const FOUNDED: &str = "2026-01-05";
/// The day on which a case begins.
pub const TODAY: &str = "2026-03-01";

pub struct House {
    pub system: System,
    pub clock: Arc<FixedClock>,
    pub clerk: Subject,
    pub approver: Subject,
    pub database: Option<String>,
    numbers: AtomicU32,
    dir: tempfile::TempDir,
}

/// Somebody with a certificate online.
#[derive(Clone, Debug)]
pub struct Holder {
    pub person: Person,
    pub number: String,
}

/// No busy machine lets anybody wait so long: `busy`, `locked` and `timeout` are never its doing.
const PATIENCE: Duration = Duration::from_secs(60);

async fn patient(system: System, database: Option<&str>) -> System {
    let db = match database {
        None => {
            let options = SqliteOptions { busy_timeout: PATIENCE, ..Default::default() };
            Db::open_sqlite(&system.home.sqlite(), options).unwrap()
        }
        Some(url) => {
            let options = PostgresOptions {
                wait: PATIENCE,
                lock_timeout: PATIENCE,
                statement_timeout: PATIENCE,
                ..Default::default()
            };
            Db::open_postgres(url, options).await.unwrap()
        }
    };
    system.over(db)
}

impl House {
    pub async fn sqlite() -> Self {
        Self::build(None).await
    }

    pub async fn postgres() -> Option<Self> {
        match postgres::fresh_database() {
            Some(database) => Some(Self::build(Some(database)).await),
            None => None,
        }
    }

    async fn build(database: Option<String>) -> Self {
        let dir = temp_dir("whole");
        let clock = Arc::new(FixedClock::on(FOUNDED));
        let world =
            World { clock: clock.clone(), entropy: Arc::new(SeededEntropy::new(seed())), shifted: false };
        let home = Home::new(dir.path());
        let request = init::Request { production: false, operator: None, database: database.clone() };
        init::init(&home, request, &world).await.unwrap();
        let system = System::open(home, database.as_deref(), world).await.unwrap();
        let system = patient(system, database.as_deref()).await;
        let clerk = system.staff("clerk").await.unwrap();
        let approver = system.staff("approver").await.unwrap();
        let house = Self { system, clock, clerk, approver, database, numbers: AtomicU32::new(0), dir };
        house.go_to(TODAY).await;
        house
    }

    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    /// Nine in the morning of `day`; what every start does is done then.
    pub async fn go_to(&self, day: &str) {
        self.clock.set(nine_o_clock(day.parse().unwrap()));
        recover::recover(&self.system).await.unwrap();
    }

    pub async fn advance(&self, days: i32) {
        let day = self.system.today().plus(days).to_string();
        self.go_to(&day).await;
    }

    /// As another process would, after this one died.
    pub async fn reopen(&mut self) {
        self.system = self.open().await.unwrap();
    }

    pub async fn open(&self) -> Result<System> {
        let database = self.database.as_deref();
        let opened = System::open(self.system.home.clone(), database, self.system.world.clone()).await?;
        Ok(patient(opened, database).await)
    }

    /// Without the system's fonts nothing can be sealed: says so, loudly.
    pub fn can_seal(&self) -> bool {
        let there = fonts::missing(&self.system.config.fonts).is_empty();
        if !there {
            judge::skipped("the fonts of the default chain are not installed: no copy was sealed");
        }
        there
    }

    // ---- rosters ------------------------------------------------------------------------------------------

    /// Good rows of new people.
    pub fn rows(&self, count: usize) -> Vec<Row> {
        People::new(seed()).take(count).map(|person| self.row(&person)).collect()
    }

    pub fn row(&self, person: &Person) -> Row {
        let number = 1 + self.numbers.fetch_add(1, Ordering::SeqCst);
        Row::of(person, &format!("2021110000{number:06}"), "2021-10-24".parse().unwrap())
    }

    pub async fn import(&self, organisation: &str, bytes: Vec<u8>) -> Result<Imported> {
        self.import_by(&self.clerk, organisation, bytes, false).await
    }

    pub async fn import_by(
        &self,
        by: &Subject,
        organisation: &str,
        bytes: Vec<u8>,
        dry_run: bool,
    ) -> Result<Imported> {
        let request = import::Request {
            bytes,
            file_name: "名册.csv".into(),
            organisation: organisation.into(),
            photos: None,
            dry_run,
        };
        import::import(&self.system, by, request, &|_, _| {}).await
    }

    /// Imports what must be good.
    pub async fn take_in(&self, organisation: &str, rows: &[Row]) -> Id {
        let imported = self.import(organisation, csv(rows)).await.unwrap();
        assert_eq!(imported.errors, Vec::new());
        imported.batch.unwrap()
    }

    pub async fn approve(&self, batch: Id) {
        batch::step(&self.system, &self.clerk, batch, Step::Submit).await.unwrap();
        batch::step(&self.system, &self.approver, batch, Step::Approve).await.unwrap();
    }

    pub async fn publish(&self, organisation: &str, rows: &[Row]) -> Id {
        let batch = self.take_in(organisation, rows).await;
        self.approve(batch).await;
        batch::publish(&self.system, &self.clerk, batch, &|_, _| {}).await.unwrap();
        batch
    }

    /// New people with a certificate of the ministry each, online today.
    pub async fn holders(&self, count: usize) -> Vec<Holder> {
        let people: Vec<Person> = People::new(seed()).take(count).collect();
        let rows: Vec<Row> = people.iter().map(|person| self.row(person)).collect();
        self.publish("mohrss", &rows).await;
        let numbers = rows.into_iter().map(|row| row.management_number);
        people.into_iter().zip(numbers).map(|(person, number)| Holder { person, number }).collect()
    }

    pub async fn holder(&self) -> Holder {
        self.holders(1).await.remove(0)
    }

    // ---- endorsements and copies ----------------------------------------------------------------------------

    pub async fn endorse(&self, number: &str, days: i32) -> Result<endorse::View> {
        endorse::endorse(&self.system, &self.clerk, application(number, days, None)).await
    }

    pub async fn copy(&self, what: impl ToString) -> Result<Vec<u8>> {
        self.copy_in(what, Format::Pdf).await
    }

    pub async fn copy_in(&self, what: impl ToString, format: Format) -> Result<Vec<u8>> {
        copy::copy(&self.system, &self.clerk, &what.to_string(), format).await.map(|copy| copy.bytes)
    }

    /// An endorsement of 90 days and its copy.
    pub async fn endorsed(&self, number: &str) -> (Id, Vec<u8>) {
        let id = self.endorse(number, 90).await.unwrap().endorsement;
        (id, self.copy(id).await.unwrap())
    }

    pub async fn used(&self, number: &str) -> u32 {
        certificate::show(&self.system, &self.clerk, number).await.unwrap().quota.used
    }

    // ---- changes ---------------------------------------------------------------------------------------------

    /// Asked for by the clerk, approved by the approver.
    pub async fn change(&self, number: &str, change: Change) -> Result<change::View> {
        let asked = change::request(&self.system, &self.clerk, number, change).await?;
        change::decide(&self.system, &self.approver, asked.request, Decision::Approve).await
    }

    pub async fn correct(&self, number: &str, field: &str, value: &str) -> change::View {
        let fields = vec![(field.to_owned(), value.to_owned())];
        self.change(number, Change::Correction { fields, basis: "更正（测试）".into() }).await.unwrap()
    }

    // ---- verification ------------------------------------------------------------------------------------------

    pub async fn verify(&self, bytes: &[u8]) -> Verification {
        verify::by_file(&self.system, bytes, None).await.unwrap()
    }

    pub async fn verify_fields(&self, name: &str, holder: &Holder) -> Verification {
        let fields = verify::Fields {
            name: name.into(),
            document_type: Some(holder.person.document_type.code().into()),
            document: holder.person.document_number.clone(),
            number: holder.number.clone(),
        };
        verify::by_fields(&self.system, &fields).await.unwrap()
    }

    // ---- beneath ---------------------------------------------------------------------------------------------------

    pub async fn read<T: Send>(
        &self,
        f: impl for<'t> FnOnce(&'t mut yinxin_store::Tx) -> BoxFuture<'t, yinxin_store::Result<T>> + Send,
    ) -> T {
        self.system.db.read(f).await.unwrap()
    }

    pub async fn write<T: Send + 'static>(
        &self,
        f: impl for<'t> FnOnce(&'t mut yinxin_store::Tx) -> BoxFuture<'t, yinxin_store::Result<T>>
        + Send
        + 'static,
    ) -> T {
        self.system.db.write(f).await.unwrap()
    }

    /// Changes the database behind the program's back.
    pub async fn tamper(&self, statements: &str) {
        match &self.database {
            None => self.beside().execute_batch(statements).unwrap(),
            Some(url) => {
                let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
                let connection = tokio::spawn(connection);
                client.batch_execute(statements).await.unwrap();
                drop(client);
                connection.await.unwrap().unwrap();
            }
        }
    }

    /// The SQLite file, as another process has it open.
    pub fn beside(&self) -> rusqlite::Connection {
        let beside = rusqlite::Connection::open(self.system.home.sqlite()).unwrap();
        beside.busy_timeout(PATIENCE).unwrap();
        beside
    }

    pub async fn counts(&self) -> yinxin_store::scope::Counts {
        self.read(|tx| Box::pin(async move { yinxin_store::scope::counts(tx).await })).await
    }

    /// The newest actions in the audit, newest first.
    pub async fn actions(&self) -> Vec<String> {
        let entries = audit::list(&self.system, &self.approver, None, 100).await.unwrap();
        entries.into_iter().map(|entry| entry.action).collect()
    }

    /// Every case ends so: whatever happened, the chain holds.
    pub async fn leave(self) {
        let report = audit::verify(&self.system).await.unwrap();
        assert!(report.intact, "{report:?}");
        assert!(report.entries > 0);
    }

    /// Names of the files below the object store's `folder`.
    pub fn objects(&self, folder: &str) -> Vec<std::path::PathBuf> {
        let dir = self.system.home.objects().join(folder);
        let Ok(entries) = std::fs::read_dir(dir) else { return Vec::new() };
        let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
        files.sort();
        files
    }
}

pub fn application(number: &str, days: i32, key: Option<&str>) -> endorse::Request {
    endorse::Request {
        certificate: number.into(),
        scenario: "self".into(),
        addition: String::new(),
        days,
        idempotency_key: key.map(str::to_owned),
        on_behalf: None,
    }
}

pub fn csv(rows: &[Row]) -> Vec<u8> {
    text(&CHINESE_HEADINGS, rows, Encoding::Utf8, b',')
}

/// The stable code of a refusal; `done` where there is none.
pub fn code<T>(result: Result<T>) -> &'static str {
    result.err().map_or("done", |error| error.code)
}

pub fn finding(verification: &Verification, check: Check) -> (Outcome, &'static str) {
    let found = verification.findings.iter().find(|finding| finding.check == check);
    found.map(|finding| (finding.outcome, finding.code)).unwrap()
}

pub fn nine_o_clock(day: Day) -> Instant {
    Instant(day.start().0 + 9 * 3_600_000)
}

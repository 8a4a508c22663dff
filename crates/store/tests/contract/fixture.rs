//! A register of its own for each test, and a short way to fill it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use yinxin_model::draft::Draft;
use yinxin_model::policy::Policy;
use yinxin_model::ports::Entropy;
use yinxin_model::states::Role;
use yinxin_model::{
    Day, DocumentNumber, DocumentType, Id, Identity, Instant, ManagementNumber, PersonName, Precision,
    Subject,
};
use yinxin_store::batch::{self, Begun, NewBatch, Step};
use yinxin_store::certificate::{self, Certificate, SealedDraft};
use yinxin_store::copy::NewCopy;
use yinxin_store::endorsement::NewEndorsement;
use yinxin_store::{
    Act, Db, IdentityIndex, KeyBytes, PostgresOptions, SqliteOptions, Vault, VaultKeys, migrate,
};
use yinxin_testkit::people::{People, Person};
use yinxin_testkit::{SeededEntropy, temp_dir};

/// Noon in Shanghai on 2026-03-01.
pub const NOON: Instant = Instant(1_772_337_600_000);
pub const DAY_MS: i64 = 86_400_000;

pub struct Fixture {
    pub db: Db,
    pub vault: Arc<Vault>,
    pub entropy: Arc<SeededEntropy>,
    /// For a second connection to the same database.
    pub address: Address,
    people: std::sync::Mutex<People>,
    numbers: AtomicU64,
}

#[derive(Clone)]
pub enum Address {
    File(Arc<tempfile::TempDir>),
    Url(String),
}

/// `write!(fixture, |tx, vault| expression)`: one transaction; the expression is awaited.
#[macro_export]
macro_rules! write {
    ($fixture:expr, |$tx:ident, $vault:ident| $body:expr) => {{
        #[allow(unused_variables)]
        let $vault = $fixture.vault.clone();
        $fixture.db.write(move |$tx| Box::pin(async move { $body.await })).await.unwrap()
    }};
}

/// `read!(fixture, |tx, vault| expression)`
#[macro_export]
macro_rules! read {
    ($fixture:expr, |$tx:ident, $vault:ident| $body:expr) => {{
        #[allow(unused_variables)]
        let $vault = $fixture.vault.clone();
        $fixture.db.read(move |$tx| Box::pin(async move { $body.await })).await.unwrap()
    }};
}

pub fn keys(data: &[(u32, u8)], index: &[(u32, u8)]) -> VaultKeys {
    let list = |keys: &[(u32, u8)]| {
        keys.iter()
            .map(|(id, fill)| KeyBytes { id: *id, bytes: zeroize::Zeroizing::new([*fill; 32]) })
            .collect()
    };
    VaultKeys { data: list(data), index: list(index) }
}

pub fn clerk() -> Subject {
    staff("clerk", None)
}

pub fn approver() -> Subject {
    staff("approver", None)
}

pub fn staff(name: &str, organisation: Option<&str>) -> Subject {
    let roles = vec![Role::Clerk, Role::Approver];
    Subject::Staff { name: name.into(), roles, organisation: organisation.map(Into::into) }
}

impl Fixture {
    pub async fn sqlite() -> Self {
        Self::open(Address::File(Arc::new(temp_dir("contract")))).await
    }

    pub async fn postgres() -> Option<Self> {
        Some(Self::open(Address::Url(yinxin_testkit::postgres::fresh_database()?)).await)
    }

    /// A fresh register on the same engine.
    pub async fn another(&self) -> Self {
        match &self.address {
            Address::File(_) => Self::sqlite().await,
            Address::Url(_) => Self::postgres().await.unwrap(),
        }
    }

    async fn open(address: Address) -> Self {
        let db = address.connect().await;
        assert_eq!(migrate::migrate(&db, NOON).await.unwrap(), migrate::steps());
        let entropy = Arc::new(SeededEntropy::new(7));
        let vault = Arc::new(Vault::new(keys(&[(1, 1)], &[(1, 9)]), entropy.clone()).unwrap());
        let people = std::sync::Mutex::new(People::new(11));
        let fixture = Self { db, vault, entropy, address, people, numbers: AtomicU64::new(0) };
        write!(fixture, |tx, vault| vault.check(tx, NOON));
        fixture
    }

    pub fn act(&self, by: Subject, at: Instant) -> Act {
        Act::new(by, at, self.entropy.as_ref(), None)
    }

    pub fn id(&self) -> Id {
        Id::new(NOON, self.entropy.as_ref())
    }

    pub fn person(&self) -> Person {
        self.people.lock().unwrap().with(DocumentType::Passport)
    }

    pub fn draft(&self, holder: Identity) -> Draft {
        let n = self.numbers.fetch_add(1, Ordering::Relaxed);
        Draft {
            number: ManagementNumber::parse(&format!("2021100{n:08}")).unwrap(),
            holder,
            sex: None,
            birth_date: Some(Day(5000)),
            qualification: "constructor".into(),
            level: "first".into(),
            speciality: "建筑工程".into(),
            approved_on: Day(18_500),
            approval_precision: Precision::Month,
            issuer: "mohrss".into(),
            seal: "mohrss".into(),
            photo: None,
            made_on: None,
            year: 2020,
            half: None,
            region: "11".into(),
        }
    }

    /// An empty batch that is `importing`.
    pub async fn begin(&self, organisation: &str, at: Instant) -> Id {
        let mut roster_digest = [0; 32];
        self.entropy.fill(&mut roster_digest);
        let (id, organisation) = (self.id(), organisation.to_owned());
        let new =
            NewBatch { id, organisation, roster_digest, file_name: "名册.csv".into(), roster_blob: None };
        let act = self.act(clerk(), at);
        let begun = write!(self, |tx, vault| batch::begin(tx, &vault, &act, &new));
        assert_eq!(begun, Begun::New);
        id
    }

    pub async fn load(&self, batch: Id, organisation: &str, drafts: Vec<Draft>) {
        let sealed: Vec<SealedDraft> = drafts
            .into_iter()
            .map(|d| SealedDraft::seal(&self.vault, self.id(), d, None, None).unwrap())
            .collect();
        let organisation = organisation.to_owned();
        let loaded = self.db.write(move |tx| {
            Box::pin(async move { certificate::load(tx, &batch, &organisation, &sealed, NOON).await })
        });
        assert!(loaded.await.unwrap());
    }

    /// A batch that has gone all the way.
    pub async fn publish(&self, organisation: &str, drafts: Vec<Draft>) -> Id {
        let batch = self.begin(organisation, NOON).await;
        self.load(batch, organisation, drafts).await;
        let act = self.act(clerk(), NOON);
        assert!(write!(self, |tx, vault| batch::finish(tx, &act, &batch)));
        let act = self.act(clerk(), NOON);
        done(write!(self, |tx, vault| batch::submit(tx, &vault, &act, &batch)));
        let act = self.act(approver(), NOON);
        done(write!(self, |tx, vault| batch::decide(tx, &vault, &act, &batch, true)));
        let act = self.act(approver(), NOON);
        done(write!(self, |tx, vault| batch::start_publishing(tx, &vault, &act, &batch)));
        let mut after = None;
        loop {
            let act = self.act(approver(), NOON);
            let chunk = write!(self, |tx, vault| certificate::publish(tx, &vault, &act, &batch, after, 3));
            match chunk.next {
                Some(next) => after = Some(next),
                None => break,
            }
        }
        let act = self.act(approver(), NOON);
        done(write!(self, |tx, vault| batch::finish_publishing(tx, &vault, &act, &batch)));
        batch
    }

    /// One certificate that is online, and its holder.
    pub async fn certificate(&self) -> (Certificate, Identity) {
        let holder = identity(&self.person());
        self.publish("bj-rsks", vec![self.draft(holder.clone())]).await;
        let index = self.vault.identity_index(&holder);
        let found =
            read!(self, |tx, vault| certificate::of_identity(tx, &vault, &Subject::System, &index, None, 10));
        (found.into_iter().next().unwrap(), holder)
    }

    pub fn index(&self, identity: &Identity) -> IdentityIndex {
        self.vault.identity_index(identity)
    }

    pub fn copy(&self, certificate: &Certificate, endorsement: Option<Id>) -> NewCopy {
        let mut noise = [0u8; 8];
        self.entropy.fill(&mut noise);
        NewCopy {
            certificate: certificate.id,
            copy: self.id(),
            endorsement,
            format: "pdf".into(),
            version: certificate.version,
            seal: "mohrss".into(),
            template: "national".into(),
            template_digest: [1; 32],
            plate_digest: [2; 32],
            made_at: NOON,
            token: format!("token {:x}", u64::from_be_bytes(noise)),
            copy_number: "YX-1".into(),
            statement: Some(vec![0xd2; 140]),
            digest: [3; 32],
        }
    }

    pub fn application(&self, certificate: &Certificate, key: &str, applied: Instant) -> NewEndorsement {
        let id = self.id();
        NewEndorsement {
            id,
            idempotency_key: key.into(),
            scenario: "self".into(),
            addition: Some("测试".into()),
            on_behalf: None,
            days: 90,
            valid_until: Policy::default().last_valid_day(applied.day(), 90).unwrap(),
            copy: self.copy(certificate, Some(id)),
        }
    }
}

impl Address {
    /// Changes the database behind the program's back.
    pub async fn tamper(&self, text: &str) {
        match self {
            Self::File(dir) => {
                let other = rusqlite::Connection::open(dir.path().join("register.db")).unwrap();
                other.execute_batch(text).unwrap();
            }
            Self::Url(url) => {
                let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
                tokio::spawn(connection);
                client.batch_execute(text).await.unwrap();
            }
        }
    }

    pub async fn connect(&self) -> Db {
        match self {
            Self::File(dir) => {
                Db::open_sqlite(&dir.path().join("register.db"), SqliteOptions::default()).unwrap()
            }
            Self::Url(url) => {
                let wait = Duration::from_secs(30);
                let options = PostgresOptions {
                    writers: 6,
                    readers: 1,
                    wait,
                    lock_timeout: wait,
                    ..Default::default()
                };
                Db::open_postgres(url, options).await.unwrap()
            }
        }
    }
}

pub fn identity(person: &Person) -> Identity {
    Identity {
        name: PersonName::parse(&person.name).unwrap(),
        document: DocumentNumber::stored(person.document_type, person.document_number.clone()),
    }
}

pub fn done(step: Step) -> batch::Batch {
    match step {
        Step::Done(batch) => batch,
        other => panic!("not done: {other:?}"),
    }
}

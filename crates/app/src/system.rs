//! An opened installation: what every use case works with.

use crate::accesses::Accesses;
use crate::account::Desk;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::home::{Engine, Home, Instance};
use crate::keys::{FollowedKeys, KeyFile};
use crate::known::Known;
use crate::objects::Objects;
use crate::oidc;
use crate::portal_texts;
use crate::sealing::Sealing;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use yinxin_model::catalogue::Catalogue;
use yinxin_model::ports::{Clock, Entropy};
use yinxin_model::states::Role;
use yinxin_model::{Day, Instant, Level, Subject};
use yinxin_store::audit::Act;
use yinxin_store::{BoxFuture, Db, PostgresOptions, SqliteOptions, Tx, Vault, catalogue, migrate};

/// The world as parameters.
#[derive(Clone)]
pub struct World {
    pub clock: Arc<dyn Clock>,
    pub entropy: Arc<dyn Entropy>,
    /// The clock was set by hand: nothing lasting is done because of what it says.
    pub shifted: bool,
}

/// Cheap to clone.
#[derive(Clone)]
pub struct System {
    pub home: Home,
    pub instance: Instance,
    pub config: Arc<Config>,
    pub db: Db,
    pub vault: Arc<Vault>,
    pub catalogue: Arc<Catalogue>,
    pub objects: Objects,
    pub world: World,
    pub(crate) accesses: Accesses,
    pub(crate) known: Known,
    /// Where holders come in.
    pub(crate) desk: Arc<Desk>,
    pub(crate) portal_texts: portal_texts::Memory,
    /// `None`: nobody logs in by an outside identity provider.
    pub(crate) oidc: Option<Arc<oidc::Provider>>,
    /// Fonts, seals and plates are loaded when something is first sealed or verified.
    sealing: Arc<OnceLock<Arc<Sealing>>>,
}

/// The name under which the database keeps whose it is.
pub const META_INSTANCE: &str = "instance";
/// `true` or `false`.
pub const META_DEMO: &str = "demo";

impl System {
    /// Opens an initialised data directory. Migrates the database forward; refuses one that belongs to another
    /// directory, or whose keys are missing or wrong.
    pub async fn open(home: Home, database: Option<&str>, world: World) -> Result<Self> {
        let uninitialised = || Error::conflict("not_initialised").with("data", home.dir().display());
        let instance = home.instance()?.ok_or_else(uninitialised)?;
        let config = Config::load(home.dir())?;
        let address = Address::resolve(&config, database)?;
        if address.engine != instance.engine {
            // Told before anything is opened: a forgotten `--database` must not leave an empty file behind.
            let engine = format!("{:?}", instance.engine).to_lowercase();
            return Err(Error::conflict("database_not_named").with("engine", engine));
        }
        address.require_there(&home)?;
        let db = address.connect(&home).await?;
        // Whose it is comes first: another installation's database is not even brought to our schema.
        check_owner(&db, &instance).await?;
        migrate::migrate(&db, world.clock.now()).await?;
        let followed = FollowedKeys::new(home.clone(), world.clock.clone());
        let keys = KeyFile::read(&home)?.vault_keys()?;
        let vault = Arc::new(Vault::new(keys, world.entropy.clone())?.following(followed));
        let (checked, now) = (vault.clone(), world.clock.now());
        let current = db
            .write(move |tx| {
                Box::pin(async move {
                    checked.check(tx, now).await?;
                    catalogue::current_catalogue(tx).await
                })
            })
            .await?;
        let text = current.ok_or_else(|| Error::conflict("not_initialised"))?.text;
        let parsed = Catalogue::parse(&text).map_err(|e| Error::internal("catalogue_invalid").because(e))?;
        crate::catalogue::publish(&home, &text);
        let objects = Objects::open(&config, &home)?;
        let oidc = oidc::Provider::new(&config.oidc, &config.platform.public_url)?;
        Ok(Self {
            home,
            instance,
            desk: Arc::new(Desk::new(&config.accounts)),
            config: Arc::new(config),
            accesses: Accesses::new(db.clone()),
            known: Known::default(),
            portal_texts: portal_texts::Memory::default(),
            oidc,
            db,
            vault,
            catalogue: Arc::new(parsed),
            objects,
            world,
            sealing: Arc::default(),
        })
    }

    /// The same installation making copies of another level: for samples and measurements.
    pub fn at_level(&self, level: Level) -> Self {
        let mut config = Config::clone(&self.config);
        config.signature.level = level;
        Self { config: Arc::new(config), ..self.clone() }
    }

    /// The same putting time stamps on packages too, where `stamped`: for samples.
    pub(crate) fn stamping_packages(&self, stamped: bool) -> Self {
        let mut config = Config::clone(&self.config);
        config.signature.ofd_time_stamp |= stamped;
        Self { config: Arc::new(config), ..self.clone() }
    }

    /// The same installation with another clock: for demonstrations that make a past.
    pub fn with_clock(&self, clock: Arc<dyn Clock>) -> Self {
        let world = World { clock, entropy: self.world.entropy.clone(), shifted: true };
        Self { world, ..self.clone() }
    }

    /// The same installation under another catalogue than the one in force: for samples.
    pub(crate) fn with_catalogue(&self, catalogue: Catalogue) -> Self {
        Self { catalogue: Arc::new(catalogue), ..self.clone() }
    }

    /// The same installation over another handle to its register, with bounds of its own: for tests.
    pub fn over(self, db: Db) -> Self {
        Self { accesses: Accesses::new(db.clone()), db, ..self }
    }

    /// The same with room for so many who wait for a password to be hashed: for tests, 0 is a queue that is full.
    pub fn with_hash_queue(&self, room: usize) -> Self {
        let accounts = crate::config::Accounts { hash_queue: room, ..self.config.accounts.clone() };
        Self { desk: Arc::new(Desk::new(&accounts)), ..self.clone() }
    }

    /// Before the process ends: writes what is only in memory until then.
    pub async fn close(&self) {
        self.accesses.write().await;
    }

    pub fn now(&self) -> Instant {
        self.world.clock.now()
    }

    pub fn today(&self) -> Day {
        self.now().day()
    }

    pub fn entropy(&self) -> &dyn Entropy {
        self.world.entropy.as_ref()
    }

    /// Somebody doing something now.
    pub fn act(&self, by: &Subject) -> Act {
        Act::new(by.clone(), self.now(), self.entropy(), None)
    }

    /// A transaction that a refusal undoes: whatever `f` wrote before it refused is rolled back.
    pub async fn transact<T, F>(&self, f: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, yinxin_store::Result<Result<T>>> + Send + 'static,
    {
        let refusal = Arc::new(Mutex::new(None));
        let kept = refusal.clone();
        let done = self.db.write(move |tx| {
            Box::pin(async move {
                f(tx).await?.map_err(|error| {
                    *kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                    yinxin_store::Error::Abandoned
                })
            })
        });
        let done = done.await;
        match refusal.lock().unwrap_or_else(PoisonError::into_inner).take() {
            Some(error) => Err(error),
            None => Ok(done?),
        }
    }

    /// Fonts, keyring, plates and trust. Loading twice at the same time is harmless: the first to finish stays.
    pub fn sealing(&self) -> Result<Arc<Sealing>> {
        if let Some(loaded) = self.sealing.get() {
            return Ok(loaded.clone());
        }
        let loaded = Arc::new(Sealing::load(self)?);
        Ok(self.sealing.get_or_init(|| loaded).clone())
    }

    /// The member of staff called `name`, as a subject.
    pub async fn staff(&self, name: &str) -> Result<Subject> {
        let wanted = name.to_owned();
        let found =
            self.db.read(move |tx| Box::pin(async move { catalogue::staff(tx, &wanted).await })).await?;
        let unknown = || Error::forbidden("staff_unknown").with("name", name);
        found.filter(|s| s.active).map(|s| s.subject()).ok_or_else(unknown)
    }
}

/// Refuses where `subject` lacks the role.
pub fn require(subject: &Subject, role: Role) -> Result<()> {
    if subject.has(role) { Ok(()) } else { Err(Error::forbidden("role_missing").with("role", role.as_str())) }
}

/// The database's address: flag, settings, or the default file.
pub struct Address<'a> {
    url: &'a str,
    pub engine: Engine,
}

impl<'a> Address<'a> {
    pub fn resolve(config: &'a Config, database: Option<&'a str>) -> Result<Self> {
        let url = database.filter(|u| !u.is_empty()).unwrap_or(&config.database);
        let engine = if url.is_empty() || url.starts_with("sqlite:") {
            Engine::Sqlite
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Engine::Postgres
        } else {
            return Err(Error::invalid("database_address"));
        };
        Ok(Self { url, engine })
    }

    fn sqlite(&self, home: &Home) -> PathBuf {
        let named = self.url.strip_prefix("sqlite:").filter(|path| !path.is_empty());
        named.map_or_else(|| home.sqlite(), PathBuf::from)
    }

    /// A register that was there once is not made anew, empty, without a word.
    fn require_there(&self, home: &Home) -> Result<()> {
        let path = self.sqlite(home);
        if self.engine == Engine::Sqlite && !path.exists() {
            return Err(Error::conflict("register_missing").with("path", path.display()));
        }
        Ok(())
    }

    pub async fn connect(&self, home: &Home) -> Result<Db> {
        match self.engine {
            Engine::Postgres => Ok(Db::open_postgres(self.url, PostgresOptions::default()).await?),
            Engine::Sqlite => {
                let path = self.sqlite(home);
                crate::home::claim(&path)?;
                Ok(Db::open_sqlite(&path, SqliteOptions::default())?)
            }
        }
    }
}

async fn check_owner(db: &Db, instance: &Instance) -> Result<()> {
    let read = db.read(|tx| {
        Box::pin(async move {
            Ok((catalogue::meta(tx, META_INSTANCE).await?, catalogue::meta(tx, META_DEMO).await?))
        })
    });
    let found = match read.await {
        // Without its tables it is nobody's yet.
        Err(yinxin_store::Error::Statement { .. }) => (None, None),
        found => found?,
    };
    match found {
        (None, _) => Err(Error::conflict("not_initialised")),
        (Some(owner), _) if owner != instance.id.to_string() => Err(Error::conflict("wrong_database")),
        (_, demo) if demo.as_deref() != Some(if instance.demo { "true" } else { "false" }) => {
            Err(Error::conflict("demo_mark_differs"))
        }
        _ => Ok(()),
    }
}

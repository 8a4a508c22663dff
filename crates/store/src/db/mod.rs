//! The only folder that knows which engine runs.
//!
//! [`Db::read`] and [`Db::write`] run a closure over a [`Tx`]. On SQLite reads run inline, on the calling thread's
//! own connection, and writes on the one writer thread, which commits queued closures together. On PostgreSQL reads
//! are pipelined over shared connections and writes take a pooled connection for one transaction (READ COMMITTED;
//! what must not interleave locks its row first).
//!
//! No I/O of its own and no signing inside a closure: it holds up every other writer.

mod postgres;
mod shared_lock;
pub(crate) mod sql;
mod sqlite;

use crate::error::{Error, Result};
pub use postgres::PostgresOptions;
pub use sql::{Answer, Arg, Cell, Fields, FromCell, Row, Sql, Step};
pub(crate) use sql::{Bulk, Held, statements};
pub use sqlite::SqliteOptions;
use std::future::Future;
use std::path::Path;
use std::pin::Pin;
use tracing::Instrument;

/// The target of spans that are handed to a collector of traces (`app::telemetry`): no statement, no value.
const TRACE: &str = "trace";

/// What a transaction closure returns: `|tx| Box::pin(async move { … })`.
pub type BoxFuture<'t, T> = Pin<Box<dyn Future<Output = T> + Send + 't>>;

/// A database; cheap to clone.
#[derive(Clone)]
pub enum Db {
    Sqlite(sqlite::Sqlite),
    Postgres(postgres::Postgres),
}

/// Which engine runs; for messages and for `doctor`, never for deciding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

impl Db {
    /// Opens or creates a database file; its directory must exist.
    pub fn open_sqlite(path: &Path, options: SqliteOptions) -> Result<Self> {
        sqlite::Sqlite::open(path, options).map(Self::Sqlite)
    }

    /// A database that lives as long as this value: the fake of every test.
    pub fn open_memory() -> Result<Self> {
        sqlite::Sqlite::open_memory().map(Self::Sqlite)
    }

    /// Connects once, so that a wrong address is told now. Several hosts and `target_session_attrs` may be named.
    pub async fn open_postgres(url: &str, options: PostgresOptions) -> Result<Self> {
        postgres::Postgres::open(url, options).await.map(Self::Postgres)
    }

    pub fn engine(&self) -> Engine {
        match self {
            Self::Sqlite(_) => Engine::Sqlite,
            Self::Postgres(_) => Engine::Postgres,
        }
    }

    /// Runs `f` over a snapshot (SQLite) or the latest committed rows, statement by statement (PostgreSQL).
    /// A statement that writes is refused.
    pub async fn read<T, F>(&self, f: F) -> Result<T>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T>> + Send,
        T: Send,
    {
        let span = tracing::info_span!(target: TRACE, "read the database");
        match self {
            Self::Sqlite(db) => span.in_scope(|| db.read(f)),
            // Boxed here and below: a future is moved as large as its largest branch, and SQLite's needs nothing of this.
            Self::Postgres(db) => Box::pin(db.read(f).instrument(span)).await,
        }
    }

    /// What `read` makes of the first row of one statement that reads, which is a snapshot by itself: for what is asked so often
    /// that a transaction around it, or a copy of the row, would show.
    pub(crate) async fn first<T>(
        &self,
        sql: Sql,
        args: &[Arg<'_>],
        read: impl FnOnce(&mut Held<'_>) -> Result<T> + Send,
    ) -> Result<Option<T>> {
        let span = tracing::info_span!(target: TRACE, "read the database");
        match self {
            Self::Sqlite(db) => span.in_scope(|| db.first(sql, args, read)),
            Self::Postgres(db) => {
                let row = Box::pin(db.first(sql, args).instrument(span)).await?;
                row.map(|row| read(&mut Held::of(&row))).transpose()
            }
        }
    }

    /// How often this process has changed what look-ups answer. An answer that was read after this number was, is as good
    /// as a new one for as long as it is still the same, but for what other processes commit.
    pub fn answers_changed(&self) -> u64 {
        match self {
            Self::Sqlite(db) => db.answers_changed(),
            Self::Postgres(db) => db.answers_changed(),
        }
    }

    /// Runs `f` in a transaction: committed and durable when this returns `Ok`, undone when `f` returns an error.
    pub async fn write<T, F>(&self, f: F) -> Result<T>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T>> + Send + 'static,
        T: Send + 'static,
    {
        let span = tracing::info_span!(target: TRACE, "write the database");
        match self {
            Self::Sqlite(db) => db.write(f).instrument(span).await,
            Self::Postgres(db) => db.write(f).instrument(span).await,
        }
    }
}

/// One transaction, or one series of reads.
pub struct Tx {
    inner: TxOf,
    /// A statement failed. PostgreSQL would answer the COMMIT with a silent rollback; SQLite would commit the rest.
    /// Neither may happen, so both engines refuse to go on.
    poisoned: bool,
    /// Many rows are being loaded: SQLite's writer has its large cache.
    bulk: bool,
    /// What the public's look-ups were told is no longer so, once this is committed.
    answers_changed: bool,
}

enum TxOf {
    Sqlite(rusqlite::Connection),
    Postgres(postgres::PostgresTx),
}

impl Tx {
    fn new(inner: TxOf) -> Self {
        Self { inner, poisoned: false, bulk: false, answers_changed: false }
    }

    /// All rows.
    pub async fn all(&mut self, sql: Sql, args: &[Arg<'_>]) -> Result<Vec<Row>> {
        self.sound()?;
        let result = match &mut self.inner {
            TxOf::Sqlite(connection) => sqlite::all(connection, sql, args),
            TxOf::Postgres(tx) => tx.all(sql, args).await,
        };
        self.judge(result)
    }

    /// The first row, if there is one.
    pub async fn opt(&mut self, sql: Sql, args: &[Arg<'_>]) -> Result<Option<Row>> {
        Ok(self.all(sql, args).await?.into_iter().next())
    }

    /// The first row of a statement that always has one, such as a count.
    pub async fn one(&mut self, sql: Sql, args: &[Arg<'_>]) -> Result<Row> {
        self.opt(sql, args).await?.ok_or(Error::Shape { column: 0, expected: "there" })
    }

    /// How many rows were written.
    pub async fn exec(&mut self, sql: Sql, args: &[Arg<'_>]) -> Result<u64> {
        self.sound()?;
        let result = match &mut self.inner {
            TxOf::Sqlite(connection) => sqlite::exec(connection, sql, args),
            TxOf::Postgres(tx) => tx.exec(sql, args).await,
        };
        self.judge(result)
    }

    /// Several statements, one after the other, none of which needs another's answer; in one flight on PostgreSQL.
    pub async fn together(&mut self, steps: &[Step<'_>]) -> Result<Vec<Answer>> {
        self.sound()?;
        let result = match &mut self.inner {
            TxOf::Sqlite(connection) => {
                steps.iter().map(|(sql, args)| sqlite::answer(connection, *sql, args)).collect()
            }
            TxOf::Postgres(tx) => tx.together(steps).await,
        };
        self.judge(result)
    }

    /// One statement many times, each with its own arguments; pipelined on PostgreSQL. Rows in the order of `many`.
    pub async fn each(&mut self, sql: Sql, many: &[Vec<Arg<'_>>]) -> Result<Vec<Vec<Row>>> {
        self.sound()?;
        let result = match &mut self.inner {
            TxOf::Sqlite(connection) => many.iter().map(|args| sqlite::all(connection, sql, args)).collect(),
            TxOf::Postgres(tx) => tx.each(sql, many).await,
        };
        self.judge(result)
    }

    /// Loads `items`; `columns` pushes one item's values in the table's column order.
    pub(crate) async fn insert_many<T, F>(&mut self, bulk: Bulk, items: &[T], columns: F) -> Result<()>
    where
        T: Sync,
        F: for<'a> Fn(&'a T, &mut Vec<Arg<'a>>) + Send,
    {
        self.sound()?;
        let result = match &mut self.inner {
            TxOf::Sqlite(connection) => {
                let room = if self.bulk { Ok(()) } else { sqlite::bulk_cache(connection) };
                self.bulk = true;
                room.and_then(|()| sqlite::insert_many(connection, bulk, items, columns))
            }
            TxOf::Postgres(tx) => tx.insert_many(bulk, items, columns).await,
        };
        self.judge(result)
    }

    /// Says that what was answered of something that is not new may be answered otherwise once this is committed: whoever
    /// remembers answers learns it by [`Db::answers_changed`], before the caller learns of the commit.
    pub(crate) fn changes_answers(&mut self) {
        self.answers_changed = true;
    }

    /// Prepares a statement without running it.
    pub async fn prepare(&mut self, sql: Sql) -> Result<()> {
        match &mut self.inner {
            TxOf::Sqlite(connection) => sqlite::prepare(connection, sql),
            TxOf::Postgres(tx) => tx.prepare(sql).await,
        }
    }

    /// Runs a migration's text.
    pub(crate) async fn script(&mut self, text: &str) -> Result<()> {
        self.sound()?;
        let result = match &mut self.inner {
            TxOf::Sqlite(connection) => sqlite::script(connection, text),
            TxOf::Postgres(tx) => tx.script(text).await,
        };
        self.judge(result)
    }

    pub(crate) fn engine(&self) -> Engine {
        match self.inner {
            TxOf::Sqlite(_) => Engine::Sqlite,
            TxOf::Postgres(_) => Engine::Postgres,
        }
    }

    fn sound(&self) -> Result<()> {
        if self.poisoned { Err(Error::Poisoned) } else { Ok(()) }
    }

    fn judge<T>(&mut self, result: Result<T>) -> Result<T> {
        self.poisoned |= result.is_err();
        result
    }
}

//! SQLite: inline reads on a connection of the calling thread, one writer thread with group commit.
//!
//! Durable: WAL with `synchronous=FULL`, callers are answered after the COMMIT that holds their change has reached
//! the disk. Each closure has its own SAVEPOINT, so that a failing one takes nobody else's change with it.

use super::shared_lock::SharedLock;
use super::sql::{Answer, Arg, Bulk, Held, Row, RowOf, Sql};
use super::{BoxFuture, Tx, TxOf};
use crate::error::{Error, Result, Source};
use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{CachedStatement, Connection, ErrorCode, OpenFlags};
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::task::{Context, Poll, Waker};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// Closures that may share one COMMIT.
const GROUP: usize = 256;
const STATEMENTS_CACHED: usize = 256;
/// The writer's page cache in KiB. After a commit that split pages SQLite walks the whole cache (a page that it renumbers
/// passes through a number beyond the end of the file), so that a large one costs every small commit.
const CACHE: i64 = 16 << 10;
/// A bulk load touches pages all over its indexes, which must not be written twice.
const BULK_CACHE: i64 = 256 << 10;

/// Limits of one database file.
#[derive(Clone, Copy, Debug)]
pub struct SqliteOptions {
    /// How long a write waits for a lock that another process holds, e.g. a backup (`locked`).
    pub busy_timeout: Duration,
    /// How long a caller waits for a place in the writer's queue (`busy`).
    pub queue_timeout: Duration,
    /// Places in the writer's queue.
    pub queue: usize,
    /// Upper bound of the file in pages of 4 KiB; beyond it writes are refused (`disk_full`).
    pub max_pages: Option<u32>,
}

impl Default for SqliteOptions {
    fn default() -> Self {
        Self {
            busy_timeout: Duration::from_secs(5),
            queue_timeout: Duration::from_secs(10),
            queue: 1024,
            max_pages: None,
        }
    }
}

/// Handle to one SQLite database.
#[derive(Clone)]
pub struct Sqlite(Arc<Inner>);

struct Inner {
    /// Tells databases apart in the threads' connection slots.
    id: u64,
    place: Place,
    options: SqliteOptions,
    /// `None` only while dropping, so that the writer sees its queue closed.
    queue: Option<mpsc::Sender<Box<dyn Job>>>,
    answers_changed: Arc<AtomicU64>,
    shared_lock: SharedLock,
    writer: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Clone)]
enum Place {
    File(PathBuf),
    /// One connection that readers and the writer take in turn.
    Memory(Arc<Mutex<Option<Connection>>>),
}

struct Slot {
    id: u64,
    owner: Weak<Inner>,
    connection: Connection,
}

thread_local! {
    static SLOTS: RefCell<Vec<Slot>> = const { RefCell::new(Vec::new()) };
}

static NEXT_ID: AtomicU64 = AtomicU64::new(0);

impl Sqlite {
    pub(super) fn open(path: &Path, options: SqliteOptions) -> Result<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).map_err(told)?;
        configure(&connection, options)?;
        connection.pragma_update(None, "journal_mode", "WAL").map_err(told)?;
        connection.pragma_update(None, "synchronous", "FULL").map_err(told)?;
        // Bulk loads write hundreds of megabytes: fewer checkpoints, and a log that shrinks again afterwards.
        connection.pragma_update(None, "wal_autocheckpoint", 8_000).map_err(told)?;
        connection.pragma_update(None, "journal_size_limit", 64 << 20).map_err(told)?;
        usual_cache(&connection)?;
        if let Some(pages) = options.max_pages {
            connection.pragma_update(None, "max_page_count", pages).map_err(told)?;
        }
        Self::start(Place::File(path.to_owned()), options, Some(connection))
    }

    pub(super) fn open_memory() -> Result<Self> {
        let connection = Connection::open_in_memory().map_err(told)?;
        let options = SqliteOptions::default();
        configure(&connection, options)?;
        Self::start(Place::Memory(Arc::new(Mutex::new(Some(connection)))), options, None)
    }

    fn start(place: Place, options: SqliteOptions, connection: Option<Connection>) -> Result<Self> {
        let (queue, jobs) = mpsc::channel(options.queue.max(1));
        let answers_changed = Arc::new(AtomicU64::new(0));
        let (for_writer, changed) = (place.clone(), answers_changed.clone());
        let writer = std::thread::Builder::new()
            .name("register-writer".into())
            .spawn(move || match (for_writer, connection) {
                (Place::Memory(shared), _) => write_shared(&shared, jobs, &changed),
                (Place::File(_), Some(connection)) => write_file(connection, jobs, &changed),
                (Place::File(_), None) => {}
            })
            .map_err(|e| Error::Unavailable { code: "busy", source: Some(Arc::new(e)) })?;
        Ok(Self(Arc::new(Inner {
            id: NEXT_ID.fetch_add(1, Ordering::Relaxed),
            place,
            options,
            queue: Some(queue),
            answers_changed,
            shared_lock: SharedLock::default(),
            writer: Mutex::new(Some(writer)),
        })))
    }

    pub(super) fn read<T, F>(&self, f: F) -> Result<T>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T>>,
    {
        match &self.0.place {
            Place::Memory(shared) => {
                let mut guard = shared.lock().unwrap_or_else(PoisonError::into_inner);
                let connection = guard.take().ok_or(Error::unavailable("closed"))?;
                let (connection, result) = read_on(connection, f);
                *guard = connection;
                result
            }
            Place::File(path) => {
                let Slot { id, owner, connection } = self.slot(path)?;
                let (connection, result) = read_on(connection, f);
                if let Some(connection) = connection {
                    put_slot(Slot { id, owner, connection });
                }
                result
            }
        }
    }

    pub(super) fn first<T>(
        &self,
        sql: Sql,
        args: &[Arg<'_>],
        read: impl FnOnce(&mut Held<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        match &self.0.place {
            Place::Memory(shared) => {
                let guard = shared.lock().unwrap_or_else(PoisonError::into_inner);
                first(guard.as_ref().ok_or(Error::unavailable("closed"))?, sql, args, read)?.transpose()
            }
            Place::File(path) => {
                self.0.shared_lock.hold(|| open_reader(path, self.0.options));
                let slot = self.slot(path)?;
                // Where this fails the connection is closed, and the next reader opens another.
                let found = first(&slot.connection, sql, args, read)?;
                put_slot(slot);
                found.transpose()
            }
        }
    }

    /// This thread's connection, or a new one.
    fn slot(&self, path: &Path) -> Result<Slot> {
        if let Some(slot) = take_slot(self.0.id) {
            return Ok(slot);
        }
        let connection = open_reader(path, self.0.options)?;
        Ok(Slot { id: self.0.id, owner: Arc::downgrade(&self.0), connection })
    }

    pub(super) fn answers_changed(&self) -> u64 {
        self.0.answers_changed.load(Ordering::SeqCst)
    }

    pub(super) async fn write<T, F>(&self, f: F) -> Result<T>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T>> + Send + 'static,
        T: Send + 'static,
    {
        let closed = || Error::unavailable("closed");
        let queue = self.0.queue.as_ref().ok_or_else(closed)?;
        let (answer, answered) = oneshot::channel();
        let job = Box::new(Typed { f: Some(f), outcome: None, answer });
        queue.send_timeout(job, self.0.options.queue_timeout).await.map_err(|e| match e {
            mpsc::error::SendTimeoutError::Timeout(_) => Error::unavailable("busy"),
            mpsc::error::SendTimeoutError::Closed(_) => closed(),
        })?;
        answered.await.map_err(|_| closed())?
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        drop(self.queue.take());
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        // Waiting lets the writer finish what it accepted and give the file back. A closure may hold the last handle;
        // then this runs on the writer itself, which cannot wait for itself.
        if let Some(writer) = writer.filter(|w| w.thread().id() != std::thread::current().id()) {
            let _ = writer.join();
        }
    }
}

fn configure(connection: &Connection, options: SqliteOptions) -> Result<()> {
    connection.busy_timeout(options.busy_timeout).map_err(told)?;
    connection.pragma_update(None, "trusted_schema", "OFF").map_err(told)?;
    connection.pragma_update(None, "temp_store", "MEMORY").map_err(told)?;
    // Without it SQLite plans a statement anew whenever a bound value might lead to another plan.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(told)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_CACHED);
    Ok(())
}

fn usual_cache(connection: &Connection) -> Result<()> {
    connection.pragma_update(None, "cache_size", -CACHE).map_err(told)
}

pub(super) fn bulk_cache(connection: &Connection) -> Result<()> {
    connection.pragma_update(None, "cache_size", -BULK_CACHE).map_err(told)
}

fn open_reader(path: &Path, options: SqliteOptions) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(told)?;
    configure(&connection, options)?;
    connection.pragma_update(None, "cache_size", -(16 << 10)).map_err(told)?;
    Ok(connection)
}

fn take_slot(id: u64) -> Option<Slot> {
    SLOTS.with_borrow_mut(|slots| {
        let at = slots.iter().position(|slot| slot.id == id)?;
        Some(slots.swap_remove(at))
    })
}

/// Keeps a connection for this thread's next read; forgets those of databases that are gone.
fn put_slot(slot: Slot) {
    SLOTS.with_borrow_mut(|slots| {
        slots.retain(|other| other.owner.strong_count() > 0 && other.id != slot.id);
        slots.push(slot);
    });
}

/// Runs `f` over one snapshot and hands the connection back, if it can be used again.
fn read_on<T, F>(connection: Connection, f: F) -> (Option<Connection>, Result<T>)
where
    F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T>>,
{
    let mut tx = Tx::new(TxOf::Sqlite(connection));
    let begun = control(&mut tx, "BEGIN");
    let result = match &begun {
        Ok(()) => poll_once(f(&mut tx)),
        Err(e) => Err(e.clone()),
    };
    let ended = begun.and_then(|()| control(&mut tx, "ROLLBACK"));
    match (tx.inner, ended) {
        (TxOf::Sqlite(connection), Ok(())) => (Some(connection), result),
        (TxOf::Sqlite(_) | TxOf::Postgres(_), _) => (None, result),
    }
}

/// A future over SQLite never waits, so that one poll finishes it and no runtime is needed.
fn poll_once<T>(mut future: BoxFuture<'_, Result<T>>) -> Result<T> {
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => result,
        Poll::Pending => Err(Error::ForeignAwait),
    }
}

/// A write waiting in the queue.
trait Job: Send {
    /// Runs the closure; true = keep its changes.
    fn run(&mut self, tx: &mut Tx) -> bool;
    /// Why it failed, if it did.
    fn failure(&self) -> Option<&Error>;
    /// Tells the caller, with the group's failure instead of the result where there was one.
    fn answer(self: Box<Self>, failure: Option<&Error>);
}

struct Typed<T, F> {
    f: Option<F>,
    outcome: Option<Result<T>>,
    answer: oneshot::Sender<Result<T>>,
}

impl<T, F> Job for Typed<T, F>
where
    F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T>> + Send,
    T: Send,
{
    fn run(&mut self, tx: &mut Tx) -> bool {
        let Some(f) = self.f.take() else { return false };
        // One caller's panic must not end the thread that every caller writes through.
        let outcome = catch_unwind(AssertUnwindSafe(|| poll_once(f(tx)))).unwrap_or(Err(Error::Panicked));
        let outcome = if tx.poisoned { outcome.and(Err(Error::Poisoned)) } else { outcome };
        let keep = outcome.is_ok();
        self.outcome = Some(outcome);
        keep
    }

    fn failure(&self) -> Option<&Error> {
        self.outcome.as_ref().and_then(|outcome| outcome.as_ref().err())
    }

    fn answer(self: Box<Self>, failure: Option<&Error>) {
        let outcome = match (self.outcome, failure) {
            // What failed by itself failed for its own reason.
            (Some(Err(own)), _) => Err(own),
            (_, Some(failure)) => Err(failure.clone()),
            (Some(ok), None) => ok,
            (None, None) => Err(Error::unavailable("closed")),
        };
        // The caller may have gone; its change stands all the same, as after any lost answer.
        let _ = self.answer.send(outcome);
    }
}

fn write_file(connection: Connection, mut jobs: mpsc::Receiver<Box<dyn Job>>, changed: &AtomicU64) {
    let mut tx = Tx::new(TxOf::Sqlite(connection));
    while let Some(first) = jobs.blocking_recv() {
        commit_group(&mut tx, first, &mut jobs, changed);
    }
}

fn write_shared(
    shared: &Mutex<Option<Connection>>,
    mut jobs: mpsc::Receiver<Box<dyn Job>>,
    changed: &AtomicU64,
) {
    while let Some(first) = jobs.blocking_recv() {
        let mut guard = shared.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(connection) = guard.take() else { return };
        let mut tx = Tx::new(TxOf::Sqlite(connection));
        commit_group(&mut tx, first, &mut jobs, changed);
        if let TxOf::Sqlite(connection) = tx.inner {
            *guard = Some(connection);
        }
    }
}

/// Runs `first` and whatever else is queued by now inside one transaction, commits, and answers everybody.
fn commit_group(
    tx: &mut Tx,
    first: Box<dyn Job>,
    jobs: &mut mpsc::Receiver<Box<dyn Job>>,
    changed: &AtomicU64,
) {
    let mut group: Vec<Box<dyn Job>> = Vec::new();
    let mut next = Some(first);
    let mut failure = control(tx, "BEGIN IMMEDIATE").err();
    while let Some(mut job) = next.take() {
        if failure.is_none() {
            failure = run_in_savepoint(tx, job.as_mut()).err();
        }
        group.push(job);
        if failure.is_none() && group.len() < GROUP {
            next = jobs.try_recv().ok();
        }
    }
    if failure.is_none() {
        failure = control(tx, "COMMIT").err();
    }
    if failure.is_some() {
        // SQLite has rolled back by itself after some failures (disk full, I/O); then this has nothing to do.
        let _ = control(tx, "ROLLBACK");
    }
    if std::mem::take(&mut tx.answers_changed) {
        // After the commit, before anybody is told of it.
        changed.fetch_add(1, Ordering::SeqCst);
    }
    for job in group {
        job.answer(failure.as_ref());
    }
    if let (true, TxOf::Sqlite(connection)) = (std::mem::take(&mut tx.bulk), &tx.inner) {
        // A cache that stays large is slower, and nothing worse.
        let _ = usual_cache(connection);
    }
}

/// An `Err` here is the whole group's failure; the job's own failure only undoes its savepoint.
fn run_in_savepoint(tx: &mut Tx, job: &mut dyn Job) -> Result<()> {
    control(tx, "SAVEPOINT one")?;
    tx.poisoned = false;
    let keep = job.run(tx);
    tx.poisoned = false;
    if let TxOf::Sqlite(connection) = &tx.inner
        && connection.is_autocommit()
    {
        // SQLite has given the whole transaction up: the disk is full, or fails.
        return Err(job.failure().cloned().unwrap_or(Error::unavailable("io")));
    }
    if !keep {
        control(tx, "ROLLBACK TO one")?;
    }
    control(tx, "RELEASE one")
}

fn control(tx: &mut Tx, text: &'static str) -> Result<()> {
    match &tx.inner {
        TxOf::Sqlite(connection) => plain(connection, text),
        TxOf::Postgres(_) => Err(Error::ForeignAwait),
    }
}

fn plain(connection: &Connection, text: &'static str) -> Result<()> {
    connection.prepare_cached(text).and_then(|mut s| s.raw_execute()).map(|_| ()).map_err(told)
}

pub(super) fn all(connection: &Connection, sql: Sql, args: &[Arg<'_>]) -> Result<Vec<Row>> {
    rows(&mut *bound(connection, sql, args)?)
}

/// The outer result is the statement's, the inner one of `read`.
fn first<T>(
    connection: &Connection,
    sql: Sql,
    args: &[Arg<'_>],
    read: impl FnOnce(&mut Held<'_>) -> Result<T>,
) -> Result<Option<Result<T>>> {
    let mut statement = bound(connection, sql, args)?;
    let mut rows = statement.raw_query();
    Ok(rows.next().map_err(told)?.map(|row| read(&mut Held::of(row))))
}

pub(super) fn exec(connection: &Connection, sql: Sql, args: &[Arg<'_>]) -> Result<u64> {
    bound(connection, sql, args)?.raw_execute().map(|n| n as u64).map_err(told)
}

/// Rows of one that reads, else how many it wrote.
pub(super) fn answer(connection: &Connection, sql: Sql, args: &[Arg<'_>]) -> Result<Answer> {
    let mut statement = bound(connection, sql, args)?;
    if statement.column_count() > 0 {
        return Ok(Answer { rows: rows(&mut statement)?, changed: 0 });
    }
    let changed = statement.raw_execute().map_err(told)? as u64;
    Ok(Answer { rows: Vec::new(), changed })
}

fn bound<'c>(connection: &'c Connection, sql: Sql, args: &[Arg<'_>]) -> Result<CachedStatement<'c>> {
    let mut statement = connection.prepare_cached(sql.sqlite).map_err(told)?;
    bind(&mut statement, args)?;
    Ok(statement)
}

fn rows(statement: &mut rusqlite::Statement<'_>) -> Result<Vec<Row>> {
    let columns = statement.column_count();
    let mut rows = statement.raw_query();
    let mut out = Vec::new();
    while let Some(row) = rows.next().map_err(told)? {
        out.push(detached(row, columns)?);
    }
    Ok(out)
}

fn detached(row: &rusqlite::Row<'_>, columns: usize) -> Result<Row> {
    let values: rusqlite::Result<Vec<Value>> =
        (0..columns).map(|i| row.get_ref(i).and_then(|v| v.try_into().map_err(Into::into))).collect();
    Ok(Row(RowOf::Sqlite(values.map_err(told)?)))
}

pub(super) fn insert_many<T, F>(connection: &Connection, bulk: Bulk, items: &[T], columns: F) -> Result<()>
where
    F: for<'a> Fn(&'a T, &mut Vec<Arg<'a>>),
{
    let mut statement = connection.prepare_cached(bulk.insert).map_err(told)?;
    let mut args = Vec::with_capacity(bulk.kinds.len());
    for item in items {
        args.clear();
        columns(item, &mut args);
        bind(&mut statement, &args)?;
        statement.raw_execute().map_err(told)?;
    }
    Ok(())
}

pub(super) fn prepare(connection: &Connection, sql: Sql) -> Result<()> {
    connection.prepare(sql.sqlite).map(|_| ()).map_err(told)
}

pub(super) fn script(connection: &Connection, text: &str) -> Result<()> {
    connection.execute_batch(text).map_err(told)
}

fn bind(statement: &mut rusqlite::Statement<'_>, args: &[Arg<'_>]) -> Result<()> {
    args.iter().enumerate().try_for_each(|(i, arg)| {
        let value = match arg {
            Arg::Null => ToSqlOutput::Borrowed(ValueRef::Null),
            Arg::Int(v) => ToSqlOutput::Borrowed(ValueRef::Integer(*v)),
            Arg::Text(v) => ToSqlOutput::Borrowed(ValueRef::Text(v.as_bytes())),
            Arg::Blob(v) => ToSqlOutput::Borrowed(ValueRef::Blob(v)),
            Arg::Texts(v) => ToSqlOutput::Owned(Value::Text(serde_json::Value::from(v.to_vec()).to_string())),
            Arg::Blobs(v) => ToSqlOutput::Owned(Value::Text(hex_array(v))),
        };
        statement.raw_bind_parameter(i + 1, value).map_err(told)
    })
}

/// `["0a1b","…"]`
fn hex_array(blobs: &[&[u8]]) -> String {
    use std::fmt::Write;
    let mut out = String::from("[");
    for (i, blob) in blobs.iter().enumerate() {
        out.push_str(if i == 0 { "\"" } else { ",\"" });
        blob.iter().for_each(|byte| {
            let _ = write!(out, "{byte:02x}");
        });
        out.push('"');
    }
    out.push(']');
    out
}

/// What SQLite's error means to a caller.
fn told(error: rusqlite::Error) -> Error {
    let rusqlite::Error::SqliteFailure(failure, message) = &error else {
        return Error::Statement { source: Arc::new(error) };
    };
    let code = match failure.code {
        ErrorCode::ConstraintViolation
            if matches!(
                failure.extended_code,
                rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE
                    | rusqlite::ffi::SQLITE_CONSTRAINT_PRIMARYKEY
                    | rusqlite::ffi::SQLITE_CONSTRAINT_ROWID
            ) =>
        {
            let message = message.as_deref().unwrap_or_default();
            let what = message.rsplit(": ").next().unwrap_or_default().to_owned();
            return Error::Conflict { what };
        }
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => "locked",
        ErrorCode::DiskFull => "disk_full",
        ErrorCode::ReadOnly => "read_only",
        ErrorCode::SystemIoFailure | ErrorCode::CannotOpen => "io",
        _ => return Error::Statement { source: Arc::new(error) },
    };
    let source: Source = Arc::new(error);
    Error::Unavailable { code, source: Some(source) }
}

#[cfg(test)]
#[path = "sqlite_tests.rs"]
mod tests;

//! PostgreSQL: reads pipelined on a few shared connections, writes in transactions on pooled ones.
//!
//! Every wait is bounded: for a connection, for a lock, for a statement. A connection found closed is replaced by the
//! next caller. A COMMIT whose answer is lost is [`Error::InDoubt`]; everything before it is certainly undone.

use super::sql::{Answer, Arg, Bulk, Cell, Kind, Row, RowOf, Sql, Step};
use super::{BoxFuture, Tx, TxOf};
use crate::error::{Error, Result};
use bytes::{BufMut, Bytes, BytesMut};
use futures_util::future::try_join_all;
use futures_util::{SinkExt, TryStreamExt, pin_mut};
use std::collections::HashMap;
use std::error::Error as StdError;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_postgres::error::SqlState;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};
use tokio_postgres::{Client, Config, NoTls, Statement};

/// Statements in flight at once on one connection, in [`Tx::each`].
const PIPELINE: usize = 256;
/// Bytes of COPY data handed over at a time.
const COPY_CHUNK: usize = 256 << 10;

/// Limits of one PostgreSQL database.
#[derive(Clone, Copy, Debug)]
pub struct PostgresOptions {
    /// Connections for transactions.
    pub writers: usize,
    /// Shared connections for reads.
    pub readers: usize,
    /// How long a caller waits for a free connection, or for a new one to be made (`busy`).
    pub wait: Duration,
    /// `lock_timeout` of the session (`locked`).
    pub lock_timeout: Duration,
    /// `statement_timeout` of the session (`timeout`).
    pub statement_timeout: Duration,
}

impl Default for PostgresOptions {
    fn default() -> Self {
        Self {
            writers: 16,
            readers: 2,
            wait: Duration::from_secs(5),
            lock_timeout: Duration::from_secs(5),
            statement_timeout: Duration::from_secs(60),
        }
    }
}

/// Handle to one PostgreSQL database.
#[derive(Clone)]
pub struct Postgres(Arc<Inner>);

struct Inner {
    config: Config,
    options: PostgresOptions,
    places: Arc<Semaphore>,
    idle: Mutex<Vec<Arc<Session>>>,
    readers: Vec<tokio::sync::Mutex<Option<Arc<Session>>>>,
    next_reader: AtomicUsize,
    answers_changed: AtomicU64,
}

/// One connection and the statements it has prepared, by the address of their static text.
struct Session {
    client: Client,
    statements: Mutex<HashMap<(usize, usize), Statement>>,
}

/// What a connection is for: a reading one refuses to write.
#[derive(Clone, Copy)]
enum Purpose {
    Read,
    Write,
}

/// One transaction, or a share of a reading connection.
pub(super) struct PostgresTx(Arc<Session>);

impl Postgres {
    pub(super) async fn open(url: &str, options: PostgresOptions) -> Result<Self> {
        let mut config: Config = url.parse().map_err(|e| Error::Address { source: Arc::new(e) })?;
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(options.wait);
        }
        if config.get_application_name().is_none() {
            config.application_name("yinxin");
        }
        // A peer that vanished without a word is noticed within this time, not after the kernel's two hours.
        config.keepalives_idle(Duration::from_secs(30)).tcp_user_timeout(options.statement_timeout);
        let db = Self(Arc::new(Inner {
            config,
            options,
            places: Arc::new(Semaphore::new(options.writers.max(1))),
            idle: Mutex::new(Vec::new()),
            readers: (0..options.readers.max(1)).map(|_| tokio::sync::Mutex::new(None)).collect(),
            next_reader: AtomicUsize::new(0),
            answers_changed: AtomicU64::new(0),
        }));
        let first = db.connect(Purpose::Write).await?;
        db.0.give_back(first);
        Ok(db)
    }

    pub(super) async fn read<T, F>(&self, f: F) -> Result<T>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T>> + Send,
        T: Send,
    {
        let mut tx = Tx::new(TxOf::Postgres(PostgresTx(self.reader().await?)));
        f(&mut tx).await
    }

    pub(super) async fn first(&self, sql: Sql, args: &[Arg<'_>]) -> Result<Option<Row>> {
        let rows = PostgresTx(self.reader().await?).all(sql, args).await?;
        Ok(rows.into_iter().next())
    }

    pub(super) fn answers_changed(&self) -> u64 {
        self.0.answers_changed.load(Ordering::SeqCst)
    }

    pub(super) async fn write<T, F>(&self, f: F) -> Result<T>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T>> + Send,
        T: Send,
    {
        let (session, place) = self.writer().await?;
        session.client.batch_execute("BEGIN").await.map_err(told)?;
        // From here on the connection returns to the pool only after its transaction has ended. Where this future
        // is dropped half way (the caller went away), the connection closes and the server rolls back.
        let mut tx = Tx::new(TxOf::Postgres(PostgresTx(session.clone())));
        let result = f(&mut tx).await;
        let result = if tx.poisoned { result.and(Err(Error::Poisoned)) } else { result };
        let answers_changed = tx.answers_changed;
        drop(tx);
        let result = match result {
            Ok(value) => session.client.batch_execute("COMMIT").await.map_err(in_doubt).map(|()| value),
            Err(e) => session.client.batch_execute("ROLLBACK").await.map_err(told).and(Err(e)),
        };
        if answers_changed {
            // Also where the commit is in doubt: it may have been.
            self.0.answers_changed.fetch_add(1, Ordering::SeqCst);
        }
        self.0.give_back(session);
        drop(place);
        result
    }

    async fn writer(&self) -> Result<(Arc<Session>, OwnedSemaphorePermit)> {
        let place = tokio::time::timeout(self.0.options.wait, self.0.places.clone().acquire_owned())
            .await
            .map_err(|_| Error::unavailable("busy"))?
            .map_err(|_| Error::unavailable("closed"))?;
        let idle = self.0.take_idle();
        let session = match idle {
            Some(session) => session,
            None => self.connect(Purpose::Write).await?,
        };
        Ok((session, place))
    }

    async fn reader(&self) -> Result<Arc<Session>> {
        let turn = self.0.next_reader.fetch_add(1, Ordering::Relaxed);
        let slot = turn.checked_rem(self.0.readers.len()).and_then(|i| self.0.readers.get(i));
        let slot = slot.ok_or(Error::unavailable("closed"))?;
        let mut slot = slot.lock().await;
        match slot.as_ref().filter(|session| !session.client.is_closed()) {
            Some(session) => Ok(session.clone()),
            None => {
                let session = self.connect(Purpose::Read).await?;
                *slot = Some(session.clone());
                Ok(session)
            }
        }
    }

    async fn connect(&self, purpose: Purpose) -> Result<Arc<Session>> {
        let connecting = async {
            let (client, connection) = self.0.config.connect(NoTls).await?;
            // Its end shows in `is_closed`; the statements under way get the error themselves.
            tokio::spawn(async move {
                let _ = connection.await;
            });
            let millis = |d: Duration| d.as_millis();
            client
                .batch_execute(&format!(
                    "SET lock_timeout = {}; SET statement_timeout = {}; SET idle_in_transaction_session_timeout = {}; \
                     SET default_transaction_read_only = {}",
                    millis(self.0.options.lock_timeout),
                    millis(self.0.options.statement_timeout),
                    millis(self.0.options.statement_timeout),
                    matches!(purpose, Purpose::Read),
                ))
                .await?;
            Ok(Arc::new(Session { client, statements: Mutex::new(HashMap::new()) }))
        };
        match tokio::time::timeout(self.0.options.wait, connecting).await {
            Ok(session) => session.map_err(lost),
            Err(_) => Err(Error::unavailable("timeout")),
        }
    }
}

impl Inner {
    fn take_idle(&self) -> Option<Arc<Session>> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|session| !session.client.is_closed());
        idle.pop()
    }

    fn give_back(&self, session: Arc<Session>) {
        if !session.client.is_closed() {
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(session);
        }
    }
}

impl Session {
    async fn prepared(&self, text: &'static str) -> Result<Statement> {
        let key = (text.as_ptr() as usize, text.len());
        let known = self.statements.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        if let Some(statement) = known {
            return Ok(statement);
        }
        let statement = self.client.prepare(text).await.map_err(told)?;
        self.statements.lock().unwrap_or_else(PoisonError::into_inner).insert(key, statement.clone());
        Ok(statement)
    }
}

impl PostgresTx {
    pub(super) async fn all(&self, sql: Sql, args: &[Arg<'_>]) -> Result<Vec<Row>> {
        let statement = self.0.prepared(sql.postgres).await?;
        query(&self.0.client, &statement, args).await
    }

    pub(super) async fn exec(&self, sql: Sql, args: &[Arg<'_>]) -> Result<u64> {
        let statement = self.0.prepared(sql.postgres).await?;
        self.0.client.execute_raw(&statement, args.iter()).await.map_err(told)
    }

    pub(super) async fn together(&self, steps: &[Step<'_>]) -> Result<Vec<Answer>> {
        let mut prepared = Vec::with_capacity(steps.len());
        for (sql, _) in steps {
            prepared.push(self.0.prepared(sql.postgres).await?);
        }
        // Polled in their order, hence sent in their order.
        let steps = steps.iter().zip(&prepared);
        try_join_all(steps.map(|((_, args), statement)| answer(&self.0.client, statement, args))).await
    }

    pub(super) async fn each(&self, sql: Sql, many: &[Vec<Arg<'_>>]) -> Result<Vec<Vec<Row>>> {
        let statement = self.0.prepared(sql.postgres).await?;
        let mut out = Vec::with_capacity(many.len());
        for chunk in many.chunks(PIPELINE) {
            out.extend(try_join_all(chunk.iter().map(|args| query(&self.0.client, &statement, args))).await?);
        }
        Ok(out)
    }

    /// COPY in the binary form (PostgreSQL 15 documentation, "COPY", Binary Format).
    pub(super) async fn insert_many<T, F>(&self, bulk: Bulk, items: &[T], columns: F) -> Result<()>
    where
        T: Sync,
        F: for<'a> Fn(&'a T, &mut Vec<Arg<'a>>) + Send,
    {
        let sink = self.0.client.copy_in::<_, Bytes>(bulk.copy).await.map_err(told)?;
        pin_mut!(sink);
        let mut buffer = BytesMut::with_capacity(COPY_CHUNK + 4096);
        buffer.put_slice(b"PGCOPY\n\xff\r\n\0");
        buffer.put_i32(0); // flags
        buffer.put_i32(0); // length of the header's extension
        let mut rest = items.iter();
        loop {
            let more = fill(&mut buffer, bulk, &mut rest, &columns)?;
            if !more {
                buffer.put_i16(-1);
            }
            sink.as_mut().send(buffer.split().freeze()).await.map_err(told)?;
            if !more {
                break;
            }
        }
        sink.finish().await.map(|_| ()).map_err(told)
    }

    pub(super) async fn prepare(&self, sql: Sql) -> Result<()> {
        self.0.prepared(sql.postgres).await.map(|_| ())
    }

    pub(super) async fn script(&self, text: &str) -> Result<()> {
        self.0.client.batch_execute(text).await.map_err(told)
    }
}

async fn query(client: &Client, statement: &Statement, args: &[Arg<'_>]) -> Result<Vec<Row>> {
    Ok(answer(client, statement, args).await?.rows)
}

async fn answer(client: &Client, statement: &Statement, args: &[Arg<'_>]) -> Result<Answer> {
    let stream = client.query_raw(statement, args.iter()).await.map_err(told)?;
    pin_mut!(stream);
    let mut rows = Vec::new();
    while let Some(row) = stream.try_next().await.map_err(told)? {
        rows.push(Row(RowOf::Postgres(row)));
    }
    Ok(Answer { rows, changed: stream.rows_affected().unwrap_or_default() })
}

/// Writes items until the chunk is full; false when there are no more.
fn fill<'a, T, F>(
    out: &mut BytesMut,
    bulk: Bulk,
    items: &mut std::slice::Iter<'a, T>,
    columns: &F,
) -> Result<bool>
where
    F: for<'b> Fn(&'b T, &mut Vec<Arg<'b>>),
{
    let mut args: Vec<Arg<'a>> = Vec::with_capacity(bulk.kinds.len());
    while out.len() < COPY_CHUNK {
        let Some(item) = items.next() else { return Ok(false) };
        args.clear();
        columns(item, &mut args);
        out.put_i16(bulk.kinds.len() as i16);
        for (column, kind) in bulk.kinds.iter().enumerate() {
            put_field(out, args.get(column).copied().unwrap_or(Arg::Null), *kind, column)?;
        }
    }
    Ok(true)
}

fn put_field(out: &mut BytesMut, arg: Arg<'_>, kind: Kind, column: usize) -> Result<()> {
    match (arg, kind) {
        (Arg::Null, _) => out.put_i32(-1),
        (Arg::Int(v), Kind::int) => {
            out.put_i32(8);
            out.put_i64(v);
        }
        (Arg::Int(v), Kind::day) => {
            out.put_i32(4);
            out.put_i32(v.try_into().map_err(|_| Error::Shape { column, expected: "a day" })?);
        }
        (Arg::Text(v), Kind::text) => put_bytes(out, v.as_bytes(), column)?,
        (Arg::Blob(v), Kind::blob) => put_bytes(out, v, column)?,
        _ => return Err(Error::Shape { column, expected: "of the column's type" }),
    }
    Ok(())
}

fn put_bytes(out: &mut BytesMut, bytes: &[u8], column: usize) -> Result<()> {
    out.put_i32(bytes.len().try_into().map_err(|_| Error::Shape { column, expected: "below 2 GiB" })?);
    out.put_slice(bytes);
    Ok(())
}

impl ToSql for Arg<'_> {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> std::result::Result<IsNull, Box<dyn StdError + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(v) if *ty == Type::INT4 => i32::try_from(*v)?.to_sql(ty, out),
            Self::Int(v) if *ty == Type::INT8 => v.to_sql(ty, out),
            Self::Text(v) if *ty == Type::TEXT => v.to_sql(ty, out),
            Self::Blob(v) if *ty == Type::BYTEA => v.to_sql(ty, out),
            Self::Texts(v) if *ty == Type::TEXT_ARRAY => v.to_sql(ty, out),
            Self::Blobs(v) if *ty == Type::BYTEA_ARRAY => v.to_sql(ty, out),
            _ => Err(format!("a parameter of type {ty} was given another kind of value").into()),
        }
    }

    fn accepts(ty: &Type) -> bool {
        [Type::INT4, Type::INT8, Type::TEXT, Type::BYTEA, Type::TEXT_ARRAY, Type::BYTEA_ARRAY].contains(ty)
    }

    to_sql_checked!();
}

impl<'a> FromSql<'a> for Cell<'a> {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> std::result::Result<Self, Box<dyn StdError + Sync + Send>> {
        match *ty {
            Type::INT4 => Ok(Self::Int(i32::from_sql(ty, raw)?.into())),
            Type::INT8 => Ok(Self::Int(i64::from_sql(ty, raw)?)),
            Type::BYTEA => Ok(Self::Blob(raw)),
            _ => Ok(Self::Text(<&str>::from_sql(ty, raw)?)),
        }
    }

    fn from_sql_null(_: &Type) -> std::result::Result<Self, Box<dyn StdError + Sync + Send>> {
        Ok(Self::Null)
    }

    fn accepts(ty: &Type) -> bool {
        [Type::INT4, Type::INT8, Type::TEXT, Type::BYTEA].contains(ty)
    }
}

/// What PostgreSQL's error means to a caller.
fn told(error: tokio_postgres::Error) -> Error {
    let Some(db) = error.as_db_error() else {
        return if error.is_closed() || error.source().is_some_and(|s| s.is::<std::io::Error>()) {
            lost(error)
        } else {
            Error::Statement { source: Arc::new(error) }
        };
    };
    let state = db.code();
    let code = if *state == SqlState::UNIQUE_VIOLATION {
        return Error::Conflict { what: db.constraint().unwrap_or_default().to_owned() };
    } else if *state == SqlState::T_R_DEADLOCK_DETECTED || *state == SqlState::T_R_SERIALIZATION_FAILURE {
        "deadlock"
    } else if *state == SqlState::LOCK_NOT_AVAILABLE {
        "locked"
    } else if *state == SqlState::QUERY_CANCELED {
        "timeout"
    } else if *state == SqlState::DISK_FULL {
        "disk_full"
    } else if *state == SqlState::READ_ONLY_SQL_TRANSACTION {
        "read_only"
    } else if *state == SqlState::TOO_MANY_CONNECTIONS {
        "busy"
    } else if is_shutdown(state) {
        "connection_lost"
    } else {
        return Error::Statement { source: Arc::new(error) };
    };
    Error::Unavailable { code, source: Some(Arc::new(error)) }
}

fn lost(error: tokio_postgres::Error) -> Error {
    Error::Unavailable { code: "connection_lost", source: Some(Arc::new(error)) }
}

/// Class 57P: the server goes down, or an administrator ended the session. Class 08: connection exceptions.
fn is_shutdown(state: &SqlState) -> bool {
    state.code().starts_with("57P") || state.code().starts_with("08")
}

/// An answer that says the COMMIT failed is a failure; no answer, or a session torn down meanwhile, is a doubt.
fn in_doubt(error: tokio_postgres::Error) -> Error {
    match error.as_db_error() {
        Some(db) if !is_shutdown(db.code()) && db.code().code() != "40003" => told(error),
        _ => Error::InDoubt { source: Some(Arc::new(error)) },
    }
}

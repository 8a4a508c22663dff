//! What only SQLite's writer thread can get wrong.

use super::*;
use crate::args;
use crate::db::Db;
use crate::db::sql::sql_of;
use std::sync::mpsc::channel;

const PUT: Sql = sql_of!("PUT", "INSERT INTO t (k, v) VALUES ($1, $2)");
const COUNT: Sql = sql_of!("COUNT", "SELECT count(*) FROM t");
const SUM: Sql = sql_of!("SUM", "SELECT coalesce(sum(length(v)), 0) FROM t");

async fn table(db: &Db) {
    db.write(|tx| {
        Box::pin(async move { tx.script("CREATE TABLE t (k INTEGER PRIMARY KEY, v BLOB) STRICT").await })
    })
    .await
    .unwrap();
}

async fn put(db: &Db, key: i64, size: usize) -> Result<u64> {
    db.write(move |tx| Box::pin(async move { tx.exec(PUT, args![key, &vec![7u8; size]]).await })).await
}

async fn count(db: &Db) -> i64 {
    db.read(|tx| Box::pin(async move { tx.one(COUNT, &[]).await?.get(0) })).await.unwrap()
}

fn file(options: SqliteOptions) -> (tempfile::TempDir, Db) {
    let dir = tempfile::tempdir().unwrap();
    let db = Db::open_sqlite(&dir.path().join("db"), options).unwrap();
    (dir, db)
}

/// While one closure holds the writer, others queue up; they then share one commit, and a bad one among them takes
/// nobody with it.
#[tokio::test]
async fn queued_closures_share_a_commit_and_fail_alone() {
    let (_dir, db) = file(SqliteOptions::default());
    table(&db).await;
    let (go, wait) = channel::<()>();
    let holding = {
        let db = db.clone();
        tokio::spawn(async move {
            db.write(move |_| {
                Box::pin(async move {
                    let _ = wait.recv();
                    Ok(())
                })
            })
            .await
        })
    };
    let mut others = Vec::new();
    for key in 0..40 {
        let db = db.clone();
        // Every fourth has the key of the one before it.
        others.push(tokio::spawn(async move { put(&db, if key % 4 == 3 { key - 1 } else { key }, 1).await }));
    }
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    assert_eq!(count(&db).await, 0, "readers are not held up, and see nothing uncommitted");
    go.send(()).unwrap();
    holding.await.unwrap().unwrap();
    let mut conflicts = 0;
    for other in others {
        match other.await.unwrap() {
            Ok(1) => {}
            Err(Error::Conflict { what }) => {
                assert_eq!(what, "t.k");
                conflicts += 1;
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((conflicts, count(&db).await), (10, 30));
}

#[tokio::test]
async fn a_full_disk_refuses_writes_and_leaves_reads_alive() {
    let (_dir, db) = file(SqliteOptions { max_pages: Some(40), ..Default::default() });
    table(&db).await;
    let mut stored = 0;
    let error = loop {
        match put(&db, stored, 3_000).await {
            Ok(_) => stored += 1,
            Err(error) => break error,
        }
    };
    assert_eq!(error.code(), "disk_full");
    assert!(stored > 10);
    assert_eq!(count(&db).await, stored);
    let sum: i64 = db.read(|tx| Box::pin(async move { tx.one(SUM, &[]).await?.get(0) })).await.unwrap();
    assert_eq!(sum, stored * 3_000);
    // It recovers by itself as soon as there is room.
    db.write(|tx| Box::pin(async move { tx.script("DELETE FROM t WHERE k < 10").await })).await.unwrap();
    put(&db, 1, 3_000).await.unwrap();
    assert_eq!(count(&db).await, stored - 9);
}

/// A backup or another program may hold the file's lock: a bounded wait, then a clear refusal.
#[tokio::test]
async fn a_lock_held_by_another_is_a_bounded_wait() {
    let busy_timeout = Duration::from_millis(50);
    let (dir, db) = file(SqliteOptions { busy_timeout, ..Default::default() });
    table(&db).await;
    let other = Connection::open(dir.path().join("db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert_eq!(put(&db, 1, 1).await.unwrap_err().code(), "locked");
    assert_eq!(count(&db).await, 0, "reads stay alive");
    other.execute_batch("ROLLBACK").unwrap();
    put(&db, 1, 1).await.unwrap();
}

#[tokio::test]
async fn a_full_queue_is_a_bounded_wait() {
    let options = SqliteOptions { queue: 1, queue_timeout: Duration::from_millis(20), ..Default::default() };
    let (_dir, db) = file(options);
    table(&db).await;
    let (go, wait) = channel::<()>();
    let (started, has_started) = oneshot::channel::<()>();
    let holder = db.clone();
    let holding = tokio::spawn(async move {
        holder
            .write(move |_| {
                Box::pin(async move {
                    let _ = started.send(());
                    let _ = wait.recv();
                    Ok(())
                })
            })
            .await
    });
    has_started.await.unwrap();
    let queued = {
        let db = db.clone();
        tokio::spawn(async move { put(&db, 1, 1).await })
    };
    tokio::time::sleep(Duration::from_millis(5)).await;
    assert_eq!(put(&db, 2, 1).await.unwrap_err().code(), "busy");
    go.send(()).unwrap();
    holding.await.unwrap().unwrap();
    queued.await.unwrap().unwrap();
    assert_eq!(count(&db).await, 1);
}

#[tokio::test]
async fn a_panic_or_a_foreign_await_costs_only_its_own_closure() {
    let (_dir, db) = file(SqliteOptions::default());
    table(&db).await;
    let panicked: Result<()> = db
        .write(|tx| {
            Box::pin(async move {
                tx.exec(PUT, args![1, &vec![1u8]]).await?;
                panic!("on purpose")
            })
        })
        .await;
    assert!(matches!(panicked, Err(Error::Panicked)));
    let foreign: Result<()> = db
        .write(|tx| {
            Box::pin(async move {
                tx.exec(PUT, args![2, &vec![1u8]]).await?;
                tokio::task::yield_now().await;
                Ok(())
            })
        })
        .await;
    assert!(matches!(foreign, Err(Error::ForeignAwait)));
    put(&db, 3, 1).await.unwrap();
    assert_eq!(count(&db).await, 1);
}

/// Whoever stops waiting does not undo what was accepted; closing waits for it.
#[tokio::test]
async fn closing_finishes_what_was_accepted() {
    let (dir, db) = file(SqliteOptions::default());
    table(&db).await;
    let (go, wait) = channel::<()>();
    let first = {
        let db = db.clone();
        tokio::spawn(async move {
            db.write(move |tx| {
                Box::pin(async move {
                    let _ = wait.recv();
                    tx.exec(PUT, args![1, &vec![1u8]]).await
                })
            })
            .await
        })
    };
    tokio::task::yield_now().await;
    first.abort();
    let _ = first.await;
    go.send(()).unwrap();
    drop(db);
    let again = Db::open_sqlite(&dir.path().join("db"), SqliteOptions::default()).unwrap();
    assert_eq!(count(&again).await, 1);
}

#[tokio::test]
async fn a_database_in_memory_serves_readers_and_the_writer() {
    let db = Db::open_memory().unwrap();
    table(&db).await;
    let tasks: Vec<_> = (0..50)
        .map(|key| {
            let db = db.clone();
            tokio::spawn(async move {
                put(&db, key, 10).await.unwrap();
                count(&db).await
            })
        })
        .collect();
    for task in tasks {
        assert!(task.await.unwrap() > 0);
    }
    assert_eq!(count(&db).await, 50);
}

#[test]
fn sets_of_blobs_are_hex_in_json() {
    assert_eq!(hex_array(&[]), "[]");
    assert_eq!(hex_array(&[b"\x00\xff", b""]), r#"["00ff",""]"#);
}

/// Look-ups read through a lock that is held for them all; that shows nobody anything old, and is over when they are.
#[test]
fn the_shared_lock_hides_nothing_and_ends() {
    let (dir, db) = file(SqliteOptions::default());
    let other = beside(&dir);
    let counted = async || db.first(COUNT, &[], |f| f.take::<i64>()).await.unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        table(&db).await;
        assert_eq!(counted().await, Some(0));
        put(&db, 1, 1).await.unwrap();
        assert_eq!(counted().await, Some(1), "what this process has written");
        other.execute("INSERT INTO t (k) VALUES (2)", []).unwrap();
        assert_eq!(counted().await, Some(2), "and another one");
        // It may be in its pause just now.
        for attempt in 0.. {
            assert_eq!(counted().await, Some(2));
            if !begins_anew(&other) {
                break;
            }
            assert!(attempt < 1_000, "never held while they read");
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
    });
    drop(runtime);
    assert!(begins_anew(&other), "given back even where the runtime ended first");
}

/// However many ask: were it held without a pause, the log would grow for as long as they come.
#[test]
fn the_log_begins_anew_while_look_ups_come() {
    let (dir, db) = file(SqliteOptions::default());
    let other = beside(&dir);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        table(&db).await;
        for _ in 0..1_000 {
            db.first(COUNT, &[], |f| f.take::<i64>()).await.unwrap();
            if begins_anew(&other) {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
        panic!("never between two moments");
    });
}

/// The file, as another process has it open, which waits for nobody: the one thread of these runtimes has to go on.
fn beside(dir: &tempfile::TempDir) -> Connection {
    let other = Connection::open(dir.path().join("db")).unwrap();
    other.busy_timeout(std::time::Duration::ZERO).unwrap();
    other
}

/// Whether nobody held the log.
fn begins_anew(other: &Connection) -> bool {
    let busy = |row: &rusqlite::Row<'_>| row.get::<_, i64>(0);
    other.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], busy).unwrap() == 0
}

//! Connections that break, commits without an answer, callers that go away: PostgreSQL only.

// The whole file is a test; clippy only knows those that carry the attribute.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use yinxin_model::Instant;
use yinxin_store::{Db, Error, PostgresOptions, Result, catalogue, migrate};

/// One place each. Bounds that no busy machine comes near: `wait` counts making a connection, too.
fn options() -> PostgresOptions {
    let long = Duration::from_secs(60);
    PostgresOptions { writers: 1, readers: 1, wait: long, lock_timeout: long, statement_timeout: 2 * long }
}

async fn register() -> Option<(String, Db)> {
    let url = yinxin_testkit::postgres::fresh_database()?;
    let db = Db::open_postgres(&url, options()).await.unwrap();
    migrate::migrate(&db, Instant(0)).await.unwrap();
    Some((url, db))
}

/// Waits half a second for a place, and has its connections: those are no longer waited for.
async fn impatient(url: &str) -> Db {
    let options = PostgresOptions { wait: Duration::from_millis(500), ..options() };
    let mut tries = 0;
    loop {
        let opened = Db::open_postgres(url, options).await;
        match opened {
            Ok(db) if there(&db, "x").await.is_ok() => return db,
            _ => tries += 1,
        }
        assert!(tries < 60, "the server makes no connection in time");
    }
}

async fn set(db: &Db, name: &'static str) -> Result<()> {
    db.write(move |tx| Box::pin(async move { catalogue::set_meta(tx, name, "there").await })).await
}

async fn there(db: &Db, name: &'static str) -> Result<bool> {
    db.read(move |tx| Box::pin(async move { Ok(catalogue::meta(tx, name).await?.is_some()) })).await
}

/// Hands bytes to and fro; while `cut` is set, the connection ends as soon as a COMMIT went by.
async fn proxy(url: &str, cut: Arc<AtomicBool>) -> String {
    let (_, rest) = url.split_once('@').unwrap();
    let (server, name) = rest.split_once('/').unwrap();
    let (server, name) = (server.to_owned(), name.to_owned());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (client, _) = listener.accept().await.unwrap();
            let server = TcpStream::connect(&server).await.unwrap();
            let cut = cut.clone();
            tokio::spawn(async move {
                let (mut from_client, mut to_client) = client.into_split();
                let (mut from_server, mut to_server) = server.into_split();
                let back = tokio::spawn(async move {
                    let _ = tokio::io::copy(&mut from_server, &mut to_client).await;
                });
                let mut buffer = vec![0; 64 << 10];
                while let Ok(length @ 1..) = from_client.read(&mut buffer).await {
                    let commit = buffer[..length].windows(7).any(|w| w == b"COMMIT\0");
                    let cutting = commit && cut.load(Ordering::SeqCst);
                    if cutting {
                        back.abort();
                    }
                    let _ = to_server.write_all(&buffer[..length]).await;
                    if cutting {
                        break;
                    }
                }
                back.abort();
            });
        }
    });
    format!("postgres://postgres@{address}/{name}")
}

#[tokio::test]
async fn a_commit_without_an_answer_is_in_doubt() {
    let Some((url, direct)) = register().await else { return };
    let cut = Arc::new(AtomicBool::new(false));
    let db = Db::open_postgres(&proxy(&url, cut.clone()).await, options()).await.unwrap();
    set(&db, "before").await.unwrap();
    cut.store(true, Ordering::SeqCst);
    let doubtful = set(&db, "doubtful").await.unwrap_err();
    assert!(matches!(doubtful, Error::InDoubt { .. }), "{doubtful:?}");
    assert!(doubtful.is_transient());
    cut.store(false, Ordering::SeqCst);
    // This time it takes effect, when the server comes to it. The next caller has a new connection, and repeating does no harm.
    let mut tries = 0;
    while !there(&direct, "doubtful").await.unwrap() {
        tries += 1;
        assert!(tries < 3_000, "what the server was told to commit is not there");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    set(&db, "doubtful").await.unwrap();
}

#[tokio::test]
async fn a_lost_connection_is_replaced() {
    let Some((url, db)) = register().await else { return };
    assert!(!there(&db, "x").await.unwrap());
    let (client, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    let end_others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()";
    client.batch_execute(end_others).await.unwrap();
    // Those who come first may meet the dead connections; soon nobody does.
    let mut failures = 0;
    while let Err(error) = set(&db, "x").await {
        assert_eq!(error.code(), "connection_lost");
        failures += 1;
        assert!(failures < 500);
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    while let Err(error) = there(&db, "x").await {
        assert_eq!(error.code(), "connection_lost");
        failures += 1;
        assert!(failures < 1_000);
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(there(&db, "x").await.unwrap());
}

#[tokio::test]
async fn a_caller_who_goes_away_leaves_nothing_behind() {
    let Some((_, db)) = register().await else { return };
    let (half, is_half) = tokio::sync::oneshot::channel();
    let leaving = db.write(|tx| {
        Box::pin(async move {
            catalogue::set_meta(tx, "half", "done").await?;
            let _ = half.send(());
            std::future::pending::<Result<()>>().await
        })
    });
    tokio::select! {
        _ = leaving => panic!("it does not end by itself"),
        half = is_half => half.unwrap(),
    }
    // The pool has one place: it is free again, on a connection without an open transaction.
    set(&db, "next").await.unwrap();
    assert!(there(&db, "next").await.unwrap());
    assert!(!there(&db, "half").await.unwrap());
}

#[tokio::test]
async fn an_exhausted_pool_is_a_bounded_wait() {
    let Some((url, _)) = register().await else { return };
    let db = impatient(&url).await;
    let (held, is_held) = tokio::sync::oneshot::channel();
    let (go, wait) = tokio::sync::oneshot::channel::<()>();
    let holder = db.clone();
    let holding = tokio::spawn(async move {
        holder
            .write(|tx| {
                Box::pin(async move {
                    catalogue::set_meta(tx, "held", "there").await?;
                    let _ = held.send(());
                    let _ = wait.await;
                    Ok(())
                })
            })
            .await
    });
    is_held.await.unwrap();
    assert_eq!(set(&db, "other").await.unwrap_err().code(), "busy");
    assert!(!there(&db, "held").await.unwrap(), "readers are not held up, and see nothing uncommitted");
    go.send(()).unwrap();
    holding.await.unwrap().unwrap();
    set(&db, "other").await.unwrap();
}

#[tokio::test]
async fn nobody_there_and_nonsense_are_told_apart() {
    let nobody = Db::open_postgres("postgres://postgres@127.0.0.1:1/x", options()).await;
    assert_eq!(nobody.map(|_| ()).unwrap_err().code(), "connection_lost");
    let nonsense = Db::open_postgres("postgres://[::", options()).await;
    assert_eq!(nonsense.map(|_| ()).unwrap_err().code(), "database_address");
}

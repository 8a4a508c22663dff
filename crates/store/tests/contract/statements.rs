//! What both engines must do alike with any statement.

use crate::fixture::{Address, Fixture, NOON};
use crate::{read, write};
use yinxin_model::Instant;
use yinxin_store::db::Sql;
use yinxin_store::{Arg, Error, args, catalogue, job, migrate, scope};

fn named(name: &str) -> Sql {
    let found: Vec<Sql> = yinxin_store::statements().into_iter().filter(|s| s.name.ends_with(name)).collect();
    assert_eq!(found.len(), 1, "{name}");
    found[0]
}

pub async fn every_statement_prepares(fixture: Fixture) {
    let statements = yinxin_store::statements();
    assert!(statements.len() > 100);
    for sql in &statements {
        let sql = *sql;
        let prepared = fixture.db.write(move |tx| Box::pin(async move { tx.prepare(sql).await })).await;
        assert!(prepared.is_ok(), "{}: {prepared:?}", sql.name);
    }
    let split: Vec<&str> = statements.iter().filter(|s| s.split).map(|s| s.name).collect();
    let split: Vec<&str> = split.iter().filter_map(|name| name.strip_prefix("yinxin_store::")).collect();
    let known = [
        "certificate::loading::EXISTING",
        "certificate::loading::KNOWN_DOCUMENTS",
        "job::LEASE",
        "job::LEASE_KIND",
        "migrate::LOCK_LEDGER",
        "room::BYTES",
    ];
    assert_eq!(split, known, "statements written twice are few and have their reason");
}

/// `$1` would be a named parameter to SQLite, numbered by first appearance: here `$3` appears first.
pub async fn placeholders_count_by_number_not_by_place(fixture: Fixture) {
    write!(fixture, |tx, vault| job::put(tx, &vault, "seal", "one", "{}", NOON, NOON));
    let until = Instant(NOON.0 + 1);
    let leased = write!(fixture, |tx, vault| job::lease(tx, &vault, None, "a", NOON, until, 1));
    let id = leased[0].id;
    let beat = named("job::BEAT");
    let text = format!("{beat:?}");
    assert!(text.find("$3").unwrap() < text.find("$1").unwrap(), "{text}");
    assert_eq!(write!(fixture, |tx, vault| tx.exec(beat, args![&id, "b", 5])), 0);
    assert_eq!(write!(fixture, |tx, vault| tx.exec(beat, args![&id, "a", 5])), 1);
}

pub async fn values_come_back_as_they_went_in(fixture: Fixture) {
    let hostile = "'; DROP TABLE meta; -- {{}} $1 ?1 \u{0}阿卜杜拉·买买提 𰻞".replace('\0', "");
    let stored = hostile.clone();
    write!(fixture, |tx, vault| catalogue::set_meta(tx, "hostile", &stored));
    assert_eq!(read!(fixture, |tx, vault| catalogue::meta(tx, "hostile")), Some(hostile));
    let day = yinxin_model::Day(-3);
    write!(fixture, |tx, vault| scope::count_access(tx, day, "fields", "no_match", u32::MAX));
    write!(fixture, |tx, vault| scope::count_access(tx, day, "fields", "no_match", 1));
    let seen = read!(fixture, |tx, vault| scope::accesses(tx, day));
    assert_eq!((seen[0].day, seen[0].count), (day, u64::from(u32::MAX) + 1));
}

pub async fn a_failed_statement_fails_the_transaction(fixture: Fixture) {
    let put = named("audit::LINK");
    let result = fixture
        .db
        .write(move |tx| {
            Box::pin(async move {
                let id = yinxin_model::Id([1; 16]);
                catalogue::set_meta(tx, "half", "done").await?;
                tx.exec(put, args![1, &id, &id]).await?;
                // The failure is swallowed, as careless code would.
                let again = tx.exec(put, args![1, &id, &id]).await;
                assert!(matches!(again, Err(Error::Conflict { .. })), "{again:?}");
                assert!(matches!(catalogue::meta(tx, "half").await, Err(Error::Poisoned)));
                Ok(())
            })
        })
        .await;
    assert!(matches!(result, Err(Error::Poisoned)), "{result:?}");
    assert_eq!(read!(fixture, |tx, vault| catalogue::meta(tx, "half")), None);
}

pub async fn a_failing_closure_leaves_nothing(fixture: Fixture) {
    // Many at once, so that on SQLite good and bad ones share a commit.
    let tasks: Vec<_> = (0..60)
        .map(|n| {
            let db = fixture.db.clone();
            tokio::spawn(async move {
                let name = format!("row {n}");
                db.write(move |tx| {
                    Box::pin(async move {
                        catalogue::set_meta(tx, &name, "there").await?;
                        match n % 3 {
                            0 => Err(Error::Unavailable { code: "on_purpose", source: None }),
                            _ => Ok(n),
                        }
                    })
                })
                .await
            })
        })
        .collect();
    for (n, task) in tasks.into_iter().enumerate() {
        let result = task.await.unwrap();
        assert_eq!(result.is_ok(), n % 3 != 0, "{n}: {result:?}");
        let name = format!("row {n}");
        let there = read!(fixture, |tx, vault| catalogue::meta(tx, &name));
        assert_eq!(there.is_some(), n % 3 != 0, "{n}");
    }
}

pub async fn conflicts_are_told_apart(fixture: Fixture) {
    let put = named("audit::LINK");
    let link = |seq: i64| {
        fixture.db.write(move |tx| {
            Box::pin(async move {
                let id = yinxin_model::Id([1; 16]);
                tx.exec(put, args![seq, &id, &id]).await
            })
        })
    };
    assert_eq!(link(1).await.unwrap(), 1);
    let error = link(1).await.unwrap_err();
    assert_eq!(error.code(), "conflict");
    assert!(error.to_string().contains("audit_chain"), "{error}");
    let wrong_kind = fixture
        .db
        .write(move |tx| {
            Box::pin(async move { tx.exec(put, &[Arg::Text("one"), Arg::Int(2), Arg::Null]).await })
        })
        .await;
    assert_eq!(wrong_kind.unwrap_err().code(), "statement_refused");
}

pub async fn a_reader_cannot_write(fixture: Fixture) {
    let refused =
        fixture.db.read(|tx| Box::pin(async move { catalogue::set_meta(tx, "x", "y").await })).await;
    assert_eq!(refused.unwrap_err().code(), "read_only");
    write!(fixture, |tx, vault| catalogue::set_meta(tx, "x", "y"));
}

pub async fn migrating_twice_does_nothing(fixture: Fixture) {
    let (one, two) = (fixture.address.connect().await, fixture.address.connect().await);
    let (one, two) = tokio::join!(migrate::migrate(&one, NOON), migrate::migrate(&two, NOON));
    assert_eq!((one.unwrap(), two.unwrap()), (0, 0));
    if let Address::Url(_) = fixture.address {
        let Some(fresh) = yinxin_testkit::postgres::fresh_database() else { return };
        let address = Address::Url(fresh);
        let (one, two) = (address.connect().await, address.connect().await);
        let (one, two) = tokio::join!(migrate::migrate(&one, NOON), migrate::migrate(&two, NOON));
        let (one, two) = (one.unwrap(), two.unwrap());
        let all = migrate::steps();
        assert!((one, two) == (all, 0) || (one, two) == (0, all), "one of two that start together migrates");
    }
}

pub async fn a_newer_or_changed_schema_is_refused(fixture: Fixture) {
    let record = named("migrate::RECORD");
    let digest = [0u8; 32];
    write!(fixture, |tx, vault| tx.exec(record, args![99, &digest, NOON]));
    let error = migrate::migrate(&fixture.db, NOON).await.unwrap_err();
    assert!(matches!(error, Error::NewerDatabase { found: 99, .. }), "{error:?}");
}

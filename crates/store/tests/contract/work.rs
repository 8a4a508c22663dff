//! Jobs, repeats, the audit chain and the keys.

use crate::fixture::{Fixture, NOON, clerk, keys};
use crate::{read, write};
use std::sync::Arc;
use yinxin_model::Instant;
use yinxin_store::audit::{self, Break, Object};
use yinxin_store::{Place, Result, Vault, job, oidc, request};

fn later(ms: i64) -> Instant {
    Instant(NOON.0 + ms)
}

pub async fn jobs_are_leased_once(fixture: Fixture) {
    for n in 0..20 {
        let subject = format!("copy {n}");
        assert!(write!(fixture, |tx, vault| job::put(tx, &vault, "seal", &subject, "{}", NOON, later(n))));
    }
    assert!(!write!(fixture, |tx, vault| job::put(tx, &vault, "seal", "copy 3", "{}", NOON, NOON)));
    assert_eq!(read!(fixture, |tx, vault| job::ahead(tx, "seal", "copy 3")), 3);
    let workers: Vec<_> = (0..8)
        .map(|n| {
            let (db, vault) = (fixture.db.clone(), fixture.vault.clone());
            tokio::spawn(async move {
                let name = format!("worker {n}");
                db.write(move |tx| {
                    Box::pin(
                        async move { job::lease(tx, &vault, None, &name, later(100), later(200), 5).await },
                    )
                })
                .await
            })
        })
        .collect();
    let mut leased = Vec::new();
    for (n, worker) in workers.into_iter().enumerate() {
        leased.extend(worker.await.unwrap().unwrap().into_iter().map(|job| (job.subject, job.id, n)));
    }
    leased.sort();
    let mut subjects: Vec<_> = leased.iter().map(|(subject, ..)| subject.clone()).collect();
    subjects.dedup();
    assert_eq!((leased.len(), subjects.len()), (20, 20), "each job has one worker");
    let (_, id, worker) = leased[0].clone();
    let name = format!("worker {worker}");
    let own = name.clone();
    assert!(write!(fixture, |tx, vault| job::beat(tx, &id, &own, later(1000))));
    let again =
        write!(fixture, |tx, vault| job::lease(tx, &vault, None, "late", later(500), later(600), 100));
    assert_eq!(again.len(), 19, "all but the one whose worker shows life");
    assert!(again.iter().all(|job| job.attempts == 2));
    let own = name.clone();
    assert!(write!(fixture, |tx, vault| job::done(tx, &id, &own)));
    let (_, lost, worker) = leased[1].clone();
    let name = format!("worker {worker}");
    let own = name.clone();
    assert!(!write!(fixture, |tx, vault| job::done(tx, &lost, &own)), "taken over by another");
    assert!(write!(fixture, |tx, vault| job::retry(tx, &lost, "late", later(700), "hsm_gone")));
    assert_eq!(
        write!(fixture, |tx, vault| job::lease(tx, &vault, None, "x", later(699), later(800), 100)).len(),
        18 // their leases ran out at 600
    );
    assert_eq!(
        write!(fixture, |tx, vault| job::lease(tx, &vault, None, "y", later(700), later(900), 100)).len(),
        1
    );
    assert!(write!(fixture, |tx, vault| job::fail(tx, &vault, &lost, "y", "no_glyph")));
}

/// One that was damaged is leased like the others, says why it cannot be done, and is put aside.
pub async fn a_job_that_does_not_open_keeps_no_other(fixture: Fixture) {
    for subject in ["one", "two", "three"] {
        write!(fixture, |tx, vault| job::put(tx, &vault, "seal", subject, "{\"n\":1}", NOON, NOON));
    }
    fixture
        .address
        .tamper("UPDATE job SET payload = (SELECT payload FROM job WHERE subject_key = 'one') WHERE subject_key = 'two'")
        .await;
    let leased = write!(fixture, |tx, vault| job::lease(tx, &vault, None, "w", NOON, later(100), 10));
    let broken: Vec<_> = leased.iter().filter(|job| job.payload.is_err()).collect();
    assert_eq!((leased.len(), broken.len()), (3, 1));
    assert_eq!((broken[0].subject.as_str(), &broken[0].payload), ("two", &Err("sealed_value_broken")));
    let id = broken[0].id;
    assert!(write!(fixture, |tx, vault| job::fail(tx, &vault, &id, "w", "sealed_value_broken")));
    let failed = read!(fixture, |tx, vault| job::failed(tx));
    let told = job::Failed { kind: "seal".into(), error: Some("sealed_value_broken".into()), count: 1 };
    assert_eq!(failed, [told]);
    // What was given up says nothing any more.
    fixture.address.tamper("UPDATE job SET state = 'waiting' WHERE subject_key = 'two'").await;
    let leased = write!(fixture, |tx, vault| job::lease(tx, &vault, None, "w", later(1), later(100), 10));
    assert_eq!(leased.iter().map(|job| job.payload.clone()).collect::<Vec<_>>(), [Ok("{}".to_owned())]);
}

pub async fn one_kind_is_leased_before_what_waits_longer(fixture: Fixture) {
    for (kind, at) in [("many", 0), ("many", 1), ("few", 2), ("few", 3)] {
        let subject = at.to_string();
        write!(fixture, |tx, vault| job::put(tx, &vault, kind, &subject, &subject, NOON, later(at)));
    }
    let mut taken = Vec::new();
    for kind in [Some("few"), Some("few"), None, None] {
        let jobs = write!(fixture, |tx, vault| job::lease(tx, &vault, kind, "w", later(2), later(100), 1));
        taken.extend(jobs.into_iter().map(|job| job.subject));
    }
    assert_eq!(taken, ["2", "0", "1"], "what is not due waits, of whatever kind");
}

pub async fn effects_are_remembered(fixture: Fixture) {
    assert_eq!(write!(fixture, |tx, vault| request::remember(tx, "revoke", "k", "{1}", NOON)), None);
    let earlier = write!(fixture, |tx, vault| request::remember(tx, "revoke", "k", "{2}", NOON));
    assert_eq!(earlier.as_deref(), Some("{1}"));
    assert_eq!(write!(fixture, |tx, vault| request::remember(tx, "correct", "k", "{3}", NOON)), None);
    assert_eq!(write!(fixture, |tx, vault| request::forget_before(tx, later(1))), 2);
    assert_eq!(read!(fixture, |tx, vault| request::effect(tx, "revoke", "k")), None);
}

async fn entries(fixture: &Fixture, count: usize) {
    for n in 0..count {
        let act = fixture.act(clerk(), later(n as i64));
        let id = n.to_string();
        write!(fixture, |tx, vault| async {
            let object = Object { kind: "thing", id: &id };
            audit::record(tx, &act, "thing_done", object, serde_json::json!({ "n": id })).await
        });
    }
}

pub async fn the_chain_links_and_verifies(fixture: Fixture) {
    entries(&fixture, 5).await;
    let before = read!(fixture, |tx, vault| audit::verify(tx, None));
    assert_eq!((before.entries, before.waiting, before.broken), (0, 5, None));
    assert_eq!(write!(fixture, |tx, vault| audit::chain(tx, 3)), 3);
    let noted = read!(fixture, |tx, vault| audit::head(tx)).unwrap();
    entries(&fixture, 2).await;
    assert_eq!(write!(fixture, |tx, vault| audit::chain(tx, 100)), 4);
    assert_eq!(write!(fixture, |tx, vault| audit::chain(tx, 100)), 0);
    let after = read!(fixture, |tx, vault| audit::verify(tx, Some(&noted)));
    assert_eq!((after.entries, after.waiting, after.broken), (7, 0, None));
    let listed =
        read!(fixture, |tx, vault| audit::list(tx, Some(Object { kind: "thing", id: "1" }), None, 10));
    assert_eq!(listed.len(), 2);
    assert_eq!(listed[0].actor, "staff:clerk");
}

type Expected = fn(&Break) -> bool;

pub async fn a_tampered_chain_shows_where(fixture: Fixture) {
    let entry = |seq: i64| format!("(SELECT audit_id FROM audit_chain WHERE seq = {seq})");
    let cases: [(String, Expected); 7] = [
        (format!("UPDATE audit SET detail = '{{}}' WHERE id = {}", entry(4)), |b| {
            matches!(b, Break::HashDiffers { seq: 4, .. })
        }),
        (format!("DELETE FROM audit WHERE id = {}", entry(5)), |b| {
            matches!(b, Break::EntryMissing { seq: 5, .. })
        }),
        (format!("DELETE FROM audit WHERE id = {}; DELETE FROM audit_chain WHERE seq = 6", entry(6)), |b| {
            matches!(b, Break::LinkMissing { seq: 6 })
        }),
        (
            "UPDATE audit_chain SET seq = -1 WHERE seq = 2; UPDATE audit_chain SET seq = 2 WHERE seq = 3;
             UPDATE audit_chain SET seq = 3 WHERE seq = -1"
                .to_owned(),
            |b| matches!(b, Break::HashDiffers { seq: 2, .. }),
        ),
        ("DELETE FROM audit_chain WHERE seq = 10".to_owned(), |b| matches!(b, Break::Unlinked { .. })),
        (
            format!("DELETE FROM audit WHERE id = {}; DELETE FROM audit_chain WHERE seq = 10", entry(10)),
            |b| matches!(b, Break::HeadDiffers { seq: 10 }),
        ),
        ("DELETE FROM audit WHERE id = (SELECT audit_id FROM audit_pending)".to_owned(), |b| {
            matches!(b, Break::EntryMissing { seq: 0, .. })
        }),
    ];
    for (tampering, expected) in cases {
        let fixture = fixture.another().await;
        entries(&fixture, 10).await;
        write!(fixture, |tx, vault| audit::chain(tx, 100));
        entries(&fixture, 1).await;
        let noted = read!(fixture, |tx, vault| audit::head(tx));
        let whole = noted.clone();
        assert_eq!(read!(fixture, |tx, vault| audit::verify(tx, whole.as_ref())).broken, None);
        fixture.address.tamper(&tampering).await;
        let report = read!(fixture, |tx, vault| audit::verify(tx, noted.as_ref()));
        assert!(report.broken.as_ref().is_some_and(expected), "{tampering}: {report:?}");
    }
}

pub async fn a_wrong_key_stops(fixture: Fixture) {
    let check = async |data: &[(u32, u8)], index: &[(u32, u8)]| {
        let vault = Vault::new(keys(data, index), fixture.entropy.clone()).unwrap();
        fixture.db.write(move |tx| Box::pin(async move { vault.check(tx, NOON).await })).await
    };
    let code = |result: Result<()>| result.unwrap_err().code();
    assert_eq!(code(check(&[(1, 2)], &[(1, 9)]).await), "key_mismatch");
    assert_eq!(code(check(&[(1, 1)], &[(1, 8)]).await), "key_mismatch");
    assert_eq!(code(check(&[(2, 2)], &[(1, 9)]).await), "key_missing");
    check(&[(2, 2), (1, 1)], &[(1, 9)]).await.unwrap();
    assert_eq!(code(check(&[(1, 1)], &[(1, 9)]).await), "key_missing", "the new key is known from now on");
}

pub async fn a_moved_value_does_not_open(fixture: Fixture) {
    let vault: &Arc<Vault> = &fixture.vault;
    let (here, there) =
        (Place::new("account", "identity", b"one"), Place::new("account", "identity", b"two"));
    let sealed = vault.seal(here, "张三".as_bytes()).unwrap();
    assert_eq!(vault.open_text(here, &sealed).unwrap(), "张三");
    assert_eq!(vault.open(there, &sealed).unwrap_err().code(), "sealed_value_broken");
    for at in 0..sealed.len() {
        let mut damaged = sealed.clone();
        damaged[at] ^= 1;
        assert!(vault.open(here, &damaged).is_err(), "octet {at}");
    }
    for length in 0..sealed.len() {
        assert!(vault.open(here, &sealed[..length]).is_err());
    }
    let blob = vault.seal_blob("copies/1", b"%PDF").unwrap();
    assert_eq!(vault.open_blob("copies/1", &blob).unwrap().as_slice(), b"%PDF");
    assert!(vault.open_blob("copies/2", &blob).is_err());
}

pub async fn an_attempt_counts_once(fixture: Fixture) {
    let (digest, until) = ([7; 32], Instant(NOON.0 + 600_000));
    let all = (0..8).map(|_| {
        let db = fixture.db.clone();
        tokio::spawn(async move {
            db.write(move |tx| Box::pin(async move { oidc::take(tx, &digest, until, NOON).await })).await
        })
    });
    let mut taken = 0;
    for one in all.collect::<Vec<_>>() {
        taken += u32::from(one.await.unwrap().unwrap());
    }
    assert_eq!(taken, 1);
    assert!(!write!(fixture, |tx, vault| oidc::take(tx, &digest, until, Instant(until.0 - 1))));
    assert!(
        write!(fixture, |tx, vault| oidc::take(tx, &digest, until, until)),
        "forgotten, and too old by then"
    );
}

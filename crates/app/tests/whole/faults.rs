//! What the installation must do when something beneath it fails: audit, disk, lock.

use std::time::Duration;

use yinxin_app::staff::{self, Member};
use yinxin_app::{audit, batch, certificate, change, query_number, recover};
use yinxin_model::Level;
use yinxin_store::{Db, SqliteOptions};

use crate::fixture::{House, code, csv};

pub async fn what_cannot_be_audited_is_not_done(house: House) {
    if !house.can_seal() {
        return;
    }
    let (system, clerk) = (&house.system, &house.clerk);
    let holder = house.holder().await;
    let number = &holder.number;
    let checked = house.take_in("mohrss", &house.rows(2)).await;
    let roster = csv(&house.rows(2));
    let member =
        || Member { name: "late".into(), roles: vec!["clerk".into()], organisation: None, active: true };
    let revocation =
        || change::Change::Revocation { reason: "other".into(), basis: "测试".into(), on: None };

    house.tamper("ALTER TABLE audit RENAME TO audit_away").await;
    assert_ne!(code(house.endorse(number, 90).await), "done");
    assert_ne!(code(batch::step(system, clerk, checked, batch::Step::Submit).await), "done");
    assert_ne!(code(batch::step(system, clerk, checked, batch::Step::Cancel).await), "done");
    assert_ne!(code(house.import("mohrss", roster.clone()).await), "done");
    assert_ne!(code(change::request(system, clerk, number, revocation()).await), "done");
    assert_ne!(code(query_number::make(system, clerk, number, 7, None).await), "done");
    assert_ne!(code(staff::put(system, clerk, member()).await), "done");
    // Whoever only asks is answered.
    assert_eq!(house.used(number).await, 0);
    house.verify_fields(&holder.person.name, &holder).await;
    house.tamper("ALTER TABLE audit_away RENAME TO audit").await;

    assert_eq!(code(system.staff("late").await), "staff_unknown");
    let shown = batch::show(system, clerk, checked).await.unwrap();
    assert_eq!((shown.state.as_str(), shown.rows), ("checked", 2));
    assert_eq!((house.used(number).await, house.counts().await.intents_open), (0, 0));
    assert_eq!(house.counts().await.requests_open, 0);
    recover::recover(system).await.unwrap();
    assert_eq!(batch::list(system, clerk, None, 10).await.unwrap().len(), 2, "no half batch is left");
    assert_eq!(house.import("mohrss", roster).await.unwrap().accepted, 2);
    house.endorsed(number).await;
    house.leave().await;
}

pub async fn a_tampered_audit_shows_where(house: House) {
    house.holder().await;
    let intact = audit::verify(&house.system).await.unwrap();
    assert!(intact.intact && intact.entries >= 5);
    let broken = async |statement: &str| {
        house.tamper(statement).await;
        let report = audit::verify(&house.system).await.unwrap();
        assert!(!report.intact, "{statement}");
        report.broken.map(|broken| broken.what).unwrap()
    };
    let actor = "UPDATE audit SET actor = 'staff:nobody' WHERE action = 'batch_approved'";
    assert_eq!(broken(actor).await, "hash_differs");
    house.tamper("UPDATE audit SET actor = 'staff:approver' WHERE action = 'batch_approved'").await;
    assert!(audit::verify(&house.system).await.unwrap().intact);
    house.tamper("CREATE TABLE away AS SELECT * FROM audit WHERE action = 'batch_approved'").await;
    assert_eq!(broken("DELETE FROM audit WHERE action = 'batch_approved'").await, "entry_missing");
    house.tamper("INSERT INTO audit SELECT * FROM away").await;
    assert_eq!(broken("DELETE FROM audit_chain WHERE seq = 2").await, "link_missing");
}

/// `recover` links audit entries at every start; two processes may do so at the same time.
pub async fn two_chainers_do_not_quarrel(house: House) {
    for _ in 0..5 {
        house.take_in("mohrss", &house.rows(1)).await;
        let tasks: Vec<_> = (0..4)
            .map(|_| {
                let system = house.system.clone();
                tokio::spawn(async move { audit::chain(&system).await.map_err(|e| e.code) })
            })
            .collect();
        for task in tasks {
            task.await.unwrap().unwrap();
        }
    }
    house.leave().await;
}

/// Nobody answers for the time: what was granted stands and waits, and nothing below the level of the settings is handed
/// out in the meantime.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_time_stamp_a_copy_waits() {
    let mut house = House::sqlite().await;
    if !house.can_seal() {
        return;
    }
    let number = house.holder().await.number;
    let settings = house.path().join("yinxin.toml");
    // Nobody listens there.
    let asks = "[timestamp]\nretries = 0\nservers = [{ url = \"http://127.0.0.1:1/\" }]\n";
    std::fs::write(&settings, asks).unwrap();
    house.reopen().await;
    let id = house.endorse(&number, 90).await.unwrap().endorsement;
    assert_eq!((house.used(&number).await, house.counts().await.intents_open), (1, 1));
    assert_eq!(code(house.copy(id).await), "endorsement_not_ready");
    recover::recover(&house.system).await.unwrap();
    assert_eq!((house.used(&number).await, house.counts().await.intents_open), (1, 1));

    std::fs::remove_file(&settings).unwrap();
    house.reopen().await;
    recover::recover(&house.system).await.unwrap();
    assert_eq!((house.used(&number).await, house.counts().await.intents_open), (1, 0));
    let verified = house.verify(&house.copy(id).await.unwrap()).await;
    assert_eq!((verified.verdict.as_str(), verified.level), ("valid", Some(Level::LongTerm)));
    house.leave().await;
}

/// A register that may grow no further: writes are refused clearly, reads live, and with room again nothing is
/// half there.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_refuses_writes_and_recovers() {
    let mut house = House::sqlite().await;
    let holder = house.holder().await;
    let roster = csv(&house.rows(4_000));
    let path = house.system.home.sqlite();
    let pages = std::fs::metadata(&path).unwrap().len() / 4_096;
    let options = SqliteOptions { max_pages: Some(u32::try_from(pages).unwrap() + 40), ..Default::default() };
    house.system = house.system.clone().over(Db::open_sqlite(&path, options).unwrap());

    assert_eq!(code(house.import("mohrss", roster.clone()).await), "disk_full");
    let shown = certificate::show(&house.system, &house.clerk, &holder.number).await.unwrap();
    assert_eq!(shown.content.holder.name, holder.person.name);
    let verification = house.verify_fields(&holder.person.name, &holder).await;
    assert_eq!(verification.verdict.as_str(), "valid", "the counter of accesses fails no look-up");

    house.reopen().await;
    recover::recover(&house.system).await.unwrap();
    assert_eq!(batch::list(&house.system, &house.clerk, None, 10).await.unwrap().len(), 1);
    let again = house.import("mohrss", roster).await.unwrap();
    assert_eq!((again.accepted, again.repeated, again.errors_total), (4_000, false, 0));
    house.leave().await;
}

/// A backup holds the register: writers wait, but not for ever, readers do not wait at all.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_locked_register_is_waited_for_within_bounds() {
    let mut house = House::sqlite().await;
    if !house.can_seal() {
        return;
    }
    let holder = house.holder().await;
    let path = house.system.home.sqlite();
    let options = SqliteOptions { busy_timeout: Duration::from_millis(100), ..Default::default() };
    house.system = house.system.clone().over(Db::open_sqlite(&path, options).unwrap());

    let backup = house.beside();
    backup.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert_eq!(code(house.endorse(&holder.number, 90).await), "locked");
    assert_eq!(house.used(&holder.number).await, 0);
    assert_eq!(house.verify_fields(&holder.person.name, &holder).await.verdict.as_str(), "valid");
    backup.execute_batch("COMMIT").unwrap();
    // From here on with time to wait for whatever is busy.
    house.reopen().await;
    house.endorsed(&holder.number).await;
    assert_eq!(house.used(&holder.number).await, 1);
    house.leave().await;
}

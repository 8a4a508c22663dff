//! Deaths at exact steps. A step is reached by calling what the use case calls, up to that step, or by taking away
//! what the next step needs; then the installation is opened again, as the next process would, and recovers.

use std::path::PathBuf;

use yinxin_app::batch::{self as batches, Step};
use yinxin_app::recover::recover;
use yinxin_app::roster::{self, Limits, Rules};
use yinxin_app::{audit, certificate as certificates, endorse};
use yinxin_model::finding::Verdict;
use yinxin_model::states::{BatchState, EndorsementView};
use yinxin_model::{Id, Subject};
use yinxin_store::batch::{self, NewBatch};
use yinxin_store::certificate::{self, SealedDraft};

use crate::fixture::{House, code, csv};

pub async fn an_import_dies_at_each_step(mut house: House) {
    let rows = house.rows(5);
    let bytes = csv(&rows);
    for loaded in [None, Some(0), Some(3), Some(5)] {
        let batch = die_while_importing(&house, &bytes, loaded).await;
        house.reopen().await;
        assert_eq!(recover(&house.system).await.unwrap().imports_rolled_back, 1, "{loaded:?}");
        assert_eq!(recover(&house.system).await.unwrap().imports_rolled_back, 0);
        assert_eq!(code(batches::show(&house.system, &house.clerk, batch).await), "batch_not_found");
        assert!(certificates::list(&house.system, &house.clerk, None, 10).await.unwrap().is_empty());
        assert_eq!(house.counts().await.batches_importing, 0);
    }
    // The numbers are free, the bytes are no repeat, and nothing is there twice.
    let imported = house.import("mohrss", bytes).await.unwrap();
    assert_eq!((imported.accepted, imported.repeated, imported.errors_total), (5, false, 0));
    house.reopen().await;
    assert_eq!(recover(&house.system).await.unwrap().imports_rolled_back, 0);
    let shown = batches::show(&house.system, &house.clerk, imported.batch.unwrap()).await.unwrap();
    assert_eq!((shown.state, shown.rows), (BatchState::Checked, 5));
    house.leave().await;
}

/// An import that got as far as its first `loaded` rows; `None`: to its beginning.
async fn die_while_importing(house: &House, bytes: &[u8], loaded: Option<usize>) -> Id {
    let system = &house.system;
    let rules = Rules {
        catalogue: &system.catalogue,
        importer: system.catalogue.organisation("mohrss").unwrap(),
        today: system.today(),
        entropy: system.entropy(),
        limits: Limits::default(),
    };
    let drafts = roster::read(bytes, "名册.csv", &rules).unwrap().drafts;
    let new = NewBatch {
        id: Id::new(system.now(), system.entropy()),
        organisation: "mohrss".into(),
        roster_digest: yinxin_seal::sha256(bytes),
        file_name: "名册.csv".into(),
        roster_blob: None,
    };
    let sealed: Vec<SealedDraft> = drafts
        .into_iter()
        .take(loaded.unwrap_or(0))
        .map(|placed| {
            let id = Id::new(system.now(), system.entropy());
            SealedDraft::seal(&system.vault, id, placed.draft, None, None).unwrap()
        })
        .collect();
    let (vault, act, now, id) = (system.vault.clone(), system.act(&house.clerk), system.now(), new.id);
    house
        .write(move |tx| Box::pin(async move { batch::begin(tx, &vault, &act, &new).await.map(|_| ()) }))
        .await;
    if loaded.is_some() {
        let taken = house
            .write(move |tx| {
                Box::pin(async move { certificate::load(tx, &id, "mohrss", &sealed, now).await })
            })
            .await;
        assert!(taken);
    }
    id
}

pub async fn a_publication_dies_between_chunks(mut house: House) {
    let rows = house.rows(5);
    for published in [0, 2, 5] {
        let rows: Vec<_> = rows
            .iter()
            .map(|row| yinxin_testkit::roster::Row {
                management_number: format!("{}-{published}", row.management_number),
                ..row.clone()
            })
            .collect();
        let id = house.take_in("mohrss", &rows).await;
        house.approve(id).await;
        let before = house.counts().await.online;
        let (vault, act) = (house.system.vault.clone(), house.system.act(&house.clerk));
        let begun = house
            .write(move |tx| {
                Box::pin(async move {
                    let begun = batch::start_publishing(tx, &vault, &act, &id).await?;
                    if published > 0 {
                        certificate::publish(tx, &vault, &act, &id, None, published).await?;
                    }
                    Ok(begun)
                })
            })
            .await;
        assert!(matches!(begun, batch::Step::Done(_)));
        house.reopen().await;
        assert_eq!(recover(&house.system).await.unwrap().publications_finished, 1);
        assert_eq!(recover(&house.system).await.unwrap().publications_finished, 0);
        let shown = batches::show(&house.system, &house.clerk, id).await.unwrap();
        assert_eq!(shown.state, BatchState::Published);
        assert_eq!(house.counts().await.online - before, 5, "each is counted once");
    }
    house.leave().await;
}

pub async fn a_cancellation_dies_before_clearing(mut house: House) {
    let rows = house.rows(4);
    let id = house.take_in("mohrss", &rows).await;
    let (vault, act) = (house.system.vault.clone(), house.system.act(&house.clerk));
    house
        .write(move |tx| Box::pin(async move { batch::cancel(tx, &vault, &act, &id).await.map(|_| ()) }))
        .await;
    house.reopen().await;
    recover(&house.system).await.unwrap();
    let again = house.import("mohrss", csv(&rows)).await.unwrap();
    assert_eq!((again.accepted, again.errors_total), (4, 0));
    assert_eq!(code(batches::step(&house.system, &house.clerk, id, Step::Submit).await), "batch_state");
    house.leave().await;
}

/// A file where the object store wants to make its folder: granted, signed, and nowhere to put it.
pub struct Obstacle(PathBuf);

impl Obstacle {
    pub fn put(house: &House) -> Self {
        let path = house.system.home.objects().join("copies");
        if path.is_dir() {
            std::fs::rename(&path, path.with_extension("away")).unwrap();
        }
        std::fs::write(&path, b"").unwrap();
        Self(path)
    }

    pub fn remove(self) {
        std::fs::remove_file(&self.0).unwrap();
        let away = self.0.with_extension("away");
        if away.is_dir() {
            std::fs::rename(&away, &self.0).unwrap();
        }
    }
}

pub async fn a_copy_dies_before_it_is_stored(mut house: House) {
    if !house.can_seal() {
        return;
    }
    let number = house.holder().await.number;
    let obstacle = Obstacle::put(&house);
    let mut granted = Vec::new();
    for position in 0..2 {
        house.clock.advance_ms(1);
        let view = house.endorse(&number, 90).await.unwrap();
        assert_eq!((view.state, view.position), (EndorsementView::Granted, Some(position)));
        granted.push(view);
    }
    assert_eq!(code(house.copy(granted[0].endorsement).await), "endorsement_not_ready");
    assert_eq!(house.counts().await.intents_open, 2);
    house.reopen().await;
    let recovered = recover(&house.system).await.unwrap();
    assert_eq!((recovered.copies_finished, recovered.copies_left), (0, 2), "the queue stays");

    obstacle.remove();
    house.reopen().await;
    let recovered = recover(&house.system).await.unwrap();
    assert_eq!((recovered.copies_finished, recovered.copies_left), (2, 0));
    assert_eq!(recover(&house.system).await.unwrap().copies_finished, 0);
    for view in granted {
        let shown = endorse::show(&house.system, &house.clerk, view.endorsement).await.unwrap();
        assert_eq!((shown.state, shown.copy_number), (EndorsementView::Ready, view.copy_number));
        let copy = house.copy(view.endorsement).await.unwrap();
        assert_eq!(house.verify(&copy).await.verdict, Verdict::Valid);
    }
    assert_eq!(house.used(&number).await, 2);
    assert_eq!(house.objects("copies").len(), 2);
    house.leave().await;
}

pub async fn a_copy_dies_before_it_is_recorded(mut house: House) {
    if !house.can_seal() {
        return;
    }
    let number = house.holder().await.number;
    house.tamper("ALTER TABLE sealing_record RENAME TO sealing_record_away").await;
    let view = house.endorse(&number, 90).await.unwrap();
    assert_eq!(view.state, EndorsementView::Granted);
    assert_eq!(house.objects("copies").len(), 1, "signed and stored, not recorded");
    house.tamper("ALTER TABLE sealing_record_away RENAME TO sealing_record").await;
    house.reopen().await;
    assert_eq!(recover(&house.system).await.unwrap().copies_finished, 1);
    let copy = house.copy(view.endorsement).await.unwrap();
    assert_eq!(house.verify(&copy).await.verdict, Verdict::Valid);
    let shown = endorse::show(&house.system, &house.clerk, view.endorsement).await.unwrap();
    assert_eq!(shown.copy_number, view.copy_number);
    let certificate = certificates::show(&house.system, &house.clerk, &number).await.unwrap().id;
    let copies = house
        .read(move |tx| {
            Box::pin(async move { yinxin_store::copy::list(tx, &Subject::System, &certificate).await })
        })
        .await;
    assert_eq!(copies.len(), 1, "one copy, one number");
    house.leave().await;
}

/// After an upgrade the same intent draws other bytes: it is closed, in the open, and a new one made.
pub async fn another_program_draws_another_copy(mut house: House) {
    if !house.can_seal() {
        return;
    }
    let number = house.holder().await.number;
    let obstacle = Obstacle::put(&house);
    let view = house.endorse(&number, 90).await.unwrap();
    obstacle.remove();
    std::fs::write(house.path().join("yinxin.toml"), "[platform]\nname = \"另一个平台（测试）\"\n").unwrap();
    house.reopen().await;
    assert_eq!(recover(&house.system).await.unwrap().copies_finished, 1);
    let entries = audit::list(&house.system, &house.approver, None, 100).await.unwrap();
    let closed = entries.iter().find(|entry| entry.action == "copy_intent_closed").unwrap();
    assert_eq!(closed.detail["reason"], "digest_changed");
    let copy = house.copy(view.endorsement).await.unwrap();
    let verification = house.verify(&copy).await;
    assert_eq!(verification.verdict, Verdict::Valid);
    assert_eq!(verification.endorsement.unwrap().copy_number, view.copy_number.as_str());
    house.leave().await;
}

pub async fn a_correction_overtakes_an_open_intent(mut house: House) {
    if !house.can_seal() {
        return;
    }
    let number = house.holder().await.number;
    let obstacle = Obstacle::put(&house);
    let view = house.endorse(&number, 90).await.unwrap();
    house.correct(&number, "name", "周更正").await;
    obstacle.remove();
    house.reopen().await;
    let recovered = recover(&house.system).await.unwrap();
    assert_eq!((recovered.copies_finished, recovered.copies_left), (0, 0));
    let shown = endorse::show(&house.system, &house.clerk, view.endorsement).await.unwrap();
    assert_eq!(shown.state, EndorsementView::Voided);
    assert_eq!((house.used(&number).await, house.counts().await.intents_open), (0, 0));
    assert!(house.objects("copies").is_empty());
    house.leave().await;
}

//! Batches: their way, their rows, and what an interruption leaves.

use crate::fixture::{Fixture, NOON, approver, clerk, done, identity, staff};
use crate::{read, write};
use yinxin_model::states::{BatchState, CertificateState};
use yinxin_model::{Day, Id, Identity, Instant, ManagementNumber, Subject};
use yinxin_store::batch::{self, Begun, NewBatch, Step};
use yinxin_store::certificate::{self, Filter, Match, SealedDraft};
use yinxin_store::{Error, account, outbox, scope};

fn holders(fixture: &Fixture, count: usize) -> Vec<Identity> {
    (0..count).map(|_| identity(&fixture.person())).collect()
}

pub async fn a_batch_goes_its_way(fixture: Fixture) {
    let drafts = holders(&fixture, 7).into_iter().map(|h| fixture.draft(h)).collect();
    let id = fixture.publish("bj-rsks", drafts).await;
    let found = read!(fixture, |tx, vault| batch::get(tx, &vault, &clerk(), &id)).unwrap();
    assert_eq!((found.state, found.rows, found.file_name.as_str()), (BatchState::Published, 7, "名册.csv"));
    assert_eq!((found.maker.as_str(), found.decided_by.as_deref()), ("clerk", Some("approver")));
    let act = fixture.act(clerk(), NOON);
    let again = write!(fixture, |tx, vault| batch::cancel(tx, &vault, &act, &id));
    assert_eq!(again, Step::WrongState(BatchState::Published));
    let filter = Filter { batch: Some(id), state: Some(CertificateState::Online) };
    let listed = read!(fixture, |tx, vault| certificate::list(tx, &vault, &clerk(), &filter, None, 100));
    assert_eq!(listed.len(), 7);
    assert!(listed.iter().all(|c| c.record.made_on == Some(NOON.day()) && c.published_at == Some(NOON)));
}

pub async fn the_same_roster_is_the_earlier_batch(fixture: Fixture) {
    let new = |id| NewBatch {
        id,
        organisation: "cba".into(),
        roster_digest: [5; 32],
        file_name: "a.csv".into(),
        roster_blob: None,
    };
    let (first, second) = (new(fixture.id()), new(fixture.id()));
    let act = fixture.act(clerk(), NOON);
    let id = first.id;
    assert_eq!(write!(fixture, |tx, vault| batch::begin(tx, &vault, &act, &first)), Begun::New);
    let act = fixture.act(clerk(), NOON);
    assert!(write!(fixture, |tx, vault| batch::finish(tx, &act, &id)));
    let (act, again) = (fixture.act(clerk(), NOON), second.clone());
    let Begun::Repeated(earlier) = write!(fixture, |tx, vault| batch::begin(tx, &vault, &act, &again)) else {
        panic!("the same bytes are the same batch")
    };
    assert_eq!(earlier.id, id);
    let act = fixture.act(clerk(), NOON);
    done(write!(fixture, |tx, vault| batch::cancel(tx, &vault, &act, &id)));
    let act = fixture.act(clerk(), NOON);
    assert_eq!(write!(fixture, |tx, vault| batch::begin(tx, &vault, &act, &second)), Begun::New);
}

pub async fn nobody_decides_his_own(fixture: Fixture) {
    let id = fixture.begin("cba", NOON).await;
    let act = fixture.act(clerk(), NOON);
    assert!(write!(fixture, |tx, vault| batch::finish(tx, &act, &id)));
    let act = fixture.act(approver(), NOON);
    let early = write!(fixture, |tx, vault| batch::decide(tx, &vault, &act, &id, true));
    assert_eq!(early, Step::WrongState(BatchState::Checked));
    let act = fixture.act(approver(), NOON);
    done(write!(fixture, |tx, vault| batch::submit(tx, &vault, &act, &id)));
    for name in ["clerk", "approver"] {
        let act = fixture.act(staff(name, None), NOON);
        let own = write!(fixture, |tx, vault| batch::decide(tx, &vault, &act, &id, true));
        assert_eq!(own, Step::SamePerson, "{name} made or submitted it");
    }
    let act = fixture.act(staff("elsewhere", Some("yn-rsks")), NOON);
    assert_eq!(write!(fixture, |tx, vault| batch::decide(tx, &vault, &act, &id, true)), Step::NotFound);
    let act = fixture.act(staff("third", None), NOON);
    done(write!(fixture, |tx, vault| batch::decide(tx, &vault, &act, &id, false)));
}

pub async fn an_interrupted_import_leaves_nothing(fixture: Fixture) {
    let id = fixture.begin("bj-rsks", NOON).await;
    let drafts: Vec<_> = holders(&fixture, 25).into_iter().map(|h| fixture.draft(h)).collect();
    let index = fixture.index(&drafts[0].holder);
    let number = drafts[3].number.clone();
    fixture.load(id, "bj-rsks", drafts.clone()).await;
    let alive = read!(fixture, |tx, vault| batch::stale(tx, NOON));
    assert_eq!(alive, [], "one with a heartbeat is at work");
    let stale = read!(fixture, |tx, vault| batch::stale(tx, Instant(NOON.0 + 1)));
    assert_eq!(stale, [id]);
    let mut cleared = 0;
    loop {
        match write!(fixture, |tx, vault| certificate::clear(tx, &id, 10)) {
            0 => break,
            n => cleared += n,
        }
    }
    assert_eq!(cleared, 25);
    let act = fixture.act(Subject::System, NOON);
    assert!(write!(fixture, |tx, vault| batch::forget(tx, &act, &id)));
    assert_eq!(
        read!(fixture, |tx, vault| certificate::by_number(tx, &vault, &Subject::System, &number)),
        None
    );
    let left =
        read!(fixture, |tx, vault| certificate::of_identity(tx, &vault, &Subject::System, &index, None, 10));
    assert!(left.is_empty());
    fixture.publish("bj-rsks", drafts).await;
}

pub async fn a_cancelled_batch_frees_its_numbers(fixture: Fixture) {
    let id = fixture.begin("bj-rsks", NOON).await;
    let drafts: Vec<_> = holders(&fixture, 3).into_iter().map(|h| fixture.draft(h)).collect();
    fixture.load(id, "bj-rsks", drafts.clone()).await;
    let act = fixture.act(clerk(), NOON);
    assert!(write!(fixture, |tx, vault| batch::finish(tx, &act, &id)));
    let act = fixture.act(clerk(), NOON);
    done(write!(fixture, |tx, vault| batch::cancel(tx, &vault, &act, &id)));
    assert_eq!(read!(fixture, |tx, vault| batch::uncleared(tx)), [id]);
    assert_eq!(write!(fixture, |tx, vault| certificate::clear(tx, &id, 100)), 3);
    assert_eq!(read!(fixture, |tx, vault| batch::uncleared(tx)), []);
    fixture.publish("bj-rsks", drafts).await;
}

pub async fn duplicates_are_found(fixture: Fixture) {
    let holder = identity(&fixture.person());
    let draft = fixture.draft(holder.clone());
    fixture.publish("bj-rsks", vec![draft.clone()]).await;
    let number = draft.number.as_str().to_owned();
    let known = number.clone();
    let found = read!(fixture, |tx, vault| async {
        let asked: Vec<String> = (0..500).map(|n| format!("unknown-{n}")).collect();
        let mut asked: Vec<&str> = asked.iter().map(String::as_str).collect();
        asked.push(&known);
        certificate::existing(tx, &asked).await
    });
    assert_eq!(found, std::slice::from_ref(&number));
    let index = fixture.index(&holder);
    let found = read!(fixture, |tx, vault| async {
        let asked = [(index, "constructor", Day(18_500)), (index, "constructor", Day(18_501))];
        certificate::same_attainment(tx, &asked).await
    });
    assert_eq!(found, [Some(number), None]);
    // A race that the look-ahead could not see ends in a conflict, and the chunk is undone.
    let batch = fixture.begin("bj-rsks", NOON).await;
    let other = fixture.draft(identity(&fixture.person()));
    let fresh = other.number.clone();
    let drafts: Vec<SealedDraft> = [other, draft]
        .into_iter()
        .map(|d| SealedDraft::seal(&fixture.vault, fixture.id(), d, None, None).unwrap())
        .collect();
    let loaded = fixture
        .db
        .write(move |tx| {
            Box::pin(async move { certificate::load(tx, &batch, "bj-rsks", &drafts, NOON).await })
        })
        .await;
    assert!(matches!(loaded, Err(Error::Conflict { .. })), "{loaded:?}");
    assert_eq!(
        read!(fixture, |tx, vault| certificate::by_number(tx, &vault, &Subject::System, &fresh)),
        None
    );
}

pub async fn publication_counts_and_tells(fixture: Fixture) {
    let people = holders(&fixture, 8);
    for known in &people[..2] {
        let (act, known) = (fixture.act(Subject::System, NOON), known.clone());
        assert!(write!(fixture, |tx, vault| account::register(tx, &vault, &act, &known)));
    }
    let drafts = people.iter().map(|h| fixture.draft(h.clone())).collect();
    fixture.publish("bj-rsks", drafts).await;
    let lines = read!(fixture, |tx, vault| scope::list(tx));
    assert_eq!(lines.iter().map(|l| l.online).collect::<Vec<_>>(), [8]);
    assert_eq!(read!(fixture, |tx, vault| scope::counts(tx)).online, 8);
    let messages = read!(fixture, |tx, vault| outbox::waiting(tx, &vault, None, 100));
    assert_eq!(messages.len(), 2, "those with an account are told");
    let id = messages[0].id;
    assert!(write!(fixture, |tx, vault| outbox::mark_sent(tx, &id, NOON)));
    assert!(!write!(fixture, |tx, vault| outbox::mark_sent(tx, &id, NOON)));
    let id = messages[1].id;
    for left in [1, 0] {
        write!(fixture, |tx, vault| outbox::mark_tried(tx, &id, "gateway_down", 2));
        assert_eq!(read!(fixture, |tx, vault| outbox::waiting(tx, &vault, None, 100)).len(), left);
    }
}

pub async fn institutions_see_their_own(fixture: Fixture) {
    let (certificate, holder) = fixture.certificate().await;
    let number = ManagementNumber::parse(&certificate.number).unwrap();
    let index = fixture.index(&holder);
    let asks = |who: Subject| {
        let (number, vault) = (number.clone(), fixture.vault.clone());
        fixture
            .db
            .read(move |tx| Box::pin(async move { certificate::by_number(tx, &vault, &who, &number).await }))
    };
    assert!(asks(staff("a", Some("bj-rsks"))).await.unwrap().is_some());
    assert!(asks(staff("b", Some("yn-rsks"))).await.unwrap().is_none());
    assert!(asks(staff("c", None)).await.unwrap().is_some());
    assert!(asks(Subject::Public).await.unwrap().is_none());
    assert!(asks(account::holder(&index)).await.unwrap().is_some());
    let stranger = fixture.index(&identity(&fixture.person()));
    assert!(asks(account::holder(&stranger)).await.unwrap().is_none());
    // Whoever knows every field may know that they agree, and nothing of a draft.
    let asked = number.clone();
    let known = read!(fixture, |tx, vault| certificate::matching(tx, &vault, &asked, &index));
    assert!(matches!(known, Match::Current(_)));
    let asked = number.clone();
    let unknown = read!(fixture, |tx, vault| certificate::matching(tx, &vault, &asked, &stranger));
    assert_eq!(unknown, Match::Nothing);
    let draft = fixture.draft(holder.clone());
    let (batch, drafted) = (fixture.begin("bj-rsks", NOON).await, draft.number.clone());
    fixture.load(batch, "bj-rsks", vec![draft]).await;
    let hidden = read!(fixture, |tx, vault| certificate::matching(tx, &vault, &drafted, &index));
    assert_eq!(hidden, Match::Nothing);
    let own = account::holder(&index);
    let traces = read!(fixture, |tx, vault| certificate::of_document(tx, &own, &index));
    let states: std::collections::BTreeSet<_> = traces.iter().map(|t| (t.state, t.same_name)).collect();
    assert_eq!(states, [(CertificateState::Online, true), (CertificateState::Draft, true)].into());
    let own = account::holder(&index);
    let others = account::holder(&stranger);
    assert_eq!(read!(fixture, |tx, vault| certificate::of_document(tx, &others, &index)), []);
    let seen: Vec<Id> =
        read!(fixture, |tx, vault| certificate::of_identity(tx, &vault, &own, &index, None, 10))
            .iter()
            .map(|c| c.id)
            .collect();
    assert_eq!(seen, [certificate.id], "a draft is not shown to its holder");
}

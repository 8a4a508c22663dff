//! Keys are replaced while everything stays readable, also after an interruption.

use crate::fixture::{Fixture, NOON, clerk, identity, keys};
use crate::{read, write};
use std::sync::Arc;
use yinxin_model::policy::Policy;
use yinxin_model::states::ChangeKind;
use yinxin_model::{Identity, Instant, Subject};
use yinxin_store::certificate::{self, Certificate};
use yinxin_store::change::{self, NewChange};
use yinxin_store::rotation::{self, Cursor};
use yinxin_store::{
    Vault, account, challenge, credential, endorsement, job, outbox, passkey, request, session, share,
};

/// A value in every sealed column.
async fn fill(fixture: &Fixture) -> (Certificate, Identity) {
    let (certificate, holder) = fixture.certificate().await;
    fixture.certificate().await;
    let (act, known) = (fixture.act(Subject::Public, NOON), holder.clone());
    write!(fixture, |tx, vault| account::register(tx, &vault, &act, &known));
    let index = fixture.index(&holder);
    for notice in [1, 2] {
        let act = fixture.act(Subject::Public, NOON);
        write!(fixture, |tx, vault| account::agree(tx, &vault, &act, &index, notice, "192.0.2.1"));
    }
    let_in(fixture, &holder).await;
    let mut new = fixture.application(&certificate, "k", NOON);
    new.on_behalf = Some("老人无手机".into());
    let act = fixture.act(clerk(), NOON);
    let application = endorsement::Application::new(&fixture.vault, act, new).unwrap();
    write!(fixture, |tx, vault| endorsement::grant(tx, &vault, &Policy::default(), application));
    let (id, last) = (certificate.id, NOON.day().plus(6));
    let (act, why) = (fixture.act(clerk(), NOON), Some("窗口代办"));
    write!(fixture, |tx, vault| request::put_query_number(tx, &vault, &act, &id, "12345678", last, why));
    let new = NewChange {
        id: fixture.id(),
        certificate: certificate.id,
        kind: ChangeKind::Correction,
        payload: Some("{}".into()),
        basis: "b".into(),
        reason: None,
        effective_on: None,
    };
    let act = fixture.act(clerk(), NOON);
    write!(fixture, |tx, vault| change::propose(tx, &vault, &act, &new));
    let mut shared = share::NewShare {
        id: fixture.id(),
        certificate: certificate.id,
        endorsement: None,
        content: share::Content {
            recipient: "某某公司".into(),
            purpose: "入职".into(),
            token: "T".repeat(52),
            pin: Some("123456".into()),
        },
        expires_on: last,
        most_views: 3,
    };
    let act = fixture.act(clerk(), NOON);
    let new = shared.clone();
    write!(fixture, |tx, vault| share::put(tx, &vault, &act, &new, 1));
    shared.id = fixture.id();
    let act = fixture.act(clerk(), NOON);
    assert_eq!(write!(fixture, |tx, vault| share::put(tx, &vault, &act, &shared, 1)), share::Put::TooMany);
    let found = by_token(fixture).await;
    let (act, view) = (fixture.act(Subject::Public, NOON), fixture.id());
    write!(fixture, |tx, vault| share::open(tx, &vault, &act, &found, "123456", &view, "192.0.2.0/24"));
    write!(fixture, |tx, vault| job::put(tx, &vault, "seal", "x", "{}", NOON, NOON));
    write!(fixture, |tx, vault| outbox::put(tx, &vault, "hello", "{}", NOON));
    let (id, mut record, by) = (certificate.id, certificate.record.clone(), fixture.id());
    record.speciality = "机电工程".into();
    let act = fixture.act(clerk(), NOON);
    write!(fixture, |tx, vault| certificate::correct(tx, &vault, &act, &id, 1, &record, &by));
    let now = read!(fixture, |tx, vault| certificate::get(tx, &vault, &Subject::System, &id)).unwrap();
    (now, holder)
}

async fn by_token(fixture: &Fixture) -> share::Share {
    let token = "T".repeat(52);
    read!(fixture, |tx, vault| share::by_token(tx, &vault, &token)).unwrap()
}

/// With what the holder comes in, and somebody who has still to prove who he is.
async fn let_in(fixture: &Fixture, holder: &Identity) {
    let (index, act) = (fixture.index(holder), fixture.act(Subject::Public, NOON));
    write!(fixture, |tx, vault| credential::put(tx, &vault, &act, &index, "hash", "sms:+8619900000000"));
    let own = read!(fixture, |tx, vault| credential::of_account(tx, &vault, &index)).unwrap();
    let act = fixture.act(Subject::Public, NOON);
    write!(fixture, |tx, vault| credential::set_totp(tx, &vault, &act, &own, b"secret", &["one".into()], 1));
    let new = credential::Registration {
        id: fixture.id(),
        identity: holder.clone(),
        secret: "{}".into(),
        expires_at: Instant(NOON.0 + 1),
    };
    let begun = session::NewSession {
        id: fixture.id(),
        token_digest: [7; 32],
        owner: session::Owner::Account(index),
        device: "Firefox".into(),
        expires_at: Instant(NOON.0 + 1),
    };
    let asked = challenge::NewChallenge {
        id: fixture.id(),
        purpose: "register",
        payload: "{}".into(),
        code_hash: [1; 20],
        tries: 5,
        sends: 3,
        expires_at: Instant(NOON.0 + 1),
    };
    let act = fixture.act(Subject::Public, NOON);
    write!(fixture, |tx, vault| credential::register(tx, &vault, &act, &new));
    let act = fixture.act(Subject::Public, NOON);
    write!(fixture, |tx, vault| session::begin(tx, &vault, &act, &begun));
    write!(fixture, |tx, vault| challenge::put(tx, &vault, &asked, NOON));
    let new = passkey::NewPasskey {
        id: fixture.id(),
        credential_digest: [8; 32],
        handle: [9; 16],
        content: passkey::Content { name: "电脑".into(), key: "{}".into() },
    };
    let act = fixture.act(Subject::Public, NOON);
    let put = write!(fixture, |tx, vault| passkey::put(tx, &vault, &act, &index, &new, 1));
    assert_eq!(put, passkey::Put::Made);
}

pub async fn data_keys_rotate_and_resume(mut fixture: Fixture) {
    let (certificate, holder) = fill(&fixture).await;
    let entropy = fixture.entropy.clone();
    fixture.vault = Arc::new(Vault::new(keys(&[(2, 2), (1, 1)], &[(1, 9)]), entropy.clone()).unwrap());
    write!(fixture, |tx, vault| vault.check(tx, NOON));
    // Interrupted after a few chunks, then begun again from the start.
    let (mut done, mut cursor) = (0, Cursor::default());
    for _ in 0..3 {
        let from = cursor.clone();
        let chunk = write!(fixture, |tx, vault| rotation::data_chunk(tx, &vault, &from, 1));
        done += chunk.done;
        cursor = chunk.next.unwrap();
    }
    assert_eq!(done, 2, "two certificates");
    let mut next = Some(Cursor::default());
    while let Some(from) = next {
        let chunk = write!(fixture, |tx, vault| rotation::data_chunk(tx, &vault, &from, 1));
        done += chunk.done;
        next = chunk.next;
    }
    // certificates 2, superseded 1, account 1, consents 2, endorsement 4, intent 2, request 1, batches 2, job,
    // messages 2, query number, share 1, its view 1, credential 4, registration 2, session, challenge,
    // the message that it began, a passkey and the message of it
    assert_eq!(done, 32);
    // Everything reads without the old key.
    write!(fixture, |tx, vault| vault.forget(tx, "data", 1));
    fixture.vault = Arc::new(Vault::new(keys(&[(2, 2)], &[(1, 9)]), entropy).unwrap());
    write!(fixture, |tx, vault| vault.check(tx, NOON));
    let id = certificate.id;
    let now = read!(fixture, |tx, vault| certificate::get(tx, &vault, &Subject::System, &id));
    assert_eq!(now, Some(certificate));
    assert_eq!(read!(fixture, |tx, vault| certificate::versions(tx, &vault, &clerk(), &id)).len(), 1);
    let index = fixture.index(&holder);
    let own = account::holder(&index);
    assert!(read!(fixture, |tx, vault| account::get(tx, &vault, &own, &index)).is_some());
    let credential = read!(fixture, |tx, vault| credential::of_account(tx, &vault, &index)).unwrap();
    assert_eq!(credential.totp.unwrap().recovery, ["one"]);
    let session = read!(fixture, |tx, vault| session::find(tx, &vault, &[7; 32], NOON, Instant(0))).unwrap();
    assert_eq!((session.device.as_str(), session.identity), ("Firefox", holder));
    let shared = by_token(&fixture).await;
    assert_eq!((shared.content.recipient.as_str(), shared.views), ("某某公司", 1));
    let (own, share_id) = (account::holder(&index), shared.id);
    let views = read!(fixture, |tx, vault| share::views(tx, &vault, &own, &share_id, 10));
    assert_eq!(views.iter().map(|view| view.origin.as_str()).collect::<Vec<_>>(), ["192.0.2.0/24"]);
    let listed = read!(fixture, |tx, vault| endorsement::list_all(tx, &vault, &clerk(), None, 10));
    assert_eq!(listed[0].on_behalf.as_deref(), Some("老人无手机"));
    let (asking, today) = (clerk(), NOON.day());
    let made = read!(fixture, |tx, vault| request::query_numbers(tx, &vault, &asking, &id, today));
    assert_eq!(made.iter().map(|made| made.on_behalf.as_deref()).collect::<Vec<_>>(), [Some("窗口代办")]);
    assert_eq!(read!(fixture, |tx, vault| change::list(tx, &vault, &clerk(), None, None, 10)).len(), 1);
    let waiting = read!(fixture, |tx, vault| outbox::waiting(tx, &vault, None, 10));
    assert!(waiting.len() == 1 && waiting[0].payload.is_some());
    assert_eq!(write!(fixture, |tx, vault| job::lease(tx, &vault, None, "w", NOON, NOON, 10)).len(), 1);
}

pub async fn index_keys_rotate_and_resume(mut fixture: Fixture) {
    let (certificate, holder) = fill(&fixture).await;
    let strangers: Vec<Identity> = (0..6).map(|_| identity(&fixture.person())).collect();
    for known in &strangers {
        let (act, known) = (fixture.act(Subject::Public, NOON), known.clone());
        write!(fixture, |tx, vault| account::register(tx, &vault, &act, &known));
    }
    let old = fixture.index(&holder);
    fixture.vault =
        Arc::new(Vault::new(keys(&[(1, 1)], &[(2, 8), (1, 9)]), fixture.entropy.clone()).unwrap());
    let new = fixture.index(&holder);
    assert_ne!(old.document, new.document);
    let mut done = 0;
    for most in [2, usize::MAX] {
        let (mut next, mut chunks) = (Some(Cursor::default()), 0);
        while let Some(from) = next.filter(|_| chunks < most) {
            let chunk = write!(fixture, |tx, vault| rotation::index_chunk(tx, &vault, &from, 2));
            (done, next, chunks) = (done + chunk.done, chunk.next, chunks + 1);
        }
    }
    assert_eq!(done, 2 + 1 + 7, "certificates, superseded versions, accounts: each once");
    for (index, found) in [(old, 0), (new, 1)] {
        let list = read!(fixture, |tx, vault| certificate::of_identity(
            tx,
            &vault,
            &Subject::System,
            &index,
            None,
            10
        ));
        assert_eq!(list.len(), found);
    }
    let own = account::holder(&new);
    assert_eq!(read!(fixture, |tx, vault| account::get(tx, &vault, &own, &new)).unwrap().identity, holder);
    assert_eq!(read!(fixture, |tx, vault| account::agreed_notice(tx, &new)), Some(2));
    let document = new.document;
    assert!(read!(fixture, |tx, vault| credential::of_account(tx, &vault, &new)).is_some());
    assert!(
        read!(fixture, |tx, vault| credential::of_document(tx, &vault, &document)).is_none(),
        "an identity that is not proved has nobody to log in"
    );
    let session = read!(fixture, |tx, vault| session::find(tx, &vault, &[7; 32], NOON, Instant(0))).unwrap();
    assert_eq!(session.owner, session::Owner::Account(new));
    let passkeys = read!(fixture, |tx, vault| passkey::list(tx, &vault, &new));
    assert_eq!(passkeys.iter().map(|own| own.content.name.as_str()).collect::<Vec<_>>(), ["电脑"]);
    let id = certificate.id;
    let versions = read!(fixture, |tx, vault| certificate::versions(tx, &vault, &clerk(), &id));
    assert_eq!(versions[0].index, new);
}

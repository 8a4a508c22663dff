//! What holders are told, who looked at their certificates, what is news.

use crate::fixture::{Fixture, NOON, clerk};
use crate::{read, write};
use yinxin_model::states::MessageKind;
use yinxin_model::{Day, Id, Instant, Subject};
use yinxin_store::access::{self, Access};
use yinxin_store::message::{self, Values};
use yinxin_store::{account, job, scope};

pub async fn a_message_is_told_once_and_to_accounts_alone(fixture: Fixture) {
    let (certificate, holder) = fixture.certificate().await;
    let (id, kind) = (fixture.id(), MessageKind::CertificateRevoked);
    assert!(!tell(&fixture, &certificate.id, &id).await, "nobody has registered");
    let (act, known) = (fixture.act(Subject::Public, NOON), holder.clone());
    write!(fixture, |tx, vault| account::register(tx, &vault, &act, &known));
    assert!(tell(&fixture, &certificate.id, &id).await);
    assert!(!tell(&fixture, &certificate.id, &id).await, "the same once more");
    let own = account::holder(&fixture.index(&holder));
    let (asking, again) = (own.clone(), own.clone());
    let listed = read!(fixture, |tx, vault| message::list(tx, &vault, &asking, None, 10));
    assert_eq!(listed.len(), 1);
    let record = &certificate.record;
    assert_eq!(listed[0].values["qualification"], record.qualification);
    assert_eq!((listed[0].values["on"].as_str(), listed[0].read_at), ("2026-03-01", None));
    for nobody in [clerk(), Subject::Public, Subject::System] {
        assert!(read!(fixture, |tx, vault| message::list(tx, &vault, &nobody, None, 10)).is_empty());
    }
    // It is to be sent once, too, and no more where that was not chosen.
    let until = Instant(NOON.0 + 1);
    let jobs = write!(fixture, |tx, vault| job::lease(tx, &vault, None, "w", NOON, until, 10));
    assert_eq!(
        jobs.iter().map(|j| (j.kind.as_str(), j.subject.clone())).collect::<Vec<_>>(),
        [(message::SEND, id.to_string())]
    );
    let index = fixture.index(&holder);
    write!(fixture, |tx, vault| message::choose(tx, &index, &[MessageKind::ShareViewed]));
    let (values, later) = (Values::new(), Instant(NOON.0 + 1));
    assert!(write!(fixture, |tx, vault| message::tell(tx, &vault, &index, kind, &values, later)));
    assert!(write!(fixture, |tx, vault| job::lease(tx, &vault, None, "x", NOON, until, 10)).is_empty());
    // Read is read, up to what was seen.
    assert_eq!(write!(fixture, |tx, vault| message::mark_all_read(tx, &own, &id, NOON)), 1);
    assert_eq!(read!(fixture, |tx, vault| message::unread(tx, &again)), 1);
    assert_eq!(write!(fixture, |tx, vault| message::forget(tx, &index)), 2);
}

async fn tell(fixture: &Fixture, certificate: &Id, id: &Id) -> bool {
    let (certificate, id, kind) = (*certificate, *id, MessageKind::CertificateRevoked);
    let values = Values::from([("on".to_owned(), "2026-03-01".to_owned())]);
    write!(fixture, |tx, vault| message::tell_holder(tx, &vault, &certificate, &id, kind, values, NOON))
}

pub async fn looks_are_counted_for_the_holder(fixture: Fixture) {
    let (certificate, holder) = fixture.certificate().await;
    let (_, stranger) = fixture.certificate().await;
    let today = NOON.day();
    let access = |day: Day, way: &str| Access {
        certificate: certificate.id,
        day,
        way: way.into(),
        outcome: "valid".into(),
        actor: String::new(),
    };
    for count in [1, u32::MAX] {
        let lines = [
            (access(today, "token"), count),
            (access(today, "fields"), 2),
            (access(today.plus(-1), "file"), 1),
        ];
        write!(fixture, |tx, vault| access::add(tx, &lines));
    }
    let id = certificate.id;
    let (own, other) = (account::holder(&fixture.index(&holder)), account::holder(&fixture.index(&stranger)));
    let again = own.clone();
    let seen = read!(fixture, |tx, vault| access::list(tx, &own, &id, today.plus(1), 10));
    let lines: Vec<(Day, &str, u64)> =
        seen.iter().map(|c| (c.access.day, c.access.way.as_str(), c.count)).collect();
    let many = u64::from(u32::MAX) + 1;
    assert_eq!(lines, [(today, "fields", 4), (today, "token", many), (today.plus(-1), "file", 2)]);
    assert_eq!(read!(fixture, |tx, vault| access::list(tx, &again, &id, today, 10)).len(), 1);
    assert!(read!(fixture, |tx, vault| access::list(tx, &other, &id, today.plus(1), 10)).is_empty());
}

pub async fn what_went_online_is_grouped_by_day(fixture: Fixture) {
    let (certificate, _) = fixture.certificate().await;
    fixture.certificate().await;
    let today = NOON.day();
    let found = read!(fixture, |tx, vault| scope::releases(tx, today, 10));
    let lines: Vec<(u64, i32)> = found.iter().map(|release| (release.online, release.year)).collect();
    assert_eq!(lines, [(2, certificate.record.year)]);
    let before = found[0].day.plus(-1);
    assert!(read!(fixture, |tx, vault| scope::releases(tx, before, 10)).is_empty());
}

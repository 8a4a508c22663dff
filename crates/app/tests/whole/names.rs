//! Names that are set apart (`王　伟`): what comes in, what stands in rows of earlier releases, and who is reached by which.

use crate::accounts::{PASSWORD, entered, found, person, registered};
use crate::fixture::{Holder, House};
use yinxin_app::account::{self, Begin};
use yinxin_app::certificate::{self, mine};
use yinxin_model::finding::Verdict;
use yinxin_model::{Id, ManagementNumber, PersonName, Subject};
use yinxin_store::certificate::{self as certificates, Changed};
use yinxin_testkit::people::Person;

fn called(person: &Person, name: &str) -> Person {
    Person { name: name.to_owned(), ..person.clone() }
}

async fn seen(house: &House, by: &Subject) -> usize {
    mine::list(&house.system, by, &mine::Search::default()).await.unwrap().total
}

/// What the register says from now on is what is meant, whoever sets it apart.
pub async fn a_name_set_apart_is_the_name(house: House) {
    for (n, typed, contact) in [(41, "王伟", "19900000041"), (42, "王 伟", "19900000042")] {
        let person = person(n);
        let row = house.row(&called(&person, "王　伟"));
        let holder = Holder { person: person.clone(), number: row.management_number.clone() };
        house.publish("mohrss", &[row]).await;
        let view = certificate::show(&house.system, &house.clerk, holder.number.as_str()).await.unwrap();
        assert_eq!(view.content.holder.name, "王伟", "as it is printed");
        let (_, own) = registered(&house, &called(&person, typed), contact).await;
        assert_eq!(seen(&house, &own.subject).await, 1, "{typed}");
        for asked in ["王伟", "王 伟", "王　　伟"] {
            assert_eq!(house.verify_fields(asked, &holder).await.verdict, Verdict::Valid, "{asked}");
        }
        house.correct(&holder.number, "name", "王　小　伟").await;
        let view = certificate::show(&house.system, &house.clerk, holder.number.as_str()).await.unwrap();
        assert_eq!(view.content.holder.name, "王小伟");
    }
    house.leave().await;
}

/// A row of an earlier release stands as it was printed, and is reached by whoever types it so.
pub async fn rows_of_before_are_reached_as_they_are_printed(house: House) {
    let person = called(&person(43), "王　伟");
    let row = house.row(&person);
    let holder = Holder { person: person.clone(), number: row.management_number.clone() };
    house.publish("mohrss", &[row]).await;
    as_before(&house, &holder).await;
    assert_eq!(house.verify_fields("王 伟", &holder).await.verdict, Verdict::Valid);
    assert_eq!(house.verify_fields("王 大伟", &holder).await.verdict, Verdict::NoMatch);
    let (_, own) = registered(&house, &person, "19900000043").await;
    assert_eq!(seen(&house, &own.subject).await, 1);
    entered(&house, &person, PASSWORD).await;
    // The forgotten password of that account, not of one that nobody has.
    let number = &person.document_number;
    let sent = account::begin_recovery(&house.system, "王 伟", "111", number).await.unwrap();
    let pending = account::pending_recovery(&house.system, &sent.challenge).await.unwrap().unwrap();
    let typed = pending.demo_code.unwrap();
    account::finish_recovery(&house.system, &sent.challenge, &typed, "another good phrase").await.unwrap();
    let token = entered(&house, &person, "another good phrase").await;
    assert_eq!(found(&house, &token).await.unwrap().subject, own.subject);
    house.leave().await;
}

/// Until somebody has proved who he is he learns nothing of which way of writing there is.
pub async fn which_name_there_is_is_not_told(house: House) {
    let (old, nobody) = (called(&person(45), "王　伟"), called(&person(46), "王　伟"));
    let row = house.row(&old);
    let holder = Holder { person: old.clone(), number: row.management_number.clone() };
    house.publish("mohrss", &[row]).await;
    as_before(&house, &holder).await;
    for person in [&old, &nobody] {
        assert_eq!(shown(&house, person).await, "王伟");
    }
    registered(&house, &old, "19900000045").await;
    for person in [&old, &nobody] {
        let mut refused = Vec::new();
        for name in ["王伟", "王 伟", "王伟", "王 伟"] {
            let sent = account::begin_recovery(&house.system, name, "111", &person.document_number).await;
            refused.push(sent.err().map(|error| error.code));
        }
        assert_eq!(refused, [None, None, None, Some("code_sent_recently")], "both are counted as one");
    }
    house.leave().await;
}

/// As whom somebody stands there who has confirmed a contact, and proved nothing.
async fn shown(house: &House, person: &Person) -> String {
    let saying = Begin {
        name: person.name.clone(),
        document_type: person.document_type.code().into(),
        document: person.document_number.clone(),
        contact: "someone@example.com".into(),
    };
    let sent = account::begin_registration(&house.system, saying).await.unwrap();
    let pending = account::pending_registration(&house.system, &sent.challenge).await.unwrap().unwrap();
    let typed = pending.demo_code.unwrap();
    let token = account::confirm_registration(&house.system, &sent.challenge, &typed, "").await.unwrap();
    let own = found(house, &token).await.unwrap();
    account::registering(&house.system, &own).await.unwrap().unwrap().name
}

/// Puts a certificate's name into the form that earlier releases kept.
async fn as_before(house: &House, holder: &Holder) {
    let (vault, act) = (house.system.vault.clone(), house.system.act(&house.approver));
    let number = ManagementNumber::parse(&holder.number).unwrap();
    let name = PersonName::verbatim(&holder.person.name).unwrap();
    let changed = house
        .write(move |tx| {
            Box::pin(async move {
                let found = certificates::by_number(tx, &vault, &act.by, &number).await?.unwrap();
                let mut record = found.record;
                record.holder.identity.name = name;
                certificates::correct(tx, &vault, &act, &found.id, found.version, &record, &Id([7; 16])).await
            })
        })
        .await;
    assert!(matches!(changed, Changed::Done { .. }), "{changed:?}");
}

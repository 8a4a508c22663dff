//! What the public's look-ups ask, and who learns when it changes.

use crate::fixture::{Fixture, NOON, approver};
use crate::{read, write};
use yinxin_model::Subject;
use yinxin_model::policy::Policy;
use yinxin_model::states::{CertificateState, EndorsementState, RevocationReason};
use yinxin_store::certificate::{self, Certificate};
use yinxin_store::endorsement::{self, Application, Closed, Grant};
use yinxin_store::standing::Shown;
use yinxin_store::{account, copy, request, standing};

async fn granted(fixture: &Fixture, certificate: &Certificate) -> endorsement::Endorsement {
    let new = fixture.application(certificate, "k", NOON);
    let act = fixture.act(account::holder(&certificate.index), NOON);
    let application = Application::new(&fixture.vault, act, new).unwrap();
    let grant = write!(fixture, |tx, vault| endorsement::grant(tx, &vault, &Policy::default(), application));
    let Grant::Granted(granted) = grant else { panic!("{grant:?}") };
    *granted
}

async fn revoke(fixture: &Fixture, certificate: &Certificate) {
    let (act, id, revocation) = (fixture.act(approver(), NOON), certificate.id, fixture.id());
    let (reason, day) = (RevocationReason::IssuedInError, NOON.day());
    write!(fixture, |tx, vault| certificate::revoke(tx, &act, &id, &revocation, reason, "人社部令", day));
}

pub async fn a_token_and_a_number_say_how_it_stands(fixture: Fixture) {
    let (certificate, _) = fixture.certificate().await;
    let endorsement = granted(&fixture, &certificate).await;
    let (id, day) = (certificate.id, NOON.day());
    let act = fixture.act(account::holder(&certificate.index), NOON);
    assert!(write!(fixture, |tx, vault| request::put_query_number(
        tx, &vault, &act, &id, "12345678", day, None
    )));
    let (db, vault) = (&fixture.db, &fixture.vault);
    let whole = read!(fixture, |tx, vault| certificate::get(tx, &vault, &Subject::System, &id)).unwrap();

    let (found, by_token) = standing::by_token(db, vault, &endorsement.token).await.unwrap().unwrap();
    assert_eq!((found.certificate, found.endorsement), (id, Some(endorsement.id)));
    assert_eq!((&by_token.certificate, by_token.version), (&Shown::from(whole), Some(1)));
    let endorsed = by_token.endorsed.as_ref().unwrap();
    assert_eq!((endorsed.state, endorsed.addition.as_deref()), (EndorsementState::Granted, Some("测试")));
    assert_eq!(
        (endorsed.valid_until, &endorsed.copy_number),
        (endorsement.valid_until, &endorsement.copy_number)
    );
    assert_eq!(standing::of_found(db, vault, &found).await.unwrap(), Some(by_token));
    assert_eq!(standing::by_token(db, vault, "nobody's").await.unwrap(), None);

    // A copy that needs no endorsement, intended and not made: there is no version that anybody can have.
    let direct = fixture.copy(&certificate, None);
    let act = fixture.act(Subject::System, NOON);
    let intended = direct.clone();
    write!(fixture, |tx, vault| copy::intend(tx, &vault, &act, &intended));
    let (found, standing) = standing::by_token(db, vault, &direct.token).await.unwrap().unwrap();
    assert_eq!((found.copy, found.endorsement), (direct.copy, None));
    assert_eq!((standing.endorsed, standing.version), (None, None));

    revoke(&fixture, &certificate).await;
    let by_number = standing::by_query_number(db, vault, "12345678", day).await.unwrap().unwrap();
    assert_eq!((by_number.certificate.state, by_number.endorsed), (CertificateState::Revoked, None));
    assert_eq!(by_number.revocation.unwrap().basis, "人社部令");
    let act = fixture.act(approver(), NOON);
    write!(fixture, |tx, vault| certificate::reinstate(tx, &act, &id, "复核"));
    let again = standing::by_query_number(db, vault, "12345678", day).await.unwrap().unwrap();
    assert_eq!((again.certificate.state, again.revocation), (CertificateState::Online, None));
}

pub async fn whoever_remembers_answers_learns_of_changes(fixture: Fixture) {
    let (certificate, _) = fixture.certificate().await;
    let id = certificate.id;
    let endorsement = granted(&fixture, &certificate).await.id;
    let changed = || fixture.db.answers_changed();
    let before = changed();
    let act = fixture.act(account::holder(&certificate.index), NOON);
    let closed = write!(fixture, |tx, vault| endorsement::withdraw(tx, &vault, &act, &endorsement));
    assert_eq!((closed, changed()), (Closed::Done, before + 1));
    revoke(&fixture, &certificate).await;
    assert_eq!(changed(), before + 2);
    let act = fixture.act(approver(), NOON);
    write!(fixture, |tx, vault| certificate::reinstate(tx, &act, &id, "复核"));
    assert_eq!(changed(), before + 3);
    let record = certificate.record.clone();
    let (act, by) = (fixture.act(approver(), NOON), fixture.id());
    write!(fixture, |tx, vault| certificate::correct(tx, &vault, &act, &id, 1, &record, &by));
    assert_eq!(changed(), before + 4);
    let (other, _) = fixture.certificate().await;
    granted(&fixture, &other).await;
    assert_eq!(changed(), before + 4, "what is new was answered nowhere");
}

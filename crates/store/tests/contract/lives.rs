//! What happens to a certificate, its copies and its people.

use crate::fixture::{Fixture, NOON, approver, clerk, identity, staff};
use crate::{read, write};
use yinxin_model::policy::Policy;
use yinxin_model::states::{
    Assurance, CertificateState, ChangeKind, ChangeState, EndorsementState, IntentState, RevocationReason,
    SealState, VoidReason,
};
use yinxin_model::{ManagementNumber, Subject};
use yinxin_store::certificate::{self, Changed, Match};
use yinxin_store::change::{self, Decision, NewChange};
use yinxin_store::copy::{self, Recorded, Sealed};
use yinxin_store::endorsement::{self, Application, Closed, Grant};
use yinxin_store::{account, catalogue, request, standing};

fn sealed(fill: u8) -> Sealed {
    Sealed {
        sha256: [fill; 32],
        size: 62_000,
        blob: format!("copies/{fill}"),
        keep_until: Some(NOON.day().plus(119)),
        seal_certificate: [8; 32],
        algorithm: "ecdsa_p256_sha256".into(),
    }
}

pub async fn a_copy_is_recorded_once(fixture: Fixture) {
    let (certificate, _) = fixture.certificate().await;
    let new = fixture.application(&certificate, "k", NOON);
    let (act, endorsement, inputs) = (fixture.act(clerk(), NOON), new.id, new.copy.clone());
    let application = Application::new(&fixture.vault, act, new).unwrap();
    let grant = write!(fixture, |tx, vault| endorsement::grant(tx, &vault, &Policy::default(), application));
    assert!(matches!(grant, Grant::Granted(_)));
    let open = read!(fixture, |tx, vault| copy::open_intents(tx, &vault, NOON, 10));
    assert_eq!(open[0].inputs, inputs);
    for _ in 0..2 {
        let (act, inputs) = (fixture.act(Subject::System, NOON), inputs.clone());
        let recorded = write!(fixture, |tx, vault| copy::record(tx, &act, &inputs, 1, &sealed(7)));
        assert_eq!(recorded, Recorded::Done, "the same bytes may be recorded again");
    }
    let (act, again) = (fixture.act(Subject::System, NOON), inputs.clone());
    let other = write!(fixture, |tx, vault| copy::record(tx, &act, &again, 1, &sealed(6)));
    assert_eq!(other, Recorded::Overtaken, "other bytes of the same copy are not");
    let ready = read!(fixture, |tx, vault| endorsement::get(tx, &vault, &Subject::System, &endorsement));
    assert_eq!(ready.unwrap().state, EndorsementState::Ready);
    let found = read!(fixture, |tx, vault| copy::by_digest(tx, &[7; 32])).unwrap();
    assert_eq!((found.copy, found.endorsement), (inputs.copy, Some(endorsement)));
    assert_eq!(read!(fixture, |tx, vault| copy::by_digest(tx, &[6; 32])), None);
    let (id, asking) = (certificate.id, account::holder(&certificate.index));
    let copies = read!(fixture, |tx, vault| copy::list(tx, &asking, &id));
    assert_eq!((copies.len(), copies[0].kept), (1, true));
    assert_eq!(read!(fixture, |tx, vault| copy::sealing_records(tx, &clerk(), &id)).len(), 1);
    assert!(read!(fixture, |tx, vault| copy::open_intents(tx, &vault, NOON, 10)).is_empty());
    let (today, copy_id) = (NOON.day().plus(120), inputs.copy);
    assert!(read!(fixture, |tx, vault| copy::due_for_deletion(tx, today.plus(-1), 10)).is_empty());
    assert_eq!(read!(fixture, |tx, vault| copy::due_for_deletion(tx, today, 10)).len(), 1);
    let act = fixture.act(Subject::System, NOON);
    assert!(write!(fixture, |tx, vault| copy::mark_deleted(tx, &act, &id, &copy_id)));
    assert!(read!(fixture, |tx, vault| copy::due_for_deletion(tx, today, 10)).is_empty());
    assert!(read!(fixture, |tx, vault| copy::by_digest(tx, &[7; 32])).is_some(), "the digest stays");
}

pub async fn an_overtaken_copy_is_not_recorded(fixture: Fixture) {
    let (certificate, _) = fixture.certificate().await;
    let new = fixture.application(&certificate, "k", NOON);
    let (act, inputs, id) = (fixture.act(clerk(), NOON), new.copy.clone(), new.id);
    let application = Application::new(&fixture.vault, act, new).unwrap();
    write!(fixture, |tx, vault| endorsement::grant(tx, &vault, &Policy::default(), application));
    let act = fixture.act(account::holder(&certificate.index), NOON);
    assert_eq!(write!(fixture, |tx, vault| endorsement::withdraw(tx, &vault, &act, &id)), Closed::Done);
    let act = fixture.act(Subject::System, NOON);
    let recorded = write!(fixture, |tx, vault| copy::record(tx, &act, &inputs, 1, &sealed(7)));
    assert_eq!(recorded, Recorded::Overtaken);
    // A direct copy: the first intent is given up, the second one signed.
    let direct = fixture.copy(&certificate, None);
    let (act, new) = (fixture.act(clerk(), NOON), direct.clone());
    assert_eq!(write!(fixture, |tx, vault| copy::intend(tx, &vault, &act, &new)), 1);
    let (certificate_id, copy_id) = (direct.certificate, direct.copy);
    let intents = read!(fixture, |tx, vault| copy::intents(tx, &vault, &certificate_id, &copy_id));
    let (act, first) = (fixture.act(Subject::System, NOON), intents[0].clone());
    assert!(write!(fixture, |tx, vault| copy::close(tx, &act, &first, "other_digest")));
    let (act, new) = (fixture.act(clerk(), NOON), direct.clone());
    assert_eq!(write!(fixture, |tx, vault| copy::intend(tx, &vault, &act, &new)), 2);
    for (seq, expected) in [(1, Recorded::Overtaken), (2, Recorded::Done)] {
        let (act, new) = (fixture.act(clerk(), NOON), direct.clone());
        let recorded = write!(fixture, |tx, vault| copy::record(tx, &act, &new, seq, &sealed(9)));
        assert_eq!(recorded, expected);
    }
    let intents = read!(fixture, |tx, vault| copy::intents(tx, &vault, &certificate_id, &copy_id));
    let states: Vec<_> = intents.iter().map(|i| i.state).collect();
    assert_eq!(states, [IntentState::Closed, IntentState::Signed]);
}

pub async fn correction_keeps_history(fixture: Fixture) {
    let (certificate, old_holder) = fixture.certificate().await;
    let new = fixture.application(&certificate, "k", NOON);
    let (act, endorsed) = (fixture.act(clerk(), NOON), new.id);
    let application = Application::new(&fixture.vault, act, new).unwrap();
    write!(fixture, |tx, vault| endorsement::grant(tx, &vault, &Policy::default(), application));
    let id = certificate.id;
    let mut record = certificate.record.clone();
    record.holder.identity.name = yinxin_model::PersonName::parse("阿卜杜拉·买买提").unwrap();
    let new_holder = record.holder.identity.clone();
    let request = fixture.id();
    for expected in [Changed::Done { voided: vec![endorsed] }, Changed::WrongVersion(2)] {
        let (act, record) = (fixture.act(approver(), NOON), record.clone());
        let changed =
            write!(fixture, |tx, vault| certificate::correct(tx, &vault, &act, &id, 1, &record, &request));
        assert_eq!(changed, expected);
    }
    let now = read!(fixture, |tx, vault| certificate::get(tx, &vault, &clerk(), &id)).unwrap();
    assert_eq!((now.version, now.record, now.number), (2, record, certificate.number.clone()));
    let history = read!(fixture, |tx, vault| certificate::versions(tx, &vault, &clerk(), &id));
    assert_eq!(history.len(), 1);
    assert_eq!((history[0].version, &history[0].record), (1, &certificate.record));
    let voided = read!(fixture, |tx, vault| endorsement::get(tx, &vault, &Subject::System, &endorsed));
    assert_eq!(voided.unwrap().void_reason, Some(VoidReason::Correction));
    assert!(read!(fixture, |tx, vault| copy::open_intents(tx, &vault, NOON, 10)).is_empty());
    // The old account no longer sees it, the corrected identity does; the old fields answer 已更正.
    let (old, new) = (fixture.index(&old_holder), fixture.index(&new_holder));
    assert_eq!(old.document, new.document);
    for (index, seen) in [(old, 0), (new, 1)] {
        let own = account::holder(&index);
        let list = read!(fixture, |tx, vault| certificate::of_identity(tx, &vault, &own, &index, None, 10));
        assert_eq!(list.len(), seen);
        let own = account::holder(&index);
        let traces = read!(fixture, |tx, vault| certificate::of_document(tx, &own, &index));
        assert_eq!(traces.iter().map(|t| t.same_name).collect::<Vec<_>>(), [seen == 1]);
    }
    let number = ManagementNumber::parse(&certificate.number).unwrap();
    let said = read!(fixture, |tx, vault| certificate::matching(tx, &vault, &number, &old));
    assert_eq!(said, Match::Superseded { certificate: id, since: NOON });
}

pub async fn revocation_and_reinstatement(fixture: Fixture) {
    let (certificate, _) = fixture.certificate().await;
    let (id, day) = (certificate.id, NOON.day());
    for expected in [Changed::Done { voided: vec![] }, Changed::WrongState(CertificateState::Revoked)] {
        let (act, revocation) = (fixture.act(approver(), NOON), fixture.id());
        let reason = RevocationReason::IssuedInError;
        let changed = write!(fixture, |tx, vault| certificate::revoke(
            tx,
            &act,
            &id,
            &revocation,
            reason,
            "人社部令",
            day
        ));
        assert_eq!(changed, expected);
    }
    let new = fixture.application(&certificate, "k", NOON);
    let act = fixture.act(clerk(), NOON);
    let application = Application::new(&fixture.vault, act, new).unwrap();
    let grant = write!(fixture, |tx, vault| endorsement::grant(tx, &vault, &Policy::default(), application));
    assert_eq!(grant, Grant::NotEndorsable { state: CertificateState::Revoked, version: 1 });
    let quota = read!(fixture, |tx, vault| endorsement::quota(tx, &Policy::default(), &id, day));
    assert_eq!(quota.used, 0, "the place was given back");
    let act = fixture.act(approver(), NOON);
    let changed = write!(fixture, |tx, vault| certificate::reinstate(tx, &act, &id, "复核"));
    assert_eq!(changed, Changed::Done { voided: vec![] });
    let history = read!(fixture, |tx, vault| certificate::revocations(tx, &id));
    assert_eq!(history.len(), 1);
    assert_eq!(history[0].reinstatement_basis.as_deref(), Some("复核"));
    let now = read!(fixture, |tx, vault| certificate::get(tx, &vault, &clerk(), &id)).unwrap();
    assert_eq!(now.state, CertificateState::Online);
}

pub async fn a_change_needs_four_eyes(fixture: Fixture) {
    let (certificate, _) = fixture.certificate().await;
    let new = NewChange {
        id: fixture.id(),
        certificate: certificate.id,
        kind: ChangeKind::Correction,
        payload: Some(r#"{"name":"測試"}"#.into()),
        basis: "户口簿".into(),
        reason: None,
        effective_on: None,
    };
    let id = new.id;
    let (act, foreign) = (fixture.act(staff("x", Some("yn-rsks")), NOON), new.clone());
    assert!(!write!(fixture, |tx, vault| change::propose(tx, &vault, &act, &foreign)));
    let act = fixture.act(clerk(), NOON);
    assert!(write!(fixture, |tx, vault| change::propose(tx, &vault, &act, &new)));
    let open = Some(ChangeState::Open);
    let listed = read!(fixture, |tx, vault| change::list(tx, &vault, &approver(), open, None, 10));
    assert_eq!(listed[0].payload.as_deref(), Some(r#"{"name":"測試"}"#));
    let act = fixture.act(clerk(), NOON);
    assert_eq!(
        write!(fixture, |tx, vault| change::decide(tx, &vault, &act, &id, true)),
        Decision::SamePerson
    );
    let act = fixture.act(approver(), NOON);
    let decision = write!(fixture, |tx, vault| change::decide(tx, &vault, &act, &id, true));
    assert!(matches!(decision, Decision::Made(r) if r.state == ChangeState::Approved));
    let act = fixture.act(approver(), NOON);
    let again = write!(fixture, |tx, vault| change::decide(tx, &vault, &act, &id, false));
    assert_eq!(again, Decision::AlreadyDecided(ChangeState::Approved));
}

pub async fn accounts_belong_to_an_identity(fixture: Fixture) {
    let holder = identity(&fixture.person());
    let index = fixture.index(&holder);
    for first in [true, false] {
        let (act, holder) = (fixture.act(Subject::Public, NOON), holder.clone());
        assert_eq!(write!(fixture, |tx, vault| account::register(tx, &vault, &act, &holder)), first);
    }
    let act = fixture.act(Subject::System, NOON);
    assert!(write!(fixture, |tx, vault| account::prove(tx, &act, &index, "demo")));
    let own = account::holder(&index);
    let found = read!(fixture, |tx, vault| account::get(tx, &vault, &own, &index)).unwrap();
    assert_eq!((found.assurance, &found.identity), (Assurance::Verified, &holder));
    assert_eq!(read!(fixture, |tx, vault| account::get(tx, &vault, &clerk(), &index)), None);
    assert_eq!(read!(fixture, |tx, vault| account::agreed_notice(tx, &index)), None);
    for _ in 0..2 {
        let act = fixture.act(account::holder(&index), NOON);
        write!(fixture, |tx, vault| account::agree(tx, &vault, &act, &index, 3, "192.0.2.1"));
    }
    assert_eq!(read!(fixture, |tx, vault| account::agreed_notice(tx, &index)), Some(3));
    let mut renamed = holder.clone();
    renamed.name = yinxin_model::PersonName::parse("另名").unwrap();
    let other = fixture.index(&renamed);
    assert!(read!(fixture, |tx, vault| account::registered_under_another_name(tx, &other)));
    assert!(!read!(fixture, |tx, vault| account::registered_under_another_name(tx, &index)));
}

pub async fn staff_seals_and_notices(fixture: Fixture) {
    let member = catalogue::Staff {
        name: "clerk".into(),
        roles: vec![yinxin_model::states::Role::Clerk, yinxin_model::states::Role::Operator],
        organisation: Some("cba".into()),
        active: true,
    };
    let (act, stored) = (fixture.act(Subject::System, NOON), member.clone());
    write!(fixture, |tx, vault| catalogue::put_staff(tx, &act, &stored));
    assert_eq!(read!(fixture, |tx, vault| catalogue::staff(tx, "clerk")), Some(member));
    let seal = catalogue::Seal {
        code: "cba".into(),
        organisation: "cba".into(),
        name: "测试专用章".into(),
        family: "association".into(),
        certificate: vec![0x30, 0],
        valid_from: NOON,
        valid_until: NOON,
        state: SealState::Active,
        national: Some(catalogue::NationalSeal {
            certificate: vec![0x30, 1],
            digest: [7; 32],
            serial: "DEMO-cba".into(),
            version: 4,
            valid_from: NOON,
            valid_until: NOON,
        }),
    };
    for stored in [&seal, &catalogue::Seal { national: None, ..seal.clone() }, &seal] {
        let (act, stored) = (fixture.act(Subject::System, NOON), stored.clone());
        let put = stored.clone();
        write!(fixture, |tx, vault| catalogue::put_seal(tx, &act, &put));
        assert_eq!(read!(fixture, |tx, vault| catalogue::seal(tx, "cba")), Some(stored));
    }
    let act = fixture.act(Subject::System, NOON);
    assert!(write!(fixture, |tx, vault| catalogue::set_seal_state(tx, &act, "cba", SealState::Suspended)));
    let listed = read!(fixture, |tx, vault| catalogue::list_seals(tx));
    assert_eq!(listed, [catalogue::Seal { state: SealState::Suspended, ..seal }]);
    for expected in 1..=2 {
        let act = fixture.act(Subject::System, NOON);
        let version = write!(fixture, |tx, vault| catalogue::add_catalogue(tx, &act, "a = 1", &[1; 32]));
        assert_eq!(version, expected);
        let act = fixture.act(Subject::System, NOON);
        assert_eq!(write!(fixture, |tx, vault| catalogue::add_notice(tx, &act, "须知")), expected);
    }
    assert_eq!(read!(fixture, |tx, vault| catalogue::current_catalogue(tx)).unwrap().version, 2);
    assert_eq!(read!(fixture, |tx, vault| catalogue::current_notice(tx)).unwrap().version, 2);
    let claimed = write!(fixture, |tx, vault| catalogue::claim_meta(tx, "instance", "one"));
    let again = write!(fixture, |tx, vault| catalogue::claim_meta(tx, "instance", "two"));
    assert_eq!((claimed.as_str(), again.as_str()), ("one", "one"));
}

pub async fn query_numbers_expire(fixture: Fixture) {
    let (certificate, _) = fixture.certificate().await;
    let (_, stranger) = fixture.certificate().await;
    let (id, last) = (certificate.id, NOON.day().plus(7));
    let act = fixture.act(account::holder(&fixture.index(&stranger)), NOON);
    assert!(!write!(fixture, |tx, vault| request::put_query_number(
        tx, &vault, &act, &id, "12345678", last, None
    )));
    for fresh in [true, false] {
        let act = fixture.act(account::holder(&certificate.index), NOON);
        let put = write!(fixture, |tx, vault| request::put_query_number(
            tx, &vault, &act, &id, "12345678", last, None
        ));
        assert_eq!(put, fresh, "a code in use is not given twice");
    }
    let today = NOON.day();
    for (asking, count) in [(Subject::System, 1), (account::holder(&fixture.index(&stranger)), 0)] {
        let who = format!("{asking:?}");
        let seen = read!(fixture, |tx, vault| request::query_numbers(tx, &vault, &asking, &id, today));
        assert_eq!(seen.len(), count, "seen by {who}");
    }
    let find = async |day| {
        let found = standing::by_query_number(&fixture.db, &fixture.vault, "12345678", day).await.unwrap();
        found.map(|standing| standing.certificate.id)
    };
    assert_eq!(find(last).await, Some(id));
    assert_eq!(find(last.plus(1)).await, None);
    assert_eq!(write!(fixture, |tx, vault| request::clean_query_numbers(tx, last.plus(1))), 1);
    let own = account::holder(&certificate.index);
    let (act, hash) = (fixture.act(own.clone(), NOON), request::query_hash(&fixture.vault, "87654321"));
    assert!(write!(fixture, |tx, vault| request::put_query_number(
        tx, &vault, &act, &id, "87654321", last, None
    )));
    for (by, ended) in
        [(account::holder(&fixture.index(&stranger)), false), (own.clone(), true), (own, false)]
    {
        let act = fixture.act(by, NOON);
        let was = write!(fixture, |tx, _vault| request::end_query_number(tx, &act, &id, &hash));
        assert_eq!(was, ended, "by its holder, and once");
    }
}

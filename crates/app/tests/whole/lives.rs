//! What befalls a certificate and its endorsements after they were made, and what whoever checks a copy then hears.

use yinxin_app::change::{self, Change, Decision};
use yinxin_app::{certificate, endorse, staff, verify};
use yinxin_model::DocumentType;
use yinxin_model::finding::{Check, Outcome, Verdict};
use yinxin_model::states::{CertificateState, EndorsementView, RevocationReason, VoidReason};

use crate::fixture::{House, code, finding};

pub async fn a_correction_supersedes_and_voids(house: House) {
    if !house.can_seal() {
        return;
    }
    let holder = house.holder().await;
    let number = &holder.number;
    let (old, old_copy) = house.endorsed(number).await;
    let corrected = house.correct(number, "name", "陈更正").await;
    assert_eq!(corrected.voided, Some(1));

    let shown = certificate::show(&house.system, &house.clerk, number).await.unwrap();
    assert_eq!((shown.version, shown.content.holder.name.as_str()), (2, "陈更正"));
    assert_eq!(
        (shown.versions.len(), shown.versions[0].content.holder.name.as_str()),
        (1, &*holder.person.name)
    );
    assert_eq!(shown.quota.used, 0, "voiding gives the place back");
    let voided = endorse::show(&house.system, &house.clerk, old).await.unwrap();
    assert_eq!((voided.state, voided.void_reason), (EndorsementView::Voided, Some(VoidReason::Correction)));
    assert_eq!(code(house.copy(old).await), "endorsement_void");

    // The old name was right once, and is told so; the file in somebody's hands too.
    let by_old_name = house.verify_fields(&holder.person.name, &holder).await;
    assert_eq!(by_old_name.verdict, Verdict::Superseded);
    assert!(by_old_name.certificate.is_none(), "whoever knows the old name is not told the new one");
    let by_file = house.verify(&old_copy).await;
    assert_eq!(by_file.verdict, Verdict::Superseded);
    assert_eq!(finding(&by_file, Check::Certificate), (Outcome::Fail, "certificate_corrected"));
    assert_eq!(finding(&by_file, Check::Endorsement), (Outcome::Fail, "endorsement_void"));
    assert_eq!(finding(&by_file, Check::Intact).0, Outcome::Pass);

    assert_eq!(house.verify_fields("陈更正", &holder).await.verdict, Verdict::Valid);
    let (_, new_copy) = house.endorsed(number).await;
    assert_eq!(house.verify(&new_copy).await.verdict, Verdict::Valid);
    assert_eq!(house.used(number).await, 1);
    house.leave().await;
}

/// A number is also one of other types by its form; under one of them the certificate once stood by mistake.
pub async fn a_type_that_was_put_right_hides_nothing(house: House) {
    let holder = loop {
        let holder = house.holder().await;
        if holder.person.document_type != DocumentType::Passport {
            break holder;
        }
    };
    let own = holder.person.document_type.code();
    house.correct(&holder.number, "document_type", "passport").await;
    house.correct(&holder.number, "document_type", own).await;
    let fields = verify::Fields {
        name: holder.person.name.clone(),
        document_type: None,
        document: holder.person.document_number.clone(),
        number: holder.number.clone(),
    };
    let found = verify::by_fields(&house.system, &fields).await.unwrap();
    assert_eq!(found.verdict, Verdict::Valid);
    assert!(found.certificate.is_some());
    house.leave().await;
}

pub async fn a_revocation_shows_and_can_be_reversed(house: House) {
    if !house.can_seal() {
        return;
    }
    let holder = house.holder().await;
    let number = &holder.number;
    let (endorsement, copy) = house.endorsed(number).await;
    house.advance(3).await;
    let revocation = Change::Revocation {
        reason: "fraud".into(),
        basis: "《测试办法》第一条".into(),
        on: Some("2026-03-02".parse().unwrap()),
    };
    assert_eq!(house.change(number, revocation.clone()).await.unwrap().voided, Some(1));

    for verification in [house.verify(&copy).await, house.verify_fields(&holder.person.name, &holder).await] {
        assert_eq!(verification.verdict, Verdict::Revoked);
        assert_eq!(finding(&verification, Check::Certificate), (Outcome::Fail, "certificate_revoked"));
        let told = verification.certificate.unwrap();
        let revocation = told.revocation.unwrap();
        assert_eq!((told.state, revocation.reason), (CertificateState::Revoked, RevocationReason::Fraud));
        assert_eq!(revocation.on.to_string(), "2026-03-02");
    }
    assert_eq!(code(house.endorse(number, 90).await), "certificate_revoked");
    assert_eq!(code(house.copy(endorsement).await), "endorsement_void");
    assert_eq!(code(house.change(number, revocation).await), "certificate_revoked");

    let reinstated =
        house.change(number, Change::Reinstatement { basis: "复核（测试）".into() }).await.unwrap();
    assert_eq!(reinstated.voided, Some(0));
    assert_eq!(house.verify_fields(&holder.person.name, &holder).await.verdict, Verdict::Valid);
    // What the revocation voided stays void; the place in the quota is free.
    assert_eq!(house.verify(&copy).await.verdict, Verdict::EndorsementVoid);
    assert_eq!(code(house.copy(endorsement).await), "endorsement_void");
    assert_eq!(house.used(number).await, 0);
    let shown = certificate::show(&house.system, &house.clerk, number).await.unwrap();
    assert_eq!((shown.state, shown.revocations.len()), (CertificateState::Online, 1));
    assert_eq!(shown.revocations[0].reinstatement_basis.as_deref(), Some("复核（测试）"));
    let (_, fresh) = house.endorsed(number).await;
    assert_eq!(house.verify(&fresh).await.verdict, Verdict::Valid);
    house.leave().await;
}

pub async fn a_withdrawal_keeps_its_place(house: House) {
    if !house.can_seal() {
        return;
    }
    let number = house.holder().await.number;
    let (endorsement, copy) = house.endorsed(&number).await;
    let withdrawn = endorse::withdraw(&house.system, &house.clerk, endorsement, None).await.unwrap();
    assert_eq!(withdrawn.state, EndorsementView::Withdrawn);
    assert_eq!(house.verify(&copy).await.verdict, Verdict::EndorsementWithdrawn);
    assert_eq!(code(house.copy(endorsement).await), "endorsement_withdrawn");
    assert_eq!(
        code(endorse::withdraw(&house.system, &house.clerk, endorsement, None).await),
        "endorsement_withdrawn"
    );
    assert_eq!(house.used(&number).await, 1);
    house.endorse(&number, 1).await.unwrap();
    house.endorse(&number, 1).await.unwrap();
    assert_eq!(code(house.endorse(&number, 1).await), "quota_exhausted");
    house.leave().await;
}

pub async fn an_endorsement_expires(house: House) {
    if !house.can_seal() {
        return;
    }
    let number = house.holder().await.number;
    let endorsement = house.endorse(&number, 2).await.unwrap().endorsement;
    let copy = house.copy(endorsement).await.unwrap();
    house.advance(1).await;
    assert_eq!(house.verify(&copy).await.verdict, Verdict::Valid, "the last day counts");
    house.copy(endorsement).await.unwrap();
    house.advance(1).await;
    let verification = house.verify(&copy).await;
    assert_eq!(verification.verdict, Verdict::EndorsementExpired);
    assert_eq!(finding(&verification, Check::Certificate), (Outcome::Pass, "in_force"));
    assert_eq!(code(house.copy(endorsement).await), "endorsement_expired");
    let shown = endorse::show(&house.system, &house.clerk, endorsement).await.unwrap();
    assert_eq!(shown.state, EndorsementView::Expired);
    // Without the register nobody can know.
    let offline = verify::offline(&copy, &house.system.home, None, house.system.now()).unwrap();
    assert_eq!((offline.verdict, offline.register), (Verdict::Valid, Outcome::NotChecked));
    house.leave().await;
}

pub async fn nobody_decides_his_own_request(house: House) {
    let system = &house.system;
    let number = house.holder().await.number;
    let member = staff::Member {
        name: "both".into(),
        roles: vec!["clerk".into(), "approver".into()],
        organisation: None,
        active: true,
    };
    staff::put(system, &house.clerk, member).await.unwrap();
    let both = system.staff("both").await.unwrap();
    let correction = |value: &str| Change::Correction {
        fields: vec![("speciality".to_owned(), value.to_owned())],
        basis: "更正（测试）".into(),
    };
    let asked = change::request(system, &both, &number, correction("矿业工程")).await.unwrap().request;
    assert_eq!(code(change::decide(system, &both, asked, Decision::Approve).await), "maker_is_approver");
    assert_eq!(code(change::decide(system, &house.clerk, asked, Decision::Approve).await), "role_missing");
    let reject = Decision::Reject { reason: "无依据".into() };
    let rejected = change::decide(system, &house.approver, asked, reject).await.unwrap();
    assert_eq!(rejected.decided_by.as_deref(), Some("approver"));
    assert_eq!(
        code(change::decide(system, &house.approver, asked, Decision::Approve).await),
        "request_not_open"
    );
    assert_eq!(certificate::show(system, &house.clerk, &number).await.unwrap().version, 1);

    // What breaks a roster's rules breaks a correction's.
    for (field, value, rule) in [
        ("name", "=cmd", "name_formula"),
        ("sex", "其他", "sex_unknown"),
        ("approval_date", "2099-01-01", "date_in_future"),
        ("level", "九级", "level_unknown"),
        ("management_number", "1", "field_unknown"),
    ] {
        let change = Change::Correction { fields: vec![(field.into(), value.into())], basis: String::new() };
        let refused = code(change::request(system, &house.clerk, &number, change).await);
        assert!(refused == rule || field == "name" && refused.starts_with("name_"), "{field}: {refused}");
    }
    let nothing =
        Change::Correction { fields: vec![("level".into(), "一级".into())], basis: String::new() };
    assert_eq!(code(change::request(system, &house.clerk, &number, nothing).await), "nothing_to_correct");
    let future =
        Change::Revocation {
            reason: "fraud".into(), basis: "测试".into(), on: Some(system.today().plus(1))
        };
    assert_eq!(code(change::request(system, &house.clerk, &number, future).await), "date_in_future");
    let baseless = Change::Revocation { reason: "fraud".into(), basis: " ".into(), on: None };
    assert_eq!(code(change::request(system, &house.clerk, &number, baseless).await), "basis_missing");
    house.leave().await;
}

/// Two corrections were asked for, both of the first version; the second one decided meets the second version.
pub async fn a_change_that_came_too_late_is_refused(house: House) {
    let (system, clerk, approver) = (&house.system, &house.clerk, &house.approver);
    let number = house.holder().await.number;
    let revocation = || Change::Revocation { reason: "other".into(), basis: "测试".into(), on: None };
    let first = change::request(system, clerk, &number, revocation()).await.unwrap().request;
    let second = change::request(system, clerk, &number, revocation()).await.unwrap().request;
    change::decide(system, approver, first, Decision::Approve).await.unwrap();
    assert_eq!(
        code(change::decide(system, approver, second, Decision::Approve).await),
        "certificate_revoked"
    );
    // The refusal changed nothing: not the certificate, and not the request either.
    assert_eq!(
        house.counts().await.requests_open,
        1,
        "a decision that could not be carried out was not made"
    );
    let shown = certificate::show(system, clerk, &number).await.unwrap();
    assert_eq!(shown.revocations.len(), 1);
    house.leave().await;
}

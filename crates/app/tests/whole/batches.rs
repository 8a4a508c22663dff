//! From a roster to certificates online.

use yinxin_app::batch::{self, Step};
use yinxin_app::staff::{self, Member};
use yinxin_app::{certificate, endorse};
use yinxin_model::Subject;
use yinxin_model::states::{BatchState, CertificateState};

use crate::fixture::{House, application, code, csv};

pub async fn a_roster_goes_its_way(house: House) {
    let (system, clerk, approver) = (&house.system, &house.clerk, &house.approver);
    let rows = house.rows(5);
    let number = rows[0].management_number.clone();
    let imported = house.import("bj-rsks", csv(&rows)).await.unwrap();
    assert_eq!((imported.rows, imported.accepted, imported.repeated), (5, 5, false));
    let id = imported.batch.unwrap();

    // A draft is nobody's certificate yet.
    assert_eq!(code(house.endorse(&number, 90).await), "certificate_not_online");
    assert_eq!(code(batch::publish(system, clerk, id, &|_, _| {}).await), "batch_state");
    assert_eq!(code(batch::step(system, approver, id, Step::Approve).await), "batch_state");

    batch::step(system, clerk, id, Step::Submit).await.unwrap();
    assert_eq!(code(batch::step(system, clerk, id, Step::Submit).await), "batch_state");
    assert_eq!(code(batch::publish(system, clerk, id, &|_, _| {}).await), "batch_state");
    assert_eq!(code(batch::step(system, clerk, id, Step::Approve).await), "role_missing");
    batch::step(system, approver, id, Step::Approve).await.unwrap();
    assert_eq!(code(batch::publish(system, approver, id, &|_, _| {}).await), "role_missing");
    let published = batch::publish(system, clerk, id, &|_, _| {}).await.unwrap();
    assert_eq!((published.state, published.rows), (BatchState::Published, 5));
    assert_eq!(published.decided_by.as_deref(), Some("approver"));

    // Online is online: no way back through the batch.
    assert_eq!(code(batch::publish(system, clerk, id, &|_, _| {}).await), "batch_state");
    assert_eq!(code(batch::step(system, clerk, id, Step::Cancel).await), "batch_state");
    let shown = certificate::show(system, clerk, &number).await.unwrap();
    assert_eq!((shown.state, shown.version), (CertificateState::Online, 1));
    assert_eq!(shown.content.made_on, Some(system.today()), "made on the day of publication");
    assert_eq!((shown.content.region.as_str(), shown.content.year), ("北京", 2021));
    assert_eq!(house.counts().await.online, 5);
    let told = house.actions().await;
    for action in ["batch_imported", "batch_submitted", "batch_approved", "batch_published"] {
        assert!(told.iter().any(|a| a == action), "{action} is not in {told:?}");
    }
    house.leave().await;
}

pub async fn nobody_decides_his_own(house: House) {
    let system = &house.system;
    let member = Member {
        name: "both".into(),
        roles: vec!["clerk".into(), "approver".into()],
        organisation: None,
        active: true,
    };
    staff::put(system, &house.clerk, member).await.unwrap();
    let both = system.staff("both").await.unwrap();

    let made = house.import_by(&both, "mohrss", csv(&house.rows(2)), false).await.unwrap().batch.unwrap();
    batch::step(system, &house.clerk, made, Step::Submit).await.unwrap();
    assert_eq!(code(batch::step(system, &both, made, Step::Approve).await), "maker_is_approver");
    let reject = Step::Reject { reason: "自己的".into() };
    assert_eq!(code(batch::step(system, &both, made, reject).await), "maker_is_approver");

    let submitted = house.take_in("mohrss", &house.rows(2)).await;
    batch::step(system, &both, submitted, Step::Submit).await.unwrap();
    assert_eq!(code(batch::step(system, &both, submitted, Step::Approve).await), "maker_is_approver");
    batch::step(system, &house.approver, submitted, Step::Approve).await.unwrap();
    house.leave().await;
}

pub async fn the_same_bytes_are_the_earlier_batch(house: House) {
    let (system, clerk) = (&house.system, &house.clerk);
    let bytes = csv(&house.rows(3));
    let first = house.import("mohrss", bytes.clone()).await.unwrap().batch;
    let again = house.import("mohrss", bytes.clone()).await.unwrap();
    assert_eq!((again.batch, again.accepted, again.repeated), (first, 0, true));
    assert_eq!(again.errors_total, 0);
    // From another organisation it is another roster, whose numbers are taken.
    let other = house.import("bj-rsks", bytes.clone()).await.unwrap();
    assert_eq!((other.batch, other.accepted, other.errors_total), (None, 0, 3));
    assert!(other.errors.iter().all(|error| error.rule == "duplicate_in_register"));

    // A rejected roster is corrected, not sent again; its numbers are free.
    batch::step(system, clerk, first.unwrap(), Step::Submit).await.unwrap();
    let reject = Step::Reject { reason: "名单不全".into() };
    batch::step(system, &house.approver, first.unwrap(), reject).await.unwrap();
    let rejected = house.import("mohrss", bytes.clone()).await.unwrap();
    assert_eq!((rejected.batch, rejected.state), (first, Some(BatchState::Rejected)));
    let corrected = [bytes.clone(), b"\n".to_vec()].concat();
    let second = house.import("mohrss", corrected).await.unwrap();
    assert_eq!((second.accepted, second.repeated), (3, false));

    // A cancelled one may come again, byte for byte.
    batch::step(system, clerk, second.batch.unwrap(), Step::Cancel).await.unwrap();
    batch::step(system, clerk, first.unwrap(), Step::Cancel).await.unwrap();
    let third = house.import("mohrss", bytes).await.unwrap();
    assert_eq!((third.accepted, third.repeated), (3, false));
    assert_ne!(third.batch, first);
    house.leave().await;
}

pub async fn a_dry_run_or_a_bad_row_stores_nothing(house: House) {
    let before = house.actions().await;
    let rows = house.rows(4);
    let dry = house.import_by(&house.clerk, "mohrss", csv(&rows), true).await.unwrap();
    assert_eq!((dry.batch, dry.rows, dry.accepted, dry.dry_run), (None, 4, 4, true));

    let mut spoilt = rows.clone();
    spoilt[1].document_number = "身份证号码六".into();
    spoilt[3].management_number = spoilt[0].management_number.clone();
    let refused = house.import("mohrss", csv(&spoilt)).await.unwrap();
    assert_eq!((refused.batch, refused.rows, refused.accepted), (None, 4, 0));
    let found: Vec<(u32, &str)> = refused.errors.iter().map(|e| (e.row, e.rule)).collect();
    assert_eq!(found.iter().map(|(row, _)| *row).collect::<Vec<_>>(), [3, 5], "{found:?}");
    assert_eq!(found[1].1, "duplicate_management_number");

    assert!(batch::list(&house.system, &house.clerk, None, 10).await.unwrap().is_empty());
    assert!(house.objects("rosters").is_empty());
    assert_eq!(house.actions().await, before);
    assert!(certificate::list(&house.system, &house.clerk, None, 10).await.unwrap().is_empty());
    house.leave().await;
}

pub async fn an_institution_stays_in_its_room(house: House) {
    let system = &house.system;
    let member = Member {
        name: "yunnan".into(),
        roles: vec!["clerk".into(), "operator".into()],
        organisation: Some("yn-rsks".into()),
        active: true,
    };
    staff::put(system, &house.clerk, member).await.unwrap();
    let yunnan = system.staff("yunnan").await.unwrap();

    // For whom it may import, and as whom.
    let foreign = house.import_by(&yunnan, "bj-rsks", csv(&house.rows(1)), false).await;
    assert_eq!(code(foreign), "organisation_may_not_import");
    assert_eq!(code(house.import("nobody", csv(&house.rows(1))).await), "organisation_unknown");
    let association = house.import("caa", csv(&house.rows(1))).await.unwrap();
    assert_eq!(association.errors[0].rule, "issuer_not_allowed");

    // What it sees and touches.
    let rows = house.rows(1);
    let beijing = house.take_in("bj-rsks", &rows).await;
    assert_eq!(code(batch::show(system, &yunnan, beijing).await), "batch_not_found");
    assert_eq!(code(batch::step(system, &yunnan, beijing, Step::Submit).await), "batch_not_found");
    assert!(batch::list(system, &yunnan, None, 10).await.unwrap().is_empty());
    house.approve(beijing).await;
    batch::publish(system, &house.clerk, beijing, &|_, _| {}).await.unwrap();
    let number = &rows[0].management_number;
    assert_eq!(code(certificate::show(system, &yunnan, number).await), "certificate_not_found");
    let asked = application(number, 90, None);
    assert_eq!(code(endorse::endorse(system, &yunnan, asked).await), "certificate_not_found");
    assert!(certificate::list(system, &yunnan, None, 10).await.unwrap().is_empty());

    // Nor does anybody without a role.
    let public = Subject::Public;
    assert_eq!(code(house.import_by(&public, "mohrss", csv(&rows), false).await), "role_missing");
    assert_eq!(code(certificate::show(system, &public, number).await), "certificate_not_found");
    house.leave().await;
}

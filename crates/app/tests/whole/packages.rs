//! OFD: the second format of a copy. One endorsement, two files that say the same.

use yinxin_app::recover::recover;
use yinxin_app::{certificate as certificates, copy, endorse};
use yinxin_model::finding::{Check, Outcome, Verdict};
use yinxin_model::states::EndorsementView;
use yinxin_model::{Format, Subject};
use yinxin_testkit::people::People;

use crate::fixture::{House, code, finding};
use crate::interruptions::Obstacle;

pub async fn one_endorsement_has_two_copies(house: House) {
    if !house.can_seal() {
        return;
    }
    let number = house.holder().await.number;
    let (id, pdf) = house.endorsed(&number).await;
    let used = house.used(&number).await;
    assert_eq!(house.objects("copies").len(), 1, "an OFD is made when it is asked for");
    house.clock.advance_ms(60_000);
    let ofd = house.copy_in(id, Format::Ofd).await.unwrap();
    house.clock.advance_ms(60_000);
    assert_eq!(house.copy_in(id, Format::Ofd).await.unwrap(), ofd, "made once, then handed out");
    assert_eq!(house.copy(id).await.unwrap(), pdf);
    assert_eq!((house.objects("copies").len(), house.used(&number).await), (2, used));

    let (by_pdf, by_ofd) = (house.verify(&pdf).await, house.verify(&ofd).await);
    for judged in [&by_pdf, &by_ofd] {
        assert_eq!(judged.verdict, Verdict::Valid, "{:?}", judged.findings);
        assert_eq!(finding(judged, Check::Register), (Outcome::Pass, "same_as_register"));
    }
    assert_eq!(by_pdf.endorsement, by_ofd.endorsement, "one number, one time");
    assert!(by_pdf.steps.is_empty() && by_ofd.steps.iter().all(|step| step.finding.outcome == Outcome::Pass));
    let statements = statements(&house, &number).await;
    assert!(statements.len() == 2 && statements[0] == statements[1], "one token, one statement");

    let mut changed = ofd.clone();
    let at = changed.len() / 2;
    changed[at] ^= 1;
    assert_eq!(house.verify(&changed).await.verdict, Verdict::Tampered);

    endorse::withdraw(&house.system, &house.clerk, id, None).await.unwrap();
    assert_eq!(house.verify(&ofd).await.verdict, Verdict::EndorsementWithdrawn);
    assert_eq!(code(house.copy_in(id, Format::Ofd).await), "endorsement_withdrawn");
    house.leave().await;
}

/// Token, statement and number of each intent of a certificate.
async fn statements(house: &House, number: &str) -> Vec<(String, Option<Vec<u8>>, String)> {
    let certificate = certificates::show(&house.system, &house.clerk, number).await.unwrap().id;
    let vault = house.system.vault.clone();
    house
        .read(move |tx| {
            Box::pin(async move {
                let mut said = Vec::new();
                for copy in yinxin_store::copy::list(tx, &Subject::System, &certificate).await? {
                    for intent in yinxin_store::copy::intents(tx, &vault, &certificate, &copy.id).await? {
                        let inputs = intent.inputs;
                        said.push((inputs.token, inputs.statement, inputs.copy_number));
                    }
                }
                Ok(said)
            })
        })
        .await
}

pub async fn a_package_dies_before_it_is_stored_or_recorded(mut house: House) {
    if !house.can_seal() {
        return;
    }
    let number = house.holder().await.number;
    let (first, _) = house.endorsed(&number).await;
    let (second, _) = house.endorsed(&number).await;

    let obstacle = Obstacle::put(&house);
    assert_ne!(code(house.copy_in(first, Format::Ofd).await), "done");
    obstacle.remove();
    house.tamper("ALTER TABLE sealing_record RENAME TO sealing_record_away").await;
    assert_ne!(code(house.copy_in(second, Format::Ofd).await), "done");
    house.tamper("ALTER TABLE sealing_record_away RENAME TO sealing_record").await;
    assert_eq!(house.counts().await.intents_open, 2);

    house.reopen().await;
    assert_eq!(recover(&house.system).await.unwrap().copies_finished, 2);
    assert_eq!(recover(&house.system).await.unwrap().copies_finished, 0);
    let made = house.objects("copies").len();
    for id in [first, second] {
        let ofd = house.copy_in(id, Format::Ofd).await.unwrap();
        assert_eq!(house.verify(&ofd).await.verdict, Verdict::Valid);
    }
    assert_eq!(house.objects("copies").len(), made, "nothing is made twice");
    house.leave().await;
}

/// What an OFD lacks takes nothing from what was granted.
pub async fn a_seal_without_sm2_makes_no_package(mut house: House) {
    if !house.can_seal() {
        return;
    }
    let number = house.holder().await.number;
    let (id, pdf) = house.endorsed(&number).await;
    let obstacle = Obstacle::put(&house);
    assert_ne!(code(house.copy_in(id, Format::Ofd).await), "done", "an intent stays open");
    obstacle.remove();
    std::fs::remove_file(house.system.home.sm2_seal_certificate("mohrss")).unwrap();
    house.reopen().await;
    recover(&house.system).await.unwrap();
    assert_eq!(code(house.copy_in(id, Format::Ofd).await), "seal_not_national");
    assert_eq!(house.copy(id).await.unwrap(), pdf);
    let shown = endorse::show(&house.system, &house.clerk, id).await.unwrap();
    assert_eq!(shown.state, EndorsementView::Ready);
    house.leave().await;
}

pub async fn a_direct_copy_says_the_same_in_both_formats(house: House) {
    if !house.can_seal() {
        return;
    }
    let mut row = house.row(&People::new(77).take(1).next().unwrap());
    (row.qualification, row.level, row.speciality) = ("拍卖师".into(), String::new(), String::new());
    (row.issuer, row.made_on) = ("中国拍卖行业协会".into(), "2021-12-16".into());
    house.publish("caa", std::slice::from_ref(&row)).await;
    let number = &row.management_number;
    for format in [Format::Ofd, Format::Pdf] {
        house.clock.advance_ms(1000);
        let copy = house.copy_in(number, format).await.unwrap();
        assert_eq!(house.verify(&copy).await.verdict, Verdict::Valid);
    }
    let said = statements(&house, number).await;
    assert!(said.len() == 2 && said[0] == said[1]);
    house.leave().await;
}

/// Many ask for a copy that nobody has asked for before: it is made once, and all get the same bytes.
pub async fn those_who_ask_at_once_get_one_copy(house: House) {
    if !house.can_seal() {
        return;
    }
    let number = house.holder().await.number;
    let (id, _) = house.endorsed(&number).await;
    let got = at_once(&house, &id.to_string(), &[Format::Ofd]).await;
    assert!(got.iter().all(|copy| copy == &got[0]));
    assert_eq!(house.objects("copies").len(), 2);

    let mut row = house.row(&People::new(78).take(1).next().unwrap());
    (row.qualification, row.level, row.speciality) = ("拍卖师".into(), String::new(), String::new());
    (row.issuer, row.made_on) = ("中国拍卖行业协会".into(), "2021-12-16".into());
    house.publish("caa", std::slice::from_ref(&row)).await;
    let got = at_once(&house, &row.management_number, &[Format::Pdf, Format::Ofd]).await;
    let distinct: std::collections::BTreeSet<_> = got.iter().map(|(_, sha256)| sha256).collect();
    let numbers: std::collections::BTreeSet<_> = got.iter().map(|(number, _)| number).collect();
    assert_eq!((distinct.len(), numbers.len()), (2, 1), "a file for each format, and one copy number");
    house.leave().await;
}

/// Copy number and digest of what each of several callers gets, in each format.
async fn at_once(house: &House, what: &str, formats: &[Format]) -> Vec<(String, String)> {
    let asked: Vec<_> = formats
        .iter()
        .flat_map(|format| [*format; 5])
        .map(|format| {
            let (system, by, what) = (house.system.clone(), house.clerk.clone(), what.to_owned());
            tokio::spawn(async move { copy::copy(&system, &by, &what, format).await })
        })
        .collect();
    let mut got = Vec::new();
    for asked in asked {
        let copy = asked.await.unwrap().unwrap();
        got.push((copy.copy_number, copy.sha256));
    }
    got
}

//! 加注 three times in ninety days, for one to ninety days, and the races for it.

use std::sync::Arc;

use yinxin_app::endorse;
use yinxin_model::Instant;
use yinxin_model::states::EndorsementView;

use crate::fixture::{House, application, code};

/// Submits fifty times at once, and counts the ids that were granted and the codes that were refused.
async fn fifty(
    house: &House,
    number: &str,
    key: Option<&'static str>,
) -> (Vec<endorse::View>, Vec<&'static str>) {
    let start = Arc::new(tokio::sync::Barrier::new(50));
    let tasks: Vec<_> = (0..50)
        .map(|_| {
            let (system, clerk, start) = (house.system.clone(), house.clerk.clone(), start.clone());
            let request = application(number, 90, key);
            tokio::spawn(async move {
                start.wait().await;
                endorse::endorse(&system, &clerk, request).await
            })
        })
        .collect();
    let (mut granted, mut refused) = (Vec::new(), Vec::new());
    for task in tasks {
        match task.await.unwrap() {
            Ok(view) => granted.push(view),
            Err(error) => refused.push(error.code),
        }
    }
    (granted, refused)
}

pub async fn fifty_submissions_grant_three(house: House) {
    if !house.can_seal() {
        return;
    }
    let holder = house.holder().await;
    let (granted, refused) = fifty(&house, &holder.number, None).await;
    assert_eq!(granted.len(), 3, "{refused:?}");
    assert!(refused.iter().all(|code| *code == "quota_exhausted"), "{refused:?}");
    let listed =
        endorse::list(&house.system, &house.clerk, Some((&holder.number).into()), None, 100).await.unwrap();
    assert_eq!(listed.len(), 3);
    let mut copies: Vec<_> = listed.iter().map(|e| e.copy_number.as_str()).collect();
    copies.sort_unstable();
    copies.dedup();
    assert_eq!(copies.len(), 3, "every copy has its own number");
    for endorsement in &listed {
        assert_eq!(endorsement.state, EndorsementView::Ready);
        house.copy(endorsement.endorsement).await.unwrap();
    }
    assert_eq!(house.used(&holder.number).await, 3);
    assert_eq!(house.counts().await.intents_open, 0);
    house.leave().await;
}

pub async fn fifty_repeats_grant_one(house: House) {
    if !house.can_seal() {
        return;
    }
    let holder = house.holder().await;
    let (granted, refused) = fifty(&house, &holder.number, Some("one-form")).await;
    assert_eq!((granted.len(), refused), (50, Vec::new()));
    assert!(granted.iter().all(|view| view.endorsement == granted[0].endorsement));
    assert_eq!(granted.iter().filter(|view| !view.repeated).count(), 1);
    assert_eq!(house.used(&holder.number).await, 1);
    house.leave().await;
}

pub async fn the_window_frees_a_place_on_day_ninety(house: House) {
    if !house.can_seal() {
        return;
    }
    let number = house.holder().await.number;
    house.endorse(&number, 1).await.unwrap();
    house.advance(1).await;
    for _ in 0..2 {
        house.endorse(&number, 90).await.unwrap();
    }
    // Expired ones count as well.
    house.advance(88).await;
    let refused = house.endorse(&number, 90).await.unwrap_err();
    assert_eq!(
        (refused.code, refused.details["next_possible_on"].as_str()),
        ("quota_exhausted", "2026-05-30")
    );
    assert_eq!(house.system.today().to_string(), "2026-05-29", "day 90, the first one included");
    house.advance(1).await;
    let quota = house.endorse(&number, 90).await.unwrap().quota.unwrap();
    assert_eq!((quota.used, quota.max), (3, 3));
    assert_eq!(quota.next_possible_on.to_string(), "2026-05-31");
    house.advance(1).await;
    house.endorse(&number, 90).await.unwrap();
    house.endorse(&number, 90).await.unwrap();
    assert_eq!(code(house.endorse(&number, 90).await), "quota_exhausted");
    house.leave().await;
}

pub async fn a_clock_set_back_is_refused(house: House) {
    if !house.can_seal() {
        return;
    }
    let number = house.holder().await.number;
    house.endorse(&number, 90).await.unwrap();
    house.advance(-1).await;
    let refused = house.endorse(&number, 90).await.unwrap_err();
    assert_eq!((refused.code, refused.details["last"].as_str()), ("clock_behind", "2026-03-01"));
    house.advance(1).await;
    house.endorse(&number, 90).await.unwrap();
    assert_eq!(house.used(&number).await, 2);
    house.leave().await;
}

pub async fn validity_has_its_bounds(house: House) {
    if !house.can_seal() {
        return;
    }
    let number = house.holder().await.number;
    for days in [i32::MIN, -1, 0, 91, i32::MAX] {
        let refused = house.endorse(&number, days).await.unwrap_err();
        assert_eq!((refused.code, refused.details["longest"].as_str()), ("validity_out_of_range", "90"));
    }
    assert_eq!(house.used(&number).await, 0);
    assert_eq!(house.endorse(&number, 1).await.unwrap().valid_until.to_string(), "2026-03-01");
    assert_eq!(house.endorse(&number, 90).await.unwrap().valid_until.to_string(), "2026-05-29");
    house.leave().await;
}

pub async fn the_day_is_shanghais(house: House) {
    if !house.can_seal() {
        return;
    }
    let number = house.holder().await.number;
    let before_midnight = Instant::parse("2026-03-01T15:59:59Z").unwrap();
    house.clock.set(before_midnight);
    assert_eq!(house.endorse(&number, 1).await.unwrap().applied_on.to_string(), "2026-03-01");
    house.clock.set(Instant(before_midnight.0 + 1_000));
    let after = house.endorse(&number, 1).await.unwrap();
    assert_eq!(
        (after.applied_on.to_string(), after.valid_until.to_string()),
        ("2026-03-02".into(), "2026-03-02".into())
    );
    // A leap day is a day.
    house.go_to("2028-02-28").await;
    assert_eq!(house.endorse(&number, 2).await.unwrap().valid_until.to_string(), "2028-02-29");
    house.leave().await;
}

pub async fn one_key_is_one_submission(house: House) {
    if !house.can_seal() {
        return;
    }
    let holders = house.holders(2).await;
    let (system, clerk) = (&house.system, &house.clerk);
    let number = &holders[0].number;
    let submit =
        |number: &str, days, key| endorse::endorse(system, clerk, application(number, days, Some(key)));
    let first = submit(number, 90, "key").await.unwrap();
    let again = submit(number, 90, "key").await.unwrap();
    assert_eq!((again.endorsement, again.repeated), (first.endorsement, true));
    assert_eq!(code(submit(number, 30, "key").await), "idempotency_mismatch");
    // The key belongs to one certificate.
    let other = submit(&holders[1].number, 90, "key").await.unwrap();
    assert_ne!(other.endorsement, first.endorsement);
    // A used-up quota does not make a repeat a refusal.
    submit(number, 90, "second").await.unwrap();
    submit(number, 90, "third").await.unwrap();
    assert_eq!(code(submit(number, 90, "fourth").await), "quota_exhausted");
    assert!(submit(number, 90, "third").await.unwrap().repeated);
    for key in ["", "a\nb", &"k".repeat(101)] {
        assert_eq!(
            code(endorse::endorse(system, clerk, application(number, 90, Some(key))).await),
            "idempotency_key_form"
        );
    }
    house.leave().await;
}

//! The quota under races, repeats and clocks.

use crate::fixture::{DAY_MS, Fixture, NOON, clerk};
use crate::{read, write};
use yinxin_model::policy::Policy;
use yinxin_model::quota::Refusal;
use yinxin_model::states::{CertificateState, EndorsementState, RevocationReason, VoidReason};
use yinxin_model::{Instant, Subject};
use yinxin_store::certificate::{self, Certificate, Changed};
use yinxin_store::endorsement::{self, Application, Closed, Endorsement, Grant};
use yinxin_store::{account, copy, standing};

const P: Policy = Policy { window_days: 90, max: 3, longest_days: 90, keep_copies_days: 30 };

fn on(day: i64) -> Instant {
    Instant(NOON.0 + day * DAY_MS)
}

async fn apply(
    fixture: &Fixture,
    certificate: &Certificate,
    policy: Policy,
    key: &str,
    at: Instant,
) -> Grant {
    let new = fixture.application(certificate, key, at);
    let act = fixture.act(account::holder(&certificate.index), at);
    let application = Application::new(&fixture.vault, act, new).unwrap();
    write!(fixture, |tx, vault| endorsement::grant(tx, &vault, &policy, application))
}

fn granted(grant: Grant) -> Endorsement {
    match grant {
        Grant::Granted(endorsement) => *endorsement,
        other => panic!("not granted: {other:?}"),
    }
}

/// Fifty at once, each with the key that `key` gives it.
async fn fifty(fixture: &Fixture, certificate: &Certificate, key: fn(usize) -> String) -> Vec<Grant> {
    let other = fixture.address.connect().await;
    let tasks: Vec<_> = (0..50)
        .map(|n| {
            let db = if n % 2 == 0 { fixture.db.clone() } else { other.clone() };
            let new = fixture.application(certificate, &key(n), NOON);
            let act = fixture.act(account::holder(&certificate.index), NOON);
            let vault = fixture.vault.clone();
            let application = Application::new(&vault, act, new).unwrap();
            tokio::spawn(async move {
                db.write(move |tx| {
                    Box::pin(async move { endorsement::grant(tx, &vault, &P, application).await })
                })
                .await
            })
        })
        .collect();
    let mut grants = Vec::new();
    for task in tasks {
        grants.push(task.await.unwrap().unwrap());
    }
    grants
}

pub async fn fifty_submissions_grant_three(fixture: Fixture) {
    let (certificate, _) = fixture.certificate().await;
    let grants = fifty(&fixture, &certificate, |n| format!("submission {n}")).await;
    assert_eq!(grants.iter().filter(|g| matches!(g, Grant::Granted(_))).count(), 3);
    for refused in grants.iter().filter(|g| !matches!(g, Grant::Granted(_))) {
        let Grant::Refused(Refusal::QuotaUsedUp(quota)) = refused else { panic!("{refused:?}") };
        assert_eq!((quota.used, quota.next_possible_on), (3, NOON.day().plus(90)));
    }
    let (id, asking) = (certificate.id, account::holder(&certificate.index));
    let listed = read!(fixture, |tx, vault| endorsement::list(tx, &vault, &asking, &id, None, 100));
    assert_eq!(listed.len(), 3);
    let open = read!(fixture, |tx, vault| copy::open_intents(tx, &vault, NOON, 100));
    assert_eq!(open.len(), 3, "each with the intent that recovery would finish");
    let token = listed[0].token.clone();
    let (found, _) = standing::by_token(&fixture.db, &fixture.vault, &token).await.unwrap().unwrap();
    assert_eq!((found.certificate, found.endorsement), (id, Some(listed[0].id)));
}

pub async fn fifty_repeats_grant_one(fixture: Fixture) {
    let (certificate, _) = fixture.certificate().await;
    let grants = fifty(&fixture, &certificate, |_| "one form".to_owned()).await;
    let first = grants.iter().find_map(|g| match g {
        Grant::Granted(endorsement) => Some(endorsement.clone()),
        _ => None,
    });
    let first = first.unwrap();
    assert_eq!(grants.iter().filter(|g| matches!(g, Grant::Granted(_))).count(), 1);
    assert_eq!(grants.iter().filter(|g| **g == Grant::Repeated(first.clone())).count(), 49);
    let id = certificate.id;
    let quota = read!(fixture, |tx, vault| endorsement::quota(tx, &P, &id, NOON.day()));
    assert_eq!(quota.used, 1);
    for key in ["second", "third"] {
        granted(apply(&fixture, &certificate, P, key, NOON).await);
    }
    let full = apply(&fixture, &certificate, P, "fourth", NOON).await;
    assert!(matches!(full, Grant::Refused(_)), "repeats took no place, and gave none back: {full:?}");
    let repeat = apply(&fixture, &certificate, P, "one form", NOON).await;
    assert!(matches!(repeat, Grant::Repeated(_)), "a repeat is answered even when the quota is used up");
}

pub async fn the_window_frees_a_place_on_day_ninety(fixture: Fixture) {
    let (certificate, _) = fixture.certificate().await;
    for day in 0..3 {
        granted(apply(&fixture, &certificate, P, &format!("day {day}"), on(day)).await);
    }
    let early = apply(&fixture, &certificate, P, "day 89", on(89)).await;
    let Grant::Refused(Refusal::QuotaUsedUp(quota)) = early else { panic!("{early:?}") };
    assert_eq!(quota.next_possible_on, on(90).day());
    granted(apply(&fixture, &certificate, P, "day 90", on(90)).await);
    assert!(matches!(apply(&fixture, &certificate, P, "again", on(90)).await, Grant::Refused(_)));
    granted(apply(&fixture, &certificate, P, "day 91", on(91)).await);
}

pub async fn a_clock_set_back_is_refused(fixture: Fixture) {
    let (certificate, _) = fixture.certificate().await;
    granted(apply(&fixture, &certificate, P, "first", on(5)).await);
    let back = apply(&fixture, &certificate, P, "second", on(4)).await;
    assert!(matches!(back, Grant::Refused(Refusal::ClockBehind { .. })), "{back:?}");
    granted(apply(&fixture, &certificate, P, "second", on(5)).await);
}

pub async fn voiding_gives_the_place_back(fixture: Fixture) {
    let (certificate, _) = fixture.certificate().await;
    granted(apply(&fixture, &certificate, P, "a", on(0)).await);
    let failed = granted(apply(&fixture, &certificate, P, "b", on(1)).await);
    let withdrawn = granted(apply(&fixture, &certificate, P, "c", on(2)).await);
    let (act, id) = (fixture.act(account::holder(&certificate.index), on(2)), withdrawn.id);
    assert_eq!(write!(fixture, |tx, vault| endorsement::withdraw(tx, &vault, &act, &id)), Closed::Done);
    let full = apply(&fixture, &certificate, P, "d", on(2)).await;
    assert!(matches!(full, Grant::Refused(_)), "a withdrawn one keeps its place");
    let (act, id) = (fixture.act(Subject::System, on(2)), failed.id);
    let voided = write!(fixture, |tx, vault| endorsement::void(tx, &act, &id, VoidReason::SealingFailed));
    assert_eq!(voided, Closed::Done);
    granted(apply(&fixture, &certificate, P, "d", on(2)).await);
    assert!(matches!(apply(&fixture, &certificate, P, "e", on(2)).await, Grant::Refused(_)));
    // The places are those of days 0, 2 and 2: the first is free again on day 90, not before.
    assert!(matches!(apply(&fixture, &certificate, P, "e", on(89)).await, Grant::Refused(_)));
    granted(apply(&fixture, &certificate, P, "e", on(90)).await);
    assert!(matches!(apply(&fixture, &certificate, P, "f", on(91)).await, Grant::Refused(_)));
    let seen = read!(fixture, |tx, vault| endorsement::get(tx, &vault, &Subject::System, &id)).unwrap();
    assert_eq!((seen.state, seen.void_reason), (EndorsementState::Voided, Some(VoidReason::SealingFailed)));
}

pub async fn another_maximum_counts_the_same_way(fixture: Fixture) {
    let (certificate, _) = fixture.certificate().await;
    let five = Policy { max: 5, ..P };
    for n in 0..5 {
        granted(apply(&fixture, &certificate, five, &format!("{n}"), on(n)).await);
    }
    assert!(matches!(apply(&fixture, &certificate, five, "full", on(5)).await, Grant::Refused(_)));
    let back_to_three = apply(&fixture, &certificate, P, "three", on(91)).await;
    assert!(matches!(back_to_three, Grant::Refused(_)), "days 2, 3 and 4 still count: {back_to_three:?}");
    granted(apply(&fixture, &certificate, P, "three", on(92)).await);
}

pub async fn only_the_holder_may(fixture: Fixture) {
    let (certificate, _) = fixture.certificate().await;
    let (_, stranger) = fixture.certificate().await;
    let new = fixture.application(&certificate, "theft", NOON);
    let act = fixture.act(account::holder(&fixture.index(&stranger)), NOON);
    let application = Application::new(&fixture.vault, act, new).unwrap();
    let grant = write!(fixture, |tx, vault| endorsement::grant(tx, &vault, &P, application));
    assert_eq!(grant, Grant::NotFound);
    let own = granted(apply(&fixture, &certificate, P, "own", NOON).await);
    let asking = account::holder(&fixture.index(&stranger));
    let id = own.id;
    assert_eq!(read!(fixture, |tx, vault| endorsement::get(tx, &vault, &asking, &id)), None);
    let act = fixture.act(account::holder(&fixture.index(&stranger)), NOON);
    assert_eq!(write!(fixture, |tx, vault| endorsement::withdraw(tx, &vault, &act, &id)), Closed::NotFound);
}

/// Whichever comes first, no live endorsement of a revoked certificate is left.
pub async fn a_revocation_and_a_grant_at_once(fixture: Fixture) {
    for round in 0..8 {
        let (certificate, _) = fixture.certificate().await;
        let id = certificate.id;
        let (act, revocation) = (fixture.act(clerk(), NOON), fixture.id());
        let db = fixture.db.clone();
        let revoking = tokio::spawn(async move {
            db.write(move |tx| {
                Box::pin(async move {
                    let reason = RevocationReason::Fraud;
                    certificate::revoke(tx, &act, &id, &revocation, reason, "§ 1", NOON.day()).await
                })
            })
            .await
        });
        let grant = apply(&fixture, &certificate, P, &format!("{round}"), NOON).await;
        assert!(matches!(revoking.await.unwrap().unwrap(), Changed::Done { .. }));
        match grant {
            Grant::Granted(_) => {}
            Grant::NotEndorsable { state, .. } => assert_eq!(state, CertificateState::Revoked),
            other => panic!("{other:?}"),
        }
        let left = read!(fixture, |tx, vault| endorsement::list(tx, &vault, &Subject::System, &id, None, 10));
        assert!(left.iter().all(|e| e.state == EndorsementState::Voided), "{left:?}");
        assert_eq!(read!(fixture, |tx, vault| endorsement::quota(tx, &P, &id, NOON.day())).used, 0);
    }
}

//! What a holder gives to one recipient, and what stands before public look-ups.

use std::net::IpAddr;

use altcha::{Challenge, Payload, SolveChallengeOptions, solve_challenge};
use yinxin_app::change::Change;
use yinxin_app::limits::{Limits, LimitsConfig, Way};
use yinxin_app::pow::{Effort, Pow, PowConfig};
use yinxin_app::share::{self, Given, Offer, Standing};
use yinxin_app::{certificate, copy, endorse};
use yinxin_model::{Format, Id, Subject};
use yinxin_store::account;

use crate::fixture::{Holder, House, code};

const SOMEBODY: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(203, 0, 113, 7));

/// The subject whose certificate it is, and the certificate's id.
async fn owner(house: &House, holder: &Holder) -> (Subject, Id) {
    let id = certificate::show(&house.system, &house.clerk, &holder.number).await.unwrap().id;
    let vault = house.system.vault.clone();
    let found = house
        .read(move |tx| {
            Box::pin(async move { yinxin_store::certificate::get(tx, &vault, &Subject::System, &id).await })
        })
        .await;
    (account::holder(&found.unwrap().index), id)
}

fn offer(house: &House, given: Given, most_views: u32, pin: bool) -> Offer {
    Offer {
        given,
        recipient: "某某建设集团".into(),
        purpose: "入职审核".into(),
        expires_on: house.system.today().plus(9),
        most_views,
        pin,
    }
}

/// What stands behind the last slash of the link.
fn token(view: &share::View) -> String {
    view.link.rsplit('/').next().unwrap().to_owned()
}

async fn standing(house: &House, by: &Subject, id: Id) -> Standing {
    share::show(&house.system, by, id).await.unwrap().standing
}

pub async fn fifty_who_open_at_once_get_the_one_view_that_is_left(house: House) {
    let holder = house.holder().await;
    let (by, certificate) = owner(&house, &holder).await;
    let given = Given::Certificate(certificate);
    let made = share::make(&house.system, &by, offer(&house, given, 1, false)).await.unwrap();
    let opening: Vec<_> = (0..50)
        .map(|_| {
            let (system, token) = (house.system.clone(), token(&made));
            tokio::spawn(async move { code(share::open(&system, &token, "", SOMEBODY).await) })
        })
        .collect();
    let mut codes = Vec::new();
    for one in opening {
        codes.push(one.await.unwrap());
    }
    assert_eq!(codes.iter().filter(|code| **code == "done").count(), 1, "{codes:?}");
    assert!(codes.iter().all(|code| matches!(*code, "done" | "share_used_up")), "{codes:?}");
    assert_eq!(standing(&house, &by, made.id).await, Standing::UsedUp);
    let log = share::log(&house.system, &by, made.id).await.unwrap();
    assert_eq!(log.len(), 1);
    assert_eq!((log[0].origin.as_str(), log[0].opened), ("203.0.113.0/24", true));
    house.leave().await;
}

pub async fn guesses_at_a_pin_are_counted_however_many_come_at_once(house: House) {
    let holder = house.holder().await;
    let (by, certificate) = owner(&house, &holder).await;
    let given = Given::Certificate(certificate);
    let made = share::make(&house.system, &by, offer(&house, given, 9, true)).await.unwrap();
    let pin = made.pin.clone().unwrap();
    assert!(pin.len() == 6 && pin.bytes().all(|b| b.is_ascii_digit()), "{pin}");
    let landing = share::landing(&house.system, &token(&made)).await.unwrap();
    assert!(landing.needs_pin && landing.holder.contains('*'), "{landing:?}");
    let guesses: Vec<_> = (0..50)
        .map(|n| {
            let (system, token) = (house.system.clone(), token(&made));
            let guess = format!("x{n}");
            tokio::spawn(async move { code(share::open(&system, &token, &guess, SOMEBODY).await) })
        })
        .collect();
    let mut codes = Vec::new();
    for one in guesses {
        codes.push(one.await.unwrap());
    }
    let wrong = codes.iter().filter(|code| **code == "share_pin_wrong").count();
    assert_eq!(wrong, 4, "the fifth locks it: {codes:?}");
    assert_eq!(share::log(&house.system, &by, made.id).await.unwrap().len(), 5);
    assert_eq!(code(share::open(&house.system, &token(&made), &pin, SOMEBODY).await), "share_locked");
    assert_eq!(standing(&house, &by, made.id).await, Standing::Locked);

    let made = share::make(&house.system, &by, offer(&house, given, 9, true)).await.unwrap();
    let spaced: String = made.pin.clone().unwrap().chars().flat_map(|digit| [digit, ' ']).collect();
    assert!(share::open(&house.system, &token(&made), &spaced, SOMEBODY).await.is_ok());
    house.leave().await;
}

pub async fn a_share_gives_the_copy_until_it_is_recalled(house: House) {
    if !house.can_seal() {
        return;
    }
    let people = house.holders(2).await;
    let (holder, other) = (&people[0], &people[1]);
    let (by, _) = owner(&house, holder).await;
    let (stranger, _) = owner(&house, other).await;
    let system = &house.system;
    let (endorsement, bytes) = house.endorsed(&holder.number).await;
    let given = Given::Endorsement(endorsement);

    // Nobody gives what is not his, nor longer than it lasts, nor without saying to whom.
    assert_eq!(
        code(share::make(system, &stranger, offer(&house, given, 1, false)).await),
        "endorsement_not_found"
    );
    let late = Offer { expires_on: system.today().plus(90), ..offer(&house, given, 1, false) };
    assert_eq!(code(share::make(system, &by, late).await), "share_last_day");
    let nobody = Offer { recipient: " ".into(), ..offer(&house, given, 1, false) };
    assert_eq!(code(share::make(system, &by, nobody).await), "share_text_missing");
    assert_eq!(code(share::make(system, &by, offer(&house, given, 0, false)).await), "share_views");

    let made = share::make(system, &by, offer(&house, given, 2, false)).await.unwrap();
    let token = token(&made);
    assert_eq!(code(share::show(system, &stranger, made.id).await), "share_not_found");
    assert!(share::log(system, &stranger, made.id).await.unwrap().is_empty());
    assert_eq!(code(share::recall(system, &stranger, made.id).await), "share_not_found");
    assert_eq!(code(share::landing(system, &token[1..]).await), "share_unknown");

    let view = share::open(system, &token, "", SOMEBODY).await.unwrap();
    let shown = share::shown(system, &token, view).await.unwrap();
    assert!(shown.copy);
    assert_eq!(
        (shown.management_number.as_str(), shown.content.holder.name.as_str()),
        (holder.number.as_str(), holder.person.name.as_str())
    );
    assert_eq!(share::copy(system, &token, view, Format::Pdf).await.unwrap().bytes, bytes);
    assert!(share::picture(system, &token, view).await.unwrap().starts_with(b"\x89PNG"));
    assert!(share::log(system, &by, made.id).await.unwrap()[0].downloaded_at.is_some());
    let elsewhere = Id::new(system.now(), system.entropy());
    assert_eq!(code(share::copy(system, &token, elsewhere, Format::Pdf).await), "share_view_over");
    house.clock.advance_ms(16 * 60_000);
    assert_eq!(code(share::shown(system, &token, view).await), "share_view_over");

    // The second view is the last; it goes on for its minutes, until the holder recalls.
    let view = share::open(system, &token, "", SOMEBODY).await.unwrap();
    assert_eq!(code(share::open(system, &token, "", SOMEBODY).await), "share_used_up");
    assert!(share::shown(system, &token, view).await.is_ok());
    assert_eq!(share::recall(system, &by, made.id).await.unwrap().standing, Standing::Recalled);
    assert_eq!(code(share::shown(system, &token, view).await), "share_recalled");
    assert_eq!(code(share::copy(system, &token, view, Format::Pdf).await), "share_recalled");
    let said = house.actions().await;
    assert!(said.contains(&"share_recalled".into()) && said.contains(&"share_opened".into()), "{said:?}");
    house.leave().await;
}

pub async fn what_ends_ends_its_shares_at_once(house: House) {
    if !house.can_seal() {
        return;
    }
    let people = house.holders(2).await;
    let (first, second) = (&people[0], &people[1]);
    let system = &house.system;
    let (by, certificate) = owner(&house, first).await;
    let (endorsement, _) = house.endorsed(&first.number).await;
    let given = Given::Endorsement(endorsement);
    let made = share::make(system, &by, offer(&house, given, 5, false)).await.unwrap();
    let details =
        share::make(system, &by, offer(&house, Given::Certificate(certificate), 5, false)).await.unwrap();
    let view = share::open(system, &token(&made), "", SOMEBODY).await.unwrap();
    endorse::withdraw(system, &by, endorsement, None).await.unwrap();
    assert_eq!(code(share::shown(system, &token(&made), view).await), "share_ended");
    assert_eq!(code(share::open(system, &token(&made), "", SOMEBODY).await), "share_ended");
    assert_eq!(standing(&house, &by, made.id).await, Standing::Ended);
    assert_eq!(code(share::make(system, &by, offer(&house, given, 5, false)).await), "endorsement_withdrawn");

    // Of the certificate's details nothing has ended: they are shown, and there is no copy.
    let view = share::open(system, &token(&details), "", SOMEBODY).await.unwrap();
    assert!(!share::shown(system, &token(&details), view).await.unwrap().copy);
    assert_eq!(code(share::copy(system, &token(&details), view, Format::Pdf).await), "endorsement_needed");
    let revocation = Change::Revocation { reason: "fraud".into(), basis: "测试".into(), on: None };
    house.change(&first.number, revocation).await.unwrap();
    assert_eq!(code(share::shown(system, &token(&details), view).await), "share_ended");

    let (by, certificate) = owner(&house, second).await;
    let made =
        share::make(system, &by, offer(&house, Given::Certificate(certificate), 5, false)).await.unwrap();
    house.advance(10).await;
    assert_eq!(code(share::landing(system, &token(&made)).await), "share_expired");
    assert_eq!(share::list(system, &by, None).await.unwrap().shares.len(), 1);
    assert_eq!(share::sweep(system, 10).await.unwrap(), 0, "the holder still sees it");
    house.advance(250).await;
    assert!(share::sweep(system, 10).await.unwrap() >= 1);
    assert_eq!(code(share::landing(system, &token(&made)).await), "share_unknown");
    assert!(copy::copy(system, &by, &second.number, Format::Pdf).await.is_err());
    house.leave().await;
}

/// Solved by the protocol's own library.
fn solved(challenge: &str) -> Payload {
    let challenge: Challenge = serde_json::from_str(challenge).unwrap();
    let solution = solve_challenge(SolveChallengeOptions::new(&challenge)).unwrap().unwrap();
    Payload { challenge, solution }
}

fn sent(payload: &Payload) -> String {
    serde_json::to_string(payload).unwrap()
}

pub async fn a_proof_of_work_counts_once_and_is_not_made_cheaper(house: House) {
    let system = &house.system;
    let config = PowConfig { cost: 50, busy_per_minute: 2, ..PowConfig::default() };
    let pow = Pow::new(&config);
    let redeem = |proof: &str| pow.redeem(system, proof, "").map_err(|error| error.code);

    let proof = solved(&pow.challenge(system));
    assert_eq!(redeem(&sent(&proof)), Ok(Effort::Worked));
    assert_eq!(redeem(&sent(&proof)), Err("proof_used"));

    // Cheaper, longer, another's solution, our signature under something else: none of it is taken.
    let fresh = solved(&pow.challenge(system));
    let cheaper = |change: &dyn Fn(&mut Payload)| {
        let mut altered = fresh.clone();
        change(&mut altered);
        redeem(&sent(&altered))
    };
    assert_eq!(cheaper(&|p| p.challenge.parameters.cost = 1), Err("proof_invalid"));
    assert_eq!(cheaper(&|p| p.challenge.parameters.key_prefix = String::new()), Err("proof_invalid"));
    assert_eq!(cheaper(&|p| p.challenge.parameters.expires_at = Some(i64::MAX)), Err("proof_invalid"));
    assert_eq!(
        cheaper(&|p| p.challenge.parameters.nonce = proof.challenge.parameters.nonce.clone()),
        Err("proof_invalid")
    );
    assert_eq!(cheaper(&|p| p.challenge.signature = None), Err("proof_invalid"));
    assert_eq!(cheaper(&|p| p.solution.counter += 1), Err("proof_invalid"));
    assert_eq!(
        cheaper(&|p| p.solution.derived_key = proof.solution.derived_key.clone()),
        Err("proof_invalid")
    );
    for nonsense in ["{}", "[]", "nonsense", &"[".repeat(4_000)] {
        assert_eq!(redeem(nonsense), Err("proof_invalid"));
    }
    assert_eq!(redeem(&sent(&fresh)), Ok(Effort::Worked), "what was not altered is still good");

    // After two in a minute the next ones cost more; a quiet minute later not.
    let cost = || serde_json::from_str::<Challenge>(&pow.challenge(system)).unwrap().parameters.cost;
    assert_eq!(cost(), 100);
    let late = solved(&pow.challenge(system));
    house.clock.advance_ms(61_000);
    assert_eq!(cost(), 50);
    house.clock.advance_ms(30 * 60_000);
    assert_eq!(redeem(&sent(&late)), Err("proof_expired"));
}

pub async fn without_script_one_waits_and_comes_seldom(house: House) {
    let system = &house.system;
    let pow = Pow::new(&PowConfig::default());
    let redeem = |ticket: &str| pow.redeem(system, "", ticket).map_err(|error| error.code);
    let ticket = pow.ticket(system);
    assert_eq!(redeem(&ticket), Err("proof_too_early"));
    house.clock.advance_ms(5_000);
    assert_eq!(redeem(&ticket.replacen('1', "2", 1)), Err("proof_missing"), "signed");
    assert_eq!(redeem(&ticket), Ok(Effort::Waited));
    assert_eq!(redeem(&ticket), Err("proof_used"));
    assert_eq!(redeem(""), Err("proof_missing"));
    let old = pow.ticket(system);
    house.clock.advance_ms(31 * 60_000);
    assert_eq!(redeem(&old), Err("proof_expired"));

    let limits = Limits::new(&LimitsConfig { target: 50, target_in_all: 100, ..LimitsConfig::default() });
    // What is asked for is counted, however it is written.
    let mut asked = 0;
    while limits.target(system, SOMEBODY, ["王小明", " 王小明", "王 小明"][asked % 3]).is_ok() {
        asked += 1;
    }
    assert_eq!(asked, 5);
    assert!(limits.target(system, SOMEBODY, "李小明").is_ok());
    // Who looks in vain keeps nobody elsewhere from it; many elsewhere together are too many.
    let elsewhere = |n: u8| std::net::IpAddr::from([198, 51, n, 1]);
    assert!((0..5).all(|n| limits.target(system, elsewhere(n), "王小明").is_ok()));
    assert!(limits.target(system, elsewhere(9), "王小明").is_err());
    let mut from_there = 0;
    while limits.network(system, Way::WithoutScript, SOMEBODY).is_ok() {
        from_there += 1;
    }
    assert_eq!(from_there, 5);
    assert!(
        limits.network(system, Way::WithoutScript, "203.0.113.99".parse().unwrap()).is_err(),
        "one network"
    );
    assert!(limits.network(system, Way::WithoutScript, "198.51.100.1".parse().unwrap()).is_ok());
}

//! What a holder does in a browser: his list, why it is empty, the page of a copy as a picture, links that work once.

use std::sync::Arc;

use yinxin_app::certificate::mine::{self, Search};
use yinxin_app::certificate::{Applies, Which};
use yinxin_app::copy::What;
use yinxin_app::endorse::{self, Request};
use yinxin_app::picture::{self, Size};
use yinxin_app::{certificate, copy, pass};
use yinxin_model::states::CertificateState;
use yinxin_model::{DocumentNumber, Format, Id, Identity, PersonName, Subject};
use yinxin_store::account;
use yinxin_testkit::people::{People, Person};

use crate::fixture::{House, application, code};

fn identity(house: &House, person: &Person) -> Identity {
    let document = DocumentNumber::parse(person.document_type, &person.document_number, house.system.today());
    Identity { name: PersonName::parse(&person.name).unwrap(), document: document.unwrap() }
}

/// The subject of a person who has registered and proved who he is.
async fn registered(house: &House, person: &Person) -> Subject {
    let (system, identity) = (&house.system, identity(house, person));
    let index = system.vault.identity_index(&identity);
    let subject = account::holder(&index);
    let (vault, act) = (system.vault.clone(), system.act(&subject));
    house
        .write(move |tx| Box::pin(async move { account::register(tx, &vault, &act, &identity).await }))
        .await;
    subject
}

async fn applies(house: &House, by: &Subject, cause: &str) -> (Applies, bool) {
    let listed = mine::list(&house.system, by, &Search::default()).await.unwrap();
    let explained = listed.explanation.unwrap();
    let cause = explained.causes.into_iter().find(|c| c.code == cause).unwrap();
    (cause.applies, cause.contact.is_some())
}

pub async fn a_long_list_is_searched_and_paged(house: House) {
    let person = People::new(51).next().unwrap();
    let mut rows: Vec<_> = (0..45).map(|_| house.row(&person)).collect();
    for (i, row) in rows.iter_mut().enumerate() {
        let year = 2019 + i % 3;
        row.approval_date = format!("{year}-10-{:02}", 1 + i % 28);
        row.speciality = if i == 7 { "机电工程".into() } else { "建筑工程".into() };
    }
    // The same attainment twice is a mistake of rosters.
    rows.iter_mut().enumerate().for_each(|(i, row)| {
        if i != 7 {
            row.speciality = ["建筑工程", "公路工程", "水利水电工程"][i / 15].into();
        }
    });
    house.publish("mohrss", &rows).await;
    let (system, mine) = (&house.system, registered(&house, &person).await);

    let (mut after, mut seen) = (None, Vec::new());
    loop {
        let page = mine::list(system, &mine, &Search { after, ..Search::default() }).await.unwrap();
        assert_eq!((page.total, page.found), (45, 45));
        assert_eq!(page.years, [2021, 2020, 2019]);
        assert!(page.cards.is_sorted_by(|a, b| a.approved.0 >= b.approved.0));
        seen.extend(page.cards.iter().map(|card| card.id));
        after = page.older;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(seen.len(), 45);
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 45, "each stands on one page");

    let find = |text: &str, year| Search { text: text.into(), year, after: None };
    let found = mine::list(system, &mine, &find("机电 建造师", None)).await.unwrap();
    assert_eq!((found.found, found.cards[0].speciality.as_str()), (1, "机电工程"));
    let number = &found.cards[0].management_number;
    assert_eq!(mine::list(system, &mine, &find(number, None)).await.unwrap().found, 1);
    assert_eq!(mine::list(system, &mine, &find("", Some(2020))).await.unwrap().found, 15);
    let nothing = mine::list(system, &mine, &find("药师", None)).await.unwrap();
    assert!(nothing.cards.is_empty() && nothing.explanation.is_none(), "he has some: this was the search");
    house.leave().await;
}

pub async fn an_empty_list_explains_itself(house: House) {
    let people: Vec<Person> = People::new(52).take(3).collect();
    let (waiting, renamed, nobody) = (&people[0], &people[1], &people[2]);
    house.take_in("mohrss", &[house.row(waiting)]).await;
    let row = house.row(renamed);
    house.publish("mohrss", std::slice::from_ref(&row)).await;

    let by = registered(&house, waiting).await;
    assert_eq!(applies(&house, &by, "not_online_yet").await, (Applies::Yes, true));
    assert_eq!(applies(&house, &by, "none_attained").await.0, Applies::No);

    let by = registered(&house, renamed).await;
    assert_eq!(mine::list(&house.system, &by, &Search::default()).await.unwrap().total, 1);
    house.correct(&row.management_number, "name", "欧阳更正").await;
    assert_eq!(applies(&house, &by, "identity_corrected").await, (Applies::Yes, true));
    let listed = mine::list(&house.system, &by, &Search::default()).await.unwrap();
    let said = format!("{:?}", listed.explanation.unwrap());
    assert!(!said.contains("更正"), "the other name is told to nobody: {said}");
    assert!(!said.contains(&renamed.document_number) && said.contains('*'), "{said}");
    let new_name = Person { name: "欧阳更正".into(), ..renamed.clone() };
    let again = registered(&house, &new_name).await;
    assert_eq!(mine::list(&house.system, &again, &Search::default()).await.unwrap().total, 1);

    let by = registered(&house, nobody).await;
    for cause in ["none_attained", "not_made_here", "earlier_than_online"] {
        assert_eq!(applies(&house, &by, cause).await, (Applies::Maybe, false), "{cause}");
    }
    assert_eq!(applies(&house, &by, "identity_corrected").await.0, Applies::No);
    assert_eq!(code(mine::list(&house.system, &Subject::Public, &Search::default()).await), "role_missing");
    house.leave().await;
}

pub async fn anothers_id_is_no_id(house: House) {
    let holders = house.holders(2).await;
    let (system, mine) = (&house.system, registered(&house, &holders[0].person).await);
    let theirs = certificate::show(system, &house.clerk, &holders[1].number).await.unwrap().id;
    let own = certificate::show(system, &mine, &holders[0].number).await.unwrap().id;
    assert_eq!(certificate::show(system, &mine, own).await.unwrap().management_number, holders[0].number);
    let unknown = Id([7; 16]);
    for id in [theirs, unknown] {
        let refused = certificate::show(system, &mine, id).await.unwrap_err();
        assert_eq!(refused.code, "certificate_not_found");
        assert_eq!(refused.details.len(), 1, "its id, which he brought, and nothing else");
        let request = Request { certificate: id.into(), ..application("", 90, None) };
        assert_eq!(code(endorse::preview(system, &mine, &request).await), "certificate_not_found");
        assert_eq!(code(endorse::endorse(system, &mine, request).await), "certificate_not_found");
        let listed = endorse::list(system, &mine, Some(Which::Id(id)), None, 10).await;
        assert_eq!(code(listed), "certificate_not_found");
        for what in [What::Certificate(id.into()), What::Endorsement(id)] {
            let refused = code(copy::copy(system, &mine, what.clone(), Format::Pdf).await);
            assert!(refused.ends_with("_not_found"), "{refused}");
            assert_eq!(code(picture::page_png(system, &mine, &what, Size::Screen).await), refused);
            assert_eq!(code(pass::make(system, &mine, &what, Format::Pdf).await), refused);
        }
    }
    house.leave().await;
}

pub async fn a_preview_tells_what_would_be_granted(house: House) {
    let holder = house.holder().await;
    let (system, mine) = (&house.system, registered(&house, &holder.person).await);
    let preview = |days| {
        let request = application(&holder.number, days, None);
        let mine = mine.clone();
        async move { endorse::preview(system, &mine, &request).await }
    };
    let told = preview(90).await.unwrap();
    assert_eq!(told.valid_until.to_string(), "2026-05-29");
    assert_eq!((told.quota.used, told.quota.max), (0, 3));
    assert_eq!(endorse::days_until(system, told.valid_until), 90);
    assert_eq!(
        code(preview(endorse::days_until(system, "2026-02-28".parse().unwrap())).await),
        "validity_out_of_range"
    );
    assert_eq!(code(preview(91).await), "validity_out_of_range");
    assert_eq!(house.used(&holder.number).await, 0, "looking takes no place");
    if house.can_seal() {
        for _ in 0..3 {
            house.endorse(&holder.number, 10).await.unwrap();
        }
        let refused = preview(90).await.unwrap_err();
        assert_eq!(
            (refused.code, refused.details["next_possible_on"].as_str()),
            ("quota_exhausted", "2026-05-30")
        );
    }
    house.leave().await;
}

pub async fn a_picture_is_seen_by_whoever_may_have_the_copy(house: House) {
    if !house.can_seal() {
        return;
    }
    let holder = house.holder().await;
    let (system, mine) = (&house.system, registered(&house, &holder.person).await);
    let id = endorse::endorse(system, &mine, application(&holder.number, 5, None)).await.unwrap().endorsement;
    let what = What::Endorsement(id);
    let screen = picture::page_png(system, &mine, &what, Size::Screen).await.unwrap();
    let print = picture::page_png(system, &mine, &what, Size::Print).await.unwrap();
    assert!(screen.starts_with(b"\x89PNG") && print.starts_with(b"\x89PNG") && print.len() > screen.len());
    assert_eq!(picture::page_png(system, &mine, &what, Size::Screen).await.unwrap(), screen);
    let direct = What::Certificate((&holder.number).into());
    assert_eq!(code(picture::page_png(system, &mine, &direct, Size::Screen).await), "endorsement_needed");
    let public = picture::page_png(system, &Subject::Public, &what, Size::Screen).await;
    assert_eq!(code(public), "endorsement_not_found", "what is in memory is asked for like everything else");
    house.advance(5).await;
    assert_eq!(code(picture::page_png(system, &mine, &what, Size::Screen).await), "endorsement_expired");

    let person = People::new(53).named("王𰻞", yinxin_model::Sex::Male);
    let row = house.row(&person);
    let row = yinxin_testkit::roster::Row {
        qualification: "拍卖师".into(),
        level: String::new(),
        speciality: String::new(),
        issuer: "中国拍卖行业协会".into(),
        approval_date: "2019-10-20".into(),
        made_on: "2020-06-01".into(),
        ..row
    };
    house.publish("caa", std::slice::from_ref(&row)).await;
    let mine = registered(&house, &person).await;
    let direct = What::Certificate((&row.management_number).into());
    // Nobody has had this copy made yet.
    let seen = picture::page_png(system, &mine, &direct, Size::Screen).await.unwrap();
    copy::copy(system, &mine, direct.clone(), Format::Pdf).await.unwrap();
    assert_eq!(picture::page_png(system, &mine, &direct, Size::Screen).await.unwrap(), seen);
    house.leave().await;
}

pub async fn a_link_downloads_once(house: House) {
    if !house.can_seal() {
        return;
    }
    let holder = house.holder().await;
    let (system, mine) = (&house.system, registered(&house, &holder.person).await);
    let id = endorse::endorse(system, &mine, application(&holder.number, 5, None)).await.unwrap().endorsement;
    let what = What::Endorsement(id);
    let wanted = copy::copy(system, &mine, what.clone(), Format::Pdf).await.unwrap();

    let made = pass::make(system, &mine, &what, Format::Pdf).await.unwrap();
    assert_eq!(made.token.len(), 64);
    for _ in 0..2 {
        assert_eq!(
            pass::find(system, &made.token).await.unwrap().format,
            Format::Pdf,
            "looking uses nothing up"
        );
    }
    let start = Arc::new(tokio::sync::Barrier::new(20));
    let tasks: Vec<_> = (0..20)
        .map(|_| {
            let (system, token, start) = (system.clone(), made.token.clone(), start.clone());
            tokio::spawn(async move {
                start.wait().await;
                pass::redeem(&system, &token).await
            })
        })
        .collect();
    let mut got = Vec::new();
    for task in tasks {
        match task.await.unwrap() {
            Ok(copy) => got.push(copy.bytes),
            Err(error) => assert_eq!(error.code, "pass_gone"),
        }
    }
    assert_eq!(got, [wanted.bytes]);
    assert_eq!(code(pass::find(system, &made.token).await), "pass_gone");
    assert_eq!(code(pass::redeem(system, "unknown").await), "pass_gone");
    let actions = house.actions().await;
    for action in ["pass_made", "pass_used"] {
        assert_eq!(actions.iter().filter(|told| *told == action).count(), 1, "{action}");
    }

    // Ten minutes later, or with nothing behind it, a link opens nothing.
    let late = pass::make(system, &mine, &what, Format::Ofd).await.unwrap();
    house.clock.set(late.expires_at);
    assert_eq!(code(pass::redeem(system, &late.token).await), "pass_gone");
    let withdrawn = pass::make(system, &mine, &what, Format::Pdf).await.unwrap();
    endorse::withdraw(system, &mine, id, None).await.unwrap();
    assert_eq!(code(pass::redeem(system, &withdrawn.token).await), "endorsement_withdrawn");
    assert_eq!(code(pass::make(system, &mine, &what, Format::Pdf).await), "endorsement_withdrawn");
    house
        .change(
            &holder.number,
            yinxin_app::change::Change::Revocation {
                reason: "other".into(),
                basis: "（测试）".into(),
                on: None,
            },
        )
        .await
        .unwrap();
    let listed = mine::list(system, &mine, &Search::default()).await.unwrap();
    assert_eq!(listed.cards[0].state, CertificateState::Revoked, "shown as what it is");
    house.leave().await;
}

//! What holders are told, by whom their certificates were looked at, what is held about them, and how they leave.

use std::io::Read as _;

use yinxin_app::change::Change;
use yinxin_app::copy::What;
use yinxin_app::inbox::{self, Read};
use yinxin_app::worker::{self, Done};
use yinxin_app::{certificate, closing, doctor, endorse, my_data, pass, query_number, rotate, verify};
use yinxin_model::finding::Verdict;
use yinxin_model::states::MessageKind;
use yinxin_model::{Day, DocumentNumber, Format, Id, Identity, PersonName, Subject};
use yinxin_store::message::Values;
use yinxin_store::{account, credential, message, outbox};
use yinxin_testkit::people::{People, Person};

use crate::fixture::{Holder, House, application, code};

fn identity(house: &House, person: &Person) -> Identity {
    let document = DocumentNumber::parse(person.document_type, &person.document_number, house.system.today());
    Identity { name: PersonName::parse(&person.name).unwrap(), document: document.unwrap() }
}

/// Somebody who has registered, and is reached by telephone.
pub async fn registered(house: &House, person: &Person) -> Subject {
    let identity = identity(house, person);
    let index = house.system.vault.identity_index(&identity);
    let subject = account::holder(&index);
    let (vault, act) = (house.system.vault.clone(), house.system.act(&subject));
    house
        .write(move |tx| {
            Box::pin(async move {
                account::register(tx, &vault, &act, &identity).await?;
                account::agree(tx, &vault, &act, &index, 1, "192.0.2.0/24").await?;
                credential::put(tx, &vault, &act, &index, "$argon2id$none", "sms:+8613800000000").await
            })
        })
        .await;
    subject
}

async fn told(house: &House, by: &Subject) -> Vec<MessageKind> {
    let page = inbox::list(&house.system, by, None).await.unwrap();
    page.entries.iter().map(|entry| entry.kind).collect()
}

/// Texts that the demo's gateway wrote down.
fn sent(house: &House) -> Vec<String> {
    let dir = house.system.home.outbox().unwrap();
    let files = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    files.map(|path| std::fs::read_to_string(path).unwrap()).collect()
}

/// Two nodes bring and send the same at the same time, again and again: it is told once and sent once.
pub async fn what_went_online_is_told_once(house: House) {
    let person = People::new(71).next().unwrap();
    let holder = registered(&house, &person).await;
    house.publish("mohrss", &[house.row(&person)]).await;
    let other = house.open().await.unwrap();
    let mut all = Done::default();
    for _ in 0..3 {
        let (here, there) = tokio::join!(worker::round(&house.system), worker::round(&other));
        for done in [here.unwrap(), there.unwrap()] {
            all.brought += done.brought;
            all.sent += done.sent;
        }
    }
    assert_eq!((all.brought, all.sent), (1, 1));
    assert!(worker::round(&house.system).await.unwrap().is_nothing());
    assert_eq!(told(&house, &holder).await, [MessageKind::CertificateOnline]);
    let texts = sent(&house);
    assert_eq!(texts.len(), 1);
    assert!(
        texts[0].contains("可以随时查询打印") && texts[0].contains("print it at any time"),
        "{}",
        texts[0]
    );
    assert!(!texts[0].contains(&person.name) && !texts[0].contains('⟦'), "{}", texts[0]);

    // Read up to what was seen; what is another's stays as it was.
    let page = inbox::list(&house.system, &holder, None).await.unwrap();
    let stranger = registered(&house, &People::new(72).next().unwrap()).await;
    let seen = Read::UpTo(page.entries[0].id);
    inbox::mark_read(&house.system, &stranger, seen).await.unwrap();
    assert_eq!(inbox::unread(&house.system, &holder).await.unwrap(), 1);
    inbox::mark_read(&house.system, &holder, seen).await.unwrap();
    assert_eq!(inbox::unread(&house.system, &holder).await.unwrap(), 0);
    assert_eq!(told(&house, &stranger).await, []);
    house.leave().await;
}

/// A node dies between leasing and sending: another sends when the lease is over, and only what was chosen.
pub async fn a_worker_dies_and_another_sends(house: House) {
    let people: Vec<Person> = People::new(73).take(2).collect();
    let (one, two) = (registered(&house, &people[0]).await, registered(&house, &people[1]).await);
    inbox::choose(&house.system, &two, vec![]).await.unwrap();
    let choices = inbox::choices(&house.system, &two).await.unwrap();
    assert!(choices.iter().all(|choice| !choice.sent && choice.kind.is_choosable()));
    for person in &people {
        let index = house.system.vault.identity_index(&identity(&house, person));
        let (vault, now) = (house.system.vault.clone(), house.system.now());
        let values = Values::new();
        house
            .write(move |tx| {
                Box::pin(async move {
                    let kind = MessageKind::CertificateRevoked;
                    message::tell(tx, &vault, &index, kind, &values, now).await
                })
            })
            .await;
    }
    let (vault, now) = (house.system.vault.clone(), house.system.now());
    let leased = house
        .write(move |tx| {
            let until = yinxin_model::Instant(now.0 + 60_000);
            Box::pin(async move { yinxin_store::job::lease(tx, &vault, None, "dead", now, until, 9).await })
        })
        .await;
    assert_eq!(leased.len(), 1, "the other chose to be sent nothing");
    assert_eq!(worker::round(&house.system).await.unwrap().sent, 0);
    house.clock.advance_ms(61_000);
    assert_eq!(worker::round(&house.system).await.unwrap().sent, 1);
    assert_eq!(worker::round(&house.system).await.unwrap().sent, 0);
    assert_eq!(sent(&house).len(), 1);
    assert_eq!((told(&house, &one).await.len(), told(&house, &two).await.len()), (1, 1));
    house.leave().await;
}

/// A gateway that is down keeps messages waiting, longer each time, and loses them only after days.
pub async fn a_gateway_that_is_down_is_tried_again(mut house: House) {
    let settings = "[sms]\nkind = \"http\"\nurl = \"http://127.0.0.1:9/\"\n";
    std::fs::write(house.path().join("yinxin.toml"), settings).unwrap();
    house.reopen().await;
    let person = People::new(74).next().unwrap();
    let holder = registered(&house, &person).await;
    house.publish("mohrss", &[house.row(&person)]).await;
    let mut put_off = 0;
    // A message that nobody can read keeps no other waiting.
    let (vault, now) = (house.system.vault.clone(), house.system.now());
    house
        .write(move |tx| Box::pin(async move { outbox::put(tx, &vault, "no_such_kind", "{}", now).await }))
        .await;
    for _ in 0..60 {
        let done = worker::round(&house.system).await.unwrap();
        put_off += done.put_off;
        assert_eq!(done.sent, 0);
        if done.given_up > 0 {
            break;
        }
        house.clock.advance_ms(3_600_000);
    }
    assert_eq!(put_off, 9, "the tenth attempt was the last");
    assert_eq!(told(&house, &holder).await.last(), Some(&MessageKind::CertificateOnline));
    house.leave().await;
}

/// A text message that waits for its gateway while the index key is replaced is sent, and one that was damaged is given up
/// and told by `doctor`.
pub async fn what_waits_is_sent_after_an_index_rotation(mut house: House) {
    let settings = "[sms]\nkind = \"http\"\nurl = \"http://127.0.0.1:9/\"\n";
    std::fs::write(house.path().join("yinxin.toml"), settings).unwrap();
    house.reopen().await;
    let people: Vec<Person> = People::new(75).take(2).collect();
    for person in &people {
        registered(&house, person).await;
    }
    let rows: Vec<_> = people.iter().map(|person| house.row(person)).collect();
    house.publish("mohrss", &rows).await;
    assert_eq!(worker::round(&house.system).await.unwrap().put_off, 2);
    rotate::index(&house.system, house.database.as_deref(), &house.clerk, &|_, _| {}).await.unwrap();
    std::fs::write(house.path().join("yinxin.toml"), "").unwrap();
    house.reopen().await;
    house.clock.advance_ms(3_600_000);
    let damage = "UPDATE job SET payload = (SELECT payload FROM job WHERE kind = 'sweep' LIMIT 1)
        WHERE id = (SELECT id FROM job WHERE kind = 'message_send' ORDER BY id LIMIT 1)";
    house.tamper(damage).await;
    let done = worker::round(&house.system).await;
    assert_eq!(code(done), "job_unreadable");
    assert_eq!(sent(&house).len(), 1);
    assert!(worker::round(&house.system).await.unwrap().is_nothing(), "it is put aside");
    let found = doctor::doctor(&house.system.home, house.database.as_deref(), &house.system.world).await;
    let failed: Vec<_> = found.iter().filter(|found| found.code == "jobs_failed").collect();
    assert_eq!(failed.len(), 1);
    assert_eq!((failed[0].values["kind"].as_str(), failed[0].values["jobs"].as_str()), ("message_send", "1"));
    assert_eq!(failed[0].values["reason"], "job_unreadable");
    house.leave().await;
}

pub async fn changes_are_told_and_no_new_name(house: House) {
    let holders = house.holders(2).await;
    let (one, two) = (&holders[0], &holders[1]);
    let (by_one, by_two) = (registered(&house, &one.person).await, registered(&house, &two.person).await);
    house.correct(&one.number, "speciality", "机电工程").await;
    let basis = "测试依据".to_owned();
    let revocation = Change::Revocation { reason: "misconduct".into(), basis: basis.clone(), on: None };
    house.change(&one.number, revocation).await.unwrap();
    house.change(&one.number, Change::Reinstatement { basis }).await.unwrap();
    let mut kinds = told(&house, &by_one).await;
    kinds.sort_unstable();
    assert_eq!(
        kinds,
        [
            MessageKind::CertificateCorrected,
            MessageKind::CertificateRevoked,
            MessageKind::CertificateReinstated
        ]
    );
    // Whose name is corrected is told that it was; only the new name's account sees the certificate.
    house.correct(&two.number, "name", "欧阳测试").await;
    assert_eq!(told(&house, &by_two).await, [MessageKind::IdentityCorrected]);
    let page = inbox::list(&house.system, &by_two, None).await.unwrap();
    assert!(!format!("{page:?}").contains("欧阳测试") && !page.entries[0].qualification.is_empty());
    // What is refused tells nobody anything.
    assert_eq!(
        code(house.change(&one.number, Change::Reinstatement { basis: "x".into() }).await),
        "certificate_not_revoked"
    );
    assert_eq!(told(&house, &by_one).await.len(), 3);
    house.leave().await;
}

pub async fn a_reminder_comes_before_the_last_day_and_once(house: House) {
    if !house.can_seal() {
        return;
    }
    let holder = house.holder().await;
    let by = registered(&house, &holder.person).await;
    let made = house.endorse(&holder.number, 10).await.unwrap();
    let withdrawn = house.endorse(&holder.number, 10).await.unwrap().endorsement;
    endorse::withdraw(&house.system, &by, withdrawn, None).await.unwrap();
    house.advance(5).await;
    assert_eq!(worker::round(&house.system).await.unwrap().reminded, 0);
    // Nobody worked on the day itself: it comes a day late, and still in time.
    house.advance(2).await;
    assert_eq!(worker::round(&house.system).await.unwrap().reminded, 1);
    house.advance(1).await;
    assert_eq!(worker::round(&house.system).await.unwrap().reminded, 0);
    let page = inbox::list(&house.system, &by, None).await.unwrap();
    assert_eq!(page.entries.len(), 1);
    assert_eq!(page.entries[0].value("on"), made.valid_until.to_string());
    assert_eq!(page.entries[0].value("endorsement"), made.endorsement.to_string());
    // In the holder's place: told to him.
    let request = endorse::Request {
        on_behalf: Some("老人无手机".into()),
        ..application(&holder.number, 5, None)
    };
    let clerk = house.clerk.clone();
    endorse::endorse(&house.system, &clerk, request).await.unwrap();
    assert_eq!(told(&house, &by).await[0], MessageKind::EndorsementMade);
    house.leave().await;
}

/// Hits are kept for the holder, misses for nobody; what staff read is told with whose staff it was.
pub async fn who_looked_is_told_to_the_holder_alone(house: House) {
    let holders = house.holders(2).await;
    let (mine, other) = (&holders[0], &holders[1]);
    let (by, stranger) = (registered(&house, &mine.person).await, registered(&house, &other.person).await);
    for _ in 0..3 {
        assert_eq!(house.verify_fields(&mine.person.name, mine).await.verdict, Verdict::Valid);
    }
    let wrong = Holder { number: other.number.clone(), ..mine.clone() };
    assert_eq!(house.verify_fields(&mine.person.name, &wrong).await.verdict, Verdict::NoMatch);
    certificate::show(&house.system, &house.clerk, &mine.number).await.unwrap();
    certificate::show(&house.system, &by, &mine.number).await.unwrap();
    house.system.close().await;

    let looked = my_data::looked(&house.system, &by, None).await.unwrap();
    let lines: Vec<(&str, &str, u64)> =
        looked.lines.iter().map(|l| (l.way.as_str(), l.outcome.as_str(), l.count)).collect();
    assert_eq!(lines, [("fields", "valid", 3), ("staff", "shown", 1)]);
    assert!(looked.lines[0].organisation.is_none() && looked.lines[1].organisation.is_some());
    assert!(my_data::looked(&house.system, &stranger, None).await.unwrap().lines.is_empty());
    let staff = my_data::looked(&house.system, &house.clerk, None).await;
    assert_eq!(code(staff), "role_missing");
    // Another day, another line; the page before a day ends before it.
    house.advance(1).await;
    house.verify_fields(&mine.person.name, mine).await;
    house.system.close().await;
    let looked = my_data::looked(&house.system, &by, None).await.unwrap();
    assert_eq!((looked.lines.len(), looked.lines[0].day), (3, house.system.today()));
    let earlier = my_data::looked(&house.system, &by, Some(house.system.today())).await.unwrap();
    assert_eq!(earlier.lines.len(), 2);
    house.leave().await;
}

pub async fn ones_data_come_in_one_file(house: House) {
    let holder = house.holder().await;
    let by = registered(&house, &holder.person).await;
    house.verify_fields(&holder.person.name, &holder).await;
    let number = query_number::make(&house.system, &by, &holder.number, 7, None).await.unwrap();
    house.system.close().await;
    let exported = my_data::export(&house.system, &by).await.unwrap();
    let data: serde_json::Value = serde_json::from_slice(&exported.json).unwrap();
    assert_eq!(data["account"]["document_number"], holder.person.document_number.as_str());
    assert_eq!(data["account"]["contact"], "+8613800000000");
    assert_eq!(data["certificates"][0]["management_number"], holder.number.as_str());
    assert_eq!(data["certificates"][0]["looked_at"][0]["way"], "fields");
    assert_eq!(data["consents"][0]["from"], "192.0.2.0/24");
    assert_eq!(data["certificates"][0]["query_numbers"][0]["expires_on"], number.expires_on.to_string());
    assert!(!String::from_utf8_lossy(&exported.json).contains(&number.query_number));
    assert_eq!(data["cut_short"], serde_json::json!([]));
    let zip = my_data::pack(&[("数据.json", &exported.json)]).unwrap();
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(zip)).unwrap();
    let mut back = Vec::new();
    archive.by_name("数据.json").unwrap().read_to_end(&mut back).unwrap();
    assert_eq!(back, exported.json);
    assert!(house.actions().await.contains(&"data_exported".to_owned()));
    assert_eq!(code(my_data::export(&house.system, &house.clerk).await), "role_missing");
    house.leave().await;
}

pub async fn two_closings_at_once_are_one(house: House) {
    let by = registered(&house, &People::new(78).next().unwrap()).await;
    let other = house.open().await.unwrap();
    let (here, there) = tokio::join!(closing::close(&house.system, &by), closing::close(&other, &by));
    assert!(here.is_ok() != there.is_ok(), "{here:?} {there:?}");
    assert_eq!(code(here.and(there)), "account_not_found");
    assert_eq!(worker::round(&house.system).await.unwrap().sent, 1);
    assert!(sent(&house)[0].contains("账号已注销"));
    house.leave().await;
}

/// However many wait for longer: what somebody else may have done to an account is no news for later.
pub async fn a_changed_password_is_told_before_anything_else(house: House) {
    let (_, own) = crate::accounts::registered(&house, &crate::accounts::person(44), "19900000044").await;
    let Subject::Holder { identity_index } = &own.subject else { panic!("{own:?}") };
    let index = yinxin_store::IdentityIndex::from_bytes(identity_index).unwrap();
    let (vault, now) = (house.system.vault.clone(), house.system.now());
    house
        .write(move |tx| {
            Box::pin(async move {
                for _ in 0..40 {
                    let (kind, values) = (MessageKind::CertificateRevoked, Values::new());
                    message::tell(tx, &vault, &index, kind, &values, now).await?;
                }
                Ok(())
            })
        })
        .await;
    crate::accounts::later(&house, 60);
    let password = crate::accounts::PASSWORD;
    yinxin_app::account::change_password(&house.system, &own, password, "another good phrase").await.unwrap();
    let done = worker::round(&house.system).await.unwrap();
    assert!((1..40).contains(&done.sent), "{done:?}");
    assert_eq!(sent(&house).iter().filter(|text| text.contains("密码已修改")).count(), 1);
    house.leave().await;
}

/// The account goes with all that was told; the certificate stays; the identity may come again, and finds nothing old.
pub async fn an_account_is_closed_and_may_come_again(house: House) {
    let holder = house.holder().await;
    let by = registered(&house, &holder.person).await;
    house.correct(&holder.number, "speciality", "机电工程").await;
    assert_eq!(told(&house, &by).await.len(), 1);
    let number = &holder.number;
    let given = query_number::make(&house.system, &by, number, 7, None).await.unwrap();
    let mut link = None;
    if house.can_seal() {
        let what = What::Endorsement(house.endorsed(number).await.0);
        link = Some(pass::make(&house.system, &by, &what, Format::Pdf).await.unwrap().token);
    }
    let asked = async || {
        let (name, code) = (&holder.person.name, &given.query_number);
        verify::by_query_number(&house.system, name, code).await.unwrap().verdict
    };
    assert_eq!(asked().await, Verdict::Valid);
    closing::close(&house.system, &by).await.unwrap();
    assert_eq!(asked().await, Verdict::NoMatch, "what he gave out ends with the account");
    if let Some(token) = link {
        assert_eq!(code(pass::find(&house.system, &token).await), "pass_gone");
    }
    assert_eq!(code(closing::close(&house.system, &by).await), "account_not_found");
    assert_eq!(code(my_data::overview(&house.system, &by).await), "account_not_found");
    assert_eq!(told(&house, &by).await, []);
    assert_eq!(house.verify_fields(&holder.person.name, &holder).await.verdict, Verdict::Valid);
    // What was about to be sent is sent to nobody, but for that it was closed.
    let done = worker::round(&house.system).await.unwrap();
    assert_eq!((done.sent, done.put_off), (1, 0));
    assert!(sent(&house).iter().any(|text| text.contains("账号已注销")));
    let again = registered(&house, &holder.person).await;
    assert_eq!(again, by);
    assert_eq!(told(&house, &again).await, []);
    assert!(house.actions().await.contains(&"account_closed".to_owned()));
    house.leave().await;
}

/// Releases are news on their day, grouped; the operator's notices stand beside them, from the day they name.
pub async fn what_went_online_is_news(house: House) {
    use yinxin_app::news::{Told, news};
    house.holders(3).await;
    let all = news(&house.system, "zh-CN", 10).await.unwrap();
    let [one] = all.as_slice() else { panic!("{all:?}") };
    let Told::Release(release) = &one.told else { panic!("{one:?}") };
    assert_eq!((one.on, release.certificates), (house.system.today(), 3));
    let path = house.system.home.portal_texts();
    let text = std::fs::read_to_string(&path).unwrap();
    let notice = |on: Day| {
        format!("\n[[notice]]\non = {on}\nzh-CN = {{ title = \"维护\" }}\nen = {{ title = \"Closed\" }}\n")
    };
    let (today, tomorrow) = (house.system.today(), house.system.today().plus(1));
    std::fs::write(&path, format!("{text}{}{}", notice(today), notice(tomorrow))).unwrap();
    let all = news(&house.system, "en", 10).await.unwrap();
    assert_eq!(all.len(), 2, "what is for tomorrow is not told today");
    assert!(matches!(&all[0].told, Told::Notice { title, .. } if title == "Closed"));
    // A broken file takes nothing away.
    std::fs::write(&path, "[service]\nhotlime = 1\n").unwrap();
    assert_eq!(news(&house.system, "en", 10).await.unwrap().len(), 2);
    assert_eq!(code(yinxin_app::portal_texts::check(&house.system)), "portal_texts_invalid");
    let nobody: Option<Id> = None;
    assert!(inbox::list(&house.system, &house.clerk, nobody).await.unwrap().entries.is_empty());
    house.leave().await;
}

//! Copies: without an endorsement, with characters that no font has, rotten, expired, somebody else's.

use std::io::Write;

use yinxin_app::{batch, doctor, endorse, import, recover, seals};
use yinxin_model::finding::{Check, Outcome, Verdict};
use yinxin_model::states::SealState;
use yinxin_model::{Format, Subject};
use yinxin_store::account;
use yinxin_testkit::judge::Judge;
use yinxin_testkit::people::People;

use crate::fixture::{House, application, code, csv, finding};

pub async fn a_direct_copy_needs_no_endorsement(house: House) {
    if !house.can_seal() {
        return;
    }
    let people: Vec<_> = People::new(41).take(4).collect();
    let mut rows: Vec<_> = people.iter().map(|person| house.row(person)).collect();
    for (row, made_on) in rows.iter_mut().zip(["2021-12-16", "2021-12-17", "", "2020-06-01"]) {
        (row.qualification, row.level, row.speciality) = ("拍卖师".into(), String::new(), String::new());
        row.issuer = "中国拍卖行业协会".into();
        row.made_on = made_on.into();
    }
    // Before the day as well, but under the ministry's seal.
    let ministry = { house.row(&people[3]) };
    rows.truncate(3);
    house.publish("caa", &rows).await;
    let ministry = yinxin_testkit::roster::Row {
        made_on: "2020-06-01".into(),
        approval_date: "2019-10-20".into(),
        ..ministry
    };
    house.publish("mohrss", std::slice::from_ref(&ministry)).await;
    let [early, late, today] = [0, 1, 2].map(|i: usize| rows[i].management_number.as_str());

    let copy = house.copy(early).await.unwrap();
    assert_eq!(house.copy(early).await.unwrap(), copy, "made once, then handed out");
    let verification = house.verify(&copy).await;
    assert_eq!(verification.verdict, Verdict::Valid);
    assert_eq!(finding(&verification, Check::Endorsement), (Outcome::Pass, "not_needed"));
    assert_eq!(code(house.endorse(early, 90).await), "endorsement_not_needed");

    for number in [late, today, &ministry.management_number] {
        assert_eq!(code(house.copy(number).await), "endorsement_needed");
    }
    let (_, endorsed) = house.endorsed(late).await;
    assert_eq!(finding(&house.verify(&endorsed).await, Check::Endorsement), (Outcome::Pass, "in_force"));

    // A direct copy does not outlive a correction.
    house.correct(early, "name", "李更正").await;
    assert_eq!(house.verify(&copy).await.verdict, Verdict::Superseded);
    let renewed = house.copy(early).await.unwrap();
    assert_ne!(renewed, copy);
    assert_eq!(house.verify(&renewed).await.verdict, Verdict::Valid);
    house.leave().await;
}

pub async fn a_character_without_glyph_is_refused(house: House) {
    if !house.can_seal() {
        return;
    }
    // The first character of extension H, which neither Noto CJK nor Hanazono draws.
    let person = People::new(42).named("张\u{31350}", yinxin_model::Sex::Male);
    let row = house.row(&person);
    house.publish("mohrss", std::slice::from_ref(&row)).await;
    let number = &row.management_number;
    let refused = house.endorse(number, 90).await.unwrap_err();
    assert_eq!(refused.code, "no_glyph");
    assert!(refused.details.values().any(|v| v.contains("31350") || v.contains('\u{31350}')), "{refused:?}");
    assert_eq!(house.used(number).await, 0);
    assert!(
        endorse::list(&house.system, &house.clerk, Some(number.into()), None, 10).await.unwrap().is_empty()
    );
    assert!(house.objects("copies").is_empty());
    assert_eq!(house.counts().await.intents_open, 0);
    // Once the name is corrected, nothing was lost.
    house.correct(number, "name", "张䶮").await;
    house.endorsed(number).await;
    house.leave().await;
}

pub async fn a_rotten_copy_is_made_again(house: House) {
    if !house.can_seal() {
        return;
    }
    let number = house.holder().await.number;
    let (endorsement, first) = house.endorsed(&number).await;
    assert_eq!(house.copy(endorsement).await.unwrap(), first);

    // A byte rots.
    let file = house.objects("copies").remove(0);
    let mut bytes = std::fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    let second = house.copy(endorsement).await.unwrap();
    assert_ne!(second, first, "signatures differ each time");
    assert_eq!(house.copy(endorsement).await.unwrap(), second);

    // The file vanishes.
    for file in house.objects("copies") {
        std::fs::remove_file(file).unwrap();
    }
    let third = house.copy(endorsement).await.unwrap();
    // Whoever saved an earlier file has a good one still, and all say the same.
    let mut said = Vec::new();
    for copy in [&first, &second, &third] {
        let verification = house.verify(copy).await;
        assert_eq!(verification.verdict, Verdict::Valid);
        said.push(verification.endorsement.unwrap());
    }
    assert!(said.iter().all(|one| *one == said[0]));
    assert_eq!(house.used(&number).await, 1);
    house.leave().await;
}

pub async fn the_time_for_keeping_ends(house: House) {
    if !house.can_seal() {
        return;
    }
    let number = house.holder().await.number;
    let endorsement = house.endorse(&number, 1).await.unwrap().endorsement;
    let copy = house.copy(endorsement).await.unwrap();
    house.advance(30).await;
    assert_eq!(recover::maintain(&house.system).await.unwrap().copies_deleted, 0);
    house.advance(1).await;
    assert_eq!(recover::maintain(&house.system).await.unwrap().copies_deleted, 1);
    assert_eq!(recover::maintain(&house.system).await.unwrap().copies_deleted, 0);
    assert!(house.objects("copies").is_empty());
    // Digest, token and sealing record stay.
    assert_eq!(house.verify(&copy).await.verdict, Verdict::EndorsementExpired);
    house.leave().await;
}

/// The process died between putting an object and recording it: a day later it goes, and nothing else does.
pub async fn what_nothing_refers_to_is_swept(house: House) {
    let holder = house.holder().await;
    if house.can_seal() {
        house.endorsed(&holder.number).await;
    }
    let young = house.system.objects.put("copies/00ff", vec![1]);
    young.await.unwrap();
    for name in ["copies/aa00", "photos/nobody", "others/aa00"] {
        house.system.objects.put(name, vec![1]).await.unwrap();
    }
    for folder in ["copies", "photos", "rosters", "others"] {
        for path in std::fs::read_dir(house.path().join("objects").join(folder)).unwrap() {
            let path = path.unwrap().path();
            if !path.ends_with("00ff") {
                let file = std::fs::File::options().write(true).open(path).unwrap();
                file.set_modified(std::time::SystemTime::UNIX_EPOCH).unwrap();
            }
        }
    }
    let world = &house.system.world;
    let findings = doctor::doctor(&house.system.home, house.database.as_deref(), world).await;
    let told = findings.iter().find(|finding| finding.code == "objects_orphaned").unwrap();
    assert_eq!(told.values["objects"], "2");
    assert_eq!(recover::maintain(&house.system).await.unwrap().orphans_deleted, 2);
    assert_eq!(recover::maintain(&house.system).await.unwrap().orphans_deleted, 0);
    for name in ["copies/00ff", "others/aa00"] {
        assert!(house.system.objects.get(name).await.unwrap().is_some(), "{name}");
    }
    house.leave().await;
}

/// Suspended, a seal seals nothing: not now, and not what was granted before; deregistered, never again.
pub async fn a_suspended_seal_seals_nothing(house: House) {
    if !house.can_seal() {
        return;
    }
    let (system, clerk) = (&house.system, &house.clerk);
    let number = house.holder().await.number;
    let (endorsement, copy) = house.endorsed(&number).await;
    let set = async |state| code(seals::set_state(system, clerk, "mohrss", state).await);
    assert_eq!(set(SealState::Suspended).await, "done");
    assert_eq!(code(house.endorse(&number, 90).await), "seal_not_active");
    assert_eq!(house.used(&number).await, 1);
    // What was sealed before stays what it is.
    assert_eq!(house.copy(endorsement).await.unwrap(), copy);
    assert_eq!(house.verify(&copy).await.verdict, Verdict::Valid);
    assert_eq!(set(SealState::Active).await, "done");
    house.endorsed(&number).await;
    assert_eq!(set(SealState::Deregistered).await, "done");
    assert_eq!(code(house.endorse(&number, 90).await), "seal_not_active");
    assert_eq!(set(SealState::Active).await, "seal_deregistered");
    assert_eq!(house.used(&number).await, 2);
    house.leave().await;
}

/// Photos come in a zip beside the roster and stand on the copy.
pub async fn a_photo_stands_on_the_copy(house: House) {
    let Some(convert) = Judge::call("convert") else { return };
    if !house.can_seal() {
        return;
    }
    let jpeg = house.path().join("photo.jpg");
    let drawn = convert.ask(["-size", "295x413", "gradient:gray30-gray90", jpeg.to_str().unwrap()]);
    assert!(drawn.is_good(), "{}", drawn.text());
    let jpeg = std::fs::read(jpeg).unwrap();
    let mut rows = house.rows(2);
    rows[0].photo = "照片-1.jpg".into();
    let import = |rows: &[yinxin_testkit::roster::Row], photos: Option<Vec<u8>>| import::Request {
        bytes: csv(rows),
        file_name: "名册.csv".into(),
        organisation: "mohrss".into(),
        photos,
        dry_run: false,
    };
    let go = async |request| import::import(&house.system, &house.clerk, request, &|_, _| {}).await.unwrap();

    let missing = go(import(&rows, Some(zipped(&[("照片-2.jpg", &jpeg)])))).await;
    assert_eq!((missing.batch, missing.errors[0].rule), (None, "photo_missing"));
    let strange = go(import(&rows, Some(zipped(&[("照片-1.jpg", b"GIF89a")])))).await;
    assert_eq!((strange.batch, strange.errors[0].rule), (None, "photo_not_jpeg"));
    let twice = [("a/照片-1.jpg", &jpeg[..]), ("b/照片-1.jpg", &jpeg[..])];
    assert_eq!(go(import(&rows, Some(zipped(&twice)))).await.errors[0].rule, "photo_twice");
    assert!(house.objects("photos").is_empty());

    // A path in the zip leads nowhere: only the name counts.
    let taken = go(import(&rows, Some(zipped(&[("../../照片-1.jpg", &jpeg)])))).await;
    assert_eq!((taken.accepted, taken.errors_total), (2, 0));
    let batch = taken.batch.unwrap();
    house.approve(batch).await;
    batch::publish(&house.system, &house.clerk, batch, &|_, _| {}).await.unwrap();
    let [with, without] = [0, 1].map(|i: usize| rows[i].management_number.as_str());
    let (with, without) = (house.endorsed(with).await.1, house.endorsed(without).await.1);
    assert_eq!(house.verify(&with).await.verdict, Verdict::Valid);
    // As it is: letters of the two names differ in size, so that the files' lengths would tell little.
    let shows = |copy: &[u8]| copy.windows(jpeg.len()).any(|window| window == jpeg);
    assert!(shows(&with) && !shows(&without));
    // At rest it is nobody's to see.
    let stored = std::fs::read(&house.objects("photos")[0]).unwrap();
    assert!(!stored.windows(3).any(|window| window == [0xFF, 0xD8, 0xFF]));
    house.leave().await;
}

fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

pub async fn a_holder_sees_only_his_own(house: House) {
    if !house.can_seal() {
        return;
    }
    let holders = house.holders(2).await;
    let system = &house.system;
    let subject = |i: usize| {
        let person = &holders[i].person;
        let identity = yinxin_model::Identity {
            name: yinxin_model::PersonName::parse(&person.name).unwrap(),
            document: yinxin_model::DocumentNumber::parse(
                person.document_type,
                &person.document_number,
                system.today(),
            )
            .unwrap(),
        };
        account::holder(&system.vault.identity_index(&identity))
    };
    let (mine, other) = (subject(0), subject(1));
    let number = &holders[0].number;
    let granted = endorse::endorse(system, &mine, application(number, 90, None)).await.unwrap();
    let id = granted.endorsement;
    let ready = async |by| endorse::ready(system, by, granted.certificate).await.unwrap();
    assert_eq!(ready(&mine).await.map(|one| (one.id, one.valid_until)), Some((id, granted.valid_until)));
    yinxin_app::copy::copy(system, &mine, &id.to_string(), Format::Pdf).await.unwrap();
    for stranger in [&other, &Subject::Public] {
        assert_eq!(
            code(endorse::endorse(system, stranger, application(number, 90, None)).await),
            "certificate_not_found"
        );
        assert_eq!(code(endorse::show(system, stranger, id).await), "endorsement_not_found");
        assert_eq!(code(endorse::withdraw(system, stranger, id, None).await), "endorsement_not_found");
        assert_eq!(
            code(yinxin_app::copy::copy(system, stranger, &id.to_string(), Format::Pdf).await),
            "endorsement_not_found"
        );
        assert!(endorse::list(system, stranger, None, None, 10).await.unwrap().is_empty());
        assert_eq!(ready(stranger).await, None);
    }
    endorse::withdraw(system, &mine, id, None).await.unwrap();
    assert_eq!(ready(&mine).await, None);
    house.leave().await;
}

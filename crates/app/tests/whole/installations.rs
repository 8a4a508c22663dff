//! Installations: whose database it is, whose keys they are, and what a production one does not have.

use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;

use yinxin_app::home::Home;
use yinxin_app::staff::{self, Member};
use yinxin_app::system::{System, World};
use yinxin_app::{batch, certificate, doctor, endorse, fonts, init, query_number, recover, rotate, verify};
use yinxin_model::Instant;
use yinxin_model::finding::Verdict;
use yinxin_seal::ses;
use yinxin_seal::x509::Certificate;
use yinxin_store::outbox;
use yinxin_testkit::{FixedClock, SeededEntropy, temp_dir};

use crate::fixture::{House, TODAY, application, code, csv};

pub async fn keys_rotate_and_all_stays_readable(mut house: House) {
    if !house.can_seal() {
        return;
    }
    let holder = house.holder().await;
    let (endorsement, copy) = house.endorsed(&holder.number).await;
    let query =
        query_number::make(&house.system, &house.clerk, &holder.number, 7, None).await.unwrap().query_number;
    let bytes = csv(&house.rows(2));
    let batch = house.import("mohrss", bytes.clone()).await.unwrap().batch;
    assert_eq!(code(rotate::data(&house.system, None, &house.approver, &|_, _| {}).await), "role_missing");
    // Within the hour after `init`, and nobody need wait for it: there is no older key.
    let none = rotate::retire(&house.system, &house.clerk, &|_, _| {}).await.unwrap();
    assert_eq!((none.key, none.retired), (1, Vec::new()));

    for round in 0..2 {
        let database = house.database.as_deref();
        let data = rotate::data(&house.system, database, &house.clerk, &|_, _| {}).await.unwrap();
        assert!(data.values > 0 && data.objects > 0, "{data:?}");
        assert_eq!((data.key, data.retired), (round + 2, Vec::new()));
        // A process that was started before meets the new key, reads the key file again, and seals with it from then on.
        let read = certificate::show(&house.system, &house.clerk, &holder.number).await.unwrap();
        assert_eq!(read.content.holder.name, holder.person.name);
        assert_eq!(house.system.vault.active_key(), round + 2);
        let rows = house.rows(1);
        let late = house.take_in("mohrss", &rows).await;
        house.reopen().await;
        house.approve(late).await;
        batch::publish(&house.system, &house.clerk, late, &|_, _| {}).await.unwrap();
        house.advance(1).await;
        let retired = rotate::retire(&house.system, &house.clerk, &|_, _| {}).await.unwrap();
        assert_eq!((retired.values, retired.objects), (0, 0), "nothing was sealed with the older key since");
        assert_eq!(retired.retired, [round + 1]);
        house.reopen().await;
        let number = &rows[0].management_number;
        let shown = certificate::show(&house.system, &house.clerk, number).await.unwrap();
        assert_eq!(shown.content.holder.name, rows[0].name);
        let database = house.database.as_deref();
        let index = rotate::index(&house.system, database, &house.clerk, &|_, _| {}).await.unwrap();
        assert_eq!((index.key, index.retired), (round + 2, vec![round + 1]));
        house.reopen().await;
        let keys = rotate::list(&house.system).unwrap();
        assert_eq!((keys.data, keys.index), (vec![round + 2], vec![round + 2]));

        assert_eq!(house.copy(endorsement).await.unwrap(), copy);
        assert_eq!(house.verify(&copy).await.verdict, Verdict::Valid);
        assert_eq!(house.verify_fields(&holder.person.name, &holder).await.verdict, Verdict::Valid);
        let kind = holder.person.document_type.code();
        let (name, document) = (&holder.person.name, &holder.person.document_number);
        let found =
            certificate::of_person(&house.system, &house.clerk, name, Some(kind), document).await.unwrap();
        assert_eq!(found.certificates.len(), 1);
        let batches = batch::list(&house.system, &house.clerk, None, 10).await.unwrap();
        assert!(batches.iter().all(|batch| batch.file_name == "名册.csv"));
        let again = house.import("mohrss", bytes.clone()).await.unwrap();
        assert_eq!((again.batch, again.repeated), (batch, true));
    }
    // Query numbers live for days; those made before an index rotation may be gone, but are never another's.
    let asked = verify::by_query_number(&house.system, &holder.person.name, &query).await.unwrap();
    assert!(matches!(asked.verdict, Verdict::Valid | Verdict::NoMatch));
    house.endorsed(&holder.number).await;
    house.leave().await;
}

/// A process sealed a value just before another one rotated the keys, and stores it afterwards.
pub async fn what_was_on_its_way_during_a_rotation_is_not_lost(mut house: House) {
    let put = async |house: &House| {
        let (vault, now) = (house.system.vault.clone(), house.system.now());
        house
            .write(move |tx| Box::pin(async move { outbox::put(tx, &vault, "hello", "{}", now).await }))
            .await
    };
    put(&house).await;
    rotate::data(&house.system, house.database.as_deref(), &house.clerk, &|_, _| {}).await.unwrap();
    // The clock stands, so that this process does not look at the key file again.
    put(&house).await;
    assert_eq!(house.system.vault.active_key(), 1);
    let retire = async |house: &House| rotate::retire(&house.system, &house.clerk, &|_, _| {}).await;
    assert_eq!(
        code(retire(&house).await),
        "key_missing",
        "it would take what is under the older key for new"
    );
    house.clock.set(Instant(house.system.now().0 + 2_000));
    assert_eq!(code(retire(&house).await), "retire_too_early");
    assert_eq!(rotate::list(&house.system).unwrap().data, [2, 1]);
    house.advance(1).await;
    let retired = retire(&house).await.unwrap();
    assert_eq!((retired.values, retired.retired), (1, vec![1]));
    house.reopen().await;
    let vault = house.system.vault.clone();
    let waiting = house.read(|tx| Box::pin(async move { outbox::waiting(tx, &vault, None, 10).await })).await;
    assert!(waiting.len() == 2 && waiting.iter().all(|m| m.payload.is_some()));
    house.leave().await;
}

/// Several operators rotate at once: whoever comes first does, the others are told, and no key is lost with what it sealed.
pub async fn rotations_at_once_lose_no_key(mut house: House) {
    let number = house.holder().await.number;
    for round in 0..4 {
        let rotation = || {
            let (system, database, by) = (house.system.clone(), house.database.clone(), house.clerk.clone());
            tokio::spawn(async move { rotate::data(&system, database.as_deref(), &by, &|_, _| {}).await })
        };
        let (mut done, mut busy) = (0, 0);
        for rotation in [rotation(), rotation(), rotation()] {
            match rotation.await.unwrap() {
                Ok(_) => done += 1,
                Err(error) if error.code == "rotation_running" => busy += 1,
                Err(error) => panic!("round {round}: {error:?}"),
            }
        }
        assert!(done >= 1 && done + busy == 3);
        house.reopen().await;
        house.system.vault.follow();
        certificate::show(&house.system, &house.clerk, &number).await.unwrap();
    }
    let keys = rotate::list(&house.system).unwrap().data;
    let distinct: std::collections::BTreeSet<_> = keys.iter().collect();
    assert_eq!(keys.len(), distinct.len());
    assert!(keys.len() > 4);
    house.leave().await;
}

/// The seals' keys on SM2 and electronic seals, made with the demo, and in a directory that has none; never in
/// production.
pub async fn a_demo_gets_what_an_earlier_release_lacks(mut house: House) {
    if !house.can_seal() {
        return;
    }
    let number = house.holder().await.number;
    let first = house.endorsed(&number).await.1;
    let home = house.system.home.clone();
    let root = std::fs::read(home.sm2_root()).unwrap();
    let seal = electronic(&home);
    assert!(seal.name.ends_with("测试专用章") && seal.picture.kind == "ofd", "{seal:?}");

    // As an earlier release left it: nothing on SM2.
    std::fs::remove_dir_all(home.sm2_trust()).unwrap();
    for path in ["seals/mohrss-sm2.pem", "seals/mohrss.esl", "crl/sm2-root.crl", "keys/sm2-seal-mohrss.p8"] {
        std::fs::remove_file(home.dir().join(path)).unwrap();
    }
    house.reopen().await;
    doctor::doctor(&home, house.database.as_deref(), &house.system.world).await;
    assert!(!home.sm2_root().exists() && !home.electronic_seal("mohrss").exists(), "a look changes nothing");
    recover::recover(&house.system).await.unwrap();
    assert_ne!(std::fs::read(home.sm2_root()).unwrap(), root);
    house.endorsed(&number).await;
    assert_ne!(electronic(&home).der(), seal.der());
    assert_eq!(house.verify(&first).await.verdict, Verdict::Valid, "nothing happened to what was sealed");
    house.leave().await;
}

/// The ministry's electronic seal, whose maker leads to the demo's root.
fn electronic(home: &Home) -> ses::Seal {
    let seal = ses::parse_seal(&std::fs::read(home.electronic_seal("mohrss")).unwrap()).unwrap();
    assert!(ses::verify_seal(&seal).iter().all(ses::Finding::is_good));
    let read = |path: std::path::PathBuf| Certificate::from_file(&std::fs::read(path).unwrap()).unwrap();
    let holder = read(home.sm2_seal_certificate("mohrss"));
    assert!(seal.lists(&holder[0]));
    let root = read(home.sm2_root()).remove(0);
    let maker = seal.maker.clone().unwrap();
    maker.verify_signed_by(&holder[1]).unwrap();
    holder[1].verify_signed_by(&root).unwrap();
    seal
}

pub async fn a_wrong_key_file_stops(house: House) {
    let other = House::sqlite().await;
    let file = house.system.home.vault_keys();
    let right = std::fs::read(&file).unwrap();
    let mut damaged = right.clone();
    damaged.truncate(right.len() / 2);
    let foreign = std::fs::read(other.system.home.vault_keys()).unwrap();
    for (bytes, expected) in
        [(foreign, "key_mismatch"), (damaged, "key_file_damaged"), (Vec::new(), "key_file_damaged")]
    {
        std::fs::write(&file, bytes).unwrap();
        assert_eq!(code(house.open().await), expected);
    }
    std::fs::remove_file(&file).unwrap();
    assert_eq!(code(house.open().await), "key_missing");
    std::fs::write(&file, right).unwrap();
    house.open().await.unwrap();
}

pub async fn a_database_of_another_directory_stops(house: House) {
    let database =
        house.database.clone().unwrap_or_else(|| format!("sqlite:{}", house.system.home.sqlite().display()));
    let stranger = temp_dir("stranger");
    let home = Home::new(stranger.path());
    let request = init::Request { production: false, operator: None, database: Some(database.clone()) };
    assert_eq!(code(init::init(&home, request, &house.system.world).await), "wrong_database");
    let world = house.system.world.clone();
    assert_eq!(code(System::open(home, Some(&database), world.clone()).await), "not_initialised");
    // Another directory, of the same engine and of the other one.
    let same =
        if house.database.is_some() { House::postgres().await.unwrap() } else { House::sqlite().await };
    let opened = System::open(same.system.home.clone(), Some(&database), world.clone()).await;
    assert_eq!(code(opened), "wrong_database");
    if house.database.is_some() {
        let opened = System::open(House::sqlite().await.system.home.clone(), Some(&database), world).await;
        assert_eq!(code(opened), "database_not_named");
    }
    house.leave().await;
}

/// An `init` that died after it had claimed the database is simply begun again.
#[tokio::test]
async fn an_interrupted_init_begins_again() {
    let dir = temp_dir("init");
    let home = Home::new(dir.path());
    let world = world(7);
    let request = || init::Request { production: false, operator: None, database: None };
    init::init(&home, request(), &world).await.unwrap();
    assert_eq!(code(init::init(&home, request(), &world).await), "already_initialised");
    let file = |name: &str| dir.path().join(name);
    std::fs::rename(file("instance.toml"), file("instance.intended.toml")).unwrap();
    assert_eq!(code(System::open(home.clone(), None, world.clone()).await), "not_initialised");
    init::init(&home, request(), &world).await.unwrap();
    let system = System::open(home, None, world).await.unwrap();
    assert_eq!(staff::list(&system, &system.staff("clerk").await.unwrap()).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_production_installation_has_neither_demo_trust_nor_demo_staff() {
    let dir = temp_dir("production");
    let home = Home::new(dir.path());
    let world = world(8);
    let request =
        |operator: &str| init::Request { production: true, operator: Some(operator.into()), database: None };
    assert_eq!(code(init::init(&home, request("Übel"), &world).await), "operator_name");
    let made = init::init(&home, request("head"), &world).await.unwrap();
    assert_eq!((made.demo, made.trust, made.seals), (false, None, Vec::new()));
    assert_eq!(made.staff, ["head"]);
    let empty = |folder: &str| std::fs::read_dir(dir.path().join(folder)).unwrap().next().is_none();
    assert!(empty("trust") && empty("seals") && empty("crl"));

    let system = System::open(home, None, world).await.unwrap();
    assert_eq!(code(system.staff("clerk").await), "staff_unknown");
    let head = system.staff("head").await.unwrap();
    for (name, roles) in [("anna", &["clerk"][..]), ("bert", &["approver"]), ("carl", &["operator", "clerk"])]
    {
        let roles = roles.iter().map(|role| (*role).to_owned()).collect();
        let member = Member { name: name.into(), roles, organisation: None, active: true };
        staff::put(&system, &head, member).await.unwrap();
    }
    let [anna, bert, carl] = ["anna", "bert", "carl"].map(|name| system.staff(name));
    let (anna, bert, carl) = (anna.await.unwrap(), bert.await.unwrap(), carl.await.unwrap());

    let helper = House::sqlite().await;
    let rows = helper.rows(1);
    let request = yinxin_app::import::Request {
        bytes: csv(&rows),
        file_name: "名册.csv".into(),
        organisation: "mohrss".into(),
        photos: None,
        dry_run: false,
    };
    let batch = yinxin_app::import::import(&system, &anna, request, &|_, _| {}).await.unwrap().batch.unwrap();
    batch::step(&system, &anna, batch, batch::Step::Submit).await.unwrap();
    batch::step(&system, &bert, batch, batch::Step::Approve).await.unwrap();
    batch::publish(&system, &anna, batch, &|_, _| {}).await.unwrap();

    // Nobody is the holder here; an operator says why he acts, and still there is no seal to do it with.
    let number = &rows[0].management_number;
    let apply = |reason: Option<&str>| endorse::Request {
        on_behalf: reason.map(str::to_owned),
        ..application(number, 90, None)
    };
    assert_eq!(code(endorse::endorse(&system, &carl, apply(None)).await), "on_behalf_needed");
    assert_eq!(code(endorse::endorse(&system, &carl, apply(Some(" "))).await), "on_behalf_needed");
    assert_eq!(code(endorse::endorse(&system, &anna, apply(Some("窗口代办"))).await), "role_missing");
    if fonts::missing(&[]).is_empty() {
        let refused = code(endorse::endorse(&system, &carl, apply(Some("窗口代办"))).await);
        assert!(matches!(refused, "seal_missing" | "trust_missing"), "{refused}");
    }
    assert_eq!(certificate::show(&system, &carl, number).await.unwrap().quota.used, 0);
    let ask = async |by, reason| query_number::make(&system, by, number, 7, reason).await;
    assert_eq!(code(ask(&carl, None).await), "on_behalf_needed");
    assert_eq!(code(ask(&anna, Some("窗口代办")).await), "role_missing");
    ask(&carl, Some("窗口代办")).await.unwrap();
    let shown = certificate::show(&system, &carl, number).await.unwrap().query_numbers;
    let reasons: Vec<_> = shown.iter().map(|made| made.on_behalf.as_deref()).collect();
    assert_eq!(reasons, [Some("窗口代办")], "why staff acted can be read by whoever may see the certificate");
    let found = doctor::doctor(&system.home, None, &system.world).await;
    let wrong: Vec<_> = found.iter().filter(|f| f.state == doctor::Health::Wrong).map(|f| f.code).collect();
    let of_seals = |code: &&&str| code.starts_with("seals") || code.starts_with("statement");
    assert_eq!(wrong.iter().filter(of_seals).collect::<Vec<_>>(), [&"seals_no_root"], "{wrong:?}: one cause");
    let verification = verify::by_token(&system, "0").await.unwrap();
    assert_eq!(verification.verdict, Verdict::NoMatch);

    // What an older release left open, and a provider that is down: spoken of, and no alarm.
    let settings =
        "[oidc]\nissuer = \"http://127.0.0.1:9\"\nclient_id = \"yinxin\"\nproves_identity = true\n";
    std::fs::write(system.home.dir().join("yinxin.toml"), settings).unwrap();
    let open = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(system.home.objects(), open).unwrap();
    let found = doctor::doctor(&system.home, None, &system.world).await;
    let told = |code: &str, name: &str| {
        let found = found.iter().find(|found| found.code == code && found.state == doctor::Health::Note);
        found.and_then(|found| found.values.get(name)).map_or("", String::as_str)
    };
    assert_eq!(told("directory_readable_by_others", "mode"), "755");
    assert_eq!(told("oidc_unanswered", "reason"), "no_connection");
}

fn world(seed: u64) -> World {
    let clock = Arc::new(FixedClock::on(TODAY));
    World { clock, entropy: Arc::new(SeededEntropy::new(seed)), shifted: false }
}

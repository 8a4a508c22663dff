//! A seal's second means: an SM2 key with its electronic seal is brought, refused, ends, and makes OFD copies.

use yinxin_app::home::Home;
use yinxin_app::seals::{self, KeyPair, NationalRequest, View};
use yinxin_app::{doctor, recover};
use yinxin_model::finding::Verdict;
use yinxin_model::{Format, Level};
use yinxin_seal::authority::{self, SealRequest, Sm2Trust};
use yinxin_seal::ses::{self, HolderSpec, SealSpec, Version};
use yinxin_seal::x509::Certificate;
use yinxin_seal::{SoftSigner, decrypt_pkcs8};
use yinxin_testkit::SeededEntropy;

use crate::fixture::{House, code};

const PASSPHRASE: &str = "brought";
const SEAL: &str = "mohrss";
const DAY_MS: i64 = 86_400_000;

/// An authority on SM2 and a maker of seals, of whom the demo knows nothing.
struct Abroad(Sm2Trust);

impl Abroad {
    fn new(house: &House, seed: u64) -> Self {
        let request =
            |code| SealRequest { code, name: "别处来的测试专用章", organisation: "某处" };
        let requests = [request(SEAL), request("another")];
        let (now, entropy) = (house.system.now().0, SeededEntropy::new(seed));
        Self(authority::make_sm2(&requests, PASSPHRASE.as_bytes(), now, &entropy).unwrap())
    }

    /// Has its root trusted.
    fn trusted(self, house: &House) -> Self {
        let hierarchy = &self.0.hierarchy;
        let root = hierarchy.root.certificate.to_pem().unwrap();
        std::fs::write(house.system.home.sm2_trust().join("abroad.pem"), root).unwrap();
        for (name, list) in ["one", "two"].iter().zip(&hierarchy.lists) {
            std::fs::write(house.system.home.crl().join(format!("abroad-{name}.crl")), list.der()).unwrap();
        }
        self
    }

    fn holder(&self, index: usize) -> &Certificate {
        &self.0.hierarchy.seals[index].certificate
    }

    fn electronic(&self, holder: &Certificate, version: Version, from_ms: i64, until_ms: i64) -> Vec<u8> {
        let spec = SealSpec {
            version,
            vendor: "TEST",
            id: "ABROAD-1",
            kind: 1,
            name: "别处来的测试专用章",
            holders: HolderSpec::Digests(std::slice::from_ref(holder)),
            created_ms: from_ms,
            valid_from_ms: from_ms,
            valid_until_ms: until_ms,
            picture_kind: "png",
            picture: b"not looked at",
            width_mm: 42,
            height_mm: 42,
        };
        let maker = &self.0.maker;
        let key = decrypt_pkcs8(maker.key_pem.as_bytes(), PASSPHRASE.as_bytes()).unwrap();
        let signer = SoftSigner::from_pkcs8(&key).unwrap();
        ses::build_seal(&spec, &maker.certificate, &signer).unwrap().der().to_vec()
    }

    /// Good for a year from `from_ms`.
    fn request(&self, from_ms: i64) -> NationalRequest {
        let hierarchy = &self.0.hierarchy;
        let chain = [self.holder(0), &hierarchy.authority.certificate].map(|one| one.to_pem().unwrap());
        NationalRequest {
            certificates: chain.concat().into_bytes(),
            key: hierarchy.seals[0].key_pem.clone().into_bytes(),
            passphrase: PASSPHRASE.into(),
            electronic_seal: self.electronic(self.holder(0), Version::V5, from_ms, from_ms + 365 * DAY_MS),
        }
    }
}

async fn add(house: &House, national: NationalRequest) -> yinxin_app::error::Result<View> {
    let request = seals::Request { code: SEAL.into(), document: None, national: Some(national) };
    seals::add(&house.system, &house.clerk, request).await
}

/// What the directory holds for the seal.
fn kept(home: &Home) -> [Vec<u8>; 3] {
    let paths = [home.electronic_seal(SEAL), home.sm2_seal_certificate(SEAL), home.key("sm2-seal-mohrss")];
    paths.map(|path| std::fs::read(path).unwrap())
}

async fn findings(house: &House) -> Vec<&'static str> {
    let (home, world) = (&house.system.home, &house.system.world);
    let found = doctor::doctor(home, house.database.as_deref(), world).await;
    let of_seal = |f: &&doctor::Finding| f.values.get("seal").is_some_and(|seal| seal == SEAL);
    found.iter().filter(of_seal).map(|finding| finding.code).collect()
}

pub async fn a_national_pair_is_taken_as_a_whole_or_not_at_all(mut house: House) {
    if !house.can_seal() {
        return;
    }
    let now = house.system.now().0;
    let abroad = Abroad::new(&house, 1);
    let (before, home) = (kept(&house.system.home), house.system.home.clone());
    let listed = seals::list(&house.system).await.unwrap();
    assert!(listed.iter().all(|seal| seal.national.as_ref().is_some_and(|n| n.electronic_seal.version == 4)));
    assert_eq!(code(add(&house, abroad.request(now)).await), "seal_maker_untrusted", "its root is not known");
    let abroad = abroad.trusted(&house);

    let good = || abroad.request(now);
    let (own, other) = (abroad.holder(0), abroad.holder(1));
    let made = |holder, from, until| abroad.electronic(holder, Version::V4, from, until);
    let mut forged = good().electronic_seal;
    *forged.last_mut().unwrap() ^= 1;
    let of = |electronic_seal| NationalRequest { electronic_seal, ..good() };
    let certificates =
        |one: &Certificate| NationalRequest { certificates: one.to_pem().unwrap().into(), ..good() };
    let document = std::fs::read(home.seal_certificate(SEAL)).unwrap();
    for (brought, expected) in [
        (NationalRequest { passphrase: "wrong".into(), ..good() }, "wrong_passphrase"),
        (NationalRequest { key: b"no key".to_vec(), ..good() }, "not_pem"),
        (NationalRequest { certificates: document, ..good() }, "sm2_certificate_needed"),
        (certificates(&abroad.0.hierarchy.authority.certificate), "seal_certificate_unfit"),
        (certificates(other), "sm2_key_differs"),
        (of(b"no seal".to_vec()), "electronic_seal_unreadable"),
        (of(forged), "electronic_seal_not_genuine"),
        (of(made(other, now, now + DAY_MS)), "electronic_seal_of_another"),
        (of(made(own, now + DAY_MS, now + 2 * DAY_MS)), "electronic_seal_not_valid"),
        (of(made(own, now - 2 * DAY_MS, now - DAY_MS)), "electronic_seal_not_valid"),
        (certificates(own), "seal_maker_untrusted"),
    ] {
        assert_eq!(code(add(&house, brought).await), expected);
    }
    let foreign = Abroad::new(&house, 2).electronic(own, Version::V4, now, now + DAY_MS);
    assert_eq!(code(add(&house, of(foreign)).await), "seal_maker_untrusted");
    let request = || seals::Request { code: "unheard".into(), document: None, national: Some(good()) };
    assert_eq!(code(seals::add(&house.system, &house.clerk, request()).await), "seal_unknown");
    assert_eq!(kept(&home), before, "nothing was kept of what was refused");

    let settings = "[signer]\nkind = \"pkcs11\"\nmodule = \"/nowhere.so\"\n";
    std::fs::write(house.path().join("yinxin.toml"), settings).unwrap();
    house.reopen().await;
    assert_eq!(code(add(&house, good()).await), "national_unavailable", "no file beside a device");
    std::fs::remove_file(house.path().join("yinxin.toml")).unwrap();
    house.reopen().await;

    let number = house.holder().await.number;
    let (earlier, _) = house.endorsed(&number).await;
    house.clock.advance_ms(60_000);
    let made = add(&house, abroad.request(house.system.now().0)).await.unwrap().national.unwrap();
    assert_eq!((made.electronic_seal.id.as_str(), made.electronic_seal.version), ("ABROAD-1", 5));
    let (old, _) = house.endorsed(&number).await;
    assert_eq!(
        code(house.copy_in(old, Format::Ofd).await),
        "national_seal_differs",
        "until it is started anew"
    );
    house.reopen().await;
    assert_eq!(code(house.copy_in(earlier, Format::Ofd).await), "seal_newer_than_copy");
    let ofd = house.copy_in(old, Format::Ofd).await.unwrap();
    let judged = house.verify(&ofd).await;
    assert_eq!(judged.verdict, Verdict::Valid, "{:?}", judged.findings);
    assert_eq!(findings(&house).await, ["seal_good", "seal_national_good"]);
    house.leave().await;
}

pub async fn what_the_register_does_not_know_seals_nothing(mut house: House) {
    if !house.can_seal() {
        return;
    }
    let number = house.holder().await.number;
    let (id, _) = house.endorsed(&number).await;
    let home = house.system.home.clone();
    let right = kept(&home);
    for (path, bytes) in [
        (home.sm2_seal_certificate(SEAL), std::fs::read(home.sm2_seal_certificate("caa")).unwrap()),
        (home.electronic_seal(SEAL), std::fs::read(home.electronic_seal("caa")).unwrap()),
        (home.key("sm2-seal-mohrss"), std::fs::read(home.key("sm2-seal-caa")).unwrap()),
    ] {
        std::fs::write(path, bytes).unwrap();
    }
    house.reopen().await;
    assert_eq!(code(house.copy_in(id, Format::Ofd).await), "national_seal_differs", "another seal's files");
    assert_eq!(findings(&house).await, ["seal_good", "seal_national_wrong"]);
    std::fs::write(home.sm2_seal_certificate(SEAL), &right[1]).unwrap();
    std::fs::write(home.electronic_seal(SEAL), &right[0]).unwrap();
    std::fs::write(home.key("sm2-seal-mohrss"), &right[2]).unwrap();
    house.tamper("DELETE FROM national_seal").await;
    house.reopen().await;
    assert_eq!(code(house.copy_in(id, Format::Ofd).await), "national_seal_unregistered");
    recover::recover(&house.system).await.unwrap();
    house.copy_in(id, Format::Ofd).await.unwrap();
    assert_eq!(kept(&home), right, "a demo registers what it has, and makes nothing anew");
    house.leave().await;
}

/// Settings say of which version a demo's electronic seals are.
pub async fn a_demo_makes_the_version_of_the_settings(mut house: House) {
    if !house.can_seal() {
        return;
    }
    std::fs::write(house.path().join("yinxin.toml"), "[seal]\nversion = 5\n").unwrap();
    std::fs::remove_file(house.system.home.electronic_seal(SEAL)).unwrap();
    house.reopen().await;
    recover::recover(&house.system).await.unwrap();
    let versions = seals::list(&house.system).await.unwrap();
    let version = |seal: &View| (seal.seal.clone(), seal.national.as_ref().unwrap().electronic_seal.version);
    let versions: Vec<_> = versions.iter().map(version).collect();
    assert!(
        versions.iter().all(|(seal, version)| *version == if seal == SEAL { 5 } else { 4 }),
        "{versions:?}"
    );
    let number = house.holder().await.number;
    let (id, _) = house.endorsed(&number).await;
    let ofd = house.copy_in(id, Format::Ofd).await.unwrap();
    assert_eq!(house.verify(&ofd).await.verdict, Verdict::Valid);
    house.leave().await;
}

pub async fn a_seal_near_its_end_is_spoken_of_and_one_past_it_refuses(house: House) {
    if !house.can_seal() {
        return;
    }
    let number = house.holder().await.number;
    house.go_to("2050-11-20").await;
    let said = findings(&house).await;
    let soon = ["seal_expires_soon", "sm2_certificate_expires_soon", "electronic_seal_expires_soon"];
    assert_eq!(said[..3], soon);
    assert_eq!(said[3..], ["seal_good", "seal_national_good"]);
    let (id, _) = house.endorsed(&number).await;
    house.go_to("2051-01-01").await;
    assert_eq!(
        findings(&house).await[..3],
        ["seal_expired", "sm2_certificate_expired", "electronic_seal_expired"]
    );
    let used = house.used(&number).await;
    assert_eq!(code(house.endorse(&number, 90).await), "seal_not_in_force");
    assert_eq!(code(house.copy_in(id, Format::Ofd).await), "seal_not_in_force");
    assert_eq!(house.used(&number).await, used, "a refusal costs nothing");
    assert_eq!(house.counts().await.intents_open, 0);
    house.leave().await;
}

/// A seal that is not registered needs its certificate for PDF, too, and both come at once.
pub async fn both_pairs_come_at_once(house: House) {
    let abroad = Abroad::new(&house, 3).trusted(&house);
    let home = &house.system.home;
    house.tamper("DELETE FROM national_seal; DELETE FROM seal WHERE code = 'mohrss'").await;
    assert_eq!(code(add(&house, abroad.request(house.system.now().0)).await), "seal_certificate_needed");
    let certificates = std::fs::read(home.seal_certificate(SEAL)).unwrap();
    let other = std::fs::read(home.seal_certificate("caa")).unwrap();
    let trust = authority::make(
        &[SealRequest { code: SEAL, name: "新的测试专用章", organisation: "某处" }],
        PASSPHRASE.as_bytes(),
        house.system.now().0,
        &SeededEntropy::new(4),
    );
    let issued = &trust.unwrap().seals[0];
    let add = async |certificates: Vec<u8>| {
        let key = Some(issued.key_pem.clone().into_bytes());
        let document = Some(KeyPair { certificates, key, passphrase: PASSPHRASE.into() });
        let national = Some(abroad.request(house.system.now().0));
        let request = seals::Request { code: SEAL.into(), document, national };
        seals::add(&house.system, &house.clerk, request).await
    };
    assert_eq!(code(add(other).await), "seal_key_differs");
    assert_eq!(std::fs::read(home.seal_certificate(SEAL)).unwrap(), certificates);
    let view = add(issued.certificate.to_pem().unwrap().into_bytes()).await.unwrap();
    assert_eq!((view.name.as_str(), view.national.is_some()), ("新的测试专用章", true));
    let listed = seals::list(&house.system).await.unwrap();
    assert_eq!(listed.iter().filter(|seal| seal.national.is_some()).count(), 1);
    house.leave().await;
}

/// OFDs are to have time stamps: nothing without one is handed out, PDFs go on, and what waited is finished.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_ofd_waits_for_its_time_stamp() {
    let mut house = House::sqlite().await;
    if !house.can_seal() {
        return;
    }
    let number = house.holder().await.number;
    let settings = house.path().join("yinxin.toml");
    let wanted = "[signature]\nofd_time_stamp = true\n";
    // Nobody listens there.
    let server = "servers = [{ url = \"http://127.0.0.1:1/\", imprint = \"sm3\" }]\n";
    std::fs::write(&settings, format!("{wanted}[timestamp]\nretries = 0\n{server}")).unwrap();
    house.reopen().await;
    let (id, pdf) = house.endorsed(&number).await;
    assert_eq!(code(house.copy_in(id, Format::Ofd).await), "time_stamp_unavailable");
    let (_, other) = house.endorsed(&number).await;
    recover::recover(&house.system).await.unwrap();
    assert_eq!(house.counts().await.intents_open, 1);
    for pdf in [&pdf, &other] {
        assert_eq!(house.verify(pdf).await.level, Some(Level::LongTerm));
    }

    // A demo's own authority.
    std::fs::write(&settings, wanted).unwrap();
    house.reopen().await;
    recover::recover(&house.system).await.unwrap();
    assert_eq!(house.counts().await.intents_open, 0);
    let verified = house.verify(&house.copy_in(id, Format::Ofd).await.unwrap()).await;
    assert_eq!((verified.verdict.as_str(), verified.time_stamps.len()), ("valid", 1));
    let stamp = &verified.time_stamps[0];
    assert!(stamp["kind"] == "electronic_seal" && stamp["trusted"] == true, "{stamp}");
    house.leave().await;
}

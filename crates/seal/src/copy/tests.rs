use super::*;
use crate::testing::*;
use crate::{Trust, verify};
use yinxin_crypto::hash::sha256;
use yinxin_model::finding::{Check, Verdict};
use yinxin_testkit::judge::Judge;

#[test]
fn a_copy_is_prepared_signed_checked_and_verifies() {
    let office = Office::new(1);
    let bytes = sealed(&office);
    let report = verify(&bytes, &office.trust(), now());
    assert_eq!(report.verdict, Verdict::Valid, "{report:#?}");
    assert_eq!(report.sha256, sha256(&bytes));
    assert_eq!(report.signed_at, Some(now()));
    assert_eq!(report.signer.unwrap().name, "人力资源和社会保障部证书专用章（测试专用章）");
    assert_eq!(report.findings.iter().map(|f| f.check).collect::<Vec<_>>(), &Check::ALL[..5]);
}

#[test]
fn the_same_order_gives_the_same_digest_and_another_another() {
    let office = Office::new(1);
    let (plate, again) = (plate(&office), plate(&office));
    assert_eq!(plate.digest(), again.digest());
    let digest = |plate: &SealPlate, name: &str| prepare(plate, &order(&fields(name))).unwrap().digest();
    assert_eq!(digest(&plate, "张三"), digest(&again, "张三"));
    assert_ne!(digest(&plate, "张三"), digest(&plate, "李四"));
    assert_eq!(sealed(&office), sealed(&Office::new(1)), "with a signer that repeats, to the last byte");
}

#[test]
fn a_permit_for_another_digest_signs_nothing() {
    let office = Office::new(1);
    let prepared = prepare(&plate(&office), &order(&fields("张三"))).unwrap();
    let error = prepared.sign(Permit::new([1; 16], [0; 32]), &office.key).unwrap_err();
    assert_eq!(error.code(), "digest_mismatch");
}

#[test]
fn another_seal_than_the_plates_signs_nothing() {
    let (office, other) = (Office::new(1), Office::new(10));
    let prepared = prepare(&plate(&office), &order(&fields("张三"))).unwrap();
    let permit = Permit::new([1; 16], prepared.digest());
    assert_eq!(prepared.sign(permit, &other.key).unwrap_err().code(), "key_mismatch");
}

#[test]
fn what_does_not_verify_is_not_handed_out() {
    let expired = Office::with_seal_validity(1, now().0 - 20 * DAY, now().0 - DAY);
    let finish = |office: &Office, trust: &Trust| {
        let prepared = prepare(&plate(office), &order(&fields("张三"))).unwrap();
        let permit = Permit::new([1; 16], prepared.digest());
        prepared.sign(permit, &office.key).unwrap().finish(trust, now()).map(drop).unwrap_err().to_string()
    };
    assert!(finish(&expired, &expired.trust()).ends_with("expired"));
    let office = Office::new(1);
    assert!(finish(&office, &Office::new(10).trust()).contains("unknown_issuer"));
}

#[test]
fn a_character_that_no_font_has_refuses_the_copy() {
    let office = Office::new(1);
    let error = prepare(&plate(&office), &order(&fields("张😀"))).unwrap_err();
    assert_eq!(error.code(), "no_glyph");
}

#[test]
fn a_hundred_threads_share_a_plate() {
    let office = Office::new(1);
    let plate = plate(&office);
    std::thread::scope(|scope| {
        for n in 0..8 {
            let (plate, office) = (&plate, &office);
            scope.spawn(move || {
                let fields = fields(&format!("张{n}"));
                let prepared = prepare(plate, &order(&fields)).unwrap();
                let permit = Permit::new([n; 16], prepared.digest());
                prepared.sign(permit, &office.key).unwrap().finish(&office.trust(), now()).unwrap();
            });
        }
    });
}

#[test]
fn outside_judges_find_the_copy_clean_and_its_signature_good() {
    let office = Office::new(1);
    let dir = yinxin_testkit::temp_dir("seal-judges");
    let file = dir.path().join("copy.pdf");
    std::fs::write(&file, sealed(&office)).unwrap();
    std::fs::write(dir.path().join("root.pem"), office.root.to_pem().unwrap()).unwrap();
    let path = file.to_str().unwrap();
    if let Some(qpdf) = Judge::call("qpdf") {
        let said = qpdf.ask(["--check", path]);
        assert_eq!(said.code, Some(0), "{said:?}");
    }
    if let Some(pdfsig) = Judge::call("pdfsig") {
        let said = pdfsig.ask([path]);
        for expected in ["Signature is Valid.", "Total document signed", "ETSI.CAdES.detached"] {
            assert!(said.stdout.contains(expected), "{said:?}");
        }
    }
}

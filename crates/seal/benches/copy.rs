//! Where the time of a sealed copy goes: `cargo bench -p yinxin-seal`. Ratios over whole runs are `yinxin bench`'s; this is for finding
//! what to improve. Uses Noto Serif CJK where Debian puts it, for its outlines are what production embeds.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a bench stops at the first surprise")]

use criterion::{Criterion, criterion_group, criterion_main};
use std::hint::black_box;
use std::sync::Arc;
use yinxin_face::{Fields, Strip};
use yinxin_model::{Format, Instant, Level};
use yinxin_page::GlyphPool;
use yinxin_page::draw::Color;
use yinxin_page::font::{Font, FontChain, FontSource};
use yinxin_seal::authority::{self, SealOrder, SealRequest};
use yinxin_seal::ses::Version;
use yinxin_seal::{
    CopyOrder, Design, Material, NationalSeal, PICTURE_KIND, Permit, PlateOrder, Plates, SealFace, SealKey,
    SealPlate, SoftSigner, Trust, decrypt_pkcs8, electronic_picture, prepare, verify,
};
use yinxin_testkit::SeededEntropy;

const NOW: Instant = Instant(1_772_326_800_000);
const SEAL: &str = "人力资源和社会保障部证书测试专用章";
const PASSPHRASE: &[u8] = b"bench";

fn pool() -> GlyphPool {
    let noto = |file: &str| {
        let path = format!("/usr/share/fonts/opentype/noto/{file}");
        let load = path.clone();
        Arc::new(Font::new(FontSource {
            name: path,
            family: Some("Noto Serif CJK SC".to_owned()),
            index: 0,
            load: Box::new(move || std::fs::read(&load).map(Arc::from).map_err(|e| e.to_string())),
        }))
    };
    let (regular, bold) = (noto("NotoSerifCJK-Regular.ttc"), noto("NotoSerifCJK-Bold.ttc"));
    let chain = |font: &Arc<Font>| FontChain::new(vec![font.clone()]);
    GlyphPool::new(vec![
        ("serif".into(), chain(&regular)),
        ("serif-bold".into(), chain(&bold)),
        ("sans".into(), chain(&regular)),
    ])
}

struct Bench {
    design: Design,
    key: SealKey,
    trust: Trust,
    pool: Arc<GlyphPool>,
    plate: Arc<SealPlate>,
    package: Arc<SealPlate>,
}

/// The electronic seal for packages.
fn national(face: &SealFace, design: &Design, pool: &GlyphPool) -> NationalSeal {
    let request = SealRequest { code: "mohrss", name: SEAL, organisation: "人力资源和社会保障部" };
    let made = authority::make_sm2(&[request], PASSPHRASE, NOW.0, &SeededEntropy::new(2)).unwrap();
    let picture = electronic_picture(face, design, pool).unwrap();
    let issued = &made.hierarchy.seals[0];
    let order = SealOrder {
        version: Version::V4,
        id: "BENCH-1",
        name: SEAL,
        holder: &issued.certificate,
        picture_kind: PICTURE_KIND,
        picture: &picture.data,
        width_mm: picture.width_mm,
        height_mm: picture.height_mm,
    };
    let maker_key = made.maker.key_pem.as_bytes();
    let seal = authority::electronic_seal(&order, &made.maker.certificate, maker_key, PASSPHRASE).unwrap();
    let pkcs8 = decrypt_pkcs8(issued.key_pem.as_bytes(), PASSPHRASE).unwrap();
    let signer = Arc::new(SoftSigner::from_pkcs8(&pkcs8).unwrap());
    let chain = vec![made.hierarchy.authority.certificate.clone()];
    NationalSeal::new("mohrss", signer, issued.certificate.clone(), chain, seal.der()).unwrap()
}

fn bench() -> Bench {
    let requests =
        [SealRequest { code: "mohrss", name: SEAL, organisation: "人力资源和社会保障部" }];
    let made = authority::make(&requests, PASSPHRASE, NOW.0, &SeededEntropy::new(1)).unwrap();
    let pkcs8 = decrypt_pkcs8(made.seals[0].key_pem.as_bytes(), PASSPHRASE).unwrap();
    let signer = Arc::new(SoftSigner::from_pkcs8(&pkcs8).unwrap());
    let chain = vec![made.authority.certificate.clone()];
    let key = SealKey::new("mohrss", signer, made.seals[0].certificate.clone(), chain).unwrap();
    let trust = Trust::new(vec![made.root.certificate.clone()], made.lists.to_vec());
    let design = Design::parse(yinxin_face::builtin()[0].source).unwrap();
    let seal = SealFace {
        ring: "人力资源和社会保障部".to_owned(),
        bottom: "测试专用章".to_owned(),
        number: None,
        color: Color(0xd1, 0x1a, 0x1f),
        font: "serif-bold".to_owned(),
    };
    let plates = Plates::new(Arc::new(pool()));
    let key = key.with_national(national(&seal, &design, plates.pool()));
    let order = PlateOrder {
        format: Format::Pdf,
        design: &design,
        key: &key,
        seal: &seal,
        issuer: "人力资源和社会保障部",
        platform: "专业技术人员职业资格证书查询验证系统",
        level: Level::Basic,
        material: &Material::default(),
    };
    let plate = plates.get(&order).unwrap();
    let package = plates.get(&PlateOrder { format: Format::Ofd, ..order }).unwrap();
    let pool = plates.pool().clone();
    Bench { design, key, trust, pool, plate, package }
}

fn fields() -> Fields {
    Fields {
        holder_name: "欧阳建国".to_owned(),
        sex: "女".to_owned(),
        birth_date: "1990年01月01日".to_owned(),
        document_type: "居民身份证".to_owned(),
        document_number: "110101199001010007".to_owned(),
        qualification: "建造师".to_owned(),
        level: Some("一级".to_owned()),
        speciality: Some("建筑工程".to_owned()),
        approval_date: "2021年10月".to_owned(),
        made_on: "2022年01月01日".to_owned(),
        management_number: "2021100000001".to_owned(),
        licence_identifier: Some("1.2.156.3005.2.00001".to_owned()),
        issuer: "人力资源和社会保障部".to_owned(),
        endorsement: Some(Strip {
            purpose: "本人调用".to_owned(), valid_until: "2026年05月29日".to_owned()
        }),
        made_at: NOW.chinese(),
        made_by: "专业技术人员职业资格证书查询验证系统".to_owned(),
        copy_number: "8J2M4K0QZ7T1RX5C".to_owned(),
        qr: "http://127.0.0.1:8080/v/0V8J2M4K0QZ7T1RX5CW3N6H9BD".to_owned(),
        demo: true,
        ..Fields::default()
    }
}

fn copies(criterion: &mut Criterion) {
    let bench = bench();
    let fields = fields();
    let order = CopyOrder {
        fields: &fields,
        title: "建造师（一级）职业资格证书·加注件",
        subject: &fields.management_number,
        reason: "本人调用",
        location: "",
        made_at: NOW,
        document_id: [7; 16],
    };
    let draw = || yinxin_face::own(bench.design.template(), &fields, &bench.pool).unwrap();
    let prepared = |plate| prepare(plate, &order).unwrap();
    let signed = |plate| {
        let prepared = prepared(plate);
        let permit = Permit::new([1; 16], prepared.digest());
        prepared.sign(permit, &bench.key).unwrap()
    };
    let file = signed(&bench.plate).finish(&bench.trust, NOW).unwrap().bytes;
    criterion.bench_function("1 draw", |b| b.iter(|| black_box(draw())));
    criterion.bench_function("2 prepare (draws too)", |b| b.iter(|| black_box(prepared(&bench.plate))));
    criterion.bench_function("3 sign (prepares too)", |b| b.iter(|| black_box(signed(&bench.plate))));
    criterion.bench_function("bare signature", |b| {
        b.iter(|| black_box(bench.key.signer().sign(&[0x31; 171]).unwrap()));
    });
    criterion
        .bench_function("4 OFD: prepare (draws too)", |b| b.iter(|| black_box(prepared(&bench.package))));
    criterion.bench_function("5 OFD: sign (prepares too)", |b| b.iter(|| black_box(signed(&bench.package))));
    criterion.bench_function("bare SM2 signature", |b| {
        let national = bench.key.national().unwrap();
        b.iter(|| black_box(national.signer().sign_digest(&[0x31; 32]).unwrap()));
    });
    criterion.bench_function("verify the file", |b| b.iter(|| black_box(verify(&file, &bench.trust, NOW))));
}

criterion_group!(benches, copies);
criterion_main!(benches);

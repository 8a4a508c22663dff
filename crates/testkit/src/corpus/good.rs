//! The good copies that attackers begin with.

use std::sync::Arc;

use yinxin_crypto::tsp::Token;
use yinxin_model::{Format, Instant, Level};
use yinxin_page::draw::Color;
use yinxin_seal::face::{self, Fields, Strip};
use yinxin_seal::{
    CopyOrder, Design, Material, Permit, PlateOrder, Plates, SealFace, SealKey, electronic_picture, prepare,
};

use super::national::NationalOffice;
use super::office::{Office, sealed_at};

fn design() -> Design {
    Design::parse(&plain(face::builtin().first().expect("a template").source)).expect("a template")
}

fn seal_face() -> SealFace {
    SealFace {
        ring: "人力资源和社会保障部".to_owned(),
        bottom: "测试专用章".to_owned(),
        number: None,
        color: Color(0xd4, 0x1a, 0x1f),
        font: "serif-bold".to_owned(),
    }
}

fn plates() -> Plates {
    Plates::new(Arc::new(yinxin_page::test_font::pool(&["serif", "serif-bold", "sans"])))
}

fn ordered<'a>(
    design: &'a Design,
    key: &'a SealKey,
    seal: &'a SealFace,
    material: &'a Material,
) -> PlateOrder<'a> {
    PlateOrder {
        format: Format::Pdf,
        design,
        key,
        seal,
        issuer: "人力资源和社会保障部",
        platform: "印信测试平台",
        level: Level::Basic,
        material,
    }
}

/// A copy at `level`, sealed with the seal of `office`.
pub fn pdf(office: &Office, level: Level) -> Vec<u8> {
    let (design, key, seal) = (design(), office.seal.key("mohrss"), seal_face());
    let material = office.material();
    let order = PlateOrder { level, ..ordered(&design, &key, &seal, &material) };
    let plate = plates().get(&order).expect("a plate");
    let fields = fields();
    let prepared = prepare(&plate, &copy_order(&fields)).expect("a copy");
    let permit = Permit::new([1; 16], prepared.digest());
    let mut signed = prepared.sign(permit, &key).expect("a signature");
    let mut at = sealed_at();
    while let Some(imprint) = signed.imprint().expect("an imprint") {
        let token = Token::parse(&office.token(imprint.digest(), at)).expect("a token");
        signed = signed.stamp(&token).expect("a stamped copy");
        at = Instant(at.0 + 1000);
    }
    signed.finish(&office.trust(), at).expect("a good copy").bytes
}

/// The seal's picture as electronic seals have it.
pub fn picture() -> Vec<u8> {
    electronic_picture(&seal_face(), &design(), plates().pool()).expect("a picture").data
}

/// The same copy as a package, for the holder of this name.
pub fn package(office: &Office, national: &NationalOffice, name: &str) -> Vec<u8> {
    sealed_package(office, national, name, false)
}

/// The same with a time stamp.
pub fn stamped_package(office: &Office, national: &NationalOffice, name: &str) -> Vec<u8> {
    sealed_package(office, national, name, true)
}

fn sealed_package(office: &Office, national: &NationalOffice, name: &str, stamped: bool) -> Vec<u8> {
    let (design, seal) = (design(), seal_face());
    let key = office.seal.key("mohrss").with_national(national.national());
    let material = office.material();
    let order = PlateOrder { format: Format::Ofd, ..ordered(&design, &key, &seal, &material) };
    let plate = plates().get(&order).expect("a plate");
    let fields = Fields { holder_name: name.to_owned(), ..fields() };
    let prepared = prepare(&plate, &copy_order(&fields)).expect("a copy");
    let permit = Permit::new([1; 16], prepared.digest());
    let prepared = if stamped { prepared.with_time_stamp() } else { prepared };
    let mut signed = prepared.sign(permit, &key).expect("a signature");
    while let Some(imprint) = signed.imprint().expect("an imprint") {
        let token = Token::parse(&national.token(&imprint)).expect("a token");
        signed = signed.stamp(&token).expect("a stamped copy");
    }
    signed.finish(&national.trust(), sealed_at()).expect("a good copy").bytes
}

/// A template without its ornaments, so that the files stay small.
fn plain(source: &str) -> String {
    const ORNAMENTS: [&str; 5] = ["[[rosette]]", "[[band]]", "[[frame]]", "[[rule]]", "[watermark]"];
    let mut kept = true;
    let keeps = |line: &&str| {
        if line.starts_with('[') {
            kept = !ORNAMENTS.contains(line);
        }
        kept
    };
    source.lines().filter(keeps).flat_map(|line| [line, "\n"]).collect()
}

fn fields() -> Fields {
    Fields {
        holder_name: "张三".to_owned(),
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
        issuer: "人力资源和社会保障部".to_owned(),
        endorsement: Some(Strip {
            purpose: "本人调用".to_owned(), valid_until: "2026年05月29日".to_owned()
        }),
        made_at: sealed_at().chinese(),
        made_by: "印信测试平台".to_owned(),
        copy_number: "C-0001".to_owned(),
        qr: "https://example.invalid/v#TEST".to_owned(),
        ..Fields::default()
    }
}

fn copy_order(fields: &Fields) -> CopyOrder<'_> {
    CopyOrder {
        fields,
        title: "电子证书加注件",
        subject: "测试",
        reason: "本人调用",
        location: "",
        made_at: sealed_at(),
        document_id: [7; 16],
    }
}

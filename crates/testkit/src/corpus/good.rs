//! The good copies that attackers begin with.

use std::sync::Arc;

use yinxin_crypto::tsp::Token;
use yinxin_model::{Instant, Level};
use yinxin_page::draw::Color;
use yinxin_seal::face::{self, Fields, Strip};
use yinxin_seal::{CopyOrder, Design, Permit, PlateOrder, Plates, SealFace, prepare};

use super::office::{Office, sealed_at};

/// A copy at `level`, sealed with the seal of `office`.
pub fn pdf(office: &Office, level: Level) -> Vec<u8> {
    let key = office.seal.key("mohrss");
    let design = Design::parse(face::builtin().first().expect("a template").source).expect("a template");
    let seal = SealFace {
        ring: "人力资源和社会保障部".to_owned(),
        bottom: "测试专用章".to_owned(),
        number: None,
        color: Color(0xd4, 0x1a, 0x1f),
        font: "serif-bold".to_owned(),
    };
    let order = PlateOrder {
        design: &design,
        key: &key,
        seal: &seal,
        issuer: "人力资源和社会保障部",
        platform: "印信测试平台",
        level,
        material: &office.material(),
    };
    let pool = yinxin_page::test_font::pool(&["serif", "serif-bold", "sans"]);
    let plate = Plates::new(Arc::new(pool)).get(&order).expect("a plate");
    let fields = fields();
    let prepared = prepare(&plate, &copy_order(&fields)).expect("a copy");
    let permit = Permit::new([1; 16], prepared.digest());
    let mut signed = prepared.sign(permit, &key).expect("a signature");
    let mut at = sealed_at();
    while let Some(imprint) = signed.imprint().expect("an imprint") {
        let token = Token::parse(&office.token(&imprint, at)).expect("a token");
        signed = signed.stamp(&token).expect("a stamped copy");
        at = Instant(at.0 + 1000);
    }
    signed.finish(&office.trust(), at).expect("a good copy").bytes
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

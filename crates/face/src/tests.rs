//! Templates are told what is wrong with them, and every copy of a shipped one is whole: all its words, in
//! their boxes, in reading order, the same each time.

use std::collections::BTreeSet;
use std::error::Error as _;
use std::path::Path;
use std::sync::Arc;

use proptest::prelude::*;
use yinxin_page::draw::{Block, Coding, Color, Draw, Image, Layer, Page, Point, Role, Segment, TextRun};
use yinxin_page::font::{Font, FontChain, FontSource};
use yinxin_page::text::ASCENT;
use yinxin_page::{GlyphPool, test_font};

use crate::{
    Error, FieldName, Fields, SealSpec, Series, Static, Strip, Template, base, builtin, common_glyphs, copy,
    own, seal_picture, seal_rect, series,
};

const STYLES: [&str; 3] = ["serif", "serif-bold", "sans"];

fn pool() -> GlyphPool {
    test_font::pool(&STYLES)
}

/// Debian's Noto, where it is installed.
fn noto() -> Option<GlyphPool> {
    let style = |name: &str, file: &str, family: &str| {
        let path = format!("/usr/share/fonts/opentype/noto/{file}");
        Path::new(&path).exists().then(|| {
            let font = Font::new(FontSource {
                name: path.clone(),
                family: Some(family.into()),
                index: 0,
                load: Box::new(move || std::fs::read(&path).map(Arc::from).map_err(|e| e.to_string())),
            });
            (name.into(), FontChain::new(vec![Arc::new(font)]))
        })
    };
    let styles = [
        style("serif", "NotoSerifCJK-Regular.ttc", "Noto Serif CJK SC"),
        style("serif-bold", "NotoSerifCJK-Bold.ttc", "Noto Serif CJK SC"),
        style("sans", "NotoSansCJK-Regular.ttc", "Noto Sans CJK SC"),
    ];
    let styles: Option<Vec<_>> = styles.into_iter().collect();
    if styles.is_none() {
        eprintln!("SKIPPED: fonts-noto-cjk is not installed");
    }
    styles.map(GlyphPool::new)
}

fn templates() -> Vec<Template> {
    builtin().iter().map(|builtin| Template::parse(builtin.source).unwrap()).collect()
}

fn statics() -> Static {
    Static { issuer: "人力资源和社会保障部".into(), platform: "印信演示平台".into() }
}

fn sample() -> Fields {
    Fields {
        holder_name: "王芳".into(),
        sex: "女".into(),
        birth_date: "1990年3月7日".into(),
        document_type: "居民身份证".into(),
        document_number: "11010519900307234X".into(),
        qualification: "建造师".into(),
        level: Some("一级".into()),
        speciality: Some("建筑工程".into()),
        approval_date: "2021年9月26日".into(),
        made_on: "2022年1月10日".into(),
        management_number: "202109011440000123".into(),
        licence_identifier: Some("1.2.156.3005.2.11100000000013338W011.X.20210901144.001.U".into()),
        issuer: "人力资源和社会保障部".into(),
        photo: None,
        endorsement: Some(Strip { purpose: "本人调用".into(), valid_until: "2026年5月29日".into() }),
        made_at: "2026年3月1日 09:00:00".into(),
        made_by: "印信演示平台".into(),
        copy_number: "E2026-00001234-1".into(),
        qr: "https://verify.example.org/t/3q2-7wAAAAEAAAB9ZxT0b1Zy".into(),
        demo: true,
    }
}

/// The copies that a template has to stand.
fn contexts() -> Vec<Fields> {
    let long = "阿卜杜拉·买买提江·吐尔逊·".repeat(5).chars().take(50).collect();
    let speciality =
        "注册土木工程师（水利水电工程）水工结构与水利水电工程移民及水土保持（含岩土、港口与航道）";
    vec![
        sample(),
        Fields { holder_name: "阿卜杜拉·买买提江·吐尔逊".into(), ..sample() },
        Fields { holder_name: long, speciality: Some(speciality.into()), ..sample() },
        Fields { holder_name: "Maria-Christina Alexandra Wolfeschlegelsteinhausen".into(), ..sample() },
        Fields { holder_name: "䶮𬱖𰻞".into(), ..sample() },
        Fields { level: None, speciality: None, ..sample() },
        Fields { level: None, demo: false, ..sample() },
        Fields { endorsement: None, licence_identifier: None, ..sample() },
        Fields { management_number: "A".repeat(40), photo: Some(photo(300, 400)), ..sample() },
        Fields {
            qr: "x".repeat(210), made_by: "国家职业资格证书查验与加注服务平台".repeat(3), ..sample()
        },
    ]
}

fn photo(width: u32, height: u32) -> Arc<Image> {
    Arc::new(Image { width, height, components: 1, coding: Coding::Gray8, data: Vec::new() })
}

fn runs(block: &Block) -> impl Iterator<Item = &TextRun> {
    block.draws.iter().filter_map(|draw| match draw {
        Draw::Text(run) => Some(run),
        _ => None,
    })
}

fn text(block: &Block) -> String {
    runs(block).flat_map(|run| run.glyphs.iter().map(|glyph| glyph.text.as_str())).collect()
}

fn find<'a>(page: &'a Page, id: &str) -> Option<&'a Block> {
    page.blocks.iter().find(|block| block.id == id)
}

/// Left, top, right and bottom of a run.
fn extent(pool: &GlyphPool, run: &TextRun) -> (f64, f64, f64, f64) {
    let right = run.glyphs.last().map_or(0.0, |g| g.x + f64::from(pool.advance(g.glyph)) / 1000.0 * run.size);
    let Point { x, y } = run.origin;
    (x, y - run.size * ASCENT, x + right, y + run.size * (1.0 - ASCENT))
}

#[test]
fn shipped_templates_are_sound_and_differ() {
    let templates = templates();
    for (template, builtin) in templates.iter().zip(builtin()) {
        assert_eq!(template.id(), builtin.id);
        assert_eq!(template.source(), builtin.source);
        assert!(template.fonts().all(|font| STYLES.contains(&font)), "{}", template.id());
        assert!(seal_rect(template).w >= 38.0);
    }
    let draw = |template| base(template, &statics(), &pool()).unwrap();
    assert_ne!(draw(&templates[0]), draw(&templates[1]));
}

#[test]
fn a_wrong_template_is_told_where_and_why() {
    let source = builtin()[0].source;
    let cases = [
        ("width = 297", "width = 297\nhight = 2", "template_syntax", "hight"),
        ("width = 297", "width = \"wide\"", "template_syntax", "wide"),
        ("\"#a31621\"", "\"red\"", "template_syntax", "#rrggbb"),
        ("{made_on}", "{made_of}", "template_syntax", "made_of"),
        ("{made_on}", "{made_on", "template_syntax", "brace"),
        ("text = \"{issuer}\"", "text = \"{holder_name}\"", "template_invalid", "issuer"),
        ("field = \"sex\"", "field = \"gender\"", "template_syntax", "gender"),
        ("field = \"sex\"", "field = \"holder_name\"", "template_invalid", "holder_name"),
        ("style = \"title\"", "style = \"titel\"", "template_invalid", "titel"),
        ("id = \"nation\"", "id = \"title\"", "template_invalid", "title"),
        ("role = \"title\"", "role = \"heading\"", "template_invalid", "title"),
        ("order = 1\n", "order = 1\nrole = \"heading\"\n", "template_invalid", "before the title"),
        ("max_version = 10", "max_version = 11", "template_invalid", "qr"),
        ("box = [30, 131.5, 33, 33]", "box = [30, 131.5, 33, 32]", "template_invalid", "square"),
        ("box = [20, 21, 257, 168]", "box = [20, 21, 297, 168]", "template_invalid", "watermark"),
        ("petals = 72", "petals = 72000", "template_invalid", "petals"),
        ("row = 9\n", "row = 19\n", "template_invalid", "grid"),
    ];
    for (from, to, code, word) in cases {
        assert!(source.contains(from), "{from}");
        let error = Template::parse(&source.replacen(from, to, 1)).unwrap_err();
        let message = error.to_string();
        assert_eq!(error.code(), code, "{to}: {message}");
        assert!(message.contains(word), "{to}: {message}");
    }
}

#[test]
fn every_copy_of_every_template_is_whole() {
    let pools = [Some(pool()), noto()];
    for (pool, template) in
        pools.iter().flatten().flat_map(|pool| templates().into_iter().map(move |t| (pool, t)))
    {
        let below = base(&template, &statics(), pool).unwrap();
        for fields in &contexts() {
            let above = copy(&template, fields, pool).unwrap();
            check_whole(pool, &below, &above, fields);
        }
    }
}

fn check_whole(pool: &GlyphPool, below: &Page, above: &Page, fields: &Fields) {
    let blocks: Vec<&Block> = below.blocks.iter().chain(&above.blocks).collect();
    let ids: BTreeSet<&str> = blocks.iter().map(|block| block.id.as_str()).collect();
    let named = blocks.iter().filter(|block| block.role != Role::Artifact);
    assert_eq!(
        named.clone().map(|block| block.id.as_str()).collect::<BTreeSet<_>>().len(),
        named.count(),
        "ids of content are unique"
    );
    for field in FieldName::ALL {
        let (label, value) = (format!("{}.label", field.as_str()), format!("{}.value", field.as_str()));
        let wanted = field.of(fields).map(|words| words.replace(' ', ""));
        if let Some(block) = find(above, &value) {
            assert_eq!(Some(text(block).replace(' ', "")), wanted, "{value}");
            let label = blocks.iter().find(|block| block.id == label).expect("a value has a label");
            assert!(label.order < block.order, "a label is read before its value");
            check_apart(pool, label, block);
        } else {
            assert!(field != FieldName::HolderName && field != FieldName::CopyNumber);
            assert!(field.is_optional() || !ids.contains(label.as_str()), "{label} has no value");
        }
    }
    for block in &blocks {
        for run in runs(block) {
            let (left, top, right, bottom) = extent(pool, run);
            assert!(left >= 14.0 && right <= 283.0 && top >= 14.0 && bottom <= 196.0, "{}", block.id);
        }
    }
    assert_eq!(ids.contains("watermark"), fields.endorsement.is_some());
    assert_eq!(ids.contains("purpose.label"), fields.endorsement.is_some());
    assert_eq!(ids.contains("demo"), fields.demo);
    assert_eq!(ids.contains("speciality.label"), fields.speciality.is_some());
}

fn check_apart(pool: &GlyphPool, label: &Block, value: &Block) {
    for (a, b) in runs(label).flat_map(|a| runs(value).map(move |b| (a, b))) {
        let ((l, t, r, b1), (l2, t2, r2, b2)) = (extent(pool, a), extent(pool, b));
        let apart = r <= l2 + 1e-6 || r2 <= l + 1e-6 || b1 <= t2 + 0.5 || b2 <= t + 0.5;
        assert!(apart, "{} runs into {}", label.id, value.id);
    }
}

#[test]
fn drawing_twice_gives_the_same() {
    for template in templates() {
        let draw = || {
            let pool = pool();
            let below = base(&template, &statics(), &pool).unwrap();
            (
                below,
                copy(&template, &sample(), &pool).unwrap(),
                common_glyphs(&template, &statics(), &pool).unwrap(),
            )
        };
        assert_eq!(draw(), draw());
    }
}

#[test]
fn copies_of_a_series_differ_in_values_that_do_not_recur() {
    let pool = pool();
    for template in templates() {
        let of = |fields: &Fields| Series::of(&template, fields).into_owned();
        let other = Fields { holder_name: "欧阳建国".into(), copy_number: "C-2".into(), ..sample() };
        assert_eq!(of(&sample()), of(&other));
        let page = series(&template, &of(&sample()), &pool).unwrap();
        let own = own(&template, &other, &pool).unwrap();
        for field in FieldName::ALL {
            let id = format!("{}.value", field.as_str());
            let there = |page: &Page| page.blocks.iter().any(|block| block.id == id);
            assert!(!(there(if field.recurs() { &own } else { &page })), "{id}");
        }
        let values = |page: &Page| page.blocks.iter().any(|block| block.role == Role::Value);
        assert!(values(&page) && values(&own));
        let direct = Fields { endorsement: None, ..sample() };
        let strip = Strip { purpose: "投标".into(), valid_until: "2026年5月29日".into() };
        let unlike = [
            Fields { level: None, ..sample() },
            Fields { qualification: "造价工程师".into(), ..sample() },
            Fields { demo: !sample().demo, ..sample() },
            Fields { endorsement: Some(strip), ..sample() },
            direct,
        ];
        assert!(unlike.iter().all(|fields| of(fields) != of(&sample())), "{}", template.id());
    }
}

#[test]
fn a_character_without_a_glyph_refuses_the_copy_and_is_named() {
    let template = &templates()[0];
    let fields = Fields { holder_name: "王\u{E863}".into(), ..sample() };
    let error = copy(template, &fields, &pool()).unwrap_err();
    assert_eq!(error.code(), "no_glyph");
    assert!(error.to_string().contains("holder_name.value"), "{error}");
    let cause = error.source().unwrap().to_string();
    assert!(cause.contains("U+E863"), "{cause}");
    let Error::Block { source: yinxin_page::Error::NoGlyph { text, .. }, .. } = error else {
        panic!("{error:?}");
    };
    assert_eq!(text, "\u{E863}");
}

#[test]
fn a_qr_text_beyond_its_box_refuses_the_copy() {
    let fields = Fields { qr: "x".repeat(300), ..sample() };
    assert_eq!(copy(&templates()[0], &fields, &pool()).unwrap_err().code(), "qr_too_long");
}

#[test]
fn what_a_copy_lacks_leaves_no_hole() {
    for template in templates() {
        let pool = pool();
        let y = |fields: &Fields, id: &str| {
            let page = copy(&template, fields, &pool).unwrap();
            find(&page, id).map(|block| runs(block).next().unwrap().origin)
        };
        let without_level = Fields { level: None, ..sample() };
        let moved = y(&without_level, "speciality.value").unwrap();
        assert_eq!(moved, y(&sample(), "level.value").unwrap(), "speciality takes the place of level");
        let direct = Fields { endorsement: None, ..sample() };
        let moved = y(&direct, "made_at.value").unwrap();
        assert_eq!(moved.x, y(&sample(), "purpose.value").unwrap().x, "the strip begins at its left end");
    }
}

#[test]
fn the_watermark_names_the_purpose_below_all_words_and_is_made_once() {
    let (template, pool) = (&templates()[0], pool());
    let form = |fields: &Fields| {
        let page = copy(template, fields, &pool).unwrap();
        let block = find(&page, "watermark").unwrap();
        assert_eq!((&block.role, block.layer), (&Role::Artifact, Layer::Under));
        let [Draw::Repeat { form, at }] = block.draws.as_slice() else { panic!("{:?}", block.draws) };
        assert!(!at.is_empty());
        Arc::clone(form)
    };
    let purpose = |purpose: &str| Fields {
        endorsement: Some(Strip { purpose: purpose.into(), valid_until: "2026年5月29日".into() }),
        ..sample()
    };
    assert!(Arc::ptr_eq(&form(&purpose("本人调用")), &form(&purpose("本人调用"))));
    assert!(!Arc::ptr_eq(&form(&purpose("本人调用")), &form(&purpose("投标"))));
    form(&purpose(&"投标".repeat(40)));
}

#[test]
fn the_qr_stands_in_its_box_with_a_quiet_zone() {
    for (template, words) in templates().iter().zip(["short", &"x".repeat(210)]) {
        let page = copy(template, &Fields { qr: words.into(), ..sample() }, &pool()).unwrap();
        let [Draw::Qr { rect, matrix }] = find(&page, "qr").unwrap().draws.as_slice() else {
            panic!("no code")
        };
        let area = template.face.qr.area.0;
        let module = rect.w / f64::from(u32::try_from(matrix.side).unwrap());
        assert!(
            (rect.x - area.x - 4.0 * module).abs() < 1e-9 && (rect.y - area.y - 4.0 * module).abs() < 1e-9
        );
        assert!((rect.w + 8.0 * module - area.w).abs() < 1e-9);
        assert!(module / 25.4 * 150.0 > 2.99, "three pixels a module at 150 dpi");
    }
}

#[test]
fn a_photograph_keeps_its_shape() {
    for (width, height) in [(300, 400), (400, 300), (1, 1000)] {
        let fields = Fields { photo: Some(photo(width, height)), ..sample() };
        let page = copy(&templates()[0], &fields, &pool()).unwrap();
        let [Draw::Image { rect, .. }] = find(&page, "photo").unwrap().draws.as_slice() else {
            panic!("no photo")
        };
        let area = templates()[0].face.photo.as_ref().unwrap().area.0;
        assert!((rect.w / rect.h - f64::from(width) / f64::from(height)).abs() < 1e-9);
        assert!(rect.x >= area.x - 1e-9 && rect.x + rect.w <= area.x + area.w + 1e-9);
        assert!(rect.y >= area.y - 1e-9 && rect.y + rect.h <= area.y + area.h + 1e-9);
    }
}

#[test]
fn a_seal_stays_within_its_ring() {
    let pool = pool();
    for name in
        ["印", "中国拍卖行业协会", "人力资源和社会保障部专业技术人员职业资格证书专用章", &"长".repeat(60)]
    {
        let spec = SealSpec {
            name,
            bottom: "测试专用章",
            number: Some("1101010000001"),
            diameter: 42.0,
            color: Color(0xD4, 0x1A, 0x1F),
            font: "serif-bold",
        };
        let seal = seal_picture(&spec, &pool).unwrap();
        assert_eq!((seal.width, seal.height), (42.0, 42.0));
        let [Draw::Stroke { width, .. }, letters @ ..] = seal.draws.as_slice() else {
            panic!("{:?}", seal.draws.len());
        };
        let inner = 21.0 - width;
        for letter in letters {
            let Draw::Fill { outline, .. } = letter else { panic!("{letter:?}") };
            for segment in &outline.0 {
                if let Segment::Move(p) | Segment::Line(p) | Segment::Curve(_, _, p) = segment {
                    assert!((p.x - 21.0).hypot(p.y - 21.0) < inner, "{name}: {p:?}");
                }
            }
        }
    }
    let spec = SealSpec {
        name: "\u{E000}",
        bottom: "",
        number: None,
        diameter: 42.0,
        color: Color(0, 0, 0),
        font: "sans",
    };
    assert_eq!(seal_picture(&spec, &pool).unwrap_err().code(), "no_glyph");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_name_of_one_to_fifty_characters_is_drawn_in_its_box(
        name in "[\u{4E00}-\u{9FFF}\u{20000}-\u{2A6DF}A-Za-z·]{1,50}", which in 0_usize..2
    ) {
        let (template, pool) = (&templates()[which], pool());
        let fields = Fields { holder_name: name.clone(), ..sample() };
        let page = copy(template, &fields, &pool).unwrap();
        let block = find(&page, "holder_name.value").unwrap();
        prop_assert_eq!(text(block), name);
        let area = template.face.grid[0].area.0;
        for run in runs(block) {
            let (left, top, right, bottom) = extent(&pool, run);
            prop_assert!(left >= area.x && right <= area.x + area.w + 1e-6);
            prop_assert!(top >= area.y && bottom <= area.y + template.face.grid[0].row);
        }
    }

    #[test]
    fn a_damaged_template_is_refused_or_drawn_but_never_more(at in 0_usize..9000, byte in 0x20_u8..0x7F) {
        let mut source = builtin()[0].source.to_owned();
        if source.is_char_boundary(at) && source.is_char_boundary(at + 1) {
            source.replace_range(at..=at, &char::from(byte).to_string());
        }
        if let Ok(template) = Template::parse(&source) {
            let pool = pool();
            let _ = base(&template, &statics(), &pool);
            let _ = copy(&template, &sample(), &pool);
        }
    }
}

//! A page drawn by `raster` beside the same page in our PDF as poppler draws it: what a preview shows must be what the
//! file shows.

// The whole file is a test; clippy only knows those that carry the attribute.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::path::Path;
use std::sync::Arc;

use yinxin_face::{Fields, SealSpec, Series, Static, Strip, Template};
use yinxin_page::GlyphPool;
use yinxin_page::draw::{Color, Draw, Page, Transform};
use yinxin_page::font::{Font, FontChain, FontSource};
use yinxin_pdf::write::{CopySpec, PdfDate, Plate, PlateSpec, SealAppearance, SecurityStore};
use yinxin_seal::{Design, SealFace, electronic_picture};
use yinxin_testkit::judge::{Judge, skipped};
use yinxin_testkit::temp_dir;

const DPI: u32 = 150;
/// As `interop/judges/picture.py` compares renderers. They smooth edges each in its own way; in squares of 4 points
/// (0.7 mm) that is nearly gone: of these at most this share differs by more than a fifth (0.0018 seen) …
const SHARE: f64 = 0.005;
/// … and in squares of 16 no mean differs by more than this (0.083 seen, in the borders, whose fine lines poppler makes a
/// whole point wide). A missing letter makes 0.25.
const SQUARE: f64 = 0.12;

#[test]
fn a_page_looks_as_poppler_draws_its_pdf() {
    let (Some(poppler), Some(convert)) = (Judge::call("pdftoppm"), Judge::call("convert")) else { return };
    let Some(pool) = pool() else {
        return skipped("the fonts of the default chain are not installed: no page was compared");
    };
    let dir = temp_dir("looks");
    for builtin in yinxin_face::builtin() {
        let sheet = Sheet::new(builtin.source, &pool);
        let (ours, pdf) = (dir.path().join("ours.png"), dir.path().join("copy.pdf"));
        std::fs::write(&ours, sheet.png(&pool)).unwrap();
        std::fs::write(&pdf, sheet.pdf(&pool)).unwrap();
        let dpi = DPI.to_string();
        let theirs = dir.path().join("theirs");
        let arguments = ["-r", &dpi, "-png", "-singlefile", pdf.to_str().unwrap(), theirs.to_str().unwrap()];
        let drawn = poppler.ask(arguments);
        assert!(drawn.is_good(), "{}", drawn.text());
        let theirs = theirs.with_extension("png");

        let share =
            difference(&convert, [&ours, &theirs], "-colorspace gray -scale 25%", "-threshold 20%", "mean");
        let square = difference(&convert, [&ours, &theirs], "-colorspace gray -scale 6.25%", "", "maxima");
        assert!(share < SHARE, "{}: {share} of the page look different", builtin.id);
        assert!(square < SQUARE, "{}: a square of 2.7 mm differs by {square}", builtin.id);

        // The test would see it: the same page without the copy's own part.
        std::fs::write(&ours, yinxin_raster::page(&[&sheet.base], &[], &pool, DPI).unwrap()).unwrap();
        let square = difference(&convert, [&ours, &theirs], "-colorspace gray -scale 6.25%", "", "maxima");
        assert!(square > 2.0 * SQUARE, "{}: what is missing makes {square}", builtin.id);
    }
}

#[test]
fn a_template_chooses_the_picture_of_its_electronic_seals() {
    let pool = yinxin_page::test_font::pool(&["serif", "serif-bold", "sans"]);
    let seal = SealFace {
        ring: "人力资源和社会保障部".to_owned(),
        bottom: "测试专用章".to_owned(),
        number: None,
        color: Color(0xd4, 0x1a, 0x1f),
        font: "serif-bold".to_owned(),
    };
    let plain = yinxin_face::builtin()[0].source;
    let raster = plain.replacen("[seal]\n", "[seal]\npicture = \"raster\"\n", 1);
    for (source, kind, magic) in [(plain, "ofd", b"PK\x03\x04"), (&raster, "png", b"\x89PNG")] {
        let picture = electronic_picture(&seal, &Design::parse(source).unwrap(), &pool).unwrap();
        assert_eq!((picture.kind, picture.width_mm, picture.height_mm), (kind, 42, 42));
        assert!(picture.data.starts_with(magic));
        assert!(picture.data.len() < 32 << 10, "{kind}: every copy holds its {} bytes", picture.data.len());
    }
    assert!(Design::parse(&raster.replace("\"raster\"", "\"photo\"")).is_err());
}

/// One number about how two pictures differ, each reduced before; points lie at the same places, and that poppler
/// rounds the page's sides up is cut off.
fn difference(convert: &Judge, pictures: [&Path; 2], before: &str, after: &str, what: &str) -> f64 {
    let mut arguments: Vec<String> = Vec::new();
    for picture in pictures {
        arguments
            .extend(["(", picture.to_str().unwrap(), "-crop", "1754x1240+0+0", "+repage"].map(String::from));
        arguments.extend(before.split_whitespace().map(String::from));
        arguments.push(")".to_owned());
    }
    arguments.extend(["-compose", "difference", "-composite"].map(String::from));
    arguments.extend(after.split_whitespace().map(String::from));
    arguments.extend(["-format".to_owned(), format!("%[fx:{what}]"), "info:".to_owned()]);
    let said = convert.ask(&arguments);
    said.stdout.trim().parse().unwrap_or_else(|_| panic!("{}", said.text()))
}

/// One copy, in parts.
struct Sheet {
    template: Template,
    all: Static,
    base: Page,
    series: Arc<Page>,
    own: Page,
    seal: Arc<Vec<Draw>>,
}

impl Sheet {
    fn new(source: &str, pool: &GlyphPool) -> Self {
        let template = Template::parse(source).unwrap();
        let all =
            Static { issuer: "人力资源和社会保障部".into(), platform: "印信测试平台".into() };
        let fields = fields();
        let series = yinxin_face::series(&template, &Series::of(&template, &fields), pool).unwrap();
        let seal = SealSpec {
            name: "人力资源和社会保障部",
            bottom: "测试专用章",
            number: Some("1101010000001"),
            diameter: yinxin_face::seal_rect(&template).w,
            color: Color(0xd4, 0x1a, 0x1f),
            font: "serif-bold",
        };
        let seal = Arc::new(yinxin_face::seal_picture(&seal, pool).unwrap().draws);
        let base = yinxin_face::base(&template, &all, pool).unwrap();
        let own = yinxin_face::own(&template, &fields, pool).unwrap();
        Self { all, base, series: Arc::new(series), own, seal, template }
    }

    fn png(&self, pool: &GlyphPool) -> Vec<u8> {
        let rect = yinxin_face::seal_rect(&self.template);
        let at = vec![Transform { a: 1.0, b: 0.0, c: 0.0, d: 1.0, e: rect.x, f: rect.y }];
        let stamp = [Draw::Repeat { form: Arc::clone(&self.seal), at }];
        yinxin_raster::page(&[&self.base, &self.series, &self.own], &stamp, pool, DPI).unwrap()
    }

    fn pdf(&self, pool: &GlyphPool) -> Vec<u8> {
        let rect = yinxin_face::seal_rect(&self.template);
        let spec = PlateSpec {
            page: &self.base,
            seal: SealAppearance {
                rect,
                width: rect.w,
                height: rect.h,
                draws: &self.seal,
                alt: "测试专用章",
                field_name: "Seal",
                order: u32::MAX,
            },
            common_glyphs: &yinxin_face::common_glyphs(&self.template, &self.all, pool).unwrap(),
            language: "zh-CN",
            producer: "yinxin",
            author: "印信测试平台",
            contents_capacity: 256,
            security: SecurityStore { certificates: &[], lists: &[] },
            stamp_field: false,
        };
        let copy = CopySpec {
            series: &self.series,
            page: &self.own,
            title: "测试",
            subject: "测试",
            document_id: [7; 16],
            created: PdfDate {
                year: 2026,
                month: 3,
                day: 1,
                hour: 9,
                minute: 0,
                second: 0,
                offset_minutes: 480,
            },
            signer_name: "测试专用章",
            reason: "测试",
            location: "测试",
        };
        // Poppler draws a seal whatever its signature is worth.
        let prepared = Plate::compile(&spec, pool).unwrap().prepare(&copy, pool).unwrap();
        prepared.finish(&[0x30, 0]).unwrap()
    }
}

fn fields() -> Fields {
    Fields {
        holder_name: "刘䶮敏静".into(),
        sex: "女".into(),
        birth_date: "1990年3月7日".into(),
        document_type: "居民身份证".into(),
        document_number: "110101199003070007".into(),
        qualification: "建造师".into(),
        level: Some("一级".into()),
        speciality: Some("建筑工程".into()),
        approval_date: "2021年9月26日".into(),
        made_on: "2022年1月10日".into(),
        management_number: "2021100000001".into(),
        licence_identifier: None,
        issuer: "人力资源和社会保障部".into(),
        photo: yinxin_seal::photo(include_bytes!("../../app/assets/sample-portrait.jpg")).map(Arc::new),
        endorsement: Some(Strip { purpose: "本人调用".into(), valid_until: "2026年5月29日".into() }),
        made_at: "2026年3月1日 09:00:00".into(),
        made_by: "印信测试平台".into(),
        copy_number: "E2026-00001234-1".into(),
        qr: format!("http://127.0.0.1:8080/v/3q2-7wAAAAEAAAB9ZxT0b1Zy#{}", "AB3".repeat(60)),
        demo: true,
    }
}

/// The default chain, as far as these pages need it; `None` where it is not installed.
fn pool() -> Option<GlyphPool> {
    let font = |path: &str, family: Option<&str>| {
        let path = path.to_owned();
        Arc::new(Font::new(FontSource {
            name: path.clone(),
            family: family.map(str::to_owned),
            index: 0,
            load: Box::new(move || std::fs::read(&path).map(Arc::from).map_err(|error| error.to_string())),
        }))
    };
    let rare = "/usr/share/fonts/truetype/hanazono/HanaMinA.ttf";
    let mut styles = Vec::new();
    for (style, file, family) in [
        ("serif", "NotoSerifCJK-Regular", "Noto Serif CJK SC"),
        ("serif-bold", "NotoSerifCJK-Bold", "Noto Serif CJK SC"),
        ("sans", "NotoSansCJK-Regular", "Noto Sans CJK SC"),
    ] {
        let path = format!("/usr/share/fonts/opentype/noto/{file}.ttc");
        if !Path::new(&path).exists() || !Path::new(rare).exists() {
            return None;
        }
        styles.push((style.into(), FontChain::new(vec![font(&path, Some(family)), font(rare, None)])));
    }
    Some(GlyphPool::new(styles))
}

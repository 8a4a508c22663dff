//! Packages written here, read by our own reader. What others make of them is judged in `interop`.

use std::sync::Arc;

use yinxin_page::GlyphPool;
use yinxin_page::draw::{
    Block, Coding, Color, Draw, Image, Layer, Outline, Page, PlacedGlyph, Point, QrMatrix, Rect, Role,
    Segment, TextRun, Transform,
};

use super::{CivilTime, CopySpec, CustomData, Error, Plate, PlateSpec, Prepared, Provider, seal_picture};
use crate::read::{self, Limits};

const RED: Color = Color(200, 16, 16);
const BLACK: Color = Color(0, 0, 0);
const NOON: CivilTime = CivilTime { year: 2026, month: 3, day: 1, hour: 4, minute: 5, second: 9 };
pub(crate) const VALUE: &[u8] = b"\x30\x03not a signature";

fn pool() -> GlyphPool {
    yinxin_page::test_font::pool(&["serif", "sans"])
}

fn run(pool: &GlyphPool, style: &str, text: &str, x: f64, y: f64) -> Draw {
    let style = pool.style(style).unwrap();
    let mut pen = 0.0;
    let glyphs = yinxin_page::text::letters(text)
        .map(|letter| {
            let glyph = pool.glyph(style, letter).unwrap();
            let placed = PlacedGlyph { glyph, text: letter.into(), x: pen };
            pen += f64::from(pool.advance(glyph)) / 1000.0 * 5.0;
            placed
        })
        .collect();
    Draw::Text(TextRun { origin: Point { x, y }, size: 5.0, color: BLACK, glyphs })
}

fn square(side: f64) -> Outline {
    let at = |x, y| Point { x, y };
    Outline(vec![
        Segment::Move(at(0.0, 0.0)),
        Segment::Line(at(side, 0.0)),
        Segment::Curve(at(side, side / 2.0), at(side, side / 2.0), at(side, side)),
        Segment::Line(at(0.0, side)),
        Segment::Close,
    ])
}

fn block(id: &str, role: Role, order: u32, draw: Draw) -> Block {
    Block { id: id.into(), role, order, layer: Layer::Over, draws: vec![draw] }
}

fn form() -> Arc<Vec<Draw>> {
    Arc::new(vec![Draw::Fill { outline: square(8.0), color: RED, even_odd: true }])
}

fn base(pool: &GlyphPool) -> Page {
    let frame = Draw::Stroke { outline: square(180.0), color: RED, width: 0.3 };
    let mut ground = block("ground", Role::Artifact, 0, frame);
    ground.layer = Layer::Under;
    Page {
        width: 297.0,
        height: 210.0,
        blocks: vec![
            ground,
            block("title", Role::Title, 1, run(pool, "serif", "职业资格证书", 90.0, 30.0)),
            block("name.label", Role::Label, 10, run(pool, "sans", "姓名", 30.0, 60.0)),
        ],
    }
}

/// What copies share: a watermark and a label.
fn series(pool: &GlyphPool, form: &Arc<Vec<Draw>>) -> Arc<Page> {
    let turn = Transform { a: 0.9, b: -0.4, c: 0.4, d: 0.9, e: 60.0, f: 90.0 };
    let watermark = Draw::Repeat { form: Arc::clone(form), at: vec![turn, Transform { e: 160.0, ..turn }] };
    let mut watermark = block("watermark", Role::Artifact, 0, watermark);
    watermark.layer = Layer::Under;
    let label = block("number.label", Role::Label, 20, run(pool, "sans", "证件", 30.0, 70.0));
    let sample = block("demo", Role::Paragraph, 15, run(pool, "sans", "样本", 30.0, 90.0));
    Arc::new(Page { width: 297.0, height: 210.0, blocks: vec![watermark, label, sample] })
}

fn copy(pool: &GlyphPool, name: &str) -> Page {
    let dark = (0..21 * 21).map(|i| i % 3 == 0).collect();
    let qr = Draw::Qr {
        rect: Rect { x: 240.0, y: 150.0, w: 25.0, h: 25.0 },
        matrix: Arc::new(QrMatrix { side: 21, dark }),
    };
    let photo =
        Image { width: 2, height: 2, components: 1, coding: Coding::Gray8, data: vec![0, 90, 180, 255] };
    let photo = Draw::Image { rect: Rect { x: 240.0, y: 40.0, w: 25.0, h: 35.0 }, image: Arc::new(photo) };
    let figure = |alt: &str| Role::Figure { alt: alt.into() };
    Page {
        width: 297.0,
        height: 210.0,
        blocks: vec![
            block("name.value", Role::Value, 11, run(pool, "serif", name, 60.0, 60.0)),
            block("number.value", Role::Value, 21, run(pool, "serif", "11010519491231002X", 60.0, 70.0)),
            block("photo", figure("照片"), 30, photo),
            block("qr", figure("二维码"), 40, qr),
        ],
    }
}

fn spec<'a>(page: &'a Page, common: &'a [yinxin_page::draw::GlyphRef]) -> PlateSpec<'a> {
    PlateSpec {
        page,
        stamp: Rect { x: 200.0, y: 120.0, w: 40.0, h: 40.0 },
        common_glyphs: common,
        author: "测试专用章 机构",
        creator: "yinxin",
        creator_version: "0.1.0",
        provider: Provider { name: "yinxin", version: "0.1.0", company: "<印信>" },
        tag_namespace: "urn:yinxin:test",
    }
}

fn prepared(pool: &GlyphPool, plate: &Plate, series: &Arc<Page>, page: &Page) -> Result<Prepared, Error> {
    let data = [("holder_name", "王&芳"), ("management_number", "202109011440000123")];
    let copy = CopySpec {
        series,
        page,
        title: "证书 王芳",
        subject: "",
        document_id: [0xAB; 16],
        created: NOON,
        signed_at: NOON,
        data: &data.map(|(name, value)| CustomData { name, value }),
    };
    // The second before it first: what is kept of one second must not get into another.
    plate.prepare(&CopySpec { signed_at: CivilTime { second: NOON.second - 1, ..NOON }, ..copy }, pool)?;
    plate.prepare(&copy, pool)
}

fn made(name: &str) -> Result<Prepared, Error> {
    let pool = pool();
    let plate = Plate::compile(&spec(&base(&pool), &[]), &pool)?;
    prepared(&pool, &plate, &series(&pool, &form()), &copy(&pool, name))
}

/// A finished package, for the reader's tests.
pub(crate) fn sample() -> Vec<u8> {
    made("王芳").unwrap().finish(VALUE).unwrap()
}

fn part(bytes: &[u8], path: &str) -> String {
    let limits = Limits::default();
    let part = read::package(bytes, &limits).unwrap().part(path).unwrap().unwrap();
    String::from_utf8(part).unwrap()
}

#[test]
fn what_is_written_is_read_whole_and_covered() {
    let prepared = made("王芳").unwrap();
    let hash = *prepared.data_hash();
    let path = prepared.signature_path();
    let bytes = prepared.finish(VALUE).unwrap();
    let limits = Limits::default();
    let package = read::package(&bytes, &limits).unwrap();
    assert_eq!(package.issues, []);
    assert_eq!(read::canonical(&package), None);
    let [signature] = &package.signatures[..] else { panic!("{:?}", package.signatures) };
    assert_eq!(signature.data_hash, Some(hash));
    assert_eq!(signature.path, path);
    assert_eq!(signature.value.as_deref(), Some(VALUE));
    assert_eq!(signature.claimed_time.as_deref(), Some("20260301040509Z"));
    assert!(signature.references.iter().all(|reference| reference.matches == Some(true)));
    // All but the signature and its value.
    assert_eq!(signature.references.len(), package.entries().len() - 2);
    let [stamp] = &signature.stamps[..] else { panic!() };
    assert_eq!(stamp.boundary, Some([200.0, 120.0, 40.0, 40.0]));
    let [document] = &package.documents[..] else { panic!() };
    assert_eq!(document.title.as_deref(), Some("证书 王芳"));
    assert_eq!(document.id.as_deref(), Some("ab".repeat(16).as_str()));
    assert_eq!(document.custom_data[0], ("holder_name".to_owned(), "王&芳".to_owned()));
    assert_eq!(package.text().unwrap(), ["职业资格证书\n姓名\n证件\n样本\n王芳\n11010519491231002X\n"]);
}

#[test]
fn the_same_inputs_give_the_same_bytes_whether_a_series_is_known_or_not() {
    let pool = pool();
    let base = base(&pool);
    let plate = Plate::compile(&spec(&base, &[]), &pool).unwrap();
    let (series, page) = (series(&pool, &form()), copy(&pool, "王芳"));
    let first = prepared(&pool, &plate, &series, &page).unwrap();
    assert_eq!(first, prepared(&pool, &plate, &series, &page).unwrap());
    // Another copy between them, and the same series from another address and over another plate.
    prepared(&pool, &plate, &series, &copy(&pool, "芳\u{2C000}")).unwrap();
    assert_eq!(first, prepared(&pool, &plate, &self::series(&pool, &form()), &page).unwrap());
    let other = Plate::compile(&spec(&base, &[]), &pool).unwrap();
    assert_eq!(plate.digest(), other.digest());
    assert_eq!(first, prepared(&pool, &other, &series, &page).unwrap());
    // The numbers of glyphs in the pool differ, the bytes do not.
    let warm = self::pool();
    run(&warm, "serif", "芳书1姓王", 0.0, 0.0);
    let plate = Plate::compile(&spec(&self::base(&warm), &[]), &warm).unwrap();
    let series = self::series(&warm, &form());
    assert_eq!(first, prepared(&warm, &plate, &series, &copy(&warm, "王芳")).unwrap());
}

#[test]
fn a_series_that_shares_nothing_adds_no_sheets() {
    let pool = pool();
    let plate = Plate::compile(&spec(&base(&pool), &[]), &pool).unwrap();
    let empty = Arc::new(Page { blocks: vec![], ..copy(&pool, "王芳") });
    let bytes = prepared(&pool, &plate, &empty, &copy(&pool, "王芳")).unwrap().finish(VALUE).unwrap();
    let limits = Limits::default();
    let package = read::package(&bytes, &limits).unwrap();
    assert_eq!(package.issues, []);
    assert_eq!(package.part("/Doc_0/Tpls/Tpl_0/Mark.xml").unwrap(), None);
    assert_eq!(package.part("/Doc_0/SeriesRes.xml").unwrap(), None);
}

#[test]
fn tags_are_in_reading_order_whatever_part_of_the_page_they_come_from() {
    let fields = part(&sample(), "/Doc_0/Tags/Fields.xml");
    let names: Vec<&str> =
        fields.split("<Field Name=\"").skip(1).filter_map(|field| field.split('"').next()).collect();
    assert_eq!(names, ["name.value", "demo", "number.value", "photo", "qr"]);
}

#[test]
fn everything_that_goes_into_a_plate_names_it() {
    let pool = pool();
    let page = base(&pool);
    let digest = |spec: &PlateSpec| Plate::compile(spec, &pool).unwrap().digest();
    let own = digest(&spec(&page, &[]));
    let glyph = pool.glyph(pool.style("serif").unwrap(), "年").unwrap();
    let stamp = Rect { x: 201.0, y: 120.0, w: 40.0, h: 40.0 };
    let provider = Provider { name: "another", version: "0.1.0", company: "x" };
    for other in [
        PlateSpec { common_glyphs: &[glyph], ..spec(&page, &[]) },
        PlateSpec { stamp, ..spec(&page, &[]) },
        PlateSpec { provider, ..spec(&page, &[]) },
        PlateSpec { author: "x", ..spec(&page, &[]) },
        PlateSpec { creator_version: "x", ..spec(&page, &[]) },
        PlateSpec { tag_namespace: "x", ..spec(&page, &[]) },
    ] {
        assert_ne!(digest(&other), own);
    }
}

#[test]
fn letters_that_maps_do_not_lead_to_are_named_by_number() {
    let bytes = made("王\u{2C000}葛\u{E0101}芳").unwrap().finish(VALUE).unwrap();
    let page = part(&bytes, "/Doc_0/Pages/Page_0/Content.xml");
    assert_eq!(page.matches("<ofd:CGTransform").count(), 2, "{page}");
    assert!(page.contains("CodeCount=\"2\" GlyphCount=\"1\"><ofd:Glyphs>3</ofd:Glyphs>"), "{page}");
    assert!(page.contains(">\u{2C000}</ofd:TextCode>"), "{page}");
    let fields = part(&bytes, "/Doc_0/Tags/Fields.xml");
    let name = fields.split("<Field ").find(|field| field.starts_with("Name=\"name.value\"")).unwrap();
    assert_eq!(name.matches("<ofd:ObjectRef").count(), 4, "{fields}");
    assert!(!fields.contains("label"), "{fields}");
}

#[test]
fn text_says_its_colour_where_it_is_not_its_layers() {
    let pool = pool();
    let plate = Plate::compile(&spec(&base(&pool), &[]), &pool).unwrap();
    let mut page = copy(&pool, "王芳");
    let Draw::Text(mut warning) = run(&pool, "serif", "王", 30.0, 120.0) else { panic!() };
    warning.color = RED;
    page.blocks.push(block("warning", Role::Paragraph, 90, Draw::Text(warning)));
    let bytes = prepared(&pool, &plate, &series(&pool, &form()), &page).unwrap().finish(VALUE).unwrap();
    let content = part(&bytes, "/Doc_0/Pages/Page_0/Content.xml");
    assert!(content.contains("<ofd:Layer ID=\"10\" DrawParam=\"11\">"), "{content}");
    assert_eq!(content.matches("<ofd:FillColor").count(), 1, "{content}");
    assert!(content.contains("<ofd:FillColor Value=\"200 16 16\"/>"), "{content}");
    let defined = "<ofd:DrawParam ID=\"11\"><ofd:FillColor Value=\"0 0 0\"/></ofd:DrawParam>";
    assert!(part(&bytes, "/Doc_0/PublicRes.xml").contains(defined));
}

#[test]
fn glyphs_of_the_plate_are_not_brought_again() {
    let pool = pool();
    let style = pool.style("serif").unwrap();
    let common: Vec<_> =
        "王芳0123456789X".chars().map(|c| pool.glyph(style, &c.to_string()).unwrap()).collect();
    let plate = Plate::compile(&spec(&base(&pool), &common), &pool).unwrap();
    let bytes = prepared(&pool, &plate, &series(&pool, &form()), &copy(&pool, "王芳"))
        .unwrap()
        .finish(VALUE)
        .unwrap();
    assert!(!part(&bytes, "/Doc_0/DocumentRes.xml").contains("Font"));
}

#[test]
fn what_cannot_be_written_is_refused() {
    let pool = pool();
    let page = base(&pool);
    let spec = PlateSpec { author: "a\u{1}", ..spec(&page, &[]) };
    let plate = Plate::compile(&spec, &pool).unwrap();
    let failure = prepared(&pool, &plate, &series(&pool, &form()), &copy(&pool, "王芳")).unwrap_err();
    assert_eq!(failure.code(), "ofd_character");
    let text = Arc::new(vec![run(&pool, "serif", "王", 0.0, 0.0)]);
    let plate = Plate::compile(&self::spec(&page, &[]), &pool).unwrap();
    let drawn = prepared(&pool, &plate, &series(&pool, &text), &copy(&pool, "芳"));
    assert_eq!(drawn.unwrap_err().code(), "drawing_not_vector");
    let far = Draw::Fill {
        outline: Outline(vec![
            Segment::Move(Point { x: f64::NAN, y: 0.0 }),
            Segment::Line(Point { x: 1.0, y: 1.0 }),
        ]),
        color: RED,
        even_odd: false,
    };
    assert_eq!(seal_picture(&[far], 1.0, 1.0).unwrap_err().code(), "drawing_not_finite");
}

#[test]
fn a_seal_is_a_package_of_one_page() {
    let draws = [
        Draw::Stroke { outline: square(40.0), color: RED, width: 1.0 },
        Draw::Repeat { form: form(), at: vec![Transform { a: 1.0, b: 0.0, c: 0.0, d: 1.0, e: 9.0, f: 9.0 }] },
    ];
    let bytes = seal_picture(&draws, 42.0, 42.0).unwrap();
    assert_eq!(bytes, seal_picture(&draws, 42.0, 42.0).unwrap());
    let limits = Limits::default();
    let package = read::package(&bytes, &limits).unwrap();
    assert_eq!(package.issues, []);
    assert_eq!(package.documents[0].pages.len(), 1);
    assert!(part(&bytes, "/Doc_0/Document.xml").contains("<ofd:PhysicalBox>0 0 42 42</ofd:PhysicalBox>"));
}

/// Children in the order of the standard's schema (GB/T 33190-2016, annex A), as far as we write them. The schema
/// itself is sold with the standard and not ours to ship.
const ORDER: [(&str, &[&str]); 19] = [
    ("OFD", &["DocBody"]),
    ("DocBody", &["DocInfo", "DocRoot", "Versions", "Signatures"]),
    (
        "DocInfo",
        &["DocID", "Title", "Author", "Subject", "CreationDate", "Creator", "CreatorVersion", "CustomDatas"],
    ),
    ("Document", &["CommonData", "Pages", "Annotations", "CustomTags", "Attachments"]),
    ("CommonData", &["MaxUnitID", "PageArea", "PublicRes", "DocumentRes", "TemplatePage"]),
    ("Page", &["Template", "PageRes", "Area", "Content"]),
    ("Content", &["Layer", "PathObject", "CompositeObject"]),
    ("Layer", &["TextObject", "PathObject", "ImageObject", "CompositeObject"]),
    ("Res", &["DrawParams", "Fonts", "MultiMedias", "CompositeGraphicUnits"]),
    ("DrawParams", &["DrawParam"]),
    ("DrawParam", &["FillColor", "StrokeColor"]),
    ("Font", &["FontFile"]),
    ("MultiMedia", &["MediaFile"]),
    ("TextObject", &["FillColor", "StrokeColor", "CGTransform", "TextCode"]),
    ("PathObject", &["StrokeColor", "FillColor", "AbbreviatedData"]),
    ("Signatures", &["MaxSignId", "Signature"]),
    ("Signature", &["SignedInfo", "SignedValue"]),
    (
        "SignedInfo",
        &[
            "Provider",
            "SignatureMethod",
            "SignatureDateTime",
            "Parameters",
            "References",
            "StampAnnot",
            "Seal",
        ],
    ),
    ("CustomTag", &["FileLoc"]),
];
/// Of these, children come in any order.
const ANY_ORDER: [&str; 3] = ["Content", "Layer", "Res"];

#[test]
fn elements_stand_in_the_order_of_the_schema() {
    let bytes = made("王\u{2C000}芳").unwrap().finish(VALUE).unwrap();
    let limits = Limits::default();
    let package = read::package(&bytes, &limits).unwrap();
    let parts = package.entries().iter().filter(|entry| entry.path.ends_with(".xml"));
    for path in parts.map(|entry| entry.path.as_str()).filter(|path| !path.ends_with("Fields.xml")) {
        let text = part(&bytes, path);
        // Each open element with the place of its last child in the table.
        let mut open: Vec<(String, usize)> = Vec::new();
        for tag in text.split('<').skip(1).filter_map(|rest| rest.split('>').next()) {
            let Some(name) = tag.strip_prefix("ofd:").and_then(|tag| tag.split([' ', '/']).next()) else {
                if tag.starts_with('/') {
                    open.pop();
                }
                continue;
            };
            if let Some((parent, last)) = open.last_mut()
                && let Some((_, children)) = ORDER.iter().find(|(own, _)| own == parent)
            {
                let place = children.iter().position(|child| *child == name);
                let place = place.unwrap_or_else(|| panic!("{path}: {name} in {parent}"));
                assert!(place >= *last || ANY_ORDER.contains(&parent.as_str()), "{path}: {name} in {parent}");
                *last = place;
            }
            if !tag.ends_with('/') {
                open.push((name.to_owned(), 0));
            }
        }
        assert!(open.is_empty(), "{path}");
    }
}

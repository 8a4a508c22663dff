//! Files written here, read by our own reader and by whatever judges are installed.

use std::process::Command;
use std::sync::Arc;

use yinxin_page::GlyphPool;
use yinxin_page::draw::{
    Block, Coding, Color, Draw, Image, Layer, Outline, Page, PlacedGlyph, Point, QrMatrix, Rect, Role,
    Segment, TextRun, Transform,
};

use super::emit;
use super::{CopySpec, Error, PdfDate, Plate, PlateSpec, Prepared, SealAppearance};
use crate::read::{self, Deviation, Issue, Limits};

const RED: Color = Color(200, 16, 16);
const BLACK: Color = Color(0, 0, 0);

pub(crate) fn pool() -> GlyphPool {
    yinxin_page::test_font::pool(&["serif"])
}

/// A run with `gap` em between its letters.
fn run(pool: &GlyphPool, text: &str, x: f64, y: f64, size: f64, gap: f64) -> Draw {
    let style = pool.style("serif").unwrap();
    let mut pen = 0.0;
    let mut glyphs: Vec<PlacedGlyph> = Vec::new();
    for c in text.chars() {
        if ('\u{FE00}'..='\u{FE0F}').contains(&c) || ('\u{E0100}'..='\u{E01EF}').contains(&c) {
            let last = glyphs.pop().unwrap();
            let text = format!("{}{c}", last.text);
            pen = last.x;
            let glyph = pool.glyph(style, &text).unwrap();
            glyphs.push(PlacedGlyph { glyph, text: text.into(), x: pen });
            pen += (f64::from(pool.advance(glyph)) / 1000.0 + gap) * size;
            continue;
        }
        let mut buffer = [0; 4];
        let text = c.encode_utf8(&mut buffer);
        let glyph = pool.glyph(style, text).unwrap();
        glyphs.push(PlacedGlyph { glyph, text: (&*text).into(), x: pen });
        pen += (f64::from(pool.advance(glyph)) / 1000.0 + gap) * size;
    }
    Draw::Text(TextRun { origin: Point { x, y }, size, color: BLACK, glyphs })
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

fn block(id: &str, role: Role, order: u32, draws: Vec<Draw>) -> Block {
    Block { id: id.into(), role, order, layer: Layer::Over, draws }
}

fn base(pool: &GlyphPool) -> Page {
    let frame = Draw::Stroke { outline: square(180.0), color: RED, width: 0.3 };
    Page {
        width: 297.0,
        height: 210.0,
        blocks: vec![
            block("frame", Role::Artifact, 0, vec![frame]),
            block("title", Role::Title, 1, vec![run(pool, "职业资格证书", 90.0, 30.0, 9.0, 0.6)]),
            block("name.label", Role::Label, 10, vec![run(pool, "姓名", 30.0, 60.0, 5.0, 0.0)]),
            block("number.label", Role::Label, 20, vec![run(pool, "证件号码", 30.0, 70.0, 5.0, 0.0)]),
        ],
    }
}

/// What copies of one series share: a watermark beneath the words, and a label.
fn series(pool: &GlyphPool, form: &Arc<Vec<Draw>>) -> Arc<Page> {
    let turn = Transform { a: 0.9, b: -0.4, c: 0.4, d: 0.9, e: 60.0, f: 90.0 };
    let watermark = Draw::Repeat { form: Arc::clone(form), at: vec![turn, Transform { e: 160.0, ..turn }] };
    let mut watermark = block("watermark", Role::Artifact, 0, vec![watermark]);
    watermark.layer = Layer::Under;
    let label = block("purpose.label", Role::Label, 50, vec![run(pool, "事由", 30.0, 180.0, 4.0, 0.0)]);
    Arc::new(Page { width: 297.0, height: 210.0, blocks: vec![watermark, label] })
}

fn copy(pool: &GlyphPool, name: &str) -> Page {
    let side = 21;
    let dark = (0..side * side).map(|i| i % 3 == 0).collect();
    let qr = Draw::Qr {
        rect: Rect { x: 240.0, y: 150.0, w: 25.0, h: 25.0 },
        matrix: Arc::new(QrMatrix { side, dark }),
    };
    let photo =
        Image { width: 2, height: 2, components: 1, coding: Coding::Gray8, data: vec![0, 90, 180, 255] };
    let photo = Draw::Image { rect: Rect { x: 240.0, y: 40.0, w: 25.0, h: 35.0 }, image: Arc::new(photo) };
    let figure = |alt: &str| Role::Figure { alt: alt.into() };
    Page {
        width: 297.0,
        height: 210.0,
        blocks: vec![
            block("name.value", Role::Value, 11, vec![run(pool, name, 60.0, 60.0, 5.0, 0.0)]),
            block(
                "number.value",
                Role::Value,
                21,
                vec![run(pool, "11010519491231002X", 60.0, 70.0, 5.0, 0.05)],
            ),
            block("photo", figure("照片"), 30, vec![photo]),
            block("qr", figure("二维码"), 40, vec![qr]),
            block("purpose.value", Role::Value, 51, vec![run(pool, "核验", 60.0, 180.0, 4.0, 0.0)]),
        ],
    }
}

fn form() -> Arc<Vec<Draw>> {
    Arc::new(vec![Draw::Fill { outline: square(8.0), color: Color(230, 230, 230), even_odd: false }])
}

fn plate(pool: &GlyphPool) -> Plate {
    let draws = [
        Draw::Stroke { outline: square(40.0), color: RED, width: 1.0 },
        Draw::Fill { outline: square(10.0), color: RED, even_odd: true },
    ];
    let spec = PlateSpec {
        page: &base(pool),
        seal: SealAppearance {
            rect: Rect { x: 200.0, y: 120.0, w: 40.0, h: 40.0 },
            width: 40.0,
            height: 40.0,
            draws: &draws,
            alt: "测试专用章",
            field_name: "Seal",
            order: 100,
        },
        common_glyphs: &["1", "年"].map(|text| pool.glyph(pool.style("serif").unwrap(), text).unwrap()),
        language: "zh-CN",
        producer: "yinxin",
        author: "测试专用章 机构",
        contents_capacity: 2048,
        security: super::SecurityStore::default(),
        stamp_field: false,
    };
    Plate::compile(&spec, pool).unwrap()
}

const NOON: PdfDate =
    PdfDate { year: 2026, month: 3, day: 1, hour: 12, minute: 5, second: 9, offset_minutes: 480 };

fn prepare(pool: &GlyphPool, name: &str, title: &str, reason: &str) -> Prepared {
    prepare_on(&plate(pool), pool, name, title, reason)
}

fn prepare_on(plate: &Plate, pool: &GlyphPool, name: &str, title: &str, reason: &str) -> Prepared {
    let (series, page) = (series(pool, &form()), copy(pool, name));
    let spec = CopySpec {
        series: &series,
        page: &page,
        title,
        subject: "测试",
        document_id: [7; 16],
        created: NOON,
        signer_name: "测试专用章",
        reason,
        location: "",
    };
    plate.prepare(&spec, pool).unwrap()
}

/// A DER value that is no signature, but has the shape of one.
fn der(len: u16) -> Vec<u8> {
    let mut out = vec![0x30, 0x82];
    out.extend((len - 4).to_be_bytes());
    out.resize(usize::from(len), 0xAB);
    out
}

/// A finished file for the reader's tests too.
pub(crate) fn sample() -> Vec<u8> {
    prepare(&pool(), "张三", "张三", "核验").finish(&der(900)).unwrap()
}

#[test]
fn numbers_are_written_short_and_exact() {
    let text = |scaled, digits| {
        let mut out = Vec::new();
        emit::decimal(&mut out, scaled, digits);
        String::from_utf8(out).unwrap()
    };
    for (scaled, digits, expected) in [
        (0, 3, "0"),
        (1, 3, ".001"),
        (500, 3, ".5"),
        (-500, 3, "-.5"),
        (1000, 3, "1"),
        (841_890, 3, "841.89"),
        (-12_345, 3, "-12.345"),
        (120, 0, "120"),
        (10_001, 5, ".10001"),
        (i64::MIN, 0, "-9223372036854775808"),
    ] {
        assert_eq!(text(scaled, digits), expected);
    }
}

#[test]
fn strings_cannot_end_early() {
    let text = |text| {
        let mut out = Vec::new();
        emit::text_string(&mut out, text);
        String::from_utf8(out).unwrap()
    };
    assert_eq!(text(r"a)b(c\d"), r"(a\)b\(c\\d)");
    assert_eq!(text("a\rb\0"), "<feff0061000d00620000>");
    assert_eq!(text("𰻞"), "<feffd883dede>");
}

#[test]
fn a_copy_is_canonical_and_says_what_it_was_given() {
    let bytes = sample();
    let found = read::canonical(&bytes, &Limits::default()).unwrap();
    assert_eq!(found.cms, der(900));
    assert_eq!(found.room, 2048);
    assert_eq!(found.document.page_count, 1);
    let signature = &found.signature;
    assert_eq!(signature.field, "Seal");
    assert_eq!(signature.claimed_time.as_deref(), Some("D:20260301120509+08'00'"));
    assert_eq!(signature.name.as_deref(), Some("测试专用章"));
    assert_eq!(signature.reason.as_deref(), Some("核验"));
    assert_eq!(signature.doc_mdp, Some(1));
    assert!(signature.certifies);
    assert_eq!(signature.widget.page, Some(0));
    let [left, bottom, right, top] = found.document.media_box.unwrap();
    assert!((right - left - 841.89).abs() < 0.01 && (top - bottom - 595.276).abs() < 0.01);
}

#[test]
fn the_digest_is_over_all_but_the_signature() {
    let pool = pool();
    let prepared = prepare(&pool, "张三", "t", "r");
    let digest = *prepared.digest();
    let bytes = prepared.finish(&der(1200)).unwrap();
    let found = read::canonical(&bytes, &Limits::default()).unwrap();
    assert_eq!(found.signature.sha256(&bytes), Some(digest));
}

#[test]
fn the_same_inputs_give_the_same_bytes_whatever_the_pool_has_seen() {
    let fresh = pool();
    let used = pool();
    run(&used, "先用过的字母ABC三", 0.0, 0.0, 1.0, 0.0);
    let first = prepare(&fresh, "张三", "t", "r");
    assert_eq!(first, prepare(&used, "张三", "t", "r"));
    assert_eq!(plate(&fresh).digest(), plate(&used).digest());
    assert_ne!(first.digest(), prepare(&fresh, "李四", "t", "r").digest());
}

#[test]
fn a_series_that_is_remembered_gives_the_same_bytes_as_a_new_one() {
    let pool = pool();
    let plate = plate(&pool);
    let (series, other) = (series(&pool, &form()), series(&pool, &form()));
    let with_photo = copy(&pool, "张三");
    let mut without = copy(&pool, "李四");
    without.blocks.retain(|block| block.id != "photo");
    let prepare = |series: &Arc<Page>, page: &Page| {
        let spec = CopySpec {
            series,
            page,
            title: "t",
            subject: "测试",
            document_id: [7; 16],
            created: NOON,
            signer_name: "测试专用章",
            reason: "r",
            location: "",
        };
        plate.prepare(&spec, &pool).unwrap()
    };
    // One page with two kinds of copies, in turn, and then as if for the first time.
    let first = (prepare(&series, &with_photo), prepare(&series, &without));
    assert_eq!(first, (prepare(&series, &with_photo), prepare(&series, &without)));
    assert_eq!(first, (prepare(&other, &with_photo), prepare(&other, &without)));
    assert_eq!(first.0, prepare_on(&self::plate(&pool), &pool, "张三", "t", "r"));
}

/// Every value stands beside its label in the tree, whichever of plate, series and copy drew them.
#[test]
fn labels_and_values_are_pairs_of_a_list() {
    let Some((_, text)) = judge("pdfinfo", &["-struct-text", "FILE"], &sample(), "struct") else { return };
    let flat: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let pair =
        |label: &str, value: &str| format!("LI (block) Lbl (block) \"{label}\" LBody (block) \"{value}\"");
    let expected = format!("L (block) {} {}", pair("姓名", "张三"), pair("证件号码", "11010519491231002X"));
    assert!(flat.contains(&expected), "{text}");
    assert!(flat.contains(&pair("事由", "核验")), "{text}");
}

#[test]
fn a_signature_that_does_not_fit_is_refused() {
    let prepared = prepare(&pool(), "张三", "t", "r");
    assert!(matches!(prepared.finish(&[1; 2049]), Err(Error::SignatureTooLarge { size: 2049, room: 2048 })));
}

#[test]
fn every_byte_of_the_signature_value_counts() {
    let bytes = sample();
    let limits = Limits::default();
    let gap = read::canonical(&bytes, &limits).unwrap().signature.coverage.unwrap().gap;
    let with = |at: usize, byte: u8| {
        let mut changed = bytes.clone();
        changed[at] = byte;
        read::canonical(&changed, &limits)
    };
    // "ab" is written in lower case; the padding is zeros.
    assert!(matches!(with(gap.start + 100, b'A'), Err(Deviation::Hexadecimal { .. })));
    assert!(matches!(with(gap.start + 100, b' '), Err(Deviation::Hexadecimal { .. })));
    assert!(matches!(with(gap.end - 2, b'1'), Err(Deviation::Padding { .. })));
    assert!(matches!(with(gap.end - 2, b'\n'), Err(Deviation::Hexadecimal { .. })));
    assert!(matches!(with(gap.start + 1, b'4'), Err(Deviation::NotDer)));
}

#[test]
fn every_change_of_layout_is_a_deviation() {
    let bytes = sample();
    let limits = Limits::default();
    let changed = |from: &[u8], to: &[u8]| {
        let at = crate::read::find_last(&bytes, from).unwrap();
        let mut out = bytes[..at].to_vec();
        out.extend_from_slice(to);
        out.extend_from_slice(&bytes[at + from.len()..]);
        read::canonical(&out, &limits)
    };
    assert!(changed(b"%%EOF\n", b"%%EOF\n ").is_err());
    assert!(changed(b"%%EOF\n", b"%%EOF").is_err());
    assert!(changed(b"/Root 1 0 R/ID", b"/ID 1 0 R/Root").is_err());
    assert!(changed(b"]/Contents ", b"]/contents ").is_err());
    assert!(changed(b"%PDF-1.7", b"%PDF-1.6").is_err());
}

#[test]
fn a_revision_added_later_is_named_with_what_it_did() {
    let mut bytes = sample();
    let old = crate::read::find_last(&bytes, b"startxref").unwrap();
    let prev: usize =
        std::str::from_utf8(&bytes[old + 10..]).unwrap().lines().next().unwrap().parse().unwrap();
    let at = bytes.len();
    // Object 9 is the fixed content of the page's upper sheet.
    bytes.extend_from_slice(b"9 0 obj\n<</Length 0>>stream\n\nendstream\nendobj\n");
    let xref = bytes.len();
    bytes.extend_from_slice(
        format!("xref\n9 1\n{at:010} 00000 n \ntrailer\n<</Size 99/Root 1 0 R/Prev {prev}>>\nstartxref\n{xref}\n%%EOF\n")
            .as_bytes(),
    );
    let document = read::document(&bytes, &Limits::default()).unwrap();
    assert_eq!(document.revisions.len(), 2);
    let changes = &document.revisions[1].changes;
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0].kind, read::ChangeKind::PageContent);
    assert!(document.issues.contains(&Issue::ChangedAfterSigning { signature: 0, revision: 1 }));
    assert!(!document.signatures[0].covers_whole_file);
    assert!(read::canonical(&bytes, &Limits::default()).is_err());
}

/// Runs a judge on a file; `None`, loudly, if it is not installed.
fn judge(program: &str, arguments: &[&str], bytes: &[u8], tag: &str) -> Option<(bool, String)> {
    let path = std::env::temp_dir().join(format!("yinxin-pdf-{}-{tag}.pdf", std::process::id()));
    std::fs::write(&path, bytes).unwrap();
    let arguments = arguments.iter().map(|a| if *a == "FILE" { path.to_str().unwrap() } else { *a });
    let output = Command::new(program).args(arguments).output();
    let answer = match output {
        Ok(output) => {
            let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
            text.push_str(&String::from_utf8_lossy(&output.stderr));
            Some((output.status.success(), text))
        }
        Err(_) => {
            eprintln!("SKIPPED: {program} is not installed");
            None
        }
    };
    std::fs::remove_file(&path).unwrap();
    answer
}

#[test]
fn qpdf_finds_nothing_to_say() {
    if let Some((good, text)) = judge("qpdf", &["--check", "FILE"], &sample(), "qpdf") {
        assert!(good && !text.contains("WARNING"), "{text}");
    }
}

/// Another program's ways of laying out the same document: linearized, and packed in object streams. Its
/// signature is void then, but the structure must read without findings.
#[test]
fn rewritten_files_read_clean() {
    for options in [["--linearize", "--object-streams=disable"], ["--linearize", "--object-streams=generate"]]
    {
        let arguments = [options[0], options[1], "FILE", "-"];
        let path = std::env::temp_dir().join(format!("yinxin-pdf-{}-rewrite.pdf", std::process::id()));
        std::fs::write(&path, sample()).unwrap();
        let arguments = arguments.map(|a| if a == "FILE" { path.to_str().unwrap() } else { a });
        let output = Command::new("qpdf").args(arguments).output();
        std::fs::remove_file(&path).unwrap();
        let Ok(output) = output else { return eprintln!("SKIPPED: qpdf is not installed") };
        let document = read::document(&output.stdout, &Limits::default()).unwrap();
        assert_eq!((document.revisions.len(), document.page_count), (1, 1));
        let structural: Vec<_> = document.issues.iter().filter(|issue| issue.signature().is_none()).collect();
        assert!(structural.is_empty(), "{structural:?}");
        assert!(!document.signatures[0].covers_whole_file);
    }
}

#[test]
fn mutool_draws_without_complaint() {
    let arguments = ["draw", "-q", "-o", "/dev/null", "-F", "png", "-r", "40", "FILE"];
    if let Some((good, text)) = judge("mutool", &arguments, &sample(), "mutool") {
        // Debian builds it without colour management, and it says so about every file with a profile.
        let text = text.replace("warning: ICC support is not available", "");
        assert!(good && !text.contains("warning") && !text.contains("error"), "{text}");
    }
}

#[test]
fn pdfsig_sees_one_signature_over_the_whole_file() {
    if let Some((_, text)) = judge("pdfsig", &["-nocert", "FILE"], &sample(), "pdfsig") {
        assert!(text.contains("ETSI.CAdES.detached"), "{text}");
        assert!(text.contains("Total document signed"), "{text}");
    }
}

#[test]
fn text_comes_out_as_it_went_in() {
    // Supplementary planes, an interpunct, a variation selector, a Kangxi look-alike's proper character.
    let name = "阿卜·𰻞𬱖䶮葛\u{E0100}一";
    let prepared = prepare(&pool(), name, "t", "r");
    let bytes = prepared.finish(&der(300)).unwrap();
    if let Some((good, text)) = judge("pdftotext", &["-layout", "FILE", "-"], &bytes, "text") {
        assert!(good, "{text}");
        for expected in ["职业资格证书", "姓名", name, "证件号码", "11010519491231002X"] {
            assert!(text.contains(expected), "{expected} is not in {text:?}");
        }
    }
    if let Some((_, text)) =
        judge("mutool", &["draw", "-q", "-F", "txt", "-o", "-", "FILE"], &bytes, "mutext")
    {
        // It loses the selector: two characters of one glyph, of which one is beyond the first plane.
        assert!(text.contains("阿卜·𰻞𬱖䶮葛") && text.contains("11010519491231002X"), "{text:?}");
    }
}

#[test]
fn titles_and_reasons_are_data() {
    let hostile = "a)/JS(b\\ <</x>> & <script>\r\n\0中";
    let bytes = prepare(&pool(), "张三", hostile, hostile).finish(&der(300)).unwrap();
    let found = read::canonical(&bytes, &Limits::default()).unwrap();
    assert_eq!(found.signature.reason.as_deref(), Some(hostile));
    if let Some((good, text)) = judge("qpdf", &["--check", "FILE"], &bytes, "hostile") {
        assert!(good && !text.contains("WARNING"), "{text}");
    }
    if let Some((_, text)) = judge("pdfinfo", &["FILE"], &bytes, "info") {
        assert!(text.contains("Tagged:          yes") && text.contains("JavaScript:      no"), "{text}");
    }
    if let Some((_, text)) = judge("pdfinfo", &["-meta", "FILE"], &bytes, "meta") {
        let expected = "a)/JS(b\\ &lt;&lt;/x&gt;&gt; &amp; &lt;script&gt;&#xD;\n\u{FFFD}中<";
        assert!(text.contains(expected), "{text}");
    }
}

#[test]
fn pictures_that_readers_would_choke_on_are_refused() {
    let picture = |data: Vec<u8>, width, height, components| {
        super::picture::image(&Image { width, height, components, coding: Coding::Jpeg, data })
    };
    let frame = |kind: u8, bits: u8, components: u8| {
        let mut data =
            vec![0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 1, 2, 0xFF, kind, 0, 17, bits, 0, 3, 0, 2, components];
        data.resize(40, 0);
        data
    };
    assert!(picture(frame(0xC0, 8, 3), 2, 3, 3).is_ok());
    assert!(picture(frame(0xC2, 8, 1), 2, 3, 1).is_ok());
    assert!(picture(frame(0xC0, 8, 4), 2, 3, 4).is_err(), "CMYK");
    assert!(picture(frame(0xC1, 12, 3), 2, 3, 3).is_err(), "12 bits");
    assert!(picture(frame(0xC9, 8, 3), 2, 3, 3).is_err(), "arithmetic");
    assert!(picture(frame(0xC0, 8, 3), 3, 3, 3).is_err(), "another width");
    assert!(picture(b"GIF89a".to_vec(), 1, 1, 3).is_err());
    assert!(picture(vec![0xFF, 0xD8, 0xFF, 0xE0, 0xFF, 0xFF], 1, 1, 3).is_err());
}

#[test]
fn what_is_not_a_number_is_refused() {
    let pool = pool();
    let mut page = base(&pool);
    page.blocks[0].draws = vec![Draw::Stroke { outline: square(f64::NAN), color: RED, width: 1.0 }];
    let spec = CopySpec {
        series: &series(&pool, &form()),
        page: &page,
        title: "t",
        subject: "",
        document_id: [0; 16],
        created: NOON,
        signer_name: "测试专用章",
        reason: "",
        location: "",
    };
    assert!(matches!(plate(&pool).prepare(&spec, &pool), Err(Error::NotFinite)));
    let never = PdfDate { month: 13, ..NOON };
    assert!(matches!(
        plate(&pool).prepare(&CopySpec { created: never, ..spec }, &pool),
        Err(Error::Date { .. })
    ));
}

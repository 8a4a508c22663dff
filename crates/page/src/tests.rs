//! The room as a whole, on the test font: what goes in as text comes out as glyphs that say the same.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;
use ttf_parser::OutlineBuilder;

use crate::draw::{Color, Outline, Point, Rect, Segment};
use crate::font::{Font, FontChain, FontSource};
use crate::pool::{GlyphPool, StyleId};
use crate::qr::{self, QrStyle};
use crate::simplify::simplify;
use crate::text::{self, Align, TextBox, TextStyle, VerticalAlign};
use crate::{Error, test_font};

fn serif() -> (GlyphPool, StyleId) {
    let pool = test_font::pool(&["serif"]);
    let style = pool.style("serif").unwrap();
    (pool, style)
}

fn style(style: StyleId, size: f64) -> TextStyle {
    TextStyle { style, size, spacing: 0.0, color: Color(0, 0, 0) }
}

fn name_box(max_lines: usize) -> TextBox {
    TextBox {
        rect: Rect { x: 10.0, y: 20.0, w: 60.0, h: 9.0 },
        align: Align::Left,
        vertical: VerticalAlign::Middle,
        leading: 1.2,
        max_lines,
        min_size: 1.5,
        min_spacing: -0.03,
    }
}

#[test]
fn a_glyph_is_made_once_and_says_its_text() {
    let (pool, serif) = serif();
    let first = pool.glyph(serif, "印").unwrap();
    assert_eq!(pool.glyph(serif, "印").unwrap(), first);
    assert_eq!(pool.text(first), "印");
    assert_eq!(pool.advance(first), 1000);
    assert_eq!(pool.advance(pool.glyph(serif, "a").unwrap()), 586);
    assert!(pool.glyph(serif, " ").is_ok());
}

#[test]
fn a_selected_form_differs_and_an_unknown_one_falls_back_with_its_text() {
    let (pool, serif) = serif();
    let plain = pool.glyph(serif, "葛").unwrap();
    let selected = pool.glyph(serif, "葛\u{E0100}").unwrap();
    let unknown = pool.glyph(serif, "葛\u{E0101}").unwrap();
    assert_ne!(pool.outline(plain), pool.outline(selected));
    assert_eq!(pool.outline(plain), pool.outline(unknown));
    assert_eq!(pool.text(unknown), "葛\u{E0101}");
}

#[test]
fn what_cannot_be_printed_is_refused_by_name() {
    let (pool, serif) = serif();
    let code = |text: &str| pool.glyph(serif, text).unwrap_err().code();
    assert_eq!(code("\u{E000}"), "no_glyph");
    assert_eq!(code("😀"), "no_glyph");
    assert_eq!(code("\n"), "unprintable_character");
    assert_eq!(code("\u{202E}"), "unprintable_character");
    assert_eq!(code("\u{200B}"), "unprintable_character");
    assert_eq!(code("\u{FE00}"), "unprintable_character");
    assert_eq!(code("م"), "needs_shaping");
    assert_eq!(code("བ"), "needs_shaping");
    assert_eq!(code("印信"), "not_one_character");
    assert_eq!(code(""), "not_one_character");
    let Err(Error::NoGlyph { text, code_points, style }) = pool.glyph(serif, "\u{E000}") else {
        panic!("a private use character was drawn");
    };
    assert_eq!((text.as_str(), code_points.as_str(), style.as_str()), ("\u{E000}", "U+E000", "serif"));
    assert_eq!(pool.style("sans").unwrap_err().code(), "unknown_style");
}

#[test]
fn a_later_font_is_loaded_only_when_it_is_needed_and_a_failure_is_tried_again() {
    let tries = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&tries);
    let rare = Arc::new(Font::new(FontSource {
        name: "rare.ttf".into(),
        family: None,
        index: 0,
        load: Box::new(move || {
            counter.fetch_add(1, Ordering::SeqCst);
            Err("the disk is gone".into())
        }),
    }));
    let chain = FontChain::new(vec![Arc::new(Font::new(test_font::source("common.ttf"))), Arc::clone(&rare)]);
    let pool = GlyphPool::new(vec![("serif".into(), chain)]);
    let serif = pool.style("serif").unwrap();
    pool.glyph(serif, "印").unwrap();
    assert_eq!(tries.load(Ordering::SeqCst), 0);
    for _ in 0..2 {
        let error = pool.glyph(serif, "😀").unwrap_err();
        assert_eq!(error.code(), "font_unusable");
        assert!(error.to_string().contains("rare.ttf"), "{error}");
    }
    assert_eq!(tries.load(Ordering::SeqCst), 2);
    assert!(!rare.is_loaded());
}

#[test]
fn a_family_that_a_file_lacks_and_a_file_that_is_no_font_are_told() {
    let unusable = |family: Option<&str>, bytes: Vec<u8>| {
        Font::new(FontSource {
            name: "x.ttc".into(),
            family: family.map(Into::into),
            index: 0,
            load: Box::new(move || Ok(Arc::from(bytes.as_slice()))),
        })
        .check()
        .unwrap_err()
        .to_string()
    };
    assert!(unusable(Some("Noto Serif CJK SC"), test_font::bytes()).contains("Noto Serif CJK SC"));
    assert!(unusable(None, b"not a font".to_vec()).contains("x.ttc"));
}

/// Collects what an independent reader sees in a font program, in the pool's units.
#[derive(Default)]
struct Seen(Vec<Segment>);

fn em(x: f32, y: f32) -> Point {
    Point { x: f64::from(x) / 1000.0, y: -f64::from(y) / 1000.0 }
}

impl OutlineBuilder for Seen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.0.push(Segment::Move(em(x, y)));
    }
    fn line_to(&mut self, x: f32, y: f32) {
        self.0.push(Segment::Line(em(x, y)));
    }
    fn quad_to(&mut self, _: f32, _: f32, _: f32, _: f32) {
        panic!("CFF has no quadratic curves");
    }
    fn curve_to(&mut self, a: f32, b: f32, c: f32, d: f32, x: f32, y: f32) {
        self.0.push(Segment::Curve(em(a, b), em(c, d), em(x, y)));
    }
    fn close(&mut self) {
        self.0.push(Segment::Close);
    }
}

fn assert_same_shapes(pool: &GlyphPool, style: StyleId, text: &str) {
    let glyphs: Vec<_> =
        text.chars().map(|c| pool.glyph(style, c.encode_utf8(&mut [0; 4])).unwrap()).collect();
    let subset = pool.cff_subset(&glyphs).unwrap();
    let table = ttf_parser::cff::Table::parse(&subset.bytes).expect("a CFF table");
    assert_eq!(usize::from(table.number_of_glyphs()), glyphs.len() + 1);
    for (index, glyph) in glyphs.iter().enumerate() {
        let gid = ttf_parser::GlyphId(u16::try_from(index + 1).unwrap());
        assert_eq!(subset.widths[index], pool.advance(*glyph));
        let mut seen = Seen::default();
        let drawn = table.outline(gid, &mut seen);
        let ours = pool.outline(*glyph);
        if ours.0.is_empty() {
            assert!(drawn.is_err(), "a blank glyph draws nothing");
        } else {
            drawn.expect("a sound charstring");
            assert_eq!(Outline(seen.0), *ours, "{}", pool.text(*glyph));
        }
    }
}

#[test]
fn an_embedded_subset_draws_what_the_pool_draws() {
    let (pool, serif) = serif();
    assert_same_shapes(&pool, serif, "印信 a，𠀀。");
    assert_same_shapes(&pool, serif, "");
    assert_eq!(pool.cff_subset(&[crate::draw::GlyphRef(9_999_999)]).unwrap_err().code(), "foreign_glyph");
}

#[test]
fn a_subset_does_not_depend_on_the_order_in_which_characters_were_met() {
    let make = |warm_up: &str| {
        let (pool, serif) = serif();
        for c in warm_up.chars() {
            pool.glyph(serif, c.encode_utf8(&mut [0; 4])).unwrap();
        }
        let glyphs = ["证", "a", "书"].map(|c| pool.glyph(serif, c).unwrap());
        pool.cff_subset(&glyphs).unwrap()
    };
    assert_eq!(make(""), make("书龙a证"));
}

#[test]
fn system_fonts_draw_the_same_from_a_subset() {
    let path = "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc";
    let Ok(bytes) = std::fs::read(path) else {
        eprintln!("SKIPPED: {path} is not installed");
        return;
    };
    let bytes: Arc<[u8]> = bytes.into();
    let chain = FontChain::from(vec![FontSource {
        name: path.into(),
        family: Some("Noto Serif CJK SC".into()),
        index: 0,
        load: Box::new(move || Ok(Arc::clone(&bytes))),
    }]);
    let pool = GlyphPool::new(vec![("serif".into(), chain)]);
    let serif = pool.style("serif").unwrap();
    assert_same_shapes(&pool, serif, "中华人民共和国职业资格证书鑫龘䶮 Qualification & 0123456789·，。（）");
}

#[test]
fn lines_break_by_chinese_rules() {
    let (pool, serif) = serif();
    let lines =
        |text: &'static str, width: f64| text::break_lines(&pool, &style(serif, 1.0), text, width).unwrap();
    assert_eq!(lines("一二三四五，六七", 5.0), ["一二三四", "五，六七"]);
    assert_eq!(lines("一二三四（五六）", 5.0), ["一二三四", "（五六）"]);
    assert_eq!(lines("编号abc123号", 4.5), ["编号", "abc123", "号"]);
    assert_eq!(lines("one two three", 5.0), ["one two", "three"]);
    assert_eq!(lines("abcdefghijkl", 3.0), ["abcde", "fghij", "kl"]);
    assert_eq!(lines("   ", 3.0), Vec::<&str>::new());
}

#[test]
fn alignment_uses_the_width_it_is_given() {
    let (pool, serif) = serif();
    let left = Point { x: 10.0, y: 0.0 };
    let run = |text: &str, align| text::line(&pool, &style(serif, 2.0), text, left, 20.0, align).unwrap();
    assert!((run("印信", Align::Centre).origin.x - 18.0).abs() < 1e-9);
    assert!((run("印信", Align::Right).origin.x - 26.0).abs() < 1e-9);
    let spread = run("姓名印", Align::Distribute);
    let last = spread.glyphs.last().unwrap();
    assert!((last.x + 2.0 - 20.0).abs() < 1e-9, "the last letter ends at the edge");
}

#[test]
fn text_that_is_much_too_long_is_refused() {
    let (pool, serif) = serif();
    let text = "长".repeat(400);
    let error = text::fit(&pool, &style(serif, 5.0), &text, &name_box(2)).unwrap_err();
    assert_eq!(error.code(), "text_does_not_fit");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_name_of_up_to_fifty_characters_fits_and_loses_nothing(
        name in "[\u{4E00}-\u{4FFF}a-zA-Z·\u{20000}-\u{20100} ]{1,50}", lines in 1_usize..3
    ) {
        let (pool, serif) = serif();
        let area = TextBox { min_size: 0.8, ..name_box(lines) };
        let runs = text::fit(&pool, &style(serif, 6.0), &name, &area).unwrap();
        prop_assert!(runs.len() <= lines.max(1));
        let set: String = runs.iter().flat_map(|run| run.glyphs.iter().map(|g| g.text.as_str())).collect();
        prop_assert_eq!(set.replace(' ', ""), name.replace(' ', ""));
        for run in &runs {
            let right = run.glyphs.last().map_or(0.0, |g| {
                g.x + f64::from(pool.advance(g.glyph)) / 1000.0 * run.size
            });
            prop_assert!(run.origin.x >= area.rect.x - 1e-6);
            prop_assert!(run.origin.x + right <= area.rect.x + area.rect.w + 1e-6);
            prop_assert!(run.origin.y - run.size * text::ASCENT >= area.rect.y - 1e-6);
            prop_assert!(run.origin.y + run.size * (1.0 - text::ASCENT) <= area.rect.y + area.rect.h + 1e-6);
        }
    }

    #[test]
    fn any_text_is_drawn_or_refused(text in any::<String>()) {
        let (pool, serif) = serif();
        let _ = text::fit(&pool, &style(serif, 6.0), &text, &name_box(2));
    }
}

#[test]
fn qr_codes_keep_to_their_limit() {
    let matrix = qr::encode("https://example.org/v/AbC-123", &QrStyle::default()).unwrap();
    assert_eq!(matrix.dark.len(), matrix.side * matrix.side);
    // The three finder patterns begin with seven dark modules.
    assert!(matrix.dark[..7].iter().all(|dark| *dark));
    let error = qr::encode(&"x".repeat(300), &QrStyle::default()).unwrap_err();
    assert_eq!(error.code(), "qr_too_long");
    let bad = QrStyle { max_version: 0, ..QrStyle::default() };
    assert_eq!(qr::encode("x", &bad).unwrap_err().code(), "qr_parameter");
    let bad = QrStyle { mask: 8, ..QrStyle::default() };
    assert_eq!(qr::encode("x", &bad).unwrap_err().code(), "qr_parameter");
}

#[test]
fn a_phrase_is_the_same_form_every_time() {
    let (pool, serif) = serif();
    let first = pool.phrase(&style(serif, 4.0), "本人调用").unwrap();
    let second = pool.phrase(&style(serif, 4.0), "本人调用").unwrap();
    assert!(Arc::ptr_eq(&first, &second));
    let other = pool.phrase(&style(serif, 4.0), "本人存档").unwrap();
    assert!(!Arc::ptr_eq(&first, &other));
}

#[test]
fn a_simplified_outline_is_shorter_and_no_further_off_than_allowed() {
    let p = |x: f64, y: f64| Point { x, y };
    let outline = Outline(vec![
        Segment::Move(p(0.0, 0.0)),
        Segment::Line(p(1.0, 0.004)),
        Segment::Curve(p(1.5, -0.004), p(1.7, 0.004), p(2.0, 0.0)),
        Segment::Line(p(2.0, 1.0)),
        Segment::Curve(p(2.0, 2.0), p(1.0, 2.0), p(1.0, 1.0)),
        Segment::Close,
    ]);
    let simple = simplify(&outline, 0.01);
    let expected = Outline(vec![
        Segment::Move(p(0.0, 0.0)),
        Segment::Line(p(2.0, 0.0)),
        Segment::Line(p(2.0, 1.0)),
        Segment::Curve(p(2.0, 2.0), p(1.0, 2.0), p(1.0, 1.0)),
        Segment::Close,
    ]);
    assert_eq!(simple, expected);
    assert_eq!(simplify(&outline, 0.0), outline, "without tolerance nothing changes");
}

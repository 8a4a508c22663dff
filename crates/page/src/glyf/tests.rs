//! Fonts made here, read by a reader that is not ours.

use ttf_parser::{Face, GlyphId, OutlineBuilder};

use crate::draw::{GlyphRef, Outline, Point, Segment};
use crate::glyf::Program;
use crate::pool::GlyphPool;
use crate::shape::{Contour, Shape, Step};
use crate::test_font;

fn made(texts: &[&str]) -> (GlyphPool, Vec<GlyphRef>, Vec<u8>) {
    let pool = test_font::pool(&["serif"]);
    let style = pool.style("serif").unwrap();
    let glyphs: Vec<_> = texts.iter().map(|text| pool.glyph(style, text).unwrap()).collect();
    let font = pool.glyf_subset("Test", &glyphs).unwrap();
    (pool, glyphs, font)
}

/// The area inside an outline, twice.
#[derive(Default)]
struct Area {
    at: (f64, f64),
    start: (f64, f64),
    twice: f64,
    curves: usize,
}

impl Area {
    fn begin(&mut self, at: (f64, f64)) {
        (self.at, self.start) = (at, at);
    }

    fn to(&mut self, (x, y): (f64, f64)) {
        self.twice += self.at.0 * y - x * self.at.1;
        self.at = (x, y);
    }

    fn cubic(&mut self, a: (f64, f64), b: (f64, f64), end: (f64, f64)) {
        let start = self.at;
        self.curves += 1;
        for step in 1..=16 {
            let t = f64::from(step) / 16.0;
            let u = 1.0 - t;
            let part = |p, q, r, s| u * u * u * p + 3.0 * u * u * t * q + 3.0 * u * t * t * r + t * t * t * s;
            self.to((part(start.0, a.0, b.0, end.0), part(start.1, a.1, b.1, end.1)));
        }
    }

    fn of(outline: &Outline) -> Self {
        let mut area = Self::default();
        let point = |p: Point| (p.x, p.y);
        for segment in &outline.0 {
            match *segment {
                Segment::Move(p) => area.begin(point(p)),
                Segment::Line(p) => area.to(point(p)),
                Segment::Curve(a, b, end) => area.cubic(point(a), point(b), point(end)),
                Segment::Close => area.to(area.start),
            }
        }
        area
    }
}

fn wide(x: f32, y: f32) -> (f64, f64) {
    (f64::from(x), f64::from(y))
}

impl OutlineBuilder for Area {
    fn move_to(&mut self, x: f32, y: f32) {
        self.begin(wide(x, y));
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.to(wide(x, y));
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let (start, control, end) = (self.at, wide(x1, y1), wide(x, y));
        let towards = |p: (f64, f64)| (p.0 + (control.0 - p.0) / 1.5, p.1 + (control.1 - p.1) / 1.5);
        self.cubic(towards(start), towards(end), end);
    }

    fn curve_to(&mut self, _: f32, _: f32, _: f32, _: f32, _: f32, _: f32) {
        panic!("a TrueType outline has no cubic curves");
    }

    fn close(&mut self) {
        self.to(self.start);
    }
}

#[test]
fn characters_lead_to_glyphs_with_the_shapes_of_the_pool() {
    let texts = ["王", "a", "\u{2C000}", "Z", " ", "葛\u{E0101}"];
    let (pool, glyphs, font) = made(&texts);
    let face = Face::parse(&font, 0).unwrap();
    assert_eq!(face.number_of_glyphs(), 7);
    assert_eq!(face.units_per_em(), 500);
    for (gid, (text, glyph)) in (1..).zip(texts.iter().zip(&glyphs)) {
        let mut characters = text.chars();
        let (base, rest) = (characters.next().unwrap(), characters.next());
        let found = face.glyph_index(base);
        assert_eq!(found, rest.is_none().then_some(GlyphId(gid)), "{text}");
        assert_eq!(face.glyph_hor_advance(GlyphId(gid)), Some(pool.advance(*glyph).div_ceil(2)), "{text}");

        let mut area = Area::default();
        let drawn = face.outline_glyph(GlyphId(gid), &mut area).is_some();
        assert_eq!(drawn, *text != " ", "{text}");
        let (area, wanted) = (area.twice.abs(), Area::of(&pool.outline(*glyph)).twice.abs() * 25e4);
        assert!((area - wanted).abs() <= wanted * 0.006 + 1.0, "{text}: {area} for {wanted}");
    }
}

#[test]
fn a_bow_stays_one_quadratic_and_what_looks_straight_becomes_a_line() {
    // A quadratic as a cubic: a bow of 600 over a chord of 600, and one that leaves its chord by 3.
    let bow = |height: i16| Step::Curve([200, height, 400, height, 600, 0]);
    for (height, points) in [(400, 3), (4, 2)] {
        let contours = vec![Contour { start: (0, 0), steps: vec![bow(height), Step::Line(300, -500)] }];
        let program = Program::of(&Shape { advance: 1000, contours });
        assert_eq!(usize::from(program.points), points + 1);
        assert_eq!(program.bounds[1..3], [-250, 300]);
    }
}

#[test]
fn the_sums_are_right_and_the_same_glyphs_give_the_same_font() {
    let (_, _, font) = made(&["一", "二", "三"]);
    assert_eq!(font, made(&["一", "二", "三"]).2);
    let (words, rest) = font.as_chunks::<4>();
    assert!(rest.is_empty());
    let sum = words.iter().fold(0_u32, |sum, word| sum.wrapping_add(u32::from_be_bytes(*word)));
    assert_eq!(sum, 0xB1B0_AFBA);
}

#[test]
fn an_empty_font_and_a_foreign_glyph() {
    let pool = test_font::pool(&["serif"]);
    assert!(Face::parse(&pool.glyf_subset("Test", &[]).unwrap(), 0).is_ok());
    assert_eq!(pool.glyf_subset("Test", &[GlyphRef(9)]).unwrap_err().code(), "foreign_glyph");
}

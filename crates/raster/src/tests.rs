//! Points of simple drawings. How a whole page looks beside another renderer is tested where there is one to hold it
//! against (`seal`).

use std::io::Cursor;
use std::sync::Arc;

use proptest::prelude::*;
use yinxin_page::draw::{
    Block, Coding, Color, GlyphRef, Image, Outline, Point, QrMatrix, Rect, Role, Segment, Transform,
};
use yinxin_page::test_font;
use yinxin_page::text::{Align, TextStyle, line};

use super::*;

/// One point a millimetre, nearly.
const DPI: u32 = 25;
/// Ten points a millimetre.
const FINE: u32 = 254;
const RED: Color = Color(200, 0, 0);
const BLUE: Color = Color(0, 0, 200);

struct Picture {
    width: u32,
    height: u32,
    rgba: Vec<[u8; 4]>,
}

impl Picture {
    fn read(file: &[u8]) -> Self {
        let mut decoder = png::Decoder::new(Cursor::new(file));
        decoder.set_transformations(png::Transformations::EXPAND | png::Transformations::ALPHA);
        let mut reader = decoder.read_info().unwrap();
        let mut data = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut data).unwrap();
        assert_eq!(info.color_type, png::ColorType::Rgba);
        Self { width: info.width, height: info.height, rgba: data.as_chunks().0.to_vec() }
    }

    fn at(&self, x: u32, y: u32) -> [u8; 4] {
        assert!(x < self.width && y < self.height);
        self.rgba[(y * self.width + x) as usize]
    }
}

fn rectangle(x: f64, y: f64, w: f64, h: f64) -> Outline {
    let point = |x, y| Point { x, y };
    Outline(vec![
        Segment::Move(point(x, y)),
        Segment::Line(point(x + w, y)),
        Segment::Line(point(x + w, y + h)),
        Segment::Line(point(x, y + h)),
        Segment::Close,
    ])
}

fn fill(outline: Outline, color: Color) -> Draw {
    Draw::Fill { outline, color, even_odd: false }
}

fn sheet(layer: Layer, draws: Vec<Draw>) -> Page {
    let block = Block { id: "block".into(), role: Role::Artifact, order: 0, layer, draws };
    Page { width: 20.0, height: 10.0, blocks: vec![block] }
}

/// The page of one block, ten points a millimetre.
fn drawn(draws: Vec<Draw>) -> Result<Picture, Error> {
    let pool = test_font::pool(&["serif"]);
    page(&[&sheet(Layer::Over, draws)], &[], &pool, FINE).map(|file| Picture::read(&file))
}

const WHITE: [u8; 4] = [255; 4];

fn opaque(Color(red, green, blue): Color) -> [u8; 4] {
    [red, green, blue, 255]
}

#[test]
fn lower_sheets_of_all_parts_lie_under_the_upper_ones() {
    let pool = test_font::pool(&["serif"]);
    let upper = sheet(Layer::Over, vec![fill(rectangle(0.0, 0.0, 10.0, 10.0), RED)]);
    let lower = sheet(Layer::Under, vec![fill(rectangle(5.0, 0.0, 10.0, 10.0), BLUE)]);
    let file = page(&[&upper, &lower], &[], &pool, FINE).unwrap();
    assert_eq!(
        file,
        page(&[&upper, &lower], &[], &pool, FINE).unwrap(),
        "the same page gives the same bytes"
    );
    let picture = Picture::read(&file);
    assert_eq!((picture.width, picture.height), (200, 100));
    let row: Vec<_> = [0, 60, 99, 100, 149, 150].map(|x| picture.at(x, 50)).into();
    assert_eq!(row, [opaque(RED), opaque(RED), opaque(RED), opaque(BLUE), opaque(BLUE), WHITE]);
}

#[test]
fn strokes_repeats_holes_and_soft_edges() {
    let ring = |color| Draw::Stroke { outline: rectangle(1.0, 1.0, 2.0, 2.0), color, width: 0.4 };
    let mut holed = rectangle(15.0, 5.0, 4.0, 4.0);
    holed.0.extend(rectangle(16.0, 6.0, 2.0, 2.0).0);
    let place = |e, f| Transform { a: 0.0, b: 2.0, c: -2.0, d: 0.0, e, f };
    let picture = drawn(vec![
        ring(RED),
        // Turned by a quarter and twice as large.
        Draw::Repeat { form: Arc::new(vec![ring(BLUE)]), at: vec![place(12.0, 0.0), place(12.0, 20.0)] },
        Draw::Fill { outline: holed, color: RED, even_odd: true },
        fill(rectangle(0.05, 9.0, 0.1, 0.5), Color(0, 0, 0)),
    ])
    .unwrap();
    assert_eq!(
        [picture.at(8, 20), picture.at(11, 20), picture.at(12, 20)],
        [opaque(RED), opaque(RED), WHITE]
    );
    assert_eq!(picture.at(8, 8), opaque(RED), "corners are mitred");
    assert_eq!(
        [picture.at(100, 40), picture.at(80, 40), picture.at(60, 40)],
        [opaque(BLUE), WHITE, opaque(BLUE)]
    );
    assert_eq!([picture.at(155, 55), picture.at(170, 70)], [opaque(RED), WHITE], "a hole");
    let soft = picture.at(0, 92)[0];
    assert!((96..160).contains(&soft), "half a point is half dark: {soft}");
}

#[test]
fn letters_stand_on_their_line() {
    let pool = test_font::pool(&["serif"]);
    let style =
        TextStyle { style: pool.style("serif").unwrap(), size: 5.0, spacing: 0.0, color: Color(0, 0, 0) };
    let at = |x| Point { x, y: 8.0 };
    let run = line(&pool, &style, "印信", at(2.0), 10.0, Align::Left).unwrap();
    let file = page(&[&sheet(Layer::Over, vec![Draw::Text(run.clone())])], &[], &pool, FINE).unwrap();
    let picture = Picture::read(&file);
    let dark: Vec<(u32, u32)> = (0..100)
        .flat_map(|y| (0..200).map(move |x| (x, y)))
        .filter(|(x, y)| picture.at(*x, *y)[0] < 64)
        .collect();
    let (left, right) = (dark.iter().map(|p| p.0).min().unwrap(), dark.iter().map(|p| p.0).max().unwrap());
    let (top, foot) = (dark.iter().map(|p| p.1).min().unwrap(), dark.iter().map(|p| p.1).max().unwrap());
    assert!((20..30).contains(&left) && (110..120).contains(&right), "{left}–{right}");
    assert!((30..45).contains(&top) && (75..95).contains(&foot), "{top}–{foot}");

    let mut foreign = run;
    foreign.glyphs[0].glyph = GlyphRef(4711);
    let error = page(&[&sheet(Layer::Over, vec![Draw::Text(foreign)])], &[], &pool, FINE).unwrap_err();
    assert_eq!(error.code(), "foreign_glyph");
}

#[test]
fn modules_of_a_code_leave_no_light_between_them() {
    let matrix =
        Arc::new(QrMatrix { side: 3, dark: vec![true, true, false, true, true, false, false, false, true] });
    // Modules of 3.33 points.
    let picture = drawn(vec![Draw::Qr { rect: Rect { x: 1.0, y: 1.0, w: 1.0, h: 1.0 }, matrix }]).unwrap();
    let black = opaque(Color(0, 0, 0));
    for (x, y) in (10..16).flat_map(|y| (10..16).map(move |x| (x, y))) {
        assert_eq!(picture.at(x, y), black, "{x} {y}");
    }
    assert_eq!([picture.at(18, 18), picture.at(18, 12), picture.at(20, 20)], [black, WHITE, WHITE]);
    let matrix = Arc::new(QrMatrix { side: 3, dark: vec![true; 8] });
    let rect = Rect { x: 1.0, y: 1.0, w: 1.0, h: 1.0 };
    assert_eq!(drawn(vec![Draw::Qr { rect, matrix }]).err().unwrap().code(), "picture_unusable");
}

fn image(width: u32, height: u32, components: u8, coding: Coding, data: Vec<u8>) -> Draw {
    let image = Arc::new(Image { width, height, components, coding, data });
    Draw::Image { rect: Rect { x: 5.0, y: 2.0, w: 6.0, h: 6.0 }, image }
}

#[test]
fn pictures_fill_their_frame_and_are_averaged() {
    // Of more points than are shown: lines of black and white become grey.
    let lines = (0..600_u32 * 600).map(|at| if at % 600 % 2 == 0 { 0 } else { 255 }).collect();
    let picture = drawn(vec![image(600, 600, 1, Coding::Gray8, lines)]).unwrap();
    for (x, y) in [(50, 20), (80, 50), (109, 79)] {
        let [red, green, blue, _] = picture.at(x, y);
        assert!(red == green && green == blue && (120..136).contains(&red), "{red} {green} {blue}");
    }
    assert_eq!([picture.at(49, 50), picture.at(110, 50), picture.at(80, 80)], [WHITE; 3]);

    // Of fewer: red above blue.
    let two = vec![200, 0, 0, 0, 0, 200];
    let picture = drawn(vec![image(1, 2, 3, Coding::Rgb8, two)]).unwrap();
    assert_eq!([picture.at(80, 22), picture.at(80, 78)], [opaque(RED), opaque(BLUE)]);
}

#[test]
fn photographs_are_read_and_damaged_ones_refused() {
    let color = include_bytes!("../testdata/red-above-blue.jpg").to_vec();
    let picture = drawn(vec![image(64, 48, 3, Coding::Jpeg, color.clone())]).unwrap();
    let (above, below) = (picture.at(80, 23), picture.at(80, 77));
    assert!(above[0] > 150 && above[2] < 60 && below[0] < 60 && below[2] > 150, "{above:?} {below:?}");
    let grey = include_bytes!("../testdata/grey.jpg").to_vec();
    let [red, green, blue, _] = drawn(vec![image(32, 32, 1, Coding::Jpeg, grey)]).unwrap().at(80, 50);
    assert!(red == green && green == blue && (125..132).contains(&red), "{red} {green} {blue}");

    for spoilt in [
        image(64, 49, 3, Coding::Jpeg, color.clone()),
        image(64, 48, 3, Coding::Jpeg, color[..100].to_vec()),
        image(64, 48, 3, Coding::Jpeg, b"not a photograph".to_vec()),
        image(2, 2, 1, Coding::Gray8, vec![0; 3]),
        image(0, 2, 1, Coding::Gray8, vec![]),
        image(10_000, 10_000, 1, Coding::Gray8, vec![]),
    ] {
        assert_eq!(drawn(vec![spoilt]).err().unwrap().code(), "picture_unusable");
    }
}

#[test]
fn a_drawing_is_transparent_where_nothing_is_drawn() {
    let ring = Draw::Stroke { outline: rectangle(0.5, 0.5, 9.0, 9.0), color: RED, width: 1.0 };
    let one = drawing(std::slice::from_ref(&ring), 10.0, 10.1, FINE).unwrap();
    let two = drawing(&[ring, fill(rectangle(4.0, 4.0, 2.0, 2.0), BLUE)], 10.0, 10.1, FINE).unwrap();
    for picture in [Picture::read(&one), Picture::read(&two)] {
        assert_eq!((picture.width, picture.height), (100, 101));
        assert_eq!([picture.at(0, 0), picture.at(99, 50)], [opaque(RED); 2]);
        assert_eq!([picture.at(20, 20)[3], picture.at(50, 100)[3]], [0; 2]);
    }
    assert_eq!(Picture::read(&two).at(50, 50), opaque(BLUE));
    assert!(one.len() < two.len());
    // An odd number of points in a row.
    let odd = drawing(&[fill(rectangle(0.0, 0.0, 9.9, 9.9), RED)], 9.9, 9.9, FINE).unwrap();
    assert_eq!(Picture::read(&odd).rgba, vec![opaque(RED); 99 * 99]);

    let text = Draw::Text(yinxin_page::draw::TextRun {
        origin: Point { x: 0.0, y: 0.0 },
        size: 5.0,
        color: RED,
        glyphs: vec![],
    });
    let repeat = Draw::Repeat { form: Arc::new(vec![text.clone()]), at: vec![] };
    for not_vector in [text, repeat, nested(5)] {
        assert_eq!(drawing(&[not_vector], 10.0, 10.0, FINE).unwrap_err().code(), "drawing_not_vector");
    }
    assert!(drawing(&[nested(4)], 10.0, 10.0, FINE).is_ok());
}

fn nested(depth: u8) -> Draw {
    let here = Transform { a: 1.0, b: 0.0, c: 0.0, d: 1.0, e: 0.0, f: 0.0 };
    match depth {
        0 => fill(rectangle(0.0, 0.0, 1.0, 1.0), RED),
        _ => Draw::Repeat { form: Arc::new(vec![nested(depth - 1)]), at: vec![here] },
    }
}

#[test]
fn what_is_too_large_or_no_number_is_refused() {
    for (width, height, dpi) in [
        (20_000.0, 20_000.0, DPI),
        (297.0, 210.0, 20_000),
        (0.0, 1.0, DPI),
        (1.0, -1.0, DPI),
        (1.0, 1.0, 0),
        (f64::NAN, 1.0, DPI),
        (f64::INFINITY, 1.0, DPI),
        (1e-300, 1e300, u32::MAX),
    ] {
        let error = drawing(&[], width, height, dpi).unwrap_err();
        assert_eq!(error.code(), "raster_too_large", "{width} {height} {dpi}");
    }
    let pool = test_font::pool(&["serif"]);
    assert_eq!(page(&[], &[], &pool, DPI).unwrap_err().code(), "raster_too_large");
    for far in [f64::NAN, f64::INFINITY, 1e300] {
        let draw = fill(rectangle(far, 0.0, 1.0, 1.0), RED);
        assert_eq!(drawing(&[draw], 1.0, 1.0, FINE).unwrap_err().code(), "drawing_not_finite");
    }
}

fn number() -> impl Strategy<Value = f64> {
    prop_oneof![-10.0..30.0, -1e6..1e6, any::<f32>().prop_map(f64::from)]
}

fn wild() -> impl Strategy<Value = Draw> {
    let point = || (number(), number()).prop_map(|(x, y)| Point { x, y });
    let segment = prop_oneof![
        point().prop_map(Segment::Move),
        point().prop_map(Segment::Line),
        (point(), point(), point()).prop_map(|(a, b, c)| Segment::Curve(a, b, c)),
        Just(Segment::Close),
    ];
    let outline = || proptest::collection::vec(segment.clone(), 0..8).prop_map(Outline);
    let shape = prop_oneof![
        (outline(), any::<bool>()).prop_map(|(outline, even_odd)| Draw::Fill {
            outline,
            color: RED,
            even_odd
        }),
        (outline(), number()).prop_map(|(outline, width)| Draw::Stroke { outline, color: BLUE, width }),
    ];
    let place =
        proptest::array::uniform6(number()).prop_map(|[a, b, c, d, e, f]| Transform { a, b, c, d, e, f });
    (proptest::collection::vec(shape, 1..4), proptest::collection::vec(place, 0..3))
        .prop_map(|(form, at)| Draw::Repeat { form: Arc::new(form), at })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Whatever is drawn, nothing breaks.
    #[test]
    fn wild_drawings_are_drawn_or_refused(draw in wild()) {
        if let Err(error) = drawing(&[draw], 20.0, 10.0, DPI) {
            prop_assert_eq!(error.code(), "drawing_not_finite");
        }
    }

    #[test]
    fn damaged_photographs_are_drawn_or_refused(at in 0_usize..400, byte in any::<u8>(), cut in 0_usize..400) {
        let mut data = include_bytes!("../testdata/red-above-blue.jpg").to_vec();
        let place = at % data.len();
        data[place] = byte;
        data.truncate(data.len() - cut % data.len() / 4);
        if let Err(error) = drawn(vec![image(64, 48, 3, Coding::Jpeg, data)]) {
            prop_assert_eq!(error.code(), "picture_unusable");
        }
    }
}

#[test]
fn what_lies_under_a_stamp_shines_through() {
    let pool = test_font::pool(&["serif"]);
    let black = Color(0, 0, 0);
    let under = sheet(Layer::Over, vec![fill(rectangle(0.0, 0.0, 5.0, 10.0), black)]);
    let stamp = [fill(rectangle(0.0, 0.0, 10.0, 5.0), RED)];
    let picture = Picture::read(&page(&[&under], &stamp, &pool, FINE).unwrap());
    assert_eq!(
        [picture.at(20, 20), picture.at(80, 20)],
        [opaque(black), opaque(RED)],
        "on black and on paper"
    );
    assert_eq!([picture.at(20, 80), picture.at(80, 80)], [opaque(black), WHITE], "beside it");
}

#[test]
fn a_preview_has_few_colours_and_keeps_those_of_the_page() {
    let [paper, ink] = [Color(255, 253, 247), Color(20, 20, 20)];
    let page = sheet(
        Layer::Under,
        vec![
            fill(rectangle(0.0, 0.0, 20.0, 10.0), paper),
            fill(rectangle(2.0, 2.0, 4.0, 4.0), ink),
            fill(rectangle(10.0, 2.0, 4.0, 4.0), RED),
        ],
    );
    let pool = test_font::pool(&["serif"]);
    let bytes = preview(&[&page], &[], &pool, FINE).unwrap();
    assert_eq!(bytes, preview(&[&page], &[], &pool, FINE).unwrap(), "the same page gives the same bytes");
    let picture = Picture::read(&bytes);
    for (x, color) in [(5, paper), (40, ink), (120, RED)] {
        assert_eq!(picture.at(x, 40), opaque(color));
    }
    let whole = Picture::read(&super::page(&[&page], &[], &pool, FINE).unwrap());
    assert_eq!((picture.width, picture.height), (whole.width, whole.height));
}

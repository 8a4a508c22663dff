//! Drawings of fills and strokes: on a page, in a repeated form, in the seal.

use std::io::Write;
use std::ops::Range;

use yinxin_page::draw::{Color, Draw, Outline, Point, Segment, Transform};

use super::Error;
use super::emit;

/// Repeats inside repeats; no drawing of ours nests at all.
const MAX_NESTING: u8 = 4;

/// Where millimetres with y down lie in points with y up.
#[derive(Clone, Copy)]
pub(super) struct Space {
    /// The y of a drawing (mm, down) that is 0 in the file.
    pub(super) bottom: f64,
    /// Digits of a point: 2 (a 280th of a millimetre) where drawings have their true size, 3 where they may
    /// be enlarged.
    pub(super) digits: usize,
}

/// Around the origin of a repeated form.
const ORIGIN: Space = Space { bottom: 0.0, digits: 3 };

/// Colours, line width and letter space as the graphics state has them, so that they are not set again.
#[derive(Default)]
pub(super) struct Ink {
    fill: Option<Color>,
    stroke: Option<Color>,
    width: Option<f64>,
    /// Space between letters, in millimetres; 0 until it is set.
    spacing: f64,
}

impl Space {
    pub(super) fn point(self, out: &mut Vec<u8>, point: Point) -> Result<(), Error> {
        emit::points(out, point.x, self.digits)?;
        emit::points(out, self.bottom - point.y, self.digits)
    }

    /// `… cm`, so that drawings in the space of a form at the origin land where `transform` says.
    pub(super) fn place(self, out: &mut Vec<u8>, transform: &Transform) -> Result<(), Error> {
        self.place_next(out, transform, &mut None)
    }

    /// The same for one of many places that mostly differ by a shift alone: the four coefficients are taken from where
    /// they were written last.
    pub(super) fn place_next(
        self,
        out: &mut Vec<u8>,
        transform: &Transform,
        last: &mut Option<([f64; 4], Range<usize>)>,
    ) -> Result<(), Error> {
        let Transform { a, b, c, d, e, f } = *transform;
        match last {
            Some((turn, written)) if *turn == [a, b, c, d] => out.extend_from_within(written.clone()),
            _ => {
                let start = out.len();
                for value in [a, -b, -c, d] {
                    emit::coefficient(out, value)?;
                }
                *last = Some(([a, b, c, d], start..out.len()));
            }
        }
        self.point(out, Point { x: e, y: f })?;
        out.extend_from_slice(b"cm");
        Ok(())
    }

    fn path(self, out: &mut Vec<u8>, outline: &Outline) -> Result<(), Error> {
        for segment in &outline.0 {
            match segment {
                Segment::Move(point) => {
                    self.point(out, *point)?;
                    out.extend_from_slice(b"m\n");
                }
                Segment::Line(point) => {
                    self.point(out, *point)?;
                    out.extend_from_slice(b"l\n");
                }
                Segment::Curve(first, second, end) => {
                    for point in [first, second, end] {
                        self.point(out, *point)?;
                    }
                    out.extend_from_slice(b"c\n");
                }
                Segment::Close => out.extend_from_slice(b"h\n"),
            }
        }
        Ok(())
    }
}

impl Ink {
    pub(super) fn fill_with(&mut self, out: &mut Vec<u8>, color: Color) {
        if self.fill.replace(color) != Some(color) {
            push_color(out, color, b"rg\n");
        }
    }

    fn stroke_with(&mut self, out: &mut Vec<u8>, color: Color, width: f64) -> Result<(), Error> {
        if self.stroke.replace(color) != Some(color) {
            push_color(out, color, b"RG\n");
        }
        if self.width.replace(width) != Some(width) {
            emit::points(out, width, 3)?;
            out.extend_from_slice(b"w\n");
        }
        Ok(())
    }

    pub(super) fn space_with(&mut self, out: &mut Vec<u8>, spacing: f64) -> Result<(), Error> {
        if std::mem::replace(&mut self.spacing, spacing) != spacing {
            out.push(b' ');
            emit::points(out, spacing, 3)?;
            out.extend_from_slice(b"Tc");
        }
        Ok(())
    }

    /// Draws one fill or stroke.
    pub(super) fn shape(&mut self, out: &mut Vec<u8>, space: Space, draw: &Draw) -> Result<(), Error> {
        match draw {
            Draw::Fill { outline, color, even_odd } => {
                self.fill_with(out, *color);
                space.path(out, outline)?;
                out.extend_from_slice(if *even_odd { b"f*\n" } else { b"f\n" });
            }
            Draw::Stroke { outline, color, width } => {
                self.stroke_with(out, *color, *width)?;
                space.path(out, outline)?;
                out.extend_from_slice(b"S\n");
            }
            _ => return Err(Error::NotVector),
        }
        Ok(())
    }
}

fn push_color(out: &mut Vec<u8>, Color(red, green, blue): Color, operator: &[u8]) {
    for part in [red, green, blue] {
        emit::decimal(out, (i64::from(part) * 1000 + 127) / 255, 3);
        out.push(b' ');
    }
    out.extend_from_slice(operator);
}

/// A drawing as the content of a form; a repeat inside is drawn out.
pub(super) fn content(out: &mut Vec<u8>, space: Space, draws: &[Draw]) -> Result<(), Error> {
    nested(out, space, draws, 0)
}

fn nested(out: &mut Vec<u8>, space: Space, draws: &[Draw], level: u8) -> Result<(), Error> {
    if level > MAX_NESTING {
        return Err(Error::TooMany { what: "repeats inside each other", max: usize::from(MAX_NESTING) });
    }
    let mut ink = Ink::default();
    for draw in draws {
        let Draw::Repeat { form, at } = draw else {
            ink.shape(out, space, draw)?;
            continue;
        };
        for transform in at {
            out.extend_from_slice(b"q ");
            space.place(out, transform)?;
            out.push(b'\n');
            nested(out, ORIGIN, form, level + 1)?;
            out.extend_from_slice(b"Q\n");
        }
    }
    Ok(())
}

/// What a drawing touches, in millimetres: left, top, right, bottom. Control points count, so that it may be
/// a little too large.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Bounds {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) right: f64,
    pub(super) bottom: f64,
}

impl Bounds {
    pub(super) const NOTHING: Self =
        Self { left: f64::INFINITY, top: f64::INFINITY, right: f64::NEG_INFINITY, bottom: f64::NEG_INFINITY };

    pub(super) fn include(&mut self, point: Point, margin: f64) {
        self.left = self.left.min(point.x - margin);
        self.right = self.right.max(point.x + margin);
        self.top = self.top.min(point.y - margin);
        self.bottom = self.bottom.max(point.y + margin);
    }

    pub(super) fn is_nothing(&self) -> bool {
        self.left > self.right
    }

    pub(super) fn outline(&mut self, outline: &Outline, margin: f64) {
        for segment in &outline.0 {
            match segment {
                Segment::Move(point) | Segment::Line(point) => self.include(*point, margin),
                Segment::Curve(first, second, end) => {
                    for point in [first, second, end] {
                        self.include(*point, margin);
                    }
                }
                Segment::Close => {}
            }
        }
    }

    /// Bounds of fills, strokes and repeats.
    pub(super) fn vector(&mut self, draws: &[Draw], level: u8) {
        for draw in draws {
            match draw {
                Draw::Fill { outline, .. } => self.outline(outline, 0.0),
                // Mitred corners reach beyond half the width; ten is the limit of PDF's default.
                Draw::Stroke { outline, width, .. } => self.outline(outline, width * 5.0),
                Draw::Repeat { form, at } if level < MAX_NESTING => {
                    let mut inner = Self::NOTHING;
                    inner.vector(form, level + 1);
                    if !inner.is_nothing() {
                        for transform in at {
                            self.transformed(&inner, transform);
                        }
                    }
                }
                _ => {}
            }
        }
    }

    pub(super) fn transformed(&mut self, inner: &Self, transform: &Transform) {
        let Transform { a, b, c, d, e, f } = *transform;
        for x in [inner.left, inner.right] {
            for y in [inner.top, inner.bottom] {
                self.include(Point { x: a * x + c * y + e, y: b * x + d * y + f }, 0.0);
            }
        }
    }

    /// ` left bottom right top ` in points.
    pub(super) fn push(&self, out: &mut Vec<u8>, space: Space) -> Result<(), Error> {
        space.point(out, Point { x: self.left, y: self.bottom })?;
        space.point(out, Point { x: self.right, y: self.top })
    }
}

/// The body of a form XObject that holds a drawing around the origin.
pub(super) fn repeated(draws: &[Draw]) -> Result<Vec<u8>, Error> {
    let mut bounds = Bounds::NOTHING;
    bounds.vector(draws, 0);
    if bounds.is_nothing() {
        bounds = Bounds { left: 0.0, top: 0.0, right: 0.0, bottom: 0.0 };
    }
    body(draws, ORIGIN, &bounds, b"", Vec::new())
}

/// The same as a stamp prints it, in a box of `width` by `height` millimetres: what lies under the ink shines through (§11.3.5.2).
/// No transparency group: alone in one it would be blended with nothing.
pub(super) fn stamped(draws: &[Draw], width: f64, height: f64) -> Result<Vec<u8>, Error> {
    let bounds = Bounds { left: 0.0, top: 0.0, right: width, bottom: height };
    let ink = b"/ExtGState<</M<</Type/ExtGState/BM/Multiply>>>>";
    body(draws, Space { bottom: height, digits: 2 }, &bounds, ink, b"/M gs ".to_vec())
}

/// The body of a form XObject with this box; `drawing` comes before the drawing.
fn body(
    draws: &[Draw],
    space: Space,
    bounds: &Bounds,
    resources: &[u8],
    mut drawing: Vec<u8>,
) -> Result<Vec<u8>, Error> {
    content(&mut drawing, space, draws)?;
    let mut dict = [b"/Type/XObject/Subtype/Form/Resources<<", resources, b">>/BBox["].concat();
    bounds.push(&mut dict, space)?;
    dict.push(b']');
    Ok(stream(&dict, &drawing, true))
}

/// Between a stream's dictionary and its data.
pub(super) const STREAM: &[u8] = b">>stream\n";
/// Behind its data.
pub(super) const END_STREAM: &[u8] = b"\nendstream";

/// `<<…/Length n>>stream … endstream`, deflated if that is wanted.
pub(super) fn stream(entries: &[u8], data: &[u8], deflate: bool) -> Vec<u8> {
    let mut out = Vec::new();
    put_stream(&mut out, entries, data, deflate);
    out
}

/// The same at the end of `out`.
pub(super) fn put_stream(out: &mut Vec<u8>, entries: &[u8], data: &[u8], deflate: bool) {
    let deflated = if deflate { deflated(data) } else { None };
    push_stream(out, entries, deflated.as_deref().unwrap_or(data), deflated.is_some());
}

pub(super) fn push_stream(out: &mut Vec<u8>, entries: &[u8], data: &[u8], is_deflated: bool) {
    out.extend_from_slice(b"<<");
    out.extend_from_slice(entries);
    if is_deflated {
        out.extend_from_slice(b"/Filter/FlateDecode");
    }
    out.extend_from_slice(b"/Length ");
    emit::size(out, data.len());
    out.extend_from_slice(STREAM);
    out.extend_from_slice(data);
    out.extend_from_slice(END_STREAM);
}

/// `None` where the data would not become smaller.
fn deflated(data: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    // Writing to memory cannot fail; were it to, the data would go in as it is.
    encoder.write_all(data).ok()?;
    encoder.finish().ok().filter(|out| out.len() < data.len())
}

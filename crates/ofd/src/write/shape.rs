//! Fills, strokes, and drawings that are repeated, as graphic objects (GB/T 33190, 9 and 13).
//!
//! A repeated drawing becomes a composite unit among the resources, and each of its places an object that
//! refers to it. Every object has a boundary that holds all of it: readers cut off what sticks out.

use std::sync::Arc;

use yinxin_page::draw::{Draw, Outline, Point, Rect, Segment, Transform};

use super::Error;
use super::emit;

/// Repeats inside repeats; no drawing of ours nests at all.
const MAX_NESTING: u8 = 4;
/// Numbers out of a range, for what in a document has one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ids {
    next: u32,
    range: (u32, u32),
}

/// The numbers that one part of a page gives: what it draws, and what that is made of, apart, so that objects
/// have the same numbers on copies that bring different fonts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Numbers {
    pub(super) objects: Ids,
    pub(super) resources: Ids,
}

impl Ids {
    /// From `first` on, below `end`.
    pub(super) fn new(first: u32, end: u32) -> Self {
        Self { next: first, range: (first, end) }
    }

    /// Whether it was within the range shows in [`Ids::next`].
    pub(super) fn take(&mut self) -> u32 {
        let id = self.next;
        self.next = self.next.saturating_add(1);
        id
    }

    /// The number that comes next, which may be the range's end.
    pub(super) fn next(self) -> Result<u32, Error> {
        let Self { next, range: (first, end) } = self;
        let max = end.saturating_sub(first) as usize;
        if next <= end { Ok(next) } else { Err(Error::TooMany { what: "objects or resources", max }) }
    }
}

/// A repeated drawing with its body.
struct Unit<'a> {
    form: &'a Arc<Vec<Draw>>,
    id: u32,
    bounds: Bounds,
    body: Vec<u8>,
}

/// How fine the coordinates of fills are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Grain {
    /// Hundredths of a millimetre.
    Hundredths,
    /// Whole fiftieths under a matrix: no printer tells the difference, and a small drawing takes half the bytes.
    Fiftieths,
}

/// Draws vectors, and keeps what they are made of.
pub(super) struct Pen<'a> {
    pub(super) ids: Ids,
    grain: Grain,
    /// Numbers of the objects drawn so far; resources have numbers as well.
    pub(super) drawn: Vec<u32>,
    units: Vec<Unit<'a>>,
}

impl<'a> Pen<'a> {
    pub(super) fn new(ids: Ids, grain: Grain) -> Self {
        Self { ids, grain, drawn: Vec::with_capacity(64), units: Vec::new() }
    }

    /// The number of a new object.
    pub(super) fn object(&mut self) -> u32 {
        let id = self.ids.take();
        self.drawn.push(id);
        id
    }

    /// Draws a fill, a stroke or a repeat.
    pub(super) fn draw(&mut self, out: &mut Vec<u8>, draw: &'a Draw) -> Result<(), Error> {
        self.nested(out, draw, Point { x: 0.0, y: 0.0 }, 0)
    }

    /// Draws in a space whose origin lies at `origin` of the drawing's.
    fn nested(&mut self, out: &mut Vec<u8>, draw: &'a Draw, origin: Point, level: u8) -> Result<(), Error> {
        let mut bounds = Bounds::NOTHING;
        match draw {
            Draw::Fill { outline, .. } | Draw::Stroke { outline, .. } if outline.0.is_empty() => {
                return Ok(());
            }
            Draw::Fill { .. } | Draw::Stroke { .. } => bounds.draw(draw, level),
            _ => {}
        }
        match draw {
            Draw::Fill { outline, color, even_odd } => {
                self.begin_path(out, bounds.rect(origin))?;
                out.extend_from_slice(b" Stroke=\"false\" Fill=\"true\"");
                if *even_odd {
                    out.extend_from_slice(b" Rule=\"Even-Odd\"");
                }
                if self.grain == Grain::Fiftieths {
                    out.extend_from_slice(b" CTM=\"0.02 0 0 0.02 0 0\"");
                }
                out.push(b'>');
                emit::color(out, b"FillColor", *color);
                end_path(out, outline, bounds.origin(), self.grain)
            }
            Draw::Stroke { outline, color, width } => {
                self.begin_path(out, bounds.rect(origin))?;
                out.extend_from_slice(b" LineWidth=\"");
                emit::length(out, *width, 3)?;
                out.extend_from_slice(b"\">");
                emit::color(out, b"StrokeColor", *color);
                end_path(out, outline, bounds.origin(), Grain::Hundredths)
            }
            Draw::Repeat { form, at } => {
                let (unit, inner) = self.unit(form, level)?;
                // One boundary for all places: what is the same in each packs to nothing.
                bounds.repeated(&inner, at);
                if bounds.left <= bounds.right {
                    for transform in at {
                        self.place(out, unit, apply(transform, inner.origin()), transform, &bounds, origin)?;
                    }
                }
                Ok(())
            }
            _ => Err(Error::NotVector),
        }
    }

    fn begin_path(&mut self, out: &mut Vec<u8>, boundary: Rect) -> Result<(), Error> {
        out.extend_from_slice(b"<ofd:PathObject");
        emit::attribute(out, "ID", self.object());
        emit::boundary(out, boundary)
    }

    /// The number of a repeated drawing, old or new, and what it touches.
    fn unit(&mut self, form: &'a Arc<Vec<Draw>>, level: u8) -> Result<(u32, Bounds), Error> {
        if level >= MAX_NESTING {
            let max = usize::from(MAX_NESTING);
            return Err(Error::TooMany { what: "repeats inside each other", max });
        }
        if let Some(unit) = self.units.iter().find(|unit| Arc::ptr_eq(unit.form, form)) {
            return Ok((unit.id, unit.bounds));
        }
        let mut bounds = Bounds::NOTHING;
        bounds.draws(form, level + 1);
        let mut body = Vec::new();
        let drawn = self.drawn.len();
        for draw in form.iter() {
            self.nested(&mut body, draw, bounds.origin(), level + 1)?;
        }
        // What a unit is made of is not on the page.
        self.drawn.truncate(drawn);
        let id = self.ids.take();
        self.units.push(Unit { form, id, bounds, body });
        Ok((id, bounds))
    }

    /// Puts a unit, whose space begins at `corner`, where `transform` says.
    fn place(
        &mut self,
        out: &mut Vec<u8>,
        unit: u32,
        corner: Point,
        transform: &Transform,
        bounds: &Bounds,
        origin: Point,
    ) -> Result<(), Error> {
        let Transform { a, b, c, d, .. } = *transform;
        out.extend_from_slice(b"<ofd:CompositeObject");
        emit::attribute(out, "ID", self.object());
        emit::boundary(out, bounds.rect(origin))?;
        out.extend_from_slice(b" CTM=\"");
        for value in [a, b, c, d] {
            emit::coefficient(out, value)?;
            out.push(b' ');
        }
        let start = bounds.origin();
        emit::point(out, Point { x: corner.x - start.x, y: corner.y - start.y }, 2)?;
        out.push(b'"');
        emit::attribute(out, "ResourceID", unit);
        out.extend_from_slice(b"/>");
        Ok(())
    }

    /// `<ofd:CompositeGraphicUnits>`, or nothing.
    pub(super) fn push_resources(&self, out: &mut Vec<u8>) -> Result<(), Error> {
        if self.units.is_empty() {
            return Ok(());
        }
        out.extend_from_slice(b"<ofd:CompositeGraphicUnits>");
        for unit in &self.units {
            let Rect { w, h, .. } = unit.bounds.rect(unit.bounds.origin());
            out.extend_from_slice(b"<ofd:CompositeGraphicUnit");
            emit::attribute(out, "ID", unit.id);
            out.extend_from_slice(b" Width=\"");
            emit::length(out, w, 3)?;
            out.extend_from_slice(b"\" Height=\"");
            emit::length(out, h, 3)?;
            out.extend_from_slice(b"\"><ofd:Content>");
            out.extend_from_slice(&unit.body);
            out.extend_from_slice(b"</ofd:Content></ofd:CompositeGraphicUnit>");
        }
        out.extend_from_slice(b"</ofd:CompositeGraphicUnits>");
        Ok(())
    }
}

/// The outline, and the end of its object.
fn end_path(out: &mut Vec<u8>, outline: &Outline, origin: Point, grain: Grain) -> Result<(), Error> {
    let (scale, digits) = match grain {
        Grain::Hundredths => (100.0, 2),
        Grain::Fiftieths => (50.0, 0),
    };
    let whole = |point: Point| -> Result<(i64, i64), Error> {
        Ok((emit::whole((point.x - origin.x) * scale)?, emit::whole((point.y - origin.y) * scale)?))
    };
    out.extend_from_slice(b"<ofd:AbbreviatedData>");
    let start = out.len();
    let mut step = |letter: u8, points: &[(i64, i64)]| {
        if out.len() > start {
            out.push(b' ');
        }
        out.push(letter);
        for (x, y) in points {
            for value in [x, y] {
                out.push(b' ');
                emit::number(out, *value, digits);
            }
        }
    };
    let mut at = (0, 0);
    for segment in &outline.0 {
        match *segment {
            Segment::Move(point) => {
                at = whole(point)?;
                step(b'M', &[at]);
            }
            Segment::Line(point) => {
                let end = whole(point)?;
                // A line that is shorter than the grain.
                if end != at {
                    step(b'L', &[end]);
                }
                at = end;
            }
            Segment::Curve(a, b, end) => {
                at = whole(end)?;
                step(b'B', &[whole(a)?, whole(b)?, at]);
            }
            Segment::Close => step(b'C', &[]),
        }
    }
    out.extend_from_slice(b"</ofd:AbbreviatedData></ofd:PathObject>");
    Ok(())
}

fn apply(transform: &Transform, point: Point) -> Point {
    let Transform { a, b, c, d, e, f } = *transform;
    Point { x: a * point.x + c * point.y + e, y: b * point.x + d * point.y + f }
}

/// What a drawing touches. Control points count, so that it may be a little too large.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Bounds {
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
}

impl Bounds {
    const NOTHING: Self =
        Self { left: f64::INFINITY, top: f64::INFINITY, right: f64::NEG_INFINITY, bottom: f64::NEG_INFINITY };

    /// The corner that coordinates are counted from: in whole hundredths, so that what is written relative to
    /// it is rounded as it would be without it.
    fn origin(&self) -> Point {
        let whole = |value: f64| (value * 100.0).floor() / 100.0;
        Point { x: whole(self.left), y: whole(self.top) }
    }

    /// The boundary, seen from `origin`.
    fn rect(&self, origin: Point) -> Rect {
        let Point { x, y } = self.origin();
        let up = |value: f64| (value * 100.0).ceil() / 100.0;
        let (w, h) = (up(self.right - x).max(0.01), up(self.bottom - y).max(0.01));
        Rect { x: x - origin.x, y: y - origin.y, w, h }
    }

    fn include(&mut self, point: Point, margin: f64) {
        self.left = self.left.min(point.x - margin);
        self.right = self.right.max(point.x + margin);
        self.top = self.top.min(point.y - margin);
        self.bottom = self.bottom.max(point.y + margin);
    }

    fn outline(&mut self, outline: &Outline, margin: f64) {
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

    fn draws(&mut self, draws: &[Draw], level: u8) {
        for draw in draws {
            self.draw(draw, level);
        }
    }

    fn draw(&mut self, draw: &Draw, level: u8) {
        match draw {
            Draw::Fill { outline, .. } => self.outline(outline, 0.0),
            // Mitred corners reach beyond half the width, at most by OFD's limit of 4.234.
            Draw::Stroke { outline, width, .. } => self.outline(outline, width * 2.2),
            Draw::Repeat { form, at } if level < MAX_NESTING => {
                let mut inner = Self::NOTHING;
                inner.draws(form, level + 1);
                self.repeated(&inner, at);
            }
            _ => {}
        }
    }

    /// All places of a drawing that touches `inner`.
    fn repeated(&mut self, inner: &Self, at: &[Transform]) {
        if inner.left > inner.right {
            return;
        }
        for transform in at {
            for x in [inner.left, inner.right] {
                for y in [inner.top, inner.bottom] {
                    self.include(apply(transform, Point { x, y }), 0.0);
                }
            }
        }
    }
}

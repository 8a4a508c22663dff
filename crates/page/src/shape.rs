//! A glyph's shape in whole 1/1000 em, whatever font it came from: contours of lines and cubic curves.
//!
//! One rounding serves all: the charstring of an embedded font and the outline of a watermark or a seal
//! are made from the same integers, so that they cannot differ.

use ttf_parser::OutlineBuilder;

use crate::draw::{Outline, Point, Segment};

/// Units an em in every shape.
pub(crate) const UNITS: f64 = 1000.0;

/// A step of a contour, absolute, y upwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Line(i16, i16),
    Curve([i16; 6]),
}

impl Step {
    pub fn end(self) -> (i16, i16) {
        match self {
            Self::Line(x, y) => (x, y),
            Self::Curve([.., x, y]) => (x, y),
        }
    }
}

/// A closed contour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Contour {
    pub start: (i16, i16),
    pub steps: Vec<Step>,
}

/// A flattened glyph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    pub advance: u16,
    pub contours: Vec<Contour>,
}

impl Shape {
    pub fn is_empty(&self) -> bool {
        self.contours.is_empty()
    }

    /// `[min x, min y, max x, max y]` of all points (control points too), y upwards.
    pub fn bounds(&self) -> Option<[i16; 4]> {
        let mut bounds: Option<[i16; 4]> = None;
        let mut take = |x: i16, y: i16| {
            let [a, b, c, d] = bounds.unwrap_or([x, y, x, y]);
            bounds = Some([a.min(x), b.min(y), c.max(x), d.max(y)]);
        };
        for contour in &self.contours {
            take(contour.start.0, contour.start.1);
            for step in &contour.steps {
                match *step {
                    Step::Line(x, y) => take(x, y),
                    Step::Curve([a, b, c, d, x, y]) => {
                        take(a, b);
                        take(c, d);
                        take(x, y);
                    }
                }
            }
        }
        bounds
    }

    /// In em units, y downwards, baseline at 0.
    pub fn outline(&self) -> Outline {
        let point = |x: i16, y: i16| Point { x: f64::from(x) / UNITS, y: -f64::from(y) / UNITS };
        let mut segments = Vec::new();
        for contour in &self.contours {
            segments.push(Segment::Move(point(contour.start.0, contour.start.1)));
            segments.extend(contour.steps.iter().map(|step| match *step {
                Step::Line(x, y) => Segment::Line(point(x, y)),
                Step::Curve([a, b, c, d, x, y]) => Segment::Curve(point(a, b), point(c, d), point(x, y)),
            }));
            segments.push(Segment::Close);
        }
        Outline(segments)
    }
}

/// Collects what a font says, scales it to 1/1000 em, rounds it, and makes quadratic curves cubic.
pub(crate) struct ShapeBuilder {
    scale: f64,
    contours: Vec<Contour>,
    /// The unrounded current point: a quadratic's cubic control points are computed from it.
    at: (f64, f64),
    out_of_range: bool,
}

impl ShapeBuilder {
    pub fn new(units_per_em: u16) -> Self {
        Self {
            scale: UNITS / f64::from(units_per_em.max(1)),
            contours: Vec::new(),
            at: (0.0, 0.0),
            out_of_range: false,
        }
    }

    /// `None` when a coordinate is beyond what a charstring can say, which no honest glyph's is.
    pub fn finish(mut self, advance: u16) -> Option<Shape> {
        let advance = self.round(f64::from(advance) * self.scale);
        if self.out_of_range {
            return None;
        }
        self.contours.retain(|contour| !contour.steps.is_empty());
        Some(Shape { advance: u16::try_from(advance).unwrap_or(0), contours: self.contours })
    }

    /// Half of the range of `i16`, so that a difference of two coordinates is in range as well.
    fn round(&mut self, value: f64) -> i16 {
        const LIMIT: f64 = 16_000.0;
        let rounded = value.round();
        if !(-LIMIT..=LIMIT).contains(&rounded) {
            self.out_of_range = true;
            return 0;
        }
        rounded as i16
    }

    fn scaled(&self, x: f32, y: f32) -> (f64, f64) {
        (f64::from(x) * self.scale, f64::from(y) * self.scale)
    }

    fn curve(&mut self, a: (f64, f64), b: (f64, f64), end: (f64, f64)) {
        let rounded = [a.0, a.1, b.0, b.1, end.0, end.1].map(|value| self.round(value));
        self.push(Step::Curve(rounded));
        self.at = end;
    }

    /// Leaves out steps that rounding has made empty.
    fn push(&mut self, step: Step) {
        let Some(contour) = self.contours.last_mut() else {
            return;
        };
        let (x, y) = contour.steps.last().map_or(contour.start, |last| last.end());
        let empty = match step {
            Step::Line(a, b) => (a, b) == (x, y),
            Step::Curve(points) => points == [x, y, x, y, x, y],
        };
        if !empty {
            contour.steps.push(step);
        }
    }
}

impl OutlineBuilder for ShapeBuilder {
    fn move_to(&mut self, x: f32, y: f32) {
        self.at = self.scaled(x, y);
        let start = (self.round(self.at.0), self.round(self.at.1));
        self.contours.push(Contour { start, steps: Vec::new() });
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.at = self.scaled(x, y);
        let end = (self.round(self.at.0), self.round(self.at.1));
        self.push(Step::Line(end.0, end.1));
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let (from, control, end) = (self.at, self.scaled(x1, y1), self.scaled(x, y));
        let towards =
            |p: (f64, f64)| (p.0 + (control.0 - p.0) * 2.0 / 3.0, p.1 + (control.1 - p.1) * 2.0 / 3.0);
        self.curve(towards(from), towards(end), end);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let (a, b, end) = (self.scaled(x1, y1), self.scaled(x2, y2), self.scaled(x, y));
        self.curve(a, b, end);
    }

    /// A filled contour closes itself; a last line back to the start would only cost bytes.
    fn close(&mut self) {
        if let Some(contour) = self.contours.last_mut()
            && let Some(Step::Line(x, y)) = contour.steps.last()
            && (*x, *y) == contour.start
        {
            contour.steps.pop();
        }
    }
}

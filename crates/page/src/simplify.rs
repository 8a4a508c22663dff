//! Outlines with fewer steps, for what is drawn small: a letter's finest curves, printed four millimetres high,
//! are thinner than a printer's dot, yet cost their bytes in every file.

use crate::draw::{Outline, Point, Segment};

/// The outline with curves made straight and corners left out where that moves the line by no more than
/// `tolerance` (in the outline's own unit).
pub fn simplify(outline: &Outline, tolerance: f64) -> Outline {
    let mut simple =
        Simplifier { tolerance, out: Vec::with_capacity(outline.0.len()), at: ORIGIN, run: Vec::new() };
    for segment in &outline.0 {
        simple.take(*segment);
    }
    simple.flush();
    Outline(simple.out)
}

const ORIGIN: Point = Point { x: 0.0, y: 0.0 };

struct Simplifier {
    tolerance: f64,
    out: Vec<Segment>,
    /// Where the last step that is already written ended.
    at: Point,
    /// Ends of straight steps since then.
    run: Vec<Point>,
}

impl Simplifier {
    fn take(&mut self, segment: Segment) {
        match segment {
            Segment::Line(end) => self.run.push(end),
            Segment::Curve(a, b, end) if self.is_flat(a, b, end) => self.run.push(end),
            Segment::Curve(_, _, end) | Segment::Move(end) => {
                self.flush();
                self.out.push(segment);
                self.at = end;
            }
            Segment::Close => {
                self.flush();
                self.out.push(segment);
            }
        }
    }

    /// A cubic leaves its chord by at most three quarters of what its control points do.
    fn is_flat(&self, a: Point, b: Point, end: Point) -> bool {
        let start = self.run.last().copied().unwrap_or(self.at);
        let limit = self.tolerance * 4.0 / 3.0;
        distance(a, start, end) <= limit && distance(b, start, end) <= limit
    }

    /// Writes the run with as few lines as the tolerance allows, each as long as it can be.
    fn flush(&mut self) {
        let run = std::mem::take(&mut self.run);
        let mut rest = run.as_slice();
        while !rest.is_empty() {
            let reach = (2..=rest.len())
                .take_while(|&count| {
                    let (skipped, end) = rest.split_at(count - 1);
                    end.first().is_some_and(|&end| {
                        skipped.iter().all(|&point| distance(point, self.at, end) <= self.tolerance)
                    })
                })
                .last()
                .unwrap_or(1);
            let (taken, after) = rest.split_at(reach);
            if let Some(&end) = taken.last() {
                self.out.push(Segment::Line(end));
                self.at = end;
            }
            rest = after;
        }
    }
}

/// From a point to a stretch of line.
fn distance(point: Point, from: Point, to: Point) -> f64 {
    let (dx, dy) = (to.x - from.x, to.y - from.y);
    let length = dx * dx + dy * dy;
    let along = if length > 0.0 {
        (((point.x - from.x) * dx + (point.y - from.y) * dy) / length).clamp(0.0, 1.0)
    } else {
        0.0
    };
    (point.x - from.x - along * dx).hypot(point.y - from.y - along * dy)
}

//! One glyph as TrueType describes it: points on and off quadratic curves (ISO/IEC 14496-22, 5.3.3).

use super::UNITS;
use crate::draw::{Outline, Point, Segment};
use crate::shape::{self, Contour, Shape, Step};
use crate::simplify::simplify;

/// How far a quadratic may stray from the cubic it stands for, in 1/1000 em: a hundredth of a millimetre in letters
/// five millimetres high.
const TOLERANCE: f64 = 2.0;
/// How far a line may stray for fewer points, likewise.
const LINE_TOLERANCE: f64 = 4.0;
/// From 1/1000 em to the font's units.
const SCALE: f64 = UNITS as f64 / shape::UNITS;
/// More pieces than any honest curve needs at this tolerance.
const MAX_PIECES: u32 = 16;

/// A simple glyph description, padded to an even length; empty for a glyph without ink.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Program {
    pub bytes: Box<[u8]>,
    pub points: u16,
    pub contours: u16,
    /// `[min x, min y, max x, max y]` of all points.
    pub bounds: [i16; 4],
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Node {
    x: i16,
    y: i16,
    on: bool,
}

impl Program {
    /// `Default` where there is nothing to draw, or more of it than a description can count.
    pub fn of(shape: &Shape) -> Self {
        let contours: Vec<Vec<Node>> =
            shape.contours.iter().map(nodes).filter(|contour| contour.len() > 2).collect();
        let nodes = || contours.iter().flatten();
        let (Ok(points), Ok(count)) = (u16::try_from(nodes().count()), i16::try_from(contours.len())) else {
            return Self::default();
        };
        let Some(bounds) = nodes()
            .map(|node| [node.x, node.y, node.x, node.y])
            .reduce(|[a, b, c, d], [e, f, g, h]| [a.min(e), b.min(f), c.max(g), d.max(h)])
        else {
            return Self::default();
        };
        let mut out = Vec::with_capacity(12 + usize::from(points) * 4);
        out.extend(count.to_be_bytes());
        out.extend(bounds.iter().flat_map(|bound| bound.to_be_bytes()));
        let mut last = u16::MAX;
        for contour in &contours {
            last = last.wrapping_add(u16::try_from(contour.len()).unwrap_or(u16::MAX));
            out.extend(last.to_be_bytes());
        }
        out.extend([0, 0]); // no instructions
        push_points(&mut out, &contours.concat());
        if out.len() % 2 == 1 {
            out.push(0);
        }
        Self { bytes: out.into(), points, contours: count.unsigned_abs(), bounds }
    }
}

/// The points of a contour, its last one not repeating the first.
fn nodes(contour: &Contour) -> Vec<Node> {
    let point = |x: i16, y: i16| Point { x: x.into(), y: y.into() };
    let start = point(contour.start.0, contour.start.1);
    let mut outline = vec![Segment::Move(start)];
    outline.extend(contour.steps.iter().map(|step| match *step {
        Step::Line(x, y) => Segment::Line(point(x, y)),
        Step::Curve([a, b, c, d, x, y]) => Segment::Curve(point(a, b), point(c, d), point(x, y)),
    }));
    let mut nodes = Vec::with_capacity(outline.len());
    let mut at = start;
    for segment in simplify(&Outline(outline), LINE_TOLERANCE).0 {
        match segment {
            Segment::Move(end) | Segment::Line(end) => {
                nodes.push(Node::of(end, true));
                at = end;
            }
            Segment::Curve(a, b, end) => {
                curve(&mut nodes, [at, a, b, end]);
                at = end;
            }
            Segment::Close => {}
        }
    }
    // Steps that rounding has made empty.
    nodes.dedup_by(|next, node| node.on && next == node);
    if nodes.len() > 1 && nodes.last() == Some(&Node::of(start, true)) {
        nodes.pop();
    }
    nodes
}

/// Cuts a cubic into equal parts of its parameter, each near enough to one quadratic. Where two of these
/// meet in the middle between their control points, the point is left out: readers put it back.
fn curve(nodes: &mut Vec<Node>, [p0, p1, p2, p3]: [Point; 4]) {
    let bend = |a: f64, b: f64, c: f64, d: f64| d - 3.0 * c + 3.0 * b - a;
    let size = bend(p0.x, p1.x, p2.x, p3.x).hypot(bend(p0.y, p1.y, p2.y, p3.y));
    // The distance of a cubic from its quadratic is √3/36 of its third difference, an eighth in each half.
    let wanted = (size * 3_f64.sqrt() / 36.0 / TOLERANCE).cbrt().ceil();
    let pieces = (1..MAX_PIECES).find(|count| f64::from(*count) >= wanted).unwrap_or(MAX_PIECES);
    let at = |t: f64| {
        let u = 1.0 - t;
        let part = |a, b, c, d| u * u * u * a + 3.0 * u * u * t * b + 3.0 * u * t * t * c + t * t * t * d;
        Point { x: part(p0.x, p1.x, p2.x, p3.x), y: part(p0.y, p1.y, p2.y, p3.y) }
    };
    let slope = |t: f64| {
        let u = 1.0 - t;
        let part = |a, b, c, d| 3.0 * (u * u * (b - a) + 2.0 * u * t * (c - b) + t * t * (d - c));
        Point { x: part(p0.x, p1.x, p2.x, p3.x), y: part(p0.y, p1.y, p2.y, p3.y) }
    };
    let width = 1.0 / f64::from(pieces);
    for piece in 0..pieces {
        let (from, to) = (f64::from(piece) * width, f64::from(piece + 1) * width);
        let (start, end) = (at(from), at(to));
        let (leaving, arriving) = (slope(from), slope(to));
        // (3(c1 + c2) − start − end) / 4 of the piece, whose c1 and c2 follow from its slopes.
        let control = |start: f64, end: f64, leaving: f64, arriving: f64| {
            (2.0 * (start + end) + width * (leaving - arriving)) / 4.0
        };
        let control = Point {
            x: control(start.x, end.x, leaving.x, arriving.x),
            y: control(start.y, end.y, leaving.y, arriving.y),
        };
        nodes.push(Node::of(control, false));
        nodes.push(Node::of(if piece + 1 < pieces { end } else { p3 }, true));
        drop_implied(nodes);
    }
}

impl Node {
    /// Kept within what shapes are kept in, so that differences are in range too.
    fn of(point: Point, on: bool) -> Self {
        let whole = |value: f64| (value * SCALE).round().clamp(-16_000.0, 16_000.0) as i16;
        Node { x: whole(point.x), y: whole(point.y), on }
    }
}

/// Takes out the point before the last two where it is implied by its neighbours.
fn drop_implied(nodes: &mut Vec<Node>) {
    let Some([.., before, joint, after, _]) = nodes.last_chunk::<4>() else { return };
    let near = |a: i16, b: i16, c: i16| (i32::from(a) + i32::from(c) - 2 * i32::from(b)).abs() <= 1;
    let implied = !before.on
        && joint.on
        && !after.on
        && near(before.x, joint.x, after.x)
        && near(before.y, joint.y, after.y);
    if implied {
        nodes.remove(nodes.len() - 3);
    }
}

/// Flags, then x, then y, each as short as it can be.
fn push_points(out: &mut Vec<u8>, nodes: &[Node]) {
    const REPEAT: u8 = 8;
    let (mut x, mut y) = (0_i16, 0_i16);
    let mut flags = Vec::with_capacity(nodes.len());
    let (mut xs, mut ys) = (Vec::with_capacity(nodes.len() * 2), Vec::with_capacity(nodes.len() * 2));
    for node in nodes {
        let along = push_delta(&mut xs, node.x - x);
        let up = push_delta(&mut ys, node.y - y);
        flags.push(u8::from(node.on) | (along << 1) | (up << 2));
        (x, y) = (node.x, node.y);
    }
    for run in flags.chunk_by(|a, b| a == b) {
        for part in run.chunks(256) {
            let Some(flag) = part.first() else { continue };
            match u8::try_from(part.len() - 1) {
                Ok(again @ 2..) => out.extend([flag | REPEAT, again]),
                _ => out.extend(part),
            }
        }
    }
    out.extend(xs);
    out.extend(ys);
}

/// Writes a difference; answers with the flag bits that say how (bit 0: one byte, bit 3: same or positive).
fn push_delta(out: &mut Vec<u8>, delta: i16) -> u8 {
    const SHORT: u8 = 1;
    const SAME_OR_POSITIVE: u8 = 8;
    match (delta, u8::try_from(delta.unsigned_abs())) {
        (0, _) => SAME_OR_POSITIVE,
        (_, Ok(small)) => {
            out.push(small);
            if delta > 0 { SHORT | SAME_OR_POSITIVE } else { SHORT }
        }
        _ => {
            out.extend(delta.to_be_bytes());
            0
        }
    }
}

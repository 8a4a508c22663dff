//! Vector ornaments: frames, guilloche bands, rosettes, rules, circles, stars. Few paths, drawn many times.

use std::f64::consts::TAU;
use std::sync::Arc;

use yinxin_page::draw::{Draw, Outline, Point, Rect, Segment, Transform};

use crate::template::{Band, Frame, Hex, Paper, Rosette, Rule};

/// Control points of a quarter circle lie this part of the radius from its ends.
const ARC: f64 = 0.552_284_75;

/// A filled rectangle.
pub(crate) fn panel(area: Rect, color: Hex) -> Draw {
    Draw::Fill { outline: rectangle(area), color: color.0, even_odd: false }
}

pub(crate) fn rectangle(area: Rect) -> Outline {
    let (right, bottom) = (area.x + area.w, area.y + area.h);
    Outline(vec![
        Segment::Move(at(area.x, area.y)),
        Segment::Line(at(right, area.y)),
        Segment::Line(at(right, bottom)),
        Segment::Line(at(area.x, bottom)),
        Segment::Close,
    ])
}

pub(crate) fn frame(paper: &Paper, frame: &Frame) -> Draw {
    let (near, n) = (frame.inset, frame.notch);
    let (right, bottom) = (paper.width - near, paper.height - near);
    let outline = if n > 0.0 {
        // Clockwise from the top side; each corner is the centre of a hollow quarter circle.
        let k = ARC * n;
        Outline(vec![
            Segment::Move(at(near + n, near)),
            Segment::Line(at(right - n, near)),
            Segment::Curve(at(right - n, near + k), at(right - k, near + n), at(right, near + n)),
            Segment::Line(at(right, bottom - n)),
            Segment::Curve(at(right - k, bottom - n), at(right - n, bottom - k), at(right - n, bottom)),
            Segment::Line(at(near + n, bottom)),
            Segment::Curve(at(near + n, bottom - k), at(near + k, bottom - n), at(near, bottom - n)),
            Segment::Line(at(near, near + n)),
            Segment::Curve(at(near + k, near + n), at(near + n, near + k), at(near + n, near)),
            Segment::Close,
        ])
    } else {
        rectangle(Rect { x: near, y: near, w: right - near, h: bottom - near })
    };
    Draw::Stroke { outline, color: frame.color.0, width: frame.width }
}

/// One period of all strands is the form; it is set along the four sides.
pub(crate) fn band(paper: &Paper, band: &Band) -> Draw {
    let mut segments = Vec::new();
    for strand in 0..band.strands {
        wave(&mut segments, band, TAU * f64::from(strand) / f64::from(band.strands));
    }
    let form = vec![Draw::Stroke { outline: Outline(segments), color: band.color.0, width: band.width }];
    let (near, gap) = (band.inset, band.corner);
    let (w, h) = (paper.width, paper.height);
    let mut places = Vec::new();
    // Each side as its start and its direction: right, down, left, up.
    let sides = [
        (at(near + gap, near), (1.0, 0.0), w),
        (at(w - near, near + gap), (0.0, 1.0), h),
        (at(w - near - gap, h - near), (-1.0, 0.0), w),
        (at(near, h - near - gap), (0.0, -1.0), h),
    ];
    for (start, (dx, dy), side) in sides {
        let length = side - 2.0 * (near + gap);
        let count = (length / band.period).round().max(1.0);
        let step = length / count;
        let stretch = step / band.period;
        let mut done = 0.0;
        while done < count {
            places.push(Transform {
                a: dx * stretch,
                b: dy * stretch,
                c: -dy,
                d: dx,
                e: start.x + dx * step * done,
                f: start.y + dy * step * done,
            });
            done += 1.0;
        }
    }
    Draw::Repeat { form: Arc::new(form), at: places }
}

/// One period of a sine as four cubic pieces with the sine's own slopes.
fn wave(segments: &mut Vec<Segment>, band: &Band, phase: f64) {
    const PIECES: [f64; 4] = [0.0, 0.25, 0.5, 0.75];
    let step = band.period / 4.0;
    let y = |x: f64| band.amplitude * (TAU * x / band.period + phase).sin();
    let slope = |x: f64| band.amplitude * TAU / band.period * (TAU * x / band.period + phase).cos();
    segments.push(Segment::Move(at(0.0, y(0.0))));
    for piece in PIECES {
        let (from, to) = (piece * band.period, piece * band.period + step);
        let third = step / 3.0;
        segments.push(Segment::Curve(
            at(from + third, y(from) + slope(from) * third),
            at(to - third, y(to) - slope(to) * third),
            at(to, y(to)),
        ));
    }
}

/// One loop is the form; it is turned about every centre.
pub(crate) fn rosette(rosette: &Rosette) -> Draw {
    let (inner, outer) = (rosette.inner, rosette.outer);
    let length = outer - inner;
    let side = length * rosette.breadth;
    let lean = inner + length * 0.25;
    let form = vec![Draw::Stroke {
        outline: Outline(vec![
            Segment::Move(at(inner, 0.0)),
            Segment::Curve(at(lean, -side), at(outer, -side), at(outer, 0.0)),
            Segment::Curve(at(outer, side), at(lean, side), at(inner, 0.0)),
            Segment::Close,
        ]),
        color: rosette.color.0,
        width: rosette.width,
    }];
    let turns = rosette.at.iter().flat_map(|[x, y]| {
        (0..rosette.petals).map(|petal| {
            let angle = TAU * f64::from(petal) / f64::from(rosette.petals);
            turned(angle, at(*x, *y))
        })
    });
    Draw::Repeat { at: turns.collect(), form: Arc::new(form) }
}

pub(crate) fn rule(rule: &Rule) -> Vec<Draw> {
    let (x, y, end) = (rule.x, rule.y, rule.x + rule.length);
    let mut draws = Vec::with_capacity(2);
    let outline = if rule.lozenge > 0.0 {
        let (middle, half) = (rule.x + rule.length / 2.0, rule.lozenge);
        let gap = half * 2.0;
        draws.push(Draw::Fill {
            outline: Outline(vec![
                Segment::Move(at(middle - half, y)),
                Segment::Line(at(middle, y - half * 0.6)),
                Segment::Line(at(middle + half, y)),
                Segment::Line(at(middle, y + half * 0.6)),
                Segment::Close,
            ]),
            color: rule.color.0,
            even_odd: false,
        });
        vec![
            Segment::Move(at(x, y)),
            Segment::Line(at(middle - gap, y)),
            Segment::Move(at(middle + gap, y)),
            Segment::Line(at(end, y)),
        ]
    } else {
        vec![Segment::Move(at(x, y)), Segment::Line(at(end, y))]
    };
    draws.push(Draw::Stroke { outline: Outline(outline), color: rule.color.0, width: rule.width });
    draws
}

pub(crate) fn circle(centre: Point, radius: f64) -> Outline {
    let (Point { x, y }, r, k) = (centre, radius, ARC * radius);
    Outline(vec![
        Segment::Move(at(x + r, y)),
        Segment::Curve(at(x + r, y + k), at(x + k, y + r), at(x, y + r)),
        Segment::Curve(at(x - k, y + r), at(x - r, y + k), at(x - r, y)),
        Segment::Curve(at(x - r, y - k), at(x - k, y - r), at(x, y - r)),
        Segment::Curve(at(x + k, y - r), at(x + r, y - k), at(x + r, y)),
        Segment::Close,
    ])
}

/// A five-pointed star, one point upwards.
pub(crate) fn star(centre: Point, radius: f64) -> Outline {
    // The inner corners of a pentagram lie at this part of its radius.
    const INNER: f64 = 0.381_966_01;
    let mut segments: Vec<Segment> = (0..10)
        .map(|corner| {
            let angle = TAU * f64::from(corner) / 10.0;
            let r = if corner % 2 == 0 { radius } else { radius * INNER };
            let point = at(centre.x + r * angle.sin(), centre.y - r * angle.cos());
            if corner == 0 { Segment::Move(point) } else { Segment::Line(point) }
        })
        .collect();
    segments.push(Segment::Close);
    Outline(segments)
}

/// Turns by `angle` (clockwise on the page), then moves the origin to `to`.
pub(crate) fn turned(angle: f64, to: Point) -> Transform {
    let (sin, cos) = angle.sin_cos();
    Transform { a: cos, b: sin, c: -sin, d: cos, e: to.x, f: to.y }
}

/// Maps a point.
pub(crate) fn apply(t: &Transform, p: Point) -> Point {
    at(t.a * p.x + t.c * p.y + t.e, t.b * p.x + t.d * p.y + t.f)
}

fn at(x: f64, y: f64) -> Point {
    Point { x, y }
}

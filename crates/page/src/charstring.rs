//! Type 2 charstrings (Adobe Technical Note 5177) from shapes: no subroutines, no hints, the shortest
//! operators that are easy to find, so that an embedded subset stays small without compression.

use crate::shape::{Contour, Shape, Step};

/// What the private dictionary of every subset gives as default width; most glyphs here are one em wide.
pub(crate) const DEFAULT_WIDTH: u16 = 1000;

/// The deepest operand stack that an interpreter must have.
const STACK: usize = 48;

const VMOVETO: u8 = 4;
const RLINETO: u8 = 5;
const HLINETO: u8 = 6;
const VLINETO: u8 = 7;
const RRCURVETO: u8 = 8;
const ENDCHAR: u8 = 14;
const RMOVETO: u8 = 21;
const HMOVETO: u8 = 22;
const VVCURVETO: u8 = 26;
const HHCURVETO: u8 = 27;
const VHCURVETO: u8 = 30;
const HVCURVETO: u8 = 31;

/// The charstring of a shape, in a font whose nominal width is 0 and default width [`DEFAULT_WIDTH`].
pub(crate) fn encode(shape: &Shape) -> Box<[u8]> {
    let mut out = Vec::with_capacity(200);
    if shape.advance != DEFAULT_WIDTH {
        number(&mut out, i32::from(shape.advance));
    }
    let mut at = (0, 0);
    for contour in &shape.contours {
        let start = (i32::from(contour.start.0), i32::from(contour.start.1));
        match (start.0 - at.0, start.1 - at.1) {
            (dx, 0) => operator(&mut out, &[dx], HMOVETO),
            (0, dy) => operator(&mut out, &[dy], VMOVETO),
            (dx, dy) => operator(&mut out, &[dx, dy], RMOVETO),
        }
        let deltas = deltas(contour);
        let mut rest = deltas.as_slice();
        while let Some(first) = rest.first() {
            let used = match first {
                Delta::Line(..) => lines(&mut out, rest),
                Delta::Curve(_) => curves(&mut out, rest),
            };
            rest = rest.get(used..).unwrap_or_default();
        }
        at = contour.steps.last().map_or(start, |step| {
            let (x, y) = step.end();
            (i32::from(x), i32::from(y))
        });
    }
    out.push(ENDCHAR);
    out.into_boxed_slice()
}

/// A step relative to the one before.
#[derive(Clone, Copy)]
enum Delta {
    Line(i32, i32),
    Curve([i32; 6]),
}

fn deltas(contour: &Contour) -> Vec<Delta> {
    let (mut x, mut y) = (i32::from(contour.start.0), i32::from(contour.start.1));
    let mut to = |nx: i16, ny: i16| {
        let (nx, ny) = (i32::from(nx), i32::from(ny));
        let delta = (nx - x, ny - y);
        (x, y) = (nx, ny);
        delta
    };
    contour
        .steps
        .iter()
        .map(|step| match *step {
            Step::Line(a, b) => {
                let (dx, dy) = to(a, b);
                Delta::Line(dx, dy)
            }
            Step::Curve([a, b, c, d, e, f]) => {
                let ((a, b), (c, d), (e, f)) = (to(a, b), to(c, d), to(e, f));
                Delta::Curve([a, b, c, d, e, f])
            }
        })
        .collect()
}

/// Writes the lines at the head of `rest` with one operator; returns how many.
fn lines(out: &mut Vec<u8>, rest: &[Delta]) -> usize {
    let mut arguments = Vec::new();
    let horizontal_first = matches!(rest.first(), Some(Delta::Line(_, 0)));
    let mut horizontal = horizontal_first;
    for delta in rest.iter().take(STACK) {
        match *delta {
            Delta::Line(dx, 0) if horizontal => arguments.push(dx),
            Delta::Line(0, dy) if !horizontal => arguments.push(dy),
            _ => break,
        }
        horizontal = !horizontal;
    }
    if !arguments.is_empty() {
        let code = if horizontal_first { HLINETO } else { VLINETO };
        operator(out, &arguments, code);
        return arguments.len();
    }
    for delta in rest.iter().take(STACK / 2) {
        match *delta {
            Delta::Line(dx, dy) if dx != 0 && dy != 0 => arguments.extend([dx, dy]),
            _ => break,
        }
    }
    operator(out, &arguments, RLINETO);
    arguments.len() / 2
}

/// Writes the curves at the head of `rest` with one operator; returns how many.
fn curves(out: &mut Vec<u8>, rest: &[Delta]) -> usize {
    let first = match rest.first() {
        Some(Delta::Curve(curve)) => *curve,
        _ => return 1,
    };
    match first {
        [_, 0, _, _, _, 0] => flat(out, rest, HHCURVETO),
        [0, _, _, _, 0, _] => flat(out, rest, VVCURVETO),
        [_, 0, ..] => alternating(out, rest, true),
        [0, _, ..] => alternating(out, rest, false),
        [.., 0] => flat(out, rest, HHCURVETO),
        [.., 0, _] => flat(out, rest, VVCURVETO),
        _ => general(out, rest),
    }
}

/// `hhcurveto` and `vvcurveto`: curves that begin and end along one axis; the first may begin askew.
fn flat(out: &mut Vec<u8>, rest: &[Delta], code: u8) -> usize {
    let mut arguments = Vec::new();
    let mut used = 0;
    for delta in rest {
        let Delta::Curve(curve) = *delta else { break };
        // Seen along the axis: `a` is the component along it, `b` the one across.
        let [a, b, dx2, dy2, along, across] = match (code, curve) {
            (HHCURVETO, curve) => curve,
            (_, [dx1, dy1, dx2, dy2, dx3, dy3]) => [dy1, dx1, dx2, dy2, dy3, dx3],
        };
        if across != 0 || (b != 0 && used > 0) || arguments.len() + 5 > STACK {
            break;
        }
        if b != 0 {
            arguments.push(b);
        }
        arguments.extend([a, dx2, dy2, along]);
        used += 1;
    }
    operator(out, &arguments, code);
    used
}

/// `hvcurveto` and `vhcurveto`: each curve begins along one axis and ends along the other, and the next
/// begins there; the last may end askew.
fn alternating(out: &mut Vec<u8>, rest: &[Delta], horizontal_first: bool) -> usize {
    let mut arguments = Vec::new();
    let mut used = 0;
    let mut horizontal = horizontal_first;
    for delta in rest {
        let Delta::Curve(curve) = *delta else { break };
        let [begin, askew, dx2, dy2, end, last] = match (horizontal, curve) {
            (true, [dx1, dy1, dx2, dy2, dx3, dy3]) => [dx1, dy1, dx2, dy2, dy3, dx3],
            (false, [dx1, dy1, dx2, dy2, dx3, dy3]) => [dy1, dx1, dx2, dy2, dx3, dy3],
        };
        if askew != 0 || arguments.len() + 5 > STACK {
            break;
        }
        arguments.extend([begin, dx2, dy2, end]);
        used += 1;
        if last != 0 {
            arguments.push(last);
            break;
        }
        horizontal = !horizontal;
    }
    let code = if horizontal_first { HVCURVETO } else { VHCURVETO };
    operator(out, &arguments, code);
    used
}

/// `rrcurveto`: curves that neither begin nor end along an axis.
fn general(out: &mut Vec<u8>, rest: &[Delta]) -> usize {
    let mut arguments = Vec::new();
    for delta in rest.iter().take(STACK / 6) {
        match *delta {
            Delta::Curve(curve @ [a, b, _, _, c, d]) if a != 0 && b != 0 && c != 0 && d != 0 => {
                arguments.extend(curve);
            }
            _ => break,
        }
    }
    operator(out, &arguments, RRCURVETO);
    arguments.len() / 6
}

fn operator(out: &mut Vec<u8>, arguments: &[i32], code: u8) {
    for &argument in arguments {
        number(out, argument);
    }
    out.push(code);
}

/// A charstring integer; shapes keep their coordinates and differences within 16 bits.
fn number(out: &mut Vec<u8>, value: i32) {
    match value {
        -107..=107 => out.push((value + 139) as u8),
        108..=1131 => {
            let value = value - 108;
            out.extend([(value >> 8) as u8 + 247, value as u8]);
        }
        -1131..=-108 => {
            let value = -value - 108;
            out.extend([(value >> 8) as u8 + 251, value as u8]);
        }
        _ => {
            out.push(28);
            out.extend((value as i16).to_be_bytes());
        }
    }
}

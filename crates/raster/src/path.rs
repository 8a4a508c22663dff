//! Outlines as paths, and what a drawing is made of.

use tiny_skia::{Path, PathBuilder, Transform as Matrix};
use yinxin_page::draw::{Color, Draw, Outline, Point, QrMatrix, Segment, Transform};

use crate::Error;

/// `None` where there is nothing to draw.
pub(crate) fn path(outline: &Outline) -> Result<Option<Path>, Error> {
    let mut path = PathBuilder::with_capacity(outline.0.len(), outline.0.len());
    for segment in &outline.0 {
        match segment {
            Segment::Move(to) => {
                let (x, y) = coordinates(*to)?;
                path.move_to(x, y);
            }
            Segment::Line(to) => {
                let (x, y) = coordinates(*to)?;
                path.line_to(x, y);
            }
            Segment::Curve(first, second, to) => {
                let ((x1, y1), (x2, y2)) = (coordinates(*first)?, coordinates(*second)?);
                let (x, y) = coordinates(*to)?;
                path.cubic_to(x1, y1, x2, y2, x, y);
            }
            Segment::Close => path.close(),
        }
    }
    Ok(path.finish())
}

/// The dark modules in units of one module, as one path: whatever its scale, no light line stands between two of them.
pub(crate) fn modules(matrix: &QrMatrix) -> Result<Option<Path>, Error> {
    let side = matrix.side;
    if side == 0 || side.checked_mul(side) != Some(matrix.dark.len()) {
        return Err(Error::Picture { reason: "a QR code that is not square" });
    }
    let mut path = PathBuilder::new();
    for (row, modules) in matrix.dark.chunks(side).enumerate() {
        for (column, _) in modules.iter().enumerate().filter(|(_, dark)| **dark) {
            let (x, y) = (column as f32, row as f32);
            if let Some(module) = tiny_skia::Rect::from_xywh(x, y, 1.0, 1.0) {
                path.push_rect(module);
            }
        }
    }
    Ok(path.finish())
}

pub(crate) fn matrix(place: &Transform) -> Result<Matrix, Error> {
    let Transform { a, b, c, d, e, f } = *place;
    Ok(Matrix::from_row(single(a)?, single(b)?, single(c)?, single(d)?, single(e)?, single(f)?))
}

/// A number in the precision of the renderer, in which a page's every point has its place.
pub(crate) fn single(value: f64) -> Result<f32, Error> {
    let value = value as f32;
    if value.is_finite() { Ok(value) } else { Err(Error::Far) }
}

/// The colour of a drawing that has but one.
pub(crate) fn only_color(draws: &[Draw]) -> Option<Color> {
    let mut colors = draws.iter().map(|draw| match draw {
        Draw::Fill { color, .. } | Draw::Stroke { color, .. } => Some(*color),
        Draw::Repeat { form, .. } => only_color(form),
        Draw::Text(_) | Draw::Image { .. } | Draw::Qr { .. } => None,
    });
    let first = colors.next()??;
    colors.all(|color| color == Some(first)).then_some(first)
}

fn coordinates(point: Point) -> Result<(f32, f32), Error> {
    Ok((single(point.x)?, single(point.y)?))
}

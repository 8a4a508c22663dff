//! Drawing instructions on a grid of points, with soft edges.

use tiny_skia::{
    BlendMode, Color, FillRule, FilterQuality, Paint, Path, PathBuilder, Pattern, Pixmap, Point, Shader,
    SpreadMode, Stroke, Transform as Matrix,
};
use yinxin_page::GlyphPool;
use yinxin_page::draw::{self, Draw, Image, QrMatrix, Rect, TextRun};

use crate::path::{matrix, modules, path, single};
use crate::samples::Samples;
use crate::{Error, MAX_POINTS};

/// Repeats inside repeats, as many as PDF takes.
const MAX_NESTING: u8 = 4;

/// Of PDF, where lines meet at a sharp angle.
const MITER_LIMIT: f32 = 10.0;

/// Points from the corner beyond which the renderer's fixed-point numbers do not reach; pages lie well within.
const REACH: f32 = 30_000.0;

const MILLIMETRES_PER_INCH: f64 = 25.4;

pub(crate) struct Canvas {
    pixmap: Pixmap,
    /// From millimetres to points.
    space: Matrix,
}

/// A vector drawing, made once for all its places.
enum Ink {
    Nothing,
    Fill(Path, Paint<'static>, FillRule),
    Stroke(Path, Paint<'static>, Stroke),
    Repeat(Vec<Ink>, Vec<Matrix>),
}

impl Canvas {
    /// The drawing's sides fall on the edges of the grid, so that nothing of another colour is left there.
    pub(crate) fn new(width: f64, height: f64, dpi: u32) -> Result<Self, Error> {
        let too_large = || Error::TooLarge { width, height, dpi, max: MAX_POINTS };
        let side = |length: f64| {
            let points = (length * f64::from(dpi) / MILLIMETRES_PER_INCH).round();
            // Compared before it is cast, which would make a number of anything.
            (points >= 1.0 && points <= MAX_POINTS as f64).then_some(points as u32)
        };
        let (Some(columns), Some(rows)) = (side(width), side(height)) else { return Err(too_large()) };
        if u64::from(columns) * u64::from(rows) > MAX_POINTS {
            return Err(too_large());
        }
        let pixmap = Pixmap::new(columns, rows).ok_or_else(too_large)?;
        let scale = |points: u32, length: f64| single(f64::from(points) / length);
        Ok(Self { pixmap, space: Matrix::from_scale(scale(columns, width)?, scale(rows, height)?) })
    }

    pub(crate) fn whiten(&mut self) {
        self.pixmap.fill(Color::WHITE);
    }

    pub(crate) fn into_pixmap(self) -> Pixmap {
        self.pixmap
    }

    pub(crate) fn draw(&mut self, draw: &Draw, pool: &GlyphPool) -> Result<(), Error> {
        match draw {
            Draw::Text(run) => self.text(run, pool),
            Draw::Image { rect, image } => self.image(*rect, image),
            Draw::Qr { rect, matrix } => self.code(*rect, matrix),
            Draw::Fill { .. } | Draw::Stroke { .. } | Draw::Repeat { .. } => self.vector(draw),
        }
    }

    /// Fills, strokes and repeats of them.
    pub(crate) fn vector(&mut self, draw: &Draw) -> Result<(), Error> {
        self.ink(&ink(draw, BlendMode::SourceOver, 0)?, self.space)
    }

    /// The same as a stamp prints them: what lies under the ink shines through.
    pub(crate) fn stamp(&mut self, draw: &Draw) -> Result<(), Error> {
        self.ink(&ink(draw, BlendMode::Multiply, 0)?, self.space)
    }

    fn ink(&mut self, ink: &Ink, place: Matrix) -> Result<(), Error> {
        match ink {
            Ink::Nothing => {}
            Ink::Fill(path, paint, rule) => {
                within_reach(path, 0.0, place)?;
                self.pixmap.fill_path(path, paint, *rule, place, None);
            }
            Ink::Stroke(path, paint, stroke) => {
                within_reach(path, stroke.width * MITER_LIMIT, place)?;
                self.pixmap.stroke_path(path, paint, stroke, place, None);
            }
            Ink::Repeat(form, at) => {
                for place in at.iter().map(|inner| place.pre_concat(*inner)) {
                    form.iter().try_for_each(|ink| self.ink(ink, place))?;
                }
            }
        }
        Ok(())
    }

    fn text(&mut self, run: &TextRun, pool: &GlyphPool) -> Result<(), Error> {
        let (paint, size) = (paint(run.color), single(run.size)?);
        for placed in &run.glyphs {
            let glyph = placed.glyph;
            if pool.style_of(glyph).is_none() {
                return Err(yinxin_page::Error::ForeignGlyph { index: glyph.0 }.into());
            }
            let (x, y) = (single(run.origin.x + placed.x)?, single(run.origin.y)?);
            if let Some(path) = path(&pool.outline(glyph))? {
                let place = self.space.pre_concat(Matrix::from_row(size, 0.0, 0.0, size, x, y));
                within_reach(&path, 0.0, place)?;
                self.pixmap.fill_path(&path, &paint, FillRule::Winding, place, None);
            }
        }
        Ok(())
    }

    fn code(&mut self, rect: Rect, matrix: &QrMatrix) -> Result<(), Error> {
        let side = matrix.side as f64;
        if let Some(path) = modules(matrix)? {
            let unit = self.unit(rect, side, side)?;
            within_reach(&path, 0.0, unit)?;
            self.pixmap.fill_path(&path, &paint(draw::Color(0, 0, 0)), FillRule::Winding, unit, None);
        }
        Ok(())
    }

    fn image(&mut self, rect: Rect, image: &Image) -> Result<(), Error> {
        let samples = Samples::read(image)?;
        let shown = |length: f64, scale: f32| (length * f64::from(scale)).abs().ceil() as usize;
        let samples = samples.shrunk(shown(rect.w, self.space.sx), shown(rect.h, self.space.sy));
        let picture = samples.into_pixmap()?;
        let (width, height) = (picture.width(), picture.height());
        let unit = self.unit(rect, f64::from(width), f64::from(height))?;
        let shader =
            Pattern::new(picture.as_ref(), SpreadMode::Pad, FilterQuality::Bilinear, 1.0, Matrix::identity());
        let paint = Paint { shader, ..Paint::default() };
        if let Some(frame) = tiny_skia::Rect::from_xywh(0.0, 0.0, width as f32, height as f32) {
            let frame = PathBuilder::from_rect(frame);
            within_reach(&frame, 0.0, unit)?;
            self.pixmap.fill_path(&frame, &paint, FillRule::Winding, unit, None);
        }
        Ok(())
    }

    /// Where a drawing of `width` by `height` fills the rectangle.
    fn unit(&self, rect: Rect, width: f64, height: f64) -> Result<Matrix, Error> {
        let (sx, sy) = (single(rect.w / width)?, single(rect.h / height)?);
        Ok(self.space.pre_concat(Matrix::from_row(sx, 0.0, 0.0, sy, single(rect.x)?, single(rect.y)?)))
    }
}

/// Refuses what would stray too far, which the renderer does not.
fn within_reach(path: &Path, margin: f32, place: Matrix) -> Result<(), Error> {
    let bounds = path.bounds();
    let (left, right) = (bounds.left() - margin, bounds.right() + margin);
    let (top, bottom) = (bounds.top() - margin, bounds.bottom() + margin);
    let mut corners = [(left, top), (right, top), (left, bottom), (right, bottom)].map(Point::from);
    place.map_points(&mut corners);
    let near = corners.iter().all(|corner| corner.x.abs() <= REACH && corner.y.abs() <= REACH);
    if near { Ok(()) } else { Err(Error::Far) }
}

fn ink(draw: &Draw, blend_mode: BlendMode, depth: u8) -> Result<Ink, Error> {
    let paint = |color: &draw::Color| Paint { blend_mode, ..paint(*color) };
    Ok(match draw {
        Draw::Fill { outline, color, even_odd } => {
            let rule = if *even_odd { FillRule::EvenOdd } else { FillRule::Winding };
            path(outline)?.map_or(Ink::Nothing, |path| Ink::Fill(path, paint(color), rule))
        }
        Draw::Stroke { outline, color, width } => {
            let stroke = Stroke { width: single(*width)?, miter_limit: MITER_LIMIT, ..Stroke::default() };
            path(outline)?.map_or(Ink::Nothing, |path| Ink::Stroke(path, paint(color), stroke))
        }
        Draw::Repeat { form, at } if depth < MAX_NESTING => Ink::Repeat(
            form.iter().map(|draw| ink(draw, blend_mode, depth + 1)).collect::<Result<_, _>>()?,
            at.iter().map(matrix).collect::<Result<_, _>>()?,
        ),
        Draw::Repeat { .. } | Draw::Text(_) | Draw::Image { .. } | Draw::Qr { .. } => {
            return Err(Error::NotVector);
        }
    })
}

fn paint(draw::Color(red, green, blue): draw::Color) -> Paint<'static> {
    let shader = Shader::SolidColor(Color::from_rgba8(red, green, blue, u8::MAX));
    Paint { shader, ..Paint::default() }
}

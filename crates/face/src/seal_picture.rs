//! Round seals as Chinese offices use them: ring, star, the name along the ring, a line beneath the star.
//!
//! Proportions follow 国发〔1999〕25号 as far as a drawing can: the name runs clockwise from lower left to
//! lower right, letters standing on the circle with their heads outwards. All is outline; a seal has no text
//! that could be selected. A drawing proves nothing: seals of this system's making say so in their names.

use std::f64::consts::TAU;

use yinxin_page::GlyphPool;
use yinxin_page::draw::{Color, Draw, Outline, Point, Segment, Transform};
use yinxin_page::simplify::simplify;
use yinxin_page::text::{self, TextStyle};

use crate::Error;
use crate::ornament::{apply, circle, star, turned};
use crate::typeset::in_block;

/// What a seal says.
#[derive(Clone, Debug, PartialEq)]
pub struct SealSpec<'a> {
    /// Runs along the ring.
    pub name: &'a str,
    /// Stands beneath the star, e.g. 测试专用章; may be empty.
    pub bottom: &'a str,
    /// Small digits along the lower ring; may be absent.
    pub number: Option<&'a str>,
    /// Outer diameter in millimetres; 42 is the usual one.
    pub diameter: f64,
    pub color: Color,
    /// The glyph pool's style for all letters.
    pub font: &'a str,
}

/// A drawing in millimetres from its top left corner.
#[derive(Clone, Debug, PartialEq)]
pub struct SealPicture {
    pub width: f64,
    pub height: f64,
    /// Fills and strokes only.
    pub draws: Vec<Draw>,
}

// Proportions as parts of the diameter.
const RING: f64 = 1.2 / 42.0;
const NAME_HEIGHT: f64 = 5.0 / 42.0;
const NAME_MARGIN: f64 = 0.9 / 42.0;
const STAR: f64 = 7.0 / 42.0;
const BOTTOM_HEIGHT: f64 = 3.9 / 42.0;
/// Of the line beneath the star: how far its middle is below the centre.
const BOTTOM_AT: f64 = 11.6 / 42.0;
const BOTTOM_WIDTH: f64 = 20.0 / 42.0;
const NUMBER_HEIGHT: f64 = 1.5 / 42.0;
const NUMBER_MARGIN: f64 = 0.7 / 42.0;
/// From digit to digit, as a part of their height.
const NUMBER_STEP: f64 = 0.8;

/// The widest arc a name may take, in turns, with room for the line beneath or without it.
const ARC_WITH_BOTTOM: f64 = 0.70;
const ARC_ALONE: f64 = 0.78;
/// The widest a letter and its share of the gaps may be, as a part of its height: short names do not spread.
const WIDEST: f64 = 1.7;
/// The narrowest a letter may be, as a part of its height, before letters become lower instead.
const NARROWEST: f64 = 0.66;
/// The lowest a letter may become, as a part of its usual height.
const LOWEST: f64 = 0.8;
/// How much of its share of the arc a letter fills.
const FILLED: f64 = 0.90;

/// How far a line may stray, in millimetres, for fewer bytes in every sealed file.
const TOLERANCE: f64 = 0.025;

/// Draws a seal.
///
/// # Errors
/// [`Error::Block`] when a character has no glyph.
pub fn seal_picture(spec: &SealSpec<'_>, pool: &GlyphPool) -> Result<SealPicture, Error> {
    let d = spec.diameter;
    let centre = Point { x: d / 2.0, y: d / 2.0 };
    let style = TextStyle {
        style: pool.style(spec.font).map_err(in_block("seal"))?,
        size: 1.0,
        spacing: 0.0,
        color: spec.color,
    };
    // A path for the star and one for each letter: formats write small places in fewer digits.
    let mut ink = vec![star(centre, d * STAR).0];
    let letters = Letters { pool, style, centre };
    let alone = spec.bottom.is_empty() && spec.number.is_none();
    letters.along_the_ring(
        &mut ink,
        spec.name,
        d * (0.5 - RING - NAME_MARGIN),
        d * NAME_HEIGHT,
        if alone { ARC_ALONE } else { ARC_WITH_BOTTOM },
    )?;
    letters.beneath(&mut ink, spec.bottom, d)?;
    if let Some(number) = spec.number {
        let radius = d * (0.5 - RING - NUMBER_MARGIN);
        letters.along_the_foot(&mut ink, number, radius, d * NUMBER_HEIGHT)?;
    }
    let width = d * RING;
    let ring = Draw::Stroke { outline: circle(centre, (d - width) / 2.0), color: spec.color, width };
    let fills = ink.into_iter().filter(|letter| !letter.is_empty()).map(|letter| {
        // Nonzero: strokes of a letter may overlap.
        Draw::Fill { outline: simplify(&Outline(letter), TOLERANCE), color: spec.color, even_odd: false }
    });
    Ok(SealPicture { width: d, height: d, draws: std::iter::once(ring).chain(fills).collect() })
}

struct Letters<'a> {
    pool: &'a GlyphPool,
    /// Of size 1: outlines come in em.
    style: TextStyle,
    centre: Point,
}

impl Letters<'_> {
    /// Clockwise over the top, heads outwards; `radius` is that of the circle of their heads. The more letters,
    /// the narrower they are, then the lower.
    fn along_the_ring(
        &self,
        ink: &mut Vec<Vec<Segment>>,
        name: &str,
        radius: f64,
        height: f64,
        widest_arc: f64,
    ) -> Result<(), Error> {
        let clusters = self.each(name)?;
        let count = f64::from(u32::try_from(clusters.len().max(1)).unwrap_or(u32::MAX));
        // Widths are felt at the middle of the letters, not at their feet.
        let width_at = |height: f64| {
            let middle = radius - height * 0.5;
            let share = (TAU * widest_arc / count).min(height * WIDEST / middle);
            (share, share * middle * FILLED)
        };
        let needed = width_at(height).1 / NARROWEST;
        let height = height.min(needed.max(height * LOWEST));
        let (share, width) = width_at(height);
        let width = width.min(height);
        let feet = radius - height;
        for (number, outline) in (0_u32..).zip(clusters) {
            let angle = (f64::from(number) - (count - 1.0) / 2.0) * share;
            let foot = Point { x: self.centre.x + feet * angle.sin(), y: self.centre.y - feet * angle.cos() };
            ink.push(set(&outline, width, height, &turned(angle, foot)).collect());
        }
        Ok(())
    }

    /// A straight line under the star.
    fn beneath(&self, ink: &mut Vec<Vec<Segment>>, words: &str, d: f64) -> Result<(), Error> {
        let clusters = self.each(words)?;
        if clusters.is_empty() {
            return Ok(());
        }
        let count = f64::from(u32::try_from(clusters.len()).unwrap_or(u32::MAX));
        let height = d * BOTTOM_HEIGHT;
        let step = (d * BOTTOM_WIDTH / count).min(height * 1.06);
        for (number, outline) in (0_u32..).zip(clusters) {
            let foot = Point {
                x: self.centre.x + (f64::from(number) - (count - 1.0) / 2.0) * step,
                y: self.centre.y + d * BOTTOM_AT + height / 2.0,
            };
            ink.push(set(&outline, (step * 0.95).min(height), height, &turned(0.0, foot)).collect());
        }
        Ok(())
    }

    /// Anticlockwise along the lower ring, heads inwards; `radius` is that of the letters' feet.
    fn along_the_foot(
        &self,
        ink: &mut Vec<Vec<Segment>>,
        number: &str,
        radius: f64,
        height: f64,
    ) -> Result<(), Error> {
        let clusters = self.each(number)?;
        let count = f64::from(u32::try_from(clusters.len().max(1)).unwrap_or(u32::MAX));
        let share = (height * NUMBER_STEP / radius).min(TAU * 0.2 / count);
        for (place, outline) in (0_u32..).zip(clusters) {
            let angle = (f64::from(place) - (count - 1.0) / 2.0) * share;
            let foot =
                Point { x: self.centre.x + radius * angle.sin(), y: self.centre.y + radius * angle.cos() };
            ink.push(set(&outline, height, height, &turned(-angle, foot)).collect());
        }
        Ok(())
    }

    fn each(&self, words: &str) -> Result<Vec<Outline>, Error> {
        text::letters(words)
            .map(|letter| text::outlined(self.pool, &self.style, letter).map_err(in_block("seal")))
            .collect()
    }
}

/// A letter from em units onto its place: its advance's middle at the foot, stretched to width and height.
fn set<'a>(
    outline: &'a Outline,
    width: f64,
    height: f64,
    place: &'a Transform,
) -> impl Iterator<Item = Segment> + 'a {
    let (left, right) = extent(outline);
    let middle = (left + right) / 2.0;
    let map = move |p: Point| {
        // The em box of an ideograph reaches from 0.12 below the baseline to 0.88 above it.
        let scaled = Point { x: (p.x - middle) * width, y: (p.y - (1.0 - text::ASCENT)) * height };
        apply(place, scaled)
    };
    outline.0.iter().map(move |segment| match *segment {
        Segment::Move(p) => Segment::Move(map(p)),
        Segment::Line(p) => Segment::Line(map(p)),
        Segment::Curve(a, b, c) => Segment::Curve(map(a), map(b), map(c)),
        Segment::Close => Segment::Close,
    })
}

/// The least and greatest x of an outline.
fn extent(outline: &Outline) -> (f64, f64) {
    outline
        .0
        .iter()
        .filter_map(|segment| match *segment {
            Segment::Move(p) | Segment::Line(p) | Segment::Curve(_, _, p) => Some(p.x),
            Segment::Close => None,
        })
        .map(|x| (x, x))
        .reduce(|(a, b), (c, d)| (a.min(c), b.max(d)))
        .unwrap_or((0.0, 1.0))
}

//! What differs from copy to copy, in two parts: what copies of one series share (labels and lines of what may be absent,
//! values of the catalogue, watermark, the mark of samples), and what is one copy's own (all other values, photograph, code).
//! The second runs once a sealed copy, so it does nothing that could have been done before.

use std::borrow::Cow;
use std::sync::Arc;

use yinxin_page::GlyphPool;
use yinxin_page::draw::{Block, Draw, GlyphRef, Image, Layer, Page, Point, Rect, Role, Transform};
use yinxin_page::{qr, text};

use crate::base::artifact;
use crate::fields::{FieldName, Fields};
use crate::grid;
use crate::ornament::turned;
use crate::template::{Photo, QrBox, StyleRef, Text, Watermark};
use crate::typeset::{Typesetter, in_block, reading_order};
use crate::{Error, Static, Template};

/// What copies have in common that differ in nothing but one holder's values: which optional fields they have, what
/// their watermark says, and what they say for fields that recur. Borrows from a copy's fields, since each copy asks for its series.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Series<'a> {
    /// A bit for each of [`FieldName::ALL`].
    present: u32,
    demo: bool,
    watermark: Option<Cow<'a, str>>,
    /// Of fields that recur, in the order of [`FieldName::ALL`].
    values: Vec<(FieldName, Cow<'a, str>)>,
}

impl<'a> Series<'a> {
    /// The series of a copy with these fields.
    pub fn of(template: &'a Template, fields: &'a Fields) -> Self {
        let optional = FieldName::ALL.into_iter().filter(|field| field.is_optional());
        let present = optional.filter(|field| field.of(fields).is_some());
        // Without an endorsement there is nothing to say.
        let mark = template.face.watermark.as_ref().filter(|_| fields.endorsement.is_some());
        let recurring = FieldName::ALL.into_iter().filter(|field| field.recurs());
        Self {
            present: present.fold(0, |bits, field| bits | bit(field)),
            demo: fields.demo,
            watermark: mark.and_then(|mark| mark.text.fill_copy(fields)),
            values: recurring.filter_map(|field| Some((field, Cow::Borrowed(field.of(fields)?)))).collect(),
        }
    }

    /// To be kept beyond the copy.
    pub fn into_owned(self) -> Series<'static> {
        let owned = |text: Cow<str>| Cow::Owned(text.into_owned());
        Series {
            present: self.present,
            demo: self.demo,
            watermark: self.watermark.map(owned),
            values: self.values.into_iter().map(|(field, words)| (field, owned(words))).collect(),
        }
    }

    fn has(&self, field: FieldName) -> bool {
        !field.is_optional() || self.present & bit(field) != 0
    }

    /// What all copies of the series say for a field.
    fn value(&self, field: FieldName) -> Option<&str> {
        self.values.iter().find(|(known, _)| *known == field).map(|(_, words)| words.as_ref())
    }
}

fn bit(field: FieldName) -> u32 {
    1 << field as u32
}

/// The part of the page that belongs to one copy; it is drawn over [`crate::base`]: [`series`] and [`own`] together.
///
/// # Errors
/// [`Error::Block`], which names the field: a character that no font has, a text that fits nowhere, a QR
/// text too long for its box.
pub fn copy(template: &Template, fields: &Fields, pool: &GlyphPool) -> Result<Page, Error> {
    let mut page = series(template, &Series::of(template, fields), pool)?;
    page.blocks.extend(own(template, fields, pool)?.blocks);
    Ok(page)
}

/// The part of the page that copies of one series share.
///
/// # Errors
/// Those of [`copy`].
pub fn series(template: &Template, series: &Series<'_>, pool: &GlyphPool) -> Result<Page, Error> {
    let face = &template.face;
    let set = &Typesetter::new(face, pool)?;
    let mut blocks = Vec::new();
    if let (Some(watermark), Some(words)) = (&face.watermark, &series.watermark) {
        blocks.push(draw_watermark(set, watermark, words)?);
    }
    for grid in &face.grid {
        let cells = grid::flow(grid, |field| series.has(field));
        let moved = cells.iter().filter(|cell| !grid.fixed.get(cell.index).copied().unwrap_or(false));
        let moved: Vec<_> = moved.copied().collect();
        let lines = grid::lines(grid, moved.iter().map(|cell| cell.area));
        blocks.extend(lines.map(|lines| artifact("copy.lines", Layer::Over, vec![lines])));
        for cell in moved {
            blocks.push(grid::label(set, grid, cell)?);
        }
        for cell in cells {
            if let Some(words) = series.value(cell.entry.field) {
                blocks.push(grid::value(set, grid, cell, words)?);
            }
        }
    }
    for text in texts_of_a_copy(template, series.demo) {
        if let Some(words) = text.text.fill_static(&Static::default()).filter(|_| is_shared(text)) {
            blocks.push(set.block(text, &words)?);
        }
    }
    Ok(Page { width: face.page.width, height: face.page.height, blocks })
}

/// The part of the page that is one copy's own: values that do not recur, photograph, code.
///
/// # Errors
/// Those of [`copy`].
pub fn own(template: &Template, fields: &Fields, pool: &GlyphPool) -> Result<Page, Error> {
    let face = &template.face;
    let set = &Typesetter::new(face, pool)?;
    let mut blocks = Vec::with_capacity(24);
    for grid in &face.grid {
        for cell in grid::flow(grid, |field| !field.is_optional() || field.of(fields).is_some()) {
            let field = cell.entry.field;
            if let Some(words) = field.of(fields).filter(|_| !field.recurs()) {
                blocks.push(grid::value(set, grid, cell, words)?);
            }
        }
    }
    for text in texts_of_a_copy(template, fields.demo).filter(|text| !is_shared(text)) {
        if let Some(words) = text.text.fill_copy(fields) {
            blocks.push(set.block(text, &words)?);
        }
    }
    if let (Some(place), Some(image)) = (&face.photo, &fields.photo) {
        blocks.push(draw_photo(place, image));
    }
    if !fields.qr.is_empty() {
        blocks.push(draw_qr(&face.qr, &fields.qr)?);
    }
    Ok(Page { width: face.page.width, height: face.page.height, blocks })
}

/// Texts beside the grids, with the mark of samples where it is shown.
fn texts_of_a_copy(template: &Template, demo: bool) -> impl Iterator<Item = &Text> {
    let Template { face, .. } = template;
    face.value.iter().chain(face.demo.iter().filter(move |_| demo))
}

/// Whether a text says the same on every copy.
fn is_shared(text: &Text) -> bool {
    text.text.is_literal()
}

/// Glyphs that nearly every copy uses: labels that copies draw, digits and capitals, the words of dates, who made it. A plate that
/// embeds them once with its static page keeps them out of every copy's own font. In a fixed order, each once.
///
/// # Errors
/// [`Error::Block`] when a label has no glyph.
pub fn common_glyphs(template: &Template, all: &Static, pool: &GlyphPool) -> Result<Vec<GlyphRef>, Error> {
    const COMMON: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-.:年月日男女居民身份证本人调用";
    let face = &template.face;
    let set = &Typesetter::new(face, pool)?;
    let mut glyphs = Vec::new();
    let mut take = |style: &StyleRef, words: &str| -> Result<(), Error> {
        let (style, _) = set.style("common", style)?;
        for letter in text::letters(words) {
            let glyph = pool.glyph(style.style, letter).map_err(in_block("common"))?;
            if !glyphs.contains(&glyph) {
                glyphs.push(glyph);
            }
        }
        Ok(())
    };
    for grid in &face.grid {
        for (entry, fixed) in grid.entry.iter().zip(&grid.fixed) {
            if !fixed {
                take(&grid.label_style, &entry.label)?;
                take(&grid.small_style, &entry.small)?;
            }
        }
        take(&grid.value_style, COMMON)?;
        take(&grid.value_style, &all.platform)?;
    }
    for text in face.value.iter().chain(&face.demo) {
        for words in text.text.literals() {
            take(&text.style, words)?;
        }
    }
    Ok(glyphs)
}

fn draw_watermark(set: &Typesetter<'_>, watermark: &Watermark, words: &str) -> Result<Block, Error> {
    let id = "watermark";
    let (mut style, rules) = set.style(id, &watermark.style)?;
    let natural = text::measure(set.pool, &style, words).map_err(in_block(id))?;
    let scale = scale(watermark, natural, rules.min_size() / style.size);
    style.size *= scale;
    let repeat = Draw::Repeat {
        form: set.pool.phrase(&style, words).map_err(in_block(id))?,
        at: places(watermark, natural * scale, style.size),
    };
    Ok(artifact(id, Layer::Under, vec![repeat]))
}

/// A long purpose is written smaller, down to the least size, then longer, as long as it fits its box once.
fn scale(watermark: &Watermark, natural: f64, least: f64) -> f64 {
    let area = watermark.area.0;
    let angle = watermark.angle.to_radians();
    // Nine tenths leave room for the height of the letters.
    let fitting = (area.w / angle.cos().max(0.01)).min(area.h / angle.sin().abs().max(0.01)) * 0.9;
    (watermark.length / natural).max(least).min(fitting / natural).min(1.0)
}

/// Rows of places; every other one begins half a step later.
fn places(watermark: &Watermark, length: f64, size: f64) -> Vec<Transform> {
    let area = watermark.area.0;
    let angle = watermark.angle.to_radians();
    let turn = turned(-angle, Point { x: 0.0, y: 0.0 });
    // What one writing takes up, turned: from its start to the right, and up or down.
    let width = length * angle.cos() + size * angle.sin().abs();
    let rise = length * angle.sin();
    let [along, across] = watermark.step;
    let along = along.max(width + size * 2.0);
    let (top, bottom) = (area.y + rise.max(0.0) + size, area.y + area.h + rise.min(0.0) - size * 0.2);
    let right = area.x + area.w - width;
    let mut places = Vec::with_capacity(64);
    let mut y = top;
    let mut shifted = false;
    while y <= bottom {
        let mut x = area.x + if shifted { along / 2.0 } else { 0.0 };
        while x <= right {
            places.push(Transform { e: x, f: y, ..turn });
            x += along;
        }
        y += across;
        shifted = !shifted;
    }
    places
}

/// As large as its box allows, in the middle, undistorted.
fn draw_photo(place: &Photo, image: &Arc<Image>) -> Block {
    let area = place.area.0;
    let (w, h) = (f64::from(image.width.max(1)), f64::from(image.height.max(1)));
    let scale = (area.w / w).min(area.h / h);
    let (w, h) = (w * scale, h * scale);
    Block {
        id: "photo".to_owned(),
        role: Role::Figure { alt: place.alt.clone() },
        order: reading_order(place.order, 0),
        layer: Layer::Over,
        draws: vec![Draw::Image {
            rect: Rect { x: area.x + (area.w - w) / 2.0, y: area.y + (area.h - h) / 2.0, w, h },
            image: Arc::clone(image),
        }],
    }
}

fn draw_qr(place: &QrBox, words: &str) -> Result<Block, Error> {
    let matrix = qr::encode(words, &place.style()).map_err(in_block("qr"))?;
    let area = place.area.0;
    let modules = f64::from(u32::try_from(matrix.side).unwrap_or(u32::MAX));
    let module = area.w / (modules + 2.0 * f64::from(place.quiet));
    let quiet = module * f64::from(place.quiet);
    Ok(Block {
        id: "qr".to_owned(),
        role: Role::Figure { alt: place.alt.clone() },
        order: reading_order(place.order, 0),
        layer: Layer::Over,
        draws: vec![Draw::Qr {
            rect: Rect { x: area.x + quiet, y: area.y + quiet, w: module * modules, h: module * modules },
            matrix: Arc::new(matrix),
        }],
    })
}

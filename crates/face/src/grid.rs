//! Label–value pairs in rows: which goes where, and which stay where they are whatever a copy lacks.
//!
//! What never moves is drawn once, with the static page; the rest with each copy.

use yinxin_page::draw::{Block, Draw, Layer, Outline, Point, Rect, Role, Segment};
use yinxin_page::text::{self, Align, VerticalAlign};

use crate::Error;
use crate::fields::FieldName;
use crate::template::{Entry, Grid};
use crate::typeset::{Place, Typesetter, in_block, reading_order};

/// The English label's distance from the Chinese one.
const SMALL_GAP: f64 = 0.55;
/// What is kept free at the right end of a label's column.
const LABEL_MARGIN: f64 = 4.0;
/// The most lines a value may take: few fit, but a line more is better than a refusal.
const VALUE_LINES: usize = 3;
/// What is kept free around a stacked cell's text.
const STACKED_MARGIN: f64 = 2.0;

/// An entry with its room.
#[derive(Clone, Copy)]
pub(crate) struct Cell<'a> {
    pub entry: &'a Entry,
    /// Place in the grid's list.
    pub index: usize,
    pub area: Rect,
}

/// Lets the entries that are present flow into rows.
pub(crate) fn flow(grid: &Grid, present: impl Fn(FieldName) -> bool) -> Vec<Cell<'_>> {
    let entries = grid.entry.iter().enumerate().filter(|(_, entry)| present(entry.field));
    if grid.stacked { flow_stacked(grid, entries) } else { flow_rows(grid, entries) }
}

/// For each entry, whether it is at one place in every copy, so that its label can be static.
pub(crate) fn fixed(grid: &Grid) -> Vec<bool> {
    let mut optional: Vec<FieldName> = grid.entry.iter().map(|entry| entry.field).collect();
    optional.retain(|field| field.is_optional());
    optional.sort_unstable();
    optional.dedup();
    let mut places: Vec<Option<Rect>> = vec![None; grid.entry.len()];
    let mut fixed: Vec<bool> = grid.entry.iter().map(|entry| !entry.field.is_optional()).collect();
    // There are five optional fields at most: every combination is tried.
    for combination in 0..1_u32 << optional.len().min(8) {
        let absent = |field: FieldName| {
            optional.iter().position(|other| *other == field).is_some_and(|bit| combination >> bit & 1 == 1)
        };
        for cell in flow(grid, |field| !absent(field)) {
            if let (Some(place), Some(fixed)) = (places.get_mut(cell.index), fixed.get_mut(cell.index)) {
                *fixed &= *place.get_or_insert(cell.area) == cell.area;
            }
        }
    }
    fixed
}

#[allow(clippy::cast_precision_loss, reason = "columns and rows are counted in tens")]
fn flow_rows<'a>(grid: &'a Grid, entries: impl Iterator<Item = (usize, &'a Entry)>) -> Vec<Cell<'a>> {
    let whole = grid.area.0;
    let columns = grid.columns.max(1);
    let column = (whole.w - grid.gap * (columns - 1) as f64) / columns as f64;
    let width = |span: usize| column * span as f64 + grid.gap * span.saturating_sub(1) as f64;
    let mut cells: Vec<Cell<'a>> = Vec::with_capacity(grid.entry.len());
    let (mut row, mut used) = (0_usize, 0_usize);
    let alone = |cells: &mut Vec<Cell<'a>>, row: usize| {
        let y = whole.y + grid.row * row as f64;
        if let Some(last) = cells.last_mut()
            && last.area.y == y
            && last.area.x == whole.x
        {
            last.area.w = whole.w;
        }
    };
    for (index, entry) in entries {
        let span = entry.span.clamp(1, columns);
        if used > 0 && (entry.first || used + span > columns) {
            alone(&mut cells, row);
            row += 1;
            used = 0;
        }
        cells.push(Cell {
            entry,
            index,
            area: Rect {
                x: whole.x + (column + grid.gap) * used as f64,
                y: whole.y + grid.row * row as f64,
                w: width(span),
                h: grid.row,
            },
        });
        used += span;
    }
    alone(&mut cells, row);
    cells
}

fn flow_stacked<'a>(grid: &'a Grid, entries: impl Iterator<Item = (usize, &'a Entry)>) -> Vec<Cell<'a>> {
    let entries: Vec<_> = entries.collect();
    let whole = grid.area.0;
    let weight: f64 = entries.iter().map(|(_, entry)| entry.weight).sum();
    let mut x = whole.x;
    entries
        .into_iter()
        .map(|(index, entry)| {
            let w = whole.w * entry.weight / weight;
            let area = Rect { x, w, ..whole };
            x += w;
            Cell { entry, index, area }
        })
        .collect()
}

/// The label of a cell, as its own block.
pub(crate) fn label(set: &Typesetter<'_>, grid: &Grid, cell: Cell<'_>) -> Result<Block, Error> {
    let id = [cell.entry.field.as_str(), ".label"].concat();
    let mut draws =
        if grid.stacked { stacked_label(set, grid, cell, &id)? } else { beside_label(set, grid, cell, &id)? };
    draws.shrink_to_fit();
    Ok(Block { role: Role::Label, order: order(grid, cell, 0), layer: Layer::Over, draws, id })
}

/// The value of a cell, as its own block.
pub(crate) fn value(set: &Typesetter<'_>, grid: &Grid, cell: Cell<'_>, words: &str) -> Result<Block, Error> {
    let id = [cell.entry.field.as_str(), ".value"].concat();
    let Rect { x, y, w, h } = cell.area;
    let area = if grid.stacked {
        Rect { x: x + STACKED_MARGIN, y: y + grid.label, w: w - STACKED_MARGIN * 2.0, h: h - grid.label }
    } else {
        Rect { x: x + grid.label, y: y + 0.3, w: w - grid.label, h: h - 1.2 }
    };
    let style = cell.entry.value_style.as_ref().unwrap_or(&grid.value_style);
    let place =
        Place { style, area, align: Align::Left, vertical: VerticalAlign::Middle, lines: VALUE_LINES };
    Ok(Block {
        role: Role::Value,
        order: order(grid, cell, 1),
        layer: Layer::Over,
        draws: set.draws(&id, words, place)?,
        id,
    })
}

/// The hairlines of these cells.
pub(crate) fn lines(grid: &Grid, cells: impl Iterator<Item = Rect>) -> Option<Draw> {
    let line = grid.line.as_ref()?;
    let mut segments = Vec::new();
    for area in cells {
        let (from, to) = if grid.stacked {
            if area.x <= grid.area.0.x {
                continue;
            }
            let inset = area.h * 0.14;
            (Point { x: area.x, y: area.y + inset }, Point { x: area.x, y: area.y + area.h - inset })
        } else {
            let y = area.y + area.h - 0.5;
            (Point { x: area.x + grid.label, y }, Point { x: area.x + area.w, y })
        };
        segments.extend([Segment::Move(from), Segment::Line(to)]);
    }
    (!segments.is_empty()).then_some(Draw::Stroke {
        outline: Outline(segments),
        color: line.color.0,
        width: line.width,
    })
}

fn order(grid: &Grid, cell: Cell<'_>, part: u32) -> u32 {
    let index = u32::try_from(cell.index).unwrap_or(u32::MAX);
    reading_order(grid.order, index.saturating_mul(2).saturating_add(part))
}

/// Chinese above English, at the left of the value.
fn beside_label(set: &Typesetter<'_>, grid: &Grid, cell: Cell<'_>, id: &str) -> Result<Vec<Draw>, Error> {
    let Entry { label, small, .. } = cell.entry;
    let (_, large_rules) = set.style(id, &grid.label_style)?;
    let (_, small_rules) = set.style(id, &grid.small_style)?;
    let below = if small.is_empty() { 0.0 } else { SMALL_GAP + small_rules.size };
    let top = cell.area.y + (cell.area.h - large_rules.size - below) / 2.0;
    let width = grid.label - LABEL_MARGIN;
    let mut place = Place {
        style: &grid.label_style,
        area: Rect { x: cell.area.x, y: top, w: width, h: large_rules.size },
        align: Align::Distribute,
        vertical: VerticalAlign::Top,
        lines: 1,
    };
    let mut draws = set.draws(id, label, place)?;
    if !small.is_empty() {
        place.style = &grid.small_style;
        place.align = Align::Left;
        place.area.y = top + large_rules.size + SMALL_GAP;
        place.area.h = small_rules.size;
        place.area.w = grid.label - 1.0;
        draws.extend(set.draws(id, small, place)?);
    }
    Ok(draws)
}

/// Chinese and English on one line, above the value.
fn stacked_label(set: &Typesetter<'_>, grid: &Grid, cell: Cell<'_>, id: &str) -> Result<Vec<Draw>, Error> {
    let Entry { label, small, .. } = cell.entry;
    let (large, _) = set.style(id, &grid.label_style)?;
    let (little, _) = set.style(id, &grid.small_style)?;
    let left = Point {
        x: cell.area.x + STACKED_MARGIN,
        y: cell.area.y + grid.label - large.size * (1.0 - text::ASCENT) - 0.3,
    };
    let run = |style, words: &str, left| {
        text::line(set.pool, style, words, left, 0.0, Align::Left).map(Draw::Text).map_err(in_block(id))
    };
    let mut draws = vec![run(&large, label, left)?];
    if !small.is_empty() {
        let width = text::measure(set.pool, &large, label).map_err(in_block(id))?;
        let after = Point { x: left.x + width + 1.2, y: left.y };
        draws.push(run(&little, small, after)?);
    }
    Ok(draws)
}

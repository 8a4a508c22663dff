//! Whether a template asks for something possible, told by its place in the template.

use std::collections::BTreeSet;

use yinxin_page::draw::Rect;

use crate::Error;
use crate::template::{Face, Grid, RoleName, StyleRef};

/// Three pixels a module at 150 dpi, in millimetres, less a hair: what a cheap scanner still reads.
const MODULE: f64 = 3.0 * 25.4 / 150.0 - 0.001;
/// The largest page, in millimetres: what a PDF page may be (200 inches).
const LARGEST: f64 = 5080.0;
/// So that a slip of the hand cannot ask for a million loops.
const MOST: u32 = 360;

pub(crate) fn check(face: &Face) -> Result<(), Error> {
    let page = &face.page;
    ensure("page", in_range(page.width, 50.0, LARGEST), "the width is out of range")?;
    ensure("page", in_range(page.height, 50.0, LARGEST), "the height is out of range")?;
    ensure("id", is_name(&face.id), "it must be of a-z, 0-9, - and _")?;
    styles(face)?;
    ornaments(face)?;
    boxes(face)?;
    texts(face)?;
    for grid in &face.grid {
        check_grid(face, grid)?;
    }
    qr(face)?;
    if let Some(watermark) = &face.watermark {
        style(face, "watermark", &watermark.style)?;
        let [along, across] = watermark.step;
        ensure("watermark.step", along >= 5.0 && across >= 5.0, "steps are at least 5 mm")?;
        ensure(
            "watermark.length",
            in_range(watermark.length, 5.0, watermark.area.0.w),
            "the length is between 5 mm and the width of the box",
        )?;
        ensure(
            "watermark.angle",
            in_range(watermark.angle, -90.0, 90.0),
            "the angle is between -90 and 90 degrees",
        )?;
        ensure("watermark.text", watermark.text.is_of_a_copy(), "a copy does not know {platform}")?;
    }
    Ok(())
}

fn styles(face: &Face) -> Result<(), Error> {
    for (name, style) in &face.styles {
        let at = format!("styles.{name}");
        ensure(&at, in_range(style.size, 0.5, 100.0), "the size is between 0.5 and 100 mm")?;
        ensure(&at, in_range(style.min_size(), 0.5, style.size), "min_size is between 0.5 mm and the size")?;
        ensure(&at, in_range(style.spacing, -0.2, 5.0), "spacing is between -0.2 and 5 em")?;
        ensure(&at, in_range(style.leading, 0.8, 5.0), "leading is between 0.8 and 5")?;
    }
    Ok(())
}

fn ornaments(face: &Face) -> Result<(), Error> {
    for rosette in &face.rosette {
        ensure(
            "rosette",
            in_range(rosette.petals.into(), 3.0, MOST.into()) && rosette.at.len() <= 16,
            "3 to 360 petals at no more than 16 places",
        )?;
        ensure(
            "rosette",
            rosette.inner >= 0.0 && rosette.outer > rosette.inner && rosette.outer <= LARGEST,
            "outer must be greater than inner",
        )?;
        ensure("rosette", in_range(rosette.breadth, 0.0, 5.0), "breadth is between 0 and 5")?;
    }
    for band in &face.band {
        ensure("band", in_range(band.period, 1.0, 500.0), "the period is between 1 and 500 mm")?;
        ensure("band", in_range(band.strands.into(), 1.0, 24.0), "1 to 24 strands")?;
        let room = face.page.width.min(face.page.height) - 2.0 * (band.inset + band.corner);
        ensure(
            "band",
            band.inset >= 0.0 && band.corner >= 0.0 && room > 0.0,
            "the band leaves no room for its waves",
        )?;
    }
    for frame in &face.frame {
        let room = face.page.width.min(face.page.height) - 2.0 * (frame.inset + frame.notch);
        ensure(
            "frame",
            frame.inset >= 0.0 && frame.notch >= 0.0 && room > 0.0,
            "the frame does not fit on the page",
        )?;
    }
    let widths = (face.rosette.iter().map(|r| r.width))
        .chain(face.band.iter().map(|b| b.width))
        .chain(face.frame.iter().map(|f| f.width))
        .chain(face.rule.iter().map(|r| r.width))
        .chain(face.photo.iter().map(|p| p.line.width))
        .chain(face.grid.iter().filter_map(|g| g.line.as_ref()).map(|l| l.width));
    for width in widths {
        ensure("line width", in_range(width, 0.02, 10.0), "it is between 0.02 and 10 mm")?;
    }
    Ok(())
}

fn boxes(face: &Face) -> Result<(), Error> {
    let mut all = vec![("seal", face.seal.area.0), ("qr", face.qr.area.0)];
    all.extend(face.panel.iter().map(|panel| ("panel", panel.area.0)));
    all.extend(face.photo.iter().map(|photo| ("photo", photo.area.0)));
    all.extend(face.watermark.iter().map(|mark| ("watermark", mark.area.0)));
    all.extend(face.grid.iter().map(|grid| ("grid", grid.area.0)));
    let texts = face.text.iter().chain(&face.value).chain(&face.demo);
    all.extend(texts.map(|text| (text.id.as_str(), text.area.0)));
    for (at, area) in all {
        let Rect { x, y, w, h } = area;
        let fits = x >= 0.0
            && y >= 0.0
            && w > 0.0
            && h > 0.0
            && x + w <= face.page.width + 1e-9
            && y + h <= face.page.height + 1e-9;
        ensure(at, fits, "the box is not on the page")?;
    }
    Ok(())
}

fn texts(face: &Face) -> Result<(), Error> {
    let mut ids = BTreeSet::new();
    let mut titles = 0;
    for text in face.text.iter().chain(&face.value).chain(&face.demo) {
        let at = text.id.as_str();
        ensure(at, is_name(at), "an id must be of a-z, 0-9, - and _")?;
        ensure(at, ids.insert(at), "another text has this id")?;
        ensure(at, in_range_usize(text.lines, 1, 20), "lines is between 1 and 20")?;
        style(face, at, &text.style)?;
        titles += u32::from(text.role == RoleName::Title);
    }
    ensure("text", titles == 1, "exactly one text has the role \"title\"")?;
    // PDF/UA-1 (ISO 14289-1, 7.4.2): whoever goes from heading to heading meets the title first.
    let all = || face.text.iter().chain(&face.value).chain(&face.demo);
    let title = all().find(|text| text.role == RoleName::Title).map(|text| text.order);
    for text in all() {
        let late = text.role != RoleName::Heading || Some(text.order) >= title;
        ensure(&text.id, late, "a heading is not read before the title; without a role it is a paragraph")?;
    }
    for text in &face.text {
        ensure(&text.id, text.text.is_static(), "only [[value]] may name a field of a copy")?;
    }
    for text in face.value.iter().chain(&face.demo) {
        ensure(&text.id, text.text.is_of_a_copy(), "only [[text]] may name {platform}")?;
    }
    Ok(())
}

fn check_grid(face: &Face, grid: &Grid) -> Result<(), Error> {
    let at = "grid";
    ensure(at, in_range_usize(grid.columns, 1, 12), "1 to 12 columns")?;
    ensure(at, grid.row > 1.0 && grid.gap >= 0.0, "row and gap are lengths")?;
    ensure(at, in_range_usize(grid.entry.len(), 1, 40), "1 to 40 entries")?;
    for name in [&grid.label_style, &grid.small_style, &grid.value_style] {
        style(face, at, name)?;
    }
    let room = if grid.stacked { grid.area.0.h } else { column(grid) };
    ensure(at, grid.label > 0.0 && grid.label < room, "the labels leave no room for values")?;
    let mut fields = BTreeSet::new();
    for entry in &grid.entry {
        let at = format!("grid entry {}", entry.field.as_str());
        ensure(&at, fields.insert(entry.field), "the field comes twice")?;
        ensure(&at, entry.weight > 0.0, "a weight is greater than 0")?;
        if let Some(name) = &entry.value_style {
            style(face, &at, name)?;
        }
    }
    let bottom =
        crate::grid::flow(grid, |_| true).iter().map(|cell| cell.area.y + cell.area.h).fold(0.0, f64::max);
    let limit = grid.area.0.y + grid.area.0.h + 1e-9;
    ensure(at, bottom <= limit, "the rows are higher than the box")
}

#[allow(clippy::cast_precision_loss, reason = "columns are counted in tens")]
fn column(grid: &Grid) -> f64 {
    (grid.area.0.w - grid.gap * grid.columns.saturating_sub(1) as f64) / grid.columns.max(1) as f64
}

fn qr(face: &Face) -> Result<(), Error> {
    let place = &face.qr;
    let area = place.area.0;
    ensure("qr", (area.w - area.h).abs() < 1e-9, "the box must be square")?;
    ensure("qr", (1..=40).contains(&place.max_version), "max_version is between 1 and 40")?;
    ensure("qr", in_range(place.quiet.into(), 4.0, 40.0), "the quiet zone is 4 modules or more")?;
    let modules = 17.0 + 4.0 * f64::from(place.max_version) + 2.0 * f64::from(place.quiet);
    ensure(
        "qr",
        area.w / modules >= MODULE,
        "the box is too small for max_version: fewer than 3 pixels a module at 150 dpi",
    )
}

fn style(face: &Face, at: &str, StyleRef { name, .. }: &StyleRef) -> Result<(), Error> {
    if face.styles.contains_key(name) {
        return Ok(());
    }
    Err(wrong(at, format!("there is no style {name:?}")))
}

fn ensure(at: &str, holds: bool, problem: &str) -> Result<(), Error> {
    if holds { Ok(()) } else { Err(wrong(at, problem.to_owned())) }
}

fn wrong(at: &str, problem: String) -> Error {
    Error::Template { at: at.to_owned(), problem }
}

/// Also false for what is no number.
fn in_range(value: f64, least: f64, most: f64) -> bool {
    (least..=most).contains(&value)
}

fn in_range_usize(value: usize, least: usize, most: usize) -> bool {
    (least..=most).contains(&value)
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_'))
}

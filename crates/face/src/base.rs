//! The static page: ornaments, titles, labels, and what stands where a copy has nothing to show.

use yinxin_page::GlyphPool;
use yinxin_page::draw::{Block, Color, Draw, Layer, Page, Rect, Role};

use crate::fields::Static;
use crate::grid;
use crate::ornament;
use crate::template::{Face, Hex, Photo, Rosette};
use crate::typeset::Typesetter;
use crate::{Error, Template};

const WHITE: Hex = Hex(Color(255, 255, 255));

/// All that is the same on every copy of one template under one seal.
///
/// # Errors
/// [`Error::Block`] when a text has no glyph or does not fit.
pub fn base(template: &Template, all: &Static, pool: &GlyphPool) -> Result<Page, Error> {
    let face = &template.face;
    let set = &Typesetter::new(face, pool)?;
    let mut blocks = vec![artifact("ground", Layer::Under, ground(face))];
    blocks.push(artifact("rules", Layer::Over, face.rule.iter().flat_map(ornament::rule).collect()));
    // What a code needs is white paper, and a picture hides the watermark: both lie on the upper sheet.
    blocks.push(artifact("qr.ground", Layer::Over, vec![ornament::panel(face.qr.area.0, WHITE)]));
    if let Some(photo) = &face.photo {
        blocks.push(artifact("photo.ground", Layer::Over, photo_ground(photo)));
    }
    for text in &face.text {
        let words = text.text.fill_static(all).ok_or_else(|| Error::Template {
            at: text.id.clone(),
            problem: "a static text names a field of a copy".to_owned(),
        })?;
        blocks.push(set.block(text, &words)?);
    }
    for grid in &face.grid {
        let fixed = grid.fixed.iter().zip(grid::flow(grid, |_| true));
        let fixed: Vec<_> = fixed.filter_map(|(fixed, cell)| fixed.then_some(cell)).collect();
        let lines = grid::lines(grid, fixed.iter().map(|cell| cell.area));
        blocks.extend(lines.map(|lines| artifact("grid.lines", Layer::Over, vec![lines])));
        for cell in fixed {
            blocks.push(grid::label(set, grid, cell)?);
        }
    }
    Ok(Page { width: face.page.width, height: face.page.height, blocks })
}

fn ground(face: &Face) -> Vec<Draw> {
    let whole = Rect { x: 0.0, y: 0.0, w: face.page.width, h: face.page.height };
    let mut draws = Vec::new();
    draws.extend(face.page.color.map(|color| ornament::panel(whole, color)));
    draws.extend(face.panel.iter().map(|p| ornament::panel(p.area.0, p.color)));
    draws.extend(face.rosette.iter().map(ornament::rosette));
    draws.extend(face.band.iter().map(|band| ornament::band(&face.page, band)));
    draws.extend(face.frame.iter().map(|frame| ornament::frame(&face.page, frame)));
    draws
}

/// A hairline frame with a rosette: complete in itself where there is no photograph, hidden where there is.
fn photo_ground(photo: &Photo) -> Vec<Draw> {
    let area = photo.area.0;
    let centre = [area.x + area.w / 2.0, area.y + area.h / 2.0];
    let reach = area.w.min(area.h) / 2.0;
    let loops = |inner, outer, petals| {
        ornament::rosette(&Rosette {
            at: vec![centre],
            inner: reach * inner,
            outer: reach * outer,
            petals,
            breadth: 0.42,
            width: 0.07,
            color: photo.line.color,
        })
    };
    let inner = Rect { x: area.x + 1.2, y: area.y + 1.2, w: area.w - 2.4, h: area.h - 2.4 };
    let line =
        |area, width| Draw::Stroke { outline: ornament::rectangle(area), color: photo.line.color.0, width };
    vec![
        ornament::panel(area, WHITE),
        loops(0.10, 0.62, 36),
        loops(0.05, 0.32, 18),
        line(inner, photo.line.width * 0.6),
        line(area, photo.line.width),
    ]
}

pub(crate) fn artifact(id: &str, layer: Layer, draws: Vec<Draw>) -> Block {
    Block { id: id.to_owned(), role: Role::Artifact, order: 0, layer, draws }
}

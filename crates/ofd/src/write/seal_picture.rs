//! A seal's picture as a package of its own: one page of the seal's size, which readers of OFD draw at any size
//! without a raster (the picture type `ofd` of GB/T 38540).

use yinxin_crypto::hash::sm3;
use yinxin_page::draw::{Draw, Point};

use super::Error;
use super::canvas::push_area;
use super::document;
use super::emit;
use super::shape::{Grain, Ids, Pen};
use super::zip::{Archive, Part};
use crate::layout;

const PAGE: u32 = 1;
const LAYER: u32 = 2;
const FIRST_FREE: u32 = 3;
/// More than any seal needs, fewer than a reader chokes on.
const MAX_ID: u32 = 100_000;

/// Packs a drawing of fills, strokes and repeats, `width` by `height` millimetres. The same drawing gives the
/// same bytes.
pub fn seal_picture(draws: &[Draw], width: f64, height: f64) -> Result<Vec<u8>, Error> {
    let size = Point { x: width, y: height };
    let mut pen = Pen::new(Ids::new(FIRST_FREE, MAX_ID), Grain::Fiftieths);
    let mut objects = Vec::new();
    for draw in draws {
        pen.draw(&mut objects, draw)?;
    }
    let max_id = pen.ids.next()? - 1;

    let mut content = Vec::with_capacity(objects.len() + 256);
    emit::root(&mut content, "Page");
    content.push(b'>');
    push_area(&mut content, "Area", size)?;
    content.extend_from_slice(b"<ofd:Content>");
    document::push_layer(&mut content, LAYER, None);
    content.extend_from_slice(&objects);
    content.extend_from_slice(document::PAGE_TAIL);

    let mut units = Vec::new();
    pen.push_resources(&mut units)?;
    let mut resources = Vec::new();
    document::begin_resources(&mut resources);
    resources.extend_from_slice(&units);
    resources.extend_from_slice(document::RESOURCES_TAIL);

    let mut all = Archive::with_room(content.len());
    all.add(&Part::new(layout::ENTRANCE, &entrance(&content, &units))?)?;
    all.add(&Part::new(layout::DOCUMENT, &whole(size, max_id, !units.is_empty())?)?)?;
    if !units.is_empty() {
        all.add(&Part::new(layout::PUBLIC_RES, &resources)?)?;
    }
    all.add(&Part::new(layout::PAGE, &content)?)?;
    all.finish()
}

fn entrance(content: &[u8], units: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    emit::root(&mut out, "OFD");
    out.extend_from_slice(b" Version=\"1.0\" DocType=\"OFD\"><ofd:DocBody><ofd:DocInfo><ofd:DocID>");
    // A document must have an identity; a drawing's is what is drawn.
    let digest = sm3(&[content, units].concat());
    for byte in digest.iter().take(16) {
        out.extend_from_slice(format!("{byte:02x}").as_bytes());
    }
    out.extend_from_slice(b"</ofd:DocID></ofd:DocInfo><ofd:DocRoot>");
    out.extend_from_slice(layout::DOCUMENT.as_bytes());
    out.extend_from_slice(b"</ofd:DocRoot></ofd:DocBody></ofd:OFD>");
    out
}

fn whole(size: Point, max_id: u32, resources: bool) -> Result<Vec<u8>, Error> {
    let mut out = Vec::new();
    emit::root(&mut out, "Document");
    out.extend_from_slice(b"><ofd:CommonData><ofd:MaxUnitID>");
    emit::int(&mut out, max_id);
    out.extend_from_slice(b"</ofd:MaxUnitID>");
    push_area(&mut out, "PageArea", size)?;
    if resources {
        out.extend_from_slice(b"<ofd:PublicRes>PublicRes.xml</ofd:PublicRes>");
    }
    out.extend_from_slice(b"</ofd:CommonData><ofd:Pages><ofd:Page");
    emit::attribute(&mut out, "ID", PAGE);
    out.extend_from_slice(b" BaseLoc=\"Pages/Page_0/Content.xml\"/></ofd:Pages></ofd:Document>");
    Ok(out)
}

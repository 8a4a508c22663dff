//! Pictures: the drawn seal for an electronic seal (a nested OFD page of paths, sharp at any size and small, or where the
//! template asks for it a PNG), and the page of a copy for screens that show no documents.

use crate::{Design, Error, SealFace};
use std::sync::Arc;
use yinxin_face::{Fields, PictureKind, SealPicture, SealSpec, Series, Static};
use yinxin_page::GlyphPool;
use yinxin_page::draw::{Draw, Transform};

/// `picture.type` of a nested page (GB/T 38540).
pub const PICTURE_KIND: &str = "ofd";

/// `picture.type` of a PNG.
const RASTER_KIND: &str = "png";

/// Of a raster picture: what offices print with.
const DPI: u32 = 300;

/// A picture and its size, as an electronic seal takes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ElectronicPicture {
    /// `picture.type`
    pub kind: &'static str,
    pub data: Vec<u8>,
    pub width_mm: u8,
    pub height_mm: u8,
}

/// Draws a seal in the size and kind that a template gives it. The same seal gives the same bytes.
pub fn electronic_picture(
    face: &SealFace,
    design: &Design,
    pool: &GlyphPool,
) -> Result<ElectronicPicture, Error> {
    let picture = drawn(face, design, pool)?;
    let (draws, width, height) = (&picture.draws, picture.width, picture.height);
    let (kind, data) = match yinxin_face::seal_picture_kind(design.template()) {
        PictureKind::Vector => (PICTURE_KIND, yinxin_ofd::write::seal_picture(draws, width, height)?),
        PictureKind::Raster => (RASTER_KIND, yinxin_raster::drawing(draws, width, height, DPI)?),
    };
    Ok(ElectronicPicture {
        kind,
        data,
        width_mm: millimetres(picture.width),
        height_mm: millimetres(picture.height),
    })
}

/// Everything that the picture of a copy depends on beside fields and fonts.
#[derive(Clone, Copy, Debug)]
pub struct PictureOrder<'a> {
    pub design: &'a Design,
    pub seal: &'a SealFace,
    /// 发证机构, on the issuer's line.
    pub issuer: &'a str,
    /// 制作者
    pub platform: &'a str,
}

/// The page of a copy with its seal, as PNG: the same parts as the document's, all its colours where it is to be printed. It
/// is not sealed and proves nothing.
pub fn copy_picture(
    order: &PictureOrder<'_>,
    fields: &Fields,
    pool: &GlyphPool,
    dpi: u32,
    printed: bool,
) -> Result<Vec<u8>, Error> {
    let template = order.design.template();
    let all = Static { issuer: order.issuer.to_owned(), platform: order.platform.to_owned() };
    let base = yinxin_face::base(template, &all, pool)?;
    let series = yinxin_face::series(template, &Series::of(template, fields), pool)?;
    let own = yinxin_face::own(template, fields, pool)?;
    let seal = drawn(order.seal, order.design, pool)?;
    let rect = yinxin_face::seal_rect(template);
    let at = vec![Transform { a: 1.0, b: 0.0, c: 0.0, d: 1.0, e: rect.x, f: rect.y }];
    let stamp = [Draw::Repeat { form: Arc::new(seal.draws), at }];
    let parts = [&base, &series, &own];
    Ok(if printed {
        yinxin_raster::page(&parts, &stamp, pool, dpi)?
    } else {
        yinxin_raster::preview(&parts, &stamp, pool, dpi)?
    })
}

fn drawn(face: &SealFace, design: &Design, pool: &GlyphPool) -> Result<SealPicture, Error> {
    let spec = SealSpec {
        name: &face.ring,
        bottom: &face.bottom,
        number: face.number.as_deref(),
        diameter: yinxin_face::seal_rect(design.template()).w,
        color: face.color,
        font: &face.font,
    };
    Ok(yinxin_face::seal_picture(&spec, pool)?)
}

/// Seals say their size in whole millimetres, of which they have some dozens.
fn millimetres(length: f64) -> u8 {
    // The cast saturates, and the value is a seal's.
    length.round() as u8
}

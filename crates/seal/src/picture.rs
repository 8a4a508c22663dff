//! The drawn seal as the picture of an electronic seal: a nested OFD page of paths, sharp at any size and small, or where
//! the template asks for it a PNG.

use crate::{Design, Error, SealFace};
use yinxin_face::{PictureKind, SealSpec};
use yinxin_page::GlyphPool;

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
    let diameter = yinxin_face::seal_rect(design.template()).w;
    let spec = SealSpec {
        name: &face.ring,
        bottom: &face.bottom,
        number: face.number.as_deref(),
        diameter,
        color: face.color,
        font: &face.font,
    };
    let picture = yinxin_face::seal_picture(&spec, pool)?;
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

/// Seals say their size in whole millimetres, of which they have some dozens.
fn millimetres(length: f64) -> u8 {
    // The cast saturates, and the value is a seal's.
    length.round() as u8
}

//! The drawn seal as the picture of an electronic seal: a nested OFD page of paths, sharp at any size and small.

use crate::{Design, Error, SealFace};
use yinxin_face::SealSpec;
use yinxin_page::GlyphPool;

/// `picture.type` of a nested page (GB/T 38540).
pub const PICTURE_KIND: &str = "ofd";

/// A picture and its size, as an electronic seal takes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ElectronicPicture {
    pub data: Vec<u8>,
    pub width_mm: u8,
    pub height_mm: u8,
}

/// Draws a seal in the size that a template gives it. The same seal gives the same bytes.
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
    let data = yinxin_ofd::write::seal_picture(&picture.draws, picture.width, picture.height)?;
    Ok(ElectronicPicture {
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

//! What a certificate looks like: template and fields become a page.
//!
//! A page is drawn in parts: [`base`], all that is the same on every copy under one template and seal, and [`copy`], only what
//! differs; that again is [`series`], what alike copies share, and [`own`], their values. Drawing one after the other,
//! layer by layer, gives the whole page.
//! Pure: the same template, fields and fonts give the same page. Must not know any document format, nor
//! what a field means.

mod base;
mod check;
mod copy;
mod error;
mod fields;
mod grid;
mod ornament;
mod pattern;
mod seal_picture;
mod template;
mod typeset;

#[cfg(test)]
mod tests;

use yinxin_page::draw::Rect;

pub use base::base;
pub use copy::{Series, common_glyphs, copy, own, series};
pub use error::Error;
pub use fields::{FieldName, Fields, Static, Strip};
pub use seal_picture::{SealPicture, SealSpec, seal_picture};
pub use template::{Builtin, PictureKind, Template, builtin};

/// Width and height of the page in millimetres.
pub fn sides(template: &Template) -> (f64, f64) {
    (template.face.page.width, template.face.page.height)
}

/// Where the seal stands.
pub fn seal_rect(template: &Template) -> Rect {
    template.face.seal.area.0
}

/// What its picture is to be in an electronic seal.
pub fn seal_picture_kind(template: &Template) -> PictureKind {
    template.face.seal.picture
}

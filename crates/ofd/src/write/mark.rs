//! The watermark: the same on many copies, so that it is written, packed and digested once.

use std::sync::Arc;

use yinxin_page::draw::{Draw, Layer, Page, Transform};

use super::Error;
use super::document;
use super::shape::{Ids, Pen};
use super::zip::Part;
use crate::layout;

/// Numbers kept for a watermark, so that those of a copy's own objects do not depend on it.
pub(super) const RESERVED: u32 = 4096;

/// One repeated drawing on a copy's lower sheet, as parts.
pub(super) struct Mark {
    /// Held, so that its address stays its own.
    form: Arc<Vec<Draw>>,
    at: Vec<Transform>,
    pub(super) template: Part,
    pub(super) resources: Part,
}

/// What lies on a copy's lower sheet.
pub(super) enum Beneath<'a> {
    Nothing,
    /// One repeated drawing.
    Mark(&'a Draw, &'a Arc<Vec<Draw>>, &'a [Transform]),
    Anything,
}

impl<'a> Beneath<'a> {
    pub(super) fn of(page: &'a Page) -> Self {
        let lower = page.blocks.iter().filter(|block| block.layer == Layer::Under);
        let mut draws = lower.flat_map(|block| &block.draws);
        match (draws.next(), draws.next()) {
            (None, _) => Beneath::Nothing,
            (Some(draw @ Draw::Repeat { form, at }), None) if at.len() < RESERVED as usize / 2 => {
                Beneath::Mark(draw, form, at)
            }
            _ => Beneath::Anything,
        }
    }
}

impl Mark {
    /// Writes the parts; objects are numbered from `first` on.
    pub(super) fn new(page: &Page, draw: &Draw, first: u32) -> Result<Self, Error> {
        let Draw::Repeat { form, at } = draw else { return Err(Error::NotVector) };
        let mut pen = Pen::new(Ids::from(first));
        let mut objects = Vec::new();
        pen.draw(&mut objects, draw)?;
        if pen.ids.next()? > first + RESERVED {
            return Err(Error::TooMany { what: "objects in a watermark", max: RESERVED as usize });
        }
        let mut resources = Vec::new();
        document::begin_resources(&mut resources);
        pen.push_resources(&mut resources)?;
        resources.extend_from_slice(document::RESOURCES_TAIL);
        let template = document::template(page, document::MARK_LAYER, &objects)?;
        Ok(Self {
            form: Arc::clone(form),
            at: at.clone(),
            template: Part::new(layout::MARK, &template)?,
            resources: Part::new(layout::MARK_RES, &resources)?,
        })
    }

    pub(super) fn is(&self, form: &Arc<Vec<Draw>>, at: &[Transform]) -> bool {
        Arc::ptr_eq(&self.form, form) && self.at == at
    }
}

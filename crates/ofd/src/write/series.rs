//! A series: copies on one plate that differ in nothing but values.
//!
//! Copies that show the same fields for the same purpose share labels, lines, watermark, values that recur and what
//! these are made of. They are written, packed and digested once, and so are parts that come out alike on most copies
//! of a series, such as the tags, and for a second the beginning of the list of digests. Whether a series is remembered or made anew, the bytes are the same.

use std::sync::{Arc, PoisonError, RwLock};

use yinxin_page::GlyphPool;
use yinxin_page::draw::{Layer, Page};

use super::canvas::Canvas;
use super::document::{self, Field, Sheets};
use super::shape::Numbers;
use super::signature::{CivilTime, Frame};
use super::zip::{Opening, Part};
use super::{Error, Plate};
use crate::layout;

/// Parts kept as alike before their memo begins afresh; a series has a handful.
const MAX_ALIKE: usize = 64;

/// What the copies of a series have in common.
pub(super) struct Series {
    /// Held, so that its address stays its own.
    page: Arc<Page>,
    pub(super) document: Part,
    /// Resources, fonts, pictures, and what lies under and over the plate's words.
    pub(super) parts: Vec<Part>,
    /// The start of each copy's page.
    pub(super) page_head: Opening,
    /// What of it the tags tell.
    pub(super) fields: Vec<Field>,
    alike: RwLock<Vec<Arc<Alike>>>,
    /// The list's entries of the parts that every copy of the series has.
    references: Vec<u8>,
    opening: RwLock<Option<(CivilTime, Arc<Opening>)>>,
}

/// A part of several copies, with what it says.
pub(super) struct Alike {
    path: &'static str,
    content: Vec<u8>,
    pub(super) part: Part,
}

impl Series {
    pub(super) fn compile(
        plate: &Plate,
        page: &Arc<Page>,
        numbers: Numbers,
        pool: &GlyphPool,
    ) -> Result<Self, Error> {
        let mut canvas = Canvas::new(pool, Some(&plate.shared), plate.ink, numbers);
        canvas.draw(page, Layer::Under)?;
        canvas.draw(page, Layer::Over)?;
        canvas.check_numbers()?;
        let sheets = Sheets { mark: !canvas.under.is_empty(), labels: !canvas.over.is_empty() };
        let mut parts = Vec::with_capacity(4);
        if !sheets.is_empty() {
            parts.push(Part::new(layout::SERIES_RES, &canvas.resources_part(None)?)?);
            parts.extend(canvas.resource_files()?);
        }
        let objects = [
            (sheets.mark, layout::MARK, document::MARK_LAYER, None, &canvas.under),
            (sheets.labels, layout::LABELS, document::LABELS_LAYER, plate.ink, &canvas.over),
        ];
        for (_, path, layer, ink, objects) in objects.into_iter().filter(|(there, ..)| *there) {
            parts.push(Part::new(path, &document::template(page, layer, ink, objects)?)?);
        }
        let document = Part::new(layout::DOCUMENT, &document::document(page, plate.max_id(), sheets)?)?;
        let shared = std::iter::once(&document).chain(&plate.shared_parts).chain(&parts);
        let references = shared.chain([&plate.signatures]).flat_map(Part::reference).copied().collect();
        Ok(Self {
            page: Arc::clone(page),
            document,
            parts,
            page_head: Opening::new(document::page_head(page, plate.ink, sheets)?),
            fields: document::fields(&canvas)?,
            alike: RwLock::default(),
            references,
            opening: RwLock::default(),
        })
    }

    pub(super) fn is_of(&self, page: &Arc<Page>) -> bool {
        Arc::ptr_eq(&self.page, page)
    }

    /// The beginning of the list of digests for this time, made for the first copy of each second.
    pub(super) fn opening(&self, frame: &Frame, time: CivilTime) -> Arc<Opening> {
        let known = self.opening.read().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, opening)) = known.as_ref().filter(|(known, _)| *known == time) {
            return Arc::clone(opening);
        }
        drop(known);
        let made = Arc::new(Opening::new(frame.open(time, &self.references)));
        *self.opening.write().unwrap_or_else(PoisonError::into_inner) = Some((time, Arc::clone(&made)));
        made
    }

    /// The part that says this, made if no copy had it so far.
    pub(super) fn alike(&self, path: &'static str, content: Vec<u8>) -> Result<Arc<Alike>, Error> {
        let same = |alike: &&Arc<Alike>| alike.path == path && alike.content == content;
        if let Some(known) = self.alike.read().unwrap_or_else(PoisonError::into_inner).iter().find(same) {
            return Ok(Arc::clone(known));
        }
        let part = Part::new(path, &content)?;
        let made = Arc::new(Alike { path, content, part });
        let mut alike = self.alike.write().unwrap_or_else(PoisonError::into_inner);
        if alike.len() >= MAX_ALIKE {
            alike.clear();
        }
        alike.push(Arc::clone(&made));
        Ok(made)
    }
}

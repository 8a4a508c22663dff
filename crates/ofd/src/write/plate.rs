//! The plate: everything that all copies of one template under one seal share, compiled once.
//!
//! Its parts are kept as they lie in every package, with their sums and digests, so that a copy packs and digests
//! only what is its own.

use std::sync::{Arc, PoisonError, RwLock};

use rustc_hash::FxHashMap;
use yinxin_crypto::hash::Sha256;
use yinxin_page::GlyphPool;
use yinxin_page::draw::{Draw, GlyphRef, Layer, Page, Rect, Transform};

use super::Error;
use super::canvas::Canvas;
use super::document::{self, Origin};
use super::font::Shared;
use super::mark::{Mark, RESERVED};
use super::shape::Ids;
use super::signature::{self, Frame};
use super::zip::{Archive, Part};
use crate::layout;

/// Watermarks kept before the memo begins afresh; there is about one a purpose.
const MAX_MARKS: usize = 256;
/// Numbers that a copy may give to its objects.
const COPY_IDS: u32 = 16_384;

/// The program that makes signatures, as they name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Provider<'a> {
    pub name: &'a str,
    pub version: &'a str,
    pub company: &'a str,
}

/// What a plate is made of.
#[derive(Clone, Copy, Debug)]
pub struct PlateSpec<'a> {
    /// What is the same on every copy.
    pub page: &'a Page,
    /// Where readers draw the seal, whose picture comes with the signature's value, in millimetres.
    pub stamp: Rect,
    /// Glyphs that most copies use: they go into the plate's fonts, with those of its page, and copies only
    /// bring what is missing there.
    pub common_glyphs: &'a [GlyphRef],
    /// Before the title of every copy.
    pub title_prefix: &'a str,
    pub author: &'a str,
    /// The program that makes copies, and its version.
    pub creator: &'a str,
    pub creator_version: &'a str,
    pub provider: Provider<'a>,
    /// Names the vocabulary of the blocks' ids in the semantic tags.
    pub tag_namespace: &'a str,
}

/// A compiled plate. Shared by reference between threads.
pub struct Plate {
    pub(super) plain: Part,
    pub(super) marked: Part,
    pub(super) shared_parts: Vec<Part>,
    pub(super) signatures: Part,
    pub(super) page_heads: [Vec<u8>; 2],
    pub(super) fields_head: Vec<u8>,
    pub(super) frame: Frame,
    pub(super) origin: Origin,
    pub(super) shared: Shared,
    first_mark: u32,
    digest: [u8; 32],
    marks: RwLock<FxHashMap<usize, Arc<Mark>>>,
}

impl std::fmt::Debug for Plate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Plate").field("parts", &self.shared_parts.len()).finish_non_exhaustive()
    }
}

impl Plate {
    /// Compiles a plate. It only serves copies whose glyphs are of the same pool.
    pub fn compile(spec: &PlateSpec, pool: &GlyphPool) -> Result<Self, Error> {
        let page = spec.page;
        let mut canvas = Canvas::new(pool, None, Ids::from(document::FIRST_FREE));
        canvas.draw(page, Layer::Under)?;
        canvas.draw(page, Layer::Over)?;
        for glyph in spec.common_glyphs {
            canvas.fonts.take(pool, *glyph, &mut canvas.pen.ids)?;
        }
        let first_mark = canvas.pen.ids.next()?;
        let max_id = first_mark + RESERVED + COPY_IDS - 1;
        let shared_parts = shared_parts(spec, &canvas, pool)?;
        let part = |path, content: Vec<u8>| Part::new(path, &content);
        let mut plate = Self {
            plain: part(layout::DOCUMENT, document::document(page, max_id, false)?)?,
            marked: part(layout::DOCUMENT, document::document(page, max_id, true)?)?,
            shared_parts,
            signatures: part(layout::SIGNATURES, signature::list())?,
            page_heads: [document::page_head(page, false)?, document::page_head(page, true)?],
            fields_head: document::fields_head(spec.tag_namespace)?,
            frame: Frame::new(&spec.provider, document::PAGE, spec.stamp)?,
            origin: Origin {
                title_prefix: spec.title_prefix.to_owned(),
                author: spec.author.to_owned(),
                creator: spec.creator.to_owned(),
                creator_version: spec.creator_version.to_owned(),
            },
            shared: canvas.fonts.share(),
            first_mark,
            digest: [0; 32],
            marks: RwLock::default(),
        };
        plate.digest = plate.named();
        Ok(plate)
    }

    /// Names the plate: two plates with the same digest make the same copies of the same inputs.
    pub fn digest(&self) -> [u8; 32] {
        self.digest
    }

    /// The digest over all that copies take from here.
    fn named(&self) -> [u8; 32] {
        let mut state = Sha256::new();
        let mut take = |bytes: &[u8]| {
            state.update(&(bytes.len() as u64).to_be_bytes());
            state.update(bytes);
        };
        let ready = [&self.plain, &self.marked, &self.signatures];
        for part in ready.into_iter().chain(&self.shared_parts) {
            take(part.reference());
        }
        for bytes in self.page_heads.iter().chain([&self.fields_head]) {
            take(bytes);
        }
        for bytes in self.frame.parts() {
            take(bytes);
        }
        let Origin { title_prefix, author, creator, creator_version } = &self.origin;
        for text in [title_prefix, author, creator, creator_version] {
            take(text.as_bytes());
        }
        state.finish()
    }

    /// Numbers for a copy's own objects.
    pub(super) fn copy_ids(&self) -> Ids {
        Ids::from(self.first_mark + RESERVED)
    }

    /// The first number that a copy may not give.
    pub(super) fn end_of_ids(&self) -> u32 {
        self.first_mark + RESERVED + COPY_IDS
    }

    /// A watermark's parts, kept by the drawing's address while the drawing is held here.
    pub(super) fn mark(
        &self,
        page: &Page,
        draw: &Draw,
        form: &Arc<Vec<Draw>>,
        at: &[Transform],
    ) -> Result<Arc<Mark>, Error> {
        let key = Arc::as_ptr(form).addr();
        if let Some(mark) = self.marks.read().unwrap_or_else(PoisonError::into_inner).get(&key)
            && mark.is(form, at)
        {
            return Ok(Arc::clone(mark));
        }
        let mark = Arc::new(Mark::new(page, draw, self.first_mark)?);
        let mut marks = self.marks.write().unwrap_or_else(PoisonError::into_inner);
        if marks.len() >= MAX_MARKS {
            marks.clear();
        }
        marks.insert(key, Arc::clone(&mark));
        Ok(mark)
    }

    /// Every shared part but the document's, which depends on the copy.
    pub(super) fn add_shared(&self, archive: &mut Archive, marked: bool) -> Result<(), Error> {
        archive.add(if marked { &self.marked } else { &self.plain })?;
        self.shared_parts.iter().try_for_each(|part| archive.add(part))
    }
}

/// Resources with their files, the two templates, and the list of tags.
fn shared_parts(spec: &PlateSpec, canvas: &Canvas, pool: &GlyphPool) -> Result<Vec<Part>, Error> {
    let page = spec.page;
    let mut resources = Vec::new();
    document::begin_resources(&mut resources);
    canvas.fonts.push_resources(&mut resources, pool)?;
    canvas.push_media(&mut resources);
    canvas.pen.push_resources(&mut resources)?;
    resources.extend_from_slice(document::RESOURCES_TAIL);

    let mut parts = vec![Part::new(layout::PUBLIC_RES, &resources)?];
    parts.extend(canvas.fonts.parts(pool)?);
    for picture in &canvas.pictures {
        let mut content = Vec::new();
        picture.push(&mut content)?;
        parts.push(Part::new(&picture.path(), &content)?);
    }
    let sheets = [
        (layout::UNDER, document::UNDER_LAYER, &canvas.under),
        (layout::OVER, document::OVER_LAYER, &canvas.over),
    ];
    for (path, layer, objects) in sheets {
        parts.push(Part::new(path, &document::template(page, layer, objects)?)?);
    }
    parts.push(Part::new(layout::CUSTOM_TAGS, &document::custom_tags(spec.tag_namespace)?)?);
    Ok(parts)
}

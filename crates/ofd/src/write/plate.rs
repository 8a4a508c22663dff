//! The plate: everything that all copies of one template under one seal share, compiled once.
//!
//! Its parts are kept as they lie in every package, with their sums and digests, so that a copy packs and digests
//! only what is its own.

use std::sync::{Arc, PoisonError, RwLock};

use rustc_hash::FxHashMap;
use yinxin_crypto::hash::Sha256;
use yinxin_page::GlyphPool;
use yinxin_page::draw::{Color, Draw, GlyphRef, Layer, Page, Rect};

use super::Error;
use super::canvas::Canvas;
use super::document::{self, Origin};
use super::font::Shared;
use super::series::Series;
use super::shape::{Ids, Numbers};
use super::signature::{self, Frame};
use super::zip::{Opening, Part};
use crate::layout;

/// Series kept before the memo begins afresh; there are some for each qualification.
const MAX_SERIES: usize = 512;

/// Numbers for what a copy, a series and the plate itself bring: first resources, which a copy's objects name
/// again and again, so that their numbers are short.
const COPY_RESOURCES: (u32, u32) = (document::FIRST_FREE, 300);
const PLATE_RESOURCES: (u32, u32) = (300, 600);
const SERIES_RESOURCES: (u32, u32) = (600, 1_000);
const COPY_OBJECTS: (u32, u32) = (1_000, 10_000);
const PLATE_OBJECTS: (u32, u32) = (10_000, 100_000);
/// Those of a series follow the plate's.
const SERIES_OBJECTS: u32 = 8_192;

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
    pub(super) shared_parts: Vec<Part>,
    pub(super) signatures: Part,
    pub(super) fields_head: Vec<u8>,
    pub(super) entrance_head: Opening,
    pub(super) frame: Frame,
    pub(super) origin: Origin,
    pub(super) shared: Shared,
    /// The colour that most of the text has: layers name it once.
    pub(super) ink: Option<Color>,
    /// The first number of a series' objects.
    first_object: u32,
    digest: [u8; 32],
    /// By the address of the page that a series' copies share.
    series: RwLock<FxHashMap<usize, Arc<Series>>>,
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
        let ink = ink(page);
        let mut canvas = Canvas::new(pool, None, ink, numbers(PLATE_OBJECTS, PLATE_RESOURCES));
        canvas.draw(page, Layer::Under)?;
        canvas.draw(page, Layer::Over)?;
        for glyph in spec.common_glyphs {
            canvas.take(*glyph)?;
        }
        canvas.check_numbers()?;
        let first_object = canvas.pen.ids.next()?;
        let mut plate = Self {
            shared_parts: shared_parts(spec, &canvas)?,
            signatures: Part::new(layout::SIGNATURES, &signature::list())?,
            fields_head: document::fields_head(spec.tag_namespace)?,
            entrance_head: Opening::new(document::entrance_head()),
            frame: Frame::new(&spec.provider, document::PAGE, spec.stamp)?,
            origin: Origin {
                author: spec.author.to_owned(),
                creator: spec.creator.to_owned(),
                creator_version: spec.creator_version.to_owned(),
            },
            shared: canvas.fonts.share(pool),
            ink,
            first_object,
            digest: [0; 32],
            series: RwLock::default(),
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
        for part in self.shared_parts.iter().chain([&self.signatures]) {
            take(part.reference());
        }
        for bytes in self.frame.parts() {
            take(bytes);
        }
        take(&self.fields_head);
        let Origin { author, creator, creator_version } = &self.origin;
        for text in [author, creator, creator_version] {
            take(text.as_bytes());
        }
        state.finish()
    }

    /// Numbers for what is a copy's own.
    pub(super) fn copy_numbers() -> Numbers {
        numbers(COPY_OBJECTS, COPY_RESOURCES)
    }

    /// The highest number in a package.
    pub(super) fn max_id(&self) -> u32 {
        self.first_object + SERIES_OBJECTS - 1
    }

    /// The series of copies that share this page, made if it is the first. It is found by the page's address, while
    /// the page is held here.
    pub(super) fn series(&self, page: &Arc<Page>, pool: &GlyphPool) -> Result<Arc<Series>, Error> {
        let key = Arc::as_ptr(page).addr();
        if let Some(series) = self.series.read().unwrap_or_else(PoisonError::into_inner).get(&key)
            && series.is_of(page)
        {
            return Ok(Arc::clone(series));
        }
        let objects = (self.first_object, self.first_object + SERIES_OBJECTS);
        let made = Arc::new(Series::compile(self, page, numbers(objects, SERIES_RESOURCES), pool)?);
        let mut series = self.series.write().unwrap_or_else(PoisonError::into_inner);
        if series.len() >= MAX_SERIES {
            series.clear();
        }
        series.insert(key, Arc::clone(&made));
        Ok(made)
    }
}

fn numbers(objects: (u32, u32), resources: (u32, u32)) -> Numbers {
    Numbers { objects: Ids::new(objects.0, objects.1), resources: Ids::new(resources.0, resources.1) }
}

/// Resources with their files, the two templates, and the list of tags.
fn shared_parts(spec: &PlateSpec, canvas: &Canvas) -> Result<Vec<Part>, Error> {
    let ink = ink(spec.page);
    let mut parts = vec![Part::new(layout::PUBLIC_RES, &canvas.resources_part(ink)?)?];
    parts.extend(canvas.resource_files()?);
    let sheets = [
        (layout::UNDER, document::UNDER_LAYER, None, &canvas.under),
        (layout::OVER, document::OVER_LAYER, ink, &canvas.over),
    ];
    for (path, layer, ink, objects) in sheets {
        parts.push(Part::new(path, &document::template(spec.page, layer, ink, objects)?)?);
    }
    parts.push(Part::new(layout::CUSTOM_TAGS, &document::custom_tags(spec.tag_namespace)?)?);
    Ok(parts)
}

/// The colour that most lines of text have.
fn ink(page: &Page) -> Option<Color> {
    let mut counted: Vec<(Color, usize)> = Vec::new();
    for draw in page.blocks.iter().flat_map(|block| &block.draws) {
        let Draw::Text(run) = draw else { continue };
        match counted.iter_mut().find(|(color, _)| *color == run.color) {
            Some((_, count)) => *count += 1,
            None => counted.push((run.color, 1)),
        }
    }
    counted.into_iter().max_by_key(|(_, count)| *count).map(|(color, _)| color)
}

//! The plate: everything that all copies of one template under one seal share, compiled once.
//!
//! Its head is the beginning of every file, byte for byte, and its digest state is kept, so that a copy hashes
//! only what is its own. Objects of a copy that the head points at have numbers fixed here.

use std::sync::{Arc, PoisonError, RwLock};

use rustc_hash::FxHashMap;
use yinxin_crypto::hash::Sha256;
use yinxin_page::GlyphPool;
use yinxin_page::draw::{Draw, GlyphRef, Page, Point, Rect};

use super::Error;
use super::canvas::{Canvas, KeptMark, Mark};
use super::dss::{LongTerm, SecurityStore, StampField};
use super::emit;
use super::font::{FontObjects, Shared};
use super::form::{self, Space};
use super::objects::{Objects, name_object, number};
use super::series::Series;
use super::structure;
use crate::layout;

/// Series kept before the memo begins afresh; there are some for each qualification.
const MAX_SERIES: usize = 512;

/// The seal as it shows on the page: the appearance of the signature field.
#[derive(Clone, Copy, Debug)]
pub struct SealAppearance<'a> {
    /// Where it stands on the page, in millimetres.
    pub rect: Rect,
    /// The size of the drawing's own space, in millimetres; it is scaled to `rect`.
    pub width: f64,
    pub height: f64,
    /// Fills, strokes and repeats of them.
    pub draws: &'a [Draw],
    /// What the seal is, for those who cannot see it; also the field's tool tip.
    pub alt: &'a str,
    /// The form field's name. No full stop: that would make two fields of it.
    pub field_name: &'a str,
    /// Place in the reading order.
    pub order: u32,
}

/// What a plate is made of.
#[derive(Clone, Copy, Debug)]
pub struct PlateSpec<'a> {
    /// What is the same on every copy.
    pub page: &'a Page,
    pub seal: SealAppearance<'a>,
    /// Glyphs that most copies use: they go into the plate's font, with those of its page, and copies only
    /// bring what is missing there.
    pub common_glyphs: &'a [GlyphRef],
    /// RFC 5646, e.g. `zh-CN`.
    pub language: &'a str,
    pub producer: &'a str,
    pub author: &'a str,
    /// Bytes kept for the CMS value.
    pub contents_capacity: usize,
    /// What goes along for judging the signature later; may be empty.
    pub security: SecurityStore<'a>,
    /// With an empty field that a document time stamp can fill.
    pub stamp_field: bool,
}

/// A compiled plate. Shared by reference between threads.
pub struct Plate {
    pub(super) head: Vec<u8>,
    pub(super) head_state: Sha256,
    digest: [u8; 32],
    pub(super) fixed: Fixed,
    pub(super) shared: Shared,
    /// Ready lines of the cross-reference table for objects 0 to the last of the head.
    pub(super) xref: Vec<u8>,
    pub(super) named: Named,
    /// The blocks of the plate's page that are read.
    pub(super) marks: Vec<KeptMark>,
    pub(super) seal_order: u32,
    pub(super) stamp: Option<StampField>,
    pub(super) height: f64,
    pub(super) language: String,
    pub(super) producer: String,
    pub(super) author: String,
    pub(super) capacity: usize,
    /// By the address of the page that their copies share.
    series: RwLock<FxHashMap<usize, Vec<Arc<Series>>>>,
}

impl std::fmt::Debug for Plate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Plate").field("head", &self.head.len()).finish_non_exhaustive()
    }
}

/// Entries in the resources of a copy.
#[derive(Clone)]
pub(super) struct Named {
    /// `/F0 12 0 R`
    pub(super) fonts: Vec<u8>,
    /// `/X0 13 0 R …`
    pub(super) xobjects: Vec<u8>,
}

/// Numbers of the head's own objects.
pub(super) const CATALOG: u32 = 1;
const PAGES: u32 = 2;
pub(super) const PAGE: u32 = 3;
const PROFILE: u32 = 4;
const WIDGET: u32 = 5;
const SEAL: u32 = 6;
pub(super) const TREE_ROOT: u32 = 7;
const UNDER: u32 = 8;
const OVER: u32 = 9;
pub(super) const SEAL_ELEMENT: u32 = 10;
const FIRST_FREE: u32 = 11;

/// Numbers of the objects that every copy has behind the head.
#[derive(Clone, Copy)]
pub(super) struct Fixed {
    /// Each copy's own.
    pub(super) signature: u32,
    pub(super) own_over: u32,
    pub(super) metadata_length: u32,
    /// What a series shares, and each copy's metadata.
    pub(super) metadata: u32,
    pub(super) resources: u32,
    pub(super) series_under: u32,
    pub(super) series_over: u32,
    pub(super) document: u32,
    pub(super) parent_tree: u32,
}

impl Fixed {
    fn from(first: u32) -> Self {
        Self {
            signature: first,
            own_over: first + 1,
            metadata_length: first + 2,
            metadata: first + 3,
            resources: first + 4,
            series_under: first + 5,
            series_over: first + 6,
            document: first + 7,
            parent_tree: first + 8,
        }
    }

    /// The first number behind them.
    pub(super) fn end(self) -> u32 {
        self.parent_tree + 1
    }
}

impl Plate {
    /// Compiles a plate. It only serves copies whose glyphs are of the same pool.
    pub fn compile(spec: &PlateSpec, pool: &GlyphPool) -> Result<Self, Error> {
        let mut canvas = Canvas::fixed(pool, spec.page.height);
        canvas.draw(spec.page)?;
        for glyph in spec.common_glyphs {
            canvas.used.take(pool, *glyph, pool.text(*glyph))?;
        }
        let shared = canvas.used.share();

        let font = FontObjects::from(FIRST_FREE);
        let has_font = !canvas.used.is_empty();
        let first_object = if has_font { font.end() } else { FIRST_FREE };
        let first_of_term = first_object + number(canvas.objects.len())?;
        let (term, first_of_copy) = LongTerm::from(first_of_term, &spec.security, spec.stamp_field)?;
        let fixed = Fixed::from(first_of_copy);

        let mut objects = Objects::new(layout::HEADER.to_vec(), 0);
        put_document(&mut objects, spec, fixed, term)?;
        put_seal(&mut objects, spec, fixed)?;
        objects.put(UNDER, &form::stream(b"", &canvas.under, true));
        objects.put(OVER, &form::stream(b"", &canvas.over, true));
        put_seal_element(&mut objects, spec, fixed);
        let mut named = Named { fonts: Vec::new(), xobjects: Vec::new() };
        if has_font {
            canvas.used.put(&mut objects, pool, &font, 0, true)?;
            font.push_name(&mut named.fonts, b"/F0 ");
        }
        for (index, drawn) in canvas.objects.iter().enumerate() {
            let object = first_object + number(index)?;
            drawn.put(&mut objects, object)?;
            name_object(&mut named.xobjects, b"X", index, object);
        }
        term.put(&mut objects, &spec.security, &structure::place(fixed.document, PAGE), PAGE);
        Self::finish(spec, objects, fixed, shared, named, &canvas.marks, term.stamp)
    }

    fn finish(
        spec: &PlateSpec,
        objects: Objects,
        fixed: Fixed,
        shared: Shared,
        named: Named,
        marks: &[Mark],
        stamp: Option<StampField>,
    ) -> Result<Self, Error> {
        let mut xref = b"0000000000 65535 f \n".to_vec();
        objects.push_lines(&mut xref, 1..fixed.signature);
        let mut head_state = Sha256::new();
        head_state.update(&objects.out);
        let mut name = head_state.clone();
        // What a copy takes from the plate but the head does not hold.
        for part in [spec.producer, spec.author] {
            name.update(&(part.len() as u64).to_be_bytes());
            name.update(part.as_bytes());
        }
        name.update(&(spec.contents_capacity as u64).to_be_bytes());
        let space = Space { bottom: spec.page.height, digits: 2 };
        for (mcid, mark) in marks.iter().enumerate() {
            let mut element = Vec::new();
            structure::element(&mut element, mark, mcid, b"", space)?;
            name.update(&mark.order.to_be_bytes());
            name.update(&element);
        }
        name.update(&spec.seal.order.to_be_bytes());
        Ok(Self {
            head: objects.out,
            head_state,
            digest: name.finish(),
            fixed,
            shared,
            xref,
            named,
            marks: marks.iter().map(Mark::kept).collect(),
            seal_order: spec.seal.order,
            stamp,
            height: spec.page.height,
            language: spec.language.to_owned(),
            producer: spec.producer.to_owned(),
            author: spec.author.to_owned(),
            capacity: spec.contents_capacity,
            series: RwLock::default(),
        })
    }

    /// The bytes that every copy begins with.
    pub fn head(&self) -> &[u8] {
        &self.head
    }

    /// The object of the empty field for a document time stamp, as [`super::extend`] asks for it.
    pub fn stamp_field(&self) -> Option<u32> {
        self.stamp.map(|stamp| stamp.widget)
    }

    /// Names the plate: two plates with the same digest make the same copies of the same inputs.
    pub fn digest(&self) -> [u8; 32] {
        self.digest
    }

    /// The series of a copy, made if it is the first. Series are found by the address of the page that their copies share,
    /// while that page is held here.
    pub(super) fn series(
        &self,
        page: &Arc<Page>,
        own: &Canvas,
        pool: &GlyphPool,
    ) -> Result<Arc<Series>, Error> {
        let key = Arc::as_ptr(page).addr();
        if let Some(of_page) = self.series.read().unwrap_or_else(PoisonError::into_inner).get(&key)
            && let Some(known) = of_page.iter().find(|series| series.suits(page, own))
        {
            return Ok(Arc::clone(known));
        }
        let made = Arc::new(Series::compile(self, page, own, pool)?);
        let mut series = self.series.write().unwrap_or_else(PoisonError::into_inner);
        if series.values().map(Vec::len).sum::<usize>() >= MAX_SERIES {
            series.clear();
        }
        series.entry(key).or_default().push(Arc::clone(&made));
        Ok(made)
    }
}

/// Catalog, page tree, page, colour profile, root of the structure tree.
fn put_document(objects: &mut Objects, spec: &PlateSpec, fixed: Fixed, term: LongTerm) -> Result<(), Error> {
    objects.begin(CATALOG);
    let out = &mut objects.out;
    out.extend_from_slice(b"<</Type/Catalog/Pages ");
    emit::reference(out, PAGES);
    out.extend_from_slice(b"/Lang");
    emit::text_string(out, spec.language);
    out.extend_from_slice(b"/MarkInfo<</Marked true>>/StructTreeRoot ");
    emit::reference(out, TREE_ROOT);
    out.extend_from_slice(b"/ViewerPreferences<</DisplayDocTitle true>>/Metadata ");
    emit::reference(out, fixed.metadata);
    out.extend_from_slice(
        b"/OutputIntents[<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(sRGB)\
          /Info(sRGB IEC61966-2.1)/DestOutputProfile ",
    );
    emit::reference(out, PROFILE);
    out.extend_from_slice(b">>]/AcroForm<</SigFlags 3/Fields[");
    emit::reference(out, WIDGET);
    term.push_field(out);
    out.extend_from_slice(b"]>>/Perms<</DocMDP ");
    emit::reference(out, fixed.signature);
    out.extend_from_slice(b">>");
    term.push_catalog(out);
    out.extend_from_slice(b">>");
    objects.end();

    objects.begin(PAGES);
    objects.out.extend_from_slice(b"<</Type/Pages/Count 1/Kids[");
    emit::reference(&mut objects.out, PAGE);
    objects.out.extend_from_slice(b"]>>");
    objects.end();

    objects.begin(PAGE);
    let out = &mut objects.out;
    out.extend_from_slice(b"<</Type/Page/Parent ");
    emit::reference(out, PAGES);
    out.extend_from_slice(b"/MediaBox[0 0 ");
    emit::points(out, spec.page.width, 3)?;
    emit::points(out, spec.page.height, 3)?;
    out.extend_from_slice(b"]/Resources ");
    emit::reference(out, fixed.resources);
    out.extend_from_slice(b"/Contents[");
    for part in [UNDER, fixed.series_under, OVER, fixed.series_over, fixed.own_over] {
        emit::reference(out, part);
        out.push(b' ');
    }
    out.extend_from_slice(b"]/Annots[");
    emit::reference(out, WIDGET);
    term.push_field(out);
    out.extend_from_slice(b"]/Tabs/S/StructParents ");
    emit::int(out, structure::PAGE_KEY);
    out.extend_from_slice(b">>");
    objects.end();

    objects.put(PROFILE, &form::stream(b"/N 3", &super::icc::srgb(), true));

    objects.begin(TREE_ROOT);
    let out = &mut objects.out;
    out.extend_from_slice(b"<</Type/StructTreeRoot/K ");
    emit::reference(out, fixed.document);
    out.extend_from_slice(b"/ParentTree ");
    emit::reference(out, fixed.parent_tree);
    out.extend_from_slice(b"/ParentTreeNextKey 3>>");
    objects.end();
    Ok(())
}

/// The signature field, merged with its widget, and the appearance. F 132: printed, locked.
fn put_seal(objects: &mut Objects, spec: &PlateSpec, fixed: Fixed) -> Result<(), Error> {
    let seal = &spec.seal;
    let page = Space { bottom: spec.page.height, digits: 3 };
    let Rect { x, y, w, h } = seal.rect;
    objects.begin(WIDGET);
    let out = &mut objects.out;
    out.extend_from_slice(b"<</Type/Annot/Subtype/Widget/FT/Sig/T");
    emit::text_string(out, &seal.field_name.replace('.', "_"));
    out.extend_from_slice(b"/TU");
    emit::text_string(out, seal.alt);
    out.extend_from_slice(b"/F 132/P ");
    emit::reference(out, PAGE);
    out.extend_from_slice(b"/Rect[");
    page.point(out, Point { x, y: y + h })?;
    page.point(out, Point { x: x + w, y })?;
    out.extend_from_slice(b"]/AP<</N ");
    emit::reference(out, SEAL);
    out.extend_from_slice(b">>/StructParent ");
    emit::int(out, structure::SEAL_KEY);
    out.extend_from_slice(b"/V ");
    emit::reference(out, fixed.signature);
    out.extend_from_slice(b">>");
    objects.end();

    objects.put(SEAL, &form::stamped(seal.draws, seal.width, seal.height)?);
    Ok(())
}

fn put_seal_element(objects: &mut Objects, spec: &PlateSpec, fixed: Fixed) {
    objects.begin(SEAL_ELEMENT);
    let out = &mut objects.out;
    out.extend_from_slice(b"<</Type/StructElem/S/Form/P ");
    emit::reference(out, fixed.document);
    out.extend_from_slice(b"/Pg ");
    emit::reference(out, PAGE);
    out.extend_from_slice(b"/Alt");
    emit::text_string(out, spec.seal.alt);
    out.extend_from_slice(b"/K<</Type/OBJR/Obj ");
    emit::reference(out, WIDGET);
    out.extend_from_slice(b"/Pg ");
    emit::reference(out, PAGE);
    out.extend_from_slice(b">>>>");
    objects.end();
}

//! A series: copies on one plate that differ in nothing but values.
//!
//! Copies that show the same fields for the same purpose share labels, lines, watermark, resources and the whole
//! structure tree. These stand right behind the plate's head, are made once, and are hashed once: what is left
//! to each copy is its values. Whether a series is remembered or made anew, the bytes are the same.

use std::sync::Arc;

use yinxin_crypto::hash::Sha256;
use yinxin_page::GlyphPool;
use yinxin_page::draw::Page;

use super::canvas::{Canvas, KeptMark, Mark};
use super::emit;
use super::font::FontObjects;
use super::form::{self, Space};
use super::objects::{Objects, name_object};
use super::plate::{Named, PAGE, SEAL_ELEMENT, TREE_ROOT};
use super::structure::{Read, Tree, What};
use super::xmp::{self, Origin};
use super::{Error, Plate};
use crate::layout::XREF_LINE;

/// What the copies of a series have in common.
pub(super) struct Series {
    kind: Kind,
    /// What follows the plate's head, up to where each copy's metadata become its own.
    pub(super) bytes: Vec<u8>,
    /// How much of the metadata they hold.
    pub(super) packet: usize,
    /// The digest's state behind these.
    pub(super) state: Sha256,
    /// Lines of the cross-reference table for its objects.
    pub(super) lines: Vec<u8>,
    /// The first object number behind them.
    pub(super) end: u32,
}

/// By what a series is known.
struct Kind {
    /// Held, so that its address stays its own.
    page: Arc<Page>,
    marks: Vec<KeptMark>,
    with_font: bool,
    objects: usize,
}

impl Series {
    /// Whether a copy whose own part is on `own` belongs to it.
    pub(super) fn suits(&self, page: &Arc<Page>, own: &Canvas) -> bool {
        let Kind { page: known, marks, with_font, objects } = &self.kind;
        Arc::ptr_eq(known, page)
            && *with_font != own.used.is_empty()
            && *objects == own.objects.len()
            && marks.len() == own.marks.len()
            && marks.iter().zip(&own.marks).all(|(known, mark)| known.mark() == *mark)
    }

    /// Makes the series of a copy whose own part is on `own`.
    pub(super) fn compile(
        plate: &Plate,
        page: &Arc<Page>,
        own: &Canvas,
        pool: &GlyphPool,
    ) -> Result<Self, Error> {
        let fixed = plate.fixed;
        let mut canvas =
            Canvas::series(pool, plate.height, &plate.shared, plate.marks.len() + own.marks.len());
        canvas.draw(page)?;
        let mut objects = Objects::new(Vec::with_capacity(16 << 10), plate.head.len());
        objects.put(fixed.series_under, &form::stream(b"", &canvas.under, true));
        objects.put(fixed.series_over, &form::stream(b"", &canvas.over, true));
        let Named { mut fonts, mut xobjects } = plate.named.clone();
        let mut next = fixed.end();
        if !canvas.used.is_empty() {
            let font = FontObjects::from(next);
            next = font.end();
            canvas.used.put(&mut objects, pool, &font, 1, true)?;
            font.push_name(&mut fonts, b"/F1 ");
        }
        for (index, drawn) in canvas.objects.iter().enumerate() {
            drawn.put(&mut objects, next)?;
            name_object(&mut xobjects, b"Y", index, next);
            next += 1;
        }
        let next = plate.put_structure(&mut objects, &own.marks, &canvas.marks, next)?;
        put_resources(&mut objects, fixed.resources, Named { fonts, xobjects }, own, next);
        let packet = plate.begin_metadata(&mut objects);

        let mut lines = Vec::with_capacity(usize::try_from(next).unwrap_or(0).saturating_mul(XREF_LINE));
        objects.push_lines(&mut lines, fixed.metadata..next);
        let mut state = plate.head_state.clone();
        state.update(&objects.out);
        let kind = Kind {
            page: Arc::clone(page),
            marks: own.marks.iter().map(Mark::kept).collect(),
            with_font: !own.used.is_empty(),
            objects: own.objects.len(),
        };
        Ok(Self { kind, bytes: objects.out, packet, state, lines, end: next })
    }
}

impl Plate {
    /// The structure tree over the marks of plate, copy and series, whose identifiers follow each other in this order.
    fn put_structure(
        &self,
        objects: &mut Objects,
        own: &[Mark],
        series: &[Mark],
        first: u32,
    ) -> Result<u32, Error> {
        let marks = self.marks.iter().map(KeptMark::mark).chain(own.iter().copied());
        let marks = marks.chain(series.iter().copied());
        let marked =
            marks.enumerate().map(|(mcid, mark)| Read { order: mark.order, what: What::Mark { mcid, mark } });
        let stamp = self.stamp.map(|stamp| stamp.element);
        let fields = std::iter::once(SEAL_ELEMENT).chain(stamp);
        let fields = fields.map(|element| Read { order: self.seal_order, what: What::Element(element) });
        let tree = Tree {
            root: TREE_ROOT,
            document: self.fixed.document,
            parent_tree: self.fixed.parent_tree,
            page: PAGE,
            seal: SEAL_ELEMENT,
            stamp,
            space: Space { bottom: self.height, digits: 2 },
        };
        tree.put(objects, marked.chain(fields).collect(), first)
    }

    /// The metadata up to what is each copy's own; how long they are is said in an object of its own.
    fn begin_metadata(&self, objects: &mut Objects) -> usize {
        objects.begin(self.fixed.metadata);
        objects.out.extend_from_slice(b"<</Type/Metadata/Subtype/XML/Length ");
        emit::reference(&mut objects.out, self.fixed.metadata_length);
        objects.out.extend_from_slice(form::STREAM);
        let origin = Origin { author: &self.author, producer: &self.producer, language: &self.language };
        let start = objects.out.len();
        xmp::begin(&mut objects.out, &origin);
        objects.out.len() - start
    }
}

/// The resources of the page: `named` are the plate's and the series', and behind them the copy's own get their numbers from
/// `first` on, its font before what it draws by name.
fn put_resources(objects: &mut Objects, object: u32, named: Named, own: &Canvas, first: u32) {
    let Named { mut fonts, mut xobjects } = named;
    let mut next = first;
    if !own.used.is_empty() {
        let font = FontObjects::from(next);
        next = font.end();
        font.push_name(&mut fonts, b"/F2 ");
    }
    for (index, drawn) in (0..own.objects.len()).zip(next..) {
        name_object(&mut xobjects, b"Z", index, drawn);
    }
    objects.begin(object);
    for part in [b"<</Font<<".as_slice(), &fonts, b">>/XObject<<", &xobjects, b">>>>"] {
        objects.out.extend_from_slice(part);
    }
    objects.end();
}

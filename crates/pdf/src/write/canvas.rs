//! Blocks of a page as content streams (§7.8): marked content, text, shapes, pictures.
//!
//! One canvas draws one part of a page (what all copies share, what a series shares, what is one copy's own), lower sheet
//! and upper sheet apart, and collects what the part uses: glyphs, pictures, forms, and one mark for every
//! block that is read.

use std::sync::Arc;

use yinxin_page::GlyphPool;
use yinxin_page::draw::{Block, Draw, Image, Layer, Page, QrMatrix, Rect, Role, TextRun};

use super::font::{Shared, Used};
use super::form::{self, Bounds, Ink, Space};
use super::objects::Objects;
use super::{Error, emit, picture};

/// Letters farther apart than this (1/1000 em beyond their advance) are taken for words by programs that
/// extract text; their text is then said outright.
const WIDE_GAP: i64 = 90;

/// Nobody sees a letter that is this far (1/1000 em) from its place.
const TOLERANCE: i64 = 2;

/// Bytes that a sheet's content mostly stays below.
const USUAL_SHEET: usize = 8 << 10;
/// Glyphs that a copy mostly brings at most, and blocks that are read.
const USUAL_GLYPHS: usize = 56;
const USUAL_MARKS: usize = 48;

/// The name of the fixed part's font.
const FIXED_FONT: &[u8] = b"F0";

/// Names of the resources of one part of a page.
struct Names {
    font: &'static [u8],
    /// Before a number.
    object: &'static [u8],
}

/// A glyph of a line: in which font, as which CID, how wide and where (1/1000 em).
struct Set {
    font: &'static [u8],
    cid: u16,
    advance: i64,
    at: i64,
}

/// A thing that content draws by name.
pub(super) enum Drawn<'a> {
    Image(&'a Arc<Image>),
    Qr(&'a QrMatrix),
    Form(&'a Arc<Vec<Draw>>),
}

impl Drawn<'_> {
    /// Its object.
    pub(super) fn put(&self, objects: &mut Objects, number: u32) -> Result<(), Error> {
        objects.begin(number);
        match self {
            Drawn::Image(image) => picture::push_image(&mut objects.out, image)?,
            Drawn::Qr(matrix) => picture::push_qr(&mut objects.out, matrix)?,
            Drawn::Form(drawing) => objects.out.extend_from_slice(&form::repeated(drawing)?),
        }
        objects.end();
        Ok(())
    }
}

/// A block that is read, in the order of drawing; its marked-content identifier is its place in the list.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Mark<'a> {
    pub(super) role: &'a Role,
    pub(super) order: u32,
    /// Of a figure.
    pub(super) bounds: Option<Bounds>,
}

/// A mark that outlives its page.
pub(super) struct KeptMark {
    role: Role,
    order: u32,
    bounds: Option<Bounds>,
}

impl Mark<'_> {
    pub(super) fn kept(&self) -> KeptMark {
        KeptMark { role: self.role.clone(), order: self.order, bounds: self.bounds }
    }
}

impl KeptMark {
    pub(super) fn mark(&self) -> Mark<'_> {
        Mark { role: &self.role, order: self.order, bounds: self.bounds }
    }
}

pub(super) struct Canvas<'a> {
    pool: &'a GlyphPool,
    space: Space,
    names: Names,
    shared: Option<&'a Shared>,
    first_mark: usize,
    one_sheet: bool,
    pub(super) under: Vec<u8>,
    pub(super) over: Vec<u8>,
    pub(super) used: Used<'a>,
    pub(super) objects: Vec<Drawn<'a>>,
    pub(super) marks: Vec<Mark<'a>>,
}

impl<'a> Canvas<'a> {
    /// The part that all copies share.
    pub(super) fn fixed(pool: &'a GlyphPool, height: f64) -> Self {
        Self::new(pool, height, Names { font: FIXED_FONT, object: b"X" }, None, 0)
    }

    /// The part that a series shares: `shared` are glyphs of the fixed part's font, `first_mark` is how many marks come
    /// before its own.
    pub(super) fn series(pool: &'a GlyphPool, height: f64, shared: &'a Shared, first_mark: usize) -> Self {
        Self::new(pool, height, Names { font: b"F1", object: b"Y" }, Some(shared), first_mark)
    }

    /// The part that is one copy's own, all of it on the upper sheet.
    pub(super) fn own(pool: &'a GlyphPool, height: f64, shared: &'a Shared, first_mark: usize) -> Self {
        let names = Names { font: b"F2", object: b"Z" };
        Self { one_sheet: true, ..Self::new(pool, height, names, Some(shared), first_mark) }
    }

    fn new(
        pool: &'a GlyphPool,
        height: f64,
        names: Names,
        shared: Option<&'a Shared>,
        first_mark: usize,
    ) -> Self {
        Self {
            pool,
            space: Space { bottom: height, digits: 2 },
            names,
            shared,
            first_mark,
            one_sheet: false,
            under: Vec::new(),
            over: Vec::with_capacity(USUAL_SHEET),
            used: Used::with_room(USUAL_GLYPHS),
            objects: Vec::new(),
            marks: Vec::with_capacity(USUAL_MARKS),
        }
    }

    pub(super) fn draw(&mut self, page: &'a Page) -> Result<(), Error> {
        self.under.extend_from_slice(b"q\n");
        self.over.extend_from_slice(b"q\n");
        let (mut under, mut over) = (Ink::default(), Ink::default());
        for block in &page.blocks {
            match block.layer {
                Layer::Under if !self.one_sheet => {
                    let mut out = std::mem::take(&mut self.under);
                    self.block(&mut out, &mut under, block)?;
                    self.under = out;
                }
                _ => {
                    let mut out = std::mem::take(&mut self.over);
                    self.block(&mut out, &mut over, block)?;
                    self.over = out;
                }
            }
        }
        self.under.extend_from_slice(b"Q\n");
        self.over.extend_from_slice(b"Q\n");
        Ok(())
    }

    fn block(&mut self, out: &mut Vec<u8>, ink: &mut Ink, block: &'a Block) -> Result<(), Error> {
        if block.draws.is_empty() {
            return Ok(());
        }
        if block.role == Role::Artifact {
            out.extend_from_slice(b"/Artifact BMC\n");
        } else {
            out.push(b'/');
            out.extend_from_slice(super::structure::tag(&block.role));
            out.extend_from_slice(b"<</MCID ");
            emit::size(out, self.first_mark + self.marks.len());
            out.extend_from_slice(b">>BDC\n");
            let bounds = matches!(block.role, Role::Figure { .. }).then(|| figure_bounds(&block.draws));
            self.marks.push(Mark { role: &block.role, order: block.order, bounds });
        }
        for draw in &block.draws {
            match draw {
                Draw::Text(run) => self.text(out, ink, run)?,
                Draw::Fill { .. } | Draw::Stroke { .. } => ink.shape(out, self.space, draw)?,
                Draw::Image { rect, image } => {
                    let known =
                        |drawn: &Drawn| matches!(drawn, Drawn::Image(other) if Arc::ptr_eq(other, image));
                    let index = self.object(known, Drawn::Image(image));
                    self.in_rect(out, *rect, index)?;
                }
                Draw::Qr { rect, matrix } => {
                    ink.fill_with(out, yinxin_page::draw::Color(0, 0, 0));
                    let index = self.object(|_| false, Drawn::Qr(matrix));
                    self.in_rect(out, *rect, index)?;
                }
                Draw::Repeat { form, at } => {
                    let known =
                        |drawn: &Drawn| matches!(drawn, Drawn::Form(other) if Arc::ptr_eq(other, form));
                    let index = self.object(known, Drawn::Form(form));
                    let mut turn = None;
                    for transform in at {
                        out.extend_from_slice(b"q ");
                        self.space.place_next(out, transform, &mut turn)?;
                        self.paint(out, index);
                    }
                }
            }
        }
        out.extend_from_slice(b"EMC\n");
        Ok(())
    }

    /// The number of an object in the resources, old or new.
    fn object(&mut self, known: impl Fn(&Drawn) -> bool, new: Drawn<'a>) -> usize {
        self.objects.iter().position(known).unwrap_or_else(|| {
            self.objects.push(new);
            self.objects.len() - 1
        })
    }

    fn paint(&self, out: &mut Vec<u8>, index: usize) {
        out.extend_from_slice(b" /");
        out.extend_from_slice(self.names.object);
        emit::size(out, index);
        out.extend_from_slice(b" Do Q\n");
    }

    /// Paints an image object: its unit square becomes `rect`.
    fn in_rect(&self, out: &mut Vec<u8>, rect: Rect, index: usize) -> Result<(), Error> {
        out.extend_from_slice(b"q ");
        emit::points(out, rect.w, 3)?;
        out.extend_from_slice(b"0 0 ");
        emit::points(out, rect.h, 3)?;
        emit::points(out, rect.x, 3)?;
        emit::points(out, self.space.bottom - rect.y - rect.h, 3)?;
        out.extend_from_slice(b"cm");
        self.paint(out, index);
        Ok(())
    }

    /// One line of text (§9.4): glyphs by CID, each nudged to where the layout put it.
    fn text(&mut self, out: &mut Vec<u8>, ink: &mut Ink, run: &'a TextRun) -> Result<(), Error> {
        let mut line = Vec::with_capacity(run.glyphs.len());
        let scale = 1000.0 / run.size;
        for glyph in &run.glyphs {
            let shared = self.shared.and_then(|shared| shared.find(glyph.glyph, &glyph.text));
            let (font, (cid, advance)) = match shared {
                Some(found) => (FIXED_FONT, found),
                None => (self.names.font, self.used.take(self.pool, glyph.glyph, &glyph.text)?),
            };
            let at = emit::whole(glyph.x * scale)?;
            line.push(Set { font, cid, advance: i64::from(advance), at });
        }
        if line.is_empty() {
            return Ok(());
        }
        let wide = line.windows(2).any(|pair| gap(pair) > WIDE_GAP);
        if wide {
            let text: String = run.glyphs.iter().map(|glyph| glyph.text.as_str()).collect();
            out.extend_from_slice(b"/Span<</ActualText");
            emit::text_string(out, &text);
            out.extend_from_slice(b">>BDC\n");
        }
        ink.fill_with(out, run.color);
        out.extend_from_slice(b"BT ");
        self.space.point(out, run.origin)?;
        out.extend_from_slice(b"Td");
        let spacing = even_spacing(&line);
        ink.space_with(out, spacing as f64 * run.size / 1000.0)?;
        let mut pen = 0;
        for part in line.chunk_by(|a, b| a.font == b.font) {
            show(out, run.size, part, spacing, &mut pen)?;
        }
        out.extend_from_slice(b" ET\n");
        if wide {
            out.extend_from_slice(b"EMC\n");
        }
        Ok(())
    }
}

/// How far the second glyph stands beyond the end of the first.
fn gap(pair: &[Set]) -> i64 {
    match pair {
        [a, b] => b.at - a.at - a.advance,
        _ => 0,
    }
}

/// The space that is the same between all glyphs of a line, else 0.
fn even_spacing(line: &[Set]) -> i64 {
    let (Some(first), Some(last)) = (line.first(), line.last()) else { return 0 };
    let between = i64::try_from(line.len()).unwrap_or(i64::MAX) - 1;
    if between == 0 {
        return 0;
    }
    let advances: i64 = line.iter().take(line.len() - 1).map(|set| set.advance).sum();
    let spacing = (last.at - first.at - advances) / between;
    let even = line.windows(2).all(|pair| (gap(pair) - spacing).abs() <= TOLERANCE);
    if even { spacing } else { 0 }
}

/// Shows glyphs of one font, from where the pen is.
fn show(out: &mut Vec<u8>, size: f64, part: &[Set], spacing: i64, pen: &mut i64) -> Result<(), Error> {
    out.extend_from_slice(b" /");
    out.extend_from_slice(part.first().map_or(FIXED_FONT, |first| first.font));
    out.push(b' ');
    emit::points(out, size, 3)?;
    out.extend_from_slice(b"Tf [<");
    for set in part {
        let gap = set.at - *pen;
        if gap.abs() > TOLERANCE {
            out.push(b'>');
            emit::int(out, -gap);
            out.push(b'<');
            *pen += gap;
        }
        emit::hex16(out, set.cid);
        *pen += set.advance + spacing;
    }
    out.extend_from_slice(b">]TJ");
    Ok(())
}

fn figure_bounds(draws: &[Draw]) -> Bounds {
    let mut bounds = Bounds::NOTHING;
    bounds.vector(draws, 0);
    for draw in draws {
        if let Draw::Image { rect, .. } | Draw::Qr { rect, .. } = draw {
            bounds.include(yinxin_page::draw::Point { x: rect.x, y: rect.y }, 0.0);
            bounds.include(yinxin_page::draw::Point { x: rect.x + rect.w, y: rect.y + rect.h }, 0.0);
        }
    }
    bounds
}

//! Blocks of a page as the graphic objects of layers (GB/T 33190, 8 to 11): text, pictures, shapes.
//!
//! One canvas draws one part of a page (the fixed or the differing one), lower sheet and upper sheet apart,
//! and collects what the part uses and which objects each block became.

use std::sync::Arc;

use yinxin_page::GlyphPool;
use yinxin_page::draw::{
    Block, Color, Draw, GlyphRef, Image, Layer, Page, Point, QrMatrix, Rect, Role, TextRun,
};
use yinxin_page::text::ASCENT;

use super::Error;
use super::document;
use super::emit;
use super::font::{Fonts, Place, Shared, plain};
use super::picture::{self, Kind};
use super::shape::{Grain, Ids, Numbers, Pen};
use super::zip::Part;
use crate::layout;

/// Nobody sees a letter that is this far (1/1000 mm) from its place.
const TOLERANCE: i64 = 20;
/// Glyphs that a copy mostly brings at most.
const USUAL_GLYPHS: usize = 64;
/// Bytes that a sheet's objects mostly stay below.
const USUAL_SHEET: usize = 12 << 10;

/// A picture that objects refer to.
pub(super) struct Picture<'a> {
    id: u32,
    source: Source<'a>,
}

enum Source<'a> {
    Image(&'a Arc<Image>),
    Qr(&'a QrMatrix),
}

/// A block that means something, and which of the drawn objects it became.
pub(super) struct Tagged<'a> {
    pub(super) block: &'a Block,
    drawn: std::ops::Range<usize>,
}

pub(super) struct Canvas<'a> {
    pool: &'a GlyphPool,
    shared: Option<&'a Shared>,
    /// What text is drawn in that says nothing else: its layer does.
    ink: Option<Color>,
    pub(super) under: Vec<u8>,
    pub(super) over: Vec<u8>,
    pub(super) pen: Pen<'a>,
    resources: Ids,
    pub(super) fonts: Fonts,
    pub(super) pictures: Vec<Picture<'a>>,
    pub(super) tagged: Vec<Tagged<'a>>,
}

/// A glyph of a line: in which font, as which glyph, where (1/1000 mm from the line's origin).
struct Set<'a> {
    font: u32,
    gid: u16,
    at: i64,
    text: &'a str,
    /// Found by the font's own map.
    mapped: bool,
}

impl<'a> Canvas<'a> {
    /// `shared` are the glyphs of fonts that are there already.
    pub(super) fn new(
        pool: &'a GlyphPool,
        shared: Option<&'a Shared>,
        ink: Option<Color>,
        numbers: Numbers,
    ) -> Self {
        Self {
            pool,
            shared,
            ink,
            under: Vec::new(),
            over: Vec::with_capacity(USUAL_SHEET),
            pen: Pen::new(numbers.objects, Grain::Hundredths),
            resources: numbers.resources,
            fonts: Fonts::with_room(USUAL_GLYPHS),
            pictures: Vec::new(),
            tagged: Vec::with_capacity(32),
        }
    }

    /// Draws the blocks of one sheet.
    pub(super) fn draw(&mut self, page: &'a Page, layer: Layer) -> Result<(), Error> {
        let sheet = |canvas: &mut Self| match layer {
            Layer::Under => std::mem::take(&mut canvas.under),
            Layer::Over => std::mem::take(&mut canvas.over),
        };
        let mut out = sheet(self);
        for block in page.blocks.iter().filter(|block| block.layer == layer) {
            let first = self.pen.drawn.len();
            for draw in &block.draws {
                self.one(&mut out, draw)?;
            }
            let drawn = first..self.pen.drawn.len();
            if block.role != Role::Artifact && !drawn.is_empty() {
                self.tagged.push(Tagged { block, drawn });
            }
        }
        match layer {
            Layer::Under => self.under = out,
            Layer::Over => self.over = out,
        }
        Ok(())
    }

    fn one(&mut self, out: &mut Vec<u8>, draw: &'a Draw) -> Result<(), Error> {
        match draw {
            Draw::Text(run) => self.text(out, run),
            Draw::Image { rect, image } => {
                let known = |picture: &Picture| matches!(picture.source, Source::Image(other) if Arc::ptr_eq(other, image));
                let id = match self.pictures.iter().find(|picture| known(picture)) {
                    Some(picture) => picture.id,
                    None => self.picture(Source::Image(image)),
                };
                self.in_rect(out, *rect, id)
            }
            Draw::Qr { rect, matrix } => {
                let id = self.picture(Source::Qr(matrix));
                self.in_rect(out, *rect, id)
            }
            Draw::Fill { .. } | Draw::Stroke { .. } | Draw::Repeat { .. } => self.pen.draw(out, draw),
        }
    }

    fn picture(&mut self, source: Source<'a>) -> u32 {
        let id = self.resources.take();
        self.pictures.push(Picture { id, source });
        id
    }

    /// An image's unit square becomes `rect`.
    fn in_rect(&mut self, out: &mut Vec<u8>, rect: Rect, picture: u32) -> Result<(), Error> {
        out.extend_from_slice(b"<ofd:ImageObject");
        emit::attribute(out, "ID", self.pen.object());
        emit::boundary(out, rect)?;
        out.extend_from_slice(b" CTM=\"");
        emit::length(out, rect.w, 3)?;
        out.extend_from_slice(b" 0 0 ");
        emit::length(out, rect.h, 3)?;
        out.extend_from_slice(b" 0 0\"");
        emit::attribute(out, "ResourceID", picture);
        out.extend_from_slice(b"/>");
        Ok(())
    }

    /// One line of text: an object for every stretch of one font, and one for every letter that the font's map
    /// cannot lead to.
    fn text(&mut self, out: &mut Vec<u8>, run: &'a TextRun) -> Result<(), Error> {
        let mut line = Vec::with_capacity(run.glyphs.len());
        for placed in &run.glyphs {
            let ((font, gid), character) = match self.shared.and_then(|shared| shared.find(placed.glyph)) {
                Some(found) => found,
                None => (self.take(placed.glyph)?, plain(self.pool.text(placed.glyph))),
            };
            let text = placed.text.as_str();
            let mapped = character.is_some() && character == plain(text);
            line.push(Set { font, gid, at: emit::whole(placed.x * 1000.0)?, text, mapped });
        }
        let last = run.glyphs.last().map_or(0, |placed| self.pool.advance(placed.glyph));
        let mut parts = line.chunk_by(|a, b| a.mapped && b.mapped && a.font == b.font).peekable();
        while let Some(part) = parts.next() {
            let end = match parts.peek().and_then(|next| next.first()) {
                Some(next) => next.at as f64 / 1000.0,
                None => {
                    part.last().map_or(0, |set| set.at) as f64 / 1000.0 + f64::from(last) * run.size / 1000.0
                }
            };
            self.stretch(out, run, part, end)?;
        }
        Ok(())
    }

    /// A glyph's place in the fonts that this part of the page brings.
    pub(super) fn take(&mut self, glyph: GlyphRef) -> Result<Place, Error> {
        self.fonts.take(self.pool, glyph, &mut self.resources)
    }

    /// Whether there were numbers enough for everything.
    pub(super) fn check_numbers(&self) -> Result<(), Error> {
        self.pen.ids.next().and(self.resources.next()).map(|_| ())
    }

    /// What the objects refer to; with the colour of layers of text, for the part that defines it.
    pub(super) fn resources_part(&self, ink: Option<Color>) -> Result<Vec<u8>, Error> {
        let mut out = Vec::with_capacity(512);
        document::begin_resources(&mut out);
        if let Some(ink) = ink {
            document::push_ink(&mut out, ink);
        }
        self.fonts.push_resources(&mut out, self.pool)?;
        self.push_media(&mut out);
        self.pen.push_resources(&mut out)?;
        out.extend_from_slice(document::RESOURCES_TAIL);
        Ok(out)
    }

    /// Its files, as parts that many packages share.
    pub(super) fn resource_files(&self) -> Result<Vec<Part>, Error> {
        let mut parts = Vec::new();
        for (path, bytes) in self.fonts.files(self.pool)? {
            parts.push(Part::new(&path, &bytes)?);
        }
        for picture in &self.pictures {
            let mut content = Vec::new();
            picture.push(&mut content)?;
            parts.push(Part::new(&picture.path(), &content)?);
        }
        Ok(parts)
    }

    fn stretch(&mut self, out: &mut Vec<u8>, run: &TextRun, part: &[Set], end: f64) -> Result<(), Error> {
        let Some(first) = part.first() else { return Ok(()) };
        let left = first.at as f64 / 1000.0;
        // A box in whole hundredths: shorter to write, and what is cut off is made up for where the text begins.
        let (x, y) = (run.origin.x + left, run.origin.y - run.size * ASCENT);
        let (w, h) = (up((end - left).max(0.1)), up(run.size));
        let corner = Point { x: down(x), y: down(y) };
        out.extend_from_slice(b"<ofd:TextObject");
        emit::attribute(out, "ID", self.pen.object());
        emit::boundary(out, Rect { x: corner.x, y: corner.y, w, h })?;
        emit::attribute(out, "Font", first.font);
        out.extend_from_slice(b" Size=\"");
        emit::length(out, run.size, 3)?;
        out.extend_from_slice(b"\">");
        if self.ink != Some(run.color) {
            emit::color(out, b"FillColor", run.color);
        }
        if !first.mapped {
            out.extend_from_slice(b"<ofd:CGTransform CodePosition=\"0\"");
            let characters = u32::try_from(first.text.chars().count()).unwrap_or(1);
            emit::attribute(out, "CodeCount", characters);
            out.extend_from_slice(b" GlyphCount=\"1\"><ofd:Glyphs>");
            emit::int(out, first.gid.into());
            out.extend_from_slice(b"</ofd:Glyphs></ofd:CGTransform>");
        }
        out.extend_from_slice(b"<ofd:TextCode X=\"");
        emit::length(out, x - corner.x, 2)?;
        out.extend_from_slice(b"\" Y=\"");
        emit::length(out, run.origin.y - corner.y, 2)?;
        out.push(b'"');
        push_steps(out, part);
        out.push(b'>');
        for set in part {
            emit::text(out, set.text)?;
        }
        out.extend_from_slice(b"</ofd:TextCode></ofd:TextObject>");
        Ok(())
    }

    /// The numbers of a block's objects.
    pub(super) fn objects(&self, tagged: &Tagged) -> &[u32] {
        self.pen.drawn.get(tagged.drawn.clone()).unwrap_or_default()
    }

    /// `<ofd:MultiMedias>`, or nothing.
    fn push_media(&self, out: &mut Vec<u8>) {
        if self.pictures.is_empty() {
            return;
        }
        out.extend_from_slice(b"<ofd:MultiMedias>");
        for picture in &self.pictures {
            out.extend_from_slice(b"<ofd:MultiMedia");
            emit::attribute(out, "ID", picture.id);
            out.extend_from_slice(b" Type=\"Image\" Format=\"");
            out.extend_from_slice(picture.kind().format().as_bytes());
            out.extend_from_slice(b"\"><ofd:MediaFile>i");
            emit::int(out, picture.id);
            out.push(b'.');
            out.extend_from_slice(picture.kind().extension().as_bytes());
            out.extend_from_slice(b"</ofd:MediaFile></ofd:MultiMedia>");
        }
        out.extend_from_slice(b"</ofd:MultiMedias>");
    }
}

impl Picture<'_> {
    fn kind(&self) -> Kind {
        match self.source {
            Source::Image(image) => Kind::of(image),
            Source::Qr(_) => Kind::Png,
        }
    }

    pub(super) fn path(&self) -> String {
        format!("{}i{}.{}", layout::RESOURCES, self.id, self.kind().extension())
    }

    pub(super) fn push(&self, out: &mut Vec<u8>) -> Result<(), Error> {
        match self.source {
            Source::Image(image) => picture::push_image(out, image),
            Source::Qr(matrix) => picture::push_qr(out, matrix),
        }
    }
}

/// To the hundredth below; lengths here are on a page, so that nothing is lost.
fn down(value: f64) -> f64 {
    (value * 100.0).floor() / 100.0
}

/// To the hundredth above, and one more, for what [`down`] cut off.
fn up(value: f64) -> f64 {
    (value * 100.0).ceil() / 100.0 + 0.01
}

/// ` DeltaX="…"`: from letter to letter, equal steps together (GB/T 33190, 11.3).
fn push_steps(out: &mut Vec<u8>, part: &[Set]) {
    if part.len() < 2 {
        return;
    }
    out.extend_from_slice(b" DeltaX=\"");
    let mut rest = part;
    let mut first = true;
    // Where rounded steps have led so far.
    let mut pen = part.first().map_or(0, |set| set.at);
    while let [_, next, ..] = rest {
        // In hundredths; what is rounded off is made up for by the next step.
        let hundredths = (next.at - pen + 5).div_euclid(10);
        let step = hundredths * 10;
        let equal = (1_i64..)
            .zip(rest.iter().skip(1))
            .take_while(|(count, set)| (pen + count * step - set.at).abs() <= TOLERANCE)
            .count()
            .max(1);
        if !std::mem::take(&mut first) {
            out.push(b' ');
        }
        if equal > 2 {
            out.extend_from_slice(b"g ");
            emit::int(out, u32::try_from(equal).unwrap_or(u32::MAX));
            out.push(b' ');
            emit::number(out, hundredths, 2);
        } else {
            for count in 0..equal {
                if count > 0 {
                    out.push(b' ');
                }
                emit::number(out, hundredths, 2);
            }
        }
        pen += step * i64::try_from(equal).unwrap_or(0);
        rest = rest.get(equal..).unwrap_or_default();
    }
    out.push(b'"');
}

/// ` <ofd:Area>` of a page of this size.
pub(super) fn push_area(out: &mut Vec<u8>, name: &str, size: Point) -> Result<(), Error> {
    out.extend_from_slice(b"<ofd:");
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"><ofd:PhysicalBox>0 0 ");
    emit::point(out, size, 3)?;
    out.extend_from_slice(b"</ofd:PhysicalBox></ofd:");
    out.extend_from_slice(name.as_bytes());
    out.push(b'>');
    Ok(())
}

//! The vocabulary of a page: blocks with a role (for tagging), made of drawing instructions.

use std::sync::Arc;

use smol_str::SmolStr;

/// A point in millimetres.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    pub x: f64,
    pub y: f64,
}

/// An upright rectangle in millimetres; `x`, `y` is its top left corner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rect {
    pub x: f64,
    pub y: f64,
    pub w: f64,
    pub h: f64,
}

/// An sRGB colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Color(pub u8, pub u8, pub u8);

/// One step of an outline.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Segment {
    Move(Point),
    Line(Point),
    /// Cubic Bézier: two control points, then the end.
    Curve(Point, Point, Point),
    Close,
}

/// A shape: closed or open sub-paths in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outline(pub Vec<Segment>);

/// Maps (x, y) to (a·x + c·y + e, b·x + d·y + f), in page space (y down).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Transform {
    pub a: f64,
    pub b: f64,
    pub c: f64,
    pub d: f64,
    pub e: f64,
    pub f: f64,
}

/// A glyph of the glyph pool it came from; meaningless with another pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GlyphRef(pub u32);

/// One glyph of a run: which, what text it stands for, and where its origin is, in millimetres from the
/// run's origin along the baseline.
#[derive(Clone, Debug, PartialEq)]
pub struct PlacedGlyph {
    pub glyph: GlyphRef,
    /// The Unicode text this glyph stands for (one character, or a base with its variation selector).
    /// A small string: a sealed copy places hundreds of them, and none may cost an allocation.
    pub text: SmolStr,
    pub x: f64,
}

/// Glyphs on one horizontal baseline.
#[derive(Clone, Debug, PartialEq)]
pub struct TextRun {
    /// Left end of the baseline.
    pub origin: Point,
    /// Em size in millimetres.
    pub size: f64,
    pub color: Color,
    pub glyphs: Vec<PlacedGlyph>,
}

/// How image bytes are coded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    /// A baseline or progressive JPEG file, 8-bit, grey or RGB (never CMYK).
    Jpeg,
    /// Raw 8-bit samples, rows top to bottom, 1 component (grey).
    Gray8,
    /// Raw 8-bit samples, rows top to bottom, 3 components (RGB).
    Rgb8,
}

/// A raster image.
#[derive(Clone, Debug, PartialEq)]
pub struct Image {
    pub width: u32,
    pub height: u32,
    /// Components a pixel: 1 or 3.
    pub components: u8,
    pub coding: Coding,
    pub data: Vec<u8>,
}

/// A square bitmap of QR modules, row by row; `true` is dark. Without quiet zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QrMatrix {
    pub side: usize,
    pub dark: Vec<bool>,
}

impl QrMatrix {
    /// Row by row, eight modules a byte from its highest bit on, dark ones set; a row's last byte is filled up with zeros.
    pub fn packed(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.side * self.side.div_ceil(8));
        for row in self.dark.chunks(self.side.max(1)) {
            let (whole, rest) = row.as_chunks::<8>();
            out.extend(whole.iter().map(octet));
            if !rest.is_empty() {
                let mut last = [false; 8];
                for (slot, module) in last.iter_mut().zip(rest) {
                    *slot = *module;
                }
                out.push(octet(&last));
            }
        }
        out
    }
}

/// Eight modules at once: the factor brings the lowest bit of each byte to its place in the highest, and nothing else there.
fn octet(modules: &[bool; 8]) -> u8 {
    (u64::from_le_bytes(modules.map(u8::from)).wrapping_mul(0x8040_2010_0804_0201) >> 56) as u8
}

/// One drawing instruction.
#[derive(Clone, Debug, PartialEq)]
pub enum Draw {
    Text(TextRun),
    Fill {
        outline: Outline,
        color: Color,
        even_odd: bool,
    },
    Stroke {
        outline: Outline,
        color: Color,
        /// Line width in millimetres.
        width: f64,
    },
    Image {
        rect: Rect,
        image: Arc<Image>,
    },
    /// The dark modules only; the quiet zone is whatever lies around `rect` (white by the template).
    Qr {
        rect: Rect,
        matrix: Arc<QrMatrix>,
    },
    /// The same drawing (fills and strokes only) repeated at several places: a watermark, a rosette.
    /// A producer hands out the same `Arc` for the same drawing where it can, so that a format may keep
    /// what it made of it.
    Repeat {
        form: Arc<Vec<Draw>>,
        at: Vec<Transform>,
    },
}

/// What a block is to a reader who cannot see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Role {
    /// Decoration: border, watermark, rules. Never read out.
    Artifact,
    /// The document's title; one a page.
    Title,
    Heading,
    Paragraph,
    /// A label–value pair is a `Label` block followed by its `Value` block.
    Label,
    Value,
    /// A picture with its alternative text.
    Figure {
        alt: String,
    },
}

/// Which of two sheets a block lies on. A page may be drawn in two parts, first what is static, then what
/// differs; the parts' lower sheets both lie under both upper ones. So a watermark, which differs, stays
/// beneath the words that do not, without transparency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Layer {
    /// Backgrounds and watermarks.
    Under,
    #[default]
    Over,
}

/// A piece of content with a stable id, in reading order.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// Stable within a template, e.g. `holder_name.value`; element ids of a format derive from it.
    pub id: String,
    pub role: Role,
    /// Place in the reading order; a page that is drawn in two parts (what is static, what differs)
    /// interleaves its parts by it. Equal numbers are read in sequence. Nothing for artifacts.
    pub order: u32,
    pub layer: Layer,
    pub draws: Vec<Draw>,
}

/// A page. Blocks are drawn layer by layer, in sequence, and read by [`Block::order`].
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    pub width: f64,
    pub height: f64,
    pub blocks: Vec<Block>,
}

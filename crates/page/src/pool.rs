//! Glyphs of a few styles, flattened once and kept: the fast path's only source of letters.
//!
//! A glyph is looked up without a lock (a table by code point), made under one, and never dropped: a nation's
//! names use some ten thousand glyphs of a few hundred bytes. References are only meaningful in their own
//! pool, and their numbers depend on the order in which characters were first used: nothing that is written to
//! a document may be derived from them. Knows no font file's place and no document format.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};

use smol_str::SmolStr;

use crate::Error;
use crate::cff::{self, CffSubset, Program};
use crate::charstring;
use crate::cluster::Cluster;
use crate::draw::{Color, Draw, GlyphRef, Outline};
use crate::font::FontChain;
use crate::glyf;
use crate::shape::Shape;
use crate::simplify::simplify;
use crate::text::{self, TextStyle};

/// What a template calls a style, e.g. `serif` or `serif-bold`.
pub type StyleName = SmolStr;

/// A style of one pool, found by its name once and then used for every glyph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StyleId(u8);

/// The pool. Shared by reference between threads.
pub struct GlyphPool {
    styles: Vec<Style>,
    glyphs: Glyphs,
    /// Clusters with a variation selector; rare, so a map behind a lock is enough.
    variants: RwLock<HashMap<(StyleId, Cluster), Metrics>>,
    phrases: RwLock<HashMap<Phrase, Arc<Vec<Draw>>>>,
    making: Mutex<()>,
}

struct Style {
    name: StyleName,
    chain: FontChain,
    chars: CharTable,
}

#[derive(PartialEq, Eq, Hash)]
struct Phrase {
    style: StyleId,
    text: String,
    size: u64,
    spacing: u64,
    color: Color,
}

/// Phrases kept before the memo begins afresh. Purposes are few; this only bounds what a stream of free text
/// could do.
const MAX_PHRASES: usize = 256;

/// How far a phrase's line may stray, in millimetres: a dot of a 1200 dpi printer.
const PHRASE_TOLERANCE: f64 = 0.02;

impl fmt::Debug for GlyphPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GlyphPool")
            .field("styles", &self.styles.iter().map(|s| &s.name).collect::<Vec<_>>())
            .field("glyphs", &self.glyphs.len())
            .finish_non_exhaustive()
    }
}

impl GlyphPool {
    /// A pool of these styles. Fonts are loaded when a character first needs them. At most 255 styles are
    /// kept; where a name comes twice, the first stands.
    pub fn new(styles: Vec<(StyleName, FontChain)>) -> Self {
        Self {
            styles: styles
                .into_iter()
                .take(usize::from(u8::MAX))
                .map(|(name, chain)| Style { name, chain, chars: CharTable::new() })
                .collect(),
            glyphs: Glyphs::new(),
            variants: RwLock::default(),
            phrases: RwLock::default(),
            making: Mutex::default(),
        }
    }

    /// Finds a style by name.
    ///
    /// # Errors
    /// [`Error::UnknownStyle`]
    pub fn style(&self, name: &str) -> Result<StyleId, Error> {
        self.styles
            .iter()
            .position(|style| style.name == name)
            .and_then(|index| u8::try_from(index).ok())
            .map(StyleId)
            .ok_or_else(|| Error::UnknownStyle { name: name.to_owned() })
    }

    /// The glyph for one character, or for a base with its variation selector. Where no font has the
    /// selected form, the glyph is the base's, and it still stands for both code points.
    ///
    /// # Errors
    /// [`Error::NoGlyph`] when no font of the chain has the character, or it is a private-use code point, whose
    /// meaning no font can know; [`Error::Unprintable`],
    /// [`Error::NeedsShaping`], [`Error::NotOneCharacter`], [`Error::Font`].
    pub fn glyph(&self, style: StyleId, cluster: &str) -> Result<GlyphRef, Error> {
        self.metrics(style, Cluster::parse(cluster)?).map(|metrics| metrics.glyph)
    }

    /// The glyph for a cluster, with its advance.
    #[inline]
    pub(crate) fn metrics(&self, style: StyleId, cluster: Cluster) -> Result<Metrics, Error> {
        let slot = self.slot(style)?;
        match self.known(style, slot, cluster) {
            Some(metrics) => Ok(metrics),
            None => self.make(style, slot, cluster),
        }
    }

    #[cold]
    fn make(&self, style: StyleId, slot: &Style, cluster: Cluster) -> Result<Metrics, Error> {
        cluster.check()?;
        let _one_at_a_time = self.making.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(metrics) = self.known(style, slot, cluster) {
            return Ok(metrics);
        }
        let shape = if cluster.is_private_use() { None } else { slot.chain.shape(cluster)? };
        let shape = shape.ok_or_else(|| Error::NoGlyph {
            text: cluster.text(),
            code_points: cluster.code_points(),
            style: slot.name.to_string(),
        })?;
        let advance = shape.advance;
        let metrics = Metrics { glyph: self.glyphs.push(Glyph::new(style, cluster, shape))?, advance };
        match cluster.selector {
            None => slot.chars.set(cluster.base, metrics),
            Some(_) => {
                self.variants
                    .write()
                    .unwrap_or_else(PoisonError::into_inner)
                    .insert((style, cluster), metrics);
            }
        }
        Ok(metrics)
    }

    /// Advance width in 1/1000 em; 0 for a glyph of another pool.
    pub fn advance(&self, glyph: GlyphRef) -> u16 {
        self.glyphs.get(glyph).map_or(0, |glyph| glyph.shape.advance)
    }

    /// The text that a glyph stands for; empty for a glyph of another pool.
    pub fn text(&self, glyph: GlyphRef) -> &str {
        self.glyphs.get(glyph).map_or("", |glyph| glyph.text.as_str())
    }

    /// The style that a glyph was made for; none for a glyph of another pool.
    pub fn style_of(&self, glyph: GlyphRef) -> Option<StyleId> {
        self.glyphs.get(glyph).map(|glyph| glyph.style)
    }

    /// The name of a style; empty for a style of another pool.
    pub fn style_name(&self, style: StyleId) -> &str {
        self.styles.get(usize::from(style.0)).map_or("", |style| style.name.as_str())
    }

    /// The shape in em units (1.0 = em), y down, baseline at 0; empty for a glyph of another pool.
    pub fn outline(&self, glyph: GlyphRef) -> Arc<Outline> {
        self.glyphs.get(glyph).map_or_else(Arc::default, |glyph| {
            Arc::clone(glyph.outline.get_or_init(|| Arc::new(glyph.shape.outline())))
        })
    }

    /// An embeddable font of these glyphs: glyph i of the slice is CID and GID i+1, 0 is `.notdef`.
    /// Depends on nothing but the glyphs and their order.
    ///
    /// # Errors
    /// [`Error::ForeignGlyph`], [`Error::TooManyGlyphs`] (65,534 are the most).
    pub fn cff_subset(&self, glyphs: &[GlyphRef]) -> Result<CffSubset, Error> {
        let programs = glyphs
            .iter()
            .map(|&glyph| {
                self.glyphs.get(glyph).map(Glyph::program).ok_or(Error::ForeignGlyph { index: glyph.0 })
            })
            .collect::<Result<Vec<_>, _>>()?;
        cff::subset(&programs)
    }

    /// A phrase as one filled outline, slightly simplified, with its baseline at the origin, for a
    /// [`Draw::Repeat`]. The same
    /// phrase is the same `Arc` while it is remembered.
    ///
    /// # Errors
    /// Those of [`GlyphPool::glyph`].
    pub fn phrase(&self, style: &TextStyle, text: &str) -> Result<Arc<Vec<Draw>>, Error> {
        let key = Phrase {
            style: style.style,
            text: text.to_owned(),
            size: style.size.to_bits(),
            spacing: style.spacing.to_bits(),
            color: style.color,
        };
        let known = |phrases: &HashMap<Phrase, Arc<Vec<Draw>>>| phrases.get(&key).map(Arc::clone);
        if let Some(form) = known(&self.phrases.read().unwrap_or_else(PoisonError::into_inner)) {
            return Ok(form);
        }
        let form = Arc::new(vec![Draw::Fill {
            outline: simplify(&text::outlined(self, style, text)?, PHRASE_TOLERANCE),
            color: style.color,
            even_odd: false,
        }]);
        let mut phrases = self.phrases.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(first) = known(&phrases) {
            return Ok(first);
        }
        if phrases.len() >= MAX_PHRASES {
            phrases.clear();
        }
        phrases.insert(key, Arc::clone(&form));
        Ok(form)
    }

    /// The description of a glyph by quadratic curves.
    pub(crate) fn quadratic(&self, glyph: GlyphRef) -> Option<&glyf::Program> {
        let glyph = self.glyphs.get(glyph)?;
        Some(glyph.quadratic.get_or_init(|| glyf::Program::of(&glyph.shape)))
    }

    fn slot(&self, style: StyleId) -> Result<&Style, Error> {
        self.styles
            .get(usize::from(style.0))
            .ok_or_else(|| Error::UnknownStyle { name: format!("number {}", style.0) })
    }

    #[inline]
    fn known(&self, id: StyleId, slot: &Style, cluster: Cluster) -> Option<Metrics> {
        match cluster.selector {
            None => slot.chars.get(cluster.base),
            Some(_) => {
                self.variants.read().unwrap_or_else(PoisonError::into_inner).get(&(id, cluster)).copied()
            }
        }
    }
}

/// All that any format needs of a glyph. The shape is kept beside the charstring: what a format with TrueType
/// outlines needs is made from it when that is first asked for.
struct Glyph {
    style: StyleId,
    text: SmolStr,
    shape: Shape,
    bounds: Option<[i16; 4]>,
    charstring: Box<[u8]>,
    outline: OnceLock<Arc<Outline>>,
    quadratic: OnceLock<glyf::Program>,
}

impl Glyph {
    fn new(style: StyleId, cluster: Cluster, shape: Shape) -> Self {
        Self {
            style,
            text: SmolStr::from(cluster.text()),
            bounds: shape.bounds(),
            charstring: charstring::encode(&shape),
            outline: OnceLock::new(),
            quadratic: OnceLock::new(),
            shape,
        }
    }

    fn program(&self) -> Program<'_> {
        Program { charstring: &self.charstring, advance: self.shape.advance, bounds: self.bounds }
    }
}

/// Glyphs by number: appended under the pool's lock, read without one.
struct Glyphs {
    chunks: Box<[OnceLock<Chunk>]>,
    len: AtomicU32,
}

type Chunk = Box<[OnceLock<Glyph>]>;

const CHUNK: usize = 1024;
const CHUNKS: usize = 1024;

impl Glyphs {
    fn new() -> Self {
        Self { chunks: (0..CHUNKS).map(|_| OnceLock::new()).collect(), len: AtomicU32::new(0) }
    }

    fn len(&self) -> u32 {
        self.len.load(Ordering::Acquire)
    }

    fn get(&self, glyph: GlyphRef) -> Option<&Glyph> {
        let index = usize::try_from(glyph.0).ok()?;
        self.chunks.get(index / CHUNK)?.get()?.get(index % CHUNK)?.get()
    }

    /// Only called with the pool's lock held, so that numbers are handed out one by one.
    fn push(&self, glyph: Glyph) -> Result<GlyphRef, Error> {
        let number = self.len();
        let full = || Error::TooManyGlyphs { max: CHUNK * CHUNKS };
        let index = usize::try_from(number).map_err(|_| full())?;
        self.chunks
            .get(index / CHUNK)
            .map(|chunk| chunk.get_or_init(|| (0..CHUNK).map(|_| OnceLock::new()).collect()))
            .and_then(|chunk| chunk.get(index % CHUNK))
            .and_then(|cell| cell.set(glyph).ok())
            .ok_or_else(full)?;
        self.len.store(number + 1, Ordering::Release);
        Ok(GlyphRef(number))
    }
}

/// What laying out a line asks of a glyph.
#[derive(Clone, Copy)]
pub(crate) struct Metrics {
    pub glyph: GlyphRef,
    pub advance: u16,
}

/// Code point to glyph and advance in two steps; pages of 256 appear as they are used.
struct CharTable {
    pages: Box<[OnceLock<Page>]>,
}

/// Each cell is the glyph's number plus one in the upper half and the advance in the lower; zero is not known.
type Page = Box<[AtomicU64]>;

const PAGE: u32 = 256;

impl CharTable {
    fn new() -> Self {
        let pages = u32::from(char::MAX) / PAGE + 1;
        Self { pages: (0..pages).map(|_| OnceLock::new()).collect() }
    }

    fn get(&self, c: char) -> Option<Metrics> {
        let (page, at) = Self::place(c);
        let cell = self.pages.get(page)?.get()?.get(at)?.load(Ordering::Acquire);
        let glyph = ((cell >> 32) as u32).checked_sub(1).map(GlyphRef)?;
        Some(Metrics { glyph, advance: cell as u16 })
    }

    fn set(&self, c: char, metrics: Metrics) {
        let (page, at) = Self::place(c);
        if let Some(page) = self.pages.get(page)
            && let Some(cell) = page.get_or_init(|| (0..PAGE).map(|_| AtomicU64::new(0)).collect()).get(at)
        {
            let value = (u64::from(metrics.glyph.0) + 1) << 32 | u64::from(metrics.advance);
            cell.store(value, Ordering::Release);
        }
    }

    fn place(c: char) -> (usize, usize) {
        let code = u32::from(c);
        ((code / PAGE) as usize, (code % PAGE) as usize)
    }
}

//! Font files as the caller gives them, loaded when they are first needed, and chains of them.
//!
//! A chain answers with the first font that has the character; later fonts are not even loaded before an
//! earlier one lacks it (the rare-character fonts are 30 MB each). What is handed out is a flattened shape
//! in 1/1000 em, so that nothing above this module knows CFF from TrueType. Must not know where fonts lie.

use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use ttf_parser::{Face, GlyphId, Permissions};

use crate::Error;
use crate::cluster::Cluster;
use crate::shape::{Shape, ShapeBuilder};

/// Yields the bytes of a font file; the error is a sentence for the operator.
pub type LoadFont = Box<dyn Fn() -> Result<Arc<[u8]>, String> + Send + Sync>;

/// A font file that can be loaded, and which face in it is meant.
pub struct FontSource {
    /// How messages call it, e.g. the file name.
    pub name: String,
    /// Picks the face inside a collection by its family name, e.g. `Noto Serif CJK SC`.
    pub family: Option<String>,
    /// The face inside a collection where `family` is not given.
    pub index: u32,
    pub load: LoadFont,
}

impl fmt::Debug for FontSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FontSource")
            .field("name", &self.name)
            .field("family", &self.family)
            .field("index", &self.index)
            .finish_non_exhaustive()
    }
}

/// A font that is loaded when it is first asked for a character, and stays loaded. Chains of several styles
/// share it through `Arc`.
#[derive(Debug)]
pub struct Font {
    source: FontSource,
    loaded: OnceLock<Loaded>,
    loading: Mutex<()>,
}

struct Loaded {
    data: Arc<[u8]>,
    index: u32,
}

impl fmt::Debug for Loaded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes, face {}", self.data.len(), self.index)
    }
}

impl Font {
    pub fn new(source: FontSource) -> Self {
        Self { source, loaded: OnceLock::new(), loading: Mutex::new(()) }
    }

    /// The name its source gave.
    pub fn name(&self) -> &str {
        &self.source.name
    }

    /// Whether it has been needed so far.
    pub fn is_loaded(&self) -> bool {
        self.loaded.get().is_some()
    }

    /// Loads it now if it is not loaded, so that a missing or broken file shows at start-up.
    ///
    /// # Errors
    /// [`Error::Font`] when the file cannot be had, is no font, lacks the face, or forbids embedding.
    pub fn check(&self) -> Result<(), Error> {
        self.loaded().map(|_| ())
    }

    fn loaded(&self) -> Result<&Loaded, Error> {
        if let Some(loaded) = self.loaded.get() {
            return Ok(loaded);
        }
        // A failure is not remembered: a file that comes back is used again without a restart.
        let _one_at_a_time = self.loading.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(loaded) = self.loaded.get() {
            return Ok(loaded);
        }
        let loaded = self.load().map_err(|reason| Error::Font { name: self.source.name.clone(), reason })?;
        Ok(self.loaded.get_or_init(|| loaded))
    }

    fn load(&self) -> Result<Loaded, String> {
        let data = (self.source.load)()?;
        let index = match &self.source.family {
            None => self.source.index,
            Some(family) => (0..faces_in(&data))
                .find(|&index| Face::parse(&data, index).is_ok_and(|face| has_family(&face, family)))
                .ok_or_else(|| format!("it has no face of the family {family}"))?,
        };
        let face = Face::parse(&data, index).map_err(|error| error.to_string())?;
        if face.tables().os2.is_some() && !may_be_embedded(&face) {
            return Err("its licence bits forbid embedding a subset".to_owned());
        }
        Ok(Loaded { data, index })
    }

    /// The shape for a cluster; with `exact`, only the form that its variation selector names.
    fn shape(&self, cluster: Cluster, exact: bool) -> Result<Option<Shape>, Error> {
        let loaded = self.loaded()?;
        // Parsing reads a handful of table headers; it happens once a character, not once a use.
        let face = Face::parse(&loaded.data, loaded.index)
            .map_err(|error| Error::Font { name: self.source.name.clone(), reason: error.to_string() })?;
        let glyph = match cluster.selector {
            Some(selector) if exact => face.glyph_variation_index(cluster.base, selector),
            _ => face.glyph_index(cluster.base),
        };
        // Glyph 0 is the "missing" box: never a shape for a character.
        let Some(glyph) = glyph.filter(|glyph| *glyph != GlyphId(0)) else {
            return Ok(None);
        };
        let mut builder = ShapeBuilder::new(face.units_per_em());
        face.outline_glyph(glyph, &mut builder);
        let shape = builder.finish(face.glyph_hor_advance(glyph).unwrap_or(0));
        // A font that maps a visible character to nothing does not have it.
        Ok(shape.filter(|shape| !shape.is_empty() || cluster.base.is_whitespace()))
    }
}

/// Fonts in order of preference.
#[derive(Clone, Debug, Default)]
pub struct FontChain {
    fonts: Vec<Arc<Font>>,
}

impl FontChain {
    pub fn new(fonts: Vec<Arc<Font>>) -> Self {
        Self { fonts }
    }

    pub fn fonts(&self) -> &[Arc<Font>] {
        &self.fonts
    }

    /// The shape for a cluster, from the first font that has it. A form named by a variation selector is
    /// looked for in every font before the plain form is taken: it is how the holder's name is written.
    pub(crate) fn shape(&self, cluster: Cluster) -> Result<Option<Shape>, Error> {
        let passes: &[bool] = if cluster.selector.is_some() { &[true, false] } else { &[false] };
        for &exact in passes {
            for font in &self.fonts {
                if let Some(shape) = font.shape(cluster, exact)? {
                    return Ok(Some(shape));
                }
            }
        }
        Ok(None)
    }
}

impl From<Vec<FontSource>> for FontChain {
    fn from(sources: Vec<FontSource>) -> Self {
        Self::new(sources.into_iter().map(|source| Arc::new(Font::new(source))).collect())
    }
}

fn faces_in(data: &[u8]) -> u32 {
    ttf_parser::fonts_in_collection(data).unwrap_or(1)
}

/// What the font's maker says in `fsType`; only asked where there is such a table.
fn may_be_embedded(face: &Face<'_>) -> bool {
    face.permissions() != Some(Permissions::Restricted)
        && face.is_subsetting_allowed()
        && face.is_outline_embedding_allowed()
}

fn has_family(face: &Face<'_>, family: &str) -> bool {
    use ttf_parser::name_id::{FAMILY, TYPOGRAPHIC_FAMILY};
    face.names().into_iter().any(|name| {
        matches!(name.name_id, FAMILY | TYPOGRAPHIC_FAMILY) && name.to_string().as_deref() == Some(family)
    })
}

//! Plates: all that is the same on every copy of one template under one seal, compiled once and kept.

mod ofd;
mod pdf;

pub(crate) use ofd::{OfdDraft, OfdPlate};
pub(crate) use pdf::PdfPlate;

use crate::{Error, Material, SealKey};
use rustc_hash::FxHashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use yinxin_crypto::hash::sha256;
use yinxin_face::{Fields, Series, Static, Template};
use yinxin_model::{Format, Level};
use yinxin_page::GlyphPool;
use yinxin_page::draw::{Color, Page};

/// Plates kept before the memo begins afresh; there are templates × seals of them, some dozens.
const MAX_PLATES: usize = 1024;
/// Series of copies kept before the memo begins afresh; there are some for each qualification.
const MAX_SERIES: usize = 512;
const PRODUCER: &str = concat!("yinxin ", env!("CARGO_PKG_VERSION"));

/// A template that is ready for plates: parsed once, known by the digest of its text.
#[derive(Debug)]
pub struct Design {
    template: Template,
    digest: [u8; 32],
}

impl Design {
    pub fn new(template: Template) -> Self {
        let digest = sha256(template.source().as_bytes());
        Self { template, digest }
    }

    pub fn parse(source: &str) -> Result<Self, Error> {
        Ok(Self::new(Template::parse(source)?))
    }

    pub fn template(&self) -> &Template {
        &self.template
    }

    /// SHA-256 of the template's text.
    pub fn digest(&self) -> [u8; 32] {
        self.digest
    }
}

/// What stands on the drawn seal.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SealFace {
    /// Along the ring.
    pub ring: String,
    /// Beneath the star; may be empty.
    pub bottom: String,
    /// Small digits along the lower ring.
    pub number: Option<String>,
    pub color: Color,
    /// The glyph pool's style for the letters.
    pub font: String,
}

/// Everything that a plate depends on beside fonts.
#[derive(Clone, Debug)]
pub struct PlateOrder<'a> {
    pub format: Format,
    pub design: &'a Design,
    pub key: &'a SealKey,
    pub seal: &'a SealFace,
    /// 发证机构, on the issuer's line.
    pub issuer: &'a str,
    /// 制作者: the platform's name; also the document's author.
    pub platform: &'a str,
    /// What copies in PDF are to reach, and what goes into them for it.
    pub level: Level,
    pub material: &'a Material,
}

/// A compiled plate with what copies need to know of it.
pub struct SealPlate {
    pub(crate) design: Template,
    pub(crate) press: Press,
    pub(crate) pool: Arc<GlyphPool>,
    /// Of the certificate that copies are sealed by.
    pub(crate) certificate: [u8; 32],
    seal_code: String,
    /// What copies of one series share, drawn once: the same page is the same `Arc`, by which the plate knows it.
    series: RwLock<FxHashMap<Series<'static>, Arc<Page>>>,
}

/// The format's part of a plate.
pub(crate) enum Press {
    Pdf(Box<PdfPlate>),
    Ofd(Box<OfdPlate>),
}

impl SealPlate {
    pub fn compile(order: &PlateOrder<'_>, pool: Arc<GlyphPool>) -> Result<Self, Error> {
        let template = order.design.template();
        let all = Static { issuer: order.issuer.to_owned(), platform: order.platform.to_owned() };
        let page = yinxin_face::base(template, &all, &pool)?;
        let press = match order.format {
            Format::Pdf => Press::Pdf(Box::new(PdfPlate::compile(order, &page, &all, &pool)?)),
            Format::Ofd => Press::Ofd(Box::new(OfdPlate::compile(order, &page, &all, &pool)?)),
        };
        Ok(Self {
            design: template.clone(),
            press,
            pool,
            certificate: order.key.means(order.format)?.fingerprint,
            seal_code: order.key.code().to_owned(),
            series: RwLock::default(),
        })
    }

    /// What a copy with these fields shares with others.
    pub(crate) fn series(&self, fields: &Fields) -> Result<Arc<Page>, Error> {
        let series = Series::of(&self.design, fields);
        if let Some(page) = self.series.read().unwrap_or_else(PoisonError::into_inner).get(&series) {
            return Ok(Arc::clone(page));
        }
        let page = Arc::new(yinxin_face::series(&self.design, &series, &self.pool)?);
        let mut known = self.series.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MAX_SERIES {
            known.clear();
        }
        Ok(Arc::clone(known.entry(series.into_owned()).or_insert(page)))
    }

    /// Names the plate in an intent: the same inputs on a plate of the same digest give the same bytes.
    pub fn digest(&self) -> [u8; 32] {
        match &self.press {
            Press::Pdf(plate) => plate.digest(),
            Press::Ofd(plate) => plate.digest(),
        }
    }
}

impl std::fmt::Debug for SealPlate {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "SealPlate({} × {})", self.design.id(), self.seal_code)
    }
}

/// A plate with everything that it depends on.
struct Known {
    format: Format,
    design: [u8; 32],
    /// The seal's means in this format.
    means: [u8; 32],
    seal: SealFace,
    issuer: String,
    platform: String,
    level: Level,
    material: [u8; 32],
    plate: Arc<SealPlate>,
}

impl Known {
    /// Compared in place: every copy asks, and a key made for a map would cost it half a dozen allocations.
    fn suits(&self, order: &PlateOrder<'_>, means: &[u8; 32]) -> bool {
        // Levels are of PDF alone.
        let material = self.level == order.level && self.material == order.material.digest();
        self.format == order.format
            && self.means == *means
            && (material || self.format == Format::Ofd)
            && self.design == order.design.digest()
            && self.seal == *order.seal
            && self.issuer == order.issuer
            && self.platform == order.platform
    }
}

/// Compiled plates, by everything that they depend on.
pub struct Plates {
    pool: Arc<GlyphPool>,
    known: RwLock<Vec<Known>>,
    /// Of many callers that need a new plate, one compiles it.
    compiling: Mutex<()>,
}

impl Plates {
    pub fn new(pool: Arc<GlyphPool>) -> Self {
        Self { pool, known: RwLock::default(), compiling: Mutex::default() }
    }

    pub fn pool(&self) -> &Arc<GlyphPool> {
        &self.pool
    }

    pub fn get(&self, order: &PlateOrder<'_>) -> Result<Arc<SealPlate>, Error> {
        let means = order.key.means(order.format)?.digest;
        if let Some(plate) = self.find(order, &means) {
            return Ok(plate);
        }
        let _one_at_a_time = self.compiling.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(plate) = self.find(order, &means) {
            return Ok(plate);
        }
        let plate = Arc::new(SealPlate::compile(order, Arc::clone(&self.pool))?);
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MAX_PLATES {
            known.clear();
        }
        known.push(Known {
            format: order.format,
            design: order.design.digest(),
            means,
            seal: order.seal.clone(),
            issuer: order.issuer.to_owned(),
            platform: order.platform.to_owned(),
            level: order.level,
            material: order.material.digest(),
            plate: Arc::clone(&plate),
        });
        Ok(plate)
    }

    /// The newest first: plates of yesterday's revocation lists are not asked for again.
    fn find(&self, order: &PlateOrder<'_>, means: &[u8; 32]) -> Option<Arc<SealPlate>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.iter().rev().find(|known| known.suits(order, means)).map(|known| Arc::clone(&known.plate))
    }
}

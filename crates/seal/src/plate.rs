//! Plates: all that is the same on every copy of one template under one seal, compiled once and kept.

use crate::{Error, Material, SealKey};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use yinxin_crypto::cms::stamped_max_len;
use yinxin_crypto::hash::sha256;
use yinxin_crypto::x509::{Certificate, Crl};
use yinxin_face::{Fields, SealSpec, Series, Static, Template};
use yinxin_model::Level;
use yinxin_page::GlyphPool;
use yinxin_page::draw::{Color, Page};
use yinxin_pdf::write::{Plate, PlateSpec, SealAppearance, SecurityStore};

/// Plates kept before the memo begins afresh; there are templates × seals of them, some dozens.
const MAX_PLATES: usize = 1024;
/// Series of copies kept before the memo begins afresh; there are some for each purpose.
const MAX_SERIES: usize = 256;
/// The room for a signature grows in steps of this many bytes.
const ROOM_STEP: usize = 256;
const FIELD_NAME: &str = "Seal";
const LANGUAGE: &str = "zh-CN";
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
    pub design: &'a Design,
    pub key: &'a SealKey,
    pub seal: &'a SealFace,
    /// 发证机构, on the issuer's line.
    pub issuer: &'a str,
    /// 制作者: the platform's name; also the document's author.
    pub platform: &'a str,
    /// What copies are to reach, and what goes into them for it.
    pub level: Level,
    pub material: &'a Material,
}

/// A compiled plate with what copies need to know of it.
pub struct SealPlate {
    pub(crate) design: Template,
    pub(crate) plate: Plate,
    pub(crate) pool: Arc<GlyphPool>,
    pub(crate) certificate: [u8; 32],
    pub(crate) seal_name: String,
    pub(crate) level: Level,
    pub(crate) token_room: usize,
    pub(crate) embedded: Arc<[[u8; 32]]>,
    seal_code: String,
    /// What copies of one series share, drawn once: the same page is the same `Arc`, by which the plate knows it.
    series: RwLock<HashMap<Series, Arc<Page>>>,
}

impl SealPlate {
    pub fn compile(order: &PlateOrder<'_>, pool: Arc<GlyphPool>) -> Result<Self, Error> {
        let template = order.design.template();
        let all = Static { issuer: order.issuer.to_owned(), platform: order.platform.to_owned() };
        let page = yinxin_face::base(template, &all, &pool)?;
        let rect = yinxin_face::seal_rect(template);
        let picture = SealSpec {
            name: &order.seal.ring,
            bottom: &order.seal.bottom,
            number: order.seal.number.as_deref(),
            diameter: rect.w,
            color: order.seal.color,
            font: &order.seal.font,
        };
        let picture = yinxin_face::seal_picture(&picture, &pool)?;
        let long_term = order.level >= Level::LongTerm;
        let (certificates, lists) = if long_term { order.material.of(order.key) } else { Default::default() };
        let embedded = certificates.iter().map(Certificate::fingerprint).collect();
        let certificates: Vec<&[u8]> = certificates.iter().map(Certificate::der).collect();
        let lists: Vec<&[u8]> = lists.iter().map(Crl::der).collect();
        let (token_room, signature) = (order.material.token_room(), order.key.template().max_len());
        let room =
            if order.level >= Level::Time { stamped_max_len(signature, token_room) } else { signature };
        let spec = PlateSpec {
            page: &page,
            seal: SealAppearance {
                rect,
                width: picture.width,
                height: picture.height,
                draws: &picture.draws,
                alt: order.key.name(),
                field_name: FIELD_NAME,
                // Read last, as one signs last.
                order: u32::MAX,
            },
            common_glyphs: &yinxin_face::common_glyphs(template, &all, &pool)?,
            title_prefix: "",
            language: LANGUAGE,
            producer: PRODUCER,
            author: order.platform,
            contents_capacity: room.next_multiple_of(ROOM_STEP),
            security: SecurityStore { certificates: &certificates, lists: &lists },
            stamp_field: order.level == Level::Archive,
        };
        let plate = Plate::compile(&spec, &pool)?;
        Ok(Self {
            design: template.clone(),
            plate,
            pool,
            certificate: order.key.fingerprint(),
            seal_name: order.key.name().to_owned(),
            level: order.level,
            token_room,
            embedded,
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
        Ok(Arc::clone(known.entry(series).or_insert(page)))
    }

    /// Names the plate in an intent: the same inputs on a plate of the same digest give the same bytes.
    pub fn digest(&self) -> [u8; 32] {
        self.plate.digest()
    }

    pub fn seal_code(&self) -> &str {
        &self.seal_code
    }

    pub fn seal_name(&self) -> &str {
        &self.seal_name
    }

    /// Bytes that every copy begins with.
    pub fn head_len(&self) -> usize {
        self.plate.head().len()
    }
}

impl std::fmt::Debug for SealPlate {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "SealPlate({} × {})", self.design.id(), self.seal_code)
    }
}

/// A plate with everything that it depends on.
struct Known {
    design: [u8; 32],
    certificate: [u8; 32],
    seal: SealFace,
    issuer: String,
    platform: String,
    level: Level,
    material: [u8; 32],
    plate: Arc<SealPlate>,
}

impl Known {
    /// Compared in place: every copy asks, and a key made for a map would cost it half a dozen allocations.
    fn suits(&self, order: &PlateOrder<'_>) -> bool {
        self.certificate == order.key.fingerprint()
            && self.material == order.material.digest()
            && self.level == order.level
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
        if let Some(plate) = self.find(order) {
            return Ok(plate);
        }
        let _one_at_a_time = self.compiling.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(plate) = self.find(order) {
            return Ok(plate);
        }
        let plate = Arc::new(SealPlate::compile(order, Arc::clone(&self.pool))?);
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MAX_PLATES {
            known.clear();
        }
        known.push(Known {
            design: order.design.digest(),
            certificate: order.key.fingerprint(),
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
    fn find(&self, order: &PlateOrder<'_>) -> Option<Arc<SealPlate>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.iter().rev().find(|known| known.suits(order)).map(|known| Arc::clone(&known.plate))
    }
}

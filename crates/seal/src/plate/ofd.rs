//! What a plate is for OFD: the package's static parts, and the constant part of the seal's signature (GB/T 38540).

use super::PlateOrder;
use crate::copy::CopyOrder;
use crate::{Error, NationalSeal};
use std::sync::Arc;
use yinxin_crypto::hash::Sha256;
use yinxin_crypto::ses;
use yinxin_face::{FieldName, Static};
use yinxin_model::Instant;
use yinxin_ofd::write::{self, CivilTime, CopySpec, CustomData, Plate, PlateSpec, Provider, SIGNATURE_PATH};
use yinxin_page::GlyphPool;
use yinxin_page::draw::Page;

const PROGRAM: &str = "yinxin";
const VERSION: &str = env!("CARGO_PKG_VERSION");
/// Names the vocabulary of the semantic tags: the fields of `face`.
const TAG_NAMESPACE: &str = "urn:yinxin:certificate:1";
/// Shanghai is this far ahead of UTC.
const SHANGHAI_MS: i64 = 8 * 3_600_000;

pub(crate) struct OfdPlate {
    plate: Plate,
    national: Arc<NationalSeal>,
    /// All of a signature that does not change between copies.
    signature: Arc<ses::Template>,
    digest: [u8; 32],
}

/// A package that lacks nothing but its signature's value.
#[derive(Clone)]
pub(crate) struct OfdDraft {
    file: write::Prepared,
    to_sign: ses::ToSign,
    national: Arc<NationalSeal>,
    signature: Arc<ses::Template>,
}

impl OfdPlate {
    pub fn compile(
        order: &PlateOrder<'_>,
        page: &Page,
        all: &Static,
        pool: &GlyphPool,
    ) -> Result<Self, Error> {
        let template = order.design.template();
        let national = Arc::clone(order.key.require_national()?);
        let spec = PlateSpec {
            page,
            stamp: yinxin_face::seal_rect(template),
            common_glyphs: &yinxin_face::common_glyphs(template, all, pool)?,
            author: order.platform,
            creator: PROGRAM,
            creator_version: VERSION,
            provider: Provider { name: PROGRAM, version: VERSION, company: PROGRAM },
            tag_namespace: TAG_NAMESPACE,
        };
        let plate = Plate::compile(&spec, pool)?;
        let mut digest = Sha256::new();
        digest.update(&plate.digest());
        digest.update(&national.digest());
        let signature = Arc::new(national.template(SIGNATURE_PATH)?);
        Ok(Self { plate, national, signature, digest: digest.finish() })
    }

    pub fn digest(&self) -> [u8; 32] {
        self.digest
    }

    pub fn prepare(
        &self,
        order: &CopyOrder<'_>,
        series: &Arc<Page>,
        page: &Page,
        pool: &GlyphPool,
    ) -> Result<OfdDraft, Error> {
        let data = FieldName::ALL.into_iter().filter_map(|field| {
            let value = field.of(order.fields)?;
            Some(CustomData { name: field.as_str(), value })
        });
        let spec = CopySpec {
            series,
            page,
            title: order.title,
            subject: order.subject,
            document_id: order.document_id,
            created: civil(order.made_at),
            signed_at: civil(Instant(order.made_at.0 - SHANGHAI_MS)),
            data: &data.collect::<Vec<_>>(),
        };
        let file = self.plate.prepare(&spec, pool)?;
        let to_sign = self.signature.to_sign(order.made_at.0, file.data_hash())?;
        Ok(OfdDraft {
            file,
            to_sign,
            national: Arc::clone(&self.national),
            signature: Arc::clone(&self.signature),
        })
    }
}

impl OfdDraft {
    /// What the seal's key signs: SM3 of ZA and all that the signature is over (GB/T 38540, `toSign`).
    pub fn digest(&self) -> [u8; 32] {
        self.to_sign.digest()
    }

    pub fn national(&self) -> &NationalSeal {
        &self.national
    }

    /// Seals with `by`, which is the plate's.
    pub fn sign(self, by: &NationalSeal) -> Result<Vec<u8>, Error> {
        let (signature, to_sign) = (&self.signature, &self.to_sign);
        self.file.finish_with(|out| signature.push_signed(out, by.signer(), to_sign).map_err(Error::from))
    }

    /// The same for a signature that is to have a time stamp first: the package without it, and its value.
    pub fn sign_apart(self, by: &NationalSeal) -> Result<(write::Prepared, Vec<u8>), Error> {
        let mut value = Vec::with_capacity(self.signature.max_len());
        self.signature.push_signed(&mut value, by.signer(), &self.to_sign)?;
        Ok((self.file, value))
    }
}

impl std::fmt::Debug for OfdDraft {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("OfdDraft").field("digest", &self.digest()).finish_non_exhaustive()
    }
}

/// As the Shanghai clock shows it.
fn civil(at: Instant) -> CivilTime {
    let (year, month, day) = at.day().civil();
    let (hour, minute, second) = at.time();
    CivilTime {
        year: i16::try_from(year).unwrap_or(i16::MAX),
        month: u8::try_from(month).unwrap_or(0),
        day: u8::try_from(day).unwrap_or(0),
        hour,
        minute,
        second,
    }
}

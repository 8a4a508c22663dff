//! What a plate is for PDF: the file's head with fonts, seal drawing and whatever the level embeds.

use super::{PRODUCER, PlateOrder};
use crate::Error;
use crate::copy::CopyOrder;
use crate::signed::Aim;
use std::sync::Arc;
use yinxin_crypto::cms::stamped_max_len;
use yinxin_crypto::x509::{Certificate, Crl};
use yinxin_face::{SealSpec, Static};
use yinxin_model::{Instant, Level};
use yinxin_page::GlyphPool;
use yinxin_page::draw::Page;
use yinxin_pdf::write::{self, CopySpec, PdfDate, Plate, PlateSpec, SealAppearance, SecurityStore};

/// The room for a signature grows in steps of this many bytes.
const ROOM_STEP: usize = 256;
const FIELD_NAME: &str = "Seal";
const LANGUAGE: &str = "zh-CN";

pub(crate) struct PdfPlate {
    plate: Plate,
    seal_name: String,
    level: Level,
    token_room: usize,
    embedded: Arc<[[u8; 32]]>,
}

impl PdfPlate {
    pub fn compile(
        order: &PlateOrder<'_>,
        page: &Page,
        all: &Static,
        pool: &GlyphPool,
    ) -> Result<Self, Error> {
        let template = order.design.template();
        let rect = yinxin_face::seal_rect(template);
        let picture = SealSpec {
            name: &order.seal.ring,
            bottom: &order.seal.bottom,
            number: order.seal.number.as_deref(),
            diameter: rect.w,
            color: order.seal.color,
            font: &order.seal.font,
        };
        let picture = yinxin_face::seal_picture(&picture, pool)?;
        let long_term = order.level >= Level::LongTerm;
        let (certificates, lists) = if long_term { order.material.of(order.key) } else { Default::default() };
        let embedded = certificates.iter().map(Certificate::fingerprint).collect();
        let certificates: Vec<&[u8]> = certificates.iter().map(Certificate::der).collect();
        let lists: Vec<&[u8]> = lists.iter().map(Crl::der).collect();
        let (token_room, signature) = (order.material.token_room(), order.key.template().max_len());
        let room =
            if order.level >= Level::Time { stamped_max_len(signature, token_room) } else { signature };
        let spec = PlateSpec {
            page,
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
            common_glyphs: &yinxin_face::common_glyphs(template, all, pool)?,
            language: LANGUAGE,
            producer: PRODUCER,
            author: order.platform,
            contents_capacity: room.next_multiple_of(ROOM_STEP),
            security: SecurityStore { certificates: &certificates, lists: &lists },
            stamp_field: order.level == Level::Archive,
        };
        Ok(Self {
            plate: Plate::compile(&spec, pool)?,
            seal_name: order.key.name().to_owned(),
            level: order.level,
            token_room,
            embedded,
        })
    }

    pub fn digest(&self) -> [u8; 32] {
        self.plate.digest()
    }

    pub fn prepare(
        &self,
        order: &CopyOrder<'_>,
        series: &Arc<Page>,
        page: &Page,
        pool: &GlyphPool,
    ) -> Result<write::Prepared, Error> {
        let spec = CopySpec {
            series,
            page,
            title: order.title,
            subject: order.subject,
            document_id: order.document_id,
            created: pdf_date(order.made_at),
            signer_name: &self.seal_name,
            reason: order.reason,
            location: order.location,
        };
        Ok(self.plate.prepare(&spec, pool)?)
    }

    /// What a file of this plate is to become.
    pub fn aim(&self) -> Aim {
        Aim {
            level: self.level,
            token_room: self.token_room,
            stamp_field: self.plate.stamp_field(),
            embedded: self.embedded.clone(),
        }
    }
}

/// On the Shanghai clock.
fn pdf_date(at: Instant) -> PdfDate {
    let (year, month, day) = at.day().civil();
    let (hour, minute, second) = at.time();
    PdfDate {
        year: i16::try_from(year).unwrap_or(i16::MAX),
        month: u8::try_from(month).unwrap_or(0),
        day: u8::try_from(day).unwrap_or(0),
        hour,
        minute,
        second,
        offset_minutes: 8 * 60,
    }
}

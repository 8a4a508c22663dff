//! QR codes (ISO/IEC 18004) with a mask that is given, not searched for.
//!
//! Searching all eight masks costs more than all else; a fixed one is read as well by every reader and makes
//! the code a function of its text alone. [`segment`] finds the shortest way to say the text, [`symbol`] lays it out; versions
//! above 10 are left to the encoder.

mod segment;
mod symbol;

use qrcodegen::{Mask, QrCode, QrCodeEcc, QrSegment, Version};

use self::segment::Segment;
use crate::Error;
use crate::draw::QrMatrix;

/// How much of a code may be damaged: about 7, 15, 25, 30 %.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Correction {
    Low,
    #[default]
    Medium,
    Quartile,
    High,
}

/// From the least to the most.
const CORRECTIONS: [Correction; 4] =
    [Correction::Low, Correction::Medium, Correction::Quartile, Correction::High];

/// How a code is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QrStyle {
    /// What to aim at: more is taken where the version has room, less where the text would not fit `max_version`. Modules
    /// too small to be scanned cost more than damage that most copies never suffer.
    pub correction: Correction,
    /// The largest version that the box has room for, 1..=40 (version v has 17 + 4v modules a side).
    pub max_version: u8,
    /// 0..=7
    pub mask: u8,
}

impl Default for QrStyle {
    fn default() -> Self {
        Self { correction: Correction::Medium, max_version: 10, mask: 3 }
    }
}

/// Encodes text in the smallest version that holds it.
///
/// # Errors
/// [`Error::QrTooLong`] beyond the largest version; [`Error::QrParameter`].
pub fn encode(text: &str, style: &QrStyle) -> Result<QrMatrix, Error> {
    if !(1..=40).contains(&style.max_version) {
        return Err(Error::QrParameter { what: "version", value: style.max_version, range: "1..=40" });
    }
    if style.mask > 7 {
        return Err(Error::QrParameter { what: "mask", value: style.mask, range: "0..=7" });
    }
    let segments = segment::split(text);
    let at_most = CORRECTIONS.iter().rev().skip_while(|level| **level != style.correction);
    let found = at_most.into_iter().find_map(|level| {
        symbol::encode(&segments, *level, style).or_else(|| encode_large(&segments, *level, style))
    });
    found.ok_or(Error::QrTooLong { bytes: text.len(), max_version: style.max_version })
}

/// What is too long for version 10, where the style allows a larger one.
fn encode_large(segments: &[Segment<'_>], correction: Correction, style: &QrStyle) -> Option<QrMatrix> {
    if style.max_version <= symbol::VERSIONS {
        return None;
    }
    let segments: Vec<QrSegment> = segments.iter().map(Segment::for_encoder).collect();
    let (least, most) = (Version::new(symbol::VERSIONS + 1), Version::new(style.max_version));
    let mask = Some(Mask::new(style.mask));
    let code =
        QrCode::encode_segments_advanced(&segments, level(correction), least, most, mask, true).ok()?;
    Some(QrMatrix { side: usize::try_from(code.size()).unwrap_or_default(), dark: dark(&code).collect() })
}

fn level(correction: Correction) -> QrCodeEcc {
    match correction {
        Correction::Low => QrCodeEcc::Low,
        Correction::Medium => QrCodeEcc::Medium,
        Correction::Quartile => QrCodeEcc::Quartile,
        Correction::High => QrCodeEcc::High,
    }
}

/// Row by row.
fn dark(code: &QrCode) -> impl Iterator<Item = bool> {
    let side = code.size();
    (0..side).flat_map(move |y| (0..side).map(move |x| code.get_module(x, y)))
}

#[cfg(test)]
mod tests;

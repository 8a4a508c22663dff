//! QR codes (ISO/IEC 18004) with a mask that is given, not searched for.
//!
//! Searching all eight masks costs more than all else; a fixed one is read as well by every reader and makes
//! the code a function of its text alone. With the mask fixed, a code is even an affine function of its data's
//! bits, which [`basis`] makes use of.

mod basis;

use qrcodegen::{Mask, QrCode, QrCodeEcc, QrSegment, Version};

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

/// How a code is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QrStyle {
    /// The least correction; more is taken where the version has room.
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
    if let Some(matrix) = basis::encode(text, style) {
        return Ok(matrix);
    }
    let code = QrCode::encode_segments_advanced(
        &QrSegment::make_segments(text),
        level(style.correction),
        Version::MIN,
        Version::new(style.max_version),
        Some(Mask::new(style.mask)),
        true,
    )
    .map_err(|_| Error::QrTooLong { bytes: text.len(), max_version: style.max_version })?;
    let modules = usize::try_from(code.size()).unwrap_or_default();
    Ok(QrMatrix { side: modules, dark: dark(&code).collect() })
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

//! Numbers, strings and dates as PDF writes them, straight into bytes: the hot path formats nothing else.

use super::Error;

/// Points in a millimetre.
pub(super) const POINTS: f64 = 72.0 / 25.4;

pub(super) fn int(out: &mut Vec<u8>, value: impl Into<i64>) {
    decimal(out, value.into(), 0);
}

pub(super) fn size(out: &mut Vec<u8>, value: usize) {
    decimal(out, i64::try_from(value).unwrap_or(i64::MAX), 0);
}

/// `12 0 R`
pub(super) fn reference(out: &mut Vec<u8>, number: u32) {
    int(out, number);
    out.extend_from_slice(b" 0 R");
}

/// Writes `scaled` / 10^`digits` without trailing zeros; at most 5 digits.
pub(super) fn decimal(out: &mut Vec<u8>, scaled: i64, digits: usize) {
    number(out, scaled, digits, false);
}

/// A number, from its last byte to its first into a small buffer, so that it is appended in one go.
fn number(out: &mut Vec<u8>, scaled: i64, digits: usize, space: bool) {
    let mut text = [b' '; 28];
    let mut at = text.len() - usize::from(space);
    let mut left = scaled.unsigned_abs();
    let mut put = |byte: u8| {
        at = at.saturating_sub(1);
        if let Some(slot) = text.get_mut(at) {
            *slot = byte;
        }
    };
    let mut significant = false;
    for _ in 0..digits {
        let digit = (left % 10) as u8;
        left /= 10;
        significant |= digit != 0;
        if significant {
            put(b'0' + digit);
        }
    }
    if significant {
        put(b'.');
    }
    if left > 0 || !significant {
        loop {
            put(b'0' + (left % 10) as u8);
            left /= 10;
            if left == 0 {
                break;
            }
        }
    }
    if scaled < 0 {
        put(b'-');
    }
    out.extend_from_slice(text.get(at..).unwrap_or_default());
}

/// A length in points, to so many digits (2 or 3), and a space.
pub(super) fn points(out: &mut Vec<u8>, value: f64, digits: usize) -> Result<(), Error> {
    let factor = if digits == 2 { 100.0 } else { 1000.0 };
    scaled(out, value * POINTS, factor, digits)
}

/// A matrix coefficient, to 1/100000, and a space.
pub(super) fn coefficient(out: &mut Vec<u8>, value: f64) -> Result<(), Error> {
    scaled(out, value, 100_000.0, 5)
}

fn scaled(out: &mut Vec<u8>, value: f64, factor: f64, digits: usize) -> Result<(), Error> {
    number(out, whole(value * factor)?, digits, true);
    Ok(())
}

/// The nearest integer, halves away from zero. The bound is far beyond any page, and far below where digits are lost.
pub(super) fn whole(value: f64) -> Result<i64, Error> {
    // `round` would be a call into the C library, some hundreds of times a copy.
    if value.abs() < 1e12 { Ok((value + 0.5_f64.copysign(value)) as i64) } else { Err(Error::NotFinite) }
}

/// Arithmetic instead of a table: so a compiler turns many at a time.
fn digit(value: u8) -> u8 {
    let value = value & 15;
    value + if value < 10 { b'0' } else { b'a' - 10 }
}

/// Lower-case hexadecimal digits.
pub(super) fn hex(out: &mut Vec<u8>, bytes: &[u8]) {
    let start = out.len();
    out.resize(start + 2 * bytes.len(), b'0');
    let slots = out.get_mut(start..).unwrap_or_default();
    hex_into(slots, bytes);
}

/// The same over what is there; `slots` has two bytes for each.
pub(super) fn hex_into(slots: &mut [u8], bytes: &[u8]) {
    for (pair, byte) in slots.chunks_exact_mut(2).zip(bytes) {
        if let [high, low] = pair {
            (*high, *low) = (digit(byte >> 4), digit(*byte));
        }
    }
}

pub(super) fn hex16(out: &mut Vec<u8>, value: u16) {
    let [high, low] = value.to_be_bytes();
    out.extend_from_slice(&[digit(high >> 4), digit(high), digit(low >> 4), digit(low)]);
}

pub(super) fn utf16_hex(out: &mut Vec<u8>, text: &str) {
    for unit in text.encode_utf16() {
        hex16(out, unit);
    }
}

/// A text string (§7.9.2.2): plain ASCII as a literal, all else as UTF-16BE in hexadecimal, so that no
/// character of it can end the string or start an operator.
pub(super) fn text_string(out: &mut Vec<u8>, text: &str) {
    if text.bytes().all(|byte| (0x20..0x7F).contains(&byte)) {
        out.push(b'(');
        for byte in text.bytes() {
            if matches!(byte, b'(' | b')' | b'\\') {
                out.push(b'\\');
            }
            out.push(byte);
        }
        out.push(b')');
    } else {
        out.extend_from_slice(b"<feff");
        utf16_hex(out, text);
        out.push(b'>');
    }
}

/// A civil time with its distance from UTC, as the signer's clock on the wall shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PdfDate {
    pub year: i16,
    pub month: u8,
    pub day: u8,
    pub hour: u8,
    pub minute: u8,
    pub second: u8,
    /// Minutes east of UTC: 480 in Shanghai.
    pub offset_minutes: i16,
}

impl PdfDate {
    pub(super) fn check(&self) -> Result<(), Error> {
        let fits = (0..=9999).contains(&self.year)
            && (1..=12).contains(&self.month)
            && (1..=31).contains(&self.day)
            && self.hour < 24
            && self.minute < 60
            && self.second < 60
            && self.offset_minutes.unsigned_abs() < 24 * 60;
        let Self { year, month, day, hour, minute, second, .. } = *self;
        if fits { Ok(()) } else { Err(Error::Date { year, month, day, hour, minute, second }) }
    }

    /// `(D:20261122080000+08'00')` (§7.9.4)
    pub(super) fn push_pdf(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"(D:");
        fixed(out, self.year.unsigned_abs(), 4);
        for part in [self.month, self.day, self.hour, self.minute, self.second] {
            fixed(out, part.into(), 2);
        }
        self.push_offset(out, b'\'');
        out.extend_from_slice(b"')");
    }

    /// `2026-11-22T08:00:00+08:00`
    pub(super) fn push_iso(&self, out: &mut Vec<u8>) {
        fixed(out, self.year.unsigned_abs(), 4);
        let parts = [
            (b'-', self.month),
            (b'-', self.day),
            (b'T', self.hour),
            (b':', self.minute),
            (b':', self.second),
        ];
        for (mark, part) in parts {
            out.push(mark);
            fixed(out, part.into(), 2);
        }
        self.push_offset(out, b':');
    }

    fn push_offset(&self, out: &mut Vec<u8>, between: u8) {
        out.push(if self.offset_minutes < 0 { b'-' } else { b'+' });
        let minutes = self.offset_minutes.unsigned_abs();
        fixed(out, minutes / 60, 2);
        out.push(between);
        fixed(out, minutes % 60, 2);
    }
}

fn fixed(out: &mut Vec<u8>, value: u16, digits: usize) {
    crate::layout::push_fixed(out, usize::from(value), digits);
}

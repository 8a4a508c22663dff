//! Numbers and text as they stand in the XML of a package, straight into bytes: the hot path formats nothing
//! else.

use yinxin_page::draw::{Color, Point, Rect};

use super::Error;
use crate::layout::NAMESPACE;

/// The declaration and the start tag of a part's root element, with the namespace.
pub(super) fn root(out: &mut Vec<u8>, name: &str) {
    out.extend_from_slice(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ofd:");
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b" xmlns:ofd=\"");
    out.extend_from_slice(NAMESPACE.as_bytes());
    out.push(b'"');
}

pub(super) fn int(out: &mut Vec<u8>, value: u32) {
    number(out, i64::from(value), 0);
}

/// ` Name="7"`
pub(super) fn attribute(out: &mut Vec<u8>, name: &str, value: u32) {
    out.push(b' ');
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"=\"");
    int(out, value);
    out.push(b'"');
}

/// A whole number with so many digits.
pub(super) fn fixed(out: &mut Vec<u8>, value: u32, digits: usize) {
    let mut left = value;
    let start = out.len();
    out.resize(start + digits, b'0');
    for slot in out.iter_mut().skip(start).rev() {
        *slot = b'0' + (left % 10) as u8;
        left /= 10;
    }
}

/// A length to so many digits (2 or 3) of a millimetre.
pub(super) fn length(out: &mut Vec<u8>, value: f64, digits: usize) -> Result<(), Error> {
    let factor = if digits == 2 { 100.0 } else { 1000.0 };
    number(out, whole(value * factor)?, digits);
    Ok(())
}

/// A matrix coefficient, to 1/10000: a hundredth of a millimetre at the end of a page.
pub(super) fn coefficient(out: &mut Vec<u8>, value: f64) -> Result<(), Error> {
    number(out, whole(value * 10_000.0)?, 4);
    Ok(())
}

/// `x y`
pub(super) fn point(out: &mut Vec<u8>, point: Point, digits: usize) -> Result<(), Error> {
    length(out, point.x, digits)?;
    out.push(b' ');
    length(out, point.y, digits)
}

/// ` Boundary="x y w h"`
pub(super) fn boundary(out: &mut Vec<u8>, rect: Rect) -> Result<(), Error> {
    out.extend_from_slice(b" Boundary=\"");
    point(out, Point { x: rect.x, y: rect.y }, 3)?;
    out.push(b' ');
    point(out, Point { x: rect.w, y: rect.h }, 3)?;
    out.push(b'"');
    Ok(())
}

/// `<ofd:FillColor Value="r g b"/>`
pub(super) fn color(out: &mut Vec<u8>, name: &[u8], Color(red, green, blue): Color) {
    out.extend_from_slice(b"<ofd:");
    out.extend_from_slice(name);
    out.extend_from_slice(b" Value=\"");
    int(out, red.into());
    out.push(b' ');
    int(out, green.into());
    out.push(b' ');
    int(out, blue.into());
    out.extend_from_slice(b"\"/>");
}

/// Text in an element or an attribute.
pub(super) fn text(out: &mut Vec<u8>, text: &str) -> Result<(), Error> {
    let bytes = text.as_bytes();
    let plain = |byte: &u8| *byte >= b' ' && !matches!(byte, b'&' | b'<' | b'>' | b'"');
    // U+FFFE and U+FFFF begin with the byte EF, and so does much that is harmless.
    match *bytes {
        // A Chinese character and a digit, which is what text objects hand in one by one: no loop, no copying of any length.
        [a, b, c] if a > 0xDF && a != 0xEF => {
            out.extend_from_slice(&[a, b, c]);
            return Ok(());
        }
        [a] if plain(&a) => {
            out.push(a);
            return Ok(());
        }
        _ => {}
    }
    if bytes.iter().all(|byte| plain(byte) && *byte != 0xEF) {
        out.extend_from_slice(bytes);
        return Ok(());
    }
    for c in text.chars() {
        match c {
            '&' => out.extend_from_slice(b"&amp;"),
            '<' => out.extend_from_slice(b"&lt;"),
            '>' => out.extend_from_slice(b"&gt;"),
            '"' => out.extend_from_slice(b"&quot;"),
            '\u{0}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}' => {
                return Err(Error::Character { code_point: format!("U+{:04X}", u32::from(c)) });
            }
            _ => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    Ok(())
}

/// The nearest integer, halves away from zero. The bound is far beyond any page, and far below where digits
/// are lost.
pub(super) fn whole(value: f64) -> Result<i64, Error> {
    // `round` would be a call into the C library, some hundreds of times a copy.
    if value.abs() < 1e12 { Ok((value + 0.5_f64.copysign(value)) as i64) } else { Err(Error::NotFinite) }
}

/// Writes `scaled` / 10^`digits` without trailing zeros, from its last byte to its first into a small buffer,
/// so that it is appended in one go.
pub(super) fn number(out: &mut Vec<u8>, scaled: i64, digits: usize) {
    let mut text = [0; 28];
    let mut at = text.len();
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
    if left > 0 || !significant || scaled != 0 {
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

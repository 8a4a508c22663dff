//! What a QR code in a picture says: a photograph or a screenshot, PNG or JPEG, of anybody's making. What a picture claims
//! to hold is looked at before anything is unpacked, so that memory and time are bounded whatever it is.

use crate::error::{Error, Result};
use png::{ColorType, Transformations};
use rqrr::PreparedImage;
use std::io::Cursor;
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

/// A picture file at most: telephones make some of ten.
pub const LARGEST_PICTURE: usize = 16 << 20;
/// Points at most; telephones of fifty million make pictures of twelve unless told otherwise.
const MOST_POINTS: usize = 26_000_000;
/// Points a side at which codes are looked for, smaller first: what is too fine there is found at the next.
const SIDES: [usize; 3] = [1_000, 1_800, 3_200];
/// Of a screenshot a code's modules may be less than two points wide: small pictures are looked at enlarged, too.
const ENLARGED: [usize; 3] = [2, 3, 4];
const LARGEST_ENLARGED: usize = 5_400;
/// Codes looked at in one picture.
const MOST_CODES: usize = 16;
/// Of what a code says, more than any of ours.
const LONGEST_TEXT: usize = 4_096;

/// Grey values, rows top to bottom.
struct Grey {
    width: usize,
    height: usize,
    data: Vec<u8>,
}

impl Grey {
    /// Beyond the edge stands what is at the edge.
    fn at(&self, x: usize, y: usize) -> u32 {
        let (x, y) = (x.min(self.width.saturating_sub(1)), y.min(self.height.saturating_sub(1)));
        self.data.get(y * self.width + x).copied().map_or(0, u32::from)
    }
}

/// The texts of the codes in a picture, those first that are an address.
pub fn codes(bytes: &[u8]) -> Result<Vec<String>> {
    if bytes.len() > LARGEST_PICTURE {
        return Err(too_large());
    }
    let grey = match bytes {
        [0x89, b'P', b'N', b'G', ..] => read_png(bytes)?,
        [0xff, 0xd8, 0xff, ..] => read_jpeg(bytes)?,
        _ => return Err(Error::invalid("picture_kind")),
    };
    let longest = grey.width.max(grey.height);
    let smaller = SIDES.iter().enumerate().filter(|(at, _)| {
        // Once it was looked at as it is, there is nothing larger to look at.
        at.checked_sub(1).and_then(|before| SIDES.get(before)).is_none_or(|before| *before < longest)
    });
    let enlarged = ENLARGED.iter().filter(|factor| longest * **factor <= LARGEST_ENLARGED);
    let looks = smaller
        .map(|(_, side)| look(&grey, *side))
        .chain(enlarged.map(|factor| look_enlarged(&grey, *factor)));
    let mut found = looks.into_iter().find(|found| !found.is_empty()).unwrap_or_default();
    if found.is_empty() {
        return Err(Error::invalid("no_code_in_picture"));
    }
    found.sort_by_key(|text| !text.starts_with("http"));
    Ok(found)
}

fn read_png(bytes: &[u8]) -> Result<Grey> {
    let mut decoder =
        png::Decoder::new_with_limits(Cursor::new(bytes), png::Limits { bytes: MOST_POINTS * 4 });
    decoder.set_transformations(Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().map_err(unreadable)?;
    let (width, height) = (reader.info().width as usize, reader.info().height as usize);
    within(width, height)?;
    let mut data = vec![0; reader.output_buffer_size().ok_or_else(too_large)?];
    let frame = reader.next_frame(&mut data).map_err(unreadable)?;
    data.truncate(frame.buffer_size());
    let grey = match frame.color_type {
        ColorType::Grayscale => data,
        ColorType::GrayscaleAlpha => {
            data.chunks_exact(2).map(|p| over_white(p.first(), p.first(), p.first(), p.get(1))).collect()
        }
        ColorType::Rgb => {
            data.chunks_exact(3).map(|p| over_white(p.first(), p.get(1), p.get(2), None)).collect()
        }
        ColorType::Rgba => {
            data.chunks_exact(4).map(|p| over_white(p.first(), p.get(1), p.get(2), p.get(3))).collect()
        }
        ColorType::Indexed => return Err(Error::invalid("picture_unreadable")),
    };
    Ok(Grey { width, height, data: grey })
}

fn read_jpeg(bytes: &[u8]) -> Result<Grey> {
    let options = DecoderOptions::default().jpeg_set_out_colorspace(ColorSpace::Luma);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(unreadable)?;
    let info = decoder.info().ok_or_else(|| Error::invalid("picture_unreadable"))?;
    let (width, height) = (usize::from(info.width), usize::from(info.height));
    within(width, height)?;
    let data = decoder.decode().map_err(unreadable)?;
    Ok(Grey { width, height, data })
}

fn within(width: usize, height: usize) -> Result<()> {
    match width.checked_mul(height) {
        Some(points) if points > 0 && points <= MOST_POINTS => Ok(()),
        _ => Err(too_large()),
    }
}

fn over_white(r: Option<&u8>, g: Option<&u8>, b: Option<&u8>, alpha: Option<&u8>) -> u8 {
    let part = |value: Option<&u8>| u32::from(value.copied().unwrap_or_default());
    let luma = (part(r) * 77 + part(g) * 151 + part(b) * 28) >> 8;
    let alpha = alpha.map_or(255, |a| u32::from(*a));
    u8::try_from((luma * alpha + 255 * (255 - alpha)) / 255).unwrap_or(u8::MAX)
}

/// Looks for codes in the picture made so small that its longer side has `side` points.
fn look(grey: &Grey, side: usize) -> Vec<String> {
    let step = grey.width.max(grey.height).div_ceil(side).max(1);
    let (width, height) = (grey.width / step, grey.height / step);
    if width == 0 || height == 0 {
        return Vec::new();
    }
    texts(width, height, |x, y| mean(grey, x * step, y * step, step))
}

/// The same with `factor` points for each, the values between by those around them.
fn look_enlarged(grey: &Grey, factor: usize) -> Vec<String> {
    let scale = u32::try_from(factor).unwrap_or(1).max(1);
    texts(grey.width * factor, grey.height * factor, |x, y| {
        // The middle of a point is where its value is known.
        let (x, y) = (x.saturating_sub(factor / 2), y.saturating_sub(factor / 2));
        let (left, top) = (x / factor, y / factor);
        let part = |along: usize| u32::try_from(along % factor).unwrap_or_default();
        let between = |row: usize| {
            let (here, next) = (grey.at(left, row), grey.at(left + 1, row));
            here * (scale - part(x)) + next * part(x)
        };
        let sum = between(top) * (scale - part(y)) + between(top + 1) * part(y);
        u8::try_from(sum / (scale * scale)).unwrap_or(u8::MAX)
    })
}

fn texts(width: usize, height: usize, value: impl FnMut(usize, usize) -> u8) -> Vec<String> {
    let mut prepared = PreparedImage::prepare_from_greyscale(width, height, value);
    let grids = prepared.detect_grids();
    grids
        .iter()
        .take(MOST_CODES)
        .filter_map(|grid| grid.decode().ok().map(|(_, text)| text))
        .filter(|text| text.len() <= LONGEST_TEXT)
        .collect()
}

/// Of a square of points, so that thin lines do not get lost between those that are looked at.
fn mean(grey: &Grey, left: usize, top: usize, step: usize) -> u8 {
    let (mut sum, mut count) = (0_u32, 0_u32);
    for y in top..top + step {
        let from = y * grey.width + left;
        for value in grey.data.get(from..from + step).unwrap_or_default() {
            sum += u32::from(*value);
            count += 1;
        }
    }
    u8::try_from(sum / count.max(1)).unwrap_or(u8::MAX)
}

fn too_large() -> Error {
    Error::invalid("picture_too_large")
        .with("megabytes", LARGEST_PICTURE >> 20)
        .with("megapixels", MOST_POINTS / 1_000_000)
}

fn unreadable(error: impl std::fmt::Display) -> Error {
    tracing::debug!(%error, "a picture that was handed in cannot be read");
    Error::invalid("picture_unreadable")
}

#[cfg(test)]
mod tests;

//! What a QR code in a picture says: a photograph or a screenshot, PNG or JPEG, of anybody's making. What a picture claims
//! to hold is looked at before anything is unpacked, so that memory and time are bounded whatever it is.

mod effort;

use crate::error::{Error, Result};
use effort::Effort;
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
/// Of a screenshot a code's modules may be less than two points wide: small pictures are looked at enlarged, too, and as
/// ink on paper. By how much, and whether as ink.
const ENLARGED: [(usize, bool); 7] =
    [(1, true), (2, false), (2, true), (3, false), (4, true), (4, false), (5, true)];
/// Points a side; what is larger is no screenshot whose modules are that small.
const LARGEST_ENLARGED: usize = 5_700;
const LARGEST_INKED: usize = 2_700;
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
    codes_within(bytes, Effort::new())
}

fn codes_within(bytes: &[u8], mut effort: Effort) -> Result<Vec<String>> {
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
    let ink = (longest <= LARGEST_INKED).then(|| Ink::of(&grey));
    let enlarged = ENLARGED.iter().filter(|(factor, _)| longest * *factor <= LARGEST_ENLARGED);
    let looks =
        smaller.map(|(_, side)| Look::Smaller(*side)).chain(enlarged.map(|(factor, inked)| match &ink {
            Some(ink) if *inked => Look::Inked(ink, *factor),
            _ => Look::Enlarged(*factor),
        }));
    let found = looks.into_iter().map(|look| look.texts(&grey, &mut effort)).find(|found| !found.is_empty());
    let mut found = found.unwrap_or_default();
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

/// How the picture is looked at.
enum Look<'a> {
    /// Made so small that its longer side has so many points.
    Smaller(usize),
    /// With so many points for each.
    Enlarged(usize),
    Inked(&'a Ink<'a>, usize),
}

impl Look<'_> {
    fn texts(&self, grey: &Grey, effort: &mut Effort) -> Vec<String> {
        let enlarged = |factor: usize| (grey.width * factor, grey.height * factor);
        match *self {
            Self::Smaller(side) => {
                let step = grey.width.max(grey.height).div_ceil(side).max(1);
                let size = (grey.width / step, grey.height / step);
                texts(effort, size, |x, y| mean(grey, x * step, y * step, step))
            }
            Self::Enlarged(factor) => texts(effort, enlarged(factor), |x, y| between(grey, x, y, factor)),
            Self::Inked(ink, factor) => texts(effort, enlarged(factor), |x, y| ink.at(x, y, factor)),
        }
    }
}

/// The value at a place of the picture enlarged: between those of the points around it.
fn between(grey: &Grey, x: usize, y: usize, factor: usize) -> u8 {
    let scale = u32::try_from(factor).unwrap_or(1).max(1);
    // The middle of a point is where its value is known.
    let (x, y) = (x.saturating_sub(factor / 2), y.saturating_sub(factor / 2));
    let (left, top) = (x / factor, y / factor);
    let part = |along: usize| u32::try_from(along % factor).unwrap_or_default();
    let across = |row: usize| {
        let (here, next) = (grey.at(left, row), grey.at(left + 1, row));
        here * (scale - part(x)) + next * part(x)
    };
    let sum = across(top) * (scale - part(y)) + across(top + 1) * part(y);
    u8::try_from(sum / (scale * scale)).unwrap_or(u8::MAX)
}

/// A picture as ink on paper: dark is what is darker than what lies around it, and nearer to the darkest than to paper. Modules
/// of less than two points, which the decoder's own levelling smears, come apart.
struct Ink<'a> {
    grey: &'a Grey,
    /// Of all points above and to the left, a row and a column more than there are points.
    sums: Vec<u32>,
    darker_than: u32,
    reach: usize,
}

impl<'a> Ink<'a> {
    fn of(grey: &'a Grey) -> Self {
        let (width, mut counts) = (grey.width, [0_usize; 256]);
        let mut sums = vec![0_u32; width + 1];
        sums.reserve((width + 1) * grey.height);
        for (y, row) in grey.data.chunks_exact(width.max(1)).enumerate() {
            let above = y * (width + 1);
            let mut sum = 0_u32;
            sums.push(0);
            for (x, value) in row.iter().enumerate() {
                sum += u32::from(*value);
                sums.push(sum + sums.get(above + x + 1).copied().unwrap_or_default());
                if let Some(count) = counts.get_mut(usize::from(*value)) {
                    *count += 1;
                }
            }
        }
        let darker_than = (level(&counts, 5) + level(&counts, 950)) / 2;
        Self { grey, sums, darker_than, reach: (width.max(grey.height) / 60).max(8) }
    }

    /// At a place of the picture enlarged.
    fn at(&self, x: usize, y: usize, factor: usize) -> u8 {
        let around = self.mean(x / factor, y / factor) * 95 / 100;
        let dark = u32::from(between(self.grey, x, y, factor)) < self.darker_than.min(around);
        if dark { 0 } else { u8::MAX }
    }

    fn mean(&self, x: usize, y: usize) -> u32 {
        let (left, top) = (x.saturating_sub(self.reach), y.saturating_sub(self.reach));
        let right = (x + self.reach + 1).min(self.grey.width);
        let bottom = (y + self.reach + 1).min(self.grey.height);
        let to = |x, y| self.sums.get(y * (self.grey.width + 1) + x).copied().unwrap_or_default();
        let sum = (to(right, bottom) + to(left, top)).saturating_sub(to(left, bottom) + to(right, top));
        let points = (right - left) * (bottom - top);
        sum / u32::try_from(points).unwrap_or(u32::MAX).max(1)
    }
}

/// The value that so many of a thousand points do not exceed.
fn level(counts: &[usize; 256], thousandths: usize) -> u32 {
    let all: usize = counts.iter().sum();
    let mut so_far = 0;
    let reached = |count: &usize| {
        so_far += count;
        so_far * 1_000 >= all * thousandths
    };
    let value = counts.iter().position(reached).unwrap_or(255);
    u32::try_from(value).unwrap_or(255)
}

fn texts(effort: &mut Effort, size: (usize, usize), value: impl FnMut(usize, usize) -> u8) -> Vec<String> {
    if size.0 == 0 || size.1 == 0 {
        return Vec::new();
    }
    let search = |points| {
        let mut prepared = PreparedImage::prepare(points);
        let grids = prepared.detect_grids();
        let decoded = grids.iter().take(MOST_CODES).filter_map(|grid| grid.decode().ok());
        decoded.map(|(_, text)| text).filter(|text| text.len() <= LONGEST_TEXT).collect()
    };
    effort.look(size, value, search).unwrap_or_default()
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

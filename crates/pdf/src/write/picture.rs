//! Raster images and QR codes as image XObjects (§8.9).

use yinxin_page::draw::{Coding, Image, QrMatrix};

use super::Error;
use super::emit;
use super::form::{push_stream, stream};

/// More pixels than any photograph on a certificate needs; fewer than a reader chokes on.
const MAX_PIXELS: u64 = 40_000_000;

/// The body of an image object.
pub(super) fn image(image: &Image) -> Result<Vec<u8>, Error> {
    let mut out = Vec::with_capacity(image.data.len() + 256);
    push_image(&mut out, image)?;
    Ok(out)
}

/// The same at the end of `out`. JPEG data passes through as it is, and is copied no more than once: a photo is a fifth of its copy.
pub(super) fn push_image(out: &mut Vec<u8>, image: &Image) -> Result<(), Error> {
    let (width, height, components) = match image.coding {
        Coding::Jpeg => jpeg_frame(&image.data)?,
        Coding::Gray8 => (image.width, image.height, 1),
        Coding::Rgb8 => (image.width, image.height, 3),
    };
    let pixels = u64::from(width) * u64::from(height);
    if pixels == 0 || pixels > MAX_PIXELS {
        return Err(Error::Picture { reason: "no pixels or too many" });
    }
    let jpeg = image.coding == Coding::Jpeg;
    if !jpeg && u64::try_from(image.data.len()).ok() != pixels.checked_mul(u64::from(components)) {
        return Err(Error::Picture { reason: "the samples do not fill the rectangle" });
    }
    if (image.width, image.height, image.components) != (width, height, components) {
        return Err(Error::Picture { reason: "the size said differs from the size in the data" });
    }
    let mut dict = b"/Type/XObject/Subtype/Image/Width ".to_vec();
    emit::int(&mut dict, width);
    dict.extend_from_slice(b"/Height ");
    emit::int(&mut dict, height);
    dict.extend_from_slice(b"/BitsPerComponent 8/ColorSpace/");
    dict.extend_from_slice(if components == 1 { b"DeviceGray" } else { b"DeviceRGB" });
    if jpeg {
        dict.extend_from_slice(b"/Filter/DCTDecode");
        push_stream(out, &dict, &image.data, false);
    } else {
        out.extend_from_slice(&stream(&dict, &image.data, true));
    }
    Ok(())
}

/// A JPEG file as an image that [`Plate::prepare`](super::Plate::prepare) will take; refuses what PDF readers do not.
pub fn jpeg(data: Vec<u8>) -> Result<Image, Error> {
    let (width, height, components) = jpeg_frame(&data)?;
    // Entropy-coded data never holds the end marker (FF is stuffed), so that its absence means a file cut short.
    let scan = data.windows(2).rposition(|marker| marker == [0xFF, 0xDA]);
    let whole =
        scan.and_then(|at| data.get(at..)).is_some_and(|rest| rest.windows(2).any(|m| m == [0xFF, 0xD9]));
    if !whole {
        return Err(Error::Picture { reason: "a JPEG file cut short" });
    }
    let image = Image { width, height, components, coding: Coding::Jpeg, data };
    self::image(&image).map(|_| image)
}

/// Width, height and components of a JPEG file (ITU-T T.81, B.2): baseline, extended or progressive, 8 bits.
fn jpeg_frame(data: &[u8]) -> Result<(u32, u32, u8), Error> {
    let bad = |reason| Error::Picture { reason };
    let mut left = data.strip_prefix(&[0xFF, 0xD8]).ok_or(bad("not a JPEG file"))?;
    loop {
        let (marker, after) = match left {
            [0xFF, 0xFF, ..] => {
                left = left.get(1..).unwrap_or_default();
                continue;
            }
            [0xFF, marker, after @ ..] => (*marker, after),
            _ => return Err(bad("a JPEG file without a frame")),
        };
        let &[high, low, ..] = after else { return Err(bad("a JPEG file cut short")) };
        let len = usize::from(high) << 8 | usize::from(low);
        let segment = after.get(2..len).ok_or(bad("a JPEG file cut short"))?;
        match marker {
            0xC0..=0xC2 => {
                let &[bits, h1, h0, w1, w0, components, ..] = segment else {
                    return Err(bad("a JPEG file cut short"));
                };
                if bits != 8 || !matches!(components, 1 | 3) {
                    return Err(bad("a JPEG file that is not 8-bit grey or RGB"));
                }
                let width = u32::from(w1) << 8 | u32::from(w0);
                return Ok((width, u32::from(h1) << 8 | u32::from(h0), components));
            }
            // Lossless, hierarchical and arithmetic frames; 0xC4 and 0xCC are tables, 0xC8 is reserved.
            0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF => {
                return Err(bad("a JPEG file of a kind that PDF readers do not take"));
            }
            0xD9 | 0xDA => return Err(bad("a JPEG file without a frame")),
            _ => left = after.get(len..).unwrap_or_default(),
        }
    }
}

/// The body of a stencil mask that paints the dark modules (§8.9.6.2); a few hundred bytes, one sample a
/// module, so that it is crisp at any size.
pub(super) fn push_qr(out: &mut Vec<u8>, matrix: &QrMatrix) -> Result<(), Error> {
    let side = matrix.side;
    if side == 0 || side.checked_mul(side) != Some(matrix.dark.len()) {
        return Err(Error::Picture { reason: "a QR code that is not square" });
    }
    let mut bits = matrix.packed();
    for modules in &mut bits {
        // A mask paints where the sample is 0; what fills up the last byte of a row paints nothing.
        *modules = !*modules;
    }
    let mut dict = b"/Type/XObject/Subtype/Image/ImageMask true/BitsPerComponent 1/Width ".to_vec();
    emit::size(&mut dict, side);
    dict.extend_from_slice(b"/Height ");
    emit::size(&mut dict, side);
    push_stream(out, &dict, &bits, false);
    Ok(())
}

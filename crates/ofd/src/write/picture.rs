//! Raster images and QR codes as files: JPEG as it is, all else as PNG (ISO/IEC 15948).

use std::io::Write;

use yinxin_page::draw::{Coding, Image, QrMatrix};

use super::Error;

/// More pixels than any photograph on a certificate needs; fewer than a reader chokes on.
const MAX_PIXELS: u64 = 40_000_000;

/// How a picture's file is named and told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Jpeg,
    Png,
}

impl Kind {
    pub(super) fn of(image: &Image) -> Self {
        if image.coding == Coding::Jpeg { Kind::Jpeg } else { Kind::Png }
    }

    pub(super) fn extension(self) -> &'static str {
        match self {
            Kind::Jpeg => "jpg",
            Kind::Png => "png",
        }
    }

    pub(super) fn format(self) -> &'static str {
        match self {
            Kind::Jpeg => "JPEG",
            Kind::Png => "PNG",
        }
    }
}

/// Writes an image's file.
pub(super) fn push_image(out: &mut Vec<u8>, image: &Image) -> Result<(), Error> {
    let Image { width, height, components, .. } = *image;
    let pixels = u64::from(width) * u64::from(height);
    if pixels == 0 || pixels > MAX_PIXELS || !matches!(components, 1 | 3) {
        return Err(Error::Picture { reason: "no pixels or too many" });
    }
    if image.coding == Coding::Jpeg {
        if !image.data.starts_with(&[0xFF, 0xD8, 0xFF]) {
            return Err(Error::Picture { reason: "not a JPEG file" });
        }
        out.extend_from_slice(&image.data);
        return Ok(());
    }
    let row = usize::try_from(u64::from(width) * u64::from(components)).unwrap_or(usize::MAX);
    if u64::try_from(image.data.len()).ok() != pixels.checked_mul(components.into()) {
        return Err(Error::Picture { reason: "the samples do not fill the rectangle" });
    }
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    let unwritable = |_| Error::Picture { reason: "the samples cannot be packed" };
    for samples in image.data.chunks(row) {
        encoder.write_all(&[0]).and_then(|()| encoder.write_all(samples)).map_err(unwritable)?;
    }
    let packed = encoder.finish().map_err(unwritable)?;
    let color = if components == 1 { 0 } else { 2 };
    push_png(out, width, height, 8, color, &[&packed]);
    Ok(())
}

/// Writes a code as black and white, one pixel a module: some 400 bytes, which packing would not make fewer.
pub(super) fn push_qr(out: &mut Vec<u8>, matrix: &QrMatrix) -> Result<(), Error> {
    let bad = Error::Picture { reason: "a QR code that is not square" };
    let side = matrix.side;
    // The largest code has 177 modules; rows of more than 64 KiB would need several stored blocks.
    if side == 0 || side > 177 || side * side != matrix.dark.len() {
        return Err(bad);
    }
    let mut rows = Vec::with_capacity(side * (1 + side.div_ceil(8)));
    for row in matrix.packed().chunks(side.div_ceil(8)) {
        rows.push(0); // no filter
        rows.extend(row.iter().map(|modules| !modules));
    }
    let (Ok(size), Ok(length)) = (u32::try_from(side), u16::try_from(rows.len())) else { return Err(bad) };
    let [l0, l1] = length.to_le_bytes();
    // A zlib stream of one stored block (RFC 1950, 1951).
    let head = [0x78, 0x01, 0x01, l0, l1, !l0, !l1];
    push_png(out, size, size, 1, 0, &[&head, &rows, &adler32(&rows).to_be_bytes()]);
    Ok(())
}

fn push_png(out: &mut Vec<u8>, width: u32, height: u32, bits: u8, color: u8, data: &[&[u8]]) {
    out.extend_from_slice(b"\x89PNG\r\n\x1A\n");
    let [w, h] = [width.to_be_bytes(), height.to_be_bytes()];
    push_chunk(out, b"IHDR", &[&w, &h, &[bits, color, 0, 0, 0]]);
    push_chunk(out, b"IDAT", data);
    push_chunk(out, b"IEND", &[]);
}

fn push_chunk(out: &mut Vec<u8>, kind: &[u8; 4], parts: &[&[u8]]) {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    out.extend_from_slice(&u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes());
    let start = out.len();
    out.extend_from_slice(kind);
    for part in parts {
        out.extend_from_slice(part);
    }
    let sum = crc32fast::hash(out.get(start..).unwrap_or_default());
    out.extend_from_slice(&sum.to_be_bytes());
}

/// For at most some 5,000 bytes, which overflow nothing.
fn adler32(data: &[u8]) -> u32 {
    const BASE: u32 = 65_521;
    let (mut a, mut b) = (1_u32, 0_u32);
    for part in data.chunks(4096) {
        for byte in part {
            a += u32::from(*byte);
            b += a;
        }
        a %= BASE;
        b %= BASE;
    }
    b << 16 | a
}

//! Points as PNG files (ISO/IEC 15948), with the size at which they are to be shown.

use png::{BitDepth, ColorType, Compression, Encoder, Filter, PixelDimensions, Unit};
use tiny_skia::Pixmap;
use yinxin_page::draw::Color;

use crate::Error;
use crate::palette::Palette;

/// Colours of a preview.
const FEW: usize = 64;

/// Of opacity, as a picture of four bits a point has them.
const DEGREES: u8 = 16;

/// RGB; what shines through is left out.
pub(crate) fn opaque(pixmap: &Pixmap, dpi: u32) -> Result<Vec<u8>, Error> {
    let data: Vec<u8> = pixmap.pixels().iter().flat_map(|p| [p.red(), p.green(), p.blue()]).collect();
    let mut out = Vec::new();
    let mut encoder = encoder(&mut out, pixmap, dpi);
    encoder.set_color(ColorType::Rgb);
    // For somebody who waits.
    encoder.set_compression(Compression::Fast);
    encoder.write_header()?.write_image_data(&data)?;
    Ok(out)
}

/// A palette of few colours.
pub(crate) fn few_colors(pixmap: &Pixmap, dpi: u32) -> Result<Vec<u8>, Error> {
    let palette = Palette::of(pixmap.pixels(), FEW);
    let data: Vec<u8> = pixmap.pixels().iter().map(|pixel| palette.entry(pixel)).collect();
    let mut out = Vec::new();
    let mut encoder = encoder(&mut out, pixmap, dpi);
    encoder.set_color(ColorType::Indexed);
    encoder.set_palette(palette.colors.concat());
    encoder.set_compression(Compression::Balanced);
    // Neighbours in a palette are no neighbours on paper: differences would tell nothing. After the compression, which
    // chooses a filter of its own.
    encoder.set_filter(Filter::NoFilter);
    encoder.write_header()?.write_image_data(&data)?;
    Ok(out)
}

/// RGB with opacity.
pub(crate) fn transparent(pixmap: Pixmap, dpi: u32) -> Result<Vec<u8>, Error> {
    let mut out = Vec::new();
    let mut encoder = encoder(&mut out, &pixmap, dpi);
    encoder.set_color(ColorType::Rgba);
    encoder.set_compression(Compression::High);
    encoder.write_header()?.write_image_data(&pixmap.take_demultiplied())?;
    Ok(out)
}

/// A palette of one colour in degrees of opacity.
pub(crate) fn one_color(pixmap: &Pixmap, Color(red, green, blue): Color, dpi: u32) -> Result<Vec<u8>, Error> {
    let mut data = Vec::with_capacity(pixmap.pixels().len() / 2 + pixmap.height() as usize);
    for row in pixmap.pixels().chunks(pixmap.width() as usize) {
        for points in row.chunks(2) {
            let degrees = points.iter().fold(0, |byte, point| byte << 4 | degree(point.alpha()));
            // The byte in which a row of an odd length ends is half used.
            data.push(degrees << (4 * (2 - points.len())));
        }
    }
    let mut out = Vec::new();
    let mut encoder = encoder(&mut out, pixmap, dpi);
    encoder.set_color(ColorType::Indexed);
    encoder.set_depth(BitDepth::Four);
    encoder.set_palette([red, green, blue].repeat(DEGREES.into()));
    encoder.set_trns((0..DEGREES).map(|degree| degree * (u8::MAX / (DEGREES - 1))).collect::<Vec<_>>());
    encoder.set_compression(Compression::High);
    encoder.write_header()?.write_image_data(&data)?;
    Ok(out)
}

/// The nearest of the degrees.
fn degree(alpha: u8) -> u8 {
    let step = u8::MAX / (DEGREES - 1);
    alpha.saturating_add(step / 2) / step
}

fn encoder<'a>(out: &'a mut Vec<u8>, pixmap: &Pixmap, dpi: u32) -> Encoder<'static, &'a mut Vec<u8>> {
    let mut encoder = Encoder::new(out, pixmap.width(), pixmap.height());
    encoder.set_depth(BitDepth::Eight);
    // Points a metre.
    let density = (f64::from(dpi) / 0.0254).round() as u32;
    encoder.set_pixel_dims(Some(PixelDimensions { xppu: density, yppu: density, unit: Unit::Meter }));
    encoder
}

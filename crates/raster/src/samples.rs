//! Raster images on a page: read, and made smaller by averaging, so that a photograph of many points is not drawn from
//! a few of them.

use tiny_skia::{IntSize, Pixmap};
use yinxin_page::draw::{Coding, Image};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use crate::{Error, MAX_POINTS};

/// Opaque samples, rows top to bottom.
pub(crate) struct Samples {
    width: usize,
    height: usize,
    /// Components a point: 1 (grey) or 3 (RGB).
    components: usize,
    data: Vec<u8>,
}

impl Samples {
    pub(crate) fn read(image: &Image) -> Result<Self, Error> {
        let points = u64::from(image.width) * u64::from(image.height);
        if points == 0 || points > MAX_POINTS {
            return Err(unusable("no points or too many"));
        }
        let samples = Self {
            width: image.width as usize,
            height: image.height as usize,
            components: if image.components == 1 { 1 } else { 3 },
            data: match image.coding {
                Coding::Jpeg => jpeg(image)?,
                Coding::Gray8 | Coding::Rgb8 => image.data.clone(),
            },
        };
        if samples.data.len() != samples.width * samples.height * samples.components {
            return Err(unusable("the samples do not fill the rectangle"));
        }
        Ok(samples)
    }

    /// At most this large, each point the mean of those that it stands for.
    pub(crate) fn shrunk(self, width: usize, height: usize) -> Self {
        self.narrowed_and_turned(width).narrowed_and_turned(height)
    }

    /// Rows become columns, and shorter: once for each side.
    fn narrowed_and_turned(self, to: usize) -> Self {
        let narrow = self.width.min(to.max(1));
        let step = self.width as f64 / narrow as f64;
        let mut data = vec![0; narrow * self.height * self.components];
        for (y, row) in self.data.chunks(self.width * self.components).enumerate() {
            for x in 0..narrow {
                let (from, until) = (x as f64 * step, (x + 1) as f64 * step);
                let at = (x * self.height + y) * self.components;
                let point = data.get_mut(at..).unwrap_or_default().iter_mut();
                for (component, mean) in point.take(self.components).enumerate() {
                    *mean = self.mean(row, component, from, until);
                }
            }
        }
        Self { width: self.height, height: narrow, data, ..self }
    }

    /// Of one component of a row between two places, to which points that are cut count in part.
    fn mean(&self, row: &[u8], component: usize, from: f64, until: f64) -> u8 {
        let first = from.floor();
        let samples = row.iter().skip(first as usize * self.components + component).step_by(self.components);
        let (mut sum, mut weights, mut place) = (0.0, 0.0, first);
        for sample in samples {
            let weight = until.min(place + 1.0) - from.max(place);
            if weight <= 0.0 {
                break;
            }
            sum += f64::from(*sample) * weight;
            weights += weight;
            place += 1.0;
        }
        // The cast saturates; without any sample there is no row.
        (sum / weights).round() as u8
    }

    pub(crate) fn into_pixmap(self) -> Result<Pixmap, Error> {
        let mut data = Vec::with_capacity(self.width * self.height * 4);
        for point in self.data.chunks(self.components) {
            match *point {
                [red, green, blue] => data.extend_from_slice(&[red, green, blue, u8::MAX]),
                [grey] => data.extend_from_slice(&[grey, grey, grey, u8::MAX]),
                _ => {}
            }
        }
        let side = |length| u32::try_from(length).unwrap_or_default();
        IntSize::from_wh(side(self.width), side(self.height))
            .and_then(|size| Pixmap::from_vec(data, size))
            .ok_or(unusable("no points or too many"))
    }
}

/// The size that the file says must be the image's, which was looked at before memory is taken for it.
fn jpeg(image: &Image) -> Result<Vec<u8>, Error> {
    let colors = if image.components == 1 { ColorSpace::Luma } else { ColorSpace::RGB };
    let options = DecoderOptions::default().jpeg_set_out_colorspace(colors);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(&image.data), options);
    decoder.decode_headers().map_err(|_| unusable("not a JPEG file"))?;
    let size = decoder.info().map(|info| (u32::from(info.width), u32::from(info.height)));
    if size != Some((image.width, image.height)) {
        return Err(unusable("the size said differs from the size in the data"));
    }
    decoder.decode().map_err(|_| unusable("a damaged JPEG file"))
}

fn unusable(reason: &'static str) -> Error {
    Error::Picture { reason }
}

//! What can stop a picture from being made.

/// Why a page or drawing cannot become a picture.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("a picture of {width} x {height} mm at {dpi} dpi has no points, or more than {max}")]
    TooLarge { width: f64, height: f64, dpi: u32, max: u64 },
    #[error("a length or position is not a number, or far off the page")]
    Far,
    #[error("only fills and strokes can be repeated or drawn on nothing")]
    NotVector,
    #[error(transparent)]
    Page(#[from] yinxin_page::Error),
    #[error("the picture cannot be used: {reason}")]
    Picture { reason: &'static str },
    #[error("the picture cannot be written")]
    Encode(#[from] png::EncodingError),
}

impl Error {
    /// The stable name of this failure.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "raster_too_large",
            Self::Far => "drawing_not_finite",
            Self::NotVector => "drawing_not_vector",
            Self::Page(error) => error.code(),
            Self::Picture { .. } => "picture_unusable",
            Self::Encode(_) => "raster_not_written",
        }
    }
}

//! What can stop a file from being written.

/// Why a page cannot become a PDF.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Page(#[from] yinxin_page::Error),
    #[error("the signature of {size} bytes does not fit in the {room} bytes kept for it")]
    SignatureTooLarge { size: usize, room: usize },
    #[error("the picture cannot be used: {reason}")]
    Picture { reason: &'static str },
    /// Text, pictures and codes cannot stand inside a repeated form or a seal.
    #[error("only fills and strokes can be repeated or make a seal")]
    NotVector,
    #[error("the file has more than {max} {what}")]
    TooMany { what: &'static str, max: usize },
    #[error("the file has no security store, or no empty field for a time stamp, where one was expected")]
    NotExtendable,
    #[error("a length or position is not a number")]
    NotFinite,
    #[error("{year}-{month}-{day} {hour}:{minute}:{second} is not a date a PDF can hold")]
    Date { year: i16, month: u8, day: u8, hour: u8, minute: u8, second: u8 },
}

impl Error {
    /// The stable name of this failure.
    pub fn code(&self) -> &'static str {
        match self {
            Error::Page(error) => error.code(),
            Error::SignatureTooLarge { .. } => "signature_too_large",
            Error::Picture { .. } => "picture_unusable",
            Error::NotVector => "drawing_not_vector",
            Error::TooMany { .. } => "pdf_too_many",
            Error::NotExtendable => "pdf_not_extendable",
            Error::NotFinite => "drawing_not_finite",
            Error::Date { .. } => "pdf_date_out_of_range",
        }
    }
}

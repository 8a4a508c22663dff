//! What can stop a package from being written.

/// Why a page cannot become an OFD.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Page(#[from] yinxin_page::Error),
    #[error("the picture cannot be used: {reason}")]
    Picture { reason: &'static str },
    /// Text, pictures and codes cannot stand in a seal or a repeated form.
    #[error("only fills and strokes can be repeated or make a seal")]
    NotVector,
    #[error("the package has more than {max} {what}")]
    TooMany { what: &'static str, max: usize },
    #[error("a length or position is not a number")]
    NotFinite,
    /// A control character, which XML has no way to write.
    #[error("{code_point} cannot be written in an OFD")]
    Character { code_point: String },
    #[error("{year}-{month}-{day} {hour}:{minute}:{second} is not a time an OFD can hold")]
    Time { year: i16, month: u8, day: u8, hour: u8, minute: u8, second: u8 },
}

impl Error {
    /// The stable name of this failure.
    pub fn code(&self) -> &'static str {
        match self {
            Error::Page(error) => error.code(),
            Error::Picture { .. } => "picture_unusable",
            Error::NotVector => "drawing_not_vector",
            Error::TooMany { .. } => "ofd_too_many",
            Error::NotFinite => "drawing_not_finite",
            Error::Character { .. } => "ofd_character",
            Error::Time { .. } => "ofd_time_out_of_range",
        }
    }
}

//! What stopped the work. What a verification finds is a `Report`, never an `Error`.

use yinxin_model::Level;

/// Errors of this crate; `code()` is stable.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("there is no seal {code} in the keyring")]
    SealUnknown { code: String },
    #[error("the keyring already has a seal {code}")]
    SealTwice { code: String },
    #[error("the certificate of seal {code} is for another key than the seal's")]
    KeyMismatch { code: String },
    #[error("seal {code} has no SM2 key with an electronic seal")]
    NotNational { code: String },
    #[error(
        "the copy computes to another digest than the stored intent's; it was made for another plate or record"
    )]
    DigestMismatch { intent: [u8; 16] },
    #[error("the copy just sealed does not verify: {code}")]
    SelfCheck { code: &'static str },
    #[error("the copy just sealed reaches {}, not {}", reached.map_or("no level", Level::as_str), wanted.as_str())]
    Level { wanted: Level, reached: Option<Level> },
    #[error("the copy just sealed lacks the time stamp that it was to have")]
    StampMissing,
    #[error("no trusted root vouches for the authority of a time stamp in the copy just sealed")]
    StampNotTrusted,
    #[error(transparent)]
    Face(#[from] yinxin_face::Error),
    #[error(transparent)]
    Pdf(#[from] yinxin_pdf::write::Error),
    #[error(transparent)]
    Ofd(#[from] yinxin_ofd::write::Error),
    #[error(transparent)]
    Raster(#[from] yinxin_raster::Error),
    #[error(transparent)]
    Crypto(#[from] yinxin_crypto::Error),
}

impl Error {
    pub fn code(&self) -> &'static str {
        match self {
            Self::SealUnknown { .. } => "seal_unknown",
            Self::SealTwice { .. } => "seal_twice",
            Self::KeyMismatch { .. } => "key_mismatch",
            Self::NotNational { .. } => "seal_not_national",
            Self::DigestMismatch { .. } => "digest_mismatch",
            Self::SelfCheck { .. } => "self_check_failed",
            Self::Level { .. } => "level_not_reached",
            Self::StampMissing => "time_stamp_missing",
            Self::StampNotTrusted => "time_stamp_not_trusted",
            Self::Face(error) => error.code(),
            Self::Pdf(error) => error.code(),
            Self::Ofd(error) => error.code(),
            Self::Raster(error) => error.code(),
            Self::Crypto(error) => error.code(),
        }
    }

    /// What the sentence about it needs, e.g. which character no font has.
    pub fn values(&self) -> Vec<(&'static str, String)> {
        let Self::Face(yinxin_face::Error::Block { block, source }) = self else { return Vec::new() };
        let mut values = vec![("block", block.clone())];
        if let yinxin_page::Error::NoGlyph { text, code_points, .. } = source {
            values.extend([("text", text.clone()), ("code_points", code_points.clone())]);
        }
        values
    }

    /// Whether the same call may succeed later without anybody's doing.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Crypto(error) if error.is_transient())
    }
}

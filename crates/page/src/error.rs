//! What can stop a page from being made.

/// Why text cannot be drawn or a code cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No font of the style's chain has a shape for this character.
    #[error("no font has a glyph for \u{201c}{text}\u{201d} ({code_points}) in style {style}")]
    NoGlyph {
        text: String,
        /// `U+4DAE`, or `U+845B U+E0100` for a base with its variation selector.
        code_points: String,
        style: String,
    },
    /// A control, bidirectional or zero-width character: it has no shape and may hide or reorder text.
    #[error("{code_points} is a control or invisible character and cannot be printed")]
    Unprintable { code_points: String },
    /// A script whose letters join or move (Arabic, Tibetan, Indic …). Drawing its letters one by one would
    /// print something that its readers would call wrong.
    #[error(
        "\u{201c}{text}\u{201d} ({code_points}) belongs to a script that needs shaping, which is not supported"
    )]
    NeedsShaping { text: String, code_points: String },
    /// Not one character (with at most one variation selector).
    #[error("\u{201c}{text}\u{201d} is not one character")]
    NotOneCharacter { text: String },
    /// A font source could not be loaded or read.
    #[error("font {name} cannot be used: {reason}")]
    Font { name: String, reason: String },
    /// A style that the pool was not given.
    #[error("the glyph pool has no style {name}")]
    UnknownStyle { name: String },
    /// A [`crate::draw::GlyphRef`] of another pool.
    #[error("glyph {index} does not belong to this pool")]
    ForeignGlyph { index: u32 },
    /// More glyphs than a pool or a subset can number.
    #[error("too many glyphs: at most {max}")]
    TooManyGlyphs { max: usize },
    /// Text that does not fit its box even at the smallest size.
    #[error("text of {chars} characters does not fit in {width} x {height} mm at {min_size} mm")]
    DoesNotFit { chars: usize, width: f64, height: f64, min_size: f64 },
    /// More data than the largest QR code allowed can hold.
    #[error("{bytes} bytes do not fit in a QR code of version {max_version} or smaller")]
    QrTooLong { bytes: usize, max_version: u8 },
    /// A QR parameter outside its range.
    #[error("QR {what} {value} is outside {range}")]
    QrParameter { what: &'static str, value: u8, range: &'static str },
}

impl Error {
    /// The stable name of this failure.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoGlyph { .. } => "no_glyph",
            Self::Unprintable { .. } => "unprintable_character",
            Self::NeedsShaping { .. } => "needs_shaping",
            Self::NotOneCharacter { .. } => "not_one_character",
            Self::Font { .. } => "font_unusable",
            Self::UnknownStyle { .. } => "unknown_style",
            Self::ForeignGlyph { .. } => "foreign_glyph",
            Self::TooManyGlyphs { .. } => "too_many_glyphs",
            Self::DoesNotFit { .. } => "text_does_not_fit",
            Self::QrTooLong { .. } => "qr_too_long",
            Self::QrParameter { .. } => "qr_parameter",
        }
    }
}

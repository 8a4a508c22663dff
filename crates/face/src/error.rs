//! What can stop a face from being drawn.

/// A template that is not one, or a piece of content that cannot be drawn where the template wants it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Not TOML, a key that no template has, or a value of the wrong type; the message says the line.
    #[error("the template cannot be read: {message}")]
    Syntax { message: String },
    /// Sound TOML that asks for something impossible.
    #[error("the template is wrong at {at}: {problem}")]
    Template { at: String, problem: String },
    /// A piece of content that cannot be drawn.
    #[error("{block} cannot be drawn")]
    Block {
        /// The id of the block, e.g. `holder_name.value`.
        block: String,
        #[source]
        source: yinxin_page::Error,
    },
}

impl Error {
    /// The stable name of this failure; for content, that of its cause (`no_glyph`, `text_does_not_fit` …).
    pub fn code(&self) -> &'static str {
        match self {
            Self::Syntax { .. } => "template_syntax",
            Self::Template { .. } => "template_invalid",
            Self::Block { source, .. } => source.code(),
        }
    }
}

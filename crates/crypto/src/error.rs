//! What stopped the work. A certificate or signature that does not hold is a finding (`path::PathProblem`,
//! `cms::Outcome`), never an `Error`.

/// Errors of this crate. `code()` is stable; the text is for logs.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{what}: not the expected ASN.1 encoding ({why})")]
    Encoding { what: &'static str, why: &'static str },
    #[error("{what} has {bytes} bytes, more than the {max} accepted")]
    TooLarge { what: &'static str, bytes: usize, max: usize },
    #[error("{what}: not a PEM block")]
    Pem { what: &'static str },
    #[error("{what} is not supported: {found}")]
    Unsupported { what: &'static str, found: String },
    #[error("the key was refused: {why}")]
    KeyRejected { why: String },
    #[error("the passphrase does not open the key")]
    WrongPassphrase,
    #[error("the signing key is not the one that {what} names")]
    KeyMismatch { what: &'static str },
    #[error("{what} cannot be encoded: {why}")]
    InvalidSpec { what: &'static str, why: &'static str },
    #[error("the primitive library failed while {doing}")]
    Primitive { doing: &'static str },
    #[error("all {sessions} sessions of the token stayed in use for {waited_ms} ms")]
    Busy { sessions: usize, waited_ms: u64 },
    #[error("the token {token} refused the PIN; it is not tried again until a restart")]
    PinRefused { token: String },
    #[error("the PIN of the token {token} is locked")]
    PinLocked { token: String },
    #[error("the token {token} is not there")]
    TokenGone { token: String },
    #[error("the token {token} has {found} keys of that label or id; exactly one is needed")]
    KeyNotFound { token: String, found: usize },
    #[error("the token's module failed: {why}")]
    Device { why: String },
}

impl Error {
    /// A stable code for logs, audit and `words`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Encoding { .. } => "malformed_encoding",
            Self::TooLarge { .. } => "too_large",
            Self::Pem { .. } => "not_pem",
            Self::Unsupported { .. } => "unsupported",
            Self::KeyRejected { .. } => "key_rejected",
            Self::WrongPassphrase => "wrong_passphrase",
            Self::KeyMismatch { .. } => "key_mismatch",
            Self::InvalidSpec { .. } => "invalid_spec",
            Self::Primitive { .. } => "primitive_failed",
            Self::Busy { .. } => "signer_busy",
            Self::PinRefused { .. } => "pin_refused",
            Self::PinLocked { .. } => "pin_locked",
            Self::TokenGone { .. } => "token_gone",
            Self::KeyNotFound { .. } => "key_not_found",
            Self::Device { .. } => "device_failed",
        }
    }

    /// Whether the same call may succeed later without anybody's doing.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Busy { .. } | Self::TokenGone { .. } | Self::Device { .. })
    }
}

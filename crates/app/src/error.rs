//! What can come out of a use case when it is not done: a small, closed set, each with a stable code.
//!
//! `words` alone turns a code into a sentence, the edge (`cli`, `web`) alone into an exit code or a status.
//! The source stays inside for the log; it is never shown.

use std::collections::BTreeMap;

pub type Result<T> = std::result::Result<T, Error>;

/// Which kind of no it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The input breaks a rule; the same input will always be refused.
    Invalid,
    NotFound,
    /// The input is fine, but what is there does not allow it now.
    Conflict,
    Forbidden,
    /// Nothing was changed; later it may work.
    Unavailable,
    /// A fault of ours or of the installation.
    Internal,
}

#[derive(Debug, thiserror::Error)]
#[error("{code}")]
pub struct Error {
    pub kind: Kind,
    /// Stable, snake_case; listed in `docs/CLI.md`.
    pub code: &'static str,
    /// Values the sentence needs. No personal data but what the asker gave himself, masked.
    pub details: BTreeMap<&'static str, String>,
    #[source]
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    pub fn new(kind: Kind, code: &'static str) -> Self {
        Self { kind, code, details: BTreeMap::new(), source: None }
    }

    pub fn invalid(code: &'static str) -> Self {
        Self::new(Kind::Invalid, code)
    }

    pub fn not_found(code: &'static str) -> Self {
        Self::new(Kind::NotFound, code)
    }

    pub fn conflict(code: &'static str) -> Self {
        Self::new(Kind::Conflict, code)
    }

    pub fn forbidden(code: &'static str) -> Self {
        Self::new(Kind::Forbidden, code)
    }

    pub fn unavailable(code: &'static str) -> Self {
        Self::new(Kind::Unavailable, code)
    }

    pub fn internal(code: &'static str) -> Self {
        Self::new(Kind::Internal, code)
    }

    /// The same refusal for another caller; the source stays with the first.
    pub fn again(&self) -> Self {
        Self { kind: self.kind, code: self.code, details: self.details.clone(), source: None }
    }

    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.details.insert(name, value.to_string());
        self
    }

    pub fn because(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }
}

impl From<yinxin_store::Error> for Error {
    fn from(error: yinxin_store::Error) -> Self {
        use yinxin_store::Error as Store;
        let code = error.code();
        let kind = match &error {
            Store::Conflict { .. } => Kind::Conflict,
            Store::Unavailable { .. } | Store::InDoubt { .. } => Kind::Unavailable,
            Store::NewerDatabase { .. }
            | Store::MigrationChanged { .. }
            | Store::KeyMissing { .. }
            | Store::KeyMismatch { .. }
            | Store::Address { .. } => Kind::Conflict,
            _ => Kind::Internal,
        };
        Error::new(kind, code).because(error)
    }
}

impl From<yinxin_model::quota::Refusal> for Error {
    fn from(refusal: yinxin_model::quota::Refusal) -> Self {
        use yinxin_model::quota::Refusal;
        match refusal {
            Refusal::QuotaUsedUp(quota) => Error::conflict("quota_exhausted")
                .with("used", quota.used)
                .with("max", quota.max)
                .with("window_days", quota.window_days)
                .with("next_possible_on", quota.next_possible_on),
            Refusal::ValidityOutOfRange { days, longest } => {
                Error::invalid("validity_out_of_range").with("days", days).with("longest", longest)
            }
            Refusal::ClockBehind { today, last } => {
                Error::conflict("clock_behind").with("today", today).with("last", last)
            }
        }
    }
}

/// A file or directory of ours could not be read or written.
pub fn io(action: &'static str, path: &std::path::Path, error: std::io::Error) -> Error {
    use std::io::ErrorKind;
    let fault = match error.kind() {
        ErrorKind::NotFound => Error::not_found("file_not_found"),
        ErrorKind::PermissionDenied => Error::forbidden("file_permission"),
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Error::unavailable("disk_full"),
        ErrorKind::AlreadyExists => Error::conflict("file_exists"),
        _ => Error::unavailable("file_unreadable"),
    };
    fault.with("action", action).with("path", path.display()).because(error)
}

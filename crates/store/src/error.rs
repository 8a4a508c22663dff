//! What can stop the register's work. Refusals that the rules foresee (quota used up, a repeated request, a
//! batch that is not in the right state) are answers, not errors, and do not stand here.

use std::sync::Arc;

/// The engine's own words; kept for the log, never shown to a user.
pub type Source = Arc<dyn std::error::Error + Send + Sync>;

/// `Clone`, because one failed group commit is told to every caller in the group.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// A unique key exists already. `what` is the constraint's name as the engine tells it.
    #[error("a row with the same key exists already: {what}")]
    Conflict { what: String },
    /// Nothing was changed; the same call may succeed later.
    #[error("the database cannot serve this now ({code})")]
    Unavailable {
        /// `busy`, `locked`, `disk_full`, `connection_lost`, `deadlock`, `timeout`, `read_only`, `io`, `closed`
        code: &'static str,
        #[source]
        source: Option<Source>,
    },
    /// The connection was lost during COMMIT: repeat the request with the same idempotency key.
    #[error("the connection was lost during the commit; whether it took effect is not known")]
    InDoubt {
        #[source]
        source: Option<Source>,
    },
    /// An earlier statement of this transaction failed, so that it can only be rolled back.
    #[error("an earlier statement of this transaction failed")]
    Poisoned,
    /// A statement that the engine refuses: a fault of ours.
    #[error("the database refused a statement")]
    Statement {
        #[source]
        source: Source,
    },
    /// A stored value is not of the form this program writes.
    #[error("the stored value in column {column} is not {expected}")]
    Shape { column: usize, expected: &'static str },
    /// A closure awaited something other than its transaction. Fatal for that call only.
    #[error("a transaction closure awaited something outside its transaction")]
    ForeignAwait,
    /// The closure itself gave its transaction up; whoever wrote it knows why.
    #[error("the transaction was given up")]
    Abandoned,
    /// A closure panicked; its changes were rolled back.
    #[error("a transaction closure panicked")]
    Panicked,
    #[error("the database has schema {found}, this program knows {known}: use the newer program")]
    NewerDatabase { found: i64, known: i64 },
    #[error("migration {number} was applied with another text than this program has")]
    MigrationChanged { number: i64 },
    /// The key directory lacks a key that the database was written with.
    #[error("the {kind} key {key_id} that this database was written with is missing")]
    KeyMissing { kind: &'static str, key_id: u32 },
    /// A key of that number is there, but it is another key.
    #[error("the {kind} key {key_id} is not the one this database was written with")]
    KeyMismatch { kind: &'static str, key_id: u32 },
    /// A sealed value does not open: damaged, moved to another row, or written with another key.
    #[error("the sealed value {place} does not open")]
    SealBroken { place: String },
    /// The address of the database cannot be understood. The address itself may hold a password and is not shown.
    #[error("the database address is not understood")]
    Address {
        #[source]
        source: Source,
    },
}

pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// Stable, snake_case; `words` makes the sentence.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Conflict { .. } => "conflict",
            Self::Unavailable { code, .. } => code,
            Self::InDoubt { .. } => "commit_in_doubt",
            Self::Poisoned => "transaction_failed",
            Self::Statement { .. } => "statement_refused",
            Self::Shape { .. } => "stored_value_malformed",
            Self::ForeignAwait => "foreign_await",
            Self::Abandoned => "transaction_abandoned",
            Self::Panicked => "transaction_panicked",
            Self::NewerDatabase { .. } => "database_newer",
            Self::MigrationChanged { .. } => "migration_changed",
            Self::KeyMissing { .. } => "key_missing",
            Self::KeyMismatch { .. } => "key_mismatch",
            Self::SealBroken { .. } => "sealed_value_broken",
            Self::Address { .. } => "database_address",
        }
    }

    /// Whether the same call may succeed when it is repeated with the same idempotency key.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable { .. } | Self::InDoubt { .. })
    }

    pub(crate) fn unavailable(code: &'static str) -> Self {
        Self::Unavailable { code, source: None }
    }
}

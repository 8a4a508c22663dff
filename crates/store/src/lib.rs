//! The register. Plain functions over [`Tx`], each statement written once for two engines.
//!
//! Knows nothing of seals, files, HTTP or the clock: times and random bytes are parameters. Personal data leave this
//! crate decrypted only through functions that take the asking [`yinxin_model::Subject`].

pub mod db;
pub mod error;
pub mod migrate;
pub mod vault;

pub use db::{Arg, BoxFuture, Db, Engine, PostgresOptions, SqliteOptions, Tx};
pub use error::{Error, Result};
pub use vault::{DocumentIndex, IdentityIndex, KeyBytes, Place, Vault, VaultKeys};

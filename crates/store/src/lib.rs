//! The register. Plain functions over [`Tx`], each statement written once for two engines.
//!
//! Knows nothing of seals, files, HTTP or the clock: times and random bytes are parameters. Personal data leave this
//! crate decrypted only through functions that take the asking [`yinxin_model::Subject`].

pub mod access;
pub mod account;
pub mod audit;
pub mod batch;
pub mod catalogue;
pub mod certificate;
pub mod challenge;
pub mod change;
pub mod copy;
pub mod credential;
pub mod db;
pub mod endorsement;
pub mod error;
pub mod job;
pub mod message;
pub mod migrate;
pub mod oidc;
pub mod outbox;
pub mod pass;
pub mod passkey;
pub mod record;
pub mod request;
pub mod room;
pub mod rotation;
pub mod scope;
pub mod session;
pub mod share;
pub mod standing;
pub mod vault;

pub use audit::Act;
pub use db::{Arg, BoxFuture, Db, Engine, PostgresOptions, SqliteOptions, Tx};
pub use error::{Error, Result};
pub use vault::{DocumentIndex, IdentityIndex, KeyBytes, KeySource, Place, Vault, VaultKeys};

/// Every statement of this crate, so that a test can prepare each on both engines.
#[doc(hidden)]
pub fn statements() -> Vec<db::Sql> {
    [
        access::STATEMENTS,
        account::STATEMENTS,
        audit::STATEMENTS,
        batch::STATEMENTS,
        catalogue::STATEMENTS,
        certificate::STATEMENTS,
        certificate::loading::STATEMENTS,
        challenge::STATEMENTS,
        change::STATEMENTS,
        copy::STATEMENTS,
        credential::STATEMENTS,
        endorsement::STATEMENTS,
        endorsement::granting::STATEMENTS,
        job::STATEMENTS,
        message::STATEMENTS,
        migrate::STATEMENTS,
        oidc::STATEMENTS,
        outbox::STATEMENTS,
        pass::STATEMENTS,
        passkey::STATEMENTS,
        request::STATEMENTS,
        room::STATEMENTS,
        rotation::STATEMENTS,
        scope::STATEMENTS,
        session::STATEMENTS,
        share::STATEMENTS,
        standing::STATEMENTS,
        vault::STATEMENTS,
    ]
    .concat()
}

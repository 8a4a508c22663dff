//! The room that a register has in its database: how much it takes up, and, on PostgreSQL, a schema of its own, which an
//! address names by `options=-csearch_path%3DNAME`.

use crate::db::{Tx, statements};
use crate::error::{Error, Result};

statements! {
    /// Each engine keeps its own books.
    BYTES = {
        sqlite: "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
        postgres: "SELECT CAST(coalesce(sum(pg_total_relation_size(c.oid)), 0) AS BIGINT) FROM pg_class c
            WHERE c.relkind = 'r' AND c.relnamespace = CAST(current_schema() AS regnamespace)"
    };
}

/// Bytes of all tables and indexes, without the log.
pub async fn bytes(tx: &mut Tx) -> Result<u64> {
    tx.one(BYTES, &[]).await?.get(0)
}

/// Makes an empty schema; SQLite has none and refuses. `name`: small letters, digits and underscores.
pub async fn make_schema(tx: &mut Tx, name: &str) -> Result<()> {
    let name = plain(name)?;
    tx.script(&format!("CREATE SCHEMA {name}")).await
}

/// Removes a schema with all that is in it.
pub async fn drop_schema(tx: &mut Tx, name: &str) -> Result<()> {
    let name = plain(name)?;
    tx.script(&format!("DROP SCHEMA IF EXISTS {name} CASCADE")).await
}

/// A name cannot be an argument of these statements, so it may only be one that needs no quoting.
fn plain(name: &str) -> Result<&str> {
    let fits = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.len() < 64
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if fits { Ok(name) } else { Err(Error::Shape { column: 0, expected: "a plain name" }) }
}

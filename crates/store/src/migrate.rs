//! Brings a database to the schema this program knows. Numbered, forward only, each applied once and remembered with
//! the digest of its text; a database that is ahead of the program is left alone.

use crate::args;
use crate::db::{Db, Engine, Tx, statements};
use crate::error::{Error, Result};
use aws_lc_rs::digest::{SHA256, digest};
use yinxin_model::Instant;

/// One numbered step; the text's tokens are explained in the first migration.
struct Migration {
    number: i64,
    text: &'static str,
}

const MIGRATIONS: &[Migration] = &[
    Migration { number: 1, text: include_str!("../../../migrations/0001_register.sql") },
    Migration { number: 2, text: include_str!("../../../migrations/0002_statement.sql") },
    Migration { number: 3, text: include_str!("../../../migrations/0003_query_number_reason.sql") },
    Migration { number: 4, text: include_str!("../../../migrations/0004_grant_locality.sql") },
    Migration { number: 5, text: include_str!("../../../migrations/0005_national_seal.sql") },
    Migration { number: 6, text: include_str!("../../../migrations/0006_query_number_by_staff.sql") },
    Migration { number: 7, text: include_str!("../../../migrations/0007_account_access.sql") },
    Migration { number: 8, text: include_str!("../../../migrations/0008_pass.sql") },
    Migration { number: 9, text: include_str!("../../../migrations/0009_share.sql") },
    Migration { number: 10, text: include_str!("../../../migrations/0010_messages.sql") },
    Migration { number: 11, text: include_str!("../../../migrations/0011_oidc_attempt.sql") },
    Migration { number: 12, text: include_str!("../../../migrations/0012_passkey.sql") },
    Migration { number: 13, text: include_str!("../../../migrations/0013_query_number_holder.sql") },
];

const LEDGER: &str = "CREATE TABLE IF NOT EXISTS migration (
    number {int} NOT NULL PRIMARY KEY, digest {blob} NOT NULL, applied_at {int} NOT NULL) {table}";

/// Any constant will do; all instances of this program must use the same.
const LOCK: i64 = 0x5949_4e58_494e;

statements! {
    /// Two instances that start together must not both migrate. SQLite has one writer anyway.
    LOCK_LEDGER = {
        sqlite: "SELECT 1 WHERE $1 <> 0",
        postgres: "SELECT 1 FROM (SELECT pg_advisory_xact_lock($1)) AS locked"
    };
    APPLIED = "SELECT number, digest FROM migration ORDER BY number";
    RECORD = "INSERT INTO migration (number, digest, applied_at) VALUES ($1, $2, $3)";
}

/// Applies what is missing and returns how many steps that were.
pub async fn migrate(db: &Db, now: Instant) -> Result<usize> {
    db.write(move |tx| Box::pin(async move { apply(tx, MIGRATIONS, now).await })).await
}

/// The newest schema this program knows.
pub fn known() -> i64 {
    MIGRATIONS.last().map_or(0, |m| m.number)
}

/// How many steps lead there: a number that was never released is left out.
pub fn steps() -> usize {
    MIGRATIONS.len()
}

async fn apply(tx: &mut Tx, migrations: &[Migration], now: Instant) -> Result<usize> {
    tx.opt(LOCK_LEDGER, args![LOCK]).await?;
    let ledger = translate(LEDGER, tx.engine());
    tx.script(&ledger).await?;
    let mut applied = Vec::new();
    for row in tx.all(APPLIED, &[]).await? {
        applied.push((row.get::<i64>(0)?, row.get::<Vec<u8>>(1)?));
    }
    if let Some((found, _)) = applied.last().filter(|(number, _)| *number > known()) {
        return Err(Error::NewerDatabase { found: *found, known: known() });
    }
    let mut done = 0;
    for migration in migrations {
        let ours = digest(&SHA256, migration.text.as_bytes());
        match applied.iter().find(|(number, _)| *number == migration.number) {
            Some((_, theirs)) if theirs == ours.as_ref() => {}
            Some(_) => return Err(Error::MigrationChanged { number: migration.number }),
            None => {
                let text = translate(migration.text, tx.engine());
                tx.script(&text).await?;
                tx.exec(RECORD, args![migration.number, ours.as_ref(), now]).await?;
                done += 1;
            }
        }
    }
    Ok(done)
}

fn translate(text: &str, engine: Engine) -> String {
    let words: [(&str, &str); 6] = match engine {
        Engine::Sqlite => [
            ("{int}", "INTEGER"),
            ("{day}", "INTEGER"),
            ("{blob}", "BLOB"),
            ("{key}", "TEXT"),
            ("{table}", "STRICT"),
            ("{narrow}", "STRICT, WITHOUT ROWID"),
        ],
        Engine::Postgres => [
            ("{int}", "BIGINT"),
            ("{day}", "INTEGER"),
            ("{blob}", "BYTEA"),
            ("{key}", "TEXT COLLATE \"C\""),
            ("{table}", ""),
            ("{narrow}", ""),
        ],
    };
    words.iter().fold(text.to_owned(), |text, (token, word)| text.replace(token, word))
}

#[cfg(test)]
mod tests;

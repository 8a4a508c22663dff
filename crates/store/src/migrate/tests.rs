//! What stands in a register survives each step, readable.

use super::*;
use crate::audit::Act;
use crate::copy::{self, NewCopy};
use crate::db::PostgresOptions;
use crate::db::sql::sql_of;
use crate::endorsement;
use crate::vault::{KeyBytes, Place, Vault, VaultKeys};
use std::sync::Arc;
use yinxin_model::{Id, Subject};
use yinxin_testkit::SeededEntropy;

const NOON: Instant = Instant(1_772_337_600_000);
const CERTIFICATE: Id = Id([1; 16]);
/// What stood before the pages of a grant were made fewer (migration 4).
const BEFORE_LOCALITY: usize = 3;

const GRANTED: crate::db::Sql = sql_of!(
    "GRANTED",
    "INSERT INTO endorsement (certificate_id, id, idempotency_key, version, scenario, days, applied_on, valid_until,
        state, copy_number, token, made_at, granted_at) VALUES ($1, $2, $3, 1, 'self', 90, 1, 90, 'granted', 'YX-1', $4, 2, 3)"
);

fn vault() -> Arc<Vault> {
    let key = || vec![KeyBytes { id: 1, bytes: zeroize::Zeroizing::new([7; 32]) }];
    let entropy = Arc::new(SeededEntropy::new(1));
    Arc::new(Vault::new(VaultKeys { data: key(), index: key() }, entropy).unwrap())
}

fn intended(copy: Id, endorsement: Option<Id>) -> NewCopy {
    NewCopy {
        certificate: CERTIFICATE,
        copy,
        endorsement,
        format: "pdf".into(),
        version: 1,
        seal: "mohrss".into(),
        template: "national".into(),
        template_digest: [1; 32],
        plate_digest: [2; 32],
        made_at: NOON,
        token: format!("token of {copy}"),
        copy_number: "YX-1".into(),
        statement: Some(vec![0xd2; 140]),
        digest: [3; 32],
    }
}

async fn granted(tx: &mut Tx, vault: &Vault, id: &Id, key: &str) -> Result<u64> {
    let token = vault.seal(Place::new("endorsement", "token", &id.0), b"token")?;
    tx.exec(GRANTED, args![&CERTIFICATE, id, key, &token]).await
}

async fn keeps_grants_and_intents(db: Db) {
    let (vault, entropy) = (vault(), SeededEntropy::new(2));
    let (first, second) = (Id([2; 16]), Id([3; 16]));
    let copies = [intended(Id([9; 16]), Some(first)), intended(Id([8; 16]), None)];
    let act = Act::new(Subject::System, NOON, &entropy, None);
    let (sealing, written) = (vault.clone(), copies.clone());
    db.write(move |tx| {
        Box::pin(async move {
            apply(tx, MIGRATIONS.get(..BEFORE_LOCALITY).unwrap(), NOON).await?;
            granted(tx, &sealing, &first, "one").await?;
            granted(tx, &sealing, &second, "two").await?;
            for copy in &written {
                assert_eq!(copy::intend(tx, &sealing, &act, copy).await?, 1);
            }
            Ok(())
        })
    })
    .await
    .unwrap();

    assert_eq!(migrate(&db, NOON).await.unwrap(), MIGRATIONS.len() - BEFORE_LOCALITY);
    let opening = vault.clone();
    let (earlier, mut open) = db
        .read(move |tx| {
            Box::pin(async move {
                let earlier = endorsement::by_key(tx, &opening, &CERTIFICATE, "two").await?;
                Ok((earlier, copy::open_intents(tx, &opening, NOON, 10).await?))
            })
        })
        .await
        .unwrap();
    let earlier = earlier.unwrap();
    assert_eq!((earlier.id, earlier.token.as_str(), earlier.statement), (second, "token", None));
    open.sort_by_key(|intent| std::cmp::Reverse(intent.inputs.copy));
    let inputs: Vec<NewCopy> = open.into_iter().map(|intent| intent.inputs).collect();
    assert_eq!(inputs, copies);
    let again = db.write(move |tx| Box::pin(async move { granted(tx, &vault, &Id([4; 16]), "two").await }));
    assert_eq!(again.await.unwrap_err().code(), "conflict", "one submission, one endorsement");
}

#[tokio::test]
async fn grants_and_intents_are_kept_on_sqlite() {
    keeps_grants_and_intents(Db::open_memory().unwrap()).await;
}

#[tokio::test]
async fn grants_and_intents_are_kept_on_postgres() {
    let Some(url) = yinxin_testkit::postgres::fresh_database() else { return };
    keeps_grants_and_intents(Db::open_postgres(&url, PostgresOptions::default()).await.unwrap()).await;
}

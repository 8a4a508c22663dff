//! Key rotation.
//!
//! A new data key is in use at once, and what older keys sealed is re-encrypted row by row.
//! The older keys stay readable until [`retire`]. Processes that were started before follow the key file: they take the
//! new key over within a second of what they seal next, and at once where they meet a value under it. What one of them
//! sealed just before may be stored a little later, hence older keys are retired only when the new one has been in use
//! for longer than anything is on its way. A new index key makes every blind index anew in one maintenance run. All of
//! it resumes where it was interrupted: what is still under an old key is simply what is left to do.

use crate::error::{Error, Result};
use crate::home;
use crate::import::Report;
use crate::keys::{KeyFile, KeyUse};
use crate::system::{System, require};
use serde::Serialize;
use serde_json::json;
use yinxin_model::states::Role;
use yinxin_model::{Instant, Subject};
use yinxin_store::audit::{self, Object};
use yinxin_store::{request, rotation, scope};

/// Rows of one transaction.
const CHUNK: u32 = 1_000;
/// From a value's being sealed to its being stored, far more than it can take: waiting for the writer, for a lock and for
/// the object store are each bounded by minutes. An import takes longer, and is asked about.
const ON_ITS_WAY_MS: i64 = 3_600_000;

#[derive(Debug, Serialize)]
pub struct Keys {
    /// The first is in use.
    pub data: Vec<u32>,
    pub index: Vec<u32>,
}

#[derive(Debug, Serialize)]
pub struct Rotated {
    pub key: u32,
    pub values: u64,
    pub objects: u64,
    /// Keys that nothing is under any more; they are out of the key file.
    pub retired: Vec<u32>,
}

pub fn list(system: &System) -> Result<Keys> {
    let file = KeyFile::read(&system.home)?;
    Ok(Keys { data: file.ids(KeyUse::Data), index: file.ids(KeyUse::Index) })
}

/// A new data key, and everything re-encrypted with it.
pub async fn data(
    system: &System,
    database: Option<&str>,
    by: &Subject,
    report: Report<'_>,
) -> Result<Rotated> {
    require(by, Role::Operator)?;
    let _lock = lock(system)?;
    let system = with_fresh_key(system, database, KeyUse::Data).await?;
    let values = rows(&system, KeyUse::Data, report).await?;
    let objects = objects(&system).await?;
    finish(&system, by, KeyUse::Data, values, objects, false).await
}

/// Re-encrypts what is left under older data keys and takes them out of the key file. Refused while something that was
/// sealed before the rotation may still be on its way: within the hour, and while an import runs. Where there is no older
/// key nothing is done.
pub async fn retire(system: &System, by: &Subject, report: Report<'_>) -> Result<Rotated> {
    require(by, Role::Operator)?;
    let _lock = (lock(system)?, crate::import::lock(system)?);
    if let [key] = KeyFile::read(&system.home)?.ids(KeyUse::Data)[..] {
        return Ok(Rotated { key, values: 0, objects: 0, retired: Vec::new() });
    }
    require_settled(system).await?;
    let values = rows(system, KeyUse::Data, report).await?;
    let objects = objects(system).await?;
    finish(system, by, KeyUse::Data, values, objects, true).await
}

/// A new index key and every index by it, or the rest of a run that was interrupted. Nobody else may use the register
/// meanwhile, so that the old key can go at once.
pub async fn index(
    system: &System,
    database: Option<&str>,
    by: &Subject,
    report: Report<'_>,
) -> Result<Rotated> {
    require(by, Role::Operator)?;
    let _lock = lock(system)?;
    let interrupted = KeyFile::read(&system.home)?.ids(KeyUse::Index).len() > 1;
    let system =
        if interrupted { system.clone() } else { with_fresh_key(system, database, KeyUse::Index).await? };
    let values = rows(&system, KeyUse::Index, report).await?;
    finish(&system, by, KeyUse::Index, values, 0, true).await
}

/// One change of keys at a time in a data directory: the key file is read, added to and put back, and a key that another
/// process added meanwhile would be lost with all that it sealed.
fn lock(system: &System) -> Result<std::fs::File> {
    home::lock(&system.home.rotation_lock(), "rotation_running")
}

/// Nothing is on its way to the register that an older key sealed.
async fn require_settled(system: &System) -> Result<()> {
    // A process that is behind would take what the older key sealed for new.
    system.vault.follow();
    if KeyFile::read(&system.home)?.ids(KeyUse::Data).first() != Some(&system.vault.active_key()) {
        return Err(Error::conflict("key_missing"));
    }
    let vault = system.vault.clone();
    let read = system.db.read(move |tx| {
        Box::pin(
            async move { Ok((vault.in_use_since(tx).await?, scope::counts(tx).await?.batches_importing)) },
        )
    });
    let (since, importing) = read.await?;
    if importing > 0 {
        // Of another machine at the same database, where this one's lock says nothing.
        return Err(Error::unavailable("import_running"));
    }
    let from = since.map(|since| Instant(since.0 + ON_ITS_WAY_MS)).filter(|from| system.now() < *from);
    from.map_or(Ok(()), |from| Err(Error::conflict("retire_too_early").with("from", from.rfc3339())))
}

/// What of the database is under older keys, chunk by chunk.
async fn rows(system: &System, which: KeyUse, report: Report<'_>) -> Result<u64> {
    let (mut done, mut after) = (0, rotation::Cursor::default());
    loop {
        let vault = system.vault.clone();
        let chunk = system.db.write(move |tx| {
            Box::pin(async move {
                match which {
                    KeyUse::Data => rotation::data_chunk(tx, &vault, &after, CHUNK).await,
                    KeyUse::Index => rotation::index_chunk(tx, &vault, &after, CHUNK).await,
                }
            })
        });
        let chunk = chunk.await?;
        done += chunk.done;
        report(done, done);
        match chunk.next {
            Some(next) => after = next,
            None => return Ok(done),
        }
    }
}

/// Puts a fresh key first and opens the installation again with it. On a second machine at the same database, which has
/// key files of its own, another key may have taken the number at the same moment: then ours goes again, unused.
async fn with_fresh_key(system: &System, database: Option<&str>, which: KeyUse) -> Result<System> {
    let before = KeyFile::read(&system.home)?;
    let mut keys = before.clone();
    keys.add(which, system.entropy());
    keys.replace(&system.home)?;
    let opened = System::open(system.home.clone(), database, system.world.clone()).await;
    if matches!(&opened, Err(error) if error.code == "key_mismatch") {
        before.replace(&system.home)?;
    }
    opened
}

/// Objects under older keys, sealed again under the present one.
async fn objects(system: &System) -> Result<u64> {
    let (mut done, mut after) = (0, String::new());
    loop {
        let (key, from) = (system.vault.active_key(), after.clone());
        let listed = system.db.read(move |tx| {
            Box::pin(async move { request::blobs_under_other_keys(tx, key, &from, CHUNK).await })
        });
        let listed = listed.await?;
        let Some(last) = listed.last() else { return Ok(done) };
        after = last.name.clone();
        for blob in &listed {
            // One that is gone has nothing to protect; its entry goes with the next maintenance.
            if let Some(bytes) = crate::blobs::get(system, &blob.name).await? {
                crate::blobs::reseal(system, blob, &bytes).await?;
                done += 1;
            }
        }
    }
}

async fn finish(
    system: &System,
    by: &Subject,
    which: KeyUse,
    values: u64,
    objects: u64,
    drop_older: bool,
) -> Result<Rotated> {
    let mut keys = KeyFile::read(&system.home)?;
    let retired = if drop_older { keys.keep_first(which) } else { Vec::new() };
    let (vault, kind, forgotten, act) =
        (system.vault.clone(), which.as_str(), retired.clone(), system.act(by));
    let forget = system.db.write(move |tx| {
        Box::pin(async move {
            for key in &forgotten {
                vault.forget(tx, kind, *key).await?;
            }
            let detail = json!({ "values": values, "objects": objects, "retired": forgotten });
            audit::record(tx, &act, "keys_rotated", Object { kind: "keys", id: kind }, detail).await
        })
    });
    forget.await?;
    keys.replace(&system.home)?;
    let key = keys.ids(which).first().copied().unwrap_or_default();
    Ok(Rotated { key, values, objects, retired })
}

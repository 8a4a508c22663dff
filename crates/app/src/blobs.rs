//! Objects with personal data: sealed by the vault, put into the object store, listed in the register so that key
//! rotation finds them. An object is put before anything refers to it; one that nothing refers to is harmless.

use crate::error::{Error, Result};
use crate::system::System;
use yinxin_model::Instant;
use yinxin_store::request::{self, Blob};

const DAY_MS: i64 = 86_400_000;
/// Objects asked about at a time.
const CHUNK: usize = 500;

/// What kind of object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Copy,
    Photo,
    Roster,
}

impl Kind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Copy => "copy",
            Self::Photo => "photo",
            Self::Roster => "roster",
        }
    }
}

pub async fn put(system: &System, kind: Kind, name: &str, bytes: &[u8]) -> Result<()> {
    let sealed = system.vault.seal_blob(name, bytes)?;
    let key = system.vault.key_of(&sealed).unwrap_or_default();
    system.objects.put(name, sealed).await?;
    let blob = Blob {
        name: name.to_owned(),
        kind: kind.as_str().to_owned(),
        size: bytes.len() as u64,
        sha256: yinxin_seal::sha256(bytes),
        key,
        made_at: system.now(),
    };
    Ok(system.db.write(move |tx| Box::pin(async move { request::put_blob(tx, &blob).await })).await?)
}

/// `None` where it is not there; `blob_damaged` where it does not open.
pub async fn get(system: &System, name: &str) -> Result<Option<Vec<u8>>> {
    let Some(sealed) = system.objects.get(name).await? else { return Ok(None) };
    let opened = system.vault.open_blob(name, &sealed);
    let damaged = |e| Error::internal("blob_damaged").with("name", name).because(e);
    Ok(Some(opened.map_err(damaged)?.to_vec()))
}

/// Seals an object again with the key in use.
pub async fn reseal(system: &System, blob: &Blob, bytes: &[u8]) -> Result<()> {
    let sealed = system.vault.seal_blob(&blob.name, bytes)?;
    let (name, key) = (blob.name.clone(), system.vault.key_of(&sealed).unwrap_or_default());
    system.objects.put(&blob.name, sealed).await?;
    Ok(system
        .db
        .write(move |tx| Box::pin(async move { request::mark_blob_resealed(tx, &name, key).await }))
        .await?)
}

/// Objects that nothing refers to, e.g. because the process died between putting one and recording it. Only such as are
/// a day old: what was put a moment ago is about to be recorded.
pub async fn orphans(system: &System) -> Result<Vec<String>> {
    let before = Instant(system.now().0 - DAY_MS);
    let mut old = Vec::new();
    // What else lies in the same store is none of ours.
    for folder in ["copies", "photos", "rosters"] {
        old.extend(system.objects.older_than(folder, before).await?);
    }
    let mut orphans = Vec::new();
    for some in old.chunks(CHUNK) {
        let names = some.to_vec();
        let read = system.db.read(move |tx| Box::pin(async move { request::unreferenced(tx, &names).await }));
        orphans.extend(read.await?);
    }
    Ok(orphans)
}

/// Deletes the object and its entry in the list.
pub async fn delete(system: &System, name: &str) -> Result<()> {
    system.objects.delete(name).await?;
    let name = name.to_owned();
    system.db.write(move |tx| Box::pin(async move { request::delete_blob(tx, &name).await })).await?;
    Ok(())
}

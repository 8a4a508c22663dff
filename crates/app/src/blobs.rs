//! Objects with personal data: sealed by the vault, put into the object store, listed in the register so that key
//! rotation finds them. An object is put before anything refers to it; one that nothing refers to is harmless.

use crate::error::{Error, Result};
use crate::system::System;
use yinxin_store::request::{self, Blob};

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
    system.objects.put(name, sealed).await?;
    let blob = Blob {
        name: name.to_owned(),
        kind: kind.as_str().to_owned(),
        size: bytes.len() as u64,
        sha256: yinxin_seal::sha256(bytes),
        key: system.vault.active_key(),
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
    system.objects.put(&blob.name, system.vault.seal_blob(&blob.name, bytes)?).await?;
    let (name, key) = (blob.name.clone(), system.vault.active_key());
    Ok(system
        .db
        .write(move |tx| Box::pin(async move { request::mark_blob_resealed(tx, &name, key).await }))
        .await?)
}

/// Deletes the object and its entry in the list.
pub async fn delete(system: &System, name: &str) -> Result<()> {
    system.objects.delete(name).await?;
    let name = name.to_owned();
    system.db.write(move |tx| Box::pin(async move { request::delete_blob(tx, &name).await })).await?;
    Ok(())
}

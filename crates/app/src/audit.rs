//! The audit: chained, checked, listed.

use crate::error::{Error, Result};
use crate::home::{self, Secrecy};
use crate::system::{System, require};
use serde::Serialize;
use yinxin_model::states::Role;
use yinxin_model::{Id, Subject};
use yinxin_store::audit::{self, Break};

/// Entries linked in one transaction.
const CHUNK: u32 = 2_000;

#[derive(Debug, Serialize)]
pub struct Report {
    pub intact: bool,
    pub entries: u64,
    /// Sequence number and hash of the newest link: note it elsewhere to prove later that nothing was cut off.
    pub head: Option<Head>,
    pub broken: Option<Broken>,
}

#[derive(Debug, Serialize)]
pub struct Head {
    pub seq: i64,
    pub hash: String,
}

/// The first thing that is wrong.
#[derive(Debug, Serialize)]
pub struct Broken {
    pub what: &'static str,
    pub seq: Option<i64>,
    pub entry: Option<Id>,
}

#[derive(Debug, Serialize)]
pub struct Entry {
    pub id: Id,
    pub at: String,
    pub actor: String,
    pub action: String,
    pub object: String,
    pub detail: serde_json::Value,
}

/// Links what was committed and not linked yet, and notes the newest link outside the database: without that a chain
/// that was cut at its end, or rebuilt as a whole, would look intact. Where another process is linking, it is left to
/// that one.
pub async fn chain(system: &System) -> Result<u64> {
    let linked = link(system).await?;
    if linked > 0 || noted_head(system)?.is_none() {
        let head = system.db.read(|tx| Box::pin(async move { audit::head(tx).await })).await?;
        if let Some(head) = head {
            let text = format!("{} {}\n", head.seq, crate::hex(&head.hash));
            home::replace(&system.home.audit_head(), text.as_bytes(), Secrecy::Public)?;
        }
    }
    Ok(linked)
}

/// The link that was newest when it was last noted. `None` before the first.
pub(crate) fn noted_head(system: &System) -> Result<Option<audit::Head>> {
    let path = system.home.audit_head();
    if !path.exists() {
        return Ok(None);
    }
    let text = String::from_utf8(home::read(&path)?).unwrap_or_default();
    let damaged = || Error::internal("audit_head_damaged").with("path", path.display());
    let (seq, hash) = text.trim().split_once(' ').ok_or_else(damaged)?;
    let hash = crate::unhex(hash).ok_or_else(damaged)?;
    Ok(Some(audit::Head { seq: seq.parse().map_err(|_| damaged())?, hash }))
}

async fn link(system: &System) -> Result<u64> {
    let mut linked = 0;
    loop {
        let chunk = system.db.write(|tx| Box::pin(async move { audit::chain(tx, CHUNK).await })).await;
        let chunk = match chunk {
            Err(yinxin_store::Error::Conflict { .. }) => return Ok(linked),
            chunk => chunk?,
        };
        linked += chunk;
        if chunk < u64::from(CHUNK) {
            return Ok(linked);
        }
    }
}

/// Checks the whole chain, after linking what waits, against the head that was noted in the data directory.
pub async fn verify(system: &System) -> Result<Report> {
    chain(system).await?;
    let noted = noted_head(system)?;
    let report =
        system.db.read(move |tx| Box::pin(async move { audit::verify(tx, noted.as_ref()).await })).await?;
    Ok(Report {
        intact: report.broken.is_none(),
        entries: report.entries,
        head: report.head.map(|h| Head { seq: h.seq, hash: crate::hex(&h.hash) }),
        broken: report.broken.map(broken),
    })
}

/// Newest first, older than `before`.
pub async fn list(system: &System, by: &Subject, before: Option<Id>, limit: u32) -> Result<Vec<Entry>> {
    if require(by, Role::Auditor).is_err() {
        require(by, Role::Operator)?;
    }
    let read = system.db.read(move |tx| Box::pin(async move { audit::list(tx, None, before, limit).await }));
    let entry = |e: audit::Entry| Entry {
        id: e.id,
        at: e.at.rfc3339(),
        actor: e.actor,
        action: e.action,
        object: format!("{}:{}", e.object_kind, e.object),
        detail: serde_json::from_str(&e.detail).unwrap_or_default(),
    };
    Ok(read.await?.into_iter().map(entry).collect())
}

fn broken(found: Break) -> Broken {
    let (what, seq, entry) = match found {
        Break::EntryMissing { seq, entry } => ("entry_missing", Some(seq), Some(entry)),
        Break::HashDiffers { seq, entry } => ("hash_differs", Some(seq), Some(entry)),
        Break::LinkMissing { seq } => ("link_missing", Some(seq), None),
        Break::Unlinked { entry } => ("unlinked", None, Some(entry)),
        Break::HeadDiffers { seq } => ("head_differs", Some(seq), None),
    };
    Broken { what, seq, entry }
}

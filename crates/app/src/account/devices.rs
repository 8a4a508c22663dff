//! Where a holder is logged in, and how he ends it.

use crate::error::{Error, Result};
use crate::notice;
use crate::session::{Session, unseen_since};
use crate::system::System;
use serde::Serialize;
use yinxin_model::{Id, Instant};
use yinxin_store::session;

#[derive(Clone, Debug, Serialize)]
pub struct Device {
    pub id: Id,
    pub device: String,
    pub started_at: Instant,
    pub seen_at: Instant,
    /// The one that asks.
    pub here: bool,
}

/// The last used first.
pub async fn devices(system: &System, own: &Session) -> Result<Vec<Device>> {
    let index = notice::holder(&own.subject)?;
    let (vault, now, since) = (system.vault.clone(), system.now(), unseen_since(system));
    let listed = system
        .db
        .read(move |tx| Box::pin(async move { session::list(tx, &vault, &index, now, since).await }));
    let device = |found: session::Listed| Device {
        id: found.id,
        here: found.id == own.id,
        device: found.device,
        started_at: found.started_at,
        seen_at: found.seen_at,
    };
    Ok(listed.await?.into_iter().map(device).collect())
}

/// Ends one of the holder's own sessions; anybody else's is as unknown as one that never was.
pub async fn end_device(system: &System, own: &Session, id: Id) -> Result<()> {
    let (index, act) = (notice::holder(&own.subject)?, system.act(&own.subject));
    let ended =
        system.db.write(move |tx| Box::pin(async move { session::end_one(tx, &act, &index, &id).await }));
    if ended.await? { Ok(()) } else { Err(Error::not_found("session_not_found")) }
}

/// Logs out everywhere but here; says on how many devices.
pub async fn end_other_devices(system: &System, own: &Session) -> Result<u64> {
    let (index, act, here) = (notice::holder(&own.subject)?, system.act(&own.subject), own.id);
    Ok(system
        .db
        .write(move |tx| Box::pin(async move { session::end_all(tx, &act, &index, Some(&here)).await }))
        .await?)
}

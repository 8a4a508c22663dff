//! Whether this process can work now, and how much waits: what whoever watches over it asks every few seconds.

use crate::doctor::{self, Finding, Health};
use crate::error::Result;
use crate::system::System;
use yinxin_store::scope;

/// What must be there for requests to be answered: the database, keys, seals (devices too), room on the disk.
pub async fn ready(system: &System) -> Vec<Finding> {
    doctor::running(system).await
}

/// Whether `findings` hold nothing that is wrong.
pub fn is_ready(findings: &[Finding]) -> bool {
    findings.iter().all(|finding| finding.state != Health::Wrong)
}

/// How much there is and how much waits, by names that stay.
pub async fn gauges(system: &System) -> Result<Vec<(&'static str, u64)>> {
    let counts = system.db.read(|tx| Box::pin(async move { scope::counts(tx).await })).await?;
    Ok(vec![
        ("certificates_online", counts.online),
        ("copies_waiting", counts.intents_open),
        ("jobs_waiting", counts.jobs_waiting),
        ("jobs_failed", counts.jobs_failed),
        ("messages_waiting", counts.outbox_waiting),
        ("audit_entries_waiting", counts.audit_waiting),
        ("batches_importing", counts.batches_importing),
        ("requests_open", counts.requests_open),
    ])
}

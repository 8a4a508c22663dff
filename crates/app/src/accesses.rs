//! The counted access log: how often the public asked, by day, way and outcome. No personal data.
//!
//! A look-up counts in memory, so that no disk delays it and no failure of the register fails it. What was counted is
//! written about a second later in one transaction, and by [`Accesses::write`] before an orderly end. A process that is
//! killed loses the counts of about its last second.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::runtime::Handle;
use yinxin_model::Day;
use yinxin_store::{Db, scope};

/// From a count to its being written.
const PAUSE: Duration = Duration::from_secs(1);

#[derive(Clone)]
pub(crate) struct Accesses {
    db: Db,
    counted: Arc<Mutex<Counted>>,
}

#[derive(Default)]
struct Counted {
    /// In the order of the table's key, so that two processes cannot wait for each other in a circle.
    lines: BTreeMap<(Day, &'static str, &'static str), u32>,
    /// A task waits to write them.
    awaited: bool,
}

impl Accesses {
    pub(crate) fn new(db: Db) -> Self {
        Self { db, counted: Arc::default() }
    }

    pub(crate) fn count(&self, day: Day, way: &'static str, outcome: &'static str) {
        let mut counted = self.counted();
        let line = counted.lines.entry((day, way, outcome)).or_default();
        *line = line.saturating_add(1);
        if counted.awaited {
            return;
        }
        // Outside of a runtime they wait for the end.
        if let Ok(runtime) = Handle::try_current() {
            counted.awaited = true;
            let later = self.clone();
            runtime.spawn(async move {
                tokio::time::sleep(PAUSE).await;
                later.counted().awaited = false;
                later.write().await;
            });
        }
    }

    /// Writes what was counted. What certainly was not written is kept for the next time.
    pub(crate) async fn write(&self) {
        let lines = std::mem::take(&mut self.counted().lines);
        if lines.is_empty() {
            return;
        }
        let taken = lines.clone();
        let written = self.db.write(move |tx| {
            Box::pin(async move {
                for ((day, way, outcome), count) in &taken {
                    scope::count_access(tx, *day, way, outcome, *count).await?;
                }
                Ok(())
            })
        });
        if let Err(error) = written.await {
            tracing::warn!(code = error.code(), "accesses are not counted yet");
            if matches!(error, yinxin_store::Error::InDoubt { .. }) {
                return;
            }
            let mut counted = self.counted();
            for (line, count) in lines {
                let kept = counted.lines.entry(line).or_default();
                *kept = kept.saturating_add(count);
            }
        }
    }

    fn counted(&self) -> MutexGuard<'_, Counted> {
        self.counted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

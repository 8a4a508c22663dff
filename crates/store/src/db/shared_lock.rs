//! The lock on a SQLite file that all its readers share, held for a moment on behalf of those who come one after the other.
//!
//! A statement by itself takes that lock and gives it back, which are two calls of the kernel and some twentieth of a look-up
//! over HTTP. Within one process only the first of several readers asks the kernel; so while look-ups come, one more
//! connection reads and does nothing else. Each look-up still has a snapshot of its own, the newest: nothing gets older by this.
//! What is held keeps the log from being begun anew, hence for a moment only, with a pause after it in which the writer can,
//! and never while nobody asks.

use rusqlite::Connection;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::runtime::Handle;

const MOMENT: Duration = Duration::from_millis(20);
/// After it, so that of a second's commits some find nobody who holds: the log would grow for as long as look-ups come.
const PAUSE: Duration = Duration::from_millis(5);

#[derive(Clone, Default)]
pub(super) struct SharedLock(Arc<Inner>);

#[derive(Default)]
struct Inner {
    held: AtomicBool,
    /// Kept for the next time.
    connection: Mutex<Option<Connection>>,
}

/// Gives the lock back, also where the runtime ends before the moment does.
struct Held(Arc<Inner>);

impl SharedLock {
    /// Somebody is about to read. `open` makes a connection for reading. That it cannot be held only costs time.
    pub fn hold(&self, open: impl FnOnce() -> crate::Result<Connection>) {
        if self.0.held.load(Ordering::Relaxed) || self.0.held.swap(true, Ordering::Relaxed) {
            return;
        }
        let held = Held(self.0.clone());
        let Ok(runtime) = Handle::try_current() else { return };
        if held.take(open).is_some() {
            runtime.spawn(async move {
                tokio::time::sleep(MOMENT).await;
                held.give_back();
                tokio::time::sleep(PAUSE).await;
                drop(held);
            });
        }
    }
}

impl Held {
    fn take(&self, open: impl FnOnce() -> crate::Result<Connection>) -> Option<()> {
        let mut kept = self.0.connection.lock().unwrap_or_else(PoisonError::into_inner);
        let connection = match kept.take() {
            Some(connection) => connection,
            None => open().ok()?,
        };
        // The lock is taken by the first statement that reads, and kept until the transaction ends.
        begun(&connection).ok()?;
        *kept = Some(connection);
        Some(())
    }

    fn give_back(&self) {
        let mut kept = self.0.connection.lock().unwrap_or_else(PoisonError::into_inner);
        // One that does not end its transaction is closed.
        *kept = kept.take().filter(|connection| ended(connection).is_ok());
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.give_back();
        self.0.held.store(false, Ordering::Relaxed);
    }
}

fn begun(connection: &Connection) -> rusqlite::Result<()> {
    connection.prepare_cached("BEGIN")?.raw_execute()?;
    connection.prepare_cached("SELECT 1 FROM sqlite_schema LIMIT 1")?.exists([])?;
    Ok(())
}

fn ended(connection: &Connection) -> rusqlite::Result<()> {
    if connection.is_autocommit() {
        return Ok(());
    }
    connection.prepare_cached("ROLLBACK")?.raw_execute().map(|_| ())
}

//! Accesses, counted: how often the public asked, by day, way and outcome; and for each certificate that it was found or
//! read, which its holder sees. Of those who ask from outside nothing is kept.
//!
//! A look-up counts in memory, so that no disk delays it and no failure of the register fails it. What was counted is
//! written about a second later in one transaction, and by [`Accesses::write`] before an orderly end. A process that is
//! killed loses the counts of about its last second. Lines of certificates are written so many at a time that a flood of
//! look-ups does not become one of writes; what goes beyond the memory for them is in the public counts alone.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::runtime::Handle;
use yinxin_model::{Day, Id, Subject};
use yinxin_store::access::{self, Access};
use yinxin_store::{Db, Tx, scope};

/// From a count to its being written.
const PAUSE: Duration = Duration::from_secs(1);
/// Lines of certificates in one transaction.
const AT_A_TIME: usize = 2_000;
/// Lines of certificates that may wait: about 12 MB.
const MOST_WAITING: usize = 65_536;

#[derive(Clone)]
pub(crate) struct Accesses {
    db: Db,
    counted: Arc<Mutex<Counted>>,
    /// Held from taking lines to having written them: an orderly end waits for what another task has taken.
    writing: Arc<tokio::sync::Mutex<()>>,
}

/// The public ones in the order of their table's key, so that two processes cannot wait for each other in a circle; the
/// others are put in order when they are written.
#[derive(Clone, Default)]
struct Lines {
    public: BTreeMap<(Day, &'static str, &'static str), u32>,
    certificates: HashMap<Line, u32>,
}

/// Certificate, day, way, outcome, and of staff who.
type Line = (Id, Day, &'static str, &'static str, String);

#[derive(Default)]
struct Counted {
    lines: Lines,
    /// Of certificates, for which there was no room.
    lost: u64,
    /// A task waits to write them.
    awaited: bool,
}

impl Accesses {
    pub(crate) fn new(db: Db) -> Self {
        Self { db, counted: Arc::default(), writing: Arc::default() }
    }

    /// A public look-up, and which certificate it found.
    pub(crate) fn count(&self, day: Day, way: &'static str, outcome: &'static str, found: Option<Id>) {
        let mut counted = self.counted();
        more(counted.lines.public.entry((day, way, outcome)).or_default(), 1);
        if let Some(certificate) = found {
            counted.note((certificate, day, way, outcome, String::new()));
        }
        self.await_writing(&mut counted);
    }

    /// Staff has read what is a holder's, or done something in his place: `what`. Nothing where somebody else asks.
    pub(crate) fn count_staff(&self, day: Day, by: &Subject, what: &'static str, certificate: Id) {
        let Subject::Staff { organisation, .. } = by else { return };
        let actor = organisation.clone().unwrap_or_else(|| "platform".to_owned());
        let mut counted = self.counted();
        counted.note((certificate, day, "staff", what, actor));
        self.await_writing(&mut counted);
    }

    fn await_writing(&self, counted: &mut Counted) {
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
                later.write_some().await;
                let mut counted = later.counted();
                if !counted.lines.certificates.is_empty() {
                    later.await_writing(&mut counted);
                }
            });
        }
    }

    /// Writes all that was counted.
    pub(crate) async fn write(&self) {
        while self.write_some().await {}
    }

    /// One transaction. What certainly was not written is kept for the next time. Whether that is worth while at once.
    async fn write_some(&self) -> bool {
        let _one_at_a_time = self.writing.lock().await;
        let (lines, more) = self.counted().take();
        if lines.public.is_empty() && lines.certificates.is_empty() {
            return false;
        }
        let taken = lines.clone();
        let written = self.db.write(move |tx| Box::pin(async move { put(tx, taken).await }));
        let Err(error) = written.await else { return more };
        tracing::warn!(code = error.code(), "accesses are not counted yet");
        if !matches!(error, yinxin_store::Error::InDoubt { .. }) {
            self.counted().put_back(lines);
        }
        false
    }

    fn counted(&self) -> MutexGuard<'_, Counted> {
        self.counted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Counted {
    fn note(&mut self, line: Line) {
        let room = self.lines.certificates.len() < MOST_WAITING;
        match self.lines.certificates.get_mut(&line) {
            Some(count) => more(count, 1),
            None if room => drop(self.lines.certificates.insert(line, 1)),
            None => self.lost += 1,
        }
    }

    /// All public counts and as many lines of certificates as go into one transaction; whether there are more.
    fn take(&mut self) -> (Lines, bool) {
        if self.lost > 0 {
            tracing::warn!(
                lost = self.lost,
                "look-ups came faster than they could be noted for each certificate"
            );
            self.lost = 0;
        }
        let certificates = &mut self.lines.certificates;
        let taken = Lines {
            public: std::mem::take(&mut self.lines.public),
            certificates: certificates.extract_if(|_, _| true).take(AT_A_TIME).collect(),
        };
        (taken, !certificates.is_empty())
    }

    fn put_back(&mut self, lines: Lines) {
        for (line, count) in lines.public {
            more(self.lines.public.entry(line).or_default(), count);
        }
        for (line, count) in lines.certificates {
            more(self.lines.certificates.entry(line).or_default(), count);
        }
    }
}

fn more(count: &mut u32, by: u32) {
    *count = count.saturating_add(by);
}

async fn put(tx: &mut Tx, lines: Lines) -> yinxin_store::Result<()> {
    for ((day, way, outcome), count) in &lines.public {
        scope::count_access(tx, *day, way, outcome, *count).await?;
    }
    let line = |((certificate, day, way, outcome, actor), count)| {
        let (way, outcome): (&str, &str) = (way, outcome);
        (Access { certificate, day, way: way.into(), outcome: outcome.into(), actor }, count)
    };
    let accesses: Vec<(Access, u32)> = lines.certificates.into_iter().map(line).collect();
    access::add(tx, &accesses).await
}

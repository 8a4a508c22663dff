//! Answers of public look-ups, remembered within one second of the clock: many ask for the same few certificates at the same
//! time, and the second asker is told what the first was ([ADR 11](../../../docs/adr/0011-answers-known-for-a-second.md)).
//!
//! What is kept is what goes out, masked as it is, with the time at which it was looked up; what was asked is kept as a keyed
//! hash alone. Nothing is told that this process has changed since; what another one changes shows a second later.

use bytes::Bytes;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::runtime::Handle;
use yinxin_model::{Id, Instant};

/// Parts, so that threads seldom wait for each other.
const PARTS: usize = 16;
/// Answers in one part: of about a kilobyte, hence 8 MB in all. What comes beyond is looked up each time.
const MOST: usize = 512;
/// After which nothing is kept any more that nobody asked for again.
const KEPT: Duration = Duration::from_secs(2);

/// What was asked, under the register's index key.
pub(crate) type Asked = [u8; 20];

/// What is told, and what is counted of it.
#[derive(Clone)]
pub(crate) struct Told {
    pub body: Bytes,
    pub verdict: &'static str,
    pub certificate: Option<Id>,
}

/// Cheap to clone; the clones share what they know.
#[derive(Clone, Default)]
pub(crate) struct Known(Arc<Inner>);

#[derive(Default)]
struct Inner {
    parts: [Mutex<Part>; PARTS],
    /// A task waits to forget.
    awaited: AtomicBool,
}

#[derive(Default)]
struct Part {
    as_of: AsOf,
    answers: HashMap<Asked, Told>,
}

/// The state of the world that answers are of: they hold no longer than it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct AsOf {
    second: i64,
    changes: u64,
}

impl AsOf {
    /// `changes`: [`yinxin_store::Db::answers_changed`], asked before the register is.
    pub(crate) fn new(now: Instant, changes: u64) -> Self {
        Self { second: now.0.div_euclid(1_000), changes }
    }
}

impl Known {
    pub(crate) fn get(&self, asked: &Asked, as_of: AsOf) -> Option<Told> {
        let part = self.part(asked)?;
        if part.as_of == as_of { part.answers.get(asked).cloned() } else { None }
    }

    pub(crate) fn put(&self, asked: Asked, as_of: AsOf, told: Told) {
        let Some(mut part) = self.part(&asked) else { return };
        if part.as_of != as_of {
            part.answers.clear();
            part.as_of = as_of;
        }
        if part.answers.len() < MOST {
            part.answers.insert(asked, told);
        }
        drop(part);
        self.forget_later();
    }

    fn forget_later(&self) {
        if self.0.awaited.swap(true, Ordering::Relaxed) {
            return;
        }
        // Outside of a runtime the process is about to end anyway.
        if let Ok(runtime) = Handle::try_current() {
            let later = self.0.clone();
            runtime.spawn(async move {
                tokio::time::sleep(KEPT).await;
                later.awaited.store(false, Ordering::Relaxed);
                for part in &later.parts {
                    part.lock().unwrap_or_else(PoisonError::into_inner).answers.clear();
                }
            });
        }
    }

    fn part(&self, asked: &Asked) -> Option<MutexGuard<'_, Part>> {
        let [first, ..] = asked;
        let part = self.0.parts.get(usize::from(*first) % PARTS)?;
        Some(part.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &'static str) -> Told {
        Told { body: Bytes::from_static(text.as_bytes()), verdict: "valid", certificate: None }
    }

    #[test]
    fn an_answer_is_known_for_its_second_and_until_something_changes() {
        let known = Known::default();
        let noon = AsOf::new(Instant(12_000_500), 7);
        known.put([1; 20], noon, told("noon"));
        let body = |as_of| known.get(&[1; 20], as_of).map(|told| told.body);
        assert_eq!(body(AsOf::new(Instant(12_000_999), 7)).unwrap(), "noon");
        assert_eq!(body(AsOf::new(Instant(12_001_000), 7)), None);
        assert_eq!(body(AsOf::new(Instant(11_999_999), 7)), None, "nor under a clock that was set back");
        assert_eq!(body(AsOf::new(Instant(12_000_600), 8)), None);
        known.put([1; 20], AsOf::new(Instant(12_000_600), 8), told("changed"));
        assert_eq!(body(noon), None, "what is older is gone");
    }

    #[test]
    fn memory_is_bounded() {
        let known = Known::default();
        let noon = AsOf::new(Instant(0), 0);
        for n in 0..100_000_u32 {
            let mut asked = [0; 20];
            asked[..4].copy_from_slice(&n.to_le_bytes());
            known.put(asked, noon, told("x"));
        }
        let kept: usize = known.0.parts.iter().map(|part| part.lock().unwrap().answers.len()).sum();
        assert_eq!(kept, PARTS * MOST);
    }
}

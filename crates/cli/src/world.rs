//! The only place of the program that reads the machine's clock and its randomness.
#![allow(clippy::disallowed_methods)]

use yinxin_model::Instant;
use yinxin_model::ports::{Clock, Entropy};

/// The machine's clock.
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Instant {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        Instant(since.ok().and_then(|d| i64::try_from(d.as_millis()).ok()).unwrap_or_default())
    }
}

/// A clock that `--at` set; it runs on from there, so that what happens in sequence stays in sequence.
pub struct ShiftedClock {
    offset: i64,
}

impl ShiftedClock {
    pub fn starting_at(at: Instant) -> Self {
        Self { offset: at.0 - SystemClock.now().0 }
    }
}

impl Clock for ShiftedClock {
    fn now(&self) -> Instant {
        Instant(SystemClock.now().0 + self.offset)
    }
}

/// The operating system's random bytes.
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, out: &mut [u8]) {
        if getrandom::fill(out).is_err() {
            // Going on without randomness would make guessable tokens and repeated nonces.
            eprintln!("yinxin: the operating system yields no random bytes");
            std::process::abort();
        }
    }
}

/// A point of time for measuring spans.
pub fn tick() -> std::time::Instant {
    std::time::Instant::now()
}

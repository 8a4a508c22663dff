//! A clock that says what it was told.

use std::sync::atomic::{AtomicI64, Ordering};

use yinxin_model::{Day, Instant, ports::Clock};

/// Stands still until it is moved. Shared between threads by reference or `Arc`.
#[derive(Debug)]
pub struct FixedClock(AtomicI64);

impl FixedClock {
    pub fn at(now: Instant) -> Self {
        Self(AtomicI64::new(now.0))
    }

    /// Nine in the morning of `day` in Shanghai, e.g. `2026-03-01`.
    pub fn on(day: &str) -> Self {
        let day: Day = day.parse().expect("a day of the form YYYY-MM-DD");
        Self::at(Instant(day.start().0 + 9 * 3_600_000))
    }

    pub fn set(&self, now: Instant) {
        self.0.store(now.0, Ordering::SeqCst);
    }

    /// Negative to set it back.
    pub fn advance_ms(&self, milliseconds: i64) {
        self.0.fetch_add(milliseconds, Ordering::SeqCst);
    }

    pub fn advance_days(&self, days: i32) {
        self.advance_ms(i64::from(days) * 86_400_000);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Instant {
        Instant(self.0.load(Ordering::SeqCst))
    }
}

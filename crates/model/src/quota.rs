//! How many endorsements a certificate may still have (DOMAIN §2.6, §3).
//!
//! The window for an application on day D is `[D − (window − 1), D]`. Granted endorsements count by their day
//! of application, expired or withdrawn ones too; voided ones do not.

use crate::calendar::Day;
use crate::policy::Policy;
use serde::Serialize;

/// Where a certificate stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Quota {
    pub used: u32,
    pub max: u32,
    pub window_days: i32,
    /// The first day on which the next application is possible.
    pub next_possible_on: Day,
}

/// Why an application cannot be granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("{} of {} endorsements used within {} days; next possible on {}", .0.used, .0.max, .0.window_days, .0.next_possible_on)]
    QuotaUsedUp(Quota),
    #[error("validity of {days} days is outside 1 to {longest}")]
    ValidityOutOfRange { days: i32, longest: i32 },
    /// The clock was set back: today lies before the last application.
    #[error("today, {today}, is before the last application on {last}: the clock is wrong")]
    ClockBehind { today: Day, last: Day },
}

impl Policy {
    /// First day that still counts for an application on `today`.
    pub fn window_start(&self, today: Day) -> Day {
        today.plus(-(self.window_days - 1))
    }

    /// A grant is possible while the oldest counted day of a full window is at or before this one.
    pub fn cutoff(&self, today: Day) -> Day {
        today.plus(-self.window_days)
    }

    /// The quota on `today`, given the application days of all counted endorsements, in any order.
    pub fn quota(&self, applied: &[Day], today: Day) -> Quota {
        let window = self.window_start(today)..=today;
        let mut counted: Vec<Day> = applied.iter().copied().filter(|d| window.contains(d)).collect();
        counted.sort_unstable();
        let used = u32::try_from(counted.len()).unwrap_or(u32::MAX);
        // With more than `max` in the window (a lowered policy), enough of them must leave it first.
        let leaves = counted.len().checked_sub(usize::try_from(self.max).unwrap_or(usize::MAX));
        let next_possible_on = match leaves.and_then(|i| counted.get(i)) {
            Some(day) => day.plus(self.window_days),
            None => today,
        };
        Quota { used, max: self.max, window_days: self.window_days, next_possible_on }
    }

    /// Decides an application for `days` days on `today`; the last valid day, inclusive.
    pub fn apply(&self, applied: &[Day], today: Day, days: i32) -> Result<Day, Refusal> {
        let last_day = self.last_valid_day(today, days)?;
        if let Some(last) = applied.iter().copied().max().filter(|last| *last > today) {
            return Err(Refusal::ClockBehind { today, last });
        }
        let quota = self.quota(applied, today);
        if quota.used >= self.max { Err(Refusal::QuotaUsedUp(quota)) } else { Ok(last_day) }
    }

    /// Validity of `days` days from `today` covers today … today + days − 1.
    pub fn last_valid_day(&self, today: Day, days: i32) -> Result<Day, Refusal> {
        if (1..=self.longest_days).contains(&days) {
            Ok(today.plus(days - 1))
        } else {
            Err(Refusal::ValidityOutOfRange { days, longest: self.longest_days })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const P: Policy = Policy { window_days: 90, max: 3, longest_days: 90, keep_copies_days: 30 };

    #[test]
    fn day_90_and_91() {
        let d = Day(1000);
        let applied = [d, d.plus(1), d.plus(2)];
        assert!(P.apply(&applied, d.plus(89), 90).is_err(), "day D+89 still counts day D");
        assert_eq!(P.apply(&applied, d.plus(90), 90), Ok(d.plus(179)));
        assert_eq!(P.quota(&applied, d.plus(2)).next_possible_on, d.plus(90));
        assert_eq!(P.quota(&applied[..2], d.plus(2)).next_possible_on, d.plus(2));
    }

    #[test]
    fn validity_is_one_to_ninety_days_inclusive() {
        let today = "2024-02-01".parse::<Day>().unwrap();
        assert_eq!(P.apply(&[], today, 1), Ok(today));
        assert_eq!(P.apply(&[], today, 29).unwrap().to_string(), "2024-02-29");
        for days in [0, -1, 91, i32::MAX, i32::MIN] {
            assert!(matches!(P.apply(&[], today, days), Err(Refusal::ValidityOutOfRange { .. })), "{days}");
        }
    }

    #[test]
    fn a_clock_set_back_is_refused() {
        assert!(matches!(P.apply(&[Day(10)], Day(9), 1), Err(Refusal::ClockBehind { .. })));
    }

    proptest! {
        /// However applications are spread, no window of 90 days ever holds more than three grants, and the
        /// promised next day is neither too early nor too late.
        #[test]
        fn never_more_than_max_in_any_window(steps in prop::collection::vec(0i32..60, 1..60)) {
            let mut granted: Vec<Day> = Vec::new();
            let mut today = Day(20_000);
            for step in steps {
                today = today.plus(step);
                let next = P.quota(&granted, today).next_possible_on;
                if P.apply(&granted, today, 90).is_ok() {
                    prop_assert_eq!(next, today);
                    granted.push(today);
                } else {
                    prop_assert!(next > today);
                    prop_assert!(P.apply(&granted, next, 90).is_ok());
                    prop_assert!(P.apply(&granted, next.plus(-1), 90).is_err());
                }
            }
            for day in &granted {
                let within = granted.iter().filter(|g| **g <= *day && **g >= P.window_start(*day)).count();
                prop_assert!(within <= 3);
            }
        }
    }
}

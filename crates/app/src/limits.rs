//! How often somebody may ask: by the network he comes from, by account, and by what he asks for, so that neither one
//! asker nor many together can go through numbers or guess at one.
//!
//! The generic cell rate algorithm over a bounded table in memory: each process counts for itself, and a restart forgets.
//! What is asked for is kept as a keyed hash only.

use crate::error::Error;
use crate::system::System;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use yinxin_model::Subject;

const HOUR_US: i64 = 3_600_000_000;
/// A tenth of an hour's worth may come at once.
const BURST_SHARE: u32 = 10;
const LEAST_BURST: u32 = 5;

/// How often an hour each way may be used. 0 shuts it.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct LimitsConfig {
    /// Verification by name, document and management number, from one network.
    pub fields: u32,
    /// Verification by query number, from one network.
    pub query_numbers: u32,
    /// Files and pictures handed in, from one network.
    pub files: u32,
    /// QR codes: scanned addresses and pasted texts, from one network.
    pub codes: u32,
    /// Opening what a holder has shared and looking at it, from one network: some five requests a share.
    pub shares: u32,
    /// Verification without a proof of work, from one network.
    pub without_script: u32,
    /// Log-ins by whichever way, and passwords and codes that are typed or set, from one network.
    pub log_ins: u32,
    /// Codes that are sent to telephones and mailboxes, from one network.
    pub messages: u32,
    /// Look-ups of one document, management number or query number, from one network.
    pub target: u32,
    /// The same from everywhere. Far above what one network may: whoever looks something up in vain must not keep all others from it.
    pub target_in_all: u32,
    /// What one holder makes: shares, query numbers, files of his own data, names of passkeys.
    pub account: u32,
    /// Links for one download that one holder makes.
    pub passes: u32,
    /// Entries that the table of each way holds at most.
    pub most_entries: u32,
}

impl Default for LimitsConfig {
    fn default() -> Self {
        Self {
            fields: 1_200,
            query_numbers: 1_200,
            files: 300,
            codes: 2_400,
            shares: 2_400,
            without_script: 30,
            log_ins: 6_000,
            messages: 120,
            target: 120,
            target_in_all: 2_400,
            account: 60,
            passes: 120,
            most_entries: 100_000,
        }
    }
}

impl LimitsConfig {
    /// Counts everything and stops nothing, for benchmarks. Names every limit, so that none which comes later is forgotten.
    pub fn unlimited() -> Self {
        const MANY: u32 = 4_000_000_000;
        Self {
            fields: MANY,
            query_numbers: MANY,
            files: MANY,
            codes: MANY,
            shares: MANY,
            without_script: MANY,
            log_ins: MANY,
            messages: MANY,
            target: MANY,
            target_in_all: MANY,
            account: MANY,
            passes: MANY,
            most_entries: Self::default().most_entries,
        }
    }
}

/// What is being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Fields,
    QueryNumber,
    File,
    Code,
    Share,
    WithoutScript,
    LogIn,
    Message,
}

/// Too often. Nothing was looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limited {
    pub retry_after: Duration,
}

impl From<Limited> for Error {
    fn from(limited: Limited) -> Self {
        // A second more: whoever comes back when he was told must not be early by a rounding.
        Error::unavailable("rate_limited").with("retry_after", limited.retry_after.as_secs() + 1)
    }
}

/// The counts of this process; cheap to clone.
#[derive(Clone)]
pub struct Limits(Arc<Tables>);

struct Tables {
    fields: Table,
    query_numbers: Table,
    files: Table,
    codes: Table,
    shares: Table,
    without_script: Table,
    log_ins: Table,
    messages: Table,
    target: Table,
    target_in_all: Table,
    account: Table,
    passes: Table,
}

impl Limits {
    pub fn new(config: &LimitsConfig) -> Self {
        let table = |per_hour| Table::new(per_hour, config.most_entries);
        Self(Arc::new(Tables {
            fields: table(config.fields),
            query_numbers: table(config.query_numbers),
            files: table(config.files),
            codes: table(config.codes),
            shares: table(config.shares),
            without_script: table(config.without_script),
            log_ins: table(config.log_ins),
            messages: table(config.messages),
            target: table(config.target),
            target_in_all: table(config.target_in_all),
            account: table(config.account),
            passes: table(config.passes),
        }))
    }

    /// Counts one use of a way by whoever comes from `address`.
    pub fn network(&self, system: &System, way: Way, address: IpAddr) -> Result<(), Limited> {
        let Tables { fields, query_numbers, files, codes, shares, without_script, .. } = self.0.as_ref();
        let Tables { log_ins, messages, .. } = self.0.as_ref();
        let table = match way {
            Way::Fields => fields,
            Way::QueryNumber => query_numbers,
            Way::File => files,
            Way::Code => codes,
            Way::Share => shares,
            Way::WithoutScript => without_script,
            Way::LogIn => log_ins,
            Way::Message => messages,
        };
        table.take(network_key(address), now_us(system))
    }

    /// Counts one look-up of `what` from `address`, whether or not there is such a thing. Never a name: many have the same,
    /// and whoever asked for one of them often enough would keep all the others out.
    pub fn target(&self, system: &System, address: IpAddr, what: &str) -> Result<(), Limited> {
        // However it is written: guesses must not become cheaper by a space or a full-width digit.
        let in_all = key(system, "target", &crate::token::folded(what));
        // A keyed hash with the network in it: nobody can make two the same, and it costs no second hash.
        let mut own = in_all;
        own.iter_mut().zip(network_key(address)).for_each(|(own, network)| *own ^= network);
        self.0.target.take(own, now_us(system))?;
        self.0.target_in_all.take(in_all, now_us(system))
    }

    /// Counts one thing that a holder makes.
    pub fn account(&self, system: &System, by: &Subject) -> Result<(), Limited> {
        self.0.account.take(key(system, "account", &by.actor()), now_us(system))
    }

    /// Counts one link for a download that a holder makes.
    pub fn pass(&self, system: &System, by: &Subject) -> Result<(), Limited> {
        self.0.passes.take(key(system, "pass", &by.actor()), now_us(system))
    }
}

/// What stands for everybody in one network: 203.0.113.0/24, 2001:db8:1::/48. Also what a log of views may show.
pub fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            format!("{a}.{b}.{c}.0/24")
        }
        IpAddr::V6(v6) => {
            let [a, b, c, ..] = v6.segments();
            format!("{}/48", Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0))
        }
    }
}

type Key = [u8; 20];

fn key(system: &System, kind: &str, text: &str) -> Key {
    system.vault.mark(&["limit", kind, text])
}

/// As [`network`] has it, and not hashed: so many have the same that it tells of nobody, and it is gone with the process.
fn network_key(address: IpAddr) -> Key {
    let mut key = [0; 20];
    let (kind, octets, prefix) = match address.to_canonical() {
        IpAddr::V4(v4) => (4, v4.to_ipv6_mapped().octets(), 15),
        IpAddr::V6(v6) => (6, v6.octets(), 6),
    };
    let kept = std::iter::once(kind).chain(octets.into_iter().take(prefix));
    key.iter_mut().zip(kept).for_each(|(to, from)| *to = from);
    key
}

fn now_us(system: &System) -> i64 {
    system.now().0.saturating_mul(1_000)
}

/// For each key the time at which its allowance would be whole again.
struct Table {
    /// Between two uses, in the long run; `None`: shut.
    interval: Option<i64>,
    /// So far ahead of now may a key's time lie after a use.
    ahead: i64,
    most: usize,
    full_at: Mutex<HashMap<Key, i64>>,
}

impl Table {
    fn new(per_hour: u32, most: u32) -> Self {
        let interval = HOUR_US.checked_div(per_hour.into());
        let burst = (per_hour / BURST_SHARE).max(LEAST_BURST);
        Self {
            interval,
            ahead: interval.unwrap_or_default().saturating_mul(burst.into()),
            most: usize::try_from(most).unwrap_or(usize::MAX).max(2),
            full_at: Mutex::default(),
        }
    }

    fn take(&self, key: Key, now: i64) -> Result<(), Limited> {
        let Some(interval) = self.interval else {
            return Err(Limited { retry_after: Duration::from_micros(HOUR_US.unsigned_abs()) });
        };
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        if full_at.len() >= self.most && !full_at.contains_key(&key) {
            prune(&mut full_at, self.most, now);
        }
        // A clock that was set back must not shut anybody out for longer than a whole allowance takes.
        let known = full_at.get(&key).copied().unwrap_or(now).clamp(now, now + self.ahead);
        let next = known + interval;
        if next > now + self.ahead {
            let wait = (next - now - self.ahead).unsigned_abs();
            return Err(Limited { retry_after: Duration::from_micros(wait) });
        }
        full_at.insert(key, next);
        Ok(())
    }
}

/// Forgets whoever has his whole allowance again; where that is not enough, the half that is nearest to it.
fn prune(full_at: &mut HashMap<Key, i64>, most: usize, now: i64) {
    full_at.retain(|_, at| *at > now);
    // So that not each new key looks through all the others.
    if full_at.len() < most - most / 8 {
        return;
    }
    tracing::warn!(entries = full_at.len(), "a table of limits is full: half of it is forgotten");
    let mut times: Vec<i64> = full_at.values().copied().collect();
    let (_, median, _) = times.select_nth_unstable(most / 2);
    let median = *median;
    full_at.retain(|_, at| *at > median);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::{prop_assert_eq, proptest};

    fn spent(table: &Table, key: u8, now: i64) -> usize {
        (0..10_000).take_while(|_| table.take([key; 20], now).is_ok()).count()
    }

    #[test]
    fn a_burst_then_a_steady_rate() {
        let table = Table::new(600, 100);
        assert_eq!(spent(&table, 1, 0), 60);
        assert_eq!(spent(&table, 2, 0), 60, "another key has its own");
        let limited = table.take([1; 20], 0).unwrap_err();
        assert_eq!(limited.retry_after, Duration::from_secs(6));
        assert_eq!(spent(&table, 1, 6_000_000), 1);
        assert_eq!(spent(&table, 1, HOUR_US), 60, "never more than a burst at once");
    }

    /// governor's table knows no bound and its clock may not go back (ADR 13); where neither matters, it says the same.
    #[test]
    fn governor_decides_alike() {
        use governor::clock::FakeRelativeClock;
        use governor::{Quota, RateLimiter};
        use std::num::NonZeroU32;

        proptest!(|(per_hour in 1_u32..5_000, steps in vec((0_u64..600_000, 0_u8..3), 1..400))| {
            let table = Table::new(per_hour, 100);
            let micros = Duration::from_micros(table.interval.unwrap().unsigned_abs());
            let burst = NonZeroU32::new((per_hour / BURST_SHARE).max(LEAST_BURST)).unwrap();
            let quota = Quota::with_period(micros).unwrap().allow_burst(burst);
            let clock = FakeRelativeClock::default();
            let other = RateLimiter::hashmap_with_clock(quota, clock.clone());
            let mut now = 0;
            for (ms, key) in steps {
                clock.advance(Duration::from_millis(ms));
                now += i64::try_from(ms).unwrap() * 1_000;
                prop_assert_eq!(table.take([key; 20], now).is_ok(), other.check_key(&key).is_ok());
            }
        });
    }

    #[test]
    fn a_clock_set_back_shuts_nobody_out() {
        let table = Table::new(600, 100);
        assert_eq!(spent(&table, 1, HOUR_US * 24), 60);
        let limited = table.take([1; 20], 0).unwrap_err();
        assert!(limited.retry_after <= Duration::from_secs(6), "{limited:?}");
    }

    #[test]
    fn the_table_is_bounded_and_keeps_the_worst() {
        let table = Table::new(600, 100);
        spent(&table, 255, 0);
        for n in 0..5_000_u32 {
            let mut key = [0; 20];
            key[..4].copy_from_slice(&n.to_be_bytes());
            table.take(key, 0).unwrap();
        }
        assert!(table.full_at.lock().unwrap().len() <= 100);
        assert!(table.take([255; 20], 0).is_err(), "whoever used up most is remembered longest");
        assert_eq!(Table::new(0, 10).take([0; 20], 0).unwrap_err().retry_after, Duration::from_secs(3600));
    }

    #[test]
    fn networks_are_prefixes_and_mapped_addresses_are_what_they_map() {
        let of = |text: &str| network(text.parse().unwrap());
        assert_eq!(of("203.0.113.77"), "203.0.113.0/24");
        assert_eq!(of("::ffff:203.0.113.9"), "203.0.113.0/24");
        assert_eq!(of("2001:db8:1:2:3::4"), "2001:db8:1::/48");
        let same = |one: &str, other: &str| {
            let key = |text: &str| network_key(text.parse().unwrap());
            assert_eq!(key(one) == key(other), of(one) == of(other), "{one} {other}");
        };
        same("203.0.113.77", "::ffff:203.0.113.9");
        same("203.0.113.77", "203.0.114.77");
        same("2001:db8:1:2:3::4", "2001:db8:1:ffff::1");
        same("2001:db8:1::", "2001:db8:2::");
        same("::1", "0.0.0.1");
    }
}

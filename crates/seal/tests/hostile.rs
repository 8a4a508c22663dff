//! What large hostile files cost: memory is measured, not time. One test alone in its program, so that nobody else's
//! memory is counted. What is counted is the growth of the process's peak (`VmHWM`, begun anew for each file), so that neither
//! the program nor the file is in it, and the file's own size is added. `cli/tests/program/hostile.rs` has the
//! whole program answer the same files under a limit that the kernel keeps.

// The whole file is a test; clippy only knows those that carry the attribute.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use yinxin_model::Instant;
use yinxin_model::finding::Verdict;
use yinxin_seal::{Trust, verify};
use yinxin_testkit::hostile::LARGE;
use yinxin_testkit::judge::skipped;

/// With the file itself, where it is one that is read.
const MOST: u64 = 64 << 20;
const NOW: Instant = Instant(1_772_326_800_000);

#[test]
fn a_hostile_file_costs_no_more_than_64_mb() {
    if peak().is_none() {
        return skipped("the memory that a process takes is not told on this machine");
    }
    for (name, make) in LARGE {
        let bytes = make();
        // From here on the peak is counted anew.
        std::fs::write("/proc/self/clear_refs", "5").unwrap();
        let before = peak().unwrap();
        let report = verify(&bytes, &Trust::default(), NOW);
        let cost = peak().unwrap().saturating_sub(before);
        // Sums of the packages' parts are wrong, which is found where all of it is read.
        assert!(matches!(report.verdict, Verdict::CannotCheck | Verdict::Tampered), "{name}");
        // The program does not even read what is larger than that.
        let own = if bytes.len() > 32 << 20 { 0 } else { bytes.len() as u64 };
        assert!(own + cost < MOST, "{name} cost {} KB beside its own {} KB", cost >> 10, own >> 10);
    }
}

/// The most memory that this process has had, in bytes.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok()? << 10)
}

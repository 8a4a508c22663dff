//! Rosters as text and as workbooks.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;
use yinxin_app::roster::{Limits, Rules, read};
use yinxin_model::catalogue::{Catalogue, SEED};
use yinxin_model::ports::Entropy;
use yinxin_model::Day;

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::parse(SEED).expect("the seed is good"));

struct Same;

impl Entropy for Same {
    fn fill(&self, out: &mut [u8]) {
        out.fill(7);
    }
}

fuzz_target!(|bytes: &[u8]| {
    let importer = CATALOGUE.organisation.first().expect("the seed has organisations");
    let today: Day = "2026-11-22".parse().expect("a day");
    let limits = Limits { bytes: 1 << 20, rows: 1000, unpacked_bytes: 4 << 20, ..Limits::default() };
    let rules = Rules { catalogue: &CATALOGUE, importer, today, entropy: &Same, limits };
    for name in ["roster.csv", "roster.xlsx"] {
        if let Ok(roster) = read(bytes, name, &rules) {
            assert!(roster.errors.len() as u64 <= roster.errors_total);
        }
    }
});

//! The judgement on a package: whatever is valid has the parts of a good one.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;
use yinxin_model::Instant;
use yinxin_model::finding::Verdict;
use yinxin_ofd::read::{Limits, package};
use yinxin_seal::{Trust, verify};

macro_rules! corpus {
    ($name:literal) => {
        include_bytes!(concat!("../../crates/seal/tests/tampered/", $name)).as_slice()
    };
}

static TRUST: LazyLock<Trust> = LazyLock::new(|| {
    Trust::from_files([corpus!("trust/national.pem")], [corpus!("trust/national.crl")]).expect("readable")
});

/// Every part but the signature's value, which may be another over the same.
fn sealed(bytes: &[u8]) -> Vec<(String, Option<[u8; 32]>)> {
    let limits = Limits::default();
    let package = package(bytes, &limits).expect("readable");
    let parts = package.entries().iter().filter(|entry| !entry.path.ends_with("/SignedValue.dat"));
    parts.map(|entry| (entry.path.clone(), entry.sm3)).collect()
}

static SEALED: LazyLock<[Vec<(String, Option<[u8; 32]>)>; 2]> =
    LazyLock::new(|| [sealed(corpus!("good-package.ofd")), sealed(corpus!("good-package-other.ofd"))]);

fuzz_target!(|bytes: &[u8]| {
    let report = verify(bytes, &TRUST, Instant(1_772_326_800_000));
    if report.verdict == Verdict::Valid {
        assert!(SEALED.contains(&sealed(bytes)), "{report:?}");
    }
});

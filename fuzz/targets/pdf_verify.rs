//! The judgement on a PDF: whatever is valid has a signature of ours over all that a good copy's signature covers. (Its
//! value may hold another time stamp, and validation data may follow.)
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;
use yinxin_model::Instant;
use yinxin_model::finding::Verdict;
use yinxin_pdf::read::{Limits, document};
use yinxin_seal::{Trust, verify};

macro_rules! corpus {
    ($name:literal) => {
        include_bytes!(concat!("../../crates/seal/tests/tampered/", $name)).as_slice()
    };
}

const GOOD: [&[u8]; 4] =
    [corpus!("good-basic.pdf"), corpus!("good-time.pdf"), corpus!("good-long.pdf"), corpus!("good-archive.pdf")];

static TRUST: LazyLock<Trust> = LazyLock::new(|| {
    let lists = [corpus!("trust/list-0.crl"), corpus!("trust/list-1.crl")];
    Trust::from_files([corpus!("trust/root.pem")], lists).expect("readable")
});

/// What the innermost signature covers.
fn sealed(bytes: &[u8]) -> Vec<u8> {
    let document = document(bytes, &Limits::default()).expect("readable");
    let signature = document.signatures.first().expect("signed");
    signature.covered(bytes).expect("covered").concat()
}

static SEALED: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| GOOD.iter().map(|good| sealed(good)).collect());

fuzz_target!(|bytes: &[u8]| {
    let report = verify(bytes, &TRUST, Instant(1_772_326_800_000));
    if report.verdict == Verdict::Valid {
        assert!(SEALED.contains(&sealed(bytes)), "{report:?}");
    }
});

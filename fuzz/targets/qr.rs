//! What a scanner gives: addresses, statements, COSE, CBOR.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;
use yinxin_crypto::cose::Sign1;
use yinxin_model::Instant;
use yinxin_model::finding::Verdict;
use yinxin_seal::Trust;
use yinxin_seal::statement::{Scanned, StatementKeys, letters};

const ROOT: &[u8] = include_bytes!("../../crates/seal/tests/tampered/trust/root.pem");
static KEYS: LazyLock<StatementKeys> = LazyLock::new(|| StatementKeys::from_files([ROOT]).expect("readable"));
static TRUST: LazyLock<Trust> = LazyLock::new(|| Trust::from_files([ROOT], []).expect("readable"));

fuzz_target!(|bytes: &[u8]| {
    let judge = |text: &str| {
        let report = KEYS.verify(text, &TRUST, Instant(1_772_326_800_000));
        // Nobody here can sign.
        assert_ne!(report.verdict, Verdict::Valid);
    };
    if let Ok(text) = std::str::from_utf8(bytes) {
        if let Some(statement) = Scanned::of(text).statement {
            judge(statement);
        }
        judge(text);
    }
    // The same as bytes, past the letters.
    judge(&letters(bytes));
    let _ = Sign1::parse(bytes);
});

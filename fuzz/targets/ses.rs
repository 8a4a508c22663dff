//! Electronic seals and signatures with them, each step judged.
#![no_main]

use libfuzzer_sys::fuzz_target;
use yinxin_crypto::ses::{Expected, Memo, SignedValue, parse, parse_seal, verify, verify_seal};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(seal) = parse_seal(bytes) {
        let _ = verify_seal(&seal);
    }
    if let Ok(SignedValue::Seal(signature)) = parse(bytes) {
        let _ = verify(&signature, &Expected::default(), &Memo::default());
    }
});

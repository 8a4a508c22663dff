//! Entropy that repeats.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use yinxin_model::ports::Entropy;

use crate::people::Dice;

/// The same seed yields the same bytes, call after call. With several threads the order of the calls decides
/// who gets which: a test that wants equal bytes makes its calls in one order.
pub struct SeededEntropy(Mutex<Dice>);

/// A seed for the test that asks: another one at every call, and the same ones in every run, whatever runs beside it.
/// `YINXIN_TEST_SEED`, a number, yields others.
pub fn seed() -> u64 {
    static ASKED: Mutex<BTreeMap<String, u64>> = Mutex::new(BTreeMap::new());
    let other = std::env::var("YINXIN_TEST_SEED").ok().and_then(|text| text.parse::<u64>().ok());
    // Tests have threads of their own, which are called as they are.
    let test = std::thread::current().name().unwrap_or_default().to_owned();
    // FNV-1a.
    let begin = 0xcbf2_9ce4_8422_2325 ^ other.unwrap_or_default();
    let mix = |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
    let mixed = test.bytes().fold(begin, mix);
    let mut asked = ASKED.lock().unwrap_or_else(PoisonError::into_inner);
    let count = asked.entry(test).or_default();
    *count += 1;
    mixed.wrapping_add(*count)
}

impl SeededEntropy {
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(Dice::new(seed)))
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, out: &mut [u8]) {
        // A test that panicked while holding the dice has not spoilt them.
        let mut dice = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for chunk in out.chunks_mut(8) {
            let bytes = dice.roll().to_le_bytes();
            chunk.iter_mut().zip(bytes).for_each(|(to, from)| *to = from);
        }
    }
}

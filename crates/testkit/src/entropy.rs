//! Entropy that repeats.

use std::sync::Mutex;

use yinxin_model::ports::Entropy;

use crate::people::Dice;

/// The same seed yields the same bytes, call after call. With several threads the order of the calls decides
/// who gets which: a test that wants equal bytes makes its calls in one order.
pub struct SeededEntropy(Mutex<Dice>);

impl SeededEntropy {
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(Dice::new(seed)))
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, out: &mut [u8]) {
        // A test that panicked while holding the dice has not spoilt them.
        let mut dice = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        for chunk in out.chunks_mut(8) {
            let bytes = dice.roll().to_le_bytes();
            chunk.iter_mut().zip(bytes).for_each(|(to, from)| *to = from);
        }
    }
}

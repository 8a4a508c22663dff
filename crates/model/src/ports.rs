//! What the model asks of the world: the time and random bytes. Only `cli` and `testkit` implement these.

use crate::calendar::Instant;

/// Tells the time.
pub trait Clock: Send + Sync {
    fn now(&self) -> Instant;
}

/// Yields unpredictable bytes (seeded ones in tests).
pub trait Entropy: Send + Sync {
    fn fill(&self, out: &mut [u8]);
}

/// `N` bytes of entropy.
pub fn random<const N: usize>(entropy: &dyn Entropy) -> [u8; N] {
    let mut out = [0; N];
    entropy.fill(&mut out);
    out
}

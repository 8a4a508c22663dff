//! What only tests need: a clock that stands still, entropy that repeats, synthetic people, rosters of
//! them, a signer whose signatures repeat, large hostile files, and judges from outside.
//!
//! Nothing of the product may depend on this crate except as a dev-dependency. It never holds a real
//! person's data: [`people`] makes them up.

// A test that cannot be set up has failed; a message and a stop are all that is wanted here.
#![allow(clippy::expect_used, clippy::panic)]

mod clock;
#[cfg(feature = "corpus")]
pub mod corpus;
mod dirs;
mod entropy;
pub mod hostile;
pub mod judge;
/// One file with the demo country's: the product makes the same people.
#[path = "../../app/src/demo/people.rs"]
pub mod people;
pub mod postgres;
#[cfg(feature = "roster")]
pub mod roster;
#[cfg(feature = "signer")]
mod signer;

pub use clock::FixedClock;
pub use dirs::temp_dir;
pub use entropy::{SeededEntropy, seed};
#[cfg(feature = "signer")]
pub use signer::RepeatingSigner;

#[cfg(all(test, feature = "roster", feature = "signer"))]
mod tests;

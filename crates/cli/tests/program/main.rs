//! The program as its users meet it: the real binary, started anew for every command, judged by what it prints, how it
//! exits, and what is there after it was killed.

// The whole file is a test; clippy only knows those that carry the attribute.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod contract;
mod corpus;
mod hostile;
mod judges;
mod kill;
mod packages;
mod run;
mod traces;
mod usage;

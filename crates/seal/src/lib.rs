//! Prepare, sign, finish, verify; the keyring.
//!
//! A copy is drawn from a plate (everything static for one template and seal) and its own fields, digested, signed by
//! the seal's key against a permit that is used up, and handed out only after the public verification has accepted it. Knows no
//! database, no clock and no file system: bytes, keys, times and random bytes come from the caller.

mod copy;
mod date;
mod error;
mod keyring;
mod marks;
mod plate;
#[cfg(test)]
mod testing;
pub mod trust;
pub mod verify;

pub use copy::{CopyOrder, Permit, Prepared, SealedCopy, Signed, prepare};
pub use error::Error;
pub use keyring::{Keyring, SealKey};
pub use plate::{Design, PlateOrder, Plates, SealFace, SealPlate};
pub use trust::Trust;
pub use verify::{FileKind, Note, Report, SignerReport, verify};

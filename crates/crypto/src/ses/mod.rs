//! Electronic seals and the signatures made with them (GB/T 38540-2020, "version 4"; the forms before it,
//! GM/T 0031-2014, and after it, GM/T 0031-2025). `build_seal` makes a seal, `Template` signs documents with
//! it, `stamped` puts a time stamp on a signature, `parse` and `parse_seal` read, `verify` and `verify_seal` judge step by step. Whether to trust the
//! certificates in it is `path`'s business; what was digested is not known here.
//!
//! Signatures are checked over the very bytes that came, never over something encoded anew: honest makers
//! write `critical FALSE`, which DER forbids.

mod field;
mod parse;
mod stamp;
#[cfg(test)]
mod tests;
mod verify;
mod write;

pub use parse::{Extension, Holders, Picture, Seal, Signature, SignedValue, parse, parse_seal};
pub use stamp::{Stamp, signature_value, stamped};
pub use verify::{Expected, Finding, Memo, Outcome, Step, verify, verify_seal};
pub use write::{HolderSpec, SealSpec, Template, ToSign, build_seal};

/// A seal or signature larger than this is refused unread. Real ones have 5 to 100 KB, nearly all of it the
/// picture.
pub const MAX_BYTES: usize = 4 << 20;

/// Which standard a seal follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Version {
    /// GM/T 0031-2014. Read and judged, not written.
    V1,
    /// GB/T 38540-2020.
    V4,
    /// GM/T 0031-2025: as version 4, with room for a time stamp on the seal.
    V5,
}

impl Version {
    pub fn number(self) -> i64 {
        match self {
            Self::V1 => 1,
            Self::V4 => 4,
            Self::V5 => 5,
        }
    }
}

/// `ID` of every seal's header.
const HEADER_ID: &str = "ES";
/// `certListType` of lists of whole certificates, and of their digests.
const LIST_OF_CERTIFICATES: i64 = 1;
const LIST_OF_DIGESTS: i64 = 2;
/// What names SM3 in a list of digests.
const SM3_NAMES: [&str; 2] = ["SM3", "1.2.156.10197.1.401"];

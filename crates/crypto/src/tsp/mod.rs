//! Time stamps (RFC 3161; on SM2 and SM3 in the same form): asking for one, reading and judging tokens, and in [`Responder`] making them.
//!
//! A token says that a digest was known at an instant. Whether its authority is to be believed is `path`'s question;
//! how a request travels is the caller's. Tokens that are kept are brought to one normal form first, so that a byte
//! changed anywhere in one shows.

mod identifier;
mod imprint;
mod info;
mod request;
mod responder;
#[cfg(test)]
mod tests;
mod token;

pub use imprint::Imprint;
pub use info::Info;
pub use request::{Answer, MAX_RESPONSE, Request, answer};
pub use responder::Responder;
pub use token::{Fault, Token};

/// id-ct-TSTInfo.
const ID_TST_INFO: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x01, 0x04];

//! Use cases, one file per verb: authorisation, audit, jobs, objects. The only room that joins the register and
//! the seals.
//!
//! It must not know HTTP, HTML or the command line, and says nothing in words: what comes out are values and
//! stable codes.

mod accesses;
pub mod account;
pub mod asking;
pub mod audit;
pub mod batch;
mod believed;
pub mod bench;
mod blobs;
pub mod catalogue;
pub mod certificate;
pub mod change;
pub mod closing;
pub mod config;
pub mod contact;
pub mod copy;
pub mod demo;
pub mod doctor;
pub mod endorse;
pub mod error;
mod fields;
pub mod fonts;
pub mod home;
pub mod identity;
pub mod import;
pub mod inbox;
pub mod init;
mod keys;
mod known;
pub mod limits;
mod making;
pub mod my_data;
mod national;
pub mod news;
pub mod notice;
pub mod objects;
pub mod oidc;
mod outside;
pub mod pass;
pub mod passkey;
mod password;
mod photos;
pub mod picture;
pub mod portal_texts;
pub mod pow;
pub mod query_number;
pub mod readers;
pub mod ready;
pub mod recover;
pub mod roster;
pub mod rotate;
pub mod samples;
pub mod scan;
pub mod scope;
mod sealing;
pub mod seals;
pub mod session;
pub mod share;
pub mod staff;
pub mod statement;
pub mod system;
pub mod table;
pub mod telemetry;
mod token;
pub mod trust;
pub mod tsa;
pub mod verify;
pub mod worker;

/// Reads hex; `None` where it is none.
pub(crate) fn unhex(text: &str) -> Option<Vec<u8>> {
    let pair = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    text.len().is_multiple_of(2).then(|| text.as_bytes().chunks(2).map(pair).collect()).flatten()
}

/// Lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

//! Whether a package's archive is laid out exactly as ours are.
//!
//! The digests of a signature cover what the parts say, not the archive around them. A package that bears our
//! marks is therefore held to our layout: every byte of a header has one allowed form, so that what differs
//! from it was changed by somebody.

use super::Package;
use super::directory::Record;
use crate::container::{self, DEFLATED, Facts, STORED};
use crate::layout;

/// Where an archive first differs from our layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deviation {
    /// Byte position in the file.
    pub at: usize,
    pub expected: &'static str,
}

/// The first deviation, or none. Says nothing about the parts' content.
pub fn canonical(package: &Package) -> Option<Deviation> {
    let archive = &package.archive;
    let mut at = 0;
    let mut directory = Vec::new();
    for record in &archive.records {
        let facts = facts(record);
        let mut head = Vec::new();
        container::push_local(&mut head, &record.name, &facts);
        if record.header != at || !matches!(record.method, STORED | DEFLATED) {
            return Some(Deviation { at: record.header, expected: "parts one behind the other" });
        }
        if let Some(deviation) = differs(archive.bytes, at, &head, "a part's header as ours") {
            return Some(deviation);
        }
        container::push_central(&mut directory, &record.name, &facts, narrow(at));
        at = record.data.end;
    }
    let count = u16::try_from(archive.records.len()).unwrap_or(u16::MAX);
    let length = narrow(directory.len());
    container::push_end(&mut directory, count, length, narrow(at));
    if let Some(deviation) = differs(archive.bytes, at, &directory, "a directory as ours") {
        return Some(deviation);
    }
    let last: Vec<&str> = archive.records.iter().rev().take(3).map(|record| record.name.as_str()).collect();
    if last != [layout::SIGNED_VALUE, layout::SIGNATURE, layout::SIGNATURES] {
        return Some(Deviation { at, expected: "the signature's parts last" });
    }
    let end = at + directory.len();
    (end < archive.bytes.len()).then_some(Deviation { at: end, expected: "the end of the file" })
}

fn facts(record: &Record) -> Facts {
    Facts {
        method: record.method,
        crc: record.crc,
        packed: narrow(record.data.len()),
        size: narrow(record.size),
    }
}

/// Sizes of what was read are below the reader's limits.
fn narrow(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

fn differs(bytes: &[u8], at: usize, wanted: &[u8], expected: &'static str) -> Option<Deviation> {
    let there = bytes.get(at..).unwrap_or_default();
    let same = there.iter().zip(wanted).take_while(|(own, wanted)| own == wanted).count();
    (same < wanted.len()).then_some(Deviation { at: at + same, expected })
}

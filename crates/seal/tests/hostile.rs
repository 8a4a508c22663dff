//! What large hostile files cost: memory is measured, not time. One test alone in its program, so that nobody else's
//! memory is counted.

// The whole file is a test; clippy only knows those that carry the attribute.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use yinxin_model::Instant;
use yinxin_model::finding::Verdict;
use yinxin_seal::{Trust, verify};
use yinxin_testkit::judge::skipped;

/// Beyond the file itself.
const MOST: u64 = 64 << 20;
const NOW: Instant = Instant(1_772_326_800_000);

#[test]
fn a_hostile_file_costs_no_more_than_64_mb_beyond_itself() {
    if peak().is_none() {
        return skipped("the memory that a process takes is not told on this machine");
    }
    let hundred = 100 << 20;
    let largest = (32 << 20) - 4096;
    let cases: [(&str, Vec<u8>); 9] = [
        ("a PDF of 100 MB", filled(b"%PDF-1.7\n", b"1 0 obj<</A/B>>endobj\n", hundred, b"")),
        ("a ZIP of 100 MB", filled(b"PK\x03\x04", b"PK\x03\x04Doc_0/", hundred, b"PK\x05\x06")),
        ("objects in no table", filled(b"%PDF-1.7\n", b"1 0 obj<</A/B>>endobj\n", largest, EMPTY_TABLE)),
        ("one array of numbers", array(b"1 ", largest)),
        ("one array of dictionaries", array(b"<</A<</B<<>>>>>>", largest)),
        ("one array of empty strings", array(b"()", largest)),
        ("one array of names", array(b"/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", largest)),
        ("a table of lines", table(largest)),
        ("the beginnings of parts", filled(b"PK\x03\x04", b"PK\x01\x02", largest, b"PK\x05\x06")),
    ];
    for (name, bytes) in cases {
        // From here on the peak is counted anew.
        std::fs::write("/proc/self/clear_refs", "5").unwrap();
        let before = peak().unwrap();
        let report = verify(&bytes, &Trust::default(), NOW);
        let cost = peak().unwrap().saturating_sub(before);
        assert_eq!(report.verdict, Verdict::CannotCheck, "{name}");
        assert!(cost < MOST, "{name} cost {} KB", cost >> 10);
    }
}

const EMPTY_TABLE: &[u8] =
    b"xref\n0 1\n0000000000 65535 f \ntrailer<</Size 1/Root 1 0 R>>\nstartxref\n9\n%%EOF\n";

fn filled(head: &[u8], unit: &[u8], len: usize, tail: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(len);
    bytes.extend_from_slice(head);
    while bytes.len() + unit.len() + tail.len() <= len {
        bytes.extend_from_slice(unit);
    }
    bytes.extend_from_slice(tail);
    bytes
}

/// A catalog that is an array without end.
fn array(unit: &[u8], len: usize) -> Vec<u8> {
    let tail = |xref: usize| {
        format!(
            "]endobj\nxref\n1 1\n0000000009 00000 n \ntrailer<</Size 2/Root 1 0 R>>\nstartxref\n{xref:010}\n%%EOF\n"
        )
    };
    let mut bytes = filled(b"%PDF-1.7\n1 0 obj[", unit, len, tail(0).as_bytes());
    let xref = bytes.len() - tail(0).len() + 8;
    let at = bytes.len() - tail(0).len();
    bytes.splice(at.., tail(xref).bytes());
    bytes
}

/// A table of as many lines as there is room for.
fn table(len: usize) -> Vec<u8> {
    let lines = len / 20 - 10;
    let head = format!("%PDF-1.7\nxref\n0 {lines}\n");
    let tail = b"trailer<</Size 1/Root 1 0 R>>\nstartxref\n9\n%%EOF\n";
    filled(head.as_bytes(), b"0000000009 00000 n \n", len, tail)
}

/// The most memory that this process has had, in bytes.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok()? << 10)
}

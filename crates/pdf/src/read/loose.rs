//! Bytes of later revisions that are neither objects nor tables. Nobody who only adds has a reason to write any; other
//! formats, which are read from another end, can stand there.
//!
//! In the first revision they are common (marks, comments of the writer), and covered by the first signature.

use std::ops::Range;

use super::issue::Issues;
use super::objects::Store;
use super::parser::is_space;
use super::{Error, Issue};

/// The first object of a later revision that has a comment in it.
pub(super) fn comment(store: &Store) -> Option<Issue> {
    store.revisions.iter().enumerate().skip(1).find_map(|(revision, state)| {
        let object = state.defined.values().find(|object| object.commented)?;
        Some(Issue::LooseBytes { revision, at: object.span.start })
    })
}

/// Looks at what stands between objects and tables.
pub(super) fn bytes(store: &Store, gap: Range<usize>, issues: &mut Issues) -> Result<(), Error> {
    let mut start = 0;
    for (revision, state) in store.revisions.iter().enumerate() {
        let piece = gap.start.max(start)..gap.end.min(state.end);
        start = state.end;
        if revision == 0 || piece.is_empty() {
            continue;
        }
        let bytes = store.file.bytes.get(piece.clone()).unwrap_or_default();
        store.file.budget.spend(bytes.len())?;
        let closes = piece.end == state.end && is_end(bytes);
        if !closes && !is_space_only(bytes) {
            issues.add(Issue::LooseBytes { revision, at: piece.start });
        }
    }
    Ok(())
}

fn is_space_only(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| is_space(*byte))
}

/// What closes a revision behind its table (§7.5.5), or behind the data of its cross-reference stream.
fn is_end(bytes: &[u8]) -> bool {
    let mut rest = bytes.trim_ascii_start();
    for word in [&b"endstream"[..], b"endobj"] {
        rest = rest.strip_prefix(word).unwrap_or(rest).trim_ascii_start();
    }
    let Some(rest) = rest.strip_prefix(b"startxref") else { return false };
    let rest = rest.trim_ascii_start();
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    rest.get(digits..).is_some_and(|rest| rest.trim_ascii() == b"%%EOF")
}

//! The tampered corpus damaged further at random, by seeds: no file makes the readers panic, and none is valid that does not
//! hold what a good copy's signature covers. Coverage-guided fuzzing of the same is `scripts/fuzz.sh`.

// The whole file is a test; clippy only knows those that carry the attribute.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::BTreeMap;
use std::path::PathBuf;
use yinxin_model::finding::Verdict;
use yinxin_pdf::read::{Limits, document};
use yinxin_seal::verify;
use yinxin_testkit::corpus::{sealed_at, trust};
use yinxin_testkit::people::Dice;

/// For each file.
const ROUNDS: usize = 40;

#[test]
fn random_damage_to_the_corpus_neither_panics_nor_passes() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/tampered");
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            files
                .insert(path.file_name().unwrap().to_str().unwrap().to_owned(), std::fs::read(path).unwrap());
        }
    }
    let good: Vec<&Vec<u8>> =
        files.iter().filter(|(name, _)| name.starts_with("good-")).map(|(_, it)| it).collect();
    let sealed: Vec<Vec<u8>> = good.iter().filter_map(|bytes| covered(bytes)).collect();
    assert_eq!(sealed.len(), 4);
    let (trust, mut dice) = (trust(), Dice::new(20_260_301));
    for (name, bytes) in &files {
        for round in 0..ROUNDS {
            let damaged = damaged(bytes, &mut dice);
            let report = verify(&damaged, &trust, sealed_at());
            if report.verdict == Verdict::Valid {
                let seen = covered(&damaged).unwrap();
                assert!(sealed.contains(&seen), "{name}, round {round}: {:?}", report.findings);
            }
        }
    }
}

/// What the innermost signature covers.
fn covered(bytes: &[u8]) -> Option<Vec<u8>> {
    let document = document(bytes, &Limits::default()).ok()?;
    Some(document.signatures.first()?.covered(bytes)?.concat())
}

/// One to four changes of the kinds that accidents and attackers make.
fn damaged(bytes: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut out = bytes.to_vec();
    for _ in 0..1 + dice.roll() % 4 {
        let len = out.len().max(1);
        let at = (dice.roll() as usize % len).min(out.len());
        let end = (at + dice.roll() as usize % 40).min(out.len());
        match dice.roll() % 6 {
            0 if at < out.len() => out[at] ^= 1 << (dice.roll() % 8),
            1 => drop(out.drain(at..end)),
            2 => drop(out.splice(at..at, bytes[..bytes.len().min(30)].iter().copied())),
            3 => {
                let piece = out[at..end].to_vec();
                out.splice(at..at, piece);
            }
            4 => out[at..end].fill(b'9'),
            _ if dice.roll().is_multiple_of(4) => out.truncate(at),
            _ => {}
        }
    }
    out
}

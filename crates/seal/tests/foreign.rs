//! Honest files of strangers, made by pyHanko, OpenSSL and OFDRW (README.md beside them says how): what is said of each, to
//! people who have never heard of their makers.
//!
//! `UPDATE=1 cargo test -p yinxin-seal --test foreign` writes the index of what is found.

// The whole file is a test; clippy only knows those that carry the attribute.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::path::PathBuf;
use yinxin_model::Instant;
use yinxin_model::finding::Check;
use yinxin_seal::{Trust, verify};
use yinxin_testkit::corpus::{Line, read_index, write_index};

const NOW: Instant = Instant(1_795_400_000_000);

const HEAD: &str = "\
# What must be found in each file of this folder by somebody who trusts nobody: written by
# UPDATE=1 cargo test -p yinxin-seal --test foreign
# and to be read before it is committed. README.md says how the files were made.
";

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/foreign")
}

/// Name and bytes of every file, in the order of their names.
fn files() -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "pdf" || ending == "ofd") {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            files.push((name, std::fs::read(path).unwrap()));
        }
    }
    files.sort();
    files
}

#[test]
fn files_of_strangers_get_honest_findings() {
    let found: Vec<Line> = files()
        .iter()
        .map(|(name, bytes)| Line::of(name, "none", "see README.md", &verify(bytes, &Trust::default(), NOW)))
        .collect();
    let index = folder().join("index.toml");
    if std::env::var_os("UPDATE").is_some() {
        let written = write_index(&found);
        let (_, lines) = written.split_once("\n[[file]]").unwrap();
        std::fs::write(&index, format!("{HEAD}\n[[file]]{lines}")).unwrap();
    }
    let due = read_index(&std::fs::read_to_string(index).unwrap());
    for (found, due) in found.iter().zip(&due) {
        assert_eq!(found, due);
    }
    assert_eq!(found.len(), due.len());
}

#[test]
fn half_a_file_is_never_intact() {
    for (name, bytes) in files() {
        let cut = verify(&bytes[..bytes.len() / 2], &Trust::default(), NOW);
        let code = cut.finding(Check::Intact).unwrap().code;
        assert_ne!(code, "intact", "half of {name}");
        assert_eq!(code == "truncated", name.ends_with(".ofd"), "half of {name}: {code}");
    }
}

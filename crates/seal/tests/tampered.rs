//! Every file of the tampered corpus is found out, in the words of its index; and the generator still makes these files.
//!
//! `UPDATE=1 cargo test -p yinxin-seal --test tampered` makes the attacks anew from the good copies that lie there, and
//! `UPDATE=good` the good copies too, as the writer makes them now. Those are kept so that a copy which was sealed
//! once goes on being judged the same, whatever becomes of the writer.

use std::path::PathBuf;
use yinxin_model::finding::{Check, Verdict};
use yinxin_seal::{Trust, verify};
use yinxin_testkit::corpus::{self, Good, Line, attacks, read_index, sealed_at, trust_files, write_index};

const LARGEST: u64 = 4 << 20;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/tampered")
}

fn read(name: &str) -> Vec<u8> {
    std::fs::read(folder().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn file_name(name: &str) -> String {
    format!("{name}.pdf")
}

/// The good copies as they lie in the folder.
fn good() -> Good {
    let copy = |level: &str| read(&file_name(&format!("good-{level}")));
    Good { basic: copy("basic"), time: copy("time"), long: copy("long"), archive: copy("archive") }
}

fn lines(good: &Good, trust: &Trust) -> Vec<Line> {
    let mut lines = Vec::new();
    for (name, bytes) in good.files() {
        let report = verify(bytes, trust, sealed_at());
        lines.push(Line::of(&file_name(name), "none", "sealed, and nothing done to it", &report));
    }
    for attack in attacks(good) {
        let report = verify(&attack.bytes, trust, sealed_at());
        lines.push(Line::of(&file_name(attack.name), attack.base, attack.story, &report));
    }
    lines
}

/// Only on request: writes what the other tests compare with.
fn update(trust: &Trust) {
    let wanted = std::env::var("UPDATE").unwrap_or_default();
    if wanted.is_empty() {
        return;
    }
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder().join(name), bytes).unwrap();
    std::fs::create_dir_all(folder().join("trust")).unwrap();
    for (name, bytes) in trust_files() {
        write(&format!("trust/{name}"), &bytes);
    }
    if wanted == "good" {
        Good::made().files().iter().for_each(|(name, bytes)| write(&file_name(name), bytes));
    }
    let good = good();
    for attack in attacks(&good) {
        write(&file_name(attack.name), &attack.bytes);
    }
    write("index.toml", write_index(&lines(&good, trust)).as_bytes());
}

#[test]
fn every_file_is_found_out_in_the_words_of_the_index() {
    let trust = corpus::trust();
    update(&trust);
    let index = read_index(&String::from_utf8(read("index.toml")).unwrap());
    assert!(index.len() >= 60, "{} files", index.len());
    let mut wrong = Vec::new();
    for line in &index {
        let report = verify(&read(&line.file), &trust, sealed_at());
        let found = Line::of(&line.file, &line.base, &line.story, &report);
        if found != *line {
            wrong.push(format!("{}: {} {:?}", line.file, found.verdict, found.findings));
        }
    }
    assert!(wrong.is_empty(), "other findings than the index says:\n{}", wrong.join("\n"));
}

#[test]
fn every_attack_is_what_its_story_says() {
    let trust = corpus::trust();
    let mut wrong = Vec::new();
    for attack in attacks(&good()) {
        let report = verify(&attack.bytes, &trust, sealed_at());
        let code = report.finding(Check::Intact).map_or("", |finding| finding.code);
        if report.verdict != attack.verdict || !attack.code.is_empty() && code != attack.code {
            wrong.push(format!(
                "{}: {} {code}, not {} {}",
                attack.name,
                report.verdict.as_str(),
                attack.verdict.as_str(),
                attack.code
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_generator_makes_the_files_of_the_folder() {
    let good = good();
    let attacks = attacks(&good);
    let differing: Vec<&str> = attacks
        .iter()
        .filter(|attack| read(&file_name(attack.name)) != attack.bytes)
        .map(|attack| attack.name)
        .collect();
    assert!(
        differing.is_empty(),
        "the generator makes these otherwise (UPDATE=1 writes them): {differing:?}"
    );
    for (name, bytes) in trust_files() {
        assert_eq!(read(&format!("trust/{name}")), bytes, "{name}");
    }
    let known = attacks
        .iter()
        .map(|attack| file_name(attack.name))
        .chain(good.files().map(|(name, _)| file_name(name)));
    let known: Vec<String> = known.collect();
    let mut size = 0;
    for entry in std::fs::read_dir(folder()).unwrap() {
        let entry = entry.unwrap();
        size += entry.metadata().unwrap().len();
        let name = entry.file_name().into_string().unwrap();
        assert!(!name.ends_with(".pdf") || known.contains(&name), "nobody makes {name}");
    }
    assert!(size < LARGEST, "the folder has {size} bytes");
}

#[test]
fn good_copies_of_any_age_are_valid() {
    let trust = corpus::trust();
    for good in [good(), Good::made()] {
        for (name, bytes) in good.files() {
            let report = verify(bytes, &trust, sealed_at());
            assert_eq!(report.verdict, Verdict::Valid, "{name}: {:?}", report.findings);
        }
    }
}

//! Every file of the tampered corpus is found out, in the words of its index; and the generator still makes these files.
//!
//! `UPDATE=1 cargo test -p yinxin-seal --test tampered` makes the attacks anew from the good copies that lie there, and
//! `UPDATE=good` the good copies too (`UPDATE=packages`, `UPDATE=stamped`: the packages alone, those without and those with a time stamp), as the writer makes them now. Those are kept so that a copy which was sealed
//! once goes on being judged the same, whatever becomes of the writer.

// The whole file is a test; clippy only knows those that carry the attribute.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::path::PathBuf;
use yinxin_model::finding::{Check, Verdict};
use yinxin_seal::{Trust, verify};
use yinxin_testkit::corpus::{
    self, Attack, Good, Line, Packages, Stamped, attacks, package_attacks, read_index, sealed_at,
    stamped_attacks, trust_files, write_index,
};

const LARGEST: u64 = 5 << 20;
const TOKEN_OF_OTHER: &str = "token-of-other.der";

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/tampered")
}

fn read(name: &str) -> Vec<u8> {
    std::fs::read(folder().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Attacks on packages are named so.
fn file_name(name: &str) -> String {
    let ending = if name.contains("package") { "ofd" } else { "pdf" };
    format!("{name}.{ending}")
}

/// The good copies as they lie in the folder.
fn good() -> Good {
    let copy = |level: &str| read(&file_name(&format!("good-{level}")));
    Good { basic: copy("basic"), time: copy("time"), long: copy("long"), archive: copy("archive") }
}

/// The packages and signatures as they lie in the folder.
fn packages() -> Packages {
    let mut values = Vec::new();
    for entry in std::fs::read_dir(folder().join("values")).unwrap() {
        let path = entry.unwrap().path();
        values.push((path.file_stem().unwrap().to_str().unwrap().to_owned(), std::fs::read(path).unwrap()));
    }
    values.sort();
    Packages { good: read("good-package.ofd"), other: read("good-package-other.ofd"), values }
}

/// The package with a time stamp, and the token of another.
fn stamped() -> Stamped {
    Stamped { good: read("good-package-stamped.ofd"), token_of_other: read(TOKEN_OF_OTHER) }
}

/// Name and bytes of every copy that nobody changed.
fn untouched(good: &Good, packages: &Packages, stamped: &Stamped) -> Vec<(&'static str, Vec<u8>)> {
    let copies = good.files().map(|(name, bytes)| (name, bytes.to_vec()));
    let packages = [
        ("good-package", packages.good.clone()),
        ("good-package-other", packages.other.clone()),
        ("good-package-stamped", stamped.good.clone()),
    ];
    copies.into_iter().chain(packages).collect()
}

fn all_attacks(good: &Good, packages: &Packages, stamped: &Stamped) -> Vec<Attack> {
    attacks(good).into_iter().chain(package_attacks(packages)).chain(stamped_attacks(stamped)).collect()
}

fn trust() -> Trust {
    let files = |folder: &str, ending: &str| -> Vec<Vec<u8>> {
        let entries = std::fs::read_dir(self::folder().join(folder)).unwrap();
        let paths = entries.map(|entry| entry.unwrap().path());
        let wanted = paths.filter(|path| path.extension().is_some_and(|own| own == ending));
        wanted.map(|path| std::fs::read(path).unwrap()).collect()
    };
    let (roots, lists, makers) = (files("trust", "pem"), files("trust", "crl"), files("trust/makers", "pem"));
    let trust = Trust::from_files(roots.iter().map(Vec::as_slice), lists.iter().map(Vec::as_slice));
    trust.unwrap().with_makers(makers.iter().map(Vec::as_slice)).unwrap()
}

fn lines(good: &Good, packages: &Packages, stamped: &Stamped, trust: &Trust) -> Vec<Line> {
    let mut lines = Vec::new();
    for (name, bytes) in untouched(good, packages, stamped) {
        let report = verify(&bytes, trust, sealed_at());
        lines.push(Line::of(&file_name(name), "none", "sealed, and nothing done to it", &report));
    }
    for attack in all_attacks(good, packages, stamped) {
        let report = verify(&attack.bytes, trust, sealed_at());
        lines.push(Line::of(&file_name(attack.name), attack.base, attack.story, &report));
    }
    lines
}

/// Only on request: writes what the other tests compare with.
fn update() {
    let wanted = std::env::var("UPDATE").unwrap_or_default();
    if wanted.is_empty() {
        return;
    }
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder().join(name), bytes).unwrap();
    std::fs::create_dir_all(folder().join("trust/makers")).unwrap();
    for (name, bytes) in trust_files() {
        write(&format!("trust/{name}"), &bytes);
    }
    if wanted == "good" || wanted == "packages" {
        let (packages, roots) = Packages::made();
        for (name, bytes) in roots {
            write(&format!("trust/{name}"), &bytes);
        }
        for (name, value) in &packages.values {
            std::fs::create_dir_all(folder().join("values")).unwrap();
            write(&format!("values/{name}.der"), value);
        }
        write("good-package.ofd", &packages.good);
        write("good-package-other.ofd", &packages.other);
        let copies = if wanted == "good" { Good::made() } else { good() };
        copies.files().iter().for_each(|(name, bytes)| write(&file_name(name), bytes));
    }
    if wanted == "stamped" {
        let (stamped, roots) = Stamped::made();
        for (name, bytes) in roots {
            write(&format!("trust/{name}"), &bytes);
        }
        write("good-package-stamped.ofd", &stamped.good);
        write(TOKEN_OF_OTHER, &stamped.token_of_other);
    }
    let (good, packages, stamped) = (good(), packages(), stamped());
    for attack in all_attacks(&good, &packages, &stamped) {
        write(&file_name(attack.name), &attack.bytes);
    }
    write("index.toml", write_index(&lines(&good, &packages, &stamped, &trust())).as_bytes());
}

#[test]
fn every_file_is_found_out_in_the_words_of_the_index() {
    update();
    let trust = trust();
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
    let trust = trust();
    let mut wrong = Vec::new();
    for attack in all_attacks(&good(), &packages(), &stamped()) {
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
    let (good, packages, stamped) = (good(), packages(), stamped());
    let attacks = all_attacks(&good, &packages, &stamped);
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
    let untouched = untouched(&good, &packages, &stamped);
    let untouched = untouched.iter().map(|(name, _)| file_name(name));
    let known = attacks.iter().map(|attack| file_name(attack.name)).chain(untouched);
    let known: Vec<String> = known.collect();
    let mut size = 0;
    for entry in std::fs::read_dir(folder()).unwrap() {
        let entry = entry.unwrap();
        size += entry.metadata().unwrap().len();
        let name = entry.file_name().into_string().unwrap();
        assert!(
            !name.ends_with(".pdf") && !name.ends_with(".ofd") || known.contains(&name),
            "nobody makes {name}"
        );
    }
    assert!(size < LARGEST, "the folder has {size} bytes");
}

#[test]
fn good_copies_of_any_age_are_valid() {
    let trust = corpus::trust();
    for good in [packages().good, stamped().good] {
        let package = verify(&good, &self::trust(), sealed_at());
        assert_eq!(package.verdict, Verdict::Valid, "{:?}", package.findings);
    }
    for good in [good(), Good::made()] {
        for (name, bytes) in good.files() {
            let report = verify(bytes, &trust, sealed_at());
            assert_eq!(report.verdict, Verdict::Valid, "{name}: {:?}", report.findings);
        }
    }
}

#[test]
fn an_extended_copy_is_known_by_what_was_released() {
    let released = yinxin_crypto::hash::sha256(&good().time);
    for name in ["store-added", "document-stamp-added"] {
        let report = verify(&read(&file_name(name)), &trust(), sealed_at());
        assert_eq!((report.released, report.verdict), (Some(released), Verdict::Valid), "{name}");
    }
    for name in ["good-time", "store-with-archive", "document-stamp-moved"] {
        assert_eq!(verify(&read(&file_name(name)), &trust(), sealed_at()).released, None, "{name}");
    }
}

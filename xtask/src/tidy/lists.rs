//! Lists in documents that must agree with the code. A document marks such a list:
//!
//! ```text
//! <!-- list: words error- -->
//! - `quota_exhausted`: …
//! <!-- end -->
//! ```
//!
//! and the first `code` of every line is an entry. `words PREFIX` is compared with the keys of the Fluent files
//! that begin with PREFIX, `config` with the fields of the sources in [`CONFIG`], `crates` with the directories
//! of `crates/`. What does not exist yet is noted, not failed.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Result;

use super::{Report, files, has_extension, pages, read, relative};

const SENTENCES: &str = "crates/words/locales/zh-CN";
const CONFIG: [&str; 3] =
    ["crates/app/src/config.rs", "crates/model/src/policy.rs", "crates/app/src/oidc/config.rs"];
/// Sources that hold one section of the settings beside what it is for, and how such a section begins.
const SECTIONS: [&str; 3] =
    ["crates/app/src/limits.rs", "crates/app/src/pow.rs", "crates/app/src/telemetry.rs"];
const SECTION: &str = "#[serde(deny_unknown_fields, default)]";
const ARCHITECTURE: &str = "docs/ARCHITECTURE.md";

/// A document, and a list that it must hold once it is there.
const EXPECTED: [(&str, &str); 15] = [
    ("docs/CLI.md", "words doctor-"),
    ("docs/CLI.md", "words error-"),
    ("docs/CLI.md", "words finding-certificate-"),
    ("docs/CLI.md", "words finding-change-"),
    ("docs/CLI.md", "words finding-endorsement-"),
    ("docs/CLI.md", "words finding-intact-"),
    ("docs/CLI.md", "words finding-register-"),
    ("docs/CLI.md", "words finding-seal-owner-"),
    ("docs/CLI.md", "words finding-seal-trusted-"),
    ("docs/CLI.md", "words finding-seal-valid-at-signing-"),
    ("docs/CLI.md", "words finding-time-stamp-"),
    ("docs/CLI.md", "words step-"),
    ("docs/CLI.md", "words verdict-"),
    ("docs/CONFIG.md", "config"),
    ("docs/ROSTER.md", "words rule-"),
];

/// Functions that yield stable codes, and the prefixes under which these have sentences: what stops the work is
/// an error, what a check found is a finding, what a row of a roster broke is a rule.
const CODES: [(&str, &[&str]); 2] = [("fn code(", &["error-", "finding-"]), ("fn rule(", &["rule-"])];

/// How refusals are made: the code stands as a literal behind it.
const REFUSALS: [&str; 6] = [
    "Error::invalid(\"",
    "Error::not_found(\"",
    "Error::conflict(\"",
    "Error::forbidden(\"",
    "Error::unavailable(\"",
    "Error::internal(\"",
];

/// How findings are made: the check stands behind it, and the code is a literal among the further arguments, where it is not
/// another room's.
const FINDING: &str = "Finding::new(Check::";

/// Shorter ways, each for findings of one check.
const FINDINGS: [(&str, &str); 4] = [
    ("Tampered(\"", "intact"),
    ("CannotCheck(\"", "intact"),
    (".not_asked(\"", "register"),
    (".unknown(\"", "register"),
];

/// A source whose every constant is a code, and the prefix of its sentences.
const CONSTANTS: (&str, &str) = ("crates/app/src/roster/rules.rs", "rule-");

pub(super) fn check(root: &Path, report: &mut Report) -> Result<()> {
    let words = sentences(root)?;
    let crates = directories(&root.join("crates"))?;
    let mut config = String::new();
    for path in CONFIG.iter().map(|path| root.join(path)).filter(|path| path.is_file()) {
        config.push_str(&read(&path)?);
    }
    for path in SECTIONS.iter().map(|path| root.join(path)) {
        let text = read(&path)?;
        // Besides its section such a source has structs of its own, which no file sets.
        config.extend(
            text.match_indices(SECTION).filter_map(|(at, _)| text.get(at..)?.split_inclusive("\n}").next()),
        );
    }
    let config = fields(&config);
    let mut seen = BTreeSet::new();
    for path in files(&root.join("docs"), &|path| has_extension(path, "md"))? {
        let name = relative(root, &path);
        for list in marked(&read(&path)?) {
            let at = format!("{name}, list `{}`", list.kind);
            seen.insert((name.clone(), list.kind.clone()));
            match list.kind.split_once(' ').unwrap_or((&list.kind, "")) {
                ("words", prefix) => compare(&at, &list.entries, &with_prefix(&words, prefix), report),
                ("crates", _) => compare(&at, &list.entries, &crates, report),
                ("config", _) => compare(&at, &last_parts(&list.entries), &config, report),
                _ => report.problem(format!("{at}: no such kind of list")),
            }
        }
    }
    for (document, kind) in EXPECTED {
        if !root.join(document).is_file() {
            report.note(format!("{document} is not there yet"));
        } else if !seen.contains(&(document.to_owned(), kind.to_owned())) {
            report.problem(format!(
                "{document} has no list `{kind}` (how to mark one: xtask/src/tidy/lists.rs)"
            ));
        }
    }
    architecture(root, &crates, report)?;
    pages::check(root, &words, report)?;
    codes(root, &words, report)
}

/// Every crate is spoken of in the architecture.
fn architecture(root: &Path, crates: &BTreeSet<String>, report: &mut Report) -> Result<()> {
    let path = root.join(ARCHITECTURE);
    if !path.is_file() {
        report.note(format!("{ARCHITECTURE} is not there yet"));
        return Ok(());
    }
    let text = read(&path)?;
    for name in crates.iter().filter(|name| !text.contains(&format!("`{name}`"))) {
        report.problem(format!("{ARCHITECTURE} does not speak of `{name}`"));
    }
    Ok(())
}

/// Every code that the product can yield has a sentence.
fn codes(root: &Path, words: &BTreeSet<String>, report: &mut Report) -> Result<()> {
    let product = |path: &Path| has_extension(path, "rs") && !path.ends_with("tests.rs");
    let mut unsaid: BTreeSet<&String> = words.iter().filter(|key| spoken(key).is_some()).collect();
    for path in files(&root.join("crates"), &product)? {
        let name = relative(root, &path);
        let text = read(&path)?;
        unsaid.retain(|key| spoken(key).is_none_or(|code| !text.contains(&format!("\"{code}\""))));
        let mut wanted: Vec<(String, &[&str])> = Vec::new();
        for (function, prefixes) in CODES {
            wanted.extend(literals_of(&text, function).into_iter().map(|code| (code, prefixes)));
        }
        wanted.extend(
            REFUSALS.iter().flat_map(|made| behind(&text, made)).map(|code| (code, &["error-", "rule-"][..])),
        );
        for (check, code) in findings(&text) {
            let key = format!("finding-{check}-{}", code.replace('_', "-"));
            if !words.contains(&key) {
                report.problem(format!("{name}: `{code}` has no sentence ({key} in {SENTENCES})"));
            }
        }
        if name == CONSTANTS.0 {
            wanted.extend(behind(&text, "= \"").into_iter().map(|code| (code, &[CONSTANTS.1][..])));
        }
        for (code, prefixes) in wanted {
            if !has_sentence(words, prefixes, &code) {
                let prefixes = prefixes.join("… or ");
                report.problem(format!("{name}: `{code}` has no sentence ({prefixes}… in {SENTENCES})"));
            }
        }
    }
    for key in unsaid {
        report.note(format!("{SENTENCES}: no source says `{key}`"));
    }
    Ok(())
}

/// The code behind the key of a refusal or rule, as sources write it.
fn spoken(key: &str) -> Option<String> {
    let code = key.strip_prefix("error-").or_else(|| key.strip_prefix("rule-"))?;
    Some(code.replace('-', "_"))
}

/// The codes that stand right behind `start`, up to the closing quotation mark.
fn behind(text: &str, start: &str) -> BTreeSet<String> {
    let ends = text.match_indices(start).filter_map(|(at, _)| text.get(at + start.len()..));
    ends.filter_map(|rest| rest.split('"').next()).filter(|code| is_code(code)).map(str::to_owned).collect()
}

/// The findings that a source makes by literals: check, as sentences write it, and code.
pub(super) fn findings(text: &str) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    for (made, check) in FINDINGS {
        found.extend(behind(text, made).into_iter().map(|code| (check.to_owned(), code)));
    }
    for (at, _) in text.match_indices(FINDING) {
        let arguments = text.get(at + FINDING.len()..).and_then(|rest| rest.split([';', ')']).next());
        let Some((check, more)) = arguments.and_then(|arguments| arguments.split_once(',')) else { continue };
        let literals = more.split('"').skip(1).step_by(2).filter(|text| is_code(text));
        found.extend(literals.map(|code| (dashed(check), code.to_owned())));
    }
    found
}

/// `SealValidAtSigning` → `seal-valid-at-signing`.
fn dashed(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() && !out.is_empty() {
            out.push('-');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

/// Whether `code` has a sentence under one of `prefixes`. Findings say between the two which check it was:
/// `finding-intact-digest-mismatch`; of a code that several checks may give, one is enough.
pub(super) fn has_sentence(words: &BTreeSet<String>, prefixes: &[&str], code: &str) -> bool {
    let key = code.replace('_', "-");
    let checks = || words.iter().filter_map(|word| word.strip_prefix("check-")?.strip_suffix("-pass"));
    prefixes.iter().any(|prefix| match *prefix {
        // What was changed is said instead of the code, of whatever check.
        "finding-" => {
            checks().chain(["change"]).any(|check| words.contains(&format!("finding-{check}-{key}")))
        }
        _ => words.contains(&format!("{prefix}{key}")),
    })
}

/// A marked list of a document.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct List {
    pub(super) kind: String,
    pub(super) entries: BTreeSet<String>,
}

/// The marked lists of `text`. A list that is not ended runs to the end.
pub(super) fn marked(text: &str) -> Vec<List> {
    let mut lists: Vec<List> = Vec::new();
    let mut open = false;
    for line in text.lines().map(str::trim) {
        if let Some(kind) = line.strip_prefix("<!-- list:").and_then(|rest| rest.strip_suffix("-->")) {
            lists.push(List { kind: kind.trim().to_owned(), entries: BTreeSet::new() });
            open = true;
        } else if line == "<!-- end -->" {
            open = false;
        } else if open && let (Some(list), Some(entry)) = (lists.last_mut(), line.split('`').nth(1)) {
            list.entries.insert(entry.to_owned());
        }
    }
    lists
}

fn compare(at: &str, listed: &BTreeSet<String>, real: &BTreeSet<String>, report: &mut Report) {
    for entry in real.difference(listed) {
        report.problem(format!("{at}: `{entry}` is missing"));
    }
    for entry in listed.difference(real) {
        report.problem(format!("{at}: `{entry}` does not exist"));
    }
}

/// The keys of the source language's sentences.
fn sentences(root: &Path) -> Result<BTreeSet<String>> {
    let mut keys = BTreeSet::new();
    for path in files(&root.join(SENTENCES), &|path| has_extension(path, "ftl"))? {
        let text = read(&path)?;
        let lines = text.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()));
        keys.extend(lines.filter_map(|line| line.split_once('=')).map(|(key, _)| key.trim().to_owned()));
    }
    Ok(keys)
}

/// The keys with `prefix`, without it and in snake_case, as documents and JSON write codes.
fn with_prefix(words: &BTreeSet<String>, prefix: &str) -> BTreeSet<String> {
    words.iter().filter_map(|key| key.strip_prefix(prefix)).map(|code| code.replace('-', "_")).collect()
}

/// `seal.pkcs11.module` → `module`: fields are compared without the tables they stand in.
fn last_parts(entries: &BTreeSet<String>) -> BTreeSet<String> {
    entries.iter().filter_map(|entry| entry.rsplit('.').next()).map(str::to_owned).collect()
}

fn directories(dir: &Path) -> Result<BTreeSet<String>> {
    let manifests = files(dir, &|path| path.file_name().is_some_and(|name| name == "Cargo.toml"))?;
    let names = manifests.iter().filter_map(|path| path.parent()?.file_name());
    Ok(names.map(|name| name.to_string_lossy().into_owned()).collect())
}

/// The names of public fields in a source: `pub name: Type`. A field that is itself one of the source's
/// structs is a table and not a key.
pub(super) fn fields(source: &str) -> BTreeSet<String> {
    let structs: BTreeSet<&str> = source
        .lines()
        .filter_map(|line| line.trim().strip_prefix("pub struct "))
        .filter_map(|rest| rest.split(|c: char| !c.is_alphanumeric()).next())
        .collect();
    let declared = source.lines().filter_map(|line| line.trim().strip_prefix("pub ")?.split_once(": "));
    declared
        .filter(|(name, _)| {
            !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        })
        .filter(|(_, kind)| !structs.contains(inner(kind.trim_end_matches(','))))
        .map(|(name, _)| name.to_owned())
        .collect()
}

/// `Vec<FontEntry>` → `FontEntry`.
fn inner(kind: &str) -> &str {
    let within = |outer| kind.strip_prefix(outer)?.strip_suffix('>');
    within("Vec<").or_else(|| within("Option<")).unwrap_or(kind)
}

/// The string literals in snake_case within the bodies of the functions that begin with `function`.
pub(super) fn literals_of(source: &str, function: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, _) in source.match_indices(function) {
        let rest = source.get(at..).unwrap_or_default();
        // Only functions that yield a fixed text: others pass codes on.
        let signature = rest.split('{').next().unwrap_or_default();
        if signature.contains("'static str") {
            let body = body(rest);
            let literals = body.split('"').skip(1).step_by(2);
            found.extend(literals.filter(|text| is_code(text)).map(str::to_owned));
        }
    }
    found
}

/// From the first `{` of `text` to the `}` that closes it.
fn body(text: &str) -> &str {
    let mut depth = 0_u32;
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 1 => return text.get(..at).unwrap_or_default(),
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    text
}

fn is_code(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

//! The sentences of the portal: what a page says has a sentence, and every sentence of a page is said somewhere.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Result;

use super::{Report, files, has_extension, read, relative};

const PORTAL: &str = "crates/web";
const KEYS: &str = "\"web-";

pub(super) fn check(root: &Path, words: &BTreeSet<String>, report: &mut Report) -> Result<()> {
    let page =
        |path: &Path| has_extension(path, "html") || has_extension(path, "rs") && !path.ends_with("tests.rs");
    let mut unsaid: BTreeSet<&String> = words.iter().filter(|key| key.starts_with("web-")).collect();
    for dir in ["src", "templates"] {
        for path in files(&root.join(PORTAL).join(dir), &page)? {
            let name = relative(root, &path);
            for said in said(&read(&path)?) {
                match said.split_once('{') {
                    // The rest is only known when it is said.
                    Some((start, _)) => unsaid.retain(|key| !key.starts_with(start)),
                    None if words.contains(&said) => drop(unsaid.remove(&said)),
                    None => report.problem(format!("{name}: `{said}` has no sentence")),
                }
            }
        }
    }
    for key in unsaid {
        report.note(format!("no page says `{key}`"));
    }
    Ok(())
}

/// The keys that stand as literals in a page or its source; what is put in later stands in braces.
pub(super) fn said(text: &str) -> BTreeSet<String> {
    let ends = text.match_indices(KEYS).filter_map(|(at, _)| text.get(at + 1..));
    let literals = ends.filter_map(|rest| rest.split('"').next());
    let is_key = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_{}".contains(c);
    literals.filter(|key| key.chars().all(is_key)).map(|key| key.replace('_', "-")).collect()
}

//! The index of the corpus: a TOML file, one table for each file, written and read here.

use std::collections::BTreeMap;

use yinxin_model::finding::Finding;
use yinxin_seal::Report;

/// One file, and everything that was found in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub file: String,
    pub base: String,
    pub story: String,
    pub verdict: String,
    /// `check=outcome:code`, with what was changed behind it where that is known; in the order of the report.
    pub findings: Vec<String>,
}

impl Line {
    pub fn of(file: &str, base: &str, story: &str, report: &Report) -> Self {
        let finding = |found: &Finding| {
            let change = found.values.get("change").map(|change| format!(":{change}")).unwrap_or_default();
            format!("{}={}:{}{change}", found.check.as_str(), found.outcome.as_str(), found.code)
        };
        Self {
            file: file.to_owned(),
            base: base.to_owned(),
            story: story.to_owned(),
            verdict: report.verdict.as_str().to_owned(),
            findings: report.findings.iter().map(finding).collect(),
        }
    }
}

const HEAD: &str = "\
# What `yinxin verify FILE --offline --trust trust` must find in each file of this folder: made, like the files, by
# UPDATE=1 cargo test -p yinxin-seal --test tampered
# and to be read before it is committed. `base` names the good copy that the attacker began with.
";

pub fn write_index(lines: &[Line]) -> String {
    let mut out = HEAD.to_owned();
    for line in lines {
        out.push_str(&format!(
            "\n[[file]]\nfile = \"{}\"\nbase = \"{}\"\nstory = \"{}\"\nverdict = \"{}\"\nfindings = [\n",
            line.file, line.base, line.story, line.verdict
        ));
        for finding in &line.findings {
            out.push_str(&format!("    \"{finding}\",\n"));
        }
        out.push_str("]\n");
    }
    out
}

/// Reads what [`write_index`] wrote, and no other TOML.
pub fn read_index(text: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    for table in text.split("\n[[file]]\n").skip(1) {
        let mut values = BTreeMap::new();
        let mut findings = Vec::new();
        for row in table.lines() {
            let quoted = |text: &str| text.trim().trim_end_matches(',').trim_matches('"').to_owned();
            match row.split_once(" = ") {
                Some((key, value)) => drop(values.insert(key, quoted(value))),
                None if row.starts_with("    ") => findings.push(quoted(row)),
                None => {}
            }
        }
        let value = |key: &str| values.get(key).unwrap_or_else(|| panic!("no {key} in the index")).clone();
        lines.push(Line {
            file: value("file"),
            base: value("base"),
            story: value("story"),
            verdict: value("verdict"),
            findings,
        });
    }
    lines
}

//! The clause tables of docs/standards: every row says what is true of a clause, and whoever says `enforced` names what
//! would fail otherwise: a test or a judge from outside.
//!
//! A test is named `test: CRATE::MODULES::FUNCTION`, CRATE being a directory of crates/ (or xtask). The name holds
//! where a source of that crate whose path leads through MODULES has such a function among its tests. A judge is
//! named `judge: NAME`, as interop/judges.py calls him.

use std::path::Path;

use anyhow::Result;

use super::{Report, files, has_extension, read, relative};

const TABLES: &str = "docs/standards";
/// What a table calls the column that is judged, and what a row can say there.
const COLUMN: &str = "state";
const STATES: [&str; 4] = ["enforced", "unsupported", "duty", "not yet"];
/// The state that wants a witness.
const ENFORCED: &str = "enforced";
const TEST: &str = "`test: ";
const JUDGE: &str = "`judge: ";
const JUDGES: &str = "interop/judges.py";

pub(super) fn check(root: &Path, report: &mut Report) -> Result<()> {
    let mut witnesses = Witnesses::new(read(&root.join(JUDGES))?);
    for dir in ["crates", "xtask"] {
        for path in files(&root.join(dir), &|path| has_extension(path, "rs"))? {
            witnesses.add(relative(root, &path), &read(&path)?);
        }
    }
    for path in files(&root.join(TABLES), &|path| has_extension(path, "md"))? {
        judge(&relative(root, &path), &read(&path)?, &witnesses, report);
    }
    Ok(())
}

/// Judges the document called `name`.
pub(super) fn judge(name: &str, text: &str, witnesses: &Witnesses, report: &mut Report) {
    let mut column = None;
    for (number, line) in (1..).zip(text.lines()) {
        let at = format!("{name}:{number}");
        let missing = named(line, TEST).filter(|test| !witnesses.have_test(test));
        for name in missing.chain(named(line, JUDGE).filter(|judge| !witnesses.have_judge(judge))) {
            report.problem(format!("{at}: there is no `{name}`"));
        }
        if !line.starts_with('|') {
            column = None;
            continue;
        }
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let Some(state) = column.and_then(|column| cells.get::<usize>(column)) else {
            column = cells.iter().position(|cell| *cell == COLUMN);
            continue;
        };
        let ruler = state.starts_with("--");
        if !ruler && !STATES.contains(state) {
            report.problem(format!("{at}: `{state}` is none of the states {}", STATES.join(", ")));
        } else if *state == ENFORCED && named(line, TEST).chain(named(line, JUDGE)).next().is_none() {
            report.problem(format!("{at}: {ENFORCED}, and neither test nor judge is named"));
        }
    }
}

/// What a line names as this kind of witness.
fn named<'t>(line: &'t str, kind: &'t str) -> impl Iterator<Item = &'t str> {
    line.split(kind).skip(1).filter_map(|rest| rest.split('`').next())
}

/// What a table can call upon.
pub(super) struct Witnesses {
    /// The source that lists the judges.
    judges: String,
    /// Sources that hold tests.
    tests: Vec<Source>,
}

struct Source {
    /// Directories and the file's name without its ending, from the crate on.
    way: Vec<String>,
    /// From where the tests begin.
    text: String,
}

impl Witnesses {
    pub(super) fn new(judges: String) -> Self {
        Self { judges, tests: Vec::new() }
    }

    /// Takes in the file at `path`, as seen from the root, if it holds tests.
    pub(super) fn add(&mut self, path: String, text: &str) {
        let way = path.strip_prefix("crates/").unwrap_or(&path).trim_end_matches(".rs");
        let way: Vec<String> = way.split('/').map(str::to_owned).collect();
        let whole = way.iter().any(|part| part == "tests");
        let start = if whole { Some(0) } else { text.find("#[cfg(test)]") };
        if let Some(tests) = start.and_then(|start| text.get(start..)) {
            self.tests.push(Source { way, text: tests.to_owned() });
        }
    }

    fn have_test(&self, name: &str) -> bool {
        let Some((modules, function)) = name.rsplit_once("::") else { return false };
        let function = format!("fn {function}(");
        let mut modules = modules.split("::");
        let krate = modules.next();
        // A module of tests within its file has no place of its own.
        let modules: Vec<&str> = modules.filter(|module| *module != "tests").collect();
        self.tests.iter().any(|source| {
            let (home, mut rest) = (source.way.first(), source.way.iter().skip(1));
            home.map(String::as_str) == krate
                && modules.iter().all(|module| rest.any(|part| part == module))
                && source.text.contains(&function)
        })
    }

    fn have_judge(&self, name: &str) -> bool {
        self.judges.contains(&format!("\"{name}\": ("))
    }
}

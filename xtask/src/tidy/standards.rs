//! The clause tables of docs/standards: every row says what is true of a clause, and whoever says `enforced` names a
//! test that would fail otherwise.
//!
//! A test is named `test: CRATE::MODULES::FUNCTION`, CRATE being a directory of crates/ (or xtask). The name holds
//! where a source of that crate whose path leads through MODULES has such a function among its tests.

use std::path::Path;

use anyhow::Result;

use super::{Report, files, has_extension, read, relative};

const TABLES: &str = "docs/standards";
/// What a table calls the column that is judged, and what a row can say there.
const COLUMN: &str = "state";
const STATES: [&str; 4] = ["enforced", "unsupported", "duty", "not yet"];
/// The state that wants a test.
const TESTED: &str = "enforced";
const NAME: &str = "`test: ";

pub(super) fn check(root: &Path, report: &mut Report) -> Result<()> {
    let mut tests = Tests::default();
    for dir in ["crates", "xtask"] {
        for path in files(&root.join(dir), &|path| has_extension(path, "rs"))? {
            tests.add(relative(root, &path), &read(&path)?);
        }
    }
    for path in files(&root.join(TABLES), &|path| has_extension(path, "md"))? {
        judge(&relative(root, &path), &read(&path)?, &tests, report);
    }
    Ok(())
}

/// Judges the document called `name`.
pub(super) fn judge(name: &str, text: &str, tests: &Tests, report: &mut Report) {
    let mut column = None;
    for (number, line) in (1..).zip(text.lines()) {
        let at = format!("{name}:{number}");
        for test in named(line).filter(|test| !tests.have(test)) {
            report.problem(format!("{at}: there is no test `{test}`"));
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
        } else if *state == TESTED && named(line).next().is_none() {
            report.problem(format!("{at}: {TESTED}, and no test is named"));
        }
    }
}

/// The tests that a line names.
fn named(line: &str) -> impl Iterator<Item = &str> {
    line.split(NAME).skip(1).filter_map(|rest| rest.split('`').next())
}

/// Sources that hold tests.
#[derive(Default)]
pub(super) struct Tests(Vec<Source>);

struct Source {
    /// Directories and the file's name without its ending, from the crate on.
    way: Vec<String>,
    /// From where the tests begin.
    text: String,
}

impl Tests {
    /// Takes in the file at `path`, as seen from the root, if it holds tests.
    pub(super) fn add(&mut self, path: String, text: &str) {
        let way = path.strip_prefix("crates/").unwrap_or(&path).trim_end_matches(".rs");
        let way: Vec<String> = way.split('/').map(str::to_owned).collect();
        let whole = way.iter().any(|part| part == "tests");
        let start = if whole { Some(0) } else { text.find("#[cfg(test)]") };
        if let Some(tests) = start.and_then(|start| text.get(start..)) {
            self.0.push(Source { way, text: tests.to_owned() });
        }
    }

    fn have(&self, name: &str) -> bool {
        let Some((modules, function)) = name.rsplit_once("::") else { return false };
        let function = format!("fn {function}(");
        let mut modules = modules.split("::");
        let krate = modules.next();
        // A module of tests within its file has no place of its own.
        let modules: Vec<&str> = modules.filter(|module| *module != "tests").collect();
        self.0.iter().any(|source| {
            let (home, mut rest) = (source.way.first(), source.way.iter().skip(1));
            home.map(String::as_str) == krate
                && modules.iter().all(|module| rest.any(|part| part == module))
                && source.text.contains(&function)
        })
    }
}

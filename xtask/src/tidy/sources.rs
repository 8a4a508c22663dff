//! What every source file must have and what none may hold.

use std::path::Path;

use anyhow::Result;

use super::{Report, files, has_extension, read, relative};

/// A file past the first is noted, past the second refused.
const LONG: usize = 400;
const TOO_LONG: usize = 800;

/// Directories of one machine. They are put together here so that this file does not hold them itself.
const MACHINE_PATHS: [&str; 3] = [concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/tm", "p/")];

/// Promises instead of work.
const PROMISES: [&str; 5] = [
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("XX", "X:"),
    concat!("todo", "!("),
    concat!("unimple", "mented!("),
];

/// Macros that write to the terminal, and who may use them: the binary, the chores, and what only tests see.
const PRINTS: [&str; 4] =
    [concat!("print", "ln!("), concat!("print", "!("), concat!("eprint", "ln!("), concat!("eprint", "!(")];
const PRINTERS: [&str; 4] = ["crates/cli/", "xtask/", "/examples/", "/benches/"];

/// Not Rust, but committed: what is looked at for machine paths and promises only.
const OTHER_EXTENSIONS: [&str; 8] = ["toml", "sh", "py", "ftl", "sql", "md", "txt", "css"];
const OTHER_NAMES: [&str; 2] = ["Makefile", "Dockerfile"];

pub(super) fn check(root: &Path, report: &mut Report) -> Result<()> {
    for dir in ["crates", "xtask", "fuzz", "e2e"] {
        for path in files(&root.join(dir), &|path| has_extension(path, "rs"))? {
            judge_rust(&relative(root, &path), &read(&path)?, report);
        }
    }
    let other = |path: &Path| {
        OTHER_EXTENSIONS.iter().any(|extension| has_extension(path, extension))
            || path.file_name().is_some_and(|name| OTHER_NAMES.iter().any(|other| name == *other))
    };
    for path in files(root, &other)? {
        let name = relative(root, &path);
        // What `make run` and the database leave behind is not ours to judge, nor are the words of the licence.
        if !name.starts_with("yinxin-data/") {
            judge_text(&name, &read(&path)?, report);
        }
    }
    Ok(())
}

/// Judges one Rust file called `name` (as seen from the root).
pub(super) fn judge_rust(name: &str, text: &str, report: &mut Report) {
    let lines = text.lines().count();
    if lines > TOO_LONG {
        report.problem(format!("{name}: {lines} lines; split it by meaning (at most {TOO_LONG})"));
    } else if lines > LONG {
        report.note(format!("{name}: {lines} lines"));
    }
    if !is_test(name) && !text.trim_start().starts_with("//!") {
        report.problem(format!("{name}: begins without a few lines (//!) that say what it is for"));
    }
    // From here on a file is its own tests, which may name temporary paths and print.
    let mut in_tests = is_test(name);
    for (number, line) in (1..).zip(text.lines()) {
        let at = format!("{name}:{number}");
        in_tests |= line.trim() == "#[cfg(test)]" && !next_is_a_file(text, number);
        for promise in PROMISES.iter().filter(|promise| line.contains(**promise)) {
            report.problem(format!("{at}: `{promise}` is a promise; do it, or open an issue"));
        }
        if is_code(comment(line)) {
            report.problem(format!("{at}: code that is commented out"));
        }
        if in_tests {
            continue;
        }
        for path in MACHINE_PATHS.iter().filter(|path| line.contains(**path)) {
            report.problem(format!("{at}: `{path}` is a path of one machine"));
        }
        let may_print = PRINTERS.iter().any(|printer| name.contains(printer)) || name.ends_with("build.rs");
        if !may_print && comment(line).is_none() && PRINTS.iter().any(|print| has_word(line, print)) {
            report.problem(format!("{at}: only `cli` writes to the terminal"));
        }
    }
}

/// Judges a committed file that is not Rust.
fn judge_text(name: &str, text: &str, report: &mut Report) {
    for (number, line) in (1..).zip(text.lines()) {
        for path in MACHINE_PATHS.iter().filter(|path| line.contains(**path)) {
            report.problem(format!("{name}:{number}: `{path}` is a path of one machine"));
        }
        for promise in PROMISES.iter().take(2).filter(|promise| line.contains(**promise)) {
            report.problem(format!("{name}:{number}: `{promise}` is a promise; do it, or open an issue"));
        }
    }
}

/// By name: `tests.rs` and `testing.rs` stand behind `#[cfg(test)]`.
fn is_test(name: &str) -> bool {
    name.ends_with("/tests.rs") || name.ends_with("/testing.rs") || name.contains("/tests/")
}

/// Whether the item after line `number` is `mod name;`: then the tests lie in another file and this one goes on.
fn next_is_a_file(text: &str, number: usize) -> bool {
    text.lines().nth(number).is_some_and(|next| {
        let next = next.trim();
        !next.contains('{') && next.ends_with(';')
    })
}

/// The text of a plain comment that has its line to itself; documentation is not one.
fn comment(line: &str) -> Option<&str> {
    let text = line.trim_start().strip_prefix("//")?;
    (!text.starts_with(['/', '!'])).then(|| text.trim())
}

/// Whether a comment reads as Rust rather than as a sentence. Sentences are given the benefit of the doubt.
fn is_code(comment: Option<&str>) -> bool {
    let Some(text) = comment else { return false };
    let statement = [
        "let ", "use ", "pub ", "fn ", "mod ", "return ", "self.", "impl ", "struct ", "enum ", "const ",
        "static ", "assert", "#[",
    ];
    let block = ["if ", "for ", "while ", "match ", "fn ", "impl ", "struct ", "enum ", "pub ", "loop "];
    matches!(text, "{" | "}" | "};" | "})" | "});" | "},")
        || text.ends_with(';') && statement.iter().any(|start| text.starts_with(start))
        || text.ends_with('{') && block.iter().any(|start| text.starts_with(start))
        || text.starts_with("#[") && text.ends_with(']')
}

/// Whether `line` calls the macro `print`, and not one whose name only ends like it.
fn has_word(line: &str, print: &str) -> bool {
    line.match_indices(print).any(|(at, _)| {
        !line.get(..at).unwrap_or_default().ends_with(|c: char| c.is_alphanumeric() || c == '_')
    })
}

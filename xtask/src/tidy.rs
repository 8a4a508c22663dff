//! What keeps the house tidy: which room may use which, how large files are, what never stands in a source,
//! that lists in documents agree with the code, and that tables of standards name tests that exist.
//!
//! A *problem* fails the build; a *note* is said and passes. The rules are data at the top of each module.

mod edges;
mod lists;
mod pages;
mod sources;
mod standards;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// What was found.
#[derive(Debug, Default)]
pub struct Report {
    pub problems: Vec<String>,
    pub notes: Vec<String>,
}

impl Report {
    fn problem(&mut self, what: impl Into<String>) {
        self.problems.push(what.into());
    }

    fn note(&mut self, what: impl Into<String>) {
        self.notes.push(what.into());
    }
}

/// Checks the workspace at `root`.
pub fn check(root: &Path) -> Result<Report> {
    let mut report = Report::default();
    edges::check(root, &mut report)?;
    sources::check(root, &mut report)?;
    lists::check(root, &mut report)?;
    standards::check(root, &mut report)?;
    Ok(report)
}

/// Every file below `dir` for which `wanted` says yes, sorted; a directory that does not exist has none. What
/// git does not keep (`target`, hidden directories) is left out.
fn files(dir: &Path, wanted: &dyn Fn(&Path) -> bool) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![dir.to_owned()];
    while let Some(dir) = open.pop() {
        if !dir.is_dir() {
            continue;
        }
        for entry in fs::read_dir(&dir).with_context(|| format!("reading {}", dir.display()))? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if path.is_dir() {
                if name != "target" && name != "node_modules" && !name.starts_with('.') {
                    open.push(path);
                }
            } else if wanted(&path) {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))
}

/// `path` as seen from `root`, with `/` on every system.
fn relative(root: &Path, path: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).to_string_lossy().replace('\\', "/")
}

fn has_extension(path: &Path, extension: &str) -> bool {
    path.extension().is_some_and(|found| found == extension)
}

#[cfg(test)]
mod tests;

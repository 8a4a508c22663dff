//! Project chores: `cargo xtask tidy` checks what the compiler does not.
//!
//! Knows the tree of files and what `cargo metadata` says, and nothing of certificates.

mod tidy;

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};

fn main() -> Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["tidy"] => tidy_up(),
        _ => bail!("usage: cargo xtask tidy"),
    }
}

fn tidy_up() -> Result<ExitCode> {
    let report = tidy::check(root()?)?;
    for note in &report.notes {
        println!("note: {note}");
    }
    for problem in &report.problems {
        println!("problem: {problem}");
    }
    println!("tidy: {} problems, {} notes", report.problems.len(), report.notes.len());
    Ok(if report.problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The root of the workspace: where this crate lies, one up.
fn root() -> Result<&'static Path> {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("xtask lies in the workspace's root")
}

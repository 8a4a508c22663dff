//! Outside judges: programs by other hands (qpdf, pdfsig, openssl …) that say what they think of our files.
//!
//! A judge that is not installed is skipped, loudly: the line goes straight to the standard error, past
//! the test harness, which shows a passing test's output to nobody. `make test` counts these lines.

use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A program that is there.
#[derive(Clone, Debug)]
pub struct Judge {
    program: PathBuf,
}

/// What a judge said.
#[derive(Clone, Debug)]
pub struct Opinion {
    /// `None` when a signal ended it.
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Judge {
    /// Looks for `program` in `PATH`; when it is not there, says so and yields `None`.
    pub fn call(program: &str) -> Option<Self> {
        let found = std::env::var_os("PATH").and_then(|path| {
            std::env::split_paths(&path).map(|dir| dir.join(program)).find(|file| file.is_file())
        });
        if found.is_none() {
            skipped(&format!("{program} is not installed"));
        }
        found.map(|program| Self { program })
    }

    /// Runs it with nothing on its standard input and its messages in English.
    pub fn ask<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Opinion {
        self.ask_in(Path::new("."), arguments)
    }

    /// As [`Judge::ask`], in the directory `dir`.
    pub fn ask_in<A: AsRef<OsStr>>(&self, dir: &Path, arguments: impl IntoIterator<Item = A>) -> Opinion {
        let output = Command::new(&self.program)
            .args(arguments)
            .current_dir(dir)
            .env("LC_ALL", "C.UTF-8")
            .stdin(Stdio::null())
            .output()
            .unwrap_or_else(|error| panic!("{} does not start: {error}", self.program.display()));
        Opinion {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

impl Opinion {
    /// Exit code 0.
    pub fn is_good(&self) -> bool {
        self.code == Some(0)
    }

    /// Both streams, for messages of failing tests.
    pub fn text(&self) -> String {
        format!("exit {:?}\n{}{}", self.code, self.stdout, self.stderr)
    }
}

/// Says loudly that a test, or a part of one, did not run, and why.
pub fn skipped(why: &str) {
    // A closed standard error is no reason to fail a test that was going to be skipped anyway.
    let _ = writeln!(std::io::stderr(), "SKIPPED: {why}");
}

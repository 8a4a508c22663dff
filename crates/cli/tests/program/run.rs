//! Starting the binary, and an installation to start it on.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;
use yinxin_testkit::people::{People, Person};
use yinxin_testkit::roster::{CHINESE_HEADINGS, Encoding, Row, text};
use yinxin_testkit::{judge, temp_dir};

/// The clock of every demo command, unless a test says otherwise.
pub const NOW: &str = "2026-03-01T09:00:00+08:00";

/// What a command answered.
#[derive(Debug)]
pub struct Said {
    /// `None` when it was killed.
    pub exit: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Said {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|why| panic!("{why}: {self:?}"))
    }

    /// The answer of a command that must have done what it was asked.
    pub fn done(&self) -> Value {
        assert_eq!(self.exit, Some(0), "{self:?}");
        self.json()
    }

    /// The stable code of a refusal.
    pub fn refusal(&self) -> String {
        assert_eq!(self.exit, Some(1), "{self:?}");
        self.json()["error"]["code"].as_str().unwrap().to_owned()
    }
}

/// The binary with an environment that says nothing.
pub fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_yinxin"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("YINXIN_") {
            command.env_remove(name);
        }
    }
    command.env("LANG", "zh_CN.UTF-8").stdin(Stdio::null());
    command
}

pub fn run<A: AsRef<OsStr>>(arguments: impl IntoIterator<Item = A>) -> Said {
    let output = program().args(arguments).output().unwrap();
    Said {
        exit: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// An initialised demo directory.
pub struct Demo {
    dir: TempDir,
    pub at: String,
}

/// Somebody with a certificate online.
pub struct Holder {
    pub person: Person,
    pub number: String,
}

impl Demo {
    pub fn new() -> Self {
        let demo = Self { dir: temp_dir("program"), at: NOW.into() };
        run(demo.line(&["init", "--at", "2026-01-05T09:00:00+08:00"])).done();
        demo
    }

    /// Whether copies can be sealed on this machine; says so, loudly, where they cannot.
    pub fn can_seal(&self) -> bool {
        let findings = self.json(&["doctor"]).json();
        let there = findings["findings"].as_array().unwrap().iter().all(|f| f["code"] != "fonts_lacking");
        if !there {
            judge::skipped("the fonts of the default chain are not installed: no copy was sealed");
        }
        there
    }

    pub fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.file(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    fn line<A: AsRef<OsStr>>(&self, arguments: &[A]) -> Vec<OsString> {
        let mut line = vec!["--data".into(), self.data().into_os_string(), "--json".into()];
        line.extend(arguments.iter().map(|a| a.as_ref().to_owned()));
        line
    }

    /// A command with JSON and the clock set.
    pub fn json<A: AsRef<OsStr>>(&self, arguments: &[A]) -> Said {
        run(self.arguments(arguments))
    }

    /// The whole command line of [`Demo::json`].
    pub fn arguments<A: AsRef<OsStr>>(&self, arguments: &[A]) -> Vec<OsString> {
        let mut line = self.line(arguments);
        line.extend(["--at".into(), self.at.clone().into()]);
        line
    }

    /// A command that answers for people.
    pub fn text<A: AsRef<OsStr>>(&self, arguments: &[A]) -> Said {
        let line = self.arguments(arguments);
        run(line.into_iter().filter(|argument| argument != "--json"))
    }

    /// Imports, submits, approves and publishes what must be good.
    pub fn publish(&self, organisation: &str, rows: &[Row]) {
        let file = self.write(&format!("{}.csv", rows[0].management_number), &csv(rows));
        let file = file.to_str().unwrap();
        let batch = self.json(&["import", file, "--organisation", organisation]).done()["batch"].clone();
        let batch = batch.as_str().unwrap();
        self.json(&["batch", "submit", batch]).done();
        self.json(&["batch", "approve", batch, "--as", "approver"]).done();
        self.json(&["batch", "publish", batch]).done();
    }

    /// Publishes one certificate of the ministry for each of `people`.
    pub fn holders(&self, people: Vec<Person>) -> Vec<Holder> {
        let rows: Vec<Row> = people.iter().enumerate().map(|(i, person)| row(person, i)).collect();
        self.publish("mohrss", &rows);
        let numbers = rows.into_iter().map(|row| row.management_number);
        people.into_iter().zip(numbers).map(|(person, number)| Holder { person, number }).collect()
    }

    /// An endorsement of 90 days; its id and its copy's file.
    pub fn endorsed(&self, number: &str) -> (String, PathBuf) {
        let id = self.json(&["endorse", number]).done()["endorsement"].as_str().unwrap().to_owned();
        let out = self.file(&format!("{id}.pdf"));
        self.json(&["copy", &id, "--out", out.to_str().unwrap()]).done();
        (id, out)
    }

    /// The verdict, and that the exit code agrees with it.
    pub fn verdict(&self, file: &Path, more: &[&str]) -> String {
        let mut arguments: Vec<&OsStr> = vec!["verify".as_ref(), file.as_os_str()];
        arguments.extend(more.iter().map(|argument| OsStr::new(*argument)));
        let said = self.json(&arguments);
        let verdict = said.json()["verdict"].as_str().unwrap_or_default().to_owned();
        assert_eq!(said.exit, Some(i32::from(verdict != "valid")), "{said:?}");
        verdict
    }
}

pub fn row(person: &Person, order: usize) -> Row {
    Row::of(person, &format!("2021110000{order:06}"), "2021-10-24".parse().unwrap())
}

pub fn people(seed: u64, count: usize) -> Vec<Person> {
    People::new(seed).take(count).collect()
}

pub fn csv(rows: &[Row]) -> Vec<u8> {
    text(&CHINESE_HEADINGS, rows, Encoding::Utf8, b',')
}

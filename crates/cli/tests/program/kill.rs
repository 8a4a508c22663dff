//! kill -9, and what the next start finds. The moments are of two kinds: when something shows on the disk (the roster's
//! object, the first rows, the grant, the sealed file), and at delays spread over a whole run. No moment needs a hook in
//! the program. What must hold is the same for all of them.

use std::collections::{BTreeSet, VecDeque};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::run::{Demo, csv, people, program, row};

const ROWS: usize = 1_500;

/// When to kill.
enum Moment {
    After(Duration),
    /// A file more lies in this folder.
    FileIn(PathBuf),
    /// The log of the register has grown by so many bytes.
    LogGrown(PathBuf, u64),
}

/// Lets the child live until the moment has come, or to its end; whether it was killed.
fn kill_at(mut child: Child, moment: &Moment, before: u64) -> bool {
    let start = now();
    loop {
        let come = match moment {
            Moment::After(delay) => now().duration_since(start) >= *delay,
            Moment::FileIn(folder) => files_in(folder) > before,
            Moment::LogGrown(log, bytes) => size_of(log) >= before + bytes,
        };
        if come {
            child.kill().unwrap();
        }
        if let Some(status) = child.try_wait().unwrap() {
            return status.code().is_none();
        }
        if come {
            return child.wait().unwrap().code().is_none();
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

impl Moment {
    fn before(&self) -> u64 {
        match self {
            Self::After(_) => 0,
            Self::FileIn(folder) => files_in(folder),
            Self::LogGrown(log, _) => size_of(log),
        }
    }
}

fn files_in(folder: &Path) -> u64 {
    std::fs::read_dir(folder).map_or(0, |entries| entries.count() as u64)
}

fn size_of(file: &Path) -> u64 {
    std::fs::metadata(file).map_or(0, |found| found.len())
}

#[allow(clippy::disallowed_methods, reason = "delays are the point here")]
fn now() -> Instant {
    Instant::now()
}

fn start(demo: &Demo, arguments: &[&str]) -> Child {
    let mut command = program();
    command.args(demo.arguments(arguments)).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().unwrap()
}

/// How long a run takes here and now: only to spread the delays over it.
fn measured(run: impl FnOnce()) -> Duration {
    let start = now();
    run();
    now().duration_since(start)
}

/// The moments of a test, one run each: those that are named, then delays over a whole run. Where that was measured too long
/// (others may have used the machine) and too few were killed, shorter ones.
struct Moments {
    left: VecDeque<Moment>,
    shorter: Duration,
    run: usize,
    least: usize,
    killed: usize,
}

impl Moments {
    /// At least `least` runs are to be killed.
    fn new(named: impl IntoIterator<Item = Moment>, whole: Duration, parts: u32, least: usize) -> Self {
        let spread = (0..parts).map(|part| Moment::After(whole * part / parts));
        let left = named.into_iter().chain(spread).collect();
        Self { left, shorter: whole / 2, run: 0, least, killed: 0 }
    }

    /// The number of the run, from 0, and when to kill it.
    fn next(&mut self) -> Option<(usize, Moment)> {
        let run = self.run;
        self.run += 1;
        if let Some(moment) = self.left.pop_front() {
            return Some((run, moment));
        }
        let delay = self.shorter;
        self.shorter /= 2;
        (self.killed < self.least && run < 21).then_some((run, Moment::After(delay)))
    }

    fn enough(&self) {
        assert!(self.killed >= self.least, "only {} of the runs were killed in time", self.killed);
    }
}

fn log(demo: &Demo) -> PathBuf {
    demo.data().join("register.sqlite-wal")
}

#[test]
fn a_killed_import_is_whole_or_not_there() {
    let demo = Demo::new();
    let crowd = people(7, ROWS);
    let roster = |run: usize| {
        let rows: Vec<_> = crowd.iter().enumerate().map(|(i, person)| row(person, run * ROWS + i)).collect();
        demo.write(&format!("roster-{run}.csv"), &csv(&rows))
    };
    let import =
        |file: &Path| demo.json(&["import", file.to_str().unwrap(), "--organisation", "mohrss"]).done();
    let whole = measured(|| drop(import(&roster(0))));
    let objects = demo.data().join("objects/rosters");
    let named = [
        Moment::FileIn(objects),
        Moment::LogGrown(log(&demo), 1),
        Moment::LogGrown(log(&demo), 100_000),
        Moment::LogGrown(log(&demo), 400_000),
    ];
    let mut moments = Moments::new(named, whole, 8, 4);
    let mut batches = 1;
    while let Some((i, moment)) = moments.next() {
        let file = roster(i + 1);
        let before = moment.before();
        let child = start(&demo, &["import", file.to_str().unwrap(), "--organisation", "mohrss"]);
        moments.killed += usize::from(kill_at(child, &moment, before));

        demo.json(&["recover"]).done();
        let listed = demo.json(&["batch", "list"]).done()["batches"].as_array().unwrap().clone();
        assert!(listed.len() == batches || listed.len() == batches + 1, "{listed:?}");
        assert!(listed.iter().all(|b| b["state"] == "checked" && b["rows"] == ROWS), "{listed:?}");
        let there = listed.len() > batches;
        let again = import(&file);
        assert_eq!(again["repeated"], there, "{again}");
        assert_eq!(again["accepted"], if there { 0 } else { ROWS });
        batches += 1;
    }
    moments.enough();
    assert_eq!(demo.json(&["audit", "verify"]).done()["intact"], true);
    let healthy = demo.json(&["doctor"]).json();
    let wrong =
        |f: &serde_json::Value| f["state"] == "wrong" && f["check"] != "disk" && f["check"] != "fonts";
    assert!(!healthy["findings"].as_array().unwrap().iter().any(wrong), "{healthy}");
}

#[test]
fn a_killed_publication_is_finished() {
    let demo = Demo::new();
    let publish = |run: usize, moment: Option<Moment>| {
        let rows: Vec<_> =
            people(8, ROWS).iter().enumerate().map(|(i, person)| row(person, run * ROWS + i)).collect();
        let file = demo.write("roster.csv", &csv(&rows));
        let imported = demo.json(&["import", file.to_str().unwrap(), "--organisation", "mohrss"]).done();
        let batch = imported["batch"].as_str().unwrap().to_owned();
        demo.json(&["batch", "submit", &batch]).done();
        demo.json(&["batch", "approve", &batch, "--as", "approver"]).done();
        let Some(moment) = moment else {
            return (measured(|| drop(demo.json(&["batch", "publish", &batch]).done())), false);
        };
        let before = moment.before();
        let killed = kill_at(start(&demo, &["batch", "publish", &batch]), &moment, before);
        demo.json(&["recover"]).done();
        let state = demo.json(&["batch", "show", &batch]).done()["state"].as_str().unwrap().to_owned();
        match state.as_str() {
            "approved" => drop(demo.json(&["batch", "publish", &batch]).done()),
            state => assert_eq!(state, "published"),
        }
        (Duration::ZERO, killed)
    };
    let (whole, _) = publish(0, None);
    let named = [Moment::LogGrown(log(&demo), 1), Moment::LogGrown(log(&demo), 50_000)];
    let mut moments = Moments::new(named, whole, 3, 2);
    let mut published = 1;
    while let Some((i, moment)) = moments.next() {
        moments.killed += usize::from(publish(i + 1, Some(moment)).1);
        published += 1;
    }
    moments.enough();
    let scope = demo.json(&["scope"]).done();
    let online: u64 =
        scope["scope"].as_array().unwrap().iter().map(|line| line["online"].as_u64().unwrap()).sum();
    assert_eq!(online, published * ROWS as u64, "each certificate is counted once");
    assert_eq!(demo.json(&["audit", "verify"]).done()["intact"], true);
}

#[test]
fn a_killed_sealing_is_finished_and_counts_once() {
    let demo = Demo::new();
    if !demo.can_seal() {
        return;
    }
    let holders = demo.holders(people(9, 8));
    let whole = measured(|| drop(demo.json(&["endorse", &holders[0].number]).done()));
    let copies = demo.data().join("objects/copies");
    let named = [
        Moment::LogGrown(log(&demo), 1),
        Moment::LogGrown(log(&demo), 1),
        Moment::FileIn(copies.clone()),
        Moment::FileIn(copies.clone()),
        Moment::FileIn(copies),
    ];
    let mut submitted: Vec<(String, String)> = Vec::new();
    let mut numbers = BTreeSet::new();
    let mut moments = Moments::new(named, whole, 10, 4);
    while let Some((i, moment)) = moments.next() {
        // Two submissions or three for each holder but the first.
        let (number, key) = (holders[1 + i % 7].number.clone(), format!("submission-{i}"));
        let before = moment.before();
        let apply = ["endorse", &number, "--idempotency-key", &key];
        moments.killed += usize::from(kill_at(start(&demo, &apply), &moment, before));
        // Whoever sends the same form again has the same endorsement, and it is ready.
        let view = demo.json(&apply).done();
        assert_eq!(view["state"], "ready", "{view}");
        assert!(numbers.insert(view["copy_number"].as_str().unwrap().to_owned()), "a copy number came twice");
        submitted.push((number, view["endorsement"].as_str().unwrap().to_owned()));
    }
    moments.enough();
    for holder in &holders[1..] {
        let mine: Vec<&String> =
            submitted.iter().filter(|(number, _)| *number == holder.number).map(|(_, id)| id).collect();
        let listed = demo.json(&["endorsement", "list", &holder.number]).done();
        assert_eq!(listed["endorsements"].as_array().unwrap().len(), mine.len(), "{listed}");
        let shown = demo.json(&["certificate", "show", &holder.number]).done();
        assert_eq!(shown["quota"]["used"], mine.len());
        for id in mine {
            let out = demo.file("copy.pdf");
            demo.json(&["copy", id, "--out", out.to_str().unwrap()]).done();
            assert_eq!(demo.verdict(&out, &[]), "valid");
        }
    }
    let recovered = demo.json(&["recover"]).done();
    assert_eq!(recovered["copies_finished"], 0, "nothing was left to do");
    assert_eq!(demo.json(&["audit", "verify"]).done()["intact"], true);
}

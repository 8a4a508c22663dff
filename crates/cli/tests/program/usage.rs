//! Flags, exit codes, whose directory and whose database it is.

use crate::run::{Demo, NOW, csv, people, program, row, run};
use yinxin_testkit::{postgres, temp_dir};

#[test]
fn global_flags_stand_before_or_after_the_verb() {
    let demo = Demo::new();
    let data = demo.data();
    let data = data.to_str().unwrap();
    let before = run(["--json", "--data", data, "--at", NOW, "scope"]);
    let after = run(["scope", "--at", NOW, "--data", data, "--json"]);
    assert_eq!((before.exit, &before.stdout), (Some(0), &after.stdout));
    let between = run(["--json", "batch", "--data", data, "list", "--at", NOW]);
    assert_eq!(between.done()["batches"].as_array().unwrap().len(), 0);
    let environment = program().args(["--json", "scope"]).env("YINXIN_DATA", data).output().unwrap();
    assert_eq!(String::from_utf8(environment.stdout).unwrap(), before.stdout);
}

#[test]
fn wrong_usage_exits_2_and_speaks_json() {
    let demo = Demo::new();
    for arguments in [
        &["nonsense"][..],
        &["endorse"],
        &["import", "x.csv"],
        &["verify"],
        &["verify", "x.pdf", "--token", "T"],
        &["verify", "--name", "张三", "--document", "1"],
        &["batch", "show", "not-an-id"],
        &["query-number", "1", "--days", "31"],
        &["copy", "1", "--out", "x", "--format", "docx"],
        &["copy", "1", "--out", "x.OFD", "--format", "pdf"],
        &["certificate", "correct", "1"],
        &["certificate", "correct", "1", "--set", "no-equals-sign"],
        &["scope", "--at", "yesterday"],
        &["list", "--limit", "0"],
    ] {
        let said = demo.json(arguments);
        assert_eq!(said.exit, Some(2), "{arguments:?}: {said:?}");
        let error = &said.json()["error"];
        assert!(error["code"].is_string() && error["details"].is_object(), "{said:?}");
        assert!(!error["message"].as_str().unwrap().is_empty());
        assert_eq!(demo.text(arguments).stdout, "", "to people it is said on the standard error");
    }
    for arguments in [&["--help"][..], &["--version"], &["endorse", "--help"]] {
        let said = run(arguments);
        assert_eq!((said.exit, said.stderr.as_str()), (Some(0), ""));
    }
    assert_eq!(run(Vec::<String>::new()).exit, Some(2));
}

#[test]
fn only_a_demo_lets_its_clock_be_set() {
    let dir = temp_dir("usage");
    let data = dir.path().join("data");
    let data = data.to_str().unwrap();
    let production = ["--json", "--data", data, "init", "--production", "--operator", "head"];
    let made = run(production).done();
    assert_eq!((&made["demo"], &made["trust"]), (&false.into(), &serde_json::Value::Null));
    assert_eq!(made["staff"], serde_json::json!(["head"]));
    assert_eq!(run(["--json", "--data", data, "scope", "--at", NOW]).refusal(), "not_a_demo");
    assert_eq!(run(["--json", "--data", data, "demo"]).refusal(), "not_a_demo");
    assert_eq!(run(["--json", "--data", data, "trust", "renew"]).refusal(), "not_a_demo");
    assert_eq!(run(["--json", "--data", data, "samples", "--out", data]).refusal(), "not_a_demo");
    run(["--json", "--data", data, "scope"]).done();
    for staff in ["clerk", "approver"] {
        let said = run(["--json", "--data", data, "batch", "list", "--as", staff]);
        assert_eq!(said.refusal(), "staff_unknown");
    }
    let trust = std::fs::read_dir(std::path::Path::new(data).join("trust")).unwrap();
    let there: Vec<_> = trust.map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(there, ["catalogue.toml"], "production trusts nobody yet");
    assert_eq!(run(["--json", "--data", data, "init", "--operator", "x"]).exit, Some(2));
}

#[test]
fn a_directory_is_initialised_once_and_has_its_own_database() {
    let (one, two) = (Demo::new(), Demo::new());
    assert_eq!(one.json(&["init"]).refusal(), "already_initialised");
    let theirs = format!("sqlite:{}", two.data().join("register.sqlite").display());
    assert_eq!(one.json(&["scope", "--database", &theirs]).refusal(), "wrong_database");
    let fresh = one.file("fresh");
    let fresh = fresh.to_str().unwrap();
    assert_eq!(run(["--json", "--data", fresh, "scope"]).refusal(), "not_initialised");
    let claimed = run(["--json", "--data", fresh, "init", "--database", &theirs]);
    assert_eq!(claimed.refusal(), "wrong_database");
    assert_eq!(run(["--json", "--data", fresh, "scope"]).refusal(), "not_initialised");
    // Keys are their owner's alone.
    use std::os::unix::fs::PermissionsExt;
    for path in ["keys", "keys/vault.toml", "keys/root.p8", "keys/seal-mohrss.p8"] {
        let mode = std::fs::metadata(one.data().join(path)).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{path}");
    }
    let files = |dir: &str| {
        let entries = std::fs::read_dir(one.data().join(dir)).unwrap().map(Result::unwrap);
        let files = entries.filter(|entry| entry.file_type().unwrap().is_file());
        files.map(|entry| entry.file_name().into_string().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!((files("trust"), files("trust/sm2")), (vec!["root.pem".into()], vec!["root.pem".into()]));
}

#[test]
fn a_password_in_an_address_is_never_shown() {
    let demo = Demo::new();
    let url = "postgres://yinxin:geheim-4711@127.0.0.1:1/register";
    let doctor = program()
        .args(["--json", "--data", demo.data().to_str().unwrap(), "doctor", "--database", url])
        .env("YINXIN_LOG", "trace")
        .output()
        .unwrap();
    let other = demo.json(&["scope", "--database", url]);
    let fresh = demo.file("fresh");
    let init = run(["--json", "--data", fresh.to_str().unwrap(), "init", "--database", url]);
    for text in [
        String::from_utf8_lossy(&doctor.stdout).into_owned(),
        String::from_utf8_lossy(&doctor.stderr).into_owned(),
        format!("{other:?}"),
        format!("{init:?}"),
    ] {
        assert!(!text.contains("geheim-4711"), "{text}");
    }
    assert_eq!(init.exit, Some(1));
}

#[test]
fn what_people_read_has_no_control_characters_from_data() {
    let demo = Demo::new();
    let bytes = csv(&people(3, 1).iter().map(|person| row(person, 0)).collect::<Vec<_>>());
    let file = demo.write("\u{1b}[2J\u{7}\r\u{9b}31mroster.csv", &bytes);
    let import = ["import", file.to_str().unwrap(), "--organisation", "mohrss"];
    let batch = demo.json(&import).done()["batch"].as_str().unwrap().to_owned();
    demo.json(&["batch", "submit", &batch]).done();
    demo.json(&["batch", "reject", &batch, "--as", "approver", "--reason", "a\u{1b}[31mb\nforged: line\r"])
        .done();
    for said in [
        demo.text(&["batch", "list"]),
        demo.text(&["batch", "show", &batch]),
        demo.text(&["audit", "list"]),
        demo.text(&["batch", "show", "\u{1b}[31m"]),
        demo.text(&["certificate", "show", "\u{1b}]0;title\u{7}"]),
        demo.text(&["verify", "\u{1b}[31m.pdf"]),
    ] {
        let control = |c: char| c.is_control() && c != '\n';
        assert!(!said.stdout.contains(control), "{said:?}");
        assert!(!said.stderr.contains(control), "{said:?}");
        assert!(!said.stdout.lines().any(|line| line.trim_start().starts_with("forged:")), "{said:?}");
    }
}

/// The same commands against a PostgreSQL that somebody started.
#[test]
fn the_same_commands_work_on_postgresql() {
    let Some(url) = postgres::fresh_database() else { return };
    let dir = temp_dir("usage");
    let data = dir.path().join("data");
    let go = |arguments: &[&str]| {
        let mut line = vec!["--json", "--data", data.to_str().unwrap(), "--database", &url];
        line.extend(arguments);
        run(line)
    };
    assert_eq!(go(&["init"]).done()["demo"], true);
    let roster = dir.path().join("roster.csv");
    let person = people(4, 1).remove(0);
    std::fs::write(&roster, csv(&[row(&person, 0)])).unwrap();
    let imported = go(&["import", roster.to_str().unwrap(), "--organisation", "mohrss"]).done();
    let batch = imported["batch"].as_str().unwrap();
    go(&["batch", "submit", batch]).done();
    go(&["batch", "approve", batch, "--as", "approver"]).done();
    go(&["batch", "publish", batch]).done();
    let number = row(&person, 0).management_number;
    let shown = go(&["certificate", "show", &number]).done();
    assert_eq!(shown["holder"]["name"], person.name.as_str());
    assert_eq!(go(&["audit", "verify"]).done()["intact"], true);
    // Without the flag the directory says which kind of database is missing, and makes none.
    assert_eq!(run(["--json", "--data", data.to_str().unwrap(), "scope"]).refusal(), "database_not_named");
    assert!(!data.join("register.sqlite").exists());
}

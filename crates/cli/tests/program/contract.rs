//! The answers of every command in JSON, as a contract: one story is told, and each answer is compared with the snapshot
//! that is committed beside this file. What differs from run to run (ids, times, digests, places) is blanked by its form;
//! sentences belong to `words` and are only required to be there.

use serde_json::{Value, json};
use yinxin_model::{Id, Sex};
use yinxin_testkit::people::{People, Person};
use yinxin_testkit::roster::Row;

use crate::run::{Demo, Said, csv, row};

/// Tells the story and keeps what was said.
struct Story {
    demo: Demo,
    told: Vec<Value>,
}

impl Story {
    /// Runs a command whose answer is part of the contract.
    fn tell(&mut self, arguments: &[&str]) -> Value {
        let said = self.demo.json(arguments);
        let answer = said.json();
        self.keep(arguments, &said, answer.clone());
        answer
    }

    /// Every command starts its clock anew; a second later each time, what happened in sequence stands in sequence.
    fn tick(&mut self) {
        let now = yinxin_model::Instant::parse(&self.demo.at).unwrap();
        self.demo.at = yinxin_model::Instant(now.0 + 1_000).rfc3339();
    }

    fn keep(&mut self, arguments: &[&str], said: &Said, mut answer: Value) {
        let place = self.demo.file("").display().to_string();
        let command: Vec<String> =
            arguments.iter().map(|argument| blank_text("", argument, &place)).collect();
        blank("", &mut answer, &place);
        self.tick();
        self.told.push(json!({ "command": command.join(" "), "exit": said.exit, "answer": answer }));
    }

    /// The chapter ends: compares.
    fn compare(&mut self, chapter: &str) {
        let told = Value::Array(std::mem::take(&mut self.told));
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path("snapshots");
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.set_sort_maps(true);
        settings.bind(|| insta::assert_json_snapshot!(chapter, told));
    }
}

/// Replaces what differs from run to run.
fn blank(key: &str, value: &mut Value, place: &str) {
    match value {
        Value::Object(map) => map.iter_mut().for_each(|(key, value)| blank(key, value, place)),
        Value::Array(items) => items.iter_mut().for_each(|value| blank(key, value, place)),
        Value::String(text) => *text = blank_text(key, text, place),
        Value::Number(_)
            if matches!(key, "bytes" | "entries" | "audit_entries_chained" | "values" | "objects") =>
        {
            *value = "[count]".into();
        }
        _ => {}
    }
}

fn blank_text(key: &str, text: &str, place: &str) -> String {
    let hex = |length: usize| text.len() == length && text.bytes().all(|b| b.is_ascii_hexdigit());
    match key {
        "message" => {
            assert!(!text.is_empty() && !text.contains("{$"), "no sentence: {text:?}");
            return "[sentence]".into();
        }
        "copy_number" | "query_number" | "serial" | "catalogue" | "version" | "token" => {
            return format!("[{key}]");
        }
        _ => {}
    }
    if text.len() == 36 && text.parse::<Id>().is_ok() {
        return "[id]".into();
    }
    if hex(64) || hex(40) {
        return "[digest]".into();
    }
    // An instant; plain days are part of the contract, because the clock is set.
    if text.len() >= 20 && text.get(10..11) == Some("T") && yinxin_model::Instant::parse(text).is_some() {
        return "[time]".into();
    }
    match text.split_once(':') {
        Some((kind, id)) if id.len() == 36 && id.parse::<Id>().is_ok() => return format!("{kind}:[id]"),
        Some(("holder", _)) => return "holder:[index]".into(),
        _ => {}
    }
    match text.strip_prefix(place) {
        Some(rest) => match rest.strip_suffix(".pdf").filter(|id| id.parse::<Id>().is_ok()) {
            Some(_) => "[place]/[id].pdf".into(),
            None => format!("[place]/{rest}"),
        },
        None => text.to_owned(),
    }
}

fn text_of(answer: &Value, key: &str) -> String {
    answer[key].as_str().unwrap_or_else(|| panic!("no {key} in {answer}")).to_owned()
}

#[test]
fn answers_are_a_contract() {
    let demo = Demo::new();
    let sealing = demo.can_seal();
    let mut story = Story { demo, told: Vec::new() };
    let mut crowd = People::new(11);
    let people: Vec<Person> = [("张䶮", Sex::Male), ("阿卜杜拉·买买提", Sex::Male), ("李静", Sex::Female)]
        .map(|(name, sex)| crowd.named(name, sex))
        .into();

    installation(&mut story);
    story.compare("installation");
    let rows = imports(&mut story, &people);
    story.compare("imports");
    certificates(&mut story, &people, &rows);
    story.compare("certificates");
    changes(&mut story, &rows);
    story.compare("changes");
    if !sealing {
        return;
    }
    let copy = endorsements(&mut story, &rows);
    story.compare("endorsements");
    verification(&mut story, &people, &rows, &copy);
    story.compare("verification");
    upkeep(&mut story);
    story.compare("upkeep");
}

fn installation(story: &mut Story) {
    let fresh = story.demo.file("other");
    let fresh = fresh.to_str().unwrap().to_owned();
    story.tell(&["init", "--data", &fresh]);
    story.tell(&["init"]);
    story.tell(&["staff", "put", "anna", "--role", "clerk", "--organisation", "bj-rsks"]);
    story.tell(&["staff", "put", "anna", "--role", "king"]);
    story.tell(&["staff", "list"]);
    story.tell(&["catalogue", "show"]);
    let seed = concat!(env!("CARGO_MANIFEST_DIR"), "/../model/seed/catalogue.toml");
    let said = story.demo.json(&["catalogue", "check", seed]);
    story.keep(&["catalogue", "check", "catalogue.toml"], &said, said.json());
    let broken = story.demo.write("broken.toml", b"[[seal]]\ncode = 1\n");
    let said = story.demo.json(&["catalogue", "check", broken.to_str().unwrap()]);
    assert_eq!(said.refusal(), "catalogue_invalid");
    let said = story.demo.json(&["catalogue", "load", seed]);
    story.keep(&["catalogue", "load", "catalogue.toml"], &said, said.json());
    story.tell(&["seal", "list"]);
    story.tell(&["scope", "--as", "nobody"]);
}

fn imports(story: &mut Story, people: &[Person]) -> Vec<Row> {
    let rows: Vec<Row> = people.iter().enumerate().map(|(i, person)| row(person, i)).collect();
    let mut spoilt = rows.clone();
    spoilt[0].document_number = "11010119900307123X".into();
    spoilt[1].approval_date = "2099年1月1日".into();
    (spoilt[2].name, spoilt[2].sex) = ("=cmd|' /C calc'!A0".into(), "男".into());
    let good = story.demo.write("roster.csv", &csv(&rows));
    let bad = story.demo.write("spoilt.csv", &csv(&spoilt));
    let titled = [b"2021\xE5\xB9\xB4\xE5\xBA\xA6\n\n".as_slice(), &csv(&rows)].concat();
    let titled = story.demo.write("titled.csv", &titled);
    let (good, bad) = (good.to_str().unwrap(), bad.to_str().unwrap());

    story.tell(&["import", bad, "--organisation", "mohrss"]);
    story.tell(&["import", titled.to_str().unwrap(), "--organisation", "mohrss", "--dry-run"]);
    story.tell(&["import", good, "--organisation", "caa", "--dry-run"]);
    let first = text_of(&story.tell(&["import", good, "--organisation", "mohrss"]), "batch");
    story.tell(&["import", good, "--organisation", "mohrss"]);
    story.tell(&["import", "absent.csv", "--organisation", "mohrss"]);
    story.tell(&["import", good, "--organisation", "nobody"]);
    story.tell(&["batch", "list"]);
    story.tell(&["batch", "cancel", &first]);
    let batch = text_of(&story.tell(&["import", good, "--organisation", "mohrss"]), "batch");
    story.tell(&["batch", "submit", &batch]);
    story.tell(&["batch", "approve", &batch]);
    story.tell(&["batch", "approve", &batch, "--as", "approver"]);
    story.tell(&["batch", "publish", &batch]);
    story.tell(&["batch", "cancel", &batch]);
    story.tell(&["batch", "show", &batch]);
    let rejected: Vec<Row> = vec![row(&people[0], 100)];
    let again = story.demo.write("again.csv", &csv(&rejected));
    let again = story.tell(&["import", again.to_str().unwrap(), "--organisation", "bj-rsks"]);
    let again = text_of(&again, "batch");
    story.tell(&["batch", "submit", &again]);
    story.tell(&["batch", "reject", &again, "--as", "approver", "--reason", "重复"]);
    rows
}

fn certificates(story: &mut Story, people: &[Person], rows: &[Row]) {
    let number = &rows[0].management_number;
    let said = story.demo.json(&["certificate", "list"]);
    let mut listed = said.done();
    // Those of one batch stand in the order of their ids, which are drawn by lot within a millisecond.
    let by_number = |one: &Value| text_of(one, "management_number");
    listed["certificates"].as_array_mut().unwrap().sort_by_key(by_number);
    story.keep(&["certificate", "list"], &said, listed);
    assert_eq!(
        story.demo.json(&["certificate", "list", "--limit", "1"]).done()["certificates"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    let (name, document) = (&people[0].name, &people[0].document_number);
    story.tell(&["certificate", "list", "--name", name, "--document", document]);
    story.tell(&["certificate", "list", "--name", "张三", "--document", document]);
    story.tell(&["certificate", "show", number]);
    story.tell(&["certificate", "show", "20990000000000"]);
    let scope = story.demo.json(&["scope"]).done();
    let lines: Vec<Value> = scope["scope"].as_array().unwrap().iter().take(3).cloned().collect();
    let said = story.demo.json(&["scope"]);
    story.keep(&["scope"], &said, json!({ "scope": lines }));
    story.tell(&["query-number", number, "--days", "3"]);
}

fn changes(story: &mut Story, rows: &[Row]) {
    let number = &rows[2].management_number;
    let correct = ["certificate", "correct", number, "--set", "name=李更正", "--basis", "更正"];
    let request = text_of(&story.tell(&correct), "request");
    story.tell(&["certificate", "correct", number, "--set", "name=李静"]);
    story.tell(&["certificate", "correct", number, "--set", "colour=red"]);
    story.tell(&["request", "list"]);
    story.tell(&["request", "approve", &request]);
    story.tell(&["request", "approve", &request, "--as", "approver"]);
    story.tell(&["request", "approve", &request, "--as", "approver"]);
    story.tell(&["certificate", "show", number]);
    story.tell(&["certificate", "revoke", number, "--reason", "whim", "--basis", "测试"]);
    let revoke = [
        "certificate",
        "revoke",
        number,
        "--reason",
        "fraud",
        "--basis",
        "《测试办法》",
        "--on",
        "2026-02-28",
    ];
    let revocation = text_of(&story.tell(&revoke), "request");
    story.tell(&["request", "approve", &revocation, "--as", "approver"]);
    story.tell(&["certificate", "show", number]);
    let reinstatement = story.tell(&["certificate", "reinstate", number, "--basis", "复核"]);
    story.tell(&[
        "request",
        "reject",
        &text_of(&reinstatement, "request"),
        "--as",
        "approver",
        "--reason",
        "无据",
    ]);
    let reinstatement = story.tell(&["certificate", "reinstate", number, "--basis", "复核"]);
    story.tell(&["request", "approve", &text_of(&reinstatement, "request"), "--as", "approver"]);
}

/// A copy's file.
fn endorsements(story: &mut Story, rows: &[Row]) -> String {
    let number = &rows[0].management_number;
    let endorsed = story.tell(&["endorse", number, "--idempotency-key", "form-1"]);
    let id = text_of(&endorsed, "endorsement");
    story.tell(&["endorse", number, "--idempotency-key", "form-1"]);
    story.tell(&["endorse", number, "--idempotency-key", "form-1", "--days", "30"]);
    story.tell(&["endorse", number, "--days", "0"]);
    story.tell(&["endorse", number, "--days", "-1"]);
    story.tell(&["endorse", number, "--scenario", "gift"]);
    story.tell(&["endorse", "20990000000000"]);
    let second = story.tell(&["endorse", number, "--days", "1", "--on-behalf", "窗口代办"]);
    story.tell(&["endorsement", "withdraw", &text_of(&second, "endorsement")]);
    story.demo.json(&["endorse", number]).done();
    story.tick();
    story.tell(&["endorse", number]);
    story.tell(&["endorsement", "show", &id]);
    let listed = story.tell(&["endorsement", "list", number]);
    assert_eq!(listed["endorsements"].as_array().unwrap().len(), 3);
    let out = story.demo.file("copy.pdf").display().to_string();
    story.tell(&["copy", &id, "--format", "pdf", "--out", &out]);
    story.tell(&["copy", number, "--out", &out]);
    story.tell(&["copy", &text_of(&second, "endorsement"), "--out", &out]);
    out
}

fn verification(story: &mut Story, people: &[Person], rows: &[Row], copy: &str) {
    let number = &rows[0].management_number;
    let (name, document) = (&people[0].name, &people[0].document_number);
    story.tell(&["verify", copy]);
    story.tell(&["verify", copy, "--offline"]);
    let mut changed = std::fs::read(copy).unwrap();
    changed[1000] ^= 1;
    let changed = story.demo.write("changed.pdf", &changed);
    story.tell(&["verify", changed.to_str().unwrap()]);
    let strange = story.demo.write("strange.txt", b"hello");
    story.tell(&["verify", strange.to_str().unwrap()]);
    let other = story.demo.file("other/trust").display().to_string();
    story.tell(&["verify", copy, "--trust", &other]);
    story.tell(&["verify", "--name", name, "--document", document, "--number", number]);
    story.tell(&["verify", "--name", name, "--document", document, "--number", "20990000000000"]);
    story.tell(&["verify", "--token", "00000000000000000000000000"]);
    let query = text_of(&story.demo.json(&["query-number", number]).done(), "query_number");
    let ask = ["verify", "--name", name, "--query-number", &query];
    let said = story.demo.json(&ask);
    story.keep(&["verify", "--name", name, "--query-number", "[query_number]"], &said, said.json());
    // An endorsement whose days are over; then a correction, and a revocation.
    story.demo.at = "2026-05-30T00:00:00+08:00".into();
    story.tell(&["verify", copy]);
    let correct = ["certificate", "correct", number, "--set", "speciality=矿业工程", "--basis", "更正"];
    let request = text_of(&story.demo.json(&correct).done(), "request");
    story.demo.json(&["request", "approve", &request, "--as", "approver"]).done();
    story.tell(&["verify", copy]);
    let revoke = ["certificate", "revoke", number, "--reason", "misconduct", "--basis", "测试"];
    let request = text_of(&story.demo.json(&revoke).done(), "request");
    story.demo.json(&["request", "approve", &request, "--as", "approver"]).done();
    story.tell(&["verify", copy]);
}

fn upkeep(story: &mut Story) {
    story.tell(&["keys", "list"]);
    story.tell(&["keys", "rotate"]);
    story.tell(&["keys", "list"]);
    story.tell(&["keys", "retire"]);
    let now = yinxin_model::Instant::parse(&story.demo.at).unwrap();
    story.demo.at = yinxin_model::Instant(now.0 + 4_000_000).rfc3339();
    story.tell(&["keys", "retire"]);
    story.tell(&["keys", "rotate-index"]);
    story.tell(&["keys", "rotate", "--as", "approver"]);
    story.tell(&["trust", "renew"]);
    story.tell(&["recover"]);
    story.tell(&["audit", "verify"]);
    story.tell(&["audit", "list", "--limit", "1"]);
    story.tell(&["audit", "list", "--as", "anna"]);
    let said = story.demo.json(&["doctor"]);
    let doctor = said.json();
    assert!(doctor["healthy"].is_boolean());
    let mut codes: Vec<&str> =
        doctor["findings"].as_array().unwrap().iter().filter_map(|f| f["check"].as_str()).collect();
    codes.dedup();
    story.keep(&["doctor"], &said, json!({ "checks": codes }));
    let data = story.demo.file("country").display().to_string();
    let said = story.demo.json(&["demo", "--holders", "20", "--data", &data]);
    let made = said.done();
    let mut cases: Vec<&str> =
        made["cases"].as_array().unwrap().iter().filter_map(|c| c["case"].as_str()).collect();
    cases.sort_unstable();
    let shape = json!({
        "keys": made.as_object().unwrap().keys().collect::<Vec<_>>(),
        "case_keys": made["cases"][0].as_object().unwrap().keys().collect::<Vec<_>>(),
        "cases": cases,
        "login_keys": made["logins"][0].as_object().unwrap().keys().collect::<Vec<_>>(),
        "logins": made["logins"].as_array().unwrap().iter().map(|l| l["case"].clone()).collect::<Vec<_>>(),
    });
    story.keep(&["demo", "--holders", "20"], &said, shape);
    // Told again, the country is the one that is there.
    let again = story.demo.json(&["demo", "--data", &data]).done();
    assert_eq!((&made["repeated"], &again["repeated"]), (&false.into(), &true.into()));
    assert_eq!((&again["cases"], &again["certificates"]), (&made["cases"], &made["certificates"]));
}

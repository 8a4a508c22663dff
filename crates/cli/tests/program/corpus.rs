//! The tampered corpus of `seal` before the program: what its index says is what `verify` prints, without a network, a
//! register or an installation.

use std::path::PathBuf;

use yinxin_testkit::corpus::{Line, read_index};
use yinxin_words::{Lang, say};

use crate::run::run;

#[test]
fn verify_says_of_every_file_what_the_index_says() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../seal/tests/tampered");
    let trust = folder.join("trust");
    let index = std::fs::read_to_string(folder.join("index.toml")).unwrap();
    let data = yinxin_testkit::temp_dir("corpus");
    let mut wrong = Vec::new();
    for line in read_index(&index) {
        let file = folder.join(&line.file);
        let said = run([
            "verify".as_ref(),
            file.as_os_str(),
            "--offline".as_ref(),
            "--trust".as_ref(),
            trust.as_os_str(),
            "--data".as_ref(),
            data.path().as_os_str(),
            "--json".as_ref(),
        ]);
        let found = of(&line, &said.json());
        let exit = i32::from(line.verdict != "valid");
        if found != line || said.exit != Some(exit) {
            wrong.push(format!("{} exit {:?}: {} {:?}", line.file, said.exit, found.verdict, found.findings));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What was printed, as a line of the index. The index knows nothing of a register.
fn of(line: &Line, answer: &serde_json::Value) -> Line {
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let findings = answer["findings"].as_array().unwrap().iter();
    let of_the_file = findings.filter(|found| found["code"] != "offline");
    let finding = |found: &serde_json::Value| {
        assert!(!text(&found["message"]).is_empty());
        let change =
            found["values"]["change"].as_str().map(|change| format!(":{change}")).unwrap_or_default();
        format!("{}={}:{}{change}", text(&found["check"]), text(&found["outcome"]), text(&found["code"]))
    };
    for step in answer["steps"].as_array().into_iter().flatten() {
        let message = text(&step["message"]);
        let is_whole = !message.contains(['{', '⟦']);
        assert!(is_whole, "{}: {step}", line.file);
        // What was found is said, and not what was looked for.
        let looked_for = say(Lang::ZhCn, &format!("step-{}", text(&step["step"])), &[]);
        assert_eq!(message == looked_for, step["outcome"] == "pass", "{}: {step}", line.file);
    }
    Line { verdict: text(&answer["verdict"]), findings: of_the_file.map(finding).collect(), ..line.clone() }
}

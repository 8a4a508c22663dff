//! OFD copies as users meet them: written by the file's name, and told step by step where something is wrong.

use crate::run::{Demo, people};

#[test]
fn the_files_name_says_the_format_and_steps_that_failed_are_printed() {
    let demo = Demo::new();
    if !demo.can_seal() {
        return;
    }
    let holder = demo.holders(people(29, 1)).remove(0);
    let (id, _) = demo.endorsed(&holder.number);
    let out = demo.file("copy.OFD");
    let written = demo.json(&["copy", &id, "--out", out.to_str().unwrap()]).done();
    let bytes = std::fs::read(&out).unwrap();
    assert_eq!(written["format"], "ofd");
    assert!(bytes.starts_with(b"PK"));
    let pdf = demo.file("copy.pdf");
    let refused = demo.json(&["copy", &id, "--format", "ofd", "--out", pdf.to_str().unwrap()]);
    assert_eq!(
        (refused.exit, refused.json()["error"]["code"].as_str()),
        (Some(2), Some("copy_format_differs"))
    );
    assert!(!pdf.exists());

    let good = demo.text(&["verify", out.to_str().unwrap()]).stdout;
    assert!(!good.contains('✗'), "{good}");
    assert_eq!(good.trim_end().lines().last().unwrap(), "核验时间: 2026-03-01T09:00:00+08:00");
    // A copy's own parts are not packed: its number stands in one as it is.
    let number = holder.number.as_bytes();
    let at = bytes.windows(number.len()).position(|window| window == number).unwrap();
    let mut changed = bytes.clone();
    changed[at] ^= 1;
    let changed = demo.write("changed.ofd", &changed);
    let bad = demo.text(&["verify", changed.to_str().unwrap()]).stdout;
    let (_, steps) = bad.split_once("需要留意的步骤:\n").unwrap_or_else(|| panic!("{bad}"));
    let names_the_part = |line: &str| line.starts_with("  ✗ ") && line.ends_with(".xml");
    assert!(steps.lines().any(names_the_part), "{bad}");
}

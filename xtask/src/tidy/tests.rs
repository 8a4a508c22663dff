use std::collections::BTreeSet;

use serde_json::json;

use super::*;

#[test]
fn the_house_is_tidy() {
    let report = check(crate::root().unwrap()).unwrap();
    assert!(report.problems.is_empty(), "\n{}", report.problems.join("\n"));
}

#[test]
fn every_arrow_of_the_table_points_down() {
    assert_eq!(edges::upward_edges(), []);
}

fn edges_of(package: &str, dependency: &str, kind: Option<&str>) -> Vec<String> {
    let packages = ["yinxin-store", "yinxin-seal", "yinxin-model", "yinxin-testkit"].map(|name| {
        let own = json!([{ "name": dependency, "kind": kind }]);
        json!({ "name": name, "dependencies": if name == package { own } else { json!([]) } })
    });
    let mut report = Report::default();
    edges::judge(&json!({ "packages": packages }), &mut report);
    report.problems
}

#[test]
fn a_forbidden_arrow_is_found_whatever_its_kind() {
    assert_eq!(edges_of("yinxin-store", "yinxin-model", None), [""; 0]);
    assert_eq!(edges_of("yinxin-store", "yinxin-seal", None).len(), 1);
    assert_eq!(edges_of("yinxin-store", "yinxin-seal", Some("dev")).len(), 1);
    assert_eq!(edges_of("yinxin-store", "yinxin-testkit", Some("dev")), [""; 0]);
    assert_eq!(edges_of("yinxin-store", "yinxin-testkit", None).len(), 1);
}

#[test]
fn a_crate_that_the_table_does_not_know_is_found() {
    let mut report = Report::default();
    let metadata = json!({ "packages": [{ "name": "yinxin-shed", "dependencies": [] }] });
    edges::judge(&metadata, &mut report);
    assert!(report.problems.iter().any(|problem| problem.contains("yinxin-shed")));
}

fn problems_of(name: &str, text: &str) -> usize {
    let mut report = Report::default();
    sources::judge_rust(name, text, &mut report);
    report.problems.len()
}

#[test]
fn what_no_source_may_hold_is_found() {
    let product = "crates/model/src/a.rs";
    assert_eq!(problems_of(product, "//! What it is for.\nfn f() {}\n"), 0);
    assert_eq!(problems_of(product, "fn f() {}\n"), 1, "no beginning");
    assert_eq!(problems_of(product, &format!("//! x\n{}", "\n".repeat(801))), 1, "too long");
    for bad in [
        concat!("// TO", "DO later"),
        concat!("    todo", "!()"),
        "// let x = f();",
        "    // if x {",
        "// }",
        concat!("const A: &str = \"/wo", "rk/x\";"),
        concat!("    print", "ln!(\"x\");"),
    ] {
        assert_eq!(problems_of(product, &format!("//! x\n{bad}\n")), 1, "{bad}");
    }
    for good in [
        "// Lets the disk be full; if it is, the copy waits.",
        "// for those who read on",
        "    writeln!(out, \"x\");",
        "/// let x = f();",
    ] {
        assert_eq!(problems_of(product, &format!("//! x\n{good}\n")), 0, "{good}");
    }
    let print = concat!("//! x\nfn f() { print", "ln!(); }");
    assert_eq!(problems_of("crates/cli/src/main.rs", print), 0);
    assert_eq!(problems_of("crates/model/src/tests.rs", print), 0);
    let with_tests = concat!("//! x\n#[cfg(test)]\nmod tests {\n    const A: &str = \"/tm", "p/x\";\n}\n");
    assert_eq!(problems_of(product, with_tests), 0);
}

#[test]
fn marked_lists_are_read() {
    let text =
        "a\n<!-- list: words error- -->\n- `one`: not `two`\n| `three` | x |\nprose\n<!-- end -->\n`four`";
    let entries = BTreeSet::from(["one".to_owned(), "three".to_owned()]);
    assert_eq!(lists::marked(text), [lists::List { kind: "words error-".to_owned(), entries }]);
}

#[test]
fn fields_and_codes_are_read_from_sources() {
    let config = "pub struct Config {\n    pub data: PathBuf,\n    pub seal: Seal,\n}\npub struct Seal {\n    pub module: String,\n}";
    assert_eq!(lists::fields(config).into_iter().collect::<Vec<_>>(), ["data", "module"]);
    let code = "fn code(&self) -> &'static str {\n match self { A { .. } => \"disk_full\", B => \"x y\" } }\n fn other() { \"no\" }";
    assert_eq!(lists::literals_of(code, "fn code(").into_iter().collect::<Vec<_>>(), ["disk_full"]);
}

#[test]
fn a_finding_has_a_sentence_of_its_own_check() {
    let source = "report.fault(Fault::CannotCheck(\"too_many\")); self.unknown(\"no_match\");
        Finding::new(Check::SealOwner, Outcome::Fail, \"lost\").with(\"name\", x);
        Finding::new(Check::TimeStamp, outcome, note.code());";
    let pair = |check: &str, code: &str| (check.to_owned(), code.to_owned());
    let expected = [pair("intact", "too_many"), pair("register", "no_match"), pair("seal-owner", "lost")];
    assert_eq!(lists::findings(source), expected.into());
    let words = ["check-intact-pass", "finding-intact-signature-missing"].map(str::to_owned).into();
    assert!(lists::has_sentence(&words, &["finding-"], "signature_missing"));
    assert!(
        !lists::has_sentence(&words, &["finding-"], "missing"),
        "the end of another code is not the code"
    );
}

fn problems_of_table(table: &str) -> Vec<String> {
    let judges = "JUDGES = {\n    \"veraPDF\": (pdf.verapdf,".to_owned();
    let mut witnesses = standards::Witnesses::new(judges);
    witnesses.add("crates/ofd/src/write/tests.rs".to_owned(), "#[test]\nfn a_seal_stands() {}\n");
    witnesses.add(
        "crates/model/src/licence.rs".to_owned(),
        "fn check() {}\n#[cfg(test)]\nmod tests { fn samples() {} }",
    );
    let mut report = Report::default();
    let head = "| clause | state | what |\n|---|---|---|\n";
    standards::judge("docs/standards/a.md", &format!("{head}{table}\n"), &witnesses, &mut report);
    report.problems
}

#[test]
fn a_row_of_a_standard_names_witnesses_that_are_there() {
    for good in [
        "| 7.3 | enforced | so `test: ofd::write::tests::a_seal_stands` |",
        "| 7.3 | enforced | `test: model::licence::samples` |",
        "| 7.3 | enforced | `judge: veraPDF` |",
        "| 7.3 | duty | yours |",
        "\n| another | table |\n|---|---|\n| 7.3 | anything |",
    ] {
        assert_eq!(problems_of_table(good), [""; 0], "{good}");
    }
    for bad in [
        "| 7.3 | enforced | surely |",
        "| 7.3 | perhaps | |",
        "| 7.3 | duty | `judge: whoever` |",
        "| 7.3 | enforced | `test: ofd::write::a_seal_falls` |",
        "| 7.3 | enforced | `test: ofd::read::a_seal_stands` |",
        "| 7.3 | not yet | `test: pdf::write::a_seal_stands` |",
        "| 7.3 | enforced | no test: `test: model::licence::check` |",
    ] {
        assert_eq!(problems_of_table(bad).len(), 1, "{bad}");
    }
}

#[test]
fn what_pages_say_is_read_from_templates_and_sources() {
    let page = r#"{{ frame.t("web-home-title") }} format!("web-level-{code}") "web-x y""#;
    assert_eq!(pages::said(page).into_iter().collect::<Vec<_>>(), ["web-home-title", "web-level-{code}"]);
}

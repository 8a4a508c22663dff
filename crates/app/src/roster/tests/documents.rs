//! What is shipped agrees with the code: the samples are importable, the format's description is complete.

use super::*;
use std::path::PathBuf;

fn shipped(path: &str) -> Vec<u8> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    std::fs::read(root.join(path)).unwrap()
}

#[test]
fn the_samples_are_importable() {
    for (importer, path) in [
        ("mohrss", "samples/roster.csv"),
        ("caa", "samples/roster-caa.csv"),
        ("cctaa", "samples/roster-cctaa.csv"),
        ("cba", "samples/roster-cba.csv"),
    ] {
        let roster = read_for(importer, &shipped(path)).unwrap();
        assert_eq!(roster.errors, [], "{path}");
        assert_eq!(roster.drafts.len() as u64, roster.rows, "{path}");
        let expected = |w: &RowNote| w.rule == "holder_without_check";
        assert!(roster.warnings.iter().all(expected), "{path}: {:?}", roster.warnings);
    }
}

#[test]
fn the_sample_of_the_auctioneers_holds_certificates_that_need_no_endorsement() {
    let roster = read_for("caa", &shipped("samples/roster-caa.csv")).unwrap();
    let direct = roster.drafts.iter().filter(|placed| {
        let seal = seed().seal(&placed.draft.seal).map(|seal| seal.family);
        let early = placed.draft.made_on.is_some_and(|day| day < yinxin_model::policy::electronic_since());
        early && seal == Some(yinxin_model::catalogue::SealFamily::Association)
    });
    assert_eq!(direct.count(), 3);
}

#[test]
fn every_rule_is_described_in_both_languages() {
    let text = String::from_utf8(shipped("docs/ROSTER.md")).unwrap();
    let codes = rules::errors().chain(rules::WARNINGS.iter().copied()).chain(rules::NOTES.iter().copied());
    for code in codes {
        assert_eq!(text.matches(&format!("| `{code}` |")).count(), 2, "{code}");
    }
    for column in columns::Column::ALL {
        for heading in column.headings().iter().filter(|h| **h != "specialty") {
            assert!(text.contains(heading), "{heading}");
        }
    }
}

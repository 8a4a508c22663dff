//! Honest packages of strangers, made by OFDRW (`interop/java/ofd/ForeignPackages.java`): what is said of each, to people who
//! have never heard of their makers.

// The whole file is a test; clippy only knows those that carry the attribute.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use yinxin_model::Instant;
use yinxin_model::finding::Check;
use yinxin_seal::{Trust, verify};

#[test]
fn packages_of_strangers_get_honest_findings() {
    let cases = [
        ("attached", "unknown_issuer", "active_content"),
        ("bare", "cannot_check", "signature_kind_unsupported"),
        ("first-version", "unknown_issuer", "intact"),
        ("not-listed", "unknown_issuer", "intact"),
        ("raw", "unknown_issuer", "intact"),
        ("seal-differs", "tampered", "seal_file_differs"),
        ("sealed-open", "unknown_issuer", "intact"),
        ("sealed-twice", "unknown_issuer", "intact"),
        ("sealed", "unknown_issuer", "intact"),
        ("signed", "cannot_check", "signature_kind_unsupported"),
    ];
    let now = Instant(1_795_400_000_000);
    for (name, verdict, code) in cases {
        let path = format!("{}/tests/foreign/{name}.ofd", env!("CARGO_MANIFEST_DIR"));
        let bytes = std::fs::read(path).unwrap();
        let report = verify(&bytes, &Trust::default(), now);
        let found = report.finding(Check::Intact).unwrap().code;
        assert_eq!((report.verdict.as_str(), found), (verdict, code), "{name}");
        let cut = verify(&bytes[..bytes.len() / 2], &Trust::default(), now);
        assert_eq!(cut.finding(Check::Intact).unwrap().code, "truncated", "half of {name}");
    }
}

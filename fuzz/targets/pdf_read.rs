//! The PDF reader: what it says of any bytes must lie inside them.
#![no_main]

use libfuzzer_sys::fuzz_target;
use yinxin_pdf::read::{Limits, canonical, document};

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits::default();
    if let Ok(document) = document(bytes, &limits) {
        assert!(!document.revisions.is_empty());
        for revision in &document.revisions {
            assert!(revision.bytes.end <= bytes.len());
        }
        for signature in &document.signatures {
            if let Some(contents) = &signature.contents {
                assert!(bytes.get(contents.span.clone()).is_some());
            }
            assert_eq!(signature.coverage.is_some(), signature.covered(bytes).is_some());
        }
    }
    if let Ok(own) = canonical(bytes, &limits) {
        // Whatever the layout allows, every byte outside of the value is covered, up to our own update behind it.
        let updated = own.document.revisions.len() > 1;
        let [first, second] = own.signature.covered(bytes).expect("a canonical signature covers its file");
        let value = own.signature.contents.expect("it has a value").span.len();
        assert!(updated || first.len() + value + second.len() == bytes.len());
    }
});

//! The OFD reader, and the text that it finds.
#![no_main]

use libfuzzer_sys::fuzz_target;
use yinxin_ofd::read::{Limits, canonical, package};

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits::default();
    if let Ok(package) = package(bytes, &limits) {
        for entry in package.entries() {
            let _ = package.part(&entry.path);
        }
        let _ = package.text();
        let _ = canonical(&package);
    }
});

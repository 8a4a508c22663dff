//! Packages of ours and of others, good and bad.

use std::io::Write;

use proptest::prelude::*;
use yinxin_crypto::hash::sm3;

use super::location::resolve;
use super::{ActiveKind, Error, KnownParts, Limits, canonical, package, package_with};
use crate::container::{self, Facts, STORED};
use crate::write::sample;
use base64ct::{Base64, Encoding};

type Parts = Vec<(String, Vec<u8>)>;

fn parts(bytes: &[u8]) -> Parts {
    let limits = Limits::default();
    let package = package(bytes, &limits).unwrap();
    package
        .entries()
        .iter()
        .map(|entry| (entry.path[1..].to_owned(), package.part(&entry.path).unwrap().unwrap()))
        .collect()
}

/// An archive of these parts, stored, as our writer lays it out.
fn packed(parts: &Parts) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (path, content) in parts {
        let size = u32::try_from(content.len()).unwrap();
        let facts = Facts { method: STORED, crc: crc32fast::hash(content), packed: size, size };
        container::push_central(&mut directory, path, &facts, u32::try_from(out.len()).unwrap());
        container::push_local(&mut out, path, &facts);
        out.extend(content);
    }
    let at = u32::try_from(out.len()).unwrap();
    out.extend(&directory);
    container::push_end(
        &mut out,
        u16::try_from(parts.len()).unwrap(),
        u32::try_from(directory.len()).unwrap(),
        at,
    );
    out
}

fn codes(bytes: &[u8]) -> Vec<&'static str> {
    let limits = Limits::default();
    let package = match package(bytes, &limits) {
        Ok(package) => package,
        Err(error) => return vec![error.code()],
    };
    let mut codes: Vec<_> = package.issues.iter().map(super::Issue::code).collect();
    codes.dedup();
    codes
}

/// The sample with its parts changed.
fn changed(change: impl FnOnce(&mut Parts)) -> Vec<&'static str> {
    let mut parts = parts(&sample());
    change(&mut parts);
    codes(&packed(&parts))
}

fn replace(parts: &mut Parts, path: &str, from: &str, to: &str) {
    let part = parts.iter_mut().find(|(own, _)| own == path).unwrap();
    let text = String::from_utf8(part.1.clone()).unwrap();
    assert!(text.contains(from), "{text}");
    part.1 = text.replacen(from, to, 1).into_bytes();
}

/// Digests a part anew, as who forges it would.
fn sign_again(parts: &mut Parts, path: &str) {
    let digest = sm3(&parts.iter().find(|(own, _)| own == path).unwrap().1);
    let signature = parts.iter_mut().find(|(own, _)| own == SIGNATURE).unwrap();
    let text = String::from_utf8(signature.1.clone()).unwrap();
    let start = text.find(&format!("FileRef=\"/{path}\"")).unwrap();
    let start = start + text[start..].find("CheckValue>").unwrap() + "CheckValue>".len();
    let end = start + text[start..].find('<').unwrap();
    signature.1 = [&text[..start], &Base64::encode_string(&digest), &text[end..]].concat().into_bytes();
}

const PAGE: &str = "Doc_0/Pages/Page_0/Content.xml";
const SIGNATURES: &str = "Doc_0/Signs/Signatures.xml";
const SIGNATURE: &str = "Doc_0/Signs/Sign_0/Signature.xml";

#[test]
fn packing_anew_changes_nothing_that_is_said() {
    assert_eq!(changed(|_| ()), Vec::<&str>::new());
}

#[test]
fn what_is_changed_added_or_taken_away_is_named() {
    assert_eq!(changed(|parts| replace(parts, PAGE, "王", "李")), ["digest_mismatch"]);
    assert_eq!(changed(|parts| parts.push(("Doc_0/more.xml".into(), b"<a/>".into()))), ["part_not_covered"]);
    let gone = changed(|parts| parts.retain(|(path, _)| path != PAGE));
    assert_eq!(gone, ["part_missing", "reference_missing"]);
    let value = changed(|parts| parts.retain(|(path, _)| !path.ends_with(".dat")));
    assert_eq!(value, ["signed_value_missing"]);
    assert_eq!(changed(|parts| parts.truncate(1)), ["part_missing"]);
}

#[test]
fn more_signatures_are_named() {
    let twice = "<ofd:Signature ID=\"s009\" BaseLoc=\"Sign_1/Signature.xml\"/></ofd:Signatures>";
    let forged = changed(|parts| {
        replace(parts, SIGNATURES, "</ofd:Signatures>", twice);
        let signature = parts.iter().find(|(path, _)| path == SIGNATURE).unwrap().1.clone();
        parts.push(("Doc_0/Signs/Sign_1/Signature.xml".into(), signature));
    });
    assert!(forged.contains(&"second_signature") && forged.contains(&"digest_mismatch"), "{forged:?}");
    let beside = changed(|parts| parts.push(("Doc_0/Signs/Sign_1/Signature.xml".into(), b"<a/>".into())));
    assert_eq!(beside, ["unlisted_signature", "part_not_covered"]);
    let unprotected = changed(|parts| replace(parts, SIGNATURE, "/Doc_0/Signs/Signatures.xml", "/OFD.xml"));
    assert!(unprotected.contains(&"signatures_unprotected") && unprotected.contains(&"referenced_twice"));
    let unknown = changed(|parts| replace(parts, SIGNATURE, "1.2.156.10197.1.401", "1.3.14.3.2.26"));
    assert_eq!(unknown[0], "digest_method_unknown");
}

#[test]
fn stamps_without_a_place_are_named() {
    assert_eq!(
        changed(|parts| replace(parts, SIGNATURE, "PageRef=\"1\"", "PageRef=\"7\"")),
        ["stamp_page_missing"]
    );
    assert_eq!(
        changed(|parts| replace(parts, SIGNATURE, "200 120 40 40", "200 120 0 40")),
        ["stamp_misplaced"]
    );
    assert_eq!(changed(|parts| replace(parts, SIGNATURE, "ofd:StampAnnot", "ofd:Annot")), ["stamp_missing"]);
}

#[test]
fn xml_that_programs_read_differently_is_named() {
    let doctype = "?>\n<!DOCTYPE ofd:OFD [<!ENTITY a \"b\">]>\n<ofd:OFD";
    let codes = changed(|parts| replace(parts, "OFD.xml", "?>\n<ofd:OFD", doctype));
    assert_eq!(codes[0], "xml_doctype");
    let codes = changed(|parts| {
        replace(
            parts,
            "OFD.xml",
            "<ofd:DocRoot>",
            "<ofd:DocRoot>Doc_1/Document.xml</ofd:DocRoot><ofd:DocRoot>",
        );
        sign_again(parts, "OFD.xml");
    });
    assert_eq!(codes, ["repeated_element", "part_missing", "stamp_page_missing"]);
    // An element of another namespace is none of ours.
    let codes = changed(|parts| {
        let hidden = "<x:DocRoot xmlns:x=\"urn:x\">Doc_1/Document.xml</x:DocRoot><ofd:DocRoot>";
        replace(parts, "OFD.xml", "<ofd:DocRoot>", hidden);
        sign_again(parts, "OFD.xml");
    });
    assert_eq!(codes, Vec::<&str>::new());
}

#[test]
fn odd_archives_are_named() {
    let good = sample();
    let odd = |path: &str| changed(|parts| parts.push((path.into(), b"x".into())));
    assert_eq!(odd("OFD.xml"), ["duplicate_entry"]);
    assert_eq!(odd("ofd.XML"), ["case_duplicate", "part_not_covered"]);
    for path in ["../OFD.xml", "a/../b", "C:/x", "a\\b", "/x", "a//b", "a/./b", " a"] {
        assert_eq!(odd(path), ["unsafe_name", "part_not_covered"], "{path}");
    }
    let with = |at: usize, extra: &[u8]| [&good[..at], extra, &good[at..]].concat();
    assert_eq!(codes(&with(good.len(), b"more")), ["trailing_bytes"]);
    // Places in the directory are wrong then: nothing is guessed.
    assert_eq!(codes(&with(0, b"%PDF-1.7\n")), ["ofd_malformed"]);

    // Cut anywhere, and cut behind a part that ends like an archive.
    for end in [4, 30, good.len() / 2, good.len() - 1] {
        assert_eq!(codes(&good[..end]), ["truncated"], "{end}");
    }
    let nested = [&good[..good.len() / 2], &good[good.len() - 22..], b"more"].concat();
    assert_eq!(codes(&nested), ["truncated"]);

    let local = good.windows(30).position(|w| w.starts_with(b"PK\x03\x04") && w[26] == 18).unwrap();
    let mut renamed = good.clone();
    renamed[local + 30] ^= 0x20;
    assert_eq!(codes(&renamed), ["local_mismatch"]);
    let mut locked = good.clone();
    let central = good.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
    locked[central + 8] |= 1;
    assert_eq!(codes(&locked), ["ofd_encrypted"]);
    assert_eq!(codes(b"%PDF-1.7"), ["not_ofd"]);
    assert_eq!(codes(&packed(&vec![("word/document.xml".into(), b"<a/>".into())])), ["not_ofd"]);
}

#[test]
fn habits_of_other_writers_are_read() {
    let habits = changed(|parts| {
        replace(parts, SIGNATURE, "1.2.156.10197.1.401", "SM3");
        replace(parts, SIGNATURE, "/Doc_0/Signs/Sign_0/SignedValue.dat", "SignedValue.dat");
        replace(parts, SIGNATURE, "</ofd:CheckValue>", "\n</ofd:CheckValue>");
        replace(parts, SIGNATURES, "/Doc_0/Signs/Sign_0", "Doc_0/Signs/Sign_0");
        sign_again(parts, SIGNATURES);
    });
    assert_eq!(habits, Vec::<&str>::new());
}

#[test]
fn locations_stay_within_the_package() {
    let cases = [
        ("/Doc_0/Document.xml", "Pages/../Res/a.png", Some("/Doc_0/Res/a.png")),
        ("/Doc_0/Document.xml", "/OFD.xml", Some("/OFD.xml")),
        ("/OFD.xml", "./Doc_0/Document.xml", Some("/Doc_0/Document.xml")),
        ("/Doc_0/Document.xml", "../../etc", None),
    ];
    for (from, location, path) in cases {
        assert_eq!(resolve(from, location).as_deref(), path, "{location}");
    }
}

#[test]
fn hostile_packages_are_refused_within_bounds() {
    let limit = |bytes: &[u8], limits: &Limits| match package(bytes, limits) {
        Err(Error::LimitExceeded { limit }) => limit,
        other => panic!("{other:?}"),
    };
    let all = Limits::default();
    // Twenty megabytes of nothing in twenty kilobytes.
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(&vec![0; 20 << 20]).unwrap();
    let data = encoder.finish().unwrap();
    let facts = Facts { method: 8, crc: 0, packed: u32::try_from(data.len()).unwrap(), size: 9 };
    let (mut bomb, mut directory) = (Vec::new(), Vec::new());
    container::push_local(&mut bomb, "OFD.xml", &facts);
    container::push_central(&mut directory, "OFD.xml", &facts, 0);
    bomb.extend(data);
    let at = u32::try_from(bomb.len()).unwrap();
    bomb.extend(&directory);
    container::push_end(&mut bomb, 1, u32::try_from(directory.len()).unwrap(), at);
    assert_eq!(limit(&bomb, &all), "inflated");

    let deep = ["<a>".repeat(100), "</a>".repeat(100)].concat();
    assert_eq!(limit(&packed(&vec![("OFD.xml".into(), deep.into())]), &all), "depth");
    let many = format!("<OFD>{}</OFD>", "<a/>".repeat(200_001));
    let many = packed(&vec![("OFD.xml".into(), many.into())]);
    assert_eq!(limit(&many, &all), "memory");
    assert_eq!(limit(&many, &Limits { nodes: 100_000, ..Limits::default() }), "nodes");
    // Of a large file less is kept, so that both together stay within the bound.
    let little = Limits { memory: many.len() + 100_000, ..Limits::default() };
    assert_eq!(limit(&many, &little), "memory");
    let large = vec![b' '; 5 << 20];
    assert_eq!(limit(&packed(&vec![("OFD.xml".into(), large)]), &all), "xml_part");
    let few = Limits { entries: 3, ..Limits::default() };
    assert_eq!(limit(&sample(), &few), "entries");
    let small = Limits { file_size: 1000, ..Limits::default() };
    assert_eq!(limit(&sample(), &small), "file_size");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    /// Every byte is covered, or part of the signature or its value, or has one allowed form, or is packing.
    #[test]
    fn no_change_goes_unseen(at in 0_usize..1 << 20, bit in 0_u32..8) {
        let good = sample();
        let at = at % good.len();
        let mut bad = good.clone();
        bad[at] ^= 1 << bit;
        let limits = Limits::default();
        let before = package(&good, &limits).unwrap();
        let Ok(after) = package(&bad, &limits) else { return Ok(()) };
        let signed = |package: &super::Package| {
            let one = package.signatures.first()?;
            Some((one.data_hash?, one.value.clone()?))
        };
        let seen = !after.issues.is_empty() || canonical(&after).is_some() || signed(&before) != signed(&after);
        prop_assert!(seen || before.entries() == after.entries(), "byte {at} of {}", good.len());
        if !seen {
            let packing = before.archive.records.iter().any(|r| r.method == 8 && r.data.contains(&at));
            prop_assert!(packing, "byte {at}");
        }
    }

    #[test]
    fn any_bytes_are_survived(
        cut in 0_usize..1 << 16,
        noise in proptest::collection::vec((0_usize..1 << 16, any::<u8>()), 0..40),
    ) {
        let mut bytes = sample();
        for (at, byte) in noise {
            let at = at % bytes.len();
            bytes[at] = byte;
        }
        if cut % 3 == 0 {
            bytes.truncate(cut % bytes.len());
        }
        let limits = Limits::default();
        if let Ok(package) = package(&bytes, &limits) {
            let _ = (canonical(&package), package.text());
        }
    }
}

#[test]
fn known_parts_change_nothing_but_time() {
    let (limits, known) = (Limits::default(), KnownParts::default());
    let facts = |bytes: &[u8], known: Option<&KnownParts>| {
        let package = package_with(bytes, &limits, known).unwrap();
        (package.entries().to_vec(), package.issues, package.signatures)
    };
    let mut bytes = sample();
    let wanted = facts(&bytes, None);
    for _ in 0..3 {
        assert_eq!(facts(&bytes, Some(&known)), wanted);
    }
    // One bit of a part that is known.
    let deflated = bytes.windows(9).position(|window| window == b"Under.xml").unwrap() + 20;
    bytes[deflated] ^= 1;
    assert_eq!(facts(&bytes, Some(&known)), facts(&bytes, None));
    assert_ne!(facts(&bytes, Some(&known)), wanted);
}

#[test]
fn what_does_something_is_listed() {
    let limits = Limits::default();
    let bytes = sample();
    assert_eq!(package(&bytes, &limits).unwrap().active_content().unwrap(), []);
    let mut parts = parts(&bytes);
    let mut add = |path: &str, before: &str, what: &str| {
        let (_, content) = parts.iter_mut().find(|(own, _)| own == path).unwrap();
        let text = String::from_utf8(content.clone()).unwrap();
        *content = text.replacen(before, &format!("{what}{before}"), 1).into_bytes();
    };
    add(
        "Doc_0/Pages/Page_0/Content.xml",
        "</ofd:Page>",
        "<ofd:Actions><ofd:Action Event=\"PO\"><ofd:URI URI=\"http://example.org\"/></ofd:Action></ofd:Actions>",
    );
    add(
        "Doc_0/DocumentRes.xml",
        "</ofd:Res>",
        "<ofd:MultiMedias><ofd:MultiMedia ID=\"9\" Type=\"Video\"><ofd:MediaFile>http://example.org/a</ofd:MediaFile>\
         </ofd:MultiMedia></ofd:MultiMedias>",
    );
    let bytes = packed(&parts);
    let found = package(&bytes, &limits).unwrap().active_content().unwrap();
    let found: Vec<_> = found.iter().map(|one| (one.path.as_str(), one.kind)).collect();
    assert_eq!(
        found,
        [
            ("/Doc_0/DocumentRes.xml", ActiveKind::SoundOrFilm),
            ("/Doc_0/DocumentRes.xml", ActiveKind::ExternalResource),
            ("/Doc_0/Pages/Page_0/Content.xml", ActiveKind::Action),
        ]
    );
}

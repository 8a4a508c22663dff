//! Attacks on packages (OFD): parts, the list of signatures, the seal's signature, the archive around them.

use yinxin_model::finding::Verdict::{SealInvalid, Tampered, UnknownIssuer, Valid};

use super::bomb::deflate_bomb;
use super::edit::{find_last, flipped};
use super::zip::{Part, hidden, packed, parts};
use super::{Corpus, Packages};

const ENTRANCE: &str = "OFD.xml";
const PAGE: &str = "Doc_0/Pages/Page_0/Content.xml";
const SIGNATURES: &str = "Doc_0/Signs/Signatures.xml";
pub const SIGNATURE: &str = "Doc_0/Signs/Sign_0/Signature.xml";
pub const VALUE: &str = "Doc_0/Signs/Sign_0/SignedValue.dat";

pub fn add(corpus: &mut Corpus, from: &Packages) {
    content(corpus, from);
    signatures(corpus, from);
    values(corpus, from);
    archives(corpus, from);
}

/// The bytes of one part.
pub fn part(package: &[u8], name: &str) -> Vec<u8> {
    let found = parts(package).into_iter().find(|part| part.name == name);
    found.unwrap_or_else(|| panic!("no {name}")).data
}

pub fn changed(package: &[u8], change: impl FnOnce(&mut Vec<Part>)) -> Vec<u8> {
    let mut parts = parts(package);
    change(&mut parts);
    packed(&parts)
}

pub fn set(parts: &mut [Part], name: &str, data: &[u8]) {
    let part = parts.iter_mut().find(|part| part.name == name).expect("a part");
    *part = Part::stored(name, data);
}

fn replace(parts: &mut [Part], name: &str, old: &str, new: &str) {
    let text = parts.iter().find(|part| part.name == name).expect("a part").text();
    assert!(text.contains(old), "{old} does not stand in {name}");
    set(parts, name, text.replacen(old, new, 1).as_bytes());
}

fn content(corpus: &mut Corpus, from: &Packages) {
    let mut add = |name, story, code, change: &dyn Fn(&mut Vec<Part>)| {
        corpus.package(name, story, Tampered, code, changed(&from.good, change));
    };
    add("package-page", "the holder's name on the page exchanged", "digest_mismatch", &|parts| {
        replace(parts, PAGE, "三", "四")
    });
    add("package-data", "a digit of the fields for programs exchanged", "digest_mismatch", &|parts| {
        replace(parts, ENTRANCE, "2021100000001", "2021100000002");
    });
    add("package-part-added", "a part that nobody refers to", "part_not_covered", &|parts| {
        parts.push(Part::stored("Doc_0/more.xml", b"<a/>"));
    });
    add("package-part-shown", "a part more, which the page refers to", "", &|parts| {
        parts.push(Part::stored("Doc_0/Res/over.png", b"\x89PNG"));
        replace(parts, PAGE, "<ofd:Content>", "<!--Res/over.png--><ofd:Content>");
    });
    add("package-part-removed", "the page is gone", "", &|parts| parts.retain(|part| part.name != PAGE));
    add("package-doctype", "an external entity in the page (XXE)", "", &|parts| {
        let text = parts.iter().find(|part| part.name == PAGE).expect("a page").text();
        let (head, body) = text.split_once("?>").expect("a declaration");
        let doctype = "<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]>";
        set(parts, PAGE, format!("{head}?>{doctype}{body}").as_bytes());
    });
    add("package-deep", "five thousand elements inside each other", "", &|parts| {
        set(parts, PAGE, [b"<a>".repeat(5000), b"</a>".repeat(5000)].concat().as_slice());
    });
}

fn signatures(corpus: &mut Corpus, from: &Packages) {
    let mut add = |name, story, code, change: &dyn Fn(&mut Vec<Part>)| {
        corpus.package(name, story, Tampered, code, changed(&from.good, change));
    };
    add("package-second-signature", "a second signature in the list, with its parts", "", &|parts| {
        let line = "<ofd:Signature ID=\"2\" Type=\"Seal\" BaseLoc=\"/Doc_0/Signs/Sign_1/Signature.xml\"/></ofd:Signatures>";
        replace(parts, SIGNATURES, "</ofd:Signatures>", line);
        for (name, copy) in
            [(SIGNATURE, "Doc_0/Signs/Sign_1/Signature.xml"), (VALUE, "Doc_0/Signs/Sign_1/SignedValue.dat")]
        {
            let data = parts.iter().find(|part| part.name == name).expect("a part").data.clone();
            parts.push(Part::stored(copy, &data));
        }
    });
    add("package-list-emptied", "the list of signatures is empty", "", &|parts| {
        set(parts, SIGNATURES, b"<?xml version=\"1.0\" encoding=\"UTF-8\"?><ofd:Signatures xmlns:ofd=\"http://www.ofdspec.org/2016\"/>");
    });
    add("package-signature-removed", "all that belongs to the signature is gone", "", &|parts| {
        parts.retain(|part| !part.name.contains("/Signs/"));
        let text = parts.iter().find(|part| part.name == ENTRANCE).expect("an entrance").text();
        let start = text.find("<ofd:Signatures>").expect("signatures");
        let end = text.find("</ofd:Signatures>").expect("signatures") + "</ofd:Signatures>".len();
        set(parts, ENTRANCE, format!("{}{}", &text[..start], &text[end..]).as_bytes());
    });
    add("package-value-removed", "the signature's value is gone", "signed_value_missing", &|parts| {
        parts.retain(|part| part.name != VALUE)
    });
    add("package-value-empty", "the signature's value is empty", "", &|parts| set(parts, VALUE, b""));
    add("package-stamp-moved", "the seal stands elsewhere on the page", "", &|parts| {
        let text = parts.iter().find(|part| part.name == SIGNATURE).expect("a signature").text();
        let at = text.find("Boundary=\"").expect("a place") + "Boundary=\"".len();
        set(parts, SIGNATURE, format!("{}1{}", &text[..at], &text[at..]).as_bytes());
    });
    add("package-reference-removed", "the signature no longer lists the page", "", &|parts| {
        replace(parts, SIGNATURE, &format!("FileRef=\"/{PAGE}\""), "FileRef=\"/OFD.xml\"");
    });
    let other = part(&from.other, VALUE);
    add("package-pasted-seal", "the seal of another document pasted in", "", &|parts| {
        set(parts, VALUE, &other)
    });
    let (signature, value) = (part(&from.other, SIGNATURE), part(&from.other, VALUE));
    add("package-pasted-signature", "the whole signature of another document pasted in", "", &|parts| {
        set(parts, SIGNATURE, &signature);
        set(parts, VALUE, &value);
    });
}

/// Signatures that somebody with a key made over the same list.
fn values(corpus: &mut Corpus, from: &Packages) {
    for (name, value) in &from.values {
        let (file, story, verdict) = match name.as_str() {
            "seal-expired" => ("package-seal-expired", "sealed with a seal that had expired", SealInvalid),
            "seal-revoked" => {
                ("package-seal-revoked", "sealed by a holder whose certificate was revoked", SealInvalid)
            }
            "seal-redrawn" => (
                "package-seal-redrawn",
                "sealed with a seal of the same maker that has another picture",
                Valid,
            ),
            "maker-is-signer" => (
                "package-maker-is-signer",
                "another holder's key made himself a seal by this name, and used it",
                Tampered,
            ),
            "name-of-other" => {
                ("package-name-of-other", "a seal by this name that another holder may use", Tampered)
            }
            "maker-not-named" => (
                "package-maker-not-named",
                "the seal was made by somebody under the same root who makes no seals",
                UnknownIssuer,
            ),
            "path-of-other" => ("package-path-of-other", "signed for another place in the package", Tampered),
            "digest-of-other" => {
                ("package-digest-of-other", "signed over the digest of something else", Tampered)
            }
            "good-again" => {
                ("package-sealed-again", "sealed again with a like seal of the same maker and holder", Valid)
            }
            other => panic!("nobody knows what {other} is"),
        };
        let bytes = changed(&from.good, |parts| set(parts, VALUE, value));
        corpus.package(file, story, verdict, "", bytes);
    }
}

fn archives(corpus: &mut Corpus, from: &Packages) {
    let good = &from.good;
    let mut add = |name, story, bytes| corpus.package(name, story, Tampered, "", bytes);
    let with = |part: Part| changed(good, |parts| parts.push(part));
    let page = parts(good).into_iter().find(|part| part.name == PAGE).expect("a page");
    let text = page.text().replacen('三', "四", 1);
    add(
        "package-part-twice",
        "the page twice: programs differ in which they show",
        with(Part::stored(PAGE, text.as_bytes())),
    );
    add(
        "package-case-twin",
        "a part whose path differs in case alone",
        with(Part::stored(&PAGE.to_lowercase(), text.as_bytes())),
    );
    add(
        "package-path-outside",
        "a path that leads out of the package",
        with(Part::stored("../../evil.sh", b"#!/bin/sh")),
    );
    add(
        "package-local-name",
        "a part that is called otherwise in its own header",
        changed(good, |parts| {
            let part = parts.iter_mut().find(|part| part.name == PAGE).expect("a page");
            part.local_name = Some("Doc_0/Pages/Page_9/Content.xml".to_owned());
        }),
    );
    add(
        "package-encrypted",
        "a part that says it is encrypted",
        changed(good, |parts| {
            parts.iter_mut().filter(|part| part.name == PAGE).for_each(|part| part.flags |= 1);
        }),
    );
    let (data, size) = deflate_bomb(8 << 20);
    let size = u32::try_from(size).expect("a size");
    let bomb = Part {
        name: "Doc_0/bomb.xml".to_owned(),
        local_name: None,
        flags: 0x0800,
        method: 8,
        crc: 0,
        size,
        data,
    };
    add("package-bomb", "a part that unpacks to a thousand times its size", with(bomb));
    add(
        "package-sum",
        "a wrong sum of a part",
        changed(good, |parts| {
            parts.iter_mut().filter(|part| part.name == PAGE).for_each(|part| part.crc ^= 1);
        }),
    );
    add(
        "package-hidden-bytes",
        "bytes in front of the directory that nothing points at",
        hidden(good, b"hidden"),
    );
    add("package-behind", "bytes behind the end", [&good[..], b"more"].concat());
    add("package-before", "bytes before the beginning", [b"GIF89a;", &good[..]].concat());
    add("package-date", "another date of a part, which no digest covers", flipped(good, 12, 0x01));
    add("package-half", "the second half is missing", good.get(..good.len() / 2).expect("half").to_vec());
    add("package-comment", "a comment behind the directory", {
        let at = find_last(good, b"PK\x05\x06") + 20;
        let mut bytes = good.to_vec();
        bytes.splice(at..at + 2, [2, 0]);
        bytes.extend(b"hi");
        bytes
    });
    add("package-repacked", "the same parts in another order", changed(good, |parts| parts.reverse()));
}

//! Attacks on the bytes of a copy: single bits, cuts, additions, the range that the signature covers.

use yinxin_model::finding::Verdict::{CannotCheck, Tampered};

use super::edit::{contents, find, find_last, flipped, redigited, replaced, spliced};
use super::{Corpus, Workshop};

/// Not a bit, but another digit.
const DIGIT: u8 = 0;

pub fn add(corpus: &mut Corpus, from: &Workshop) {
    flips(corpus, from);
    cuts(corpus, from);
    additions(corpus, from);
    ranges(corpus, from);
    values(corpus, from);
}

fn flips(corpus: &mut Corpus, from: &Workshop) {
    let file = &from.basic;
    let gap = contents(file);
    let xref = find_last(file, b"xref\n0 ");
    let mut flip = |name, story, at: usize, mask, code| {
        let bytes = if mask == DIGIT { redigited(file, at) } else { flipped(file, at, mask) };
        corpus.add(name, "basic", story, Tampered, code, bytes);
    };
    flip("flip-version", "the header says PDF 1.4", 7, 0x03, "header_differs");
    flip("flip-mark", "one bit of the comment that marks our files", 12, 0x01, "header_differs");
    let info = find(file, b"/Lang(");
    flip("flip-head", "one bit of the plate: the catalog's language", info + 6, 0x01, "digest_mismatch");
    let own = find_last(file, b"/Filter/Adobe");
    flip(
        "flip-signature-dictionary",
        "one bit of the signature's dictionary",
        own + 9,
        0x20,
        "digest_mismatch",
    );
    flip("flip-byte-range", "one digit of the byte range", gap.start - 12, DIGIT, "byte_range_short");
    flip(
        "flip-signature-value",
        "one bit of the ECDSA signature",
        from.signature_end - 3,
        DIGIT,
        "bad_signature",
    );
    flip("flip-certificate", "one digit of an embedded certificate", gap.start + 400, DIGIT, "");
    flip(
        "flip-message-digest",
        "one digit of the signed digest",
        from.message_digest,
        DIGIT,
        "digest_mismatch",
    );
    flip(
        "padding-not-zero",
        "one digit of the padding behind the signature",
        gap.end - 2,
        DIGIT,
        "contents_padding_not_zero",
    );
    flip("flip-xref", "one digit of an offset in the cross-reference table", xref + 30 + 8, DIGIT, "");
    flip("flip-size", "one digit of the trailer's /Size", find_last(file, b"/Size ") + 6, DIGIT, "");
    flip("flip-id", "one digit of the file's id", find_last(file, b"/ID[<") + 5, DIGIT, "");
    flip("flip-startxref", "one digit of startxref", find_last(file, b"startxref\n") + 14, DIGIT, "");
    flip("flip-end", "one bit of the end mark", file.len() - 3, 0x20, "");
    corpus.add(
        "upper-case-hex",
        "basic",
        "one digit of the signature's value is written in upper case: the same value, another file",
        Tampered,
        "contents_not_lower_hex",
        upper_case(file),
    );
    corpus.add(
        "space-in-hex",
        "basic",
        "a space in the padding of the signature's value: the same value, another file",
        Tampered,
        "contents_not_lower_hex",
        spliced(file, gap.end - 2..gap.end - 1, b" "),
    );
    let stamp = contents(&from.time).start + 2 * from.time_stamp_at;
    corpus.add(
        "flip-time-stamp",
        "time",
        "one digit of the time stamp, which the seal's signature does not cover",
        Tampered,
        "",
        redigited(&from.time, stamp),
    );
    let list = find(&from.long, b"/CRLs");
    corpus.add(
        "flip-security-store",
        "long",
        "one bit of the dictionary that names the revocation lists",
        Tampered,
        "update_differs",
        flipped(&from.long, list + 1, 0x20),
    );
    let value = find_last(&from.archive, b"/Contents <");
    corpus.add(
        "flip-document-stamp",
        "archive",
        "one digit of the document time stamp's value",
        Tampered,
        "",
        redigited(&from.archive, value + 700),
    );
    corpus.add(
        "flip-under-document-stamp",
        "archive",
        "one bit of the page of a copy with a document time stamp",
        Tampered,
        "",
        flipped(&from.archive, find(&from.archive, b"/Lang(") + 6, 0x01),
    );
}

fn upper_case(file: &[u8]) -> Vec<u8> {
    let at = contents(file).find(|at| file.get(*at).is_some_and(u8::is_ascii_lowercase)).expect("a letter");
    flipped(file, at, 0x20)
}

fn cuts(corpus: &mut Corpus, from: &Workshop) {
    let file = &from.basic;
    let gap = contents(file);
    let mut cut = |name, story, base, bytes: &[u8], len: usize, code| {
        let bytes = bytes.get(..len).expect("shorter than the file").to_vec();
        corpus.add(name, base, story, Tampered, code, bytes);
    };
    cut("cut-head", "only the first kilobyte is left", "basic", file, 1024, "truncated");
    cut("cut-half", "the second half is missing", "basic", file, file.len() / 2, "truncated");
    cut("cut-before-value", "it ends before the signature's value", "basic", file, gap.start, "truncated");
    cut("cut-in-value", "it ends within the signature's value", "basic", file, gap.start + 900, "truncated");
    cut("cut-table", "it ends within the cross-reference table", "basic", file, gap.end + 200, "truncated");
    cut("cut-last-byte", "the last line end is missing", "basic", file, file.len() - 1, "");
    cut("cut-end-mark", "the end mark is missing", "basic", file, file.len() - 6, "");
    let first = find(&from.archive, b"%%EOF\n") + 6;
    cut(
        "cut-document-stamp",
        "the revision with the document time stamp is missing",
        "archive",
        &from.archive,
        first,
        "document_stamp_missing",
    );
    cut(
        "cut-security-store",
        "the revision behind the signature, which repeats the security store, is missing",
        "long",
        &from.long,
        find(&from.long, b"%%EOF\n") + 6,
        "security_store_missing",
    );
    let second = &from.archive;
    cut(
        "cut-in-document-stamp",
        "it ends within the document time stamp",
        "archive",
        second,
        first + 300,
        "",
    );
}

fn additions(corpus: &mut Corpus, from: &Workshop) {
    let file = &from.basic;
    let mut add = |name, story, code, bytes: Vec<u8>| corpus.add(name, "basic", story, Tampered, code, bytes);
    add("appended-line", "one line end more", "trailing_bytes", [&file[..], b"\n"].concat());
    add("appended-comment", "a comment behind the end", "", [&file[..], b"%added\n"].concat());
    add("appended-zeros", "zeros up to the next block of a disk", "", [&file[..], &[0; 512]].concat());
    add("polyglot-behind", "an empty ZIP archive behind the end", "", {
        let end = [&b"PK\x05\x06"[..], &[0; 18]].concat();
        [&file[..], &end].concat()
    });
    add("polyglot-before", "a GIF's head before the beginning", "", [b"GIF89a;", &file[..]].concat());
    add("other-line-ends", "a mail gateway turned line feeds into CR LF in the tail", "", {
        let at = find_last(file, b"trailer\n");
        spliced(file, at + 7..at + 8, b"\r\n")
    });
}

fn ranges(corpus: &mut Corpus, from: &Workshop) {
    let file = &from.basic;
    let gap = contents(file);
    let tail = file.len() - gap.end;
    let at = find(file, b"/ByteRange [0 ");
    let end = at + find(file.get(at..).expect("a tail"), b"]") + 1;
    // Written to the same length, so that every offset stays right.
    let mut range = |name, story, text: String, code| {
        let text = format!("{text:<width$}", width = end - at);
        assert_eq!(text.len(), end - at, "{name} fits");
        corpus.add(name, "basic", story, Tampered, code, spliced(file, at..end, text.as_bytes()));
    };
    let (a, b) = (gap.start, gap.end);
    range(
        "range-negative",
        "a negative length",
        format!("/ByteRange [0 {a} {b} -{tail}]"),
        "byte_range_malformed",
    );
    range(
        "range-overlap",
        "the second part begins in the first",
        format!("/ByteRange [0 {a} 100 {tail}]"),
        "byte_range_overlap",
    );
    range(
        "range-beyond",
        "the second part ends behind the file",
        format!("/ByteRange [0 {a} {b} {}]", tail + 1),
        "byte_range_beyond_file",
    );
    range(
        "range-huge",
        "a length of twenty digits",
        format!("/ByteRange [0 {a} {b} 99999999999999999999]"),
        "",
    );
    range(
        "range-short",
        "the last hundred bytes are not covered",
        format!("/ByteRange [0 {a} {b} {}]", tail - 100),
        "",
    );
    range(
        "range-late",
        "the first ten bytes are not covered",
        format!("/ByteRange [10 {} {b} {tail}]", a - 10),
        "byte_range_not_at_start",
    );
    range(
        "range-wide-gap",
        "the gap begins before the signature's value",
        format!("/ByteRange [0 {} {b} {tail}]", a - 100),
        "contents_not_the_gap",
    );
    range("range-three-numbers", "three numbers", format!("/ByteRange [0 {a} {b}]"), "byte_range_malformed");
    range(
        "range-many-gaps",
        "a second gap in the tail",
        format!("/ByteRange [0 {a} {b} 9 {} 9]", b + 20),
        "byte_range_many_gaps",
    );
    range(
        "range-empty",
        "an empty array (universal forgery)",
        "/ByteRange []".to_owned(),
        "byte_range_missing",
    );
    range("range-null", "null (universal forgery)", "/ByteRange null".to_owned(), "byte_range_missing");
    range("range-absent", "no byte range (universal forgery)", String::new(), "byte_range_missing");
    range(
        "range-text",
        "a string (universal forgery)",
        "/ByteRange (all)".to_owned(),
        "byte_range_malformed",
    );
    range(
        "range-twice",
        "a second byte range in the same dictionary",
        "/ByteRange[]/ByteRange[0 1 2 3]".to_owned(),
        "",
    );
}

fn values(corpus: &mut Corpus, from: &Workshop) {
    let file = &from.basic;
    let gap = contents(file);
    let width = gap.len();
    let mut value = |name, story, text: String, code| {
        let text = format!("{text:<width$}");
        corpus.add(name, "basic", story, Tampered, code, spliced(file, gap.clone(), text.as_bytes()));
    };
    value("value-null", "null (universal forgery)", "null".to_owned(), "contents_missing");
    value("value-empty", "an empty string (universal forgery)", "<>".to_owned(), "contents_empty");
    value(
        "value-zeros",
        "nothing but zeros (universal forgery)",
        format!("<{}>", "0".repeat(width - 2)),
        "contents_empty",
    );
    value("value-literal", "a literal string", "(0\\202)".to_owned(), "contents_not_direct_hex");
    value("value-reference", "a reference to another object", "8 0 R".to_owned(), "contents_not_direct_hex");
    value(
        "value-object-hidden",
        "an object behind a shortened value",
        "<3000>\n99 0 obj\n(hidden)\nendobj\n".to_owned(),
        "",
    );
    corpus.add(
        "signature-renamed",
        "basic",
        "the field's value points to nothing: the copy looks unsigned",
        Tampered,
        "unbound_signature",
        replaced(
            file,
            format!("/V {} 0 R", from.signature_object).as_bytes(),
            format!("/v {} 0 R", from.signature_object).as_bytes(),
        ),
    );
    corpus.add(
        "not-a-pdf",
        "none",
        "a page of the web",
        CannotCheck,
        "not_pdf",
        b"<!DOCTYPE html><title>certificate</title>\n".to_vec(),
    );
    corpus.add("empty", "none", "no byte at all", CannotCheck, "not_pdf", Vec::new());
}

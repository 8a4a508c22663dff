//! Hostile and foreign files, made by hand, and random damage to an honest one.

use proptest::prelude::*;

use super::{Active, ChangeKind, Document, Error, Issue, Limits, SignatureKind, canonical, document};

/// Builds a file object by object and keeps the offsets for its tables.
struct Made {
    bytes: Vec<u8>,
    offsets: Vec<(u32, usize)>,
    last_xref: Option<usize>,
}

impl Made {
    fn new() -> Self {
        Self { bytes: b"%PDF-1.7\n".to_vec(), offsets: Vec::new(), last_xref: None }
    }

    fn put(mut self, number: u32, body: &str) -> Self {
        self.offsets.push((number, self.bytes.len()));
        self.bytes.extend(format!("{number} 0 obj\n{body}\nendobj\n").bytes());
        self
    }

    fn raw(mut self, text: &str) -> Self {
        self.bytes.extend(text.bytes());
        self
    }

    /// Catalog, page tree and one page.
    fn page(self, catalog: &str) -> Self {
        self.put(1, &format!("<</Type/Catalog/Pages 2 0 R{catalog}>>"))
            .put(2, "<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 200 100]>>")
            .put(3, "<</Type/Page/Parent 2 0 R/Contents 4 0 R/Annots[5 0 R]>>")
            .put(4, "<</Length 3>>stream\nq Q\nendstream")
    }

    fn close_with(mut self, trailer: &str) -> Self {
        let xref = self.bytes.len();
        let mut table = String::from("xref\n");
        for (number, offset) in self.offsets.drain(..) {
            table.push_str(&format!("{number} 1\n{offset:010} 00000 n \n"));
        }
        let prev = self.last_xref.map(|prev| format!("/Prev {prev}")).unwrap_or_default();
        table.push_str(&format!(
            "trailer\n<</Size 50/Root 1 0 R{prev}{trailer}>>\nstartxref\n{xref}\n%%EOF\n"
        ));
        self.last_xref = Some(xref);
        self.raw(&table)
    }

    fn close(self) -> Self {
        self.close_with("")
    }

    fn read(&self) -> Result<Document, Error> {
        document(&self.bytes, &Limits::default())
    }
}

fn codes(document: &Document) -> Vec<&'static str> {
    document.issues.iter().map(Issue::code).collect()
}

const FIELD: &str = "<</Type/Annot/Subtype/Widget/FT/Sig/T(S)/Rect[10 10 30 30]/V 6 0 R>>";

/// A signed file with `entries` as the signature dictionary; `RANGE` in it becomes an honest byte range.
fn signed(entries: &str) -> Made {
    let mut made = Made::new().page("/AcroForm<</SigFlags 3/Fields[5 0 R]>>").put(5, FIELD);
    let placeholder = "0000000000 0000000000 0000000000";
    made = made.put(
        6,
        &format!("<</Type/Sig/SubFilter/ETSI.CAdES.detached{entries}>>").replace("RANGE", placeholder),
    );
    let mut made = made.close();
    if let Some(at) = super::find_last(&made.bytes, placeholder.as_bytes()) {
        let start = super::find_last(&made.bytes, b"/Contents").map_or(0, |at| at + 9);
        let end = start + made.bytes[start..].iter().position(|b| *b == b'>').unwrap_or(0) + 1;
        let range = format!("{start:010} {end:010} {:010}", made.bytes.len() - end);
        made.bytes[at..at + range.len()].copy_from_slice(range.as_bytes());
    }
    made
}

#[test]
fn an_honest_signed_file_has_no_findings() {
    let made = signed("/ByteRange[0 RANGE]/Contents<3003020101000000>/M(D:2026)/Name(A)");
    let document = made.read().unwrap();
    assert_eq!(document.issues, []);
    assert_eq!(document.media_box, Some([0.0, 0.0, 200.0, 100.0]));
    let [signature] = document.signatures.as_slice() else { panic!("{document:?}") };
    assert!(signature.covers_whole_file);
    assert_eq!(signature.kind, SignatureKind::Signature);
    assert_eq!(signature.contents.as_ref().unwrap().bytes, [0x30, 3, 2, 1, 1, 0, 0, 0]);
    assert_eq!((signature.widget.page, signature.widget.rect), (Some(0), Some([10.0, 10.0, 30.0, 30.0])));
}

#[test]
fn what_is_no_pdf_is_named() {
    for (bytes, looks_like) in [
        (&b"PK\x03\x04...."[..], "a ZIP archive, perhaps an OFD or Office file"),
        (b"\xFF\xD8\xFF\xE0", "a JPEG picture"),
        (b"", "an empty file"),
        (b"hello", "an unknown kind of file"),
    ] {
        assert_eq!(document(bytes, &Limits::default()), Err(Error::NotPdf { looks_like }));
    }
}

#[test]
fn encrypted_files_are_said_to_be() {
    let made = Made::new().page("").close_with("/Encrypt 9 0 R");
    assert_eq!(made.read(), Err(Error::Encrypted));
}

#[test]
fn universal_signature_forgeries_are_found() {
    let good = "/ByteRange[0 RANGE]";
    for (entries, expected) in [
        ("/Contents<3000>", "byte_range_missing"),
        ("/ByteRange[]/Contents<3000>", "byte_range_missing"),
        ("/ByteRange null/Contents<3000>", "byte_range_missing"),
        ("/ByteRange(0)/Contents<3000>", "byte_range_malformed"),
        ("/ByteRange[0 1 -2 3]/Contents<3000>", "byte_range_malformed"),
        ("/ByteRange[0 10 20]/Contents<3000>", "byte_range_malformed"),
        ("/ByteRange[0 10 20 99999999]/Contents<3000>", "byte_range_beyond_file"),
        ("/ByteRange[0 30 20 10]/Contents<3000>", "byte_range_overlap"),
        ("/ByteRange[5 10 20 10]/Contents<3000>", "byte_range_not_at_start"),
        ("/ByteRange[0 10 20 10 40 10]/Contents<3000>", "byte_range_many_gaps"),
        ("/ByteRange[0 10 20 10]/Contents<3000>", "contents_not_the_gap"),
        ("/ByteRange[0 10 20 10]/Contents<3000>", "byte_range_short"),
        (&format!("{good}/Contents null/X<00>"), "contents_missing"),
        (good, "contents_missing"),
        (&format!("{good}/Contents<>"), "contents_empty"),
        (&format!("{good}/Contents<0000>"), "contents_empty"),
        (&format!("{good}/Contents(0>)"), "contents_not_direct_hex"),
        (&format!("{good}/Contents 4 0 R/X<3000>"), "contents_not_direct_hex"),
        (&format!("/ByteRange[0 1 2 3]{good}/Contents<3000>"), "duplicate_key"),
    ] {
        let document = signed(entries).read().unwrap();
        assert!(codes(&document).contains(&expected), "{entries}: {:?}", document.issues);
        let odd = document.issues.iter().any(|issue| issue.signature().is_some());
        assert!(!odd || !document.signatures[0].covers_whole_file, "{entries}");
    }
}

#[test]
fn the_gap_holds_nothing_but_the_value() {
    // A gap that begins one byte early leaves that byte unsigned.
    let mut made = signed("/ByteRange[0 RANGE]/Contents <3000>");
    let document = made.read().unwrap();
    assert!(codes(&document).contains(&"contents_not_the_gap"), "{:?}", document.issues);
    // An object hidden behind a value that stands elsewhere.
    made = Made::new().page("/AcroForm<</Fields[5 0 R]>>").put(5, FIELD);
    let start = made.bytes.len();
    made = made.put(7, "(hidden)");
    let end = made.bytes.len();
    made = made.put(6, &format!("<</Type/Sig/ByteRange[0 {start} {end} 9]/Contents<3000>>>")).close();
    let document = made.read().unwrap();
    assert!(codes(&document).contains(&"object_in_gap"), "{:?}", document.issues);
}

#[test]
fn later_revisions_are_classified() {
    let base = || signed("/ByteRange[0 RANGE]/Contents<3000>");
    for (number, body, kind) in [
        (4, "<</Length 1>>stream\nQ\nendstream", ChangeKind::PageContent),
        (3, "<</Type/Page/Parent 2 0 R/Contents 4 0 R/Annots[5 0 R 9 0 R]>>", ChangeKind::Annotation),
        (3, "<</Type/Page/Parent 2 0 R/Annots[5 0 R]>>", ChangeKind::PageContent),
        (2, "<</Type/Pages/Kids[3 0 R]/Count 1>>", ChangeKind::PageTree),
        (5, "<</FT/Sig/T(S)/V 6 0 R>>", ChangeKind::Signature),
        (1, "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R]>>>>", ChangeKind::Catalog),
        (40, "(nothing)", ChangeKind::Other),
    ] {
        let document = base().put(number, body).close().read().unwrap();
        assert_eq!(document.revisions.len(), 2);
        assert_eq!(document.revisions[1].changes[0].kind, kind, "{body}");
        assert!(document.issues.contains(&Issue::ChangedAfterSigning { signature: 0, revision: 1 }));
        assert!(codes(&document).contains(&"byte_range_short"));
        assert!(!codes(&document).contains(&"coverage_not_a_revision"));
    }
}

/// The kinds of what the last revision did.
fn kinds(made: Made) -> Vec<ChangeKind> {
    let document = made.close().read().unwrap();
    document.revisions.last().unwrap().changes.iter().map(|change| change.kind).collect()
}

/// The outer form of a certificate.
const CERTIFICATE: &str = "\x30\x14\x30\x0D\x02\x01\x01\x30\0\x30\0\x30\0\x30\0\x30\0\x30\0\x03\x01\0";

#[test]
fn a_store_is_of_evidence_alone() {
    let base = |entries: &str| {
        let catalog =
            format!("<</Type/Catalog/Pages 2 0 R/AcroForm<</SigFlags 3/Fields[5 0 R]>>/DSS {entries}>>");
        signed("/ByteRange[0 RANGE]/Contents<3000>").put(1, &catalog)
    };
    let stream = |data: &str| format!("<</Length {}>>stream\n{data}\nendstream", data.len());
    let good = stream(CERTIFICATE);
    let good = || base("41 0 R").put(41, "<</Type/DSS/Certs[42 0 R]>>").put(42, &good);
    assert_eq!(kinds(good()), [ChangeKind::Dss; 3]);
    assert_eq!(kinds(base("<</Certs[42 0 R]>>").put(42, &stream(CERTIFICATE))), [ChangeKind::Dss; 2]);
    for (store, data) in [
        ("<</Type/DSS/Certs[42 0 R]>>", stream("PK\x05\x06 an archive")),
        ("<</Type/DSS/Certs[42 0 R]>>", stream(&format!("{CERTIFICATE} and more"))),
        ("<</Type/DSS/Certs[42 0 R]>>", stream(CERTIFICATE).replace("/Length", "/Subtype/Image/Length")),
        ("<</Type/DSS/Certs[42 0 R]/X(more)>>", stream(CERTIFICATE)),
        ("<</Type/DSS/X 42 0 R>>", stream(CERTIFICATE)),
        ("<</Type/DSS/Certs[4 0 R]>>", "(lies about)".to_owned()),
    ] {
        let found = kinds(base("41 0 R").put(41, store).put(42, &data));
        assert!(found.contains(&ChangeKind::Other), "{store} {data:?}: {found:?}");
    }
    // What somebody shows by the way of the store is judged by where else it is shown.
    let found = kinds(good().close().put(4, "<</Length 1/DSS 1>>stream\nQ\nendstream"));
    assert_eq!(found, [ChangeKind::PageContent]);
}

#[test]
fn a_stamp_is_unseen_for_good() {
    const FIELD: &str =
        "<</Type/Annot/Subtype/Widget/FT/Sig/T(D)/Rect[0 0 0 0]/F 132/P 3 0 R/V 31 0 R/AP<</N 33 0 R>>>>";
    let with = |field: &str| {
        signed("/ByteRange[0 RANGE]/Contents<3000>")
            .put(1, "<</Type/Catalog/Pages 2 0 R/AcroForm<</SigFlags 3/Fields[5 0 R 30 0 R]>>>>")
            .put(3, "<</Type/Page/Parent 2 0 R/Contents 4 0 R/Annots[5 0 R 30 0 R]>>")
            .put(30, field)
            .put(31, "<</Type/DocTimeStamp/SubFilter/ETSI.RFC3161/ByteRange[0 1 2 3]/Contents<30>>>")
            .put(33, "<</Subtype/Form/BBox[0 0 0 0]/Length 0>>stream\n\nendstream")
    };
    assert_eq!(kinds(with(FIELD)), [ChangeKind::DocTimeStamp; 5]);
    for (from, to) in [
        ("Widget", "Stamp"),
        ("/Subtype/Widget", ""),
        ("T(D)", "T(S)"),
        ("/F 132", "/Kids[32 0 R]"),
        ("[0 0 0 0]", "[0 0 30 0]"),
        ("[0 0 0 0]", "32 0 R"),
        ("/P 3 0 R", "/P 32 0 R"),
        ("/F 132", "/MK<</BG[1 0 0]>>"),
        ("/N 33 0 R", "/N 4 0 R"),
        ("/F 132", "/A<</S/URI>>"),
    ] {
        let found = kinds(with(&FIELD.replace(from, to)).put(32, "[0 0 0 0]"));
        assert!(found.iter().any(|kind| *kind < ChangeKind::DocTimeStamp), "{to}: {found:?}");
    }
    // What was let through stays as it was.
    for (number, body) in [
        (30, "<</Type/Annot/Subtype/Widget/FT/Sig/T(D)/Rect[0 0 90 90]/V 31 0 R>>"),
        (33, "<</Subtype/Form/BBox[0 0 9 9]/Length 1>>stream\nf\nendstream"),
        (31, "null"),
    ] {
        let found = kinds(with(FIELD).close().put(number, body));
        assert_eq!(found, [ChangeKind::Signature], "{body}");
    }
}

#[test]
fn trailers_stay_as_they_are() {
    let base = || signed("/ByteRange[0 RANGE]/Contents<3000>");
    let kinds = |made: Made| made.read().unwrap().revisions[1].changes[0].kind;
    let mut other = base().put(7, "<</Type/Catalog/Pages 2 0 R>>").close();
    let at = super::find_last(&other.bytes, b"/Root 1 0 R").unwrap();
    other.bytes[at + 6] = b'7';
    assert_eq!(kinds(other), ChangeKind::Catalog);
    assert_eq!(kinds(base().put(7, "<<>>").close_with("/Info 7 0 R")), ChangeKind::Metadata);
    assert_eq!(kinds(base().put(7, "<<>>").close_with("/Other 7 0 R")), ChangeKind::Other);
}

#[test]
fn later_bytes_belong_to_something() {
    let base = || signed("/ByteRange[0 RANGE]/Contents<3000>");
    assert!(!codes(&base().put(7, "<<>>").close().read().unwrap()).contains(&"loose_bytes"));
    for made in [
        base().raw("% PK\x05\x06\n").put(7, "<<>>").close(),
        base().put(7, "<<>>").raw("PK\x05\x06\n").close(),
        base().put(7, "<</A % hidden\n 1>>").close(),
        base().put(7, "<<>> % hidden").close(),
        base().put(7, "<<>>").close_with("% hidden\n"),
    ] {
        let document = made.read().unwrap();
        assert!(document.issues.iter().any(|it| matches!(it, Issue::LooseBytes { revision: 1, .. })));
    }
}

#[test]
fn signatures_that_are_not_in_the_form_are_told() {
    let loose = Made::new().page("").put(6, "<</Type/Sig/ByteRange[0 1 2 3]/Contents<30>>>").close();
    assert_eq!(codes(&loose.read().unwrap()), ["unbound_signature"]);
    let shared = Made::new()
        .page("/AcroForm<</Fields[5 0 R 7 0 R]>>")
        .put(5, FIELD)
        .put(6, "<</Type/Sig/ByteRange[0 1 2 3]/Contents<30>>>")
        .put(7, FIELD)
        .close()
        .read()
        .unwrap();
    assert_eq!(shared.signatures.len(), 1);
    assert!(codes(&shared).contains(&"shared_signature"));
    let removed = signed("/ByteRange[0 RANGE]/Contents<3000>").put(6, "null").close().read().unwrap();
    assert!(removed.signatures.is_empty());
    assert!(codes(&removed).contains(&"signature_removed"));
}

#[test]
fn the_structure_of_the_file_is_checked() {
    let doubled = Made::new().page("").raw("4 0 obj\n(twin)\nendobj\n").close().read().unwrap();
    assert!(matches!(doubled.issues[..], [Issue::DuplicateObject { number: 4, .. }]));
    let unlisted = Made::new().page("").raw("77 0 obj\n(ghost)\nendobj\n").close().read().unwrap();
    assert!(matches!(unlisted.issues[..], [Issue::UnlistedObject { number: 77, .. }]));

    let mut wrong = Made::new().page("");
    wrong.offsets.push((30, wrong.offsets[3].1));
    let wrong = wrong.close().read().unwrap();
    assert!(matches!(wrong.issues[..], [Issue::XrefWrongObject { number: 30, .. }]));

    let trailing = Made::new().page("").close().raw("PK\x03\x04 and more").read().unwrap();
    assert_eq!(codes(&trailing), ["trailing_bytes"]);

    let mut polyglot = b"<html><!-- ".to_vec();
    polyglot.extend(Made::new().page("").close().bytes);
    assert_eq!(codes(&document(&polyglot, &Limits::default()).unwrap()), ["leading_bytes"]);

    let length = Made::new().page("").put(8, "<</Length 900>>stream\nx\nendstream").close().read().unwrap();
    assert_eq!(codes(&length), ["stream_length"]);
}

#[test]
fn what_acts_is_listed() {
    let catalog = "/OpenAction<</S/JavaScript/JS(x)>>/Names<</EmbeddedFiles<</Names[]>>>>";
    let made = Made::new().page(catalog).put(9, "<</S/Launch/F(calc)>>").put(10, "<</AA<<>>>>").close();
    let kinds: Vec<Active> = made
        .read()
        .unwrap()
        .issues
        .iter()
        .filter_map(|issue| match issue {
            Issue::ActiveContent { kind, .. } => Some(*kind),
            _ => None,
        })
        .collect();
    let expected = [
        Active::JavaScript,
        Active::OpenAction,
        Active::EmbeddedFile,
        Active::Launch,
        Active::AdditionalActions,
    ];
    assert_eq!(kinds, expected);
}

#[test]
fn circles_end() {
    let looping = {
        let made = Made::new().page("");
        let here = made.bytes.len();
        made.close_with(&format!("/Prev {here}"))
    };
    assert_eq!(codes(&looping.read().unwrap()), ["xref_loop"]);

    let tree = Made::new()
        .put(1, "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R]>>>>")
        .put(2, "<</Type/Pages/Kids[2 0 R 2 0 R]>>")
        .put(5, "<</FT/Sig/T(a)/Kids[5 0 R]>>")
        .close()
        .read()
        .unwrap();
    assert!(codes(&tree).contains(&"tree_loop"));
    assert_eq!(tree.page_count, 0);

    let length = Made::new().page("").put(9, "<</Length 9 0 R>>stream\nx\nendstream").close();
    assert!(length.read().is_ok());
}

#[test]
fn limits_hold() {
    let limit = |limit| Err(Error::LimitExceeded { limit });
    let deep = format!("{}{}", "[".repeat(60_000), "]".repeat(60_000));
    assert_eq!(Made::new().page("").put(9, &deep).close().read(), limit("depth"));
    let dicts = format!("{}1{}", "<</A".repeat(60_000), ">>".repeat(60_000));
    assert_eq!(Made::new().page("").put(9, &dicts).close().read(), limit("depth"));
    let long = format!("({})", "x".repeat(2 << 20));
    assert_eq!(Made::new().page("").put(9, &long).close().read(), limit("string"));

    let huge =
        b"%PDF-1.7\nxref\n0 4294967295\n0000000000 65535 f \ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF";
    assert_eq!(document(huge, &Limits::default()), limit("objects"));

    // Many entries that all point at one large object cost no more than the budget.
    let mut made = Made::new().page("").put(9, &format!("[{}]", "0 ".repeat(50_000)));
    let at = made.offsets.last().unwrap().1;
    made.offsets.extend((0..2_000).map(|_| (9, at)));
    made.offsets.extend((100..2_100).map(|number| (number, at)));
    assert_eq!(made.close().read(), limit("steps"));

    let mut revisions = Made::new().page("").close();
    for _ in 0..70 {
        revisions = revisions.put(4, "null").close();
    }
    assert_eq!(revisions.read(), limit("revisions"));

    let fields: String = (100..400).map(|number| format!("{number} 0 R ")).collect();
    let mut many = Made::new().page(&format!("/AcroForm<</Fields[{fields}]>>"));
    for number in 100..400 {
        many = many
            .put(number, &format!("<</FT/Sig/T(S)/V {} 0 R>>", number + 1000))
            .put(number + 1000, "<</Type/Sig/ByteRange[0 1 2 3]/Contents<30>>>");
    }
    assert_eq!(many.close().read(), limit("signatures"));

    let small = Limits { file_size: 10, ..Limits::default() };
    assert_eq!(document(b"%PDF-1.7 more", &small), limit("file_size"));
}

fn deflate(data: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

/// A file of PDF 1.5: all but the containers packed, PNG-predicted cross-reference stream.
fn packed(objects: &[(u32, &str)], padding: usize) -> Vec<u8> {
    let mut bytes = b"%PDF-1.5\n".to_vec();
    let mut head = String::new();
    let mut body = String::new();
    for (number, text) in objects {
        head.push_str(&format!("{number} {} ", body.len()));
        body.push_str(text);
        body.push(' ');
    }
    let mut data = format!("{head}{body}").into_bytes();
    data.resize(data.len() + padding, b' ');
    let data = deflate(&data);
    let container = bytes.len();
    bytes.extend(
        format!(
            "20 0 obj\n<</Type/ObjStm/N {}/First {}/Filter/FlateDecode/Length {}>>stream\n",
            objects.len(),
            head.len(),
            data.len()
        )
        .bytes(),
    );
    bytes.extend(data);
    bytes.extend(b"\nendstream\nendobj\n");
    let xref = bytes.len();
    let mut rows: Vec<[u8; 4]> = objects.iter().enumerate().map(|(i, _)| [2, 0, 20, i as u8]).collect();
    rows.push([1, (container >> 8) as u8, container as u8, 0]);
    rows.push([1, (xref >> 8) as u8, xref as u8, 0]);
    let mut predicted = Vec::new();
    let mut above = [0; 4];
    for row in &rows {
        predicted.push(2);
        predicted.extend(row.iter().zip(above).map(|(byte, up): (&u8, u8)| byte.wrapping_sub(up)));
        above = *row;
    }
    let table = deflate(&predicted);
    let index: String = objects.iter().map(|(number, _)| format!("{number} 1 ")).collect();
    bytes.extend(
        format!(
            "21 0 obj\n<</Type/XRef/Size 22/Root 1 0 R/W[1 2 1]/Index[{index}20 2]/Filter/FlateDecode\
             /DecodeParms<</Predictor 12/Columns 4>>/Length {}>>stream\n",
            table.len()
        )
        .bytes(),
    );
    bytes.extend(table);
    bytes.extend(format!("\nendstream\nendobj\nstartxref\n{xref}\n%%EOF\n").bytes());
    bytes
}

#[test]
fn packed_objects_are_read() {
    let objects = [
        (1, "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R]>>>>"),
        (2, "<</Type/Pages/Kids[3 0 R]/Count 1>>"),
        (3, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 10 20]>>"),
        (5, "<</FT/Sig/T(S)/V 6 0 R>>"),
        (6, "<</Type/Sig/ByteRange[0 1 2 3]/Contents<30>>>"),
    ];
    let found = document(&packed(&objects, 0), &Limits::default()).unwrap();
    assert_eq!((found.page_count, found.media_box), (1, Some([0.0, 0.0, 10.0, 20.0])));
    // A signature must not be packed: its value would have no place in the file.
    assert!(codes(&found).contains(&"contents_not_direct_hex"), "{:?}", found.issues);
}

#[test]
fn bombs_do_not_go_off() {
    let bomb = packed(&[(1, "<<>>")], 40 << 20);
    assert!(bomb.len() < 64 << 10);
    let refused = |limits: &Limits, limit| {
        assert_eq!(document(&bomb, limits), Err(Error::LimitExceeded { limit }));
    };
    refused(&Limits::default(), "stream");
    refused(&Limits { stream: 64 << 20, ..Limits::default() }, "inflate_ratio");
}

#[test]
fn hybrid_files_show_their_hidden_objects() {
    let made = Made::new().page("").put(9, "(seen)");
    let hidden = made.bytes.len();
    let place = made.offsets[4].1;
    let row = [1, (place >> 8) as u8, place as u8];
    let mut made = made.raw("12 0 obj\n<</Type/XRef/Size 13/W[1 2 0]/Index[9 1]/Length 3>>stream\n");
    made.bytes.extend(row);
    made = made.raw("\nendstream\nendobj\n");
    // The table itself does not list object 9.
    made.offsets.truncate(4);
    let document = made.close_with(&format!("/XRefStm {hidden}")).read().unwrap();
    assert_eq!(document.issues, []);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// Any few bytes of an honest file changed, removed or doubled: an answer, never a panic, and the strict
    /// reading never calls the result ours without its digest having changed.
    #[test]
    fn damage_never_panics_and_never_passes(
        edits in proptest::collection::vec((0.0..1.0_f64, any::<u8>(), 0..4_u8), 1..6),
    ) {
        let honest = crate::write::sample();
        let digest = canonical(&honest, &Limits::default()).unwrap().signature.sha256(&honest);
        let mut bytes = honest.clone();
        for (place, byte, kind) in edits {
            let at = ((bytes.len() - 1) as f64 * place) as usize;
            match kind {
                0 => bytes[at] = byte,
                1 => { bytes.remove(at); }
                2 => bytes.insert(at, byte),
                _ => { let end = (at + 64).min(bytes.len()); let part = bytes[at..end].to_vec(); bytes.extend(part); }
            }
        }
        let _ = document(&bytes, &Limits::default());
        if let Ok(read) = canonical(&bytes, &Limits::default()) {
            let same_value = read.cms == canonical(&honest, &Limits::default()).unwrap().cms;
            let same_digest = read.signature.sha256(&bytes) == digest;
            prop_assert!(bytes == honest || !same_value || !same_digest);
        }
    }

    #[test]
    fn noise_never_panics(noise in proptest::collection::vec(any::<u8>(), 0..600)) {
        let mut bytes = b"%PDF-1.7\n".to_vec();
        bytes.extend(noise);
        bytes.extend(b"\nstartxref\n9\n%%EOF");
        let _ = document(&bytes, &Limits::default());
    }

    #[test]
    fn words_in_any_order_never_panic(
        words in proptest::collection::vec(
            prop::sample::select(vec![
                "1 0 obj", "endobj", "<<", ">>", "[", "]", "/Type", "/Catalog", "/Pages 2 0 R", "stream\n",
                "endstream", "xref", "0 3", "0000000009 00000 n", "trailer", "/Root 1 0 R", "/Prev 9", "/Size 4",
                "(a", ")", "<30", ">", "/ByteRange[0 1 2 3]", "/W[1 2 1]", "/XRef", "/Length 5", "-1", "9", "R",
            ]),
            0..80,
        ),
    ) {
        let text = format!("%PDF-1.7\n{}\nstartxref\n9\n%%EOF", words.join(" "));
        let _ = document(text.as_bytes(), &Limits::default());
    }
}

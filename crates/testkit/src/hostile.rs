//! Large files that are made to cost their reader as much as can be: for the readers and for the program.

/// The largest that is read at all, almost: [`LARGE`] has such files and two that are three times as large.
const LARGEST: usize = (32 << 20) - 4096;

/// A name and how it is made: when its turn comes, for together they would take what is to be measured.
pub type Case = (&'static str, fn() -> Vec<u8>);

pub const LARGE: [Case; 16] = [
    ("a PDF of 100 MB", || filled(b"%PDF-1.7\n", b"1 0 obj<</A/B>>endobj\n", 100 << 20, b"")),
    ("a ZIP of 100 MB", || filled(b"PK\x03\x04", b"PK\x03\x04Doc_0/", 100 << 20, b"PK\x05\x06")),
    ("objects in no table", || filled(b"%PDF-1.7\n", b"1 0 obj<</A/B>>endobj\n", LARGEST, EMPTY_TABLE)),
    ("one array of numbers", || array(b"1 ", LARGEST)),
    ("one array of dictionaries", || array(b"<</A<</B<<>>>>>>", LARGEST)),
    ("one array of empty strings", || array(b"()", LARGEST)),
    ("one array of strings", || array(&[b"(", [b'a'; 60_000].as_slice(), b")"].concat(), LARGEST)),
    ("one array of names", || array(b"/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", LARGEST)),
    ("a small array of numbers", || array(b"1 ", 4 << 20)),
    ("a table of lines", || table(LARGEST)),
    ("the beginnings of parts", || filled(b"PK\x03\x04", b"PK\x01\x02", LARGEST, b"PK\x05\x06")),
    ("parts with long names", || archive(&parts_with_long_names())),
    ("elements inside each other", || {
        entrance([b"<a>".repeat(60), b"</a>".repeat(60)].concat().repeat(3000))
    }),
    ("elements beside each other", || entrance(b"<a/>".repeat(190_000))),
    ("an attribute of four megabytes", || {
        entrance([&b"<a b='"[..], &vec![b'x'; 3_900_000], b"'/>"].concat())
    }),
    ("a hundred signatures of one large value", signatures_of_one_value),
];

fn entrance(content: Vec<u8>) -> Vec<u8> {
    archive(&[("OFD.xml".to_owned(), [b"<OFD>", &content[..], b"</OFD>"].concat())])
}

fn parts_with_long_names() -> Vec<(String, Vec<u8>)> {
    let entrance = [("OFD.xml".to_owned(), b"<OFD/>".to_vec())];
    entrance
        .into_iter()
        .chain((0..19_000).map(|number| (format!("{number:0500}"), vec![b'x'; 500])))
        .collect()
}

fn signatures_of_one_value() -> Vec<u8> {
    let list = "<Signature ID='1' BaseLoc='/X.xml'/>".repeat(100);
    let signature = "<Signature><SignedInfo><References CheckMethod='SM3'/><Seal><BaseLoc>/V.dat</BaseLoc></Seal>\
                     </SignedInfo><SignedValue>/V.dat</SignedValue></Signature>";
    archive(&[
        ("OFD.xml".to_owned(), b"<OFD><DocBody><Signatures>S.xml</Signatures></DocBody></OFD>".to_vec()),
        ("S.xml".to_owned(), format!("<Signatures>{list}</Signatures>").into_bytes()),
        ("X.xml".to_owned(), signature.as_bytes().to_vec()),
        ("V.dat".to_owned(), vec![0x30; 31 << 20]),
    ])
}

/// Parts that are stored, without sums.
fn archive(parts: &[(String, Vec<u8>)]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::with_capacity(LARGEST), Vec::new());
    for (name, data) in parts {
        let at = u32::try_from(out.len()).expect("small").to_le_bytes();
        let size = u32::try_from(data.len()).expect("small").to_le_bytes();
        let name_len = u16::try_from(name.len()).expect("small").to_le_bytes();
        let kind = [20, 0, 0, 8, 0, 0, 0, 0, 0x21, 0, 0, 0, 0, 0];
        let head = [&kind[..], &size, &size, &name_len, &[0, 0]].concat();
        directory.extend([&b"PK\x01\x02\x14\0"[..], &head, &[0; 10], &at, name.as_bytes()].concat());
        out.extend([b"PK\x03\x04", &head[..], name.as_bytes()].concat());
        out.extend_from_slice(data);
    }
    let count = u16::try_from(parts.len()).expect("small").to_le_bytes();
    let place =
        [directory.len(), out.len()].map(|number| u32::try_from(number).expect("small").to_le_bytes());
    out.extend_from_slice(&directory);
    out.extend([b"PK\x05\x06\0\0\0\0", &count[..], &count, &place[0], &place[1], &[0, 0]].concat());
    out
}

const EMPTY_TABLE: &[u8] =
    b"xref\n0 1\n0000000000 65535 f \ntrailer<</Size 1/Root 1 0 R>>\nstartxref\n9\n%%EOF\n";

fn filled(head: &[u8], unit: &[u8], len: usize, tail: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(len);
    bytes.extend_from_slice(head);
    while bytes.len() + unit.len() + tail.len() <= len {
        bytes.extend_from_slice(unit);
    }
    bytes.extend_from_slice(tail);
    bytes
}

/// A catalog that is an array without end.
fn array(unit: &[u8], len: usize) -> Vec<u8> {
    let tail = |xref: usize| {
        format!(
            "]endobj\nxref\n1 1\n0000000009 00000 n \ntrailer<</Size 2/Root 1 0 R>>\nstartxref\n{xref:010}\n%%EOF\n"
        )
    };
    let mut bytes = filled(b"%PDF-1.7\n1 0 obj[", unit, len, tail(0).as_bytes());
    let xref = bytes.len() - tail(0).len() + 8;
    let at = bytes.len() - tail(0).len();
    bytes.splice(at.., tail(xref).bytes());
    bytes
}

/// A table of as many lines as there is room for.
fn table(len: usize) -> Vec<u8> {
    let lines = len / 20 - 10;
    let head = format!("%PDF-1.7\nxref\n0 {lines}\n");
    let tail = b"trailer<</Size 1/Root 1 0 R>>\nstartxref\n9\n%%EOF\n";
    filled(head.as_bytes(), b"0000000009 00000 n \n", len, tail)
}

//! Tools for changing PDF files by hand: landmarks, replacement, later revisions. Made for files whose layout is known;
//! on any other they stop the test.

use std::ops::Range;

use yinxin_crypto::hash::sha256;

/// The first place of `needle`.
pub fn find(bytes: &[u8], needle: &[u8]) -> usize {
    let found = bytes.windows(needle.len()).position(|window| window == needle);
    found.unwrap_or_else(|| panic!("{} does not stand in the file", String::from_utf8_lossy(needle)))
}

/// The last place of `needle`.
pub fn find_last(bytes: &[u8], needle: &[u8]) -> usize {
    let found = bytes.windows(needle.len()).rposition(|window| window == needle);
    found.unwrap_or_else(|| panic!("{} does not stand in the file", String::from_utf8_lossy(needle)))
}

/// `bytes` with the last `from` replaced.
pub fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let at = find_last(bytes, from);
    spliced(bytes, at..at + from.len(), to)
}

/// `bytes` with `range` replaced.
pub fn spliced(bytes: &[u8], range: Range<usize>, with: &[u8]) -> Vec<u8> {
    let mut out = bytes.to_vec();
    out.splice(range, with.iter().copied());
    out
}

/// `bytes` with the bits of `mask` changed at `at`.
pub fn flipped(bytes: &[u8], at: usize, mask: u8) -> Vec<u8> {
    let mut out = bytes.to_vec();
    *out.get_mut(at).expect("a place in the file") ^= mask;
    out
}

/// `bytes` with another hexadecimal digit at `at`.
pub fn redigited(bytes: &[u8], at: usize) -> Vec<u8> {
    let digit = if bytes.get(at) == Some(&b'0') { b"1" } else { b"0" };
    spliced(bytes, at..at + 1, digit)
}

/// The object that an entry of a dictionary refers to.
pub fn reference(bytes: &[u8], entry: &str) -> u32 {
    u32::try_from(number_after(bytes, find(bytes, entry.as_bytes()) + entry.len()))
        .expect("an object's number")
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Where the value of the seal's /Contents stands, with its brackets.
pub fn contents(bytes: &[u8]) -> Range<usize> {
    let start = find(bytes, b"/ByteRange [0 ");
    let tail = bytes.get(start..).expect("a tail");
    let open = start + find(tail, b"/Contents <") + 10;
    open..open + find(bytes.get(open..).expect("a value"), b">") + 1
}

/// SHA-256 of all but `gap`.
pub fn digest_without(bytes: &[u8], gap: &Range<usize>) -> [u8; 32] {
    sha256(&spliced(bytes, gap.clone(), b""))
}

/// The file with another signature in its place.
pub fn with_signature(bytes: &[u8], signature: &[u8]) -> Vec<u8> {
    let gap = contents(bytes);
    let digits = gap.len() - 2;
    let value = format!("<{:0<digits$}>", hex(signature));
    assert_eq!(value.len(), gap.len(), "the signature fits into its place");
    spliced(bytes, gap, value.as_bytes())
}

/// The signature's DER, without padding.
pub fn signature(bytes: &[u8]) -> Vec<u8> {
    let gap = contents(bytes);
    let digits = bytes.get(gap.start + 1..gap.end - 1).expect("a value");
    let pairs = digits.chunks(2).map(|pair| std::str::from_utf8(pair).expect("digits"));
    let bytes: Vec<u8> = pairs.map(|pair| u8::from_str_radix(pair, 16).expect("digits")).collect();
    yinxin_crypto::cms::trim_padding(&bytes).expect("one DER value").to_vec()
}

/// A file's last `startxref`.
fn startxref(bytes: &[u8]) -> usize {
    number_after(bytes, find_last(bytes, b"startxref") + 9)
}

/// The number that follows `at`.
fn number_after(bytes: &[u8], at: usize) -> usize {
    let tail = bytes.get(at..).expect("a tail");
    let digits = tail.iter().skip_while(|byte| byte.is_ascii_whitespace()).take_while(|b| b.is_ascii_digit());
    let digits: String = digits.map(|byte| char::from(*byte)).collect();
    digits.parse().expect("a number")
}

/// The last definition of an object, without its number and `endobj`.
pub fn object(bytes: &[u8], number: u32) -> Vec<u8> {
    let head = format!("\n{number} 0 obj\n");
    let start = find_last(bytes, head.as_bytes()) + head.len();
    let end = start + find(bytes.get(start..).expect("a body"), b"\nendobj");
    bytes.get(start..end).expect("a body").to_vec()
}

/// The same as text with one part of it replaced.
pub fn object_with(bytes: &[u8], number: u32, from: &str, to: &str) -> Vec<u8> {
    replaced(&object(bytes, number), from.as_bytes(), to.as_bytes())
}

/// A stream object.
pub fn stream(dict: &str, data: &[u8]) -> Vec<u8> {
    let mut out = format!("<<{dict}/Length {}>>stream\n", data.len()).into_bytes();
    out.extend_from_slice(data);
    out.extend_from_slice(b"\nendstream");
    out
}

/// A later revision of a file.
pub struct Update {
    bytes: Vec<u8>,
    previous: usize,
    next: u32,
    root: u32,
    offsets: Vec<(u32, usize)>,
}

impl Update {
    pub fn of(bytes: &[u8]) -> Self {
        let size = number_after(bytes, find_last(bytes, b"/Size") + 5);
        Self {
            bytes: bytes.to_vec(),
            previous: startxref(bytes),
            next: u32::try_from(size).expect("a size"),
            root: 1,
            offsets: Vec::new(),
        }
    }

    /// The number that the next new object will have.
    pub fn next(&self) -> u32 {
        self.next
    }

    pub fn put(mut self, number: u32, body: &[u8]) -> Self {
        self.offsets.push((number, self.bytes.len()));
        self.bytes.extend(format!("{number} 0 obj\n").bytes());
        self.bytes.extend_from_slice(body);
        self.bytes.extend_from_slice(b"\nendobj\n");
        self.next = self.next.max(number + 1);
        self
    }

    /// A new object, with the next number.
    pub fn add(self, body: &[u8]) -> Self {
        let number = self.next;
        self.put(number, body)
    }

    /// Makes another object the catalog.
    pub fn root(mut self, number: u32) -> Self {
        self.root = number;
        self
    }

    /// Bytes that are no object.
    pub fn raw(mut self, bytes: &[u8]) -> Self {
        self.bytes.extend_from_slice(bytes);
        self
    }

    /// Lists an object at a place of an earlier revision.
    pub fn point(mut self, number: u32, at: usize) -> Self {
        self.offsets.push((number, at));
        self
    }

    /// Where the newest table before this revision stands.
    pub fn previous(&self) -> usize {
        self.previous
    }

    /// As it is, without table and end.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    pub fn close(self) -> Vec<u8> {
        let previous = self.previous;
        self.close_with(&format!("/Prev {previous}"))
    }

    /// `trailer`: entries beside /Size and /Root.
    pub fn close_with(self, trailer: &str) -> Vec<u8> {
        let Self { mut bytes, next, root, mut offsets, .. } = self;
        let xref = bytes.len();
        offsets.sort_unstable();
        let mut table = String::from("xref\n");
        for (number, offset) in offsets {
            table.push_str(&format!("{number} 1\n{offset:010} 00000 n \n"));
        }
        table.push_str(&format!(
            "trailer\n<</Size {next}/Root {root} 0 R{trailer}>>\nstartxref\n{xref}\n%%EOF\n"
        ));
        bytes.extend_from_slice(table.as_bytes());
        bytes
    }
}

/// Room for the signatures of others, in bytes.
const ROOM: usize = 2600;
const RANGE: &str = "/ByteRange[0 00000000 00000000 00000000]";

/// A signature dictionary that is still to be filled in.
pub fn blank_signature(sub_filter: &str, entries: &str) -> Vec<u8> {
    let kind = if sub_filter == "ETSI.RFC3161" { "DocTimeStamp" } else { "Sig" };
    let zeros = "0".repeat(2 * ROOM);
    format!("<</Type/{kind}/Filter/Adobe.PPKLite/SubFilter/{sub_filter}{entries}{RANGE}/Contents<{zeros}>>>")
        .into_bytes()
}

/// Fills in the last blank signature of a file: `sign` makes its value of the digest of all else.
pub fn filled(bytes: &[u8], sign: impl FnOnce(&[u8; 32]) -> Vec<u8>) -> Vec<u8> {
    let range = find_last(bytes, RANGE.as_bytes());
    let open = range + RANGE.len() + "/Contents".len();
    let gap = open..open + 2 * ROOM + 2;
    let numbers = format!("/ByteRange[0 {:08} {:08} {:08}]", gap.start, gap.end, bytes.len() - gap.end);
    let bytes = spliced(bytes, range..range + RANGE.len(), numbers.as_bytes());
    let value = sign(&digest_without(&bytes, &gap));
    let digits = 2 * ROOM;
    spliced(&bytes, gap, format!("<{:0<digits$}>", hex(&value)).as_bytes())
}

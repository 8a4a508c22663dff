//! The little ASN.1 that this crate writes and cuts by itself (ITU-T X.690): a reader of tag-length-value
//! in strict DER or in definite-length BER, and a writer of DER. X.509 fields are decoded by `x509-cert`;
//! this is for CMS, whose bytes are hand-assembled, and for cutting the exact bytes that a signature
//! covers.

use crate::Error;

pub(crate) const BOOLEAN: u8 = 0x01;
pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const BIT_STRING: u8 = 0x03;
pub(crate) const OCTET_STRING: u8 = 0x04;
pub(crate) const NULL: u8 = 0x05;
pub(crate) const OID: u8 = 0x06;
pub(crate) const ENUMERATED: u8 = 0x0a;
pub(crate) const UTF8_STRING: u8 = 0x0c;
pub(crate) const PRINTABLE_STRING: u8 = 0x13;
pub(crate) const IA5_STRING: u8 = 0x16;
pub(crate) const UTC_TIME: u8 = 0x17;
pub(crate) const GENERALIZED_TIME: u8 = 0x18;
pub(crate) const SEQUENCE: u8 = 0x30;
pub(crate) const SET: u8 = 0x31;

/// `[n]`, constructed.
pub(crate) const fn context(n: u8) -> u8 {
    0xa0 | n
}

/// `[n]` IMPLICIT of a primitive type.
pub(crate) const fn context_primitive(n: u8) -> u8 {
    0x80 | n
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Rules {
    /// Shortest lengths only.
    Der,
    /// Definite lengths of any form: what honest foreign writers produce.
    Ber,
}

/// One element: `raw` is the whole of it, header included.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Element<'a> {
    pub value: &'a [u8],
    pub raw: &'a [u8],
}

/// Reads elements one after the other; never recurses and never allocates.
#[derive(Clone)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
    rules: Rules,
    what: &'static str,
}

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8], rules: Rules, what: &'static str) -> Self {
        Self { rest: bytes, rules, what }
    }

    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }

    pub fn fault(&self, why: &'static str) -> Error {
        Error::Encoding { what: self.what, why }
    }

    pub fn peek_tag(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    pub fn next(&mut self) -> Result<Element<'a>, Error> {
        let (&[tag, first], mut after) = self.rest.split_first_chunk::<2>().ok_or(self.fault("truncated"))?;
        if tag & 0x1f == 0x1f {
            return Err(self.fault("tag number too high"));
        }
        let length = if first < 0x80 {
            usize::from(first)
        } else {
            let count = usize::from(first & 0x7f);
            if count == 0 {
                return Err(self.fault("indefinite length"));
            }
            let (octets, tail) = after.split_at_checked(count).ok_or(self.fault("truncated length"))?;
            after = tail;
            let significant =
                octets.iter().position(|&b| b != 0).map_or(&[][..], |at| octets.get(at..).unwrap_or(&[]));
            if significant.len() > 4 {
                return Err(self.fault("length too large"));
            }
            let length = significant.iter().fold(0usize, |sum, &b| (sum << 8) | usize::from(b));
            if self.rules == Rules::Der && (significant.len() != count || length < 0x80) {
                return Err(self.fault("length not minimal"));
            }
            length
        };
        let (value, rest) = after.split_at_checked(length).ok_or(self.fault("length beyond the end"))?;
        let raw = self.rest.get(..self.rest.len() - rest.len()).ok_or(self.fault("truncated"))?;
        self.rest = rest;
        Ok(Element { value, raw })
    }

    pub fn expect(&mut self, tag: u8) -> Result<Element<'a>, Error> {
        match self.peek_tag() {
            Some(found) if found == tag => self.next(),
            Some(_) => Err(self.fault("unexpected tag")),
            None => Err(self.fault("missing element")),
        }
    }

    pub fn optional(&mut self, tag: u8) -> Result<Option<Element<'a>>, Error> {
        if self.peek_tag() == Some(tag) { self.next().map(Some) } else { Ok(None) }
    }

    /// Steps into an element of `tag`.
    pub fn enter(&mut self, tag: u8) -> Result<Reader<'a>, Error> {
        let element = self.expect(tag)?;
        Ok(self.inside(element))
    }

    pub fn inside(&self, element: Element<'a>) -> Reader<'a> {
        Reader { rest: element.value, ..*self }
    }

    pub fn finish(&self) -> Result<(), Error> {
        if self.rest.is_empty() { Ok(()) } else { Err(self.fault("trailing bytes")) }
    }
}

/// A DER element whose value is the concatenation of `parts`.
pub(crate) fn tlv(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let length = parts.iter().map(|part| part.len()).sum();
    let mut out = Vec::with_capacity(length + 6);
    out.push(tag);
    push_length(&mut out, length);
    for part in parts {
        out.extend_from_slice(part);
    }
    out
}

pub(crate) fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    tlv(SEQUENCE, parts)
}

/// A non-negative INTEGER from big-endian bytes.
pub(crate) fn unsigned(bytes: &[u8]) -> Vec<u8> {
    let significant = strip_zeros(bytes);
    match significant.first() {
        None => tlv(INTEGER, &[&[0]]),
        Some(&high) if high >= 0x80 => tlv(INTEGER, &[&[0], significant]),
        Some(_) => tlv(INTEGER, &[significant]),
    }
}

/// BIT STRING of whole bytes.
pub(crate) fn bits(bytes: &[u8]) -> Vec<u8> {
    tlv(BIT_STRING, &[&[0], bytes])
}

/// Writes a DER length.
pub(crate) fn push_length(out: &mut Vec<u8>, length: usize) {
    if length < 0x80 {
        // The cast is exact: the value was just bounded.
        out.push(length as u8);
        return;
    }
    let octets = length.to_be_bytes();
    let significant = strip_zeros(&octets);
    out.push(0x80 | significant.len() as u8);
    out.extend_from_slice(significant);
}

/// Bytes that a DER header takes for a value of `length` bytes.
pub(crate) fn header_len(length: usize) -> usize {
    match length {
        0..0x80 => 2,
        0x80..0x100 => 3,
        0x100..0x1_0000 => 4,
        0x1_0000..0x100_0000 => 5,
        _ => 6,
    }
}

pub(crate) fn strip_zeros(bytes: &[u8]) -> &[u8] {
    bytes.iter().position(|&b| b != 0).and_then(|at| bytes.get(at..)).unwrap_or(&[])
}

/// Dotted form of an OID's value bytes; hex when it is not a well-formed OID. Arcs may have 128 bits, as those below 2.25 do.
pub(crate) fn dotted(value: &[u8]) -> String {
    arcs(value).unwrap_or_else(|| format!("#{}", hex(value)))
}

fn arcs(value: &[u8]) -> Option<String> {
    let mut text = String::new();
    let mut pending: Option<u128> = None;
    for byte in value {
        if pending.is_none() && *byte == 0x80 {
            return None;
        }
        let arc = pending.unwrap_or_default().checked_mul(128)? | u128::from(byte & 0x7f);
        pending = Some(arc).filter(|_| byte & 0x80 != 0);
        if pending.is_none() && text.is_empty() {
            let first = (arc / 40).min(2);
            text = format!("{first}.{}", arc - first * 40);
        } else if pending.is_none() {
            text.push_str(&format!(".{arc}"));
        }
    }
    (pending.is_none() && !text.is_empty()).then_some(text)
}

/// Lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        // Writing to a String cannot fail.
        let _ = write!(out, "{byte:02x}");
        out
    })
}

//! Whether bytes are what a security store holds: the outer form of X.509 certificates and lists (RFC 5280), OCSP
//! responses (RFC 6960) and time stamp tokens (RFC 3161), in well-formed DER from the first byte to the last. What they
//! say, and whether anybody believes it, is decided elsewhere.

/// Values inside each other, at most.
const DEPTH: usize = 32;

const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OBJECT_IDENTIFIER: u8 = 0x06;
const ENUMERATED: u8 = 0x0A;
const SEQUENCE: u8 = 0x30;
const EXPLICIT: u8 = 0xA0;

/// What a stream of a security store may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Evidence {
    Certificate,
    List,
    Response,
    Token,
}

/// Whether `bytes` are one such value, and nothing else.
pub(super) fn is(kind: Evidence, bytes: &[u8]) -> bool {
    let Some(parts) = only(bytes, SEQUENCE).and_then(tags) else { return false };
    let form = match (kind, parts.as_slice()) {
        (Evidence::Certificate, [SEQUENCE, SEQUENCE, BIT_STRING]) => {
            // A version or a serial number, then algorithm, issuer, validity, subject and key.
            inside(bytes).is_some_and(|tbs| {
                matches!(tbs.as_slice(), [EXPLICIT, INTEGER, rest @ ..] | [INTEGER, rest @ ..]
                    if rest.starts_with(&[SEQUENCE; 5]))
            })
        }
        (Evidence::List, [SEQUENCE, SEQUENCE, BIT_STRING]) => inside(bytes).is_some_and(|tbs| {
            matches!(tbs.as_slice(), [INTEGER, SEQUENCE, SEQUENCE, ..] | [SEQUENCE, SEQUENCE, ..])
        }),
        (Evidence::Response, [ENUMERATED] | [ENUMERATED, EXPLICIT]) => true,
        (Evidence::Token, [OBJECT_IDENTIFIER, EXPLICIT]) => true,
        _ => false,
    };
    form && is_well_formed(bytes, 0)
}

/// The tags of the values inside the first value of a sequence.
fn inside(bytes: &[u8]) -> Option<Vec<u8>> {
    let (tag, content, _) = split(only(bytes, SEQUENCE)?)?;
    tags(content).filter(|_| tag == SEQUENCE)
}

/// The content of the one value that `bytes` are.
fn only(bytes: &[u8], expected: u8) -> Option<&[u8]> {
    match split(bytes)? {
        (tag, content, []) if tag == expected => Some(content),
        _ => None,
    }
}

/// The tags of values that follow one another. Of a certificate or list there are few.
fn tags(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    while !rest.is_empty() {
        let (tag, _, after) = split(rest)?;
        out.push(tag);
        rest = after;
    }
    Some(out)
}

fn is_well_formed(mut rest: &[u8], depth: usize) -> bool {
    while !rest.is_empty() {
        let Some((tag, content, after)) = split(rest) else { return false };
        let is_constructed = tag & 0x20 != 0;
        if depth > DEPTH || is_constructed && !is_well_formed(content, depth + 1) {
            return false;
        }
        rest = after;
    }
    true
}

/// Tag, content and what follows: X.690 §8.1 with definite lengths and tags of one byte.
fn split(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = bytes.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (len, rest) = match first {
        0..=0x7F => (usize::from(first), rest),
        0x81..=0x84 => {
            let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7F))?;
            (digits.iter().fold(0, |len, digit| len << 8 | usize::from(*digit)), rest)
        }
        _ => return None,
    };
    let (content, rest) = rest.split_at_checked(len).filter(|_| tag & 0x1F != 0x1F)?;
    Some((tag, content, rest))
}

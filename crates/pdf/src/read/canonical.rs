//! The strict reading of our own files: exactly what the writer lays out, byte for byte.
//!
//! A signature covers every byte but its own value. That value is checked here, so that no byte of a sealed
//! file can change unnoticed: lower-case hexadecimal, one DER value, then nothing but zeros. (Whether the
//! DER is canonical inside is the CMS reader's part.)

use std::ops::Range;

use super::{Document, Error, Issue, Limits, Signature, SignatureKind, document};
use crate::layout;
use crate::write;

/// A file that is laid out as ours are. Nothing is said about its signature being good.
#[derive(Clone, Debug, PartialEq)]
pub struct Canonical {
    pub document: Document,
    /// The seal's.
    pub signature: Signature,
    /// The DER value in /Contents, without padding.
    pub cms: Vec<u8>,
    /// Bytes that /Contents has room for.
    pub room: usize,
    pub archived: Option<Archived>,
}

/// The document time stamp that our writer put behind a signed file.
#[derive(Clone, Debug, PartialEq)]
pub struct Archived {
    pub signature: Signature,
    /// The DER value in its /Contents, without padding.
    pub token: Vec<u8>,
    /// SHA-256 of what it covers.
    pub imprint: [u8; 32],
}

/// The first difference from our layout.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Deviation {
    #[error(transparent)]
    Unreadable(#[from] Error),
    #[error("the file does not begin with our header")]
    Header,
    #[error("the file has {revisions} revisions instead of one")]
    Revisions { revisions: usize },
    #[error("the file has {signatures} signatures instead of one")]
    Signatures { signatures: usize },
    #[error("structural finding: {}", .0.code())]
    Finding(Issue),
    #[error("the signature dictionary is not laid out as ours (byte {at})")]
    SignatureDictionary { at: usize },
    #[error("the signature's value is not written in lower-case hexadecimal (byte {at})")]
    Hexadecimal { at: usize },
    #[error("the signature's value is not one DER value")]
    NotDer,
    #[error("the padding behind the signature's value is not zero (byte {at})")]
    Padding { at: usize },
    #[error("what stands behind the signed file is not laid out as our time stamps (byte {at})")]
    Update { at: usize },
    #[error("the document time stamp that belongs into the file is not there")]
    StampMissing,
    #[error("the update that belongs to the security store is not there")]
    StoreMissing,
    #[error("the cross-reference table or trailer is not laid out as ours (byte {at})")]
    Trailer { at: usize },
}

impl Deviation {
    /// The stable name of this kind of difference.
    pub fn code(&self) -> &'static str {
        match self {
            Deviation::Unreadable(error) => error.code(),
            Deviation::Header => "header_differs",
            Deviation::Revisions { .. } => "not_one_revision",
            Deviation::Signatures { .. } => "not_one_signature",
            Deviation::Finding(issue) => issue.code(),
            Deviation::SignatureDictionary { .. } => "signature_dictionary_differs",
            Deviation::Hexadecimal { .. } => "contents_not_lower_hex",
            Deviation::NotDer => "contents_not_der",
            Deviation::Padding { .. } => "contents_padding_not_zero",
            Deviation::Update { .. } => "update_differs",
            Deviation::StampMissing => "document_stamp_missing",
            Deviation::StoreMissing => "security_store_missing",
            Deviation::Trailer { .. } => "trailer_differs",
        }
    }
}

/// Reads `bytes` as one of our own sealed files: one revision, and at most the update of its level behind it.
pub fn canonical(bytes: &[u8], limits: &Limits) -> Result<Canonical, Deviation> {
    let document = document(bytes, limits)?;
    if !bytes.starts_with(layout::HEADER) && !bytes.starts_with(layout::EARLIER_HEADER) {
        return Err(Deviation::Header);
    }
    let revisions = document.revisions.len();
    let (first, is_extended) = match document.revisions.as_slice() {
        [first] => (first, false),
        [first, _] => (first, true),
        _ => return Err(Deviation::Revisions { revisions }),
    };
    let base = bytes.get(..first.bytes.end).unwrap_or_default();
    let has_store = write::has_store(base);
    if is_extended && !has_store && document.signatures.len() < 2 {
        return Err(Deviation::Revisions { revisions });
    }
    let foreseen = |issue: &&Issue| {
        let of_update = matches!(
            issue,
            Issue::ByteRangeShort { signature: 0, .. }
                | Issue::ChangedAfterSigning { signature: 0, revision: 1 }
        );
        !(is_extended && of_update)
    };
    if let Some(issue) = document.issues.iter().find(foreseen) {
        return Err(Deviation::Finding(issue.clone()));
    }
    let (signature, stamp) = match document.signatures.as_slice() {
        [signature] => (signature, None),
        [signature, stamp] if is_extended => (signature, Some(stamp)),
        found => return Err(Deviation::Signatures { signatures: found.len() }),
    };
    // The field for a document time stamp stands empty, and the store without its update, in nothing that our writer hands out.
    if stamp.is_none() && document.empty_signature_fields > 0 {
        return Err(Deviation::StampMissing);
    }
    if !is_extended && has_store {
        return Err(Deviation::StoreMissing);
    }
    let (Some(coverage), Some(_)) = (&signature.coverage, &signature.contents) else {
        return Err(Deviation::SignatureDictionary { at: 0 });
    };
    let gap = coverage.gap.clone();
    let ours = signature.kind == SignatureKind::Signature
        && signature.sub_filter.as_deref() == Some(layout::SUB_FILTER)
        && coverage.second.end == base.len();
    if !ours {
        return Err(Deviation::SignatureDictionary { at: gap.start });
    }
    surroundings(base, &gap, coverage.second.len())?;
    trailer(base, first.xref)?;
    let (cms, room) = value(bytes, signature)?;
    let archived = stamp.map(|stamp| archived(bytes, base, stamp)).transpose()?;
    if is_extended && archived.is_none() {
        repeats_store(bytes, base)?;
    }
    let signature = signature.clone();
    Ok(Canonical { document, signature, cms, room, archived })
}

/// The update behind `base` that only repeats its security store is written anew, and must be the same.
fn repeats_store(bytes: &[u8], base: &[u8]) -> Result<(), Deviation> {
    let anew = write::add_store(base.to_vec());
    if anew.is_ok_and(|anew| anew == bytes) { Ok(()) } else { Err(Deviation::Update { at: base.len() }) }
}

/// The document time stamp behind `base`: the update is written anew, and must be the same but for its value.
fn archived(bytes: &[u8], base: &[u8], stamp: &Signature) -> Result<Archived, Deviation> {
    let differs = Deviation::Update { at: base.len() };
    let (token, room) = value(bytes, stamp)?;
    let anew =
        write::add_stamp(base.to_vec(), stamp.field_object.number, room).map_err(|_| differs.clone())?;
    let (expected, gap) = anew.unfinished();
    let same = |range: std::ops::Range<usize>| bytes.get(range.clone()) == expected.get(range);
    if bytes.len() != expected.len() || !same(base.len()..gap.start) || !same(gap.end..expected.len()) {
        return Err(differs);
    }
    Ok(Archived { signature: stamp.clone(), token, imprint: *anew.digest() })
}

/// The one DER value that a signature's /Contents holds, and the bytes that it has room for.
fn value(bytes: &[u8], signature: &Signature) -> Result<(Vec<u8>, usize), Deviation> {
    let contents = signature.contents.as_ref().ok_or(Deviation::SignatureDictionary { at: 0 })?;
    let digits = contents.span.start + 1..contents.span.end.saturating_sub(1);
    for (at, byte) in digits.clone().zip(bytes.get(digits.clone()).unwrap_or_default()) {
        if !matches!(byte, b'0'..=b'9' | b'a'..=b'f') {
            return Err(Deviation::Hexadecimal { at });
        }
    }
    if !digits.len().is_multiple_of(2) {
        return Err(Deviation::Hexadecimal { at: digits.end });
    }
    let len = der_len(&contents.bytes).ok_or(Deviation::NotDer)?;
    let (der, padding) = contents.bytes.split_at_checked(len).ok_or(Deviation::NotDer)?;
    if let Some(offset) = padding.iter().position(|byte| *byte != 0) {
        return Err(Deviation::Padding { at: digits.start + 2 * (len + offset) });
    }
    Ok((der.to_vec(), contents.bytes.len()))
}

/// The byte range before the gap and what follows behind it.
fn surroundings(bytes: &[u8], gap: &Range<usize>, second_len: usize) -> Result<(), Deviation> {
    let mut before = layout::BYTE_RANGE.to_vec();
    for (index, value) in [gap.start, gap.end, second_len].into_iter().enumerate() {
        if index > 0 {
            before.push(b' ');
        }
        layout::push_fixed(&mut before, value, layout::BYTE_RANGE_DIGITS);
    }
    before.extend_from_slice(layout::CONTENTS);
    let head = bytes.get(..gap.start).unwrap_or_default();
    let tail = bytes.get(gap.end..).unwrap_or_default();
    if !head.ends_with(&before) {
        return Err(Deviation::SignatureDictionary { at: gap.start });
    }
    if !tail.starts_with(layout::AFTER_CONTENTS) {
        return Err(Deviation::SignatureDictionary { at: gap.end });
    }
    Ok(())
}

/// One classic table from object 0, a trailer of three entries, and the end of the file.
fn trailer(bytes: &[u8], xref: usize) -> Result<(), Deviation> {
    let deviation = |at: usize| Deviation::Trailer { at };
    let table = bytes.get(xref..).unwrap_or_default();
    let rest = table.strip_prefix(b"xref\n0 ").ok_or(deviation(xref))?;
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let count = rest.get(..digits).and_then(|text| std::str::from_utf8(text).ok());
    let count: usize = count.and_then(|text| text.parse().ok()).ok_or(deviation(xref))?;
    let lines = count.checked_mul(layout::XREF_LINE).ok_or(deviation(xref))?;
    let rest = rest.get(digits + 1..).and_then(|rest| rest.get(lines..)).ok_or(deviation(xref))?;
    let at = bytes.len() - rest.len();
    let expected = format!("trailer\n<</Size {count}/Root 1 0 R/ID[<");
    let rest = rest.strip_prefix(expected.as_bytes()).ok_or(deviation(at))?;
    let (first, rest) = rest.split_at_checked(32).ok_or(deviation(at))?;
    let rest = rest.strip_prefix(b"><").ok_or(deviation(at))?;
    let rest = rest.strip_prefix(first).ok_or(deviation(at))?;
    let end = format!(">]>>\nstartxref\n{xref}\n%%EOF\n");
    if rest != end.as_bytes() { Err(deviation(at)) } else { Ok(()) }
}

/// The length of the DER value that `bytes` begins with, header included.
fn der_len(bytes: &[u8]) -> Option<usize> {
    match bytes {
        [0x30, len @ 0..=0x7F, ..] => Some(2 + usize::from(*len)),
        [0x30, 0x81, len @ 0x80..=0xFF, ..] => Some(3 + usize::from(*len)),
        [0x30, 0x82, high @ 1..=0xFF, low, ..] => Some(4 + (usize::from(*high) << 8 | usize::from(*low))),
        [0x30, 0x83, high @ 1..=0xFF, middle, low, ..] => {
            Some(5 + (usize::from(*high) << 16 | usize::from(*middle) << 8 | usize::from(*low)))
        }
        _ => None,
    }
}

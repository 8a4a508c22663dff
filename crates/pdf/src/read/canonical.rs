//! The strict reading of our own files: exactly what the writer lays out, byte for byte.
//!
//! A signature covers every byte but its own value. That value is checked here, so that no byte of a sealed
//! file can change unnoticed: lower-case hexadecimal, one DER value, then nothing but zeros. (Whether the
//! DER is canonical inside is the CMS reader's part.)

use std::ops::Range;

use super::{Document, Error, Issue, Limits, Signature, SignatureKind, document};
use crate::layout;

/// A file that is laid out as ours are. Nothing is said about its signature being good.
#[derive(Clone, Debug, PartialEq)]
pub struct Canonical {
    pub document: Document,
    /// The one signature.
    pub signature: Signature,
    /// The DER value in /Contents, without padding.
    pub cms: Vec<u8>,
    /// Bytes that /Contents has room for.
    pub room: usize,
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
            Deviation::Trailer { .. } => "trailer_differs",
        }
    }
}

/// Reads `bytes` as one of our own sealed files.
pub fn canonical(bytes: &[u8], limits: &Limits) -> Result<Canonical, Deviation> {
    let document = document(bytes, limits)?;
    if !bytes.starts_with(layout::HEADER) {
        return Err(Deviation::Header);
    }
    let [revision] = document.revisions.as_slice() else {
        return Err(Deviation::Revisions { revisions: document.revisions.len() });
    };
    if let Some(issue) = document.issues.first() {
        return Err(Deviation::Finding(issue.clone()));
    }
    let [signature] = document.signatures.as_slice() else {
        return Err(Deviation::Signatures { signatures: document.signatures.len() });
    };
    let (Some(coverage), Some(contents)) = (&signature.coverage, &signature.contents) else {
        return Err(Deviation::SignatureDictionary { at: 0 });
    };
    let gap = coverage.gap.clone();
    let ours = signature.kind == SignatureKind::Signature
        && signature.sub_filter.as_deref() == Some(layout::SUB_FILTER)
        && signature.covers_whole_file;
    if !ours {
        return Err(Deviation::SignatureDictionary { at: gap.start });
    }
    surroundings(bytes, &gap, coverage.second.len())?;
    trailer(bytes, revision.xref)?;
    let digits = gap.start + 1..gap.end.saturating_sub(1);
    for (at, byte) in digits.clone().zip(bytes.get(digits.clone()).unwrap_or_default()) {
        if !matches!(byte, b'0'..=b'9' | b'a'..=b'f') {
            return Err(Deviation::Hexadecimal { at });
        }
    }
    if !digits.len().is_multiple_of(2) {
        return Err(Deviation::Hexadecimal { at: digits.end });
    }
    let len = der_len(&contents.bytes).ok_or(Deviation::NotDer)?;
    let (cms, padding) = contents.bytes.split_at_checked(len).ok_or(Deviation::NotDer)?;
    if let Some(offset) = padding.iter().position(|byte| *byte != 0) {
        return Err(Deviation::Padding { at: digits.start + 2 * (len + offset) });
    }
    let (cms, room) = (cms.to_vec(), contents.bytes.len());
    let signature = signature.clone();
    Ok(Canonical { document, signature, cms, room })
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

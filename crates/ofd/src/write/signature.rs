//! `Signatures.xml` and `Signature.xml` (GB/T 33190, 18): which parts are covered, with their digests.
//!
//! Knows nothing of keys and of what the signature's value looks like.

use base64ct::{Base64, Encoding};
use yinxin_page::draw::Rect;

use super::emit;
use super::{Error, Provider};
use crate::layout;

/// A time as a clock shows it; in which zone says the field that holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CivilTime {
    pub year: i16,
    /// 1..=12
    pub month: u8,
    /// 1..=31
    pub day: u8,
    pub hour: u8,
    pub minute: u8,
    pub second: u8,
}

impl CivilTime {
    pub(super) fn check(self) -> Result<(), Error> {
        let CivilTime { year, month, day, hour, minute, second } = self;
        let possible = (1..=9999).contains(&year)
            && (1..=12).contains(&month)
            && (1..=31).contains(&day)
            && hour < 24
            && minute < 60
            && second < 60;
        if possible { Ok(()) } else { Err(Error::Time { year, month, day, hour, minute, second }) }
    }

    /// `20261122080000Z`
    fn push(self, out: &mut Vec<u8>) {
        emit::fixed(out, u32::from(self.year.unsigned_abs()), 4);
        for part in [self.month, self.day, self.hour, self.minute, self.second] {
            emit::fixed(out, part.into(), 2);
        }
        out.push(b'Z');
    }

    /// `2026-11-22`
    pub(super) fn push_day(self, out: &mut Vec<u8>) {
        emit::fixed(out, u32::from(self.year.unsigned_abs()), 4);
        for part in [self.month, self.day] {
            out.push(b'-');
            emit::fixed(out, part.into(), 2);
        }
    }
}

/// The list of signatures: one, of a seal.
pub(super) fn list() -> Vec<u8> {
    let mut out = Vec::new();
    emit::root(&mut out, "Signatures");
    out.extend_from_slice(
        b"><ofd:MaxSignId>s001</ofd:MaxSignId><ofd:Signature ID=\"s001\" Type=\"Seal\" BaseLoc=\"/",
    );
    out.extend_from_slice(layout::SIGNATURE.as_bytes());
    out.extend_from_slice(b"\"/></ofd:Signatures>");
    out
}

/// One covered part.
pub(super) fn push_reference(out: &mut Vec<u8>, path: &str, digest: &[u8; 32]) {
    let mut text = [0; 44];
    out.extend_from_slice(b"<ofd:Reference FileRef=\"/");
    out.extend_from_slice(path.as_bytes());
    out.extend_from_slice(b"\"><ofd:CheckValue>");
    // 32 bytes are 44 letters, always.
    out.extend_from_slice(Base64::encode(digest, &mut text).unwrap_or_default().as_bytes());
    out.extend_from_slice(b"</ofd:CheckValue></ofd:Reference>");
}

/// What of `Signature.xml` is the same on every copy of a plate: before the time, between the time and the
/// list, and behind the list.
pub(super) struct Frame {
    before: Vec<u8>,
    between: Vec<u8>,
    behind: Vec<u8>,
}

impl Frame {
    pub(super) fn new(provider: &Provider, page: u32, stamp: Rect) -> Result<Self, Error> {
        let mut before = Vec::new();
        emit::root(&mut before, "Signature");
        before.extend_from_slice(b"><ofd:SignedInfo><ofd:Provider ProviderName=\"");
        emit::text(&mut before, provider.name)?;
        before.extend_from_slice(b"\" Version=\"");
        emit::text(&mut before, provider.version)?;
        before.extend_from_slice(b"\" Company=\"");
        emit::text(&mut before, provider.company)?;
        before.extend_from_slice(b"\"/><ofd:SignatureMethod>");
        before.extend_from_slice(layout::SM2_WITH_SM3.as_bytes());
        before.extend_from_slice(b"</ofd:SignatureMethod><ofd:SignatureDateTime>");
        let mut between = b"</ofd:SignatureDateTime><ofd:References CheckMethod=\"".to_vec();
        between.extend_from_slice(layout::SM3.as_bytes());
        between.extend_from_slice(b"\">");
        let mut behind = b"</ofd:References><ofd:StampAnnot ID=\"s001\"".to_vec();
        emit::attribute(&mut behind, "PageRef", page);
        emit::boundary(&mut behind, stamp)?;
        behind.extend_from_slice(b"/></ofd:SignedInfo><ofd:SignedValue>/");
        behind.extend_from_slice(layout::SIGNED_VALUE.as_bytes());
        behind.extend_from_slice(b"</ofd:SignedValue></ofd:Signature>");
        Ok(Self { before, between, behind })
    }

    /// Up to the list's entries that a series shares, and with these.
    pub(super) fn open(&self, time: CivilTime, references: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.before.len() + self.between.len() + references.len() + 32);
        bytes.extend_from_slice(&self.before);
        time.push(&mut bytes);
        bytes.extend_from_slice(&self.between);
        bytes.extend_from_slice(references);
        bytes
    }

    /// What follows the list.
    pub(super) fn behind(&self) -> &[u8] {
        &self.behind
    }

    /// Everything in it, for the plate's name.
    pub(super) fn parts(&self) -> [&[u8]; 3] {
        [&self.before, &self.between, &self.behind]
    }
}

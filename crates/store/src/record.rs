//! What one version of a certificate states, and how the personal part of it is laid out before it is sealed.
//!
//! The sealed part is a row of length-prefixed fields behind a format octet: at a hundred million rows JSON's names
//! would cost gigabytes.

use crate::db::{Arg, Cell, Fields, FromCell};
use crate::error::{Error, Result};
use crate::vault::{IdentityIndex, Place, Vault};
use yinxin_model::{Day, DocumentNumber, DocumentType, Half, Id, Identity, PersonName, Precision, Sex};

/// The person on a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    pub identity: Identity,
    pub sex: Option<Sex>,
    pub birth_date: Option<Day>,
}

/// Everything that a correction may replace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    pub holder: Holder,
    pub qualification: String,
    pub level: String,
    pub speciality: String,
    pub issuer: String,
    pub approved_on: Day,
    pub approval_precision: Precision,
    /// `None` until publication, where the roster does not say.
    pub made_on: Option<Day>,
    pub year: i32,
    pub half: Option<Half>,
    pub region: String,
    pub seal: String,
    pub licence: Option<String>,
    /// Name of the blob.
    pub photo: Option<String>,
}

/// The columns of a [`Record`], in the order in which [`read`] takes them and [`push`] gives them.
macro_rules! record_columns {
    () => {
        "document_index, name_index, holder, qualification, level, speciality, issuer, approved_on, \
         approval_precision, made_on, year, half, region, seal, licence, photo"
    };
}
pub(crate) use record_columns;

/// How many columns that are.
pub(crate) const COLUMNS: usize = 16;

/// A record ready to be stored: index computed, personal part sealed for one version.
#[derive(Clone, Debug)]
pub(crate) struct SealedRecord {
    pub index: IdentityIndex,
    pub holder: Vec<u8>,
}

pub(crate) fn seal(vault: &Vault, certificate: &Id, version: u32, holder: &Holder) -> Result<SealedRecord> {
    let row = row_key(certificate, version);
    let sealed = vault.seal(Place::new("certificate", "holder", &row), &encode_holder(holder))?;
    Ok(SealedRecord { index: vault.identity_index(&holder.identity), holder: sealed })
}

/// The row key stays the same when a version moves to the table of superseded ones.
fn row_key(certificate: &Id, version: u32) -> [u8; 20] {
    let mut key = [0; 20];
    let (id, number) = (certificate.0.iter(), version.to_be_bytes());
    key.iter_mut().zip(id.chain(&number)).for_each(|(to, from)| *to = *from);
    key
}

pub(crate) fn push<'a>(args: &mut Vec<Arg<'a>>, record: &'a Record, sealed: &'a SealedRecord) {
    args.extend([
        Arg::from(&sealed.index.document.0),
        Arg::from(&sealed.index.name),
        Arg::from(&sealed.holder),
        Arg::from(&record.qualification),
        Arg::from(&record.level),
        Arg::from(&record.speciality),
        Arg::from(&record.issuer),
        Arg::from(record.approved_on),
        Arg::from(precision_name(record.approval_precision)),
        Arg::from(record.made_on),
        Arg::from(record.year),
        Arg::from(record.half.map(half_name)),
        Arg::from(&record.region),
        Arg::from(&record.seal),
        Arg::from(record.licence.as_deref()),
        Arg::from(record.photo.as_deref()),
    ]);
}

pub(crate) fn read(
    vault: &Vault,
    f: &mut Fields<'_>,
    certificate: &Id,
    version: u32,
) -> Result<(IdentityIndex, Record)> {
    let index = IdentityIndex { document: crate::vault::DocumentIndex(f.take()?), name: f.take()? };
    let sealed: Vec<u8> = f.take()?;
    let record = Record {
        holder: open_holder(vault, certificate, version, &sealed)?,
        qualification: f.take()?,
        level: f.take()?,
        speciality: f.take()?,
        issuer: f.take()?,
        approved_on: f.take()?,
        approval_precision: f.take()?,
        made_on: f.take()?,
        year: f.take()?,
        half: f.take()?,
        region: f.take()?,
        seal: f.take()?,
        licence: f.take()?,
        photo: f.take()?,
    };
    Ok((index, record))
}

pub(crate) fn open_holder(vault: &Vault, certificate: &Id, version: u32, sealed: &[u8]) -> Result<Holder> {
    let row = row_key(certificate, version);
    let place = Place::new("certificate", "holder", &row);
    let plain = vault.open(place, sealed)?;
    decode_holder(&plain).ok_or_else(|| Error::SealBroken { place: place.to_string() })
}

/// Of the holder only who it is.
pub(crate) fn open_identity(
    vault: &Vault,
    certificate: &Id,
    version: u32,
    sealed: &[u8],
) -> Result<Identity> {
    let row = row_key(certificate, version);
    let place = Place::new("certificate", "holder", &row);
    let plain = vault.open(place, sealed)?;
    decode_identity(&plain).ok_or_else(|| Error::SealBroken { place: place.to_string() })
}

const FORMAT: u8 = 1;

pub(crate) fn encode_identity(identity: &Identity) -> Vec<u8> {
    let mut out = vec![FORMAT];
    for text in [identity.document.kind().code(), identity.document.number(), &identity.name.display()] {
        // A name has at most 50 characters, a number fewer: below 256 octets times two.
        out.extend_from_slice(&u16::try_from(text.len()).unwrap_or(u16::MAX).to_be_bytes());
        out.extend_from_slice(text.as_bytes());
    }
    out
}

pub(crate) fn decode_identity(bytes: &[u8]) -> Option<Identity> {
    take_identity(bytes).map(|(identity, _)| identity)
}

fn encode_holder(holder: &Holder) -> Vec<u8> {
    let mut out = encode_identity(&holder.identity);
    out.push(match holder.sex {
        None => 0,
        Some(Sex::Male) => 1,
        Some(Sex::Female) => 2,
    });
    if let Some(day) = holder.birth_date {
        out.extend_from_slice(&day.0.to_be_bytes());
    }
    out
}

fn decode_holder(bytes: &[u8]) -> Option<Holder> {
    let (identity, rest) = take_identity(bytes)?;
    let (sex, birth) = rest.split_first()?;
    let sex = match sex {
        0 => None,
        1 => Some(Sex::Male),
        2 => Some(Sex::Female),
        _ => return None,
    };
    let birth_date = match birth {
        [] => None,
        day => Some(Day(i32::from_be_bytes(day.try_into().ok()?))),
    };
    Some(Holder { identity, sex, birth_date })
}

fn take_identity(bytes: &[u8]) -> Option<(Identity, &[u8])> {
    let rest = bytes.strip_prefix(&[FORMAT])?;
    let (kind, rest) = take_text(rest)?;
    let (number, rest) = take_text(rest)?;
    let (name, rest) = take_text(rest)?;
    let document = DocumentNumber::stored(DocumentType::parse(kind)?, number.to_owned());
    Some((Identity { name: PersonName::verbatim(name).ok()?, document }, rest))
}

fn take_text(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<2>()?;
    let (text, rest) = rest.split_at_checked(u16::from_be_bytes(*length).into())?;
    Some((std::str::from_utf8(text).ok()?, rest))
}

fn precision_name(precision: Precision) -> &'static str {
    match precision {
        Precision::Day => "day",
        Precision::Month => "month",
    }
}

fn half_name(half: Half) -> &'static str {
    match half {
        Half::First => "first",
        Half::Second => "second",
    }
}

impl FromCell for Precision {
    const EXPECTED: &'static str = "a precision";
    fn from_cell(cell: Cell<'_>) -> Option<Self> {
        match cell {
            Cell::Text("day") => Some(Self::Day),
            Cell::Text("month") => Some(Self::Month),
            _ => None,
        }
    }
}

impl FromCell for Half {
    const EXPECTED: &'static str = "a half year";
    fn from_cell(cell: Cell<'_>) -> Option<Self> {
        match cell {
            Cell::Text("first") => Some(Self::First),
            Cell::Text("second") => Some(Self::Second),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;

//! The few kinds of field that seals are made of, read with the tolerance that real seals need.

use crate::Error;
use crate::asn1::{self, Reader, Rules};

pub const WHAT: &str = "electronic seal";

pub fn integer(reader: &mut Reader<'_>) -> Result<i64, Error> {
    let value = reader.expect(asn1::INTEGER)?.value;
    let (&first, rest) = value.split_first().ok_or(reader.fault("empty integer"))?;
    if rest.len() > 7 {
        return Err(reader.fault("integer too large"));
    }
    // The first byte carries the sign.
    let start = i64::from(first.cast_signed());
    Ok(rest.iter().fold(start, |sum, &byte| (sum << 8) | i64::from(byte)))
}

/// A string of whichever type the maker chose; the bytes that count are the signed ones, this is for reading.
pub fn text(reader: &mut Reader<'_>) -> Result<String, Error> {
    match reader.peek_tag() {
        Some(asn1::IA5_STRING | asn1::UTF8_STRING | asn1::PRINTABLE_STRING) => {
            Ok(String::from_utf8_lossy(reader.next()?.value).into_owned())
        }
        _ => Err(reader.fault("not a string")),
    }
}

pub fn bit_string<'a>(reader: &mut Reader<'a>) -> Result<&'a [u8], Error> {
    match reader.expect(asn1::BIT_STRING)?.value.split_first() {
        Some((0, bytes)) => Ok(bytes),
        _ => Err(reader.fault("bit string is not whole bytes")),
    }
}

/// GeneralizedTime, or UTCTime as version 1 has it, in UTC; a fraction of a second is cut off.
pub fn time(reader: &mut Reader<'_>) -> Result<i64, Error> {
    let malformed = reader.fault("malformed time");
    let (century, element) = match reader.peek_tag() {
        Some(asn1::UTC_TIME) => (false, reader.next()?),
        Some(asn1::GENERALIZED_TIME) => (true, reader.next()?),
        _ => return Err(malformed),
    };
    time_of(element.value, century).ok_or(malformed)
}

/// Version 1 has a BIT STRING for the time, and says not what is in it: seen are a time of its own encoding,
/// the bare digits, and a token, which is not judged here.
pub fn embedded_time(bytes: &[u8]) -> Option<i64> {
    let mut reader = Reader::new(bytes, Rules::Der, WHAT);
    time(&mut reader).ok().or_else(|| time_of(bytes, bytes.len() >= 14))
}

fn time_of(text: &[u8], century: bool) -> Option<i64> {
    let digits = text.strip_suffix(b"Z")?;
    let digits = digits.split(|&byte| byte == b'.').next()?;
    let number = |range: std::ops::Range<usize>| -> Option<u16> {
        digits.get(range)?.iter().try_fold(0u16, |sum, byte| {
            byte.is_ascii_digit().then(|| sum.saturating_mul(10).saturating_add(u16::from(byte - b'0')))
        })
    };
    let (year, at) = if century {
        (number(0..4)?, 4)
    } else {
        // RFC 5280 §4.1.2.5.1: two digits from 50 on are of the last century.
        let year = number(0..2)?;
        (if year < 50 { 2000 + year } else { 1900 + year }, 2)
    };
    if digits.len() != at + 10 {
        return None;
    }
    let pair = |index: usize| number(at + 2 * index..at + 2 * index + 2).and_then(|n| u8::try_from(n).ok());
    let instant = der::DateTime::new(year, pair(0)?, pair(1)?, pair(2)?, pair(3)?, pair(4)?).ok()?;
    i64::try_from(instant.unix_duration().as_millis()).ok()
}

//! TSTInfo (RFC 3161 §2.4.2): what a time stamp authority signs.

use super::{ID_TST_INFO, Imprint};
use crate::Error;
use crate::asn1::{self, Reader, Rules, sequence, tlv, unsigned};
use crate::signature::DigestAlgorithm;
use std::time::Duration;

const WHAT: &str = "time stamp";

/// What a token says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Info {
    /// Dotted OID of the policy under which it was made.
    pub policy: String,
    /// `Err` names what was found.
    pub algorithm: Result<DigestAlgorithm, String>,
    /// The digest that was known.
    pub imprint: Vec<u8>,
    /// Hexadecimal.
    pub serial: String,
    /// Milliseconds UTC.
    pub at_ms: i64,
    /// How far the clock may be off, in milliseconds rounded up; `None` where nothing is said.
    pub accuracy_ms: Option<u64>,
    /// Big-endian, without leading zeros.
    pub nonce: Option<Vec<u8>>,
}

impl Info {
    /// Whether it names exactly this digest, by this algorithm.
    pub fn is_over(&self, imprint: &Imprint) -> bool {
        self.algorithm.as_ref() == Ok(&imprint.algorithm()) && self.imprint == imprint.digest()
    }

    pub(super) fn parse(content: &[u8]) -> Result<Self, Error> {
        let mut outer = Reader::new(content, Rules::Ber, WHAT);
        let mut body = outer.enter(asn1::SEQUENCE)?;
        outer.finish()?;
        if body.expect(asn1::INTEGER)?.value != [1] {
            return Err(body.fault("not version 1"));
        }
        let policy = asn1::dotted(body.expect(asn1::OID)?.value);
        let mut imprint = body.enter(asn1::SEQUENCE)?;
        let algorithm = DigestAlgorithm::from_identifier(imprint.expect(asn1::SEQUENCE)?.raw, Rules::Ber);
        let digest = imprint.expect(asn1::OCTET_STRING)?.value.to_vec();
        imprint.finish()?;
        let serial = asn1::hex(asn1::strip_zeros(body.expect(asn1::INTEGER)?.value));
        let at_ms = instant(body.expect(asn1::GENERALIZED_TIME)?.value)
            .ok_or_else(|| body.fault("the time is not one"))?;
        let accuracy_ms = match body.optional(asn1::SEQUENCE)? {
            Some(found) => Some(accuracy(body.inside(found))?),
            None => None,
        };
        body.optional(asn1::BOOLEAN)?;
        let nonce = body.optional(asn1::INTEGER)?.map(|element| asn1::strip_zeros(element.value).to_vec());
        body.optional(asn1::context(0))?;
        body.optional(asn1::context(1))?;
        body.finish()?;
        Ok(Self { policy, algorithm, imprint: digest, serial, at_ms, accuracy_ms, nonce })
    }

    /// DER; to the second, an accuracy of one second.
    pub(super) fn encode(
        policy: &[u8],
        imprint: &Imprint,
        serial: &[u8],
        at_ms: i64,
        nonce: Option<&[u8]>,
    ) -> Result<Vec<u8>, Error> {
        let nonce = nonce.map(unsigned).unwrap_or_default();
        Ok(sequence(&[
            &unsigned(&[1]),
            &tlv(asn1::OID, &[policy]),
            &imprint.to_der(),
            &unsigned(serial),
            &generalized(at_ms)?,
            &sequence(&[&unsigned(&[1])]),
            &nonce,
        ]))
    }
}

/// The attribute value that ties a signature to this type of content.
pub(super) fn content_type() -> Vec<u8> {
    tlv(asn1::OID, &[ID_TST_INFO])
}

/// `YYYYMMDDhhmmss[.f…]Z` (RFC 3161: UTC, seconds always there).
fn instant(value: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(value).ok()?.strip_suffix('Z')?;
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() != 14 || !digits(whole) || !digits(fraction) {
        return None;
    }
    let part = |from: usize, to: usize| whole.get(from..to)?.parse::<u8>().ok();
    let year = whole.get(..4)?.parse().ok()?;
    let at = der::DateTime::new(year, part(4, 6)?, part(6, 8)?, part(8, 10)?, part(10, 12)?, part(12, 14)?)
        .ok()?;
    let millis: i64 = format!("{fraction:0<3}").get(..3)?.parse().ok()?;
    i64::try_from(at.unix_duration().as_secs()).ok()?.checked_mul(1000)?.checked_add(millis)
}

fn generalized(at_ms: i64) -> Result<Vec<u8>, Error> {
    let out_of_range = Error::InvalidSpec { what: "time", why: "not within 1970 to 9999" };
    let Ok(ms) = u64::try_from(at_ms) else { return Err(out_of_range) };
    let Ok(at) = der::DateTime::from_unix_duration(Duration::from_secs(ms / 1000)) else {
        return Err(out_of_range);
    };
    let text = format!(
        "{:04}{:02}{:02}{:02}{:02}{:02}Z",
        at.year(),
        at.month(),
        at.day(),
        at.hour(),
        at.minutes(),
        at.seconds()
    );
    Ok(tlv(asn1::GENERALIZED_TIME, &[text.as_bytes()]))
}

/// `Accuracy`: seconds, then millis `[0]` and micros `[1]`, each optional.
fn accuracy(mut reader: Reader<'_>) -> Result<u64, Error> {
    let mut number = |tag: u8| -> Result<u64, Error> {
        let Some(element) = reader.optional(tag)? else { return Ok(0) };
        match asn1::strip_zeros(element.value) {
            octets if octets.len() <= 4 => Ok(octets.iter().fold(0, |sum, &b| (sum << 8) | u64::from(b))),
            _ => Err(reader.fault("accuracy out of range")),
        }
    };
    let seconds = number(asn1::INTEGER)?;
    let millis = number(asn1::context_primitive(0))?;
    let micros = number(asn1::context_primitive(1))?;
    Ok(seconds * 1000 + millis + micros.div_ceil(1000))
}

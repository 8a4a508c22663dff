//! Asking (RFC 3161 §2.4.1) and what is answered (§2.4.2).

use super::{Imprint, Token};
use crate::Error;
use crate::asn1::{self, Reader, Rules, sequence, tlv, unsigned};
use der::asn1::ObjectIdentifier;

/// An answer larger than this is refused unread.
pub const MAX_RESPONSE: usize = 64 * 1024;

/// A request for a time stamp over a digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    pub imprint: Imprint,
    /// Dotted OID of the policy that is wanted; `None` leaves it to the authority.
    pub policy: Option<String>,
    /// Random; the answer must repeat it.
    pub nonce: [u8; 16],
}

impl Request {
    /// DER. The authority's certificates are always asked for.
    pub fn to_der(&self) -> Result<Vec<u8>, Error> {
        let policy = self.policy.as_deref().map(oid).transpose()?.unwrap_or_default();
        Ok(sequence(&[
            &unsigned(&[1]),
            &self.imprint.to_der(),
            &policy,
            &unsigned(&self.nonce),
            &tlv(asn1::BOOLEAN, &[&[0xff]]),
        ]))
    }

    /// Reads a request as [`Self::to_der`] writes it.
    pub fn from_der(der: &[u8]) -> Result<Self, Error> {
        let mut outer = Reader::new(der, Rules::Der, "time stamp request");
        let mut body = outer.enter(asn1::SEQUENCE)?;
        outer.finish()?;
        body.expect(asn1::INTEGER)?;
        let imprint = Imprint::read(body.enter(asn1::SEQUENCE)?);
        let imprint = imprint.ok_or_else(|| body.fault("neither SHA-256 nor SM3"))?;
        let policy = body.optional(asn1::OID)?.map(|element| asn1::dotted(element.value));
        let stated = asn1::strip_zeros(body.expect(asn1::INTEGER)?.value);
        let mut nonce = [0; 16];
        let start = nonce.len().checked_sub(stated.len()).ok_or_else(|| body.fault("nonce too long"))?;
        nonce.get_mut(start..).unwrap_or_default().copy_from_slice(stated);
        body.expect(asn1::BOOLEAN)?;
        body.finish()?;
        Ok(Self { imprint, policy, nonce })
    }

    /// Whether a token answers this request: same digest, same nonce, the policy that was asked for.
    pub fn is_answered_by(&self, token: &Token) -> bool {
        let info = token.info();
        info.is_over(&self.imprint)
            && info.nonce.as_deref() == Some(asn1::strip_zeros(&self.nonce))
            && self.policy.as_ref().is_none_or(|wanted| *wanted == info.policy)
    }
}

/// What an authority answered.
#[derive(Clone, Debug)]
pub enum Answer {
    Granted(Box<Token>),
    /// It will not: its status (RFC 3161 §2.4.2: 2 rejection, 3 waiting, …) and what it says.
    Refused {
        status: u8,
        text: String,
    },
}

/// Reads `TimeStampResp`.
pub fn answer(der: &[u8]) -> Result<Answer, Error> {
    const WHAT: &str = "time stamp response";
    if der.len() > MAX_RESPONSE {
        return Err(Error::TooLarge { what: WHAT, bytes: der.len(), max: MAX_RESPONSE });
    }
    let mut outer = Reader::new(der, Rules::Ber, WHAT);
    let mut body = outer.enter(asn1::SEQUENCE)?;
    outer.finish()?;
    let mut info = body.enter(asn1::SEQUENCE)?;
    let status = match info.expect(asn1::INTEGER)?.value {
        [status] => *status,
        _ => return Err(info.fault("status out of range")),
    };
    // 0 granted, 1 granted with modifications.
    if status <= 1 {
        return Token::parse(body.expect(asn1::SEQUENCE)?.raw).map(|token| Answer::Granted(Box::new(token)));
    }
    let mut text = String::new();
    if let Some(said) = info.optional(asn1::SEQUENCE)? {
        let mut said = info.inside(said);
        while let Some(part) = said.optional(asn1::UTF8_STRING)? {
            text.push_str(&String::from_utf8_lossy(part.value));
        }
    }
    Ok(Answer::Refused { status, text: text.chars().filter(|c| !c.is_control()).take(200).collect() })
}

/// `TimeStampResp` that grants `token`.
pub(super) fn granted(token: &[u8]) -> Vec<u8> {
    sequence(&[&sequence(&[&unsigned(&[0])]), token])
}

/// `TimeStampResp` that rejects a request for its data's format.
pub(super) fn rejected() -> Vec<u8> {
    let bad_data_format = tlv(asn1::BIT_STRING, &[&[2, 0b0000_0100]]);
    sequence(&[&sequence(&[&unsigned(&[2]), &bad_data_format])])
}

/// DER of a dotted OID.
pub(super) fn oid(dotted: &str) -> Result<Vec<u8>, Error> {
    let oid = ObjectIdentifier::new(dotted)
        .map_err(|_| Error::InvalidSpec { what: "policy", why: "not an object identifier" })?;
    Ok(tlv(asn1::OID, &[oid.as_bytes()]))
}

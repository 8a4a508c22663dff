//! The time stamp on a signature: `timeStamp [0] EXPLICIT BIT STRING`, the last field of `SES_Signature`.
//!
//! Nothing that is signed covers it: its authority alone speaks for it. That it is over the signature's value is what
//! GB/T 38540 and OFDRW say; no vendor's was ever seen.

use super::field::{WHAT, bit_string};
use crate::Error;
use crate::asn1::{self, Reader, Rules, bits, sequence, tlv};
use crate::tsp::{Fault, Token};

/// What stands where a time stamp is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The whole field.
    raw: Vec<u8>,
    token: Vec<u8>,
}

impl Stamp {
    /// The token as it came.
    pub fn token(&self) -> &[u8] {
        &self.token
    }

    /// Whether it is written as [`stamped`] writes it, with a token in its normal form.
    pub fn is_normal(&self) -> bool {
        let is_normal = |token: Token| token.is_normal() && token.der() == self.token;
        self.raw == field(&self.token) && Token::parse(&self.token).is_ok_and(is_normal)
    }

    /// Why it cannot be a time stamp on a signature with this value.
    pub(super) fn fault(&self, value: &[u8]) -> Option<&'static str> {
        let Ok(token) = Token::parse(&self.token) else { return Some("time_stamp_unreadable") };
        token.check(&[value]).err().as_ref().map(Fault::code)
    }
}

/// Reads the field, where there is one; some leave the BIT STRING out.
pub(super) fn read(reader: &mut Reader<'_>) -> Result<Option<Stamp>, Error> {
    let Some(explicit) = reader.optional(asn1::context(0))? else { return Ok(None) };
    let mut inside = reader.inside(explicit);
    let token = if inside.peek_tag() == Some(asn1::BIT_STRING) {
        let token = bit_string(&mut inside)?;
        inside.finish()?;
        token
    } else {
        explicit.value
    };
    Ok(Some(Stamp { raw: explicit.raw.to_vec(), token: token.to_vec() }))
}

/// What a time stamp on this `SES_Signature` (DER, version 4 or 5) is to be over.
pub fn signature_value(signature: &[u8]) -> Result<&[u8], Error> {
    let mut fields = fields(signature)?;
    fields.expect(asn1::SEQUENCE)?;
    fields.expect(asn1::OCTET_STRING)?;
    fields.expect(asn1::OID)?;
    let value = bit_string(&mut fields)?;
    fields.finish().map_err(|_| fields.fault("a time stamp is there already"))?;
    Ok(value)
}

/// `signature`, which has none yet, with `token` as its time stamp. All else stays byte for byte.
pub fn stamped(signature: &[u8], token: &[u8]) -> Result<Vec<u8>, Error> {
    signature_value(signature)?;
    Ok(sequence(&[fields(signature)?.rest(), &field(token)]))
}

fn fields(signature: &[u8]) -> Result<Reader<'_>, Error> {
    let mut outer = Reader::new(signature, Rules::Der, WHAT);
    let fields = outer.enter(asn1::SEQUENCE)?;
    outer.finish()?;
    Ok(fields)
}

fn field(token: &[u8]) -> Vec<u8> {
    tlv(asn1::context(0), &[&bits(token)])
}

//! A time stamp put on a signature that is there: the unsigned attribute signatureTimeStampToken (RFC 3161
//! appendix A, ETSI EN 319 122-1 §5.3).
//!
//! The rest of the signature is moved byte for byte; only lengths around the new attribute grow.

use super::TIME_STAMP_TOKEN;
use crate::Error;
use crate::asn1::{self, Reader, Rules, sequence, tlv};

/// A CMS value taken apart where an unsigned attribute goes in.
struct Parts<'a> {
    kind: &'a [u8],
    /// Inside SignedData, up to the SignerInfos.
    head: &'a [u8],
    /// Inside the one SignerInfo.
    signer: &'a [u8],
    signature: &'a [u8],
}

/// The bytes that a time stamp on this signature is over: the value of its SignerInfo's `signature`.
pub fn signature_value(cms: &[u8]) -> Result<&[u8], Error> {
    Parts::cut(cms).map(|parts| parts.signature)
}

/// `cms` (without padding, one signer, no unsigned attributes) with `token` as its time stamp.
pub fn stamped(cms: &[u8], token: &[u8]) -> Result<Vec<u8>, Error> {
    let parts = Parts::cut(cms)?;
    let attribute = sequence(&[&tlv(asn1::OID, &[TIME_STAMP_TOKEN]), &tlv(asn1::SET, &[token])]);
    let signer = sequence(&[parts.signer, &tlv(asn1::context(1), &[&attribute])]);
    let data = sequence(&[parts.head, &tlv(asn1::SET, &[&signer])]);
    Ok(sequence(&[parts.kind, &tlv(asn1::context(0), &[&data])]))
}

/// The most bytes that [`stamped`] gives of a signature and a token of these sizes.
pub fn stamped_max_len(cms: usize, token: usize) -> usize {
    // Four new headers of at most six bytes, the attribute's OID, and five old headers that may grow.
    cms + token + 4 * 6 + TIME_STAMP_TOKEN.len() + 2 + 5 * 4
}

impl<'a> Parts<'a> {
    fn cut(cms: &'a [u8]) -> Result<Self, Error> {
        let mut outer = Reader::new(cms, Rules::Der, "CMS to be stamped");
        let mut content = outer.enter(asn1::SEQUENCE)?;
        outer.finish()?;
        let kind = content.expect(asn1::OID)?.raw;
        let data = content.enter(asn1::context(0))?.expect(asn1::SEQUENCE)?;
        let mut inside = content.inside(data);
        // Version, digest algorithms, content, certificates, revocation lists.
        inside.expect(asn1::INTEGER)?;
        inside.expect(asn1::SET)?;
        inside.expect(asn1::SEQUENCE)?;
        inside.optional(asn1::context(0))?;
        inside.optional(asn1::context(1))?;
        let head = data.value.get(..data.value.len() - inside.rest().len()).unwrap_or_default();
        let mut signers = inside.enter(asn1::SET)?;
        let signer = signers.expect(asn1::SEQUENCE)?;
        signers.finish().map_err(|_| signers.fault("more than one signer"))?;
        let mut fields = signers.inside(signer);
        // Version, signer, digest algorithm, signed attributes, signature algorithm.
        fields.expect(asn1::INTEGER)?;
        fields.next()?;
        fields.expect(asn1::SEQUENCE)?;
        fields.optional(asn1::context(0))?;
        fields.expect(asn1::SEQUENCE)?;
        let signature = fields.expect(asn1::OCTET_STRING)?.value;
        fields.finish().map_err(|_| fields.fault("unsigned attributes are there already"))?;
        Ok(Self { kind, head, signer: signer.value, signature })
    }
}

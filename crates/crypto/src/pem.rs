//! PEM (RFC 7468) in and out, on top of `der::pem`: files may hold several blocks and words between them.

use crate::Error;
use der::pem::LineEnding;
use zeroize::Zeroizing;

pub const CERTIFICATE: &str = "CERTIFICATE";
pub const CRL: &str = "X509 CRL";
pub const ENCRYPTED_PRIVATE_KEY: &str = "ENCRYPTED PRIVATE KEY";

const MAX_BYTES: usize = 16 << 20;

/// One PEM block.
pub fn encode(label: &'static str, der: &[u8]) -> Result<String, Error> {
    der::pem::encode_string(label, LineEnding::LF, der).map_err(|_| Error::Pem { what: label })
}

/// Every block of `label` in `text`, decoded; blocks of other labels and text around them are passed over.
pub fn decode_all(label: &'static str, text: &[u8]) -> Result<Vec<Zeroizing<Vec<u8>>>, Error> {
    if text.len() > MAX_BYTES {
        return Err(Error::TooLarge { what: label, bytes: text.len(), max: MAX_BYTES });
    }
    let text = std::str::from_utf8(text).map_err(|_| Error::Pem { what: label })?;
    let (begin, end) = (format!("-----BEGIN {label}-----"), format!("-----END {label}-----"));
    let mut blocks = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once(begin.as_str()) {
        let (body, tail) = after.split_once(end.as_str()).ok_or(Error::Pem { what: label })?;
        let block = format!("{begin}\n{}\n{end}\n", body.trim());
        let (_, bytes) = der::pem::decode_vec(block.as_bytes()).map_err(|_| Error::Pem { what: label })?;
        blocks.push(Zeroizing::new(bytes));
        rest = tail;
    }
    Ok(blocks)
}

/// The DER blobs of a file that is either PEM (any number of `label` blocks) or one DER blob.
pub fn blobs(label: &'static str, bytes: &[u8]) -> Result<Vec<Zeroizing<Vec<u8>>>, Error> {
    if bytes.first() == Some(&crate::asn1::SEQUENCE) {
        return Ok(vec![Zeroizing::new(bytes.to_vec())]);
    }
    let blocks = decode_all(label, bytes)?;
    if blocks.is_empty() { Err(Error::Pem { what: label }) } else { Ok(blocks) }
}

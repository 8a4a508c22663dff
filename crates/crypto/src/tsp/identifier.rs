//! The one `AlgorithmIdentifier` that a token in its normal form has for each algorithm.

use crate::asn1::{self, sequence, tlv, unsigned};
use crate::signature::{DigestAlgorithm, Scheme};
use crate::signer::SignatureAlgorithm;
use crate::sm2;

const RSA: [u8; 8] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01];
const ECDSA_SHA2: [u8; 7] = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03];

/// Parameters absent (RFC 5754 §2).
pub(super) fn digest(algorithm: DigestAlgorithm) -> Vec<u8> {
    sequence(&[&digest_oid(algorithm)])
}

/// In the form that names the digest too: RSA with NULL (RFC 4055), ECDSA without parameters (RFC 5758), SM2 as our own
/// keys write it. `None` for what no authority has.
pub(super) fn scheme(scheme: Scheme) -> Option<Vec<u8>> {
    let null = tlv(asn1::NULL, &[]);
    let oid = |prefix: &[u8], last: u8| tlv(asn1::OID, &[prefix, &[last]]);
    Some(match scheme {
        Scheme::RsaPkcs1(digest) => sequence(&[&oid(&RSA, 10 + sha2(digest)?), &null]),
        Scheme::Ecdsa(digest) => sequence(&[&oid(&ECDSA_SHA2, 1 + sha2(digest)?)]),
        Scheme::RsaPss(digest) => {
            let salt: u8 = 16 + 16 * sha2(digest)?;
            let hash = sequence(&[&digest_oid(digest), &null]);
            let mask = sequence(&[&oid(&RSA, 8), &hash]);
            let parameters = sequence(&[
                &tlv(asn1::context(0), &[&hash]),
                &tlv(asn1::context(1), &[&mask]),
                &tlv(asn1::context(2), &[&unsigned(&[salt])]),
            ]);
            sequence(&[&oid(&RSA, 10), &parameters])
        }
        Scheme::Sm2Sm3 => SignatureAlgorithm::Sm2Sm3.identifier().to_vec(),
    })
}

/// The digest's number: by it the arcs of SHA-2, of RSA and of ECDSA all count on in the same order.
fn sha2(algorithm: DigestAlgorithm) -> Option<u8> {
    match algorithm {
        DigestAlgorithm::Sha256 => Some(1),
        DigestAlgorithm::Sha384 => Some(2),
        DigestAlgorithm::Sha512 => Some(3),
        DigestAlgorithm::Sm3 => None,
    }
}

fn digest_oid(algorithm: DigestAlgorithm) -> Vec<u8> {
    match sha2(algorithm) {
        Some(last) => tlv(asn1::OID, &[&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, last]]),
        None => tlv(asn1::OID, &[sm2::SM3]),
    }
}

//! The one `AlgorithmIdentifier` that a token in its normal form has for each algorithm.

use crate::asn1::{self, sequence, tlv, unsigned};
use crate::signature::{DigestAlgorithm, Scheme};

const RSA: [u8; 8] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01];
const ECDSA_SHA2: [u8; 7] = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03];

/// Parameters absent (RFC 5754 §2).
pub(super) fn digest(algorithm: DigestAlgorithm) -> Vec<u8> {
    sequence(&[&digest_oid(algorithm)])
}

/// In the form that names the digest too: RSA with NULL (RFC 4055), ECDSA without parameters (RFC 5758).
pub(super) fn scheme(scheme: Scheme) -> Vec<u8> {
    let null = tlv(asn1::NULL, &[]);
    let oid = |prefix: &[u8], last: u8| tlv(asn1::OID, &[prefix, &[last]]);
    match scheme {
        Scheme::RsaPkcs1(DigestAlgorithm::Sha256) => sequence(&[&oid(&RSA, 11), &null]),
        Scheme::RsaPkcs1(DigestAlgorithm::Sha384) => sequence(&[&oid(&RSA, 12), &null]),
        Scheme::RsaPkcs1(DigestAlgorithm::Sha512) => sequence(&[&oid(&RSA, 13), &null]),
        Scheme::Ecdsa(DigestAlgorithm::Sha256) => sequence(&[&oid(&ECDSA_SHA2, 2)]),
        Scheme::Ecdsa(DigestAlgorithm::Sha384) => sequence(&[&oid(&ECDSA_SHA2, 3)]),
        Scheme::Ecdsa(DigestAlgorithm::Sha512) => sequence(&[&oid(&ECDSA_SHA2, 4)]),
        Scheme::RsaPss(digest) => {
            let hash = sequence(&[&digest_oid(digest), &null]);
            let mask = sequence(&[&oid(&RSA, 8), &hash]);
            let salt: u8 = match digest {
                DigestAlgorithm::Sha256 => 32,
                DigestAlgorithm::Sha384 => 48,
                DigestAlgorithm::Sha512 => 64,
            };
            let parameters = sequence(&[
                &tlv(asn1::context(0), &[&hash]),
                &tlv(asn1::context(1), &[&mask]),
                &tlv(asn1::context(2), &[&unsigned(&[salt])]),
            ]);
            sequence(&[&oid(&RSA, 10), &parameters])
        }
        Scheme::Sm2Sm3 => sequence(&[&tlv(asn1::OID, &[crate::sm2::SM2_WITH_SM3])]),
    }
}

fn digest_oid(algorithm: DigestAlgorithm) -> Vec<u8> {
    let last = match algorithm {
        DigestAlgorithm::Sha256 => 1,
        DigestAlgorithm::Sha384 => 2,
        DigestAlgorithm::Sha512 => 3,
    };
    tlv(asn1::OID, &[&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, last]])
}

//! Making seals, and signing documents with them.

use super::{
    HEADER_ID, LIST_OF_CERTIFICATES, LIST_OF_DIGESTS, MAX_BYTES, SM3_NAMES, Seal, Step, Version, parse_seal,
    verify_seal,
};
use crate::asn1::{self, bits, header_len, push_length, sequence, tlv};
use crate::hash::{Sm3, sm3};
use crate::sm2::{self, PublicKey};
use crate::x509::Certificate;
use crate::{Error, Signer};
use std::time::Duration;

/// Everything that a seal says but its maker.
#[derive(Clone, Copy, Debug)]
pub struct SealSpec<'a> {
    /// 4 or 5.
    pub version: Version,
    /// Who made the program that makes the seal; printable ASCII.
    pub vendor: &'a str,
    /// The seal's unique code; printable ASCII.
    pub id: &'a str,
    /// Kind of seal, as the users number them.
    pub kind: u8,
    pub name: &'a str,
    /// Whose keys may seal with it.
    pub holders: HolderSpec<'a>,
    /// Milliseconds UTC, cut to the second.
    pub created_ms: i64,
    pub valid_from_ms: i64,
    pub valid_until_ms: i64,
    /// `png`, `ofd` …
    pub picture_kind: &'a str,
    pub picture: &'a [u8],
    pub width_mm: u8,
    pub height_mm: u8,
}

/// How a seal names those who may use it.
#[derive(Clone, Copy, Debug)]
pub enum HolderSpec<'a> {
    Certificates(&'a [Certificate]),
    /// By SM3 digest: a smaller seal that says less.
    Digests(&'a [Certificate]),
}

/// Makes a seal: what `spec` says, signed by its maker. Parsed back and checked, so that a faulty device is
/// noticed here.
pub fn build_seal(spec: &SealSpec<'_>, maker: &Certificate, signer: &dyn Signer) -> Result<Seal, Error> {
    if maker.public_key_spki() != signer.public_key_spki() {
        return Err(Error::KeyMismatch { what: "the seal maker's certificate" });
    }
    PublicKey::from_spki(maker.public_key_spki()).ok_or_else(not_sm2)?;
    if spec.version == Version::V1 {
        return Err(Error::Unsupported { what: "seal version", found: "1".to_owned() });
    }
    if spec.valid_from_ms > spec.valid_until_ms {
        return Err(Error::InvalidSpec { what: "validity", why: "ends before it begins" });
    }
    if spec.picture.len() > MAX_BYTES / 2 {
        let bytes = spec.picture.len();
        return Err(Error::TooLarge { what: "picture of the seal", bytes, max: MAX_BYTES / 2 });
    }
    let info = seal_info(spec)?;
    let signature = signer.sign(&info)?;
    let seal = parse_seal(&sequence(&[
        &info,
        &tlv(asn1::OCTET_STRING, &[maker.der()]),
        &tlv(asn1::OID, &[sm2::SM2_WITH_SM3]),
        &bits(&signature),
    ]))?;
    // Whether this maker should make it is asked where it is used.
    if verify_seal(&seal).iter().all(|finding| finding.is_good() || finding.step == Step::MakerApart) {
        Ok(seal)
    } else {
        Err(Error::Primitive { doing: "checking a seal just signed" })
    }
}

fn seal_info(spec: &SealSpec<'_>) -> Result<Vec<u8>, Error> {
    let header = sequence(&[&ia5(HEADER_ID)?, &version(spec.version), &ia5(spec.vendor)?]);
    let (list_kind, list) = match spec.holders {
        HolderSpec::Certificates(certificates) => {
            let list: Vec<Vec<u8>> =
                certificates.iter().map(|holder| tlv(asn1::OCTET_STRING, &[holder.der()])).collect();
            (LIST_OF_CERTIFICATES, list.concat())
        }
        HolderSpec::Digests(certificates) => {
            let list = certificates.iter().map(|holder| {
                let name = tlv(asn1::PRINTABLE_STRING, &[SM3_NAMES[0].as_bytes()]);
                sequence(&[&name, &tlv(asn1::OCTET_STRING, &[&sm3(holder.der())])])
            });
            (LIST_OF_DIGESTS, list.collect::<Vec<_>>().concat())
        }
    };
    if list.is_empty() {
        return Err(Error::InvalidSpec { what: "list of a seal's holders", why: "is empty" });
    }
    let property = sequence(&[
        &asn1::unsigned(&[spec.kind]),
        &tlv(asn1::UTF8_STRING, &[spec.name.as_bytes()]),
        &asn1::unsigned(&list_kind.to_be_bytes()),
        &sequence(&[&list]),
        &time(spec.created_ms)?,
        &time(spec.valid_from_ms)?,
        &time(spec.valid_until_ms)?,
    ]);
    let picture = sequence(&[
        &ia5(spec.picture_kind)?,
        &tlv(asn1::OCTET_STRING, &[spec.picture]),
        &asn1::unsigned(&[spec.width_mm]),
        &asn1::unsigned(&[spec.height_mm]),
    ]);
    Ok(sequence(&[&header, &ia5(spec.id)?, &property, &picture]))
}

/// Everything of a signature that does not change between documents: the seal stands in front, and all that
/// follows it has a fixed length, so that SM3 starts from the state after the seal.
#[derive(Clone)]
pub struct Template {
    spki: Vec<u8>,
    /// `toSign` from its header to the end of the seal.
    head: Vec<u8>,
    /// After ZA and `head`.
    state: Sm3,
    /// `propertyInfo`, the last of `toSign`.
    path: Vec<u8>,
    /// Certificate and algorithm, between `toSign` and the signature.
    tail: Vec<u8>,
}

/// What of `toSign` belongs to one document, and the digest over all of it.
#[derive(Clone)]
pub struct ToSign {
    varying: Vec<u8>,
    digest: [u8; 32],
}

impl ToSign {
    /// SM3 of ZA and `toSign`: what the key signs.
    pub fn digest(&self) -> [u8; 32] {
        self.digest
    }
}

/// GeneralizedTime of 15 characters with its header.
const TIME_LEN: usize = 17;
/// BIT STRING of an SM3 digest with its header.
const HASH_LEN: usize = 35;

impl Template {
    /// `certificate` is the signer's, which the seal must list; `path` names the file of which the digest will
    /// be, absolute within its package.
    pub fn new(seal: &Seal, certificate: &Certificate, path: &str) -> Result<Self, Error> {
        let key = PublicKey::from_spki(certificate.public_key_spki()).ok_or_else(not_sm2)?;
        if seal.version == Version::V1 {
            return Err(Error::Unsupported { what: "seal version", found: "1".to_owned() });
        }
        if !seal.lists(certificate) {
            return Err(Error::KeyMismatch { what: "the seal's list of holders" });
        }
        let (version, path) = (version(seal.version), ia5(path)?);
        let length = version.len() + seal.der().len() + TIME_LEN + HASH_LEN + path.len();
        let mut head = Vec::with_capacity(length + 8);
        head.push(asn1::SEQUENCE);
        push_length(&mut head, length);
        head.extend_from_slice(&version);
        head.extend_from_slice(seal.der());
        let mut state = key.hasher();
        state.update(&head);
        let certificate_der = tlv(asn1::OCTET_STRING, &[certificate.der()]);
        let tail = [certificate_der, tlv(asn1::OID, &[sm2::SM2_WITH_SM3])].concat();
        Ok(Self { spki: certificate.public_key_spki().to_vec(), head, state, path, tail })
    }

    /// The most bytes that `sign` can give: what a document has to make room for.
    pub fn max_len(&self) -> usize {
        let inside = self.head.len() + self.varying_len() + self.tail.len() + 3 + sm2::MAX_SIGNATURE;
        header_len(inside) + inside
    }

    /// What is to be signed for a document with this digest, sealed at this time.
    pub fn to_sign(&self, at_ms: i64, data_hash: &[u8; 32]) -> Result<ToSign, Error> {
        let varying = self.varying(at_ms, data_hash)?;
        let mut state = self.state.clone();
        state.update(&varying);
        Ok(ToSign { varying, digest: state.finish() })
    }

    /// Signs a document by its digest: the whole `SES_Signature`.
    pub fn sign(&self, signer: &dyn Signer, at_ms: i64, data_hash: &[u8; 32]) -> Result<Vec<u8>, Error> {
        let mut out = Vec::with_capacity(self.max_len());
        self.push_signed(&mut out, signer, &self.to_sign(at_ms, data_hash)?)?;
        Ok(out)
    }

    /// Signs what this template gave out, and appends the whole `SES_Signature`, of which most is the seal. The
    /// signer's key must be the certificate's.
    pub fn push_signed(&self, out: &mut Vec<u8>, signer: &dyn Signer, to_sign: &ToSign) -> Result<(), Error> {
        if signer.public_key_spki() != self.spki {
            return Err(Error::KeyMismatch { what: "the seal's certificate" });
        }
        let varying = &to_sign.varying;
        let signature = match signer.sign_digest(&to_sign.digest) {
            // A device that hashes itself.
            Err(Error::Unsupported { .. }) => signer.sign(&[&self.head[..], varying].concat())?,
            made => made?,
        };
        let signature = bits(&signature);
        out.push(asn1::SEQUENCE);
        push_length(out, self.head.len() + varying.len() + self.tail.len() + signature.len());
        for part in [&self.head, varying, &self.tail, &signature] {
            out.extend_from_slice(part);
        }
        Ok(())
    }

    fn varying_len(&self) -> usize {
        TIME_LEN + HASH_LEN + self.path.len()
    }

    /// `toSign` after the seal.
    fn varying(&self, at_ms: i64, data_hash: &[u8; 32]) -> Result<Vec<u8>, Error> {
        let mut out = Vec::with_capacity(self.varying_len());
        out.extend(time(at_ms)?);
        out.extend(bits(data_hash));
        out.extend_from_slice(&self.path);
        Ok(out)
    }
}

fn not_sm2() -> Error {
    Error::Unsupported { what: "key of a seal", found: "not SM2".to_owned() }
}

fn version(version: Version) -> Vec<u8> {
    asn1::unsigned(&version.number().to_be_bytes())
}

fn ia5(text: &str) -> Result<Vec<u8>, Error> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ') {
        return Err(Error::InvalidSpec {
            what: "text of a seal",
            why: "must be printable ASCII, and not empty",
        });
    }
    Ok(tlv(asn1::IA5_STRING, &[text.as_bytes()]))
}

/// `YYYYMMDDHHMMSSZ`.
fn time(ms: i64) -> Result<Vec<u8>, Error> {
    let instant = u64::try_from(ms).ok().map(|ms| Duration::from_secs(ms / 1000));
    let at = instant
        .and_then(|since| der::DateTime::from_unix_duration(since).ok())
        .ok_or(Error::InvalidSpec { what: "time", why: "not within 1970 to 9999" })?;
    // Every copy has one, and formatting would cost as much as its digest.
    let two = |value: u8| [b'0' + value / 10 % 10, b'0' + value % 10];
    let [century, year] = [at.year() / 100, at.year() % 100].map(|part| two(u8::try_from(part).unwrap_or(0)));
    let [month, day, hour, minute, second] =
        [at.month(), at.day(), at.hour(), at.minutes(), at.seconds()].map(two);
    Ok(tlv(asn1::GENERALIZED_TIME, &[&century, &year, &month, &day, &hour, &minute, &second, b"Z"]))
}

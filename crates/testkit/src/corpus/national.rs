//! A root on SM2, and electronic seals and a time stamp authority right below it. Signatures on SM2 do not repeat, so that what is signed here is made once and
//! kept beside the corpus.

use std::sync::Arc;

use yinxin_crypto::hash::{sha256, sm3};
use yinxin_crypto::ses::{self, HolderSpec, SealSpec, Version, build_seal};
use yinxin_crypto::tsp::{Imprint, Responder};
use yinxin_crypto::x509::{
    Certificate, CertificateSpec, Crl, CrlSpec, DistinguishedName, Profile, RevokedEntry, build_certificate,
    build_crl,
};
use yinxin_crypto::{KeyKind, Signer, SoftSigner};
use yinxin_seal::{NationalSeal, PICTURE_KIND, Trust};

use super::office::sealed_at;

const DAY: i64 = 86_400_000;
const YEAR: i64 = 365 * DAY;
const NAME: &str = "证书专用章（测试专用章）";

struct Holder {
    signer: Arc<SoftSigner>,
    certificate: Certificate,
}

pub struct NationalOffice {
    pub root: Certificate,
    pub lists: Vec<Crl>,
    maker: Holder,
    holder: Holder,
    revoked: Holder,
    /// Another one's seal under the same root.
    other: Holder,
    stamper: Responder,
    picture: Vec<u8>,
}

impl NationalOffice {
    /// `picture`: of the seals, as a package.
    pub fn new(name: &str, picture: &[u8]) -> Self {
        let at = sealed_at().0;
        let root = holder(&format!("{name}国密测试根"), Profile::Root, None);
        let seal = |of: &str| holder(&format!("{name}{of}"), Profile::Seal, Some(&root));
        let (maker, own, revoked) = (seal("测试制章者"), seal(NAME), seal("旧章"));
        let other = seal("别家证书专用章（测试专用章）");
        let stamper = holder(&format!("{name}国密测试时间戳"), Profile::TimeStampAuthority, Some(&root));
        let stamper = Responder::new(stamper.signer, stamper.certificate, Vec::new(), "1.2.3.4");
        let entry = RevokedEntry {
            serial: revoked.certificate.serial().to_vec(),
            at_ms: at - YEAR,
            reason: Some(5),
            invalid_since_ms: None,
        };
        let (this_update_ms, next_update_ms) = (at - DAY, at + 40 * YEAR);
        let spec = CrlSpec { revoked: &[entry], this_update_ms, next_update_ms, number: 1 };
        let list = build_crl(&spec, &root.certificate, root.signer.as_ref()).expect("a list");
        Self {
            lists: vec![list],
            root: root.certificate,
            maker,
            holder: own,
            revoked,
            other,
            stamper: stamper.expect("a responder"),
            picture: picture.to_vec(),
        }
    }

    pub fn trust(&self) -> Trust {
        let maker = self.maker.certificate.to_pem().expect("PEM");
        Trust::new(vec![self.root.clone()], self.lists.clone())
            .with_makers([maker.as_bytes()])
            .expect("a certificate")
    }

    /// A token over `imprint`, of the time of sealing.
    pub fn token(&self, imprint: &Imprint) -> Vec<u8> {
        self.stamper.stamp(imprint, None, &[7; 16], sealed_at().0).expect("a token")
    }

    /// Roots, lists and makers as files of a directory for `verify --trust`, by this name.
    pub fn trust_files(&self, name: &str) -> Vec<(String, Vec<u8>)> {
        let root = self.root.to_pem().expect("PEM").into_bytes();
        let list = self.lists.first().expect("a list").der().to_vec();
        let maker = self.maker.certificate.to_pem().expect("PEM").into_bytes();
        vec![
            (format!("{name}.pem"), root),
            (format!("{name}.crl"), list),
            (format!("makers/{name}.pem"), maker),
        ]
    }

    /// The means of sealing good copies.
    pub fn national(&self) -> NationalSeal {
        let Holder { signer, certificate } = &self.holder;
        let seal = self.seal(certificate, &self.picture, (-5 * YEAR, 40 * YEAR));
        let chain = Vec::new();
        NationalSeal::new("mohrss", signer.clone(), certificate.clone(), chain, seal.der()).expect("a seal")
    }

    /// A seal valid from and until so many milliseconds around the time of sealing.
    fn seal(&self, holder: &Certificate, picture: &[u8], term: (i64, i64)) -> ses::Seal {
        self.seal_by(&self.maker, holder.subject_name(), holder, picture, term)
    }

    fn seal_by(
        &self,
        maker: &Holder,
        name: &str,
        holder: &Certificate,
        picture: &[u8],
        (from, until): (i64, i64),
    ) -> ses::Seal {
        let at = sealed_at().0;
        let spec = SealSpec {
            version: Version::V4,
            vendor: "TEST",
            id: "TEST-1",
            kind: 1,
            name,
            holders: HolderSpec::Certificates(std::slice::from_ref(holder)),
            created_ms: at + from,
            valid_from_ms: at + from,
            valid_until_ms: at + until,
            picture_kind: PICTURE_KIND,
            picture,
            width_mm: 42,
            height_mm: 42,
        };
        build_seal(&spec, &maker.certificate, maker.signer.as_ref()).expect("a seal")
    }

    /// Signatures over `signature_xml` that no honest holder makes, by name.
    pub fn values(&self, signature_xml: &[u8], path: &str) -> Vec<(&'static str, Vec<u8>)> {
        let sign = |seal: &ses::Seal, by: &Holder, path: &str, data: &[u8]| {
            let template = ses::Template::new(seal, &by.certificate, path).expect("a template");
            template.sign(by.signer.as_ref(), sealed_at().0, &sm3(data)).expect("a signature")
        };
        let long = (-5 * YEAR, 40 * YEAR);
        let good = self.seal(&self.holder.certificate, &self.picture, long);
        let expired = self.seal(&self.holder.certificate, &self.picture, (-5 * YEAR, -DAY));
        let revoked = self.seal(&self.revoked.certificate, &self.picture, long);
        let redrawn = self.seal(&self.holder.certificate, b"another picture", long);
        let (own, other) = (&self.holder.certificate, &self.other);
        let forged = self.seal_by(other, NAME, &other.certificate, &self.picture, long);
        let renamed = self.seal_by(&self.maker, NAME, &other.certificate, &self.picture, long);
        let unmade = self.seal_by(other, NAME, own, &self.picture, long);
        vec![
            ("maker-is-signer", sign(&forged, other, path, signature_xml)),
            ("name-of-other", sign(&renamed, other, path, signature_xml)),
            ("maker-not-named", sign(&unmade, &self.holder, path, signature_xml)),
            ("seal-expired", sign(&expired, &self.holder, path, signature_xml)),
            ("seal-revoked", sign(&revoked, &self.revoked, path, signature_xml)),
            ("seal-redrawn", sign(&redrawn, &self.holder, path, signature_xml)),
            ("path-of-other", sign(&good, &self.holder, "/Doc_0/Signs/Sign_9/Signature.xml", signature_xml)),
            ("digest-of-other", sign(&good, &self.holder, path, b"another signature")),
            ("good-again", sign(&good, &self.holder, path, signature_xml)),
        ]
    }
}

fn holder(name: &str, profile: Profile, issuer: Option<&Holder>) -> Holder {
    let at = sealed_at().0;
    let (signer, _) = SoftSigner::generate(KeyKind::Sm2).expect("a key");
    let serial = sha256(name.as_bytes());
    let spec = CertificateSpec {
        profile,
        subject: DistinguishedName {
            common_name: name.to_owned(),
            organization: Some("测试".to_owned()),
            country: Some("CN".to_owned()),
        },
        subject_spki: signer.public_key_spki(),
        serial: serial.first_chunk::<16>().expect("32 bytes have 16"),
        not_before_ms: at - 6 * YEAR,
        not_after_ms: at + 50 * YEAR,
    };
    let by: &dyn Signer = issuer.map_or(&signer, |issuer| issuer.signer.as_ref());
    let certificate = build_certificate(&spec, issuer.map(|issuer| &issuer.certificate), by);
    Holder { signer: Arc::new(signer), certificate: certificate.expect("a certificate") }
}

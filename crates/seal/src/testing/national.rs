//! The same ministry with a hierarchy on SM2, an electronic seal, and packages taken apart and put together again.

use super::{Office, fields, now, order, plates};
use crate::authority::{self, SealOrder, SealRequest, Sm2Trust};
use crate::{
    Design, KeyKind, Material, NationalSeal, Permit, PlateOrder, Prepared, SealFace, SealKey, SealPlate,
    Signed, SoftSigner, Trust, electronic_picture, prepare,
};
use std::sync::Arc;
use yinxin_crypto::ses::Version;
use yinxin_crypto::tsp::Responder;
use yinxin_crypto::x509::{Certificate, Crl, CrlSpec, RevokedEntry, build_crl};
use yinxin_model::{Format, Level};
use yinxin_ofd::read::{self, Limits};
use yinxin_page::draw::Color;
use yinxin_testkit::SeededEntropy;

const PASSPHRASE: &[u8] = b"test";
const NAME: &str = "人力资源和社会保障部证书测试专用章";

pub struct NationalOffice {
    pub sm2: Sm2Trust,
    pub key: Arc<SealKey>,
    pub design: Design,
    pub plates: crate::Plates,
}

pub fn face() -> SealFace {
    SealFace {
        ring: "人力资源和社会保障部".to_owned(),
        bottom: "测试专用章".to_owned(),
        number: None,
        color: Color(0xd4, 0x1a, 0x1f),
        font: "serif-bold".to_owned(),
    }
}

impl NationalOffice {
    pub fn new(seed: u64) -> Self {
        let design = Design::parse(yinxin_face::builtin()[0].source).unwrap();
        let plates = plates();
        let request = SealRequest { code: "mohrss", name: NAME, organisation: "测试" };
        let sm2 = authority::make_sm2(&[request], PASSPHRASE, now().0, &SeededEntropy::new(seed)).unwrap();
        let picture = electronic_picture(&face(), &design, plates.pool()).unwrap();
        let issued = &sm2.hierarchy.seals[0];
        let seal = SealOrder {
            version: Version::V4,
            id: "TEST-1",
            name: NAME,
            holder: &issued.certificate,
            picture_kind: picture.kind,
            picture: &picture.data,
            width_mm: picture.width_mm,
            height_mm: picture.height_mm,
        };
        let maker_key = sm2.maker.key_pem.as_bytes();
        let seal = authority::electronic_seal(&seal, &sm2.maker.certificate, maker_key, PASSPHRASE).unwrap();
        let national = NationalSeal::new(
            "mohrss",
            Arc::new(signer(&issued.key_pem)),
            issued.certificate.clone(),
            vec![sm2.hierarchy.authority.certificate.clone()],
            seal.der(),
        );
        let key = SealKey::clone(&Office::new(seed).key).with_national(national.unwrap());
        Self { sm2, key: Arc::new(key), design, plates }
    }

    pub fn trust(&self) -> Trust {
        self.trusting(self.sm2.hierarchy.lists.to_vec())
    }

    pub fn trusting(&self, lists: Vec<Crl>) -> Trust {
        let authority = self.sm2.hierarchy.authority.certificate.to_pem().unwrap();
        Trust::new(vec![self.sm2.hierarchy.root.certificate.clone()], lists)
            .with_intermediates([authority.as_bytes()])
            .unwrap()
            .with_makers([self.sm2.maker.certificate.to_pem().unwrap().as_bytes()])
            .unwrap()
    }

    /// Trust with a list on which this certificate was revoked at `at_ms`.
    pub fn revoking(&self, certificate: &Certificate, at_ms: i64, reason: u8) -> Trust {
        let authority = &self.sm2.hierarchy.authority;
        let serial = certificate.serial().to_vec();
        let spec = CrlSpec {
            revoked: &[RevokedEntry { serial, at_ms, reason: Some(reason), invalid_since_ms: None }],
            this_update_ms: now().0,
            next_update_ms: now().0 + super::DAY,
            number: 2,
        };
        let list = build_crl(&spec, &authority.certificate, &signer(&authority.key_pem)).unwrap();
        self.trusting(vec![list])
    }

    pub fn plate(&self, format: Format) -> Arc<SealPlate> {
        let order = PlateOrder {
            format,
            design: &self.design,
            key: &self.key,
            seal: &face(),
            issuer: "人力资源和社会保障部",
            platform: "印信测试平台",
            level: Level::Basic,
            material: &Material::default(),
        };
        self.plates.get(&order).unwrap()
    }

    pub fn sealed(&self, name: &str) -> Vec<u8> {
        let prepared = self.prepared(name);
        let permit = Permit::new([1; 16], prepared.digest());
        prepared.sign(permit, &self.key).unwrap().finish(&self.trust(), now()).unwrap().bytes
    }

    /// A copy that wants a time stamp.
    pub fn to_stamp(&self, name: &str) -> Signed {
        let prepared = self.prepared(name).with_time_stamp();
        let permit = Permit::new([1; 16], prepared.digest());
        prepared.sign(permit, &self.key).unwrap()
    }

    fn prepared(&self, name: &str) -> Prepared {
        let fields = fields(name);
        prepare(&self.plate(Format::Ofd), &order(&fields)).unwrap()
    }

    /// A time stamp authority of the hierarchy.
    pub fn stamper(&self) -> Responder {
        let authority = &self.sm2.hierarchy.authority;
        let (pem, entropy) = (authority.key_pem.as_bytes(), SeededEntropy::new(99));
        let made =
            authority::time_stamp_authority(KeyKind::Sm2, &authority.certificate, pem, PASSPHRASE, &entropy);
        let (made, chain) = (made.unwrap(), vec![authority.certificate.clone()]);
        Responder::new(Arc::new(signer(&made.key_pem)), made.certificate, chain, "1.2.3.4").unwrap()
    }
}

fn signer(pem: &str) -> SoftSigner {
    SoftSigner::from_encrypted(pem.as_bytes(), PASSPHRASE).unwrap()
}

/// A package's parts by path, in order.
pub type Parts = Vec<(String, Vec<u8>)>;

pub fn parts(bytes: &[u8]) -> Parts {
    let limits = Limits::default();
    let package = read::package(bytes, &limits).unwrap();
    let part = |path: &str| package.part(path).unwrap().unwrap();
    package.entries().iter().map(|entry| (entry.path[1..].to_owned(), part(&entry.path))).collect()
}

/// A plain archive of these parts, nothing packed.
pub fn packed(parts: &Parts) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    let le = |n: usize, len: usize| n.to_le_bytes()[..len].to_vec();
    for (path, content) in parts {
        let sizes =
            [le(crc32(content), 4), le(content.len(), 4), le(content.len(), 4), le(path.len(), 2)].concat();
        let head = [&[20, 0, 0, 8, 0, 0, 0, 0, 0x21, 0][..], &sizes, &[0, 0]].concat();
        directory.extend(
            [b"PK\x01\x02\x14\x00", &head[..], &[0; 10], &le(out.len(), 4), path.as_bytes()].concat(),
        );
        out.extend([b"PK\x03\x04", &head[..], path.as_bytes(), content].concat());
    }
    let count = le(parts.len(), 2);
    let place = [le(directory.len(), 4), le(out.len(), 4)].concat();
    out.extend(directory);
    out.extend([b"PK\x05\x06\0\0\0\0", &count[..], &count, &place, &[0, 0]].concat());
    out
}

fn crc32(bytes: &[u8]) -> usize {
    let step = |crc: u32, byte: &u8| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg()))
    };
    !bytes.iter().fold(!0, step) as usize
}

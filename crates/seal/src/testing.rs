//! A ministry, its seal and a copy, made of nothing but test keys and the test font.

pub mod national;

use crate::{
    CopyOrder, Design, Keyring, Material, Permit, PlateOrder, Plates, SealFace, SealKey, SealPlate, Signed,
    Trust, prepare,
};
use std::sync::Arc;
use yinxin_crypto::tsp::{Responder, Token};
use yinxin_crypto::x509::{
    Certificate, CertificateSpec, CrlSpec, DistinguishedName, Profile, RevokedEntry, build_certificate,
    build_crl,
};
use yinxin_crypto::{Signer, hash::sha256};
use yinxin_face::{Fields, Strip};
use yinxin_model::{Format, Instant, Level};
use yinxin_page::draw::Color;
use yinxin_testkit::RepeatingSigner;

pub const DAY: i64 = 86_400_000;

pub fn now() -> Instant {
    Instant::parse("2026-03-01T09:00:00+08:00").unwrap()
}

/// A trust hierarchy with one seal; everything follows from `seed`.
pub struct Office {
    pub root: Certificate,
    pub issuing: Certificate,
    pub root_signer: RepeatingSigner,
    pub issuing_signer: RepeatingSigner,
    pub stamper: Responder,
    pub key: Arc<SealKey>,
}

impl Office {
    pub fn new(seed: u64) -> Self {
        Self::with_seal_validity(seed, now().0 - 1000 * DAY, now().0 + 10_000 * DAY)
    }

    pub fn with_seal_validity(seed: u64, from: i64, until: i64) -> Self {
        let (root_key, issuing_key) =
            (RepeatingSigner::from_seed(seed), RepeatingSigner::from_seed(seed + 1));
        let seal_key = RepeatingSigner::from_seed(seed + 2);
        let long = (now().0 - 2000 * DAY, now().0 + 20_000 * DAY);
        let root = certify("测试根", Profile::Root, &root_key, long, None, &root_key);
        let issuing = certify(
            "测试签发",
            Profile::IssuingCa { path_len: 0 },
            &issuing_key,
            long,
            Some(&root),
            &root_key,
        );
        let name = "人力资源和社会保障部证书专用章（测试专用章）";
        let seal = certify(name, Profile::Seal, &seal_key, (from, until), Some(&issuing), &issuing_key);
        let stamp_key = RepeatingSigner::from_seed(seed + 3);
        let stamper = certify(
            "测试时间戳",
            Profile::TimeStampAuthority,
            &stamp_key,
            long,
            Some(&issuing),
            &issuing_key,
        );
        let stamper = Responder::new(Arc::new(stamp_key), stamper, vec![issuing.clone()], "1.2.3.4").unwrap();
        let key = SealKey::new("mohrss", Arc::new(seal_key), seal, vec![issuing.clone()]).unwrap();
        let mut ring = Keyring::new();
        ring.add(key).unwrap();
        Self {
            root,
            issuing,
            root_signer: root_key,
            issuing_signer: issuing_key,
            stamper,
            key: ring.get("mohrss").unwrap(),
        }
    }

    pub fn trust(&self) -> Trust {
        Trust::new(vec![self.root.clone()], Vec::new())
    }

    /// The same with fresh lists of both authorities.
    pub fn trust_with_lists(&self) -> Trust {
        let list = |issuer: &Certificate, key: &RepeatingSigner| {
            let spec = CrlSpec {
                revoked: &[],
                this_update_ms: now().0 - DAY,
                next_update_ms: now().0 + 30 * DAY,
                number: 1,
            };
            build_crl(&spec, issuer, key).unwrap()
        };
        let lists = vec![list(&self.root, &self.root_signer), list(&self.issuing, &self.issuing_signer)];
        Trust::new(vec![self.root.clone()], lists)
    }

    pub fn material(&self) -> Material {
        let stampers = vec![self.stamper.certificate().clone(), self.issuing.clone()];
        Material::new(self.trust_with_lists(), stampers, 2048)
    }

    /// A copy with whatever time stamps its level wants, made at `at`.
    pub fn stamped(&self, level: Level, at: Instant) -> Signed {
        let fields = fields("张三");
        let prepared = prepare(&plate_at(self, level), &order(&fields)).unwrap();
        let permit = Permit::new([1; 16], prepared.digest());
        let mut signed = prepared.sign(permit, &self.key).unwrap();
        while let Some(imprint) = signed.imprint().unwrap() {
            let token = self.stamper.stamp(&imprint, None, &[7; 16], at.0).unwrap();
            signed = signed.stamp(&Token::parse(&token).unwrap()).unwrap();
        }
        signed
    }

    /// Trust with a list on which the seal was revoked at `at_ms`.
    pub fn trust_with_revocation(&self, at_ms: i64, reason: u8) -> Trust {
        self.trust_revoking(&[self.key.certificate()], at_ms, Some(reason))
    }

    /// The same for any certificates of the issuing authority.
    pub fn trust_revoking(&self, certificates: &[&Certificate], at_ms: i64, reason: Option<u8>) -> Trust {
        let entry = |one: &&Certificate| {
            let serial = one.serial().to_vec();
            RevokedEntry { serial, at_ms, reason, invalid_since_ms: None }
        };
        let revoked: Vec<RevokedEntry> = certificates.iter().map(entry).collect();
        let spec =
            CrlSpec { revoked: &revoked, this_update_ms: now().0, next_update_ms: now().0 + DAY, number: 1 };
        let crl = build_crl(&spec, &self.issuing, &self.issuing_signer).unwrap();
        Trust::new(vec![self.root.clone()], vec![crl])
    }
}

fn certify(
    name: &str,
    profile: Profile,
    key: &RepeatingSigner,
    (not_before_ms, not_after_ms): (i64, i64),
    issuer: Option<&Certificate>,
    issuer_key: &RepeatingSigner,
) -> Certificate {
    let serial = sha256(name.as_bytes());
    let spec = CertificateSpec {
        profile,
        subject: DistinguishedName {
            common_name: name.to_owned(),
            organization: Some("测试".to_owned()),
            country: Some("CN".to_owned()),
        },
        subject_spki: key.public_key_spki(),
        serial: &serial[..16],
        not_before_ms,
        not_after_ms,
    };
    build_certificate(&spec, issuer, issuer_key).unwrap()
}

pub fn plates() -> Plates {
    Plates::new(Arc::new(yinxin_page::test_font::pool(&["serif", "serif-bold", "sans"])))
}

pub fn plate(office: &Office) -> Arc<SealPlate> {
    plate_at(office, Level::Basic)
}

pub fn plate_at(office: &Office, level: Level) -> Arc<SealPlate> {
    let design = Design::parse(yinxin_face::builtin()[0].source).unwrap();
    let seal = SealFace {
        ring: "人力资源和社会保障部".to_owned(),
        bottom: "测试专用章".to_owned(),
        number: None,
        color: Color(0xd4, 0x1a, 0x1f),
        font: "serif-bold".to_owned(),
    };
    let order = PlateOrder {
        format: Format::Pdf,
        design: &design,
        key: &office.key,
        seal: &seal,
        issuer: "人力资源和社会保障部",
        platform: "印信测试平台",
        level,
        material: &office.material(),
    };
    plates().get(&order).unwrap()
}

pub fn fields(name: &str) -> Fields {
    Fields {
        holder_name: name.to_owned(),
        sex: "女".to_owned(),
        birth_date: "1990年01月01日".to_owned(),
        document_type: "居民身份证".to_owned(),
        document_number: "110101199001010007".to_owned(),
        qualification: "建造师".to_owned(),
        level: Some("一级".to_owned()),
        speciality: Some("建筑工程".to_owned()),
        approval_date: "2021年10月".to_owned(),
        made_on: "2022年01月01日".to_owned(),
        management_number: "2021100000001".to_owned(),
        issuer: "人力资源和社会保障部".to_owned(),
        endorsement: Some(Strip {
            purpose: "本人调用".to_owned(), valid_until: "2026年05月29日".to_owned()
        }),
        made_at: now().chinese(),
        made_by: "印信测试平台".to_owned(),
        copy_number: "C-0001".to_owned(),
        qr: "https://example.invalid/v#TEST".to_owned(),
        ..Fields::default()
    }
}

pub fn order(fields: &Fields) -> CopyOrder<'_> {
    CopyOrder {
        fields,
        title: "电子证书加注件",
        subject: "测试",
        reason: "本人调用",
        location: "",
        made_at: now(),
        document_id: [7; 16],
    }
}

/// A copy sealed and handed out.
pub fn sealed(office: &Office) -> Vec<u8> {
    let fields = fields("张三");
    let prepared = prepare(&plate(office), &order(&fields)).unwrap();
    let permit = Permit::new([1; 16], prepared.digest());
    prepared.sign(permit, &office.key).unwrap().finish(&office.trust(), now()).unwrap().bytes
}

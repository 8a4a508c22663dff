//! The demo trust hierarchies: a root, an issuing authority, one certificate for every seal, revocation lists; once
//! on P-256 for PDF, once on SM2 for OFD, there with a maker of electronic seals (GB/T 38540).
//!
//! For demonstrations and tests only: production seals are certified by a licensed authority, and their keys
//! live in a device. All names say 测试专用章 or DEMO. No IO: the caller writes the files.

use std::num::NonZeroU32;
use yinxin_crypto::ses::{self, HolderSpec, SealSpec, Version};
use yinxin_crypto::soft::encrypt_pkcs8;
use yinxin_crypto::x509::{
    Certificate, CertificateSpec, Crl, CrlSpec, DistinguishedName, Profile, RevokedEntry, build_certificate,
    build_crl,
};
use yinxin_crypto::{Error, KeyKind, Signer, SoftSigner};

/// What a test seal's name must contain.
pub const TEST_MARK: &str = "测试专用章";
/// 2020-01-01T00:00:00Z and 2050-12-31T23:59:59Z in milliseconds.
const NOT_BEFORE_MS: i64 = 1_577_836_800_000;
const NOT_AFTER_MS: i64 = 2_556_143_999_000;
/// A list says so itself when it is old; one of ours is renewed after half that time.
const CRL_LIFE_MS: i64 = 30 * 86_400_000;
/// The passphrase is 256 random bits, so that stretching it adds nothing; the count only has to be legal.
const ROUNDS: NonZeroU32 = NonZeroU32::new(2048).unwrap();

const ORGANISATION: &str = "印信演示 Yinxin DEMO";
const SEAL_VENDOR: &str = "YINXIN DEMO";
/// An official seal, as most makers number the kinds.
const SEAL_KIND: u8 = 1;

/// A source of random bytes (`yinxin_model::ports::Entropy`).
type Entropy<'a> = &'a dyn yinxin_model::ports::Entropy;

/// A key file (encrypted PKCS#8, PEM) with its certificate.
pub struct Issued {
    pub certificate: Certificate,
    pub key_pem: String,
}

/// A seal to be certified.
pub struct SealRequest<'a> {
    pub code: &'a str,
    /// Contains [`TEST_MARK`].
    pub name: &'a str,
    pub organisation: &'a str,
}

/// The whole hierarchy.
pub struct DemoTrust {
    pub root: Issued,
    pub authority: Issued,
    /// In the order of the requests.
    pub seals: Vec<Issued>,
    pub lists: [Crl; 2],
}

/// The hierarchy on SM2.
pub struct Sm2Trust {
    pub hierarchy: DemoTrust,
    /// Who makes the electronic seals.
    pub maker: Issued,
}

/// Makes keys, certificates and first revocation lists on P-256.
pub fn make(
    seals: &[SealRequest],
    passphrase: &[u8],
    now_ms: i64,
    entropy: Entropy,
) -> Result<DemoTrust, Error> {
    let maker = Maker { kind: KeyKind::EcP256, passphrase, entropy };
    let names = ["印信演示根证书 Yinxin DEMO Root CA", "印信演示签发机构 Yinxin DEMO Issuing CA"];
    Ok(maker.hierarchy(names, seals, now_ms)?.0)
}

/// The same on SM2, and a maker of seals under it.
pub fn make_sm2(
    seals: &[SealRequest],
    passphrase: &[u8],
    now_ms: i64,
    entropy: Entropy,
) -> Result<Sm2Trust, Error> {
    let maker = Maker { kind: KeyKind::Sm2, passphrase, entropy };
    let names =
        ["印信演示国密根证书 Yinxin DEMO SM2 Root CA", "印信演示国密签发机构 Yinxin DEMO SM2 Issuing CA"];
    let (hierarchy, signer) = maker.hierarchy(names, seals, now_ms)?;
    let subject = named("印信演示制章者 Yinxin DEMO Seal Maker", ORGANISATION);
    let maker = maker.issue(subject, &hierarchy.authority.certificate, &signer)?;
    Ok(Sm2Trust { hierarchy, maker })
}

/// An electronic seal to be made.
pub struct SealOrder<'a> {
    pub version: Version,
    /// Printable ASCII; the electronic seal's own code.
    pub id: &'a str,
    pub name: &'a str,
    /// Who may seal with it.
    pub holder: &'a Certificate,
    /// `ofd`, `png` …, and the file.
    pub picture_kind: &'a str,
    pub picture: &'a [u8],
    pub width_mm: u8,
    pub height_mm: u8,
}

/// Makes an electronic seal by the demo's maker, as old as its holder's certificate and valid as long.
pub fn electronic_seal(
    order: &SealOrder,
    maker: &Certificate,
    maker_key_pem: &[u8],
    passphrase: &[u8],
) -> Result<ses::Seal, Error> {
    let signer = SoftSigner::from_encrypted(maker_key_pem, passphrase)?;
    let spec = SealSpec {
        version: order.version,
        vendor: SEAL_VENDOR,
        id: order.id,
        kind: SEAL_KIND,
        name: order.name,
        holders: HolderSpec::Certificates(std::slice::from_ref(order.holder)),
        created_ms: order.holder.not_before_ms(),
        valid_from_ms: order.holder.not_before_ms(),
        valid_until_ms: order.holder.not_after_ms(),
        picture_kind: order.picture_kind,
        picture: order.picture,
        width_mm: order.width_mm,
        height_mm: order.height_mm,
    };
    ses::build_seal(&spec, maker, &signer)
}

/// A time stamp authority of the demo with a key of this kind, under the issuing authority whose key file is
/// `authority_key_pem`.
pub fn time_stamp_authority(
    kind: KeyKind,
    authority: &Certificate,
    authority_key_pem: &[u8],
    passphrase: &[u8],
    entropy: Entropy,
) -> Result<Issued, Error> {
    let name = match kind {
        KeyKind::Sm2 => "印信演示国密时间戳 测试 Yinxin DEMO SM2 TSA",
        _ => "印信演示时间戳 测试 Yinxin DEMO TSA",
    };
    let maker = Maker { kind, passphrase, entropy };
    maker.issue_under(authority, authority_key_pem, Profile::TimeStampAuthority, name)
}

/// The demo's key for statements in QR codes, under the issuing authority whose key file is `authority_key_pem`.
pub fn statement_key(
    authority: &Certificate,
    authority_key_pem: &[u8],
    passphrase: &[u8],
    entropy: Entropy,
) -> Result<Issued, Error> {
    let name = "印信演示二维码声明 测试 Yinxin DEMO QR statements";
    let maker = Maker { kind: KeyKind::EcP256, passphrase, entropy };
    maker.issue_under(authority, authority_key_pem, Profile::Statements, name)
}

/// A fresh list by `issuer`, whose key file is `key_pem`.
pub fn renew_list(
    issuer: &Certificate,
    key_pem: &[u8],
    passphrase: &[u8],
    revoked: &[RevokedEntry],
    now_ms: i64,
) -> Result<Crl, Error> {
    let signer = SoftSigner::from_encrypted(key_pem, passphrase)?;
    revocation_list(issuer, &signer, revoked, now_ms)
}

/// A seal's own key, for keeping under the installation's passphrase; refused where it is not the certificate's.
pub fn store_key(
    pkcs8: &[u8],
    certificate: &Certificate,
    passphrase: &[u8],
    salt: &[u8; 16],
    iv: &[u8; 16],
) -> Result<String, crate::Error> {
    let signer = SoftSigner::from_pkcs8(pkcs8)?;
    if signer.public_key_spki() != certificate.public_key_spki() {
        return Err(crate::Error::KeyMismatch { code: certificate.subject_name().to_owned() });
    }
    Ok(encrypt_pkcs8(pkcs8, passphrase, salt, iv, ROUNDS)?)
}

/// Whether half of a list's life is over.
pub fn is_due(list: &Crl, now_ms: i64) -> bool {
    list.next_update_ms().is_none_or(|next| now_ms >= next - CRL_LIFE_MS / 2)
}

fn revocation_list(
    issuer: &Certificate,
    signer: &dyn Signer,
    revoked: &[RevokedEntry],
    now_ms: i64,
) -> Result<Crl, Error> {
    let number = u64::try_from(now_ms).unwrap_or_default();
    let spec = CrlSpec { revoked, this_update_ms: now_ms, next_update_ms: now_ms + CRL_LIFE_MS, number };
    build_crl(&spec, issuer, signer)
}

fn named(common_name: &str, organization: &str) -> DistinguishedName {
    DistinguishedName {
        common_name: common_name.into(),
        organization: Some(organization.into()),
        country: Some("CN".into()),
    }
}

struct Maker<'a> {
    kind: KeyKind,
    passphrase: &'a [u8],
    entropy: Entropy<'a>,
}

impl Maker<'_> {
    /// Root and issuing authority by these names, the seals, and the authority's signer.
    fn hierarchy(
        &self,
        [root_name, authority_name]: [&str; 2],
        seals: &[SealRequest],
        now_ms: i64,
    ) -> Result<(DemoTrust, SoftSigner), Error> {
        let (root_signer, root_key) = self.key()?;
        let root_name = named(root_name, ORGANISATION);
        let root = self.certificate(Profile::Root, root_name, &root_signer, None, &root_signer)?;
        let (signer, authority_key) = self.key()?;
        let profile = Profile::IssuingCa { path_len: 0 };
        let authority_name = named(authority_name, ORGANISATION);
        let authority = self.certificate(profile, authority_name, &signer, Some(&root), &root_signer)?;
        let seals = seals
            .iter()
            .map(|seal| self.issue(named(seal.name, seal.organisation), &authority, &signer))
            .collect::<Result<_, Error>>()?;
        let lists = [
            revocation_list(&root, &root_signer, &[], now_ms)?,
            revocation_list(&authority, &signer, &[], now_ms)?,
        ];
        let root = Issued { certificate: root, key_pem: root_key };
        let authority = Issued { certificate: authority, key_pem: authority_key };
        Ok((DemoTrust { root, authority, seals, lists }, signer))
    }

    /// A new key and its certificate by the authority.
    fn issue(
        &self,
        subject: DistinguishedName,
        authority: &Certificate,
        authority_key: &SoftSigner,
    ) -> Result<Issued, Error> {
        let (signer, key_pem) = self.key()?;
        let certificate =
            self.certificate(Profile::Seal, subject, &signer, Some(authority), authority_key)?;
        Ok(Issued { certificate, key_pem })
    }

    /// The same for another trade, by an authority that lies in files.
    fn issue_under(
        &self,
        authority: &Certificate,
        authority_key_pem: &[u8],
        profile: Profile,
        name: &str,
    ) -> Result<Issued, Error> {
        let authority_key = SoftSigner::from_encrypted(authority_key_pem, self.passphrase)?;
        let (signer, key_pem) = self.key()?;
        let subject = named(name, ORGANISATION);
        let certificate = self.certificate(profile, subject, &signer, Some(authority), &authority_key)?;
        Ok(Issued { certificate, key_pem })
    }

    fn key(&self) -> Result<(SoftSigner, String), Error> {
        let (signer, pkcs8) = SoftSigner::generate(self.kind)?;
        let salt = yinxin_model::ports::random(self.entropy);
        let iv = yinxin_model::ports::random(self.entropy);
        let pem = encrypt_pkcs8(&pkcs8, self.passphrase, &salt, &iv, ROUNDS)?;
        Ok((signer, pem))
    }

    fn certificate(
        &self,
        profile: Profile,
        subject: DistinguishedName,
        subject_key: &SoftSigner,
        issuer: Option<&Certificate>,
        issuer_key: &SoftSigner,
    ) -> Result<Certificate, Error> {
        // The first byte is set so that a serial is never zero and never needs shortening.
        let mut serial: [u8; 16] = yinxin_model::ports::random(self.entropy);
        serial[0] = (serial[0] & 0x3f) | 0x40;
        let spec = CertificateSpec {
            profile,
            subject,
            subject_spki: subject_key.public_key_spki(),
            serial: &serial,
            not_before_ms: NOT_BEFORE_MS,
            not_after_ms: NOT_AFTER_MS,
        };
        build_certificate(&spec, issuer, issuer_key)
    }
}

//! The seals' second means: keys on SM2 and electronic seals (GB/T 38540). A demo makes its own, at `init` or when a
//! directory of an earlier release is first written to; production gets them from its authority and maker.

use crate::error::{Error, Result};
use crate::home::{self, Home, Secrecy};
use crate::init::{requests, test_names};
use crate::keys::KeyFile;
use crate::system::System;
use std::collections::BTreeMap;
use std::path::Path;
use yinxin_model::Instant;
use yinxin_model::catalogue::Catalogue;
use yinxin_model::ports::Entropy;
use yinxin_seal::authority::{self, SealOrder};
use yinxin_seal::ses::Version;
use yinxin_seal::x509::Certificate;
use yinxin_seal::{
    CryptoError, ElectronicPicture, Keyring, NationalSeal, PICTURE_KIND, SealKey, SoftSigner, decrypt_pkcs8,
};

/// Names of key files and lists.
pub(crate) const ROOT: &str = "sm2-root";
pub(crate) const AUTHORITY: &str = "sm2-authority";
const MAKER: &str = "sm2-maker";

/// Makes the demo's hierarchy on SM2, unless it is there.
pub(crate) fn make_missing(
    home: &Home,
    catalogue: &Catalogue,
    keys: &KeyFile,
    entropy: &dyn Entropy,
    now: Instant,
) -> Result<()> {
    let folder = home.sm2_trust();
    std::fs::create_dir_all(&folder).map_err(|e| crate::error::io("create", &folder, e))?;
    // Two programs that start at once must not mix their keys.
    let lock = std::fs::File::open(&folder).map_err(|e| crate::error::io("open", &folder, e))?;
    lock.lock().map_err(|e| crate::error::io("lock", &folder, e))?;
    if home.sm2_root().exists() {
        return Ok(());
    }
    let names = test_names(catalogue);
    let requests = requests(catalogue, &names);
    let made = authority::make_sm2(&requests, keys.passphrase(), now.0, entropy).map_err(failed)?;
    let trust = &made.hierarchy;
    let key = |name: &str, pem: &str| home::replace(&home.key(name), pem.as_bytes(), Secrecy::OwnerOnly);
    let public = |path: &Path, text: String| home::replace(path, text.as_bytes(), Secrecy::Public);
    let pem = |certificate: &Certificate| certificate.to_pem().map_err(failed);
    let authority = pem(&trust.authority.certificate)?;
    key(ROOT, &trust.root.key_pem)?;
    key(AUTHORITY, &trust.authority.key_pem)?;
    key(MAKER, &made.maker.key_pem)?;
    public(&home.sm2_authority_certificate(), authority.clone())?;
    std::fs::create_dir_all(home.intermediates())
        .map_err(|e| crate::error::io("create", &home.intermediates(), e))?;
    public(&home.intermediates().join("sm2-authority.pem"), authority.clone())?;
    public(&home.sm2_maker_certificate(), pem(&made.maker.certificate)? + &authority)?;
    for (request, issued) in requests.iter().zip(&trust.seals) {
        key(&seal_key(request.code), &issued.key_pem)?;
        public(&home.sm2_seal_certificate(request.code), pem(&issued.certificate)? + &authority)?;
    }
    for (name, list) in [ROOT, AUTHORITY].iter().zip(&trust.lists) {
        home::replace(&home.crl().join(format!("{name}.crl")), list.der(), Secrecy::Public)?;
    }
    // Last, because by it is known that the others are there.
    public(&home.sm2_root(), pem(&trust.root.certificate)?)
}

/// The seals with their means for OFD, as far as they have any. A demo seal that was never drawn is drawn now. Where
/// something is wrong the seal is left as it is, and why is kept: what PDF needs is not held up by what OFD lacks.
pub(crate) fn join(
    system: &System,
    keyring: &Keyring,
    draw: impl Fn(&SealKey) -> Result<ElectronicPicture>,
) -> Result<(Keyring, BTreeMap<String, Error>)> {
    let keys = KeyFile::read(&system.home)?;
    let (mut joined, mut unusable) = (Keyring::new(), BTreeMap::new());
    for key in keyring.iter() {
        let code = key.code();
        let found = draw_missing(system, &keys, code, || draw(key)).and_then(|()| open(system, &keys, code));
        let key = SealKey::clone(key);
        joined
            .add(match found {
                Ok(Some(national)) => key.with_national(national),
                Ok(None) => key,
                Err(error) => {
                    // Told to whoever asks for an OFD, and by `doctor`.
                    tracing::info!(seal = key.code(), code = error.code, "a seal's SM2 key cannot be used");
                    unusable.insert(key.code().to_owned(), error);
                    key
                }
            })
            .map_err(crate::sealing::refused)?;
    }
    Ok((joined, unusable))
}

/// Makes a demo seal's electronic seal, unless it is there. `draw` is asked only then.
fn draw_missing(
    system: &System,
    keys: &KeyFile,
    code: &str,
    draw: impl FnOnce() -> Result<ElectronicPicture>,
) -> Result<()> {
    let (path, certificate) = (system.home.electronic_seal(code), system.home.sm2_seal_certificate(code));
    if !system.instance.demo || path.exists() || !certificate.exists() {
        return Ok(());
    }
    let holder = first(&certificate)?;
    let maker = first(&system.home.sm2_maker_certificate())?;
    let maker_key = home::read(&system.home.key(MAKER))?;
    let picture = draw()?;
    let order = SealOrder {
        version: Version::V4,
        id: &format!("DEMO-{code}"),
        name: holder.subject_name(),
        holder: &holder,
        picture_kind: PICTURE_KIND,
        picture: &picture.data,
        width_mm: picture.width_mm,
        height_mm: picture.height_mm,
    };
    let seal = authority::electronic_seal(&order, &maker, &maker_key, keys.passphrase()).map_err(failed)?;
    home::replace(&path, seal.der(), Secrecy::Public)
}

/// A seal's means of sealing by GB/T 38540; `None` where it has none.
fn open(system: &System, keys: &KeyFile, code: &str) -> Result<Option<NationalSeal>> {
    let home = &system.home;
    let (certificate, seal) = (home.sm2_seal_certificate(code), home.electronic_seal(code));
    if !certificate.exists() || !seal.exists() {
        return Ok(None);
    }
    let certificates = Certificate::from_file(&home::read(&certificate)?).map_err(refused)?;
    let Some((certificate, chain)) = certificates.split_first() else { return Ok(None) };
    let key = home::read(&home.key(&seal_key(code)))?;
    let opened = decrypt_pkcs8(&key, keys.passphrase()).and_then(|pkcs8| SoftSigner::from_pkcs8(&pkcs8));
    let signer = std::sync::Arc::new(opened.map_err(refused)?);
    let seal = home::read(&seal)?;
    NationalSeal::new(code, signer, certificate.clone(), chain.to_vec(), &seal)
        .map(Some)
        .map_err(crate::sealing::refused)
}

fn seal_key(code: &str) -> String {
    format!("sm2-seal-{code}")
}

fn first(path: &Path) -> Result<Certificate> {
    let certificates = Certificate::from_file(&home::read(path)?).map_err(failed)?;
    certificates
        .into_iter()
        .next()
        .ok_or_else(|| Error::conflict("trust_missing").with("path", path.display()))
}

fn refused(error: CryptoError) -> Error {
    crate::sealing::refused(error.into())
}

fn failed(error: CryptoError) -> Error {
    Error::internal("demo_trust_failed").because(error)
}

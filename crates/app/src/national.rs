//! The seals' second means: keys on SM2 and electronic seals (GB/T 38540). A demo makes its own, at `init` or when a
//! directory of an earlier release is first written to; elsewhere an operator brings them (`seals::add`).

use crate::config::{Config, SignerKind};
use crate::error::{Error, Result};
use crate::fonts;
use crate::home::{self, Home, Secrecy};
use crate::init::{requests, test_names};
use crate::keys::KeyFile;
use crate::sealing::{designs, refused, seal_face};
use crate::system::System;
use crate::trust;
use std::collections::BTreeMap;
use std::path::Path;
use yinxin_model::catalogue::Catalogue;
use yinxin_model::ports::Entropy;
use yinxin_model::{Instant, Subject};
use yinxin_seal::authority::{self, SealOrder};
use yinxin_seal::ses;
use yinxin_seal::x509::Certificate;
use yinxin_seal::{CryptoError, Keyring, NationalSeal, SealKey, SoftSigner, Trust, electronic_picture};
use yinxin_store::catalogue;

/// Names of key files and lists.
pub(crate) const ROOT: &str = "sm2-root";
pub(crate) const AUTHORITY: &str = "sm2-authority";
const MAKER: &str = "sm2-maker";

/// What a demo's directory holds, as the register is to know it.
type Row = catalogue::NationalSeal;

/// Makes what a new demo needs; what an interrupted `init` left is taken up. The seals' rows by code: a seal that cannot
/// be drawn now has none, and is made when a start finds the fonts.
pub(crate) fn make_for_demo(
    home: &Home,
    config: &Config,
    catalogue: &Catalogue,
    keys: &KeyFile,
    entropy: &dyn Entropy,
    now: Instant,
) -> Result<BTreeMap<String, Row>> {
    make_hierarchy(home, catalogue, keys, entropy, now)?;
    let codes = || catalogue.seal.iter().map(|seal| seal.code.as_str());
    let missing: Vec<&str> = codes().filter(|code| !home.electronic_seal(code).exists()).collect();
    for (code, seal) in make_seals(home, config, catalogue, keys, &missing)? {
        home::replace(&home.electronic_seal(&code), seal.der(), Secrecy::Public)?;
    }
    let there = codes().filter(|code| home.electronic_seal(code).exists());
    there.map(|code| Ok((code.to_owned(), row_of(home, code)?))).collect()
}

/// Makes and registers what a demo of an earlier release lacks. The register comes first and the file last: what a kill
/// leaves half done is known by the file that is not there.
pub(crate) async fn complete(system: &System) -> Result<()> {
    let home = &system.home;
    let keys = KeyFile::read(home)?;
    make_hierarchy(home, &system.catalogue, &keys, system.entropy(), system.now())?;
    // The earliest demos had a maker and did not name it.
    name_maker(home, &first(&home.sm2_maker_certificate())?)?;
    let seals = system.db.read(|tx| Box::pin(async move { catalogue::list_seals(tx).await })).await?;
    let certified = |code: &str| home.sm2_seal_certificate(code).exists();
    let (drawn, missing): (Vec<_>, Vec<_>) = seals
        .iter()
        .filter(|seal| certified(&seal.code))
        .partition(|seal| home.electronic_seal(&seal.code).exists());
    for seal in drawn.into_iter().filter(|seal| seal.national.is_none()) {
        register(system, &seal.code, row_of(home, &seal.code)?).await?;
    }
    let missing: Vec<&str> = missing.into_iter().map(|seal| seal.code.as_str()).collect();
    for (code, seal) in make_seals(home, &system.config, &system.catalogue, &keys, &missing)? {
        register(system, &code, row(&first(&home.sm2_seal_certificate(&code))?, &seal)).await?;
        home::replace(&home.electronic_seal(&code), seal.der(), Secrecy::Public)?;
    }
    Ok(())
}

/// Certificate and electronic seal as the register knows them.
pub(crate) fn row(certificate: &Certificate, seal: &ses::Seal) -> Row {
    Row {
        certificate: certificate.der().to_vec(),
        digest: yinxin_seal::sha256(seal.der()),
        serial: seal.id.clone(),
        version: u32::try_from(seal.version.number()).unwrap_or_default(),
        valid_from: Instant(seal.valid_from_ms),
        valid_until: Instant(seal.valid_until_ms),
    }
}

fn row_of(home: &Home, code: &str) -> Result<Row> {
    let seal = ses::parse_seal(&home::read(&home.electronic_seal(code))?).map_err(failed)?;
    Ok(row(&first(&home.sm2_seal_certificate(code))?, &seal))
}

async fn register(system: &System, code: &str, national: Row) -> Result<()> {
    let (act, code) = (system.act(&Subject::System), code.to_owned());
    let put = system.db.write(move |tx| {
        Box::pin(async move {
            match catalogue::seal(tx, &code).await? {
                Some(seal) => {
                    let seal = catalogue::Seal { national: Some(national), ..seal };
                    catalogue::put_seal(tx, &act, &seal).await
                }
                None => Ok(()),
            }
        })
    });
    Ok(put.await?)
}

/// Makes the demo's hierarchy on SM2, unless it is there.
fn make_hierarchy(
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
    name_maker(home, &made.maker.certificate)?;
    std::fs::create_dir_all(home.intermediates())
        .map_err(|e| crate::error::io("create", &home.intermediates(), e))?;
    public(&home.intermediates().join("sm2-authority.pem"), authority.clone())?;
    public(&home.sm2_maker_certificate(), pem(&made.maker.certificate)? + &authority)?;
    for (request, issued) in requests.iter().zip(&trust.seals) {
        // An electronic seal names the certificate of an earlier key.
        let earlier = home.electronic_seal(request.code);
        if earlier.exists() {
            std::fs::remove_file(&earlier).map_err(|e| crate::error::io("remove", &earlier, e))?;
        }
        key(&seal_key(request.code), &issued.key_pem)?;
        public(&home.sm2_seal_certificate(request.code), pem(&issued.certificate)? + &authority)?;
    }
    for (name, list) in [ROOT, AUTHORITY].iter().zip(&trust.lists) {
        home::replace(&home.crl().join(format!("{name}.crl")), list.der(), Secrecy::Public)?;
    }
    // Last, because by it is known that the others are there.
    public(&home.sm2_root(), pem(&trust.root.certificate)?)
}

/// Has verification take the electronic seals of this maker. Earlier makers stay, for earlier seals do.
pub(crate) fn name_maker(home: &Home, maker: &Certificate) -> Result<()> {
    let folder = home.makers();
    let path = folder.join(format!("{}.pem", crate::hex(&maker.fingerprint())));
    if path.exists() {
        return Ok(());
    }
    std::fs::create_dir_all(&folder).map_err(|e| crate::error::io("create", &folder, e))?;
    home::replace(&path, maker.to_pem().map_err(failed)?.as_bytes(), Secrecy::Public)
}

/// Electronic seals by the demo's maker for these codes, in the version of the settings. One that cannot be drawn, for
/// want of a font, is left out: `doctor` tells of fonts.
fn make_seals(
    home: &Home,
    config: &Config,
    catalogue: &Catalogue,
    keys: &KeyFile,
    codes: &[&str],
) -> Result<Vec<(String, ses::Seal)>> {
    if codes.is_empty() {
        return Ok(Vec::new());
    }
    let (designs, pool) = (designs(home)?, fonts::pool(&config.fonts));
    let maker = first(&home.sm2_maker_certificate())?;
    let maker_key = home::read(&home.key(MAKER))?;
    let mut made = Vec::new();
    for code in codes {
        let holder = first(&home.sm2_seal_certificate(code))?;
        let design = catalogue.seal(code).and_then(|seal| designs.get(&seal.template));
        let Some(design) = design else { continue };
        let picture = match electronic_picture(&seal_face(holder.subject_name()), design, &pool) {
            Ok(picture) => picture,
            Err(error) => {
                tracing::info!(seal = code, code = error.code(), "an electronic seal cannot be drawn");
                continue;
            }
        };
        let order = SealOrder {
            version: config.seal.version(),
            id: &format!("DEMO-{code}"),
            name: holder.subject_name(),
            holder: &holder,
            picture_kind: picture.kind,
            picture: &picture.data,
            width_mm: picture.width_mm,
            height_mm: picture.height_mm,
        };
        let seal =
            authority::electronic_seal(&order, &maker, &maker_key, keys.passphrase()).map_err(failed)?;
        made.push(((*code).to_owned(), seal));
    }
    Ok(made)
}

/// The seals with their means for OFD, as far as they have any. Where something is wrong the seal is left as it is, and
/// why is kept: what PDF needs is not held up by what OFD lacks.
pub(crate) fn join(system: &System, keyring: &Keyring) -> Result<(Keyring, BTreeMap<String, Error>)> {
    let keys = KeyFile::read(&system.home)?;
    let trust = trust::load(&system.home, None)?;
    let (mut joined, mut unusable) = (Keyring::new(), BTreeMap::new());
    for key in keyring.iter() {
        let key = SealKey::clone(key);
        joined
            .add(match open(system, &keys, &trust, key.code()) {
                Ok(Some(national)) => key.with_national(national),
                Ok(None) => key,
                Err(error) => {
                    // Told to whoever asks for an OFD, and by `doctor`.
                    tracing::info!(seal = key.code(), code = error.code, "a seal's SM2 key cannot be used");
                    unusable.insert(key.code().to_owned(), error);
                    key
                }
            })
            .map_err(refused)?;
    }
    Ok((joined, unusable))
}

/// Where a device holds the seals' keys, files are never used instead, and no device here signs with SM2.
pub(crate) fn require_files(config: &Config) -> Result<()> {
    match config.signer.kind {
        SignerKind::Software => Ok(()),
        SignerKind::Pkcs11 => Err(Error::conflict("national_unavailable")),
    }
}

/// A seal's means of sealing by GB/T 38540; `None` where it has none.
fn open(system: &System, keys: &KeyFile, trust: &Trust, code: &str) -> Result<Option<NationalSeal>> {
    let home = &system.home;
    let (certificate, seal) = (home.sm2_seal_certificate(code), home.electronic_seal(code));
    if !certificate.exists() || !seal.exists() {
        return Ok(None);
    }
    require_files(&system.config)?;
    let certificates = Certificate::from_file(&home::read(&certificate)?).map_err(unusable)?;
    let Some((certificate, chain)) = certificates.split_first() else { return Ok(None) };
    let key = home::read(&home.key(&seal_key(code)))?;
    let signer = SoftSigner::from_encrypted(&key, keys.passphrase()).map_err(unusable)?;
    let signer = std::sync::Arc::new(signer);
    let seal = home::read(&seal)?;
    let national =
        NationalSeal::new(code, signer, certificate.clone(), chain.to_vec(), &seal).map_err(refused)?;
    match &national.seal().maker {
        Some(maker) if !trust.names_maker(maker) => Err(Error::conflict("seal_maker_not_named")
            .with("seal", code)
            .with("maker", maker.subject_name())),
        _ => Ok(Some(national)),
    }
}

/// Name of the key file.
pub(crate) fn seal_key(code: &str) -> String {
    format!("sm2-seal-{code}")
}

fn first(path: &Path) -> Result<Certificate> {
    let certificates = Certificate::from_file(&home::read(path)?).map_err(failed)?;
    certificates
        .into_iter()
        .next()
        .ok_or_else(|| Error::conflict("trust_missing").with("path", path.display()))
}

fn unusable(error: CryptoError) -> Error {
    refused(error.into())
}

fn failed(error: CryptoError) -> Error {
    Error::internal("demo_trust_failed").because(error)
}

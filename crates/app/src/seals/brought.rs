//! What an operator brings for a seal: opened and held against each other first, kept in files afterwards, keys under
//! the installation's own passphrase.

use super::{KeyPair, NationalRequest, pem};
use crate::error::{Error, Result};
use crate::home::{self, Secrecy};
use crate::keys::KeyFile;
use crate::national;
use crate::system::System;
use crate::trust;
use std::sync::Arc;
use yinxin_model::ports::random;
use yinxin_seal::ses;
use yinxin_seal::x509::Certificate;
use yinxin_seal::{CryptoError, SoftSigner, Unfit, admit, authority, decrypt_pkcs8, may_seal};
use yinxin_store::catalogue;

/// A seal's certificate and key for PDF.
pub(super) struct BroughtSeal {
    certificate: Certificate,
    /// With its chain.
    certificates: Vec<Certificate>,
    /// PEM; `None` where a device holds the key.
    key: Option<String>,
}

/// A seal's key on SM2, its certificate and its electronic seal, which belong together and are believed.
pub(super) struct BroughtNational {
    certificates: Vec<Certificate>,
    /// PEM.
    key: String,
    electronic_seal: Vec<u8>,
    maker: Option<Certificate>,
    row: catalogue::NationalSeal,
}

impl BroughtSeal {
    pub fn open(system: &System, pair: KeyPair) -> Result<Self> {
        let (certificate, certificates) = certificates(&pair.certificates)?;
        if !may_seal(&certificate) {
            let unfit = Error::invalid("seal_certificate_unfit");
            return Err(unfit.with("certificate", certificate.subject()));
        }
        let key = pair.key.map(|key| {
            let pkcs8 = decrypt_pkcs8(&key, pair.passphrase.as_bytes()).map_err(unusable)?;
            store_key(system, &pkcs8, &certificate)
        });
        Ok(Self { key: key.transpose()?, certificate, certificates })
    }

    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    pub fn keep(&self, system: &System, code: &str) -> Result<()> {
        let home = &system.home;
        if let Some(key) = &self.key {
            home::replace(&home.key(&format!("seal-{code}")), key.as_bytes(), Secrecy::OwnerOnly)?;
        }
        let certificates = pem(&self.certificates)?;
        home::replace(&home.seal_certificate(code), certificates.as_bytes(), Secrecy::Public)
    }
}

impl BroughtNational {
    pub fn open(system: &System, code: &str, brought: NationalRequest) -> Result<Self> {
        national::require_files(&system.config)?;
        let (certificate, certificates) = certificates(&brought.certificates)?;
        let pkcs8 = decrypt_pkcs8(&brought.key, brought.passphrase.as_bytes()).map_err(unusable)?;
        let signer = Arc::new(SoftSigner::from_pkcs8(&pkcs8).map_err(unusable)?);
        let trust = trust::load(&system.home, None)?;
        let seal = &brought.electronic_seal;
        let admitted = admit(code, signer, &certificates, seal, &trust, system.now()).map_err(unfit)?;
        let maker = admitted.seal().maker.clone();
        if let Some(maker) = &maker {
            require_no_holder(system, maker, admitted.seal())?;
        }
        let row = national::row(&certificate, admitted.seal());
        let key = store_key(system, &pkcs8, &certificate)?;
        Ok(Self { certificates, key, electronic_seal: brought.electronic_seal, maker, row })
    }

    pub fn row(&self) -> catalogue::NationalSeal {
        self.row.clone()
    }

    /// Issuing authorities go where verification finds them, since signatures carry no chain (GB/T 38540). They are not
    /// believed for lying there; the maker of the electronic seal is, as a maker: an operator brought what he made.
    pub fn keep(&self, system: &System, code: &str) -> Result<()> {
        let home = &system.home;
        if let Some(maker) = &self.maker {
            national::name_maker(home, maker)?;
        }
        let key = home.key(&national::seal_key(code));
        home::replace(&key, self.key.as_bytes(), Secrecy::OwnerOnly)?;
        let certificates = pem(&self.certificates)?;
        home::replace(&home.sm2_seal_certificate(code), certificates.as_bytes(), Secrecy::Public)?;
        home::replace(&home.electronic_seal(code), &self.electronic_seal, Secrecy::Public)?;
        let trust = trust::load(home, None)?;
        let authorities: Vec<Certificate> = self
            .certificates
            .iter()
            .skip(1)
            .filter(|one| !trust.intermediates().contains(one))
            .cloned()
            .collect();
        if authorities.is_empty() {
            return Ok(());
        }
        let folder = home.intermediates();
        std::fs::create_dir_all(&folder).map_err(|e| crate::error::io("create", &folder, e))?;
        let path = folder.join(format!("{code}-sm2.pem"));
        home::replace(&path, pem(&authorities)?.as_bytes(), Secrecy::Public)
    }
}

/// Refuses a maker who holds a seal here: he could make himself every other.
fn require_no_holder(system: &System, maker: &Certificate, seal: &ses::Seal) -> Result<()> {
    for rule in &system.catalogue.seal {
        let path = system.home.sm2_seal_certificate(&rule.code);
        if !path.exists() {
            continue;
        }
        let (holder, _) = certificates(&home::read(&path)?)?;
        if holder.public_key_spki() == maker.public_key_spki() {
            return Err(unfit(Unfit::MakerIsHolder {
                seal: seal.id.clone(),
                maker: maker.subject_name().to_owned(),
            }));
        }
    }
    Ok(())
}

/// The first, and all.
fn certificates(file: &[u8]) -> Result<(Certificate, Vec<Certificate>)> {
    let all = Certificate::from_file(file).map_err(unusable)?;
    let first = all.first().cloned().ok_or_else(|| Error::invalid("not_pem"))?;
    Ok((first, all))
}

/// A key as it is kept, if it is the certificate's.
fn store_key(system: &System, pkcs8: &[u8], certificate: &Certificate) -> Result<String> {
    let keys = KeyFile::read(&system.home)?;
    let (salt, iv) = (random(system.entropy()), random(system.entropy()));
    let stored = authority::store_key(pkcs8, certificate, keys.passphrase(), &salt, &iv);
    stored.map_err(|e| {
        Error::invalid("seal_key_differs").with("certificate", certificate.subject_name()).because(e)
    })
}

/// What was brought is wrong, not the installation.
fn unusable(error: CryptoError) -> Error {
    Error::invalid(error.code()).because(error)
}

fn unfit(error: Unfit) -> Error {
    let refusal = error
        .values()
        .into_iter()
        .fold(Error::invalid(error.code()), |refusal, (name, value)| refusal.with(name, value));
    refusal.because(error)
}

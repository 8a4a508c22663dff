//! Seals: registered with their certificates and keys, suspended, deregistered (电子印章管理办法: a seal is deregistered
//! when that is required, and from then on seals nothing).

use crate::error::{Error, Result};
use crate::home::{self, Secrecy};
use crate::keys::KeyFile;
use crate::sealing::refused;
use crate::system::{System, require};
use serde::Serialize;
use yinxin_model::ports::random;
use yinxin_model::states::{Role, SealState};
use yinxin_model::{Format, Instant, Subject};
use yinxin_seal::x509::Certificate;
use yinxin_seal::{authority, decrypt_pkcs8};
use yinxin_store::catalogue::{self, Seal};

pub struct Request {
    /// As the catalogue names it.
    pub code: String,
    /// PEM: the seal's certificate, then its issuing authorities, without the root.
    pub certificates: Vec<u8>,
    /// Encrypted PKCS#8, PEM or DER; `None` where a device holds the key.
    pub key: Option<Vec<u8>>,
    /// Opens `key`.
    pub passphrase: String,
}

#[derive(Debug, Serialize)]
pub struct View {
    pub seal: String,
    pub name: String,
    pub organisation: String,
    pub family: String,
    pub state: SealState,
    pub valid_from: String,
    pub valid_until: String,
}

impl From<Seal> for View {
    fn from(seal: Seal) -> Self {
        Self {
            seal: seal.code,
            name: seal.name,
            organisation: seal.organisation,
            family: seal.family,
            state: seal.state,
            valid_from: seal.valid_from.rfc3339(),
            valid_until: seal.valid_until.rfc3339(),
        }
    }
}

pub async fn list(system: &System) -> Result<Vec<View>> {
    let seals = system.db.read(|tx| Box::pin(async move { catalogue::list_seals(tx).await })).await?;
    Ok(seals.into_iter().map(View::from).collect())
}

/// Registers a seal of the catalogue, or renews its certificate. Takes effect when the program is started next.
pub async fn add(system: &System, by: &Subject, request: Request) -> Result<View> {
    require(by, Role::Operator)?;
    let unknown = || Error::not_found("seal_unknown").with("seal", &request.code);
    let rule = system.catalogue.seal(&request.code).ok_or_else(unknown)?;
    if let Ok(known) = registered(system, &request.code).await
        && known.state == SealState::Deregistered
    {
        return Err(Error::conflict("seal_deregistered").with("seal", &request.code));
    }
    let certificates = Certificate::from_file(&request.certificates).map_err(|e| refused(e.into()))?;
    let certificate = certificates.first().ok_or_else(|| Error::invalid("not_pem"))?;
    let usage = certificate.key_usage();
    let unfit = certificate.is_authority() || certificate.names_statements();
    if unfit || usage.is_some_and(|u| !u.digital_signature) {
        return Err(Error::invalid("seal_certificate_unfit").with("certificate", certificate.subject()));
    }
    if let Some(key) = &request.key {
        store_key(system, &request, key, certificate)?;
    }
    let mut pem = String::new();
    for certificate in &certificates {
        pem.push_str(&certificate.to_pem().map_err(|e| refused(e.into()))?);
    }
    home::replace(&system.home.seal_certificate(&request.code), pem.as_bytes(), Secrecy::Public)?;
    let seal = Seal {
        code: rule.code.clone(),
        organisation: rule.organisation.clone(),
        name: certificate.subject_name().to_owned(),
        family: rule.family.as_str().to_owned(),
        certificate: certificate.der().to_vec(),
        valid_from: Instant(certificate.not_before_ms()),
        valid_until: Instant(certificate.not_after_ms()),
        state: SealState::Active,
    };
    let (act, row) = (system.act(by), seal.clone());
    system.db.write(move |tx| Box::pin(async move { catalogue::put_seal(tx, &act, &row).await })).await?;
    Ok(seal.into())
}

/// Suspends, reactivates or deregisters. A deregistered seal stays so.
pub async fn set_state(system: &System, by: &Subject, code: &str, state: SealState) -> Result<View> {
    require(by, Role::Operator)?;
    let found = registered(system, code).await?;
    if found.state == SealState::Deregistered && state != SealState::Deregistered {
        return Err(Error::conflict("seal_deregistered").with("seal", code));
    }
    let (act, wanted) = (system.act(by), code.to_owned());
    let set = system
        .db
        .write(move |tx| Box::pin(async move { catalogue::set_seal_state(tx, &act, &wanted, state).await }));
    set.await?;
    Ok(View { state, ..found.into() })
}

/// Refuses where the seal may not be used now, and where the certificate in the seal's file is not the one that the
/// register knows: a file put in the wrong place must not seal in another organisation's name.
pub(crate) async fn require_usable(system: &System, code: &str, format: Format) -> Result<()> {
    let seal = registered(system, code).await?;
    if seal.state != SealState::Active {
        return Err(Error::conflict("seal_not_active").with("seal", code).with("state", seal.state.as_str()));
    }
    // The register knows one certificate of each seal. That the one on SM2 is this seal's, its electronic seal says.
    if format == Format::Pdf && system.sealing()?.key(code)?.certificate().der() != seal.certificate {
        return Err(Error::conflict("seal_certificate_differs").with("seal", code));
    }
    Ok(())
}

async fn registered(system: &System, code: &str) -> Result<Seal> {
    let wanted = code.to_owned();
    let found = system.db.read(move |tx| Box::pin(async move { catalogue::seal(tx, &wanted).await })).await?;
    found.ok_or_else(|| Error::conflict("seal_missing").with("seal", code))
}

/// The key is kept under the installation's own passphrase, and only if it is the certificate's.
fn store_key(system: &System, request: &Request, key: &[u8], certificate: &Certificate) -> Result<()> {
    let pkcs8 = decrypt_pkcs8(key, request.passphrase.as_bytes()).map_err(|e| refused(e.into()))?;
    let keys = KeyFile::read(&system.home)?;
    let (salt, iv) = (random(system.entropy()), random(system.entropy()));
    let pem = authority::store_key(&pkcs8, certificate, keys.passphrase(), &salt, &iv).map_err(refused)?;
    home::replace(&system.home.key(&format!("seal-{}", request.code)), pem.as_bytes(), Secrecy::OwnerOnly)
}

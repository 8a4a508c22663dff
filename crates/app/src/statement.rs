//! The key that signs what QR codes state, and its use: made for a demo, brought by an operator elsewhere.
//!
//! `DATA/trust/statement/*.pem` holds the certificates of all keys that ever signed, each with its chain, for whoever checks
//! without a network; the private key in use is `DATA/keys/statement.p8` or lies on the signing device as `statement`. Without
//! a usable key a copy's code holds the address alone: a copy is worth more than its statement.

use crate::error::{Error, Result};
use crate::home::{self, Home, Secrecy};
use crate::keys::KeyFile;
use crate::sealing::refused;
use crate::system::{System, require};
use serde::Serialize;
use std::path::Path;
use std::sync::Arc;
use yinxin_model::ports::{Entropy, random};
use yinxin_model::statement::Statement;
use yinxin_model::states::Role;
use yinxin_model::{Day, Instant, Subject};
use yinxin_seal::statement::{StatementKey, StatementKeys};
use yinxin_seal::x509::{Certificate, STATEMENTS};
use yinxin_seal::{Signer, authority, decrypt_pkcs8};
use yinxin_store::audit::{self, Object};
use yinxin_store::record::Record;

/// File and label of the private key.
pub(crate) const KEY: &str = "statement";
const CERTIFICATES: [&str; 4] = ["pem", "crt", "cer", "der"];

pub struct Request {
    /// PEM: the key's certificate, then its issuing authorities, without the root.
    pub certificates: Vec<u8>,
    /// Encrypted PKCS#8, PEM or DER; `None` where a device holds the key.
    pub key: Option<Vec<u8>>,
    /// Opens `key`.
    pub passphrase: String,
}

#[derive(Debug, Serialize)]
pub struct View {
    pub name: String,
    /// As it stands in the statements.
    pub key_id: String,
    pub valid_from: String,
    pub valid_until: String,
}

/// Takes a key into use; certificates of earlier ones stay, since copies made with them are still about. Takes effect when
/// the program is started next.
pub async fn bring(system: &System, by: &Subject, request: Request) -> Result<View> {
    require(by, Role::Operator)?;
    let certificates = Certificate::from_file(&request.certificates).map_err(|e| refused(e.into()))?;
    let certificate = certificates.first().ok_or_else(|| Error::invalid("not_pem"))?;
    require_fit(certificate)?;
    if let Some(key) = &request.key {
        let opened = decrypt_pkcs8(key, request.passphrase.as_bytes()).map_err(|e| refused(e.into()))?;
        let keys = KeyFile::read(&system.home)?;
        let (salt, iv) = (random(system.entropy()), random(system.entropy()));
        let stored = authority::store_key(&opened, certificate, keys.passphrase(), &salt, &iv);
        let stored = stored.map_err(refused)?;
        home::replace(&system.home.key(KEY), stored.as_bytes(), Secrecy::OwnerOnly)?;
    }
    publish(&system.home, &certificates)?;
    let view = View {
        name: certificate.subject_name().to_owned(),
        key_id: crate::hex(&yinxin_seal::statement::key_id(certificate)),
        valid_from: Instant(certificate.not_before_ms()).rfc3339(),
        valid_until: Instant(certificate.not_after_ms()).rfc3339(),
    };
    let (act, key_id) = (system.act(by), view.key_id.clone());
    let detail = serde_json::json!({ "certificate": crate::hex(&certificate.fingerprint()) });
    let written = system.db.write(move |tx| {
        Box::pin(async move {
            let object = Object { kind: "statement_key", id: &key_id };
            audit::record(tx, &act, "statement_key_brought", object, detail).await
        })
    });
    written.await?;
    Ok(view)
}

/// Makes the demo's key where there is none yet; part of `init` and of every start that may write.
pub(crate) fn make_for_demo(home: &Home, entropy: &dyn Entropy) -> Result<()> {
    if home.key(KEY).exists() {
        return Ok(());
    }
    let failed = |e| Error::internal("demo_trust_failed").because(e);
    let authorities = Certificate::from_file(&home::read(&home.authority_certificate())?).map_err(failed)?;
    let authority = authorities.first().ok_or_else(|| Error::conflict("trust_missing"))?;
    let (key, keys) = (home::read(&home.key("authority"))?, KeyFile::read(home)?);
    let issued = authority::statement_key(authority, &key, keys.passphrase(), entropy).map_err(failed)?;
    // The certificate first: a key without one would be found and not be usable.
    publish(home, &[issued.certificate, authority.clone()])?;
    home::replace(&home.key(KEY), issued.key_pem.as_bytes(), Secrecy::OwnerOnly)
}

/// The certificates in the folder `statement` of a trust folder; none where there is no such folder.
pub(crate) fn keys(trust: &Path) -> Result<StatementKeys> {
    let folder = trust.join(KEY);
    if !folder.is_dir() {
        return Ok(StatementKeys::default());
    }
    let files = Home::files(&folder, &CERTIFICATES)?;
    let files = files.iter().map(|path| home::read(path)).collect::<Result<Vec<_>>>()?;
    StatementKeys::from_files(files.iter().map(Vec::as_slice))
        .map_err(|e| Error::invalid("trust_unusable").with("path", folder.display()).because(e))
}

/// Puts a key's certificates where whoever checks finds them, beside those of earlier keys.
fn publish(home: &Home, certificates: &[Certificate]) -> Result<()> {
    let folder = home.trust().join(KEY);
    std::fs::create_dir_all(&folder).map_err(|e| crate::error::io("create", &folder, e))?;
    let mut pem = String::new();
    for certificate in certificates {
        pem.push_str(&certificate.to_pem().map_err(|e| refused(e.into()))?);
    }
    let name = certificates.first().map(|c| crate::hex(&c.fingerprint())).unwrap_or_default();
    home::replace(
        &folder.join(format!("{}.pem", name.get(..16).unwrap_or(&name))),
        pem.as_bytes(),
        Secrecy::Public,
    )
}

/// The key in use, by a function that opens a private key by its name.
pub(crate) fn open(
    home: &Home,
    signer: impl FnOnce(&str) -> Result<Arc<dyn Signer>>,
) -> Result<StatementKey> {
    let missing = || Error::conflict("statement_key_missing");
    let known = keys(&home.trust())?;
    if known.is_empty() {
        return Err(missing());
    }
    let signer =
        signer(KEY).map_err(|error| if error.code == "file_not_found" { missing() } else { error })?;
    let certificate = known.certificate_of(signer.public_key_spki()).cloned();
    let certificate = certificate.ok_or_else(|| Error::conflict("statement_certificate_missing"))?;
    require_fit(&certificate)?;
    StatementKey::new(signer, certificate).map_err(refused)
}

/// Refuses a certificate for anything else: with a stolen statement key nobody shall seal documents.
fn require_fit(certificate: &Certificate) -> Result<()> {
    let signs = certificate.key_usage().is_none_or(|usage| usage.digital_signature);
    if signs && certificate.names_statements() && !certificate.is_authority() {
        return Ok(());
    }
    let error = Error::invalid("statement_certificate_unfit");
    Err(error.with("certificate", certificate.subject()).with("purpose", STATEMENTS))
}

/// Refuses a key whose certificate is not valid now.
pub(crate) fn require_valid(key: &StatementKey, now: Instant) -> Result<()> {
    let certificate = key.certificate();
    let until = Instant(certificate.not_after_ms());
    if (certificate.not_before_ms()..=until.0).contains(&now.0) {
        return Ok(());
    }
    Err(Error::conflict("statement_key_expired").with("until", until.rfc3339()))
}

/// States what a copy says, and signs it. `None` where there is no usable key, or where it would be too long to be scanned.
pub(crate) fn sign(
    system: &System,
    record: &Record,
    management_number: &str,
    copy_number: &str,
    endorsement: Option<(&str, Day)>,
) -> Result<Option<Vec<u8>>> {
    let sealing = system.sealing()?;
    let Ok(key) = sealing.statement_key(system.now()) else { return Ok(None) };
    let statement = Statement {
        holder: record.holder.identity.name.masked(),
        management_number: management_number.to_owned(),
        qualification: record.qualification.clone(),
        level: record.level.clone(),
        scenario: endorsement.map(|(scenario, _)| scenario.to_owned()),
        last_day: endorsement.map(|(_, last_day)| last_day),
        copy_number: copy_number.to_owned(),
        issuer: Some(record.issuer.clone()),
    };
    let signed = key.sign(&statement).inspect_err(|error| {
        tracing::warn!(code = error.code(), "a copy is made without a statement");
    });
    Ok(signed.unwrap_or_default())
}

//! What verification trusts: roots from a folder, revocation lists beside them; and the demo's lists renewed.

use crate::error::{Error, Result};
use crate::home::{self, Home, Secrecy};
use crate::keys::KeyFile;
use crate::system::System;
use serde::Serialize;
use std::path::Path;
use yinxin_model::Instant;
use yinxin_seal::authority;
use yinxin_seal::x509::{Certificate, Crl};
use yinxin_seal::{CryptoError, Trust};

/// Roots and lists in certificate files' usual endings.
const ROOTS: [&str; 4] = ["pem", "crt", "cer", "der"];
const LISTS: [&str; 1] = ["crl"];

#[derive(Debug, Serialize)]
pub struct Renewed {
    pub lists: Vec<List>,
}

#[derive(Debug, Serialize)]
pub struct List {
    pub issuer: String,
    pub next_update: Option<String>,
}

/// The roots in `dir` (default: `DATA/trust`). Lists are read from `dir` too; with the default also from `DATA/crl`.
pub fn load(home: &Home, dir: Option<&Path>) -> Result<Trust> {
    let default = home.trust();
    let folder = dir.unwrap_or(&default);
    let roots = read_all(folder, &ROOTS)?;
    let mut lists = read_all(folder, &LISTS)?;
    if dir.is_none() && home.crl().is_dir() {
        lists.extend(read_all(&home.crl(), &LISTS)?);
    }
    let trust = Trust::from_files(roots.iter().map(Vec::as_slice), lists.iter().map(Vec::as_slice));
    let trust =
        trust.map_err(|e| Error::invalid("trust_unusable").with("path", folder.display()).because(e))?;
    if trust.roots().is_empty() {
        return Err(Error::conflict("trust_missing").with("path", folder.display()));
    }
    Ok(trust)
}

/// Signs fresh lists by the demo authorities. Production lists come from the licensed authority.
pub fn renew(system: &System) -> Result<Renewed> {
    if !system.instance.demo {
        return Err(Error::forbidden("not_a_demo"));
    }
    renew_those(&system.home, system.now(), |_| true)
}

/// The same for those that are due, where this is a demo; quiet otherwise. Part of every start that may write.
pub(crate) fn renew_due(system: &System) -> Result<()> {
    if system.instance.demo {
        let now = system.now();
        renew_those(&system.home, now, |list| authority::is_due(list, now.0))?;
    }
    Ok(())
}

fn renew_those(home: &Home, now: Instant, due: impl Fn(&Crl) -> bool) -> Result<Renewed> {
    let failed = |e: CryptoError| Error::internal("list_renewal_failed").because(e);
    let folder = home.crl();
    std::fs::create_dir_all(&folder).map_err(|e| crate::error::io("create", &folder, e))?;
    let mut lists = Vec::new();
    let issuers = [("root", home.trust().join("root.pem")), ("authority", home.authority_certificate())];
    for (name, certificate) in issuers {
        let path = home.crl().join(format!("{name}.crl"));
        let old = path.exists().then(|| home::read(&path)).transpose()?;
        let old =
            old.and_then(|bytes| Crl::from_file(&bytes).ok()).and_then(|lists| lists.into_iter().next());
        if old.as_ref().is_some_and(|list| !due(list)) {
            continue;
        }
        let certificates = Certificate::from_file(&home::read(&certificate)?).map_err(failed)?;
        let issuer = certificates.first().ok_or_else(|| Error::conflict("trust_missing"))?;
        let key = home::read(&home.key(name))?;
        let passphrase = KeyFile::read(home)?;
        // The demo authorities revoke nothing; a list that did would carry its entries over.
        let list =
            authority::renew_list(issuer, &key, passphrase.passphrase(), &[], now.0).map_err(failed)?;
        home::replace(&path, list.der(), Secrecy::Public)?;
        let next_update = list.next_update_ms().map(|ms| Instant(ms).rfc3339());
        lists.push(List { issuer: issuer.subject_name().to_owned(), next_update });
    }
    Ok(Renewed { lists })
}

fn read_all(dir: &Path, extensions: &[&str]) -> Result<Vec<Vec<u8>>> {
    Home::files(dir, extensions)?.iter().map(|path| home::read(path)).collect()
}

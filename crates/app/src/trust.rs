//! What verification trusts: roots from a folder, revocation lists beside them; and the demo's lists renewed.

use crate::error::{Error, Result};
use crate::home::{self, Home, Secrecy};
use crate::keys::KeyFile;
use crate::national;
use crate::statement;
use crate::system::System;
use crate::tsa;
use serde::Serialize;
use std::path::{Path, PathBuf};
use yinxin_model::Instant;
use yinxin_model::ports::Entropy;
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

/// The roots in `dir` (default: `DATA/trust`) and in `dir/sm2`; issuing authorities, which are not believed by themselves,
/// in `dir/intermediates`; makers of electronic seals in `dir/makers`. Lists are read from `dir` too; with the default also
/// from `DATA/crl`.
pub fn load(home: &Home, dir: Option<&Path>) -> Result<Trust> {
    let default = home.trust();
    let folder = dir.unwrap_or(&default);
    let mut roots = read_all(folder, &ROOTS)?;
    let national = folder.join("sm2");
    if national.is_dir() {
        roots.extend(read_all(&national, &ROOTS)?);
    }
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
    let authorities = folder.join("intermediates");
    let files = if authorities.is_dir() { read_all(&authorities, &ROOTS)? } else { Vec::new() };
    let trust = trust.with_intermediates(files.iter().map(Vec::as_slice));
    let trust =
        trust.map_err(|e| Error::invalid("trust_unusable").with("path", authorities.display()).because(e))?;
    let makers = folder.join("makers");
    let files = if makers.is_dir() { read_all(&makers, &ROOTS)? } else { Vec::new() };
    let trust = trust.with_makers(files.iter().map(Vec::as_slice));
    let trust =
        trust.map_err(|e| Error::invalid("trust_unusable").with("path", makers.display()).because(e))?;
    // Beside them, those that are trusted for time stamps alone.
    let stampers = folder.join("tsa");
    if !stampers.is_dir() {
        return Ok(trust);
    }
    let roots = read_all(&stampers, &ROOTS)?;
    let trust = trust.with_stamp_roots(roots.iter().map(Vec::as_slice));
    trust.map_err(|e| Error::invalid("trust_unusable").with("path", stampers.display()).because(e))
}

/// Signs fresh lists by the demo authorities. Production lists come from the licensed authority.
pub async fn renew(system: &System) -> Result<Renewed> {
    if !system.instance.demo {
        return Err(Error::forbidden("not_a_demo"));
    }
    complete(system).await?;
    renew_those(&system.home, system.now(), |_| true)
}

/// The same for those that are due, where this is a demo; quiet otherwise. Part of every start that may write.
pub(crate) async fn renew_due(system: &System) -> Result<()> {
    if system.instance.demo {
        let now = system.now();
        complete(system).await?;
        renew_those(&system.home, now, |list| authority::is_due(list, now.0))?;
    }
    Ok(())
}

/// Makes what directories of earlier releases lack.
async fn complete(system: &System) -> Result<()> {
    national::complete(system).await?;
    make_beside_seals(&system.home, system.entropy())
}

/// What a demo has beside its seals, as far as it is not there: for `init`, and for directories of earlier releases.
pub(crate) fn make_beside_seals(home: &Home, entropy: &dyn Entropy) -> Result<()> {
    tsa::ensure_demo(home, entropy)?;
    statement::make_for_demo(home, entropy)
}

/// The demo authorities: the names of their keys and lists, and where their certificates are. A directory of an earlier
/// release has none on SM2 until it is written to.
fn issuers(home: &Home) -> impl Iterator<Item = (&'static str, PathBuf)> {
    let all = [
        ("root", home.trust().join("root.pem")),
        ("authority", home.authority_certificate()),
        (national::ROOT, home.sm2_root()),
        (national::AUTHORITY, home.sm2_authority_certificate()),
    ];
    all.into_iter().filter(|(_, certificate)| certificate.exists())
}

fn renew_those(home: &Home, now: Instant, due: impl Fn(&Crl) -> bool) -> Result<Renewed> {
    let failed = |e: CryptoError| Error::internal("list_renewal_failed").because(e);
    let folder = home.crl();
    std::fs::create_dir_all(&folder).map_err(|e| crate::error::io("create", &folder, e))?;
    let mut lists = Vec::new();
    for (name, certificate) in issuers(home) {
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

/// Lists by the demo authorities for a clock that was set by hand, where those that are there do not speak of its time.
/// Nothing is written: the files are for the machine's own clock. `signed`: what an earlier call gave.
pub(crate) fn lists_for(home: &Home, trust: &Trust, signed: &[Crl], now: Instant) -> Result<Vec<Crl>> {
    let speaks = |list: &Crl| list.next_update_ms().is_none_or(|due_ms| now.0 <= due_ms);
    if trust.store().crls().iter().all(speaks) {
        return Ok(Vec::new());
    }
    if !signed.is_empty() && signed.iter().all(|list| speaks(list) && list.this_update_ms() <= now.0) {
        return Ok(signed.to_vec());
    }
    let failed = |e: CryptoError| Error::internal("list_renewal_failed").because(e);
    let keys = KeyFile::read(home)?;
    let mut lists = Vec::new();
    for (name, certificate) in issuers(home) {
        let certificates = Certificate::from_file(&home::read(&certificate)?).map_err(failed)?;
        let issuer = certificates.first().ok_or_else(|| Error::conflict("trust_missing"))?;
        let key = home::read(&home.key(name))?;
        lists.push(authority::renew_list(issuer, &key, keys.passphrase(), &[], now.0).map_err(failed)?);
    }
    Ok(lists)
}

fn read_all(dir: &Path, extensions: &[&str]) -> Result<Vec<Vec<u8>>> {
    Home::files(dir, extensions)?.iter().map(|path| home::read(path)).collect()
}

//! The catalogue in force: shown, checked, replaced. Every version is kept.

use crate::error::{Error, Result};
use crate::home::{self, Home, Secrecy};
use crate::system::{System, require};
use serde::Serialize;
use yinxin_model::Subject;
use yinxin_model::catalogue::Catalogue;
use yinxin_model::states::Role;
use yinxin_store::catalogue;

#[derive(Debug, Serialize)]
pub struct Shown {
    pub version: u32,
    pub made_at: String,
    pub made_by: String,
    /// TOML.
    pub catalogue: String,
}

#[derive(Debug, Serialize)]
pub struct Checked {
    pub qualifications: usize,
    pub organisations: usize,
    pub seals: usize,
    pub scenarios: usize,
    /// `None` where it was only checked.
    pub version: Option<u32>,
}

pub async fn show(system: &System) -> Result<Shown> {
    let current =
        system.db.read(|tx| Box::pin(async move { catalogue::current_catalogue(tx).await })).await?;
    let current = current.ok_or_else(|| Error::conflict("not_initialised"))?;
    Ok(Shown {
        version: current.version,
        made_at: current.made_at.rfc3339(),
        made_by: current.made_by,
        catalogue: current.text,
    })
}

pub fn check(bytes: &[u8]) -> Result<Checked> {
    parse(bytes).map(|(_, parsed)| counts(&parsed, None))
}

/// Makes `bytes` the catalogue in force. What certificates refer to must stay in it.
pub async fn load(system: &System, by: &Subject, bytes: &[u8]) -> Result<Checked> {
    require(by, Role::Operator)?;
    let (text, parsed) = parse(bytes)?;
    for old in &system.catalogue.qualification {
        if system.catalogue.made_here(&old.code) && parsed.qualification(&old.code).is_none() {
            return Err(Error::conflict("catalogue_drops")
                .with("kind", "qualification")
                .with("code", &old.code));
        }
    }
    for old in &system.catalogue.organisation {
        if parsed.organisation(&old.code).is_none() {
            return Err(Error::conflict("catalogue_drops")
                .with("kind", "organisation")
                .with("code", &old.code));
        }
    }
    for old in &system.catalogue.seal {
        if parsed.seal(&old.code).is_none() {
            return Err(Error::conflict("catalogue_drops").with("kind", "seal").with("code", &old.code));
        }
    }
    let (act, digest) = (system.act(by), yinxin_seal::sha256(text.as_bytes()));
    let kept = text.clone();
    let added = system
        .db
        .write(move |tx| Box::pin(async move { catalogue::add_catalogue(tx, &act, &kept, &digest).await }));
    let version = added.await?;
    publish(&system.home, &text);
    Ok(counts(&parsed, Some(version)))
}

/// In the folder of trust: with it, whoever checks a QR code without a network has names for its codes.
pub(crate) const BESIDE_ROOTS: &str = "catalogue.toml";

/// Puts the catalogue in force beside the roots, for handing out. Part of every start, so that a folder that could not be
/// written once, or that an earlier release made, is mended by the next; a failure stops nothing, for names are a convenience.
pub(crate) fn publish(home: &Home, text: &str) {
    let path = home.trust().join(BESIDE_ROOTS);
    if std::fs::read(&path).is_ok_and(|there| there == text.as_bytes()) {
        return;
    }
    if let Err(error) = home::replace(&path, text.as_bytes(), Secrecy::Public) {
        tracing::warn!(code = error.code, "the catalogue is not beside the roots");
    }
}

fn parse(bytes: &[u8]) -> Result<(String, Catalogue)> {
    let bad = |reason: String| Error::invalid("catalogue_invalid").with("reason", reason);
    let text = std::str::from_utf8(bytes).map_err(|e| bad(e.to_string()))?;
    let parsed = Catalogue::parse(text).map_err(|e| bad(e.to_string()))?;
    Ok((text.to_owned(), parsed))
}

fn counts(parsed: &Catalogue, version: Option<u32>) -> Checked {
    Checked {
        qualifications: parsed.qualification.len(),
        organisations: parsed.organisation.len(),
        seals: parsed.seal.len(),
        scenarios: parsed.scenario.len(),
        version,
    }
}

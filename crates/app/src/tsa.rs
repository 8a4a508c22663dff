//! Time stamps on copies: from the authorities of the settings, or on a demo from one inside this program; over SHA-256 for
//! PDFs, over SM3 for OFDs.
//!
//! A production installation has no authority of its own: what proves a time must not be whoever seals.

mod client;

use crate::config::{Config, ImprintKind};
use crate::error::{Error, Result};
use crate::home::{self, Home, Secrecy};
use crate::keys::KeyFile;
use crate::national;
use crate::sealing::refused;
use crate::system::System;
use client::Client;
use std::path::Path;
use yinxin_model::Instant;
use yinxin_model::ports::{Entropy, random};
use yinxin_seal::tsp::{Imprint, Responder, Token};
use yinxin_seal::x509::Certificate;
use yinxin_seal::{KeyKind, SoftSigner, Trust, authority, stamp_problem};

/// The demo authority's policy, under which nothing is promised: the arc of RFC 5612, which is for documentation.
const DEMO_POLICY: &str = "1.3.6.1.4.1.32473.3161.1";
/// Names of the demo authorities' key files and certificate files.
const NAME: &str = "tsa";
const SM2_NAME: &str = "sm2-tsa";

/// Who puts time stamps on copies.
pub enum Stamper {
    Demo { responder: Box<Responder>, room: usize },
    Servers(Client),
}

impl Stamper {
    /// `None` where there is nobody to ask for this kind.
    pub fn load(system: &System, kind: ImprintKind) -> Result<Option<Self>> {
        let timestamp = &system.config.timestamp;
        if timestamp.servers.iter().any(|server| server.imprint == kind) {
            return Client::new(timestamp, kind).map(|client| Some(Self::Servers(client)));
        }
        let name = match kind {
            ImprintKind::Sha256 => NAME,
            ImprintKind::Sm3 => SM2_NAME,
        };
        let path = system.home.seal_certificate(name);
        if !system.instance.demo || !path.exists() {
            return Ok(None);
        }
        let failed = |e: yinxin_seal::CryptoError| refused(e.into());
        let certificates = Certificate::from_file(&home::read(&path)?).map_err(failed)?;
        let (certificate, chain) =
            certificates.split_first().ok_or_else(|| Error::conflict("time_stamp_authority_missing"))?;
        let key = home::read(&system.home.key(name))?;
        let keys = KeyFile::read(&system.home)?;
        let signer = SoftSigner::from_encrypted(&key, keys.passphrase()).map_err(failed)?;
        let responder =
            Responder::new(std::sync::Arc::new(signer), certificate.clone(), chain.to_vec(), DEMO_POLICY)
                .map_err(failed)?;
        // All tokens of one responder are as long but for some bytes of numbers and the signature's encoding.
        let sample = kind.imprint([0xff; 32]);
        let sample = responder.stamp(&sample, None, &[0x7f; 16], system.now().0).map_err(failed)?;
        Ok(Some(Self::Demo { responder: Box::new(responder), room: sample.len() + 32 }))
    }

    /// Bytes that the largest token may have.
    pub fn room(&self) -> usize {
        match self {
            Self::Demo { room, .. } => *room,
            Self::Servers(client) => client.room(),
        }
    }

    /// Certificates of the authority and its issuers, as far as they are known before it answers.
    pub fn certificates(&self) -> Vec<Certificate> {
        match self {
            Self::Demo { responder, .. } => {
                std::iter::once(responder.certificate()).chain(responder.chain()).cloned().collect()
            }
            Self::Servers(_) => Vec::new(),
        }
    }

    /// A token over `imprint` that holds, by an authority that `trust` believes.
    pub async fn stamp(&self, imprint: &Imprint, system: &System, trust: &Trust) -> Result<Token> {
        match self {
            Self::Demo { responder, .. } => {
                let serial = serial(system.entropy());
                let made = responder.stamp(imprint, None, &serial, system.now().0);
                made.and_then(|token| Token::parse(&token)).map_err(|e| refused(e.into()))
            }
            Self::Servers(client) => {
                let judge = |token: &Token, now: Instant| stamp_problem(token, imprint, trust, now);
                client.stamp(imprint, system, &judge).await
            }
        }
    }
}

/// Makes the demo's time stamp authorities where there are none yet: installations made by earlier versions have none.
pub(crate) fn ensure_demo(home: &Home, entropy: &dyn Entropy) -> Result<()> {
    let demos = [
        (NAME, KeyKind::EcP256, "authority", home.authority_certificate()),
        (SM2_NAME, KeyKind::Sm2, national::AUTHORITY, home.sm2_authority_certificate()),
    ];
    for (name, kind, authority, certificate) in demos {
        let is_there = home.seal_certificate(name).exists() && home.key(name).exists();
        // A directory of an earlier release has no authority on SM2 until it is written to.
        if !is_there && certificate.exists() {
            make_demo(home, name, kind, (&certificate, &home.key(authority)), entropy)?;
        }
    }
    Ok(())
}

/// `issuer`: the issuing authority's certificate and key.
fn make_demo(
    home: &Home,
    name: &str,
    kind: KeyKind,
    issuer: (&Path, &Path),
    entropy: &dyn Entropy,
) -> Result<()> {
    let path = home.seal_certificate(name);
    let failed = |e: yinxin_seal::CryptoError| Error::internal("demo_trust_failed").because(e);
    let issuers = Certificate::from_file(&home::read(issuer.0)?).map_err(failed)?;
    let key = home::read(issuer.1)?;
    let issuer = issuers.first().ok_or_else(|| Error::conflict("trust_missing"))?;
    let keys = KeyFile::read(home)?;
    let made =
        authority::time_stamp_authority(kind, issuer, &key, keys.passphrase(), entropy).map_err(failed)?;
    home::replace(&home.key(name), made.key_pem.as_bytes(), Secrecy::OwnerOnly)?;
    let mut chain = made.certificate.to_pem().map_err(failed)?;
    chain.push_str(&issuer.to_pem().map_err(failed)?);
    home::replace(&path, chain.as_bytes(), Secrecy::Public)
}

/// Who is needed and not there: told before anything is granted.
pub(crate) fn missing(config: &Config, kind: ImprintKind) -> Error {
    match kind {
        ImprintKind::Sha256 => {
            Error::conflict("time_stamp_authority_missing").with("level", config.signature.level.as_str())
        }
        ImprintKind::Sm3 => Error::conflict("ofd_time_stamp_authority_missing"),
    }
}

/// Never zero, and as long each time.
fn serial(entropy: &dyn Entropy) -> [u8; 16] {
    let mut serial: [u8; 16] = random(entropy);
    serial[0] = (serial[0] & 0x3f) | 0x40;
    serial
}

#[cfg(test)]
mod tests;

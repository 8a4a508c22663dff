//! The seals that this process can use: key, certificate, chain, and the constant part of their signatures.

use crate::Error;
use std::collections::BTreeMap;
use std::sync::Arc;
use yinxin_crypto::{Signer, cms::Template, x509::Certificate};

/// One seal's means of sealing.
#[derive(Clone)]
pub struct SealKey {
    code: String,
    signer: Arc<dyn Signer>,
    certificate: Certificate,
    chain: Vec<Certificate>,
    template: Arc<Template>,
    fingerprint: [u8; 32],
}

impl SealKey {
    /// `chain`: the issuing authorities' certificates to embed, nearest first, without the root.
    pub fn new(
        code: impl Into<String>,
        signer: Arc<dyn Signer>,
        certificate: Certificate,
        chain: Vec<Certificate>,
    ) -> Result<Self, Error> {
        let code = code.into();
        if signer.public_key_spki() != certificate.public_key_spki() {
            return Err(Error::KeyMismatch { code });
        }
        let template = Arc::new(Template::new(&certificate, &chain)?);
        let fingerprint = certificate.fingerprint();
        Ok(Self { code, signer, certificate, chain, template, fingerprint })
    }

    pub fn code(&self) -> &str {
        &self.code
    }

    /// What the seal is called: its certificate's common name.
    pub fn name(&self) -> &str {
        self.certificate.subject_name()
    }

    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// SHA-256 of the certificate, kept: every copy asks for it.
    pub fn fingerprint(&self) -> [u8; 32] {
        self.fingerprint
    }

    pub fn chain(&self) -> &[Certificate] {
        &self.chain
    }

    pub fn signer(&self) -> &dyn Signer {
        self.signer.as_ref()
    }

    pub fn template(&self) -> &Template {
        &self.template
    }
}

impl std::fmt::Debug for SealKey {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "SealKey({}, {:?})", self.code, self.certificate)
    }
}

/// Seals by code.
#[derive(Clone, Debug, Default)]
pub struct Keyring {
    seals: BTreeMap<String, Arc<SealKey>>,
}

impl Keyring {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn add(&mut self, seal: SealKey) -> Result<(), Error> {
        if self.seals.contains_key(seal.code()) {
            return Err(Error::SealTwice { code: seal.code });
        }
        self.seals.insert(seal.code.clone(), Arc::new(seal));
        Ok(())
    }

    pub fn get(&self, code: &str) -> Result<Arc<SealKey>, Error> {
        self.seals.get(code).cloned().ok_or_else(|| Error::SealUnknown { code: code.to_owned() })
    }

    pub fn iter(&self) -> impl Iterator<Item = &Arc<SealKey>> {
        self.seals.values()
    }
}

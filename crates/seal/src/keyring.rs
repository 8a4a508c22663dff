//! The seals that this process can use: key, certificate, chain, and the constant part of their signatures. One seal
//! may have two keys: one for PDF, and for OFD one on SM2 with its electronic seal.

mod admission;

pub use admission::{Unfit, admit, may_seal};

use crate::Error;
use std::collections::BTreeMap;
use std::sync::Arc;
use yinxin_crypto::hash::{Sha256, sha256};
use yinxin_crypto::{Signer, cms::Template, ses, x509::Certificate};
use yinxin_model::Format;

/// One seal's means of sealing.
#[derive(Clone)]
pub struct SealKey {
    code: String,
    signer: Arc<dyn Signer>,
    certificate: Certificate,
    chain: Vec<Certificate>,
    template: Arc<Template>,
    fingerprint: [u8; 32],
    national: Option<Arc<NationalSeal>>,
}

/// A seal's means of sealing by GB/T 38540.
pub struct NationalSeal {
    signer: Arc<dyn Signer>,
    certificate: Certificate,
    chain: Vec<Certificate>,
    seal: ses::Seal,
    seal_digest: [u8; 32],
    fingerprint: [u8; 32],
    digest: [u8; 32],
}

/// By what a seal seals in one format.
#[derive(Clone, Copy)]
pub struct Means<'a> {
    pub certificate: &'a Certificate,
    pub signer: &'a dyn Signer,
    /// SHA-256 of the certificate.
    pub fingerprint: [u8; 32],
    /// Names all that its copies carry of it: the certificate, and for OFD the electronic seal.
    pub digest: [u8; 32],
}

impl NationalSeal {
    /// `chain`: the issuing authorities' certificates, nearest first, without the root; `seal`: the electronic seal's
    /// file. The key must be the certificate's, and the seal must name it.
    pub fn new(
        code: &str,
        signer: Arc<dyn Signer>,
        certificate: Certificate,
        chain: Vec<Certificate>,
        seal: &[u8],
    ) -> Result<Self, Error> {
        let seal = ses::parse_seal(seal)?;
        if signer.public_key_spki() != certificate.public_key_spki() || !seal.lists(&certificate) {
            return Err(Error::KeyMismatch { code: code.to_owned() });
        }
        if let Some(bad) = ses::verify_seal(&seal).iter().find(|finding| !finding.is_good()) {
            return Err(Error::SelfCheck { code: bad.code });
        }
        let fingerprint = certificate.fingerprint();
        let mut digest = Sha256::new();
        digest.update(&fingerprint);
        digest.update(seal.der());
        let (seal_digest, digest) = (sha256(seal.der()), digest.finish());
        Ok(Self { signer, certificate, chain, seal, seal_digest, fingerprint, digest })
    }

    pub fn signer(&self) -> &dyn Signer {
        self.signer.as_ref()
    }

    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    pub fn chain(&self) -> &[Certificate] {
        &self.chain
    }

    pub fn seal(&self) -> &ses::Seal {
        &self.seal
    }

    /// SHA-256 of the electronic seal, kept: every copy asks for it.
    pub fn seal_digest(&self) -> [u8; 32] {
        self.seal_digest
    }

    pub fn fingerprint(&self) -> [u8; 32] {
        self.fingerprint
    }

    /// Names certificate and electronic seal.
    pub(crate) fn digest(&self) -> [u8; 32] {
        self.digest
    }

    /// The constant part of signatures over the file `path` of a package.
    pub fn template(&self, path: &str) -> Result<ses::Template, Error> {
        Ok(ses::Template::new(&self.seal, &self.certificate, path)?)
    }
}

impl std::fmt::Debug for NationalSeal {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "NationalSeal({}, {:?})", self.seal.id, self.certificate)
    }
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
        Ok(Self { code, signer, certificate, chain, template, fingerprint, national: None })
    }

    /// The same seal with its means for OFD.
    pub fn with_national(self, national: NationalSeal) -> Self {
        Self { national: Some(Arc::new(national)), ..self }
    }

    /// `None` where the seal has no SM2 key.
    pub fn national(&self) -> Option<&Arc<NationalSeal>> {
        self.national.as_ref()
    }

    pub(crate) fn require_national(&self) -> Result<&Arc<NationalSeal>, Error> {
        self.national.as_ref().ok_or_else(|| Error::NotNational { code: self.code.clone() })
    }

    /// What it seals with in this format; refused where it has nothing for it.
    pub fn means(&self, format: Format) -> Result<Means<'_>, Error> {
        Ok(match format {
            Format::Pdf => Means {
                certificate: &self.certificate,
                signer: self.signer.as_ref(),
                fingerprint: self.fingerprint,
                digest: self.fingerprint,
            },
            Format::Ofd => {
                let national = self.require_national()?;
                Means {
                    certificate: &national.certificate,
                    signer: national.signer.as_ref(),
                    fingerprint: national.fingerprint,
                    digest: national.digest,
                }
            }
        })
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

#[cfg(test)]
mod tests;

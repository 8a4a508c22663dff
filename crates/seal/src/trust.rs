//! Whom a verification believes.

use std::sync::Arc;
use yinxin_crypto::Error;
use yinxin_crypto::path::TrustStore;
use yinxin_crypto::x509::{Certificate, Crl};

/// Trusted roots and the revocation lists known; cheap to clone.
#[derive(Clone, Default)]
pub struct Trust(Arc<TrustStore>);

impl Trust {
    /// From the bytes of files (PEM with any number of blocks, or DER). A root that cannot be read is an
    /// error: to pass it over would call its seals unknown.
    pub fn from_files<'a>(
        roots: impl IntoIterator<Item = &'a [u8]>,
        crls: impl IntoIterator<Item = &'a [u8]>,
    ) -> Result<Self, Error> {
        let mut store = TrustStore::new();
        for file in roots {
            store.add_roots(file)?;
        }
        for file in crls {
            store.add_crls(file)?;
        }
        Ok(Self(Arc::new(store)))
    }

    pub fn new(roots: Vec<Certificate>, crls: Vec<Crl>) -> Self {
        let mut store = TrustStore::with_roots(roots);
        crls.into_iter().for_each(|crl| store.add_crl(crl));
        Self(Arc::new(store))
    }

    pub fn store(&self) -> &TrustStore {
        &self.0
    }

    pub fn roots(&self) -> &[Certificate] {
        self.0.roots()
    }
}

//! Whom a verification believes.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use yinxin_crypto::Error;
use yinxin_crypto::hash::sha256;
use yinxin_crypto::path::TrustStore;
use yinxin_crypto::ses;
use yinxin_crypto::x509::{Certificate, Crl};
use yinxin_ofd::read::KnownParts;

/// Trusted roots and the revocation lists known; cheap to clone.
#[derive(Clone, Default)]
pub struct Trust(Arc<Known>);

#[derive(Default)]
struct Known {
    store: TrustStore,
    /// Authorities that are known and not believed by themselves: files that bring no chain are judged through them.
    intermediates: Vec<Certificate>,
    /// Who makes electronic seals, exactly these.
    makers: Vec<Certificate>,
    /// What was read from files that were judged. Reading is pure, so that nothing in here can be wrong; whether it is
    /// believed is asked anew each time.
    certificates: Memo<Certificate>,
    lists: Memo<Crl>,
    seals: ses::Memo,
    parts: KnownParts,
}

/// Things by the SHA-256 of the bytes that they were read from.
struct Memo<T>(RwLock<HashMap<[u8; 32], T>>);

/// Strangers' files must not grow a memo without bound; starting anew costs only time.
const MAX_KNOWN: usize = 256;
/// Larger ones are read each time: a memo of them would hold too much.
const MAX_REMEMBERED: usize = 16 << 10;

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
        Ok(Self::of(store))
    }

    /// The same believing the certificates of `stamp_roots` too, for time stamps alone.
    pub fn with_stamp_roots<'a>(
        self,
        stamp_roots: impl IntoIterator<Item = &'a [u8]>,
    ) -> Result<Self, Error> {
        let mut store = self.0.store.clone();
        for file in stamp_roots {
            store.add_stamp_roots(file)?;
        }
        Ok(Self(Arc::new(self.0.over(store))))
    }

    /// The same knowing more revocation lists.
    pub fn with_lists(self, lists: Vec<Crl>) -> Self {
        let mut store = self.0.store.clone();
        lists.into_iter().for_each(|list| store.add_crl(list));
        Self(Arc::new(self.0.over(store)))
    }

    pub fn new(roots: Vec<Certificate>, crls: Vec<Crl>) -> Self {
        let mut store = TrustStore::with_roots(roots);
        crls.into_iter().for_each(|crl| store.add_crl(crl));
        Self::of(store)
    }

    /// The same knowing issuing authorities, which an electronic seal does not bring along (GB/T 38540).
    pub fn with_intermediates<'a>(self, files: impl IntoIterator<Item = &'a [u8]>) -> Result<Self, Error> {
        let mut intermediates = self.0.intermediates.clone();
        for file in files {
            intermediates.extend(Certificate::from_file(file)?);
        }
        Ok(Self(Arc::new(Known { intermediates, ..self.0.over(self.0.store.clone()) })))
    }

    /// The same taking these certificates for those of makers of electronic seals. A root must lead to them besides.
    pub fn with_makers<'a>(self, files: impl IntoIterator<Item = &'a [u8]>) -> Result<Self, Error> {
        let mut makers = self.0.makers.clone();
        for file in files {
            makers.extend(Certificate::from_file(file)?);
        }
        Ok(Self(Arc::new(Known { makers, ..self.0.over(self.0.store.clone()) })))
    }

    /// Whether exactly this certificate is known as that of a maker of electronic seals.
    pub fn names_maker(&self, certificate: &Certificate) -> bool {
        self.0.makers.contains(certificate)
    }

    pub fn intermediates(&self) -> &[Certificate] {
        &self.0.intermediates
    }

    pub fn store(&self) -> &TrustStore {
        &self.0.store
    }

    pub fn roots(&self) -> &[Certificate] {
        self.0.store.roots()
    }

    fn of(store: TrustStore) -> Self {
        Self(Arc::new(Known { store, ..Known::default() }))
    }

    /// Reads a certificate, or remembers it.
    pub(crate) fn certificate(&self, der: &[u8]) -> Option<Certificate> {
        self.0.certificates.get(der, || Certificate::from_der(der).ok())
    }

    /// Prepares for signatures by this certificate's SM2 key, of which many will be asked about.
    pub(crate) fn expect(&self, certificate: &Certificate) {
        self.0.seals.expect(certificate);
    }

    /// Electronic seals that were found good.
    pub(crate) fn seals(&self) -> &ses::Memo {
        &self.0.seals
    }

    /// Parts of packages with their digests.
    pub(crate) fn parts(&self) -> &KnownParts {
        &self.0.parts
    }

    /// Reads a revocation list, or remembers it.
    pub(crate) fn list(&self, der: &[u8]) -> Option<Crl> {
        self.0.lists.get(der, || Crl::from_der(der).ok())
    }
}

impl Known {
    /// The same believing `store`, and remembering nothing.
    fn over(&self, store: TrustStore) -> Self {
        let (intermediates, makers) = (self.intermediates.clone(), self.makers.clone());
        Self { store, intermediates, makers, ..Self::default() }
    }
}

impl<T: Clone> Memo<T> {
    fn get(&self, der: &[u8], read: impl FnOnce() -> Option<T>) -> Option<T> {
        if der.len() > MAX_REMEMBERED {
            return read();
        }
        let name = sha256(der);
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner).get(&name).cloned();
        if known.is_some() {
            return known;
        }
        let made = read()?;
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MAX_KNOWN {
            known.clear();
        }
        known.insert(name, made.clone());
        Some(made)
    }
}

impl<T> Default for Memo<T> {
    fn default() -> Self {
        Self(RwLock::default())
    }
}

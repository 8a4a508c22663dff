//! What goes into a file so that its seal can be judged later without asking anybody.

use crate::{SealKey, Trust};
use std::collections::BTreeSet;
use yinxin_crypto::hash::Sha256;
use yinxin_crypto::x509::{Certificate, Crl};

/// Where certificates and revocation lists for a plate come from, and how much room a time stamp needs.
#[derive(Clone, Default)]
pub struct Material {
    trust: Trust,
    stampers: Vec<Certificate>,
    token_room: usize,
    digest: [u8; 32],
}

impl Material {
    /// `stampers`: certificates of the time stamp authorities that are known beforehand, with their chains.
    /// `token_room`: bytes of the largest token that they make.
    pub fn new(trust: Trust, stampers: Vec<Certificate>, token_room: usize) -> Self {
        let mut state = Sha256::new();
        state.update(&(token_room as u64).to_be_bytes());
        let store = trust.store();
        let known = trust.intermediates().iter().chain(&stampers);
        let certificates = store.roots().iter().chain(store.stamp_roots()).chain(known);
        certificates.for_each(|known| state.update(&known.fingerprint()));
        // The two kinds cannot run into each other: a fingerprint of one is none of the other.
        store.crls().iter().for_each(|list| state.update(&list.fingerprint()));
        let digest = state.finish();
        Self { trust, stampers, token_room, digest }
    }

    pub fn token_room(&self) -> usize {
        self.token_room
    }

    /// Names it: plates of the same key and the same material hold the same.
    pub(crate) fn digest(&self) -> [u8; 32] {
        self.digest
    }

    /// For the seal's own chain and the time stamp authorities': issuers up to the root, and the lists of each of them.
    pub(crate) fn of(&self, key: &SealKey) -> (Vec<Certificate>, Vec<Crl>) {
        let store = self.trust.store();
        let known: Vec<&Certificate> = key.chain().iter().chain(&self.stampers).collect();
        let wanted: BTreeSet<&[u8]> =
            known.iter().map(|one| one.issuer_der()).chain([key.certificate().issuer_der()]).collect();
        let roots = store.roots().iter().filter(|root| wanted.contains(root.subject_der()));
        let mut certificates: Vec<Certificate> =
            known.into_iter().chain(roots).chain(store.stamp_roots()).cloned().collect();
        certificates.sort_by_key(Certificate::fingerprint);
        certificates.dedup();
        let issuers: BTreeSet<&[u8]> = certificates.iter().map(Certificate::subject_der).collect();
        let lists = store.crls().iter().filter(|list| issuers.contains(list.issuer_der())).cloned();
        let mut lists: Vec<Crl> = lists.collect();
        lists.sort_by_key(Crl::fingerprint);
        lists.dedup_by_key(|list| list.fingerprint());
        (certificates, lists)
    }
}

impl PartialEq for Material {
    fn eq(&self, other: &Self) -> bool {
        self.digest == other.digest
    }
}

impl Eq for Material {}

impl std::fmt::Debug for Material {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Material").field("token_room", &self.token_room).finish_non_exhaustive()
    }
}

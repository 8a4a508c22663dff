//! What a file brings along for judging its signatures: certificates and revocation lists. None of it is believed
//! without a path to a root.

use crate::Trust;
use yinxin_crypto::path::TrustStore;
use yinxin_crypto::x509::{Certificate, Crl};
use yinxin_pdf::read::SecurityStore;

/// Certificates from a leaf to its root, at most.
const MAX_DEPTH: usize = 8;

/// From the signature and the document security store.
#[derive(Default)]
pub(super) struct Evidence {
    pub certificates: Vec<Certificate>,
    /// Of the security store alone.
    pub lists: Vec<Crl>,
}

impl Evidence {
    /// `embedded`: of the signature. What cannot be read is passed over: it vouches for nothing.
    pub fn new(embedded: &[Certificate], store: Option<&SecurityStore>, trust: &Trust) -> Self {
        let mut certificates = embedded.to_vec();
        let Some(store) = store else { return Self { certificates, lists: Vec::new() } };
        let stored = store.certificates.iter().filter_map(|der| trust.certificate(der));
        for certificate in stored {
            if !certificates.contains(&certificate) {
                certificates.push(certificate);
            }
        }
        Self { certificates, lists: store.lists.iter().filter_map(|der| trust.list(der)).collect() }
    }

    /// The same with what a time stamp brings.
    pub fn with(&self, more: &[Certificate]) -> Vec<Certificate> {
        let new = more.iter().filter(|one| !self.certificates.contains(one));
        self.certificates.iter().chain(new).cloned().collect()
    }

    /// Whether the file has all that it takes to judge `leaf` at `at_ms`: each issuer up to a root, and of each a list that
    /// spoke then or later. Who believes the root is another question.
    pub fn is_complete(
        &self,
        leaf: &Certificate,
        brought: &[Certificate],
        trust: &TrustStore,
        at_ms: i64,
    ) -> bool {
        let mut current = leaf;
        for _ in 0..MAX_DEPTH {
            if current.is_self_issued() || trust.is_root(current) || trust.stamp_roots().contains(current) {
                return true;
            }
            let known = trust.roots().iter().chain(trust.stamp_roots());
            let mut candidates = self.certificates.iter().chain(brought).chain(known);
            let Some(issuer) = candidates.find(|issuer| trust.is_issued_by(current, issuer)) else {
                return false;
            };
            let speaks = |list: &&Crl| {
                list.next_update_ms().is_none_or(|due_ms| at_ms <= due_ms) && trust.is_list_of(list, issuer)
            };
            if !self.lists.iter().any(|list| speaks(&list)) {
                return false;
            }
            current = issuer;
        }
        false
    }
}

//! From a certificate to a trusted root (RFC 5280 §6, without policies and name constraints, whose critical
//! extensions are refused as unknown), and whether it was revoked. Every answer is a finding; nothing here
//! is an `Err`.
//!
//! Names are compared byte by byte, which is stricter than RFC 5280's case folding: issuers that this
//! system meets encode one name one way.

use crate::Error;
use crate::signature::Flaw;
use crate::x509::{Certificate, Crl};
use std::collections::HashSet;
use std::sync::{Arc, PoisonError, RwLock};

/// Certificates in a path, root included.
const MAX_DEPTH: usize = 8;
/// Certificates that are considered beside the leaf; a hostile file could carry thousands.
const MAX_CANDIDATES: usize = 32;
/// Signature checks for one path search.
const MAX_CHECKS: usize = 64;
/// Remembered "this certificate's signature is by that key" facts.
const MAX_LINKS: usize = 4096;

/// Trusted roots and known revocation lists. Cloning shares the memory of checked links.
#[derive(Clone, Default)]
pub struct TrustStore {
    roots: Vec<Certificate>,
    /// Trusted for time stamps alone.
    stamp_roots: Vec<Certificate>,
    crls: Vec<Crl>,
    links: Arc<Links>,
}

/// Signatures on certificates and lists that were checked and found good, by the fingerprints of both
/// sides. A pure memo: what is in it is true for ever.
#[derive(Default)]
struct Links(RwLock<HashSet<([u8; 32], [u8; 32])>>);

impl TrustStore {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn with_roots(roots: Vec<Certificate>) -> Self {
        Self { roots, ..Self::default() }
    }

    /// Adds the certificates of a PEM or DER file as roots; returns how many.
    pub fn add_roots(&mut self, file: &[u8]) -> Result<usize, Error> {
        let roots = Certificate::from_file(file)?;
        let count = roots.len();
        self.roots.extend(roots);
        Ok(count)
    }

    /// The same for roots that are trusted for time stamps alone.
    pub fn add_stamp_roots(&mut self, file: &[u8]) -> Result<usize, Error> {
        let roots = Certificate::from_file(file)?;
        let count = roots.len();
        self.stamp_roots.extend(roots);
        Ok(count)
    }

    /// Adds the revocation lists of a PEM or DER file; returns how many. A list counts only where its
    /// signature is that of the issuer in question.
    pub fn add_crls(&mut self, file: &[u8]) -> Result<usize, Error> {
        let crls = Crl::from_file(file)?;
        let count = crls.len();
        self.crls.extend(crls);
        Ok(count)
    }

    pub fn add_root(&mut self, root: Certificate) {
        self.roots.push(root);
    }

    pub fn add_crl(&mut self, crl: Crl) {
        self.crls.push(crl);
    }

    pub fn roots(&self) -> &[Certificate] {
        &self.roots
    }

    pub fn crls(&self) -> &[Crl] {
        &self.crls
    }

    /// Roots that are trusted for time stamps alone.
    pub fn stamp_roots(&self) -> &[Certificate] {
        &self.stamp_roots
    }

    /// Whether exactly this certificate is a root here.
    pub fn is_root(&self, certificate: &Certificate) -> bool {
        self.roots.contains(certificate)
    }

    /// Whether `issuer`'s key signed `certificate`; remembered.
    pub fn is_issued_by(&self, certificate: &Certificate, issuer: &Certificate) -> bool {
        issuer.subject_der() == certificate.issuer_der()
            && keys_match(certificate, issuer)
            && self
                .links
                .check(certificate.fingerprint(), issuer.fingerprint(), || {
                    certificate.verify_signed_by(issuer)
                })
                .is_ok()
    }

    /// Whether `issuer` made `list`; remembered.
    pub fn is_list_of(&self, list: &Crl, issuer: &Certificate) -> bool {
        list.issuer_der() == issuer.subject_der()
            && self
                .links
                .check(list.fingerprint(), issuer.fingerprint(), || list.verify_signed_by(issuer))
                .is_ok()
    }

    /// Whether each of `embedded` has its place beside `chain`, the certificates of a path as [`PathOutcome`] gives them, which
    /// are among these and `known`. In its place is what is in the path or trusted, and what is above what is in its place: its key signed
    /// that, and its own bytes are vouched for by itself, by a root, or by what is in its place. Of the latter kind is the
    /// root above an authority that is trusted itself. Only those whose keys these are could have made one, nobody who slips something in.
    pub fn all_in_place(&self, embedded: &[Certificate], known: &[Certificate], chain: &[[u8; 32]]) -> bool {
        let roots = || self.roots.iter().chain(&self.stamp_roots);
        let in_chain = |one: &&Certificate| chain.contains(&one.fingerprint());
        let mut placed: Vec<&Certificate> =
            embedded.iter().chain(known).chain(roots()).filter(in_chain).collect();
        let mut left: Vec<&Certificate> = embedded.iter().filter(|one| !in_chain(one)).collect();
        left.retain(|one| !roots().any(|root| root == *one));
        // So many are considered for a path; a hostile file could carry thousands.
        if left.len() > MAX_CANDIDATES {
            return false;
        }
        let is_above = |one: &Certificate, placed: &[&Certificate]| {
            placed.iter().any(|below| self.is_issued_by(below, one))
                && std::iter::once(one)
                    .chain(placed.iter().copied())
                    .chain(roots())
                    .any(|issuer| self.is_issued_by(one, issuer))
        };
        while let Some(at) = left.iter().position(|one| is_above(one, &placed)) {
            placed.push(left.swap_remove(at));
        }
        left.is_empty()
    }

    /// The roots that count for `purpose`.
    fn anchors(&self, purpose: Purpose) -> impl Iterator<Item = &Certificate> {
        let more = if purpose == Purpose::TimeStamps { &self.stamp_roots[..] } else { &[] };
        self.roots.iter().chain(more)
    }
}

/// What the leaf's key did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    Seals,
    TimeStamps,
    /// What QR codes state.
    Statements,
}

/// What came with the signature in question. None of it is believed without a path to a root.
#[derive(Clone, Copy, Debug, Default)]
pub struct Evidence<'a> {
    pub certificates: &'a [Certificate],
    pub lists: &'a [Crl],
    /// When something trusted proves that the signature was there. Without it there is the signer's word alone.
    pub existed_at_ms: Option<i64>,
}

/// The two instants that a judgement needs, milliseconds UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instants {
    /// The instant for which validity is asked (of signing).
    pub at_ms: i64,
    /// The instant of asking, against which lists are fresh or stale.
    pub now_ms: i64,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathOutcome {
    /// SHA-256 of each certificate's DER, leaf first. Ends with a trusted root, unless the problem is that
    /// none was reached.
    pub chain: Vec<[u8; 32]>,
    /// The first thing wrong with the path, the leaf's faults before its issuers'.
    pub problem: Option<PathProblem>,
    pub revocation: Revocation,
}

/// `certificate` is the display name of the one concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PathProblem {
    /// No trusted root leads here; `issuer` is the name that is missing.
    UnknownIssuer {
        issuer: String,
    },
    /// The issuer is there by name, and its key did not sign this.
    BadSignature {
        certificate: String,
    },
    Unsupported {
        certificate: String,
        what: String,
    },
    NotYetValid {
        certificate: String,
        from_ms: i64,
    },
    Expired {
        certificate: String,
        until_ms: i64,
    },
    NotAnAuthority {
        certificate: String,
    },
    PathTooLong {
        certificate: String,
    },
    WrongKeyUsage {
        certificate: String,
    },
    UnknownCriticalExtension {
        certificate: String,
        oid: String,
    },
}

impl PathProblem {
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownIssuer { .. } => "unknown_issuer",
            Self::BadSignature { .. } => "bad_chain_signature",
            Self::Unsupported { .. } => "unsupported_chain_algorithm",
            Self::NotYetValid { .. } => "not_yet_valid",
            Self::Expired { .. } => "expired",
            Self::NotAnAuthority { .. } => "not_an_authority",
            Self::PathTooLong { .. } => "path_too_long",
            Self::WrongKeyUsage { .. } => "wrong_key_usage",
            Self::UnknownCriticalExtension { .. } => "unknown_critical_extension",
        }
    }
}

/// The worst that the known lists say of any certificate of the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Revocation {
    /// For at least one certificate below the root there is no list.
    NotChecked,
    Good,
    /// Not revoked by a list whose next one was due at `due_ms`.
    Stale {
        due_ms: i64,
    },
    /// Revoked after the instant asked about, and it is proven that the key was used before, or the reason rules out that it
    /// was stolen: what was signed before still holds.
    RevokedLater {
        certificate: String,
        at_ms: i64,
    },
    Revoked {
        certificate: String,
        at_ms: i64,
        reason: Option<u8>,
    },
}

impl Revocation {
    fn severity(&self) -> u8 {
        match self {
            Self::Good => 0,
            Self::Stale { .. } => 1,
            Self::NotChecked => 2,
            Self::RevokedLater { .. } => 3,
            Self::Revoked { .. } => 4,
        }
    }
}

/// Looks for a path from a seal's certificate over `intermediates` to a root of `trust`, and judges it at `when`.
pub fn validate(
    leaf: &Certificate,
    intermediates: &[Certificate],
    trust: &TrustStore,
    when: Instants,
) -> PathOutcome {
    let evidence = Evidence { certificates: intermediates, ..Evidence::default() };
    validate_with(Purpose::Seals, leaf, evidence, trust, when)
}

/// The same for either purpose and with all that came with the signature.
pub fn validate_with(
    purpose: Purpose,
    leaf: &Certificate,
    evidence: Evidence<'_>,
    trust: &TrustStore,
    when: Instants,
) -> PathOutcome {
    let certificates = evidence.certificates;
    let mut search = Search {
        trust,
        purpose,
        intermediates: certificates.get(..MAX_CANDIDATES).unwrap_or(certificates),
        checks: MAX_CHECKS,
        failure: None,
    };
    let mut chain = vec![leaf.clone()];
    let reached = search.climb(&mut chain);
    let (problem, revocation) = if reached {
        (judge(&chain, purpose, when), revocation(&chain, purpose, trust, evidence, when))
    } else {
        let missing = || PathProblem::UnknownIssuer { issuer: leaf.issuer().to_owned() };
        (Some(search.failure.unwrap_or_else(missing)), Revocation::NotChecked)
    };
    PathOutcome { chain: chain.iter().map(Certificate::fingerprint).collect(), problem, revocation }
}

struct Search<'a> {
    trust: &'a TrustStore,
    purpose: Purpose,
    intermediates: &'a [Certificate],
    checks: usize,
    failure: Option<PathProblem>,
}

impl Search<'_> {
    /// Depth first, roots before intermediates. On success `chain` is complete; on failure it is as it was.
    fn climb(&mut self, chain: &mut Vec<Certificate>) -> bool {
        let Some(last) = chain.last().cloned() else { return false };
        if self.trust.anchors(self.purpose).any(|root| *root == last) {
            return true;
        }
        if chain.len() >= MAX_DEPTH {
            return false;
        }
        let (trust, intermediates) = (self.trust, self.intermediates);
        for issuer in trust.anchors(self.purpose).chain(intermediates) {
            if issuer.subject_der() != last.issuer_der()
                || chain.contains(issuer)
                || !keys_match(&last, issuer)
            {
                continue;
            }
            if self.checks == 0 {
                return false;
            }
            self.checks -= 1;
            match trust
                .links
                .check(last.fingerprint(), issuer.fingerprint(), || last.verify_signed_by(issuer))
            {
                Ok(()) => {}
                Err(flaw) => {
                    self.failure.get_or_insert(match flaw {
                        Flaw::Bad => PathProblem::BadSignature { certificate: last.subject().to_owned() },
                        Flaw::Unsupported(what) => {
                            PathProblem::Unsupported { certificate: last.subject().to_owned(), what }
                        }
                    });
                    continue;
                }
            }
            chain.push(issuer.clone());
            if self.climb(chain) {
                return true;
            }
            chain.pop();
            // The signature held, so what is missing is further up.
            self.failure.get_or_insert(PathProblem::UnknownIssuer { issuer: issuer.issuer().to_owned() });
        }
        false
    }
}

/// Key identifiers, where both sides have them, tell apart keys of one name.
fn keys_match(subject: &Certificate, issuer: &Certificate) -> bool {
    match (subject.authority_key_id(), issuer.subject_key_id()) {
        (Some(wanted), Some(found)) => wanted == found,
        _ => true,
    }
}

fn judge(chain: &[Certificate], purpose: Purpose, when: Instants) -> Option<PathProblem> {
    let mut found = chain
        .iter()
        .enumerate()
        .map(|(depth, certificate)| judge_one(certificate, purpose, depth, when.at_ms));
    found.find_map(|problem| problem)
}

/// `depth` is the number of certificates below this one.
fn judge_one(certificate: &Certificate, purpose: Purpose, depth: usize, at_ms: i64) -> Option<PathProblem> {
    let name = || certificate.subject().to_owned();
    if let Some(oid) = certificate.unknown_critical() {
        return Some(PathProblem::UnknownCriticalExtension { certificate: name(), oid: oid.to_owned() });
    }
    if at_ms < certificate.not_before_ms() {
        return Some(PathProblem::NotYetValid { certificate: name(), from_ms: certificate.not_before_ms() });
    }
    // The last second is valid to its end.
    if at_ms > certificate.not_after_ms().saturating_add(999) {
        return Some(PathProblem::Expired { certificate: name(), until_ms: certificate.not_after_ms() });
    }
    let usage = certificate.key_usage();
    if depth == 0 {
        let may_sign = usage.is_none_or(|usage| usage.digital_signature || usage.non_repudiation);
        let may_sign = may_sign
            && match purpose {
                Purpose::Seals => certificate.is_for_documents(),
                Purpose::TimeStamps => certificate.is_for_time_stamps(),
                // What scanners hold is a key of its own, so that whoever steals it cannot seal, and the other way round.
                Purpose::Statements => certificate.names_statements() && !certificate.names_time_stamps(),
            };
        return (!may_sign).then(|| PathProblem::WrongKeyUsage { certificate: name() });
    }
    let Some(authority) = certificate.authority() else {
        return Some(PathProblem::NotAnAuthority { certificate: name() });
    };
    if usage.is_some_and(|usage| !usage.key_cert_sign) {
        return Some(PathProblem::WrongKeyUsage { certificate: name() });
    }
    // pathLenConstraint counts the authorities between this one and the leaf.
    if authority.path_len.is_some_and(|limit| depth - 1 > usize::from(limit)) {
        return Some(PathProblem::PathTooLong { certificate: name() });
    }
    None
}

fn revocation(
    chain: &[Certificate],
    purpose: Purpose,
    trust: &TrustStore,
    evidence: Evidence<'_>,
    when: Instants,
) -> Revocation {
    let pairs = chain.iter().zip(chain.iter().skip(1)).enumerate();
    pairs
        .map(|(depth, (certificate, issuer))| {
            let is_stamper = depth == 0 && purpose == Purpose::TimeStamps;
            revocation_of(certificate, is_stamper, issuer, trust, evidence, when)
        })
        .max_by_key(Revocation::severity)
        .unwrap_or(Revocation::Good)
}

/// Whether a revocation for this reason leaves open that the key was stolen, and that what it is said to have signed earlier
/// was made by the thief. To say nothing, or that it is on hold, leaves it open.
fn may_be_stolen(reason: Option<u8>, is_stamper: bool) -> bool {
    match reason {
        // affiliationChanged, superseded, cessationOfOperation, privilegeWithdrawn
        Some(3 | 4 | 5 | 9) => false,
        // RFC 3161 §4 has an authority that was not robbed say so by this.
        Some(0) => !is_stamper,
        _ => true,
    }
}

fn revocation_of(
    certificate: &Certificate,
    is_stamper: bool,
    issuer: &Certificate,
    trust: &TrustStore,
    evidence: Evidence<'_>,
    when: Instants,
) -> Revocation {
    // Of two lists of one instant the last counts, which is never the one that the file brought.
    let brought = evidence.lists.get(..MAX_CANDIDATES).unwrap_or(evidence.lists);
    let usable: Vec<&Crl> = brought
        .iter()
        .chain(&trust.crls)
        .filter(|crl| crl.this_update_ms() <= when.now_ms && trust.is_list_of(crl, issuer))
        .collect();
    let newest = usable.iter().max_by_key(|crl| crl.this_update_ms());
    let Some(newest) = newest else { return Revocation::NotChecked };
    if let Some(entry) = newest.find(certificate) {
        let (certificate, since) = (certificate.subject().to_owned(), entry.since_ms());
        // The claimed time is the signer's word, and a thief of the key can claim any; a proven one he cannot.
        let used_at =
            if may_be_stolen(entry.reason, is_stamper) { evidence.existed_at_ms } else { Some(when.at_ms) };
        return if used_at.is_some_and(|used| used < since) {
            Revocation::RevokedLater { certificate, at_ms: since }
        } else {
            Revocation::Revoked { certificate, at_ms: since, reason: entry.reason }
        };
    }
    let speaks_of = |crl: &Crl, at_ms: i64| crl.next_update_ms().is_none_or(|due_ms| at_ms <= due_ms);
    let known_then =
        evidence.existed_at_ms.is_some_and(|at_ms| usable.iter().any(|crl| speaks_of(crl, at_ms)));
    match newest.next_update_ms() {
        // What was known when the signature was proven to exist stays known.
        Some(_) if known_then => Revocation::Good,
        Some(due_ms) if due_ms < when.now_ms => Revocation::Stale { due_ms },
        _ => Revocation::Good,
    }
}

impl Links {
    fn check(
        &self,
        child: [u8; 32],
        issuer: [u8; 32],
        verify: impl FnOnce() -> Result<(), Flaw>,
    ) -> Result<(), Flaw> {
        let link = (child, issuer);
        if self.0.read().unwrap_or_else(PoisonError::into_inner).contains(&link) {
            return Ok(());
        }
        verify()?;
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        // Strangers' certificates must not grow this without bound; starting anew costs only time.
        if known.len() >= MAX_LINKS {
            known.clear();
        }
        known.insert(link);
        Ok(())
    }
}

#[cfg(test)]
mod tests;

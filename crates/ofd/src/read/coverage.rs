//! Which parts the signatures cover, and which nobody does.

use std::collections::BTreeSet;

use super::Issue;
use super::archive::Archive;
use super::document::Entrance;
use super::issue::Issues;
use super::signature::Signature;
use crate::layout;

/// Names of SM3 that are seen: its OID, its name, and an OID that one program writes by mistake.
const SM3_NAMES: [&str; 3] = [layout::SM3, "SM3", "1.2.156.10197.1.401.2"];

/// Compares digests and reports what is left out. In a package without signatures nothing is.
pub(super) fn judge(
    archive: &mut Archive,
    entrance: &Entrance,
    signatures: &mut [Signature],
    issues: &mut Issues,
) {
    for (index, signature) in signatures.iter_mut().enumerate() {
        compare(archive, index, signature, issues);
    }
    let lists: BTreeSet<&str> =
        entrance.bodies.iter().filter_map(|body| body.signatures.as_deref()).collect();
    // A signature cannot cover itself.
    let own: BTreeSet<&str> = signatures
        .iter()
        .flat_map(|one| [Some(one.path.as_str()), one.value_path.as_deref()])
        .flatten()
        .collect();
    let listed: Vec<BTreeSet<&str>> = signatures
        .iter()
        .map(|one| one.references.iter().map(|reference| reference.path.as_str()).collect())
        .collect();
    for entry in archive.entries() {
        let path = entry.path.as_str();
        let lower = path.to_lowercase();
        let alike = lower.ends_with("/signature.xml") || lower.ends_with("/signedvalue.dat");
        if own.contains(path) {
            continue;
        }
        // What is listed with a wrong digest was said already.
        let by_none = listed.iter().all(|listed| !listed.contains(path));
        if alike {
            issues.add(Issue::UnlistedSignature { path: path.to_owned(), covered: !by_none });
        }
        let left_out = listed.iter().enumerate().filter(|(_, listed)| !listed.contains(path));
        if lists.contains(path) {
            left_out.for_each(|(signature, _)| issues.add(Issue::SignaturesUnprotected { signature }));
        } else if by_none && !signatures.is_empty() {
            issues.add(Issue::NotCovered { path: path.to_owned() });
        } else {
            left_out.for_each(|(signature, _)| {
                issues.add(Issue::NotCoveredBy { signature, path: path.to_owned() });
            });
        }
    }
}

fn compare(archive: &mut Archive, index: usize, signature: &mut Signature, issues: &mut Issues) {
    let method = signature.check_method.as_str();
    if !SM3_NAMES.iter().any(|name| name.eq_ignore_ascii_case(method)) {
        let method = method.to_owned();
        issues.add(Issue::DigestMethodUnknown { signature: index, method });
        return;
    }
    let mut seen = BTreeSet::new();
    for reference in &mut signature.references {
        let path = || reference.path.clone();
        if !seen.insert(path()) {
            issues.add(Issue::ReferencedTwice { signature: index, path: path() });
        }
        let Some(place) = archive.place(&reference.path) else {
            issues.add(Issue::ReferenceMissing { signature: index, path: path() });
            continue;
        };
        let Some(digest) = &reference.digest else {
            issues.add(Issue::ReferenceMalformed { signature: index, path: path() });
            continue;
        };
        let Some(entry) = archive.entries_mut().get_mut(place) else { continue };
        let right = entry.sm3.is_some_and(|own| own == digest.as_slice());
        if right {
            if !entry.covered_by.contains(&index) {
                entry.covered_by.push(index);
            }
        } else {
            issues.add(Issue::DigestMismatch { signature: index, path: path() });
        }
        reference.matches = Some(right);
    }
}

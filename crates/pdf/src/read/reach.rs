//! Which objects a state of the file is made of: whatever can be reached from its catalog, but for the security store
//! and the metadata, which change nothing that is seen and are judged by themselves.

use std::collections::BTreeSet;

use super::Error;
use super::facts::reference_number;
use super::object::Object;
use super::objects::Store;

/// Entries of the catalog that nothing else is reached through.
const APART: [&[u8]; 2] = [b"DSS", b"Metadata"];

/// The numbers of all of them, of those too that are referred to and not there.
pub(super) fn shown(store: &Store, revision: usize) -> Result<BTreeSet<u32>, Error> {
    let mut seen = BTreeSet::new();
    let Some((root, catalog)) = store.catalog(revision) else { return Ok(seen) };
    seen.insert(root.number);
    let of_catalog = catalog.entries.iter().filter(|(key, _)| !APART.contains(&key.as_bytes()));
    let mut stack: Vec<&Object> = of_catalog.map(|(_, value)| value).collect();
    while let Some(value) = stack.pop() {
        store.file.budget.spend(1)?;
        match value {
            Object::Array(items) => stack.extend(items),
            Object::Dict(dict) => stack.extend(dict.entries.iter().map(|(_, value)| value)),
            value => {
                let new = reference_number(value).filter(|number| seen.insert(*number));
                let found = new.and_then(|number| store.find(number, revision));
                stack.extend(found.map(|found| &found.value));
            }
        }
    }
    Ok(seen)
}

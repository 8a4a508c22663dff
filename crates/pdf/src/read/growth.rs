//! Whether an object only gained something: a page an annotation, a form a field, a catalog a security store. Those
//! that add a time stamp or validation data have to write these objects anew, and change nothing else in them.

use std::collections::BTreeMap;

use super::ChangeKind;
use super::facts::reference_number;
use super::object::{Dict, Object};

/// The most telling kind of what `new` has beyond `old`; `None` where anything that was there is gone or
/// different, or where nothing was gained. `kinds`: of the objects in the state of `new`.
pub(super) fn kind(old: &Object, new: &Object, kinds: &BTreeMap<u32, ChangeKind>) -> Option<ChangeKind> {
    let gained = match (old, new) {
        (Object::Dict(old), Object::Dict(new)) => of_dict(old, new, kinds)?,
        // A list of fields or annotations that is an object of its own.
        (Object::Array(_), Object::Array(_)) => of_list(old, new, kinds)?,
        _ => return None,
    };
    gained.into_iter().min()
}

fn of_dict(old: &Dict, new: &Dict, kinds: &BTreeMap<u32, ChangeKind>) -> Option<Vec<ChangeKind>> {
    if old.duplicate.is_some() || new.duplicate.is_some() {
        return None;
    }
    let kept = |key: &[u8]| new.entries.iter().any(|(name, _)| name.as_bytes() == key);
    if !old.entries.iter().all(|(name, _)| kept(name.as_bytes())) {
        return None;
    }
    let mut gained = Vec::new();
    for (name, value) in &new.entries {
        let key = name.as_bytes();
        let before = old.entries.iter().find(|(name, _)| name.as_bytes() == key).map(|(_, value)| value);
        match (key, before) {
            (_, Some(before)) if same(before, value) => {}
            (b"Fields" | b"Annots", Some(before)) => gained.extend(of_list(before, value, kinds)?),
            (b"Annots", None) => gained.extend(of_list(&Object::Array(Vec::new()), value, kinds)?),
            (b"AcroForm", Some(Object::Dict(before))) => {
                let Object::Dict(after) = value else { return None };
                gained.extend(of_dict(before, after, kinds)?);
            }
            // Flags that say that there are signatures.
            (b"SigFlags", _) => {}
            (b"DSS", _) => gained.push(ChangeKind::Dss),
            // Those of ISO 32000-2 and ETSI that time stamps and stores belong to.
            (b"Extensions", None) => {}
            _ => return None,
        }
    }
    Some(gained)
}

/// What stands in a list beyond the things that stood there; all of those, in their order.
fn of_list(old: &Object, new: &Object, kinds: &BTreeMap<u32, ChangeKind>) -> Option<Vec<ChangeKind>> {
    let (Object::Array(old), Object::Array(new)) = (old, new) else { return None };
    let mut left = old.iter().peekable();
    let mut gained = Vec::new();
    for value in new {
        if left.next_if(|expected| same(expected, value)).is_none() {
            gained.push(*kinds.get(&reference_number(value)?)?);
        }
    }
    left.next().is_none().then_some(gained)
}

/// Equal as values, wherever they stand.
fn same(one: &Object, other: &Object) -> bool {
    match (one, other) {
        (Object::String(one), Object::String(other)) => one.bytes == other.bytes,
        (Object::Array(one), Object::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Object::Dict(one), Object::Dict(other)) => {
            one.entries.len() == other.entries.len()
                && one.duplicate.is_none()
                && other.duplicate.is_none()
                && one.entries.iter().all(|(name, value)| {
                    other.entries.iter().any(|(key, twin)| key == name && same(value, twin))
                })
        }
        (one, other) => one == other,
    }
}

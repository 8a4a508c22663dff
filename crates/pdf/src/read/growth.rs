//! What a later revision may have done: add validation data, or a document time stamp that nobody sees. Whoever does so
//! has to write catalog, form or page anew, and changes nothing else in them.
//!
//! States are compared as wholes: an object that is shown in the state before must be the same in the state after, or have
//! gained, in the one place that its part in the document has for that. So no object changes later what an earlier
//! revision was let through for. Follows ISO 32000-1 §12.8.2.2 and ETSI EN 319 142-1 §5.4.

use std::collections::BTreeSet;

use super::Error;
use super::facts::{page_tree, reference_number};
use super::object::{Dict, Name, Object};
use super::objects::{Loaded, Store};
use super::signature::fields;

/// Entries of a dictionary that was written in another order; of more it would cost too much to find the twins.
const MAX_ENTRIES: usize = 64;

/// Something that an object has beyond what it had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gain {
    /// A field or annotation, by its number.
    Listed(u32),
    Store,
}

/// The objects that may gain something, by the part that they have in the state before.
pub(super) struct Places {
    catalog: Option<u32>,
    form: Option<u32>,
    pages: BTreeSet<u32>,
    /// Lists of fields or annotations that are objects of their own.
    lists: BTreeSet<u32>,
    names: BTreeSet<String>,
}

impl Places {
    pub(super) fn of(store: &Store, revision: usize) -> Result<Self, Error> {
        let catalog = store.catalog(revision);
        let form = catalog.and_then(|(_, catalog)| catalog.get("AcroForm"));
        let form_dict = form.and_then(|form| store.resolve(form, revision).dict());
        let pages = page_tree(store, revision)?;
        let pages: BTreeSet<u32> = pages.list.iter().map(|(page, _)| page.number).collect();
        let page_dicts = pages.iter().filter_map(|page| store.find(*page, revision)?.value.dict());
        let lists =
            page_dicts.map(|page| page.get("Annots")).chain([form_dict.and_then(|it| it.get("Fields"))]);
        let lists = lists.flatten().filter_map(reference_number).collect();
        let names = fields(store, revision)?.into_iter().flatten().map(|field| field.name).collect();
        let form = form.and_then(reference_number);
        Ok(Self { catalog: catalog.map(|(root, _)| root.number), form, pages, lists, names })
    }

    /// What the object gained; `None` where anything that was there is gone or different, or where nothing was gained.
    pub(super) fn gains(&self, old: &Loaded, new: &Loaded) -> Option<Vec<Gain>> {
        let number = new.id.number;
        if old.stream.is_some() || new.stream.is_some() || old.id != new.id {
            return None;
        }
        let gains = match (&old.value, &new.value) {
            (Object::Dict(old), Object::Dict(new)) if self.catalog == Some(number) => of_catalog(old, new),
            (Object::Dict(old), Object::Dict(new)) if self.form == Some(number) => of_form(old, new),
            (Object::Dict(old), Object::Dict(new)) if self.pages.contains(&number) => of_page(old, new),
            (Object::Array(old), Object::Array(new)) if self.lists.contains(&number) => of_list(old, new),
            _ => None,
        };
        gains.filter(|gains| !gains.is_empty())
    }

    /// The objects of a document time stamp's field that takes no place and shows nothing: itself, its value, an
    /// empty look. `None`: it is something else.
    pub(super) fn stamp(&self, store: &Store, number: u32, revision: usize) -> Option<Vec<u32>> {
        let field = plain(store, number, revision)?;
        let mut parts = vec![number];
        for (key, value) in &field.entries {
            let good = match (key.as_bytes(), value) {
                (b"Type", Object::Name(name)) => name.as_bytes() == b"Annot",
                (b"Subtype", Object::Name(name)) => name.as_bytes() == b"Widget",
                (b"FT", Object::Name(name)) => name.as_bytes() == b"Sig",
                (b"T", Object::String(name)) => !self.names.contains(&super::object::text(&name.bytes)),
                (b"TU", Object::String(_)) | (b"F" | b"Ff", Object::Int(_)) => true,
                (b"P", Object::Reference(page)) => self.pages.contains(&page.number),
                (b"Rect", value) => is_empty_box(value),
                (b"V", Object::Reference(value)) => {
                    parts.push(value.number);
                    plain(store, value.number, revision).is_some_and(is_stamp_value)
                }
                (b"V", Object::Dict(value)) => is_stamp_value(value),
                (b"AP", Object::Dict(looks)) => match looks.entries.as_slice() {
                    [(name, Object::Reference(look))] if name.as_bytes() == b"N" => {
                        parts.push(look.number);
                        is_blank(store, look.number, revision)
                    }
                    _ => false,
                },
                _ => false,
            };
            if !good {
                return None;
            }
        }
        let whole = ["T", "V", "Rect"].iter().all(|key| field.has(key));
        (whole && field.is("Subtype", "Widget") && field.is("FT", "Sig")).then_some(parts)
    }
}

/// An object that `revision` wrote and that is a dictionary without a stream.
fn plain<'a>(store: &'a Store, number: u32, revision: usize) -> Option<&'a Dict> {
    let loaded = store.revisions.get(revision)?.defined.get(&number)?;
    let dict = loaded.value.dict().filter(|dict| dict.duplicate.is_none());
    dict.filter(|_| loaded.stream.is_none())
}

fn is_stamp_value(dict: &Dict) -> bool {
    let own = dict.is("Type", "DocTimeStamp") && dict.is("SubFilter", "ETSI.RFC3161");
    own && !dict.has("Reference")
        && dict.duplicate.is_none()
        && dict.entries.iter().all(|(_, it)| is_flat(it))
}

/// A look of no size with nothing in it, as programs write it for the sake of PDF/A.
fn is_blank(store: &Store, number: u32, revision: usize) -> bool {
    let loaded = store.revisions.get(revision).and_then(|state| state.defined.get(&number));
    let Some(Loaded { value: Object::Dict(dict), stream: Some(data), .. }) = loaded else { return false };
    dict.duplicate.is_none()
        && data.is_empty()
        && dict.entries.iter().all(|(_, value)| is_flat(value))
        && dict.get("BBox").is_some_and(is_empty_box)
}

/// Zeros that stand there themselves: a reference could be given another value later.
fn is_empty_box(value: &Object) -> bool {
    let Object::Array(sides) = value else { return false };
    sides.len() == 4 && sides.iter().all(|side| side.number() == Some(0.0))
}

/// Nothing in it is an object of its own.
pub(super) fn is_flat(value: &Object) -> bool {
    match value {
        Object::Reference(_) => false,
        Object::Array(items) => items.iter().all(is_flat),
        Object::Dict(dict) => {
            dict.duplicate.is_none() && dict.entries.iter().all(|(_, value)| is_flat(value))
        }
        _ => true,
    }
}

fn of_catalog(old: &Dict, new: &Dict) -> Option<Vec<Gain>> {
    of_dict(old, new, |key, before, value| match (key, before, value) {
        // Whether it is a store, and nothing else, is judged as a whole.
        (b"DSS", _, _) => Some(vec![Gain::Store]),
        // Those of ISO 32000-2 and ETSI that time stamps and stores belong to.
        (b"Extensions", None, value) => is_flat(value).then(Vec::new),
        (b"AcroForm", Some(Object::Dict(before)), Object::Dict(after)) => of_form(before, after),
        _ => None,
    })
}

fn of_form(old: &Dict, new: &Dict) -> Option<Vec<Gain>> {
    of_dict(old, new, |key, before, value| match (key, before, value) {
        (b"Fields", Some(Object::Array(before)), Object::Array(after)) => of_list(before, after),
        // Flags that say that there are signatures.
        (b"SigFlags", _, Object::Int(_)) => Some(Vec::new()),
        _ => None,
    })
}

fn of_page(old: &Dict, new: &Dict) -> Option<Vec<Gain>> {
    of_dict(old, new, |key, before, value| match (key, before, value) {
        (b"Annots", Some(Object::Array(before)), Object::Array(after)) => of_list(before, after),
        (b"Annots", None, Object::Array(after)) => of_list(&[], after),
        _ => None,
    })
}

/// What `new` has beyond `old`, where every entry of `old` is still there and `judge` answers for each that differs.
fn of_dict(
    old: &Dict,
    new: &Dict,
    judge: impl Fn(&[u8], Option<&Object>, &Object) -> Option<Vec<Gain>>,
) -> Option<Vec<Gain>> {
    if old.duplicate.is_some() || new.duplicate.is_some() || new.entries.len() > MAX_ENTRIES {
        return None;
    }
    let find = |dict: &Dict, key: &[u8]| dict.entries.iter().position(|(name, _)| name.as_bytes() == key);
    if old.entries.iter().any(|(name, _)| find(new, name.as_bytes()).is_none()) {
        return None;
    }
    let mut gained = Vec::new();
    for (name, value) in &new.entries {
        let key = name.as_bytes();
        let before = find(old, key).and_then(|at| old.entries.get(at)).map(|(_, value)| value);
        if !before.is_some_and(|before| same(before, value)) {
            gained.extend(judge(key, before, value)?);
        }
    }
    Some(gained)
}

/// What stands in a list beyond the things that stood there; all of those, in their order.
fn of_list(old: &[Object], new: &[Object]) -> Option<Vec<Gain>> {
    let mut left = old.iter().peekable();
    let mut gained = Vec::new();
    for value in new {
        if left.next_if(|expected| same(expected, value)).is_none() {
            gained.push(Gain::Listed(reference_number(value)?));
        }
    }
    left.next().is_none().then_some(gained)
}

/// Equal as values, wherever they stand.
pub(super) fn same(one: &Object, other: &Object) -> bool {
    match (one, other) {
        (Object::String(one), Object::String(other)) => one.bytes == other.bytes,
        (Object::Array(one), Object::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Object::Dict(one), Object::Dict(other)) => {
            let are_same =
                |(one, other): (&(Name, Object), &(Name, Object))| one.0 == other.0 && same(&one.1, &other.1);
            let within = one.entries.len() <= MAX_ENTRIES;
            one.entries.len() == other.entries.len()
                && one.duplicate.is_none()
                && other.duplicate.is_none()
                && (one.entries.iter().zip(&other.entries).all(are_same)
                    || within
                        && one.entries.iter().all(|one| other.entries.iter().any(|it| are_same((one, it)))))
        }
        (one, other) => one == other,
    }
}

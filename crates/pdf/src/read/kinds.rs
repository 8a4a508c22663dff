//! What every object of a state is to a reader, found by reaching it from the catalog, most telling kind first. It
//! gives changes their names; what is harmless is decided by `growth`, not by names.

use std::collections::BTreeMap;

use super::Error;
use super::changes::ChangeKind;
use super::facts::{page_tree, reference_number};
use super::object::{Dict, Object};
use super::objects::Store;
use super::signature::fields;

/// What every reachable object is, in one state.
struct Painter<'a> {
    store: &'a Store<'a>,
    revision: usize,
    kinds: BTreeMap<u32, ChangeKind>,
}

pub(super) fn kinds(store: &Store, revision: usize) -> Result<BTreeMap<u32, ChangeKind>, Error> {
    let mut painter = Painter { store, revision, kinds: BTreeMap::new() };
    let Some((root, catalog)) = store.catalog(revision) else { return Ok(painter.kinds) };
    painter.kinds.insert(root.number, ChangeKind::Catalog);
    let pages = page_tree(store, revision)?;
    for node in &pages.nodes {
        painter.kinds.insert(node.number, ChangeKind::PageTree);
    }
    // Pages, fields and annotations are marked first, so that reaching one through another stops there.
    let mut widgets = Vec::new();
    for field in fields(store, revision)?.into_iter().flatten() {
        let kind = if field.is_signature { ChangeKind::Signature } else { ChangeKind::FormField };
        let value = field.dict.get("V").filter(|_| field.is_signature);
        painter.mark(field.id.number, kind);
        for widget in &field.widgets {
            painter.mark(*widget, kind);
            widgets.push((*widget, kind));
        }
        if let Some(number) = value.and_then(reference_number) {
            painter.mark(number, kind);
        }
    }
    for (page, annotations) in &pages.list {
        painter.kinds.insert(page.number, ChangeKind::PageContent);
        for annotation in annotations {
            painter.mark(*annotation, ChangeKind::Annotation);
        }
    }
    for (page, annotations) in &pages.list {
        let Some(dict) = store.find(page.number, revision).and_then(|page| page.value.dict()) else {
            continue;
        };
        painter.spread(dict, &["Contents", "Resources", "Group"], ChangeKind::PageContent)?;
        for annotation in annotations {
            let value = store.find(*annotation, revision).and_then(|annotation| annotation.value.dict());
            let kind = painter.kinds.get(annotation).copied().unwrap_or(ChangeKind::Annotation);
            if let Some(dict) = value {
                painter.spread(dict, &["AP"], kind)?;
            }
        }
        // The list itself may be an object of its own.
        painter.spread_shallow(dict, "Annots", ChangeKind::Annotation);
    }
    for (widget, kind) in widgets {
        if let Some(dict) = store.find(widget, revision).and_then(|widget| widget.value.dict()) {
            painter.spread(dict, &["AP"], kind)?;
        }
    }
    for node in &pages.nodes {
        if let Some(dict) = store.find(node.number, revision).and_then(|node| node.value.dict()) {
            painter.spread(dict, &["Resources"], ChangeKind::PageContent)?;
        }
    }
    painter.spread(catalog, &["AcroForm"], ChangeKind::FormField)?;
    Ok(painter.kinds)
}

impl Painter<'_> {
    fn mark(&mut self, number: u32, kind: ChangeKind) {
        self.kinds.entry(number).or_insert(kind);
    }

    fn spread_shallow(&mut self, dict: &Dict, key: &str, kind: ChangeKind) {
        if let Some(number) = dict.get(key).and_then(reference_number) {
            self.mark(number, kind);
        }
    }

    /// Marks everything reachable through `keys` of `dict` that has no kind yet.
    fn spread(&mut self, dict: &Dict, keys: &[&str], kind: ChangeKind) -> Result<(), Error> {
        let mut stack: Vec<&Object> = keys.iter().filter_map(|key| dict.get(key)).collect();
        let store = self.store;
        let mut owned: Vec<u32> = Vec::new();
        loop {
            while let Some(value) = stack.pop() {
                store.file.budget.spend(1)?;
                match value {
                    Object::Array(items) => stack.extend(items),
                    Object::Dict(dict) => stack.extend(
                        dict.entries
                            .iter()
                            .filter(|(key, _)| key.as_bytes() != b"Parent")
                            .map(|(_, value)| value),
                    ),
                    Object::Reference(id) if !self.kinds.contains_key(&id.number) => {
                        self.kinds.insert(id.number, kind);
                        owned.push(id.number);
                    }
                    _ => {}
                }
            }
            let Some(number) = owned.pop() else { return Ok(()) };
            stack.extend(store.find(number, self.revision).map(|loaded| &loaded.value));
        }
    }
}

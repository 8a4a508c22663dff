//! What each revision did to the state before: which objects it wrote or freed, and what they are.
//!
//! An object's kind is found by reaching it from the catalog, most telling kind first; an object that was
//! something in one state and something else in the next counts as the more telling of the two. A page, form or
//! catalog that only gained something counts as what it gained.

use std::collections::BTreeMap;
use std::ops::Range;

use super::facts::{page_tree, rectangle, reference_number};
use super::object::{Dict, Object, ObjectId};
use super::objects::Store;
use super::signature::fields;
use super::{Error, Revision, growth};

/// What a changed object is to a reader. The first are those that change what is seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChangeKind {
    /// A page, its content, or a resource that it draws with.
    PageContent,
    /// The tree of pages: which there are, in which order.
    PageTree,
    Annotation,
    /// A form field that is no signature, or the form itself.
    FormField,
    /// A signature field or its value.
    Signature,
    DocTimeStamp,
    /// The document security store: certificates and revocation data.
    Dss,
    Metadata,
    Catalog,
    Other,
}

impl ChangeKind {
    /// The stable name.
    pub fn code(self) -> &'static str {
        match self {
            ChangeKind::PageContent => "page_content",
            ChangeKind::PageTree => "page_tree",
            ChangeKind::Annotation => "annotation",
            ChangeKind::FormField => "form_field",
            ChangeKind::Signature => "signature",
            ChangeKind::DocTimeStamp => "doc_time_stamp",
            ChangeKind::Dss => "dss",
            ChangeKind::Metadata => "metadata",
            ChangeKind::Catalog => "catalog",
            ChangeKind::Other => "other",
        }
    }
}

/// One object that a revision wrote or freed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    pub object: ObjectId,
    pub kind: ChangeKind,
    /// It was not there before.
    pub new: bool,
    /// It is not there any more.
    pub freed: bool,
}

pub(super) fn revisions(store: &Store) -> Result<Vec<Revision>, Error> {
    let mut out: Vec<Revision> = Vec::with_capacity(store.revisions.len());
    let mut before = kinds(store, 0)?;
    for (index, state) in store.revisions.iter().enumerate() {
        let start = out.last().map_or(0, |revision| revision.bytes.end);
        let bytes: Range<usize> = start.min(state.end)..state.end;
        let mut changes = Vec::new();
        if let Some(previous) = index.checked_sub(1) {
            let after = kinds(store, index)?;
            store.file.budget.spend(state.defined.len() + state.freed.len())?;
            let kind = |number: u32| {
                let kinds = [before.get(&number), after.get(&number)];
                kinds.into_iter().flatten().min().copied().unwrap_or(ChangeKind::Other)
            };
            for loaded in state.defined.values() {
                let number = loaded.id.number;
                let old = store.find(number, previous);
                let grown = old.and_then(|old| growth::kind(&old.value, &loaded.value, &after));
                let kind = grown.unwrap_or_else(|| kind(number));
                changes.push(Change { object: loaded.id, kind, new: old.is_none(), freed: false });
            }
            for number in &state.freed {
                if let Some(gone) = store.find(*number, previous) {
                    changes.push(Change { object: gone.id, kind: kind(*number), new: false, freed: true });
                }
            }
            before = after;
        }
        out.push(Revision { xref: state.xref, bytes, changes });
    }
    Ok(out)
}

/// Whether a widget takes no place on its page.
fn is_without_area(store: &Store, widget: u32, revision: usize) -> bool {
    let dict = store.find(widget, revision).and_then(|widget| widget.value.dict());
    let rect = dict.and_then(|dict| store.get(dict, "Rect", revision));
    let rect = rect.and_then(|rect| rectangle(store, rect, revision));
    rect.is_some_and(|[left, bottom, right, top]| left == right || bottom == top)
}

/// What every reachable object is, in one state.
struct Painter<'a> {
    store: &'a Store<'a>,
    revision: usize,
    kinds: BTreeMap<u32, ChangeKind>,
}

fn kinds(store: &Store, revision: usize) -> Result<BTreeMap<u32, ChangeKind>, Error> {
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
        let value = field.dict.get("V").filter(|_| field.is_signature);
        let dict = value.and_then(|value| store.resolve(value, revision).dict());
        let is_stamp =
            dict.is_some_and(|dict| dict.is("Type", "DocTimeStamp") || dict.is("SubFilter", "ETSI.RFC3161"));
        let hidden = field.widgets.iter().all(|widget| is_without_area(store, *widget, revision));
        let kind = match (field.is_signature, is_stamp && hidden) {
            (true, true) => ChangeKind::DocTimeStamp,
            (true, false) => ChangeKind::Signature,
            (false, _) => ChangeKind::FormField,
        };
        painter.mark(field.id.number, kind);
        for widget in &field.widgets {
            painter.mark(*widget, kind);
            widgets.push((*widget, kind));
        }
        if let Some(number) = value.and_then(reference_number).filter(|_| dict.is_some()) {
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
    painter.spread(catalog, &["DSS"], ChangeKind::Dss)?;
    painter.spread(catalog, &["Metadata"], ChangeKind::Metadata)?;
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

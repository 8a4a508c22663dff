//! What each revision did to the state before: which objects it wrote or freed, and what they are.
//!
//! Security store, document time stamps without a look, and metadata are only what `growth` and `dss` proved to be that and
//! nothing else; all other kinds are names (`kinds`). An object that was something in one state and something else in the
//! next counts as the more telling of the two. A page, form or catalog that only gained something counts as what it gained.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::facts::reference_number;
use super::growth::{Gain, Places, is_flat, same};
use super::kinds::kinds;
use super::object::{Dict, Object, ObjectId};
use super::objects::{Loaded, Store};
use super::{Error, Revision, dss, reach};

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
    let mut history = History { store, shown: None, painted: BTreeMap::new() };
    for (index, state) in store.revisions.iter().enumerate() {
        let start = out.last().map_or(0, |revision| revision.bytes.end);
        let bytes: Range<usize> = start.min(state.end)..state.end;
        let changes = match index.checked_sub(1) {
            Some(before) => history.changes(before, index)?,
            None => Vec::new(),
        };
        out.push(Revision { xref: state.xref, bytes, changes });
    }
    Ok(out)
}

/// What is known of the states so far.
struct History<'a> {
    store: &'a Store<'a>,
    /// What the last state shows, where nothing but harmless things led to it.
    shown: Option<BTreeSet<u32>>,
    /// Kinds by state and object, for the two states that were compared last.
    painted: BTreeMap<usize, BTreeMap<u32, ChangeKind>>,
}

/// What a revision added that is proved to be harmless, by object.
struct Added {
    known: BTreeMap<u32, ChangeKind>,
    /// Objects of document time stamps, which the state after shows.
    stamps: BTreeSet<u32>,
    is_plain_store: bool,
}

impl History<'_> {
    fn changes(&mut self, before: usize, after: usize) -> Result<Vec<Change>, Error> {
        let store = self.store;
        let Some(state) = store.revisions.get(after) else { return Ok(Vec::new()) };
        store.file.budget.spend(state.defined.len() + state.freed.len())?;
        let mut shown = match self.shown.take() {
            Some(shown) => shown,
            None => reach::shown(store, before)?,
        };
        let places = Places::of(store, before)?;
        let mut gains: BTreeMap<u32, Vec<Gain>> = BTreeMap::new();
        for (number, new) in state.defined.iter().filter(|(number, _)| shown.contains(number)) {
            let gained = store.find(*number, before).and_then(|old| places.gains(old, new));
            gains.extend(gained.map(|gained| (*number, gained)));
        }
        let added = self.added(&places, &gains, &shown, [before, after])?;
        let mut changes = self.of_trailer(before, after);
        for (number, loaded) in &state.defined {
            if is_container(store, loaded, before, &shown) {
                continue;
            }
            let kind = match gains.get(number) {
                Some(gains) => self.gained(*number, gains, &added, [before, after])?,
                None => self.kind(*number, &added, [before, after])?,
            };
            let new = store.find(*number, before).is_none();
            changes.push(Change { object: loaded.id, kind, new, freed: false });
        }
        for number in &state.freed {
            if let Some(gone) = store.find(*number, before) {
                let kind = self.kind(*number, &added, [before, after])?;
                changes.push(Change { object: gone.id, kind, new: false, freed: true });
            }
        }
        let is_harmless = |change: &Change| {
            matches!(change.kind, ChangeKind::Dss | ChangeKind::DocTimeStamp | ChangeKind::Metadata)
        };
        if changes.iter().all(is_harmless) {
            shown.extend(added.stamps);
            self.shown = Some(shown);
        }
        Ok(changes)
    }

    /// What the revision added, and what of it nothing can be said against.
    fn added(
        &self,
        places: &Places,
        gains: &BTreeMap<u32, Vec<Gain>>,
        shown: &BTreeSet<u32>,
        [before, after]: [usize; 2],
    ) -> Result<Added, Error> {
        let mut stamps = BTreeSet::new();
        for gain in gains.values().flatten() {
            let Gain::Listed(number) = gain else { continue };
            let parts = places.stamp(self.store, *number, after);
            let parts = parts.filter(|parts| parts.iter().all(|part| !shown.contains(part)));
            stamps.extend(parts.into_iter().flatten());
        }
        let parts = dss::parts(self.store, after, shown)?;
        let mut known: BTreeMap<u32, ChangeKind> = BTreeMap::new();
        known.extend(parts.numbers.into_iter().map(|number| (number, ChangeKind::Dss)));
        known.extend(stamps.iter().map(|number| (*number, ChangeKind::DocTimeStamp)));
        let after = described(self.store, after);
        for (described, now) in described(self.store, before).into_iter().zip(after) {
            let number = described.filter(|number| now == Some(*number) && !shown.contains(number));
            known.extend(number.map(|number| (number, ChangeKind::Metadata)));
        }
        Ok(Added { known, stamps, is_plain_store: parts.is_plain })
    }

    /// The most telling kind of what an object gained.
    fn gained(
        &mut self,
        number: u32,
        gains: &[Gain],
        added: &Added,
        states: [usize; 2],
    ) -> Result<ChangeKind, Error> {
        let mut kind = None;
        for gain in gains {
            let found = match gain {
                Gain::Store if added.is_plain_store => ChangeKind::Dss,
                Gain::Store => return self.kind(number, added, states),
                Gain::Listed(listed) if added.stamps.contains(listed) => ChangeKind::DocTimeStamp,
                Gain::Listed(listed) => self.named(*listed, states)?,
            };
            kind = [kind, Some(found)].into_iter().flatten().min();
        }
        Ok(kind.unwrap_or(ChangeKind::Other))
    }

    fn kind(&mut self, number: u32, added: &Added, states: [usize; 2]) -> Result<ChangeKind, Error> {
        match added.known.get(&number) {
            Some(known) => Ok(*known),
            None => self.named(number, states),
        }
    }

    fn named(&mut self, number: u32, states: [usize; 2]) -> Result<ChangeKind, Error> {
        let mut kind = None;
        for state in states {
            if !self.painted.contains_key(&state) {
                self.painted.retain(|known, _| states.contains(known));
                self.painted.insert(state, kinds(self.store, state)?);
            }
            let found = self.painted.get(&state).and_then(|kinds| kinds.get(&number)).copied();
            kind = [kind, found].into_iter().flatten().min();
        }
        Ok(kind.unwrap_or(ChangeKind::Other))
    }

    /// What a trailer says beyond where things stand in the file: it is the previous one's, or something was changed.
    fn of_trailer(&self, before: usize, after: usize) -> Vec<Change> {
        let trailer = |state: usize| self.store.revisions.get(state).map(|state| &state.trailer);
        let (Some(old), Some(new)) = (trailer(before), trailer(after)) else { return Vec::new() };
        let root = new.get("Root").or(old.get("Root"));
        let object = match root {
            Some(Object::Reference(id)) => *id,
            _ => ObjectId { number: 0, generation: 0 },
        };
        let change = |kind| Change { object, kind, new: false, freed: false };
        let differs = |key: &str| match (old.get(key), new.get(key)) {
            (Some(old), Some(new)) => !same(old, new),
            (old, new) => old.is_some() || new.is_some(),
        };
        let mut changes = Vec::new();
        if differs("Root") {
            changes.push(change(ChangeKind::Catalog));
        }
        if differs("Info") {
            changes.push(change(ChangeKind::Metadata));
        }
        if new.duplicate.is_some()
            || !new.entries.iter().all(|(key, value)| is_usual(key.as_bytes(), value, old))
        {
            changes.push(change(ChangeKind::Other));
        }
        changes
    }
}

/// Whether a trailer may say this, beside what was compared already.
fn is_usual(key: &[u8], value: &Object, old: &Dict) -> bool {
    match key {
        b"Root" | b"Info" => true,
        b"Size" | b"Prev" | b"ID" => is_flat(value),
        // Of a cross-reference stream, which is a trailer too (table 17).
        b"Type" | b"W" | b"Index" | b"Filter" | b"DecodeParms" | b"Length" => is_flat(value),
        b"XRefStm" => is_flat(value) && old.has("XRefStm"),
        _ => old.entries.iter().any(|(name, before)| name.as_bytes() == key && same(before, value)),
    }
}

/// What describes the document in a state: metadata and the older dictionary.
fn described(store: &Store, state: usize) -> [Option<u32>; 2] {
    let catalog = store.catalog(state).and_then(|(_, catalog)| catalog.get("Metadata"));
    let info = store.revisions.get(state).and_then(|state| state.trailer.get("Info"));
    [catalog, info].map(|value| value.and_then(reference_number))
}

/// What holds other objects or says where they are: no part of the document itself.
fn is_container(store: &Store, loaded: &Loaded, before: usize, shown: &BTreeSet<u32>) -> bool {
    let number = loaded.id.number;
    let is_kind = |dict: &Dict| dict.is("Type", "XRef") || dict.is("Type", "ObjStm");
    loaded.stream.is_some()
        && loaded.value.dict().is_some_and(is_kind)
        && !shown.contains(&number)
        && store.find(number, before).is_none()
}

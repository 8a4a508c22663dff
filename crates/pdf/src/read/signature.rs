//! Signature fields and what their signatures cover (§12.7.4.5, §12.8.1; EN 319 142-1).
//!
//! A signature is taken from the form fields of the newest state, as viewers do; signature dictionaries that
//! stand anywhere else are findings.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use yinxin_crypto::hash::Sha256;

use super::facts::{Pages, rectangle, reference_number};
use super::issue::Issues;
use super::object::{Dict, Object, ObjectId, text};
use super::objects::Store;
use super::{Error, Issue};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureKind {
    Signature,
    /// /Type /DocTimeStamp, or /SubFilter /ETSI.RFC3161.
    DocTimeStamp,
}

/// The value of /Contents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contents {
    /// Where it stands in the file, with its brackets.
    pub span: Range<usize>,
    /// Decoded, with its padding.
    pub bytes: Vec<u8>,
}

/// What a well-formed /ByteRange covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    pub first: Range<usize>,
    /// Left out; holds the signature itself.
    pub gap: Range<usize>,
    pub second: Range<usize>,
}

/// Where a field shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Widget {
    /// In points: left, bottom, right, top.
    pub rect: Option<[f64; 4]>,
    /// From 0; `None` if no page lists the widget.
    pub page: Option<usize>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Signature {
    /// Full field name, parts joined by full stops.
    pub field: String,
    pub field_object: ObjectId,
    /// The signature dictionary, or its field if it stands inside that.
    pub object: ObjectId,
    /// The revision that wrote the signature dictionary.
    pub revision: usize,
    pub kind: SignatureKind,
    pub filter: Option<String>,
    pub sub_filter: Option<String>,
    /// As written, as far as it holds integers.
    pub byte_range: Vec<i64>,
    /// Only if /ByteRange is two ranges inside the file, in order, the first from byte 0.
    pub coverage: Option<Coverage>,
    /// Only if it is a direct hexadecimal string.
    pub contents: Option<Contents>,
    /// /M as written, e.g. `D:20261122080000+08'00'`: claimed by the signer, proved by nobody.
    pub claimed_time: Option<String>,
    pub reason: Option<String>,
    pub name: Option<String>,
    pub location: Option<String>,
    /// /P of a DocMDP transform: 1 no changes, 2 form filling, 3 annotations too.
    pub doc_mdp: Option<i64>,
    /// The catalog's /Perms names this signature as the certifying one.
    pub certifies: bool,
    pub widget: Widget,
    /// The whole file but for the value of /Contents, and nothing is odd about it.
    pub covers_whole_file: bool,
}

impl Signature {
    /// The two covered parts of `bytes`, the file this was read from.
    pub fn covered<'a>(&self, bytes: &'a [u8]) -> Option<[&'a [u8]; 2]> {
        let coverage = self.coverage.as_ref()?;
        Some([bytes.get(coverage.first.clone())?, bytes.get(coverage.second.clone())?])
    }

    /// SHA-256 of the covered parts.
    pub fn sha256(&self, bytes: &[u8]) -> Option<[u8; 32]> {
        let mut state = Sha256::new();
        for part in self.covered(bytes)? {
            state.update(part);
        }
        Some(state.finish())
    }
}

/// Longer field names are cut: many fields under one long name must not cost its length each.
const MAX_NAME: usize = 256;

/// A terminal form field, with what it inherits.
pub(super) struct Field<'a> {
    pub(super) id: ObjectId,
    pub(super) name: String,
    pub(super) is_signature: bool,
    pub(super) dict: &'a Dict,
    /// Its widgets' object numbers (itself, when merged).
    pub(super) widgets: Vec<u32>,
}

/// The fields of the form as it stood in `revision`; `None` in place of a field where the tree is broken.
pub(super) fn fields<'a>(
    store: &'a Store,
    revision: usize,
) -> Result<Vec<Result<Field<'a>, ObjectId>>, Error> {
    let mut out = Vec::new();
    let Some((_, catalog)) = store.catalog(revision) else { return Ok(out) };
    let Some(form) = store.get_dict(catalog, "AcroForm", revision) else { return Ok(out) };
    let Some(Object::Array(roots)) = store.get(form, "Fields", revision) else { return Ok(out) };
    let mut seen = BTreeSet::new();
    let mut stack: Vec<(&Object, usize, String, bool)> =
        roots.iter().rev().map(|root| (root, 0, String::new(), false)).collect();
    while let Some((node, depth, prefix, inherited)) = stack.pop() {
        store.file.budget.spend(prefix.len())?;
        let Object::Reference(id) = node else { continue };
        if !seen.insert(id.number) || depth > store.file.limits.depth {
            out.push(Err(*id));
            continue;
        }
        let Some(dict) = store.find(id.number, revision).and_then(|field| field.value.dict()) else {
            continue;
        };
        let own = match store.get(dict, "T", revision) {
            Some(Object::String(name)) => Some(text(&name.bytes)),
            _ => None,
        };
        let name: String = match own {
            Some(own) if prefix.is_empty() => own.chars().take(MAX_NAME).collect(),
            Some(own) => prefix.chars().chain(['.']).chain(own.chars()).take(MAX_NAME).collect(),
            None => prefix,
        };
        let is_signature = match store.get(dict, "FT", revision) {
            Some(Object::Name(kind)) => kind.as_bytes() == b"Sig",
            _ => inherited,
        };
        let kids = match store.get(dict, "Kids", revision) {
            Some(Object::Array(kids)) => kids.as_slice(),
            _ => &[],
        };
        let named = |kid: &&Object| store.resolve(kid, revision).dict().is_some_and(|kid| kid.has("T"));
        let (children, widgets): (Vec<&Object>, Vec<&Object>) = kids.iter().partition(named);
        let terminal = children.is_empty() || dict.has("V");
        stack.extend(children.into_iter().rev().map(|kid| (kid, depth + 1, name.clone(), is_signature)));
        if terminal {
            let mut widgets: Vec<u32> = widgets.into_iter().filter_map(reference_number).collect();
            if dict.is("Subtype", "Widget") {
                widgets.push(id.number);
            }
            out.push(Ok(Field { id: *id, name, is_signature, dict, widgets }));
        }
    }
    Ok(out)
}

/// All signatures of the newest state, and how many fields for one are empty.
pub(super) fn collect(
    store: &Store,
    pages: &Pages,
    issues: &mut Issues,
) -> Result<(Vec<Signature>, usize), Error> {
    let latest = store.latest();
    let certifying = store
        .catalog(latest)
        .and_then(|(_, catalog)| store.get_dict(catalog, "Perms", latest))
        .and_then(|perms| perms.get("DocMDP"))
        .and_then(reference_number);
    let page_of: BTreeMap<u32, usize> = pages
        .list
        .iter()
        .enumerate()
        .flat_map(|(page, (_, annotations))| annotations.iter().map(move |number| (*number, page)))
        .collect();
    let mut found: Vec<(Signature, &Dict)> = Vec::new();
    let mut empty = 0;
    for field in fields(store, latest)? {
        let field = match field {
            Ok(field) => field,
            Err(object) => {
                issues.add(Issue::TreeLoop { object });
                continue;
            }
        };
        if !field.is_signature {
            continue;
        }
        let value = field.dict.get("V");
        let Some(dict) = value.and_then(|value| store.resolve(value, latest).dict()) else {
            empty += 1;
            continue;
        };
        let object = match value {
            Some(Object::Reference(id)) => *id,
            _ => field.id,
        };
        if found.iter().any(|(known, _)| known.object == object) {
            issues.add(Issue::SharedSignature { object, field: field.id });
            continue;
        }
        if found.len() >= store.file.limits.signatures {
            return Err(Error::LimitExceeded { limit: "signatures" });
        }
        let mut signature = read_one(store, &field, object, dict);
        signature.certifies = certifying == Some(object.number);
        let widget = field.widgets.first().and_then(|n| store.find(*n, latest)).and_then(|w| w.value.dict());
        signature.widget = Widget {
            rect: widget.and_then(|w| store.get(w, "Rect", latest)).and_then(|r| rectangle(store, r, latest)),
            page: field.widgets.iter().find_map(|number| page_of.get(number)).copied(),
        };
        found.push((signature, dict));
    }
    found.sort_by_key(|(signature, _)| signature.coverage.as_ref().map_or(usize::MAX, |c| c.second.end));
    let mut out = Vec::with_capacity(found.len());
    for (index, (mut signature, dict)) in found.into_iter().enumerate() {
        store.file.budget.spend(store.revisions.len())?;
        signature.covers_whole_file = check(store, index, &signature, dict, issues)?;
        out.push(signature);
    }
    unbound(store, &out, issues)?;
    Ok((out, empty))
}

fn read_one(store: &Store, field: &Field, object: ObjectId, dict: &Dict) -> Signature {
    let latest = store.latest();
    let string = |key: &str| match store.get(dict, key, latest) {
        Some(Object::String(value)) => Some(text(&value.bytes)),
        _ => None,
    };
    let found = store.find_with_revision(object.number, latest);
    let packed = found.is_none_or(|(_, loaded)| loaded.packed);
    let sub_filter = dict.name("SubFilter");
    let is_stamp = dict.is("Type", "DocTimeStamp") || sub_filter.as_deref() == Some("ETSI.RFC3161");
    let byte_range: Vec<i64> = match dict.get("ByteRange") {
        Some(Object::Array(list)) => list.iter().map_while(Object::int).collect(),
        _ => Vec::new(),
    };
    let contents = match dict.get("Contents") {
        Some(Object::String(value)) if value.hex && !packed => {
            Some(Contents { span: value.span.clone(), bytes: value.bytes.clone() })
        }
        _ => None,
    };
    Signature {
        field: field.name.clone(),
        field_object: field.id,
        object,
        revision: found.map_or(latest, |(revision, _)| revision),
        kind: if is_stamp { SignatureKind::DocTimeStamp } else { SignatureKind::Signature },
        filter: dict.name("Filter"),
        sub_filter,
        coverage: coverage(&byte_range, store.file.bytes.len()),
        byte_range,
        contents,
        claimed_time: string("M"),
        reason: string("Reason"),
        name: string("Name"),
        location: string("Location"),
        doc_mdp: doc_mdp(store, dict),
        certifies: false,
        widget: Widget { rect: None, page: None },
        covers_whole_file: false,
    }
}

fn doc_mdp(store: &Store, dict: &Dict) -> Option<i64> {
    let latest = store.latest();
    let Object::Array(references) = store.get(dict, "Reference", latest)? else { return None };
    let transform = references
        .iter()
        .filter_map(|reference| store.resolve(reference, latest).dict())
        .find(|reference| reference.is("TransformMethod", "DocMDP"))?;
    // Without parameters, 2 is the default (table 254).
    let parameters = store.get_dict(transform, "TransformParams", latest);
    Some(parameters.and_then(|parameters| parameters.int("P")).unwrap_or(2))
}

fn coverage(byte_range: &[i64], file_len: usize) -> Option<Coverage> {
    let &[0, first_len, second_start, second_len] = byte_range else { return None };
    let first_len = usize::try_from(first_len).ok()?;
    let second_start = usize::try_from(second_start).ok()?;
    let end = second_start.checked_add(usize::try_from(second_len).ok()?)?;
    if first_len > second_start || end > file_len {
        return None;
    }
    Some(Coverage { first: 0..first_len, gap: first_len..second_start, second: second_start..end })
}

/// Adds what is odd about one signature; `true` if nothing is and it covers the whole file.
fn check(
    store: &Store,
    signature: usize,
    read: &Signature,
    dict: &Dict,
    issues: &mut Issues,
) -> Result<bool, Error> {
    let mut odd = Vec::new();
    byte_range_issues(signature, read, dict, &mut odd);
    contents_issues(store, signature, read, dict, &mut odd);
    if let Some(coverage) = &read.coverage {
        let file_len = store.file.bytes.len();
        let end = coverage.second.end;
        if end < file_len {
            odd.push(Issue::ByteRangeShort { signature, end, file_len });
            if !store.revisions.iter().any(|revision| ends_at(store, revision.end, end)) {
                odd.push(Issue::CoverageNotARevision { signature, end });
            }
        }
        if let Some(contents) = &read.contents
            && contents.span != coverage.gap
        {
            let (gap, contents) = (coverage.gap.clone(), contents.span.clone());
            odd.push(Issue::ContentsNotTheGap { signature, gap, contents });
        }
        for (index, revision) in store.revisions.iter().enumerate() {
            if revision.xref >= end {
                odd.push(Issue::ChangedAfterSigning { signature, revision: index });
            }
            store.file.budget.spend(revision.defined.len())?;
            for object in revision.defined.values() {
                let at = object.span.start;
                if !object.packed && coverage.gap.contains(&at) {
                    odd.push(Issue::ObjectInGap { signature, object: object.id, at });
                }
            }
        }
    }
    let clean = odd.is_empty();
    for issue in odd {
        issues.add(issue);
    }
    Ok(clean)
}

/// Whether `end` is the end of a revision, with or without its last line end.
fn ends_at(store: &Store, revision_end: usize, end: usize) -> bool {
    let between = store.file.bytes.get(end..revision_end);
    end == revision_end || between.is_some_and(|rest| matches!(rest, [10 | 13] | [13, 10]))
}

fn byte_range_issues(signature: usize, read: &Signature, dict: &Dict, odd: &mut Vec<Issue>) {
    let list = match dict.get("ByteRange") {
        None | Some(Object::Null) => return odd.push(Issue::ByteRangeMissing { signature }),
        Some(Object::Array(list)) if list.is_empty() => {
            return odd.push(Issue::ByteRangeMissing { signature });
        }
        Some(Object::Array(list)) => list,
        Some(_) => return odd.push(Issue::ByteRangeMalformed { signature }),
    };
    let range = &read.byte_range;
    if range.len() != list.len()
        || !range.len().is_multiple_of(2)
        || range.len() < 4
        || range.iter().any(|n| *n < 0)
    {
        return odd.push(Issue::ByteRangeMalformed { signature });
    }
    if range.len() > 4 {
        return odd.push(Issue::ByteRangeManyGaps { signature, gaps: range.len() / 2 - 1 });
    }
    let parts: Vec<usize> = range.iter().filter_map(|n| usize::try_from(*n).ok()).collect();
    let &[start, len, second_start, _] = parts.as_slice() else {
        return odd.push(Issue::ByteRangeMalformed { signature });
    };
    let first_end = start.saturating_add(len);
    if start != 0 {
        odd.push(Issue::ByteRangeNotAtStart { signature, start });
    } else if first_end > second_start {
        odd.push(Issue::ByteRangeOverlap { signature, first_end, second_start });
    } else if read.coverage.is_none() {
        odd.push(Issue::ByteRangeBeyondFile { signature });
    }
}

fn contents_issues(store: &Store, signature: usize, read: &Signature, dict: &Dict, odd: &mut Vec<Issue>) {
    match dict.get("Contents").map(|value| (value, store.resolve(value, store.latest()))) {
        None | Some((_, Object::Null)) => odd.push(Issue::ContentsMissing { signature }),
        Some((_, Object::String(value))) if value.bytes.iter().all(|byte| *byte == 0) => {
            odd.push(Issue::ContentsEmpty { signature });
        }
        Some(_) if read.contents.is_none() => odd.push(Issue::ContentsNotDirectHex { signature }),
        Some(_) => {}
    }
}

/// Signature dictionaries that no field of the newest state holds.
fn unbound(store: &Store, signatures: &[Signature], issues: &mut Issues) -> Result<(), Error> {
    let bound: BTreeSet<u32> = signatures.iter().map(|signature| signature.object.number).collect();
    for (index, revision) in store.revisions.iter().enumerate() {
        store.file.budget.spend(revision.defined.len())?;
        for loaded in revision.defined.values() {
            let is_signature = |dict: &Dict| {
                dict.has("ByteRange")
                    || dict.is("Type", "Sig") && dict.has("Contents")
                    || dict.is("Type", "DocTimeStamp")
            };
            if bound.contains(&loaded.id.number) || !loaded.value.dict().is_some_and(is_signature) {
                continue;
            }
            let now = store.find_latest(loaded.id.number).and_then(|loaded| loaded.value.dict());
            if index < store.latest() && !now.is_some_and(is_signature) {
                issues.add(Issue::SignatureRemoved { object: loaded.id, revision: index });
            } else {
                issues.add(Issue::UnboundSignature { object: loaded.id, at: loaded.span.start });
            }
        }
    }
    Ok(())
}

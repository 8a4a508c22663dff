//! What a file says it is: header, page tree, page size.

use std::collections::BTreeSet;

use super::issue::Issues;
use super::object::{Object, ObjectId};
use super::objects::Store;
use super::parser::find;
use super::{Error, Issue};

/// How far into a file the header may stand (as programs accept).
const HEADER_WITHIN: usize = 1024;

/// Where `%PDF-` stands, and the version behind it.
pub(super) fn header(bytes: &[u8]) -> Result<(usize, String), Error> {
    let head = bytes.get(..HEADER_WITHIN.min(bytes.len())).unwrap_or_default();
    let at = find(head, b"%PDF-", 0).ok_or(Error::NotPdf { looks_like: looks_like(bytes) })?;
    let version = bytes.iter().skip(at + 5).take(8).take_while(|b| b.is_ascii_digit() || **b == b'.');
    Ok((at, version.map(|byte| char::from(*byte)).collect()))
}

fn looks_like(bytes: &[u8]) -> &'static str {
    const KINDS: [(&[u8], &str); 8] = [
        (b"PK\x03\x04", "a ZIP archive, perhaps an OFD or Office file"),
        (b"\x89PNG", "a PNG picture"),
        (b"\xFF\xD8\xFF", "a JPEG picture"),
        (b"GIF8", "a GIF picture"),
        (b"<?xml", "an XML file"),
        (b"<!DOCTYPE", "a web page"),
        (b"<html", "a web page"),
        (b"\xD0\xCF\x11\xE0", "an old Office file"),
    ];
    if bytes.is_empty() {
        return "an empty file";
    }
    KINDS
        .iter()
        .find(|(magic, _)| bytes.starts_with(magic))
        .map_or("an unknown kind of file", |(_, kind)| kind)
}

pub(super) struct Pages {
    /// In page order, with the object numbers of their annotations.
    pub(super) list: Vec<(ObjectId, Vec<u32>)>,
    /// The inner nodes of the tree.
    pub(super) nodes: Vec<ObjectId>,
    pub(super) media_box: Option<[f64; 4]>,
    /// A circle, a repeated node, or a tree too deep.
    pub(super) broken_at: Option<ObjectId>,
}

pub(super) fn pages(store: &Store, issues: &mut Issues) -> Result<Pages, Error> {
    let (_, catalog) = store.catalog(store.latest()).ok_or(Error::NoCatalog)?;
    if !catalog.has("Pages") {
        return Err(Error::NoCatalog);
    }
    let pages = page_tree(store, store.latest())?;
    if let Some(object) = pages.broken_at {
        issues.add(Issue::TreeLoop { object });
    }
    Ok(pages)
}

/// The page tree (§7.7.3) as it stood in `revision`.
pub(super) fn page_tree(store: &Store, revision: usize) -> Result<Pages, Error> {
    let mut pages = Pages { list: Vec::new(), nodes: Vec::new(), media_box: None, broken_at: None };
    let Some((_, catalog)) = store.catalog(revision) else { return Ok(pages) };
    let Some(Object::Reference(root)) = catalog.get("Pages") else { return Ok(pages) };
    let mut seen = BTreeSet::new();
    let mut stack = vec![(*root, 0_usize, None)];
    while let Some((id, depth, inherited)) = stack.pop() {
        store.file.budget.spend(1)?;
        if !seen.insert(id.number) || depth > store.file.limits.depth {
            pages.broken_at = Some(id);
            continue;
        }
        let Some(dict) = store.find(id.number, revision).and_then(|node| node.value.dict()) else { continue };
        let own = store.get(dict, "MediaBox", revision).and_then(|value| rectangle(store, value, revision));
        let media_box = own.or(inherited);
        if let Some(Object::Array(kids)) = store.get(dict, "Kids", revision) {
            pages.nodes.push(id);
            store.file.budget.spend(kids.len())?;
            let kids = kids.iter().rev().filter_map(|kid| match kid {
                Object::Reference(kid) => Some((*kid, depth + 1, media_box)),
                _ => None,
            });
            stack.extend(kids);
            continue;
        }
        if pages.list.len() >= store.file.limits.pages {
            return Err(Error::LimitExceeded { limit: "pages" });
        }
        if pages.list.is_empty() {
            pages.media_box = media_box;
        }
        let annotations = match store.get(dict, "Annots", revision) {
            Some(Object::Array(list)) => list.iter().filter_map(reference_number).collect(),
            _ => Vec::new(),
        };
        store.file.budget.spend(annotations.len())?;
        pages.list.push((id, annotations));
    }
    Ok(pages)
}

pub(super) fn reference_number(value: &Object) -> Option<u32> {
    match value {
        Object::Reference(id) => Some(id.number),
        _ => None,
    }
}

pub(super) fn rectangle(store: &Store, value: &Object, revision: usize) -> Option<[f64; 4]> {
    let Object::Array(list) = value else { return None };
    let mut numbers = list.iter().map(|item| store.resolve(item, revision).number());
    let rect = [numbers.next()??, numbers.next()??, numbers.next()??, numbers.next()??];
    let [x0, y0, x1, y1] = rect;
    Some([x0.min(x1), y0.min(y1), x0.max(x1), y0.max(y1)])
}

//! The structure tree (§14.7): one element a block, in reading order, under one Document element.
//!
//! Labels and values are paragraphs of their own: read one after the other they say what a table row would.

use yinxin_page::draw::Role;

use super::Error;
use super::canvas::Mark;
use super::emit;
use super::form::Space;

/// The key of the page's marks in the parent tree, and of the seal's.
pub(super) const PAGE_KEY: u32 = 0;
pub(super) const SEAL_KEY: u32 = 1;

/// The standard structure type of a role (§14.8.4).
pub(super) fn tag(role: &Role) -> &'static [u8] {
    match role {
        Role::Artifact => b"Artifact",
        Role::Title => b"H1",
        Role::Heading => b"H2",
        Role::Paragraph | Role::Label | Role::Value => b"P",
        Role::Figure { .. } => b"Figure",
    }
}

/// An element that stands in the reading order.
#[derive(Clone, Copy)]
pub(super) struct Read {
    pub(super) order: u32,
    pub(super) object: u32,
}

/// What all elements of a page have in common: parent and page.
pub(super) fn place(document: u32, page: u32) -> Vec<u8> {
    let mut out = b"/P ".to_vec();
    emit::reference(&mut out, document);
    out.extend_from_slice(b"/Pg ");
    emit::reference(&mut out, page);
    out
}

/// The body of a block's element.
pub(super) fn element(
    out: &mut Vec<u8>,
    mark: &Mark,
    mcid: usize,
    place: &[u8],
    space: Space,
) -> Result<(), Error> {
    // /Type may be left out (table 323), and there is one of these a block.
    out.extend_from_slice(b"<</S/");
    out.extend_from_slice(tag(mark.role));
    out.extend_from_slice(place);
    if let Role::Figure { alt } = mark.role {
        out.extend_from_slice(b"/Alt");
        emit::text_string(out, alt);
    }
    if let Some(bounds) = mark.bounds.filter(|bounds| !bounds.is_nothing()) {
        out.extend_from_slice(b"/A<</O/Layout/Placement/Block/BBox[");
        bounds.push(out, space)?;
        out.extend_from_slice(b"]>>");
    }
    out.extend_from_slice(b"/K ");
    emit::size(out, mcid);
    out.extend_from_slice(b">>");
    Ok(())
}

/// The body of the Document element. Both lists are in reading order already; equal numbers keep the first
/// list's elements first.
pub(super) fn document(out: &mut Vec<u8>, root: u32, fixed: &[Read], own: &[Read]) {
    out.extend_from_slice(b"<</Type/StructElem/S/Document/P ");
    emit::reference(out, root);
    out.extend_from_slice(b"/K[");
    let (mut fixed, mut own) = (fixed.iter().peekable(), own.iter().peekable());
    loop {
        let next = match (fixed.peek(), own.peek()) {
            (Some(first), Some(second)) if second.order < first.order => own.next(),
            (Some(_), _) => fixed.next(),
            (None, _) => own.next(),
        };
        let Some(next) = next else { break };
        emit::reference(out, next.object);
        out.push(b' ');
    }
    out.extend_from_slice(b"]>>");
}

/// The body of the parent tree: elements by marked-content identifier, those of the plate first (its
/// references are ready), and the seal's.
pub(super) fn parent_tree(out: &mut Vec<u8>, fixed: &[u8], own: impl Iterator<Item = u32>, seal: u32) {
    out.extend_from_slice(b"<</Nums[");
    emit::int(out, PAGE_KEY);
    out.push(b'[');
    out.extend_from_slice(fixed);
    references(out, own);
    out.push(b']');
    emit::int(out, SEAL_KEY);
    out.push(b' ');
    emit::reference(out, seal);
    out.extend_from_slice(b"]>>");
}

/// `12 0 R 13 0 R `
pub(super) fn references(out: &mut Vec<u8>, objects: impl Iterator<Item = u32>) {
    for object in objects {
        emit::reference(out, object);
        out.push(b' ');
    }
}

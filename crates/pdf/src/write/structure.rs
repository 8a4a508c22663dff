//! The structure tree (§14.7): elements in reading order under one Document element.
//!
//! A block is an element of its own. Labels with their values are items of a list, as in a dictionary a term with what it
//! means (§14.8.4.3.3), so that whoever hears the page knows which belong together.

use yinxin_page::draw::Role;

use super::Error;
use super::canvas::Mark;
use super::emit;
use super::form::Space;
use super::objects::{Objects, number};

/// The keys in the parent tree of the page's marks, of the seal, of the field for a time stamp.
pub(super) const PAGE_KEY: u32 = 0;
pub(super) const SEAL_KEY: u32 = 1;
pub(super) const STAMP_KEY: u32 = 2;

/// The standard structure type of a role (§14.8.4).
pub(super) fn tag(role: &Role) -> &'static [u8] {
    match role {
        Role::Artifact => b"Artifact",
        Role::Title => b"H1",
        Role::Heading => b"H2",
        Role::Paragraph => b"P",
        Role::Label => b"Lbl",
        Role::Value => b"LBody",
        Role::Figure { .. } => b"Figure",
    }
}

/// Something that stands in the reading order.
pub(super) struct Read<'a> {
    pub(super) order: u32,
    pub(super) what: What<'a>,
}

pub(super) enum What<'a> {
    /// Marked content, by its identifier.
    Mark { mcid: usize, mark: Mark<'a> },
    /// An element that is written already, by its object.
    Element(u32),
}

impl Read<'_> {
    fn is_of_a_pair(&self) -> bool {
        matches!(&self.what, What::Mark { mark, .. } if matches!(mark.role, Role::Label | Role::Value))
    }

    fn is_value(&self) -> bool {
        matches!(&self.what, What::Mark { mark, .. } if *mark.role == Role::Value)
    }
}

/// Where the tree hangs, and what its elements have in common.
pub(super) struct Tree {
    pub(super) root: u32,
    pub(super) document: u32,
    pub(super) parent_tree: u32,
    pub(super) page: u32,
    /// Elements of the seal's field and of the one for a time stamp.
    pub(super) seal: u32,
    pub(super) stamp: Option<u32>,
    pub(super) space: Space,
}

/// What an element directly under the document has: parent and page.
pub(super) fn place(document: u32, page: u32) -> Vec<u8> {
    let mut out = b"/P ".to_vec();
    emit::reference(&mut out, document);
    out.extend_from_slice(b"/Pg ");
    emit::reference(&mut out, page);
    out
}

impl Tree {
    /// Writes all elements, the document's and the parent tree; elements take numbers from `first` on, and the first one
    /// behind them is returned. What is read equally late is read in sequence.
    pub(super) fn put(&self, objects: &mut Objects, mut reads: Vec<Read>, first: u32) -> Result<u32, Error> {
        reads.sort_by_key(|read| read.order);
        let marks = reads.iter().filter(|read| matches!(read.what, What::Mark { .. })).count();
        let mut branch = Branch { tree: self, objects, next: first, parents: vec![0; marks] };
        let mut children = Vec::with_capacity(reads.len());
        for run in reads.chunk_by(|a, b| a.is_of_a_pair() && b.is_of_a_pair()) {
            match run {
                [only] if !only.is_of_a_pair() => children.push(branch.element(only, self.document)?),
                pairs => children.push(branch.list(pairs)?),
            }
        }
        let Branch { next, parents, .. } = branch;
        number(next as usize)?;
        objects.begin(self.document);
        objects.out.extend_from_slice(b"<</Type/StructElem/S/Document/P ");
        emit::reference(&mut objects.out, self.root);
        push_children(&mut objects.out, &children);
        objects.end();
        self.put_parent_tree(objects, &parents);
        Ok(next)
    }

    /// Elements by marked-content identifier, and those of the fields.
    fn put_parent_tree(&self, objects: &mut Objects, parents: &[u32]) {
        objects.begin(self.parent_tree);
        let out = &mut objects.out;
        out.extend_from_slice(b"<</Nums[");
        emit::int(out, PAGE_KEY);
        out.push(b'[');
        references(out, parents);
        out.push(b']');
        for (key, element) in [(SEAL_KEY, Some(self.seal)), (STAMP_KEY, self.stamp)] {
            if let Some(element) = element {
                emit::int(out, key);
                out.push(b' ');
                emit::reference(out, element);
                out.push(b' ');
            }
        }
        out.extend_from_slice(b"]>>");
        objects.end();
    }
}

/// The tree while it grows.
struct Branch<'a> {
    tree: &'a Tree,
    objects: &'a mut Objects,
    next: u32,
    /// By marked-content identifier.
    parents: Vec<u32>,
}

impl Branch<'_> {
    fn take(&mut self) -> u32 {
        self.next += 1;
        self.next - 1
    }

    /// One element; its object.
    fn element(&mut self, read: &Read, parent: u32) -> Result<u32, Error> {
        let (mcid, mark) = match &read.what {
            What::Element(object) => return Ok(*object),
            What::Mark { mcid, mark } => (*mcid, mark),
        };
        let object = self.take();
        if let Some(slot) = self.parents.get_mut(mcid) {
            *slot = object;
        }
        self.objects.begin(object);
        element(&mut self.objects.out, mark, mcid, &place(parent, self.tree.page), self.tree.space)?;
        self.objects.end();
        Ok(object)
    }

    /// Labels and values that follow each other: a list, each label with its values an item.
    fn list(&mut self, pairs: &[Read]) -> Result<u32, Error> {
        let list = self.take();
        let mut items = Vec::with_capacity(pairs.len());
        for pair in pairs.chunk_by(|_, next| next.is_value()) {
            let item = self.take();
            let mut parts = Vec::with_capacity(2);
            for read in pair {
                parts.push(self.element(read, item)?);
            }
            self.group(item, b"LI", list, &parts);
            items.push(item);
        }
        self.group(list, b"L", self.tree.document, &items);
        Ok(list)
    }

    fn group(&mut self, object: u32, tag: &[u8], parent: u32, children: &[u32]) {
        self.objects.begin(object);
        let out = &mut self.objects.out;
        out.extend_from_slice(b"<</S/");
        out.extend_from_slice(tag);
        out.extend_from_slice(b"/P ");
        emit::reference(out, parent);
        push_children(out, children);
        self.objects.end();
    }
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

/// The last entry of an element's dictionary.
fn push_children(out: &mut Vec<u8>, children: &[u32]) {
    out.extend_from_slice(b"/K[");
    references(out, children);
    out.extend_from_slice(b"]>>");
}

/// `12 0 R 13 0 R `
fn references(out: &mut Vec<u8>, objects: &[u32]) {
    for object in objects {
        emit::reference(out, *object);
        out.push(b' ');
    }
}

//! A part of XML as a small tree: names without prefix, attributes, text. No document types, no entities but the
//! five of XML itself, no depth or number beyond the limits.

use quick_xml::XmlVersion;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::{Namespace, ResolveResult};
use quick_xml::reader::NsReader;

use super::archive::Archive;
use super::issue::Issues;
use super::{Error, Issue};
use crate::layout::NAMESPACE;

/// More than any element of OFD has.
const MAX_ATTRIBUTES: usize = 64;

/// Bytes of memory that an element of a tree and an attribute of it take, with their places in lists.
const ELEMENT: usize = 288;
const ATTRIBUTE: usize = 160;

/// An element of OFD's namespace, or of none; those of other namespaces are left out with all they hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Element {
    pub(super) name: String,
    pub(super) attributes: Vec<(String, String)>,
    pub(super) children: Vec<Element>,
    /// Of the element itself, all pieces together.
    pub(super) text: String,
}

impl Element {
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(own, _)| own == name).map(|(_, value)| value.trim())
    }

    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    pub(super) fn first(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The text of the first child of this name.
    pub(super) fn text_of(&self, name: &str) -> Option<&str> {
        self.first(name).map(|child| child.text.trim())
    }
}

/// Why a part is not a tree.
pub(super) enum Flaw {
    Malformed { at: usize },
    Doctype,
    Limit(Error),
}

impl From<Error> for Flaw {
    fn from(error: Error) -> Self {
        Flaw::Limit(error)
    }
}

/// The tree of a part; a part that is none is reported and gives nothing.
pub(super) fn part(
    archive: &Archive,
    path: &str,
    root: &str,
    issues: &mut Issues,
) -> Result<Option<Element>, Error> {
    let Some(bytes) = archive.read_xml(path)? else { return Ok(None) };
    let path = || path.to_owned();
    match tree(&bytes, archive) {
        Ok(element) if element.name == root => Ok(Some(element)),
        Ok(_) => {
            issues.add(Issue::XmlMalformed { path: path(), at: 0 });
            Ok(None)
        }
        Err(Flaw::Malformed { at }) => {
            issues.add(Issue::XmlMalformed { path: path(), at });
            Ok(None)
        }
        Err(Flaw::Doctype) => {
            issues.add(Issue::XmlDoctype { path: path() });
            Ok(None)
        }
        Err(Flaw::Limit(error)) => Err(error),
    }
}

fn tree(bytes: &[u8], archive: &Archive) -> Result<Element, Flaw> {
    let mut stack: Vec<Element> = Vec::new();
    let mut root = None;
    walk(bytes, archive, &mut |step| {
        match step {
            Step::Start(element) => {
                let attributes = element.attributes.iter();
                let attributes = attributes.map(|(name, value)| ATTRIBUTE + name.len() + value.len());
                archive.budget.keep(ELEMENT + attributes.sum::<usize>())?;
                stack.push(element);
            }
            Step::Text(text) => {
                archive.budget.keep(2 * text.len())?;
                if let Some(open) = stack.last_mut() {
                    open.text.push_str(text);
                }
            }
            Step::End => {
                let Some(done) = stack.pop() else { return Ok(()) };
                match stack.last_mut() {
                    Some(parent) => {
                        if parent.children.is_empty() {
                            // Most have one child, or many: a list would begin with room for four.
                            parent.children.reserve_exact(1);
                        }
                        parent.children.push(done);
                    }
                    None => root = Some(done),
                }
            }
        }
        Ok(())
    })?;
    root.ok_or(Flaw::Malformed { at: bytes.len() })
}

/// What a walk comes by.
pub(super) enum Step<'a> {
    Start(Element),
    Text(&'a str),
    End,
}

/// Walks through a part, element by element, so that large ones need no tree.
pub(super) fn walk(
    bytes: &[u8],
    archive: &Archive,
    take: &mut dyn FnMut(Step) -> Result<(), Error>,
) -> Result<(), Flaw> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|error| Flaw::Malformed { at: error.valid_up_to() })?;
    let mut reader = NsReader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let (mut depth, mut roots) = (0_usize, 0_usize);
    // Depth at which something of another namespace began.
    let mut foreign = None;
    loop {
        let at = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        let malformed = Flaw::Malformed { at };
        let Ok((namespace, event)) = reader.read_resolved_event() else { return Err(malformed) };
        match event {
            Event::Start(tag) => {
                depth += 1;
                roots += usize::from(depth == 1);
                if depth > archive.limits.depth {
                    return Err(Error::LimitExceeded { limit: "depth" }.into());
                }
                if roots > 1 {
                    return Err(malformed);
                }
                if foreign.is_none() && !is_ours(&namespace) {
                    foreign = Some(depth);
                }
                let element = element(&tag, archive, at)?;
                if foreign.is_none() {
                    take(Step::Start(element))?;
                }
            }
            Event::End(_) => {
                if foreign.is_none() {
                    take(Step::End)?;
                }
                if foreign == Some(depth) {
                    foreign = None;
                }
                depth = depth.saturating_sub(1);
            }
            Event::Text(text) if foreign.is_none() && depth > 0 => take(Step::Text(&text.xml10_content()))?,
            Event::Text(text) if depth == 0 && !text.xml10_content().trim().is_empty() => {
                return Err(malformed);
            }
            Event::CData(text) if foreign.is_none() && depth > 0 => take(Step::Text(&text.xml10_content()))?,
            Event::GeneralRef(reference) => {
                let number = reference.resolve_char_ref().map_err(|_| Flaw::Malformed { at })?;
                let mut one = [0; 4];
                let text = match number {
                    Some(c) => &*c.encode_utf8(&mut one),
                    None => resolve_predefined_entity(&reference.xml10_content()).ok_or(malformed)?,
                };
                if foreign.is_none() && depth > 0 {
                    take(Step::Text(text))?;
                }
            }
            Event::DocType(_) => return Err(Flaw::Doctype),
            Event::Eof if depth == 0 && roots == 1 => return Ok(()),
            Event::Eof => return Err(malformed),
            _ => {}
        }
    }
}

fn is_ours(namespace: &ResolveResult) -> bool {
    match namespace {
        ResolveResult::Bound(Namespace(uri)) => *uri == NAMESPACE,
        ResolveResult::Unbound => true,
        ResolveResult::Unknown(_) => false,
    }
}

fn element(tag: &BytesStart, archive: &Archive, at: usize) -> Result<Element, Flaw> {
    archive.budget.spend_nodes(1)?;
    let malformed = || Flaw::Malformed { at };
    let mut attributes: Vec<(String, String)> = Vec::new();
    for attribute in tag.attributes().with_checks(false) {
        let attribute = attribute.map_err(|_| malformed())?;
        archive.budget.spend_nodes(1)?;
        let name = attribute.key.local_name().as_ref().to_owned();
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|_| malformed())?;
        if attributes.len() >= MAX_ATTRIBUTES {
            return Err(Error::LimitExceeded { limit: "attributes" }.into());
        }
        if attribute.key.as_ref().starts_with("xmlns") {
            continue;
        }
        if attributes.iter().any(|(own, _)| *own == name) {
            return Err(malformed());
        }
        attributes.push((name, value.into_owned()));
    }
    let name = tag.local_name().as_ref().to_owned();
    Ok(Element { name, attributes, children: Vec::new(), text: String::new() })
}

//! One XML part of a workbook as a stream of events, with the bounds that keep a hostile one harmless.

use super::super::FileError;
use super::damaged;
use quick_xml::XmlVersion;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use std::borrow::Cow;
use std::io::{BufRead, BufReader, Error, ErrorKind, Read, Result as IoResult};

/// The longest tag or run of text. A cell holds at most 32,767 characters.
const LONGEST_TOKEN: u64 = 1 << 20;

/// The deepest nesting; a sheet needs six.
const DEEPEST: u32 = 64;

/// A part being unpacked. What comes out is taken from a budget that all parts share.
pub(super) struct Unpacked<'a> {
    inner: BufReader<Box<dyn Read + 'a>>,
    budget: &'a mut u64,
    /// Bytes since the last event.
    token: u64,
}

impl Read for Unpacked<'_> {
    fn read(&mut self, out: &mut [u8]) -> IoResult<usize> {
        let n = self.fill_buf()?.read(out)?;
        self.consume(n);
        Ok(n)
    }
}

impl BufRead for Unpacked<'_> {
    fn fill_buf(&mut self) -> IoResult<&[u8]> {
        if *self.budget == 0 {
            return Err(Error::from(ErrorKind::FileTooLarge));
        }
        if self.token > LONGEST_TOKEN {
            return Err(Error::new(ErrorKind::InvalidData, "a tag or text of more than 1 MiB"));
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, n: usize) {
        let taken = n as u64;
        self.token = self.token.saturating_add(taken);
        *self.budget = self.budget.saturating_sub(taken);
        self.inner.consume(n);
    }
}

pub(super) struct Xml<'a> {
    reader: quick_xml::Reader<Unpacked<'a>>,
    buffer: Vec<u8>,
    depth: u32,
    /// What the budget was, for the refusal.
    limit: u64,
}

impl<'a> Xml<'a> {
    pub(super) fn new(part: Box<dyn Read + 'a>, budget: &'a mut u64, limit: u64) -> Self {
        let unpacked = Unpacked { inner: BufReader::with_capacity(1 << 16, part), budget, token: 0 };
        let mut reader = quick_xml::Reader::from_reader(unpacked);
        reader.config_mut().expand_empty_elements = true;
        Self { reader, buffer: Vec::new(), depth: 0, limit }
    }

    pub(super) fn next(&mut self) -> Result<Event<'_>, FileError> {
        self.buffer.clear();
        self.reader.get_mut().token = 0;
        let limit = self.limit;
        let event = self.reader.read_event_into(&mut self.buffer).map_err(|e| refusal(&e, limit))?;
        match &event {
            Event::Start(_) => self.depth = self.depth.saturating_add(1),
            Event::End(_) => self.depth = self.depth.saturating_sub(1),
            Event::DocType(_) => return Err(damaged("a document type declaration")),
            _ => {}
        }
        if self.depth > DEEPEST { Err(damaged("elements nested too deeply")) } else { Ok(event) }
    }

    /// Adds the text of every `wanted` element up to the end of the element `outer`, in which we are.
    /// Phonetic readings (`rPh`) are no part of a text.
    pub(super) fn collect(&mut self, outer: &str, wanted: &str, out: &mut String) -> Result<(), FileError> {
        let (mut within, mut phonetic) = (false, false);
        loop {
            match self.next()? {
                Event::Start(e) => {
                    let name = e.local_name();
                    phonetic |= name.as_ref() == "rPh";
                    within = name.as_ref() == wanted && !phonetic;
                }
                Event::End(e) => {
                    let name = e.local_name();
                    if name.as_ref() == outer {
                        return Ok(());
                    }
                    phonetic &= name.as_ref() != "rPh";
                    within = false;
                }
                Event::Text(text) if within => out.push_str(&text.xml10_content()),
                Event::CData(text) if within => out.push_str(&text.xml10_content()),
                Event::GeneralRef(reference) if within => {
                    let number =
                        reference.resolve_char_ref().map_err(|_| damaged("a character reference"))?;
                    match (number, resolve_predefined_entity(&reference.xml10_content())) {
                        (Some(c), _) => out.push(c),
                        (None, Some(text)) => out.push_str(text),
                        (None, None) => return Err(damaged("an entity that is not defined")),
                    }
                }
                Event::Eof => return Err(damaged("a part without its end")),
                _ => {}
            }
        }
    }
}

/// The value of the attribute whose name without prefix is `name`.
pub(super) fn attribute<'t>(tag: &'t BytesStart<'_>, name: &str) -> Result<Option<Cow<'t, str>>, FileError> {
    // Without the check for repeated attributes, whose cost is the square of their number.
    for attribute in tag.attributes().with_checks(false) {
        let attribute = attribute.map_err(|_| damaged("an attribute"))?;
        if attribute.key.local_name().as_ref() == name {
            let value = attribute.normalized_value(XmlVersion::Implicit1_0);
            return value.map(Some).map_err(|_| damaged("an attribute's value"));
        }
    }
    Ok(None)
}

fn refusal(error: &quick_xml::Error, limit: u64) -> FileError {
    match error {
        quick_xml::Error::Io(e) if e.kind() == ErrorKind::FileTooLarge => {
            FileError::TooLarge { what: "unpacked bytes", limit }
        }
        other => FileError::Damaged { detail: super::super::findings::shown(&other.to_string()) },
    }
}

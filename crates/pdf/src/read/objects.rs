//! Every object of every revision, parsed once; and the objects that stand in the file but in no table.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::issue::Issues;
use super::limits::{Budget, Limits};
use super::object::{Dict, Object, ObjectId};
use super::parser::{Header, Parser, find, is_space};
use super::xref::{Entry, Section};
use super::{Error, Issue, filter, loose};

/// The bytes, with what reading them may cost.
pub(super) struct File<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) limits: &'a Limits,
    pub(super) budget: &'a Budget,
    /// Where `%PDF-` stands; 0 in an honest file.
    pub(super) header: usize,
}

impl<'a> File<'a> {
    pub(super) fn parser(&self, at: usize) -> Parser<'a> {
        Parser::new(self.bytes, at, self.limits, self.budget)
    }

    /// An offset that the file states, as a position in it. Offsets count from the header (§7.5.2 as
    /// programs read it).
    pub(super) fn offset(&self, stated: i64) -> Option<usize> {
        let at = usize::try_from(stated).ok()?.checked_add(self.header)?;
        (at < self.bytes.len()).then_some(at)
    }
}

/// One definition of an object.
pub(super) struct Loaded {
    pub(super) id: ObjectId,
    pub(super) value: Object,
    /// From its number to behind `endobj`; of a packed object, the place of its container.
    pub(super) span: Range<usize>,
    /// The raw data, when it is a stream.
    pub(super) stream: Option<Range<usize>>,
    pub(super) packed: bool,
    /// There are comments in it.
    pub(super) commented: bool,
}

pub(super) struct RevisionObjects {
    pub(super) xref: usize,
    pub(super) end: usize,
    pub(super) trailer: Dict,
    pub(super) defined: BTreeMap<u32, Loaded>,
    pub(super) freed: BTreeSet<u32>,
}

pub(super) struct Store<'a> {
    pub(super) file: &'a File<'a>,
    /// Oldest first; never empty.
    pub(super) revisions: Vec<RevisionObjects>,
}

impl<'a> Store<'a> {
    pub(super) fn load(
        file: &'a File<'a>,
        sections: Vec<Section>,
        issues: &mut Issues,
    ) -> Result<Self, Error> {
        let extents: Vec<Range<usize>> = sections.iter().flat_map(|s| s.extents.iter().cloned()).collect();
        let commented = sections.iter().enumerate().skip(1).find(|(_, section)| section.commented);
        let commented = commented.map(|(revision, section)| Issue::LooseBytes { revision, at: section.at });
        let mut store = Self { file, revisions: Vec::new() };
        let mut lengths = BTreeMap::new();
        for section in sections {
            store.load_section(section, &mut lengths, issues)?;
        }
        if let Some(comment) = commented.or_else(|| loose::comment(&store)) {
            issues.add(comment);
        }
        store.find_unlisted(extents, issues)?;
        Ok(store)
    }

    fn load_section(
        &mut self,
        section: Section,
        places: &mut BTreeMap<u32, usize>,
        issues: &mut Issues,
    ) -> Result<(), Error> {
        let mut revision = RevisionObjects {
            xref: section.at,
            end: section.end,
            trailer: section.trailer,
            defined: BTreeMap::new(),
            freed: BTreeSet::new(),
        };
        let mut packed: BTreeMap<u32, Vec<(u32, u32)>> = BTreeMap::new();
        for (number, entry) in &section.entries {
            if let Entry::At { offset, .. } = entry {
                places.insert(*number, *offset);
            }
        }
        for (number, entry) in section.entries {
            match entry {
                Entry::Free => {
                    revision.freed.insert(number);
                }
                Entry::Packed { container, index } => {
                    packed.entry(container).or_default().push((number, index))
                }
                Entry::At { offset, generation } => {
                    let id = ObjectId { number, generation };
                    if let Some(loaded) = load(self.file, id, offset, places, issues)? {
                        revision.defined.insert(number, loaded);
                    }
                }
            }
        }
        self.revisions.push(revision);
        for (container, members) in packed {
            self.unpack(container, members, issues)?;
        }
        Ok(())
    }

    /// Parses the listed members of an object stream into the newest revision (§7.5.7).
    fn unpack(
        &mut self,
        container: u32,
        mut members: Vec<(u32, u32)>,
        issues: &mut Issues,
    ) -> Result<(), Error> {
        let file = self.file;
        let decoded = match self.find_latest(container) {
            Some(Loaded { value: Object::Dict(dict), stream: Some(data), span, .. })
                if dict.is("Type", "ObjStm") =>
            {
                let raw = file.bytes.get(data.clone()).unwrap_or_default();
                let first = dict.int("First").and_then(|first| usize::try_from(first).ok());
                filter::decode(dict, raw, span.start, file.limits, file.budget)
                    .map(|bytes| (bytes, first.unwrap_or(usize::MAX), span.clone()))
            }
            _ => Err(Error::Syntax { at: 0, expected: "an object stream" }),
        };
        let (bytes, first, span) = match decoded {
            Ok(decoded) => decoded,
            Err(limit @ Error::LimitExceeded { .. }) => return Err(limit),
            Err(_) => {
                for (number, _) in members {
                    issues.add(Issue::UnreadableObject { number, at: 0 });
                }
                return Ok(());
            }
        };
        members.sort_unstable_by_key(|(_, index)| *index);
        let mut members = members.into_iter().peekable();
        let mut head = Parser::new(&bytes, 0, file.limits, file.budget);
        let mut index = 0_u32;
        while let Some((number, wanted)) = members.peek().copied() {
            let Ok((listed, offset)) = head.unsigned().and_then(|n| Ok((n, head.unsigned()?))) else { break };
            if index == wanted {
                members.next();
                let at = usize::try_from(offset).ok().and_then(|offset| first.checked_add(offset));
                if listed != u64::from(number) {
                    issues.add(Issue::XrefWrongObject { number, at: span.start });
                } else {
                    self.unpack_one(number, &bytes, at.unwrap_or(usize::MAX), span.clone(), issues)?;
                }
            }
            index = index.saturating_add(1);
        }
        for (number, _) in members {
            issues.add(Issue::UnreadableObject { number, at: span.start });
        }
        Ok(())
    }

    fn unpack_one(
        &mut self,
        number: u32,
        bytes: &[u8],
        at: usize,
        span: Range<usize>,
        issues: &mut Issues,
    ) -> Result<(), Error> {
        match Parser::new(bytes, at, self.file.limits, self.file.budget).value(0) {
            Ok(value) => {
                let id = ObjectId { number, generation: 0 };
                if let Some(revision) = self.revisions.last_mut() {
                    let loaded = Loaded { id, value, span, stream: None, packed: true, commented: false };
                    revision.defined.insert(number, loaded);
                }
            }
            Err(limit @ Error::LimitExceeded { .. }) => return Err(limit),
            Err(_) => issues.add(Issue::UnreadableObject { number, at: span.start }),
        }
        Ok(())
    }

    /// The index of the newest revision.
    pub(super) fn latest(&self) -> usize {
        self.revisions.len().saturating_sub(1)
    }

    /// Where the last revision's bytes end.
    pub(super) fn last_end(&self) -> Option<usize> {
        self.revisions.iter().map(|revision| revision.end).max()
    }

    pub(super) fn find_latest(&self, number: u32) -> Option<&Loaded> {
        self.find(number, self.latest())
    }

    /// The object as it stood when revision `revision` had been written.
    pub(super) fn find(&self, number: u32, revision: usize) -> Option<&Loaded> {
        self.find_with_revision(number, revision).map(|(_, loaded)| loaded)
    }

    /// Likewise, with the revision that wrote it.
    pub(super) fn find_with_revision(&self, number: u32, revision: usize) -> Option<(usize, &Loaded)> {
        for (index, state) in self.revisions.iter().enumerate().take(revision.saturating_add(1)).rev() {
            if let Some(loaded) = state.defined.get(&number) {
                return Some((index, loaded));
            }
            if state.freed.contains(&number) {
                return None;
            }
        }
        None
    }

    /// Follows a reference, one step: a reference to a reference is not allowed.
    pub(super) fn resolve<'b>(&'b self, value: &'b Object, revision: usize) -> &'b Object {
        match value {
            Object::Reference(id) => self.find(id.number, revision).map_or(&Object::Null, |o| &o.value),
            direct => direct,
        }
    }

    /// The value of `key`, dereferenced.
    pub(super) fn get<'b>(&'b self, dict: &'b Dict, key: &str, revision: usize) -> Option<&'b Object> {
        dict.get(key).map(|value| self.resolve(value, revision))
    }

    pub(super) fn get_dict<'b>(&'b self, dict: &'b Dict, key: &str, revision: usize) -> Option<&'b Dict> {
        self.get(dict, key, revision)?.dict()
    }

    pub(super) fn catalog(&self, revision: usize) -> Option<(ObjectId, &Dict)> {
        let root = self.revisions.get(revision)?.trailer.get("Root")?;
        let Object::Reference(id) = root else { return None };
        Some((*id, self.find(id.number, revision)?.value.dict()?))
    }

    /// Looks for `12 0 obj` outside of everything that the tables list.
    fn find_unlisted(&self, mut known: Vec<Range<usize>>, issues: &mut Issues) -> Result<(), Error> {
        let loaded = self.revisions.iter().flat_map(|revision| revision.defined.values());
        known.extend(loaded.filter(|object| !object.packed).map(|object| object.span.clone()));
        known.sort_unstable_by_key(|range| range.start);
        let mut at = self.file.header;
        for range in known.iter().chain(std::iter::once(&(self.file.bytes.len()..usize::MAX))) {
            if at < range.start {
                self.scan(at..range.start, issues)?;
                loose::bytes(self, at..range.start, issues)?;
            }
            at = at.max(range.end);
        }
        Ok(())
    }

    fn scan(&self, gap: Range<usize>, issues: &mut Issues) -> Result<(), Error> {
        self.file.budget.spend(gap.len())?;
        let mut from = gap.start;
        let bytes = self.file.bytes.get(..gap.end).unwrap_or_default();
        while let Some(word) = find(bytes, b"obj", from) {
            from = word + 3;
            let before = bytes.get(gap.start..word).unwrap_or_default();
            let Some((number, len)) = object_number(before) else { continue };
            let at = word - len;
            let revision = self.revisions.iter().find(|revision| at < revision.end);
            match revision.and_then(|revision| revision.defined.get(&number)) {
                Some(twin) => {
                    issues.add(Issue::DuplicateObject { number, first: twin.span.start, second: at })
                }
                None => issues.add(Issue::UnlistedObject { number, at }),
            }
        }
        Ok(())
    }
}

/// The object number of `12 0 ` at the end of `before`, and how long that text is.
fn object_number(before: &[u8]) -> Option<(u32, usize)> {
    let tail = before.get(before.len().saturating_sub(32)..)?;
    let back = |from: usize, test: fn(&u8) -> bool| {
        from - tail.iter().take(from).rev().take_while(|byte| test(byte)).count()
    };
    let generation_end = back(tail.len(), |byte| is_space(*byte));
    let generation = back(generation_end, u8::is_ascii_digit);
    let number_end = back(generation, |byte| is_space(*byte));
    let number = back(number_end, u8::is_ascii_digit);
    if generation == generation_end || number == number_end || number_end == generation {
        return None;
    }
    let digits = std::str::from_utf8(tail.get(number..number_end)?).ok()?;
    Some((digits.parse().ok()?, tail.len() - number))
}

/// Parses the object that a table says stands at `offset`.
fn load(
    file: &File,
    id: ObjectId,
    offset: usize,
    places: &BTreeMap<u32, usize>,
    issues: &mut Issues,
) -> Result<Option<Loaded>, Error> {
    let mut parser = file.parser(offset);
    let header = match parser.header_with_end() {
        Ok(header) => header,
        Err(limit @ Error::LimitExceeded { .. }) => return Err(limit),
        Err(_) => {
            issues.add(Issue::UnreadableObject { number: id.number, at: offset });
            return Ok(None);
        }
    };
    let (Header { id: found, value, data }, value_end) = header;
    if found != id {
        issues.add(Issue::XrefWrongObject { number: id.number, at: offset });
        return Ok(None);
    }
    let mut end = value_end;
    let mut stream = None;
    if let (Some(data), Object::Dict(dict)) = (data, &value) {
        let Some(data_end) = stream_end(file, dict, id, data, places, issues)? else { return Ok(None) };
        stream = Some(data..data_end);
        end = data_end;
    }
    let mut tail = file.parser(end);
    tail.skip_space()?;
    if stream.is_some() {
        tail.keyword("endstream");
        tail.skip_space()?;
    }
    if tail.keyword("endobj") {
        end = tail.pos();
    }
    let commented = parser.commented() || tail.commented();
    Ok(Some(Loaded { id, value, span: offset..end, stream, packed: false, commented }))
}

/// Where a stream's data ends: by /Length if `endstream` follows, else at the next `endstream`.
fn stream_end(
    file: &File,
    dict: &Dict,
    id: ObjectId,
    data: usize,
    places: &BTreeMap<u32, usize>,
    issues: &mut Issues,
) -> Result<Option<usize>, Error> {
    let stated = match dict.get("Length") {
        Some(Object::Reference(length)) => {
            let place = places.get(&length.number).copied();
            let header = place.and_then(|at| file.parser(at).header().ok());
            header.filter(|header| header.id == *length).and_then(|header| header.value.int())
        }
        Some(value) => value.int(),
        None => None,
    };
    let stated = stated.and_then(|len| usize::try_from(len).ok()).and_then(|len| data.checked_add(len));
    if let Some(end) = stated.filter(|end| *end <= file.bytes.len()) {
        let mut tail = file.parser(end);
        // A stream's data is not text: only white space may stand between it and `endstream`.
        tail.skip_white()?;
        if tail.keyword("endstream") {
            return Ok(Some(end));
        }
    }
    let found = find(file.bytes, b"endstream", data);
    file.budget.spend(found.unwrap_or(file.bytes.len()) - data)?;
    if !matches!(dict.get("Length"), Some(Object::Reference(_))) || found.is_none() {
        issues.add(Issue::StreamLength { object: id, at: data });
    }
    Ok(found)
}

//! Cross-reference tables and streams, hybrid files, and the chain of sections (§7.5.4, §7.5.8).

use std::collections::{BTreeMap, BTreeSet};

use super::issue::Issues;
use super::object::{Dict, Object};
use super::objects::File;
use super::parser::find;
use super::{Error, Issue, filter};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    Free,
    At {
        offset: usize,
        generation: u16,
    },
    /// The `index`-th object of the object stream `container`.
    Packed {
        container: u32,
        index: u32,
    },
}

/// One cross-reference section, or what belongs to one revision.
pub(super) struct Section {
    pub(super) at: usize,
    /// First byte after the section and its trailer dictionary (or its stream's data).
    pub(super) after: usize,
    /// Where the revision's bytes end: after `%%EOF` and one line end.
    pub(super) end: usize,
    pub(super) entries: BTreeMap<u32, Entry>,
    pub(super) trailer: Dict,
    /// There are comments in it.
    pub(super) commented: bool,
    /// The parts of the file that hold cross-reference data.
    pub(super) extents: Vec<std::ops::Range<usize>>,
}

/// All sections, oldest first.
pub(super) fn sections(file: &File, issues: &mut Issues) -> Result<Vec<Section>, Error> {
    let mut next = Some(start(file)?);
    let mut seen = BTreeSet::new();
    let mut newest_first: Vec<Section> = Vec::new();
    let mut objects = 0;
    while let Some(at) = next {
        if !seen.insert(at) {
            issues.add(Issue::XrefLoop { at });
            break;
        }
        if newest_first.len() >= file.limits.revisions {
            return Err(Error::LimitExceeded { limit: "revisions" });
        }
        let mut section = match section(file, at, &mut objects) {
            Ok(section) => section,
            Err(limit @ Error::LimitExceeded { .. }) => return Err(limit),
            Err(_) if newest_first.is_empty() => return Err(Error::NoCrossReference { at }),
            Err(_) => {
                issues.add(Issue::XrefUnreadable { at });
                break;
            }
        };
        hybrid(file, &mut section, &mut objects, issues)?;
        next = section.trailer.int("Prev").and_then(|prev| file.offset(prev));
        newest_first.push(section);
    }
    let mut sections = newest_first;
    sections.reverse();
    set_ends(file, &mut sections)?;
    Ok(merge_linearized(sections))
}

/// Where the last `startxref` points.
fn start(file: &File) -> Result<usize, Error> {
    let none = Error::NoCrossReference { at: file.bytes.len() };
    file.budget.spend(file.bytes.len())?;
    let word = b"startxref";
    let at = file.bytes.windows(word.len()).rposition(|window| window == word).ok_or(none)?;
    let offset = file.parser(at + word.len()).unsigned().map_err(|_| Error::NoCrossReference { at })?;
    let offset = i64::try_from(offset).ok().and_then(|offset| file.offset(offset));
    offset.ok_or(Error::NoCrossReference { at })
}

fn section(file: &File, at: usize, objects: &mut usize) -> Result<Section, Error> {
    let mut parser = file.parser(at);
    parser.skip_space()?;
    if parser.keyword("xref") { table(file, at, objects) } else { stream(file, at, objects) }
}

fn count(file: &File, objects: &mut usize, more: u64) -> Result<(), Error> {
    let sum = usize::try_from(more).ok().and_then(|more| objects.checked_add(more));
    *objects =
        sum.filter(|sum| *sum <= file.limits.objects).ok_or(Error::LimitExceeded { limit: "objects" })?;
    // Its line and its definition, which is kept beside its value.
    file.budget.keep(usize::try_from(more).unwrap_or(usize::MAX).saturating_mul(3))
}

fn table(file: &File, at: usize, objects: &mut usize) -> Result<Section, Error> {
    let mut parser = file.parser(at);
    parser.skip_space()?;
    parser.keyword("xref");
    let mut entries = BTreeMap::new();
    loop {
        parser.skip_space()?;
        if parser.keyword("trailer") {
            break;
        }
        let first = parser.unsigned()?;
        let len = parser.unsigned()?;
        count(file, objects, len)?;
        for number in first..first.saturating_add(len) {
            let offset = parser.unsigned()?;
            let generation = parser.unsigned()?;
            parser.skip_space()?;
            let used = parser.keyword("n");
            if !used && !parser.keyword("f") {
                return Err(Error::Syntax { at: parser.pos(), expected: "n or f" });
            }
            let Ok(number) = u32::try_from(number) else { continue };
            let entry = match (used, i64::try_from(offset), u16::try_from(generation)) {
                (true, Ok(offset), Ok(generation)) => {
                    file.offset(offset).map_or(Entry::Free, |offset| Entry::At { offset, generation })
                }
                _ => Entry::Free,
            };
            entries.insert(number, entry);
        }
    }
    parser.skip_space()?;
    let trailer = parser.dict(0)?;
    let after = parser.pos();
    let extent = at..after;
    let commented = parser.commented();
    Ok(Section { at, after, end: after, entries, trailer, commented, extents: vec![extent] })
}

fn stream(file: &File, at: usize, objects: &mut usize) -> Result<Section, Error> {
    let mut parser = file.parser(at);
    let header = parser.header()?;
    let wrong = Error::Syntax { at, expected: "a cross-reference stream" };
    let (Object::Dict(dict), Some(data)) = (header.value, header.data) else { return Err(wrong) };
    if !dict.is("Type", "XRef") {
        return Err(wrong);
    }
    let len = dict.int("Length").and_then(|len| usize::try_from(len).ok());
    let end = len.and_then(|len| data.checked_add(len)).filter(|end| *end <= file.bytes.len());
    let end = end.ok_or(Error::Syntax { at, expected: "a stream length" })?;
    let raw = file.bytes.get(data..end).unwrap_or_default();
    let table = filter::decode(&dict, raw, at, file.limits, file.budget)?;
    let entries = packed_entries(file, &dict, &table, at, objects)?;
    let extent = at..end;
    let commented = parser.commented();
    Ok(Section { at, after: end, end, entries, trailer: *dict, commented, extents: vec![extent] })
}

/// The rows of a cross-reference stream (§7.5.8.3).
fn packed_entries(
    file: &File,
    dict: &Dict,
    table: &[u8],
    at: usize,
    objects: &mut usize,
) -> Result<BTreeMap<u32, Entry>, Error> {
    let integers = |key: &str| -> Option<Vec<u64>> {
        let Object::Array(list) = dict.get(key)? else { return None };
        list.iter().map(|item| item.int().and_then(|value| u64::try_from(value).ok())).collect()
    };
    let widths = integers("W").unwrap_or_default();
    let &[kind_width, second_width, third_width] = widths.as_slice() else {
        return Err(Error::Syntax { at, expected: "three widths" });
    };
    if [kind_width, second_width, third_width].iter().any(|width| *width > 8) || second_width == 0 {
        return Err(Error::Syntax { at, expected: "widths of at most 8" });
    }
    let size = dict.int("Size").and_then(|size| u64::try_from(size).ok()).unwrap_or(0);
    let index = integers("Index").unwrap_or_else(|| vec![0, size]);
    let row = (kind_width + second_width + third_width) as usize;
    let mut rows = table.chunks_exact(row.max(1));
    let mut entries = BTreeMap::new();
    for pair in index.chunks_exact(2) {
        let &[first, len] = pair else { continue };
        count(file, objects, len)?;
        for (number, row) in (first..first.saturating_add(len)).zip(rows.by_ref()) {
            file.budget.spend(row.len())?;
            let (kind, rest) = row.split_at_checked(kind_width as usize).unwrap_or_default();
            let (second, third) = rest.split_at_checked(second_width as usize).unwrap_or_default();
            let kind = if kind.is_empty() { 1 } else { big_endian(kind) };
            let Ok(number) = u32::try_from(number) else { continue };
            entries.insert(number, row_entry(file, kind, big_endian(second), big_endian(third)));
        }
    }
    Ok(entries)
}

fn row_entry(file: &File, kind: u64, second: u64, third: u64) -> Entry {
    let at = |offset: u64| i64::try_from(offset).ok().and_then(|offset| file.offset(offset));
    match (kind, at(second), u16::try_from(third)) {
        (1, Some(offset), Ok(generation)) => Entry::At { offset, generation },
        (2, _, _) => match (u32::try_from(second), u32::try_from(third)) {
            (Ok(container), Ok(index)) => Entry::Packed { container, index },
            _ => Entry::Free,
        },
        _ => Entry::Free,
    }
}

fn big_endian(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |value, byte| value << 8 | u64::from(*byte))
}

/// Adds what a hybrid file's /XRefStm lists; entries in use of the table win over it (§7.5.8.4).
fn hybrid(file: &File, section: &mut Section, objects: &mut usize, issues: &mut Issues) -> Result<(), Error> {
    let Some(at) = section.trailer.int("XRefStm") else { return Ok(()) };
    let hidden = file.offset(at).ok_or(Error::NoCrossReference { at: section.at });
    match hidden.and_then(|at| stream(file, at, objects)) {
        Ok(hidden) => {
            for (number, entry) in hidden.entries {
                let slot = section.entries.entry(number).or_insert(entry);
                if *slot == Entry::Free {
                    *slot = entry;
                }
            }
            section.commented |= hidden.commented;
            section.extents.extend(hidden.extents);
        }
        Err(limit @ Error::LimitExceeded { .. }) => return Err(limit),
        Err(_) => issues.add(Issue::XrefUnreadable { at: section.at }),
    }
    Ok(())
}

/// Finds the `%%EOF` that closes each section.
fn set_ends(file: &File, sections: &mut [Section]) -> Result<(), Error> {
    for section in sections {
        let eof = find(file.bytes, b"%%EOF", section.after);
        let mark = eof.map_or(file.bytes.len(), |at| at + 5);
        file.budget.spend(mark.saturating_sub(section.after))?;
        section.end = match file.bytes.get(mark..) {
            Some([13, 10, ..]) => mark + 2,
            Some([10 | 13, ..]) => mark + 1,
            _ => mark,
        };
    }
    Ok(())
}

/// A section that stands before an older one was not appended: the two are the halves of a linearized
/// file, written in one go.
fn merge_linearized(sections: Vec<Section>) -> Vec<Section> {
    let mut out: Vec<Section> = Vec::new();
    for mut section in sections {
        match out.pop_if(|older| section.at < older.at) {
            Some(older) => {
                for (number, entry) in older.entries {
                    section.entries.entry(number).or_insert(entry);
                }
                section.end = section.end.max(older.end);
                section.after = section.after.max(older.after);
                section.extents.extend(older.extents);
                out.push(section);
            }
            None => out.push(section),
        }
    }
    out
}

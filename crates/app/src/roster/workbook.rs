//! Workbooks (`.xlsx`, ECMA-376): only what a roster needs, which is the cells' values and the way days are
//! counted. Streamed, and bounded at every step, since a workbook comes from outside:
//!
//! - what a part unpacks to is counted as it is read, whatever the archive claims;
//! - nothing is reserved, recursed into or expanded because the file says so; no document types, no entities;
//! - macros and encryption are refused. Why not a general library: `docs/adr/0005-reading-workbooks.md`.

mod package;
mod xml;

use self::package::Package;
use self::xml::{Xml, attribute};
use super::FileError;
use super::cell::{Cell, Cells};
use super::sheet::{Reading, Sheet};
use quick_xml::events::{BytesStart, Event};
use std::ops::ControlFlow;

/// The last row a workbook can have.
const LAST_ROW: u32 = 1_048_576;

pub(super) fn read(bytes: &[u8], reading: &mut Reading<'_>) -> Result<(), FileError> {
    let mut package = Package::open(bytes, &reading.rules.limits)?;
    let book = package.book()?;
    let shared = match book.shared_strings {
        Some(part) => shared_strings(&mut package.part(part)?)?,
        None => Strings::default(),
    };
    for (name, part) in &book.sheets {
        let mut sheet = reading.sheet(name, book.since_1904);
        if let Some(part) = part {
            read_sheet(&mut package.part(*part)?, &shared, &mut sheet)?;
        }
        sheet.close();
    }
    Ok(())
}

/// The texts that cells refer to by number, one after the other.
#[derive(Default)]
struct Strings {
    text: String,
    ends: Vec<usize>,
}

impl Strings {
    fn get(&self, n: usize) -> Option<&str> {
        let end = *self.ends.get(n)?;
        let start = n.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or_default();
        self.text.get(start..end)
    }
}

fn shared_strings(xml: &mut Xml<'_>) -> Result<Strings, FileError> {
    let mut strings = Strings::default();
    let mut one = String::new();
    loop {
        match xml.next()? {
            Event::Start(e) if e.local_name().as_ref() == "si" => {
                one.clear();
                xml.collect("si", "t", &mut one)?;
                strings.text.push_str(&unescaped(&one));
                strings.ends.push(strings.text.len());
            }
            Event::Eof => return Ok(strings),
            _ => {}
        }
    }
}

/// A value where it is kept: shared text by its number, other text by its range in the row's own.
#[derive(Clone, Copy)]
enum Value {
    Empty,
    Shared(usize),
    Inline(usize, usize),
    Fault(usize, usize),
    Number(f64),
    Truth(bool),
}

/// The row being read.
struct Row<'s> {
    shared: &'s Strings,
    number: u32,
    values: Vec<Value>,
    text: String,
}

impl Cells for Row<'_> {
    fn width(&self) -> usize {
        self.values.len()
    }

    fn cell(&self, column: usize) -> Cell<'_> {
        let own = |from: usize, to: usize| self.text.get(from..to).unwrap_or_default();
        match self.values.get(column).copied().unwrap_or(Value::Empty) {
            Value::Empty => Cell::Empty,
            Value::Shared(n) => Cell::of_text(self.shared.get(n).unwrap_or_default()),
            Value::Inline(from, to) => Cell::of_text(own(from, to)),
            Value::Fault(from, to) => Cell::Fault(own(from, to)),
            Value::Number(number) => Cell::Number(number),
            Value::Truth(truth) => Cell::Truth(truth),
        }
    }
}

impl Row<'_> {
    /// Rows rise; one without a number follows the last.
    fn begin(&mut self, tag: &BytesStart<'_>) -> Result<(), FileError> {
        let number = match attribute(tag, "r")? {
            Some(r) => r.trim().parse().map_err(|_| damaged("a row number"))?,
            None => self.number.saturating_add(1),
        };
        if number <= self.number || number > LAST_ROW {
            return Err(damaged("rows out of order"));
        }
        self.number = number;
        self.values.clear();
        self.text.clear();
        Ok(())
    }

    /// Keeps a value. Columns beyond `most` fall on one that no heading reaches, so that they are still reported.
    fn put(&mut self, column: usize, kind: Kind, raw: &str, most: usize) -> Result<(), FileError> {
        let value = match kind {
            _ if raw.is_empty() => return Ok(()),
            Kind::Shared => {
                let known = raw.trim().parse().ok().filter(|n| self.shared.get(*n).is_some());
                Value::Shared(known.ok_or_else(|| damaged("a reference to a text that is not there"))?)
            }
            Kind::Truth => Value::Truth(matches!(raw.trim(), "1" | "true")),
            Kind::Fault => {
                let (from, to) = self.keep(raw);
                Value::Fault(from, to)
            }
            Kind::Number => match raw.trim().parse::<f64>().ok().filter(|n| n.is_finite()) {
                Some(number) => Value::Number(number),
                None => {
                    let (from, to) = self.keep(raw);
                    Value::Inline(from, to)
                }
            },
            Kind::Text | Kind::Inline => {
                let (from, to) = self.keep(&unescaped(raw));
                Value::Inline(from, to)
            }
        };
        let column = column.min(most);
        if self.values.len() <= column {
            self.values.resize(column + 1, Value::Empty);
        }
        if let Some(place) = self.values.get_mut(column) {
            *place = value;
        }
        Ok(())
    }

    fn keep(&mut self, text: &str) -> (usize, usize) {
        let from = self.text.len();
        self.text.push_str(text);
        (from, self.text.len())
    }
}

/// What attribute `t` of a cell says (ST_CellType). Dates are numbers, or text of ISO 8601 (`d`).
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Shared,
    Inline,
    Text,
    Number,
    Truth,
    Fault,
}

impl Kind {
    fn of(tag: &BytesStart<'_>) -> Result<Self, FileError> {
        match attribute(tag, "t")?.as_deref() {
            None | Some("n") => Ok(Self::Number),
            Some("s") => Ok(Self::Shared),
            Some("inlineStr") => Ok(Self::Inline),
            Some("str" | "d") => Ok(Self::Text),
            Some("b") => Ok(Self::Truth),
            Some("e") => Ok(Self::Fault),
            Some(_) => Err(damaged("a cell of unknown type")),
        }
    }
}

fn read_sheet(xml: &mut Xml<'_>, shared: &Strings, sheet: &mut Sheet<'_, '_>) -> Result<(), FileError> {
    let most = sheet.reading.rules.limits.columns;
    let mut row = Row { shared, number: 0, values: Vec::new(), text: String::new() };
    let mut next_column = 0;
    let mut raw = String::new();
    loop {
        match xml.next()? {
            Event::Start(e) => match e.local_name().as_ref() {
                "row" => {
                    row.begin(&e)?;
                    next_column = 0;
                }
                "c" => {
                    let column = match attribute(&e, "r")? {
                        Some(reference) => column_of(&reference)?,
                        None => next_column,
                    };
                    let kind = Kind::of(&e)?;
                    raw.clear();
                    xml.collect("c", if kind == Kind::Inline { "t" } else { "v" }, &mut raw)?;
                    row.put(column, kind, &raw, most)?;
                    next_column = column.saturating_add(1);
                }
                _ => {}
            },
            Event::End(e) => match e.local_name().as_ref() {
                "row" => {
                    if let ControlFlow::Break(()) = sheet.row(row.number, &row)? {
                        return Ok(());
                    }
                }
                "sheetData" => return Ok(()),
                _ => {}
            },
            Event::Eof => return Err(damaged("a sheet without its end")),
            _ => {}
        }
    }
}

/// `AB12` → 27.
fn column_of(reference: &str) -> Result<usize, FileError> {
    let letters = reference.bytes().take_while(u8::is_ascii_alphabetic);
    let column = letters.fold(0_usize, |n, letter| {
        let digit = usize::from(letter.to_ascii_uppercase() - b'A') + 1;
        n.saturating_mul(26).saturating_add(digit)
    });
    column.checked_sub(1).ok_or_else(|| damaged("a cell without a column"))
}

/// `_x000D_` is how a workbook writes a character that XML cannot hold (ST_Xstring).
fn unescaped(text: &str) -> std::borrow::Cow<'_, str> {
    if !text.contains("_x") {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let escape = from.get(..7).filter(|e| e.ends_with('_')).and_then(|e| e.get(2..6));
        match escape.and_then(|hex| u32::from_str_radix(hex, 16).ok()).and_then(char::from_u32) {
            Some(c) => {
                out.push(c);
                rest = from.get(7..).unwrap_or_default();
            }
            None => {
                out.push_str("_x");
                rest = from.get(2..).unwrap_or_default();
            }
        }
    }
    (out + rest).into()
}

fn damaged(detail: &str) -> FileError {
    FileError::Damaged { detail: detail.to_owned() }
}

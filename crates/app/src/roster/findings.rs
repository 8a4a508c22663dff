//! What was found in a roster, as it may be shown: names and document numbers only masked, everything else
//! cut and escaped, so that a finding can go to a screen or a log.

use super::cell::{Cell, invisible};
use super::columns::Column;
use std::collections::BTreeMap;
use yinxin_model::number::mask;
use yinxin_model::person::half_width;

/// The most characters of a cell that a finding shows.
const SHOWN_CHARS: usize = 40;

/// From so many digits in a row on they may be somebody's document or phone number in a wrong column.
const TELLING_DIGITS: usize = 11;

/// What the sentence about a finding needs besides row and column.
pub(super) type Values = BTreeMap<&'static str, String>;

/// One finding: which cell, which rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowNote {
    pub sheet: String,
    /// As a spreadsheet shows it; 0 for the sheet as a whole.
    pub row: u32,
    /// The heading as it stands in the file; empty for the row as a whole.
    pub column: String,
    /// Masked where it is a name or a number of a person.
    pub value: String,
    /// A code of `docs/ROSTER.md`.
    pub rule: &'static str,
    /// What the sentence about it names: accepted forms, the row seen first.
    pub values: BTreeMap<&'static str, String>,
}

/// Findings of one kind: the first are listed, all are counted.
#[derive(Debug)]
pub(super) struct Listed {
    pub(super) listed: Vec<RowNote>,
    pub(super) total: u64,
    most: usize,
}

impl Listed {
    pub(super) fn new(most: usize) -> Self {
        Self { listed: Vec::new(), total: 0, most }
    }

    /// `note` is only made where it is listed.
    pub(super) fn add(&mut self, note: impl FnOnce() -> RowNote) {
        self.total += 1;
        if self.listed.len() < self.most {
            self.listed.push(note());
        }
    }
}

/// Errors, warnings and notes of a roster.
#[derive(Debug)]
pub(super) struct Findings {
    pub(super) errors: Listed,
    pub(super) warnings: Listed,
    pub(super) notes: Listed,
}

impl Findings {
    pub(super) fn new(most: usize) -> Self {
        Self { errors: Listed::new(most), warnings: Listed::new(most), notes: Listed::new(most) }
    }
}

/// The text of `cell` in `column` as a finding may show it.
pub(super) fn shown_cell(column: Column, cell: Cell<'_>) -> String {
    let text = cell.text();
    // What follows a line break in a cell is mostly another row that an open quotation mark swallowed.
    let text = text.trim().lines().next().unwrap_or_default();
    match column {
        Column::Name => masked_name(text),
        Column::DocumentNumber => shown(&mask(text, 3, 2)),
        Column::ManagementNumber => shown(&without_words(text)),
        Column::BirthDate | Column::ApprovalDate | Column::MadeOn => shown(&without_words(text)),
        _ => shown(&without_long_numbers(text)),
    }
}

/// In a column of numbers or dates, letters of other scripts are somebody's name from a row that has slipped.
fn without_words(text: &str) -> String {
    let kept = |c: char| half_width(c).is_ascii() || !c.is_alphabetic() || "年月日号".contains(c);
    text.chars().map(|c| if kept(c) { c } else { '*' }).collect()
}

/// At most 40 characters, control and invisible ones written as `\u{…}`.
pub(super) fn shown(text: &str) -> String {
    let text = text.trim();
    let mut out = String::new();
    let mut buffer = [0; 4];
    for (n, c) in text.chars().enumerate() {
        if n == SHOWN_CHARS {
            out.push('…');
            break;
        }
        if c != ' ' && invisible(c.encode_utf8(&mut buffer)).is_some() {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    out
}

/// The first character and stars that do not tell the length; of one character nothing.
fn masked_name(name: &str) -> String {
    let mut chars = name.chars();
    let first: String = chars.next().into_iter().collect();
    match chars.count() {
        0 if first.is_empty() => String::new(),
        0 => "*".into(),
        1 => shown(&first) + "*",
        _ => shown(&first) + "**",
    }
}

/// A column may have slipped: long runs of digits are masked wherever they stand.
fn without_long_numbers(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_numeric()) {
        let (before, from) = rest.split_at(start);
        let end = from.find(|c: char| !c.is_numeric()).unwrap_or(from.len());
        let (digits, after) = from.split_at(end);
        out.push_str(before);
        let long = digits.chars().count() >= TELLING_DIGITS;
        out.push_str(&if long { mask(digits, 3, 2) } else { digits.to_owned() });
        rest = after;
    }
    out + rest
}

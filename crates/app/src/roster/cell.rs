//! Cells as both kinds of file give them, and what is common to all text in them.

use std::borrow::Cow;
use yinxin_model::person::{BadName, PersonName, half_width};

/// A cell. A text file has only text; a workbook says what is a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Cell<'a> {
    Empty,
    /// As it stands, untrimmed, with something other than white space in it.
    Text(&'a str),
    Number(f64),
    Truth(bool),
    /// `#REF!` and its like.
    Fault(&'a str),
}

/// The cells of one row.
pub(super) trait Cells {
    fn width(&self) -> usize;
    fn cell(&self, column: usize) -> Cell<'_>;
}

impl Cells for csv::StringRecord {
    fn width(&self) -> usize {
        self.len()
    }

    fn cell(&self, column: usize) -> Cell<'_> {
        self.get(column).map_or(Cell::Empty, Cell::of_text)
    }
}

impl<'a> Cell<'a> {
    pub(super) fn of_text(text: &'a str) -> Self {
        if text.trim_start().is_empty() { Self::Empty } else { Self::Text(text) }
    }

    /// What a reader of the spreadsheet sees, more or less.
    pub(super) fn text(self) -> Cow<'a, str> {
        match self {
            Self::Empty => Cow::Borrowed(""),
            Self::Text(text) | Self::Fault(text) => Cow::Borrowed(text),
            Self::Number(number) => Cow::Owned(number.to_string()),
            Self::Truth(truth) => Cow::Borrowed(if truth { "TRUE" } else { "FALSE" }),
        }
    }
}

/// Full-width forms read and outer white space dropped.
pub(super) fn folded(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    let wide = |c: char| half_width(c) != c;
    if text.contains(wide) { Cow::Owned(text.chars().map(half_width).collect()) } else { Cow::Borrowed(text) }
}

/// Whether `text` is plain at first sight, as most numbers, codes and dates are: no formula, nothing invisible.
pub(super) fn plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.first().is_some_and(u8::is_ascii_alphanumeric) && bytes.iter().all(|b| matches!(b, b' '..=b'~'))
}

/// A control, direction or invisible character in `text`. The rule is that of names; the common case is
/// decided here, without building one.
pub(super) fn invisible(text: &str) -> Option<u32> {
    let common = |c: char| matches!(c, ' '..='~' | '\u{3000}'..='\u{303F}' | '\u{4E00}'..='\u{9FFF}' | '\u{FF01}'..='\u{FF5E}');
    if text.chars().all(common) {
        return None;
    }
    match PersonName::parse(text) {
        Err(BadName::Invisible(c)) => Some(c),
        _ => None,
    }
}

/// Whether a spreadsheet would run `text` as a formula. A minus sign begins numbers too.
pub(super) fn formula(text: &str) -> bool {
    if text.starts_with(['\t', '\r']) {
        return true;
    }
    let text = text.trim_start();
    match text.chars().next().map(half_width) {
        Some('=' | '+' | '@') => true,
        Some('-') => !text.chars().skip(1).all(|c| matches!(half_width(c), '0'..='9' | '.' | '-' | '/')),
        _ => false,
    }
}

/// `1.10101E+17`: what a spreadsheet leaves of a long number. Its last digits are lost.
pub(super) fn scientific(text: &str) -> bool {
    let text = text.trim();
    let Some((mantissa, exponent)) = text.split_once(['E', 'e']) else { return false };
    let exponent = exponent.strip_prefix('+').unwrap_or(exponent);
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    digits(exponent)
        && mantissa
            .split_once('.')
            .is_some_and(|(whole, rest)| whole.len() == 1 && digits(whole) && digits(rest))
}

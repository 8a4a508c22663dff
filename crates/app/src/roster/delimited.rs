//! Text rosters: the encoding and the delimiter found by content, and rows counted as a spreadsheet does.

use super::columns::{Layout, SEARCHED_ROWS};
use super::sheet::Reading;
use super::{FileError, rules};
use encoding_rs::{GB18030, UTF_16BE, UTF_16LE};
use std::borrow::Cow;
use std::ops::ControlFlow;

const DELIMITERS: [u8; 3] = [b',', b'\t', b';'];

pub(super) fn read(bytes: &[u8], sheet_name: &str, reading: &mut Reading<'_>) -> Result<(), FileError> {
    let text = decoded(bytes)?;
    if text.trim().is_empty() {
        return Err(FileError::Empty);
    }
    let columns = reading.rules.limits.columns;
    let lines = memchr::memchr_iter(b'\n', text.as_bytes()).count();
    reading.expect(lines, text.len());
    let mut rows = Rows::new(&text, delimiter(&text, columns)?);
    let mut sheet = reading.sheet(sheet_name, false);
    let mut record = csv::StringRecord::new();
    while let Some(row) = rows.next(&mut record)? {
        if rows.ends_within_quotes(&record) {
            sheet.refuse(row, rules::QUOTE_NOT_CLOSED);
        }
        if let ControlFlow::Break(()) = sheet.row(row, &record)? {
            break;
        }
    }
    sheet.close();
    Ok(())
}

/// The delimiter with which the most headings are read, commas where there is no telling.
fn delimiter(text: &str, columns: usize) -> Result<u8, FileError> {
    let mut best = (0, b',');
    let mut record = csv::StringRecord::new();
    for delimiter in DELIMITERS {
        let mut rows = Rows::new(text, delimiter);
        while let Some(row) = rows.next(&mut record)? {
            if row > SEARCHED_ROWS {
                break;
            }
            let known = Layout::known_in(&record, columns);
            if known > best.0 {
                best = (known, delimiter);
            }
        }
    }
    Ok(best.1)
}

/// The records of a text with the numbers that a spreadsheet gives their rows: a quoted line break stays within
/// its row, and a blank line, which the CSV reader passes over, is a row.
struct Rows<'t> {
    text: &'t [u8],
    reader: csv::Reader<&'t [u8]>,
    row: u32,
    /// Where the last record began.
    start: usize,
}

impl<'t> Rows<'t> {
    fn new(text: &'t str, delimiter: u8) -> Self {
        let text = text.as_bytes();
        let reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(false)
            .flexible(true)
            .from_reader(text);
        Self { text, reader, row: 0, start: 0 }
    }

    fn next(&mut self, record: &mut csv::StringRecord) -> Result<Option<u32>, FileError> {
        let damaged = |e: csv::Error| FileError::Damaged { detail: e.to_string() };
        self.start = self.at();
        let blank = blank_lines(self.text, self.start);
        if !self.reader.read_record(record).map_err(damaged)? {
            return Ok(None);
        }
        self.row = self.row.saturating_add(blank).saturating_add(1);
        Ok(Some(self.row))
    }

    fn at(&self) -> usize {
        usize::try_from(self.reader.position().byte()).unwrap_or(usize::MAX)
    }

    /// Whether the text ended before the quotes of its last record did, so that rows lie hidden in a field.
    fn ends_within_quotes(&self, record: &csv::StringRecord) -> bool {
        if self.at() < self.text.len() || !record.iter().any(|field| field.contains('\n')) {
            return false;
        }
        let quotes = self.text.get(self.start..).unwrap_or_default().iter().filter(|b| **b == b'"');
        quotes.count() % 2 == 1
    }
}

/// Blank lines from `at`, where a record ended.
fn blank_lines(text: &[u8], mut at: usize) -> u32 {
    let is = |at: usize, byte: u8| text.get(at) == Some(&byte);
    if at > 0 && is(at - 1, b'\r') && is(at, b'\n') {
        at += 1;
    }
    let mut lines: u32 = 0;
    loop {
        at += match (is(at, b'\r'), is(at, b'\n')) {
            (true, _) if is(at + 1, b'\n') => 2,
            (false, false) => return lines,
            _ => 1,
        };
        lines = lines.saturating_add(1);
    }
}

/// UTF-8 with or without a byte order mark, UTF-16 with one, else GB18030.
fn decoded(bytes: &[u8]) -> Result<Cow<'_, str>, FileError> {
    if let Some(rest) = bytes.strip_prefix(b"\xEF\xBB\xBF") {
        let bad = |e: std::str::Utf8Error| FileError::Encoding { row: line(rest, e.valid_up_to()) };
        return std::str::from_utf8(rest).map(Cow::Borrowed).map_err(bad);
    }
    for (mark, encoding) in [(b"\xFF\xFE", UTF_16LE), (b"\xFE\xFF", UTF_16BE)] {
        if let Some(rest) = bytes.strip_prefix(mark) {
            let (text, bad) = encoding.decode_without_bom_handling(rest);
            if !bad {
                return Ok(text);
            }
            let at = text.find(char::REPLACEMENT_CHARACTER).unwrap_or_default();
            return Err(FileError::Encoding { row: line(text.as_bytes(), at) });
        }
    }
    let bad = match std::str::from_utf8(bytes) {
        Ok(text) => return Ok(Cow::Borrowed(text)),
        Err(bad) => bad.valid_up_to(),
    };
    if bytes.contains(&0) {
        return Err(FileError::NotARoster { found: "binary data" });
    }
    if mostly_utf8(bytes) {
        return Err(FileError::Encoding { row: line(bytes, bad) });
    }
    let decode = |bytes| GB18030.decode_without_bom_handling_and_without_replacement(bytes);
    decode(bytes).ok_or_else(|| {
        // A line feed is never the second half of a GB18030 character, so lines can be tried one by one.
        let lines = bytes.split(|b| *b == b'\n');
        let row = lines.take_while(|line| decode(*line).is_some()).count() + 1;
        FileError::Encoding { row: u32::try_from(row).unwrap_or(u32::MAX) }
    })
}

/// Whether text that is not UTF-8 is so by damage: it would also decode as GB18030, to names of other people.
fn mostly_utf8(bytes: &[u8]) -> bool {
    let mut balance: i64 = 0;
    for chunk in bytes.utf8_chunks() {
        let ideographs = chunk.valid().chars().filter(|c| c.len_utf8() >= 3).count();
        balance = balance.saturating_add(i64::try_from(ideographs).unwrap_or(i64::MAX));
        balance -= i64::from(!chunk.invalid().is_empty());
    }
    balance > 0
}

/// The number of the line in which `at` lies.
fn line(bytes: &[u8], at: usize) -> u32 {
    let before = bytes.iter().take(at).filter(|b| **b == b'\n').count();
    u32::try_from(before + 1).unwrap_or(u32::MAX)
}

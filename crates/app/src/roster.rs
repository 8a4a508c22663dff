//! Reads a roster (名册): the bytes of a `.csv`, `.tsv`, `.txt` or `.xlsx` file in, drafts and findings out.
//!
//! Pure: no IO, no register, no clock (`today` is a rule), no randomness of its own. It judges a row by the
//! rules of `model` and by the catalogue, reports *every* broken rule of *every* row, and never decides what
//! becomes of a roster with errors: that is for the import. It must not know whether a management number is
//! already in the register. The format is described for its makers in `docs/ROSTER.md`.

mod answers;
mod cell;
mod columns;
mod dates;
mod delimited;
mod entry;
mod findings;
mod regions;
pub mod rules;
mod seen;
mod sheet;
mod workbook;

use crate::roster::sheet::Reading;
use std::sync::Arc;
use yinxin_model::Day;
use yinxin_model::catalogue::{Catalogue, Organisation};
use yinxin_model::draft::Draft;
use yinxin_model::ports::Entropy;

pub use findings::RowNote;

/// What a roster is judged by.
#[derive(Clone, Copy)]
pub struct Rules<'a> {
    pub catalogue: &'a Catalogue,
    /// The organisation that imports: its `imports_for` and its region count.
    pub importer: &'a Organisation,
    pub today: Day,
    /// Only for numbers that an issuer asks to have made.
    pub entropy: &'a dyn Entropy,
    pub limits: Limits,
}

/// How much is read before a file is refused as too large, and how many findings are listed one by one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Of the file.
    pub bytes: u64,
    /// Rows with data, all sheets together.
    pub rows: u64,
    /// Columns that are looked at.
    pub columns: usize,
    /// Characters in a cell.
    pub cell_chars: usize,
    /// Findings of each kind that are listed; the others are only counted.
    pub listed: usize,
    /// Bytes that the parts of a workbook may unpack to, all together.
    pub unpacked_bytes: u64,
    /// How many times its packed size a workbook may unpack to.
    pub unpacked_ratio: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 512 << 20,
            rows: 2_000_000,
            columns: 256,
            cell_chars: 200,
            listed: 1000,
            unpacked_bytes: 2 << 30,
            unpacked_ratio: 200,
        }
    }
}

/// What was read. The import goes on only where `errors_total` is 0.
#[derive(Debug, Default)]
pub struct Roster {
    /// Rows with data, good or not.
    pub rows: u64,
    /// The rows that broke no rule, in the order of the file.
    pub drafts: Vec<Placed>,
    pub errors: Vec<RowNote>,
    /// At least `errors.len()`: only the first [`Limits::listed`] are listed.
    pub errors_total: u64,
    pub warnings: Vec<RowNote>,
    pub warnings_total: u64,
    /// Title rows and sheets that were skipped.
    pub notes: Vec<RowNote>,
}

/// A draft and where it stands in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    pub sheet: Arc<str>,
    /// As a spreadsheet shows it: the first row is 1.
    pub row: u32,
    pub draft: Draft,
}

/// Why a file could not be read as a roster at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    #[error("this is {found}, not a roster; rosters are .csv, .tsv, .txt or .xlsx")]
    NotARoster { found: &'static str },
    #[error("the {what} exceed the limit of {limit}")]
    TooLarge { what: &'static str, limit: u64 },
    #[error("no heading row was found in the first {} rows: {}", columns::SEARCHED_ROWS, said(.sheets))]
    NoHeadings { sheets: Vec<MissingHeadings> },
    #[error("row {row} is written in none of UTF-8, UTF-16 with a byte order mark, GB18030")]
    Encoding { row: u32 },
    #[error("the workbook is encrypted")]
    Encrypted,
    #[error("the workbook carries macros")]
    Macros,
    #[error("the workbook is damaged: {detail}")]
    Damaged { detail: String },
    #[error("the roster has no rows")]
    Empty,
}

/// The mandatory headings that a sheet lacks, by their Chinese names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingHeadings {
    pub sheet: String,
    /// The row that looks most like the headings; 0 where none does.
    pub row: u32,
    pub missing: Vec<&'static str>,
}

impl FileError {
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotARoster { .. } => "file_type_unknown",
            Self::TooLarge { .. } => "roster_too_large",
            Self::NoHeadings { .. } => "roster_headings_missing",
            Self::Encoding { .. } => "roster_encoding",
            Self::Encrypted => "roster_encrypted",
            Self::Macros => "roster_macros",
            Self::Damaged { .. } => "roster_damaged",
            Self::Empty => "roster_empty",
        }
    }
}

/// Reads `bytes`. The content decides what kind of file it is; `file_name` (of which only the last part counts)
/// names the one sheet of a text file.
pub fn read(bytes: &[u8], file_name: &str, rules: &Rules) -> Result<Roster, FileError> {
    let most = rules.limits.bytes;
    if u64::try_from(bytes.len()).map_or(true, |n| n > most) {
        return Err(FileError::TooLarge { what: "bytes", limit: most });
    }
    let mut reading = Reading::new(rules);
    match sniff(bytes)? {
        Kind::Workbook => workbook::read(bytes, &mut reading)?,
        Kind::Text => delimited::read(bytes, &sheet_name(file_name), &mut reading)?,
    }
    reading.close()
}

enum Kind {
    Workbook,
    Text,
}

/// What a file is by its first bytes.
fn sniff(bytes: &[u8]) -> Result<Kind, FileError> {
    const OTHERS: [(&[u8], &str); 8] = [
        (b"%PDF-", "a PDF"),
        (b"\x89PNG", "an image"),
        (b"\xFF\xD8\xFF", "an image"),
        (b"GIF8", "an image"),
        (b"Rar!", "an archive"),
        (b"7z\xBC\xAF", "an archive"),
        (b"\x1F\x8B", "an archive"),
        (b"{\\rtf", "a text document"),
    ];
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return Ok(Kind::Workbook);
    }
    if bytes.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        // A compound file: an encrypted .xlsx is wrapped in one, an old .xls is one.
        let wrapped: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let encrypted = memchr::memmem::find(bytes, &wrapped).is_some();
        let old = FileError::NotARoster { found: "an old .xls or another Office document" };
        return Err(if encrypted { FileError::Encrypted } else { old });
    }
    if let Some((_, found)) = OTHERS.into_iter().find(|(start, _)| bytes.starts_with(start)) {
        return Err(FileError::NotARoster { found });
    }
    // Many systems write an HTML table and call it .xls.
    let start = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start();
    let markup = start.first() == Some(&b'<')
        && start.get(1).is_some_and(|b| b.is_ascii_alphabetic() || *b == b'!' || *b == b'?');
    if markup { Err(FileError::NotARoster { found: "HTML or XML" }) } else { Ok(Kind::Text) }
}

/// `C:\名册\roster.csv` → `roster`.
fn sheet_name(file_name: &str) -> String {
    let last = file_name.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = last.rsplit_once('.').map_or(last, |(stem, _)| if stem.is_empty() { last } else { stem });
    findings::shown(stem)
}

fn said(sheets: &[MissingHeadings]) -> String {
    let one = |s: &MissingHeadings| format!("{} lacks {}", s.sheet, s.missing.join("、"));
    sheets.iter().take(5).map(one).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests;

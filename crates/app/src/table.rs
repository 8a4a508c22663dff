//! Tables for download: CSV that spreadsheets read as UTF-8, and XLSX. No cell is ever a formula, whatever is in it.
//!
//! It must not know what a table is about, nor the words of its headings.

use crate::error::{Error, Result};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook};
use yinxin_model::Instant;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    Text(String),
    Number(u32),
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// By this mark spreadsheet programs know UTF-8.
const BOM: &[u8] = b"\xef\xbb\xbf";
/// What makes a spreadsheet take text for a formula (OWASP, CSV injection).
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

pub fn csv(headings: &[String], rows: &[Vec<Cell>]) -> Result<Vec<u8>> {
    let failed = |error: csv::Error| Error::internal("internal").because(error);
    let mut out = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(BOM.to_vec());
    out.write_record(headings).map_err(failed)?;
    for row in rows {
        out.write_record(row.iter().map(harmless)).map_err(failed)?;
    }
    out.into_inner().map_err(|error| Error::internal("internal").because(error.into_error()))
}

/// `made_at` stands in the file's properties.
pub fn xlsx(headings: &[String], rows: &[Vec<Cell>], made_at: Instant) -> Result<Vec<u8>> {
    let failed = |error: rust_xlsxwriter::XlsxError| Error::internal("internal").because(error);
    let mut book = Workbook::new();
    let made = ExcelDateTime::from_timestamp(made_at.0.div_euclid(1000)).map_err(failed)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&made));
    let sheet = book.add_worksheet();
    let bold = Format::new().set_bold();
    for (column, heading) in (0..).zip(headings) {
        sheet.write_string_with_format(0, column, heading, &bold).map_err(failed)?;
    }
    for (at, row) in (1..).zip(rows) {
        for (column, cell) in (0..).zip(row) {
            match cell {
                Cell::Text(text) => sheet.write_string(at, column, text),
                Cell::Number(number) => sheet.write_number(at, column, *number),
            }
            .map_err(failed)?;
        }
    }
    sheet.set_freeze_panes(1, 0).map_err(failed)?;
    sheet.autofit();
    book.save_to_buffer().map_err(failed)
}

fn harmless(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) if text.starts_with(FORMULA) => format!("'{text}"),
        Cell::Text(text) => text.clone(),
        Cell::Number(number) => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        let rows = vec![
            vec![Cell::from("=cmd|' /C calc'!A0"), Cell::Number(3)],
            vec![Cell::from("一,二"), Cell::Number(4)],
        ];
        let text = String::from_utf8(csv(&["名称".into(), "数".into()], &rows).unwrap()).unwrap();
        assert_eq!(text, "\u{feff}名称,数\r\n'=cmd|' /C calc'!A0,3\r\n\"一,二\",4\r\n");
    }

    #[test]
    fn a_workbook_is_the_same_for_the_same_time() {
        let rows = vec![vec![Cell::from("=1+1"), Cell::Number(3)]];
        let made = |at| xlsx(&["一".into(), "二".into()], &rows, Instant(at)).unwrap();
        assert!(made(1_700_000_000_000).starts_with(b"PK"));
        assert_eq!(made(1_700_000_000_000), made(1_700_000_000_000));
    }
}

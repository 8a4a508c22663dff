//! One sheet after another: finds the headings, walks the rows, and keeps what concerns the whole roster
//! (numbers seen, drafts, findings).

use super::answers::Answers;
use super::cell::{Cell, Cells};
use super::columns::{Column, Found, Layout, SEARCHED_ROWS};
use super::dates::Dates;
use super::entry::Entry;
use super::findings::{Findings, RowNote, Values, shown, shown_cell};
use super::seen::{Place, Seen};
use super::{FileError, MissingHeadings, Placed, Roster, Rules, rules};
use std::ops::ControlFlow;
use std::sync::Arc;
use yinxin_model::draft::Draft;

/// The fewest bytes that a good row takes in a text file.
const SHORTEST_ROW: usize = 48;

/// A roster being read.
pub(super) struct Reading<'r> {
    pub(super) rules: Rules<'r>,
    answers: Answers<'r>,
    dates: Dates,
    pub(super) findings: Findings,
    numbers: Seen,
    /// Holder, qualification, level, speciality and approval date.
    certificates: Seen,
    rows: u64,
    drafts: Vec<Placed>,
    headed: usize,
    headless: Vec<(Arc<str>, Option<Lacking>)>,
}

/// A row that looks like headings, but lacks some.
struct Lacking {
    row: u32,
    columns: Vec<Column>,
}

impl<'r> Reading<'r> {
    pub(super) fn new(rules: &Rules<'r>) -> Self {
        Self {
            rules: *rules,
            answers: Answers::new(rules),
            dates: Dates::default(),
            findings: Findings::new(rules.limits.listed),
            numbers: Seen::default(),
            certificates: Seen::default(),
            rows: 0,
            drafts: Vec::new(),
            headed: 0,
            headless: Vec::new(),
        }
    }

    /// Makes room for so many drafts; more than the bytes of the file can hold are not believed.
    pub(super) fn expect(&mut self, rows: usize, bytes: usize) {
        self.drafts.reserve(rows.min(bytes / SHORTEST_ROW));
    }

    /// Begins a sheet; its rows go to [`Sheet::row`], then [`Sheet::close`].
    pub(super) fn sheet(&mut self, name: &str, since_1904: bool) -> Sheet<'_, 'r> {
        Sheet {
            reading: self,
            name: shown(name).into(),
            since_1904,
            layout: None,
            above: Vec::new(),
            lacking: None,
        }
    }

    pub(super) fn close(mut self) -> Result<Roster, FileError> {
        if self.headed == 0 {
            let sheets = self.headless.into_iter().map(|(sheet, lacking)| MissingHeadings {
                sheet: sheet.to_string(),
                row: lacking.as_ref().map_or(0, |l| l.row),
                missing: lacking.map_or_else(Vec::new, |l| l.columns.iter().map(|c| c.chinese()).collect()),
            });
            return Err(FileError::NoHeadings { sheets: sheets.collect() });
        }
        for (sheet, lacking) in std::mem::take(&mut self.headless) {
            match lacking {
                None => {
                    let place = Place { sheet, row: 0 };
                    self.findings.notes.add(|| place.note(rules::SHEET_WITHOUT_HEADINGS, Values::new()));
                }
                Some(Lacking { row, columns }) => {
                    let place = Place { sheet, row };
                    let names: Vec<&str> = columns.iter().map(|c| c.chinese()).collect();
                    let values = || Values::from([("columns", names.join("、"))]);
                    self.findings.errors.add(|| place.note(rules::HEADING_MISSING, values()));
                }
            }
        }
        if self.rows == 0 && self.findings.errors.total == 0 {
            return Err(FileError::Empty);
        }
        let Findings { errors, warnings, notes } = self.findings;
        Ok(Roster {
            rows: self.rows,
            drafts: self.drafts,
            errors: errors.listed,
            errors_total: errors.total,
            warnings: warnings.listed,
            warnings_total: warnings.total,
            notes: notes.listed,
        })
    }

    fn data_row(
        &mut self,
        place: Place,
        layout: &Layout,
        since_1904: bool,
        cells: &dyn Cells,
    ) -> Result<(), FileError> {
        self.rows += 1;
        if self.rows > self.rules.limits.rows {
            return Err(FileError::TooLarge { what: "rows", limit: self.rules.limits.rows });
        }
        let mut entry = Entry {
            rules: &self.rules,
            answers: &mut self.answers,
            dates: &mut self.dates,
            findings: &mut self.findings,
            numbers: &mut self.numbers,
            place: &place,
            layout,
            since_1904,
            cells,
            refused: false,
        };
        let Some(draft) = entry.check() else { return Ok(()) };
        self.same_certificate(&place, layout, &draft);
        self.drafts.push(Placed { sheet: place.sheet, row: place.row, draft });
        Ok(())
    }

    /// Warns where the file has the certificate already, under another number.
    fn same_certificate(&mut self, place: &Place, layout: &Layout, draft: &Draft) {
        let certificate = (
            &draft.holder.document,
            draft.holder.name.key(),
            (&draft.qualification, &draft.level, &draft.speciality),
            draft.approved_on,
        );
        let Some(first) = self.certificates.first(&certificate, place) else { return };
        self.findings.warnings.add(|| RowNote {
            column: layout.heading(Column::ManagementNumber).to_owned(),
            value: shown_cell(Column::ManagementNumber, Cell::of_text(draft.number.as_str())),
            ..place.note(rules::SAME_CERTIFICATE_OTHER_NUMBER, first.values())
        });
    }
}

/// A sheet being read.
pub(super) struct Sheet<'s, 'r> {
    pub(super) reading: &'s mut Reading<'r>,
    name: Arc<str>,
    since_1904: bool,
    layout: Option<Layout>,
    /// Rows with something in them, before the headings.
    above: Vec<u32>,
    lacking: Option<Lacking>,
}

impl Sheet<'_, '_> {
    /// The next row that is not empty; `row` as a spreadsheet shows it, rising. `Break`: no headings where they
    /// should be, the rest of the sheet is not needed.
    pub(super) fn row(&mut self, row: u32, cells: &dyn Cells) -> Result<ControlFlow<()>, FileError> {
        if (0..cells.width()).all(|at| cells.cell(at) == Cell::Empty) {
            return Ok(ControlFlow::Continue(()));
        }
        if let Some(layout) = &self.layout {
            let place = Place { sheet: self.name.clone(), row };
            self.reading.data_row(place, layout, self.since_1904, cells)?;
            return Ok(ControlFlow::Continue(()));
        }
        if row > SEARCHED_ROWS {
            return Ok(ControlFlow::Break(()));
        }
        let numbers_made = self.reading.answers.numbers_made();
        match Layout::look(cells, numbers_made, self.reading.rules.limits.columns) {
            Found::Headings(layout) => self.begin(row, *layout),
            Found::Lacking(columns) => {
                let fewest = self.lacking.as_ref().map_or(usize::MAX, |l| l.columns.len());
                if columns.len() < fewest {
                    self.lacking = Some(Lacking { row, columns });
                }
                self.above.push(row);
            }
            Found::Nothing => self.above.push(row),
        }
        Ok(ControlFlow::Continue(()))
    }

    pub(super) fn close(self) {
        match self.layout {
            Some(_) => self.reading.headed += 1,
            None => self.reading.headless.push((self.name, self.lacking)),
        }
    }

    /// An error of the row as a whole that the file's form shows.
    pub(super) fn refuse(&mut self, row: u32, rule: &'static str) {
        let place = Place { sheet: self.name.clone(), row };
        self.reading.findings.errors.add(|| place.note(rule, Values::new()));
    }

    fn begin(&mut self, row: u32, layout: Layout) {
        let findings = &mut self.reading.findings;
        let at = |row| Place { sheet: self.name.clone(), row };
        for title in self.above.drain(..) {
            findings.notes.add(|| at(title).note(rules::TITLE_ROW, Values::new()));
        }
        let heading =
            |rule, heading: &String| RowNote { column: shown(heading), ..at(row).note(rule, Values::new()) };
        for twice in &layout.twice {
            findings.errors.add(|| heading(rules::HEADING_TWICE, twice));
        }
        for (_, unknown) in layout.unknown.iter().filter(|(_, h)| !layout.twice.contains(h)) {
            findings.warnings.add(|| heading(rules::UNKNOWN_COLUMN, unknown));
        }
        self.layout = Some(layout);
    }
}

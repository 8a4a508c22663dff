//! One row: every field by its rule, every broken rule reported, and a draft where none is.

use super::Rules;
use super::answers::{Answers, IssuerAnswer, Named};
use super::cell::{Cell, Cells, folded, formula, invisible, plain, scientific};
use super::columns::{Column, Layout};
use super::dates::{Dates, Read};
use super::findings::{Findings, RowNote, Values, shown_cell};
use super::rules;
use super::seen::{Place, Seen};
use std::borrow::Cow;
use yinxin_model::catalogue::{Level, Organisation, Qualification, Seal};
use yinxin_model::draft::Draft;
use yinxin_model::{
    Day, DocumentNumber, DocumentType, Half, Identity, ManagementNumber, PersonName, Precision, Sex,
};

/// The first year of which there can be a certificate.
const FIRST_YEAR: i32 = 1950;

/// The first year in which a holder can have been born.
const FIRST_BIRTH_YEAR: i32 = 1900;

/// The most characters of a photo's file name.
const PHOTO_CHARS: usize = 100;

/// A field that broke a rule, which is reported already.
struct Refused;

type Field<T> = Result<T, Refused>;

/// What the number column says.
enum Number {
    Given(ManagementNumber),
    ToBeMade,
}

/// A row under examination.
pub(super) struct Entry<'e, 'r> {
    pub(super) rules: &'e Rules<'r>,
    pub(super) answers: &'e mut Answers<'r>,
    pub(super) dates: &'e mut Dates,
    pub(super) findings: &'e mut Findings,
    /// Numbers seen so far, and where.
    pub(super) numbers: &'e mut Seen,
    pub(super) place: &'e Place,
    pub(super) layout: &'e Layout,
    pub(super) since_1904: bool,
    pub(super) cells: &'e dyn Cells,
    pub(super) refused: bool,
}

impl<'e, 'r> Entry<'e, 'r> {
    /// `None`: the row broke a rule.
    pub(super) fn check(&mut self) -> Option<Draft> {
        self.fields().ok()
    }

    /// Every field is looked at before the first refusal ends it.
    fn fields(&mut self) -> Field<Draft> {
        self.check_width();
        let issuer = self.issuer();
        let number = self.number(issuer.as_ref().ok().copied());
        let name = self.name();
        let document = self.document();
        let told = document.as_ref().ok().and_then(DocumentNumber::birth_and_sex);
        let sex = self.sex(told.map(|(_, sex)| sex));
        let birth_date = self.birth_date(told.map(|(day, _)| day));
        let kind = self.qualification();
        let speciality = self.speciality(kind.as_ref().ok().map(|(q, _)| *q));
        let approved = self.approved_on();
        let made_on = self.made_on(approved.as_ref().ok().copied());
        let year = self.year(approved.as_ref().ok().map(|(day, _)| *day));
        let (half, region, photo) = (self.half(), self.region(), self.photo());

        let (issuer, (qualification, level), year) = (issuer?, kind?, year?);
        let (half, made_on) = (half?, made_on?);
        let level = level.map_or("", |l| l.code.as_str());
        let seal = self.seal(issuer, qualification, level, year, half, made_on);
        let (region, seal) = (region?, seal?);
        let (document, (approved_on, approval_precision)) = (document?, approved?);
        let (name, sex, birth_date) = (name?, sex?, birth_date?);
        let (speciality, photo, number) = (speciality?, photo?, number?);
        if self.refused {
            return Err(Refused);
        }
        self.warn_of_doubts(&document, qualification, level, year, region);
        let number = match number {
            Number::Given(number) => number,
            Number::ToBeMade => self.mint(year),
        };
        Ok(Draft {
            number,
            holder: Identity { name, document },
            sex,
            birth_date,
            qualification: qualification.code.clone(),
            level: level.to_owned(),
            speciality: speciality.into_owned(),
            approved_on,
            approval_precision,
            issuer: issuer.code.clone(),
            seal: seal.code.clone(),
            photo,
            made_on,
            year,
            half,
            region: region.to_owned(),
        })
    }

    // --- fields -----------------------------------------------------------------------------------------------

    /// Cells under no heading: a slipped row, or headings merged over several columns.
    fn check_width(&mut self) {
        let filled = |at: &usize| self.cells.cell(*at) != Cell::Empty;
        let beyond = (self.layout.width..self.cells.width()).any(|at| filled(&at));
        let between = self.layout.gaps.iter().any(filled);
        for (broken, rule) in [(beyond, rules::ROW_TOO_LONG), (between, rules::CELL_WITHOUT_HEADING)] {
            if broken {
                self.refused = true;
                self.findings.errors.add(|| self.place.note(rule, Values::new()));
            }
        }
    }

    fn issuer(&mut self) -> Field<&'r Organisation> {
        let text = self.mandatory(Column::Issuer)?;
        match self.answers.issuer(&text) {
            IssuerAnswer::Allowed(organisation) => Ok(organisation),
            IssuerAnswer::Unknown => Err(self.refuse(Column::Issuer, rules::ISSUER_UNKNOWN, Values::new)),
            IssuerAnswer::NotAllowed => {
                let allowed = self.rules.importer.imports_for.join(", ");
                let values = || Values::from([("allowed", allowed)]);
                Err(self.refuse(Column::Issuer, rules::ISSUER_NOT_ALLOWED, values))
            }
        }
    }

    fn number(&mut self, issuer: Option<&Organisation>) -> Field<Number> {
        const COLUMN: Column = Column::ManagementNumber;
        if matches!(self.cell(COLUMN), Cell::Number(_)) || self.lost_digits(COLUMN) {
            return Err(self.refuse(COLUMN, rules::MANAGEMENT_NUMBER_IS_NUMBER, Values::new));
        }
        let Some(text) = self.text(COLUMN)? else {
            // Without a good issuer nobody can say whether a number is wanted; the issuer's rule is reported.
            return match issuer {
                Some(issuer) if !issuer.mints_numbers => Err(self.missing(COLUMN)),
                _ => Ok(Number::ToBeMade),
            };
        };
        let number = match ManagementNumber::parse(&text) {
            Ok(number) => number,
            Err(bad) => return Err(self.refuse(COLUMN, bad.rule(), Values::new)),
        };
        match self.numbers.first(number.as_str(), self.place) {
            None => Ok(Number::Given(number)),
            Some(first) => Err(self.refuse(COLUMN, rules::DUPLICATE_MANAGEMENT_NUMBER, || first.values())),
        }
    }

    fn name(&mut self) -> Field<PersonName> {
        let parsed = match self.cell(Column::Name) {
            Cell::Empty => return Err(self.missing(Column::Name)),
            Cell::Text(text) => PersonName::parse(text),
            Cell::Number(_) => return Err(self.refuse(Column::Name, rules::CELL_IS_NUMBER, Values::new)),
            Cell::Truth(_) | Cell::Fault(_) => return Err(self.not_text(Column::Name)),
        };
        parsed.map_err(|bad| self.refuse(Column::Name, bad.rule(), Values::new))
    }

    fn document(&mut self) -> Field<DocumentNumber> {
        const COLUMN: Column = Column::DocumentNumber;
        let kind = self.document_type();
        if matches!(self.cell(COLUMN), Cell::Number(_)) || self.lost_digits(COLUMN) {
            return Err(self.refuse(COLUMN, rules::DOCUMENT_NUMBER_IS_NUMBER, Values::new));
        }
        let text = self.mandatory(COLUMN)?;
        // Without a type there is no rule for the number; the type's own refusal stands.
        let kind = kind?;
        DocumentNumber::parse(kind, &text, self.rules.today)
            .map_err(|bad| self.refuse(COLUMN, bad.rule(), || Values::from([("detail", bad.to_string())])))
    }

    fn document_type(&mut self) -> Field<DocumentType> {
        let text = self.mandatory(Column::DocumentType)?;
        let values = || Values::from([("accepted", DocumentType::accepted())]);
        match self.answers.document_type(&text) {
            Some(kind) => Ok(kind),
            None => Err(self.refuse(Column::DocumentType, rules::DOCUMENT_TYPE_UNKNOWN, values)),
        }
    }

    /// What the document says counts where the roster says nothing.
    fn sex(&mut self, told: Option<Sex>) -> Field<Option<Sex>> {
        let Some(text) = self.text(Column::Sex)? else { return Ok(told) };
        match Sex::parse(&folded(&text)) {
            None => Err(self.refuse(Column::Sex, rules::SEX_UNKNOWN, Values::new)),
            Some(sex) if told.is_some_and(|told| told != sex) => {
                Err(self.refuse(Column::Sex, rules::SEX_DISAGREES, Values::new))
            }
            sex => Ok(sex),
        }
    }

    fn birth_date(&mut self, told: Option<Day>) -> Field<Option<Day>> {
        const COLUMN: Column = Column::BirthDate;
        let Some((day, precision)) = self.date(COLUMN, rules::BIRTH_DATE_FORM)? else { return Ok(told) };
        let rule = if precision != Precision::Day || day.year() < FIRST_BIRTH_YEAR {
            rules::BIRTH_DATE_FORM
        } else if day > self.rules.today {
            rules::BIRTH_DATE_IN_FUTURE
        } else if told.is_some_and(|told| told != day) {
            rules::BIRTH_DATE_DISAGREES
        } else {
            return Ok(Some(day));
        };
        Err(self.refuse(COLUMN, rule, Values::new))
    }

    fn qualification(&mut self) -> Field<(&'r Qualification, Option<&'r Level>)> {
        const COLUMN: Column = Column::Qualification;
        let text = self.mandatory(COLUMN);
        let level_text = self.text(Column::Level);
        let (text, level_text) = (text?, level_text?);
        let Some(named) = self.answers.qualification(&text) else {
            return Err(self.refuse(COLUMN, rules::QUALIFICATION_UNKNOWN, Values::new));
        };
        if !named.made_here {
            return Err(self.refuse(COLUMN, rules::QUALIFICATION_NOT_MADE_HERE, Values::new));
        }
        let level = self.level(&named, level_text.as_deref())?;
        Ok((named.qualification, level))
    }

    fn level(&mut self, named: &Named<'r>, text: Option<&str>) -> Field<Option<&'r Level>> {
        const COLUMN: Column = Column::Level;
        let qualification = named.qualification;
        let levels = || {
            let names: Vec<&str> = qualification.levels.iter().map(|l| l.name.as_str()).collect();
            Values::from([("levels", names.join("、"))])
        };
        let Some(text) = text else {
            return match named.level {
                None if !qualification.levels.is_empty() => {
                    Err(self.refuse(COLUMN, rules::LEVEL_MISSING, levels))
                }
                level => Ok(level),
            };
        };
        if qualification.levels.is_empty() {
            return Err(self.refuse(COLUMN, rules::LEVEL_NOT_APPLICABLE, Values::new));
        }
        match self.answers.level(qualification, text) {
            None => Err(self.refuse(COLUMN, rules::LEVEL_UNKNOWN, levels)),
            Some(level) if named.level.is_some_and(|other| other.code != level.code) => {
                Err(self.refuse(COLUMN, rules::LEVEL_DISAGREES, Values::new))
            }
            level => Ok(level),
        }
    }

    /// In the catalogue's spelling where the catalogue knows it.
    fn speciality(&mut self, qualification: Option<&'r Qualification>) -> Field<Cow<'e, str>> {
        let Some(text) = self.text(Column::Speciality)? else { return Ok(Cow::Borrowed("")) };
        let Some(qualification) = qualification.filter(|q| !q.specialities.is_empty()) else {
            return Ok(text);
        };
        match self.answers.speciality(qualification, &text) {
            Some(known) => Ok(Cow::Owned(known.to_owned())),
            None => {
                self.warn(Column::Speciality, rules::SPECIALITY_UNKNOWN, Values::new);
                Ok(text)
            }
        }
    }

    fn approved_on(&mut self) -> Field<(Day, Precision)> {
        const COLUMN: Column = Column::ApprovalDate;
        let Some((day, precision)) = self.date(COLUMN, rules::APPROVAL_DATE_FORM)? else {
            return Err(self.missing(COLUMN));
        };
        let rule = if day > self.rules.today {
            rules::APPROVAL_DATE_IN_FUTURE
        } else if day.year() < FIRST_YEAR {
            rules::APPROVAL_DATE_TOO_EARLY
        } else {
            return Ok((day, precision));
        };
        Err(self.refuse(COLUMN, rule, Values::new))
    }

    fn made_on(&mut self, approved: Option<(Day, Precision)>) -> Field<Option<Day>> {
        const COLUMN: Column = Column::MadeOn;
        let Some((day, precision)) = self.date(COLUMN, rules::MADE_ON_FORM)? else { return Ok(None) };
        let rule = if precision != Precision::Day {
            rules::MADE_ON_FORM
        } else if day > self.rules.today {
            rules::MADE_ON_IN_FUTURE
        } else if approved.is_some_and(|(approved, _)| day < approved) {
            rules::MADE_ON_BEFORE_APPROVAL
        } else {
            return Ok(Some(day));
        };
        Err(self.refuse(COLUMN, rule, Values::new))
    }

    /// By default that of the approval.
    fn year(&mut self, approved: Option<Day>) -> Field<i32> {
        let last = self.rules.today.year();
        let Some(text) = self.text(Column::Year)? else { return approved.map(Day::year).ok_or(Refused) };
        let digits = folded(&text);
        let digits = digits.strip_suffix('年').unwrap_or(&digits);
        let year =
            (digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit())).then(|| digits.parse().ok());
        match year.flatten() {
            Some(year) if (FIRST_YEAR..=last).contains(&year) => Ok(year),
            _ => {
                let values = || Values::from([("first", FIRST_YEAR.to_string()), ("last", last.to_string())]);
                Err(self.refuse(Column::Year, rules::YEAR_FORM, values))
            }
        }
    }

    fn half(&mut self) -> Field<Option<Half>> {
        let Some(text) = self.text(Column::Half)? else { return Ok(None) };
        match folded(&text).to_ascii_lowercase().as_str() {
            "上半年" | "1" | "first" => Ok(Some(Half::First)),
            "下半年" | "2" | "second" => Ok(Some(Half::Second)),
            _ => Err(self.refuse(Column::Half, rules::HALF_UNKNOWN, Values::new)),
        }
    }

    /// By default that of the importing organisation.
    fn region(&mut self) -> Field<&'r str> {
        let Some(text) = self.text(Column::Region)? else { return Ok(&self.rules.importer.region) };
        match self.answers.region(&text) {
            Some(region) => Ok(region),
            None => Err(self.refuse(Column::Region, rules::REGION_UNKNOWN, Values::new)),
        }
    }

    /// A bare file name: it is looked up in a zip, and must not lead anywhere else.
    fn photo(&mut self) -> Field<Option<String>> {
        let Some(text) = self.text(Column::Photo)? else { return Ok(None) };
        let astray = text.contains(['/', '\\', ':', '\0']) || text.starts_with('.');
        if astray || text.chars().count() > PHOTO_CHARS {
            return Err(self.refuse(Column::Photo, rules::PHOTO_NAME, Values::new));
        }
        Ok(Some(text.into_owned()))
    }

    // --- what several fields say together ------------------------------------------------------------------------

    fn seal(
        &mut self,
        issuer: &Organisation,
        qualification: &'r Qualification,
        level: &'r str,
        year: i32,
        half: Option<Half>,
        made_on: Option<Day>,
    ) -> Field<&'r Seal> {
        // Without 制发日期 a certificate is made on the day of publication, which is not before today.
        let made_on = made_on.unwrap_or(self.rules.today);
        match self.answers.seal((&qualification.code, level, year, half, made_on)) {
            None => Err(self.refuse(Column::Qualification, rules::SEAL_MISSING, Values::new)),
            Some(seal) if seal.organisation != issuer.code => {
                let values = || Values::from([("organisation", seal.organisation.clone())]);
                Err(self.refuse(Column::Issuer, rules::ISSUER_NOT_FOR_QUALIFICATION, values))
            }
            Some(seal) => Ok(seal),
        }
    }

    fn warn_of_doubts(
        &mut self,
        document: &DocumentNumber,
        qualification: &'r Qualification,
        level: &'r str,
        year: i32,
        region: &'r str,
    ) {
        if document.birth_and_sex().is_none() {
            self.warn(Column::DocumentNumber, rules::HOLDER_WITHOUT_CHECK, Values::new);
        }
        if !self.answers.in_scope((&qualification.code, level, year, region)) {
            let values = || Values::from([("year", year.to_string())]);
            self.warn(Column::Qualification, rules::OUTSIDE_SCOPE, values);
        }
    }

    /// A number that the file does not have.
    fn mint(&mut self, year: i32) -> ManagementNumber {
        let made = || ManagementNumber::mint(year, self.rules.entropy);
        // 36¹⁰ numbers a year: a second try is an event, and the register refuses what is left.
        let unseen = |number: &ManagementNumber| self.numbers.first(number.as_str(), self.place).is_none();
        std::iter::repeat_with(made).take(3).find(unseen).unwrap_or_else(made)
    }

    // --- cells ---------------------------------------------------------------------------------------------------

    fn cell(&self, column: Column) -> Cell<'e> {
        self.layout.place(column).map_or(Cell::Empty, |at| self.cells.cell(at))
    }

    /// Trimmed text that is neither too long nor dangerous; `None` where the cell is empty. A number is read as
    /// the text it shows.
    fn text(&mut self, column: Column) -> Field<Option<Cow<'e, str>>> {
        let text = match self.cell(column) {
            Cell::Empty => return Ok(None),
            Cell::Text(text) => text,
            number @ Cell::Number(_) => return Ok(Some(number.text())),
            Cell::Truth(_) | Cell::Fault(_) => return Err(self.not_text(column)),
        };
        let most = self.rules.limits.cell_chars;
        if text.len() > most && text.chars().count() > most {
            let values = || Values::from([("most", most.to_string())]);
            return Err(self.refuse(column, rules::TEXT_TOO_LONG, values));
        }
        if plain(text) {
            return Ok(Some(Cow::Borrowed(text.trim_ascii_end())));
        }
        if formula(text) {
            return Err(self.refuse(column, rules::FORMULA, Values::new));
        }
        let text = text.trim();
        match invisible(text) {
            None => Ok(Some(Cow::Borrowed(text))),
            Some(c) => {
                let values = || Values::from([("code_point", format!("U+{c:04X}"))]);
                Err(self.refuse(column, rules::INVISIBLE_CHARACTER, values))
            }
        }
    }

    fn mandatory(&mut self, column: Column) -> Field<Cow<'e, str>> {
        match self.text(column)? {
            Some(text) => Ok(text),
            None => Err(self.missing(column)),
        }
    }

    /// `None` where the cell is empty; `form` is the rule of this column's form.
    fn date(&mut self, column: Column, form: &'static str) -> Field<Option<(Day, Precision)>> {
        let cell = self.cell(column);
        if cell == Cell::Empty {
            return Ok(None);
        }
        if !matches!(cell, Cell::Number(_)) {
            self.text(column)?;
        }
        match self.dates.read(cell, self.since_1904) {
            Read::Date(day, precision) => Ok(Some((day, precision))),
            Read::Serial => Err(self.refuse(column, rules::DATE_SERIAL_NUMBER, Values::new)),
            Read::NoDate => Err(self.refuse(column, form, Values::new)),
        }
    }

    fn lost_digits(&self, column: Column) -> bool {
        matches!(self.cell(column), Cell::Text(text) if scientific(text))
    }

    // --- findings ------------------------------------------------------------------------------------------------

    fn missing(&mut self, column: Column) -> Refused {
        self.refuse(column, rules::MANDATORY_MISSING, Values::new)
    }

    fn not_text(&mut self, column: Column) -> Refused {
        let boolean = matches!(self.cell(column), Cell::Truth(_));
        let rule = if boolean { rules::CELL_BOOLEAN } else { rules::CELL_ERROR };
        self.refuse(column, rule, Values::new)
    }

    fn refuse(&mut self, column: Column, rule: &'static str, values: impl FnOnce() -> Values) -> Refused {
        self.refused = true;
        let note = self.note(column, rule, values);
        self.findings.errors.add(note);
        Refused
    }

    fn warn(&mut self, column: Column, rule: &'static str, values: impl FnOnce() -> Values) {
        let note = self.note(column, rule, values);
        self.findings.warnings.add(note);
    }

    fn note<F>(
        &self,
        column: Column,
        rule: &'static str,
        values: F,
    ) -> impl FnOnce() -> RowNote + use<'e, 'r, F>
    where
        F: FnOnce() -> Values,
    {
        let (place, layout, cell) = (self.place, self.layout, self.cell(column));
        move || RowNote {
            column: layout.heading(column).to_owned(),
            value: shown_cell(column, cell),
            ..place.note(rule, values())
        }
    }
}

mod documents;
mod forms;
mod rows;
mod workbooks;

use super::*;
use yinxin_model::DocumentType;
use yinxin_testkit::SeededEntropy;
use yinxin_testkit::people::{People, Person};
use yinxin_testkit::roster::{CHINESE_HEADINGS, Encoding, Row, text};

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// The day on which all these tests take place.
fn today() -> Day {
    day("2026-11-22")
}

fn person(kind: DocumentType) -> Person {
    People::new(7).with(kind)
}

/// A row that breaks no rule.
fn good() -> Row {
    Row::of(&person(DocumentType::ResidentId), "DEMO20240001", day("2024-10-20"))
}

fn seed() -> Catalogue {
    Catalogue::parse(yinxin_model::catalogue::SEED).unwrap()
}

fn read_with(bytes: &[u8], importer: &str, limits: Limits) -> Result<Roster, FileError> {
    let catalogue = seed();
    let importer = catalogue.organisation(importer).unwrap();
    let entropy = SeededEntropy::new(1);
    read(
        bytes,
        "名册/roster.csv",
        &Rules { catalogue: &catalogue, importer, today: today(), entropy: &entropy, limits },
    )
}

fn read_for(importer: &str, bytes: &[u8]) -> Result<Roster, FileError> {
    read_with(bytes, importer, Limits::default())
}

fn csv_of(rows: &[Row]) -> Vec<u8> {
    text(&CHINESE_HEADINGS, rows, Encoding::Utf8, b',')
}

/// Reads these rows for the ministry.
fn read_rows(rows: &[Row]) -> Roster {
    read_for("mohrss", &csv_of(rows)).unwrap()
}

/// Rules of the errors, in order.
fn broken(roster: &Roster) -> Vec<&'static str> {
    roster.errors.iter().map(|e| e.rule).collect()
}

fn warned(roster: &Roster) -> Vec<&'static str> {
    roster.warnings.iter().map(|e| e.rule).collect()
}

/// Puts `value` into the column with this English heading.
fn set(row: &mut Row, column: &str, value: &str) {
    let field = match column {
        "management_number" => &mut row.management_number,
        "name" => &mut row.name,
        "document_type" => &mut row.document_type,
        "document_number" => &mut row.document_number,
        "sex" => &mut row.sex,
        "birth_date" => &mut row.birth_date,
        "qualification" => &mut row.qualification,
        "level" => &mut row.level,
        "speciality" => &mut row.speciality,
        "approval_date" => &mut row.approval_date,
        "issuer" => &mut row.issuer,
        "photo" => &mut row.photo,
        "made_on" => &mut row.made_on,
        "year" => &mut row.year,
        "half" => &mut row.half,
        "region" => &mut row.region,
        other => panic!("no column {other}"),
    };
    *field = value.to_owned();
}

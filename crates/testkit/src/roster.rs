//! Rosters as institutions send them, in whatever form a test asks for.

use std::io::Write;

use encoding_rs::GB18030;
use rust_xlsxwriter::{Workbook, Worksheet};
use yinxin_model::Day;

use crate::people::Person;

/// The headings of [`Row`]'s fields, in order.
pub const CHINESE_HEADINGS: [&str; 16] = [
    "管理号",
    "姓名",
    "证件类型",
    "证件号码",
    "性别",
    "出生日期",
    "职业资格",
    "级别",
    "专业",
    "批准日期",
    "发证机构",
    "照片",
    "制发日期",
    "年度",
    "半年",
    "地区",
];
pub const ENGLISH_HEADINGS: [&str; 16] = [
    "management_number",
    "name",
    "document_type",
    "document_number",
    "sex",
    "birth_date",
    "qualification",
    "level",
    "speciality",
    "approval_date",
    "issuer",
    "photo",
    "made_on",
    "year",
    "half",
    "region",
];

/// One row as text, exactly as it will stand in the file: tests put in what they like.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    pub management_number: String,
    pub name: String,
    pub document_type: String,
    pub document_number: String,
    pub sex: String,
    pub birth_date: String,
    pub qualification: String,
    pub level: String,
    pub speciality: String,
    pub approval_date: String,
    pub issuer: String,
    pub photo: String,
    pub made_on: String,
    pub year: String,
    pub half: String,
    pub region: String,
}

impl Row {
    /// A good row: `person` passed the first-level constructor's examination on `approved`.
    pub fn of(person: &Person, management_number: &str, approved: Day) -> Self {
        Self {
            management_number: management_number.to_owned(),
            name: person.name.clone(),
            document_type: person.document_type.name().to_owned(),
            document_number: person.document_number.clone(),
            sex: person.sex.chinese().to_owned(),
            birth_date: person.birth.to_string(),
            qualification: "建造师".to_owned(),
            level: "一级".to_owned(),
            speciality: "建筑工程".to_owned(),
            approval_date: approved.to_string(),
            issuer: "人力资源和社会保障部".to_owned(),
            ..Self::default()
        }
    }

    /// The fields in the order of the headings.
    pub fn cells(&self) -> [&str; 16] {
        [
            &self.management_number,
            &self.name,
            &self.document_type,
            &self.document_number,
            &self.sex,
            &self.birth_date,
            &self.qualification,
            &self.level,
            &self.speciality,
            &self.approval_date,
            &self.issuer,
            &self.photo,
            &self.made_on,
            &self.year,
            &self.half,
            &self.region,
        ]
    }
}

/// How a text roster is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    Utf8,
    Utf8WithBom,
    Gb18030,
}

/// A text roster with `headings` and the fields separated by `delimiter` (`,` `\t` `;`).
pub fn text(headings: &[&str], rows: &[Row], encoding: Encoding, delimiter: u8) -> Vec<u8> {
    let mut utf8 = Vec::new();
    write_text(&mut utf8, headings, rows.iter().cloned(), delimiter);
    match encoding {
        Encoding::Utf8 => utf8,
        Encoding::Utf8WithBom => [b"\xEF\xBB\xBF".as_slice(), &utf8].concat(),
        Encoding::Gb18030 => {
            let utf8 = String::from_utf8(utf8).expect("what we wrote is UTF-8");
            GB18030.encode(&utf8).0.into_owned()
        }
    }
}

/// As [`text`] in UTF-8, row by row, for rosters of a million people.
pub fn write_text(out: impl Write, headings: &[&str], rows: impl IntoIterator<Item = Row>, delimiter: u8) {
    let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(out);
    writer.write_record(headings).expect("the headings can be written");
    for row in rows {
        let cells = row.cells();
        writer.write_record(cells.iter().take(headings.len())).expect("a row can be written");
    }
    writer.flush().expect("the roster can be written");
}

/// A workbook of one sheet, all cells text. `above` are title rows before the headings.
pub fn xlsx(above: &[&str], headings: &[&str], rows: &[Row]) -> Vec<u8> {
    workbook(|sheet| {
        let mut at = 0;
        let mut put = |cells: &[&str]| {
            for (column, cell) in (0..).zip(cells) {
                sheet.write_string(at, column, *cell).expect("a cell can be written");
            }
            at += 1;
        };
        above.iter().for_each(|title| put(&[title]));
        put(headings);
        rows.iter().for_each(|row| put(row.cells().get(..headings.len()).unwrap_or(&row.cells())));
    })
}

/// A workbook whose first sheet, `名册`, the caller fills: number cells, merged headings, dates, errors.
pub fn workbook(fill: impl FnOnce(&mut Worksheet)) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name("名册").expect("a sheet can be named");
    fill(sheet);
    workbook.save_to_buffer().expect("a workbook can be written")
}

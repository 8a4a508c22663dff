//! Workbooks: as spreadsheets write them, and as an attacker would.

use super::*;
use proptest::prelude::*;
use std::io::{Cursor, Write};
use yinxin_model::Precision;
use yinxin_testkit::roster::{workbook, xlsx};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// A workbook with one good row, of which the caller changes what it likes: cells are (row, column) from 0.
fn sheet_with(change: impl FnOnce(&mut rust_xlsxwriter::Worksheet)) -> Vec<u8> {
    workbook(|sheet| {
        let row = good();
        for (column, (heading, cell)) in (0..).zip(CHINESE_HEADINGS.iter().zip(row.cells())) {
            sheet.write_string(0, column, *heading).unwrap();
            sheet.write_string(1, column, cell).unwrap();
        }
        change(sheet);
    })
}

fn read_sheet_with(change: impl FnOnce(&mut rust_xlsxwriter::Worksheet)) -> Roster {
    read_for("mohrss", &sheet_with(change)).unwrap()
}

const SHEET_REL: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// A package made by hand: what is not given stands for a workbook of the one sheet `sheet`.
fn package(sheet: &str, others: &[(&str, &str)]) -> Vec<u8> {
    let root = format!(
        r#"<Relationships><Relationship Id="a" Type="{SHEET_REL}/officeDocument" Target="/xl/workbook.xml"/></Relationships>"#
    );
    let rels = format!(
        r#"<Relationships><Relationship Id="s1" Type="{SHEET_REL}/worksheet" Target="worksheets\Sheet1.xml"/><Relationship Id="t" Type="{SHEET_REL}/sharedStrings" Target="../xl/sharedStrings.xml"/></Relationships>"#
    );
    let book =
        r#"<workbook xmlns:r="r"><sheets><sheet name="名册" sheetId="1" r:id="s1"/></sheets></workbook>"#;
    let mut parts = vec![
        ("[Content_Types].xml", "<Types/>"),
        ("_rels/.rels", root.as_str()),
        ("xl/_rels/workbook.xml.rels", rels.as_str()),
        ("xl/workbook.xml", book),
        ("xl/worksheets/sheet1.xml", sheet),
    ];
    for (path, text) in others {
        parts.retain(|(known, _)| known != path);
        parts.push((path, text));
    }
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (path, text) in parts {
        zip.start_file(path, options).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn cell(text: &str) -> String {
    format!(r#"<c t="inlineStr"><is><t>{text}</t></is></c>"#)
}

/// Sheet data with the headings, then these rows.
fn sheet_data(rows: &str) -> String {
    let headings: String = CHINESE_HEADINGS.iter().map(|h| cell(h)).collect();
    format!("<worksheet><sheetData><row>{headings}</row>{rows}</sheetData></worksheet>")
}

fn good_cells() -> String {
    good().cells().iter().map(|text| cell(text)).collect()
}

fn refusal(bytes: &[u8]) -> FileError {
    read_for("mohrss", bytes).unwrap_err()
}

#[test]
fn as_a_spreadsheet_writes_it() {
    let rows = [
        good(),
        Row { management_number: "DEMO20240002".into(), approval_date: "2023年5月".into(), ..good() },
    ];
    let roster =
        read_for("mohrss", &xlsx(&["二〇二四年度合格人员", "制表"], &CHINESE_HEADINGS, &rows)).unwrap();
    assert_eq!((broken(&roster), roster.rows, roster.notes.len()), (vec![], 2, 2));
    assert_eq!((roster.drafts[1].sheet.as_ref(), roster.drafts[1].row), ("名册", 5));
    let text = read_rows(&rows);
    let drafts = |r: &Roster| r.drafts.iter().map(|d| d.draft.clone()).collect::<Vec<_>>();
    assert_eq!(drafts(&roster), drafts(&text), "the same roster, the same drafts");
}

#[test]
fn a_number_where_digits_count_is_an_error() {
    let roster = read_sheet_with(|sheet| {
        sheet.write_number(1, 0, 20_240_001_234.0).unwrap();
        sheet.write_number(1, 3, 110_101_199_003_078_880.0).unwrap();
        sheet.write_number(1, 1, 123.0).unwrap();
    });
    assert_eq!(
        broken(&roster),
        ["management_number_is_number", "cell_is_number", "document_number_is_number"]
    );
    assert!(!format!("{roster:?}").contains("1990030"));
}

#[test]
fn cells_of_other_types() {
    let roster = read_sheet_with(|sheet| {
        sheet.write_boolean(1, 4, true).unwrap();
        sheet.write_formula(1, 8, rust_xlsxwriter::Formula::new("=A1/0").set_result("#DIV/0!")).unwrap();
    });
    assert_eq!(broken(&roster), ["cell_boolean", "cell_error"]);
    let error = r##"<c t="e"><v>#REF!</v></c>"##;
    let cells = good_cells().replacen(&cell("建筑工程"), error, 1);
    let roster = read_for("mohrss", &package(&sheet_data(&format!("<row>{cells}</row>")), &[])).unwrap();
    assert_eq!((broken(&roster), roster.errors[0].value.as_str()), (vec!["cell_error"], "#REF!"));
    // Small numbers are what they look like.
    let roster = read_sheet_with(|sheet| {
        sheet.write_number(1, 2, 111.0).unwrap();
        sheet.write_number(1, 7, 1.0).unwrap();
        sheet.write_number(1, 13, 2023.0).unwrap();
        sheet.write_number(1, 14, 2.0).unwrap();
        sheet.write_number(1, 15, 53.0).unwrap();
    });
    assert_eq!(
        (broken(&roster), roster.drafts[0].draft.year, roster.drafts[0].draft.region.as_str()),
        (vec![], 2023, "云南")
    );
}

#[test]
fn dates_as_numbers() {
    let approved = |number: f64, since_1904: bool| {
        let cells = good_cells().replacen(&cell("2024-10-20"), &format!("<c><v>{number}</v></c>"), 1);
        let book = format!(
            r#"<workbook xmlns:r="r"><workbookPr date1904="{}"/><sheets><sheet name="a" r:id="s1"/></sheets></workbook>"#,
            u8::from(since_1904)
        );
        let sheet = sheet_data(&format!("<row>{cells}</row>"));
        let roster = read_for("mohrss", &package(&sheet, &[("xl/workbook.xml", &book)])).unwrap();
        let found =
            roster.drafts.first().map(|d| (d.draft.approved_on.to_string(), d.draft.approval_precision));
        found.ok_or_else(|| broken(&roster).first().copied().unwrap())
    };
    let date = |text: &str| Ok((text.to_owned(), Precision::Day));
    assert_eq!(approved(45_585.0, false), date("2024-10-20"));
    assert_eq!(approved(44_123.0, true), date("2024-10-20"));
    assert_eq!(approved(20_241_020.0, false), date("2024-10-20"));
    assert_eq!(approved(45_585.5, false), Err("approval_date_form"), "a time of day is no date");
    assert_eq!(approved(2024.0, false), Err("approval_date_form"), "a year is no day of 1905");
    assert_eq!(approved(99_999.0, false), Err("approval_date_in_future"));
    assert_eq!(approved(-1e300, false), Err("approval_date_form"));

    let format = rust_xlsxwriter::Format::new().set_num_format("yyyy/m/d");
    let roster = read_sheet_with(|sheet| {
        let date = rust_xlsxwriter::ExcelDateTime::from_ymd(2023, 5, 6).unwrap();
        sheet.write_datetime_with_format(1, 9, &date, &format).unwrap();
    });
    assert_eq!(roster.drafts[0].draft.approved_on, day("2023-05-06"));
}

#[test]
fn all_sheets_count() {
    let mut book = rust_xlsxwriter::Workbook::new();
    for (name, number) in [("一", "DEMO20240001"), ("二", "DEMO20240001"), ("三", "DEMO20240003")] {
        let sheet = book.add_worksheet().set_name(name).unwrap();
        let row = Row { management_number: number.into(), ..good() };
        for (column, (heading, cell)) in (0..).zip(CHINESE_HEADINGS.iter().zip(row.cells())) {
            // The third sheet lacks 证件类型.
            let heading = if name == "三" && *heading == "证件类型" { "类型" } else { heading };
            sheet.write_string(0, column, heading).unwrap();
            sheet.write_string(1, column, cell).unwrap();
        }
    }
    book.add_worksheet().set_name("说明").unwrap().write_string(0, 0, "填表说明").unwrap();
    let roster = read_for("mohrss", &book.save_to_buffer().unwrap()).unwrap();
    let found: Vec<_> = roster.errors.iter().map(|e| (e.sheet.as_str(), e.row, e.rule)).collect();
    assert_eq!(found, [("二", 2, "duplicate_management_number"), ("三", 1, "heading_missing")]);
    assert_eq!(roster.errors[0].values["first_sheet"], "一");
    assert_eq!(roster.errors[1].values["columns"], "证件类型");
    assert_eq!((roster.notes[0].sheet.as_str(), roster.notes[0].rule), ("说明", "sheet_without_headings"));
}

#[test]
fn headings_merged_over_two_rows_are_a_clear_error() {
    let bytes = workbook(|sheet| {
        let format = rust_xlsxwriter::Format::new();
        for (column, heading) in (0..).zip(CHINESE_HEADINGS) {
            sheet.write_string(1, column, heading).unwrap();
        }
        sheet.merge_range(0, 2, 0, 3, "证件", &format).unwrap();
        sheet.write_string(1, 2, "类型").unwrap();
        sheet.write_string(1, 3, "号码").unwrap();
    });
    let FileError::NoHeadings { sheets } = refusal(&bytes) else { panic!() };
    assert_eq!((sheets[0].row, sheets[0].missing.as_slice()), (2, &["证件类型", "证件号码"][..]));
}

#[test]
fn text_in_all_its_forms() {
    let shared = r#"<sst count="9" uniqueCount="18446744073709551615">
        <si><r><t>建筑</t></r><r><t xml:space="preserve">工程</t></r><rPh><t>jian</t></rPh><phoneticPr/></si>
        <si><t><![CDATA[2024-10-20]]>_x000D_</t></si><si/></sst>"#;
    let cells = good_cells()
        .replacen(&cell("建筑工程"), r#"<c t="s"><f>A1</f><v> 0 </v></c>"#, 1)
        .replacen(&cell("2024-10-20"), r#"<c t="s"><v>1</v></c>"#, 1)
        .replacen(&cell("建造师"), r#"<c t="str"><v>&#x5EFA;造&#24072;&#32;</v></c>"#, 1)
        .replacen(&cell(""), r#"<c t="s"><v>2</v></c><!-- nothing --><c/>"#, 1);
    // One cell more than headings, but an empty one.
    let sheet = sheet_data(&format!("<row r=\"7\">{cells}</row><row r=\"1048576\"/>"));
    let roster = read_for("mohrss", &package(&sheet, &[("xl/sharedStrings.xml", shared)])).unwrap();
    assert_eq!((broken(&roster), roster.drafts[0].row), (vec![], 7));
    assert_eq!(roster.drafts[0].draft.speciality, "建筑工程");
}

#[test]
fn hostile_workbooks_end_in_a_clear_refusal() {
    let row = |inner: &str| sheet_data(inner);
    let deep = format!("<row>{}", "<c>".repeat(100));
    let endless = format!("<row><c t=\"inlineStr\"><is><t>{}", "x".repeat(2 << 20));
    let lost = r#"<row><c t="s"><v>5</v></c></row>"#;
    let cases = [
        (row("<row r=\"3\"/><row r=\"2\"/>"), "rows out of order"),
        (row("<row r=\"1048577\"/>"), "rows beyond the last"),
        (row("<row r=\"-1\"/>"), "a negative row"),
        (row(lost), "shared text that is not there"),
        (row("<row><c t=\"z\"/></row>"), "an unknown type"),
        (row("<row><c r=\"12\"/></row>"), "a cell without a column"),
        (row(&deep), "deep nesting"),
        (row(&endless), "a text without end"),
        (row("<row><c t=\"inlineStr\"><is><t>&boom;</t></is></c></row>"), "an entity"),
        ("<worksheet><sheetData><row>".into(), "no end"),
        ("<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><worksheet/>".into(), "a document type"),
        ("<worksheet \u{1}<<>".into(), "no XML"),
    ];
    for (sheet, what) in cases {
        assert_eq!(refusal(&package(&sheet, &[])).code(), "roster_damaged", "{what}");
    }
    let wide = good_cells()
        + &format!("<c r=\"XFD2\" t=\"inlineStr\"><is><t>x</t></is></c><c r=\"{}9\"/>", "Z".repeat(50));
    let roster = read_for("mohrss", &package(&sheet_data(&format!("<row>{wide}</row>")), &[])).unwrap();
    assert_eq!(broken(&roster), ["row_too_long"]);
}

#[test]
fn bombs_are_counted_as_they_unpack() {
    let spaces = format!("<worksheet>{}", format!("{}<a/>", " ".repeat(1000)).repeat(40_000));
    let bytes = package(&spaces, &[]);
    assert!(bytes.len() < 1 << 20, "it is a bomb");
    assert!(matches!(refusal(&bytes), FileError::TooLarge { what: "unpacked bytes", .. }));
    let limits = Limits { unpacked_bytes: 1000, ..Limits::default() };
    let error = read_with(&sheet_with(|_| ()), "mohrss", limits).unwrap_err();
    assert_eq!(error, FileError::TooLarge { what: "unpacked bytes", limit: 1000 });
    let sheets: String = (0..300).map(|n| format!(r#"<sheet name="{n}" r:id="s1"/>"#)).collect();
    let book = format!(r#"<workbook xmlns:r="r"><sheets>{sheets}</sheets></workbook>"#);
    let error = refusal(&package("<worksheet/>", &[("xl/workbook.xml", &book)]));
    assert!(matches!(error, FileError::TooLarge { what: "sheets", .. }));
    let claims = b"PK\x01\x02".repeat(20_000);
    assert!(matches!(
        refusal(&[&b"PK\x03\x04"[..], &claims].concat()),
        FileError::TooLarge { what: "parts", .. }
    ));
}

#[test]
fn other_packages_and_macros_are_refused() {
    let with = |path: &str| refusal(&package("<worksheet/>", &[(path, "x")]));
    assert_eq!(with("xl/vbaProject.bin"), FileError::Macros);
    assert_eq!(with("xl\\VBAPROJECT.BIN"), FileError::Macros);
    assert_eq!(with("xl/macrosheets/sheet1.xml"), FileError::Macros);
    assert_eq!(with("xl/workbook.bin").code(), "file_type_unknown");
    assert_eq!(with("word/document.xml").code(), "file_type_unknown");
    assert_eq!(with("mimetype").code(), "file_type_unknown");
    assert_eq!(with("OFD.xml").code(), "file_type_unknown");
    assert_eq!(refusal(b"PK\x03\x04 and nothing else").code(), "roster_damaged");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn a_damaged_workbook_is_answered(at in any::<proptest::sample::Index>(), with in any::<u8>(), cut in any::<bool>()) {
        let mut bytes = sheet_with(|_| ());
        let at = at.index(bytes.len());
        bytes[at] = with;
        if cut {
            bytes.truncate(at);
        }
        let _ = read_for("mohrss", &bytes);
    }

    #[test]
    fn any_sheet_is_answered(sheet in "(<(row|c|v|is|t|/row|/c|/v|/is|/t|c t=\"s\"|c r=\"B2\"|row r=\"3\")/?>|[0-9a-z&;#]{0,4}){0,40}") {
        let _ = read_for("mohrss", &package(&sheet_data(&sheet), &[]));
    }
}

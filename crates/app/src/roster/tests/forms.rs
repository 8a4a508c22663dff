//! Text files: encodings, delimiters, headings, rows as a spreadsheet counts them, and what is no roster.

use super::*;
use proptest::prelude::*;
use yinxin_testkit::people::TELLING_NAMES;
use yinxin_testkit::roster::ENGLISH_HEADINGS;

fn rows() -> Vec<Row> {
    let mut people = People::new(3);
    let row = |(n, (name, sex)): (usize, &(&str, yinxin_model::Sex))| {
        Row::of(&people.named(name, *sex), &format!("DEMO2024{n:04}"), day("2024-10-20"))
    };
    TELLING_NAMES.iter().enumerate().map(row).collect()
}

fn names(roster: &Roster) -> Vec<String> {
    roster.drafts.iter().map(|d| d.draft.holder.name.display()).collect()
}

#[test]
fn every_encoding_with_every_delimiter_in_both_languages() {
    let expected: Vec<&str> = TELLING_NAMES.iter().map(|(name, _)| *name).collect();
    for encoding in [Encoding::Utf8, Encoding::Utf8WithBom, Encoding::Gb18030] {
        for delimiter in [b',', b'\t', b';'] {
            for headings in [CHINESE_HEADINGS, ENGLISH_HEADINGS] {
                let roster = read_for("mohrss", &text(&headings, &rows(), encoding, delimiter)).unwrap();
                assert_eq!(broken(&roster), [""; 0], "{encoding:?} {}", char::from(delimiter));
                assert_eq!(names(&roster), expected, "{encoding:?} {}", char::from(delimiter));
            }
        }
    }
}

#[test]
fn utf_16_with_its_mark() {
    let utf8 = String::from_utf8(csv_of(&rows())).unwrap();
    let units: Vec<u16> = std::iter::once(0xFEFF).chain(utf8.encode_utf16()).collect();
    let little: Vec<u8> = units.iter().flat_map(|u| u.to_le_bytes()).collect();
    let big: Vec<u8> = units.iter().flat_map(|u| u.to_be_bytes()).collect();
    for bytes in [&little, &big] {
        assert_eq!(read_for("mohrss", bytes).unwrap().drafts.len(), rows().len());
    }
    let broken_pair = [&little[..], &[0x00, 0xD8, 0x41, 0x00]].concat();
    assert!(matches!(read_for("mohrss", &broken_pair), Err(FileError::Encoding { .. })));
}

#[test]
fn damage_is_not_taken_for_another_encoding() {
    // As GB18030 this would be names of other people.
    let mut bytes = text(&ENGLISH_HEADINGS, &rows(), Encoding::Utf8, b',');
    let at = bytes.len() - 20;
    bytes[at] = 0xFF;
    assert_eq!(read_for("mohrss", &bytes).unwrap_err(), FileError::Encoding { row: 9 });
    let mut bytes = text(&CHINESE_HEADINGS, &rows(), Encoding::Gb18030, b',');
    let third_row = bytes.iter().enumerate().filter(|(_, b)| **b == b'\n').nth(1).unwrap().0;
    bytes[third_row + 3] = 0xFF;
    assert_eq!(read_for("mohrss", &bytes).unwrap_err(), FileError::Encoding { row: 3 });
}

#[test]
fn headings_are_found_in_any_order_and_dress() {
    let person = person(DocumentType::ResidentId);
    let text = format!(
        "2024年度合格人员名册,,,,,,,,\n\n,制表：考试中心,,,,,,,\n备注, 姓 名 ,\"证件\n类型\",＊证件号码,发证机构,批准日期,职业资格,级别,管理号\n\
         无,{},111,{},mohrss,2024-10-20,建造师,一级,DEMO20240001\n",
        person.name, person.document_number
    );
    let roster = read_for("mohrss", text.as_bytes()).unwrap();
    assert_eq!(broken(&roster), [""; 0]);
    assert_eq!(roster.drafts[0].row, 5);
    let notes: Vec<_> = roster.notes.iter().map(|n| (n.row, n.rule)).collect();
    assert_eq!(notes, [(1, "title_row"), (3, "title_row")]);
    assert_eq!((roster.warnings[0].rule, roster.warnings[0].column.as_str()), ("unknown_column", "备注"));
}

#[test]
fn headings_that_lack_something_are_named() {
    let no_issuer = csv_of(&[good()]);
    let no_issuer = String::from_utf8(no_issuer).unwrap().replace("发证机构", "发证部门");
    let FileError::NoHeadings { sheets } = read_for("mohrss", no_issuer.as_bytes()).unwrap_err() else {
        panic!()
    };
    assert_eq!((sheets[0].row, sheets[0].missing.as_slice()), (1, &["发证机构"][..]));
    let far_down = ["\n".repeat(10).into_bytes(), csv_of(&[good()])].concat();
    let error = read_for("mohrss", &far_down).unwrap_err();
    assert_eq!(error.code(), "roster_headings_missing");
    let tenth = ["\n".repeat(9).into_bytes(), csv_of(&[good()])].concat();
    assert_eq!(read_for("mohrss", &tenth).unwrap().drafts[0].row, 11);
}

#[test]
fn a_heading_that_stands_twice_is_an_error() {
    let twice = String::from_utf8(csv_of(&[good()])).unwrap().replace("照片", "姓名");
    let roster = read_for("mohrss", twice.as_bytes()).unwrap();
    assert_eq!((broken(&roster), roster.errors[0].column.as_str()), (vec!["heading_twice"], "姓名"));
}

#[test]
fn rows_are_counted_as_a_spreadsheet_counts_them() {
    let mut rows = vec![good(), good(), good(), good()];
    rows[0].photo = "两\n行.jpg".into();
    for (row, number) in rows.iter_mut().zip(1..) {
        row.management_number = format!("DEMO{number}");
        row.sex = "?".into();
    }
    for line_end in ["\n", "\r\n"] {
        let text = String::from_utf8(csv_of(&rows)).unwrap().replace('\n', line_end);
        // A blank line before the last row, and a row of nothing but delimiters.
        let last = text.rfind("DEMO4").unwrap();
        let spread = format!("{}{line_end}{line_end},,,{line_end}{}", &text[..last], &text[last..]);
        let roster = read_for("mohrss", spread.as_bytes()).unwrap();
        let sexes: Vec<u32> =
            roster.errors.iter().filter(|e| e.rule == "sex_unknown").map(|e| e.row).collect();
        assert_eq!((sexes, roster.rows), (vec![2, 3, 4, 8], 4), "{line_end:?}");
    }
}

#[test]
fn ragged_rows() {
    let mut lines: Vec<String> =
        String::from_utf8(csv_of(&[good(), good()])).unwrap().lines().map(str::to_owned).collect();
    lines[1] = lines[1].replace("DEMO20240001", "DEMO20240002").trim_end_matches(',').to_owned();
    lines[2] += ",,,多";
    let roster = read_for("mohrss", lines.join("\n").as_bytes()).unwrap();
    assert_eq!((broken(&roster), roster.errors[0].row), (vec!["row_too_long"], 3));
    assert_eq!(roster.drafts.len(), 1, "missing cells are empty");
    // A heading merged over two columns leaves one without.
    let merged = String::from_utf8(csv_of(&[good()])).unwrap().replacen("专业", "", 1);
    assert_eq!(broken(&read_for("mohrss", merged.as_bytes()).unwrap()), ["cell_without_heading"]);
}

#[test]
fn a_quotation_mark_that_is_not_closed_hides_no_rows() {
    let text = String::from_utf8(csv_of(&rows())).unwrap().replacen(",2024-10-20,", ",\"2024-10-20,", 1);
    let roster = read_for("mohrss", text.as_bytes()).unwrap();
    assert!(broken(&roster).contains(&"quote_not_closed"), "{:?}", broken(&roster));
}

#[test]
fn what_is_no_roster_is_refused_by_its_content() {
    let code = |bytes: &[u8]| read_for("mohrss", bytes).unwrap_err().code();
    assert_eq!(code(b"%PDF-1.7\n"), "file_type_unknown");
    assert_eq!(code(b"\x89PNG\r\n\x1a\n"), "file_type_unknown");
    assert_eq!(code("<html><table><tr><td>姓名".as_bytes()), "file_type_unknown");
    assert_eq!(code(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 old"), "file_type_unknown");
    let wrapped: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(code(&[b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\0\0", &wrapped[..]].concat()), "roster_encrypted");
    assert_eq!(code(b"\xFF\0\x01\x02"), "file_type_unknown");
    assert_eq!(code(b""), "roster_empty");
    assert_eq!(code(b"\n \n"), "roster_empty");
    assert_eq!(code(&csv_of(&[])), "roster_empty");
    let limits = Limits { bytes: 10, ..Limits::default() };
    assert_eq!(read_with(&csv_of(&[good()]), "mohrss", limits).unwrap_err().code(), "roster_too_large");
    let limits = Limits { rows: 3, ..Limits::default() };
    assert_eq!(read_with(&csv_of(&rows()), "mohrss", limits).unwrap_err().code(), "roster_too_large");
}

#[test]
fn a_sheet_of_text_is_called_like_its_file() {
    assert_eq!(sheet_name("C:\\名册\\2024.合格.csv"), "2024.合格");
    assert_eq!(sheet_name("/a/b/.csv"), ".csv");
    assert_eq!(sheet_name("x\u{202E}\r\n.csv"), "x\\u{202e}");
    assert_eq!(sheet_name(""), "");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_bytes_are_answered(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        let _ = read_for("mohrss", &bytes);
    }

    #[test]
    fn any_cells_are_answered_and_counted(cells in proptest::collection::vec("\\PC{0,12}", 16), wild in any::<String>()) {
        let headings = CHINESE_HEADINGS.join(",");
        let quoted: Vec<String> = cells.iter().map(|c| format!("\"{}\"", c.replace('"', "\"\""))).collect();
        let text = format!("{headings}\n{}\n{wild}", quoted.join(","));
        if let Ok(roster) = read_for("mohrss", text.as_bytes()) {
            prop_assert_eq!(roster.errors_total == 0, roster.errors.is_empty());
            for note in roster.errors.iter().chain(&roster.warnings) {
                prop_assert!(!note.value.chars().any(char::is_control));
                prop_assert!(rules::errors().any(|r| r == note.rule) || rules::WARNINGS.contains(&note.rule));
            }
        }
    }

    #[test]
    fn a_damaged_roster_is_answered(at in 0usize..900, byte in any::<u8>()) {
        let mut bytes = text(&CHINESE_HEADINGS, &rows(), Encoding::Gb18030, b',');
        if let Some(place) = bytes.get_mut(at) {
            *place = byte;
        }
        let _ = read_for("mohrss", &bytes);
    }
}

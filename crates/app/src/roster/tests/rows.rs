//! What a row may say, and every rule that it can break.

use super::*;
use yinxin_model::document::resident_check;
use yinxin_model::{Half, Precision, Sex};

/// The rules that the good row breaks once `column` says `value`.
fn rules_of(column: &str, value: &str) -> Vec<&'static str> {
    let mut row = good();
    set(&mut row, column, value);
    broken(&read_rows(&[row]))
}

#[test]
fn a_good_row_becomes_a_draft() {
    let person = person(DocumentType::ResidentId);
    let roster = read_rows(&[good()]);
    assert_eq!((roster.rows, roster.errors_total, roster.warnings_total), (1, 0, 0), "{roster:?}");
    let Placed { sheet, row, draft } = &roster.drafts[0];
    assert_eq!((sheet.as_ref(), *row), ("roster", 2));
    assert_eq!(draft.number.as_str(), "DEMO20240001");
    assert_eq!(draft.holder.name.key(), person.name);
    assert_eq!(draft.holder.document.number(), person.document_number);
    assert_eq!((draft.sex, draft.birth_date), (Some(person.sex), Some(person.birth)));
    assert_eq!((draft.qualification.as_str(), draft.level.as_str()), ("constructor", "1"));
    assert_eq!((draft.issuer.as_str(), draft.seal.as_str()), ("mohrss", "mohrss"));
    assert_eq!((draft.year, draft.half, draft.made_on, draft.photo.as_deref()), (2024, None, None, None));
    assert_eq!(draft.region, "", "the ministry has none");
}

#[test]
fn every_rule_of_a_field() {
    let too_long = "长".repeat(201);
    let cases = [
        ("management_number", "", "mandatory_missing"),
        ("management_number", "12345", "management_number_length"),
        ("management_number", "2024'; DROP TABLE--", "management_number_character"),
        ("management_number", "2.02411E+17", "management_number_is_number"),
        ("management_number", "=\"0012345\"", "formula"),
        ("name", " ", "mandatory_missing"),
        ("name", &"龙".repeat(51), "name_too_long"),
        ("name", "张\u{202E}三", "name_invisible_character"),
        ("name", "\t张三", "name_invisible_character"),
        ("name", "张\0三", "name_invisible_character"),
        ("name", "张\u{F8FF}", "name_private_use"),
        ("name", "·", "name_without_letter"),
        ("name", "=cmd|'/c calc'!A1", "name_formula"),
        ("document_type", "", "mandatory_missing"),
        ("document_type", "学生证", "document_type_unknown"),
        ("document_number", "", "mandatory_missing"),
        ("document_number", "身份证号码呢", "document_number_length"),
        ("document_number", "11010119900307888x1", "document_number_length"),
        ("document_number", "1.10101E+17", "document_number_is_number"),
        ("sex", "不详", "sex_unknown"),
        ("birth_date", "明天", "birth_date_form"),
        ("birth_date", "1990年3月", "birth_date_form"),
        ("birth_date", "1899-12-31", "birth_date_form"),
        ("birth_date", "2026-11-23", "birth_date_in_future"),
        ("birth_date", "1949-10-01", "birth_date_disagrees"),
        ("birth_date", "44477", "date_serial_number"),
        ("qualification", "", "mandatory_missing"),
        ("qualification", "炼金术士", "qualification_unknown"),
        ("qualification", "教师资格", "qualification_not_made_here"),
        ("level", "", "level_missing"),
        ("level", "九级", "level_unknown"),
        ("level", "二级", "seal_missing"),
        ("approval_date", "", "mandatory_missing"),
        ("approval_date", "2024-02-30", "approval_date_form"),
        ("approval_date", "20/10/2024", "approval_date_form"),
        ("approval_date", "2024-10-20 08:30:00", "approval_date_form"),
        ("approval_date", "1949-09-30", "approval_date_too_early"),
        ("approval_date", "2026-11-23", "approval_date_in_future"),
        ("approval_date", "45585", "date_serial_number"),
        ("issuer", "", "mandatory_missing"),
        ("issuer", "某某协会", "issuer_unknown"),
        ("issuer", "中国拍卖行业协会", "issuer_not_allowed"),
        ("issuer", "bj-rsks", "issuer_not_allowed"),
        ("photo", "../张三.jpg", "photo_name"),
        ("photo", "C:张三.jpg", "photo_name"),
        ("photo", ".htaccess", "photo_name"),
        ("photo", &"p".repeat(101), "photo_name"),
        ("made_on", "2025年1月", "made_on_form"),
        ("made_on", "2024-10-19", "made_on_before_approval"),
        ("made_on", "2026-12-01", "made_on_in_future"),
        ("year", "1949", "year_form"),
        ("year", "2027", "year_form"),
        ("year", "二〇二四", "year_form"),
        ("half", "前半年", "half_unknown"),
        ("region", "火星", "region_unknown"),
        ("speciality", &too_long, "text_too_long"),
        ("speciality", "建筑\u{200B}工程", "invisible_character"),
        ("speciality", "建筑\r\n工程", "invisible_character"),
        ("speciality", "@SUM(A1)", "formula"),
        ("speciality", "＝１＋１", "formula"),
        ("speciality", "-1+cmd", "formula"),
        ("region", "\t北京", "formula"),
    ];
    for (column, value, rule) in cases {
        assert_eq!(rules_of(column, value), [rule], "{column}: {value:?}");
    }
}

#[test]
fn what_institutions_write_is_understood() {
    let cases = [
        ("management_number", " ２０１９0301-Ab　"),
        ("document_type", "111"),
        ("document_type", "身份证"),
        ("document_type", "１１１"),
        ("sex", ""),
        ("birth_date", ""),
        ("qualification", "一级建造师"),
        ("qualification", "建造师（一级）"),
        ("qualification", " Constructor "),
        ("level", "1"),
        ("level", "１"),
        ("speciality", ""),
        ("approval_date", "2024/10/8"),
        ("approval_date", "2024.10.08"),
        ("approval_date", "20241008"),
        ("approval_date", "２０２４年１０月８日"),
        ("approval_date", "2024年10月"),
        ("approval_date", "2024-10-20 00:00:00"),
        ("issuer", "MOHRSS"),
        ("issuer", "人社部"),
        ("photo", "张三 1.jpg"),
        ("made_on", "2024-10-20"),
        ("year", "２０２３年"),
        ("half", "1"),
        ("half", "下半年"),
        ("region", "110000"),
        ("region", "53"),
        ("region", "云南省"),
        ("region", "广西壮族自治区"),
        ("region", "新疆生产建设兵团"),
    ];
    for (column, value) in cases {
        assert_eq!(rules_of(column, value), [""; 0], "{column}: {value:?}");
    }
}

#[test]
fn what_is_read_is_canonical() {
    let mut row = good();
    for (column, value) in [
        ("management_number", " ２０１９0301-Ab　"),
        ("sex", ""),
        ("birth_date", ""),
        ("qualification", "一级建造师"),
        ("level", ""),
        ("speciality", "建筑 工程"),
        ("approval_date", "2021年10月"),
        ("made_on", "2022-1-5"),
        ("half", "Second"),
        ("region", "云南省"),
        ("photo", " a.jpg "),
    ] {
        set(&mut row, column, value);
    }
    let roster = read_rows(&[row]);
    assert_eq!(broken(&roster), [""; 0]);
    let draft = &roster.drafts[0].draft;
    assert_eq!(draft.number.as_str(), "20190301-Ab");
    assert_eq!(draft.sex, Some(person(DocumentType::ResidentId).sex), "the number tells it");
    assert_eq!(draft.birth_date, Some(person(DocumentType::ResidentId).birth));
    assert_eq!((draft.level.as_str(), draft.speciality.as_str()), ("1", "建筑工程"));
    assert_eq!((draft.approved_on, draft.approval_precision), (day("2021-10-01"), Precision::Month));
    assert_eq!((draft.made_on, draft.year, draft.half), (Some(day("2022-01-05")), 2021, Some(Half::Second)));
    assert_eq!((draft.region.as_str(), draft.photo.as_deref()), ("云南", Some("a.jpg")));
}

#[test]
fn every_broken_rule_of_a_row_is_reported() {
    let mut row = good();
    for (column, value) in [
        ("issuer", "无"),
        ("management_number", "1"),
        ("name", ""),
        ("document_type", "?"),
        ("sex", "x"),
        ("qualification", "炼金术士"),
        ("approval_date", "x"),
        ("year", "x"),
        ("half", "x"),
        ("region", "x"),
        ("photo", "/"),
        ("made_on", "x"),
    ] {
        set(&mut row, column, value);
    }
    let roster = read_rows(&[good(), row]);
    assert_eq!(roster.errors_total, 12, "{:?}", broken(&roster));
    assert!(roster.errors.iter().all(|e| e.row == 3 && e.sheet == "roster"));
    assert_eq!(
        roster.drafts.len(),
        1,
        "the good row is still read, so that it can be compared with the register"
    );
}

#[test]
fn sex_and_birth_date_agree_with_the_document() {
    let person = person(DocumentType::ResidentId);
    let other = if person.sex == Sex::Male { "女" } else { "男" };
    assert_eq!(rules_of("sex", other), ["sex_disagrees"]);
    assert_eq!(rules_of("birth_date", &person.birth.plus(1).to_string()), ["birth_date_disagrees"]);
}

#[test]
fn documents_of_every_type() {
    for (n, kind) in (1000..).zip(DocumentType::ALL) {
        let holder = person(kind);
        let roster = read_rows(&[Row::of(&holder, &format!("DEMO{n}"), day("2024-10-20"))]);
        assert_eq!(broken(&roster), [""; 0], "{kind:?}");
        let told = roster.drafts[0].draft.holder.document.birth_and_sex().is_some();
        assert_eq!(warned(&roster).contains(&"holder_without_check"), !told, "{kind:?}");
    }
    let check = |digits: &str| format!("{digits}{}", resident_check(digits).unwrap());
    for (number, rule) in [
        (check("88000019900230001"), "document_number_birth_date"),
        (check("88000029900101001"), "document_number_future_birth"),
        (check("81999919900101001"), "document_number_wrong_type"),
        (check("98899919900101001"), "document_number_wrong_type"),
        (check("08000019900101001"), "document_number_form"),
        ("证".repeat(18), "document_number_character"),
        (
            format!(
                "{}{}",
                "88000019900101001",
                if check("88000019900101001").ends_with('1') { 2 } else { 1 }
            ),
            "document_number_checksum",
        ),
    ] {
        let mut row = good();
        (row.document_number, row.sex, row.birth_date) = (number.clone(), String::new(), String::new());
        assert_eq!(broken(&read_rows(&[row])), [rule], "{number}");
    }
}

#[test]
fn duplicates_name_the_row_seen_first() {
    let other = || Row::of(&People::new(8).with(DocumentType::ResidentId), "DEMO20240001", day("2023-10-20"));
    let spread = Row { management_number: " ＤＥＭＯ20240001".into(), ..other() };
    let broken_otherwise = Row { year: "1".into(), management_number: "DEMO20240009".into(), ..good() };
    let again = Row { management_number: "DEMO20240009".into(), ..other() };
    let roster = read_rows(&[good(), spread, broken_otherwise, again]);
    let duplicates: Vec<_> = roster
        .errors
        .iter()
        .filter(|e| e.rule == "duplicate_management_number")
        .map(|e| (e.row, e.values["first_row"].as_str()))
        .collect();
    assert_eq!(duplicates, [(3, "2"), (5, "4")], "a row with other errors has its number all the same");
    assert_eq!(roster.errors[0].value, "ＤＥＭＯ20240001");
}

#[test]
fn the_same_attainment_under_another_number_is_a_doubt() {
    let twin = Row { management_number: "DEMO20240002".into(), ..good() };
    let elsewhere =
        Row { speciality: "公路工程".into(), management_number: "DEMO20240003".into(), ..good() };
    let roster = read_rows(&[good(), twin, elsewhere]);
    assert_eq!((roster.errors_total, warned(&roster)), (0, vec!["same_certificate_other_number"]));
    assert_eq!((roster.warnings[0].row, roster.warnings[0].values["first_row"].as_str()), (3, "2"));
}

#[test]
fn doubts_stop_nothing() {
    let row = Row { speciality: "星际工程".into(), year: "2016".into(), ..good() };
    let roster = read_rows(&[row]);
    assert_eq!((roster.errors_total, roster.drafts.len()), (0, 1));
    assert_eq!(warned(&roster), ["speciality_unknown", "outside_scope"]);
    assert_eq!(roster.drafts[0].draft.speciality, "星际工程");
}

#[test]
fn levels_go_with_their_qualification() {
    let of = |qualification: &str, level: &str| {
        let (qualification, level, speciality) = (qualification.into(), level.into(), String::new());
        broken(&read_rows(&[Row { qualification, level, speciality, ..good() }]))
    };
    assert_eq!(of("执业药师", "一级"), ["level_not_applicable"]);
    assert_eq!(of("一级建造师", "二级"), ["level_disagrees"]);
    assert_eq!(of("一级建造师", "一级"), [""; 0]);
    assert_eq!(of("经济师", "中级"), [""; 0]);
    assert_eq!(of("二级建造师", ""), ["seal_missing"], "a province makes it");
}

#[test]
fn issuers_go_with_their_seals() {
    let row =
        Row { qualification: "拍卖师".into(), level: String::new(), speciality: String::new(), ..good() };
    assert_eq!(broken(&read_rows(std::slice::from_ref(&row))), ["issuer_not_for_qualification"]);
    let own = Row { issuer: "caa".into(), made_on: "2024-11-01".into(), ..row };
    let roster = read_for("caa", &csv_of(&[own])).unwrap();
    assert_eq!((broken(&roster), roster.drafts[0].draft.seal.as_str()), (vec![], "caa"));
}

#[test]
fn an_institution_lends_its_region() {
    let roster = read_for(
        "yn-rsks",
        &csv_of(&[good(), Row { region: "11".into(), management_number: "DEMO20240002".into(), ..good() }]),
    );
    let roster = roster.unwrap();
    assert_eq!(roster.drafts.iter().map(|d| d.draft.region.as_str()).collect::<Vec<_>>(), ["云南", "北京"]);
}

#[test]
fn numbers_are_made_where_the_issuer_asks_for_it() {
    let base = Row {
        qualification: "拍卖师".into(),
        level: String::new(),
        speciality: String::new(),
        issuer: "caa".into(),
        management_number: String::new(),
        ..good()
    };
    let other = Row { approval_date: "2023-10-20".into(), ..base.clone() };
    let rows = [base, other];
    let with_column = read_for("caa", &csv_of(&rows)).unwrap();
    let without = text(CHINESE_HEADINGS.get(1..).unwrap(), &[], Encoding::Utf8, b',');
    let lines = String::from_utf8(csv_of(&rows)).unwrap();
    let cut: String = lines.lines().skip(1).map(|l| format!("{}\n", l.trim_start_matches(','))).collect();
    let without_column = read_for("caa", &[without, cut.into_bytes()].concat()).unwrap();
    for roster in [&with_column, &without_column] {
        assert_eq!(broken(roster), [""; 0]);
        let numbers: Vec<&str> = roster.drafts.iter().map(|d| d.draft.number.as_str()).collect();
        assert!(numbers[0].starts_with("YX2024") && numbers[1].starts_with("YX2023"), "{numbers:?}");
    }
}

#[test]
fn findings_never_show_whose_they_are() {
    let person = person(DocumentType::ResidentId);
    let wrong = person.document_number.replacen("88", "87", 1);
    let row = Row {
        name: format!("{}\u{202E}", person.name),
        document_number: wrong.clone(),
        level: person.document_number.clone(),
        sex: "保密".into(),
        ..good()
    };
    let roster = read_rows(&[row]);
    let said = format!("{roster:?}");
    assert!(roster.errors_total >= 4, "{said}");
    assert!(
        !said.contains(&person.name) && !said.contains(&wrong) && !said.contains(&person.document_number),
        "{said}"
    );
    assert!(!said.contains('\u{202E}'), "control characters are escaped");
    assert_eq!(roster.errors.iter().find(|e| e.column == "性别").unwrap().value, "保密");
    let lone = read_rows(&[Row { name: "=".into(), ..good() }]);
    assert_eq!((lone.errors[0].rule, lone.errors[0].value.as_str()), ("name_formula", "*"));
    let long = read_rows(&[Row { region: "甲".repeat(100), ..good() }]);
    assert_eq!(long.errors[0].value, format!("{}…", "甲".repeat(40)));
}

#[test]
fn the_first_errors_are_listed_and_all_are_counted() {
    let rows: Vec<Row> = (0..30)
        .map(|n| Row { sex: "?".into(), management_number: format!("DEMO{n:04}"), ..good() })
        .collect();
    let roster = read_with(&csv_of(&rows), "mohrss", Limits { listed: 5, ..Limits::default() }).unwrap();
    assert_eq!((roster.errors.len(), roster.errors_total, roster.rows), (5, 30, 30));
}

//! Writes `samples/roster.csv`, the roster that `make way` imports:
//! `cargo run -p yinxin-testkit --example sample_roster > samples/roster.csv`.
//!
//! Twelve synthetic people, the names first that lesser systems lose, each date in another of the forms that
//! rosters bring.

use std::error::Error;
use std::io::stdout;

use yinxin_model::Day;
use yinxin_testkit::people::{People, TELLING_NAMES};
use yinxin_testkit::roster::{CHINESE_HEADINGS, Row, write_text};

/// Qualification, level and speciality, all under the ministry's seal.
const ATTAINED: [(&str, &str, &str); 6] = [
    ("建造师", "一级", "建筑工程"),
    ("执业药师", "", "药学"),
    ("经济", "中级", "金融"),
    ("造价工程师", "一级", "安装工程"),
    ("社会工作者", "初级", ""),
    ("翻译", "二级", "英语笔译"),
];

fn main() -> Result<(), Box<dyn Error>> {
    let approved: Day = "2024-10-20".parse()?;
    let mut people = People::new(2026);
    let named: Vec<_> = TELLING_NAMES.iter().map(|(name, sex)| people.named(name, *sex)).collect();
    let rows = named.into_iter().chain(people).take(12).zip(ATTAINED.iter().cycle()).zip(1..).map(
        |((person, (qualification, level, speciality)), serial)| Row {
            qualification: (*qualification).to_owned(),
            level: (*level).to_owned(),
            speciality: (*speciality).to_owned(),
            approval_date: written(approved, serial),
            ..Row::of(&person, &format!("DEMO2024{serial:04}"), approved)
        },
    );
    // The ten columns that a roster must have, and the issuer.
    let headings = CHINESE_HEADINGS.get(..11).unwrap_or(&CHINESE_HEADINGS);
    write_text(stdout().lock(), headings, rows, b',');
    Ok(())
}

fn written(day: Day, serial: u32) -> String {
    let (year, month, date) = day.civil();
    match serial % 4 {
        0 => format!("{year}/{month}/{date}"),
        1 => day.to_string(),
        2 => format!("{year}年{month}月{date}日"),
        _ => format!("{year}年{month}月"),
    }
}

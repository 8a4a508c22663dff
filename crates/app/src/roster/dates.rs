//! Dates of a roster: text in every form of `model`, and the serial numbers of workbooks.

use super::cell::Cell;
use std::collections::HashMap;
use yinxin_model::calendar::parse_roster_date;
use yinxin_model::{Day, Precision};

/// Different texts remembered; beyond that it starts afresh.
const REMEMBERED: usize = 20_000;

/// Serial numbers of days that are taken for dates where a *number* stands in a date column: from 1927-05-18.
/// Below, a `2021` that means a year would be read as a day of 1905.
const SERIALS: std::ops::RangeInclusive<i32> = 10_000..=99_999;

/// The serial number of 1970-01-01 in workbooks that count from 1900, and from 1904.
const EPOCH_1900: i32 = 25_569;
const EPOCH_1904: i32 = 24_107;

/// A date cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Read {
    Date(Day, Precision),
    /// Text of five digits: likely a date that lost its format on the way into a text file.
    Serial,
    NoDate,
}

/// Reads date cells, remembering texts: a roster repeats few dates many times.
#[derive(Debug, Default)]
pub(super) struct Dates {
    known: HashMap<Box<str>, Read>,
}

impl Dates {
    /// `since_1904`: how the workbook counts days.
    pub(super) fn read(&mut self, cell: Cell<'_>, since_1904: bool) -> Read {
        match cell {
            Cell::Text(text) => self.text(text),
            Cell::Number(number) => self.number(number, since_1904),
            Cell::Empty | Cell::Truth(_) | Cell::Fault(_) => Read::NoDate,
        }
    }

    fn text(&mut self, text: &str) -> Read {
        // The commonest form is read faster than found.
        if let Some(day) = iso(text) {
            return Read::Date(day, Precision::Day);
        }
        if let Some(read) = self.known.get(text) {
            return *read;
        }
        let read = match parse_roster_date(text) {
            Some((day, precision)) => Read::Date(day, precision),
            None if text.trim().len() == 5 && text.trim().bytes().all(|b| b.is_ascii_digit()) => Read::Serial,
            None => Read::NoDate,
        };
        if self.known.len() >= REMEMBERED {
            self.known.clear();
        }
        self.known.insert(text.into(), read);
        read
    }

    fn number(&mut self, number: f64, since_1904: bool) -> Read {
        // With a time of day it is no date; beyond the range the conversion below would not be exact.
        if number.fract() != 0.0 || !(0.0..1e8).contains(&number) {
            return Read::NoDate;
        }
        let whole = number as i32;
        if SERIALS.contains(&whole) {
            let epoch = if since_1904 { EPOCH_1904 } else { EPOCH_1900 };
            return Read::Date(Day(whole - epoch), Precision::Day);
        }
        self.text(&whole.to_string())
    }
}

/// `2021-10-08` and nothing else.
fn iso(text: &str) -> Option<Day> {
    let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text.as_bytes() else { return None };
    let number = |digits: &[u8]| {
        let step = |n: u32, digit: &u8| digit.is_ascii_digit().then(|| n * 10 + u32::from(digit - b'0'));
        digits.iter().try_fold(0, step)
    };
    Day::new(i32::try_from(number(&[y1, y2, y3, y4])?).ok()?, number(&[m1, m2])?, number(&[d1, d2])?)
}

//! Days and instants. All calendar arithmetic is in Asia/Shanghai.
//!
//! Mainland China has kept UTC+08:00 without summer time since 1991-09-15; every instant that this system
//! converts (applications, sealings, publications) is later, so a constant offset is exact and no time zone
//! database is needed. Days before that (birth dates) are civil dates and are never converted.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Shanghai's offset from UTC.
const SHANGHAI_MS: i64 = 8 * 3_600_000;
const DAY_MS: i64 = 86_400_000;

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Instant(pub i64);

/// A civil day in Shanghai: days since 1970-01-01. Shown and read as `YYYY-MM-DD`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i32);

/// How exactly a date is known. `2021年10月` is a month; its [`Day`] is the month's first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Precision {
    Day,
    Month,
}

/// Half of a year, for examinations held twice a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Half {
    /// 上半年
    First,
    /// 下半年
    Second,
}

/// The text is not a day that exists.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a date of the form YYYY-MM-DD that exists")]
pub struct BadDay(pub String);

impl Instant {
    /// The day it is in Shanghai.
    pub fn day(self) -> Day {
        Day(i32::try_from((self.0 + SHANGHAI_MS).div_euclid(DAY_MS)).unwrap_or(i32::MAX))
    }

    /// Hour, minute, second on the Shanghai clock.
    pub fn time(self) -> (u8, u8, u8) {
        let second = (self.0 + SHANGHAI_MS).rem_euclid(DAY_MS) / 1000;
        ((second / 3600) as u8, (second / 60 % 60) as u8, (second % 60) as u8)
    }

    /// `2026-11-22T16:00:00+08:00`
    pub fn rfc3339(self) -> String {
        let (h, m, s) = self.time();
        format!("{}T{h:02}:{m:02}:{s:02}+08:00", self.day())
    }

    /// `2026年11月22日 16:00:00`
    pub fn chinese(self) -> String {
        let (h, m, s) = self.time();
        format!("{} {h:02}:{m:02}:{s:02}", self.day().chinese())
    }

    /// Reads an RFC 3339 time stamp with any offset.
    pub fn parse(text: &str) -> Option<Self> {
        text.parse::<jiff::Timestamp>().ok().map(|t| Self(t.as_millisecond()))
    }
}

impl Day {
    /// `None` where the date does not exist or lies outside the years 1–9999.
    pub fn new(year: i32, month: u32, day: u32) -> Option<Self> {
        let date = Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?);
        let date = date.ok().filter(|d| d.year() >= 1)?;
        let span = date.since((jiff::Unit::Day, Date::constant(1970, 1, 1))).ok()?;
        Some(Self(span.get_days()))
    }

    /// Year, month and day of the month.
    pub fn civil(self) -> (i32, u32, u32) {
        let days = jiff::Span::new().try_days(self.0).unwrap_or_default();
        let date = Date::constant(1970, 1, 1).saturating_add(days);
        (date.year().into(), date.month() as u32, date.day() as u32)
    }

    pub fn year(self) -> i32 {
        self.civil().0
    }

    pub fn plus(self, days: i32) -> Self {
        Self(self.0.saturating_add(days))
    }

    /// The instant this day begins in Shanghai.
    pub fn start(self) -> Instant {
        Instant(i64::from(self.0) * DAY_MS - SHANGHAI_MS)
    }

    /// `2026年11月22日`
    pub fn chinese(self) -> String {
        let (y, m, d) = self.civil();
        format!("{y:04}年{m:02}月{d:02}日")
    }

    /// `2026年11月`
    pub fn chinese_month(self) -> String {
        let (y, m, _) = self.civil();
        format!("{y:04}年{m:02}月")
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (y, m, d) = self.civil();
        write!(f, "{y:04}-{m:02}-{d:02}")
    }
}

impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl FromStr for Day {
    type Err = BadDay;

    fn from_str(text: &str) -> Result<Self, BadDay> {
        let parse = || {
            let mut parts = text.split('-');
            let (y, m, d) = (parts.next()?, parts.next()?, parts.next()?);
            let digits = |s: &str, n: usize| s.len() == n && s.bytes().all(|b| b.is_ascii_digit());
            if parts.next().is_some() || !digits(y, 4) || !digits(m, 2) || !digits(d, 2) {
                return None;
            }
            Self::new(y.parse().ok()?, m.parse().ok()?, d.parse().ok()?)
        };
        parse().ok_or_else(|| BadDay(text.chars().take(40).collect()))
    }
}

impl Serialize for Day {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl fmt::Display for Half {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Half::First => "上半年",
            Half::Second => "下半年",
        })
    }
}

/// A date as rosters write it, in every form met so far: `2021-10-08`, `2021/10/8`, `2021.10.8`, `20211008`,
/// `2021年10月8日`, and `2021年10月` / `2021-10` with month precision. Full-width digits are read.
/// `None` where it is none of these or the date does not exist.
pub fn parse_roster_date(text: &str) -> Option<(Day, Precision)> {
    let text: String = text.chars().map(crate::person::half_width).filter(|c| !c.is_whitespace()).collect();
    if text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) {
        let (y, rest) = text.split_at(4);
        let (m, d) = rest.split_at(2);
        return Some((Day::new(y.parse().ok()?, m.parse().ok()?, d.parse().ok()?)?, Precision::Day));
    }
    // A spreadsheet's text of a date-time cell: the time of day must be midnight, or it is not a date.
    let text = text.strip_suffix("00:00:00").unwrap_or(&text);
    let text = text.strip_suffix('T').unwrap_or(text);
    let unified = text.replace(['/', '.', '年', '月'], "-").replace(['日', '号'], "-");
    let mut parts: Vec<&str> = unified.split('-').collect();
    while parts.last().is_some_and(|p| p.is_empty()) {
        parts.pop();
    }
    let number = |p: &str, most: usize| -> Option<u32> {
        (!p.is_empty() && p.len() <= most && p.bytes().all(|b| b.is_ascii_digit()))
            .then(|| p.parse().ok())
            .flatten()
    };
    match parts.as_slice() {
        [y, m, d] if y.len() == 4 => {
            let day = Day::new(i32::try_from(number(y, 4)?).ok()?, number(m, 2)?, number(d, 2)?)?;
            Some((day, Precision::Day))
        }
        [y, m] if y.len() == 4 => {
            Some((Day::new(i32::try_from(number(y, 4)?).ok()?, number(m, 2)?, 1)?, Precision::Month))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;

//! Dates as PDF writes them (ISO 32000-1 §7.9.4): `D:20261122080000+08'00'`.

use yinxin_model::{Day, Instant};

/// Reads a PDF date. Seconds and offset may be missing (then zero and UTC); a date alone is not an instant.
pub(crate) fn parse(text: &str) -> Option<Instant> {
    let text = text.strip_prefix("D:").unwrap_or(text);
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (civil, zone) = text.split_at_checked(digits)?;
    let number = |from: usize, to: usize| civil.get(from..to)?.parse::<u32>().ok();
    let (year, month, day) = (number(0, 4)?, number(4, 6)?, number(6, 8)?);
    let (hour, minute) = (number(8, 10)?, number(10, 12)?);
    let second = if digits == 12 { 0 } else { number(12, 14)? };
    if digits > 14 || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let day = Day::new(i32::try_from(year).ok()?, month, day)?;
    let seconds = i64::from(day.0) * 86_400 + i64::from(hour * 3600 + minute * 60 + second);
    Some(Instant((seconds - offset(zone)?) * 1000))
}

/// Seconds east of UTC.
fn offset(zone: &str) -> Option<i64> {
    let sign = match zone.bytes().next() {
        None | Some(b'Z') => return Some(0),
        Some(b'+') => 1,
        Some(b'-') => -1,
        Some(_) => return None,
    };
    let digits: String = zone.chars().filter(char::is_ascii_digit).collect();
    let hours: i64 = digits.get(..2)?.parse().ok()?;
    let minutes: i64 = digits.get(2..4).map_or(Some(0), |text| text.parse().ok())?;
    (hours < 24 && minutes < 60 && digits.len() <= 4).then_some(sign * (hours * 3600 + minutes * 60))
}

#[cfg(test)]
mod tests {
    use super::parse;
    use yinxin_model::Instant;

    #[test]
    fn pdf_dates_are_instants() {
        let noon = Instant::parse("2026-11-22T12:00:00+08:00");
        assert_eq!(parse("D:20261122120000+08'00'"), noon);
        assert_eq!(parse("D:20261122120000+08'00"), noon);
        assert_eq!(parse("D:20261122040000Z"), noon);
        assert_eq!(parse("20261121233000-04'30'"), noon);
        assert_eq!(parse("D:202611220400"), noon);
        for bad in [
            "",
            "D:2026",
            "D:20261122",
            "D:20261322120000Z",
            "D:20261122250000Z",
            "D:20261122120000+99'00'",
            "中文",
        ] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}

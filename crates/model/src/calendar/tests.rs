use super::*;
use proptest::prelude::*;

#[test]
fn midnight_in_shanghai_is_still_yesterday_in_utc() {
    let late = Instant::parse("2026-02-28T15:59:59Z").unwrap();
    let midnight = Instant::parse("2026-02-28T16:00:00Z").unwrap();
    assert_eq!(late.day().to_string(), "2026-02-28");
    assert_eq!(midnight.day().to_string(), "2026-03-01");
    assert_eq!(midnight, midnight.day().start());
    assert_eq!(midnight.rfc3339(), "2026-03-01T00:00:00+08:00");
    assert_eq!(midnight.chinese(), "2026年03月01日 00:00:00");
}

#[test]
fn dates_that_do_not_exist_are_refused() {
    assert_eq!(Day::new(2023, 2, 29), None);
    assert!(Day::new(2024, 2, 29).is_some());
    assert!("2023-02-30".parse::<Day>().is_err());
    assert!("2023-2-3".parse::<Day>().is_err());
    assert_eq!(Day::new(0, 1, 1), None);
}

#[test]
fn roster_dates_come_in_many_forms() {
    let day = Day::new(2021, 10, 8).unwrap();
    for text in [
        "2021-10-08",
        "2021/10/8",
        "2021.10.8",
        "20211008",
        "2021年10月8日",
        "2021年10月08号",
        " 2021-10-08 ",
        "２０２１年１０月８日",
        "2021-10-08 00:00:00",
        "2021-10-08T00:00:00",
    ] {
        assert_eq!(parse_roster_date(text), Some((day, Precision::Day)), "{text}");
    }
    let month = Day::new(2021, 10, 1).unwrap();
    for text in ["2021年10月", "2021-10", "2021.10", "2021/10"] {
        assert_eq!(parse_roster_date(text), Some((month, Precision::Month)), "{text}");
    }
    for text in [
        "",
        "2021",
        "44477",
        "2021-13-01",
        "2021-02-30",
        "08/10/2021",
        "2021-10-08-1",
        "２０２１年",
        "昨天",
        "2021-10-08 09:30:00",
    ] {
        assert_eq!(parse_roster_date(text), None, "{text}");
    }
}

proptest! {
    #[test]
    fn days_round_trip(n in -719_162i32..2_932_896) {
        let day = Day(n);
        let (y, m, d) = day.civil();
        prop_assert_eq!(Day::new(y, m, d), Some(day));
        prop_assert_eq!(day.to_string().parse::<Day>().unwrap(), day);
        prop_assert_eq!(day.start().day(), day);
        prop_assert_eq!(parse_roster_date(&day.chinese()), Some((day, Precision::Day)));
    }

    #[test]
    fn any_text_as_a_date_is_answered(text in ".{0,40}") {
        let _ = parse_roster_date(&text);
    }
}

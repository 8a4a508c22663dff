use super::*;
use crate::config::Config;
use std::collections::HashSet;

#[test]
fn no_number_stands_twice() {
    for rows in [1, 7, 1000, 65_537] {
        let numbers: HashSet<u64> = (0..rows).map(|row| spread(row, rows)).collect();
        assert_eq!(numbers.len(), rows as usize);
    }
}

#[test]
fn a_sample_of_the_people_is_known() {
    let roster = Roster::new(100);
    assert_eq!((roster.rows, roster.holders.len()), (100, 100));
    assert_eq!(roster.csv.iter().filter(|b| **b == b'\n').count(), 101);
}

#[test]
fn asking_is_counted_and_not_stopped() {
    let config: Config = toml::from_str(&questions::settings().unwrap()).unwrap();
    assert!(
        config.limits.target_in_all > 1_000_000_000 && config.limits.most_entries > 0 && !config.pow.required
    );
}

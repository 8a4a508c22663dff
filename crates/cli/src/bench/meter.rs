//! How things are timed: two of them in turn, in short slices, so that whatever else the machine does falls on both; given are
//! medians, and the median of the slices' ratios.

use crate::world::tick;
use serde::Serialize;
use yinxin_app::error::Result;

/// Slices of a figure.
const SLICES: u32 = 15;

/// One line of the answer. Keys in the alphabet's order read well as columns.
#[derive(Debug, Serialize)]
pub struct Figure {
    pub figure: &'static str,
    pub measured: f64,
    /// `measured` to `reference_measured`.
    pub ratio: Option<f64>,
    /// The bare thing beside which it was measured.
    pub reference: Option<&'static str>,
    pub reference_measured: Option<f64>,
    /// What the ratio should reach.
    pub target: Option<f64>,
    pub unit: &'static str,
}

/// Two rates and their ratio.
#[derive(Clone, Copy, Debug)]
pub struct Pair {
    pub rate: f64,
    pub bare: f64,
    pub ratio: f64,
}

impl Figure {
    pub fn plain(figure: &'static str, measured: f64, unit: &'static str) -> Self {
        Self {
            figure,
            measured: round(measured),
            ratio: None,
            reference: None,
            reference_measured: None,
            target: None,
            unit,
        }
    }

    pub fn of(figure: &'static str, pair: Pair, reference: &'static str, target: Option<f64>) -> Self {
        Self {
            ratio: Some(round(pair.ratio)),
            reference: Some(reference),
            reference_measured: Some(round(pair.bare)),
            target,
            ..Self::plain(figure, pair.rate, "per_second")
        }
    }

    /// Microseconds of each instead of rates; the ratio is turned about, so that it says the same as the rates'.
    pub fn each(figure: &'static str, pair: Pair, reference: &'static str) -> Self {
        let ratio = if pair.ratio > 0.0 { 1.0 / pair.ratio } else { 0.0 };
        Self { unit: "us", ..Self::of(figure, Pair { ratio, ..pair }, reference, None) }
    }
}

/// Runs `one` and `bare` in turn for `seconds` together. Each call says how many of its things it did; 0 = there are no more.
pub async fn in_turn(
    seconds: f64,
    mut one: impl AsyncFnMut() -> Result<u64>,
    mut bare: impl AsyncFnMut() -> Result<u64>,
) -> Result<Pair> {
    let slice = seconds / f64::from(2 * SLICES);
    let mut pairs = Vec::new();
    for _ in 0..SLICES {
        let rate = rate(slice, &mut one).await?;
        if rate == 0.0 {
            break;
        }
        pairs.push((rate, self::rate(slice, &mut bare).await?));
    }
    Ok(summary(&pairs))
}

/// Things per second, for at least `seconds`.
pub async fn rate(seconds: f64, mut one: impl AsyncFnMut() -> Result<u64>) -> Result<f64> {
    let start = tick();
    let mut done = 0;
    loop {
        let more = one().await?;
        done += more;
        let elapsed = start.elapsed().as_secs_f64();
        if elapsed >= seconds || more == 0 {
            return Ok(done as f64 / elapsed);
        }
    }
}

pub fn summary(pairs: &[(f64, f64)]) -> Pair {
    Pair {
        rate: median(pairs.iter().map(|(rate, _)| *rate)),
        bare: median(pairs.iter().map(|(_, bare)| *bare)),
        ratio: median(pairs.iter().map(|(rate, bare)| rate / bare)),
    }
}

pub fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = values.collect();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(0.0)
}

/// To three digits: more would be noise.
pub fn round(value: f64) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return 0.0;
    }
    let places = 2 - value.abs().log10().floor() as i32;
    let scale = 10f64.powi(places.abs());
    if places >= 0 { (value * scale).round() / scale } else { (value / scale).round() * scale }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_have_three_digits() {
        let rounded = [12345.6, 0.123456, 99.96, 1.0, 0.0].map(round);
        assert_eq!(rounded, [12300.0, 0.123, 100.0, 1.0, 0.0]);
    }

    #[test]
    fn a_ratio_is_the_median_of_ratios() {
        let pair = summary(&[(1.0, 2.0), (3.0, 4.0), (100.0, 1.0)]);
        assert_eq!((pair.rate, pair.bare, pair.ratio), (3.0, 2.0, 0.75));
    }
}

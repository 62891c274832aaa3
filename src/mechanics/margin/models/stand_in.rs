//! Returns that stand in for a history that is not there yet.
//!
//! Normal, with the ordinary volatility of each instrument, and with one stated correlation between any two
//! (a common factor and one of each instrument's own). All that is on one underlying moves with it. They are the
//! same in every run: each column holds the same evenly spaced quantiles, in an order of its own. So the volatility of each comes out as stated; the
//! correlation of two comes out as stated but for the chance of a sample as long as the window.

#![allow(clippy::float_arithmetic, reason = "a return is a statistic")]

use crate::margin::pricing::quantile;

#[derive(Clone, Debug, PartialEq)]
pub struct StandIn {
    /// Evenly spaced quantiles of the standard normal distribution, shuffled.
    shuffled: Vec<f64>,
    common: f64,
    own: f64,
}

impl StandIn {
    pub fn new(rows: usize, correlation: f64) -> Self {
        let mut shuffled: Vec<(u64, f64)> =
            (0..rows).map(|row| (mixed(row as u64), quantile((row as f64 + 0.5) / rows as f64))).collect();
        shuffled.sort_unstable_by_key(|(key, _)| *key);
        let mut shuffled: Vec<f64> = shuffled.into_iter().map(|(_, normal)| normal).collect();
        // So few quantiles leave out the tails: brought back to a deviation of one.
        let squares: f64 = shuffled.iter().map(|normal| normal * normal).sum();
        if squares > 0.0 {
            let by = (rows as f64 / squares).sqrt();
            shuffled.iter_mut().for_each(|normal| *normal *= by);
        }
        let correlation = correlation.clamp(0.0, 1.0);
        Self { shuffled, common: correlation.sqrt(), own: (1.0 - correlation).sqrt() }
    }

    /// In standard deviations, for what is on an underlying of this luck.
    pub fn normal(&self, row: usize, luck: u64) -> f64 {
        let own = self.own * self.shuffled[self.place(row, luck.wrapping_add(1).max(1))];
        if self.common == 0.0 { own } else { own + self.common * self.shuffled[self.place(row, 0)] }
    }

    /// Which of the quantiles: a shuffle of the rows for each column.
    fn place(&self, row: usize, column: u64) -> usize {
        let rows = self.shuffled.len() as u64;
        let half = (u64::BITS - (rows - 1).leading_zeros()).div_ceil(2).max(1);
        let low = (1 << half) - 1;
        let mut place = row as u64;
        // Luby and Rackoff's shuffle of all numbers of so many bits, gone on with until it is one of the rows.
        loop {
            let (mut left, mut right) = (place >> half, place & low);
            for round in 0..4 {
                (left, right) = (right, left ^ (mixed(mixed(column.wrapping_mul(4) + round) ^ right) & low));
            }
            place = left << half | right;
            if place < rows {
                return place as usize;
            }
        }
    }
}

/// Sebastiano Vigna's splitmix64: neighbouring numbers come out far apart.
fn mixed(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn correlation(of: &StandIn, rows: usize, one: u32, other: u32) -> f64 {
        let product = |row| of.normal(row, u64::from(one)) * of.normal(row, u64::from(other));
        (0..rows).map(product).sum::<f64>() / rows as f64
    }

    #[test]
    fn each_column_has_the_stated_volatility_and_two_the_stated_correlation() {
        let rows = 1_000;
        let (apart, together) = (StandIn::new(rows, 0.0), StandIn::new(rows, 0.5));
        for one in 0..5 {
            assert!((correlation(&apart, rows, one, one) - 1.0).abs() < 1e-9);
            for other in 0..one {
                assert!(correlation(&apart, rows, one, other).abs() < 0.15, "{one} {other}");
                assert!((correlation(&together, rows, one, other) - 0.5).abs() < 0.15, "{one} {other}");
            }
        }
    }
}

//! The exponent of a power-law tail, after Hill, "A simple general approach to inference about the tail of a
//! distribution", Annals of Statistics 3 (1975) 1163-1174.
//!
//! Of `n` observations the `k` largest in size are taken as the tail. The estimate is one over the mean of the logarithms
//! of their sizes over that of the next one; for independent observations its relative error is 1/√k. Returns that cluster
//! are not independent, so the interval is rather too narrow.

use crate::ops::ln;

/// The share of observations that counts as the tail.
pub const TAIL: f64 = 0.02;
/// Fewer observations than this in the tail say nothing.
const FEWEST: usize = 10;

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hill {
    pub exponent: f64,
    /// 95 %, asymptotic.
    pub low: f64,
    pub high: f64,
    /// Observations in the tail.
    pub k: usize,
}

/// The largest sizes of a run, enough of them to pool runs, and the number of observations.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tail {
    pub n: usize,
    /// From the largest.
    pub largest: Vec<f64>,
}

/// A run keeps this many times the share that counts: its own returns may make up more of the pooled tail.
const KEPT: f64 = 5.0;

impl Tail {
    pub fn of(values: &[f64]) -> Self {
        let mut sizes: Vec<f64> = values.iter().map(|value| value.abs()).collect();
        sizes.sort_unstable_by(|one, other| other.total_cmp(one));
        sizes.truncate((values.len() as f64 * TAIL * KEPT).ceil() as usize + 1);
        Self { n: values.len(), largest: sizes }
    }

    pub fn add(&mut self, other: &Self) {
        self.n += other.n;
        self.largest.extend(&other.largest);
        self.largest.sort_unstable_by(|one, other| other.total_cmp(one));
    }

    /// `None` when the tail is too small, or not above zero.
    pub fn hill(&self) -> Option<Hill> {
        let k = (self.n as f64 * TAIL).floor() as usize;
        let threshold = *self.largest.get(k)?;
        if k < FEWEST || threshold <= 0.0 {
            return None;
        }
        let mean = self.largest[..k].iter().map(|size| ln(size / threshold)).sum::<f64>() / k as f64;
        let exponent = 1.0 / mean;
        let error = 1.96 * exponent / (k as f64).sqrt();
        (mean > 0.0).then_some(Hill { exponent, low: exponent - error, high: exponent + error, k })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::powf;

    #[test]
    fn the_exponent_of_an_exact_pareto_sample_is_found() {
        // Quantiles of a Pareto with exponent 3, signs alternating.
        let n = 50_000;
        let quantile = |i: usize| powf((i as f64 + 0.5) / n as f64, -1.0 / 3.0);
        let sample: Vec<f64> = (0..n).map(|i| if i % 2 == 0 { quantile(i) } else { -quantile(i) }).collect();
        let hill = Tail::of(&sample).hill().unwrap();
        assert_eq!(hill.k, 1_000);
        assert!((hill.exponent - 3.0).abs() < 0.03, "{}", hill.exponent);
        // 1.96 × 3 / √1000.
        assert!((hill.high - hill.exponent - 0.186).abs() < 0.003);
    }

    #[test]
    fn runs_pool_to_the_tail_of_all_and_few_observations_have_none() {
        let sample: Vec<f64> = (1..=10_000).map(|i| powf(f64::from(i) / 10_000.0, -0.4)).collect();
        let (even, odd): (Vec<f64>, Vec<f64>) =
            (sample.iter().step_by(2).copied().collect(), sample.iter().skip(1).step_by(2).copied().collect());
        let mut pooled = Tail::of(&even);
        pooled.add(&Tail::of(&odd));
        assert_eq!(pooled.hill(), Tail::of(&sample).hill());
        assert_eq!(Tail::of(&[0.0; 1_000]).hill(), None);
        assert_eq!(Tail::of(&[1.0, 2.0]).hill(), None);
    }
}

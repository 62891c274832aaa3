//! The standard normal distribution.

use ground::ops::{erfc, exp, ln};

const SQRT_2PI: f64 = 2.506_628_274_631_000_2;

pub fn density(x: f64) -> f64 {
    exp(-0.5 * x * x) / SQRT_2PI
}

/// The probability of no more than `x`.
pub fn cumulative(x: f64) -> f64 {
    0.5 * erfc(-x * std::f64::consts::FRAC_1_SQRT_2)
}

/// The `x` with this probability of no more; infinite at 0 and 1, not a number outside.
///
/// Bisection on [`cumulative`], so that the two agree: 60 halvings of the interval in which the distribution is
/// distinguishable from 0 and 1. For set-up and for a parameter, not for inner loops.
pub fn quantile(probability: f64) -> f64 {
    if !(0.0..=1.0).contains(&probability) {
        return f64::NAN;
    }
    if probability > 0.5 {
        return -quantile(1.0 - probability);
    }
    if probability == 0.0 {
        return f64::NEG_INFINITY;
    }
    // In the tail the density bounds the probability: nothing lies further out than this.
    let (mut low, mut high) = (-(-2.0 * ln(probability)).sqrt() - 1.0, 0.0);
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if cumulative(middle) < probability { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_has_the_values_of_the_tables() {
        for (x, probability) in [(0.0, 0.5), (1.0, 0.841_344_746), (1.96, 0.975_002_105), (-2.326_348, 0.01)] {
            assert!((cumulative(x) - probability).abs() < 1e-8, "{x}");
        }
        assert!((density(0.0) - 0.398_942_280).abs() < 1e-9);
        for (probability, x) in [(0.99, 2.326_347_874), (0.975, 1.959_963_985), (0.5, 0.0), (1e-9, -5.997_807_015)] {
            assert!((quantile(probability) - x).abs() < 1e-8, "{probability}");
        }
        assert!(quantile(-0.1).is_nan() && quantile(f64::NAN).is_nan());
        assert_eq!(quantile(1.0), f64::INFINITY);
    }
}

//! Which positions to cut first: those that free the most margin for the least slippage.
//!
//! Expected slippage follows the square-root law of market impact: trading a share `q` of a day's volume moves the
//! price by `Y σ √q`, with σ the day's volatility and Y of order one (Tóth and others, "Anomalous price impact and the
//! critical nature of liquidity in financial markets", Physical Review X 1, 2011). The price paid on the way is two
//! thirds of that, the mean of a square root. It only ranks: what a cut really costs is for the market to say.

use ground::units::Cash;
use ordered_float::OrderedFloat;
use std::cmp::Reverse;

/// Y of the square-root law: estimates lie between a half and one.
const COEFFICIENT: f64 = 0.7;
/// Mean of the square root over its way, as a share of its end.
const ON_THE_WAY: f64 = 2.0 / 3.0;

/// What could be traded of one position now.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cut {
    /// Margin that is no longer asked for once it is gone.
    pub freed: Cash,
    /// Value traded, without its sign.
    pub value: Cash,
    /// Standard deviation of a day's return.
    pub volatility: f64,
    /// Of an ordinary day's volume.
    pub share_of_day: f64,
    /// Of its name, which decides between two that are alike.
    pub turn: u64,
}

impl Cut {
    /// Expected slippage in minor units.
    pub fn slippage(&self) -> f64 {
        let impact = COEFFICIENT * self.volatility * self.share_of_day.max(0.0).sqrt();
        ON_THE_WAY * impact * self.value.to_minor().abs() as f64
    }

    /// Margin freed for each unit of slippage. What costs nothing comes before everything.
    fn worth(&self) -> f64 {
        let slippage = self.slippage();
        if slippage > 0.0 { self.freed.to_minor() as f64 / slippage } else { f64::INFINITY }
    }
}

/// Places of the cuts that free anything, the best first; ties are broken by name.
pub fn rank(cuts: &[Cut]) -> Vec<usize> {
    let mut places: Vec<usize> = (0..cuts.len()).filter(|place| cuts[*place].freed.is_positive()).collect();
    places.sort_by_key(|place| (Reverse(OrderedFloat(cuts[*place].worth())), cuts[*place].turn));
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(freed: i128, value: i128, volatility: f64, share_of_day: f64) -> Cut {
        Cut { freed: Cash::minor(freed), value: Cash::minor(value), volatility, share_of_day, turn: 0 }
    }

    #[test]
    fn slippage_grows_with_the_root_of_size() {
        // 0.7 x 2 % x sqrt(1) = 1.4 % at the end, 0.9333 % on the way: 93.33 of 10 000.
        assert!((cut(0, 10_000, 0.02, 1.0).slippage() - 93.333_333).abs() < 1e-5);
        assert!((cut(0, 10_000, 0.02, 0.01).slippage() - 9.333_333).abs() < 1e-5);
    }

    #[test]
    fn the_hungry_and_liquid_go_first_and_what_frees_nothing_never() {
        let cuts = [
            cut(1_000, 10_000, 0.02, 1.0),
            cut(1_000, 10_000, 0.02, 0.01),
            cut(3_000, 10_000, 0.02, 1.0),
            cut(0, 10_000, 0.001, 0.01),
            cut(-5, 10_000, 0.001, 0.01),
        ];
        assert_eq!(rank(&cuts), [1, 2, 0]);
    }
}

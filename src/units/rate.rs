//! Rates and ratios in billionths.

use super::Cash;

/// A dimensionless rate in billionths: `Rate::from_billionths(75_000_000)` is 7.5 %.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rate(i64);

const ONE: i64 = 1_000_000_000;

impl Rate {
    pub const ZERO: Self = Self(0);
    pub const ONE: Self = Self(ONE);

    pub const fn from_billionths(billionths: i64) -> Self {
        Self(billionths)
    }

    pub const fn billionths(self) -> i64 {
        self.0
    }

    /// The nearest billionth; `None` for what is not a number or is too large to hold.
    #[expect(clippy::float_arithmetic, reason = "the edge where a world file is read")]
    pub fn from_f64(rate: f64) -> Option<Self> {
        let scaled = (rate * ONE as f64).round();
        (scaled.abs() < i64::MAX as f64).then_some(Self(scaled as i64))
    }

    #[expect(clippy::float_arithmetic, reason = "the edge where a row is written")]
    pub fn to_f64(self) -> f64 {
        self.0 as f64 / ONE as f64
    }

    /// This share of an amount, rounded up: the one who demands it gains the fraction of a unit.
    pub fn of_rounded_up(self, amount: Cash) -> Cash {
        let product = self.scaled(amount);
        // Euclidean division rounds towards minus infinity, so this is the ceiling for either sign.
        Cash::minor(-(-product).div_euclid(i128::from(ONE)))
    }

    /// This share of an amount, rounded down: the one who pays it keeps the fraction of a unit.
    pub fn of_rounded_down(self, amount: Cash) -> Cash {
        Cash::minor(self.scaled(amount).div_euclid(i128::from(ONE)))
    }

    fn scaled(self, amount: Cash) -> i128 {
        amount.to_minor().checked_mul(i128::from(self.0)).expect("cash overflowed")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fraction_of_a_unit_goes_to_the_one_the_name_says() {
        let rate = Rate::from_billionths(333_333_333);
        assert_eq!(rate.of_rounded_up(Cash::minor(10)), Cash::minor(4));
        assert_eq!(rate.of_rounded_down(Cash::minor(10)), Cash::minor(3));
        assert_eq!(rate.of_rounded_up(Cash::minor(-10)), Cash::minor(-3));
        assert_eq!(rate.of_rounded_down(Cash::minor(-10)), Cash::minor(-4));
    }

    #[test]
    fn what_is_not_a_number_is_not_a_rate() {
        assert_eq!(Rate::from_f64(f64::NAN), None);
        assert_eq!(Rate::from_f64(f64::INFINITY), None);
        assert_eq!(Rate::from_f64(0.075), Some(Rate::from_billionths(75_000_000)));
    }
}

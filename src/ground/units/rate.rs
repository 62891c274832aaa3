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
        // What is rounded up is minus what the negative rounds down to.
        -self.of_rounded_down(-amount)
    }

    /// The same of what comes in parts: `ahead` is what earlier parts were rounded up by, in billionths of a unit, and the sum
    /// of all is rounded up once.
    pub fn of_part_rounded_up(self, amount: Cash, ahead: &mut u32) -> Cash {
        // Whole billions apart, as below.
        let one = i128::from(ONE);
        let (billions, rest) = (amount.to_minor().div_euclid(one), amount.to_minor().rem_euclid(one));
        let whole = billions.checked_mul(i128::from(self.0)).expect("cash overflowed");
        let exact = rest * i128::from(self.0) - i128::from(*ahead);
        let paid = -(-exact).div_euclid(one);
        *ahead = (paid * one - exact) as u32;
        Cash::minor(whole) + Cash::minor(paid)
    }

    /// This share of an amount, rounded down: the one who pays it keeps the fraction of a unit.
    pub fn of_rounded_down(self, amount: Cash) -> Cash {
        // Euclidean division rounds towards minus infinity. Division of 128 bits is slow and a margin run
        // divides often, so amounts of ordinary size go whole billions first, then the rest.
        if let Ok(amount) = i64::try_from(amount.to_minor())
            && self.0.unsigned_abs() < 1 << 32
        {
            let (billions, rest) = (amount.div_euclid(ONE), amount.rem_euclid(ONE));
            return Cash::minor(
                i128::from(billions) * i128::from(self.0) + i128::from((rest * self.0).div_euclid(ONE)),
            );
        }
        // Whole billions apart here too: then nothing overflows that the result does not.
        let one = i128::from(ONE);
        let (billions, rest) = (amount.to_minor().div_euclid(one), amount.to_minor().rem_euclid(one));
        let whole = billions.checked_mul(i128::from(self.0)).expect("cash overflowed");
        Cash::minor(whole) + Cash::minor((rest * i128::from(self.0)).div_euclid(one))
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
    fn parts_are_rounded_up_together() {
        for (rate, each, parts) in
            [(500_000, 99, 50), (-200_000, 99, 50), (333_333_333, 10, 7), (-1, 1, 3), (500_001, 1_i128 << 100, 50)]
        {
            let (rate, mut ahead) = (Rate::from_billionths(rate), 0);
            let paid: Cash = (0..parts).map(|_| rate.of_part_rounded_up(Cash::minor(each), &mut ahead)).sum();
            assert_eq!(paid, rate.of_rounded_up(Cash::minor(each * parts)));
        }
    }

    #[test]
    fn the_short_way_divides_like_the_long_way() {
        let long = |rate: i64, amount: i128| (amount * i128::from(rate)).div_euclid(i128::from(ONE));
        let largest = i128::from(i64::MAX);
        for rate in [0, 1, -1, 75_000_000, 999_999_999, ONE, ONE + 1, -ONE, (1 << 32) - 1, 1 << 32, -(1 << 32)] {
            for amount in [0, 1, -1, 999_999_999, 1_000_000_000, -1_000_000_001, 7_777_777_777_777_777, largest] {
                for amount in [amount, -amount, amount + largest, -amount - largest - 2] {
                    let rounded = Rate(rate).of_rounded_down(Cash::minor(amount));
                    assert_eq!(rounded, Cash::minor(long(rate, amount)), "{rate} of {amount}");
                }
            }
        }
    }

    #[test]
    fn what_is_not_a_number_is_not_a_rate() {
        assert_eq!(Rate::from_f64(f64::NAN), None);
        assert_eq!(Rate::from_f64(f64::INFINITY), None);
        assert_eq!(Rate::from_f64(0.075), Some(Rate::from_billionths(75_000_000)));
    }
}

//! Sums of rates times amounts that are rounded once, at the end.
//!
//! A requirement is made of many products; were each rounded up by itself, an account would owe a unit more
//! for each. Here they add up in billionths of a minor unit and become money in one step, in the lender's favour.
//! What was computed in floating point (a scan, a value at risk) becomes money by [`money_up`], once.

use ground::units::{Cash, Rate};
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub};

const ONE: i128 = 1_000_000_000;

/// Money in billionths of a minor unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Exact(i128);

impl Exact {
    pub const ZERO: Self = Self(0);

    /// A share of an amount.
    pub fn share(amount: Cash, rate: Rate) -> Self {
        Self::product(amount.to_minor(), i128::from(rate.billionths()))
    }

    /// So many units of something worth so many billionths of a minor unit each.
    pub fn product(units: i128, billionths: i128) -> Self {
        Self(units.checked_mul(billionths).expect("cash overflowed"))
    }

    /// An amount over a leverage; the fraction of a billionth goes to the one who demands it. The whole amount for no leverage.
    pub fn over(amount: Cash, leverage: Rate) -> Self {
        let (whole, by) = (Self::share(amount, Rate::ONE), i128::from(leverage.billionths()));
        if by <= 0 {
            return whole;
        }
        let rest = whole.0.rem_euclid(by);
        Self::product(whole.0.div_euclid(by), ONE) + Self((rest * ONE + by - 1) / by)
    }

    /// The fraction of a unit goes to the one who demands it.
    pub fn rounded_up(self) -> Cash {
        Cash::minor(-(-self.0).div_euclid(ONE))
    }
}

impl Add for Exact {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.checked_add(other.0).expect("cash overflowed"))
    }
}

impl Sub for Exact {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.checked_sub(other.0).expect("cash overflowed"))
    }
}

impl Neg for Exact {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl AddAssign for Exact {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sum for Exact {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

/// A float requirement as money, rounded up. What lies a millionth of a unit or a few parts in 10^15 above a whole
/// unit, where only binary rounding can have put it, is that unit. What is not a number, or is beyond counting, is
/// more than anybody has.
#[allow(clippy::float_arithmetic, reason = "the one step from a judgement to money")]
pub fn money_up(minor_units: f64) -> Cash {
    const MORE_THAN_ANYBODY_HAS: i128 = 1 << 110;
    let up = (minor_units - (1e-6 + minor_units.abs() * 4e-15)).ceil();
    if up.abs() < MORE_THAN_ANYBODY_HAS as f64 { Cash::minor(up as i128) } else { Cash::minor(MORE_THAN_ANYBODY_HAS) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_add_up_before_they_are_rounded() {
        let third = Rate::from_billionths(333_333_333);
        let parts = [Exact::share(Cash::minor(1), third); 3];
        assert_eq!(parts.into_iter().sum::<Exact>().rounded_up(), Cash::minor(1));
        assert_eq!(Exact::share(Cash::minor(-10), third).rounded_up(), Cash::minor(-3));
    }

    #[test]
    fn an_amount_over_a_leverage_is_exact_and_rounds_up_once() {
        let times = |leverage: i64| Rate::from_billionths(leverage * 1_000_000_000);
        assert_eq!(Exact::over(Cash::minor(60_000_000), times(75)).rounded_up(), Cash::minor(800_000));
        assert_eq!(Exact::over(Cash::minor(1 << 90), times(3)).rounded_up(), Cash::minor((1 << 90) / 3 + 1));
        assert_eq!(Exact::over(Cash::minor(10), times(3)).rounded_up(), Cash::minor(4));
        assert_eq!(Exact::over(Cash::minor(10), Rate::ZERO).rounded_up(), Cash::minor(10));
    }

    #[test]
    fn binary_dust_costs_no_unit_and_what_is_no_number_costs_everything() {
        assert_eq!(money_up(1_000_000.0 * 1.1), Cash::minor(1_100_000));
        assert_eq!(money_up(1_100_000.001), Cash::minor(1_100_001));
        assert_eq!(money_up(-0.5), Cash::ZERO);
        assert_eq!(money_up(f64::NAN), money_up(f64::INFINITY));
        assert!(money_up(f64::NAN) > Cash::LARGEST_STATED);
    }
}

//! Money in whole minor units (cents, satoshis, whatever the world says).

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};

/// A signed amount of money in minor units of its currency.
///
/// 128 bits wide: the widest product the simulator forms is a price times a quantity times a step
/// value, each bounded by the plan to 2^40, so sums over any number of accounts a machine can hold
/// stay far from the edge. Arithmetic panics on overflow in every build all the same, because a
/// wrapped balance is a broken invariant and not a market outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cash(i128);

impl Cash {
    pub const ZERO: Self = Self(0);
    /// The largest amount a world may state, in minor units: far above any economy, far below overflow.
    pub const LARGEST_STATED: Self = Self(1 << 90);

    pub const fn minor(units: i128) -> Self {
        Self(units)
    }

    pub const fn to_minor(self) -> i128 {
        self.0
    }

    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    pub const fn is_positive(self) -> bool {
        self.0 > 0
    }

    pub const fn abs(self) -> Self {
        Self(self.0.abs())
    }

    /// The amount, or nothing when it is negative.
    pub fn at_least_zero(self) -> Self {
        self.max(Self::ZERO)
    }

    /// For rows, charts and views: the amount in major units (dollars), `digits` decimals wide.
    #[expect(clippy::float_arithmetic, reason = "the edge where a row is written")]
    pub fn to_major(self, digits: u8) -> f64 {
        self.0 as f64 / 10f64.powi(i32::from(digits))
    }
}

impl Add for Cash {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.checked_add(other.0).expect("cash overflowed"))
    }
}

impl Sub for Cash {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.checked_sub(other.0).expect("cash overflowed"))
    }
}

impl Neg for Cash {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl AddAssign for Cash {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl SubAssign for Cash {
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}

impl Sum for Cash {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

impl fmt::Display for Cash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} minor units", self.0)
    }
}

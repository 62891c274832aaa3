//! Prices in whole price steps, and what a step is worth.

use super::{Cash, Lots};
use std::ops::{Add, Sub};

/// A price in price steps. May be negative: crude oil was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Price(i64);

impl Price {
    /// No order or mark may stand further from zero than this, see [`Lots::LARGEST`].
    pub const FURTHEST: Self = Self(1 << 40);

    pub const fn new(steps: i64) -> Self {
        Self(steps)
    }

    pub const fn steps(self) -> i64 {
        self.0
    }

    pub fn is_in_range(self) -> bool {
        self.0.unsigned_abs() <= Self::FURTHEST.0.unsigned_abs()
    }

    /// The nearest price inside the range a book accepts.
    pub fn clamped(self) -> Self {
        Self(self.0.clamp(-Self::FURTHEST.0, Self::FURTHEST.0))
    }
}

/// A distance in steps.
impl Add<i64> for Price {
    type Output = Self;
    fn add(self, steps: i64) -> Self {
        Self(self.0.checked_add(steps).expect("price overflowed"))
    }
}

impl Sub<i64> for Price {
    type Output = Self;
    fn sub(self, steps: i64) -> Self {
        Self(self.0.checked_sub(steps).expect("price overflowed"))
    }
}

/// Prices differ by a number of steps.
impl Sub for Price {
    type Output = i64;
    fn sub(self, other: Self) -> i64 {
        self.0.checked_sub(other.0).expect("price overflowed")
    }
}

/// What one lot gains in minor units when the price rises by one step: `lot × step × contract size`.
///
/// Whole by construction (the plan refuses a world where it is not), so that the value of a
/// position is exact and needs no rounding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StepValue(i64);

impl StepValue {
    pub const LARGEST: Self = Self(1 << 40);

    pub const fn new(minor_units: i64) -> Self {
        Self(minor_units)
    }

    pub const fn get(self) -> i64 {
        self.0
    }

    /// What a sum of `lots × price` is worth, exactly.
    pub fn of_steps(self, step_lots: i128) -> Cash {
        Cash::minor(step_lots.checked_mul(i128::from(self.0)).expect("cash overflowed"))
    }

    /// `lots × price`, in minor units, exactly.
    pub fn value(self, lots: Lots, price: Price) -> Cash {
        Cash::minor(i128::from(lots.get()) * i128::from(price.steps()) * i128::from(self.0))
    }
}

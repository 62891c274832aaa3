//! Quantities in whole lots, and the side of a trade.

use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};

/// A signed number of lots: positive is long or bought, negative short or sold. Order quantities
/// are positive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lots(i64);

impl Lots {
    pub const ZERO: Self = Self(0);
    /// The largest position or order a plan admits. With the bounds on [`super::Price`] and
    /// [`super::StepValue`] no product of the three can leave 128 bits.
    pub const LARGEST: Self = Self(1 << 40);

    pub const fn new(lots: i64) -> Self {
        Self(lots)
    }

    pub const fn get(self) -> i64 {
        self.0
    }

    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    pub const fn is_positive(self) -> bool {
        self.0 > 0
    }

    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    pub const fn abs(self) -> Self {
        Self(self.0.abs())
    }
}

impl Add for Lots {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.checked_add(other.0).expect("lots overflowed"))
    }
}

impl Sub for Lots {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.checked_sub(other.0).expect("lots overflowed"))
    }
}

impl Neg for Lots {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl AddAssign for Lots {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl SubAssign for Lots {
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}

impl Sum for Lots {
    fn sum<I: Iterator<Item = Self>>(quantities: I) -> Self {
        quantities.fold(Self::ZERO, Add::add)
    }
}

/// Which side of the book an order stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    Buy,
    Sell,
}

impl Side {
    pub const fn opposite(self) -> Self {
        match self {
            Self::Buy => Self::Sell,
            Self::Sell => Self::Buy,
        }
    }

    /// What a fill of `quantity` does to the position of the one who traded.
    pub fn signed(self, quantity: Lots) -> Lots {
        match self {
            Self::Buy => quantity,
            Self::Sell => -quantity,
        }
    }

    /// The side that brings a position of this sign back towards zero.
    pub const fn closing(position: Lots) -> Self {
        if position.is_negative() { Self::Buy } else { Self::Sell }
    }

    pub const fn word(self) -> &'static str {
        match self {
            Self::Buy => "buy",
            Self::Sell => "sell",
        }
    }
}

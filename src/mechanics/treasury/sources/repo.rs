//! Repo: bonds are lent out against money, less a haircut, at a rate.
//!
//! The firm goes on owning the bonds, whose value stays what it was; it owes the money and the interest. Who lends is
//! outside the world.

use ground::units::{Cash, Deadline, Rate};
use language::read::Read;

#[derive(Clone, Debug, PartialEq, Read)]
pub struct Params {
    /// Value of the bonds, in major units.
    #[read(not_negative)]
    pub value: f64,
    /// Part of the value against which nothing is lent.
    #[read(within = 0.0..=1.0)]
    pub haircut: f64,
    /// Interest a year, simple, on 365 days.
    #[read(within = 0.0..=10.0)]
    pub rate: f64,
    /// From the order to the money.
    pub ready: Deadline,
}

/// What is lent at most: the haircut is rounded up, in favour of who lends.
pub fn most(value: Cash, haircut: Rate) -> Cash {
    (value - haircut.of_rounded_up(value)).at_least_zero()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_haircut_is_rounded_in_favour_of_who_lends() {
        // 5 % of 42.11 is 2.1055.
        assert_eq!(most(Cash::minor(4_211), Rate::from_billionths(50_000_000)), Cash::minor(4_000));
        assert_eq!(most(Cash::minor(1), Rate::from_billionths(1)), Cash::ZERO);
    }
}

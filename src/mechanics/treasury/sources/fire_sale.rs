//! A fire sale: a block of something illiquid goes to its keeper's dealing desk, far below the mark.
//!
//! The price is agreed at the mark of the moment less a discount; units and money change hands when it settles, from
//! and to the house account of the lender that keeps them. What the firm loses the house gains.

use ground::units::Cash;
use ground::units::{Deadline, Lots, Price, Rate, StepValue};
use language::read::Read;

#[derive(Clone, Debug, PartialEq, Read)]
pub struct Params {
    /// Where the units are held, and who takes them.
    pub lender: String,
    pub instrument: String,
    /// Most that is sold. Left out: all that is held at the start.
    #[read(default, not_negative)]
    pub units: Option<f64>,
    /// From the agreement to units and money.
    pub ready: Deadline,
    /// Below the mark, as a share of it.
    #[read(within = 0.0..=1.0)]
    pub discount: f64,
}

/// The price agreed on: the discount is rounded to the nearest step. Nobody pays for being rid of something, so it
/// is never below zero.
pub fn price(mark: Price, discount: Rate) -> Price {
    let one = i128::from(Rate::ONE.billionths());
    let off = (i128::from(mark.steps()) * i128::from(discount.billionths()) + one / 2).div_euclid(one);
    Price::new((i128::from(mark.steps()) - off).max(0) as i64)
}

/// Lots that raise an amount at a price, rounded up, and no more than there are.
pub fn lots_for(amount: Cash, price: Price, step_value: StepValue, most: Lots) -> Lots {
    let each = step_value.value(Lots::new(1), price).to_minor();
    if each <= 0 || !amount.is_positive() {
        return Lots::ZERO;
    }
    let wanted = (amount.to_minor() + (each - 1)) / each;
    Lots::new(i64::try_from(wanted).unwrap_or(i64::MAX).min(most.get()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_third_off_fifteen_is_ten() {
        assert_eq!(price(Price::new(1_500), Rate::from_billionths(333_333_333)), Price::new(1_000));
        assert_eq!(price(Price::new(-5), Rate::from_billionths(333_333_333)), Price::new(0));
    }

    #[test]
    fn no_more_lots_go_than_raise_the_amount() {
        let (price, each) = (Price::new(1_000), StepValue::new(1));
        assert_eq!(lots_for(Cash::minor(2_001), price, each, Lots::new(9)), Lots::new(3));
        assert_eq!(lots_for(Cash::minor(2_000), price, each, Lots::new(9)), Lots::new(2));
        assert_eq!(lots_for(Cash::minor(20_000), price, each, Lots::new(9)), Lots::new(9));
        assert_eq!(lots_for(Cash::minor(5), Price::new(0), each, Lots::new(9)), Lots::ZERO);
    }
}

//! Third check: nobody means to trade so much at once, or so far through the market.
//!
//! The size is that of the single order. The collar is on the side that hurts: a purchase may not be above the
//! mark by more than a share of it, a sale not below; a bid far beneath the market harms nobody. A market
//! order counts at the quote that stands opposite. Exchanges call this price banding; a rule that a
//! member must have such controls before its orders reach a market is SEC rule 15c3-5 of 2010, written two years before
//! Knight Capital lost 440 million dollars in 45 minutes without them.

use super::Refusal;
use ground::units::{Cash, Lots, Price, Rate, Side};

pub fn size(lots: Lots, most: Lots) -> Result<(), Refusal> {
    if lots > most { Err(Refusal::FatFingerSize) } else { Ok(()) }
}

/// The collar is rounded down to a whole step: what is exactly at it passes.
pub fn price(side: Side, price: Price, mark: Price, collar: Rate) -> Result<(), Refusal> {
    let through = match side {
        Side::Buy => price - mark,
        Side::Sell => mark - price,
    };
    let most = collar.of_rounded_down(Cash::minor(i128::from(mark.steps()).abs()));
    if i128::from(through) > most.to_minor() { Err(Refusal::FatFingerPrice) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_order_passes_and_one_lot_more_does_not() {
        assert_eq!(size(Lots::new(500), Lots::new(500)), Ok(()));
        assert_eq!(size(Lots::new(501), Lots::new(500)), Err(Refusal::FatFingerSize));
    }

    #[test]
    fn a_collar_of_a_tenth_stops_a_purchase_above_110_and_a_sale_below_90() {
        let tenth = Rate::from_billionths(100_000_000);
        let at = |side, steps| price(side, Price::new(steps), Price::new(10_000), tenth);
        assert_eq!((at(Side::Buy, 11_000), at(Side::Buy, 11_001)), (Ok(()), Err(Refusal::FatFingerPrice)));
        assert_eq!((at(Side::Sell, 9_000), at(Side::Sell, 8_999)), (Ok(()), Err(Refusal::FatFingerPrice)));
        // Far away on the side that hurts nobody.
        assert_eq!((at(Side::Buy, 1), at(Side::Sell, 1_000_000)), (Ok(()), Ok(())));
    }

    #[test]
    fn around_a_negative_mark_the_collar_is_as_wide() {
        // A tenth of 37.63 is 3.76 and a fraction.
        let at = |steps| price(Side::Buy, Price::new(steps), Price::new(-3_763), Rate::from_billionths(100_000_000));
        assert_eq!((at(-3_763 + 376), at(-3_763 + 377)), (Ok(()), Err(Refusal::FatFingerPrice)));
    }
}

//! `Rate`: initial and maintenance margin as rates of gross position value, long and short alike.
//!
//! No netting: a long and a short in things that move together need as much as two longs. The value of
//! a position at a negative price counts by its size. This is how prime brokers quote single-name
//! equity swaps (the Archegos swaps at Credit Suisse carried 7.5 %: Paul, Weiss, "Report on Archegos
//! Capital Management", July 2021).

use super::{Bound, Position, Requirement, Zone};
use crate::units::{Cash, Lots, Rate};

#[inline]
pub fn requirement(im: Rate, mm: Rate, positions: impl Iterator<Item = Position>) -> Requirement {
    let gross: Cash = positions.map(|position| position.value.abs()).sum();
    Requirement { im: im.of_rounded_up(gross), mm: mm.of_rounded_up(gross) }
}

/// Per lot of a long, slack is `price − rate × |price|`: it rises by `1 − rate` a step above zero and by
/// `1 + rate` below. A short's is `−price − rate × |price|`.
pub fn bound(rate: Rate, lots: Lots, zone: Zone) -> Bound {
    let (one, rate) = (Rate::ONE.billionths(), rate.billionths());
    let (from_zero, below_zero) = if lots.is_negative() { (-one - rate, rate - one) } else { (one - rate, one + rate) };
    let (low, high) = match zone {
        Zone::FromZero => (from_zero, from_zero),
        Zone::Anywhere => (from_zero.min(below_zero), from_zero.max(below_zero)),
    };
    Bound::Slope { low: Rate::from_billionths(low), high: Rate::from_billionths(high) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slope(low: i64, high: i64) -> Bound {
        Bound::Slope { low: Rate::from_billionths(low), high: Rate::from_billionths(high) }
    }

    #[test]
    fn slack_follows_the_price_a_little_slower_when_long_and_a_little_faster_when_short() {
        let rate = Rate::from_billionths(250_000_000);
        let (long, short) = (Lots::new(7), Lots::new(-7));
        assert_eq!(bound(rate, long, Zone::FromZero), slope(750_000_000, 750_000_000));
        assert_eq!(bound(rate, short, Zone::FromZero), slope(-1_250_000_000, -1_250_000_000));
        assert_eq!(bound(rate, long, Zone::Anywhere), slope(750_000_000, 1_250_000_000));
        assert_eq!(bound(rate, short, Zone::Anywhere), slope(-1_250_000_000, -750_000_000));
    }

    #[test]
    fn above_a_rate_of_one_even_a_rise_costs_a_long_slack() {
        let rate = Rate::from_billionths(1_500_000_000);
        assert_eq!(bound(rate, Lots::new(1), Zone::FromZero), slope(-500_000_000, -500_000_000));
    }
}

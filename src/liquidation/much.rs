//! How much of a breached account is sold.

use super::HowMuch;
use crate::units::{Lots, Rate};

/// What the choice looks at: equity and gross exposure in minor units, and the rates in force.
#[derive(Clone, Copy, Debug)]
pub struct Need {
    pub equity: i128,
    pub gross: i128,
    pub im: Rate,
    pub mm: Rate,
}

impl HowMuch {
    /// Lots of a position of this size that must go. A part is rounded up, so that it suffices.
    ///
    /// Closing a share `x` of every position leaves equity as it is (before slippage) and the
    /// requirement at `rate × gross × (1 − x)`; the two meet at `x = 1 − equity ÷ (rate × gross)`.
    pub fn lots_of(self, position: Lots, need: Need) -> Lots {
        let rate = match self {
            Self::All => return position.abs(),
            Self::RestoreInitial => need.im,
            Self::RestoreMaintenance => need.mm,
        };
        let one = i128::from(Rate::ONE.billionths());
        let required = need.gross * i128::from(rate.billionths());
        let missing = required - need.equity * one;
        if missing <= 0 || required <= 0 {
            return Lots::ZERO;
        }
        let lots = i128::from(position.abs().get());
        let missing = missing.min(required);
        let part = match lots.checked_mul(missing) {
            Some(product) => (product + (required - 1)) / required,
            // Too wide for 128 bits: then a lot more or less is nothing.
            None => (lots as f64 * (missing as f64 / required as f64)).ceil() as i128,
        };
        Lots::new(part.min(lots) as i64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEED: Need = Need {
        equity: 60,
        gross: 1_000,
        im: Rate::from_billionths(100_000_000),
        mm: Rate::from_billionths(80_000_000),
    };

    #[test]
    fn what_restores_a_requirement_is_no_more_than_needed() {
        // Initial: 60 carries 600 of 1 000, so 40 % must go; maintenance: 60 carries 750, so 25 %.
        assert_eq!(HowMuch::RestoreInitial.lots_of(Lots::new(-200), NEED), Lots::new(80));
        assert_eq!(HowMuch::RestoreMaintenance.lots_of(Lots::new(200), NEED), Lots::new(50));
        assert_eq!(HowMuch::All.lots_of(Lots::new(200), NEED), Lots::new(200));
    }

    #[test]
    fn an_account_below_zero_is_sold_whole() {
        let need = Need { equity: -1, ..NEED };
        assert_eq!(HowMuch::RestoreMaintenance.lots_of(Lots::new(7), need), Lots::new(7));
    }
}

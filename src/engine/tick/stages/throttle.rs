//! How much a lender may sell into a market in one tick, where its policy looks at the market's depth.

use crate::tick::state::MarketBook;
use ground::units::{LenderId, Lots, MarketId, Price, Side};
use std::collections::BTreeMap;

/// Depth is counted within this share of the mark.
const BAND: f64 = 0.01;

/// What is left of each lender's budget in each market and on each side, in this tick.
#[derive(Debug, Default)]
pub struct Throttle {
    left: BTreeMap<(LenderId, MarketId, Side), Lots>,
}

impl Throttle {
    /// As many of the lots as the budget has room for. `budget` is asked once a tick.
    pub fn allow(
        &mut self,
        lender: LenderId,
        market: MarketId,
        side: Side,
        lots: Lots,
        budget: impl FnOnce() -> Lots,
    ) -> Lots {
        let left = self.left.entry((lender, market, side)).or_insert_with(budget);
        let allowed = lots.min(*left);
        *left -= allowed;
        allowed
    }
}

/// A share of what stands on the other side within the band, less what is on offer elsewhere.
pub fn budget(market: &MarketBook, side: Side, mark: Price, share: f64, on_offer: Lots) -> Lots {
    let depth = market.depth(side.opposite(), mark, BAND);
    let lots = (depth.get() as f64 * share).floor().min(Lots::LARGEST.get() as f64);
    (Lots::new(lots as i64) - on_offer).max(Lots::ZERO)
}

//! Demand curves: how many lots somebody wants to hold at each price, instead of an order.
//!
//! A market with the formation `Clearing` has no book. In each tick those who take part declare a [`Curve`], and the
//! price is the one at which all that is wanted is all that there is ([`clear`], after Walras). Everybody then trades
//! at that one price from what they hold to what they want. Who declares nothing keeps what it has, so *supply* is
//! what the others hold, and no number in a world.
//!
//! - Market orders, a lender's forced ones among them, are demand that no price changes; limit orders are demand that
//!   begins or ends at their limit. What of them cannot trade lapses with the tick.
//! - The *rest of the market* takes what is left over because lots and steps are whole. It offers that back in the
//!   next tick, so it never holds more than a few lots. It makes no market: where no price balances, what is too much
//!   stays unfilled.
//! - In an order book the same curve is shown as a [`ladder`](ladder::rungs) of limit orders, so that a behaviour
//!   trades in either kind of market and the two can be compared.
//!
//! In come curves, orders and what the rest holds, out go a price and lots. Nothing here knows accounts, the ECS,
//! the clock or random numbers. Demand is decided in floating point and rounded once to whole lots; what is
//! paid is counted elsewhere in whole numbers.
//!
//! Known limits: demand that rises with the price (a fund that borrowed and is at its cap sells as the price falls)
//! can balance at several prices. The one taken is the first found by going from the last price the way the excess
//! pushes, in steps that double, and then halving: a pair of prices that balance between two such steps is passed over.
//! Stops, post-only and fill-or-kill orders find no place here, and no price is below one step.

mod clear;
mod curve;
pub mod ladder;
#[cfg(test)]
mod stories;

pub use clear::{Cleared, Wish, clear};
pub use curve::Curve;

use ground::units::{AccountId, Lots, Price, Side, StepValue};

/// One market's price as it clears.
#[derive(Clone, Debug)]
pub struct Clearing {
    /// At which it last cleared.
    pub price: Price,
    pub step_value: StepValue,
    /// Who takes what is left over: "rest of acme".
    pub rest: AccountId,
    /// What was wanted when it last did.
    pub wishes: Vec<Wish>,
}

impl Clearing {
    pub fn new(start: Price, step_value: StepValue, rest: AccountId) -> Self {
        Self { price: start, step_value, rest, wishes: Vec::new() }
    }

    /// Lots that the curves of the last tick would take more (or, above the price, less) if the price were a share
    /// `band` of it further down (`Buy`) or up (`Sell`): what can be sold, or bought, before it moves so far.
    pub fn depth(&self, side: Side, band: f64) -> Lots {
        let away = (self.price.steps() as f64 * band).abs().round() as i64;
        let edge = match side {
            Side::Buy => self.price - away,
            Side::Sell => self.price + away,
        };
        let edge = Price::new(edge.clamped().steps().max(1));
        let at = |price| clear::wanted_by_curves(&self.wishes, price, self.step_value);
        let more = match side {
            Side::Buy => at(edge) - at(self.price),
            Side::Sell => at(self.price) - at(edge),
        };
        Lots::new(more.clamp(0, i128::from(Lots::LARGEST.get())) as i64)
    }
}

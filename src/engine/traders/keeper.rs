//! A keeper: buys what lenders auction off, and sells it on.
//!
//! - It knows an auction from `delay` after it opened, and sees the mark of `delay` ago.
//! - What a lot is worth to it is that mark, less what selling the lot on is expected to cost (the square-root law of
//!   impact, with an ordinary day's volume and volatility), less `profit`, less `cost` for the transaction. It never
//!   bids more, and never for more than it has money for, or, when a short is bought back, units.
//! - Where bids rise it opens at `opening` of that and outbids others by the least that is allowed. It bids for
//!   nothing it already leads.
//! - What it has won it sells into the book, each tick `resale` of what others traded in the last one, until it
//!   holds what it started with. `cost` goes to the venue, once for each lot won.
//!
//! Source: the keepers of Maker's auctions as described after 12 March 2020, when many could not get a transaction
//! through and the few who could opened at nothing.

use super::eyes::ticks_in;
use super::{Behaviour, Birth, Endowment, Eyes, Hands, Joins, Kind, Stake, Wake, check_count, listed};
use bevy_ecs::prelude::Component;
use ground::rng::Stream;
use ground::units::{Cash, Lots, Price, Side, Span};
use language::findings::Findings;
use language::read::Read;
use mechanics::liquidation::SQUARE_ROOT_FACTOR;

#[derive(Clone, Debug, Read)]
pub struct Params {
    /// Members for each instrument.
    pub count: u32,
    pub instruments: Vec<String>,
    /// Its capital: money for what is sold, units for what is bought back.
    pub stake: Stake,
    /// Profit it wants, as a share of the mark.
    #[read(within = 0.0..=1.0)]
    pub profit: f64,
    /// What a transaction costs it (gas, people), in money.
    #[read(not_negative)]
    pub cost: f64,
    /// Until it has noticed an auction, and how old its prices are.
    pub delay: Span,
    /// Its first bid where bids rise, as a share of what the lot is worth to it. Left out: 0.9.
    #[read(default, within = 0.0..=1.0)]
    pub opening: Option<f64>,
    /// Its sales as a share of what others traded in the last tick.
    #[read(within = 0.0..=100.0)]
    pub resale: f64,
}

impl Joins for Params {
    fn check(&self, path: &str, findings: &mut Findings) {
        check_count(path, self.count, findings);
        if self.delay > Span::seconds(86_400 * 366) {
            findings.add(format_args!("{path}.delay"), "more than a year", "give a length such as \"1m\"");
        }
    }

    fn bids(&self) -> bool {
        true
    }

    fn count(&self) -> u32 {
        self.count
    }

    fn instruments(&self) -> Vec<(String, &str)> {
        listed(&self.instruments)
    }

    fn endowment(&self) -> Endowment<'_> {
        Endowment::Stake(&self.stake)
    }

    fn lookback(&self) -> Span {
        self.delay
    }
}

#[derive(Clone, Copy, Debug, Component)]
pub struct Keeper {
    profit: f64,
    /// Of one transaction.
    pub cost: Cash,
    /// In ticks.
    pub delay: u32,
    opening: f64,
    resale: f64,
    /// Lots it holds when it has nothing to sell on.
    neutral: Lots,
    /// Minor units that a step on one lot is worth, lots of an ordinary day, and its volatility.
    step_value: f64,
    volume: f64,
    volatility: f64,
}

impl Keeper {
    /// What it would pay for a lot of this size (or, with the account on the buy side, ask), in steps, when the mark it
    /// sees is this. `None` when there is no price at which it would.
    pub fn worth(&self, side: Side, mark: Price, lots: Lots) -> Option<Price> {
        if !lots.is_positive() {
            return None;
        }
        let (mark, size) = (mark.steps() as f64, lots.get() as f64);
        let impact = SQUARE_ROOT_FACTOR * self.volatility * (size / self.volume).sqrt();
        let margin = mark.abs() * (impact + self.profit) + self.cost.to_minor() as f64 / (size * self.step_value);
        let steps = match side {
            Side::Sell => (mark - margin).floor(),
            Side::Buy => (mark + margin).ceil(),
        };
        // Nobody is paid to take what is worth something.
        (steps.is_finite() && (mark < 0.0 || steps >= 0.0)).then(|| Price::new(steps as i64).clamped())
    }

    /// Its first bid where bids rise.
    pub fn first_bid(&self, side: Side, worth: Price) -> Price {
        let steps = worth.steps() as f64;
        match side {
            Side::Sell => Price::new((steps * self.opening).floor() as i64).min(worth),
            // Asking for more than it is worth to it, by as much as a buyer would bid less.
            Side::Buy => Price::new((steps + steps.abs() * (1.0 - self.opening)).ceil() as i64).clamped(),
        }
    }
}

/// What its first bid is when its world does not say.
const OPENING: f64 = 0.9;

impl Behaviour for Keeper {
    type Params = Params;
    const KIND: Kind = Kind::Keeper;

    fn born(params: &Params, birth: &mut Birth<'_>) -> (Self, u32) {
        let Birth { plan, about, held, .. } = birth;
        // A step's worth of money, times so many of them, is the cost as the world states it.
        let minor = params.cost * 10f64.powi(i32::from(plan.currency.decimals));
        let own = Self {
            profit: params.profit,
            cost: Cash::minor(minor.round() as i128),
            delay: if params.delay == Span::ZERO { 0 } else { ticks_in(plan, params.delay) },
            opening: params.opening.unwrap_or(OPENING),
            resale: params.resale,
            neutral: *held,
            step_value: about.step_value.get() as f64,
            volume: about.ordinary.daily_volume_units / about.lot_units,
            volatility: about.ordinary.daily_volatility,
        };
        (own, 0)
    }

    fn decide(&mut self, eyes: &Eyes<'_>, _draws: &mut Stream, hands: &mut Hands<'_>) -> Wake {
        let excess = eyes.holding() - self.neutral;
        if !excess.is_zero() && !eyes.is_auction() {
            let pace = (eyes.market().voluntary_volume.get() as f64 * self.resale).ceil();
            let lots = excess.abs().min(Lots::new(pace as i64));
            hands.market(Side::closing(excess), lots);
        }
        Wake::After(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keeper() -> Keeper {
        Keeper {
            profit: 0.02,
            cost: Cash::minor(5_000),
            delay: 1,
            opening: 0.5,
            resale: 0.1,
            neutral: Lots::ZERO,
            step_value: 1.0,
            volume: 10_000.0,
            volatility: 0.02,
        }
    }

    #[test]
    fn a_lot_is_worth_the_mark_less_impact_profit_and_cost() {
        // 100 lots of 10,000 a day at 2 %: 0.7 × 2 % × √0.01 = 0.14 %. $100.00 − $0.14 − $2.00, and $50.00 over 100
        // lots are $0.50 each.
        assert_eq!(keeper().worth(Side::Sell, Price::new(10_000), Lots::new(100)), Some(Price::new(9_736)));
        assert_eq!(keeper().worth(Side::Buy, Price::new(10_000), Lots::new(100)), Some(Price::new(10_264)));
    }

    #[test]
    fn a_lot_smaller_than_its_cost_is_worth_no_bid() {
        // One lot at $40.00 does not pay for a transaction of $50.00.
        assert_eq!(keeper().worth(Side::Sell, Price::new(4_000), Lots::new(1)), None);
        assert_eq!(keeper().worth(Side::Sell, Price::new(4_000), Lots::ZERO), None);
    }

    #[test]
    fn who_opens_at_nothing_bids_nothing() {
        let greedy = Keeper { opening: 0.0, ..keeper() };
        assert_eq!(greedy.first_bid(Side::Sell, Price::new(9_736)), Price::new(0));
        assert_eq!(keeper().first_bid(Side::Sell, Price::new(9_736)), Price::new(4_868));
        assert_eq!(keeper().first_bid(Side::Buy, Price::new(10_264)), Price::new(15_396));
    }
}

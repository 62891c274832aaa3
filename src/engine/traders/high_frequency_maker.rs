//! A high-frequency maker: it quotes at the touch every tick, carries almost nothing, and passes on what it cannot carry.
//!
//! - Every tick it quotes `size` on both sides, a step inside the spread when there is room, unless its inventory on that
//!   side is at `inventory_limit`.
//! - Beyond half of its limit it leans: it stops quoting the side that would add to its inventory. At its limit it
//!   trades half of its inventory away with a market order: the hot potato.
//! - When a tick's volatility stands above `withdraw_at` times the ordinary, or it stands more than `loss_limit` below
//!   the best it was worth since it last began to quote, it gets rid of what it holds and withdraws for `pause`: nothing guarantees a bid.
//! - Its orders reach the book before others' of the tick.
//!
//! Source: Kirilenko, Kyle, Samadi and Tuzun, "The flash crash: high-frequency trading in an electronic market", Journal
//! of Finance 72 (2017) 967-998: net positions seldom above some 3 000 contracts, half-lives of minutes, aggressive
//! inventory reduction.

use super::eyes::{lots_of_day, ordinary_tick_volatility, ticks_in};
use super::{Behaviour, Birth, Eyes, Hands, Joins, Kind, Outside, Spread, Stake, Wake, check_count, usual_fields};
use bevy_ecs::prelude::Component;
use ground::rng::Stream;
use ground::units::{Lots, Price, Side, Span};
use language::findings::Findings;
use language::read::Read;

#[derive(Clone, Debug, Read)]
pub struct Params {
    /// Members for each instrument.
    pub count: u32,
    pub instruments: Vec<String>,
    pub stake: Stake,
    /// Size of a quote, as a share of the ordinary daily volume.
    #[read(positive)]
    pub size: f64,
    /// Largest inventory either way, as a share of the ordinary daily volume.
    #[read(positive)]
    pub inventory_limit: f64,
    /// Volatility of a tick, over the ordinary, at which it withdraws.
    #[read(positive)]
    pub withdraw_at: f64,
    /// Loss from the best it was worth since it last began to quote, at which it withdraws, as a share of the value of an ordinary day's volume. Left
    /// out: none.
    #[read(default, positive)]
    pub loss_limit: Option<f64>,
    /// How long it stays away.
    pub pause: Span,
    /// How members differ. Left out: they do not.
    #[read(default)]
    pub spread: Spread,
}

impl Joins for Params {
    fn check(&self, path: &str, findings: &mut Findings) {
        check_count(path, self.count, findings);
    }

    usual_fields!(Stake);
}

#[derive(Clone, Copy, Debug, Component)]
pub struct HighFrequencyMaker {
    /// In lots.
    size: f64,
    inventory_limit: f64,
    withdraw_at: f64,
    ordinary_volatility: f64,
    /// In ticks.
    pause: u32,
    neutral: Lots,
    /// In minor units.
    loss_limit: f64,
    /// The best it was worth since it last began to quote, in minor units.
    worth: Option<f64>,
}

/// What it does at an inventory, as a share of its limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lean {
    Both,
    Only(Side),
    /// Passes half of its inventory on.
    Dump(Side),
}

fn lean(inventory: f64) -> Lean {
    let away = if inventory > 0.0 { Side::Sell } else { Side::Buy };
    match inventory.abs() {
        full if full >= 1.0 => Lean::Dump(away),
        half if half > 0.5 => Lean::Only(away),
        _ => Lean::Both,
    }
}

impl HighFrequencyMaker {
    fn quote(&self, side: Side, eyes: &Eyes<'_>, hands: &mut Hands<'_>) {
        let market = eyes.market();
        let roomy = matches!((market.bid, market.ask), (Some(bid), Some(ask)) if ask - bid > 2);
        let inside = i64::from(roomy);
        let price = match side {
            Side::Buy => eyes.near(side) + inside,
            Side::Sell => eyes.near(side) - inside,
        };
        hands.limit(
            side,
            Lots::new((self.size * eyes.liquidity()).max(1.0) as i64),
            Price::new(price.steps()).clamped(),
            1,
        );
    }
}

impl Behaviour for HighFrequencyMaker {
    type Params = Params;
    const KIND: Kind = Kind::HighFrequencyMaker;
    const LATENCY: u8 = 0;
    const HEEDS: &'static [Outside] = &[Outside::Depth];

    fn born(params: &Params, birth: &mut Birth<'_>) -> (Self, u32) {
        let day = Lots::new(lots_of_day(birth.about, 1.0) as i64);
        let day_value = birth.about.step_value.value(day, birth.about.start).to_minor() as f64;
        let own = Self {
            size: lots_of_day(birth.about, params.size),
            inventory_limit: lots_of_day(birth.about, params.inventory_limit).max(1.0),
            withdraw_at: params.withdraw_at,
            ordinary_volatility: ordinary_tick_volatility(birth.plan, birth.about),
            pause: ticks_in(birth.plan, params.pause),
            neutral: birth.held,
            loss_limit: params.loss_limit.map_or(f64::INFINITY, |limit| limit * day_value),
            worth: None,
        };
        (own, 0)
    }

    fn decide(&mut self, eyes: &Eyes<'_>, _draws: &mut Stream, hands: &mut Hands<'_>) -> Wake {
        if eyes.is_auction() {
            return Wake::After(1);
        }
        let inventory = (eyes.holding() - self.neutral).get() as f64;
        let worth = eyes.equity();
        let best = self.worth.map_or(worth, |best| best.max(worth));
        self.worth = Some(best);
        let lost = best - worth;
        if lost > self.loss_limit || eyes.market().volatility > self.withdraw_at * self.ordinary_volatility {
            self.worth = None;
            // Gone, but not before it has got rid of what it holds.
            let side = if inventory > 0.0 { Side::Sell } else { Side::Buy };
            hands.market(side, Lots::new(inventory.abs() as i64));
            return Wake::After(self.pause);
        }
        match lean(inventory / self.inventory_limit) {
            Lean::Both => [Side::Buy, Side::Sell].into_iter().for_each(|side| self.quote(side, eyes, hands)),
            Lean::Only(side) => self.quote(side, eyes, hands),
            Lean::Dump(side) => {
                hands.market(side, Lots::new((inventory.abs() / 2.0) as i64));
                self.quote(side, eyes, hands);
            }
        }
        Wake::After(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fuller_it_is_the_more_it_wants_to_be_rid_of_it() {
        assert_eq!(lean(0.5), Lean::Both);
        assert_eq!(lean(0.6), Lean::Only(Side::Sell));
        assert_eq!(lean(-0.6), Lean::Only(Side::Buy));
        assert_eq!(lean(1.0), Lean::Dump(Side::Sell));
        assert_eq!(lean(-1.7), Lean::Dump(Side::Buy));
    }
}

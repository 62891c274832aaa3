//! The maker of Avellaneda and Stoikov: it quotes around what the instrument is worth to it, given what it holds.
//!
//! - Reservation price `r = s − q γ σ² (T − t)` for an inventory of `q` units, with `s` the value everybody agrees on
//!   and `T` the end of the session, or of the round when it trades in rounds of a stated `horizon`. In rounds, each begins
//!   anew: the inventory counts from what it holds then.
//! - Optimal spread `γ σ² (T − t) + (2/γ) ln(1 + γ/k)`, half on either side of `r`; the symmetric strategy quotes the same
//!   spread around `s` whatever it holds, for comparison.
//! - It renews both quotes, of one `size` each, every tick, before other orders of the tick.
//!
//! Source: Avellaneda and Stoikov, "High-frequency trading in a limit order book", Quantitative Finance 8 (2008) 217-224.
//! `σ` is stated in currency a session (or round); `γ` by currency; `k` by currency, the decay of the chance to be hit with distance.

use super::eyes::ticks_in;
use super::{Behaviour, Birth, Eyes, Hands, Joins, Kind, Outside, Spread, Stake, Wake, check_count, usual_fields};
use bevy_ecs::prelude::Component;
use ground::ops::ln;
use ground::rng::Stream;
use ground::units::{Lots, Side, Span};
use language::findings::Findings;
use language::read::Read;

#[derive(Clone, Debug, Read)]
pub struct Params {
    /// Members for each instrument.
    pub count: u32,
    pub instruments: Vec<String>,
    pub stake: Stake,
    /// `γ`, by currency.
    #[read(positive)]
    pub risk_aversion: f64,
    /// `σ`, in currency a session or, with a `horizon`, a round.
    #[read(not_negative)]
    pub volatility: f64,
    /// `T`: length of a round. Rounds follow one another from the first tick on. Left out: there are none, only sessions.
    #[read(default, some_time)]
    pub horizon: Option<Span>,
    /// `k`, by currency.
    #[read(positive)]
    pub decay: f64,
    pub strategy: Strategy,
    /// Units of a quote.
    #[read(positive)]
    pub size: f64,
    /// How members differ. Left out: they do not.
    #[read(default)]
    pub spread: Spread,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Read)]
pub enum Strategy {
    /// Quotes lean against the inventory.
    Inventory,
    /// Quotes stand around the value, whatever it holds.
    Symmetric,
}

impl Joins for Params {
    fn check(&self, path: &str, findings: &mut Findings) {
        check_count(path, self.count, findings);
    }

    usual_fields!(Stake);
}

#[derive(Clone, Copy, Debug, Component)]
pub struct InventoryMaker {
    risk_aversion: f64,
    variance: f64,
    decay: f64,
    strategy: Strategy,
    /// In lots.
    size: f64,
    neutral: Lots,
    /// Ticks of a round; 0 without rounds.
    round: u32,
}

impl InventoryMaker {
    /// Bid and ask in currency, for a value, an inventory in units and what is left of the session (1 to 0).
    fn quotes(&self, value: f64, inventory: f64, left: f64) -> (f64, f64) {
        let risk = self.risk_aversion * self.variance * left;
        let spread = risk + 2.0 / self.risk_aversion * ln(1.0 + self.risk_aversion / self.decay);
        let centre = match self.strategy {
            Strategy::Inventory => value - inventory * risk,
            Strategy::Symmetric => value,
        };
        (centre - spread / 2.0, centre + spread / 2.0)
    }
}

impl Behaviour for InventoryMaker {
    type Params = Params;
    const KIND: Kind = Kind::InventoryMaker;
    const LATENCY: u8 = 0;
    const HEEDS: &'static [Outside] = &[Outside::Value, Outside::Depth];

    fn born(params: &Params, birth: &mut Birth<'_>) -> (Self, u32) {
        let own = Self {
            risk_aversion: params.risk_aversion,
            variance: params.volatility * params.volatility,
            decay: params.decay,
            strategy: params.strategy,
            size: (params.size / birth.about.lot_units).max(1.0),
            neutral: birth.held,
            round: params.horizon.map_or(0, |horizon| ticks_in(birth.plan, horizon)),
        };
        (own, 0)
    }

    fn decide(&mut self, eyes: &Eyes<'_>, _draws: &mut Stream, hands: &mut Hands<'_>) -> Wake {
        let about = eyes.instrument();
        let gone = eyes.tick().index().checked_rem(self.round);
        if gone == Some(0) {
            self.neutral = eyes.holding();
        }
        let left = gone.map_or_else(|| eyes.session_left(), |gone| 1.0 - f64::from(gone) / f64::from(self.round));
        let inventory = about.units_of(eyes.holding() - self.neutral);
        let (bid, ask) = self.quotes(eyes.value(), inventory, left);
        let lots = Lots::new((self.size * eyes.liquidity()).max(1.0) as i64);
        hands.limit(Side::Buy, lots, about.nearest_price(bid), 1);
        hands.limit(Side::Sell, lots, about.nearest_price(ask), 1);
        Wake::After(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_those_of_the_paper() {
        let maker = InventoryMaker {
            risk_aversion: 0.1,
            variance: 4.0,
            decay: 1.5,
            strategy: Strategy::Inventory,
            size: 1.0,
            neutral: Lots::ZERO,
            round: 0,
        };
        // γσ² = 0.4 and (2/γ) ln(1 + γ/k) = 1.29077: a spread of 1.69077 at the beginning and of 1.29077 at the end.
        let (bid, ask) = maker.quotes(100.0, 0.0, 1.0);
        assert!((ask - bid - 1.690_77).abs() < 1e-5);
        // Three units long with half of the session left: 3 × 0.2 = 0.6 lower.
        let (bid, ask) = maker.quotes(100.0, 3.0, 0.5);
        assert!(((bid + ask) / 2.0 - 99.4).abs() < 1e-12);
        let symmetric = InventoryMaker { strategy: Strategy::Symmetric, ..maker };
        let (bid, ask) = symmetric.quotes(100.0, 3.0, 0.5);
        assert!(((bid + ask) / 2.0 - 100.0).abs() < 1e-12);
    }
}

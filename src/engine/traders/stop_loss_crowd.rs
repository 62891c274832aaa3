//! A crowd of holders with stop-loss orders: each sells all it has once the market trades at its stop.
//!
//! - A member holds what it starts with and leaves one stop order, `distance` below the starting price, put on a round
//!   price when `round_to` says so. The order is out of sight, in the book; a trade at or through it makes it a market order.
//! - With `hurry` it does not wait for its stop when trading itself may stop: once the price is nearer than that to the
//!   next price at which the venue would halt (which everybody can work out), it sells all at once, lest it be locked
//!   in. That is the magnet effect.
//! - It never buys back. Its stop trails the highest mark when `trailing`: it is moved up every `every`, never down.
//!
//! Source: Osler, "Stop-loss orders and price cascades in currency markets", Journal of International Money and Finance
//! 24 (2005) 219-241: stops cluster at round numbers and trigger each other. The hurry: Subrahmanyam, "Circuit breakers
//! and market volatility: a theoretical perspective", Journal of Finance 49 (1994) 237-254.

use super::eyes::ticks_in;
use super::{Behaviour, Birth, Eyes, Hands, Joins, Kind, Spread, Stake, Wake, check_count, usual_fields};
use bevy_ecs::prelude::Component;
use ground::rng::Stream;
use ground::units::{Price, Side, Span};
use language::findings::Findings;
use language::read::Read;

#[derive(Clone, Debug, Read)]
pub struct Params {
    /// Members for each instrument.
    pub count: u32,
    pub instruments: Vec<String>,
    pub stake: Stake,
    /// How far below the reference a stop stands, as a share of it. Give it a spread, or all stops are one.
    #[read(within = 1e-6..=0.999)]
    pub distance: f64,
    /// Stops stand at multiples of this price, in currency, the nearest below. Left out: at any step.
    #[read(default, positive)]
    pub round_to: Option<f64>,
    /// Whether the reference is the highest mark so far rather than the starting price.
    pub trailing: bool,
    /// Sells when a halt is nearer than this below the price, as a share of it. Left out: halts do not hurry it.
    #[read(default, within = 0.0..=1.0)]
    pub hurry: Option<f64>,
    /// Time between two looks at the market.
    #[read(some_time)]
    pub every: Span,
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
pub struct StopLossCrowd {
    /// As a share of the reference.
    distance: f64,
    /// In price steps; 1 for any.
    round_to: f64,
    trailing: bool,
    /// As a share of the price.
    hurry: Option<f64>,
    /// In ticks.
    every: u32,
    /// In price steps.
    reference: f64,
    /// Where its stop stands.
    stop: Option<i64>,
}

impl StopLossCrowd {
    fn stop_below(&self, reference: f64) -> i64 {
        let stop = reference - self.distance.min(1.0) * reference.abs();
        ((stop / self.round_to).floor() * self.round_to) as i64
    }
}

impl Behaviour for StopLossCrowd {
    type Params = Params;
    const KIND: Kind = Kind::StopLossCrowd;

    fn born(params: &Params, birth: &mut Birth<'_>) -> (Self, u32) {
        let own = Self {
            distance: params.distance,
            round_to: params.round_to.map_or(1.0, |price| (price / birth.about.step_size).round().max(1.0)),
            trailing: params.trailing,
            hurry: params.hurry,
            every: ticks_in(birth.plan, params.every),
            reference: birth.about.start.steps() as f64,
            stop: None,
        };
        (own, 0)
    }

    fn decide(&mut self, eyes: &Eyes<'_>, _draws: &mut Stream, hands: &mut Hands<'_>) -> Wake {
        let held = eyes.holding();
        if !held.is_positive() {
            return Wake::Never;
        }
        if let Some(hurry) = self.hurry
            && !eyes.is_auction()
            && eyes.room_above_halt().is_some_and(|room| room < hurry)
        {
            hands.withdraw_all();
            hands.market(Side::Sell, held);
            self.stop = None;
            return Wake::After(self.every);
        }
        if self.trailing {
            self.reference = self.reference.max(eyes.mark());
        }
        let stop = self.stop_below(self.reference);
        if self.stop != Some(stop) {
            hands.withdraw_all();
            hands.stop(Side::Sell, held, Price::new(stop).clamped());
            self.stop = Some(stop);
        }
        if self.trailing || self.hurry.is_some() { Wake::After(self.every) } else { Wake::Never }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stops_stand_at_the_round_price_below() {
        let member = StopLossCrowd {
            distance: 0.033,
            round_to: 100.0,
            trailing: false,
            hurry: None,
            every: 1,
            reference: 10_000.0,
            stop: None,
        };
        // 3.3 % below 100.00 is 96.70, the dollar below that is 96.00.
        assert_eq!(member.stop_below(10_000.0), 9_600);
        assert_eq!(StopLossCrowd { round_to: 1.0, ..member }.stop_below(10_000.0), 9_670);
    }
}

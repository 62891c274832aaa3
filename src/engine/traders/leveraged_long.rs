//! A leveraged long with a target: it keeps its exposure a fixed multiple of its equity, and so sells what falls and
//! buys what rises.
//!
//! - Every `every` it compares the value of its position over its equity with `target`.
//! - Within `band` of the target (as a share of it) it does nothing; outside it trades back to the target, with
//!   market orders no larger than `clip`.
//! - With nothing left of its equity it sells all it can.
//!
//! Source: Adrian and Shin, "Liquidity and leverage", Journal of Financial Intermediation 19 (2010) 418-437: for a
//! target `L` a fall of `x` in the price makes it sell `(L − 1) x` of its position.

use super::eyes::{lots_of_day, ticks_in};
use super::{Behaviour, Birth, Eyes, Hands, Joins, Kind, Levered, Spread, Wake, check_count, usual_fields};
use bevy_ecs::prelude::Component;
use ground::rng::{Stream, uniform};
use ground::units::Span;
use language::findings::Findings;
use language::read::Read;

#[derive(Clone, Debug, Read)]
pub struct Params {
    /// Members for each instrument.
    pub count: u32,
    pub instruments: Vec<String>,
    pub stake: Levered,
    /// Wanted value of the position over equity.
    #[read(within = 0.0..=1000.0)]
    pub target: f64,
    /// How far leverage may stray from the target, as a share of it.
    #[read(within = 0.0..=10.0)]
    pub band: f64,
    /// Time between two looks at its leverage.
    #[read(some_time)]
    pub every: Span,
    /// Largest single order, as a share of the ordinary daily volume.
    #[read(positive)]
    pub clip: f64,
    /// How members differ. Left out: they do not.
    #[read(default)]
    pub spread: Spread,
}

impl Joins for Params {
    fn check(&self, path: &str, findings: &mut Findings) {
        check_count(path, self.count, findings);
    }

    usual_fields!(Levered);
}

#[derive(Clone, Copy, Debug, Component)]
pub struct LeveragedLong {
    target: f64,
    band: f64,
    /// In ticks.
    every: u32,
    /// In lots.
    clip: f64,
}

impl LeveragedLong {
    /// Lots to trade, negative to sell, for a position and an equity in money and the value of a lot.
    fn missing(&self, position: f64, equity: f64, lot: f64) -> f64 {
        if equity <= 0.0 {
            return -(position / lot).max(0.0);
        }
        let leverage = position / equity;
        if (leverage - self.target).abs() <= self.band * self.target {
            return 0.0;
        }
        (self.target * equity - position) / lot
    }
}

impl Behaviour for LeveragedLong {
    type Params = Params;
    const KIND: Kind = Kind::LeveragedLong;

    fn born(params: &Params, birth: &mut Birth<'_>) -> (Self, u32) {
        let every = ticks_in(birth.plan, params.every);
        let own = Self { target: params.target, band: params.band, every, clip: lots_of_day(birth.about, params.clip) };
        // Members do not all look at the same moment.
        (own, (uniform(birth.draws) * f64::from(every)) as u32)
    }

    fn decide(&mut self, eyes: &Eyes<'_>, _draws: &mut Stream, hands: &mut Hands<'_>) -> Wake {
        let lot = eyes.lot_value(eyes.mark());
        if lot > 0.0 && !eyes.is_auction() {
            let missing = self.missing(eyes.holding().get() as f64 * lot, eyes.equity(), lot);
            hands.trade_towards(missing, self.clip);
        }
        Wake::After(self.every)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fall_of_a_tenth_at_five_times_leverage_sells_four_tenths_of_the_old_position() {
        let fund = LeveragedLong { target: 5.0, band: 0.05, every: 1, clip: 1e9 };
        // 500 lots at 10 on an equity of 1 000; at 9 the position is 4 500 and equity 500: 2 500 may be kept, 2 000 go.
        assert!((fund.missing(4_500.0, 500.0, 9.0) + 2_000.0 / 9.0).abs() < 1e-9);
        // Four tenths of the old 5 000, as (L − 1) x says.
        assert_eq!(fund.missing(5_000.0, 1_000.0, 10.0), 0.0);
        assert_eq!(fund.missing(5_100.0, 1_000.0, 10.0), 0.0);
        assert_eq!(fund.missing(90.0, -5.0, 9.0), -10.0);
    }
}

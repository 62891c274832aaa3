//! A noise trader who holds a sum of money in units, whatever they cost: the sum wanders and comes back.
//!
//! - The logarithm of the sum is `ln ξ(t) = persistence × ln ξ(t−1) + (1 − persistence) × ln money + deviation × χ`, with
//!   a standard normal χ each period.
//! - Every `every` it declares that it wants to hold `ξ ÷ price`, see [`mechanics::demand`]. Where nobody else is in the market the
//!   price therefore follows ξ, with a standard deviation of `deviation` a period.
//!
//! Source: the noise traders of Thurner, Farmer and Geanakoplos, "Leverage causes fat tails and clustered volatility",
//! Quantitative Finance 12 (2012) 695-707 (arXiv:0908.1555), with persistence 0.99 and deviation 0.035.

use super::eyes::ticks_in;
use super::{Behaviour, Birth, Eyes, Hands, Joins, Kind, Spread, Stake, Wake, check_count, usual_fields};
use bevy_ecs::prelude::Component;
use ground::ops::exp;
use ground::rng::{Stream, normal};
use ground::units::Span;
use language::findings::Findings;
use language::read::Read;
use mechanics::demand::Curve;

#[derive(Clone, Debug, Read)]
pub struct Params {
    /// Members for each instrument, each with a sum of its own.
    pub count: u32,
    pub instruments: Vec<String>,
    pub stake: Stake,
    /// The sum to which a member comes back, in currency.
    #[read(positive)]
    pub money: f64,
    /// Of the logarithm of the sum from one period to the next, from 0 to below 1.
    #[read(within = 0.0..=0.999_999)]
    pub persistence: f64,
    /// Standard deviation of a period's change in that logarithm.
    #[read(within = 0.0..=10.0)]
    pub deviation: f64,
    /// Length of a period.
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
pub struct NoiseDemand {
    persistence: f64,
    deviation: f64,
    /// Logarithm of the sum of money over its mean, and that mean in minor units.
    excess: f64,
    money: f64,
    /// In ticks.
    every: u32,
}

/// No logarithm is further from its mean than this: a factor of e to the 50th.
const WIDEST: f64 = 50.0;

impl Behaviour for NoiseDemand {
    type Params = Params;
    const KIND: Kind = Kind::NoiseDemand;
    const DEMANDS: bool = true;

    fn born(params: &Params, birth: &mut Birth<'_>) -> (Self, u32) {
        let own = Self {
            persistence: params.persistence.min(1.0),
            deviation: params.deviation,
            excess: 0.0,
            money: params.money * 10f64.powi(i32::from(birth.plan.currency.decimals)),
            every: ticks_in(birth.plan, params.every),
        };
        (own, 0)
    }

    fn decide(&mut self, eyes: &Eyes<'_>, draws: &mut Stream, hands: &mut Hands<'_>) -> Wake {
        self.excess = (self.persistence * self.excess + self.deviation * normal(draws)).clamp(-WIDEST, WIDEST);
        hands.demand(eyes, Curve::Cash { money: self.money * exp(self.excess) });
        Wake::After(self.every)
    }
}

//! A value fund that borrows to buy what is cheap, up to a cap on its leverage.
//!
//! - The mispricing `m = value / price − 1`. Below fair value its wanted position is worth
//!   `min(aggressiveness × m, cap)` times its equity; above fair value it holds nothing.
//! - Every `every` it trades towards that with orders at the touch or, when it must reduce because of its cap, with
//!   market orders; none is larger than `clip`.
//! - At its cap a further fall makes it sell: its leverage would rise above the cap.
//!
//! Source: Thurner, Farmer and Geanakoplos, "Leverage causes fat tails and clustered volatility", Quantitative
//! Finance 12 (2012) 695-707 (arXiv:0908.1555), where `value` is 1 and the mispricing a difference; here it is
//! relative, so that one parameter serves any price.

use super::eyes::{lots_of_day, ticks_in};
use super::{Behaviour, Birth, Eyes, Hands, Joins, Kind, Levered, Spread, Wake, check_count, check_span, usual_fields};
use crate::rng::{Stream, uniform};
use crate::units::{Lots, Side, Span};
use crate::world::findings::Findings;
use bevy_ecs::prelude::Component;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// Members for each instrument.
    pub count: u32,
    pub instruments: Vec<String>,
    pub stake: Levered,
    /// What it thinks the instrument is worth before any news, in currency.
    pub value: f64,
    /// Leverage wanted for each unit of mispricing.
    pub aggressiveness: f64,
    /// Largest value of its position over its equity.
    pub cap: f64,
    /// Time between two looks at the market.
    pub every: Span,
    /// Largest single order, as a share of the ordinary daily volume.
    pub clip: f64,
    /// How members differ. Left out: they do not.
    #[serde(default)]
    pub spread: Spread,
}

impl Joins for Params {
    fn check(&self, path: &str, findings: &mut Findings) {
        check_count(path, self.count, findings);
        self.stake.check(&format!("{path}.stake"), findings);
        findings.positive(format_args!("{path}.value"), self.value);
        findings.positive(format_args!("{path}.aggressiveness"), self.aggressiveness);
        findings.within(format_args!("{path}.cap"), self.cap, 0.0, 1000.0);
        check_span(path, "every", self.every, findings);
        findings.positive(format_args!("{path}.clip"), self.clip);
    }

    usual_fields!(Levered);
}

#[derive(Clone, Copy, Debug, Component)]
pub struct LeverageCappedFund {
    /// In price steps.
    value: f64,
    aggressiveness: f64,
    cap: f64,
    /// In ticks.
    every: u32,
    /// In lots.
    clip: f64,
}

impl LeverageCappedFund {
    /// Wanted value of the position over equity.
    fn wanted(&self, value: f64, price: f64) -> f64 {
        if price <= 0.0 || value <= price { 0.0 } else { (self.aggressiveness * (value / price - 1.0)).min(self.cap) }
    }
}

impl Behaviour for LeverageCappedFund {
    type Params = Params;
    const KIND: Kind = Kind::LeverageCappedFund;

    fn born(params: &Params, birth: &mut Birth<'_>) -> (Self, u32) {
        let every = ticks_in(birth.plan, params.every);
        let own = Self {
            value: params.value / birth.about.step_size,
            aggressiveness: params.aggressiveness,
            cap: params.cap,
            every,
            clip: lots_of_day(birth.about, params.clip),
        };
        (own, (uniform(birth.draws) * f64::from(every)) as u32)
    }

    fn decide(&mut self, eyes: &Eyes<'_>, _draws: &mut Stream, hands: &mut Hands<'_>) -> Wake {
        let (price, equity) = (eyes.mark(), eyes.equity().max(0.0));
        let (held, lot) = (eyes.holding().get() as f64, eyes.lot_value(price));
        hands.withdraw_all();
        if lot > 0.0 && !eyes.is_auction() {
            let wanted = self.wanted(self.value * eyes.value_ratio(), price) * equity / lot;
            let missing = wanted - held;
            let lots = Lots::new(missing.abs().min(self.clip) as i64);
            let side = if missing > 0.0 { Side::Buy } else { Side::Sell };
            let above_cap = held * lot > self.cap * equity;
            if above_cap { hands.market(side, lots) } else { hands.limit(side, lots, eyes.near(side), self.every) }
        }
        Wake::After(self.every)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn demand_grows_with_the_mispricing_and_stops_at_the_cap() {
        let fund = LeverageCappedFund { value: 1_000.0, aggressiveness: 20.0, cap: 5.0, every: 1, clip: 1.0 };
        assert_eq!(fund.wanted(1_000.0, 1_010.0), 0.0);
        // A tenth below value: 1/0.9 − 1 is a ninth, times 20.
        assert!((fund.wanted(1_000.0, 900.0) - 20.0 / 9.0).abs() < 1e-12);
        assert_eq!(fund.wanted(1_000.0, 500.0), 5.0);
    }
}

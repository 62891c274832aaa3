//! A value fund that borrows to buy what is cheap, up to a cap on its leverage.
//!
//! - The mispricing is `m = (value − price) ÷ value`. Below fair value it wants a position worth
//!   `min(aggressiveness × m, cap)` times its wealth at that price; above fair value it holds nothing.
//! - Every `every` it declares that demand, see [`mechanics::demand`]: where demand curves clear, its wealth is taken at the
//!   price that comes about; in a book it stands as a ladder of orders around the last mark.
//! - At its cap it sells as the price falls, because its wealth falls faster than its position.
//! - `investors` watch its performance, an average of its returns in which the last weighs `memory`. In each period they
//!   bring `response` times what that is above `benchmark`, as a share of its wealth, or take it: at most all.
//! - Below a share `ends.below` of what it began with it sells all and gives up; `ends.replaced_after` later a new fund
//!   begins in its place with as much as it had at first. What a lender lost on the old one stays lost.
//!
//! Source: Thurner, Farmer and Geanakoplos, "Leverage causes fat tails and clustered volatility", Quantitative
//! Finance 12 (2012) 695-707 (arXiv:0908.1555), where `value` is 1, so that the mispricing is the difference. There
//! the investors' money moves with the price of the same step, here before the next one.

use super::eyes::ticks_in;
use super::{Behaviour, Birth, Eyes, Hands, Joins, Kind, Levered, Outside, Spread, Wake, check_count, usual_fields};
use bevy_ecs::prelude::Component;
use ground::rng::Stream;
use ground::units::{Span, Tick};
use language::findings::Findings;
use language::read::Read;
use mechanics::demand::Curve;

#[derive(Clone, Debug, Read)]
pub struct Params {
    /// Members for each instrument.
    pub count: u32,
    pub instruments: Vec<String>,
    pub stake: Levered,
    /// What it thinks the instrument is worth before any news, in currency.
    #[read(positive)]
    pub value: f64,
    /// Leverage wanted for each unit of mispricing.
    #[read(positive)]
    pub aggressiveness: f64,
    /// Largest value of its position over its wealth.
    #[read(within = 0.0..=1000.0)]
    pub cap: f64,
    /// Time between two looks at the market.
    #[read(some_time)]
    pub every: Span,
    /// Left out: nobody brings money or takes it.
    #[read(default)]
    pub investors: Option<Investors>,
    /// Left out: it goes on with whatever it has.
    #[read(default)]
    pub ends: Option<Ends>,
    /// How members differ. Left out: they do not.
    #[read(default)]
    pub spread: Spread,
}

/// Plain numbers, for one period `every`.
#[derive(Clone, Copy, Debug, PartialEq, Read)]
pub struct Investors {
    /// Weight of the last return in the performance.
    #[read(within = 0.0..=1.0)]
    pub memory: f64,
    /// Share of the fund's wealth that they bring for each unit of performance above the benchmark.
    #[read(within = 0.0..=100.0)]
    pub response: f64,
    /// A return.
    #[read(within = -1.0..=10.0)]
    pub benchmark: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Read)]
pub struct Ends {
    /// Share of its first wealth.
    #[read(within = 0.0..=1.0)]
    pub below: f64,
    pub replaced_after: Span,
}

impl Joins for Params {
    fn check(&self, path: &str, findings: &mut Findings) {
        check_count(path, self.count, findings);
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
    investors: Option<Investors>,
    /// Wealth below which it ends, in minor units, and ticks until another takes its place.
    ends: Option<(f64, u32)>,
    /// What a new one begins with, in minor units.
    first_wealth: f64,
    /// After the last flow, in minor units.
    wealth: f64,
    performance: f64,
    /// When another begins in its place, after it has ended.
    begins: Option<Tick>,
}

impl LeverageCappedFund {
    /// What investors bring or take, in minor units, now that the fund is worth this.
    fn flow(&mut self, wealth: f64) -> f64 {
        let Some(Investors { memory, response, benchmark }) = self.investors else { return 0.0 };
        let earned = if self.wealth > 0.0 { wealth / self.wealth - 1.0 } else { 0.0 };
        self.performance = (1.0 - memory) * self.performance + memory * earned;
        (response * (self.performance - benchmark)).max(-1.0) * wealth.max(0.0)
    }

    fn begin(&mut self) {
        self.wealth = self.first_wealth;
        self.performance = 0.0;
        self.begins = None;
    }
}

impl Behaviour for LeverageCappedFund {
    type Params = Params;
    const KIND: Kind = Kind::LeverageCappedFund;
    const DEMANDS: bool = true;
    const HEEDS: &'static [Outside] = &[Outside::Value];

    fn born(params: &Params, birth: &mut Birth<'_>) -> (Self, u32) {
        let Birth { plan, about, .. } = birth;
        let first_wealth = params.stake.equity * 10f64.powi(i32::from(plan.currency.decimals));
        let ends = |ends: Ends| (ends.below * first_wealth, ticks_in(plan, ends.replaced_after));
        let own = Self {
            value: params.value / about.step_size,
            aggressiveness: params.aggressiveness,
            cap: params.cap,
            every: ticks_in(plan, params.every),
            investors: params.investors,
            ends: params.ends.map(ends),
            first_wealth,
            wealth: first_wealth,
            performance: 0.0,
            begins: None,
        };
        (own, 0)
    }

    fn decide(&mut self, eyes: &Eyes<'_>, _draws: &mut Stream, hands: &mut Hands<'_>) -> Wake {
        let (wealth, held) = (eyes.equity(), eyes.holding());
        let brought;
        match (self.begins, self.ends) {
            (Some(begins), _) if eyes.tick() < begins => {
                if !held.is_zero() {
                    hands.demand(eyes, Curve::Fixed { lots: 0.0 });
                }
                return Wake::After(1);
            }
            (Some(_), _) => {
                brought = self.first_wealth - wealth;
                self.begin();
            }
            (None, Some((least, pause))) if wealth < least => {
                self.begins = Some(eyes.tick().after(pause));
                if !held.is_zero() {
                    hands.demand(eyes, Curve::Fixed { lots: 0.0 });
                }
                return Wake::After(1);
            }
            (None, _) => {
                brought = self.flow(wealth);
                self.wealth = wealth + brought;
            }
        }
        hands.invest(brought);
        let cash = eyes.cash().to_minor() as f64 + brought;
        let value = self.value * eyes.value_ratio();
        let Self { aggressiveness, cap, .. } = *self;
        hands.demand(eyes, Curve::Fund { value, aggressiveness, cap, cash, held: held.get() as f64 });
        Wake::After(self.every)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fund() -> LeverageCappedFund {
        LeverageCappedFund {
            value: 1_000.0,
            aggressiveness: 20.0,
            cap: 5.0,
            every: 1,
            investors: Some(Investors { memory: 0.1, response: 0.15, benchmark: 0.005 }),
            ends: None,
            first_wealth: 200.0,
            wealth: 200.0,
            performance: 0.0,
            begins: None,
        }
    }

    #[test]
    fn investors_bring_a_share_of_what_the_performance_is_above_their_benchmark() {
        // 200 became 220: a return of 0.1, of which a tenth counts. 0.15 × (0.01 − 0.005) × 220.
        assert!((fund().flow(220.0) - 0.165).abs() < 1e-12);
        // 0.9 × 0.01 + 0.1 × 0 is 0.009 in the next period: 0.15 × 0.004 × 220.
        let mut second = fund();
        second.flow(220.0);
        second.wealth = 220.0;
        assert!((second.flow(220.0) - 0.132).abs() < 1e-12);
    }

    #[test]
    fn investors_take_no_more_than_there_is() {
        let mut fund = LeverageCappedFund { performance: -1e3, ..fund() };
        assert_eq!(fund.flow(150.0), -150.0);
        assert_eq!(fund.flow(-50.0), 0.0, "of a debt there is nothing to take");
    }
}

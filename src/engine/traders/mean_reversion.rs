//! Mean reversion: they sell what stands above its recent average and buy what stands below.
//!
//! - At random moments, `pace` apart on average, a member compares the price with its average over `lookback`.
//! - A deviation beyond `threshold` sets its wanted position: the full `limit` against the deviation when that is
//!   twice the threshold or more, in proportion below; a smaller deviation wants none.
//! - It trades towards that with limit orders at the touch, no larger than `clip`.
//!
//! Source: the contrarians of Lo and MacKinlay, "When are contrarian profits due to stock market overreaction?",
//! Review of Financial Studies 3 (1990) 175-205. The average is taken over sixteen evenly spaced marks.

use super::eyes::{lots_of_day, ticks_in};
use super::{Behaviour, Birth, Eyes, Hands, Joins, Kind, Spread, Stake, Wake, check_count, usual_fields};
use bevy_ecs::prelude::Component;
use ground::rng::{Stream, wait_ticks};
use ground::units::{Lots, Side, Span};
use language::findings::Findings;
use language::read::Read;

/// Marks that make an average: enough to smooth it, few enough to be cheap.
const SAMPLES: u32 = 16;

#[derive(Clone, Debug, Read)]
pub struct Params {
    /// Members for each instrument.
    pub count: u32,
    pub instruments: Vec<String>,
    pub stake: Stake,
    /// Trading time over which the average is taken.
    #[read(some_time)]
    pub lookback: Span,
    /// Smallest deviation from the average that counts, as a share of it.
    #[read(within = 1e-6..=10.0)]
    pub threshold: f64,
    /// Largest position of a member either way, as a share of the ordinary daily volume.
    #[read(positive)]
    pub limit: f64,
    /// Mean time between two looks at the market.
    #[read(some_time)]
    pub pace: Span,
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

    usual_fields!(Stake);

    fn lookback(&self) -> Span {
        self.lookback
    }
}

#[derive(Clone, Copy, Debug, Component)]
pub struct MeanReversion {
    /// In ticks.
    lookback: u32,
    threshold: f64,
    /// In lots.
    limit: f64,
    clip: f64,
    mean_wait: f64,
    /// Lots held when it has no opinion.
    neutral: Lots,
}

impl MeanReversion {
    /// Wanted position as a share of the limit.
    fn opinion(&self, average: f64, now: f64) -> f64 {
        let deviation = (now - average) / average.abs().max(1.0);
        if deviation.abs() < self.threshold { 0.0 } else { (-deviation / (2.0 * self.threshold)).clamp(-1.0, 1.0) }
    }
}

impl Behaviour for MeanReversion {
    type Params = Params;
    const KIND: Kind = Kind::MeanReversion;

    fn born(params: &Params, birth: &mut Birth<'_>) -> (Self, u32) {
        let own = Self {
            lookback: ticks_in(birth.plan, params.lookback),
            threshold: params.threshold,
            limit: lots_of_day(birth.about, params.limit),
            clip: lots_of_day(birth.about, params.clip),
            mean_wait: f64::from(ticks_in(birth.plan, params.pace)),
            neutral: birth.held,
        };
        (own, wait_ticks(birth.draws, own.mean_wait) - 1)
    }

    fn decide(&mut self, eyes: &Eyes<'_>, draws: &mut Stream, hands: &mut Hands<'_>) -> Wake {
        let average = eyes.average_mark(self.lookback, SAMPLES);
        let position = (eyes.holding() - self.neutral).get() as f64;
        let missing = self.limit * self.opinion(average, eyes.mark()) - position;
        let side = if missing > 0.0 { Side::Buy } else { Side::Sell };
        hands.withdraw_all();
        if !eyes.is_auction() {
            hands.limit(side, Lots::new(missing.abs().min(self.clip) as i64), eyes.near(side), self.lookback);
        }
        Wake::After(wait_ticks(draws, self.mean_wait))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_far_above_its_average_is_sold_and_a_near_one_left_alone() {
        let trader = MeanReversion {
            lookback: 60,
            threshold: 0.01,
            limit: 100.0,
            clip: 10.0,
            mean_wait: 5.0,
            neutral: Lots::ZERO,
        };
        assert_eq!(trader.opinion(1_000.0, 1_005.0), 0.0);
        // 1.5 % above at a threshold of 1 % is three quarters of the limit, short; 5 % above is all of it.
        assert!((trader.opinion(1_000.0, 1_015.0) + 0.75).abs() < 1e-12);
        assert_eq!(trader.opinion(1_000.0, 1_050.0), -1.0);
        assert_eq!(trader.opinion(1_000.0, 900.0), 1.0);
    }
}

//! Momentum traders: they buy what has risen and sell what has fallen.
//!
//! - At random moments, `pace` apart on average, a member compares the price with the one `lookback`
//!   ago.
//! - A move beyond `threshold` sets its wanted position: the full `limit` in the direction of a move
//!   of `threshold` times two or more, in proportion below that; a smaller move wants none.
//! - It trades towards that with market orders no larger than `clip`.
//!
//! Source: the chartists of Chiarella and Iori (2002); positive feedback after De Long, Shleifer,
//! Summers and Waldmann, Journal of Finance 45 (1990) 379-395.

use super::eyes::{lots_of_day, ticks_in};
use super::{Behaviour, Birth, Eyes, Hands, Joins, Kind, Spread, Stake, Wake, check_count, usual_fields};
use bevy_ecs::prelude::Component;
use ground::rng::{Stream, wait_ticks};
use ground::units::{Lots, Span};
use language::findings::Findings;
use language::read::Read;

#[derive(Clone, Debug, Read)]
pub struct Params {
    /// Members for each instrument.
    pub count: u32,
    pub instruments: Vec<String>,
    pub stake: Stake,
    /// Trading time over which the move is measured.
    #[read(some_time)]
    pub lookback: Span,
    /// Smallest move that counts, as a share of the price.
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
pub struct Momentum {
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

impl Momentum {
    /// Wanted position as a share of the limit.
    fn opinion(&self, before: f64, now: f64) -> f64 {
        let move_ = (now - before) / before.abs().max(1.0);
        if move_.abs() < self.threshold { 0.0 } else { (move_ / (2.0 * self.threshold)).clamp(-1.0, 1.0) }
    }
}

impl Behaviour for Momentum {
    type Params = Params;
    const KIND: Kind = Kind::Momentum;

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
        let before = eyes.mark_before(self.lookback).steps() as f64;
        let position = (eyes.holding() - self.neutral).get() as f64;
        let missing = self.limit * self.opinion(before, eyes.mark()) - position;
        if !eyes.is_auction() {
            hands.trade_towards(missing, self.clip);
        }
        Wake::After(wait_ticks(draws, self.mean_wait))
    }
}

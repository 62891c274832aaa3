//! An overconfident trader: it takes gains for skill and trades larger after them.
//!
//! - At random moments, `pace` apart on average, it bets on a rise or a fall as the last `lookback` went, or with chance
//!   `whim` as a coin falls, and holds until its next look.
//! - A bet is `limit` lots times its confidence. Confidence begins at 1, grows by `learning` of itself after a bet that
//!   paid and shrinks by `learning` times `self_attribution` after one that did not; it stays between `humility` and `hubris`.
//!   With self-attribution below 1, luck breeds size.
//! - It trades towards its bet with market orders no larger than `clip`.
//!
//! Source: Gervais and Odean, "Learning to be overconfident", Review of Financial Studies 14 (2001) 1-27; Barber and
//! Odean, Journal of Finance 55 (2000) 773-806.

use super::eyes::{lots_of_day, ticks_in};
use super::{Behaviour, Birth, Eyes, Hands, Joins, Kind, Spread, Stake, Wake, check_count, usual_fields};
use bevy_ecs::prelude::Component;
use ground::rng::{Stream, uniform, wait_ticks};
use ground::units::{Lots, Span};
use language::findings::Findings;
use language::read::Read;

#[derive(Clone, Debug, Read)]
pub struct Params {
    /// Members for each instrument.
    pub count: u32,
    pub instruments: Vec<String>,
    pub stake: Stake,
    /// Trading time over which it judges where the price is going.
    #[read(some_time)]
    pub lookback: Span,
    /// Chance that a bet is a coin's.
    #[read(within = 0.0..=1.0)]
    pub whim: f64,
    /// A bet at confidence 1, as a share of the ordinary daily volume.
    #[read(positive)]
    pub limit: f64,
    /// How much confidence a good bet adds, as a share of it.
    #[read(within = 0.0..=0.99)]
    pub learning: f64,
    /// What a bad bet takes, as a share of what a good one adds. 1 for an honest learner.
    #[read(within = 0.0..=1.0)]
    pub self_attribution: f64,
    /// Least and largest confidence.
    #[read(within = 0.0..=1.0)]
    pub humility: f64,
    #[read(within = 1.0..=1e3)]
    pub hubris: f64,
    /// Mean time between two bets.
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

    fn lookback(&self) -> Span {
        self.lookback
    }

    usual_fields!(Stake);
}

#[derive(Clone, Copy, Debug, Component)]
pub struct Overconfident {
    /// In ticks.
    lookback: u32,
    whim: f64,
    /// In lots.
    limit: f64,
    clip: f64,
    learning: f64,
    self_attribution: f64,
    humility: f64,
    hubris: f64,
    mean_wait: f64,
    neutral: Lots,
    confidence: f64,
    /// Its last bet, −1 or 1 or none yet, and the price at which it made it.
    bet: f64,
    at: f64,
}

impl Overconfident {
    /// What the last bet taught it, now that the price is here.
    fn learn(&mut self, price: f64) {
        let paid = self.bet * (price - self.at);
        if paid > 0.0 {
            self.confidence *= 1.0 + self.learning;
        } else if paid < 0.0 {
            self.confidence *= 1.0 - self.learning * self.self_attribution;
        }
        // A spread may put a member's hubris below its humility: then hubris holds.
        self.confidence = self.confidence.max(self.humility).min(self.hubris);
    }
}

impl Behaviour for Overconfident {
    type Params = Params;
    const KIND: Kind = Kind::Overconfident;

    fn born(params: &Params, birth: &mut Birth<'_>) -> (Self, u32) {
        let own = Self {
            lookback: ticks_in(birth.plan, params.lookback),
            whim: params.whim,
            limit: lots_of_day(birth.about, params.limit),
            clip: lots_of_day(birth.about, params.clip),
            learning: params.learning,
            self_attribution: params.self_attribution,
            humility: params.humility,
            hubris: params.hubris,
            mean_wait: f64::from(ticks_in(birth.plan, params.pace)),
            neutral: birth.held,
            confidence: 1.0,
            bet: 0.0,
            at: 0.0,
        };
        (own, wait_ticks(birth.draws, own.mean_wait) - 1)
    }

    fn decide(&mut self, eyes: &Eyes<'_>, draws: &mut Stream, hands: &mut Hands<'_>) -> Wake {
        let (by_coin, coin) = (uniform(draws) < self.whim, if uniform(draws) < 0.5 { -1.0 } else { 1.0 });
        let price = eyes.mark();
        self.learn(price);
        let rise = price - eyes.mark_before(self.lookback).steps() as f64;
        self.bet = if by_coin || rise == 0.0 { coin } else { rise.signum() };
        self.at = price;
        let missing = self.bet * self.confidence * self.limit - (eyes.holding() - self.neutral).get() as f64;
        if !eyes.is_auction() {
            hands.trade_towards(missing, self.clip);
        }
        Wake::After(wait_ticks(draws, self.mean_wait))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn luck_breeds_size_when_losses_are_blamed_on_others() {
        let mut trader = Overconfident {
            lookback: 1,
            whim: 0.0,
            limit: 100.0,
            clip: 1e9,
            learning: 0.5,
            self_attribution: 0.2,
            humility: 0.5,
            hubris: 3.0,
            mean_wait: 1.0,
            neutral: Lots::ZERO,
            confidence: 1.0,
            bet: 1.0,
            at: 100.0,
        };
        trader.learn(110.0);
        assert_eq!(trader.confidence, 1.5);
        // A loss takes 0.5 × 0.2 = a tenth.
        trader.learn(90.0);
        assert!((trader.confidence - 1.35).abs() < 1e-12);
        (0..9).for_each(|_| trader.learn(120.0));
        assert_eq!(trader.confidence, 3.0);
    }
}

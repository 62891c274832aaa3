//! The mixture of Chiarella and Iori: each member weighs what the thing is worth, where its price has been going,
//! and noise, and places a limit order around the price it expects.
//!
//! - A member's expected return over its horizon `tau` is
//!   `[g1 (1/tau) ln(value / price) + g2 (mean return a tick over its window) + n z] / (g1 + |g2| + n)` a tick, with `z`
//!   normal of standard deviation `noise_scale`; the expected price is `price × exp(return × tau)`.
//! - Weights are drawn once for each member: `g1 = |N(0, fundamentalist)|`, `g2 = N(0, chartist)` (negative: a contrarian),
//!   `n = |N(0, noise)|`; its window is uniform between one tick and `longest_window`.
//! - It buys when it expects a rise, at most at the expected price less a margin uniform between 0 and `largest_margin`; it
//!   sells when it expects a fall, at least at the expected price plus such a margin. Orders live for `tau`.
//!
//! Source: Chiarella and Iori, "A simulation analysis of the microstructure of double auction markets", Quantitative
//! Finance 2 (2002) 346-353.

use super::eyes::{lots_of_day, ticks_in};
use super::{Behaviour, Birth, Eyes, Hands, Joins, Kind, Outside, Spread, Stake, Wake, check_count, usual_fields};
use bevy_ecs::prelude::Component;
use ground::ops::{exp, ln};
use ground::rng::{Stream, normal, uniform, wait_ticks};
use ground::units::{Lots, Price, Side, Span};
use language::findings::Findings;
use language::read::Read;

#[derive(Clone, Debug, Read)]
pub struct Params {
    /// Members for each instrument.
    pub count: u32,
    pub instruments: Vec<String>,
    pub stake: Stake,
    /// Scale of the weight of value, of the trend and of noise.
    #[read(within = 0.0..=1e3)]
    pub fundamentalist: f64,
    #[read(within = 0.0..=1e3)]
    pub chartist: f64,
    #[read(within = 0.0..=1e3)]
    pub noise: f64,
    /// Standard deviation of the noise in an expected return a tick.
    #[read(within = 0.0..=1.0)]
    pub noise_scale: f64,
    /// How far ahead a member looks, and how long its orders live.
    #[read(some_time)]
    pub horizon: Span,
    /// The longest window over which a trend is measured.
    #[read(some_time)]
    pub longest_window: Span,
    /// The largest margin between the expected price and an order, as a share of that price.
    #[read(within = 0.0..=0.999)]
    pub largest_margin: f64,
    /// Mean time between two orders of a member.
    #[read(some_time)]
    pub pace: Span,
    /// Size of an order, as a share of the ordinary daily volume.
    #[read(positive)]
    pub size: f64,
    /// How members differ beyond their weights. Left out: they do not.
    #[read(default)]
    pub spread: Spread,
}

impl Joins for Params {
    fn check(&self, path: &str, findings: &mut Findings) {
        check_count(path, self.count, findings);
        if [self.fundamentalist, self.chartist, self.noise] == [0.0; 3] {
            findings.add(
                path,
                "its members weigh nothing at all",
                "give `fundamentalist`, `chartist` or `noise` a weight",
            );
        }
    }

    usual_fields!(Stake);

    fn lookback(&self) -> Span {
        self.longest_window
    }
}

#[derive(Clone, Copy, Debug, Component)]
pub struct ChiarellaIori {
    weights: Weights,
    noise_scale: f64,
    /// In ticks.
    horizon: f64,
    window: u32,
    largest_margin: f64,
    /// In lots.
    size: f64,
    mean_wait: f64,
    /// What the instrument is worth without news, in price steps.
    value: f64,
}

#[derive(Clone, Copy, Debug)]
struct Weights {
    value: f64,
    trend: f64,
    noise: f64,
}

impl Weights {
    /// Expected return a tick.
    fn expected(&self, to_value: f64, trend: f64, noise: f64) -> f64 {
        let all = self.value + self.trend.abs() + self.noise;
        if all == 0.0 { 0.0 } else { (self.value * to_value + self.trend * trend + self.noise * noise) / all }
    }
}

impl Behaviour for ChiarellaIori {
    type Params = Params;
    const KIND: Kind = Kind::ChiarellaIori;
    const HEEDS: &'static [Outside] = &[Outside::Value];

    fn born(params: &Params, birth: &mut Birth<'_>) -> (Self, u32) {
        let weights = Weights {
            value: (params.fundamentalist * normal(birth.traits)).abs(),
            trend: params.chartist * normal(birth.traits),
            noise: (params.noise * normal(birth.traits)).abs(),
        };
        let longest = f64::from(ticks_in(birth.plan, params.longest_window));
        let own = Self {
            weights,
            noise_scale: params.noise_scale,
            horizon: f64::from(ticks_in(birth.plan, params.horizon)),
            window: 1 + (uniform(birth.traits) * longest) as u32,
            largest_margin: params.largest_margin,
            size: lots_of_day(birth.about, params.size),
            mean_wait: f64::from(ticks_in(birth.plan, params.pace)),
            value: birth.about.start.steps() as f64,
        };
        (own, wait_ticks(birth.draws, own.mean_wait) - 1)
    }

    fn decide(&mut self, eyes: &Eyes<'_>, draws: &mut Stream, hands: &mut Hands<'_>) -> Wake {
        let price = eyes.mark();
        let wait = Wake::After(wait_ticks(draws, self.mean_wait));
        let (noise, place) = (self.noise_scale * normal(draws), uniform(draws));
        let before = eyes.mark_before(self.window).steps() as f64;
        // Logarithms of prices say nothing at zero and below.
        if price <= 0.0 || before <= 0.0 {
            return wait;
        }
        let to_value = ln(self.value * eyes.value_ratio() / price) / self.horizon;
        let trend = ln(price / before) / f64::from(self.window);
        let expected = (self.weights.expected(to_value, trend, noise) * self.horizon).clamp(-1.0, 1.0);
        let target = price * exp(expected);
        let margin = place * self.largest_margin;
        let (side, limit) = if expected > 0.0 {
            (Side::Buy, (target * (1.0 - margin)).floor())
        } else {
            (Side::Sell, (target * (1.0 + margin)).ceil())
        };
        hands.limit(side, Lots::new(self.size as i64), Price::new(limit as i64).clamped(), self.horizon as u32);
        wait
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_expected_return_is_the_weighted_mean_of_the_three_views() {
        let weights = Weights { value: 1.0, trend: -2.0, noise: 1.0 };
        // (1 × 0.02 − 2 × 0.01 + 1 × 0.04) / 4.
        assert!((weights.expected(0.02, 0.01, 0.04) - 0.01).abs() < 1e-15);
        assert_eq!(Weights { value: 0.0, trend: 0.0, noise: 0.0 }.expected(1.0, 1.0, 1.0), 0.0);
    }
}

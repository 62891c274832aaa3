//! Takers who reach a random distance past the value: the further away a maker quotes, the fewer come to it.
//!
//! - In each tick one of them looks at each side of the book.
//! - A buyer pays up to the value that everybody agrees on plus its reach, a seller takes down to as much below it. What
//!   is not for sale within reach is left.
//! - A reach is `mean_reach × (E + ln(rate × tick))` with `E` exponentially distributed with mean 1: it may be negative, and then
//!   they want better than the value.
//!
//! So a quote at a distance `d` from the value, alone in its book, is hit in a tick with the probability
//! `A exp(−k d) × tick`, or surely where that is above one, with `A = rate` and `k = 1 / mean_reach`: the fill intensity
//! of Avellaneda and Stoikov, "High-frequency trading in a limit order book", Quantitative Finance 8 (2008) 217-224,
//! section 2.4, as their simulation has it, with at most one fill a side and step.

use super::{Behaviour, Birth, Endowment, Eyes, Hands, Joins, Kind, Outside, Stake, Wake, listed};
use bevy_ecs::prelude::Component;
use ground::ops::ln;
use ground::rng::{Stream, exponential};
use ground::units::{Lots, Price, Side, Span};
use language::read::Read;

#[derive(Clone, Debug, Read)]
pub struct Params {
    pub instruments: Vec<String>,
    pub stake: Stake,
    /// The time that `rate` is for.
    #[read(some_time)]
    pub per: Span,
    /// `A`: how often a quote at the value itself is hit, on each side, in a time `per`.
    #[read(not_negative)]
    pub rate: f64,
    /// `1 / k`, in currency.
    #[read(positive)]
    pub mean_reach: f64,
    /// Units that each of them wants.
    #[read(positive)]
    pub size: f64,
}

impl Joins for Params {
    /// All of them together.
    fn count(&self) -> u32 {
        1
    }

    fn instruments(&self) -> Vec<(String, &str)> {
        listed(&self.instruments)
    }

    fn endowment(&self) -> Endowment<'_> {
        Endowment::Stake(&self.stake)
    }
}

#[derive(Clone, Copy, Debug, Component)]
pub struct ReachTakers {
    /// In currency: a quote no further out than this is hit surely. Minus infinity for a rate of nothing.
    least_reach: f64,
    mean_reach: f64,
    size: Lots,
}

impl Behaviour for ReachTakers {
    type Params = Params;
    const KIND: Kind = Kind::ReachTakers;
    const HEEDS: &'static [Outside] = &[Outside::Value];

    fn born(params: &Params, birth: &mut Birth<'_>) -> (Self, u32) {
        let ticks = params.per.as_seconds() as f64 / birth.plan.clock.tick.as_seconds() as f64;
        let size = Lots::new((params.size / birth.about.lot_units).round() as i64).clamp(Lots::new(1), Lots::LARGEST);
        let least_reach = params.mean_reach * ln(params.rate / ticks);
        (Self { least_reach, mean_reach: params.mean_reach, size }, 0)
    }

    fn decide(&mut self, eyes: &Eyes<'_>, draws: &mut Stream, hands: &mut Hands<'_>) -> Wake {
        if !self.least_reach.is_finite() {
            return Wake::Never;
        }
        let about = eyes.instrument();
        let value = eyes.value();
        for side in [Side::Buy, Side::Sell] {
            let reach = self.least_reach + exponential(draws, self.mean_reach);
            // Whole steps, never beyond the reach.
            let steps = match side {
                Side::Buy => ((value + reach) / about.step_size).floor(),
                Side::Sell => ((value - reach) / about.step_size).ceil(),
            };
            hands.take(side, self.size, Price::new(steps as i64).clamped());
        }
        Wake::After(1)
    }
}

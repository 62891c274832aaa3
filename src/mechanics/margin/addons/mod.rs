//! Add-ons: what a lender asks for beyond what its model finds, whatever the model is.
//!
//! In come the model's requirement and the positions it is for; out comes the requirement in force:
//! `requirement × volatility scaling × buffer + concentration`, initial and maintenance alike, each product rounded up.
//! - [`concentration`]: what takes days to sell, or is a large part of the float;
//! - [`scaling`]: margin follows volatility, held by a floor over a long window and by stressed observations;
//! - [`buffer`]: a quarter more in calm, drawn down in stress.
//!
//! The last three are the tools that European law gives clearing houses against margin that is low in calm
//! and jumps in a storm (Regulation 153/2013, Article 28).
//!
//! Scaling is done position by position for a model that adds positions up: the multiplier of the whole is the mean of
//! the positions' multipliers, weighted by what the model asks for each, so that what is calm and needs little takes
//! nothing off what is wild. For a model that nets positions that is an approximation.
//!
//! Concentration has a bound on how fast it changes with a price. Volatility changes while prices stand still, so
//! accounts under scaling or a buffer are looked at each tick.

pub mod buffer;
pub mod concentration;
mod file;
pub mod scaling;
#[cfg(test)]
mod tests;

pub use file::{AddOnsFile, ScalingFile, StepFile, StressedFile};

use super::models::Few;
use super::{Bound, Facts, Marks, Position, Requirement, Zone};
use buffer::Buffer;
use concentration::Steps;
use ground::units::{Cash, InstrumentId};
use scaling::{Scaling, Times};

/// One lender's add-ons.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AddOns {
    /// By how many ordinary days of all trading the position is.
    pub days_to_exit: Steps,
    /// By its share of the float.
    pub share_of_float: Steps,
    pub scaling: Option<Scaling>,
    pub buffer: Option<Buffer>,
}

/// What is added for the size of what is held on one thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Concentrated {
    /// What of it the account holds most of.
    pub mostly: InstrumentId,
    pub for_days: Cash,
    pub for_share: Cash,
}

impl AddOns {
    /// The requirement in force for these positions, of which the model asks `model`, and for one alone what `alone` says.
    pub fn on_top_of(
        &self,
        model: Requirement,
        marks: &Marks,
        positions: impl Iterator<Item = Position> + Clone,
        alone: impl Fn(Position) -> Requirement,
    ) -> Requirement {
        let times = self.multipliers(marks, positions.clone(), alone);
        let added = self.concentrated(marks, positions);
        let added = added.iter().fold(Cash::ZERO, |sum, added| sum + added.for_days + added.for_share);
        let (im, mm) = times.map_or((model.im, model.mm), |times| times.of(model));
        Requirement { im: im + added, mm: mm + added }
    }

    /// What is added for size.
    pub fn concentrated(&self, marks: &Marks, positions: impl Iterator<Item = Position>) -> Few<Concentrated> {
        let nothing = Concentrated { mostly: InstrumentId::new(0), for_days: Cash::ZERO, for_share: Cash::ZERO };
        let mut all = Few::new(nothing);
        if self.days_to_exit.is_empty() && self.share_of_float.is_empty() {
            return all;
        }
        for pile in concentration::piles(marks, positions).iter() {
            let (facts, value) = (marks.facts(pile.sold_in), pile.value());
            let days = self.days_to_exit.rate(pile.against(facts.daily_volume_lots));
            let share = self.share_of_float.rate(pile.against(marks.afloat(pile.sold_in)));
            let (for_days, for_share) = (days.of_rounded_up(value), share.of_rounded_up(value));
            all.push(Concentrated { mostly: pile.mostly, for_days, for_share });
        }
        all
    }

    /// By what the model's requirement is multiplied; `None` when nothing multiplies it.
    pub fn multipliers(
        &self,
        marks: &Marks,
        positions: impl Iterator<Item = Position> + Clone,
        alone: impl Fn(Position) -> Requirement,
    ) -> Option<Times> {
        if !self.follow_volatility() {
            return None;
        }
        let of_one = |instrument| {
            let ratio = scaling::ratio(marks, instrument);
            let scaled = self.scaling.as_ref().map(|scaling| scaling.multiplier(ratio));
            match (scaled, &self.buffer) {
                (Some(scaled), Some(buffer)) => buffer.on_top_of(scaled),
                (Some(scaled), None) => scaled,
                // The model follows volatility by itself, or nothing does: the buffer is drawn as volatility rises.
                (None, Some(buffer)) => buffer.factor(ratio),
                (None, None) => 1.0,
            }
        };
        let mut each = positions.clone().filter(|position| !position.lots.is_zero());
        let first = each.next().map_or(1.0, |position| of_one(position.instrument));
        // Most accounts hold things that are all as wild.
        if each.all(|position| of_one(position.instrument).to_bits() == first.to_bits()) {
            let times = scaling::rate(first);
            return Some(Times { im: times, mm: times });
        }
        let mut mean = scaling::Mean::default();
        for position in positions {
            mean.weigh(alone(position), of_one(position.instrument));
        }
        Some(mean.times())
    }

    /// Whether they need to know how volatile the market is.
    pub fn follow_volatility(&self) -> bool {
        self.scaling.is_some() || self.buffer.is_some()
    }

    /// How what is added to slack follows the price of a position. Of what is long and short on one thing the smaller side
    /// takes from the larger, so a price may work either way.
    pub fn slope(&self, facts: &Facts, zone: Zone) -> Bound {
        if self.follow_volatility() {
            return Bound::MustScan;
        }
        let most = self.days_to_exit.most().billionths() + self.share_of_float.most().billionths();
        let either_way = facts.shares_its_market || zone == Zone::Anywhere;
        Bound::slope(-most, if either_way { most } else { 0 })
    }
}

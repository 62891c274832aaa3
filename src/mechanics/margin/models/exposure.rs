//! What a position gains when the price of what it is on moves, and its volatility.
//!
//! A linear position gains by its own price, which is taken to move by the same ratio, or by the same distance, as
//! that of what it is on. An option is valued anew: by Black and Scholes on the price of its underlying as if
//! that were a forward, undiscounted, at the volatility that its mark is worked out with (a day's, brought to a
//! year's by √252), with the calendar time it has left: as marks are, but not rounded to a step. What counts is the
//! difference between two such values, so that a market price away from the model's does not show up as a loss. But
//! nobody loses more on a long option than it is worth, and no price falls below zero but a future's, and of what is on one.

#![allow(clippy::float_arithmetic, reason = "a scan is a judgement; it becomes money in one rounding")]

use crate::margin::pricing::{self, Quote};
use crate::margin::{Marks, Payoff, Position};
use ground::units::{Cash, InstrumentId};

/// A year's deviation beyond which a higher one changes no price.
const HIGHEST: f64 = 100.0;

/// Amounts are in minor units, prices in price steps.
#[derive(Clone, Copy, Debug)]
pub struct Exposure {
    /// What a step of the price is worth on all lots; below zero for a short.
    per_step: f64,
    kind: Kind,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    /// `falls`: by how many steps at most.
    Linear {
        mark: f64,
        falls: f64,
    },
    Option {
        quote: Quote,
        now: f64,
        most_lost: f64,
    },
}

impl Exposure {
    pub const NONE: Self = Self { per_step: 0.0, kind: Kind::Linear { mark: 0.0, falls: f64::INFINITY } };

    pub fn of(marks: &Marks, position: &Position) -> Self {
        let facts = marks.facts(position.instrument);
        let per_step = position.lots.get() as f64 * marks.step_value(position.instrument).get() as f64;
        let kind = match facts.payoff {
            Payoff::Linear => {
                let mark = position.mark.steps() as f64;
                let has_floor = chain(marks, position.instrument).all(|on| marks.facts(on).delivered.is_none());
                Kind::Linear { mark, falls: if has_floor { mark.max(0.0) } else { f64::INFINITY } }
            }
            Payoff::Option { right, strike, expiry } => {
                let price = marks.price(facts.underlying).steps() as f64;
                let years = pricing::years_until(marks.now(), expiry);
                let volatility = pricing::annual(marks.volatility(position.instrument));
                // What is not a number is none, and what has no end has one.
                let volatility = if volatility.is_nan() { 0.0 } else { volatility.clamp(0.0, HIGHEST) };
                let quote = Quote::on_forward(right, price, strike.steps() as f64, years, volatility);
                let most_lost = if position.lots.is_negative() {
                    f64::INFINITY
                } else {
                    position.value.at_least_zero().to_minor() as f64
                };
                Kind::Option { quote, now: pricing::price(&quote), most_lost }
            }
        };
        Self { per_step, kind }
    }

    /// What it gains if the price moves by this ratio of its size, and the volatility by this ratio of its own.
    pub fn gain(&self, price: f64, volatility: f64) -> f64 {
        let at = match self.kind {
            Kind::Linear { mark, .. } => mark,
            Kind::Option { quote, .. } => quote.price,
        };
        self.gain_by(at.abs() * price, volatility)
    }

    /// What it gains if the price moves by so many steps.
    pub fn gain_by(&self, steps: f64, volatility: f64) -> f64 {
        match self.kind {
            Kind::Linear { falls, .. } => self.per_step * steps.max(-falls),
            Kind::Option { quote, now, most_lost } => {
                let volatility = (quote.volatility * (1.0 + volatility)).max(0.0);
                let then = pricing::price(&Quote { price: quote.price + steps, volatility, ..quote });
                (self.per_step * (then - now)).max(-most_lost)
            }
        }
    }

    /// The most that can be lost on it; infinite where there is no end to that.
    pub fn most_lost(&self) -> f64 {
        match self.kind {
            Kind::Linear { falls, .. } if self.per_step > 0.0 => self.per_step * falls,
            Kind::Linear { .. } => {
                if self.per_step == 0.0 {
                    0.0
                } else {
                    f64::INFINITY
                }
            }
            Kind::Option { most_lost, .. } => most_lost,
        }
    }

    /// What a step of the price of what it is on is worth now.
    pub fn delta(&self) -> f64 {
        match self.kind {
            Kind::Linear { .. } => self.per_step,
            Kind::Option { quote, .. } => self.per_step * pricing::value(&quote).greeks.delta,
        }
    }
}

/// The value of what a position stands for, without its sign: of an option what it is on, by its delta.
pub fn exposed(marks: &Marks, position: &Position) -> Cash {
    let facts = marks.facts(position.instrument);
    if facts.payoff == Payoff::Linear || position.lots.is_zero() {
        return position.value.abs();
    }
    let price = marks.price(facts.underlying).steps() as f64;
    Cash::minor((Exposure::of(marks, position).delta() * price).abs() as i128)
}

/// What an instrument is on in the end: an option on a future on a share is on the share.
pub fn root(marks: &Marks, instrument: InstrumentId) -> InstrumentId {
    chain(marks, instrument).last().unwrap_or(instrument)
}

/// The instrument, what it is written on, what that is written on, and so on.
pub fn chain(marks: &Marks, instrument: InstrumentId) -> impl Iterator<Item = InstrumentId> + '_ {
    /// No contract is on a contract on a contract on a contract.
    const DEEPEST: usize = 4;
    let next = |at: &InstrumentId| Some(marks.facts(*at).underlying).filter(|on| on != at);
    std::iter::successors(Some(instrument), next).take(DEEPEST)
}

//! Concentration: a position that is large against the market it must be sold in needs more.
//!
//! A position's size is counted in ordinary days of everybody's trading, or as a share of the float. The highest step
//! that it is over adds its rate of the whole position's value. The margin models of clearing houses and of prime brokers
//! have such steps (Credit Suisse's for Archegos counted days of volume: Paul, Weiss, July 2021); the net capital
//! rule takes 15 % more of what is an undue concentration (17 CFR 240.15c3-1(c)(2)(vi)(M)).
//!
//! Limits: each instrument counts by itself. Shares and a swap on them are two positions.

use ground::units::{Lots, Rate};
use ordered_float::OrderedFloat;

/// Steps in rising order of size, and what each adds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Steps(Box<[(f64, Rate)]>);

impl Steps {
    pub fn new(mut steps: Vec<(f64, Rate)>) -> Self {
        steps.sort_by_key(|(from, _)| OrderedFloat(*from));
        Self(steps.into())
    }

    /// The rate of the highest step that this size is over; nothing below the first.
    pub fn rate(&self, size: f64) -> Rate {
        self.0.iter().rev().find(|(over, _)| size > *over).map_or(Rate::ZERO, |(_, add)| *add)
    }

    /// The highest rate that any size has.
    pub fn most(&self) -> Rate {
        self.0.iter().map(|(_, add)| *add).max().unwrap_or_default()
    }
}

/// Size of a position against its market: infinite where nothing trades, nothing where there is no position.
#[expect(clippy::float_arithmetic, reason = "decides which step applies; what is paid is a rate of a whole amount")]
pub fn ratio(lots: Lots, of: f64) -> f64 {
    if lots.is_zero() { 0.0 } else { lots.get().unsigned_abs() as f64 / of.max(0.0) }
}

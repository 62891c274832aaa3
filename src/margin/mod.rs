//! Margin: what an account is worth, what it must hold, and which accounts can have changed state.
//!
//! In come the ledger's positions and balances, the [`Marks`] and a lender's [`MarginPlan`]; out
//! comes a [`Standing`]. Nothing here moves cash, places an order, calls anybody or remembers who was
//! called: comparing a standing with the lender's level is the margin stage's business.
//!
//! A margin model is one file that says two things, and one line in each `match` below:
//! - the [`Requirement`] for a set of positions, each division rounded once, in the lender's favour;
//! - a [`Bound`]: between which limits slack (equity less requirement) can change when the price of one
//!   position moves a step. From it `watch` knows how far a price must go before the account needs
//!   another look. A model whose requirement no such bound holds for says [`Bound::MustScan`], and
//!   its accounts are looked at each tick.

#![deny(clippy::float_arithmetic)]

mod call;
mod facts;
mod marks;
mod equity;
mod orders;
mod rate;
#[cfg(test)]
pub(crate) mod test_world;
mod watch;

pub use call::{Call, CallOutcome, CallReason};
pub use equity::{Position, Standing, equity, positions, standing};
pub use facts::{Facts, Payoff, Right};
pub use marks::Marks;
pub use orders::{Order, excess_after, loss_at_once, positions_with, standing_with_orders};
pub use watch::Watch;

use crate::units::{Cash, Lots, Rate};
use crate::world::file::CallLevel;
use crate::world::plan::MarginPlan;
use serde::{Deserialize, Serialize};

/// A lender's margin model as a world states it. One line a model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum MarginFile {
    /// Initial and maintenance margin as rates of gross position value, long and short alike.
    Rate { im: f64, mm: f64 },
    /// No requirement: a custodian that lends nothing.
    Unmargined,
}

/// What a lender demands: its model and what comes on top of it, and the level below which it calls.
#[derive(Clone, Debug, PartialEq)]
pub struct Terms {
    pub margin: MarginPlan,
    pub below: CallLevel,
}

/// What a lender wants an account to hold. Neither is ever negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Requirement {
    pub im: Cash,
    pub mm: Cash,
}

impl Requirement {
    pub const ZERO: Self = Self { im: Cash::ZERO, mm: Cash::ZERO };

    pub fn at(self, level: CallLevel) -> Cash {
        match level {
            CallLevel::Maintenance => self.mm,
            CallLevel::Initial => self.im,
        }
    }
}

/// The part of the price axis over which a [`Bound`] is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zone {
    /// As long as the price is not below zero.
    FromZero,
    /// Wherever the price may go.
    Anywhere,
}

/// How slack follows one position's price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// For each step that the price rises, slack changes by no less than `low` and no more than `high`
    /// times what one step is worth on the position's lots, taken without their sign. (For each step
    /// that it falls, by no less than `−high` and no more than `−low` times that.) The bounds of several
    /// positions add up.
    Slope { low: Rate, high: Rate },
    /// No such bound: the account is to be looked at each tick.
    MustScan,
}

/// What a lender asks for these positions at these marks.
#[inline]
pub fn requirement(terms: &Terms, _marks: &Marks, positions: impl Iterator<Item = Position>) -> Requirement {
    match &terms.margin {
        &MarginPlan::Rate { im, mm } => rate::requirement(im, mm, positions),
        MarginPlan::Unmargined => Requirement::ZERO,
    }
}

/// How the slack above the lender's call level of an account that holds `lots` (of either sign, not zero) of
/// something follows that thing's price.
pub fn bound(terms: &Terms, lots: Lots, zone: Zone) -> Bound {
    match &terms.margin {
        &MarginPlan::Rate { im, mm } => match terms.below {
            CallLevel::Maintenance => rate::bound(mm, lots, zone),
            CallLevel::Initial => rate::bound(im, lots, zone),
        },
        MarginPlan::Unmargined => rate::bound(Rate::ZERO, lots, zone),
    }
}

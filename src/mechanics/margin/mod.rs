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
mod critical;
mod facts;
mod history;
mod marks;
mod equity;
mod orders;
pub mod models;
pub mod pricing;
pub mod collateral;
pub mod addons;
mod mode;
mod moves;
mod sorted;
pub mod volatility;
#[cfg(test)]
pub(crate) mod test_world;
mod watch;

pub use call::{Call, CallLevel, CallOutcome, CallReason, CallSchedule};
pub use critical::{Crossings, bankruptcy_price, bankruptcy_price_of};
pub use equity::{Position, Standing, equity, positions, standing, standing_if_cut, standing_with, to_open};
pub use facts::{Facts, Payoff, Right};
pub use history::{Every, History};
pub use marks::Marks;
pub use mode::{ModeFile, Pools};
pub use models::{MarginFile, MarginPlan};
pub use moves::Move;
pub use orders::{ProposedOrder, excess_after, loss_at_once, lowers_risk, positions_with, standing_with_orders};
pub use sorted::Sorted;
pub use watch::Watch;

use addons::AddOns;
use collateral::Collateral;
use ground::units::{Cash, InstrumentId, Lots, Rate};
use models::Offsets;
use std::sync::Arc;

/// What a lender demands: its model, what it counts towards it, what comes on top of it, and the level below
/// which it calls.
#[derive(Clone, Debug, PartialEq)]
pub struct Terms {
    pub margin: MarginPlan,
    pub below: CallLevel,
    /// How what an account owns counts. `None`: in full, and every position needs margin.
    pub collateral: Option<Arc<Collateral>>,
    /// What is asked for beyond the model. `None`: nothing.
    pub add_ons: Option<Arc<AddOns>>,
}

impl Terms {
    /// A model and nothing around it.
    pub const fn plain(margin: MarginPlan, below: CallLevel) -> Self {
        Self { margin, below, collateral: None, add_ons: None }
    }

    const fn is_plain(&self) -> bool {
        self.collateral.is_none() && self.add_ons.is_none()
    }

    /// By how many units of money roundings may move the slack of an account with so many positions.
    fn roundings(&self, positions: usize) -> u64 {
        // Of collateral each position's haircut, cap and tier are rounded, each cap and tier after a pool
        // that is the sum of rounded values; of add-ons each position's and the two products.
        if self.is_plain() { 1 } else { 8 * (positions as u64 + 1) }
    }
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

impl Bound {
    pub const fn slope(low: i64, high: i64) -> Self {
        Self::Slope { low: Rate::from_billionths(low), high: Rate::from_billionths(high) }
    }

    /// So many times what a step is worth, no more and no less.
    const fn exactly(times: i64) -> Self {
        Self::slope(times * Rate::ONE.billionths(), times * Rate::ONE.billionths())
    }

    /// Of the sum of two things that follow the same price.
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Slope { low, high }, Self::Slope { low: also_low, high: also_high }) => Self::slope(
                low.billionths().saturating_add(also_low.billionths()),
                high.billionths().saturating_add(also_high.billionths()),
            ),
            _ => Self::MustScan,
        }
    }
}

/// What a lender asks for these positions at these marks: the model's requirement on all that is not there as
/// collateral only, and the add-ons.
pub fn requirement(terms: &Terms, marks: &Marks, positions: impl Iterator<Item = Position> + Clone) -> Requirement {
    match (&terms.collateral, &terms.add_ons) {
        (None, None) => of_model(terms, marks, positions),
        (None, Some(add_ons)) => {
            let model = of_model(terms, marks, positions.clone());
            add_ons.on_top_of(model, marks, positions, |position| of_one(terms, marks, position))
        }
        (Some(collateral), _) => of_sorted(terms, marks, &Sorted::of(&terms.margin, collateral, marks, positions)),
    }
}

/// The same where what is collateral has been told from what is not.
fn of_sorted(terms: &Terms, marks: &Marks, sorted: &Sorted) -> Requirement {
    let margined = || sorted.margined.iter().copied();
    let model = terms.margin.requirement_beside(marks, margined(), &sorted.beside);
    let hedged = hedged_by_collateral(terms, marks, sorted, model);
    let model = Requirement { im: model.im - hedged.im, mm: model.mm - hedged.mm };
    let of_one = |position| of_one(terms, marks, position);
    terms.add_ons.as_ref().map_or(model, |add_ons| add_ons.on_top_of(model, marks, margined(), of_one))
}

/// By how much less than this the model asks for what is margined beside collateral that keeps its haircut: by what both
/// need together less than each by itself.
pub fn hedged_by_collateral(terms: &Terms, marks: &Marks, sorted: &Sorted, asked: Requirement) -> Requirement {
    if sorted.apart.is_empty() || sorted.margined.is_empty() {
        return Requirement::ZERO;
    }
    let apart = || sorted.apart.iter().copied();
    let (own, all) =
        (of_model(terms, marks, apart()), of_model(terms, marks, sorted.margined.iter().copied().chain(apart())));
    let less = |asked: Cash, own: Cash, all: Cash| (asked + own - all).at_least_zero().min(asked);
    Requirement { im: less(asked.im, own.im, all.im), mm: less(asked.mm, own.mm, all.mm) }
}

/// What the model asks for one position alone.
pub fn of_one(terms: &Terms, marks: &Marks, position: Position) -> Requirement {
    of_model(terms, marks, std::iter::once(position))
}

/// What the model asks for these positions.
#[inline]
pub fn of_model(terms: &Terms, marks: &Marks, positions: impl Iterator<Item = Position>) -> Requirement {
    terms.margin.requirement(marks, positions)
}

/// How the slack above the lender's call level of an account that holds `lots` (of either sign, not zero) of
/// an instrument follows that instrument's price. Depends on the sign of the lots alone, and on nothing that
/// changes while the terms stand.
pub fn bound(terms: &Terms, facts: &Facts, instrument: InstrumentId, lots: Lots, zone: Zone) -> Bound {
    let collateral = terms.collateral.as_ref();
    let counted = collateral.and_then(|collateral| collateral.slope(instrument, lots, zone));
    if let Some(counted) = counted
        && collateral.is_some_and(|collateral| collateral.replaces_margin(instrument, lots))
    {
        return counted;
    }
    // How much of the collateral hedges a short follows the prices of both.
    if lots.is_negative()
        && terms.margin.offsets() != Offsets::Nothing
        && collateral.is_some_and(|collateral| collateral.replaces_any())
    {
        return Bound::MustScan;
    }
    let model = terms.margin.bound(terms.below, facts, instrument, lots, zone);
    let margined = terms.add_ons.as_ref().map_or(model, |add_ons| model.and(add_ons.slope(facts, zone)));
    match counted {
        // The model's bound has the position's worth in it whole.
        Some(counted) => margined.and(counted).and(Bound::exactly(-1)),
        None => margined,
    }
}

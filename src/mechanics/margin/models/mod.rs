//! Margin models: what a lender asks for a set of positions. One file a model.
//!
//! A model's file has its language (`File`, as a world states it), what is wrong with it (`check`), its numbers
//! and ids (`plan`), the [`Requirement`], the [`Bound`] for the watch, and the
//! [`Breakdown`] for a reader. Here are the two lists, [`MarginFile`] and [`MarginPlan`], and the `match` of each.
//!
//! What all models keep to:
//! - Equity holds all that is owned and owed at mark, a short's debt and an option's premium among them. A
//!   requirement is what must be there beyond that, and is never negative.
//! - It rounds once an account, up. What a model computes in floating point becomes money by that rounding.
//! - It reads nothing but the [`Marks`] and the positions: no clock, no account, no memory.

mod context;
mod exact;
mod exposure;
mod few;
mod held;
mod stand_in;
pub mod breakdown;
pub mod rate;
pub mod reg_t;
pub mod tiered;
pub mod scan;
pub mod span;
pub mod value_at_risk;
pub mod health;

pub use breakdown::{Adjustment, Breakdown, Line, Scan, Scenario, What, Why};
pub use context::{Checker, Context};
pub use held::Held;

use super::{Bound, Every, Facts, Marks, Position, Requirement, Zone};
use crate::margin::CallLevel;
use ground::units::{InstrumentId, Lots, Rate};
use language::named::Named;
use language::read::Read;
use std::sync::Arc;

/// A lender's margin model as a world states it. One line a model.
#[derive(Clone, Debug, PartialEq, Read)]
pub enum MarginFile {
    /// Initial and maintenance margin as rates of gross position value.
    Rate {
        im: f64,
        mm: f64,
        /// Rates for shorts. Left out: the same as for longs.
        #[read(default)]
        short: Option<rate::RatesFile>,
        /// Rates of single instruments in place of these. Left out: none.
        #[read(default)]
        per_instrument: Named<rate::OwnRatesFile>,
    },
    /// The margin of US securities accounts.
    RegT(reg_t::File),
    /// Brackets of notional value, as on crypto exchanges.
    Tiered(tiered::File),
    /// The worst loss over a range of prices.
    Scan(scan::File),
    /// Sixteen scenarios, as futures exchanges margin.
    Span(span::File),
    /// A loss that is seldom exceeded.
    ValueAtRisk(value_at_risk::File),
    /// Loan-to-value and liquidation threshold of a lending protocol.
    Health(health::File),
    /// No requirement: a custodian that lends nothing.
    Unmargined,
}

/// A margin model in whole numbers and ids. What is more than a few numbers is shared.
#[derive(Clone, Debug, PartialEq)]
pub enum MarginPlan {
    /// One pair of rates for everything: by far the most common, and the quickest.
    Rate {
        im: Rate,
        mm: Rate,
    },
    Rates(Arc<rate::Rates>),
    RegT(Arc<reg_t::Plan>),
    Tiered(Arc<tiered::Plan>),
    Scan(Arc<scan::Plan>),
    Span(Arc<span::Plan>),
    ValueAtRisk(Arc<value_at_risk::Plan>),
    Health(Arc<health::Plan>),
    Unmargined,
}

impl MarginFile {
    /// In whole numbers and ids. What `check` complains about becomes something harmless.
    pub fn plan(&self, context: &Context<'_>) -> MarginPlan {
        match self {
            Self::Rate { im, mm, short: None, per_instrument } if per_instrument.is_empty() => {
                MarginPlan::Rate { im: context::rate(*im), mm: context::rate(*mm) }
            }
            Self::Rate { im, mm, short, per_instrument } => {
                MarginPlan::Rates(Arc::new(rate::plan(rate::sides(*im, *mm, *short), per_instrument, context)))
            }
            Self::RegT(file) => MarginPlan::RegT(Arc::new(reg_t::plan(file, context))),
            Self::Tiered(file) => MarginPlan::Tiered(Arc::new(tiered::plan(file, context))),
            Self::Scan(file) => MarginPlan::Scan(Arc::new(scan::plan(file, context))),
            Self::Span(file) => MarginPlan::Span(Arc::new(span::plan(file, context))),
            Self::ValueAtRisk(file) => MarginPlan::ValueAtRisk(Arc::new(value_at_risk::plan(file, context))),
            Self::Health(file) => MarginPlan::Health(Arc::new(health::plan(file, context))),
            Self::Unmargined => MarginPlan::Unmargined,
        }
    }

    /// What is wrong with it, at the path where it stands.
    pub fn check(&self, mut checker: Checker<'_>) {
        checker.path = format!("{}.{}", checker.path, self.word());
        match self {
            Self::Rate { im, mm, short, per_instrument } => {
                let all = rate::OwnRatesFile { im: *im, mm: *mm, short: *short };
                rate::check(all, per_instrument, &mut checker);
            }
            Self::RegT(file) => reg_t::check(file, &mut checker),
            Self::Tiered(file) => tiered::check(file, &mut checker),
            Self::Scan(file) => scan::check(file, &mut checker),
            Self::Span(file) => span::check(file, &mut checker),
            Self::ValueAtRisk(file) => value_at_risk::check(file, &mut checker),
            Self::Health(file) => health::check(file, &mut checker),
            Self::Unmargined => {}
        }
    }

    /// What a call restores in the field that the model comes from. For securities maintenance: the broker sells "to
    /// increase the equity in your account up to or above the maintenance requirement" (Capital One Investing, "Margin
    /// maintenance call", of the rules of NYSE and FINRA). So too where being above maintenance, or a health of one, is all
    /// that is asked. For futures and what is cleared as they are, the initial level: a call is for what is "required
    /// to restore the customer's equity in the account to the initial margin level" (Traderpedia, "Maintenance margin").
    pub fn restores(&self) -> CallLevel {
        match self {
            Self::Rate { .. }
            | Self::RegT(_)
            | Self::Tiered(_)
            | Self::Scan(_)
            | Self::Health(_)
            | Self::Unmargined => CallLevel::Maintenance,
            Self::Span(_) | Self::ValueAtRisk(_) => CallLevel::Initial,
        }
    }

    /// Whether it asks for anything.
    pub fn lends(&self) -> bool {
        !matches!(self, Self::Unmargined)
    }

    /// As it is written in paths.
    fn word(&self) -> &'static str {
        match self {
            Self::Rate { .. } => "rate",
            Self::RegT(_) => "reg_t",
            Self::Tiered(_) => "tiered",
            Self::Scan(_) => "scan",
            Self::Span(_) => "span",
            Self::ValueAtRisk(_) => "value_at_risk",
            Self::Health(_) => "health",
            Self::Unmargined => "unmargined",
        }
    }
}

impl MarginPlan {
    /// Whether there is a requirement at all.
    pub fn lends(&self) -> bool {
        !matches!(self, Self::Unmargined)
    }

    /// How many rows of history it looks back on, and of what.
    pub fn looks_back(&self) -> Option<(Every, usize)> {
        match self {
            Self::ValueAtRisk(plan) => Some((plan.every, plan.window)),
            _ => None,
        }
    }

    /// What a lender asks for these positions at these marks.
    #[inline]
    pub fn requirement(&self, marks: &Marks, positions: impl Iterator<Item = Position>) -> Requirement {
        match self {
            &Self::Rate { im, mm } => rate::requirement(im, mm, positions),
            Self::Rates(rates) => rate::requirement_by_instrument(rates, positions),
            Self::RegT(plan) => reg_t::requirement(plan, marks, &Held::of(positions)),
            Self::Tiered(plan) => tiered::requirement(plan, positions),
            Self::Scan(plan) => scan::requirement(plan, marks, &Held::of(positions)),
            Self::Span(plan) => span::requirement(plan, marks, &Held::of(positions)),
            Self::ValueAtRisk(plan) => value_at_risk::requirement(plan, marks, &Held::of(positions)),
            Self::Health(plan) => health::requirement(plan, positions),
            Self::Unmargined => Requirement::ZERO,
        }
    }

    /// How slack above a level follows the price of one position of `lots` (of either sign, not zero).
    pub fn bound(&self, level: CallLevel, facts: &Facts, instrument: InstrumentId, lots: Lots, zone: Zone) -> Bound {
        match self {
            &Self::Rate { im, mm } => match level {
                CallLevel::Maintenance => rate::bound(mm, lots, zone),
                CallLevel::Initial => rate::bound(im, lots, zone),
            },
            Self::Rates(rates) => rate::bound_by_instrument(rates, level, instrument, lots, zone),
            Self::RegT(plan) => reg_t::bound(plan, level, facts, instrument, lots, zone),
            Self::Tiered(plan) => tiered::bound(plan, level, instrument, lots, zone),
            Self::Scan(plan) => scan::bound(plan, level, facts, lots, zone),
            Self::Span(plan) => span::bound(plan, level, facts, instrument, lots, zone),
            // Changes with each row that is added, whether prices move or not.
            Self::ValueAtRisk(_) => Bound::MustScan,
            Self::Health(plan) => health::bound(plan, level, instrument, lots, zone),
            Self::Unmargined => rate::bound(Rate::ZERO, lots, zone),
        }
    }

    /// Why the requirement is what it is. Adds up to it, to the unit.
    pub fn breakdown(&self, marks: &Marks, positions: impl Iterator<Item = Position>) -> Breakdown {
        let held = Held::of(positions);
        let total = self.requirement(marks, held.iter().copied());
        match self {
            &Self::Rate { im, mm } => rate::breakdown(&rate::everywhere(im, mm), &held, total),
            Self::Rates(rates) => rate::breakdown(rates, &held, total),
            Self::RegT(plan) => reg_t::breakdown(plan, marks, &held, total),
            Self::Tiered(plan) => tiered::breakdown(plan, &held, total),
            Self::Scan(plan) => scan::breakdown(plan, marks, &held, total),
            Self::Span(plan) => span::breakdown(plan, marks, &held, total),
            Self::ValueAtRisk(plan) => value_at_risk::breakdown(plan, marks, &held, total),
            Self::Health(plan) => health::breakdown(plan, &held, total),
            Self::Unmargined => Breakdown::adding_up(&held, total, |_| (Requirement::ZERO, Why::Nothing)),
        }
    }
}

/// The bound of a requirement that, per step and unit of what a step is worth, rises by no less than `lowest` and
/// no more than `highest` while the price is above zero, and by no more than `highest` either way elsewhere.
fn slope_between(lowest: Rate, highest: Rate, lots: Lots, zone: Zone) -> Bound {
    let (one, highest) = (Rate::ONE.billionths(), highest.billionths());
    let lowest = match zone {
        Zone::FromZero => lowest.billionths(),
        Zone::Anywhere => -highest,
    };
    let own = if lots.is_negative() { -one } else { one };
    Bound::Slope { low: Rate::from_billionths(own - highest), high: Rate::from_billionths(own - lowest) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ground::units::{Cash, Price, StepValue};

    /// To the cent.
    #[allow(clippy::float_arithmetic, reason = "amounts as a test states them")]
    pub fn dollars(amount: f64) -> Cash {
        Cash::minor((amount * 100.0).round() as i128)
    }

    /// Lots and mark in cents, each in an instrument of its own, a cent a step and lot.
    pub fn positions(held: &[(i64, i64)]) -> Vec<Position> {
        let position = |(index, &(lots, mark)): (usize, &(i64, i64))| {
            let value = Cash::minor(i128::from(lots) * i128::from(mark));
            let instrument = InstrumentId::from_index(index);
            Position { instrument, lots: Lots::new(lots), mark: Price::new(mark), value, worth: value }
        };
        held.iter().enumerate().map(position).collect()
    }

    /// The marks of those positions; a step is so much money.
    pub fn marks_of(held: &[(i64, i64)], step_size: f64) -> Marks {
        let facts = |index| Facts { step_size, ..Facts::unknown(InstrumentId::from_index(index)) };
        Marks::new(held.iter().map(|&(_, mark)| (StepValue::new(1), Price::new(mark))))
            .with_facts((0..held.len()).map(facts))
    }
}

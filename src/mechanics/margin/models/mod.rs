//! Margin models: what a lender asks for a set of positions. One file a model.
//!
//! A model's file has its language (`File`, as a world states it) and, as a [`Model`], what is wrong with it, its numbers
//! and ids, the [`Requirement`], the [`Bound`] for the watch, and the [`Breakdown`] for a reader. Here is their list, of
//! which [`MarginFile`] and [`MarginPlan`] are made. The simplest model, one rate for everything, is written out in it, and
//! so is having none.
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
mod months;
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
pub use context::{About, Checker, Context};
pub use exposure::{chain, exposed, root};
pub use few::Few;
pub use held::{Held, NOTHING};

use super::{Bound, Every, Facts, Marks, Position, Requirement, Zone};
use crate::margin::CallLevel;
use ground::units::{InstrumentId, Lots, Rate};
use language::findings::Findings;
use language::names::Names;
use language::read::Read;
use std::sync::Arc;

/// What a model lets gains of one position do for losses of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offsets {
    Nothing,
    /// What gains by a fall is offset with what loses by it.
    Opposites,
    /// Whatever its history says: two longs as well.
    Anything,
}

/// A margin model: the type is its language, and this is the rest of it.
pub trait Model: Read {
    /// The same in whole numbers and ids.
    type Plan;

    /// What is wrong with it, beyond the bounds of each number that stand beside their fields.
    fn check(&self, checker: &mut Checker<'_>);

    /// In whole numbers and ids. What `check` complains about becomes something harmless.
    fn plan(&self, context: &Context<'_>) -> Self::Plan;

    /// What a lender asks for these positions at these marks.
    fn requirement(plan: &Self::Plan, marks: &Marks, positions: impl Iterator<Item = Position>) -> Requirement;

    /// Why the requirement is what it is. Adds up to `total`, to the unit.
    fn breakdown(plan: &Self::Plan, marks: &Marks, held: &Held, total: Requirement) -> Breakdown;

    /// The same where these stand beside them as collateral: they need nothing here, and cover what they would cover were
    /// they asked about.
    fn requirement_beside(
        plan: &Self::Plan,
        marks: &Marks,
        positions: impl Iterator<Item = Position>,
        beside: &[Position],
    ) -> Requirement {
        let _ = beside;
        Self::requirement(plan, marks, positions)
    }

    /// See [`requirement_beside`](Self::requirement_beside).
    fn breakdown_beside(
        plan: &Self::Plan,
        marks: &Marks,
        held: &Held,
        beside: &[Position],
        total: Requirement,
    ) -> Breakdown {
        let _ = beside;
        Self::breakdown(plan, marks, held, total)
    }

    /// Of which positions gains count against losses of others.
    const OFFSETS: Offsets = Offsets::Nothing;

    /// What a position is offset in: positions of which this is the same are looked at together.
    fn offsets_in(plan: &Self::Plan, marks: &Marks, instrument: InstrumentId) -> InstrumentId {
        let _ = (plan, marks);
        instrument
    }

    /// How slack above a level follows the price of one position of `lots` (of either sign, not zero), if there are
    /// limits to that.
    fn bound(
        plan: &Self::Plan,
        level: CallLevel,
        facts: &Facts,
        instrument: InstrumentId,
        lots: Lots,
        zone: Zone,
    ) -> Bound {
        let _ = (plan, level, facts, instrument, lots, zone);
        Bound::MustScan
    }

    /// What a call restores in the field that the model comes from. For securities maintenance: the broker sells "to
    /// increase the equity in your account up to or above the maintenance requirement" (Capital One Investing, "Margin
    /// maintenance call", of the rules of NYSE and FINRA). So too where being above maintenance, or a health of one, is all
    /// that is asked. For futures and what is cleared as they are, the initial level: a call is for what is "required
    /// to restore the customer's equity in the account to the initial margin level" (Traderpedia, "Maintenance margin").
    const RESTORES: CallLevel = CallLevel::Maintenance;

    /// How many rows of history it looks back on, and of what.
    fn looks_back(plan: &Self::Plan) -> Option<(Every, usize)> {
        let _ = plan;
        None
    }
}

macro_rules! models {
    ($($name:ident($module:ident),)*) => {
        /// A lender's margin model as a world states it.
        #[derive(Clone, Debug, PartialEq, Read)]
        pub enum MarginFile {
            Rate(rate::File),
            $($name($module::File),)*
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
            $($name(Arc<<$module::File as Model>::Plan>),)*
            Unmargined,
        }

        impl MarginFile {
            /// In whole numbers and ids. What `check` complains about becomes something harmless.
            pub fn plan(&self, context: &Context<'_>) -> MarginPlan {
                match self {
                    Self::Rate(own) => own.simplest(context),
                    $(Self::$name(own) => MarginPlan::$name(Arc::new(own.plan(context))),)*
                    Self::Unmargined => MarginPlan::Unmargined,
                }
            }

            /// See [`Model::RESTORES`].
            pub fn restores(&self) -> CallLevel {
                match self {
                    Self::Rate(_) => rate::File::RESTORES,
                    $(Self::$name(_) => $module::File::RESTORES,)*
                    Self::Unmargined => CallLevel::Maintenance,
                }
            }

            /// What is wrong with it, at the path where it stands.
            pub fn check(&self, path: &str, instruments: &Names<'_>, findings: &mut Findings) {
                let checker = &mut Checker { path: format!("{path}.{}", self.word()), findings, instruments };
                match self {
                    Self::Rate(own) => own.check(checker),
                    $(Self::$name(own) => own.check(checker),)*
                    Self::Unmargined => {}
                }
            }
        }

        impl MarginPlan {
            /// See [`Model::looks_back`].
            pub fn looks_back(&self) -> Option<(Every, usize)> {
                match self {
                    $(Self::$name(plan) => $module::File::looks_back(plan),)*
                    Self::Rate { .. } | Self::Rates(_) | Self::Unmargined => None,
                }
            }

            /// See [`Model::requirement`].
            #[inline]
            pub fn requirement(&self, marks: &Marks, positions: impl Iterator<Item = Position>) -> Requirement {
                match self {
                    &Self::Rate { im, mm } => rate::requirement(im, mm, positions),
                    Self::Rates(rates) => rate::File::requirement(rates, marks, positions),
                    $(Self::$name(plan) => $module::File::requirement(plan, marks, positions),)*
                    Self::Unmargined => Requirement::ZERO,
                }
            }

            /// See [`Model::bound`].
            pub fn bound(
                &self,
                level: CallLevel,
                facts: &Facts,
                instrument: InstrumentId,
                lots: Lots,
                zone: Zone,
            ) -> Bound {
                match self {
                    &Self::Rate { im, mm } => match level {
                        CallLevel::Maintenance => rate::bound(mm, lots, zone),
                        CallLevel::Initial => rate::bound(im, lots, zone),
                    },
                    Self::Rates(rates) => rate::File::bound(rates, level, facts, instrument, lots, zone),
                    $(Self::$name(plan) => $module::File::bound(plan, level, facts, instrument, lots, zone),)*
                    Self::Unmargined => rate::bound(Rate::ZERO, lots, zone),
                }
            }

            /// See [`Model::requirement_beside`].
            #[inline]
            pub fn requirement_beside(
                &self,
                marks: &Marks,
                positions: impl Iterator<Item = Position>,
                beside: &[Position],
            ) -> Requirement {
                match self {
                    $(Self::$name(plan) => $module::File::requirement_beside(plan, marks, positions, beside),)*
                    Self::Rate { .. } | Self::Rates(_) | Self::Unmargined => self.requirement(marks, positions),
                }
            }

            /// See [`Model::OFFSETS`].
            pub fn offsets(&self) -> Offsets {
                match self {
                    $(Self::$name(_) => $module::File::OFFSETS,)*
                    Self::Rate { .. } | Self::Rates(_) | Self::Unmargined => Offsets::Nothing,
                }
            }

            /// See [`Model::offsets_in`].
            pub fn offsets_in(&self, marks: &Marks, instrument: InstrumentId) -> InstrumentId {
                match self {
                    $(Self::$name(plan) => $module::File::offsets_in(plan, marks, instrument),)*
                    Self::Rate { .. } | Self::Rates(_) | Self::Unmargined => instrument,
                }
            }

            /// Why the requirement is what it is. Adds up to it, to the unit.
            pub fn breakdown(&self, marks: &Marks, positions: impl Iterator<Item = Position>) -> Breakdown {
                self.breakdown_beside(marks, positions, &[])
            }

            /// The same with these beside them, see [`Model::requirement_beside`].
            pub fn breakdown_beside(
                &self,
                marks: &Marks,
                positions: impl Iterator<Item = Position>,
                beside: &[Position],
            ) -> Breakdown {
                let held = Held::of(positions);
                let total = self.requirement_beside(marks, held.iter().copied(), beside);
                match self {
                    &Self::Rate { im, mm } => {
                        rate::File::breakdown(&rate::everywhere(im, mm), marks, &held, total)
                    }
                    Self::Rates(rates) => rate::File::breakdown(rates, marks, &held, total),
                    $(Self::$name(plan) => $module::File::breakdown_beside(plan, marks, &held, beside, total),)*
                    Self::Unmargined => Breakdown::adding_up(&held, total, |_| (Requirement::ZERO, Why::Nothing)),
                }
            }
        }
    };
}

models! {
    RegT(reg_t),
    Tiered(tiered),
    Scan(scan),
    Span(span),
    ValueAtRisk(value_at_risk),
    Health(health),
}

impl MarginFile {
    /// Whether there is a requirement at all.
    pub fn lends(&self) -> bool {
        !matches!(self, Self::Unmargined)
    }
}

impl MarginPlan {
    /// Whether there is a requirement at all.
    pub fn lends(&self) -> bool {
        !matches!(self, Self::Unmargined)
    }

    /// Whether a larger position of either sign never asks less than a smaller, whatever stands beside it.
    pub fn follows_size(&self) -> bool {
        matches!(self, Self::Rate { .. } | Self::Tiered(_) | Self::Unmargined)
    }

    /// Whether one position may take from what another asks.
    pub fn hedges(&self) -> bool {
        self.offsets() != Offsets::Nothing || matches!(self, Self::RegT(_))
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

//! `Health`: a lending protocol's loan-to-value and liquidation threshold.
//!
//! The health factor is `Σ collateral × liquidation threshold / debt`; below one a loan may be liquidated. New
//! debt is only given up to `Σ collateral × loan-to-value`. Debt is what cash is below zero, and what was
//! borrowed in kind, which are the short positions; cash above zero counts in full.
//!
//! With equity `E = Σ collateral − debt`, `factor ≥ 1` is `E ≥ Σ collateral × (1 − threshold)`. So a protocol asks
//! for margin like any lender: IM `Σ collateral × (1 − loan-to-value)`, MM `Σ collateral × (1 − threshold)`,
//! nothing for what is owed. Collateral whose price is below zero is a debt, and a debt in it is collateral.
//!
//! Source: Aave v3, LiquidationLogic. How much a liquidator may repay (half, or all at a factor of 0.95 or less)
//! and what bonus it earns is the liquidation policy's affair, and so is the factor itself.
//!
//! Limits: the factor is of prices and amounts as they are; assets borrowed against each other at better terms
//! (e-mode) need a lender of their own.

use super::breakdown::{Breakdown, Why};
use super::context::{ByInstrument, Checker, Context, rate};
use super::exact::Exact;
use super::{Held, Model, slope_between};
use crate::margin::CallLevel;
use crate::margin::{Bound, Facts, Marks, Position, Requirement, Zone};
use ground::units::{InstrumentId, Lots, Rate};
use language::named::Named;
use language::read::Read;

/// Loan-to-value and liquidation threshold of a lending protocol.
#[derive(Clone, Debug, PartialEq, Read)]
pub struct File {
    /// By instrument, what it counts for as collateral. What is not named counts for nothing.
    pub collateral: Named<CountsFile>,
}

#[derive(Clone, Copy, Debug, PartialEq, Read)]
pub struct CountsFile {
    /// Share of its value that may be borrowed against it.
    #[read(within = 0.0..=1.0)]
    pub loan_to_value: f64,
    /// Share of its value that debt may reach before it is liquidated.
    #[read(within = 0.0..=1.0)]
    pub threshold: f64,
}

/// What collateral counts for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    pub loan_to_value: Rate,
    pub threshold: Rate,
}

pub type Plan = ByInstrument<Counts>;

impl Model for File {
    type Plan = Plan;

    fn check(&self, checker: &mut Checker<'_>) {
        for (name, own) in self.collateral.iter() {
            let field = format!("collateral.{name}");
            checker.instrument(&field, name);
            let sound = [own.loan_to_value, own.threshold].iter().all(|share| (0.0..=1.0).contains(share));
            if sound && own.loan_to_value > own.threshold {
                checker.add(
                    &format!("{field}.threshold"),
                    format!("the threshold {} is below the loan-to-value {}", own.threshold, own.loan_to_value),
                    "swap them: a loan must not be born liquidatable",
                );
            }
        }
    }

    fn plan(&self, context: &Context<'_>) -> Plan {
        let nothing = Counts { loan_to_value: Rate::ZERO, threshold: Rate::ZERO };
        let convert =
            |own: &CountsFile| Counts { loan_to_value: rate(own.loan_to_value), threshold: rate(own.threshold) };
        ByInstrument::new(&self.collateral, nothing, context, convert)
    }

    fn requirement(plan: &Plan, _marks: &Marks, positions: impl Iterator<Item = Position>) -> Requirement {
        let (mut im, mut mm) = (Exact::ZERO, Exact::ZERO);
        for position in positions.filter(|position| position.value.is_positive()) {
            let Counts { loan_to_value, threshold } = *plan.of(position.instrument);
            im += Exact::share(position.value, beyond(loan_to_value));
            mm += Exact::share(position.value, beyond(threshold));
        }
        Requirement { im: im.rounded_up(), mm: mm.rounded_up() }
    }

    fn breakdown(plan: &Plan, marks: &Marks, held: &Held, total: Requirement) -> Breakdown {
        Breakdown::adding_up(held, total, |position| {
            let Counts { loan_to_value, threshold } = *plan.of(position.instrument);
            let why = match position.value.is_negative() {
                true => Why::Debt,
                false => Why::Collateral { loan_to_value, threshold },
            };
            (Self::requirement(plan, marks, std::iter::once(*position)), why)
        })
    }

    /// As long as the price is above zero a long asks for its share and a short for nothing.
    fn bound(plan: &Plan, level: CallLevel, _facts: &Facts, instrument: InstrumentId, lots: Lots, zone: Zone) -> Bound {
        let own = plan.of(instrument);
        let asked = beyond(match level {
            CallLevel::Maintenance => own.threshold,
            CallLevel::Initial => own.loan_to_value,
        });
        match (zone, lots.is_negative()) {
            (Zone::FromZero, true) => slope_between(Rate::ZERO, Rate::ZERO, lots, zone),
            (Zone::FromZero, false) => slope_between(asked, asked, lots, zone),
            (Zone::Anywhere, _) => slope_between(Rate::ZERO, asked, lots, zone),
        }
    }
}

fn beyond(share: Rate) -> Rate {
    Rate::from_billionths(Rate::ONE.billionths() - share.billionths())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{dollars, positions};
    use super::*;

    /// Ether counts for 80.5 % and 83 %, nothing else for anything.
    fn ether() -> Plan {
        let own = Counts { loan_to_value: rate(0.805), threshold: rate(0.83) };
        ByInstrument::from_parts(
            vec![(InstrumentId::new(0), own)],
            Counts { loan_to_value: Rate::ZERO, threshold: Rate::ZERO },
        )
    }

    #[test]
    fn equity_at_the_maintenance_margin_is_a_factor_of_one() {
        // 10 ether at $2,000.00 against a debt of $16,600.00: 83 % of $20,000 over the debt is one.
        let held = positions(&[(10, 200_000)]);
        let stands = File::requirement(&ether(), &Marks::new([]), held.iter().copied());
        assert_eq!(stands, Requirement { im: dollars(3_900.0), mm: dollars(3_400.0) });
        assert_eq!(dollars(20_000.0) - dollars(16_600.0), stands.mm);
    }

    #[test]
    fn what_was_borrowed_in_kind_needs_nothing_and_what_counts_for_nothing_all_of_it() {
        let held = positions(&[(10, 200_000), (-5, 100_000)]);
        assert_eq!(File::requirement(&ether(), &Marks::new([]), held.into_iter()).mm, dollars(3_400.0));
        let useless = positions(&[(0, 1), (5, 100_000)]);
        assert_eq!(File::requirement(&ether(), &Marks::new([]), useless.iter().copied()).mm, dollars(5_000.0));
    }
}

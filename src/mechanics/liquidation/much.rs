//! How much of a breached account is sold.
//!
//! Whatever the lender's model: the account is taken apart in thought, in the order in which it would be closed, at
//! the marks, until it has what is to be restored; the least that does is found by bisection over how much of
//! each tranche goes. The requirement of what is left is the model's own, so hedges, brackets and scans count for
//! what they are. Parts are whole lots, rounded up, so that they suffice. Slippage is not foreseen: an account that
//! what was sold did not restore is looked at again.
//!
//! A close factor sells a share of what the account holds by value. Its health is what lending protocols call the
//! health factor: what the debt may be over what it is, `(gross − requirement) ÷ (gross − counted equity)`, which is
//! below one exactly when equity is below the requirement.

use super::{Candidate, HowMuch, WhatFirst};
use crate::ledger::{Alone, Ledger};
use crate::margin::CallLevel;
use crate::margin::{Marks, Position, Standing, Terms, positions, standing};
use ground::units::{AccountId, Cash, Lots};

/// The account in question.
#[derive(Clone, Copy, Debug)]
pub struct Sizing<'a> {
    pub ledger: &'a Ledger,
    pub marks: &'a Marks,
    pub terms: &'a Terms,
    pub account: AccountId,
}

impl Sizing<'_> {
    /// Lots of each of the account's positions that must go, without sign, in the order of its slots. `candidates`
    /// are the account's, as [`candidates`](super::candidates()) gives them.
    pub fn lots(self, much: HowMuch, first: WhatFirst, candidates: &[Candidate]) -> Vec<Lots> {
        let held: Vec<Position> = positions(self.ledger, self.marks, self.account).collect();
        let all: Vec<Lots> = held.iter().map(|position| position.lots).collect();
        let whole = || all.iter().map(|lots| lots.abs()).collect::<Vec<_>>();
        let tranches = || first.tranches(candidates, &all);
        match much {
            HowMuch::All => whole(),
            HowMuch::RestoreInitial => self.restore(CallLevel::Initial, &held, &tranches()),
            HowMuch::RestoreMaintenance => self.restore(CallLevel::Maintenance, &held, &tranches()),
            HowMuch::CloseFactor { full_below, .. } if self.health(&held) <= full_below.unwrap_or(0.0) => whole(),
            HowMuch::CloseFactor { share, .. } => {
                let value = |closed: &[Lots]| -> Cash {
                    held.iter().zip(closed).map(|(it, lots)| self.marks.value(it.instrument, *lots).abs()).sum()
                };
                let gross = value(&whole()).to_minor();
                let goal = (gross as f64 * share).ceil() as i128;
                least(&tranches(), all.len(), |closed| value(closed).to_minor() >= goal.min(gross))
            }
        }
    }

    fn restore(self, level: CallLevel, held: &[Position], tranches: &[Vec<(usize, Lots)>]) -> Vec<Lots> {
        let mut alone = Alone::new(self.ledger, self.account);
        least(tranches, held.len(), |closed| {
            for (place, (position, closed)) in held.iter().zip(closed).enumerate() {
                alone.close(place, *closed, self.marks.step_value(position.instrument), position.mark);
            }
            !standing(alone.ledger(), self.marks, self.terms, Alone::ACCOUNT).slack(level).is_negative()
        })
    }

    /// Below one when the account is below its lender's level. Infinite for who owes nothing.
    pub fn health(self, held: &[Position]) -> f64 {
        let stands = standing(self.ledger, self.marks, self.terms, self.account);
        let gross: Cash = held.iter().map(|position| position.value.abs()).sum();
        health(gross, &stands, self.terms.below)
    }
}

/// The health factor of an account with this gross value.
pub fn health(gross: Cash, stands: &Standing, level: CallLevel) -> f64 {
    let debt = (gross - stands.counted).to_minor();
    if debt <= 0 { f64::INFINITY } else { 1.0 + stands.slack(level).to_minor() as f64 / debt as f64 }
}

/// The least to close that is enough: tranches whole, one after the other, and of the last one the same share
/// of all that is in it. All of it when that is not enough either.
fn least(tranches: &[Vec<(usize, Lots)>], places: usize, mut is_enough: impl FnMut(&[Lots]) -> bool) -> Vec<Lots> {
    let mut closed = vec![Lots::ZERO; places];
    if is_enough(&closed) {
        return closed;
    }
    for tranche in tranches {
        let before = closed.clone();
        // As many parts as the largest position has lots.
        let parts = tranche.iter().map(|(_, lots)| lots.get()).max().unwrap_or(0);
        let close = |part: i64, closed: &mut [Lots]| {
            for &(place, lots) in tranche {
                let gone = (i128::from(lots.get()) * i128::from(part) + i128::from(parts - 1)) / i128::from(parts);
                closed[place] = before[place] + Lots::new(gone as i64);
            }
        };
        close(parts, &mut closed);
        if !is_enough(&closed) {
            continue;
        }
        let (mut short, mut enough) = (0, parts);
        while enough - short > 1 {
            let middle = short + (enough - short) / 2;
            close(middle, &mut closed);
            if is_enough(&closed) { enough = middle } else { short = middle }
        }
        close(enough, &mut closed);
        return closed;
    }
    closed
}

#[cfg(test)]
mod tests;

//! How much of a breached account is sold.
//!
//! Whatever the lender's model: the account is taken apart in thought, in the order in which it would be closed, at
//! the marks, until it has what is to be restored; the least that does is found by bisection over how much of
//! each tranche goes, of a hedge no more than leaves it better off. The requirement of what is left is the model's own, so hedges, brackets and scans count for
//! what they are. Parts are whole lots, rounded up, so that they suffice. Slippage is not foreseen: an account that
//! what was sold did not restore is looked at again.
//!
//! A close factor is a share of the *debt*: so much of it is repaid, and for it collateral is sold with the bonus of
//! those who repay (Aave, "Liquidations": at most `debt × close factor`, for `× (1 + bonus)` of collateral; the bonus
//! on ether is five in a hundred). What was borrowed in kind is bought back by the same share. Its health is what
//! lending protocols call the health factor: what the debt may be over what it is. Debt is all that is owed, in cash and in
//! kind, and which of the two makes no difference to health or to what is sold. Very sick and very small debts
//! are repaid in full, which is still a share of the debt: what is owned beyond it and the bonus stays the owner's (Aave v3,
//! `LiquidationLogic`: a close factor of one at a health of 0.95 and below; v3.3: of less than 2,000, and no less than
//! 1,000 may be left).

use super::peak::peak;
use super::{Candidate, HowMuch, Small, WhatFirst};
use crate::ledger::{Alone, Ledger};
use crate::margin::CallLevel;
use crate::margin::{Marks, Position, Standing, Terms, positions, requirement, standing};
use ground::units::{AccountId, Cash, Lots, Rate};

/// The account in question.
#[derive(Clone, Copy, Debug)]
pub struct Sizing<'a> {
    pub ledger: &'a Ledger,
    pub marks: &'a Marks,
    pub terms: &'a Terms,
    pub account: AccountId,
    /// Of a close factor: what debts are repaid in full, whatever the share.
    pub small: Small,
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
            HowMuch::RestoreInitial | HowMuch::RestoreMaintenance => {
                let level = much.restores().expect("these restore a level");
                self.restore(level, &held, &tranches())
            }
            HowMuch::CloseFactor { share, bonus, full_below, .. } => {
                let stands = standing(self.ledger, self.marks, self.terms, self.account);
                let debt = Debt::of(&held, stands.equity);
                let sick = self.health(&held, debt, &stands) <= full_below.unwrap_or(0.0);
                let share = if sick || debt.is_small(share, bonus, self.small) { 1.0 } else { share };
                let goal = debt.goal(share, bonus);
                // What is sold and what is bought back, each as much as it must be.
                let sides = [false, true].map(|short| {
                    let tranches: Vec<Vec<(usize, Lots)>> = tranches()
                        .into_iter()
                        .map(|all| all.into_iter().filter(|(at, _)| held[*at].lots.is_negative() == short).collect())
                        .collect();
                    let value =
                        |(position, lots): (&Position, &Lots)| self.marks.value(position.instrument, *lots).abs();
                    least(&tranches, all.len(), |closed| {
                        held.iter().zip(closed).map(value).sum::<Cash>() - goal[usize::from(short)]
                    })
                });
                sides[0].iter().zip(&sides[1]).map(|(sold, bought)| *sold + *bought).collect()
            }
        }
    }

    /// The health factor: what is owned, as far as the lender lends on it, over what is owed (Aave v3:
    /// `Σ collateral × liquidation threshold / debt`). Infinite for who owes nothing. Some models ask for margin on what is
    /// owed in kind as well; that is no part of it, so that a debt in coins is as healthy as the same debt in cash.
    fn health(self, held: &[Position], debt: Debt, stands: &Standing) -> f64 {
        let owed = debt.all();
        if !owed.is_positive() {
            return f64::INFINITY;
        }
        let of = |positions: &mut dyn Iterator<Item = Position>| {
            let positions: Vec<Position> = positions.collect();
            requirement(self.terms, self.marks, positions.into_iter()).at(self.terms.below)
        };
        let all = of(&mut held.iter().copied());
        let owned = of(&mut held.iter().copied().filter(|position| !position.lots.is_negative()));
        let slack = stands.slack(self.terms.below) + (all - owned).at_least_zero();
        1.0 + slack.to_minor() as f64 / owed.to_minor() as f64
    }

    fn restore(self, level: CallLevel, held: &[Position], tranches: &[Vec<(usize, Lots)>]) -> Vec<Lots> {
        let mut alone = Alone::new(self.ledger, self.account);
        least(tranches, held.len(), |closed| {
            for (place, (position, closed)) in held.iter().zip(closed).enumerate() {
                alone.close(place, *closed, self.marks.step_value(position.instrument), position.mark);
            }
            standing(alone.ledger(), self.marks, self.terms, Alone::ACCOUNT).slack(level)
        })
    }
}

/// What an account owes, and what it owns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Debt {
    owned: Cash,
    in_cash: Cash,
    in_kind: Cash,
}

impl Debt {
    fn of(held: &[Position], equity: Cash) -> Self {
        let (shorts, longs): (Vec<&Position>, Vec<&Position>) =
            held.iter().partition(|position| position.lots.is_negative());
        let value = |of: &[&Position]| -> Cash { of.iter().map(|position| position.value.abs()).sum() };
        let (owned, in_kind) = (value(&longs), value(&shorts));
        Self { owned, in_kind, in_cash: (owned - in_kind - equity).at_least_zero() }
    }

    fn all(self) -> Cash {
        self.in_cash + self.in_kind
    }

    /// Whether it, or what is owned, is less than is repaid in part, or would be once this share is repaid.
    fn is_small(self, share: f64, bonus: f64, small: Small) -> bool {
        let too_little = |of: Cash, least: Cash| of.is_positive() && of < least;
        let [sold, _] = self.goal(share, bonus);
        let repaid = Cash::minor((self.all().to_minor() as f64 * share).ceil() as i128);
        [self.all(), self.owned].into_iter().any(|of| too_little(of, small.whole_below))
            || too_little(self.all() - repaid, small.least_left)
            || too_little(self.owned - sold, small.least_left)
    }

    /// Value to be sold, and to be bought back, so that this share of the debt is repaid; no more than there is.
    fn goal(self, share: f64, bonus: f64) -> [Cash; 2] {
        let part = |of: Cash| Cash::minor((of.to_minor() as f64 * share).ceil() as i128).min(of);
        let repaid = part(self.all());
        let sold = repaid + Rate::from_f64(bonus).unwrap_or_default().of_rounded_up(repaid);
        [sold.min(self.owned), part(self.in_kind)]
    }
}

/// The least to close that leaves nothing missing: tranches whole, one after the other, and of the last one the same share of all
/// that is in it. `slack` is what there is beyond what is demanded, which each lot more makes larger; but of what hedges
/// something else only up to where nothing is left to hedge, and no more of a tranche goes than that. If all tranches so
/// taken are not enough, as where two legs are worth least apart, the same share of all that is left goes with them.
fn least(tranches: &[Vec<(usize, Lots)>], places: usize, mut slack: impl FnMut(&[Lots]) -> Cash) -> Vec<Lots> {
    let mut closed = vec![Lots::ZERO; places];
    if !slack(&closed).is_negative() {
        return closed;
    }
    for tranche in tranches {
        if Tranche::new(tranche, &closed).close(&mut closed, &mut slack) {
            return closed;
        }
    }
    let mut left = vec![Lots::ZERO; places];
    tranches.iter().flatten().for_each(|&(place, lots)| left[place] += lots);
    let left = left.into_iter().zip(&closed).map(|(all, closed)| all - *closed).enumerate();
    let left: Vec<(usize, Lots)> = left.filter(|(_, lots)| lots.is_positive()).collect();
    let last = Tranche::new(&left, &closed);
    if !left.is_empty() && !last.close(&mut closed, &mut slack) {
        // Nothing is enough.
        last.part(last.parts, &mut closed);
    }
    closed
}

/// What is closed together, the same share of each, on top of what is closed already.
struct Tranche<'a> {
    of: &'a [(usize, Lots)],
    before: Vec<Lots>,
    /// As many as the largest position has lots.
    parts: i64,
}

impl<'a> Tranche<'a> {
    fn new(of: &'a [(usize, Lots)], before: &[Lots]) -> Self {
        Self { of, before: before.to_vec(), parts: of.iter().map(|(_, lots)| lots.get()).max().unwrap_or(0) }
    }

    /// Closes the least that is enough, or if none is as much as makes the slack larger; whether it was enough.
    fn close(&self, closed: &mut [Lots], slack: &mut impl FnMut(&[Lots]) -> Cash) -> bool {
        let mut slack_at = |part: i64, closed: &mut [Lots]| {
            self.part(part, closed);
            slack(closed)
        };
        let all = slack_at(self.parts, closed);
        let (mut enough, mut most) = (self.parts, all);
        if all.is_negative() && self.parts > 0 {
            (enough, most) = peak(self.parts, all, |part| slack_at(part, closed));
        }
        if most.is_negative() {
            self.part(enough, closed);
            return false;
        }
        let mut short = 0;
        while enough - short > 1 {
            let middle = short + (enough - short) / 2;
            if slack_at(middle, closed).is_negative() { short = middle } else { enough = middle }
        }
        self.part(enough, closed);
        true
    }

    fn part(&self, part: i64, closed: &mut [Lots]) {
        for &(place, lots) in self.of {
            let gone =
                (i128::from(lots.get()) * i128::from(part) + i128::from(self.parts - 1)) / i128::from(self.parts);
            closed[place] = self.before[place] + Lots::new(gone as i64);
        }
    }
}

#[cfg(test)]
mod tests;

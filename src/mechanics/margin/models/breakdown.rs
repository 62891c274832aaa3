//! Why a requirement is what it is: position by position, and what the positions do to each other.
//!
//! For a reader's eyes (`firesale explain`). No decision rests on it, and it is made only when asked for; it
//! comes out of the same functions as the requirement, so that it cannot tell another story. What the lines and the
//! adjustments state adds up to the total, to the unit.

use crate::margin::{Position, Requirement};
use ground::units::{Cash, InstrumentId, Lots, Price, Rate};

#[derive(Clone, Debug, PartialEq)]
pub struct Breakdown {
    /// One a position that is not empty, in the order of the account's slots.
    pub lines: Vec<Line>,
    /// What stands to no one position: charges, credits, minimums, the last rounding.
    pub adjustments: Vec<Adjustment>,
    /// What was looked at together, and what was worst for it. Empty for models that add up position by position.
    pub scans: Vec<Scan>,
    pub total: Requirement,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    pub instrument: InstrumentId,
    pub lots: Lots,
    pub mark: Price,
    pub value: Cash,
    /// What it would need if the account held nothing else.
    pub alone: Requirement,
    /// What of the total falls to it; below zero for a position that hedges others.
    pub part: Requirement,
    pub why: Why,
}

/// The rule that gave a line its requirement.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Why {
    /// Nothing is asked for.
    Nothing,
    /// Rates of its value.
    Rates { im: Rate, mm: Rate },
    /// An amount a unit, in major units of money, which is more than the rate asks for.
    FloorPerUnit(f64),
    /// Its whole value counts for nothing.
    NoLoanValue,
    /// A short option: a rate of the underlying less what it is out of the money.
    ShortOption,
    /// A short option at the least that is asked for one.
    ShortOptionMinimum,
    /// So many of its lots are short options that a position in the underlying covers, that stand in a spread with long
    /// ones, and that stand in a straddle with short ones of the other right, which need more.
    Covered { stock: Lots, spread: Lots, straddle: Lots },
    /// So many of its lots are stock that a long option protects.
    Protected(Lots),
    /// The bracket its value falls into, counted from zero, the rate, what is deducted, and the leverage that IM
    /// rests on.
    Bracket { index: usize, rate: Rate, deduction: Cash, leverage: Rate },
    /// Counts as collateral up to these shares of its value.
    Collateral { loan_to_value: Rate, threshold: Rate },
    /// Is owed.
    Debt,
    /// Its loss in the worst case of this scan, counted from zero.
    Scanned(usize),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adjustment {
    pub what: What,
    pub amount: Requirement,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Gains of one member of a group that do not count against the losses of another.
    OffsetRefused {
        scan: usize,
    },
    /// Positions that offset each other within one commodity.
    SpreadCharge {
        scan: usize,
    },
    /// Two commodities that offset each other.
    Credit(InstrumentId, InstrumentId),
    /// Spreads can lose less together than one by one.
    LimitedLoss,
    /// The least that is asked for options.
    OptionMinimum {
        scan: usize,
    },
    /// Beyond the value at risk: the mean of what is worse, or what an estimate adds to the worst case shown.
    Tail,
    Rounding,
}

/// Positions that were looked at together.
#[derive(Clone, Debug, PartialEq)]
pub struct Scan {
    /// What they are on: underlyings, in order.
    pub over: Vec<InstrumentId>,
    /// What they would lose in the worst case; never below zero.
    pub loss: Cash,
    /// `None` when no case loses anything.
    pub worst: Option<Scenario>,
}

/// What is supposed to happen in the worst case.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scenario {
    /// All prices move by this point of the scan, counted from the lowest, so many to each side.
    Point { number: usize },
    /// One of the sixteen of SPAN, as they are numbered there, from 1: the price moves by this multiple of its
    /// range, the volatility by this multiple of its own, and this share of the loss counts.
    Sixteen { number: usize, price: f64, volatility: f64, cover: f64 },
    /// The joint returns of this row, counted back from the latest; `stand_in` when it was made up from ordinary
    /// volatility because there was no history yet.
    Row { back: usize, stand_in: bool },
    /// A loss of so many standard deviations, this being one of them in money.
    Deviations { number: f64, one: Cash },
}

impl Breakdown {
    pub const EMPTY: Self = Self { lines: vec![], adjustments: vec![], scans: vec![], total: Requirement::ZERO };

    /// For models that add up position by position: what each needs alone is its part, and the last adjustment is
    /// what is rounded only once for all.
    pub fn adding_up(
        positions: &[Position],
        total: Requirement,
        mut alone: impl FnMut(&Position) -> (Requirement, Why),
    ) -> Self {
        let line = |position: &Position| {
            let (requirement, why) = alone(position);
            Line::new(position, requirement, requirement, why)
        };
        Self { lines: positions.iter().map(line).collect(), total, ..Self::EMPTY }.rounded()
    }

    /// Adds what is missing between lines, adjustments and total as rounding.
    #[must_use]
    pub fn rounded(mut self) -> Self {
        let stated = self.stated();
        let amount = Requirement { im: self.total.im - stated.im, mm: self.total.mm - stated.mm };
        if amount != Requirement::ZERO {
            self.adjustments.push(Adjustment { what: What::Rounding, amount });
        }
        self
    }

    /// What lines and adjustments add up to.
    pub fn stated(&self) -> Requirement {
        let parts = || self.lines.iter().map(|line| line.part).chain(self.adjustments.iter().map(|item| item.amount));
        Requirement { im: parts().map(|part| part.im).sum(), mm: parts().map(|part| part.mm).sum() }
    }
}

impl Line {
    pub fn new(position: &Position, alone: Requirement, part: Requirement, why: Why) -> Self {
        let Position { instrument, lots, mark, value, .. } = *position;
        Self { instrument, lots, mark, value, alone, part, why }
    }
}

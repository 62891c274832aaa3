//! How far prices may go before an account needs another look.
//!
//! The account's slack is its budget, and each position may use up a share of it. The shares are cut so
//! that all prices may move by the same ratio: the budget over the sum of what the positions would cost
//! if each price moved by all of itself. Everything rounds towards a shorter reach.
//!
//! An account below its level is the mirror image: its budget is what it lacks, and what counts is how
//! fast prices can win that back.

use super::super::{Bound, Facts, Marks, Terms, Zone, bound};
use super::ladder::Way;
use ground::units::{Cash, InstrumentId, Lots, Price, Rate, StepValue};

/// Close to zero, ratios mean little: when shares are cut, a price is taken to be at least so many steps.
const NEAR_ZERO_STEPS: u64 = 100;

/// Ratios and weights count in so many bits after the point.
const RATIO_BITS: u32 = 31;
const WEIGHT_BITS: u32 = 30;

/// Where one position's price makes the account due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Triggers {
    Never,
    One(Way, Price),
    Both { down: Price, up: Price },
}

/// How fast the budget can go, in billionths of what a step is worth on the lots, as the price falls or rises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Cost {
    down: u64,
    up: u64,
}

/// The costs of a long or of a short, for accounts on one side of their level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Costs {
    from_zero: Cost,
    anywhere: Cost,
    /// The only way the price can go that ever costs anything, if it is one.
    one_way: Option<Way>,
}

/// One lender's costs for one instrument: for accounts at or above their level and for those below, for longs and
/// for shorts.
type Table = [[Costs; 2]; 2];

/// One lender's costs by instrument; one table for all of them where they do not differ.
#[derive(Clone, Debug)]
pub struct CostTable {
    /// `None` where the terms give no bound.
    tables: Vec<Option<Table>>,
    /// 1 when there is a table for each instrument, 0 when there is one.
    stride: usize,
}

impl CostTable {
    pub fn new(terms: &Terms, marks: &Marks) -> Self {
        let of = |instrument| {
            let facts = marks.facts(instrument);
            let side = |is_below, lots| Costs::new(terms, facts, instrument, is_below, Lots::new(lots));
            let sides = |is_below| Some([side(is_below, 1)?, side(is_below, -1)?]);
            Some([sides(false)?, sides(true)?])
        };
        let mut tables: Vec<_> = (0..marks.len()).map(|index| of(InstrumentId::from_index(index))).collect();
        let alike = tables.windows(2).all(|pair| pair[0] == pair[1]);
        if alike {
            tables.truncate(1);
        }
        Self { tables, stride: usize::from(!alike) }
    }

    /// `None` when what is held can change without any price moving, or no one knows how fast.
    pub fn of(&self, instrument: InstrumentId, slack: Cash, lots: Lots) -> Option<&Costs> {
        let table = self.tables[instrument.index() * self.stride].as_ref()?;
        Some(&table[usize::from(slack.is_negative())][usize::from(lots.is_negative())])
    }
}

impl Costs {
    fn new(terms: &Terms, facts: &Facts, instrument: InstrumentId, is_below: bool, lots: Lots) -> Option<Self> {
        let cost = |zone| {
            let bound = bound(terms, facts, instrument, lots, zone);
            let Bound::Slope { low, high } = bound else { return None };
            let with_price = high.billionths().max(0).unsigned_abs();
            let against_price = low.billionths().min(0).unsigned_abs();
            Some(match is_below {
                false => Cost { down: with_price, up: against_price },
                true => Cost { down: against_price, up: with_price },
            })
        };
        let (from_zero, anywhere) = (cost(Zone::FromZero)?, cost(Zone::Anywhere)?);
        let one_way = match (from_zero, anywhere) {
            (Cost { down: 1.., up: 0 }, Cost { up: 0, .. }) => Some(Way::Down),
            (Cost { down: 0, up: 1.. }, Cost { down: 0, .. }) => Some(Way::Up),
            _ => None,
        };
        Some(Self { from_zero, anywhere, one_way })
    }

    /// What holds at this price: as far down as zero if it is above, everywhere if it is not.
    fn at(&self, mark: Price) -> Cost {
        if mark.steps() > 0 { self.from_zero } else { self.anywhere }
    }

    /// What the position costs if its price moves by all of itself: in 2^30 billionths of a unit, rounded up,
    /// and at the top of the type when it does not fit.
    pub fn weight(&self, lots: Lots, step_value: StepValue, mark: Price) -> u128 {
        let cost = self.at(mark);
        let exposure = u128::from(lots.get().unsigned_abs()) * u128::from(step_value.get().unsigned_abs());
        let value = exposure.saturating_mul(u128::from(size(mark)));
        scaled(value, cost.down.max(cost.up)).saturating_add(1)
    }

    /// Where a price now at `mark` makes the account due. Nothing is promised beyond zero before the price is
    /// there.
    pub fn triggers(&self, mark: Price, ratio: Ratio) -> Triggers {
        let furthest = 2 * Price::FURTHEST.steps();
        let reach = ratio.of(size(mark)).min(furthest.unsigned_abs()) as i64;
        let positive = mark.steps() > 0;
        match self.one_way {
            Some(Way::Up) => one(Way::Up, mark + (reach + 1)),
            Some(Way::Down) if !positive || reach < mark.steps() => one(Way::Down, mark - (reach + 1)),
            _ => {
                let cost = self.at(mark);
                let to_zero = if positive { mark.steps() } else { furthest };
                let down = if cost.down == 0 { to_zero } else { reach.min(to_zero) };
                let up = if cost.up == 0 { furthest } else { reach };
                let down = if self.anywhere.down == 0 { furthest } else { down };
                both(mark - (down + 1), mark + (up + 1))
            }
        }
    }
}

fn one(way: Way, trigger: Price) -> Triggers {
    if trigger.is_in_range() { Triggers::One(way, trigger) } else { Triggers::Never }
}

fn both(down: Price, up: Price) -> Triggers {
    match (down.is_in_range(), up.is_in_range()) {
        (true, true) => Triggers::Both { down, up },
        (true, false) => Triggers::One(Way::Down, down),
        (false, _) => one(Way::Up, up),
    }
}

/// The ratio by which every price may move, in 2^-31, rounded down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ratio(u64);

impl Ratio {
    /// From the slack and the sum of the weights. So many units of the budget are kept back for what was rounded.
    pub fn new(slack: Cash, weight: u128, kept_back: u64) -> Self {
        if weight == u128::MAX {
            return Self(0);
        }
        let budget = slack.to_minor().unsigned_abs().saturating_sub(u128::from(kept_back));
        let budget = scaled(budget, Rate::ONE.billionths().unsigned_abs());
        // Brought down to 32 bits, so that the division is one of 64.
        let shift = (128 - weight.leading_zeros()).saturating_sub(u64::BITS / 2);
        let weight = (weight >> shift) as u64 + 1;
        let budget = u64::try_from(budget >> shift).unwrap_or(u64::MAX);
        let room = budget.leading_zeros().min(RATIO_BITS);
        Self(((budget << room) / weight).saturating_mul(1 << (RATIO_BITS - room)))
    }

    fn of(self, steps: u64) -> u64 {
        u64::try_from((u128::from(self.0) * u128::from(steps)) >> RATIO_BITS).unwrap_or(u64::MAX)
    }
}

fn size(mark: Price) -> u64 {
    mark.steps().unsigned_abs().max(NEAR_ZERO_STEPS)
}

/// `amount × by`, in 2^30 of its unit, rounded down, or the top of the type when it does not fit.
fn scaled(amount: u128, by: u64) -> u128 {
    if let Ok(amount) = u64::try_from(amount) {
        return (u128::from(amount) * u128::from(by)) >> WEIGHT_BITS;
    }
    let low = amount & ((1 << WEIGHT_BITS) - 1);
    (amount >> WEIGHT_BITS).saturating_mul(u128::from(by)).saturating_add((low * u128::from(by)) >> WEIGHT_BITS)
}

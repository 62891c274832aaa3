//! What open positions cost: the average entry, by which winners are ranked.
//!
//! Kept apart from the ledger, which settles by its own figures: this one decides who is deleveraged first
//! and nothing else. A position grows at the price of the fill and shrinks at its average; one that turns
//! begins anew.

use crate::ledger::Slot;
use ground::columns::Wide;
use ground::units::{Lots, Price};

/// By slot: the cost of what is held, in steps times lots, with the sign of the position. Empty where no lender
/// deleverages, and then it records nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entries {
    cost: Wide,
}

impl Entries {
    pub fn new(cost: Wide) -> Self {
        Self { cost }
    }

    pub fn is_kept(&self) -> bool {
        !self.cost.is_empty()
    }

    /// In steps times lots.
    pub fn cost(&self, slot: Slot) -> i128 {
        if self.is_kept() { self.cost.get(slot.index()) } else { 0 }
    }

    /// A position that stood at `before` changed by so many lots at a price.
    pub fn note(&mut self, slot: Slot, before: Lots, change: Lots, price: Price) {
        if !self.is_kept() {
            return;
        }
        let cost = self.cost.get(slot.index());
        let (held, change) = (i128::from(before.get()), i128::from(change.get()));
        let after = held + change;
        let at_price = |lots: i128| lots * i128::from(price.steps());
        let cost = if held == 0 || held.signum() == change.signum() {
            cost + at_price(change)
        } else if after == 0 || after.signum() != held.signum() {
            at_price(after)
        } else {
            // What is left keeps its average, rounded towards zero.
            cost.checked_mul(after).map_or(cost / held * after, |product| product / held)
        };
        self.cost.set(slot.index(), cost);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_grow_at_the_price_shrink_at_the_average_and_turn_anew() {
        let slot = Slot::from_index(0);
        let mut entries = Entries::new(Wide::zeros(1));
        let mut held = 0;
        let mut trade = |lots: i64, price: i64| {
            entries.note(slot, Lots::new(held), Lots::new(lots), Price::new(price));
            held += lots;
            entries.cost(slot)
        };
        assert_eq!(trade(10, 100), 1_000);
        assert_eq!(trade(10, 140), 2_400);
        assert_eq!(trade(-5, 999), 1_800);
        assert_eq!(trade(-20, 110), -550);
        assert_eq!(trade(5, 7), 0);
    }

    #[test]
    fn where_nobody_deleverages_nothing_is_kept() {
        let mut entries = Entries::default();
        entries.note(Slot::from_index(3), Lots::ZERO, Lots::new(1), Price::new(5));
        assert_eq!((entries.is_kept(), entries.cost(Slot::from_index(3))), (false, 0));
    }
}

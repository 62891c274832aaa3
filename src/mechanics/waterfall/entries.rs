//! What open positions cost: the average entry, by which winners are ranked, losers are sold and paper profits are counted.
//!
//! Kept apart from the ledger, which settles by its own figures. A position grows at the price of the fill and shrinks at its average; one that turns
//! begins anew.

use crate::ledger::Slot;
use ground::columns::Wide;
use ground::units::{Lots, Price};

/// By slot: the cost of what is held, in steps times lots, with the sign of the position. Empty where nobody asks, and
/// then it records nothing.
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
        let cost = if held == 0 {
            at_price(change)
        } else if held.signum() == change.signum() {
            cost + at_price(change)
        } else if after == 0 || after.signum() != held.signum() {
            at_price(after)
        } else {
            // What is left keeps its average, rounded towards zero.
            cost.checked_mul(after).map_or(cost / held * after, |product| product / held)
        };
        self.cost.set(slot.index(), cost);
    }

    /// So many of the lots held in one slot go to another of the same owner, and their cost with them.
    pub fn carry(&mut self, from: Slot, held: Lots, to: Slot, lots: Lots) {
        if !self.is_kept() || held.is_zero() {
            return;
        }
        let (cost, held) = (self.cost.get(from.index()), i128::from(held.get()));
        let moved = cost / held * i128::from(lots.get()) + cost % held * i128::from(lots.get()) / held;
        self.cost.set(from.index(), cost - moved);
        self.cost.set(to.index(), self.cost.get(to.index()) + moved);
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
    fn what_is_moved_takes_its_cost_along() {
        let [from, to] = [0, 1].map(Slot::from_index);
        let mut entries = Entries::new(Wide::zeros(2));
        entries.note(from, Lots::ZERO, Lots::new(3), Price::new(50));
        entries.note(to, Lots::ZERO, Lots::new(1), Price::new(90));
        entries.carry(from, Lots::new(3), to, Lots::new(2));
        assert_eq!([from, to].map(|slot| entries.cost(slot)), [50, 190]);
    }

    #[test]
    fn where_nobody_asks_nothing_is_kept() {
        let mut entries = Entries::default();
        entries.note(Slot::from_index(3), Lots::ZERO, Lots::new(1), Price::new(5));
        assert_eq!((entries.is_kept(), entries.cost(Slot::from_index(3))), (false, 0));
    }
}

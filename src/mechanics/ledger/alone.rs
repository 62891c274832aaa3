//! One account by itself, to ask where it would stand if it held less.
//!
//! A copy of the account and its cash, as the only account of a ledger of its own. Positions are closed in it at a
//! price without anybody on the other side, so it must never be taken for the ledger; all it is good for is to be
//! looked at by what looks at accounts.

use super::{Accounts, Ledger, Purses, Slot, SlotKind, step_lots};
use ground::units::{AccountId, Cash, Lots, Price, StepValue};

#[derive(Clone, Debug)]
pub struct Alone {
    ledger: Ledger,
    /// By position: lots and basis in truth, and what has been paid out for what was closed of it.
    held: Vec<(Lots, i128, Cash)>,
}

impl Alone {
    pub const ACCOUNT: AccountId = AccountId::new(0);

    pub fn new(ledger: &Ledger, account: AccountId) -> Self {
        let from = &ledger.accounts;
        let mut accounts = Accounts::default();
        let copy = |slot: Slot| (from.instrument(slot), from.kind(slot), from.lots(slot), from.settled(slot));
        accounts.add(from.lender(account), from.trader(account), from.slots(account).map(copy));
        let own: Vec<_> = accounts.slots(Self::ACCOUNT).collect();
        let mut held = Vec::with_capacity(own.len());
        for (slot, old) in own.into_iter().zip(from.slots(account)) {
            accounts.change_basis(slot, from.basis(old) - accounts.basis(slot));
            held.push((from.lots(old), from.basis(old), Cash::ZERO));
        }
        let purses = Purses::new(vec![ledger.cash(account)], 0, vec![]);
        Self { ledger: Ledger::new(accounts, purses), held }
    }

    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// As if so many lots, without sign, of the position at this place were closed at this price, and no more. At its
    /// mark that leaves equity as it is, but for what is less than a step on one lot.
    pub fn close(&mut self, place: usize, closed: Lots, step_value: StepValue, price: Price) {
        let slot = self.ledger.accounts.slots(Self::ACCOUNT).nth(place).expect("a position has a slot");
        let (lots, basis, paid) = &mut self.held[place];
        let closed = if lots.is_negative() { -closed } else { closed };
        let left = *lots - closed;
        let worth = step_lots(closed, price);
        let (basis_left, gain) = match self.ledger.accounts.kind(slot) {
            SlotKind::Spot => (*basis, worth),
            _ if lots.is_zero() => (*basis, 0),
            _ => {
                let share = i128::from(left.get().abs());
                let left = (*basis * share).div_euclid(i128::from(lots.get().abs()));
                (left, worth - (*basis - left))
            }
        };
        let gain = step_value.of_steps(gain);
        let accounts = &mut self.ledger.accounts;
        accounts.set_lots(slot, left);
        accounts.change_basis(slot, basis_left - accounts.basis(slot));
        self.ledger.purses.change(self.ledger.purses.account(Self::ACCOUNT), gain - *paid);
        *paid = gain;
    }
}

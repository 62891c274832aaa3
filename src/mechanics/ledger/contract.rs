//! Contracts between two accounts, without a house in between: futures and perpetual swaps.
//!
//! A slot of exposure keeps two sums of `lots × price`, in steps times lots:
//! - its *basis*: what the position was worth when it was last settled in cash. Its gain since then,
//!   `lots × mark − basis`, is what it adds to equity.
//! - its *entry*: what the position was worth when it was entered. Settling leaves it alone; average entry price
//!   is `entry ÷ lots`.
//!
//! A fill moves both at its price. What closes a part of a position takes that part of the basis with it, and the
//! gain on it is paid in cash at once, through the clearing purse of the instrument: the side that closes with a
//! gain is paid before the side that lost has paid. The clearing purse therefore always holds what all open
//! positions together have gained and not been paid, to the unit, and is empty once all are settled at one
//! price (whoever settles one settles all, or the purse stands for the difference).
//!
//! Rounding: the part of a basis that leaves is rounded down to a whole step times lot. The number that leaves is
//! the number that the gain is worked out with, so no unit of money is made or lost; what is rounded away stays in
//! the basis of the lots that remain, less than one step on one lot.

use super::{Entry, Ledger, Slot, step_lots};
use ground::units::{AccountId, InstrumentId, Lots, Price, StepValue};

impl Ledger {
    /// Moves `lots` of exposure from seller to buyer at `price`. Nothing is paid but the gain on what either
    /// side closes.
    pub fn trade_contract(
        &mut self,
        instrument: InstrumentId,
        step_value: StepValue,
        buyer: AccountId,
        seller: AccountId,
        lots: Lots,
        price: Price,
    ) {
        for (account, change) in [(buyer, lots), (seller, -lots)] {
            let slot = self.contract_slot(account, instrument);
            let held = self.accounts.lots(slot);
            let closed = closed_by(held, change);
            let basis_gone = part_of(self.accounts.basis(slot), closed, held);
            let entry_gone = part_of(self.accounts.entry(slot), closed, held);
            let gain = step_lots(closed, price) - basis_gone;
            let opened = step_lots(change + closed, price);
            self.accounts.change_worth(slot, opened - basis_gone, opened - entry_gone);
            self.change_lots(account, instrument, change);
            self.pay_from_clearing(instrument, step_value, account, gain);
        }
        self.journal.write(Entry::Contract { instrument, buyer, seller, lots, price });
    }

    /// Pays variation margin on a contract up to `price`, from or into the clearing purse.
    pub fn settle_contract(
        &mut self,
        instrument: InstrumentId,
        step_value: StepValue,
        account: AccountId,
        price: Price,
    ) {
        let slot = self.contract_slot(account, instrument);
        let gain = step_lots(self.accounts.lots(slot), price) - self.accounts.basis(slot);
        if gain == 0 {
            return;
        }
        self.accounts.change_basis(slot, gain);
        self.pay_from_clearing(instrument, step_value, account, gain);
        self.journal.write(Entry::ContractSettled { instrument, account, price });
    }

    /// Ends a position at its last price: a contract is paid what it gained since it was last settled, an option
    /// its worth. No lots are left.
    pub fn expire(&mut self, instrument: InstrumentId, step_value: StepValue, account: AccountId, price: Price) {
        let slot = self.accounts.slot_of(account, instrument).expect("what expires has a slot");
        let lots = self.accounts.lots(slot);
        if lots.is_zero() {
            return;
        }
        let kind = self.accounts.kind(slot);
        let basis = if kind.is_contract() { self.accounts.basis(slot) } else { 0 };
        if kind.is_contract() {
            self.accounts.change_worth(slot, -basis, -self.accounts.entry(slot));
        }
        self.change_lots(account, instrument, -lots);
        self.pay_from_clearing(instrument, step_value, account, step_lots(lots, price) - basis);
        self.journal.write(Entry::Expired { instrument, account, price });
    }

    fn contract_slot(&self, account: AccountId, instrument: InstrumentId) -> Slot {
        let slot = self.accounts.slot_of(account, instrument).expect("orders are screened for a slot");
        assert!(self.accounts.kind(slot).is_contract(), "only a contract is traded and settled as one");
        slot
    }

    fn pay_from_clearing(
        &mut self,
        instrument: InstrumentId,
        step_value: StepValue,
        account: AccountId,
        step_lots: i128,
    ) {
        if step_lots != 0 {
            let (from, to) = (self.purses.clearing(instrument), self.purses.account(account));
            self.move_cash(from, to, step_value.of_steps(step_lots));
        }
    }
}

/// The part of what is held, with its sign, that a change of this size closes.
fn closed_by(held: Lots, change: Lots) -> Lots {
    if held.is_zero() || held.is_negative() == change.is_negative() {
        return Lots::ZERO;
    }
    let closed = held.abs().min(change.abs());
    if held.is_negative() { -closed } else { closed }
}

/// The part of a sum that goes with `closed` of the `held` lots, rounded down. All of it goes with all of them.
fn part_of(sum: i128, closed: Lots, held: Lots) -> i128 {
    if closed.is_zero() {
        return 0;
    }
    let part = sum.checked_mul(i128::from(closed.abs().get())).expect("the basis of a contract overflowed");
    part.div_euclid(i128::from(held.abs().get()))
}

//! The ledger: cash, positions, transfers. Nothing appears, nothing vanishes.
//!
//! Everything that can hold cash is a [`Purse`]: accounts, venues (fees), firms' treasuries, and the
//! outside world, which stands for what events openly mint or burn. Cash moves only from one purse to
//! another. Positions move only between accounts, by a fill in a spot instrument, by writing or
//! closing a swap between a client and its lender's house account, by a mint, or by expiring.
//!
//! State that a million accounts share lies in columns. Each account owns a contiguous range of
//! *slots*, one for every instrument it may ever hold, laid out once when the world is spawned.
//!
//! - Spot slot: `lots` owned (negative: owed); worth `lots × mark`.
//! - Contract slot: `lots` of exposure against whoever holds the other side; worth `lots × mark − basis`, see
//!   `contract.rs`. The lots of all accounts sum to zero.
//! - Swap slot: `lots` of exposure and the price it was last settled at; worth `lots × (mark − settled)`.
//!   The house's slot mirrors those of its clients: minus the sum of their lots, and minus what they are worth.
//!
//! Every change is also written to the [`Journal`], from which the auditor, separate code, rebuilds
//! all balances. Nothing in this folder decides anything, and nothing in it computes in floating point.

#![deny(clippy::float_arithmetic)]

mod accounts;
mod alone;
mod contract;
#[cfg(test)]
mod contract_tests;
mod journal;
mod purse;
#[cfg(test)]
mod tamper;
#[cfg(test)]
mod tests;

pub use accounts::{Accounts, Held, Slot, SlotKind};
pub use alone::Alone;
pub use journal::{Entry, Journal, Why};
pub use purse::{Purse, Purses};

use ground::index_set::IndexSet;
use ground::units::{AccountId, Cash, InstrumentId, Lots, Price, StepValue};

/// Accounts, purses and the journal of the current tick, changed only by the methods here.
#[derive(Clone, Debug)]
pub struct Ledger {
    pub accounts: Accounts,
    pub purses: Purses,
    pub journal: Journal,
    /// Accounts whose cash or positions changed since the list was last cleared.
    touched: IndexSet,
}

impl Ledger {
    pub fn new(accounts: Accounts, purses: Purses) -> Self {
        let touched = IndexSet::new(accounts.len());
        Self { accounts, purses, journal: Journal::default(), touched }
    }

    pub fn cash(&self, account: AccountId) -> Cash {
        self.purses.balance(self.purses.account(account))
    }

    /// By id.
    pub fn touched(&self) -> impl Iterator<Item = AccountId> {
        self.touched.iter().map(AccountId::from_index)
    }

    pub fn clear_touched(&mut self) {
        self.touched.drain(|_| {});
    }

    /// Moves cash. A negative amount moves it the other way.
    pub fn transfer(&mut self, from: Purse, to: Purse, amount: Cash, why: Why) {
        if amount == Cash::ZERO {
            return;
        }
        self.move_cash(from, to, amount);
        self.journal.write(Entry::Transfer { from, to, amount, why });
    }

    /// `lots` go from seller to buyer at `price`, as what they are: delivered against payment, or as exposure.
    pub fn exchange(
        &mut self,
        instrument: InstrumentId,
        step_value: StepValue,
        buyer: AccountId,
        seller: AccountId,
        lots: Lots,
        price: Price,
    ) {
        let slot = self.accounts.slot_of(buyer, instrument).expect("who buys has a slot");
        if self.accounts.kind(slot).is_contract() {
            self.trade_contract(instrument, step_value, buyer, seller, lots, price);
        } else {
            self.deliver(instrument, step_value, buyer, seller, lots, price);
        }
    }

    /// Delivers `lots` of a spot instrument from seller to buyer against payment at `price`.
    pub fn deliver(
        &mut self,
        instrument: InstrumentId,
        step_value: StepValue,
        buyer: AccountId,
        seller: AccountId,
        lots: Lots,
        price: Price,
    ) {
        let value = step_value.value(lots, price);
        for (account, lots, cash) in [(buyer, lots, -value), (seller, -lots, value)] {
            self.purses.change(self.purses.account(account), cash);
            self.change_lots(account, instrument, lots);
        }
        self.journal.write(Entry::Delivery { instrument, buyer, seller, lots, price });
    }

    /// Changes the swap between a client and its lender's house by `change` lots (of the client's
    /// exposure) at `price`. What the contract gained or lost since it was last settled is paid first,
    /// so that the whole contract stands settled at `price` afterwards.
    pub fn change_swap(
        &mut self,
        instrument: InstrumentId,
        step_value: StepValue,
        client: AccountId,
        house: AccountId,
        change: Lots,
        price: Price,
    ) {
        self.settle_swap(instrument, step_value, client, house, price);
        self.change_lots(client, instrument, change);
        self.change_lots(house, instrument, -change);
        self.change_basis(instrument, client, house, step_lots(change, price));
        self.journal.write(Entry::Swap { instrument, client, house, change, price });
    }

    /// Pays variation margin on a swap up to `price`.
    pub fn settle_swap(
        &mut self,
        instrument: InstrumentId,
        step_value: StepValue,
        client: AccountId,
        house: AccountId,
        price: Price,
    ) {
        let slot = self.accounts.slot_of(client, instrument).expect("a swap has a slot at its client");
        let gain = step_lots(self.accounts.lots(slot), price) - self.accounts.basis(slot);
        let (from, to) = (self.purses.account(house), self.purses.account(client));
        self.transfer(from, to, step_value.of_steps(gain), Why::VariationMargin);
        self.accounts.set_settled(slot, price);
        self.change_basis(instrument, client, house, gain);
        self.journal.write(Entry::Settled { instrument, client, house, price });
    }

    /// New units of a spot instrument, handed to an account; fewer than none are taken from it and are no more.
    pub fn mint(&mut self, instrument: InstrumentId, to: AccountId, lots: Lots) {
        self.change_lots(to, instrument, lots);
        self.journal.write(Entry::Mint { instrument, to, lots });
    }

    /// Units of a spot instrument that an account owns are no more.
    ///
    /// # Panics
    /// When the account does not own so many.
    pub fn burn(&mut self, instrument: InstrumentId, from: AccountId, lots: Lots) {
        let slot = self.accounts.slot_of(from, instrument).expect("who burns has a slot");
        assert!(lots <= self.accounts.lots(slot), "only what is owned is burnt");
        self.mint(instrument, from, -lots);
    }

    fn move_cash(&mut self, from: Purse, to: Purse, amount: Cash) {
        self.purses.change(from, -amount);
        self.purses.change(to, amount);
        for purse in [from, to] {
            if let Some(account) = self.purses.as_account(purse) {
                self.touched.add(account.index());
            }
        }
    }

    /// What one side gains the other loses, also in what stands to be settled.
    fn change_basis(&mut self, instrument: InstrumentId, client: AccountId, house: AccountId, change: i128) {
        for (account, change) in [(client, change), (house, -change)] {
            let slot = self.accounts.slot_of(account, instrument).expect("a swap has a slot on both sides");
            self.accounts.change_basis(slot, change);
        }
    }

    fn change_lots(&mut self, account: AccountId, instrument: InstrumentId, change: Lots) {
        let slot = self.accounts.slot_of(account, instrument).expect("orders are screened for a slot");
        self.accounts.set_lots(slot, self.accounts.lots(slot) + change);
        self.touched.add(account.index());
    }
}

fn step_lots(lots: Lots, price: Price) -> i128 {
    i128::from(lots.get()) * i128::from(price.steps())
}

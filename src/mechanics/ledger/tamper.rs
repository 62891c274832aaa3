//! What nothing but a test of the auditor may do to a ledger.

use super::{Entry, Ledger, Purse, Slot};
use ground::units::{Cash, Lots, Price};

impl Ledger {
    pub(crate) fn tamper_with_cash(&mut self, purse: Purse, change: Cash) {
        self.purses.change(purse, change);
    }

    pub(crate) fn tamper_with_lots(&mut self, slot: Slot, change: Lots) {
        self.accounts.set_lots(slot, self.accounts.lots(slot) + change);
    }

    pub(crate) fn tamper_with_settled(&mut self, slot: Slot, price: Price) {
        self.accounts.set_settled(slot, price);
    }

    pub(crate) fn tamper_with_basis(&mut self, slot: Slot, change: i128) {
        self.accounts.change_basis(slot, change);
    }

    pub(crate) fn tamper_with_entry(&mut self, slot: Slot, change: i128) {
        self.accounts.change_entry(slot, change);
    }

    /// Drops the entries of the tick that `keep` refuses.
    pub(crate) fn tamper_with_journal(&mut self, keep: impl FnMut(&Entry) -> bool) {
        self.journal.retain(keep);
    }
}

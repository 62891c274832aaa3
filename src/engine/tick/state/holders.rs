//! Who can hold what has no issuer.

use crate::plan::Plan;
use ground::units::{AccountId, InstrumentId};
use mechanics::ledger::{Ledger, Slot};

/// Who can hold what has no issuer: by instrument, the accounts with a place for it. Empty for all other instruments.
#[derive(Clone, Debug)]
pub struct Holders {
    pub(crate) accounts: Vec<Vec<AccountId>>,
    /// By instrument: it has expired.
    pub(crate) ended: Vec<bool>,
}

impl Holders {
    pub fn new(plan: &Plan, ledger: &Ledger) -> Self {
        let mut accounts = vec![Vec::new(); plan.instruments.len()];
        // Slots follow one another account by account.
        for slot in (0..ledger.accounts.slot_count()).map(Slot::from_index) {
            let instrument = ledger.accounts.instrument(slot).index();
            if !plan.instruments[instrument].kind.has_issuer() {
                accounts[instrument].push(ledger.accounts.account(slot));
            }
        }
        Self { ended: vec![false; accounts.len()], accounts }
    }

    /// In order of their ids.
    pub fn of(&self, instrument: InstrumentId) -> &[AccountId] {
        &self.accounts[instrument.index()]
    }

    pub fn has_ended(&self, instrument: InstrumentId) -> bool {
        self.ended[instrument.index()]
    }
}

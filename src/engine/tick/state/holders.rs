//! Who can hold what has no issuer.

use crate::plan::Plan;
use bevy_ecs::prelude::Resource;
use ground::units::{AccountId, InstrumentId};

/// Who can hold what has no issuer: by instrument, the accounts with a place for it. Empty for all other instruments.
#[derive(Clone, Debug, Resource)]
pub struct Holders {
    pub(crate) accounts: Vec<Vec<AccountId>>,
    /// By instrument: it has expired.
    pub(crate) ended: Vec<bool>,
}

impl Holders {
    pub fn new(plan: &Plan) -> Self {
        let mut accounts = vec![Vec::new(); plan.instruments.len()];
        for (index, account) in plan.accounts.iter().enumerate() {
            for (id, _) in &account.slots {
                if !plan.instruments[id.index()].kind.has_issuer() {
                    accounts[id.index()].push(AccountId::from_index(index));
                }
            }
        }
        for crowd in &plan.crowds {
            crowd.each(&plan.instruments, |member, _, held| {
                held.iter().for_each(|one| accounts[one.instrument.index()].push(crowd.account(member)));
            });
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

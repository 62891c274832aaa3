//! Lenders that pay nothing out for a while.

use ground::units::{AccountId, LenderId, Time};

#[derive(Clone, Debug)]
pub struct Payouts {
    /// By lender: until when it pays nothing out.
    pub(crate) stopped: Vec<Option<Time>>,
    /// What is to be handed back to firms, in the order in which it would have been.
    pub(crate) waiting: Vec<AccountId>,
}

impl Payouts {
    pub fn new(lenders: usize) -> Self {
        Self { stopped: vec![None; lenders], waiting: Vec::new() }
    }

    /// The lender pays nothing out up to this moment, or for longer still.
    pub fn stop(&mut self, lender: LenderId, until: Time) {
        let stopped = &mut self.stopped[lender.index()];
        *stopped = (*stopped).max(Some(until));
    }

    /// Until when a lender pays nothing out, where that is so.
    pub fn stopped_until(&self, lender: LenderId) -> Option<Time> {
        self.stopped[lender.index()]
    }

    pub fn are_stopped(&self, lender: LenderId) -> bool {
        self.stopped_until(lender).is_some()
    }

    /// What is left in this account goes back to its owner when it can.
    pub fn wait(&mut self, account: AccountId) {
        self.waiting.push(account);
    }
}

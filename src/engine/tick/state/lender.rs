//! Lenders as they stand.

use super::Status;
use crate::plan::LenderPlan;
use ground::units::{Cash, LenderId};
use mechanics::ledger::Ledger;
use mechanics::margin::Terms;
use std::ops::{Index, IndexMut};

/// What an account at a lender that failed is called.
pub const FROZEN: &str = "frozen";

/// A lender as it stands.
#[derive(Clone, Debug)]
pub struct Lender {
    pub id: LenderId,
    pub plan: LenderPlan,
    /// The terms in force, which a shock may have changed.
    pub terms: Terms,
    /// Losses taken so far.
    pub loss: Cash,
    /// What those with claims on it bear of them, since it failed.
    pub passed_on: Cash,
    pub failed: bool,
    /// Whether something happened to it in this tick that is worth a row.
    pub changed: bool,
    /// Whether its last row says that it had something to sell.
    pub selling: bool,
    /// What each member, in the order of its contributions, was assessed so far.
    pub assessed: Vec<Cash>,
}

impl Lender {
    /// What it has put into its waterfall itself, and may lose like the rest of its capital.
    pub fn stake(&self, ledger: &Ledger) -> Cash {
        self.plan.funds.skin.map_or(Cash::ZERO, |skin| ledger.purses.balance(ledger.purses.fund(skin)))
    }

    /// Of its losses what stays with it: a loss is counted where it ends.
    pub fn borne(&self) -> Cash {
        (self.loss - self.passed_on).at_least_zero()
    }

    /// It has failed, and nobody goes on selling its clients out.
    pub fn is_frozen(&self) -> bool {
        self.failed && !self.plan.failure.administrator_sells
    }

    /// What an account here is called: frozen when its lender has failed, until it is closed. Its client can do nothing
    /// with it, whether or not an administrator sells it out.
    pub fn word(&self, status: Status) -> &'static str {
        if self.failed && status != Status::Closed { FROZEN } else { status.word() }
    }
}

/// All lenders, by id.
#[derive(Clone, Debug)]
pub struct Lenders(Vec<Lender>);

impl Lenders {
    pub fn new(lenders: Vec<Lender>) -> Self {
        Self(lenders)
    }

    pub fn ids(&self) -> impl Iterator<Item = LenderId> + use<> {
        (0..self.0.len()).map(LenderId::from_index)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Lender> {
        self.0.iter()
    }

    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Lender> {
        self.0.iter_mut()
    }
}

impl Index<LenderId> for Lenders {
    type Output = Lender;

    fn index(&self, id: LenderId) -> &Lender {
        &self.0[id.index()]
    }
}

impl IndexMut<LenderId> for Lenders {
    fn index_mut(&mut self, id: LenderId) -> &mut Lender {
        &mut self.0[id.index()]
    }
}

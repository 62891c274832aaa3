//! A demand for money with a deadline.

use ground::units::{AccountId, Cash, Tick, Time};
use language::read::Read;

/// Why a call was raised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallReason {
    /// Equity fell below maintenance margin.
    Maintenance,
    /// Equity fell below initial margin, at a lender that calls for that.
    Initial,
    /// The lender asks for more than it did; by what it asked before there would be no call.
    MarginHike,
    /// A clearing house asks its members for what its default fund could not pay.
    Assessment,
}

impl CallReason {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Maintenance => "maintenance",
            Self::Initial => "initial",
            Self::MarginHike => "margin hike",
            Self::Assessment => "assessment",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallOutcome {
    Open,
    Met(Time),
    Unmet(Time),
    /// The account healed before anybody paid.
    Lapsed(Time),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    pub account: AccountId,
    /// The tick at whose end it was raised.
    pub raised: Tick,
    /// The most that was asked: what restores the margin it is for, and grows while the account falls further.
    pub amount: Cash,
    /// What is missing still, which is what meets it: a price that comes back, or a position that is cut, takes from it as a
    /// payment does.
    pub missing: Cash,
    pub deadline: Time,
    pub reason: CallReason,
    /// How much more its lender asked than before, where that is the reason.
    pub hike: Cash,
    pub outcome: CallOutcome,
    pub paid: Cash,
}

impl Call {
    /// So much money came, or collateral that is counted for so much.
    pub fn pay(&mut self, amount: Cash) {
        self.paid += amount;
        self.missing = (self.missing - amount).at_least_zero();
    }
}

/// Which requirement raises a call when equity falls below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Read)]
pub enum CallLevel {
    Maintenance,
    Initial,
}

impl CallLevel {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Maintenance => "maintenance",
            Self::Initial => "initial",
        }
    }
}

/// When accounts are checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Read)]
pub enum CallSchedule {
    EveryTick,
    AtClose,
}

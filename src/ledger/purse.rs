//! Whatever can hold cash.

use crate::units::{AccountId, Cash, TraderId, VenueId};

/// One holder of cash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Purse(u32);

impl Purse {
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// All balances in one column: accounts, then venues, then treasuries, then the outside.
#[derive(Clone, Debug)]
pub struct Purses {
    balances: Vec<Cash>,
    accounts: u32,
    venues: u32,
}

impl Purses {
    /// The outside starts with minus all the others, so that the sum over all purses is zero for ever.
    pub fn new(accounts: Vec<Cash>, venues: usize, treasuries: Vec<Cash>) -> Self {
        let count = |n: usize| u32::try_from(n).expect("more than 2^32 purses");
        let (account_count, venue_count) = (count(accounts.len()), count(venues));
        let mut balances = accounts;
        balances.resize(balances.len() + venues, Cash::ZERO);
        balances.extend(treasuries);
        let inside: Cash = balances.iter().copied().sum();
        balances.push(-inside);
        count(balances.len());
        Self { balances, accounts: account_count, venues: venue_count }
    }

    pub fn account(&self, account: AccountId) -> Purse {
        Purse(account.get())
    }

    pub fn venue(&self, venue: VenueId) -> Purse {
        Purse(self.accounts + venue.get())
    }

    /// Every trader has a treasury; only a firm's is ever more than zero.
    pub fn treasury(&self, trader: TraderId) -> Purse {
        Purse(self.accounts + self.venues + trader.get())
    }

    /// What events mint comes from here, and what they burn goes here.
    pub fn outside(&self) -> Purse {
        Purse(self.balances.len() as u32 - 1)
    }

    pub fn as_account(&self, purse: Purse) -> Option<AccountId> {
        (purse.0 < self.accounts).then(|| AccountId::new(purse.0))
    }

    pub fn balance(&self, purse: Purse) -> Cash {
        self.balances[purse.index()]
    }

    pub fn balances(&self) -> &[Cash] {
        &self.balances
    }

    pub(super) fn change(&mut self, purse: Purse, amount: Cash) {
        self.balances[purse.index()] += amount;
    }
}

//! Whatever can hold cash.

use ground::units::{AccountId, Cash, FundId, InstrumentId, TraderId, VenueId};

/// One holder of cash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Purse(u32);

impl Purse {
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// All balances in one column: accounts, then venues, then treasuries, then the clearing of each instrument,
/// then funds, then the outside.
#[derive(Clone, Debug)]
pub struct Purses {
    balances: Vec<Cash>,
    accounts: u32,
    venues: u32,
    treasuries: u32,
    clearing: u32,
}

impl Purses {
    /// The outside starts with minus all the others, so that the sum over all purses is zero for ever.
    pub fn new(accounts: Vec<Cash>, venues: usize, treasuries: Vec<Cash>) -> Self {
        let count = |n: usize| u32::try_from(n).expect("more than 2^32 purses");
        let (account_count, venue_count) = (count(accounts.len()), count(venues));
        let treasury_count = count(treasuries.len());
        let mut balances = accounts;
        balances.resize(balances.len() + venues, Cash::ZERO);
        balances.extend(treasuries);
        let inside: Cash = balances.iter().copied().sum();
        balances.push(-inside);
        count(balances.len());
        Self { balances, accounts: account_count, venues: venue_count, treasuries: treasury_count, clearing: 0 }
    }

    /// Room for the clearing of so many instruments, before there are any funds.
    #[must_use]
    pub fn with_clearing(mut self, instruments: usize) -> Self {
        let outside = self.balances.len() - 1;
        self.balances.splice(outside..outside, std::iter::repeat_n(Cash::ZERO, instruments));
        self.clearing += u32::try_from(instruments).expect("more than 2^32 purses");
        self
    }

    /// Funds with what is in them, which the outside gave.
    #[must_use]
    pub fn with_funds(mut self, funds: Vec<Cash>) -> Self {
        let given: Cash = funds.iter().copied().sum();
        let outside = self.balances.pop().expect("there is always an outside");
        self.balances.extend(funds);
        self.balances.push(outside - given);
        self
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

    /// Through which gains and losses on an instrument without a house in the middle are paid. What is in it is
    /// what has been paid in and not yet paid out.
    pub fn clearing(&self, instrument: InstrumentId) -> Purse {
        Purse(self.accounts + self.venues + self.treasuries + instrument.get())
    }

    pub fn fund(&self, fund: FundId) -> Purse {
        Purse(self.accounts + self.venues + self.treasuries + self.clearing + fund.get())
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

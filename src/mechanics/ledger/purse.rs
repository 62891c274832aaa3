//! Whatever can hold cash.

use ground::columns::Wide;
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
    /// In minor units.
    balances: Wide,
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
        let mut balances = Wide::with_room(accounts.len() + venues + treasuries.len() + 1);
        let none = std::iter::repeat_n(Cash::ZERO, venues);
        accounts.into_iter().chain(none).chain(treasuries).for_each(|cash| balances.push(cash.to_minor()));
        let inside: i128 = balances.iter().sum();
        balances.push(-inside);
        count(balances.len());
        Self { balances, accounts: account_count, venues: venue_count, treasuries: treasury_count, clearing: 0 }
    }

    /// Room for the clearing of so many instruments, before there are any funds.
    #[must_use]
    pub fn with_clearing(mut self, instruments: usize) -> Self {
        let outside = self.balances.pop().expect("there is always an outside");
        self.balances.reserve_exact(instruments + 1);
        (0..instruments).for_each(|_| self.balances.push(0));
        self.balances.push(outside);
        self.clearing += u32::try_from(instruments).expect("more than 2^32 purses");
        self
    }

    /// Funds with what is in them, which the outside gave.
    #[must_use]
    pub fn with_funds(mut self, funds: Vec<Cash>) -> Self {
        let given: Cash = funds.iter().copied().sum();
        let outside = self.balances.pop().expect("there is always an outside");
        self.balances.reserve_exact(funds.len() + 1);
        funds.into_iter().for_each(|cash| self.balances.push(cash.to_minor()));
        self.balances.push(outside - given.to_minor());
        self
    }

    pub fn account(&self, account: AccountId) -> Purse {
        Purse(account.get())
    }

    pub fn venue(&self, venue: VenueId) -> Purse {
        Purse(self.accounts + venue.get())
    }

    /// Every trader that does something has a treasury; only a firm's is ever more than zero. Clients that are in the
    /// books alone have none.
    pub fn treasury(&self, trader: TraderId) -> Purse {
        assert!(trader.get() < self.treasuries, "who is in the books alone has no treasury");
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
        Cash::minor(self.balances.get(purse.index()))
    }

    /// What is in a trader's treasury; nothing where it has none.
    pub fn in_treasury(&self, trader: TraderId) -> Cash {
        if trader.get() < self.treasuries { self.balance(self.treasury(trader)) } else { Cash::ZERO }
    }

    /// In minor units, by the place of the purse.
    pub fn minor(&self, purse: usize) -> i128 {
        self.balances.get(purse)
    }

    /// All of them in minor units, by purse.
    pub fn balances(&self) -> impl ExactSizeIterator<Item = i128> {
        self.balances.iter()
    }

    pub(super) fn change(&mut self, purse: Purse, amount: Cash) {
        let balance = Cash::minor(self.balances.get(purse.index())) + amount;
        self.balances.set(purse.index(), balance.to_minor());
    }
}

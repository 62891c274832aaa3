//! What happened to balances and positions in the current tick, entry by entry.

use super::Purse;
use ground::units::{AccountId, Cash, InstrumentId, Lots, Price};

/// Why cash moved without anything being delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    Fee,
    VariationMargin,
    /// Between longs and shorts of a perpetual, through its clearing.
    Funding,
    Interest,
    /// For units sold short.
    BorrowFee,
    /// A firm pays a call.
    CallPaid,
    /// A firm posts margin for what it is about to buy.
    Posted,
    /// A layer of the waterfall pays what an account owes.
    Waterfall,
    /// What is left in an account that was closed out feeds the insurance fund.
    Fed,
    /// Claims on a failed lender bear what it lacks.
    Claim,
    /// What is left in a closed account goes back to its owner.
    Returned,
    /// A firm takes money out of a fund, or pays the fund's fee for it.
    Redeemed,
    /// A firm borrows on a repo or a credit line.
    Borrowed,
    /// What a sale in an account fetched goes to its owner.
    Proceeds,
    /// Into a pool or out of it, by who provides what lies there.
    Provided,
    /// What a fund's investors bring in or take out.
    Invested,
    /// The issuer of units pays who holds them; who is short pays.
    Dividend,
    /// Who repays a debt from what it sold has its bonus.
    Bonus,
    /// An event openly brought cash in or took it out.
    Shock,
}

/// One change, complete in itself: both sides are in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    Transfer {
        from: Purse,
        to: Purse,
        amount: Cash,
        why: Why,
    },
    /// Units against payment at a price.
    Delivery {
        instrument: InstrumentId,
        buyer: AccountId,
        seller: AccountId,
        lots: Lots,
        price: Price,
    },
    /// The contract stands settled at `price` from now on; what that took was the transfer of variation
    /// margin just before, if there was anything to pay.
    Settled {
        instrument: InstrumentId,
        client: AccountId,
        house: AccountId,
        price: Price,
    },
    /// The client's exposure changes, its lender's house takes the other side. The contract was settled at
    /// `price` just before.
    Swap {
        instrument: InstrumentId,
        client: AccountId,
        house: AccountId,
        change: Lots,
        price: Price,
    },
    /// Exposure in a contract at a price. What either side closes by it is paid from the instrument's clearing.
    Contract {
        instrument: InstrumentId,
        buyer: AccountId,
        seller: AccountId,
        lots: Lots,
        price: Price,
    },
    /// A contract stands settled at `price` from now on; the gain was paid from the instrument's clearing.
    ContractSettled {
        instrument: InstrumentId,
        account: AccountId,
        price: Price,
    },
    /// A position ended at `price`, paid from the instrument's clearing.
    Expired {
        instrument: InstrumentId,
        account: AccountId,
        price: Price,
    },
    /// New units; fewer than none were burnt.
    Mint {
        instrument: InstrumentId,
        to: AccountId,
        lots: Lots,
    },
}

/// The entries of one tick; cleared, not freed, once audited.
#[derive(Clone, Debug, Default)]
pub struct Journal {
    entries: Vec<Entry>,
    /// So many of them are in the auditor's books already.
    worked_in: usize,
}

impl Journal {
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Those that the auditor has not worked into its books.
    pub fn fresh(&self) -> &[Entry] {
        &self.entries[self.worked_in..]
    }

    pub fn clear(&mut self) {
        self.entries.clear();
        self.worked_in = 0;
    }

    /// The auditor has worked all of them in, and all but the first so many are of no use to anybody else: what moves cash
    /// in a million accounts at once need not stand here together.
    pub fn fold(&mut self, kept: usize) {
        self.entries.truncate(kept);
        self.worked_in = self.entries.len();
    }

    pub(super) fn write(&mut self, entry: Entry) {
        self.entries.push(entry);
    }
}

#[cfg(test)]
impl Journal {
    pub(super) fn retain(&mut self, keep: impl FnMut(&Entry) -> bool) {
        self.entries.retain(keep);
    }
}

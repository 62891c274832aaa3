//! The auditor: separate books, kept from the journal alone.
//!
//! It takes a copy of all balances and positions once, at the start. From then on it believes nothing but
//! the journal's entries, works out for itself what each of them moves, and compares. Each tick it looks at
//! what the entries name and at the accounts the ledger says it touched, in work proportional to those; at
//! the end, and in tests each tick, at everything.
//!
//! What it proves: every balance and every position is what the entries make it; cash only moves from purse to
//! purse; units of a spot instrument only grow by a mint; swaps sum to zero, each client mirrored by
//! its lender's house; a swap is settled to the cent before it changes; the lots of a contract sum to zero, and what
//! its clearing purse holds is what all its open positions have gained and not been paid. Variation margin is worked out from
//! the auditor's own record of when a contract was last settled and never taken from the transfer.
//!
//! It changes nothing and uses none of the ledger's arithmetic: a fault in that should not be able to hide
//! itself here. It does not ask whether an entry should have been written: that a fill had a price both sides
//! agreed to is the book's affair.

#![deny(clippy::float_arithmetic)]

use crate::ledger::{Accounts, Entry, Ledger, Purse, Slot, SlotKind, Why};
use crate::margin::Marks;
use ground::columns::{Tailed, Wide};
use ground::index_set::IndexSet;
use ground::units::{AccountId, InstrumentId, Lots};

/// What is wrong with the books. Cash is in minor units, prices in steps.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("{holder} holds {found} minor units where the journal makes it {expected}")]
    Balance { holder: String, expected: i128, found: i128 },
    #[error("account {account} holds {found} lots of instrument {instrument} where the journal makes it {expected}")]
    Position { account: u32, instrument: u32, expected: i64, found: i64 },
    #[error(
        "the swap of account {account} on instrument {instrument} counts as settled at {found} steps where the \
         journal makes it {expected}"
    )]
    SettledAt { account: u32, instrument: u32, expected: i64, found: i64 },
    #[error(
        "the swaps of account {account} on instrument {instrument} count as worth {found} steps times lots when last \
         settled where the journal makes it {expected}"
    )]
    Basis { account: u32, instrument: u32, expected: i128, found: i128 },
    #[error(
        "account {client} was paid {paid} minor units of variation margin on instrument {instrument} where it was \
         due {due}"
    )]
    VariationMargin { client: u32, instrument: u32, due: i128, paid: i128 },
    #[error("{holder} was paid {paid} minor units of variation margin for no settlement")]
    UnaskedMargin { holder: String, paid: i128 },
    #[error(
        "the swap of account {client} on instrument {instrument} changed at {price} steps without being settled there"
    )]
    Unsettled { client: u32, instrument: u32, price: i64 },
    #[error("the swap of account {client} on instrument {instrument} is with account {house}, not its lender's house")]
    NotTheHouse { client: u32, instrument: u32, house: u32 },
    #[error(
        "the position of account {account} in instrument {instrument} counts as entered for {found} steps times lots \
         where the journal makes it {expected}"
    )]
    EnteredAt { account: u32, instrument: u32, expected: i128, found: i128 },
    #[error(
        "the clearing of instrument {instrument} holds {found} minor units where its open positions have {expected} to \
         come"
    )]
    Clearing { instrument: u32, expected: i128, found: i128 },
    #[error("account {account} has no place for instrument {instrument} of this kind")]
    NoSlot { account: u32, instrument: u32 },
    #[error("{lots} lots of instrument {instrument} came from nowhere")]
    UnitsFromNowhere { instrument: u32, lots: i128 },
    #[error("{cash} minor units came from nowhere")]
    CashFromNowhere { cash: i128 },
}

/// What is left when the ledger is set against the auditor's books; all zero and no fault when they agree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Residuals {
    /// Differences of balances, in minor units without their signs, and what all purses sum to.
    pub cash: i128,
    /// Differences of positions, in lots without their signs, and units from nowhere.
    pub lots: i64,
    /// The first thing that is wrong.
    pub fault: Option<Fault>,
}

/// Balances and positions as the journal makes them.
#[derive(Clone, Debug)]
pub struct Auditor {
    step_value: Vec<i64>,
    cash: Wide,
    lots: Vec<i64>,
    settled: Tailed<i64>,
    /// Sums of lots times the price they were settled at, for swaps and contracts.
    basis: Wide,
    /// By how much the same at the prices at which they were entered is more, for contracts: nothing until one is settled.
    entry_over_basis: Tailed<i128>,
    /// Instruments through whose clearing purse anything can have been paid.
    cleared: Vec<bool>,
    /// Lots of each spot instrument there should be; zero for swaps and contracts.
    units: Vec<i128>,
    /// What this tick's mints should add, and what its named slots in fact gained.
    minted: Vec<i128>,
    gained: Vec<i128>,
    /// What the entries that are being worked in name, with what it was before; and which those are.
    purses_named: Vec<(usize, i128)>,
    slots_named: Vec<(usize, i64)>,
    is_purse_named: IndexSet,
    is_slot_named: IndexSet,
}

/// Variation margin that was transferred and not yet accounted for by a settlement: from, to, amount.
type Pending = Option<(Purse, Purse, i128)>;

impl Auditor {
    /// Copies the books. Of the marks only the step values are read.
    pub fn new(ledger: &Ledger, marks: &Marks) -> Self {
        let accounts = &ledger.accounts;
        let slots = || (0..accounts.slot_count()).map(Slot::from_index);
        let step_value: Vec<i64> =
            (0..marks.len()).map(|index| marks.step_value(InstrumentId::from_index(index)).get()).collect();
        let mut units = vec![0; step_value.len()];
        for slot in slots().filter(|&slot| accounts.kind(slot).is_owned()) {
            units[accounts.instrument(slot).index()] += i128::from(accounts.lots(slot).get());
        }
        let mut cleared = vec![false; step_value.len()];
        for slot in slots().filter(|&slot| accounts.kind(slot).is_contract()) {
            cleared[accounts.instrument(slot).index()] = true;
        }
        let cash: Wide = ledger.purses.balances().collect();
        let near = accounts.slots_at_hand();
        let mut books = Self {
            minted: vec![0; units.len()],
            gained: vec![0; units.len()],
            units,
            lots: slots().map(|slot| accounts.lots(slot).get()).collect(),
            settled: Tailed::new(0, near),
            basis: slots().map(|slot| accounts.basis(slot)).collect(),
            entry_over_basis: Tailed::new(0, near),
            cleared,
            purses_named: Vec::new(),
            slots_named: Vec::new(),
            is_purse_named: IndexSet::new(cash.len()),
            is_slot_named: IndexSet::new(accounts.slot_count()),
            step_value,
            cash,
        };
        for slot in slots() {
            books.settled.set(slot.index(), accounts.settled(slot).steps());
            books.entry_over_basis.set(slot.index(), accounts.entry(slot) - accounts.basis(slot));
        }
        books
    }

    /// Works this tick's entries into the books and compares what they name, and the accounts that the ledger has
    /// touched since that list was last cleared. To be called once a tick, before the journal is cleared.
    ///
    /// # Panics
    /// When the ledger is not what its journal makes it, saying what is wrong.
    pub fn check_tick(&mut self, ledger: &Ledger) {
        if let Err(fault) = self.work_in(ledger).and_then(|()| self.compare_named(ledger)) {
            panic!("the books do not balance: {fault}");
        }
    }

    /// Does so with the entries alone that are new: in the middle of a tick, before the journal is folded.
    ///
    /// # Panics
    /// As [`Self::check_tick`].
    pub fn check_so_far(&mut self, ledger: &Ledger) {
        if let Err(fault) = self.work_in(ledger).and_then(|()| self.compare(ledger, std::iter::empty)) {
            panic!("the books do not balance: {fault}");
        }
    }

    /// Compares every balance, every position and the totals. Between ticks: after [`Self::check_tick`], with
    /// nothing new in the journal.
    pub fn check_all(&self, ledger: &Ledger) -> Residuals {
        let accounts = &ledger.accounts;
        let mut left = Residuals::default();
        for (purse, balance) in ledger.purses.balances().enumerate() {
            left.cash += (balance - self.cash.get(purse)).abs();
            left.note(self.compare_purse(ledger, purse));
        }
        let mut found = vec![0i128; self.step_value.len()];
        let mut settled_at = found.clone();
        for slot in (0..accounts.slot_count()).map(Slot::from_index) {
            let lots = accounts.lots(slot).get();
            left.lots += (lots - self.lots[slot.index()]).abs();
            found[accounts.instrument(slot).index()] += i128::from(lots);
            if accounts.kind(slot).is_contract() {
                settled_at[accounts.instrument(slot).index()] += accounts.basis(slot);
            }
            left.note(self.compare_slot(accounts, slot.index()));
        }
        for (instrument, (found, expected)) in found.into_iter().zip(&self.units).enumerate() {
            let lots = found - expected;
            left.lots += lots.abs() as i64;
            left.note(from_nowhere(instrument, lots));
        }
        for instrument in (0..self.step_value.len()).filter(|&instrument| self.cleared[instrument]) {
            left.note(self.compare_clearing(ledger, instrument, settled_at[instrument]));
        }
        let sum: i128 = ledger.purses.balances().sum();
        left.cash += sum.abs();
        left.note(cash_from_nowhere(sum));
        left
    }

    fn work_in(&mut self, ledger: &Ledger) -> Result<(), Fault> {
        self.purses_named.drain(..).for_each(|(purse, _)| self.is_purse_named.remove(purse));
        self.slots_named.drain(..).for_each(|(slot, _)| self.is_slot_named.remove(slot));
        self.minted.fill(0);
        let mut pending = None;
        for entry in ledger.journal.fresh() {
            self.work_in_entry(ledger, entry, &mut pending)?;
        }
        match pending {
            Some((_, to, paid)) => Err(unasked_margin(ledger, to, paid)),
            None => Ok(()),
        }
    }

    fn work_in_entry(&mut self, ledger: &Ledger, entry: &Entry, pending: &mut Pending) -> Result<(), Fault> {
        if let (Some((_, to, paid)), false) = (*pending, matches!(entry, Entry::Settled { .. })) {
            return Err(unasked_margin(ledger, to, paid));
        }
        let accounts = &ledger.accounts;
        match *entry {
            Entry::Transfer { from, to, amount, why } => {
                self.pay(from, to, amount.to_minor());
                if why == Why::VariationMargin {
                    *pending = Some((from, to, amount.to_minor()));
                }
            }
            Entry::Delivery { instrument, buyer, seller, lots, price } => {
                let payment = self.worth(instrument, lots.get(), price.steps());
                self.pay(ledger.purses.account(buyer), ledger.purses.account(seller), payment);
                self.add(slot(accounts, buyer, instrument, SlotKind::Spot)?, lots);
                self.add(slot(accounts, seller, instrument, SlotKind::Spot)?, Lots::new(-lots.get()));
            }
            Entry::Settled { instrument, client, house, price } => {
                let (of_client, of_house) = swap(accounts, instrument, client, house)?;
                let gained = i128::from(price.steps() - self.settled.get(of_client.index()))
                    * i128::from(self.lots[of_client.index()]);
                let due = gained * i128::from(self.step_value[instrument.index()]);
                let (payer, payee) = (ledger.purses.account(house), ledger.purses.account(client));
                let paid = match pending.take() {
                    Some((from, to, amount)) if (from, to) == (payer, payee) => amount,
                    Some((_, to, amount)) => return Err(unasked_margin(ledger, to, amount)),
                    None => 0,
                };
                if paid != due {
                    let (client, instrument) = (client.get(), instrument.get());
                    return Err(Fault::VariationMargin { client, instrument, due, paid });
                }
                self.name_slot(of_client);
                self.name_slot(of_house);
                self.settled.set(of_client.index(), price.steps());
                self.change_basis(of_client, gained);
                self.change_basis(of_house, -gained);
            }
            Entry::Swap { instrument, client, house, change, price } => {
                let (of_client, of_house) = swap(accounts, instrument, client, house)?;
                if self.settled.get(of_client.index()) != price.steps() {
                    let (client, instrument) = (client.get(), instrument.get());
                    return Err(Fault::Unsettled { client, instrument, price: price.steps() });
                }
                self.add(of_client, change);
                self.add(of_house, Lots::new(-change.get()));
                let step_lots = i128::from(change.get()) * i128::from(price.steps());
                self.change_basis(of_client, step_lots);
                self.change_basis(of_house, -step_lots);
            }
            Entry::Contract { instrument, buyer, seller, lots, price } => {
                for (account, change) in [(buyer, lots.get()), (seller, -lots.get())] {
                    let slot = slot(accounts, account, instrument, SlotKind::Contract)?;
                    let gained = self.trade(slot, change, price.steps());
                    self.pay_cleared(ledger, instrument, account, gained);
                }
            }
            Entry::ContractSettled { instrument, account, price } => {
                let slot = slot(accounts, account, instrument, SlotKind::Contract)?;
                let worth = i128::from(self.lots[slot.index()]) * i128::from(price.steps());
                let gained = worth - self.basis.get(slot.index());
                self.set_worth(slot, worth, self.entry(slot));
                self.name_slot(slot);
                self.pay_cleared(ledger, instrument, account, gained);
            }
            Entry::Expired { instrument, account, price } => {
                let slot = slot(accounts, account, instrument, SlotKind::Contract)
                    .or_else(|_| slot(accounts, account, instrument, SlotKind::Spot))?;
                self.name_slot(slot);
                let lots = std::mem::take(&mut self.lots[slot.index()]);
                let mut gained = i128::from(lots) * i128::from(price.steps());
                if accounts.kind(slot).is_contract() {
                    gained -= self.basis.get(slot.index());
                    self.set_worth(slot, 0, 0);
                }
                self.pay_cleared(ledger, instrument, account, gained);
            }
            Entry::Mint { instrument, to, lots } => {
                self.add(slot(accounts, to, instrument, SlotKind::Spot)?, lots);
                self.minted[instrument.index()] += i128::from(lots.get());
                self.units[instrument.index()] += i128::from(lots.get());
            }
        }
        Ok(())
    }

    /// Whatever is named or touched.
    fn compare_named(&mut self, ledger: &Ledger) -> Result<(), Fault> {
        self.compare(ledger, || ledger.touched())
    }

    /// Whatever is named, and these accounts, of which what no entry names should be as it was: balance by balance, then the
    /// totals of what moved, then slot by slot.
    fn compare<T: Iterator<Item = AccountId>>(
        &mut self,
        ledger: &Ledger,
        touched: impl Fn() -> T,
    ) -> Result<(), Fault> {
        let mut sum = 0;
        for &(purse, before) in &self.purses_named {
            self.compare_purse(ledger, purse)?;
            sum += ledger.purses.minor(purse) - before;
        }
        touched().try_for_each(|account| self.compare_purse(ledger, ledger.purses.account(account).index()))?;
        cash_from_nowhere(sum)?;
        self.gained.fill(0);
        for &(slot, before) in &self.slots_named {
            let slot = Slot::from_index(slot);
            let gained = ledger.accounts.lots(slot).get() - before;
            self.gained[ledger.accounts.instrument(slot).index()] += i128::from(gained);
        }
        let slots = || touched().flat_map(|account| ledger.accounts.slots(account));
        for slot in slots().filter(|slot| !self.is_slot_named.contains(slot.index())) {
            let gained = ledger.accounts.lots(slot).get() - self.lots[slot.index()];
            self.gained[ledger.accounts.instrument(slot).index()] += i128::from(gained);
        }
        for (instrument, (gained, minted)) in self.gained.iter().zip(&self.minted).enumerate() {
            from_nowhere(instrument, gained - minted)?;
        }
        self.slots_named.iter().try_for_each(|&(slot, _)| self.compare_slot(&ledger.accounts, slot))?;
        slots().try_for_each(|slot| self.compare_slot(&ledger.accounts, slot.index()))
    }

    fn compare_purse(&self, ledger: &Ledger, purse: usize) -> Result<(), Fault> {
        let (expected, found) = (self.cash.get(purse), ledger.purses.minor(purse));
        if expected == found {
            return Ok(());
        }
        let holder = if purse < ledger.accounts.len() {
            format!("account {purse}")
        } else if purse == ledger.purses.outside().index() {
            "the outside".to_owned()
        } else {
            format!("purse {purse}, a venue or a treasury,")
        };
        Err(Fault::Balance { holder, expected, found })
    }

    fn compare_slot(&self, accounts: &Accounts, index: usize) -> Result<(), Fault> {
        let slot = Slot::from_index(index);
        let (account, instrument) = (accounts.account(slot).get(), accounts.instrument(slot).get());
        let (expected, found) = (self.lots[index], accounts.lots(slot).get());
        if expected != found {
            return Err(Fault::Position { account, instrument, expected, found });
        }
        let (expected, found) = (self.settled.get(index), accounts.settled(slot).steps());
        if expected != found {
            return Err(Fault::SettledAt { account, instrument, expected, found });
        }
        let (expected, found) = (self.basis.get(index), accounts.basis(slot));
        if expected != found {
            return Err(Fault::Basis { account, instrument, expected, found });
        }
        let (expected, found) = (self.entry(slot), accounts.entry(slot));
        if expected != found {
            return Err(Fault::EnteredAt { account, instrument, expected, found });
        }
        Ok(())
    }

    /// What was paid in and not out is what the open positions gained and have not been paid: whatever the mark is,
    /// minus the sum of what they were last settled at, since their lots sum to zero.
    fn compare_clearing(&self, ledger: &Ledger, instrument: usize, settled_at: i128) -> Result<(), Fault> {
        let expected = -settled_at * i128::from(self.step_value[instrument]);
        let purse = ledger.purses.clearing(InstrumentId::from_index(instrument));
        let (found, instrument) = (ledger.purses.balance(purse).to_minor(), instrument as u32);
        if expected == found { Ok(()) } else { Err(Fault::Clearing { instrument, expected, found }) }
    }

    /// A fill in a contract, for one side: what it closed pays off, what it opened is held at the price. Returns
    /// what was gained on what was closed.
    fn trade(&mut self, slot: Slot, change: i64, price: i64) -> i128 {
        self.name_slot(slot);
        let held = self.lots[slot.index()];
        let closing = if held.signum() == -change.signum() { held.abs().min(change.abs()) } else { 0 };
        let staying = i128::from(held.abs() - closing);
        // What stays is rounded up, so that what goes is rounded down.
        let stays = |sum: i128| {
            if closing == 0 { sum } else { -(-sum * staying).div_euclid(i128::from(held.abs())) }
        };
        let (basis, entry) = (stays(self.basis.get(slot.index())), stays(self.entry(slot)));
        let sold_for = i128::from(held.signum() * closing) * i128::from(price);
        let gained = sold_for - (self.basis.get(slot.index()) - basis);
        let opened = i128::from(change.signum() * (change.abs() - closing)) * i128::from(price);
        self.lots[slot.index()] = held + change;
        self.set_worth(slot, basis + opened, entry + opened);
        gained
    }

    /// What a contract was worth when it was entered.
    fn entry(&self, slot: Slot) -> i128 {
        self.basis.get(slot.index()) + self.entry_over_basis.get(slot.index())
    }

    fn set_worth(&mut self, slot: Slot, basis: i128, entry: i128) {
        self.basis.set(slot.index(), basis);
        self.entry_over_basis.set(slot.index(), entry - basis);
    }

    /// Of a swap.
    fn change_basis(&mut self, slot: Slot, change: i128) {
        self.basis.set(slot.index(), self.basis.get(slot.index()) + change);
    }

    fn pay_cleared(&mut self, ledger: &Ledger, instrument: InstrumentId, account: AccountId, gained: i128) {
        let amount = gained * i128::from(self.step_value[instrument.index()]);
        self.cleared[instrument.index()] = true;
        self.pay(ledger.purses.clearing(instrument), ledger.purses.account(account), amount);
    }

    fn pay(&mut self, from: Purse, to: Purse, amount: i128) {
        self.name_purse(from);
        self.name_purse(to);
        self.cash.set(from.index(), self.cash.get(from.index()) - amount);
        self.cash.set(to.index(), self.cash.get(to.index()) + amount);
    }

    fn add(&mut self, slot: Slot, lots: Lots) {
        self.name_slot(slot);
        self.lots[slot.index()] += lots.get();
    }

    fn name_purse(&mut self, purse: Purse) {
        let purse = purse.index();
        if self.is_purse_named.insert(purse) {
            self.purses_named.push((purse, self.cash.get(purse)));
        }
    }

    fn name_slot(&mut self, slot: Slot) {
        let slot = slot.index();
        if self.is_slot_named.insert(slot) {
            self.slots_named.push((slot, self.lots[slot]));
        }
    }

    /// What so many lots are worth at a price.
    fn worth(&self, instrument: InstrumentId, lots: i64, steps: i64) -> i128 {
        i128::from(lots) * i128::from(steps) * i128::from(self.step_value[instrument.index()])
    }
}

impl Residuals {
    pub fn is_zero(&self) -> bool {
        *self == Self::default()
    }

    /// Keeps the first fault.
    fn note(&mut self, found: Result<(), Fault>) {
        if let (None, Err(fault)) = (&self.fault, found) {
            self.fault = Some(fault);
        }
    }
}

fn cash_from_nowhere(cash: i128) -> Result<(), Fault> {
    if cash == 0 { Ok(()) } else { Err(Fault::CashFromNowhere { cash }) }
}

fn from_nowhere(instrument: usize, lots: i128) -> Result<(), Fault> {
    if lots == 0 { Ok(()) } else { Err(Fault::UnitsFromNowhere { instrument: instrument as u32, lots }) }
}

/// A transfer of variation margin that no settlement follows.
fn unasked_margin(ledger: &Ledger, to: Purse, paid: i128) -> Fault {
    let holder = match ledger.purses.as_account(to) {
        Some(account) => format!("account {}", account.get()),
        None => format!("purse {}", to.index()),
    };
    Fault::UnaskedMargin { holder, paid }
}

fn slot(accounts: &Accounts, account: AccountId, instrument: InstrumentId, kind: SlotKind) -> Result<Slot, Fault> {
    let here = |&slot: &Slot| accounts.instrument(slot) == instrument && accounts.kind(slot) == kind;
    let nowhere = Fault::NoSlot { account: account.get(), instrument: instrument.get() };
    accounts.slots(account).find(here).ok_or(nowhere)
}

/// The client's slot and its lender's house's.
fn swap(
    accounts: &Accounts,
    instrument: InstrumentId,
    client: AccountId,
    house: AccountId,
) -> Result<(Slot, Slot), Fault> {
    if accounts.trader(house).is_some() || accounts.lender(house) != accounts.lender(client) || house == client {
        let (client, instrument, house) = (client.get(), instrument.get(), house.get());
        return Err(Fault::NotTheHouse { client, instrument, house });
    }
    let of = |account| slot(accounts, account, instrument, SlotKind::Swap);
    Ok((of(client)?, of(house)?))
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod contract_tests;

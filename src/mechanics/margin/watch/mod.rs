//! Which accounts can have changed state: the ladder of registrations.
//!
//! Slack, equity less the requirement at the level below which a lender calls, cannot change faster than
//! each position's exposure times the move of its own price. So an account that was looked at is left alone
//! until one of its prices has used up that position's share of the slack: each position waits on its
//! instrument's ladder under that price. An account below its level waits in the same way for the prices that
//! could lift it. What is looked at each tick is therefore
//! - accounts one of whose prices came to its trigger,
//! - accounts whose cash, positions or terms changed ([`Watch::note_changed`], [`Watch::note_lender`]),
//! - accounts that hold something for which their lender's terms give no bound ([`Bound::MustScan`](super::Bound)).
//!
//! An account that is not looked at stands on the same side of its level as when it was last looked at.
//! Accounts without positions cost nothing: their slack only changes when their cash does. Whether a call is
//! due at this moment (a lender may only check at the close) is not the watch's affair.
//!
//! The watch never decides what follows from a standing, and its result does not depend on it: it is the
//! same, account by account and tick by tick, as looking at all of them. The idea is known as kinetic data
//! structures (Basch, Guibas, Hershberger 1997), and as safe regions in the monitoring of moving objects.
//!
//! Limits: an account of many positions is due as soon as one of them has used its share, however much the
//! others have left; the ladders take memory by price region (64 KiB for each doubling of an
//! instrument's price that is waited in).

#![deny(clippy::float_arithmetic)]

mod ladder;
mod reach;

use super::{Marks, Standing, Terms, standing};
use crate::ledger::{Accounts, Ledger, Slot};
use ground::index_set::IndexSet;
use ground::units::{AccountId, Cash, InstrumentId, LenderId, Price};
use ladder::{Ladders, Way};
use reach::{CostTable, Ratio, Triggers};
use std::hint::black_box;
use std::ops::BitXor;

/// Accounts looked at together.
const TOGETHER: usize = 64;

/// The columns of so many accounts are in a processor's cache anyway.
const AT_HAND: usize = 4_096;

/// The registrations of all accounts.
#[derive(Clone, Debug)]
pub struct Watch {
    ladders: Ladders,
    slots: usize,
    /// The mark for which each instrument's ladders were last emptied of what was due.
    emptied_at: Vec<Option<Price>>,
    due: IndexSet,
    /// Accounts without a bound.
    always: IndexSet,
    /// From here on: kept for their memory.
    /// The accounts handed out last, and the standings of the last few.
    handed_out: Vec<AccountId>,
    standings: Vec<Standing>,
    /// By lender; none before the first look and after terms changed.
    costs: Vec<CostTable>,
}

impl Watch {
    /// All accounts are due at first.
    pub fn new(accounts: &Accounts, marks: &Marks) -> Self {
        let mut due = IndexSet::new(accounts.len());
        accounts.ids().for_each(|account| due.add(account.index()));
        Self {
            ladders: Ladders::new(marks.len(), accounts.slot_count()),
            slots: accounts.slot_count(),
            emptied_at: vec![None; marks.len()],
            due,
            always: IndexSet::new(accounts.len()),
            handed_out: Vec::new(),
            standings: Vec::new(),
            costs: Vec::new(),
        }
    }

    /// The account's cash or positions changed, or the caller wants to see it. It is due once.
    pub fn note_changed(&mut self, account: AccountId) {
        self.due.add(account.index());
    }

    /// The lender's terms changed: all its accounts are due.
    pub fn note_lender(&mut self, accounts: &Accounts, lender: LenderId) {
        self.costs.clear();
        accounts
            .ids()
            .filter(|&account| accounts.lender(account) == lender)
            .for_each(|account| self.due.add(account.index()));
    }

    /// Looks at every account that can have changed sides since it was last looked at, by id, registers
    /// it anew and shows its standing. `terms` are by lender.
    pub fn look(
        &mut self,
        ledger: &Ledger,
        marks: &Marks,
        terms: &[Terms],
        mut show: impl FnMut(AccountId, &Standing),
    ) {
        let mut costs = std::mem::take(&mut self.costs);
        if costs.is_empty() {
            costs.extend(terms.iter().map(|terms| CostTable::new(terms, marks)));
        }
        let due = self.take_due(&ledger.accounts, marks);
        let mut standings = std::mem::take(&mut self.standings);
        // A few at a time and one thing after the other, so that waiting for memory overlaps.
        for some in due.chunks(TOGETHER) {
            if ledger.accounts.len() > AT_HAND {
                self.fetch(ledger, some);
            }
            let terms_of = |account| &terms[ledger.accounts.lender(account).index()];
            standings.clear();
            standings.extend(some.iter().map(|&account| standing(ledger, marks, terms_of(account), account)));
            for (&account, stands) in some.iter().zip(&standings) {
                let (costs, terms) = (&costs[ledger.accounts.lender(account).index()], terms_of(account));
                self.register(&ledger.accounts, marks, (costs, terms), account, stands.slack(terms.below));
            }
            for (&account, stands) in some.iter().zip(&standings) {
                show(account, stands);
            }
        }
        self.handed_out = due;
        self.standings = standings;
        self.costs = costs;
    }

    /// Reads what looking at these accounts will read, to no other end than having it at hand: these reads do not
    /// wait for each other, while those of a look do.
    fn fetch(&self, ledger: &Ledger, some: &[AccountId]) {
        let accounts = &ledger.accounts;
        let of_account = |&account: &AccountId| {
            ledger.cash(account).to_minor() as usize ^ accounts.lender(account).index() ^ accounts.slots(account).len()
        };
        black_box(some.iter().map(of_account).fold(0, BitXor::bitxor));
        let of_slot = |slot: Slot| {
            let price = accounts.settled(slot).steps() ^ accounts.lots(slot).get();
            price as usize ^ accounts.instrument(slot).index() ^ accounts.kind(slot) as usize
        };
        let firsts = some.iter().filter_map(|&account| accounts.slots(account).next());
        black_box(firsts.map(|slot| of_slot(slot) ^ self.ladders.fetch(slot.index())).fold(0, BitXor::bitxor));
    }

    /// No longer watched, until it is noted as changed.
    pub fn forget(&mut self, accounts: &Accounts, account: AccountId) {
        accounts.slots(account).for_each(|slot| self.stop_waiting(slot));
        self.always.remove(account.index());
        self.due.remove(account.index());
    }

    /// The accounts that are due, each once, by id. Each must be registered or forgotten by the caller.
    fn take_due(&mut self, accounts: &Accounts, marks: &Marks) -> Vec<AccountId> {
        for (instrument, emptied_at) in self.emptied_at.iter_mut().enumerate() {
            let mark = marks.price(InstrumentId::from_index(instrument));
            if *emptied_at != Some(mark) {
                *emptied_at = Some(mark);
                self.ladders.take_due(instrument, mark);
            }
        }
        self.ladders.hand_out(|node| self.due.add(accounts.account(Slot::from_index(node % self.slots)).index()));
        self.due.add_all(&self.always);
        let mut due = std::mem::take(&mut self.handed_out);
        due.clear();
        self.due.drain(|index| due.push(AccountId::from_index(index)));
        due
    }

    /// Lets each position wait for the price at which the account, now at `slack`, needs another look.
    fn register(
        &mut self,
        accounts: &Accounts,
        marks: &Marks,
        (costs, terms): (&CostTable, &Terms),
        account: AccountId,
        slack: Cash,
    ) {
        accounts.slots(account).for_each(|slot| self.stop_waiting(slot));
        self.always.remove(account.index());
        let held = || accounts.slots(account).filter(|&slot| !accounts.lots(slot).is_zero());
        let weight = held().try_fold(0u128, |sum, slot| {
            let (lots, instrument) = (accounts.lots(slot), accounts.instrument(slot));
            let costs = costs.of(instrument, slack, lots)?;
            Some(sum.saturating_add(costs.weight(lots, marks.step_value(instrument), marks.price(instrument))))
        });
        let Some(weight) = weight else {
            self.always.add(account.index());
            return;
        };
        let ratio = Ratio::new(slack, weight, terms.roundings(accounts.slots(account).len()));
        for slot in held() {
            let instrument = accounts.instrument(slot);
            if let Some(costs) = costs.of(instrument, slack, accounts.lots(slot)) {
                self.wait(slot, instrument, costs.triggers(marks.price(instrument), ratio));
            }
        }
    }

    /// Most positions can only lose one way. The few that wait both ways have a second node, and the second
    /// half of the nodes is only there once there is such a position.
    fn wait(&mut self, slot: Slot, instrument: InstrumentId, triggers: Triggers) {
        let (node, instrument) = (slot.index(), instrument.index());
        match triggers {
            Triggers::Never => {}
            Triggers::One(way, trigger) => self.ladders.wait(node, instrument, way, trigger),
            Triggers::Both { down, up } => {
                self.ladders.make_room(2 * self.slots);
                self.ladders.wait(node, instrument, Way::Down, down);
                self.ladders.wait(node + self.slots, instrument, Way::Up, up);
            }
        }
    }

    fn stop_waiting(&mut self, slot: Slot) {
        self.ladders.stop_waiting(slot.index());
        if self.ladders.nodes() > self.slots {
            self.ladders.stop_waiting(slot.index() + self.slots);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::test_world::{FUND, World};
    use super::*;
    use crate::margin::CallLevel;

    const STOCK: InstrumentId = InstrumentId::new(0);

    /// At these marks, one after the other: whether the fund was looked at, and if so its slack in cents.
    fn looks_at(world: &mut World, watch: &mut Watch, marks: &[i64]) -> Vec<Option<i128>> {
        let terms = [World::rate(500_000_000, 200_000_000)];
        let look = |&mark| {
            world.marks.set(STOCK, Price::new(mark));
            let mut slack = None;
            watch.look(&world.ledger, &world.marks, &terms, |account, stands| {
                if account == FUND {
                    slack = Some(stands.slack(CallLevel::Maintenance).to_minor());
                }
            });
            slack
        };
        marks.iter().map(look).collect()
    }

    #[test]
    fn a_single_long_is_looked_at_when_it_is_breached_and_not_before() {
        // 100 shares at $20.00 on $1,000.00 of debt: equity meets 20 % of value at $12.50. The watch keeps one
        // cent in hand, and so looks when the price is exactly there.
        let mut world = World::new(-100_000, &[(100, 2_000, 0)], &[]);
        let mut watch = Watch::new(&world.ledger.accounts, &world.marks);
        let looks = looks_at(&mut world, &mut watch, &[2_000, 2_500, 1_500, 1_251, 1_249, 1_100, 1_249, 1_250]);
        assert_eq!(looks, [Some(60_000), None, None, None, Some(-80), None, None, Some(0)]);
    }

    #[test]
    fn a_single_short_waits_for_a_rise() {
        // 100 shares short at $20.00 against $3,000.00: equity meets 20 % of value at $25.00.
        let mut world = World::new(300_000, &[(-100, 2_000, 0)], &[]);
        let mut watch = Watch::new(&world.ledger.accounts, &world.marks);
        let looks = looks_at(&mut world, &mut watch, &[2_000, -5_000, 2_499, 2_501]);
        assert_eq!(looks, [Some(60_000), None, None, Some(-120)]);
    }

    #[test]
    fn a_requirement_rounded_up_hides_no_recovery() {
        // 124 lots at $1.04 on $24.80 of equity need $25.792, rounded up to $25.80: $1.00 short, truly $0.992.
        // One step on they need $26.04 and have it.
        let mut world = World::new(-10_416, &[(124, 104, 0)], &[]);
        let mut watch = Watch::new(&world.ledger.accounts, &world.marks);
        assert_eq!(looks_at(&mut world, &mut watch, &[104, 105]), [Some(-100), Some(0)]);
    }

    #[test]
    fn what_changed_is_looked_at_and_what_is_forgotten_is_not() {
        let mut world = World::new(-100_000, &[(100, 2_000, 0)], &[]);
        let mut watch = Watch::new(&world.ledger.accounts, &world.marks);
        assert_eq!(looks_at(&mut world, &mut watch, &[2_000, 2_000]), [Some(60_000), None]);
        watch.note_changed(FUND);
        assert_eq!(looks_at(&mut world, &mut watch, &[2_000, 2_000]), [Some(60_000), None]);
        watch.note_lender(&world.ledger.accounts, LenderId::new(0));
        assert_eq!(looks_at(&mut world, &mut watch, &[2_000, 2_000]), [Some(60_000), None]);
        watch.note_changed(FUND);
        watch.forget(&world.ledger.accounts, FUND);
        assert_eq!(looks_at(&mut world, &mut watch, &[2_000, 100]), [None, None]);
    }
}

//! Orders that wait in the books, by account.
//!
//! A book knows orders; this knows whose they are, so that all of an account's orders can be found
//! (they are withdrawn before it is liquidated), so that an order can lapse, and so that a fill can be
//! traced to the account, the swap and the cause behind it. A record is taken when an order
//! passes the screen and released when the order's life ends; its index is the book's tag.

use super::trays::Intent;
use super::wheel::Wheel;
use ground::columns::Tailed;
use ground::units::{AccountId, Cash, Cause, InstrumentId, Lots, MarketId, Price, Side, StepValue, Tick};
use mechanics::book::OrderKey;
use mechanics::ledger::Slot;
use std::collections::BTreeMap;

const NONE: u32 = u32::MAX;

/// One order's other half. Orders end in no order, so each is in one cache line of its own.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub struct OpenOrder {
    pub market: MarketId,
    /// Whose order it is.
    pub account: AccountId,
    /// What the account trades: the market's instrument, or a swap on it.
    pub instrument: InstrumentId,
    /// Where the account holds it.
    pub slot: Slot,
    pub side: Side,
    pub remaining: Lots,
    pub cause: Cause,
    /// Known once it waits in the book.
    pub key: Option<OrderKey>,
    /// It may only close, and gives way to whatever else does. A lender's forced order is not among these: it is alone.
    pub reduce_only: bool,
    /// It is being taken back: no longer in the book, and its end not yet settled.
    pub leaving: bool,
    /// What a lot of it would lose at once, in steps, as long as no book has matched it.
    held_back: u32,
    life: u32,
    /// Tells a record from the next one in the same place.
    generation: u32,
    next: u32,
    previous: u32,
}

const _: () = assert!(size_of::<OpenOrder>() == 64);

#[derive(Clone, Debug)]
pub struct OpenOrders {
    records: Vec<OpenOrder>,
    /// By record, as far as any has paid a fee: what the fees of the order's trades so far were rounded up by, in billionths of a
    /// minor unit. An order's fee is rounded once, however many it trades with.
    fees_ahead: Vec<u32>,
    /// The first record without an order; the others follow by `next`.
    free: u32,
    /// By account: its first record.
    first: Tailed<u32>,
    expiries: Wheel<(u32, u32)>,
    /// How many reduce-only orders there are, where there are any.
    reduce_only: BTreeMap<(AccountId, InstrumentId), u32>,
    /// By account: what orders that no book has matched yet would lose at once; and which orders those are.
    held_back: Tailed<Cash>,
    unmatched: Vec<(u32, AccountId)>,
}

impl OpenOrders {
    /// The first so many accounts place orders of their own.
    pub fn new(accounts: usize) -> Self {
        Self {
            records: Vec::new(),
            fees_ahead: Vec::new(),
            free: NONE,
            first: Tailed::new(NONE, accounts),
            expiries: Wheel::default(),
            reduce_only: BTreeMap::new(),
            held_back: Tailed::new(Cash::ZERO, accounts),
            unmatched: Vec::new(),
        }
    }

    pub fn get(&self, tag: u32) -> &OpenOrder {
        &self.records[tag as usize]
    }

    pub fn fee_ahead(&mut self, tag: u32) -> &mut u32 {
        let records = self.records.len();
        if self.fees_ahead.len() < records {
            self.fees_ahead.resize(records, 0);
        }
        &mut self.fees_ahead[tag as usize]
    }

    /// Takes a record for an order on its way to the book; returns the tag. `beyond`: how many steps its price is worse
    /// than the mark, and what a step of a lot is worth; that much is held back until a book has matched it.
    pub fn open(&mut self, slot: Slot, intent: &Intent, beyond: (u32, StepValue)) -> u32 {
        let Intent { account, instrument, market, side, lots, cause, life, .. } = *intent;
        let reduce_only = intent.reduce_only && !cause.is_forced();
        let next = self.first.get(account.index());
        let mut record = OpenOrder {
            market,
            account,
            instrument,
            slot,
            side,
            remaining: lots,
            cause,
            key: None,
            reduce_only,
            leaving: false,
            held_back: beyond.0,
            life,
            generation: 0,
            next,
            previous: NONE,
        };
        let tag = match self.free {
            NONE => {
                self.records.push(record);
                u32::try_from(self.records.len() - 1).expect("more than 2^32 open orders")
            }
            tag => {
                let old = &mut self.records[tag as usize];
                self.free = old.next;
                record.generation = old.generation.wrapping_add(1);
                *old = record;
                if let Some(ahead) = self.fees_ahead.get_mut(tag as usize) {
                    *ahead = 0;
                }
                tag
            }
        };
        if next != NONE {
            self.records[next as usize].previous = tag;
        }
        self.first.set(account.index(), tag);
        if reduce_only {
            *self.reduce_only.entry((account, instrument)).or_default() += 1;
        }
        if beyond.0 > 0 {
            let before = self.held_back(account);
            self.held_back.set(account.index(), before + loss(lots, beyond));
            self.unmatched.push((tag, account));
        }
        tag
    }

    /// What orders of an account that no book has matched yet would lose against the mark at which they came.
    pub fn held_back(&self, account: AccountId) -> Cash {
        self.held_back.get(account.index())
    }

    /// An order lost this much, by a fill or otherwise.
    pub fn lost(&mut self, tag: u32, gone: Lots, step_value: StepValue) {
        let OpenOrder { account, held_back, .. } = self.records[tag as usize];
        if held_back > 0 {
            let left = self.held_back(account) - loss(gone, (held_back, step_value));
            self.held_back.set(account.index(), left);
        }
    }

    /// All books have matched: what rests in them is no worse than the mark.
    pub fn all_matched(&mut self) {
        for (tag, account) in self.unmatched.drain(..) {
            self.records[tag as usize].held_back = 0;
            self.held_back.set(account.index(), Cash::ZERO);
        }
    }

    /// Where there are reduce-only orders.
    pub fn with_reduce_only(&self) -> impl Iterator<Item = (AccountId, InstrumentId)> {
        self.reduce_only.keys().copied()
    }

    /// An account's orders in one instrument that are in a book or on their way to it, latest first, with their tags.
    pub fn live(&self, account: AccountId, instrument: InstrumentId) -> impl Iterator<Item = (u32, &OpenOrder)> {
        let mut tag = self.first.get(account.index());
        let all = std::iter::from_fn(move || {
            (tag != NONE).then(|| {
                let this = tag;
                let record = &self.records[this as usize];
                tag = record.next;
                (this, record)
            })
        });
        all.filter(move |(_, order)| order.instrument == instrument && !order.leaving)
    }

    /// The order has been taken out of its book; its end is still to be settled.
    pub fn leaves(&mut self, tag: u32) {
        self.records[tag as usize].leaving = true;
    }

    /// Takes one order back that waits in a book; `None` when it is being taken back already, or does not wait.
    pub fn withdraw(&mut self, tag: u32) -> Option<(MarketId, OrderKey)> {
        let record = &mut self.records[tag as usize];
        let key = record.key.filter(|_| !record.leaving)?;
        record.leaving = true;
        Some((record.market, key))
    }

    /// Takes all of an account's orders back: calls `withdraw` for each that waits in a book that is `reached`.
    pub fn withdraw_all(
        &mut self,
        account: AccountId,
        reached: impl Fn(MarketId) -> bool,
        mut withdraw: impl FnMut(MarketId, OrderKey),
    ) {
        let mut tag = self.first.get(account.index());
        while tag != NONE {
            let record = &mut self.records[tag as usize];
            tag = record.next;
            if let Some(key) = record.key
                && reached(record.market)
            {
                record.leaving = true;
                withdraw(record.market, key);
            }
        }
    }

    /// The order waits in the book under this key; from now its life counts.
    pub fn rests(&mut self, tag: u32, key: OrderKey, now: Tick) {
        let record = &mut self.records[tag as usize];
        record.key = Some(key);
        if record.life > 0 {
            self.expiries.add(now.after(record.life), (tag, record.generation));
        }
    }

    /// A stop is no longer found under its key.
    pub fn wakes(&mut self, tag: u32) {
        self.records[tag as usize].key = None;
    }

    pub fn set_remaining(&mut self, tag: u32, remaining: Lots) {
        self.records[tag as usize].remaining = remaining;
    }

    /// The order's life has ended.
    pub fn close(&mut self, tag: u32) {
        let OpenOrder { account, instrument, reduce_only, next, previous, .. } = self.records[tag as usize];
        if reduce_only {
            let count = self.reduce_only.get_mut(&(account, instrument)).expect("a reduce-only order was counted");
            *count -= 1;
            if *count == 0 {
                self.reduce_only.remove(&(account, instrument));
            }
        }
        if previous == NONE {
            self.first.set(account.index(), next);
        } else {
            self.records[previous as usize].next = next;
        }
        if next != NONE {
            self.records[next as usize].previous = previous;
        }
        let record = &mut self.records[tag as usize];
        record.key = None;
        record.next = self.free;
        self.free = tag;
    }

    /// Calls `withdraw` for each order that lapses now. Where a market cannot be reached, `later` says when it can be
    /// again: then the order lapses.
    pub fn expire(
        &mut self,
        now: Tick,
        later: impl Fn(MarketId) -> Option<Tick>,
        mut withdraw: impl FnMut(MarketId, OrderKey),
    ) {
        let records = &mut self.records;
        let mut kept = Vec::new();
        self.expiries.take(now, |(tag, generation)| {
            let record = &mut records[tag as usize];
            if record.generation == generation
                && let Some(key) = record.key
            {
                if let Some(due) = later(record.market) {
                    return kept.push((due, (tag, generation)));
                }
                record.leaving = true;
                withdraw(record.market, key);
            }
        });
        for (due, item) in kept {
            self.expiries.add(due.max(now.after(1)), item);
        }
    }

    /// The orders of an account that wait in a book, latest first.
    pub fn of_account(&self, account: AccountId) -> impl Iterator<Item = (MarketId, OrderKey)> {
        let mut tag = self.first.get(account.index());
        std::iter::from_fn(move || {
            while tag != NONE {
                let record = &self.records[tag as usize];
                tag = record.next;
                if let Some(key) = record.key {
                    return Some((record.market, key));
                }
            }
            None
        })
    }
}

/// What lots lose that trade so many steps worse than the mark.
fn loss(lots: Lots, (steps, step_value): (u32, StepValue)) -> Cash {
    step_value.value(lots, Price::new(i64::from(steps)))
}

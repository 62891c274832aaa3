//! Orders that wait in the books, by account.
//!
//! A book knows orders; this knows whose they are, so that all of an account's orders can be found
//! (they are withdrawn before it is liquidated), so that an order can lapse, and so that a fill can be
//! traced to the account, the swap and the cause behind it. A record is taken when an order
//! passes the screen and released when the order's life ends; its index is the book's tag.

use super::trays::Intent;
use super::wheel::Wheel;
use crate::book::OrderKey;
use crate::ledger::Slot;
use crate::units::{AccountId, Cause, InstrumentId, Lots, MarketId, Side, Tick};
use bevy_ecs::prelude::Resource;

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
    life: u32,
    /// Tells a record from the next one in the same place.
    generation: u32,
    next: u32,
    previous: u32,
}

const _: () = assert!(size_of::<OpenOrder>() == 64);

#[derive(Clone, Debug, Resource)]
pub struct OpenOrders {
    records: Vec<OpenOrder>,
    /// The first record without an order; the others follow by `next`.
    free: u32,
    /// By account: its first record.
    first: Vec<u32>,
    expiries: Wheel<(u32, u32)>,
}

impl OpenOrders {
    pub fn new(accounts: usize) -> Self {
        Self { records: Vec::new(), free: NONE, first: vec![NONE; accounts], expiries: Wheel::default() }
    }

    pub fn get(&self, tag: u32) -> &OpenOrder {
        &self.records[tag as usize]
    }

    /// Takes a record for an order on its way to the book; returns the tag.
    pub fn open(&mut self, market: MarketId, slot: Slot, intent: &Intent) -> u32 {
        let Intent { account, instrument, side, lots, cause, life, .. } = *intent;
        let next = self.first[account.index()];
        let mut record = OpenOrder {
            market,
            account,
            instrument,
            slot,
            side,
            remaining: lots,
            cause,
            key: None,
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
                tag
            }
        };
        if next != NONE {
            self.records[next as usize].previous = tag;
        }
        self.first[account.index()] = tag;
        tag
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
        let OpenOrder { account, next, previous, .. } = self.records[tag as usize];
        if previous == NONE {
            self.first[account.index()] = next;
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

    /// Calls `withdraw` for each order that lapses now.
    pub fn expire(&mut self, now: Tick, mut withdraw: impl FnMut(MarketId, OrderKey)) {
        let records = &self.records;
        self.expiries.take(now, |(tag, generation)| {
            let record = &records[tag as usize];
            if record.generation == generation
                && let Some(key) = record.key
            {
                withdraw(record.market, key);
            }
        });
    }

    /// The orders of an account that wait in a book, latest first.
    pub fn of_account(&self, account: AccountId) -> impl Iterator<Item = (MarketId, OrderKey)> {
        let mut tag = self.first[account.index()];
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

//! The order book of one market: who trades with whom, at what price, in what order.
//!
//! **Rules.** Better prices first; at one price the order that has waited longest. A trade happens at
//! the resting order's price. An order made smaller in place keeps its turn, any other change loses
//! it. A market order rests only in an auction. Stops wait out of sight and are triggered by the last traded
//! price (`stops.rs`). An auction collects orders and trades them at one price (`auction.rs`).
//!
//! **In** come [`NewOrder`]s, cancels and changes by [`OrderKey`]; **out** go [`BookEvent`]s, pushed
//! in order of happening onto a vector that the caller owns and clears. Prices are steps and may be
//! negative, quantities are lots.
//!
//! The book knows no accounts, no clock, no randomness and no other book; owners and tags are the
//! caller's numbers. It checks nobody's means. In a steady state an order costs no allocation: waiting
//! orders live in blocks that are used again (`slab.rs`), prices in rows that follow the market
//! (`ladder.rs`; prices far from the action, and moving a row, cost map nodes now and then).
//!
//! **Invariants.** In continuous trading the best bid is below the best ask and no stop is due. Each
//! order's events tell its whole life: filled + cancelled + reduced + still waiting = submitted. The
//! same calls give the same events, byte for byte. [`naive::NaiveBook`] is the same contract written
//! a second time without any cleverness; tests drive both in lockstep.
//!
//! Known limits: no iceberg or pegged orders; stops watch the last trade only, not the quote;
//! reduce-only is carried, not enforced; stops are triggered as soon as an auction ends, also a
//! closing one.

#![deny(clippy::float_arithmetic)]

mod order;
mod event;
mod matching;
mod stops;
mod auction;
mod view;
mod ladder;
mod occupancy;
mod queue;
mod slab;
pub mod naive;
#[cfg(test)]
mod stories;

pub use auction::Clearing;
pub use event::{BookEvent, CancelReason, Fill, Party};
pub use order::{LevelView, NewOrder, OrderKey, OrderKind, OrderView, Phase, SelfTrade, TimeInForce};

use ground::units::{Lots, Price, Side};
use ladder::Ladder;
use matching::Incoming;
use queue::Queue;
use slab::{Order, Place, Slab};
use stops::StopTerms;

/// One market's book. See the [module](self) for the rules.
#[derive(Clone, Debug)]
pub struct Book {
    slab: Slab,
    /// By `Side as usize`.
    resting: [Ladder; 2],
    stops: [Ladder; 2],
    /// Market orders that await the uncross.
    unpriced: [Queue; 2],
    /// What a parked stop will be once triggered, by slot; as long as the highest slot that held one.
    stop_terms: Vec<StopTerms>,
    /// Triggered and not yet executed; empty between calls.
    triggered: Vec<Incoming>,
    last: Option<Price>,
    phase: Phase,
    self_trade: SelfTrade,
}

impl Default for Book {
    fn default() -> Self {
        Self::new()
    }
}

impl Book {
    /// An empty book in continuous trading that resolves self-trades by [`SelfTrade::CancelResting`].
    pub fn new() -> Self {
        Self::with_self_trade(SelfTrade::default())
    }

    pub fn with_self_trade(self_trade: SelfTrade) -> Self {
        let sides = [Side::Buy, Side::Sell];
        Self {
            slab: Slab::new(),
            resting: sides.map(|side| Ladder::new(Place::Resting, side)),
            stops: sides.map(|side| Ladder::new(Place::Parked, side)),
            unpriced: [Queue::EMPTY; 2],
            stop_terms: Vec::new(),
            triggered: Vec::new(),
            last: None,
            phase: Phase::Continuous,
            self_trade,
        }
    }

    /// Takes an order: trades it, lets it wait, or cancels it, and then executes what its trades
    /// triggered. Returns the key under which the order waits (which may already be stale, if a stop
    /// that it triggered traded with it); `None` if nothing of it waits.
    ///
    /// # Panics
    /// If the quantity is not from 1 to [`Lots::LARGEST`].
    pub fn submit(&mut self, order: &NewOrder, events: &mut Vec<BookEvent>) -> Option<OrderKey> {
        assert!(order.quantity.is_positive() && order.quantity <= Lots::LARGEST, "an order's quantity is out of range");
        let mut incoming = Incoming::new(order);
        if let Some(reason) = self.refusal(order) {
            incoming.cancelled(reason, events);
            return None;
        }
        let continuous = self.phase == Phase::Continuous;
        if let Some(trigger) = order.kind.trigger() {
            if !(continuous && self.is_due(order.side, trigger)) {
                return Some(self.park(order, trigger, events));
            }
            events.push(BookEvent::Triggered { owner: order.owner, tag: order.tag });
        }
        if !continuous {
            return self.collect(&incoming, events);
        }
        let key = self.trade(&mut incoming, events);
        self.run_stops(events);
        key
    }

    /// Why the order may not even be looked at.
    fn refusal(&self, order: &NewOrder) -> Option<CancelReason> {
        let out_of_range = |price: Option<Price>| price.is_some_and(|price| !price.is_in_range());
        if self.phase == Phase::Halted {
            Some(CancelReason::Halted)
        } else if out_of_range(order.kind.limit()) || out_of_range(order.kind.trigger()) {
            Some(CancelReason::PriceOutOfRange)
        } else if self.phase == Phase::Auction
            && match order.kind {
                OrderKind::Limit { .. } => order.time_in_force != TimeInForce::GoodTillCancel,
                OrderKind::Market => order.time_in_force == TimeInForce::FillOrKill,
                OrderKind::Stop { .. } | OrderKind::StopLimit { .. } => false,
            }
        {
            Some(CancelReason::AuctionCollects)
        } else {
            None
        }
    }

    /// Takes a waiting order out, in any phase, and returns what it had left; `None` if it is gone.
    pub fn cancel(&mut self, key: OrderKey, events: &mut Vec<BookEvent>) -> Option<Lots> {
        self.withdraw(key, CancelReason::Requested, events)
    }

    /// Makes a waiting order smaller, in any phase, without losing its turn. Returns by how much;
    /// `None`, and nothing happens, if the order is gone or has no more than `remaining` left.
    ///
    /// # Panics
    /// If `remaining` is not positive: that is a cancel.
    pub fn reduce(&mut self, key: OrderKey, remaining: Lots, events: &mut Vec<BookEvent>) -> Option<Lots> {
        assert!(remaining.is_positive(), "an order reduced to nothing is a cancel");
        let (order, block) = self.slab.find(key)?;
        let (owner, tag, taken_off) = (order.owner, order.tag, order.remaining - remaining);
        if !taken_off.is_positive() {
            return None;
        }
        let side = block.side as usize;
        match block.place {
            Place::Resting => self.resting[side].shrink(block.key, taken_off),
            Place::Parked => self.stops[side].shrink(block.key, taken_off),
            Place::AwaitsUncross => self.unpriced[side].quantity -= taken_off,
        }
        self.slab.order_mut(key.slot).remaining = remaining;
        events.push(BookEvent::Reduced { owner, tag, remaining });
        Some(taken_off)
    }

    /// Cancels a waiting order and submits another in its stead, at the end of the queue. Does
    /// nothing and returns `None` if the old one is gone, so that nobody trades twice; otherwise
    /// what [`submit`](Self::submit) returned.
    pub fn replace(
        &mut self,
        key: OrderKey,
        order: &NewOrder,
        events: &mut Vec<BookEvent>,
    ) -> Option<Option<OrderKey>> {
        self.withdraw(key, CancelReason::Replaced, events)?;
        Some(self.submit(order, events))
    }

    fn withdraw(&mut self, key: OrderKey, reason: CancelReason, events: &mut Vec<BookEvent>) -> Option<Lots> {
        let (&Order { owner, tag, remaining }, block) = self.slab.find(key)?;
        let (place, side, at) = (block.place, block.side as usize, block.key);
        match place {
            Place::Resting => self.resting[side].leave(at, key.slot, &mut self.slab),
            Place::Parked => self.stops[side].leave(at, key.slot, &mut self.slab),
            Place::AwaitsUncross => self.unpriced[side].leave(key.slot, &mut self.slab),
        }
        events.push(BookEvent::Cancelled { owner, tag, remaining, reason });
        Some(remaining)
    }

    /// Refuses new orders from now on. What waits stays.
    pub fn halt(&mut self) {
        self.phase = Phase::Halted;
    }

    /// From now on orders collect until [`uncross`](Self::uncross).
    pub fn start_auction(&mut self) {
        self.phase = Phase::Auction;
    }

    /// Returns to continuous trading without an auction, and executes stops that fell due.
    ///
    /// # Panics
    /// If orders that collected in an auction could trade: only an uncross can tell at what price.
    pub fn resume(&mut self, events: &mut Vec<BookEvent>) {
        assert!(!self.is_crossed() && self.unpriced.iter().all(Queue::is_empty), "a crossed book needs an uncross");
        self.phase = Phase::Continuous;
        self.run_stops(events);
    }

    pub fn phase(&self) -> Phase {
        self.phase
    }
}

/// Where in its ladder a resting order stands: the highest bid and the lowest ask come first.
const fn resting_key(side: Side, price: Price) -> i64 {
    match side {
        Side::Buy => -price.steps(),
        Side::Sell => price.steps(),
    }
}

const fn resting_price(side: Side, key: i64) -> Price {
    match side {
        Side::Buy => Price::new(-key),
        Side::Sell => Price::new(key),
    }
}

/// Where in its ladder a parked stop stands: a rising price meets the lowest buy trigger first, a
/// falling one the highest sell trigger.
const fn stop_key(side: Side, trigger: Price) -> i64 {
    resting_key(side.opposite(), trigger)
}

const fn stop_trigger(side: Side, key: i64) -> Price {
    resting_price(side.opposite(), key)
}

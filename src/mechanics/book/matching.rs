//! Continuous trading: an order arrives, takes what it may, and rests or goes.

use super::event::{BookEvent, CancelReason, Fill, Party};
use super::ladder::NONE;
use super::order::{NewOrder, OrderKey, SelfTrade, TimeInForce};
use super::slab::Order;
use super::{Book, resting_key, resting_price};
use ground::units::{Lots, Price, Side};

/// An order that is being executed: a market order if it has no limit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Incoming {
    pub owner: u32,
    pub tag: u32,
    pub side: Side,
    pub remaining: Lots,
    pub limit: Option<Price>,
    pub time_in_force: TimeInForce,
    pub post_only: bool,
    pub reduce_only: bool,
}

impl Incoming {
    pub fn new(order: &NewOrder) -> Self {
        Self {
            owner: order.owner,
            tag: order.tag,
            side: order.side,
            remaining: order.quantity,
            limit: order.kind.limit(),
            time_in_force: order.time_in_force,
            post_only: order.post_only,
            reduce_only: order.reduce_only,
        }
    }

    /// The last key of the opposite ladder that the order would trade with.
    fn reach(&self) -> i64 {
        self.limit.map_or(NONE - 1, |limit| resting_key(self.side.opposite(), limit))
    }

    pub fn cancelled(&self, reason: CancelReason, events: &mut Vec<BookEvent>) {
        events.push(BookEvent::Cancelled { owner: self.owner, tag: self.tag, remaining: self.remaining, reason });
    }

    #[inline]
    pub fn stored(&self) -> Order {
        Order { remaining: self.remaining, owner: self.owner, tag: self.tag }
    }

    fn party(&self) -> Party {
        Party { owner: self.owner, tag: self.tag, remaining: self.remaining }
    }
}

impl Book {
    /// Executes an order in continuous trading. Does not look at stops. (By reference: to copy an
    /// order just written field by field makes the processor wait for all stores before it, and one
    /// of them is the last order's, on its way to far memory.)
    pub(super) fn trade(&mut self, order: &mut Incoming, events: &mut Vec<BookEvent>) -> Option<OrderKey> {
        if self.would_trade(order) {
            if order.post_only {
                order.cancelled(CancelReason::PostOnlyWouldCross, events);
                return None;
            }
            if order.time_in_force == TimeInForce::FillOrKill && !self.fills_whole(order) {
                order.cancelled(CancelReason::FillOrKillUnfillable, events);
                return None;
            }
            self.sweep(order, events);
            if order.remaining.is_zero() {
                return None;
            }
        }
        match (order.limit, order.time_in_force) {
            (Some(limit), TimeInForce::GoodTillCancel) => return Some(self.rest(order, limit, events)),
            (_, TimeInForce::FillOrKill) => order.cancelled(CancelReason::FillOrKillUnfillable, events),
            (None, _) => order.cancelled(CancelReason::MarketRemainder, events),
            (Some(_), TimeInForce::ImmediateOrCancel) => order.cancelled(CancelReason::ImmediateRemainder, events),
        }
        None
    }

    /// Whether an order of the other side waits within reach.
    pub(super) fn would_trade(&self, order: &Incoming) -> bool {
        let opposite = order.side.opposite() as usize;
        self.resting[opposite].best() <= order.reach() || !self.unpriced[opposite].is_empty()
    }

    /// Trades with the opposite side until the order is done, out of reach or, by the rule on
    /// self-trades, withdrawn; then its remainder is zero.
    fn sweep(&mut self, order: &mut Incoming, events: &mut Vec<BookEvent>) {
        let reach = order.reach();
        let ladder = &mut self.resting[order.side.opposite() as usize];
        while order.remaining.is_positive() && ladder.best() <= reach {
            let key = ladder.best();
            let slot = ladder.best_queue().front(&self.slab);
            let maker = self.slab.order_mut(slot);
            if maker.owner == order.owner && self.self_trade != SelfTrade::Allow {
                let reason = CancelReason::SelfTrade;
                if self.self_trade != SelfTrade::CancelIncoming {
                    let (owner, tag, remaining) = (maker.owner, maker.tag, maker.remaining);
                    events.push(BookEvent::Cancelled { owner, tag, remaining, reason });
                    ladder.leave(key, slot, &mut self.slab);
                }
                if self.self_trade != SelfTrade::CancelResting {
                    order.cancelled(reason, events);
                    order.remaining = Lots::ZERO;
                }
                continue;
            }
            let quantity = order.remaining.min(maker.remaining);
            let price = resting_price(order.side.opposite(), key);
            order.remaining -= quantity;
            let passive = Party { owner: maker.owner, tag: maker.tag, remaining: maker.remaining - quantity };
            if passive.remaining.is_zero() {
                ladder.leave(key, slot, &mut self.slab);
            } else {
                maker.remaining = passive.remaining;
                ladder.shrink(key, quantity);
            }
            let (buyer, seller) = match order.side {
                Side::Buy => (order.party(), passive),
                Side::Sell => (passive, order.party()),
            };
            self.last = Some(price);
            events.push(BookEvent::Fill(Fill { price, quantity, buyer, seller, aggressor: Some(order.side) }));
        }
    }

    /// Whether a sweep would fill the order whole, self-trades resolved as they will be.
    fn fills_whole(&self, order: &Incoming) -> bool {
        let reach = order.reach();
        let mut wanted = order.remaining;
        for (_, queue) in self.resting[order.side.opposite() as usize].queues().take_while(|&(key, _)| key <= reach) {
            for maker in queue.orders(&self.slab) {
                if maker.owner != order.owner || self.self_trade == SelfTrade::Allow {
                    wanted = wanted - wanted.min(maker.remaining);
                    if wanted.is_zero() {
                        return true;
                    }
                } else if self.self_trade != SelfTrade::CancelResting {
                    return false;
                }
            }
        }
        false
    }

    #[inline]
    pub(super) fn rest(&mut self, order: &Incoming, limit: Price, events: &mut Vec<BookEvent>) -> OrderKey {
        let ladder = &mut self.resting[order.side as usize];
        let key = ladder.join(resting_key(order.side, limit), order.stored(), order.reduce_only, &mut self.slab);
        events.push(BookEvent::Rested { owner: order.owner, tag: order.tag, key, remaining: order.remaining });
        key
    }
}

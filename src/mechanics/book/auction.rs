//! Call auctions: orders collect, and all that can trade does so at one price.
//!
//! At each price demand is what would be bought there (market orders and bids at it or above) and
//! supply what would be sold. The auction's price
//!
//! 1. executes the most: `min(demand, supply)` is largest;
//! 2. of those prices, leaves the smallest surplus `|demand - supply|`;
//! 3. of those, yields to pressure: the highest if buyers are left over at all of them, the lowest if
//!    sellers are;
//! 4. otherwise lies nearest to the reference price that the caller names (the last close, say).
//!
//! These are the criteria, in this order, of the Xetra auctions (Deutsche Börse, *Market Model
//! Equities*, Release 7.1, 2004, price determination). Xetra looks at the limits in the book only;
//! here every step from the lowest to the highest of them counts, whether or not an order stands
//! there. The reference belongs to that range as well if market orders wait on both sides, for they
//! could trade with each other alone. As demand never rises with the price and supply never falls,
//! the prices that pass the second test are neighbours without a gap, so the last leaves exactly one.
//!
//! Then the executed volume goes to each side by price and time, market orders before all limits.
//! Orders of one owner may meet (see [`SelfTrade`](super::SelfTrade)).

use super::Book;
use super::event::{BookEvent, CancelReason, Fill, Party};
use super::ladder::Ladder;
use super::matching::Incoming;
use super::order::{OrderKey, Phase};
use super::queue::Home;
use super::slab::Place;
use ground::units::{Lots, Price, Side};
use std::cmp::Ordering;

/// The outcome of an auction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clearing {
    pub price: Price,
    /// What trades.
    pub volume: Lots,
    /// Demand less supply at the price: what more would have been bought, negative for sold.
    pub imbalance: Lots,
}

impl Book {
    /// Lets an order wait for the uncross.
    pub(super) fn collect(&mut self, order: &Incoming, events: &mut Vec<BookEvent>) -> Option<OrderKey> {
        if order.post_only && self.would_trade(order) {
            order.cancelled(CancelReason::PostOnlyWouldCross, events);
            return None;
        }
        if let Some(limit) = order.limit {
            return Some(self.rest(order, limit, events));
        }
        let home = Home { place: Place::AwaitsUncross, side: order.side };
        let queue = &mut self.unpriced[order.side as usize];
        let key = queue.join(home, 0, order.stored(), order.reduce_only, &mut self.slab);
        events.push(BookEvent::Rested { owner: order.owner, tag: order.tag, key, remaining: order.remaining });
        Some(key)
    }

    /// What [`uncross`](Self::uncross) would do now; `None` if nothing would trade. Looks at every
    /// price level.
    pub fn indicative(&self, reference: Price) -> Option<Clearing> {
        let [bids, asks] = &self.resting;
        let [market_buys, market_sells] = &self.unpriced;
        let mut bid_prices = bids.queues_from_worst().map(|(key, queue)| (-key, queue.quantity)).peekable();
        let mut ask_prices = asks.queues().map(|(key, queue)| (key, queue.quantity)).peekable();
        let mut demand = market_buys.quantity + total(bids);
        let mut supply = market_sells.quantity;
        let reference_counts = !market_buys.is_empty() && !market_sells.is_empty();

        let mut best: Option<Candidate> = None;
        let mut consider = |demand: Lots, supply: Lots, low: i64, high: i64| {
            if low <= high {
                let next = Candidate::new(demand, supply, low, high);
                best = Some(best.map_or(next, |best| best.or_above(next)));
            }
        };
        // From the lowest price up: each price with orders, and each gap between two such.
        let mut unseen = if reference_counts { reference.steps() } else { i64::MAX };
        while let Some(price) = lower(bid_prices.peek(), ask_prices.peek()) {
            consider(demand, supply, unseen, price - 1);
            if let Some((_, quantity)) = ask_prices.next_if(|&(ask, _)| ask == price) {
                supply += quantity;
            }
            consider(demand, supply, price, price);
            if let Some((_, quantity)) = bid_prices.next_if(|&(bid, _)| bid == price) {
                demand -= quantity;
            }
            unseen = price + 1;
        }
        if reference_counts {
            consider(demand, supply, unseen, reference.steps());
        }
        let best = best.filter(|best| best.volume.is_positive())?;
        let price = best.nearest(reference);
        let imbalance = self.demand_at(price) - self.supply_at(price);
        Some(Clearing { price, volume: best.volume, imbalance })
    }

    fn demand_at(&self, price: Price) -> Lots {
        self.unpriced[Side::Buy as usize].quantity + self.depth(Side::Buy, price)
    }

    fn supply_at(&self, price: Price) -> Lots {
        self.unpriced[Side::Sell as usize].quantity + self.depth(Side::Sell, price)
    }

    /// Ends an auction or a halt: trades what can trade at one price, cancels the market orders
    /// left over, returns to continuous trading and executes the stops that fell due. Returns what
    /// traded at one price, if anything did.
    ///
    /// # Panics
    /// If `reference` is out of range, see [`Price::is_in_range`].
    pub fn uncross(&mut self, reference: Price, events: &mut Vec<BookEvent>) -> Option<Clearing> {
        assert!(reference.is_in_range(), "an auction's reference price is out of range");
        let clearing = self.indicative(reference);
        if let Some(clearing) = clearing {
            self.trade_at(clearing, events);
        }
        for side in [Side::Buy, Side::Sell] {
            self.drop_unpriced(side, events);
        }
        assert!(!self.is_crossed(), "an auction's price left orders that could still trade");
        self.phase = Phase::Continuous;
        self.run_stops(events);
        clearing
    }

    fn trade_at(&mut self, clearing: Clearing, events: &mut Vec<BookEvent>) {
        let mut left = clearing.volume;
        while left.is_positive() {
            let buy = self.first_in_auction(Side::Buy);
            let sell = self.first_in_auction(Side::Sell);
            let quantity = left.min(self.slab.order(buy).remaining).min(self.slab.order(sell).remaining);
            left -= quantity;
            let buyer = self.fill_in_auction(Side::Buy, buy, quantity);
            let seller = self.fill_in_auction(Side::Sell, sell, quantity);
            events.push(BookEvent::Fill(Fill { price: clearing.price, quantity, buyer, seller, aggressor: None }));
        }
        self.last = Some(clearing.price);
    }

    fn first_in_auction(&self, side: Side) -> u32 {
        let unpriced = &self.unpriced[side as usize];
        let queue = if unpriced.is_empty() { self.resting[side as usize].best_queue() } else { unpriced };
        queue.front(&self.slab)
    }

    fn fill_in_auction(&mut self, side: Side, slot: u32, quantity: Lots) -> Party {
        let order = *self.slab.order(slot);
        let remaining = order.remaining - quantity;
        let priced = self.slab.block_of(slot).place == Place::Resting;
        let ladder = &mut self.resting[side as usize];
        let unpriced = &mut self.unpriced[side as usize];
        if remaining.is_zero() {
            if priced {
                ladder.leave(ladder.best(), slot, &mut self.slab);
            } else {
                unpriced.leave(slot, &mut self.slab);
            }
        } else {
            self.slab.order_mut(slot).remaining = remaining;
            if priced {
                ladder.shrink(ladder.best(), quantity);
            } else {
                unpriced.quantity -= quantity;
            }
        }
        Party { owner: order.owner, tag: order.tag, remaining }
    }

    fn drop_unpriced(&mut self, side: Side, events: &mut Vec<BookEvent>) {
        let queue = &mut self.unpriced[side as usize];
        while !queue.is_empty() {
            let slot = queue.front(&self.slab);
            let order = *self.slab.order(slot);
            queue.leave(slot, &mut self.slab);
            let reason = CancelReason::MarketRemainder;
            events.push(BookEvent::Cancelled {
                owner: order.owner,
                tag: order.tag,
                remaining: order.remaining,
                reason,
            });
        }
    }
}

fn total(ladder: &Ladder) -> Lots {
    ladder.queues().map(|(_, queue)| queue.quantity).sum()
}

fn lower(bid: Option<&(i64, Lots)>, ask: Option<&(i64, Lots)>) -> Option<i64> {
    match (bid, ask) {
        (Some(&(bid, _)), Some(&(ask, _))) => Some(bid.min(ask)),
        (Some(&(price, _)), None) | (None, Some(&(price, _))) => Some(price),
        (None, None) => None,
    }
}

/// Neighbouring prices at which the same would trade and as much would be left over.
#[derive(Clone, Copy)]
struct Candidate {
    volume: Lots,
    low: i64,
    high: i64,
    /// Demand less supply at `low` and at `high`: equal, or of opposite sign.
    imbalance_low: Lots,
    imbalance_high: Lots,
}

impl Candidate {
    fn new(demand: Lots, supply: Lots, low: i64, high: i64) -> Self {
        let imbalance = demand - supply;
        Self { volume: demand.min(supply), low, high, imbalance_low: imbalance, imbalance_high: imbalance }
    }

    /// The better of this and the prices `next` above it; both together if neither is.
    fn or_above(self, next: Self) -> Self {
        let (surplus, next_surplus) = (self.imbalance_high.abs(), next.imbalance_low.abs());
        match next.volume.cmp(&self.volume).then(surplus.cmp(&next_surplus)) {
            Ordering::Greater => next,
            Ordering::Less => self,
            Ordering::Equal => Self { high: next.high, imbalance_high: next.imbalance_high, ..self },
        }
    }

    fn nearest(&self, reference: Price) -> Price {
        Price::new(if self.imbalance_high.is_positive() {
            self.high
        } else if self.imbalance_low.is_negative() {
            self.low
        } else {
            reference.steps().clamp(self.low, self.high)
        })
    }
}

//! The book's twin: the same contract, written as plainly as can be, to check the book against and
//! to measure it by.
//!
//! Prices in sorted maps, at each price a queue of order numbers; a cancelled order is struck out and
//! skipped when its turn comes. Orders are kept for ever in order of arrival and a key is an order's
//! number. Nothing here is shared with the book but the words of its interface. Not for simulations:
//! memory grows with every order.

use super::Clearing;
use super::event::{BookEvent, CancelReason, Fill, Party};
use super::order::{LevelView, NewOrder, OrderKey, OrderKind, OrderView, Phase, SelfTrade, TimeInForce};
use ground::units::{Lots, Price, Side};
use std::collections::{BTreeMap, VecDeque};
use std::num::NonZeroU32;

/// See the [module](self).
#[derive(Clone, Debug, Default)]
pub struct NaiveBook {
    orders: Vec<Order>,
    bids: BTreeMap<Price, Level>,
    asks: BTreeMap<Price, Level>,
    /// Numbers of parked stops, in order of arrival.
    stops: Vec<usize>,
    /// Numbers of market orders that await the uncross, in order of arrival.
    unpriced: Vec<usize>,
    last: Option<Price>,
    phase: Phase,
    self_trade: SelfTrade,
}

#[derive(Clone, Copy, Debug)]
struct Order {
    terms: NewOrder,
    /// Zero once it is gone.
    remaining: Lots,
    triggered: bool,
}

#[derive(Clone, Debug, Default)]
struct Level {
    queue: VecDeque<usize>,
    /// Of the orders that are not struck out.
    quantity: Lots,
    orders: u32,
}

impl NaiveBook {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn with_self_trade(self_trade: SelfTrade) -> Self {
        Self { self_trade, ..Self::default() }
    }

    pub fn submit(&mut self, order: &NewOrder, events: &mut Vec<BookEvent>) -> Option<OrderKey> {
        assert!(order.quantity >= Lots::new(1) && order.quantity <= Lots::LARGEST);
        let auction = self.phase == Phase::Auction;
        let is_stop = order.kind.trigger().is_some();
        let collectable = is_stop
            || order.time_in_force == TimeInForce::GoodTillCancel
            || (order.kind == OrderKind::Market && order.time_in_force == TimeInForce::ImmediateOrCancel);
        let refusal = if self.phase == Phase::Halted {
            Some(CancelReason::Halted)
        } else if [order.kind.limit(), order.kind.trigger()].into_iter().flatten().any(|price| !price.is_in_range()) {
            Some(CancelReason::PriceOutOfRange)
        } else if auction && !collectable {
            Some(CancelReason::AuctionCollects)
        } else {
            None
        };
        if let Some(reason) = refusal {
            events.push(cancelled(order, order.quantity, reason));
            return None;
        }
        let number = self.orders.len();
        self.orders.push(Order { terms: *order, remaining: order.quantity, triggered: false });
        if is_stop {
            if auction || !self.is_due(number) {
                self.stops.push(number);
                events.push(BookEvent::Parked { owner: order.owner, tag: order.tag, key: key_of(number) });
                return Some(key_of(number));
            }
            self.trigger(number, events);
        }
        let waits = if auction { self.collect(number, events) } else { self.execute(number, events) };
        if self.phase == Phase::Continuous {
            self.run_stops(events);
        }
        waits.then(|| key_of(number))
    }

    fn trigger(&mut self, number: usize, events: &mut Vec<BookEvent>) {
        let terms = &self.orders[number].terms;
        events.push(BookEvent::Triggered { owner: terms.owner, tag: terms.tag });
        self.orders[number].triggered = true;
    }

    fn is_due(&self, number: usize) -> bool {
        let terms = &self.orders[number].terms;
        let (Some(last), Some(trigger)) = (self.last, terms.kind.trigger()) else { return false };
        match terms.side {
            Side::Buy => last >= trigger,
            Side::Sell => last <= trigger,
        }
    }

    fn run_stops(&mut self, events: &mut Vec<BookEvent>) {
        let mut line = VecDeque::new();
        loop {
            let mut due: Vec<usize> = self.stops.iter().copied().filter(|&number| self.is_due(number)).collect();
            self.stops.retain(|number| !due.contains(number));
            due.sort_by_key(|&number| {
                let terms = &self.orders[number].terms;
                let trigger = terms.kind.trigger().expect("a stop has a trigger").steps();
                (terms.side == Side::Sell, if terms.side == Side::Buy { trigger } else { -trigger }, number)
            });
            for &number in &due {
                self.trigger(number, events);
                // The key under which the stop was parked dies; it goes on under a new one.
                let went_on = self.orders[number];
                self.orders[number].remaining = Lots::ZERO;
                line.push_back(self.orders.len());
                self.orders.push(went_on);
            }
            let Some(number) = line.pop_front() else { break };
            self.execute(number, events);
        }
    }

    /// Executes an order in continuous trading; true if it comes to rest.
    fn execute(&mut self, number: usize, events: &mut Vec<BookEvent>) -> bool {
        let terms = self.orders[number].terms;
        if terms.post_only && self.would_trade(&terms) {
            self.drop_order(number, CancelReason::PostOnlyWouldCross, events);
            return false;
        }
        if terms.time_in_force == TimeInForce::FillOrKill && !self.fills_whole(number) {
            self.drop_order(number, CancelReason::FillOrKillUnfillable, events);
            return false;
        }
        while self.orders[number].remaining.is_positive() {
            let Some(maker) = self.first_within_reach(&terms) else { break };
            if self.orders[maker].terms.owner == terms.owner && self.self_trade != SelfTrade::Allow {
                if self.self_trade != SelfTrade::CancelIncoming {
                    self.strike_out(maker, CancelReason::SelfTrade, events);
                }
                if self.self_trade != SelfTrade::CancelResting {
                    self.drop_order(number, CancelReason::SelfTrade, events);
                    return false;
                }
                continue;
            }
            let price = self.orders[maker].limit().expect("a resting order has a limit");
            let quantity = self.orders[number].remaining.min(self.orders[maker].remaining);
            self.orders[number].remaining -= quantity;
            self.take_from_resting(maker, quantity);
            let (buy, sell) = if terms.side == Side::Buy { (number, maker) } else { (maker, number) };
            self.fill(buy, sell, price, quantity, Some(terms.side), events);
        }
        let remaining = self.orders[number].remaining;
        if remaining.is_zero() {
            return false;
        }
        match (self.orders[number].limit(), terms.time_in_force) {
            (None, TimeInForce::GoodTillCancel | TimeInForce::ImmediateOrCancel) => {
                self.drop_order(number, CancelReason::MarketRemainder, events);
            }
            (Some(_), TimeInForce::ImmediateOrCancel) => {
                self.drop_order(number, CancelReason::ImmediateRemainder, events);
            }
            (Some(price), TimeInForce::GoodTillCancel) => {
                self.rest(number, price, events);
                return true;
            }
            (_, TimeInForce::FillOrKill) => unreachable!("it was checked to fill whole"),
        }
        false
    }

    /// Lets an order wait for the uncross; true if it does.
    fn collect(&mut self, number: usize, events: &mut Vec<BookEvent>) -> bool {
        let terms = self.orders[number].terms;
        if terms.post_only && self.would_trade(&terms) {
            self.drop_order(number, CancelReason::PostOnlyWouldCross, events);
            return false;
        }
        match self.orders[number].limit() {
            Some(price) => self.rest(number, price, events),
            None => {
                self.unpriced.push(number);
                let remaining = terms.quantity;
                let key = key_of(number);
                events.push(BookEvent::Rested { owner: terms.owner, tag: terms.tag, key, remaining });
            }
        }
        true
    }

    fn would_trade(&self, terms: &NewOrder) -> bool {
        self.first_within_reach(terms).is_some()
            || self.unpriced.iter().any(|&number| self.orders[number].terms.side != terms.side)
    }

    /// The number of the resting order that the terms would trade with first.
    fn first_within_reach(&self, terms: &NewOrder) -> Option<usize> {
        let limit = terms.kind.limit();
        let level = match terms.side {
            Side::Buy => self.asks.first_key_value().filter(|(price, _)| limit.is_none_or(|limit| **price <= limit)),
            Side::Sell => self.bids.last_key_value().filter(|(price, _)| limit.is_none_or(|limit| **price >= limit)),
        };
        let (_, level) = level?;
        level.queue.iter().copied().find(|&number| self.orders[number].remaining.is_positive())
    }

    fn fills_whole(&self, number: usize) -> bool {
        let order = &self.orders[number];
        let mut available = Lots::ZERO;
        for (price, level) in self.best_first(order.terms.side.opposite()) {
            let within = order.limit().is_none_or(|limit| match order.terms.side {
                Side::Buy => price <= limit,
                Side::Sell => price >= limit,
            });
            if !within {
                break;
            }
            for &maker in &level.queue {
                let maker = &self.orders[maker];
                let own = maker.terms.owner == order.terms.owner && self.self_trade != SelfTrade::Allow;
                if own && maker.remaining.is_positive() && self.self_trade != SelfTrade::CancelResting {
                    return false;
                }
                if !own {
                    available += maker.remaining;
                }
                if available >= order.remaining {
                    return true;
                }
            }
        }
        false
    }

    fn best_first(&self, side: Side) -> Box<dyn Iterator<Item = (Price, &Level)> + '_> {
        match side {
            Side::Buy => Box::new(self.bids.iter().rev().map(|(&price, level)| (price, level))),
            Side::Sell => Box::new(self.asks.iter().map(|(&price, level)| (price, level))),
        }
    }

    fn side_mut(&mut self, side: Side) -> &mut BTreeMap<Price, Level> {
        match side {
            Side::Buy => &mut self.bids,
            Side::Sell => &mut self.asks,
        }
    }

    fn rest(&mut self, number: usize, price: Price, events: &mut Vec<BookEvent>) {
        let Order { terms, remaining, .. } = self.orders[number];
        let level = self.side_mut(terms.side).entry(price).or_default();
        level.queue.push_back(number);
        level.quantity += remaining;
        level.orders += 1;
        events.push(BookEvent::Rested { owner: terms.owner, tag: terms.tag, key: key_of(number), remaining });
    }

    /// A resting order becomes smaller by `quantity`, and leaves if nothing of it is left.
    fn take_from_resting(&mut self, number: usize, quantity: Lots) {
        self.orders[number].remaining -= quantity;
        let gone = self.orders[number].remaining.is_zero();
        let side = self.orders[number].terms.side;
        let price = self.orders[number].limit().expect("a resting order has a limit");
        let map = self.side_mut(side);
        let level = map.get_mut(&price).expect("a resting order has a level");
        level.quantity -= quantity;
        if gone {
            level.orders -= 1;
            if level.orders == 0 {
                map.remove(&price);
                return;
            }
        }
        self.skip_struck_out(side, price);
    }

    fn skip_struck_out(&mut self, side: Side, price: Price) {
        let Self { orders, bids, asks, .. } = self;
        let map = if side == Side::Buy { bids } else { asks };
        let level = map.get_mut(&price).expect("the level was just used");
        while level.queue.front().is_some_and(|&number| orders[number].remaining.is_zero()) {
            level.queue.pop_front();
        }
    }

    fn strike_out(&mut self, number: usize, reason: CancelReason, events: &mut Vec<BookEvent>) {
        let Order { terms, remaining, .. } = self.orders[number];
        self.take_from_resting(number, remaining);
        events.push(cancelled(&terms, remaining, reason));
    }

    /// Cancels an order that is in no queue.
    fn drop_order(&mut self, number: usize, reason: CancelReason, events: &mut Vec<BookEvent>) {
        let order = &mut self.orders[number];
        events.push(cancelled(&order.terms, order.remaining, reason));
        order.remaining = Lots::ZERO;
    }

    fn fill(
        &mut self,
        buy: usize,
        sell: usize,
        price: Price,
        quantity: Lots,
        aggressor: Option<Side>,
        events: &mut Vec<BookEvent>,
    ) {
        let party = |number: usize| {
            let Order { terms, remaining, .. } = &self.orders[number];
            Party { owner: terms.owner, tag: terms.tag, remaining: *remaining }
        };
        events.push(BookEvent::Fill(Fill { price, quantity, buyer: party(buy), seller: party(sell), aggressor }));
        self.last = Some(price);
    }

    pub fn cancel(&mut self, key: OrderKey, events: &mut Vec<BookEvent>) -> Option<Lots> {
        self.withdraw(key, CancelReason::Requested, events)
    }

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
        let number = self.waiting(key)?;
        let remaining = self.orders[number].remaining;
        if self.orders[number].is_parked() {
            self.stops.retain(|&other| other != number);
            self.drop_order(number, reason, events);
        } else if self.orders[number].limit().is_none() {
            self.unpriced.retain(|&other| other != number);
            self.drop_order(number, reason, events);
        } else {
            self.strike_out(number, reason, events);
        }
        Some(remaining)
    }

    pub fn reduce(&mut self, key: OrderKey, remaining: Lots, events: &mut Vec<BookEvent>) -> Option<Lots> {
        assert!(remaining.is_positive());
        let number = self.waiting(key)?;
        let taken_off = self.orders[number].remaining - remaining;
        if !taken_off.is_positive() {
            return None;
        }
        if self.orders[number].is_parked() || self.orders[number].limit().is_none() {
            self.orders[number].remaining = remaining;
        } else {
            self.take_from_resting(number, taken_off);
        }
        let terms = &self.orders[number].terms;
        events.push(BookEvent::Reduced { owner: terms.owner, tag: terms.tag, remaining });
        Some(taken_off)
    }

    fn waiting(&self, key: OrderKey) -> Option<usize> {
        let number = key.slot as usize;
        self.orders.get(number).filter(|order| order.remaining.is_positive()).map(|_| number)
    }

    pub fn halt(&mut self) {
        self.phase = Phase::Halted;
    }

    pub fn start_auction(&mut self) {
        self.phase = Phase::Auction;
    }

    pub fn resume(&mut self, events: &mut Vec<BookEvent>) {
        assert!(!self.is_crossed() && self.unpriced.is_empty());
        self.phase = Phase::Continuous;
        self.run_stops(events);
    }

    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// Tries every price that could matter: each limit, its two neighbours, and the reference.
    pub fn indicative(&self, reference: Price) -> Option<Clearing> {
        let mut limits: Vec<Price> = self.bids.keys().chain(self.asks.keys()).copied().collect();
        let waits = |side| self.unpriced.iter().any(|&number| self.orders[number].terms.side == side);
        if waits(Side::Buy) && waits(Side::Sell) {
            limits.push(reference);
        }
        let (&lowest, &highest) = (limits.iter().min()?, limits.iter().max()?);
        let mut prices: Vec<Price> = limits.iter().flat_map(|&price| [price - 1, price, price + 1]).collect();
        prices.push(reference);
        prices.retain(|&price| lowest <= price && price <= highest);
        let outcomes: Vec<Clearing> = prices.into_iter().map(|price| self.clearing_at(price)).collect();

        let most = outcomes.iter().map(|outcome| outcome.volume).max()?;
        let outcomes: Vec<Clearing> = outcomes.into_iter().filter(|outcome| outcome.volume == most).collect();
        let least = outcomes.iter().map(|outcome| outcome.imbalance.abs()).min()?;
        let outcomes: Vec<Clearing> = outcomes.into_iter().filter(|outcome| outcome.imbalance.abs() == least).collect();
        let chosen = if outcomes.iter().all(|outcome| outcome.imbalance.is_positive()) {
            outcomes.into_iter().max_by_key(|outcome| outcome.price)
        } else if outcomes.iter().all(|outcome| outcome.imbalance.is_negative()) {
            outcomes.into_iter().min_by_key(|outcome| outcome.price)
        } else {
            outcomes.into_iter().min_by_key(|outcome| (outcome.price - reference).abs())
        };
        chosen.filter(|outcome| outcome.volume.is_positive())
    }

    fn clearing_at(&self, price: Price) -> Clearing {
        let unpriced = |side| -> Lots {
            let numbers = self.unpriced.iter().filter(|&&number| self.orders[number].terms.side == side);
            numbers.map(|&number| self.orders[number].remaining).sum()
        };
        let demand = unpriced(Side::Buy) + self.depth(Side::Buy, price);
        let supply = unpriced(Side::Sell) + self.depth(Side::Sell, price);
        Clearing { price, volume: demand.min(supply), imbalance: demand - supply }
    }

    pub fn uncross(&mut self, reference: Price, events: &mut Vec<BookEvent>) -> Option<Clearing> {
        let clearing = self.indicative(reference);
        if let Some(Clearing { price, volume, .. }) = clearing {
            let mut left = volume;
            while left.is_positive() {
                let (buy, sell) = (self.first_in_auction(Side::Buy), self.first_in_auction(Side::Sell));
                let quantity = left.min(self.orders[buy].remaining).min(self.orders[sell].remaining);
                left -= quantity;
                for number in [buy, sell] {
                    if self.orders[number].limit().is_some() {
                        self.take_from_resting(number, quantity);
                    } else {
                        self.orders[number].remaining -= quantity;
                    }
                }
                self.fill(buy, sell, price, quantity, None, events);
            }
        }
        for side in [Side::Buy, Side::Sell] {
            for number in self.unpriced.clone() {
                if self.orders[number].terms.side == side && self.orders[number].remaining.is_positive() {
                    self.drop_order(number, CancelReason::MarketRemainder, events);
                }
            }
        }
        self.unpriced.clear();
        self.phase = Phase::Continuous;
        self.run_stops(events);
        clearing
    }

    fn first_in_auction(&self, side: Side) -> usize {
        let live = |number: &usize| self.orders[*number].remaining.is_positive();
        let unpriced = self.unpriced.iter().copied().filter(|&number| self.orders[number].terms.side == side);
        let resting = self.best_first(side).flat_map(|(_, level)| level.queue.iter().copied());
        unpriced.chain(resting).find(live).expect("there is volume left to trade")
    }

    pub fn best_bid(&self) -> Option<Price> {
        self.bids.last_key_value().map(|(&price, _)| price)
    }

    pub fn best_ask(&self) -> Option<Price> {
        self.asks.first_key_value().map(|(&price, _)| price)
    }

    pub fn volume_at_best(&self, side: Side) -> Lots {
        self.best_first(side).next().map_or(Lots::ZERO, |(_, level)| level.quantity)
    }

    pub fn last_price(&self) -> Option<Price> {
        self.last
    }

    pub fn is_empty(&self, side: Side) -> bool {
        self.best_first(side).next().is_none()
    }

    pub fn is_crossed(&self) -> bool {
        self.best_bid().zip(self.best_ask()).is_some_and(|(bid, ask)| bid >= ask)
    }

    pub fn depth(&self, side: Side, furthest: Price) -> Lots {
        match side {
            Side::Buy => self.bids.range(furthest..).map(|(_, level)| level.quantity).sum(),
            Side::Sell => self.asks.range(..=furthest).map(|(_, level)| level.quantity).sum(),
        }
    }

    pub fn levels(&self, side: Side) -> impl Iterator<Item = LevelView> + '_ {
        self.best_first(side).map(|(price, level)| LevelView { price, quantity: level.quantity, orders: level.orders })
    }

    pub fn order(&self, key: OrderKey) -> Option<OrderView> {
        let Order { terms, remaining, triggered, .. } = self.orders[self.waiting(key)?];
        let kind = match terms.kind {
            OrderKind::StopLimit { price, .. } if triggered => OrderKind::Limit { price },
            kind => kind,
        };
        let NewOrder { owner, tag, side, reduce_only, .. } = terms;
        Some(OrderView { owner, tag, side, remaining, kind, reduce_only })
    }
}

impl Order {
    fn is_parked(&self) -> bool {
        self.terms.kind.trigger().is_some() && !self.triggered
    }

    fn limit(&self) -> Option<Price> {
        self.terms.kind.limit()
    }
}

fn key_of(number: usize) -> OrderKey {
    OrderKey { slot: u32::try_from(number).expect("fewer than 2^32 orders"), generation: NonZeroU32::MIN }
}

fn cancelled(terms: &NewOrder, remaining: Lots, reason: CancelReason) -> BookEvent {
    BookEvent::Cancelled { owner: terms.owner, tag: terms.tag, remaining, reason }
}

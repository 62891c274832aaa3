//! Small markets told by hand, each run on the book and on its naive twin. The numbers are worked
//! out on paper; `tests/book_lockstep.rs` then says that both agree on everything else.

use super::naive::NaiveBook;
use super::*;
use CancelReason::{
    AuctionCollects, FillOrKillUnfillable, Halted, ImmediateRemainder, MarketRemainder, PostOnlyWouldCross,
    PriceOutOfRange, Replaced, Requested,
};

mod continuous;
mod stop;
mod call;

/// What the stories need of either book; see [`Book`] for the meaning.
pub(super) trait Market {
    fn with(self_trade: SelfTrade) -> Self;
    fn submit(&mut self, order: &NewOrder, events: &mut Vec<BookEvent>) -> Option<OrderKey>;
    fn cancel(&mut self, key: OrderKey, events: &mut Vec<BookEvent>) -> Option<Lots>;
    fn reduce(&mut self, key: OrderKey, remaining: Lots, events: &mut Vec<BookEvent>) -> Option<Lots>;
    fn replace(&mut self, key: OrderKey, order: &NewOrder, events: &mut Vec<BookEvent>) -> Option<Option<OrderKey>>;
    fn halt(&mut self);
    fn start_auction(&mut self);
    fn resume(&mut self, events: &mut Vec<BookEvent>);
    fn indicative(&self, reference: Price) -> Option<Clearing>;
    fn uncross(&mut self, reference: Price, events: &mut Vec<BookEvent>) -> Option<Clearing>;
    fn order(&self, key: OrderKey) -> Option<OrderView>;
    fn listed(&self, side: Side) -> Vec<LevelView>;
    fn depth(&self, side: Side, furthest: Price) -> Lots;
    fn volume_at_best(&self, side: Side) -> Lots;
    fn last_price(&self) -> Option<Price>;
    fn phase(&self) -> Phase;
}

macro_rules! market {
    ($book:ty) => {
        impl Market for $book {
            fn with(self_trade: SelfTrade) -> Self {
                Self::with_self_trade(self_trade)
            }
            fn submit(&mut self, order: &NewOrder, events: &mut Vec<BookEvent>) -> Option<OrderKey> {
                self.submit(order, events)
            }
            fn cancel(&mut self, key: OrderKey, events: &mut Vec<BookEvent>) -> Option<Lots> {
                self.cancel(key, events)
            }
            fn reduce(&mut self, key: OrderKey, remaining: Lots, events: &mut Vec<BookEvent>) -> Option<Lots> {
                self.reduce(key, remaining, events)
            }
            fn replace(
                &mut self,
                key: OrderKey,
                order: &NewOrder,
                events: &mut Vec<BookEvent>,
            ) -> Option<Option<OrderKey>> {
                self.replace(key, order, events)
            }
            fn halt(&mut self) {
                self.halt();
            }
            fn start_auction(&mut self) {
                self.start_auction();
            }
            fn resume(&mut self, events: &mut Vec<BookEvent>) {
                self.resume(events);
            }
            fn indicative(&self, reference: Price) -> Option<Clearing> {
                self.indicative(reference)
            }
            fn uncross(&mut self, reference: Price, events: &mut Vec<BookEvent>) -> Option<Clearing> {
                self.uncross(reference, events)
            }
            fn order(&self, key: OrderKey) -> Option<OrderView> {
                self.order(key)
            }
            fn listed(&self, side: Side) -> Vec<LevelView> {
                self.levels(side).collect()
            }
            fn depth(&self, side: Side, furthest: Price) -> Lots {
                self.depth(side, furthest)
            }
            fn volume_at_best(&self, side: Side) -> Lots {
                self.volume_at_best(side)
            }
            fn last_price(&self) -> Option<Price> {
                self.last_price()
            }
            fn phase(&self) -> Phase {
                self.phase()
            }
        }
    };
}

market!(Book);
market!(NaiveBook);

/// Turns functions over any [`Market`] into one test for each of the two books.
macro_rules! stories {
    ($($name:ident)*) => {
        mod book {
            $(#[test]
            fn $name() {
                super::$name::<super::Book>();
            })*
        }
        mod naive {
            $(#[test]
            fn $name() {
                super::$name::<super::NaiveBook>();
            })*
        }
    };
}
pub(super) use stories;

/// A book, the events of the last act, and short words for acting. Tags count from 0 in the order of
/// submission; owners default to the tag, so that nobody meets himself unless the story says so.
pub(super) struct Stage<M> {
    pub book: M,
    pub events: Vec<BookEvent>,
    tags: u32,
}

impl<M: Market> Stage<M> {
    pub fn new() -> Self {
        Self::with(SelfTrade::CancelResting)
    }

    pub fn with(self_trade: SelfTrade) -> Self {
        Self { book: M::with(self_trade), events: Vec::new(), tags: 0 }
    }

    /// Submits an order after `change`, and returns its key if it waits.
    pub fn submit(
        &mut self,
        side: Side,
        lots: i64,
        kind: OrderKind,
        change: impl Fn(&mut NewOrder),
    ) -> Option<OrderKey> {
        let mut order = NewOrder::of_kind(self.tags, self.tags, side, Lots::new(lots), kind);
        change(&mut order);
        self.tags += 1;
        self.events.clear();
        self.book.submit(&order, &mut self.events)
    }

    pub fn limit(&mut self, side: Side, lots: i64, price: i64) -> Option<OrderKey> {
        self.submit(side, lots, limit(price), |_| {})
    }

    /// A limit order that is expected to rest.
    pub fn resting(&mut self, side: Side, lots: i64, price: i64) -> OrderKey {
        self.limit(side, lots, price).expect("it rests")
    }

    pub fn market(&mut self, side: Side, lots: i64) -> Option<OrderKey> {
        self.submit(side, lots, OrderKind::Market, |_| {})
    }

    pub fn stop(&mut self, side: Side, lots: i64, trigger: i64) -> Option<OrderKey> {
        self.submit(side, lots, OrderKind::Stop { trigger: Price::new(trigger) }, |_| {})
    }

    pub fn cancel(&mut self, key: OrderKey) -> Option<Lots> {
        self.events.clear();
        self.book.cancel(key, &mut self.events)
    }

    pub fn reduce(&mut self, key: OrderKey, remaining: i64) -> Option<Lots> {
        self.events.clear();
        self.book.reduce(key, Lots::new(remaining), &mut self.events)
    }

    pub fn uncross(&mut self, reference: i64) -> Option<Clearing> {
        self.events.clear();
        self.book.uncross(Price::new(reference), &mut self.events)
    }

    /// The fills of the last act: (buyer's tag, seller's tag, lots, price).
    pub fn fills(&self) -> Vec<(u32, u32, i64, i64)> {
        let fills = self.events.iter().filter_map(|event| match event {
            BookEvent::Fill(fill) => Some(fill),
            _ => None,
        });
        fills.map(|fill| (fill.buyer.tag, fill.seller.tag, fill.quantity.get(), fill.price.steps())).collect()
    }

    /// The cancels of the last act: (tag, lots left, reason).
    pub fn cancels(&self) -> Vec<(u32, i64, CancelReason)> {
        let cancels = self.events.iter().filter_map(|event| match *event {
            BookEvent::Cancelled { tag, remaining, reason, .. } => Some((tag, remaining.get(), reason)),
            _ => None,
        });
        cancels.collect()
    }

    /// The tags triggered in the last act, in order.
    pub fn triggered(&self) -> Vec<u32> {
        let triggered = self.events.iter().filter_map(|event| match *event {
            BookEvent::Triggered { tag, .. } => Some(tag),
            _ => None,
        });
        triggered.collect()
    }

    /// A side's levels, best first: (price, lots, orders).
    pub fn levels(&self, side: Side) -> Vec<(i64, i64, u32)> {
        let listed = self.book.listed(side).into_iter();
        listed.map(|level| (level.price.steps(), level.quantity.get(), level.orders)).collect()
    }
}

pub(super) fn limit(price: i64) -> OrderKind {
    OrderKind::Limit { price: Price::new(price) }
}

pub(super) fn stop_limit(trigger: i64, price: i64) -> OrderKind {
    OrderKind::StopLimit { trigger: Price::new(trigger), price: Price::new(price) }
}

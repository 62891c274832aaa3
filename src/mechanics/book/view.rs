//! What can be seen of a book without touching it.

use super::order::{LevelView, OrderKey, OrderKind, OrderView};
use super::slab::{Order, Place};
use super::{Book, resting_key, resting_price, stop_trigger};
use ground::units::{Lots, Price, Side};

impl Book {
    /// The highest price at which somebody waits to buy.
    pub fn best_bid(&self) -> Option<Price> {
        self.best(Side::Buy)
    }

    /// The lowest price at which somebody waits to sell.
    pub fn best_ask(&self) -> Option<Price> {
        self.best(Side::Sell)
    }

    pub fn best(&self, side: Side) -> Option<Price> {
        let ladder = &self.resting[side as usize];
        (!ladder.is_empty()).then(|| resting_price(side, ladder.best()))
    }

    /// The total that waits at the best price of a side; zero if the side is empty.
    pub fn volume_at_best(&self, side: Side) -> Lots {
        let ladder = &self.resting[side as usize];
        if ladder.is_empty() { Lots::ZERO } else { ladder.best_queue().quantity }
    }

    /// The price of the latest trade.
    pub fn last_price(&self) -> Option<Price> {
        self.last
    }

    /// The total that waits from the best price of a side up to and including `furthest` (a bid at
    /// it or above, an ask at it or below). Work is in proportion to the occupied prices on the way.
    /// Market orders that await an uncross are not in it.
    pub fn depth(&self, side: Side, furthest: Price) -> Lots {
        self.resting[side as usize].quantity_to(resting_key(side, furthest))
    }

    /// The occupied prices of a side, best first.
    pub fn levels(&self, side: Side) -> impl Iterator<Item = LevelView> {
        self.resting[side as usize].queues().map(move |(key, queue)| LevelView {
            price: resting_price(side, key),
            quantity: queue.quantity,
            orders: queue.orders,
        })
    }

    /// Whether no limit order waits on a side.
    pub fn is_empty(&self, side: Side) -> bool {
        self.resting[side as usize].is_empty()
    }

    /// Whether the best bid has reached the best ask, as can be in an auction only.
    pub fn is_crossed(&self) -> bool {
        match (self.best_bid(), self.best_ask()) {
            (Some(bid), Some(ask)) => bid >= ask,
            _ => false,
        }
    }

    /// A waiting order; `None` if it is gone.
    pub fn order(&self, key: OrderKey) -> Option<OrderView> {
        let (order, block) = self.slab.find(key)?;
        let side = block.side;
        let kind = match block.place {
            Place::Resting => OrderKind::Limit { price: resting_price(side, block.key) },
            Place::AwaitsUncross => OrderKind::Market,
            Place::Parked => {
                let trigger = stop_trigger(side, block.key);
                match self.stop_terms[key.slot as usize].limit {
                    Some(price) => OrderKind::StopLimit { trigger, price },
                    None => OrderKind::Stop { trigger },
                }
            }
        };
        let &Order { owner, tag, remaining } = order;
        Some(OrderView { owner, tag, side, remaining, kind, reduce_only: self.slab.is_reduce_only(key.slot) })
    }
}

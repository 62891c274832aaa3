//! Stop orders: parked out of sight, triggered by the last traded price.
//!
//! A buy stop is triggered by a trade at its trigger or above, a sell stop at its trigger or below.
//! After an order has been executed, everything that its trades triggered is set in line: what the
//! moving price met first comes first (buy stops from the lowest trigger up, sell stops from the
//! highest down; buy stops before sell stops, should an auction have made both due), and among equal
//! triggers what was parked first. The line is then executed one by one, and what each execution
//! triggers joins its end. Once in line an order stays triggered even if the price turns back. Every
//! stop is triggered once at most, so a cascade ends, and no call nests in another.
//!
//! Stops are triggered in continuous trading only: what falls due in an auction waits for its end.

use super::event::BookEvent;
use super::ladder::NONE;
use super::matching::Incoming;
use super::order::{NewOrder, OrderKey, TimeInForce};
use super::{Book, stop_key};
use ground::units::{Price, Side};

/// What a parked stop will be.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct StopTerms {
    pub limit: Option<Price>,
    time_in_force: TimeInForce,
    post_only: bool,
}

impl Book {
    /// Whether the last trade lies at the trigger or beyond.
    pub(super) fn is_due(&self, side: Side, trigger: Price) -> bool {
        self.last.is_some_and(|last| stop_key(side, trigger) <= stop_key(side, last))
    }

    pub(super) fn park(&mut self, order: &NewOrder, trigger: Price, events: &mut Vec<BookEvent>) -> OrderKey {
        let ladder = &mut self.stops[order.side as usize];
        let key = ladder.join(
            stop_key(order.side, trigger),
            Incoming::new(order).stored(),
            order.reduce_only,
            &mut self.slab,
        );
        let slot = key.slot as usize;
        if self.stop_terms.len() <= slot {
            self.stop_terms.resize(slot + 1, StopTerms::default());
        }
        self.stop_terms[slot] =
            StopTerms { limit: order.kind.limit(), time_in_force: order.time_in_force, post_only: order.post_only };
        events.push(BookEvent::Parked { owner: order.owner, tag: order.tag, key });
        key
    }

    /// Executes whatever is due, and whatever that makes due.
    #[inline]
    pub(super) fn run_stops(&mut self, events: &mut Vec<BookEvent>) {
        let [buys, sells] = &self.stops;
        if !(buys.is_empty() && sells.is_empty()) {
            self.run_line(events);
        }
    }

    #[inline(never)]
    fn run_line(&mut self, events: &mut Vec<BookEvent>) {
        debug_assert!(self.triggered.is_empty(), "the line is empty between calls");
        let mut next = 0;
        loop {
            self.trigger_due(events);
            let Some(&(mut order)) = self.triggered.get(next) else { break };
            next += 1;
            self.trade(&mut order, events);
        }
        self.triggered.clear();
    }

    fn trigger_due(&mut self, events: &mut Vec<BookEvent>) {
        let Some(last) = self.last else { return };
        for side in [Side::Buy, Side::Sell] {
            let ladder = &mut self.stops[side as usize];
            let reached = stop_key(side, last);
            while ladder.best() <= reached && ladder.best() != NONE {
                let slot = ladder.best_queue().front(&self.slab);
                let order = *self.slab.order(slot);
                let reduce_only = self.slab.is_reduce_only(slot);
                let terms = self.stop_terms[slot as usize];
                ladder.leave(ladder.best(), slot, &mut self.slab);
                events.push(BookEvent::Triggered { owner: order.owner, tag: order.tag });
                self.triggered.push(Incoming {
                    owner: order.owner,
                    tag: order.tag,
                    side,
                    remaining: order.remaining,
                    limit: terms.limit,
                    time_in_force: terms.time_in_force,
                    post_only: terms.post_only,
                    reduce_only,
                });
            }
        }
    }
}

//! Stage 4: orders meet the books, in an order drawn from the seed within a latency class. Markets without a book
//! are seen to in [`super::impact`], [`super::demand`] and [`super::pool`].

use super::halts::bound;
use crate::tick::state::State;
use crate::tick::trays::Orders;
use mechanics::book::{NewOrder, Phase};

pub fn match_orders(state: &mut State) {
    let State { ref mut orders, markets: ref mut books, ref mut halts, ref mut happenings, .. } = *state;
    let Orders { by_market, turns } = orders;
    for (list, market) in by_market.iter_mut().zip(books.iter_mut()) {
        if list.is_empty() {
            continue;
        }
        let id = market.id;
        let Some(book) = market.book_mut() else { continue };
        let collecting = book.phase() == Phase::Auction;
        let limits = halts.limits(id, collecting);
        for order in turns.sort(list).map(|place| &list[place]) {
            let mut order = NewOrder {
                owner: order.owner.get(),
                tag: order.tag,
                side: order.side,
                quantity: order.lots,
                kind: order.kind,
                time_in_force: order.time_in_force,
                post_only: order.post_only,
                reduce_only: order.reduce_only,
            };
            let before = happenings.events.len();
            let held_back = limits.is_some_and(|limits| bound(&mut order, limits, collecting));
            book.submit(&order, &mut happenings.events);
            if held_back {
                halts.note_held_back(id, &order, &happenings.events[before..]);
            }
        }
        happenings.note(id);
        list.clear();
    }
}

/// Ends the call auction: one price, at which most is traded.
pub fn uncross(state: &mut State) {
    let State { ref clock, ref marks, ref halts, markets: ref mut books, ref mut happenings, .. } = *state;
    if !clock.is_uncross() {
        return;
    }
    for market in books.iter_mut() {
        let (id, reference) = (market.id, marks.price(market.instrument));
        let Some(book) = market.book_mut() else { continue };
        if book.phase() == Phase::Auction && !halts.is_paused(id) {
            book.uncross(reference, &mut happenings.events);
            happenings.note(id);
        }
    }
}

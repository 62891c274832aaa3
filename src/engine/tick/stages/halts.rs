//! Markets that stop and go on: the rules of [`mechanics::halts`] at work.
//!
//! In stage 4 limits hold orders back, and pauses that end with the tick are over; at the end of stage 6 every rule
//! looks at what the tick has left. While a market stands still its mark stays where it was and margin runs on that. Where
//! the price forms without a book nothing can collect: there orders are refused.

use crate::tick::state::{MarketBook, MarketHalts, State, show};
use crate::tick::trays::Happenings;
use ground::units::{MarketId, Price, Side, Time};
use mechanics::book::{BookEvent, NewOrder, OrderKind, TimeInForce};
use mechanics::halts::Velocity;
use mechanics::halts::bands::Seen;

/// Bounds an order by limits; says whether that changed it. A market order becomes one at the limit: in an auction
/// it waits there, otherwise it goes once it has taken what there is.
pub fn bound(order: &mut NewOrder, (low, high): (Price, Price), collecting: bool) -> bool {
    let edge = if order.side == Side::Buy { high } else { low };
    let bounded = |price: Price| if order.side == Side::Buy { price.min(edge) } else { price.max(edge) };
    let before = order.kind;
    order.kind = match before {
        OrderKind::Limit { price } => OrderKind::Limit { price: bounded(price) },
        OrderKind::StopLimit { trigger, price } => OrderKind::StopLimit { trigger, price: bounded(price) },
        OrderKind::Stop { trigger } => OrderKind::StopLimit { trigger, price: edge },
        OrderKind::Market => {
            order.time_in_force = match order.time_in_force {
                TimeInForce::FillOrKill => TimeInForce::FillOrKill,
                _ if collecting => TimeInForce::GoodTillCancel,
                _ => TimeInForce::ImmediateOrCancel,
            };
            OrderKind::Limit { price: edge }
        }
    };
    order.kind != before
}

/// Pauses that end with this tick are over: with an auction of what has collected. What has collected by the close waits
/// for the next session.
pub fn reopen(state: &mut State) {
    let State {
        ref clock, ref marks, ref mut halts, markets: ref mut books, ref mut happenings, ref mut gather, ..
    } = *state;
    let over_night = clock.is_last_of_session() && !clock.calendar().continuous;
    for (own, market) in halts.markets.iter_mut().zip(books.iter_mut()) {
        own.cut_off = own.cut_off.filter(|until| *until > clock.end());
        let Some(pause) = own.pause.filter(|pause| pause.until <= clock.end()) else { continue };
        if pause.collects && over_night {
            continue;
        }
        gather.reopened(clock.end(), market.id);
        let collecting = clock.is_auction() && !clock.is_uncross();
        resume(own, market, marks.price(own.instrument), collecting, happenings);
    }
}

/// Pauses that were over before this session opens: nothing of it is lost to them. What has collected trades now, or in
/// the opening auction.
pub fn reopen_after_the_night(state: &mut State) {
    let State {
        ref clock, ref marks, ref mut halts, markets: ref mut books, ref mut happenings, ref mut gather, ..
    } = *state;
    if !clock.is_first_of_session() {
        return;
    }
    for (own, market) in halts.markets.iter_mut().zip(books.iter_mut()) {
        own.cut_off = own.cut_off.filter(|until| *until > clock.now());
        if own.pause.is_some_and(|pause| pause.until <= clock.now()) {
            gather.reopened(clock.now(), market.id);
            resume(own, market, marks.price(own.instrument), clock.is_auction(), happenings);
        }
    }
}

/// The pause is over.
fn resume(own: &mut MarketHalts, market: &mut MarketBook, mark: Price, collecting: bool, happenings: &mut Happenings) {
    own.pause = None;
    let mut price = mark;
    let id = market.id;
    if let Some(book) = market.book_mut() {
        if collecting {
            book.start_auction();
        } else {
            price = book.uncross(mark, &mut happenings.events).map_or(mark, |clearing| clearing.price);
            happenings.note(id);
        }
    }
    own.bands.iter_mut().for_each(|bands| bands.restart(price));
    own.velocity.iter_mut().for_each(Velocity::restart);
}

/// What traded, for the bands' means.
pub fn note_trades(state: &mut State) {
    let State { ref clock, ref happenings, ref mut halts, .. } = *state;
    let mut from = 0;
    for &(market, until) in &happenings.until {
        if let Some(bands) = &mut halts.markets[market.index()].bands {
            for event in &happenings.events[from..until] {
                if let BookEvent::Fill(fill) = event {
                    bands.trade(clock.end(), fill.price, fill.quantity);
                }
            }
        }
        from = until;
    }
}

/// Every rule looks at what the tick has left.
pub fn look(state: &mut State) {
    let State {
        ref scene,
        ref clock,
        ref marks,
        ref mut halts,
        markets: ref mut books,
        ref mut view,
        ref mut gather,
        ..
    } = *state;
    let calendar = clock.calendar();
    let close = calendar.sessions[clock.session()].close;
    let closing = clock.is_last_of_session();
    let collecting = clock.is_auction() && !clock.is_uncross();
    // What stops at the close stops nothing.
    if !(collecting || closing && !calendar.continuous) {
        for (index, market) in books.iter_mut().enumerate() {
            let own = &mut halts.markets[index];
            if own.pause.is_some() {
                continue;
            }
            let [held_back_buyers, held_back_sellers] = own.held_back;
            let seen = Seen {
                end: clock.end(),
                to_close: close - clock.end(),
                bid: market.bid(),
                ask: market.ask(),
                held_back_buyers,
                held_back_sellers,
            };
            let pressed = own.bands.as_mut().and_then(|bands| bands.look(&seen));
            let price = view.markets[index].mark;
            let rushed = own.velocity.as_mut().and_then(|rule| rule.look(clock.end(), price));
            for pause in pressed.into_iter().chain(rushed) {
                halts.pause(market, pause, clock, clock.end(), view, gather);
            }
        }
        for index in 0..halts.levels.len() {
            let (venue, instruments, levels) = &mut halts.levels[index];
            let of = instruments.iter().map(|id| (marks.price(*id), halts.closes[id.index()]));
            let Some(pause) = levels.look(clock.end(), close, of) else { continue };
            let venue = *venue;
            for (market, own) in scene.plan.markets.iter().zip(books.iter_mut()) {
                if market.venue == venue {
                    halts.pause(own, pause, clock, clock.end(), view, gather);
                }
            }
        }
    }
    for (index, own) in halts.markets.iter_mut().enumerate() {
        own.held_back = [false; 2];
        // What is over before the next tick begins is over for those who look now.
        let lasts = |until: Time| until > clock.next_begins();
        show(view, MarketId::from_index(index), own.pause.filter(|pause| lasts(pause.until)));
        view.markets[index].halted |= own.cut_off.is_some_and(lasts);
    }
    for index in 0..halts.markets.len() {
        view.stop_below[index] = halts.next_below(&scene.plan, MarketId::from_index(index), clock.end());
    }
    if closing {
        halts.end_session(marks, calendar.continuous);
    }
    halts.set_daily_limits(calendar.time_of(clock.tick().after(1)));
}

//! Stage 6: marks are set by rule and the view is published.
//!
//! An instrument with books is marked by its [`MarkPlan`](mechanics::contracts::MarkPlan), from the book of its first venue or
//! from those of several, through its feed ([`Marking`](crate::tick::state::Marking)); a swap stands where its underlying
//! does. Where the price forms by impact, the mark is that price. What has expired stays at its last mark.
//!
//! The mark is the instrument's, the same for everybody who holds it. What traders see of a market is that market's own
//! price (`MarketView::mark`): venues of one instrument are tied together by those who trade on both, and by nothing else.

use crate::plan::Plan;
use crate::tick::clock::Clock;
use crate::tick::state::{Around, ForcedQuotes, Premiums, State, read};
use crate::tick::view::MarketView;
use ground::units::{InstrumentId, MarketId, Span, Time};
use mechanics::contracts::option_now;
use mechanics::margin::{Every, Marks};

/// Marks of what has books, each by its rule.
pub fn set_marks(state: &mut State) {
    let State {
        ref scene,
        ref clock,
        ref flow,
        ref halts,
        ref breaches,
        open: ref orders,
        markets: ref books,
        ref holders,
        ref premiums,
        ref mut marking,
        ref mut marks,
        ..
    } = *state;
    marks.set_now(clock.end());
    let auction = collects(clock);
    let forced = ForcedQuotes::of(breaches, orders, books);
    let open = |id: MarketId| {
        let market = &books[id];
        let open = (!auction || !market.has_book()) && !halts.is_paused(id);
        open.then(|| forced.shown(market, !flow.by_market[id.index()].volume.is_zero()))
    };
    for place in 0.. {
        let Some(instrument) = marking.order(place) else { break };
        let about = &scene.plan.instruments[instrument.index()];
        if let Some(primary) = about.kind.primary().filter(|_| !holders.has_ended(instrument)) {
            let around = || around(&scene.plan, instrument, marks, premiums, clock.end());
            let when = (clock.now(), clock.end());
            let mark = marking.mark((instrument, &about.mark), when, primary, open, around);
            marks.set(instrument, mark);
        }
    }
}

/// Marks of swaps and options, which follow from those; then the rows of history end that end with this tick.
pub fn follow_marks(state: &mut State) {
    let State { ref scene, ref clock, ref holders, ref mut marks, ref mut volatility, .. } = *state;
    let auction = collects(clock);
    for (instrument, plan) in scene.plan.instruments.iter().enumerate() {
        if let Some(of) = plan.kind.swap_of() {
            let mark = marks.price(of);
            marks.set(InstrumentId::from_index(instrument), mark);
        }
    }
    // What others are on has its mark by now.
    for instrument in (0..scene.plan.instruments.len()).map(InstrumentId::from_index) {
        if !holders.has_ended(instrument)
            && let Some(mark) = option_now(marks, instrument)
        {
            marks.set(instrument, mark);
        }
    }
    if !auction {
        marks.end_row(Every::Tick);
    }
    if clock.is_last_of_session() {
        marks.end_row(Every::Day);
    }
    if let Some(volatility) = volatility.as_mut().filter(|_| !auction) {
        volatility.observe(marks);
    }
}

/// What traders see in the next tick.
pub fn publish(state: &mut State) {
    let State {
        ref scene,
        ref clock,
        ref flow,
        ref halts,
        ref breaches,
        open: ref orders,
        markets: ref books,
        ref holders,
        ref marks,
        ref mut marking,
        ref mut view,
        ..
    } = *state;
    let auction = collects(clock);
    let forced = ForcedQuotes::of(breaches, orders, books);
    let moved_in_session = clock.tick_of_session() > clock.calendar().sessions[clock.session()].auction_ticks;
    let ended = |instrument: InstrumentId| clock.has_come(scene.plan.instruments[instrument.index()].kind.expiry());
    let priced_by_rule = |instrument: InstrumentId| {
        scene.plan.instruments[instrument.index()].kind.is_priced_by_rule() || holders.has_ended(instrument)
    };
    let latest = books.iter().zip(&flow.by_market).map(|(market, flow)| {
        // Where no orders wait none collect.
        let auction = auction && market.has_book();
        let still = !market.has_book() && halts.is_paused(market.id);
        MarketView {
            // What nobody can trade at nobody quotes.
            bid: market.bid().filter(|_| !still),
            ask: market.ask().filter(|_| !still),
            mark: {
                let local = &mut marking.local[market.id.index()];
                if priced_by_rule(market.instrument) {
                    *local = marks.price(market.instrument);
                } else if !auction && !halts.is_paused(market.id) {
                    let rule = scene.plan.instruments[market.instrument.index()].mark.book_rule();
                    *local = read(&forced.shown(market, !flow.volume.is_zero()), rule, *local);
                }
                // Orders that collect for an auction may cross at any price: they say nothing until they trade.
                *local
            },
            volume: flow.volume,
            voluntary_volume: flow.volume - flow.forced_volume,
            volatility: 0.0,
            auction,
            halted: ended(market.instrument),
        }
    });
    view.publish(moved_in_session, latest);
}

/// Orders collect for an auction and do not meet yet.
fn collects(clock: &Clock) -> bool {
    clock.is_auction() && !clock.is_uncross()
}

/// What a book median rests on.
fn around(plan: &Plan, instrument: InstrumentId, marks: &Marks, premiums: &Premiums, end: Time) -> Around {
    let about = &plan.instruments[instrument.index()];
    let of = about.kind.underlying().expect("a book median is of a contract on something");
    let (price, underlying) = (marks.price(of), &plan.instruments[of.index()]);
    let index =
        if underlying.step_size == about.step_size { price } else { about.nearest_price(underlying.price_of(price)) };
    let funding = about.kind.funding().map(|(_, _, terms)| {
        let left = (-end.seconds()).rem_euclid(terms.interval.as_seconds().max(1));
        (premiums.last_rate(instrument), Span::seconds(left), terms.interval)
    });
    Around { index, funding }
}

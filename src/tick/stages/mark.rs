//! Stage 6: marks are set by rule, the view is published, variation margin moves.
//!
//! The mark of a market is the middle one of best bid, best ask and last price: the last price while
//! it lies inside the spread, else the quote that has passed it. A single print far outside the
//! quotes cannot move it, nor can a quote that nobody trades on. While a side of the book is empty, the last mark
//! stands in for the quote that is missing. Where the price forms by impact, the mark is that price.

use super::halts::Halts;
use crate::ledger::SlotKind;
use crate::tick::clock::Clock;
use crate::tick::state::{Lender, MarketBook, Scene, TheLedger, TheMarks, TheVolatility};
use crate::tick::trays::Flow;
use crate::tick::view::{MarketView, View};
use crate::units::{InstrumentId, Lots, Price};
use crate::world::plan::InstrumentKind;
use bevy_ecs::prelude::{Query, Res, ResMut};

pub fn set_marks(
    clock: Res<Clock>,
    scene: Res<Scene>,
    flow: Res<Flow>,
    halts: Res<Halts>,
    books: Query<&MarketBook>,
    mut marks: ResMut<TheMarks>,
    mut view: ResMut<View>,
    mut volatility: ResMut<TheVolatility>,
) {
    let marks = &mut marks.0;
    let auction = clock.is_auction() && !clock.is_uncross();
    for (instrument, plan) in scene.plan.instruments.iter().enumerate() {
        if let InstrumentKind::Spot { primary } = plan.kind {
            let market = books.get(scene.markets[primary.index()]).expect("every market is an entity");
            let instrument = InstrumentId::from_index(instrument);
            if (!auction || market.impact.is_some()) && !halts.is_paused(primary) {
                let mark = mark_of(market, marks.price(instrument));
                marks.set(instrument, mark);
            }
        }
    }
    for (instrument, plan) in scene.plan.instruments.iter().enumerate() {
        if let InstrumentKind::Swap { of } = plan.kind {
            let mark = marks.price(of);
            marks.set(InstrumentId::from_index(instrument), mark);
        }
    }
    if let Some(volatility) = volatility.0.as_mut().filter(|_| !auction) {
        volatility.observe(marks);
    }
    let moved_in_session = clock.tick_of_session() > clock.calendar().sessions[clock.session()].auction_ticks;
    let latest = scene.markets.iter().zip(&flow.by_market).map(|(&entity, flow)| {
        let market = books.get(entity).expect("every market is an entity");
        // Where no orders wait none collect.
        let auction = auction && market.impact.is_none();
        let still = market.impact.is_some() && halts.is_paused(market.id);
        MarketView {
            // What nobody can trade at nobody quotes.
            bid: market.bid().filter(|_| !still),
            ask: market.ask().filter(|_| !still),
            // Orders that collect for an auction may cross at any price: they say nothing until they trade.
            mark: if auction || halts.is_paused(market.id) {
                marks.price(market.instrument)
            } else {
                mark_of(market, marks.price(market.instrument))
            },
            volume: flow.volume,
            voluntary_volume: flow.volume - flow.forced_volume,
            volatility: 0.0,
            auction,
            halted: false,
        }
    });
    view.publish(moved_in_session, latest);
}

fn mark_of(market: &MarketBook, before: Price) -> Price {
    if let Some(impact) = &market.impact {
        return impact.mark();
    }
    let (bid, ask) = (market.book.best_bid(), market.book.best_ask());
    let last = market.book.last_price().unwrap_or(before);
    // Where a side is empty nobody says how far the price would go; a print counts there no further than the last mark.
    let ceiling = ask.or_else(|| bid.map(|bid| bid.max(before))).unwrap_or(last);
    let floor = bid.or_else(|| ask.map(|ask| ask.min(before))).unwrap_or(last);
    last.min(ceiling).max(floor)
}

/// At the close swaps are settled to the mark, in cash.
pub fn pay_variation_margin(
    clock: Res<Clock>,
    scene: Res<Scene>,
    marks: Res<TheMarks>,
    lenders: Query<&Lender>,
    mut ledger: ResMut<TheLedger>,
) {
    if !clock.is_last_of_session() {
        return;
    }
    let ledger = &mut ledger.0;
    for account in ledger.accounts.ids() {
        if ledger.accounts.trader(account).is_none() {
            continue;
        }
        for slot in ledger.accounts.slots(account) {
            if ledger.accounts.kind(slot) == SlotKind::Swap && ledger.accounts.lots(slot) != Lots::ZERO {
                let lender = ledger.accounts.lender(account);
                let house = lenders.get(scene.lenders[lender.index()]).expect("every lender is an entity").plan.house;
                let instrument = ledger.accounts.instrument(slot);
                let (step_value, price) = (marks.0.step_value(instrument), marks.0.price(instrument));
                ledger.settle_swap(instrument, step_value, account, house, price);
            }
        }
    }
}

//! Stage 6: marks are set by rule and the view is published.
//!
//! An instrument with a book is marked by its [`MarkRule`] from the book of its first venue; a swap stands where its
//! underlying does. Where the price forms by impact, the mark is that price. What has expired stays at its last mark.

use super::contracts::Holders;
use super::halts::Halts;
use crate::contracts::{MarkRule, Quotes, option_now};
use crate::margin::Every;
use crate::tick::clock::Clock;
use crate::tick::state::{MarketBook, Scene, TheMarks, TheVolatility};
use crate::tick::trays::Flow;
use crate::tick::view::{MarketView, View};
use crate::units::{InstrumentId, Price};
use crate::world::plan::InstrumentKind;
use bevy_ecs::prelude::{Query, Res, ResMut};

pub fn set_marks(
    clock: Res<Clock>,
    scene: Res<Scene>,
    flow: Res<Flow>,
    halts: Res<Halts>,
    holders: Res<Holders>,
    books: Query<&MarketBook>,
    mut marks: ResMut<TheMarks>,
    mut view: ResMut<View>,
    mut volatility: ResMut<TheVolatility>,
) {
    let marks = &mut marks.0;
    marks.set_now(clock.end());
    let auction = clock.is_auction() && !clock.is_uncross();
    for (instrument, plan) in scene.plan.instruments.iter().enumerate() {
        let instrument = InstrumentId::from_index(instrument);
        if let Some(primary) = plan.kind.primary()
            && !matches!(plan.kind, InstrumentKind::Option { .. })
            && !holders.has_ended(instrument)
        {
            let market = books.get(scene.markets[primary.index()]).expect("every market is an entity");
            if (!auction || !market.has_book()) && !halts.is_paused(primary) {
                let mark = mark_of(market, plan.mark, marks.price(instrument));
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
    // What others are on has its mark by now.
    for instrument in (0..scene.plan.instruments.len()).map(InstrumentId::from_index) {
        if !holders.has_ended(instrument)
            && let Some((mark, volatility)) = option_now(marks, instrument)
        {
            marks.set(instrument, mark);
            marks.set_volatility(instrument, volatility);
        }
    }
    if !auction {
        marks.end_row(Every::Tick);
    }
    if clock.is_last_of_session() {
        marks.end_row(Every::Day);
    }
    if let Some(volatility) = volatility.0.as_mut().filter(|_| !auction) {
        volatility.observe(marks);
    }
    let moved_in_session = clock.tick_of_session() > clock.calendar().sessions[clock.session()].auction_ticks;
    let ended = |instrument: InstrumentId| scene.plan.instruments[instrument.index()].kind.expiry() <= clock.end();
    let priced_by_rule = |instrument: InstrumentId| {
        let option = matches!(scene.plan.instruments[instrument.index()].kind, InstrumentKind::Option { .. });
        option || holders.has_ended(instrument)
    };
    let latest = scene.markets.iter().zip(&flow.by_market).map(|(&entity, flow)| {
        let market = books.get(entity).expect("every market is an entity");
        // Where no orders wait none collect.
        let auction = auction && market.has_book();
        let still = !market.has_book() && halts.is_paused(market.id);
        MarketView {
            // What nobody can trade at nobody quotes.
            bid: market.bid().filter(|_| !still),
            ask: market.ask().filter(|_| !still),
            // Orders that collect for an auction may cross at any price: they say nothing until they trade.
            mark: if auction || halts.is_paused(market.id) || priced_by_rule(market.instrument) {
                marks.price(market.instrument)
            } else {
                let rule = scene.plan.instruments[market.instrument.index()].mark;
                mark_of(market, rule, marks.price(market.instrument))
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

fn mark_of(market: &MarketBook, rule: MarkRule, before: Price) -> Price {
    if let Some(price) = market.formed() {
        return price;
    }
    let (bid, ask, last) = (market.book.best_bid(), market.book.best_ask(), market.book.last_price());
    rule.mark(Quotes { bid, ask, last }, before)
}

//! Stage 11: what the world asks to be counted, see [`crate::study`].

use crate::study::{Quoted, Resting, Study};
use crate::tick::state::State;
use ground::units::{InstrumentId, Lots, Side};
use mechanics::book::OrderKind;

pub fn count(state: &mut State) {
    let State { ref scene, ref clock, ref view, ref ledger, ref open, markets: ref books, ref mut study, .. } = *state;
    let Some(Study { plan, quotes, queues, rounds }) = study else { return };
    let quoted = |instrument: InstrumentId| {
        let market = &books[scene.market_of(instrument)];
        let at = |side| market.book().map_or(Lots::ZERO, |book| book.volume_at_best(side));
        Quoted { bid: market.bid(), ask: market.ask(), at_bid: at(Side::Buy), at_ask: at(Side::Sell) }
    };
    if clock.tick() >= plan.from {
        for (instrument, own) in plan.quotes.iter().zip(quotes) {
            own.take(&quoted(*instrument));
        }
        for (asked, own) in plan.queues.iter().zip(queues) {
            let resting = asked.waits.and_then(|account| {
                let mut orders = open.live(account, asked.instrument);
                let order = orders.find_map(|(_, order)| Some((order.key?, order.side, order.market)));
                order.map(|(key, side, market)| {
                    let market = &books[market];
                    let best = match side {
                        Side::Buy => market.bid(),
                        Side::Sell => market.ask(),
                    };
                    let kind = market.book().and_then(|book| book.order(key)).map(|order| order.kind);
                    Resting { side, at_best: matches!(kind, Some(OrderKind::Limit { price }) if Some(price) == best) }
                })
            });
            own.take(&quoted(asked.instrument), asked.order.get(), resting);
        }
    }
    for (asked, own) in plan.rounds.iter().zip(rounds) {
        let about = &scene.plan.instruments[asked.instrument.index()];
        let cash = ledger.cash(asked.account).to_major(scene.plan.currency.decimals);
        let held = ledger.accounts.slot_of(asked.account, asked.instrument).map(|slot| ledger.accounts.lots(slot));
        let units = about.units_of(held.unwrap_or_default());
        let done = clock.tick().index() + 1;
        if done.is_multiple_of(asked.length) {
            own.end(cash, units, about.price_of(about.start) * view.value(asked.instrument));
        }
    }
}

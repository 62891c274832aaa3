//! Prices that form without a book: the rest of the market hears the news in stage 1 and takes, in stage 4, what
//! the orders of the tick leave over.

use super::takers::{fill, in_turn, lapsed, order_for};
use crate::tick::state::{Forming, MarketBook, State};
use crate::tick::trays::Orders;
use ground::units::{Cause, Lots, Side};
use mechanics::formation::FormationPlan;
use mechanics::impact::{ImpactPlan, clear};

/// The rest of the market knows the news as it breaks, and old impact fades.
pub fn hear_news(state: &mut State) {
    let State { ref view, ref mut markets, .. } = *state;
    for market in markets.iter_mut() {
        let value = view.value(market.instrument);
        if let Some(impact) = market.impact_mut() {
            impact.begin_tick(value);
        }
    }
}

/// Trades all orders of the tick, market by market, at one price each.
pub fn form_prices(state: &mut State) {
    let State {
        ref scene,
        ref mut orders,
        ref mut markets,
        ref mut open,
        ref mut ledger,
        ref halts,
        ref mut happenings,
        ..
    } = *state;
    let Orders { by_market, turns } = orders;
    for (list, market) in by_market.iter_mut().zip(markets.iter_mut()) {
        if list.is_empty() {
            continue;
        }
        let MarketBook { id, instrument, forming: Forming::Impact(impact) } = market else { continue };
        let Some((mut takers, wishes)) = in_turn(list, turns, (*id, halts.is_paused(*id)), happenings) else {
            continue;
        };
        let mut filled = Vec::new();
        if let Some(price) = clear(impact, &wishes, &mut filled) {
            let gets = |side| -> Lots {
                takers.iter().zip(&filled).filter(|(order, _)| order.side == side).map(|(_, lots)| *lots).sum()
            };
            let net = gets(Side::Buy) - gets(Side::Sell);
            impact.push(net);
            let FormationPlan::Impact(ImpactPlan { rest, .. }) = scene.plan.markets[id.index()].formation else {
                unreachable!("it forms by impact")
            };
            // It sells what is bought and buys what is sold; the heavier side came to the other.
            let turn = (Cause::Voluntary, (u8::MAX, u64::MAX));
            let rest = (!net.is_zero()).then(|| order_for(rest, (*id, *instrument), -net, turn, open, ledger));
            let aggressor = rest.map(|rest| rest.side.opposite());
            fill(&mut takers, &filled, rest, aggressor, price, &mut happenings.events);
        }
        for order in takers.iter().filter(|order| order.lots.is_positive()) {
            happenings.events.push(lapsed(order));
        }
        happenings.note(*id);
    }
}

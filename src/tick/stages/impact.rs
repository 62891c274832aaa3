//! Prices that form without a book: the rest of the market hears the news in stage 1 and takes, in stage 4, what
//! the orders of the tick leave over.

use super::halts::Halts;
use crate::book::{BookEvent, CancelReason, Fill, OrderKind, Party, TimeInForce};
use crate::impact::{Wish, clear};
use crate::ledger::Ledger;
use crate::tick::open_orders::OpenOrders;
use crate::tick::state::{MarketBook, Scene, TheLedger};
use crate::tick::trays::{Happenings, Intent, Order, Orders};
use crate::tick::view::View;
use crate::units::{AccountId, Cause, Lots, MarketId, Price, Side, StepValue};
use bevy_ecs::prelude::{Query, Res, ResMut};

/// The rest of the market knows the news as it breaks, and old impact fades.
pub fn hear_news(view: Res<View>, mut markets: Query<&mut MarketBook>) {
    for mut market in &mut markets {
        let value = view.value(market.instrument);
        if let Some(impact) = &mut market.impact {
            impact.begin_tick(value);
        }
    }
}

/// Trades all orders of the tick, market by market, at one price each.
pub fn form_prices(
    scene: Res<Scene>,
    mut orders: ResMut<Orders>,
    mut markets: Query<&mut MarketBook>,
    mut open: ResMut<OpenOrders>,
    mut ledger: ResMut<TheLedger>,
    halts: Res<Halts>,
    mut happenings: ResMut<Happenings>,
) {
    let Orders { by_market, turns } = &mut *orders;
    let happenings = &mut *happenings;
    for (list, &entity) in by_market.iter_mut().zip(&scene.markets) {
        if list.is_empty() {
            continue;
        }
        let mut market = markets.get_mut(entity).expect("every market is an entity");
        let MarketBook { id, instrument, impact: Some(impact), .. } = &mut *market else { continue };
        let sorted: Vec<Order> = turns.sort(list).map(|place| list[place]).collect();
        list.clear();
        if halts.is_paused(*id) {
            happenings.events.extend(sorted.iter().map(|order| cancelled(order, CancelReason::Halted)));
            happenings.until.push((*id, happenings.events.len()));
            continue;
        }
        let (mut takers, wishes) = admit(&sorted, &mut happenings.events);
        let mut filled = Vec::new();
        if let Some(price) = clear(impact, &wishes, &mut filled) {
            let gets = |side| -> Lots {
                takers.iter().zip(&filled).filter(|(order, _)| order.side == side).map(|(_, lots)| *lots).sum()
            };
            let net = gets(Side::Buy) - gets(Side::Sell);
            impact.push(net);
            let rest = scene.plan.instruments[instrument.index()].impact.expect("it forms by impact").rest;
            let rest = rest_order(rest, *id, *instrument, net, &mut open, &mut ledger.0);
            fill(&mut takers, &filled, rest, price, &mut happenings.events);
        }
        for order in takers.iter().filter(|order| order.lots.is_positive()) {
            let reason = match order.kind {
                OrderKind::Market => CancelReason::MarketRemainder,
                _ => CancelReason::ImmediateRemainder,
            };
            happenings.events.push(cancelled(order, reason));
        }
        happenings.until.push((*id, happenings.events.len()));
    }
}

/// Orders that can trade here, in turn, and what they wish. The others are cancelled.
fn admit(orders: &[Order], events: &mut Vec<BookEvent>) -> (Vec<Order>, Vec<Wish>) {
    let mut takers = Vec::with_capacity(orders.len());
    let mut wishes = Vec::with_capacity(orders.len());
    for order in orders {
        let refused = match order.kind {
            OrderKind::Limit { price } if !price.is_in_range() => Some(CancelReason::PriceOutOfRange),
            _ if order.post_only => Some(CancelReason::PostOnlyWouldCross),
            _ if order.time_in_force == TimeInForce::FillOrKill => Some(CancelReason::FillOrKillUnfillable),
            OrderKind::Stop { .. } | OrderKind::StopLimit { .. } => Some(CancelReason::ImmediateRemainder),
            OrderKind::Limit { .. } | OrderKind::Market => None,
        };
        match refused {
            Some(reason) => events.push(cancelled(order, reason)),
            None => {
                takers.push(*order);
                wishes.push(Wish { side: order.side, lots: order.lots, limit: order.kind.limit() });
            }
        }
    }
    (takers, wishes)
}

/// The order by which the rest of the market takes what is left over: sells what is bought, buys what is sold.
fn rest_order(
    account: AccountId,
    market: MarketId,
    instrument: crate::units::InstrumentId,
    net: Lots,
    open: &mut OpenOrders,
    ledger: &mut Ledger,
) -> Option<Order> {
    if net.is_zero() {
        return None;
    }
    let side = if net.is_positive() { Side::Sell } else { Side::Buy };
    let intent = Intent {
        account,
        instrument,
        market,
        side,
        lots: net.abs(),
        kind: OrderKind::Market,
        time_in_force: TimeInForce::ImmediateOrCancel,
        post_only: false,
        reduce_only: false,
        life: 0,
        cause: Cause::Voluntary,
        turn: (u8::MAX, u64::MAX),
    };
    let slot = ledger.accounts.slot_of(account, instrument).expect("the rest of the market holds what it trades");
    ledger.accounts.change_open_orders(slot, side, intent.lots);
    // It is never margined: nothing need be held back for it.
    let tag = open.open(slot, &intent, (0, StepValue::new(1)));
    let Intent { turn, lots, kind, time_in_force, post_only, reduce_only, .. } = intent;
    Some(Order { turn, owner: account, tag, side, lots, kind, time_in_force, post_only, reduce_only })
}

/// Pairs buyers with sellers in turn; the rest of the market stands last on the lighter side. The heavier side came
/// to the other.
fn fill(takers: &mut [Order], filled: &[Lots], rest: Option<Order>, price: Price, events: &mut Vec<BookEvent>) {
    let aggressor = rest.map(|rest| rest.side.opposite());
    let mut last = rest;
    let mut left = filled.to_vec();
    let (mut buyer, mut seller) = (0, 0);
    loop {
        let next = |side: Side, from: usize, left: &[Lots]| {
            (from..left.len()).find(|place| takers[*place].side == side && left[*place].is_positive())
        };
        let (buy, sell) = (next(Side::Buy, buyer, &left), next(Side::Sell, seller, &left));
        let quantity = match (buy, sell) {
            (Some(buy), Some(sell)) => left[buy].min(left[sell]),
            (Some(one), None) | (None, Some(one)) => left[one],
            (None, None) => break,
        };
        let mut trade = |place: Option<usize>| {
            let order = match place {
                Some(place) => {
                    left[place] -= quantity;
                    &mut takers[place]
                }
                None => last.as_mut().expect("who is left over trades with the rest of the market"),
            };
            order.lots -= quantity;
            Party { owner: order.owner.get(), tag: order.tag, remaining: order.lots }
        };
        let (bought, sold) = (trade(buy), trade(sell));
        events.push(BookEvent::Fill(Fill { price, quantity, buyer: bought, seller: sold, aggressor }));
        (buyer, seller) = (buy.unwrap_or(left.len()), sell.unwrap_or(left.len()));
    }
}

fn cancelled(order: &Order, reason: CancelReason) -> BookEvent {
    BookEvent::Cancelled { owner: order.owner.get(), tag: order.tag, remaining: order.lots, reason }
}

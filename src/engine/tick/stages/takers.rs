//! Orders of one tick where a market has no book: those that can trade there, in their turn, and what becomes of each.

use crate::tick::open_orders::OpenOrders;
use crate::tick::trays::{Admitted, Happenings, Intent};
use crate::tick::turns::Turns;
use ground::units::{AccountId, Cause, InstrumentId, Lots, MarketId, Price, Side, StepValue};
use mechanics::book::{BookEvent, CancelReason, Fill, OrderKind, Party, TimeInForce};
use mechanics::impact::Wish;
use mechanics::ledger::Ledger;

/// The orders that came to a market and what they wish, in turn; the list is empty afterwards. Nothing where trading is
/// paused: all of them are cancelled.
pub(super) fn in_turn(
    list: &mut Vec<Admitted>,
    turns: &mut Turns,
    (market, is_paused): (MarketId, bool),
    happenings: &mut Happenings,
) -> Option<(Vec<Admitted>, Vec<Wish>)> {
    let sorted: Vec<Admitted> = turns.sort(list).map(|place| list[place]).collect();
    list.clear();
    if is_paused {
        happenings.events.extend(sorted.iter().map(|order| cancelled(order, CancelReason::Halted)));
        happenings.note(market);
        return None;
    }
    Some(admit(&sorted, &mut happenings.events))
}

/// Orders that can trade here, in turn, and what they wish. The others are cancelled.
fn admit(orders: &[Admitted], events: &mut Vec<BookEvent>) -> (Vec<Admitted>, Vec<Wish>) {
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

/// An order that did not come through the screen because its size was only known with the price: to buy so many lots or,
/// negative, to sell them.
pub(super) fn order_for(
    account: AccountId,
    (market, instrument): (MarketId, InstrumentId),
    lots: Lots,
    (cause, turn): (Cause, (u8, u64)),
    open: &mut OpenOrders,
    ledger: &mut Ledger,
) -> Admitted {
    let intent = Intent {
        account,
        instrument,
        market,
        side: if lots.is_positive() { Side::Buy } else { Side::Sell },
        lots: lots.abs(),
        kind: OrderKind::Market,
        time_in_force: TimeInForce::ImmediateOrCancel,
        post_only: false,
        reduce_only: false,
        life: 0,
        cause,
        turn,
    };
    let slot = ledger.accounts.slot_of(account, instrument).expect("who trades has a slot for it");
    ledger.accounts.change_open_orders(slot, intent.side, intent.lots);
    // It trades at once: nothing need be held back for it.
    let tag = open.open(slot, &intent, (0, StepValue::new(1)));
    let Intent { turn, side, lots, kind, time_in_force, post_only, reduce_only, .. } = intent;
    Admitted { turn, owner: account, tag, side, lots, kind, time_in_force, post_only, reduce_only }
}

/// Pairs buyers with sellers in turn; the rest of the market, if it trades, stands last.
pub(super) fn fill(
    takers: &mut [Admitted],
    filled: &[Lots],
    rest: Option<Admitted>,
    aggressor: Option<Side>,
    price: Price,
    events: &mut Vec<BookEvent>,
) {
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

/// The end of what could not trade in its tick.
pub(super) fn lapsed(order: &Admitted) -> BookEvent {
    let reason = match order.kind {
        OrderKind::Market => CancelReason::MarketRemainder,
        _ => CancelReason::ImmediateRemainder,
    };
    cancelled(order, reason)
}

fn cancelled(order: &Admitted, reason: CancelReason) -> BookEvent {
    BookEvent::Cancelled { owner: order.owner.get(), tag: order.tag, remaining: order.lots, reason }
}

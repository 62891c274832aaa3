//! Stage 3: each intent becomes an order, with its margin held, or a recorded refusal.
//!
//! Checks run in a fixed order and the first to fail is the reason: account state, instrument, price
//! range, position limit, then whether the account can carry what it would hold. Orders that only
//! reduce a position need no margin. A lender's forced orders pass without being asked for any: they
//! come through the same door, but nobody lends on them.

use crate::book::OrderKind;
use crate::ledger::{Ledger, Slot};
use crate::margin::{Marks, Order as MarginOrder, Refusal, excess_after};
use crate::record::gather::Gather;
use crate::tick::open_orders::OpenOrders;
use crate::tick::state::{Lender, MarketBook, Scene, Status, Statuses, TheLedger, TheMarks};
use crate::tick::trays::{Forced, Happenings, Intent, Intents, Order, Orders};
use crate::tick::view::{MarketView, View};
use crate::units::{Cash, Lots, Price, Side};
use crate::world::plan::MarginPlan;
use bevy_ecs::prelude::{Query, Res, ResMut};

/// Takes back what traders no longer want in the books.
pub fn withdraw(
    scene: Res<Scene>,
    mut intents: ResMut<Intents>,
    open: Res<OpenOrders>,
    mut books: Query<&mut MarketBook>,
    mut happenings: ResMut<Happenings>,
) {
    let happenings = &mut *happenings;
    // An account may be named twice; the second time finds stale keys and does nothing.
    for account in intents.withdrawals.drain(..) {
        for (market, key) in open.of_account(account) {
            let mut book = books.get_mut(scene.markets[market.index()]).expect("every market is an entity");
            book.book.cancel(key, &mut happenings.events);
            happenings.until.push((market, happenings.events.len()));
        }
    }
}

pub fn screen(
    scene: Res<Scene>,
    view: Res<View>,
    marks: Res<TheMarks>,
    statuses: Res<Statuses>,
    lenders: Query<&Lender>,
    mut intents: ResMut<Intents>,
    mut forced: ResMut<Forced>,
    mut ledger: ResMut<TheLedger>,
    mut open: ResMut<OpenOrders>,
    mut orders: ResMut<Orders>,
    mut gather: ResMut<Gather>,
) {
    let ledger = &mut ledger.0;
    for intent in forced.0.drain(..).chain(intents.orders.drain(..)) {
        let lender = ledger.accounts.lender(intent.account);
        let lender = lenders.get(scene.lenders[lender.index()]).expect("every lender is an entity");
        let market = scene.market_of(intent.instrument);
        let slot = match admit(&intent, view.market(market), &marks.0, &statuses, lender, ledger) {
            Ok(slot) => slot,
            Err(refusal) => {
                gather.refused(refusal);
                continue;
            }
        };
        gather.orders += 1;
        ledger.accounts.change_open_orders(slot, intent.side, intent.lots);
        let tag = open.open(market, slot, &intent);
        let owner = if scene.is_swap(intent.instrument) { lender.plan.house } else { intent.account };
        let Intent { side, lots, turn, kind, time_in_force, post_only, reduce_only, .. } = intent;
        orders.by_market[market.index()].push(Order {
            turn,
            owner,
            tag,
            side,
            lots,
            kind,
            time_in_force,
            post_only,
            reduce_only,
        });
    }
}

fn admit(
    intent: &Intent,
    market: &MarketView,
    marks: &Marks,
    statuses: &Statuses,
    lender: &Lender,
    ledger: &Ledger,
) -> Result<Slot, Refusal> {
    let forced = intent.cause.is_forced();
    match statuses.of(intent.account) {
        Status::Breached(_) | Status::Closed if !forced => return Err(Refusal::AccountState),
        // Its accounts are frozen.
        _ if lender.failed && !forced => return Err(Refusal::AccountState),
        _ => {}
    }
    let slot = ledger.accounts.slot_of(intent.account, intent.instrument).ok_or(Refusal::UnknownInstrument)?;
    if market.halted {
        return Err(Refusal::Halted);
    }
    if intent.kind.limit().is_some_and(|price| !price.is_in_range()) {
        return Err(Refusal::PriceRange);
    }
    let held = ledger.accounts.lots(slot);
    let open = ledger.accounts.open_orders(slot, intent.side) + intent.lots;
    if (held + intent.side.signed(open)).abs() > Lots::LARGEST {
        return Err(Refusal::PositionLimit);
    }
    let reduces = Side::closing(held) == intent.side && open <= held.abs();
    if forced || reduces {
        return Ok(slot);
    }
    let price = expected_price(intent, market.mark, market.bid, market.ask);
    match lender.terms.margin {
        MarginPlan::Unmargined => can_pay(intent, price, slot, ledger, marks).then_some(slot).ok_or(Refusal::Funds),
        _ => {
            let Intent { account, instrument, side, lots, .. } = *intent;
            let order = MarginOrder { account, instrument, side, lots, price };
            let short = excess_after(ledger, marks, &lender.terms, &order).is_some_and(Cash::is_negative);
            if short { Err(Refusal::Excess) } else { Ok(slot) }
        }
    }
}

/// At what price an order will probably trade: its limit, or what stands opposite.
fn expected_price(intent: &Intent, mark: Price, bid: Option<Price>, ask: Option<Price>) -> Price {
    match intent.kind {
        OrderKind::Limit { price } | OrderKind::StopLimit { price, .. } => price,
        OrderKind::Market | OrderKind::Stop { .. } => match intent.side {
            Side::Buy => ask.unwrap_or(mark),
            Side::Sell => bid.unwrap_or(mark),
        },
    }
}

/// A custodian lends neither money nor units.
fn can_pay(intent: &Intent, price: Price, slot: Slot, ledger: &Ledger, marks: &Marks) -> bool {
    if intent.side == Side::Sell {
        // More than it holds, or the order would have been found to reduce.
        return false;
    }
    let accounts = &ledger.accounts;
    let spent: Cash = accounts
        .slots(intent.account)
        .map(|other| {
            let instrument = accounts.instrument(other);
            marks.value(instrument, accounts.open_orders(other, Side::Buy)).at_least_zero()
        })
        .sum();
    let cost = marks.step_value(accounts.instrument(slot)).value(intent.lots, price);
    ledger.cash(intent.account) >= spent + cost
}

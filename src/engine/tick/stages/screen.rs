//! Stage 3: each intent becomes an order, with its margin held, or a recorded refusal.
//!
//! The checks and their order are in [`mechanics::screen`]; here they are given what they ask for, and what they
//! answer is carried out. First a lender's forced orders, then everyone's, reduce-only ones last: they give
//! way to whatever else closes the position, and so do those that rest in the books already.

use crate::gather::RefusalRecord;
use crate::plan::InstrumentKind;
use crate::tick::open_orders::OpenOrders;
use crate::tick::state::{Breaches, State, Status};
use crate::tick::trays::{Admitted, Intent};
use ground::units::{AccountId, Cause, InstrumentId, Lots, Price, Side, StepValue, Time};
use mechanics::book::OrderKind;
use mechanics::ledger::Ledger;
use mechanics::margin::Marks;
use mechanics::screen::{AccountState, Asked, Known, Refusal, admit, shrunk};

/// Takes back what traders no longer want in the books, as far as they can be reached. Who takes back the orders of a
/// failed lender's clients need not: they are gone before anything trades there again.
pub fn withdraw(state: &mut State) {
    let State {
        ref halts,
        ref ledger,
        ref lenders,
        ref mut intents,
        ref mut open,
        markets: ref mut books,
        ref mut happenings,
        ..
    } = *state;
    // Before accounts: until something has been settled, a tag is that of the order its owner saw.
    for tag in intents.cancels.drain(..) {
        if !halts.is_cut_off(open.get(tag).market)
            && let Some((market, key)) = open.withdraw(tag)
        {
            books.cancel(market, key, happenings);
        }
    }
    // An account may be named twice; the second time finds stale keys and does nothing.
    for account in intents.withdrawals.drain(..) {
        let at_once = lenders[ledger.accounts.lender(account)].failed;
        let reached = |market| at_once || !halts.is_cut_off(market);
        open.withdraw_all(account, reached, |market, key| {
            books.cancel(market, key, happenings);
        });
    }
}

/// The least that somebody pays for what is owned.
const LOWEST_PAID: Price = Price::new(1);

pub fn screen(state: &mut State) {
    let State {
        ref scene,
        ref clock,
        ref view,
        ref halts,
        ref lenders,
        ref marks,
        ref mut ledger,
        ref statuses,
        ref mut intents,
        ref mut forced,
        ref mut open,
        ref mut orders,
        ref mut breaches,
        ref mut gather,
        ..
    } = *state;
    if intents.orders.iter().any(|intent| intent.reduce_only) {
        // Stable: a trader's orders stay in the order in which it left them.
        intents.orders.sort_by_key(|intent| intent.reduce_only);
    }
    for mut intent in forced.0.drain(..).chain(intents.orders.drain(..)) {
        let traded = scene.plan.markets[intent.market.index()].instrument;
        let bids_below_nothing = hold_to_floor(&mut intent, scene.plan.instruments[traded.index()].kind);
        let lender = ledger.accounts.lender(intent.account);
        let lender = &lenders[lender];
        let market = intent.market;
        let seen = view.market(market);
        let known = Known {
            ledger,
            marks,
            terms: &lender.terms,
            limits: lender.plan.limits.as_deref(),
            state: if lender.failed { AccountState::Unwinding } else { standing_of(statuses.of(intent.account)) },
            mark: seen.mark,
            bid: seen.bid,
            ask: seen.ask,
            halted: seen.halted || halts.is_cut_off(market),
            held_back: open.held_back(intent.account),
            waiting: if intent.reduce_only { waiting(open, &intent) } else { Lots::ZERO },
        };
        let admitted = admit(&known, &asked(&intent));
        let admitted = admitted.and_then(|own| if bids_below_nothing { Err(Refusal::PriceRange) } else { Ok(own) });
        let (slot, lots) = match admitted {
            Ok(admitted) => admitted,
            Err(reason) => {
                // A lender whose order is refused has it to place again.
                never_placed(breaches, &intent, intent.lots, clock.end());
                let Intent { account, instrument, side, lots, .. } = intent;
                let watched = scene.plan.is_watched(account);
                gather.refused(
                    watched,
                    RefusalRecord { tick: clock.tick(), account, instrument, market, side, lots, reason },
                );
                continue;
            }
        };
        never_placed(breaches, &intent, intent.lots - lots, clock.end());
        let intent = Intent { lots, ..intent };
        gather.orders += 1;
        ledger.accounts.change_open_orders(slot, intent.side, lots);
        let tag = open.open(slot, &intent, beyond(&intent, marks));
        let owner = if scene.is_swap(intent.instrument) { lender.plan.house } else { intent.account };
        let Intent { side, turn, kind, time_in_force, post_only, reduce_only, .. } = intent;
        orders.by_market[market.index()].push(Admitted {
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

/// What is owned is worth nothing at the least, and nobody pays to be rid of it: a seller's limit is one step or more,
/// and so nothing is sold below that however hard the sale is forced. Says whether it is a bid below that, which is no
/// order. Whoever holds a future or a perpetual owes what its price falls below zero; there no such floor is.
fn hold_to_floor(intent: &mut Intent, kind: InstrumentKind) -> bool {
    let (OrderKind::Limit { price } | OrderKind::StopLimit { price, .. }) = &mut intent.kind else { return false };
    if kind.is_contract() || *price >= LOWEST_PAID {
        return false;
    }
    if intent.side == Side::Sell {
        *price = LOWEST_PAID;
    }
    intent.side == Side::Buy
}

/// So many lots of a forced order do not reach a book.
fn never_placed(breaches: &mut Breaches, intent: &Intent, lots: Lots, now: Time) {
    if let Cause::Forced(breach) = intent.cause
        && lots.is_positive()
    {
        breaches.progress(breach, intent.instrument, lots, None, now);
    }
}

fn standing_of(status: Status) -> AccountState {
    match status {
        Status::Breached(_) => AccountState::Unwinding,
        Status::Closed => AccountState::Closed,
        Status::Healthy | Status::Called(_) => AccountState::Open,
    }
}

fn asked(intent: &Intent) -> Asked {
    let Intent { account, instrument, side, lots, kind, reduce_only, cause, .. } = *intent;
    Asked { account, instrument, side, lots, kind, reduce_only, forced: cause.is_forced() }
}

/// What waits on the side of an order, but for what is being taken back.
fn waiting(open: &OpenOrders, intent: &Intent) -> Lots {
    let same_side = open.live(intent.account, intent.instrument).filter(|(_, order)| order.side == intent.side);
    same_side.map(|(_, order)| order.remaining).sum()
}

/// How many steps a limit is worse than the mark, and what a step of a lot is worth.
fn beyond(intent: &Intent, marks: &Marks) -> (u32, StepValue) {
    let step_value = marks.step_value(intent.instrument);
    let Some(limit) = intent.kind.limit().filter(|_| !intent.cause.is_forced()) else { return (0, step_value) };
    let mark = marks.price(intent.instrument);
    let steps = match intent.side {
        Side::Buy => limit - mark,
        Side::Sell => mark - limit,
    };
    (u32::try_from(steps.max(0)).unwrap_or(u32::MAX), step_value)
}

/// Reduce-only orders in the books give way to what became of the position and to what else is on its way to close it.
pub fn shrink_reduce_only(state: &mut State) {
    let State { ref halts, ref ledger, ref mut open, markets: ref mut books, ref mut happenings, .. } = *state;
    let places: Vec<_> = open.with_reduce_only().collect();
    for (account, instrument) in places {
        for side in [Side::Buy, Side::Sell] {
            let held = held(ledger, account, instrument);
            let on_side = |reduce_only| {
                let orders = open.live(account, instrument);
                orders.filter(move |(_, order)| order.side == side && order.reduce_only == reduce_only)
            };
            let ordinary = on_side(false).map(|(_, order)| order.remaining).sum();
            let mut resting: Vec<_> = on_side(true).map(|(tag, order)| (tag, *order)).collect();
            resting.reverse();
            let stays: Vec<_> =
                shrunk(held, side, ordinary, resting.iter().map(|(_, order)| order.remaining)).collect();
            for ((tag, order), stays) in resting.into_iter().zip(stays) {
                // What has only now been admitted was cut to size on the way in.
                let Some(key) = order.key.filter(|_| stays < order.remaining) else { continue };
                if halts.is_cut_off(order.market) {
                    continue;
                }
                if stays.is_zero() {
                    books.cancel(order.market, key, happenings);
                    open.leaves(tag);
                } else {
                    books.reduce(order.market, key, stays, happenings);
                }
            }
        }
    }
}

fn held(ledger: &Ledger, account: AccountId, instrument: InstrumentId) -> Lots {
    ledger.accounts.slot_of(account, instrument).map_or(Lots::ZERO, |slot| ledger.accounts.lots(slot))
}

//! Stages 3 and 4 where a price forms by demand curves: money that comes and goes, who may take part, and the price.
//!
//! What a trader's investors bring or take moves before anything is asked of its account. A declared curve is screened
//! like a market order for what it wants at the last mark: whoever may not place that takes no part in the tick. At
//! the price that is found it may trade more than that; nobody is asked again. What each trades is an order in the
//! records from here on, so all that follows is the same code as for a book.

use super::takers::{fill, in_turn, lapsed, order_for};
use crate::gather::RefusalRecord;
use crate::tick::state::{Forming, MarketBook, State, Status};
use crate::tick::trays::{Demand, Orders};
use ground::units::{Lots, MarketId, Side};
use mechanics::book::OrderKind;
use mechanics::demand::{Wish, clear};
use mechanics::ledger::Why;
use mechanics::screen::{self, AccountState, Asked, Known, Refusal};

/// Pays what investors bring or take. An account that its lender has closed opens again when it is given money;
/// one that is being unwound neither gets nor gives any.
pub fn move_money(state: &mut State) {
    let State { ref lenders, ref mut intents, ref mut ledger, ref mut statuses, ref mut watch, .. } = *state;
    for (account, amount) in intents.flows.drain(..) {
        let lender = ledger.accounts.lender(account);
        let lender = &lenders[lender];
        let status = statuses.of(account);
        if lender.failed || matches!(status, Status::Breached(_)) {
            continue;
        }
        if status == Status::Closed {
            if !amount.is_positive() {
                continue;
            }
            statuses.set(account, Status::Healthy);
        }
        let (outside, own) = (ledger.purses.outside(), ledger.purses.account(account));
        ledger.transfer(outside, own, amount, Why::Invested);
        watch.note_changed(account);
    }
}

/// Who may take part.
pub fn take_demands(state: &mut State) {
    let State {
        ref scene,
        ref clock,
        ref view,
        ref lenders,
        ref marks,
        ref ledger,
        ref statuses,
        ref open,
        ref mut intents,
        ref mut demands,
        ref mut gather,
        ..
    } = *state;
    for demand in intents.demands.drain(..) {
        let Demand { account, instrument, curve, .. } = demand;
        let lender = &lenders[ledger.accounts.lender(account)];
        let market = scene.market_of(instrument);
        let seen = view.market(market);
        let state = match statuses.of(account) {
            _ if lender.failed => AccountState::Unwinding,
            Status::Breached(_) => AccountState::Unwinding,
            Status::Closed => AccountState::Closed,
            Status::Healthy | Status::Called(_) => AccountState::Open,
        };
        let held = ledger.accounts.slot_of(account, instrument).map_or(Lots::ZERO, |slot| ledger.accounts.lots(slot));
        let missing = curve.lots(seen.mark, marks.step_value(instrument)) - held;
        let side = if missing.is_negative() { Side::Sell } else { Side::Buy };
        let known = Known {
            ledger,
            marks,
            terms: &lender.terms,
            limits: lender.plan.limits.as_deref(),
            state,
            mark: seen.mark,
            bid: seen.bid,
            ask: seen.ask,
            halted: seen.halted,
            held_back: open.held_back(account),
            waiting: Lots::ZERO,
        };
        let asked = Asked {
            account,
            instrument,
            side,
            lots: missing.abs(),
            kind: OrderKind::Market,
            reduce_only: false,
            forced: false,
        };
        let answer = match (missing.is_zero(), state) {
            (true, AccountState::Open) => Ok(()),
            (true, _) => Err(Refusal::AccountState),
            (false, _) => screen::admit(&known, &asked).map(|_| ()),
        };
        match answer {
            Ok(()) => demands.by_market[market.index()].push(demand),
            Err(reason) => {
                let watched = scene.plan.is_watched(account);
                let lots = missing.abs();
                let tick = clock.tick();
                gather.refused(watched, RefusalRecord { tick, account, instrument, market, side, lots, reason });
            }
        }
    }
}

/// Clears each market of demand curves at its price of this tick.
pub fn clear_markets(state: &mut State) {
    let State {
        ref halts,
        ref mut orders,
        ref mut demands,
        ref mut markets,
        ref mut open,
        ref mut ledger,
        ref mut happenings,
        ..
    } = *state;
    let Orders { by_market, turns } = orders;
    for (index, (list, declared)) in by_market.iter_mut().zip(&mut demands.by_market).enumerate() {
        if list.is_empty() && declared.is_empty() {
            continue;
        }
        let market = &mut markets[MarketId::from_index(index)];
        let MarketBook { id, instrument, forming: Forming::Demand(clearing) } = market else { continue };
        let (id, instrument) = (*id, *instrument);
        let Some((mut takers, limits)) = in_turn(list, turns, (id, halts.is_paused(id)), happenings) else {
            declared.clear();
            continue;
        };
        declared.sort_by_key(|demand| demand.turn);
        clearing.wishes.clear();
        clearing.wishes.extend(limits.into_iter().map(Wish::Order));
        let held = |account| ledger.accounts.slot_of(account, instrument).map(|slot| ledger.accounts.lots(slot));
        clearing.wishes.extend(declared.iter().map(|demand| Wish::Curve {
            curve: demand.curve,
            held: held(demand.account).expect("a demand is screened for a slot"),
        }));
        let offered = held(clearing.rest).expect("the rest of the market has a slot for what it trades");
        let mut trades = Vec::with_capacity(clearing.wishes.len() + 1);
        let cleared = clear(&clearing.wishes, clearing.step_value, clearing.price, offered, &mut trades);
        clearing.price = cleared.price;
        let mut filled: Vec<Lots> = trades[..takers.len()].iter().map(|lots| lots.abs()).collect();
        let rest = declared.iter().zip(trades.split_off(takers.len()));
        let owners = rest.map(|(demand, lots)| (demand.account, demand.cause, demand.turn, lots));
        let last = (clearing.rest, ground::units::Cause::Voluntary, (u8::MAX, u64::MAX), cleared.rest);
        for (account, cause, turn, lots) in owners.chain([last]).filter(|(.., lots)| !lots.is_zero()) {
            takers.push(order_for(account, (id, instrument), lots, (cause, turn), open, ledger));
            filled.push(lots.abs());
        }
        declared.clear();
        fill(&mut takers, &filled, None, None, cleared.price, &mut happenings.events);
        for order in takers.iter().filter(|order| order.lots.is_positive()) {
            happenings.events.push(lapsed(order));
        }
        happenings.note(id);
    }
}

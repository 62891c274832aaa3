//! Stages 4 and 5 where a price forms in a pool: each order trades in its turn against what lies there, the pool is seen
//! again once all of it has been settled, and then its providers come and go.

use super::takers::{fill, in_turn, lapsed, order_for};
use crate::tick::state::{Forming, Lying, MarketBook, State, Status};
use crate::tick::trays::{Orders, Providing};
use ground::units::{Cash, Cause, Lots, Price, Side};
use mechanics::ledger::{Ledger, Why};
use mechanics::margin::Marks;
use mechanics::pool::Provision;
use mechanics::waterfall::entries::Entries;

/// Trades all orders of the tick, pool by pool, one after the other.
pub fn swap(state: &mut State) {
    let State { ref mut orders, ref mut markets, ref mut open, ref mut ledger, ref halts, ref mut happenings, .. } =
        *state;
    let Orders { by_market, turns } = orders;
    for (list, market) in by_market.iter_mut().zip(markets.iter_mut()) {
        if list.is_empty() {
            continue;
        }
        let MarketBook { id, instrument, forming: Forming::Pool(Lying { pool, account, .. }) } = market else {
            continue;
        };
        let Some((takers, wishes)) = in_turn(list, turns, (*id, halts.is_paused(*id)), happenings) else { continue };
        for (mut order, wish) in takers.into_iter().zip(wishes) {
            if let Some(swap) = pool.quote(wish.side, wish.lots, wish.limit) {
                pool.take(wish.side, swap);
                let other = if wish.side == Side::Buy { -swap.lots } else { swap.lots };
                // Who comes to the pool moves its price.
                let turn = (Cause::Voluntary, (u8::MAX, u64::MAX));
                let of_pool = order_for(*account, (*id, *instrument), other, turn, open, ledger);
                let (filled, aggressor) = ([swap.lots], Some(wish.side));
                let one = std::slice::from_mut(&mut order);
                fill(one, &filled, Some(of_pool), aggressor, swap.price, &mut happenings.events);
            }
            if order.lots.is_positive() {
                happenings.events.push(lapsed(&order));
            }
        }
        happenings.note(*id);
    }
}

/// What lies in a pool is what its account holds, once fees are paid.
pub fn look_again(state: &mut State) {
    let State { ref ledger, ref mut markets, .. } = *state;
    for market in markets.iter_mut() {
        see(market, ledger);
    }
}

fn see(market: &mut MarketBook, ledger: &Ledger) {
    let instrument = market.instrument;
    if let Some(lying) = market.lying_mut() {
        let slot = ledger.accounts.slot_of(lying.account, instrument);
        lying.pool.lots = slot.map_or(Lots::ZERO, |slot| ledger.accounts.lots(slot));
        lying.pool.money = ledger.cash(lying.account);
    }
}

/// Providers add to pools and take out of them, in their turn. Where trading is paused they wait, and so does who adds from
/// an account whose lender pays nothing out. From an account that is frozen or closed nothing comes, and nothing goes there.
pub fn provide(state: &mut State) {
    let State {
        ref halts,
        ref lenders,
        ref statuses,
        ref payouts,
        ref marks,
        ref mut intents,
        ref mut markets,
        ref mut ledger,
        ref mut entries,
        ..
    } = *state;
    intents.providing.sort_unstable_by_key(|own| own.turn);
    intents.providing.retain(|own| {
        let lender = ledger.accounts.lender(own.account);
        if lenders[lender].failed || statuses.of(own.account) != Status::Healthy {
            return false;
        }
        let adds = matches!(own.provision, Provision::Add { .. });
        let waits = halts.is_paused(own.market) || (adds && payouts.are_stopped(lender));
        if !waits {
            carry(own, &mut markets[own.market], (ledger, entries, marks));
        }
        waits
    });
}

/// Units and money go from the pool's account to the provider's or, negative, the other way.
fn carry(own: &Providing, market: &mut MarketBook, (ledger, entries, marks): (&mut Ledger, &mut Entries, &Marks)) {
    let instrument = market.instrument;
    let Some(lying) = market.lying_mut() else { return };
    let provision = match own.provision {
        Provision::Add { lots, money } => {
            let Some(slot) = ledger.accounts.slot_of(own.account, instrument) else { return };
            let free = ledger.accounts.lots(slot) - ledger.accounts.open_orders(slot, Side::Sell);
            let cash = ledger.cash(own.account).max(Cash::ZERO);
            Provision::Add { lots: lots.min(free).max(Lots::ZERO), money: money.min(cash) }
        }
        leave @ Provision::Leave { .. } => leave,
    };
    let Some((lots, money)) = lying.shares.provide(&lying.pool, own.account, provision) else { return };
    // They are handed over for nothing: what they stand for is the share.
    let (from, to) = if lots.is_positive() { (lying.account, own.account) } else { (own.account, lying.account) };
    if !lots.is_zero() {
        if let Some(slot) = ledger.accounts.slot_of(own.account, instrument) {
            entries.note(slot, ledger.accounts.lots(slot), lots, marks.price(instrument));
        }
        ledger.deliver(instrument, lying.pool.step_value(), to, from, lots.abs(), Price::new(0));
    }
    let (from, to) = (ledger.purses.account(lying.account), ledger.purses.account(own.account));
    ledger.transfer(from, to, money, Why::Provided);
    see(market, ledger);
}

//! Stage 6, after the marks: variation margin moves, and what has come to its end is paid out.
//!
//! A future is settled for all its holders at once, at its mark; an instrument that expires ends for all its holders
//! at once, at what it is worth at the mark of its underlying. Its books close: what rests in them is withdrawn and
//! no order is accepted any more, as in a market that is halted for good. Orders that lenders have placed for breached
//! accounts end with the rest, and what was to be closed is.

use crate::tick::open_orders::OpenOrders;
use crate::tick::state::{Breaches, Holders, Markets, Scene, State};
use crate::tick::trays::Happenings;
use ground::units::{InstrumentId, Lots, Price};
use mechanics::contracts::Settles;

/// Ends what expires. First what is on nothing but a spot price, then what is on that.
pub fn expire(state: &mut State) {
    let State {
        ref scene,
        ref clock,
        ref open,
        markets: ref mut books,
        ref mut happenings,
        ref mut marks,
        ref mut ledger,
        ref mut holders,
        ref mut breaches,
        ..
    } = *state;
    let instruments = &scene.plan.instruments;
    let due = |index: &usize| clock.has_come(instruments[*index].kind.expiry()) && !holders.ended[*index];
    let (mut ending, options): (Vec<_>, Vec<_>) =
        (0..instruments.len()).filter(due).partition(|index| instruments[*index].kind.is_contract());
    ending.extend(options);
    for index in ending {
        let instrument = InstrumentId::from_index(index);
        let kind = instruments[index].kind;
        let own = marks.price(instrument);
        let of = kind.underlying().map(|of| (marks.price(of), &instruments[of.index()]));
        let last = match of {
            // In the steps of the future, which need not be its underlying's.
            Some((price, underlying)) if underlying.step_size != instruments[index].step_size => {
                kind.ends_at(instruments[index].nearest_price(underlying.price_of(price)))
            }
            Some((price, _)) => kind.ends_at(price),
            None => own,
        };
        marks.set(instrument, last);
        let step_value = marks.step_value(instrument);
        for &account in &holders.accounts[index] {
            ledger.expire(instrument, step_value, account, last);
        }
        holders.ended[index] = true;
        close_books(instrument, scene, holders, open, books, happenings);
        let Breaches { all, active, .. } = breaches;
        for id in active.iter() {
            all[id.index()].end(instrument);
        }
    }
}

/// Withdraws what rests in the instrument's books.
fn close_books(
    instrument: InstrumentId,
    scene: &Scene,
    holders: &Holders,
    open: &OpenOrders,
    books: &mut Markets,
    happenings: &mut Happenings,
) {
    for &account in holders.of(instrument) {
        for (market, key) in open.of_account(account) {
            if scene.plan.markets[market.index()].instrument == instrument {
                books.cancel(market, key, happenings);
            }
        }
    }
}

/// Swaps are settled to the mark at the close, futures when they say.
pub fn pay_variation_margin(state: &mut State) {
    let State { ref clock, ref scene, ref marks, ref holders, ref lenders, ref mut ledger, .. } = *state;
    let closing = clock.is_last_of_session();
    for (index, plan) in scene.plan.instruments.iter().enumerate() {
        let Some(settles) = plan.kind.settles() else { continue };
        if closing || settles == Settles::EveryTick {
            let instrument = InstrumentId::from_index(index);
            let price = marks.price(instrument);
            for &account in holders.of(instrument) {
                ledger.settle_contract(instrument, plan.step_value, account, price);
            }
        }
    }
    if !closing {
        return;
    }
    for account in ledger.accounts.ids() {
        if ledger.accounts.trader(account).is_none() {
            continue;
        }
        for slot in ledger.accounts.slots(account) {
            if ledger.accounts.kind(slot).is_swap() && ledger.accounts.lots(slot) != Lots::ZERO {
                let lender = ledger.accounts.lender(account);
                let house = lenders[lender].plan.house;
                let instrument = ledger.accounts.instrument(slot);
                let (step_value, price): (_, Price) = (marks.step_value(instrument), marks.price(instrument));
                ledger.settle_swap(instrument, step_value, account, house, price);
            }
        }
    }
}

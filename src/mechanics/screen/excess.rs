//! Last check: whether the account can carry what it would hold.
//!
//! At a lender that asks for margin, counted equity less initial margin must not fall below zero with the worse side of
//! all orders filled, this one at its own price; what orders of the same account that no book has matched yet would
//! lose against the mark is held back. Who is below may do what takes risk away. At a custodian there must be cash for all purchases and units for all sales.

use super::{ProposedOrder, Refusal};
use crate::ledger::{Ledger, Slot};
use crate::margin::{Marks, Terms, equity, excess_after, lowers_risk, standing_with_orders};
use ground::units::{Cash, Lots, Side};

/// `held_back`: what other orders would lose at once, see `tick::open_orders`.
pub fn check(
    ledger: &Ledger,
    marks: &Marks,
    terms: &Terms,
    order: &ProposedOrder,
    held_back: Cash,
) -> Result<(), Refusal> {
    match excess_after(ledger, marks, terms, order) {
        Some(excess) if (excess - held_back).is_negative() && !lowers_risk(ledger, marks, terms, order) => {
            Err(Refusal::Excess)
        }
        Some(_) => Ok(()),
        None if can_pay(ledger, marks, order, held_back) => Ok(()),
        None => Err(Refusal::Funds),
    }
}

/// A smaller position may be what another was hedged by. Who is short of initial margin already may sell whatever does not
/// make it worse.
pub fn keeps_hedges(ledger: &Ledger, marks: &Marks, terms: &Terms, order: &ProposedOrder) -> Result<(), Refusal> {
    let without = standing_with_orders(ledger, marks, terms, order.account).excess();
    let at_mark = ProposedOrder { price: marks.price(order.instrument), ..*order };
    match excess_after(ledger, marks, terms, &at_mark) {
        Some(with) if with.is_negative() && with < without => Err(Refusal::Excess),
        _ => Ok(()),
    }
}

/// A custodian lends neither money nor units. Other orders count at the mark, or at what they would lose more.
fn can_pay(ledger: &Ledger, marks: &Marks, order: &ProposedOrder, held_back: Cash) -> bool {
    let slot = ledger.accounts.slot_of(order.account, order.instrument);
    if let Some(slot) = slot.filter(|slot| ledger.accounts.kind(*slot).is_contract()) {
        return can_cover(ledger, marks, order, slot, held_back);
    }
    if order.side == Side::Sell {
        // More than it holds, or the order would have been found to reduce.
        return false;
    }
    let accounts = &ledger.accounts;
    let spent: Cash = accounts
        .slots(order.account)
        .map(|slot| marks.value(accounts.instrument(slot), accounts.open_orders(slot, Side::Buy)).at_least_zero())
        .sum();
    ledger.cash(order.account) >= spent + held_back + marks.step_value(order.instrument).value(order.lots, order.price)
}

/// At a custodian equity covers the whole value of a contract position, long or short, as it would be with this and all
/// open orders on its side filled.
fn can_cover(ledger: &Ledger, marks: &Marks, order: &ProposedOrder, slot: Slot, held_back: Cash) -> bool {
    let accounts = &ledger.accounts;
    let exposure = |other: Slot| {
        let instrument = accounts.instrument(other);
        let (buys, sells) = (accounts.open_orders(other, Side::Buy), accounts.open_orders(other, Side::Sell));
        if !accounts.kind(other).is_contract() {
            return marks.value(instrument, buys).at_least_zero();
        }
        let joining = |side| if other == slot && side == order.side { order.lots } else { Lots::ZERO };
        let bought = accounts.lots(other) + buys + joining(Side::Buy);
        let sold = accounts.lots(other) - sells - joining(Side::Sell);
        let mark = if other == slot { order.price } else { marks.price(instrument) };
        marks.step_value(instrument).value(bought.abs().max(sold.abs()), mark).abs()
    };
    let needed: Cash = accounts.slots(order.account).map(exposure).sum();
    equity(ledger, marks, order.account) >= needed + held_back
}

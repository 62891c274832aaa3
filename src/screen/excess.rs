//! Last check: whether the account can carry what it would hold.
//!
//! At a lender that asks for margin, counted equity less initial margin must not fall below zero with the worse side of
//! all orders filled, this one at its own price; what orders of the same account that no book has matched yet would
//! lose against the mark is held back. At a custodian there must be cash for all purchases and units for all sales.

use super::{Order, Refusal};
use crate::ledger::Ledger;
use crate::margin::{Marks, Terms, excess_after};
use crate::units::{Cash, Side};

/// `held_back`: what other orders would lose at once, see `tick::open_orders`.
pub fn check(ledger: &Ledger, marks: &Marks, terms: &Terms, order: &Order, held_back: Cash) -> Result<(), Refusal> {
    match excess_after(ledger, marks, terms, order) {
        Some(excess) if (excess - held_back).is_negative() => Err(Refusal::Excess),
        Some(_) => Ok(()),
        None if can_pay(ledger, marks, order, held_back) => Ok(()),
        None => Err(Refusal::Funds),
    }
}

/// A custodian lends neither money nor units. Other orders count at the mark, or at what they would lose more.
fn can_pay(ledger: &Ledger, marks: &Marks, order: &Order, held_back: Cash) -> bool {
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

//! Lenders that pay nothing out for a while, and what they owe when they do again.
//!
//! While a lender's payouts are stopped, what lies in accounts there counts as ever: for margin, for what a firm is worth.
//! It cannot be had: what is left in a closed account stays there, what a firm sells there comes in when payouts go on,
//! and none of it counts as cash that the firm can deliver before. Collateral stays there too. What is to be handed back
//! is handed back in the first tick that begins at or after the end of the stop, before anything else happens. Money
//! that a firm pays in, and losses, move as ever.

use super::waterfall::hand_back;
use crate::tick::state::{Firms, Payouts, State, Status};

/// Payouts go on.
pub fn resume(state: &mut State, firms: &Firms<'_, '_>) {
    let State {
        ref scene,
        ref clock,
        ref marks,
        ref statuses,
        ref lenders,
        ref mut payouts,
        ref mut ledger,
        ref mut view,
        ..
    } = *state;
    let Payouts { stopped, waiting } = payouts;
    let now = clock.now();
    let mut any = false;
    for until in stopped.iter_mut().filter(|until| until.is_some_and(|until| until <= now)) {
        *until = None;
        any = true;
    }
    if any {
        for (seen, stopped) in view.payouts_stopped.iter_mut().zip(&*stopped) {
            *seen = stopped.is_some();
        }
    }
    if !any || waiting.is_empty() {
        return;
    }
    waiting.retain(|account| {
        let lender = ledger.accounts.lender(*account);
        if stopped[lender.index()].is_some() {
            return true;
        }
        let owner = ledger.accounts.trader(*account).map(|trader| scene.entity(trader));
        let Some(firm) = owner.and_then(|owner| firms.get(owner).ok()) else { return false };
        let closed = statuses.of(*account) == Status::Closed;
        let lender = &lenders[lender];
        hand_back(ledger, marks, (statuses.of(*account), &lender.terms), *account, firm);
        if closed {
            super::waterfall::release_contribution(ledger, lender, firm.id);
        }
        false
    });
}

//! The run is over: what accounts lack at the last marks is lost, whoever they are and however far their unwinding got.
//!
//! A call may have days to go, a forced sale may find no buyer, a lender may have failed: an account below zero at the
//! last mark is one that somebody else has paid for. It goes down the layers as it would on the day it is flat, so that
//! what accounts lack and what was lost are the same, to the unit. A custodian that asks for nothing is left out: what its
//! clients have beside is not told, so that a balance below zero there is nothing that anybody lacks.

use super::hand_down::Till;
use crate::tick::state::{Firms, State, Status};
use ground::units::{AccountId, LenderId, Tick};
use mechanics::ledger;
use mechanics::margin::equity;

pub fn settle_what_is_lacking(state: &mut State, firms: &mut Firms<'_, '_>) {
    let State {
        ref scene,
        ref clock,
        ref marks,
        ref entries,
        ref mut lenders,
        ref mut ledger,
        ref statuses,
        ref mut calls,
        ref mut pots,
        ref mut defaulting,
        ref mut auditor,
        ref mut gather,
        ..
    } = *state;
    let tick = Tick::new(clock.tick().index().saturating_sub(1));
    let mut till = Till {
        scene,
        tick,
        now: scene.plan.clock.time_of(tick) + scene.plan.clock.tick,
        marks,
        entries,
        statuses,
        last_close: &mut pots.last_close,
        ledger,
        calls,
        defaulting,
        gather,
    };
    // In an order that the world's file does not decide.
    let mut order: Vec<LenderId> = lenders.ids().collect();
    order.sort_unstable_by_key(|id| &scene.plan.lenders[id.index()].name);
    for id in order {
        let lender = &mut lenders[id];
        if !lender.terms.margin.lends() {
            continue;
        }
        let lacks = |account: &AccountId| equity(till.ledger, marks, *account).is_negative();
        let mut lacking: Vec<AccountId> = scene.clients[id.index()].iter().filter(lacks).collect();
        lacking.sort_by(|one, other| scene.plan.by_name(*one, *other));
        for account in lacking {
            let breach = match statuses.of(account) {
                Status::Breached(breach) => Some(breach),
                _ => None,
            };
            if is_owned(&till.ledger.accounts, account) {
                till.make_whole(account, breach, lender, firms);
            }
        }
        till.gather.restate_lender(tick, lender.id, lender.borne(), equity(till.ledger, marks, lender.plan.house));
    }
    auditor.check_tick(ledger);
    ledger.journal.clear();
}

/// The rest of the market has no owner, and no end.
fn is_owned(accounts: &ledger::Accounts, account: AccountId) -> bool {
    accounts.trader(account).is_some()
}

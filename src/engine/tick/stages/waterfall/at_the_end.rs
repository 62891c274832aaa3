//! The run is over: what accounts lack at the last marks is lost, whoever they are and however far their unwinding got.
//!
//! A call may have days to go, a forced sale may find no buyer, a lender may have failed: an account below zero at the
//! last mark is one that somebody else has paid for. It goes down the layers as it would on the day it is flat, so that
//! what accounts lack and what was lost are the same, to the unit. A custodian that asks for nothing is left out: what its
//! clients have beside is not told, so that a balance below zero there is nothing that anybody lacks.

use super::hand_down::Till;
use crate::gather::Gather;
use crate::tick::state::{Accounts, Ending, Firm, Lenders, Now, Status, TheAuditor, TheMarks};
use bevy_ecs::prelude::{Query, Res, ResMut};
use ground::units::{AccountId, Tick};
use mechanics::ledger;
use mechanics::margin::equity;

pub fn settle_what_is_lacking(
    Now { scene, clock }: Now<'_>,
    marks: Res<TheMarks>,
    mut firms: Query<&mut Firm>,
    mut lenders: ResMut<Lenders>,
    Accounts { mut ledger, statuses, mut calls }: Accounts<'_>,
    Ending { pots, mut defaulting, .. }: Ending<'_>,
    mut auditor: ResMut<TheAuditor>,
    mut gather: ResMut<Gather>,
) {
    let tick = Tick::new(clock.tick().index().saturating_sub(1));
    let mut till = Till {
        scene: &scene,
        tick,
        now: scene.plan.clock.time_of(tick) + scene.plan.clock.tick,
        marks: &marks.0,
        statuses: &statuses,
        closes: &pots.closes,
        ledger: &mut ledger.0,
        calls: &mut calls,
        defaulting: &mut defaulting,
        gather: &mut gather,
    };
    for lender in lenders.iter_mut() {
        if !lender.terms.margin.lends() {
            continue;
        }
        for account in &scene.clients[lender.id.index()] {
            let breach = match statuses.of(account) {
                Status::Breached(breach) => Some(breach),
                _ => None,
            };
            if is_owned(&till.ledger.accounts, account) {
                till.make_whole(account, breach, lender, &mut firms);
            }
        }
        till.gather.restate_lender(tick, lender.id, lender.loss, equity(till.ledger, &marks.0, lender.plan.house));
    }
    auditor.0.check_tick(&ledger.0);
    ledger.0.journal.clear();
}

/// The rest of the market has no owner, and no end.
fn is_owned(accounts: &ledger::Accounts, account: AccountId) -> bool {
    accounts.trader(account).is_some()
}

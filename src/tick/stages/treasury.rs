//! Stage 8: firms pay calls from their treasury, the earliest deadline first, while it lasts.

use crate::ledger::Why;
use crate::margin::CallOutcome;
use crate::tick::clock::Clock;
use crate::tick::state::{Calls, Firm, Lender, Scene, Status, Statuses, TheLedger};
use crate::units::{Deadline, Span};
use bevy_ecs::prelude::{Query, Res, ResMut};

pub fn pay_calls(
    scene: Res<Scene>,
    clock: Res<Clock>,
    firms: Query<&Firm>,
    lenders: Query<&Lender>,
    mut ledger: ResMut<TheLedger>,
    mut statuses: ResMut<Statuses>,
    mut calls: ResMut<Calls>,
) {
    if statuses.all_healthy() {
        return;
    }
    let ledger = &mut ledger.0;
    for firm in &firms {
        let mut open: Vec<_> = firm
            .accounts
            .iter()
            .filter_map(|account| match statuses.of(*account) {
                Status::Called(call) => Some((calls.0[call as usize].deadline, *account, call)),
                _ => None,
            })
            .collect();
        open.sort_unstable();
        for (_, account, call) in open {
            let call = &mut calls.0[call as usize];
            let lender = ledger.accounts.lender(account);
            let grace = lenders.get(scene.lenders[lender.index()]).expect("every lender is an entity").plan.grace;
            let treasury = ledger.purses.treasury(firm.id);
            // Who gives no time takes no payment either: the account is unwound on the spot.
            if grace == Deadline::After(Span::ZERO) || ledger.purses.balance(treasury) < call.amount {
                continue;
            }
            ledger.transfer(treasury, ledger.purses.account(account), call.amount, Why::CallPaid);
            call.paid = call.amount;
            call.outcome = CallOutcome::Met(clock.end());
            statuses.set(account, Status::Healthy);
        }
    }
}

//! Stage 7: equity against requirement. Accounts that fall short are called.
//!
//! Only accounts that can have changed state are looked at, see `margin::watch`.

use super::events::Hiked;
use crate::margin::{Call, CallOutcome, CallReason, Standing, standing};
use crate::tick::clock::Clock;
use crate::tick::state::{Calls, Lender, Scene, Status, Statuses, TheLedger, TheMarks};
use crate::units::{AccountId, Span};
use crate::world::file::{CallLevel, CallSchedule};
use crate::world::plan::MarginPlan;
use bevy_ecs::prelude::{Query, Res, ResMut};

pub fn check_margin(
    scene: Res<Scene>,
    clock: Res<Clock>,
    marks: Res<TheMarks>,
    hiked: Res<Hiked>,
    lenders: Query<&Lender>,
    mut ledger: ResMut<TheLedger>,
    mut statuses: ResMut<Statuses>,
    mut calls: ResMut<Calls>,
) {
    let ledger = &mut ledger.0;
    for account in ledger.accounts.ids() {
        if ledger.accounts.trader(account).is_none() {
            continue;
        }
        let id = ledger.accounts.lender(account);
        let lender = lenders.get(scene.lenders[id.index()]).expect("every lender is an entity");
        if lender.margin == MarginPlan::Unmargined {
            continue;
        }
        let due = lender.plan.call_schedule == CallSchedule::EveryTick || clock.is_last_of_session();
        let stands = standing(ledger, &marks.0, &lender.margin, account);
        if !stands.excess().is_negative() {
            statuses.last_sound[account.index()] = clock.tick();
        }
        let mut desk = Desk { clock: &clock, statuses: &mut statuses, calls: &mut calls };
        match desk.statuses.of(account) {
            Status::Healthy if due && stands.slack(lender.plan.call_level).is_negative() => {
                desk.raise(account, lender, stands, hiked.0.contains(&id));
            }
            Status::Called(call) => desk.follow(account, call, stands, due),
            Status::Healthy | Status::Breached(_) | Status::Closed => {}
        }
    }
    ledger.clear_touched();
}

struct Desk<'a> {
    clock: &'a Clock,
    statuses: &'a mut Statuses,
    calls: &'a mut Calls,
}

impl Desk<'_> {
    fn raise(&mut self, account: AccountId, lender: &Lender, stands: Standing, hiked: bool) {
        let reason = match lender.plan.call_level {
            _ if hiked => CallReason::MarginHike,
            CallLevel::Maintenance => CallReason::Maintenance,
            CallLevel::Initial => CallReason::Initial,
        };
        let call = u32::try_from(self.calls.0.len()).expect("more than 2^32 calls");
        self.calls.0.push(Call {
            account,
            raised: self.clock.tick(),
            amount: stands.call_amount(),
            deadline: self.clock.deadline(lender.plan.grace).max(self.clock.end() + Span::ZERO),
            reason,
            outcome: CallOutcome::Open,
            paid: crate::units::Cash::ZERO,
        });
        self.statuses.set(account, Status::Called(call));
    }

    /// An open call lapses when the account has its initial margin again, and grows with what is missing.
    fn follow(&mut self, account: AccountId, call: u32, stands: Standing, due: bool) {
        let call = &mut self.calls.0[call as usize];
        if !stands.excess().is_negative() {
            call.outcome = CallOutcome::Lapsed(self.clock.end());
            self.statuses.set(account, Status::Healthy);
        } else if due {
            call.amount = call.amount.max(stands.call_amount());
        }
    }
}

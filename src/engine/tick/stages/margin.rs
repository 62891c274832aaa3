//! Stage 7: equity against requirement. Accounts that fall short are called.
//!
//! Only accounts that can have changed sides are looked at: those the watch hands out, those with an open
//! call, and the few whose rows are written each tick. Lenders that check at the close only meet then whoever
//! fell short during the day. A custodian lends nothing and calls nobody, even if a price below zero makes what it
//! keeps a debt.
//!
//! A call is for a change of margin if its account would not be short of what was asked before, with the same positions at the
//! same marks: a cut, or a hike in the same tick as a fall that is enough by itself, is no reason. A lender that checks at the
//! close compares with what it asked when it last did.

use crate::tick::clock::Clock;
use crate::tick::state::{Calls, Lender, State, Status, Statuses};
use ground::units::{AccountId, Cash, LenderId};
use mechanics::ledger::Ledger;
use mechanics::margin::CallLevel;
use mechanics::margin::CallSchedule;
use mechanics::margin::{Call, CallOutcome, CallReason, Standing, standing};

pub fn check_margin(state: &mut State) {
    let State {
        ref scene,
        ref clock,
        ref lenders,
        ref marks,
        ref mut hiked,
        ref mut ledger,
        ref mut statuses,
        ref mut calls,
        ref mut watch,
        ref mut terms,
        ..
    } = *state;
    let closing = clock.is_last_of_session();
    for id in &hiked.now {
        let lender = &lenders[*id];
        let former = std::mem::replace(&mut terms[id.index()], lender.terms.clone());
        if hiked.former.iter().all(|(known, _)| known != id) {
            hiked.former.push((*id, former));
        }
        watch.note_lender(&ledger.accounts, *id);
        if !lender.terms.margin.lends() {
            lapse_all(*id, ledger, clock, statuses, calls);
        }
    }
    for account in ledger.touched() {
        if terms[ledger.accounts.lender(account).index()].margin.lends() {
            watch.note_changed(account);
        }
    }
    ledger.clear_touched();
    for account in statuses.unhealthy() {
        if let Status::Called(_) = statuses.of(account) {
            watch.note_changed(account);
        }
    }
    // How long a firm was still sound is what its breach is traced by, so it is looked at each tick.
    for account in &scene.watched {
        let lends = terms[ledger.accounts.lender(*account).index()].margin.lends();
        if lends && statuses.of(*account) == Status::Healthy {
            watch.note_changed(*account);
        }
    }
    if closing {
        statuses.short().for_each(|account| watch.note_changed(account));
    }
    let known = calls.0.len();
    let mut desk = Checking { clock, statuses, calls };
    watch.look(ledger, marks, terms, |account, stands| {
        if ledger.accounts.trader(account).is_some() {
            let id = ledger.accounts.lender(account);
            let lender = &lenders[id];
            if !lender.terms.margin.lends() || lender.is_frozen() {
                return;
            }
            desk.look(account, lender, stands, closing);
        }
    });
    for call in &mut calls.0[known..] {
        let lender = ledger.accounts.lender(call.account);
        let Some((_, former)) = hiked.former.iter().find(|(id, _)| *id == lender) else { continue };
        let had = standing(ledger, marks, former, call.account).slack(former.below);
        if !had.is_negative() {
            let terms = &lenders[lender].terms;
            call.reason = CallReason::MarginHike;
            call.hike = had - standing(ledger, marks, terms, call.account).slack(terms.below);
        }
    }
    hiked.former.retain(|(id, _)| !closing && lenders[*id].plan.call_schedule == CallSchedule::AtClose);
}

/// A lender that asks for nothing any more has nothing to call for.
fn lapse_all(lender: LenderId, ledger: &Ledger, clock: &Clock, statuses: &mut Statuses, calls: &mut Calls) {
    let here = |account: &AccountId| ledger.accounts.lender(*account) == lender;
    let called: Vec<AccountId> = statuses.unhealthy().filter(here).collect();
    for account in called {
        if let Status::Called(call) = statuses.of(account) {
            calls.0[call as usize].outcome = CallOutcome::Lapsed(clock.end());
            statuses.set(account, Status::Healthy);
        }
    }
}

struct Checking<'a> {
    clock: &'a Clock,
    statuses: &'a mut Statuses,
    calls: &'a mut Calls,
}

impl Checking<'_> {
    fn look(&mut self, account: AccountId, lender: &Lender, stands: &Standing, closing: bool) {
        if !stands.excess().is_negative() {
            self.statuses.last_sound[account.index()] = self.clock.tick();
        }
        let short = stands.slack(lender.plan.call_level).is_negative();
        let due = closing || lender.plan.call_schedule == CallSchedule::EveryTick;
        match self.statuses.of(account) {
            Status::Healthy if short && due => self.raise(account, lender, stands),
            Status::Healthy => self.statuses.set_short(account, short),
            Status::Called(call) => self.follow(account, call, lender, stands, due),
            Status::Breached(_) | Status::Closed => {}
        }
    }

    fn raise(&mut self, account: AccountId, lender: &Lender, stands: &Standing) {
        let reason = match lender.plan.call_level {
            CallLevel::Maintenance => CallReason::Maintenance,
            CallLevel::Initial => CallReason::Initial,
        };
        let call = u32::try_from(self.calls.0.len()).expect("more than 2^32 calls");
        let missing = stands.call_amount(lender.plan.restores);
        self.calls.0.push(Call {
            account,
            raised: self.clock.tick(),
            amount: missing,
            missing,
            deadline: self.clock.deadline(lender.plan.grace),
            reason,
            hike: Cash::ZERO,
            outcome: CallOutcome::Open,
            paid: Cash::ZERO,
        });
        self.statuses.set_short(account, false);
        self.statuses.set(account, Status::Called(call));
    }

    /// An open call lapses when the account has again what the call is for, and grows when its lender looks and more is
    /// missing.
    fn follow(&mut self, account: AccountId, call: u32, lender: &Lender, stands: &Standing, due: bool) {
        let call = &mut self.calls.0[call as usize];
        if !stands.slack(lender.plan.restores).is_negative() {
            call.outcome = CallOutcome::Lapsed(self.clock.end());
            self.statuses.set(account, Status::Healthy);
        } else {
            let now = stands.call_amount(lender.plan.restores);
            call.missing = if due { now } else { call.missing.min(now) };
            // What was paid already is in the account.
            call.amount = call.amount.max(call.paid + call.missing);
        }
    }
}

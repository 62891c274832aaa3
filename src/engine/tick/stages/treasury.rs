//! Stage 8: firms find money for calls and pay them.
//!
//! For each firm, in order: what was drawn comes in, what was sold is counted, the playbook arranges cover for calls
//! that lack it, what can be paid is paid, and with what is left then it may hold prices up. A firm without a playbook pays from its cash the calls that it can pay
//! in full, the earliest deadline first. Who gives no time takes no payment either: such an account is unwound on
//! the spot.

mod deliver;
mod desk;
mod draw;
mod sight;
mod support;
mod worth;

pub use sight::Sight;
pub use worth::{deliverable, firm_value, has_failed, paper_profit};

use crate::gather::Gather;
use crate::tick::clock::Clock;
use crate::tick::state::{Firm, Firms, State, Status};
use desk::Treasurer;
use ground::rng::{name_hash, turn};
use ground::units::{AccountId, Cash, Deadline, Rate, Span, Time};
use mechanics::ledger::{Ledger, Why};
use mechanics::margin::{Call, CallOutcome};
use mechanics::treasury::Debt;
use mechanics::treasury::step::{Step, What};

pub fn pay_calls(state: &mut State, firms: &mut Firms<'_, '_>) {
    let State {
        ref scene,
        ref clock,
        ref lenders,
        ref marks,
        ref mut ledger,
        ref mut entries,
        ref mut statuses,
        ref mut calls,
        ref payouts,
        ref view,
        ref mut intents,
        ref mut gather,
        ..
    } = *state;
    let quiet = statuses.all_healthy();
    for &entity in &scene.firms {
        let mut firm = firms.get_mut(entity).expect("every firm is an entity");
        if quiet && firm.treasury.is_idle() {
            continue;
        }
        let mut desk = Treasurer {
            scene,
            clock,
            view,
            marks,
            lenders,
            firm: &mut firm,
            ledger,
            entries,
            statuses,
            calls,
            payouts,
            intents,
            gather,
            orders: 0,
            now: clock.end(),
        };
        let open = desk.open_calls();
        if desk.firm.treasury.plan.playbook.is_empty() {
            desk.pay_from_cash(&open);
        } else {
            desk.follow_playbook(open);
        }
        desk.through_the_night();
        desk.hold_up();
        if clock.is_last_of_session() {
            desk.note_interest();
        }
    }
}

/// An event brings a firm money, or takes it. What it takes beyond what there is stays owed: no purse goes below
/// zero.
pub fn strike(firm: &mut Firm, amount: Cash, clock: &Clock, ledger: &mut Ledger, gather: &mut Gather) {
    let (outside, purse) = (ledger.purses.outside(), ledger.purses.treasury(firm.id));
    let there = ledger.purses.balance(purse).at_least_zero();
    let moved = amount.max(-there);
    ledger.transfer(outside, purse, moved, Why::Shock);
    let owed = moved - amount;
    if owed.is_positive() {
        firm.treasury.debts.push(Debt { source: None, principal: owed, rate: Rate::ZERO, since: clock.now() });
        let (tick, firm, source, account) = (clock.tick(), firm.id, None, None);
        let (cost, arrives) = (Cash::ZERO, None);
        gather.treasury.push(Step { tick, firm, what: What::Owed, source, account, amount: owed, cost, arrives });
    }
}

/// Others paid what a firm's account lacked: the firm owes it to them. A firm whose balance sheet is not stated owes
/// nobody anything beyond its accounts.
pub fn owe_for_shortfall(firm: &mut Firm, amount: Cash, now: Time) {
    if firm.treasury.is_stated && amount.is_positive() {
        firm.treasury.debts.push(Debt { source: None, principal: amount, rate: Rate::ZERO, since: now });
    }
}

/// A call that a firm may pay, with what it is looked at by: its deadline, and a draw, for of calls that fall due together none is
/// first by the file, nor by its lender's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct OpenCall {
    deadline: Time,
    turn: u64,
    account: AccountId,
    call: u32,
}

impl Treasurer<'_> {
    /// By deadline, then by lot.
    fn open_calls(&self) -> Vec<OpenCall> {
        let open = |account: &AccountId| match self.statuses.of(*account) {
            // Who gives no time takes no payment either.
            Status::Called(call) if self.lender(*account).plan.grace != Deadline::After(Span::ZERO) => {
                let Call { deadline, raised, .. } = self.calls.0[call as usize];
                let name = name_hash(&self.scene.plan.account_name(*account));
                let turn = turn(self.scene.options.seed, name, raised.index(), 0);
                Some(OpenCall { deadline, turn, account: *account, call })
            }
            _ => None,
        };
        let mut calls: Vec<_> = self.firm.accounts.iter().filter_map(open).collect();
        calls.sort_unstable();
        calls
    }

    fn pay_from_cash(&mut self, open: &[OpenCall]) {
        let treasury = self.ledger.purses.treasury(self.firm.id);
        // Without a playbook nothing comes in the night.
        for &OpenCall { account, call: id, .. } in open {
            let missing = self.missing(id);
            if self.ledger.purses.balance(treasury) < missing {
                continue;
            }
            self.ledger.transfer(treasury, self.ledger.purses.account(account), missing, Why::CallPaid);
            let call = &mut self.calls.0[id as usize];
            call.pay(missing);
            call.outcome = CallOutcome::Met(self.now);
            self.statuses.set(account, Status::Healthy);
        }
    }

    /// When a session ends: what arrives in the night by the deadline of a call that ends in it pays that call.
    fn through_the_night(&mut self) {
        if self.clock.next_begins() == self.clock.end() || self.firm.treasury.plan.playbook.is_empty() {
            return;
        }
        for call in self.open_calls() {
            if call.deadline > self.clock.end() && self.clock.is_over(call.deadline) {
                self.now = call.deadline;
                self.take_in();
                self.pay(&call);
            }
        }
        self.now = self.clock.end();
    }
}

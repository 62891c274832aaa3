//! Stage 10: an account that is flat and below zero hands its shortfall down the layers; one that was
//! to be restored, and is, lives on; a lender whose capital is gone fails. When the run is over, what accounts lack at
//! the last marks goes the same way.
//!
//! Auto-deleveraging is a layer too, but it closes positions, so it runs before the forced orders of stage 9.

mod at_the_end;
mod deleverage;
mod estate;
mod fail;
mod hand_down;
mod reach;

pub use at_the_end::settle_what_is_lacking;
pub use deleverage::deleverage;
pub use estate::hand_back;
pub use fail::fail_lenders;

use crate::gather::FundRecord;
use crate::tick::stages::accrue;
use crate::tick::stages::treasury::has_failed;
use crate::tick::state::{Breaches, Firms, Lender, State, Status};
use ground::units::{AccountId, BreachId, Cash, InstrumentId, LenderId, TraderId};
use hand_down::Till;
use mechanics::ledger::{Ledger, Why};
use mechanics::liquidation::{BreachCause, HowMuch};
use mechanics::margin::{Call, CallOutcome, CallReason, positions};
use mechanics::waterfall::{Payer, Taken};

pub fn close_accounts(state: &mut State, firms: &mut Firms<'_, '_>) {
    let State {
        ref scene,
        ref clock,
        ref marks,
        ref entries,
        ref mut lenders,
        ref mut ledger,
        ref mut statuses,
        ref mut calls,
        ref mut watch,
        ref mut breaches,
        ref mut pots,
        ref mut payouts,
        ref mut defaulting,
        ref mut accruing,
        ref mut gather,
        ..
    } = *state;
    let Breaches { all, active, .. } = breaches;
    active.retain(|id| {
        let breach = &mut all[id.index()];
        if !breach.is_done() {
            return true;
        }
        let account = breach.account;
        let lender = &mut lenders[breach.lender];
        let flat = ledger.accounts.slots(account).all(|slot| ledger.accounts.lots(slot).is_zero());
        if !flat && lender.plan.policy.much == HowMuch::All {
            // An event handed it more while it was being unwound.
            for left in positions(ledger, marks, account).filter(|position| !position.lots.is_zero()) {
                breach.take_on(left.instrument, scene.market_of(left.instrument), left.lots, left.mark);
            }
            return true;
        }
        if !flat {
            // Sold what was to be sold. If that was not enough, the next check calls again: it must look, for
            // the watch last saw the account below its level and waits for a rise.
            statuses.set(account, Status::Healthy);
            watch.note_changed(account);
            return false;
        }
        let running = &mut accruing.lenders[breach.lender.index()];
        accrue::pay_what_has_run(&scene.plan.lenders[breach.lender.index()], running, account, clock.end(), ledger);
        let left = ledger.cash(account);
        lender.changed = true;
        let owner = ledger.accounts.trader(account).map(|trader| scene.entity(trader));
        let firm = owner.and_then(|owner| firms.get(owner).ok()).map(|firm| firm.id);
        if left.is_negative() {
            let mut till = Till {
                scene,
                tick: clock.tick(),
                now: clock.end(),
                marks,
                entries,
                statuses,
                last_close: &mut pots.last_close,
                ledger,
                calls,
                defaulting,
                gather,
            };
            till.make_whole(account, Some(*id), lender, firms);
        } else if lender.plan.funds.feeds
            && let Some(fund) = lender.plan.funds.insurance
        {
            ledger.transfer(ledger.purses.account(account), ledger.purses.fund(fund), left, Why::Fed);
        } else if let Some(firm) = firm.filter(|_| !payouts.are_stopped(lender.id)) {
            ledger.transfer(ledger.purses.account(account), ledger.purses.treasury(firm), left, Why::Returned);
        }
        if let Some(firm) = firm {
            if payouts.are_stopped(lender.id) {
                payouts.wait(account);
            } else {
                release_contribution(ledger, lender, firm);
            }
        }
        statuses.set(account, Status::Closed);
        false
    });
}

/// Who is no longer a member has its contribution back, as far as it is not used up.
pub fn release_contribution(ledger: &mut Ledger, lender: &Lender, member: TraderId) {
    if let Some(contribution) = lender.plan.funds.contribution(member) {
        let (fund, treasury) = (ledger.purses.fund(contribution.fund), ledger.purses.treasury(contribution.member));
        ledger.transfer(fund, treasury, ledger.purses.balance(fund), Why::Returned);
    }
}

/// A member was assessed: a call that it met, or could not.
fn assess(part: &Taken, lender: &mut Lender, breach: Option<BreachId>, till: &mut Till<'_>, firms: &mut Firms<'_, '_>) {
    let Some(Payer::Treasury(member)) = part.payer else { return };
    let contributions = &lender.plan.funds.contributions;
    let Some(place) = contributions.iter().position(|contribution| contribution.member == member) else { return };
    lender.assessed[place] += part.asked;
    let accounts = till.scene.plan.accounts_of(member);
    let here = |own: &AccountId| till.ledger.accounts.lender(*own) == lender.id;
    let Some(account) = accounts.clone().find(here) else { return };
    till.calls.0.push(Call {
        account,
        raised: till.tick,
        amount: part.asked,
        missing: part.asked - part.amount,
        deadline: till.now,
        reason: CallReason::Assessment,
        hike: Cash::ZERO,
        outcome: if part.failed() { CallOutcome::Unmet(till.now) } else { CallOutcome::Met(till.now) },
        paid: part.amount,
    });
    if let (true, Some(breach)) = (part.failed(), breach) {
        if let Ok(mut firm) = firms.get_mut(till.scene.entity(member)) {
            has_failed(&mut firm, till.tick, (till.ledger, till.marks), till.now);
        }
        till.defaulting.0.extend(accounts.filter(here).map(|account| (account, BreachCause::Assessment(breach))));
    }
}

/// Records what funds hold where that has changed, and at each close; and remembers the closing marks.
pub fn gather_funds(state: &mut State) {
    let State { ref scene, ref clock, ref marks, ref ledger, ref mut pots, ref mut gather, .. } = *state;
    let closing = clock.is_last_of_session();
    for (lender, plan) in scene.plan.lenders.iter().enumerate() {
        for fund in plan.funds.ids() {
            let balance = ledger.purses.balance(ledger.purses.fund(fund));
            let seen = &mut pots.seen[fund.index()];
            if closing || *seen != Some(balance) {
                *seen = Some(balance);
                let lender = LenderId::from_index(lender);
                gather.fund(FundRecord { tick: clock.tick(), lender, fund, balance });
            }
        }
    }
    if closing {
        pots.last_close.cut.clear();
        for (index, close) in pots.last_close.marks.iter_mut().enumerate() {
            *close = marks.price(InstrumentId::from_index(index));
        }
    }
}

//! Lenders without capital fail: their accounts are frozen, and claims on them share what is lacking.

use super::reach::Reach;
use crate::gather::{ClaimRecord, Claimant, Gather};
use crate::plan::LayerPlan;
use crate::tick::clock::Clock;
use crate::tick::state::{
    Accounts, Breaches, Ending, Firm, Lender, Lenders, Now, Payouts, Placing, Scene, Status, Statuses, TheMarks,
};
use crate::tick::trays::Forced;
use bevy_ecs::prelude::{Query, Res, ResMut};
use ground::units::{AccountId, Cash, Cause, LenderId, Rate};
use mechanics::ledger::{Ledger, Why};
use mechanics::lenders::{Holdings, claim_of, settle};
use mechanics::margin::{CallOutcome, Marks, equity, positions};

pub fn fail_lenders(
    Now { scene, clock }: Now<'_>,
    marks: Res<TheMarks>,
    firms: Query<&Firm>,
    mut lenders: ResMut<Lenders>,
    Accounts { mut ledger, mut statuses, mut calls }: Accounts<'_>,
    Placing { mut intents, mut forced, .. }: Placing<'_>,
    Ending { mut breaches, pots, mut payouts, .. }: Ending<'_>,
    mut gather: ResMut<Gather>,
) {
    // One lender's failure may cost another its capital. Each fails at most once, so this ends.
    loop {
        let mut anybody_failed = false;
        for id in lenders.ids() {
            let lender = &lenders[id];
            if lender.failed {
                continue;
            }
            let reach =
                Reach { scene: &scene, ledger: &ledger.0, marks: &marks.0, statuses: &statuses, closes: &pots.closes };
            let capital = capital_at_mark(&reach, lender);
            let rule = lender.plan.failure.capital;
            let debits = if rule.of_debits > Rate::ZERO { debits(&reach, lender) } else { Cash::ZERO };
            if capital >= rule.requires(debits) {
                continue;
            }
            anybody_failed = true;
            let failed = lender.clone();
            let lender = &mut lenders[id];
            (lender.failed, lender.changed) = (true, true);
            gather.lender_failed(clock.tick(), id);
            for client in &scene.clients[id.index()] {
                intents.withdrawals.push(*client);
                if let Status::Called(call) = statuses.of(*client) {
                    calls.0[call as usize].outcome = CallOutcome::Lapsed(clock.end());
                    statuses.set(*client, Status::Healthy);
                }
            }
            if !failed.plan.failure.administrator_sells {
                recall(id, &ledger.0, &mut forced, &mut breaches);
            }
            let mut estate = Estate {
                scene: &scene,
                clock: &clock,
                marks: &marks.0,
                statuses: &statuses,
                ledger: &mut ledger.0,
                payouts: &mut payouts,
                gather: &mut gather,
            };
            for (creditor, lost) in estate.wind_up(&failed, capital, &firms) {
                let creditor = &mut lenders[creditor];
                creditor.loss += lost;
                creditor.changed = true;
            }
        }
        if !anybody_failed {
            return;
        }
    }
}

/// Takes back the forced orders that it left for the next tick.
fn recall(lender: LenderId, ledger: &Ledger, forced: &mut Forced, breaches: &mut Breaches) {
    forced.0.retain(|intent| {
        let stays = ledger.accounts.lender(intent.account) != lender;
        if let (false, Cause::Forced(breach)) = (stays, intent.cause)
            && let Some(target) = breaches.get_mut(breach).target_mut(intent.instrument)
        {
            target.taken_back(intent.lots);
        }
        stays
    });
}

/// What the lender has of its own at the mark, the stake in its waterfall included, less what clients that are
/// called or being sold out lack and no layer before its own money would pay. Where auto-deleveraging stands in the
/// waterfall, what they lack falls on the winners.
fn capital_at_mark(reach: &Reach<'_>, lender: &Lender) -> Cash {
    let (ledger, marks) = (reach.ledger, reach.marks);
    let stake = lender.plan.funds.skin.map_or(Cash::ZERO, |skin| ledger.purses.balance(ledger.purses.fund(skin)));
    let own = equity(ledger, marks, lender.plan.house) + stake;
    let deleverages = lender.plan.waterfall.iter().any(|layer| matches!(layer, LayerPlan::AutoDeleveraging { .. }));
    if reach.statuses.all_healthy() || deleverages {
        return own;
    }
    let lacks = |account: &AccountId| (-equity(ledger, marks, *account)).at_least_zero();
    let bankrupt: Vec<AccountId> = reach
        .statuses
        .unhealthy()
        .filter(|account| ledger.accounts.lender(*account) == lender.id && lacks(account).is_positive())
        .collect();
    if bankrupt.is_empty() {
        return own;
    }
    let lacking: Cash = bankrupt.iter().map(lacks).sum();
    own - (lacking - reach.cover(lender, &bankrupt, |layer| !layer.is_own_money())).at_least_zero()
}

/// Debit balances of its clients, together.
fn debits(reach: &Reach<'_>, lender: &Lender) -> Cash {
    let clients = reach.scene.clients[lender.id.index()].iter();
    clients.map(|client| (-reach.ledger.cash(*client)).at_least_zero()).sum()
}

struct Estate<'a> {
    scene: &'a Scene,
    clock: &'a Clock,
    marks: &'a Marks,
    statuses: &'a Statuses,
    ledger: &'a mut Ledger,
    payouts: &'a mut Payouts,
    gather: &'a mut Gather,
}

impl Estate<'_> {
    /// Settles all claims on a lender that failed with this capital. Returns what each creditor lost.
    fn wind_up(&mut self, lender: &Lender, capital: Cash, firms: &Query<&Firm>) -> Vec<(LenderId, Cash)> {
        let failure = &lender.plan.failure;
        let clients: Vec<AccountId> = self.scene.clients[lender.id.index()]
            .iter()
            .copied()
            .filter(|client| self.statuses.of(*client) != Status::Closed)
            .collect();
        let of_client = |client: &AccountId| {
            claim_of(&holdings(self.ledger, self.marks, *client), failure.rehypothecation, !failure.cash_is_mixed)
        };
        let owed: Vec<Cash> =
            clients.iter().map(of_client).chain(failure.creditors.iter().map(|(_, loan)| *loan)).collect();
        let claims = settle(-capital, &owed);
        let house = self.ledger.purses.account(lender.plan.house);
        let tick = self.clock.tick();
        for (client, claim) in clients.iter().zip(&claims) {
            let equity_before = equity(self.ledger, self.marks, *client);
            let own = self.ledger.purses.account(*client);
            self.ledger.transfer(own, house, claim.lost, Why::Claim);
            let returned = if failure.cash_is_mixed { Cash::ZERO } else { self.hand_back(*client, firms) };
            let shown = claim.claim.is_positive() || self.scene.plan.accounts[client.index()].watched;
            if shown && equity_before.is_positive() {
                self.gather.claims.push(ClaimRecord {
                    tick,
                    lender: lender.id,
                    claimant: Claimant::Client(*client),
                    equity: equity_before,
                    claim: claim.claim,
                    lost: claim.lost,
                    returned,
                });
            }
        }
        let mut losses = Vec::new();
        for ((creditor, loan), claim) in failure.creditors.iter().zip(&claims[clients.len()..]) {
            let other = self.scene.plan.lenders[creditor.index()].house;
            self.ledger.transfer(self.ledger.purses.account(other), house, claim.lost, Why::Claim);
            self.gather.claims.push(ClaimRecord {
                tick,
                lender: lender.id,
                claimant: Claimant::Creditor(*creditor),
                equity: *loan,
                claim: claim.claim,
                lost: claim.lost,
                returned: Cash::ZERO,
            });
            losses.push((*creditor, claim.lost));
        }
        losses
    }

    /// A firm gets back what it can, now or once the lender pays out again.
    fn hand_back(&mut self, client: AccountId, firms: &Query<&Firm>) -> Cash {
        let firm = self.ledger.accounts.trader(client).map(|trader| self.scene.traders[trader.index()].1);
        let Some(firm) = firm.and_then(|firm| firms.get(firm).ok()) else { return Cash::ZERO };
        if self.payouts.are_stopped(self.ledger.accounts.lender(client)) {
            self.payouts.wait(client);
            return Cash::ZERO;
        }
        hand_back(self.ledger, self.marks, self.statuses.of(client), client, firm)
    }
}

/// A firm in good standing gets the cash that its account does not owe; one whose account is closed all that is left.
pub fn hand_back(ledger: &mut Ledger, marks: &Marks, status: Status, account: AccountId, firm: &Firm) -> Cash {
    if !matches!(status, Status::Healthy | Status::Closed) {
        return Cash::ZERO;
    }
    let free = ledger.cash(account).min(equity(ledger, marks, account)).at_least_zero();
    let (own, treasury) = (ledger.purses.account(account), ledger.purses.treasury(firm.id));
    ledger.transfer(own, treasury, free, Why::Returned);
    free
}

/// An account as a claimant's.
fn holdings(ledger: &Ledger, marks: &Marks, account: AccountId) -> Holdings {
    let mut holdings = Holdings { cash: ledger.cash(account), ..Holdings::default() };
    for (slot, held) in ledger.accounts.slots(account).zip(positions(ledger, marks, account)) {
        match ledger.accounts.kind(slot) {
            _ if held.worth.is_negative() => holdings.owing -= held.worth,
            kind if kind.is_owned() => holdings.owned += held.worth,
            _ => holdings.gains += held.worth,
        }
    }
    holdings
}

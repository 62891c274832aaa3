//! Lenders without capital fail: their accounts are frozen, and claims on them share what is lacking.
//!
//! What clients lack then is lost at the marks of the failure, unless an administrator goes on: then calls and forced
//! sales take their course, and what is lacking is known once an account is flat. What a frozen account comes to lack
//! after the failure is lost when the run ends.

use super::estate::{Estate, Hands, by_name, cleared};
use super::hand_down::Till;
use super::reach::Reach;
use crate::tick::stages::accrue;
use crate::tick::stages::liquidate::{close_too, found};
use crate::tick::stages::treasury::has_failed;
use crate::tick::state::{Breaches, Firms, Lender, Starts, State, Status};
use crate::tick::trays::Forced;
use ground::moments::Start;
use ground::units::{AccountId, Cash, Cause, InstrumentId, LenderId, Lots, Rate, Time};
use mechanics::ledger::Ledger;
use mechanics::lenders::netted;
use mechanics::liquidation::BreachCause;
use mechanics::margin::{CallOutcome, equity, positions};
use mechanics::waterfall::pro_rata;
use std::collections::BTreeMap;

pub fn fail_lenders(state: &mut State, firms: &mut Firms<'_, '_>) {
    let State {
        ref scene,
        ref clock,
        ref marks,
        ref entries,
        ref mut lenders,
        ref mut ledger,
        ref mut statuses,
        ref mut calls,
        ref mut intents,
        ref mut forced,
        ref mut breaches,
        ref mut pots,
        ref mut payouts,
        ref mut defaulting,
        ref mut accruing,
        ref mut gather,
        ..
    } = *state;
    // One lender's failure may cost another its capital. Each fails at most once, so this ends; and what they owe each other
    // is cleared when it has.
    let mut estates: Vec<Estate> = Vec::new();
    loop {
        let cleared = cleared(&estates);
        let loses = |creditor: LenderId| -> Cash {
            estates.iter().zip(&cleared).map(|(estate, claims)| estate.lost_by(creditor, claims)).sum()
        };
        let reach = Reach { scene, ledger, marks, statuses, last_close: &pots.last_close };
        let mut failing: Vec<LenderId> = lenders
            .iter()
            .filter(|lender| !lender.failed && fails(&reach, lender, loses(lender.id)))
            .map(|lender| lender.id)
            .collect();
        if failing.is_empty() {
            let mut hands = Hands { scene, clock, marks, statuses, ledger, payouts, gather };
            for (estate, claims) in estates.iter().zip(&cleared) {
                let losses = hands.wind_up(estate, &lenders[estate.lender].clone(), claims, firms);
                lenders[estate.lender].passed_on += losses.all;
                for (creditor, lost) in losses.of_creditors {
                    let creditor = &mut lenders[creditor];
                    creditor.loss += lost;
                    creditor.changed = true;
                }
            }
            return;
        }
        failing.sort_by_key(|id| &scene.plan.lenders[id.index()].name);
        for id in failing {
            let lender = &mut lenders[id];
            let (clients, running) = (&scene.clients[id.index()], &mut accruing.lenders[id.index()]);
            accrue::end_credit(lender, clients, running, clock.end(), (statuses, ledger, marks));
            let reach = Reach { scene, ledger, marks, statuses, last_close: &pots.last_close };
            let mut capital = capital_at_mark(&reach, lender);
            (lender.failed, lender.changed) = (true, true);
            gather.lender_failed(clock.tick(), lender.id);
            intents.withdrawals.extend(&scene.clients[lender.id.index()]);
            if lender.is_frozen() {
                recall(lender.id, ledger, forced, breaches);
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
                let sunk = break_who_lacks(&mut till, lender, breaches, firms);
                for (client, status) in sunk {
                    statuses.set(client, status);
                }
                let reach = Reach { scene, ledger, marks, statuses, last_close: &pots.last_close };
                capital = capital_at_mark(&reach, lender);
            }
            estates.push(Estate::of(lender, capital, (scene, statuses, ledger, marks)));
        }
    }
}

/// `loses`: to others that have failed, and not yet booked.
fn fails(reach: &Reach<'_>, lender: &Lender, loses: Cash) -> bool {
    let rule = lender.plan.failure.capital;
    let debits = if rule.of_debits > Rate::ZERO { debits(reach, lender) } else { Cash::ZERO };
    capital_at_mark(reach, lender) - loses < rule.requires(debits)
}

/// Clients that are below zero when nobody goes on selling are in default, whatever time a call gave them, and what they
/// lack goes down the layers at once; the other calls lapse. Returns what they all are from now on.
fn break_who_lacks(
    till: &mut Till<'_>,
    lender: &mut Lender,
    breaches: &mut Breaches,
    firms: &mut Firms<'_, '_>,
) -> Vec<(AccountId, Status)> {
    let mut become_ = Vec::new();
    for client in by_name(till.scene, lender.id, |_| true) {
        let status = till.statuses.of(client);
        let lacks = equity(till.ledger, till.marks, client).is_negative();
        let Some(trader) = till.ledger.accounts.trader(client).filter(|_| status != Status::Closed) else { continue };
        if let Status::Called(call) = status {
            let outcome = if lacks { CallOutcome::Unmet(till.now) } else { CallOutcome::Lapsed(till.now) };
            till.calls.0[call as usize].outcome = outcome;
            become_.push((client, Status::Healthy));
        }
        if !lacks {
            continue;
        }
        let breach = match status {
            Status::Breached(breach) => breach,
            _ => {
                let last_sound = till.statuses.last_sound[client.index()];
                let all = found(client, lender, till.scene, (till.ledger, till.marks, till.entries));
                let breach = breaches.declare(
                    (client, lender.id),
                    BreachCause::LenderFailed,
                    (till.tick, last_sound, at_once(lender, till.now)),
                    all,
                );
                // Who failed this lender as it went down has failed it.
                let others = close_too(till.scene, &till.ledger.accounts, (trader, lender.id));
                till.defaulting.0.extend(others.map(|other| (other, BreachCause::CrossDefault(breach))));
                become_.push((client, Status::Breached(breach)));
                if let Ok(mut firm) = firms.get_mut(till.scene.entity(trader)) {
                    has_failed(&mut firm, till.tick, (till.ledger, till.marks), till.now);
                }
                breach
            }
        };
        till.make_whole(client, Some(breach), lender, firms);
    }
    become_
}

/// Who administers it waits for nothing but for stated moments.
fn at_once(lender: &Lender, now: Time) -> Starts {
    let moments = lender.plan.policy.programme.moments(|start| match start {
        Start::At(moment) => moment.time(),
        Start::Later(_) => now,
    });
    Starts { start: now, moments }
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
/// called, short or being sold out lack and no layer before its own money would pay. Where auto-deleveraging stands in the
/// waterfall, what they lack falls on the winners, as far as there are any.
fn capital_at_mark(reach: &Reach<'_>, lender: &Lender) -> Cash {
    let (ledger, marks) = (reach.ledger, reach.marks);
    let own = equity(ledger, marks, lender.plan.house) + lender.stake(ledger);
    let lacks = |account: &AccountId| (-equity(ledger, marks, *account)).at_least_zero();
    let bankrupt: Vec<AccountId> = reach
        .statuses
        .unhealthy()
        .chain(reach.statuses.short())
        .filter(|account| ledger.accounts.lender(*account) == lender.id && lacks(account).is_positive())
        .collect();
    if bankrupt.is_empty() {
        return own;
    }
    let lacking: Cash = bankrupt.iter().map(lacks).sum();
    let uncovered = lacking - reach.cover(lender, &bankrupt, |layer| !layer.is_own_money());
    // All clients are asked what they hold only where that can matter.
    let winners = if lender.plan.deleverages() && uncovered.is_positive() {
        against_winners(reach, lender, &bankrupt)
    } else {
        Cash::ZERO
    };
    own - (uncovered - winners).at_least_zero()
}

/// What of that these accounts lack can fall on winners: the part, by value, of what they hold against which other
/// clients in good standing hold the opposite. Who is closed holds nothing.
fn against_winners(reach: &Reach<'_>, lender: &Lender, bankrupt: &[AccountId]) -> Cash {
    let (ledger, marks) = (reach.ledger, reach.marks);
    let mut opposed: BTreeMap<(InstrumentId, bool), i128> = BTreeMap::new();
    for (instrument, held) in ledger.accounts.held_by_clients(lender.id) {
        opposed.insert((instrument, false), held.long);
        opposed.insert((instrument, true), held.short);
    }
    // Of all that clients hold what those in default hold is nobody's gain.
    for client in reach.statuses.unhealthy().filter(|client| ledger.accounts.lender(*client) == lender.id) {
        if matches!(reach.statuses.of(client), Status::Breached(_)) {
            for position in positions(ledger, marks, client).filter(|position| !position.lots.is_zero()) {
                let held = opposed.entry((position.instrument, position.lots.is_negative())).or_default();
                *held -= i128::from(position.lots.abs().get());
            }
        }
    }
    // In the order in which they are deleveraged: it decides for whose lack there are winners left.
    let mut bankrupt = bankrupt.to_vec();
    bankrupt.sort_by(|one, other| reach.scene.plan.by_name(*one, *other));
    let mut all = Cash::ZERO;
    for account in &bankrupt {
        let held = || positions(ledger, marks, *account).filter(|position| !position.lots.is_zero());
        let gross: Cash = held().map(|position| position.value.abs()).sum();
        let lacking = (-equity(ledger, marks, *account)).at_least_zero();
        for position in held().filter(|_| gross.is_positive()) {
            let there = opposed.entry((position.instrument, !position.lots.is_negative())).or_default();
            let taken = i128::from(position.lots.abs().get()).min(*there);
            *there -= taken;
            let taken = Lots::new(i64::try_from(taken).expect("no more than one account holds"));
            let value = marks.value(position.instrument, taken).abs();
            all += pro_rata(lacking, &[(value, lacking), (gross - value, lacking)])[0];
        }
    }
    all
}

/// Debit balances of its clients, together.
fn debits(reach: &Reach<'_>, lender: &Lender) -> Cash {
    let clients = || reach.scene.clients[lender.id.index()].iter();
    let netted = netted(reach.ledger, clients());
    let cash = |client| netted.get(&client).copied().unwrap_or_else(|| reach.ledger.cash(client));
    clients().map(|client| (-cash(client)).at_least_zero()).sum()
}

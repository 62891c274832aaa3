//! Part of stage 9: agreements between lenders begin, are broken, and run out.

use crate::gather::Event;
use crate::tick::state::{Pacts, State, agreement_of};
use ground::rng::{Purpose, stream, uniform};
use ground::units::{Cash, LenderId, TraderId};
use mechanics::liquidation::Standstill;
use mechanics::margin::equity;

pub fn keep_agreements(state: &mut State) {
    let State { ref scene, ref clock, ref marks, ref ledger, ref breaches, ref mut pacts, ref mut gather, .. } = *state;
    let plan = &*scene.plan;
    if plan.agreements.is_empty() || !scene.options.liquidation {
        return;
    }
    let Pacts { by_client, open } = pacts;
    // One, or where the lender keeps pools apart several.
    let accounts_at = |client: TraderId, lender: LenderId| {
        let accounts = plan.accounts_of(client);
        accounts.filter(move |account| ledger.accounts.lender(*account) == lender)
    };
    let fresh = breaches.all.iter().rev().take_while(|breach| breach.tick == clock.tick());
    // One that begins at a moment finds who is in breach by then, and who comes later.
    let dated = plan.agreements.iter().any(|terms| terms.from.is_some());
    let older = breaches.active.iter().filter(|_| dated).map(|id| &breaches.all[id.index()]);
    for breach in fresh.chain(older) {
        let Some(client) = ledger.accounts.trader(breach.account) else { continue };
        let Some(agreement) = agreement_of(plan, breach.lender) else { continue };
        let terms = &plan.agreements[agreement];
        if terms.from.is_some_and(|from| from > clock.next_begins()) {
            continue;
        }
        let shared = terms.lenders.iter().filter(|lender| accounts_at(client, **lender).next().is_some()).count() > 1;
        if !shared || by_client.contains_key(&(client, agreement)) {
            continue;
        }
        let draw = |lender: LenderId| {
            let who = format!("{}, {}", plan.lenders[lender.index()].name, plan.trader_name(client));
            let mut draws = stream(scene.options.seed, &who, Purpose::Betrayal);
            (uniform(&mut draws), uniform(&mut draws))
        };
        let begins = terms.from.map_or(clock.end(), |from| from.max(clock.end()));
        let pact = Standstill::begin(agreement, terms, client, begins, draw);
        by_client.insert((client, agreement), pact);
        open.push((client, agreement));
        let event = if terms.meanwhile.is_some() { Event::SellTogether(client) } else { Event::Standstill(client) };
        gather.note(clock.tick(), event);
    }
    open.retain(|key| {
        let (client, agreement) = *key;
        let pact = by_client.get_mut(key).expect("what is open was begun");
        let loss = |lender| {
            accounts_at(client, lender).map(|account| (-equity(ledger, marks, account)).at_least_zero()).sum::<Cash>()
        };
        let terms = &plan.agreements[agreement];
        let mut first = pact.judge(terms, clock.end(), loss);
        first.sort_unstable_by_key(|lender| &plan.lenders[lender.index()].name);
        for lender in &first {
            gather.note(clock.tick(), Event::Defected(*lender, client));
        }
        if !first.is_empty() {
            return false;
        }
        if !pact.holds(clock.end()) {
            let together = terms.meanwhile.is_some();
            let over = if together { Event::TogetherOver(client) } else { Event::StandstillOver(client) };
            gather.note(clock.tick(), over);
        }
        pact.holds(clock.end())
    });
}

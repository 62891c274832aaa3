//! Part of stage 9: agreements between lenders begin, are broken, and run out.

use crate::gather::{Event, Gather};
use crate::tick::clock::Clock;
use crate::tick::state::{Breaches, Pacts, Scene, TheLedger, TheMarks, agreement_of};
use bevy_ecs::prelude::{Res, ResMut};
use ground::rng::{Purpose, stream, uniform};
use ground::units::{Cash, LenderId, TraderId};
use mechanics::liquidation::Standstill;
use mechanics::margin::equity;

pub fn keep_agreements(
    scene: Res<Scene>,
    clock: Res<Clock>,
    marks: Res<TheMarks>,
    ledger: Res<TheLedger>,
    breaches: Res<Breaches>,
    mut pacts: ResMut<Pacts>,
    mut gather: ResMut<Gather>,
) {
    let plan = &*scene.plan;
    if plan.agreements.is_empty() || !scene.options.liquidation {
        return;
    }
    let Pacts { by_client, open } = &mut *pacts;
    let ledger = &ledger.0;
    // One, or where the lender keeps pools apart several.
    let accounts_at = |client: TraderId, lender: LenderId| {
        let accounts = plan.traders[client.index()].accounts.iter().copied();
        accounts.filter(move |account| ledger.accounts.lender(*account) == lender)
    };
    for breach in breaches.all.iter().rev().take_while(|breach| breach.tick == clock.tick()) {
        let Some(client) = ledger.accounts.trader(breach.account) else { continue };
        let Some(agreement) = agreement_of(plan, breach.lender) else { continue };
        let terms = &plan.agreements[agreement];
        let shared = terms.lenders.iter().filter(|lender| accounts_at(client, **lender).next().is_some()).count() > 1;
        if !shared || by_client.contains_key(&(client, agreement)) {
            continue;
        }
        let draw = |lender: LenderId| {
            let who = format!("{}, {}", plan.lenders[lender.index()].name, plan.traders[client.index()].name);
            let mut draws = stream(scene.options.seed, &who, Purpose::Betrayal);
            (uniform(&mut draws), uniform(&mut draws))
        };
        let pact = Standstill::begin(agreement, terms, client, clock.end(), draw);
        by_client.insert((client, agreement), pact);
        open.push((client, agreement));
        gather.note(clock.tick(), Event::Standstill(client));
    }
    open.retain(|key| {
        let (client, agreement) = *key;
        let pact = by_client.get_mut(key).expect("what is open was begun");
        let loss = |lender| {
            accounts_at(client, lender)
                .map(|account| (-equity(ledger, &marks.0, account)).at_least_zero())
                .sum::<Cash>()
        };
        if let Some(lender) = pact.judge(&plan.agreements[agreement], clock.end(), loss) {
            gather.note(clock.tick(), Event::Defected(lender, client));
        } else if !pact.holds(clock.end()) {
            gather.note(clock.tick(), Event::StandstillOver(client));
        }
        pact.holds(clock.end())
    });
}

//! Part of stage 9: agreements between lenders begin, are broken, and run out.

use super::liquidate::Breaches;
use crate::gather::{Event, Gather};
use crate::plan::Plan;
use crate::tick::clock::Clock;
use crate::tick::state::{Scene, TheLedger, TheMarks};
use bevy_ecs::prelude::{Res, ResMut, Resource};
use ground::rng::{Purpose, stream, uniform};
use ground::units::{Cash, LenderId, Time, TraderId};
use mechanics::ledger::Ledger;
use mechanics::liquidation::{Breach, How, Standstill};
use mechanics::margin::equity;
use std::collections::BTreeMap;

/// Agreements put to the test, by client; each only once.
#[derive(Clone, Debug, Default, Resource)]
pub struct Pacts {
    by_client: BTreeMap<(TraderId, usize), Standstill>,
    /// Those that still hold.
    open: Vec<(TraderId, usize)>,
}

/// What a lender may do about an account it has taken over.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Permission {
    Wait,
    OwnWay,
    Agreed(How),
}

impl Pacts {
    pub fn permits(&self, plan: &Plan, ledger: &Ledger, breach: &Breach, now: Time) -> Permission {
        if self.by_client.is_empty() {
            return Permission::OwnWay;
        }
        let bound = agreement_of(plan, breach.lender).zip(ledger.accounts.trader(breach.account));
        let pact = bound.and_then(|(agreement, client)| self.by_client.get(&(client, agreement)));
        match pact {
            Some(pact) if !pact.may_sell(breach.lender, now) => Permission::Wait,
            // Who sells after a betrayal sells as it pleases.
            Some(Standstill { broken: None, agreement, .. }) => {
                plan.agreements[*agreement].then.map_or(Permission::OwnWay, Permission::Agreed)
            }
            _ => Permission::OwnWay,
        }
    }
}

fn agreement_of(plan: &Plan, lender: LenderId) -> Option<usize> {
    plan.agreements.iter().position(|agreement| agreement.binds(lender))
}

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

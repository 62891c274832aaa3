//! Agreements between lenders that are put to the test.

use crate::plan::Plan;
use bevy_ecs::prelude::Resource;
use ground::units::{LenderId, Time, TraderId};
use mechanics::ledger::Ledger;
use mechanics::liquidation::{Breach, How, Standstill};
use std::collections::BTreeMap;

/// Agreements put to the test, by client; each only once.
#[derive(Clone, Debug, Default, Resource)]
pub struct Pacts {
    pub(crate) by_client: BTreeMap<(TraderId, usize), Standstill>,
    /// Those that still hold.
    pub(crate) open: Vec<(TraderId, usize)>,
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

/// The agreement that binds a lender, if one does.
pub fn agreement_of(plan: &Plan, lender: LenderId) -> Option<usize> {
    plan.agreements.iter().position(|agreement| agreement.binds(lender))
}

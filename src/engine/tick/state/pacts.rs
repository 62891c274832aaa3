//! Agreements between lenders that are put to the test.

use crate::plan::Plan;
use ground::units::{LenderId, Time, TraderId};
use mechanics::ledger::Ledger;
use mechanics::liquidation::{Breach, Programme, Standstill};
use std::collections::BTreeMap;

/// Agreements put to the test, by client; each only once.
#[derive(Clone, Debug, Default)]
pub struct Pacts {
    pub(crate) by_client: BTreeMap<(TraderId, usize), Standstill>,
    /// Those that still hold.
    pub(crate) open: Vec<(TraderId, usize)>,
}

/// What a lender may do about an account it has taken over.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Permission<'a> {
    Wait,
    OwnWay,
    /// As its members do, under this agreement.
    Agreed(usize, &'a Programme),
}

impl Pacts {
    pub fn permits<'a>(&self, plan: &'a Plan, ledger: &Ledger, breach: &Breach, now: Time) -> Permission<'a> {
        if self.by_client.is_empty() {
            return Permission::OwnWay;
        }
        let bound = agreement_of(plan, breach.lender).zip(ledger.accounts.trader(breach.account));
        let pact = bound.and_then(|(agreement, client)| self.by_client.get(&(client, agreement)));
        let Some(pact @ Standstill { agreement, .. }) = pact else { return Permission::OwnWay };
        let terms = &plan.agreements[*agreement];
        let agreed =
            |programme: Option<&'a Programme>| programme.map(|programme| Permission::Agreed(*agreement, programme));
        if !pact.is_free(breach.lender, now) {
            return agreed(terms.meanwhile.as_ref()).unwrap_or(Permission::Wait);
        }
        // Who sells after a betrayal sells as it pleases.
        agreed(terms.then.as_ref()).filter(|_| !pact.is_broken()).unwrap_or(Permission::OwnWay)
    }
}

/// The agreement that binds a lender, if one does.
pub fn agreement_of(plan: &Plan, lender: LenderId) -> Option<usize> {
    plan.agreements.iter().position(|agreement| agreement.binds(lender))
}

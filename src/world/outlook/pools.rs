//! Pools that can do nothing: at a lender that keeps positions apart each pool has the money that its positions were given, and
//! no more ever comes to it but what a call brings.

use super::stated_name;
use engine::plan::{AccountPlan, Plan, TraderPlan};
use ground::units::{AccountId, Cash, InstrumentId};
use language::findings::Findings;
use mechanics::treasury::StagePlan;
use std::collections::BTreeSet;

pub fn look(plan: &Plan, remarks: &mut Findings) {
    let mut told = BTreeSet::new();
    for trader in &plan.traders {
        let name = stated_name(&trader.name);
        if let Some(empty) = empty(plan, trader)
            && told.insert(name)
        {
            remarks.add(
                format_args!("traders.{name}"),
                format!("\"{empty}\" is a pool of its own and begins with nothing: no position can be opened there"),
                "give it a first position, or let its lender pool it with another (`mode: Segmented`)",
            );
        }
        undelivered(plan, trader, remarks);
    }
}

fn account(plan: &Plan, id: AccountId) -> &AccountPlan {
    &plan.accounts[id.index()]
}

fn is_flat(account: &AccountPlan) -> bool {
    account.slots.iter().all(|(_, lots)| lots.is_zero())
}

/// The first pool beside others that has neither money nor positions, and to which its owner moves none.
fn empty<'a>(plan: &'a Plan, trader: &TraderPlan) -> Option<&'a str> {
    let has_pools = |id: &AccountId| {
        let at = |id: &AccountId| account(plan, *id).lender;
        trader.accounts.iter().filter(|other| at(other) == at(id)).count() > 1
    };
    let supported = |id: &AccountId| {
        trader.firm.as_ref().is_some_and(|firm| firm.supports.iter().any(|support| support.account == *id))
    };
    let nothing = |id: &AccountId| account(plan, *id).cash == Cash::ZERO && is_flat(account(plan, *id));
    let empty = trader.accounts.iter().find(|id| has_pools(id) && nothing(id) && !supported(id))?;
    Some(&account(plan, *empty).name)
}

/// What is to be delivered can only go to a pool with something in it.
fn undelivered(plan: &Plan, trader: &TraderPlan, remarks: &mut Findings) {
    let stages = trader.firm.iter().flat_map(|firm| firm.playbook.iter().enumerate());
    for (nth, stage) in stages {
        let StagePlan::Deliver { assets } = stage else { continue };
        for asset in assets {
            let takes = |id: &AccountId| *id != asset.from && can_be_called(account(plan, *id), asset.instrument);
            if !trader.accounts.iter().any(takes) {
                let instrument = &plan.instruments[asset.instrument.index()].name;
                remarks.add(
                    format_args!("traders.{}.playbook[{nth}]", trader.name),
                    format!("{instrument} is never delivered: no account that can be called has a place for it"),
                    format!(
                        "list {instrument} among the positions of an account that pools it with what it is called for"
                    ),
                );
            }
        }
    }
}

/// Whether an account may both be called and take this.
fn can_be_called(account: &AccountPlan, instrument: InstrumentId) -> bool {
    let has_a_place = account.slots.iter().any(|(slot, _)| *slot == instrument);
    has_a_place && (account.slots.len() > 1 || !is_flat(account))
}

//! How the members of populations on margin fare: a band of their equities every few ticks.
//!
//! Single members of a population have no rows of their own. How often they are looked at together is bounded, whatever
//! their number: some four hundred times in a run, and a thousand members in a tick on average.

use super::super::state::{State, Status};
use crate::gather::PopulationRecord;
use crate::plan::Plan;
use crate::runs::AccountRuns;
use ground::units::AccountId;
use mechanics::margin::{MarginPlan, equity};
use std::collections::BTreeMap;

/// Rows of one population in a run, about.
const MOST_ROWS: u32 = 400;
/// Members that are looked at in a tick, on average.
const MEMBERS_A_TICK: usize = 1_000;

/// Several accounts of one kind at lenders that demand margin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Population {
    /// `"three"` of the members `"three[coin,0]"` and so on.
    pub name: String,
    pub accounts: AccountRuns,
}

/// All of a plan, in the order of its traders.
pub fn populations(plan: &Plan) -> Vec<Population> {
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    let mut populations: Vec<Population> = Vec::new();
    for trader in &plan.traders {
        let Some((name, _)) = trader.name.split_once('[') else { continue };
        let place = *places.entry(name).or_insert_with(|| {
            populations.push(Population { name: name.to_owned(), accounts: AccountRuns::default() });
            populations.len() - 1
        });
        let margined = |account: &&AccountId| {
            let lender = plan.accounts[account.index()].lender;
            !matches!(plan.lenders[lender.index()].margin, MarginPlan::Unmargined)
        };
        populations[place].accounts.extend(trader.accounts.iter().filter(margined).copied());
    }
    let crowds = plan.crowds.iter().filter(|crowd| plan.lenders[crowd.lender.index()].margin.lends());
    populations.extend(crowds.map(|crowd| Population {
        name: crowd.name.clone(),
        accounts: (0..crowd.members).map(|member| crowd.account(member)).collect(),
    }));
    populations.retain(|population| population.accounts.len() > 1);
    populations
}

pub fn gather_populations(state: &mut State) {
    let State { ref scene, ref clock, ref marks, ref ledger, ref statuses, ref mut gather, .. } = *state;
    if !gather.keeps_accounts() {
        return;
    }
    let (tick, ticks) = (clock.tick(), scene.plan.clock.ticks);
    let all: usize = scene.populations.iter().map(|population| population.accounts.len()).sum();
    let by_members = u32::try_from(all / MEMBERS_A_TICK).unwrap_or(u32::MAX);
    let apart = ticks.div_ceil(MOST_ROWS).max(by_members).max(1);
    if !tick.index().is_multiple_of(apart) && tick.index() + 1 != ticks {
        return;
    }
    for (index, population) in scene.populations.iter().enumerate() {
        let mut equities: Vec<_> = population.accounts.iter().map(|account| equity(ledger, marks, account)).collect();
        equities.sort_unstable();
        let at = |tenths: usize| equities[(equities.len() - 1) * tenths / 10];
        let stands = |account: &AccountId| matches!(statuses.of(*account), Status::Healthy | Status::Called(_));
        let broken = population.accounts.len() - population.accounts.iter().filter(stands).count();
        gather.population(PopulationRecord { tick, population: index, broken, equity: [at(1), at(5), at(9)] });
    }
}

//! Agreements that bind nobody: of lenders who have no client in common, each has its clients to itself.

use engine::plan::Plan;
use language::findings::Findings;
use mechanics::liquidation::AgreementPlan;

pub fn look(plan: &Plan, remarks: &mut Findings) {
    for (index, agreement) in plan.agreements.iter().enumerate() {
        if !shares_a_client(plan, agreement) {
            remarks.add(
                format_args!("agreements[{index}]"),
                "no client has accounts at two of its lenders: nobody is sold out under it",
                "name lenders who share a client, or leave it out",
            );
        }
    }
}

fn shares_a_client(plan: &Plan, agreement: &AgreementPlan) -> bool {
    plan.traders.iter().any(|trader| {
        let mut bound: Vec<_> = trader.accounts.iter().map(|account| plan.accounts[account.index()].lender).collect();
        bound.retain(|lender| agreement.binds(*lender));
        bound.sort_unstable();
        bound.dedup();
        bound.len() > 1
    })
}

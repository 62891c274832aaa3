//! Money that never helps: what a firm keeps outside an account whose lender gives it no time to pay.

use super::stated_name;
use engine::plan::Plan;
use ground::units::{AccountId, Deadline, Span};
use language::findings::Findings;

pub fn look(plan: &Plan, remarks: &mut Findings) {
    for trader in &plan.traders {
        let name = stated_name(&trader.name);
        // Of a firm whose balance sheet is stated the sources say what helps.
        let levered = trader.instrument.is_none() && trader.firm.is_none();
        if !levered || !trader.treasury.is_positive() {
            continue;
        }
        let lender = |account: &AccountId| &plan.lenders[plan.accounts[account.index()].lender.index()];
        let waits = |account| lender(account).grace != Deadline::After(Span::ZERO);
        if !trader.accounts.is_empty() && !trader.accounts.iter().any(waits) {
            remarks.add(
                format_args!("traders.{name}.posted"),
                format!(
                    "the {} that it does not post never helps: nobody gives it time to pay a call",
                    trader.treasury.to_major(plan.currency.decimals)
                ),
                "post more, or let a lender give some grace",
            );
        }
    }
}

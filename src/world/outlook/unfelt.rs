//! What strikes where nobody is: a dividend on what nobody may hold, payouts stopped that nobody can wait for, margin that is
//! asked of nobody or is what was asked before.
//!
//! [`super::unheard`] asks who looks at what comes from outside. Here nobody has to look: money or units would move by
//! themselves, and there is no account that they would move in. Accounts of lenders and of the rest of a market do not count:
//! what they get is nobody's.

use crate::file::WorldFile;
use engine::plan::{AccountPlan, Plan};
use engine::shocks::{ShockKind, ShockKindFile};
use ground::units::{InstrumentId, LenderId};
use language::findings::Findings;
use mechanics::contracts::InstrumentKind;
use mechanics::margin::MarginPlan;

pub fn look(file: &WorldFile, plan: &Plan, remarks: &mut Findings) {
    // What each asks, as one shock after the other leaves it: the plan has them in the order in which they strike.
    let mut asks: Vec<&MarginPlan> = plan.lenders.iter().map(|lender| &lender.margin).collect();
    for shock in &plan.shocks {
        let what = &file.shocks[shock.stated].what;
        let path = what.path(shock.stated);
        match (&shock.kind, what) {
            (ShockKind::Dividend(own), ShockKindFile::Dividend(stated)) if !is_paid(plan, own.instrument) => remarks
                .add(
                    format_args!("{path}.instrument"),
                    format!(
                        "nobody holds or trades \"{0}\", or a swap on it: the dividend is paid to nobody",
                        stated.instrument
                    ),
                    "name what somebody holds, or leave it out",
                ),
            (ShockKind::CancelTrades(own), ShockKindFile::CancelTrades(stated)) if !is_held(plan, own.instrument) => {
                remarks.add(
                    format_args!("{path}.instrument"),
                    format!("nobody holds or trades \"{}\": there are no trades to cancel", stated.instrument),
                    "name what somebody trades, or leave it out",
                );
            }
            (ShockKind::WithdrawalHalt(own), ShockKindFile::WithdrawalHalt(stated))
                if !has_clients(plan, own.lender) =>
            {
                remarks.add(
                    format_args!("{path}.lender"),
                    format!(
                        "nobody has an account at \"{}\": nobody waits for what it does not pay out",
                        stated.lender
                    ),
                    "name a lender that has clients, or leave it out",
                );
            }
            (ShockKind::ChainHalt(own), ShockKindFile::ChainHalt(stated)) => {
                for (at, lender) in own.lenders.iter().enumerate().filter(|(_, lender)| !has_clients(plan, **lender)) {
                    let name = &plan.lenders[lender.index()].name;
                    debug_assert_eq!(
                        *name, stated.lenders[at],
                        "they are planned in the order in which they are stated"
                    );
                    remarks.add(
                        format_args!("{path}.lenders[{at}]"),
                        format!("nobody has an account at \"{name}\": nobody waits for what it does not pay out"),
                        "name lenders that have clients",
                    );
                }
            }
            (ShockKind::Margin(own), ShockKindFile::Margin(stated)) => {
                let before = std::mem::replace(&mut asks[own.lender.index()], &own.margin);
                if !has_clients(plan, own.lender) {
                    remarks.add(
                        format_args!("{path}.lender"),
                        format!("nobody has an account at \"{}\": it asks nobody", stated.lender),
                        "name a lender that has clients, or leave it out",
                    );
                } else if *before == own.margin {
                    remarks.add(
                        format_args!("{path}.margin"),
                        format!("it is what \"{}\" asks by then: nothing changes", stated.lender),
                        "state what it asks from then on, or leave it out",
                    );
                }
            }
            _ => {}
        }
    }
}

/// Those that are listed, and not the members of crowds.
fn clients(plan: &Plan) -> impl Iterator<Item = &AccountPlan> {
    plan.accounts.iter().filter(|account| account.trader.is_some())
}

fn has_clients(plan: &Plan, lender: LenderId) -> bool {
    clients(plan).any(|account| account.lender == lender) || plan.crowds.iter().any(|crowd| crowd.lender == lender)
}

/// Whether anybody holds it, or may.
fn is_held(plan: &Plan, instrument: InstrumentId) -> bool {
    clients(plan).any(|account| account.slots.iter().any(|(id, _)| *id == instrument))
        || plan.crowds.iter().any(|crowd| crowd.instruments.contains(&instrument))
}

/// Whether anybody holds it, or may, or a swap to which its dividends are passed on.
fn is_paid(plan: &Plan, instrument: InstrumentId) -> bool {
    let mut swaps = plan.instruments.iter().enumerate();
    is_held(plan, instrument)
        || swaps.any(|(id, swap)| {
            swap.kind == InstrumentKind::Swap { of: instrument } && is_held(plan, InstrumentId::from_index(id))
        })
}

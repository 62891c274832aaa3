//! What a lender will never be rid of: sold at the pace of a trade that there is none of, or in a book that nobody comes to.

use super::unheard::names;
use crate::file::WorldFile;
use engine::plan::{AccountPlan, InstrumentKind, LenderPlan, Plan};
use engine::traders::TraderFile;
use ground::units::{InstrumentId, LenderId};
use language::findings::Findings;
use mechanics::liquidation::How;
use std::collections::BTreeSet;

pub fn look(file: &WorldFile, plan: &Plan, remarks: &mut Findings) {
    let mut unquoted = BTreeSet::new();
    for (index, lender) in plan.lenders.iter().enumerate() {
        let how = &lender.policy.programme.own.how;
        if !lender.terms().margin.lends() || matches!(how, How::Auction(_)) || !lender.policy.programme.apart.is_empty()
        {
            continue;
        }
        for id in held(plan, LenderId::from_index(index)) {
            let kind = plan.instruments[id.index()].kind;
            // A swap is unwound in the market of what it is on.
            let sold = kind.swap_of().unwrap_or(id);
            let name = plan.instruments[sold.index()].name.as_str();
            if file.traders.iter().any(|(_, trader)| trades(trader, name)) {
                continue;
            }
            if matches!(kind, InstrumentKind::Option { .. }) {
                unquoted.insert(name);
            } else if matches!(how, How::ShareOfVolume { .. }) {
                at_no_pace(lender, name, remarks);
            }
        }
    }
    for name in unquoted {
        remarks.add(
            format_args!("instruments.{name}"),
            format!("nobody quotes \"{name}\": who is sold out of it finds nobody in its book"),
            "let somebody make a market in it, or have the lender auction it",
        );
    }
}

/// What its clients begin with, in the order of the plan's instruments.
fn held(plan: &Plan, lender: LenderId) -> BTreeSet<InstrumentId> {
    let clients = plan.accounts.iter().filter(|account| account.lender == lender && account.trader.is_some());
    let positions = |account: &AccountPlan| account.slots.clone().into_iter().filter(|(_, lots)| !lots.is_zero());
    clients.flat_map(positions).map(|(id, _)| id).collect()
}

/// Whether this trader may be on the other side. A firm that has a plan for bad times may trade what it holds.
fn trades(trader: &TraderFile, instrument: &str) -> bool {
    let holds = |own: &engine::traders::firm::Params| {
        own.accounts.iter().any(|(_, account)| account.positions.get(instrument).is_some())
    };
    let firm = matches!(trader, TraderFile::Firm(own) if !own.playbook.is_empty() && holds(own));
    firm || names(trader).contains(&instrument)
}

fn at_no_pace(lender: &LenderPlan, instrument: &str, remarks: &mut Findings) {
    remarks.add(
        format_args!("lenders.{}.liquidation.how", lender.name),
        format!("nobody trades \"{instrument}\" by choice: a share of its volume is nothing, and it is never sold"),
        "sell it in slices or at once, or let somebody trade it",
    );
}

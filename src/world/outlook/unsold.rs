//! What a lender will never be rid of: sold at the pace of a trade that there is none of, in a book that nobody comes to, or
//! offered to bidders who do not want it.

use super::unheard::names;
use crate::file::WorldFile;
use engine::plan::{AccountPlan, InstrumentKind, LenderPlan, Plan};
use engine::traders::{Joins, TraderFile};
use ground::units::{InstrumentId, LenderId};
use language::findings::Findings;
use mechanics::liquidation::{How, Unsold, Way};
use std::collections::BTreeSet;

pub fn look(file: &WorldFile, plan: &Plan, remarks: &mut Findings) {
    for (index, lender) in plan.lenders.iter().enumerate().filter(|(_, lender)| lender.terms().margin.lends()) {
        unwanted(file, plan, (LenderId::from_index(index), lender), remarks);
    }
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

/// What is offered again and again, and for which there is no bidder.
fn unwanted(file: &WorldFile, plan: &Plan, (id, lender): (LenderId, &LenderPlan), remarks: &mut Findings) {
    let programme = &lender.policy.programme;
    let mut nobody = BTreeSet::new();
    for held in held(plan, id) {
        let sold = plan.instruments[held.index()].kind.swap_of().unwrap_or(held);
        let name = plan.instruments[sold.index()].name.as_str();
        let bids = |way: &Way| {
            let asked = |(trader, file): &(&str, &TraderFile)| match way.bidders.is_empty() {
                true => file.joins().is_some_and(Joins::bids),
                false => way.bidders.iter().any(|bidder| bidder == trader),
            };
            file.traders.iter().any(|it| asked(&it) && names(it.1).contains(&name))
        };
        // Each step begins at its time, whatever came of those before; what the last leaves goes the lender's own way.
        let last = programme.apart_of(held).and_then(|apart| programme.apart[apart].steps.last()).map(|step| &step.way);
        let way = last.filter(|way| way.unsold != Unsold::LeaveIt).unwrap_or(&programme.own);
        if matches!(way.how, How::Auction(_)) && way.unsold == Unsold::OfferAgain && !bids(way) {
            nobody.insert(name);
        }
    }
    if !nobody.is_empty() {
        let all: Vec<String> = nobody.iter().map(|name| format!("\"{name}\"")).collect();
        remarks.add(
            format_args!("lenders.{}.liquidation", lender.name),
            format!(
                "nobody bids for {}: what clients hold of it is offered again and again, and never closed",
                all.join(", ")
            ),
            "let a `Keeper` trade it, sell it otherwise, or write `unsold: ToTheBook`",
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

//! Who is broken before anything happens: the accounts of the first tick at the prices they start from.
//!
//! Nobody lends to somebody who owes more than it has, stands exactly at the least it must keep, or holds more than the bracket
//! of its position allows: the first tick would close it, or the first print against it. Who stands below the least is called
//! at once, which a world may mean: it is remarked. The same functions judge it here that judge it in the run.

use super::and_more;
use engine::plan::{Plan, opening_marks};
use engine::tick::spawn::opening_ledger;
use ground::units::{Cash, Tick};
use language::findings::{Finding, Findings};
use mechanics::margin::{CallLevel, MarginPlan, Standing, standing};
use std::collections::BTreeMap;

/// What is wrong with an account, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Ill {
    Bankrupt,
    Breached,
    AtTheLeast,
    BeyondItsBracket,
}

pub fn look(plan: &Plan, findings: &mut Findings, remarks: &mut Findings) {
    let ledger = opening_ledger(plan);
    let marks = opening_marks(&plan.instruments, plan.clock.time_of(Tick::new(0)));
    let terms: Vec<_> = plan.lenders.iter().map(engine::plan::LenderPlan::terms).collect();
    // By population, lender and ill: the first with it, and how many more.
    let mut found: BTreeMap<(&str, usize, Ill), Ills> = BTreeMap::new();
    let mut members: BTreeMap<(&str, usize), usize> = BTreeMap::new();
    for account in ledger.accounts.ids() {
        let Some(trader) = ledger.accounts.trader(account) else { continue };
        let holds = ledger.accounts.slots(account).any(|slot| !ledger.accounts.lots(slot).is_zero());
        if !holds && !ledger.cash(account).is_negative() {
            continue;
        }
        let place = ledger.accounts.lender(account).index();
        let lender = &plan.lenders[place];
        let name = plan.population_of(trader);
        match members.get_mut(&(name, place)) {
            Some(count) => *count += 1,
            None => drop(members.insert((name, place), 1)),
        }
        let stands = standing(&ledger, &marks, &terms[place], account);
        let Some(ill) = ill(&stands, &lender.margin, terms[place].below) else { continue };
        // A firm with money elsewhere may stand there on purpose: it is called and pays.
        let firm = plan.traders.get(trader.index());
        let has_more = firm.is_some_and(|firm| firm.firm.is_some() || firm.treasury.is_positive());
        let pays = ill == Ill::AtTheLeast && has_more;
        // A world may begin in the middle of a call.
        let called = ill == Ill::Breached;
        let entry = found.entry((name, place, ill)).or_insert_with(|| Ills {
            first: finding(plan, name, &plan.account_name(account), &stands, ill, terms[place].below),
            more: 0,
            meant: true,
        });
        entry.more += 1;
        entry.meant &= pays || called;
    }
    for ((name, place, ill), Ills { mut first, more, meant }) in found {
        first.reason += &and_more(more - 1, name);
        // Where sizes are drawn, a few may be beyond a bracket that is right for the rest.
        let few = ill == Ill::BeyondItsBracket && more < members[&(name, place)];
        let meant = meant || few;
        if meant { remarks.push(first) } else { findings.push(first) }
    }
}

/// Members of one population with one ill at one lender.
struct Ills {
    first: Finding,
    more: usize,
    /// Whether it may be meant of all of them.
    meant: bool,
}

fn ill(stands: &Standing, margin: &MarginPlan, below: CallLevel) -> Option<Ill> {
    if stands.equity.is_negative() {
        return Some(Ill::Bankrupt);
    }
    if !margin.lends() {
        return None;
    }
    if stands.slack(below).is_negative() {
        Some(Ill::Breached)
    } else if stands.counted == stands.mm && stands.mm.is_positive() {
        Some(Ill::AtTheLeast)
    } else if matches!(margin, MarginPlan::Tiered(_)) && stands.excess().is_negative() {
        Some(Ill::BeyondItsBracket)
    } else {
        None
    }
}

fn finding(plan: &Plan, name: &str, account: &str, stands: &Standing, ill: Ill, below: CallLevel) -> Finding {
    let money = |cash: Cash| cash.to_major(plan.currency.decimals).to_string();
    let (equity, counted) = (money(stands.equity), money(stands.counted));
    let asked = match below {
        CallLevel::Maintenance => money(stands.mm),
        CallLevel::Initial => money(stands.im),
    };
    let (reason, remedy) = match ill {
        Ill::Bankrupt => (
            format!(
                "{account} is bankrupt before anything happens: at the prices it starts from its equity is {equity}"
            ),
            "give it more cash, or less to owe",
        ),
        Ill::Breached => (
            format!(
                "{account} is below what it must keep before anything happens: equity that counts for {counted}, where its lender calls below {asked}"
            ),
            "give it more equity, a smaller position, or a lender that asks for less",
        ),
        Ill::AtTheLeast => (
            format!(
                "{account} has exactly the {} that it must keep, so that any price against it breaks it",
                money(stands.mm)
            ),
            "give it more equity or a smaller position",
        ),
        Ill::BeyondItsBracket => (
            format!(
                "{account} has more leverage than its lender's bracket allows: equity that counts for {counted}, where a position of its size takes {}",
                money(stands.im)
            ),
            "lower its leverage, or let the bracket allow more",
        ),
    };
    Finding::at(format!("traders.{name}"), reason, remedy)
}

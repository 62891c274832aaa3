//! The two ledgers of a firm: what it is worth, and what it can deliver by the next deadline.

use super::sight::Sight;
use crate::tick::state::Firm;
use ground::units::{Cash, Tick, Time};
use mechanics::ledger::{Ledger, Purse};
use mechanics::margin::{Marks, equity};
use mechanics::treasury::SourceKind;
use mechanics::treasury::book::Pledge;
use mechanics::treasury::strain::is_frozen;
use mechanics::waterfall::entries::Entries;

/// Equity at mark over all accounts, the treasury and what lies in funds, contributions to default funds, securities and what
/// else it owns, less what it owes with interest to now.
pub fn firm_value(firm: &Firm, ledger: &Ledger, marks: &Marks, now: Time) -> Cash {
    let accounts: Cash = firm.accounts.iter().map(|account| equity(ledger, marks, *account)).sum();
    let plan = &firm.treasury.plan;
    let funds = plan.sources.iter().filter_map(|source| match source.kind {
        SourceKind::Fund { fund, .. } => Some(fund),
        _ => None,
    });
    let funds = funds.chain(plan.contributions.iter().copied());
    let funds: Cash = funds.map(|fund| ledger.purses.balance(ledger.purses.fund(fund))).sum();
    accounts + ledger.purses.balance(purse(firm, ledger)) + funds + plan.securities() + plan.other
        - firm.treasury.owed(now)
}

/// A call of it went unmet. What it was worth when the first did is remembered.
pub fn has_failed(firm: &mut Firm, tick: Tick, (ledger, marks): (&Ledger, &Marks), now: Time) {
    if firm.failed.is_none() {
        firm.failed = Some((tick, firm_value(firm, ledger, marks, now)));
    }
}

/// What stands in the treasury's purse, what comes in by `by`, and what its sources could still give by then.
pub fn deliverable(firm: &Firm, sight: &Sight<'_>, by: Option<Time>) -> Cash {
    let (treasury, ledger, now) = (&firm.treasury, sight.ledger, sight.clock.end());
    let mut sum = ledger.purses.balance(purse(firm, ledger));
    let Some(by) = by else { return sum };
    let comes = |pledge: &&Pledge| {
        let kind = &treasury.plan.sources[pledge.source].kind;
        let kept = sight.held_up(kind).is_some_and(|until| until > by);
        !pledge.arrived && pledge.arrives <= by && !kept && sight.still_comes(kind)
    };
    sum += treasury.pledges.iter().filter(comes).map(|it| it.amount).sum();
    for (index, source) in treasury.plan.sources.iter().enumerate() {
        let in_time = source.kind != SourceKind::Cash && sight.arrives(firm, index) <= by;
        if in_time && !is_withdrawn(firm, &source.kind, ledger, sight.marks, now) {
            let wares = sight.wares(firm, index, by, true);
            sum += treasury.terms(index, now).left(treasury.drawn[index], free(firm, ledger, index), wares);
        }
    }
    sum
}

/// Whether a source is frozen, or is a line that was not committed and is gone: the firm has lost too much.
pub fn is_withdrawn(firm: &Firm, kind: &SourceKind, ledger: &Ledger, marks: &Marks, now: Time) -> bool {
    if is_frozen(&firm.treasury.strains, kind, now) {
        return true;
    }
    let SourceKind::Line { withdrawn_below: Some(share), .. } = *kind else { return false };
    firm_value(firm, ledger, marks, now) < share.of_rounded_down(firm.treasury.start)
}

/// What the positions of which it says at what price it opened them gained since, with what it bought later at what that
/// cost.
pub fn paper_profit(firm: &Firm, ledger: &Ledger, marks: &Marks, entries: &Entries) -> Cash {
    let gain = |&(account, instrument, _)| {
        let slot = ledger.accounts.slot_of(account, instrument).expect("what was opened has a slot");
        let lots = ledger.accounts.lots(slot);
        // What has ended, or was handed over whole, was not traded away, and its cost may still stand there.
        let cost = if lots.is_zero() { 0 } else { entries.cost(slot) };
        marks.value(instrument, lots) - marks.step_value(instrument).of_steps(cost)
    };
    firm.treasury.plan.entries.iter().map(gain).sum()
}

/// What lies where a source takes its money and is promised to nobody: in the treasury, or in the fund, from which what is on its
/// way takes its fee along.
pub fn free(firm: &Firm, ledger: &Ledger, source: usize) -> Cash {
    let treasury = &firm.treasury;
    let SourceKind::Fund { fund, .. } = treasury.plan.sources[source].kind else {
        return ledger.purses.balance(purse(firm, ledger)) - treasury.set_aside();
    };
    let on_its_way = treasury.pledges.iter().filter(|pledge| !pledge.arrived && pledge.source == source);
    let promised: Cash = on_its_way.map(|pledge| pledge.amount + pledge.fee).sum();
    ledger.purses.balance(ledger.purses.fund(fund)) - promised
}

fn purse(firm: &Firm, ledger: &Ledger) -> Purse {
    ledger.purses.treasury(firm.id)
}

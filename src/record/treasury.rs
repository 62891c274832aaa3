//! What firms did for money: one row a step, and for each firm with an explicit balance sheet a part of the summary.

use super::names::{Names, tidy};
use engine::gather::Gather;
use ground::units::{Cash, Tick, Time, TraderId};
use mechanics::margin::{Call, CallOutcome};
use mechanics::treasury::step::{Step, What};
use results::rows::TreasuryRow;
use results::treasury::{FirmClose, TreasurySummary};
use std::collections::BTreeMap;

pub fn rows(names: Names<'_>, steps: &[Step]) -> Vec<TreasuryRow> {
    let row = |step: &Step| TreasuryRow {
        tick: step.tick.index(),
        time: names.time(step.tick),
        firm: names.trader(step.firm),
        step: step.what.word().to_owned(),
        source: step.source.map(|source| source_name(names, step.firm, source)),
        account: step.account.map(|account| names.account(account)),
        amount: names.money(step.amount),
        cost: names.money(step.cost),
        arrives: step.arrives.and_then(|time| names.to_come(time)),
    };
    steps.iter().map(row).collect()
}

fn source_name(names: Names<'_>, firm: TraderId, source: usize) -> String {
    let plan = names.0.traders[firm.index()].firm.as_ref();
    plan.map_or_else(String::new, |plan| plan.sources[source].name.clone())
}

/// `None` for a firm whose balance sheet is not stated.
pub fn summarise(
    names: Names<'_>,
    gather: &Gather,
    calls: &[Call],
    firm: TraderId,
    owed: Cash,
) -> Option<TreasurySummary> {
    let plan = names.0.traders[firm.index()].firm.as_ref()?;
    let steps = || gather.treasury.iter().filter(|step| step.firm == firm);
    let mut drawn = BTreeMap::new();
    for (index, source) in plan.sources.iter().enumerate() {
        let amount: Cash =
            steps().filter(|step| step.source == Some(index) && step.what == What::Draw).map(|step| step.amount).sum();
        drawn.insert(source.name.clone(), names.money(amount));
    }
    let own: Vec<&Call> = calls.iter().filter(|call| names.0.trader_of(call.account) == Some(firm)).collect();
    let closes = gather.firm_closes.iter().filter(|close| close.firm == firm).map(|close| {
        let session = names.0.clock.session_of(close.tick);
        let about = &names.0.clock.sessions[session];
        let called = own.iter().filter(|call| names.0.clock.session_of(call.raised) == session);
        // A call that falls due in the night is the day's before it.
        let next = names.0.clock.sessions.get(session + 1).map_or(Time::NEVER, |next| next.open);
        let unmet = own.iter().filter(|call| match call.outcome {
            CallOutcome::Unmet(at) => at > about.open && (at <= about.close || at < next),
            _ => false,
        });
        FirmClose {
            date: about.open.to_civil().date().to_string(),
            value: names.money(close.value),
            cash_deliverable: names.money(close.deliverable),
            paper_profit: names.money(close.paper),
            called: names.money(called.map(|call| call.amount).sum()),
            shortfall: names.money(unmet.map(|call| call.missing).sum()),
        }
    });
    let closes: Vec<FirmClose> = closes.collect();
    let start: Cash = plan
        .entries
        .iter()
        .map(|&(account, instrument, entry)| {
            let about = &names.0.instruments[instrument.index()];
            let held = names.0.accounts[account.index()].slots.iter().find(|(id, _)| *id == instrument);
            let lots = held.map_or(ground::units::Lots::ZERO, |(_, lots)| *lots);
            about.step_value.value(lots, about.start) - about.step_value.value(lots, entry)
        })
        .sum();
    Some(TreasurySummary {
        drawn,
        cost: tidy(names.money(steps().map(|step| step.cost).sum())),
        owed_end: names.money(owed),
        paper_profit_start: names.money(start),
        paper_profit_end: closes.last().map_or_else(|| names.money(start), |close| close.paper_profit),
        insolvent: gather.insolvent.get(&firm).map(|tick: &Tick| names.time(*tick).to_string()),
        closes,
    })
}

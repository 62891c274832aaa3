//! Pools, with names and units.

use super::names::{Names, Times};
use engine::gather::{Gather, PoolRecord};
use ground::units::{Cash, MarketId};
use mechanics::pool::START;
use results::rows::PoolRow;
use results::summary::PoolSummary;
use std::collections::BTreeMap;

pub fn rows(names: Names<'_>, records: &[PoolRecord]) -> Vec<PoolRow> {
    let mut times = Times::new(names);
    let row = |record: &PoolRecord| PoolRow {
        tick: record.tick.index(),
        time: times.of(record.tick),
        pool: name(names, record.market),
        price: record.price.map(|price| names.price(record.market, price)),
        units: names.units(record.market, record.lots),
        money: money(names, record.money),
        liquidity_left: left(record),
    };
    records.iter().map(row).collect()
}

/// Each pool by its last row; what lay there at the start stands in the plan.
pub fn summaries(names: Names<'_>, gather: &Gather) -> BTreeMap<String, PoolSummary> {
    let summary = |record: &PoolRecord| {
        let market = record.market;
        let (lots, cash) = start(names, market);
        let summary = PoolSummary {
            price_end: record.price.map(|price| names.price(market, price)),
            units_start: names.units(market, lots),
            units_end: names.units(market, record.lots),
            money_start: money(names, cash),
            money_end: money(names, record.money),
            liquidity_left: left(record),
        };
        (name(names, market), summary)
    };
    gather.last_pools.iter().map(summary).collect()
}

/// The instrument and where it lies: `coin@curve`.
fn name(names: Names<'_>, market: MarketId) -> String {
    format!("{}@{}", names.instrument_of(market).name, names.venue_of(market))
}

fn money(names: Names<'_>, cash: Cash) -> f64 {
    cash.to_minor() as f64 / ground::ops::powf(10.0, f64::from(names.0.currency.decimals))
}

fn left(record: &PoolRecord) -> f64 {
    record.shares as f64 / START as f64
}

fn start(names: Names<'_>, market: MarketId) -> (ground::units::Lots, Cash) {
    let plan = &names.0.markets[market.index()];
    let account = plan.formation.pool().map(|pool| &names.0.accounts[pool.account.index()]);
    account.map_or_else(Default::default, |account| {
        let held = account.slots.iter().find(|(id, _)| *id == plan.instrument);
        (held.map_or_else(Default::default, |(_, lots)| *lots), account.cash)
    })
}

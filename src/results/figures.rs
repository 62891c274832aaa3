//! The numbers of a summary under dotted names, one a column: `instruments.viac.drawdown`,
//! `lenders.nomura.loss`, `cascade.size`.
//!
//! A figure is written down here and nowhere else: columns of a sweep, what expectations and history may name, and what
//! a check knows to exist are all read from this list. Every struct is taken apart field by field, so a field added to the
//! summary does not compile until it is decided here what becomes of it. Types are fixed, whatever the values:
//! sweeps of the same world can be put on top of each other. How long a run took is left out.

use crate::summary::{
    AccountsSummary, AuditSummary, CascadeSummary, CounterfactualSummary, ExpectRow, FidelityRow, FirmSummary,
    InstrumentSummary, LenderSummary, LiquidationsSummary, PegSummary, PoolSummary, Summary,
};

use crate::study::{QueuesSummary, QuotesSummary, RoundsSummary, StudySummary};

/// What a figure is.
#[derive(Clone, Debug, PartialEq)]
pub enum Scalar {
    Count(i64),
    Number(Option<f64>),
    Flag(bool),
    Text(Option<String>),
}

impl From<u32> for Scalar {
    fn from(count: u32) -> Self {
        Self::Count(count.into())
    }
}

impl From<i64> for Scalar {
    fn from(count: i64) -> Self {
        Self::Count(count)
    }
}

impl From<u64> for Scalar {
    fn from(count: u64) -> Self {
        Self::Count(i64::try_from(count).unwrap_or(i64::MAX))
    }
}

impl From<f64> for Scalar {
    fn from(number: f64) -> Self {
        Self::Number(Some(number))
    }
}

impl From<Option<f64>> for Scalar {
    fn from(number: Option<f64>) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for Scalar {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<Option<String>> for Scalar {
    fn from(text: Option<String>) -> Self {
        Self::Text(text)
    }
}

/// Columns under one prefix.
struct Under<'a> {
    columns: &'a mut Vec<(String, Scalar)>,
    prefix: String,
}

impl Under<'_> {
    fn put(&mut self, name: &str, value: impl Into<Scalar>) {
        self.columns.push((format!("{}.{name}", self.prefix), value.into()));
    }
}

/// All figures that a run came to, in a fixed order.
pub fn figures(summary: &Summary) -> Vec<(String, Scalar)> {
    let Summary {
        world: _,
        title: _,
        currency: _,
        seed: _,
        ticks,
        start: _,
        end: _,
        overrides: _,
        with_liquidation: _,
        stopped: _,
        wall_seconds: _,
        instruments,
        accounts,
        liquidations,
        lenders,
        firms,
        waterfall,
        cascade,
        refusals,
        counterfactual,
        fidelity,
        returns,
        pegs,
        pools,
        expect,
        refusals_by_account: _,
        study,
        measured: _,
        audit,
    } = summary;
    let mut columns = vec![("ticks".to_owned(), Scalar::from(*ticks))];
    let mut under = |prefix: String, fill: &dyn Fn(&mut Under)| fill(&mut Under { columns: &mut columns, prefix });
    under("accounts".into(), &|u| accounts_under(u, accounts));
    under("liquidations".into(), &|u| liquidations_under(u, liquidations));
    under("cascade".into(), &|u| cascade_under(u, cascade));
    for (name, of) in instruments {
        under(format!("instruments.{name}"), &|u| instrument_under(u, of));
    }
    for (name, of) in lenders {
        under(format!("lenders.{name}"), &|u| lender_under(u, of));
    }
    under("lenders".into(), &|u| u.put("total_loss", lenders.values().map(|lender| lender.loss).sum::<f64>()));
    for (name, of) in firms {
        under(format!("firms.{name}"), &|u| firm_under(u, of));
    }
    for (layer, amount) in waterfall {
        under("waterfall".into(), &|u| u.put(layer, *amount));
    }
    for (reason, orders) in refusals {
        under("refusals".into(), &|u| u.put(reason, *orders));
    }
    for (name, of) in counterfactual {
        under(format!("counterfactual.{name}"), &|u| counterfactual_under(u, of));
    }
    for row in fidelity {
        let FidelityRow { quantity, unit: _, history: _, simulated, error, source: _, fitted: _ } = row;
        under(format!("fidelity.{quantity}"), &|u| {
            u.put("simulated", *simulated);
            u.put("error", *error);
        });
    }
    for (quantity, value) in returns {
        under("returns".into(), &|u| u.put(quantity, *value));
    }
    for (name, of) in pegs {
        under(format!("pegs.{name}"), &|u| peg_under(u, of));
    }
    for (name, of) in pools {
        under(format!("pools.{name}"), &|u| pool_under(u, of));
    }
    under("expect".into(), &|u| expect_under(u, expect));
    if let Some(study) = study {
        study_under(&mut under, study);
    }
    let AuditSummary { cash_residual, position_residual } = audit;
    under("audit".into(), &|u| {
        u.put("cash_residual", *cash_residual);
        u.put("position_residual", *position_residual);
    });
    columns
}

fn accounts_under(under: &mut Under, of: &AccountsSummary) {
    let AccountsSummary { total, called, breached, bankrupt, frozen } = of;
    under.put("total", *total);
    under.put("called", *called);
    under.put("breached", *breached);
    under.put("bankrupt", *bankrupt);
    under.put("frozen", *frozen);
}

fn liquidations_under(under: &mut Under, of: &LiquidationsSummary) {
    let LiquidationsSummary { orders, volume, notional, bought_notional, slippage } = of;
    under.put("orders", *orders);
    under.put("volume", *volume);
    under.put("notional", *notional);
    under.put("bought_notional", *bought_notional);
    under.put("slippage", *slippage);
}

fn cascade_under(under: &mut Under, of: &CascadeSummary) {
    let CascadeSummary { size, depth, branching_ratio } = of;
    under.put("size", *size);
    under.put("depth", *depth);
    under.put("branching_ratio", *branching_ratio);
}

fn instrument_under(under: &mut Under, of: &InstrumentSummary) {
    let InstrumentSummary {
        start,
        min,
        max,
        end,
        drawdown,
        rise,
        fall_compared,
        rise_compared,
        volume_units,
        forced_volume_units,
        block_volume_units,
        closes: _,
    } = of;
    under.put("start", *start);
    under.put("min", *min);
    under.put("max", *max);
    under.put("end", *end);
    under.put("drawdown", *drawdown);
    under.put("rise", *rise);
    under.put("fall_compared", *fall_compared);
    under.put("rise_compared", *rise_compared);
    under.put("volume_units", *volume_units);
    under.put("forced_volume_units", *forced_volume_units);
    under.put("block_volume_units", *block_volume_units);
}

fn lender_under(under: &mut Under, of: &LenderSummary) {
    // What it has to lose is the world's, not the run's.
    let LenderSummary { capital: _, loss, failed, forced_notional, forced_bought, half_sold, unsold } = of;
    under.put("loss", *loss);
    under.put("failed", *failed);
    under.put("forced_notional", *forced_notional);
    under.put("forced_bought", *forced_bought);
    under.put("half_sold", half_sold.clone());
    under.put("unsold", *unsold);
}

fn firm_under(under: &mut Under, of: &FirmSummary) {
    let FirmSummary {
        value_start,
        value_end,
        cash_deliverable_start,
        cash_deliverable_min,
        failed,
        value_at_failure,
        treasury,
    } = of;
    under.put("value_start", *value_start);
    under.put("value_end", *value_end);
    under.put("cash_deliverable_start", *cash_deliverable_start);
    under.put("cash_deliverable_min", *cash_deliverable_min);
    under.put("failed", failed.clone());
    under.put("value_at_failure", *value_at_failure);
    if let Some(treasury) = treasury {
        for (source, drawn) in &treasury.drawn {
            under.put(&format!("treasury.drawn.{source}"), *drawn);
        }
        under.put("treasury.cost", treasury.cost);
        under.put("treasury.owed_end", treasury.owed_end);
        under.put("treasury.paper_profit_end", treasury.paper_profit_end);
        under.put("treasury.insolvent", treasury.insolvent.clone());
    }
}

fn counterfactual_under(under: &mut Under, of: &CounterfactualSummary) {
    let CounterfactualSummary { with, without, amplification, end_with, end_without, rise_with, rise_without } = of;
    under.put("with", *with);
    under.put("without", *without);
    under.put("amplification", *amplification);
    under.put("end_with", *end_with);
    under.put("end_without", *end_without);
    under.put("rise_with", *rise_with);
    under.put("rise_without", *rise_without);
}

fn study_under(under: &mut impl FnMut(String, &dyn Fn(&mut Under)), of: &StudySummary) {
    let StudySummary { quotes, queues, rounds } = of;
    for (name, QuotesSummary { ticks, mean_spread, diffusion_per_second }) in quotes {
        under(format!("study.quotes.{name}"), &|u| {
            u.put("ticks", *ticks);
            u.put("mean_spread", *mean_spread);
            u.put("diffusion_per_second", *diffusion_per_second);
        });
    }
    for (name, QueuesSummary { epochs, up_share }) in queues {
        under(format!("study.queues.{name}"), &|u| {
            u.put("epochs", *epochs);
            u.put("up_share", *up_share);
        });
    }
    for (name, of) in rounds {
        let RoundsSummary { rounds, mean_profit, sd_profit, mean_inventory, sd_inventory } = of;
        under(format!("study.rounds.{name}"), &|u| {
            u.put("rounds", *rounds);
            u.put("mean_profit", *mean_profit);
            u.put("sd_profit", *sd_profit);
            u.put("mean_inventory", *mean_inventory);
            u.put("sd_inventory", *sd_inventory);
        });
    }
}

fn peg_under(under: &mut Under, of: &PegSummary) {
    let PegSummary {
        coin_supply_start,
        coin_supply_end,
        sister_supply_start,
        sister_supply_end,
        coin_burnt,
        coin_minted,
        sister_burnt,
        sister_minted,
        burnt_discount,
        burnt_spread,
        burnt_kept,
    } = of;
    under.put("coin_supply_start", *coin_supply_start);
    under.put("coin_supply_end", *coin_supply_end);
    under.put("sister_supply_start", *sister_supply_start);
    under.put("sister_supply_end", *sister_supply_end);
    under.put("coin_burnt", *coin_burnt);
    under.put("coin_minted", *coin_minted);
    under.put("sister_burnt", *sister_burnt);
    under.put("sister_minted", *sister_minted);
    under.put("burnt_discount", *burnt_discount);
    under.put("burnt_spread", *burnt_spread);
    under.put("burnt_kept", *burnt_kept);
}

fn pool_under(under: &mut Under, of: &PoolSummary) {
    let PoolSummary { price_end, units_start, units_end, money_start, money_end, liquidity_left } = of;
    under.put("price_end", *price_end);
    under.put("units_start", *units_start);
    under.put("units_end", *units_end);
    under.put("money_start", *money_start);
    under.put("money_end", *money_end);
    under.put("liquidity_left", *liquidity_left);
}

fn expect_under(under: &mut Under, rows: &[ExpectRow]) {
    let missed = rows.iter().filter(|row| !row.met).count();
    under.put("met", missed == 0);
    under.put("missed", missed as u64);
}

/// What a world itself has stated: figures that no run changes.
pub fn given(summary: &Summary) -> Vec<(String, Scalar)> {
    let capital = |(name, of): (&String, &LenderSummary)| (format!("lenders.{name}.capital"), Scalar::from(of.capital));
    let paper = |(name, of): (&String, &FirmSummary)| {
        let start = of.treasury.as_ref()?.paper_profit_start;
        Some((format!("firms.{name}.treasury.paper_profit_start"), Scalar::from(start)))
    };
    summary.lenders.iter().map(capital).chain(summary.firms.iter().filter_map(paper)).collect()
}

impl Scalar {
    /// As a number, if it is or stands for one: a flag is 0 or 1.
    #[must_use]
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Count(count) => Some(*count as f64),
            Self::Number(number) => *number,
            Self::Flag(flag) => Some(f64::from(u8::from(*flag))),
            Self::Text(_) => None,
        }
    }
}

/// The number of a figure by its name.
#[must_use]
pub fn number(summary: &Summary, name: &str) -> Option<f64> {
    figures(summary).into_iter().chain(given(summary)).find(|(own, _)| own == name)?.1.number()
}

/// What stands for a name in [`every`].
pub const ANY: &str = "*";

/// Every figure there can be, with [`ANY`] for the names of instruments, lenders, firms, pegs, pools, markets and traders;
/// those that
/// have a name of their own choice (layers, reasons, sources) are not among them.
#[must_use]
pub fn every() -> Vec<(String, Scalar)> {
    use std::collections::BTreeMap;
    fn one<T: Default>() -> BTreeMap<String, T> {
        BTreeMap::from([(ANY.to_owned(), T::default())])
    }
    let firm = FirmSummary { treasury: Some(crate::treasury::TreasurySummary::default()), ..FirmSummary::default() };
    let summary = Summary {
        instruments: one(),
        lenders: one(),
        firms: BTreeMap::from([(ANY.to_owned(), firm)]),
        counterfactual: one(),
        pegs: one(),
        pools: one(),
        study: Some(StudySummary { quotes: one(), queues: one(), rounds: one() }),
        ..Summary::default()
    };
    figures(&summary).into_iter().chain(given(&summary)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;

    #[test]
    fn a_summary_becomes_columns_under_dotted_names() {
        let columns = figures(&samples::summary());
        let value = |name: &str| columns.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
        assert_eq!(value("instruments.viac.drawdown"), Some(Scalar::Number(Some(0.594))));
        assert_eq!(value("lenders.nomura.failed"), Some(Scalar::Flag(false)));
        assert_eq!(value("lenders.total_loss"), Some(Scalar::Number(Some(2.5e9))));
        assert_eq!(value("cascade.size"), Some(Scalar::Count(7)));
        assert_eq!(value("counterfactual.viac.amplification"), Some(Scalar::Number(Some(2.5))));
        assert_eq!(value("fidelity.nomura loss.error"), Some(Scalar::Number(Some(-4e8))));
        assert_eq!(value("expect.met"), Some(Scalar::Flag(false)));
        assert_eq!(value("expect.missed"), Some(Scalar::Count(1)));
        assert_eq!(value("audit.cash_residual"), Some(Scalar::Count(0)));
        assert!(columns.iter().all(|(name, _)| !name.contains("wall")));
    }

    #[test]
    fn no_two_columns_share_a_name() {
        let mut names: Vec<String> = figures(&samples::summary()).into_iter().map(|(name, _)| name).collect();
        let all = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), all);
    }
}

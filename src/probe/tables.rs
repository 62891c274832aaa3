//! The tables that a probe leaves: `probe.parquet`, one row a figure, and `impact.parquet`, one row a parent order.

use super::Found;
use super::impact_curve::ParentRun;
use engine::plan::Plan;
use engine::traders::parent_order::Way;
use files::sheet::{Cells, Column, bytes};

/// Columns: quantity, instrument, horizon, value, low, high (95 %), typical, source.
pub fn figures_bytes(found: &Found, plan: &Plan) -> Vec<u8> {
    let rows = &found.figures;
    let about = &plan.instruments[found.instrument.index()].name;
    let low = rows.iter().map(|row| row.interval.map(|(low, _)| low)).collect();
    let high = rows.iter().map(|row| row.interval.map(|(_, high)| high)).collect();
    bytes(
        rows.len(),
        vec![
            Column::texts("quantity", rows.iter().map(|row| row.name)),
            Column::texts("instrument", rows.iter().map(|_| about)),
            Column::texts("horizon", rows.iter().map(|row| &row.horizon)),
            Column::numbers("value", rows.iter().map(|row| row.value)),
            Column::new("low", Cells::Numbers(low)),
            Column::new("high", Cells::Numbers(high)),
            Column::texts("typical", rows.iter().map(|row| row.typical)),
            Column::texts("source", rows.iter().map(|row| row.source)),
        ],
    )
}

/// Columns: seed, way, size_of_ordinary_day (what was asked for), size_of_day (what was traded, over the measured daily
/// volume), begins (tick), worked_seconds, rested_seconds, peak_ratio, after_ratio (impact as a share of the price),
/// peak_days, after_days (in units of daily volatility).
pub fn impact_bytes(found: &Found) -> Vec<u8> {
    let rows = &found.runs;
    let volatility = found.pooled.daily_volatility(&found.scales);
    let volume = found.pooled.daily_volume.mean();
    let seconds = |ticks: &dyn Fn(&ParentRun) -> u32| {
        Cells::Counts(rows.iter().map(|run| Some(i64::from(ticks(run)) * found.scales.tick)).collect())
    };
    let of = |name: &str, of: &dyn Fn(&ParentRun) -> f64| Column::numbers(name, rows.iter().map(of));
    let way = |run: &ParentRun| if run.parent.way == Way::Buy { "buy" } else { "sell" };
    bytes(
        rows.len(),
        vec![
            Column::new("seed", Cells::Seeds(rows.iter().map(|run| run.seed).collect())),
            Column::texts("way", rows.iter().map(way)),
            of("size_of_ordinary_day", &|run| run.parent.size),
            of("size_of_day", &|run| run.filled / volume),
            Column::new("begins", Cells::Ticks(rows.iter().map(|run| run.parent.from).collect())),
            Column::new("worked_seconds", seconds(&|run| run.parent.over)),
            Column::new("rested_seconds", seconds(&|run| run.parent.rest)),
            of("peak_ratio", &|run| run.peak),
            of("after_ratio", &|run| run.after),
            of("peak_days", &|run| run.peak / volatility),
            of("after_days", &|run| run.after / volatility),
        ],
    )
}

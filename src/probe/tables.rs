//! The tables that a probe leaves: `probe.parquet`, one row a figure, and `impact.parquet`, one row a parent order.

use super::Found;
use super::impact_curve::ParentRun;
use engine::plan::Plan;
use engine::traders::parent_order::Way;
use polars::prelude::{Column, DataFrame, IntoColumn, NamedFrom, Series};

/// Columns: quantity, instrument, horizon, value, low, high (95 %), typical, source.
pub fn figures_frame(found: &Found, plan: &Plan) -> DataFrame {
    let rows = &found.figures;
    let about = &plan.instruments[found.instrument.index()].name;
    let low: Vec<Option<f64>> = rows.iter().map(|row| row.interval.map(|(low, _)| low)).collect();
    let high: Vec<Option<f64>> = rows.iter().map(|row| row.interval.map(|(_, high)| high)).collect();
    frame(
        rows.len(),
        vec![
            column("quantity", rows.iter().map(|row| row.name).collect::<Vec<_>>()),
            column("instrument", rows.iter().map(|_| about.as_str()).collect::<Vec<_>>()),
            column("horizon", rows.iter().map(|row| row.horizon.as_str()).collect::<Vec<_>>()),
            column("value", rows.iter().map(|row| row.value).collect::<Vec<_>>()),
            column("low", low),
            column("high", high),
            column("typical", rows.iter().map(|row| row.typical).collect::<Vec<_>>()),
            column("source", rows.iter().map(|row| row.source).collect::<Vec<_>>()),
        ],
    )
}

/// Columns: seed, way, size_of_ordinary_day (what was asked for), size_of_day (what was traded, over the measured daily
/// volume), begins (tick), worked_seconds, rested_seconds, peak_ratio, after_ratio (impact as a share of the price),
/// peak_days, after_days (in units of daily volatility).
pub fn impact_frame(found: &Found) -> DataFrame {
    let rows = &found.runs;
    let volatility = found.pooled.daily_volatility(&found.scales);
    let volume = found.pooled.daily_volume.mean();
    let seconds = |ticks: u32| i64::from(ticks) * found.scales.tick;
    let of = |of: &dyn Fn(&ParentRun) -> f64| rows.iter().map(of).collect::<Vec<f64>>();
    let way = |run: &ParentRun| if run.parent.way == Way::Buy { "buy" } else { "sell" };
    frame(
        rows.len(),
        vec![
            column("seed", rows.iter().map(|run| run.seed).collect::<Vec<_>>()),
            column("way", rows.iter().map(way).collect::<Vec<_>>()),
            column("size_of_ordinary_day", of(&|run| run.parent.size)),
            column("size_of_day", of(&|run| run.filled / volume)),
            column("begins", rows.iter().map(|run| run.parent.from).collect::<Vec<_>>()),
            column("worked_seconds", rows.iter().map(|run| seconds(run.parent.over)).collect::<Vec<_>>()),
            column("rested_seconds", rows.iter().map(|run| seconds(run.parent.rest)).collect::<Vec<_>>()),
            column("peak_ratio", of(&|run| run.peak)),
            column("after_ratio", of(&|run| run.after)),
            column("peak_days", of(&|run| run.peak / volatility)),
            column("after_days", of(&|run| run.after / volatility)),
        ],
    )
}

fn frame(height: usize, columns: Vec<Column>) -> DataFrame {
    DataFrame::new(height, columns).expect("columns of one table have one length and distinct names")
}

/// A column of cells of one type.
fn column<C, T: ?Sized>(name: &str, cells: C) -> Column
where
    Series: NamedFrom<C, T>,
{
    Series::new(name.into(), cells).into_column()
}

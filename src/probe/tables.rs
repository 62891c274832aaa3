//! The tables that a probe leaves: `probe.parquet`, one row a figure, and `impact.parquet`, one row a parent order.

use super::Found;
use super::impact_curve::ParentRun;
use engine::plan::Plan;
use engine::traders::parent_order::Way;
use files::sheet::{Cells, Column, Told, told_bytes};

/// Each column says its unit and its meaning in the file. What a figure is in differs from row to row, so it has a column.
pub fn figures_bytes(found: &Found, plan: &Plan) -> Vec<u8> {
    let rows = &found.figures;
    let about = &plan.instruments[found.instrument.index()].name;
    let low = rows.iter().map(|row| row.interval.map(|(low, _)| low)).collect();
    let high = rows.iter().map(|row| row.interval.map(|(_, high)| high)).collect();
    let (text, in_unit) = ("", "as `unit` says");
    let of = |unit: &str, meaning: &'static str, column: Column| Told { column, unit: unit.to_owned(), meaning };
    told_bytes(
        rows.len(),
        vec![
            of(text, "What was measured.", Column::texts("quantity", rows.iter().map(|row| row.name))),
            of(text, "Of which market.", Column::texts("instrument", rows.iter().map(|_| about))),
            of(
                text,
                "Over which time, lag or distance.",
                Column::texts("horizon", rows.iter().map(|row| &row.horizon)),
            ),
            of(in_unit, "Of all seeds together.", Column::numbers("value", rows.iter().map(|row| row.value))),
            of(in_unit, "Lower end of the 95 % interval.", Column::new("low", Cells::Numbers(low))),
            of(in_unit, "Upper end of the 95 % interval.", Column::new("high", Cells::Numbers(high))),
            of(text, "What the values are in.", Column::texts("unit", rows.iter().map(|row| unit(row.name)))),
            of(text, "What is found in real markets.", Column::texts("typical", rows.iter().map(|row| row.typical))),
            of(text, "Who found it.", Column::texts("source", rows.iter().map(|row| row.source))),
        ],
    )
}

/// What a figure of the quiet market is in.
pub fn unit(name: &str) -> &'static str {
    match name {
        "spread_steps" => "steps",
        "spread_bps" => "basis points",
        "depth_of_daily_volume" | "daily_volatility" | "daily_volume_over_ordinary" | "impact_remaining" => "ratio",
        _ => "number",
    }
}

pub fn impact_bytes(found: &Found) -> Vec<u8> {
    let rows = &found.runs;
    let volatility = found.pooled.daily_volatility(&found.scales);
    let volume = found.pooled.daily_volume.mean();
    let seconds = |ticks: &dyn Fn(&ParentRun) -> u32| {
        Cells::Counts(rows.iter().map(|run| Some(i64::from(ticks(run)) * found.scales.tick)).collect())
    };
    let days = "days of volatility";
    let of = |name: &str, unit: &str, meaning: &'static str, of: &dyn Fn(&ParentRun) -> f64| Told {
        // A market that stands still has no volatility to count in: what is no number is empty.
        column: Column::new(
            name,
            Cells::Numbers(rows.iter().map(|run| Some(of(run)).filter(|number| number.is_finite())).collect()),
        ),
        unit: unit.to_owned(),
        meaning,
    };
    let other = |unit: &str, meaning: &'static str, column: Column| Told { column, unit: unit.to_owned(), meaning };
    let way = |run: &ParentRun| if run.parent.way == Way::Buy { "buy" } else { "sell" };
    let seeds = Cells::Seeds(rows.iter().map(|run| run.seed).collect());
    let begins = Cells::Ticks(rows.iter().map(|run| run.parent.from).collect());
    let (worked, rested) = (seconds(&|run| run.parent.over), seconds(&|run| run.parent.rest));
    told_bytes(
        rows.len(),
        vec![
            other("", "Of the run, and of its twin without the order.", Column::new("seed", seeds)),
            other("", "Whether the order buys or sells.", Column::texts("way", rows.iter().map(way))),
            of("size_of_ordinary_day", "ratio", "What was asked for, over the ordinary daily volume.", &|run| {
                run.parent.size
            }),
            of("size_of_day", "ratio", "What was traded, over the measured daily volume.", &|run| run.filled / volume),
            other("ticks", "From when on it is worked.", Column::new("begins", begins)),
            other("seconds", "How long it is worked.", Column::new("worked_seconds", worked)),
            other("seconds", "How long is waited before `after`.", Column::new("rested_seconds", rested)),
            of("peak_ratio", "ratio", "Impact at its end, as a share of the price.", &|run| run.peak),
            of("after_ratio", "ratio", "Impact after the rest, as a share of the price.", &|run| run.after),
            of("peak_days", days, "Impact at its end.", &|run| run.peak / volatility),
            of("after_days", days, "Impact after the rest.", &|run| run.after / volatility),
        ],
    )
}

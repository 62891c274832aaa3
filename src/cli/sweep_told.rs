//! What varied against what came out, as a person reads it: medians, and between what ninety in a hundred runs lie.

use super::numbers::{counted, error_in_unit, in_unit, thousands};
use super::status::Failure;
use super::sweep::{Shown, unreadable};
use super::table::{Table as Lines, wrapped};
use crate::sweep::table::Table;
use crate::sweep::told::{Varied, figures};
use chart::words;
use language::findings::Finding;
use language::text::near;
use results::sweep::{Along, Band, Difference, Paired, Shape, Swept, SweptPath};
use serde_json::{Value, json};
use std::path::Path;

/// Lines of a printed table.
const MOST_LINES: usize = 40;

/// The figures that are asked for, by the command line, the sweep file, or what varies most.
pub fn told(table: &Table, path: &Path, shown: &Shown<'_>) -> Result<Vec<Swept>, Failure> {
    let damaged = |reason: String| unreadable(path, reason);
    let stated = &table.about.identity.design.figures;
    let asked = if shown.figures.is_empty() { stated.as_slice() } else { shown.figures };
    let known = figures(table);
    let unknown: Vec<Finding> = asked
        .iter()
        .filter(|name| !known.contains(&name.as_str()))
        .map(|name| Finding::at(name, "the sweep has no such figure that is a number", near::remedy(name, &known)))
        .collect();
    if !unknown.is_empty() {
        return Err(Failure::World { name: "figures".into(), text: String::new(), findings: unknown });
    }
    let varied = Varied::of(table).map_err(damaged)?;
    let names = if asked.is_empty() { varied.telling().map_err(damaged)? } else { asked.to_vec() };
    let told: Result<Vec<Swept>, String> = names.iter().map(|name| varied.told(name, shown.precision)).collect();
    told.map_err(damaged)
}

fn number(value: f64, of: &Swept) -> String {
    in_unit(value, of_number(&of.unit), &of.currency)
}

/// A flag is a share of runs.
fn of_number(unit: &str) -> &str {
    if unit == "true or false" { "number" } else { unit }
}

fn interval(band: &Band, of: &Swept) -> String {
    match band.n {
        0 => "none".into(),
        1 => number(band.median, of),
        _ => format!("{} ({} to {})", number(band.median, of), number(band.low, of), number(band.high, of)),
    }
}

pub fn text(told: &[Swept], width: usize) -> String {
    let Some(first) = told.first() else { return String::new() };
    let mut lines: Vec<String> = Vec::new();
    match &first.shape {
        Shape::Rules(_) => told.iter().for_each(|of| rules(of, &mut lines, width)),
        _ => bands(told, &mut lines, width),
    }
    for of in told.iter().filter(|of| of.lacking > 0) {
        let (what, all) = (words::quantity(&of.figure), counted((of.runs + of.lacking) as u64, "run"));
        let lacking = thousands(of.lacking as u64);
        lines.extend(wrapped(&format!("{what}: {lacking} of {all} without it, which stand in no median."), width));
    }
    lines.iter().map(|line| format!("{line}\n")).collect()
}

/// A line for each value of each path, or each pair of values; a column for each figure.
fn bands(told: &[Swept], lines: &mut Vec<String>, width: usize) {
    let first = &told[0];
    let rows = |of: &Swept| -> Vec<(String, Option<Band>)> {
        match &of.shape {
            Shape::Alone(band) => vec![("all runs".to_owned(), Some(*band))],
            Shape::Curve(bands) => by_value(&of.paths[0], bands),
            Shape::Map(columns) => {
                let pairs = columns.iter().zip(&of.paths[0].names).flat_map(|(column, name)| {
                    column
                        .iter()
                        .zip(&of.paths[1].names)
                        .map(move |(band, other)| (format!("{name}, {other}"), Some(*band)))
                });
                pairs.collect()
            }
            Shape::Panels(panels) => {
                let panels = of.paths.iter().zip(panels);
                let panel = |(path, along): (&SweptPath, &Along)| {
                    let head = (label(path).to_owned(), None);
                    let values =
                        by_value(path, &along.bands).into_iter().map(|(name, band)| (format!("  {name}"), band));
                    [vec![head], values.collect()].concat()
                };
                panels.flat_map(panel).collect()
            }
            Shape::Rules(_) => Vec::new(),
        }
    };
    let head = match &first.shape {
        Shape::Panels(_) => "parameter".to_owned(),
        _ => first.paths.iter().map(label).collect::<Vec<_>>().join(", "),
    };
    let mut names = vec![head];
    names.extend(told.iter().map(|of| words::quantity(&of.figure)));
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut table = Lines::new(&names);
    let columns: Vec<Vec<(String, Option<Band>)>> = told.iter().map(rows).collect();
    let several = columns.iter().flatten().filter_map(|(_, band)| band.as_ref()).any(|band| band.n > 1);
    let note = match (several, first.seeds) {
        (false, _) => "One run each.".to_owned(),
        (true, 0 | 1) => "Medians, in brackets from the quantile of 5 % to that of 95 %.".to_owned(),
        (true, seeds) => format!("Medians over {seeds} seeds, in brackets from the quantile of 5 % to that of 95 %."),
    };
    lines.push(String::new());
    lines.extend(wrapped(&note, width));
    let all = columns[0].len();
    for place in 0..all.min(MOST_LINES) {
        let mut cells = vec![columns[0][place].0.clone()];
        let cell = |(of, column): (&Swept, &Vec<(String, Option<Band>)>)| {
            column[place].1.map(|band| interval(&band, of)).unwrap_or_default()
        };
        cells.extend(told.iter().zip(&columns).map(cell));
        table.row(cells);
    }
    lines.extend(table.lines(width));
    if all > MOST_LINES {
        lines.push(format!("  and {} more in the table", all - MOST_LINES));
    }
}

/// What varies, to a reader.
fn label(path: &SweptPath) -> &str {
    if path.label.is_empty() { &path.path } else { &path.label }
}

fn by_value(path: &SweptPath, bands: &[Band]) -> Vec<(String, Option<Band>)> {
    path.names.iter().cloned().zip(bands.iter().copied().map(Some)).collect()
}

/// What each rule changes of a figure.
fn rules(of: &Swept, lines: &mut Vec<String>, width: usize) {
    let Shape::Rules(differences) = &of.shape else { return };
    lines.push(String::new());
    let what = words::quantity(&of.figure);
    lines.extend(wrapped(&format!("{what}, rule against rule on the same draws"), width));
    let mut table = Lines::new(&[
        "",
        "median as it is",
        "median under it",
        "mean difference",
        "95 % interval",
        "pairs",
        "seeds needed",
    ]);
    for (place, difference) in differences.iter().enumerate() {
        let Some(Paired { as_it_is, under, mean, interval, needed, precision }) = &difference.came else {
            let mut row = vec!["none".to_owned(); 7];
            (row[0], row[5]) = ((place + 1).to_string(), "0".to_owned());
            table.row(row);
            continue;
        };
        let moved = |value: f64| match of_number(&of.unit) {
            "number" if value > 0.0 => format!("+{}", number(value, of)),
            "number" => number(value, of),
            unit => error_in_unit(value, unit, &of.currency),
        };
        let needed = match needed {
            // Nobody stated how precisely.
            Some(needed) if *precision == mean.abs() / 10.0 => format!("{needed} for a tenth of it"),
            Some(needed) => format!("{needed} for {}", moved(*precision).trim_start_matches('+')),
            None => "unknown".into(),
        };
        let interval = interval.map_or("unknown".into(), |(low, high)| format!("{} to {}", moved(low), moved(high)));
        table.row(vec![
            (place + 1).to_string(),
            number(*as_it_is, of),
            number(*under, of),
            moved(*mean),
            interval,
            difference.pairs.to_string(),
            needed,
        ]);
    }
    lines.extend(table.lines(width));
    for (place, difference) in differences.iter().enumerate() {
        let pairs = || counted(difference.pairs as u64, "pair");
        let says = match &difference.came {
            None => format!("{}: no pair of runs has the figure, nothing is known.", difference.rule),
            Some(Paired { interval: None, .. }) => difference.rule.clone(),
            Some(came) if came.interval == Some((0.0, 0.0)) => format!("{}: nothing changes.", difference.rule),
            Some(came) if came.sure() => {
                let moved = if came.mean > 0.0 { "rises" } else { "falls" };
                format!("{}: it {moved}, the interval does not hold zero.", difference.rule)
            }
            Some(_) => {
                format!("{}: {} do not tell whether it changes, the interval holds zero.", difference.rule, pairs())
            }
        };
        lines.extend(wrapped(&format!("{} {says}", place + 1), width));
    }
}

pub fn as_json(of: &Swept) -> Value {
    let band = |band: &Band| json!({ "n": band.n, "median": band.median, "low": band.low, "high": band.high });
    let paths = of.paths.iter().map(|path| json!({ "path": path.path, "values": path.names }));
    let mut told = json!({
        "figure": of.figure,
        "unit": of.unit,
        "runs": of.runs,
        "lacking": of.lacking,
        "paths": paths.collect::<Vec<_>>(),
    });
    match &of.shape {
        Shape::Alone(all) => told["all"] = band(all),
        Shape::Curve(bands) => told["by_value"] = bands.iter().map(band).collect(),
        Shape::Map(columns) => {
            told["by_values"] = columns.iter().map(|column| column.iter().map(band).collect::<Vec<_>>()).collect();
        }
        Shape::Panels(panels) => {
            told["by_path"] = panels.iter().map(|along| along.bands.iter().map(band).collect::<Vec<_>>()).collect();
        }
        Shape::Rules(rules) => {
            let rule = |rule: &Difference| {
                let came = rule.came.as_ref();
                let end = |end: fn((f64, f64)) -> f64| came.and_then(|came| came.interval).map(end);
                json!({
                    "rule": rule.rule, "pairs": rule.pairs, "as_it_is": came.map(|came| came.as_it_is),
                    "under": came.map(|came| came.under), "mean": came.map(|came| came.mean),
                    "low": end(|ends| ends.0), "high": end(|ends| ends.1),
                    "seeds_needed": came.and_then(|came| came.needed), "precision": came.map(|came| came.precision),
                })
            };
            told["rules"] = rules.iter().map(rule).collect();
        }
    }
    told
}

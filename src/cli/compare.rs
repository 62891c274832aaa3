//! `firesale compare RUN RUN...`: what differs in what went into runs, and in what came out.

use super::args::CompareArgs;
use super::numbers::counted;
use super::status::{Failure, Status};
use super::table::{Table, wrapped};
use super::terminal::Terminal;
use crate::compare::{Lying, compare as held};
use chart::compare::{MOST_RUNS, difference, value};
use chart::words;
use files::finished::{Finished, ReadError};
use files::folder::{Existing, Staging};
use files::manifest::Manifest;
use files::tables::SCHEMA_VERSION;
use language::findings::Finding;
use results::compare::{Compared, ORDER};
use results::figures::Scalar;
use results::rows::PriceRow;
use results::summary::Summary;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Lines of figures on a terminal; the page has all.
const MOST_LINES: usize = 25;
/// A value of an input on a terminal, in characters.
const LONGEST_VALUE: usize = 60;
const PAGE: &str = "compare.html";

pub fn compare(args: &CompareArgs, terminal: &Terminal) -> Result<Status, Failure> {
    if args.runs.len() > MOST_RUNS {
        return Err(Failure::Input {
            what: format!("{} runs", args.runs.len()),
            reason: format!("no more than {MOST_RUNS} lines can be told apart"),
            remedy: "name fewer; for many runs there is `firesale sweep`".into(),
        });
    }
    let pictures = args.out.is_some();
    let mut wrong: Vec<Finding> = Vec::new();
    let mut runs: Vec<(Manifest, Summary, Vec<PriceRow>)> = Vec::new();
    for folder in &args.runs {
        match read(folder, pictures) {
            Ok(run) => runs.push(run),
            Err(error) => wrong.push(Finding::at(error.path.display(), error.reason, error.remedy)),
        }
    }
    let findings = |findings| Failure::World { name: "runs to compare".into(), text: String::new(), findings };
    if !wrong.is_empty() {
        return Err(findings(wrong));
    }
    let folders: Vec<String> = args.runs.iter().map(|folder| folder.display().to_string()).collect();
    let lying = folders.iter().zip(&runs);
    let lying: Vec<Lying<'_>> =
        lying.map(|(folder, (manifest, summary, _))| Lying { folder, manifest, summary }).collect();
    let of = held(&lying).map_err(|(place, reason)| {
        let place = args.runs[place].join("manifest.json");
        findings(vec![Finding::at(place.display(), reason, "run the world again")])
    })?;
    let written = match &args.out {
        Some(out) => Some(write(out, &of, &runs)?),
        None => None,
    };
    if terminal.json {
        terminal.result(&format!("{:#}\n", as_json(&of, written.as_deref())));
    } else {
        let mut text = told(&of, terminal.width);
        if let Some(page) = written {
            text += &format!("\nSee {}\n", page.display());
        }
        terminal.result(&text);
    }
    Ok(Status::Done)
}

/// What is wanted of a run: its prices only where they are drawn, and then in the form that this program writes.
fn read(folder: &Path, prices: bool) -> Result<(Manifest, Summary, Vec<PriceRow>), ReadError> {
    let manifest = Finished::manifest(folder)?;
    let summary = Finished::summary(folder)?;
    if !prices {
        return Ok((manifest, summary, Vec::new()));
    }
    if manifest.schema_version != SCHEMA_VERSION {
        return Err(ReadError {
            path: folder.join("manifest.json"),
            reason: format!(
                "its tables are of version {} and this program draws version {SCHEMA_VERSION}",
                manifest.schema_version
            ),
            remedy: "run it again with the command in the manifest, or compare without --out".into(),
        });
    }
    let prices = Finished::table(folder, &manifest)?;
    Ok((manifest, summary, prices))
}

/// The page, and beside it its chart by itself.
fn write(out: &Path, of: &Compared, runs: &[(Manifest, Summary, Vec<PriceRow>)]) -> Result<PathBuf, Failure> {
    let kept = "nothing was written";
    let mut staging = Staging::open(out, Existing::Refuse).map_err(|error| Failure::of_output(error, kept))?;
    let prices: Vec<&[PriceRow]> = runs.iter().map(|(_, _, prices)| prices.as_slice()).collect();
    let charts: Vec<chart::Chart> = chart::compare_chart(of, &prices).into_iter().collect();
    let mut put = || {
        for chart in &charts {
            staging.write(&format!("{}.svg", chart.name), chart.svg.as_bytes(), None)?;
            staging.write(&format!("{}.png", chart.name), &chart.png, None)?;
        }
        staging.write(PAGE, chart::compare::page(of, &charts).as_bytes(), None)
    };
    put().map_err(|error| Failure::of_output(error, kept))?;
    staging.place().map_err(|error| Failure::of_output(error, kept))?;
    Ok(out.join(PAGE))
}

fn told(of: &Compared, width: usize) -> String {
    let mut lines = vec![format!("{} compared", counted(of.runs.len() as u64, "run"))];
    for (place, run) in of.runs.iter().enumerate() {
        lines.extend(wrapped(&format!("  {}: {} ({})", place + 1, run.label, run.folder), width));
    }
    let numbers: Vec<String> = (1..=of.runs.len()).map(|place| place.to_string()).collect();
    lines.push(String::new());
    if of.inputs.is_empty() {
        lines.push("What went in is the same: world, overrides, seed and version.".into());
    } else {
        lines.push("What went in".into());
        let head: Vec<&str> = ["at"].into_iter().chain(numbers.iter().map(String::as_str)).collect();
        let mut table = Table::new(&head);
        for input in &of.inputs {
            let value = |value: &Option<String>| value.as_deref().map_or_else(|| "not there".to_owned(), cut);
            table.row([input.path.clone()].into_iter().chain(input.values.iter().map(value)).collect());
        }
        lines.extend(table.lines(width));
    }
    lines.push(String::new());
    if !of.outcomes.is_empty() {
        lines.push(format!("What came out: differences, {ORDER}"));
        let last = if of.runs.len() == 2 { "difference" } else { "apart" };
        let head: Vec<&str> = ["figure"].into_iter().chain(numbers.iter().map(String::as_str)).chain([last]).collect();
        let mut table = Table::new(&head);
        for outcome in of.outcomes.iter().take(MOST_LINES) {
            let values = outcome.values.iter().map(|own| value(outcome, own, &of.currency));
            let cells = [words::quantity(&outcome.figure)].into_iter().chain(values);
            table.row(cells.chain([difference(outcome, &of.currency)]).collect());
        }
        lines.extend(table.lines(width));
        if of.outcomes.len() > MOST_LINES {
            lines.push(format!("  and {} more, which --out and --json tell", of.outcomes.len() - MOST_LINES));
        }
    }
    let lacking = match of.lacking {
        0 => String::new(),
        lacking => format!("; {lacking}{} not in every run", is(lacking)),
    };
    lines.push(format!("{} the same in all{lacking}.", counted(of.equal as u64, "figure") + is(of.equal)));
    lines.join("\n") + "\n"
}

fn is(count: usize) -> &'static str {
    if count == 1 { " is" } else { " are" }
}

fn cut(value: &str) -> String {
    match value.char_indices().nth(LONGEST_VALUE) {
        Some((at, _)) => format!("{}…", &value[..at]),
        None => value.to_owned(),
    }
}

fn as_json(of: &Compared, page: Option<&Path>) -> Value {
    let scalar = |value: &Scalar| match value {
        Scalar::Count(count) => json!(count),
        Scalar::Number(number) => json!(number),
        Scalar::Flag(flag) => json!(flag),
        Scalar::Text(text) => json!(text),
    };
    let runs = of
        .runs
        .iter()
        .map(|run| json!({ "label": run.label, "folder": run.folder, "world": run.world, "command": run.command }));
    let inputs = of.inputs.iter().map(|input| json!({ "path": input.path, "values": input.values }));
    let outcomes = of.outcomes.iter().map(|outcome| {
        json!({
            "figure": outcome.figure,
            "unit": outcome.unit,
            "values": outcome.values.iter().map(scalar).collect::<Vec<_>>(),
            "difference": outcome.difference,
        })
    });
    let mut told = json!({
        "runs": runs.collect::<Vec<_>>(),
        "input": inputs.collect::<Vec<_>>(),
        "outcome": outcomes.collect::<Vec<_>>(),
        "equal": of.equal,
        "not_in_every_run": of.lacking,
    });
    if let Some(page) = page {
        told["page"] = json!(page.display().to_string());
    }
    told
}

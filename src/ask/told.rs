//! What is asked and answered, as JSON: the same from every door.

use super::{Answer, Refused};
use language::findings::Finding;
use language::text::Override;
use results::figures::Scalar;
use results::rows::TableAbout;
use results::table::{About, CURRENCY, Cells};
use serde::Serialize;
use serde_json::{Map, Value, json};
use world::params::{Param, Type, of_text};
use world::{Source, WorldError};

impl Answer {
    /// As one line of JSON has it.
    pub fn to_json(&self) -> Value {
        let figures: Map<String, Value> =
            self.figures.iter().map(|(name, figure)| (name.clone(), scalar(figure))).collect();
        let mut told = json!({
            "world": self.plan().name,
            "currency": self.currency(),
            "seed": self.seed,
            "balances": self.balances,
            "figures": figures,
        });
        let series = self.series();
        if !series.is_empty() {
            let tables = series.into_iter().map(|(name, columns)| {
                let columns: Map<String, Value> =
                    columns.into_iter().map(|(name, cells)| (name.to_owned(), list(&cells))).collect();
                (name.to_owned(), Value::Object(columns))
            });
            told["series"] = Value::Object(tables.collect());
        }
        told
    }
}

fn scalar(figure: &Scalar) -> Value {
    match figure {
        Scalar::Count(count) => json!(count),
        Scalar::Number(number) => json!(number),
        Scalar::Flag(flag) => json!(flag),
        Scalar::Text(text) => json!(text),
    }
}

fn list(cells: &Cells<'_>) -> Value {
    match cells {
        Cells::Counts(cells) => json!(cells),
        Cells::Numbers(cells) => json!(cells),
        Cells::Flags(cells) => json!(cells),
        Cells::Texts(cells) => json!(cells),
        Cells::Moments(cells) => json!(cells),
        Cells::MaybeMoments(cells) => json!(cells),
        Cells::MaybeCounts(cells) => json!(cells),
        Cells::MaybeNumbers(cells) => json!(cells),
        Cells::MaybeTexts(cells) => json!(cells),
    }
}

impl Refused {
    /// As one line of JSON has it.
    pub fn to_json(&self) -> Value {
        match self {
            Self::World(WorldError::Unreadable { what, reason, remedy }) => {
                json!({ "what": what, "reason": reason, "remedy": remedy })
            }
            Self::World(WorldError::Findings { name, findings, .. }) => {
                json!({ "what": name, "findings": findings_json(findings) })
            }
            Self::Fault(fault) => json!({ "fault": fault.to_string() }),
            Self::Stopped => json!({ "stopped": true }),
        }
    }
}

/// Each with its path, place, reason and remedy.
pub fn findings_json(findings: &[Finding]) -> Value {
    let finding = |finding: &Finding| {
        json!({
            "path": finding.path,
            "line": finding.place.map(|place| place.0),
            "column": finding.place.map(|place| place.1),
            "reason": finding.reason,
            "remedy": finding.remedy,
        })
    };
    findings.iter().map(finding).collect()
}

/// Every path of a world that may be varied.
///
/// # Errors
/// With everything that is wrong with the world.
pub fn params(source: Source, set: &[Override]) -> Result<Vec<Param>, WorldError> {
    let loaded = world::load_source(source, set)?;
    Ok(of_text(&loaded.text, set, Some(&loaded.file)))
}

/// What may be meant but does nothing in a world that can be run.
///
/// # Errors
/// With everything that is wrong with it.
pub fn check(source: Source, set: &[Override]) -> Result<Vec<Finding>, WorldError> {
    world::load_source(source, set).map(|loaded| loaded.remarks)
}

pub fn params_json<'p>(params: impl IntoIterator<Item = &'p Param>) -> Value {
    params.into_iter().map(param).collect()
}

fn param(param: &Param) -> Value {
    let kind = match &param.kind {
        Type::Number => "number",
        Type::Whole => "whole",
        Type::Flag => "flag",
        Type::Text => "text",
        Type::Choice(_) => "choice",
    };
    let choices = match &param.kind {
        Type::Choice(names) => json!(names),
        _ => Value::Null,
    };
    json!({
        "path": param.path,
        "type": kind,
        "words": param.words,
        "choices": choices,
        "unit": param.unit,
        "value": param.value,
        "left_out": param.left_out,
        "low": param.low,
        "high": param.high,
        "bounds": param.bounds,
        "role": param.role.map(|role| role.word()),
        "range": param.range.map(|(low, high)| [low, high]),
        "why": param.why,
        "meaning": param.doc,
    })
}

/// The named tables, or all: what a row is of, and what its columns mean.
pub fn tables_json<'t>(tables: impl IntoIterator<Item = &'t TableAbout>) -> Value {
    tables.into_iter().map(table).collect()
}

/// The columns of a table, with the one that every table of money has.
pub(crate) fn columns(table: &TableAbout) -> impl Iterator<Item = About> + '_ {
    table.columns.iter().copied().chain(table.money.then_some(CURRENCY))
}

/// A doc comment in one line.
pub(crate) fn plain(doc: &str) -> String {
    doc.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn table(table: &TableAbout) -> Value {
    let column = |own: About| {
        let unit = own.unit().map(|unit| unit.word("currency"));
        json!({ "name": own.name, "holds": own.kind.word(), "unit": unit, "meaning": plain(own.meaning()) })
    };
    json!({ "table": table.name, "row": plain(table.about), "columns": columns(table).map(column).collect::<Vec<_>>() })
}

/// A world that is built in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Listed {
    pub name: &'static str,
    pub title: String,
    /// What it shows, in a sentence.
    pub about: String,
}

/// The worlds that are built in.
///
/// # Errors
/// Never: each of them is checked by the tests.
pub fn worlds() -> Result<Vec<Listed>, WorldError> {
    let listed = |(name, _)| {
        let plan = world::load(name, &[])?.plan;
        Ok(Listed { name, title: plan.title, about: first_sentence(&plan.about) })
    };
    world::builtin().into_iter().map(listed).collect()
}

/// What a world says of itself begins with what it shows.
fn first_sentence(about: &str) -> String {
    let text = about.split_whitespace().collect::<Vec<_>>().join(" ");
    let end = text.find(". ").map_or(text.len(), |place| place + 1);
    text[..end].to_owned()
}

//! One run as a function: a world, what is changed in it, a seed and what is to be kept; figures and series come back.
//!
//! Nothing global is read or written and nothing is printed: the same question has the same answer, byte for byte, from a
//! library call, from `firesale worker`, and whatever runs beside it. Where the world is wrong, everything that is wrong
//! with it comes back at once.

use crate::sweep::once::{Mode, once};
use ground::fault::Fault;
use language::findings::Finding;
use language::text::Override;
use results::figures::{Scalar, figures};
use results::keep::Keep;
use results::rows::Tables;
use results::table::{Cells, Row};
use serde_json::{Map, Value, json};
use std::ops::ControlFlow;
use world::{Source, WorldError};

/// A question.
#[derive(Clone, Debug)]
pub struct Asked {
    pub source: Source,
    pub set: Vec<Override>,
    /// The world's own when absent.
    pub seed: Option<u64>,
    /// Which series come back.
    pub keep: Keep,
    /// Off: accounts break all the same, but no lender places a forced order.
    pub liquidation: bool,
    /// Also the same seed with forced selling off.
    pub counterfactual: bool,
}

/// An answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    pub world: String,
    pub currency: String,
    pub seed: u64,
    /// Under dotted names, as the columns of a sweep.
    pub figures: Vec<(String, Scalar)>,
    /// Those that were to be kept.
    pub tables: Tables,
    pub keep: Keep,
    /// Whether every balance and position adds up.
    pub balances: bool,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Refused {
    World(WorldError),
    /// A broken invariant: the program is at fault.
    Fault(Fault),
}

impl Asked {
    /// A world as it is written.
    pub fn of(source: Source) -> Self {
        let keep = Keep::NOTHING;
        Self { source, set: Vec::new(), seed: None, keep, liquidation: true, counterfactual: false }
    }
}

/// Runs a world once.
///
/// # Errors
/// With everything that is wrong with the world, or the invariant that broke.
pub fn run(asked: &Asked) -> Result<Answer, Refused> {
    let loaded = world::load_source(asked.source.clone(), &asked.set).map_err(Refused::World)?;
    let mode = Mode {
        seed: asked.seed.unwrap_or(loaded.plan.seed),
        liquidation: asked.liquidation,
        counterfactual: asked.counterfactual,
        record: asked.keep,
        side_by_side: false,
    };
    let run = once(&loaded, mode, &|| ControlFlow::Continue(())).map_err(Refused::Fault)?;
    Ok(Answer {
        world: loaded.plan.name.clone(),
        currency: loaded.plan.currency.code.clone(),
        seed: mode.seed,
        figures: figures(&run.outcome.summary),
        balances: run.balances(),
        tables: run.outcome.tables,
        keep: asked.keep,
    })
}

impl Answer {
    /// The kept series: each with its columns by name.
    pub fn series(&self) -> Vec<(&'static str, Vec<(&'static str, Cells<'_>)>)> {
        fn columns<R: Row>(rows: &[R]) -> (&'static str, Vec<(&'static str, Cells<'_>)>) {
            (R::TABLE, R::COLUMNS.iter().map(|about| about.name).zip(R::cells(rows)).collect())
        }
        let (keep, tables) = (self.keep, &self.tables);
        let all = [
            keep.prices.then(|| columns(&tables.prices)),
            keep.trades.then(|| columns(&tables.trades)),
            keep.accounts.then(|| columns(&tables.accounts)),
            keep.firms.then(|| columns(&tables.firms)),
            keep.lenders.then(|| columns(&tables.lenders)),
            keep.refusals.then(|| columns(&tables.refusals)),
            keep.cascade.then(|| columns(&tables.cascade)),
        ];
        all.into_iter().flatten().collect()
    }

    /// As one line of JSON has it.
    pub fn to_json(&self) -> Value {
        let figures: Map<String, Value> =
            self.figures.iter().map(|(name, figure)| (name.clone(), scalar(figure))).collect();
        let mut told = json!({
            "world": self.world,
            "currency": self.currency,
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
                let finding = |finding: &Finding| {
                    json!({
                        "path": finding.path,
                        "line": finding.place.map(|place| place.0),
                        "column": finding.place.map(|place| place.1),
                        "reason": finding.reason,
                        "remedy": finding.remedy,
                    })
                };
                json!({ "what": name, "findings": findings.iter().map(finding).collect::<Vec<_>>() })
            }
            Self::Fault(fault) => json!({ "fault": fault.to_string() }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(set: &[&str]) -> Asked {
        let set = set.iter().map(|set| set.parse().unwrap()).collect();
        Asked { set, seed: Some(3), ..Asked::of(Source::find("two-funds").unwrap()) }
    }

    #[test]
    fn the_same_question_has_the_same_answer_on_any_thread_and_what_is_kept_changes_no_figure() {
        let alone = run(&asked(&[])).unwrap();
        let kept = Asked { keep: Keep { prices: true, ..Keep::NOTHING }, ..asked(&[]) };
        let (one, two) = rayon::join(|| run(&kept).unwrap(), || run(&kept).unwrap());
        assert_eq!(one, two);
        assert_eq!(one.figures, alone.figures);
        assert!(alone.series().is_empty());
        let series = one.series();
        assert_eq!((series.len(), series[0].0), (1, "prices"));
    }

    #[test]
    fn what_is_wrong_comes_back_all_at_once() {
        let refused = run(&asked(&["traders.fund-a.leverage=-1", "nowhere.at=2"])).unwrap_err();
        let told = refused.to_json();
        assert_eq!(told["findings"].as_array().map(Vec::len), Some(2), "{told}");
    }
}

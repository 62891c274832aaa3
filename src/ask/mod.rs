//! One run as a function: a world, what is changed in it, a seed and what is to be kept; figures and series come back.
//!
//! Nothing global is read or written and nothing is printed: the same question has the same answer, byte for byte, from a
//! library call, from `firesale worker`, and whatever runs beside it. Where the world is wrong, everything that is wrong
//! with it comes back at once.

use crate::pictures;
use crate::sweep::once::{Mode, once};
use chart::Chart;
use engine::plan::Plan;
use files::arrow::{self, ArrowTable};
use files::manifest::sha256;
use files::parquet::Origin;
use ground::fault::{Fault, guarded};
use language::findings::Finding;
use language::text::Override;
use results::figures::{Scalar, figures};
use results::keep::Keep;
use results::rows::Tables;
use results::summary::Summary;
use results::table::{Cells, Row};
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError};
use world::{Loaded, Source, WorldError};

mod matrix;
mod told;

pub use matrix::{ColumnError, Matrix};
pub use told::{Listed, check, findings_json, params, params_json, tables_json, worlds};
pub(crate) use told::{columns, plain};

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
#[derive(Clone, Debug)]
pub struct Answer {
    /// What was run: the world, its changes made.
    pub loaded: Arc<Loaded>,
    pub seed: u64,
    /// All of it, as `summary.json` has it, but for how long the run took.
    pub summary: Summary,
    /// Under dotted names, as the columns of a sweep.
    pub figures: Vec<(String, Scalar)>,
    /// Those that were to be kept.
    pub tables: Tables,
    /// The same seed with forced selling off, when it was asked for: its prices, if those are kept.
    pub without: Option<Tables>,
    pub keep: Keep,
    /// Whether every balance and position adds up, in both runs.
    pub balances: bool,
    /// Enforced expectations that were missed.
    pub missed: usize,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Refused {
    World(WorldError),
    /// A broken invariant: the program is at fault.
    Fault(Fault),
    /// Whoever asked did not want to wait any longer.
    Stopped,
}

impl Asked {
    /// A world as it is written.
    pub fn of(source: Source) -> Self {
        let keep = Keep::NOTHING;
        Self { source, set: Vec::new(), seed: None, keep, liquidation: true, counterfactual: false }
    }
}

/// A seed that is set in the world and another that is given beside it: which is meant nobody can tell.
pub fn two_seeds(set: &[Override], seed: Option<u64>) -> Option<Finding> {
    let seed = seed?;
    let other = set.iter().find(|set| set.path == "seed" && set.value.parse() != Ok(seed))?;
    let reason = format!("the seed is set to {} and given as {seed}", other.value);
    Some(Finding::at("seed", reason, "leave one of the two out"))
}

/// The world that was asked about last: asked about again, with another seed or other numbers, it is read sooner. No answer
/// depends on what is remembered.
#[derive(Debug, Default)]
pub struct Memory(Mutex<Option<Arc<Loaded>>>);

impl Memory {
    /// As [`run_while`].
    ///
    /// # Errors
    /// As [`run_while`].
    pub fn run_while(&self, asked: &Asked, step: &(dyn Fn() -> ControlFlow<()> + Sync)) -> Result<Answer, Refused> {
        guarded(|| answer(self.load(asked)?, asked, step)).unwrap_or_else(|fault| Err(Refused::Fault(fault)))
    }

    /// As [`run`].
    ///
    /// # Errors
    /// As [`run`].
    pub fn run(&self, asked: &Asked) -> Result<Answer, Refused> {
        self.run_while(asked, &|| ControlFlow::Continue(()))
    }

    fn load(&self, asked: &Asked) -> Result<Arc<Loaded>, Refused> {
        let last = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = last().clone();
        if let Some(known) = known.as_ref().filter(|known| known.is_of(&asked.source, &asked.set)) {
            return Ok(known.clone());
        }
        let loaded = world::load_after(known.as_deref(), asked.source.clone(), &asked.set).map_err(Refused::World)?;
        let loaded = Arc::new(loaded);
        *last() = Some(loaded.clone());
        Ok(loaded)
    }
}

/// Runs a world once.
///
/// # Errors
/// With everything that is wrong with the world, or the invariant that broke.
pub fn run(asked: &Asked) -> Result<Answer, Refused> {
    run_while(asked, &|| ControlFlow::Continue(()))
}

/// As [`run`]; `step` hears of every tick and may stop the run, of which then nothing comes back.
///
/// # Errors
/// As [`run`], or when it was stopped.
pub fn run_while(asked: &Asked, step: &(dyn Fn() -> ControlFlow<()> + Sync)) -> Result<Answer, Refused> {
    Memory::default().run_while(asked, step)
}

fn answer(loaded: Arc<Loaded>, asked: &Asked, step: &(dyn Fn() -> ControlFlow<()> + Sync)) -> Result<Answer, Refused> {
    let mode = Mode {
        seed: asked.seed.unwrap_or(loaded.plan.seed),
        liquidation: asked.liquidation,
        counterfactual: asked.counterfactual,
        record: asked.keep,
        side_by_side: false,
    };
    let run = once(&loaded, mode, step).map_err(Refused::Fault)?;
    if run.outcome.stopped {
        return Err(Refused::Stopped);
    }
    Ok(Answer {
        loaded,
        seed: mode.seed,
        figures: figures(&run.outcome.summary),
        balances: run.balances(),
        missed: run.missed(),
        summary: run.outcome.summary,
        tables: run.outcome.tables,
        without: run.without.map(|without| without.tables),
        keep: asked.keep,
    })
}

impl Answer {
    pub fn plan(&self) -> &Plan {
        &self.loaded.plan
    }

    pub fn currency(&self) -> &str {
        &self.plan().currency.code
    }

    /// Names of the tables that there are: those that were kept, and the small ones.
    pub fn tables(&self) -> Vec<String> {
        arrow::names(&self.tables, self.without.as_ref(), self.keep)
    }

    /// One of them, as the file of that name in the folder of a run has it.
    pub fn table(&self, name: &str) -> Option<ArrowTable> {
        arrow::find(name, &self.tables, self.without.as_ref(), self.keep, &self.origin())
    }

    /// Of which run its tables are, as their files say.
    pub fn origin(&self) -> Origin {
        Origin {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            world: self.plan().name.clone(),
            sha256: sha256(self.loaded.text.as_bytes()),
            seed: Some(self.seed),
            overrides: self.loaded.overrides.iter().map(|set| format!("{}={}", set.path, set.value)).collect(),
            liquidation: self.summary.with_liquidation,
            currency: self.currency().to_owned(),
            zone: self.loaded.file.clock.zone.clone(),
        }
    }

    /// The chart that tells what the world is about, if what was kept can be drawn.
    pub fn chart(&self) -> Option<Chart> {
        pictures::first(self.plan(), &self.summary, &self.tables, self.without.as_ref())
    }

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
        assert_eq!((&one.figures, &one.tables, &one.summary), (&two.figures, &two.tables, &two.summary));
        assert_eq!(one.figures, alone.figures);
        assert!(alone.series().is_empty());
        let series = one.series();
        assert_eq!((series.len(), series[0].0), (1, "prices"));
    }

    #[test]
    fn what_is_remembered_changes_no_answer() {
        let memory = Memory::default();
        let changes: [&[&str]; 9] = [
            &[],
            &[],
            &["traders.fund-a.leverage=3"],
            &["traders.fund-a.leverage=3"],
            &["traders.fund-a.leverage=-1"],
            &["traders.fund-a.leverage=0x3"],
            &["traders.fund-a.leverage=2.5", "lenders.broker.capital=2e7"],
            &["title=another", "traders.fund-a.leverage=4"],
            &["traders.fund-a.leverage=4"],
        ];
        for set in changes {
            let (asked, other) = (asked(set), Asked { seed: Some(4), ..asked(set) });
            for asked in [&asked, &other] {
                match (memory.run(asked), run(asked)) {
                    (Ok(one), Ok(two)) => {
                        assert_eq!((&one.summary, &one.figures), (&two.summary, &two.figures), "{set:?}");
                        assert_eq!(one.loaded.effective_text, two.loaded.effective_text);
                    }
                    (one, two) => assert_eq!(one.unwrap_err(), two.unwrap_err(), "{set:?}"),
                }
            }
        }
    }

    #[test]
    fn what_is_wrong_comes_back_all_at_once() {
        let refused = run(&asked(&["traders.fund-a.leverage=-1", "nowhere.at=2"])).unwrap_err();
        let told = refused.to_json();
        assert_eq!(told["findings"].as_array().map(Vec::len), Some(2), "{told}");
    }

    #[test]
    fn a_run_that_nobody_waits_for_any_longer_leaves_nothing() {
        let refused = run_while(&asked(&[]), &|| ControlFlow::Break(())).unwrap_err();
        assert_eq!(refused, Refused::Stopped);
    }

    #[test]
    fn its_tables_and_its_chart_are_those_of_what_was_kept() {
        let kept = run(&Asked { keep: Keep::ALL, counterfactual: true, ..asked(&[]) }).unwrap();
        let names = kept.tables();
        for name in ["prices", "calls", "prices_without_liquidation"] {
            assert!(names.iter().any(|own| own == name), "{names:?}");
        }
        assert_eq!(kept.table("prices").unwrap().rows(), kept.tables.prices.len());
        assert!(kept.chart().unwrap().svg.contains("<svg"));
        let bare = run(&asked(&[])).unwrap();
        assert!(bare.table("prices").is_none() && bare.table("calls").is_some());
    }
}

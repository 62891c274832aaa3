//! One run, complete: with its counterfactual if asked for, set against history and expectations.

use engine::options::RunOptions;
use engine::plan::Plan;
use ground::fault::{Fault, guarded};
use record::analysis;
use record::run::{Outcome, simulate};
use results::keep::Keep;
use std::ops::ControlFlow;
use world::Loaded;

/// What to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mode {
    pub seed: u64,
    pub liquidation: bool,
    /// Also the same seed with forced selling off.
    pub counterfactual: bool,
    pub record: Keep,
    /// Run the two on two threads.
    pub side_by_side: bool,
}

/// A run and its counterfactual.
#[derive(Clone, Debug, PartialEq)]
pub struct Once {
    pub outcome: Outcome,
    /// Absent when not asked for or when either run was stopped. Its only table is prices.
    pub without: Option<Outcome>,
}

impl Once {
    /// Whether every balance and position adds up, in both runs.
    pub fn balances(&self) -> bool {
        let audits = [Some(&self.outcome), self.without.as_ref()].into_iter().flatten().map(|run| &run.summary.audit);
        audits.into_iter().all(|audit| audit.cash_residual == 0 && audit.position_residual == 0)
    }

    /// Enforced expectations that were missed.
    pub fn missed(&self) -> usize {
        self.outcome.summary.expect.iter().filter(|expect| expect.enforced && !expect.met).count()
    }
}

/// Runs a loaded world. `step` hears of every tick of either run, from the thread it happens on, and
/// may stop both.
///
/// # Errors
/// When an invariant broke: a fault of the program.
pub fn once(loaded: &Loaded, mode: Mode, step: &(dyn Fn() -> ControlFlow<()> + Sync)) -> Result<Once, Fault> {
    let plan = &loaded.plan;
    let options =
        RunOptions { seed: mode.seed, liquidation: mode.liquidation, record: mode.record, audit_every_tick: false };
    let prices = Keep { prices: mode.record.prices, ..Keep::NOTHING };
    let without_options = RunOptions { liquidation: false, record: prices, ..options.clone() };
    let first = || one(plan, &options, step);
    let second = || mode.counterfactual.then(|| one(plan, &without_options, step)).transpose();
    let (outcome, without) = if mode.side_by_side { rayon::join(first, second) } else { (first(), second()) };
    let (mut outcome, without) = (outcome?, without?);
    outcome.stopped |= without.as_ref().is_some_and(|without| without.stopped);
    let without = without.filter(|_| !outcome.stopped);

    let summary = &mut outcome.summary;
    summary.overrides = loaded.overrides.iter().map(|set| format!("{} = {}", set.path, set.value)).collect();
    summary.with_liquidation = mode.liquidation;
    summary.stopped = outcome.stopped;
    if !outcome.stopped {
        // A part of a run says nothing about the whole.
        guarded(|| analysis::complete(plan, &mut outcome, without.as_ref()))?;
    }
    Ok(Once { outcome, without })
}

fn one(plan: &Plan, options: &RunOptions, step: &(dyn Fn() -> ControlFlow<()> + Sync)) -> Result<Outcome, Fault> {
    guarded(|| simulate(plan, options, &mut |_| step()))
}

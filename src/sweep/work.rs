//! The runs of a design, side by side.

use super::design::{Design, Job};
use super::once::{Mode, once};
use super::scalars::{Scalar, scalars};
use crate::fault::Fault;
use crate::run::Keep;
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex};

/// What all runs of a sweep share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Manner {
    pub liquidation: bool,
    pub counterfactual: bool,
    /// Threads; 0 for as many as there are cores.
    pub jobs: usize,
}

/// How one run ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Ran {
    Row(Row),
    /// A fault of the program: this run is lost, the others go on.
    Broke(Fault),
    /// The sweep was stopped before this run was complete.
    Stopped,
}

/// The scalars of one run. Runs of one shape share their names.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub names: Arc<[String]>,
    pub cells: Vec<Scalar>,
    /// Enforced expectations that were missed.
    pub missed: usize,
    pub balances: bool,
}

/// Runs a design; the answers are in its order, whatever the number of threads. `done` hears of each
/// finished run, from its own thread; `stopped` is asked at every tick.
pub fn work(
    design: &Design,
    manner: Manner,
    stopped: &(dyn Fn() -> bool + Sync),
    done: &(dyn Fn() + Sync),
) -> Vec<(Job, Ran)> {
    let names = Mutex::new(BTreeSet::new());
    let run = |index| {
        let job = design.job(index);
        let ran = if stopped() { Ran::Stopped } else { one(design, job, manner, stopped, &names) };
        done();
        (job, ran)
    };
    // A thread takes one run at a time: some worlds break at once and some trade to the end.
    let all = || (0..design.len()).into_par_iter().with_max_len(1).map(run).collect();
    match rayon::ThreadPoolBuilder::new().num_threads(manner.jobs).build() {
        Ok(pool) => pool.install(all),
        // Threads are short: the pool that is there will do.
        Err(_) => all(),
    }
}

fn one(
    design: &Design,
    job: Job,
    manner: Manner,
    stopped: &(dyn Fn() -> bool + Sync),
    names: &Mutex<BTreeSet<Arc<[String]>>>,
) -> Ran {
    let Manner { liquidation, counterfactual, jobs: _ } = manner;
    let mode = Mode { seed: job.seed, liquidation, counterfactual, record: Keep::NOTHING, side_by_side: false };
    let step = || if stopped() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
    let loaded = match design.load(job.point) {
        Ok(loaded) => loaded,
        Err(error) => return Ran::Broke(Fault(format!("a checked world does not load: {error}"))),
    };
    match once(&loaded, mode, &step) {
        Err(fault) => Ran::Broke(fault),
        Ok(run) if run.outcome.stopped => Ran::Stopped,
        Ok(run) => {
            let (columns, cells): (Vec<String>, Vec<Scalar>) = scalars(&run.outcome.summary).into_iter().unzip();
            Ran::Row(Row { names: shared(columns, names), cells, missed: run.missed(), balances: run.balances() })
        }
    }
}

/// One copy of the names of all runs of one shape.
fn shared(columns: Vec<String>, names: &Mutex<BTreeSet<Arc<[String]>>>) -> Arc<[String]> {
    let mut names = names.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(known) = names.get(columns.as_slice()) {
        return Arc::clone(known);
    }
    let columns: Arc<[String]> = columns.into();
    names.insert(Arc::clone(&columns));
    columns
}

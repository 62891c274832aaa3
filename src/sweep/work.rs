//! The runs of a design, side by side.

use super::design::{Design, Job};
use super::once::{Mode, Once, once};
use ground::fault::Fault;
use rayon::prelude::*;
use results::figures::{Scalar, figures};
use results::keep::Keep;
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex};
use world::Loaded;

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
    work_by(design, manner, stopped, done, &once)
}

/// How one run is made; tests put a run that breaks in its place.
type Maker<'a> = &'a (dyn Fn(&Loaded, Mode, &(dyn Fn() -> ControlFlow<()> + Sync)) -> Result<Once, Fault> + Sync);

fn work_by(
    design: &Design,
    manner: Manner,
    stopped: &(dyn Fn() -> bool + Sync),
    done: &(dyn Fn() + Sync),
    make: Maker<'_>,
) -> Vec<(Job, Ran)> {
    let names = Mutex::new(BTreeSet::new());
    let run = |index| {
        let job = design.job(index);
        let ran = if stopped() { Ran::Stopped } else { one(design, job, manner, stopped, make, &names) };
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
    make: Maker<'_>,
    names: &Mutex<BTreeSet<Arc<[String]>>>,
) -> Ran {
    let Manner { liquidation, counterfactual, jobs: _ } = manner;
    let mode = Mode { seed: job.seed, liquidation, counterfactual, record: Keep::NOTHING, side_by_side: false };
    let step = || if stopped() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
    let loaded = match design.load(job.point) {
        Ok(loaded) => loaded,
        Err(error) => return Ran::Broke(Fault(format!("a checked world does not load: {error}"))),
    };
    match make(&loaded, mode, &step) {
        Err(fault) => Ran::Broke(fault),
        Ok(run) if run.outcome.stopped => Ran::Stopped,
        Ok(run) => {
            let (columns, cells): (Vec<String>, Vec<Scalar>) = figures(&run.outcome.summary).into_iter().unzip();
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sweep::design::tests::request;
    use ground::fault::guarded;
    use record::run::Outcome;
    use results::samples;

    const MANNER: Manner = Manner { liquidation: true, counterfactual: false, jobs: 2 };

    /// Seed 6 breaks; the others report their seed as their ticks.
    fn fake(_: &Loaded, mode: Mode, _: &(dyn Fn() -> ControlFlow<()> + Sync)) -> Result<Once, Fault> {
        guarded(|| {
            assert_ne!(mode.seed, 6, "the books do not balance");
            let summary = results::summary::Summary { ticks: mode.seed as u32, ..samples::summary() };
            Once { outcome: Outcome { tables: Default::default(), summary, stopped: false }, without: None }
        })
    }

    #[test]
    fn a_run_that_breaks_is_named_and_the_others_keep_their_places() {
        let design = request(&[("traders.fund-a.leverage", &["3", "5"])], 3).check().unwrap();
        let runs = work_by(&design, MANNER, &|| false, &|| (), &fake);
        assert_eq!(runs.iter().map(|(job, _)| job.seed).collect::<Vec<_>>(), [5, 6, 7, 5, 6, 7]);
        for (job, ran) in &runs {
            match ran {
                Ran::Row(row) => assert_eq!(row.cells[0], Scalar::Count(job.seed as i64)),
                Ran::Broke(fault) => assert!(job.seed == 6 && fault.0.contains("the books do not balance")),
                Ran::Stopped => panic!("nobody stopped it"),
            }
        }
        assert_eq!(runs.iter().filter(|(_, ran)| matches!(ran, Ran::Broke(_))).count(), 2);
    }

    #[test]
    fn a_stopped_sweep_starts_no_further_run() {
        let design = request(&[], 4).check().unwrap();
        let runs = work_by(&design, MANNER, &|| true, &|| (), &fake);
        assert!(runs.iter().all(|(_, ran)| *ran == Ran::Stopped) && runs.len() == 4);
    }

    #[test]
    fn runs_of_one_shape_share_their_names() {
        let design = request(&[], 3).check().unwrap();
        let run = |_: &Loaded, mode: Mode, step: &(dyn Fn() -> ControlFlow<()> + Sync)| {
            fake(&design.load(0).unwrap(), Mode { seed: mode.seed + 10, ..mode }, step)
        };
        let runs = work_by(&design, MANNER, &|| false, &|| (), &run);
        let names: Vec<_> =
            runs.iter().filter_map(|(_, ran)| if let Ran::Row(row) = ran { Some(&row.names) } else { None }).collect();
        assert!(names.len() == 3 && names.windows(2).all(|pair| Arc::ptr_eq(pair[0], pair[1])));
    }
}

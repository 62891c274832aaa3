//! The runs of a design, side by side.
//!
//! A thread takes the next run that is not done, in the order of the design, makes it, and hands it over at once: nothing is
//! kept but the world of the point at hand, which its seeds share.

use super::design::Design;
use super::once::{Mode, Once, once};
use ground::fault::Fault;
use language::text::Override;
use results::figures::{Scalar, figures};
use results::keep::Keep;
use results::rows::Tables;
use std::io;
use std::ops::ControlFlow;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use world::{Loaded, Source, WorldError};

/// What all runs of a sweep share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Manner {
    pub liquidation: bool,
    pub counterfactual: bool,
    /// Series that are kept of each run.
    pub record: Keep,
    /// Threads; 0 for as many as there are cores.
    pub jobs: usize,
}

/// How one run ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Ran {
    Row(Row),
    /// Its values make no sense together: why.
    Infeasible(String),
    /// A fault of the program: this run is lost, the others go on.
    Broke(Fault),
    /// The sweep was stopped before this run was complete.
    Stopped,
}

/// The scalars of one run.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub figures: Vec<(String, Scalar)>,
    /// Enforced expectations that were missed.
    pub missed: usize,
    pub balances: bool,
    /// What no journal keeps; nothing where none is kept.
    pub series: Option<Box<Series>>,
}

/// The tables of a run, as far as they are kept, and those of the same seed with forced selling off.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Series {
    pub tables: Tables,
    pub without: Option<Tables>,
}

/// Takes the rows, from any thread.
pub type Sink<'a> = &'a (dyn Fn(usize, Ran) -> io::Result<()> + Sync);

/// Makes the runs that are wanted and hands each to the sink when it is done; `stopped` is asked at every tick.
///
/// # Errors
/// What the sink could not keep: then no further run begins.
pub fn work(
    design: &Design,
    manner: Manner,
    wanted: &(dyn Fn(usize) -> bool + Sync),
    stopped: &(dyn Fn() -> bool + Sync),
    sink: Sink<'_>,
) -> io::Result<()> {
    work_by(design, manner, wanted, stopped, sink, &once)
}

/// How one run is made; tests put a run that breaks in its place.
type Maker<'a> = &'a (dyn Fn(&Loaded, Mode, &(dyn Fn() -> ControlFlow<()> + Sync)) -> Result<Once, Fault> + Sync);

fn work_by(
    design: &Design,
    manner: Manner,
    wanted: &(dyn Fn(usize) -> bool + Sync),
    stopped: &(dyn Fn() -> bool + Sync),
    sink: Sink<'_>,
    make: Maker<'_>,
) -> io::Result<()> {
    let jobs = match manner.jobs {
        0 => thread::available_parallelism().map_or(1, usize::from),
        jobs => jobs,
    };
    let next = AtomicUsize::new(0);
    let lost = AtomicBool::new(false);
    let error = Mutex::new(None);
    let over = || stopped() || lost.load(Ordering::Relaxed);
    let hand = || {
        let mut point: Option<(usize, Result<Loaded, WorldError>)> = None;
        while !over() {
            let run = next.fetch_add(1, Ordering::Relaxed);
            if run >= design.len() {
                break;
            }
            if !wanted(run) {
                continue;
            }
            let job = design.job(run);
            if point.as_ref().is_none_or(|(known, _)| *known != job.point) {
                let known = point.as_ref().and_then(|(_, loaded)| loaded.as_ref().ok());
                point = Some((job.point, design.load(job.point, known)));
            }
            let Some((_, loaded)) = &point else { break };
            let ran = match loaded {
                Ok(loaded) => one(loaded, job.seed, manner, &over, make),
                Err(error) => Ran::Infeasible(reason(error)),
            };
            if let Err(refused) = sink(run, ran) {
                lost.store(true, Ordering::Relaxed);
                let mut error = error.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                error.get_or_insert(refused);
            }
        }
    };
    thread::scope(|scope| {
        // Where threads are short, those that could be had do the work.
        let more = (1..jobs).map(|_| thread::Builder::new().spawn_scoped(scope, hand));
        let more: Vec<_> = more.collect();
        hand();
        drop(more);
    });
    match error.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner) {
        Some(error) => Err(error),
        None => Ok(()),
    }
}

/// Some runs of a world one after the other, each under its changes and seed. Those that follow one another under the same
/// changes share a world.
pub fn batch(
    source: &Source,
    jobs: &[(Vec<Override>, u64)],
    manner: Manner,
    stopped: &(dyn Fn() -> bool + Sync),
) -> Vec<Ran> {
    let mut world: Option<(&[Override], Result<Loaded, WorldError>)> = None;
    let each = jobs.iter().map(|(set, seed)| {
        if world.as_ref().is_none_or(|(known, _)| *known != set.as_slice()) {
            let known = world.as_ref().and_then(|(_, loaded)| loaded.as_ref().ok());
            world = Some((set, world::load_after(known, source.clone(), set)));
        }
        match &world {
            Some((_, Ok(loaded))) => one(loaded, *seed, manner, stopped, &once),
            Some((_, Err(error))) => Ran::Infeasible(reason(error)),
            None => Ran::Stopped,
        }
    });
    each.collect()
}

/// All findings in one line.
fn reason(error: &WorldError) -> String {
    match error {
        WorldError::Unreadable { .. } => error.to_string(),
        WorldError::Findings { findings, .. } => {
            let said = findings.iter().map(|finding| match finding.path.as_str() {
                "" => finding.reason.clone(),
                path => format!("{path}: {}", finding.reason),
            });
            said.collect::<Vec<_>>().join("; ")
        }
    }
}

fn one(loaded: &Loaded, seed: u64, manner: Manner, stopped: &(dyn Fn() -> bool + Sync), make: Maker<'_>) -> Ran {
    let Manner { liquidation, counterfactual, record, jobs: _ } = manner;
    let mode = Mode { seed, liquidation, counterfactual, record, side_by_side: false };
    let step = || if stopped() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
    match make(loaded, mode, &step) {
        Err(fault) => Ran::Broke(fault),
        Ok(run) if run.outcome.stopped => Ran::Stopped,
        Ok(run) => {
            let (missed, balances) = (run.missed(), run.balances());
            let figures = figures(&run.outcome.summary);
            let series = match record {
                Keep::NOTHING => None,
                _ => Some(Box::new(Series {
                    tables: run.outcome.tables,
                    without: run.without.map(|without| without.tables),
                })),
            };
            Ran::Row(Row { figures, missed, balances, series })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sweep::design::tests::{LEVERAGE, request};
    use ground::fault::guarded;
    use record::run::Outcome;
    use results::samples;

    const MANNER: Manner = Manner { liquidation: true, counterfactual: false, record: Keep::NOTHING, jobs: 2 };

    /// Seed 6 breaks; the others report their seed as their ticks.
    fn fake(_: &Loaded, mode: Mode, _: &(dyn Fn() -> ControlFlow<()> + Sync)) -> Result<Once, Fault> {
        guarded(|| {
            assert_ne!(mode.seed, 6, "the books do not balance");
            let summary = results::summary::Summary { ticks: mode.seed as u32, ..samples::summary() };
            Once { outcome: Outcome { tables: Default::default(), summary, stopped: false }, without: None }
        })
    }

    fn all(design: &Design, wanted: impl Fn(usize) -> bool + Sync, stopped: bool) -> Vec<(usize, Ran)> {
        let rows = Mutex::new(Vec::new());
        let sink = |run, ran| {
            rows.lock().unwrap().push((run, ran));
            Ok(())
        };
        work_by(design, MANNER, &wanted, &|| stopped, &sink, &fake).unwrap();
        let mut rows = rows.into_inner().unwrap();
        rows.sort_by_key(|(run, _)| *run);
        rows
    }

    #[test]
    fn a_run_that_breaks_is_told_and_the_others_go_on() {
        let design = request(&[&format!("{LEVERAGE}=3,5")], 3).check().unwrap();
        let runs = all(&design, |_| true, false);
        assert_eq!(runs.len(), 6);
        for (run, ran) in &runs {
            let seed = design.job(*run).seed;
            match ran {
                Ran::Row(row) => assert_eq!(row.figures[0].1, Scalar::Count(seed as i64)),
                Ran::Broke(fault) => assert!(seed == 6 && fault.0.contains("the books do not balance")),
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(runs.iter().filter(|(_, ran)| matches!(ran, Ran::Broke(_))).count(), 2);
    }

    #[test]
    fn a_point_that_makes_no_sense_is_told_with_its_reason() {
        let vary = "lenders.broker.margin=Rate(im: 0.15, mm: 0.1),Rate(im: 0.1, mm: 0.15)";
        let design = request(&[vary], 1).check().unwrap();
        let runs = all(&design, |_| true, false);
        assert!(matches!(&runs[1].1, Ran::Infeasible(reason) if reason.contains("lenders.broker.margin")), "{runs:?}");
    }

    #[test]
    fn what_is_done_is_not_done_again_and_a_stopped_sweep_starts_nothing() {
        let design = request(&[], 4).check().unwrap();
        let runs: Vec<usize> = all(&design, |run| run != 2, false).into_iter().map(|(run, _)| run).collect();
        assert_eq!(runs, [0, 1, 3]);
        assert!(all(&design, |_| true, true).is_empty());
    }

    #[test]
    fn a_row_that_cannot_be_kept_ends_the_sweep() {
        let design = request(&[], 400).check().unwrap();
        let tries = AtomicUsize::new(0);
        let sink = |_, _| {
            tries.fetch_add(1, Ordering::Relaxed);
            Err(io::Error::other("the disk is full"))
        };
        let error = work_by(&design, MANNER, &|_| true, &|| false, &sink, &fake).unwrap_err();
        assert!(error.to_string().contains("disk") && tries.load(Ordering::Relaxed) <= 2);
    }
}

//! What a world's market is like before anything happens: `firesale probe`.
//!
//! The market runs without what the world schedules ([`quiet`]), over several seeds, and is looked at tick by tick
//! ([`watch`]). Each run is reduced to sums that pool ([`quiet_stats`], over [`ground::stats`]), so memory
//! does not grow with the number of runs but by a few kilobytes each. Then the same seeds run again with one large order
//! each, and what that did to the price is fitted ([`impact_curve`]). [`mod@figures`] sets all of it beside what is typical of
//! real markets, and against the bands that the world states (`world::probe`).
//!
//! Runs are independent and their results are taken in order of seed and size: any number of threads gives the same
//! numbers.
//!
//! *Limits*: one instrument on its primary market; returns over nights are not looked at, nor is anything beyond the run's
//! length.

pub mod figures;
pub mod impact_curve;
pub mod quiet;
pub mod quiet_stats;
pub mod shown;
pub mod tables;
pub mod watch;

use engine::plan::Plan;
use engine::probe_plan::ProbePlan;
use figures::{Figure, Judged, figures, judge};
use ground::fault::{Fault, guarded};
use ground::units::{InstrumentId, TraderId};
use impact_curve::{Curve, ParentRun, curve};
use language::findings::Finding;
use quiet::{Parent, parents, quiet_plan, with_parent};
use quiet_stats::{QuietStats, Scales};
use rayon::prelude::*;
use std::ops::ControlFlow;
use world::Loaded;

/// What a probe found.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    pub instrument: InstrumentId,
    pub figures: Vec<Figure>,
    pub curve: Curve,
    pub runs: Vec<ParentRun>,
    /// All quiet runs together.
    pub pooled: QuietStats,
    pub scales: Scales,
    /// Units in a lot.
    pub unit: f64,
    pub judged: Vec<Judged>,
}

/// How a probe goes about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Manner {
    pub first_seed: u64,
    pub seeds: u32,
    pub instrument: InstrumentId,
    /// Without it the impact curve is left out.
    pub impact: bool,
}

impl Manner {
    /// Runs in all.
    pub fn runs(&self, probe: &ProbePlan) -> u64 {
        let parents = if self.impact { parents(probe).len() as u64 } else { 0 };
        u64::from(self.seeds) * (1 + parents)
    }
}

/// Why there is no answer.
#[derive(Debug)]
pub enum Trouble {
    /// Stopped from outside.
    Stopped,
    /// The world is none without what it schedules, or has no room for a parent order.
    World(Vec<Finding>),
    /// Of the program, in the run with this seed.
    Fault(Fault, u64),
}

/// Probes a world. `done` hears of each finished run, from its own thread; `stopped` is asked at every tick.
///
/// # Errors
/// [`Trouble`]; the first in order of seeds.
pub fn probe(
    loaded: &Loaded,
    manner: &Manner,
    stopped: &(dyn Fn() -> bool + Sync),
    done: &(dyn Fn() + Sync),
) -> Result<Found, Trouble> {
    let plan = quiet_plan(&loaded.plan.name, &loaded.file).map_err(Trouble::World)?;
    let own = &loaded.plan.probe;
    let scales = Scales::of(&plan.clock);
    let parents = if manner.impact { parents(own) } else { Vec::new() };
    let one = |index: u32| {
        let seed = manner.first_seed.wrapping_add(u64::from(index));
        let found = of_seed(loaded, &plan, manner, &scales, seed, &parents, stopped, done);
        found.map_err(|trouble| match trouble {
            Trouble::Fault(fault, _) => Trouble::Fault(fault, seed),
            other => other,
        })
    };
    let all: Vec<_> = (0..manner.seeds).into_par_iter().with_max_len(1).map(one).collect();
    let all: Vec<(QuietStats, Vec<ParentRun>)> = all.into_iter().collect::<Result<_, _>>()?;
    let (quiet, runs): (Vec<QuietStats>, Vec<Vec<ParentRun>>) = all.into_iter().unzip();
    let runs = runs.concat();
    let about = &plan.instruments[manner.instrument.index()];
    let pooled = figures::pool(&quiet, None).ok_or(Trouble::Stopped)?;
    let curve = curve(&runs, pooled.daily_volatility(&scales), pooled.daily_volume.mean());
    let figures = figures(&quiet, &curve, about, &scales);
    let judged = judge(&own.expect, &figures);
    Ok(Found { instrument: manner.instrument, figures, curve, runs, pooled, scales, unit: about.lot_units, judged })
}

/// One seed: the quiet run, and beside it a run for each parent.
#[allow(clippy::too_many_arguments)]
fn of_seed(
    loaded: &Loaded,
    plan: &Plan,
    manner: &Manner,
    scales: &Scales,
    seed: u64,
    parents: &[Parent],
    stopped: &(dyn Fn() -> bool + Sync),
    done: &(dyn Fn() + Sync),
) -> Result<(QuietStats, Vec<ParentRun>), Trouble> {
    let market = plan.instruments[manner.instrument.index()].kind.primary().expect("what is probed has a market");
    let step = || if stopped() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
    let fault = |fault| Trouble::Fault(fault, seed);
    let series = guarded(|| watch::series(plan, seed, market, scales.bar, &step)).map_err(fault)?;
    let series = series.ok_or(Trouble::Stopped)?;
    let stats = QuietStats::of(&series, &plan.clock, scales);
    done();
    let without = series.log_mids;
    let one = |parent: &Parent| {
        let name = &plan.instruments[manner.instrument.index()].name;
        let own = with_parent(&plan.name, &loaded.file, &plan.clock, name, parent).map_err(Trouble::World)?;
        let trader = TraderId::from_index(own.traders.len() - 1);
        let run = guarded(|| {
            let (path, world) = watch::path(&own, seed, market, parent.end(), &step)?;
            let filled = watch::holding(&world, &own, trader, manner.instrument);
            Some(ParentRun::of(seed, *parent, filled, &path, &without))
        });
        let run = run.map_err(fault)?.ok_or(Trouble::Stopped)?;
        done();
        Ok(run)
    };
    let runs: Vec<Result<ParentRun, Trouble>> = parents.par_iter().with_max_len(1).map(one).collect();
    Ok((stats, runs.into_iter().collect::<Result<_, _>>()?))
}

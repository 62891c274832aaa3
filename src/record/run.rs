//! One run of a plan, from the first tick to the last.

use crate::analysis::cascade;
use crate::names::Roster;
use crate::summarise::{Ending, FirmEnding, LenderEnding, summarise};
use crate::tabulate;
use bevy_ecs::prelude::{Entity, World};
use engine::options::RunOptions;
use engine::plan::Plan;
use engine::tick;
use engine::tick::spawn::spawn;
use engine::tick::stages::treasury::firm_value;
use engine::tick::state::{FROZEN, Firm, Lender, State, leave, state, state_mut};
use ground::units::{MarketId, Tick};
use mechanics::margin::equity;
use results::rows::Tables;
use results::summary::{AuditSummary, Summary};
use std::ops::ControlFlow;

/// What a run produced.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    pub tables: Tables,
    /// Without the parts that need history or a second run: fidelity, expectations, counterfactual.
    pub summary: Summary,
    /// The run was stopped before its last tick.
    pub stopped: bool,
}

/// A world before its first tick, of which everything is kept that [`finish`] reads.
pub fn begin(plan: &Plan, options: &RunOptions) -> World {
    let mut world = spawn(plan, options);
    // What broke whom is traced by the moves of marks, tick by tick.
    let gather = &mut state_mut(&mut world).gather;
    for market in (0..plan.markets.len()).map(MarketId::from_index) {
        gather.marks.entry(market).or_default();
    }
    world
}

/// Runs a plan. After each tick `progress` hears how many are done and may stop the run.
///
/// # Panics
/// When the books do not balance: that is a fault of the program, not of the world.
pub fn simulate(plan: &Plan, options: &RunOptions, progress: &mut dyn FnMut(u32) -> ControlFlow<()>) -> Outcome {
    let mut world = begin(plan, options);
    let mut schedule = tick::schedule(&mut world);
    let mut stopped = false;
    for tick in 0..plan.clock.ticks {
        schedule.run(&mut world);
        if progress(tick + 1).is_break() {
            stopped = tick + 1 < plan.clock.ticks;
            break;
        }
    }
    finish(plan, world, stopped)
}

/// What a world that has run some ticks of its plan produced.
pub fn finish(plan: &Plan, mut world: World, stopped: bool) -> Outcome {
    // What firms are worth is told before others pay for what they lack.
    let firms = firms(&world);
    tick::end(&mut world);
    let ending = ending(&world, firms);
    // Rows are made of what happened, and need the room that a million accounts took: the rest goes.
    let State { gather, calls, breaches, study, .. } = leave(world);
    let (calls, breaches) = (calls.0, breaches.all);
    let edges = cascade::trace(&plan.markets, cascade::worth_of_steps(plan), &breaches, &gather);
    let mut summary = summarise(plan, &gather, &calls, &breaches, &ending);
    summary.cascade = cascade::summarise(&breaches, &edges);
    let names = Roster::new(plan);
    let cascade = if gather.keeps_cascade() { cascade::rows(&names, &breaches, &edges) } else { Vec::new() };
    let mut tables = tabulate::tables(&names, gather, &calls, &breaches);
    tables.cascade = cascade;
    if let Some(study) = study {
        summary.study = Some(study.summary(plan));
        tables.study = study.rows(plan);
        tables.rounds = study.round_rows(plan);
    }
    Outcome { tables, summary, stopped }
}

/// Firms as the last tick left them.
fn firms(world: &World) -> Vec<FirmEnding> {
    let State { scene, ledger, marks, clock, .. } = state(world);
    let now = scene.plan.clock.time_of(Tick::new(clock.tick().index().saturating_sub(1))) + scene.plan.clock.tick;
    let firm = |entity: &Entity| {
        let firm = world.get::<Firm>(*entity).expect("every firm is an entity");
        let value = firm_value(firm, ledger, marks, now);
        FirmEnding { value, owed: firm.treasury.owed(now), failed: firm.failed }
    };
    scene.firms.iter().map(firm).collect()
}

/// Rebuilds all balances and compares, and reads off what the last tick left.
fn ending(world: &World, firms: Vec<FirmEnding>) -> Ending {
    let State { scene, ledger, marks, auditor, breaches, statuses, lenders, .. } = state(world);
    let residuals = auditor.check_all(ledger);
    let lender = |lender: &Lender| {
        let own = || breaches.active.iter().map(|id| &breaches.all[id.index()]).filter(|b| b.lender == lender.id);
        LenderEnding {
            capital: equity(ledger, marks, lender.plan.house),
            loss: lender.borne(),
            failed: lender.failed,
            unsold: own()
                .flat_map(|breach| &breach.targets)
                .map(|target| marks.value(target.instrument, target.remaining).abs())
                .sum(),
        }
    };
    let frozen_at = |lender: &Lender| {
        let clients = scene.clients[lender.id.index()].iter();
        clients.filter(|client| lender.word(statuses.of(*client)) == FROZEN).count()
    };
    Ending {
        seed: scene.options.seed,
        with_liquidation: scene.options.liquidation,
        lenders: lenders.iter().map(lender).collect(),
        firms,
        frozen: u32::try_from(lenders.iter().map(frozen_at).sum::<usize>()).unwrap_or(u32::MAX),
        audit: AuditSummary {
            cash_residual: i64::try_from(residuals.cash).unwrap_or(i64::MAX),
            position_residual: residuals.lots,
        },
    }
}

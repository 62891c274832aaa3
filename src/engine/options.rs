//! What may differ between two runs of one plan.

use results::keep::Keep;

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

//! What may differ between two runs of one plan.

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
    pub refusals: bool,
}

impl Keep {
    pub const ALL: Self =
        Self { prices: true, trades: true, accounts: true, firms: true, lenders: true, refusals: true };
    /// For sweeps: only what the summary needs.
    pub const NOTHING: Self =
        Self { prices: false, trades: false, accounts: false, firms: false, lenders: false, refusals: false };
}

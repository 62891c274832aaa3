//! How a breached account is unwound: what first, how much, how, how fast. One file an axis.

mod breach;
mod first;
mod how;
mod much;

pub use breach::{Breach, BreachCause, Target};
pub use first::Candidate;
pub use how::Pace;
pub use much::Need;

use crate::units::Deadline;
use serde::{Deserialize, Serialize};

/// A lender's liquidation policy as a world states it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyFile {
    pub first: WhatFirst,
    pub much: HowMuch,
    pub how: How,
    /// From the breach to the first order: a length of time, or `"T+1"` for the opening of the session
    /// after the next close.
    pub delay: Deadline,
}

/// Which positions go first.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum WhatFirst {
    /// All at the same pace.
    ProRata,
    /// The position with the largest loss since it was last settled.
    LargestLoss,
    /// The position that is smallest against an ordinary day's volume.
    MostLiquid,
}

/// How much of the account is sold.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum HowMuch {
    /// Everything: the account is closed out.
    All,
    /// No more than brings equity back to the initial requirement; then the account lives on.
    RestoreInitial,
    /// No more than brings equity back to the maintenance requirement; then the account lives on.
    RestoreMaintenance,
}

/// How orders are placed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum How {
    /// All of it at market in the next tick.
    Market,
    /// Market orders for this share of what traded in the last tick.
    ShareOfVolume { share: f64 },
    /// Equal market orders each tick over this much trading time.
    Slices { over_hours: f64 },
}

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
    /// How far from the last mark an order may trade, as a share of the price: what it cannot fill within
    /// that rests there, for all to see, until the next tick. 1 for an order at any price.
    pub collar: f64,
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
    /// All of it at once.
    Market,
    /// Each tick this share of all that trades, judged by what others traded in the last tick.
    ShareOfVolume { share: f64 },
    /// Even progress over this much trading time; what could not be sold in time is added to what is due.
    Slices { over_hours: f64 },
}

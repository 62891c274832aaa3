//! Margin: what an account is worth, what it must hold, and which accounts can have changed state.

use serde::{Deserialize, Serialize};

/// A lender's margin model as a world states it. One line a model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum MarginFile {
    /// Initial and maintenance margin as rates of gross position value, long and short alike.
    Rate { im: f64, mm: f64 },
    /// No requirement: a custodian that lends nothing.
    Unmargined,
}

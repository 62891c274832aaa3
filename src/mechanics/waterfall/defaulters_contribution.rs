//! The defaulter's own contribution to the default fund: paid in beforehand, and the first of the fund to
//! go. Another member's contribution is no source here.

use super::{Source, draw};
use ground::units::Cash;

/// As much as there is.
pub fn takes(left: Cash, sources: &[Source]) -> Vec<Cash> {
    draw::in_turn(left, sources.iter().map(|source| source.room))
}

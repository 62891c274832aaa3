//! The backstop vault: a second pot behind the insurance fund, put up by whoever runs the venue or by those
//! who invest in it. It pays as the fund does, and nothing feeds it.

use super::{Source, draw};
use ground::units::Cash;

/// As much as there is.
pub fn takes(left: Cash, sources: &[Source]) -> Vec<Cash> {
    draw::in_turn(left, sources.iter().map(|source| source.room))
}

//! The house's skin in the game: a part of its own capital that a clearing house stakes before it touches what
//! the surviving members paid in (EMIR, Article 45(4)). It counts as the lender's loss.

use super::{Source, draw};
use ground::units::Cash;

/// As much as there is.
pub fn takes(left: Cash, sources: &[Source]) -> Vec<Cash> {
    draw::in_turn(left, sources.iter().map(|source| source.room))
}

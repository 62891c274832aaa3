//! The insurance fund: money that a venue keeps for accounts that end below zero. It grows by what is left
//! in accounts that were closed at better than their bankruptcy price, where the venue says so (`feeds`), and
//! pays until it is empty; then, on crypto venues, auto-deleveraging begins.

use super::{Source, draw};
use ground::units::Cash;

/// As much as there is.
pub fn takes(left: Cash, sources: &[Source]) -> Vec<Cash> {
    draw::in_turn(left, sources.iter().map(|source| source.room))
}

//! Drawing on one pot after the other.

use ground::units::Cash;

/// From each pot in turn what is left to pay, up to what is in it.
pub fn in_turn(left: Cash, pots: impl IntoIterator<Item = Cash>) -> Vec<Cash> {
    let mut left = left;
    let mut take = |pot: Cash| {
        let taken = left.min(pot.at_least_zero());
        left -= taken;
        taken
    };
    pots.into_iter().map(&mut take).collect()
}

//! What is left of the defaulter itself: the money of the failed firm's treasury and, where the
//! lender may, of its other pools there, up to a share. The rest of the firm is out of this lender's reach: other lenders hold it,
//! or the law does.

use super::{Source, draw};
use ground::units::{Cash, Rate};

/// In the order of the sources, from each up to `share` of what it has, rounded down.
pub fn takes(left: Cash, share: Rate, sources: &[Source]) -> Vec<Cash> {
    draw::in_turn(left, sources.iter().map(|source| share.of_rounded_down(source.room)))
}

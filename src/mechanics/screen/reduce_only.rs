//! Orders that may only make a position smaller.
//!
//! What such an order may still trade is the position less everything else that waits to close it; more is cut off
//! before it reaches the book. When the position shrinks, or an ordinary order to close it arrives, reduce-only
//! orders in the book give way, the latest first. So no order of the kind can carry a position through zero, in
//! whatever sequence a tick's orders fill.

use super::Refusal;
use ground::units::{Lots, Side};

/// How much of an order may go to the book. `waiting` is all that waits on its side already.
pub fn room(held: Lots, side: Side, lots: Lots, waiting: Lots) -> Result<Lots, Refusal> {
    let closes = !held.is_zero() && Side::closing(held) == side;
    let left = held.abs() - waiting;
    if closes && left.is_positive() { Ok(lots.min(left)) } else { Err(Refusal::ReduceOnly) }
}

/// What may stay of resting reduce-only orders on one side, oldest first, beside `ordinary` ones; zero is a cancel.
pub fn shrunk(
    held: Lots,
    side: Side,
    ordinary: Lots,
    resting: impl Iterator<Item = Lots>,
) -> impl Iterator<Item = Lots> {
    let closes = !held.is_zero() && Side::closing(held) == side;
    let mut left = if closes { (held.abs() - ordinary).max(Lots::ZERO) } else { Lots::ZERO };
    resting.map(move |lots| {
        let stays = lots.min(left);
        left -= stays;
        stays
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lots(lots: i64) -> Lots {
        Lots::new(lots)
    }

    #[test]
    fn an_order_is_cut_to_what_is_left_to_close() {
        assert_eq!(room(lots(10), Side::Sell, lots(25), lots(0)), Ok(lots(10)));
        assert_eq!(room(lots(10), Side::Sell, lots(25), lots(8)), Ok(lots(2)));
        assert_eq!(room(lots(-10), Side::Buy, lots(3), lots(0)), Ok(lots(3)));
        for (held, side, waiting) in [(10, Side::Sell, 10), (10, Side::Buy, 0), (0, Side::Sell, 0), (0, Side::Buy, 0)] {
            assert_eq!(room(lots(held), side, lots(1), lots(waiting)), Err(Refusal::ReduceOnly), "{held} {side:?}");
        }
    }

    #[test]
    fn the_oldest_keep_their_size_and_the_latest_give_way() {
        let stays = |held, ordinary| -> Vec<i64> {
            shrunk(lots(held), Side::Sell, lots(ordinary), [lots(4), lots(4), lots(4)].into_iter())
                .map(Lots::get)
                .collect()
        };
        assert_eq!(stays(12, 0), [4, 4, 4]);
        assert_eq!(stays(10, 3), [4, 3, 0]);
        assert_eq!(stays(10, 20), [0, 0, 0]);
        assert_eq!(stays(-10, 0), [0, 0, 0]);
    }
}
